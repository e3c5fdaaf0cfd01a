#include "sizing/workspace.h"

#include <math.h>

#include "base/checked.h"
#include "sizing/cells.h"

static uint64_t dimension(ep_dimension which, const ep_rules *rules, const ep_shape *shape, const edgeplan_layer *layer,
                          const ep_workload *workload)
{
    switch (which) {
    case EP_DIM_ONE: return 1;
    case EP_DIM_CHUNK: return workload->chunk_tokens;
    case EP_DIM_CONTEXT: return workload->sequence_tokens;
    case EP_DIM_HIDDEN: return shape->hidden_width;
    case EP_DIM_FFN: return layer->ffn_width;
    case EP_DIM_EXPERTS_USED: return ep_max(layer->experts_used, 1);
    case EP_DIM_VOCABULARY: return shape->vocabulary;
    case EP_DIM_QUERY_HEADS: return layer->query_heads;
    case EP_DIM_KV_HEADS: return layer->kv_heads;
    case EP_DIM_HEAD_WIDTH: return ep_max(layer->key_width, layer->value_width);
    case EP_DIM_LAYERS: return shape->layers;
    case EP_DIM_SEQUENCES: return workload->sequences;
    case EP_DIM_OUTPUTS: return workload->output_rows;
    case EP_DIM_WINDOW_CONTEXT: return ep_window_cells(&rules->cache, shape, workload);
    case EP_DIM_CONVOLVED: return layer->conv_elements;
    case EP_DIM_PATCHES: return shape->patches;
    case EP_DIM_WEIGHTS: return shape->stored_known ? shape->weights_bytes : 0;
    case EP_DIM_COUNT: break;
    }
    return 0;
}

static int applies(ep_term_when when, const ep_workload *workload)
{
    switch (when) {
    case EP_WHEN_ALWAYS: break;
    case EP_WHEN_FLASH_ATTENTION: return workload->flash_attention != 0;
    case EP_WHEN_NO_FLASH_ATTENTION: return workload->flash_attention == 0;
    case EP_WHEN_F16_CACHE: return workload->kv_k == EDGEPLAN_ELEMENT_F16;
    case EP_WHEN_F32_CACHE: return workload->kv_k == EDGEPLAN_ELEMENT_F32;
    }
    return 1;
}

static uint64_t term_bytes(const ep_term *term, const ep_rules *rules, const ep_shape *shape, const edgeplan_layer *layer,
                           const ep_workload *workload)
{
    uint64_t elements = 1;

    for (uint32_t d = 0; d < term->dimension_count; d++)
        elements = ep_mul(elements, dimension(term->dimensions[d], rules, shape, layer, workload));
    const double bytes = ceil((double)elements * term->bytes);
    return bytes > (double)EP_MAX_COUNT ? UINT64_MAX : (uint64_t)bytes;
}

/* Terms without a phase add up; the largest phase comes on top. One layer is alive at a time, so dimensions are those of one layer. */
static uint64_t layer_bytes(const ep_rules *rules, const ep_shape *shape, const edgeplan_layer *layer, const ep_workload *workload)
{
    const ep_compute_rule *rule = &rules->compute;
    uint64_t phase[EP_MAX_PHASES + 1] = {0};
    uint64_t most = 0;

    for (uint32_t i = 0; i < rule->term_count; i++) {
        const ep_term *term = &rule->terms[i];
        if (applies(term->when, workload))
            phase[term->phase] = ep_add(phase[term->phase], term_bytes(term, rules, shape, layer, workload));
    }
    for (uint32_t p = 1; p <= EP_MAX_PHASES; p++)
        most = ep_max(most, phase[p]);
    return ep_add(phase[0], most);
}

uint64_t ep_workspace_bytes(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload)
{
    uint64_t most = 0;

    for (uint32_t i = 0; i < shape->run_count; i++)
        most = ep_max(most, layer_bytes(rules, shape, &shape->runs[i].layer, workload));
    return most;
}

static int is_of_all_layers(const ep_term *term)
{
    for (uint32_t d = 0; d < term->dimension_count; d++)
        if (term->dimensions[d] == EP_DIM_LAYERS)
            return 1;
    return 0;
}

uint64_t ep_workspace_largest(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload)
{
    uint64_t largest = 0;

    for (uint32_t i = 0; i < shape->run_count; i++) {
        for (uint32_t t = 0; t < rules->compute.term_count; t++) {
            const ep_term *term = &rules->compute.terms[t];
            const uint64_t bytes = applies(term->when, workload)
                                       ? term_bytes(term, rules, shape, &shape->runs[i].layer, workload) : 0;
            largest = ep_max(largest, is_of_all_layers(term) ? ep_ceil_div(bytes, ep_max(shape->layers, 1)) : bytes);
        }
    }
    return largest;
}
