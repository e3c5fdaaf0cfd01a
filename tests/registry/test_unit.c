#include "support.h"

#include <string.h>

#include "registry/unit.h"

static const struct {
    const char *text;
    ep_unit_dimension dimension;
    double value;
} good[] = {
    {"512", EP_UNIT_COUNT, 512},
    {"0.65", EP_UNIT_SHARE, 0.65},
    {"-1", EP_UNIT_TOKEN_COUNT, -1},
    {"4096 tokens", EP_UNIT_TOKEN_COUNT, 4096},
    {"40", EP_UNIT_BIT_COUNT, 40},
    {"40 bit", EP_UNIT_BIT_COUNT, 40},
    {"4096 tokens", EP_UNIT_TOKENS, 4096},
    {"1 B", EP_UNIT_BYTES, 1},
    {"2 kB", EP_UNIT_BYTES, 2000},
    {"2 MB", EP_UNIT_BYTES, 2e6},
    {"6.44 GB", EP_UNIT_BYTES, 6440000000.0},
    {"1.5 TB", EP_UNIT_BYTES, 1.5e12},
    {"1 KiB", EP_UNIT_BYTES, 1024},
    {"1.5 MiB", EP_UNIT_BYTES, 1572864},
    {"8 GiB", EP_UNIT_BYTES, 8589934592.0},
    {"2 TiB", EP_UNIT_BYTES, 2199023255552.0},
    {"900 MB/s", EP_UNIT_BYTES_PER_SECOND, 9e8},
    {"67.2 GB/s", EP_UNIT_BYTES_PER_SECOND, 67200000000.0},
    {"8 TB/s", EP_UNIT_BYTES_PER_SECOND, 8e12},
    {"680 Gflop/s", EP_UNIT_OPERATIONS_PER_SECOND, 6.8e11},
    {"2.15 Tflop/s", EP_UNIT_OPERATIONS_PER_SECOND, 2150000000000.0},
    {"3 Gop/s", EP_UNIT_OPERATIONS_PER_SECOND, 3e9},
    {"45 Top/s", EP_UNIT_OPERATIONS_PER_SECOND, 4.5e13},
    {"48.97 tok/s", EP_UNIT_TOKENS_PER_SECOND, 48.97},
    {"35 us", EP_UNIT_SECONDS, 0.000035},
    {"3.2 ms", EP_UNIT_SECONDS, 0.0032},
    {"120 s", EP_UNIT_SECONDS, 120},
    {"15 W", EP_UNIT_WATTS, 15},
    {"800 MHz", EP_UNIT_HERTZ, 8e8},
    {"4.05 GHz", EP_UNIT_HERTZ, 4050000000.0},
    {"4 bit", EP_UNIT_BITS, 4},
    {"0.0239 nat", EP_UNIT_NATS, 0.0239},
    {"8  GiB", EP_UNIT_BYTES, 8589934592.0},
    {"6e1 GB/s", EP_UNIT_BYTES_PER_SECOND, 6e10},
};

/* Exact: the double that the compiler makes of the decimal. */
static void quantities_are_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        double value = -7;
        ep_quantity_fault fault = ep_quantity_read(good[i].text, strlen(good[i].text), good[i].dimension, &value);
        if (fault != EP_QUANTITY_FINE || value < good[i].value || value > good[i].value) {
            print_error("%s: fault %d, %.17g\n", good[i].text, (int)fault, value);
            fail();
        }
    }
}

static const struct {
    const char *text;
    ep_unit_dimension dimension;
    ep_quantity_fault fault;
} bad[] = {
    {"", EP_UNIT_COUNT, EP_QUANTITY_NO_NUMBER},
    {"many", EP_UNIT_COUNT, EP_QUANTITY_NO_NUMBER},
    {"many GB", EP_UNIT_BYTES, EP_QUANTITY_NO_NUMBER},
    {"8GiB", EP_UNIT_BYTES, EP_QUANTITY_NO_NUMBER},
    {" 8 GiB", EP_UNIT_BYTES, EP_QUANTITY_NO_NUMBER},
    {"0x10 B", EP_UNIT_BYTES, EP_QUANTITY_NO_NUMBER},
    {"nan B", EP_UNIT_BYTES, EP_QUANTITY_NO_NUMBER},
    {"inf", EP_UNIT_COUNT, EP_QUANTITY_NO_NUMBER},
    {"60", EP_UNIT_BYTES_PER_SECOND, EP_QUANTITY_UNIT_MISSING},
    {"4096", EP_UNIT_TOKENS, EP_QUANTITY_UNIT_MISSING},
    {"60 GB", EP_UNIT_BYTES_PER_SECOND, EP_QUANTITY_UNIT_WRONG},
    {"60 gb/s", EP_UNIT_BYTES_PER_SECOND, EP_QUANTITY_UNIT_WRONG},
    {"60 ", EP_UNIT_BYTES_PER_SECOND, EP_QUANTITY_UNIT_WRONG},
    {"60 GB/s ", EP_UNIT_BYTES_PER_SECOND, EP_QUANTITY_UNIT_WRONG},
    {"4 bit", EP_UNIT_COUNT, EP_QUANTITY_UNIT_UNWANTED},
    {"65 %", EP_UNIT_SHARE, EP_QUANTITY_UNIT_UNWANTED},
    {"1234567890.1234567", EP_UNIT_NUMBER, EP_QUANTITY_DIGITS},
    {"1234567890.1234567 GB", EP_UNIT_BYTES, EP_QUANTITY_DIGITS},
};

static void mistakes_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        double value = -7;
        ep_quantity_fault fault = ep_quantity_read(bad[i].text, strlen(bad[i].text), bad[i].dimension, &value);
        if (fault != bad[i].fault || value < 0 || value > 0) {
            print_error("'%s': fault %d, %g\n", bad[i].text, (int)fault, value);
            fail();
        }
    }
}

/* A text need not end in NUL. */
static void the_length_is_kept(void **state)
{
    double value;

    (void)state;
    assert_int_equal(ep_quantity_read("8 GiB/s", 5, EP_UNIT_BYTES, &value), EP_QUANTITY_FINE);
    assert_near(value, 8589934592.0, 0);
    assert_int_equal(ep_quantity_read("123456", 3, EP_UNIT_COUNT, &value), EP_QUANTITY_FINE);
    assert_near(value, 123, 0);
}

static void units_are_listed(void **state)
{
    char buffer[64];
    ep_text text;

    (void)state;
    ep_text_init(&text, buffer, sizeof buffer);
    ep_unit_list(EP_UNIT_BYTES_PER_SECOND, &text);
    assert_string_equal(buffer, "MB/s, GB/s, TB/s");
    ep_text_init(&text, buffer, sizeof buffer);
    ep_unit_list(EP_UNIT_SHARE, &text);
    assert_count(text.length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantities_are_exact),
        cmocka_unit_test(mistakes_are_told_apart),
        cmocka_unit_test(the_length_is_kept),
        cmocka_unit_test(units_are_listed),
    };
    return cmocka_run_group_tests_name("unit", tests, NULL, NULL);
}
