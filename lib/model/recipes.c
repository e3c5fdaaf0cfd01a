/* Sources: huggingface/transformers, src/transformers/models (modeling_*.py), v4.57 to v5: projections, norms, biases and extra
   tensors of attention, feed-forward parts, embeddings and encoders; splits as llama.cpp's converter writes them (conversion of
   ggml-org/llama.cpp, 2026-08). Each list is held against published totals in tests/model/test_config_totals.c. */
#include "model/recipe_words.h"

const ep_recipe ep_head_usual[] = {
    MATRIX(TOKEN_EMBEDDING, VOCABULARY, HIDDEN, NO_BIAS),
    VECTOR(NORM, HIDDEN),
    MATRIX(OUTPUT_HEAD, OUTPUT, HIDDEN, EP_BIAS_HEAD),
    END,
};

const ep_recipe ep_head_layer_norm[] = {
    MATRIX(TOKEN_EMBEDDING, VOCABULARY, HIDDEN, NO_BIAS),
    VECTOR(NORM, HIDDEN),
    VECTOR(BIAS, HIDDEN),
    MATRIX(OUTPUT_HEAD, OUTPUT, HIDDEN, EP_BIAS_HEAD),
    END,
};

/* One more norm, before the first layer. */
const ep_recipe ep_head_rwkv[] = {
    MATRIX(TOKEN_EMBEDDING, VOCABULARY, HIDDEN, NO_BIAS),
    VECTOR(NORM, HIDDEN),
    VECTOR(BIAS, HIDDEN),
    VECTOR(NORM, HIDDEN),
    VECTOR(BIAS, HIDDEN),
    MATRIX(OUTPUT_HEAD, OUTPUT, HIDDEN, NO_BIAS),
    END,
};

#define LOOKUP_TABLE                                               \
    MATRIX(PER_LAYER_EMBEDDING, LOOKUP_ROWS, LOOKUP_ALL, NO_BIAS), \
    MATRIX(OTHER, LOOKUP_ALL, HIDDEN, NO_BIAS),                    \
    VECTOR(NORM, LOOKUP)

/* A matrix into each further stream and one out of it. */
const ep_recipe ep_head_gemma3n[] = {
    MATRIX(TOKEN_EMBEDDING, VOCABULARY, HIDDEN, NO_BIAS),
    VECTOR(NORM, HIDDEN),
    MATRIX(OUTPUT_HEAD, OUTPUT, HIDDEN, NO_BIAS),
    LOOKUP_TABLE,
    {0, ROLE(OTHER), SIDE(HIDDEN), SIDE(STREAM_REST), {{1, SIDE(HIDDEN)}}},
    {0, ROLE(OTHER), SIDE(HIDDEN), SIDE(STREAM_REST), {{1, SIDE(HIDDEN)}}},
    END,
};

const ep_recipe ep_head_gemma4[] = {
    MATRIX(TOKEN_EMBEDDING, VOCABULARY, HIDDEN, NO_BIAS),
    VECTOR(NORM, HIDDEN),
    MATRIX(OUTPUT_HEAD, OUTPUT, HIDDEN, NO_BIAS),
    LOOKUP_TABLE,
    END,
};

/* The decoder's learned positions; of the encoder two convolutions, its positions and last norm. */
const ep_recipe ep_head_whisper[] = {
    MATRIX(TOKEN_EMBEDDING, VOCABULARY, HIDDEN, NO_BIAS),
    MATRIX(OTHER, CONTEXT, HIDDEN, NO_BIAS),
    VECTOR(NORM, HIDDEN),
    VECTOR(BIAS, HIDDEN),
    MATRIX(OUTPUT_HEAD, OUTPUT, HIDDEN, NO_BIAS),
    MATRIX(ENCODER, HIDDEN, MEL_TAPS, NO_BIAS),
    VECTOR(ENCODER, HIDDEN),
    MATRIX(ENCODER, HIDDEN, FRAME_TAPS, NO_BIAS),
    VECTOR(ENCODER, HIDDEN),
    MATRIX(ENCODER, FRAMES, HIDDEN, NO_BIAS),
    VECTOR(ENCODER, HIDDEN),
    VECTOR(ENCODER, HIDDEN),
    END,
};

const ep_recipe ep_norm_one[] = {VECTOR(NORM, HIDDEN), END};
const ep_recipe ep_norm_two[] = {VECTOR(NORM, HIDDEN), VECTOR(NORM, HIDDEN), END};
const ep_recipe ep_norm_layer[] = {VECTOR(NORM, HIDDEN), VECTOR(BIAS, HIDDEN), END};

#define SEPARATE                                        \
    MATRIX(ATTENTION_QUERY, QUERY, HIDDEN, EP_BIAS_QKV), \
    MATRIX(ATTENTION_KEY, KEY, HIDDEN, EP_BIAS_QKV),     \
    MATRIX(ATTENTION_VALUE, VALUE, HIDDEN, EP_BIAS_QKV), \
    MATRIX(ATTENTION_OUTPUT, HIDDEN, ATTENDED, EP_BIAS_OUTPUT)

const ep_recipe ep_grouped_plain[] = {SEPARATE, END};

const ep_recipe ep_grouped_fused[] = {
    SUM(ATTENTION_QKV, 1, QUERY, 1, KEY, 1, VALUE, HIDDEN, EP_BIAS_QKV),
    MATRIX(ATTENTION_OUTPUT, HIDDEN, ATTENDED, EP_BIAS_OUTPUT),
    END,
};

/* One weight per element of a head, shared by the heads; or one per element of the projection. */
const ep_recipe ep_grouped_head_norm[] = {SEPARATE, VECTOR(NORM, HEAD), VECTOR(NORM, HEAD), END};
const ep_recipe ep_grouped_full_norm[] = {SEPARATE, VECTOR(NORM, QUERY), VECTOR(NORM, KEY), END};

/* A learned attention sink per query head. */
const ep_recipe ep_grouped_sinks[] = {SEPARATE, VECTOR(BIAS, HEADS), END};

/* Every query head comes with a gate of its width. */
const ep_recipe ep_grouped_gated[] = {
    SUM(ATTENTION_QUERY, 2, QUERY, 0, NONE, 0, NONE, HIDDEN, EP_BIAS_QKV),
    MATRIX(ATTENTION_KEY, KEY, HIDDEN, EP_BIAS_QKV),
    MATRIX(ATTENTION_VALUE, VALUE, HIDDEN, EP_BIAS_QKV),
    MATRIX(ATTENTION_OUTPUT, HIDDEN, ATTENDED, EP_BIAS_OUTPUT),
    VECTOR(NORM, HEAD),
    VECTOR(NORM, HEAD),
    END,
};

const ep_recipe ep_grouped_sub_norm[] = {SEPARATE, VECTOR(NORM, ATTENDED), END};

const ep_recipe ep_grouped_whisper[] = {
    MATRIX(ATTENTION_QUERY, QUERY, HIDDEN, EP_BIAS_ALWAYS),
    MATRIX(ATTENTION_KEY, KEY, HIDDEN, NO_BIAS),
    MATRIX(ATTENTION_VALUE, VALUE, HIDDEN, EP_BIAS_ALWAYS),
    MATRIX(ATTENTION_OUTPUT, HIDDEN, ATTENDED, EP_BIAS_ALWAYS),
    END,
};

const ep_recipe ep_latent_plain[] = {
    MATRIX(ATTENTION_QUERY, QUERY, QUERY_INPUT, NO_BIAS),
    MATRIX(ATTENTION_LATENT, QUERY_RANK, HIDDEN, EP_BIAS_QKV),
    VECTOR(NORM, QUERY_RANK),
    MATRIX(ATTENTION_QUERY, QUERY, QUERY_RANK, NO_BIAS),
    MATRIX(ATTENTION_LATENT, LATENT_ROPE, HIDDEN, EP_BIAS_QKV),
    VECTOR(NORM, LATENT),
    MATRIX(ATTENTION_LATENT, EXPANDED, LATENT, NO_BIAS),
    MATRIX(ATTENTION_OUTPUT, HIDDEN, ATTENDED, EP_BIAS_OUTPUT),
    END,
};

#define GATED                                   \
    MATRIX(FFN_GATE, FFN, HIDDEN, EP_BIAS_FFN), \
    MATRIX(FFN_UP, FFN, HIDDEN, EP_BIAS_FFN),   \
    MATRIX(FFN_DOWN, HIDDEN, FFN, EP_BIAS_FFN)

const ep_recipe ep_ffn_gated[] = {GATED, END};
const ep_recipe ep_ffn_sub_norm[] = {GATED, VECTOR(NORM, FFN), END};

const ep_recipe ep_ffn_fused[] = {
    SUM(FFN_UP, 2, FFN, 0, NONE, 0, NONE, HIDDEN, EP_BIAS_FFN),
    MATRIX(FFN_DOWN, HIDDEN, FFN, EP_BIAS_FFN),
    END,
};

const ep_recipe ep_ffn_ungated[] = {
    MATRIX(FFN_UP, FFN, HIDDEN, EP_BIAS_FFN),
    MATRIX(FFN_DOWN, HIDDEN, FFN, EP_BIAS_FFN),
    END,
};

const ep_recipe ep_ffn_whisper[] = {
    MATRIX(FFN_UP, FFN, HIDDEN, EP_BIAS_ALWAYS),
    MATRIX(FFN_DOWN, HIDDEN, FFN, EP_BIAS_ALWAYS),
    END,
};

/* Mixes in the token before. */
const ep_recipe ep_ffn_rwkv[] = {
    VECTOR(OTHER, HIDDEN),
    MATRIX(FFN_UP, FFN, HIDDEN, NO_BIAS),
    MATRIX(FFN_DOWN, HIDDEN, FFN, NO_BIAS),
    END,
};

#define ROUTED                                         \
    MATRIX(ROUTER, EXPERTS, HIDDEN, EP_BIAS_ROUTER),   \
    STACK(EXPERT_GATE, FFN, HIDDEN, EP_BIAS_EXPERTS),  \
    STACK(EXPERT_UP, FFN, HIDDEN, EP_BIAS_EXPERTS),    \
    STACK(EXPERT_DOWN, HIDDEN, FFN, EP_BIAS_EXPERTS)
#define SHARED_EXPERT                             \
    MATRIX(SHARED_GATE, SHARED, HIDDEN, NO_BIAS), \
    MATRIX(SHARED_UP, SHARED, HIDDEN, NO_BIAS),   \
    MATRIX(SHARED_DOWN, HIDDEN, SHARED, NO_BIAS)

const ep_recipe ep_experts_gated[] = {ROUTED, SHARED_EXPERT, END};

/* A correction per expert steers the choice. */
const ep_recipe ep_experts_scored[] = {ROUTED, VECTOR(BIAS, EXPERTS), SHARED_EXPERT, END};

/* A row of the router says how much of the shared expert. */
const ep_recipe ep_experts_qwen[] = {ROUTED, MATRIX(ROUTER, HAS_SHARED, HIDDEN, NO_BIAS), SHARED_EXPERT, END};

const ep_recipe ep_experts_ungated[] = {
    MATRIX(ROUTER, EXPERTS, HIDDEN, EP_BIAS_ROUTER),
    VECTOR(BIAS, EXPERTS),
    STACK(EXPERT_UP, FFN, HIDDEN, NO_BIAS),
    STACK(EXPERT_DOWN, HIDDEN, FFN, NO_BIAS),
    MATRIX(SHARED_UP, SHARED, HIDDEN, NO_BIAS),
    MATRIX(SHARED_DOWN, HIDDEN, SHARED, NO_BIAS),
    END,
};

/* The dense network runs beside the experts, each with norms of its own; the router scales its input and every expert's output. */
const ep_recipe ep_experts_gemma4[] = {
    ROUTED,
    VECTOR(BIAS, HIDDEN),
    VECTOR(BIAS, EXPERTS),
    VECTOR(NORM, HIDDEN),
    VECTOR(NORM, HIDDEN),
    VECTOR(NORM, HIDDEN),
    MATRIX(FFN_GATE, SHARED, HIDDEN, NO_BIAS),
    MATRIX(FFN_UP, SHARED, HIDDEN, NO_BIAS),
    MATRIX(FFN_DOWN, HIDDEN, SHARED, NO_BIAS),
    END,
};

#define LOOKED_UP                                           \
    MATRIX(PER_LAYER_PROJECTION, LOOKUP, HIDDEN, NO_BIAS), \
    MATRIX(PER_LAYER_PROJECTION, HIDDEN, LOOKUP, NO_BIAS), \
    VECTOR(NORM, LOOKUP_OUT)

/* AltUp: router and its norm, prediction and correction of the streams, scale of the output. Laurel: down, up, norm. */
const ep_recipe ep_layer_gemma3n[] = {
    MATRIX(OTHER, STREAMS, HIDDEN, NO_BIAS),
    VECTOR(NORM, HIDDEN),
    MATRIX(BIAS, STREAM_PAIRS, STREAMS, NO_BIAS),
    MATRIX(BIAS, STREAMS, STREAMS, NO_BIAS),
    VECTOR(BIAS, HIDDEN),
    MATRIX(OTHER, LAUREL, HIDDEN, NO_BIAS),
    MATRIX(OTHER, HIDDEN, LAUREL, NO_BIAS),
    VECTOR(NORM, HIDDEN),
    LOOKED_UP,
    END,
};

const ep_recipe ep_layer_gemma4[] = {
    VECTOR(BIAS, ONE), /* scale of the layer */
    LOOKED_UP,
    END,
};

/* Of a layer that predicts further tokens: what the model made of a token and the embedding of the next, each normed, joined; the last
   norm. Sources: DeepSeek-V3 (arXiv 2412.19437, section 2.2) and Qwen3-Next's `mtp`, as src/models/qwen35.cpp of llama.cpp builds them. */
const ep_recipe ep_layer_next_token[] = {
    MATRIX(NEXT_TOKEN, HIDDEN, HIDDEN_PAIR, NO_BIAS),
    VECTOR(NORM, HIDDEN),
    VECTOR(NORM, HIDDEN),
    VECTOR(NORM, HIDDEN),
    END,
};

const ep_recipe ep_encoder_whisper[] = {
    VECTOR(ENCODER, HIDDEN),
    VECTOR(ENCODER, HIDDEN),
    MATRIX(ENCODER, HIDDEN, HIDDEN, EP_BIAS_ALWAYS),
    MATRIX(ENCODER, HIDDEN, HIDDEN, NO_BIAS),
    MATRIX(ENCODER, HIDDEN, HIDDEN, EP_BIAS_ALWAYS),
    MATRIX(ENCODER, HIDDEN, HIDDEN, EP_BIAS_ALWAYS),
    VECTOR(ENCODER, HIDDEN),
    VECTOR(ENCODER, HIDDEN),
    MATRIX(ENCODER, ENCODER_FFN, HIDDEN, EP_BIAS_ALWAYS),
    MATRIX(ENCODER, HIDDEN, ENCODER_FFN, EP_BIAS_ALWAYS),
    END,
};
