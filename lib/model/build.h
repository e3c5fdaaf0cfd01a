/* Every reader and the public builder end here: a draft is filled, then checked and frozen into a model. */
#ifndef EP_MODEL_BUILD_H
#define EP_MODEL_BUILD_H

#include "base/diagnostics.h"
#include "model/model.h"

typedef struct ep_draft {
    ep_arena arena; /* becomes the model's */
    ep_place place; /* of the description, for mistakes that no single key makes; all 0 of a model by hand */
    const char *id, *name, *family, *licence;
    edgeplan_head head;
    edgeplan_layer *layers;
    size_t layer_count, layer_capacity;
    ep_tower towers[EP_TOWERS];
    uint64_t trunk_layers; /* of the language model, where these predict further tokens; else 0 */
    edgeplan_tensor *tensors;
    size_t tensor_count, tensor_capacity;
    const uint32_t *begins; /* once sorted: model.h */
    const char **assumptions;
    size_t assumption_count, assumption_capacity;
    size_t further_assumption; /* model.h */
    const char *format, *published; /* as formats.yaml names it; NULL for none */
    uint64_t files, file_bytes, largest_file_bytes; /* that hold the tensors; 0 files: only described */
} ep_draft;

void ep_draft_init(ep_draft *draft, edgeplan_context *context);
void ep_draft_free(ep_draft *draft);
edgeplan_status ep_draft_add_layer(ep_draft *draft, const edgeplan_layer *layer);
edgeplan_status ep_draft_add_tensor(ep_draft *draft, const edgeplan_tensor *tensor);
edgeplan_status ep_draft_assume(ep_draft *draft, const char *sentence); /* copied */

/* The last assumption leaves out layers that predict further tokens; it takes the place of one that did before. */
void ep_draft_leave_further(ep_draft *draft);

/* Checks ranges (layers 1..4096, widths, products below 2^53, kv_source to an earlier layer with a cache, shapes), sums the parameters,
   derives tensors from layers if there are none, and moves the draft into a new model. The draft is freed in any case. */
edgeplan_status ep_draft_finish(ep_draft *draft, edgeplan_diagnostics *diagnostics, edgeplan_model **out);

#endif
