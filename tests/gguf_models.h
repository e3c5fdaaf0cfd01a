/* Headers of real models, as llama.cpp's converter names keys and tensors (conversion of ggml-org/llama.cpp, tree of 2026-08-22). The
   dimensions are those published with the models; what each total must be is with the test. */
#ifndef EP_TESTS_GGUF_MODELS_H
#define EP_TESTS_GGUF_MODELS_H

#include "gguf_writer.h"

typedef struct gguf_model {
    const char *name, *arch;
    uint32_t layers, hidden, ffn, heads, kv_heads, key, value, vocabulary, context;
    /* What some have. 0: not. */
    uint32_t tied, qkv_bias, output_bias, fused, head_norms, four_norms, sinks, rope_factors, gated, full_norms;
    uint32_t experts, experts_used, expert_ffn, shared_ffn, dense_lead, expert_bias;
    uint32_t window, period;          /* period: 0, the file does not say */
    const char *attends;              /* hybrids: one letter a layer, F attention, R recurrent, B both, D neither; repeats */
    uint32_t inner, state, kernel, cells, groups; /* recurrence; cells: time step rank of Mamba */
    uint32_t short_kernel;            /* short convolution */
    uint32_t latent, rope;            /* latent attention; key and value are those of a head */
    uint32_t type;                    /* of its matrices, by ggml's number; 0: F16 */
    uint64_t parameters;              /* published */
} gguf_model;

extern const gguf_model gguf_models[];
extern const size_t gguf_model_count;

const gguf_model *gguf_model_find(const char *name);
void gguf_write_model(gguf_writer *writer, const gguf_model *model, uint64_t tokens); /* with a vocabulary of so many tokens */

#endif
