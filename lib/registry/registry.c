/* Making, keeping and releasing a registry. */
#include "registry/registry.h"

#include <string.h>

#include "base/context.h"
#include "registry/builtin.h"
#include "registry/lay.h"
#include "registry/words.h"
#include "source/input.h"

#define FNV_BASIS UINT64_C(14695981039346656037)
#define FNV_PRIME UINT64_C(1099511628211)

static void add_to_digest(edgeplan_registry *registry, const char *text, size_t length)
{
    uint64_t state = registry->digest_state;
    for (size_t i = 0; i < length; i++)
        state = (state ^ (unsigned char)text[i]) * FNV_PRIME;
    registry->digest_state = state;
}

static void write_digest(edgeplan_registry *registry)
{
    for (int i = 0; i < 16; i++)
        registry->digest[i] = "0123456789abcdef"[registry->digest_state >> (60 - 4 * i) & 15];
    registry->digest[16] = '\0';
}

/* An empty registry, or one that so far says what its base says. */
static edgeplan_registry *registry_begin(edgeplan_context *context, const edgeplan_registry *base)
{
    edgeplan_registry *registry = ep_allocate(context, sizeof *registry);

    if (!registry)
        return NULL;
    memset(registry, 0, sizeof *registry);
    atomic_init(&registry->owners, 1);
    ep_arena_init(&registry->arena, context);
    registry->version = "";
    registry->digest_state = FNV_BASIS;
    if (base) {
        registry->base = edgeplan_registry_ref(base);
        registry->version = base->version;
        registry->digest_state = base->digest_state;
        memcpy(registry->sections, base->sections, sizeof registry->sections);
    }
    return registry;
}

static void read_entities(ep_loader *loader)
{
    static void (*const readers[])(ep_loader *) = {
        ep_lay_tree,     ep_make_entities, ep_read_sources,   ep_read_chips,    ep_read_limits,       ep_read_formats,
        ep_read_models,  ep_read_targets,  ep_read_platforms, ep_read_runtimes, ep_read_observations,
    };
    for (size_t i = 0; i < sizeof readers / sizeof readers[0] && !loader->stopped; i++)
        readers[i](loader);
}

static edgeplan_status registry_finish(ep_loader *loader, edgeplan_registry **out)
{
    edgeplan_registry *registry = loader->registry;

    if (!loader->stopped)
        read_entities(loader);
    if (loader->status != EDGEPLAN_OK) {
        edgeplan_registry_unref(registry);
        return loader->status;
    }
    registry->facts = loader->facts;
    registry->fact_count = (uint32_t)loader->fact_count;
    write_digest(registry);
    *out = registry;
    return EDGEPLAN_OK;
}

static void lay(ep_loader *loader, const char *name, const char *text, size_t length, int quiet)
{
    ep_laid_text laid;

    laid.name = name;
    laid.text = text;
    laid.length = length;
    laid.quiet = quiet;
    add_to_digest(loader->registry, text, length);
    ep_lay(loader, &laid);
}

static void lay_builtin(ep_loader *loader, const ep_builtin_text *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        lay(loader, texts[i].name, (const char *)texts[i].bytes, texts[i].size, 1);
}

static int has_evidence(void)
{
#if EP_BUILTIN_MAY_BE_ABSENT
    return &ep_builtin_evidence_count != NULL && ep_builtin_evidence != NULL;
#else
    return 1;
#endif
}

edgeplan_status edgeplan_registry_new(edgeplan_context *context, edgeplan_diagnostics *diagnostics, edgeplan_registry **out)
{
    ep_loader loader;
    edgeplan_registry *registry;

    if (!out)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    registry = registry_begin(context, NULL);
    if (!registry)
        return EDGEPLAN_ERROR_NO_MEMORY;
    ep_loader_init(&loader, registry, diagnostics);
    lay_builtin(&loader, ep_builtin_facts, ep_builtin_facts_count);
    if (has_evidence())
        lay_builtin(&loader, ep_builtin_evidence, ep_builtin_evidence_count);
    return registry_finish(&loader, out);
}

edgeplan_status edgeplan_registry_new_empty(edgeplan_context *context, edgeplan_registry **out)
{
    ep_loader loader;
    edgeplan_registry *registry;

    if (!out)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    registry = registry_begin(context, NULL);
    if (!registry)
        return EDGEPLAN_ERROR_NO_MEMORY;
    ep_loader_init(&loader, registry, NULL);
    return registry_finish(&loader, out);
}

edgeplan_status edgeplan_registry_with_memory(const edgeplan_registry *base, const char *text, size_t length, const char *name,
                                              edgeplan_diagnostics *diagnostics, edgeplan_registry **out)
{
    ep_loader loader;
    edgeplan_registry *registry;

    if (!out)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    if (!base || (!text && length))
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    registry = registry_begin(base->arena.context, base);
    if (!registry)
        return EDGEPLAN_ERROR_NO_MEMORY;
    ep_loader_init(&loader, registry, diagnostics);
    lay(&loader, name ? name : "", text ? text : "", length, 0);
    return registry_finish(&loader, out);
}

edgeplan_status edgeplan_registry_with_file(const edgeplan_registry *base, const char *path, edgeplan_diagnostics *diagnostics,
                                            edgeplan_registry **out)
{
    edgeplan_status status;
    char *text = NULL;
    size_t length = 0;

    if (!out)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    if (!base || !path)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    status = ep_input_file(base->arena.context, path, diagnostics, &text, &length);
    if (status != EDGEPLAN_OK)
        return status;
    status = edgeplan_registry_with_memory(base, text, length, path, diagnostics, out);
    ep_release(base->arena.context, text);
    return status;
}

edgeplan_registry *edgeplan_registry_ref(const edgeplan_registry *registry)
{
    if (registry)
        ep_own(&registry->owners);
    return (edgeplan_registry *)(uintptr_t)registry;
}

void edgeplan_registry_unref(const edgeplan_registry *registry)
{
    /* Overlays over overlays: a loop, so that a long chain needs no deep stack. */
    while (registry && ep_disown(&registry->owners)) {
        edgeplan_registry *own = (edgeplan_registry *)(uintptr_t)registry;
        edgeplan_registry *base = own->base;
        edgeplan_context *context = edgeplan_context_ref(own->arena.context);

        ep_arena_free(&own->arena);
        ep_release(context, own);
        edgeplan_context_unref(context);
        registry = base;
    }
}

const char *edgeplan_registry_version(const edgeplan_registry *registry)
{
    return registry ? registry->version : "";
}

const char *edgeplan_registry_digest(const edgeplan_registry *registry)
{
    return registry ? registry->digest : "";
}
