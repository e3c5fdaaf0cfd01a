#include "configs.h"

#include "base/checked.h"
#include "model/element.h"

static void test_names_go_both_ways(void **state)
{
    (void)state;
    static const char *const names[] = {"f32", "f16", "bf16", "q4_0", "q8_0", "q4_k", "q6_k", "iq4_xs", "iq4_nl", "mxfp4", "nvfp4",
                                        "tq1_0", "q1_0", "q2_0", "i8", "u8", "fp8", "u4", "grouped", "none"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        edgeplan_element_type type = EDGEPLAN_ELEMENT_FORCE32;
        assert_int_equal(edgeplan_element_type_find(names[i], &type), EDGEPLAN_OK);
        assert_string_equal(edgeplan_element_type_name(type), names[i]);
        assert_true(ep_element_is_known((uint32_t)type));
    }
}

static void test_names_that_are_none(void **state)
{
    (void)state;
    static const char *const names[] = {"", "Q8_0", "q4_2", "f64", "q4_k_m"};
    edgeplan_element_type type = EDGEPLAN_ELEMENT_F16;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(edgeplan_element_type_find(names[i], &type), EDGEPLAN_ERROR_NOT_FOUND);
    assert_int_equal(type, EDGEPLAN_ELEMENT_F16);
    assert_int_equal(edgeplan_element_type_find(NULL, &type), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_element_type_find("f16", NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
}

/* Numbers that ggml retired must stay holes. */
static void test_retired_numbers(void **state)
{
    (void)state;
    static const uint32_t holes[] = {4, 5, 9, 15, 31, 32, 33, 36, 37, 38, 43, 99, 104, 192, UINT32_MAX};
    for (size_t i = 0; i < sizeof holes / sizeof holes[0]; i++) {
        assert_false(ep_element_is_known(holes[i]));
        assert_string_equal(edgeplan_element_type_name((edgeplan_element_type)holes[i]), "");
        assert_int_equal(ep_element_block(holes[i]).elements, 0);
    }
}

static void test_row_bytes(void **state)
{
    (void)state;
    static const struct {
        uint32_t type;
        uint64_t elements, bytes;
    } rows[] = {
        {EDGEPLAN_ELEMENT_F32, 4096, 16384},   {EDGEPLAN_ELEMENT_Q4_K, 4096, 2304},     {EDGEPLAN_ELEMENT_Q4_K, 4097, 2448},
        {EDGEPLAN_ELEMENT_Q8_0, 2880, 3060},   {EDGEPLAN_ELEMENT_MXFP4, 2880, 1530},    {EDGEPLAN_ELEMENT_NVFP4, 64, 36},
        {EDGEPLAN_ELEMENT_U4, 3, 2},           {EDGEPLAN_ELEMENT_FP8, 7, 7},            {EDGEPLAN_ELEMENT_Q1_0, 256, 36},
        {EDGEPLAN_ELEMENT_F16, 0, 0},          {EDGEPLAN_ELEMENT_NONE, 32, UINT64_MAX}, {EDGEPLAN_ELEMENT_GROUPED, 32, UINT64_MAX},
        {EDGEPLAN_ELEMENT_F32, EP_MAX_COUNT, UINT64_MAX}, {EDGEPLAN_ELEMENT_Q8_0, UINT64_MAX, UINT64_MAX}, {4, 32, UINT64_MAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_true(ep_element_row_bytes(rows[i].type, rows[i].elements) == rows[i].bytes);
}

/* What weights are multiplied with: 19 blocks of 292 bytes, 152 of 34 or 36, 16 or 32 bit. */
static void test_input_bytes(void **state)
{
    (void)state;
    static const struct {
        uint32_t type;
        uint64_t bytes;
    } rows[] = {
        {EDGEPLAN_ELEMENT_Q4_K, 5548}, {EDGEPLAN_ELEMENT_IQ4_XS, 5548}, {EDGEPLAN_ELEMENT_Q4_0, 5168}, {EDGEPLAN_ELEMENT_MXFP4, 5168},
        {EDGEPLAN_ELEMENT_Q4_1, 5472}, {EDGEPLAN_ELEMENT_F16, 9728},    {EDGEPLAN_ELEMENT_BF16, 9728}, {EDGEPLAN_ELEMENT_F32, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(ep_element_input_bytes(rows[i].type, 4864), rows[i].bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_go_both_ways),
        cmocka_unit_test(test_names_that_are_none),
        cmocka_unit_test(test_retired_numbers),
        cmocka_unit_test(test_row_bytes),
        cmocka_unit_test(test_input_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
