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
    EP_KEY_HEADS,
    EP_KEY_KV_HEADS,
    EP_KEY_HEAD_WIDTH,
    EP_KEY_FFN,
    EP_KEY_EXPERTS,
    EP_KEY_EXPERTS_USED,
    EP_KEY_EXPERT_FFN,
    EP_KEY_SHARED_FFN,
    EP_KEY_SPARSE_STEP,
    EP_KEY_WINDOW,
    EP_KEY_WINDOW_PERIOD,
    EP_KEY_WINDOW_FIRST,
    EP_KEY_USE_WINDOW, /* from here on: switches, 0 or 1 */
    EP_KEY_TIED,
    EP_KEY_ATTENTION_BIAS,
    EP_KEY_FFN_BIAS,
    EP_KEY_COUNT
} ep_key;

typedef struct ep_key_rule {
    const char *names[8]; /* the first is the one messages use */
    uint64_t low, high;
    int is_switch;
} ep_key_rule;

extern const ep_key_rule ep_key_rules[EP_KEY_COUNT];

/* The first synonym whose value is not null; NULL if there is none. */
const ep_entry *ep_key_find(const ep_node *map, ep_key key);

/* Reads a number or switch of a key: counts, counts written as `4096.0` or `"4096"`, true and false. SCHEMA for another kind of value,
   RANGE outside the key's bounds; *message then says why. */
edgeplan_status ep_key_read(const ep_node *value, ep_key key, uint64_t *out, const char **message);

#endif
