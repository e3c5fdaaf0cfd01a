/* Traffic, ceilings, prefill and estimate. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/known.h"
#include "shapes.h"
#include "speed/estimate.h"
#include "speed/prefill.h"
#include "speed/traffic.h"
#include "support.h"

/* Expected distinct experts under uniform routing; the values are those of n (1 - (1 - k/n)^B) to one decimal. */
static void test_distinct_experts(void **state)
{
    static const struct {
        double experts, used;
        uint64_t batch;
        double distinct;
    } rows[] = {{8, 2, 1, 2},      {8, 2, 4, 5.5},    {32, 4, 8, 21.0},    {64, 6, 16, 50.8},
                {128, 8, 8, 51.6}, {256, 8, 4, 30.5}, {512, 10, 32, 239.6}, {8, 8, 3, 8}};
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(ep_distinct_experts(rows[i].experts, rows[i].used, rows[i].batch) > rows[i].distinct - 0.051 &&
                    ep_distinct_experts(rows[i].experts, rows[i].used, rows[i].batch) < rows[i].distinct + 0.051);
}

static void test_least_traffic(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_rules rules = cells_rules();
    ep_preset cli = cli_preset();
    ep_workload w = resolve(&rules, &cli, &shape, (edgeplan_request){.context_tokens = 8192, .prompt_tokens = 4096});
    uint64_t weights = runs[0].dense_bytes + shape.head_bytes + shape.embedding_row_bytes;
    (void)state;

    assert_int_equal(ep_traffic_least(&shape, &w), weights + UINT64_C(131072) * 4096);
    w.batch = w.sequences = 4;
    assert_int_equal(ep_traffic_least(&shape, &w), weights + UINT64_C(4) * 131072 * 4096);
}

/* A CPU kernel that reads the cache once per query head: four times the bytes for 32 heads over 8. */
static void test_cache_per_query_head(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_rules once = cells_rules(), each = once;
    ep_preset cli = cli_preset();
    ep_workload w = resolve(&once, &cli, &shape,
                            (edgeplan_request){.context_tokens = 8192, .prompt_tokens = 4096, .given = EP_REQUEST_KNOWN(output_tokens)});
    uint64_t row = 131072, cache = row * 4096;
    (void)state;

    each.reads.cache_per_query_head = 1;
    assert_int_equal(ep_traffic_expected(&each, &shape, &w).bytes - ep_traffic_expected(&once, &shape, &w).bytes, 3 * cache);
    once.reads.context_reserved = 1; /* a compiled graph reads all of it */
    assert_int_equal(ep_traffic_expected(&once, &shape, &w).bytes - ep_traffic_least(&shape, &w), row * 4096 + row);
}

/* By hand: 2 FLOP a weight and token, 4 x heads x width x tokens^2 / 2 a layer, and the logits of one token. */
static void test_prefill_flop(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    double body = (double)runs[0].dense_parameters, head = (double)shape.head_parameters;
    (void)state;

    assert_near(ep_prefill_flop(&shape, 1000, 0), 2 * body * 1000 + 32 * 4.0 * 32 * 128 * 1000 * 1000 / 2 + 2 * head, 1e-12);
    /* After 1000 cached tokens each of the new ones looks back on those as well. */
    assert_near(ep_prefill_flop(&shape, 1000, 1000) - ep_prefill_flop(&shape, 1000, 0), 32 * 4.0 * 32 * 128 * 1000 * 1000, 1e-9);
    runs[0].layer.span = EDGEPLAN_SPAN_WINDOW;
    runs[0].layer.span_tokens = 100; /* tokens x window - window^2 / 2 */
    assert_near(ep_prefill_flop(&shape, 1000, 0), 2 * body * 1000 + 32 * 4.0 * 32 * 128 * (1000 * 100 - 100 * 100 / 2.0) + 2 * head, 1e-12);
}

static edgeplan_speed speed_of(const ep_speed_figures *figures, const ep_shape *shape, uint64_t prompt)
{
    ep_rules rules = cells_rules();
    ep_preset cli = cli_preset();
    ep_workload w = resolve(&rules, &cli, shape, (edgeplan_request){.context_tokens = 4096, .prompt_tokens = prompt});
    edgeplan_speed out = {0};
    ep_speed_compute(figures, &rules, shape, &w, &out);
    return out;
}

static void test_estimate(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_speed_figures figures = {.peak_bandwidth_bytes_per_s = 100e9, .read_bytes_per_s = 50e9,
                                .throughput_flop_per_s = 10e12, .low = 0.8,
                                .high = 1.3, .layer_seconds = 1e-5, .step_seconds = 2e-3};
    edgeplan_speed s = speed_of(&figures, &shape, 512);
    double least = (double)s.least_traffic_bytes_per_step, traffic = (double)s.traffic_bytes_per_step;
    (void)state;

    assert_near(s.decode_ceiling_tok_per_s, 100e9 / least, 1e-12);
    assert_near(s.decode_tok_per_s, 1 / (traffic / 50e9 + 32e-5 + 2e-3), 1e-12);
    assert_near(s.decode_low_tok_per_s, 0.8 * s.decode_tok_per_s, 1e-12);
    assert_near(s.decode_high_tok_per_s, 1.3 * s.decode_tok_per_s, 1e-12);
    assert_near(s.bandwidth_fraction + s.compute_fraction + s.overhead_fraction, 1, 1e-12);
    assert_int_equal(s.bound, EDGEPLAN_BOUND_BANDWIDTH);
    assert_true(s.ttft_floor_seconds >= ep_prefill_flop(&shape, 512, 0) / 10e12 * 0.999);
    assert_int_equal(s.known & EP_SPEED_KNOWN(ttft_seconds), 0); /* nobody says how much of the arithmetic is reached */

    figures.high = 50; /* nonsense in, ceiling out */
    figures.step_seconds = figures.layer_seconds = 0;
    s = speed_of(&figures, &shape, 512);
    assert_true(s.decode_high_tok_per_s <= s.decode_ceiling_tok_per_s);
    figures.throughput_flop_per_s = 1e9; /* so slow that arithmetic decides */
    assert_int_equal(speed_of(&figures, &shape, 512).bound, EDGEPLAN_BOUND_COMPUTE);
}

static void test_unknown_stays_unknown(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_speed_figures none = {0}, peak = {.peak_bandwidth_bytes_per_s = 60e9};
    edgeplan_speed s = speed_of(&none, &shape, 512);
    (void)state;

    assert_int_equal(s.known & (EP_SPEED_KNOWN(decode_ceiling_tok_per_s) | EP_SPEED_KNOWN(decode_tok_per_s) | EP_SPEED_KNOWN(ttft_floor_seconds)), 0);
    s = speed_of(&peak, &shape, 512);
    assert_true(s.known & EP_SPEED_KNOWN(decode_ceiling_tok_per_s));
    assert_int_equal(s.known & (EP_SPEED_KNOWN(decode_tok_per_s) | EP_SPEED_KNOWN(ttft_floor_seconds)), 0);
    shape.stored_known = 0;
    assert_int_equal(speed_of(&peak, &shape, 512).known, 0);
}

/* Half of the arithmetic reached: 512 tokens in one pass, by hand. A padded prompt costs the padding too. */
static void test_prefill_expected(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_speed_figures figures = {.peak_bandwidth_bytes_per_s = 1e15, .throughput_flop_per_s = 10e12, .prefill_flop_per_s = 5e12,
                                .chunk_seconds = 0.01, .prefill_low = 0.5, .prefill_high = 1.25};
    ep_rules rules = cells_rules();
    ep_preset cli = cli_preset();
    ep_workload w = resolve(&rules, &cli, &shape, (edgeplan_request){.context_tokens = 4096, .prompt_tokens = 512});
    edgeplan_speed s = {0};
    (void)state;

    ep_speed_compute(&figures, &rules, &shape, &w, &s);
    assert_near(s.ttft_seconds, ep_prefill_flop(&shape, 512, 0) / 5e12 + 0.01, 1e-6);
    assert_near(s.prefill_tok_per_s, 512 / s.ttft_seconds, 1e-12);
    assert_near(s.ttft_high_seconds, 2 * s.ttft_seconds, 1e-12);
    assert_near(s.ttft_low_seconds, s.ttft_seconds / 1.25, 1e-12);
    assert_true(s.prefill_high_tok_per_s <= s.prefill_ceiling_tok_per_s);

    rules.reads.prompt_step = 128;
    w.chunk_tokens = 128;
    w.prompt_tokens = 129;
    ep_speed_compute(&figures, &rules, &shape, &w, &s);
    double two_chunks = s.ttft_seconds;
    w.prompt_tokens = 256;
    ep_speed_compute(&figures, &rules, &shape, &w, &s);
    assert_near(s.ttft_seconds, two_chunks, 1e-12);
}

/* Where no peak is known: 100 tokens of 2 ms each, attention at 1 Tflop/s, the output matrix read once. */
static void test_prefill_by_tokens(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_speed_figures figures = {.read_bytes_per_s = 50e9, .token_seconds = 2e-3, .attention_flop_per_s = 1e12};
    edgeplan_speed s = speed_of(&figures, &shape, 100);
    double attention = 2.0 * 32 * (128 + 128) * 100 * 100 / 2 * 32;
    (void)state;

    assert_near(s.ttft_seconds, 100 * 2e-3 + attention / 1e12 + (double)shape.head_bytes / 50e9, 1e-9);
    assert_false(s.known & EP_SPEED_KNOWN(ttft_floor_seconds));
}

/* 256 tokens to 8 of 128 experts: all but one in sixteen million are reached, and each costs 64 tokens more than the 16 it has. In chunks of
   8, by hand, 128 (1 - (15/16)^8) = 51.6 experts a time. The floor knows nothing of it. */
static void test_experts_are_padded(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_speed_figures figures = {.peak_bandwidth_bytes_per_s = 1e15, .throughput_flop_per_s = 10e12, .prefill_flop_per_s = 5e12};
    (void)state;

    runs[0].layer.experts = 128;
    runs[0].layer.experts_used = 8;
    runs[0].routed_parameters = 128000000;
    edgeplan_speed without = speed_of(&figures, &shape, 256);
    figures.expert_rows = 64;
    edgeplan_speed with = speed_of(&figures, &shape, 256);
    assert_near(with.ttft_seconds - without.ttft_seconds, 2.0 * 64 * 1e6 * 128 / 5e12, 1e-6);
    assert_near(with.ttft_floor_seconds, without.ttft_floor_seconds, 1e-15);
    with = speed_of(&figures, &shape, 8);
    figures.expert_rows = 0;
    assert_near(with.ttft_seconds - speed_of(&figures, &shape, 8).ttft_seconds, 2.0 * 64 * 1e6 * 51.6199 / 5e12, 1e-5);
}

/* A prompt of four tokens takes four steps at most, though tiles would make it longer; with the arithmetic of a slow engine that is longer
   yet it takes that. */
static void test_few_tokens_fill_no_tile(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_speed_figures figures = {.peak_bandwidth_bytes_per_s = 400e9, .read_bytes_per_s = 300e9, .prefill_flop_per_s = 1.5e12, .expert_rows = 64};
    (void)state;

    runs[0].layer.experts = 128;
    runs[0].layer.experts_used = 8;
    runs[0].routed_parameters = 3000000000;
    edgeplan_speed four = speed_of(&figures, &shape, 4);
    assert_near(four.ttft_seconds, 4 / four.decode_tok_per_s, 1e-9);
    edgeplan_speed many = speed_of(&figures, &shape, 512);
    assert_true(many.ttft_seconds < 512 / many.decode_tok_per_s);
    figures.prefill_flop_per_s = 1e10;
    four = speed_of(&figures, &shape, 4);
    figures.expert_rows = 0;
    assert_near(four.ttft_seconds, speed_of(&figures, &shape, 4).ttft_seconds, 1e-9);
}

/* A 3B on Snapdragon 8 Elite Gen 5 takes 58.016 ms for up to 128 tokens (Qualcomm AI Hub Models, perf.yaml): whole chunks. */
static void test_prefill_by_chunks(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_speed_figures figures = {.read_bytes_per_s = 50e9, .chunk_seconds = 58.016e-3};
    edgeplan_speed whole = speed_of(&figures, &shape, 512), more = speed_of(&figures, &shape, 513);
    (void)state;

    assert_near(more.ttft_seconds - whole.ttft_seconds, 58.016e-3, 1e-12);
    assert_near(whole.prefill_tok_per_s * whole.ttft_seconds, 512, 1e-9);
}

/* iPhone 17 Pro, Gemma-4-E2B on MLX: 48 tok/s at first, 18 after ten minutes, so 0.375 is kept (john-rocky, dev.to). */
static void test_sustained_and_energy(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_speed_figures figures = {.peak_bandwidth_bytes_per_s = 100e9, .read_bytes_per_s = 50e9, .low = 0.9, .high = 1.1,
                                .sustained_low = 0.3, .sustained = 0.375, .sustained_high = 0.4, .sustained_after_seconds = 35, .power_watts = 10};
    edgeplan_speed s = speed_of(&figures, &shape, 512);
    (void)state;

    assert_near(s.sustained_decode_tok_per_s, s.decode_tok_per_s * 18 / 48, 1e-12);
    assert_near(s.sustained_decode_low_tok_per_s, s.decode_tok_per_s * 0.9 * 0.3, 1e-12);
    assert_near(s.sustained_decode_high_tok_per_s, s.decode_tok_per_s * 1.1 * 0.4, 1e-12);
    assert_near(s.energy_joules_per_token * s.decode_tok_per_s, 10, 1e-12);
    assert_near(s.sustained_after_seconds, 35, 0);
}

/* Experts read at half the share take as long as twice the bytes, a cache at a quarter as long as four times. */
static void test_experts_and_cache_have_shares(void **state)
{
    ep_speed_figures figures = {.peak_bandwidth_bytes_per_s = 100e9, .read_bytes_per_s = 50e9};
    ep_traffic traffic = {3000000000, 1000000000, 500000000};
    (void)state;

    assert_near(ep_step_estimate(&figures, traffic, (ep_arithmetic){0, 0, 0}, 1, 0).total_seconds, 3e9 / 50e9, 1e-12);
    figures.experts = 0.5;
    assert_near(ep_step_estimate(&figures, traffic, (ep_arithmetic){0, 0, 0}, 1, 0).total_seconds, 4e9 / 50e9, 1e-12);
    figures.cache = 0.25;
    assert_near(ep_step_estimate(&figures, traffic, (ep_arithmetic){0, 0, 0}, 1, 0).total_seconds, 5.5e9 / 50e9, 1e-12);
}

/* Thirty layers of 10 us, twenty of them recurrent and of 100 us more. */
static void test_recurrent_layers_take_longer(void **state)
{
    ep_speed_figures figures = {.read_bytes_per_s = 50e9, .layer_seconds = 1e-5, .recurrent_seconds = 1e-4};
    (void)state;

    assert_near(ep_step_estimate(&figures, (ep_traffic){0, 0, 0}, (ep_arithmetic){0, 0, 0}, 30, 20).total_seconds, 30 * 1e-5 + 20 * 1e-4, 1e-12);
}

/* More bandwidth never lowers a ceiling or an estimate; more depth never raises them. */
static void test_monotone(void **state)
{
    ep_run runs[2];
    ep_shape shape = gemma_3_4b(runs);
    ep_speed_figures figures = {.low = 0.5, .high = 1.3, .step_seconds = 1e-3};
    edgeplan_speed before = {0};
    (void)state;

    runs[0].dense_bytes = runs[1].dense_bytes = 1000000000;
    for (double peak = 1e9; peak < 1e13; peak *= 1.7) {
        figures.peak_bandwidth_bytes_per_s = peak;
        figures.read_bytes_per_s = 0.6 * peak;
        edgeplan_speed s = speed_of(&figures, &shape, 512);
        assert_true(s.decode_ceiling_tok_per_s >= before.decode_ceiling_tok_per_s && s.decode_tok_per_s >= before.decode_tok_per_s);
        before = s;
    }
    for (uint64_t prompt = 64; prompt <= 4096; prompt *= 2) {
        edgeplan_speed s = speed_of(&figures, &shape, prompt);
        assert_true(s.decode_ceiling_tok_per_s <= before.decode_ceiling_tok_per_s || prompt == 64);
        before = s;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_distinct_experts),     cmocka_unit_test(test_least_traffic), cmocka_unit_test(test_cache_per_query_head),
        cmocka_unit_test(test_prefill_flop),         cmocka_unit_test(test_estimate),      cmocka_unit_test(test_unknown_stays_unknown),
        cmocka_unit_test(test_prefill_expected),     cmocka_unit_test(test_experts_are_padded), cmocka_unit_test(test_few_tokens_fill_no_tile),
        cmocka_unit_test(test_prefill_by_tokens),     cmocka_unit_test(test_prefill_by_chunks),
        cmocka_unit_test(test_sustained_and_energy),
        cmocka_unit_test(test_experts_and_cache_have_shares), cmocka_unit_test(test_recurrent_layers_take_longer),
        cmocka_unit_test(test_monotone),
    };
    return cmocka_run_group_tests_name("speed", tests, NULL, NULL);
}
