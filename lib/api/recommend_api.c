#include <edgeplan/recommend.h>

#include "api/border.h"
#include "api/listed.h"
#include "base/context.h"
#include "plan/api.h"
#include "plan/cover.h"
#include "plan/rank.h"

edgeplan_status edgeplan_recommendation_new_within(const edgeplan_model *const *models, uint32_t model_count,
                                                   const edgeplan_target *target, const edgeplan_runtime *runtime,
                                                   const edgeplan_format *format, const edgeplan_request *request,
                                                   const edgeplan_criteria *criteria, edgeplan_diagnostics *diagnostics,
                                                   edgeplan_recommendation **out)
{
    edgeplan_request our_request;
    edgeplan_criteria our_criteria;
    edgeplan_status status;

    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    if (models == NULL || model_count == 0 || target == NULL || (runtime != NULL && runtime->registry != target->registry) ||
        (format != NULL && format->registry != target->registry))
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    for (uint32_t i = 0; i < model_count; i++)
        if (models[i] == NULL)
            return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    status = ep_take_request(&our_request, request);
    if (status == EDGEPLAN_OK)
        status = ep_border_read(EP_STRUCT_edgeplan_criteria, &our_criteria, criteria);
    if (status == EDGEPLAN_OK)
        status = ep_check_criteria(&our_criteria);
    if (status == EDGEPLAN_OK)
        status = ep_recommend(models, model_count, target, runtime, format, &our_request, &our_criteria, diagnostics, out);
    if (status != EDGEPLAN_OK)
        *out = NULL;
    return status;
}

edgeplan_status edgeplan_recommendation_new(const edgeplan_model *const *models, uint32_t model_count, const edgeplan_target *target,
                                            const edgeplan_request *request, const edgeplan_criteria *criteria,
                                            edgeplan_diagnostics *diagnostics, edgeplan_recommendation **out)
{
    return edgeplan_recommendation_new_within(models, model_count, target, NULL, NULL, request, criteria, diagnostics, out);
}

edgeplan_recommendation *edgeplan_recommendation_ref(const edgeplan_recommendation *recommendation)
{
    if (recommendation != NULL)
        ep_own(&recommendation->owners);
    return (edgeplan_recommendation *)recommendation; /* immutable: only its count of owners ever changes */
}

void edgeplan_recommendation_unref(const edgeplan_recommendation *recommendation)
{
    if (recommendation != NULL && ep_disown(&recommendation->owners))
        ep_recommendation_free((edgeplan_recommendation *)recommendation);
}

uint32_t edgeplan_recommendation_plan_count(const edgeplan_recommendation *recommendation)
{
    return recommendation != NULL ? recommendation->plan_count : 0;
}

const edgeplan_plan *edgeplan_recommendation_plan(const edgeplan_recommendation *recommendation, uint32_t index)
{
    return index < edgeplan_recommendation_plan_count(recommendation) ? recommendation->plans[index] : NULL;
}

int edgeplan_recommendation_on_front(const edgeplan_recommendation *recommendation, uint32_t index)
{
    return index < edgeplan_recommendation_plan_count(recommendation) && recommendation->plans[index]->standing.on_front != 0;
}

int edgeplan_recommendation_winners(const edgeplan_recommendation *recommendation, uint32_t *decode_index, uint32_t *prefill_index)
{
    if (recommendation == NULL || decode_index == NULL || prefill_index == NULL)
        return 0;
    *decode_index = *prefill_index = 0;
    return ep_rank_winners(recommendation->plans, recommendation->plan_count, recommendation->workload_seconds, decode_index,
                           prefill_index);
}

double edgeplan_recommendation_decode_tok_per_s(const edgeplan_recommendation *recommendation, uint32_t index)
{
    const edgeplan_plan *plan = edgeplan_recommendation_plan(recommendation, index);

    return plan != NULL ? ep_rank_speed(plan, recommendation->workload_seconds) : 0;
}

double edgeplan_recommendation_loss_nats(const edgeplan_recommendation *recommendation, uint32_t index, edgeplan_confidence *basis)
{
    const edgeplan_plan *plan = edgeplan_recommendation_plan(recommendation, index);

    if (basis != NULL)
        *basis = plan != NULL && plan->quality.known ? (edgeplan_confidence)plan->quality.basis : EDGEPLAN_CONFIDENCE_UNKNOWN;
    return plan != NULL ? plan->quality.priced_nats : 0;
}

uint32_t edgeplan_recommendation_candidate_count(const edgeplan_recommendation *recommendation)
{
    return recommendation != NULL ? recommendation->candidate_count : 0;
}

static const ep_item_list *find_list(const edgeplan_recommendation *recommendation, edgeplan_list list)
{
    return recommendation != NULL && list == EDGEPLAN_LIST_REJECTED ? &recommendation->rejected : NULL;
}

uint32_t edgeplan_recommendation_count(const edgeplan_recommendation *recommendation, edgeplan_list list)
{
    return ep_listed_count(find_list(recommendation, list));
}

edgeplan_status edgeplan_recommendation_item(const edgeplan_recommendation *recommendation, edgeplan_list list, uint32_t index,
                                             edgeplan_item *out)
{
    if (recommendation == NULL || (uint32_t)list == 0 || (uint32_t)list >= EP_LIST_COUNT)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    return ep_listed_item(find_list(recommendation, list), index, out);
}

const char *edgeplan_recommendation_text(const edgeplan_recommendation *recommendation, edgeplan_list list, uint32_t index,
                                         edgeplan_text which)
{
    return ep_listed_string(find_list(recommendation, list), index, which);
}

edgeplan_status edgeplan_fewest_artefacts(const uint8_t *serves, uint32_t artefact_count, const double *shares, uint32_t device_count,
                                          double coverage, uint32_t *chosen, uint32_t *chosen_count, uint32_t *exact, double *served)
{
    const ep_cover cover = {serves, shares, artefact_count, device_count};

    if (chosen_count == NULL || exact == NULL || served == NULL || (artefact_count > 0 && chosen == NULL) ||
        (artefact_count > 0 && device_count > 0 && serves == NULL) || (device_count > 0 && shares == NULL))
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *chosen_count = *exact = 0;
    *served = 0;
    if (artefact_count > UINT16_MAX || device_count > UINT16_MAX || !(coverage >= 0 && coverage <= 1))
        return EDGEPLAN_ERROR_RANGE;
    for (uint32_t i = 0; i < device_count; i++)
        if (!ep_is_finite(shares[i]) || shares[i] < 0)
            return EDGEPLAN_ERROR_RANGE;
    *chosen_count = ep_cover_fewest(&cover, coverage, chosen, exact);
    *served = ep_cover_share(&cover, chosen, *chosen_count);
    return EDGEPLAN_OK;
}
