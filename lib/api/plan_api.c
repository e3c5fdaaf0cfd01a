#include <edgeplan/plan.h>

#include "api/border.h"
#include "api/listed.h"
#include "base/context.h"
#include "plan/api.h"

uint32_t ep_listed_count(const ep_item_list *list)
{
    return list != NULL ? (uint32_t)list->count : 0;
}

edgeplan_status ep_listed_item(const ep_item_list *list, uint32_t index, edgeplan_item *out)
{
    edgeplan_item item;

    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    if (index >= ep_listed_count(list))
        return EDGEPLAN_ERROR_NOT_FOUND;
    item = list->items[index].item;
    return ep_border_write(EP_STRUCT_edgeplan_item, out, &item);
}

const char *ep_listed_string(const ep_item_list *list, uint32_t index, edgeplan_text which)
{
    if (index >= ep_listed_count(list) || (uint32_t)which >= EP_TEXT_COUNT || list->items[index].text[which] == NULL)
        return "";
    return list->items[index].text[which];
}

edgeplan_status edgeplan_plan_new(const edgeplan_deployment *deployment, const edgeplan_request *request,
                                  edgeplan_diagnostics *diagnostics, edgeplan_plan **out)
{
    edgeplan_request ours;
    edgeplan_status status;

    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    if (deployment == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    status = ep_take_request(&ours, request);
    if (status == EDGEPLAN_OK)
        status = ep_plan_make(deployment, &ours, EP_PLAN_ALONE, diagnostics, out);
    if (status != EDGEPLAN_OK)
        *out = NULL;
    return status;
}

edgeplan_plan *edgeplan_plan_ref(const edgeplan_plan *plan)
{
    if (plan != NULL)
        ep_own(&plan->owners);
    return (edgeplan_plan *)plan; /* immutable: only its count of owners ever changes */
}

void edgeplan_plan_unref(const edgeplan_plan *plan)
{
    if (plan != NULL && ep_disown(&plan->owners))
        ep_plan_free((edgeplan_plan *)plan);
}

const edgeplan_deployment *edgeplan_plan_deployment(const edgeplan_plan *plan)
{
    return plan != NULL ? plan->deployment : NULL;
}

edgeplan_status edgeplan_plan_request(const edgeplan_plan *plan, edgeplan_request *out)
{
    edgeplan_request request;

    if (plan == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    request = plan->request;
    return ep_border_write(EP_STRUCT_edgeplan_request, out, &request);
}

edgeplan_status edgeplan_plan_memory(const edgeplan_plan *plan, edgeplan_memory *out)
{
    edgeplan_memory memory;

    if (plan == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    memory = plan->memory;
    return ep_border_write(EP_STRUCT_edgeplan_memory, out, &memory);
}

edgeplan_status edgeplan_plan_budget(const edgeplan_plan *plan, edgeplan_budget *out)
{
    edgeplan_budget budget;

    if (plan == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    budget = plan->budget;
    return ep_border_write(EP_STRUCT_edgeplan_budget, out, &budget);
}

edgeplan_status edgeplan_plan_verdict(const edgeplan_plan *plan, edgeplan_verdict_result *out)
{
    edgeplan_verdict_result verdict;

    if (plan == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    verdict = plan->verdict;
    return ep_border_write(EP_STRUCT_edgeplan_verdict_result, out, &verdict);
}

edgeplan_status edgeplan_plan_speed(const edgeplan_plan *plan, edgeplan_speed *out)
{
    edgeplan_speed speed;

    if (plan == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    speed = plan->speed;
    return ep_border_write(EP_STRUCT_edgeplan_speed, out, &speed);
}

static const ep_item_list *find_list(const edgeplan_plan *plan, edgeplan_list list)
{
    return plan != NULL && (uint32_t)list > 0 && (uint32_t)list < EP_LIST_COUNT ? &plan->lists[list] : NULL;
}

uint32_t edgeplan_plan_count(const edgeplan_plan *plan, edgeplan_list list)
{
    return ep_listed_count(find_list(plan, list));
}

edgeplan_status edgeplan_plan_item(const edgeplan_plan *plan, edgeplan_list list, uint32_t index, edgeplan_item *out)
{
    if (find_list(plan, list) == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    return ep_listed_item(find_list(plan, list), index, out);
}

const char *edgeplan_plan_text(const edgeplan_plan *plan, edgeplan_list list, uint32_t index, edgeplan_text which)
{
    return ep_listed_string(find_list(plan, list), index, which);
}
