#if defined(__linux__)
#  define _GNU_SOURCE /* syscall, for the interrupted reads */
#endif

#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "source/input.h"

#if defined(__linux__)
#  include <sys/syscall.h>
#  include <sys/types.h>
#  include <unistd.h>
#endif

/* ---- Readers ---- */

/* Serves `length` bytes of a pattern, at most `piece` at a time, and fails or lies from `bad_from` on. */
typedef struct served {
    uint64_t length, piece, bad_from, calls;
    int64_t bad_answer;
    const char *expected_name;
} served;

static char pattern(uint64_t offset)
{
    return (char)('a' + offset * 7 % 26);
}

static int64_t serve(void *user, const char *name, uint64_t offset, void *buffer, uint64_t length)
{
    served *s = user;
    uint64_t count = 0;

    s->calls++;
    assert_string_equal(name, s->expected_name);
    assert_true(length > 0);
    if (s->bad_answer != 0 && offset >= s->bad_from)
        return s->bad_answer == INT64_MAX ? (int64_t)length + 1 : s->bad_answer;
    while (count < length && count < s->piece && offset + count < s->length) {
        ((char *)buffer)[count] = pattern(offset + count);
        count++;
    }
    return (int64_t)count;
}

static const struct { uint64_t length, piece; } sizes[] = {
    { 0, 1000 }, { 1, 1 }, { 100, 1 }, { 100, 7 }, { 16382, 100000 }, { 16383, 100000 }, { 16384, 100000 }, { 16385, 100000 },
    { 16385, 16383 }, { 32767, 100000 }, { 100000, 100000 }, { 100000, 999 },
};

static void readers_may_give_less(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        served s = { sizes[i].length, sizes[i].piece, 0, 0, 0, "shard 1" };
        test_memory memory;
        edgeplan_context *context = test_context(&memory, NULL);
        char *text = NULL;
        size_t length = 99;

        assert_int_equal(ep_input_reader(context, serve, &s, "shard 1", NULL, &text, &length), EDGEPLAN_OK);
        assert_count(length, sizes[i].length);
        for (size_t at = 0; at < length; at++)
            if (text[at] != pattern(at))
                fail();
        assert_int_equal(text[length], '\0');
        assert_count(memory.live_blocks, 2);
        ep_release(context, text);
        edgeplan_context_unref(context);
        assert_count(memory.live_blocks, 0);
    }
}

static void readers_may_fail(void **state)
{
    static const int64_t answers[] = { -1, INT64_MIN, INT64_MAX /* more than asked for */ };
    char path[1] = "", *text = path;
    size_t length = 99;

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        served s = { 50000, 1000, i % 2 == 0 ? 0 : 16383, 0, answers[i / 2], "" };
        edgeplan_diagnostics *diagnostics = NULL;

        assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
        text = path;
        assert_int_equal(ep_input_reader(NULL, serve, &s, NULL, diagnostics, &text, &length), EDGEPLAN_ERROR_IO);
        assert_null(text);
        assert_count(length, 0);
        assert_diagnostic(diagnostics, 0, EDGEPLAN_ERROR_IO, 0, 0, "",
                          i % 2 == 0 ? "reading failed after 0 bytes" : "reading failed after 16383 bytes");
        edgeplan_diagnostics_unref(diagnostics);
    }
    text = path;
    assert_int_equal(ep_input_reader(NULL, NULL, NULL, "x", NULL, &text, &length), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_null(text);
}

static void too_much_is_refused(void **state)
{
    const edgeplan_limits limits = { sizeof limits, 0, 0, 30000, 0, 0 };
    edgeplan_context *context = NULL;

    (void)state;
    assert_int_equal(edgeplan_context_new(NULL, NULL, NULL, &limits, &context), EDGEPLAN_OK);
    for (uint64_t extra = 0; extra < 2; extra++) {
        served s = { extra == 0 ? 30000 : UINT64_MAX, 4096, 0, 0, 0, "endless" };
        edgeplan_diagnostics *diagnostics = NULL;
        char *text;
        size_t length;

        assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
        if (extra == 0) {
            assert_int_equal(ep_input_reader(context, serve, &s, "endless", diagnostics, &text, &length), EDGEPLAN_OK);
            assert_count(length, 30000);
            ep_release(context, text);
        } else {
            assert_int_equal(ep_input_reader(context, serve, &s, "endless", diagnostics, &text, &length), EDGEPLAN_ERROR_LIMIT);
            assert_null(text);
            assert_count(length, 0);
            assert_count(s.calls, 8); /* and no call more than it takes to see it */
            assert_diagnostic(diagnostics, 0, EDGEPLAN_ERROR_LIMIT, 0, 0, "",
                              "larger than the limit of 30000 bytes (max_file_bytes)");
            assert_string_equal(edgeplan_diagnostics_source(diagnostics, 0), "endless");
        }
        edgeplan_diagnostics_unref(diagnostics);
    }
    edgeplan_context_unref(context);
}

static edgeplan_status read_some(edgeplan_context *context, void *argument)
{
    served s = { 100000, 1000, 0, 0, 0, "name" };
    char *text = argument;
    size_t length = 99;
    edgeplan_status status = ep_input_reader(context, serve, &s, "name", NULL, &text, &length);

    assert_int_equal(text != NULL, status == EDGEPLAN_OK);
    assert_count(length, status == EDGEPLAN_OK ? 100000 : 0);
    ep_release(context, text);
    return status;
}

static void failing_allocations_are_survived(void **state)
{
    int there_already = 0;

    (void)state;
    assert_count(test_sweep_allocations(read_some, &there_already), 4); /* 16, 32, 64, 128 KiB */
}

/* ---- Files ---- */

#if defined(__linux__)
/* Stands in front of the C library's: every other call is interrupted, the rest give a thousand bytes at most. */
static unsigned interrupted, interrupt_all;

ssize_t pread(int fd, void *buffer, size_t length, off_t offset) /* the name the library's call has too, with large offsets or without */
{
    if (interrupt_all && interrupted++ % 2 == 0) {
        errno = EINTR;
        return -1;
    }
    return (ssize_t)syscall(SYS_pread64, fd, buffer, interrupt_all && length > 1000 ? 1000 : length, offset);
}
#endif

static void files_are_read(void **state)
{
    static const char name[] = "test_input größe.tmp"; /* UTF-8 in a path */
    enum { BYTES = 40000 };
    char *bytes = malloc(BYTES), *text, *again;
    size_t length;

    (void)state;
    assert_non_null(bytes);
    for (size_t i = 0; i < BYTES; i++)
        bytes[i] = i % 100 == 0 ? '\0' : pattern(i);
    test_write_file(name, bytes, BYTES);
    assert_int_equal(ep_input_file(NULL, name, NULL, &text, &length), EDGEPLAN_OK);
    assert_count(length, BYTES);
    assert_memory_equal(text, bytes, BYTES);
    assert_int_equal(text[length], '\0');
    ep_release(NULL, text);

    again = test_read_file(name, &length);
    assert_count(length, BYTES);
    assert_memory_equal(again, bytes, BYTES);
    free(again);

#if defined(__linux__)
    interrupt_all = 1;
    assert_int_equal(ep_input_file(NULL, name, NULL, &text, &length), EDGEPLAN_OK);
    interrupt_all = 0;
    assert_true(interrupted > 80);
    assert_count(length, BYTES);
    assert_memory_equal(text, bytes, BYTES);
    ep_release(NULL, text);
#endif
    remove(name);
    free(bytes);
}

static void an_empty_file_is_an_empty_text(void **state)
{
    char *text;
    size_t length = 99;

    (void)state;
    test_write_file("test_input_empty.tmp", "", 0);
    assert_int_equal(ep_input_file(NULL, "test_input_empty.tmp", NULL, &text, &length), EDGEPLAN_OK);
    assert_count(length, 0);
    assert_string_equal(text, "");
    ep_release(NULL, text);
    remove("test_input_empty.tmp");
}

static void what_is_no_file_is_refused(void **state)
{
    static char long_path[10000];
    static const struct { const char *path, *message; } rows[] = {
        { "test_input_does_not_exist.tmp", NULL },
        { "test_input_does_not_exist/either.tmp", NULL },
        { "", NULL },
        { ".", NULL }, /* a directory */
        { long_path, "cannot be opened (system error " },
    };

    (void)state;
    memset(long_path, 'x', sizeof long_path - 1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        test_memory memory;
        edgeplan_context *context = test_context(&memory, NULL);
        edgeplan_diagnostics *diagnostics = NULL;
        char *text = &(char){ 'x' };
        size_t length = 99;

        assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
        assert_int_equal(ep_input_file(context, rows[i].path, diagnostics, &text, &length), EDGEPLAN_ERROR_IO);
        assert_null(text);
        assert_count(length, 0);
        assert_diagnostic(diagnostics, 0, EDGEPLAN_ERROR_IO, 0, 0, "", rows[i].message);
        if (rows[i].path != long_path) /* that one is cut */
            assert_string_equal(edgeplan_diagnostics_source(diagnostics, 0), rows[i].path);
        edgeplan_diagnostics_unref(diagnostics);
        edgeplan_context_unref(context);
        assert_count(memory.live_blocks, 0);
    }
}

static void no_path_is_no_argument(void **state)
{
    char *text = &(char){ 'x' };
    size_t length = 99;

    (void)state;
    assert_int_equal(ep_input_file(NULL, NULL, NULL, &text, &length), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_null(text);
    assert_count(length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readers_may_give_less),
        cmocka_unit_test(readers_may_fail),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(failing_allocations_are_survived),
        cmocka_unit_test(files_are_read),
        cmocka_unit_test(an_empty_file_is_an_empty_text),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(no_path_is_no_argument),
    };

    return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
