/* Arguments of the calls that take handles: NULL, foreign, out of range. The answers themselves are tested in tests/plan. */
#include "support.h"

#include <string.h>

#include <edgeplan/edgeplan.h>

static const char yaml[] =
    "edgeplan_registry: 1.0\n"
    "sources:\n"
    "  - {id: s, title: A sheet, url: https://example.org, seen: 2026-11-22}\n"
    "chips:\n"
    "  - id: a-chip\n"
    "    name: A chip\n"
    "    source: s\n"
    "    confidence: cited\n"
    "    memory: {kind: LPDDR5, bus: 64 bit, peak_bandwidth: 50.0 GB/s}\n"
    "    engines:\n"
    "      - {accelerator: cpu, architecture: arm64}\n"
    "platforms:\n"
    "  - {id: a-platform, name: A platform}\n"
    "targets:\n"
    "  - id: a-phone\n"
    "    name: A phone\n"
    "    platform: a-platform\n"
    "    class: phone\n"
    "    chip: a-chip\n"
    "    ram: [8 GiB, 12 GiB]\n"
    "    os: {name: an-os, from: 1.0, to: 2.0}\n"
    "    source: s\n"
    "    confidence: cited\n";

static edgeplan_registry *open_registry(void)
{
    edgeplan_registry *empty, *registry = NULL;
    edgeplan_diagnostics *diagnostics;

    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    assert_int_equal(edgeplan_registry_new_empty(NULL, &empty), EDGEPLAN_OK);
    if (edgeplan_registry_with_memory(empty, yaml, sizeof yaml - 1, "test", diagnostics, &registry) != EDGEPLAN_OK)
        fail_msg("line %u: %s", (unsigned)edgeplan_diagnostics_line(diagnostics, 0), edgeplan_diagnostics_message(diagnostics, 0));
    edgeplan_registry_unref(empty);
    edgeplan_diagnostics_unref(diagnostics);
    return registry;
}

static edgeplan_model *open_model(void)
{
    static const char config[] = "{\"model_type\": \"llama\", \"hidden_size\": 64, \"num_hidden_layers\": 2, \"num_attention_heads\": 4,"
                                 " \"intermediate_size\": 256, \"vocab_size\": 1000, \"max_position_embeddings\": 2048}";
    edgeplan_model *model;

    assert_int_equal(edgeplan_model_open_memory(NULL, config, sizeof config - 1, "m", NULL, NULL, &model), EDGEPLAN_OK);
    return model;
}

static void test_target_facts(void **state)
{
    edgeplan_registry *registry = open_registry();
    const edgeplan_target *target = edgeplan_target_find(registry, "a-phone");
    edgeplan_target_facts facts = { 0 };

    (void)state;
    assert_non_null(target);
    assert_int_equal(edgeplan_target_get(target, &facts), EDGEPLAN_ERROR_STRUCT_SIZE);
    assert_int_equal(edgeplan_struct_init(&facts, sizeof facts), EDGEPLAN_OK);
    assert_int_equal(edgeplan_target_get(target, &facts), EDGEPLAN_OK);
    assert_count(facts.known, 31);
    assert_true(facts.peak_bandwidth_bytes_per_s == 50e9);
    assert_count(facts.ram_min_bytes, UINT64_C(8) << 30);
    assert_count(facts.ram_max_bytes, UINT64_C(12) << 30);
    assert_count(facts.accelerators, 1u << EDGEPLAN_ACCELERATOR_CPU);
    assert_count(facts.runtimes, 0);
    assert_int_equal(edgeplan_target_get(NULL, &facts), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_target_get(target, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    edgeplan_registry_unref(registry);
}

static void test_observation_facts(void **state)
{
    edgeplan_registry *registry;
    edgeplan_observation_facts facts;
    const edgeplan_observation *observation;

    (void)state;
    assert_int_equal(edgeplan_registry_new(NULL, NULL, &registry), EDGEPLAN_OK);
    assert_int_equal(edgeplan_struct_init(&facts, sizeof facts), EDGEPLAN_OK);
    assert_int_equal(edgeplan_observation_get(NULL, &facts), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    for (uint32_t i = 0; (observation = edgeplan_observation_at(registry, i)) != NULL; i++) {
        assert_int_equal(edgeplan_observation_get(observation, &facts), EDGEPLAN_OK);
        assert_in_range(facts.accelerator, 0, EDGEPLAN_ACCELERATOR_NPU);
        assert_in_range(facts.grade, 1, 3);
        assert_in_range(facts.claim, 1, 2);
        assert_true((facts.known & 1 << 4) != 0 ? facts.decode_tok_per_s > 0 : facts.decode_tok_per_s == 0);
    }
    edgeplan_registry_unref(registry);
}

static void test_deployment_arguments(void **state)
{
    edgeplan_registry *registry = open_registry(), *builtin;
    edgeplan_model *model = open_model();
    const edgeplan_target *target = edgeplan_target_find(registry, "a-phone");
    edgeplan_deployment *deployment = (edgeplan_deployment *)1;

    (void)state;
    assert_int_equal(edgeplan_registry_new(NULL, NULL, &builtin), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(NULL, target, EDGEPLAN_ACCELERATOR_ANY, NULL, NULL, NULL, &deployment),
                     EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_null(deployment);
    assert_int_equal(edgeplan_deployment_new(model, NULL, EDGEPLAN_ACCELERATOR_ANY, NULL, NULL, NULL, &deployment),
                     EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_deployment_new(model, target, (edgeplan_accelerator)4, NULL, NULL, NULL, &deployment),
                     EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_deployment_new(model, target, EDGEPLAN_ACCELERATOR_ANY, NULL, NULL, NULL, NULL),
                     EDGEPLAN_ERROR_INVALID_ARGUMENT);
    /* A format of another registry is a foreign handle. */
    assert_int_equal(edgeplan_deployment_new(model, target, EDGEPLAN_ACCELERATOR_ANY, NULL, edgeplan_format_at(builtin, 0), NULL,
                                             &deployment),
                     EDGEPLAN_ERROR_INVALID_ARGUMENT);
    /* The target names no runtime. */
    assert_int_equal(edgeplan_deployment_new(model, target, EDGEPLAN_ACCELERATOR_ANY, NULL, NULL, NULL, &deployment),
                     EDGEPLAN_ERROR_REFUSED);
    assert_null(deployment);
    edgeplan_model_unref(model);
    edgeplan_registry_unref(builtin);
    edgeplan_registry_unref(registry);
}

static void test_null_deployment(void **state)
{
    edgeplan_memory memory;
    edgeplan_budget budget;
    edgeplan_verdict_result verdict;
    edgeplan_speed speed;
    uint64_t count = 7;
    edgeplan_limit limit = EDGEPLAN_LIMIT_FILE;

    (void)state;
    assert_int_equal(edgeplan_struct_init(&memory, sizeof memory), EDGEPLAN_OK);
    assert_int_equal(edgeplan_struct_init(&budget, sizeof budget), EDGEPLAN_OK);
    assert_int_equal(edgeplan_struct_init(&verdict, sizeof verdict), EDGEPLAN_OK);
    assert_int_equal(edgeplan_struct_init(&speed, sizeof speed), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_memory(NULL, NULL, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory),
                     EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_deployment_budget(NULL, NULL, &budget), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_deployment_verdict(NULL, NULL, &verdict), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_deployment_speed(NULL, NULL, &speed), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_deployment_max_context(NULL, NULL, &count, &limit), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_count(count, 0);
    assert_int_equal(limit, EDGEPLAN_LIMIT_NONE);
    assert_int_equal(edgeplan_deployment_max_sequences(NULL, NULL, &count), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_null(edgeplan_deployment_runtime(NULL));
    assert_null(edgeplan_deployment_format(NULL));
    assert_int_equal(edgeplan_deployment_accelerator(NULL), EDGEPLAN_ACCELERATOR_ANY);
    assert_null(edgeplan_deployment_ref(NULL));
    edgeplan_deployment_unref(NULL);
}

static void test_null_plan(void **state)
{
    edgeplan_plan *plan = (edgeplan_plan *)1;
    edgeplan_request request;
    edgeplan_item item;

    (void)state;
    assert_int_equal(edgeplan_struct_init(&request, sizeof request), EDGEPLAN_OK);
    assert_int_equal(edgeplan_struct_init(&item, sizeof item), EDGEPLAN_OK);
    assert_int_equal(edgeplan_plan_new(NULL, NULL, NULL, &plan), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_null(plan);
    assert_int_equal(edgeplan_plan_request(NULL, &request), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_plan_memory(NULL, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_plan_budget(NULL, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_plan_verdict(NULL, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_plan_speed(NULL, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_count(edgeplan_plan_count(NULL, EDGEPLAN_LIST_SOURCES), 0);
    assert_int_equal(edgeplan_plan_item(NULL, EDGEPLAN_LIST_SOURCES, 0, &item), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_string_equal(edgeplan_plan_text(NULL, EDGEPLAN_LIST_SOURCES, 0, EDGEPLAN_TEXT_MESSAGE), "");
    assert_null(edgeplan_plan_deployment(NULL));
    assert_null(edgeplan_plan_ref(NULL));
    edgeplan_plan_unref(NULL);
}

static void test_recommendation_arguments(void **state)
{
    edgeplan_registry *registry = open_registry();
    edgeplan_model *model = open_model();
    const edgeplan_model *models[] = { model, NULL };
    const edgeplan_target *target = edgeplan_target_find(registry, "a-phone");
    edgeplan_recommendation *recommendation = (edgeplan_recommendation *)1;
    edgeplan_criteria criteria;
    edgeplan_item item;

    (void)state;
    assert_int_equal(edgeplan_struct_init(&criteria, sizeof criteria), EDGEPLAN_OK);
    assert_int_equal(edgeplan_struct_init(&item, sizeof item), EDGEPLAN_OK);
    assert_int_equal(edgeplan_recommendation_new(models, 2, target, NULL, NULL, NULL, &recommendation), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_null(recommendation);
    assert_int_equal(edgeplan_recommendation_new(models, 0, target, NULL, NULL, NULL, &recommendation), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_recommendation_new(NULL, 1, target, NULL, NULL, NULL, &recommendation), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_recommendation_new(models, 1, NULL, NULL, NULL, NULL, &recommendation), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    edgeplan_registry *other; /* whose formats are foreign handles */
    assert_int_equal(edgeplan_registry_new(NULL, NULL, &other), EDGEPLAN_OK);
    assert_int_equal(edgeplan_recommendation_new_within(models, 1, target, NULL, edgeplan_format_at(other, 0), NULL, NULL, NULL,
                                                        &recommendation), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    edgeplan_registry_unref(other);
    criteria.prefer = 99;
    assert_int_equal(edgeplan_recommendation_new(models, 1, target, NULL, &criteria, NULL, &recommendation),
                     EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_recommendation_new(models, 1, target, NULL, NULL, NULL, &recommendation), EDGEPLAN_OK);
    assert_count(edgeplan_recommendation_plan_count(recommendation), 0);
    assert_null(edgeplan_recommendation_plan(recommendation, 0));
    assert_int_equal(edgeplan_recommendation_on_front(recommendation, 0), 0);
    assert_int_equal(edgeplan_recommendation_item(recommendation, EDGEPLAN_LIST_REJECTED, 0, &item), EDGEPLAN_ERROR_NOT_FOUND);
    assert_int_equal(edgeplan_recommendation_item(recommendation, (edgeplan_list)0, 0, &item), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_string_equal(edgeplan_recommendation_text(recommendation, EDGEPLAN_LIST_REJECTED, 0, EDGEPLAN_TEXT_MESSAGE), "");
    assert_ptr_equal(edgeplan_recommendation_ref(recommendation), recommendation);
    edgeplan_recommendation_unref(recommendation);
    edgeplan_recommendation_unref(recommendation);
    assert_count(edgeplan_recommendation_plan_count(NULL), 0);
    assert_count(edgeplan_recommendation_count(NULL, EDGEPLAN_LIST_REJECTED), 0);
    edgeplan_recommendation_unref(NULL);
    edgeplan_model_unref(model);
    edgeplan_registry_unref(registry);
}

/* Through a whole path of the built-in registry: lists, texts and ranges of a real plan. */
static void test_real_plan(void **state)
{
    edgeplan_registry *registry;
    edgeplan_model *model;
    edgeplan_deployment *deployment = NULL;
    edgeplan_plan *plan;
    edgeplan_memory memory;
    edgeplan_request request;
    edgeplan_item item;
    const edgeplan_target *target;

    (void)state;
    assert_int_equal(edgeplan_registry_new(NULL, NULL, &registry), EDGEPLAN_OK);
    model = open_model();
    for (uint32_t i = 0; deployment == NULL && (target = edgeplan_target_at(registry, i)) != NULL; i++)
        (void)!edgeplan_deployment_new(model, target, EDGEPLAN_ACCELERATOR_ANY, NULL, NULL, NULL, &deployment);
    assert_non_null(deployment);
    assert_int_equal(edgeplan_struct_init(&memory, sizeof memory), EDGEPLAN_OK);
    assert_int_equal(edgeplan_struct_init(&request, sizeof request), EDGEPLAN_OK);
    assert_int_equal(edgeplan_struct_init(&item, sizeof item), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_memory(deployment, NULL, (edgeplan_place)5, EDGEPLAN_MEASURE_RESERVED, &memory),
                     EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_deployment_memory(deployment, NULL, EDGEPLAN_PLACE_ALL, (edgeplan_measure)3, &memory),
                     EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_deployment_memory(deployment, NULL, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, NULL),
                     EDGEPLAN_ERROR_INVALID_ARGUMENT);
    request.preset = 9;
    assert_int_equal(edgeplan_deployment_memory(deployment, &request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory),
                     EDGEPLAN_ERROR_INVALID_ARGUMENT);
    request.preset = 0;
    assert_int_equal(edgeplan_deployment_memory(deployment, &request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory), EDGEPLAN_OK);
    assert_int_equal(edgeplan_plan_new(deployment, &request, NULL, &plan), EDGEPLAN_OK);
    edgeplan_deployment_unref(deployment); /* the plan keeps it */
    edgeplan_model_unref(model);
    edgeplan_registry_unref(registry);
    assert_int_equal(edgeplan_plan_request(plan, &request), EDGEPLAN_OK);
    assert_count(request.context_tokens, 2048);
    assert_count(request.given >> 24, 0); /* no bit beyond the fields */
    assert_true(edgeplan_plan_count(plan, EDGEPLAN_LIST_SOURCES) > 0);
    assert_int_equal(edgeplan_plan_item(plan, EDGEPLAN_LIST_SOURCES, 0, &item), EDGEPLAN_OK);
    assert_true(strlen(edgeplan_plan_text(plan, EDGEPLAN_LIST_SOURCES, 0, EDGEPLAN_TEXT_SOURCE)) > 0);
    assert_string_equal(edgeplan_plan_text(plan, EDGEPLAN_LIST_SOURCES, 0, (edgeplan_text)99), "");
    assert_string_equal(edgeplan_plan_text(plan, EDGEPLAN_LIST_SOURCES, 99999, EDGEPLAN_TEXT_SOURCE), "");
    assert_int_equal(edgeplan_plan_item(plan, EDGEPLAN_LIST_SOURCES, 99999, &item), EDGEPLAN_ERROR_NOT_FOUND);
    assert_int_equal(edgeplan_plan_item(plan, (edgeplan_list)99, 0, &item), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_count(edgeplan_plan_count(plan, (edgeplan_list)0), 0);
    edgeplan_plan_unref(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_target_facts),    cmocka_unit_test(test_observation_facts), cmocka_unit_test(test_deployment_arguments),
        cmocka_unit_test(test_null_deployment), cmocka_unit_test(test_null_plan),         cmocka_unit_test(test_recommendation_arguments),
        cmocka_unit_test(test_real_plan),
    };

    return cmocka_run_group_tests_name("api/border", tests, NULL, NULL);
}
