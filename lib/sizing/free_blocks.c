#include "sizing/free_blocks.h"

static ep_length plus(ep_length a, ep_length b)
{
    return (ep_length){a.bytes + b.bytes, a.step_bytes + b.step_bytes};
}

static ep_length minus(ep_length a, ep_length b)
{
    return (ep_length){a.bytes - b.bytes, a.step_bytes - b.step_bytes};
}

static void limit_steps(ep_free_blocks *blocks, uint64_t steps)
{
    if (steps < blocks->steps)
        blocks->steps = steps;
}

/* The steps from now on at which a difference is not negative; none if `from` is behind `to`. */
typedef struct stretch {
    uint64_t from, to;
} stretch;

static stretch not_negative(ep_length difference)
{
    int64_t bytes = difference.bytes, step = difference.step_bytes;

    if (bytes >= 0)
        return (stretch){0, step < 0 ? (uint64_t)(bytes / -step) : EP_STEPS_ENDLESS};
    return step > 0 ? (stretch){(uint64_t)((-bytes + step - 1) / step), EP_STEPS_ENDLESS} : (stretch){1, 0};
}

static int meets(ep_free_blocks *blocks, ep_length a, ep_length b)
{
    if (a.bytes != b.bytes)
        return 0;
    if (a.step_bytes != b.step_bytes)
        blocks->steps = 0;
    return 1;
}

/* Nothing is left now; or something is, and for how many steps that stays so. */
static int is_used_up(ep_free_blocks *blocks, ep_length left)
{
    if (left.bytes == 0) {
        if (left.step_bytes != 0)
            blocks->steps = 0;
        return 1;
    }
    if (left.step_bytes < 0)
        limit_steps(blocks, (uint64_t)((left.bytes - 1) / -left.step_bytes));
    return 0;
}

static void remove_block(ep_free_blocks *blocks, uint32_t i)
{
    blocks->count--;
    for (; i < blocks->count; i++)
        blocks->block[i] = blocks->block[i + 1];
}

static void insert_block(ep_free_blocks *blocks, ep_block block)
{
    uint32_t i = blocks->count;

    if (i == EP_MAX_FREE_BLOCKS) {
        blocks->overflow = 1;
        return;
    }
    for (; i > 0 && blocks->block[i - 1].offset.bytes >= block.offset.bytes; i--)
        blocks->block[i] = blocks->block[i - 1];
    blocks->block[i] = block;
    blocks->count++;
}

void ep_free_blocks_init(ep_free_blocks *blocks)
{
    blocks->end = blocks->peak = (ep_length){0, 0};
    blocks->steps = EP_STEPS_ENDLESS;
    blocks->count = blocks->overflow = 0;
}

static ep_block take_from_end(ep_free_blocks *blocks, ep_length size)
{
    ep_block taken = {blocks->end, size};

    blocks->end = plus(blocks->end, size);
    ep_length above = minus(blocks->end, blocks->peak);
    if (above.bytes > 0 || (above.bytes == 0 && above.step_bytes > 0)) {
        blocks->peak = blocks->end;
        above = minus((ep_length){0, 0}, above);
    }
    if (above.step_bytes > 0) /* it will be the peak */
        limit_steps(blocks, (uint64_t)(-above.bytes / above.step_bytes));
    return taken;
}

/* For how many steps the choice stays: another block takes its place at the first at which that one is large enough and no larger
   than the chosen one. Without a chosen one the end is what is larger. */
static void keep_choice(ep_free_blocks *blocks, uint32_t chosen, ep_length size)
{
    for (uint32_t i = 0; i < blocks->count; i++) {
        const ep_length other = blocks->block[i].size;
        const ep_length best = chosen < blocks->count ? blocks->block[chosen].size : other;
        if (i == chosen || (other.step_bytes == size.step_bytes && best.step_bytes == size.step_bytes))
            continue;
        ep_length spare = minus(best, other);
        spare.bytes -= chosen < blocks->count && i < chosen; /* of equal blocks the last is chosen */
        stretch enough = not_negative(minus(other, size)), no_larger = not_negative(spare);
        uint64_t from = enough.from > no_larger.from ? enough.from : no_larger.from;
        uint64_t to = enough.to < no_larger.to ? enough.to : no_larger.to;
        if (from <= to)
            limit_steps(blocks, from - 1); /* not 0: the block would have been chosen */
    }
}

/* The smallest block that is large enough; `count` if none is. Of equal ones the last. */
static uint32_t choose(ep_free_blocks *blocks, ep_length size)
{
    uint32_t best = blocks->count;
    int64_t best_bytes = INT64_MAX, changes = size.step_bytes;

    for (uint32_t i = 0; i < blocks->count; i++) {
        int64_t bytes = blocks->block[i].size.bytes;
        changes |= blocks->block[i].size.step_bytes;
        if (bytes >= size.bytes && bytes <= best_bytes) {
            best = i;
            best_bytes = bytes;
        }
    }
    if (changes != 0)
        keep_choice(blocks, best, size);
    return best;
}

ep_block ep_block_take(ep_free_blocks *blocks, ep_length size)
{
    uint32_t best = choose(blocks, size);

    if (best == blocks->count)
        return take_from_end(blocks, size);

    ep_block *from = &blocks->block[best];
    ep_block taken = {from->offset, size};
    from->offset = plus(from->offset, size);
    from->size = minus(from->size, size);
    if (is_used_up(blocks, from->size))
        remove_block(blocks, best);
    return taken;
}

/* What follows block `i` may begin where it now ends. */
static void merge_next(ep_free_blocks *blocks, uint32_t i)
{
    ep_block *block = &blocks->block[i];
    ep_length end = plus(block->offset, block->size);

    if (i + 1 < blocks->count) {
        if (meets(blocks, end, blocks->block[i + 1].offset)) {
            block->size = plus(block->size, blocks->block[i + 1].size);
            remove_block(blocks, i + 1);
        }
    } else if (meets(blocks, end, blocks->end)) {
        blocks->end = block->offset;
        blocks->count--;
    }
}

void ep_block_give(ep_free_blocks *blocks, ep_block block)
{
    ep_length end = plus(block.offset, block.size);

    /* A block of no bytes merges with nothing it does not touch, and then keeps its neighbours apart: as in the original. */
    for (uint32_t i = 0; i < blocks->count; i++) {
        ep_block *other = &blocks->block[i];
        if (meets(blocks, plus(other->offset, other->size), block.offset)) {
            other->size = plus(other->size, block.size);
            merge_next(blocks, i);
            return;
        }
        if (meets(blocks, end, other->offset)) {
            other->offset = block.offset;
            other->size = plus(other->size, block.size);
            return;
        }
    }
    if (meets(blocks, end, blocks->end)) {
        blocks->end = block.offset;
        return;
    }
    insert_block(blocks, block);
}
