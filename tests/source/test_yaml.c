#include "source/yaml.h"

#define READ ep_yaml_parse
#define SOURCE "test.yaml"
#include "reading.h"

static void assert_node(const ep_node *node, ep_node_kind kind, const char *text, uint32_t line, uint32_t column, uint64_t offset)
{
    assert_non_null(node);
    assert_int_equal(node->kind, kind);
    if (text != NULL)
        assert_string_equal(node->text, text);
    else
        assert_null(node->text);
    assert_count(node->length, text != NULL ? strlen(text) : 0);
    assert_count(node->line, line);
    assert_count(node->column, column);
    assert_count(node->offset, offset);
    assert_string_equal(node->source, "test.yaml");
}

/* ---- What is read ---- */

static void a_tree_with_places(void **state)
{
    parsed p = parse(TEXT("# Ein Kommentar: ä\n"
                          "targets:\n"
                          "  - id: größe   # two characters of two bytes\n"
                          "    ram: [8 GiB, '12 GiB']\n"
                          "    on: |\n"
                          "      yes\n"
                          "    no:\n"));
    const ep_node *targets = ep_node_get(p.root, "targets"), *target;
    const ep_entry *entry;
    ep_place place;

    (void)state;
    assert_int_equal(p.status, EDGEPLAN_OK);
    assert_node(p.root, EP_NODE_MAP, NULL, 2, 1, 20);
    assert_count(p.root->count, 1);
    assert_node(targets, EP_NODE_LIST, NULL, 3, 3, 31);
    assert_null(targets->entries[0].key);
    target = targets->entries[0].value;
    assert_node(target, EP_NODE_MAP, NULL, 3, 5, 33);
    assert_count(target->count, 4);
    assert_node(ep_node_get(target, "id"), EP_NODE_PLAIN, "größe", 3, 9, 37);
    assert_node(ep_node_get(target, "ram"), EP_NODE_LIST, NULL, 4, 10, 86);
    assert_node(ep_node_get(target, "ram")->entries[0].value, EP_NODE_PLAIN, "8 GiB", 4, 11, 87);
    assert_node(ep_node_get(target, "ram")->entries[1].value, EP_NODE_QUOTED, "12 GiB", 4, 18, 94);
    assert_node(ep_node_get(target, "on"), EP_NODE_QUOTED, "yes\n", 5, 9, 112);
    assert_node(ep_node_get(target, "no"), EP_NODE_NULL, NULL, 7, 8, 131);
    assert_null(ep_node_get(target, "nothing"));

    entry = ep_node_entry(target, "ram");
    assert_non_null(entry);
    assert_count(entry->line, 4);
    assert_count(entry->column, 5);
    place = ep_node_place(entry->value);
    assert_count(place.column, 10);
    assert_count(place.offset, 86);
    release(&p);
}

static void nodes_are_asked(void **state)
{
    parsed p = parse(TEXT("{a: 'x', b: ~, c: [1]}"));
    const ep_node *a = ep_node_get(p.root, "a");
    ep_place place = ep_node_place(NULL);

    (void)state;
    assert_true(ep_node_is_scalar(a));
    assert_true(ep_node_is(a, "x"));
    assert_false(ep_node_is(a, "xy"));
    assert_false(ep_node_is(a, NULL));
    assert_false(ep_node_is(p.root, "x"));
    assert_false(ep_node_is(NULL, "x"));
    assert_false(ep_node_is_scalar(ep_node_get(p.root, "b")));
    assert_false(ep_node_is_scalar(ep_node_get(p.root, "c")));
    assert_false(ep_node_is_scalar(NULL));
    assert_null(ep_node_get(NULL, "a"));
    assert_null(ep_node_get(a, "a"));
    assert_null(ep_node_get(p.root, NULL));
    assert_null(ep_node_get(ep_node_get(p.root, "c"), "1"));
    assert_count(place.line, 0);
    assert_null(place.source);
    release(&p);
}

static const struct { const char *text; size_t length; ep_node_kind kind; const char *value; uint32_t line; } scalar_rows[] = {
    { TEXT(""), EP_NODE_NULL, NULL, 1 },
    { TEXT("# only a comment\n"), EP_NODE_NULL, NULL, 1 },
    { TEXT("\xef\xbb\xbf"), EP_NODE_NULL, NULL, 1 },
    { TEXT("---\n"), EP_NODE_NULL, NULL, 2 },
    { TEXT("~"), EP_NODE_NULL, NULL, 1 },
    { TEXT("null"), EP_NODE_NULL, NULL, 1 },
    { TEXT("Null"), EP_NODE_NULL, NULL, 1 },
    { TEXT("NULL"), EP_NODE_NULL, NULL, 1 },
    { TEXT("nULL"), EP_NODE_PLAIN, "nULL", 1 },
    { TEXT("'null'"), EP_NODE_QUOTED, "null", 1 },
    { TEXT("''"), EP_NODE_QUOTED, "", 1 },
    { TEXT("no"), EP_NODE_PLAIN, "no", 1 }, /* never a boolean */
    { TEXT("012"), EP_NODE_PLAIN, "012", 1 },
    { TEXT("60.0 GB/s"), EP_NODE_PLAIN, "60.0 GB/s", 1 },
    { TEXT("\xef\xbb\xbf---\nwith a mark\n...\n"), EP_NODE_PLAIN, "with a mark", 2 },
    { TEXT("--- >\n folded\n text\n"), EP_NODE_QUOTED, "folded text\n", 1 },
    { TEXT("\"\\U0001F600\\t\""), EP_NODE_QUOTED, "\xf0\x9f\x98\x80\t", 1 },
    { TEXT("\r\n\r\nx"), EP_NODE_PLAIN, "x", 3 },
    { TEXT("50 % of RAM"), EP_NODE_PLAIN, "50 % of RAM", 1 },
};

static void scalars_keep_their_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scalar_rows / sizeof scalar_rows[0]; i++) {
        parsed p = parse(scalar_rows[i].text, scalar_rows[i].length);

        if (p.status != EDGEPLAN_OK)
            print_error("row %u: %s\n", (unsigned)i, edgeplan_diagnostics_message(p.diagnostics, 0));
        assert_int_equal(p.status, EDGEPLAN_OK);
        assert_int_equal(p.root->kind, scalar_rows[i].kind);
        assert_count(p.root->line, scalar_rows[i].line);
        if (scalar_rows[i].value != NULL)
            assert_string_equal(p.root->text, scalar_rows[i].value);
        else
            assert_null(p.root->text);
        release(&p);
    }
}

static void a_value_may_hold_nul(void **state)
{
    parsed p = parse(TEXT("\"a\\0b\""));

    (void)state;
    assert_int_equal(p.status, EDGEPLAN_OK);
    assert_count(p.root->length, 3);
    assert_memory_equal(p.root->text, "a\0b", 4);
    release(&p);
}

/* ---- What is refused ---- */

static const mistake_row mistake_rows[] = {
    { TEXT("a: 1\nb: 2\na: 3\n"), EDGEPLAN_ERROR_SCHEMA, 3, 1, 13, "a",
      "key 'a' is repeated at line 3, column 1; first at line 1, column 1" },
    { TEXT("x:\n  - y: {k: 1, \"k\": 2}\n"), EDGEPLAN_ERROR_SCHEMA, 2, 15, 22, "x[0].y.k", "key 'k' is repeated" },
    { TEXT("a: &x 1\n"), EDGEPLAN_ERROR_SCHEMA, 1, 4, 3, "a", "anchor 'x' is not allowed" },
    { TEXT("a: [1, *x]\n"), EDGEPLAN_ERROR_SCHEMA, 1, 8, 7, "a[1]", "alias 'x' is not allowed" },
    { TEXT("a: {*x : 1}\n"), EDGEPLAN_ERROR_SCHEMA, 1, 5, 4, "a", "alias 'x' is not allowed" },
    { TEXT("a: !!str 1\n"), EDGEPLAN_ERROR_SCHEMA, 1, 4, 3, "a", "tag 'tag:yaml.org,2002:str' is not allowed" },
    { TEXT("a: ! 1\n"), EDGEPLAN_ERROR_SCHEMA, 1, 4, 3, "a", "tag '!'" },
    { TEXT("- !local {a: 1}\n"), EDGEPLAN_ERROR_SCHEMA, 1, 3, 2, "[0]", "tag '!local'" },
    { TEXT("- &l [a]\n"), EDGEPLAN_ERROR_SCHEMA, 1, 3, 2, "[0]", "anchor 'l'" },
    { TEXT("a:\n  <<: {b: 1}\n"), EDGEPLAN_ERROR_SCHEMA, 2, 3, 5, "a", "merge key" },
    { TEXT("[a, b]: 1\n"), EDGEPLAN_ERROR_SCHEMA, 1, 1, 0, "", "a key must be a plain word" },
    { TEXT("m:\n  ? {a: 1}\n  : 2\n"), EDGEPLAN_ERROR_SCHEMA, 2, 5, 7, "m", "a key must be a plain word" },
    { TEXT("\"a\\0b\": 1\n"), EDGEPLAN_ERROR_SCHEMA, 1, 1, 0, "", "NUL" },
    { TEXT("a: 1\n---\nb: 2\n"), EDGEPLAN_ERROR_SYNTAX, 2, 1, 5, "", "one document" },
    { TEXT("--- 1\n--- 2\n"), EDGEPLAN_ERROR_SYNTAX, 2, 1, 6, "", "one document" },
    { TEXT("%YAML 1.1\n---\na: 1\n"), EDGEPLAN_ERROR_SYNTAX, 1, 1, 0, "", "directive" },
    { TEXT("a: 1\n...\n%TAG ! tag:x,1:\n---\n"), EDGEPLAN_ERROR_SYNTAX, 3, 1, 9, "", "directive" },
    { TEXT("\xc2\x85%YAML 1.1\n--- 1\n"), EDGEPLAN_ERROR_SYNTAX, 1, 2, 2, "", "directive" },
    { TEXT("\xe2\x80\xa9%YAML 1.1\n--- 1\n"), EDGEPLAN_ERROR_SYNTAX, 1, 2, 3, "", "directive" },
    { TEXT("a:\n  b: [1, 2\n  c: 3\n"), EDGEPLAN_ERROR_SYNTAX, 3, 4, 17, "a.b[2]",
      "while parsing a flow sequence from line 2, column 6: did not find expected ',' or ']' at line 3, column 4" },
    { TEXT("a: 'b\n"), EDGEPLAN_ERROR_SYNTAX, 2, 1, 6, "a", "found unexpected end of stream at line 2, column 1" },
    { TEXT("a: b: c\n"), EDGEPLAN_ERROR_SYNTAX, 1, 5, 4, "", "mapping values are not allowed in this context" },
    { TEXT("ä: @x\n"), EDGEPLAN_ERROR_SYNTAX, 1, 4, 4, "ä", "cannot start any token" },
    { TEXT("a: 1\n\tb: 2\n"), EDGEPLAN_ERROR_SYNTAX, 2, 1, 5, "a", "found a tab character that violates indentation" },
    { TEXT("ok: ä\nbad: \xff\n"), EDGEPLAN_ERROR_SYNTAX, 2, 6, 12, NULL, "not UTF-8 text: invalid leading UTF-8 octet at byte 12" },
    { TEXT("bad: \xc3("), EDGEPLAN_ERROR_SYNTAX, 1, 7, 6, NULL, "invalid trailing UTF-8 octet at byte 6" },
    { TEXT("bad: \xed\xa0\x80"), EDGEPLAN_ERROR_SYNTAX, 1, 6, 5, NULL, "not UTF-8 text" },
    { TEXT("bad: \x07"), EDGEPLAN_ERROR_SYNTAX, 1, 6, 5, NULL, "control characters are not allowed" },
    { TEXT("a\0b"), EDGEPLAN_ERROR_SYNTAX, 1, 2, 1, NULL, "control characters are not allowed" },
    { TEXT("\xff\xfe" "a\0"), EDGEPLAN_ERROR_SYNTAX, 1, 1, 0, NULL, "not UTF-8 text" }, /* UTF-16 */
    { TEXT("\xef\xbb\xbf" "a: @"), EDGEPLAN_ERROR_SYNTAX, 1, 4, 6, "a", "cannot start any token" },
    { TEXT("\xef\xbb\xbf" "bad: \xff"), EDGEPLAN_ERROR_SYNTAX, 1, 6, 8, NULL, "at byte 8" },
};

static void mistakes_have_places_and_paths(void **state)
{
    (void)state;
    check_mistakes(mistake_rows, sizeof mistake_rows / sizeof mistake_rows[0]);
}

static void every_mistake_is_reported(void **state)
{
    static const char text[] = "a: &x 1\n"
                               "b: *x\n"
                               "c: !!int 3\n"
                               "d:\n"
                               "  <<: {e: 1}\n"
                               "  [1, &y 2]: {f: 1, f: 2, f: 3}\n"
                               "a: 5\n"
                               "g: [1\n";
    parsed p = parse(text, sizeof text - 1);
    uint32_t i = 0;

    (void)state;
    assert_int_equal(p.status, EDGEPLAN_ERROR_SYNTAX);
    assert_diagnostic(p.diagnostics, i++, EDGEPLAN_ERROR_SCHEMA, 1, 4, "a", "anchor 'x'");
    assert_diagnostic(p.diagnostics, i++, EDGEPLAN_ERROR_SCHEMA, 2, 4, "b", "alias 'x'");
    assert_diagnostic(p.diagnostics, i++, EDGEPLAN_ERROR_SCHEMA, 3, 4, "c", "tag");
    assert_diagnostic(p.diagnostics, i++, EDGEPLAN_ERROR_SCHEMA, 5, 3, "d", "merge key");
    assert_diagnostic(p.diagnostics, i++, EDGEPLAN_ERROR_SCHEMA, 6, 3, "d", "a key must be");
    assert_diagnostic(p.diagnostics, i++, EDGEPLAN_ERROR_SCHEMA, 6, 7, "d[1]", "anchor 'y'");
    assert_diagnostic(p.diagnostics, i++, EDGEPLAN_ERROR_SCHEMA, 6, 21, "d.?.f",
                      "key 'f' is repeated at line 6, column 21; first at line 6, column 15");
    assert_diagnostic(p.diagnostics, i++, EDGEPLAN_ERROR_SCHEMA, 6, 27, "d.?.f", "first at line 6, column 15");
    assert_diagnostic(p.diagnostics, i++, EDGEPLAN_ERROR_SYNTAX, 9, 1, "g[1]", "flow sequence");
    assert_count(edgeplan_diagnostics_count(p.diagnostics), i);
    release(&p);
}

static void mistakes_need_no_list(void **state)
{
    ep_arena arena;
    const ep_node *root;

    (void)state;
    ep_arena_init(&arena, NULL);
    assert_int_equal(ep_yaml_parse(&arena, TEXT("a: 1\na: 2"), "x", NULL, &root), EDGEPLAN_ERROR_SCHEMA);
    assert_null(root);
    assert_int_equal(ep_yaml_parse(&arena, TEXT("a: ["), NULL, NULL, &root), EDGEPLAN_ERROR_SYNTAX);
    assert_int_equal(ep_yaml_parse(&arena, NULL, 0, NULL, NULL, &root), EDGEPLAN_OK);
    assert_string_equal(root->source, "");
    ep_arena_free(&arena);
}

/* ---- Limits ---- */

static void limits_are_kept(void **state)
{
    const edgeplan_limits limits = { sizeof limits, 0, 0, 40, 3, 6 };
    static const mistake_row rows[] = {
        { TEXT("[[[1, 2, 3]]]"), EDGEPLAN_OK, 0, 0, 0, NULL, NULL },
        { TEXT("a:\n b:\n  c:\n   d: 1"), EDGEPLAN_ERROR_LIMIT, 4, 4, 15, "a.b.c", "nested deeper than the limit of 3 levels" },
        { TEXT("[1, 2, 3, 4, 5]"), EDGEPLAN_OK, 0, 0, 0, NULL, NULL },
        { TEXT("[1, 2, 3, 4, 5, 6]"), EDGEPLAN_ERROR_LIMIT, 1, 17, 16, "[5]", "more than the limit of 6 values" },
        { TEXT("#234567890123456789012345678901234567890"), EDGEPLAN_OK, 0, 0, 0, NULL, NULL },
        { TEXT("#2345678901234567890123456789012345678901"), EDGEPLAN_ERROR_LIMIT, 0, 0, 0, "", "larger than the limit of 40 bytes" },
    };

    (void)state;
    check_limits(&limits, rows, sizeof rows / sizeof rows[0]);
}

/* `size` bytes of `piece` over and over. */
static char *repeat(const char *piece, size_t size)
{
    char *text = malloc(size);
    size_t length = strlen(piece);

    assert_non_null(text);
    for (size_t i = 0; i < size; i++)
        text[i] = piece[i % length];
    return text;
}

/* Each of these costs libyaml, or a careless reader on top of it, seconds to hours. */
static void hostile_texts_end_soon(void **state)
{
    static const struct { const char *piece; size_t size; edgeplan_status status; } rows[] = {
        { "[", 100000, EDGEPLAN_ERROR_LIMIT },
        { "{", 100000, EDGEPLAN_ERROR_LIMIT },
        { "[{", 100000, EDGEPLAN_ERROR_LIMIT },
        { "[\n", 100000, EDGEPLAN_ERROR_LIMIT },
        { "- ", 100000, EDGEPLAN_ERROR_LIMIT },
        { "? ", 100000, EDGEPLAN_ERROR_LIMIT },
        { "[?", 100000, EDGEPLAN_ERROR_LIMIT },
        { "%TAG !a! x\n", 1000000, EDGEPLAN_ERROR_SYNTAX },
        { "&a ", 100000, EDGEPLAN_ERROR_SYNTAX },
        { "\"", 100000, EDGEPLAN_ERROR_SYNTAX },
        { "a: 1\n", 500000, EDGEPLAN_ERROR_SCHEMA }, /* 100,000 times the same key */
        { "*a: ", 100000, EDGEPLAN_ERROR_SYNTAX },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = repeat(rows[i].piece, rows[i].size);
        double begin = test_seconds(), seconds;
        parsed p = parse(text, rows[i].size);

        seconds = test_seconds() - begin;
        if (seconds >= 0.2 || p.status != rows[i].status)
            print_error("'%s': %s after %.3f s\n", rows[i].piece, edgeplan_diagnostics_message(p.diagnostics, 0), seconds);
        assert_int_equal(p.status, rows[i].status);
        assert_true(seconds < (rows[i].size > 200000 ? 2.0 : 0.2));
        release(&p);
        free(text);
    }
}

/* 100,000 different keys: a quadratic check would compare five thousand million pairs. */
static void many_keys_are_checked_soon(void **state)
{
    enum { KEYS = 100000, BYTES = 10 };
    char *text = malloc(KEYS * BYTES);
    double begin;
    parsed p;

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < KEYS; i++) {
        size_t number = i * 7919 % KEYS; /* no order */

        memcpy(text + i * BYTES, "k00000: 1\n", BYTES);
        for (size_t digit = 5; digit > 0; digit--, number /= 10)
            text[i * BYTES + digit] = (char)('0' + number % 10);
    }
    begin = test_seconds();
    p = parse(text, KEYS * BYTES);
    assert_int_equal(p.status, EDGEPLAN_OK);
    assert_true(test_seconds() - begin < 5);
    assert_count(p.root->count, KEYS);
    assert_string_equal(p.root->entries[3].key, "k23757");
    release(&p);
    memcpy(text + 5 * BYTES, text + 99990 * BYTES, BYTES);
    p = parse(text, KEYS * BYTES);
    assert_count(edgeplan_diagnostics_count(p.diagnostics), 1);
    assert_diagnostic(p.diagnostics, 0, EDGEPLAN_ERROR_SCHEMA, 99991, 1, NULL, "first at line 6, column 1");
    release(&p);
    free(text);
}

static void a_deep_path_is_cut(void **state)
{
    char *text = repeat("{abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz: ", 81 * 40);
    parsed p = parse(text, 81 * 40);

    (void)state;
    assert_int_equal(p.status, EDGEPLAN_ERROR_LIMIT);
    assert_count(strlen(edgeplan_diagnostics_key_path(p.diagnostics, 0)), EP_DIAGNOSTIC_BYTES);
    release(&p);
    free(text);
}

/* ---- Memory ---- */

static void failing_allocations_are_survived(void **state)
{
    static char text[30000];

    (void)state;
    for (int i = 0; i < 999; i++) {
        char line[] = "k000: [a, 'b', {c: d}, ~]\n";

        line[1] = (char)('0' + i / 100);
        line[2] = (char)('0' + i / 10 % 10);
        line[3] = (char)('0' + i % 10);
        memcpy(text + strlen(text), line, sizeof line);
    }
    assert_true(test_sweep_allocations(parse_some, text) > 5);

    memset(text, 'x', sizeof text - 1); /* a scalar that needs a block of its own */
    memcpy(text, "- ", 2);
    assert_true(test_sweep_allocations(parse_some, text) >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_with_places),
        cmocka_unit_test(nodes_are_asked),
        cmocka_unit_test(scalars_keep_their_text),
        cmocka_unit_test(a_value_may_hold_nul),
        cmocka_unit_test(mistakes_have_places_and_paths),
        cmocka_unit_test(every_mistake_is_reported),
        cmocka_unit_test(mistakes_need_no_list),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(hostile_texts_end_soon),
        cmocka_unit_test(many_keys_are_checked_soon),
        cmocka_unit_test(a_deep_path_is_cut),
        cmocka_unit_test(failing_allocations_are_survived),
    };

    return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
