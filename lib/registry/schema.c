/* Maps: which keys there may be, which must be, and where their source comes from. */
#include "registry/words.h"

#include <string.h>

/* Stands for a source that was given but is wrong, so that this one mistake is not told again for every figure under it. */
static const ep_source wrong_source = {"", "", "", ""};

static void enter_source(ep_loader *loader, ep_frame *frame, const ep_node *node)
{
    ep_frame key = ep_frame_of_key(frame, "source");
    const ep_source *source = ep_resolve(loader, &key, node, EDGEPLAN_SECTION_SOURCES);
    frame->source = source ? source : &wrong_source;
}

static void enter_confidence(ep_loader *loader, ep_frame *frame, const ep_node *node)
{
    ep_frame key = ep_frame_of_key(frame, "confidence");
    if (!ep_read_word(loader, &key, node, ep_confidence_words, &frame->confidence))
        frame->confidence = EDGEPLAN_CONFIDENCE_ASSUMED;
}

/* Takes the map's own source and confidence into its frame. */
static void enter(ep_loader *loader, ep_frame *frame, const ep_node *node)
{
    if (node->kind != EP_NODE_MAP)
        return;
    for (uint32_t i = 0; i < node->count; i++) {
        const ep_entry *entry = &node->entries[i];
        if (entry->value->kind == EP_NODE_NULL)
            continue;
        if (entry->key[0] == 's' && strcmp(entry->key, "source") == 0)
            enter_source(loader, frame, entry->value);
        else if (entry->key[0] == 'c' && strcmp(entry->key, "confidence") == 0)
            enter_confidence(loader, frame, entry->value);
    }
}

static void read_replaced_by(ep_loader *loader, ep_frame *frame, const ep_node *node)
{
    ep_frame key = ep_frame_of_key(frame, "replaced_by");
    (void)ep_resolve(loader, &key, node, (edgeplan_section)frame->section);
}

/* Keys of any map, and of any entry. */
static int read_common(ep_loader *loader, ep_frame *frame, const ep_entry *entry)
{
    const char *key = entry->key;

    if (strcmp(key, "source") == 0 || strcmp(key, "confidence") == 0)
        return 1;
    if (strcmp(key, "note") == 0) {
        ep_frame here = ep_frame_of_key(frame, key);
        if (entry->value->kind != EP_NODE_NULL)
            (void)ep_read_text(loader, &here, entry->value);
        return 1;
    }
    if (!frame->section)
        return 0;
    if (strcmp(key, "replaced_by") == 0) {
        if (entry->value->kind != EP_NODE_NULL)
            read_replaced_by(loader, frame, entry->value);
        return 1;
    }
    return strcmp(key, "id") == 0 || strcmp(key, "extends") == 0;
}

/* Keys mostly come in the order of the table: the search begins behind the last one found. */
static const ep_key *find_key(const char *name, const ep_keys *keys, uint32_t *hint)
{
    uint32_t at = *hint;
    for (uint32_t i = 0; i < keys->count; i++) {
        if (at >= keys->count)
            at = 0;
        if (keys->items[at].name[0] == name[0] && strcmp(keys->items[at].name, name) == 0) {
            *hint = at + 1;
            return &keys->items[at];
        }
        at++;
    }
    return NULL;
}

typedef struct ep_seen {
    uint32_t hint, more_hint;
    uint64_t keys; /* bit i: the i-th of the table, not counting `more` */
} ep_seen;

static void read_entry(ep_loader *loader, ep_frame *frame, const ep_entry *entry, const ep_keys *keys, void *object, ep_seen *seen)
{
    const ep_key *key = find_key(entry->key, keys, &seen->hint);
    ep_frame here;

    if (key) {
        if (entry->value->kind != EP_NODE_NULL)
            seen->keys |= UINT64_C(1) << (key - keys->items);
    } else if (keys->more && (key = find_key(entry->key, keys->more, &seen->more_hint)) != NULL) {
        object = (char *)object + keys->more_offset;
    } else {
        if (!read_common(loader, frame, entry))
            ep_fault_unknown_key(loader, frame, entry, ep_closest_key(entry->key, keys));
        return;
    }
    here = ep_frame_of_key(frame, entry->key);
    ep_read_value(loader, &here, entry->value, key, object);
}

void ep_read_keys(ep_loader *loader, ep_frame *frame, const ep_node *node, const ep_keys *keys, void *object)
{
    ep_seen seen = {0, 0, 0};

    if (node->kind != EP_NODE_MAP) {
        ep_fault_schema(loader, frame, node, "a map is due here");
        return;
    }
    if (!ep_count_read_items(loader, node->count))
        return;
    for (uint32_t i = 0; i < node->count && !loader->stopped; i++)
        read_entry(loader, frame, &node->entries[i], keys, object, &seen);
    for (uint32_t i = 0; i < keys->count; i++) {
        const ep_key *key = &keys->items[i];
        if (key->kind == EP_KEY_SOURCE) {
            memcpy((char *)object + key->offset, &frame->source, sizeof frame->source);
            if (frame->source)
                continue;
        } else if (!(key->flags & EP_REQUIRED) || seen.keys >> i & 1) {
            continue;
        }
        ep_fault(loader, EDGEPLAN_ERROR_SCHEMA, frame, node, "missing key", key->name, NULL);
    }
}

void ep_read_map(ep_loader *loader, ep_frame *frame, const ep_node *node, const ep_keys *keys, void *object)
{
    enter(loader, frame, node);
    ep_read_keys(loader, frame, node, keys, object);
}

const char *ep_read_file_version(ep_loader *loader, const ep_node *root, const ep_file_kind *kind, int *newer)
{
    const ep_node *version = ep_node_get(root, kind->key);
    ep_frame frame = {.key = kind->key};
    uint32_t major, minor;

    if (root->kind != EP_NODE_MAP) {
        ep_fault_schema(loader, NULL, root, kind->begins);
    } else if (!version) {
        ep_fault(loader, EDGEPLAN_ERROR_SCHEMA, NULL, root, "missing key", kind->key, kind->missing);
    } else if (!ep_node_is_scalar(version) || !ep_parse_version(version->text, &major, &minor)) {
        ep_fault_schema(loader, &frame, version, kind->malformed);
    } else if (major != kind->major) {
        ep_fault(loader, EDGEPLAN_ERROR_SCHEMA, &frame, version, kind->unsupported, version->text, NULL);
    } else {
        *newer = minor > kind->minor;
        return version->text;
    }
    return NULL;
}

void *ep_make_items(ep_loader *loader, edgeplan_section section, size_t size, uint32_t *count)
{
    const ep_node *list = loader->registry->sections[section].list;
    void *items;

    *count = list ? list->count : 0;
    items = ep_arena_array(&loader->registry->arena, *count, size);
    if (ep_stop_if_null(loader, items))
        return NULL;
    loader->items[section].first = items;
    loader->items[section].size = size;
    return items;
}

const ep_node *ep_entry_of(ep_loader *loader, edgeplan_section section, uint32_t index, ep_frame *frame)
{
    const ep_node *node = loader->registry->sections[section].list->entries[index].value;
    const ep_origin *origin = loader->origins[section] ? &loader->origins[section][index] : NULL;

    *frame = ep_frame_of_item(&loader->sections[section], index, node);
    frame->section = (uint32_t)section;
    frame->file = NULL;
    if (origin && origin->file) {
        frame->file = loader->files[origin->file - 1].name;
        frame->index = origin->index;
    }
    enter(loader, frame, node);
    return node;
}
