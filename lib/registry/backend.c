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

static int knows(const ep_feature_since *since, const char *feature, const edgeplan_target *target)
{
    const edgeplan_platform *host = (target->host ? target->host : target)->platform;

    return ep_words_has(&since->features, feature) && ep_words_has(&since->systems, target->os_name) &&
           (since->hosts.count == 0 || ep_words_has(&since->hosts, host->id));
}

/* What the target has by now, the version asked for may not have had yet. */
static ep_obstacle too_early(const ep_words *needs, const edgeplan_target *target, uint32_t os)
{
    const edgeplan_platform *platform = target->platform;

    for (uint32_t i = 0; os && target->os_name && i < needs->count; i++) {
        uint32_t k = 0;
        while (k < platform->since_count && !knows(&platform->since[k], needs->items[i], target))
            k++;
        if (k < platform->since_count && os < platform->since[k].from)
            return (ep_obstacle){needs->items[i], platform->since[k].from, 0};
    }
    return (ep_obstacle){NULL, 0, 0};
}

int ep_target_runs_os(const edgeplan_target *target, uint32_t os)
{
    return os >= target->os_from && (!target->os_to || os <= target->os_to);
}

static const char *const engine_names[] = {"an engine", "a CPU", "a GPU", "an NPU"};

ep_obstacle ep_backend_obstacle(const ep_backend *backend, const edgeplan_target *target, uint32_t os)
{
    const ep_engine *engine = &target->chip.engines[backend->accelerator];
    uint32_t oldest = os ? os : target->os_from, newest = os ? os : target->os_to;
    const char *feature;

    if (!engine->present)
        return (ep_obstacle){engine_names[backend->accelerator], 0, 0};
    if (backend->architectures.count && !ep_words_has(&backend->architectures, engine->architecture))
        return (ep_obstacle){backend->architectures.items[0], 0, 0};
    if (backend->platforms.count && (!target->platform || !ep_words_has(&backend->platforms, target->platform->id)))
        return (ep_obstacle){backend->platforms.items[0], 0, 0};
    feature = missing_feature(&backend->needs, target, engine);
    if (feature)
        return (ep_obstacle){feature, 0, 0};
    /* A target runs a range of systems: it counts if one of them will do. A system nobody stated does not stand in the way. */
    if (backend->os_from && newest && newest < backend->os_from)
        return (ep_obstacle){"a newer operating system", backend->os_from, 0};
    if (backend->os_below && oldest && oldest >= backend->os_below)
        return (ep_obstacle){"an older operating system", 0, backend->os_below};
    return too_early(&backend->needs, target, os);
}

const ep_backend *ep_backend_find(const edgeplan_runtime *runtime, const edgeplan_target *target, uint32_t accelerator)
{
    for (uint32_t i = 0; i < runtime->backend_count; i++) {
        const ep_backend *backend = &runtime->backends[i];
        if ((accelerator == EDGEPLAN_ACCELERATOR_ANY || backend->accelerator == accelerator) &&
            !ep_backend_obstacle(backend, target, 0).what)
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
    if (ep_backend_obstacle(backend, target, 0).what || !ep_backend_takes_format(backend, format) ||
        backend->rules.placement.weights_on_host)
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
