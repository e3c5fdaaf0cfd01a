/* Source: src/models of llama.cpp v0.5.0, one file an architecture, and the graphs the library builds for it. */
#include "model/graph_traits.h"

#include <stddef.h>

#include "base/text.h"

typedef struct family_graph {
    const char *family; /* as models and runtimes name it */
    ep_graph graph;
} family_graph;

#define GRAPH(...) {.known = 1, __VA_ARGS__}
#define USUAL {.known = 1}
#define NORMS_AFTER (EP_GRAPH_NO_PRE_NORMS | EP_GRAPH_POST_NORMS)
#define HYBRID EP_GRAPH_FETCHES_AHEAD
#define SHORT_CONVOLUTION (HYBRID | EP_GRAPH_MIXER_INTO_RESIDUAL | EP_GRAPH_FFN_INTO_RESIDUAL)
#define PER_LAYER (EP_GRAPH_PICKS_AT_END | EP_GRAPH_PER_LAYER_INPUT | EP_GRAPH_FIRST_FOR_ALL)

static const family_graph llama_cpp_0_5[] = {
    {"llama", USUAL},
    {"llama4", GRAPH(.weights = EP_WEIGHTS_BEFORE, .traits = EP_GRAPH_WARMED, .plain_period = 4)},
    {"mistral", USUAL},
    {"ministral3", USUAL},
    {"mixtral", USUAL},
    {"qwen2", USUAL},
    {"qwen3", USUAL},
    {"qwen3_moe", USUAL},
    {"gemma", USUAL},
    {"gemma2", GRAPH(.traits = EP_GRAPH_POST_NORMS)},
    {"gemma3", GRAPH(.traits = EP_GRAPH_POST_NORMS)},
    {"granite", USUAL},
    {"granite_moe", USUAL},
    {"minicpm", USUAL},
    {"minicpm3", GRAPH(.traits = EP_GRAPH_SCALED_AT_END)},
    {"hunyuan_dense", GRAPH(.traits = EP_GRAPH_NORMS_AFTER_ROPE)},
    {"ernie4_5", USUAL},
    {"ernie4_5_moe", GRAPH(.traits = EP_GRAPH_ROUTER_BIAS)},
    {"olmoe", GRAPH(.weights = EP_WEIGHTS_PLAIN, .traits = EP_GRAPH_WHOLE_NORMS)},
    {"smollm3", GRAPH(.plain_period = 4)},
    {"olmo2", GRAPH(.traits = NORMS_AFTER | EP_GRAPH_WHOLE_NORMS)},
    {"olmo3", GRAPH(.traits = NORMS_AFTER | EP_GRAPH_WHOLE_NORMS)},
    {"exaone4", GRAPH(.traits = NORMS_AFTER)},
    {"arcee", GRAPH(.traits = EP_GRAPH_NO_GATE)},
    {"nemotron", GRAPH(.traits = EP_GRAPH_LAYER_NORM | EP_GRAPH_NO_GATE | EP_GRAPH_NORM_BIASES)},
    {"starcoder2", GRAPH(.traits = EP_GRAPH_LAYER_NORM | EP_GRAPH_NO_GATE | EP_GRAPH_POST_NORMS | EP_GRAPH_OUTPUT_BIAS)},
    {"glm4", GRAPH(.traits = EP_GRAPH_POST_NORMS | EP_GRAPH_FUSED_GATE_UP)},
    {"cohere2", GRAPH(.projections = EP_PROJECT_BESIDE_NETWORK, .traits = EP_GRAPH_LAYER_NORM, .plain_period = 4)},
    {"command-r", GRAPH(.projections = EP_PROJECT_BESIDE_NETWORK, .traits = EP_GRAPH_LAYER_NORM)},
    {"bitnet", GRAPH(.traits = EP_GRAPH_SUB_NORMS)},
    {"qwen2_vl", GRAPH(.traits = EP_GRAPH_FOUR_POSITIONS)},
    {"qwen3_vl", GRAPH(.traits = EP_GRAPH_FOUR_POSITIONS, .stacked = 3)},
    {"qwen3_vl_moe", GRAPH(.traits = EP_GRAPH_FOUR_POSITIONS, .stacked = 3)},
    {"qwen2_moe", GRAPH(.weights = EP_WEIGHTS_PLAIN, .traits = EP_GRAPH_SHARED_GATE)},
    {"phi3", GRAPH(.projections = EP_PROJECT_FUSED, .traits = EP_GRAPH_FUSED_GATE_UP | EP_GRAPH_FFN_INTO_RESIDUAL)},
    {"phimoe", GRAPH(.traits = EP_GRAPH_FFN_INTO_RESIDUAL | EP_GRAPH_OUTPUT_BIAS)},
    {"gpt-oss", GRAPH(.weights = EP_WEIGHTS_SOFTMAX, .traits = EP_GRAPH_PICKS_AT_END | EP_GRAPH_SINKS)},
    {"deepseek2", GRAPH(.weights = EP_WEIGHTS_PLAIN)},
    {"granite_hybrid", GRAPH(.recurrence = EP_STATE_SPACE_HEADS, .traits = HYBRID)},
    {"nemotron_h", GRAPH(.recurrence = EP_STATE_SPACE_HEADS, .plain_period = 1,
                         .traits = HYBRID | EP_GRAPH_PICKS_AT_END | EP_GRAPH_NO_GATE | EP_GRAPH_ROUTER_BIAS)},
    {"falcon_h1", GRAPH(.recurrence = EP_STATE_SPACE_HEADS)},
    {"jamba", GRAPH(.weights = EP_WEIGHTS_PLAIN, .recurrence = EP_STATE_SPACE_NORMED, .plain_period = 1,
                    .traits = HYBRID | EP_GRAPH_MIXER_INTO_RESIDUAL | EP_GRAPH_FFN_INTO_RESIDUAL)},
    {"mamba", GRAPH(.recurrence = EP_STATE_SPACE_CHANNELS, .traits = HYBRID)},
    {"mamba2", GRAPH(.recurrence = EP_STATE_SPACE_HEADS, .traits = HYBRID)},
    {"lfm2", GRAPH(.traits = SHORT_CONVOLUTION)},
    {"lfm2_moe", GRAPH(.traits = SHORT_CONVOLUTION | EP_GRAPH_ROUTER_BIAS)},
    {"rwkv7", GRAPH(.traits = HYBRID | EP_GRAPH_LAYER_NORM | EP_GRAPH_FIRST_FOR_ALL)},
    {"qwen3_next", GRAPH(.projections = EP_PROJECT_GATED, .recurrence = EP_DELTA_TOGETHER,
                         .traits = EP_GRAPH_PICKS_AT_END | EP_GRAPH_SHARED_GATE)},
    {"qwen3_5", GRAPH(.projections = EP_PROJECT_GATED, .recurrence = EP_DELTA_APART,
                      .traits = EP_GRAPH_PICKS_AT_END | EP_GRAPH_FOUR_POSITIONS)},
    {"qwen3_5_moe", GRAPH(.projections = EP_PROJECT_GATED, .recurrence = EP_DELTA_APART,
                          .traits = EP_GRAPH_PICKS_AT_END | EP_GRAPH_FOUR_POSITIONS | EP_GRAPH_SHARED_GATE)},
    {"gemma3n", GRAPH(.projections = EP_PROJECT_NORMED_VALUES, .traits = PER_LAYER, .streams = 4, .low_rank = 64,
                      .sparse_layers = 10)},
    {"gemma4", GRAPH(.projections = EP_PROJECT_NORMED_VALUES, .traits = PER_LAYER | EP_GRAPH_EXPERTS_BESIDE)},
};

ep_graph ep_graph_find(uint32_t graphs, const char *family)
{
    static const ep_graph unknown = {0};

    if (graphs != EP_GRAPHS_LLAMA_CPP_0_5)
        return unknown;
    for (size_t i = 0; i < sizeof llama_cpp_0_5 / sizeof llama_cpp_0_5[0]; i++)
        if (ep_equal(llama_cpp_0_5[i].family, family))
            return llama_cpp_0_5[i].graph;
    return unknown;
}
