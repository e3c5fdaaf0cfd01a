/* What a back end inherits of its runtime, and what it says anew. */
#include "registry/words.h"

#include <string.h>

#define NODE(field) .kind = EP_KEY_NODE, .offset = offsetof(ep_rule_draft, nodes.field)
#define BLOCK(word, block) {.name = (word), NODE(blocks[block])}
#define FIELD(field) .offset = offsetof(ep_rule_draft, backend.field)

static const ep_key rule_key[] = {
    {.name = "formats", .kind = EP_KEY_REFERENCES, .flags = EP_INHERITED, .section = EDGEPLAN_SECTION_FORMATS, FIELD(formats),
     .count_offset = offsetof(ep_rule_draft, backend.format_count)},
    BLOCK("kv_types", EP_RULE_KV_TYPES),
    {.name = "families", .kind = EP_KEY_TEXTS, .flags = EP_INHERITED, FIELD(families)},
    {.name = "models", .kind = EP_KEY_IDS, .flags = EP_INHERITED, .section = EDGEPLAN_SECTION_MODELS, FIELD(models)},
    BLOCK("contexts", EP_RULE_CONTEXTS),
    {.name = "max_context", NODE(max_context)},
    {.name = "default_preset", NODE(default_preset)},
    {.name = "presets", NODE(presets)},
    BLOCK("context", EP_RULE_CONTEXT),
    BLOCK("cache", EP_RULE_CACHE),
    BLOCK("reservation", EP_RULE_RESERVATION),
    BLOCK("state", EP_RULE_STATE),
    BLOCK("output", EP_RULE_OUTPUT),
    BLOCK("compute", EP_RULE_COMPUTE),
    BLOCK("placement", EP_RULE_PLACEMENT),
    BLOCK("charge", EP_RULE_CHARGE),
    BLOCK("overhead", EP_RULE_OVERHEAD),
    BLOCK("reads", EP_RULE_READS),
    BLOCK("request", EP_RULE_REQUEST),
    BLOCK("encoder", EP_RULE_ENCODER),
    {.name = "files", .kind = EP_KEY_MAP, .keys = &ep_file_keys, FIELD(files)},
};
const ep_keys ep_rule_keys = EP_KEYS(rule_key);

/* The node that counts: the own one, merged over the inherited one; NULL if there is none or null took it away. 1 if the own one
   says anything at all. */
static int settle_node(ep_loader *loader, const ep_node **own, const ep_node *inherited)
{
    const ep_node *node = *own;

    if (!node) {
        *own = inherited;
        return 0;
    }
    *own = node->kind == EP_NODE_NULL ? NULL : ep_merge(&loader->merger, inherited, node);
    if (!*own && node->kind != EP_NODE_NULL)
        ep_stop_merging(loader);
    return 1;
}

/* ---- contexts ---- */

static void read_contexts(ep_loader *loader, ep_frame *frame, const ep_node *node, ep_rules *rules)
{
    static const ep_key number = {
        .kind = EP_KEY_NUMBER, .unit = EP_UNIT_TOKEN_COUNT, .store = EP_STORE_U64, .flags = EP_POSITIVE};

    if (!ep_is_list_within(loader, frame, node, EP_MAX_CONTEXTS))
        return;
    for (uint32_t i = 0; i < node->count; i++) {
        ep_frame item = ep_frame_of_item(frame, i, node->entries[i].value);
        uint64_t tokens = 0;
        uint32_t at = rules->context_count;
        ep_read_number(loader, &item, node->entries[i].value, &number, &tokens);
        if (tokens == 0)
            continue;
        for (; at > 0 && rules->contexts[at - 1] > tokens; at--) /* ascending, whatever order they are written in */
            rules->contexts[at] = rules->contexts[at - 1];
        rules->contexts[at] = tokens;
        rules->context_count++;
    }
}

static void settle_contexts(ep_loader *loader, ep_frame *frame, ep_rule_draft *draft, const ep_rule_nodes *base)
{
    static const ep_key number = {
        .kind = EP_KEY_NUMBER, .unit = EP_UNIT_TOKENS, .store = EP_STORE_U64, .flags = EP_POSITIVE};
    ep_rules *rules = &draft->backend.rules;
    const ep_node **lists = &draft->nodes.blocks[EP_RULE_CONTEXTS], **most = &draft->nodes.max_context;
    ep_frame list = ep_frame_of_key(frame, "contexts"), single = ep_frame_of_key(frame, "max_context");
    size_t first = loader->fact_count;
    int given = settle_node(loader, lists, base ? base->blocks[EP_RULE_CONTEXTS] : NULL);

    given |= settle_node(loader, most, base ? base->max_context : NULL);
    if (!given || loader->stopped)
        return;
    memset(rules->contexts, 0, sizeof rules->contexts);
    rules->context_count = 0;
    rules->max_context_tokens = 0;
    if (*lists)
        read_contexts(loader, &list, *lists, rules);
    if (*most)
        ep_read_number(loader, &single, *most, &number, &rules->max_context_tokens);
    draft->backend.rule_facts[EP_RULE_CONTEXTS].first = (ep_fact_id)first;
    draft->backend.rule_facts[EP_RULE_CONTEXTS].count = (uint32_t)(loader->fact_count - first);
}

/* ---- KV types ---- */

static void settle_kv_types(ep_loader *loader, ep_frame *frame, ep_rule_draft *draft, const ep_rule_nodes *base)
{
    const ep_node **node = &draft->nodes.blocks[EP_RULE_KV_TYPES];
    ep_backend *backend = &draft->backend;
    ep_frame here = ep_frame_of_key(frame, "kv_types");
    ep_fact_range none = {0, 0};
    uint32_t *types;

    if (!settle_node(loader, node, base ? base->blocks[EP_RULE_KV_TYPES] : NULL) || loader->stopped)
        return;
    backend->kv_types = NULL;
    backend->kv_type_count = 0;
    backend->rule_facts[EP_RULE_KV_TYPES] = none;
    if (!*node || !ep_is_list(loader, &here, *node) || !ep_count_read_items(loader, (*node)->count))
        return;
    types = ep_arena_array(&loader->registry->arena, (*node)->count, sizeof *types);
    if (ep_stop_if_null(loader, types))
        return;
    backend->kv_types = types;
    for (uint32_t i = 0; i < (*node)->count; i++) {
        ep_frame item = ep_frame_of_item(&here, i, (*node)->entries[i].value);
        if (ep_read_element(loader, &item, (*node)->entries[i].value, &types[backend->kv_type_count]))
            backend->kv_type_count++;
    }
    backend->rule_facts[EP_RULE_KV_TYPES] = ep_fact_block(loader, &here, *node, loader->fact_count);
}

/* ---- presets ---- */

/* A number of rows, or a word for it. */
static void read_outputs(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    static const ep_key number = {.kind = EP_KEY_NUMBER, .unit = EP_UNIT_COUNT, .store = EP_STORE_U64, .flags = EP_POSITIVE};
    ep_preset *preset = object;

    if (ep_node_is(node, "sequences")) {
        preset->outputs = EP_ROWS_SEQUENCES;
    } else if (ep_node_is(node, "chunk")) {
        preset->outputs = EP_ROWS_CHUNK;
    } else {
        preset->outputs = EP_ROWS_COUNT;
        ep_read_number(loader, frame, node, &number, &preset->output_rows);
    }
}

static const ep_key preset_key[] = {
    {.name = "chunk", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_TOKEN_COUNT, .store = EP_STORE_U64, .flags = EP_POSITIVE,
     .offset = offsetof(ep_preset, chunk_tokens)},
    {.name = "window_saves", .kind = EP_KEY_SWITCH, .offset = offsetof(ep_preset, window_saves)},
    {.name = "outputs", .kind = EP_KEY_CUSTOM, .read = read_outputs},
    {.name = "sequences", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_COUNT, .store = EP_STORE_U64, .flags = EP_POSITIVE,
     .offset = offsetof(ep_preset, sequences)},
    {.name = "unified", .kind = EP_KEY_SWITCH, .offset = offsetof(ep_preset, unified)},
    {.name = "prompt_cache", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_BYTES, .store = EP_STORE_U64,
     .offset = offsetof(ep_preset, prompt_cache_bytes)},
};
static const ep_keys preset_keys = EP_KEYS(preset_key);

static void read_preset(ep_loader *loader, ep_frame *frame, const ep_node *node, ep_backend *backend, uint32_t preset)
{
    size_t first = loader->fact_count;

    backend->presets[preset].present = 1;
    ep_read_map(loader, frame, node, &preset_keys, &backend->presets[preset]);
    backend->preset_facts[preset] = ep_fact_block(loader, frame, node, first);
    if (backend->default_preset == EDGEPLAN_PRESET_DEFAULT)
        backend->default_preset = preset; /* the first one written, unless one is named */
}

#define PRESET(name, number)                                                                                                   \
    static void read_##name(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)                             \
    {                                                                                                                          \
        read_preset(loader, frame, node, object, number);                                                                      \
    }
PRESET(library, EDGEPLAN_PRESET_LIBRARY)
PRESET(cli, EDGEPLAN_PRESET_CLI)
PRESET(server, EDGEPLAN_PRESET_SERVER)

static const ep_key presets_key[] = {
    {.name = "library", .kind = EP_KEY_CUSTOM, .read = read_library},
    {.name = "cli", .kind = EP_KEY_CUSTOM, .read = read_cli},
    {.name = "server", .kind = EP_KEY_CUSTOM, .read = read_server},
};
static const ep_keys presets_keys = EP_KEYS(presets_key);

static void settle_presets(ep_loader *loader, ep_frame *frame, ep_rule_draft *draft, const ep_rule_nodes *base)
{
    ep_rule_nodes *nodes = &draft->nodes;
    ep_backend *backend = &draft->backend;
    ep_frame here = ep_frame_of_key(frame, "presets"), chosen = ep_frame_of_key(frame, "default_preset");
    int given = settle_node(loader, &nodes->presets, base ? base->presets : NULL);
    uint32_t preset;

    given |= settle_node(loader, &nodes->default_preset, base ? base->default_preset : NULL);
    if (!given || loader->stopped)
        return;
    memset(backend->presets, 0, sizeof backend->presets);
    memset(backend->preset_facts, 0, sizeof backend->preset_facts);
    backend->default_preset = EDGEPLAN_PRESET_DEFAULT;
    if (nodes->presets)
        ep_read_map(loader, &here, nodes->presets, &presets_keys, backend);
    if (!nodes->default_preset || !ep_read_word(loader, &chosen, nodes->default_preset, ep_preset_words, &preset))
        return;
    if (backend->presets[preset].present)
        backend->default_preset = preset;
    else
        ep_fault(loader, EDGEPLAN_ERROR_REFERENCE, &chosen, nodes->default_preset, "no such preset here:",
                 nodes->default_preset->text, NULL);
}

void ep_read_rules(ep_loader *loader, ep_frame *frame, ep_rule_draft *draft, const ep_rule_nodes *base)
{
    settle_kv_types(loader, frame, draft, base);
    settle_contexts(loader, frame, draft, base);
    settle_presets(loader, frame, draft, base);
    for (uint32_t i = 0; i < EP_RULE_CONTEXTS && !loader->stopped; i++)
        if (settle_node(loader, &draft->nodes.blocks[i], base ? base->blocks[i] : NULL) && !loader->stopped)
            ep_read_block(loader, frame, draft->nodes.blocks[i], i, &draft->backend);
}
