#include "sizing/placement.h"

#include "base/checked.h"

/* Repacked weights are a second copy only while the file stays mapped; a file that is read is repacked on the way in. A tied head that
   lands in another buffer than the table is held twice either way, unless its layer is left to the CPU. Some loaders make a second tensor
   of the table. Source: llama.cpp v0.5.0, src/llama-model-loader.cpp (TENSOR_DUPLICATED) and ggml/src/ggml-cpu/repack.cpp. */
static uint64_t duplicated(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload)
{
    uint64_t bytes = workload->mapped ? shape->repacked_bytes : 0;

    if (!shape->tied_head)
        return bytes;
    if (shape->head_repacked || (shape->head_read_twice && !workload->mapped) ||
        (rules->placement.tied_head_duplicated && workload->host_layers <= shape->layers))
        bytes = ep_add(bytes, shape->embedding_bytes);
    return bytes;
}

/* Rope factors are for layers without a window. */
static int has_rope_factors(const ep_shape *shape, uint64_t layers)
{
    for (uint32_t i = 0; i < shape->run_count; i++)
        if (shape->runs[i].layer.span != EDGEPLAN_SPAN_WINDOW && ep_run_layers(shape, i, layers) > 0)
            return 1;
    return 0;
}

/* What stays with the CPU: tables of which rows are read, and the first layers. What these share with others is on both sides, and the CPU
   may repack them, which keeps a second copy of a mapped file. Source: llama.cpp v0.5.0, src/llama-model.cpp (get_layer_buft_list,
   make_cpu_buft_list). */
static void split(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload, ep_footprint *out)
{
    const uint64_t layers = ep_min(workload->host_layers, shape->layers);
    uint64_t *host = &out->host[EP_WEIGHTS];
    ep_amount *twice = &out->part[EP_DUPLICATED];

    if (rules->placement.embedding_on_host)
        *host = ep_add(shape->tied_head ? 0 : shape->embedding_bytes, shape->lookup_bytes);
    if (ep_host_layers(rules, shape, workload->host_layers) > shape->layers || rules->placement.weights_on_host)
        *host = UINT64_MAX;
    if (layers == 0)
        return;
    *host = ep_add(*host, shape->first[layers - 1].bytes);
    if (layers == shape->layers)
        *host = ep_add(*host, shape->constant_bytes);
    else if (has_rope_factors(shape, layers))
        twice->low = twice->expected = ep_add(twice->low, shape->constant_bytes);
    twice->high = ep_add(twice->low, workload->mapped ? shape->first[layers - 1].bytes : 0);
}

void ep_placement_apply(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload, ep_footprint *out)
{
    ep_amount *weights = &out->part[EP_WEIGHTS];
    ep_amount *twice = &out->part[EP_DUPLICATED];
    int converted = shape->expanded_high_bytes != shape->weights_bytes || shape->expanded_low_bytes != shape->weights_bytes;

    if (!shape->stored_known) {
        weights->basis = twice->basis = EDGEPLAN_MEMORY_BASIS_MISSING;
        return;
    }
    *weights = (ep_amount){shape->expanded_low_bytes, shape->expanded_high_bytes, shape->expanded_high_bytes,
                           EDGEPLAN_MEMORY_BASIS_EXACT};
    if (converted)
        weights->basis = EDGEPLAN_MEMORY_BASIS_RULE;

    uint64_t copy = duplicated(rules, shape, workload);
    *twice = (ep_amount){copy, copy, copy, EDGEPLAN_MEMORY_BASIS_RULE};

    out->stored_weights = shape->weights_bytes;
    out->largest_tensor = shape->largest_tensor_bytes;
    split(rules, shape, workload, out);
}
