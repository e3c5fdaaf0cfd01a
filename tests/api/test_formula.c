#include "support.h"

#include <math.h>

#include <edgeplan/formula.h>

/* 3.5 GB per token: the first table of the founding notes. */
static void test_decode_ceiling(void **state)
{
    (void)state;
    assert_near(edgeplan_decode_ceiling(3.5e9, 50e9), 14.29, 5e-4);
    assert_near(edgeplan_decode_ceiling(3.5e9, 90e9), 25.71, 5e-4);
    assert_near(edgeplan_decode_ceiling(3.5e9, 3000e9), 857.1, 5e-4);
}

static void test_not_positive_or_not_finite_gives_zero(void **state)
{
    static const double bad[] = { 0, -0.0, -1, NAN, INFINITY, -INFINITY };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_true(edgeplan_decode_ceiling(bad[i], 1) == 0);
        assert_true(edgeplan_decode_ceiling(1, bad[i]) == 0);
        assert_true(edgeplan_prefill_floor(bad[i], 1) == 0);
        assert_true(edgeplan_prefill_floor(1, bad[i]) == 0);
        assert_true(edgeplan_speculative_speedup(0.5, 3, 0.1, bad[i]) == 0);
    }
    assert_true(edgeplan_decode_ceiling(1e-300, 1e300) == 0); /* the quotient is not finite */
    assert_true(edgeplan_decode_ceiling(1e300, 1e-300) == 0); /* nor positive */
}

static void test_prefill_floor(void **state)
{
    (void)state;
    /* 512 tokens × 2 × 8.03e9 parameters on 2 Tflop/s. */
    assert_near(edgeplan_prefill_floor(512 * 2 * 8.03e9, 2e12), 4.11136, 1e-12);
}

/* Cells of published models; widths and layers from their config.json. */
static const struct {
    const char *model;
    uint64_t layers, kv_heads, key_width, value_width, tokens;
    edgeplan_element_type k, v;
    uint64_t bytes;
} caches[] = {
    { "Llama-3.1-8B, one token", 32, 8, 128, 128, 1, EDGEPLAN_ELEMENT_F16, EDGEPLAN_ELEMENT_F16, 131072 },
    { "Llama-3.1-8B, 131,072 tokens", 32, 8, 128, 128, 131072, EDGEPLAN_ELEMENT_F16, EDGEPLAN_ELEMENT_F16, 17179869184 },
    { "Llama-3.1-8B, q8_0", 32, 8, 128, 128, 4096, EDGEPLAN_ELEMENT_Q8_0, EDGEPLAN_ELEMENT_Q8_0, 285212672 },
    { "Llama-3.1-8B, mixed", 32, 8, 128, 128, 4096, EDGEPLAN_ELEMENT_Q8_0, EDGEPLAN_ELEMENT_F16, 411041792 },
    { "Gemma-3-4B, library preset", 34, 4, 256, 256, 8192, EDGEPLAN_ELEMENT_F16, EDGEPLAN_ELEMENT_F16, 1140850688 },
    { "multi-query, no values", 10, 1, 576, 0, 100, EDGEPLAN_ELEMENT_F16, EDGEPLAN_ELEMENT_F16, 1152000 },
    { "a row that fills no block", 1, 1, 33, 31, 1, EDGEPLAN_ELEMENT_Q8_0, EDGEPLAN_ELEMENT_Q8_0, 3 * 34 },
    { "no tokens", 32, 8, 128, 128, 0, EDGEPLAN_ELEMENT_F16, EDGEPLAN_ELEMENT_F16, 0 },
};

static void test_kv_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof caches / sizeof caches[0]; i++) {
        uint64_t bytes = 1;

        assert_int_equal(edgeplan_kv_bytes(caches[i].layers, caches[i].kv_heads, caches[i].key_width, caches[i].value_width,
                                           caches[i].tokens, caches[i].k, caches[i].v, &bytes),
                         EDGEPLAN_OK);
        if (bytes != caches[i].bytes)
            fail_msg("%s: %llu bytes", caches[i].model, (unsigned long long)bytes);
    }
}

static void test_kv_bytes_refuses(void **state)
{
    const edgeplan_element_type f16 = EDGEPLAN_ELEMENT_F16;
    uint64_t bytes = 1;

    (void)state;
    assert_int_equal(edgeplan_kv_bytes(1, 1, 1, 1, 1, f16, f16, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_kv_bytes(1, 1, 1, 1, 1, EDGEPLAN_ELEMENT_NONE, f16, &bytes), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_count(bytes, 0);
    assert_int_equal(edgeplan_kv_bytes(1, 1, 1, 1, 1, f16, EDGEPLAN_ELEMENT_GROUPED, &bytes), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_kv_bytes(1, 1, 1, 1, 1, f16, (edgeplan_element_type)9, &bytes), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    bytes = 1;
    assert_int_equal(edgeplan_kv_bytes(UINT64_C(1) << 20, 1 << 10, 1 << 10, 1 << 10, 1 << 12, f16, f16, &bytes), EDGEPLAN_ERROR_RANGE);
    assert_count(bytes, 0);
    assert_int_equal(edgeplan_kv_bytes(UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, f16, f16, &bytes),
                     EDGEPLAN_ERROR_RANGE);
    /* 2^53 is out, the step below it is in. */
    assert_int_equal(edgeplan_kv_bytes(1, 1, 1, 1, UINT64_C(1) << 51, f16, f16, &bytes), EDGEPLAN_ERROR_RANGE);
    assert_int_equal(edgeplan_kv_bytes(1, 1, 1, 1, (UINT64_C(1) << 51) - 1, f16, f16, &bytes), EDGEPLAN_OK);
    assert_count(bytes, (UINT64_C(1) << 53) - 4);
}

/* formats.md §5.1: E = (1 - a^(g+1)) / (1 - a), speed-up = E / (g c + v). vLLM on H100 was fitted there with g c + v = 1.16 + 0.143 g
   and a = 0.74 to 0.77 (the middle here) against the published EAGLE-3 rows; models-and-kv.md §2.5 has the cycle of Thor as a multiple of a step. */
static const struct {
    const char *row;
    double acceptance;
    uint32_t draft_tokens;
    double draft_cost, verify_cost, speedup, relative;
} speedups[] = {
    { "EAGLE-3 8B on H100, g = 2", 0.755, 2, 0.143, 1.16, 1.64, 0.04 },
    { "EAGLE-3 8B on H100, g = 3", 0.755, 3, 0.143, 1.16, 1.73, 0.04 },
    { "EAGLE-3 8B on H100, g = 4", 0.755, 4, 0.143, 1.16, 1.75, 0.04 },
    { "EAGLE-3 8B on H100, g = 5", 0.755, 5, 0.143, 1.16, 1.71, 0.04 },
    { "EAGLE-3 8B on H100, g = 6", 0.755, 6, 0.143, 1.16, 1.68, 0.04 },
    { "EAGLE-3 8B on H100, g = 7", 0.755, 7, 0.143, 1.16, 1.65, 0.04 },
    { "by hand: 1.75 tokens a round in 1.2 steps", 0.5, 2, 0.1, 1, 1.75 / 1.2, 1e-12 },
    { "a free draft that is always right", 1, 4, 0, 1, 5, 1e-12 },
    { "a draft that is never right costs its time", 0, 4, 0.25, 1, 0.5, 1e-12 },
    { "closed form at a = 0.7, g = 3", 0.7, 3, 0.15, 1, (1 - 0.2401) / 0.3 / 1.45, 1e-12 },
    { "a loss: multi-token heads on a 4-bit engine, 2.3 steps a round", 0.7, 2, 0.15, 2.0, 2.19 / 2.3, 1e-12 },
};

static void test_speculation(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof speedups / sizeof speedups[0]; i++) {
        double factor = edgeplan_speculative_speedup(speedups[i].acceptance, speedups[i].draft_tokens, speedups[i].draft_cost,
                                                     speedups[i].verify_cost);

        if (!(fabs(factor - speedups[i].speedup) <= speedups[i].relative * speedups[i].speedup))
            fail_msg("%s: %g, expected %g", speedups[i].row, factor, speedups[i].speedup);
    }
}

static void test_speculation_refuses(void **state)
{
    (void)state;
    assert_true(edgeplan_speculative_speedup(-0.1, 3, 0.1, 1) == 0);
    assert_true(edgeplan_speculative_speedup(1.1, 3, 0.1, 1) == 0);
    assert_true(edgeplan_speculative_speedup(NAN, 3, 0.1, 1) == 0);
    assert_true(edgeplan_speculative_speedup(0.5, 0, 0.1, 1) == 0);
    assert_true(edgeplan_speculative_speedup(0.5, 65, 0.1, 1) == 0);
    assert_true(edgeplan_speculative_speedup(0.5, 64, 0.1, 1) > 0);
    assert_true(edgeplan_speculative_speedup(0.5, 3, -0.1, 1) == 0);
    assert_true(edgeplan_speculative_speedup(0.5, 3, INFINITY, 1) == 0);
    assert_true(edgeplan_speculative_speedup(0.5, 64, 1e308, 1) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode_ceiling),   cmocka_unit_test(test_not_positive_or_not_finite_gives_zero),
        cmocka_unit_test(test_prefill_floor),    cmocka_unit_test(test_kv_bytes),
        cmocka_unit_test(test_kv_bytes_refuses), cmocka_unit_test(test_speculation),
        cmocka_unit_test(test_speculation_refuses),
    };

    return cmocka_run_group_tests_name("api/formula", tests, NULL, NULL);
}
