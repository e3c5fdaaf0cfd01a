/* What `config.json` leaves to the class of a model: one row per class. A new family is a new row, and parts (parts.c) where it has
   matrices no other family has. */
#ifndef EP_MODEL_FAMILY_H
#define EP_MODEL_FAMILY_H

#include "model/config_keys.h"
#include "model/recipe.h"

/* Which layers attend and which recur, unless the file lists their kinds (`layer_types`). */
typedef enum ep_layout {
    EP_LAYOUT_ATTENTION = 0, /* all attend */
    EP_LAYOUT_RECURRENT,     /* none */
    EP_LAYOUT_BOTH,          /* every layer does both, side by side */
    EP_LAYOUT_INTERVAL,      /* every n-th attends: `full_attention_interval` */
    EP_LAYOUT_PERIOD,        /* one of n attends: `attn_layer_period`, `attn_layer_offset` */
    EP_LAYOUT_INDICES,       /* those listed attend: `full_attn_idxs` */
    EP_LAYOUT_LINEAR_CONFIG, /* the same, counted from 1, in the map `linear_attn_config` */
    EP_LAYOUT_PATTERN,       /* one letter a layer, one mixer or feed-forward part a layer: `hybrid_override_pattern` */
    EP_LAYOUT_CROSS          /* a decoder: every layer is one that attends to itself, then one that attends to the encoder */
} ep_layout;

/* Which layers look back on a window, unless `layer_types` lists it. */
typedef enum ep_window_kind {
    EP_WINDOW_NEVER = 0, /* the class knows no window, whatever the file says */
    EP_WINDOW_EVERY,     /* every layer */
    EP_WINDOW_PERIOD,    /* all but every n-th */
    EP_WINDOW_LATE,      /* from `max_window_layers` on, and only if `use_sliding_window` */
    EP_WINDOW_CHUNKS     /* layers with rope stay within a chunk: `no_rope_layers`, else all but every n-th */
} ep_window_kind;

/* Which layers are made of experts. */
typedef enum ep_experts_kind {
    EP_EXPERTS_NONE = 0,
    EP_EXPERTS_LAST, /* the last of every n layers */
    EP_EXPERTS_FIRST /* the first of every n, or the one the file says */
} ep_experts_kind;

/* How the dimensions of a recurrent part are written. */
typedef enum ep_recurrence {
    EP_RECURRENCE_NONE = 0,
    EP_RECURRENCE_MAMBA,
    EP_RECURRENCE_MAMBA2,
    EP_RECURRENCE_DELTA,
    EP_RECURRENCE_KDA,
    EP_RECURRENCE_CONVOLUTION,
    EP_RECURRENCE_RWKV
} ep_recurrence;

typedef enum ep_quirk {
    EP_QUIRK_LATENT = 1,        /* attention through a latent vector */
    EP_QUIRK_ADJUSTED_FFN = 2,  /* the dense width in the file is scaled and rounded (LFM2) */
    EP_QUIRK_LOOKUP = 4,        /* inputs per layer */
    EP_QUIRK_GLOBAL_HEADS = 8,  /* layers without a window may have heads of their own */
    EP_QUIRK_CONTEXT_FREE = 16, /* no limit to its context: the file may have none */
    EP_QUIRK_UNKNOWN = 32,      /* the row of classes without one */
    EP_QUIRK_EXPANDED = 64      /* keys and values are expanded from the latent vector before they are cached */
} ep_quirk;

/* A key this class reads in place of the usual one. */
typedef struct ep_family_alias {
    ep_key usual, own;
} ep_family_alias;

/* A value the class takes where the file has none; under the key the class reads. */
typedef struct ep_family_default {
    ep_key key;
    uint64_t value;
} ep_family_default;

/* Biases a switch of the file adds. */
typedef struct ep_bias_switch {
    ep_key key;
    uint32_t biases; /* set of ep_bias */
} ep_bias_switch;

typedef struct ep_family {
    const char *model_types[5];
    const char *family; /* as runtimes name it */
    const ep_parts *parts;
    uint8_t layout, window, experts, recurrence, quirks;
    const ep_bias_switch *switches;    /* these lists end with EP_KEY_COUNT or are NULL */
    const ep_family_alias *aliases;
    const ep_family_default *defaults;
} ep_family;

extern const ep_family ep_families[];
extern const size_t ep_family_count;
extern const ep_family ep_family_unknown; /* the usual transformer */

const ep_family *ep_family_find(const char *model_type);                    /* NULL if there is no such row */
ep_key ep_family_key(const ep_family *family, ep_key usual);                /* the key this class reads */
int ep_family_default_of(const ep_family *family, ep_key key, uint64_t *out); /* 1 if there is one */

#endif
