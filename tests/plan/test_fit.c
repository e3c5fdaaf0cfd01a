/* The main job on the built-in registry: footprint and verdict. Figures are the requirements' own: Llama 3.1 8B Q4_K_M is 4.913 GB of
   tensors (published file minus its header) and 131,072 B of f16 cache a token. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <edgeplan/edgeplan.h>

#include "built_in_registry.h"
#include "support.h"

static edgeplan_deployment *open_path(const char *model_id, const char *target, const char *runtime, const char *format)
{
    edgeplan_model *model;
    edgeplan_deployment *deployment;

    assert_int_equal(edgeplan_registry_model(registry, model_id, NULL, &model), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(registry, target), EDGEPLAN_ACCELERATOR_ANY,
                                             runtime ? edgeplan_runtime_find(registry, runtime) : NULL,
                                             edgeplan_format_find(registry, format), NULL, &deployment),
                     EDGEPLAN_OK);
    edgeplan_model_unref(model);
    return deployment;
}

static edgeplan_request request_of(uint64_t context)
{
    edgeplan_request request;
    assert_int_equal(edgeplan_struct_init(&request, sizeof request), EDGEPLAN_OK);
    request.context_tokens = context;
    return request;
}

static edgeplan_memory memory_of(const edgeplan_deployment *deployment, const edgeplan_request *request)
{
    edgeplan_memory memory = {.struct_size = sizeof memory};
    assert_int_equal(edgeplan_deployment_memory(deployment, request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory),
                     EDGEPLAN_OK);
    return memory;
}

static uint32_t verdict_of(const edgeplan_deployment *deployment, const edgeplan_request *request)
{
    edgeplan_verdict_result verdict = {.struct_size = sizeof verdict};
    assert_int_equal(edgeplan_deployment_verdict(deployment, request, &verdict), EDGEPLAN_OK);
    return verdict.verdict;
}

static void test_8b_on_iphone(void **state)
{
    edgeplan_deployment *d = open_path("llama-3.1-8b", "iphone-16-pro", "llama.cpp", "q4_k_m");
    edgeplan_request r = request_of(8192);
    edgeplan_memory m = memory_of(d, &r);
    (void)state;

    assert_int_equal(edgeplan_deployment_accelerator(d), EDGEPLAN_ACCELERATOR_GPU);
    /* The published file, 4,920,739,232, minus its header of 7,840,928 and the 256 bytes of a rope table that no checkpoint has. */
    assert_int_equal(m.weights_bytes, UINT64_C(4912898048));
    assert_int_equal(m.kv_bytes, UINT64_C(131072) * 8192);
    assert_near((double)m.charged_high_bytes, 6.2e9, 0.03);
    assert_near((double)m.charged_low_bytes, 1.3e9, 0.08);
    assert_int_not_equal(verdict_of(d, &r), EDGEPLAN_VERDICT_FITS);
    r.entitlements = EDGEPLAN_ENTITLEMENT_INCREASED_MEMORY;
    assert_int_equal(verdict_of(d, &r), EDGEPLAN_VERDICT_TIGHT);
    edgeplan_deployment_unref(d);
}

/* The long-context trap: 32,768 tokens, by type of the cache. */
static void test_long_context_trap(void **state)
{
    static const struct {
        edgeplan_element_type type;
        double gigabytes;
    } rows[] = {{EDGEPLAN_ELEMENT_F16, 9.4}, {EDGEPLAN_ELEMENT_Q8_0, 7.4}, {EDGEPLAN_ELEMENT_Q4_0, 6.3}};
    edgeplan_deployment *d = open_path("llama-3.1-8b", "iphone-16-pro", "llama.cpp", "q4_k_m");
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        edgeplan_request r = request_of(32768);
        r.kv_k = r.kv_v = (uint32_t)rows[i].type;
        assert_near((double)memory_of(d, &r).charged_high_bytes, rows[i].gigabytes * 1e9, 0.03);
    }
    edgeplan_deployment_unref(d);
}

/* The three figures of docs/design/walk-context-to-kv.md through the whole house. */
static void test_gemma_walk(void **state)
{
    edgeplan_deployment *d = open_path("gemma-3-4b", "galaxy-s24-ultra", "llama.cpp", "q4_0");
    edgeplan_request r = request_of(8192);
    (void)state;

    r.preset = EDGEPLAN_PRESET_CLI;
    assert_int_equal(memory_of(d, &r).kv_bytes, 350224384);
    r.preset = EDGEPLAN_PRESET_LIBRARY;
    assert_int_equal(memory_of(d, &r).kv_bytes, 1140850688);
    edgeplan_deployment_unref(d);

    d = open_path("gemma-3-4b", "jetson-agx-orin-64gb", "vllm", "bf16");
    r = request_of(8192);
    r.chunk_tokens = 2048;
    assert_int_equal(memory_of(d, &r).kv_bytes, 547225600);
    edgeplan_deployment_unref(d);
}

/* Longest context equals trying every step. */
static void test_longest_context(void **state)
{
    edgeplan_deployment *d = open_path("llama-3.2-1b", "iphone-16", "llama.cpp", "q4_k_m");
    edgeplan_request r = request_of(0);
    uint64_t longest, found = 0;
    edgeplan_limit limit;
    (void)state;

    r.available_bytes = 2000000000;
    assert_int_equal(edgeplan_deployment_max_context(d, &r, &longest, &limit), EDGEPLAN_OK);
    for (uint64_t context = 256; context <= 131072; context += 256) {
        edgeplan_verdict_result v = {.struct_size = sizeof v};
        r.context_tokens = context;
        assert_int_equal(edgeplan_deployment_verdict(d, &r, &v), EDGEPLAN_OK);
        if (v.demand_bytes > 2000000000)
            break;
        found = context;
    }
    assert_int_equal(longest, found);
    assert_int_equal(limit, EDGEPLAN_LIMIT_AVAILABLE);

    r.available_bytes = UINT64_C(1) << 40; /* memory no longer decides */
    assert_int_equal(edgeplan_deployment_max_context(d, &r, &longest, &limit), EDGEPLAN_OK);
    assert_int_equal(longest, 131072);
    assert_int_equal(limit, EDGEPLAN_LIMIT_TRAINED_CONTEXT);
    edgeplan_deployment_unref(d);
}

/* A context beyond the compiled list does not run, however much memory there is. */
static void test_compiled_contexts(void **state)
{
    edgeplan_deployment *d = open_path("llama-3.2-3b", "galaxy-s24-ultra", "genie", "qnn-w4a16");
    edgeplan_request r = request_of(3000);
    edgeplan_memory at_3000 = memory_of(d, &r);
    (void)state;

    r.context_tokens = 4096; /* rounded up to the next compiled one and charged there */
    assert_int_equal(memory_of(d, &r).kv_bytes, at_3000.kv_bytes);
    assert_int_equal(at_3000.kv_bytes, UINT64_C(28) * 2 * 8 * 128 * 4096); /* int8 */
    r.context_tokens = 8192;
    assert_int_equal(verdict_of(d, &r), EDGEPLAN_VERDICT_DOES_NOT_FIT);
    edgeplan_deployment_unref(d);
}

/* What the app measured overrides the registry. */
static void test_measured_by_the_app(void **state)
{
    edgeplan_deployment *d = open_path("llama-3.2-1b", "iphone-16-pro", "llama.cpp", "q4_k_m");
    edgeplan_request r = request_of(2048);
    edgeplan_budget budget = {.struct_size = sizeof budget};
    (void)state;

    r.given = 0;
    r.available_bytes = 100000000;
    assert_int_equal(edgeplan_deployment_budget(d, &r, &budget), EDGEPLAN_OK);
    assert_int_equal(budget.limit, EDGEPLAN_LIMIT_AVAILABLE);
    assert_int_equal(verdict_of(d, &r), EDGEPLAN_VERDICT_DOES_NOT_FIT);
    edgeplan_deployment_unref(d);
}

static void test_refusals(void **state)
{
    static const struct {
        const char *model, *target, *runtime, *format;
    } rows[] = {{"llama-3.2-1b", "iphone-16", "mlx", "q4_k_m"},          /* MLX reads no GGUF */
                {"llama-3.2-1b", "galaxy-s24-ultra", "mlx", "mlx-4bit-g64"}, /* no MLX on Android */
                {"llama-3.1-8b", "iphone-16-pro", "core-ai", "coreai-4bit-palettized"}, /* not among the models shipped */
                {"llama-3.1-8b", "jetson-agx-orin-64gb", "vllm", "nvfp4"},   /* needs Blackwell */
                {"llama-3.2-1b", "firefox-android-galaxy-s24-ultra", "webllm", "mlc-q4f16_1"}}; /* no WebGPU */
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        edgeplan_model *model;
        edgeplan_deployment *d = (edgeplan_deployment *)1;
        edgeplan_diagnostics *diagnostics;
        assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
        assert_int_equal(edgeplan_registry_model(registry, rows[i].model, NULL, &model), EDGEPLAN_OK);
        edgeplan_status status = edgeplan_deployment_new(
            model, edgeplan_target_find(registry, rows[i].target), EDGEPLAN_ACCELERATOR_ANY,
            edgeplan_runtime_find(registry, rows[i].runtime), edgeplan_format_find(registry, rows[i].format), diagnostics, &d);
        if (status != EDGEPLAN_ERROR_REFUSED)
            fail_msg("%s on %s with %s: %s", rows[i].model, rows[i].target, rows[i].runtime, edgeplan_status_name(status));
        assert_null(d);
        assert_int_equal(edgeplan_diagnostics_count(diagnostics), 1);
        assert_true(strlen(edgeplan_diagnostics_message(diagnostics, 0)) > 10);
        edgeplan_model_unref(model);
        edgeplan_diagnostics_unref(diagnostics);
    }
}

/* What is left open: no runtime of the target gives a better verdict, and none as good a speed where the default has none. */
static void test_best_path(void **state)
{
    edgeplan_request r = {.struct_size = sizeof r};
    edgeplan_model *model;
    uint32_t open_count = 0;
    (void)state;

    assert_int_equal(edgeplan_registry_model(registry, "llama-3.1-8b", NULL, &model), EDGEPLAN_OK);
    for (uint32_t i = 0; i < edgeplan_registry_count(registry, EDGEPLAN_SECTION_TARGETS); i++) {
        const edgeplan_target *target = edgeplan_target_at(registry, i);
        const edgeplan_runtime *runtime;
        edgeplan_deployment *best, *other;
        if (edgeplan_deployment_new(model, target, EDGEPLAN_ACCELERATOR_ANY, NULL, NULL, NULL, &best) != EDGEPLAN_OK)
            continue;
        open_count++;
        uint32_t verdict = verdict_of(best, &r);
        edgeplan_speed speed = {.struct_size = sizeof speed}, rate = speed;
        assert_int_equal(edgeplan_deployment_speed(best, &r, &speed), EDGEPLAN_OK);
        for (uint32_t n = 0; (runtime = edgeplan_target_runtime(target, n)) != NULL; n++) {
            if (edgeplan_deployment_new(model, target, EDGEPLAN_ACCELERATOR_ANY, runtime, NULL, NULL, &other) != EDGEPLAN_OK)
                continue;
            assert_int_equal(edgeplan_deployment_speed(other, &r, &rate), EDGEPLAN_OK);
            if (verdict_of(other, &r) < verdict && rate.bound != EDGEPLAN_BOUND_CAPACITY)
                fail_msg("%s: %s is better than the default", edgeplan_target_id(target), edgeplan_runtime_id(runtime));
            if (verdict_of(other, &r) == verdict && rate.decode_tok_per_s > 0 && speed.decode_tok_per_s <= 0)
                fail_msg("%s: the speed with %s is known", edgeplan_target_id(target), edgeplan_runtime_id(runtime));
            edgeplan_deployment_unref(other);
        }
        edgeplan_deployment_unref(best);
    }
    assert_true(open_count > 150);
    edgeplan_model_unref(model);
}

/* OpenVINO lists the CPU first, and nobody has timed it there; MLX comes first on an iPhone and does not hold an 8B. */
static void test_default_paths(void **state)
{
    static const struct {
        const char *model, *target, *runtime;
        edgeplan_accelerator accelerator;
    } rows[] = {{"llama-3.2-3b", "lunar-lake-laptop", "openvino", EDGEPLAN_ACCELERATOR_GPU},
                {"llama-3.1-8b", "panther-lake-laptop", "openvino", EDGEPLAN_ACCELERATOR_GPU},
                {"llama-3.1-8b", "iphone-17-pro", "llama.cpp", EDGEPLAN_ACCELERATOR_GPU},
                {"llama-3.2-1b", "iphone-17-pro", "mlx", EDGEPLAN_ACCELERATOR_GPU}};
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        edgeplan_deployment *d = open_path(rows[i].model, rows[i].target, NULL, "");
        assert_string_equal(edgeplan_runtime_id(edgeplan_deployment_runtime(d)), rows[i].runtime);
        assert_int_equal(edgeplan_deployment_accelerator(d), rows[i].accelerator);
        edgeplan_deployment_unref(d);
    }
}

/* Every registry model's tensors sum to the published parameter count where that is exact. */
static void test_registry_models(void **state)
{
    uint32_t count = edgeplan_registry_count(registry, EDGEPLAN_SECTION_MODELS);
    (void)state;

    assert_true(count >= 13);
    for (uint32_t i = 0; i < count; i++) {
        const char *id = edgeplan_registry_id(registry, EDGEPLAN_SECTION_MODELS, i);
        edgeplan_model *model;
        edgeplan_head head = {.struct_size = sizeof head};
        char yaml[16384];
        assert_int_equal(edgeplan_registry_describe(registry, EDGEPLAN_SECTION_MODELS, id, yaml, sizeof yaml, NULL), EDGEPLAN_OK);
        if (strstr(yaml, "config:") == NULL) { /* only known by its observations */
            assert_int_equal(edgeplan_registry_model(registry, id, NULL, &model), EDGEPLAN_ERROR_UNSUPPORTED);
            assert_null(model);
            continue;
        }
        assert_int_equal(edgeplan_registry_model(registry, id, NULL, &model), EDGEPLAN_OK);
        assert_int_equal(edgeplan_model_head(model, &head), EDGEPLAN_OK);
        const char *stated = strstr(yaml, "parameters:");
        assert_non_null(stated);
        char expected[32];
        size_t digits = 0;
        while (*stated && (*stated < '0' || *stated > '9'))
            stated++;
        while (stated[digits] >= '0' && stated[digits] <= '9' && digits < sizeof expected - 1)
            digits++;
        edgeplan_number_text((double)head.parameters, expected, sizeof expected);
        if (strncmp(stated, expected, digits) != 0 || strlen(expected) != digits)
            fail_msg("%s: %s parameters by tensors, %.*s published", id, expected, (int)digits, stated);
        edgeplan_model_unref(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_8b_on_iphone),     cmocka_unit_test(test_long_context_trap), cmocka_unit_test(test_gemma_walk),
        cmocka_unit_test(test_longest_context),  cmocka_unit_test(test_compiled_contexts), cmocka_unit_test(test_measured_by_the_app),
        cmocka_unit_test(test_refusals),         cmocka_unit_test(test_registry_models),  cmocka_unit_test(test_best_path),
        cmocka_unit_test(test_default_paths),
    };
    return cmocka_run_group_tests_name("plan: fit", tests, open_registry, close_registry);
}
