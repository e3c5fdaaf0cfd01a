/* What the names of tensors in Hugging Face checkpoints say: which module a tensor is a piece of, and what the module is for. */
#ifndef EP_MODEL_HF_NAMES_H
#define EP_MODEL_HF_NAMES_H

#include <edgeplan/model.h>

/* A matrix is stored in pieces that share its module's name. */
typedef enum ep_hf_piece {
    EP_HF_WEIGHT = 0, /* the matrix itself, plain or with packed rows */
    EP_HF_COLUMNS,    /* the matrix on its side, packed */
    EP_HF_BLOCKS,     /* the matrix with rows of packed blocks */
    EP_HF_BIAS,
    EP_HF_SCALES,     /* one for each group of the matrix */
    EP_HF_INDEX,      /* one for each column: the group it belongs to */
    EP_HF_ABSMAX,     /* scales of a matrix that was packed without regard to its rows */
    EP_HF_AUXILIARY   /* anything else that comes with a packed matrix: zeros, tables, scalars */
} ep_hf_piece;

typedef enum ep_hf_part {
    EP_HF_TEXT = 0,  /* of the language model, or of the encoder it listens to */
    EP_HF_TOWER,     /* of what sees or hears, and of what joins it to the text model */
    EP_HF_NEXT_TOKEN /* of extra layers that predict several tokens at once */
} ep_hf_part;

typedef struct ep_hf_module {
    uint32_t part;      /* ep_hf_part; the rest does not count for TOWER */
    uint32_t role;      /* edgeplan_role */
    uint64_t layer;     /* 1 + index; 0: of no layer */
    uint32_t is_self;   /* 1: of the part of its layer that attends to what the layer itself has seen */
    uint32_t is_expert; /* 1: a name for one of several experts */
    uint32_t is_known;  /* 0: no rule knows it */
} ep_hf_module;

/* What a tensor is a piece of: the first *length characters of its name. */
ep_hf_piece ep_hf_piece_of(const char *name, size_t *length);

/* What a module is for, by the first `length` characters of `name`. */
ep_hf_module ep_hf_module_of(const char *name, size_t length);

#endif
