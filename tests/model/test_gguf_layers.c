/* What a layer is by its file: windows, shared caches, layers beyond the trunk. */
#include "gguf_opening.h"

/* ---- Windows ---- */

static void check_windows(edgeplan_model *model, const char *pattern, uint32_t span, uint64_t tokens)
{
    for (uint32_t i = 0; i < model->layer_count; i++) {
        const int windowed = pattern[i % strlen(pattern)] == 'S';

        assert_count(model->layers[i].span, windowed ? span : EDGEPLAN_SPAN_ALL);
        assert_count(model->layers[i].span_tokens, windowed ? tokens : 0);
    }
    edgeplan_model_unref(model);
}

static void windows_follow_the_architecture(void **state)
{
    static const struct {
        const char *from, *arch;
        uint32_t layers, window, period;
        const char *pattern;
        uint32_t span;
        uint64_t tokens;
    } rules[] = {
        {"gemma-3-1b", "gemma3", 12, 512, 0, "SSSSSF", EDGEPLAN_SPAN_WINDOW, 512},
        {"gemma-3-1b", "gemma3", 12, 512, 4, "SSSF", EDGEPLAN_SPAN_WINDOW, 512},
        {"gemma-3-1b", "gemma3", 12, 0, 0, "F", EDGEPLAN_SPAN_ALL, 0},
        {"gemma-2-2b", "gemma2", 6, 0, 0, "SF", EDGEPLAN_SPAN_WINDOW, 4096},
        {"llama-3.2-1b", "llama", 4, 4096, 0, "F", EDGEPLAN_SPAN_ALL, 0},        /* the architecture has no window */
        {"llama-3.2-1b", "llama4", 8, 0, 0, "F", EDGEPLAN_SPAN_CHUNK, 0},        /* no key: see below */
        {"llama-3.2-1b", "cohere2", 8, 4096, 0, "SSSF", EDGEPLAN_SPAN_WINDOW, 4096},
        {"llama-3.2-1b", "exaone4", 8, 4096, 0, "F", EDGEPLAN_SPAN_ALL, 0},      /* only the model of 64 layers has one */
        {"llama-3.2-1b", "exaone4", 64, 4096, 0, "SSSF", EDGEPLAN_SPAN_WINDOW, 4096},
        {"llama-3.2-1b", "exaone4", 64, 0, 0, "SSSF", EDGEPLAN_SPAN_WINDOW, 4096},
        {"llama-3.2-1b", "smallthinker", 8, 4096, 0, "FSSS", EDGEPLAN_SPAN_WINDOW, 4096},
        {"olmo-2-7b", "olmo2", 8, 4096, 0, "SSSF", EDGEPLAN_SPAN_WINDOW, 4096},
        {"olmo-2-7b", "olmo2", 8, 0, 0, "F", EDGEPLAN_SPAN_ALL, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        gguf_model m = preset(rules[i].from, rules[i].layers);

        m.arch = rules[i].arch;
        m.window = rules[i].window;
        m.period = rules[i].period;
        if (strcmp(m.arch, "llama4") == 0)
            check_windows(open_model(&m), "SSSF", EDGEPLAN_SPAN_CHUNK, 8192);
        else
            check_windows(open_model(&m), rules[i].pattern, rules[i].span, rules[i].tokens);
    }
}

static void windows_may_be_listed(void **state)
{
    static const uint32_t list[] = {1, 0, 0, 1, 1, 0};
    gguf_model m = preset("gemma-3-1b", 6);
    gguf_writer w;

    (void)state;
    m.period = 0;
    gguf_write_model(&w, &m, 0);
    gguf_key_list(&w, "gemma3.attention.sliding_window_pattern", GGUF_BOOL, list, 6);
    check_windows(open_written(&w), "SFFSSF", EDGEPLAN_SPAN_WINDOW, 512);
    m = preset("lfm2-1.2b", 6);
    m.window = 2048;
    check_windows(open_model(&m), "FFSFFS", EDGEPLAN_SPAN_WINDOW, 2048); /* every layer with attention */
}

/* ---- Shared caches ---- */

static void sharing_layers_read_the_last_caches_before(void **state)
{
    static const uint32_t list[] = {1, 1, 0, 1, 0, 1, 0, 1};
    gguf_model m = preset("gemma-3-1b", 8);
    edgeplan_model *model;
    gguf_writer w;

    (void)state;
    m.arch = "gemma4";
    m.period = 0;
    gguf_write_model(&w, &m, 0);
    gguf_key_list(&w, "gemma4.attention.sliding_window_pattern", GGUF_BOOL, list, 8);
    gguf_key_u32(&w, "gemma4.attention.shared_kv_layers", 3);
    model = open_written(&w);
    for (uint32_t i = 0; i < 5; i++)
        assert_count(model->layers[i].kv_source, 0);
    assert_count(model->layers[5].kv_source, 1 + 3); /* a window: the last but one of the five */
    assert_count(model->layers[6].kv_source, 1 + 4);
    assert_count(model->layers[7].kv_source, 1 + 3);
    edgeplan_model_unref(model);
    gguf_write_model(&w, &m, 0);
    gguf_key_list(&w, "gemma4.attention.sliding_window_pattern", GGUF_BOOL, list, 8);
    gguf_key_u32(&w, "gemma4.attention.shared_kv_layers", 7);
    check_written_is_refused(&w, EDGEPLAN_ERROR_RANGE, "gemma4.attention.shared_kv_layers", NULL);
    m = preset("gemma-3-1b", 24);
    m.arch = "gemma3n";
    m.period = 5;
    model = open_model(&m);
    assert_count(model->layers[19].kv_source, 0);
    assert_count(model->layers[20].kv_source, 1 + 18);
    edgeplan_model_unref(model);
}

/* ---- What is left out ---- */

/* The layer alone, of a hybrid one with attention; embedding and head, whose sizes it has, are the trunk's. Sizes of Qwen3.5-27B: 24 heads
   of 256 that are gated, 4 of keys and of values, a network of 17408, two norms, and what joins the token to the state. */
static void next_token_layers_alone(void **state)
{
    static const uint64_t matrix[] = {10240, 5120, 0};
    const edgeplan_open_options options = {.struct_size = sizeof options, .part = EDGEPLAN_PART_MTP};
    gguf_model m = preset("qwen3.5-27b", 5);
    edgeplan_model *model = NULL;
    uint64_t matrices = 0;
    gguf_writer w;
    size_t length;

    (void)state;
    m.attends = "RRRFF";
    gguf_write_model(&w, &m, 0);
    gguf_key_u32(&w, "qwen35.nextn_predict_layers", 1);
    gguf_tensor(&w, "blk.4.nextn.eh_proj.weight", 1, matrix);
    const unsigned char *bytes = gguf_end(&w, &length);
    assert_int_equal(edgeplan_model_open_memory(NULL, bytes, length, "m", &options, NULL, &model), EDGEPLAN_OK);
    assert_count(model->layer_count, 1);
    assert_count(model->layers[0].attention, EDGEPLAN_ATTENTION_GROUPED);
    assert_count(model->layers[0].recurrent, EDGEPLAN_RECURRENT_NONE);
    assert_count(model->layers[0].kv_heads, 4);
    assert_count(model->head.hidden_width, 5120);
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        assert_count(model->tensors[i].layer, 1);
        if (model->tensors[i].rows > 1)
            matrices += model->tensors[i].rows * model->tensors[i].columns;
    }
    assert_count(matrices, 5120 * (2 * 24 * 256 + 2 * 4 * 256 + 24 * 256 + 3 * 17408) + 10240 * 5120);
    assert_false(assumes(model, "names this library does not know"));
    edgeplan_model_unref(model);
    gguf_free(&w);

    gguf_write_model(&w, &m, 10);
    bytes = gguf_end(&w, &length);
    assert_int_equal(edgeplan_model_open_memory(NULL, bytes, length, "m", &options, NULL, &model), EDGEPLAN_ERROR_UNSUPPORTED);
    gguf_free(&w);
    assert_int_equal(edgeplan_model_open_memory(NULL, "{}", 2, "m", &options, NULL, &model), EDGEPLAN_ERROR_SCHEMA);
}

static void next_token_layers_are_left_out(void **state)
{
    gguf_model m = preset("qwen3.5-27b", 5);
    edgeplan_model *model;
    uint64_t with;

    (void)state;
    m.attends = "RRRFF";
    model = open_model(&m);
    with = model->head.parameters;
    edgeplan_model_unref(model);
    {
        static const uint64_t matrix[] = {10240, 5120, 0};
        gguf_writer w;

        gguf_write_model(&w, &m, 0);
        gguf_key_u32(&w, "qwen35.nextn_predict_layers", 1);
        gguf_tensor(&w, "blk.4.nextn.eh_proj.weight", 1, matrix);
        model = open_written(&w);
    }
    assert_count(model->layer_count, 4);
    assert_true(model->head.parameters < with);
    assert_true(assumes(model, "token after next"));
    edgeplan_model_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_follow_the_architecture),
        cmocka_unit_test(windows_may_be_listed),
        cmocka_unit_test(sharing_layers_read_the_last_caches_before),
        cmocka_unit_test(next_token_layers_alone),
        cmocka_unit_test(next_token_layers_are_left_out),
    };

    return cmocka_run_group_tests_name("model/gguf_layers", tests, NULL, NULL);
}
