/* Estimates of boards nobody has measured by the rules of the observations, against what was said of them all the same. */
#include <edgeplan/edgeplan.h>

#include "built_in_registry.h"
#include "support.h"

/* llama.cpp on a Jetson AGX Orin 64GB, single figures of grade c, which no fit uses: 4-bit Llama 2 (https://github.com/nvidia-holoscan/holohub/issues/170),
   MiniCPM4.1-8B, for which a model of nearly its size stands (https://github.com/OpenBMB/MiniCPM/issues/331), and Qwen3.5-35B-A3B
   (https://huggingface.co/thehighnotes/vllm-jetson-orin). The figures of its architecture's cards would be up to 2.7 times as fast. */
static void test_agx_orin(void **state)
{
    static const struct {
        const char *model, *format;
        double tok_per_s;
    } rows[] = {
        {"llama-2-7b", "q4_0", 22.5},
        {"llama-2-13b", "q4_0", 13.3},
        {"llama-3.1-8b", "q4_k_m", 25},
        {"qwen3.5-35b-a3b", "q4_k_m", 22.5},
    };
    const edgeplan_request request = {.struct_size = sizeof request, .context_tokens = 512, .prompt_tokens = 256, .output_tokens = 256};
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        edgeplan_speed speed = {.struct_size = sizeof speed};
        edgeplan_diagnostics *diagnostics;
        edgeplan_deployment *path;
        edgeplan_model *model;

        assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
        assert_int_equal(edgeplan_registry_model(registry, rows[i].model, NULL, &model), EDGEPLAN_OK);
        assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(registry, "jetson-agx-orin-64gb"), EDGEPLAN_ACCELERATOR_GPU,
                                                 edgeplan_runtime_find(registry, "llama.cpp"), edgeplan_format_find(registry, rows[i].format),
                                                 diagnostics, &path), EDGEPLAN_OK);
        assert_int_equal(edgeplan_deployment_speed(path, &request, &speed), EDGEPLAN_OK);
        if (!(speed.decode_low_tok_per_s <= rows[i].tok_per_s && rows[i].tok_per_s <= speed.decode_high_tok_per_s))
            fail_msg("%s: %f tok/s, not %f to %f", rows[i].model, rows[i].tok_per_s, speed.decode_low_tok_per_s, speed.decode_high_tok_per_s);
        edgeplan_deployment_unref(path);
        edgeplan_model_unref(model);
        edgeplan_diagnostics_unref(diagnostics);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_agx_orin)};
    return cmocka_run_group_tests(tests, open_registry, close_registry);
}
