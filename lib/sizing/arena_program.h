/* A layer's steps with their sizes under one workload: what the replay of the compute buffer runs. */
#ifndef EP_SIZING_ARENA_PROGRAM_H
#define EP_SIZING_ARENA_PROGRAM_H

#include "sizing/free_blocks.h"
#include "sizing/graph_steps.h"

enum { EP_MAX_LAYER_ACTIONS = 128 };

/* What sizes depend on besides the layer. */
typedef struct ep_arena_terms {
    const ep_rules *rules;
    const ep_shape *shape;
    const ep_workload *workload;
    uint64_t tokens;   /* of the chunk, a whole number for each sequence */
    uint64_t outputs;  /* rows of logits */
    uint64_t steps;    /* of the context for which all sizes grow evenly */
    uint32_t overflow; /* 1: a size left the range */
    uint32_t offloaded; /* 1: what is laid out is the device's part, to which the host copies inputs and lookups */
    uint32_t taken_over; /* 1: it does so with layers of the host, of which weights and caches are copied */
    uint32_t fresh;     /* set of inputs that are first copied for the layer */
    uint32_t ends;      /* set of inputs that are read for the last time in the layer, beside those its kind tells */
    uint32_t fetches_own; /* 1: the rows that the layer fetches ahead lie on the same device */
    uint32_t fetches_away; /* 1: they lie on the other side, where they are looked up, too */
    struct ep_arena_terms *written; /* those of a smaller workload that is computed in this one's places, or NULL */
    uint32_t alike;     /* 1: its tensors are as large, but for those of cells */
} ep_arena_terms;

typedef struct ep_arena_action {
    ep_length size;
    uint64_t written; /* bytes of it */
    uint8_t makes, over; /* registers; `over`: whose storage `makes` takes over */
    uint8_t frees[5];
} ep_arena_action;

ep_arena_terms ep_arena_terms_of(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload);

/* Each at most EP_MAX_LAYER_ACTIONS; how many. `from` is the first layer on this side. Copies of what comes from the host; all inputs;
   what becomes of the copies, or on the host what is looked up by tokens; what else comes before the first layer, a layer,
   what comes after the last. */
uint32_t ep_arena_copies(ep_arena_terms *terms, uint64_t from, ep_arena_action *out);
uint32_t ep_arena_inputs(ep_arena_terms *terms, ep_arena_action *out);
uint32_t ep_arena_arrivals(ep_arena_terms *terms, uint64_t from, ep_arena_action *out);
/* What a device begins for a first layer of the host. */
uint32_t ep_arena_begun(ep_arena_terms *terms, ep_arena_action *out);
uint32_t ep_arena_begin(ep_arena_terms *terms, ep_arena_action *out);
uint32_t ep_arena_layer(ep_arena_terms *terms, const ep_layer_kind *kind, ep_arena_action *out);
/* The attention of the host's last layer, where rows of a device's state are looked up before it is over. */
uint32_t ep_arena_ahead(ep_arena_terms *terms, uint64_t from, ep_arena_action *out);
/* What comes to a device for one of its own layers, the first of which is `from`: the `fresh` of its inputs, caches that the host keeps, a
   slice of what all layers get. */
uint32_t ep_arena_arriving(ep_arena_terms *terms, uint64_t layer, uint64_t from, uint32_t fresh, ep_arena_action *out);
uint32_t ep_arena_picked(ep_arena_terms *terms, ep_arena_action *out);
/* What a layer of the host returns that a device computes, and inputs such a device copies for it. */
uint32_t ep_arena_returned(ep_arena_terms *terms, const ep_layer_kind *kind, ep_arena_action *out);
uint32_t ep_arena_copied(ep_arena_terms *terms, const ep_layer_kind *kind);
uint32_t ep_arena_finish(ep_arena_terms *terms, ep_arena_action *out);

#endif
