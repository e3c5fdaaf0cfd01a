/* A registry's YAML, laid over nothing or over a small registry that has an entry in every section, and then used. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#define FIXED_BYTES (UINT64_C(20) << 20) /* a model of 4096 layers takes 18 MB */
#define MOST_ENTRIES 8u /* planned with and described, of each section */

static void describe(const edgeplan_registry *registry, edgeplan_section section, const char *id)
{
    size_t needed = 0;
    char *text;

    FUZZ_CHECK(edgeplan_registry_describe(registry, section, id, NULL, 0, &needed) == EDGEPLAN_OK && needed > 0);
    text = malloc(needed);
    FUZZ_CHECK(text != NULL);
    FUZZ_CHECK(edgeplan_registry_describe(registry, section, id, text, needed, NULL) == EDGEPLAN_OK);
    FUZZ_CHECK(strlen(text) == needed - 1);
    free(text);
}

static void plan_on(const edgeplan_model *model, const edgeplan_target *target)
{
    edgeplan_deployment *deployment;
    edgeplan_recommendation *recommendation;
    edgeplan_target_facts facts = { .struct_size = sizeof facts };
    edgeplan_status status = edgeplan_deployment_new(model, target, EDGEPLAN_ACCELERATOR_ANY, NULL, NULL, NULL, &deployment);

    FUZZ_CHECK((status == EDGEPLAN_OK) == (deployment != NULL));
    if (deployment != NULL)
        fuzz_plan_deployment(deployment, NULL);
    edgeplan_deployment_unref(deployment);
    status = edgeplan_recommendation_new(&model, 1, target, NULL, NULL, NULL, &recommendation);
    FUZZ_CHECK((status == EDGEPLAN_OK) == (recommendation != NULL));
    edgeplan_recommendation_unref(recommendation);
    FUZZ_CHECK(edgeplan_target_get(target, &facts) == EDGEPLAN_OK);
    fuzz_check_result("edgeplan_target_facts", &facts, sizeof facts);
}

static void use(const edgeplan_registry *registry)
{
    for (uint32_t section = EDGEPLAN_SECTION_SOURCES; section <= EDGEPLAN_SECTION_OBSERVATIONS; section++)
        for (uint32_t i = 0; i < edgeplan_registry_count(registry, (edgeplan_section)section) && i < MOST_ENTRIES; i++)
            describe(registry, (edgeplan_section)section, edgeplan_registry_id(registry, (edgeplan_section)section, i));
    for (uint32_t m = 0; m < edgeplan_registry_count(registry, EDGEPLAN_SECTION_MODELS) && m < MOST_ENTRIES; m++) {
        edgeplan_model *model;

        if (edgeplan_registry_model(registry, edgeplan_registry_id(registry, EDGEPLAN_SECTION_MODELS, m), NULL, &model) != EDGEPLAN_OK)
            continue;
        fuzz_check_model(model);
        for (uint32_t t = 0; t < MOST_ENTRIES && edgeplan_target_at(registry, t) != NULL; t++)
            plan_on(model, edgeplan_target_at(registry, t));
        edgeplan_model_unref(model);
    }
    for (uint32_t i = 0; i < MOST_ENTRIES && edgeplan_observation_at(registry, i) != NULL; i++) {
        edgeplan_observation_facts facts = { .struct_size = sizeof facts };

        FUZZ_CHECK(edgeplan_observation_get(edgeplan_observation_at(registry, i), &facts) == EDGEPLAN_OK);
        fuzz_check_result("edgeplan_observation_facts", &facts, sizeof facts);
    }
}

static void lay(edgeplan_context *context, const edgeplan_registry *base, const char *text, size_t size)
{
    edgeplan_diagnostics *diagnostics;
    edgeplan_registry *registry;
    edgeplan_status status;

    FUZZ_CHECK(edgeplan_diagnostics_new(context, &diagnostics) == EDGEPLAN_OK);
    status = edgeplan_registry_with_memory(base, text, size, "fuzz.yaml", diagnostics, &registry);
    fuzz_check_outcome(status, registry, diagnostics, FUZZ_AT_LINE);
    if (registry != NULL)
        use(registry);
    edgeplan_registry_unref(registry);
    edgeplan_diagnostics_unref(diagnostics);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    edgeplan_registry *empty, *small;
    fuzz_memory counted;

    fuzz_begin(&counted, size, FIXED_BYTES);
    FUZZ_CHECK(edgeplan_registry_new_empty(counted.context, &empty) == EDGEPLAN_OK);
    small = fuzz_small_registry(counted.context);
    lay(counted.context, empty, (const char *)data, size);
    lay(counted.context, small, (const char *)data, size);
    edgeplan_registry_unref(small);
    edgeplan_registry_unref(empty);
    fuzz_end(&counted);
    return 0;
}
