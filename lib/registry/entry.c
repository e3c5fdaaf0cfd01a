/* Sources and models: entries that are little more than their keys; and the arrays that all references point into. */
#include "registry/words.h"

#include <string.h>

static const ep_key source_key[] = {
    {.name = "title", .kind = EP_KEY_TEXT, .flags = EP_REQUIRED, .offset = offsetof(ep_source, title)},
    {.name = "url", .kind = EP_KEY_TEXT, .offset = offsetof(ep_source, url)},
    {.name = "seen", .kind = EP_KEY_TEXT, .offset = offsetof(ep_source, seen)},
};
static const ep_keys source_keys = EP_KEYS(source_key);

void ep_read_sources(ep_loader *loader)
{
    ep_source *sources = loader->items[EDGEPLAN_SECTION_SOURCES].first;

    for (uint32_t i = 0; i < loader->registry->source_count && !loader->stopped; i++) {
        ep_frame frame;
        const ep_node *node = ep_entry_of(loader, EDGEPLAN_SECTION_SOURCES, i, &frame);
        sources[i].id = frame.id;
        sources[i].title = sources[i].url = sources[i].seen = "";
        ep_read_keys(loader, &frame, node, &source_keys, &sources[i]);
    }
}

static const ep_key memory_key[] = {
    {.name = "low", .kind = EP_KEY_FIGURE, .flags = EP_REQUIRED, .unit = EP_UNIT_BYTES, .offset = offsetof(ep_model_entry, memory_low)},
    {.name = "high", .kind = EP_KEY_FIGURE, .flags = EP_REQUIRED, .unit = EP_UNIT_BYTES, .offset = offsetof(ep_model_entry, memory_high)},
};
static const ep_keys memory_keys = EP_KEYS(memory_key);

static const ep_word role_word[] = {{"stt", EDGEPLAN_COMPANION_SPEECH_TO_TEXT}, {"tts", EDGEPLAN_COMPANION_TEXT_TO_SPEECH}, {NULL, 0}};

static const ep_key model_key[] = {
    {.name = "name", .kind = EP_KEY_TEXT, .flags = EP_REQUIRED, .offset = offsetof(ep_model_entry, name)},
    {.name = "aliases", .kind = EP_KEY_TEXTS, .offset = offsetof(ep_model_entry, aliases)},
    {.name = "licence", .kind = EP_KEY_TEXT, .offset = offsetof(ep_model_entry, licence)},
    {.name = "role", .kind = EP_KEY_CHOICE, .words = role_word, .offset = offsetof(ep_model_entry, role)},
    {.name = "checkpoint", .kind = EP_KEY_TEXT, .offset = offsetof(ep_model_entry, checkpoint)},
    {.name = "checkpoint_bytes", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_BYTES, .offset = offsetof(ep_model_entry, checkpoint_bytes)},
    {.name = "parameters", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_COUNT, .offset = offsetof(ep_model_entry, parameters)},
    {.name = "memory", .kind = EP_KEY_MAP, .keys = &memory_keys},
    {.name = "config", .kind = EP_KEY_NODE, .offset = offsetof(ep_model_entry, config)},
};
static const ep_keys model_keys = EP_KEYS(model_key);

/* Ids first, then names, then aliases: what is one entry's id is never another's alias. */
static void add_name(ep_loader *loader, ep_idmap *names, const char *name, uint32_t index)
{
    if (name && ep_idmap_put(names, name, index) == EP_IDMAP_LIMIT)
        ep_stop(loader, EDGEPLAN_ERROR_LIMIT);
}

static void name_models(ep_loader *loader, const ep_model_entry *models, uint32_t count)
{
    ep_idmap *names = &loader->registry->model_names;
    size_t total = 2 * (size_t)count;

    for (uint32_t i = 0; i < count; i++)
        total += models[i].aliases.count;
    if (!ep_idmap_init(&loader->registry->arena, names, total, 1)) {
        ep_stop(loader, EDGEPLAN_ERROR_NO_MEMORY);
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        add_name(loader, names, models[i].id, i);
    for (uint32_t i = 0; i < count; i++)
        add_name(loader, names, models[i].name, i);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < models[i].aliases.count; k++)
            add_name(loader, names, models[i].aliases.items[k], i);
}

void ep_read_models(ep_loader *loader)
{
    ep_model_entry *models = loader->items[EDGEPLAN_SECTION_MODELS].first;
    uint32_t count = loader->registry->model_count;

    for (uint32_t i = 0; i < count && !loader->stopped; i++) {
        ep_frame frame, config;
        const ep_node *node = ep_entry_of(loader, EDGEPLAN_SECTION_MODELS, i, &frame);
        models[i].id = frame.id;
        models[i].licence = "";
        ep_read_keys(loader, &frame, node, &model_keys, &models[i]);
        config = ep_frame_of_key(&frame, "config");
        if (models[i].config && models[i].config->kind != EP_NODE_MAP && models[i].config->kind != EP_NODE_NULL)
            ep_fault_schema(loader, &config, models[i].config, "a map is due here");
    }
    if (!loader->stopped)
        name_models(loader, models, count);
}

void ep_make_entities(ep_loader *loader)
{
    edgeplan_registry *registry = loader->registry;

    registry->sources = ep_make_items(loader, EDGEPLAN_SECTION_SOURCES, sizeof *registry->sources, &registry->source_count);
    registry->chips = ep_make_items(loader, EDGEPLAN_SECTION_CHIPS, sizeof *registry->chips, &registry->chip_count);
    registry->limits = ep_make_items(loader, EDGEPLAN_SECTION_LIMITS, sizeof *registry->limits, &registry->limit_count);
    registry->targets = ep_make_items(loader, EDGEPLAN_SECTION_TARGETS, sizeof *registry->targets, &registry->target_count);
    registry->platforms = ep_make_items(loader, EDGEPLAN_SECTION_PLATFORMS, sizeof *registry->platforms, &registry->platform_count);
    registry->runtimes = ep_make_items(loader, EDGEPLAN_SECTION_RUNTIMES, sizeof *registry->runtimes, &registry->runtime_count);
    registry->formats = ep_make_items(loader, EDGEPLAN_SECTION_FORMATS, sizeof *registry->formats, &registry->format_count);
    registry->models = ep_make_items(loader, EDGEPLAN_SECTION_MODELS, sizeof *registry->models, &registry->model_count);
    registry->observations =
        ep_make_items(loader, EDGEPLAN_SECTION_OBSERVATIONS, sizeof *registry->observations, &registry->observation_count);
}
