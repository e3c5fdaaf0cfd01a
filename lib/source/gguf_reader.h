/* What the parts of the GGUF reader share. */
#ifndef EP_SOURCE_GGUF_READER_H
#define EP_SOURCE_GGUF_READER_H

#include "source/gguf.h"

typedef struct ep_gguf_reader {
    ep_arena *arena;
    ep_stream *stream;
    edgeplan_diagnostics *diagnostics;
    edgeplan_status status;          /* of the first mistake */
    uint32_t version;
    uint64_t keys_left, tensors_left; /* with the one being read; bounded */
    uint64_t kept_bytes;             /* of keys and texts */
    ep_gguf_value *values;
    size_t value_count, value_capacity;
    ep_gguf_tensor *tensors;
    size_t tensor_count, tensor_capacity;
} ep_gguf_reader;

/* Reports a mistake after which reading goes on. `quoted` may be NULL. */
void ep_gguf_mistake(ep_gguf_reader *reader, edgeplan_status status, uint64_t offset, const char *key, const char *message,
                     const char *quoted);
/* Report one after which it does not. All return 0, so that a caller can `return ep_gguf_stop(…)`. */
int ep_gguf_stop(ep_gguf_reader *reader, edgeplan_status status, uint64_t offset, const char *key, const char *message);
int ep_gguf_stop_short(ep_gguf_reader *reader, const char *key, uint64_t owed); /* the stream failed; `owed`: least bytes that follow */
int ep_gguf_no_memory(ep_gguf_reader *reader);

/* Read one item. Return 1 unless reading must stop. */
int ep_gguf_read_key(ep_gguf_reader *reader);
int ep_gguf_read_tensor(ep_gguf_reader *reader);

#endif
