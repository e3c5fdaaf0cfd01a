#include "sizing/placement.h"

#include "base/checked.h"

/* Repacked weights are a second copy only while the file stays mapped; a file that is read is repacked on the way in. A tied head that
   lands in another buffer than the table is held twice either way. Some loaders make a second tensor of the table. Source: llama.cpp v0.5.0, src/llama-model-loader.cpp
   (TENSOR_DUPLICATED) and ggml/src/ggml-cpu/repack.cpp. */
static uint64_t duplicated(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload)
{
    uint64_t bytes = workload->mapped ? shape->repacked_bytes : 0;

    if (!shape->tied_head)
        return bytes;
    if (shape->head_repacked || (shape->head_read_twice && !workload->mapped) || (rules->offloaded && rules->placement.tied_head_duplicated))
        bytes = ep_add(bytes, shape->embedding_bytes);
    return bytes;
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
    if (!rules->offloaded || rules->placement.weights_on_host)
        out->host_weights = weights->high;
    else if (rules->placement.embedding_on_host && !shape->tied_head)
        out->host_weights = ep_add(shape->embedding_bytes, shape->lookup_bytes);
    else if (rules->placement.embedding_on_host)
        out->host_weights = shape->lookup_bytes;
}
