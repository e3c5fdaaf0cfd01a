#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void *test_allocate(void *memory, size_t size)
{
    test_memory *counted = memory;
    void *pointer;

    assert_true(size > 0);
    if (++counted->calls == counted->fail_at)
        return NULL;
    pointer = malloc(size);
    assert_non_null(pointer);
    memset(pointer, 0xa5, size); /* so that nothing relies on fresh memory being zero */
    counted->live_blocks++;
    return pointer;
}

void test_release(void *memory, void *pointer)
{
    test_memory *counted = memory;

    assert_non_null(pointer);
    assert_true(counted->live_blocks > 0);
    counted->live_blocks--;
    free(pointer);
}

edgeplan_context *test_context(test_memory *memory, const edgeplan_limits *limits)
{
    edgeplan_context *context = NULL;

    memset(memory, 0, sizeof *memory);
    assert_int_equal(edgeplan_context_new(test_allocate, test_release, memory, limits, &context), EDGEPLAN_OK);
    assert_non_null(context);
    return context;
}

uint64_t test_sweep_allocations(test_run_fn run, void *argument)
{
    for (uint64_t k = 1;; k++) {
        test_memory memory;
        edgeplan_context *context = test_context(&memory, NULL);
        edgeplan_status status;

        memory.fail_at = memory.calls + k;
        status = run(context, argument);
        assert_int_equal(memory.live_blocks, 1);
        edgeplan_context_unref(context);
        assert_int_equal(memory.live_blocks, 0);
        if (status == EDGEPLAN_OK)
            return k - 1;
        if (status != EDGEPLAN_ERROR_NO_MEMORY)
            print_error("allocation %u failed\n", (unsigned)k);
        assert_int_equal(status, EDGEPLAN_ERROR_NO_MEMORY);
        assert_true(k < 100000);
    }
}

void test_near(double actual, double expected, double relative, const char *what, const char *file, int line)
{
    if (fabs(actual - expected) <= relative * fabs(expected))
        return;
    print_error("%s is %.17g, expected %.17g within %g\n", what, actual, expected, relative);
    _fail(file, line);
}

const char *test_data_path(const char *name)
{
    static char path[512];
    const char *folder = getenv("EDGEPLAN_TEST_DATA"); /* set by tests/run.py; by hand: from the root of the repository */

    snprintf(path, sizeof path, "%s/%s", folder != NULL ? folder : "tests/data", name);
    return path;
}

char *test_read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;
    size_t size = 0, used = 0, got;

    if (file == NULL)
        print_error("cannot open %s\n", path);
    assert_non_null(file);
    do {
        if (used + 1 >= size) {
            size = size == 0 ? 65536 : size * 2;
            bytes = realloc(bytes, size);
            assert_non_null(bytes);
        }
        got = fread(bytes + used, 1, size - used - 1, file);
        used += got;
    } while (got > 0);
    fclose(file);
    bytes[used] = '\0';
    if (length != NULL)
        *length = used;
    return bytes;
}

void test_write_file(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

double test_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

void test_diagnostic(const edgeplan_diagnostics *diagnostics, uint32_t index, edgeplan_status status, uint32_t line, uint32_t column,
                     const char *key_path, const char *message, const char *file, int source_line)
{
    const char *actual_path = edgeplan_diagnostics_key_path(diagnostics, index);
    const char *actual_message = edgeplan_diagnostics_message(diagnostics, index);

    if (index < edgeplan_diagnostics_count(diagnostics) && edgeplan_diagnostics_status(diagnostics, index) == status &&
        (line == 0 || edgeplan_diagnostics_line(diagnostics, index) == line) &&
        (column == 0 || edgeplan_diagnostics_column(diagnostics, index) == column) &&
        (key_path == NULL || strcmp(actual_path, key_path) == 0) && (message == NULL || strstr(actual_message, message) != NULL))
        return;
    print_error("diagnostic %u of %u is %s at %u:%u, path '%s': %s\n", (unsigned)index,
                (unsigned)edgeplan_diagnostics_count(diagnostics),
                edgeplan_status_name(edgeplan_diagnostics_status(diagnostics, index)),
                (unsigned)edgeplan_diagnostics_line(diagnostics, index), (unsigned)edgeplan_diagnostics_column(diagnostics, index),
                actual_path, actual_message);
    print_error("  expected %s at %u:%u, path '%s': …%s…\n", edgeplan_status_name(status), (unsigned)line, (unsigned)column,
                key_path != NULL ? key_path : "(any)", message != NULL ? message : "");
    _fail(file, source_line);
}

int assumes(const edgeplan_model *model, const char *part)
{
    for (uint32_t i = 0; i < edgeplan_model_assumption_count(model); i++)
        if (strstr(edgeplan_model_assumption(model, i), part) != NULL)
            return 1;
    return 0;
}
