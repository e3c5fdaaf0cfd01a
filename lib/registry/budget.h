/* A budget file as it is held: what an app promises of its models on its devices. Read with the tables and words of the registry,
   so that a typing mistake is told as well there as here; its ids resolve in a registry. Everything lives in one arena. */
#ifndef EP_REGISTRY_BUDGET_H
#define EP_REGISTRY_BUDGET_H

#include <edgeplan/gate.h>

#include "base/diagnostics.h"
#include "registry/registry.h"

enum { EP_ENTITLED = 2 }; /* word `increased-memory` of ep_entitlement_words */

/* What the limits of a budget bound, in the order in which they are checked. */
typedef enum ep_promise_kind {
    EP_PROMISE_VERDICT = 0, EP_PROMISE_MEMORY, EP_PROMISE_BUFFER, EP_PROMISE_FILE, EP_PROMISE_DOWNLOAD, EP_PROMISE_DECODE,
    EP_PROMISE_TTFT, EP_PROMISE_CONTEXT, EP_PROMISE_LOSS, EP_PROMISE_BASIS, EP_PROMISE_COUNT
} ep_promise_kind;

typedef enum ep_estimate { /* which figure is held against the bound; 0: the rule's default */
    EP_ESTIMATE_DEFAULT = 0, EP_ESTIMATE_LOW, EP_ESTIMATE_EXPECTED, EP_ESTIMATE_HIGH, EP_ESTIMATE_BEST
} ep_estimate;

typedef struct ep_promise {
    const ep_node *node; /* NULL: not made */
    uint32_t level;      /* edgeplan_check_level */
    uint32_t word;       /* edgeplan_verdict or edgeplan_confidence that is needed at least */
    uint32_t estimate;   /* ep_estimate */
    uint32_t sustained;  /* 1: once the device is hot */
    double bound;        /* in the base unit */
} ep_promise;

typedef struct ep_promises {
    ep_promise item[EP_PROMISE_COUNT];
} ep_promises;

/* How a model is run. A model's lie over its device's, those over the defaults; 0 or NULL is not given. */
typedef struct ep_terms {
    const edgeplan_runtime *runtime;
    ep_words accelerators; /* in the order in which they are tried */
    uint64_t context_tokens, prompt_tokens, output_tokens, sequences, chunk_tokens, app_bytes;
    uint32_t kv;           /* edgeplan_element_type; NONE: not given */
    uint32_t mmap;         /* edgeplan_switch */
    uint32_t preset, app_state;
    uint32_t image_width_pixels, image_height_pixels;
    uint32_t entitlements; /* bits 1 << ep_entitlement_words, 0: not given */
} ep_terms;

/* What every named part of a budget begins with. */
typedef struct ep_named {
    const ep_node *node;
    const char *id;
} ep_named;

typedef struct ep_budget_device {
    ep_named named;
    const edgeplan_target *target;     /* NULL: every target of the platform */
    const edgeplan_platform *platform;
    uint64_t ram_bytes, available_bytes, largest_buffer_bytes;
    uint32_t os, firmware;             /* EP_OS_VERSION */
    uint32_t required;                 /* edgeplan_switch: OFF makes failures warnings */
    ep_terms terms;
} ep_budget_device;

typedef struct ep_budget_model {
    ep_named named;
    const char *file, *config;         /* paths, relative to the budget; one of these and entry */
    const ep_model_entry *entry;
    const edgeplan_format *format;     /* NULL: as it is stored */
    const ep_node *device_ids;         /* NULL: all */
    const uint32_t *devices;           /* indices */
    uint32_t device_count;
    ep_promises promises;              /* over the budget's */
    ep_terms terms;
    const struct ep_budget_model *with; /* that stay loaded beside it; of these only what they are, the format and the role count */
    uint32_t with_count;
    uint32_t role;                     /* edgeplan_companion; 0: stands alone */
} ep_budget_model;

typedef struct ep_budget_group {
    ep_named named;
    const ep_node *member_ids;
    const uint32_t *members;           /* indices of models */
    uint32_t member_count;
} ep_budget_group;

typedef struct ep_audience {           /* one device of it */
    const ep_node *node;
    const char *identifier;            /* what its system reports, of any scheme; or */
    const edgeplan_target *target;
    double share;
} ep_audience;

typedef struct ep_budget_waiver {
    const ep_node *node;
    uint32_t rule;                     /* edgeplan_rule */
    uint32_t until;                    /* yyyymmdd, the last day on which it holds */
    const char *reason, *model, *device; /* model: or group; NULL: any */
} ep_budget_waiver;

typedef struct ep_budget {
    const char *name;                  /* of the file, as places name it */
    const char *pinned_digest;         /* of the registry; NULL: none */
    const ep_node *pin;
    ep_terms defaults;
    ep_promises promises;
    const ep_budget_device *devices;
    const ep_budget_model *models;
    const ep_budget_group *groups;
    const ep_audience *audience;
    const ep_budget_waiver *waivers;
    uint32_t device_count, model_count, group_count, audience_count, waiver_count;
    const ep_node *coverage;           /* NULL: not asked */
    double coverage_share;
    uint32_t coverage_verdict, coverage_level;
} ep_budget;

/* Reads a text into the arena, which then holds all of `out`. Ids resolve in `registry`, which has to outlive it. */
edgeplan_status ep_budget_read(ep_arena *arena, const edgeplan_registry *registry, const char *text, size_t length,
                               const char *name, edgeplan_diagnostics *diagnostics, ep_budget *out);

#endif
