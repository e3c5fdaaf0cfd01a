#include "source/gguf.h"

#include <string.h>

#include "base/checked.h"
#include "base/context.h"
#include "base/sort.h"
#include "base/text.h"
#include "source/gguf_reader.h"

#define MAX_ALIGNMENT (UINT64_C(1) << 20)
#define USUAL_ALIGNMENT 32

/* Least bytes of a key with its value, and of a tensor's description. */
#define LEAST_KEY_BYTES 14
#define LEAST_TENSOR_BYTES 25

/* ---- Mistakes ---- */

void ep_gguf_mistake(ep_gguf_reader *reader, edgeplan_status status, uint64_t offset, const char *key, const char *message,
                     const char *quoted)
{
    const ep_place place = { reader->stream->file->shown, 0, 0, offset };

    if (reader->status == EDGEPLAN_OK)
        reader->status = status;
    ep_report_quoted(reader->diagnostics, EDGEPLAN_SEVERITY_ERROR, status, &place, key, message, quoted, NULL);
}

int ep_gguf_stop(ep_gguf_reader *reader, edgeplan_status status, uint64_t offset, const char *key, const char *message)
{
    ep_gguf_mistake(reader, status, offset, key, message, NULL);
    return 0;
}

int ep_gguf_stop_short(ep_gguf_reader *reader, const char *key, uint64_t owed)
{
    ep_stream *stream = reader->stream;
    uint64_t keys = reader->keys_left, tensors = reader->tensors_left;
    edgeplan_status status;

    /* The one being read is no longer owed in full. */
    if (keys > 0)
        keys--;
    else if (tensors > 0)
        tensors--;
    if (stream->status == EDGEPLAN_ERROR_TRUNCATED)
        stream->needed = ep_add(stream->needed, ep_add(owed, keys * LEAST_KEY_BYTES + tensors * LEAST_TENSOR_BYTES));
    status = ep_stream_report(stream, reader->diagnostics, key);
    if (reader->status == EDGEPLAN_OK)
        reader->status = status;
    return 0;
}

int ep_gguf_no_memory(ep_gguf_reader *reader)
{
    return ep_gguf_stop(reader, EDGEPLAN_ERROR_NO_MEMORY, ep_stream_offset(reader->stream), NULL, "out of memory");
}

/* ---- The beginning ---- */

static int check_version(ep_gguf_reader *reader, uint32_t version)
{
    if (version == 2 || version == 3)
        return 1;
    if (version != 0 && (version & 0xffff) == 0)
        return ep_gguf_stop(reader, EDGEPLAN_ERROR_UNSUPPORTED, 4, "version",
                            "the file is big-endian; only little-endian files are read: convert it again");
    if (version < 2)
        return ep_gguf_stop(reader, EDGEPLAN_ERROR_UNSUPPORTED, 4, "version",
                            "GGUF version 1 is no longer read, as in llama.cpp: convert the model again");
    return ep_gguf_stop(reader, EDGEPLAN_ERROR_UNSUPPORTED, 4, "version", "a newer version of GGUF than 3");
}

static int read_beginning(ep_gguf_reader *reader)
{
    ep_stream *stream = reader->stream;
    const unsigned char *bytes = ep_stream_take(stream, 4);

    if (bytes == NULL)
        return ep_gguf_stop_short(reader, NULL, 20);
    if (memcmp(bytes, "GGUF", 4) != 0)
        return ep_gguf_stop(reader, EDGEPLAN_ERROR_SYNTAX, 0, NULL, "does not begin with GGUF");
    reader->version = ep_stream_u32(stream);
    if (stream->status != EDGEPLAN_OK)
        return ep_gguf_stop_short(reader, NULL, 16);
    if (!check_version(reader, reader->version))
        return 0;
    bytes = ep_stream_take(stream, 16);
    if (bytes == NULL)
        return ep_gguf_stop_short(reader, NULL, 0);
    reader->tensors_left = ep_load_u64(bytes);
    reader->keys_left = ep_load_u64(bytes + 8);
    if (reader->tensors_left > EP_GGUF_MAX_TENSORS)
        ep_gguf_mistake(reader, EDGEPLAN_ERROR_RANGE, 8, "tensor_count", "is negative or above 1,000,000", NULL);
    if (reader->keys_left > EP_GGUF_MAX_KEYS)
        ep_gguf_mistake(reader, EDGEPLAN_ERROR_RANGE, 16, "metadata_kv_count", "is negative or above 100,000", NULL);
    return reader->status == EDGEPLAN_OK;
}

/* ---- Order ---- */

static int compare_values(const void *a, const void *b)
{
    return strcmp(((const ep_gguf_value *)a)->key, ((const ep_gguf_value *)b)->key);
}

static int compare_tensors(const void *a, const void *b)
{
    return strcmp(((const ep_gguf_tensor *)a)->name, ((const ep_gguf_tensor *)b)->name);
}

static const void **sorted(ep_gguf_reader *reader, const void *items, size_t count, size_t size, ep_compare_fn compare)
{
    const void **list = ep_arena_array(reader->arena, count, sizeof *list);

    for (size_t i = 0; list != NULL && i < count; i++)
        list[i] = (const char *)items + i * size;
    if (list != NULL)
        ep_sort(list, count, compare);
    return list;
}

static int sort_values(ep_gguf_reader *reader, ep_gguf *out)
{
    const void **list = sorted(reader, reader->values, reader->value_count, sizeof *reader->values, compare_values);

    if (list == NULL)
        return ep_gguf_no_memory(reader);
    for (size_t i = 1; i < reader->value_count; i++) {
        const ep_gguf_value *one = list[i - 1], *other = list[i];

        if (compare_values(one, other) == 0)
            ep_gguf_mistake(reader, EDGEPLAN_ERROR_SCHEMA, ep_max(one->offset, other->offset), one->key, "stands more than once", NULL);
    }
    out->values = (const ep_gguf_value *const *)list;
    out->value_count = reader->value_count;
    return 1;
}

static int sort_tensors(ep_gguf_reader *reader)
{
    const void **list = sorted(reader, reader->tensors, reader->tensor_count, sizeof *reader->tensors, compare_tensors);

    if (list == NULL)
        return ep_gguf_no_memory(reader);
    for (size_t i = 1; i < reader->tensor_count; i++) {
        const ep_gguf_tensor *one = list[i - 1], *other = list[i];

        if (compare_tensors(one, other) == 0)
            ep_gguf_mistake(reader, EDGEPLAN_ERROR_SCHEMA, ep_max(one->place, other->place), one->name, "stands more than once", NULL);
    }
    return 1;
}

const ep_gguf_value *ep_gguf_find(const ep_gguf *gguf, const char *key)
{
    size_t low = 0, high = gguf->value_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(key, gguf->values[middle]->key);

        if (order == 0)
            return gguf->values[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* ---- The whole ---- */

static void settle_alignment(ep_gguf_reader *reader, ep_gguf *out)
{
    const ep_gguf_value *value = ep_gguf_find(out, "general.alignment");
    uint64_t alignment = USUAL_ALIGNMENT;

    if (value != NULL && (value->is_array || value->type != EP_GGUF_U32))
        ep_gguf_mistake(reader, EDGEPLAN_ERROR_SCHEMA, value->offset, value->key, "must be a 32-bit unsigned number", NULL);
    else if (value != NULL)
        alignment = (uint64_t)value->numbers[0];
    if (alignment == 0 || (alignment & (alignment - 1)) != 0 || alignment > MAX_ALIGNMENT) {
        ep_gguf_mistake(reader, EDGEPLAN_ERROR_RANGE, value->offset, value->key, "must be a power of two up to 1 MiB", NULL);
        alignment = USUAL_ALIGNMENT;
    }
    out->alignment = alignment;
    out->data_offset = ep_round_up(ep_stream_offset(reader->stream), alignment);
}

static int read_header(ep_gguf_reader *reader, ep_gguf *out)
{
    if (!read_beginning(reader))
        return 0;
    for (; reader->keys_left > 0; reader->keys_left--)
        if (!ep_gguf_read_key(reader))
            return 0;
    for (; reader->tensors_left > 0; reader->tensors_left--)
        if (!ep_gguf_read_tensor(reader))
            return 0;
    if (!ep_stream_settle(reader->stream))
        return ep_gguf_stop_short(reader, NULL, 0);
    if (!sort_values(reader, out) || !sort_tensors(reader))
        return 0;
    settle_alignment(reader, out);
    return 1;
}

edgeplan_status ep_gguf_read(ep_arena *arena, ep_stream *stream, edgeplan_diagnostics *diagnostics, ep_gguf *out)
{
    ep_gguf_reader reader = { .arena = arena, .stream = stream, .diagnostics = diagnostics, .status = EDGEPLAN_OK };

    memset(out, 0, sizeof *out);
    out->shown = ep_arena_copy(arena, stream->file->shown, strlen(stream->file->shown));
    if (out->shown == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    if (read_header(&reader, out)) {
        out->version = reader.version;
        out->tensors = reader.tensors;
        out->tensor_count = reader.tensor_count;
    }
    return reader.status;
}
