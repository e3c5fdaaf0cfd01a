/* Heads and their widths; attention through a latent vector. */
#include "base/checked.h"
#include "model/config_reader.h"

static uint64_t read_kv_heads(ep_config_reader *reader, uint64_t heads)
{
    uint64_t kv_heads = 0;
    const ep_found found = ep_config_get(reader, EP_KEY_KV_HEADS, &kv_heads);
    if (found == EP_FOUND && heads != 0 && heads % kv_heads != 0)
        ep_config_fail_key(reader, EDGEPLAN_ERROR_RANGE, EP_KEY_KV_HEADS, "must divide the query heads");
    if (found != EP_FOUND_NOT)
        return kv_heads;
    if (heads != 0)
        ep_config_assume(reader, EP_KEY_KV_HEADS, heads, "as many as query heads");
    return heads;
}

/* The hidden width shared out among the heads. */
static uint64_t shared_out(ep_config_reader *reader, uint64_t heads)
{
    const uint64_t hidden = reader->draft.head.hidden_width;
    if (heads == 0 || hidden == 0)
        return 0;
    if (hidden % heads != 0)
        ep_config_fail_key(reader, EDGEPLAN_ERROR_RANGE, EP_KEY_HEADS, "must divide the hidden width, or the head width be given");
    return hidden / heads;
}

static void read_grouped(ep_config_reader *reader, edgeplan_layer *layer)
{
    layer->attention = EDGEPLAN_ATTENTION_GROUPED;
    layer->kv_heads = read_kv_heads(reader, layer->query_heads);
    if (ep_config_get(reader, EP_KEY_HEAD_WIDTH, &layer->key_width) == EP_FOUND_NOT)
        layer->key_width = shared_out(reader, layer->query_heads);
    layer->value_width = layer->key_width;
}

/* `num_key_value_heads` repeats the query heads here and says nothing of the cache: one latent vector serves them all. */
static void read_latent(ep_config_reader *reader, edgeplan_layer *layer)
{
    layer->attention = EDGEPLAN_ATTENTION_LATENT;
    layer->kv_heads = 1;
    layer->latent_width = ep_config_need(reader, EP_KEY_LATENT);
    layer->rope_width = ep_config_need(reader, EP_KEY_ROPE_WIDTH);
    layer->key_width = ep_add(ep_config_need(reader, EP_KEY_PLAIN_WIDTH), layer->rope_width);
    if (ep_config_get(reader, EP_KEY_VALUE_WIDTH, &layer->value_width) == EP_FOUND_NOT) {
        layer->value_width = shared_out(reader, layer->query_heads);
        ep_config_assume(reader, EP_KEY_VALUE_WIDTH, layer->value_width, "the hidden width over the heads");
    }
    if (reader->family->quirks & EP_QUIRK_EXPANDED) {
        layer->attention = EDGEPLAN_ATTENTION_GROUPED;
        layer->kv_heads = layer->query_heads;
    }
    reader->blueprint.sides[EP_SIDE_QUERY_RANK] = ep_config_or(reader, EP_KEY_QUERY_RANK, 0);
}

/* Layers without a window may have wider heads, and fewer of them for keys that serve as values too. */
static void read_global(ep_config_reader *reader)
{
    uint64_t kv_heads = 0;
    edgeplan_layer *global = &reader->global;
    reader->blueprint.key_is_value = (uint32_t)ep_config_or(reader, EP_KEY_KEY_IS_VALUE, 0);
    global->key_width = ep_config_or(reader, EP_KEY_GLOBAL_HEAD_WIDTH, global->key_width);
    global->value_width = global->key_width;
    if (!reader->blueprint.key_is_value || ep_config_get(reader, EP_KEY_GLOBAL_KV_HEADS, &kv_heads) != EP_FOUND)
        return;
    global->kv_heads = kv_heads;
    if (global->query_heads % kv_heads != 0)
        ep_config_fail_key(reader, EDGEPLAN_ERROR_RANGE, EP_KEY_GLOBAL_KV_HEADS, "must divide the query heads");
}

void ep_config_attention(ep_config_reader *reader)
{
    edgeplan_layer *layer = &reader->base;
    if (reader->family->parts->grouped == NULL && reader->family->parts->latent == NULL)
        return;
    layer->query_heads = ep_config_need(reader, EP_KEY_HEADS);
    if ((reader->family->quirks & EP_QUIRK_LATENT) != 0)
        read_latent(reader, layer);
    else
        read_grouped(reader, layer);
    reader->global = *layer;
    if ((reader->family->quirks & EP_QUIRK_GLOBAL_HEADS) != 0)
        read_global(reader);
}
