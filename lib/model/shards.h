/* The tensors of a checkpoint, from one safetensors file or from the shards that an index names. */
#ifndef EP_MODEL_SHARDS_H
#define EP_MODEL_SHARDS_H

#include "source/safetensors.h"
#include "source/tree.h"

#define EP_MAX_SHARDS 4096u

typedef struct ep_shards {
    const void **tensors; /* ep_safetensor, in no order */
    size_t count, capacity;
    uint64_t files, file_bytes, largest_file_bytes;
} ep_shards;

/* Tensors lie in the arena. `complete`: 1 if every file must hold all of its data. */
edgeplan_status ep_shards_read(ep_arena *arena, ep_stream *stream, int complete, edgeplan_diagnostics *diagnostics, ep_shards *out);

/* The same for every shard that the index names. Where two hold a tensor of the same name, the index says which one counts. */
edgeplan_status ep_shards_read_index(ep_arena *arena, const ep_files *files, const ep_node *index, int complete,
                                     edgeplan_diagnostics *diagnostics, ep_shards *out);

#endif
