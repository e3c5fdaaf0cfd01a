/* Writes headers of safetensors files, and serves files from memory as a read function does. */
#ifndef EP_TESTS_SAFETENSORS_WRITER_H
#define EP_TESTS_SAFETENSORS_WRITER_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

typedef struct st_text {
    char *bytes;
    size_t length, capacity;
} st_text;

static inline void st_put(st_text *text, const char *bytes, size_t length)
{
    if (text->length + length + 1 > text->capacity) {
        text->capacity = 2 * (text->length + length + 1);
        text->bytes = realloc(text->bytes, text->capacity);
        assert_non_null(text->bytes);
    }
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

static inline void st_print(st_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline void st_print(st_text *text, const char *format, ...)
{
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    assert_in_range(length, 0, sizeof line - 1);
    st_put(text, line, (size_t)length);
}

/* A header under construction: eight bytes for its length, then JSON. */
typedef struct st_header {
    st_text text;
    uint64_t data_bytes;
    unsigned tensors;
} st_header;

static inline st_header st_begin(void)
{
    st_header header = {{NULL, 0, 0}, 0, 0};
    st_put(&header.text, "\0\0\0\0\0\0\0\0", 8);
    st_put(&header.text, "{", 1);
    return header;
}

static inline unsigned st_bits(const char *dtype)
{
    static const struct { const char *name; unsigned bits; } types[] = {
        {"F4", 4}, {"U8", 8}, {"I8", 8}, {"F8_E4M3", 8}, {"F8_E8M0", 8}, {"F16", 16}, {"BF16", 16}, {"I32", 32}, {"U32", 32}, {"F32", 32},
        {"I64", 64},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strcmp(types[i].name, dtype) == 0)
            return types[i].bits;
    fail_msg("the writer knows no type %s", dtype);
    return 0;
}

/* Up to four dimensions; 0 ends them. */
static inline void st_add(st_header *header, const char *name, const char *dtype, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    const uint64_t shape[4] = {a, b, c, d};
    uint64_t bits = st_bits(dtype);
    st_print(&header->text, "%s\"%s\":{\"dtype\":\"%s\",\"shape\":[", header->tensors++ > 0 ? "," : "", name, dtype);
    for (unsigned i = 0; i < 4 && shape[i] != 0; i++) {
        st_print(&header->text, "%s%llu", i > 0 ? "," : "", (unsigned long long)shape[i]);
        bits *= shape[i];
    }
    st_print(&header->text, "],\"data_offsets\":[%llu,%llu]}", (unsigned long long)header->data_bytes,
             (unsigned long long)(header->data_bytes + bits / 8));
    header->data_bytes += bits / 8;
}

/* Closes the JSON, pads it to 8 bytes as the writers do, and fills in the length. */
static inline void st_end(st_header *header)
{
    st_put(&header->text, "}", 1);
    while (header->text.length % 8 != 0)
        st_put(&header->text, " ", 1);
    for (unsigned i = 0; i < 8; i++)
        header->text.bytes[i] = (char)((header->text.length - 8) >> (8 * i) & 0xff);
}

static inline uint64_t st_file_bytes(const st_header *header)
{
    return header->text.length + header->data_bytes;
}

/* ---- Files in memory ---- */

typedef struct st_file {
    const char *name; /* "": the one that is opened */
    const char *bytes;
    uint64_t length;
    uint64_t zeros;   /* bytes of 0 behind them */
} st_file;

typedef struct st_folder {
    const st_file *files;
    size_t count;
} st_folder;

/* An edgeplan_read_fn; `user` is an st_folder. */
static inline int64_t st_read(void *user, const char *name, uint64_t offset, void *buffer, uint64_t length)
{
    const st_folder *folder = user;
    for (size_t i = 0; i < folder->count; i++) {
        const st_file *file = &folder->files[i];
        if (strcmp(file->name, name) != 0)
            continue;
        const uint64_t size = file->length + file->zeros, left = offset < size ? size - offset : 0;
        const uint64_t got = length < left ? length : left;
        const uint64_t text = offset < file->length ? file->length - offset : 0;
        memset(buffer, 0, (size_t)got);
        if (text > 0)
            memcpy(buffer, file->bytes + offset, (size_t)(text < got ? text : got));
        return (int64_t)got;
    }
    return -1;
}

#endif
