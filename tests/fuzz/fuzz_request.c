/* The caller's structs as raw bytes: whatever a request or criteria hold, every call answers with a status and a clean result. */
#include "fuzz.h"

#include <stdlib.h>

#define MODELS 4

static const edgeplan_model *model_at(uint64_t index)
{
    static const char *const ids[MODELS] = { "llama-3.2-1b", "gemma-3-4b", "gpt-oss-20b", "qwen3-30b-a3b" };
    static edgeplan_model *models[MODELS];

    index %= MODELS;
    if (models[index] == NULL)
        FUZZ_CHECK(edgeplan_registry_model(fuzz_registry(), ids[index], NULL, &models[index]) == EDGEPLAN_OK);
    return models[index];
}

static const edgeplan_target *target_at(uint64_t index)
{
    return edgeplan_target_at(fuzz_registry(), (uint32_t)(index % edgeplan_registry_count(fuzz_registry(), EDGEPLAN_SECTION_TARGETS)));
}

/* 0 is none. */
static const edgeplan_format *format_at(uint64_t index)
{
    return index == 0 ? NULL : edgeplan_format_at(fuzz_registry(), (uint32_t)index - 1);
}

static const edgeplan_runtime *runtime_at(const edgeplan_target *target, uint64_t index)
{
    return index == 0 ? NULL : edgeplan_target_runtime(target, (uint32_t)index - 1);
}

/* A request that every call of a deployment agrees is a good one, or is not. */
static int is_accepted(const edgeplan_deployment *deployment, const edgeplan_request *request, fuzz_input *input)
{
    edgeplan_memory *memory = fuzz_struct(input, sizeof *memory);
    const uint32_t size = memory->struct_size;
    const edgeplan_status status = edgeplan_deployment_memory(deployment, request, (edgeplan_place)fuzz_number(input, 1),
                                                              (edgeplan_measure)fuzz_number(input, 1), memory);

    FUZZ_CHECK(memory->struct_size == size);
    FUZZ_CHECK(status == EDGEPLAN_OK || status == EDGEPLAN_ERROR_INVALID_ARGUMENT || status == EDGEPLAN_ERROR_STRUCT_SIZE ||
               status == EDGEPLAN_ERROR_NEWER_FIELD || status == EDGEPLAN_ERROR_RANGE || status == EDGEPLAN_ERROR_REFUSED);
    if (status == EDGEPLAN_OK)
        fuzz_check_result("edgeplan_memory", memory, size);
    free(memory);
    return status == EDGEPLAN_OK;
}

static void search(const edgeplan_deployment *deployment, const edgeplan_request *request)
{
    uint64_t tokens = 1, sequences = 1;
    edgeplan_limit limit = EDGEPLAN_LIMIT_NONE;

    if (edgeplan_deployment_max_context(deployment, request, &tokens, &limit) == EDGEPLAN_OK)
        FUZZ_CHECK(tokens < UINT64_C(1) << 53 && (uint32_t)limit <= EDGEPLAN_LIMIT_RUNTIME_CONTEXT);
    if (edgeplan_deployment_max_sequences(deployment, request, &sequences) == EDGEPLAN_OK)
        FUZZ_CHECK(sequences <= 1024);
}

/* In a small world: where nothing fits, every model of the registry is tried. */
static void recommend(const edgeplan_request *request, fuzz_input *input)
{
    static edgeplan_registry *registry;
    static edgeplan_model *model;
    const edgeplan_target *target;
    edgeplan_criteria *criteria = fuzz_struct(input, sizeof *criteria);
    edgeplan_recommendation *recommendation;
    edgeplan_status status;
    size_t needed = 0;

    if (registry == NULL) {
        registry = fuzz_small_registry(NULL);
        FUZZ_CHECK(edgeplan_registry_model(registry, "m", NULL, &model) == EDGEPLAN_OK);
    }
    target = edgeplan_target_at(registry, 0);
    status = edgeplan_recommendation_new((const edgeplan_model *const *)&model, 1, target, request, criteria, NULL, &recommendation);
    FUZZ_CHECK((status == EDGEPLAN_OK) == (recommendation != NULL));
    if (recommendation != NULL)
        FUZZ_CHECK(edgeplan_report_recommendations((const edgeplan_recommendation *const *)&recommendation, 1, NULL, 0, &needed) ==
                   EDGEPLAN_OK && needed > 2);
    edgeplan_recommendation_unref(recommendation);
    free(criteria);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = { data, size };
    const unsigned calls = (unsigned)fuzz_number(&input, 1);
    const edgeplan_model *model = model_at(fuzz_number(&input, 1));
    const edgeplan_target *target = target_at(fuzz_number(&input, 1));
    const edgeplan_accelerator accelerator = (edgeplan_accelerator)(fuzz_number(&input, 1) % 6);
    const edgeplan_runtime *runtime = runtime_at(target, fuzz_number(&input, 1) % 8);
    const edgeplan_format *format = format_at(fuzz_number(&input, 1));
    edgeplan_request *request = fuzz_struct(&input, sizeof *request);
    edgeplan_deployment *deployment;
    const edgeplan_status status = edgeplan_deployment_new(model, target, accelerator, runtime, format, NULL, &deployment);

    FUZZ_CHECK((status == EDGEPLAN_OK) == (deployment != NULL));
    if (deployment != NULL && is_accepted(deployment, request, &input)) {
        fuzz_plan_deployment(deployment, request);
        if (calls & 1)
            search(deployment, request);
    }
    if (calls & 2)
        recommend(request, &input);
    edgeplan_deployment_unref(deployment);
    free(request);
    return 0;
}
