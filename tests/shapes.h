/* Shapes and rules written out by hand for the tests of the pure floors. Dimensions are the published ones. */
#ifndef EP_TESTS_SHAPES_H
#define EP_TESTS_SHAPES_H

#include "model/run.h"
#include "registry/rules.h"
#include "sizing/workload.h"

/* Gemma 3 4B: 29 layers with a window of 1,024, 5 without; 4 KV heads of 256 (config.json of google/gemma-3-4b-it). */
static inline ep_shape gemma_3_4b(ep_run runs[2])
{
    runs[0] = (ep_run){.layer = {.attention = EDGEPLAN_ATTENTION_GROUPED, .span = EDGEPLAN_SPAN_WINDOW, .query_heads = 8,
                                 .kv_heads = 4, .key_width = 256, .value_width = 256, .span_tokens = 1024,
                                 .feed_forward = EDGEPLAN_FEED_FORWARD_DENSE, .ffn_width = 10240},
                       .count = 29};
    runs[1] = runs[0];
    runs[1].layer.span = EDGEPLAN_SPAN_ALL;
    runs[1].layer.span_tokens = 0;
    runs[1].count = 5;
    return (ep_shape){.runs = runs, .run_count = 2, .stored_known = 1, .layers = 34, .hidden_width = 2560, .vocabulary = 262208,
                      .trained_context_tokens = 131072, .has_window = 1, .max_query_heads = 8, .max_kv_heads = 4,
                      .max_head_width = 256, .max_ffn_width = 10240};
}

/* Llama 3.1 8B: 32 equal layers, 8 KV heads of 128 (config.json of meta-llama/Llama-3.1-8B). Bytes are those of 4.5 bits a weight. */
static inline ep_shape llama_3_1_8b(ep_run runs[1])
{
    const uint64_t body = UINT64_C(32) * (4096 * 4096 * 2 + 2 * 1024 * 4096 + 3 * 14336 * UINT64_C(4096));
    const uint64_t table = UINT64_C(128256) * 4096;
    runs[0] = (ep_run){.layer = {.attention = EDGEPLAN_ATTENTION_GROUPED, .query_heads = 32, .kv_heads = 8, .key_width = 128,
                                 .value_width = 128, .feed_forward = EDGEPLAN_FEED_FORWARD_DENSE, .ffn_width = 14336},
                       .count = 32, .dense_parameters = body, .dense_bytes = body * 9 / 16};
    return (ep_shape){.runs = runs, .run_count = 1, .stored_known = 1, .layers = 32, .hidden_width = 4096, .vocabulary = 128256,
                      .trained_context_tokens = 131072, .parameters = body + 2 * table, .embedding_bytes = table * 9 / 16,
                      .embedding_row_bytes = 4096 * 9 / 16, .head_bytes = table * 9 / 16, .head_parameters = table,
                      .weights_bytes = (body + 2 * table) * 9 / 16, .expanded_low_bytes = (body + 2 * table) * 9 / 16,
                      .expanded_high_bytes = (body + 2 * table) * 9 / 16, .largest_tensor_bytes = table * 9 / 16,
                      .max_ffn_width = 14336, .max_query_heads = 32, .max_kv_heads = 8, .max_head_width = 128};
}

/* llama.cpp v0.5.0, as lib/registry/runtimes.yaml has it. */
static inline ep_rules cells_rules(void)
{
    return (ep_rules){.context = {.step = 256, .split = EP_SPLIT_SEQUENCES},
                      .cache = {.mechanism = EP_CACHE_CELLS, .step = 256, .window_plus = EP_PLUS_CHUNK,
                                .window_times = EP_TIMES_SEQUENCES_IF_UNIFIED,
                                .value_rows = EP_VALUES_WIDEST_WITHOUT_FLASH_ATTENTION},
                      .state = {1, EDGEPLAN_ELEMENT_F32, EDGEPLAN_ELEMENT_F32, EP_ROWS_SEQUENCES},
                      .output = {1, EDGEPLAN_ELEMENT_F32},
                      .compute = {.known = 1},
                      .placement = {.mapped = EDGEPLAN_SWITCH_ON, .expands = EDGEPLAN_ELEMENT_NONE, .may_expand = EDGEPLAN_ELEMENT_NONE},
                      .charge = {.weights = EP_CHARGE_MAPPED},
                      .overhead = {.known = 1},
                      .reads = {.step = 256}};
}

static inline ep_preset cli_preset(void)
{
    return (ep_preset){.present = 1, .window_saves = EDGEPLAN_SWITCH_ON, .chunk_tokens = 512, .outputs = EP_ROWS_COUNT, .output_rows = 1};
}

static inline ep_workload resolve(const ep_rules *rules, const ep_preset *preset, const ep_shape *shape, edgeplan_request request)
{
    ep_workload workload;
    (void)ep_workload_resolve(rules, preset, shape, EDGEPLAN_ELEMENT_F16, &request, &workload);
    return workload;
}

#endif
