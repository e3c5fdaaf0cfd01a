/* Feed-forward parts: how wide, and which are made of experts. */
#include "base/checked.h"
#include "base/number.h"
#include "model/config_reader.h"

/* LFM2 writes the width before its class scales it: two thirds, times a factor, up to a multiple. */
static uint64_t adjusted(ep_config_reader *reader, uint64_t width)
{
    const ep_node *factor = ep_node_get(reader->text, "block_ffn_dim_multiplier");
    double number = 1;
    if (ep_config_or(reader, EP_KEY_ADJUST_FFN, 0) == 0)
        return width;
    width = 2 * width / 3;
    if (factor != NULL && factor->kind == EP_NODE_NULL)
        return width;
    if (factor != NULL && (!ep_node_is_scalar(factor) || ep_number_read(factor->text, factor->length, &number) != EDGEPLAN_OK ||
                           !(number > 0 && number <= 1024))) {
        ep_config_fail(reader, EDGEPLAN_ERROR_RANGE, factor, "block_ffn_dim_multiplier",
                       "must be a number above 0, at most 1024", NULL);
        return width;
    }
    return ep_round_up((uint64_t)(number * (double)width), ep_config_need(reader, EP_KEY_BLOCK_MULTIPLE));
}

static void read_dense(ep_config_reader *reader, ep_widths *widths)
{
    const ep_entry *entry = ep_config_entry(reader, EP_KEY_FFN);
    widths->ffn = 1; /* read: one mistake is enough */
    if (entry != NULL && entry->value->kind == EP_NODE_LIST) {
        if (entry->value->count < reader->layers)
            ep_config_fail(reader, EDGEPLAN_ERROR_SCHEMA, entry->value, entry->key, "lists fewer layers than the model has", NULL);
        else
            widths->list = entry->value;
        return;
    }
    widths->ffn = ep_max(ep_config_need(reader, EP_KEY_FFN), 1);
    if ((reader->family->quirks & EP_QUIRK_ADJUSTED_FFN) != 0)
        widths->ffn = adjusted(reader, widths->ffn);
}

static uint64_t dense_width(ep_config_reader *reader, ep_widths *widths, uint64_t index)
{
    uint64_t width = 0;
    const char *message = NULL;
    if (widths->ffn == 0)
        read_dense(reader, widths);
    if (widths->list == NULL)
        return widths->ffn;
    const ep_entry *entry = &widths->list->entries[index];
    const edgeplan_status status = ep_key_read(entry->value, EP_KEY_FFN, &width, &message);
    if (status != EDGEPLAN_OK)
        ep_config_fail(reader, status, entry->value, ep_config_entry(reader, EP_KEY_FFN)->key, message, NULL);
    return width;
}

static void read_experts(ep_config_reader *reader, ep_widths *widths)
{
    uint64_t count = 0;
    if (widths->experts == 0)
        ep_config_need(reader, EP_KEY_EXPERTS); /* not given, and no default: a mistake */
    widths->experts_used = ep_config_need(reader, EP_KEY_EXPERTS_USED);
    if (widths->experts != 0 && widths->experts_used > widths->experts)
        ep_config_fail_key(reader, EDGEPLAN_ERROR_RANGE, EP_KEY_EXPERTS_USED, "must not exceed the experts");
    widths->expert_ffn = ep_max(ep_config_need(reader, EP_KEY_EXPERT_FFN), 1);
    if (ep_config_get(reader, EP_KEY_SHARED_FFN, &widths->shared) != EP_FOUND_NOT)
        return;
    if (ep_config_get(reader, EP_KEY_SHARED_COUNT, &count) == EP_FOUND)
        widths->shared = ep_mul(count, widths->expert_ffn);
}

void ep_config_widths(ep_config_reader *reader, ep_widths *widths)
{
    static const char listed[] = "mlp_only_layers";
    if (reader->family->experts == EP_EXPERTS_NONE && reader->family->parts->dense != NULL)
        read_dense(reader, widths); /* at once: its mistakes are reported even if there are no layers to read it for */
    if (reader->family->experts == EP_EXPERTS_NONE || ep_config_or(reader, EP_KEY_HAS_EXPERTS, 1) == 0)
        return;
    if (ep_config_get(reader, EP_KEY_EXPERTS, &widths->experts) == EP_FOUND && widths->experts == 0)
        return; /* a dense model of a family that has others */
    widths->step = ep_config_or(reader, EP_KEY_SPARSE_STEP, 1);
    widths->first = ep_config_or(reader, EP_KEY_SPARSE_FIRST, 0);
    widths->offset = reader->family->experts == EP_EXPERTS_LAST ? widths->step - 1 : ep_config_or(reader, EP_KEY_SPARSE_OFFSET, 0);
    if (widths->offset >= widths->step)
        ep_config_fail_key(reader, EDGEPLAN_ERROR_RANGE, EP_KEY_SPARSE_OFFSET, "must be less than the period");
    ep_config_mark(reader, ep_config_list(reader, listed, "must be a list of layers"), listed, 0, 1, widths->dense);
}

static int is_sparse(const ep_widths *widths, uint64_t index, unsigned char kind)
{
    if ((kind & (EP_KIND_DENSE | EP_KIND_EXPERTS)) != 0)
        return (kind & EP_KIND_EXPERTS) != 0;
    return widths->step != 0 && index >= widths->first && index % widths->step == widths->offset && !widths->dense[index];
}

void ep_config_feed_forward(ep_config_reader *reader, ep_widths *widths, uint64_t index, unsigned char kind, edgeplan_layer *layer)
{
    if (!is_sparse(widths, index, kind)) {
        layer->feed_forward = EDGEPLAN_FEED_FORWARD_DENSE;
        layer->ffn_width = dense_width(reader, widths, index);
        return;
    }
    if (widths->expert_ffn == 0)
        read_experts(reader, widths);
    layer->feed_forward = EDGEPLAN_FEED_FORWARD_EXPERTS;
    layer->ffn_width = widths->expert_ffn;
    layer->experts = widths->experts;
    layer->experts_used = widths->experts_used;
    layer->shared_width = widths->shared;
}
