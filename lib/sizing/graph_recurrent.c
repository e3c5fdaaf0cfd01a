/* Recurrent layers of llama.cpp v0.5.0. Sources: src/llama-graph.cpp (build_rs), src/models/mamba-base.cpp, jamba.cpp, lfm2.cpp,
   delta-net-base.cpp, qwen3next.cpp, qwen35.cpp, rwkv7-base.cpp; order and storage as in graphs dumped from the library. */
#include "sizing/graph_steps.h"

enum { NORMED = EP_A, PROJECTED = EP_B, WINDOW = EP_C, CONVOLVED = EP_D, RATE = EP_E, SCANNED = EP_F, GATE = EP_G, OUT = EP_H,
       PARTS = EP_I };

#define NORM {.makes = NORMED, .width = EP_W_HIDDEN}
#define COPY_FETCHED EP_COPY_ROWS(EP_FETCHED, EP_W_CONV_ROWS, EP_WITH_WEIGHTS)
/* States are scanned on the host, whatever a device takes over. */
#define SCAN(reg, ...)                                                                                                     \
    {.makes = (reg), .width = EP_W_INNER, .rows = EP_N_SCANNED, .weight = EP_OWN, .frees = {__VA_ARGS__}},                 \
        {.weight = EP_TAKEN_OVER, .frees = {__VA_ARGS__}}
/* Into what is no view. */
#define SUM(scanned, other) {.weight = EP_OWN, .frees = {scanned}}, {.weight = EP_TAKEN_OVER, .frees = {other, EP_COPIED}}
/* It comes with the weights of what passes by, and behind what a device does while it fetches. */
#define COPY_SCANNED(reg, wide, where)                                                                    \
    {.makes = EP_COPIED, .width = (wide), .rows = EP_N_SEQUENCES, .weight = (where)},                     \
        {.makes = (reg), .width = EP_W_INNER, .weight = (where)}
/* A device that fetches also cuts the gate out, and the host gets a copy. */
#define PROJECTED_COPIED {.weight = EP_FETCHED_AWAY, .frees = {PROJECTED}, .when = EP_IF_FETCHES, .unless = EP_IF_EXPERTS}
/* Rows that go on in the last layer, and the residual sum in what the layer yields. */
#define PICK(reg) \
    {.makes = (reg), .width = EP_W_HIDDEN, .rows = EP_N_OUTPUTS, .frees = {(reg)}, .when = EP_IF_PICKS}, \
    {.makes = EP_RESIDUAL, .width = EP_W_HIDDEN, .rows = EP_N_OUTPUTS, .frees = {EP_RESIDUAL, EP_PICKED_ROWS}, .when = EP_IF_PICKS}

/* Or the residual's rows first, and the sum in the residual. */
#define PICK_RESIDUAL \
    {.makes = EP_PICKED_ROWS, .width = EP_W_ONE, .rows = EP_N_OUTPUTS, .weight = EP_TAKEN_OVER, .when = EP_IF_PICKS}, \
    {.makes = EP_RESIDUAL, .width = EP_W_HIDDEN, .rows = EP_N_OUTPUTS, .frees = {EP_RESIDUAL}, .when = EP_IF_PICKS}
#define PICK_LATE \
    {.makes = EP_MIDDLE, .width = EP_W_HIDDEN, .rows = EP_N_OUTPUTS, .frees = {EP_MIDDLE, EP_PICKED_ROWS}, .when = EP_IF_PICKS}, \
    {.makes = EP_MIDDLE, .width = EP_RESIDUAL, .rows = EP_N_OVER, .frees = {EP_MIDDLE}}

/* A state of `heads` scalars decay (Mamba-2). */
static const ep_step heads[] = {
    NORM,
    COPY_FETCHED,
    EP_PRODUCT(PROJECTED, EP_W_PROJECTED, EP_N_TOKENS, RECURRENT, NORMED),
    EP_MAKE(WINDOW, EP_W_CONVOLVED, EP_N_CONVOLVED, EP_FETCHED),
    EP_PRODUCT(CONVOLVED, EP_W_CONVOLVED, EP_N_TOKENS, CONVOLUTION, WINDOW),
    EP_MAKE(RATE, EP_W_STATE_HEADS, EP_N_TOKENS, 0),
    SCAN(SCANNED, RATE),
    EP_OTHER_ROWS,
    EP_STATE_ROWS_FOR(EP_FETCHED_ALONG),
    EP_FETCH(EP_IF_EXPERTS),
    COPY_SCANNED(SCANNED, EP_W_STATE_HEADS, EP_NONE_ALONG),
    PROJECTED_COPIED,
    EP_MAKE(GATE, EP_W_INNER, EP_N_TOKENS, PROJECTED),
    COPY_SCANNED(SCANNED, EP_W_STATE_HEADS, EP_FETCHED_ALONG),
    EP_MAKE(OUT, EP_W_INNER, EP_N_TOKENS, CONVOLVED),
    SUM(SCANNED, OUT),
    EP_MAKE(PROJECTED, EP_W_INNER, EP_N_TOKENS, GATE, OUT, SCANNED),
    EP_MAKE(OUT, EP_W_INNER, EP_N_TOKENS, PROJECTED),
    EP_COPY_PICKS,
    EP_PRODUCT(EP_MIDDLE, EP_W_HIDDEN, EP_N_TOKENS, RECURRENT, OUT),
    PICK(EP_MIDDLE),
    EP_FREE(EP_RESIDUAL),
};

/* A state of each channel (Mamba); in Jamba the parts are normed, each for itself. */
enum { NORMED_INPUT = EP_C, NORMED_OUTPUT = EP_J };
#define CHANNELS_BEGIN \
    NORM, \
    COPY_FETCHED, \
    EP_PRODUCT(PROJECTED, EP_W_PROJECTED, EP_N_TOKENS, RECURRENT, NORMED), \
    EP_MAKE(WINDOW, EP_W_CONVOLVED, EP_N_CONVOLVED, EP_FETCHED), \
    EP_PRODUCT(CONVOLVED, EP_W_CONVOLVED, EP_N_TOKENS, CONVOLUTION, WINDOW), \
    EP_MAKE(PARTS, EP_W_STATE_PARTS, EP_N_TOKENS, 0), \
    EP_MAKE(RATE, EP_W_STATE_HEADS, EP_N_TOKENS, 0), \
    EP_MAKE(RATE, EP_W_INNER, EP_N_TOKENS, RATE)
#define CHANNELS_SCANNED EP_OTHER_ROWS, EP_STATE_ROWS_FOR(EP_FETCHED_ALONG), EP_FETCH(EP_IF_EXPERTS)
#define CHANNELS_GATED \
    COPY_SCANNED(SCANNED, EP_W_INNER, EP_NONE_ALONG), \
    PROJECTED_COPIED, \
    EP_MAKE(GATE, EP_W_INNER, EP_N_TOKENS, PROJECTED), \
    COPY_SCANNED(SCANNED, EP_W_INNER, EP_FETCHED_ALONG), \
    SUM(SCANNED, CONVOLVED), \
    EP_MAKE(OUT, EP_W_INNER, EP_N_TOKENS, GATE, CONVOLVED, SCANNED)
static const ep_step channels[] = {
    CHANNELS_BEGIN,
    SCAN(SCANNED, RATE, PARTS),
    CHANNELS_SCANNED,
    CHANNELS_GATED,
    EP_COPY_PICKS,
    EP_PRODUCT(EP_MIDDLE, EP_W_HIDDEN, EP_N_TOKENS, RECURRENT, OUT),
    PICK(EP_MIDDLE),
    {.frees = {EP_RESIDUAL}, .when = EP_IF_PICKS},
    {.makes = EP_MIDDLE, .width = EP_RESIDUAL, .rows = EP_N_OVER, .frees = {EP_MIDDLE}, .unless = EP_IF_PICKS},
};
/* The residual's rows are picked as soon as the scan is over. */
static const ep_step normed_channels[] = {
    CHANNELS_BEGIN,
    EP_MAKE(NORMED_INPUT, EP_W_STATE_DEPTH, EP_N_TOKENS, 0),
    EP_MAKE(NORMED_OUTPUT, EP_W_STATE_DEPTH, EP_N_TOKENS, PARTS),
    SCAN(SCANNED, RATE, NORMED_INPUT, NORMED_OUTPUT),
    CHANNELS_SCANNED,
    PICK_RESIDUAL,
    CHANNELS_GATED,
    EP_PRODUCT(EP_MIDDLE, EP_W_HIDDEN, EP_N_TOKENS, RECURRENT, OUT),
    PICK_LATE,
};

const ep_steps ep_graph_state_space[] = {[EP_STATE_SPACE_HEADS] = EP_STEPS(heads), [EP_STATE_SPACE_CHANNELS] = EP_STEPS(channels),
                                         [EP_STATE_SPACE_NORMED] = EP_STEPS(normed_channels)};

/* Two gates around a short convolution. */
static const ep_step convolution[] = {
    NORM,
    COPY_FETCHED,
    EP_PRODUCT(PROJECTED, EP_W_PROJECTED, EP_N_TOKENS, RECURRENT, NORMED),
    EP_MAKE(GATE, EP_W_HIDDEN, EP_N_TOKENS, 0),
    EP_MAKE(WINDOW, EP_W_HIDDEN, EP_N_CONVOLVED, EP_FETCHED, GATE),
    EP_STATE_ROWS_FOR(EP_FETCHED_ALONG),
    EP_FETCH(EP_IF_EXPERTS),
    PICK_RESIDUAL,
    EP_PRODUCT(CONVOLVED, EP_W_HIDDEN, EP_N_TOKENS, CONVOLUTION, WINDOW),
    EP_FREE(PROJECTED),
    EP_PRODUCT(EP_MIDDLE, EP_W_HIDDEN, EP_N_TOKENS, RECURRENT, CONVOLVED),
    PICK_LATE,
};
const ep_steps ep_graph_convolution = EP_STEPS(convolution);

/* Such a state beside attention, which is done and waits for its output projection; the two are added. */
enum { ATTENDED = EP_F, BESIDE_SCANNED = EP_J };
static const ep_step beside[] = {
    EP_COPY_ROWS(EP_FETCHED, EP_W_CONV_ROWS, EP_OWN),
    {.makes = NORMED, .width = EP_W_HIDDEN, .weight = EP_ATTENDING},
    COPY_FETCHED,
    {.makes = NORMED, .width = EP_W_HIDDEN, .weight = EP_HOST_ATTENDED}, /* which ended a part, so that the norm begins the product's */
    {.frees = {EP_COPIED_NORM}, .weight = EP_WITH_WEIGHTS},
    EP_PRODUCT(PROJECTED, EP_W_PROJECTED, EP_N_TOKENS, RECURRENT, NORMED),
    EP_MAKE(WINDOW, EP_W_CONVOLVED, EP_N_CONVOLVED, EP_FETCHED),
    EP_PRODUCT(CONVOLVED, EP_W_CONVOLVED, EP_N_TOKENS, CONVOLUTION, WINDOW),
    EP_MAKE(RATE, EP_W_STATE_HEADS, EP_N_TOKENS, 0),
    SCAN(BESIDE_SCANNED, RATE),
    EP_OTHER_ROWS,
    {.makes = ATTENDED, .width = EP_W_ATTENDED, .weight = EP_TAKEN_OVER, .when = EP_IF_ROTATED_V},
    {.makes = ATTENDED, .width = EP_W_ATTENDED, .frees = {ATTENDED, EP_ROTATION_V}, .when = EP_IF_ROTATED_V},
    {.makes = ATTENDED, .width = EP_W_ATTENDED, .weight = EP_HOST_ATTENDED, .unless = EP_IF_ROTATED_V},
    EP_PRODUCT(EP_MIDDLE, EP_W_HIDDEN, EP_N_TOKENS, ATTENTION_OUTPUT, ATTENDED),
    EP_MAKE(GATE, EP_W_INNER, EP_N_TOKENS, PROJECTED),
    COPY_SCANNED(BESIDE_SCANNED, EP_W_STATE_HEADS, EP_TAKEN_OVER),
    EP_MAKE(OUT, EP_W_INNER, EP_N_TOKENS, CONVOLVED),
    SUM(BESIDE_SCANNED, OUT),
    EP_MAKE(PROJECTED, EP_W_INNER, EP_N_TOKENS, GATE, OUT, BESIDE_SCANNED),
    EP_PRODUCT(OUT, EP_W_HIDDEN, EP_N_TOKENS, RECURRENT, PROJECTED), /* without a norm before, which the family may have */
    EP_FREE(OUT),
    EP_FREE(EP_RESIDUAL),
    {.makes = EP_MIDDLE, .width = EP_W_HIDDEN, .rows = EP_N_OUTPUTS, .frees = {EP_MIDDLE, EP_PICKED_ROWS}, .when = EP_IF_PICKS},
};
const ep_steps ep_graph_beside = EP_STEPS(beside);

/* ---- gated delta nets ---- */

#define COPY_STATE EP_COPY_ROWS(EP_FETCHED_STATE, EP_W_STATE_ROWS, EP_TAKEN_OVER)
enum { Q = EP_E, K = EP_F, DECAY = EP_G, BETA = EP_H };

#define DELTA_BEGIN                                                        \
    NORM,                                                                  \
    EP_COPY_ROWS(EP_FETCHED, EP_W_CONV_ROWS, EP_OWN),                      \
    COPY_FETCHED,                                                          \
    EP_PRODUCT(PROJECTED, EP_W_CONVOLVED, EP_N_TOKENS, ATTENTION_QKV, 0),                    \
    EP_MAKE(WINDOW, EP_W_CONVOLVED, EP_N_CONVOLVED, EP_FETCHED, PROJECTED), \
    EP_COPY_ROWS(EP_FETCHED_STATE, EP_W_STATE_ROWS, EP_OWN),               \
    EP_OTHER_ROWS,                                                       \
    EP_PRODUCT(CONVOLVED, EP_W_CONVOLVED, EP_N_TOKENS, CONVOLUTION, WINDOW)
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
    COPY_STATE,
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
    COPY_STATE,
    EP_MAKE(BETA, EP_W_STATE_HEADS, EP_N_TOKENS, PARTS),
    DELTA_END,
};
const ep_steps ep_graph_delta[] = {[EP_DELTA_APART] = EP_STEPS(delta_apart), [EP_DELTA_TOGETHER] = EP_STEPS(delta_together)};

/* ---- what a device that takes over a layer returns to the host ---- */

#define RETURN(reg, wide, many) EP_MAKE(reg, wide, many, 0), EP_FREE(reg)
/* The newest of what a convolution looks back on, as a view of all. */
static const ep_step short_window[] = {RETURN(WINDOW, EP_W_HIDDEN, EP_N_WINDOW)};
static const ep_step window_and_state[] = {RETURN(WINDOW, EP_W_CONVOLVED, EP_N_WINDOW), RETURN(WINDOW, EP_W_STATE_ROWS, EP_N_SEQUENCES)};

/* The scan is done on copies: two vectors of states as views of all. */
enum { INPUT = EP_G, INPUT_STATE = EP_H, OUTPUT_STATE = EP_I };
static const ep_step scan_heads[] = {
    RETURN(WINDOW, EP_W_CONVOLVED, EP_N_WINDOW),
    EP_MAKE(INPUT, EP_W_INNER, EP_N_OF_CONVOLVED, 0),
    EP_MAKE(RATE, EP_W_STATE_HEADS, EP_N_TOKENS, 0),
    EP_MAKE(INPUT_STATE, EP_W_KEY_HEADS, EP_N_OF_CONVOLVED, 0),
    EP_MAKE(OUTPUT_STATE, EP_W_KEY_HEADS, EP_N_OF_CONVOLVED, 0),
    EP_MAKE(SCANNED, EP_W_INNER, EP_N_SCANNED, INPUT, RATE, INPUT_STATE, OUTPUT_STATE),
    EP_FREE(SCANNED),
};
#define SCAN_CHANNELS(state)                                                                 \
    RETURN(WINDOW, EP_W_CONVOLVED, EP_N_WINDOW),                                             \
    EP_MAKE(INPUT, EP_W_INNER, EP_N_TOKENS, 0),                                              \
    EP_MAKE(RATE, EP_W_INNER, EP_N_TOKENS, 0),                                               \
    EP_MAKE(INPUT_STATE, state, EP_N_TOKENS, 0),                                             \
    EP_MAKE(OUTPUT_STATE, state, EP_N_TOKENS, 0),                                            \
    EP_MAKE(SCANNED, EP_W_INNER, EP_N_SCANNED, INPUT, RATE, INPUT_STATE, OUTPUT_STATE),      \
    EP_FREE(SCANNED)
static const ep_step scan_channels[] = {SCAN_CHANNELS(EP_W_STATE_PARTS)}, scan_normed[] = {SCAN_CHANNELS(EP_W_STATE_DEPTH)};
const ep_steps ep_graph_scan_apart[] = {[EP_STATE_SPACE_HEADS] = EP_STEPS(scan_heads), [EP_STATE_SPACE_CHANNELS] = EP_STEPS(scan_channels),
                                        [EP_STATE_SPACE_NORMED] = EP_STEPS(scan_normed)};
const ep_steps ep_graph_short_window = EP_STEPS(short_window);
const ep_steps ep_graph_window_and_state = EP_STEPS(window_and_state);
