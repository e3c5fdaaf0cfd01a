#include "support.h"

#include "base/checked.h"

#define MAX EP_MAX_COUNT
#define OVER UINT64_MAX

typedef struct row {
    uint64_t a, b, sum, product, quotient, rounded; /* rounded: a up to a multiple of b */
} row;

/* 2^53 = 9007199254740992; 3 × 3002399751580330 = 9007199254740990 (Python). */
static const row rows[] = {
    { 0, 0, 0, 0, OVER, 0 },
    { 7, 0, 7, 0, OVER, 7 },
    { 7, 1, 8, 7, 7, 7 },
    { 7, 4, 11, 28, 2, 8 },
    { 8, 4, 12, 32, 2, 8 },
    { 0, 4, 4, 0, 0, 0 },
    { MAX, 1, OVER, MAX, MAX, MAX },
    { MAX, 0, MAX, 0, OVER, MAX },
    { MAX - 1, 1, MAX, MAX - 1, MAX - 1, MAX - 1 },
    { MAX, 2, OVER, OVER, UINT64_C(4503599627370496), OVER },
    { UINT64_C(3002399751580330), 3, UINT64_C(3002399751580333), UINT64_C(9007199254740990), UINT64_C(1000799917193444),
      UINT64_C(3002399751580332) },
    { UINT64_C(3002399751580331), 3, UINT64_C(3002399751580334), OVER, UINT64_C(1000799917193444), UINT64_C(3002399751580332) },
    { UINT64_C(4294967296), UINT64_C(4294967296), UINT64_C(8589934592), OVER, 1, UINT64_C(4294967296) },
    { OVER, 1, OVER, OVER, OVER, OVER },
    { OVER, OVER, OVER, OVER, 1, OVER },
    { OVER, 0, OVER, 0, OVER, OVER }, /* nothing of something unknown is nothing */
};

static void arithmetic_saturates(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const row *r = &rows[i];

        assert_count(ep_add(r->a, r->b), r->sum);
        assert_count(ep_add(r->b, r->a), r->sum);
        assert_count(ep_mul(r->a, r->b), r->product);
        assert_count(ep_mul(r->b, r->a), r->product);
        assert_count(ep_ceil_div(r->a, r->b), r->quotient);
        assert_count(ep_round_up(r->a, r->b), r->rounded);
    }
}

static void overflow_stays(void **state)
{
    uint64_t sum = ep_add(MAX, 1);

    (void)state;
    assert_true(ep_overflowed(sum));
    assert_true(ep_overflowed(ep_add(sum, 5)));
    assert_true(ep_overflowed(ep_mul(sum, 5)));
    assert_false(ep_overflowed(MAX));
    assert_count(ep_min(3, 4), 3);
    assert_count(ep_max(3, 4), 4);
    assert_count(ep_min(4, 3), 3);
    assert_count(ep_max(4, 3), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic_saturates),
        cmocka_unit_test(overflow_stays),
    };

    return cmocka_run_group_tests_name("checked", tests, NULL, NULL);
}
