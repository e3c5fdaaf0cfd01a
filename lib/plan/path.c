#include "plan/path.h"

static int matches(const char *wanted, const char *have)
{
    return wanted == NULL || ep_equal(wanted, have);
}

static int matches_words(const ep_words *wanted, const char *have)
{
    return wanted->count == 0 || (have && ep_words_has(wanted, have));
}

static int lacks_any(const ep_words *features, const edgeplan_target *target)
{
    if (features->count == 0)
        return 1; /* the refusal does not depend on features */
    for (uint32_t i = 0; i < features->count; i++)
        if (!ep_words_has(&target->features, features->items[i]))
            return 1;
    return 0;
}

int ep_path_refusal_holds(const ep_path *path, const ep_refusal *refusal)
{
    const ep_engine *engine = &path->target->chip.engines[path->accelerator];

    return matches(refusal->family, path->model->family) && matches(refusal->model, path->model->id) &&
           matches_words(&refusal->architectures, engine->present ? engine->architecture : NULL) &&
           matches_words(&refusal->platforms, path->target->platform->id) &&
           (refusal->accelerator == 0 || refusal->accelerator == path->accelerator) &&
           lacks_any(&refusal->features_missing, path->target);
}

static const ep_refusal *find(const ep_path *path, uint32_t accelerator, const ep_refusal *refusals, uint32_t count)
{
    ep_path here = *path;

    here.accelerator = accelerator;
    for (uint32_t i = 0; i < count; i++)
        if (matches(refusals[i].format, path->format->id) && matches(refusals[i].format_family, path->format->family) &&
            ep_path_refusal_holds(&here, &refusals[i]))
            return &refusals[i];
    return NULL;
}

const ep_refusal *ep_path_experiment(const ep_path *path)
{
    return find(path, path->accelerator, path->runtime->experiments, path->runtime->experiment_count);
}

static int takes_model(const ep_backend *backend, const edgeplan_model *model)
{
    return (backend->families.count == 0 || ep_words_has(&backend->families, model->family)) &&
           (backend->models.count == 0 || ep_words_has(&backend->models, model->id));
}

static int has_experts(const edgeplan_model *model)
{
    for (uint32_t i = 0; i < model->layer_count; i++)
        if (model->layers[i].experts)
            return 1;
    return 0;
}

int ep_path_offers_format(const ep_backend *backend, const edgeplan_format *format, const edgeplan_model *model)
{
    return (!format->instead || !ep_backend_takes_format(backend, format->instead)) && (!format->for_experts || has_experts(model));
}

enum { LISTED = 6 }; /* ids that a sentence bears */

static void list(ep_text *reason, const ep_words *ids)
{
    for (uint32_t i = 0; i < ids->count && i < LISTED; i++) {
        ep_text_add(reason, i ? ", " : " ");
        ep_text_add(reason, ids->items[i]);
    }
    if (ids->count > LISTED)
        ep_text_add(reason, " …");
}

void ep_say_version(ep_text *text, uint32_t version)
{
    ep_text_add_count(text, version >> 16);
    ep_text_add_char(text, '.');
    ep_text_add_count(text, version & 0xffff);
}

void ep_path_say_obstacle(const ep_backend *backend, const ep_obstacle *obstacle, ep_text *reason)
{
    ep_text_add(reason, " (");
    ep_text_add(reason, backend->id);
    ep_text_add(reason, ") needs ");
    ep_text_add(reason, obstacle->what);
    if (obstacle->from || obstacle->below) {
        ep_text_add(reason, obstacle->from ? ", from " : ", below ");
        ep_say_version(reason, obstacle->from ? obstacle->from : obstacle->below);
    }
}

static void explain(const ep_path *path, const ep_backend *backend, ep_text *reason)
{
    const ep_obstacle obstacle = ep_backend_obstacle(backend, path->target, path->os);

    ep_text_add(reason, path->runtime->name);
    if (obstacle.what) {
        ep_path_say_obstacle(backend, &obstacle, reason);
    } else if (!ep_backend_takes_format(backend, path->format)) {
        ep_text_add(reason, " (");
        ep_text_add(reason, backend->id);
        ep_text_add(reason, ") does not load ");
        ep_text_add(reason, path->format->id);
    } else if (backend->models.count > 0) {
        ep_text_add(reason, " takes only");
        list(reason, &backend->models);
        ep_text_add(reason, " here");
    } else {
        ep_text_add(reason, " does not take the family ");
        ep_text_add(reason, path->model->family);
        if (backend->families.count <= LISTED) {
            ep_text_add(reason, " in ");
            ep_text_add(reason, path->format->id);
            ep_text_add(reason, ", only");
            list(reason, &backend->families);
        }
    }
}

static int names_runtime(const edgeplan_target *target, const edgeplan_runtime *runtime)
{
    for (uint32_t i = 0; i < target->runtime_count; i++)
        if (target->runtimes[i] == runtime)
            return 1;
    return 0;
}

/* How close a backend came, so that the reason given is the most telling one. */
static int closeness(const ep_path *path, const ep_backend *backend)
{
    const ep_obstacle obstacle = ep_backend_obstacle(backend, path->target, path->os);
    int takes = ep_backend_takes_format(backend, path->format);

    if (obstacle.what && !(takes && (obstacle.from || obstacle.below)))
        return 1;
    return takes ? 3 : 2;
}

const ep_backend *ep_path_backend(const ep_path *path, ep_text *reason)
{
    const ep_backend *closest = NULL;
    const ep_refusal *refusal = NULL;

    if (!names_runtime(path->target, path->runtime)) {
        ep_text_add(reason, path->runtime->name);
        ep_text_add(reason, " is not listed for ");
        ep_text_add(reason, path->target->name);
        return NULL;
    }
    for (uint32_t i = 0; i < path->runtime->backend_count; i++) {
        const ep_backend *backend = &path->runtime->backends[i];
        if (path->accelerator != EDGEPLAN_ACCELERATOR_ANY && path->accelerator != backend->accelerator)
            continue;
        const ep_refusal *refused = find(path, backend->accelerator, path->runtime->refusals, path->runtime->refusal_count);
        if (refused && refused->format && backend->rules.placement.weights_on_host)
            refused = NULL; /* the engine's word on a format that it leaves to the CPU */
        if (!refused && !ep_backend_obstacle(backend, path->target, path->os).what && ep_backend_takes_format(backend, path->format) &&
            takes_model(backend, path->model))
            return backend;
        if (refused && !refusal)
            refusal = refused;
        if (!closest || closeness(path, backend) > closeness(path, closest))
            closest = backend;
    }
    if (!closest)
        refusal = find(path, path->accelerator, path->runtime->refusals, path->runtime->refusal_count);
    if (refusal)
        ep_text_add(reason, refusal->reason);
    else if (closest)
        explain(path, closest, reason);
    else {
        ep_text_add(reason, path->runtime->name);
        ep_text_add(reason, " does not run on that accelerator");
    }
    return NULL;
}
