/* The header of a GGUF file, versions 2 and 3, little-endian: keys with their values, tensors with shape, type number and offset. Knows
   nothing of models. One pass; memory grows with keys, short values and tensors that are really there, never with a number the file
   claims, and not with its token lists, which are counted and passed by. Source: ggml-org/ggml docs/gguf.md and src/gguf.cpp. */
#ifndef EP_SOURCE_GGUF_H
#define EP_SOURCE_GGUF_H

#include "base/arena.h"
#include "source/stream.h"

#define EP_GGUF_MAX_HEADER_BYTES (UINT64_C(256) << 20) /* the longest known are 16 MB, nearly all of it tokens */
#define EP_GGUF_MAX_KEYS 100000
#define EP_GGUF_MAX_TENSORS 1000000
#define EP_GGUF_MAX_DIMS 4
#define EP_GGUF_KEPT_TEXT 1024    /* longest text kept, bytes */
#define EP_GGUF_KEPT_NUMBERS 4096 /* longest array kept, elements: one for each layer */

typedef enum ep_gguf_type {
    EP_GGUF_U8 = 0,
    EP_GGUF_I8,
    EP_GGUF_U16,
    EP_GGUF_I16,
    EP_GGUF_U32,
    EP_GGUF_I32,
    EP_GGUF_F32,
    EP_GGUF_BOOL,
    EP_GGUF_TEXT,
    EP_GGUF_ARRAY,
    EP_GGUF_U64,
    EP_GGUF_I64,
    EP_GGUF_F64
} ep_gguf_type;

typedef struct ep_gguf_value {
    const char *key;
    uint64_t offset;        /* of the value in the file */
    uint32_t type;          /* ep_gguf_type; of the elements in an array */
    uint32_t is_array;
    uint64_t count;         /* elements; bytes of a text; 1 for a number */
    const int64_t *numbers; /* whole numbers and truth values; NULL for others and for arrays too long to keep. Above INT64_MAX: -1 */
    const char *text;       /* of a single one; NULL if it is too long or holds a NUL */
} ep_gguf_value;

typedef struct ep_gguf_tensor {
    const char *name;
    uint64_t place;         /* of its description in the file */
    uint64_t sizes[EP_GGUF_MAX_DIMS]; /* fastest first; 1 where there is no such dimension */
    uint64_t elements;
    uint64_t offset;        /* from the beginning of the data */
    uint32_t dims;
    uint32_t type;          /* ggml's number, as it stands */
} ep_gguf_tensor;

typedef struct ep_gguf {
    const char *shown;             /* name of the file, in the arena */
    uint32_t version;
    uint64_t alignment;
    uint64_t data_offset;          /* where the data of the tensors begins */
    const ep_gguf_value *const *values; /* by key */
    size_t value_count;
    const ep_gguf_tensor *tensors; /* in the order of the file */
    size_t tensor_count;
} ep_gguf;

/* Reads a header from the beginning of the stream. Repeated keys and tensors are mistakes. Every mistake that can be read past is
   reported, each with its offset and key or tensor; the first one's status is returned. */
edgeplan_status ep_gguf_read(ep_arena *arena, ep_stream *stream, edgeplan_diagnostics *diagnostics, ep_gguf *out);

const ep_gguf_value *ep_gguf_find(const ep_gguf *gguf, const char *key); /* NULL if there is no such key */

#endif
