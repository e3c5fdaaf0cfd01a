#include "model/config_keys.h"

#include "base/checked.h"
#include "base/number.h"
#include "base/text.h"
#include "model/build_check.h"

/* `max_length` and the like are generation settings in some configs: they stand last. Bounds: what no model exceeds (build_check.h). */
const ep_key_rule ep_key_rules[EP_KEY_COUNT] = {
    [EP_KEY_LAYERS] = {{"num_hidden_layers", "n_layers", "n_layer", "num_layers"}, 1, EP_MAX_LAYERS},
    [EP_KEY_HIDDEN] = {{"hidden_size", "n_embd", "dim", "d_model"}, 1, EP_MAX_WIDTH},
    [EP_KEY_VOCABULARY] = {{"vocab_size"}, 1, EP_MAX_VOCABULARY},
    [EP_KEY_CONTEXT] = {{"max_position_embeddings", "n_ctx", "n_positions", "max_length", "max_sequence_length", "model_max_length"},
                        1, EP_MAX_CONTEXT},
    [EP_KEY_HEADS] = {{"num_attention_heads", "n_head", "n_heads"}, 1, EP_MAX_HEADS},
    [EP_KEY_KV_HEADS] = {{"num_key_value_heads", "n_kv_heads"}, 1, EP_MAX_HEADS},
    [EP_KEY_HEAD_WIDTH] = {{"head_dim", "attention_head_dim"}, 1, EP_MAX_WIDTH},
    [EP_KEY_GLOBAL_HEAD_WIDTH] = {{"global_head_dim"}, 1, EP_MAX_WIDTH},
    [EP_KEY_GLOBAL_KV_HEADS] = {{"num_global_key_value_heads"}, 1, EP_MAX_HEADS},
    [EP_KEY_KV_SHARED] = {{"num_kv_shared_layers"}, 0, EP_MAX_LAYERS},
    [EP_KEY_QUERY_RANK] = {{"q_lora_rank"}, 0, EP_MAX_WIDTH},
    [EP_KEY_LATENT] = {{"kv_lora_rank"}, 1, EP_MAX_WIDTH},
    [EP_KEY_PLAIN_WIDTH] = {{"qk_nope_head_dim"}, 1, EP_MAX_WIDTH},
    [EP_KEY_ROPE_WIDTH] = {{"qk_rope_head_dim"}, 0, EP_MAX_WIDTH},
    [EP_KEY_VALUE_WIDTH] = {{"v_head_dim"}, 1, EP_MAX_WIDTH},
    [EP_KEY_FFN] = {{"intermediate_size", "n_inner", "hidden_dim"}, 1, EP_MAX_WIDTH},
    [EP_KEY_DENSE_FFN] = {{"intermediate_size_mlp", "intermediate_size"}, 1, EP_MAX_WIDTH},
    [EP_KEY_BLOCK_FFN] = {{"block_ff_dim", "intermediate_size"}, 1, EP_MAX_WIDTH},
    [EP_KEY_BLOCK_MULTIPLE] = {{"block_multiple_of"}, 1, EP_MAX_WIDTH},
    [EP_KEY_EXPERTS] = {{"num_local_experts", "num_experts", "n_routed_experts"}, 0, EP_MAX_EXPERTS},
    [EP_KEY_EXPERTS_USED] = {{"num_experts_per_tok", "num_experts_per_token", "experts_per_token", "top_k_experts"},
                             1, EP_MAX_EXPERTS},
    [EP_KEY_EXPERT_FFN] = {{"moe_intermediate_size"}, 1, EP_MAX_WIDTH},
    [EP_KEY_SHARED_FFN] = {{"shared_expert_intermediate_size", "shared_intermediate_size", "moe_shared_expert_intermediate_size"},
                           0, EP_MAX_WIDTH},
    [EP_KEY_SHARED_COUNT] = {{"n_shared_experts", "num_shared_experts"}, 0, EP_MAX_EXPERTS},
    [EP_KEY_SPARSE_FIRST] = {{"first_k_dense_replace", "num_dense_layers"}, 0, EP_MAX_LAYERS},
    [EP_KEY_SPARSE_STEP] = {{"decoder_sparse_step", "moe_layer_freq", "interleave_moe_layer_step", "expert_layer_period"},
                            1, EP_MAX_LAYERS},
    [EP_KEY_SPARSE_OFFSET] = {{"expert_layer_offset"}, 0, EP_MAX_LAYERS},
    [EP_KEY_NEXT_TOKEN] = {{"num_nextn_predict_layers", "mtp_num_hidden_layers"}, 0, EP_MAX_LAYERS},
    [EP_KEY_WINDOW] = {{"sliding_window"}, 1, EP_MAX_CONTEXT},
    [EP_KEY_WINDOW_PERIOD] = {{"sliding_window_pattern", "_sliding_window_pattern"}, 1, EP_MAX_LAYERS},
    [EP_KEY_WINDOW_FIRST] = {{"max_window_layers"}, 0, EP_MAX_LAYERS},
    [EP_KEY_CHUNK] = {{"attention_chunk_size"}, 1, EP_MAX_CONTEXT},
    [EP_KEY_CHUNK_PERIOD] = {{"no_rope_layer_interval"}, 1, EP_MAX_LAYERS},
    [EP_KEY_FULL_INTERVAL] = {{"full_attention_interval"}, 1, EP_MAX_LAYERS},
    [EP_KEY_ATTENTION_PERIOD] = {{"attn_layer_period"}, 1, EP_MAX_LAYERS},
    [EP_KEY_ATTENTION_OFFSET] = {{"attn_layer_offset"}, 0, EP_MAX_LAYERS},
    [EP_KEY_STATE] = {{"mamba_d_state", "ssm_state_size", "state_size"}, 1, EP_MAX_WIDTH},
    [EP_KEY_KERNEL] = {{"mamba_d_conv", "conv_kernel", "linear_conv_kernel_dim", "conv_L_cache", "short_conv_kernel_size"},
                       1, EP_MAX_WIDTH},
    [EP_KEY_EXPAND] = {{"mamba_expand", "expand"}, 1, EP_MAX_WIDTH},
    [EP_KEY_INNER] = {{"mamba_d_ssm"}, 1, EP_MAX_WIDTH},
    [EP_KEY_MAMBA_INNER] = {{"intermediate_size", "d_inner"}, 1, EP_MAX_WIDTH},
    [EP_KEY_CELLS] = {{"mamba_n_heads", "mamba_num_heads", "num_heads"}, 1, EP_MAX_HEADS},
    [EP_KEY_CELL] = {{"mamba_d_head", "mamba_head_dim"}, 1, EP_MAX_WIDTH},
    [EP_KEY_GROUPS] = {{"mamba_n_groups", "n_groups"}, 1, EP_MAX_HEADS},
    [EP_KEY_RATE] = {{"mamba_dt_rank", "time_step_rank"}, 1, EP_MAX_WIDTH},
    [EP_KEY_DELTA_KEYS] = {{"linear_num_key_heads"}, 1, EP_MAX_HEADS},
    [EP_KEY_DELTA_VALUES] = {{"linear_num_value_heads"}, 1, EP_MAX_HEADS},
    [EP_KEY_DELTA_KEY_WIDTH] = {{"linear_key_head_dim"}, 1, EP_MAX_WIDTH},
    [EP_KEY_DELTA_VALUE_WIDTH] = {{"linear_value_head_dim"}, 1, EP_MAX_WIDTH},
    [EP_KEY_DECAY_RANK] = {{"decay_low_rank_dim"}, 1, EP_MAX_WIDTH},
    [EP_KEY_LEARNING_RANK] = {{"a_low_rank_dim"}, 1, EP_MAX_WIDTH},
    [EP_KEY_MIX_RANK] = {{"v_low_rank_dim"}, 1, EP_MAX_WIDTH},
    [EP_KEY_GATE_RANK] = {{"gate_low_rank_dim"}, 1, EP_MAX_WIDTH},
    [EP_KEY_LOOKUP] = {{"hidden_size_per_layer_input"}, 0, EP_MAX_WIDTH},
    [EP_KEY_LOOKUP_ROWS] = {{"vocab_size_per_layer_input"}, 1, EP_MAX_VOCABULARY},
    [EP_KEY_STREAMS] = {{"altup_num_inputs"}, 1, EP_MAX_EXPERTS},
    [EP_KEY_LAUREL] = {{"laurel_rank"}, 1, EP_MAX_WIDTH},
    [EP_KEY_DECODER_LAYERS] = {{"decoder_layers"}, 1, EP_MAX_LAYERS / 2},
    [EP_KEY_DECODER_HEADS] = {{"decoder_attention_heads"}, 1, EP_MAX_HEADS},
    [EP_KEY_DECODER_FFN] = {{"decoder_ffn_dim"}, 1, EP_MAX_WIDTH},
    [EP_KEY_DECODER_CONTEXT] = {{"max_target_positions"}, 1, EP_MAX_CONTEXT},
    [EP_KEY_ENCODER_LAYERS] = {{"encoder_layers"}, 1, EP_MAX_LAYERS},
    [EP_KEY_ENCODER_FFN] = {{"encoder_ffn_dim"}, 1, EP_MAX_WIDTH},
    [EP_KEY_FRAMES] = {{"max_source_positions"}, 1, EP_MAX_CONTEXT},
    [EP_KEY_MEL_BINS] = {{"num_mel_bins"}, 1, EP_MAX_WIDTH},
    [EP_KEY_TOWER_LAYERS] = {{"num_hidden_layers", "depth"}, 1, EP_MAX_LAYERS},
    [EP_KEY_TOWER_HEADS] = {{"num_attention_heads", "num_heads"}, 1, EP_MAX_HEADS},
    [EP_KEY_TOWER_OUT] = {{"out_hidden_size"}, 1, EP_MAX_WIDTH},
    [EP_KEY_PATCH] = {{"patch_size"}, 1, EP_MAX_WIDTH},
    [EP_KEY_FRAMES_IN_PATCH] = {{"temporal_patch_size"}, 1, EP_MAX_WIDTH},
    [EP_KEY_IMAGE] = {{"image_size"}, 1, EP_MAX_WIDTH},
    [EP_KEY_POSITIONS] = {{"num_position_embeddings"}, 1, EP_MAX_CONTEXT},
    [EP_KEY_MERGE] = {{"spatial_merge_size"}, 1, EP_MAX_WIDTH},
    [EP_KEY_USE_WINDOW] = {{"use_sliding_window"}, 0, 1},
    [EP_KEY_TIED] = {{"tie_word_embeddings", "tie_embedding"}, 0, 1},
    [EP_KEY_ATTENTION_BIAS] = {{"attention_bias"}, 0, 1},
    [EP_KEY_FFN_BIAS] = {{"mlp_bias"}, 0, 1},
    [EP_KEY_HEAD_BIAS] = {{"lm_head_bias"}, 0, 1},
    [EP_KEY_CONV_BIAS] = {{"mamba_conv_bias", "use_conv_bias", "conv_bias"}, 0, 1},
    [EP_KEY_RECURRENT_BIAS] = {{"mamba_proj_bias", "use_bias"}, 0, 1},
    [EP_KEY_INNER_NORM] = {{"mamba_rms_norm"}, 0, 1},
    [EP_KEY_ADJUST_FFN] = {{"block_auto_adjust_ff_dim"}, 0, 1},
    [EP_KEY_HAS_EXPERTS] = {{"enable_moe_block"}, 0, 1},
    [EP_KEY_KEY_IS_VALUE] = {{"attention_k_eq_v"}, 0, 1},
    [EP_KEY_DOUBLE_FFN] = {{"use_double_wide_mlp"}, 0, 1},
};

const ep_entry *ep_key_find(const ep_node *map, ep_key key)
{
    const ep_key_rule *rule = &ep_key_rules[key];
    for (size_t i = 0; i < sizeof rule->names / sizeof rule->names[0] && rule->names[i] != NULL; i++) {
        const ep_entry *entry = ep_node_entry(map, rule->names[i]);
        if (entry != NULL && entry->value->kind != EP_NODE_NULL && !ep_node_is(entry->value, "auto"))
            return entry;
    }
    return NULL;
}

int ep_key_is_switch(ep_key key)
{
    return key > EP_KEY_LAST_COUNT;
}

static edgeplan_status read_switch(const ep_node *value, uint64_t *out, const char **message)
{
    if (ep_node_is(value, "true") || ep_node_is(value, "false")) {
        *out = (uint64_t)ep_node_is(value, "true");
        return EDGEPLAN_OK;
    }
    *message = "must be true or false";
    return EDGEPLAN_ERROR_SCHEMA;
}

/* Python writes counts as floats now and then, and people as text; a fraction is a mistake all the same. */
static edgeplan_status read_whole(const ep_node *value, uint64_t *out, const char **message)
{
    double number = 0;
    edgeplan_status status = ep_count_read(value->text, value->length, out);
    if (status == EDGEPLAN_ERROR_SYNTAX) {
        status = ep_number_read(value->text, value->length, &number);
        if (status == EDGEPLAN_OK && number < 0) {
            *message = "must not be negative";
            return EDGEPLAN_ERROR_RANGE;
        }
        if (status == EDGEPLAN_OK && number <= (double)EP_MAX_COUNT) {
            *out = (uint64_t)number;
            if ((double)*out < number || (double)*out > number) {
                *message = "must be a whole number";
                return EDGEPLAN_ERROR_RANGE;
            }
            return EDGEPLAN_OK;
        }
        if (status == EDGEPLAN_OK)
            status = EDGEPLAN_ERROR_RANGE;
    }
    if (status == EDGEPLAN_ERROR_SYNTAX) {
        *message = "must be a number";
        return EDGEPLAN_ERROR_SCHEMA;
    }
    if (status != EDGEPLAN_OK)
        *message = "is larger than any model's";
    return status;
}

edgeplan_status ep_key_read(const ep_node *value, ep_key key, uint64_t *out, const char **message)
{
    const ep_key_rule *rule = &ep_key_rules[key];
    if (!ep_node_is_scalar(value)) {
        *message = ep_key_is_switch(key) ? "must be true or false" : "must be one number";
        return EDGEPLAN_ERROR_SCHEMA;
    }
    if (ep_key_is_switch(key))
        return read_switch(value, out, message);
    const edgeplan_status status = read_whole(value, out, message);
    if (status != EDGEPLAN_OK)
        return status;
    if (*out >= rule->low && *out <= rule->high)
        return EDGEPLAN_OK;
    *message = *out < rule->low ? "must be 1 or more" : "is larger than any model's";
    return EDGEPLAN_ERROR_RANGE;
}
