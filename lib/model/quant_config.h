/* How a checkpoint says it is quantized: `quantization_config` or `quantization` of config.json, or hf_quant_config.json beside it.
   The tensors tell most of it; what they cannot is how many bits a packed element has, and what the whole is called. */
#ifndef EP_MODEL_QUANT_CONFIG_H
#define EP_MODEL_QUANT_CONFIG_H

#include "base/arena.h"
#include "base/diagnostics.h"
#include "source/tree.h"

/* Of the matrices that are quantized at all; 0: not said, or not the same everywhere. */
typedef struct ep_quant_scheme {
    uint64_t bits;
    uint64_t group; /* elements of a row that share a scale */
} ep_quant_scheme;

typedef struct ep_quant_config {
    uint32_t is_given;           /* 0: the matrices are not quantized, as far as anyone says */
    ep_quant_scheme scheme;
    const char *format;          /* as formats.yaml names it; "" for none of those or a mixture */
    const void **exceptions;     /* ep_entry: matrices with a scheme of their own (MLX), by name */
    size_t exception_count;
} ep_quant_config;

/* `config` is config.json, `beside` hf_quant_config.json or NULL. What is returned borrows from the trees and lies in the arena. A
   file that says nothing of quantization leaves all at 0 and the format "". */
edgeplan_status ep_quant_config_read(ep_arena *arena, const ep_node *config, const ep_node *beside,
                                     edgeplan_diagnostics *diagnostics, ep_quant_config *out);

/* Of the module called by the first `length` characters of `name`. */
ep_quant_scheme ep_quant_scheme_of(const ep_quant_config *config, const char *name, size_t length);

#endif
