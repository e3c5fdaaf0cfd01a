/* Attention of llama.cpp v0.5.0. Sources: src/llama-graph.cpp (build_qkv, build_attn, build_attn_mha), src/models/llama.cpp,
   llama4.cpp, gemma3.cpp, phi3.cpp, deepseek2.cpp, minicpm3.cpp, qwen3next.cpp, gemma4.cpp; order and storage as in
   graphs dumped from the library. */
#include "sizing/graph_steps.h"

enum { NORMED = EP_A, QUERY = EP_B, KEY = EP_C, VALUE = EP_D, SCORES = EP_E, ATTENDED = EP_F, GATED = EP_G, FUSED = EP_H,
       WIDE_K = EP_I, WIDE_V = EP_J };
/* Latent attention: parts of queries and keys. */
enum { ABSORBED = EP_D, ROPED = EP_E, COMPRESSED = EP_F, LATENT = EP_G };

/* ---- queries, keys, values ---- */

#define NORM {.makes = NORMED, .width = EP_W_HIDDEN, .unless = EP_IF_NO_PRE_NORM}
/* Of a layer whose other half norms the same rows. */
#define COPY_NORM {.makes = EP_COPIED_NORM, .width = EP_W_HIDDEN, .rows = EP_N_ONCE, .weight = EP_TAKEN_OVER, .when = EP_IF_BESIDE}
#define HEADS_OF(reg, wide, ...) {.makes = (reg), .width = (wide), .frees = {(reg), __VA_ARGS__}, .when = EP_IF_HEADS}
#define ROTATE(reg, wide, condition, ...) {.makes = (reg), .width = (wide), .frees = {(reg), __VA_ARGS__}, .when = (condition)}
/* Small weights matter where a device first needs inputs: they come with the last copy before the rope. */
#define BIAS_OF(wide) {.width = (wide), .weight = EP_BIAS}
#define NORM_OF_HEADS {.weight = EP_NORM_OF_HEADS}
#define ROPE {.weight = EP_ROPE_FACTORS}
#define PROJECT_QUERY                                                                      \
    EP_PRODUCT(QUERY, EP_W_QUERY, EP_N_TOKENS, ATTENTION_QUERY, 0), BIAS_OF(EP_W_QUERY),   \
        ROPE, HEADS_OF(QUERY, EP_W_QUERY, 0), NORM_OF_HEADS, ROTATE(QUERY, EP_W_QUERY, EP_IF_WARMED, EP_TEMPERATURE), \
        ROTATE(QUERY, EP_W_QUERY, EP_IF_ROTATED_K, 0)
#define PROJECT_KEY(last)                                                                                  \
    EP_PRODUCT(KEY, EP_W_KEY, EP_N_TOKENS, ATTENTION_KEY, last), HEADS_OF(KEY, EP_W_KEY, EP_POSITIONS, EP_FACTORS), \
        ROTATE(KEY, EP_W_KEY, EP_IF_ROTATED_K, EP_ROTATION_K)
#define PROJECT_VALUE(last) \
    EP_PRODUCT(VALUE, EP_W_VALUE, EP_N_TOKENS, ATTENTION_VALUE, last), ROTATE(VALUE, EP_W_VALUE, EP_IF_ROTATED_V, 0)

#define NOT_NEEDED_LATER {.frees = {NORMED}, .unless = EP_IF_STREAMS}

static const ep_step qvk[] = {NORM, COPY_NORM, PROJECT_QUERY, PROJECT_VALUE(0), PROJECT_KEY(NORMED)};
static const ep_step qkv[] = {NORM, PROJECT_QUERY, PROJECT_KEY(0), PROJECT_VALUE(NORMED)};
static const ep_step norm_kept[] = {NORM, PROJECT_QUERY, PROJECT_VALUE(0), PROJECT_KEY(0)};
static const ep_step normed_values[] = {
    NORM, PROJECT_QUERY, PROJECT_KEY(0), EP_PRODUCT(VALUE, EP_W_VALUE, EP_N_TOKENS, ATTENTION_VALUE, 0), NOT_NEEDED_LATER,
    EP_MAKE(VALUE, EP_W_VALUE, EP_N_TOKENS, VALUE), ROTATE(VALUE, EP_W_VALUE, EP_IF_ROTATED_V, 0),
};

/* Values stay a view of the product; a transposed cache needs them in one piece. */
static const ep_step fused[] = {
    NORM,
    EP_PRODUCT(FUSED, EP_W_QKV, EP_N_TOKENS, ATTENTION_QKV, NORMED),
    BIAS_OF(EP_W_QKV),
    ROPE,
    EP_MAKE(QUERY, EP_W_QUERY, EP_N_TOKENS, 0),
    ROTATE(QUERY, EP_W_QUERY, EP_IF_ROTATED_K, 0),
    EP_MAKE(KEY, EP_W_KEY, EP_N_TOKENS, EP_POSITIONS, EP_FACTORS),
    ROTATE(KEY, EP_W_KEY, EP_IF_ROTATED_K, EP_ROTATION_K),
    {.makes = VALUE, .width = EP_W_VALUE, .frees = {FUSED}, .when = EP_IF_ROTATED_V},
    {.frees = {KEY, EP_INDEX_K}},
    {.makes = VALUE, .width = EP_W_VALUE, .frees = {FUSED}, .unless = EP_IF_FLASH | EP_IF_ROTATED_V},
    {.frees = {FUSED}, .when = EP_IF_FLASH, .unless = EP_IF_ROTATED_V},
};

/* Queries and gate in one product; the gate is cut out of it once attention is done. */
static const ep_step gated[] = {
    NORM,
    EP_PRODUCT(GATED, EP_W_QUERY_2, EP_N_TOKENS, ATTENTION_QUERY, 0),
    EP_MAKE(QUERY, EP_W_QUERY, EP_N_TOKENS, 0),
    NORM_OF_HEADS,
    ROTATE(QUERY, EP_W_QUERY, EP_IF_ROTATED_K, 0),
    PROJECT_VALUE(0),
    PROJECT_KEY(NORMED),
};

const ep_steps ep_graph_projections[] = {[EP_PROJECT_APART] = EP_STEPS(qkv),
                                         [EP_PROJECT_FUSED] = EP_STEPS(fused), [EP_PROJECT_GATED] = EP_STEPS(gated),
                                         [EP_PROJECT_NORMED_VALUES] = EP_STEPS(normed_values),
                                         [EP_PROJECT_BESIDE_NETWORK] = EP_STEPS(norm_kept)};

/* Without window caches values come before keys. */
const ep_steps ep_graph_value_first = EP_STEPS(qvk);

/* Keys are values before norm and rope. */
static const ep_step keys_as_values[] = {
    NORM,
    PROJECT_QUERY,
    EP_PRODUCT(VALUE, EP_W_VALUE, EP_N_TOKENS, ATTENTION_KEY, NORMED),
    EP_MAKE(KEY, EP_W_KEY, EP_N_TOKENS, EP_POSITIONS, EP_FACTORS),
    ROTATE(KEY, EP_W_KEY, EP_IF_ROTATED_K, EP_ROTATION_K),
    EP_MAKE(VALUE, EP_W_VALUE, EP_N_TOKENS, VALUE),
    ROTATE(VALUE, EP_W_VALUE, EP_IF_ROTATED_V, 0),
};
const ep_steps ep_graph_keys_as_values = EP_STEPS(keys_as_values);

/* Queries of what has a latent vector, in one step or in two; the norm between these is done in place. */
enum { RANK = EP_H };
static const ep_step whole_query[] = {NORM, EP_PRODUCT(QUERY, EP_W_QUERY, EP_N_TOKENS, ATTENTION_QUERY, 0)};
static const ep_step low_rank_query[] = {
    NORM,
    EP_PRODUCT(RANK, EP_W_QUERY_RANK, EP_N_TOKENS, ATTENTION_LATENT, 0),
    EP_PRODUCT(QUERY, EP_W_QUERY, EP_N_TOKENS, ATTENTION_QUERY, RANK),
};
const ep_steps ep_graph_whole_query = EP_STEPS(whole_query), ep_graph_low_rank_query = EP_STEPS(low_rank_query);

/* Queries absorb the key's up projection; the cache holds the latent vector and the rope part. */
static const ep_step latent[] = {
    EP_PRODUCT(ABSORBED, EP_W_HEADS_LATENT, EP_N_TOKENS, ATTENTION_LATENT, 0),
    EP_MAKE(ROPED, EP_W_HEADS_ROPE, EP_N_TOKENS, QUERY),
    EP_MAKE(QUERY, EP_W_HEADS_LATENT_ROPE, EP_N_TOKENS, ABSORBED, ROPED),
    EP_PRODUCT(COMPRESSED, EP_W_LATENT_ROPE, EP_N_TOKENS, ATTENTION_LATENT, NORMED),
    EP_MAKE(LATENT, EP_W_LATENT, EP_N_TOKENS, 0),
    EP_MAKE(ROPED, EP_W_ROPE, EP_N_TOKENS, COMPRESSED, EP_POSITIONS, EP_FACTORS),
    EP_MAKE(KEY, EP_W_LATENT_ROPE, EP_N_TOKENS, LATENT, ROPED),
};
const ep_steps ep_graph_latent = EP_STEPS(latent);

/* The same network cached as plain heads: keys and values are expanded from the latent vector. */
enum { EXPANDED = EP_H };
static const ep_step expanded[] = {
    ROPE,
    EP_MAKE(QUERY, EP_W_QUERY, EP_N_TOKENS, QUERY),
    ROTATE(QUERY, EP_W_QUERY, EP_IF_ROTATED_K, 0),
    EP_PRODUCT(COMPRESSED, EP_W_LATENT_ROPE, EP_N_TOKENS, ATTENTION_LATENT, NORMED),
    EP_MAKE(LATENT, EP_W_LATENT, EP_N_TOKENS, 0),
    EP_PRODUCT(EXPANDED, EP_W_EXPANDED, EP_N_TOKENS, ATTENTION_LATENT, LATENT),
    EP_MAKE(VALUE, EP_W_VALUE, EP_N_TOKENS, 0),
    ROTATE(VALUE, EP_W_VALUE, EP_IF_ROTATED_V, 0),
    EP_MAKE(ROPED, EP_W_ROPE, EP_N_TOKENS, COMPRESSED, EP_POSITIONS, EP_FACTORS),
    EP_MAKE(LATENT, EP_W_HEADS_ROPE, EP_N_TOKENS, ROPED),
    EP_MAKE(KEY, EP_W_KEY, EP_N_TOKENS, EXPANDED, LATENT),
    ROTATE(KEY, EP_W_KEY, EP_IF_ROTATED_K, EP_ROTATION_K),
};
const ep_steps ep_graph_expanded = EP_STEPS(expanded);

/* ---- attention proper ---- */

/* What a device that takes over the layer copies for it. */
#define TAKEN_OVER .weight = EP_TAKEN_OVER
#define COPY_MASK .makes = EP_COPIED_MASK, .width = EP_W_ONE, .rows = EP_N_MASK
#define COPY_VALUES(value) .makes = EP_COPIED_VALUES, .width = (value), .rows = EP_N_VALUES
#define COPY_CACHE(key, value)                                                   \
    {.makes = EP_COPIED_KEYS, .width = (key), .rows = EP_N_KEYS, TAKEN_OVER},    \
        {COPY_MASK, .weight = EP_BEFORE_SCORES, .unless = EP_IF_FLASH},          \
        {COPY_VALUES(value), .weight = EP_BEFORE_SCORES}, {COPY_MASK, .weight = EP_BEFORE_SCORES, .when = EP_IF_FLASH}
#define FREE_COPY(reg) {.frees = {reg}, .weight = EP_COPIED_CACHE}

#define NARROW_K {.makes = WIDE_K, .width = EP_W_KEY, .rows = EP_N_HALF_CACHE, .when = EP_IF_FLASH | EP_IF_WIDE_K}
#define NARROW_V {.makes = WIDE_V, .width = EP_W_VALUE, .rows = EP_N_HALF_CACHE, .when = EP_IF_FLASH | EP_IF_WIDE_V}
#define SCORE \
    {.makes = SCORES, .width = EP_W_HEADS, .rows = EP_N_SCORES, .frees = {QUERY}, .unless = EP_IF_FLASH}, FREE_COPY(EP_COPIED_KEYS), \
    {COPY_MASK, .weight = EP_BEFORE_SOFTMAX}, {COPY_VALUES(EP_W_VALUE), .weight = EP_BEFORE_SOFTMAX}, \
    {.frees = {EP_MASK}, .unless = EP_IF_FLASH}

/* A layer that reads another one's cache projects queries only. No weights come between these and the cache but small ones, which are
   read after it was copied. */
static const ep_step shared_cache[] = {
    NORM, EP_PRODUCT(QUERY, EP_W_QUERY, EP_N_TOKENS, ATTENTION_QUERY, 0), NOT_NEEDED_LATER, ROPE, HEADS_OF(QUERY, EP_W_QUERY, 0),
    NORM_OF_HEADS, COPY_CACHE(EP_W_KEY, EP_W_VALUE), EP_FREE(EP_POSITIONS, EP_FACTORS),
    ROTATE(QUERY, EP_W_QUERY, EP_IF_ROTATED_K, EP_ROTATION_K),
};
const ep_steps ep_graph_shared_cache = EP_STEPS(shared_cache);

static const ep_step store[] = {
    EP_FREE(KEY, EP_INDEX_K),
    {.makes = VALUE, .width = EP_W_WIDEST_VALUE, .frees = {VALUE}, .when = EP_IF_PADDED},
    EP_FREE(VALUE, EP_INDEX_V),
    COPY_CACHE(EP_W_KEY, EP_W_VALUE),
};
const ep_steps ep_graph_store = EP_STEPS(store);

static const ep_step attend[] = {
    EP_STATE_ROWS_FOR(EP_FETCHED_ALONG),
    NARROW_K,
    NARROW_V,
    {.makes = ATTENDED, .width = EP_W_ATTENDED, .weight = EP_ATTENDING, .frees = {QUERY, EP_MASK, WIDE_K, WIDE_V}, .when = EP_IF_FLASH},
    SCORE,
    {.makes = ATTENDED, .width = EP_W_ATTENDED, .weight = EP_ATTENDING, .frees = {SCORES}, .unless = EP_IF_FLASH},
    FREE_COPY(EP_COPIED_VALUES),
    {.makes = ATTENDED, .width = EP_W_ATTENDED, .weight = EP_ATTENDING, .frees = {ATTENDED}, .unless = EP_IF_FLASH}, /* side by side */
    EP_FETCH(EP_IF_EXPERTS),
    {.makes = ATTENDED, .width = EP_W_ATTENDED, .weight = EP_ATTENDING, .frees = {ATTENDED, EP_ROTATION_V}, .when = EP_IF_ROTATED_V,
     .unless = EP_IF_BESIDE},
};
const ep_steps ep_graph_attend = EP_STEPS(attend);

/* Over the latent vectors, then expanded; without flash attention their values are turned into a copy first. */
static const ep_step attend_latent[] = {
    EP_FREE(KEY, EP_INDEX_K),
    {COPY_VALUES(EP_W_LATENT_ROPE), TAKEN_OVER, .unless = EP_IF_FLASH},
    {.makes = EP_COPIED_KEYS, .width = EP_W_LATENT_ROPE, .rows = EP_N_KEYS, TAKEN_OVER},
    {COPY_VALUES(EP_W_LATENT_ROPE), TAKEN_OVER, .when = EP_IF_FLASH},
    {COPY_MASK, TAKEN_OVER},
    NARROW_K,
    NARROW_V,
    {.makes = ATTENDED, .width = EP_W_HEADS_LATENT, .frees = {QUERY, EP_MASK, WIDE_K, WIDE_V}, .when = EP_IF_FLASH},
    {.makes = WIDE_V, .width = EP_W_VALUE, .rows = EP_N_HALF_CACHE, .unless = EP_IF_FLASH},
    FREE_COPY(EP_COPIED_VALUES),
    SCORE,
    {.makes = ATTENDED, .width = EP_W_HEADS_LATENT, .frees = {WIDE_V, SCORES}, .unless = EP_IF_FLASH},
    EP_PRODUCT(ATTENDED, EP_W_ATTENDED, EP_N_TOKENS, ATTENTION_LATENT, ATTENDED),
    EP_MAKE(ATTENDED, EP_W_ATTENDED, EP_N_TOKENS, ATTENDED),
};
const ep_steps ep_graph_attend_latent = EP_STEPS(attend_latent);

/* The product lands in what attention yields, unless that is a view: then in the gate. */
static const ep_step gate[] = {
    EP_MAKE(VALUE, EP_W_ATTENDED, EP_N_TOKENS, GATED),
    {.frees = {VALUE}, .unless = EP_IF_FLASH | EP_IF_ROTATED_V},
    {.makes = ATTENDED, .width = VALUE, .rows = EP_N_OVER, .frees = {ATTENDED}, .when = EP_IF_FLASH},
    {.makes = ATTENDED, .width = VALUE, .rows = EP_N_OVER, .frees = {ATTENDED}, .when = EP_IF_ROTATED_V, .unless = EP_IF_FLASH},
};
const ep_steps ep_graph_gate = EP_STEPS(gate);

/* A norm, not in place where it reads a view, output projection, the rows that go on in the last layer, and the residual sum. */
static const ep_step output[] = {
    {.makes = ATTENDED, .width = EP_W_ATTENDED, .frees = {ATTENDED}, .when = EP_IF_SUB_NORM | EP_IF_FLASH},
    {.makes = ATTENDED, .width = EP_W_ATTENDED, .frees = {ATTENDED}, .when = EP_IF_SUB_NORM | EP_IF_ROTATED_V,
     .unless = EP_IF_FLASH},
    EP_COPY_PICKS,
    EP_COPY_ATTENDED(ATTENDED),
    EP_PRODUCT(EP_MIDDLE, EP_W_HIDDEN, EP_N_TOKENS, ATTENTION_OUTPUT, ATTENDED),
    EP_COPY_PICKS_WITH_BIAS,
    {.makes = EP_MIDDLE, .width = EP_W_HIDDEN, .rows = EP_N_OUTPUTS, .frees = {EP_MIDDLE}, .when = EP_IF_PICKS},
    {.makes = EP_RESIDUAL, .width = EP_W_HIDDEN, .rows = EP_N_OUTPUTS, .frees = {EP_RESIDUAL, EP_PICKED_ROWS}, .when = EP_IF_PICKS},
    {.makes = EP_KEPT, .width = EP_RESIDUAL, .rows = EP_N_OVER, .when = EP_IF_FIRST | EP_IF_PER_LAYER, .unless = EP_IF_STREAMS},
    {.frees = {EP_RESIDUAL}, .unless = EP_IF_MIXER_INTO_RESIDUAL},
    {.makes = EP_MIDDLE, .width = EP_RESIDUAL, .rows = EP_N_OVER, .frees = {EP_MIDDLE}, .when = EP_IF_MIXER_INTO_RESIDUAL},
};
const ep_steps ep_graph_attention_output = EP_STEPS(output);
