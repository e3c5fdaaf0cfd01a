/* Keys with their values, and descriptions of tensors. */
#include "source/gguf_reader.h"

#include <string.h>

#include "base/checked.h"
#include "base/context.h"

#define MAX_KEY_BYTES 65535 /* ggml docs/gguf.md */
#define MAX_NAME_BYTES 63   /* ggml's GGML_MAX_NAME, without the NUL */
#define LEAST_TEXT_BYTES 8

/* Bytes of a number; 0 for a text, an array and what is no type. */
static uint32_t number_bytes(uint32_t type)
{
    static const uint8_t bytes[] = {
        [EP_GGUF_U8] = 1,  [EP_GGUF_I8] = 1,  [EP_GGUF_U16] = 2, [EP_GGUF_I16] = 2, [EP_GGUF_U32] = 4, [EP_GGUF_I32] = 4,
        [EP_GGUF_F32] = 4, [EP_GGUF_BOOL] = 1, [EP_GGUF_U64] = 8, [EP_GGUF_I64] = 8, [EP_GGUF_F64] = 8,
    };

    return type < sizeof bytes ? bytes[type] : 0;
}

static int64_t load_number(uint32_t type, const unsigned char *at)
{
    switch (type) {
    case EP_GGUF_I8: return (int8_t)at[0];
    case EP_GGUF_U16: return (int64_t)at[0] | (int64_t)at[1] << 8;
    case EP_GGUF_I16: return (int16_t)(at[0] | at[1] << 8);
    case EP_GGUF_U32: return (int64_t)ep_load_u32(at);
    case EP_GGUF_I32: return (int32_t)ep_load_u32(at);
    case EP_GGUF_U64: return ep_load_u64(at) <= INT64_MAX ? (int64_t)ep_load_u64(at) : -1;
    case EP_GGUF_I64: return (int64_t)ep_load_u64(at);
    default: return at[0];
    }
}

static uint64_t header_left(const ep_gguf_reader *reader)
{
    const uint64_t offset = ep_stream_offset(reader->stream);

    return offset < EP_GGUF_MAX_HEADER_BYTES ? EP_GGUF_MAX_HEADER_BYTES - offset : 0;
}

static int too_long(ep_gguf_reader *reader, uint64_t offset, const char *key)
{
    return ep_gguf_stop(reader, EDGEPLAN_ERROR_RANGE, offset, key, "claims more than the 256 MiB a header may have");
}

/* What is kept grows with what the file really holds, and may not grow without end either. */
static int keep(ep_gguf_reader *reader, uint64_t bytes, const char *key)
{
    reader->kept_bytes += bytes;
    if (reader->kept_bytes <= ep_max_file_bytes(reader->arena->context))
        return 1;
    return ep_gguf_stop(reader, EDGEPLAN_ERROR_LIMIT, ep_stream_offset(reader->stream), key,
                        "keys and names together are longer than the limit (max_file_bytes)");
}

/* Reads a key or a name, behind which at least `owed` bytes follow. */
static int read_name(ep_gguf_reader *reader, uint64_t most, const char *what, uint64_t owed, const char **out)
{
    ep_stream *stream = reader->stream;
    const uint64_t offset = ep_stream_offset(stream), length = ep_stream_u64(stream);
    const unsigned char *bytes;

    if (stream->status != EDGEPLAN_OK)
        return ep_gguf_stop_short(reader, NULL, 1 + owed);
    if (length == 0 || length > most)
        return ep_gguf_stop(reader, EDGEPLAN_ERROR_RANGE, offset, what, length == 0 ? "is empty" : "is longer than may be");
    bytes = ep_stream_take(stream, length);
    if (bytes == NULL)
        return ep_gguf_stop_short(reader, NULL, owed);
    if (memchr(bytes, '\0', (size_t)length) != NULL)
        return ep_gguf_stop(reader, EDGEPLAN_ERROR_SCHEMA, offset, what, "has a NUL in it");
    *out = ep_arena_copy(reader->arena, (const char *)bytes, (size_t)length);
    if (*out == NULL)
        return ep_gguf_no_memory(reader);
    return keep(reader, length, *out);
}

/* ---- Values ---- */

static int read_text(ep_gguf_reader *reader, ep_gguf_value *value)
{
    ep_stream *stream = reader->stream;
    const unsigned char *bytes;

    value->count = ep_stream_u64(stream);
    if (stream->status != EDGEPLAN_OK)
        return ep_gguf_stop_short(reader, value->key, 0);
    if (value->count > header_left(reader))
        return too_long(reader, value->offset, value->key);
    if (value->count > EP_GGUF_KEPT_TEXT) {
        (void)ep_stream_skip(stream, value->count); /* no longer than a header: cannot fail */
        return 1;
    }
    bytes = ep_stream_take(stream, value->count);
    if (bytes == NULL)
        return ep_gguf_stop_short(reader, value->key, 0);
    if (memchr(bytes, '\0', (size_t)value->count) != NULL)
        return 1;
    value->text = ep_arena_copy(reader->arena, (const char *)bytes, (size_t)value->count);
    return value->text != NULL ? keep(reader, value->count, value->key) : ep_gguf_no_memory(reader);
}

static int read_numbers(ep_gguf_reader *reader, ep_gguf_value *value)
{
    ep_stream *stream = reader->stream;
    const uint32_t size = number_bytes(value->type);
    const unsigned char *bytes;
    int64_t *numbers;

    if (value->count > header_left(reader) / size)
        return too_long(reader, value->offset, value->key);
    if (value->count > EP_GGUF_KEPT_NUMBERS) {
        (void)ep_stream_skip(stream, value->count * size);
        return 1;
    }
    bytes = ep_stream_take(stream, value->count * size);
    if (bytes == NULL)
        return ep_gguf_stop_short(reader, value->key, 0);
    if (value->type == EP_GGUF_F32 || value->type == EP_GGUF_F64)
        return 1;
    numbers = ep_arena_array(reader->arena, (size_t)value->count, sizeof *numbers);
    if (numbers == NULL)
        return ep_gguf_no_memory(reader);
    for (uint64_t i = 0; i < value->count; i++)
        numbers[i] = load_number(value->type, bytes + i * size);
    value->numbers = numbers;
    return keep(reader, value->count * sizeof *numbers, value->key);
}

/* Texts are most of a header, and of a token only its length is read. Those that lie in the window are passed by right there. */
static uint64_t pass_texts(ep_stream *stream, uint64_t left)
{
    const unsigned char *next = stream->next, *end = stream->end;

    for (; left > 0 && end - next >= LEAST_TEXT_BYTES; left--) {
        const uint64_t length = ep_load_u64(next);

        if (length > (uint64_t)(end - next) - LEAST_TEXT_BYTES)
            break;
        next += LEAST_TEXT_BYTES + (size_t)length;
    }
    stream->next = next;
    return left;
}

static int skip_texts(ep_gguf_reader *reader, const ep_gguf_value *value)
{
    ep_stream *stream = reader->stream;
    uint64_t left = value->count;

    if (left > header_left(reader) / LEAST_TEXT_BYTES)
        return too_long(reader, value->offset, value->key);
    while ((left = pass_texts(stream, left)) > 0) {
        const uint64_t offset = ep_stream_offset(stream), length = ep_stream_u64(stream);

        left--;
        if (stream->status != EDGEPLAN_OK)
            return ep_gguf_stop_short(reader, value->key, left * LEAST_TEXT_BYTES);
        if (length > header_left(reader))
            return too_long(reader, offset, value->key);
        (void)ep_stream_skip(stream, length);
    }
    return 1;
}

static int read_array(ep_gguf_reader *reader, ep_gguf_value *value)
{
    ep_stream *stream = reader->stream;

    value->is_array = 1;
    value->type = ep_stream_u32(stream);
    value->count = ep_stream_u64(stream);
    if (stream->status != EDGEPLAN_OK)
        return ep_gguf_stop_short(reader, value->key, 0);
    if (value->type == EP_GGUF_TEXT)
        return skip_texts(reader, value);
    if (value->type == EP_GGUF_ARRAY)
        return ep_gguf_stop(reader, EDGEPLAN_ERROR_UNSUPPORTED, value->offset, value->key,
                            "is an array of arrays, which is not read");
    if (number_bytes(value->type) == 0)
        return ep_gguf_stop(reader, EDGEPLAN_ERROR_SCHEMA, value->offset, value->key, "is an array of an unknown type");
    return read_numbers(reader, value);
}

int ep_gguf_read_key(ep_gguf_reader *reader)
{
    ep_stream *stream = reader->stream;
    ep_gguf_value *value;

    if (header_left(reader) == 0)
        return too_long(reader, ep_stream_offset(stream), NULL);
    reader->values = ep_arena_grow(reader->arena, reader->values, reader->value_count, &reader->value_capacity, sizeof *value);
    if (reader->values == NULL)
        return ep_gguf_no_memory(reader);
    value = &reader->values[reader->value_count];
    memset(value, 0, sizeof *value);
    if (!read_name(reader, MAX_KEY_BYTES, "key", 5, &value->key))
        return 0;
    reader->value_count++;
    value->type = ep_stream_u32(stream);
    value->offset = ep_stream_offset(stream);
    value->count = 1;
    if (stream->status != EDGEPLAN_OK)
        return ep_gguf_stop_short(reader, value->key, 1);
    if (value->type == EP_GGUF_TEXT)
        return read_text(reader, value);
    if (value->type == EP_GGUF_ARRAY)
        return read_array(reader, value);
    if (number_bytes(value->type) == 0)
        return ep_gguf_stop(reader, EDGEPLAN_ERROR_SCHEMA, value->offset, value->key, "is of an unknown type");
    return read_numbers(reader, value);
}

/* ---- Tensors ---- */

static void read_sizes(ep_gguf_reader *reader, ep_gguf_tensor *tensor, const unsigned char *at)
{
    tensor->elements = 1;
    for (uint32_t i = 0; i < EP_GGUF_MAX_DIMS; i++) {
        tensor->sizes[i] = i < tensor->dims ? ep_load_u64(at + 8 * i) : 1;
        tensor->elements = ep_mul(tensor->elements, tensor->sizes[i]);
    }
    if (tensor->elements == 0)
        ep_gguf_mistake(reader, EDGEPLAN_ERROR_RANGE, tensor->place, tensor->name, "has a dimension of 0", NULL);
    else if (ep_overflowed(tensor->elements))
        ep_gguf_mistake(reader, EDGEPLAN_ERROR_RANGE, tensor->place, tensor->name, "has more than 2^53 elements", NULL);
}

int ep_gguf_read_tensor(ep_gguf_reader *reader)
{
    ep_stream *stream = reader->stream;
    const uint64_t place = ep_stream_offset(stream);
    const unsigned char *bytes;
    ep_gguf_tensor *tensor;

    if (header_left(reader) == 0)
        return too_long(reader, place, NULL);
    reader->tensors = ep_arena_grow(reader->arena, reader->tensors, reader->tensor_count, &reader->tensor_capacity, sizeof *tensor);
    if (reader->tensors == NULL)
        return ep_gguf_no_memory(reader);
    tensor = &reader->tensors[reader->tensor_count];
    memset(tensor, 0, sizeof *tensor);
    if (!read_name(reader, MAX_NAME_BYTES, "tensor name", 16, &tensor->name))
        return 0;
    reader->tensor_count++;
    tensor->place = place;
    tensor->dims = ep_stream_u32(stream);
    if (stream->status != EDGEPLAN_OK)
        return ep_gguf_stop_short(reader, tensor->name, 12);
    if (tensor->dims > EP_GGUF_MAX_DIMS)
        return ep_gguf_stop(reader, EDGEPLAN_ERROR_RANGE, place, tensor->name, "has more than 4 dimensions");
    bytes = ep_stream_take(stream, 8 * tensor->dims + 12);
    if (bytes == NULL)
        return ep_gguf_stop_short(reader, tensor->name, 0);
    read_sizes(reader, tensor, bytes);
    tensor->type = ep_load_u32(bytes + 8 * tensor->dims);
    tensor->offset = ep_load_u64(bytes + 8 * tensor->dims + 4);
    return 1;
}
