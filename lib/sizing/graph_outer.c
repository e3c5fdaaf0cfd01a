/* What comes before the first layer and after the last in llama.cpp v0.5.0. Sources: src/llama-graph.cpp (build_inp_embd,
   build_inp_out_ids), src/models/llama.cpp, openai-moe.cpp, gemma3n.cpp, gemma4.cpp, rwkv7.cpp. */
#include "sizing/graph_steps.h"

enum { TOKENS = EP_A, EMBEDDINGS = EP_B, MORE_TOKENS = EP_C, OTHERS = EP_D, SQUARES = EP_E, NORMS = EP_F, SCALED = EP_G };
enum { NORMED = EP_A, LOGITS = EP_B, MERGED = EP_C };

#define PER_LAYER .when = EP_IF_PER_LAYER
#define STREAMS .when = EP_IF_STREAMS

/* Inputs of the layers are made after these: all inputs lie before everything else. Embeddings can be given instead of tokens;
   their place is reserved and never freed or, with tokens, written. Per-layer embeddings are looked up by tokens of their own. */
static const ep_step inputs[] = {
    EP_MAKE(TOKENS, EP_W_ONE, EP_N_TOKENS, 0),
    EP_MAKE(EMBEDDINGS, EP_W_INPUT, EP_N_RESERVED, 0),
    {.makes = MORE_TOKENS, .width = EP_W_ONE, PER_LAYER},
};
const ep_steps ep_graph_inputs = EP_STEPS(inputs);

/* A device gets the rows of the state first if these are fetched before anything else. */
#define OTHER_STATES(...) {.makes = EP_OTHER_STATES, .width = EP_W_ZERO, .weight = EP_OWN, .when = EP_IF_DEVICE __VA_ARGS__}
static const ep_step other_states[] = {OTHER_STATES()};
const ep_steps ep_graph_other_states = EP_STEPS(other_states);

static const ep_step lookups[] = {
    {.makes = EP_STATE_ROWS, .width = EP_W_ONE, .rows = EP_N_SEQUENCES, .weight = EP_OWN, .when = EP_IF_DEVICE | EP_IF_FETCHES},
    OTHER_STATES(| EP_IF_FETCHES),
    {.makes = EP_SELECTED, .width = EP_W_PER_LAYER_ALL, .weight = EP_TAKEN_OVER, PER_LAYER},
    EP_MAKE(EP_RESIDUAL, EP_W_HIDDEN, EP_N_TOKENS, TOKENS),
    {.makes = EP_SELECTED, .width = EP_W_PER_LAYER_ALL, .weight = EP_OWN, .frees = {MORE_TOKENS}, PER_LAYER},
};
const ep_steps ep_graph_lookups = EP_STEPS(lookups);

/* In place where the lookup was copied to a device; else it is a view. */
static const ep_step scaled[] = {{.makes = EP_SELECTED, .width = EP_W_PER_LAYER_ALL, .frees = {EP_SELECTED}, PER_LAYER}};
const ep_steps ep_graph_scaled = EP_STEPS(scaled);

/* Layers of the host come before. What follows their last product has no weights and is done behind the cut, on copies in the order
   in which they are read: the sum of experts, a shared expert's gate, the residual sum. */
enum { GATE = EP_B, PRODUCT = EP_I, WEIGHTS = EP_F };
#define ROWS(reg, wide) .makes = (reg), .width = (wide), .rows = EP_N_ROWS
#define ALONE .when = EP_IF_EXPERTS, .unless = EP_IF_SHARED
#define SHARED .when = EP_IF_EXPERTS | EP_IF_SHARED
#define FETCHING(...) .when = EP_IF_FETCHES __VA_ARGS__
static const ep_step crossing[] = {
    {ROWS(PRODUCT, EP_W_USED_HIDDEN), ALONE},
    {ROWS(WEIGHTS, EP_W_USED), ALONE},
    EP_COPY_STATE_ROWS(, .when = EP_IF_EXPERTS | EP_IF_FETCHES, .unless = EP_IF_SHARED),
    {ROWS(GATE, EP_W_ONE), .when = EP_IF_EXPERTS | EP_IF_SHARED | EP_IF_SHARED_GATE},
    {ROWS(EP_RESIDUAL, EP_W_HIDDEN), SHARED, .unless = EP_IF_SHARED_GATE},
    {ROWS(PRODUCT, EP_W_HIDDEN), SHARED, .unless = EP_IF_FETCHES},
    {ROWS(EP_RESIDUAL, EP_W_HIDDEN), SHARED | EP_IF_SHARED_GATE},
    {ROWS(EP_RESIDUAL, EP_W_HIDDEN), .unless = EP_IF_EXPERTS | EP_IF_STREAMS},
    {ROWS(EP_MIDDLE, EP_W_HIDDEN), .unless = EP_IF_STREAMS | EP_IF_PER_LAYER},
    {.makes = EP_KEPT, .width = EP_W_HIDDEN, .rows = EP_N_OF_INPUT, .when = EP_IF_STACKED},
    {.makes = OTHERS, .width = EP_W_HIDDEN_OTHER_STREAMS, STREAMS},
    {.makes = SQUARES, .width = EP_W_HIDDEN, STREAMS},
    {.makes = NORMS, .width = EP_W_HIDDEN, STREAMS},
    {.makes = EP_KEPT, .width = EP_W_HIDDEN, .when = EP_IF_FETCHES_STATE},
};
const ep_steps ep_graph_crossing = EP_STEPS(crossing);

static const ep_step crossed[] = {
    {.frees = {WEIGHTS}, ALONE},
    {ROWS(EP_RESIDUAL, EP_W_HIDDEN), .frees = {PRODUCT}, ALONE},
    EP_FETCH_ROWS(EP_FETCHED, EP_W_CONV_ROWS, EP_IF_EXPERTS | EP_IF_FETCHES, EP_IF_SHARED),
    EP_ROWS_OF_OTHERS(0, EP_IF_EXPERTS | EP_IF_FETCHES, EP_IF_SHARED),
    {.makes = EP_RESIDUAL, .width = EP_MIDDLE, .rows = EP_N_OVER, .frees = {EP_RESIDUAL},
     .when = EP_IF_EXPERTS | EP_IF_FFN_INTO_RESIDUAL, .unless = EP_IF_SHARED},
    {.frees = {SQUARES}, STREAMS},
    {.makes = EP_RESIDUAL, .width = EP_W_HIDDEN_STREAMS, .frees = {NORMS, OTHERS}, STREAMS},
    {.frees = {GATE}, SHARED},
    {.makes = EP_RESIDUAL, .width = PRODUCT, .rows = EP_N_OVER, .frees = {EP_RESIDUAL},
     .when = EP_IF_EXPERTS | EP_IF_SHARED | EP_IF_FETCHES},
    {.frees = {PRODUCT}, SHARED},
    EP_FREE(EP_MIDDLE),
    {.frees = {EP_KEPT}, .when = EP_IF_STACKED},
};
const ep_steps ep_graph_crossed = EP_STEPS(crossed);

/* Of a last layer in which rows are picked after its last product: all rows. */
static const ep_step crossing_late[] = {
    EP_MAKE(EP_MIDDLE, EP_W_HIDDEN, EP_N_TOKENS, 0),
    EP_MAKE(EP_PICKED_ROWS, EP_W_ONE, EP_N_OUTPUTS, 0),
    EP_MAKE(EP_RESIDUAL, EP_W_HIDDEN, EP_N_OUTPUTS, 0),
    EP_MAKE(NORMS, EP_W_HIDDEN, EP_N_OUTPUTS, EP_MIDDLE, EP_PICKED_ROWS),
    EP_FREE(NORMS),
};
static const ep_step crossing_mixer[] = {
    EP_MAKE(EP_MIDDLE, EP_W_HIDDEN, EP_N_TOKENS, 0),
    EP_MAKE(EP_PICKED_ROWS, EP_W_ONE, EP_N_OUTPUTS, 0),
    EP_MAKE(OTHERS, EP_W_HIDDEN, EP_N_TOKENS, 0),
    EP_MAKE(EP_RESIDUAL, EP_W_HIDDEN, EP_N_OUTPUTS, EP_MIDDLE),
    EP_MAKE(NORMS, EP_W_HIDDEN, EP_N_OUTPUTS, OTHERS, EP_PICKED_ROWS),
    EP_FREE(NORMS),
};
const ep_steps ep_graph_crossing_late = EP_STEPS(crossing_late), ep_graph_crossing_mixer = EP_STEPS(crossing_mixer);

/* A device that computes a layer of the host returns its keys and values, once it has its copies of what was looked up. */
enum { KEYS = EP_A, VALUES = EP_B, QUERY = EP_C, CACHED_K = EP_D, CACHED_V = EP_E, NORMED_TOO = EP_F, SCORES = EP_G, ATTENDED = EP_J };
static const ep_step returned[] = {
    EP_FETCH_ROWS(EP_FETCHED, EP_W_CONV_ROWS, EP_IF_FETCHES, 0),
    EP_FETCH_ROWS(EP_FETCHED_STATE, EP_W_STATE_ROWS, EP_IF_FETCHES_STATE, 0),
    EP_FREE(EP_RESIDUAL, EP_SELECTED, ATTENDED),
    EP_FREE(EP_FETCHED, EP_FETCHED_STATE),
    EP_MAKE(KEYS, EP_W_KEY, EP_N_TOKENS, 0),
    {.makes = VALUES, .width = EP_W_VALUE, .when = EP_IF_ROTATED_V, .unless = EP_IF_PADDED},
    {.makes = VALUES, .width = EP_W_VALUE_VIEW, .unless = EP_IF_PADDED | EP_IF_ROTATED_V},
    {.makes = VALUES, .width = EP_W_WIDEST_VALUE, .when = EP_IF_PADDED},
};
const ep_steps ep_graph_returned = EP_STEPS(returned);
#define STORED EP_FREE(KEYS, EP_INDEX_K), EP_FREE(VALUES, EP_INDEX_V)
static const ep_step stored[] = {STORED};
const ep_steps ep_graph_stored = EP_STEPS(stored);

/* Attention on a side that has neither its layer's projections nor its output, on queries that are copied. */
#define ATTEND                                                                                       \
    {.makes = SCORES, .width = EP_W_HEADS, .rows = EP_N_SCORES, .unless = EP_IF_FLASH},              \
    {.makes = ATTENDED, .width = EP_W_ATTENDED, .when = EP_IF_FLASH},                                \
    EP_FREE(QUERY, CACHED_K),                                                                        \
    {.makes = ATTENDED, .width = EP_W_ATTENDED, .frees = {SCORES}, .unless = EP_IF_FLASH},           \
    EP_FREE(CACHED_V, EP_MASK)
static const ep_step attend_apart[] = {
    EP_MAKE(QUERY, EP_W_QUERY, EP_N_TOKENS, 0),
    {.makes = NORMED_TOO, .width = EP_W_HIDDEN, .when = EP_IF_BESIDE | EP_IF_PICKS | EP_IF_LAYER_NORM}, /* for the network */
    STORED, ATTEND, EP_FREE(NORMED_TOO),
};
const ep_steps ep_graph_attend_apart = EP_STEPS(attend_apart);

/* What a device does of the host's last layer, as rows of its own state are fetched in it: all from there to the next weights. */
#define FETCH_AHEAD {FETCHING(), .makes = EP_FETCHED, .width = EP_W_CONV_ROWS, .rows = EP_N_SEQUENCES, .frees = {EP_STATE_ROWS}}
static const ep_step attend_ahead[] = {
    EP_MAKE(QUERY, EP_W_QUERY, EP_N_TOKENS, 0), EP_MAKE(CACHED_K, EP_W_KEY, EP_N_KEYS, 0),
    EP_MAKE(CACHED_V, EP_W_VALUE, EP_N_VALUES, 0), EP_MAKE(EP_MASK, EP_W_ONE, EP_N_MASK, 0),
    EP_COPY_STATE_ROWS(), ATTEND, FETCH_AHEAD, EP_FREE(ATTENDED),
};
static const ep_step scan_ahead[] = {
    EP_COPY_STATE_ROWS(), EP_MAKE(QUERY, EP_W_INNER, EP_N_OF_PROJECTED, 0), FETCH_AHEAD,
    EP_MAKE(ATTENDED, EP_W_INNER, EP_N_TOKENS, QUERY), EP_FREE(ATTENDED),
};
static const ep_step convolve_ahead[] = {EP_COPY_STATE_ROWS(), FETCH_AHEAD};
static const ep_step shift_ahead[] = {
    EP_COPY_STATE_ROWS(), EP_MAKE(KEYS, EP_W_HIDDEN, EP_N_TOKENS, 0), EP_MAKE(VALUES, EP_W_HIDDEN, EP_N_TOKENS, 0), FETCH_AHEAD,
    {.makes = EP_FETCHED_STATE, .width = EP_W_STATE_ROWS, .rows = EP_N_SEQUENCES},
    EP_MAKE(QUERY, EP_W_HIDDEN, EP_N_TOKENS, KEYS), EP_FREE(QUERY), EP_FREE(VALUES),
};
/* Of a last layer with few rows of logits the host mixes channels. */
static const ep_step shift_apart[] = {
    EP_MAKE(KEYS, EP_W_HIDDEN, EP_N_TOKENS, 0), EP_MAKE(VALUES, EP_W_HIDDEN, EP_N_TOKENS, 0),
    EP_MAKE(QUERY, EP_W_HIDDEN, EP_N_TOKENS, 0), EP_FREE(KEYS, VALUES, QUERY, ATTENDED),
};
static const ep_step mixed[] = {EP_MAKE(ATTENDED, EP_W_HIDDEN, EP_N_TOKENS, 0)};
const ep_steps ep_graph_shift_apart = EP_STEPS(shift_apart), ep_graph_mixed = EP_STEPS(mixed);
static const ep_step experts_ahead[] = {
    {ROWS(GATE, EP_W_USED_HIDDEN)}, {ROWS(WEIGHTS, EP_W_USED)}, EP_COPY_STATE_ROWS(), {.frees = {WEIGHTS}},
    {ROWS(PRODUCT, EP_W_HIDDEN), .frees = {GATE}}, FETCH_AHEAD,
};
const ep_steps ep_graph_attend_ahead = EP_STEPS(attend_ahead), ep_graph_scan_ahead = EP_STEPS(scan_ahead);
const ep_steps ep_graph_convolve_ahead = EP_STEPS(convolve_ahead), ep_graph_shift_ahead = EP_STEPS(shift_ahead);
const ep_steps ep_graph_experts_ahead = EP_STEPS(experts_ahead);

/* The other streams are projections of the embeddings, scaled to their length. */
static const ep_step begin[] = {
    {.makes = EP_KEPT, .width = EP_W_INPUT, .frees = {EP_RESIDUAL}, .when = EP_IF_STACKED}, /* of which the residual is a view */
    EP_FETCH(0),
    EP_FETCH_ROWS(EP_FETCHED_STATE, EP_W_STATE_ROWS, EP_IF_FETCHES_STATE, 0),
    {.makes = EP_RESIDUAL, .width = EP_W_HIDDEN, .frees = {EP_RESIDUAL}, .when = EP_IF_FETCHES_STATE}, /* RWKV norms them */
    {.makes = EP_KEPT, .width = EP_RESIDUAL, .rows = EP_N_OVER, STREAMS},
    {.makes = SCALED, .width = EP_W_HIDDEN_OTHER_STREAMS, STREAMS},
    {.makes = OTHERS, .width = EP_W_HIDDEN_OTHER_STREAMS, .weight = EP_OTHER_STREAMS, .frees = {SCALED}, STREAMS},
    {.makes = SQUARES, .width = EP_W_HIDDEN, STREAMS},
    {.makes = NORMS, .width = EP_W_ONE, .frees = {SQUARES}, STREAMS},
    {.makes = SCALED, .width = EP_W_HIDDEN_OTHER_STREAMS, .frees = {NORMS}, STREAMS},
    {.makes = NORMS, .width = EP_W_OTHER_STREAMS, .frees = {OTHERS}, STREAMS},
    {.frees = {NORMS}, STREAMS},
    {.makes = EP_RESIDUAL, .width = EP_W_HIDDEN_STREAMS, .frees = {SCALED}, STREAMS},
};
const ep_steps ep_graph_begin = EP_STEPS(begin);

/* Streams are begun on a device, which has their weights, even for a first layer of the host; that gets what it has begun with. */
enum { TURNED = EP_B, ACTIVE = EP_C };
static const ep_step begun[] = {
    EP_MAKE(TURNED, EP_W_HIDDEN_STREAMS, EP_N_TOKENS, 0), EP_MAKE(ACTIVE, EP_W_HIDDEN, EP_N_TOKENS, 0),
    EP_FREE(EP_RESIDUAL, EP_KEPT, EP_SELECTED), EP_FREE(TURNED, ACTIVE),
};
static const ep_step got_begun[] = {
    EP_FREE(EP_RESIDUAL, EP_SELECTED), EP_MAKE(ACTIVE, EP_W_HIDDEN, EP_N_TOKENS, 0), EP_MAKE(TURNED, EP_W_HIDDEN_STREAMS, EP_N_TOKENS, 0),
    EP_MAKE(EP_RESIDUAL, EP_W_HIDDEN_STREAMS, EP_N_TOKENS, 0), EP_MAKE(EP_KEPT, EP_W_HIDDEN, EP_N_TOKENS, 0),
    EP_MAKE(EP_SELECTED, EP_W_PER_LAYER_ALL, EP_N_TOKENS, 0),
};
const ep_steps ep_graph_begun = EP_STEPS(begun), ep_graph_got_begun = EP_STEPS(got_begun);

/* Streams are merged. The last norm is done in place, unless rows are picked only now or it is a layer norm. */
static const ep_step finish[] = {
    {.makes = EP_PICKED_ROWS, .width = EP_W_ONE, .rows = EP_N_OUTPUTS, .weight = EP_MANY_PICKED, STREAMS},
    {.makes = OTHERS, .width = EP_W_HIDDEN_OTHER_STREAMS, .weight = EP_OTHER_STREAMS, STREAMS},
    {.makes = SQUARES, .width = EP_W_HIDDEN, STREAMS},
    {.makes = NORMS, .width = EP_W_ONE, .frees = {SQUARES}, STREAMS},
    {.makes = SCALED, .width = EP_W_HIDDEN_OTHER_STREAMS, .frees = {NORMS}, STREAMS},
    {.makes = NORMS, .width = EP_W_OTHER_STREAMS, .frees = {OTHERS}, STREAMS},
    {.frees = {NORMS}, STREAMS},
    {.makes = MERGED, .width = EP_W_HIDDEN, .frees = {EP_RESIDUAL}, STREAMS},
    {.frees = {SCALED}, STREAMS},
    {.makes = NORMED, .width = EP_W_HIDDEN, .rows = EP_N_OUTPUTS, .frees = {MERGED, EP_PICKED_ROWS}, .unless = EP_IF_PICKS},
    {.makes = NORMED, .width = EP_W_HIDDEN, .rows = EP_N_OUTPUTS, .frees = {EP_RESIDUAL}, .when = EP_IF_LAYER_NORM},
};
static const ep_step scaled_at_end[] = {EP_MAKE(NORMED, EP_W_HIDDEN, EP_N_OUTPUTS, 0)}; /* the last norm is an output, too */
static const ep_step logits[] = {EP_PRODUCT(LOGITS, EP_W_VOCABULARY, EP_N_OUTPUTS, OUTPUT_HEAD, 0)};
const ep_steps ep_graph_finish = EP_STEPS(finish), ep_graph_scaled_at_end = EP_STEPS(scaled_at_end), ep_graph_logits = EP_STEPS(logits);
