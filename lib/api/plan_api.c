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
    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    if (index >= ep_listed_count(list))
        return EDGEPLAN_ERROR_NOT_FOUND;
    return ep_border_write(EP_STRUCT_edgeplan_item, out, &list->items[index].item);
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
        status = ep_plan_make(deployment, &ours, NULL, EP_PLAN_ALONE, diagnostics, out);
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
    return plan != NULL ? ep_border_write(EP_STRUCT_edgeplan_request, out, &plan->request) : EDGEPLAN_ERROR_INVALID_ARGUMENT;
}

edgeplan_status edgeplan_plan_memory(const edgeplan_plan *plan, edgeplan_memory *out)
{
    return plan != NULL ? ep_border_write(EP_STRUCT_edgeplan_memory, out, &plan->memory) : EDGEPLAN_ERROR_INVALID_ARGUMENT;
}

edgeplan_status edgeplan_plan_budget(const edgeplan_plan *plan, edgeplan_budget *out)
{
    return plan != NULL ? ep_border_write(EP_STRUCT_edgeplan_budget, out, &plan->budget) : EDGEPLAN_ERROR_INVALID_ARGUMENT;
}

edgeplan_status edgeplan_plan_verdict(const edgeplan_plan *plan, edgeplan_verdict_result *out)
{
    return plan != NULL ? ep_border_write(EP_STRUCT_edgeplan_verdict_result, out, &plan->verdict) : EDGEPLAN_ERROR_INVALID_ARGUMENT;
}

edgeplan_status edgeplan_plan_speed(const edgeplan_plan *plan, edgeplan_speed *out)
{
    return plan != NULL ? ep_border_write(EP_STRUCT_edgeplan_speed, out, &plan->speed) : EDGEPLAN_ERROR_INVALID_ARGUMENT;
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
