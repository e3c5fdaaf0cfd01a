/* Names of tensors. Source: LLM_TENSOR_NAMES in src/llama-arch.cpp of ggml-org/llama.cpp, tree of 2026-08-22. Both tables are in the
   order of strcmp. */
#include "model/gguf_names.h"

#include <string.h>

#include "base/text.h"

#define ROLE(name) EDGEPLAN_ROLE_##name

typedef struct ep_name {
    const char *name;
    uint32_t role;
} ep_name;

/* After `blk.N.`. */
static const ep_name inner[] = {
    {"altup_correct_coef", ROLE(BIAS)}, {"altup_correct_scale", ROLE(BIAS)}, {"altup_predict_coef", ROLE(BIAS)},
    {"altup_router", ROLE(OTHER)}, {"altup_router_norm", ROLE(NORM)}, {"attn_gate", ROLE(RECURRENT)},
    {"attn_k", ROLE(ATTENTION_KEY)}, {"attn_k_b", ROLE(ATTENTION_LATENT)}, {"attn_k_norm", ROLE(NORM)},
    {"attn_kv", ROLE(ATTENTION_LATENT)}, {"attn_kv_a_mqa", ROLE(ATTENTION_LATENT)}, {"attn_kv_a_norm", ROLE(NORM)},
    {"attn_kv_b", ROLE(ATTENTION_LATENT)}, {"attn_norm", ROLE(NORM)}, {"attn_norm_2", ROLE(NORM)},
    {"attn_output", ROLE(ATTENTION_OUTPUT)}, {"attn_output_a", ROLE(ATTENTION_LATENT)}, {"attn_output_b", ROLE(ATTENTION_LATENT)},
    {"attn_output_norm", ROLE(NORM)}, {"attn_q", ROLE(ATTENTION_QUERY)}, {"attn_q_a", ROLE(ATTENTION_LATENT)},
    {"attn_q_a_norm", ROLE(NORM)}, {"attn_q_b", ROLE(ATTENTION_QUERY)}, {"attn_q_norm", ROLE(NORM)},
    {"attn_qkv", ROLE(ATTENTION_QKV)}, {"attn_rel_b", ROLE(BIAS)}, {"attn_rot_embd", ROLE(OTHER)}, {"attn_sinks", ROLE(BIAS)},
    {"attn_sub_norm", ROLE(NORM)}, {"attn_v", ROLE(ATTENTION_VALUE)}, {"attn_v_b", ROLE(ATTENTION_LATENT)},
    {"channel_mix_key", ROLE(FFN_UP)}, {"channel_mix_lerp_k", ROLE(OTHER)}, {"channel_mix_lerp_r", ROLE(OTHER)},
    {"channel_mix_receptance", ROLE(FFN_GATE)}, {"channel_mix_value", ROLE(FFN_DOWN)}, {"exp_probs_b", ROLE(BIAS)},
    {"ffn.act", ROLE(BIAS)}, {"ffn_down", ROLE(FFN_DOWN)}, {"ffn_down_chexps", ROLE(EXPERT_DOWN)},
    {"ffn_down_exps", ROLE(EXPERT_DOWN)}, {"ffn_down_shexp", ROLE(SHARED_DOWN)}, {"ffn_gate", ROLE(FFN_GATE)},
    {"ffn_gate_chexps", ROLE(EXPERT_GATE)}, {"ffn_gate_exps", ROLE(EXPERT_GATE)}, {"ffn_gate_inp", ROLE(ROUTER)},
    {"ffn_gate_inp_shexp", ROLE(ROUTER)}, {"ffn_gate_shexp", ROLE(SHARED_GATE)}, {"ffn_gate_up_exps", ROLE(EXPERT_UP)},
    {"ffn_latent_down", ROLE(OTHER)}, {"ffn_latent_up", ROLE(OTHER)}, {"ffn_norm", ROLE(NORM)}, {"ffn_norm_exps", ROLE(NORM)},
    {"ffn_routed_down", ROLE(OTHER)}, {"ffn_routed_norm", ROLE(NORM)}, {"ffn_routed_up", ROLE(OTHER)}, {"ffn_sub_norm", ROLE(NORM)},
    {"ffn_up", ROLE(FFN_UP)}, {"ffn_up_chexps", ROLE(EXPERT_UP)}, {"ffn_up_exps", ROLE(EXPERT_UP)},
    {"ffn_up_shexp", ROLE(SHARED_UP)}, {"indexer.k_norm", ROLE(NORM)}, {"indexer.q_norm", ROLE(NORM)},
    {"inp_gate", ROLE(PER_LAYER_PROJECTION)},
    {"laurel_l", ROLE(OTHER)}, {"laurel_post_norm", ROLE(NORM)}, {"laurel_r", ROLE(OTHER)}, {"layer_output_norm", ROLE(NORM)},
    {"layer_output_scale", ROLE(BIAS)}, {"nextn.eh_proj", ROLE(NEXT_TOKEN)}, {"post_attention_norm", ROLE(NORM)},
    {"post_ffw_norm", ROLE(NORM)}, {"post_ffw_norm_1", ROLE(NORM)}, {"post_ffw_norm_2", ROLE(NORM)}, {"post_norm", ROLE(NORM)},
    {"pre_ffw_norm_2", ROLE(NORM)},
    {"proj", ROLE(PER_LAYER_PROJECTION)}, {"shortconv.conv", ROLE(CONVOLUTION)}, {"shortconv.in_proj", ROLE(RECURRENT)},
    {"shortconv.norm", ROLE(NORM)}, {"shortconv.out_proj", ROLE(RECURRENT)}, {"ssm_a", ROLE(BIAS)}, {"ssm_alpha", ROLE(RECURRENT)},
    {"ssm_b_norm", ROLE(NORM)}, {"ssm_ba", ROLE(RECURRENT)}, {"ssm_beta", ROLE(RECURRENT)}, {"ssm_c_norm", ROLE(NORM)},
    {"ssm_conv1d", ROLE(CONVOLUTION)}, {"ssm_conv1d_k", ROLE(CONVOLUTION)}, {"ssm_conv1d_q", ROLE(CONVOLUTION)},
    {"ssm_conv1d_v", ROLE(CONVOLUTION)}, {"ssm_d", ROLE(BIAS)}, {"ssm_dt", ROLE(RECURRENT)}, {"ssm_dt_norm", ROLE(NORM)},
    {"ssm_f_a", ROLE(RECURRENT)}, {"ssm_f_b", ROLE(RECURRENT)}, {"ssm_g", ROLE(RECURRENT)}, {"ssm_g_a", ROLE(RECURRENT)},
    {"ssm_g_b", ROLE(RECURRENT)}, {"ssm_in", ROLE(RECURRENT)}, {"ssm_norm", ROLE(NORM)}, {"ssm_out", ROLE(RECURRENT)},
    {"ssm_x", ROLE(RECURRENT)}, {"time_mix_a0", ROLE(OTHER)}, {"time_mix_a1", ROLE(OTHER)}, {"time_mix_a2", ROLE(OTHER)},
    {"time_mix_decay", ROLE(OTHER)}, {"time_mix_decay_w1", ROLE(OTHER)}, {"time_mix_decay_w2", ROLE(OTHER)},
    {"time_mix_first", ROLE(OTHER)}, {"time_mix_g1", ROLE(OTHER)}, {"time_mix_g2", ROLE(OTHER)}, {"time_mix_gate", ROLE(RECURRENT)},
    {"time_mix_k_a", ROLE(OTHER)}, {"time_mix_k_k", ROLE(OTHER)}, {"time_mix_key", ROLE(RECURRENT)},
    {"time_mix_lerp_fused", ROLE(BIAS)}, {"time_mix_lerp_g", ROLE(OTHER)}, {"time_mix_lerp_k", ROLE(OTHER)},
    {"time_mix_lerp_r", ROLE(OTHER)}, {"time_mix_lerp_v", ROLE(OTHER)}, {"time_mix_lerp_w", ROLE(OTHER)},
    {"time_mix_lerp_x", ROLE(OTHER)}, {"time_mix_ln", ROLE(NORM)}, {"time_mix_output", ROLE(RECURRENT)},
    {"time_mix_r_k", ROLE(OTHER)}, {"time_mix_receptance", ROLE(RECURRENT)}, {"time_mix_v0", ROLE(OTHER)},
    {"time_mix_v1", ROLE(OTHER)}, {"time_mix_v2", ROLE(OTHER)}, {"time_mix_value", ROLE(RECURRENT)}, {"time_mix_w0", ROLE(OTHER)},
    {"time_mix_w1", ROLE(BIAS)}, {"time_mix_w2", ROLE(BIAS)},
};

/* Outside the layers. */
static const ep_name outer[] = {
    {"altup_proj", ROLE(OTHER)}, {"altup_unembd_proj", ROLE(OTHER)}, {"output", ROLE(OUTPUT_HEAD)}, {"output_norm", ROLE(NORM)},
    {"per_layer_model_proj", ROLE(OTHER)}, {"per_layer_proj_norm", ROLE(NORM)}, {"per_layer_token_embd", ROLE(PER_LAYER_EMBEDDING)},
    {"position_embd", ROLE(OTHER)}, {"rope_factors_long", ROLE(CONSTANT)}, {"rope_factors_short", ROLE(CONSTANT)},
    {"rope_freqs", ROLE(CONSTANT)}, {"token_embd", ROLE(TOKEN_EMBEDDING)}, {"token_embd_norm", ROLE(NORM)},
    {"token_types", ROLE(OTHER)},
};

static int find(const ep_name *names, size_t count, const char *name, size_t length, uint32_t *role)
{
    size_t low = 0, high = count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        int order = strncmp(name, names[middle].name, length);

        if (order == 0 && names[middle].name[length] != '\0')
            order = -1;
        if (order == 0) {
            *role = names[middle].role;
            return 1;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return 0;
}

/* Reads a number as it would be written, without leading zeros, and the dot behind it. */
static const char *read_index(const char *at, uint64_t *out)
{
    const char *begin = at;

    for (*out = 0; *at >= '0' && *at <= '9' && at - begin < 6; at++)
        *out = *out * 10 + (uint64_t)(*at - '0');
    return at == begin || *at != '.' || (*begin == '0' && at - begin > 1) ? NULL : at + 1;
}

static int ends_with(const char *text, size_t length, const char *end)
{
    const size_t end_length = strlen(end);

    return length >= end_length && memcmp(text + length - end_length, end, end_length) == 0;
}

/* `ffn_up.3`: one expert of a file from before they were stacked. */
static size_t cut_expert(const char *name, size_t length, ep_tensor_name *out)
{
    size_t end = length;

    while (end > 0 && name[end - 1] >= '0' && name[end - 1] <= '9')
        end--;
    if (end == length || end == 0 || name[end - 1] != '.' || strncmp(name, "ffn_", 4) != 0)
        return length;
    out->single_expert = 1;
    return end - 1;
}

static uint32_t expert_role(uint32_t role)
{
    switch (role) {
    case ROLE(FFN_GATE): return ROLE(EXPERT_GATE);
    case ROLE(FFN_UP): return ROLE(EXPERT_UP);
    case ROLE(FFN_DOWN): return ROLE(EXPERT_DOWN);
    default: return role;
    }
}

static int starts_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

static void look_up(const char *name, size_t length, ep_tensor_name *out)
{
    const int inside = out->layer != 0;

    out->known = inside ? find(inner, sizeof inner / sizeof inner[0], name, length, &out->role)
                        : find(outer, sizeof outer / sizeof outer[0], name, length, &out->role);
    if (out->single_expert)
        out->role = expert_role(out->role);
    out->recurrent = inside && (starts_with(name, "ssm_") || starts_with(name, "shortconv.") || starts_with(name, "time_mix_"));
    out->next_token = inside ? starts_with(name, "nextn.") : 0;
    out->known |= out->next_token;
    if (!out->known)
        out->role = ends_with(name, length, "norm") ? ROLE(NORM) : ROLE(OTHER);
}

ep_tensor_name ep_tensor_name_read(const char *name)
{
    ep_tensor_name out = { .role = ROLE(OTHER) };
    size_t length;
    uint64_t index;

    if (starts_with(name, "blk.")) {
        const char *rest = read_index(name + 4, &index);

        if (rest != NULL) {
            out.layer = index + 1;
            name = rest;
        }
    }
    length = strlen(name);
    if (ends_with(name, length, ".weight"))
        length -= 7;
    else if ((out.is_bias = ends_with(name, length, ".bias")) != 0)
        length -= 5;
    else if ((out.is_bias = ends_with(name, length, ".scale")) != 0)
        length -= 6;
    length = cut_expert(name, length, &out);
    out.stacked = ends_with(name, length, "exps");
    look_up(name, length, &out);
    if (out.is_bias)
        out.role = ROLE(BIAS);
    return out;
}
