/* From the inputs to the logits: the parts that a replay is put together from. */
#include "sizing/arena_view.h"

#include "base/checked.h"
#include "sizing/cells.h"

static const ep_layer_kind *kind_of(const ep_arena_terms *t, uint64_t layer)
{
    return &t->shape->kinds[t->shape->order[layer]];
}

/* As if a layer came before the first that fetches its rows. */
static ep_arena_view before_first(ep_arena_terms *t, ep_layer_kind *before)
{
    *before = *kind_of(t, 0);
    before->next_run = before->run;
    before->ends = 0;
    return ep_arena_look_at(t, before);
}

/* All inputs lie before everything else, those of layers in the order in which layers first read them. */
uint32_t ep_arena_inputs(ep_arena_terms *t, ep_arena_action *out)
{
    ep_layer_kind before;
    ep_arena_view v = before_first(t, &before);
    uint32_t length = t->offloaded ? 0 : ep_arena_compile(t, &v, ep_graph_inputs, out, 0);
    uint32_t made = t->offloaded && (v.holds & EP_IF_FETCHES) ? UINT32_C(1) << EP_STATE_ROWS : 0; /* with the lookups */

    for (uint64_t i = 0; i < t->shape->kind_count; i++) { /* kinds are in the order of layers */
        const uint32_t fresh = t->shape->kinds[i].reads & ~made;
        if (fresh == 0)
            continue;
        made |= fresh;
        v = ep_arena_look_at(t, &t->shape->kinds[i]);
        length = ep_arena_make_inputs(t, &v, fresh, out, length);
    }
    return ep_arena_make_inputs(t, &v, UINT32_C(1) << EP_PICKED_ROWS, out, length);
}

uint32_t ep_arena_compile_before(ep_arena_terms *t, ep_steps steps, ep_arena_action *out, uint32_t length)
{
    ep_layer_kind before;
    ep_arena_view v = before_first(t, &before);

    return ep_arena_compile(t, &v, steps, out, length);
}

static uint32_t compile_after(ep_arena_terms *t, uint64_t layers, ep_steps steps, ep_arena_action *out)
{
    const ep_arena_view v = ep_arena_look_at(t, kind_of(t, layers - 1));

    return ep_arena_compile(t, &v, steps, out, 0);
}

/* Whether a device that takes over the first layer needs the lookups only for its first product. */
static int comes_late(const ep_arena_terms *t)
{
    return t->shape->graph.traits & EP_GRAPH_NO_PRE_NORMS && t->workload->host_layers > 0 && t->workload->cut == 0;
}

/* Whether a layer of the device reads a cache of the host: the last of its kind before layers share them. */
static int reads_host_cache(const ep_arena_terms *t, const ep_arena_view *v, uint64_t from)
{
    uint64_t shared = 0;

    if (v->run->layer.kv_source == 0)
        return 0;
    while (shared < t->shape->layers && t->shape->runs[kind_of(t, shared)->run].layer.kv_source == 0)
        shared++;
    return shared < from + 1 + v->windowed;
}

static uint32_t copy_cache(ep_arena_terms *t, const ep_arena_view *v, uint8_t reg, ep_arena_action *out, uint32_t length)
{
    const int keys = reg == EP_COPIED_KEYS;
    const ep_step copy = {.makes = reg, .width = keys ? EP_W_KEY : EP_W_VALUE, .rows = keys ? EP_N_KEYS : EP_N_VALUES};

    return ep_arena_compile(t, v, (ep_steps){&copy, 1}, out, length);
}

/* In the order in which they are read: values come before the mask if one operation attends. */
uint32_t ep_arena_arriving(ep_arena_terms *t, uint64_t layer, uint64_t from, uint32_t fresh, ep_arena_action *out)
{
    static const ep_step slice[] = {EP_MAKE(EP_SLICE, EP_W_PER_LAYER, EP_N_TOKENS, 0)};
    static const ep_step stacked[] = {{.makes = EP_SLICE, .width = EP_W_HIDDEN, .rows = EP_N_OF_INPUT, .when = EP_IF_STACKED}};
    const ep_layer_kind *kind = kind_of(t, layer);
    const int sliced = (t->shape->graph.traits & EP_GRAPH_PER_LAYER_INPUT) != 0;

    if (fresh == 0 && !sliced && !t->shape->graph.stacked)
        return 0;
    const ep_arena_view v = ep_arena_look_at(t, kind);
    const uint32_t before = (UINT32_C(1) << (v.windowed ? EP_WINDOW_MASK : EP_MASK)) - 1;
    const int reads = reads_host_cache(t, &v, from), flash = (v.holds & EP_IF_FLASH) != 0;
    uint32_t length = ep_arena_make_inputs(t, &v, fresh & before, out, 0);
    length = reads ? copy_cache(t, &v, EP_COPIED_KEYS, out, length) : length;
    length = reads && flash ? copy_cache(t, &v, EP_COPIED_VALUES, out, length) : length;
    length = ep_arena_make_inputs(t, &v, fresh & ~before, out, length);
    length = reads && !flash ? copy_cache(t, &v, EP_COPIED_VALUES, out, length) : length;
    if (t->workload->cut == 0) /* the whole is there */
        return length;
    return ep_arena_compile(t, &v, sliced ? (ep_steps)EP_STEPS(slice) : (ep_steps)EP_STEPS(stacked), out, length);
}

static ep_steps last_crossing(const ep_arena_terms *t)
{
    const ep_run *run = &t->shape->runs[kind_of(t, t->shape->layers - 1)->run];

    if (t->shape->graph.traits & EP_GRAPH_PICKS_AT_END)
        return ep_graph_crossing;
    if (run->layer.recurrent == EDGEPLAN_RECURRENT_RWKV || t->shape->graph.projections == EP_PROJECT_BESIDE_NETWORK)
        return ep_graph_crossing_late;
    return run->layer.feed_forward == EDGEPLAN_FEED_FORWARD_NONE ? ep_graph_crossing_mixer : ep_graph_crossing;
}

uint32_t ep_arena_picked(ep_arena_terms *t, ep_arena_action *out)
{
    const ep_arena_view v = ep_arena_look_at(t, kind_of(t, t->shape->layers - 1));

    return ep_arena_make_inputs(t, &v, UINT32_C(1) << EP_PICKED_ROWS, out, 0);
}

uint32_t ep_arena_copies(ep_arena_terms *t, uint64_t from, ep_arena_action *out)
{
    if (from > 0)
        return compile_after(t, from, from < t->shape->layers ? ep_graph_crossing : last_crossing(t), out);
    return t->offloaded && !comes_late(t) ? ep_arena_compile_before(t, ep_graph_lookups, out, 0) : 0;
}

uint32_t ep_arena_arrivals(ep_arena_terms *t, uint64_t from, ep_arena_action *out)
{
    if (from > 0)
        return compile_after(t, from, ep_graph_crossed, out);
    return t->offloaded ? 0 : ep_arena_compile_before(t, ep_graph_lookups, out, 0);
}

uint32_t ep_arena_begun(ep_arena_terms *t, ep_arena_action *out)
{
    if (!t->shape->graph.streams)
        return 0;
    t->taken_over = 1; /* so are the lookups copied */
    uint32_t length = ep_arena_compile_before(t, ep_graph_lookups, out, 0);
    t->taken_over = 0;
    length = ep_arena_compile_before(t, ep_graph_begin, out, length);
    return ep_arena_compile_before(t, ep_graph_begun, out, length);
}

uint32_t ep_arena_begin(ep_arena_terms *t, ep_arena_action *out)
{
    if (ep_arena_begins_apart(t))
        return ep_arena_compile_before(t, ep_graph_got_begun, out, 0);
    return ep_arena_compile_before(t, ep_graph_begin, out, t->offloaded ? 0 : ep_arena_compile_before(t, ep_graph_scaled, out, 0));
}

uint32_t ep_arena_layer(ep_arena_terms *t, const ep_layer_kind *kind, ep_arena_action *out)
{
    ep_arena_view v = ep_arena_look_at(t, kind);
    ep_steps parts[EP_MAX_PARTS];
    uint32_t part_count = ep_graph_layer(t->shape, kind, parts);
    uint32_t length = 0;

    for (uint32_t i = 0; i < part_count; i++)
        length = ep_arena_compile(t, &v, parts[i], out, length);
    return length;
}

uint32_t ep_arena_returned(ep_arena_terms *t, const ep_layer_kind *kind, ep_arena_action *out)
{
    ep_arena_view v = ep_arena_look_at(t, kind);
    uint32_t length = ep_arena_compile(t, &v, ep_graph_returned, out, 0);

    length = ep_arena_compile(t, &v, v.apart && v.run->layer.attention ? ep_graph_attend_apart : ep_graph_stored, out, length);
    switch (v.run->layer.recurrent) {
    case EDGEPLAN_RECURRENT_SSM: return ep_arena_compile(t, &v, ep_graph_scan_apart[t->shape->graph.recurrence], out, length);
    case EDGEPLAN_RECURRENT_DELTA: return ep_arena_compile(t, &v, ep_graph_window_and_state, out, length);
    case EDGEPLAN_RECURRENT_CONVOLUTION: return ep_arena_compile(t, &v, ep_graph_short_window, out, length);
    case EDGEPLAN_RECURRENT_RWKV:
        if (!(v.holds & EP_IF_PICKS) || t->outputs >= EP_LONG_CHUNK)
            return length;
        if (t->workload->host_layers > t->shape->layers)
            length = ep_arena_compile(t, &v, ep_graph_mixed, out, length);
        return ep_arena_compile(t, &v, ep_graph_shift_apart, out, length);
    default: return length;
    }
}

uint32_t ep_arena_ahead(ep_arena_terms *t, uint64_t from, ep_arena_action *out)
{
    const edgeplan_layer *last = &t->shape->runs[kind_of(t, from - 1)->run].layer;
    const int network = from > 1 && last->attention == EDGEPLAN_ATTENTION_NONE && last->recurrent == EDGEPLAN_RECURRENT_NONE;
    ep_arena_view v = ep_arena_look_at(t, kind_of(t, from - 1 - (uint64_t)network));

    if (!(v.holds & EP_IF_FETCHES))
        return 0;
    if (v.holds & EP_IF_EXPERTS)
        return v.holds & EP_IF_SHARED ? ep_arena_compile(t, &v, ep_graph_experts_ahead, out, 0) : 0;
    switch (v.run->layer.recurrent) {
    case EDGEPLAN_RECURRENT_NONE:
        return v.run->layer.attention ? ep_arena_compile(t, &v, ep_graph_attend_ahead, out, 0) : 0;
    case EDGEPLAN_RECURRENT_SSM: return ep_arena_compile(t, &v, ep_graph_scan_ahead, out, 0);
    case EDGEPLAN_RECURRENT_RWKV: return ep_arena_compile(t, &v, ep_graph_shift_ahead, out, 0);
    default: return ep_arena_compile(t, &v, ep_graph_convolve_ahead, out, 0);
    }
}

/* The host itself writes into its caches, and fetches rows of its states. */
uint32_t ep_arena_copied(ep_arena_terms *t, const ep_layer_kind *kind)
{
    const uint32_t apart = (uint32_t)ep_arena_look_at(t, kind).apart << EP_MASK;
    const uint32_t indices = UINT32_C(1) << EP_INDEX_K | UINT32_C(1) << EP_INDEX_V | apart;
    const uint32_t none = (uint32_t)(t->shape->constant_bytes == 0) << EP_FACTORS;

    return kind->reads & ~(none | indices | indices << EP_CACHE_INPUTS | UINT32_C(1) << EP_STATE_ROWS);
}

uint32_t ep_arena_finish(ep_arena_terms *t, ep_arena_action *out)
{
    ep_arena_view v = ep_arena_look_at(t, kind_of(t, t->shape->layers - 1));
    uint32_t length = ep_arena_compile(t, &v, ep_graph_finish, out, 0);

    if (t->shape->graph.traits & EP_GRAPH_SCALED_AT_END)
        length = ep_arena_compile(t, &v, ep_graph_scaled_at_end, out, length);
    return ep_arena_compile(t, &v, ep_graph_logits, out, length);
}
