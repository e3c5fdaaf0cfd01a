#include <edgeplan/deployment.h>

#include "api/border.h"
#include "base/context.h"
#include "plan/api.h"

edgeplan_status edgeplan_deployment_new(const edgeplan_model *model, const edgeplan_target *target, edgeplan_accelerator accelerator,
                                        const edgeplan_runtime *runtime, const edgeplan_format *format,
                                        edgeplan_diagnostics *diagnostics, edgeplan_deployment **out)
{
    return edgeplan_deployment_new_for(model, target, accelerator, runtime, format, NULL, diagnostics, out);
}

edgeplan_status edgeplan_deployment_new_for(const edgeplan_model *model, const edgeplan_target *target,
                                            edgeplan_accelerator accelerator, const edgeplan_runtime *runtime,
                                            const edgeplan_format *format, const edgeplan_request *request,
                                            edgeplan_diagnostics *diagnostics, edgeplan_deployment **out)
{
    edgeplan_request ours;
    edgeplan_status status;

    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    if (model == NULL || target == NULL || (uint32_t)accelerator > EDGEPLAN_ACCELERATOR_NPU ||
        (runtime != NULL && runtime->registry != target->registry) || (format != NULL && format->registry != target->registry))
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    status = ep_take_request(&ours, request);
    if (status != EDGEPLAN_OK)
        return status;
    status = ep_deployment_open(model, target, (uint32_t)accelerator, runtime, format, ep_request_os(&ours), diagnostics, out);
    if (status != EDGEPLAN_OK)
        *out = NULL;
    return status;
}

static int is_role(edgeplan_companion role)
{
    return (uint32_t)role >= EDGEPLAN_COMPANION_DRAFT && (uint32_t)role <= EDGEPLAN_COMPANION_MTP;
}

edgeplan_status edgeplan_deployment_with(const edgeplan_deployment *deployment, edgeplan_companion role,
                                         const edgeplan_deployment *companion, edgeplan_deployment **out)
{
    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    if (deployment == NULL || companion == NULL || !is_role(role) || companion->target != deployment->target || companion->base != NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    return ep_deployment_with(deployment, (uint32_t)role, companion, NULL, out);
}

edgeplan_status edgeplan_deployment_with_measured(const edgeplan_deployment *deployment, edgeplan_companion role, const char *model_id,
                                                  edgeplan_deployment **out)
{
    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    if (deployment == NULL || model_id == NULL || !is_role(role))
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    const ep_model_entry *entry = ep_model_entry_find(deployment->registry, model_id);
    if (entry == NULL || entry->config != NULL || entry->memory_high == 0)
        return EDGEPLAN_ERROR_NOT_FOUND;
    return ep_deployment_with(deployment, (uint32_t)role, NULL, entry, out);
}

edgeplan_deployment *edgeplan_deployment_ref(const edgeplan_deployment *deployment)
{
    if (deployment != NULL)
        ep_own(&deployment->owners);
    return (edgeplan_deployment *)deployment; /* immutable: only its count of owners ever changes */
}

void edgeplan_deployment_unref(const edgeplan_deployment *deployment)
{
    if (deployment != NULL && ep_disown(&deployment->owners))
        ep_deployment_free((edgeplan_deployment *)deployment);
}

const edgeplan_model *edgeplan_deployment_model(const edgeplan_deployment *deployment)
{
    return deployment != NULL ? deployment->model : NULL;
}

const edgeplan_runtime *edgeplan_deployment_runtime(const edgeplan_deployment *deployment)
{
    return deployment != NULL ? deployment->runtime : NULL;
}

const edgeplan_format *edgeplan_deployment_format(const edgeplan_deployment *deployment)
{
    return deployment != NULL ? deployment->format : NULL;
}

edgeplan_accelerator edgeplan_deployment_accelerator(const edgeplan_deployment *deployment)
{
    return deployment != NULL ? (edgeplan_accelerator)deployment->accelerator : EDGEPLAN_ACCELERATOR_ANY;
}

/* What every question on a deployment begins with. */
static edgeplan_status begin(const edgeplan_deployment *deployment, const edgeplan_request *request, edgeplan_request *ours,
                             ep_struct_id id, const void *out)
{
    edgeplan_status status = ep_border_check(id, out);

    if (deployment == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    return status == EDGEPLAN_OK ? ep_take_request(ours, request) : status;
}

static const ep_read *read_of(const edgeplan_deployment *deployment, edgeplan_element_type type)
{
    for (uint32_t i = 0; deployment != NULL && i < deployment->shape.read_count; i++)
        if (deployment->shape.reads[i].element_type == (uint32_t)type)
            return &deployment->shape.reads[i];
    return NULL;
}

uint64_t edgeplan_deployment_read_bytes(const edgeplan_deployment *deployment, edgeplan_element_type type)
{
    const ep_read *read = read_of(deployment, type);
    return read != NULL ? read->bytes : 0;
}

uint64_t edgeplan_deployment_prompt_bytes(const edgeplan_deployment *deployment, edgeplan_element_type type)
{
    const ep_read *read = read_of(deployment, type);
    return read != NULL ? read->prompt_bytes : 0;
}

edgeplan_status edgeplan_deployment_memory(const edgeplan_deployment *deployment, const edgeplan_request *request,
                                           edgeplan_place place, edgeplan_measure measure, edgeplan_memory *out)
{
    edgeplan_request ours;
    edgeplan_memory memory;
    edgeplan_status status = begin(deployment, request, &ours, EP_STRUCT_edgeplan_memory, out);

    if (status != EDGEPLAN_OK)
        return status;
    if ((uint32_t)place > EDGEPLAN_PLACE_STORAGE || (uint32_t)measure > EDGEPLAN_MEASURE_CHARGED)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    ep_border_clear(EP_STRUCT_edgeplan_memory, &memory);
    status = ep_deployment_memory(deployment, &ours, (uint32_t)place, (uint32_t)measure, &memory);
    return status == EDGEPLAN_OK ? ep_border_write(EP_STRUCT_edgeplan_memory, out, &memory) : status;
}

edgeplan_status edgeplan_deployment_budget(const edgeplan_deployment *deployment, const edgeplan_request *request,
                                           edgeplan_budget *out)
{
    edgeplan_request ours;
    edgeplan_budget budget;
    edgeplan_status status = begin(deployment, request, &ours, EP_STRUCT_edgeplan_budget, out);

    if (status != EDGEPLAN_OK)
        return status;
    ep_border_clear(EP_STRUCT_edgeplan_budget, &budget);
    status = ep_deployment_budget(deployment, &ours, &budget);
    return status == EDGEPLAN_OK ? ep_border_write(EP_STRUCT_edgeplan_budget, out, &budget) : status;
}

edgeplan_status edgeplan_deployment_verdict(const edgeplan_deployment *deployment, const edgeplan_request *request,
                                            edgeplan_verdict_result *out)
{
    edgeplan_request ours;
    edgeplan_verdict_result verdict;
    edgeplan_status status = begin(deployment, request, &ours, EP_STRUCT_edgeplan_verdict_result, out);

    if (status != EDGEPLAN_OK)
        return status;
    ep_border_clear(EP_STRUCT_edgeplan_verdict_result, &verdict);
    status = ep_deployment_verdict(deployment, &ours, &verdict);
    return status == EDGEPLAN_OK ? ep_border_write(EP_STRUCT_edgeplan_verdict_result, out, &verdict) : status;
}

edgeplan_status edgeplan_deployment_speed(const edgeplan_deployment *deployment, const edgeplan_request *request,
                                          edgeplan_speed *out)
{
    edgeplan_request ours;
    edgeplan_speed speed;
    edgeplan_status status = begin(deployment, request, &ours, EP_STRUCT_edgeplan_speed, out);

    if (status != EDGEPLAN_OK)
        return status;
    ep_border_clear(EP_STRUCT_edgeplan_speed, &speed);
    status = ep_deployment_speed(deployment, &ours, &speed);
    return status == EDGEPLAN_OK ? ep_border_write(EP_STRUCT_edgeplan_speed, out, &speed) : status;
}

edgeplan_status edgeplan_deployment_max_context(const edgeplan_deployment *deployment, const edgeplan_request *request,
                                                uint64_t *tokens, edgeplan_limit *limit)
{
    edgeplan_request ours;
    uint32_t ends = EDGEPLAN_LIMIT_NONE;
    edgeplan_status status;

    if (tokens != NULL)
        *tokens = 0;
    if (limit != NULL)
        *limit = EDGEPLAN_LIMIT_NONE;
    if (deployment == NULL || tokens == NULL || limit == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    status = ep_take_request(&ours, request);
    if (status == EDGEPLAN_OK)
        status = ep_deployment_max_context(deployment, &ours, tokens, &ends);
    *limit = (edgeplan_limit)ends;
    return status;
}

edgeplan_status edgeplan_deployment_max_sequences(const edgeplan_deployment *deployment, const edgeplan_request *request,
                                                  uint64_t *sequences)
{
    edgeplan_request ours;
    edgeplan_status status;

    if (sequences == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *sequences = 0;
    if (deployment == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    status = ep_take_request(&ours, request);
    return status == EDGEPLAN_OK ? ep_deployment_max_sequences(deployment, &ours, sequences) : status;
}
