/* Everything that is allocated, component by component, and what of it counts where. Plain numbers, no allocation. */
#ifndef EP_SIZING_FOOTPRINT_H
#define EP_SIZING_FOOTPRINT_H

#include "sizing/compute_arena.h"
#include "sizing/workload.h"

/* In the order of edgeplan_memory's fields, so that bit i of `missing` is component i. */
typedef enum ep_component {
    EP_WEIGHTS = 0, EP_DUPLICATED, EP_KV, EP_STATE, EP_COMPUTE, EP_OUTPUT, EP_EXTRA, EP_RUNTIME, EP_COMPONENT_COUNT
} ep_component;

typedef struct ep_amount {
    uint64_t low, expected, high;
    uint32_t basis; /* edgeplan_memory_basis; MISSING: the bytes are 0 and mean nothing */
} ep_amount;

typedef struct ep_footprint {
    ep_amount part[EP_COMPONENT_COUNT];
    uint64_t stored_weights;  /* as files, however they are held */
    uint64_t host[EP_COMPONENT_COUNT]; /* of each, at most this stays with the CPU */
    uint64_t uncharged_weights; /* mapped or wired: may or may not be counted by the system */
    uint64_t uncharged_duplicates; /* likewise, of those held twice */
    uint64_t uncharged_extra; /* likewise, of extra models */
    ep_amount device_extra;   /* of the extra models, what lies on the device */
    uint64_t written_compute;   /* of the scratch, what the request writes at least */
    uint64_t code;            /* of the runtime, file pages of programs and libraries */
    uint64_t products;        /* of the runtime, where it converts inputs of products */
    uint64_t unwritten_products; /* of that, what the request does not write */
    uint64_t largest_buffer;
    uint64_t largest_on_device; /* 0: nothing is there */
    uint64_t largest_tensor;
    ep_arena_size arena;      /* if the compute buffer is replayed; else endlessly even */
    uint32_t offloaded;
    uint32_t uncounted;       /* 1: an encoder's scratch is not in it, since nobody says how much that is */
    uint32_t overflow;        /* 1: a product left the range */
} ep_footprint;

void ep_footprint_compute(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload, ep_footprint *out);

/* Of a model of which no more is known than what it was measured to take, on the host. */
void ep_footprint_measured(uint64_t low, uint64_t high, ep_footprint *out);

/* Sum over the components at a place under a measure; basis is the weakest, MISSING if one is missing. */
ep_amount ep_footprint_sum(const ep_footprint *footprint, uint32_t place, uint32_t measure);

/* One component at a place, as reserved. */
ep_amount ep_footprint_part(const ep_footprint *footprint, ep_component component, uint32_t place);

/* Adds a model that is resident at the same time. Of two engines the one that offloads comes first; the other's is then an extra model
   as the system counts it. */
void ep_footprint_add(ep_footprint *sum, const ep_footprint *other);

/* Adds a model that stays one of its own: an extra model, on whichever engine it runs. */
void ep_footprint_add_extra(ep_footprint *sum, const ep_footprint *other);

/* Fills everything after `known` of the public struct. */
void ep_footprint_memory(const ep_footprint *footprint, uint32_t place, uint32_t measure, edgeplan_memory *out);

#endif
