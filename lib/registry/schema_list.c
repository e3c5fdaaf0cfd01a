/* Lists and references to entries. */
#include "registry/schema.h"

#include <string.h>

static const char *closest_id(const ep_loader *loader, const char *wrong, edgeplan_section section)
{
    const ep_node *list = loader->registry->sections[section].list;
    uint32_t distance = 3;
    const char *best = NULL;

    /* Only for the mistakes that are kept: looking through a section for each of thousands would take quadratic time. */
    if (!list || loader->mistakes >= EP_KEPT_PLACES)
        return NULL;
    for (uint32_t i = 0; i < list->count; i++) {
        const ep_node *id = ep_node_get(list->entries[i].value, "id");
        if (id && id->text)
            best = ep_closest_text(wrong, best, id->text, &distance);
    }
    return best;
}

static void fault_reference(ep_loader *loader, const ep_frame *frame, const ep_node *node, edgeplan_section section)
{
    const char *closest = closest_id(loader, node->text, section);
    char rest[120];
    ep_text text;

    ep_text_init(&text, rest, sizeof rest);
    ep_text_add(&text, " is not in ");
    ep_text_add(&text, ep_section_names[section]);
    if (closest) {
        ep_text_add(&text, "; did you mean '");
        ep_text_add(&text, closest);
        ep_text_add(&text, "'?");
    }
    ep_fault(loader, EDGEPLAN_ERROR_REFERENCE, frame, node, NULL, node->text, rest);
}

static uint32_t find_entry(ep_loader *loader, const ep_frame *frame, const ep_node *node, edgeplan_section section)
{
    const char *id = ep_read_text(loader, frame, node);
    uint32_t index;

    if (!id)
        return EP_IDMAP_NONE;
    index = ep_idmap_get(&loader->registry->sections[section].ids, id);
    if (index == EP_IDMAP_NONE)
        fault_reference(loader, frame, node, section);
    return index;
}

const void *ep_resolve(ep_loader *loader, const ep_frame *frame, const ep_node *node, edgeplan_section section)
{
    uint32_t index = find_entry(loader, frame, node, section);
    return index == EP_IDMAP_NONE ? NULL : (const char *)loader->items[section].first + index * loader->items[section].size;
}

/* One text of a list, checked as the key says; NULL if it is a mistake. */
static const char *read_item(ep_loader *loader, const ep_frame *frame, const ep_node *node, const ep_key *key)
{
    const char *text = ep_read_text(loader, frame, node);
    uint32_t ignored;

    if (!text || !key)
        return text;
    if (key->kind == EP_KEY_IDS && find_entry(loader, frame, node, (edgeplan_section)key->section) == EP_IDMAP_NONE)
        return NULL;
    if (key->words && !ep_read_word(loader, frame, node, key->words, &ignored))
        return NULL;
    return text;
}

/* A pointer for each item of a list; NULL if there are too many, or no memory. */
static void *room_for(ep_loader *loader, const ep_node *list)
{
    if (!ep_count_read_items(loader, list->count))
        return NULL;
    void *items = ep_arena_array(&loader->registry->arena, list->count, sizeof(void *));
    (void)ep_stop_if_null(loader, items);
    return items;
}

static void read_words(ep_loader *loader, ep_frame *frame, const ep_node *node, const ep_key *key, ep_words *words)
{
    const char **items = room_for(loader, node);
    uint32_t count = 0;

    if (!items)
        return;
    for (uint32_t i = 0; i < node->count; i++) {
        const ep_node *value = node->entries[i].value;
        ep_frame item = ep_frame_of_item(frame, i, value);
        const char *text = read_item(loader, &item, value, key);
        if (text)
            items[count++] = text;
    }
    words->items = items;
    words->count = count;
}

void ep_read_texts(ep_loader *loader, ep_frame *frame, const ep_node *node, ep_words *words)
{
    if (ep_is_list(loader, frame, node))
        read_words(loader, frame, node, NULL, words);
}

static void read_references(ep_loader *loader, ep_frame *frame, const ep_node *node, const ep_key *key, char *object)
{
    const void **items = room_for(loader, node);
    uint32_t count = 0;

    if (!items)
        return;
    for (uint32_t i = 0; i < node->count; i++) {
        ep_frame item = ep_frame_of_item(frame, i, node->entries[i].value);
        const void *entity = ep_resolve(loader, &item, node->entries[i].value, (edgeplan_section)key->section);
        if (entity)
            items[count++] = entity;
    }
    memcpy(object + key->offset, &items, sizeof items);
    memcpy(object + key->count_offset, &count, sizeof count);
}

static void read_structs(ep_loader *loader, ep_frame *frame, const ep_node *node, const ep_key *key, char *object)
{
    char *items = ep_arena_array(&loader->registry->arena, node->count, key->item_size);

    if (ep_stop_if_null(loader, items))
        return;
    for (uint32_t i = 0; i < node->count && !loader->stopped; i++) {
        ep_frame item = ep_frame_of_item(frame, i, node->entries[i].value);
        if (key->read) { /* prepares the struct: what is not given may be other than zero */
            key->read(loader, &item, node->entries[i].value, items + (size_t)i * key->item_size);
        }
        ep_read_map(loader, &item, node->entries[i].value, key->keys, items + (size_t)i * key->item_size);
    }
    memcpy(object + key->offset, &items, sizeof items);
    memcpy(object + key->count_offset, &node->count, sizeof node->count);
}

void ep_read_list(ep_loader *loader, ep_frame *frame, const ep_node *node, const ep_key *key, void *object)
{
    ep_words words = {NULL, 0};

    if (!ep_is_list(loader, frame, node))
        return;
    switch (key->kind) {
    case EP_KEY_LIST:
        read_structs(loader, frame, node, key, object);
        break;
    case EP_KEY_REFERENCES:
        read_references(loader, frame, node, key, object);
        break;
    default:
        read_words(loader, frame, node, key, &words);
        memcpy((char *)object + key->offset, &words, sizeof words);
        break;
    }
}
