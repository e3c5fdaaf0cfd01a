/* KV cache, state and context of the mechanisms, against figures worked out from the runtimes' own rules. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "shapes.h"
#include "sizing/cells.h"
#include "sizing/context_rule.h"
#include "sizing/pages.h"
#include "sizing/request_rule.h"
#include "sizing/state.h"

/* The three figures of docs/design/walk-context-to-kv.md, worked out there by hand. */
static void test_gemma_under_three_rules(void **state)
{
    ep_run runs[2];
    ep_shape shape = gemma_3_4b(runs);
    ep_rules rules = cells_rules();
    ep_preset cli = cli_preset(), library = cli;
    ep_cache_rule pages = {.mechanism = EP_CACHE_PAGES, .step = 16, .window_plus = EP_PLUS_CHUNK, .window_add = -1, .extra_pages = 1,
                           .group = EP_GROUP_SMALLEST_CLASS};
    (void)state;

    ep_workload w = resolve(&rules, &cli, &shape, (edgeplan_request){.context_tokens = 8192});
    assert_int_equal(ep_cells_of(&rules.cache, &shape, &w).bytes, 350224384);
    library.window_saves = EDGEPLAN_SWITCH_OFF;
    w = resolve(&rules, &library, &shape, (edgeplan_request){.context_tokens = 8192});
    assert_int_equal(ep_cells_of(&rules.cache, &shape, &w).bytes, 1140850688);
    w = resolve(&rules, &cli, &shape, (edgeplan_request){.context_tokens = 8192, .chunk_tokens = 2048});
    assert_int_equal(ep_pages_bytes(&pages, &shape, &w), 547225600);
}

/* vLLM's Llama 4 Scout: 12 layers see everything, 36 a chunk of 8,192; 8 KV heads of 128. At 32,768 tokens, 2,048 at once, a full layer
   has 2,048 pages of 16 and a chunked one min(8,192 + 2,048, 32,768) / 16 = 640, with none beside them
   (vllm/v1/kv_cache_interface.py, ChunkedLocalAttentionSpec). */
static void test_chunked_pages(void **state)
{
    const edgeplan_layer full = {.attention = EDGEPLAN_ATTENTION_GROUPED, .kv_heads = 8, .key_width = 128, .value_width = 128};
    ep_run runs[] = {{.layer = full, .count = 12}, {.layer = full, .count = 36}};
    ep_shape shape = {.runs = runs, .run_count = 2, .layers = 48};
    const ep_cache_rule pages = {.mechanism = EP_CACHE_PAGES, .step = 16, .window_plus = EP_PLUS_CHUNK, .window_add = -1, .extra_pages = 1,
                                 .group = EP_GROUP_SMALLEST_CLASS};
    const ep_workload w = {.sequence_tokens = 32768, .chunk_tokens = 2048, .window_saves = 1, .sequences = 1, .streams = 1,
                           .kv_k = EDGEPLAN_ELEMENT_F16, .kv_v = EDGEPLAN_ELEMENT_F16};
    const uint64_t group_page = UINT64_C(12) * 16 * 8 * (128 + 128) * 2;
    (void)state;

    runs[1].layer.span = EDGEPLAN_SPAN_CHUNK;
    runs[1].layer.span_tokens = 8192;
    assert_int_equal(ep_pages_bytes(&pages, &shape, &w), (2048 + 3 * 640) * group_page);
}

/* A pool that sequences share holds the context once; pools of their own hold it each. */
static void test_shared_pages(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    const ep_rules rules = {.context = {.step = 16}, .cache = {.mechanism = EP_CACHE_PAGES, .step = 16}};
    const ep_preset own = {.present = 1, .sequences = 4}, shared = {.present = 1, .sequences = 4, .unified = EDGEPLAN_SWITCH_ON};
    (void)state;

    ep_workload w = resolve(&rules, &shared, &shape, (edgeplan_request){.context_tokens = 8192});
    assert_int_equal(ep_pages_bytes(&rules.cache, &shape, &w), UINT64_C(131072) * 8192);
    w = resolve(&rules, &own, &shape, (edgeplan_request){.context_tokens = 8192});
    assert_int_equal(ep_pages_bytes(&rules.cache, &shape, &w), UINT64_C(131072) * 8192 * 4);
}

/* Worked numbers of llama.cpp v0.5.0's own report: src/llama-kv-cache.cpp sizes, MiB at 4,096 and 32,768 tokens. */
static void test_published_caches(void **state)
{
    static const struct {
        const char *name;
        uint64_t context, mib_x10;
    } rows[] = {{"Gemma-3-4B at 4096", 4096, 2540}, {"Gemma-3-4B at 32768", 32768, 8140}};
    ep_run runs[2];
    ep_shape shape = gemma_3_4b(runs);
    ep_rules rules = cells_rules();
    ep_preset cli = cli_preset();
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ep_workload w = resolve(&rules, &cli, &shape, (edgeplan_request){.context_tokens = rows[i].context});
        uint64_t bytes = ep_cells_of(&rules.cache, &shape, &w).bytes;
        if (bytes * 10 != rows[i].mib_x10 << 20)
            fail_msg("%s: %llu bytes", rows[i].name, (unsigned long long)bytes);
    }
}

/* Gemma-4-E2B keeps a cache in 3 of 7 full layers (one KV head of 512) and 12 of 28 with a window of 512 (one of 256). Expected values
   are what llama.cpp v0.5.0 reports for such a file, f16, one sequence, chunk 512 (tests/oracle). */
static void test_widest_value_rows(void **state)
{
    static const struct {
        uint64_t context, with_flash_attention, without;
    } rows[] = {{4096, 37748736, 44040192}, {16384, 113246208, 119537664}};
    const edgeplan_layer full = {.attention = EDGEPLAN_ATTENTION_GROUPED, .query_heads = 8, .kv_heads = 1, .key_width = 512,
                                 .value_width = 512};
    ep_run runs[] = {{.layer = full, .count = 3}, {.layer = full, .count = 12}, {.layer = full, .count = 4}, {.layer = full, .count = 16}};
    ep_shape shape = {.runs = runs, .run_count = 4, .stored_known = 1, .has_window = 1};
    ep_rules rules = cells_rules();
    ep_preset cli = cli_preset();
    (void)state;

    for (int i = 1; i < 4; i += 2) {
        runs[i].layer.span = EDGEPLAN_SPAN_WINDOW;
        runs[i].layer.span_tokens = 512;
        runs[i].layer.key_width = runs[i].layer.value_width = 256;
    }
    runs[2].layer.kv_source = runs[3].layer.kv_source = 1;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        edgeplan_request r = {.context_tokens = rows[i].context};
        ep_workload w = resolve(&rules, &cli, &shape, r);
        assert_int_equal(ep_cells_of(&rules.cache, &shape, &w).bytes, rows[i].with_flash_attention);
        r.flash_attention = EDGEPLAN_SWITCH_OFF;
        w = resolve(&rules, &cli, &shape, r);
        assert_int_equal(ep_cells_of(&rules.cache, &shape, &w).bytes, rows[i].without);
    }
}

/* Element types: bytes a token of Llama 3.1 8B, 32 x 8 x 128 x 2 elements. */
static void test_element_types(void **state)
{
    static const struct {
        uint32_t type;
        uint64_t bytes;
    } rows[] = {{EDGEPLAN_ELEMENT_F32, 262144}, {EDGEPLAN_ELEMENT_F16, 131072}, {EDGEPLAN_ELEMENT_Q8_0, 69632},
                {EDGEPLAN_ELEMENT_Q4_0, 36864}};
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_rules rules = cells_rules();
    ep_preset cli = cli_preset();
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        edgeplan_request r = {.context_tokens = 4096, .kv_k = rows[i].type, .kv_v = rows[i].type, .given = ~UINT64_C(0)};
        ep_workload w = resolve(&rules, &cli, &shape, r);
        assert_int_equal(ep_cells_of(&rules.cache, &shape, &w).bytes, rows[i].bytes * 4096);
    }
}

/* llama.cpp v0.5.0 on real loads: requested context and sequences to provided ones (src/llama-context.cpp). */
static void test_context_rounding(void **state)
{
    static const struct {
        uint64_t asked, sequences;
        int unified;
        uint64_t context, each;
    } rows[] = {{1, 1, 0, 256, 256},       {256, 1, 0, 256, 256},    {257, 1, 0, 512, 512},     {1000, 1, 0, 1024, 1024},
                {5000, 1, 0, 5120, 5120},  {5000, 3, 0, 5376, 1792}, {12345, 1, 0, 12544, 12544}, {4096, 4, 1, 4096, 4096},
                {4096, 4, 0, 4096, 1024}};
    ep_rules rules = cells_rules();
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ep_context c = ep_context_provide(&rules, rows[i].asked, rows[i].sequences, rows[i].unified, 131072);
        assert_int_equal(c.context_tokens, rows[i].context);
        assert_int_equal(c.sequence_tokens, rows[i].each);
        assert_int_equal(c.beyond, EDGEPLAN_LIMIT_NONE);
    }
}

static void test_compiled_contexts(void **state)
{
    ep_rules rules = {.reservation = {.mechanism = EP_RESERVE_COMPILED}, .contexts = {512, 1024, 4096}, .context_count = 3};
    (void)state;

    assert_int_equal(ep_context_provide(&rules, 513, 1, 0, 8192).sequence_tokens, 1024);
    assert_int_equal(ep_context_provide(&rules, 4096, 1, 0, 8192).sequence_tokens, 4096);
    assert_int_equal(ep_context_provide(&rules, 4097, 1, 0, 8192).beyond, EDGEPLAN_LIMIT_COMPILED_CONTEXT);
}

/* A window's cells depend on the chunk: Gemma-3-1B, window 512, 32,768 tokens: 1,024 cells at 512 and 2,560 at 2,048. */
static void test_window_cells(void **state)
{
    edgeplan_layer layer = {.attention = EDGEPLAN_ATTENTION_GROUPED, .span = EDGEPLAN_SPAN_WINDOW, .span_tokens = 512};
    ep_rules rules = cells_rules();
    ep_workload w = {.sequence_tokens = 32768, .chunk_tokens = 512, .window_saves = 1, .sequences = 1};
    (void)state;

    assert_int_equal(ep_layer_cells(&rules.cache, &layer, &w), 1024);
    w.chunk_tokens = 2048;
    assert_int_equal(ep_layer_cells(&rules.cache, &layer, &w), 2560);
    w.window_saves = 0;
    assert_int_equal(ep_layer_cells(&rules.cache, &layer, &w), 32768);
}

static void test_latent_and_shared(void **state)
{
    /* DeepSeek-V2-Lite: one row of 512 + 64 elements a token and layer, no values: 121.5 MiB at 4,096 for 27 layers. */
    ep_run run = {.layer = {.attention = EDGEPLAN_ATTENTION_LATENT, .latent_width = 512, .rope_width = 64}, .count = 27};
    ep_shape shape = {.runs = &run, .run_count = 1, .layers = 27};
    ep_rules rules = cells_rules();
    ep_preset cli = cli_preset();
    ep_workload w = resolve(&rules, &cli, &shape, (edgeplan_request){.context_tokens = 4096});
    (void)state;

    assert_int_equal(ep_cells_of(&rules.cache, &shape, &w).bytes * 2, UINT64_C(243) << 20);
    run.layer.kv_source = 1; /* reads another layer's cache */
    assert_int_equal(ep_cells_of(&rules.cache, &shape, &w).bytes, 0);
}

/* Qwen3.5-27B: 48 delta layers, 149.6 MiB of state for one sequence (llama.cpp v0.5.0). */
static void test_state(void **state)
{
    uint64_t conv = 3 * (2 * 16 * 128 + 48 * 128), matrix = UINT64_C(48) * 128 * 128;
    ep_run run = {.layer = {.recurrent = EDGEPLAN_RECURRENT_DELTA, .conv_elements = conv, .state_elements = matrix}, .count = 48};
    ep_shape shape = {.runs = &run, .run_count = 1, .layers = 48, .has_state = 1};
    ep_rules rules = cells_rules();
    ep_workload w = {.sequences = 1};
    (void)state;

    uint64_t bytes = ep_state_bytes(&rules.state, &shape, &w, UINT64_MAX);
    assert_int_equal(bytes * 10 >> 20, 1496);
    w.sequences = 4;
    assert_int_equal(ep_state_bytes(&rules.state, &shape, &w, UINT64_MAX), 4 * bytes);
}

/* 1,048,576 tokens of 524,288 bytes pass 32 bits by far, and an absurd model passes 64: saturation, not wrapping. */
static void test_overflow(void **state)
{
    ep_run run = {.layer = {.attention = EDGEPLAN_ATTENTION_GROUPED, .kv_heads = UINT64_C(1) << 40, .key_width = UINT64_C(1) << 40,
                            .value_width = 1},
                  .count = 1};
    ep_shape shape = {.runs = &run, .run_count = 1, .layers = 1};
    ep_rules rules = cells_rules();
    ep_workload w = {.sequence_tokens = 1 << 20, .streams = 1, .sequences = 1, .kv_k = EDGEPLAN_ELEMENT_F16, .kv_v = EDGEPLAN_ELEMENT_F16};
    (void)state;

    assert_true(ep_cells_of(&rules.cache, &shape, &w).bytes == UINT64_MAX);
    assert_true(ep_pages_bytes(&rules.cache, &shape, &w) == UINT64_MAX);
}

/* llama.cpp v0.5.0, heads of 72 in q8_0: three of them fail an assertion of ggml (a row of 216 is no whole number of blocks of 32), four
   (288) load without flash attention and are refused with it. Watched with the oracle's library. */
static void test_rows_are_whole_blocks(void **state)
{
    const ep_request_rule rule = {.blocks_divide_heads = 1};
    ep_run run = {.layer = {.attention = EDGEPLAN_ATTENTION_GROUPED, .kv_heads = 3, .key_width = 72, .value_width = 72}, .count = 1};
    const ep_shape shape = {.runs = &run, .run_count = 1, .layers = 1};
    ep_workload w = {.kv_k = EDGEPLAN_ELEMENT_Q8_0, .kv_v = EDGEPLAN_ELEMENT_F16};
    (void)state;

    assert_int_equal(ep_request_fault(&rule, &shape, &w), EP_FAULT_KEY_BLOCKS);
    run.layer.kv_heads = 4;
    assert_int_equal(ep_request_fault(&rule, &shape, &w), EP_FAULT_NONE);
    w.flash_attention = 1;
    assert_int_equal(ep_request_fault(&rule, &shape, &w), EP_FAULT_KEY_BLOCKS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gemma_under_three_rules), cmocka_unit_test(test_published_caches),
        cmocka_unit_test(test_element_types),           cmocka_unit_test(test_context_rounding),
        cmocka_unit_test(test_compiled_contexts),       cmocka_unit_test(test_window_cells),
        cmocka_unit_test(test_latent_and_shared),       cmocka_unit_test(test_state),
        cmocka_unit_test(test_overflow),                cmocka_unit_test(test_widest_value_rows),
        cmocka_unit_test(test_chunked_pages),           cmocka_unit_test(test_shared_pages),
        cmocka_unit_test(test_rows_are_whole_blocks),
    };
    return cmocka_run_group_tests_name("sizing: cache", tests, NULL, NULL);
}
