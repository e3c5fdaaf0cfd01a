#include "model/config.h"

#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "model/config_reader.h"
#include "model/quant_config.h"

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

static const char *copy_text(ep_config_reader *reader, const char *text)
{
    if (text == NULL)
        return NULL;
    const char *copy = ep_arena_copy(&reader->draft.arena, text, strlen(text));
    if (copy == NULL)
        ep_config_keep(reader, EDGEPLAN_ERROR_NO_MEMORY);
    return copy;
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
        reader->family = &ep_family_unknown;
    reader->blueprint.parts = reader->family->parts;
    reader->draft.family = reader->family->family != NULL ? reader->family->family : copy_text(reader, type->text);
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
    if ((reader->family->quirks & EP_QUIRK_CONTEXT_FREE) != 0)
        head->trained_context_tokens = ep_config_or(reader, EP_KEY_CONTEXT, 0);
    else
        head->trained_context_tokens = ep_config_need(reader, EP_KEY_CONTEXT);
    head->tied_head = read_tied(reader);
}

static void read_biases(ep_config_reader *reader)
{
    for (const ep_bias_switch *item = reader->family->switches; item != NULL && item->key != EP_KEY_COUNT; item++)
        if (ep_config_or(reader, item->key, 0) != 0)
            reader->blueprint.biases |= item->biases;
}

/* Where every layer is one part, its pattern or list says how many there are, whatever the count beside it. */
static void read_layer_count(ep_config_reader *reader)
{
    const ep_node *pattern = ep_node_get(reader->text, "hybrid_override_pattern");
    const ep_node *list = ep_node_get(reader->text, "layers_block_type");
    uint64_t layers = 0;
    if (reader->family->layout == EP_LAYOUT_PATTERN && list != NULL && list->kind == EP_NODE_LIST)
        layers = list->count;
    else if (reader->family->layout == EP_LAYOUT_PATTERN && pattern != NULL && ep_node_is_scalar(pattern))
        layers = pattern->length;
    else
        layers = ep_config_need(reader, EP_KEY_LAYERS);
    if (layers > ep_key_rules[EP_KEY_LAYERS].high)
        ep_config_fail_key(reader, EDGEPLAN_ERROR_RANGE, EP_KEY_LAYERS, "is larger than any model's");
    else
        reader->layers = layers;
}

/* Layers that predict further tokens stand in place of the model's own: each is one more like its last that attends, and joins two tokens.
   Embedding and output matrix are shared. */
static void keep_next_token(ep_config_reader *reader, ep_parts *parts)
{
    ep_draft *draft = &reader->draft;
    const uint64_t count = ep_config_or(reader, EP_KEY_NEXT_TOKEN, 0);
    size_t last = draft->layer_count;
    while (last > 0 && draft->layers[last - 1].attention == EDGEPLAN_ATTENTION_NONE)
        last--;
    if (reader->status == EDGEPLAN_OK && (count == 0 || last == 0))
        ep_config_fail_key(reader, EDGEPLAN_ERROR_UNSUPPORTED, EP_KEY_NEXT_TOKEN, "is missing or 0: no layers predict further tokens");
    if (reader->status != EDGEPLAN_OK)
        return;
    edgeplan_layer layer = draft->layers[last - 1];
    layer.recurrent = EDGEPLAN_RECURRENT_NONE;
    layer.kv_source = 0;
    draft->head.tied_head = EDGEPLAN_SWITCH_DEFAULT;
    draft->trunk_layers = draft->layer_count;
    draft->layer_count = 0;
    for (uint64_t i = 0; i < count; i++)
        ep_config_keep(reader, ep_draft_add_layer(draft, &layer));
    *parts = *reader->blueprint.parts;
    parts->head = NULL;
    parts->every_layer = ep_layer_next_token;
    reader->blueprint.parts = parts;
}

static void note_left_out(ep_config_reader *reader)
{
    if (ep_config_or(reader, EP_KEY_NEXT_TOKEN, 0) != 0) {
        ep_config_note(reader, "Layers that predict further tokens are left out.");
        ep_draft_leave_further(&reader->draft);
    }
    if (reader->text == reader->root)
        return;
    if (ep_node_get(reader->root, "vision_config") != NULL || ep_node_get(reader->root, "audio_config") != NULL)
        ep_config_note(reader, "Only the text model is planned; its vision and audio parts are left out.");
}

/* What it says of the checkpoint it lies beside; that is read, and its mistakes are told, with the tensors. */
static void read_published(ep_config_reader *reader)
{
    ep_quant_config quant;
    if (ep_quant_config_read(&reader->draft.arena, reader->root, NULL, NULL, &quant) == EDGEPLAN_ERROR_NO_MEMORY)
        ep_config_keep(reader, EDGEPLAN_ERROR_NO_MEMORY);
    reader->draft.published = quant.format;
}

static void read_model(ep_config_reader *reader, const ep_model_names *names, uint64_t part)
{
    ep_parts next_token;
    find_text(reader);
    find_family(reader);
    if (reader->family == NULL)
        return;
    reader->draft.id = copy_text(reader, names != NULL ? names->id : NULL);
    reader->draft.name = copy_text(reader, names != NULL ? names->name : NULL);
    reader->draft.licence = copy_text(reader, names != NULL ? names->licence : NULL);
    if (part == EDGEPLAN_PART_ENCODER) {
        ep_config_tower(reader);
        return;
    }
    ep_config_unknown(reader);
    read_layer_count(reader);
    read_head(reader);
    ep_config_attention(reader);
    ep_config_recurrent(reader);
    read_biases(reader);
    read_published(reader);
    ep_config_extras(reader);
    ep_config_layers(reader);
    if (part == EDGEPLAN_PART_MTP)
        keep_next_token(reader, &next_token);
    else
        note_left_out(reader);
    if (reader->status == EDGEPLAN_OK)
        reader->status = ep_tensors_derive(&reader->draft, &reader->blueprint, reader->diagnostics);
}

edgeplan_status ep_config_read(edgeplan_context *context, const ep_node *tree, const ep_model_names *names, uint64_t part,
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
    reader.draft.place = ep_node_place(tree);
    read_model(&reader, names, part);
    if (reader.status != EDGEPLAN_OK) {
        ep_draft_free(&reader.draft);
        return reader.status;
    }
    return ep_draft_finish(&reader.draft, diagnostics, out);
}
