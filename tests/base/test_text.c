#include "support.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"

static void add_everything(ep_text *text)
{
    ep_text_add(text, "a");
    ep_text_add(text, NULL);
    ep_text_add(text, "");
    ep_text_add_n(text, "bcXX", 2);
    ep_text_add_n(text, NULL, 0);
    ep_text_add_char(text, '=');
    ep_text_add_count(text, UINT64_MAX);
    ep_text_add_char(text, ';');
    ep_text_add_number(text, 0.25);
    ep_text_add_number(text, INFINITY); /* adds nothing */
    ep_text_add_char(text, ';');
    ep_text_add_bytes(text, 6440000000);
}

static const char everything[] = "abc=18446744073709551615;0.25;6.44 GB";

static void text_is_built(void **state)
{
    char buffer[100];
    ep_text text;

    (void)state;
    ep_text_init(&text, buffer, sizeof buffer);
    assert_string_equal(buffer, "");
    add_everything(&text);
    assert_string_equal(buffer, everything);
    assert_count(text.length, strlen(everything));
}

static void text_is_only_counted(void **state)
{
    ep_text text;

    (void)state;
    ep_text_init(&text, NULL, 100);
    add_everything(&text);
    assert_count(text.length, strlen(everything));
}

static void text_is_cut_at_every_size(void **state)
{
    (void)state;
    for (size_t size = 0; size <= sizeof everything; size++) {
        char buffer[sizeof everything + 8];
        size_t kept = size > 0 ? size - 1 : 0;
        ep_text text;

        memset(buffer, '#', sizeof buffer);
        ep_text_init(&text, buffer, size);
        add_everything(&text);
        assert_count(text.length, strlen(everything));
        assert_memory_equal(buffer, everything, kept);
        if (size > 0)
            assert_int_equal(buffer[kept], '\0');
        assert_int_equal(buffer[size], '#');
    }
}

/* Three digits, ties away from zero, GB = 1e9 (IEC 80000-13 leaves GiB to 2^30). */
static const struct { uint64_t bytes; const char *text; } bytes_rows[] = {
    { 0, "0 B" },
    { 1, "1 B" },
    { 999, "999 B" },
    { 1000, "1.00 kB" },
    { 1004, "1.00 kB" },
    { 1005, "1.01 kB" },
    { 9994, "9.99 kB" },
    { 9995, "10.0 kB" },
    { 99949, "99.9 kB" },
    { 99950, "100 kB" },
    { 999499, "999 kB" },
    { 999500, "1.00 MB" },
    { 6442450944, "6.44 GB" }, /* 6 GiB */
    { 999499999999, "999 GB" },
    { 999500000000, "1.00 TB" },
    { UINT64_C(9007199254740991), "9.01 PB" },
    { UINT64_MAX, "18.4 EB" },
};

static void bytes_are_for_people(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bytes_rows / sizeof bytes_rows[0]; i++) {
        char buffer[32];
        ep_text text;

        ep_text_init(&text, buffer, sizeof buffer);
        ep_text_add_bytes(&text, bytes_rows[i].bytes);
        assert_string_equal(buffer, bytes_rows[i].text);
    }
}

static void texts_are_compared(void **state)
{
    (void)state;
    assert_true(ep_equal("ram", "ram"));
    assert_false(ep_equal("ram", "ra"));
    assert_false(ep_equal("ram", NULL));
    assert_false(ep_equal(NULL, ""));
    assert_true(ep_equal(NULL, NULL));
    assert_true(ep_equal_n("rampart", 3, "ram"));
    assert_false(ep_equal_n("ram", 3, "rampart"));
    assert_false(ep_equal_n("ram\0", 4, "ram"));
    assert_true(ep_equal_n("", 0, ""));
    assert_false(ep_equal_n(NULL, 0, ""));
    assert_false(ep_equal_n("", 0, NULL));
    assert_true(ep_equal_n(NULL, 0, NULL));
}

/* Rows after the tables of well-formed UTF-8 in the Unicode Standard, 3.9 (table 3-7). */
static const struct { const char *text; size_t length, size; } utf8_rows[] = {
    { "A", 1, 1 },
    { "\0", 1, 1 },
    { "\x7f", 1, 1 },
    { "\x80", 1, 0 },
    { "\xbf", 1, 0 },
    { "\xc0\x80", 2, 0 }, /* overlong NUL */
    { "\xc1\xbf", 2, 0 },
    { "\xc2\x80", 2, 2 },
    { "\xc3\xa4z", 3, 2 },
    { "\xc3", 1, 0 },
    { "\xc3z", 2, 0 },
    { "\xe0\x9f\xbf", 3, 0 }, /* overlong */
    { "\xe0\xa0\x80", 3, 3 },
    { "\xe2\x82", 2, 0 },
    { "\xed\x9f\xbf", 3, 3 },
    { "\xed\xa0\x80", 3, 0 }, /* U+D800 */
    { "\xed\xbf\xbf", 3, 0 }, /* U+DFFF */
    { "\xef\xbf\xbf", 3, 3 },
    { "\xf0\x8f\xbf\xbf", 4, 0 }, /* overlong */
    { "\xf0\x90\x80\x80", 4, 4 },
    { "\xf4\x8f\xbf\xbf", 4, 4 }, /* U+10FFFF */
    { "\xf4\x90\x80\x80", 4, 0 }, /* U+110000 */
    { "\xf5\x80\x80\x80", 4, 0 },
    { "\xff", 1, 0 },
};

static void utf8_is_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof utf8_rows / sizeof utf8_rows[0]; i++) {
        size_t size = ep_utf8_bytes(utf8_rows[i].text, utf8_rows[i].length);

        if (size != utf8_rows[i].size)
            print_error("row %u\n", (unsigned)i);
        assert_count(size, utf8_rows[i].size);
    }
}

/* What is written is well-formed, as long as its size says, and in the order of the code points. */
static void utf8_is_written(void **state)
{
    char before[5] = "", now[5];

    (void)state;
    for (uint32_t point = 1; point <= 0x10ffff; point++) {
        size_t size;

        if (point >= 0xd800 && point <= 0xdfff)
            continue;
        size = ep_utf8_write(point, now);
        now[size] = '\0';
        if (ep_utf8_bytes(now, size) != size || strcmp(before, now) >= 0)
            fail();
        memcpy(before, now, sizeof before);
    }
    assert_string_equal(now, "\xf4\x8f\xbf\xbf");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_built),
        cmocka_unit_test(text_is_only_counted),
        cmocka_unit_test(text_is_cut_at_every_size),
        cmocka_unit_test(bytes_are_for_people),
        cmocka_unit_test(texts_are_compared),
        cmocka_unit_test(utf8_is_checked),
        cmocka_unit_test(utf8_is_written),
    };

    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
