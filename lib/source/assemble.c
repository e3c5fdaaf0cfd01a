#include "source/assemble.h"

#include <string.h>

#include "base/checked.h"
#include "base/text.h"

#define PATH_BYTES (EP_DIAGNOSTIC_BYTES + 8)

/* ---- Mistakes ---- */

/* Writes such as `targets[3].memory.bus`. Callers provide PATH_BYTES; a longer path is cut where it is recorded. */
static void write_path(const ep_assembly *assembly, const char *last, char *buffer)
{
    ep_text path;

    ep_text_init(&path, buffer, PATH_BYTES);
    for (size_t i = 0; i < assembly->depth; i++) {
        const ep_open_node *open = &assembly->open[i];
        const char *key = open->has_key ? (open->key != NULL ? open->key : "?") : NULL;

        if (open->node->kind == EP_NODE_LIST) {
            ep_text_add_char(&path, '[');
            ep_text_add_count(&path, open->count);
            ep_text_add_char(&path, ']');
            continue;
        }
        if (last != NULL && i + 1 == assembly->depth)
            key = last;
        if (key != NULL && path.length > 0)
            ep_text_add_char(&path, '.');
        ep_text_add(&path, key);
    }
}

edgeplan_status ep_assembly_stop(const ep_assembly *assembly, edgeplan_status status, const ep_place *place, const char *message)
{
    char path[PATH_BYTES];

    write_path(assembly, NULL, path);
    return ep_report(assembly->diagnostics, EDGEPLAN_SEVERITY_ERROR, status, place, path, message);
}

static void record(ep_assembly *assembly, const ep_place *place, const char *last_key, const char *first, const char *quoted,
                   const char *rest)
{
    char path[PATH_BYTES];

    if (assembly->status == EDGEPLAN_OK)
        assembly->status = EDGEPLAN_ERROR_SCHEMA;
    if (assembly->diagnostics == NULL)
        return;
    write_path(assembly, last_key, path);
    ep_report_quoted(assembly->diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_SCHEMA, place, path, first, quoted, rest);
}

void ep_assembly_mistake(ep_assembly *assembly, const ep_place *place, const char *first, const char *quoted, const char *rest)
{
    record(assembly, place, NULL, first, quoted, rest);
}

edgeplan_status ep_assembly_no_memory(const ep_assembly *assembly)
{
    const ep_place place = { assembly->name, 0, 0, 0 };

    return ep_assembly_stop(assembly, EDGEPLAN_ERROR_NO_MEMORY, &place, "out of memory");
}

static edgeplan_status over_limit(const ep_assembly *assembly, const ep_place *place, const char *what, uint64_t limit,
                                  const char *unit_and_name)
{
    char message[160];
    ep_text text;

    ep_text_init(&text, message, sizeof message);
    ep_text_add(&text, what);
    ep_text_add_count(&text, limit);
    ep_text_add(&text, unit_and_name);
    return ep_assembly_stop(assembly, EDGEPLAN_ERROR_LIMIT, place, message);
}

/* ---- Repeated keys ---- */

/* Merge sort of indices by key: no input makes it slow, as one can with a hash, and equal keys keep their order. */
static const uint32_t *sort_keys(const ep_entry *entries, size_t count, uint32_t *from, uint32_t *to)
{
    for (size_t i = 0; i < count; i++)
        from[i] = (uint32_t)i;
    for (size_t width = 1; width < count; width *= 2) {
        uint32_t *sorted = to;

        for (size_t start = 0; start < count; start += 2 * width) {
            size_t middle = start + width < count ? start + width : count;
            size_t end = start + 2 * width < count ? start + 2 * width : count;
            size_t left = start, right = middle;

            for (size_t i = start; i < end; i++) {
                int take_left = right == end || (left < middle && strcmp(entries[from[left]].key, entries[from[right]].key) <= 0);

                to[i] = from[take_left ? left++ : right++];
            }
        }
        to = from;
        from = sorted;
    }
    return from;
}

static void report_repeated(ep_assembly *assembly, const ep_entry *repeated, const ep_entry *first)
{
    const ep_place place = { assembly->name, repeated->line, repeated->column, repeated->value->offset };
    char rest[160];
    ep_text text;

    ep_text_init(&text, rest, sizeof rest);
    ep_text_add(&text, " is repeated at line ");
    ep_text_add_count(&text, repeated->line);
    ep_text_add(&text, ", column ");
    ep_text_add_count(&text, repeated->column);
    ep_text_add(&text, "; first at line ");
    ep_text_add_count(&text, first->line);
    ep_text_add(&text, ", column ");
    ep_text_add_count(&text, first->column);
    record(assembly, &place, repeated->key, "key", repeated->key, rest);
}

static edgeplan_status check_keys(ep_assembly *assembly, const ep_open_node *map)
{
    uint32_t *work, *first;
    const uint32_t *sorted;

    if (map->count < 2)
        return EDGEPLAN_OK;
    work = ep_allocate(assembly->arena->context, map->count * 3 * sizeof *work);
    if (work == NULL)
        return ep_assembly_no_memory(assembly);
    first = work + 2 * map->count;
    sorted = sort_keys(map->entries, map->count, work, work + map->count);
    first[sorted[0]] = sorted[0];
    for (size_t i = 1; i < map->count; i++) {
        uint32_t here = sorted[i], before = sorted[i - 1];

        first[here] = strcmp(map->entries[here].key, map->entries[before].key) == 0 ? first[before] : here;
    }
    for (size_t i = 0; i < map->count; i++) /* in the order of the text */
        if (first[i] != i)
            report_repeated(assembly, &map->entries[i], &map->entries[first[i]]);
    ep_release(assembly->arena->context, work);
    return EDGEPLAN_OK;
}

/* ---- Nodes ---- */

edgeplan_status ep_assembly_start(ep_assembly *assembly, ep_arena *arena, const char *name, size_t length_bytes,
                                  edgeplan_diagnostics *diagnostics)
{
    const ep_place place = { name, 0, 0, 0 };
    const uint64_t max_bytes = ep_max_file_bytes(arena->context);

    memset(assembly, 0, sizeof *assembly);
    assembly->arena = arena;
    assembly->diagnostics = diagnostics;
    assembly->max_depth = ep_max_depth(arena->context);
    assembly->max_nodes = ep_min(ep_max_nodes(arena->context), UINT32_MAX); /* entries are counted in 32 bits */
    if (length_bytes > max_bytes)
        return over_limit(assembly, &place, "the text is larger than the limit of ", max_bytes, " bytes (max_file_bytes)");
    if (name == NULL)
        name = "";
    assembly->name = ep_arena_copy(arena, name, strlen(name));
    return assembly->name != NULL ? EDGEPLAN_OK : ep_assembly_no_memory(assembly);
}

static ep_open_node *innermost(ep_assembly *assembly)
{
    return assembly->depth > 0 ? &assembly->open[assembly->depth - 1] : NULL;
}

int ep_assembly_wants_key(const ep_assembly *assembly)
{
    return ep_assembly_inside(assembly) == EP_NODE_MAP && !assembly->open[assembly->depth - 1].has_key;
}

ep_node_kind ep_assembly_inside(const ep_assembly *assembly)
{
    return assembly->depth > 0 ? assembly->open[assembly->depth - 1].node->kind : EP_NODE_NULL;
}

static edgeplan_status new_node(ep_assembly *assembly, ep_node_kind kind, const ep_place *place, ep_node **out)
{
    if (assembly->nodes >= assembly->max_nodes)
        return over_limit(assembly, place, "more than the limit of ", assembly->max_nodes, " values (max_nodes)");
    *out = ep_arena_alloc(assembly->arena, sizeof **out);
    if (*out == NULL)
        return ep_assembly_no_memory(assembly);
    assembly->nodes++;
    (*out)->kind = kind;
    (*out)->line = place->line;
    (*out)->column = place->column;
    (*out)->offset = place->offset;
    (*out)->source = assembly->name;
    return EDGEPLAN_OK;
}

/* Puts a finished node into what encloses it. */
static edgeplan_status attach(ep_assembly *assembly, const ep_node *node)
{
    ep_open_node *parent = innermost(assembly);
    ep_entry *entry, *entries;
    int is_map;

    if (parent == NULL) {
        assembly->root = node;
        return EDGEPLAN_OK;
    }
    is_map = parent->node->kind == EP_NODE_MAP;
    if (is_map && parent->key == NULL) {
        parent->has_key = 0;
        return EDGEPLAN_OK;
    }
    entries = ep_arena_grow(assembly->arena, parent->entries, parent->count, &parent->capacity, sizeof *entry);
    if (entries == NULL)
        return ep_assembly_no_memory(assembly);
    parent->entries = entries;
    entry = &entries[parent->count++];
    entry->key = is_map ? parent->key : NULL;
    entry->line = is_map ? parent->key_line : node->line;
    entry->column = is_map ? parent->key_column : node->column;
    entry->value = node;
    parent->has_key = 0;
    return EDGEPLAN_OK;
}

edgeplan_status ep_assembly_open(ep_assembly *assembly, ep_node_kind kind, const ep_place *place)
{
    ep_open_node *open;
    ep_node *node;
    edgeplan_status status;

    if (assembly->depth >= assembly->max_depth)
        return over_limit(assembly, place, "nested deeper than the limit of ", assembly->max_depth, " levels (max_depth)");
    status = new_node(assembly, kind, place, &node);
    if (status != EDGEPLAN_OK)
        return status;
    open = &assembly->open[assembly->depth];
    memset(open, 0, sizeof *open);
    open->node = node;
    if (ep_assembly_wants_key(assembly)) {
        ep_assembly_mistake(assembly, place, "a key must be a plain word or a quoted text, not a list or a map", NULL, NULL);
        open->is_key = 1;
    }
    assembly->depth++;
    return EDGEPLAN_OK;
}

edgeplan_status ep_assembly_close(ep_assembly *assembly)
{
    ep_open_node *open = innermost(assembly);
    ep_node *node = open->node;

    if (node->kind == EP_NODE_MAP) {
        edgeplan_status status;

        open->has_key = 0;
        status = check_keys(assembly, open);
        if (status != EDGEPLAN_OK)
            return status;
    }
    node->entries = open->entries;
    node->count = (uint32_t)open->count;
    assembly->depth--;
    if (open->is_key) {
        const ep_place place = ep_node_place(node);

        return ep_assembly_key(assembly, NULL, 0, &place);
    }
    return attach(assembly, node);
}

edgeplan_status ep_assembly_key(ep_assembly *assembly, const char *key, size_t length, const ep_place *place)
{
    ep_open_node *open = innermost(assembly);

    if (key != NULL && memchr(key, '\0', length) != NULL) {
        ep_assembly_mistake(assembly, place, "a key must not hold a NUL character", NULL, NULL);
        key = NULL;
    }
    open->key = key;
    open->key_line = place->line;
    open->key_column = place->column;
    open->has_key = 1;
    return EDGEPLAN_OK;
}

edgeplan_status ep_assembly_scalar(ep_assembly *assembly, ep_node_kind kind, const char *text, size_t length,
                                   const ep_place *place)
{
    ep_node *node;
    edgeplan_status status = new_node(assembly, kind, place, &node);

    if (status != EDGEPLAN_OK)
        return status;
    if (kind != EP_NODE_NULL) {
        node->text = text;
        node->length = length;
    }
    return attach(assembly, node);
}
