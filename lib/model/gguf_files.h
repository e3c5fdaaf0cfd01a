/* The tensors of a model in GGUF, over all its shards, with their storage: sizes follow from element types and shapes, and what the
   files claim is held against them. */
#ifndef EP_MODEL_GGUF_FILES_H
#define EP_MODEL_GGUF_FILES_H

#include "model/element.h"
#include "source/gguf.h"

typedef struct ep_gguf_part {
    const ep_gguf_tensor *tensor;
    const char *shown;     /* file it is in */
    uint32_t element_type; /* edgeplan_element_type */
    uint64_t bytes;        /* of its elements, without padding */
} ep_gguf_part;

typedef struct ep_gguf_set {
    ep_gguf first;         /* the shard whose keys describe the model */
    ep_gguf_part *parts;
    size_t part_count, part_capacity;
    uint64_t files, file_bytes, largest_file_bytes; /* of whole files, whether or not they were there */
} ep_gguf_set;

/* Reads the file the stream stands at the beginning of, and its other shards. With `complete` a file must hold all its tensors. */
edgeplan_status ep_gguf_set_read(ep_arena *arena, ep_stream *stream, int complete, edgeplan_diagnostics *diagnostics,
                                 ep_gguf_set *out);

/* Checks offsets, sizes and overlaps of one file's tensors and fills parts[i] for the i-th; *data_bytes is what the data needs,
   *padded with the padding writers add. */
edgeplan_status ep_gguf_layout(ep_arena *arena, const ep_gguf *gguf, edgeplan_diagnostics *diagnostics, ep_gguf_part *parts,
                               uint64_t *data_bytes, uint64_t *padded);

/* The value of a key that must be one whole number from 0 on. Returns 1 if there is one; a bad one is reported in *status. */
int ep_gguf_whole(const ep_gguf *gguf, const char *key, edgeplan_diagnostics *diagnostics, edgeplan_status *status, uint64_t *out);

#endif
