/* Facts: every figure the registry holds, in one array. Entities refer to them by index; 0 is "nobody has published it".
   A plan records the indices it used: its sources and assumptions are those made into text. */
#ifndef EP_REGISTRY_FACT_H
#define EP_REGISTRY_FACT_H

#include <edgeplan/registry.h>

typedef uint32_t ep_fact_id;

typedef struct ep_source {
    const char *id, *title, *url, *seen;
} ep_source;

typedef struct ep_fact {
    double value;             /* in the base unit: B, B/s, flop/s, s, tokens, bits … */
    uint32_t dimension;       /* ep_unit_dimension of unit.h */
    uint32_t confidence;      /* edgeplan_confidence */
    const ep_source *source;  /* never NULL in a loaded registry */
    const char *file;
    uint32_t line, column;
    const char *path;         /* of keys, such as chips[apple-a18-pro].memory.peak_bandwidth */
    const char *text;         /* as written */
} ep_fact;

/* Facts of one block, such as a runtime's `cache`: they were registered one after the other. */
typedef struct ep_fact_range {
    ep_fact_id first, count;
} ep_fact_range;

#endif
