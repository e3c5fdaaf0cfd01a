/* The files a model is shipped in: exporters start a new one where the next tensor would make it too large. Plain numbers. */
#ifndef EP_MODEL_ARTEFACT_H
#define EP_MODEL_ARTEFACT_H

#include <edgeplan/model.h>

typedef struct ep_artefact_files {
    uint64_t shard_bytes; /* in: a file holds no more, unless one tensor does; 0: one file for everything */
    uint64_t alone_bytes; /* in: a tensor from this size on gets a file of its own; 0: none does */
    uint64_t files, bytes, largest_bytes;
    uint64_t open_bytes;  /* in the file that is being filled */
} ep_artefact_files;

/* `pieces` tensors of `bytes` each, in the order in which the exporter writes them. */
void ep_files_add(ep_artefact_files *files, uint64_t bytes, uint64_t pieces);
void ep_files_close(ep_artefact_files *files);

/* What a GGUF file holds before its tensors: their descriptions, and the tokenizer, of which only the entries are known. */
typedef struct ep_header_bytes {
    uint64_t low, high;
} ep_header_bytes;

ep_header_bytes ep_gguf_header_bytes(uint64_t tensors, uint64_t vocabulary);

#endif
