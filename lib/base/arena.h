/* One arena per handle: few failure points, one release, nothing left on an error path. */
#ifndef EP_BASE_ARENA_H
#define EP_BASE_ARENA_H

#include <edgeplan/base.h>

typedef struct ep_block ep_block;

typedef struct ep_arena {
    edgeplan_context *context;
    ep_block *blocks; /* newest first */
    size_t used;      /* of the newest block */
    size_t size;
} ep_arena;

void ep_arena_init(ep_arena *arena, edgeplan_context *context); /* takes an owner of the context */
void ep_arena_free(ep_arena *arena);                            /* releases everything, drops the owner */

void *ep_arena_alloc(ep_arena *arena, size_t size);                        /* zeroed, 16-byte aligned; NULL when out of memory */
void *ep_arena_array(ep_arena *arena, size_t count, size_t item_size);     /* the same, with an overflow check */
char *ep_arena_copy(ep_arena *arena, const char *text, size_t length);     /* adds a NUL */

/* Makes room for one more item in a growing array; the old storage stays in the arena, and new room is not zeroed. Returns the array, NULL
   when out of memory. */
void *ep_arena_grow(ep_arena *arena, void *items, size_t count, size_t *capacity, size_t item_size);

#endif
