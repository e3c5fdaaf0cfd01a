/* The fewest sets, against every subset. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <edgeplan/edgeplan.h>

#include "plan/cover.h"

enum { MOST_SETS = 10, MOST_DEVICES = 12, ROUNDS = 400 };

static uint32_t dice(uint32_t *seed, uint32_t sides)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % sides;
}

static double share_of(const ep_cover *cover, uint32_t subset)
{
    double share = 0;
    for (uint32_t d = 0; d < cover->device_count; d++) {
        int in = 0;
        for (uint32_t s = 0; s < cover->set_count; s++)
            in |= (subset >> s & 1u) && cover->serves[s * cover->device_count + d];
        share += in ? cover->shares[d] : 0;
    }
    return share;
}

static uint32_t bits(uint32_t word)
{
    uint32_t count = 0;
    for (; word; word &= word - 1)
        count++;
    return count;
}

static void test_every_subset(void **state)
{
    uint32_t seed = 7;
    (void)state;

    for (int round = 0; round < ROUNDS; round++) {
        uint8_t serves[MOST_SETS * MOST_DEVICES];
        double shares[MOST_DEVICES];
        uint32_t chosen[MOST_SETS], exact, fewest = MOST_SETS + 1;
        ep_cover cover = {serves, shares, 1 + dice(&seed, MOST_SETS), 1 + dice(&seed, MOST_DEVICES)};
        for (uint32_t i = 0; i < cover.set_count * cover.device_count; i++)
            serves[i] = dice(&seed, 4) == 0;
        for (uint32_t d = 0; d < cover.device_count; d++)
            shares[d] = (double)dice(&seed, 100) / 1000;
        double wanted = (double)dice(&seed, 100) / 100, all = share_of(&cover, (1u << cover.set_count) - 1), best = 0;
        if (wanted > all)
            wanted = all;
        for (uint32_t subset = 0; subset < 1u << cover.set_count; subset++)
            if (share_of(&cover, subset) + 1e-9 >= wanted && bits(subset) < fewest)
                fewest = bits(subset);
        for (uint32_t subset = 0; subset < 1u << cover.set_count; subset++)
            if (bits(subset) == fewest && share_of(&cover, subset) > best)
                best = share_of(&cover, subset);
        uint32_t count = ep_cover_fewest(&cover, wanted, chosen, &exact);
        assert_int_equal(exact, 1);
        assert_int_equal(count, fewest);
        for (uint32_t i = 1; i < count; i++)
            assert_true(chosen[i - 1] < chosen[i]);
        double share = ep_cover_share(&cover, chosen, count);
        assert_true(share > best - 1e-8 && share < best + 1e-8);
    }
}

/* Two sets serve all; the largest of the others is where the greedy choice begins, and it needs three. */
static void test_greedy_trap(void **state)
{
    const uint8_t serves[] = {0, 1, 1, 1, 1, 0, /* the largest */
                              1, 1, 1, 0, 0, 0,
                              0, 0, 0, 1, 1, 1};
    const double shares[] = {0.1, 0.2, 0.2, 0.2, 0.2, 0.1};
    uint32_t chosen[3], count, exact;
    double share;
    (void)state;

    assert_int_equal(edgeplan_fewest_artefacts(serves, 3, shares, 6, 1, chosen, &count, &exact, &share), EDGEPLAN_OK);
    assert_int_equal(count, 2);
    assert_int_equal(chosen[0], 1);
    assert_int_equal(chosen[1], 2);
    assert_int_equal(exact, 1);
    assert_true(share > 0.999);
}

/* Too many to search: the greedy choice serves what was asked, and says that it is one. */
static void test_beyond_the_search(void **state)
{
    enum { SETS = 60, DEVICES = 60 };
    static uint8_t serves[SETS * DEVICES];
    static double shares[DEVICES];
    uint32_t chosen[SETS], count, exact, seed = 3;
    double share;
    (void)state;

    for (uint32_t i = 0; i < SETS * DEVICES; i++)
        serves[i] = dice(&seed, 6) == 0;
    for (uint32_t d = 0; d < DEVICES; d++)
        shares[d] = 1.0 / DEVICES;
    assert_int_equal(edgeplan_fewest_artefacts(serves, SETS, shares, DEVICES, 1, chosen, &count, &exact, &share), EDGEPLAN_OK);
    assert_int_equal(exact, 0);
    assert_true(share > 0.999 && count < SETS);
}

static void test_arguments(void **state)
{
    const uint8_t serves[] = {1};
    const double shares[] = {1}, bad[] = {-1};
    uint32_t chosen[1], count, exact;
    double share;
    (void)state;

    assert_int_equal(edgeplan_fewest_artefacts(NULL, 1, shares, 1, 1, chosen, &count, &exact, &share), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_fewest_artefacts(serves, 1, bad, 1, 1, chosen, &count, &exact, &share), EDGEPLAN_ERROR_RANGE);
    assert_int_equal(edgeplan_fewest_artefacts(serves, 1, shares, 1, 2, chosen, &count, &exact, &share), EDGEPLAN_ERROR_RANGE);
    assert_int_equal(edgeplan_fewest_artefacts(NULL, 0, NULL, 0, 0.5, NULL, &count, &exact, &share), EDGEPLAN_OK);
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_subset), cmocka_unit_test(test_greedy_trap),
                                       cmocka_unit_test(test_beyond_the_search), cmocka_unit_test(test_arguments)};
    return cmocka_run_group_tests_name("plan: cover", tests, NULL, NULL);
}
