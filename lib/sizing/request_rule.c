#include "sizing/request_rule.h"

#include "base/checked.h"
#include "model/element.h"

static int is_quantized(uint32_t type)
{
    return ep_element_block(type).elements > 1;
}

static int cuts_heads(uint32_t type, uint64_t width)
{
    return is_quantized(type) && width % ep_element_block(type).elements != 0;
}

static int keeps_latents(const ep_shape *shape)
{
    for (uint32_t i = 0; i < shape->run_count; i++)
        if (shape->runs[i].layer.attention == EDGEPLAN_ATTENTION_LATENT)
            return 1;
    return 0;
}

/* Flash attention reads heads, otherwise rows of all heads are stored. */
static ep_load_fault uneven_blocks(const ep_shape *shape, const ep_workload *workload)
{
    for (uint32_t i = 0; i < shape->run_count; i++) {
        const edgeplan_layer *layer = &shape->runs[i].layer;
        int latent = layer->attention == EDGEPLAN_ATTENTION_LATENT;
        const uint64_t heads = latent || workload->flash_attention ? 1 : layer->kv_heads;
        if (cuts_heads(workload->kv_k, latent ? layer->latent_width + layer->rope_width : ep_mul(heads, layer->key_width)))
            return EP_FAULT_KEY_BLOCKS;
        if (cuts_heads(workload->kv_v, latent ? layer->latent_width : ep_mul(heads, layer->value_width)))
            return EP_FAULT_VALUE_BLOCKS;
    }
    return EP_FAULT_NONE;
}

ep_load_fault ep_request_fault(const ep_request_rule *rule, const ep_shape *shape, const ep_workload *workload)
{
    if (rule->max_sequences && workload->sequences > rule->max_sequences)
        return EP_FAULT_SEQUENCES;
    if (rule->equal_latent_types && workload->kv_k != workload->kv_v && keeps_latents(shape))
        return EP_FAULT_LATENT_TYPES;
    if (rule->values_need_flash_attention && !workload->flash_attention && is_quantized(workload->kv_v))
        return EP_FAULT_QUANTIZED_VALUES;
    if (rule->blocks_divide_heads)
        return uneven_blocks(shape, workload);
    return EP_FAULT_NONE;
}
