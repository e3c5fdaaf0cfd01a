/* The compute buffer of a runtime that lays out its graph with ggml's allocator: the operations of all layers replayed. */
#ifndef EP_SIZING_COMPUTE_ARENA_H
#define EP_SIZING_COMPUTE_ARENA_H

#include "sizing/workload.h"

typedef struct ep_arena_size {
    uint64_t bytes;       /* UINT64_MAX on overflow */
    uint64_t step_bytes;  /* more with each further step of a sequence's context */
    uint64_t host_bytes;  /* of these, on the host although layers are offloaded */
    uint64_t even_tokens; /* as far as a sequence has no more tokens than this; beyond, a hole may close and the size shrink */
    uint64_t written_bytes; /* what a smaller workload writes of it, no more than `bytes` */
} ep_arena_size;

/* Where the order of operations is known (shape->kinds). `written` is the smaller workload, or NULL: its graph has the same operations,
   so it is computed in the places that were found when this one was reserved. Source: ggml_gallocr_alloc_graph of
   ggml/src/ggml-alloc.c in llama.cpp v0.5.0, which lays out anew only what does not fit there. */
ep_arena_size ep_compute_arena(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload, const ep_workload *written);

/* No context up to this one needs more: a bound that only grows with it, two to three times what is needed. */
uint64_t ep_compute_arena_bound(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload); /* arena_bound.c */

#endif
