/* A layer's operations as far as they move storage: tables of steps over registers. An operation that is done in place, in a tensor
   that nobody reads any more, moves none and is left out; so are views, and writes into a cache except for what they free. */
#ifndef EP_SIZING_GRAPH_STEPS_H
#define EP_SIZING_GRAPH_STEPS_H

#include "sizing/workload.h"

/* Where a tensor is kept while layers run. The inputs come first, in the order in which a layer that reads them makes them. */
typedef enum ep_register {
    EP_NO_REGISTER = 0,
    EP_TEMPERATURE, /* of queries, by position */
    EP_POSITIONS,
    EP_FACTORS,     /* of rope: no input, but where a device takes over a layer copied with them */
    EP_ROTATION_K,  /* five inputs of the full cache: Hadamard matrices, cells to write, mask */
    EP_ROTATION_V,
    EP_INDEX_K,
    EP_INDEX_V,
    EP_MASK,
    EP_WINDOW_ROTATION_K, /* and of the window cache */
    EP_WINDOW_ROTATION_V,
    EP_WINDOW_INDEX_K,
    EP_WINDOW_INDEX_V,
    EP_WINDOW_MASK,
    EP_STATE_ROWS,  /* which rows of the recurrent state */
    EP_PICKED_ROWS, /* rows with an output */
    EP_INPUT_COUNT, /* what follows is no input */
    EP_RESIDUAL = EP_INPUT_COUNT,
    EP_FETCHED,     /* recurrent rows of the next layer: of the convolution, and of the state */
    EP_FETCHED_STATE,
    EP_PREDICTED,   /* streams as predicted, until they are corrected */
    EP_KEPT,        /* of the first layer, for later ones: embeddings, or values */
    EP_SELECTED,    /* per-layer embeddings of all layers, as looked up */
    EP_PER_LAYER,   /* and with the projected ones */
    EP_SLICE,       /* the layer's part of it, if the host has the whole */
    EP_MIDDLE,      /* residual between mixer and feed-forward */
    EP_EMPTY,       /* a tensor of no bytes */
    EP_COPIED,      /* on a device that takes over a layer: a tensor of its weights, its keys, its values */
    EP_COPIED_NORM, /* weights of a norm that is computed twice */
    EP_COPIED_KEYS,
    EP_COPIED_VALUES,
    EP_COPIED_MASK, /* stands for the layer's mask, if this is the first layer to read it */
    EP_OTHER_STATES, /* a device's copy of which rows are of sequences that are not in the batch */
    EP_A, EP_B, EP_C, EP_D, EP_E, EP_F, EP_G, EP_H, EP_I, EP_J, /* a table gives them names */
    EP_REGISTER_COUNT
} ep_register;

enum { EP_CACHE_INPUTS = EP_WINDOW_ROTATION_K - EP_ROTATION_K };

/* Elements of a row. */
typedef enum ep_width {
    EP_W_ZERO = 0, EP_W_ONE, EP_W_INPUT,
    EP_W_HIDDEN, EP_W_HIDDEN_6, EP_W_VOCABULARY,
    EP_W_QUERY, EP_W_QUERY_2, EP_W_KEY, EP_W_VALUE, EP_W_HEADS, EP_W_ATTENDED, /* heads times value width */
    EP_W_QKV, EP_W_POSITION, EP_W_CONSTANTS, EP_W_VALUE_VIEW, /* of the product it was cut out of */
    EP_W_WIDEST_VALUE, /* of all layers */
    EP_W_QUERY_RANK, EP_W_LATENT, EP_W_LATENT_ROPE, EP_W_ROPE, EP_W_HEADS_LATENT, EP_W_HEADS_ROPE, EP_W_HEADS_LATENT_ROPE, EP_W_EXPANDED,
    EP_W_FFN, EP_W_FFN_2,
    EP_W_EXPERTS, EP_W_USED, EP_W_USED_FFN, EP_W_USED_HIDDEN, EP_W_SHARED,
    EP_W_CONV_ROWS, EP_W_STATE_ROWS, EP_W_PROJECTED, EP_W_CONVOLVED, EP_W_INNER, EP_W_STATE_HEADS, EP_W_STATE_HEADS_2,
    EP_W_KEY_HEADS,
    EP_W_STATE_DEPTH, EP_W_STATE_PARTS,
    EP_W_RANK_1, EP_W_RANK_2, EP_W_RANK_3, EP_W_RANK_4,
    EP_W_STREAMS, EP_W_OTHER_STREAMS, EP_W_STREAMS_SQUARE, EP_W_HIDDEN_STREAMS, EP_W_HIDDEN_OTHER_STREAMS, EP_W_LOW_RANK,
    EP_W_PER_LAYER, EP_W_PER_LAYER_ALL
} ep_width;

/* Bytes for each element of a width: rows times element bytes. */
typedef enum ep_rows_of {
    EP_N_TOKENS = 0, /* of the chunk, F32 */
    EP_N_RESERVED,   /* likewise, of what nobody writes */
    EP_N_ROWS,       /* as far as the layer goes on with: tokens, or picked rows once they are picked */
    EP_N_OUTPUTS,    /* picked rows */
    EP_N_SEQUENCES,
    EP_N_ONCE,       /* one row, F32 */
    EP_N_TWO_EACH,   /* two rows a sequence */
    EP_N_CONVOLVED,  /* tokens and what a convolution looks back on */
    EP_N_SCANNED,    /* tokens and the states after them */
    EP_N_WINDOW,     /* a view of the end of EP_N_CONVOLVED */
    EP_N_OF_INPUT, EP_N_OF_PROJECTED, EP_N_OF_CONVOLVED, /* tokens, as a view of wider rows */
    EP_N_SCORES,     /* tokens times cells */
    EP_N_HALF_CACHE, /* all cells, 16 bit */
    EP_N_KEYS, EP_N_VALUES, /* all cells, as they are stored */
    EP_N_MASK,       /* tokens times cells, at the mask's width */
    EP_N_INDEX,      /* tokens, 64 bit */
    EP_N_INDEX_VALUES, /* tokens, 64 bit; for each value element where the cache is transposed */
    EP_N_ROTATION_K, EP_N_ROTATION_V,
    EP_N_OVER        /* no storage of its own: takes over that of the register named as width */
} ep_rows_of;

/* When a step is there, as a set. */
enum {
    /* attention */
    EP_IF_FLASH = 1 << 0,
    EP_IF_ROTATED_K = 1 << 1, /* quantized keys are rotated */
    EP_IF_ROTATED_V = 1 << 2,
    EP_IF_WIDE_K = 1 << 3,    /* F32 keys are narrowed before use */
    EP_IF_WIDE_V = 1 << 4,
    EP_IF_HEADS = 1 << 5,     /* norm or rope on heads: not in place, for it reads a view */
    EP_IF_PADDED = 1 << 6,    /* a transposed cache has values as wide as the widest layer's */
    EP_IF_SUB_NORM = 1 << 7,
    EP_IF_BESIDE = 1 << 8,    /* recurrence or the network beside it */
    EP_IF_WARMED = 1 << 15,   /* queries have a temperature */
    /* recurrence */
    EP_IF_FETCHES = 1 << 9,   /* the next layer's recurrent rows are fetched */
    EP_IF_FETCHES_STATE = 1 << 10, /* and its state's too */
    EP_IF_LAST_STATE = 1 << 11, /* nobody asks for recurrent rows after this layer */
    /* experts */
    EP_IF_EXPERTS = 1 << 12,
    EP_IF_SHARED = 1 << 13,   /* a shared expert */
    EP_IF_SHARED_GATE = 1 << 14,
    EP_IF_NORMED = 1 << 16,   /* weights of experts */
    EP_IF_SOFTMAX = 1 << 17,
    EP_IF_ROUTER_BIAS = 1 << 18,
    /* residual */
    EP_IF_NO_PRE_NORM = 1 << 19,
    EP_IF_MIXER_INTO_RESIDUAL = 1 << 20,
    EP_IF_FFN_INTO_RESIDUAL = 1 << 21,
    EP_IF_LAYER_NORM = 1 << 22,
    EP_IF_STREAMS = 1 << 23,
    EP_IF_PER_LAYER = 1 << 24,
    EP_IF_STACKED = 1 << 25,  /* adds rows that embeddings of images come with */
    /* place of the layer */
    EP_IF_FIRST = 1 << 26,
    EP_IF_SPARSE = 1 << 27,
    EP_IF_UNSTACKS = 1 << 28, /* the last to add one of those rows */
    EP_IF_PICKS = 1 << 29,    /* rows with an output are picked in it */
    EP_IF_LAST = 1 << 30
};
#define EP_IF_DEVICE (UINT32_C(1) << 31) /* it is laid out on a device */

typedef struct ep_step {
    uint8_t makes;    /* ep_register that gets storage, or none */
    uint8_t width;    /* ep_width */
    uint8_t rows;     /* ep_rows_of */
    uint8_t weight;   /* edgeplan_tensor_role of the weights it reads, as far as their copies matter; or one of the below */
    uint8_t frees[4]; /* registers read for the last time; an input only in the last layer that reads it */
    uint32_t when;    /* all of these hold */
    uint32_t unless;  /* and none of these */
} ep_step;

typedef struct ep_steps {
    const ep_step *step;
    uint32_t count;
} ep_steps;

/* What is said instead of a role. Where a device takes over a layer of the host, a step */
enum {
    EP_SPECIAL = 231,        /* the first of these */
    EP_OTHER_STREAMS = 231,  /* reads what projects the other streams, beside the output matrix */
    EP_LOW_RANK = 232,       /* reads weights of the low rank, or of one of a recurrent part's, at any place */
    EP_LOW_RANK_1 = 233,
    EP_LOW_RANK_2 = 234,
    EP_LOW_RANK_3 = 235,
    EP_LOW_RANK_4 = 236,
    EP_BIAS = 237,           /* stands for such small weights as wide, which are only noticed beside inputs that come with them */
    EP_NORM_OF_HEADS = 238,
    EP_ROPE_FACTORS = 239,
    EP_TAKEN_OVER = 240,     /* is there only then */
    EP_WITH_WEIGHTS = 241,   /* likewise, and comes with the copy of the weights of the next product */
    EP_HOST_ATTENDED = 242,  /* likewise, if the host attends */
    EP_MANY_PICKED = 243,    /* likewise, if rows of logits are a long chunk */
    EP_MANY_WITH_BIAS = 244, /* likewise, where the product before has a bias, which they come with */
    EP_FETCHED_ALONG = 245,  /* is there only then, if the rows that are fetched in the layer lie on the device, or if not */
    EP_NONE_ALONG = 246,
    EP_BEFORE_SCORES = 247,  /* is there only then, before the scores or, with sinks, which are weights, after them */
    EP_BEFORE_SOFTMAX = 248,
    EP_COPIED_CACHE = 249,   /* is there then, or if the layer reads another one's cache */
    EP_OWN = 250,            /* is not there then */
    EP_FETCHING = 251,       /* nor this, unless the rows lie on the device; nor where they lie on the other side */
    EP_ATTENDING = 252,      /* makes nothing if the host attends */
    EP_BEGUN = 253,          /* is not there where a host gets what a device has begun */
    EP_FETCHED_HERE = 254,   /* is there only then, if the rows that are fetched in the layer lie on the device */
    EP_FETCHED_AWAY = 255    /* is there only if they do, and the layer is the host's own */
};

#define EP_STEPS(array) {(array), sizeof(array) / sizeof((array)[0])}
#define EP_FREE(...) {.frees = {__VA_ARGS__}}
/* Recurrent rows of the next layer, and of sequences that are not in the batch: of these there are none, but a tensor of no bytes
   can keep free blocks apart. Which rows are which is told by views of one input, of which a device has two copies. */
#define EP_ROWS_OF_OTHERS(where, condition, not)                                                                                  \
    {.frees = {EP_STATE_ROWS}, .weight = (where), .when = EP_IF_LAST_STATE | EP_IF_DEVICE | (condition), .unless = (not)},       \
        {.makes = EP_EMPTY, .width = EP_W_ZERO, .frees = {EP_STATE_ROWS, EP_OTHER_STATES}, .weight = (where),                    \
         .when = EP_IF_LAST_STATE | (condition), .unless = (not)},                                                               \
        {.frees = {EP_EMPTY}, .weight = (where), .when = EP_IF_LAST_STATE | (condition), .unless = (not)}
#define EP_OTHER_ROWS EP_ROWS_OF_OTHERS(EP_OWN, 0, 0)
#define EP_FETCH_ROWS(reg, wide, condition, not)                                                                                 \
    {.makes = (reg), .width = (wide), .rows = EP_N_SEQUENCES, .weight = EP_FETCHING, .when = (condition), .unless = (not)}
#define EP_COPY_STATE_ROWS(...)                                                                      \
    {.makes = EP_STATE_ROWS, .width = EP_W_ONE, .rows = EP_N_SEQUENCES __VA_ARGS__},               \
        {.makes = EP_OTHER_STATES, .width = EP_W_ZERO __VA_ARGS__}
#define EP_STATE_ROWS_FOR(where) EP_COPY_STATE_ROWS(, .weight = (where))
#define EP_FETCH(not)                                                                                                            \
    EP_FETCH_ROWS(EP_FETCHED, EP_W_CONV_ROWS, EP_IF_FETCHES, not), EP_ROWS_OF_OTHERS(EP_FETCHING, EP_IF_FETCHES, not)
/* Rows of the state that the host fetched. */
#define EP_COPY_ROWS(reg, wide, where) {.makes = (reg), .width = (wide), .rows = EP_N_SEQUENCES, .weight = (where)}
/* With the last weights before rows are picked, if these are many. */
#define EP_COPY_PICKS {.makes = EP_PICKED_ROWS, .width = EP_W_ONE, .rows = EP_N_OUTPUTS, .weight = EP_MANY_PICKED, .when = EP_IF_PICKS}
#define EP_COPY_PICKS_WITH_BIAS                                                                                                   \
    {.makes = EP_COPIED, .width = EP_W_HIDDEN, .rows = EP_N_ONCE, .weight = EP_MANY_WITH_BIAS, .when = EP_IF_PICKS},             \
        {.makes = EP_PICKED_ROWS, .width = EP_W_ONE, .rows = EP_N_OUTPUTS, .weight = EP_MANY_WITH_BIAS, .when = EP_IF_PICKS},    \
        {.frees = {EP_COPIED}, .weight = EP_MANY_WITH_BIAS, .when = EP_IF_PICKS}
#define EP_COPY_ATTENDED(reg) {.makes = (reg), .width = EP_W_ATTENDED, .weight = EP_HOST_ATTENDED}
#define EP_MAKE(reg, wide, many, ...) {.makes = (reg), .width = (wide), .rows = (many), .frees = {__VA_ARGS__}}
#define EP_PRODUCT(reg, wide, many, role, ...)                                                      \
    {.makes = (reg), .width = (wide), .rows = (many), .weight = EDGEPLAN_ROLE_##role, .frees = {__VA_ARGS__}}

/* graph_attention.c: `projections` by ep_projections */
extern const ep_steps ep_graph_projections[], ep_graph_value_first, ep_graph_latent, ep_graph_expanded, ep_graph_shared_cache;
extern const ep_steps ep_graph_whole_query, ep_graph_low_rank_query, ep_graph_keys_as_values;
extern const ep_steps ep_graph_store, ep_graph_attend, ep_graph_attend_latent, ep_graph_gate, ep_graph_attention_output;
/* graph_feed_forward.c */
extern const ep_steps ep_graph_dense, ep_graph_ungated, ep_graph_fused, ep_graph_experts, ep_graph_ungated_experts;
extern const ep_steps ep_graph_weighted_experts;
extern const ep_steps ep_graph_experts_beside, ep_graph_network_beside, ep_graph_no_mixer, ep_graph_no_network;
/* graph_recurrent.c: by ep_state_space, by ep_delta_net */
extern const ep_steps ep_graph_state_space[], ep_graph_delta[], ep_graph_convolution, ep_graph_beside;
/* graph_rwkv.c, graph_streams.c */
extern const ep_steps ep_graph_rwkv, ep_graph_predict, ep_graph_low_rank, ep_graph_gated, ep_graph_correct, ep_graph_per_layer;
/* graph_outer.c */
extern const ep_steps ep_graph_begun, ep_graph_got_begun;
extern const ep_steps ep_graph_inputs, ep_graph_other_states, ep_graph_lookups, ep_graph_scaled, ep_graph_begin;
extern const ep_steps ep_graph_finish, ep_graph_scaled_at_end, ep_graph_logits;
extern const ep_steps ep_graph_crossing, ep_graph_crossed, ep_graph_returned, ep_graph_stored;
extern const ep_steps ep_graph_crossing_late, ep_graph_crossing_mixer;
extern const ep_steps ep_graph_attend_apart, ep_graph_attend_ahead, ep_graph_scan_ahead, ep_graph_convolve_ahead;
extern const ep_steps ep_graph_shift_ahead, ep_graph_experts_ahead, ep_graph_shift_apart, ep_graph_mixed;
extern const ep_steps ep_graph_scan_apart[], ep_graph_short_window, ep_graph_window_and_state;

enum { EP_MAX_PARTS = 8 };

/* graph_layer.c: the parts of a layer in their order; how many, 0 for a kind of layer whose order is not known. */
uint32_t ep_graph_layer(const ep_shape *shape, const ep_layer_kind *kind, ep_steps parts[EP_MAX_PARTS]);
/* Inputs a layer reads, as a set of registers; `fetched` is the layer whose rows it may fetch ahead, or NULL. */
uint32_t ep_graph_reads(const edgeplan_layer *layer, uint32_t place, const edgeplan_layer *fetched);
/* What holds of a layer under a workload: a set of EP_IF_. */
uint32_t ep_graph_conditions(const ep_shape *shape, const ep_layer_kind *kind, const ep_workload *workload);
/* The step that makes an input, if the layer needs it. */
ep_step ep_graph_input(uint32_t input);
uint64_t ep_graph_width(const ep_shape *shape, const ep_run *run, uint32_t width);
uint64_t ep_graph_lookback(const ep_shape *shape, const ep_run *run); /* tokens a convolution keeps */
uint64_t ep_graph_state_depth(const ep_run *run);                     /* elements of the state for each inner element */

#endif
