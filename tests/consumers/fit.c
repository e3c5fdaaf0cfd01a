/* What every consumer of this folder prints: one verdict, in words and bytes. */
#include <inttypes.h>
#include <stdio.h>

#include <edgeplan/edgeplan.h>

int main(void)
{
    edgeplan_registry *registry = NULL;
    edgeplan_model *model = NULL;
    edgeplan_deployment *deployment = NULL;
    edgeplan_plan *plan = NULL;
    edgeplan_request request;
    edgeplan_memory memory;
    edgeplan_verdict_result verdict;
    edgeplan_status status = edgeplan_struct_init(&request, sizeof request);
    if (status == EDGEPLAN_OK)
        status = edgeplan_struct_init(&memory, sizeof memory);
    if (status == EDGEPLAN_OK)
        status = edgeplan_struct_init(&verdict, sizeof verdict);
    request.context_tokens = 8192;
    if (status == EDGEPLAN_OK)
        status = edgeplan_registry_new(NULL, NULL, &registry);
    if (status == EDGEPLAN_OK)
        status = edgeplan_registry_model(registry, "llama-3.1-8b", NULL, &model);
    if (status == EDGEPLAN_OK)
        status = edgeplan_deployment_new(model, edgeplan_target_find(registry, "iphone-16-pro"), EDGEPLAN_ACCELERATOR_ANY,
                                         edgeplan_runtime_find(registry, "llama.cpp"), edgeplan_format_find(registry, "q4_k_m"), NULL,
                                         &deployment);
    if (status == EDGEPLAN_OK)
        status = edgeplan_plan_new(deployment, &request, NULL, &plan);
    if (status == EDGEPLAN_OK)
        status = edgeplan_plan_memory(plan, &memory);
    if (status == EDGEPLAN_OK)
        status = edgeplan_plan_verdict(plan, &verdict);
    if (status == EDGEPLAN_OK)
        printf("llama-3.1-8b %s on iphone-16-pro, %s %s, 8192 tokens: %s, charged %" PRIu64 " to %" PRIu64 " bytes\n",
               edgeplan_format_id(edgeplan_deployment_format(deployment)), edgeplan_runtime_id(edgeplan_deployment_runtime(deployment)),
               edgeplan_accelerator_name(edgeplan_deployment_accelerator(deployment)),
               edgeplan_verdict_name((edgeplan_verdict)verdict.verdict), memory.charged_low_bytes, memory.charged_high_bytes);
    else
        fprintf(stderr, "%s\n", edgeplan_status_text(status));
    edgeplan_plan_unref(plan);
    edgeplan_deployment_unref(deployment);
    edgeplan_model_unref(model);
    edgeplan_registry_unref(registry);
    return status != EDGEPLAN_OK;
}
