/* Sources: those of recipes.c and recipes_recurrent.c. Norms stand before or after their part; the sum is the same. */
#include "model/parts.h"

#include "model/tensors.h"

/* Llama and whatever follows it; also a model made by hand. */
const ep_parts ep_parts_usual = {
    .head = ep_head_usual, .mixer_norm = ep_norm_one, .grouped = ep_grouped_plain, .latent = ep_latent_plain,
    .ffn_norm = ep_norm_one, .dense = ep_ffn_gated, .experts = ep_experts_qwen,
};

#define USUAL(attention, routed)                                                       \
    .head = ep_head_usual, .mixer_norm = ep_norm_one, .grouped = attention,            \
    .ffn_norm = ep_norm_one, .dense = ep_ffn_gated, .experts = routed

const ep_parts ep_parts_plain_experts = {USUAL(ep_grouped_plain, ep_experts_gated)};
const ep_parts ep_parts_qkv_bias = {USUAL(ep_grouped_plain, NULL), .biases = EP_BIAS_QKV};
const ep_parts ep_parts_qwen2_experts = {USUAL(ep_grouped_plain, ep_experts_qwen), .biases = EP_BIAS_QKV};
const ep_parts ep_parts_head_norm = {USUAL(ep_grouped_head_norm, NULL)};
const ep_parts ep_parts_qwen_experts = {USUAL(ep_grouped_head_norm, ep_experts_qwen)};
const ep_parts ep_parts_full_norm = {USUAL(ep_grouped_full_norm, NULL)};
const ep_parts ep_parts_gpt_oss = {USUAL(ep_grouped_sinks, ep_experts_gated), .biases = EP_BIAS_ROUTER | EP_BIAS_EXPERTS};

const ep_parts ep_parts_fused = {
    .head = ep_head_usual, .mixer_norm = ep_norm_one, .grouped = ep_grouped_fused, .ffn_norm = ep_norm_one, .dense = ep_ffn_fused,
};

const ep_parts ep_parts_phimoe = {
    .head = ep_head_layer_norm, .mixer_norm = ep_norm_layer, .grouped = ep_grouped_plain, .ffn_norm = ep_norm_layer,
    .dense = ep_ffn_gated, .experts = ep_experts_gated,
};

const ep_parts ep_parts_bitnet = {
    .head = ep_head_usual, .mixer_norm = ep_norm_one, .grouped = ep_grouped_sub_norm, .ffn_norm = ep_norm_one,
    .dense = ep_ffn_sub_norm,
};

/* Norms before and after both parts. */
#define GEMMA(attention, routed, outside)                                              \
    .head = outside, .mixer_norm = ep_norm_two, .grouped = attention,                  \
    .ffn_norm = ep_norm_two, .dense = ep_ffn_gated, .experts = routed

const ep_parts ep_parts_gemma2 = {GEMMA(ep_grouped_plain, NULL, ep_head_usual)};
const ep_parts ep_parts_gemma3 = {GEMMA(ep_grouped_head_norm, NULL, ep_head_usual)};
const ep_parts ep_parts_gemma3n = {
    GEMMA(ep_grouped_head_norm, NULL, ep_head_gemma3n), .every_layer = ep_layer_gemma3n, .keeps_unused = 1,
};
const ep_parts ep_parts_gemma4 = {
    GEMMA(ep_grouped_head_norm, ep_experts_gemma4, ep_head_gemma4), .every_layer = ep_layer_gemma4, .keeps_unused = 1,
};

const ep_parts ep_parts_whisper = {
    .head = ep_head_whisper, .mixer_norm = ep_norm_layer, .grouped = ep_grouped_whisper, .ffn_norm = ep_norm_layer,
    .dense = ep_ffn_whisper, .encoder = ep_encoder_whisper,
};

/* Latent attention. */
#define LATENT(routed)                                                                 \
    .head = ep_head_usual, .mixer_norm = ep_norm_one, .latent = ep_latent_plain,       \
    .ffn_norm = ep_norm_one, .dense = ep_ffn_gated, .experts = routed

const ep_parts ep_parts_deepseek2 = {LATENT(ep_experts_gated)};
const ep_parts ep_parts_deepseek3 = {LATENT(ep_experts_scored)};
const ep_parts ep_parts_minicpm3 = {LATENT(NULL), .grouped = ep_latent_plain};
const ep_parts ep_parts_kimi_linear = {LATENT(ep_experts_scored), .recurrent = ep_recurrent_kda};

/* Recurrent parts, with attention or alone. */
const ep_parts ep_parts_delta = {USUAL(ep_grouped_gated, ep_experts_qwen), .recurrent = ep_recurrent_delta};
const ep_parts ep_parts_lfm2 = {USUAL(ep_grouped_head_norm, ep_experts_scored), .recurrent = ep_recurrent_conv};
const ep_parts ep_parts_granite_hybrid = {USUAL(ep_grouped_plain, ep_experts_gated), .recurrent = ep_recurrent_mamba2};
const ep_parts ep_parts_falcon_h1 = {USUAL(ep_grouped_plain, NULL), .recurrent = ep_recurrent_mamba2};
const ep_parts ep_parts_jamba = {USUAL(ep_grouped_plain, ep_experts_gated), .recurrent = ep_recurrent_jamba};

const ep_parts ep_parts_nemotron_h = {
    .head = ep_head_usual, .mixer_norm = ep_norm_one, .grouped = ep_grouped_plain, .recurrent = ep_recurrent_mamba2,
    .ffn_norm = ep_norm_one, .dense = ep_ffn_ungated, .experts = ep_experts_ungated,
};

const ep_parts ep_parts_mamba = {.head = ep_head_usual, .mixer_norm = ep_norm_one, .recurrent = ep_recurrent_mamba};
const ep_parts ep_parts_mamba2 = {.head = ep_head_usual, .mixer_norm = ep_norm_one, .recurrent = ep_recurrent_mamba2};

const ep_parts ep_parts_rwkv7 = {
    .head = ep_head_rwkv, .mixer_norm = ep_norm_layer, .recurrent = ep_recurrent_rwkv7, .ffn_norm = ep_norm_layer,
    .dense = ep_ffn_rwkv,
};
