#include "sizing/elements.h"

#include "base/checked.h"
#include "model/element.h"

uint64_t ep_token_row_bytes(const ep_cache_rule *rule, const edgeplan_layer *layer, uint32_t kv_k, uint32_t kv_v)
{
    if (layer->attention == EDGEPLAN_ATTENTION_NONE)
        return 0;
    if (layer->attention == EDGEPLAN_ATTENTION_LATENT)
        return ep_element_row_bytes(kv_k, ep_add(layer->latent_width, layer->rope_width));

    uint64_t key = ep_element_row_bytes(kv_k, ep_mul(layer->kv_heads, layer->key_width));
    uint64_t value = ep_element_row_bytes(kv_v, ep_mul(layer->kv_heads, layer->value_width));
    uint64_t scales = ep_ceil_div(ep_mul(ep_mul(layer->kv_heads, rule->scale_bits_per_head), 2), 8);
    return ep_add(ep_add(key, value), scales);
}
