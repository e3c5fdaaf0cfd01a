#include "sizing/arena_program.h"

#include "base/checked.h"
#include "model/element.h"
#include "sizing/cells.h"

ep_arena_terms ep_arena_terms_of(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload)
{
    return (ep_arena_terms){rules, shape, workload, ep_round_up(workload->chunk_tokens, workload->sequences),
                            ep_min(workload->chunk_tokens, workload->output_rows), EP_STEPS_ENDLESS, 0, rules->offloaded, 0, 0, 0, NULL, 0};
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

/* A kind of layer under the workload. */
typedef struct view {
    const ep_layer_kind *kind;
    const ep_run *run, *ahead; /* its run, and that of the layer whose rows it fetches */
    uint32_t holds;            /* EP_IF_ */
    uint32_t windowed;
    uint32_t apart;            /* 1: rows of a state are looked up before its attention is over: taken over, the host still attends */
    ep_length cells;           /* of its cache, in one stream */
    ep_length written;         /* of these */
} view;

static view look_at(ep_arena_terms *t, const ep_layer_kind *kind)
{
    const ep_run *run = &t->shape->runs[kind->run];
    view v = {kind, run, run, ep_graph_conditions(t->shape, kind, t->workload), 0, 0, {0, 0}, {0, 0}};

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

/* Bytes for each element of a width, of what does not depend on cells. */
static uint64_t fixed_rows(const ep_arena_terms *t, const view *v, uint32_t rows)
{
    uint64_t tokens = t->tokens, sequences = t->workload->sequences;

    switch (rows) {
    case EP_N_TOKENS:
    case EP_N_RESERVED: return 4 * tokens;
    case EP_N_ROWS: return 4 * (v->holds & EP_IF_PICKS ? t->outputs : tokens);
    case EP_N_OUTPUTS: return 4 * t->outputs;
    case EP_N_SEQUENCES: return 4 * sequences;
    case EP_N_TWO_EACH: return 8 * sequences;
    case EP_N_CONVOLVED: return ep_mul(4, ep_add(tokens, ep_mul(ep_graph_lookback(t->shape, v->run), sequences)));
    case EP_N_SCANNED: return ep_mul(4, ep_add(tokens, ep_mul(ep_graph_state_depth(v->run), sequences)));
    case EP_N_INDEX: return 8 * tokens;
    case EP_N_INDEX_VALUES:
        return ep_mul(v->holds & EP_IF_FLASH ? 1 : ep_graph_width(t->shape, v->run, EP_W_WIDEST_VALUE), 8 * tokens);
    case EP_N_ROTATION_K: return ep_mul(4, ep_mul(rotation(v->run->layer.key_width), rotation(v->run->layer.key_width)));
    case EP_N_ROTATION_V: return 4 * 64 * 64;
    default: return 0;
    }
}

static ep_length sized(ep_arena_terms *t, uint64_t bytes, uint64_t step_bytes)
{
    if (ep_overflowed(bytes) || ep_overflowed(step_bytes)) {
        t->overflow = 1;
        return (ep_length){0, 0};
    }
    if (step_bytes % EP_BLOCK_ALIGNMENT != 0)
        t->steps = 0; /* rounding makes it uneven */
    return (ep_length){ep_block_bytes((int64_t)bytes), (int64_t)step_bytes};
}

static int is_of_cells(const ep_step *step)
{
    return step->rows >= EP_N_SCORES && step->rows <= EP_N_MASK;
}

static ep_length size_of(ep_arena_terms *t, const view *v, ep_length cells, const ep_step *step)
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
    else
        return sized(t, ep_mul(bytes, fixed_rows(t, v, step->rows)), 0);
    return sized(t, ep_mul(bytes, (uint64_t)cells.bytes), ep_mul(bytes, (uint64_t)cells.step_bytes));
}

/* Registers of a window layer's cache lie beside those of the full one; inputs are freed by the last layer that reads them. */
static uint8_t register_of(const view *v, uint8_t reg)
{
    if (reg >= EP_PICKED_ROWS)
        return reg;
    if (reg >= EP_ROTATION_K && reg <= EP_MASK && v->windowed)
        reg = (uint8_t)(reg + EP_CACHE_INPUTS);
    return v->kind->ends >> reg & 1 ? reg : EP_NO_REGISTER;
}

/* Whether a step is there. */
static int is_there(const ep_arena_terms *t, const view *v, const ep_step *step)
{
    if ((step->when & ~v->holds) || (step->unless & v->holds))
        return 0;
    switch (step->weight) {
    case EP_HOST_ATTENDED: return t->taken_over && v->apart;
    case EP_OWN: return !t->taken_over;
    case EP_FETCHING: return !t->taken_over || t->fetches_own;
    case EP_BEFORE_SCORES: return t->taken_over && ((v->holds & EP_IF_FLASH) || !(t->shape->graph.traits & EP_GRAPH_SINKS));
    case EP_BEFORE_SOFTMAX: return t->taken_over && !(v->holds & EP_IF_FLASH) && (t->shape->graph.traits & EP_GRAPH_SINKS);
    case EP_TAKEN_OVER:
    case EP_WITH_WEIGHTS:
    case EDGEPLAN_ROLE_NORM:
    case EDGEPLAN_ROLE_BIAS:
    case EDGEPLAN_ROLE_CONSTANT: return (int)t->taken_over;
    default: return 1;
    }
}

/* What a step makes on a device that takes over the layer, if it does there. */
static uint8_t taken_over_makes(const ep_arena_terms *t, const view *v, const ep_step *step)
{
    const uint8_t mask = v->windowed ? EP_WINDOW_MASK : EP_MASK;

    if (v->apart && step->weight == EP_ATTENDING)
        return EP_NO_REGISTER;
    if (v->apart && step->rows >= EP_N_SCORES && step->rows <= EP_N_MASK)
        return EP_NO_REGISTER;
    if (step->makes == EP_COPIED_MASK)
        return t->fresh >> mask & 1 ? mask : EP_NO_REGISTER;
    return step->makes;
}

static int compile_step(ep_arena_terms *t, const view *v, const ep_step *step, uint8_t makes, ep_arena_action *out)
{
    uint32_t frees = 0;

    for (uint32_t i = 0; i < sizeof step->frees && step->frees[i] != EP_NO_REGISTER; i++) {
        uint8_t reg = register_of(v, step->frees[i]);
        if (reg != EP_NO_REGISTER)
            out->frees[frees++] = reg;
    }
    if (frees < sizeof out->frees)
        out->frees[frees] = EP_NO_REGISTER;
    out->makes = makes;
    out->size = (ep_length){0, 0};
    out->written = 0;
    out->over = step->rows == EP_N_OVER ? step->width : EP_NO_REGISTER;
    if (makes == EP_NO_REGISTER)
        return frees > 0;
    if (!out->over)
        out->size = size_of(t, v, v->cells, step);
    if (!out->over && t->written && step->rows != EP_N_RESERVED)
        out->written = t->alike && !is_of_cells(step) ? (uint64_t)out->size.bytes
                                                      : (uint64_t)size_of(t->written, v, v->written, step).bytes;
    return 1;
}

static int is_small(const ep_step *step)
{
    return step->weight == EDGEPLAN_ROLE_NORM || step->weight == EDGEPLAN_ROLE_BIAS || step->weight == EDGEPLAN_ROLE_CONSTANT;
}

/* The largest projection of a recurrent part is of its input, or square. */
static uint64_t recurrent_bytes(const ep_arena_terms *t, const view *v, const ep_step *step)
{
    const uint64_t largest = v->run->largest_bytes[EDGEPLAN_ROLE_RECURRENT];
    const uint64_t projected = ep_graph_width(t->shape, v->run, EP_W_PROJECTED);

    if (v->run->layer.recurrent == EDGEPLAN_RECURRENT_DELTA || projected == 0)
        return largest;
    if (v->run->layer.recurrent == EDGEPLAN_RECURRENT_RWKV)
        return ep_mul(largest / t->shape->hidden_width, ep_graph_width(t->shape, v->run, step->width));
    return step->width == EP_W_HIDDEN ? ep_mul(largest / projected, v->run->recurrence.inner) : largest;
}

/* Of the weights a product is done with, where they lie on the host and enough rows are worth a copy. */
static uint64_t copied_bytes(const ep_arena_terms *t, const view *v, const ep_step *step)
{
    const int few = step->rows == EP_N_OUTPUTS || (step->rows == EP_N_ROWS && (v->holds & EP_IF_PICKS));

    if (step->weight == EDGEPLAN_ROLE_OTHER || step->weight >= EP_LAYER_ROLES || is_small(step) || (few && t->outputs < EP_LONG_CHUNK))
        return 0;
    if (step->weight == EDGEPLAN_ROLE_RECURRENT)
        return recurrent_bytes(t, v, step);
    return step->weight == EDGEPLAN_ROLE_OUTPUT_HEAD ? t->shape->head_bytes : v->run->largest_bytes[step->weight];
}

static uint32_t compile(ep_arena_terms *t, const view *v, ep_steps steps, ep_arena_action *out, uint32_t length);
static uint32_t compile_before(ep_arena_terms *t, ep_steps steps, ep_arena_action *out, uint32_t length);

static uint32_t make_inputs(ep_arena_terms *t, const view *v, uint32_t set, ep_arena_action *out, uint32_t length)
{
    for (uint32_t input = 1; input < EP_INPUT_COUNT; input++) {
        if (!(set >> input & 1))
            continue;
        ep_step step = ep_graph_input(input);
        length = compile(t, v, (ep_steps){&step, 1}, out, length);
        if (input == EP_POSITIONS && t->taken_over) /* and rope factors */
            out[length - 1].size.bytes += ep_block_bytes((int64_t)t->shape->constant_bytes);
        if (input == EP_STATE_ROWS)
            length = compile(t, v, ep_graph_other_states, out, length);
    }
    return length;
}

/* Weights with whose copy inputs come: the last before a layer's rope. */
static uint32_t carrier(const ep_arena_terms *t, const view *v)
{
    if (v->run->layer.attention != EDGEPLAN_ATTENTION_GROUPED || v->run->layer.latent_width != 0)
        return EDGEPLAN_ROLE_OTHER;
    if (v->run->norms_heads)
        return EDGEPLAN_ROLE_NORM;
    if (t->shape->constant_bytes > 0)
        return EDGEPLAN_ROLE_CONSTANT;
    if (v->run->layer.recurrent != EDGEPLAN_RECURRENT_NONE) /* whose biases they are */
        return EDGEPLAN_ROLE_OTHER;
    if (v->run->largest_bytes[EDGEPLAN_ROLE_BIAS] > 0 || (v->holds & EP_IF_NO_PRE_NORM)) /* or a norm of all heads together */
        return EDGEPLAN_ROLE_BIAS;
    return EDGEPLAN_ROLE_OTHER;
}

/* Masks come with the cache, and what rotates values with their product. */
static uint32_t make_fresh(ep_arena_terms *t, const view *v, uint32_t kept, ep_arena_action *out, uint32_t length)
{
    const uint32_t set = t->fresh & ~(kept | kept << EP_CACHE_INPUTS);

    t->fresh &= ~set;
    return make_inputs(t, v, set, out, length);
}

static uint32_t make_first(ep_arena_terms *t, const view *v, ep_arena_action *out, uint32_t length)
{
    const uint32_t mask = UINT32_C(1) << EP_MASK;

    return make_fresh(t, v, v->run->largest_bytes[EDGEPLAN_ROLE_ATTENTION_VALUE] > 0 ? mask | UINT32_C(1) << EP_ROTATION_V : mask, out, length);
}

/* Of weights, and with the first of them what else their product reads. */
static uint32_t copy_weights(ep_arena_terms *t, const view *v, uint64_t bytes, const ep_step *with, ep_arena_action *out, uint32_t length)
{
    const ep_length size = sized(t, bytes, 0);

    out[length++] = (ep_arena_action){size, t->written ? (uint64_t)size.bytes : 0, EP_COPIED, EP_NO_REGISTER, {0}};
    return length + (with ? (uint32_t)compile_step(t, v, with, with->makes, &out[length]) : 0);
}

static uint32_t release_weights(ep_arena_action *out, uint32_t length)
{
    out[length] = (ep_arena_action){{0, 0}, 0, EP_NO_REGISTER, EP_NO_REGISTER, {EP_COPIED}};
    return length + 1;
}

/* Small weights are only noticed beside inputs that stay. */
static uint32_t compile_small(ep_arena_terms *t, const view *v, const ep_step *step, ep_arena_action *out, uint32_t length)
{
    const uint64_t bytes = step->weight == EDGEPLAN_ROLE_NORM ? v->run->norms_heads : 4 * ep_graph_width(t->shape, v->run, step->width);

    if (t->fresh == 0 || step->weight != carrier(t, v))
        return length;
    if (t->shape->constant_bytes > 0) /* comes after any other */
        return make_first(t, v, out, length);
    return release_weights(out, make_first(t, v, out, copy_weights(t, v, bytes, NULL, out, length)));
}

/* A rope whose factors are copied already begins a part of the graph without copies, so the next product belongs to it, and its weights
   come before the rope. */
static const ep_step *next_product(const ep_arena_terms *t, const view *v, const ep_step *step, const ep_step *end)
{
    while (step < end && copied_bytes(t, v, step) == 0)
        step++;
    return step < end ? step : NULL;
}

/* A step takes up to four actions, and that with the first product some for inputs. */
static uint32_t compile(ep_arena_terms *t, const view *v, ep_steps steps, ep_arena_action *out, uint32_t length)
{
    const ep_step *with = NULL, *early = NULL;

    for (const ep_step *step = steps.step; step < steps.step + steps.count && length + EP_INPUT_COUNT < EP_MAX_LAYER_ACTIONS; step++) {
        if (!is_there(t, v, step))
            continue;
        if (is_small(step)) {
            const int rope = step->weight == EDGEPLAN_ROLE_CONSTANT && carrier(t, v) == EDGEPLAN_ROLE_CONSTANT;
            if (rope && !(t->fresh >> EP_POSITIONS & 1))
                early = next_product(t, v, step + 1, steps.step + steps.count);
            if (rope && early)
                length = copy_weights(t, v, copied_bytes(t, v, early), NULL, out, length);
            length = compile_small(t, v, step, out, length);
        } else if (step->weight == EP_WITH_WEIGHTS || step->weight == EP_HOST_ATTENDED) {
            with = step;
        } else {
            const uint64_t copied = t->taken_over ? copied_bytes(t, v, step) : 0;
            if (copied > 0 && step != early)
                length = copy_weights(t, v, copied, with, out, length);
            if (copied > 0 && t->fresh >> EP_RESIDUAL & 1) {
                t->fresh &= ~(UINT32_C(1) << EP_RESIDUAL);
                length = compile_before(t, ep_graph_lookups, out, length);
            }
            if (copied > 0 && step->weight == EDGEPLAN_ROLE_ATTENTION_VALUE)
                length = make_fresh(t, v, UINT32_C(1) << EP_MASK, out, length);
            else if (copied > 0 && carrier(t, v) == EDGEPLAN_ROLE_OTHER)
                length = make_first(t, v, out, length);
            else if (copied > 0 && t->shape->graph.traits & EP_GRAPH_NORMS_AFTER_ROPE)
                length = make_fresh(t, v, ~(UINT32_C(1) << EP_POSITIONS), out, length);
            length += (uint32_t)compile_step(t, v, step, t->taken_over ? taken_over_makes(t, v, step) : step->makes, &out[length]);
            if (copied > 0)
                length = release_weights(out, length);
            with = copied > 0 ? NULL : with;
        }
    }
    return length;
}

/* ---- from the inputs to the logits ---- */

static const ep_layer_kind *kind_of(const ep_arena_terms *t, uint64_t layer)
{
    return &t->shape->kinds[t->shape->order[layer]];
}

/* As if a layer came before the first that fetches its rows. */
static view before_first(ep_arena_terms *t, ep_layer_kind *before)
{
    *before = *kind_of(t, 0);
    before->next_run = before->run;
    before->ends = 0;
    return look_at(t, before);
}

/* All inputs lie before everything else, those of layers in the order in which layers first read them. */
uint32_t ep_arena_inputs(ep_arena_terms *t, uint64_t from, uint32_t made, ep_arena_action *out)
{
    ep_layer_kind before;
    view v = before_first(t, &before);
    uint32_t length = t->offloaded ? 0 : compile(t, &v, ep_graph_inputs, out, 0);

    if (from == 0 && t->offloaded && (v.holds & EP_IF_FETCHES)) /* with the lookups */
        made |= UINT32_C(1) << EP_STATE_ROWS;
    for (uint64_t i = from; i < (from ? t->shape->layers : t->shape->kind_count); i++) { /* kinds are in the order of layers */
        const ep_layer_kind *kind = from ? kind_of(t, i) : &t->shape->kinds[i];
        uint32_t fresh = kind->reads & ~made;
        if (fresh == 0)
            continue;
        made |= fresh;
        v = look_at(t, kind);
        length = make_inputs(t, &v, fresh, out, length);
    }
    return make_inputs(t, &v, UINT32_C(1) << EP_PICKED_ROWS, out, length);
}

static uint32_t compile_before(ep_arena_terms *t, ep_steps steps, ep_arena_action *out, uint32_t length)
{
    ep_layer_kind before;
    view v = before_first(t, &before);

    return compile(t, &v, steps, out, length);
}

static uint32_t compile_after(ep_arena_terms *t, uint64_t layers, ep_steps steps, ep_arena_action *out)
{
    ep_layer_kind last = *kind_of(t, layers - 1);
    last.ends = 0;
    view v = look_at(t, &last);

    return compile(t, &v, steps, out, 0);
}

/* Whether a device that takes over the first layer needs the lookups only for its first product. */
static int comes_late(const ep_arena_terms *t)
{
    return t->shape->graph.traits & EP_GRAPH_NO_PRE_NORMS && t->workload->host_layers > 0 && t->workload->cut == 0;
}

uint32_t ep_arena_copies(ep_arena_terms *t, uint64_t from, ep_arena_action *out)
{
    if (from > 0)
        return compile_after(t, from, ep_graph_crossing, out);
    return t->offloaded && !comes_late(t) ? compile_before(t, ep_graph_lookups, out, 0) : 0;
}

uint32_t ep_arena_arrivals(ep_arena_terms *t, uint64_t from, ep_arena_action *out)
{
    if (from > 0)
        return compile_after(t, from, ep_graph_crossed, out);
    return t->offloaded ? 0 : compile_before(t, ep_graph_lookups, out, 0);
}

uint32_t ep_arena_begin(ep_arena_terms *t, ep_arena_action *out)
{
    return compile_before(t, ep_graph_begin, out, t->offloaded ? 0 : compile_before(t, ep_graph_scaled, out, 0));
}

uint32_t ep_arena_layer(ep_arena_terms *t, const ep_layer_kind *kind, ep_arena_action *out)
{
    view v = look_at(t, kind);
    ep_steps parts[EP_MAX_PARTS];
    uint32_t part_count = ep_graph_layer(t->shape, kind, parts);
    uint32_t length = 0;

    for (uint32_t i = 0; i < part_count; i++)
        length = compile(t, &v, parts[i], out, length);
    return length;
}

uint32_t ep_arena_returned(ep_arena_terms *t, const ep_layer_kind *kind, ep_arena_action *out)
{
    view v = look_at(t, kind);
    uint32_t length = compile(t, &v, ep_graph_returned, out, 0);

    length = compile(t, &v, v.apart && v.run->layer.attention ? ep_graph_attend_apart : ep_graph_stored, out, length);
    switch (v.run->layer.recurrent) {
    case EDGEPLAN_RECURRENT_SSM: return compile(t, &v, ep_graph_scan_apart[t->shape->graph.recurrence], out, length);
    case EDGEPLAN_RECURRENT_DELTA: return compile(t, &v, ep_graph_window_and_state, out, length);
    case EDGEPLAN_RECURRENT_CONVOLUTION: return compile(t, &v, ep_graph_short_window, out, length);
    default: return length;
    }
}

uint32_t ep_arena_ahead(ep_arena_terms *t, uint64_t from, ep_arena_action *out)
{
    view v = look_at(t, kind_of(t, from - 1));
    const uint32_t own = v.apart && v.run->layer.attention != EDGEPLAN_ATTENTION_NONE && v.run->layer.recurrent == EDGEPLAN_RECURRENT_NONE;

    return own ? compile(t, &v, ep_graph_attend_ahead, out, 0) : 0;
}

/* The host itself writes into its caches, and fetches rows of its states. */
uint32_t ep_arena_copied(ep_arena_terms *t, const ep_layer_kind *kind)
{
    const uint32_t apart = (uint32_t)look_at(t, kind).apart << EP_MASK;
    const uint32_t indices = UINT32_C(1) << EP_INDEX_K | UINT32_C(1) << EP_INDEX_V | apart;

    return kind->reads & ~(indices | indices << EP_CACHE_INPUTS | UINT32_C(1) << EP_STATE_ROWS);
}

uint32_t ep_arena_finish(ep_arena_terms *t, ep_arena_action *out)
{
    view v = look_at(t, kind_of(t, t->shape->layers - 1));

    return compile(t, &v, ep_graph_finish, out, 0);
}
