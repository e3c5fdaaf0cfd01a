/* What a registry does when memory ends, when a text is hostile, and when it is called wrongly. */
#include "world.h"

static edgeplan_status load_over(edgeplan_context *context, void *argument)
{
    static const char overlay[] = HEAD "chips: [{id: chip, memory: {bus: 32 bit}}]\ntargets: [{id: t2, extends: phone, name: T}]\n";
    edgeplan_registry *base, *over = (edgeplan_registry *)1;
    edgeplan_status status = world_load(context, NULL, &base);

    (void)argument;
    assert_int_equal(base != NULL, status == EDGEPLAN_OK);
    if (status != EDGEPLAN_OK)
        return status;
    status = edgeplan_registry_with_memory(base, overlay, sizeof overlay - 1, "overlay", NULL, &over);
    assert_int_equal(over != NULL, status == EDGEPLAN_OK);
    edgeplan_registry_unref(base);
    edgeplan_registry_unref(over);
    return status;
}

static void failing_allocations_are_survived(void **state)
{
    (void)state;
    assert_true(test_sweep_allocations(load_over, NULL) > 10);
}

/* A short text that shares a large entry many times must not become a huge registry. */
static void sharing_is_bounded(void **state)
{
    enum { KEYS = 20000, ENTRIES = 20000 };
    edgeplan_registry *empty;
    char *text = malloc(KEYS * 12 + ENTRIES * 64 + 200), *at = text;
    double start = test_seconds();

    (void)state;
    assert_non_null(text);
    assert_int_equal(edgeplan_registry_new_empty(NULL, &empty), EDGEPLAN_OK);
    at += sprintf(at, HEAD "models:\n  - {id: big, name: Big, config: {k: 1");
    for (int i = 0; i < KEYS; i++)
        at += sprintf(at, ", k%d: 1", i);
    at += sprintf(at, "}}\n");
    for (int i = 0; i < ENTRIES; i++)
        at += sprintf(at, "  - {id: m%d, extends: big, config: {x: 1}}\n", i);
    world_over(empty, text, NULL, EDGEPLAN_ERROR_LIMIT);
    assert_true(test_seconds() - start < 10);
    free(text);
    edgeplan_registry_unref(empty);
}

static void many_ids_are_read_soon(void **state)
{
    enum { ENTRIES = 60000 };
    edgeplan_registry *empty, *r;
    char *text = malloc(ENTRIES * 40 + 100), *at = text;
    double start = test_seconds();

    (void)state;
    assert_non_null(text);
    assert_int_equal(edgeplan_registry_new_empty(NULL, &empty), EDGEPLAN_OK);
    at += sprintf(at, HEAD "platforms:\n");
    for (int i = 0; i < ENTRIES; i++)
        at += sprintf(at, "  - {id: p%d, name: P%d}\n", i, i);
    r = world_over(empty, text, NULL, EDGEPLAN_OK);
    assert_string_equal(edgeplan_platform_name(edgeplan_platform_find(r, "p54321")), "P54321");
    assert_true(test_seconds() - start < 10);
    free(text);
    edgeplan_registry_unref(r);
    edgeplan_registry_unref(empty);
}

static void wrong_calls_are_refused(void **state)
{
    edgeplan_registry *empty, *r = (edgeplan_registry *)1;

    (void)state;
    assert_int_equal(edgeplan_registry_new_empty(NULL, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_registry_new_empty(NULL, &empty), EDGEPLAN_OK);
    assert_int_equal(edgeplan_registry_with_memory(NULL, HEAD, 5, NULL, NULL, &r), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_null(r);
    assert_int_equal(edgeplan_registry_with_memory(empty, NULL, 5, NULL, NULL, &r), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_registry_with_file(empty, "/no/such/file.yaml", NULL, &r), EDGEPLAN_ERROR_IO);
    assert_null(r);
    assert_int_equal(edgeplan_registry_with_memory(empty, "[", 1, NULL, NULL, &r), EDGEPLAN_ERROR_SYNTAX);
    assert_null(r);
    edgeplan_registry_unref(edgeplan_registry_ref(NULL));
    edgeplan_target_unref(edgeplan_target_ref(NULL));
    edgeplan_registry_unref(empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failing_allocations_are_survived),
        cmocka_unit_test(sharing_is_bounded),
        cmocka_unit_test(many_ids_are_read_soon),
        cmocka_unit_test(wrong_calls_are_refused),
    };
    return cmocka_run_group_tests_name("registry: robustness", tests, NULL, NULL);
}
