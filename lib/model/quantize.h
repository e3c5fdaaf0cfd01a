/* llama-quantize's choice of an element type for each tensor, run from a table (quantize_table.c).
   Source: src/llama-quant.cpp of ggml-org/llama.cpp, tree of 2026-08-22. */
#ifndef EP_MODEL_QUANTIZE_H
#define EP_MODEL_QUANTIZE_H

#include "model/model.h"

/* File types by the names people type (`q4_k_m`, `q4_0`, `mxfp4_moe` …); 0 is none. */
uint32_t ep_quantize_file_type(const char *name);
const char *ep_quantize_file_type_name(uint32_t file_type);

/* Fills types[i] with the element type of the i-th tensor of the model. RANGE if a tensor has no fallback. No allocation. */
edgeplan_status ep_quantize_types(const edgeplan_model *model, uint32_t file_type, uint32_t *types);

#endif
