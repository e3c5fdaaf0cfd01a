#include "gguf_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gguf_new(gguf_writer *writer)
{
    memset(writer, 0, sizeof *writer);
    writer->version = 3;
    writer->alignment = 32;
}

void gguf_free(gguf_writer *writer)
{
    free(writer->key_bytes.at);
    free(writer->tensor_bytes.at);
    free(writer->file.at);
    memset(writer, 0, sizeof *writer);
}

void gguf_put(gguf_bytes *bytes, const void *from, size_t length)
{
    if (bytes->capacity - bytes->length < length) {
        bytes->capacity = (bytes->length + length) * 2;
        bytes->at = realloc(bytes->at, bytes->capacity);
        if (bytes->at == NULL)
            abort();
    }
    if (length > 0)
        memcpy(bytes->at + bytes->length, from, length);
    bytes->length += length;
}

static void put_number(gguf_bytes *bytes, uint64_t value, size_t size)
{
    unsigned char little[8];

    for (size_t i = 0; i < size; i++)
        little[i] = (unsigned char)(value >> (8 * i));
    gguf_put(bytes, little, size);
}

void gguf_put_u32(gguf_bytes *bytes, uint32_t value)
{
    put_number(bytes, value, 4);
}

void gguf_put_u64(gguf_bytes *bytes, uint64_t value)
{
    put_number(bytes, value, 8);
}

void gguf_put_text(gguf_bytes *bytes, const char *text)
{
    gguf_put_u64(bytes, strlen(text));
    gguf_put(bytes, text, strlen(text));
}

void gguf_key(gguf_writer *writer, const char *key, uint32_t type)
{
    gguf_put_text(&writer->key_bytes, key);
    gguf_put_u32(&writer->key_bytes, type);
    writer->keys++;
}

void gguf_key_text(gguf_writer *writer, const char *key, const char *text)
{
    gguf_key(writer, key, GGUF_TEXT);
    gguf_put_text(&writer->key_bytes, text);
}

void gguf_key_u32(gguf_writer *writer, const char *key, uint32_t value)
{
    gguf_key(writer, key, GGUF_U32);
    gguf_put_u32(&writer->key_bytes, value);
}

void gguf_key_f32(gguf_writer *writer, const char *key, float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    gguf_key(writer, key, GGUF_F32);
    gguf_put_u32(&writer->key_bytes, bits);
}

void gguf_key_list(gguf_writer *writer, const char *key, uint32_t type, const uint32_t *values, uint64_t count)
{
    gguf_key(writer, key, GGUF_ARRAY);
    gguf_put_u32(&writer->key_bytes, type);
    gguf_put_u64(&writer->key_bytes, count);
    for (uint64_t i = 0; i < count; i++)
        put_number(&writer->key_bytes, values[i], type == GGUF_BOOL ? 1 : 4);
}

void gguf_key_texts(gguf_writer *writer, const char *key, uint64_t count, size_t length)
{
    char text[128];

    gguf_key(writer, key, GGUF_ARRAY);
    gguf_put_u32(&writer->key_bytes, GGUF_TEXT);
    gguf_put_u64(&writer->key_bytes, count);
    memset(text, 'x', sizeof text);
    for (uint64_t i = 0; i < count; i++) {
        const int digits = snprintf(text, sizeof text, "%llu", (unsigned long long)i);

        if ((size_t)digits < sizeof text)
            text[digits] = 'x';
        gguf_put_u64(&writer->key_bytes, length);
        gguf_put(&writer->key_bytes, text, length);
    }
}

/* Source: ggml/src/ggml-common.h. */
static uint64_t bytes_of(uint32_t type, uint64_t elements)
{
    switch (type) {
    case 0: return elements * 4;
    case 1: return elements * 2;
    case 8: return elements / 32 * 34;
    case 12: return elements / 256 * 144;
    case 14: return elements / 256 * 210;
    case 39: return elements / 32 * 17;
    default: return elements;
    }
}

void gguf_tensor_at(gguf_writer *writer, const char *name, uint32_t type, uint32_t dims, const uint64_t *sizes, uint64_t offset)
{
    gguf_put_text(&writer->tensor_bytes, name);
    gguf_put_u32(&writer->tensor_bytes, dims);
    for (uint32_t i = 0; i < dims; i++)
        gguf_put_u64(&writer->tensor_bytes, sizes[i]);
    gguf_put_u32(&writer->tensor_bytes, type);
    gguf_put_u64(&writer->tensor_bytes, offset);
    writer->tensors++;
}

void gguf_tensor(gguf_writer *writer, const char *name, uint32_t type, const uint64_t *sizes)
{
    uint64_t elements = 1;
    uint32_t dims = 0;

    for (; sizes[dims] != 0; dims++)
        elements *= sizes[dims];
    gguf_tensor_at(writer, name, type, dims, sizes, writer->data_bytes);
    writer->data_bytes += (bytes_of(type, elements) + writer->alignment - 1) / writer->alignment * writer->alignment;
    writer->parameters += elements;
}

const unsigned char *gguf_end(gguf_writer *writer, size_t *length)
{
    gguf_bytes *file = &writer->file;

    file->length = 0;
    gguf_put(file, "GGUF", 4);
    gguf_put_u32(file, writer->version);
    gguf_put_u64(file, writer->tensors);
    gguf_put_u64(file, writer->keys);
    gguf_put(file, writer->key_bytes.at, writer->key_bytes.length);
    gguf_put(file, writer->tensor_bytes.at, writer->tensor_bytes.length);
    *length = file->length;
    return file->at;
}
