/* The built-in registry, opened once for all tests of a program. */
#ifndef EP_TESTS_BUILT_IN_REGISTRY_H
#define EP_TESTS_BUILT_IN_REGISTRY_H

#include <edgeplan/registry.h>

static edgeplan_registry *registry;

static int open_registry(void **state)
{
    (void)state;
    return edgeplan_registry_new(NULL, NULL, &registry) != EDGEPLAN_OK;
}

static int close_registry(void **state)
{
    (void)state;
    edgeplan_registry_unref(registry);
    return 0;
}

#endif
