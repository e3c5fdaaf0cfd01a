/* Matrices as data: what a part of a layer is made of, by the sides of each matrix. recipes.c and recipes_recurrent.c hold the
   lists, parts.c joins them to what a family is made of, tensors.c walks them. */
#ifndef EP_MODEL_RECIPE_H
#define EP_MODEL_RECIPE_H

#include <edgeplan/model.h>

/* What a side can be. */
typedef enum ep_side {
    EP_SIDE_NONE = 0, /* always 0 */
    EP_SIDE_ONE,
    EP_SIDE_HIDDEN,
    EP_SIDE_HIDDEN_PAIR, /* two side by side */
    EP_SIDE_VOCABULARY,
    EP_SIDE_OUTPUT,   /* vocabulary, 0 if the head is tied */
    EP_SIDE_CONTEXT,  /* trained positions */
    /* Of a layer. */
    EP_SIDE_HEADS,    /* query heads */
    EP_SIDE_HEAD,     /* elements of a key head */
    EP_SIDE_QUERY,    /* query heads × key width */
    EP_SIDE_ATTENDED, /* query heads × value width */
    EP_SIDE_KEY,      /* KV heads × key width; 0 where the layer projects none */
    EP_SIDE_VALUE,
    EP_SIDE_LATENT,
    EP_SIDE_LATENT_ROPE, /* latent vector and rope part */
    EP_SIDE_EXPANDED,    /* heads × (key without rope + value) */
    EP_SIDE_FFN,
    EP_SIDE_EXPERTS,
    EP_SIDE_SHARED,
    EP_SIDE_HAS_SHARED,  /* 1 or 0 */
    /* Of latent attention: queries go through a narrow vector, or straight from the hidden width. */
    EP_SIDE_QUERY_RANK,
    EP_SIDE_QUERY_INPUT, /* hidden width, 0 if there is a query rank */
    /* Of a recurrent part. */
    EP_SIDE_INNER,       /* elements the recurrence runs over */
    EP_SIDE_INNER_NORM,  /* the same, 0 if they are not normed */
    EP_SIDE_STATE,       /* state elements per inner element */
    EP_SIDE_GROUP_STATE, /* groups × state */
    EP_SIDE_RATE,        /* rank of the time step */
    EP_SIDE_CONV,        /* elements the convolution runs over */
    EP_SIDE_KERNEL,      /* its taps */
    EP_SIDE_CELLS,       /* heads of the recurrence */
    EP_SIDE_CELL,        /* elements of one of them */
    EP_SIDE_CELL_KEYS,   /* all key heads */
    EP_SIDE_CELL_VALUES, /* all value heads */
    EP_SIDE_DECAY_RANK,
    EP_SIDE_LEARNING_RANK,
    EP_SIDE_GATE_RANK,
    EP_SIDE_MIX_RANK,    /* of the value taken from the first layer; 0 in that layer */
    EP_SIDE_MIX,         /* hidden width, 0 in the first layer */
    /* Of inputs per layer (Gemma 3n, Gemma 4). */
    EP_SIDE_LOOKUP,      /* elements looked up for a layer */
    EP_SIDE_LOOKUP_OUT,  /* hidden width, 0 if nothing is looked up */
    EP_SIDE_LOOKUP_ALL,  /* for all layers */
    EP_SIDE_LOOKUP_ROWS, /* entries of the table */
    EP_SIDE_STREAMS,     /* parallel residual streams */
    EP_SIDE_STREAM_PAIRS,
    EP_SIDE_STREAM_REST, /* all streams but the first */
    EP_SIDE_LAUREL,      /* rank of the learned augmented residual */
    /* Of an encoder. */
    EP_SIDE_ENCODER_LAYERS,
    EP_SIDE_ENCODER_FFN,
    EP_SIDE_FRAMES,
    EP_SIDE_MEL_TAPS,    /* bins × kernel of its first convolution */
    EP_SIDE_FRAME_TAPS,  /* hidden width × kernel of its second */
    EP_SIDE_COUNT
} ep_side;

/* Switches for vectors beside a matrix: always on for a family, or by a key of the file. */
typedef enum ep_bias {
    EP_BIAS_QKV = 1,
    EP_BIAS_OUTPUT = 2, /* of attention */
    EP_BIAS_FFN = 4,
    EP_BIAS_ROUTER = 8,
    EP_BIAS_EXPERTS = 16,
    EP_BIAS_HEAD = 32,
    EP_BIAS_CONV = 64,
    EP_BIAS_RECURRENT = 128, /* of its projections in and out */
    EP_BIAS_ALWAYS = 256
} ep_bias;

/* One tensor; left out if a side is 0. A list ends with columns EP_SIDE_NONE. */
typedef struct ep_recipe {
    uint16_t bias;          /* set of ep_bias: any of them on adds a vector of as many elements as there are rows */
    uint8_t role;
    uint8_t columns;        /* ep_side */
    uint8_t slices;         /* ep_side */
    struct {
        uint8_t times, dim; /* ep_side */
    } rows[3];              /* summed */
} ep_recipe;

/* What a family is made of. A norm belongs to the part it stands before or after; NULL: the family has no such part. */
typedef struct ep_parts {
    const ep_recipe *head;        /* outside the layers */
    const ep_recipe *mixer_norm;  /* of layers with attention or a recurrent part: one, if they run side by side */
    const ep_recipe *grouped;     /* grouped attention */
    const ep_recipe *latent;      /* latent attention */
    const ep_recipe *recurrent;
    const ep_recipe *ffn_norm;
    const ep_recipe *dense;
    const ep_recipe *experts;
    const ep_recipe *every_layer;
    const ep_recipe *encoder;     /* one layer of an encoder */
    uint32_t biases;              /* set of ep_bias that is always on */
    uint32_t keeps_unused;        /* 1: a layer that reads another's cache still has projections for keys and values */
} ep_parts;

extern const ep_recipe ep_head_usual[], ep_head_layer_norm[], ep_head_gemma3n[], ep_head_gemma4[], ep_head_rwkv[],
    ep_head_whisper[];
extern const ep_recipe ep_norm_one[], ep_norm_two[], ep_norm_layer[];
extern const ep_recipe ep_grouped_plain[], ep_grouped_fused[], ep_grouped_head_norm[], ep_grouped_full_norm[], ep_grouped_sinks[],
    ep_grouped_gated[], ep_grouped_sub_norm[], ep_grouped_whisper[], ep_latent_plain[];
extern const ep_recipe ep_ffn_gated[], ep_ffn_fused[], ep_ffn_ungated[], ep_ffn_sub_norm[], ep_ffn_whisper[], ep_ffn_rwkv[];
extern const ep_recipe ep_experts_gated[], ep_experts_scored[], ep_experts_qwen[], ep_experts_ungated[], ep_experts_gemma4[];
extern const ep_recipe ep_layer_gemma3n[], ep_layer_gemma4[], ep_layer_next_token[];
extern const ep_recipe ep_encoder_whisper[];
extern const ep_recipe ep_recurrent_mamba[], ep_recurrent_jamba[], ep_recurrent_mamba2[], ep_recurrent_delta[], ep_recurrent_kda[],
    ep_recurrent_conv[], ep_recurrent_rwkv7[];

#endif
