#include "plan/plan.h"

#include <string.h>

#include "base/checked.h"
#include "base/context.h"
#include "base/known.h"
#include "plan/api.h"
#include "plan/lists.h"
#include "plan/refusals.h"

/* The request with every default filled in, as the report shows it. */
static void resolved_request(edgeplan_plan *plan, const edgeplan_request *request, const ep_evaluation *e)
{
    const ep_workload *w = &e->workload;
    edgeplan_request *r = &plan->request;
    /* What nobody knows but the caller. */
    const uint64_t computer = EP_REQUEST_KNOWN(computer_system) | EP_REQUEST_KNOWN(computer_ram_bytes) |
                              EP_REQUEST_KNOWN(computer_disk_bytes) | EP_REQUEST_KNOWN(computer_gpu_bytes);

    *r = *request;
    r->struct_size = sizeof *r;
    r->context_tokens = w->context_tokens;
    r->prompt_tokens = w->prompt_tokens;
    r->cached_tokens = w->cached_tokens;
    r->output_tokens = w->output_tokens;
    r->sequences = w->sequences;
    r->batch = w->batch;
    r->chunk_tokens = w->chunk_tokens;
    r->kv_k = w->kv_k;
    r->kv_v = w->kv_v;
    r->mmap = w->mapped ? EDGEPLAN_SWITCH_ON : EDGEPLAN_SWITCH_OFF;
    r->flash_attention = w->flash_attention ? EDGEPLAN_SWITCH_ON : EDGEPLAN_SWITCH_OFF;
    r->preset = e->preset;
    r->gpu_layers = w->by_layer ? ep_min(request->gpu_layers, plan->deployment->shape.layers + 1) : 0;
    r->app_state = e->conditions.app_state;
    r->ram_bytes = e->conditions.ram_bytes;
    r->given = ~computer | request->given;
    if (!e->conditions.os)
        r->given &= ~(EP_REQUEST_KNOWN(os_major) | EP_REQUEST_KNOWN(os_minor));
    if (!e->conditions.firmware)
        r->given &= ~(EP_REQUEST_KNOWN(firmware_major) | EP_REQUEST_KNOWN(firmware_minor));
    if (!e->conditions.ram_bytes)
        r->given &= ~EP_REQUEST_KNOWN(ram_bytes);
    if (!request->available_bytes)
        r->given &= ~EP_REQUEST_KNOWN(available_bytes);
    if (!request->largest_buffer_bytes)
        r->given &= ~EP_REQUEST_KNOWN(largest_buffer_bytes);
    if (!w->by_layer)
        r->given &= ~EP_REQUEST_KNOWN(gpu_layers);
    if (!request->image_width_pixels)
        r->given &= ~(EP_REQUEST_KNOWN(image_width_pixels) | EP_REQUEST_KNOWN(image_height_pixels));
    if (e->workload.kv_k == EDGEPLAN_ELEMENT_NONE)
        r->given &= ~(EP_REQUEST_KNOWN(kv_k) | EP_REQUEST_KNOWN(kv_v));
}

static void numbers(edgeplan_plan *plan, const edgeplan_request *request, const ep_evaluation *e)
{
    edgeplan_deployment *d = plan->deployment;
    edgeplan_verdict_result *verdict = &plan->verdict;

    plan->memory.struct_size = sizeof plan->memory;
    plan->budget.struct_size = sizeof plan->budget;
    verdict->struct_size = sizeof *verdict;
    plan->speed.struct_size = sizeof plan->speed;
    ep_footprint_memory(&e->footprint, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &plan->memory);
    if (e->workload.by_layer) {
        ep_footprint_memory(&e->footprint, EDGEPLAN_PLACE_HOST, EDGEPLAN_MEASURE_RESERVED, &plan->host);
        ep_footprint_memory(&e->footprint, EDGEPLAN_PLACE_DEVICE, EDGEPLAN_MEASURE_RESERVED, &plan->device);
    }
    ep_evaluation_budget(e, &plan->budget);
    ep_evaluation_verdict(e, verdict);
    ep_evaluation_speed(d, e, &plan->speed);
    if (ep_deployment_max_context(d, request, &verdict->max_context_tokens, &verdict->max_context_limit) == EDGEPLAN_OK)
        verdict->known |= EP_VERDICT_KNOWN(max_context_tokens) | EP_VERDICT_KNOWN(max_context_limit);
    else
        verdict->max_context_tokens = verdict->max_context_limit = 0;

    plan->quality = ep_quality_of(d, request);
    plan->files = d->files;
    plan->file_bytes = d->file_bytes;
    plan->largest_file_bytes = d->largest_file_bytes;
    plan->header = d->header;
}

/* Other engines refuse other requests: then none takes over. */
static edgeplan_status look_at_fallback(edgeplan_plan *plan, const edgeplan_request *request)
{
    const edgeplan_deployment *d = plan->deployment;
    ep_evaluation after;
    edgeplan_status status = ep_evaluate_fallback(d, request, &after);

    if (status)
        return status == EDGEPLAN_ERROR_NO_MEMORY ? status : EDGEPLAN_OK;
    const ep_amount charged = ep_footprint_sum(&after.footprint, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_CHARGED);
    const uint32_t is_known = charged.basis != EDGEPLAN_MEMORY_BASIS_MISSING;
    plan->fallback = (ep_fallback){d->backend->fallback->accelerator, after.verdict, is_known, is_known ? charged.high : charged.low};
    return EDGEPLAN_OK;
}

static edgeplan_status lists(edgeplan_plan *plan, const edgeplan_request *request, const ep_evaluation *e, ep_plan_use use)
{
    edgeplan_status status = ep_list_sources(plan, e);

    if (!status)
        status = ep_list_assumptions(plan, request, e, use);
    if (!status)
        status = ep_list_missing(plan, e);
    if (!status)
        status = ep_list_warnings(plan, e);
    if (!status)
        status = ep_list_limits(plan, e);
    if (!status)
        status = ep_list_fixes(plan, request, e, use);
    if (!status)
        status = ep_list_observations(plan);
    if (!status)
        status = ep_list_speculation(plan);
    if (!status)
        status = ep_list_extra_models(plan, request);
    if (!status)
        status = ep_list_pipeline(plan);
    if (!status)
        status = ep_list_artefacts(plan);
    return status;
}

edgeplan_status ep_plan_make(const edgeplan_deployment *deployment, const edgeplan_request *request,
                             const ep_evaluation *evaluation, ep_plan_use use, edgeplan_diagnostics *diagnostics,
                             edgeplan_plan **out)
{
    edgeplan_context *context = deployment->arena.context;
    ep_evaluation own;
    char buffer[256];
    ep_text reason;

    *out = NULL;
    ep_text_init(&reason, buffer, sizeof buffer);
    if (ep_deployment_refuses(deployment, request, &reason))
        return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_REFUSED, NULL, NULL, buffer);
    edgeplan_status status = evaluation ? EDGEPLAN_OK : ep_evaluate(deployment, request, &own);
    if (status)
        return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, status, NULL, NULL, "the request is too large: a byte count overflows");
    if (!evaluation)
        evaluation = &own;

    edgeplan_plan *plan = ep_allocate(context, sizeof *plan);
    if (!plan)
        return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_NO_MEMORY, NULL, NULL, "out of memory");
    memset(plan, 0, sizeof *plan);
    atomic_init(&plan->owners, 1);
    ep_arena_init(&plan->arena, context);
    ep_own(&deployment->owners);
    plan->deployment = (edgeplan_deployment *)deployment;
    plan->assumed = evaluation->assumed;
    resolved_request(plan, request, evaluation);
    numbers(plan, request, evaluation);
    status = look_at_fallback(plan, request);
    if (!status)
        status = lists(plan, request, evaluation, use);
    if (status) {
        ep_plan_free(plan);
        return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, status, NULL, NULL, "out of memory");
    }
    *out = plan;
    return EDGEPLAN_OK;
}

void ep_plan_free(edgeplan_plan *plan)
{
    edgeplan_deployment *deployment = plan->deployment;
    edgeplan_context *context = edgeplan_context_ref(plan->arena.context);

    ep_arena_free(&plan->arena);
    ep_release(context, plan);
    if (ep_disown(&deployment->owners))
        ep_deployment_free(deployment);
    edgeplan_context_unref(context);
}
