/* Bursts and what is left of them: Gemma-4-E2B in 4 bits on an iPhone 17 Pro for ten minutes.
   Source: dev.to, john-rocky, three runtimes on one phone; Core ML 33 to 22, MLX 48 to 18, LiteRT's GPU path 56 to 27 tok/s. */
#include <edgeplan/edgeplan.h>

#include "support.h"

typedef struct pair {
    const char *runtime, *format;
    edgeplan_accelerator accelerator;
    double burst_tok_per_s, sustained_tok_per_s, after_seconds; /* whole tokens per second in the source */
} pair;

/* LiteRT's packing has no published size, so no rate is planned there; llama.cpp's GPU path throttles by the same figures. */
static const pair pairs[] = {
    {"core-ml", "coreml-palettized-4bit", EDGEPLAN_ACCELERATOR_NPU, 33, 22, 390},
    {"mlx", "mlx-4bit-g64", EDGEPLAN_ACCELERATOR_GPU, 48, 18, 35},
    {"llama.cpp", "q4_0", EDGEPLAN_ACCELERATOR_GPU, 56, 27, 40},
};

static edgeplan_registry *registry;
static edgeplan_model *model;

static int open_model(void **state)
{
    (void)state;
    return edgeplan_registry_new(NULL, NULL, &registry) != EDGEPLAN_OK ||
           edgeplan_registry_model(registry, "gemma-4-e2b", NULL, &model) != EDGEPLAN_OK;
}

static int close_model(void **state)
{
    (void)state;
    edgeplan_model_unref(model);
    edgeplan_registry_unref(registry);
    return 0;
}

static edgeplan_speed speed_of(const pair *p)
{
    edgeplan_request request = {.struct_size = sizeof request, .context_tokens = 2048};
    edgeplan_speed speed = {.struct_size = sizeof speed};
    edgeplan_deployment *path;

    if (edgeplan_deployment_new(model, edgeplan_target_find(registry, "iphone-17-pro"), p->accelerator,
                                edgeplan_runtime_find(registry, p->runtime), edgeplan_format_find(registry, p->format), NULL, &path))
        fail_msg("%s does not take it", p->runtime);
    assert_int_equal(edgeplan_deployment_speed(path, &request, &speed), EDGEPLAN_OK);
    edgeplan_deployment_unref(path);
    return speed;
}

/* What is left of the measured burst is within the shares that are planned to be left, to the half token the source rounds to. */
static void test_what_is_left(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const pair *p = &pairs[i];
        const edgeplan_speed speed = speed_of(p);
        double low = p->burst_tok_per_s * speed.sustained_decode_low_tok_per_s / speed.decode_low_tok_per_s - 0.5;
        double high = p->burst_tok_per_s * speed.sustained_decode_high_tok_per_s / speed.decode_high_tok_per_s + 0.5;
        if (p->sustained_tok_per_s < low || p->sustained_tok_per_s > high)
            fail_msg("%s, hot: %.1f tok/s, planned %.1f to %.1f", p->runtime, p->sustained_tok_per_s, low, high);
        assert_true(speed.sustained_after_seconds == p->after_seconds);
    }
}

/* Where the format's bytes are those of the source, both rates lie in the planned bands, to the half token the source rounds to. */
static void test_bands(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const pair *p = &pairs[i];
        const edgeplan_speed speed = speed_of(p);
        if (p->burst_tok_per_s < speed.decode_low_tok_per_s - 0.5 || p->burst_tok_per_s > speed.decode_high_tok_per_s + 0.5)
            fail_msg("%s, %.1f tok/s, planned %.1f to %.1f", p->runtime, p->burst_tok_per_s, speed.decode_low_tok_per_s,
                     speed.decode_high_tok_per_s);
        assert_true(speed.sustained_decode_low_tok_per_s - 0.5 <= p->sustained_tok_per_s &&
                    p->sustained_tok_per_s <= speed.sustained_decode_high_tok_per_s + 0.5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_is_left), cmocka_unit_test(test_bands)};
    return cmocka_run_group_tests(tests, open_model, close_model);
}
