#include "support.h"

#include <math.h>
#include <string.h>

#include "report/json_writer.h"

#define ROOM 256

typedef struct page {
    char buffer[ROOM];
    ep_text text;
    ep_json_writer json;
} page;

static ep_json_writer *begin(page *p)
{
    ep_text_init(&p->text, p->buffer, sizeof p->buffer);
    ep_json_begin(&p->json, &p->text);
    return &p->json;
}

static void test_strings(void **state)
{
    static const struct {
        const char *string, *json;
    } rows[] = {
        { "", "\"\"" },
        { "plain", "\"plain\"" },
        { "say \"hi\"", "\"say \\\"hi\\\"\"" },
        { "back\\slash", "\"back\\\\slash\"" },
        { "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"" },
        { "\x01\x1f\x7f", "\"\\u0001\\u001f\x7f\"" },
        { "a/b", "\"a/b\"" },
        { "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80", "\"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80\"" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        page p;

        ep_json_string(begin(&p), rows[i].string);
        assert_string_equal(p.buffer, rows[i].json);
    }
}

/* What is no UTF-8 must not make the document unreadable. */
static void test_bytes_that_are_no_utf8(void **state)
{
    static const struct {
        const char *string, *json;
    } rows[] = {
        { "\xff", "\"\xef\xbf\xbd\"" },                                            /* never a first byte */
        { "\x80z", "\"\xef\xbf\xbdz\"" },                                          /* continuation alone */
        { "\xc3", "\"\xef\xbf\xbd\"" },                                            /* cut off */
        { "\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },                            /* cut off */
        { "\xc3\"", "\"\xef\xbf\xbd\\\"\"" },                                      /* cut off before a quote: that is escaped */
        { "\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },                            /* overlong */
        { "\xe0\x80\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },            /* overlong */
        { "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },            /* surrogate */
        { "\xf4\x90\x80\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" }, /* above U+10FFFF */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        page p;

        ep_json_string(begin(&p), rows[i].string);
        assert_string_equal(p.buffer, rows[i].json);
    }
}

static void test_values(void **state)
{
    page p;
    ep_json_writer *json = begin(&p);

    (void)state;
    ep_json_array(json);
    ep_json_null(json);
    ep_json_bool(json, 1);
    ep_json_bool(json, 0);
    ep_json_count(json, 0);
    ep_json_count(json, (UINT64_C(1) << 53) - 1);
    ep_json_number(json, 14.5);
    ep_json_number(json, -0.25);
    ep_json_number(json, 60e9);
    ep_json_number(json, 0.1);
    ep_json_string(json, NULL);
    ep_json_word(json, "");
    ep_json_word(json, NULL);
    ep_json_word(json, "w");
    ep_json_count_or_null(json, 7, 0);
    ep_json_count_or_null(json, 7, 1);
    ep_json_number_or_null(json, 7.5, 0);
    ep_json_array_end(json);
    assert_string_equal(p.buffer,
                        "[null,true,false,0,9007199254740991,14.5,-0.25,60000000000,0.1,null,null,null,\"w\",null,7,null]");
}

static void test_no_nan(void **state)
{
    static const double values[] = { NAN, -NAN, INFINITY, -INFINITY };

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        page p;

        ep_json_number(begin(&p), values[i]);
        assert_string_equal(p.buffer, "null");
    }
}

static void test_commas(void **state)
{
    page p;
    ep_json_writer *json = begin(&p);

    (void)state;
    ep_json_object(json);
    ep_json_key(json, "empty");
    ep_json_array(json);
    ep_json_array_end(json);
    ep_json_key(json, "list");
    ep_json_array(json);
    ep_json_object(json);
    ep_json_object_end(json);
    ep_json_object(json);
    ep_json_key(json, "a\n");
    ep_json_count(json, 1);
    ep_json_key(json, "b");
    ep_json_null(json);
    ep_json_object_end(json);
    ep_json_count(json, 2);
    ep_json_array_end(json);
    ep_json_key(json, "last");
    ep_json_bool(json, 1);
    ep_json_object_end(json);
    assert_string_equal(p.buffer, "{\"empty\":[],\"list\":[{},{\"a\\n\":1,\"b\":null},2],\"last\":true}");
}

/* Counting and writing agree, and a cut text is terminated. */
static void test_two_calls(void **state)
{
    page p, counted;
    char small[5];
    ep_json_writer *json = begin(&p);

    (void)state;
    ep_json_string(json, "\"abc\"");
    ep_text_init(&counted.text, NULL, 0);
    ep_json_begin(&counted.json, &counted.text);
    ep_json_string(&counted.json, "\"abc\"");
    assert_count(counted.text.length, strlen(p.buffer));
    ep_text_init(&counted.text, small, sizeof small);
    ep_json_begin(&counted.json, &counted.text);
    ep_json_string(&counted.json, "\"abc\"");
    assert_count(counted.text.length, strlen(p.buffer));
    assert_string_equal(small, "\"\\\"a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strings), cmocka_unit_test(test_bytes_that_are_no_utf8), cmocka_unit_test(test_values),
        cmocka_unit_test(test_no_nan),  cmocka_unit_test(test_commas),                 cmocka_unit_test(test_two_calls),
    };

    return cmocka_run_group_tests_name("report/json", tests, NULL, NULL);
}
