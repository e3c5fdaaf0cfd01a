/* One matrix of a checkpoint: the pieces it is stored in, and its shape when unpacked. */
#ifndef EP_MODEL_HF_MATRIX_H
#define EP_MODEL_HF_MATRIX_H

#include "model/hf_names.h"
#include "model/quant_config.h"
#include "source/safetensors.h"

typedef struct ep_hf_matrix {
    const char *name;             /* of the module: the first `length` characters */
    size_t length;
    ep_hf_module module;
    const ep_safetensor *weight;  /* NULL: there are only other pieces */
    ep_hf_piece packing;          /* WEIGHT, COLUMNS or BLOCKS */
    const ep_safetensor *scales, *index, *absmax; /* or NULL */
    uint64_t bytes;               /* of all pieces but the bias */
} ep_hf_matrix;

/* Experts of a layer are one tensor, a slice each. */
static inline int ep_hf_is_stack(uint32_t role)
{
    return role >= EDGEPLAN_ROLE_EXPERT_GATE && role <= EDGEPLAN_ROLE_EXPERT_DOWN;
}

/* Role, layer, element type, rows × columns, slices and stored bytes of the unpacked matrix. *message says what is wrong. */
edgeplan_status ep_hf_unpack(const ep_hf_matrix *matrix, ep_quant_scheme scheme, uint64_t hidden, edgeplan_tensor *out,
                             const char **message);

/* The same for a tensor that is stored as it is. */
edgeplan_status ep_hf_take(const ep_safetensor *tensor, const ep_hf_module *module, uint64_t hidden, edgeplan_tensor *out,
                           const char **message);

#endif
