/* Laying one node over another. Nodes are immutable and shared; only the maps on the way to a change are copied. */
#ifndef EP_REGISTRY_MERGE_H
#define EP_REGISTRY_MERGE_H

#include "base/arena.h"
#include "source/tree.h"

/* Sharing makes a small text of many `extends` of one large entry worth quadratic copies: `room` bounds them. */
typedef struct ep_merger {
    ep_arena *arena;
    uint64_t room; /* entries that may still be copied; 0 after a NULL: the bound was met, not the end of memory */
} ep_merger;

/* Maps key by key, lists and scalars replaced, null removes a key. A null for a key that is not there stays, so that the schema sees a
   misspelt one. NULL when out of memory or room. */
const ep_node *ep_merge(ep_merger *merger, const ep_node *base, const ep_node *over);

/* A map without some keys (NULL ends the list); the map itself if it has none of them. NULL when out of memory or room. */
const ep_node *ep_map_without(ep_merger *merger, const ep_node *map, const char *const *keys);

/* A new node of `kind` at the place of `like`. NULL when out of memory. */
ep_node *ep_node_new(ep_arena *arena, ep_node_kind kind, const ep_node *like);

#endif
