/* Will it be killed? A deployment and its verdict, with and without an entitlement.
   cc -std=c11 will_it_fit.c $(pkg-config --cflags --libs edgeplan) */
#include <inttypes.h>
#include <stdio.h>

#include <edgeplan/edgeplan.h>

static edgeplan_status print_verdict(const edgeplan_deployment *deployment, const char *when, uint64_t entitlements)
{
    edgeplan_request request;
    edgeplan_verdict_result result;
    edgeplan_status status = edgeplan_struct_init(&request, sizeof request);
    if (status == EDGEPLAN_OK)
        status = edgeplan_struct_init(&result, sizeof result);
    request.context_tokens = 8192;
    request.entitlements = entitlements;
    if (status == EDGEPLAN_OK)
        status = edgeplan_deployment_verdict(deployment, &request, &result);
    if (status == EDGEPLAN_OK)
        printf("%-28s %-13s %" PRIu64 " to %" PRIu64 " bytes of %" PRIu64 " (%s): %s\n", when,
               edgeplan_verdict_name((edgeplan_verdict)result.verdict), result.demand_low_bytes, result.demand_high_bytes,
               result.hard_bytes, edgeplan_limit_name((edgeplan_limit)result.binding),
               edgeplan_verdict_reason_text((edgeplan_verdict_reason)result.verdict_reason));
    return status;
}

int main(void)
{
    edgeplan_registry *registry = NULL;
    edgeplan_model *model = NULL;
    edgeplan_deployment *deployment = NULL;
    edgeplan_status status = edgeplan_registry_new(NULL, NULL, &registry);
    if (status == EDGEPLAN_OK)
        status = edgeplan_registry_model(registry, "llama-3.1-8b", NULL, &model);
    if (status == EDGEPLAN_OK)
        status = edgeplan_deployment_new(model, edgeplan_target_find(registry, "iphone-16-pro"), EDGEPLAN_ACCELERATOR_GPU,
                                         edgeplan_runtime_find(registry, "llama.cpp"), edgeplan_format_find(registry, "q4_k_m"), NULL,
                                         &deployment);
    if (status == EDGEPLAN_OK)
        status = print_verdict(deployment, "without an entitlement:", 0);
    if (status == EDGEPLAN_OK)
        status = print_verdict(deployment, "with increased memory:", EDGEPLAN_ENTITLEMENT_INCREASED_MEMORY);
    if (status != EDGEPLAN_OK)
        fprintf(stderr, "%s\n", edgeplan_status_text(status));
    edgeplan_deployment_unref(deployment); /* in any order: a handle keeps what it was made from alive */
    edgeplan_model_unref(model);
    edgeplan_registry_unref(registry);
    return status != EDGEPLAN_OK;
}
