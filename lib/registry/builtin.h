/* The built-in registry as bytes: C files that tools/embed.py writes from the YAML files. Each is laid over the one before. */
#ifndef EP_REGISTRY_BUILTIN_H
#define EP_REGISTRY_BUILTIN_H

#include <stddef.h>

typedef struct ep_builtin_text {
    const char *name;           /* base name of the file */
    const unsigned char *bytes; /* a NUL follows them */
    size_t size;
} ep_builtin_text;

/* Chips, limits, targets, platforms, formats, runtimes, models. */
extern const ep_builtin_text ep_builtin_facts[];
extern const size_t ep_builtin_facts_count;

/* Observations and pipelines: a static link may leave their object out. Where weak references work, their absence is then no error;
   the generated file itself must not see them as weak. */
#if (defined(__ELF__) || defined(__APPLE__)) && !defined(EP_BUILTIN_DEFINES)
#  define EP_BUILTIN_MAY_BE_ABSENT 1
#  define EP_BUILTIN_WEAK __attribute__((weak))
#else
#  define EP_BUILTIN_MAY_BE_ABSENT 0
#  define EP_BUILTIN_WEAK
#endif

extern const ep_builtin_text ep_builtin_evidence[] EP_BUILTIN_WEAK;
extern const size_t ep_builtin_evidence_count EP_BUILTIN_WEAK;

#endif
