/* A device the registry does not have: twelve lines of YAML from memory, laid over the built-in registry.
   cc -std=c11 own_device.c $(pkg-config --cflags --libs edgeplan) */
#include <stdio.h>
#include <string.h>

#include <edgeplan/edgeplan.h>

static const char yaml[] =
    "edgeplan_registry: 1.0\n"
    "sources: [{id: my-datasheet, title: Data sheet of the board, url: https://example.org/board, seen: 2026-11-22}]\n"
    "targets:\n"
    "  - id: my-board\n"
    "    name: My board\n"
    "    platform: android\n"
    "    class: board\n"
    "    chip: snapdragon-8-gen-3\n"
    "    ram: [16 GiB]\n"
    "    limits: android\n"
    "    runtimes: [llama.cpp]\n"
    "    source: my-datasheet\n"
    "    confidence: cited\n";

static void print_mistakes(const edgeplan_diagnostics *diagnostics)
{
    for (uint32_t i = 0; i < edgeplan_diagnostics_count(diagnostics); i++)
        fprintf(stderr, "%s:%u:%u: %s\n", edgeplan_diagnostics_source(diagnostics, i),
                (unsigned)edgeplan_diagnostics_line(diagnostics, i), (unsigned)edgeplan_diagnostics_column(diagnostics, i),
                edgeplan_diagnostics_message(diagnostics, i));
}

int main(void)
{
    edgeplan_diagnostics *diagnostics = NULL;
    edgeplan_registry *built_in = NULL, *registry = NULL;
    edgeplan_model *model = NULL;
    edgeplan_deployment *deployment = NULL;
    edgeplan_verdict_result result;
    edgeplan_status status = edgeplan_struct_init(&result, sizeof result);
    if (status == EDGEPLAN_OK)
        status = edgeplan_diagnostics_new(NULL, &diagnostics);
    if (status == EDGEPLAN_OK)
        status = edgeplan_registry_new(NULL, diagnostics, &built_in);
    if (status == EDGEPLAN_OK)
        status = edgeplan_registry_with_memory(built_in, yaml, strlen(yaml), "my-board.yaml", diagnostics, &registry);
    if (status == EDGEPLAN_OK)
        status = edgeplan_registry_model(registry, "llama-3.2-3b", diagnostics, &model);
    if (status == EDGEPLAN_OK)
        status = edgeplan_deployment_new(model, edgeplan_target_find(registry, "my-board"), EDGEPLAN_ACCELERATOR_ANY, NULL, NULL,
                                         diagnostics, &deployment);
    if (status == EDGEPLAN_OK)
        status = edgeplan_deployment_verdict(deployment, NULL, &result);
    if (status == EDGEPLAN_OK)
        printf("llama-3.2-3b %s on my-board: %s\n", edgeplan_format_id(edgeplan_deployment_format(deployment)),
               edgeplan_verdict_name((edgeplan_verdict)result.verdict));
    else
        print_mistakes(diagnostics);
    edgeplan_deployment_unref(deployment);
    edgeplan_model_unref(model);
    edgeplan_registry_unref(registry);
    edgeplan_registry_unref(built_in);
    edgeplan_diagnostics_unref(diagnostics);
    return status != EDGEPLAN_OK;
}
