#include "base/checked.h"
#include "sizing/graph_steps.h"

uint64_t ep_graph_lookback(const ep_shape *shape, const ep_run *run)
{
    int convolution = run->layer.recurrent == EDGEPLAN_RECURRENT_CONVOLUTION;
    uint64_t channels = convolution ? shape->hidden_width : run->recurrence.convolved;

    return channels ? run->layer.conv_elements / channels : 0;
}

uint64_t ep_graph_state_depth(const ep_run *run)
{
    return run->recurrence.inner ? run->layer.state_elements / run->recurrence.inner : 0;
}

static uint64_t per_token(const ep_run *run)
{
    return ep_max(run->layer.experts_used, 1);
}

static uint64_t recurrent_width(const ep_run *run, uint64_t hidden, uint32_t width)
{
    const edgeplan_layer *layer = &run->layer;
    const ep_recurrence *r = &run->recurrence;
    int convolution = layer->recurrent == EDGEPLAN_RECURRENT_CONVOLUTION;
    uint64_t depth = ep_graph_state_depth(run);

    switch (width) {
    case EP_W_CONV_ROWS: return layer->conv_elements;
    case EP_W_STATE_ROWS: return layer->state_elements;
    case EP_W_PROJECTED: return convolution ? ep_mul(hidden, 3) : r->projected;
    case EP_W_CONVOLVED: return r->convolved;
    case EP_W_INNER: return r->inner;
    case EP_W_STATE_DEPTH: return depth;
    case EP_W_KEY_HEADS: return (r->convolved - ep_min(r->inner, r->convolved)) / 2;
    case EP_W_STATE_PARTS: return r->parts;
    case EP_W_STATE_HEADS_2: return depth ? ep_mul(2, r->inner / depth) : 0;
    case EP_W_STATE_HEADS: break;
    default: return 0;
    }
    if (layer->recurrent != EDGEPLAN_RECURRENT_SSM)
        return depth ? r->inner / depth : 0;
    if (r->parts) /* time steps beside the states of both directions */
        return r->parts - ep_min(r->parts, ep_mul(2, depth));
    return r->projected - ep_min(r->projected, ep_add(r->inner, r->convolved));
}

static uint64_t attention_width(const ep_run *run, uint32_t width)
{
    const edgeplan_layer *layer = &run->layer;
    int latent = layer->attention == EDGEPLAN_ATTENTION_LATENT;
    uint64_t heads = layer->query_heads, compressed = ep_add(run->latent_width, run->rope_width);
    uint64_t key = latent ? compressed : ep_mul(layer->kv_heads, layer->key_width);
    uint64_t value = latent ? run->latent_width : ep_mul(layer->kv_heads, layer->value_width);

    switch (width) {
    case EP_W_QUERY: return ep_mul(heads, layer->key_width);
    case EP_W_QUERY_2: return ep_mul(2, ep_mul(heads, layer->key_width));
    case EP_W_KEY: return key;
    case EP_W_VALUE: return value;
    case EP_W_QKV: return ep_add(ep_mul(heads, layer->key_width), ep_add(key, value));
    case EP_W_HEADS: return heads;
    case EP_W_ATTENDED: return ep_mul(heads, layer->value_width);
    case EP_W_QUERY_RANK: return run->query_rank;
    case EP_W_LATENT: return run->latent_width;
    case EP_W_LATENT_ROPE: return compressed;
    case EP_W_ROPE: return run->rope_width;
    case EP_W_HEADS_LATENT: return ep_mul(heads, run->latent_width);
    case EP_W_HEADS_ROPE: return ep_mul(heads, run->rope_width);
    case EP_W_HEADS_LATENT_ROPE: return ep_mul(heads, compressed);
    case EP_W_EXPANDED:
        return ep_mul(heads, ep_add(layer->key_width - ep_min(run->rope_width, layer->key_width), layer->value_width));
    default: return 0;
    }
}

static uint64_t feed_forward_width(const ep_run *run, uint64_t hidden, uint32_t width)
{
    const edgeplan_layer *layer = &run->layer;

    switch (width) {
    case EP_W_FFN: return layer->ffn_width;
    case EP_W_FFN_2: return ep_mul(2, layer->ffn_width);
    case EP_W_EXPERTS: return layer->experts;
    case EP_W_USED: return per_token(run);
    case EP_W_USED_FFN: return ep_mul(per_token(run), layer->ffn_width);
    case EP_W_USED_HIDDEN: return ep_mul(per_token(run), hidden);
    case EP_W_SHARED: return layer->shared_width;
    default: return 0;
    }
}

static uint64_t widest_value(const ep_shape *shape)
{
    uint64_t widest = 0;

    for (uint32_t i = 0; i < shape->run_count; i++)
        widest = ep_max(widest, attention_width(&shape->runs[i], EP_W_VALUE));
    return widest;
}

static uint64_t stream_width(const ep_shape *shape, uint32_t width)
{
    uint64_t streams = shape->graph.streams, others = streams - (streams > 0);

    switch (width) {
    case EP_W_STREAMS: return streams;
    case EP_W_OTHER_STREAMS: return others;
    case EP_W_STREAMS_SQUARE: return ep_mul(streams, streams);
    case EP_W_HIDDEN_STREAMS: return ep_mul(streams, shape->hidden_width);
    case EP_W_HIDDEN_OTHER_STREAMS: return ep_mul(others, shape->hidden_width);
    case EP_W_LOW_RANK: return shape->graph.low_rank;
    case EP_W_PER_LAYER: return shape->per_layer_width;
    case EP_W_PER_LAYER_ALL: return ep_mul(shape->per_layer_width, shape->layers);
    default: return 0;
    }
}

uint64_t ep_graph_width(const ep_shape *shape, const ep_run *run, uint32_t width)
{
    uint64_t hidden = shape->hidden_width;

    switch (width) {
    case EP_W_ZERO: return 0;
    case EP_W_ONE: return 1;
    case EP_W_HIDDEN: return hidden;
    case EP_W_INPUT: return ep_mul(hidden, 1 + (uint64_t)shape->graph.stacked);
    case EP_W_HIDDEN_6: return ep_mul(6, hidden);
    case EP_W_VOCABULARY: return shape->vocabulary;
    case EP_W_WIDEST_VALUE: return widest_value(shape);
    case EP_W_VALUE_VIEW: return attention_width(run, shape->graph.projections == EP_PROJECT_FUSED ? EP_W_QKV : EP_W_VALUE);
    case EP_W_CONSTANTS: return shape->constant_bytes / 4;
    case EP_W_POSITION: return shape->graph.traits & EP_GRAPH_FOUR_POSITIONS ? 4 : 1;
    default: break;
    }
    if (width >= EP_W_QUERY && width <= EP_W_EXPANDED)
        return attention_width(run, width);
    if (width >= EP_W_FFN && width <= EP_W_SHARED)
        return feed_forward_width(run, hidden, width);
    if (width >= EP_W_CONV_ROWS && width <= EP_W_STATE_PARTS)
        return recurrent_width(run, hidden, width);
    if (width >= EP_W_RANK_1 && width <= EP_W_RANK_4)
        return run->recurrence.ranks[width - EP_W_RANK_1];
    return stream_width(shape, width);
}
