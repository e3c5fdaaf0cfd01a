#include "model/config.h"

#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "model/config_reader.h"

/* Where wrappers around a text model (vision, audio, speech) keep it. Second name: one map further down. */
static const struct {
    const char *names[2];
    const char *path;
} text_maps[] = {
    {{"text_config", NULL}, "text_config"},
    {{"llm_config", NULL}, "llm_config"},
    {{"lm_config", NULL}, "lm_config"},
    {{"language_config", NULL}, "language_config"},
    {{"thinker_config", "text_config"}, "thinker_config.text_config"},
    {{"lfm", NULL}, "lfm"},
};

static void find_text(ep_config_reader *reader)
{
    reader->text = reader->root;
    reader->path = "";
    if (ep_key_find(reader->root, EP_KEY_LAYERS) != NULL)
        return;
    for (size_t i = 0; i < sizeof text_maps / sizeof text_maps[0]; i++) {
        const ep_node *map = ep_node_get(reader->root, text_maps[i].names[0]);
        if (text_maps[i].names[1] != NULL)
            map = ep_node_get(map, text_maps[i].names[1]);
        if (map != NULL && map->kind == EP_NODE_MAP) {
            reader->text = map;
            reader->path = text_maps[i].path;
            return;
        }
    }
}

static void find_family(ep_config_reader *reader)
{
    const ep_node *type = ep_node_get(reader->text, "model_type");
    if (type == NULL || type->kind == EP_NODE_NULL)
        type = ep_node_get(reader->root, "model_type");
    if (type == NULL || !ep_node_is_scalar(type)) {
        ep_config_fail(reader, EDGEPLAN_ERROR_SCHEMA, type != NULL ? type : reader->text, "model_type",
                       type != NULL && type->kind != EP_NODE_NULL ? "must be a word" : "is missing", NULL);
        return;
    }
    reader->family = ep_family_find(type->text);
    if (reader->family == NULL)
        ep_config_fail(reader, EDGEPLAN_ERROR_UNSUPPORTED, type, "model_type", "this kind of model cannot be planned yet:", type->text);
}

/* Wrappers hold the switch at the top, where it decides; the text map then only repeats the default of its class. */
static uint32_t read_tied(ep_config_reader *reader)
{
    const ep_node *text = reader->text;
    const char *path = reader->path;
    uint64_t tied = 0;
    if (ep_key_find(reader->root, EP_KEY_TIED) != NULL) {
        reader->text = reader->root;
        reader->path = "";
    }
    ep_config_get(reader, EP_KEY_TIED, &tied);
    reader->text = text;
    reader->path = path;
    return tied != 0 ? EDGEPLAN_SWITCH_ON : EDGEPLAN_SWITCH_OFF;
}

static void read_head(ep_config_reader *reader)
{
    edgeplan_head *head = &reader->draft.head;
    head->hidden_width = ep_config_need(reader, EP_KEY_HIDDEN);
    head->vocabulary = ep_config_need(reader, EP_KEY_VOCABULARY);
    /* Scaled positions (`rope_scaling`) are already counted in it. */
    head->trained_context_tokens = ep_config_need(reader, EP_KEY_CONTEXT);
    head->tied_head = read_tied(reader);
}

static void fail_key(ep_config_reader *reader, ep_key key, const char *message)
{
    const ep_entry *entry = ep_key_find(reader->text, key);
    ep_config_fail(reader, EDGEPLAN_ERROR_RANGE, entry != NULL ? entry->value : reader->text,
                   entry != NULL ? entry->key : ep_key_rules[key].names[0], message, NULL);
}

static uint64_t read_kv_heads(ep_config_reader *reader, uint64_t heads)
{
    uint64_t kv_heads = 0;
    const ep_found found = ep_config_get(reader, EP_KEY_KV_HEADS, &kv_heads);
    if (found == EP_FOUND && heads != 0 && heads % kv_heads != 0)
        fail_key(reader, EP_KEY_KV_HEADS, "must divide the query heads");
    if (found != EP_FOUND_NOT)
        return kv_heads;
    if (heads != 0)
        ep_config_assume(reader, EP_KEY_KV_HEADS, heads, "as many as query heads");
    return heads;
}

static uint64_t read_head_width(ep_config_reader *reader, uint64_t heads)
{
    const uint64_t hidden = reader->draft.head.hidden_width;
    uint64_t width = 0;
    if (ep_config_get(reader, EP_KEY_HEAD_WIDTH, &width) != EP_FOUND_NOT || heads == 0 || hidden == 0)
        return width;
    if (hidden % heads != 0)
        fail_key(reader, EP_KEY_HEADS, "must divide the hidden width, or the head width be given");
    return hidden / heads;
}

static void read_attention(ep_config_reader *reader, edgeplan_layer *layer)
{
    layer->attention = EDGEPLAN_ATTENTION_GROUPED;
    layer->query_heads = ep_config_need(reader, EP_KEY_HEADS);
    layer->kv_heads = read_kv_heads(reader, layer->query_heads);
    layer->key_width = read_head_width(reader, layer->query_heads);
    layer->value_width = layer->key_width;
}

static void add_bias(ep_config_reader *reader, ep_key key, uint32_t biases, ep_traits *traits)
{
    uint64_t on = 0;
    if (biases != 0 && ep_config_get(reader, key, &on) == EP_FOUND && on != 0)
        traits->biases |= biases;
}

static void note_left_out(ep_config_reader *reader)
{
    if (reader->text == reader->root || reader->status != EDGEPLAN_OK)
        return;
    if (ep_node_get(reader->root, "vision_config") != NULL || ep_node_get(reader->root, "audio_config") != NULL)
        reader->status = ep_draft_assume(&reader->draft, "Only the text model is planned; its vision and audio parts are left out.");
}

static const char *copy_name(ep_config_reader *reader, const char *name)
{
    if (name == NULL)
        return NULL;
    const char *copy = ep_arena_copy(&reader->draft.arena, name, strlen(name));
    if (copy == NULL && reader->status == EDGEPLAN_OK)
        reader->status = EDGEPLAN_ERROR_NO_MEMORY;
    return copy;
}

static void read_model(ep_config_reader *reader, const ep_model_names *names)
{
    edgeplan_layer layer = {0};
    find_text(reader);
    find_family(reader);
    if (reader->family == NULL)
        return;
    ep_traits traits = *reader->family->traits;
    reader->draft.family = reader->family->family;
    reader->draft.id = copy_name(reader, names != NULL ? names->id : NULL);
    reader->draft.name = copy_name(reader, names != NULL ? names->name : NULL);
    const uint64_t layers = ep_config_need(reader, EP_KEY_LAYERS);
    read_head(reader);
    read_attention(reader, &layer);
    add_bias(reader, EP_KEY_ATTENTION_BIAS, reader->family->attention_bias, &traits);
    add_bias(reader, EP_KEY_FFN_BIAS, reader->family->ffn_bias, &traits);
    ep_config_layers(reader, &layer, layers, reader->draft.head.trained_context_tokens);
    note_left_out(reader);
    if (reader->status == EDGEPLAN_OK)
        reader->status = ep_tensors_derive(&reader->draft, &traits, reader->diagnostics);
}

edgeplan_status ep_config_read(edgeplan_context *context, const ep_node *tree, const ep_model_names *names,
                               edgeplan_diagnostics *diagnostics, edgeplan_model **out)
{
    if (tree == NULL || out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    if (tree->kind != EP_NODE_MAP) {
        const ep_place place = ep_node_place(tree);
        return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_SCHEMA, &place, "", "a model's description must be a map");
    }
    ep_config_reader reader = {.root = tree, .diagnostics = diagnostics, .status = EDGEPLAN_OK};
    ep_draft_init(&reader.draft, context);
    read_model(&reader, names);
    if (reader.status != EDGEPLAN_OK) {
        ep_draft_free(&reader.draft);
        return reader.status;
    }
    return ep_draft_finish(&reader.draft, diagnostics, out);
}
