/* Headers of real models: parameters to the parameter, layers as the models are published, caches and states as llama.cpp reports them. */
#include "gguf_opening.h"

#include "base/known.h"

/* ---- Totals ---- */

static void parameters_are_the_published_ones(void **state)
{
    (void)state;
    for (size_t i = 0; i < gguf_model_count; i++) {
        const gguf_model *preset = &gguf_models[i];
        edgeplan_model *model = open_preset(preset->name);

        if (model->head.parameters != preset->parameters)
            print_error("%s has %llu parameters, not %llu\n", preset->name, (unsigned long long)model->head.parameters,
                        (unsigned long long)preset->parameters);
        assert_count(model->head.parameters, preset->parameters);
        assert_count(model->layer_count, preset->layers);
        assert_count(model->head.hidden_width, preset->hidden);
        assert_count(model->head.vocabulary, preset->vocabulary);
        assert_count(model->head.trained_context_tokens, preset->context);
        assert_count(model->head.tied_head, preset->tied ? EDGEPLAN_SWITCH_ON : EDGEPLAN_SWITCH_OFF);
        assert_string_equal(model->name, preset->name);
        assert_string_equal(model->id, "m.gguf");
        assert_string_equal(model->format, "f16");
        edgeplan_model_unref(model);
    }
}

/* Multiplied with for one token: of experts those used, no lookup. Sources: the same sums over the published dimensions. */
static const struct {
    const char *name;
    uint64_t active;
} active[] = {
    {"llama-3.1-8b", 7504924672},     {"llama-3.2-1b", 1235814400},  {"qwen3-30b-a3b", 3041867776},     {"gpt-oss-20b", 3608307264},
    {"deepseek-v2-lite", 2451435008}, {"phi-3.5-mini", 3722578944},  {"granite-4.0-h-tiny", 1465470528}, {"qwen3-coder-next", 3563764480},
    {"nemotron-nano-9b-v2", 8301024768}, {"falcon-mamba-7b", 7006326784}, {"olmo-2-7b", 6887575552},
};

static void active_parameters_leave_out_what_rests(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof active / sizeof active[0]; i++) {
        edgeplan_model *model = open_preset(active[i].name);

        assert_count(model->head.active_parameters, active[i].active);
        edgeplan_model_unref(model);
    }
}

/* ---- Layers ---- */

typedef struct expected {
    const char *name, *family, *pattern; /* one letter a layer, repeats: F attention, S window, R recurrent, B both, D neither */
    uint64_t window, kv_elements;        /* of a token in all layers' own caches */
    uint32_t recurrent;
    uint64_t conv, state;                /* of a recurrent layer */
} expected;

/* Patterns and elements: docs of each model; states: n_embd_r and n_embd_s of llama.cpp, as its buffers show them. */
static const expected layers[] = {
    {"llama-3.1-8b", "llama", "F", 0, 32 * 8 * 256, 0, 0, 0},
    {"mixtral-8x7b", "mixtral", "F", 0, 32 * 8 * 256, 0, 0, 0},
    {"qwen2.5-0.5b", "qwen2", "F", 0, 24 * 2 * 128, 0, 0, 0},
    {"qwen3-0.6b", "qwen3", "F", 0, 28 * 8 * 256, 0, 0, 0},
    {"qwen3-30b-a3b", "qwen3_moe", "F", 0, 48 * 4 * 256, 0, 0, 0},
    {"gemma-2-2b", "gemma2", "SF", 4096, 26 * 4 * 512, 0, 0, 0},
    {"gemma-3-1b", "gemma3", "SSSSSF", 512, 26 * 512, 0, 0, 0},
    {"gpt-oss-20b", "gpt-oss", "SF", 128, 24 * 8 * 128, 0, 0, 0},
    {"phi-3.5-mini", "phi3", "F", 0, 32 * 32 * 192, 0, 0, 0},
    {"olmo-2-7b", "olmo2", "F", 0, 32 * 32 * 256, 0, 0, 0},
    {"granite-4.1-3b", "granite", "F", 0, 40 * 8 * 128, 0, 0, 0},
    {"deepseek-v2-lite", "deepseek2", "F", 0, 27 * 576, 0, 0, 0},
    {"lfm2-1.2b", "lfm2", "RRFRRFRRFRFRFRFR", 0, 6 * 8 * 128, EDGEPLAN_RECURRENT_CONVOLUTION, 4096, 0},
    {"granite-4.0-h-tiny", "granite_hybrid", "RRRRRFRRRR", 0, 4 * 4 * 256, EDGEPLAN_RECURRENT_SSM, 9984, 393216},
    {"falcon-h1-0.5b", "falcon_h1", "B", 0, 36 * 2 * 128, EDGEPLAN_RECURRENT_SSM, 5376, 196608},
    {"falcon-mamba-7b", "mamba", "R", 0, 0, EDGEPLAN_RECURRENT_SSM, 24576, 131072},
    {"mamba2-1.3b", "mamba2", "R", 0, 0, EDGEPLAN_RECURRENT_SSM, 13056, 524288},
    {"nemotron-nano-9b-v2", "nemotron_h", "RDRDRDRRDRDRDRFDRDRDRFDRDRDRDRFDRDRDRDRFDRDRRDRDRDRDRDRD", 0, 4 * 8 * 256,
     EDGEPLAN_RECURRENT_SSM, 36864, 1310720},
    {"qwen3-coder-next", "qwen3_next", "RRRF", 0, 12 * 2 * 512, EDGEPLAN_RECURRENT_DELTA, 24576, 524288},
    {"qwen3.5-27b", "qwen3_5", "RRRF", 0, 16 * 4 * 512, EDGEPLAN_RECURRENT_DELTA, 30720, 786432},
};

static char letter(const edgeplan_layer *layer)
{
    if (layer->attention != EDGEPLAN_ATTENTION_NONE && layer->recurrent != EDGEPLAN_RECURRENT_NONE)
        return 'B';
    if (layer->recurrent != EDGEPLAN_RECURRENT_NONE)
        return 'R';
    if (layer->attention == EDGEPLAN_ATTENTION_NONE)
        return 'D';
    return layer->span == EDGEPLAN_SPAN_WINDOW ? 'S' : 'F';
}

static uint64_t kv_elements(const edgeplan_layer *layer)
{
    if (layer->attention == EDGEPLAN_ATTENTION_NONE || layer->kv_source != 0)
        return 0;
    if (layer->attention == EDGEPLAN_ATTENTION_LATENT)
        return layer->latent_width + layer->rope_width;
    return layer->kv_heads * (layer->key_width + layer->value_width);
}

static void layers_are_those_of_the_model(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++) {
        const expected *e = &layers[i];
        edgeplan_model *model = open_preset(e->name);
        uint64_t elements = 0;

        assert_string_equal(model->family, e->family);
        for (uint32_t k = 0; k < model->layer_count; k++) {
            const edgeplan_layer *layer = &model->layers[k];
            const char wanted = e->pattern[k % strlen(e->pattern)];

            if (letter(layer) != wanted)
                print_error("%s: layer %u is %c, not %c\n", e->name, (unsigned)k, letter(layer), wanted);
            assert_int_equal(letter(layer), wanted);
            assert_count(layer->span_tokens, wanted == 'S' ? e->window : 0);
            if (layer->recurrent != EDGEPLAN_RECURRENT_NONE) {
                assert_count(layer->recurrent, e->recurrent);
                assert_count(layer->conv_elements, e->conv);
                assert_count(layer->state_elements, e->state);
            }
            elements += kv_elements(layer);
        }
        assert_count(elements, e->kv_elements);
        edgeplan_model_unref(model);
    }
}

static void feed_forward_parts_are_those_of_the_model(void **state)
{
    edgeplan_model *model = open_preset("deepseek-v2-lite");
    const edgeplan_layer *layer = &model->layers[0];

    (void)state;
    assert_true(layer->feed_forward == EDGEPLAN_FEED_FORWARD_DENSE && layer->ffn_width == 10944);
    layer = &model->layers[1];
    assert_true(layer->feed_forward == EDGEPLAN_FEED_FORWARD_EXPERTS && layer->ffn_width == 1408 && layer->experts == 64);
    assert_true(layer->experts_used == 6 && layer->shared_width == 2816);
    assert_true(layer->query_heads == 16 && layer->key_width == 192 && layer->value_width == 128);
    assert_true(layer->latent_width == 512 && layer->rope_width == 64);
    edgeplan_model_unref(model);
    model = open_preset("phi-3.5-mini");
    assert_count(model->layers[0].ffn_width, 8192);
    assert_count(model->layers[0].key_width, 96);
    edgeplan_model_unref(model);
    model = open_preset("falcon-mamba-7b");
    assert_count(model->layers[0].feed_forward, EDGEPLAN_FEED_FORWARD_NONE);
    edgeplan_model_unref(model);
}

/* ---- Files ---- */

/* 2 bytes an element in matrices, 4 in all that is small; each tensor padded to 32. */
static void artefact_and_format_follow_from_the_tensors(void **state)
{
    gguf_model preset = *gguf_model_find("qwen3-0.6b");
    edgeplan_artefact artefact;
    edgeplan_model *model;
    uint64_t data_bytes;
    gguf_writer w;
    size_t length;

    (void)state;
    preset.type = 8;
    gguf_write_model(&w, &preset, 151936);
    (void)gguf_end(&w, &length);
    data_bytes = w.data_bytes;
    model = open_written(&w);
    assert_string_equal(edgeplan_model_format(model), "q8_0");
    assert_int_equal(edgeplan_struct_init(&artefact, sizeof artefact), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_artefact(model, &artefact), EDGEPLAN_OK);
    assert_count(artefact.known, 7);
    assert_count(artefact.files, 1);
    assert_count(artefact.file_bytes, (length + 31) / 32 * 32 + data_bytes);
    assert_count(artefact.largest_file_bytes, artefact.file_bytes);
    edgeplan_model_unref(model);
    assert_int_equal(edgeplan_model_artefact(NULL, &artefact), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_string_equal(edgeplan_model_format(NULL), "");
}

static edgeplan_status open_once(edgeplan_context *context, void *argument)
{
    gguf_writer *w = argument;
    edgeplan_model *model;
    size_t length;
    const unsigned char *bytes = gguf_end(w, &length);
    edgeplan_status status = open_bytes(context, bytes, length, "m", 0, NULL, &model);

    assert_true((status == EDGEPLAN_OK) == (model != NULL));
    edgeplan_model_unref(model);
    return status;
}

static void survives_no_memory(void **state)
{
    gguf_model preset = *gguf_model_find("granite-4.0-h-tiny");
    gguf_writer w;

    (void)state;
    preset.layers = 6; /* one of each kind is enough */
    gguf_write_model(&w, &preset, 10);
    assert_true(test_sweep_allocations(open_once, &w) >= 10);
    gguf_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_the_published_ones),
        cmocka_unit_test(active_parameters_leave_out_what_rests),
        cmocka_unit_test(layers_are_those_of_the_model),
        cmocka_unit_test(feed_forward_parts_are_those_of_the_model),
        cmocka_unit_test(artefact_and_format_follow_from_the_tensors),
        cmocka_unit_test(survives_no_memory),
    };

    return cmocka_run_group_tests_name("model/gguf_models", tests, NULL, NULL);
}
