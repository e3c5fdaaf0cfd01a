/* Several sequences at once: the ends of what is expected of them, and what their products take. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/known.h"
#include "shapes.h"
#include "speed/estimate.h"
#include "speed/prefill.h"
#include "support.h"

static edgeplan_speed speed_of(const ep_speed_figures *figures, const ep_shape *shape, uint64_t batch)
{
    ep_rules rules = cells_rules();
    ep_preset cli = cli_preset();
    ep_workload w = resolve(&rules, &cli, shape, (edgeplan_request){.context_tokens = 4096, .prompt_tokens = 512});
    edgeplan_speed out = {0};

    w.batch = w.sequences = batch;
    ep_speed_compute(figures, &rules, shape, &w, &out);
    return out;
}

/* Seconds of a step that reading does not take. */
static double beyond_reading(const ep_speed_figures *figures, const ep_shape *shape, uint64_t batch)
{
    edgeplan_speed s = speed_of(figures, shape, batch);
    return (double)batch / s.decode_tok_per_s - (double)s.traffic_bytes_per_step / figures->read_bytes_per_s;
}

/* Those of published batches, and unknown where there are none. */
static void test_batches_have_their_ends(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_speed_figures figures = {.peak_bandwidth_bytes_per_s = 100e9, .read_bytes_per_s = 50e9, .low = 0.9, .high = 1.1,
                                .basis = EDGEPLAN_SPEED_BASIS_MEASURED};
    edgeplan_speed s = speed_of(&figures, &shape, 4);
    (void)state;

    assert_true(s.known & EP_SPEED_KNOWN(decode_tok_per_s));
    assert_false(s.known & (EP_SPEED_KNOWN(decode_low_tok_per_s) | EP_SPEED_KNOWN(decode_high_tok_per_s)));
    figures.batch_low = 0.6;
    figures.batch_high = 1.05; /* of other devices; one's own are wider */
    s = speed_of(&figures, &shape, 4);
    assert_near(s.decode_low_tok_per_s / s.decode_tok_per_s, 0.6, 1e-12);
    assert_near(s.decode_high_tok_per_s / s.decode_tok_per_s, 1.1, 1e-12);
    assert_int_equal(s.basis, EDGEPLAN_SPEED_BASIS_DEVICE);
    s = speed_of(&figures, &shape, 1);
    assert_int_equal(s.basis, EDGEPLAN_SPEED_BASIS_MEASURED);
    assert_near(s.decode_low_tok_per_s / s.decode_tok_per_s, 0.9, 1e-12);
}

/* By hand: three of the four products of each weight show, at a tenth of 1 Tflop/s. Sixty-four sequences take longer so than by the kernels
   of prompts, tiles with room for 56 more and all, at half of it. */
static void test_products_of_several_sequences(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_speed_figures figures = {.read_bytes_per_s = 50e9, .throughput_flop_per_s = 1e12, .batch_utilisation = 0.1, .utilisation = 0.5,
                                .expert_rows = 56};
    double products = 2 * ((double)runs[0].dense_parameters + (double)shape.head_parameters);
    (void)state;

    assert_near(beyond_reading(&figures, &shape, 4), 3 * products / 1e11, 1e-9);
    assert_near(beyond_reading(&figures, &shape, 64), (64 + 56) * products / 5e11, 1e-9);
    assert_near(beyond_reading(&figures, &shape, 1) + 1, 1, 1e-12);
    figures.utilisation = 0; /* nobody measured a prompt */
    assert_near(beyond_reading(&figures, &shape, 64), 63 * products / 1e11, 1e-9);
    figures.throughput_flop_per_s = 0; /* nobody says what the engine has */
    assert_near(beyond_reading(&figures, &shape, 4) + 1, 1, 1e-12);
}

/* Eight sequences that each use 8 of 128 experts reach, by hand, 128 (1 - (15/16)^8) = 51.6199: of 64 products so many are the first. */
static void test_experts_of_several_sequences(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_workload w = {.batch = 8};
    (void)state;

    double dense = ep_decode_arithmetic(&shape, &w, 56).repeated_flop, tiled = ep_decode_arithmetic(&shape, &w, 56).tiled_flop;
    runs[0].layer.experts = 128;
    runs[0].layer.experts_used = 8;
    runs[0].routed_parameters = 128000000;
    assert_near(ep_decode_arithmetic(&shape, &w, 56).repeated_flop - dense, 2e6 * (64 - 51.6199), 1e-5);
    assert_near(ep_decode_arithmetic(&shape, &w, 56).tiled_flop - tiled, 2e6 * (64 + 56 * 51.6199), 1e-5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_batches_have_their_ends),
        cmocka_unit_test(test_products_of_several_sequences),
        cmocka_unit_test(test_experts_of_several_sequences),
    };
    return cmocka_run_group_tests_name("batches", tests, NULL, NULL);
}
