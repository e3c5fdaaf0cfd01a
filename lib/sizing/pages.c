#include "sizing/pages.h"

#include "base/checked.h"
#include "sizing/elements.h"

static int has_cache(const ep_run *run)
{
    return run->layer.attention != EDGEPLAN_ATTENTION_NONE && run->layer.kv_source == 0;
}

static int same_class(const edgeplan_layer *a, const edgeplan_layer *b)
{
    return a->span == b->span && a->span_tokens == b->span_tokens;
}

/* Layers of the class of run `i`; counted at its first run only, 0 at the others. */
static uint64_t class_layers(const ep_shape *shape, uint32_t i)
{
    uint64_t layers = 0;

    for (uint32_t j = 0; j < shape->run_count; j++) {
        if (!has_cache(&shape->runs[j]) || !same_class(&shape->runs[i].layer, &shape->runs[j].layer))
            continue;
        if (j < i)
            return 0;
        layers += shape->runs[j].count;
    }
    return layers;
}

/* A group is as large as the smallest class: each page then holds one token range of a whole group. */
static uint64_t group_layers(const ep_cache_rule *rule, const ep_shape *shape)
{
    uint64_t smallest = UINT64_MAX;

    if (rule->group == EP_GROUP_NONE)
        return 1;
    for (uint32_t i = 0; i < shape->run_count; i++) {
        uint64_t layers = has_cache(&shape->runs[i]) ? class_layers(shape, i) : 0;
        if (layers > 0)
            smallest = ep_min(smallest, layers);
    }
    return smallest == UINT64_MAX ? 1 : smallest;
}

static uint64_t layer_pages(const ep_cache_rule *rule, const edgeplan_layer *layer, const ep_workload *workload)
{
    uint64_t step = ep_max(rule->step, 1);
    uint64_t tokens = workload->sequence_tokens;

    if (layer->span == EDGEPLAN_SPAN_FIXED)
        return ep_ceil_div(layer->span_tokens, step);
    if (layer->span == EDGEPLAN_SPAN_ALL || !workload->window_saves)
        return ep_ceil_div(tokens, step);

    uint64_t window = layer->span_tokens;
    if (rule->window_plus == EP_PLUS_CHUNK)
        window = ep_add(window, workload->chunk_tokens);
    if (layer->span == EDGEPLAN_SPAN_CHUNK) /* which begins with a page: nothing of one before it is kept */
        return ep_ceil_div(ep_min(window, tokens), step);
    if (rule->window_add < 0)
        window -= ep_min(window, (uint64_t) - rule->window_add);
    else
        window = ep_add(window, (uint64_t)rule->window_add);
    return ep_add(ep_ceil_div(ep_min(window, tokens), step), rule->extra_pages);
}

uint64_t ep_pages_bytes(const ep_cache_rule *rule, const ep_shape *shape, const ep_workload *workload)
{
    uint64_t group = group_layers(rule, shape);
    uint64_t row = 0, group_pages = 0;

    /* One pool serves all groups, so every page has the size of the widest layer's. */
    for (uint32_t i = 0; i < shape->run_count; i++)
        if (has_cache(&shape->runs[i]))
            row = ep_max(row, ep_token_row_bytes(rule, &shape->runs[i].layer, workload->kv_k, workload->kv_v));

    for (uint32_t i = 0; i < shape->run_count; i++) {
        uint64_t layers = has_cache(&shape->runs[i]) ? class_layers(shape, i) : 0;
        uint64_t pages = layer_pages(rule, &shape->runs[i].layer, workload);
        group_pages = ep_add(group_pages, ep_mul(ep_ceil_div(layers, group), pages));
    }
    uint64_t page_bytes = ep_mul(ep_mul(row, ep_max(rule->step, 1)), group);
    return ep_mul(ep_mul(group_pages, page_bytes), workload->streams);
}
