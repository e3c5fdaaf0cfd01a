/* The matrices of every layer from its dimensions and from what its family is made of (recipe.h). */
#ifndef EP_MODEL_TENSORS_H
#define EP_MODEL_TENSORS_H

#include "model/build.h"
#include "model/recipe.h"

/* What layers do not say of themselves. */
typedef struct ep_blueprint {
    const ep_parts *parts;
    uint32_t biases;       /* set of ep_bias the file switches on */
    uint32_t key_is_value; /* 1: layers without a window take their keys for values and have no projection for these */
    uint64_t sides[EP_SIDE_COUNT]; /* those that are one for the whole model and not in its head */
} ep_blueprint;

extern const ep_parts ep_parts_usual;

/* Adds the tensors of the head and of every layer. UNSUPPORTED for a layer with a recurrent part if the parts have none. */
edgeplan_status ep_tensors_derive(ep_draft *draft, const ep_blueprint *blueprint, edgeplan_diagnostics *diagnostics);

/* 1 if a tensor is multiplied with, or looked up in, for every token. An encoder runs once per input, and a layer that reads
   another's cache does not use projections for keys and values of its own. `layer` is its layer, NULL for the head. */
int ep_tensor_is_read(const edgeplan_tensor *tensor, const edgeplan_layer *layer);

#endif
