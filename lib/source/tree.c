#include "source/tree.h"

#include "base/text.h"

ep_place ep_node_place(const ep_node *node)
{
    ep_place place = { NULL, 0, 0, 0 };

    if (node != NULL) {
        place.source = node->source;
        place.line = node->line;
        place.column = node->column;
        place.offset = node->offset;
    }
    return place;
}

const ep_entry *ep_node_entry(const ep_node *map, const char *key)
{
    if (map == NULL || map->kind != EP_NODE_MAP || key == NULL)
        return NULL;
    for (uint32_t i = 0; i < map->count; i++)
        if (ep_equal(map->entries[i].key, key))
            return &map->entries[i];
    return NULL;
}

const ep_node *ep_node_get(const ep_node *map, const char *key)
{
    const ep_entry *entry = ep_node_entry(map, key);

    return entry != NULL ? entry->value : NULL;
}

int ep_node_is_scalar(const ep_node *node)
{
    return node != NULL && (node->kind == EP_NODE_PLAIN || node->kind == EP_NODE_QUOTED);
}

int ep_node_is(const ep_node *node, const char *text)
{
    return ep_node_is_scalar(node) && text != NULL && ep_equal_n(node->text, node->length, text);
}
