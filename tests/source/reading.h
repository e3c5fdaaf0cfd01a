/* What is asked of a reader of texts, whatever the language. The test defines READ, such as ep_json_parse, and SOURCE, the name it gives. */
#ifndef EDGEPLAN_TESTS_READING_H
#define EDGEPLAN_TESTS_READING_H

#include <stdlib.h>
#include <string.h>

#include "support.h"

#define TEXT(literal) literal, sizeof(literal) - 1

typedef struct parsed {
    ep_arena arena;
    edgeplan_diagnostics *diagnostics;
    const ep_node *root;
    edgeplan_status status;
} parsed;

/* Parses a copy that ends where the text ends, so that a sanitizer sees a read beyond it. */
static parsed parse_in(edgeplan_context *context, const char *text, size_t length)
{
    char *copy = malloc(length > 0 ? length : 1);
    parsed p;

    assert_non_null(copy);
    memcpy(copy, text, length);
    ep_arena_init(&p.arena, context);
    assert_int_equal(edgeplan_diagnostics_new(NULL, &p.diagnostics), EDGEPLAN_OK);
    p.root = (const ep_node *)&p; /* must be overwritten */
    p.status = READ(&p.arena, copy, length, SOURCE, p.diagnostics, &p.root);
    free(copy);
    assert_int_equal(p.root != NULL, p.status == EDGEPLAN_OK);
    assert_int_equal(edgeplan_diagnostics_count(p.diagnostics) != 0, p.status != EDGEPLAN_OK);
    return p;
}

static parsed parse(const char *text, size_t length)
{
    return parse_in(NULL, text, length);
}

static void release(parsed *p)
{
    ep_arena_free(&p->arena);
    edgeplan_diagnostics_unref(p->diagnostics);
}

typedef struct mistake_row {
    const char *text;
    size_t length;
    edgeplan_status status;
    uint32_t line, column;
    uint64_t offset;
    const char *key_path;
    const char *message; /* a part of it */
} mistake_row;

static void check_mistakes(const mistake_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const mistake_row *row = &rows[i];
        parsed p = parse(row->text, row->length);

        if (p.status != row->status || edgeplan_diagnostics_offset(p.diagnostics, 0) != row->offset)
            print_error("row %u: %s, offset %u\n", (unsigned)i, edgeplan_status_name(p.status),
                        (unsigned)edgeplan_diagnostics_offset(p.diagnostics, 0));
        assert_int_equal(p.status, row->status);
        assert_count(edgeplan_diagnostics_count(p.diagnostics), 1);
        assert_diagnostic(p.diagnostics, 0, row->status, row->line, row->column, row->key_path, row->message);
        assert_count(edgeplan_diagnostics_offset(p.diagnostics, 0), row->offset);
        assert_int_equal(edgeplan_diagnostics_severity(p.diagnostics, 0), EDGEPLAN_SEVERITY_ERROR);
        assert_string_equal(edgeplan_diagnostics_source(p.diagnostics, 0), SOURCE);
        release(&p);
    }
}

/* Texts at a limit and beyond it; nothing may stay allocated. */
static void check_limits(const edgeplan_limits *limits, const mistake_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        test_memory memory;
        edgeplan_context *context = test_context(&memory, limits);
        parsed p = parse_in(context, rows[i].text, rows[i].length);

        assert_int_equal(p.status, rows[i].status);
        if (p.status != EDGEPLAN_OK)
            assert_diagnostic(p.diagnostics, 0, rows[i].status, rows[i].line, rows[i].column, rows[i].key_path, rows[i].message);
        release(&p);
        edgeplan_context_unref(context);
        assert_count(memory.live_blocks, 0);
    }
}

/* For test_sweep_allocations; the argument is a text. */
static edgeplan_status parse_some(edgeplan_context *context, void *argument)
{
    edgeplan_diagnostics *diagnostics = NULL;
    const ep_node *root = argument;
    ep_arena arena;
    edgeplan_status status = edgeplan_diagnostics_new(context, &diagnostics);

    if (status != EDGEPLAN_OK)
        return status;
    ep_arena_init(&arena, context);
    status = READ(&arena, argument, strlen(argument), SOURCE, diagnostics, &root);
    assert_int_equal(root != NULL, status == EDGEPLAN_OK);
    assert_int_equal(edgeplan_diagnostics_count(diagnostics), status != EDGEPLAN_OK);
    assert_int_equal(edgeplan_diagnostics_status(diagnostics, 0), status);
    ep_arena_free(&arena);
    edgeplan_diagnostics_unref(diagnostics);
    return status;
}

#endif
