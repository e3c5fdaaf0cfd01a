/* What prompts are multiplied in, and that no published one is faster than its floor. tests/observations/run.py holds all of them. */
#include <edgeplan/edgeplan.h>

#include "built_in_registry.h"
#include "support.h"

#define GPU EDGEPLAN_ACCELERATOR_GPU

static edgeplan_speed speed_of(const char *model_id, const char *target, const char *runtime, const char *format, uint64_t prompt)
{
    const edgeplan_request request = {.struct_size = sizeof request, .context_tokens = 32768, .prompt_tokens = prompt, .output_tokens = 1, .chunk_tokens = 2048,
                                      .available_bytes = UINT64_C(1) << 50};
    edgeplan_speed speed = {.struct_size = sizeof speed};
    edgeplan_diagnostics *diagnostics;
    edgeplan_deployment *path;
    edgeplan_model *model;

    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    assert_int_equal(edgeplan_registry_model(registry, model_id, NULL, &model), EDGEPLAN_OK);
    if (edgeplan_deployment_new(model, edgeplan_target_find(registry, target), GPU, edgeplan_runtime_find(registry, runtime),
                                edgeplan_format_find(registry, format), diagnostics, &path) != EDGEPLAN_OK)
        fail_msg("%s of %s on %s: %s", format, runtime, target, edgeplan_diagnostics_message(diagnostics, 0));
    assert_int_equal(edgeplan_deployment_speed(path, &request, &speed), EDGEPLAN_OK);
    edgeplan_deployment_unref(path);
    edgeplan_model_unref(model);
    edgeplan_diagnostics_unref(diagnostics);
    return speed;
}

/* Each was faster than its floor once: by f16 where products are in int8, by sums in f32 where they are in f16, by units for matrices, by
   experts that its tokens share. */
static void test_published_prompts(void **state)
{
    static const struct {
        const char *source, *runtime, *target, *model, *format;
        uint64_t prompt_tokens;
        double tok_per_s;
    } rows[] = {
        {"msb-3060-qwen3-14b-q4_k_m", "llama.cpp", "rtx-3060", "qwen3-14b", "q4_k_m", 512, 1170},
        {"xd-0021", "llama.cpp", "rtx-4080", "llama-3.1-8b", "f16", 512, 7246.97},
        {"itsm-0019", "mlx", "macbook-pro-m5-max", "qwen3.5-9b", "mlx-4bit-g64", 22830, 2613.59},
        {"mrs-0032", "vllm", "dgx-spark", "gemma-4-26b-a4b", "bf16", 128, 1014.3},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const edgeplan_speed speed = speed_of(rows[i].model, rows[i].target, rows[i].runtime, rows[i].format, rows[i].prompt_tokens);
        if (!(speed.prefill_ceiling_tok_per_s > rows[i].tok_per_s))
            fail_msg("%s: %f tok/s, ceiling %f", rows[i].source, rows[i].tok_per_s, speed.prefill_ceiling_tok_per_s);
    }
}

/* Llama 3.2 1B: 16 layers of 2 x 2048 x 2048, 2 x 2048 x 512 and 3 x 2048 x 8192 parameters, 32 heads of 64 and 64. Of a prompt of 4,096
   tokens the second half takes twice its parameters, and looks back on 4096 x 4096 / 2 - 2048 x 2048 / 2 others; what the output matrix takes is
   in both. Rates are those of the chip's white paper, or what edge-targets.yaml derives. */
static void test_products(void **state)
{
    static const struct {
        const char *why, *target, *format;
        double operations_per_s;
    } rows[] = {
        {"CUDA: int8", "rtx-3060", "q4_k_m", 102e12},
        {"CUDA: mixed files, too", "rtx-4090", "iq1_m", 660.6e12},
        {"CUDA: f16 as stored", "rtx-3060", "f16", 51e12},
        {"CUDA: Turing", "rtx-2080-ti", "q8_0", 227.7e12},
        {"CUDA: Volta unpacks", "jetson-xavier-nx", "q4_k_m", 6.76e12},
        {"CUDA: a Jetson", "jetson-agx-orin-64gb", "q4_0", 85.2e12},
        {"CUDA: 4-bit floats of Blackwell", "rtx-5090", "mxfp4", 1677e12},
        {"CUDA: and of what has no fp4", "rtx-4090", "mxfp4", 660.6e12},
        {"Metal: f16", "mac-m4-max", "q4_k_m", 18.4e12},
        {"Vulkan: f16", "ryzen-ai-max-395-laptop", "q4_k_m", 59.4e12},
    };
    const double operations = 2.0 * 16 * (2 * 2048.0 * 2048 + 2 * 2048.0 * 512 + 3 * 2048.0 * 8192) * 2048 +
                              2.0 * 16 * 32 * (64 + 64) * (4096.0 * 4096 / 2 - 2048.0 * 2048 / 2);
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const double whole = speed_of("llama-3.2-1b", rows[i].target, "llama.cpp", rows[i].format, 4096).ttft_floor_seconds;
        const double half = speed_of("llama-3.2-1b", rows[i].target, "llama.cpp", rows[i].format, 2048).ttft_floor_seconds;
        print_message("%s\n", rows[i].why);
        assert_near(whole - half, operations / rows[i].operations_per_s, 1e-4); /* norms are counted, too */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_prompts),
        cmocka_unit_test(test_products),
    };
    return cmocka_run_group_tests(tests, open_registry, close_registry);
}
