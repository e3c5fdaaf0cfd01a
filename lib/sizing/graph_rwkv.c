/* RWKV-7 of llama.cpp v0.5.0: time mix and channel mix. Sources: src/models/rwkv7-base.cpp, rwkv7.cpp; order and storage as in
   graphs dumped from the library. */
#include "sizing/graph_steps.h"

enum { NORMED = EP_A, MIXES = EP_B, RECEPTANCE = EP_C, DECAY = EP_D, KEY = EP_E, RATE = EP_F, MIXED_KEY = EP_G, VALUE = EP_H,
       ONE = EP_I, TWO = EP_J };
/* Once these are used up. */
enum { SCANNED = EP_E, SUM = EP_F, BONUS = EP_G, SHIFTED = EP_B, OLD = EP_D, CHANNELS = EP_E };

#define TOKENS(reg, wide, ...) EP_MAKE(reg, wide, EP_N_TOKENS, __VA_ARGS__)
#define PRODUCT(reg, wide, ...) EP_PRODUCT(reg, wide, EP_N_TOKENS, RECURRENT, __VA_ARGS__)
/* A device that takes over the layer copies small weights, and rows of the state with the norm's bias. */
#define COPY_SCALE EP_COPY_ROWS(EP_COPIED, EP_W_HIDDEN, EP_TAKEN_OVER)
#define FREE_SHIFTED {.weight = EP_TAKEN_OVER, .frees = {EP_FETCHED}}
#define FREE_SCALE {.weight = EP_TAKEN_OVER, .frees = {EP_COPIED}}
#define UNLESS_FIRST .unless = EP_IF_FIRST

static const ep_step rwkv[] = {
    TOKENS(NORMED, EP_W_HIDDEN, 0),
    COPY_SCALE,
    EP_COPY_ROWS(EP_FETCHED, EP_W_HIDDEN, EP_TAKEN_OVER),
    FREE_SCALE,
    TOKENS(ONE, EP_W_HIDDEN, 0),
    FREE_SHIFTED,
    TOKENS(MIXES, EP_W_HIDDEN_6, ONE),
    PRODUCT(RECEPTANCE, EP_W_HIDDEN, 0),
    {.makes = ONE, .width = EP_W_RANK_1, .weight = EP_LOW_RANK_1},
    {.makes = DECAY, .width = EP_W_HIDDEN, .weight = EP_LOW_RANK_1, .frees = {ONE}},
    PRODUCT(KEY, EP_W_HIDDEN, 0),
    {.makes = ONE, .width = EP_W_RANK_2, .weight = EP_LOW_RANK_2},
    {.makes = RATE, .width = EP_W_HIDDEN, .weight = EP_LOW_RANK_2, .frees = {ONE}},
    COPY_SCALE,
    TOKENS(ONE, EP_W_HIDDEN, 0),
    FREE_SCALE,
    TOKENS(MIXED_KEY, EP_W_HIDDEN, 0),
    EP_FREE(ONE),
    /* Values are mixed with those of the first layer, in their place once nobody needs them. */
    {.makes = EP_KEPT, .width = EP_W_HIDDEN, .weight = EDGEPLAN_ROLE_RECURRENT, .when = EP_IF_FIRST},
    {.makes = VALUE, .width = EP_W_HIDDEN, .weight = EDGEPLAN_ROLE_RECURRENT, UNLESS_FIRST},
    {.makes = ONE, .width = EP_W_HIDDEN, .unless = EP_IF_FIRST | EP_IF_LAST},
    {.makes = TWO, .width = EP_W_RANK_3, .weight = EP_LOW_RANK_3, UNLESS_FIRST},
    {.makes = TWO, .width = EP_W_HIDDEN, .weight = EP_LOW_RANK_3, .frees = {TWO}, UNLESS_FIRST},
    {.frees = {TWO}, UNLESS_FIRST},
    {.frees = {ONE}, .unless = EP_IF_FIRST | EP_IF_LAST},
    {.frees = {EP_KEPT}, .when = EP_IF_LAST},
    /* The recurrence, its norm and output. */
    COPY_SCALE,
    EP_COPY_ROWS(EP_FETCHED_STATE, EP_W_STATE_ROWS, EP_TAKEN_OVER),
    FREE_SCALE,
    TOKENS(ONE, EP_W_HIDDEN, KEY),
    TOKENS(TWO, EP_W_HIDDEN, 0),
    EP_FREE(RATE),
    {.makes = SCANNED, .width = EP_W_HIDDEN, .rows = EP_N_SCANNED, .frees = {DECAY, TWO, ONE, EP_FETCHED_STATE}},
    COPY_SCALE,
    TOKENS(ONE, EP_W_HIDDEN, SCANNED),
    TOKENS(TWO, EP_W_HIDDEN, ONE),
    FREE_SCALE,
    COPY_SCALE,
    EP_COPY_ROWS(EP_FETCHED, EP_W_HIDDEN, EP_TAKEN_OVER),
    FREE_SCALE,
    TOKENS(SUM, EP_W_HIDDEN, MIXED_KEY, RECEPTANCE),
    FREE_SHIFTED,
    TOKENS(BONUS, EP_W_STATE_HEADS, SUM),
    TOKENS(SUM, EP_W_HIDDEN, VALUE, BONUS),
    EP_FREE(SUM),
    {.makes = ONE, .width = EP_W_RANK_4, .weight = EP_LOW_RANK_4, .frees = {MIXES}},
    {.makes = SUM, .width = EP_W_HIDDEN, .weight = EP_LOW_RANK_4, .frees = {ONE}},
    EP_FREE(SUM),
    PRODUCT(ONE, EP_W_HIDDEN, TWO),
    TOKENS(EP_MIDDLE, EP_W_HIDDEN, ONE, EP_RESIDUAL),
    /* Channel mix. The next layer's rows are fetched before this one's are used up. */
    TOKENS(ONE, EP_W_HIDDEN, 0),
    EP_MAKE(TWO, EP_W_HIDDEN, EP_N_TWO_EACH, NORMED),
    EP_FREE(TWO),
    EP_STATE_ROWS_FOR(EP_FETCHED_ALONG),
    EP_COPY_ROWS(EP_FETCHED, EP_W_HIDDEN, EP_TAKEN_OVER),
    EP_MAKE(OLD, EP_FETCHED, EP_N_OVER, 0),
    EP_FETCH_ROWS(EP_FETCHED, EP_W_CONV_ROWS, EP_IF_FETCHES, 0),
    EP_FETCH_ROWS(EP_FETCHED_STATE, EP_W_STATE_ROWS, EP_IF_FETCHES, 0),
    EP_ROWS_OF_OTHERS(EP_FETCHING, EP_IF_FETCHES, 0),
    TOKENS(SHIFTED, EP_W_HIDDEN, OLD),
    {.makes = SHIFTED, .width = EP_W_HIDDEN, .rows = EP_N_OUTPUTS, .frees = {SHIFTED}, .when = EP_IF_PICKS},
    {.makes = ONE, .width = EP_W_HIDDEN, .rows = EP_N_OUTPUTS, .frees = {ONE}, .when = EP_IF_PICKS},
    {.makes = SHIFTED, .width = EP_W_HIDDEN, .frees = {SHIFTED}, .unless = EP_IF_PICKS},
    EP_FREE(ONE),
    EP_PRODUCT(CHANNELS, EP_W_FFN, EP_N_ROWS, FFN_UP, SHIFTED),
    EP_PRODUCT(EP_RESIDUAL, EP_W_HIDDEN, EP_N_ROWS, FFN_DOWN, CHANNELS),
    {.makes = EP_MIDDLE, .width = EP_W_HIDDEN, .rows = EP_N_OUTPUTS, .frees = {EP_MIDDLE, EP_PICKED_ROWS}, .when = EP_IF_PICKS},
    EP_FREE(EP_MIDDLE),
};
const ep_steps ep_graph_rwkv = EP_STEPS(rwkv);
