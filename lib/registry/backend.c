/* Which back end of a runtime runs where, and what it takes there. */
#include "registry/registry.h"

#include <string.h>

static int has_feature(const edgeplan_target *target, const ep_engine *engine, const char *feature)
{
    return ep_words_has(&target->features, feature) || ep_words_has(&engine->features, feature);
}

static const char *missing_feature(const ep_words *needs, const edgeplan_target *target, const ep_engine *engine)
{
    for (uint32_t i = 0; i < needs->count; i++)
        if (!has_feature(target, engine, needs->items[i]))
            return needs->items[i];
    return NULL;
}

static const char *const engine_names[] = {"an engine", "a CPU", "a GPU", "an NPU"};

const char *ep_backend_obstacle(const ep_backend *backend, const edgeplan_target *target)
{
    const ep_engine *engine = &target->chip.engines[backend->accelerator];
    const char *feature;

    if (!engine->present)
        return engine_names[backend->accelerator];
    if (backend->architectures.count && !ep_words_has(&backend->architectures, engine->architecture))
        return backend->architectures.items[0];
    if (backend->platforms.count && (!target->platform || !ep_words_has(&backend->platforms, target->platform->id)))
        return backend->platforms.items[0];
    feature = missing_feature(&backend->needs, target, engine);
    if (feature)
        return feature;
    /* A target runs a range of systems: it counts if one of them will do. A system nobody stated does not stand in the way. */
    if (backend->os_from && target->os_to && target->os_to < backend->os_from)
        return "a newer operating system";
    if (backend->os_below && target->os_from && target->os_from >= backend->os_below)
        return "an older operating system";
    return NULL;
}

const ep_backend *ep_backend_find(const edgeplan_runtime *runtime, const edgeplan_target *target, uint32_t accelerator)
{
    for (uint32_t i = 0; i < runtime->backend_count; i++) {
        const ep_backend *backend = &runtime->backends[i];
        if ((accelerator == EDGEPLAN_ACCELERATOR_ANY || backend->accelerator == accelerator) && !ep_backend_obstacle(backend, target))
            return backend;
    }
    return NULL;
}

int ep_backend_takes_format(const ep_backend *backend, const edgeplan_format *format)
{
    for (uint32_t i = 0; i < backend->format_count; i++)
        if (backend->formats[i] == format)
            return 1;
    return 0;
}

int ep_backend_takes_kv(const ep_backend *backend, uint32_t kv_type)
{
    for (uint32_t i = 0; i < backend->kv_type_count; i++)
        if (backend->kv_types[i] == kv_type)
            return 1;
    return backend->kv_type_count == 0;
}

uint32_t ep_backend_default_kv(const ep_backend *backend)
{
    return backend->kv_type_count ? backend->kv_types[0] : EDGEPLAN_ELEMENT_NONE;
}

int ep_backend_offers_format(const ep_backend *backend, const edgeplan_format *format)
{
    return format->instead == NULL || !ep_backend_takes_format(backend, format->instead);
}

/* A refusal without a model or family in it, all of whose conditions hold. */
static int is_refused(const ep_refusal *refusal, const edgeplan_format *format, const edgeplan_target *target, const ep_backend *backend)
{
    const ep_engine *engine = &target->chip.engines[backend->accelerator];

    if (refusal->model || refusal->family)
        return 0;
    if (refusal->format && strcmp(refusal->format, format->id) != 0)
        return 0;
    if (refusal->format_family && strcmp(refusal->format_family, format->family) != 0)
        return 0;
    if (refusal->accelerator && refusal->accelerator != backend->accelerator)
        return 0;
    if (refusal->architectures.count && !ep_words_has(&refusal->architectures, engine->architecture))
        return 0;
    if (refusal->platforms.count && !ep_words_has(&refusal->platforms, target->platform->id))
        return 0;
    return !refusal->features_missing.count || missing_feature(&refusal->features_missing, target, engine) != NULL;
}

static int takes(const edgeplan_runtime *runtime, const ep_backend *backend, const edgeplan_format *format, const edgeplan_target *target)
{
    if (ep_backend_obstacle(backend, target) || !ep_backend_takes_format(backend, format) || backend->rules.placement.weights_on_host)
        return 0;
    for (uint32_t i = 0; i < runtime->refusal_count; i++)
        if (is_refused(&runtime->refusals[i], format, target, backend))
            return 0;
    return 1;
}

int edgeplan_runtime_runs_on(const edgeplan_runtime *runtime, const edgeplan_target *target, edgeplan_accelerator accelerator)
{
    return runtime && target && ep_backend_find(runtime, target, (uint32_t)accelerator) != NULL;
}

int edgeplan_runtime_takes(const edgeplan_runtime *runtime, const edgeplan_format *format, const edgeplan_target *target,
                           edgeplan_accelerator accelerator)
{
    if (!runtime || !format || !target)
        return 0;
    for (uint32_t i = 0; i < runtime->backend_count; i++) {
        const ep_backend *backend = &runtime->backends[i];
        if ((accelerator == EDGEPLAN_ACCELERATOR_ANY || backend->accelerator == (uint32_t)accelerator) &&
            takes(runtime, backend, format, target))
            return 1;
    }
    return 0;
}
