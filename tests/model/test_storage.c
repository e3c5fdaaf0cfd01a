#include "configs.h"

#include "base/checked.h"
#include "model/model.h"
#include "model/storage.h"

#define GROUPS(bits_, group_, scale_, zero_) \
    {.element_type = EDGEPLAN_ELEMENT_GROUPED, .bits = (bits_), .group = (group_), .scale_bits = (scale_), .zero_bits = (zero_)}

static const ep_part f16 = {.element_type = EDGEPLAN_ELEMENT_F16};
static const ep_part mlx_4bit_g64 = GROUPS(4, 64, 16, 16);
static const ep_part mlx_8bit_g64 = GROUPS(8, 64, 16, 16);
static const ep_part awq_g128 = GROUPS(4, 128, 16, 4);

static edgeplan_tensor shape(uint64_t rows, uint64_t columns, uint64_t slices)
{
    const edgeplan_tensor tensor = {.rows = rows, .columns = columns, .slices = slices};
    return tensor;
}

static void test_blocks(void **state)
{
    (void)state;
    const ep_part q4_k = {.element_type = EDGEPLAN_ELEMENT_Q4_K};
    const edgeplan_tensor plain = shape(4096, 14336, 1), experts = shape(768, 2048, 128);
    assert_true(ep_part_bytes(&q4_k, &plain) == 33030144);
    assert_true(ep_part_bytes(&q4_k, &experts) == 113246208);
    assert_true(ep_part_bytes(&f16, &experts) == 402653184);
}

static void test_groups(void **state)
{
    (void)state;
    const ep_part per_row = GROUPS(8, EP_GROUP_ROW, 16, 8);
    const ep_part per_tensor = GROUPS(8, EP_GROUP_TENSOR, 32, 0);
    const edgeplan_tensor plain = shape(10, 100, 1), experts = shape(10, 100, 4);
    assert_true(ep_part_bytes(&per_row, &plain) == 1000 + 20 + 10);
    assert_true(ep_part_bytes(&per_tensor, &experts) == 4000 + 16);
    /* 100 columns are one group of 64 and a short one. */
    assert_true(ep_part_bytes(&mlx_4bit_g64, &plain) == 500 + 40 + 40);
    assert_true(ep_part_bytes(&awq_g128, &plain) == 500 + 20 + 5);
}

/* A palette for 16 rows, tiles of 128 × 128, groups padded to whole words, an order of columns. */
static void test_rows_padding_and_columns(void **state)
{
    (void)state;
    ep_part palette = GROUPS(4, EP_GROUP_ROW, 256, 0), tile = GROUPS(8, 128, 16, 0), words = GROUPS(3, 40, 16, 0),
        order = GROUPS(4, 128, 16, 4);
    const edgeplan_tensor plain = shape(40, 300, 1), experts = shape(40, 300, 2);
    palette.rows = 16;
    tile.rows = 128;
    words.packed_bits = 128;
    order.column_bits = 32;
    assert_true(ep_part_bytes(&palette, &plain) == 6000 + 3 * 32);
    assert_true(ep_part_bytes(&tile, &plain) == 12000 + 3 * 2);
    assert_true(ep_part_bytes(&tile, &experts) == 24000 + 6 * 2);
    assert_true(ep_part_bytes(&words, &plain) == 40 * 8 * 18); /* 300 columns are seven groups of 40 and a padded one */
    assert_true(ep_part_bytes(&order, &experts) == 12000 + 240 * 2 + 120 + 2 * 300 * 4);
}

static void test_part_of_a_tensor(void **state)
{
    (void)state;
    const ep_part bf16 = {.element_type = EDGEPLAN_ELEMENT_BF16};
    ep_storage storage = {.mechanism = EP_STORAGE_PARTS, .body = mlx_4bit_g64, .embedding = mlx_8bit_g64, .other = f16, .head = bf16};
    edgeplan_tensor tensor = shape(40, 300, 1);
    storage.experts.element_type = EDGEPLAN_ELEMENT_NONE;
    tensor.role = EDGEPLAN_ROLE_FFN_UP;
    assert_ptr_equal(ep_storage_part(&storage, &tensor, 0), &storage.body);
    storage.whole_groups = 1; /* 300 is no multiple of 64 */
    assert_ptr_equal(ep_storage_part(&storage, &tensor, 0), &storage.other);
    tensor.columns = 320;
    assert_ptr_equal(ep_storage_part(&storage, &tensor, 0), &storage.body);
    tensor.role = EDGEPLAN_ROLE_EXPERT_UP;
    assert_ptr_equal(ep_storage_part(&storage, &tensor, 0), &storage.body);
    tensor.role = EDGEPLAN_ROLE_ROUTER;
    assert_ptr_equal(ep_storage_part(&storage, &tensor, 0), &storage.other);
    tensor.role = EDGEPLAN_ROLE_ENCODER;
    assert_ptr_equal(ep_storage_part(&storage, &tensor, 0), &storage.encoder);
    tensor.role = EDGEPLAN_ROLE_TOKEN_EMBEDDING;
    assert_ptr_equal(ep_storage_part(&storage, &tensor, 0), &storage.embedding);
    assert_ptr_equal(ep_storage_part(&storage, &tensor, 1), &storage.head);
    storage.tied = EP_TIED_EMBEDDING;
    assert_ptr_equal(ep_storage_part(&storage, &tensor, 1), &storage.embedding);
}

static void test_nothing_to_say(void **state)
{
    (void)state;
    const ep_part none = {.element_type = EDGEPLAN_ELEMENT_NONE};
    const ep_part no_group = GROUPS(4, 0, 16, 0), no_bits = GROUPS(0, 32, 16, 0);
    const edgeplan_tensor plain = shape(10, 100, 1), huge = shape(EP_MAX_COUNT, 2, 1), huger = shape(UINT64_MAX, UINT64_MAX, 0);
    assert_true(ep_part_bytes(&none, &plain) == UINT64_MAX);
    assert_true(ep_part_bytes(&no_group, &plain) == UINT64_MAX);
    assert_true(ep_part_bytes(&no_bits, &plain) == UINT64_MAX);
    assert_true(ep_part_bytes(&f16, &huge) == UINT64_MAX);
    assert_true(ep_part_bytes(&mlx_8bit_g64, &huge) == UINT64_MAX);
    assert_true(ep_part_bytes(&f16, &huger) == UINT64_MAX);
    assert_true(ep_part_bytes(NULL, &plain) == UINT64_MAX);
}

static uint64_t sum(const edgeplan_model *model, const ep_part *part, int outer_f16)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        const edgeplan_tensor *tensor = &model->tensors[i];
        const int outer = tensor->role == EDGEPLAN_ROLE_TOKEN_EMBEDDING || tensor->role == EDGEPLAN_ROLE_OUTPUT_HEAD;
        const int small = tensor->role == EDGEPLAN_ROLE_NORM || tensor->role == EDGEPLAN_ROLE_BIAS;
        bytes = ep_add(bytes, ep_part_bytes(small || (outer && outer_f16) ? &f16 : part, tensor));
    }
    return bytes;
}

/* Sizes of published checkpoints: to the byte. */
static void test_published_checkpoints(void **state)
{
    (void)state;
    edgeplan_model *llama = open_config("llama-3.3-70b"), *small = open_config("llama-3.1-8b");
    assert_true(sum(llama, &mlx_4bit_g64, 0) == 39688355840u);
    assert_true(sum(llama, &mlx_8bit_g64, 0) == 74964549632u);
    assert_true(sum(small, &f16, 0) == 16060522496u);
    assert_true(sum(small, &awq_g128, 1) == 5727854592u);
    edgeplan_model_unref(llama);
    edgeplan_model_unref(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_rows_padding_and_columns),
        cmocka_unit_test(test_part_of_a_tensor),
        cmocka_unit_test(test_nothing_to_say),
        cmocka_unit_test(test_published_checkpoints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
