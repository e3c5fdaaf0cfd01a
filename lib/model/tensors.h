/* The matrices of a layer from its dimensions. What dimensions cannot say is a trait, given by the family table; by hand: the usual. */
#ifndef EP_MODEL_TENSORS_H
#define EP_MODEL_TENSORS_H

#include "model/build.h"

typedef enum ep_bias {
    EP_BIAS_QKV = 1,
    EP_BIAS_OUTPUT = 2, /* of attention */
    EP_BIAS_FFN = 4,
    EP_BIAS_ROUTER = 8,
    EP_BIAS_EXPERTS = 16
} ep_bias;

typedef enum ep_qk_norm {
    EP_QK_NORM_NONE = 0,
    EP_QK_NORM_HEAD, /* one weight per element of a head, shared by the heads */
    EP_QK_NORM_FULL  /* one weight per element of the projection */
} ep_qk_norm;

typedef enum ep_fused {
    EP_FUSED_QKV = 1,
    EP_FUSED_GATE_UP = 2 /* of the dense network; experts are stored apart by every runtime we know */
} ep_fused;

typedef struct ep_traits {
    uint32_t norms;   /* of hidden width, per layer */
    uint32_t qk_norm; /* ep_qk_norm */
    uint32_t biases;  /* set of ep_bias */
    uint32_t fused;   /* set of ep_fused */
    uint32_t sinks;   /* 1: one learned attention sink per query head */
} ep_traits;

extern const ep_traits ep_usual_traits;

/* Adds the tensors of the head and of every layer. UNSUPPORTED for a layer whose matrices its dimensions do not tell. */
edgeplan_status ep_tensors_derive(ep_draft *draft, const ep_traits *traits, edgeplan_diagnostics *diagnostics);

#endif
