/* Checkpoints laid out as the published ones are, against their published sizes. */
#include "checkpoints.h"

#include <edgeplan/registry.h>

/* Dimensions and totals as published in config.json and on the model's page. */
static const st_model llama_8b = {"llama-3.1-8b", "llama", 32, 4096, 14336, 32, 8, 128, 128256, 0, 0, 8030261248};
static const st_model llama_70b = {"llama-3.3-70b", "llama", 80, 8192, 28672, 64, 8, 128, 128256, 0, 0, 70553706496};
static const st_model qwen_7b = {"qwen2.5-7b", "qwen2", 28, 3584, 18944, 28, 4, 128, 152064, 1, 0, 7615616512};
static const st_model qwen_32b = {"qwen3-32b", "qwen3", 64, 5120, 25600, 64, 8, 128, 151936, 0, 1, 32762123264};
static const st_model nemotron_4b = {"llama-3.1-nemotron-nano-4b-v1.1", "llama", 32, 3072, 9216, 32, 8, 128, 128256, 0, 0, 4512746496};

/* Published sizes. File sizes: of the official, nvidia, RedHatAI and AWQ checkpoints on Hugging Face, all shards together. MLX: tensor bytes
   of the mlx-community checkpoints, from exo-explore/exo resources/inference_model_cards. 0: none is known; the totals are checked. */
static const struct {
    const st_model *model;
    st_layout outer, inner;
    const char *dtype, *quantization, *format;
    uint64_t file_bytes, tensor_bytes;
} published[] = {
    {&llama_8b, add_bf16, add_bf16, "BF16", "", "bf16", 16060556376, 0},
    {&llama_8b, add_f16, add_awq, "F16", Q("{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":128}"), "awq-int4-g128", 5727938576, 0},
    {&llama_8b, add_bf16, add_fp8, "BF16", CT("{\"num_bits\":8,\"type\":\"float\",\"strategy\":\"tensor\"}"), "fp8-tensor", 9081287016, 0},
    {&llama_8b, add_bf16, add_nvfp4, "BF16", Q("{\"quant_method\":\"modelopt\",\"quant_algo\":\"NVFP4\"}"), "nvfp4", 6027861376, 0},
    {&llama_8b, add_bf16, add_nvfp4_packed, "BF16", CT("{\"num_bits\":4,\"type\":\"float\",\"group_size\":16}"), "nvfp4", 0, 0},
    {&llama_8b, add_bf16, add_w4a16, "BF16", CT("{\"num_bits\":4,\"type\":\"int\",\"group_size\":128,\"symmetric\":true}"), "w4a16-g128",
     0, 0},
    {&llama_8b, add_f16, add_gptq, "F16", Q("{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":128}"), "gptq-int4-g128", 0, 0},
    {&llama_8b, add_f16, add_gptq, "F16", "", "", 0, 0}, /* the index of columns tells enough */
    {&llama_8b, add_bf16, add_nf4, "BF16", Q("{\"quant_method\":\"bitsandbytes\",\"load_in_4bit\":true,\"bnb_4bit_quant_type\":\"nf4\"}"),
     "bnb-nf4", 0, 0},
    {&qwen_7b, add_bf16, add_bf16, "BF16", "", "bf16", 15231271888, 0},
    {&qwen_7b, add_f16, add_awq, "F16", Q("{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":128}"), "awq-int4-g128", 5570829760, 0},
    {&qwen_32b, add_bf16, add_bf16, "BF16", "", "bf16", 65531575584, 0},
    {&qwen_32b, add_f16, add_awq, "F16", Q("{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":128}"), "awq-int4-g128", 19325481744, 0},
    {&qwen_32b, add_bf16, add_fp8_tiles, "BF16", Q("{\"quant_method\":\"fp8\",\"weight_block_size\":[128,128]}"), "fp8-block128",
     34322567640, 0},
    {&llama_70b, add_bf16, add_bf16, "BF16", "", "bf16", 141107497872, 0},
    {&llama_70b, add_f16, add_awq, "F16", Q("{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":128}"), "awq-int4-g128", 39767996256, 0},
    {&llama_70b, add_bf16, add_fp8_rows, "BF16", CT("{\"num_bits\":8,\"type\":\"float\",\"strategy\":\"channel\"}"), "fp8", 72669954704, 0},
    {&nemotron_4b, add_mlx4, add_mlx4, "BF16", "\"quantization\":{\"group_size\":64,\"bits\":4}", "mlx-4bit-g64", 0, 2538706944},
    {&nemotron_4b, add_mlx8, add_mlx8, "BF16", "\"quantization\":{\"group_size\":64,\"bits\":8}", "mlx-8bit-g64", 0, 4794980352},
    {&nemotron_4b, add_mlx3, add_mlx3, "BF16", "\"quantization\":{\"group_size\":64,\"bits\":3}", "mlx-3bit-g64", 0, 0},
    {&llama_70b, add_mlx4, add_mlx4, "BF16", "\"quantization\":{\"group_size\":64,\"bits\":4}", "mlx-4bit-g64", 0, 39688355840},
    {&llama_70b, add_mlx8, add_mlx8, "BF16", "\"quantization\":{\"group_size\":64,\"bits\":8}", "mlx-8bit-g64", 0, 74964549632},
};

static void test_published_sizes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof published / sizeof published[0]; i++) {
        const st_model *dimensions = published[i].model;
        st_header header = lay_out(dimensions, published[i].outer, published[i].inner, published[i].dtype);
        st_text config = describe(dimensions, published[i].quantization);
        st_opened opened = open_pair(&header, config.bytes);
        edgeplan_artefact artefact = {.struct_size = sizeof artefact};
        if (opened.status != EDGEPLAN_OK)
            fail_msg("%s %s: %s: %s", dimensions->name, published[i].quantization, edgeplan_diagnostics_key_path(opened.diagnostics, 0),
                     edgeplan_diagnostics_message(opened.diagnostics, 0));
        if (opened.model->head.parameters != dimensions->parameters)
            fail_msg("%s %s: %llu parameters", dimensions->name, published[i].quantization,
                     (unsigned long long)opened.model->head.parameters);
        assert_string_equal(edgeplan_model_format(opened.model), published[i].format);
        assert_int_equal(opened.model->assumption_count, 0);
        assert_int_equal(edgeplan_model_artefact(opened.model, &artefact), EDGEPLAN_OK);
        assert_count(artefact.files, 1);
        assert_count(artefact.file_bytes, st_file_bytes(&header));
        assert_count(stored_bytes(opened.model), header.data_bytes);
        if (published[i].file_bytes != 0)
            assert_near((double)artefact.file_bytes, (double)published[i].file_bytes, 0.0005);
        if (published[i].tensor_bytes != 0)
            assert_count(stored_bytes(opened.model), published[i].tensor_bytes);
        release(&opened);
        free(config.bytes);
        free(header.text.bytes);
    }
}

/* Every matrix comes out with the rows and columns it went in with, whatever it was packed into. */
static void test_shapes_are_unpacked(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof published / sizeof published[0]; i++) {
        const st_model *m = published[i].model;
        st_header header = lay_out(m, published[i].outer, published[i].inner, published[i].dtype);
        st_text config = describe(m, published[i].quantization);
        st_opened opened = open_pair(&header, config.bytes);
        uint32_t seen = 0;
        assert_int_equal(opened.status, EDGEPLAN_OK);
        for (uint32_t t = 0; t < opened.model->tensor_count; t++) {
            const edgeplan_tensor *tensor = &opened.model->tensors[t];
            const uint64_t query = m->heads * m->head_width, key = m->kv_heads * m->head_width;
            const struct { uint32_t role; uint64_t rows, columns; } shapes[] = {
                {EDGEPLAN_ROLE_TOKEN_EMBEDDING, m->vocabulary, m->hidden}, {EDGEPLAN_ROLE_ATTENTION_QUERY, query, m->hidden},
                {EDGEPLAN_ROLE_ATTENTION_KEY, key, m->hidden},             {EDGEPLAN_ROLE_ATTENTION_OUTPUT, m->hidden, query},
                {EDGEPLAN_ROLE_FFN_GATE, m->ffn, m->hidden},               {EDGEPLAN_ROLE_FFN_DOWN, m->hidden, m->ffn},
            };
            for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
                if (shapes[s].role != tensor->role)
                    continue;
                seen++;
                if (tensor->rows != shapes[s].rows || tensor->columns != shapes[s].columns || tensor->slices != 1)
                    fail_msg("%s %s: role %u is %llu × %llu", m->name, published[i].quantization, tensor->role,
                             (unsigned long long)tensor->rows, (unsigned long long)tensor->columns);
            }
        }
        assert_int_equal(seen, 1 + 5 * m->layers);
        release(&opened);
        free(config.bytes);
        free(header.text.bytes);
    }
}

/* The names this reader gives are ids of the registry. */
static void test_formats_are_known(void **state)
{
    edgeplan_registry *registry = NULL;
    (void)state;
    assert_int_equal(edgeplan_registry_new(NULL, NULL, &registry), EDGEPLAN_OK);
    for (size_t i = 0; i < sizeof published / sizeof published[0]; i++)
        if (published[i].format[0] != '\0')
            assert_non_null(edgeplan_format_find(registry, published[i].format));
    edgeplan_registry_unref(registry);
}

/* ---- Where the description is not the last word ---- */

static void test_tensors_count_for_more(void **state)
{
    st_model described = tiny;
    st_header header = lay_out(&tiny, add_bf16, add_bf16, "BF16");
    (void)state;
    described.ffn = 768;
    described.kv_heads = 4;
    described.vocabulary = 1024;
    st_text config = describe(&described, "");
    st_opened opened = open_pair(&header, config.bytes);
    assert_int_equal(opened.status, EDGEPLAN_OK);
    for (uint32_t i = 0; i < 2; i++) {
        assert_count(opened.model->layers[i].ffn_width, 512);
        assert_count(opened.model->layers[i].kv_heads, 2);
    }
    assert_count(opened.model->head.vocabulary, 1000);
    assert_int_equal(opened.model->assumption_count, 3);
    assert_true(assumes(opened.model, "feed-forward width of 512, where the description says 768"));
    assert_true(assumes(opened.model, "number of KV heads of 2, where the description says 4"));
    assert_true(assumes(opened.model, "vocabulary of 1000, where the description says 1024"));
    release(&opened);
    free(config.bytes);
    free(header.text.bytes);
}

/* A tied head whose file holds the table twice, and one that is said to be there but is not. */
static void test_heads(void **state)
{
    st_header twice = lay_out(&tiny, add_bf16, add_bf16, "BF16");
    st_text tied = describe(&tiny, ""), untied = describe(&tiny, "");
    char *word = strstr(tied.bytes, "false");
    (void)state;
    assert_non_null(word);
    memcpy(word, "true ", 5);
    st_opened opened = open_pair(&twice, tied.bytes);
    assert_int_equal(opened.status, EDGEPLAN_OK);
    assert_count(opened.model->head.tied_head, EDGEPLAN_SWITCH_ON);
    assert_true(assumes(opened.model, "its own copy of the embedding table (512 kB) is left out"));
    assert_count(stored_bytes(opened.model), twice.data_bytes - 2 * 1000 * 256);
    release(&opened);

    char *name = strstr(twice.text.bytes, "lm_head"); /* text.length holds no NUL but the prefix's, so search behind it */
    if (name == NULL)
        name = strstr(twice.text.bytes + 8, "lm_head");
    assert_non_null(name);
    memcpy(name, "visual.", 7);
    opened = open_pair(&twice, untied.bytes);
    assert_int_equal(opened.status, EDGEPLAN_OK);
    assert_count(opened.model->head.tied_head, EDGEPLAN_SWITCH_ON);
    assert_true(assumes(opened.model, "There is no output matrix"));
    assert_true(assumes(opened.model, "What sees or hears (512 kB of tensors) is left out"));
    release(&opened);
    free(tied.bytes);
    free(untied.bytes);
    free(twice.text.bytes);
}

static void test_what_is_left_out(void **state)
{
    st_header header = st_begin();
    st_header whole = lay_out(&tiny, add_bf16, add_bf16, "BF16");
    st_text config = describe(&tiny, "");
    (void)state;
    /* The tensors of the whole again, behind three that do not belong to the text model and one nobody knows. */
    add_bf16(&header, "model.vision_tower.encoder.layers.0.mlp.fc1", 500, 1000);
    add_bf16(&header, "mtp.layers.0.mlp.up_proj", 512, 250);
    add_bf16(&header, "model.layers.2.mlp.up_proj", 512, 250); /* one layer more than the description has */
    add_bf16(&header, "model.layers.1.novelty", 100, 10);
    st_opened opened = open_pair(&whole, config.bytes);
    const uint64_t parameters = opened.model->head.parameters;
    release(&opened);
    for (uint64_t i = 0; i < tiny.layers; i++) {
        char name[120];
        add_bf16(&header, layer_module(name, i, "mlp.down_proj"), tiny.hidden, tiny.ffn);
        add_bf16(&header, layer_module(name, i, "mlp.up_proj"), tiny.ffn, tiny.hidden);
    }
    add_bf16(&header, "model.embed_tokens", tiny.vocabulary, tiny.hidden);
    st_end(&header);
    opened = open_pair(&header, config.bytes);
    assert_int_equal(opened.status, EDGEPLAN_OK);
    assert_true(opened.model->head.parameters < parameters);
    assert_count(opened.model->head.parameters, 1000 * 256 + 4 * 512 * 256 + 1000);
    assert_true(assumes(opened.model, "What sees or hears (1.00 MB of tensors) is left out."));
    assert_true(assumes(opened.model, "Layers that predict more than the next token (512 kB) are left out."));
    assert_true(assumes(opened.model, "Matrices of unknown names (2.00 kB)"));
    assert_count(opened.model->file_bytes, st_file_bytes(&header));
    release(&opened);
    opened = open_part(&header, config.bytes, EDGEPLAN_PART_ENCODER);
    assert_int_equal(opened.status, EDGEPLAN_OK);
    assert_int_equal(opened.model->layer_count, 0);
    assert_count(stored_bytes(opened.model), 2 * 500 * 1000);
    release(&opened);
    opened = open_part(&whole, config.bytes, EDGEPLAN_PART_ENCODER);
    assert_int_equal(opened.status, EDGEPLAN_ERROR_UNSUPPORTED);
    release(&opened);
    free(config.bytes);
    free(header.text.bytes);
    free(whole.text.bytes);
}

/* MLX raises some matrices in some recipes; then no one name fits the whole. A router that is raised changes nothing. */
static void add_block(st_header *header, const char *block)
{
    static const struct { const char *module; uint64_t rows, columns; } matrices[] = {
        {"mlp.down_proj", 256, 512}, {"mlp.gate_proj", 512, 256}, {"mlp.up_proj", 512, 256}, {"self_attn.k_proj", 128, 256},
        {"self_attn.o_proj", 256, 256}, {"self_attn.q_proj", 256, 256}, {"self_attn.v_proj", 128, 256},
    };
    char name[120];
    for (size_t i = 0; i < sizeof matrices / sizeof matrices[0]; i++) {
        snprintf(name, sizeof name, "%s.%s", block, matrices[i].module);
        add_bf16(header, name, matrices[i].rows, matrices[i].columns);
    }
    snprintf(name, sizeof name, "%s.input_layernorm", block);
    add_norm(header, name, "BF16", 256);
    snprintf(name, sizeof name, "%s.post_attention_layernorm", block);
    add_norm(header, name, "BF16", 256);
}

/* As Qwen3.5 stores such a layer, as DeepSeek V3 does with copies of what it shares, and as the description alone tells: the same. */
static void test_further_tokens(void **state)
{
    static const char more[] = "\"num_nextn_predict_layers\":1";
    const uint64_t parameters = 3 * 256 * 512 + 2 * 256 * 256 + 2 * 128 * 256 + 512 * 256 + 5 * 256;
    const edgeplan_open_options options = {.struct_size = sizeof options, .part = EDGEPLAN_PART_MTP};
    st_header qwen = st_begin(), deepseek = st_begin();
    st_text config = describe(&tiny, more), without = describe(&tiny, "");
    edgeplan_model *described = NULL;
    (void)state;
    add_block(&qwen, "mtp.layers.0");
    add_bf16(&qwen, "mtp.fc", 256, 512);
    add_norm(&qwen, "mtp.norm", "BF16", 256);
    add_norm(&qwen, "mtp.pre_fc_norm_embedding", "BF16", 256);
    add_norm(&qwen, "mtp.pre_fc_norm_hidden", "BF16", 256);
    add_bf16(&qwen, "model.layers.0.mlp.up_proj", 512, 256);
    st_end(&qwen);
    add_block(&deepseek, "model.layers.2");
    add_bf16(&deepseek, "model.layers.2.eh_proj", 256, 512);
    add_bf16(&deepseek, "model.layers.2.embed_tokens", 1000, 256);
    add_norm(&deepseek, "model.layers.2.enorm", "BF16", 256);
    add_norm(&deepseek, "model.layers.2.hnorm", "BF16", 256);
    add_bf16(&deepseek, "model.layers.2.shared_head.head", 1000, 256);
    add_norm(&deepseek, "model.layers.2.shared_head.norm", "BF16", 256);
    st_end(&deepseek);
    assert_int_equal(edgeplan_model_open_memory(NULL, config.bytes, config.length, "m", &options, NULL, &described), EDGEPLAN_OK);
    assert_count(described->head.parameters, parameters);
    for (int i = 0; i < 2; i++) {
        st_opened opened = open_part(i ? &deepseek : &qwen, config.bytes, EDGEPLAN_PART_MTP);
        if (opened.status != EDGEPLAN_OK)
            fail_msg("%s: %s", edgeplan_diagnostics_key_path(opened.diagnostics, 0), edgeplan_diagnostics_message(opened.diagnostics, 0));
        assert_count(opened.model->head.parameters, parameters);
        assert_count(stored_bytes(opened.model), 2 * parameters);
        assert_int_equal(opened.model->layer_count, 1);
        assert_memory_equal(opened.model->layers, described->layers, sizeof *described->layers);
        assert_string_equal(edgeplan_model_format(opened.model), "bf16");
        assert_int_equal(assumes(opened.model, "Copies of the embedding table and the output matrix (1.02 MB)"), i);
        release(&opened);
        opened = open_part(i ? &deepseek : &qwen, without.bytes, EDGEPLAN_PART_MTP);
        assert_int_equal(opened.status, EDGEPLAN_ERROR_UNSUPPORTED);
        release(&opened);
    }
    st_opened opened = open_part(&qwen, config.bytes, EDGEPLAN_PART_TEXT); /* which is not whole here */
    assert_int_equal(opened.status, EDGEPLAN_ERROR_REFERENCE);
    release(&opened);
    edgeplan_model_unref(described);
    free(config.bytes);
    free(without.bytes);
    free(qwen.text.bytes);
    free(deepseek.text.bytes);
}

static void test_mixtures_have_no_name(void **state)
{
    static const struct { const char *scheme, *format; } rows[] = {
        {"\"quantization\":{\"group_size\":64,\"bits\":4}", "mlx-4bit-g64"},
        {"\"quantization\":{\"group_size\":64,\"bits\":4,\"model.layers.0.mlp.gate\":{\"group_size\":64,\"bits\":8}}", "mlx-4bit-g64"},
        {"\"quantization\":{\"group_size\":64,\"bits\":4,\"model.layers.1.mlp.down_proj\":{\"group_size\":64,\"bits\":6}}", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        st_header header = lay_out(&tiny, add_mlx4, add_mlx4, "BF16");
        st_text config = describe(&tiny, rows[i].scheme);
        st_opened opened = open_pair(&header, config.bytes);
        assert_int_equal(opened.status, EDGEPLAN_OK);
        assert_string_equal(edgeplan_model_format(opened.model), rows[i].format);
        assert_count(opened.model->tensors[0].columns, 256);
        release(&opened);
        free(config.bytes);
        free(header.text.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_sizes),
        cmocka_unit_test(test_shapes_are_unpacked),
        cmocka_unit_test(test_tensors_count_for_more),
        cmocka_unit_test(test_heads),
        cmocka_unit_test(test_what_is_left_out),
        cmocka_unit_test(test_further_tokens),
        cmocka_unit_test(test_mixtures_have_no_name),
        cmocka_unit_test(test_formats_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
