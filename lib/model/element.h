/* Element types: blocks and bytes. Source: ggml/include/ggml.h and ggml-common.h of ggml-org/llama.cpp v0.5.0. Plain numbers. */
#ifndef EP_MODEL_ELEMENT_H
#define EP_MODEL_ELEMENT_H

#include <edgeplan/model.h>

/* Block of an element type; 0 elements if it has none of its own (GROUPED, NONE, unknown numbers). */
typedef struct ep_block_size {
    uint32_t elements;
    uint32_t bytes;
} ep_block_size;

ep_block_size ep_element_block(uint32_t element_type);

/* Bytes of a row, rounded up to whole blocks; UINT64_MAX if the type has no block or the sum overflows. */
uint64_t ep_element_row_bytes(uint32_t element_type, uint64_t elements);

/* Bytes of a row of 32-bit activations as a CPU converts it before a product with weights of a type; 0 if it does not. Source:
   vec_dot_type of type_traits_cpu in ggml/src/ggml-cpu/ggml-cpu.c. */
uint64_t ep_element_input_bytes(uint32_t weights_type, uint64_t elements);

int ep_element_is_known(uint32_t element_type);

#endif
