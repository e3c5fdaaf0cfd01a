/* answer MODEL TARGET CONTEXT SYSTEM RAM DISK: what to ship as JSON, for a computer that makes it; answer check BUDGET TODAY: the gate.
   Through the C API and nothing else, for same_answers.py. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <edgeplan/edgeplan.h>

typedef edgeplan_status (*report)(const void *of, char *buffer, size_t size, size_t *needed);

static edgeplan_status of_recommendation(const void *of, char *buffer, size_t size, size_t *needed)
{
    const edgeplan_recommendation *const listed[] = {of};
    return edgeplan_report_recommendations(listed, 1, buffer, size, needed);
}

static edgeplan_status of_gate(const void *of, char *buffer, size_t size, size_t *needed)
{
    return edgeplan_report_gate(of, buffer, size, needed);
}

static edgeplan_status print_json(report write, const void *of)
{
    size_t needed = 0;
    edgeplan_status status = write(of, NULL, 0, &needed);
    char *text = status == EDGEPLAN_OK ? malloc(needed) : NULL;
    if (text == NULL)
        return status == EDGEPLAN_OK ? EDGEPLAN_ERROR_NO_MEMORY : status;
    status = write(of, text, needed, NULL);
    fputs(text, stdout);
    free(text);
    return status;
}

static edgeplan_status ship(const edgeplan_registry *registry, char **words)
{
    edgeplan_model *model = NULL;
    edgeplan_recommendation *ranked = NULL;
    edgeplan_request request;
    edgeplan_status status = edgeplan_struct_init(&request, sizeof request);
    if (status == EDGEPLAN_OK)
        status = edgeplan_registry_model(registry, words[0], NULL, &model);
    const edgeplan_model *const models[] = {model};
    if (status == EDGEPLAN_OK) {
        request.context_tokens = strtoull(words[2], NULL, 10);
        request.computer_system = (uint32_t)strtoul(words[3], NULL, 10);
        request.computer_ram_bytes = strtoull(words[4], NULL, 10);
        request.computer_disk_bytes = strtoull(words[5], NULL, 10);
        status = edgeplan_recommendation_new(models, 1, edgeplan_target_find(registry, words[1]), &request, NULL, NULL, &ranked);
    }
    if (status == EDGEPLAN_OK)
        status = print_json(of_recommendation, ranked);
    edgeplan_recommendation_unref(ranked);
    edgeplan_model_unref(model);
    return status;
}

static edgeplan_status check(const edgeplan_registry *registry, char **words)
{
    edgeplan_gate *gate = NULL;
    edgeplan_gate_options options;
    edgeplan_status status = edgeplan_struct_init(&options, sizeof options);
    if (status == EDGEPLAN_OK) {
        options.today = (uint32_t)strtoul(words[2], NULL, 10);
        status = edgeplan_gate_open(registry, words[1], &options, NULL, &gate);
    }
    if (status == EDGEPLAN_OK)
        status = print_json(of_gate, gate);
    edgeplan_gate_unref(gate);
    return status;
}

int main(int argc, char **argv)
{
    edgeplan_registry *registry = NULL;
    edgeplan_status status = argc == 7 || argc == 4 ? edgeplan_registry_new(NULL, NULL, &registry) : EDGEPLAN_ERROR_INVALID_ARGUMENT;
    if (status == EDGEPLAN_OK)
        status = argc == 4 ? check(registry, argv + 1) : ship(registry, argv + 1);
    if (status != EDGEPLAN_OK)
        fprintf(stderr, "%s\n", edgeplan_status_text(status));
    edgeplan_registry_unref(registry);
    return status != EDGEPLAN_OK;
}
