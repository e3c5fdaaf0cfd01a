/* The compute buffer of a runtime that lays out its graph with ggml's allocator: the operations of all layers replayed. */
#ifndef EP_SIZING_COMPUTE_ARENA_H
#define EP_SIZING_COMPUTE_ARENA_H

#include "sizing/workload.h"

typedef struct ep_arena_size {
    uint64_t bytes;       /* UINT64_MAX on overflow */
    uint64_t step_bytes;  /* more with each further step of a sequence's context */
    uint64_t host_bytes, host_step_bytes; /* of these, on the host although layers are offloaded */
    uint64_t tokens;      /* of a sequence's context */
    uint64_t even_tokens; /* as far as a sequence has no more tokens than this; beyond, a hole may close and the size shrink */
} ep_arena_size;

/* Where the order of operations is known (shape->kinds). */
ep_arena_size ep_compute_arena(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload);

/* No context up to this one needs more: a bound that only grows with it, two to three times what is needed. */
uint64_t ep_compute_arena_bound(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload);

#endif
