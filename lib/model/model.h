/* The model as it is held. */
#ifndef EP_MODEL_MODEL_H
#define EP_MODEL_MODEL_H

#include <stdatomic.h>

#include <edgeplan/model.h>

#include "base/arena.h"

enum { EP_TOWERS = 2 }; /* what sees, what hears */

/* A part of an encoder: one of its layers, and how what it takes is cut. All 0: there is none, or nobody says. */
typedef struct ep_tower {
    const char *projector; /* as llama.cpp names what joins it to the text model; NULL: none is said */
    uint64_t width, ffn_width, heads;
    uint64_t patches;      /* of an image of its own size */
    uint64_t patch_pixels; /* along a side of a patch */
} ep_tower;

struct edgeplan_model {
    atomic_uint owners;
    ep_arena arena;
    const char *id, *name, *family, *licence;
    const char *folder;            /* that it was opened in; NULL: it is in none, or nobody said */
    edgeplan_head head;            /* struct_size and known set */
    const edgeplan_layer *layers;
    uint32_t layer_count;
    uint64_t trunk_layers; /* of the language model, where these predict further tokens; else 0 */
    ep_tower towers[EP_TOWERS];
    const edgeplan_tensor *tensors; /* by layer, then in the order llama.cpp names them; head tensors first */
    uint32_t tensor_count;
    const uint32_t *begins;         /* of each layer, its first tensor, and where the last one ends */
    const uint32_t *alike;          /* of each layer, one up to it with the same tensors: they repeat */
    const char *const *assumptions; /* sentences: what was assumed in reading it */
    uint32_t assumption_count;
    uint32_t further_assumption;    /* from 1, of that which leaves out layers that predict further tokens; 0: none does */
    const char *format;             /* id of the format its tensors are stored in, "" if only described or mixed */
    const char *published;          /* id of the format its description says that its checkpoint is in, "" if that says of none */
    uint64_t files, file_bytes, largest_file_bytes; /* that it is stored in; 0 files: only described */
};

/* Renames: a registry model carries its registry id, name and licence whatever its config says. */
typedef struct ep_model_names {
    const char *id, *name, *licence;
} ep_model_names;

#endif
