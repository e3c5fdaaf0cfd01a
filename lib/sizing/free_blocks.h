/* A memory of growing size handed out in blocks, as ggml's graph allocator does: a request takes the smallest free block that is
   large enough, else the end grows; what is given back merges with its neighbours.

   Every length is a linear function of the context: `bytes` now, and `step_bytes` more for each further step. The allocator takes
   the decisions of the present context and counts for how many steps they would all be the same; as far as that, its peak is linear.

   Source: ggml/src/ggml-alloc.c (ggml_dyn_tallocr) of llama.cpp v0.5.0. */
#ifndef EP_SIZING_FREE_BLOCKS_H
#define EP_SIZING_FREE_BLOCKS_H

#include <stdint.h>

enum { EP_MAX_FREE_BLOCKS = 40, EP_BLOCK_ALIGNMENT = 32 };

#define EP_STEPS_ENDLESS UINT32_MAX

typedef struct ep_length {
    int64_t bytes;
    int64_t step_bytes;
} ep_length;

typedef struct ep_block {
    ep_length offset, size;
} ep_block;

typedef struct ep_free_blocks {
    ep_length end;        /* from here on everything is free */
    ep_length peak;       /* the furthest end there was */
    uint64_t steps;       /* further steps of the context with the same decisions and the same peak */
    uint32_t count;
    uint32_t overflow;    /* 1: more blocks than there is room for */
    ep_block block[EP_MAX_FREE_BLOCKS]; /* by offset, below the end */
} ep_free_blocks;

void ep_free_blocks_init(ep_free_blocks *blocks);

/* A whole number of alignments. */
static inline int64_t ep_block_bytes(int64_t wanted)
{
    return (wanted + EP_BLOCK_ALIGNMENT - 1) & -(int64_t)EP_BLOCK_ALIGNMENT;
}

/* Of sizes that are whole numbers of alignments. */

ep_block ep_block_take(ep_free_blocks *blocks, ep_length size);
void ep_block_give(ep_free_blocks *blocks, ep_block block);

#endif
