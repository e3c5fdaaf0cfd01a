/* The header of a safetensors file: names, types, shapes and places of its tensors, checked against each other.
   Source: huggingface/safetensors README.md and safetensors/src/tensor.rs at 24b0b28. */
#ifndef EP_SOURCE_SAFETENSORS_H
#define EP_SOURCE_SAFETENSORS_H

#include "base/arena.h"
#include "source/stream.h"

#define EP_SAFETENSORS_PREFIX_BYTES 8u                     /* the header's length, little-endian */
#define EP_SAFETENSORS_MAX_HEADER_BYTES UINT64_C(100000000) /* the format's own limit */
#define EP_SAFETENSORS_MAX_DIMENSIONS 8u

typedef enum ep_dtype {
    EP_DTYPE_BOOL,
    EP_DTYPE_F4, EP_DTYPE_F6_E2M3, EP_DTYPE_F6_E3M2,
    EP_DTYPE_U8, EP_DTYPE_I8,
    EP_DTYPE_F8_E5M2, EP_DTYPE_F8_E4M3, EP_DTYPE_F8_E8M0, EP_DTYPE_F8_E4M3FNUZ, EP_DTYPE_F8_E5M2FNUZ,
    EP_DTYPE_I16, EP_DTYPE_U16, EP_DTYPE_F16, EP_DTYPE_BF16,
    EP_DTYPE_I32, EP_DTYPE_U32, EP_DTYPE_F32,
    EP_DTYPE_C64, EP_DTYPE_F64, EP_DTYPE_I64, EP_DTYPE_U64,
    EP_DTYPE_COUNT
} ep_dtype;

typedef struct ep_safetensor {
    const char *name;
    uint32_t dtype;      /* ep_dtype */
    uint32_t dimensions; /* 0: a single element */
    uint64_t shape[EP_SAFETENSORS_MAX_DIMENSIONS];
    uint64_t begin, end; /* bytes, from the first one after the header */
    ep_place place;      /* of its entry in the header */
} ep_safetensor;

typedef struct ep_safetensors {
    const ep_safetensor *tensors; /* in the order of their data */
    uint32_t count;
    uint64_t header_bytes; /* length and text */
    uint64_t data_bytes;
} ep_safetensors;

uint32_t ep_dtype_bits(uint32_t dtype); /* 0 if it is none */

/* Reads the header at the beginning of a file, and no more of it. What it returns lies in the arena. Every mistake is reported, with its
   byte of the file. */
edgeplan_status ep_safetensors_read(ep_arena *arena, ep_stream *stream, edgeplan_diagnostics *diagnostics, ep_safetensors *out);

#endif
