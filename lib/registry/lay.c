#include "registry/lay.h"

#include <string.h>

#include "registry/schema.h"
#include "source/yaml.h"

static const ep_file_kind registry_kind = {
    .key = "edgeplan_registry",
    .major = 1,
    .minor = 0,
    .begins = "a registry file is a map that begins 'edgeplan_registry: 1.0'",
    .missing = "; a registry file begins 'edgeplan_registry: 1.0'",
    .malformed = "the version of the schema is major.minor, such as 1.0",
    .unsupported = "this library reads version 1 of the schema, not",
};

typedef struct ep_laying { /* of one section of one text */
    ep_loader *loader;
    ep_frame *frame;
    ep_entry *entries;   /* merged so far */
    ep_origin *origins;
    uint32_t count;
    uint32_t section;
    uint32_t file;       /* 1 + index */
    uint32_t extending;  /* entries that wait for the one they extend */
    int quiet;
    ep_section *target;
} ep_laying;

/* Copies the section's list with room for the new entries; the base's own list stays as it is. */
static int open_section(ep_laying *laying, uint32_t more)
{
    ep_loader *loader = laying->loader;
    ep_arena *arena = &loader->registry->arena;
    const ep_node *old = laying->target->list;
    uint32_t count = old ? old->count : 0;
    ep_origin *origins = loader->origins[laying->section];

    laying->entries = ep_arena_array(arena, (size_t)count + more, sizeof *laying->entries);
    laying->origins = ep_arena_array(arena, (size_t)count + more, sizeof *laying->origins);
    if (ep_stop_if_null(loader, laying->entries) || ep_stop_if_null(loader, laying->origins))
        return 0;
    if (count) {
        memcpy(laying->entries, old->entries, count * sizeof *laying->entries);
        if (origins)
            memcpy(laying->origins, origins, count * sizeof *laying->origins);
    }
    laying->count = count;
    if (!ep_idmap_reserve(arena, &laying->target->ids, more)) {
        ep_stop(loader, EDGEPLAN_ERROR_NO_MEMORY);
        return 0;
    }
    return 1;
}

static void close_section(ep_laying *laying, const ep_node *list)
{
    ep_node *merged = ep_node_new(&laying->loader->registry->arena, EP_NODE_LIST, list);

    if (ep_stop_if_null(laying->loader, merged))
        return;
    merged->entries = laying->entries;
    merged->count = laying->count;
    laying->target->list = merged;
    laying->loader->origins[laying->section] = laying->origins;
}

static void note_merge(ep_laying *laying, ep_frame *frame, const ep_node *node, const char *id, const ep_node *base)
{
    const ep_place place = ep_node_place(node);
    char rest[160];
    ep_text text;

    if (laying->quiet)
        return;
    ep_text_init(&text, rest, sizeof rest);
    if (base->source && base->source != node->source) {
        ep_text_add(&text, " of ");
        ep_text_add(&text, base->source);
    }
    ep_remark(laying->loader, EDGEPLAN_SEVERITY_NOTE, EDGEPLAN_OK, frame, &place, "merged into", id, rest);
}

static void merge_entry(ep_laying *laying, ep_frame *frame, uint32_t at, uint32_t index, const ep_node *node, const char *id)
{
    const ep_node *base = laying->entries[at].value;
    const ep_node *extends = ep_node_get(node, "extends");
    const ep_node *merged;

    if (laying->origins[at].file == laying->file) {
        ep_fault(laying->loader, EDGEPLAN_ERROR_SCHEMA, frame, ep_node_get(node, "id"), "the id is used twice in this file:", id, NULL);
        return;
    }
    if (extends) {
        ep_fault(laying->loader, EDGEPLAN_ERROR_SCHEMA, frame, extends, "'extends' is for a new id; here is already", id, NULL);
        return;
    }
    merged = ep_merge(&laying->loader->merger, base, node);
    if (!merged) {
        ep_stop_merging(laying->loader);
        return;
    }
    note_merge(laying, frame, node, id, base);
    laying->entries[at].value = merged;
    laying->origins[at].file = laying->file;
    laying->origins[at].index = index;
}

/* Text of the entry's id; a wrong one is a mistake but still an id, so that what refers to it is no mistake too. */
static const char *entry_id(ep_laying *laying, ep_frame *frame, const ep_node *node)
{
    ep_loader *loader = laying->loader;
    const ep_node *id;
    ep_frame key = ep_frame_of_key(frame, "id");

    if (node->kind != EP_NODE_MAP) {
        ep_fault_schema(loader, frame, node, "an entry is a map with an id");
        return NULL;
    }
    id = ep_node_get(node, "id");
    if (!id || id->kind == EP_NODE_NULL) {
        ep_fault(loader, EDGEPLAN_ERROR_SCHEMA, frame, node, "missing key", "id", NULL);
        return NULL;
    }
    if (!ep_read_text(loader, &key, id))
        return NULL;
    if (!ep_is_id(id->text, id->length, laying->section == EDGEPLAN_SECTION_RUNTIMES))
        ep_fault(loader, EDGEPLAN_ERROR_SCHEMA, &key, id, "an id is of a-z, 0-9, dot, dash and underscore, not", id->text, NULL);
    return id->text;
}

static void lay_entry(ep_laying *laying, uint32_t index, const ep_entry *entry)
{
    const ep_node *node = entry->value;
    ep_frame frame = ep_frame_of_item(laying->frame, index, node);
    const char *id = entry_id(laying, &frame, node);
    uint32_t at;

    if (!id)
        return;
    at = ep_idmap_put(&laying->target->ids, id, laying->count);
    if (at == EP_IDMAP_LIMIT) {
        ep_stop(laying->loader, EDGEPLAN_ERROR_LIMIT);
    } else if (at != EP_IDMAP_NONE) {
        merge_entry(laying, &frame, at, index, node, id);
    } else {
        laying->entries[laying->count] = *entry;
        laying->origins[laying->count].file = laying->file;
        laying->origins[laying->count++].index = index;
        laying->extending += ep_node_entry(node, "extends") != NULL;
    }
}

/* ---- extends ---- */

/* What belongs to one entry alone and is not handed on. */
static const char *const not_extended[] = {"aliases", "identifiers", "replaced_by", NULL};
static const char *const extends_key[] = {"extends", NULL};

enum { UNTOUCHED = 0, WAITING, SETTLED };

/* The entry that the i-th extends, or NONE: it extends nothing, or nothing that is there. */
static uint32_t extended_entry(ep_laying *laying, uint32_t at, const uint8_t *states)
{
    const ep_node *node = laying->entries[at].value;
    const ep_node *extends = ep_node_get(node, "extends");
    ep_frame item = ep_frame_of_item(laying->frame, laying->origins[at].index, node);
    ep_frame frame = ep_frame_of_key(&item, "extends");
    uint32_t other;

    if (!extends || extends->kind == EP_NODE_NULL || !ep_read_text(laying->loader, &frame, extends))
        return EP_IDMAP_NONE;
    other = ep_idmap_get(&laying->target->ids, extends->text);
    if (other == EP_IDMAP_NONE) {
        ep_fault(laying->loader, EDGEPLAN_ERROR_REFERENCE, &frame, extends, "no entry to extend:", extends->text, NULL);
    } else if (states[other] == WAITING) {
        ep_fault(laying->loader, EDGEPLAN_ERROR_REFERENCE, &frame, extends, "entries extend each other:", extends->text, NULL);
        other = EP_IDMAP_NONE;
    }
    return other;
}

static void extend_entry(ep_laying *laying, uint32_t at, uint32_t other)
{
    ep_merger *merger = &laying->loader->merger;
    const ep_node *node = laying->entries[at].value;
    const ep_node *base = other == EP_IDMAP_NONE ? NULL : ep_map_without(merger, laying->entries[other].value, not_extended);

    if (other == EP_IDMAP_NONE || base)
        node = ep_map_without(merger, node, extends_key);
    if (node && base)
        node = ep_merge(merger, base, node);
    if (!node || (other != EP_IDMAP_NONE && !base))
        ep_stop_merging(laying->loader);
    else
        laying->entries[at].value = node;
}

/* Follows a chain of extends to its end, then merges back along it. */
static void settle_entry(ep_laying *laying, uint32_t at, uint32_t *chain, uint32_t *others, uint8_t *states)
{
    uint32_t length = 0;

    while (at != EP_IDMAP_NONE && states[at] == UNTOUCHED) {
        states[at] = WAITING;
        chain[length] = at;
        others[length] = ep_node_entry(laying->entries[at].value, "extends") ? extended_entry(laying, at, states) : EP_IDMAP_NONE;
        at = others[length++];
    }
    while (length > 0 && !laying->loader->stopped) {
        length--;
        if (ep_node_entry(laying->entries[chain[length]].value, "extends"))
            extend_entry(laying, chain[length], others[length]);
        states[chain[length]] = SETTLED;
    }
}

static void settle_extends(ep_laying *laying)
{
    ep_arena *arena = &laying->loader->registry->arena;
    uint8_t *states = ep_arena_array(arena, laying->count, sizeof *states);
    uint32_t *chain = ep_arena_array(arena, laying->count, sizeof *chain);
    uint32_t *others = ep_arena_array(arena, laying->count, sizeof *others);

    if (ep_stop_if_null(laying->loader, states) || ep_stop_if_null(laying->loader, chain) || ep_stop_if_null(laying->loader, others))
        return;
    for (uint32_t i = 0; i < laying->count && !laying->loader->stopped; i++)
        if (states[i] == UNTOUCHED)
            settle_entry(laying, i, chain, others, states);
}

/* ---- a text ---- */

static void lay_section(ep_loader *loader, uint32_t section, const ep_node *list, int quiet)
{
    ep_laying laying = {.loader = loader, .frame = &loader->sections[section], .section = section, .quiet = quiet};

    laying.file = (uint32_t)loader->file_count;
    laying.target = &loader->registry->sections[section];
    if (list->kind == EP_NODE_NULL || !ep_is_list(loader, laying.frame, list) || !open_section(&laying, list->count))
        return;
    for (uint32_t i = 0; i < list->count && !loader->stopped; i++)
        lay_entry(&laying, i, &list->entries[i]);
    if (laying.extending && !loader->stopped)
        settle_extends(&laying);
    if (!loader->stopped)
        close_section(&laying, list);
}

static int version_is_newer(const char *version, const char *than)
{
    uint32_t major, minor, other_major, other_minor;
    return ep_parse_version(version, &major, &minor) && ep_parse_version(than, &other_major, &other_minor) &&
           (major > other_major || (major == other_major && minor > other_minor));
}

static uint32_t section_named(const char *name)
{
    for (uint32_t i = 1; i < EP_SECTION_COUNT; i++)
        if (strcmp(ep_section_names[i], name) == 0)
            return i;
    return 0;
}

static void fault_section(ep_loader *loader, const ep_entry *entry)
{
    uint32_t distance = 3;
    const char *closest = NULL;

    for (uint32_t i = 1; i < EP_SECTION_COUNT; i++)
        closest = ep_closest_text(entry->key, closest, ep_section_names[i], &distance);
    ep_fault_unknown_key(loader, NULL, entry, closest);
}

static int add_file(ep_loader *loader, const char *name, int newer)
{
    ep_file *files = ep_arena_grow(&loader->registry->arena, loader->files, loader->file_count, &loader->file_capacity, sizeof *files);

    if (ep_stop_if_null(loader, files))
        return 0;
    loader->files = files;
    files[loader->file_count].name = name;
    files[loader->file_count++].newer = newer;
    return 1;
}

static void lay_root(ep_loader *loader, const ep_node *root, int quiet)
{
    int newer = 0;
    const char *version = ep_read_file_version(loader, root, &registry_kind, &newer);

    if (!version)
        return;
    if (!loader->registry->version[0] || version_is_newer(version, loader->registry->version))
        loader->registry->version = version;
    if (!add_file(loader, root->source, newer))
        return;
    for (uint32_t i = 0; i < root->count && !loader->stopped; i++) {
        const ep_entry *entry = &root->entries[i];
        uint32_t section = section_named(entry->key);
        if (section)
            lay_section(loader, section, entry->value, quiet);
        else if (strcmp(entry->key, registry_kind.key) != 0)
            fault_section(loader, entry);
    }
}

void ep_lay(ep_loader *loader, const ep_laid_text *text)
{
    const ep_node *root = NULL;
    edgeplan_status status;

    if (loader->stopped)
        return;
    status = ep_yaml_parse(&loader->registry->arena, text->text, text->length, text->name, loader->diagnostics, &root);
    if (status != EDGEPLAN_OK) { /* the parser has recorded why */
        loader->mistakes++;
        loader->status = status;
        loader->stopped = 1;
        return;
    }
    lay_root(loader, root, text->quiet);
}

void ep_lay_tree(ep_loader *loader)
{
    ep_arena *arena = &loader->registry->arena;
    ep_node *tree = ep_node_new(arena, EP_NODE_MAP, NULL);
    ep_entry *entries = ep_arena_array(arena, EP_SECTION_COUNT, sizeof *entries);

    if (ep_stop_if_null(loader, tree) || ep_stop_if_null(loader, entries))
        return;
    tree->entries = entries;
    for (uint32_t i = 1; i < EP_SECTION_COUNT; i++) {
        if (!loader->registry->sections[i].list)
            continue;
        entries[tree->count].key = ep_section_names[i];
        entries[tree->count++].value = loader->registry->sections[i].list;
    }
    loader->registry->tree = tree;
}
