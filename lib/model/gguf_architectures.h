/* What `general.architecture` means: one row per architecture of llama.cpp. What its keys and tensors say is read alike for all. */
#ifndef EP_MODEL_GGUF_ARCHITECTURES_H
#define EP_MODEL_GGUF_ARCHITECTURES_H

#include <edgeplan/model.h>

/* Which layers look back on a window or chunk. */
typedef enum ep_gguf_window {
    EP_GGUF_WINDOW_NEVER = 0, /* the architecture has none, whatever the file says */
    EP_GGUF_WINDOW_PERIOD,    /* all but every n-th, n in the file or the usual one; or as a list in the file says */
    EP_GGUF_WINDOW_FIRST,     /* all but the first of every n */
    EP_GGUF_WINDOW_LISTED,    /* only as a list in the file says */
    EP_GGUF_WINDOW_EVERY      /* every layer with attention */
} ep_gguf_window;

typedef enum ep_gguf_sharing {
    EP_GGUF_SHARES_NONE = 0,
    EP_GGUF_SHARES_AFTER_20, /* layers from the 20th on read the caches of the last two before */
    EP_GGUF_SHARES_BY_KEY    /* as many of the last ones as `attention.shared_kv_layers` says */
} ep_gguf_sharing;

typedef struct ep_gguf_architecture {
    const char *name;     /* general.architecture */
    const char *family;   /* as runtimes name it; NULL with a refusal */
    uint32_t recurrent;   /* edgeplan_recurrent: what layers with such tensors are; NONE: none may have any */
    uint32_t window;      /* ep_gguf_window */
    uint32_t period;      /* usual n */
    uint32_t tokens;      /* usual window; 0: only the file's counts, and without one there is no window */
    uint32_t span;        /* edgeplan_span of these layers; 0: WINDOW */
    uint32_t only_layers; /* the window is only for models of so many layers; 0: for all */
    uint32_t sharing;     /* ep_gguf_sharing */
    uint32_t side_by_side; /* 1: a layer may have attention and a recurrent part */
    const char *with_experts, *with_window; /* family where the file has that; NULL: the same */
    const char *refusal;  /* why it cannot be planned */
    uint32_t is_encoder;  /* 1: its tensors can be counted beside a language model */
} ep_gguf_architecture;

const ep_gguf_architecture *ep_gguf_architecture_find(const char *name); /* NULL if there is no such row */

#endif
