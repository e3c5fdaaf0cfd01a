#include "configs.h"

#include "model/build.h"

static const edgeplan_layer grouped = {
    .attention = EDGEPLAN_ATTENTION_GROUPED, .feed_forward = EDGEPLAN_FEED_FORWARD_DENSE, .query_heads = 8, .kv_heads = 2,
    .key_width = 16, .value_width = 16, .ffn_width = 256,
};

static void begin(ep_draft *draft, uint32_t layers)
{
    ep_draft_init(draft, NULL);
    draft->head.hidden_width = 128;
    draft->head.vocabulary = 1000;
    for (uint32_t i = 0; i < layers; i++)
        assert_int_equal(ep_draft_add_layer(draft, &grouped), EDGEPLAN_OK);
}

static edgeplan_tensor tensor(uint32_t role, uint64_t layer, uint64_t rows, uint64_t columns)
{
    const edgeplan_tensor made = {.role = role, .element_type = EDGEPLAN_ELEMENT_NONE, .layer = layer, .rows = rows, .columns = columns,
                                  .slices = 1};
    return made;
}

static void test_usual_matrices(void **state)
{
    (void)state;
    edgeplan_model *model = NULL;
    ep_draft draft;
    begin(&draft, 2);
    draft.id = "mine";
    assert_int_equal(ep_draft_finish(&draft, NULL, &model), EDGEPLAN_OK);
    /* q 128, k and v 32, o 128, three of 256, two norms: per layer; table, norm and output matrix. */
    const uint64_t layer = (128 + 32 + 32 + 128 + 3 * 256) * 128 + 2 * 128;
    assert_int_equal(model->head.parameters, 2 * layer + 2 * 128000 + 128);
    assert_int_equal(model->head.active_parameters, 2 * layer + 128000 + 128);
    assert_int_equal(model->head.tied_head, EDGEPLAN_SWITCH_OFF);
    assert_int_equal(model->assumption_count, 1);
    assert_int_equal(edgeplan_model_layer_count(model), 2);
    assert_int_equal(edgeplan_model_tensor_count(model), 3 + 2 * 9);
    assert_string_equal(edgeplan_model_id(model), "mine");
    assert_string_equal(edgeplan_model_name(model), "mine");
    assert_string_equal(edgeplan_model_family(model), "");
    assert_ptr_equal(edgeplan_model_ref(model), model);
    edgeplan_model_unref(model);
    edgeplan_model_unref(model);
}

static void test_known_bits(void **state)
{
    (void)state;
    edgeplan_model *model = NULL;
    ep_draft draft;
    begin(&draft, 1);
    draft.head.tied_head = EDGEPLAN_SWITCH_ON;
    edgeplan_tensor stored = tensor(EDGEPLAN_ROLE_ATTENTION_QUERY, 1, 128, 256);
    stored.element_type = EDGEPLAN_ELEMENT_Q4_K;
    const edgeplan_tensor shape = tensor(EDGEPLAN_ROLE_TOKEN_EMBEDDING, 0, 1000, 128);
    assert_int_equal(ep_draft_add_tensor(&draft, &stored), EDGEPLAN_OK);
    assert_int_equal(ep_draft_add_tensor(&draft, &shape), EDGEPLAN_OK);
    assert_int_equal(ep_draft_finish(&draft, NULL, &model), EDGEPLAN_OK);
    assert_int_equal(model->head.struct_size, sizeof(edgeplan_head));
    assert_int_equal(model->head.known, 0x3f & ~0x4); /* no trained context was given */
    assert_int_equal(model->layers[0].struct_size, sizeof(edgeplan_layer));
    assert_int_equal(model->layers[0].known, 0x3ffff);
    /* The head's tensors come first; a block type tells its bytes. */
    assert_int_equal(model->tensors[0].role, EDGEPLAN_ROLE_TOKEN_EMBEDDING);
    assert_int_equal(model->tensors[0].known, 0x3f);
    assert_int_equal(model->tensors[1].known, 0x7f);
    assert_int_equal(model->tensors[1].stored_bytes, 128 * 144);
    edgeplan_model_unref(model);
}

static void test_active_experts(void **state)
{
    (void)state;
    edgeplan_layer layer = grouped;
    edgeplan_model *model = NULL;
    ep_draft draft;
    begin(&draft, 0);
    draft.head.tied_head = EDGEPLAN_SWITCH_ON;
    layer.feed_forward = EDGEPLAN_FEED_FORWARD_EXPERTS;
    layer.experts = 8;
    layer.experts_used = 2;
    layer.shared_width = 64;
    assert_int_equal(ep_draft_add_layer(&draft, &layer), EDGEPLAN_OK);
    assert_int_equal(ep_draft_finish(&draft, NULL, &model), EDGEPLAN_OK);
    const uint64_t rest = 1000 * 128 + 128 + (128 + 32 + 32 + 128) * 128 + 2 * 128 + 8 * 128 + 128 + 3 * 64 * 128;
    assert_int_equal(model->head.parameters, rest + 8 * 3 * 256 * 128);
    assert_int_equal(model->head.active_parameters, rest + 2 * 3 * 256 * 128);
    edgeplan_model_unref(model);
}

static void test_latent_attention(void **state)
{
    (void)state;
    const edgeplan_layer layer = {.attention = EDGEPLAN_ATTENTION_LATENT, .query_heads = 16, .key_width = 192, .value_width = 128,
                                  .latent_width = 512, .rope_width = 64};
    edgeplan_model *model = NULL;
    ep_draft draft;
    begin(&draft, 0);
    draft.head.hidden_width = 2048;
    draft.head.tied_head = EDGEPLAN_SWITCH_ON;
    assert_int_equal(ep_draft_add_layer(&draft, &layer), EDGEPLAN_OK);
    assert_int_equal(ep_draft_finish(&draft, NULL, &model), EDGEPLAN_OK);
    /* The attention of DeepSeek-V2-Lite, its norm, and no feed-forward part. */
    const uint64_t attention = 16 * 192 * 2048 + (512 + 64) * 2048 + 512 + 16 * (128 + 128) * 512 + 16 * 128 * 2048;
    assert_int_equal(model->head.parameters, attention + 2048 + 1000 * 2048 + 2048);
    edgeplan_model_unref(model);
}

/* A layer that reads another's cache has no key and value matrices. */
static void test_shared_cache(void **state)
{
    (void)state;
    edgeplan_layer layer = grouped;
    edgeplan_model *model = NULL;
    ep_draft draft;
    begin(&draft, 1);
    layer.kv_source = 1;
    assert_int_equal(ep_draft_add_layer(&draft, &layer), EDGEPLAN_OK);
    assert_int_equal(ep_draft_finish(&draft, NULL, &model), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_tensor_count(model), 3 + 9 + 7);
    edgeplan_model_unref(model);
}

static void expect(ep_draft *draft, edgeplan_status status, const char *const *paths, uint32_t count)
{
    edgeplan_model *model = NULL;
    edgeplan_diagnostics *diagnostics = NULL;
    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    assert_int_equal(ep_draft_finish(draft, diagnostics, &model), status);
    assert_null(model);
    assert_int_equal(edgeplan_diagnostics_count(diagnostics), count);
    for (uint32_t i = 0; i < count; i++)
        assert_string_equal(edgeplan_diagnostics_key_path(diagnostics, i), paths[i]);
    edgeplan_diagnostics_unref(diagnostics);
}

static void test_every_mistake_is_reported(void **state)
{
    (void)state;
    static const char *const paths[] = {"hidden_width",          "tied_head",             "layers[0].kv_heads",
                                        "layers[1].span_tokens", "layers[1].kv_source",   "layers[2]",
                                        "layers[3].experts",     "layers[3].experts_used", "layers[4].state_elements",
                                        "layers[4].ffn_width",   "layers[5].attention"};
    edgeplan_layer layers[6] = {grouped, grouped, {0}, grouped, grouped, grouped};
    ep_draft draft;
    begin(&draft, 0);
    draft.head.hidden_width = 0;
    draft.head.tied_head = 3;
    layers[0].kv_heads = 3;
    layers[1].span = EDGEPLAN_SPAN_WINDOW;
    layers[1].kv_source = 2;
    layers[3].feed_forward = EDGEPLAN_FEED_FORWARD_EXPERTS;
    layers[4].recurrent = EDGEPLAN_RECURRENT_SSM;
    layers[4].ffn_width = UINT64_MAX;
    layers[5].attention = 3;
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(ep_draft_add_layer(&draft, &layers[i]), EDGEPLAN_OK);
    expect(&draft, EDGEPLAN_ERROR_RANGE, paths, sizeof paths / sizeof paths[0]);
}

static void test_cache_sources(void **state)
{
    (void)state;
    static const char *const paths[] = {"layers[2].kv_source"};
    edgeplan_layer layer = grouped;
    ep_draft draft;
    begin(&draft, 1);
    layer.kv_source = 1;
    assert_int_equal(ep_draft_add_layer(&draft, &layer), EDGEPLAN_OK);
    layer.kv_source = 2; /* has no cache of its own */
    assert_int_equal(ep_draft_add_layer(&draft, &layer), EDGEPLAN_OK);
    expect(&draft, EDGEPLAN_ERROR_REFERENCE, paths, 1);
}

static void test_layer_count(void **state)
{
    (void)state;
    static const char *const paths[] = {"layers"};
    ep_draft draft;
    begin(&draft, 0);
    expect(&draft, EDGEPLAN_ERROR_RANGE, paths, 1);
    begin(&draft, 4097);
    expect(&draft, EDGEPLAN_ERROR_RANGE, paths, 1);
}

static void test_recurrent_layers_need_tensors(void **state)
{
    (void)state;
    static const char *const paths[] = {"layers[1]"};
    const edgeplan_layer layer = {.recurrent = EDGEPLAN_RECURRENT_SSM, .conv_elements = 100, .state_elements = 1000};
    const edgeplan_tensor table = tensor(EDGEPLAN_ROLE_TOKEN_EMBEDDING, 0, 1000, 128);
    edgeplan_model *model = NULL;
    ep_draft draft;
    begin(&draft, 1);
    assert_int_equal(ep_draft_add_layer(&draft, &layer), EDGEPLAN_OK);
    expect(&draft, EDGEPLAN_ERROR_UNSUPPORTED, paths, 1);
    begin(&draft, 1);
    assert_int_equal(ep_draft_add_layer(&draft, &layer), EDGEPLAN_OK);
    assert_int_equal(ep_draft_add_tensor(&draft, &table), EDGEPLAN_OK);
    assert_int_equal(ep_draft_finish(&draft, NULL, &model), EDGEPLAN_OK);
    assert_int_equal(model->head.tied_head, EDGEPLAN_SWITCH_ON);
    edgeplan_model_unref(model);
}

static void test_tensor_mistakes(void **state)
{
    (void)state;
    static const char *const paths[] = {"tensors[0].role",         "tensors[1].layer",        "tensors[2].columns",
                                        "tensors[3]",              "tensors[4].element_type", "tensors[5].stored_bytes",
                                        "tensors[6].stored_bytes", "tensors[7].stored_bytes", "tied_head"};
    edgeplan_tensor list[9];
    ep_draft draft;
    begin(&draft, 1);
    draft.head.tied_head = EDGEPLAN_SWITCH_ON;
    for (size_t i = 0; i < 9; i++)
        list[i] = tensor(EDGEPLAN_ROLE_OTHER, 1, 128, 128);
    list[0].role = 6;
    list[1].layer = 2;
    list[2].columns = 0;
    list[3].rows = UINT64_C(1) << 52;
    list[4].element_type = 4;
    list[5].stored_bytes = 5;
    list[6].element_type = EDGEPLAN_ELEMENT_GROUPED;
    list[7].element_type = EDGEPLAN_ELEMENT_F16;
    list[7].stored_bytes = 128 * 128;
    list[8].role = EDGEPLAN_ROLE_OUTPUT_HEAD;
    for (size_t i = 0; i < 9; i++)
        assert_int_equal(ep_draft_add_tensor(&draft, &list[i]), EDGEPLAN_OK);
    expect(&draft, EDGEPLAN_ERROR_INVALID_ARGUMENT, paths, sizeof paths / sizeof paths[0]);
}

static void test_sum_overflow(void **state)
{
    (void)state;
    static const char *const paths[] = {"tensors"};
    const edgeplan_tensor huge = tensor(EDGEPLAN_ROLE_TOKEN_EMBEDDING, 0, UINT64_C(1) << 51, 2);
    ep_draft draft;
    begin(&draft, 1);
    for (int i = 0; i < 3; i++)
        assert_int_equal(ep_draft_add_tensor(&draft, &huge), EDGEPLAN_OK);
    expect(&draft, EDGEPLAN_ERROR_RANGE, paths, 1);
}

static void test_tensors_are_sorted(void **state)
{
    (void)state;
    static const uint64_t order[] = {2, 0, 1, 2, 0, 1};
    edgeplan_model *model = NULL;
    ep_draft draft;
    begin(&draft, 2);
    for (uint64_t i = 0; i < 6; i++) {
        const edgeplan_tensor next = tensor(EDGEPLAN_ROLE_OTHER, order[i], i + 1, 1);
        assert_int_equal(ep_draft_add_tensor(&draft, &next), EDGEPLAN_OK);
    }
    assert_int_equal(ep_draft_finish(&draft, NULL, &model), EDGEPLAN_OK);
    static const uint64_t rows[] = {2, 5, 3, 6, 1, 4};
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(model->tensors[i].rows, rows[i]);
    edgeplan_model_unref(model);
}

/* Whether they come sorted or not: the third layer has the tensors of the first, the fourth one more. */
static void test_layers_alike(void **state)
{
    (void)state;
    enum { TENSORS = 6 };
    static const uint64_t orders[][TENSORS] = {{0, 1, 2, 3, 4, 4}, {4, 3, 0, 2, 1, 4}}, rows[] = {9, 2, 3, 2, 2};
    static const uint32_t begins[] = {1, 2, 3, 4, 6}, alike[] = {0, 1, 0, 3};
    for (size_t o = 0; o < 2; o++) {
        edgeplan_model *model = NULL;
        ep_draft draft;
        begin(&draft, 4);
        for (size_t i = 0; i < TENSORS; i++) {
            const edgeplan_tensor next = tensor(EDGEPLAN_ROLE_OTHER, orders[o][i], rows[orders[o][i]], 1);
            assert_int_equal(ep_draft_add_tensor(&draft, &next), EDGEPLAN_OK);
        }
        assert_int_equal(ep_draft_finish(&draft, NULL, &model), EDGEPLAN_OK);
        assert_memory_equal(model->begins, begins, sizeof begins);
        assert_memory_equal(model->alike, alike, sizeof alike);
        edgeplan_model_unref(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_usual_matrices),
        cmocka_unit_test(test_known_bits),
        cmocka_unit_test(test_active_experts),
        cmocka_unit_test(test_latent_attention),
        cmocka_unit_test(test_shared_cache),
        cmocka_unit_test(test_every_mistake_is_reported),
        cmocka_unit_test(test_cache_sources),
        cmocka_unit_test(test_layer_count),
        cmocka_unit_test(test_recurrent_layers_need_tensors),
        cmocka_unit_test(test_tensor_mistakes),
        cmocka_unit_test(test_sum_overflow),
        cmocka_unit_test(test_tensors_are_sorted),
        cmocka_unit_test(test_layers_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
