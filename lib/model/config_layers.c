/* Which layer looks back on a window, and which one is made of experts. */
#include "base/checked.h"
#include "base/text.h"
#include "model/config_reader.h"

typedef struct ep_layout {
    uint64_t layers;
    const ep_node *types;  /* `layer_types`, or NULL */
    uint32_t kind;         /* ep_window_kind */
    uint64_t window;       /* tokens; 0: no layer has one */
    uint64_t period;       /* of kind PERIOD */
    uint64_t first;        /* of kind LATE */
    int window_off;        /* there is a window, but switched off or no shorter than the context */
    unsigned char *dense;  /* one per layer: 1 if `mlp_only_layers` lists it */
    uint64_t step;         /* every n-th layer is made of experts; 0: none */
    uint64_t ffn, expert_ffn, experts, experts_used, shared;
} ep_layout;

static const struct {
    const char *word;
    uint32_t span;
} layer_words[] = {
    {"full_attention", EDGEPLAN_SPAN_ALL},
    {"sliding_attention", EDGEPLAN_SPAN_WINDOW},
};

/* May be longer than the model: some files keep the list of a larger sibling. */
static void read_types(ep_config_reader *reader, ep_layout *layout)
{
    const ep_node *types = ep_node_get(reader->text, "layer_types");
    if (types == NULL || types->kind == EP_NODE_NULL)
        return;
    if (types->kind != EP_NODE_LIST)
        ep_config_fail(reader, EDGEPLAN_ERROR_SCHEMA, types, "layer_types", "must be a list of words", NULL);
    else if (types->count < layout->layers)
        ep_config_fail(reader, EDGEPLAN_ERROR_SCHEMA, types, "layer_types", "lists fewer layers than the model has", NULL);
    else
        layout->types = types;
}

static void read_window(ep_config_reader *reader, ep_layout *layout, uint64_t context)
{
    uint64_t use = 1;
    uint64_t usual = 0;
    layout->kind = reader->family->window;
    if (layout->kind == EP_WINDOW_NEVER && layout->types == NULL)
        return;
    if (ep_key_find(reader->text, EP_KEY_WINDOW) == NULL && !ep_family_default_of(reader->family, EP_KEY_WINDOW, &usual))
        return;
    const int has_switch = layout->kind == EP_WINDOW_LATE || ep_key_find(reader->text, EP_KEY_USE_WINDOW) != NULL;
    if (has_switch && (ep_config_get(reader, EP_KEY_USE_WINDOW, &use) != EP_FOUND || use == 0)) {
        layout->window_off = 1;
        return;
    }
    const ep_found found = ep_config_get(reader, EP_KEY_WINDOW, &layout->window);
    layout->window_off = found == EP_FOUND_BAD || (found == EP_FOUND && layout->window >= context);
    if (found != EP_FOUND || layout->window_off) {
        layout->window = 0;
        return;
    }
    if (layout->types != NULL)
        return;
    if (layout->kind == EP_WINDOW_PERIOD)
        layout->period = ep_max(ep_config_need(reader, EP_KEY_WINDOW_PERIOD), 1); /* a missing one is reported and must not divide */
    if (layout->kind == EP_WINDOW_LATE)
        layout->first = ep_config_need(reader, EP_KEY_WINDOW_FIRST);
}

static void read_dense_list(ep_config_reader *reader, ep_layout *layout)
{
    const ep_node *list = ep_node_get(reader->text, "mlp_only_layers");
    if (list == NULL || list->kind == EP_NODE_NULL)
        return;
    if (list->kind != EP_NODE_LIST) {
        ep_config_fail(reader, EDGEPLAN_ERROR_SCHEMA, list, "mlp_only_layers", "must be a list of layers", NULL);
        return;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        const char *message = NULL;
        uint64_t layer = 0;
        /* Read as the other key that counts layers from 0. */
        edgeplan_status status = ep_key_read(list->entries[i].value, EP_KEY_WINDOW_FIRST, &layer, &message);
        if (status == EDGEPLAN_OK && layer >= layout->layers) {
            status = EDGEPLAN_ERROR_RANGE;
            message = "names no layer";
        }
        if (status == EDGEPLAN_OK)
            layout->dense[layer] = 1;
        else
            ep_config_fail(reader, status, list->entries[i].value, "mlp_only_layers", message, NULL);
    }
}

static void read_experts(ep_config_reader *reader, ep_layout *layout)
{
    if (reader->family->experts == EP_EXPERTS_NONE)
        return;
    layout->step = 1;
    layout->experts = ep_config_need(reader, EP_KEY_EXPERTS);
    layout->experts_used = ep_config_need(reader, EP_KEY_EXPERTS_USED);
    if (layout->experts != 0 && layout->experts_used > layout->experts) {
        const ep_entry *entry = ep_key_find(reader->text, EP_KEY_EXPERTS_USED);
        ep_config_fail(reader, EDGEPLAN_ERROR_RANGE, entry != NULL ? entry->value : reader->text,
                       entry != NULL ? entry->key : ep_key_rules[EP_KEY_EXPERTS_USED].names[0], "must not exceed the experts", NULL);
    }
    if (reader->family->experts == EP_EXPERTS_EVERY) {
        layout->expert_ffn = ep_config_need(reader, EP_KEY_FFN);
        return;
    }
    layout->expert_ffn = ep_config_need(reader, EP_KEY_EXPERT_FFN);
    ep_config_get(reader, EP_KEY_SHARED_FFN, &layout->shared);
    if (ep_config_get(reader, EP_KEY_SPARSE_STEP, &layout->step) != EP_FOUND)
        layout->step = 1;
    read_dense_list(reader, layout);
}

static int is_sparse(const ep_layout *layout, uint64_t index)
{
    return layout->step != 0 && (index + 1) % layout->step == 0 && !layout->dense[index];
}

static uint32_t listed_span(ep_config_reader *reader, ep_layout *layout, uint64_t index)
{
    const ep_node *word = layout->types->entries[index].value;
    for (size_t i = 0; i < sizeof layer_words / sizeof layer_words[0]; i++)
        if (ep_node_is(word, layer_words[i].word))
            return layer_words[i].span;
    if (ep_node_is_scalar(word))
        ep_config_fail(reader, EDGEPLAN_ERROR_UNSUPPORTED, word, "layer_types", "this kind of layer cannot be planned:", word->text);
    else
        ep_config_fail(reader, EDGEPLAN_ERROR_SCHEMA, word, "layer_types", "must be a list of words", NULL);
    return EDGEPLAN_SPAN_ALL;
}

static void set_span(ep_config_reader *reader, ep_layout *layout, uint64_t index, edgeplan_layer *layer)
{
    uint32_t span = EDGEPLAN_SPAN_ALL;
    if (layout->types != NULL)
        span = listed_span(reader, layout, index);
    else if (layout->window == 0)
        return;
    else if (layout->kind == EP_WINDOW_EVERY || (layout->kind == EP_WINDOW_LATE && index >= layout->first) ||
             (layout->kind == EP_WINDOW_PERIOD && (index + 1) % layout->period != 0))
        span = EDGEPLAN_SPAN_WINDOW;
    if (span == EDGEPLAN_SPAN_WINDOW && layout->window == 0 && !layout->window_off) {
        ep_config_fail(reader, EDGEPLAN_ERROR_SCHEMA, reader->text, "sliding_window", "is missing, yet a layer slides", NULL);
        layout->window_off = 1; /* once is enough */
    }
    if (span == EDGEPLAN_SPAN_WINDOW && layout->window != 0) {
        layer->span = span;
        layer->span_tokens = layout->window;
    }
}

static void set_feed_forward(ep_config_reader *reader, ep_layout *layout, uint64_t index, edgeplan_layer *layer)
{
    if (is_sparse(layout, index)) {
        layer->feed_forward = EDGEPLAN_FEED_FORWARD_EXPERTS;
        layer->ffn_width = layout->expert_ffn;
        layer->experts = layout->experts;
        layer->experts_used = layout->experts_used;
        layer->shared_width = layout->shared;
        return;
    }
    if (layout->ffn == 0 && reader->status == EDGEPLAN_OK)
        layout->ffn = ep_config_need(reader, EP_KEY_FFN);
    layer->feed_forward = EDGEPLAN_FEED_FORWARD_DENSE;
    layer->ffn_width = layout->ffn;
}

void ep_config_layers(ep_config_reader *reader, const edgeplan_layer *base, uint64_t layers, uint64_t context)
{
    ep_layout layout = {.layers = layers};
    layout.dense = ep_arena_alloc(&reader->draft.arena, (size_t)layers + 1);
    if (layout.dense == NULL) {
        reader->status = EDGEPLAN_ERROR_NO_MEMORY;
        return;
    }
    read_types(reader, &layout);
    read_window(reader, &layout, context);
    read_experts(reader, &layout);
    if (reader->family->experts == EP_EXPERTS_NONE)
        layout.ffn = ep_config_need(reader, EP_KEY_FFN);
    for (uint64_t i = 0; i < layers && reader->status != EDGEPLAN_ERROR_NO_MEMORY; i++) {
        edgeplan_layer layer = *base;
        set_span(reader, &layout, i, &layer);
        set_feed_forward(reader, &layout, i, &layer);
        const edgeplan_status status = ep_draft_add_layer(&reader->draft, &layer);
        if (status != EDGEPLAN_OK)
            reader->status = status;
    }
}
