/* The rules of llama-quantize against the real quantizer's choices, and each rule against its absence. */
#define _POSIX_C_SOURCE 200809L
#include "quantize_types.h"

#include "model/quantize_table.h"

/* A second copy of quantize.c whose tables can lose a row. */
static ep_mix_rule select_rows[256], post_rows[8];
static ep_mix_fallback fallback_rows[32];
static ep_mix_size size_rows[8];
static size_t select_rows_left, post_rows_left, fallback_rows_left, size_rows_left;
#define ep_mix_select select_rows
#define ep_mix_post post_rows
#define ep_mix_fallbacks fallback_rows
#define ep_mix_70b size_rows
#define ep_mix_select_count select_rows_left
#define ep_mix_post_count post_rows_left
#define ep_mix_fallback_count fallback_rows_left
#define ep_mix_70b_count size_rows_left
#define ep_quantize_types crippled_types
#define ep_quantize_file_type crippled_file_type
#define ep_quantize_file_type_name crippled_file_type_name
#define ep_quantize_needs_imatrix crippled_needs_imatrix
edgeplan_status crippled_types(const edgeplan_model *model, uint32_t file_type, uint32_t imatrix, uint32_t *types);
uint32_t crippled_file_type(const char *name);
const char *crippled_file_type_name(uint32_t file_type);
uint32_t crippled_needs_imatrix(uint32_t file_type);
#include "../../lib/model/quantize.c"
#undef ep_mix_select
#undef ep_mix_post
#undef ep_mix_fallbacks
#undef ep_mix_70b
#undef ep_mix_select_count
#undef ep_mix_post_count
#undef ep_mix_fallback_count
#undef ep_mix_70b_count
#undef ep_quantize_types
#undef ep_quantize_file_type
#undef ep_quantize_file_type_name
#undef ep_quantize_needs_imatrix

static chosen_model models[MOST_MODELS];
static uint32_t model_count;

static int open_models(void **state)
{
    (void)state;
    model_count = open_chosen(models);
    return model_count == 0;
}

static int close_models(void **state)
{
    (void)state;
    close_chosen(models, model_count);
    return 0;
}

static void test_every_choice(void **state)
{
    (void)state;
    uint32_t compared = 0;
    for (uint32_t m = 0; m < model_count; m++) {
        const chosen_model *of = &models[m];
        for (uint32_t c = 0; c < of->choice_count; c++) {
            const choice *want = &of->choices[c];
            uint32_t types[MOST_TENSORS];
            const edgeplan_status status = ep_quantize_types(of->model, want->file_type, want->imatrix, types);
            assert_int_equal(status, want->failed ? EDGEPLAN_ERROR_RANGE : EDGEPLAN_OK);
            for (uint32_t i = 0; i < of->model->tensor_count && !want->failed; i++, compared++)
                if (types[i] != want->types[i])
                    fail_msg("%s, %s %s imatrix, tensor %u (%s): %s, llama-quantize chooses %s", of->name,
                             ep_quantize_file_type_name(want->file_type), want->imatrix ? "with" : "without", i,
                             role_words[of->model->tensors[i].role], edgeplan_element_type_name((edgeplan_element_type)types[i]),
                             edgeplan_element_type_name((edgeplan_element_type)want->types[i]));
        }
        /* Every type, with and without a matrix. */
        assert_int_equal(of->choice_count, 2 * (EP_FILE_COUNT - 1));
    }
    assert_true(model_count >= 22 && compared > 300000);
}

static void test_who_needs_a_matrix(void **state)
{
    (void)state;
    uint32_t needed[EP_FILE_COUNT] = {0};
    for (uint32_t m = 0; m < model_count; m++)
        for (uint32_t f = 1; f < EP_FILE_COUNT; f++)
            needed[f] |= models[m].needs_imatrix[f];
    for (uint32_t f = 1; f < EP_FILE_COUNT; f++)
        assert_int_equal(ep_quantize_needs_imatrix(f), needed[f]);
}

/* Whether some choice of a file type (all, if it is not one) comes out differently with the crippled tables. */
static int matters(uint32_t file_type)
{
    uint32_t types[MOST_TENSORS];
    for (uint32_t m = 0; m < model_count; m++) {
        for (uint32_t c = 0; c < models[m].choice_count; c++) {
            const choice *want = &models[m].choices[c];
            if (want->failed || (file_type != EP_MIX_ANY && file_type != EP_MIX_NOT_LOW && file_type != want->file_type))
                continue;
            if (crippled_types(models[m].model, want->file_type, want->imatrix, types) != EDGEPLAN_OK ||
                memcmp(types, want->types, models[m].model->tensor_count * sizeof types[0]) != 0)
                return 1;
        }
    }
    return 0;
}

static void restore(void)
{
    memcpy(select_rows, ep_mix_select, ep_mix_select_count * sizeof select_rows[0]);
    memcpy(post_rows, ep_mix_post, ep_mix_post_count * sizeof post_rows[0]);
    memcpy(fallback_rows, ep_mix_fallbacks, ep_mix_fallback_count * sizeof fallback_rows[0]);
    memcpy(size_rows, ep_mix_70b, ep_mix_70b_count * sizeof size_rows[0]);
    select_rows_left = ep_mix_select_count;
    post_rows_left = ep_mix_post_count;
    fallback_rows_left = ep_mix_fallback_count;
    size_rows_left = ep_mix_70b_count;
}

/* A rule without which every choice still comes out is one that no model of the data exercises. */
static void test_every_rule_matters(void **state)
{
    (void)state;
    assert_true(ep_mix_select_count <= 256 && ep_mix_post_count <= 8 && ep_mix_fallback_count <= 32 && ep_mix_70b_count <= 8);
    restore();
    assert_false(matters(EP_MIX_ANY));
    for (size_t i = 0; i < ep_mix_select_count; i++, restore()) {
        select_rows[i].category = EP_CATEGORY_COUNT; /* no tensor's */
        if (!matters(ep_mix_select[i].file_type))
            fail_msg("select rule %u (%s) is never exercised", (unsigned)i, ep_quantize_file_type_name(ep_mix_select[i].file_type));
    }
    for (size_t i = 0; i < ep_mix_post_count; i++, restore()) {
        post_rows[i].category = EP_CATEGORY_COUNT;
        if (!matters(ep_mix_post[i].file_type))
            fail_msg("post rule %u is never exercised", (unsigned)i);
    }
    for (size_t i = 0; i < ep_mix_fallback_count; i++, restore()) {
        fallback_rows[i].from = EDGEPLAN_ELEMENT_NONE;
        if (!matters(EP_MIX_ANY))
            fail_msg("fallback %u is never exercised", (unsigned)i);
    }
    for (size_t i = 0; i < ep_mix_70b_count; i++, restore()) {
        size_rows[i].layers = 0;
        if (!matters(EP_MIX_ANY))
            fail_msg("size of %s is never exercised", ep_mix_70b[i].family);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_choice),
        cmocka_unit_test(test_who_needs_a_matrix),
        cmocka_unit_test(test_every_rule_matters),
    };
    return cmocka_run_group_tests(tests, open_models, close_models);
}
