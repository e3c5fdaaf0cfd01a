#include "base/sort.h"

/* Lets the item at `root` sink until no child of the heap of `count` items is greater. */
static void sink(const void **items, size_t root, size_t count, ep_compare_fn compare)
{
    const void *item = items[root];

    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && compare(items[child], items[child + 1]) < 0)
            child++;
        if (compare(item, items[child]) >= 0)
            break;
        items[root] = items[child];
    }
    items[root] = item;
}

void ep_sort(const void **items, size_t count, ep_compare_fn compare)
{
    for (size_t root = count / 2; root-- > 0;)
        sink(items, root, count, compare);
    for (size_t last = count; last-- > 1;) {
        const void *greatest = items[0];

        items[0] = items[last];
        items[last] = greatest;
        sink(items, 0, last, compare);
    }
}
