#include "source/json.h"

#define READ ep_json_parse
#define SOURCE "config.json"
#include "reading.h"

/* ---- What is read ---- */

static const struct { const char *text; size_t length; ep_node_kind kind; const char *value; size_t value_length; } scalar_rows[] = {
    { TEXT("null"), EP_NODE_NULL, NULL, 0 },
    { TEXT("true"), EP_NODE_PLAIN, TEXT("true") },
    { TEXT(" false\r\n\t"), EP_NODE_PLAIN, TEXT("false") },
    { TEXT("NaN"), EP_NODE_PLAIN, TEXT("NaN") }, /* these three: Python's json.dumps */
    { TEXT("Infinity"), EP_NODE_PLAIN, TEXT("Infinity") },
    { TEXT("-Infinity"), EP_NODE_PLAIN, TEXT("-Infinity") },
    { TEXT("0"), EP_NODE_PLAIN, TEXT("0") },
    { TEXT("-0"), EP_NODE_PLAIN, TEXT("-0") },
    { TEXT("-12.50e+07"), EP_NODE_PLAIN, TEXT("-12.50e+07") },
    { TEXT("1E5"), EP_NODE_PLAIN, TEXT("1E5") },
    { TEXT("18446744073709551615"), EP_NODE_PLAIN, TEXT("18446744073709551615") }, /* every digit is kept */
    { TEXT("0.1000000000000000055511151231257827"), EP_NODE_PLAIN, TEXT("0.1000000000000000055511151231257827") },
    { TEXT("\"\""), EP_NODE_QUOTED, TEXT("") },
    { TEXT("\"true\""), EP_NODE_QUOTED, TEXT("true") },
    { TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), EP_NODE_QUOTED, TEXT("\"\\/\b\f\n\r\t") },
    { TEXT("\"\\u0041\\u00e4\\u20AC\\uFFFF\""), EP_NODE_QUOTED, TEXT("A\xc3\xa4\xe2\x82\xac\xef\xbf\xbf") },
    { TEXT("\"\\ud83d\\ude00\""), EP_NODE_QUOTED, TEXT("\xf0\x9f\x98\x80") },
    { TEXT("\"\\uD800\\uDC00\\uDBFF\\uDFFF\""), EP_NODE_QUOTED, TEXT("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf") },
    { TEXT("\"a\\u0000b\""), EP_NODE_QUOTED, TEXT("a\0b") },
    { TEXT("\"ä€😀\x7f\""), EP_NODE_QUOTED, TEXT("ä€😀\x7f") },
    { TEXT("\xef\xbb\xbf 1"), EP_NODE_PLAIN, TEXT("1") },
};

static void scalars_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scalar_rows / sizeof scalar_rows[0]; i++) {
        parsed p = parse(scalar_rows[i].text, scalar_rows[i].length);

        if (p.status != EDGEPLAN_OK)
            print_error("row %u: %s\n", (unsigned)i, edgeplan_diagnostics_message(p.diagnostics, 0));
        assert_int_equal(p.status, EDGEPLAN_OK);
        assert_int_equal(p.root->kind, scalar_rows[i].kind);
        assert_count(p.root->length, scalar_rows[i].value_length);
        if (scalar_rows[i].value != NULL)
            assert_memory_equal(p.root->text, scalar_rows[i].value, scalar_rows[i].value_length + 1);
        else
            assert_null(p.root->text);
        release(&p);
    }
}

static void assert_node(const ep_node *node, ep_node_kind kind, uint32_t count, uint32_t line, uint32_t column, uint64_t offset)
{
    assert_non_null(node);
    assert_int_equal(node->kind, kind);
    assert_count(node->count, count);
    assert_count(node->line, line);
    assert_count(node->column, column);
    assert_count(node->offset, offset);
    assert_string_equal(node->source, "config.json");
}

/* Columns count characters, offsets bytes; the two-byte letters make them differ. */
static void a_tree_with_places(void **state)
{
    parsed p = parse(TEXT("\xef\xbb\xbf{\n"
                          "  \"größe\": [1, {}, []],\r\n"
                          "  \"rope\": {\"type\": \"ä\", \"b\": null}\n"
                          "}\n"));
    const ep_node *list = ep_node_get(p.root, "größe"), *rope = ep_node_get(p.root, "rope");

    (void)state;
    assert_int_equal(p.status, EDGEPLAN_OK);
    assert_node(p.root, EP_NODE_MAP, 2, 1, 1, 3);
    assert_node(list, EP_NODE_LIST, 3, 2, 12, 18);
    assert_node(list->entries[0].value, EP_NODE_PLAIN, 0, 2, 13, 19);
    assert_node(list->entries[1].value, EP_NODE_MAP, 0, 2, 16, 22);
    assert_node(list->entries[2].value, EP_NODE_LIST, 0, 2, 20, 26);
    assert_node(rope, EP_NODE_MAP, 2, 3, 11, 42);
    assert_count(ep_node_entry(p.root, "rope")->line, 3);
    assert_count(ep_node_entry(p.root, "rope")->column, 3);
    assert_node(ep_node_get(rope, "type"), EP_NODE_QUOTED, 0, 3, 20, 51);
    assert_node(ep_node_get(rope, "b"), EP_NODE_NULL, 0, 3, 30, 62);
    assert_true(ep_node_is(ep_node_get(rope, "type"), "ä"));
    release(&p);
}

static void a_key_may_be_long(void **state)
{
    char text[4009];
    parsed p;

    (void)state;
    memset(text, 'k', sizeof text);
    memcpy(text, "{\"", 2);
    memcpy(text + sizeof text - 6, "\": 1 }", 6);
    p = parse(text, sizeof text);
    assert_int_equal(p.status, EDGEPLAN_OK);
    assert_count(strlen(p.root->entries[0].key), sizeof text - 8);
    release(&p);
}

/* ---- What is refused ---- */

#define SYNTAX EDGEPLAN_ERROR_SYNTAX
#define SCHEMA EDGEPLAN_ERROR_SCHEMA

static const mistake_row mistake_rows[] = {
    { TEXT(""), SYNTAX, 1, 1, 0, "", "the text ends" },
    { TEXT(" \n "), SYNTAX, 2, 2, 3, "", "the text ends" },
    { TEXT("\xef\xbb\xbf"), SYNTAX, 1, 1, 3, "", "the text ends" },
    { TEXT("{"), SYNTAX, 1, 2, 1, "", "the text ends" },
    { TEXT("{\"a\""), SYNTAX, 1, 5, 4, "", "the text ends" },
    { TEXT("{\"a\":"), SYNTAX, 1, 6, 5, "a", "the text ends" },
    { TEXT("{\"a\": 1"), SYNTAX, 1, 8, 7, "", "the text ends" },
    { TEXT("[1,"), SYNTAX, 1, 4, 3, "[1]", "the text ends" },
    { TEXT("[1, 2"), SYNTAX, 1, 6, 5, "[2]", "the text ends" },
    { TEXT("-"), SYNTAX, 1, 2, 1, "", "the text ends" },
    { TEXT("[1, 2,]"), SYNTAX, 1, 7, 6, "[2]", "a comma must not stand before ']'" },
    { TEXT("{\"a\": 1,}"), SYNTAX, 1, 9, 8, "", "a comma must not stand before '}'" },
    { TEXT("[,1]"), SYNTAX, 1, 2, 1, "[0]", "a value is expected" },
    { TEXT("[1 2]"), SYNTAX, 1, 4, 3, "[1]", "',' or ']' is expected" },
    { TEXT("[1}"), SYNTAX, 1, 3, 2, "[1]", "',' or ']' is expected" },
    { TEXT("{\"a\": 1 \"b\": 2}"), SYNTAX, 1, 9, 8, "", "',' or '}' is expected" },
    { TEXT("{\"a\": 1]"), SYNTAX, 1, 8, 7, "", "',' or '}' is expected" },
    { TEXT("{\"a\" 1}"), SYNTAX, 1, 6, 5, "", "':' is expected" },
    { TEXT("{\"a\": }"), SYNTAX, 1, 7, 6, "a", "a value is expected" },
    { TEXT("{a: 1}"), SYNTAX, 1, 2, 1, "", "a key in double quotes" },
    { TEXT("{1: 1}"), SYNTAX, 1, 2, 1, "", "a key in double quotes" },
    { TEXT("['a']"), SYNTAX, 1, 2, 1, "[0]", "double quotes" },
    { TEXT("]"), SYNTAX, 1, 1, 0, "", "a value is expected" },
    { TEXT("1 2"), SYNTAX, 1, 3, 2, "", "something follows the end" },
    { TEXT("{}{}"), SYNTAX, 1, 3, 2, "", "something follows the end" },
    { TEXT("1\0"), SYNTAX, 1, 2, 1, "", "something follows the end" },
    { TEXT("// c\n1"), SYNTAX, 1, 1, 0, "", "comments are not allowed" },
    { TEXT("[1, /* c */ 2]"), SYNTAX, 1, 5, 4, "[1]", "comments are not allowed" },
    { TEXT("+1"), SYNTAX, 1, 1, 0, "", "a value is expected" },
    { TEXT("01"), SYNTAX, 1, 2, 1, "", "must not begin with 0" },
    { TEXT("-01"), SYNTAX, 1, 3, 2, "", "must not begin with 0" },
    { TEXT("[1.]"), SYNTAX, 1, 4, 3, "[0]", "digits must follow '.'" },
    { TEXT(".5"), SYNTAX, 1, 1, 0, "", "a value is expected" },
    { TEXT("[1e]"), SYNTAX, 1, 4, 3, "[0]", "exponent" },
    { TEXT("[1e+]"), SYNTAX, 1, 5, 4, "[0]", "exponent" },
    { TEXT("[-]"), SYNTAX, 1, 3, 2, "[0]", "digits must follow '-'" },
    { TEXT("-NaN"), SYNTAX, 1, 2, 1, "", "digits must follow '-'" },
    { TEXT("0x10"), SYNTAX, 1, 2, 1, "", "something follows the end" },
    { TEXT("nul"), SYNTAX, 1, 1, 0, "", "a value is expected" },
    { TEXT("True"), SYNTAX, 1, 1, 0, "", "a value is expected" },
    { TEXT("truely"), SYNTAX, 1, 5, 4, "", "something follows the end" },
    { TEXT("\"abc"), SYNTAX, 1, 1, 0, "", "closing" },
    { TEXT("\"abc\\\""), SYNTAX, 1, 1, 0, "", "closing" },
    { TEXT("\"abc\\"), SYNTAX, 1, 1, 0, "", "closing" },
    { TEXT("\"a\nb\""), SYNTAX, 1, 3, 2, "", "control character" },
    { TEXT("\"a\0b\""), SYNTAX, 1, 3, 2, "", "control character" },
    { TEXT("\"\x1f\""), SYNTAX, 1, 2, 1, "", "control character" },
    { TEXT("\"\\x41\""), SYNTAX, 1, 2, 1, "", "unknown escape" },
    { TEXT("\"\\\0\""), SYNTAX, 1, 2, 1, "", "unknown escape" },
    { TEXT("\"\\u12\""), SYNTAX, 1, 2, 1, "", "four hexadecimal digits" },
    { TEXT("\"\\u12g4\""), SYNTAX, 1, 2, 1, "", "four hexadecimal digits" },
    { TEXT("\"\\ud83d\""), SYNTAX, 1, 2, 1, "", "first half" },
    { TEXT("\"\\ud83dx\""), SYNTAX, 1, 2, 1, "", "first half" },
    { TEXT("\"\\ud83d\\n\""), SYNTAX, 1, 2, 1, "", "first half" },
    { TEXT("\"\\ud83d\\u0041\""), SYNTAX, 1, 2, 1, "", "first half" },
    { TEXT("\"\\ud83d\\ud83d\""), SYNTAX, 1, 2, 1, "", "first half" },
    { TEXT("\"ä\\ude00\""), SYNTAX, 1, 3, 3, "", "second half" },
    { TEXT("\"a\xff\""), SYNTAX, 1, 3, 2, "", "not UTF-8" },
    { TEXT("\"\xc3\""), SYNTAX, 1, 2, 1, "", "not UTF-8" },
    { TEXT("\"\xed\xa0\x80\""), SYNTAX, 1, 2, 1, "", "not UTF-8" },
    { TEXT("\xff\xfe[\0]\0"), SYNTAX, 1, 1, 0, "", "a value is expected" }, /* UTF-16 */
    { TEXT("{\n \"a\": 1,\n \"b\": {\"c\": 2, \"c\": 3}\n}"), SCHEMA, 3, 16, 31, "b.c",
      "key 'c' is repeated at line 3, column 16; first at line 3, column 8" },
    { TEXT("[{\"a\": 1, \"\\u0061\": 2}]"), SCHEMA, 1, 11, 20, "[0].a", "key 'a' is repeated" },
    { TEXT("{\"a\\u0000b\": 1}"), SCHEMA, 1, 2, 1, "", "NUL" },
};

static void mistakes_have_places_and_paths(void **state)
{
    (void)state;
    check_mistakes(mistake_rows, sizeof mistake_rows / sizeof mistake_rows[0]);
}

static void every_repeated_key_is_reported(void **state)
{
    parsed p = parse(TEXT("{\"b\": 1, \"a\": {\"x\": 1, \"x\": 2}, \"b\": 2, \"a\": 3, \"b\": 4} x"));
    uint32_t i = 0;

    (void)state;
    assert_int_equal(p.status, SYNTAX);
    assert_diagnostic(p.diagnostics, i++, SCHEMA, 1, 24, "a.x", "first at line 1, column 16");
    assert_diagnostic(p.diagnostics, i++, SCHEMA, 1, 33, "b", "first at line 1, column 2");
    assert_diagnostic(p.diagnostics, i++, SCHEMA, 1, 41, "a", "first at line 1, column 10");
    assert_diagnostic(p.diagnostics, i++, SCHEMA, 1, 49, "b", "first at line 1, column 2");
    assert_diagnostic(p.diagnostics, i++, SYNTAX, 1, 57, "", "something follows");
    assert_count(edgeplan_diagnostics_count(p.diagnostics), i);
    release(&p);
}

/* Every beginning of a text that holds everything: none may be accepted or read beyond its end. */
static void no_beginning_is_accepted(void **state)
{
    static const char text[] = "{\"a\": [1.5e-3, -Infinity, null, \"\\ud83d\\ude00ä\\n\"], \"b\": {\"c\": true}}";

    (void)state;
    for (size_t length = 0; length < sizeof text - 1; length++) {
        parsed p = parse(text, length);

        assert_int_equal(p.status, SYNTAX);
        release(&p);
    }
}

/* ---- Limits ---- */

static void limits_are_kept(void **state)
{
    const edgeplan_limits limits = { sizeof limits, 0, 0, 40, 3, 6 };
    static const mistake_row rows[] = {
        { TEXT("[[[1, 2, 3]]]"), EDGEPLAN_OK, 0, 0, 0, NULL, NULL },
        { TEXT("{\"a\": [[{}]]}"), EDGEPLAN_ERROR_LIMIT, 1, 9, 8, "a[0][0]", "nested deeper than the limit of 3 levels" },
        { TEXT("[1, 2, 3, 4, 5]"), EDGEPLAN_OK, 0, 0, 0, NULL, NULL },
        { TEXT("[1, 2, 3, 4, 5, 6]"), EDGEPLAN_ERROR_LIMIT, 1, 17, 16, "[5]", "more than the limit of 6 values" },
        { TEXT("\"23456789012345678901234567890123456789\""), EDGEPLAN_OK, 0, 0, 0, NULL, NULL },
        { TEXT("\"234567890123456789012345678901234567890\""), EDGEPLAN_ERROR_LIMIT, 0, 0, 0, "", "larger than the limit of 40 bytes" },
    };

    (void)state;
    check_limits(&limits, rows, sizeof rows / sizeof rows[0]);
}

static void the_deepest_nesting_is_read(void **state)
{
    const edgeplan_limits limits = { sizeof limits, 0, 0, 0, 64, 0 };
    edgeplan_context *context = NULL;
    char text[130];

    (void)state;
    assert_int_equal(edgeplan_context_new(NULL, NULL, NULL, &limits, &context), EDGEPLAN_OK);
    memset(text, '[', 65);
    memset(text + 65, ']', 65);
    for (size_t extra = 0; extra < 2; extra++) {
        parsed p = parse_in(context, text + 1 - extra, 128 + 2 * extra);

        assert_int_equal(p.status, extra == 0 ? EDGEPLAN_OK : EDGEPLAN_ERROR_LIMIT);
        release(&p);
    }
    edgeplan_context_unref(context);
}

static void hostile_texts_end_soon(void **state)
{
    static const struct { const char *piece; edgeplan_status status; } rows[] = {
        { "[", EDGEPLAN_ERROR_LIMIT },
        { "{\"\":", EDGEPLAN_ERROR_LIMIT },
        { "[{\"a\":", EDGEPLAN_ERROR_LIMIT },
        { "\"", EDGEPLAN_ERROR_SYNTAX },
        { "\\", EDGEPLAN_ERROR_SYNTAX },
        { "1", EDGEPLAN_OK },
        { " ", EDGEPLAN_ERROR_SYNTAX },
    };
    enum { BYTES = 100000 };
    char *text = malloc(BYTES);

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double begin, seconds;
        parsed p;

        for (size_t at = 0; at < BYTES; at++)
            text[at] = rows[i].piece[at % strlen(rows[i].piece)];
        begin = test_seconds();
        p = parse(text, BYTES);
        seconds = test_seconds() - begin;
        assert_int_equal(p.status, rows[i].status);
        assert_true(seconds < 0.2);
        release(&p);
    }
    free(text);
}

/* One line with 100,000 keys: neither the check for repeated keys nor the columns may be quadratic. */
static void many_keys_are_checked_soon(void **state)
{
    enum { KEYS = 100000, BYTES = 11 };
    char *text = malloc(KEYS * BYTES + 1);
    double begin;
    parsed p;

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < KEYS; i++) {
        size_t number = i * 7919 % KEYS; /* no order */

        memcpy(text + i * BYTES, ",\"k00000\":1", BYTES);
        for (size_t digit = 7; digit > 2; digit--, number /= 10)
            text[i * BYTES + digit] = (char)('0' + number % 10);
    }
    text[0] = '{';
    text[KEYS * BYTES] = '}';
    begin = test_seconds();
    p = parse(text, KEYS * BYTES + 1);
    assert_int_equal(p.status, EDGEPLAN_OK);
    assert_true(test_seconds() - begin < 2);
    assert_count(p.root->count, KEYS);
    assert_string_equal(p.root->entries[3].key, "k23757");
    assert_count(p.root->entries[99999].column, 99999 * BYTES + 2);
    release(&p);

    begin = test_seconds();
    for (size_t i = 0; i < KEYS; i++)
        memcpy(text + i * BYTES + 2, "k00000", 6);
    p = parse(text, KEYS * BYTES + 1);
    assert_int_equal(p.status, SCHEMA);
    assert_true(test_seconds() - begin < 2);
    assert_count(edgeplan_diagnostics_count(p.diagnostics), 64);
    assert_count(edgeplan_diagnostics_dropped(p.diagnostics), KEYS - 1 - 64);
    release(&p);
    free(text);
}

/* ---- Memory ---- */

static void failing_allocations_are_survived(void **state)
{
    static char text[16000];
    static const char piece[] = "{\"a\": [1, \"b\", null], \"c\": {\"d\": true}},";
    size_t length = 1;

    (void)state;
    text[0] = '[';
    for (; length + sizeof piece < sizeof text; length += sizeof piece - 1)
        memcpy(text + length, piece, sizeof piece);
    text[length - 1] = ']';
    assert_true(test_sweep_allocations(parse_some, text) > 100); /* a key check for each of 410 pieces */

    memset(text, '1', sizeof text - 1); /* scalars larger than an arena's first block */
    memcpy(text, "[\"", 2);
    memcpy(text + sizeof text / 2, "\", ", 3);
    text[sizeof text - 2] = ']';
    assert_true(test_sweep_allocations(parse_some, text) >= 4); /* diagnostics, nodes, both scalars */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_are_read),
        cmocka_unit_test(a_tree_with_places),
        cmocka_unit_test(a_key_may_be_long),
        cmocka_unit_test(mistakes_have_places_and_paths),
        cmocka_unit_test(every_repeated_key_is_reported),
        cmocka_unit_test(no_beginning_is_accepted),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(the_deepest_nesting_is_read),
        cmocka_unit_test(hostile_texts_end_soon),
        cmocka_unit_test(many_keys_are_checked_soon),
        cmocka_unit_test(failing_allocations_are_survived),
    };

    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
