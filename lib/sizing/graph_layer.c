#include "sizing/graph_steps.h"

#include "base/checked.h"

static uint32_t add(ep_steps *parts, uint32_t count, ep_steps part)
{
    parts[count] = part;
    return count + 1;
}

static ep_steps projections(const ep_shape *shape, const ep_run *run)
{
    if (run->layer.attention == EDGEPLAN_ATTENTION_LATENT)
        return ep_graph_latent;
    if (run->latent_width != 0)
        return ep_graph_expanded;
    if (run->layer.kv_source != 0)
        return ep_graph_shared_cache;
    if (run->key_is_value && shape->graph.projections == EP_PROJECT_NORMED_VALUES)
        return ep_graph_keys_as_values;
    if (shape->graph.projections == EP_PROJECT_APART && !shape->has_window)
        return ep_graph_value_first;
    return ep_graph_projections[shape->graph.projections];
}

static uint32_t attention_parts(const ep_shape *shape, const ep_run *run, ep_steps *parts)
{
    uint32_t n = 0;

    if (run->latent_width != 0)
        n = add(parts, n, run->query_rank ? ep_graph_low_rank_query : ep_graph_whole_query);
    n = add(parts, n, projections(shape, run));
    if (run->layer.attention != EDGEPLAN_ATTENTION_LATENT && run->layer.kv_source == 0)
        n = add(parts, n, ep_graph_store);
    n = add(parts, n, run->layer.attention == EDGEPLAN_ATTENTION_LATENT ? ep_graph_attend_latent : ep_graph_attend);
    if (shape->graph.projections == EP_PROJECT_GATED)
        n = add(parts, n, ep_graph_gate);
    if (shape->graph.projections == EP_PROJECT_BESIDE_NETWORK)
        return n;
    return add(parts, n, run->layer.recurrent == EDGEPLAN_RECURRENT_SSM ? ep_graph_beside : ep_graph_attention_output);
}

static uint32_t recurrent_parts(const ep_graph *graph, const edgeplan_layer *layer, ep_steps *parts)
{
    switch (layer->recurrent) {
    case EDGEPLAN_RECURRENT_SSM: return add(parts, 0, ep_graph_state_space[graph->recurrence]);
    case EDGEPLAN_RECURRENT_DELTA: return add(parts, 0, ep_graph_delta[graph->recurrence]);
    case EDGEPLAN_RECURRENT_CONVOLUTION: return add(parts, 0, ep_graph_convolution);
    case EDGEPLAN_RECURRENT_RWKV: return add(parts, 0, ep_graph_rwkv);
    default: return add(parts, 0, ep_graph_no_mixer);
    }
}

static uint32_t feed_forward_part(const ep_graph *graph, const edgeplan_layer *layer, ep_steps *parts, uint32_t n)
{
    if (layer->feed_forward == EDGEPLAN_FEED_FORWARD_NONE)
        return add(parts, n, ep_graph_no_network);
    if (layer->feed_forward == EDGEPLAN_FEED_FORWARD_EXPERTS)
        return add(parts, n, graph->traits & EP_GRAPH_EXPERTS_BESIDE ? ep_graph_experts_beside
                             : graph->weights == EP_WEIGHTS_BEFORE   ? ep_graph_weighted_experts
                             : graph->traits & EP_GRAPH_NO_GATE      ? ep_graph_ungated_experts
                                                                     : ep_graph_experts);
    if (graph->streams)
        return add(parts, n, ep_graph_gated);
    if (graph->projections == EP_PROJECT_BESIDE_NETWORK)
        return add(parts, n, ep_graph_network_beside);
    if (graph->traits & EP_GRAPH_NO_GATE)
        return add(parts, n, ep_graph_ungated);
    return add(parts, n, graph->traits & EP_GRAPH_FUSED_GATE_UP ? ep_graph_fused : ep_graph_dense);
}

static int has_per_layer(const ep_shape *shape)
{
    return (shape->graph.traits & EP_GRAPH_PER_LAYER_INPUT) && shape->per_layer_width != 0;
}

/* Attention, recurrence, a network alone, or a state space beside attention; nothing else stands side by side. */
static int is_planned(const edgeplan_layer *layer)
{
    int attends = layer->attention != EDGEPLAN_ATTENTION_NONE;

    return attends ? layer->recurrent == EDGEPLAN_RECURRENT_NONE || layer->recurrent == EDGEPLAN_RECURRENT_SSM
                   : layer->recurrent != EDGEPLAN_RECURRENT_NONE || layer->feed_forward != EDGEPLAN_FEED_FORWARD_NONE;
}

uint32_t ep_graph_layer(const ep_shape *shape, const ep_layer_kind *kind, ep_steps parts[EP_MAX_PARTS])
{
    const ep_graph *graph = &shape->graph;
    const ep_run *run = &shape->runs[kind->run];
    const edgeplan_layer *layer = &run->layer;
    int attends = layer->attention != EDGEPLAN_ATTENTION_NONE;
    uint32_t n = 0;

    if (!is_planned(layer))
        return 0;
    if (graph->streams)
        n = add(parts, n, ep_graph_predict);
    n += attends ? attention_parts(shape, run, &parts[n]) : recurrent_parts(graph, layer, &parts[n]);
    if (layer->recurrent == EDGEPLAN_RECURRENT_RWKV) /* whose table has both halves */
        return n;
    if (graph->streams)
        n = add(parts, n, ep_graph_low_rank);
    n = feed_forward_part(graph, layer, parts, n);
    if (graph->streams)
        n = add(parts, n, ep_graph_correct);
    else if (has_per_layer(shape))
        n = add(parts, n, ep_graph_per_layer);
    return n;
}

/* ---- inputs ---- */

static uint32_t one(uint32_t input)
{
    return UINT32_C(1) << input;
}

static uint32_t cache_of(const edgeplan_layer *layer)
{
    return layer->span == EDGEPLAN_SPAN_WINDOW || layer->span == EDGEPLAN_SPAN_CHUNK ? EP_CACHE_INPUTS : 0;
}

uint32_t ep_graph_reads(const edgeplan_layer *layer, uint32_t place, const edgeplan_layer *fetched)
{
    uint32_t reads = 0;

    if (layer->attention != EDGEPLAN_ATTENTION_NONE) {
        reads = one(EP_MASK) | one(EP_ROTATION_K) | one(EP_ROTATION_V);
        if (layer->kv_source == 0)
            reads |= one(EP_INDEX_K) | one(EP_INDEX_V);
        if (layer->attention == EDGEPLAN_ATTENTION_LATENT)
            reads &= ~(one(EP_ROTATION_K) | one(EP_ROTATION_V) | one(EP_INDEX_V));
        reads <<= cache_of(layer);
        if (!(place & EP_LAYER_PLAIN_HEADS))
            reads |= one(EP_POSITIONS) | (layer->span == EDGEPLAN_SPAN_WINDOW ? 0 : one(EP_FACTORS));
    }
    if (place & EP_LAYER_WARMED)
        reads |= one(EP_TEMPERATURE);
    /* The others fetch all they need in advance. */
    if (layer->recurrent == EDGEPLAN_RECURRENT_SSM || layer->recurrent == EDGEPLAN_RECURRENT_DELTA)
        reads |= one(EP_STATE_ROWS);
    if (fetched && fetched->recurrent != EDGEPLAN_RECURRENT_NONE)
        reads |= one(EP_STATE_ROWS);
    return reads;
}

ep_step ep_graph_input(uint32_t input)
{
    static const ep_step steps[EP_INPUT_COUNT] = {
        [EP_TEMPERATURE] = EP_MAKE(EP_TEMPERATURE, EP_W_ONE, EP_N_TOKENS, 0),
        [EP_POSITIONS] = EP_MAKE(EP_POSITIONS, EP_W_POSITION, EP_N_TOKENS, 0),
        [EP_FACTORS] = {.makes = EP_FACTORS, .width = EP_W_CONSTANTS, .rows = EP_N_ONCE, .weight = EP_TAKEN_OVER},
        [EP_ROTATION_K] = {.makes = EP_ROTATION_K, .width = EP_W_ONE, .rows = EP_N_ROTATION_K, .when = EP_IF_ROTATED_K},
        [EP_ROTATION_V] = {.makes = EP_ROTATION_V, .width = EP_W_ONE, .rows = EP_N_ROTATION_V, .when = EP_IF_ROTATED_V},
        [EP_INDEX_K] = EP_MAKE(EP_INDEX_K, EP_W_ONE, EP_N_INDEX, 0),
        [EP_INDEX_V] = EP_MAKE(EP_INDEX_V, EP_W_ONE, EP_N_INDEX_VALUES, 0),
        [EP_MASK] = EP_MAKE(EP_MASK, EP_W_ONE, EP_N_MASK, 0),
        [EP_STATE_ROWS] = EP_MAKE(EP_STATE_ROWS, EP_W_ONE, EP_N_SEQUENCES, 0),
        [EP_PICKED_ROWS] = EP_MAKE(EP_PICKED_ROWS, EP_W_ONE, EP_N_OUTPUTS, 0),
    };

    if (input < EP_WINDOW_ROTATION_K || input >= EP_STATE_ROWS)
        return steps[input];
    ep_step step = steps[input - EP_CACHE_INPUTS];
    step.makes = (uint8_t)input;
    return step;
}

/* ---- conditions ---- */

static int is_quantized(uint32_t type)
{
    return type != EDGEPLAN_ELEMENT_F32 && type != EDGEPLAN_ELEMENT_F16 && type != EDGEPLAN_ELEMENT_BF16;
}

static uint32_t attention_conditions(const ep_shape *shape, const ep_run *run, const ep_workload *workload)
{
    const edgeplan_layer *layer = &run->layer;
    uint32_t holds = 0;
    int latent = layer->attention == EDGEPLAN_ATTENTION_LATENT;

    if (workload->flash_attention)
        holds |= EP_IF_FLASH;
    else if (layer->kv_source == 0 && ep_graph_width(shape, run, EP_W_VALUE) < ep_graph_width(shape, run, EP_W_WIDEST_VALUE))
        holds |= EP_IF_PADDED;
    if (!latent && is_quantized(workload->kv_k) && layer->key_width % 64 == 0)
        holds |= EP_IF_ROTATED_K;
    if (!latent && is_quantized(workload->kv_v) && layer->value_width % 64 == 0)
        holds |= EP_IF_ROTATED_V;
    if (workload->kv_k == EDGEPLAN_ELEMENT_F32)
        holds |= EP_IF_WIDE_K;
    if (workload->kv_v == EDGEPLAN_ELEMENT_F32)
        holds |= EP_IF_WIDE_V;
    if (layer->recurrent != EDGEPLAN_RECURRENT_NONE || shape->graph.projections == EP_PROJECT_BESIDE_NETWORK)
        holds |= EP_IF_BESIDE;
    return holds;
}

static uint32_t feed_forward_conditions(const ep_graph *graph, const edgeplan_layer *layer)
{
    static const uint32_t weights[] = {[EP_WEIGHTS_NORMED] = EP_IF_NORMED, [EP_WEIGHTS_SOFTMAX] = EP_IF_SOFTMAX,
                                       [EP_WEIGHTS_PLAIN] = 0, [EP_WEIGHTS_BEFORE] = 0};
    uint32_t holds = 0;

    if (layer->feed_forward != EDGEPLAN_FEED_FORWARD_EXPERTS)
        return 0;
    holds = EP_IF_EXPERTS | weights[graph->weights];
    if (layer->shared_width != 0)
        holds |= EP_IF_SHARED;
    if (graph->traits & EP_GRAPH_SHARED_GATE)
        holds |= EP_IF_SHARED_GATE;
    if (graph->traits & EP_GRAPH_ROUTER_BIAS)
        holds |= EP_IF_ROUTER_BIAS;
    return holds;
}

static uint32_t place_conditions(const ep_shape *shape, const ep_layer_kind *kind)
{
    static const uint32_t places[][2] = {{EP_LAYER_FIRST, EP_IF_FIRST}, {EP_LAYER_SPARSE, EP_IF_SPARSE},
                                         {EP_LAYER_LAST, EP_IF_LAST}, {EP_LAYER_UNSTACKS, EP_IF_UNSTACKS},
                                         {EP_LAYER_STACKED, EP_IF_STACKED},
                                         {EP_LAYER_WARMED, EP_IF_WARMED}};
    uint32_t holds = kind->place & EP_LAYER_PLAIN_HEADS ? 0 : EP_IF_HEADS;

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (kind->place & places[i][0])
            holds |= places[i][1];
    if ((kind->place & EP_LAYER_LAST) && !(shape->graph.traits & EP_GRAPH_PICKS_AT_END))
        holds |= EP_IF_PICKS;
    if (kind->ends & one(EP_STATE_ROWS))
        holds |= EP_IF_LAST_STATE;
    if ((shape->graph.traits & EP_GRAPH_FETCHES_AHEAD) && kind->next_run != EP_NO_RUN) {
        uint32_t next = shape->runs[kind->next_run].layer.recurrent;
        holds |= next == EDGEPLAN_RECURRENT_NONE ? 0 : EP_IF_FETCHES;
        holds |= next == EDGEPLAN_RECURRENT_RWKV ? EP_IF_FETCHES_STATE : 0;
    }
    return holds;
}

uint32_t ep_graph_conditions(const ep_shape *shape, const ep_layer_kind *kind, const ep_workload *workload)
{
    static const uint32_t traits[][2] = {{EP_GRAPH_MIXER_INTO_RESIDUAL, EP_IF_MIXER_INTO_RESIDUAL},
                                         {EP_GRAPH_FFN_INTO_RESIDUAL, EP_IF_FFN_INTO_RESIDUAL},
                                         {EP_GRAPH_LAYER_NORM, EP_IF_LAYER_NORM},
                                         {EP_GRAPH_NO_PRE_NORMS, EP_IF_NO_PRE_NORM},
                                         {EP_GRAPH_SUB_NORMS, EP_IF_SUB_NORM}};
    const ep_run *run = &shape->runs[kind->run];
    uint32_t holds = attention_conditions(shape, run, workload) | feed_forward_conditions(&shape->graph, &run->layer) |
                     place_conditions(shape, kind);

    for (size_t i = 0; i < sizeof traits / sizeof traits[0]; i++)
        if (shape->graph.traits & traits[i][0])
            holds |= traits[i][1];
    if (has_per_layer(shape))
        holds |= EP_IF_PER_LAYER;
    if (shape->graph.streams)
        holds |= EP_IF_STREAMS;
    return holds;
}
