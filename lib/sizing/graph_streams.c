/* Layers with several residual streams (Gemma 3n) and with per-layer embeddings (Gemma 3n, Gemma 4) of llama.cpp v0.5.0. Sources:
   src/models/gemma3n.cpp, gemma4.cpp; order and storage as in graphs dumped from the library. */
#include "sizing/graph_steps.h"

enum { NORMED = EP_A, GATE = EP_B, UP = EP_C, MEAN = EP_D, DIFFERENCE = EP_E, DEVIATION = EP_F };
enum { TURNED = EP_B, ACTIVE = EP_C, ROUTED = EP_D, COEFFICIENTS = EP_E, MIXED = EP_F };
enum { CORRECTED = EP_G, INNOVATION = EP_H, NARROW = EP_I, PROJECTED = EP_J };

/* Every stream as a mix of all, by coefficients of the active one. */
static const ep_step predict[] = {
    {.makes = TURNED, .width = EP_W_HIDDEN_STREAMS, .weight = EP_BEGUN},
    {.makes = ACTIVE, .width = EP_W_HIDDEN, .weight = EP_BEGUN},
    {.makes = EP_FETCHED, .width = EP_W_HIDDEN_OTHER_STREAMS, .rows = EP_N_ONCE, .weight = EP_TAKEN_OVER}, /* the router's weights */
    EP_MAKE(ROUTED, EP_W_STREAMS, EP_N_TOKENS, ACTIVE),
    EP_MAKE(COEFFICIENTS, EP_W_STREAMS_SQUARE, EP_N_TOKENS, ROUTED),
    EP_MAKE(MIXED, EP_W_HIDDEN_STREAMS, EP_N_TOKENS, TURNED, COEFFICIENTS),
    EP_MAKE(EP_PREDICTED, EP_W_HIDDEN_STREAMS, EP_N_TOKENS, MIXED),
    EP_FREE(EP_RESIDUAL),
};
const ep_steps ep_graph_predict = EP_STEPS(predict);

/* A product of low rank beside attention. */
static const ep_step low_rank[] = {
    {.makes = NARROW, .width = EP_W_LOW_RANK, .weight = EP_LOW_RANK},
    {.makes = PROJECTED, .width = EP_W_HIDDEN, .weight = EP_LOW_RANK, .frees = {NARROW}},
    EP_FREE(NORMED),
    EP_FREE(PROJECTED),
};
const ep_steps ep_graph_low_rank = EP_STEPS(low_rank);

/* Gate and product in place; sparse layers keep of the gate what is above its mean by so many deviations. */
static const ep_step gated[] = {
    EP_MAKE(NORMED, EP_W_HIDDEN, EP_N_TOKENS, 0),
    EP_PRODUCT(GATE, EP_W_FFN, EP_N_TOKENS, FFN_GATE, 0),
    EP_PRODUCT(UP, EP_W_FFN, EP_N_TOKENS, FFN_UP, NORMED),
    {.makes = MEAN, .width = EP_W_ONE, .when = EP_IF_SPARSE},
    {.makes = DIFFERENCE, .width = EP_W_FFN, .when = EP_IF_SPARSE},
    {.makes = DEVIATION, .width = EP_W_ONE, .frees = {DIFFERENCE}, .when = EP_IF_SPARSE},
    {.frees = {DEVIATION}, .when = EP_IF_SPARSE},
    {.frees = {MEAN}, .when = EP_IF_SPARSE},
    EP_FREE(UP),
    EP_PRODUCT(EP_RESIDUAL, EP_W_HIDDEN, EP_N_TOKENS, FFN_DOWN, GATE),
    EP_FREE(EP_MIDDLE),
};
const ep_steps ep_graph_gated = EP_STEPS(gated);

#define PROJECTION .weight = EDGEPLAN_ROLE_PER_LAYER_PROJECTION
/* In the first layer the embeddings are projected for all layers and joined with those looked up. */
#define PER_LAYER_EMBEDDINGS                                                                                                 \
    {.makes = PROJECTED, .width = EP_W_PER_LAYER_ALL, PROJECTION, .frees = {EP_KEPT}, .when = EP_IF_FIRST},                  \
        {.makes = PROJECTED, .width = EP_W_PER_LAYER_ALL, .frees = {PROJECTED}, .when = EP_IF_FIRST},                        \
        {.frees = {EP_SELECTED}, .when = EP_IF_FIRST},                                                                       \
        {.makes = EP_PER_LAYER, .width = EP_W_PER_LAYER_ALL, .frees = {PROJECTED}, .when = EP_IF_FIRST},                     \
        {.frees = {EP_PER_LAYER}, .when = EP_IF_LAST},                                                                       \
        EP_FREE(EP_SLICE)

/* What the layer yields corrects the predictions; the per-layer embedding goes into the other streams. */
static const ep_step correct[] = {
    EP_MAKE(INNOVATION, EP_W_HIDDEN, EP_N_TOKENS, 0),
    EP_MAKE(CORRECTED, EP_W_HIDDEN_STREAMS, EP_N_TOKENS, INNOVATION),
    {.weight = EP_TAKEN_OVER, .frees = {EP_FETCHED}},
    EP_MAKE(ROUTED, EP_W_STREAMS, EP_N_TOKENS, EP_RESIDUAL),
    EP_MAKE(COEFFICIENTS, EP_W_STREAMS, EP_N_TOKENS, ROUTED),
    EP_MAKE(ROUTED, EP_W_STREAMS, EP_N_TOKENS, COEFFICIENTS),
    EP_FREE(ROUTED),
    EP_FREE(EP_PREDICTED),
    EP_MAKE(ACTIVE, EP_W_HIDDEN, EP_N_TOKENS, 0),
    EP_PRODUCT(NARROW, EP_W_PER_LAYER, EP_N_TOKENS, PER_LAYER_PROJECTION, ACTIVE),
    PER_LAYER_EMBEDDINGS,
    EP_PRODUCT(ACTIVE, EP_W_HIDDEN, EP_N_TOKENS, PER_LAYER_PROJECTION, NARROW),
    EP_MAKE(MIXED, EP_W_HIDDEN_OTHER_STREAMS, EP_N_TOKENS, ACTIVE),
    EP_MAKE(EP_RESIDUAL, EP_W_HIDDEN_STREAMS, EP_N_TOKENS, CORRECTED, MIXED),
};
const ep_steps ep_graph_correct = EP_STEPS(correct);

/* The same with one stream: gated by it, projected, added. */
static const ep_step per_layer[] = {
    EP_PRODUCT(NARROW, EP_W_PER_LAYER, EP_N_TOKENS, PER_LAYER_PROJECTION, 0),
    PER_LAYER_EMBEDDINGS,
    EP_PRODUCT(ACTIVE, EP_W_HIDDEN, EP_N_TOKENS, PER_LAYER_PROJECTION, NARROW),
    EP_FREE(ACTIVE),
};
const ep_steps ep_graph_per_layer = EP_STEPS(per_layer);
