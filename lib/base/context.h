/* Allocator and limits. NULL is a valid context: malloc and the default limits. */
#ifndef EP_BASE_CONTEXT_H
#define EP_BASE_CONTEXT_H

#include <stdatomic.h>

#include <edgeplan/base.h>

struct edgeplan_context {
    atomic_uint owners;
    edgeplan_allocate_fn allocate;
    edgeplan_release_fn release;
    void *user;
    uint64_t max_file_bytes;
    uint64_t max_depth;
    uint64_t max_nodes;
};

#define EP_MAX_FILE_BYTES (UINT64_C(16) << 20)
#define EP_MAX_DEPTH UINT64_C(32)
#define EP_MAX_NODES UINT64_C(1000000)
#define EP_DEEPEST UINT64_C(64) /* how far a caller may raise the depth: readers keep a stack of this size */

void *ep_allocate(const edgeplan_context *context, size_t size); /* not zeroed; NULL when out of memory */
void ep_release(const edgeplan_context *context, void *pointer); /* NULL does nothing */

uint64_t ep_max_file_bytes(const edgeplan_context *context);
uint64_t ep_max_depth(const edgeplan_context *context);
uint64_t ep_max_nodes(const edgeplan_context *context);

/* Handles count owners with these; an immutable handle is counted through a const pointer. */
void ep_own(const atomic_uint *owners);
int ep_disown(const atomic_uint *owners); /* 1 when the last owner is gone */

#endif
