/** @file
 *  What every other header builds on: export macro, status, version, context.
 *
 *  **Units** stand in names: `_bytes` (always below 2^53), `_tokens`, `_bytes_per_s`, `_flop_per_s`, `_tok_per_s`, `_seconds`,
 *  `_joules`, `_fraction`.
 *
 *  **Handles** are typed, opaque and immutable once returned: any number of threads may read one. `_ref` and `_unref` are
 *  atomic; both accept NULL and do nothing. A handle keeps what it was made from alive, so they may be released in any order.
 *  Only ::edgeplan_diagnostics changes; it belongs to one thread at a time. The library has no state of its own.
 *
 *  **Structs** carry numbers only and begin `uint32_t struct_size, flags; uint64_t known` (`given` in requests). Set
 *  `struct_size` to `sizeof` of the struct as you compiled it (edgeplan_struct_init() does) and `flags` to 0. Bit *i* of
 *  `known` or `given` stands for the *i*-th field after it, two fields for a pair of `uint32_t`. A result counts only if its bit
 *  is set, else the field is 0. A request field counts if it is non-zero or its bit is set, so zero-filling means defaults.
 *  Fields are only ever appended; older callers keep working, and a newer caller's unknown fields must be zero.
 *
 *  **Strings** are UTF-8 and NUL-terminated; those returned are borrowed from the handle and live as long as it.
 *  Nothing returned is to be passed to `free()`.
 *
 *  The library never prints, exits, aborts, reads the environment, the locale or the clock, or starts a thread.
 */
#ifndef EDGEPLAN_BASE_H
#define EDGEPLAN_BASE_H

#include <stddef.h>
#include <stdint.h>

#if defined(EDGEPLAN_STATIC)
#  define EDGEPLAN_API
#elif defined(_WIN32)
#  if defined(EDGEPLAN_BUILD)
#    define EDGEPLAN_API __declspec(dllexport)
#  else
#    define EDGEPLAN_API __declspec(dllimport)
#  endif
#elif defined(__GNUC__)
#  define EDGEPLAN_API __attribute__((visibility("default")))
#else
#  define EDGEPLAN_API
#endif

#if defined(__GNUC__)
#  define EDGEPLAN_MUST_USE __attribute__((warn_unused_result))
#else
#  define EDGEPLAN_MUST_USE
#endif

/** Version of these headers; edgeplan_version() tells the library's. */
#define EDGEPLAN_VERSION_MAJOR 0
#define EDGEPLAN_VERSION_MINOR 1
#define EDGEPLAN_VERSION_PATCH 0

#ifdef __cplusplus
extern "C" {
#endif

/** Outcome of a call. Numbers are pinned: never renumbered, never reused. Since 0.1. */
typedef enum edgeplan_status {
  EDGEPLAN_OK = 0,                     /**< Done. */
  EDGEPLAN_ERROR_INVALID_ARGUMENT = 1, /**< NULL or foreign handle, unknown enum value, number that is not finite. */
  EDGEPLAN_ERROR_STRUCT_SIZE = 2,      /**< `struct_size` below version 1 of the struct or above 4096. */
  EDGEPLAN_ERROR_NEWER_FIELD = 3,      /**< A field is set that this library does not know. */
  EDGEPLAN_ERROR_NO_MEMORY = 10,       /**< The allocator returned NULL. */
  EDGEPLAN_ERROR_IO = 11,              /**< A file could not be opened or read. */
  EDGEPLAN_ERROR_LIMIT = 12,           /**< Input larger, deeper or longer than the context's limits. */
  EDGEPLAN_ERROR_SYNTAX = 20,          /**< Not well-formed YAML or JSON. */
  EDGEPLAN_ERROR_SCHEMA = 21,          /**< Well-formed, but a key is unknown, missing, repeated or of a wrong type. */
  EDGEPLAN_ERROR_RANGE = 22,           /**< A value outside its possible range, or a sum that overflows. */
  EDGEPLAN_ERROR_REFERENCE = 23,       /**< An id names nothing. */
  EDGEPLAN_ERROR_UNSUPPORTED = 24,     /**< A kind of model or file this library cannot plan. */
  EDGEPLAN_ERROR_TRUNCATED = 25,       /**< The file ends before its description does. A diagnostic's offset is the fewest bytes needed. */
  EDGEPLAN_ERROR_NOT_FOUND = 30,       /**< No entry with that id. */
  EDGEPLAN_ERROR_REFUSED = 31,         /**< The runtime does not take this model or format there; a diagnostic says why. */
  EDGEPLAN_STATUS_FORCE32 = 0x7fffffff /**< Not a status: fixes the width of the type. */
} edgeplan_status;

/** Name of a status.
 *  @param[in] status  any number
 *  @return the identifier, such as `EDGEPLAN_ERROR_IO`; `EDGEPLAN_STATUS_UNKNOWN` for a number that is none. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_status_name(edgeplan_status status);

/** Meaning of a status.
 *  @param[in] status  any number
 *  @return one English sentence. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_status_text(edgeplan_status status);

/** Version of the library.
 *  @return major × 1,000,000 + minor × 1,000 + patch. Since 0.1. */
EDGEPLAN_API uint32_t edgeplan_version(void);

/** Version of the library as text.
 *  @return such as `0.1.0`. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_version_text(void);

/** A switch in a request. Since 0.1. */
typedef enum edgeplan_switch {
  EDGEPLAN_SWITCH_DEFAULT = 0,         /**< What the runtime's preset does. */
  EDGEPLAN_SWITCH_OFF = 1,             /**< Off. */
  EDGEPLAN_SWITCH_ON = 2,              /**< On. */
  EDGEPLAN_SWITCH_FORCE32 = 0x7fffffff /**< Not a value. */
} edgeplan_switch;

/** Zeroes a struct of this library and sets its `struct_size`.
 *  @param[out] structure  storage of the caller
 *  @param[in]  size       `sizeof` of the struct as the caller was compiled, bytes
 *  @return ::EDGEPLAN_OK, or ::EDGEPLAN_ERROR_STRUCT_SIZE for a size below 16 or above 4096, or
 *          ::EDGEPLAN_ERROR_INVALID_ARGUMENT for NULL. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_struct_init(void *structure, size_t size);

/** Allocator and limits. NULL wherever one is taken means the defaults. */
typedef struct edgeplan_context edgeplan_context;

/** Allocates. @param[in] user  as given @param[in] size  bytes, never 0 @return aligned storage, or NULL. */
typedef void *(*edgeplan_allocate_fn)(void *user, size_t size);
/** Releases. @param[in] user  as given @param[in] pointer  from the allocate function, never NULL. */
typedef void (*edgeplan_release_fn)(void *user, void *pointer);
/** Reads part of a named input, for files that are not on a file system.
 *  @param[in] user  as given @param[in] name  which file; the empty string for the only one
 *  @param[in] offset  from its beginning, bytes @param[out] buffer  storage @param[in] length  wanted, bytes
 *  @return bytes read, 0 at the end, negative on failure. Called only during the call it is passed to. */
typedef int64_t (*edgeplan_read_fn)(void *user, const char *name, uint64_t offset, void *buffer, uint64_t length);

/** Bounds on what is read. Since 0.1. */
typedef struct edgeplan_limits {
  uint32_t struct_size;    /**< `sizeof(edgeplan_limits)`. */
  uint32_t flags;          /**< 0. */
  uint64_t given;          /**< Which fields count although they are 0. */
  uint64_t max_file_bytes; /**< Largest text read; default 16 MiB. */
  uint64_t max_depth;      /**< Deepest nesting; default 32, at most 64. */
  uint64_t max_nodes;      /**< Most values in one text; default 1,000,000. */
} edgeplan_limits;

/** Makes a context.
 *  @param[in]  allocate  allocator, or NULL for malloc (then `release` must be NULL too). libyaml, which parses the registry,
 *                        always uses malloc.
 *  @param[in]  release   its counterpart
 *  @param[in]  user      passed to both
 *  @param[in]  limits    bounds, or NULL for the defaults
 *  @param[out] out       new context; release with edgeplan_context_unref(); NULL on failure
 *  @return status. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_context_new(edgeplan_allocate_fn allocate, edgeplan_release_fn release,
                                                                    void *user, const edgeplan_limits *limits,
                                                                    edgeplan_context **out);
/** Adds an owner. @param[in] context  or NULL @return `context`. Since 0.1. */
EDGEPLAN_API edgeplan_context *edgeplan_context_ref(edgeplan_context *context);
/** Drops an owner; the last one releases. @param[in] context  or NULL. Since 0.1. */
EDGEPLAN_API void edgeplan_context_unref(edgeplan_context *context);

#ifdef __cplusplus
}
#endif
#endif
