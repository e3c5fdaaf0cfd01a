/* A class without a row of its own is planned as the usual transformer, unless its keys tell of parts that one has not. */
#include "model/config_reader.h"

static const struct {
    const char *key, *part;
    int of_known; /* 1: no kind of model we know has it either */
} telling[] = {
    {"mamba_d_state", "a state space layer", 0},
    {"ssm_state_size", "a state space layer", 0},
    {"state_size", "a state space layer", 0},
    {"ssm_cfg", "a state space layer", 0},
    {"conv_kernel", "a convolution", 0},
    {"conv_L_cache", "a convolution", 0},
    {"lru_width", "a linear recurrence", 0},
    {"linear_num_value_heads", "linear attention", 0},
    {"linear_attn_config", "linear attention", 0},
    {"decay_low_rank_dim", "an RWKV layer", 0},
    {"attention_hidden_size", "an RWKV layer", 0},
    {"hybrid_override_pattern", "layers of several kinds", 0},
    {"hybrid_layer_pattern", "layers of several kinds", 0},
    {"attn_layer_period", "layers of several kinds", 0},
    {"layers_block_type", "layers of several kinds", 0},
    {"block_types", "layers of several kinds", 0},
    {"kv_lora_rank", "attention through a latent vector", 0},
    {"index_n_heads", "an index over the cache", 0},
    {"cross_attention_layers", "cross attention", 0},
    {"encoder_layers", "an encoder", 0},
    {"hidden_size_per_layer_input", "inputs per layer", 0},
    {"num_kv_shared_layers", "layers that share a cache", 0},
    {"altup_num_inputs", "parallel residual streams", 0},
    {"moe_latent_size", "experts behind a narrow vector", 1},
};

static int is_off(const ep_node *node)
{
    return node == NULL || node->kind == EP_NODE_NULL || ep_node_is(node, "0") || ep_node_is(node, "false");
}

void ep_config_unknown(ep_config_reader *reader)
{
    const int is_known = (reader->family->quirks & EP_QUIRK_UNKNOWN) == 0;
    for (size_t i = 0; i < sizeof telling / sizeof telling[0]; i++) {
        const ep_node *node = ep_node_get(reader->text, telling[i].key);
        if (!is_off(node) && (!is_known || telling[i].of_known))
            ep_config_fail(reader, EDGEPLAN_ERROR_UNSUPPORTED, node, telling[i].key,
                           "the key tells of a part that cannot be planned:", telling[i].part);
    }
    if (!is_known)
        ep_config_note(reader, "This kind of model is not known: it is planned as the usual transformer, a Llama in its parts.");
}
