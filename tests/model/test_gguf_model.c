/* What keys mean, what the tensors say against them, and what is refused. */
#include "gguf_opening.h"

/* ---- Kinds ---- */

static void refuses_kinds_by_name(void **state)
{
    static const struct {
        const char *arch, *message;
    } kinds[] = {
        {"bert", "'bert' is an encoder"}, {"clip", "mmproj"},          {"t5", "encoder before its decoder"},
        {"dream", "diffusion"},           {"eagle3", "cannot run alone"}, {"deepseek32", "index"},
    };
    gguf_writer w;

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        gguf_new(&w);
        gguf_key_text(&w, "general.architecture", kinds[i].arch);
        check_written_is_refused(&w, EDGEPLAN_ERROR_UNSUPPORTED, "general.architecture", kinds[i].message);
    }
    gguf_new(&w); /* made by `--vocab-only` */
    gguf_key_text(&w, "general.architecture", "llama");
    gguf_key_texts(&w, "tokenizer.ggml.tokens", 10, 5);
    check_written_is_refused(&w, EDGEPLAN_ERROR_UNSUPPORTED, "general.architecture", "only a vocabulary for 'llama'");
    gguf_new(&w);
    check_written_is_refused(&w, EDGEPLAN_ERROR_SCHEMA, "general.architecture", "missing");
    gguf_new(&w);
    gguf_key_u32(&w, "general.architecture", 7);
    check_written_is_refused(&w, EDGEPLAN_ERROR_SCHEMA, "general.architecture", "word");
}

/* All of an mmproj file is one encoder, as long as its tensors: F32 takes 4 bytes, F16 two. */
static void counts_an_encoder_where_one_is_asked_for(void **state)
{
    static const uint64_t patch[] = {14, 14, 3, 1152, 0}, down[] = {4304, 1152, 0};
    const edgeplan_open_options options = {.struct_size = sizeof options, .part = EDGEPLAN_PART_ENCODER};
    edgeplan_model *model = NULL;
    gguf_writer w;
    size_t length;

    (void)state;
    gguf_new(&w);
    gguf_key_text(&w, "general.architecture", "clip");
    gguf_key_u32(&w, "general.file_type", 1);
    gguf_tensor(&w, "v.patch_embd.weight", 0, patch);
    gguf_tensor(&w, "v.blk.0.ffn_down.weight", 1, down);
    const unsigned char *bytes = gguf_end(&w, &length);
    assert_int_equal(edgeplan_model_open_memory(NULL, bytes, length, "m", &options, NULL, &model), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_layer_count(model), 0);
    assert_string_equal(edgeplan_model_format(model), "f16");
    assert_string_equal(edgeplan_model_family(model), "clip");
    assert_count(model->tensors[0].role, EDGEPLAN_ROLE_ENCODER);
    assert_count(model->tensors[0].stored_bytes + model->tensors[1].stored_bytes, 14 * 14 * 3 * 1152 * 4 + 4304 * 1152 * 2);
    edgeplan_model_unref(model);
    gguf_free(&w);

    const gguf_model text = preset("llama-3.2-1b", 2);
    gguf_write_model(&w, &text, 10);
    bytes = gguf_end(&w, &length);
    assert_int_equal(edgeplan_model_open_memory(NULL, bytes, length, "m", &options, NULL, &model), EDGEPLAN_ERROR_UNSUPPORTED);
    gguf_free(&w);
}

static void plans_an_unknown_architecture_as_its_tensors_show(void **state)
{
    gguf_model m = preset("qwen3-0.6b", 2);
    edgeplan_model *model;

    (void)state;
    m.arch = "brand-new";
    model = open_model(&m);
    assert_string_equal(model->family, "brand-new");
    assert_true(assumes(model, "not known"));
    assert_count(model->layers[1].kv_heads, 8);
    edgeplan_model_unref(model);
    m = preset("mamba2-1.3b", 2);
    m.arch = "brand-new";
    {
        gguf_writer w;

        gguf_write_model(&w, &m, 0);
        check_written_is_refused(&w, EDGEPLAN_ERROR_UNSUPPORTED, "brand-new.block_count", "recurrent");
    }
}

/* ---- Keys ---- */

static void refuses_wrong_keys(void **state)
{
    static const struct {
        const char *key, *message;
        uint32_t type, value;
        edgeplan_status status;
    } wrong[] = {
        {"llama.block_count", "1 to 4096", GGUF_U32, 0, EDGEPLAN_ERROR_RANGE},
        {"llama.block_count", "1 to 4096", GGUF_U32, 4097, EDGEPLAN_ERROR_RANGE},
        {"llama.block_count", "negative", GGUF_I32, 0xffffffff, EDGEPLAN_ERROR_RANGE},
        {"llama.block_count", "whole number", GGUF_F32, 0, EDGEPLAN_ERROR_SCHEMA},
    };
    gguf_model m = preset("llama-3.2-1b", 2);
    const uint32_t short_list[] = {8};
    gguf_writer w;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        static const uint64_t sizes[] = {4, 4, 0};

        gguf_new(&w);
        gguf_key_text(&w, "general.architecture", "llama");
        gguf_key(&w, wrong[i].key, wrong[i].type);
        gguf_put_u32(&w.key_bytes, wrong[i].value);
        gguf_tensor(&w, "token_embd.weight", 0, sizes);
        check_written_is_refused(&w, wrong[i].status, wrong[i].key, wrong[i].message);
    }
    m.heads = 0;
    gguf_write_model(&w, &m, 0);
    check_written_is_refused(&w, EDGEPLAN_ERROR_SCHEMA, "llama.attention.head_count", NULL);
    m = preset("qwen3-30b-a3b", 2);
    m.experts_used = 0;
    gguf_write_model(&w, &m, 0);
    check_written_is_refused(&w, EDGEPLAN_ERROR_SCHEMA, "qwen3moe.expert_used_count", NULL);
    m.experts_used = 1000; /* wrong only of the layers that follow from it: the file is named all the same */
    gguf_write_model(&w, &m, 0);
    check_written_is_refused(&w, EDGEPLAN_ERROR_RANGE, "layers[0].experts_used", "must not exceed experts");
    m = preset("gemma-3-1b", 7);
    m.period = 0;
    gguf_write_model(&w, &m, 0);
    gguf_key_list(&w, "gemma3.attention.sliding_window_pattern", GGUF_BOOL, short_list, 1);
    check_written_is_refused(&w, EDGEPLAN_ERROR_SCHEMA, "gemma3.attention.sliding_window_pattern", "fewer layers");
    m = preset("llama-3.2-1b", 2);
    gguf_write_model(&w, &m, 0);
    gguf_key_u32(&w, "llama.nextn_predict_layers", 2);
    check_written_is_refused(&w, EDGEPLAN_ERROR_RANGE, "llama.nextn_predict_layers", "below block_count");
}

static void refuses_layers_and_keys_that_do_not_meet(void **state)
{
    static const uint64_t vector[] = {2048, 0};
    gguf_model m = preset("llama-3.2-1b", 2);
    gguf_writer w;

    (void)state;
    gguf_write_model(&w, &m, 0);
    gguf_tensor(&w, "blk.2.attn_norm.weight", 0, vector);
    check_written_is_refused(&w, EDGEPLAN_ERROR_REFERENCE, "blk.2.attn_norm.weight", "beyond block_count");
    gguf_new(&w);
    gguf_key_text(&w, "general.architecture", "llama");
    gguf_key_u32(&w, "llama.block_count", 1);
    gguf_tensor(&w, "blk.0.attn_norm.weight", 0, vector);
    check_written_is_refused(&w, EDGEPLAN_ERROR_SCHEMA, "token_embd.weight", "missing");
    gguf_write_model(&w, &m, 0);
    w.key_bytes.length = 0; /* the same tensors, another count */
    w.keys = 0;
    gguf_key_text(&w, "general.architecture", "llama");
    gguf_key_u32(&w, "llama.block_count", 3);
    gguf_key_u32(&w, "llama.attention.head_count", 32);
    check_written_is_refused(&w, EDGEPLAN_ERROR_SCHEMA, "llama.block_count", "no tensors");
    m = preset("mamba2-1.3b", 1);
    gguf_write_model(&w, &m, 0);
    w.key_bytes.length = 0;
    w.keys = 0;
    gguf_key_text(&w, "general.architecture", "mamba2");
    gguf_key_u32(&w, "mamba2.block_count", 1);
    check_written_is_refused(&w, EDGEPLAN_ERROR_SCHEMA, "mamba2.ssm.state_size", "missing");
}

/* ---- Tensors win ---- */

static void tensors_win_over_keys(void **state)
{
    gguf_model m = preset("lfm2-1.2b", 3);
    edgeplan_model *model;
    gguf_writer w;

    (void)state;
    /* As a re-upload of LFM2.5-1.2B has it: the key gives the width before it is adjusted. */
    gguf_write_model(&w, &m, 0);
    w.key_bytes.length = 0;
    w.keys = 0;
    gguf_key_text(&w, "general.architecture", "lfm2");
    gguf_key_u32(&w, "lfm2.block_count", 3);
    gguf_key_u32(&w, "lfm2.feed_forward_length", 12288);
    gguf_key_u32(&w, "lfm2.attention.head_count", 32);
    gguf_key_u32(&w, "lfm2.embedding_length", 1024);
    model = open_written(&w);
    assert_count(model->layers[0].ffn_width, 8192);
    assert_count(model->layers[2].kv_heads, 8); /* without a key: as the rows of attn_k show */
    assert_count(model->head.hidden_width, 2048);
    assert_count(model->head.trained_context_tokens, 0);
    assert_true(assumes(model, "`feed_forward_length` says 12288, the tensors of layer 0 show 8192"));
    assert_true(assumes(model, "`embedding_length` says 1024"));
    edgeplan_model_unref(model);
    /* As dense Granite files made from the hybrid's class have them. */
    m = preset("granite-4.1-3b", 2);
    gguf_write_model(&w, &m, 0);
    gguf_key_u32(&w, "granite.ssm.inner_size", 4096);
    gguf_key_u32(&w, "granite.ssm.state_size", 256);
    gguf_key_u32(&w, "granite.expert_shared_feed_forward_length", 8192);
    model = open_written(&w);
    assert_count(model->layers[0].recurrent, EDGEPLAN_RECURRENT_NONE);
    assert_count(model->layers[0].shared_width, 0);
    assert_true(assumes(model, "no tensor is recurrent"));
    edgeplan_model_unref(model);
}

static void old_latent_files_are_cached_expanded(void **state)
{
    gguf_model m = preset("deepseek-v2-lite", 2);
    edgeplan_model *model;
    gguf_writer w;

    (void)state;
    gguf_write_model(&w, &m, 0);
    w.key_bytes.length = 0; /* without key_length_mla */
    w.keys = 0;
    gguf_key_text(&w, "general.architecture", "deepseek2");
    gguf_key_u32(&w, "deepseek2.block_count", 2);
    gguf_key_u32(&w, "deepseek2.attention.head_count", 16);
    gguf_key_u32(&w, "deepseek2.attention.head_count_kv", 16);
    gguf_key_u32(&w, "deepseek2.attention.key_length", 192);
    gguf_key_u32(&w, "deepseek2.attention.value_length", 128);
    gguf_key_u32(&w, "deepseek2.expert_used_count", 6);
    gguf_key_u32(&w, "deepseek2.expert_count", 64);
    model = open_written(&w);
    assert_count(model->layers[0].attention, EDGEPLAN_ATTENTION_GROUPED);
    assert_true(model->layers[0].kv_heads == 16 && model->layers[0].key_width == 192 && model->layers[0].value_width == 128);
    edgeplan_model_unref(model);
}

/* ---- What is joined ---- */

static void single_experts_are_stacked(void **state)
{
    static const uint64_t up[] = {64, 32, 0}, down[] = {32, 64, 0}, router[] = {64, 4, 0}, table[] = {64, 100, 0}, square[] = {64, 64, 0};
    edgeplan_model *model;
    char name[64];
    gguf_writer w;

    (void)state;
    gguf_new(&w);
    gguf_key_text(&w, "general.architecture", "llama");
    gguf_key_u32(&w, "llama.block_count", 1);
    gguf_key_u32(&w, "llama.attention.head_count", 4);
    gguf_key_u32(&w, "llama.expert_count", 4);
    gguf_key_u32(&w, "llama.expert_used_count", 2);
    gguf_tensor(&w, "token_embd.weight", 1, table);
    gguf_tensor(&w, "blk.0.attn_q.weight", 1, square);
    gguf_tensor(&w, "blk.0.attn_k.weight", 1, square);
    gguf_tensor(&w, "blk.0.attn_v.weight", 1, square);
    gguf_tensor(&w, "blk.0.attn_output.weight", 1, square);
    gguf_tensor(&w, "blk.0.ffn_gate_inp.weight", 0, router);
    for (unsigned i = 0; i < 4; i++) {
        snprintf(name, sizeof name, "blk.0.ffn_gate.%u.weight", i);
        gguf_tensor(&w, name, 1, up);
        snprintf(name, sizeof name, "blk.0.ffn_down.%u.weight", i);
        gguf_tensor(&w, name, 1, down);
        snprintf(name, sizeof name, "blk.0.ffn_up.%u.weight", i);
        gguf_tensor(&w, name, 1, up);
    }
    model = open_written(&w);
    assert_string_equal(model->family, "mixtral");
    assert_count(model->tensor_count, 6 + 3);
    assert_true(model->layers[0].experts == 4 && model->layers[0].experts_used == 2 && model->layers[0].ffn_width == 32);
    assert_count(model->head.parameters, 6400 + 4 * 4096 + 256 + 12 * 2048);
    assert_count(model->head.active_parameters, 6400 + 4 * 4096 + 256 + 6 * 2048);
    edgeplan_model_unref(model);
}

static void names_that_nobody_knows_are_counted(void **state)
{
    static const uint64_t matrix[] = {64, 64, 0};
    gguf_model m = preset("llama-3.2-1b", 1);
    edgeplan_model *model;
    gguf_writer w;

    (void)state;
    gguf_write_model(&w, &m, 0);
    gguf_tensor(&w, "blk.0.quantum_flux.weight", 1, matrix);
    gguf_tensor(&w, "blk.00.attn_q.weight", 1, matrix); /* not as anybody writes a layer */
    model = open_written(&w);
    assert_true(assumes(model, "2 tensors have names this library does not know"));
    edgeplan_model_unref(model);
}

/* ---- Format ---- */

static void formats_are_held_against_the_tensors(void **state)
{
    static const struct {
        uint32_t type, claim; /* claim UINT32_MAX: none */
        const char *format;
        int assumed;
    } cases[] = {
        {12, 15, "q4_k_m", 0}, {12, 14, "q4_k_s", 0}, {12, 1024 + 15, "q4_k_m", 0}, {12, UINT32_MAX, "q4_k", 0}, {14, 18, "q6_k", 0},
        {14, 15, "q6_k", 1},   {1, 1, "f16", 0},      {8, 15, "q8_0", 1},           {39, 38, "mxfp4", 0},         {12, 999, "q4_k", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gguf_model m = preset("llama-3.2-1b", 2);
        edgeplan_model *model;
        gguf_writer w;

        m.type = cases[i].type;
        gguf_write_model(&w, &m, 0);
        w.key_bytes.length = 0;
        w.keys = 0;
        gguf_key_text(&w, "general.architecture", "llama");
        gguf_key_u32(&w, "llama.block_count", 2);
        gguf_key_u32(&w, "llama.attention.head_count", 32);
        if (cases[i].claim != UINT32_MAX)
            gguf_key_u32(&w, "general.file_type", cases[i].claim);
        model = open_written(&w);
        if (cases[i].type == 12 && cases[i].format[4] == '\0') /* a K-quant without a mixture named: none */
            assert_string_equal(model->format, "");
        else
            assert_string_equal(model->format, cases[i].format);
        assert_int_equal(assumes(model, "`general.file_type`"), cases[i].assumed);
        edgeplan_model_unref(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_kinds_by_name),
        cmocka_unit_test(counts_an_encoder_where_one_is_asked_for),
        cmocka_unit_test(plans_an_unknown_architecture_as_its_tensors_show),
        cmocka_unit_test(refuses_wrong_keys),
        cmocka_unit_test(refuses_layers_and_keys_that_do_not_meet),
        cmocka_unit_test(tensors_win_over_keys),
        cmocka_unit_test(old_latent_files_are_cached_expanded),
        cmocka_unit_test(single_experts_are_stacked),
        cmocka_unit_test(names_that_nobody_knows_are_counted),
        cmocka_unit_test(formats_are_held_against_the_tensors),
    };

    return cmocka_run_group_tests_name("model/gguf_model", tests, NULL, NULL);
}
