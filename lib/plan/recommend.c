#include "plan/recommend.h"

#include <string.h>

#include "base/context.h"
#include "base/text.h"
#include "plan/api.h"
#include "plan/candidates.h"
#include "plan/rank.h"

static edgeplan_status fill(edgeplan_recommendation *r, ep_search search, const edgeplan_model *const *models, uint32_t model_count)
{
    edgeplan_status status = EDGEPLAN_OK;

    /* Formats are ranked, not models: the first model with a candidate wins. */
    for (uint32_t i = 0; i < model_count && !status && search.plan_count == 0; i++)
        status = ep_search_model(&search, models[i]);
    r->plans = search.plans;
    r->plan_count = (uint32_t)search.plan_count;
    r->candidate_count = search.candidate_count;
    ep_rank(r->plans, r->plan_count, search.criteria);
    return status;
}

edgeplan_status ep_recommend(const edgeplan_model *const *models, uint32_t model_count, const edgeplan_target *target,
                             const edgeplan_runtime *runtime, const edgeplan_format *format, const edgeplan_request *request,
                             const edgeplan_criteria *criteria, edgeplan_diagnostics *diagnostics, edgeplan_recommendation **out)
{
    edgeplan_context *context = target->registry->arena.context;
    edgeplan_recommendation *r = ep_allocate(context, sizeof *r);

    *out = NULL;
    if (!r)
        return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_NO_MEMORY, NULL, NULL, "out of memory");
    memset(r, 0, sizeof *r);
    atomic_init(&r->owners, 1);
    ep_arena_init(&r->arena, context);
    r->registry = edgeplan_registry_ref(target->registry);
    r->target = target;
    r->workload_seconds = criteria->workload_seconds;
    const ep_search search = {.arena = &r->arena, .target = target, .runtime = runtime, .format = format, .request = request,
                              .criteria = criteria, .rejected = &r->rejected};
    edgeplan_status status = fill(r, search, models, model_count);
    if (status) {
        ep_recommendation_free(r);
        return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, status, NULL, NULL, edgeplan_status_text(status));
    }
    *out = r;
    return EDGEPLAN_OK;
}

void ep_recommendation_free(edgeplan_recommendation *recommendation)
{
    edgeplan_registry *registry = recommendation->registry;
    edgeplan_context *context = edgeplan_context_ref(recommendation->arena.context);

    for (uint32_t i = 0; i < recommendation->plan_count; i++)
        if (ep_disown(&recommendation->plans[i]->owners))
            ep_plan_free(recommendation->plans[i]);
    ep_arena_free(&recommendation->arena);
    ep_release(context, recommendation);
    edgeplan_registry_unref(registry);
    edgeplan_context_unref(context);
}
