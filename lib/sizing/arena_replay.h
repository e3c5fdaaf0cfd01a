/* The arena while operations are laid out in it: its free blocks, what registers hold, what is written, and the layers that are known. */
#ifndef EP_SIZING_ARENA_REPLAY_H
#define EP_SIZING_ARENA_REPLAY_H

#include "sizing/arena_program.h"

enum {
    EP_REPLAY_ACTIONS = 320,     /* of all kinds of layers that are kept compiled */
    EP_REPLAY_KINDS = 24,        /* that are kept compiled */
    EP_REPLAY_STATES = 12,       /* of the arena between layers that are remembered */
    EP_REPLAY_STATE_BLOCKS = 12,
    EP_REPLAY_HELD_ACROSS = 3,   /* registers that change from layer to layer and live on: the residual and what is fetched ahead */
    EP_REPLAY_RANGES = 16,       /* written apart from each other */
    EP_REPLAY_ARRIVALS = 160
};

/* What the future depends on between two layers. Inputs and what the first layer makes once never move. */
typedef struct ep_replay_state {
    ep_block held[EP_REPLAY_HELD_ACROSS];
    ep_length end;
    uint32_t count;
    ep_block block[EP_REPLAY_STATE_BLOCKS];
} ep_replay_state;

/* What came to a device at once, for a layer of its own. */
typedef struct ep_replay_arrival {
    uint64_t layer;
    uint8_t reg;
    ep_block block;
} ep_replay_arrival;

typedef struct ep_replay_range {
    uint64_t from, to;
} ep_replay_range;

typedef struct ep_replay {
    ep_arena_terms terms, written;
    uint32_t range_count;
    ep_replay_range ranges[EP_REPLAY_RANGES]; /* of what is written; they do not overlap */
    ep_free_blocks free;
    ep_block held[EP_REGISTER_COUNT];
    uint32_t arrived, received; /* arrivals, and how many of them their layers have */
    ep_replay_arrival arrivals[EP_REPLAY_ARRIVALS];
    uint32_t begin[EP_REPLAY_KINDS], length[EP_REPLAY_KINDS]; /* compiled layers in `program` */
    uint32_t used;
    ep_arena_action program[EP_REPLAY_ACTIONS];
    uint32_t state_count;
    ep_replay_state states[EP_REPLAY_STATES];
    uint8_t next[EP_REPLAY_STATES][EP_REPLAY_KINDS]; /* 1 + state that a kind of layer leads to; 0: not known */
} ep_replay;

enum { EP_HOLDS_NOTHING = -1 }; /* an offset: of a register that holds nothing */

/* Sets all but the terms: nothing is laid out, nothing known. */
void ep_replay_begin(ep_replay *replay);
/* Lays out operations one after the other. */
void ep_replay_run(ep_replay *replay, const ep_arena_action *actions, uint32_t count);
/* Layers from `from` up to `to`. The arena comes back to where it was after a few, and from a known state a known kind of layer leads
   to a known one. */
void ep_replay_layers(ep_replay *replay, uint64_t from, uint64_t to);
/* Layers are compiled anew: the terms have changed. */
void ep_replay_forget(ep_replay *replay);
/* What came for a layer: out of its register until the layer is laid out. Where there is no room to remember it, it is never given back. */
void ep_replay_keep(ep_replay *replay, uint64_t layer, uint8_t reg);
uint64_t ep_replay_written_bytes(const ep_replay *replay);

#endif
