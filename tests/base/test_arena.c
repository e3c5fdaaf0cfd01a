#include "support.h"

#include <string.h>

#include "base/arena.h"
#include "base/context.h"

/* ---- Context ---- */

static void context_counts_owners(void **state)
{
    test_memory memory;
    edgeplan_context *context = test_context(&memory, NULL);

    (void)state;
    assert_ptr_equal(edgeplan_context_ref(context), context);
    edgeplan_context_unref(context);
    assert_count(memory.live_blocks, 1);
    edgeplan_context_unref(context);
    assert_count(memory.live_blocks, 0);
    assert_null(edgeplan_context_ref(NULL));
    edgeplan_context_unref(NULL);
}

static void context_refuses_bad_arguments(void **state)
{
    test_memory memory = { 0, 0, 0 };
    edgeplan_context *context = (edgeplan_context *)&memory;

    (void)state;
    assert_int_equal(edgeplan_context_new(NULL, NULL, NULL, NULL, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_context_new(test_allocate, NULL, &memory, NULL, &context), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_null(context);
    assert_int_equal(edgeplan_context_new(NULL, test_release, &memory, NULL, &context), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    memory.fail_at = 1;
    assert_int_equal(edgeplan_context_new(test_allocate, test_release, &memory, NULL, &context), EDGEPLAN_ERROR_NO_MEMORY);
    assert_null(context);
}

static void context_uses_malloc_by_default(void **state)
{
    edgeplan_context *context = NULL;
    void *block;

    (void)state;
    assert_int_equal(edgeplan_context_new(NULL, NULL, NULL, NULL, &context), EDGEPLAN_OK);
    block = ep_allocate(context, 10);
    assert_non_null(block);
    ep_release(context, block);
    ep_release(context, NULL);
    edgeplan_context_unref(context);
    block = ep_allocate(NULL, 10);
    assert_non_null(block);
    ep_release(NULL, block);
    ep_release(NULL, NULL);
}

typedef struct limits_row {
    edgeplan_limits limits;
    edgeplan_status status;
    uint64_t max_file_bytes, max_depth, max_nodes;
} limits_row;

#define SIZE sizeof(edgeplan_limits)

static const limits_row limits_rows[] = {
    { { SIZE, 0, 0, 0, 0, 0 }, EDGEPLAN_OK, 16777216, 32, 1000000 },
    { { SIZE, 0, 0, 5, 6, 7 }, EDGEPLAN_OK, 5, 6, 7 },
    { { SIZE, 0, 7, 0, 0, 0 }, EDGEPLAN_OK, 0, 0, 0 },
    { { SIZE, 0, 2, 0, 0, 0 }, EDGEPLAN_OK, 16777216, 0, 1000000 },
    { { SIZE, 0, 0, UINT64_MAX, 64, UINT64_MAX }, EDGEPLAN_OK, UINT64_MAX, 64, UINT64_MAX },
    { { SIZE, 0, 0, 0, 65, 0 }, EDGEPLAN_ERROR_RANGE, 0, 0, 0 },
    { { SIZE - 1, 0, 0, 0, 0, 0 }, EDGEPLAN_ERROR_STRUCT_SIZE, 0, 0, 0 },
    { { 0, 0, 0, 0, 0, 0 }, EDGEPLAN_ERROR_STRUCT_SIZE, 0, 0, 0 },
    { { SIZE, 1, 0, 0, 0, 0 }, EDGEPLAN_ERROR_NEWER_FIELD, 0, 0, 0 },
    { { SIZE, 0, 8, 0, 0, 0 }, EDGEPLAN_ERROR_NEWER_FIELD, 0, 0, 0 },
};

static void context_reads_limits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof limits_rows / sizeof limits_rows[0]; i++) {
        const limits_row *row = &limits_rows[i];
        edgeplan_context *context = NULL;

        assert_int_equal(edgeplan_context_new(NULL, NULL, NULL, &row->limits, &context), row->status);
        assert_int_equal(context != NULL, row->status == EDGEPLAN_OK);
        if (context == NULL)
            continue;
        assert_count(ep_max_file_bytes(context), row->max_file_bytes);
        assert_count(ep_max_depth(context), row->max_depth);
        assert_count(ep_max_nodes(context), row->max_nodes);
        edgeplan_context_unref(context);
    }
    assert_count(ep_max_file_bytes(NULL), 16777216);
    assert_count(ep_max_depth(NULL), 32);
    assert_count(ep_max_nodes(NULL), 1000000);
}

/* ---- Arena ---- */

static int is_zero(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != 0)
            return 0;
    return 1;
}

/* Every item is written in full and checked at the end: overlap or a lost block would show. */
static void items_are_zeroed_aligned_and_apart(void **state)
{
    enum { ITEMS = 3000 };
    static unsigned char *items[ITEMS];
    static size_t sizes[ITEMS];
    test_memory memory;
    edgeplan_context *context = test_context(&memory, NULL);
    ep_arena arena;
    uint32_t random = 1;

    (void)state;
    ep_arena_init(&arena, context);
    edgeplan_context_unref(context); /* the arena keeps it alive */
    for (size_t i = 0; i < ITEMS; i++) {
        random = random * 1664525u + 1013904223u;
        sizes[i] = i % 97 == 0 ? (random >> 8) % 70000 : (random >> 8) % 200;
        items[i] = ep_arena_alloc(&arena, sizes[i]);
        assert_non_null(items[i]);
        assert_int_equal((uintptr_t)items[i] % 16, 0);
        assert_true(is_zero(items[i], sizes[i]));
        memset(items[i], (int)(i & 0xff), sizes[i]);
    }
    for (size_t i = 0; i < ITEMS; i++)
        for (size_t at = 0; at < sizes[i]; at++)
            assert_int_equal(items[i][at], i & 0xff);
    assert_true(memory.live_blocks < 100);
    ep_arena_free(&arena);
    assert_count(memory.live_blocks, 0);
}

/* As malloc does on 32-bit machines: aligned to 8, not to 16. */
static void *allocate_shifted(void *user, size_t size)
{
    unsigned char *block = test_allocate(user, size + 8);

    return block + 8;
}

static void release_shifted(void *user, void *pointer)
{
    test_release(user, (unsigned char *)pointer - 8);
}

static void items_are_aligned_whatever_the_allocator_gives(void **state)
{
    test_memory memory = { 0, 0, 0 };
    edgeplan_context *context = NULL;
    ep_arena arena;

    (void)state;
    assert_int_equal(edgeplan_context_new(allocate_shifted, release_shifted, &memory, NULL, &context), EDGEPLAN_OK);
    ep_arena_init(&arena, context);
    edgeplan_context_unref(context);
    for (size_t size = 1; size < 20000; size += 333) {
        void *item = ep_arena_alloc(&arena, size);

        assert_non_null(item);
        assert_int_equal((uintptr_t)item % 16, 0);
        memset(item, 1, size);
    }
    ep_arena_free(&arena);
    assert_count(memory.live_blocks, 0);
}

static void impossible_sizes_are_out_of_memory(void **state)
{
    ep_arena arena;

    (void)state;
    ep_arena_init(&arena, NULL);
    assert_null(ep_arena_alloc(&arena, SIZE_MAX));
    assert_null(ep_arena_alloc(&arena, SIZE_MAX - 20));
    assert_null(ep_arena_array(&arena, SIZE_MAX / 2, 3));
    assert_null(ep_arena_copy(&arena, "", SIZE_MAX));
    assert_non_null(ep_arena_array(&arena, 0, 8));
    assert_non_null(ep_arena_array(&arena, 8, 0));
    assert_non_null(ep_arena_alloc(&arena, 0));
    ep_arena_free(&arena);
    ep_arena_free(&arena); /* empty: nothing happens */
}

static void copies_end_in_nul(void **state)
{
    ep_arena arena;
    const char *copy;

    (void)state;
    ep_arena_init(&arena, NULL);
    copy = ep_arena_copy(&arena, "edge plan", 4);
    assert_string_equal(copy, "edge");
    copy = ep_arena_copy(&arena, NULL, 0);
    assert_string_equal(copy, "");
    ep_arena_free(&arena);
}

static void arrays_grow(void **state)
{
    ep_arena arena;
    uint64_t *items = NULL;
    size_t capacity = 0;

    (void)state;
    ep_arena_init(&arena, NULL);
    for (size_t count = 0; count < 10000; count++) {
        items = ep_arena_grow(&arena, items, count, &capacity, sizeof *items);
        assert_non_null(items);
        assert_true(capacity > count);
        items[count] = count;
    }
    for (size_t i = 0; i < 10000; i++)
        assert_count(items[i], i);
    capacity = SIZE_MAX / 2 + 1;
    assert_null(ep_arena_grow(&arena, items, capacity, &capacity, sizeof *items));
    ep_arena_free(&arena);
}

static edgeplan_status fill_arena(edgeplan_context *context, void *argument)
{
    edgeplan_status status = EDGEPLAN_OK;
    ep_arena arena;
    char *items = NULL;
    size_t capacity = 0;

    (void)argument;
    ep_arena_init(&arena, context);
    for (size_t i = 0; i < 20000 && status == EDGEPLAN_OK; i++) {
        char *grown = ep_arena_grow(&arena, items, i, &capacity, 1);

        if (grown == NULL)
            status = EDGEPLAN_ERROR_NO_MEMORY;
        else
            items = grown;
        if (i % 100 == 0 && ep_arena_alloc(&arena, 100 + i) == NULL)
            status = EDGEPLAN_ERROR_NO_MEMORY;
    }
    ep_arena_free(&arena);
    return status;
}

static void arena_survives_failing_allocations(void **state)
{
    (void)state;
    assert_true(test_sweep_allocations(fill_arena, NULL) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(context_counts_owners),
        cmocka_unit_test(context_refuses_bad_arguments),
        cmocka_unit_test(context_uses_malloc_by_default),
        cmocka_unit_test(context_reads_limits),
        cmocka_unit_test(items_are_zeroed_aligned_and_apart),
        cmocka_unit_test(items_are_aligned_whatever_the_allocator_gives),
        cmocka_unit_test(impossible_sizes_are_out_of_memory),
        cmocka_unit_test(copies_end_in_nul),
        cmocka_unit_test(arrays_grow),
        cmocka_unit_test(arena_survives_failing_allocations),
    };

    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
