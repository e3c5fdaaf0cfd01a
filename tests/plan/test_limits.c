/* Limits by conditions on the built-in registry and an overlay, and what is charged against what was measured. */
#include <edgeplan/edgeplan.h>

#include <string.h>

#include "built_in_registry.h"
#include "support.h"

static edgeplan_deployment *open_runtime(const edgeplan_registry *of, const char *model_id, const char *target,
                                         edgeplan_accelerator accelerator, const char *runtime, const char *format)
{
    edgeplan_model *model;
    edgeplan_deployment *deployment;

    assert_int_equal(edgeplan_registry_model(of, model_id, NULL, &model), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(of, target), accelerator, edgeplan_runtime_find(of, runtime),
                                             edgeplan_format_find(of, format), NULL, &deployment),
                     EDGEPLAN_OK);
    edgeplan_model_unref(model);
    return deployment;
}

static edgeplan_deployment *open_path(const edgeplan_registry *of, const char *model_id, const char *target,
                                      edgeplan_accelerator accelerator, const char *format)
{
    return open_runtime(of, model_id, target, accelerator, "llama.cpp", format);
}

static edgeplan_request request_of(uint64_t context)
{
    edgeplan_request request;
    assert_int_equal(edgeplan_struct_init(&request, sizeof request), EDGEPLAN_OK);
    request.context_tokens = context;
    return request;
}

static uint32_t verdict_of(const edgeplan_deployment *deployment, const edgeplan_request *request)
{
    edgeplan_verdict_result verdict;
    assert_int_equal(edgeplan_struct_init(&verdict, sizeof verdict), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_verdict(deployment, request, &verdict), EDGEPLAN_OK);
    return verdict.verdict;
}

/* What the system counted against PocketPal while it loaded and used Qwen3 1.7B Q4_K_M, less what it had counted before: context 2048, a
   prompt of one word. Source: a-ghorbani/pocketpal-ai e2e/baselines/memory, 2026-03-23. */
static void test_measured_footprints(void **state)
{
    static const struct {
        const char *target;
        edgeplan_accelerator accelerator;
        uint32_t mmap;
        uint64_t before, least, most; /* iOS: phys_footprint; Android: PSS */
    } traces[] = {
        {"iphone-13-pro", EDGEPLAN_ACCELERATOR_GPU, EDGEPLAN_SWITCH_ON, 97584192, 418842960, 439322936},
        {"pixel-9", EDGEPLAN_ACCELERATOR_CPU, EDGEPLAN_SWITCH_OFF, 231212032, 1826092032, 1908001792},
    };
    (void)state;

    for (size_t i = 0; i < sizeof traces / sizeof *traces; i++) {
        edgeplan_deployment *d = open_path(registry, "qwen3-1.7b", traces[i].target, traces[i].accelerator, "q4_k_m");
        edgeplan_request r = request_of(2048);
        edgeplan_memory m;
        r.preset = EDGEPLAN_PRESET_LIBRARY;
        r.prompt_tokens = 16;
        r.mmap = traces[i].mmap;
        assert_int_equal(edgeplan_struct_init(&m, sizeof m), EDGEPLAN_OK);
        assert_int_equal(edgeplan_deployment_memory(d, &r, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_CHARGED, &m), EDGEPLAN_OK);
        assert_in_range(traces[i].least - traces[i].before, m.charged_low_bytes, m.charged_high_bytes);
        assert_in_range(traces[i].most - traces[i].before, m.charged_low_bytes, m.charged_high_bytes);
        edgeplan_deployment_unref(d);
    }
}

/* A limit that holds for one firmware, for one target of those that share the set, or for one runtime. Firmware not stated is the worst. */
static void test_rules_of_some(void **state)
{
    static const char overlay[] =
        "edgeplan_registry: 1.0\n"
        "limits:\n"
        "  - id: jetson-orin-nano\n"
        "    rules:\n"
        "      - {id: all, kind: total, hard: 7 GB, source: lim-jetson-ram-tips, confidence: derived}\n"
        "      - {id: some, kind: total, hard: 1 MB, firmware: {from: 36.4, below: 36.5}, targets: [jetson-orin-nano-super],\n"
        "         source: lim-jetson-nvmap, confidence: derived}\n"
        "      - {id: others, kind: total, hard: 1 MB, targets: [iphone-16-pro], source: lim-jetson-nvmap, confidence: derived}\n"
        "      - {id: program, kind: total, hard: 1 MB, runtimes: [mlc-llm], source: lim-jetson-nvmap, confidence: derived}\n";
    static const struct {
        uint32_t major, minor, verdict;
    } rows[] = {
        {0, 0, EDGEPLAN_VERDICT_DOES_NOT_FIT},
        {36, 3, EDGEPLAN_VERDICT_FITS},
        {36, 4, EDGEPLAN_VERDICT_DOES_NOT_FIT},
        {36, 5, EDGEPLAN_VERDICT_FITS},
    };
    edgeplan_registry *over;
    (void)state;

    assert_int_equal(edgeplan_registry_with_memory(registry, overlay, sizeof overlay - 1, "overlay", NULL, &over), EDGEPLAN_OK);
    edgeplan_deployment *d = open_path(over, "llama-3.2-1b", "jetson-orin-nano-super", EDGEPLAN_ACCELERATOR_GPU, "q4_0");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        edgeplan_request r = request_of(2048);
        r.firmware_major = rows[i].major;
        r.firmware_minor = rows[i].minor;
        assert_int_equal(verdict_of(d, &r), rows[i].verdict);
    }
    edgeplan_deployment_unref(d);
    d = open_runtime(over, "llama-3.2-1b", "jetson-orin-nano-super", EDGEPLAN_ACCELERATOR_GPU, "mlc-llm", "mlc-q4f16_1");
    edgeplan_request r = request_of(2048);
    r.firmware_major = 36;
    r.firmware_minor = 3;
    assert_int_equal(verdict_of(d, &r), EDGEPLAN_VERDICT_DOES_NOT_FIT);
    edgeplan_deployment_unref(d);
    edgeplan_registry_unref(over);
}

/* A state that no app is in there is refused by name. */
static void test_states_of_a_platform(void **state)
{
    static const char overlay[] =
        "edgeplan_registry: 1.0\n"
        "platforms:\n"
        "  - {id: android, app_states: [foreground, service]}\n";
    edgeplan_registry *over;
    edgeplan_diagnostics *said;
    edgeplan_plan *plan;
    (void)state;

    assert_int_equal(edgeplan_registry_with_memory(registry, overlay, sizeof overlay - 1, "overlay", NULL, &over), EDGEPLAN_OK);
    edgeplan_deployment *d = open_path(over, "llama-3.2-1b", "galaxy-s23", EDGEPLAN_ACCELERATOR_CPU, "q4_0");
    edgeplan_request r = request_of(2048);
    assert_int_equal(edgeplan_diagnostics_new(NULL, &said), EDGEPLAN_OK);
    r.app_state = EDGEPLAN_APP_STATE_EXTENSION;
    assert_int_equal(edgeplan_plan_new(d, &r, said, &plan), EDGEPLAN_ERROR_REFUSED);
    assert_string_equal(edgeplan_diagnostics_message(said, 0), "Android: no app is in the state `extension`");
    r.app_state = EDGEPLAN_APP_STATE_SERVICE;
    assert_int_equal(edgeplan_plan_new(d, &r, said, &plan), EDGEPLAN_OK);
    edgeplan_plan_unref(plan);
    edgeplan_diagnostics_unref(said);
    edgeplan_deployment_unref(d);
    edgeplan_registry_unref(over);
}

static int is_missing(const edgeplan_deployment *deployment, const edgeplan_request *request, const char *what)
{
    edgeplan_plan *plan;
    int found = 0;

    assert_int_equal(edgeplan_plan_new(deployment, request, NULL, &plan), EDGEPLAN_OK);
    for (uint32_t i = 0; i < edgeplan_plan_count(plan, EDGEPLAN_LIST_MISSING); i++)
        found |= strcmp(edgeplan_plan_text(plan, EDGEPLAN_LIST_MISSING, i, EDGEPLAN_TEXT_MESSAGE), what) == 0;
    edgeplan_plan_unref(plan);
    return found;
}

/* An extension has 50 MB; of an app in the background nobody has published a figure, on Android neither of a service. */
static void test_app_states(void **state)
{
    edgeplan_deployment *d = open_path(registry, "llama-3.2-1b", "iphone-16-pro", EDGEPLAN_ACCELERATOR_GPU, "q4_0");
    edgeplan_request r = request_of(2048);
    (void)state;

    assert_int_equal(verdict_of(d, &r), EDGEPLAN_VERDICT_FITS);
    r.app_state = EDGEPLAN_APP_STATE_BACKGROUND;
    assert_int_equal(verdict_of(d, &r), EDGEPLAN_VERDICT_UNKNOWN);
    assert_true(is_missing(d, &r, "memory limit of iPhone 16 Pro in the background"));
    r.available_bytes = UINT64_C(4) << 30; /* unless the app has measured it */
    assert_int_equal(verdict_of(d, &r), EDGEPLAN_VERDICT_FITS);
    r.available_bytes = 0;
    r.app_state = EDGEPLAN_APP_STATE_EXTENSION;
    assert_int_equal(verdict_of(d, &r), EDGEPLAN_VERDICT_DOES_NOT_FIT);
    edgeplan_deployment_unref(d);

    d = open_path(registry, "llama-3.2-1b", "galaxy-s26", EDGEPLAN_ACCELERATOR_CPU, "q4_0");
    r = request_of(2048);
    r.os_major = 16;
    assert_int_equal(verdict_of(d, &r), EDGEPLAN_VERDICT_FITS);
    r.app_state = EDGEPLAN_APP_STATE_SERVICE;
    assert_int_equal(verdict_of(d, &r), EDGEPLAN_VERDICT_UNKNOWN);
    assert_true(is_missing(d, &r, "memory limit of Galaxy S26 (Snapdragon) in a foreground service"));
    r.app_state = EDGEPLAN_APP_STATE_BACKGROUND;
    assert_int_equal(verdict_of(d, &r), EDGEPLAN_VERDICT_UNKNOWN);
    edgeplan_deployment_unref(d);
}

/* The Android 17 limiter is second-hand: what is over it is tight and no worse, and before 17 there is none. */
static void test_second_hand_limits(void **state)
{
    edgeplan_deployment *d = open_path(registry, "llama-3.2-3b", "galaxy-s23", EDGEPLAN_ACCELERATOR_CPU, "q4_0");
    edgeplan_request r = request_of(4096);
    (void)state;

    r.mmap = EDGEPLAN_SWITCH_OFF;
    r.os_major = 16;
    assert_int_equal(verdict_of(d, &r), EDGEPLAN_VERDICT_FITS);
    r.os_major = 17;
    assert_int_equal(verdict_of(d, &r), EDGEPLAN_VERDICT_TIGHT);
    edgeplan_deployment_unref(d);
}

/* MLC takes a GPU to have 5 GiB if OpenCL reports less, and uses 0.85 of them (cpp/serve/config.cc): 4352 MiB, in which an 8B model is
   not sure to load. It does not bind llama.cpp. */
static void test_limit_of_a_runtime(void **state)
{
    edgeplan_deployment *mlc = open_runtime(registry, "llama-3.1-8b", "pixel-8-pro", EDGEPLAN_ACCELERATOR_GPU, "mlc-llm", "mlc-q4f16_1");
    edgeplan_request r = request_of(2048);
    edgeplan_budget budget;
    (void)state;

    r.os_major = 14;
    assert_int_equal(verdict_of(mlc, &r), EDGEPLAN_VERDICT_TIGHT);
    assert_int_equal(edgeplan_struct_init(&budget, sizeof budget), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_budget(mlc, &r, &budget), EDGEPLAN_OK);
    assert_int_equal(budget.limit, EDGEPLAN_LIMIT_GPU_WORKING_SET);
    assert_int_equal(budget.safe_bytes, (uint64_t)4352 << 20);
    edgeplan_deployment_unref(mlc);

    edgeplan_deployment *other = open_path(registry, "llama-3.1-8b", "galaxy-s23", EDGEPLAN_ACCELERATOR_GPU, "q4_0");
    assert_int_equal(edgeplan_deployment_budget(other, &r, &budget), EDGEPLAN_OK);
    assert_int_equal(budget.limit, EDGEPLAN_LIMIT_TOTAL);
    edgeplan_deployment_unref(other);
}

/* CUDA's back end allocates all weights at once (ggml-cuda.cu: get_max_size is NULL, so ggml_backend_alloc_ctx_tensors_from_buft never
   splits them); NvMap of L4T 36.4.7 refuses such a block (lim-jetson-nvmap), and newer firmware is the remedy. */
static void test_firmware_is_a_remedy(void **state)
{
    edgeplan_deployment *d = open_path(registry, "qwen3-4b", "jetson-orin-nano-super", EDGEPLAN_ACCELERATOR_GPU, "q4_k_m");
    edgeplan_request r = request_of(512);
    edgeplan_memory memory;
    edgeplan_plan *plan;
    (void)state;

    assert_int_equal(edgeplan_struct_init(&memory, sizeof memory), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_memory(d, &r, EDGEPLAN_PLACE_DEVICE, EDGEPLAN_MEASURE_RESERVED, &memory), EDGEPLAN_OK);
    assert_int_equal(memory.largest_buffer_bytes, memory.weights_bytes);
    assert_int_equal(edgeplan_plan_new(d, &r, NULL, &plan), EDGEPLAN_OK);
    assert_string_equal(edgeplan_plan_text(plan, EDGEPLAN_LIST_FIXES, 0, EDGEPLAN_TEXT_SUBJECT), "firmware");
    assert_string_equal(edgeplan_plan_text(plan, EDGEPLAN_LIST_FIXES, 0, EDGEPLAN_TEXT_OUTPUT), "36.5");
    edgeplan_plan_unref(plan);
    r.firmware_major = 36;
    r.firmware_minor = 5;
    assert_int_equal(verdict_of(d, &r), EDGEPLAN_VERDICT_FITS);
    edgeplan_deployment_unref(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_measured_footprints),
        cmocka_unit_test(test_rules_of_some),
        cmocka_unit_test(test_states_of_a_platform),
        cmocka_unit_test(test_app_states),
        cmocka_unit_test(test_second_hand_limits),
        cmocka_unit_test(test_limit_of_a_runtime),
        cmocka_unit_test(test_firmware_is_a_remedy),
    };
    return cmocka_run_group_tests_name("plan: limits", tests, open_registry, close_registry);
}
