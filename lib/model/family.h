/* What `config.json` leaves to the class of a model: one row per `model_type`. A new family is a new row. */
#ifndef EP_MODEL_FAMILY_H
#define EP_MODEL_FAMILY_H

#include "model/config_keys.h"
#include "model/tensors.h"

/* Which layers look back on a window, unless `layer_types` lists it. */
typedef enum ep_window_kind {
    EP_WINDOW_NEVER = 0, /* the class knows no window, whatever the file says */
    EP_WINDOW_EVERY,     /* every layer */
    EP_WINDOW_PERIOD,    /* all but every n-th */
    EP_WINDOW_LATE       /* from `max_window_layers` on, and only if `use_sliding_window` */
} ep_window_kind;

typedef enum ep_experts_kind {
    EP_EXPERTS_NONE = 0,
    EP_EXPERTS_EVERY, /* in every layer; their width stands under the dense name */
    EP_EXPERTS_SOME   /* width under its own name, every n-th layer, some layers listed as dense */
} ep_experts_kind;

/* A value the class takes where the file has none. */
typedef struct ep_family_default {
    ep_key key;
    uint64_t value;
} ep_family_default;

typedef struct ep_family {
    const char *model_type;
    const char *family;  /* as runtimes name it */
    const ep_traits *traits;
    uint32_t attention_bias; /* biases that `attention_bias: true` adds */
    uint32_t ffn_bias;       /* biases that `mlp_bias: true` adds */
    uint32_t window;         /* ep_window_kind */
    uint32_t experts;        /* ep_experts_kind */
    const ep_family_default *defaults; /* ends with EP_KEY_COUNT */
} ep_family;

const ep_family *ep_family_find(const char *model_type);                    /* NULL if there is no such row */
int ep_family_default_of(const ep_family *family, ep_key key, uint64_t *out); /* 1 if there is one */

#endif
