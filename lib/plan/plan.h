/* A plan as it is held: numbers, and the lists made from the facts it used. */
#ifndef EP_PLAN_PLAN_H
#define EP_PLAN_PLAN_H

#include <edgeplan/plan.h>

#include "plan/quality.h"

#define EP_LIST_COUNT 15 /* edgeplan_list, 0 unused */
#define EP_TEXT_COUNT 13 /* edgeplan_text */

typedef struct ep_listed {
    edgeplan_item item;                 /* struct_size and known set */
    const char *text[EP_TEXT_COUNT];    /* NULL for none */
    double kept_tokens, round_steps;    /* of speculation; 0: nobody tells */
    const edgeplan_deployment *other;   /* of an extra model; NULL: all that is known of it was measured */
} ep_listed;

typedef struct ep_item_list {
    ep_listed *items;
    size_t count, capacity;
} ep_item_list;

/* A plan as a ranking takes it: of each figure less is better, and what is not known is more than all that is. */
typedef struct ep_standing {
    double doubts;                          /* by the verdict, then by the limits that may be exceeded */
    double first_seconds, seconds;          /* to the first token; of the whole request */
    double loss_nats, bytes;
    double price;                           /* time and loss in one, without a preference */
    uint32_t on_front;
} ep_standing;

/* Beside others in a ranking, another format or KV type was weighed and is no fix; a gate tries them for its hints. */
typedef enum ep_plan_use { EP_PLAN_ALONE = 0, EP_PLAN_RANKED } ep_plan_use;

/* What the engine that takes over without a word makes of it. */
typedef struct ep_fallback {
    uint32_t accelerator;
    uint32_t verdict;       /* edgeplan_verdict; 0: no other engine takes over */
    uint32_t is_known;      /* 0: more than `charged_bytes` is charged, nobody knows how much */
    uint64_t charged_bytes; /* the high end */
} ep_fallback;

struct edgeplan_plan {
    atomic_uint owners;
    ep_arena arena;
    edgeplan_deployment *deployment; /* kept alive */
    edgeplan_request request;        /* with every default filled in */
    uint32_t assumed;                /* EP_ASSUMED_ bits */
    edgeplan_memory memory;          /* place ALL, measure RESERVED */
    edgeplan_memory host, device;    /* likewise, its parts; filled in where the request tells layers apart */
    edgeplan_budget budget;
    edgeplan_verdict_result verdict;
    ep_fallback fallback;
    edgeplan_speed speed;
    ep_quality quality;
    ep_standing standing;            /* of a recommendation's */
    uint64_t file_bytes, largest_file_bytes, files; /* of the artefact; 0 = unknown */
    ep_header_bytes header;          /* not in file_bytes; 0 = none that is known */
    ep_item_list lists[EP_LIST_COUNT];
};

#endif
