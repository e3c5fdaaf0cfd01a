#include "registry/merge.h"

#include <string.h>

#include "registry/idmap.h"

/* Below this many comparisons a search costs less than a hash table. */
enum { SMALL = 1024, DEEPEST = 72 };

ep_node *ep_node_new(ep_arena *arena, ep_node_kind kind, const ep_node *like)
{
    ep_node *node = ep_arena_alloc(arena, sizeof *node);
    if (!node)
        return NULL;
    if (like) {
        node->line = like->line;
        node->column = like->column;
        node->offset = like->offset;
        node->source = like->source;
    }
    node->kind = kind;
    return node;
}

static int take_room(ep_merger *merger, uint64_t entries)
{
    if (merger->room <= entries) {
        merger->room = 0;
        return 0;
    }
    merger->room -= entries;
    return 1;
}

typedef struct ep_merging {
    ep_merger *merger;
    ep_entry *entries;
    uint32_t count;
    uint32_t base_count; /* entries that were taken from the base, in its order */
    ep_idmap keys;       /* of them; only for large maps */
    uint32_t removed;
} ep_merging;

static uint32_t find_key(const ep_merging *merging, const char *key)
{
    if (merging->keys.slots)
        return ep_idmap_get(&merging->keys, key);
    for (uint32_t i = 0; i < merging->base_count; i++)
        if (strcmp(merging->entries[i].key, key) == 0)
            return i;
    return EP_IDMAP_NONE;
}

static int begin(ep_merging *merging, const ep_node *base, const ep_node *over)
{
    uint64_t total = (uint64_t)base->count + over->count + 1;

    if (!take_room(merging->merger, total))
        return 0;
    merging->entries = ep_arena_array(merging->merger->arena, (size_t)total, sizeof *merging->entries);
    if (!merging->entries)
        return 0;
    if (base->count)
        memcpy(merging->entries, base->entries, base->count * sizeof *merging->entries);
    merging->count = merging->base_count = base->count;
    if ((uint64_t)base->count * over->count <= SMALL)
        return 1;
    if (!ep_idmap_init(merging->merger->arena, &merging->keys, base->count, 0))
        return 0;
    for (uint32_t i = 0; i < base->count; i++)
        if (ep_idmap_put(&merging->keys, base->entries[i].key, i) == EP_IDMAP_LIMIT)
            return take_room(merging->merger, UINT64_MAX);
    return 1;
}

/* Drops the entries whose value was set to NULL. */
static void close_gaps(ep_merging *merging)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < merging->count; i++)
        if (merging->entries[i].value)
            merging->entries[kept++] = merging->entries[i];
    merging->count = kept;
}

static const ep_node *merge_maps(ep_merger *merger, const ep_node *base, const ep_node *over, uint32_t depth);

static const ep_node *merge(ep_merger *merger, const ep_node *base, const ep_node *over, uint32_t depth)
{
    if (base->kind != EP_NODE_MAP || over->kind != EP_NODE_MAP || depth > DEEPEST)
        return over;
    return merge_maps(merger, base, over, depth);
}

/* Recursion ends with the nesting of `over`, which the parser bounds. */
static const ep_node *merge_maps(ep_merger *merger, const ep_node *base, const ep_node *over, uint32_t depth)
{
    ep_merging merging = {.merger = merger};
    ep_node *node;

    if (!begin(&merging, base, over))
        return NULL;
    for (uint32_t i = 0; i < over->count; i++) {
        const ep_entry *entry = &over->entries[i];
        uint32_t at = find_key(&merging, entry->key);
        if (at == EP_IDMAP_NONE) {
            merging.entries[merging.count++] = *entry;
        } else if (entry->value->kind == EP_NODE_NULL) {
            merging.entries[at].value = NULL;
            merging.removed++;
        } else {
            const ep_node *value = merge(merger, base->entries[at].value, entry->value, depth + 1);
            if (!value)
                return NULL;
            merging.entries[at] = *entry;
            merging.entries[at].value = value;
        }
    }
    if (merging.removed)
        close_gaps(&merging);
    node = ep_node_new(merger->arena, EP_NODE_MAP, over);
    if (!node)
        return NULL;
    node->entries = merging.entries;
    node->count = merging.count;
    return node;
}

const ep_node *ep_merge(ep_merger *merger, const ep_node *base, const ep_node *over)
{
    return base ? merge(merger, base, over, 0) : over;
}

static int is_one_of(const char *key, const char *const *keys)
{
    for (; *keys; keys++)
        if (strcmp(key, *keys) == 0)
            return 1;
    return 0;
}

const ep_node *ep_map_without(ep_merger *merger, const ep_node *map, const char *const *keys)
{
    uint32_t kept = 0;
    ep_entry *entries;
    ep_node *node;

    for (uint32_t i = 0; i < map->count; i++)
        kept += !is_one_of(map->entries[i].key, keys);
    if (kept == map->count)
        return map;
    if (!take_room(merger, kept))
        return NULL;
    entries = ep_arena_array(merger->arena, (size_t)kept + 1, sizeof *entries);
    node = ep_node_new(merger->arena, EP_NODE_MAP, map);
    if (!entries || !node)
        return NULL;
    node->entries = entries;
    for (uint32_t i = 0; i < map->count; i++)
        if (!is_one_of(map->entries[i].key, keys))
            entries[node->count++] = map->entries[i];
    return node;
}
