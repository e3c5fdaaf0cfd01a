#include "registry/idmap.h"

#include <string.h>

enum { LONGEST_RUN = 256, SMALLEST = 8 };

static unsigned char fold(unsigned char character)
{
    return character >= 'A' && character <= 'Z' ? (unsigned char)(character + ('a' - 'A')) : character;
}

static uint32_t hash_of(const char *key, uint32_t folding)
{
    uint32_t hash = 2166136261u;
    for (const unsigned char *at = (const unsigned char *)key; *at; at++)
        hash = (hash ^ (folding ? fold(*at) : *at)) * 16777619u;
    return hash ^ hash >> 15;
}

static int same(const char *a, const char *b, uint32_t folding)
{
    if (!folding)
        return strcmp(a, b) == 0;
    while (*a && fold((unsigned char)*a) == fold((unsigned char)*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

/* The slot of a key, or the free one where it belongs; NULL after too long a run. */
static ep_id_slot *find_slot(const ep_idmap *map, const char *key, uint32_t hash)
{
    for (uint32_t step = 0; step < LONGEST_RUN; step++) {
        ep_id_slot *slot = &map->slots[(hash + step) & map->mask];
        if (!slot->key || (slot->hash == hash && same(slot->key, key, map->fold)))
            return slot;
    }
    return NULL;
}

int ep_idmap_init(ep_arena *arena, ep_idmap *map, size_t count, int folding)
{
    size_t size = SMALLEST;
    while (size / 2 < count && size < ((size_t)1 << 31))
        size *= 2;
    map->slots = ep_arena_array(arena, size, sizeof *map->slots);
    map->mask = (uint32_t)(size - 1);
    map->used = 0;
    map->fold = folding ? 1 : 0;
    return map->slots != NULL;
}

int ep_idmap_reserve(ep_arena *arena, ep_idmap *map, size_t more)
{
    ep_idmap larger;

    if (!ep_idmap_init(arena, &larger, map->used + more, (int)map->fold))
        return 0;
    for (size_t i = 0; map->slots && i <= map->mask; i++)
        if (map->slots[i].key)
            (void)ep_idmap_put(&larger, map->slots[i].key, map->slots[i].index);
    *map = larger;
    return 1;
}

uint32_t ep_idmap_put(ep_idmap *map, const char *key, uint32_t index)
{
    uint32_t hash = hash_of(key, map->fold);
    ep_id_slot *slot = find_slot(map, key, hash);

    if (!slot)
        return EP_IDMAP_LIMIT;
    if (slot->key)
        return slot->index;
    slot->key = key;
    slot->hash = hash;
    slot->index = index;
    map->used++;
    return EP_IDMAP_NONE;
}

uint32_t ep_idmap_get(const ep_idmap *map, const char *key)
{
    const ep_id_slot *slot;

    if (!map->slots || !key)
        return EP_IDMAP_NONE;
    slot = find_slot(map, key, hash_of(key, map->fold));
    return slot && slot->key ? slot->index : EP_IDMAP_NONE;
}
