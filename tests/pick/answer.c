/* answer MODEL TARGET CONTEXT: what to ship as JSON, through the C API and nothing else. For same_answers.py. */
#include <stdio.h>
#include <stdlib.h>

#include <edgeplan/edgeplan.h>

static edgeplan_status print_json(const edgeplan_recommendation *ranked)
{
    size_t needed = 0;
    edgeplan_status status = edgeplan_report_recommendations(&ranked, 1, NULL, 0, &needed);
    char *text = status == EDGEPLAN_OK ? malloc(needed) : NULL;
    if (text == NULL)
        return status == EDGEPLAN_OK ? EDGEPLAN_ERROR_NO_MEMORY : status;
    status = edgeplan_report_recommendations(&ranked, 1, text, needed, NULL);
    fputs(text, stdout);
    free(text);
    return status;
}

int main(int argc, char **argv)
{
    edgeplan_registry *registry = NULL;
    edgeplan_model *model = NULL;
    edgeplan_recommendation *ranked = NULL;
    edgeplan_request request;
    edgeplan_status status = argc == 4 ? edgeplan_struct_init(&request, sizeof request) : EDGEPLAN_ERROR_INVALID_ARGUMENT;
    if (status == EDGEPLAN_OK)
        status = edgeplan_registry_new(NULL, NULL, &registry);
    if (status == EDGEPLAN_OK)
        status = edgeplan_registry_model(registry, argv[1], NULL, &model);
    const edgeplan_model *const models[] = {model};
    if (status == EDGEPLAN_OK) {
        request.context_tokens = strtoull(argv[3], NULL, 10);
        status = edgeplan_recommendation_new(models, 1, edgeplan_target_find(registry, argv[2]), &request, NULL, NULL, &ranked);
    }
    if (status == EDGEPLAN_OK)
        status = print_json(ranked);
    if (status != EDGEPLAN_OK)
        fprintf(stderr, "%s\n", edgeplan_status_text(status));
    edgeplan_recommendation_unref(ranked);
    edgeplan_model_unref(model);
    edgeplan_registry_unref(registry);
    return status != EDGEPLAN_OK;
}
