#include "sizing/compute_arena.h"

#include <string.h>

#include "base/checked.h"
#include "sizing/arena_program.h"

enum {
    MAX_ACTIONS = 320,     /* of all kinds of layers that are kept compiled */
    MAX_KINDS = 24,        /* that are kept compiled */
    MAX_STATES = 12,       /* of the arena between layers that are remembered */
    MAX_STATE_BLOCKS = 12,
    HELD_ACROSS = 3,       /* registers that change from layer to layer and live on: the residual and what is fetched ahead */
    MAX_RANGES = 16,       /* written apart from each other */
    MAX_ARRIVALS = 160
};

/* What the future depends on between two layers. Inputs and what the first layer makes once never move. */
typedef struct state {
    ep_block held[HELD_ACROSS];
    ep_length end;
    uint32_t count;
    ep_block block[MAX_STATE_BLOCKS];
} state;

/* What came to a device at once, for a layer of its own. */
typedef struct arrival {
    uint64_t layer;
    uint8_t reg;
    ep_block block;
} arrival;

typedef struct range {
    uint64_t from, to;
} range;

typedef struct replay {
    ep_arena_terms terms, written;
    uint32_t range_count;
    range ranges[MAX_RANGES]; /* of what is written; they do not overlap */
    ep_free_blocks free;
    ep_block held[EP_REGISTER_COUNT];
    uint32_t arrived, received; /* arrivals, and how many of them their layers have */
    arrival arrivals[MAX_ARRIVALS];
    uint32_t begin[MAX_KINDS], length[MAX_KINDS]; /* compiled layers in `program` */
    uint32_t used;
    ep_arena_action program[MAX_ACTIONS];
    uint32_t state_count;
    state states[MAX_STATES];
    uint8_t next[MAX_STATES][MAX_KINDS]; /* 1 + state that a kind of layer leads to; 0: not known */
} replay;

enum { NOTHING = -1 };
static const ep_block nothing = {{NOTHING, 0}, {0, 0}};

/* Takes up the ranges that it meets. Where there is no room it is as if the last one reached as far. */
static void write_at(replay *r, uint64_t from, uint64_t to)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < r->range_count; i++) {
        const range other = r->ranges[i];
        if (other.from <= from && to <= other.to)
            return;
        if ((other.from <= to && from <= other.to) || i == MAX_RANGES - 1) {
            from = ep_min(from, other.from);
            to = ep_max(to, other.to);
        } else {
            r->ranges[kept++] = other;
        }
    }
    r->ranges[kept] = (range){from, to};
    r->range_count = kept + 1;
}

static uint64_t written_bytes(const replay *r)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < r->range_count; i++)
        sum += r->ranges[i].to - r->ranges[i].from;
    return sum;
}

/* A register that holds nothing frees nothing: what a step may read, where it is there. */
static void run(replay *r, const ep_arena_action *actions, uint32_t count)
{
    for (const ep_arena_action *a = actions; a < actions + count; a++) {
        ep_block made = nothing;
        if (a->over) {
            made = r->held[a->over];
            r->held[a->over] = nothing;
        } else if (a->makes) {
            made = ep_block_take(&r->free, a->size);
            if (a->written)
                write_at(r, (uint64_t)made.offset.bytes, (uint64_t)made.offset.bytes + a->written);
        }
        for (uint32_t i = 0; i < sizeof a->frees && a->frees[i]; i++) {
            ep_block *freed = &r->held[a->frees[i]];
            if (freed->offset.bytes != NOTHING)
                ep_block_give(&r->free, *freed);
            *freed = nothing;
        }
        if (a->makes)
            r->held[a->makes] = made;
    }
}

/* Where a kind of layer is compiled to. */
static uint32_t compile_kind(replay *r, uint32_t kind)
{
    uint32_t slot = kind % MAX_KINDS;

    if (r->used + EP_MAX_LAYER_ACTIONS > MAX_ACTIONS) { /* no room: forget all */
        memset(r->length, 0, sizeof r->length);
        r->used = 0;
    }
    r->begin[slot] = r->used;
    r->length[slot] = ep_arena_layer(&r->terms, &r->terms.shape->kinds[kind], &r->program[r->used]);
    r->used += r->length[slot];
    return slot;
}

/* A layer, compiled the first time its kind occurs. */
static void run_layer(replay *r, uint32_t kind)
{
    uint32_t slot = kind < MAX_KINDS && r->length[kind] != 0 ? kind : compile_kind(r, kind);

    run(r, &r->program[r->begin[slot]], r->length[slot]);
    if (kind >= MAX_KINDS) /* a guest in another one's place */
        r->length[slot] = 0;
}

/* ---- states ---- */

static const uint8_t across[HELD_ACROSS] = {EP_RESIDUAL, EP_FETCHED, EP_FETCHED_STATE};

static int is_state(const replay *r, const state *s)
{
    if (s->count != r->free.count || memcmp(&s->end, &r->free.end, sizeof s->end) != 0)
        return 0;
    for (uint32_t i = 0; i < HELD_ACROSS; i++)
        if (memcmp(&s->held[i], &r->held[across[i]], sizeof s->held[i]) != 0)
            return 0;
    return memcmp(s->block, r->free.block, s->count * sizeof s->block[0]) == 0;
}

/* The index of the present state, remembered if it is new; MAX_STATES if there is no room. */
static uint32_t remember(replay *r)
{
    for (uint32_t i = 0; i < r->state_count; i++)
        if (is_state(r, &r->states[i]))
            return i;
    if (r->state_count == MAX_STATES || r->free.count > MAX_STATE_BLOCKS)
        return MAX_STATES;
    state *s = &r->states[r->state_count];
    for (uint32_t i = 0; i < HELD_ACROSS; i++)
        s->held[i] = r->held[across[i]];
    s->end = r->free.end;
    s->count = r->free.count;
    memcpy(s->block, r->free.block, s->count * sizeof s->block[0]);
    memset(r->next[r->state_count], 0, sizeof r->next[0]);
    return r->state_count++;
}

static void recall(replay *r, uint32_t index)
{
    const state *s = &r->states[index];

    for (uint32_t i = 0; i < HELD_ACROSS; i++)
        r->held[across[i]] = s->held[i];
    r->free.end = s->end;
    r->free.count = s->count;
    memcpy(r->free.block, s->block, s->count * sizeof s->block[0]);
}

/* A layer's inputs and copies are in its registers until it frees them. */
static void receive(replay *r, uint64_t layer)
{
    for (; r->received < r->arrived && r->arrivals[r->received].layer <= layer; r->received++)
        r->held[r->arrivals[r->received].reg] = r->arrivals[r->received].block;
}

/* Layers from `from` up to `to`. The arena comes back to where it was after a few, and from a known state a known kind of layer leads
   to a known one. */
static void run_layers(replay *r, uint64_t from, uint64_t to)
{
    uint32_t here = remember(r);
    int present = 1; /* the arena is in state `here`, or in one that is not remembered */

    for (uint64_t i = from; i < to; i++) {
        uint32_t kind = r->terms.shape->order[i];
        int remembers = here < MAX_STATES && kind < MAX_KINDS;
        if (remembers && r->next[here][kind]) {
            here = r->next[here][kind] - 1u;
            present = 0;
            continue;
        }
        if (!present)
            recall(r, here);
        present = 1;
        receive(r, i);
        run_layer(r, kind);
        uint32_t there = remember(r);
        if (remembers && there < MAX_STATES)
            r->next[here][kind] = (uint8_t)(there + 1);
        here = there;
    }
    if (!present)
        recall(r, here);
}

/* ---- the whole ---- */

static void forget_layers(replay *r)
{
    r->used = r->state_count = 0;
    memset(r->length, 0, sizeof r->length);
}

/* Inputs that are held, as a set. */
static uint32_t made_inputs(const replay *r)
{
    uint32_t made = 0;

    for (uint32_t i = 1; i < EP_INPUT_COUNT; i++)
        made |= (uint32_t)(r->held[i].offset.bytes != NOTHING) << i;
    return made;
}

/* What comes for the device's own layers. Where there is no room to remember it, it is never given back. */
static void arrive(replay *r, uint64_t from, uint32_t made)
{
    const ep_shape *shape = r->terms.shape;
    ep_arena_action actions[EP_MAX_LAYER_ACTIONS];

    made |= made_inputs(r);
    for (uint64_t i = from; i < shape->layers; i++) {
        const uint32_t fresh = shape->kinds[shape->order[i]].reads & ~made;
        const uint32_t count = ep_arena_arriving(&r->terms, i, from, fresh, actions);
        run(r, actions, count);
        made |= fresh;
        for (const ep_arena_action *a = actions; a < actions + count && r->arrived < MAX_ARRIVALS; a++) {
            r->arrivals[r->arrived++] = (arrival){i, a->makes, r->held[a->makes]};
            r->held[a->makes] = nothing;
        }
    }
    if (from < shape->layers || shape->graph.traits & EP_GRAPH_PICKS_AT_END)
        run(r, actions, ep_arena_picked(&r->terms, actions));
}

/* Small weights that a layer reads after its last product: of a norm, of the layer as a whole, or biases of experts. */
static uint64_t bytes_after_products(const ep_shape *shape, const ep_layer_kind *kind)
{
    const uint32_t traits = shape->graph.traits;

    if (traits & EP_GRAPH_PER_LAYER_INPUT && !shape->graph.streams)
        return 4;
    if (traits & (EP_GRAPH_POST_NORMS | EP_GRAPH_PER_LAYER_INPUT))
        return 4 * shape->hidden_width;
    return traits & EP_GRAPH_SINKS ? shape->runs[kind->run].largest_bytes[EDGEPLAN_ROLE_BIAS] : 0;
}

/* The last of the host's layers: with its last weights, which may be small, come all inputs of the device's own layers. */
static void run_last_taken(replay *r, const ep_arena_action *actions, uint32_t length, uint64_t layers, uint32_t made)
{
    const ep_shape *shape = r->terms.shape;
    const uint64_t bytes = bytes_after_products(shape, &shape->kinds[shape->order[layers - 1]]);
    const int scaled = bytes == 4;
    const ep_arena_action small = {{ep_block_bytes((int64_t)bytes), 0}, 0, EP_COPIED, EP_NO_REGISTER, {0}};
    const ep_arena_action done = {{0, 0}, 0, EP_NO_REGISTER, EP_NO_REGISTER, {EP_COPIED}};
    uint32_t first = length;

    while (first > 0 && actions[first - 1].makes != EP_COPIED && !scaled)
        first--;
    while (bytes > 0 && first < length && actions[first - 1].frees[0] != EP_COPIED)
        first++;
    run(r, actions, first);
    run(r, &small, bytes > 0);
    r->terms.taken_over = 0;
    arrive(r, layers, made);
    run(r, &done, bytes > 0);
    run(r, actions + first, length - first);
}

/* The first layers, of the host, as a device computes them that takes them over. It copies weights and caches for an operation at a time,
   and inputs for the first layer that reads them. */
static void take_over(replay *r, uint64_t layers)
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
        run_layers(r, from, i);
        if (last)
            run_last_taken(r, actions, length, layers, made);
        else
            run(r, actions, length);
        from = i + 1;
    }
    run_layers(r, from, layers);
    r->terms.taken_over = 0;
    forget_layers(r);
}

/* What a device returns of layers it takes over is put where the lookups were, or behind. */
static void take_back(replay *r)
{
    const ep_shape *shape = r->terms.shape;
    ep_arena_action actions[EP_MAX_LAYER_ACTIONS];
    uint32_t kinds = 0; /* of these layers: they are in the order of layers */

    for (uint64_t i = 0; i < ep_min(r->terms.workload->host_layers, shape->layers); i++)
        kinds = shape->order[i] >= kinds ? shape->order[i] + 1u : kinds;
    for (uint32_t k = 0; k < kinds; k++)
        run(r, actions, ep_arena_returned(&r->terms, &shape->kinds[k], actions));
}

/* The last layer before a cut may fetch rows of the other side. */
static void run_own(replay *r, uint64_t from, uint64_t to)
{
    const ep_shape *shape = r->terms.shape;
    const uint64_t last = to < shape->layers ? to - 1 : shape->layers;
    ep_arena_action actions[EP_MAX_LAYER_ACTIONS];

    run_layers(r, from, last);
    if (last == shape->layers)
        return;
    r->terms.fetches_away = 1;
    run(r, actions, ep_arena_layer(&r->terms, &shape->kinds[shape->order[last]], actions));
    r->terms.fetches_away = 0;
}

/* Layers from `from` up to `to` on one side; one more than there are is the output matrix. A host keeps all inputs, and what is looked up
   by tokens, whatever its layers; a device gets copies first of all. Source: ggml/src/ggml-backend.cpp (splits), and dry runs of the
   library with a device. */
static void lay_out(replay *r, uint64_t from, uint64_t to)
{
    const uint64_t layers = r->terms.shape->layers, others = r->terms.workload->host_layers;
    const int takes_over = others > 0 && r->terms.workload->cut == 0;
    ep_arena_action actions[EP_MAX_LAYER_ACTIONS];

    r->range_count = r->arrived = r->received = 0;
    forget_layers(r);
    for (uint32_t i = 0; i < EP_REGISTER_COUNT; i++)
        r->held[i] = nothing;
    ep_free_blocks_init(&r->free);

    if (from > 0)
        run(r, actions, ep_arena_begun(&r->terms, actions));
    if (from > 0 && from < layers)
        run(r, actions, ep_arena_ahead(&r->terms, from, actions));
    r->terms.taken_over = takes_over && r->terms.offloaded;
    run(r, actions, ep_arena_copies(&r->terms, from, actions));
    if (r->terms.taken_over) {
        run(r, actions, ep_arena_begin(&r->terms, actions));
        from = ep_min(others, layers);
        take_over(r, from);
    } else {
        if (from > 0)
            arrive(r, from, 0);
        else
            run(r, actions, ep_arena_inputs(&r->terms, actions));
        run(r, actions, ep_arena_arrivals(&r->terms, from, actions));
        if (from == 0 && to > 0)
            run(r, actions, ep_arena_begin(&r->terms, actions));
    }
    if (takes_over && !r->terms.offloaded)
        take_back(r);
    if (from < ep_min(to, layers))
        run_own(r, from, to);
    r->terms.taken_over = r->terms.offloaded && takes_over && others > layers;
    if (to > layers)
        run(r, actions, ep_arena_finish(&r->terms, actions));
    r->terms.taken_over = 0;
}

/* Adds what is laid out on one side. */
static void add_side(replay *r, uint64_t from, uint64_t to, ep_arena_size *size, uint64_t *steps)
{
    lay_out(r, from, to);
    if (r->free.overflow || (uint64_t)r->free.peak.bytes > EP_MAX_COUNT)
        r->terms.overflow = 1;
    size->bytes += (uint64_t)r->free.peak.bytes;
    size->step_bytes += (uint64_t)r->free.peak.step_bytes;
    size->written_bytes += from < to ? written_bytes(r) : (uint64_t)r->free.peak.bytes; /* inputs of an offloaded graph */
    *steps = ep_min(*steps, ep_min(r->free.steps, r->terms.steps));
}

ep_arena_size ep_compute_arena(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload, const ep_workload *written)
{
    const uint64_t host_layers = ep_host_layers(rules, shape, workload->cut);
    ep_arena_size size = {0};
    uint64_t steps = EP_STEPS_ENDLESS;
    replay r;

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
