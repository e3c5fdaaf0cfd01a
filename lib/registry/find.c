/* Looking entries up, and the plain getters of registry.h. */
#include "registry/registry.h"

#include <string.h>

#include "model/config.h"

static int is_section(edgeplan_section section)
{
    return section >= EDGEPLAN_SECTION_SOURCES && section <= EDGEPLAN_SECTION_OBSERVATIONS;
}

uint32_t edgeplan_registry_count(const edgeplan_registry *registry, edgeplan_section section)
{
    if (!registry || !is_section(section) || !registry->sections[section].list)
        return 0;
    return registry->sections[section].list->count;
}

const char *edgeplan_registry_id(const edgeplan_registry *registry, edgeplan_section section, uint32_t index)
{
    const ep_node *id;

    if (index >= edgeplan_registry_count(registry, section))
        return NULL;
    id = ep_node_get(registry->sections[section].list->entries[index].value, "id");
    return id ? id->text : NULL;
}

static uint32_t find(const edgeplan_registry *registry, edgeplan_section section, const char *id)
{
    return registry && id ? ep_idmap_get(&registry->sections[section].ids, id) : EP_IDMAP_NONE;
}

/* ---- facts ---- */

const ep_fact *ep_fact_get(const edgeplan_registry *registry, ep_fact_id id)
{
    return registry && id > 0 && id < registry->fact_count ? &registry->facts[id] : NULL;
}

double ep_fact_value(const edgeplan_registry *registry, ep_fact_id id)
{
    const ep_fact *fact = ep_fact_get(registry, id);
    return fact ? fact->value : 0;
}

int ep_words_has(const ep_words *words, const char *word)
{
    for (uint32_t i = 0; word && i < words->count; i++)
        if (strcmp(words->items[i], word) == 0)
            return 1;
    return 0;
}

/* ---- models ---- */

const ep_model_entry *ep_model_entry_find(const edgeplan_registry *registry, const char *id_or_alias)
{
    uint32_t index = registry && id_or_alias ? ep_idmap_get(&registry->model_names, id_or_alias) : EP_IDMAP_NONE;
    return index == EP_IDMAP_NONE ? NULL : &registry->models[index];
}

edgeplan_status edgeplan_registry_model(const edgeplan_registry *registry, const char *id, edgeplan_diagnostics *diagnostics,
                                        edgeplan_model **out)
{
    return edgeplan_registry_model_part(registry, id, EDGEPLAN_PART_TEXT, diagnostics, out);
}

edgeplan_status edgeplan_registry_model_part(const edgeplan_registry *registry, const char *id, edgeplan_part part,
                                             edgeplan_diagnostics *diagnostics, edgeplan_model **out)
{
    const ep_model_entry *entry;
    ep_model_names names;

    if (!out)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    if (!registry || !id)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    entry = ep_model_entry_find(registry, id);
    if (!entry)
        return ep_report_quoted(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_NOT_FOUND, NULL, NULL, "the registry has no model",
                                id, NULL);
    if (!entry->config)
        return ep_report_quoted(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_UNSUPPORTED, NULL, NULL,
                                "measured, but its dimensions are not known:", entry->name, NULL);
    names.id = entry->id;
    names.name = entry->name;
    names.licence = entry->licence;
    return ep_config_read(registry->arena.context, entry->config, &names, (uint64_t)part, diagnostics, out);
}

/* ---- targets ---- */

const edgeplan_target *edgeplan_target_find(const edgeplan_registry *registry, const char *id)
{
    uint32_t index = registry && id ? ep_idmap_get(&registry->target_names, id) : EP_IDMAP_NONE;
    return index == EP_IDMAP_NONE ? NULL : &registry->targets[index];
}

const edgeplan_target *edgeplan_target_find_by(const edgeplan_registry *registry, const char *scheme, const char *identifier)
{
    if (!registry || !identifier)
        return NULL;
    for (uint32_t i = 0; i < registry->target_count; i++) {
        const edgeplan_target *target = &registry->targets[i];
        for (uint32_t k = 0; k < target->identifier_count; k++)
            if ((!scheme || strcmp(target->identifiers[k].scheme, scheme) == 0) &&
                strcmp(target->identifiers[k].value, identifier) == 0)
                return target;
    }
    return NULL;
}

const edgeplan_target *edgeplan_target_at(const edgeplan_registry *registry, uint32_t index)
{
    return registry && index < registry->target_count ? &registry->targets[index] : NULL;
}

const edgeplan_target *edgeplan_target_ref(const edgeplan_target *target)
{
    if (target)
        (void)edgeplan_registry_ref(target->registry);
    return target;
}

void edgeplan_target_unref(const edgeplan_target *target)
{
    if (target)
        edgeplan_registry_unref(target->registry);
}

const char *edgeplan_target_id(const edgeplan_target *target)
{
    return target ? target->id : "";
}

const char *edgeplan_target_name(const edgeplan_target *target)
{
    return target ? target->name : "";
}

const char *edgeplan_target_platform(const edgeplan_target *target)
{
    return target ? target->platform->id : "";
}

const char *edgeplan_target_class(const edgeplan_target *target)
{
    return target && target->class_name ? target->class_name : "";
}

const char *edgeplan_target_chip(const edgeplan_target *target)
{
    return target && target->chip.id ? target->chip.id : "";
}

const char *edgeplan_target_architecture(const edgeplan_target *target, edgeplan_accelerator accelerator)
{
    const char *architecture = NULL;

    if (target && accelerator >= EDGEPLAN_ACCELERATOR_CPU && accelerator <= EDGEPLAN_ACCELERATOR_NPU)
        architecture = target->chip.engines[accelerator].architecture;
    return architecture ? architecture : "";
}

const edgeplan_runtime *edgeplan_target_runtime(const edgeplan_target *target, uint32_t index)
{
    return target && index < target->runtime_count ? target->runtimes[index] : NULL;
}

/* ---- platforms ---- */

const edgeplan_platform *edgeplan_platform_find(const edgeplan_registry *registry, const char *id)
{
    uint32_t index = find(registry, EDGEPLAN_SECTION_PLATFORMS, id);
    return index == EP_IDMAP_NONE ? NULL : &registry->platforms[index];
}

const char *edgeplan_platform_name(const edgeplan_platform *platform)
{
    return platform ? platform->name : "";
}

uint32_t edgeplan_platform_target_count(const edgeplan_platform *platform)
{
    return platform ? platform->target_count : 0;
}

const edgeplan_target *edgeplan_platform_target(const edgeplan_platform *platform, uint32_t index)
{
    return platform && index < platform->target_count ? platform->targets[index] : NULL;
}

/* ---- runtimes ---- */

/* `llama.cpp@v0.5.0` also names the plain entry, if that is the release its rules are of. */
static const edgeplan_runtime *find_release(const edgeplan_registry *registry, const char *id)
{
    const char *at = strchr(id, '@');

    for (uint32_t i = 0; at && i < registry->runtime_count; i++) {
        const edgeplan_runtime *runtime = &registry->runtimes[i];
        if (ep_equal_n(id, (size_t)(at - id), runtime->id) && strcmp(at + 1, runtime->release) == 0)
            return runtime;
    }
    return NULL;
}

const edgeplan_runtime *edgeplan_runtime_find(const edgeplan_registry *registry, const char *id)
{
    uint32_t index = find(registry, EDGEPLAN_SECTION_RUNTIMES, id);

    if (index != EP_IDMAP_NONE)
        return &registry->runtimes[index];
    return registry && id ? find_release(registry, id) : NULL;
}

const char *edgeplan_runtime_id(const edgeplan_runtime *runtime)
{
    return runtime ? runtime->id : "";
}

const char *edgeplan_runtime_release(const edgeplan_runtime *runtime)
{
    return runtime ? runtime->release : "";
}

/* ---- formats ---- */

const edgeplan_format *edgeplan_format_find(const edgeplan_registry *registry, const char *id)
{
    uint32_t index = find(registry, EDGEPLAN_SECTION_FORMATS, id);
    return index == EP_IDMAP_NONE ? NULL : &registry->formats[index];
}

const edgeplan_format *edgeplan_format_at(const edgeplan_registry *registry, uint32_t index)
{
    return registry && index < registry->format_count ? &registry->formats[index] : NULL;
}

const char *edgeplan_format_id(const edgeplan_format *format)
{
    return format ? format->id : "";
}

/* ---- observations ---- */

const edgeplan_observation *edgeplan_observation_at(const edgeplan_registry *registry, uint32_t index)
{
    return registry && index < registry->observation_count ? &registry->observations[index] : NULL;
}

const char *edgeplan_observation_text(const edgeplan_observation *observation, edgeplan_observation_text_kind kind)
{
    if (!observation)
        return "";
    switch (kind) {
    case EDGEPLAN_OBSERVATION_ID:
        return observation->id;
    case EDGEPLAN_OBSERVATION_TARGET:
        return observation->target->id;
    case EDGEPLAN_OBSERVATION_RUNTIME:
        return observation->runtime->id;
    case EDGEPLAN_OBSERVATION_MODEL:
        return observation->model->id;
    case EDGEPLAN_OBSERVATION_FORMAT:
        return observation->format ? observation->format->id : "";
    case EDGEPLAN_OBSERVATION_SOURCE:
        return observation->source->title;
    case EDGEPLAN_OBSERVATION_URL:
        return observation->source->url;
    case EDGEPLAN_OBSERVATION_RELEASE:
        return observation->release;
    case EDGEPLAN_OBSERVATION_DATE:
        return observation->date;
    case EDGEPLAN_OBSERVATION_NOTE:
        return observation->note;
    default:
        return "";
    }
}
