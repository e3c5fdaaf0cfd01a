/* Recurrent layers of llama.cpp v0.5.0. Sources: src/llama-graph.cpp (build_rs), src/models/mamba-base.cpp, lfm2.cpp,
   delta-net-base.cpp, qwen3next.cpp, qwen35.cpp, rwkv7-base.cpp; order and storage as in graphs dumped from the library. */
#include "sizing/graph_steps.h"

enum { NORMED = EP_A, PROJECTED = EP_B, WINDOW = EP_C, CONVOLVED = EP_D, RATE = EP_E, SCANNED = EP_F, GATE = EP_G, OUT = EP_H,
       PARTS = EP_I };

#define NORM {.makes = NORMED, .width = EP_W_HIDDEN}
/* Rows that go on in the last layer, and the residual sum in what the layer yields. */
#define PICK(reg) \
    {.makes = (reg), .width = EP_W_HIDDEN, .rows = EP_N_OUTPUTS, .frees = {(reg)}, .when = EP_IF_PICKS}, \
    {.makes = EP_RESIDUAL, .width = EP_W_HIDDEN, .rows = EP_N_OUTPUTS, .frees = {EP_RESIDUAL, EP_PICKED_ROWS}, .when = EP_IF_PICKS}

/* A state of `heads` scalars decay (Mamba-2). */
static const ep_step heads[] = {
    NORM,
    EP_PRODUCT(PROJECTED, EP_W_PROJECTED, EP_N_TOKENS, RECURRENT, NORMED),
    EP_MAKE(WINDOW, EP_W_CONVOLVED, EP_N_CONVOLVED, EP_FETCHED),
    EP_MAKE(CONVOLVED, EP_W_CONVOLVED, EP_N_TOKENS, WINDOW),
    EP_MAKE(RATE, EP_W_STATE_HEADS, EP_N_TOKENS, 0),
    EP_MAKE(SCANNED, EP_W_INNER, EP_N_SCANNED, RATE),
    EP_OTHER_ROWS(0, 0),
    EP_FETCH(EP_IF_EXPERTS),
    EP_MAKE(GATE, EP_W_INNER, EP_N_TOKENS, PROJECTED),
    EP_MAKE(OUT, EP_W_INNER, EP_N_TOKENS, CONVOLVED),
    EP_FREE(SCANNED),
    EP_MAKE(PROJECTED, EP_W_INNER, EP_N_TOKENS, GATE, OUT),
    EP_MAKE(OUT, EP_W_INNER, EP_N_TOKENS, PROJECTED),
    EP_PRODUCT(EP_MIDDLE, EP_W_HIDDEN, EP_N_TOKENS, RECURRENT, OUT),
    PICK(EP_MIDDLE),
    EP_FREE(EP_RESIDUAL),
};

/* A state of each channel (Mamba). */
static const ep_step channels[] = {
    NORM,
    EP_PRODUCT(PROJECTED, EP_W_PROJECTED, EP_N_TOKENS, RECURRENT, NORMED),
    EP_MAKE(WINDOW, EP_W_CONVOLVED, EP_N_CONVOLVED, EP_FETCHED),
    EP_MAKE(CONVOLVED, EP_W_CONVOLVED, EP_N_TOKENS, WINDOW),
    EP_MAKE(PARTS, EP_W_STATE_PARTS, EP_N_TOKENS, 0),
    EP_MAKE(RATE, EP_W_STATE_HEADS, EP_N_TOKENS, 0),
    EP_MAKE(RATE, EP_W_INNER, EP_N_TOKENS, RATE),
    EP_MAKE(SCANNED, EP_W_INNER, EP_N_SCANNED, RATE, PARTS),
    EP_OTHER_ROWS(0, 0),
    EP_FETCH(EP_IF_EXPERTS),
    EP_MAKE(GATE, EP_W_INNER, EP_N_TOKENS, PROJECTED),
    EP_FREE(SCANNED),
    EP_MAKE(OUT, EP_W_INNER, EP_N_TOKENS, GATE, CONVOLVED),
    EP_PRODUCT(EP_MIDDLE, EP_W_HIDDEN, EP_N_TOKENS, RECURRENT, OUT),
    PICK(EP_MIDDLE),
    {.frees = {EP_RESIDUAL}, .when = EP_IF_PICKS},
    {.makes = EP_MIDDLE, .width = EP_RESIDUAL, .rows = EP_N_OVER, .frees = {EP_MIDDLE}, .unless = EP_IF_PICKS},
};

const ep_steps ep_graph_state_space[] = {[EP_STATE_SPACE_HEADS] = EP_STEPS(heads), [EP_STATE_SPACE_CHANNELS] = EP_STEPS(channels)};

/* Two gates around a short convolution; the residual's rows are picked before it. */
static const ep_step convolution[] = {
    NORM,
    EP_PRODUCT(PROJECTED, EP_W_PROJECTED, EP_N_TOKENS, RECURRENT, NORMED),
    EP_MAKE(GATE, EP_W_HIDDEN, EP_N_TOKENS, 0),
    EP_MAKE(WINDOW, EP_W_HIDDEN, EP_N_CONVOLVED, EP_FETCHED, GATE),
    EP_FETCH(EP_IF_EXPERTS),
    {.makes = EP_RESIDUAL, .width = EP_W_HIDDEN, .rows = EP_N_OUTPUTS, .frees = {EP_RESIDUAL}, .when = EP_IF_PICKS},
    EP_MAKE(CONVOLVED, EP_W_HIDDEN, EP_N_TOKENS, WINDOW),
    EP_FREE(PROJECTED),
    EP_PRODUCT(EP_MIDDLE, EP_W_HIDDEN, EP_N_TOKENS, RECURRENT, CONVOLVED),
    {.makes = EP_MIDDLE, .width = EP_W_HIDDEN, .rows = EP_N_OUTPUTS, .frees = {EP_MIDDLE, EP_PICKED_ROWS}, .when = EP_IF_PICKS},
    {.makes = EP_MIDDLE, .width = EP_RESIDUAL, .rows = EP_N_OVER, .frees = {EP_MIDDLE}},
};
const ep_steps ep_graph_convolution = EP_STEPS(convolution);

/* Such a state beside attention, which is done and waits for its output projection; the two are added. */
enum { ATTENDED = EP_F, BESIDE_SCANNED = EP_J };
static const ep_step beside[] = {
    EP_MAKE(EP_FETCHED, EP_W_CONV_ROWS, EP_N_SEQUENCES, 0),
    NORM,
    EP_PRODUCT(PROJECTED, EP_W_PROJECTED, EP_N_TOKENS, RECURRENT, NORMED),
    EP_MAKE(WINDOW, EP_W_CONVOLVED, EP_N_CONVOLVED, EP_FETCHED),
    EP_MAKE(CONVOLVED, EP_W_CONVOLVED, EP_N_TOKENS, WINDOW),
    EP_MAKE(RATE, EP_W_STATE_HEADS, EP_N_TOKENS, 0),
    EP_MAKE(BESIDE_SCANNED, EP_W_INNER, EP_N_SCANNED, RATE),
    EP_OTHER_ROWS(0, 0),
    {.makes = ATTENDED, .width = EP_W_ATTENDED, .frees = {ATTENDED, EP_ROTATION_V}, .when = EP_IF_ROTATED_V},
    EP_PRODUCT(EP_MIDDLE, EP_W_HIDDEN, EP_N_TOKENS, ATTENTION_OUTPUT, ATTENDED),
    EP_MAKE(GATE, EP_W_INNER, EP_N_TOKENS, PROJECTED),
    EP_MAKE(OUT, EP_W_INNER, EP_N_TOKENS, CONVOLVED),
    EP_FREE(BESIDE_SCANNED),
    EP_MAKE(PROJECTED, EP_W_INNER, EP_N_TOKENS, GATE, OUT),
    EP_MAKE(OUT, EP_W_INNER, EP_N_TOKENS, PROJECTED),
    EP_PRODUCT(PROJECTED, EP_W_HIDDEN, EP_N_TOKENS, RECURRENT, OUT),
    EP_FREE(PROJECTED),
    EP_FREE(EP_RESIDUAL),
    {.makes = EP_MIDDLE, .width = EP_W_HIDDEN, .rows = EP_N_OUTPUTS, .frees = {EP_MIDDLE, EP_PICKED_ROWS}, .when = EP_IF_PICKS},
};
const ep_steps ep_graph_beside = EP_STEPS(beside);

/* ---- gated delta nets ---- */

enum { Q = EP_E, K = EP_F, DECAY = EP_G, BETA = EP_H };

#define DELTA_BEGIN                                                        \
    NORM,                                                                  \
    EP_MAKE(EP_FETCHED, EP_W_CONV_ROWS, EP_N_SEQUENCES, 0),                \
    EP_PRODUCT(PROJECTED, EP_W_CONVOLVED, EP_N_TOKENS, ATTENTION_QKV, 0),                    \
    EP_MAKE(WINDOW, EP_W_CONVOLVED, EP_N_CONVOLVED, EP_FETCHED, PROJECTED), \
    EP_MAKE(EP_FETCHED_STATE, EP_W_STATE_ROWS, EP_N_SEQUENCES, 0),         \
    EP_OTHER_ROWS(0, 0),                                                       \
    EP_MAKE(CONVOLVED, EP_W_CONVOLVED, EP_N_TOKENS, WINDOW)
#define DELTA_END                                                          \
    EP_MAKE(PROJECTED, EP_W_INNER, EP_N_SCANNED, Q, K, CONVOLVED, DECAY), \
    EP_FREE(BETA),                                                         \
    EP_FREE(EP_FETCHED_STATE),                                             \
    EP_MAKE(WINDOW, EP_W_INNER, EP_N_TOKENS, PROJECTED),                   \
    EP_PRODUCT(DECAY, EP_W_INNER, EP_N_TOKENS, RECURRENT, NORMED),                       \
    EP_MAKE(DECAY, EP_W_INNER, EP_N_TOKENS, DECAY),                        \
    EP_FREE(DECAY),                                                        \
    EP_PRODUCT(EP_MIDDLE, EP_W_HIDDEN, EP_N_TOKENS, RECURRENT, WINDOW),                  \
    {.makes = EP_MIDDLE, .width = EP_RESIDUAL, .rows = EP_N_OVER, .frees = {EP_MIDDLE}}

static const ep_step delta_apart[] = {
    DELTA_BEGIN,
    EP_MAKE(Q, EP_W_KEY_HEADS, EP_N_TOKENS, 0),
    EP_MAKE(K, EP_W_KEY_HEADS, EP_N_TOKENS, 0),
    EP_MAKE(DECAY, EP_W_STATE_HEADS, EP_N_TOKENS, 0),
    EP_MAKE(DECAY, EP_W_STATE_HEADS, EP_N_TOKENS, DECAY),
    EP_MAKE(BETA, EP_W_STATE_HEADS, EP_N_TOKENS, 0),
    EP_MAKE(BETA, EP_W_STATE_HEADS, EP_N_TOKENS, BETA),
    DELTA_END,
};

static const ep_step delta_together[] = {
    DELTA_BEGIN,
    EP_MAKE(Q, EP_W_KEY_HEADS, EP_N_TOKENS, 0),
    EP_MAKE(Q, EP_W_INNER, EP_N_TOKENS, Q),
    EP_MAKE(K, EP_W_KEY_HEADS, EP_N_TOKENS, 0),
    EP_MAKE(K, EP_W_INNER, EP_N_TOKENS, K),
    EP_MAKE(PARTS, EP_W_STATE_HEADS_2, EP_N_TOKENS, 0),
    EP_MAKE(DECAY, EP_W_STATE_HEADS, EP_N_TOKENS, 0),
    EP_MAKE(BETA, EP_W_STATE_HEADS, EP_N_TOKENS, PARTS),
    DELTA_END,
};
const ep_steps ep_graph_delta[] = {[EP_DELTA_APART] = EP_STEPS(delta_apart), [EP_DELTA_TOGETHER] = EP_STEPS(delta_together)};
