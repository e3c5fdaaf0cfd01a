/* In which order a runtime computes a family, as far as dimensions do not tell it. Plain numbers for the pure floors. */
#ifndef EP_MODEL_GRAPH_H
#define EP_MODEL_GRAPH_H

#include <stdint.h>

/* How a layer makes queries, keys and values. */
typedef enum ep_projections {
    EP_PROJECT_APART = 0,
    EP_PROJECT_FUSED,        /* one product, cut into three */
    EP_PROJECT_GATED,        /* queries with a gate on what attention yields */
    EP_PROJECT_NORMED_VALUES, /* values are normed too */
    EP_PROJECT_BESIDE_NETWORK /* the network beside attention reads the same norm */
} ep_projections;

typedef enum ep_state_space {
    EP_STATE_SPACE_HEADS = 0, /* Mamba-2 */
    EP_STATE_SPACE_CHANNELS,  /* Mamba */
    EP_STATE_SPACE_NORMED     /* likewise, with norms of its parts */
} ep_state_space;

typedef enum ep_delta_net {
    EP_DELTA_APART = 0, /* alpha and beta are products of their own */
    EP_DELTA_TOGETHER   /* one product; query and key heads are repeated */
} ep_delta_net;

/* What becomes of the router's weights of the chosen experts. */
typedef enum ep_expert_weights {
    EP_WEIGHTS_NORMED = 0, /* divided by their sum */
    EP_WEIGHTS_SOFTMAX,
    EP_WEIGHTS_PLAIN,
    EP_WEIGHTS_BEFORE       /* multiplied into what the experts read */
} ep_expert_weights;

/* Further traits, as a set. */
enum {
    EP_GRAPH_MIXER_INTO_RESIDUAL = 1 << 0, /* the sum after attention or recurrence lands where the residual was */
    EP_GRAPH_FFN_INTO_RESIDUAL = 1 << 1,
    EP_GRAPH_FUSED_GATE_UP = 1 << 2,
    EP_GRAPH_PICKS_AT_END = 1 << 3,        /* rows with an output are picked after the last layer, not in it */
    EP_GRAPH_FETCHES_AHEAD = 1 << 4,       /* recurrent rows are fetched in the layer before */
    EP_GRAPH_ROUTER_BIAS = 1 << 5,         /* experts are chosen by biased weights */
    EP_GRAPH_SHARED_GATE = 1 << 6,         /* the shared expert is gated */
    EP_GRAPH_FOUR_POSITIONS = 1 << 7,      /* positions in four dimensions */
    EP_GRAPH_PER_LAYER_INPUT = 1 << 8,     /* per-layer embeddings */
    EP_GRAPH_LAYER_NORM = 1 << 9,          /* layer norms, which are not done in place */
    EP_GRAPH_FIRST_FOR_ALL = 1 << 10,      /* the first layer makes something that later ones read */
    EP_GRAPH_NO_PRE_NORMS = 1 << 11,       /* norms come after attention and network, not before */
    EP_GRAPH_SUB_NORMS = 1 << 12,          /* and norms of what attention yields before its output projection */
    EP_GRAPH_EXPERTS_BESIDE = 1 << 13,     /* experts and a network of the shared width, each with a norm of its own */
    EP_GRAPH_NO_GATE = 1 << 14,            /* networks have no gate */
    EP_GRAPH_NORMS_AFTER_ROPE = 1 << 15,   /* of heads */
    EP_GRAPH_SINKS = 1 << 16,              /* scores that belong to no token */
    EP_GRAPH_POST_NORMS = 1 << 17,         /* what a network yields is normed, or has a bias */
    EP_GRAPH_SCALED_AT_END = 1 << 18,      /* what the output matrix reads is a scaled copy */
    EP_GRAPH_WARMED = 1 << 19,             /* plain layers have a temperature of queries by position */
    EP_GRAPH_WHOLE_NORMS = 1 << 20,        /* queries and keys are normed over all heads together */
    EP_GRAPH_NORM_BIASES = 1 << 21,        /* only norms have biases */
    EP_GRAPH_OUTPUT_BIAS = 1 << 22         /* the output projection of attention has one */
};

typedef struct ep_graph {
    uint32_t known;       /* 0: the order is not known */
    uint32_t projections; /* ep_projections */
    uint32_t weights;     /* ep_expert_weights */
    uint32_t recurrence;  /* ep_state_space or ep_delta_net */
    uint32_t traits;
    uint32_t streams;       /* residual streams, 0 for the usual one */
    uint32_t low_rank;      /* of the product beside attention (with streams) */
    uint32_t sparse_layers; /* first layers with sparse activations (with streams) */
    uint32_t stacked;       /* embeddings of images come with that many more rows, added to the first layers */
    uint32_t plain_period;  /* every such layer has neither norm nor rope on heads; 0: none */
} ep_graph;

#endif
