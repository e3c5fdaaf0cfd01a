#include "model/config_keys.h"

#include "base/checked.h"
#include "base/number.h"
#include "base/text.h"
#include "model/build_check.h"

/* `max_length` and the like are generation settings in some configs: they stand last. Bounds: what no model exceeds (build_check.h). */
const ep_key_rule ep_key_rules[EP_KEY_COUNT] = {
    [EP_KEY_LAYERS] = {{"num_hidden_layers", "n_layers", "n_layer", "num_layers"}, 1, EP_MAX_LAYERS, 0},
    [EP_KEY_HIDDEN] = {{"hidden_size", "n_embd", "dim", "d_model"}, 1, EP_MAX_WIDTH, 0},
    [EP_KEY_VOCABULARY] = {{"vocab_size"}, 1, EP_MAX_VOCABULARY, 0},
    [EP_KEY_CONTEXT] = {{"max_position_embeddings", "n_ctx", "n_positions", "max_length", "max_sequence_length", "model_max_length"},
                        1, EP_MAX_CONTEXT, 0},
    [EP_KEY_HEADS] = {{"num_attention_heads", "n_head", "n_heads"}, 1, EP_MAX_HEADS, 0},
    [EP_KEY_KV_HEADS] = {{"num_key_value_heads", "n_kv_heads"}, 1, EP_MAX_HEADS, 0},
    [EP_KEY_HEAD_WIDTH] = {{"head_dim", "attention_head_dim"}, 1, EP_MAX_WIDTH, 0},
    [EP_KEY_FFN] = {{"intermediate_size", "n_inner", "hidden_dim"}, 1, EP_MAX_WIDTH, 0},
    [EP_KEY_EXPERTS] = {{"num_local_experts", "num_experts", "n_routed_experts"}, 1, EP_MAX_EXPERTS, 0},
    [EP_KEY_EXPERTS_USED] = {{"num_experts_per_tok", "num_experts_per_token", "experts_per_token", "top_k_experts"}, 1, EP_MAX_EXPERTS, 0},
    [EP_KEY_EXPERT_FFN] = {{"moe_intermediate_size"}, 1, EP_MAX_WIDTH, 0},
    [EP_KEY_SHARED_FFN] = {{"shared_expert_intermediate_size"}, 1, EP_MAX_WIDTH, 0},
    [EP_KEY_SPARSE_STEP] = {{"decoder_sparse_step"}, 1, EP_MAX_LAYERS, 0},
    [EP_KEY_WINDOW] = {{"sliding_window"}, 1, EP_MAX_CONTEXT, 0},
    [EP_KEY_WINDOW_PERIOD] = {{"sliding_window_pattern", "_sliding_window_pattern"}, 1, EP_MAX_LAYERS, 0},
    [EP_KEY_WINDOW_FIRST] = {{"max_window_layers"}, 0, EP_MAX_LAYERS, 0},
    [EP_KEY_USE_WINDOW] = {{"use_sliding_window"}, 0, 1, 1},
    [EP_KEY_TIED] = {{"tie_word_embeddings"}, 0, 1, 1},
    [EP_KEY_ATTENTION_BIAS] = {{"attention_bias"}, 0, 1, 1},
    [EP_KEY_FFN_BIAS] = {{"mlp_bias"}, 0, 1, 1},
};

const ep_entry *ep_key_find(const ep_node *map, ep_key key)
{
    const ep_key_rule *rule = &ep_key_rules[key];
    for (size_t i = 0; i < sizeof rule->names / sizeof rule->names[0] && rule->names[i] != NULL; i++) {
        const ep_entry *entry = ep_node_entry(map, rule->names[i]);
        if (entry != NULL && entry->value->kind != EP_NODE_NULL)
            return entry;
    }
    return NULL;
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
        *message = rule->is_switch ? "must be true or false" : "must be one number";
        return EDGEPLAN_ERROR_SCHEMA;
    }
    if (rule->is_switch)
        return read_switch(value, out, message);
    const edgeplan_status status = read_whole(value, out, message);
    if (status != EDGEPLAN_OK)
        return status;
    if (*out >= rule->low && *out <= rule->high)
        return EDGEPLAN_OK;
    *message = *out < rule->low ? "must be 1 or more" : "is larger than any model's";
    return EDGEPLAN_ERROR_RANGE;
}
