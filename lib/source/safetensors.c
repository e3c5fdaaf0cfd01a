#include "source/safetensors.h"

#include <string.h>

#include "base/checked.h"
#include "base/context.h"
#include "base/number.h"
#include "base/sort.h"
#include "source/json.h"

#define METADATA "__metadata__"

static const struct { const char *name; uint32_t bits; } dtypes[EP_DTYPE_COUNT] = {
    [EP_DTYPE_BOOL] = { "BOOL", 8 },
    [EP_DTYPE_F4] = { "F4", 4 },
    [EP_DTYPE_F6_E2M3] = { "F6_E2M3", 6 },
    [EP_DTYPE_F6_E3M2] = { "F6_E3M2", 6 },
    [EP_DTYPE_U8] = { "U8", 8 },
    [EP_DTYPE_I8] = { "I8", 8 },
    [EP_DTYPE_F8_E5M2] = { "F8_E5M2", 8 },
    [EP_DTYPE_F8_E4M3] = { "F8_E4M3", 8 },
    [EP_DTYPE_F8_E8M0] = { "F8_E8M0", 8 },
    [EP_DTYPE_F8_E4M3FNUZ] = { "F8_E4M3FNUZ", 8 },
    [EP_DTYPE_F8_E5M2FNUZ] = { "F8_E5M2FNUZ", 8 },
    [EP_DTYPE_I16] = { "I16", 16 },
    [EP_DTYPE_U16] = { "U16", 16 },
    [EP_DTYPE_F16] = { "F16", 16 },
    [EP_DTYPE_BF16] = { "BF16", 16 },
    [EP_DTYPE_I32] = { "I32", 32 },
    [EP_DTYPE_U32] = { "U32", 32 },
    [EP_DTYPE_F32] = { "F32", 32 },
    [EP_DTYPE_C64] = { "C64", 64 },
    [EP_DTYPE_F64] = { "F64", 64 },
    [EP_DTYPE_I64] = { "I64", 64 },
    [EP_DTYPE_U64] = { "U64", 64 },
};

typedef struct header_reader {
    ep_arena *arena;
    edgeplan_diagnostics *diagnostics;
    const char *name;       /* of the file */
    const char *tensor;     /* whose entry is read */
    edgeplan_status status; /* of the first mistake */
} header_reader;

uint32_t ep_dtype_bits(uint32_t dtype)
{
    return dtype < EP_DTYPE_COUNT ? dtypes[dtype].bits : 0;
}

/* ---- Mistakes ---- */

static void fail_at(header_reader *reader, edgeplan_status status, const ep_place *place, const char *field, const char *message,
                    const char *quoted)
{
    char path[EP_DIAGNOSTIC_BYTES];
    ep_text text;

    ep_text_init(&text, path, sizeof path);
    ep_text_add(&text, reader->tensor);
    if (field != NULL && text.length > 0)
        ep_text_add_char(&text, '.');
    ep_text_add(&text, field);
    ep_report_quoted(reader->diagnostics, EDGEPLAN_SEVERITY_ERROR, status, place, path, message, quoted, NULL);
    if (reader->status == EDGEPLAN_OK)
        reader->status = status;
}

static void fail(header_reader *reader, edgeplan_status status, const ep_node *node, const char *field, const char *message)
{
    const ep_place place = ep_node_place(node);

    fail_at(reader, status, &place, field, message, NULL);
}

/* ---- One tensor ---- */

static uint64_t read_count(header_reader *reader, const ep_node *node, const char *field)
{
    uint64_t count = 0;
    edgeplan_status status = EDGEPLAN_ERROR_SYNTAX;

    if (node->kind == EP_NODE_PLAIN)
        status = ep_count_read(node->text, node->length, &count);
    if (status == EDGEPLAN_ERROR_SYNTAX)
        fail(reader, EDGEPLAN_ERROR_SCHEMA, node, field, "must be a whole number, 0 or more");
    else if (status != EDGEPLAN_OK || ep_overflowed(count))
        fail(reader, EDGEPLAN_ERROR_RANGE, node, field, "is 2^53 or more");
    return count;
}

static const ep_node *get(header_reader *reader, const ep_node *entry, const char *field, ep_node_kind kind, const char *message)
{
    const ep_node *node = ep_node_get(entry, field);

    if (node != NULL && node->kind == kind)
        return node;
    fail(reader, EDGEPLAN_ERROR_SCHEMA, node != NULL ? node : entry, field, node != NULL ? message : "is missing");
    return NULL;
}

static void read_dtype(header_reader *reader, const ep_node *entry, ep_safetensor *tensor)
{
    const ep_node *node = get(reader, entry, "dtype", EP_NODE_QUOTED, "must be a text");
    ep_place place;

    tensor->dtype = EP_DTYPE_COUNT;
    if (node == NULL)
        return;
    for (uint32_t i = 0; i < EP_DTYPE_COUNT; i++)
        if (ep_node_is(node, dtypes[i].name))
            tensor->dtype = i;
    place = ep_node_place(node);
    if (tensor->dtype == EP_DTYPE_COUNT)
        fail_at(reader, EDGEPLAN_ERROR_UNSUPPORTED, &place, "dtype", "safetensors has no type", node->text);
}

static void read_shape(header_reader *reader, const ep_node *entry, ep_safetensor *tensor)
{
    const ep_node *node = get(reader, entry, "shape", EP_NODE_LIST, "must be a list");

    if (node == NULL)
        return;
    if (node->count > EP_SAFETENSORS_MAX_DIMENSIONS) {
        fail(reader, EDGEPLAN_ERROR_LIMIT, node, "shape", "has more than 8 dimensions");
        return;
    }
    tensor->dimensions = node->count;
    for (uint32_t i = 0; i < node->count; i++)
        tensor->shape[i] = read_count(reader, node->entries[i].value, "shape");
}

static void read_offsets(header_reader *reader, const ep_node *entry, ep_safetensor *tensor)
{
    const ep_node *node = get(reader, entry, "data_offsets", EP_NODE_LIST, "must be a list of two numbers");

    if (node == NULL)
        return;
    if (node->count != 2) {
        fail(reader, EDGEPLAN_ERROR_SCHEMA, node, "data_offsets", "must be a list of two numbers");
        return;
    }
    tensor->begin = read_count(reader, node->entries[0].value, "data_offsets");
    tensor->end = read_count(reader, node->entries[1].value, "data_offsets");
}

/* The bytes between the offsets must be those that type and shape take. */
static void check_size(header_reader *reader, const ep_node *entry, const ep_safetensor *tensor)
{
    uint64_t bits = ep_dtype_bits(tensor->dtype);

    for (uint32_t i = 0; i < tensor->dimensions; i++)
        bits = ep_mul(bits, tensor->shape[i]);
    if (ep_overflowed(bits))
        fail(reader, EDGEPLAN_ERROR_RANGE, entry, "shape", "holds more than any file can");
    else if (bits % 8 != 0)
        fail(reader, EDGEPLAN_ERROR_SCHEMA, entry, "shape", "does not fill whole bytes");
    else if (tensor->end < tensor->begin)
        fail(reader, EDGEPLAN_ERROR_RANGE, entry, "data_offsets", "end before they begin");
    else if (tensor->end - tensor->begin != bits / 8)
        fail(reader, EDGEPLAN_ERROR_SCHEMA, entry, "data_offsets", "are not as far apart as type and shape say");
}

static void read_tensor(header_reader *reader, const ep_node *entry, ep_safetensor *tensor)
{
    const edgeplan_status before = reader->status;

    tensor->place = ep_node_place(entry);
    tensor->place.source = reader->name; /* the tree goes, its strings with it */
    if (entry->kind != EP_NODE_MAP) {
        fail(reader, EDGEPLAN_ERROR_SCHEMA, entry, NULL, "must be a map of dtype, shape and data_offsets");
        return;
    }
    reader->status = EDGEPLAN_OK;
    read_dtype(reader, entry, tensor);
    read_shape(reader, entry, tensor);
    read_offsets(reader, entry, tensor);
    if (reader->status == EDGEPLAN_OK)
        check_size(reader, entry, tensor);
    if (before != EDGEPLAN_OK)
        reader->status = before;
}

/* ---- The header ---- */

static void check_metadata(header_reader *reader, const ep_node *metadata)
{
    reader->tensor = METADATA;
    if (metadata->kind != EP_NODE_MAP) {
        fail(reader, EDGEPLAN_ERROR_SCHEMA, metadata, NULL, "must be a map of texts");
        return;
    }
    for (uint32_t i = 0; i < metadata->count; i++)
        if (metadata->entries[i].value->kind != EP_NODE_QUOTED)
            fail(reader, EDGEPLAN_ERROR_SCHEMA, metadata->entries[i].value, metadata->entries[i].key, "must be a text");
}

static edgeplan_status no_memory(header_reader *reader)
{
    const ep_place place = { reader->name, 0, 0, 0 };

    return ep_report(reader->diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_NO_MEMORY, &place, NULL, "out of memory");
}

/* *tensors holds them in the order of the text. */
static edgeplan_status read_entries(header_reader *reader, const ep_node *root, ep_safetensor **tensors, uint32_t *count)
{
    *count = 0;
    *tensors = ep_arena_array(reader->arena, root->count, sizeof **tensors);
    if (*tensors == NULL)
        return no_memory(reader);
    for (uint32_t i = 0; i < root->count; i++) {
        const ep_entry *entry = &root->entries[i];
        ep_safetensor *tensor = &(*tensors)[*count];

        if (ep_equal(entry->key, METADATA)) {
            check_metadata(reader, entry->value);
            continue;
        }
        tensor->name = ep_arena_copy(reader->arena, entry->key, strlen(entry->key));
        if (tensor->name == NULL)
            return no_memory(reader);
        reader->tensor = tensor->name;
        read_tensor(reader, entry->value, tensor);
        ++*count;
    }
    return reader->status;
}

static int compare_places(const void *a, const void *b)
{
    const ep_safetensor *left = a, *right = b;

    if (left->begin != right->begin)
        return left->begin < right->begin ? -1 : 1;
    return left->end < right->end ? -1 : left->end > right->end;
}

/* The data must be covered from its first byte, each byte once. */
static void check_tiling(header_reader *reader, const ep_safetensors *header)
{
    uint64_t covered = 0;

    for (uint32_t i = 0; i < header->count; i++) {
        const ep_safetensor *tensor = &header->tensors[i];

        reader->tensor = tensor->name;
        if (tensor->begin > covered)
            fail_at(reader, EDGEPLAN_ERROR_SCHEMA, &tensor->place, "data_offsets",
                    "leave bytes before them that belong to no tensor", NULL);
        else if (tensor->begin < covered)
            fail_at(reader, EDGEPLAN_ERROR_SCHEMA, &tensor->place, "data_offsets", "lie over those of",
                    header->tensors[i - 1].name);
        covered = ep_max(covered, tensor->end);
    }
}

static edgeplan_status sort_by_place(header_reader *reader, const ep_safetensor *tensors, uint32_t count, ep_safetensors *out)
{
    const void **order = ep_arena_array(reader->arena, count, sizeof *order);
    ep_safetensor *sorted = ep_arena_array(reader->arena, count, sizeof *sorted);

    if (order == NULL || sorted == NULL)
        return no_memory(reader);
    for (uint32_t i = 0; i < count; i++)
        order[i] = &tensors[i];
    ep_sort(order, count, compare_places);
    for (uint32_t i = 0; i < count; i++)
        memcpy(&sorted[i], order[i], sizeof *sorted);
    out->tensors = sorted;
    out->count = count;
    out->data_bytes = count > 0 ? sorted[count - 1].end : 0;
    return EDGEPLAN_OK;
}

static edgeplan_status read_root(header_reader *reader, const ep_node *root, ep_safetensors *out)
{
    ep_safetensor *tensors;
    edgeplan_status status;
    uint32_t count;

    status = read_entries(reader, root, &tensors, &count);
    if (status == EDGEPLAN_OK)
        status = sort_by_place(reader, tensors, count, out);
    if (status == EDGEPLAN_OK)
        check_tiling(reader, out);
    return status != EDGEPLAN_OK ? status : reader->status;
}

/* The header without its prefix; places name the file as `name`, which must live as long as the arena. */
static edgeplan_status parse(ep_arena *arena, const char *text, size_t length, const char *name, edgeplan_diagnostics *diagnostics,
                             ep_safetensors *out)
{
    header_reader reader = { arena, diagnostics, name, NULL, EDGEPLAN_OK };
    const ep_place place = { name, 0, 0, EP_SAFETENSORS_PREFIX_BYTES };
    const ep_node *root = NULL;
    edgeplan_status status;
    ep_arena scratch;

    memset(out, 0, sizeof *out);
    if (length == 0 || text[0] != '{')
        return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_SYNTAX, &place, NULL, "a header must begin with '{'");
    ep_arena_init(&scratch, arena->context);
    status = ep_json_parse_at(&scratch, text, length, EP_SAFETENSORS_PREFIX_BYTES, name, diagnostics, &root);
    if (status == EDGEPLAN_OK)
        status = read_root(&reader, root, out);
    ep_arena_free(&scratch);
    if (status != EDGEPLAN_OK)
        memset(out, 0, sizeof *out);
    else
        out->header_bytes = EP_SAFETENSORS_PREFIX_BYTES + (uint64_t)length;
    return status;
}

/* ---- The file ---- */

typedef struct header_window {
    ep_stream *stream;
    uint64_t left; /* of the header */
} header_window;

static int64_t read_window(void *user, const char *name, uint64_t offset, void *buffer, uint64_t length)
{
    header_window *window = user;
    const uint64_t wanted = ep_min(ep_min(length, window->left), EP_STREAM_BYTES);
    uint64_t got = 0;
    const unsigned char *from = ep_stream_peek(window->stream, wanted, &got);

    (void)name;
    (void)offset; /* it only ever goes on */
    if (window->stream->status != EDGEPLAN_OK)
        return -1;
    if (got > 0)
        memcpy(buffer, from, (size_t)got);
    ep_stream_skip(window->stream, got);
    window->left -= got;
    return (int64_t)got;
}

#define LFS_POINTER_BEGIN UINT64_C(0x206e6f6973726576) /* the first eight letters of EP_LFS_POINTER */

static edgeplan_status fail_limit(const ep_stream *stream, edgeplan_diagnostics *diagnostics, uint64_t length, uint64_t limit)
{
    const ep_place place = { stream->file->shown, 0, 0, 0 };
    char message[160];
    ep_text text;

    if (length == LFS_POINTER_BEGIN)
        return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_UNSUPPORTED, &place, NULL, EP_LFS_REFUSAL);
    ep_text_init(&text, message, sizeof message);
    ep_text_add(&text, "says that its header has ");
    ep_text_add_count(&text, length);
    ep_text_add(&text, " bytes; the limit is ");
    ep_text_add_count(&text, limit);
    return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_LIMIT, &place, NULL, message);
}

edgeplan_status ep_safetensors_read(ep_arena *arena, ep_stream *stream, edgeplan_diagnostics *diagnostics, ep_safetensors *out)
{
    const uint64_t limit = ep_min(ep_max_file_bytes(arena->context), EP_SAFETENSORS_MAX_HEADER_BYTES);
    const uint64_t length = ep_stream_u64(stream);
    header_window window = { stream, length };
    edgeplan_status status;
    const char *shown;
    size_t got = 0;
    char *text;

    memset(out, 0, sizeof *out);
    if (stream->status != EDGEPLAN_OK)
        return ep_stream_report(stream, diagnostics, NULL);
    if (length > limit)
        return fail_limit(stream, diagnostics, length, limit);
    shown = ep_arena_copy(arena, stream->file->shown, strlen(stream->file->shown));
    if (shown == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    status = ep_input_reader(arena->context, read_window, &window, shown, diagnostics, &text, &got);
    if (status == EDGEPLAN_OK && got < length) {
        stream->status = EDGEPLAN_ERROR_TRUNCATED;
        stream->needed = EP_SAFETENSORS_PREFIX_BYTES + length;
        status = ep_stream_report(stream, diagnostics, NULL);
    } else if (status == EDGEPLAN_OK) {
        status = parse(arena, text, got, shown, diagnostics, out);
    }
    ep_release(arena->context, text);
    return status;
}
