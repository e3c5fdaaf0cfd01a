/* The changes that a plan says would help, on the built-in registry. */
#include <edgeplan/edgeplan.h>

#include <string.h>

#include "built_in_registry.h"
#include "support.h"

static edgeplan_deployment *open_path(const char *model_id, const char *target, edgeplan_accelerator accelerator)
{
    edgeplan_model *model;
    edgeplan_deployment *deployment;

    assert_int_equal(edgeplan_registry_model(registry, model_id, NULL, &model), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(registry, target), accelerator,
                                             edgeplan_runtime_find(registry, "llama.cpp"), edgeplan_format_find(registry, "q4_0"), NULL,
                                             &deployment),
                     EDGEPLAN_OK);
    edgeplan_model_unref(model);
    return deployment;
}

static uint32_t verdict_of(const edgeplan_deployment *path, const edgeplan_request *request)
{
    edgeplan_verdict_result verdict = {.struct_size = sizeof verdict};
    assert_int_equal(edgeplan_deployment_verdict(path, request, &verdict), EDGEPLAN_OK);
    return verdict.verdict;
}

/* The fixes of a kind whose new value begins so; the last one, and its verdict in `item`. */
static uint32_t fixes_to(const edgeplan_plan *plan, const char *kind, const char *to, edgeplan_item *item)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < edgeplan_plan_count(plan, EDGEPLAN_LIST_FIXES); i++) {
        const char *output = edgeplan_plan_text(plan, EDGEPLAN_LIST_FIXES, i, EDGEPLAN_TEXT_OUTPUT);
        if (strcmp(edgeplan_plan_text(plan, EDGEPLAN_LIST_FIXES, i, EDGEPLAN_TEXT_SUBJECT), kind) != 0 ||
            strncmp(output, to, strlen(to)) != 0)
            continue;
        assert_int_equal(edgeplan_plan_item(plan, EDGEPLAN_LIST_FIXES, i, item), EDGEPLAN_OK);
        found++;
    }
    return found;
}

/* A context is offered only if it holds what is asked of it. */
static void test_a_context_that_helps(void **state)
{
    edgeplan_deployment *d = open_path("llama-3.1-8b", "galaxy-s24", EDGEPLAN_ACCELERATOR_GPU);
    edgeplan_request r = {.struct_size = sizeof r, .context_tokens = 4096};
    edgeplan_item item = {.struct_size = sizeof item};
    edgeplan_limit limit;
    uint64_t longest;
    (void)state;

    assert_int_equal(edgeplan_deployment_max_context(d, &r, &longest, &limit), EDGEPLAN_OK);
    assert_true(longest > 2 && longest < 4096);
    for (uint64_t more = 0; more < 2; more++) {
        edgeplan_plan *plan;
        r.prompt_tokens = longest - 2;
        r.output_tokens = 1;
        r.cached_tokens = 1 + more;
        assert_int_equal(edgeplan_plan_new(d, &r, NULL, &plan), EDGEPLAN_OK);
        assert_int_equal(fixes_to(plan, "context_tokens", "", &item), 1 - more);
        edgeplan_plan_unref(plan);
    }
    edgeplan_deployment_unref(d);
}

/* Another engine of the runtime is a fix as another runtime is, in the same format, with the verdict it has when it is opened. */
static void test_another_engine(void **state)
{
    edgeplan_deployment *d = open_path("qwen3-4b", "galaxy-s25", EDGEPLAN_ACCELERATOR_NPU);
    edgeplan_deployment *other = open_path("qwen3-4b", "galaxy-s25", EDGEPLAN_ACCELERATOR_GPU);
    edgeplan_request r = {.struct_size = sizeof r, .context_tokens = 4096};
    edgeplan_memory memory = {.struct_size = sizeof memory};
    edgeplan_item item = {.struct_size = sizeof item};
    edgeplan_plan *plan;
    (void)state;

    assert_true(verdict_of(other, &r) < verdict_of(d, &r));
    assert_int_equal(edgeplan_deployment_memory(other, &r, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_CHARGED, &memory), EDGEPLAN_OK);
    assert_int_equal(edgeplan_plan_new(d, &r, NULL, &plan), EDGEPLAN_OK);
    assert_int_equal(fixes_to(plan, "runtime", "llama.cpp npu", &item), 0); /* which is no change */
    assert_int_equal(fixes_to(plan, "runtime", "llama.cpp gpu q4_0", &item), 1);
    assert_int_equal(item.code, verdict_of(other, &r));
    assert_int_equal(item.bytes, memory.total_high_bytes);
    edgeplan_plan_unref(plan);
    edgeplan_deployment_unref(other);
    edgeplan_deployment_unref(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_context_that_helps),
        cmocka_unit_test(test_another_engine),
    };
    return cmocka_run_group_tests_name("plan: fixes", tests, open_registry, close_registry);
}
