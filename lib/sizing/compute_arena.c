#include "sizing/compute_arena.h"

#include "base/checked.h"
#include "sizing/arena_replay.h"

/* Inputs that are held, as a set. */
static uint32_t made_inputs(const ep_replay *r)
{
    uint32_t made = 0;

    for (uint32_t i = 1; i < EP_INPUT_COUNT; i++)
        made |= (uint32_t)(r->held[i].offset.bytes != EP_HOLDS_NOTHING) << i;
    return made;
}

/* What comes for the device's own layers. */
static void arrive(ep_replay *r, uint64_t from, uint32_t made)
{
    const ep_shape *shape = r->terms.shape;
    ep_arena_action actions[EP_MAX_LAYER_ACTIONS];

    made |= made_inputs(r);
    for (uint64_t i = from; i < shape->layers; i++) {
        const uint32_t fresh = shape->kinds[shape->order[i]].reads & ~made;
        const uint32_t count = ep_arena_arriving(&r->terms, i, from, fresh, actions);
        ep_replay_run(r, actions, count);
        made |= fresh;
        for (const ep_arena_action *a = actions; a < actions + count; a++)
            ep_replay_keep(r, i, a->makes);
    }
    if (from < shape->layers || shape->graph.traits & EP_GRAPH_PICKS_AT_END)
        ep_replay_run(r, actions, ep_arena_picked(&r->terms, actions));
}

/* Whether a weight scales all that a layer yields. */
static int scales_layers(const ep_graph *graph)
{
    return graph->traits & EP_GRAPH_PER_LAYER_INPUT && !graph->streams;
}

/* Small weights that a layer reads after its last product: of a norm, of the layer as a whole, or biases of experts. */
static uint64_t bytes_after_products(const ep_shape *shape, const ep_layer_kind *kind)
{
    const uint32_t traits = shape->graph.traits;

    if (scales_layers(&shape->graph))
        return 4;
    if (traits & (EP_GRAPH_POST_NORMS | EP_GRAPH_PER_LAYER_INPUT))
        return 4 * shape->hidden_width;
    return traits & EP_GRAPH_SINKS ? shape->runs[kind->run].largest_bytes[EDGEPLAN_ROLE_BIAS] : 0;
}

/* The last of the host's layers: with its last weights, which may be small, come all inputs of the device's own layers. */
static void run_last_taken(ep_replay *r, const ep_arena_action *actions, uint32_t length, uint64_t layers, uint32_t made)
{
    const ep_shape *shape = r->terms.shape;
    const uint64_t bytes = bytes_after_products(shape, &shape->kinds[shape->order[layers - 1]]);
    const int scaled = scales_layers(&shape->graph);
    const ep_arena_action small = {{ep_block_bytes((int64_t)bytes), 0}, 0, EP_COPIED, EP_NO_REGISTER, {0}};
    const ep_arena_action done = {{0, 0}, 0, EP_NO_REGISTER, EP_NO_REGISTER, {EP_COPIED}};
    uint32_t first = length;

    while (first > 0 && actions[first - 1].makes != EP_COPIED && !scaled)
        first--;
    while (bytes > 0 && first < length && actions[first - 1].frees[0] != EP_COPIED)
        first++;
    ep_replay_run(r, actions, first);
    ep_replay_run(r, &small, bytes > 0);
    r->terms.taken_over = 0;
    arrive(r, layers, made);
    ep_replay_run(r, &done, bytes > 0);
    ep_replay_run(r, actions + first, length - first);
}

/* The first layers, of the host, as a device computes them that takes them over. It copies weights and caches for an operation at a time,
   and inputs for the first layer that reads them. */
static void take_over(ep_replay *r, uint64_t layers)
{
    const ep_shape *shape = r->terms.shape;
    ep_arena_action actions[EP_MAX_LAYER_ACTIONS];
    uint64_t from = 0, roped = shape->constant_bytes > 0 ? layers : 0; /* up to the last that reads factors */
    uint32_t made = 0;

    while (roped > 0 && !(shape->kinds[shape->order[roped - 1]].reads >> EP_FACTORS & 1))
        roped--;
    for (uint64_t i = 0; i < layers; i++) {
        const ep_layer_kind *kind = &shape->kinds[shape->order[i]];
        const uint32_t last = i + 1 == layers && layers < shape->layers;
        r->terms.fetches_own = last;
        r->terms.fresh = ep_arena_copied(&r->terms, kind) & ~made;
        if (i == 0 && shape->graph.traits & EP_GRAPH_NO_PRE_NORMS)
            r->terms.fresh |= UINT32_C(1) << EP_RESIDUAL;
        made |= r->terms.fresh;
        r->terms.ends = (uint32_t)(i + 1 == roped) << EP_FACTORS;
        if (r->terms.fresh == 0 && r->terms.ends == 0 && !last)
            continue;
        const uint32_t length = ep_arena_layer(&r->terms, kind, actions);
        r->terms.fresh = r->terms.ends = r->terms.fetches_own = 0;
        ep_replay_layers(r, from, i);
        if (last)
            run_last_taken(r, actions, length, layers, made);
        else
            ep_replay_run(r, actions, length);
        from = i + 1;
    }
    ep_replay_layers(r, from, layers);
    r->terms.taken_over = 0;
    ep_replay_forget(r);
}

/* What a device returns of layers it takes over is put where the lookups were, or behind. */
static void take_back(ep_replay *r)
{
    const ep_shape *shape = r->terms.shape;
    ep_arena_action actions[EP_MAX_LAYER_ACTIONS];
    uint32_t kinds = 0; /* of these layers: they are in the order of layers */

    for (uint64_t i = 0; i < ep_min(r->terms.workload->host_layers, shape->layers); i++)
        kinds = shape->order[i] >= kinds ? shape->order[i] + 1u : kinds;
    for (uint32_t k = 0; k < kinds; k++)
        ep_replay_run(r, actions, ep_arena_returned(&r->terms, &shape->kinds[k], actions));
}

/* The last layer before a cut may fetch rows of the other side. */
static void run_own(ep_replay *r, uint64_t from, uint64_t to)
{
    const ep_shape *shape = r->terms.shape;
    const uint64_t last = to < shape->layers ? to - 1 : shape->layers;
    ep_arena_action actions[EP_MAX_LAYER_ACTIONS];

    ep_replay_layers(r, from, last);
    if (last == shape->layers)
        return;
    r->terms.fetches_away = 1;
    ep_replay_run(r, actions, ep_arena_layer(&r->terms, &shape->kinds[shape->order[last]], actions));
    r->terms.fetches_away = 0;
}

/* Layers from `from` up to `to` on one side; one more than there are is the output matrix. A host keeps all inputs, and what is looked up
   by tokens, whatever its layers; a device gets copies first of all. Source: ggml/src/ggml-backend.cpp (splits), and dry runs of the
   library with a device. */
static void lay_out(ep_replay *r, uint64_t from, uint64_t to)
{
    const uint64_t layers = r->terms.shape->layers, others = r->terms.workload->host_layers;
    const int takes_over = others > 0 && r->terms.workload->cut == 0;
    ep_arena_action actions[EP_MAX_LAYER_ACTIONS];

    ep_replay_begin(r);
    if (from > 0)
        ep_replay_run(r, actions, ep_arena_begun(&r->terms, actions));
    if (from > 0 && from < layers)
        ep_replay_run(r, actions, ep_arena_ahead(&r->terms, from, actions));
    r->terms.taken_over = takes_over && r->terms.offloaded;
    ep_replay_run(r, actions, ep_arena_copies(&r->terms, from, actions));
    if (r->terms.taken_over) {
        ep_replay_run(r, actions, ep_arena_begin(&r->terms, actions));
        from = ep_min(others, layers);
        take_over(r, from);
    } else {
        if (from > 0)
            arrive(r, from, 0);
        else
            ep_replay_run(r, actions, ep_arena_inputs(&r->terms, actions));
        ep_replay_run(r, actions, ep_arena_arrivals(&r->terms, from, actions));
        if (from == 0 && to > 0)
            ep_replay_run(r, actions, ep_arena_begin(&r->terms, actions));
    }
    if (takes_over && !r->terms.offloaded)
        take_back(r);
    if (from < ep_min(to, layers))
        run_own(r, from, to);
    r->terms.taken_over = r->terms.offloaded && takes_over && others > layers;
    if (to > layers)
        ep_replay_run(r, actions, ep_arena_finish(&r->terms, actions));
    r->terms.taken_over = 0;
}

/* Adds what is laid out on one side. */
static void add_side(ep_replay *r, uint64_t from, uint64_t to, ep_arena_size *size, uint64_t *steps)
{
    lay_out(r, from, to);
    if (r->free.overflow || (uint64_t)r->free.peak.bytes > EP_MAX_COUNT)
        r->terms.overflow = 1;
    size->bytes += (uint64_t)r->free.peak.bytes;
    size->step_bytes += (uint64_t)r->free.peak.step_bytes;
    size->written_bytes += from < to ? ep_replay_written_bytes(r) : (uint64_t)r->free.peak.bytes; /* inputs of an offloaded graph */
    *steps = ep_min(*steps, ep_min(r->free.steps, r->terms.steps));
}

ep_arena_size ep_compute_arena(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload, const ep_workload *written)
{
    const uint64_t host_layers = ep_host_layers(rules, shape, workload->cut);
    ep_arena_size size = {0};
    uint64_t steps = EP_STEPS_ENDLESS;
    ep_replay r;

    r.terms = ep_arena_terms_of(rules, shape, workload);
    if (written) {
        r.written = ep_arena_terms_of(rules, shape, written);
        r.terms.written = &r.written;
        r.terms.alike = r.written.tokens == r.terms.tokens && r.written.outputs == r.terms.outputs;
    }
    r.terms.offloaded = r.written.offloaded = 0;
    add_side(&r, 0, host_layers, &size, &steps);
    size.host_bytes = size.bytes;
    if (host_layers <= shape->layers) {
        r.terms.offloaded = r.written.offloaded = 1;
        add_side(&r, host_layers, shape->layers + 1, &size, &steps);
    }
    if (r.terms.overflow)
        return (ep_arena_size){.bytes = UINT64_MAX};
    size.even_tokens = ep_add(workload->sequence_tokens, ep_mul(steps, ep_max(rules->context.step, 1)));
    return size;
}
