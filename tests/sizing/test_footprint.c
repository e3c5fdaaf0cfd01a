/* Footprint, placement, charge and verdicts. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "shapes.h"

#include "model/element.h"
#include "sizing/footprint.h"
#include "sizing/limits.h"
#include "sizing/workspace.h"

static const ep_amount no_file = {0, 0, 0, EDGEPLAN_MEMORY_BASIS_MISSING};

static ep_footprint footprint_of(const ep_rules *rules, const ep_shape *shape, edgeplan_request request)
{
    ep_preset cli = cli_preset();
    ep_workload w = resolve(rules, &cli, shape, request);
    ep_footprint out;
    ep_footprint_compute(rules, shape, &w, &out);
    return out;
}

static void test_charged_is_an_interval(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_rules rules = cells_rules();
    ep_footprint f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 8192});
    ep_amount charged = ep_footprint_sum(&f, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_CHARGED);
    uint64_t kv = UINT64_C(131072) * 8192, output = 4 * 128256;
    (void)state;

    assert_int_equal(charged.low, kv + output);
    assert_int_equal(charged.high, shape.weights_bytes + kv + output);
    /* Read instead of mapped, the app holds every byte as its own. */
    f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 8192, .mmap = EDGEPLAN_SWITCH_OFF});
    charged = ep_footprint_sum(&f, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_CHARGED);
    assert_int_equal(charged.low, charged.high);
}

/* Weights an app packs for itself, beside a table that stays in the file; scratch as far as the prompt writes it. */
static void test_charged_in_parts(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_rules rules = cells_rules();
    (void)state;

    rules.charge = (ep_charge_rule){.weights = EP_CHARGE_ANONYMOUS, .embedding = EP_CHARGE_MAPPED};
    ep_footprint f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 8192});
    assert_int_equal(f.uncharged_weights, shape.embedding_bytes);
    shape.tied_head = 1; /* the table is the output matrix, and packed like the rest */
    f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 8192});
    assert_int_equal(f.uncharged_weights, 0);

    /* Mapped twice by a GPU, both views are of the same clean file. */
    rules.charge = (ep_charge_rule){.weights = EP_CHARGE_WIRED};
    rules.offloaded = rules.placement.tied_head_duplicated = 1;
    f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 8192});
    assert_int_equal(f.uncharged_weights, shape.weights_bytes);
    assert_int_equal(f.uncharged_duplicates, shape.embedding_bytes);
    f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 8192, .mmap = EDGEPLAN_SWITCH_OFF});
    assert_int_equal(f.uncharged_weights + f.uncharged_duplicates, 0);

    rules.compute = (ep_compute_rule){.known = 1, .term_count = 1,
                                      .terms = {{.bytes = 1024, .dimensions = {EP_DIM_CHUNK}, .dimension_count = 1}}};
    f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 8192, .chunk_tokens = 512, .prompt_tokens = 16});
    assert_int_equal(f.part[EP_COMPUTE].expected, 512 * 1024);
    assert_int_equal(f.written_compute, 16 * 1024);
    f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 8192, .chunk_tokens = 512, .prompt_tokens = 600});
    assert_int_equal(f.written_compute, 512 * 1024);
}

/* A loader that holds the file twice more competes with a prompt that is computed at once. */
static void test_copies_of_the_weights_or_a_whole_prompt(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_rules rules = cells_rules();
    ep_footprint f;
    (void)state;

    rules.request.whole_prompt = 1;
    rules.compute = (ep_compute_rule){.known = 1, .term_count = 2,
                                      .terms = {{.bytes = 2, .dimensions = {EP_DIM_WEIGHTS}, .dimension_count = 1, .phase = 1},
                                                {.bytes = 1 << 24, .dimensions = {EP_DIM_CHUNK}, .dimension_count = 1, .phase = 2}}};
    f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 8192, .prompt_tokens = 16});
    assert_int_equal(f.part[EP_COMPUTE].expected, 2 * shape.weights_bytes);
    f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 8192, .prompt_tokens = 8000});
    assert_int_equal(f.part[EP_COMPUTE].expected, UINT64_C(8000) << 24);
    f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 8192, .prompt_tokens = 8000, .chunk_tokens = 4000});
    assert_int_equal(f.part[EP_COMPUTE].expected, UINT64_C(4000) << 24);
    shape.stored_known = 0;
    f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 8192, .prompt_tokens = 16});
    assert_int_equal(f.part[EP_COMPUTE].expected, 16 << 24);
}

/* A prompt of 500 at the depth of 1,000, 36 to decode: two rows of logits of a chunk of them, 1,536 cells of 8,192, code no one counts. */
static void test_written_as_far_as_the_request_goes(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_rules rules = cells_rules();
    ep_preset library = {.present = 1, .chunk_tokens = 512, .outputs = EP_ROWS_CHUNK, .sequences = 2, .unified = EDGEPLAN_SWITCH_ON};
    const edgeplan_request request = {.context_tokens = 8192, .prompt_tokens = 500, .cached_tokens = 1000, .output_tokens = 36};
    ep_footprint f;
    (void)state;

    rules.overhead.code_bytes = 8 << 20;
    rules.compute = (ep_compute_rule){.known = 1, .term_count = 2,
                                      .terms = {{.bytes = 2, .dimensions = {EP_DIM_CHUNK, EP_DIM_CONTEXT}, .dimension_count = 2},
                                                {.bytes = 4, .dimensions = {EP_DIM_VOCABULARY, EP_DIM_OUTPUTS}, .dimension_count = 2}}};
    ep_workload w = resolve(&rules, &library, &shape, request);
    ep_footprint_compute(&rules, &shape, &w, &f);
    const uint64_t reserved = UINT64_C(2) * 512 * 8192 + UINT64_C(4) * 128256 * 512;
    const uint64_t written = UINT64_C(2) * 500 * 1536 + UINT64_C(4) * 128256 * 2;
    const uint64_t rest = f.part[EP_KV].expected + f.part[EP_OUTPUT].expected;

    assert_int_equal(f.part[EP_COMPUTE].expected, reserved);
    assert_int_equal(ep_footprint_sum(&f, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_CHARGED).low, rest + written);
    assert_int_equal(ep_footprint_sum(&f, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_CHARGED).expected,
                     shape.weights_bytes + rest + reserved + (8 << 20));
    assert_int_equal(ep_footprint_sum(&f, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_TOUCHED).expected,
                     shape.weights_bytes + rest + written + (8 << 20));
}

/* Q4_K under 14,336 inputs: 56 blocks of 292 bytes a token. Scores of 32 heads over 8,192 cells, or over the 512 that are filled, in 16
   bit. */
static void test_inputs_of_products(void **state)
{
    const uint64_t widest = UINT64_C(512) * 56 * 292, scores = UINT64_C(512) * 32 * 2;
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_rules rules = cells_rules();
    edgeplan_request request = {.context_tokens = 8192, .prompt_tokens = 512, .output_tokens = 0, .given = ~UINT64_C(0),
                                .kv_k = EDGEPLAN_ELEMENT_F16, .kv_v = EDGEPLAN_ELEMENT_F16};
    (void)state;

    shape.input_bytes = ep_element_input_bytes(EDGEPLAN_ELEMENT_Q4_K, 14336);
    rules.overhead = (ep_overhead_rule){.known = 1, .base_bytes = 1000, .per_tensor_bytes = 6500};
    shape.tensors = 291;
    const uint64_t program = 1000 + 6500 * 291;
    assert_int_equal(footprint_of(&rules, &shape, request).part[EP_RUNTIME].expected, program);
    assert_int_equal(footprint_of(&rules, &shape, request).part[EP_RUNTIME].low, program);
    assert_int_equal(footprint_of(&rules, &shape, request).part[EP_RUNTIME].high, program);
    rules.overhead.base_low_bytes = 400;
    rules.overhead.base_high_bytes = 3000;
    assert_int_equal(footprint_of(&rules, &shape, request).part[EP_RUNTIME].low, program - 600);
    assert_int_equal(footprint_of(&rules, &shape, request).part[EP_RUNTIME].expected, program);
    assert_int_equal(footprint_of(&rules, &shape, request).part[EP_RUNTIME].high, program + 2000);
    rules.overhead.base_low_bytes = rules.overhead.base_high_bytes = 0;
    rules.compute.mechanism = EP_COMPUTE_ARENA;
    assert_int_equal(footprint_of(&rules, &shape, request).part[EP_RUNTIME].expected, program + widest);
    rules.offloaded = 1;
    assert_int_equal(footprint_of(&rules, &shape, request).part[EP_RUNTIME].expected, program);
    rules.offloaded = 0;

    request.flash_attention = EDGEPLAN_SWITCH_OFF;
    const ep_footprint f = footprint_of(&rules, &shape, request);
    assert_int_equal(f.part[EP_RUNTIME].expected, program + scores * 8192);
    const ep_amount touched = ep_footprint_sum(&f, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_TOUCHED);
    const uint64_t rest = f.part[EP_WEIGHTS].expected + f.part[EP_KV].expected + f.part[EP_OUTPUT].expected;
    assert_int_equal(touched.expected, rest + program + scores * 512);
    assert_int_equal(touched.high, rest + program + scores * 8192);
}

/* In one session, or in even parts of as many as the runtime may open. */
static void test_sessions(void **state)
{
    static const struct {
        uint32_t sessions;
        uint64_t hard;
        uint32_t verdict, reason;
    } rows[] = {
        {0, 99, EDGEPLAN_VERDICT_DOES_NOT_FIT, EDGEPLAN_REASON_ABOVE_HARD},
        {1, 99, EDGEPLAN_VERDICT_DOES_NOT_FIT, EDGEPLAN_REASON_ABOVE_HARD},
        {3, 99, EDGEPLAN_VERDICT_TIGHT, EDGEPLAN_REASON_HIGH_ABOVE_HARD},
        {3, 34, EDGEPLAN_VERDICT_TIGHT, EDGEPLAN_REASON_HIGH_ABOVE_HARD},
        {3, 33, EDGEPLAN_VERDICT_DOES_NOT_FIT, EDGEPLAN_REASON_ABOVE_HARD},
        {3, 100, EDGEPLAN_VERDICT_FITS, EDGEPLAN_REASON_WITHIN_SAFE},
    };
    ep_footprint f = {.offloaded = 1, .uncharged_weights = 100};
    (void)state;

    for (int c = 0; c < EP_COMPONENT_COUNT; c++)
        f.part[c].basis = EDGEPLAN_MEMORY_BASIS_EXACT;
    f.part[EP_WEIGHTS] = (ep_amount){100, 100, 100, EDGEPLAN_MEMORY_BASIS_EXACT};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ep_limit limit = {.kind = EDGEPLAN_LIMIT_SESSION, .measure = EDGEPLAN_MEASURE_CHARGED, .hard_bytes = rows[i].hard,
                          .sessions = rows[i].sessions};
        ep_ruling ruling = ep_limit_rule_on(&limit, &f, 0);
        if (ruling.verdict != rows[i].verdict || ruling.reason != rows[i].reason)
            fail_msg("row %zu: verdict %u, reason %u", i, ruling.verdict, ruling.reason);
    }
}

/* A tied table on an offloading path: once with the rest on the device, once on the host (LFM2-1.2B on Vulkan: 728.5 + 110.1 MB). */
static void test_tied_head_twice(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_rules rules = cells_rules();
    (void)state;

    shape.tied_head = 1;
    rules.offloaded = 1;
    rules.placement.tied_head_duplicated = rules.placement.embedding_on_host = 1;
    ep_footprint f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 256});
    assert_int_equal(f.part[EP_DUPLICATED].expected, shape.embedding_bytes);
    assert_int_equal(ep_footprint_part(&f, EP_WEIGHTS, EDGEPLAN_PLACE_DEVICE).expected, shape.weights_bytes);
    assert_int_equal(ep_footprint_part(&f, EP_DUPLICATED, EDGEPLAN_PLACE_HOST).expected, shape.embedding_bytes);

    shape.tied_head = 0; /* untied: the table alone stays with the CPU */
    f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 256});
    assert_int_equal(f.part[EP_DUPLICATED].expected, 0);
    assert_int_equal(ep_footprint_part(&f, EP_WEIGHTS, EDGEPLAN_PLACE_HOST).expected, shape.embedding_bytes);
}

static void test_repacked_only_while_mapped(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_rules rules = cells_rules();
    (void)state;

    shape.repacked_bytes = 1000;
    ep_footprint f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 256});
    assert_int_equal(f.part[EP_DUPLICATED].expected, 1000);
    f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 256, .mmap = EDGEPLAN_SWITCH_OFF});
    assert_int_equal(f.part[EP_DUPLICATED].expected, 0);
}

/* Gemma-4-E2B as Q4_0, read: llama.cpp v0.5.0 holds 3,664,002,144 bytes of 3,333,700,704 in the file, its table of 262,144 rows of
   1,536 in Q6_K twice (tests/oracle); mapped, both tensors are the same pages. */
static void test_tied_head_read_twice(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_rules rules = cells_rules();
    (void)state;

    shape.tied_head = shape.head_read_twice = 1;
    shape.embedding_bytes = UINT64_C(262144) * 1536 / 256 * 210;
    ep_footprint f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 256, .mmap = EDGEPLAN_SWITCH_OFF});
    assert_int_equal(f.part[EP_DUPLICATED].expected, UINT64_C(3664002144) - UINT64_C(3333700704));
    f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 256});
    assert_int_equal(f.part[EP_DUPLICATED].expected, 0);
    shape.head_repacked = 1; /* then the second tensor is the repacked one: never a third */
    f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 256, .mmap = EDGEPLAN_SWITCH_OFF});
    assert_int_equal(f.part[EP_DUPLICATED].expected, shape.embedding_bytes);
}

/* Places are a partition: host and device make up everything, component by component. */
static void test_places_add_up(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_rules rules = cells_rules();
    (void)state;

    rules.offloaded = 1;
    rules.placement.embedding_on_host = 1;
    ep_footprint f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 4096});
    for (int i = 0; i < EP_COMPONENT_COUNT; i++) {
        ep_component c = (ep_component)i;
        uint64_t host = ep_footprint_part(&f, c, EDGEPLAN_PLACE_HOST).expected;
        uint64_t device = ep_footprint_part(&f, c, EDGEPLAN_PLACE_DEVICE).expected;
        assert_int_equal(host + device, f.part[i].expected);
    }

    /* All weights with the CPU, the cache not; a copy in its layout is the app's own. */
    rules.placement.weights_on_host = 1;
    rules.charge.weights = EP_CHARGE_WIRED;
    shape.repacked_bytes = 1000;
    f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 4096});
    assert_int_equal(ep_footprint_part(&f, EP_WEIGHTS, EDGEPLAN_PLACE_DEVICE).high, 0);
    assert_int_equal(ep_footprint_part(&f, EP_WEIGHTS, EDGEPLAN_PLACE_HOST).expected, shape.weights_bytes);
    assert_int_equal(ep_footprint_part(&f, EP_KV, EDGEPLAN_PLACE_DEVICE).expected, f.part[EP_KV].expected);
    assert_int_equal(f.part[EP_DUPLICATED].low, 1000);
    assert_int_equal(f.uncharged_duplicates, 0);
}

/* What a GPU grants as one block is asked of what lies there: neither a table that only the CPU reads nor the cache of its layers. */
static void test_largest_on_the_device(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_rules rules = cells_rules();
    ep_limit limit = {.kind = EDGEPLAN_LIMIT_BUFFER, .safe_bytes = 1};
    edgeplan_memory memory = {0};
    ep_first_layers first[32] = {{0, 0}};
    const uint32_t run_of[32] = {0};
    (void)state;

    shape.first = first;
    shape.run_of = run_of;
    rules.offloaded = rules.placement.embedding_on_host = 1;
    rules.placement.offload = EP_OFFLOAD_LAYERS;
    shape.lookup_bytes = shape.largest_tensor_bytes = shape.weights_bytes - shape.embedding_bytes - 5000;
    ep_footprint f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 256, .gpu_layers = 33});
    assert_int_equal(f.largest_buffer, shape.lookup_bytes);
    assert_int_equal(ep_limit_demand(&limit, &f, &no_file).high, f.part[EP_KV].high);

    /* With 8 of 32 layers and the head on the GPU, three quarters of the cache are not there. */
    f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 131072, .gpu_layers = 9});
    assert_int_equal(f.largest_buffer, f.part[EP_KV].high / 4 * 3);
    assert_int_equal(ep_limit_demand(&limit, &f, &no_file).high, f.part[EP_KV].high / 4);
    ep_footprint_memory(&f, EDGEPLAN_PLACE_DEVICE, EDGEPLAN_MEASURE_RESERVED, &memory);
    assert_int_equal(memory.largest_buffer_bytes, f.part[EP_KV].high / 4);
}

/* Where each tensor is an allocation: of 32 equal layers one, and of the scratch its largest term, of one layer; with two widths the wider;
   with windows that save, nothing is known of a layer's share. */
static void test_tensors_apart(void **state)
{
    ep_run runs[2];
    ep_shape shape = llama_3_1_8b(runs);
    ep_rules rules = cells_rules();
    (void)state;

    rules.placement.tensor_buffers = rules.offloaded = 1;
    shape.largest_tensor_bytes = 1;
    edgeplan_request request = {.context_tokens = 131072, .chunk_tokens = 1000};
    ep_footprint f = footprint_of(&rules, &shape, request);
    assert_int_equal(f.largest_buffer, UINT64_C(4096) * 131072);
    assert_int_equal(f.largest_on_device, f.part[EP_KV].high / 32);

    rules.compute.terms[0] = (ep_term){4, {EP_DIM_CHUNK, EP_DIM_VOCABULARY}, 2, 0, EP_WHEN_ALWAYS};
    rules.compute.terms[1] = (ep_term){8, {EP_DIM_CONTEXT, EP_DIM_KV_HEADS, EP_DIM_HEAD_WIDTH, EP_DIM_LAYERS}, 4, 0, EP_WHEN_ALWAYS};
    rules.compute.term_count = 2;
    f = footprint_of(&rules, &shape, request);
    assert_int_equal(f.largest_on_device, UINT64_C(8) * 131072 * 8 * 128);
    request.context_tokens = 1024;
    f = footprint_of(&rules, &shape, request);
    assert_int_equal(f.largest_on_device, UINT64_C(4) * 1000 * 128256);

    rules.compute.term_count = 0;
    runs[1] = runs[0];
    runs[0].count = runs[1].count = 16;
    runs[1].layer.kv_heads = 4;
    shape.run_count = 2;
    f = footprint_of(&rules, &shape, request);
    assert_int_equal(f.largest_on_device, 4096 * 1024);
    shape.has_window = 1;
    f = footprint_of(&rules, &shape, request);
    assert_int_equal(f.largest_on_device, f.part[EP_KV].high);
}

/* A runtime that says nothing of its cache's types: the cache is missing, and nothing else suffers from it. */
static void test_cache_of_no_type(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_rules rules = cells_rules();
    ep_footprint f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 4096, .kv_v = EDGEPLAN_ELEMENT_NONE});
    (void)state;

    assert_int_equal(f.part[EP_KV].basis, EDGEPLAN_MEMORY_BASIS_MISSING);
    assert_int_equal(f.overflow, 0);
    assert_int_equal(f.largest_buffer, shape.largest_tensor_bytes > f.part[EP_COMPUTE].high ? shape.largest_tensor_bytes
                                                                                         : f.part[EP_COMPUTE].high);
}

/* Llama 3.1 8B in llama.cpp v0.5.0, one sequence, 4,096 tokens, chunk 512: 120.0 MiB with flash attention, 308.0 without, 266.5 with
   outputs for a whole chunk; figures of the library's own report. Terms as in lib/registry/runtimes.yaml, up to the arena's holes. */
static void test_workspace(void **state)
{
    ep_run runs[1];
    ep_shape shape = llama_3_1_8b(runs);
    ep_rules rules = cells_rules();
    ep_term terms[] = {
        {4, {EP_DIM_CHUNK, EP_DIM_HIDDEN}, 2, 0, EP_WHEN_ALWAYS},
        {2, {EP_DIM_CONTEXT, EP_DIM_CHUNK}, 2, 1, EP_WHEN_FLASH_ATTENTION},
        {4, {EP_DIM_CONTEXT, EP_DIM_CHUNK}, 2, 1, EP_WHEN_NO_FLASH_ATTENTION},
        {4, {EP_DIM_CHUNK, EP_DIM_HIDDEN}, 2, 1, EP_WHEN_ALWAYS},
        {12, {EP_DIM_CHUNK, EP_DIM_FFN}, 2, 1, EP_WHEN_ALWAYS},
        {4, {EP_DIM_VOCABULARY, EP_DIM_OUTPUTS}, 2, 2, EP_WHEN_ALWAYS},
        {4, {EP_DIM_QUERY_HEADS, EP_DIM_CONTEXT, EP_DIM_CHUNK}, 3, 3, EP_WHEN_NO_FLASH_ATTENTION},
        {4, {EP_DIM_CONTEXT, EP_DIM_CHUNK}, 2, 3, EP_WHEN_NO_FLASH_ATTENTION},
    };
    ep_preset cli = cli_preset();
    (void)state;

    rules.compute.term_count = sizeof terms / sizeof *terms;
    for (uint32_t i = 0; i < rules.compute.term_count; i++)
        rules.compute.terms[i] = terms[i];
    ep_workload w = resolve(&rules, &cli, &shape, (edgeplan_request){.context_tokens = 4096});
    double mib = (double)ep_workspace_bytes(&rules, &shape, &w) / (1 << 20);
    assert_true(mib > 0.85 * 120.0 && mib < 1.15 * 120.0);
    w.flash_attention = 0;
    mib = (double)ep_workspace_bytes(&rules, &shape, &w) / (1 << 20);
    assert_true(mib > 0.85 * 308.0 && mib < 1.15 * 308.0);
    w.flash_attention = 1;
    w.output_rows = 512;
    mib = (double)ep_workspace_bytes(&rules, &shape, &w) / (1 << 20);
    assert_true(mib > 0.85 * 266.5 && mib < 1.15 * 266.5);
}

/* The table of design: each verdict, each reason. Demands in units, limits likewise. */
static void test_verdicts(void **state)
{
    static const struct {
        uint64_t low, uncharged, safe, hard;
        int missing, soft;
        uint32_t verdict, reason;
        uint64_t more; /* that it may be beside */
    } rows[] = {
        {50, 0, 60, 80, 0, 0, EDGEPLAN_VERDICT_FITS, EDGEPLAN_REASON_WITHIN_SAFE, 0},
        {70, 0, 60, 80, 0, 0, EDGEPLAN_VERDICT_TIGHT, EDGEPLAN_REASON_ABOVE_SAFE, 0},
        {50, 40, 60, 80, 0, 0, EDGEPLAN_VERDICT_TIGHT, EDGEPLAN_REASON_MAPPED_WEIGHTS, 0},
        {50, 20, 60, 80, 0, 0, EDGEPLAN_VERDICT_TIGHT, EDGEPLAN_REASON_ABOVE_SAFE, 0},
        {50, 20, 60, 80, 0, 0, EDGEPLAN_VERDICT_TIGHT, EDGEPLAN_REASON_MAPPED_WEIGHTS, 20},
        {50, 20, 60, 80, 0, 0, EDGEPLAN_VERDICT_TIGHT, EDGEPLAN_REASON_HIGH_ABOVE_HARD, 40}, /* mapped pages do not decide it */
        {90, 0, 60, 80, 0, 0, EDGEPLAN_VERDICT_DOES_NOT_FIT, EDGEPLAN_REASON_ABOVE_HARD, 0},
        {90, 0, 60, 80, 1, 0, EDGEPLAN_VERDICT_DOES_NOT_FIT, EDGEPLAN_REASON_ABOVE_HARD, 0},
        {10, 0, 60, 80, 1, 0, EDGEPLAN_VERDICT_UNKNOWN, EDGEPLAN_REASON_MISSING_COMPONENT, 0},
        {10, 0, 0, 0, 0, 0, EDGEPLAN_VERDICT_UNKNOWN, EDGEPLAN_REASON_MISSING_LIMIT, 0},
        {90, 0, 60, 80, 0, 1, EDGEPLAN_VERDICT_TIGHT, EDGEPLAN_REASON_SOFT_LIMIT, 0},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ep_limit limit = {.kind = EDGEPLAN_LIMIT_TOTAL, .measure = EDGEPLAN_MEASURE_CHARGED, .soft = (uint32_t)rows[i].soft,
                          .safe_bytes = rows[i].safe, .hard_bytes = rows[i].hard};
        ep_footprint f = {.uncharged_weights = rows[i].uncharged};
        uint64_t all = rows[i].low + rows[i].uncharged;
        for (int c = 0; c < EP_COMPONENT_COUNT; c++)
            f.part[c].basis = EDGEPLAN_MEMORY_BASIS_EXACT;
        f.part[EP_WEIGHTS] = (ep_amount){all, all, all, EDGEPLAN_MEMORY_BASIS_EXACT};
        f.part[EP_RUNTIME].high = rows[i].more;
        if (rows[i].missing)
            f.part[EP_COMPUTE].basis = EDGEPLAN_MEMORY_BASIS_MISSING;
        ep_ruling ruling = ep_limit_rule_on(&limit, &f, &no_file);
        if (ruling.verdict != rows[i].verdict || ruling.reason != rows[i].reason)
            fail_msg("row %zu: verdict %u, reason %u", i, ruling.verdict, ruling.reason);
    }
}

/* More context never lowers weights, cache or state; a smaller limit never improves a verdict. */
static void test_monotone(void **state)
{
    ep_run runs[2];
    ep_shape shape = gemma_3_4b(runs);
    ep_rules rules = cells_rules();
    uint64_t before[EP_COMPONENT_COUNT] = {0};
    uint32_t verdict = EDGEPLAN_VERDICT_NONE;
    (void)state;

    for (uint64_t context = 1; context <= 131072; context += 997) {
        ep_footprint f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = context});
        for (int c = EP_WEIGHTS; c <= EP_STATE; c++) {
            assert_true(f.part[c].expected >= before[c]);
            before[c] = f.part[c].expected;
        }
    }
    ep_footprint f = footprint_of(&rules, &shape, (edgeplan_request){.context_tokens = 8192});
    for (uint64_t bytes = UINT64_C(1) << 34; bytes > 1; bytes /= 2) {
        ep_limit limit = {.kind = EDGEPLAN_LIMIT_TOTAL, .measure = EDGEPLAN_MEASURE_CHARGED, .safe_bytes = bytes / 2, .hard_bytes = bytes};
        uint32_t now = ep_limit_rule_on(&limit, &f, &no_file).verdict;
        assert_false(ep_verdict_worse(verdict, now));
        verdict = now;
    }
    assert_int_equal(verdict, EDGEPLAN_VERDICT_DOES_NOT_FIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_charged_is_an_interval),
        cmocka_unit_test(test_charged_in_parts),
        cmocka_unit_test(test_inputs_of_products),
        cmocka_unit_test(test_sessions),
        cmocka_unit_test(test_tied_head_twice),
        cmocka_unit_test(test_repacked_only_while_mapped),
        cmocka_unit_test(test_tied_head_read_twice),
        cmocka_unit_test(test_copies_of_the_weights_or_a_whole_prompt),
        cmocka_unit_test(test_written_as_far_as_the_request_goes),
        cmocka_unit_test(test_places_add_up),
        cmocka_unit_test(test_largest_on_the_device),
        cmocka_unit_test(test_tensors_apart),
        cmocka_unit_test(test_cache_of_no_type),
        cmocka_unit_test(test_workspace),
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_monotone),
    };
    return cmocka_run_group_tests_name("sizing: footprint and limits", tests, NULL, NULL);
}
