/* KV cache in cells: each layer that keeps a cache of its own holds a row for each cell (llama.cpp, MLX), and the cache of full size
   in every layer (Core ML, Genie, TensorRT Edge-LLM), which is the same without windows. */
#ifndef EP_SIZING_CELLS_H
#define EP_SIZING_CELLS_H

#include "sizing/workload.h"

/* Cells of a layer in one stream. */
uint64_t ep_layer_cells(const ep_cache_rule *rule, const edgeplan_layer *layer, const ep_workload *workload);

/* Caches in all streams. UINT64_MAX on overflow. */
typedef struct ep_cells {
    uint64_t bytes, host_bytes; /* of all layers, and of those left to the CPU */
    uint64_t largest_bytes;     /* of one layer */
    uint64_t shared_bytes;      /* what the layers that are not left to it read of others' caches */
} ep_cells;

ep_cells ep_cells_of(const ep_cache_rule *rule, const ep_shape *shape, const ep_workload *workload);

/* Cells of the first layer with a window, 0 without one: its mask has that many columns. */
uint64_t ep_window_cells(const ep_cache_rule *rule, const ep_shape *shape, const ep_workload *workload);

#endif
