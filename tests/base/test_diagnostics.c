#include "support.h"

#include <string.h>

#include "base/diagnostics.h"

static edgeplan_diagnostics *new_list(edgeplan_context *context)
{
    edgeplan_diagnostics *list = NULL;

    assert_int_equal(edgeplan_diagnostics_new(context, &list), EDGEPLAN_OK);
    assert_non_null(list);
    return list;
}

static void report_number(edgeplan_diagnostics *list, edgeplan_severity severity, uint32_t line)
{
    const ep_place place = { "file", line, 1, 0 };

    ep_report(list, severity, EDGEPLAN_ERROR_SCHEMA, &place, "key", "message");
}

static void entries_hold_copies(void **state)
{
    test_memory memory;
    edgeplan_context *context = test_context(&memory, NULL);
    edgeplan_diagnostics *list = new_list(context);
    char source[] = "edge-targets.yaml", path[] = "targets[3].memory.bus", message[] = "unknown key";
    const ep_place place = { source, 12, 5, 345 };

    (void)state;
    edgeplan_context_unref(context); /* the list keeps it alive */
    assert_int_equal(ep_report(list, EDGEPLAN_SEVERITY_WARNING, EDGEPLAN_ERROR_RANGE, &place, path, message), EDGEPLAN_ERROR_RANGE);
    memset(source, 'x', 3);
    memset(path, 'x', 3);
    memset(message, 'x', 3);
    assert_count(edgeplan_diagnostics_count(list), 1);
    assert_int_equal(edgeplan_diagnostics_status(list, 0), EDGEPLAN_ERROR_RANGE);
    assert_int_equal(edgeplan_diagnostics_severity(list, 0), EDGEPLAN_SEVERITY_WARNING);
    assert_string_equal(edgeplan_diagnostics_source(list, 0), "edge-targets.yaml");
    assert_count(edgeplan_diagnostics_line(list, 0), 12);
    assert_count(edgeplan_diagnostics_column(list, 0), 5);
    assert_count(edgeplan_diagnostics_offset(list, 0), 345);
    assert_string_equal(edgeplan_diagnostics_key_path(list, 0), "targets[3].memory.bus");
    assert_string_equal(edgeplan_diagnostics_message(list, 0), "unknown key");
    edgeplan_diagnostics_unref(list);
    assert_count(memory.live_blocks, 0);
}

static void nothing_is_a_list_too(void **state)
{
    edgeplan_diagnostics *list = new_list(NULL);
    const edgeplan_diagnostics *const lists[] = { NULL, list };

    (void)state;
    for (size_t i = 0; i < 2; i++) { /* no list, and past the end */
        assert_count(edgeplan_diagnostics_count(lists[i]), 0);
        assert_count(edgeplan_diagnostics_dropped(lists[i]), 0);
        assert_int_equal(edgeplan_diagnostics_status(lists[i], 0), EDGEPLAN_OK);
        assert_int_equal(edgeplan_diagnostics_severity(lists[i], 0), 0);
        assert_string_equal(edgeplan_diagnostics_source(lists[i], 0), "");
        assert_count(edgeplan_diagnostics_line(lists[i], 0), 0);
        assert_count(edgeplan_diagnostics_column(lists[i], 0), 0);
        assert_count(edgeplan_diagnostics_offset(lists[i], 0), 0);
        assert_string_equal(edgeplan_diagnostics_key_path(lists[i], 0), "");
        assert_string_equal(edgeplan_diagnostics_message(lists[i], 0), "");
    }
    assert_int_equal(ep_report(NULL, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_IO, NULL, NULL, NULL), EDGEPLAN_ERROR_IO);
    assert_int_equal(ep_report_quoted(NULL, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_IO, NULL, NULL, NULL, NULL, NULL),
                     EDGEPLAN_ERROR_IO);
    assert_int_equal(edgeplan_diagnostics_new(NULL, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_null(edgeplan_diagnostics_ref(NULL));
    edgeplan_diagnostics_unref(NULL);
    edgeplan_diagnostics_clear(NULL);

    ep_report(list, EDGEPLAN_SEVERITY_NOTE, EDGEPLAN_OK, NULL, NULL, NULL);
    assert_string_equal(edgeplan_diagnostics_source(list, 0), "");
    assert_string_equal(edgeplan_diagnostics_message(list, 0), "");
    edgeplan_diagnostics_unref(list);
}

static void messages_are_composed(void **state)
{
    static const struct { const char *first, *quoted, *rest, *message; } rows[] = {
        { "unknown key", "foo", "; did you mean 'ram'?", "unknown key 'foo'; did you mean 'ram'?" },
        { "unknown key", "foo", NULL, "unknown key 'foo'" },
        { NULL, "foo", " is no number", "'foo' is no number" },
        { "nothing", NULL, " quoted", "nothing quoted" },
        { NULL, NULL, NULL, "" },
        { "word", "", NULL, "word ''" },
        { "word", "a\x1b[31m\n\x7f", NULL, "word 'a?[31m?" "?'" }, /* no escape sequence reaches a terminal */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        edgeplan_diagnostics *list = new_list(NULL);

        ep_report_quoted(list, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_SCHEMA, NULL, "a.b", rows[i].first, rows[i].quoted,
                         rows[i].rest);
        assert_string_equal(edgeplan_diagnostics_message(list, 0), rows[i].message);
        assert_string_equal(edgeplan_diagnostics_key_path(list, 0), "a.b");
        edgeplan_diagnostics_unref(list);
    }
}

static void long_strings_are_cut_between_characters(void **state)
{
    edgeplan_diagnostics *list = new_list(NULL);
    char text[4002];

    (void)state;
    text[0] = 'a';
    for (size_t i = 1; i < 4001; i += 2)
        memcpy(text + i, "\xc3\xa4", 2);
    text[4001] = '\0';
    for (size_t shift = 0; shift < 2; shift++) { /* the limit falls into a character, and between two */
        const char *message;

        edgeplan_diagnostics_clear(list);
        ep_report(list, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_SCHEMA, NULL, text + shift, text + shift);
        message = edgeplan_diagnostics_message(list, 0);
        assert_count(strlen(message), shift == 0 ? 999 : 1000);
        assert_memory_equal(message, text + shift, strlen(message));
        assert_string_equal(edgeplan_diagnostics_key_path(list, 0), message);

        ep_report_quoted(list, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_SCHEMA, NULL, NULL, "key", text + shift, " end");
        message = edgeplan_diagnostics_message(list, 1);
        assert_true(strlen(message) < 230);
        assert_non_null(strstr(message, "\xc3\xa4…' end"));
    }
    edgeplan_diagnostics_unref(list);
}

static void errors_push_out_notes_and_warnings(void **state)
{
    test_memory memory;
    edgeplan_context *context = test_context(&memory, NULL);
    edgeplan_diagnostics *list = new_list(context);

    (void)state;
    for (uint32_t i = 1; i <= 62; i++)
        report_number(list, EDGEPLAN_SEVERITY_ERROR, i);
    report_number(list, EDGEPLAN_SEVERITY_NOTE, 101);
    report_number(list, EDGEPLAN_SEVERITY_WARNING, 102);
    assert_count(edgeplan_diagnostics_count(list), 64);
    assert_count(edgeplan_diagnostics_dropped(list), 0);

    report_number(list, EDGEPLAN_SEVERITY_NOTE, 103); /* replaces the other note */
    assert_count(edgeplan_diagnostics_dropped(list), 1);
    assert_count(edgeplan_diagnostics_line(list, 62), 102);
    assert_count(edgeplan_diagnostics_line(list, 63), 103);
    report_number(list, EDGEPLAN_SEVERITY_WARNING, 104); /* replaces the note; comes after the older warning */
    assert_count(edgeplan_diagnostics_line(list, 62), 102);
    assert_count(edgeplan_diagnostics_line(list, 63), 104);
    report_number(list, EDGEPLAN_SEVERITY_ERROR, 105); /* replaces the last warning */
    assert_count(edgeplan_diagnostics_line(list, 62), 102);
    assert_count(edgeplan_diagnostics_line(list, 63), 105);
    report_number(list, EDGEPLAN_SEVERITY_ERROR, 106);
    assert_count(edgeplan_diagnostics_line(list, 62), 105);
    assert_count(edgeplan_diagnostics_line(list, 63), 106);
    report_number(list, EDGEPLAN_SEVERITY_ERROR, 107); /* only errors now: the last, which may have ended a reading, is shown */
    assert_count(edgeplan_diagnostics_line(list, 62), 105);
    assert_count(edgeplan_diagnostics_line(list, 63), 107);
    report_number(list, EDGEPLAN_SEVERITY_WARNING, 108);
    assert_count(edgeplan_diagnostics_line(list, 63), 107);
    assert_count(edgeplan_diagnostics_count(list), 64);
    assert_count(edgeplan_diagnostics_dropped(list), 6);

    edgeplan_diagnostics_clear(list);
    assert_count(edgeplan_diagnostics_count(list), 0);
    assert_count(edgeplan_diagnostics_dropped(list), 0);
    assert_count(memory.live_blocks, 2); /* context and list */
    report_number(list, EDGEPLAN_SEVERITY_ERROR, 1);
    assert_count(edgeplan_diagnostics_count(list), 1);
    edgeplan_diagnostics_unref(list);
    edgeplan_context_unref(context);
    assert_count(memory.live_blocks, 0);
}

static void a_mistake_is_recorded_without_memory(void **state)
{
    test_memory memory;
    edgeplan_context *context = test_context(&memory, NULL);
    edgeplan_diagnostics *list = new_list(context);
    const ep_place place = { "file", 7, 8, 9 };

    (void)state;
    memory.fail_at = memory.calls + 1;
    assert_int_equal(ep_report(list, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_NO_MEMORY, &place, "path", "out of memory"),
                     EDGEPLAN_ERROR_NO_MEMORY);
    assert_count(edgeplan_diagnostics_count(list), 1);
    assert_int_equal(edgeplan_diagnostics_status(list, 0), EDGEPLAN_ERROR_NO_MEMORY);
    assert_count(edgeplan_diagnostics_line(list, 0), 7);
    assert_string_equal(edgeplan_diagnostics_message(list, 0), edgeplan_status_text(EDGEPLAN_ERROR_NO_MEMORY));
    assert_string_equal(edgeplan_diagnostics_source(list, 0), "");
    edgeplan_diagnostics_unref(list);
    edgeplan_context_unref(context);
    assert_count(memory.live_blocks, 0);
}

static edgeplan_status make_list(edgeplan_context *context, void *argument)
{
    edgeplan_diagnostics *list = argument;
    edgeplan_status status = edgeplan_diagnostics_new(context, &list);

    assert_int_equal(list != NULL, status == EDGEPLAN_OK);
    edgeplan_diagnostics_unref(list);
    return status;
}

static void a_list_may_not_be_had(void **state)
{
    int there_already = 0;

    (void)state;
    assert_count(test_sweep_allocations(make_list, &there_already), 1);
}

static void a_list_counts_owners(void **state)
{
    edgeplan_diagnostics *list = new_list(NULL);

    (void)state;
    assert_ptr_equal(edgeplan_diagnostics_ref(list), list);
    edgeplan_diagnostics_unref(list);
    report_number(list, EDGEPLAN_SEVERITY_ERROR, 1);
    assert_count(edgeplan_diagnostics_count(list), 1);
    edgeplan_diagnostics_unref(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_hold_copies),
        cmocka_unit_test(nothing_is_a_list_too),
        cmocka_unit_test(messages_are_composed),
        cmocka_unit_test(long_strings_are_cut_between_characters),
        cmocka_unit_test(errors_push_out_notes_and_warnings),
        cmocka_unit_test(a_mistake_is_recorded_without_memory),
        cmocka_unit_test(a_list_may_not_be_had),
        cmocka_unit_test(a_list_counts_owners),
    };

    return cmocka_run_group_tests_name("diagnostics", tests, NULL, NULL);
}
