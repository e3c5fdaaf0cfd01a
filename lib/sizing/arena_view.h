/* What the steps of a layer depend on while they are compiled: shared by the three files that make programs of them. */
#ifndef EP_SIZING_ARENA_VIEW_H
#define EP_SIZING_ARENA_VIEW_H

#include "sizing/arena_program.h"

/* A kind of layer under the workload. */
typedef struct ep_arena_view {
    const ep_layer_kind *kind;
    const ep_run *run, *ahead; /* its run, and that of the layer whose rows it fetches */
    uint32_t holds;            /* EP_IF_ */
    uint32_t windowed;
    uint32_t apart;            /* 1: rows of a state are looked up before its attention is over: taken over, the host still attends */
    ep_length cells;           /* of its cache, in one stream */
    ep_length written;         /* of these */
} ep_arena_view;

/* arena_sizes.c */
ep_arena_view ep_arena_look_at(ep_arena_terms *terms, const ep_layer_kind *kind);
ep_length ep_arena_sized(ep_arena_terms *terms, uint64_t bytes, uint64_t step_bytes);
ep_length ep_arena_size_of(ep_arena_terms *terms, const ep_arena_view *view, ep_length cells, const ep_step *step);
int ep_arena_is_of_cells(const ep_step *step);
/* arena_program.c: each appends to `length` actions, and says how many there are then. */
uint32_t ep_arena_compile(ep_arena_terms *terms, const ep_arena_view *view, ep_steps steps, ep_arena_action *out, uint32_t length);
uint32_t ep_arena_make_inputs(ep_arena_terms *terms, const ep_arena_view *view, uint32_t set, ep_arena_action *out, uint32_t length);
int ep_arena_begins_apart(const ep_arena_terms *terms);
/* arena_parts.c */
uint32_t ep_arena_compile_before(ep_arena_terms *terms, ep_steps steps, ep_arena_action *out, uint32_t length);

#endif
