#include "support.h"

#include <locale.h>
#include <math.h>
#include <string.h>

#include "base/number.h"

#define TINY 0x1p-1074            /* smallest subnormal */
#define NORMAL 0x1p-1022          /* smallest normal */
#define LARGEST 0x1.fffffffffffffp1023

/* Hexadecimal values are Python's float.hex() of the same text: no decimal reader of the compiler takes part. */
typedef struct read_row {
    const char *text;
    edgeplan_status status;
    double value;
} read_row;

static const read_row read_rows[] = {
    { "0", EDGEPLAN_OK, 0 },
    { "-0", EDGEPLAN_OK, 0 },
    { "0.000", EDGEPLAN_OK, 0 },
    { "0e99999999999999999999", EDGEPLAN_OK, 0 },
    { "00000000000000000000000001", EDGEPLAN_OK, 1 },
    { "1", EDGEPLAN_OK, 1 },
    { "-1", EDGEPLAN_OK, -1 },
    { "204.8", EDGEPLAN_OK, 0x1.999999999999ap+7 },
    { "0.1", EDGEPLAN_OK, 0x1.999999999999ap-4 },
    { "1e-22", EDGEPLAN_OK, 0x1.e392010175ee6p-74 },
    { "1e22", EDGEPLAN_OK, 0x1.0f0cf064dd592p+73 },
    { "1E+22", EDGEPLAN_OK, 0x1.0f0cf064dd592p+73 },
    { "1.5e-07", EDGEPLAN_OK, 0x1.421f5f40d8376p-23 },
    { "999999999999999", EDGEPLAN_OK, 0x1.c6bf52633fff8p+49 },
    { "0.999999999999999", EDGEPLAN_OK, 0x1.ffffffffffff7p-1 },
    { "999999999999999e22", EDGEPLAN_OK, 0x1.e17b843576913p+122 },
    { "-123456.789012345", EDGEPLAN_OK, -0x1.e240c9fcb689fp+16 },
    { "100000000000000000000", EDGEPLAN_OK, 0x1.5af1d78b58c40p+66 },
    { "1.000000000000000000000000000000", EDGEPLAN_OK, 1 },
    { "10000000000000000000000.0", EDGEPLAN_OK, 0x1.0f0cf064dd592p+73 },
    { "0.0000000000000000000001", EDGEPLAN_OK, 0x1.e392010175ee6p-74 },
    { "1234567890123456", EDGEPLAN_ERROR_RANGE, 0 },
    { "1.000000000000001", EDGEPLAN_ERROR_RANGE, 0 },
    { "1e23", EDGEPLAN_ERROR_RANGE, 0 },
    { "10e22", EDGEPLAN_ERROR_RANGE, 0 },
    { "1e-23", EDGEPLAN_ERROR_RANGE, 0 },
    { "0.1e-22", EDGEPLAN_ERROR_RANGE, 0 },
    { "1e99999999999999999999", EDGEPLAN_ERROR_RANGE, 0 },
    { "1e-99999999999999999999", EDGEPLAN_ERROR_RANGE, 0 },
    { "", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "-", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "--1", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "+1", EDGEPLAN_ERROR_SYNTAX, 0 },
    { ".5", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "5.", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "1..2", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "1.2.3", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "1,5", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "1_000", EDGEPLAN_ERROR_SYNTAX, 0 },
    { " 1", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "1 ", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "1e", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "1e+", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "1e1.5", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "e5", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "0x10", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "inf", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "nan", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "12345678901234567890x", EDGEPLAN_ERROR_SYNTAX, 0 },
};

static void numbers_are_read_exactly(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof read_rows / sizeof read_rows[0]; i++) {
        const read_row *row = &read_rows[i];
        double value = 99;
        edgeplan_status status = ep_number_read(row->text, strlen(row->text), &value);

        if (status != row->status || value != row->value || signbit(value) != signbit(row->value))
            print_error("'%s': %s, %a, expected %s, %a\n", row->text, edgeplan_status_name(status), value,
                        edgeplan_status_name(row->status), row->value);
        assert_int_equal(status, row->status);
        assert_true(value == row->value);
    }
}

static void only_the_length_given_is_read(void **state)
{
    double value;
    uint64_t count;

    (void)state;
    assert_int_equal(ep_number_read("1234", 2, &value), EDGEPLAN_OK);
    assert_true(value == 12);
    assert_int_equal(ep_number_read("1\0002", 3, &value), EDGEPLAN_ERROR_SYNTAX);
    assert_int_equal(ep_number_read(NULL, 0, &value), EDGEPLAN_ERROR_SYNTAX);
    assert_int_equal(ep_count_read("1234", 2, &count), EDGEPLAN_OK);
    assert_count(count, 12);
}

typedef struct count_row {
    const char *text;
    edgeplan_status status;
    uint64_t value;
} count_row;

static const count_row count_rows[] = {
    { "0", EDGEPLAN_OK, 0 },
    { "007", EDGEPLAN_OK, 7 },
    { "9007199254740993", EDGEPLAN_OK, UINT64_C(9007199254740993) }, /* 2^53 + 1, which a double cannot hold */
    { "18446744073709551615", EDGEPLAN_OK, UINT64_MAX },
    { "000000000000000018446744073709551615", EDGEPLAN_OK, UINT64_MAX },
    { "18446744073709551616", EDGEPLAN_ERROR_RANGE, 0 },
    { "99999999999999999999999999", EDGEPLAN_ERROR_RANGE, 0 },
    { "", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "-1", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "+1", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "1.0", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "1e3", EDGEPLAN_ERROR_SYNTAX, 0 },
    { "99999999999999999999999999x", EDGEPLAN_ERROR_SYNTAX, 0 },
};

static void counts_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof count_rows / sizeof count_rows[0]; i++) {
        const count_row *row = &count_rows[i];
        uint64_t value = 99;

        assert_int_equal(ep_count_read(row->text, strlen(row->text), &value), row->status);
        assert_count(value, row->value);
    }
}

/* Texts are Python's: repr(v) where that has up to 15 digits, else format(v, '.15g'), without exponent from 1e-6 to 1e15. */
typedef struct write_row {
    double value;
    const char *text;
} write_row;

static const write_row write_rows[] = {
    { 0.0, "0" },
    { -0.0, "0" },
    { 1, "1" },
    { -1, "-1" },
    { 10, "10" },
    { 1024, "1024" },
    { 0.5, "0.5" },
    { 12.5, "12.5" },
    { 0.1, "0.1" },
    { 204.8, "204.8" },
    { 0x1.5555555555555p-2, "0.333333333333333" },
    { 0x1.3333333333334p-2, "0.3" },              /* 0.1 + 0.2 */
    { 0x1.fffffffffffffp-1, "1" },                /* 1 - 2^-53 */
    { 0x1.6a09e667f3bcdp+0, "1.4142135623731" },  /* sqrt 2: the 15th digit rounds to 0 */
    { 123456789.123456789, "123456789.123457" },
    { 0x1.0c6f7a0b5ed8dp-20, "0.000001" },        /* the double nearest to 1e-6 lies below it */
    { 0x1.0c6f7a0b5ed8cp-20, "1e-06" },           /* and the one before that is no longer 1e-6 */
    { 1e-7, "1e-07" },
    { 1.5e-7, "1.5e-07" },
    { 0.00000123456789012345, "0.00000123456789012345" },
    { 999999999999999, "999999999999999" },
    { 999999999999999.875, "1000000000000000" }, /* below 1e15, so without exponent */
    { 1e15, "1e+15" },
    { 0x1p53, "9.00719925474099e+15" },
    { 1e20, "1e+20" },
    { 1e22, "1e+22" },
    { 6.02214076e23, "6.02214076e+23" },
    { 100000000000000.5, "100000000000000" },     /* a tie goes to the even digit */
    { 100000000000001.5, "100000000000002" },
    { 0x1p-44, "5.6843418860808e-14" },
    { LARGEST, "1.79769313486232e+308" },
    { -LARGEST, "-1.79769313486232e+308" },
    { NORMAL, "2.2250738585072e-308" },
    { TINY, "5e-324" },
    { 2 * TINY, "1e-323" },
    { 0x0.8p-1022, "1.1125369292536e-308" },
};

static void numbers_are_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof write_rows / sizeof write_rows[0]; i++) {
        char buffer[EP_NUMBER_SIZE];
        size_t length = ep_number_write(write_rows[i].value, buffer);

        assert_string_equal(buffer, write_rows[i].text);
        assert_count(length, strlen(buffer));
    }
}

static void what_is_not_finite_is_not_written(void **state)
{
    const double values[] = { INFINITY, -INFINITY, NAN };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        char buffer[EP_NUMBER_SIZE] = "x";

        assert_count(ep_number_write(values[i], buffer), 0);
        assert_string_equal(buffer, "");
    }
}

/* Any decimal of up to 15 digits comes back as the same text: read, write, compare. */
static void decimals_survive(void **state)
{
    uint64_t random = 88172645463325252u;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        char text[EP_NUMBER_SIZE], again[EP_NUMBER_SIZE];
        double value, back;
        int exponent;

        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        exponent = (int)(random % 12);
        value = (double)(random >> 16 & 0x3fffffffffff) / 4096; /* up to 2^34 with 12 binary places */
        for (int k = 0; k < exponent; k++)
            value /= 10;
        assert_true(ep_number_write(value, text) > 0);
        assert_int_equal(ep_number_read(text, strlen(text), &back), EDGEPLAN_OK);
        assert_near(back, value, 5.2e-15);
        assert_true(ep_number_write(back, again) > 0);
        assert_string_equal(again, text);
    }
}

static void counts_are_written(void **state)
{
    char buffer[EP_NUMBER_SIZE];

    (void)state;
    assert_count(ep_count_write(0, buffer), 1);
    assert_string_equal(buffer, "0");
    assert_count(ep_count_write(UINT64_MAX, buffer), 20);
    assert_string_equal(buffer, "18446744073709551615");
}

static void a_locale_with_a_decimal_comma_changes_nothing(void **state)
{
    static const char *const names[] = { "de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8", "German_Germany.1252" };
    const char *set = NULL;
    char buffer[EP_NUMBER_SIZE];
    double value;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && set == NULL; i++)
        set = setlocale(LC_ALL, names[i]);
    if (set == NULL) {
        print_message("missing: a locale with a decimal comma, such as de_DE.UTF-8\n");
        skip();
    }
    assert_string_equal(localeconv()->decimal_point, ",");
    assert_int_equal(ep_number_read("204.8", 5, &value), EDGEPLAN_OK);
    assert_true(value == 204.8);
    assert_int_equal(ep_number_read("204,8", 5, &value), EDGEPLAN_ERROR_SYNTAX);
    assert_count(ep_number_write(51.25, buffer), 5);
    assert_string_equal(buffer, "51.25");
    setlocale(LC_ALL, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_exactly),
        cmocka_unit_test(only_the_length_given_is_read),
        cmocka_unit_test(counts_are_read),
        cmocka_unit_test(numbers_are_written),
        cmocka_unit_test(what_is_not_finite_is_not_written),
        cmocka_unit_test(decimals_survive),
        cmocka_unit_test(counts_are_written),
        cmocka_unit_test(a_locale_with_a_decimal_comma_changes_nothing),
    };

    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
