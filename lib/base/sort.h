/* Sorting pointers in place: n log n whatever the input, no allocation, no recursion. Equal items end in no particular order. */
#ifndef EP_BASE_SORT_H
#define EP_BASE_SORT_H

#include <stddef.h>

typedef int (*ep_compare_fn)(const void *a, const void *b); /* negative, 0, positive */

void ep_sort(const void **items, size_t count, ep_compare_fn compare);

#endif
