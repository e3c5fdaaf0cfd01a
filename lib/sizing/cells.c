#include "sizing/cells.h"

#include "base/checked.h"
#include "model/element.h"
#include "sizing/elements.h"

/* A window must hold what is looked back on plus the tokens in flight. */
static uint64_t window_tokens(const ep_cache_rule *rule, const edgeplan_layer *layer, const ep_workload *workload)
{
    uint64_t tokens = layer->span_tokens;

    if (rule->window_times == EP_TIMES_SEQUENCES_IF_UNIFIED && workload->unified)
        tokens = ep_mul(tokens, workload->sequences);
    if (rule->window_plus == EP_PLUS_CHUNK)
        tokens = ep_add(tokens, workload->chunk_tokens);
    if (rule->window_add >= 0)
        return ep_add(tokens, (uint64_t)rule->window_add);
    uint64_t less = (uint64_t) - rule->window_add;
    return tokens > less ? tokens - less : 0;
}

uint64_t ep_layer_cells(const ep_cache_rule *rule, const edgeplan_layer *layer, const ep_workload *workload)
{
    if (layer->span == EDGEPLAN_SPAN_FIXED)
        return ep_round_up(layer->span_tokens, rule->step);
    if (layer->span == EDGEPLAN_SPAN_ALL || rule->mechanism == EP_CACHE_STATIC || !workload->window_saves)
        return workload->sequence_tokens;
    return ep_round_up(ep_min(workload->sequence_tokens, window_tokens(rule, layer, workload)), rule->step);
}

/* Elements of the widest value row, layers without a cache of their own included. */
static uint64_t widest_values(const ep_shape *shape)
{
    uint64_t widest = 0;

    for (uint32_t i = 0; i < shape->run_count; i++)
        if (shape->runs[i].layer.attention == EDGEPLAN_ATTENTION_GROUPED)
            widest = ep_max(widest, ep_mul(shape->runs[i].layer.kv_heads, shape->runs[i].layer.value_width));
    return widest;
}

/* Bytes of a token in one layer. Without flash attention llama.cpp keeps values transposed, in one width for all layers. */
static uint64_t row_bytes(const ep_cache_rule *rule, const edgeplan_layer *layer, const ep_workload *workload, uint64_t widest)
{
    uint64_t own = ep_mul(layer->kv_heads, layer->value_width);
    uint64_t row = ep_token_row_bytes(rule, layer, workload->kv_k, workload->kv_v);

    if (layer->attention != EDGEPLAN_ATTENTION_GROUPED || workload->flash_attention ||
        rule->value_rows != EP_VALUES_WIDEST_WITHOUT_FLASH_ATTENTION)
        return row;
    return ep_add(row, ep_element_row_bytes(workload->kv_v, widest - own));
}

ep_cells ep_cells_of(const ep_cache_rule *rule, const ep_shape *shape, const ep_workload *workload)
{
    uint64_t widest = widest_values(shape);
    ep_cells sum = {0, 0, 0, 0};

    for (uint32_t i = 0; i < shape->run_count; i++) {
        const ep_run *run = &shape->runs[i];
        if (run->layer.attention == EDGEPLAN_ATTENTION_NONE)
            continue;
        uint64_t one = ep_mul(row_bytes(rule, &run->layer, workload, widest),
                              ep_mul(ep_layer_cells(rule, &run->layer, workload), workload->streams));
        uint64_t host_layers = ep_run_layers(shape, i, workload->host_layers);
        sum.largest_bytes = ep_max(sum.largest_bytes, one);
        if (run->layer.kv_source != 0) {
            sum.shared_bytes = ep_add(sum.shared_bytes, ep_mul(one, run->count - host_layers));
            continue;
        }
        sum.bytes = ep_add(sum.bytes, ep_mul(one, run->count));
        sum.host_bytes = ep_add(sum.host_bytes, ep_mul(one, host_layers));
    }
    return sum;
}

uint64_t ep_window_cells(const ep_cache_rule *rule, const ep_shape *shape, const ep_workload *workload)
{
    for (uint32_t i = 0; i < shape->run_count; i++) {
        uint32_t span = shape->runs[i].layer.span;
        if (span == EDGEPLAN_SPAN_WINDOW || span == EDGEPLAN_SPAN_CHUNK)
            return ep_layer_cells(rule, &shape->runs[i].layer, workload);
    }
    return 0;
}
