/* Feed-forward networks of llama.cpp v0.5.0. Sources: src/llama-graph.cpp (build_ffn, build_moe_ffn), src/models/phi3.cpp,
   deepseek2.cpp, granite-hybrid.cpp, llama4.cpp, openai-moe.cpp, qwen3next.cpp, starcoder2.cpp, command-r.cpp, nemotron-h.cpp; order
   and storage as in graphs dumped from the library. */
#include "sizing/graph_steps.h"

enum { NORMED = EP_A, GATE = EP_B, UP = EP_C, PRODUCT = EP_D, ROUTER = EP_E, ORDER = EP_F, WEIGHTS = EP_G, SUM = EP_H,
       DOWN = EP_I };

#define NORM {.makes = NORMED, .width = EP_W_HIDDEN, .rows = EP_N_ROWS, .unless = EP_IF_NO_PRE_NORM}

/* The residual sum lands in what the network yields, or where the residual was. */
#define ADD_RESIDUAL                                     \
    {.frees = {EP_MIDDLE}, .unless = EP_IF_FFN_INTO_RESIDUAL}, \
    {.makes = EP_RESIDUAL, .width = EP_MIDDLE, .rows = EP_N_OVER, .frees = {EP_RESIDUAL}, .when = EP_IF_FFN_INTO_RESIDUAL}, \
    {.frees = {EP_KEPT}, .when = EP_IF_UNSTACKS}, \
    {.frees = {EP_SLICE}, .when = EP_IF_STACKED}

static const ep_step dense[] = {
    NORM,
    EP_PRODUCT(GATE, EP_W_FFN, EP_N_ROWS, FFN_GATE, 0),
    EP_PRODUCT(UP, EP_W_FFN, EP_N_ROWS, FFN_UP, NORMED),
    EP_MAKE(PRODUCT, EP_W_FFN, EP_N_ROWS, GATE, UP),
    EP_PRODUCT(EP_RESIDUAL, EP_W_HIDDEN, EP_N_ROWS, FFN_DOWN, PRODUCT),
    ADD_RESIDUAL,
};
const ep_steps ep_graph_dense = EP_STEPS(dense);

/* Its bias and activation are done in place. */
static const ep_step ungated[] = {
    NORM,
    EP_PRODUCT(UP, EP_W_FFN, EP_N_ROWS, FFN_UP, NORMED),
    EP_PRODUCT(EP_RESIDUAL, EP_W_HIDDEN, EP_N_ROWS, FFN_DOWN, UP),
    ADD_RESIDUAL,
};
const ep_steps ep_graph_ungated = EP_STEPS(ungated);

static const ep_step fused[] = {
    NORM,
    EP_PRODUCT(GATE, EP_W_FFN_2, EP_N_ROWS, FFN_UP, NORMED),
    EP_MAKE(PRODUCT, EP_W_FFN, EP_N_ROWS, GATE),
    EP_PRODUCT(EP_RESIDUAL, EP_W_HIDDEN, EP_N_ROWS, FFN_DOWN, PRODUCT),
    ADD_RESIDUAL,
};
const ep_steps ep_graph_fused = EP_STEPS(fused);

/* Router, then the chosen experts side by side, then their sum; a shared expert beside it. */
#define ROUTE \
    NORM, EP_PRODUCT(ROUTER, EP_W_EXPERTS, EP_N_ROWS, ROUTER, 0), \
    {.makes = SUM, .width = EP_W_EXPERTS, .rows = EP_N_ROWS, .when = EP_IF_ROUTER_BIAS}, \
    EP_MAKE(ORDER, EP_W_EXPERTS, EP_N_ROWS, SUM), EP_MAKE(WEIGHTS, EP_W_USED, EP_N_ROWS, ROUTER), \
    {.makes = WEIGHTS, .width = EP_W_USED, .rows = EP_N_ROWS, .frees = {WEIGHTS}, .when = EP_IF_SOFTMAX}, \
    {.makes = SUM, .width = EP_W_ONE, .rows = EP_N_ROWS, .when = EP_IF_NORMED}, \
    {.makes = WEIGHTS, .width = EP_W_USED, .rows = EP_N_ROWS, .frees = {WEIGHTS, SUM}, .when = EP_IF_NORMED}
#define SUM_UP \
    EP_COPY_STATE_ROWS(, .weight = EP_FETCHED_HERE, .when = EP_IF_FETCHES), \
    EP_PRODUCT(DOWN, EP_W_USED_HIDDEN, EP_N_ROWS, EXPERT_DOWN, PRODUCT, ORDER), EP_FREE(WEIGHTS), \
    EP_MAKE(EP_RESIDUAL, EP_W_HIDDEN, EP_N_ROWS, DOWN), \
    EP_FETCH(0)

/* A shared expert, which may have a gate of its own. */
#define SHARED_EXPERT \
    {.makes = GATE, .width = EP_W_SHARED, .rows = EP_N_ROWS, .weight = EDGEPLAN_ROLE_SHARED_GATE, .when = EP_IF_SHARED}, \
    {.makes = UP, .width = EP_W_SHARED, .rows = EP_N_ROWS, .weight = EDGEPLAN_ROLE_SHARED_UP, .when = EP_IF_SHARED}, \
    {.frees = {NORMED}, .when = EP_IF_SHARED, .unless = EP_IF_SHARED_GATE}, \
    {.makes = PRODUCT, .width = EP_W_SHARED, .rows = EP_N_ROWS, .frees = {GATE, UP}, .when = EP_IF_SHARED}, \
    {.makes = DOWN, .width = EP_W_HIDDEN, .rows = EP_N_ROWS, .weight = EDGEPLAN_ROLE_SHARED_DOWN, .frees = {PRODUCT}, \
     .when = EP_IF_SHARED}, \
    {.makes = GATE, .width = EP_W_ONE, .rows = EP_N_ROWS, .frees = {NORMED}, .when = EP_IF_SHARED | EP_IF_SHARED_GATE}, \
    {.frees = {GATE, DOWN}, .when = EP_IF_SHARED}

static const ep_step experts[] = {
    ROUTE,
    EP_PRODUCT(GATE, EP_W_USED_FFN, EP_N_ROWS, EXPERT_GATE, 0),
    EP_PRODUCT(UP, EP_W_USED_FFN, EP_N_ROWS, EXPERT_UP, 0),
    {.frees = {NORMED}, .unless = EP_IF_SHARED},
    EP_MAKE(PRODUCT, EP_W_USED_FFN, EP_N_ROWS, GATE, UP),
    SUM_UP,
    SHARED_EXPERT,
    ADD_RESIDUAL,
};
const ep_steps ep_graph_experts = EP_STEPS(experts);

/* Experts are chosen before the weights are known, and read what was multiplied by these. */
enum { WEIGHTED = EP_J };
static const ep_step weighted_experts[] = {
    NORM,
    EP_PRODUCT(ROUTER, EP_W_EXPERTS, EP_N_ROWS, ROUTER, 0),
    EP_MAKE(SUM, EP_W_EXPERTS, EP_N_ROWS, 0),
    EP_MAKE(ORDER, EP_W_EXPERTS, EP_N_ROWS, ROUTER),
    EP_MAKE(WEIGHTS, EP_W_USED, EP_N_ROWS, SUM),
    EP_MAKE(WEIGHTED, EP_W_USED_HIDDEN, EP_N_ROWS, 0),
    EP_FREE(WEIGHTS),
    EP_PRODUCT(GATE, EP_W_USED_FFN, EP_N_ROWS, EXPERT_GATE, 0),
    EP_PRODUCT(UP, EP_W_USED_FFN, EP_N_ROWS, EXPERT_UP, WEIGHTED),
    {.frees = {NORMED}, .unless = EP_IF_SHARED},
    EP_MAKE(PRODUCT, EP_W_USED_FFN, EP_N_ROWS, GATE, UP),
    SUM_UP,
    SHARED_EXPERT,
    ADD_RESIDUAL,
};
const ep_steps ep_graph_weighted_experts = EP_STEPS(weighted_experts);

static const ep_step ungated_experts[] = {
    ROUTE,
    EP_PRODUCT(PRODUCT, EP_W_USED_FFN, EP_N_ROWS, EXPERT_UP, 0),
    {.frees = {NORMED}, .unless = EP_IF_SHARED},
    SUM_UP,
    {.makes = PRODUCT, .width = EP_W_SHARED, .rows = EP_N_ROWS, .weight = EDGEPLAN_ROLE_SHARED_UP, .frees = {NORMED}, .when = EP_IF_SHARED},
    {.makes = DOWN, .width = EP_W_HIDDEN, .rows = EP_N_ROWS, .weight = EDGEPLAN_ROLE_SHARED_DOWN, .frees = {PRODUCT}, .when = EP_IF_SHARED},
    {.frees = {DOWN}, .when = EP_IF_SHARED},
    ADD_RESIDUAL,
};
const ep_steps ep_graph_ungated_experts = EP_STEPS(ungated_experts);

/* Experts first, then a network of the shared width; the router, the experts and the network each norm the residual. */
static const ep_step experts_beside[] = {
    NORM,
    EP_PRODUCT(ROUTER, EP_W_EXPERTS, EP_N_ROWS, ROUTER, NORMED),
    EP_MAKE(ORDER, EP_W_EXPERTS, EP_N_ROWS, 0),
    EP_MAKE(WEIGHTS, EP_W_USED, EP_N_ROWS, ROUTER),
    EP_MAKE(SUM, EP_W_ONE, EP_N_ROWS, 0),
    EP_MAKE(WEIGHTS, EP_W_USED, EP_N_ROWS, WEIGHTS, SUM),
    NORM,
    EP_PRODUCT(GATE, EP_W_USED_FFN, EP_N_ROWS, EXPERT_GATE, 0),
    EP_PRODUCT(UP, EP_W_USED_FFN, EP_N_ROWS, EXPERT_UP, NORMED),
    EP_MAKE(PRODUCT, EP_W_USED_FFN, EP_N_ROWS, GATE, UP),
    EP_PRODUCT(DOWN, EP_W_USED_HIDDEN, EP_N_ROWS, EXPERT_DOWN, PRODUCT, ORDER),
    EP_FREE(WEIGHTS),
    EP_MAKE(SUM, EP_W_HIDDEN, EP_N_ROWS, DOWN),
    NORM,
    EP_PRODUCT(GATE, EP_W_SHARED, EP_N_ROWS, FFN_GATE, 0),
    EP_PRODUCT(UP, EP_W_SHARED, EP_N_ROWS, FFN_UP, NORMED),
    EP_MAKE(PRODUCT, EP_W_SHARED, EP_N_ROWS, GATE, UP),
    EP_PRODUCT(EP_RESIDUAL, EP_W_HIDDEN, EP_N_ROWS, FFN_DOWN, PRODUCT),
    EP_FREE(SUM),
    EP_FREE(EP_MIDDLE),
};
const ep_steps ep_graph_experts_beside = EP_STEPS(experts_beside);

/* Beside attention, which is done and waits for its output projection. What the network yields takes up the residual, then that. */
enum { ATTENDED = EP_F };
static const ep_step network_beside[] = {
    {.makes = NORMED, .width = EP_W_HIDDEN, .rows = EP_N_OUTPUTS, .frees = {NORMED}, .when = EP_IF_PICKS},
    EP_PRODUCT(GATE, EP_W_FFN, EP_N_ROWS, FFN_GATE, 0),
    EP_PRODUCT(UP, EP_W_FFN, EP_N_ROWS, FFN_UP, NORMED),
    EP_MAKE(PRODUCT, EP_W_FFN, EP_N_ROWS, GATE, UP),
    EP_PRODUCT(DOWN, EP_W_HIDDEN, EP_N_ROWS, FFN_DOWN, PRODUCT),
    {.makes = EP_RESIDUAL, .width = EP_W_HIDDEN, .rows = EP_N_OUTPUTS, .frees = {EP_RESIDUAL}, .when = EP_IF_PICKS},
    EP_FREE(EP_RESIDUAL),
    {.makes = ATTENDED, .width = EP_W_ATTENDED, .frees = {ATTENDED, EP_ROTATION_V}, .when = EP_IF_ROTATED_V},
    EP_COPY_ATTENDED(ATTENDED),
    EP_PRODUCT(EP_MIDDLE, EP_W_HIDDEN, EP_N_TOKENS, ATTENTION_OUTPUT, ATTENDED),
    {.makes = EP_MIDDLE, .width = EP_W_HIDDEN, .rows = EP_N_OUTPUTS, .frees = {EP_MIDDLE, EP_PICKED_ROWS}, .when = EP_IF_PICKS},
    EP_MAKE(EP_RESIDUAL, DOWN, EP_N_OVER, EP_MIDDLE),
};
const ep_steps ep_graph_network_beside = EP_STEPS(network_beside);

/* No mixer: the network's input is the residual. */
static const ep_step no_mixer[] = {EP_MAKE(EP_MIDDLE, EP_RESIDUAL, EP_N_OVER, 0)};
const ep_steps ep_graph_no_mixer = EP_STEPS(no_mixer);

/* No network: the mixer's sum is the residual. */
static const ep_step no_network[] = {EP_MAKE(EP_RESIDUAL, EP_MIDDLE, EP_N_OVER, 0)};
const ep_steps ep_graph_no_network = EP_STEPS(no_network);
