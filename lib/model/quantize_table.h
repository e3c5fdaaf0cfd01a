/* The rules of llama-quantize as data; quantize.c walks them.
   Source: src/llama-quant.cpp of ggml-org/llama.cpp, v0.5.0. */
#ifndef EP_MODEL_QUANTIZE_TABLE_H
#define EP_MODEL_QUANTIZE_TABLE_H

#include <edgeplan/model.h>

typedef enum ep_file_type {
    EP_FILE_F32 = 1, EP_FILE_F16, EP_FILE_BF16, EP_FILE_Q4_0, EP_FILE_Q4_1, EP_FILE_Q5_0, EP_FILE_Q5_1, EP_FILE_Q8_0, EP_FILE_Q2_K,
    EP_FILE_Q2_K_S, EP_FILE_Q3_K_S, EP_FILE_Q3_K_M, EP_FILE_Q3_K_L, EP_FILE_Q4_K_S, EP_FILE_Q4_K_M, EP_FILE_Q5_K_S, EP_FILE_Q5_K_M,
    EP_FILE_Q6_K, EP_FILE_IQ1_S, EP_FILE_IQ1_M, EP_FILE_IQ2_XXS, EP_FILE_IQ2_XS, EP_FILE_IQ2_S, EP_FILE_IQ2_M, EP_FILE_IQ3_XXS,
    EP_FILE_IQ3_XS, EP_FILE_IQ3_S, EP_FILE_IQ3_M, EP_FILE_IQ4_NL, EP_FILE_IQ4_XS, EP_FILE_TQ1_0, EP_FILE_TQ2_0, EP_FILE_MXFP4_MOE,
    EP_FILE_Q1_0, EP_FILE_Q2_0,
    EP_FILE_COUNT
} ep_file_type;

/* In place of a file type in a rule. */
#define EP_MIX_ANY 0u
#define EP_MIX_NOT_LOW 255u

typedef struct ep_mix_file {
    const char *name;
    uint32_t type;    /* default element type */
    uint32_t low;     /* 1: IQ1, IQ2 or MXFP4_MOE, which EP_MIX_NOT_LOW leaves out */
    uint32_t imatrix; /* 1: cannot be made without an importance matrix */
} ep_mix_file;

/* What a tensor's name tells llama-quantize. */
typedef enum ep_mix_category {
    EP_CATEGORY_OTHER = 0,
    EP_CATEGORY_OUT,  /* the output matrix; the embedding tables if there is none */
    EP_CATEGORY_EMBD,
    EP_CATEGORY_V,    /* attn_v, attn_qkv, attn_kv_b */
    EP_CATEGORY_K,
    EP_CATEGORY_Q,
    EP_CATEGORY_O,
    EP_CATEGORY_GATE,
    EP_CATEGORY_UP,
    EP_CATEGORY_DOWN,
    EP_CATEGORY_COUNT,
    EP_CATEGORY_BODY = 254 /* in a rule: any but OUT */
} ep_mix_category;

/* Conditions of a rule; all of its bits must hold. `ordinal` counts the tensors of a category; `index` is the ordinal in dense models and
   the layer where there is more than one expert; `more` is index < n/8, or >= 7n/8, or every third between. */
#define EP_MIX_ALWAYS 0u
#define EP_IF_GQA_4 (1u << 0)            /* query heads / KV heads of the first layer >= 4 */
#define EP_IF_EXPERTS_4 (1u << 1)        /* 4 or more experts */
#define EP_IF_EXPERTS_8 (1u << 2)        /* exactly 8 experts */
#define EP_IF_NOT_EXPERTS_8 (1u << 3)
#define EP_IF_IMATRIX (1u << 4)
#define EP_IF_NO_IMATRIX (1u << 5)
#define EP_IF_FALCON (1u << 6)
#define EP_IF_NOT_FALCON (1u << 7)
#define EP_IF_SIZE_70B (1u << 8)         /* what llama.cpp calls 70B: ep_mix_70b */
#define EP_IF_CURRENT_Q3_K (1u << 9)     /* type chosen so far */
#define EP_IF_CURRENT_Q4_K (1u << 10)
#define EP_IF_STACKED (1u << 11)         /* more than one slice */
#define EP_IF_RAGGED (1u << 12)          /* a row is no multiple of the default type's block */
#define EP_IF_DEFAULT_NOT_Q8_0 (1u << 13)
#define EP_IF_ORDINAL_2 (1u << 14)       /* ordinal < 2 */
#define EP_IF_ORDINAL_4 (1u << 15)       /* ordinal < 4 */
#define EP_IF_ORDINAL_EIGHTH (1u << 16)  /* ordinal < layers / 8 */
#define EP_IF_ORDINAL_MORE (1u << 17)    /* more(ordinal, attn_v-like tensors) */
#define EP_IF_INDEX_EIGHTH (1u << 18)    /* index < layers / 8 */
#define EP_IF_INDEX_SIXTEENTH (1u << 19) /* index < layers / 16 */
#define EP_IF_INDEX_MIDDLE (1u << 20)    /* index >= layers / 8 and < 7 * layers / 8 */
#define EP_IF_INDEX_MORE (1u << 21)      /* more(index, layers) */
/* Those that are the same for every tensor of a file. */
#define EP_MIX_OF_FILE                                                                                                        \
    (EP_IF_GQA_4 | EP_IF_EXPERTS_4 | EP_IF_EXPERTS_8 | EP_IF_NOT_EXPERTS_8 | EP_IF_IMATRIX | EP_IF_NO_IMATRIX | EP_IF_FALCON | \
     EP_IF_NOT_FALCON | EP_IF_SIZE_70B | EP_IF_DEFAULT_NOT_Q8_0)

typedef struct ep_mix_rule {
    uint32_t file_type; /* ep_file_type, EP_MIX_ANY or EP_MIX_NOT_LOW */
    uint32_t category;
    uint32_t when;
    uint32_t type;
} ep_mix_rule;

#define EP_MIX_SMALL_BLOCK 32u /* a type of blocks no wider has no fallback: a row that is no multiple of it becomes F16 */

typedef struct ep_mix_fallback {
    uint32_t from, to; /* where a row is no multiple of `from`'s block; F16 if it is none of `to`'s either */
} ep_mix_fallback;

typedef struct ep_mix_size {
    const char *family;
    uint32_t layers;
    uint32_t grouped; /* 1: only with fewer KV heads than query heads */
} ep_mix_size;

extern const ep_mix_file ep_mix_files[EP_FILE_COUNT]; /* [0] is none */
extern const ep_mix_rule ep_mix_select[];             /* the first that holds sets the type */
extern const ep_mix_rule ep_mix_post[];               /* then every one that holds, in order */
extern const ep_mix_fallback ep_mix_fallbacks[];
extern const ep_mix_size ep_mix_70b[];
extern const char ep_mix_falcon[]; /* the family with branches of its own */
extern const size_t ep_mix_select_count, ep_mix_post_count, ep_mix_fallback_count, ep_mix_70b_count;

#endif
