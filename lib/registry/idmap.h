/* Names to numbers, for ids of a section and what people type. Open addressing; a run of collisions has an end, so that a hostile file
   of equal hashes is refused instead of taking quadratic time. */
#ifndef EP_REGISTRY_IDMAP_H
#define EP_REGISTRY_IDMAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define EP_IDMAP_NONE UINT32_MAX
#define EP_IDMAP_LIMIT (UINT32_MAX - 1) /* of ep_idmap_put: too many ids collide */

typedef struct ep_id_slot {
    const char *key; /* NULL: free */
    uint32_t hash;
    uint32_t index;
} ep_id_slot;

typedef struct ep_idmap {
    ep_id_slot *slots; /* NULL: empty */
    uint32_t mask;
    uint32_t used;
    uint32_t fold; /* 1: ASCII letters of either case are equal */
} ep_idmap;

/* Room for `count` names, never to grow. 0 when out of memory. */
int ep_idmap_init(ep_arena *arena, ep_idmap *map, size_t count, int fold);

/* Room for `more` names on top of those in it: itself, or a larger copy. 0 when out of memory. */
int ep_idmap_reserve(ep_arena *arena, ep_idmap *map, size_t more);

/* Adds a name unless it is there. Returns EP_IDMAP_NONE if it was added, EP_IDMAP_LIMIT if it cannot be, else the number it has. */
uint32_t ep_idmap_put(ep_idmap *map, const char *key, uint32_t index);

uint32_t ep_idmap_get(const ep_idmap *map, const char *key); /* EP_IDMAP_NONE if it is not there */

#endif
