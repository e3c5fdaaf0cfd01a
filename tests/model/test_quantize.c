#include "configs.h"

#include "base/checked.h"
#include "model/build.h"
#include "model/element.h"
#include "model/quantize.h"

static uint64_t file_bytes(const edgeplan_model *model, const char *file_type)
{
    uint32_t *types = calloc(model->tensor_count, sizeof *types);
    const uint32_t file = ep_quantize_file_type(file_type);
    uint64_t bytes = 0;
    assert_non_null(types);
    assert_int_not_equal(file, 0);
    assert_int_equal(ep_quantize_types(model, file, ep_quantize_needs_imatrix(file), types), EDGEPLAN_OK);
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        const edgeplan_tensor *tensor = &model->tensors[i];
        const uint64_t row = ep_element_row_bytes(types[i], tensor->columns);
        bytes = ep_add(bytes, ep_round_up(ep_mul(row, ep_mul(tensor->rows, tensor->slices)), 32));
    }
    free(types);
    return bytes;
}

static void test_file_type_names(void **state)
{
    (void)state;
    static const char *const names[] = {"f32", "f16", "bf16", "q4_0", "q4_k_m", "iq4_xs", "mxfp4_moe", "q2_0"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_string_equal(ep_quantize_file_type_name(ep_quantize_file_type(names[i])), names[i]);
    assert_int_equal(ep_quantize_file_type("Q4_K_M"), 0);
    assert_int_equal(ep_quantize_file_type(""), 0);
    assert_int_equal(ep_quantize_file_type(NULL), 0);
    assert_string_equal(ep_quantize_file_type_name(0), "");
    assert_string_equal(ep_quantize_file_type_name(36), "");
}

static uint32_t type_of(const edgeplan_model *model, const char *file_type, uint32_t role, uint64_t layer)
{
    uint32_t *types = calloc(model->tensor_count, sizeof *types);
    uint32_t type = EDGEPLAN_ELEMENT_NONE;
    assert_non_null(types);
    const uint32_t file = ep_quantize_file_type(file_type);
    assert_int_equal(ep_quantize_types(model, file, ep_quantize_needs_imatrix(file), types), EDGEPLAN_OK);
    for (uint32_t i = 0; i < model->tensor_count; i++)
        if (model->tensors[i].role == role && model->tensors[i].layer == layer)
            type = types[i];
    free(types);
    return type;
}

static void test_single_tensors(void **state)
{
    (void)state;
    edgeplan_model *llama = open_config("llama-3.1-8b"), *small = open_config("llama-3.2-1b"), *mixtral = open_config("mixtral-8x7b");
    edgeplan_model *rwkv = open_config("rwkv7-0.4b");
    assert_int_equal(type_of(llama, "q4_k_m", EDGEPLAN_ROLE_OUTPUT_HEAD, 0), EDGEPLAN_ELEMENT_Q6_K);
    assert_int_equal(type_of(llama, "q4_k_m", EDGEPLAN_ROLE_TOKEN_EMBEDDING, 0), EDGEPLAN_ELEMENT_Q4_K);
    assert_int_equal(type_of(small, "q4_k_m", EDGEPLAN_ROLE_TOKEN_EMBEDDING, 0), EDGEPLAN_ELEMENT_Q6_K);
    assert_int_equal(type_of(llama, "q4_k_m", EDGEPLAN_ROLE_ATTENTION_VALUE, 1), EDGEPLAN_ELEMENT_Q6_K);
    assert_int_equal(type_of(llama, "q4_k_m", EDGEPLAN_ROLE_ATTENTION_VALUE, 5), EDGEPLAN_ELEMENT_Q4_K);
    assert_int_equal(type_of(llama, "f16", EDGEPLAN_ROLE_NORM, 1), EDGEPLAN_ELEMENT_F32);
    assert_int_equal(type_of(llama, "bf16", EDGEPLAN_ROLE_FFN_UP, 1), EDGEPLAN_ELEMENT_BF16);
    assert_int_equal(type_of(mixtral, "q4_k_m", EDGEPLAN_ROLE_ROUTER, 1), EDGEPLAN_ELEMENT_F32);
    assert_int_equal(type_of(mixtral, "q4_k_m", EDGEPLAN_ROLE_ATTENTION_KEY, 9), EDGEPLAN_ELEMENT_Q8_0);
    assert_int_equal(type_of(mixtral, "q4_k_m", EDGEPLAN_ROLE_ATTENTION_OUTPUT, 9), EDGEPLAN_ELEMENT_Q5_K);
    /* Without an importance matrix, and one that cannot do without. */
    assert_int_equal(type_of(llama, "iq4_xs", EDGEPLAN_ROLE_FFN_DOWN, 1), EDGEPLAN_ELEMENT_Q5_K);
    assert_int_equal(type_of(llama, "q4_0", EDGEPLAN_ROLE_FFN_DOWN, 1), EDGEPLAN_ELEMENT_Q4_0);
    assert_int_equal(type_of(llama, "iq3_xxs", EDGEPLAN_ROLE_FFN_DOWN, 1), EDGEPLAN_ELEMENT_IQ3_XXS);
    /* Its networks are channel_mix_value and channel_mix_key: no ffn_down, of which the first would be Q6_K. */
    assert_int_equal(type_of(rwkv, "q4_k_m", EDGEPLAN_ROLE_FFN_DOWN, 1), EDGEPLAN_ELEMENT_Q4_K);
    assert_int_equal(type_of(rwkv, "q4_k_m", EDGEPLAN_ROLE_FFN_UP, 1), EDGEPLAN_ELEMENT_Q4_K);
    assert_int_equal(type_of(rwkv, "q4_k_m", EDGEPLAN_ROLE_OUTPUT_HEAD, 0), EDGEPLAN_ELEMENT_Q6_K);
    edgeplan_model_unref(llama);
    edgeplan_model_unref(small);
    edgeplan_model_unref(mixtral);
    edgeplan_model_unref(rwkv);
}

static edgeplan_model *with_width(uint64_t width)
{
    const edgeplan_layer layer = {.attention = EDGEPLAN_ATTENTION_GROUPED, .feed_forward = EDGEPLAN_FEED_FORWARD_DENSE,
                                  .query_heads = 4, .kv_heads = 4, .key_width = 64, .value_width = 64, .ffn_width = 512};
    edgeplan_model *model = NULL;
    ep_draft draft;
    ep_draft_init(&draft, NULL);
    draft.head.hidden_width = width;
    draft.head.vocabulary = 1000;
    assert_int_equal(ep_draft_add_layer(&draft, &layer), EDGEPLAN_OK);
    assert_int_equal(ep_draft_finish(&draft, NULL, &model), EDGEPLAN_OK);
    return model;
}

static void test_rows_that_do_not_fit(void **state)
{
    (void)state;
    uint32_t types[32];
    edgeplan_model *ragged = with_width(96), *odd = with_width(100);
    assert_int_equal(type_of(ragged, "q4_k_m", EDGEPLAN_ROLE_ATTENTION_QUERY, 1), EDGEPLAN_ELEMENT_Q5_0);
    assert_int_equal(type_of(ragged, "q2_k", EDGEPLAN_ROLE_FFN_UP, 1), EDGEPLAN_ELEMENT_Q4_0);
    assert_int_equal(type_of(ragged, "q4_k_m", EDGEPLAN_ROLE_OUTPUT_HEAD, 0), EDGEPLAN_ELEMENT_Q8_0);
    assert_int_equal(type_of(odd, "q4_k_m", EDGEPLAN_ROLE_OUTPUT_HEAD, 0), EDGEPLAN_ELEMENT_F16);
    assert_int_equal(type_of(odd, "q8_0", EDGEPLAN_ROLE_FFN_UP, 1), EDGEPLAN_ELEMENT_F16);
    /* A block of 128 has no fallback. */
    assert_int_equal(ep_quantize_types(odd, ep_quantize_file_type("q1_0"), 0, types), EDGEPLAN_ERROR_RANGE);
    assert_int_equal(ep_quantize_types(odd, 0, 0, types), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ep_quantize_types(odd, 99, 0, types), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ep_quantize_types(NULL, 1, 0, types), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    edgeplan_model_unref(ragged);
    edgeplan_model_unref(odd);
}

/* Every file type must give every tensor a type with a block. */
static void test_every_file_type(void **state)
{
    (void)state;
    edgeplan_model *model = open_config("llama-3.2-1b");
    uint64_t f32 = file_bytes(model, "f32");
    for (uint32_t file = 1; file <= 35; file++) {
        const uint64_t bytes = file_bytes(model, ep_quantize_file_type_name(file));
        assert_true(bytes > f32 / 32 && bytes <= f32);
    }
    edgeplan_model_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file_type_names),
        cmocka_unit_test(test_single_tensors),
        cmocka_unit_test(test_rows_that_do_not_fit),
        cmocka_unit_test(test_every_file_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
