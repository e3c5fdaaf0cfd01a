/* What a KV type costs: figures by type and size of model, on top of the format's. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <edgeplan/edgeplan.h>

#include "support.h"

/* Logarithms of ratios of published perplexities: q8_0 of Llama-3-8B 6.2344 to 6.2332, q4_0 of Qwen3-8B-Base 7.3833 to 7.2256 and of
   Qwen3-0.6B-Base 47.8404 to 13.5068 (ggml-org/llama.cpp pull request 7412, ikawrakow/ik_llama.cpp issue 1509). */
#define Q8_0 0.0002
#define Q4_0 0.0216
#define Q4_0_SMALL 1.2647
/* Of Q4_K_M, and what 3B loses more than 8B (16.41 to 18.33 against 12.19 to 12.90: lib/plan/quality.c). */
#define Q4_K_M 0.0239
#define RATIO_3B 1.95

static const char overlay[] =
    "edgeplan_registry: 1.0\n"
    "sources: [{id: t, title: T, url: https://example.org, seen: 2026-11-27}]\n"
    "formats: [{id: q4_k_m, quality: {native: {families: [phi3], class: a, loss: 0 nat, source: t, confidence: cited}}}]\n"
    "runtimes:\n"
    "  - id: llama.cpp\n"
    "    kv_types: [f16, q8_0, q4_0]\n"
    "    kv_quality:\n"
    "      - {type: q8_0, loss: 0.0002 nat, source: t, confidence: measured}\n"
    "      - {type: q4_0, below: 1000000000, loss: 1.2647 nat, source: t, confidence: measured}\n"
    "      - {type: q4_0, loss: 0.0216 nat, source: t, confidence: measured}\n"
    "    experimental:\n"
    "      - {format: q4_k_m, model: qwen2.5-1.5b, accelerator: cpu, reason: in progress, source: t}\n"
    "      - {format: q4_k_m, accelerator: gpu, reason: in progress, source: t}\n";

/* The same where every type is kept. */
static const char every_type[] =
    "edgeplan_registry: 1.0\n"
    "runtimes: [{id: llama.cpp, kv_types: [f16, q8_0, q4_0, bf16, f32, q5_1, q5_0, q4_1, iq4_nl]}]\n";

static edgeplan_registry *registry, *wide;

static int open_registry(void **state)
{
    edgeplan_registry *facts;
    (void)state;

    assert_int_equal(edgeplan_registry_new(NULL, NULL, &facts), EDGEPLAN_OK);
    assert_int_equal(edgeplan_registry_with_memory(facts, overlay, sizeof overlay - 1, "kv.yaml", NULL, &registry), EDGEPLAN_OK);
    assert_int_equal(edgeplan_registry_with_memory(registry, every_type, sizeof every_type - 1, "all.yaml", NULL, &wide), EDGEPLAN_OK);
    edgeplan_registry_unref(facts);
    return 0;
}

static int close_registry(void **state)
{
    (void)state;
    edgeplan_registry_unref(wide);
    edgeplan_registry_unref(registry);
    return 0;
}

static edgeplan_plan *plan_on(const char *target, edgeplan_accelerator accelerator, const char *id, const char *format,
                              edgeplan_element_type key, edgeplan_element_type value)
{
    const edgeplan_request request = {.struct_size = sizeof request, .context_tokens = 2048, .kv_k = key, .kv_v = value};
    edgeplan_deployment *deployment;
    edgeplan_model *model;
    edgeplan_plan *plan;

    assert_int_equal(edgeplan_registry_model(wide, id, NULL, &model), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(wide, target), accelerator,
                                             edgeplan_runtime_find(wide, "llama.cpp"), edgeplan_format_find(wide, format),
                                             NULL, &deployment),
                     EDGEPLAN_OK);
    assert_int_equal(edgeplan_plan_new(deployment, &request, NULL, &plan), EDGEPLAN_OK);
    edgeplan_deployment_unref(deployment);
    edgeplan_model_unref(model);
    return plan;
}

static edgeplan_plan *plan_of(const char *id, edgeplan_element_type key, edgeplan_element_type value)
{
    return plan_on("galaxy-s24-ultra", EDGEPLAN_ACCELERATOR_CPU, id, "q4_k_m", key, value);
}

/* A figure of the report's `quality`; -1 for null. */
static double nats(const edgeplan_plan *plan, const char *key)
{
    size_t needed;
    assert_int_equal(edgeplan_report_plans(&plan, 1, NULL, 0, &needed), EDGEPLAN_OK);
    char *text = malloc(needed);
    assert_non_null(text);
    assert_int_equal(edgeplan_report_plans(&plan, 1, text, needed, NULL), EDGEPLAN_OK);
    const char *figure = strstr(strstr(text, "\"quality\""), key);
    assert_non_null(figure);
    figure += strlen(key) + 2;
    double value = strncmp(figure, "null", 4) == 0 ? -1 : strtod(figure, NULL);
    free(text);
    return value;
}

static int is_missing(const edgeplan_plan *plan)
{
    int found = 0;
    for (uint32_t i = 0; i < edgeplan_plan_count(plan, EDGEPLAN_LIST_MISSING); i++)
        found |= strcmp(edgeplan_plan_text(plan, EDGEPLAN_LIST_MISSING, i, EDGEPLAN_TEXT_SUBJECT), "kv_quality") == 0;
    return found;
}

static void test_losses(void **state)
{
    static const struct {
        const char *model;
        edgeplan_element_type key, value;
        double kv; /* -1: unknown */
    } cases[] = {
        {"llama-3.1-8b", EDGEPLAN_ELEMENT_F16, EDGEPLAN_ELEMENT_F16, 0},
        {"llama-3.1-8b", EDGEPLAN_ELEMENT_BF16, EDGEPLAN_ELEMENT_F32, 0},
        {"llama-3.1-8b", EDGEPLAN_ELEMENT_Q8_0, EDGEPLAN_ELEMENT_Q8_0, Q8_0},
        {"llama-3.1-8b", EDGEPLAN_ELEMENT_Q4_0, EDGEPLAN_ELEMENT_Q4_0, Q4_0},
        {"llama-3.1-8b", EDGEPLAN_ELEMENT_Q8_0, EDGEPLAN_ELEMENT_Q4_0, Q4_0}, /* at most */
        {"llama-3.2-3b", EDGEPLAN_ELEMENT_Q4_0, EDGEPLAN_ELEMENT_Q4_0, Q4_0 * RATIO_3B},
        {"qwen3-0.6b", EDGEPLAN_ELEMENT_Q4_0, EDGEPLAN_ELEMENT_F16, Q4_0_SMALL}, /* measured at that size */
        {"llama-3.1-8b", EDGEPLAN_ELEMENT_Q5_1, EDGEPLAN_ELEMENT_Q5_1, -1},
        {"llama-3.1-8b", EDGEPLAN_ELEMENT_F16, EDGEPLAN_ELEMENT_IQ4_NL, -1},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        edgeplan_plan *plan = plan_of(cases[i].model, cases[i].key, cases[i].value);
        assert_near(nats(plan, "kv_nats"), cases[i].kv, 1e-12);
        assert_near(nats(plan, "loss_nats"), cases[i].kv < 0 ? -1 : nats(plan, "format_nats") + cases[i].kv, 1e-12);
        assert_int_equal(is_missing(plan), cases[i].kv < 0);
        edgeplan_plan_unref(plan);
    }
    edgeplan_plan *plan = plan_of("llama-3.2-3b", EDGEPLAN_ELEMENT_Q4_0, EDGEPLAN_ELEMENT_Q4_0);
    assert_near(nats(plan, "loss_nats"), (Q4_K_M + Q4_0) * RATIO_3B, 1e-12);
    edgeplan_plan_unref(plan);
}

static int rests_on(const edgeplan_plan *plan, const char *figure)
{
    int found = 0;
    for (uint32_t i = 0; i < edgeplan_plan_count(plan, EDGEPLAN_LIST_SOURCES); i++)
        found |= strcmp(edgeplan_plan_text(plan, EDGEPLAN_LIST_SOURCES, i, EDGEPLAN_TEXT_SUBJECT), figure) == 0;
    return found;
}

/* What a family was published in costs it nothing, whatever others lose in it. */
static void test_native_format(void **state)
{
    edgeplan_plan *plan = plan_of("phi-3-mini", EDGEPLAN_ELEMENT_F16, EDGEPLAN_ELEMENT_F16);
    (void)state;

    assert_near(nats(plan, "loss_nats"), 0, 0);
    assert_true(rests_on(plan, "formats[q4_k_m].quality.native.loss"));
    assert_false(rests_on(plan, "formats[q4_k_m].quality.loss"));
    edgeplan_plan_unref(plan);

    plan = plan_of("llama-3.2-3b", EDGEPLAN_ELEMENT_F16, EDGEPLAN_ELEMENT_F16);
    assert_near(nats(plan, "loss_nats"), Q4_K_M * RATIO_3B, 1e-12);
    assert_false(rests_on(plan, "formats[q4_k_m].quality.native.loss"));
    edgeplan_plan_unref(plan);
}

static edgeplan_recommendation *pick(const char *id, uint64_t available_bytes, const edgeplan_criteria *criteria)
{
    const edgeplan_request request = {
        .struct_size = sizeof request, .context_tokens = 32768, .available_bytes = available_bytes};
    edgeplan_recommendation *r;
    edgeplan_model *model;

    assert_int_equal(edgeplan_registry_model(registry, id, NULL, &model), EDGEPLAN_OK);
    const edgeplan_model *models[] = {model};
    assert_int_equal(edgeplan_recommendation_new(models, 1, edgeplan_target_find(registry, "galaxy-s24-ultra"), &request, criteria, NULL,
                                                 &r), EDGEPLAN_OK);
    edgeplan_model_unref(model);
    return r;
}

static uint32_t count_of_type(const edgeplan_recommendation *r, edgeplan_element_type type)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < edgeplan_recommendation_plan_count(r); i++) {
        edgeplan_request request = {.struct_size = sizeof request};
        assert_int_equal(edgeplan_plan_request(edgeplan_recommendation_plan(r, i), &request), EDGEPLAN_OK);
        count += request.kv_k == type;
    }
    return count;
}

/* A context that fits only with a small cache takes 4 bits, but not where these would lose more than may be lost. */
static void test_bound_chooses_the_type(void **state)
{
    edgeplan_criteria criteria = {.struct_size = sizeof criteria, .accelerators = 1u << EDGEPLAN_ACCELERATOR_CPU};
    edgeplan_recommendation *r = pick("llama-3.2-3b", 0, &criteria);
    (void)state;

    assert_true(count_of_type(r, EDGEPLAN_ELEMENT_Q4_0) > 0);
    edgeplan_recommendation_unref(r);

    criteria.max_loss_nats = (Q4_K_M + Q8_0) * RATIO_3B + 1e-9;
    r = pick("llama-3.2-3b", 0, &criteria);
    assert_true(edgeplan_recommendation_plan_count(r) > 0);
    assert_int_equal(count_of_type(r, EDGEPLAN_ELEMENT_Q4_0), 0);
    for (uint32_t i = 0; i < edgeplan_recommendation_plan_count(r); i++) {
        double loss = nats(edgeplan_recommendation_plan(r, i), "loss_nats");
        assert_true(loss >= 0 && loss <= criteria.max_loss_nats);
    }
    edgeplan_recommendation_unref(r);
}

/* q5_1 keeps more than q4_0 does, yet nobody published what: it is ranked as the middle of class e, 0.12 to 0.33 nat. */
static void test_unknown_is_ranked_as_a_loss(void **state)
{
    const edgeplan_request request = {
        .struct_size = sizeof request, .context_tokens = 2048, .kv_k = EDGEPLAN_ELEMENT_Q5_1, .kv_v = EDGEPLAN_ELEMENT_Q5_1};
    edgeplan_recommendation *r;
    edgeplan_model *model;
    uint32_t found = 0;
    (void)state;

    assert_int_equal(edgeplan_registry_model(wide, "llama-3.1-8b", NULL, &model), EDGEPLAN_OK);
    const edgeplan_model *models[] = {model};
    assert_int_equal(edgeplan_recommendation_new(models, 1, edgeplan_target_find(wide, "galaxy-s24-ultra"), &request, NULL, NULL, &r),
                     EDGEPLAN_OK);
    for (uint32_t i = 0; i < edgeplan_recommendation_plan_count(r); i++) {
        const edgeplan_deployment *path = edgeplan_plan_deployment(edgeplan_recommendation_plan(r, i));
        edgeplan_confidence basis;
        double loss = edgeplan_recommendation_loss_nats(r, i, &basis);
        if (strcmp(edgeplan_format_id(edgeplan_deployment_format(path)), "q4_k_m") != 0 ||
            strcmp(edgeplan_runtime_id(edgeplan_deployment_runtime(path)), "llama.cpp") != 0)
            continue;
        assert_near(loss, Q4_K_M + (0.12 + 0.33) / 2, 1e-12);
        assert_int_equal(basis, EDGEPLAN_CONFIDENCE_UNKNOWN);
        found++;
    }
    assert_true(found > 0);
    edgeplan_recommendation_unref(r);
    edgeplan_model_unref(model);
}

/* 32768 tokens of Qwen3-0.6B are 3.8 GB of f16, 2.0 GB of q8_0 and 1.1 GB of q4_0: 2 GB would do, but not with what is left of it. */
static void test_ruin_is_not_chosen(void **state)
{
    const edgeplan_criteria criteria = {.struct_size = sizeof criteria, .accelerators = 1u << EDGEPLAN_ACCELERATOR_CPU};
    edgeplan_recommendation *r = pick("qwen3-0.6b", UINT64_C(2000000000), &criteria);
    (void)state;

    assert_int_equal(count_of_type(r, EDGEPLAN_ELEMENT_Q4_0), 0);
    edgeplan_recommendation_unref(r);
}

/* ExecuTorch keeps its cache in 8 bits and nothing else (pytorch/executorch, quantize_kv_cache). */
static void test_foreign_types_are_out(void **state)
{
    const edgeplan_request request = {
        .struct_size = sizeof request, .context_tokens = 2048, .kv_k = EDGEPLAN_ELEMENT_F16, .kv_v = EDGEPLAN_ELEMENT_Q4_0};
    edgeplan_recommendation *r;
    edgeplan_model *model;
    uint32_t told = 0;
    (void)state;

    assert_int_equal(edgeplan_registry_model(registry, "llama-3.2-1b", NULL, &model), EDGEPLAN_OK);
    const edgeplan_model *models[] = {model};
    assert_int_equal(edgeplan_recommendation_new(models, 1, edgeplan_target_find(registry, "galaxy-s24-ultra"), &request, NULL, NULL, &r),
                     EDGEPLAN_OK);
    assert_true(edgeplan_recommendation_plan_count(r) > 0);
    for (uint32_t i = 0; i < edgeplan_recommendation_plan_count(r); i++)
        assert_string_equal(edgeplan_runtime_id(edgeplan_deployment_runtime(edgeplan_plan_deployment(edgeplan_recommendation_plan(r, i)))),
                            "llama.cpp");
    for (uint32_t i = 0; i < edgeplan_recommendation_count(r, EDGEPLAN_LIST_REJECTED); i++)
        told += strcmp(edgeplan_recommendation_text(r, EDGEPLAN_LIST_REJECTED, i, EDGEPLAN_TEXT_MESSAGE),
                       "ExecuTorch (XNNPACK) takes no keys or values as f16, only as i8") == 0;
    assert_true(told > 0);
    edgeplan_recommendation_unref(r);
    edgeplan_model_unref(model);
}

/* A plan for one path says so as well, and which types there are. */
static void test_foreign_types_are_refused(void **state)
{
    static const struct {
        edgeplan_element_type key, value;
        const char *says;
    } cases[] = {{EDGEPLAN_ELEMENT_Q5_1, EDGEPLAN_ELEMENT_F16, "llama.cpp takes no keys or values as q5_1, only as f16, q8_0, q4_0"},
                 {EDGEPLAN_ELEMENT_F16, EDGEPLAN_ELEMENT_Q4_1, "llama.cpp takes no keys or values as q4_1, only as f16, q8_0, q4_0"},
                 {EDGEPLAN_ELEMENT_Q8_0, EDGEPLAN_ELEMENT_Q4_0, NULL}};
    edgeplan_deployment *deployment;
    edgeplan_model *model;
    (void)state;

    assert_int_equal(edgeplan_registry_model(registry, "llama-3.2-1b", NULL, &model), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(registry, "galaxy-s24-ultra"), EDGEPLAN_ACCELERATOR_CPU,
                                             edgeplan_runtime_find(registry, "llama.cpp"), NULL, NULL, &deployment), EDGEPLAN_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const edgeplan_request request = {.struct_size = sizeof request, .kv_k = cases[i].key, .kv_v = cases[i].value};
        edgeplan_diagnostics *said;
        edgeplan_plan *plan;
        assert_int_equal(edgeplan_diagnostics_new(NULL, &said), EDGEPLAN_OK);
        assert_int_equal(edgeplan_plan_new(deployment, &request, said, &plan), cases[i].says ? EDGEPLAN_ERROR_REFUSED : EDGEPLAN_OK);
        assert_string_equal(edgeplan_diagnostics_message(said, 0), cases[i].says ? cases[i].says : "");
        edgeplan_plan_unref(plan);
        edgeplan_diagnostics_unref(said);
    }
    edgeplan_deployment_unref(deployment);
    edgeplan_model_unref(model);
}

/* What llama.cpp v0.5.0 itself refuses (src/llama-context.cpp, llama_init_from_model; src/llama-cparams.h), by the calls on numbers, too. */
static void test_loads_the_runtime_refuses(void **state)
{
    static const struct {
        const char *model, *says;
        edgeplan_request request;
    } cases[] = {
        {"llama-3.2-1b", "llama.cpp needs flash attention for values as q8_0",
         {.kv_k = EDGEPLAN_ELEMENT_Q8_0, .kv_v = EDGEPLAN_ELEMENT_Q8_0, .flash_attention = EDGEPLAN_SWITCH_OFF}},
        {"llama-3.2-1b", NULL, {.kv_k = EDGEPLAN_ELEMENT_Q8_0, .kv_v = EDGEPLAN_ELEMENT_F16, .flash_attention = EDGEPLAN_SWITCH_OFF}},
        {"llama-3.2-1b", "llama.cpp takes no more sequences than 256", {.sequences = 257}},
        {"llama-3.2-1b", NULL, {.sequences = 256}},
        {"deepseek-v2-lite", "llama.cpp keeps a latent cache in one type, no keys beside values as f16",
         {.kv_k = EDGEPLAN_ELEMENT_Q8_0, .kv_v = EDGEPLAN_ELEMENT_F16}},
        {"deepseek-v2-lite", NULL, {.kv_k = EDGEPLAN_ELEMENT_Q8_0, .kv_v = EDGEPLAN_ELEMENT_Q8_0}},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        edgeplan_request request = cases[i].request;
        edgeplan_memory memory = {.struct_size = sizeof memory};
        edgeplan_deployment *deployment;
        edgeplan_diagnostics *said;
        edgeplan_model *model;
        edgeplan_plan *plan;
        const edgeplan_status expected = cases[i].says ? EDGEPLAN_ERROR_REFUSED : EDGEPLAN_OK;
        request.struct_size = sizeof request;
        assert_int_equal(edgeplan_registry_model(registry, cases[i].model, NULL, &model), EDGEPLAN_OK);
        assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(registry, "galaxy-s24-ultra"), EDGEPLAN_ACCELERATOR_CPU,
                                                 edgeplan_runtime_find(registry, "llama.cpp"), NULL, NULL, &deployment), EDGEPLAN_OK);
        assert_int_equal(edgeplan_diagnostics_new(NULL, &said), EDGEPLAN_OK);
        assert_int_equal(edgeplan_plan_new(deployment, &request, said, &plan), expected);
        assert_string_equal(edgeplan_diagnostics_message(said, 0), cases[i].says ? cases[i].says : "");
        assert_int_equal(edgeplan_deployment_memory(deployment, &request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory),
                         expected);
        edgeplan_plan_unref(plan);
        edgeplan_diagnostics_unref(said);
        edgeplan_deployment_unref(deployment);
        edgeplan_model_unref(model);
    }
}

static int warns(const edgeplan_plan *plan, const char *rule)
{
    int found = 0;
    for (uint32_t i = 0; i < edgeplan_plan_count(plan, EDGEPLAN_LIST_WARNINGS); i++)
        found |= strcmp(edgeplan_plan_text(plan, EDGEPLAN_LIST_WARNINGS, i, EDGEPLAN_TEXT_SUBJECT), rule) == 0;
    return found;
}

static void test_warnings(void **state)
{
    static const struct {
        const char *model;
        edgeplan_element_type key, value;
        int small, narrow;
    } cases[] = {
        {"llama-3.2-1b", EDGEPLAN_ELEMENT_F16, EDGEPLAN_ELEMENT_F16, 0, 0}, /* 1.24 billion */
        {"qwen3-0.6b", EDGEPLAN_ELEMENT_F16, EDGEPLAN_ELEMENT_Q5_0, 1, 0},
        {"qwen3-0.6b", EDGEPLAN_ELEMENT_Q4_0, EDGEPLAN_ELEMENT_F16, 1, 1},
        {"llama-3.1-8b", EDGEPLAN_ELEMENT_Q8_0, EDGEPLAN_ELEMENT_IQ4_NL, 0, 1},
        {"llama-3.1-8b", EDGEPLAN_ELEMENT_Q4_1, EDGEPLAN_ELEMENT_Q4_1, 0, 1}, /* 5 bits with scale and minimum */
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        edgeplan_plan *plan = plan_of(cases[i].model, cases[i].key, cases[i].value);
        assert_int_equal(warns(plan, "EP-SMALL-MODEL"), cases[i].small);
        assert_int_equal(warns(plan, "EP-KV-4-BIT"), cases[i].narrow);
        assert_count(edgeplan_plan_count(plan, EDGEPLAN_LIST_WARNINGS), (uint32_t)(cases[i].small + cases[i].narrow));
        edgeplan_plan_unref(plan);
    }
    edgeplan_plan *plan = plan_of("qwen2.5-1.5b", EDGEPLAN_ELEMENT_F16, EDGEPLAN_ELEMENT_F16);
    assert_true(warns(plan, "EP-EXPERIMENTAL"));
    assert_string_equal(edgeplan_plan_text(plan, EDGEPLAN_LIST_WARNINGS, 0, EDGEPLAN_TEXT_MESSAGE), "in progress");
    edgeplan_plan_unref(plan);
}

/* Q4_K_M of Qwen3 14B is a file of 9.00 GB and of 8B one of 5.03 (huggingface.co/Qwen): a phone of 8 GiB may map both, but holds one. That of
   gpt-oss-20b in MXFP4, 12,109,566,624 B (huggingface.co/ggml-org), and a cache are within 12 GiB but above the 0.94 that Android shows. */
static void test_paging(void **state)
{
    static const struct {
        const char *target, *model, *format;
        int pages;
    } cases[] = {{"iphone-16-pro", "qwen3-14b", "q4_k_m", 1}, {"iphone-16-pro", "qwen3-8b", "q4_k_m", 0},
                 {"galaxy-s25", "gpt-oss-20b", "mxfp4", 1}, {"galaxy-s25", "qwen3-14b", "q4_k_m", 0}};
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        edgeplan_speed speed = {.struct_size = sizeof speed};
        edgeplan_verdict_result verdict = {.struct_size = sizeof verdict};
        edgeplan_plan *plan = plan_on(cases[i].target, EDGEPLAN_ACCELERATOR_GPU, cases[i].model, cases[i].format, EDGEPLAN_ELEMENT_F16,
                                      EDGEPLAN_ELEMENT_F16);
        assert_int_equal(edgeplan_plan_verdict(plan, &verdict), EDGEPLAN_OK);
        assert_int_equal(edgeplan_plan_speed(plan, &speed), EDGEPLAN_OK);
        assert_int_equal(verdict.verdict, EDGEPLAN_VERDICT_TIGHT);
        assert_int_equal(warns(plan, "EP-PAGING"), cases[i].pages);
        assert_true(speed.decode_ceiling_tok_per_s > 0);
        assert_int_equal(speed.decode_tok_per_s > 0, !cases[i].pages);
        edgeplan_plan_unref(plan);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_losses), cmocka_unit_test(test_native_format),
                                       cmocka_unit_test(test_bound_chooses_the_type),
                                       cmocka_unit_test(test_unknown_is_ranked_as_a_loss),
                                       cmocka_unit_test(test_ruin_is_not_chosen), cmocka_unit_test(test_warnings),
                                       cmocka_unit_test(test_foreign_types_are_out),
                                       cmocka_unit_test(test_foreign_types_are_refused),
        cmocka_unit_test(test_loads_the_runtime_refuses), cmocka_unit_test(test_paging)};
    return cmocka_run_group_tests_name("plan: quality", tests, open_registry, close_registry);
}
