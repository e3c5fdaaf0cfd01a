#include "plan/order.h"

#include <string.h>

#include "base/checked.h"
#include "model/graph_traits.h"
#include "sizing/graph_steps.h"

/* A recurrent part's inner dimensions, from the shapes of its matrices. */
static void measure(ep_recurrence *r, const edgeplan_layer *layer, const edgeplan_tensor *tensor, uint64_t hidden)
{
    int matrix = tensor->rows > 1 && tensor->columns > 1;

    if (layer->recurrent == EDGEPLAN_RECURRENT_NONE)
        return;
    if (tensor->role == EDGEPLAN_ROLE_CONVOLUTION)
        r->convolved = ep_max(r->convolved, tensor->rows);
    if (tensor->role == EDGEPLAN_ROLE_RECURRENT && tensor->columns == hidden)
        r->projected = ep_max(r->projected, tensor->rows);
    if (tensor->role == EDGEPLAN_ROLE_RECURRENT && tensor->rows == hidden)
        r->inner = tensor->columns;
    if (tensor->role == EDGEPLAN_ROLE_RECURRENT && tensor->columns != hidden && tensor->rows != hidden &&
        tensor->rows < tensor->columns)
        r->parts = tensor->rows;
    if (layer->recurrent == EDGEPLAN_RECURRENT_RWKV && matrix && tensor->columns == hidden && tensor->rows < hidden)
        for (uint32_t i = 0; i < 4; i++)
            if (r->ranks[i] == 0) {
                r->ranks[i] = tensor->rows;
                break;
            }
}

/* Attention through narrow vectors. What expands a latent vector has rows for the part of keys that is not roped, and for values. */
static void measure_attention(ep_run *run, const edgeplan_tensor *tensor, uint64_t hidden)
{
    const edgeplan_layer *layer = &run->layer;

    if (tensor->columns == hidden || layer->query_heads == 0)
        return;
    if (tensor->role == EDGEPLAN_ROLE_ATTENTION_QUERY)
        run->query_rank = tensor->columns;
    if (tensor->role == EDGEPLAN_ROLE_ATTENTION_LATENT && layer->attention == EDGEPLAN_ATTENTION_GROUPED) {
        const uint64_t wide = ep_add(layer->key_width, layer->value_width);
        run->latent_width = tensor->columns;
        run->rope_width = wide - ep_min(wide, tensor->rows / layer->query_heads);
    }
}

static void measure_layer(const edgeplan_model *model, uint32_t layer, ep_run *run, ep_shape *shape)
{
    run->recurrence = (ep_recurrence){.projected = 0};
    run->key_is_value = 0;
    run->query_rank = 0;
    run->latent_width = run->layer.latent_width;
    run->rope_width = run->layer.rope_width;
    for (uint32_t i = model->begins[layer]; i < model->begins[layer + 1]; i++) {
        const edgeplan_tensor *tensor = &model->tensors[i];
        if (tensor->role == EDGEPLAN_ROLE_PER_LAYER_EMBEDDING)
            shape->per_layer_width = tensor->columns;
        run->key_is_value |= tensor->role == EDGEPLAN_ROLE_ATTENTION_KEY;
        if (tensor->role == EDGEPLAN_ROLE_ATTENTION_VALUE)
            run->key_is_value = 0;
        measure_attention(run, tensor, model->head.hidden_width);
        measure(&run->recurrence, &run->layer, tensor, model->head.hidden_width);
    }
}

/* Of each run its last layer counts. */
static void measure_all(const edgeplan_model *model, const uint32_t *run_of, ep_run *runs, ep_shape *shape)
{
    for (uint32_t i = 0; i < model->begins[0]; i++)
        if (model->tensors[i].role == EDGEPLAN_ROLE_PER_LAYER_EMBEDDING)
            shape->per_layer_width = model->tensors[i].columns / ep_max(shape->layers, 1);
    for (uint32_t i = 0; i < model->layer_count; i++)
        if (i == 0 || model->alike[i] != model->alike[i - 1] || run_of[i] != run_of[i - 1])
            measure_layer(model, i, &runs[run_of[i]], shape);
}

static uint32_t place_of(const ep_shape *shape, uint32_t layer)
{
    const ep_graph *graph = &shape->graph;
    uint32_t place = 0;

    if (layer == 0 && (graph->traits & EP_GRAPH_FIRST_FOR_ALL))
        place |= EP_LAYER_FIRST;
    if (layer == shape->layers - 1)
        place |= EP_LAYER_LAST;
    if (layer < graph->sparse_layers)
        place |= EP_LAYER_SPARSE;
    if (layer < graph->stacked)
        place |= EP_LAYER_STACKED;
    if (layer + 1 == ep_min(graph->stacked, shape->layers))
        place |= EP_LAYER_UNSTACKS;
    if (graph->plain_period && (layer + 1) % graph->plain_period == 0)
        place |= EP_LAYER_PLAIN_HEADS | (graph->traits & EP_GRAPH_WARMED ? EP_LAYER_WARMED : 0);
    return place;
}

/* Rows are fetched for the next layer with a mixer or experts: a dense network alone waits to be laid out. */
static uint32_t next_run(const ep_shape *shape, const uint32_t *run_of, uint32_t layer)
{
    while ((shape->graph.traits & EP_GRAPH_FETCHES_AHEAD) && ++layer < shape->layers) {
        const edgeplan_layer *next = &shape->runs[run_of[layer]].layer;
        if (next->attention != EDGEPLAN_ATTENTION_NONE || next->recurrent != EDGEPLAN_RECURRENT_NONE ||
            next->feed_forward != EDGEPLAN_FEED_FORWARD_DENSE)
            return run_of[layer];
    }
    return EP_NO_RUN;
}

static ep_layer_kind kind_of(const ep_shape *shape, const uint32_t *run_of, uint32_t layer)
{
    ep_layer_kind kind = {run_of[layer], next_run(shape, run_of, layer), place_of(shape, layer), 0, 0};
    const edgeplan_layer *fetched = kind.next_run == EP_NO_RUN ? NULL : &shape->runs[kind.next_run].layer;

    kind.reads = ep_graph_reads(&shape->runs[kind.run].layer, kind.place, fetched);
    return kind;
}

/* Every layer has parts whose order is known. */
static int is_known(const ep_shape *shape, const ep_layer_kind *kinds, uint32_t count)
{
    ep_steps parts[EP_MAX_PARTS];

    for (uint32_t i = 0; i < count; i++)
        if (ep_graph_layer(shape, &kinds[i], parts) == 0)
            return 0;
    return 1;
}

edgeplan_status ep_order(ep_arena *arena, const edgeplan_model *model, const ep_rules *rules, const uint32_t *run_of, ep_run *runs,
                         ep_shape *shape)
{
    uint32_t count = model->layer_count, kind_count = 0, later = 0;

    shape->graph = ep_graph_find(rules->compute.graphs, model->family);
    if (!shape->graph.known || (model->tensor_count > 0 && model->tensors[0].layer != 0)) /* layers alone have another graph */
        return EDGEPLAN_OK;
    measure_all(model, run_of, runs, shape);

    uint32_t *ends = ep_arena_array(arena, count, sizeof *ends);
    uint16_t *order = ep_arena_array(arena, count, sizeof *order);
    ep_layer_kind *kinds = NULL;
    size_t capacity = 0;
    if (!ends || !order)
        return EDGEPLAN_ERROR_NO_MEMORY;
    for (uint32_t i = count; i-- > 0;) {
        uint32_t reads = kind_of(shape, run_of, i).reads;
        ends[i] = reads & ~later;
        later |= reads;
    }
    for (uint32_t i = 0; i < count; i++) {
        ep_layer_kind kind = kind_of(shape, run_of, i);
        uint32_t k = 0;
        kind.ends = ends[i];
        while (k < kind_count && memcmp(&kinds[k], &kind, sizeof kind) != 0)
            k++;
        if (k == kind_count) {
            kinds = ep_arena_grow(arena, kinds, kind_count, &capacity, sizeof *kinds);
            if (!kinds)
                return EDGEPLAN_ERROR_NO_MEMORY;
            kinds[kind_count++] = kind;
        }
        order[i] = (uint16_t)k;
    }
    if (!is_known(shape, kinds, kind_count))
        return EDGEPLAN_OK;
    shape->kinds = kinds;
    shape->kind_count = kind_count;
    shape->order = order;
    return EDGEPLAN_OK;
}
