#include "model/gguf_files.h"

#include <string.h>

#include "base/checked.h"
#include "base/context.h"
#include "base/sort.h"
#include "base/text.h"

/* Shards are named `…-00001-of-00003.gguf`. Source: llama_split_path in src/llama.cpp of ggml-org/llama.cpp. */
#define SUFFIX_BYTES 20
#define DIGITS 5
#define MAX_SHARDS 99999

typedef struct shard {
    uint64_t number, count, tensors; /* from 0; `tensors` of all shards, UINT64_MAX if not said */
} shard;

typedef struct reading {
    ep_arena *arena;
    edgeplan_diagnostics *diagnostics;
    int complete;
    ep_gguf_set *set;
    const char *shown; /* the file being read */
} reading;

static edgeplan_status mistake(const reading *r, edgeplan_status status, const char *key, const char *message, const char *quoted)
{
    const ep_place place = { r->shown, 0, 0, 0 };

    return ep_report_quoted(r->diagnostics, EDGEPLAN_SEVERITY_ERROR, status, &place, key, message, quoted, NULL);
}

int ep_gguf_whole(const ep_gguf *gguf, const char *key, edgeplan_diagnostics *diagnostics, edgeplan_status *status, uint64_t *out)
{
    const ep_gguf_value *value = ep_gguf_find(gguf, key);
    const ep_place place = { gguf->shown, 0, 0, value != NULL ? value->offset : 0 };
    edgeplan_status wrong = EDGEPLAN_OK;

    if (value == NULL)
        return 0;
    if (value->is_array || value->numbers == NULL)
        wrong = ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_SCHEMA, &place, key, "must be one whole number");
    else if (value->numbers[0] < 0)
        wrong = ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_RANGE, &place, key, "is negative or far too large");
    else
        *out = (uint64_t)value->numbers[0];
    if (*status == EDGEPLAN_OK)
        *status = wrong;
    return wrong == EDGEPLAN_OK;
}

/* ---- One file ---- */

/* Room for another shard's tensors behind those already there. */
static ep_gguf_part *grow_parts(reading *r, size_t count)
{
    ep_gguf_set *set = r->set;
    ep_gguf_part *grown;

    if (set->parts == NULL || set->part_capacity - set->part_count < count) {
        set->part_capacity = set->part_capacity * 2 > set->part_count + count ? set->part_capacity * 2 : set->part_count + count;
        grown = ep_arena_array(r->arena, set->part_capacity, sizeof *grown);
        if (grown == NULL)
            return NULL;
        if (set->part_count > 0)
            memcpy(grown, set->parts, set->part_count * sizeof *grown);
        set->parts = grown;
    }
    return set->parts + set->part_count;
}

static edgeplan_status check_complete(const reading *r, ep_stream *stream, uint64_t end)
{
    if (!r->complete || ep_file_reaches(stream->file, end))
        return EDGEPLAN_OK;
    stream->status = EDGEPLAN_ERROR_TRUNCATED;
    stream->needed = end;
    return ep_stream_report(stream, r->diagnostics, NULL);
}

static shard read_shard(const reading *r, const ep_gguf *gguf, edgeplan_status *status)
{
    shard s = { 0, 0, UINT64_MAX };

    ep_gguf_whole(gguf, "split.count", r->diagnostics, status, &s.count);
    ep_gguf_whole(gguf, "split.no", r->diagnostics, status, &s.number);
    ep_gguf_whole(gguf, "split.tensors.count", r->diagnostics, status, &s.tensors);
    return s;
}

static edgeplan_status read_file(reading *r, ep_stream *stream, ep_gguf *gguf, shard *s)
{
    uint64_t data_bytes, padded, file_bytes;
    edgeplan_status status = ep_gguf_read(r->arena, stream, r->diagnostics, gguf);
    ep_gguf_part *parts;

    if (status != EDGEPLAN_OK)
        return status;
    parts = grow_parts(r, gguf->tensor_count);
    if (parts == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    status = ep_gguf_layout(r->arena, gguf, r->diagnostics, parts, &data_bytes, &padded);
    *s = read_shard(r, gguf, &status);
    if (status == EDGEPLAN_OK)
        status = check_complete(r, stream, gguf->data_offset + data_bytes);
    if (status != EDGEPLAN_OK)
        return status;
    file_bytes = ep_add(gguf->data_offset, padded);
    r->set->part_count += gguf->tensor_count;
    r->set->files++;
    r->set->file_bytes = ep_add(r->set->file_bytes, file_bytes);
    r->set->largest_file_bytes = ep_max(r->set->largest_file_bytes, file_bytes);
    if (ep_overflowed(r->set->file_bytes))
        return mistake(r, EDGEPLAN_ERROR_RANGE, NULL, "is larger than 2^53 bytes", NULL);
    return EDGEPLAN_OK;
}

/* ---- The other shards ---- */

static const char *last_part(const char *path)
{
    const char *part = path;

    for (; *path != '\0'; path++)
        if (*path == '/' || *path == '\\')
            part = path + 1;
    return part;
}

static void write_number(char *at, uint64_t number)
{
    for (int i = DIGITS; i-- > 0; number /= 10)
        at[i] = (char)('0' + number % 10);
}

/* Writes the name of the i-th shard over a copy of the opened one's. */
static void name_shard(char *name, uint64_t number, uint64_t count)
{
    char *suffix = name + strlen(name) - SUFFIX_BYTES;

    memcpy(suffix, "-00000-of-00000.gguf", SUFFIX_BYTES);
    write_number(suffix + 1, number + 1);
    write_number(suffix + 10, count);
}

/* A copy of the opened file's name, if that is what the shard's name must be. */
static edgeplan_status own_name(const reading *r, const shard *s, char **out)
{
    const char *name = last_part(r->shown);
    const size_t length = strlen(name);
    char *expected = ep_arena_copy(r->arena, name, length);

    if (expected == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    if (s->count > MAX_SHARDS || s->number >= s->count)
        return mistake(r, EDGEPLAN_ERROR_RANGE, "split.no", "is not below split.count, or that is above 99,999", NULL);
    if (length > SUFFIX_BYTES)
        name_shard(expected, s->number, s->count);
    if (length <= SUFFIX_BYTES || strcmp(expected, name) != 0)
        return mistake(r, EDGEPLAN_ERROR_REFERENCE, "split.no", "is one of several, yet not named -00001-of-00002.gguf and so on:",
                       name);
    *out = expected;
    return EDGEPLAN_OK;
}

static edgeplan_status check_shard(const reading *r, const shard *own, uint64_t number, const shard *read)
{
    if (read->count != own->count)
        return mistake(r, EDGEPLAN_ERROR_SCHEMA, "split.count", "differs from the other shards'", NULL);
    if (read->number != number)
        return mistake(r, EDGEPLAN_ERROR_SCHEMA, "split.no", "is not what the file's name says", NULL);
    return EDGEPLAN_OK;
}

static edgeplan_status read_other(reading *r, const ep_files *files, const char *name, const shard *own, uint64_t number)
{
    ep_file file;
    ep_stream stream;
    ep_gguf gguf;
    shard read;
    edgeplan_status status = ep_file_open(files, name, r->diagnostics, &file);

    if (status != EDGEPLAN_OK)
        return status;
    r->shown = file.shown;
    status = ep_stream_init(&stream, &file);
    if (status == EDGEPLAN_OK)
        status = read_file(r, &stream, &gguf, &read);
    if (status == EDGEPLAN_OK)
        status = check_shard(r, own, number, &read);
    if (status == EDGEPLAN_OK && number == 0)
        r->set->first = gguf;
    ep_stream_free(&stream);
    ep_file_close(&file);
    return status;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const ep_gguf_part *)a)->tensor->name, ((const ep_gguf_part *)b)->tensor->name);
}

static edgeplan_status check_names(reading *r)
{
    const ep_gguf_set *set = r->set;
    const void **order = ep_arena_array(r->arena, set->part_count, sizeof *order);
    edgeplan_status status = EDGEPLAN_OK;

    if (order == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    for (size_t i = 0; i < set->part_count; i++)
        order[i] = &set->parts[i];
    ep_sort(order, set->part_count, by_name);
    for (size_t i = 1; i < set->part_count; i++) {
        const ep_gguf_part *part = order[i];

        if (by_name(order[i - 1], part) != 0)
            continue;
        r->shown = part->shown;
        status = mistake(r, EDGEPLAN_ERROR_SCHEMA, part->tensor->name, "stands in more than one shard", NULL);
    }
    return status;
}

static edgeplan_status read_others(reading *r, const ep_files *files, const shard *own)
{
    const char *entry = r->shown;
    char *name = NULL;
    edgeplan_status status = own_name(r, own, &name);

    for (uint64_t i = 0; i < own->count && status == EDGEPLAN_OK; i++) {
        if (i == own->number)
            continue;
        name_shard(name, i, own->count);
        status = read_other(r, files, name, own, i);
    }
    r->shown = entry;
    if (status == EDGEPLAN_OK && own->tensors != UINT64_MAX && own->tensors != r->set->part_count)
        status = mistake(r, EDGEPLAN_ERROR_SCHEMA, "split.tensors.count", "is not the number of tensors in all shards together",
                         NULL);
    return status == EDGEPLAN_OK ? check_names(r) : status;
}

edgeplan_status ep_gguf_set_read(ep_arena *arena, ep_stream *stream, int complete, edgeplan_diagnostics *diagnostics,
                                 ep_gguf_set *out)
{
    reading r = { arena, diagnostics, complete, out, stream->file->shown };
    shard own = { 0, 0, 0 };
    edgeplan_status status;

    memset(out, 0, sizeof *out);
    status = read_file(&r, stream, &out->first, &own);
    if (status == EDGEPLAN_OK && own.count > 1)
        status = read_others(&r, stream->file->files, &own);
    return status;
}
