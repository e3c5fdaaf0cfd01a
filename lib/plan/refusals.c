/* Why a model cannot be deployed at all, and why a deployment does not take a request. */
#include "plan/refusals.h"

#include "base/known.h"
#include "plan/evaluate.h"
#include "registry/words.h"
#include "sizing/request_rule.h"

/* ---- no deployment ---- */

/* The first runtime there that knows the format says what it lacks. */
static void explain_format(ep_path *path, ep_text *reason)
{
    for (uint32_t r = 0; r < path->target->runtime_count; r++) {
        const edgeplan_runtime *runtime = path->target->runtimes[r];
        for (uint32_t b = 0; b < runtime->backend_count; b++)
            for (uint32_t f = 0; f < runtime->backends[b].format_count; f++) {
                if (runtime->backends[b].formats[f] != path->format)
                    continue;
                path->runtime = runtime;
                ep_text_add(reason, ": ");
                (void)ep_path_backend(path, reason);
                return;
            }
    }
}

static int is_listed(const edgeplan_registry *registry, const char *architecture)
{
    for (uint32_t r = 0; r < registry->runtime_count; r++)
        for (uint32_t b = 0; b < registry->runtimes[r].backend_count; b++)
            if (ep_words_has(&registry->runtimes[r].backends[b].architectures, architecture))
                return 1;
    return 0;
}

/* A word that only the chip has is misspelt, or of an engine that no runtime is known to use. */
static const char *unlisted_architecture(const ep_path *path)
{
    for (uint32_t a = EDGEPLAN_ACCELERATOR_CPU; a <= EDGEPLAN_ACCELERATOR_NPU; a++) {
        const ep_engine *engine = &path->target->chip.engines[a];
        if ((path->accelerator == EDGEPLAN_ACCELERATOR_ANY || path->accelerator == a) && engine->present && engine->architecture &&
            !is_listed(path->target->registry, engine->architecture))
            return engine->architecture;
    }
    return NULL;
}

void ep_explain_no_path(ep_path *path, ep_text *reason)
{
    const char *unlisted = unlisted_architecture(path);

    for (uint32_t b = 0; path->runtime && !path->format && b < path->runtime->backend_count; b++) {
        const ep_backend *backend = &path->runtime->backends[b];
        if (backend->format_count && (path->accelerator == EDGEPLAN_ACCELERATOR_ANY || path->accelerator == backend->accelerator))
            path->format = backend->formats[0];
    }
    if (path->runtime && !path->format && path->runtime->backend_count && path->runtime->backends[0].format_count)
        path->format = path->runtime->backends[0].formats[0]; /* the runtime may say why it is not on that accelerator */
    if (path->runtime && path->format) {
        (void)ep_path_backend(path, reason);
    } else if (path->runtime) {
        ep_text_add(reason, path->runtime->name);
        ep_text_add(reason, " does not run on that accelerator");
    } else if (path->format || !unlisted) {
        ep_text_add(reason, "no runtime of ");
        ep_text_add(reason, path->target->name);
        ep_text_add(reason, " takes ");
        ep_text_add(reason, path->format ? path->format->id : "this model");
        if (path->format)
            explain_format(path, reason);
    }
    if (unlisted) {
        ep_text_add(reason, reason->length ? "; " : "");
        ep_text_add(reason, "no runtime is known to run on the architecture ");
        ep_text_add(reason, unlisted);
    }
}

/* ---- no such request ---- */

static int refuses_os(const edgeplan_deployment *d, const edgeplan_request *request, ep_text *reason)
{
    const ep_obstacle obstacle = ep_backend_obstacle(d->backend, d->target, ep_request_os(request));

    if (!obstacle.from && !obstacle.below)
        return 0; /* a silent fall back asks for nothing else */
    ep_text_add(reason, d->runtime->name);
    ep_path_say_obstacle(d->backend, &obstacle, reason);
    return 1;
}

static int refuses_state(const edgeplan_platform *platform, uint32_t app_state, ep_text *reason)
{
    if (!app_state || !platform || !platform->app_states || platform->app_states >> app_state & 1)
        return 0;
    ep_text_add(reason, platform->name);
    ep_text_add(reason, ": no app is in the state `");
    ep_text_add(reason, ep_app_state_words[app_state - 1].text);
    ep_text_add(reason, "`");
    return 1;
}

static int refuses_type(const edgeplan_deployment *d, const edgeplan_request *request, ep_text *reason)
{
    const ep_backend *backend = d->backend;
    int key = !ep_request_gives(request, offsetof(edgeplan_request, kv_k)) || ep_backend_takes_kv(backend, request->kv_k);

    if (key && (!ep_request_gives(request, offsetof(edgeplan_request, kv_v)) || ep_backend_takes_kv(backend, request->kv_v)))
        return 0;
    const uint32_t type = key ? request->kv_v : request->kv_k;
    ep_text_add(reason, d->runtime->name);
    ep_text_add(reason, type == EDGEPLAN_ELEMENT_NONE ? " takes keys and values" : " takes no keys or values as ");
    ep_text_add(reason, type == EDGEPLAN_ELEMENT_NONE ? "" : edgeplan_element_type_name((edgeplan_element_type)type));
    for (uint32_t i = 0; i < backend->kv_type_count; i++) {
        ep_text_add(reason, i ? ", " : type == EDGEPLAN_ELEMENT_NONE ? " only as " : ", only as ");
        ep_text_add(reason, edgeplan_element_type_name((edgeplan_element_type)backend->kv_types[i]));
    }
    return 1;
}

/* One sentence each: the second and third part name what is asked for. */
static void say_fault(const edgeplan_deployment *d, ep_load_fault fault, const ep_workload *w, ep_text *reason)
{
    static const char *const sentences[] = {
        [EP_FAULT_SEQUENCES] = " takes no more sequences than ",
        [EP_FAULT_QUANTIZED_VALUES] = " needs flash attention for values as ",
        [EP_FAULT_LATENT_TYPES] = " keeps a latent cache in one type, no keys beside values as ",
        [EP_FAULT_KEY_BLOCKS] = " cannot cut the heads of this model into blocks of keys as ",
        [EP_FAULT_VALUE_BLOCKS] = " cannot cut the heads of this model into blocks of values as ",
    };
    uint32_t type = fault == EP_FAULT_KEY_BLOCKS ? w->kv_k : w->kv_v;

    ep_text_add(reason, d->runtime->name);
    ep_text_add(reason, sentences[fault]);
    if (fault == EP_FAULT_SEQUENCES)
        ep_text_add_count(reason, d->rules.request.max_sequences);
    else
        ep_text_add(reason, edgeplan_element_type_name((edgeplan_element_type)type));
}

static int refuses_load(const edgeplan_deployment *d, const edgeplan_request *request, ep_text *reason)
{
    ep_workload workload;

    if (refuses_type(d, request, reason))
        return 1;
    (void)ep_evaluate_workload(d, request, &workload);
    ep_load_fault fault = ep_request_fault(&d->rules.request, &d->shape, &workload);
    if (fault)
        say_fault(d, fault, &workload, reason);
    return fault != EP_FAULT_NONE;
}

int ep_deployment_refuses(const edgeplan_deployment *d, const edgeplan_request *request, ep_text *reason)
{
    if (refuses_state(d->target->platform, request->app_state, reason) || refuses_os(d, request, reason) ||
        refuses_load(d, request, reason))
        return 1;
    for (; d->base; d = d->base) {
        const edgeplan_request asked = ep_companion_request(d->role, request);
        if (!d->companion || !refuses_load(d->companion, &asked, reason))
            continue;
        ep_text_add(reason, ", asked of ");
        ep_text_add(reason, d->companion->model->id);
        ep_text_add(reason, " beside it");
        return 1;
    }
    return 0;
}
