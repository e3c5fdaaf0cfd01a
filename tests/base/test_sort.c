#include <string.h>

#include "support.h"

#include "base/sort.h"

static int compare_texts(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void every_beginning_is_sorted(void **state)
{
    static const char *const words[] = { "c1", "a1", "b1", "c2", "a2", "b2", "a3", "a3", "d1", "b3", "", "a4" };
    static const char *const sorted[] = { "", "a1", "a2", "a3", "a3", "a4", "b1", "b2", "b3", "c1", "c2", "d1" };
    const void *items[12];

    (void)state;
    for (size_t count = 0; count <= 12; count++) {
        memcpy(items, words, count * sizeof *items);
        ep_sort(items, count, compare_texts);
        for (size_t i = 1; i < count; i++)
            assert_true(strcmp(items[i - 1], items[i]) <= 0);
    }
    for (size_t i = 0; i < 12; i++)
        assert_string_equal(items[i], sorted[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_beginning_is_sorted) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
