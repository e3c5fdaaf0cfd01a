/* A small registry from tests/data/registry/base.yaml and overlays of a few lines. */
#ifndef EP_TESTS_WORLD_H
#define EP_TESTS_WORLD_H

#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <edgeplan/registry.h>

#include "registry/registry.h"

static inline edgeplan_status world_load(edgeplan_context *context, edgeplan_diagnostics *diagnostics, edgeplan_registry **out)
{
    edgeplan_registry *empty;
    edgeplan_status status = edgeplan_registry_new_empty(context, &empty);

    *out = NULL;
    if (status != EDGEPLAN_OK)
        return status;
    status = edgeplan_registry_with_file(empty, test_data_path("registry/base.yaml"), diagnostics, out);
    edgeplan_registry_unref(empty);
    return status;
}

static inline edgeplan_diagnostics *world_diagnostics(void)
{
    edgeplan_diagnostics *diagnostics;
    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    return diagnostics;
}

static inline void world_print(const edgeplan_diagnostics *diagnostics)
{
    for (uint32_t i = 0; i < edgeplan_diagnostics_count(diagnostics); i++)
        print_error("%u:%u %s: %s\n", edgeplan_diagnostics_line(diagnostics, i), edgeplan_diagnostics_column(diagnostics, i),
                    edgeplan_diagnostics_key_path(diagnostics, i), edgeplan_diagnostics_message(diagnostics, i));
}

static inline edgeplan_registry *world(void)
{
    edgeplan_diagnostics *diagnostics = world_diagnostics();
    edgeplan_registry *registry;
    edgeplan_status status = world_load(NULL, diagnostics, &registry);

    world_print(diagnostics);
    assert_int_equal(status, EDGEPLAN_OK);
    assert_count(edgeplan_diagnostics_count(diagnostics), 0);
    edgeplan_diagnostics_unref(diagnostics);
    return registry;
}

/* Lays a text over a registry; fails the test unless the status is the expected one. */
static inline edgeplan_registry *world_over(const edgeplan_registry *base, const char *text, edgeplan_diagnostics *diagnostics,
                                            edgeplan_status expected)
{
    edgeplan_registry *registry = (edgeplan_registry *)1;
    edgeplan_status status = edgeplan_registry_with_memory(base, text, strlen(text), "mine.yaml", diagnostics, &registry);

    if (status != expected) {
        print_error("%s\n", text);
        world_print(diagnostics);
    }
    assert_int_equal(status, expected);
    assert_int_equal(registry != NULL, status == EDGEPLAN_OK);
    return registry;
}

#define HEAD "edgeplan_registry: 1.0\n"

#endif
