#include "model/shards.h"

#include <string.h>

#include "base/checked.h"
#include "base/sort.h"

typedef struct ep_shard_reader {
    ep_arena *arena;
    const ep_files *files;
    int complete;
    edgeplan_diagnostics *diagnostics;
    edgeplan_status status; /* of the first mistake */
    ep_shards *out;
    ep_shards unlisted;     /* in a shard, yet the index does not say so */
} ep_shard_reader;

/* Keeps the first mistake; the next shard is read all the same, unless there is no memory for it. */
static int goes_on(ep_shard_reader *reader, edgeplan_status status)
{
    if (reader->status == EDGEPLAN_OK)
        reader->status = status;
    return status != EDGEPLAN_ERROR_NO_MEMORY;
}

static edgeplan_status add_tensor(ep_shard_reader *reader, ep_shards *to, const ep_safetensor *tensor)
{
    const void **tensors = ep_arena_grow(reader->arena, (void *)to->tensors, to->count, &to->capacity, sizeof *tensors);
    if (tensors == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    to->tensors = tensors;
    tensors[to->count++] = tensor;
    return EDGEPLAN_OK;
}

/* ---- One file ---- */

static edgeplan_status check_end(ep_shard_reader *reader, ep_stream *stream, uint64_t file_bytes)
{
    const ep_place place = {stream->file->shown, 0, 0, file_bytes};
    if (!ep_file_reaches(stream->file, file_bytes)) {
        stream->status = EDGEPLAN_ERROR_TRUNCATED;
        stream->needed = file_bytes;
        return ep_stream_report(stream, reader->diagnostics, NULL);
    }
    if (ep_file_reaches(stream->file, ep_add(file_bytes, 1)))
        return ep_report(reader->diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_SCHEMA, &place, NULL,
                         "goes on after the last tensor");
    return EDGEPLAN_OK;
}

static edgeplan_status read_header(ep_shard_reader *reader, ep_stream *stream, ep_safetensors *header)
{
    edgeplan_status status = ep_safetensors_read(reader->arena, stream, reader->diagnostics, header);
    if (status != EDGEPLAN_OK)
        return status;
    const uint64_t file_bytes = ep_add(header->header_bytes, header->data_bytes);
    reader->out->files++;
    reader->out->file_bytes = ep_add(reader->out->file_bytes, file_bytes);
    reader->out->largest_file_bytes = ep_max(reader->out->largest_file_bytes, file_bytes);
    return reader->complete ? check_end(reader, stream, file_bytes) : EDGEPLAN_OK;
}

edgeplan_status ep_shards_read(ep_arena *arena, ep_stream *stream, int complete, edgeplan_diagnostics *diagnostics, ep_shards *out)
{
    ep_shard_reader reader = {arena, stream->file->files, complete, diagnostics, EDGEPLAN_OK, out, {0}};
    ep_safetensors header;
    memset(out, 0, sizeof *out);
    edgeplan_status status = read_header(&reader, stream, &header);
    for (uint32_t i = 0; i < header.count && status == EDGEPLAN_OK; i++)
        status = add_tensor(&reader, out, &header.tensors[i]);
    return status;
}

/* ---- The index ---- */

static const char *shard_of(const ep_entry *entry)
{
    return entry->value->text;
}

static int compare_entries(const void *a, const void *b)
{
    const int order = strcmp(shard_of(a), shard_of(b));
    return order != 0 ? order : strcmp(((const ep_entry *)a)->key, ((const ep_entry *)b)->key);
}

static int compare_tensors(const void *a, const void *b)
{
    return strcmp(((const ep_safetensor *)a)->name, ((const ep_safetensor *)b)->name);
}

static void fail(ep_shard_reader *reader, edgeplan_status status, const ep_node *node, const char *tensor, const char *message,
                 const char *quoted)
{
    const ep_place place = ep_node_place(node);
    char path[EP_DIAGNOSTIC_BYTES];
    ep_text text;
    ep_text_init(&text, path, sizeof path);
    ep_text_add(&text, "weight_map");
    if (tensor != NULL)
        ep_text_add_char(&text, '.');
    ep_text_add(&text, tensor);
    ep_report_quoted(reader->diagnostics, EDGEPLAN_SEVERITY_ERROR, status, &place, path, message, quoted, NULL);
    goes_on(reader, status);
}

/* Parts the tensors of a shard into those that the index looks for in it and the others; all are in the order of their names. */
static edgeplan_status take(ep_shard_reader *reader, const void *const *entries, size_t entry_count, const void *const *tensors,
                            size_t tensor_count)
{
    edgeplan_status status = EDGEPLAN_OK;
    size_t entry = 0, at = 0;
    while (status == EDGEPLAN_OK && (entry < entry_count || at < tensor_count)) {
        const ep_entry *listed = entry < entry_count ? entries[entry] : NULL;
        const ep_safetensor *tensor = at < tensor_count ? tensors[at] : NULL;
        const int order = listed == NULL ? 1 : tensor == NULL ? -1 : strcmp(listed->key, tensor->name);
        if (order < 0)
            fail(reader, EDGEPLAN_ERROR_REFERENCE, listed->value, listed->key, "this tensor is not in", shard_of(listed));
        else
            status = add_tensor(reader, order == 0 ? reader->out : &reader->unlisted, tensor);
        entry += order <= 0;
        at += order >= 0;
    }
    return status;
}

/* Loaders take all that is in a shard, so tensors that the index forgets count as well; not those that it looks for in another
   shard. */
static edgeplan_status take_unlisted(ep_shard_reader *reader)
{
    ep_shards *out = reader->out, *more = &reader->unlisted;
    const size_t listed = out->count;
    size_t at = 0;
    edgeplan_status status = EDGEPLAN_OK;
    ep_sort(out->tensors, out->count, compare_tensors);
    ep_sort(more->tensors, more->count, compare_tensors);
    for (size_t i = 0; i < more->count && status == EDGEPLAN_OK; i++) {
        const ep_safetensor *tensor = more->tensors[i];
        while (at < listed && compare_tensors(out->tensors[at], tensor) < 0)
            at++;
        if (at < listed && compare_tensors(out->tensors[at], tensor) == 0)
            continue;
        if (i > 0 && compare_tensors(more->tensors[i - 1], tensor) == 0)
            status = ep_report(reader->diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_REFERENCE, &tensor->place, tensor->name,
                               "is in two files, and the index does not say which one counts");
        else
            status = add_tensor(reader, out, tensor);
    }
    return status;
}

static edgeplan_status read_open_shard(ep_shard_reader *reader, ep_file *file, const void *const *entries, size_t count)
{
    ep_safetensors header = {0};
    ep_stream stream;
    edgeplan_status status = ep_stream_init(&stream, file);
    if (status == EDGEPLAN_OK)
        status = read_header(reader, &stream, &header);
    ep_stream_free(&stream);
    if (status != EDGEPLAN_OK)
        return status;
    const void **tensors = ep_arena_array(reader->arena, header.count, sizeof *tensors);
    if (tensors == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    for (uint32_t i = 0; i < header.count; i++)
        tensors[i] = &header.tensors[i];
    ep_sort(tensors, header.count, compare_tensors);
    return take(reader, entries, count, tensors, header.count);
}

/* `entries` are those of one shard. */
static edgeplan_status read_shard(ep_shard_reader *reader, const void *const *entries, size_t count)
{
    const ep_entry *first = entries[0];
    ep_file file;
    if (shard_of(first)[0] == '\0' || memchr(shard_of(first), '\0', first->value->length) != NULL) {
        fail(reader, EDGEPLAN_ERROR_REFERENCE, first->value, first->key, "must name a file", NULL);
        return EDGEPLAN_ERROR_REFERENCE;
    }
    edgeplan_status status = ep_file_open(reader->files, shard_of(first), reader->diagnostics, &file);
    if (status != EDGEPLAN_OK)
        return status;
    status = read_open_shard(reader, &file, entries, count);
    ep_file_close(&file);
    return status;
}

static void read_shards(ep_shard_reader *reader, const void *const *entries, size_t count)
{
    size_t begin = 0, end, shards = 0;
    for (; begin < count; begin = end) {
        const ep_entry *first = entries[begin];
        for (end = begin + 1; end < count && strcmp(shard_of(entries[end]), shard_of(first)) == 0; end++)
            ;
        if (++shards > EP_MAX_SHARDS) {
            fail(reader, EDGEPLAN_ERROR_LIMIT, first->value, NULL, "names more than 4096 files", NULL);
            return;
        }
        if (!goes_on(reader, read_shard(reader, entries + begin, end - begin)))
            return;
    }
}

edgeplan_status ep_shards_read_index(ep_arena *arena, const ep_files *files, const ep_node *index, int complete,
                                     edgeplan_diagnostics *diagnostics, ep_shards *out)
{
    ep_shard_reader reader = {arena, files, complete, diagnostics, EDGEPLAN_OK, out, {0}};
    const ep_node *map = ep_node_get(index, "weight_map");
    size_t count = 0;
    memset(out, 0, sizeof *out);
    if (map == NULL || map->kind != EP_NODE_MAP || map->count == 0) {
        fail(&reader, EDGEPLAN_ERROR_SCHEMA, map != NULL ? map : index, NULL, "must say for each tensor in which file it is", NULL);
        return reader.status;
    }
    const void **entries = ep_arena_array(arena, map->count, sizeof *entries);
    if (entries == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    for (uint32_t i = 0; i < map->count; i++) {
        if (map->entries[i].value->kind == EP_NODE_QUOTED)
            entries[count++] = &map->entries[i];
        else
            fail(&reader, EDGEPLAN_ERROR_SCHEMA, map->entries[i].value, map->entries[i].key, "must be the name of a file", NULL);
    }
    ep_sort(entries, count, compare_entries);
    read_shards(&reader, entries, count);
    return reader.status == EDGEPLAN_OK ? take_unlisted(&reader) : reader.status;
}
