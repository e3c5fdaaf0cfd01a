#include "base/arena.h"

#include <string.h>

#include "base/context.h"

#define ALIGNMENT 16u
#define FIRST_BLOCK_BYTES 4096u
#define LARGEST_BLOCK_BYTES (1024u * 1024u)

struct ep_block {
    ep_block *next; /* older */
    unsigned char *data; /* aligned, within this allocation */
};

void ep_arena_init(ep_arena *arena, edgeplan_context *context)
{
    arena->context = edgeplan_context_ref(context);
    arena->blocks = NULL;
    arena->used = 0;
    arena->size = 0;
}

void ep_arena_free(ep_arena *arena)
{
    while (arena->blocks != NULL) {
        ep_block *older = arena->blocks->next;

        ep_release(arena->context, arena->blocks);
        arena->blocks = older;
    }
    edgeplan_context_unref(arena->context);
    arena->context = NULL;
    arena->used = 0;
    arena->size = 0;
}

/* The caller's allocator may align to 8 only, as malloc does on 32-bit machines, so we align ourselves. */
static ep_block *new_block(ep_arena *arena, size_t size)
{
    ep_block *block;
    size_t past;

    if (size > SIZE_MAX - sizeof *block - ALIGNMENT)
        return NULL;
    block = ep_allocate(arena->context, sizeof *block + ALIGNMENT + size);
    if (block == NULL)
        return NULL;
    block->next = NULL;
    block->data = (unsigned char *)(block + 1);
    past = (size_t)((uintptr_t)block->data % ALIGNMENT);
    if (past != 0)
        block->data += ALIGNMENT - past;
    return block;
}

/* A large item gets a block of its own behind the newest one, so that the room left in that one is not lost. */
static void *alloc_large(ep_arena *arena, size_t size)
{
    ep_block *block = new_block(arena, size);

    if (block == NULL)
        return NULL;
    if (arena->blocks == NULL) {
        arena->blocks = block;
        arena->size = size;
        arena->used = size;
    } else {
        block->next = arena->blocks->next;
        arena->blocks->next = block;
    }
    return block->data;
}

static int add_block(ep_arena *arena)
{
    size_t size = arena->size < FIRST_BLOCK_BYTES / 2 ? FIRST_BLOCK_BYTES : arena->size * 2;
    ep_block *block;

    if (size > LARGEST_BLOCK_BYTES)
        size = LARGEST_BLOCK_BYTES;
    block = new_block(arena, size);
    if (block == NULL)
        return 0;
    block->next = arena->blocks;
    arena->blocks = block;
    arena->size = size;
    arena->used = 0;
    return 1;
}

/* Not zeroed. */
static void *take(ep_arena *arena, size_t size)
{
    void *item;

    if (size == 0)
        size = 1; /* so that NULL always means out of memory */
    if (size > SIZE_MAX - ALIGNMENT)
        return NULL;
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (size > arena->size - arena->used) {
        if (size > FIRST_BLOCK_BYTES / 4)
            return alloc_large(arena, size);
        if (!add_block(arena))
            return NULL;
    }
    item = arena->blocks->data + arena->used;
    arena->used += size;
    return item;
}

void *ep_arena_alloc(ep_arena *arena, size_t size)
{
    void *item = take(arena, size);

    return item != NULL ? memset(item, 0, size) : NULL;
}

void *ep_arena_array(ep_arena *arena, size_t count, size_t item_size)
{
    if (item_size != 0 && count > SIZE_MAX / item_size)
        return NULL;
    return ep_arena_alloc(arena, count * item_size);
}

char *ep_arena_copy(ep_arena *arena, const char *text, size_t length)
{
    char *copy = length < SIZE_MAX ? take(arena, length + 1) : NULL;

    if (copy == NULL)
        return NULL;
    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

void *ep_arena_grow(ep_arena *arena, void *items, size_t count, size_t *capacity, size_t item_size)
{
    size_t wanted = *capacity == 0 ? 8 : *capacity * 2;
    void *grown;

    if (count < *capacity)
        return items;
    if (*capacity > SIZE_MAX / 2 || wanted > SIZE_MAX / item_size)
        return NULL;
    grown = take(arena, wanted * item_size);
    if (grown == NULL)
        return NULL;
    if (count > 0)
        memcpy(grown, items, count * item_size);
    *capacity = wanted;
    return grown;
}
