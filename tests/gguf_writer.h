/* Writes GGUF headers for the tests: what is asked, right or wrong. No tensor has data; the file is as long as its header unless padded. */
#ifndef EP_TESTS_GGUF_WRITER_H
#define EP_TESTS_GGUF_WRITER_H

#include <stddef.h>
#include <stdint.h>

typedef struct gguf_bytes {
    unsigned char *at;
    size_t length, capacity;
} gguf_bytes;

typedef struct gguf_writer {
    uint32_t version;
    uint64_t alignment, keys, tensors, data_bytes; /* of the tensors so far, padded */
    uint64_t parameters;                           /* elements of all tensors */
    gguf_bytes key_bytes, tensor_bytes, file;
} gguf_writer;

enum { GGUF_U8 = 0, GGUF_I8, GGUF_U16, GGUF_I16, GGUF_U32, GGUF_I32, GGUF_F32, GGUF_BOOL, GGUF_TEXT, GGUF_ARRAY, GGUF_U64, GGUF_I64,
       GGUF_F64 };

void gguf_new(gguf_writer *writer); /* version 3, alignment 32 */
void gguf_free(gguf_writer *writer);

/* Raw parts, for files that are wrong. */
void gguf_put(gguf_bytes *bytes, const void *from, size_t length);
void gguf_put_u32(gguf_bytes *bytes, uint32_t value);
void gguf_put_u64(gguf_bytes *bytes, uint64_t value);
void gguf_put_text(gguf_bytes *bytes, const char *text);
void gguf_key(gguf_writer *writer, const char *key, uint32_t type); /* its value is put into key_bytes */

void gguf_key_text(gguf_writer *writer, const char *key, const char *text);
void gguf_key_u32(gguf_writer *writer, const char *key, uint32_t value);
void gguf_key_f32(gguf_writer *writer, const char *key, float value);
void gguf_key_list(gguf_writer *writer, const char *key, uint32_t type, const uint32_t *values, uint64_t count); /* U32, I32 or BOOL */
/* `count` texts; each begins with its number and is `length` bytes long. */
void gguf_key_texts(gguf_writer *writer, const char *key, uint64_t count, size_t length);

/* Element types by ggml's number: 0 F32, 1 F16, 8 Q8_0, 12 Q4_K, 14 Q6_K, 39 MXFP4. Dimensions end with 0. */
void gguf_tensor(gguf_writer *writer, const char *name, uint32_t type, const uint64_t *sizes);
void gguf_tensor_at(gguf_writer *writer, const char *name, uint32_t type, uint32_t dims, const uint64_t *sizes, uint64_t offset);

/* The header as a file, valid until gguf_free(); its counts may be lied about before. */
const unsigned char *gguf_end(gguf_writer *writer, size_t *length);

#endif
