#include "base/context.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/versioned.h"

#define LIMITS_V1_SIZE (offsetof(edgeplan_limits, max_nodes) + sizeof(uint64_t))

enum { GIVEN_FILE_BYTES = 1 << 0, GIVEN_DEPTH = 1 << 1, GIVEN_NODES = 1 << 2, GIVEN_ALL = (1 << 3) - 1 };

static uint64_t choose(uint64_t value, uint64_t is_given, uint64_t otherwise)
{
    return value != 0 || is_given != 0 ? value : otherwise;
}

static edgeplan_status read_limits(const edgeplan_limits *limits, edgeplan_limits *out)
{
    edgeplan_limits read = { 0 };

    if (limits != NULL) {
        edgeplan_status status = ep_read_struct(&read, sizeof read, LIMITS_V1_SIZE, limits);

        if (status != EDGEPLAN_OK)
            return status;
        if (read.flags != 0 || (read.given & ~(uint64_t)GIVEN_ALL) != 0)
            return EDGEPLAN_ERROR_NEWER_FIELD;
    }
    out->max_file_bytes = choose(read.max_file_bytes, read.given & GIVEN_FILE_BYTES, EP_MAX_FILE_BYTES);
    out->max_depth = choose(read.max_depth, read.given & GIVEN_DEPTH, EP_MAX_DEPTH);
    out->max_nodes = choose(read.max_nodes, read.given & GIVEN_NODES, EP_MAX_NODES);
    return out->max_depth > EP_DEEPEST ? EDGEPLAN_ERROR_RANGE : EDGEPLAN_OK;
}

static void *default_allocate(void *user, size_t size)
{
    (void)user;
    return malloc(size);
}

static void default_release(void *user, void *pointer)
{
    (void)user;
    free(pointer);
}

edgeplan_status edgeplan_context_new(edgeplan_allocate_fn allocate, edgeplan_release_fn release, void *user,
                                     const edgeplan_limits *limits, edgeplan_context **out)
{
    edgeplan_context *context;
    edgeplan_limits bounds;
    edgeplan_status status;

    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    if ((allocate == NULL) != (release == NULL))
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    status = read_limits(limits, &bounds);
    if (status != EDGEPLAN_OK)
        return status;
    if (allocate == NULL) {
        allocate = default_allocate;
        release = default_release;
    }
    context = allocate(user, sizeof *context);
    if (context == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    atomic_init(&context->owners, 1);
    context->allocate = allocate;
    context->release = release;
    context->user = user;
    context->max_file_bytes = bounds.max_file_bytes;
    context->max_depth = bounds.max_depth;
    context->max_nodes = bounds.max_nodes;
    *out = context;
    return EDGEPLAN_OK;
}

edgeplan_context *edgeplan_context_ref(edgeplan_context *context)
{
    if (context != NULL)
        ep_own(&context->owners);
    return context;
}

void edgeplan_context_unref(edgeplan_context *context)
{
    if (context != NULL && ep_disown(&context->owners))
        context->release(context->user, context);
}

void *ep_allocate(const edgeplan_context *context, size_t size)
{
    return context != NULL ? context->allocate(context->user, size) : malloc(size);
}

void ep_release(const edgeplan_context *context, void *pointer)
{
    if (pointer == NULL)
        return;
    if (context != NULL)
        context->release(context->user, pointer);
    else
        free(pointer);
}

uint64_t ep_max_file_bytes(const edgeplan_context *context)
{
    return context != NULL ? context->max_file_bytes : EP_MAX_FILE_BYTES;
}

uint64_t ep_max_depth(const edgeplan_context *context)
{
    return context != NULL ? context->max_depth : EP_MAX_DEPTH;
}

uint64_t ep_max_nodes(const edgeplan_context *context)
{
    return context != NULL ? context->max_nodes : EP_MAX_NODES;
}

/* The count is the one part of an immutable handle that changes; the handle itself was never defined const. */
void ep_own(const atomic_uint *owners)
{
    atomic_fetch_add_explicit((atomic_uint *)owners, 1, memory_order_relaxed);
}

/* Release, so that what this owner did is done before another one frees; acquire, so that the last one sees it. */
int ep_disown(const atomic_uint *owners)
{
    return atomic_fetch_sub_explicit((atomic_uint *)owners, 1, memory_order_acq_rel) == 1;
}
