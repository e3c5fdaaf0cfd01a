/* The allocator by hand-worked examples: ggml_dyn_tallocr of llama.cpp v0.5.0 (ggml/src/ggml-alloc.c). */
#include "support.h"

#include "sizing/free_blocks.h"

static ep_block take(ep_free_blocks *blocks, int64_t size)
{
    return ep_block_take(blocks, (ep_length){ep_block_bytes(size), 0});
}

static void test_sizes_are_whole_alignments(void **state)
{
    ep_free_blocks blocks;
    (void)state;

    ep_free_blocks_init(&blocks);
    assert_count(take(&blocks, 4).offset.bytes, 0);
    assert_count(take(&blocks, 33).offset.bytes, 32);
    assert_count(take(&blocks, 0).offset.bytes, 96);
    assert_count(blocks.peak.bytes, 96);
}

/* Holes of 96, 64 and 64 bytes: 64 goes into the last hole that fits best, 96 into its own, 128 to the end. */
static void test_best_fit_of_inner_blocks(void **state)
{
    ep_free_blocks blocks;
    ep_block held[6];
    static const int64_t sizes[] = {96, 32, 64, 32, 64, 32};
    (void)state;

    ep_free_blocks_init(&blocks);
    for (int i = 0; i < 6; i++)
        held[i] = take(&blocks, sizes[i]);
    for (int i = 0; i < 6; i += 2)
        ep_block_give(&blocks, held[i]);
    assert_count(blocks.count, 3);
    assert_count(take(&blocks, 64).offset.bytes, 224);
    assert_count(take(&blocks, 64).offset.bytes, 128);
    assert_count(take(&blocks, 32).offset.bytes, 0);
    assert_count(take(&blocks, 64).offset.bytes, 32);
    assert_count(blocks.count, 0);
    assert_count(take(&blocks, 128).offset.bytes, 320);
    assert_count(blocks.peak.bytes, 448);
}

/* Neighbours merge before, behind and on both sides; what touches the end becomes part of it. */
static void test_neighbours_merge(void **state)
{
    ep_free_blocks blocks;
    ep_block held[5];
    (void)state;

    ep_free_blocks_init(&blocks);
    for (int i = 0; i < 5; i++)
        held[i] = take(&blocks, 32);
    ep_block_give(&blocks, held[0]);
    ep_block_give(&blocks, held[2]);
    assert_count(blocks.count, 2);
    ep_block_give(&blocks, held[1]);
    assert_count(blocks.count, 1);
    assert_count(blocks.block[0].size.bytes, 96);
    ep_block_give(&blocks, held[4]);
    assert_count(blocks.end.bytes, 128);
    ep_block_give(&blocks, held[3]);
    assert_count(blocks.count, 0);
    assert_count(blocks.end.bytes, 0);
    assert_count(blocks.peak.bytes, 160);
}

/* A tensor of no bytes lies at the start of the smallest hole. If that hole has grown downwards since, the tensor is given back
   into its middle, as a block of no bytes that keeps later neighbours apart. */
static void test_an_empty_tensor_keeps_blocks_apart(void **state)
{
    ep_free_blocks blocks;
    (void)state;

    ep_free_blocks_init(&blocks);
    ep_block low = take(&blocks, 32), hole = take(&blocks, 64), high = take(&blocks, 32), last = take(&blocks, 32);
    ep_block_give(&blocks, hole);
    ep_block empty = take(&blocks, 0);
    assert_count(empty.offset.bytes, 32);
    ep_block_give(&blocks, low);
    ep_block_give(&blocks, empty);
    assert_count(blocks.count, 2);
    ep_block_give(&blocks, high); /* meets 0…96, but what follows in the list is the empty block at 32 */
    assert_count(blocks.count, 2);
    assert_count(blocks.block[0].size.bytes, 128);
    ep_block_give(&blocks, last); /* so the end does not move */
    assert_count(blocks.end.bytes, 160);
}

/* A hole of 320 - 32 n bytes against a request of 64 + 32 n: it fits for n up to 4, with something left for n up to 3. */
static void test_steps_with_the_same_decisions(void **state)
{
    ep_free_blocks blocks;
    (void)state;

    ep_free_blocks_init(&blocks);
    ep_block shrinking = ep_block_take(&blocks, (ep_length){320, -32});
    (void)ep_block_take(&blocks, (ep_length){32, 32});
    ep_block_give(&blocks, shrinking);
    blocks.steps = EP_STEPS_ENDLESS;
    assert_count(ep_block_take(&blocks, (ep_length){64, 32}).offset.bytes, 0);
    assert_count(blocks.steps, 3);

    /* Too small by 96 now, and for two further steps that each add 32. */
    ep_free_blocks_init(&blocks);
    ep_block growing = ep_block_take(&blocks, (ep_length){32, 32});
    (void)take(&blocks, 32);
    ep_block_give(&blocks, growing);
    assert_count(take(&blocks, 128).offset.bytes, 64);
    assert_count(blocks.steps, 2);
    assert_count(blocks.peak.bytes, 192);
    assert_count(blocks.peak.step_bytes, 32);

    /* A hole of 64 is chosen before one of 128 - 32 n until that is no larger, which the earlier of two equal ones does not win. */
    ep_free_blocks_init(&blocks);
    shrinking = ep_block_take(&blocks, (ep_length){128, -32});
    (void)take(&blocks, 32);
    ep_block even = take(&blocks, 64);
    (void)take(&blocks, 32);
    blocks.steps = EP_STEPS_ENDLESS;
    ep_block_give(&blocks, shrinking);
    ep_block_give(&blocks, even);
    assert_count(take(&blocks, 32).offset.bytes, 160);
    assert_count(blocks.steps, 2);
}

/* The peak is the furthest end there was; another one that grows faster overtakes it: 96 against 64 + 16 n after two steps. */
static void test_another_peak(void **state)
{
    ep_free_blocks blocks;
    (void)state;

    ep_free_blocks_init(&blocks);
    ep_block_give(&blocks, take(&blocks, 96));
    (void)ep_block_take(&blocks, (ep_length){64, 16});
    assert_count(blocks.peak.bytes, 96);
    assert_count(blocks.peak.step_bytes, 0);
    assert_count(blocks.steps, 2);
}

static void test_too_many_holes(void **state)
{
    ep_free_blocks blocks;
    ep_block held[2 * EP_MAX_FREE_BLOCKS + 4];
    const size_t count = sizeof held / sizeof *held;
    (void)state;

    ep_free_blocks_init(&blocks);
    for (size_t i = 0; i < count; i++)
        held[i] = take(&blocks, 32);
    for (size_t i = 0; i < count; i += 2)
        ep_block_give(&blocks, held[i]);
    assert_count(blocks.count, EP_MAX_FREE_BLOCKS);
    assert_true(blocks.overflow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes_are_whole_alignments),
        cmocka_unit_test(test_best_fit_of_inner_blocks),
        cmocka_unit_test(test_neighbours_merge),
        cmocka_unit_test(test_an_empty_tensor_keeps_blocks_apart),
        cmocka_unit_test(test_steps_with_the_same_decisions),
        cmocka_unit_test(test_another_peak),
        cmocka_unit_test(test_too_many_holes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
