/* Source: llama.cpp v0.5.0, ggml/src/ggml-backend.cpp (ggml_backend_sched_split_graph); ranges from dry runs with 50 models
   (tests/oracle/run.py). */
#include "sizing/sides.h"

#include "base/checked.h"
#include "sizing/cells.h"

/* The largest tensor that may be copied. */
static uint64_t copied_weights(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload)
{
    const uint64_t layers = ep_min(workload->host_layers, shape->layers);
    const int head = workload->host_layers > shape->layers && workload->output_rows >= EP_LONG_CHUNK;

    if (rules->placement.offload != EP_OFFLOAD_LAYERS_AND_CHUNKS)
        return 0;
    return ep_max(shape->first[layers - 1].largest_tensor_bytes, head ? shape->head_bytes : 0);
}

/* Beyond what is expected, either side may compute some of the other's operations, beside copies of the weights, of keys and values, of
   the state of an average layer, and of caches that layers share; and holes make an eighth more or less. */
void ep_sides_span(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload, ep_footprint *out)
{
    const ep_cells cells = ep_cells_of(&rules->cache, shape, workload);
    const uint64_t weights = copied_weights(rules, shape, workload), state = out->part[EP_STATE].high / shape->layers;
    ep_workload other_way = *workload;
    const ep_arena_size *one = &out->arena;
    ep_amount *compute = &out->part[EP_COMPUTE];

    other_way.cut = workload->host_layers - workload->cut;
    if (shape->kind_count > 0 && workload->compute.bound == EP_COMPUTE_EXACT) {
        const ep_arena_size other = ep_compute_arena(rules, shape, &other_way, NULL);
        const uint64_t device = one->bytes - one->host_bytes, other_device = other.bytes - other.host_bytes;
        compute->low = ep_add(ep_min(one->host_bytes, other.host_bytes), ep_min(device, other_device));
        compute->high = ep_add(ep_max(one->host_bytes, other.host_bytes), ep_max(device, other_device));
    }
    const uint64_t caches = ep_add(ep_add(ep_mul(cells.largest_bytes, 2), cells.shared_bytes), state);
    compute->high = ep_add(compute->high, ep_add(weights, caches));
    compute->high = ep_max(ep_add(compute->high, compute->high / 8), compute->expected);
    compute->low -= compute->low / 8;
    compute->basis = EDGEPLAN_MEMORY_BASIS_APPROXIMATE;
}
