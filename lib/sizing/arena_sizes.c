#include "sizing/arena_view.h"

#include "base/checked.h"
#include "model/element.h"
#include "sizing/cells.h"

ep_arena_terms ep_arena_terms_of(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload)
{
    return (ep_arena_terms){.rules = rules, .shape = shape, .workload = workload,
                            .tokens = ep_round_up(workload->chunk_tokens, workload->sequences),
                            .outputs = ep_min(workload->chunk_tokens, workload->output_rows),
                            .steps = EP_STEPS_ENDLESS, .offloaded = rules->offloaded};
}

/* Cells of a layer's cache now, and how many more there are one step of the context later. */
static ep_length cells_of(ep_arena_terms *t, const edgeplan_layer *layer)
{
    ep_workload endless = *t->workload;
    uint64_t step = ep_max(t->rules->context.step, 1);
    uint64_t cells = ep_layer_cells(&t->rules->cache, layer, t->workload);

    endless.sequence_tokens = EP_MAX_COUNT / 2;
    uint64_t most = ep_layer_cells(&t->rules->cache, layer, &endless);
    if (cells >= most)
        return (ep_length){(int64_t)cells, 0};
    t->steps = ep_min(t->steps, (most - cells) / step); /* a window fills up */
    return (ep_length){(int64_t)cells, (int64_t)step};
}


ep_arena_view ep_arena_look_at(ep_arena_terms *t, const ep_layer_kind *kind)
{
    const ep_run *run = &t->shape->runs[kind->run];
    ep_arena_view v = {kind, run, run, ep_graph_conditions(t->shape, kind, t->workload), 0, 0, {0, 0}, {0, 0}};

    if (t->offloaded)
        v.holds |= EP_IF_DEVICE;
    if (v.holds & EP_IF_FETCHES)
        v.ahead = &t->shape->runs[kind->next_run];
    v.windowed = run->layer.span == EDGEPLAN_SPAN_WINDOW || run->layer.span == EDGEPLAN_SPAN_CHUNK;
    v.apart = run->layer.recurrent != EDGEPLAN_RECURRENT_NONE ||
              ((v.holds & (EP_IF_FETCHES | EP_IF_EXPERTS)) == EP_IF_FETCHES && !t->fetches_own) ||
              ((v.holds & (EP_IF_BESIDE | EP_IF_PICKS)) == (EP_IF_BESIDE | EP_IF_PICKS) && t->outputs < EP_LONG_CHUNK);
    if (run->layer.attention != EDGEPLAN_ATTENTION_NONE)
        v.cells = cells_of(t, &run->layer);
    if (run->layer.attention != EDGEPLAN_ATTENTION_NONE && t->written)
        v.written.bytes = (int64_t)ep_layer_cells(&t->rules->cache, &run->layer, t->written->workload);
    return v;
}

/* Side of the Hadamard matrix for a head width: the largest power of two in it that is a multiple of 64. */
static uint64_t rotation(uint64_t width)
{
    uint64_t n = 64;

    while (2 * n <= width && width % (2 * n) == 0)
        n *= 2;
    return n;
}

static uint64_t convolved_bytes(const ep_arena_terms *t, const ep_arena_view *v)
{
    return ep_mul(4, ep_add(t->tokens, ep_mul(ep_graph_lookback(t->shape, v->run), t->workload->sequences)));
}

/* Bytes for each element of a width, of what does not depend on cells. */
static uint64_t fixed_rows(const ep_arena_terms *t, const ep_arena_view *v, uint32_t rows)
{
    uint64_t tokens = t->tokens, sequences = t->workload->sequences;

    switch (rows) {
    case EP_N_TOKENS:
    case EP_N_RESERVED: return 4 * tokens;
    case EP_N_ROWS: return 4 * (v->holds & EP_IF_PICKS ? t->outputs : tokens);
    case EP_N_OUTPUTS: return 4 * t->outputs;
    case EP_N_SEQUENCES: return 4 * sequences;
    case EP_N_ONCE: return 4;
    case EP_N_TWO_EACH: return 8 * sequences;
    case EP_N_CONVOLVED: return convolved_bytes(t, v);
    case EP_N_SCANNED: return ep_mul(4, ep_add(tokens, ep_mul(ep_graph_state_depth(v->run), sequences)));
    case EP_N_INDEX: return 8 * tokens;
    case EP_N_INDEX_VALUES:
        return ep_mul(v->holds & EP_IF_FLASH ? 1 : ep_graph_width(t->shape, v->run, EP_W_WIDEST_VALUE), 8 * tokens);
    case EP_N_ROTATION_K: return ep_mul(4, ep_mul(rotation(v->run->layer.key_width), rotation(v->run->layer.key_width)));
    case EP_N_ROTATION_V: return 4 * 64 * 64;
    default: return 0;
    }
}

ep_length ep_arena_sized(ep_arena_terms *t, uint64_t bytes, uint64_t step_bytes)
{
    if (ep_overflowed(bytes) || ep_overflowed(step_bytes)) {
        t->overflow = 1;
        return (ep_length){0, 0};
    }
    if (step_bytes % EP_BLOCK_ALIGNMENT != 0)
        t->steps = 0; /* rounding makes it uneven */
    return (ep_length){ep_block_bytes((int64_t)bytes), (int64_t)step_bytes};
}

int ep_arena_is_of_cells(const ep_step *step)
{
    return step->rows >= EP_N_SCORES && step->rows <= EP_N_MASK;
}

static uint32_t viewed(uint32_t rows)
{
    if (rows == EP_N_OF_INPUT)
        return EP_W_INPUT;
    return rows == EP_N_OF_PROJECTED ? EP_W_PROJECTED : EP_W_CONVOLVED;
}

/* A copy of a view is as long as what it spans. */
static uint64_t view_bytes(const ep_arena_terms *t, const ep_arena_view *v, const ep_step *step)
{
    const uint64_t width = ep_graph_width(t->shape, v->run, step->width), one = 4 * (t->tokens / t->workload->sequences);

    if (step->rows == EP_N_WINDOW) {
        const uint64_t all = ep_mul(width, convolved_bytes(t, v));
        return all - ep_min(all, one);
    }
    return ep_add(ep_mul(ep_graph_width(t->shape, v->run, viewed(step->rows)), 4 * (t->tokens - 1)), ep_mul(width, 4));
}

ep_length ep_arena_size_of(ep_arena_terms *t, const ep_arena_view *v, ep_length cells, const ep_step *step)
{
    const ep_run *run = step->width == EP_W_CONV_ROWS || step->width == EP_W_STATE_ROWS ? v->ahead : v->run;
    uint64_t bytes = ep_graph_width(t->shape, run, step->width);

    if (step->rows == EP_N_SCORES)
        bytes = ep_mul(bytes, 4 * t->tokens);
    else if (step->rows == EP_N_MASK)
        bytes = ep_mul(bytes, (v->holds & EP_IF_FLASH ? 2 : 4) * t->tokens);
    else if (step->rows == EP_N_HALF_CACHE)
        bytes = ep_mul(bytes, 2 * t->workload->streams);
    else if (step->rows == EP_N_KEYS)
        bytes = ep_mul(ep_element_row_bytes(t->workload->kv_k, bytes), t->workload->streams);
    else if (step->rows == EP_N_VALUES)
        bytes = ep_mul(ep_element_row_bytes(t->workload->kv_v, bytes), t->workload->streams);
    else if (step->rows >= EP_N_WINDOW && step->rows <= EP_N_OF_CONVOLVED)
        return ep_arena_sized(t, view_bytes(t, v, step), 0);
    else
        return ep_arena_sized(t, ep_mul(bytes, fixed_rows(t, v, step->rows)), 0);
    return ep_arena_sized(t, ep_mul(bytes, (uint64_t)cells.bytes), ep_mul(bytes, (uint64_t)cells.step_bytes));
}
