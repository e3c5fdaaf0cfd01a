/* The tensors' part of folding: what each takes in the format, by where it lies and what is read of it. */
#ifndef EP_PLAN_FOLD_TENSORS_H
#define EP_PLAN_FOLD_TENSORS_H

#include "model/artefact.h"
#include "model/model.h"
#include "model/run.h"
#include "registry/registry.h"

typedef struct ep_folding {
    ep_arena *arena;
    const edgeplan_model *model;
    const ep_storage *storage;
    const ep_rules *rules;
    int as_stored;
    ep_run *runs;
    size_t capacity;
    uint32_t *run_of;     /* run of each layer */
    uint32_t *same;       /* of each layer, the first that takes the same */
    ep_first_layers outer;  /* what lies outside the layers and counts to the first */
    ep_first_layers *first; /* of each layer alone, then of all up to it */
    uint32_t *types;      /* element type of each tensor, where llama-quantize chooses */
    uint64_t *bytes;      /* of each tensor */
    uint64_t outer_roles; /* set of roles of vectors outside the layers, as wide as the residual */
    ep_shape *shape;
} ep_folding;

/* Runs, `run_of`, `same` and `types` are there; the shape gets its sums, each tensor its bytes, and the first layers theirs. */
void ep_fold_tensors(ep_folding *f);

#endif
