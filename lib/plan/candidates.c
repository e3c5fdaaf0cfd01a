#include "plan/candidates.h"

#include <string.h>

#include "base/context.h"
#include "base/known.h"
#include "base/text.h"
#include "plan/api.h"
#include "plan/criteria.h"
#include "plan/kv_choice.h"
#include "plan/lists.h"
#include "plan/refusals.h"

enum { REASON_SIZE = 512 };

static edgeplan_status reject_as(ep_search *s, const ep_path *path, const char *format, uint32_t verdict, const char *reason)
{
    char subject[192];
    ep_text text;

    ep_text_init(&text, subject, sizeof subject);
    ep_text_add(&text, path->runtime->id);
    ep_text_add_char(&text, ' ');
    ep_text_add(&text, edgeplan_accelerator_name((edgeplan_accelerator)path->accelerator));
    ep_text_add_char(&text, ' ');
    ep_text_add(&text, format);
    ep_listed *item = ep_list_add(s->arena, s->rejected);
    const char *what = item ? ep_arena_copy(s->arena, subject, text.length < sizeof subject ? text.length : sizeof subject - 1) : NULL;
    ep_text_init(&text, NULL, 0);
    ep_text_add(&text, reason);
    const char *why = what ? ep_arena_copy(s->arena, reason, text.length) : NULL;
    if (!why)
        return EDGEPLAN_ERROR_NO_MEMORY;
    item->item.code = verdict;
    item->item.known = verdict ? EP_ITEM_KNOWN(code) : 0;
    item->text[EDGEPLAN_TEXT_SUBJECT] = what;
    item->text[EDGEPLAN_TEXT_MESSAGE] = why;
    item->text[EDGEPLAN_TEXT_INPUT] = s->model_id;
    return EDGEPLAN_OK;
}

static edgeplan_status reject(ep_search *s, const ep_path *path, uint32_t verdict, const char *reason)
{
    return reject_as(s, path, path->format->id, verdict, reason);
}

static void say_limit(ep_text *text, const ep_rules *rules, const ep_evaluation *e)
{
    const ep_limit *limit = &e->limits[e->binding];
    const ep_ruling *ruling = &e->rulings[e->binding];

    if (e->reason == EDGEPLAN_REASON_CONTEXT) {
        const int compiled = e->binding_kind == EDGEPLAN_LIMIT_COMPILED_CONTEXT;
        ep_text_add(text, "context ");
        ep_text_add_count(text, e->workload.context_tokens);
        ep_text_add(text, compiled ? " is not compiled; at most " : " is not taken by the runtime; at most ");
        ep_text_add_count(text, compiled ? rules->contexts[rules->context_count - 1] : rules->max_context_tokens);
        return;
    }
    ep_text_add(text, "needs at least ");
    ep_text_add_bytes(text, ruling->demand.low);
    ep_text_add(text, " of a ");
    ep_text_add(text, edgeplan_limit_name((edgeplan_limit)limit->kind));
    ep_text_add(text, " limit of ");
    ep_text_add_bytes(text, ep_limit_told(limit->hard_bytes));
}

static void say_missing(ep_text *text, const edgeplan_plan *plan)
{
    const ep_item_list *missing = &plan->lists[EDGEPLAN_LIST_MISSING];

    const char *before = "cannot be decided; not published: ";

    for (size_t i = 0; i < missing->count; i++) {
        if (missing->items[i].item.code != EP_MISSING_MEMORY)
            continue;
        ep_text_add(text, before);
        ep_text_add(text, missing->items[i].text[EDGEPLAN_TEXT_MESSAGE]);
        before = ", ";
    }
}

static int says_bytes(ep_text *text, const char *what, uint64_t have, uint64_t most)
{
    if (most == 0 || have <= most)
        return 0;
    ep_text_add(text, what);
    ep_text_add_bytes(text, have);
    ep_text_add(text, " is above ");
    ep_text_add_bytes(text, most);
    return 1;
}

static edgeplan_status keep(ep_search *s, edgeplan_plan *plan)
{
    edgeplan_plan **plans = ep_arena_grow(s->arena, s->plans, s->plan_count, &s->plan_capacity, sizeof *plans);

    if (!plans) {
        ep_plan_free(plan);
        return EDGEPLAN_ERROR_NO_MEMORY;
    }
    s->plans = plans;
    plans[s->plan_count++] = plan;
    return EDGEPLAN_OK;
}

static edgeplan_status weigh(ep_search *s, const ep_path *path, const edgeplan_deployment *d)
{
    char buffer[REASON_SIZE];
    ep_text text;
    edgeplan_request request = *s->request;
    ep_evaluation e;
    edgeplan_plan *plan;

    ep_text_init(&text, buffer, sizeof buffer);
    if (ep_deployment_refuses(d, &request, &text))
        return reject(s, path, EDGEPLAN_VERDICT_NONE, buffer);
    edgeplan_status status = ep_choose_kv(d, s->criteria, &request, &e);
    if (status == EDGEPLAN_ERROR_RANGE)
        return reject(s, path, EDGEPLAN_VERDICT_NONE, "so long a context needs more bytes than can be counted");
    if (status)
        return status;
    if (e.verdict == EDGEPLAN_VERDICT_DOES_NOT_FIT) {
        say_limit(&text, &d->rules, &e);
        return reject(s, path, e.verdict, buffer);
    }
    if (says_bytes(&text, "memory of ", ep_evaluation_paged_bytes(&e), e.conditions.visible_bytes)) {
        ep_text_add(&text, " of visible RAM");
        return reject(s, path, EDGEPLAN_VERDICT_NONE, buffer);
    }
    status = ep_plan_make(d, &request, &e, EP_PLAN_RANKED, NULL, &plan);
    if (status)
        return status;
    uint32_t verdict = e.verdict;
    if (verdict == EDGEPLAN_VERDICT_UNKNOWN)
        say_missing(&text, plan);
    else
        verdict = ep_criteria_judge(s->criteria, plan, &text);
    if (verdict == EDGEPLAN_VERDICT_FITS)
        return keep(s, plan);
    ep_plan_free(plan);
    return reject(s, path, verdict, buffer);
}

static edgeplan_status try_path(ep_search *s, ep_path *path)
{
    char buffer[REASON_SIZE];
    ep_text text;
    edgeplan_deployment *d;

    s->candidate_count++;
    ep_text_init(&text, buffer, sizeof buffer);
    if (!ep_path_backend(path, &text))
        return reject(s, path, EDGEPLAN_VERDICT_NONE, buffer);
    edgeplan_status status =
        ep_deployment_open(path->model, path->target, path->accelerator, path->runtime, path->format, path->os, NULL, &d);
    if (status == EDGEPLAN_ERROR_NO_MEMORY)
        return status;
    if (status)
        return reject(s, path, EDGEPLAN_VERDICT_NONE, "the format has no type for a tensor of this model");
    status = weigh(s, path, d);
    if (ep_disown(&d->owners))
        ep_deployment_free(d);
    return status;
}

static int allowed(const ep_search *s, uint32_t accelerator)
{
    return s->criteria->accelerators == 0 || s->criteria->accelerators & 1u << accelerator;
}

/* Whether a backend of the runtime is made for this engine: the rest are no candidates but other devices' business, or formats whose
   weights the engine leaves to the CPU, which can be asked for and are not recommended. */
static int has_engine(const ep_search *s, const ep_backend *backend)
{
    const ep_engine *engine = &s->target->chip.engines[backend->accelerator];
    return engine->present && !backend->rules.placement.weights_on_host &&
           (backend->architectures.count == 0 || ep_words_has(&backend->architectures, engine->architecture));
}

/* Whether a backend's format is a candidate: any that is offered, or the one that was asked for. */
static int is_wanted(const ep_search *s, const ep_backend *backend, const edgeplan_format *format, const edgeplan_model *model)
{
    return s->format ? format == s->format : ep_path_offers_format(backend, format, model);
}

/* A pair of accelerator and format is tried once, though several backends may list it. */
static int is_first(const ep_search *s, const edgeplan_runtime *runtime, uint32_t b, const edgeplan_format *format)
{
    for (uint32_t i = 0; i < b; i++)
        if (runtime->backends[i].accelerator == runtime->backends[b].accelerator && has_engine(s, &runtime->backends[i]) &&
            ep_backend_takes_format(&runtime->backends[i], format))
            return 0;
    return 1;
}

static edgeplan_status search_runtime(ep_search *s, const edgeplan_model *model, const edgeplan_runtime *runtime)
{
    for (uint32_t b = 0; b < runtime->backend_count; b++) {
        const ep_backend *backend = &runtime->backends[b];
        if (!allowed(s, backend->accelerator) || !has_engine(s, backend))
            continue;
        for (uint32_t i = 0; i < backend->format_count; i++) {
            ep_path path = {model, s->target, runtime, backend->accelerator, backend->formats[i], ep_request_os(s->request)};
            if (!is_wanted(s, backend, path.format, model) || !is_first(s, runtime, b, path.format))
                continue;
            edgeplan_status status = try_path(s, &path);
            if (status)
                return status;
        }
    }
    return EDGEPLAN_OK;
}

/* Whether some engine of the target was tried with the format, or with one of the family, that a refusal is about. */
static int was_tried(const ep_search *s, const edgeplan_model *model, const edgeplan_runtime *runtime, const ep_refusal *refusal)
{
    for (uint32_t b = 0; b < runtime->backend_count; b++) {
        const ep_backend *backend = &runtime->backends[b];
        for (uint32_t i = 0; i < backend->format_count && allowed(s, backend->accelerator) && has_engine(s, backend); i++)
            if (is_wanted(s, backend, backend->formats[i], model) &&
                (refusal->format ? ep_equal(refusal->format, backend->formats[i]->id)
                                 : ep_equal(refusal->format_family, backend->formats[i]->family)))
                return 1;
    }
    return 0;
}

static int concerns(const ep_search *s, const ep_refusal *refusal)
{
    return !s->format || (refusal->format ? ep_equal(refusal->format, s->format->id) : ep_equal(refusal->format_family, s->format->family));
}

/* What people try and the runtime says it does not take here is out with the runtime's own reason. */
static edgeplan_status list_refusals(ep_search *s, const edgeplan_model *model, const edgeplan_runtime *runtime)
{
    for (uint32_t i = 0; i < runtime->refusal_count; i++) {
        const ep_refusal *refusal = &runtime->refusals[i];
        const char *format = refusal->format ? refusal->format : refusal->format_family;
        if (!format || was_tried(s, model, runtime, refusal) || !concerns(s, refusal))
            continue;
        for (uint32_t b = 0; b < runtime->backend_count; b++) {
            ep_path path = {model, s->target, runtime, runtime->backends[b].accelerator, NULL, ep_request_os(s->request)};
            if (!allowed(s, path.accelerator) || !has_engine(s, &runtime->backends[b]) || !ep_path_refusal_holds(&path, refusal))
                continue;
            s->candidate_count++;
            edgeplan_status status = reject_as(s, &path, format, 0, refusal->reason);
            if (status)
                return status;
            break;
        }
    }
    return EDGEPLAN_OK;
}

edgeplan_status ep_search_model(ep_search *search, const edgeplan_model *model)
{
    search->model_id = ep_arena_copy(search->arena, model->id, strlen(model->id));
    if (!search->model_id)
        return EDGEPLAN_ERROR_NO_MEMORY;
    const edgeplan_runtime *const *runtimes = search->runtime ? &search->runtime : search->target->runtimes;
    const uint32_t count = search->runtime ? 1 : search->target->runtime_count;
    edgeplan_status status = EDGEPLAN_OK;
    for (uint32_t i = 0; i < count && !status; i++)
        status = search_runtime(search, model, runtimes[i]);
    for (uint32_t i = 0; i < count && !status; i++)
        status = list_refusals(search, model, runtimes[i]);
    return status;
}
