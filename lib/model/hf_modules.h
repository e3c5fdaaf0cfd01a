/* From the tensors of a checkpoint to those of a model: pieces put together, experts stacked, packed shapes unpacked. */
#ifndef EP_MODEL_HF_MODULES_H
#define EP_MODEL_HF_MODULES_H

#include "model/build.h"
#include "model/quant_config.h"
#include "model/shards.h"

typedef struct ep_hf_summary {
    uint64_t tower_bytes;      /* left out: of what sees or hears */
    uint64_t next_token_bytes; /* left out: of extra layers that predict several tokens at once; where these are wanted, of their copies of
                                  what they share with the language model */
    uint64_t unknown_bytes;    /* taken in as OTHER, since no rule knows the name */
    uint32_t is_mixed;         /* 1: some matrix is quantized otherwise than most */
    uint32_t all_bf16;         /* 1: no projection, embedding or head is stored otherwise */
} ep_hf_summary;

/* Adds the tensors to the draft, whose layers and hidden width are those of the model's description. Of another part than the
   language model's only its own. `arena` is for scratch. */
edgeplan_status ep_hf_add_tensors(ep_draft *draft, ep_arena *arena, const ep_shards *shards, const ep_quant_config *quant,
                                  uint64_t part, edgeplan_diagnostics *diagnostics, ep_hf_summary *out);

#endif
