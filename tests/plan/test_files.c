/* The files of a deployment, against published ones. */
#include "built_in_registry.h"
#include "support.h"

#include <edgeplan/edgeplan.h>

#include "plan/plan.h"

static edgeplan_plan *plan_of(const char *model_id, const char *target, const char *runtime, edgeplan_accelerator accelerator,
                              const char *format)
{
    edgeplan_model *model = NULL;
    edgeplan_deployment *deployment = NULL;
    edgeplan_plan *plan = NULL;
    edgeplan_request request = {.struct_size = sizeof request, .context_tokens = 1024};

    assert_int_equal(edgeplan_registry_model(registry, model_id, NULL, &model), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(registry, target), accelerator,
                                             edgeplan_runtime_find(registry, runtime), edgeplan_format_find(registry, format), NULL,
                                             &deployment), EDGEPLAN_OK);
    assert_int_equal(edgeplan_plan_new(deployment, &request, NULL, &plan), EDGEPLAN_OK);
    edgeplan_deployment_unref(deployment);
    edgeplan_model_unref(model);
    return plan;
}

/* meta-llama/Llama-3.1-8B: model-0000N-of-00004.safetensors of 4976698672, 4999802720, 4915916176 and 1168138808 bytes, of which some
   10 kB each are their headers. */
static void test_shards(void **state)
{
    (void)state;
    edgeplan_plan *plan = plan_of("llama-3.1-8b", "jetson-agx-orin-64gb", "vllm", EDGEPLAN_ACCELERATOR_GPU, "bf16");
    assert_count(plan->files, 4);
    assert_true(plan->largest_file_bytes <= 4999802720u && plan->largest_file_bytes > 4999802720u - 50000);
    assert_true(plan->file_bytes == 16060522496u);
    assert_count(plan->header.high, 0);
    edgeplan_plan_unref(plan);
}

/* A GGUF file is one, with a header on top; for a browser it is split. */
static void test_gguf(void **state)
{
    (void)state;
    edgeplan_plan *plan = plan_of("llama-3.1-8b", "jetson-agx-orin-64gb", "llama.cpp", EDGEPLAN_ACCELERATOR_GPU, "q4_k_m");
    assert_count(plan->files, 1);
    assert_true(plan->file_bytes == plan->largest_file_bytes);
    assert_true(plan->file_bytes + plan->header.low <= 4920739232u && plan->file_bytes + plan->header.high >= 4920739232u);
    edgeplan_plan_unref(plan);
    plan = plan_of("llama-3.2-1b", "chrome-macbook-pro-m3-max", "wllama", EDGEPLAN_ACCELERATOR_CPU, "q4_k_m");
    assert_count(plan->files, 2); /* 799862912 bytes of tensors */
    assert_true(plan->largest_file_bytes <= 512000000u);
    edgeplan_plan_unref(plan);
}

/* Only what nobody stored is unknown. */
static void test_unknown(void **state)
{
    (void)state;
    edgeplan_plan *plan = plan_of("llama-3.2-1b", "galaxy-s24-ultra", "litert-lm", EDGEPLAN_ACCELERATOR_CPU, "litert-int4");
    assert_count(plan->files, 0);
    assert_count(plan->file_bytes, 0);
    edgeplan_plan_unref(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shards),
        cmocka_unit_test(test_gguf),
        cmocka_unit_test(test_unknown),
    };
    return cmocka_run_group_tests(tests, open_registry, close_registry);
}
