/* The layers: kinds, spans, widths and shared caches put together. */
#include "base/checked.h"
#include "base/text.h"
#include "model/config_reader.h"

/* What layers look back on, where they attend. */
typedef struct ep_spans {
    uint32_t kind;         /* ep_window_kind */
    uint64_t window;       /* tokens; 0: no layer has one */
    uint64_t chunk;        /* likewise */
    uint64_t period;       /* of kinds PERIOD and CHUNKS */
    uint64_t first;        /* of kind LATE */
    const ep_node *letters; /* L and G, repeated: local and global layers (EXAONE); or NULL */
    unsigned char *near;   /* one per layer: 1 if `no_rope_layers` says it has rope; NULL if there is no such list */
    int window_off;        /* there is a window, but switched off or no shorter than the context */
} ep_spans;

static int is_letters(const ep_node *node)
{
    if (!ep_node_is_scalar(node) || node->length == 0)
        return 0;
    for (size_t i = 0; i < node->length; i++)
        if (node->text[i] != 'L' && node->text[i] != 'G')
            return 0;
    return 1;
}

static void read_period(ep_config_reader *reader, ep_spans *spans)
{
    const ep_entry *entry = ep_config_entry(reader, EP_KEY_WINDOW_PERIOD);
    if (spans->kind == EP_WINDOW_EVERY && entry != NULL)
        spans->kind = EP_WINDOW_PERIOD;
    if (spans->kind == EP_WINDOW_PERIOD && entry != NULL && is_letters(entry->value))
        spans->letters = entry->value;
    else if (spans->kind == EP_WINDOW_PERIOD)
        spans->period = ep_max(ep_config_need(reader, EP_KEY_WINDOW_PERIOD), 1); /* a missing one is reported and must not divide */
    if (spans->kind == EP_WINDOW_LATE)
        spans->first = ep_config_need(reader, EP_KEY_WINDOW_FIRST);
}

static void read_window(ep_config_reader *reader, ep_spans *spans, int listed)
{
    uint64_t use = 1;
    uint64_t usual = 0;
    if (spans->kind == EP_WINDOW_CHUNKS || (spans->kind == EP_WINDOW_NEVER && !listed))
        return;
    if (ep_config_entry(reader, EP_KEY_WINDOW) == NULL && !ep_family_default_of(reader->family, EP_KEY_WINDOW, &usual))
        return;
    const int has_switch = spans->kind == EP_WINDOW_LATE || ep_config_entry(reader, EP_KEY_USE_WINDOW) != NULL;
    if (has_switch && (ep_config_get(reader, EP_KEY_USE_WINDOW, &use) != EP_FOUND || use == 0)) {
        spans->window_off = 1;
        return;
    }
    const ep_found found = ep_config_get(reader, EP_KEY_WINDOW, &spans->window);
    spans->window_off =
        found == EP_FOUND_BAD || (found == EP_FOUND && spans->window >= reader->draft.head.trained_context_tokens);
    if (found != EP_FOUND || spans->window_off)
        spans->window = 0;
    else if (!listed)
        read_period(reader, spans);
}

/* Layers with rope stay within a chunk; a list of 0 and 1 says which have it, an empty one leaves it to the interval. */
static void read_chunks(ep_config_reader *reader, ep_spans *spans, int listed)
{
    static const char name[] = "no_rope_layers";
    if (spans->kind != EP_WINDOW_CHUNKS)
        return;
    spans->chunk = ep_config_need(reader, EP_KEY_CHUNK);
    if (spans->chunk >= reader->draft.head.trained_context_tokens)
        spans->chunk = 0;
    const ep_node *list = listed ? NULL : ep_config_list(reader, name, "must be a list of 0 and 1");
    if (list == NULL || list->count == 0) {
        spans->period = listed ? 1 : ep_max(ep_config_need(reader, EP_KEY_CHUNK_PERIOD), 1);
        return;
    }
    if (list->count < reader->layers) {
        ep_config_fail(reader, EDGEPLAN_ERROR_SCHEMA, list, name, "lists fewer layers than the model has", NULL);
        return;
    }
    spans->near = ep_arena_alloc(&reader->draft.arena, (size_t)reader->layers + 1);
    if (spans->near == NULL)
        ep_config_keep(reader, EDGEPLAN_ERROR_NO_MEMORY);
    for (uint64_t i = 0; spans->near != NULL && i < reader->layers; i++)
        spans->near[i] = !ep_node_is(list->entries[i].value, "0");
}

static int is_near(const ep_spans *spans, uint64_t index)
{
    if (spans->near != NULL)
        return spans->near[index];
    if (spans->letters != NULL)
        return spans->letters->text[index % spans->letters->length] == 'L';
    return spans->kind == EP_WINDOW_EVERY || (spans->kind == EP_WINDOW_LATE && index >= spans->first) ||
           (spans->period != 0 && (index + 1) % spans->period != 0);
}

static void set_span(ep_config_reader *reader, ep_spans *spans, uint64_t index, unsigned char kind, edgeplan_layer *layer)
{
    const int listed = (kind & EP_KIND_LISTED) != 0;
    const int near = listed ? 0 : is_near(spans, index);
    if (listed && (kind & EP_KIND_WINDOW) != 0 && spans->window == 0 && !spans->window_off) {
        ep_config_fail(reader, EDGEPLAN_ERROR_SCHEMA, reader->text, "sliding_window", "is missing, yet a layer slides", NULL);
        spans->window_off = 1; /* once is enough */
    }
    if (spans->window != 0 && ((kind & EP_KIND_WINDOW) != 0 || near)) {
        layer->span = EDGEPLAN_SPAN_WINDOW;
        layer->span_tokens = spans->window;
    }
    if (spans->chunk != 0 && ((kind & EP_KIND_CHUNK) != 0 || near)) {
        layer->span = EDGEPLAN_SPAN_CHUNK;
        layer->span_tokens = spans->chunk;
    }
}

static void attend(const ep_config_reader *reader, edgeplan_layer *layer)
{
    const edgeplan_layer *source = layer->span == EDGEPLAN_SPAN_ALL ? &reader->global : &reader->base;
    layer->attention = source->attention;
    layer->query_heads = source->query_heads;
    layer->kv_heads = source->kv_heads;
    layer->key_width = source->key_width;
    layer->value_width = source->value_width;
    layer->latent_width = source->latent_width;
    layer->rope_width = source->rope_width;
}

static void add_layer(ep_config_reader *reader, const edgeplan_layer *layer)
{
    ep_config_keep(reader, ep_draft_add_layer(&reader->draft, layer));
}

/* The last layers may read the cache of the last layer of their span that keeps one, and may be twice as wide. */
static void share_caches(ep_config_reader *reader)
{
    const uint64_t shared = ep_config_or(reader, EP_KEY_KV_SHARED, 0);
    const uint64_t wider = shared != 0 ? ep_config_or(reader, EP_KEY_DOUBLE_FFN, 0) : 0;
    edgeplan_layer *layers = reader->draft.layers;
    if (shared == 0 || reader->status != EDGEPLAN_OK)
        return;
    if (shared >= reader->layers) {
        ep_config_fail_key(reader, EDGEPLAN_ERROR_RANGE, EP_KEY_KV_SHARED, "leaves no layer with a cache of its own");
        return;
    }
    for (uint64_t i = reader->layers - shared; i < reader->layers; i++) {
        uint64_t source = reader->layers - shared;
        while (source != 0 && layers[source - 1].span != layers[i].span)
            source--;
        layers[i].kv_source = source;
        layers[i].ffn_width = ep_mul(layers[i].ffn_width, 1 + wider);
        if (source == 0) {
            ep_config_fail_key(reader, EDGEPLAN_ERROR_RANGE, EP_KEY_KV_SHARED, "leaves no cache for a layer to read");
            return;
        }
    }
}

/* A decoder's layer attends to itself, then to what the encoder made of the input. */
static void add_cross(ep_config_reader *reader, edgeplan_layer *layer)
{
    edgeplan_layer self = {0};
    attend(reader, &self);
    add_layer(reader, &self);
    layer->span = EDGEPLAN_SPAN_FIXED;
    layer->span_tokens = reader->blueprint.sides[EP_SIDE_FRAMES];
}

static void add_one(ep_config_reader *reader, ep_spans *spans, ep_widths *widths, uint64_t index, unsigned char kind)
{
    edgeplan_layer layer = {0};
    if ((kind & EP_KIND_ATTENTION) != 0) {
        set_span(reader, spans, index, kind, &layer);
        attend(reader, &layer);
    }
    if ((kind & EP_KIND_RECURRENT) != 0) {
        layer.recurrent = reader->base.recurrent;
        layer.conv_elements = reader->base.conv_elements;
        layer.state_elements = reader->base.state_elements;
    }
    if ((kind & (EP_KIND_FEED_FORWARD | EP_KIND_DENSE | EP_KIND_EXPERTS)) != 0)
        ep_config_feed_forward(reader, widths, index, kind, &layer);
    if (reader->family->layout == EP_LAYOUT_CROSS)
        add_cross(reader, &layer);
    add_layer(reader, &layer);
}

void ep_config_layers(ep_config_reader *reader)
{
    ep_spans spans = {.kind = reader->family->window};
    ep_widths widths = {0};
    unsigned char *kinds = ep_arena_alloc(&reader->draft.arena, (size_t)reader->layers + 1);
    widths.dense = ep_arena_alloc(&reader->draft.arena, (size_t)reader->layers + 1);
    if (kinds == NULL || widths.dense == NULL) {
        reader->status = EDGEPLAN_ERROR_NO_MEMORY;
        return;
    }
    ep_config_kinds(reader, kinds);
    const int listed = (kinds[0] & EP_KIND_LISTED) != 0;
    read_window(reader, &spans, listed);
    read_chunks(reader, &spans, listed);
    ep_config_widths(reader, &widths);
    for (uint64_t i = 0; i < reader->layers && reader->status != EDGEPLAN_ERROR_NO_MEMORY; i++)
        add_one(reader, &spans, &widths, i, kinds[i]);
    share_caches(reader);
}
