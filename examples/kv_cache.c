/* What the KV cache takes: the same model and context under two runtimes, whose rules differ.
   cc -std=c11 kv_cache.c $(pkg-config --cflags --libs edgeplan) */
#include <inttypes.h>
#include <stdio.h>

#include <edgeplan/edgeplan.h>

static int print_cache(const edgeplan_registry *registry, const edgeplan_model *model, const char *target, const char *runtime,
                       uint64_t context_tokens)
{
    edgeplan_deployment *deployment = NULL;
    edgeplan_request request;
    edgeplan_memory memory;
    edgeplan_status status = edgeplan_struct_init(&request, sizeof request);
    if (status == EDGEPLAN_OK)
        status = edgeplan_struct_init(&memory, sizeof memory);
    request.context_tokens = context_tokens;
    if (status == EDGEPLAN_OK)
        status = edgeplan_deployment_new(model, edgeplan_target_find(registry, target), EDGEPLAN_ACCELERATOR_ANY,
                                         edgeplan_runtime_find(registry, runtime), NULL, NULL, &deployment);
    if (status == EDGEPLAN_OK)
        status = edgeplan_deployment_memory(deployment, &request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory);
    if (status == EDGEPLAN_OK)
        printf("%-10s on %-20s %6" PRIu64 " tokens: %11" PRIu64 " bytes of KV cache\n", runtime, target, context_tokens,
               memory.kv_bytes);
    else
        fprintf(stderr, "%s on %s: %s\n", runtime, target, edgeplan_status_text(status));
    edgeplan_deployment_unref(deployment);
    return status != EDGEPLAN_OK;
}

int main(void)
{
    edgeplan_registry *registry = NULL;
    edgeplan_model *model = NULL;
    uint64_t bytes = 0;
    if (edgeplan_kv_bytes(34, 4, 256, 256, 8192, EDGEPLAN_ELEMENT_F16, EDGEPLAN_ELEMENT_F16, &bytes) == EDGEPLAN_OK)
        printf("gemma-3-4b, were every layer to keep 8192 tokens: %" PRIu64 " bytes\n", bytes);

    int failures = edgeplan_registry_new(NULL, NULL, &registry) != EDGEPLAN_OK ||
                   edgeplan_registry_model(registry, "gemma-3-4b", NULL, &model) != EDGEPLAN_OK;
    if (failures == 0) {
        failures += print_cache(registry, model, "macbook-pro-m3-max", "llama.cpp", 4096);
        failures += print_cache(registry, model, "macbook-pro-m3-max", "llama.cpp", 8192); /* 29 of 34 layers have a window */
        failures += print_cache(registry, model, "macbook-pro-m3-max", "mlx", 8192);
    }
    edgeplan_model_unref(model);
    edgeplan_registry_unref(registry);
    return failures > 0;
}
