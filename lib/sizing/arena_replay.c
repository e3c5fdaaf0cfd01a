#include "sizing/arena_replay.h"

#include <string.h>

#include "base/checked.h"

static const ep_block nothing = {{EP_HOLDS_NOTHING, 0}, {0, 0}};

void ep_replay_forget(ep_replay *r)
{
    r->used = r->state_count = 0;
    memset(r->length, 0, sizeof r->length);
}

void ep_replay_keep(ep_replay *r, uint64_t layer, uint8_t reg)
{
    if (r->arrived == EP_REPLAY_ARRIVALS)
        return;
    r->arrivals[r->arrived++] = (ep_replay_arrival){layer, reg, r->held[reg]};
    r->held[reg] = nothing;
}

void ep_replay_begin(ep_replay *r)
{
    r->range_count = r->arrived = r->received = 0;
    ep_replay_forget(r);
    for (uint32_t i = 0; i < EP_REGISTER_COUNT; i++)
        r->held[i] = nothing;
    ep_free_blocks_init(&r->free);
}

/* Takes up the ranges that it meets. Where there is no room it is as if the last one reached as far. */
static void write_at(ep_replay *r, uint64_t from, uint64_t to)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < r->range_count; i++) {
        const ep_replay_range other = r->ranges[i];
        if (other.from <= from && to <= other.to)
            return;
        if ((other.from <= to && from <= other.to) || i == EP_REPLAY_RANGES - 1) {
            from = ep_min(from, other.from);
            to = ep_max(to, other.to);
        } else {
            r->ranges[kept++] = other;
        }
    }
    r->ranges[kept] = (ep_replay_range){from, to};
    r->range_count = kept + 1;
}

uint64_t ep_replay_written_bytes(const ep_replay *r)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < r->range_count; i++)
        sum += r->ranges[i].to - r->ranges[i].from;
    return sum;
}

/* A register that holds nothing frees nothing: what a step may read, where it is there. */
void ep_replay_run(ep_replay *r, const ep_arena_action *actions, uint32_t count)
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
            if (freed->offset.bytes != EP_HOLDS_NOTHING)
                ep_block_give(&r->free, *freed);
            *freed = nothing;
        }
        if (a->makes)
            r->held[a->makes] = made;
    }
}

/* Where a kind of layer is compiled to. */
static uint32_t compile_kind(ep_replay *r, uint32_t kind)
{
    uint32_t slot = kind % EP_REPLAY_KINDS;

    if (r->used + EP_MAX_LAYER_ACTIONS > EP_REPLAY_ACTIONS) { /* no room: forget all */
        memset(r->length, 0, sizeof r->length);
        r->used = 0;
    }
    r->begin[slot] = r->used;
    r->length[slot] = ep_arena_layer(&r->terms, &r->terms.shape->kinds[kind], &r->program[r->used]);
    r->used += r->length[slot];
    return slot;
}

/* A layer, compiled the first time its kind occurs. */
static void run_layer(ep_replay *r, uint32_t kind)
{
    uint32_t slot = kind < EP_REPLAY_KINDS && r->length[kind] != 0 ? kind : compile_kind(r, kind);

    ep_replay_run(r, &r->program[r->begin[slot]], r->length[slot]);
    if (kind >= EP_REPLAY_KINDS) /* a guest in another one's place */
        r->length[slot] = 0;
}

/* ---- states ---- */

static const uint8_t across[EP_REPLAY_HELD_ACROSS] = {EP_RESIDUAL, EP_FETCHED, EP_FETCHED_STATE};

static int is_state(const ep_replay *r, const ep_replay_state *s)
{
    if (s->count != r->free.count || memcmp(&s->end, &r->free.end, sizeof s->end) != 0)
        return 0;
    for (uint32_t i = 0; i < EP_REPLAY_HELD_ACROSS; i++)
        if (memcmp(&s->held[i], &r->held[across[i]], sizeof s->held[i]) != 0)
            return 0;
    return memcmp(s->block, r->free.block, s->count * sizeof s->block[0]) == 0;
}

/* The index of the present state, remembered if it is new; EP_REPLAY_STATES if there is no room. */
static uint32_t remember(ep_replay *r)
{
    for (uint32_t i = 0; i < r->state_count; i++)
        if (is_state(r, &r->states[i]))
            return i;
    if (r->state_count == EP_REPLAY_STATES || r->free.count > EP_REPLAY_STATE_BLOCKS)
        return EP_REPLAY_STATES;
    ep_replay_state *s = &r->states[r->state_count];
    for (uint32_t i = 0; i < EP_REPLAY_HELD_ACROSS; i++)
        s->held[i] = r->held[across[i]];
    s->end = r->free.end;
    s->count = r->free.count;
    memcpy(s->block, r->free.block, s->count * sizeof s->block[0]);
    memset(r->next[r->state_count], 0, sizeof r->next[0]);
    return r->state_count++;
}

static void recall(ep_replay *r, uint32_t index)
{
    const ep_replay_state *s = &r->states[index];

    for (uint32_t i = 0; i < EP_REPLAY_HELD_ACROSS; i++)
        r->held[across[i]] = s->held[i];
    r->free.end = s->end;
    r->free.count = s->count;
    memcpy(r->free.block, s->block, s->count * sizeof s->block[0]);
}

/* A layer's inputs and copies are in its registers until it frees them. */
static void receive(ep_replay *r, uint64_t layer)
{
    for (; r->received < r->arrived && r->arrivals[r->received].layer <= layer; r->received++)
        r->held[r->arrivals[r->received].reg] = r->arrivals[r->received].block;
}

void ep_replay_layers(ep_replay *r, uint64_t from, uint64_t to)
{
    uint32_t here = remember(r);
    int present = 1; /* the arena is in state `here`, or in one that is not remembered */

    for (uint64_t i = from; i < to; i++) {
        uint32_t kind = r->terms.shape->order[i];
        int remembers = here < EP_REPLAY_STATES && kind < EP_REPLAY_KINDS;
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
        if (remembers && there < EP_REPLAY_STATES)
            r->next[here][kind] = (uint8_t)(there + 1);
        here = there;
    }
    if (!present)
        recall(r, here);
}
