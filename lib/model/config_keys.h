/* Keys of config.json that dimensions are read from: synonyms, in the order llama.cpp's converter tries them, and possible values. */
#ifndef EP_MODEL_CONFIG_KEYS_H
#define EP_MODEL_CONFIG_KEYS_H

#include "base/diagnostics.h"
#include "source/tree.h"

typedef enum ep_key {
    EP_KEY_LAYERS = 0,
    EP_KEY_HIDDEN,
    EP_KEY_VOCABULARY,
    EP_KEY_CONTEXT,
    /* Attention. */
    EP_KEY_HEADS,
    EP_KEY_KV_HEADS,
    EP_KEY_HEAD_WIDTH,
    EP_KEY_GLOBAL_HEAD_WIDTH,
    EP_KEY_GLOBAL_KV_HEADS,
    EP_KEY_KV_SHARED,
    EP_KEY_QUERY_RANK,
    EP_KEY_LATENT,
    EP_KEY_PLAIN_WIDTH,
    EP_KEY_ROPE_WIDTH,
    EP_KEY_VALUE_WIDTH,
    /* Feed-forward. */
    EP_KEY_FFN,
    EP_KEY_DENSE_FFN,
    EP_KEY_BLOCK_FFN,
    EP_KEY_BLOCK_MULTIPLE,
    EP_KEY_EXPERTS,
    EP_KEY_EXPERTS_USED,
    EP_KEY_EXPERT_FFN,
    EP_KEY_SHARED_FFN,
    EP_KEY_SHARED_COUNT,
    EP_KEY_SPARSE_FIRST,
    EP_KEY_SPARSE_STEP,
    EP_KEY_SPARSE_OFFSET,
    EP_KEY_NEXT_TOKEN,
    /* Which layer is what. */
    EP_KEY_WINDOW,
    EP_KEY_WINDOW_PERIOD,
    EP_KEY_WINDOW_FIRST,
    EP_KEY_CHUNK,
    EP_KEY_CHUNK_PERIOD,
    EP_KEY_FULL_INTERVAL,
    EP_KEY_ATTENTION_PERIOD,
    EP_KEY_ATTENTION_OFFSET,
    /* Recurrent parts. */
    EP_KEY_STATE,
    EP_KEY_KERNEL,
    EP_KEY_EXPAND,
    EP_KEY_INNER,
    EP_KEY_MAMBA_INNER,
    EP_KEY_CELLS,
    EP_KEY_CELL,
    EP_KEY_GROUPS,
    EP_KEY_RATE,
    EP_KEY_DELTA_KEYS,
    EP_KEY_DELTA_VALUES,
    EP_KEY_DELTA_KEY_WIDTH,
    EP_KEY_DELTA_VALUE_WIDTH,
    EP_KEY_DECAY_RANK,
    EP_KEY_LEARNING_RANK,
    EP_KEY_MIX_RANK,
    EP_KEY_GATE_RANK,
    /* Inputs per layer; encoders. */
    EP_KEY_LOOKUP,
    EP_KEY_LOOKUP_ROWS,
    EP_KEY_STREAMS,
    EP_KEY_LAUREL,
    EP_KEY_DECODER_LAYERS,
    EP_KEY_DECODER_HEADS,
    EP_KEY_DECODER_FFN,
    EP_KEY_DECODER_CONTEXT,
    EP_KEY_ENCODER_LAYERS,
    EP_KEY_ENCODER_FFN,
    EP_KEY_FRAMES,
    EP_KEY_MEL_BINS,
    /* What sees. */
    EP_KEY_TOWER_LAYERS,
    EP_KEY_TOWER_HEADS,
    EP_KEY_TOWER_OUT,
    EP_KEY_PATCH,
    EP_KEY_FRAMES_IN_PATCH,
    EP_KEY_IMAGE,
    EP_KEY_POSITIONS,
    EP_KEY_MERGE,
    EP_KEY_LAST_COUNT = EP_KEY_MERGE, /* after it: switches, 0 or 1 */
    EP_KEY_USE_WINDOW,
    EP_KEY_TIED,
    EP_KEY_ATTENTION_BIAS,
    EP_KEY_FFN_BIAS,
    EP_KEY_HEAD_BIAS,
    EP_KEY_CONV_BIAS,
    EP_KEY_RECURRENT_BIAS,
    EP_KEY_INNER_NORM,
    EP_KEY_ADJUST_FFN,
    EP_KEY_HAS_EXPERTS,
    EP_KEY_KEY_IS_VALUE,
    EP_KEY_DOUBLE_FFN,
    EP_KEY_COUNT
} ep_key;

typedef struct ep_key_rule {
    const char *names[8]; /* the first is the one messages use */
    uint64_t low, high;
} ep_key_rule;

extern const ep_key_rule ep_key_rules[EP_KEY_COUNT];

/* The first synonym whose value is given: not null, and not "auto", which leaves it to the class. NULL if there is none. */
const ep_entry *ep_key_find(const ep_node *map, ep_key key);

/* Reads a number or switch of a key: counts, counts written as `4096.0` or `"4096"`, true and false. SCHEMA for another kind of value,
   RANGE outside the key's bounds; *message then says why. */
edgeplan_status ep_key_read(const ep_node *value, ep_key key, uint64_t *out, const char **message);

int ep_key_is_switch(ep_key key);

#endif
