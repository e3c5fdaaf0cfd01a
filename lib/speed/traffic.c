#include "speed/traffic.h"

#include "base/checked.h"
#include "sizing/elements.h"

double ep_distinct_experts(double experts, double used, uint64_t batch)
{
    double missed = 1.0;

    if (experts <= 0 || used >= experts)
        return experts;
    for (uint64_t i = 0; i < batch && missed > 1e-9; i++)
        missed *= 1.0 - used / experts;
    return experts * (1.0 - missed);
}

/* Tokens a layer looks back on when `depth` are in the cache. */
static uint64_t seen_tokens(const edgeplan_layer *layer, uint64_t depth)
{
    switch (layer->span) {
    case EDGEPLAN_SPAN_WINDOW: return ep_min(depth, layer->span_tokens);
    case EDGEPLAN_SPAN_CHUNK: return layer->span_tokens ? ep_min(depth, depth % layer->span_tokens) : depth;
    case EDGEPLAN_SPAN_FIXED: return layer->span_tokens;
    default: return depth;
    }
}

static uint64_t routed_read(const ep_shape *shape, uint64_t batch)
{
    double routed = 0;

    for (uint32_t i = 0; i < shape->run_count; i++) {
        const ep_run *run = &shape->runs[i];
        if (run->layer.experts > 0) {
            double n = (double)run->layer.experts;
            routed += (double)run->routed_bytes * ep_distinct_experts(n, (double)run->layer.experts_used, batch) / n;
        }
    }
    return routed < (double)EP_MAX_COUNT ? (uint64_t)routed : UINT64_MAX;
}

static uint64_t dense_read(const ep_shape *shape, uint64_t batch)
{
    uint64_t bytes = ep_add(shape->outer_bytes, shape->head_bytes);

    for (uint32_t i = 0; i < shape->run_count; i++)
        bytes = ep_add(bytes, shape->runs[i].dense_bytes);
    return ep_add(bytes, ep_mul(batch, shape->embedding_row_bytes));
}

uint64_t ep_traffic_least(const ep_shape *shape, const ep_workload *workload)
{
    static const ep_cache_rule plain = {.mechanism = EP_CACHE_CELLS};
    uint64_t depth = ep_add(workload->cached_tokens, workload->prompt_tokens);
    uint64_t each = 0;

    for (uint32_t i = 0; i < shape->run_count; i++) {
        const ep_run *run = &shape->runs[i];
        /* A layer without a cache of its own reads another's: traffic, though no memory. */
        uint64_t row = ep_token_row_bytes(&plain, &run->layer, workload->kv_k, workload->kv_v);
        each = ep_add(each, ep_mul(ep_mul(row, seen_tokens(&run->layer, depth)), run->count));
    }
    return ep_add(ep_add(dense_read(shape, 1), routed_read(shape, 1)), ep_mul(each, workload->batch));
}

static uint64_t layer_expected(const ep_rules *rules, const edgeplan_layer *layer, const ep_workload *workload, uint64_t depth)
{
    uint64_t row = ep_token_row_bytes(&rules->cache, layer, workload->kv_k, workload->kv_v);
    uint64_t tokens = ep_round_up(seen_tokens(layer, depth), rules->reads.step);
    uint64_t times = 1;

    if (rules->reads.context_reserved)
        tokens = workload->sequence_tokens;
    else
        tokens = ep_min(tokens, ep_max(workload->sequence_tokens, depth));
    if (rules->reads.cache_per_query_head && layer->kv_heads > 0)
        times = ep_max(layer->query_heads / layer->kv_heads, 1);
    /* States are 32-bit wherever a rule is published; read and written. */
    uint64_t state = ep_mul(ep_add(layer->conv_elements, layer->state_elements), 2 * sizeof(float));
    return ep_add(ep_add(ep_mul(ep_mul(row, tokens), times), row), layer->recurrent ? state : 0);
}

ep_traffic ep_traffic_expected(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload)
{
    /* Half-way through the output: the mean depth of the steps. */
    uint64_t depth = workload->cached_tokens + workload->prompt_tokens + workload->output_tokens / 2;
    uint64_t each = 0;

    for (uint32_t i = 0; i < shape->run_count; i++) {
        const ep_run *run = &shape->runs[i];
        each = ep_add(each, ep_mul(layer_expected(rules, &run->layer, workload, depth), run->count));
    }
    uint64_t routed = routed_read(shape, workload->batch), cache = ep_mul(each, workload->batch);
    return (ep_traffic){ep_add(ep_add(dense_read(shape, workload->batch), routed), cache), routed, cache};
}
