/* Reading a budget. */
#include "registry/budget_check.h"

#include <string.h>

#include "registry/words.h"
#include "source/yaml.h"

static const ep_file_kind budget_kind = {
    .key = "edgeplan",
    .major = 1,
    .minor = 0,
    .begins = "a budget is a map that begins 'edgeplan: 1'",
    .missing = "; a budget begins 'edgeplan: 1'",
    .malformed = "the version of a budget is a number, such as 1",
    .unsupported = "this library reads budgets of version 1, not",
};

static const ep_key *find_key(const char *name)
{
    for (uint32_t i = 0; i < ep_budget_keys.count; i++)
        if (strcmp(ep_budget_keys.items[i].name, name) == 0)
            return &ep_budget_keys.items[i];
    return NULL;
}

static void read_root(ep_loader *loader, const ep_node *root, ep_budget *budget)
{
    ep_file file = {root->source, 0};

    loader->files = &file;
    loader->file_count = 1;
    if (!ep_read_file_version(loader, root, &budget_kind, &file.newer))
        return;
    for (uint32_t i = 0; i < root->count && !loader->stopped; i++) {
        const ep_entry *entry = &root->entries[i];
        const ep_key *key = find_key(entry->key);
        ep_frame frame = {.key = entry->key};
        if (key)
            ep_read_value(loader, &frame, entry->value, key, budget);
        else
            ep_fault_unknown_key(loader, NULL, entry, ep_closest_key(entry->key, &ep_budget_keys));
    }
    if (!loader->stopped)
        ep_budget_check(loader, root, budget);
}

/* The loader resolves references by the sections of its registry: this one has those of the base, and an arena of its own. */
static void refer_to(ep_loader *loader, edgeplan_registry *scratch, const edgeplan_registry *base)
{
    const struct {
        edgeplan_section section;
        const void *first;
        size_t size;
    } referred[] = {
        {EDGEPLAN_SECTION_SOURCES, base->sources, sizeof *base->sources},
        {EDGEPLAN_SECTION_TARGETS, base->targets, sizeof *base->targets},
        {EDGEPLAN_SECTION_PLATFORMS, base->platforms, sizeof *base->platforms},
        {EDGEPLAN_SECTION_RUNTIMES, base->runtimes, sizeof *base->runtimes},
        {EDGEPLAN_SECTION_FORMATS, base->formats, sizeof *base->formats},
        {EDGEPLAN_SECTION_MODELS, base->models, sizeof *base->models},
    };

    scratch->base = (edgeplan_registry *)(uintptr_t)base; /* only read */
    memcpy(scratch->sections, base->sections, sizeof scratch->sections);
    for (size_t i = 0; i < sizeof referred / sizeof referred[0]; i++)
        loader->items[referred[i].section] = (ep_items){(void *)(uintptr_t)referred[i].first, referred[i].size};
}

edgeplan_status ep_budget_read(ep_arena *arena, const edgeplan_registry *registry, const char *text, size_t length,
                               const char *name, edgeplan_diagnostics *diagnostics, ep_budget *out)
{
    edgeplan_registry scratch;
    const ep_node *root = NULL;
    ep_loader loader;
    edgeplan_status status;

    memset(out, 0, sizeof *out);
    memset(&scratch, 0, sizeof scratch);
    out->defaults.kv = EDGEPLAN_ELEMENT_NONE;
    out->coverage_level = EDGEPLAN_LEVEL_ERROR;
    scratch.arena = *arena;
    status = ep_yaml_parse(&scratch.arena, text, length, name, diagnostics, &root);
    if (status == EDGEPLAN_OK) {
        ep_loader_init(&loader, &scratch, diagnostics);
        refer_to(&loader, &scratch, registry);
        read_root(&loader, root, out);
        out->name = root->source;
        status = loader.status;
    }
    *arena = scratch.arena; /* it has grown */
    return status;
}
