/* Structs whose size may differ between the caller's headers and this library. No other file looks at `struct_size`. */
#ifndef EP_BASE_VERSIONED_H
#define EP_BASE_VERSIONED_H

#include <edgeplan/base.h>

#define EP_STRUCT_SIZE_MIN 16u   /* struct_size, flags, known */
#define EP_STRUCT_SIZE_MAX 4096u

/* Copies a caller's struct into `dst` of `known` bytes and zeroes what the caller does not have. `v1` is the size of version 1, as
   offsetof(last field) + sizeof(last field), never sizeof(today's struct): else the first added field would refuse every old caller. */
edgeplan_status ep_read_struct(void *dst, size_t known, size_t v1, const void *src);

/* Copies `src` of `known` bytes into a caller's struct, all but `struct_size`, and zeroes what this library does not have. */
edgeplan_status ep_write_struct(void *dst, size_t v1, const void *src, size_t known);

#endif
