/* Sources: huggingface/transformers, src/transformers/models (configuration_*.py and modeling_*.py: defaults, windows, experts,
   ties), v4.57 to v5; for Kimi, MiniCPM and MiMo the configuration_*.py beside their weights, for RWKV-7
   fla-org/flash-linear-attention, fla/models/rwkv7. Held against published parameter totals in
   tests/model/test_config_totals.c. */
#include "model/family.h"

#include "model/parts.h"
#include "model/tensors.h"

#define END {EP_KEY_COUNT, 0}
#define ATTENTION (EP_BIAS_QKV | EP_BIAS_OUTPUT)

static const ep_bias_switch attention_switch[] = {{EP_KEY_ATTENTION_BIAS, ATTENTION}, END};
static const ep_bias_switch qkv_switch[] = {{EP_KEY_ATTENTION_BIAS, EP_BIAS_QKV}, END};
static const ep_bias_switch both_switches[] = {{EP_KEY_ATTENTION_BIAS, ATTENTION}, {EP_KEY_FFN_BIAS, EP_BIAS_FFN}, END};
static const ep_bias_switch phimoe_switches[] = {{EP_KEY_ATTENTION_BIAS, ATTENTION}, {EP_KEY_HEAD_BIAS, EP_BIAS_HEAD}, END};
static const ep_bias_switch recurrent_switches[] = {
    {EP_KEY_CONV_BIAS, EP_BIAS_CONV}, {EP_KEY_RECURRENT_BIAS, EP_BIAS_RECURRENT}, END,
};
static const ep_bias_switch conv_switch[] = {{EP_KEY_CONV_BIAS, EP_BIAS_CONV}, END};
static const ep_bias_switch hybrid_switches[] = {
    {EP_KEY_ATTENTION_BIAS, ATTENTION}, {EP_KEY_FFN_BIAS, EP_BIAS_FFN}, {EP_KEY_CONV_BIAS, EP_BIAS_CONV},
    {EP_KEY_RECURRENT_BIAS, EP_BIAS_RECURRENT}, END,
};

/* The width of an expert stands under the name of the dense one. */
static const ep_family_alias experts_only[] = {{EP_KEY_EXPERT_FFN, EP_KEY_FFN}, END};
static const ep_family_alias llama4_aliases[] = {
    {EP_KEY_FFN, EP_KEY_DENSE_FFN}, {EP_KEY_EXPERT_FFN, EP_KEY_FFN}, {EP_KEY_SHARED_FFN, EP_KEY_FFN}, END,
};
static const ep_family_alias gemma4_aliases[] = {{EP_KEY_SHARED_FFN, EP_KEY_FFN}, END};
static const ep_family_alias granite_hybrid_aliases[] = {{EP_KEY_FFN, EP_KEY_SHARED_FFN}, {EP_KEY_EXPERT_FFN, EP_KEY_FFN}, END};
static const ep_family_alias lfm2_aliases[] = {{EP_KEY_FFN, EP_KEY_BLOCK_FFN}, END};
static const ep_family_alias mamba_aliases[] = {{EP_KEY_INNER, EP_KEY_MAMBA_INNER}, END};
static const ep_family_alias head_cells[] = {{EP_KEY_CELL, EP_KEY_HEAD_WIDTH}, END};
static const ep_family_alias whisper_aliases[] = {
    {EP_KEY_LAYERS, EP_KEY_DECODER_LAYERS}, {EP_KEY_HEADS, EP_KEY_DECODER_HEADS}, {EP_KEY_FFN, EP_KEY_DECODER_FFN},
    {EP_KEY_CONTEXT, EP_KEY_DECODER_CONTEXT}, END,
};

static const ep_family_default untied[] = {{EP_KEY_TIED, 0}, END};
static const ep_family_default tied[] = {{EP_KEY_TIED, 1}, END};
static const ep_family_default unknown_defaults[] = {{EP_KEY_TIED, 1}, {EP_KEY_EXPERTS, 0}, END};
static const ep_family_default llama4_defaults[] = {
    {EP_KEY_TIED, 0}, {EP_KEY_CHUNK, 8192}, {EP_KEY_CHUNK_PERIOD, 4}, {EP_KEY_SPARSE_STEP, 1}, END,
};
static const ep_family_default qwen2_defaults[] = {{EP_KEY_TIED, 0}, {EP_KEY_USE_WINDOW, 0}, {EP_KEY_WINDOW_FIRST, 28}, END};
static const ep_family_default qwen_moe_defaults[] = {
    {EP_KEY_TIED, 0}, {EP_KEY_USE_WINDOW, 0}, {EP_KEY_WINDOW_FIRST, 28}, {EP_KEY_SPARSE_STEP, 1}, END,
};
static const ep_family_default delta_defaults[] = {
    {EP_KEY_TIED, 0}, {EP_KEY_HEAD_WIDTH, 256}, {EP_KEY_FULL_INTERVAL, 4}, {EP_KEY_KERNEL, 4}, {EP_KEY_DELTA_KEYS, 16},
    {EP_KEY_DELTA_VALUES, 32}, {EP_KEY_DELTA_KEY_WIDTH, 128}, {EP_KEY_DELTA_VALUE_WIDTH, 128}, {EP_KEY_SPARSE_STEP, 1}, END,
};
static const ep_family_default gemma_defaults[] = {{EP_KEY_TIED, 1}, {EP_KEY_HEAD_WIDTH, 256}, END};
static const ep_family_default gemma2_defaults[] = {
    {EP_KEY_TIED, 1}, {EP_KEY_HEAD_WIDTH, 256}, {EP_KEY_KV_HEADS, 4}, {EP_KEY_WINDOW, 4096}, {EP_KEY_WINDOW_PERIOD, 2},
    {EP_KEY_CONTEXT, 8192}, {EP_KEY_VOCABULARY, 256000}, END,
};
/* The multimodal files of Gemma 3 write only what differs from their class. */
static const ep_family_default gemma3_defaults[] = {
    {EP_KEY_TIED, 1}, {EP_KEY_HEAD_WIDTH, 256}, {EP_KEY_HEADS, 8}, {EP_KEY_KV_HEADS, 4}, {EP_KEY_WINDOW, 4096},
    {EP_KEY_WINDOW_PERIOD, 6}, {EP_KEY_CONTEXT, 131072}, {EP_KEY_VOCABULARY, 262208}, END,
};
static const ep_family_default gemma3n_defaults[] = {
    {EP_KEY_TIED, 1}, {EP_KEY_HIDDEN, 2048}, {EP_KEY_FFN, 16384}, {EP_KEY_LAYERS, 35}, {EP_KEY_HEAD_WIDTH, 256}, {EP_KEY_HEADS, 8},
    {EP_KEY_KV_HEADS, 2}, {EP_KEY_WINDOW, 512}, {EP_KEY_WINDOW_PERIOD, 5}, {EP_KEY_CONTEXT, 32768}, {EP_KEY_VOCABULARY, 262400},
    {EP_KEY_LOOKUP, 256}, {EP_KEY_LOOKUP_ROWS, 262144}, {EP_KEY_STREAMS, 4}, {EP_KEY_LAUREL, 64}, {EP_KEY_KV_SHARED, 15}, END,
};
static const ep_family_default gemma4_defaults[] = {
    {EP_KEY_TIED, 1}, {EP_KEY_HEAD_WIDTH, 256}, {EP_KEY_GLOBAL_HEAD_WIDTH, 512}, {EP_KEY_HEADS, 8}, {EP_KEY_KV_HEADS, 4},
    {EP_KEY_WINDOW, 512}, {EP_KEY_WINDOW_PERIOD, 6}, {EP_KEY_CONTEXT, 131072}, {EP_KEY_VOCABULARY, 262144}, {EP_KEY_LOOKUP, 256},
    {EP_KEY_LOOKUP_ROWS, 262144}, {EP_KEY_KV_SHARED, 0}, {EP_KEY_HAS_EXPERTS, 0}, {EP_KEY_KEY_IS_VALUE, 0},
    {EP_KEY_DOUBLE_FFN, 0}, END,
};
static const ep_family_default gpt_oss_defaults[] = {
    {EP_KEY_TIED, 0}, {EP_KEY_ATTENTION_BIAS, 1}, {EP_KEY_HEAD_WIDTH, 64}, {EP_KEY_KV_HEADS, 8}, {EP_KEY_WINDOW, 128},
    {EP_KEY_WINDOW_PERIOD, 2}, END,
};
static const ep_family_default olmo3_defaults[] = {{EP_KEY_TIED, 0}, {EP_KEY_WINDOW, 4096}, {EP_KEY_WINDOW_PERIOD, 4}, END};
static const ep_family_default exaone4_defaults[] = {{EP_KEY_TIED, 0}, {EP_KEY_WINDOW_PERIOD, 4}, END};
static const ep_family_default lfm2_defaults[] = {
    {EP_KEY_TIED, 1}, {EP_KEY_CONV_BIAS, 0}, {EP_KEY_KERNEL, 3}, {EP_KEY_ADJUST_FFN, 1}, {EP_KEY_BLOCK_MULTIPLE, 256}, END,
};
static const ep_family_default lfm2_moe_defaults[] = {
    {EP_KEY_TIED, 1}, {EP_KEY_CONV_BIAS, 0}, {EP_KEY_KERNEL, 3}, {EP_KEY_SPARSE_FIRST, 2}, END,
};
static const ep_family_default granite_hybrid_defaults[] = {
    {EP_KEY_TIED, 0}, {EP_KEY_CONV_BIAS, 1}, {EP_KEY_RECURRENT_BIAS, 0}, {EP_KEY_GROUPS, 1}, {EP_KEY_EXPAND, 2}, {EP_KEY_KERNEL, 4},
    {EP_KEY_STATE, 256}, {EP_KEY_CELLS, 128}, {EP_KEY_EXPERTS, 8}, {EP_KEY_EXPERTS_USED, 2}, {EP_KEY_SHARED_FFN, 1024}, END,
};
static const ep_family_default nemotron_h_defaults[] = {
    {EP_KEY_TIED, 0}, {EP_KEY_CONV_BIAS, 1}, {EP_KEY_RECURRENT_BIAS, 0}, {EP_KEY_GROUPS, 8}, {EP_KEY_KERNEL, 4}, END,
};
static const ep_family_default falcon_h1_defaults[] = {
    {EP_KEY_TIED, 0}, {EP_KEY_CONV_BIAS, 1}, {EP_KEY_RECURRENT_BIAS, 0}, {EP_KEY_INNER, 1024}, {EP_KEY_INNER_NORM, 0},
    {EP_KEY_GROUPS, 1}, {EP_KEY_EXPAND, 2}, {EP_KEY_KERNEL, 4}, END,
};
static const ep_family_default mamba_defaults[] = {
    {EP_KEY_TIED, 1}, {EP_KEY_CONV_BIAS, 1}, {EP_KEY_RECURRENT_BIAS, 0}, {EP_KEY_EXPAND, 2}, {EP_KEY_KERNEL, 4},
    {EP_KEY_STATE, 16}, END,
};
static const ep_family_default mamba2_defaults[] = {
    {EP_KEY_TIED, 0}, {EP_KEY_CONV_BIAS, 1}, {EP_KEY_RECURRENT_BIAS, 0}, {EP_KEY_GROUPS, 8}, {EP_KEY_EXPAND, 2}, {EP_KEY_KERNEL, 4},
    {EP_KEY_STATE, 128}, {EP_KEY_CELLS, 128}, {EP_KEY_HEAD_WIDTH, 64}, END,
};
static const ep_family_default jamba_defaults[] = {
    {EP_KEY_TIED, 0}, {EP_KEY_CONV_BIAS, 1}, {EP_KEY_RECURRENT_BIAS, 0}, {EP_KEY_EXPAND, 2}, {EP_KEY_KERNEL, 4}, {EP_KEY_STATE, 16},
    {EP_KEY_ATTENTION_PERIOD, 8}, {EP_KEY_ATTENTION_OFFSET, 4}, {EP_KEY_SPARSE_STEP, 2}, {EP_KEY_SPARSE_OFFSET, 1}, END,
};
static const ep_family_default deepseek_defaults[] = {
    {EP_KEY_TIED, 0}, {EP_KEY_LATENT, 512}, {EP_KEY_PLAIN_WIDTH, 128}, {EP_KEY_ROPE_WIDTH, 64}, {EP_KEY_VALUE_WIDTH, 128}, END,
};
static const ep_family_default whisper_defaults[] = {
    {EP_KEY_TIED, 1}, {EP_KEY_FRAMES, 1500}, {EP_KEY_MEL_BINS, 80}, {EP_KEY_DECODER_CONTEXT, 448}, END,
};
static const ep_family_default rwkv7_defaults[] = {{EP_KEY_TIED, 0}, {EP_KEY_HEAD_WIDTH, 64}, END};

#define LATE EP_WINDOW_LATE
#define LAST EP_EXPERTS_LAST

const ep_family ep_family_unknown = {
    .parts = &ep_parts_plain_experts, .window = EP_WINDOW_EVERY, .experts = EP_EXPERTS_FIRST, .quirks = EP_QUIRK_UNKNOWN,
    .switches = both_switches, .defaults = unknown_defaults,
};

const ep_family ep_families[] = {
    {{"llama"}, "llama", &ep_parts_usual, .switches = both_switches, .defaults = untied},
    {{"llama4_text", "llama4"}, "llama4", &ep_parts_plain_experts, .window = EP_WINDOW_CHUNKS, .experts = LAST,
     .switches = attention_switch, .aliases = llama4_aliases, .defaults = llama4_defaults},
    {{"mistral"}, "mistral", &ep_parts_usual, .window = EP_WINDOW_EVERY, .defaults = untied},
    {{"ministral3"}, "ministral3", &ep_parts_usual, .window = EP_WINDOW_EVERY, .defaults = untied},
    {{"mixtral"}, "mixtral", &ep_parts_plain_experts, .window = EP_WINDOW_EVERY, .experts = LAST, .aliases = experts_only,
     .defaults = untied},

    {{"qwen2"}, "qwen2", &ep_parts_qkv_bias, .window = LATE, .defaults = qwen2_defaults},
    {{"qwen2_vl", "qwen2_vl_text", "qwen2_5_vl", "qwen2_5_vl_text"}, "qwen2_vl", &ep_parts_qkv_bias, .window = LATE,
     .defaults = qwen2_defaults},
    {{"qwen2_moe"}, "qwen2_moe", &ep_parts_qwen2_experts, .window = LATE, .experts = LAST, .defaults = qwen_moe_defaults},
    {{"qwen3"}, "qwen3", &ep_parts_head_norm, .window = LATE, .switches = attention_switch, .defaults = qwen2_defaults},
    {{"qwen3_moe"}, "qwen3_moe", &ep_parts_qwen_experts, .window = LATE, .experts = LAST, .switches = attention_switch,
     .defaults = qwen_moe_defaults},
    {{"qwen3_vl_text", "qwen3_vl"}, "qwen3_vl", &ep_parts_head_norm, .switches = attention_switch, .defaults = untied},
    {{"qwen3_vl_moe_text", "qwen3_vl_moe"}, "qwen3_vl_moe", &ep_parts_qwen_experts, .experts = LAST, .switches = attention_switch,
     .defaults = qwen_moe_defaults},
    {{"qwen3_next"}, "qwen3_next", &ep_parts_delta, EP_LAYOUT_INTERVAL, .experts = LAST, .recurrence = EP_RECURRENCE_DELTA,
     .switches = attention_switch, .defaults = delta_defaults},
    {{"qwen3_5_text", "qwen3_5"}, "qwen3_5", &ep_parts_delta, EP_LAYOUT_INTERVAL, .recurrence = EP_RECURRENCE_DELTA,
     .switches = attention_switch, .defaults = delta_defaults},
    {{"qwen3_5_moe_text", "qwen3_5_moe"}, "qwen3_5_moe", &ep_parts_delta, EP_LAYOUT_INTERVAL, .experts = LAST,
     .recurrence = EP_RECURRENCE_DELTA, .switches = attention_switch, .defaults = delta_defaults},

    {{"mimo"}, "mimo", &ep_parts_usual, .window = LATE, .switches = qkv_switch, .defaults = qwen2_defaults},
    {{"phi3"}, "phi3", &ep_parts_fused, .window = EP_WINDOW_EVERY, .defaults = untied},
    {{"phimoe"}, "phimoe", &ep_parts_phimoe, .window = EP_WINDOW_EVERY, .experts = LAST, .switches = phimoe_switches,
     .aliases = experts_only, .defaults = untied},

    {{"gemma"}, "gemma", &ep_parts_usual, .switches = attention_switch, .defaults = gemma_defaults},
    {{"gemma2"}, "gemma2", &ep_parts_gemma2, .window = EP_WINDOW_PERIOD, .switches = attention_switch, .defaults = gemma2_defaults},
    {{"gemma3_text", "gemma3"}, "gemma3", &ep_parts_gemma3, .window = EP_WINDOW_PERIOD, .switches = attention_switch,
     .defaults = gemma3_defaults},
    {{"gemma3n_text", "gemma3n"}, "gemma3n", &ep_parts_gemma3n, .window = EP_WINDOW_PERIOD, .quirks = EP_QUIRK_LOOKUP,
     .switches = attention_switch, .defaults = gemma3n_defaults},
    {{"gemma4_text", "gemma4"}, "gemma4", &ep_parts_gemma4, .window = EP_WINDOW_PERIOD, .experts = LAST,
     .quirks = EP_QUIRK_LOOKUP | EP_QUIRK_GLOBAL_HEADS, .switches = attention_switch, .aliases = gemma4_aliases,
     .defaults = gemma4_defaults},

    {{"gpt_oss"}, "gpt-oss", &ep_parts_gpt_oss, .window = EP_WINDOW_PERIOD, .experts = LAST, .switches = attention_switch,
     .aliases = experts_only, .defaults = gpt_oss_defaults},
    {{"smollm3"}, "smollm3", &ep_parts_usual, .switches = both_switches, .defaults = tied},
    {{"olmo2"}, "olmo2", &ep_parts_full_norm, .switches = attention_switch, .defaults = untied},
    {{"olmo3"}, "olmo3", &ep_parts_full_norm, .window = EP_WINDOW_PERIOD, .switches = attention_switch, .defaults = olmo3_defaults},
    {{"exaone4"}, "exaone4", &ep_parts_head_norm, .window = EP_WINDOW_PERIOD, .defaults = exaone4_defaults},
    {{"granite"}, "granite", &ep_parts_usual, .switches = both_switches, .defaults = untied},
    {{"granitemoe"}, "granite_moe", &ep_parts_plain_experts, .experts = LAST, .switches = attention_switch, .aliases = experts_only,
     .defaults = untied},
    {{"hunyuan_v1_dense"}, "hunyuan_dense", &ep_parts_head_norm, .switches = attention_switch, .defaults = untied},
    {{"ernie4_5"}, "ernie4_5", &ep_parts_usual, .defaults = tied},
    {{"bitnet"}, "bitnet", &ep_parts_bitnet, .switches = attention_switch, .defaults = tied},
    {{"minicpm"}, "minicpm", &ep_parts_usual, .switches = attention_switch, .defaults = tied},

    {{"minicpm3"}, "minicpm3", &ep_parts_minicpm3, .quirks = EP_QUIRK_LATENT | EP_QUIRK_EXPANDED, .switches = attention_switch,
     .defaults = tied},
    {{"deepseek_v2"}, "deepseek2", &ep_parts_deepseek2, .experts = EP_EXPERTS_FIRST, .quirks = EP_QUIRK_LATENT,
     .switches = attention_switch, .defaults = deepseek_defaults},
    {{"deepseek_v3", "kimi_k2"}, "deepseek2", &ep_parts_deepseek3, .experts = EP_EXPERTS_FIRST, .quirks = EP_QUIRK_LATENT,
     .switches = attention_switch, .defaults = deepseek_defaults},
    {{"kimi_linear"}, "kimi_linear", &ep_parts_kimi_linear, EP_LAYOUT_LINEAR_CONFIG, .experts = EP_EXPERTS_FIRST,
     .recurrence = EP_RECURRENCE_KDA, .quirks = EP_QUIRK_LATENT, .aliases = head_cells, .defaults = untied},

    {{"lfm2"}, "lfm2", &ep_parts_lfm2, EP_LAYOUT_INDICES, .recurrence = EP_RECURRENCE_CONVOLUTION, .quirks = EP_QUIRK_ADJUSTED_FFN,
     .switches = conv_switch, .aliases = lfm2_aliases, .defaults = lfm2_defaults},
    {{"lfm2_moe"}, "lfm2_moe", &ep_parts_lfm2, EP_LAYOUT_INDICES, .experts = EP_EXPERTS_FIRST,
     .recurrence = EP_RECURRENCE_CONVOLUTION, .switches = conv_switch, .defaults = lfm2_moe_defaults},
    {{"granitemoehybrid"}, "granite_hybrid", &ep_parts_granite_hybrid, EP_LAYOUT_RECURRENT, .experts = LAST,
     .recurrence = EP_RECURRENCE_MAMBA2, .switches = hybrid_switches, .aliases = granite_hybrid_aliases,
     .defaults = granite_hybrid_defaults},
    {{"nemotron_h"}, "nemotron_h", &ep_parts_nemotron_h, EP_LAYOUT_PATTERN, .experts = LAST, .recurrence = EP_RECURRENCE_MAMBA2,
     .switches = hybrid_switches, .defaults = nemotron_h_defaults},
    {{"falcon_h1"}, "falcon_h1", &ep_parts_falcon_h1, EP_LAYOUT_BOTH, .recurrence = EP_RECURRENCE_MAMBA2,
     .switches = hybrid_switches, .defaults = falcon_h1_defaults},
    {{"jamba"}, "jamba", &ep_parts_jamba, EP_LAYOUT_PERIOD, .experts = EP_EXPERTS_FIRST, .recurrence = EP_RECURRENCE_MAMBA,
     .switches = recurrent_switches, .aliases = experts_only, .defaults = jamba_defaults},
    {{"mamba", "falcon_mamba"}, "mamba", &ep_parts_mamba, EP_LAYOUT_RECURRENT, .recurrence = EP_RECURRENCE_MAMBA,
     .quirks = EP_QUIRK_CONTEXT_FREE, .switches = recurrent_switches, .aliases = mamba_aliases, .defaults = mamba_defaults},
    {{"mamba2"}, "mamba2", &ep_parts_mamba2, EP_LAYOUT_RECURRENT, .recurrence = EP_RECURRENCE_MAMBA2,
     .quirks = EP_QUIRK_CONTEXT_FREE, .switches = recurrent_switches, .aliases = head_cells, .defaults = mamba2_defaults},
    {{"rwkv7"}, "rwkv7", &ep_parts_rwkv7, EP_LAYOUT_RECURRENT, .recurrence = EP_RECURRENCE_RWKV, .quirks = EP_QUIRK_CONTEXT_FREE,
     .aliases = head_cells, .defaults = rwkv7_defaults},

    {{"whisper"}, "whisper", &ep_parts_whisper, EP_LAYOUT_CROSS, .aliases = whisper_aliases, .defaults = whisper_defaults},
};

const size_t ep_family_count = sizeof ep_families / sizeof ep_families[0];
