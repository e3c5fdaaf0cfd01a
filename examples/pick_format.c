/* What should I ship? A recommendation: the ranked formats of a target, the pipeline of the best, the first rejects.
   cc -std=c11 pick_format.c $(pkg-config --cflags --libs edgeplan) */
#include <stdio.h>

#include <edgeplan/edgeplan.h>

static void print_ranked(const edgeplan_recommendation *ranked)
{
    const edgeplan_plan *plan;
    for (uint32_t i = 0; (plan = edgeplan_recommendation_plan(ranked, i)) != NULL; i++) {
        const edgeplan_deployment *path = edgeplan_plan_deployment(plan);
        printf("%u. %s with %s on the %s\n", (unsigned)i + 1, edgeplan_format_id(edgeplan_deployment_format(path)),
               edgeplan_runtime_id(edgeplan_deployment_runtime(path)),
               edgeplan_accelerator_name(edgeplan_deployment_accelerator(path)));
        for (uint32_t step = 0; i == 0 && step < edgeplan_plan_count(plan, EDGEPLAN_LIST_PIPELINE); step++)
            printf("   %s\n", edgeplan_plan_text(plan, EDGEPLAN_LIST_PIPELINE, step, EDGEPLAN_TEXT_COMMAND));
    }
    for (uint32_t i = 0; i < 3 && i < edgeplan_recommendation_count(ranked, EDGEPLAN_LIST_REJECTED); i++)
        printf("out: %s: %s\n", edgeplan_recommendation_text(ranked, EDGEPLAN_LIST_REJECTED, i, EDGEPLAN_TEXT_SUBJECT),
               edgeplan_recommendation_text(ranked, EDGEPLAN_LIST_REJECTED, i, EDGEPLAN_TEXT_MESSAGE));
}

int main(void)
{
    edgeplan_registry *registry = NULL;
    edgeplan_model *model = NULL;
    edgeplan_recommendation *ranked = NULL;
    edgeplan_criteria criteria;
    edgeplan_status status = edgeplan_struct_init(&criteria, sizeof criteria);
    criteria.prefer = EDGEPLAN_PREFER_SPEED;
    criteria.max_download_bytes = UINT64_C(3000000000);
    if (status == EDGEPLAN_OK)
        status = edgeplan_registry_new(NULL, NULL, &registry);
    if (status == EDGEPLAN_OK)
        status = edgeplan_registry_model(registry, "llama-3.2-3b", NULL, &model);
    const edgeplan_model *const models[] = {model};
    if (status == EDGEPLAN_OK)
        status = edgeplan_recommendation_new(models, 1, edgeplan_target_find(registry, "galaxy-s24-ultra"), NULL, &criteria, NULL,
                                             &ranked);
    if (status == EDGEPLAN_OK)
        print_ranked(ranked);
    else
        fprintf(stderr, "%s\n", edgeplan_status_text(status));
    edgeplan_recommendation_unref(ranked);
    edgeplan_model_unref(model);
    edgeplan_registry_unref(registry);
    return status != EDGEPLAN_OK;
}
