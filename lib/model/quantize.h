/* llama-quantize's choice of an element type for each tensor, run from a table (quantize_table.c).
   Source: src/llama-quant.cpp of ggml-org/llama.cpp, v0.5.0. */
#ifndef EP_MODEL_QUANTIZE_H
#define EP_MODEL_QUANTIZE_H

#include "model/model.h"

/* File types by the names people type (`q4_k_m`, `q4_0`, `mxfp4_moe` …); 0 is none. */
uint32_t ep_quantize_file_type(const char *name);
const char *ep_quantize_file_type_name(uint32_t file_type);

/* 1 if llama-quantize refuses to make the file type without an importance matrix. */
uint32_t ep_quantize_needs_imatrix(uint32_t file_type);

/* Fills types[i] with the element type of the i-th tensor of the model; `imatrix` is 1 if the file is made with an importance matrix, which
   changes the choice for some types. RANGE if a tensor has no fallback. No allocation. */
edgeplan_status ep_quantize_types(const edgeplan_model *model, uint32_t file_type, uint32_t imatrix, uint32_t *types);

#endif
