#include "configs.h"

#include "model/model.h"

static uint32_t windows(const edgeplan_model *model, uint64_t tokens)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < model->layer_count; i++)
        count += model->layers[i].span == EDGEPLAN_SPAN_WINDOW && model->layers[i].span_tokens == tokens;
    return count;
}

static void test_windows(void **state)
{
    (void)state;
    static const struct {
        const char *config;
        uint64_t tokens;
        uint32_t layers, all;
    } cases[] = {
        {"gemma-3-4b", 1024, 29, 34}, {"gemma-3-1b", 512, 22, 26},  {"gemma-2-2b", 4096, 13, 26},
        {"gpt-oss-20b", 128, 12, 24}, {"olmo-3-7b", 4096, 24, 32},  {"phi-3.5-mini", 262144, 0, 32},
        {"qwen2.5-7b", 131072, 0, 28}, {"mistral-7b-v0.3", 4096, 0, 32},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        edgeplan_model *model = open_config(cases[i].config);
        assert_int_equal(edgeplan_model_layer_count(model), cases[i].all);
        assert_int_equal(windows(model, cases[i].tokens), cases[i].layers);
        edgeplan_model_unref(model);
    }
    edgeplan_model *gemma = open_config("gemma-3-4b");
    assert_int_equal(gemma->layers[4].span, EDGEPLAN_SPAN_WINDOW);
    assert_int_equal(gemma->layers[5].span, EDGEPLAN_SPAN_ALL);
    assert_int_equal(gemma->layers[5].span_tokens, 0);
    edgeplan_model_unref(gemma);
}

/* Gemma 3's multimodal file leaves vocabulary, heads, widths, context and pattern to its class. */
static void test_class_defaults_are_assumptions(void **state)
{
    (void)state;
    edgeplan_model *gemma = open_config("gemma-3-4b"), *llama = open_config("llama-3.1-8b");
    assert_int_equal(gemma->head.vocabulary, 262208);
    assert_int_equal(gemma->head.trained_context_tokens, 131072);
    assert_int_equal(gemma->head.tied_head, EDGEPLAN_SWITCH_ON);
    assert_int_equal(gemma->layers[0].query_heads, 8);
    assert_int_equal(gemma->layers[0].kv_heads, 4);
    assert_int_equal(gemma->layers[0].key_width, 256);
    assert_true(assumes(gemma, "`vocab_size` is not given: 262208"));
    assert_true(assumes(gemma, "`tie_word_embeddings` is not given: true"));
    assert_true(assumes(gemma, "vision"));
    assert_false(assumes(gemma, "hidden_size"));
    assert_int_equal(llama->assumption_count, 0);
    edgeplan_model_unref(gemma);
    edgeplan_model_unref(llama);
}

static void test_experts(void **state)
{
    (void)state;
    edgeplan_model *model = open_config("gpt-oss-20b");
    const edgeplan_layer *layer = &model->layers[23];
    uint32_t expert_biases = 0, sinks = 0;
    assert_int_equal(layer->feed_forward, EDGEPLAN_FEED_FORWARD_EXPERTS);
    assert_int_equal(layer->experts, 32);
    assert_int_equal(layer->experts_used, 4);
    assert_int_equal(layer->ffn_width, 2880);
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        const edgeplan_tensor *tensor = &model->tensors[i];
        expert_biases += tensor->layer == 24 && tensor->role == EDGEPLAN_ROLE_BIAS && tensor->slices == 32;
        sinks += tensor->layer == 24 && tensor->role == EDGEPLAN_ROLE_BIAS && tensor->columns == 64;
    }
    assert_int_equal(expert_biases, 3);
    assert_int_equal(sinks, 1);
    edgeplan_model_unref(model);
}

#define PLAIN                                                                                                    \
    "\"model_type\":\"llama\",\"hidden_size\":2048,\"num_hidden_layers\":2,\"num_attention_heads\":32,"           \
    "\"intermediate_size\":8192,\"vocab_size\":1000,\"max_position_embeddings\":4096"

static void test_tolerated(void **state)
{
    (void)state;
    edgeplan_model *model = accept("{\"model_type\":\"llama\",\"n_embd\":2048.0,\"n_layer\":\"2\",\"n_head\":3.2e1,\"n_kv_heads\":null,"
                                   "\"head_dim\":null,\"n_inner\":8192,\"vocab_size\":1000,\"n_ctx\":4096,\"scale\":NaN}");
    assert_int_equal(model->head.hidden_width, 2048);
    assert_int_equal(model->layers[1].kv_heads, 32);
    assert_int_equal(model->layers[1].value_width, 64);
    assert_true(assumes(model, "as many as query heads"));
    edgeplan_model_unref(model);

    model = accept("{" PLAIN ",\"attention_bias\":true,\"mlp_bias\":true,\"sliding_window\":-1,\"rope_scaling\":{\"factor\":8.0}}");
    assert_int_equal(model->head.trained_context_tokens, 4096);
    /* Two layers of q, k, v, o, gate, up and down, each with its bias, two norms; norm and two tables. */
    assert_int_equal(edgeplan_model_tensor_count(model), 2 * 16 + 3);
    edgeplan_model_unref(model);

    model = accept("{\"tie_word_embeddings\":true,\"text_config\":{" PLAIN ",\"tie_word_embeddings\":false}}");
    assert_int_equal(model->head.tied_head, EDGEPLAN_SWITCH_ON);
    edgeplan_model_unref(model);

    model = accept("{\"model_type\":\"omni\",\"thinker_config\":{\"text_config\":{" PLAIN "}}}");
    assert_int_equal(model->layer_count, 2);
    edgeplan_model_unref(model);
}

#define QWEN                                                                                                      \
    "\"model_type\":\"qwen3\",\"hidden_size\":64,\"num_hidden_layers\":4,\"num_attention_heads\":4,"               \
    "\"num_key_value_heads\":2,\"head_dim\":32,\"intermediate_size\":128,\"vocab_size\":100,"                      \
    "\"max_position_embeddings\":4096,\"tie_word_embeddings\":true"

static void test_switched_windows(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t layers;
    } cases[] = {
        {"{" QWEN ",\"sliding_window\":1024,\"use_sliding_window\":false,\"max_window_layers\":2}", 0},
        {"{" QWEN ",\"sliding_window\":1024,\"use_sliding_window\":true,\"max_window_layers\":3}", 1},
        {"{" QWEN ",\"sliding_window\":1024,\"use_sliding_window\":true,\"max_window_layers\":0}", 4},
        {"{" QWEN ",\"sliding_window\":4096,\"use_sliding_window\":true,\"max_window_layers\":0}", 0},
        {"{" QWEN ",\"sliding_window\":1024,\"max_window_layers\":0}", 0},
        {"{" QWEN ",\"sliding_window\":1024,\"use_sliding_window\":true,\"layer_types\":[\"sliding_attention\",\"full_attention\","
         "\"sliding_attention\",\"full_attention\",\"full_attention\",\"sliding_attention\"]}", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        edgeplan_model *model = accept(cases[i].text);
        assert_int_equal(windows(model, 1024), cases[i].layers);
        assert_int_equal(windows(model, 4096), 0);
        edgeplan_model_unref(model);
    }
}

static void test_dense_layers_between_experts(void **state)
{
    (void)state;
    edgeplan_model *model = accept("{\"model_type\":\"qwen3_moe\",\"hidden_size\":64,\"num_hidden_layers\":4,\"num_attention_heads\":4,"
                                   "\"head_dim\":32,\"intermediate_size\":128,\"vocab_size\":100,\"max_position_embeddings\":4096,"
                                   "\"num_experts\":8,\"num_experts_per_tok\":2,\"moe_intermediate_size\":32,\"decoder_sparse_step\":2,"
                                   "\"mlp_only_layers\":[1]}");
    static const uint32_t kinds[] = {EDGEPLAN_FEED_FORWARD_DENSE, EDGEPLAN_FEED_FORWARD_DENSE, EDGEPLAN_FEED_FORWARD_DENSE,
                                     EDGEPLAN_FEED_FORWARD_EXPERTS};
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(model->layers[i].feed_forward, kinds[i]);
    assert_int_equal(model->layers[0].ffn_width, 128);
    assert_int_equal(model->layers[3].ffn_width, 32);
    edgeplan_model_unref(model);
}

#define GEMMA \
    "\"model_type\":\"gemma2\",\"hidden_size\":64,\"num_hidden_layers\":4,\"num_attention_heads\":4,\"intermediate_size\":128"

static const struct {
    const char *text;
    edgeplan_status status;
    const char *path;
} mistakes[] = {
    {"[]", EDGEPLAN_ERROR_SCHEMA, ""},
    {"3", EDGEPLAN_ERROR_SCHEMA, ""},
    {"{}", EDGEPLAN_ERROR_SCHEMA, "model_type"},
    {"{\"model_type\":[]}", EDGEPLAN_ERROR_SCHEMA, "model_type"},
    {"{" PLAIN ",\"num_key_value_heads\":-8}", EDGEPLAN_ERROR_RANGE, "num_key_value_heads"},
    {"{" PLAIN ",\"num_key_value_heads\":0}", EDGEPLAN_ERROR_RANGE, "num_key_value_heads"},
    {"{" PLAIN ",\"num_key_value_heads\":5}", EDGEPLAN_ERROR_RANGE, "num_key_value_heads"},
    {"{" PLAIN ",\"num_key_value_heads\":64}", EDGEPLAN_ERROR_RANGE, "num_key_value_heads"},
    {"{" PLAIN ",\"num_key_value_heads\":8.5}", EDGEPLAN_ERROR_RANGE, "num_key_value_heads"},
    {"{" PLAIN ",\"num_key_value_heads\":1e300}", EDGEPLAN_ERROR_RANGE, "num_key_value_heads"},
    {"{" PLAIN ",\"num_key_value_heads\":99999999999999999999}", EDGEPLAN_ERROR_RANGE, "num_key_value_heads"},
    {"{" PLAIN ",\"num_key_value_heads\":NaN}", EDGEPLAN_ERROR_SCHEMA, "num_key_value_heads"},
    {"{" PLAIN ",\"num_key_value_heads\":true}", EDGEPLAN_ERROR_SCHEMA, "num_key_value_heads"},
    {"{" PLAIN ",\"num_key_value_heads\":\"many\"}", EDGEPLAN_ERROR_SCHEMA, "num_key_value_heads"},
    {"{" PLAIN ",\"num_key_value_heads\":[8]}", EDGEPLAN_ERROR_SCHEMA, "num_key_value_heads"},
    {"{" PLAIN ",\"head_dim\":18446744073709551615}", EDGEPLAN_ERROR_RANGE, "head_dim"},
    {"{" PLAIN ",\"tie_word_embeddings\":1}", EDGEPLAN_ERROR_SCHEMA, "tie_word_embeddings"},
    {"{" PLAIN ",\"layer_types\":\"full\"}", EDGEPLAN_ERROR_SCHEMA, "layer_types"},
    {"{" PLAIN ",\"layer_types\":[\"full_attention\"]}", EDGEPLAN_ERROR_SCHEMA, "layer_types"},
    {"{" PLAIN ",\"layer_types\":[\"full_attention\",\"conv\"]}", EDGEPLAN_ERROR_UNSUPPORTED, "layer_types"},
    {"{" PLAIN ",\"layer_types\":[\"full_attention\",[]]}", EDGEPLAN_ERROR_SCHEMA, "layer_types"},
    {"{" PLAIN ",\"layer_types\":[\"full_attention\",\"sliding_attention\"]}", EDGEPLAN_ERROR_SCHEMA, "sliding_window"},
    {"{" QWEN ",\"use_sliding_window\":true,\"sliding_window\":0}", EDGEPLAN_ERROR_RANGE, "sliding_window"},
    {"{" GEMMA ",\"sliding_window_pattern\":0}", EDGEPLAN_ERROR_RANGE, "sliding_window_pattern"},
    {"{" GEMMA ",\"sliding_window_pattern\":null}", EDGEPLAN_ERROR_SCHEMA, "sliding_window_pattern"},
    {"{\"text_config\":{" PLAIN ",\"head_dim\":0}}", EDGEPLAN_ERROR_RANGE, "text_config.head_dim"},
    {"{\"model_type\":\"mixtral\",\"hidden_size\":64,\"num_hidden_layers\":1,\"num_attention_heads\":4,\"intermediate_size\":8,"
     "\"vocab_size\":9,\"max_position_embeddings\":9,\"num_local_experts\":2,\"num_experts_per_tok\":3}",
     EDGEPLAN_ERROR_RANGE, "num_experts_per_tok"},
    {"{\"model_type\":\"qwen3_moe\",\"hidden_size\":64,\"num_hidden_layers\":1,\"num_attention_heads\":4,\"intermediate_size\":8,"
     "\"vocab_size\":9,\"max_position_embeddings\":9,\"num_experts\":4,\"num_experts_per_tok\":3,\"moe_intermediate_size\":8,"
     "\"mlp_only_layers\":[1]}",
     EDGEPLAN_ERROR_RANGE, "mlp_only_layers"},
};

static void test_mistakes(void **state)
{
    (void)state;
    edgeplan_diagnostics *diagnostics = NULL;
    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        edgeplan_model *model = NULL;
        const edgeplan_status status = read_string(mistakes[i].text, diagnostics, &model);
        if (status != mistakes[i].status || edgeplan_diagnostics_count(diagnostics) != 1)
            fail_msg("%s: status %d, %u diagnostics, first %s: %s", mistakes[i].text, (int)status,
                     edgeplan_diagnostics_count(diagnostics), edgeplan_diagnostics_key_path(diagnostics, 0),
                     edgeplan_diagnostics_message(diagnostics, 0));
        assert_null(model);
        assert_string_equal(edgeplan_diagnostics_key_path(diagnostics, 0), mistakes[i].path);
        assert_string_equal(edgeplan_diagnostics_source(diagnostics, 0), "test.json");
        assert_int_equal(edgeplan_diagnostics_line(diagnostics, 0), 1);
        edgeplan_diagnostics_clear(diagnostics);
        assert_int_equal(read_string(mistakes[i].text, NULL, &model), mistakes[i].status);
    }
    edgeplan_diagnostics_unref(diagnostics);
}

static void test_every_mistake_is_reported(void **state)
{
    (void)state;
    static const char *const paths[] = {"num_hidden_layers", "vocab_size",        "max_position_embeddings", "num_attention_heads",
                                        "head_dim",          "attention_bias",    "intermediate_size"};
    edgeplan_model *model = NULL;
    edgeplan_diagnostics *diagnostics = NULL;
    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    assert_int_equal(read_string("{\"model_type\":\"llama\",\n\"num_hidden_layers\":-1,\"hidden_size\":64,\n\"vocab_size\":0,"
                                 "\"num_attention_heads\":\"x\",\"head_dim\":{},\n\"attention_bias\":3,\"intermediate_size\":5e15}",
                                 diagnostics, &model),
                     EDGEPLAN_ERROR_RANGE);
    assert_int_equal(edgeplan_diagnostics_count(diagnostics), sizeof paths / sizeof paths[0]);
    for (uint32_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        assert_string_equal(edgeplan_diagnostics_key_path(diagnostics, i), paths[i]);
    assert_int_equal(edgeplan_diagnostics_line(diagnostics, 0), 2);
    assert_int_equal(edgeplan_diagnostics_line(diagnostics, 1), 3);
    assert_int_equal(edgeplan_diagnostics_status(diagnostics, 2), EDGEPLAN_ERROR_SCHEMA);
    edgeplan_diagnostics_unref(diagnostics);
}

static void test_arguments(void **state)
{
    (void)state;
    const ep_node null_node = {.kind = EP_NODE_NULL, .source = ""};
    edgeplan_model *model = NULL;
    assert_int_equal(ep_config_read(NULL, NULL, NULL, EDGEPLAN_PART_TEXT, NULL, &model), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ep_config_read(NULL, &null_node, NULL, EDGEPLAN_PART_TEXT, NULL, &model), EDGEPLAN_ERROR_SCHEMA);
    assert_null(edgeplan_model_ref(NULL));
    edgeplan_model_unref(NULL);
}

static void test_allocation_failures(void **state)
{
    (void)state;
    static const char *const configs[] = {"gemma-3-4b", "gpt-oss-20b", "llama-3.3-70b", "qwen3-30b-a3b"};
    for (size_t i = 0; i < sizeof configs / sizeof configs[0]; i++) {
        size_t length = 0;
        char *text = load_text(configs[i], &length);
        sweep(text, length);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_windows),
        cmocka_unit_test(test_class_defaults_are_assumptions),
        cmocka_unit_test(test_experts),
        cmocka_unit_test(test_tolerated),
        cmocka_unit_test(test_switched_windows),
        cmocka_unit_test(test_dense_layers_between_experts),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_every_mistake_is_reported),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_allocation_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
