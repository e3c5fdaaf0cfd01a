/* How a part of a model is stored: an element type, or groups with scales of their own. Plain numbers. */
#ifndef EP_MODEL_STORAGE_H
#define EP_MODEL_STORAGE_H

#include <edgeplan/model.h>

#define EP_GROUP_ROW UINT32_MAX /* one group for a whole row */
#define EP_GROUP_TENSOR (UINT32_MAX - 1)

typedef struct ep_part {
    uint32_t element_type; /* EDGEPLAN_ELEMENT_GROUPED: the fields below count; EDGEPLAN_ELEMENT_NONE: not given */
    uint32_t bits;
    uint32_t group;        /* elements of a row that share a scale, EP_GROUP_ROW or EP_GROUP_TENSOR */
    uint32_t scale_bits;   /* of a group: a scale, or a palette */
    uint32_t zero_bits;
    uint32_t rows;         /* rows that share a scale; 0 is 1 */
    uint32_t packed_bits;  /* codes of a group where padding is kept: a short group takes as much; 0: just bits × elements */
    uint32_t column_bits;  /* kept once for each column, such as GPTQ's order of columns */
} ep_part;

typedef enum ep_storage_mechanism {
    EP_STORAGE_UNKNOWN = 0,
    EP_STORAGE_LLAMA_QUANTIZE, /* per-tensor rules of llama-quantize: model/quantize.c */
    EP_STORAGE_PARTS           /* one rule per part of the model */
} ep_storage_mechanism;

/* As what an embedding table is stored that is also the output matrix. */
typedef enum ep_tied { EP_TIED_HEAD = 0, EP_TIED_EMBEDDING, EP_TIED_BOTH } ep_tied;

typedef struct ep_storage {
    ep_storage_mechanism mechanism;
    uint32_t file_type; /* llama-quantize's: ep_quantize_file_type */
    uint32_t imatrix;   /* 1: made with an importance matrix */
    uint32_t whole_groups; /* 1: a matrix whose rows do not fill their groups is stored as `other` */
    ep_tied tied;
    ep_part body, embedding, head, experts, encoder, other;
} ep_storage;

/* What no format puts into groups: norms, biases, and what has only one row or column. */
int ep_tensor_is_vector(const edgeplan_tensor *tensor);

/* The rule for a tensor; of a tied table that of the head, unless `tied` says otherwise. What a format leaves out follows its neighbour:
   docs/registry.md. */
const ep_part *ep_storage_part(const ep_storage *storage, const edgeplan_tensor *tensor, int tied);

/* Bytes of a tensor stored as a part: `rows` × `slices` rows of `columns` elements. A row that does not fill its groups has a last short
   group. UINT64_MAX if the part is not given or the sum overflows. */
uint64_t ep_part_bytes(const ep_part *part, const edgeplan_tensor *tensor);

#endif
