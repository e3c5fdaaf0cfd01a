/* Checkpoints in several files, and what may be wrong with one. */
#define _DEFAULT_SOURCE /* mkdtemp */

#include "checkpoints.h"

#include <unistd.h>

/* ---- Shards ---- */

typedef struct st_sharded {
    st_header first, second;
    st_text index, config;
} st_sharded;

/* The tiny model in two files: what stands outside the layers, and the layers. */
static st_sharded shard(void)
{
    st_sharded sharded = {st_begin(), st_begin(), {NULL, 0, 0}, describe(&tiny, "")};
    char name[120];
    st_print(&sharded.index, "{\"metadata\":{\"total_size\":1},\"weight_map\":{\"model.embed_tokens.weight\":\"a.safetensors\"");
    add_bf16(&sharded.first, "model.embed_tokens", tiny.vocabulary, tiny.hidden);
    for (uint64_t i = 0; i < tiny.layers; i++) {
        add_bf16(&sharded.second, layer_module(name, i, "mlp.down_proj"), tiny.hidden, tiny.ffn);
        st_print(&sharded.index, ",\"%s.weight\":\"b.safetensors\"", name);
    }
    add_bf16(&sharded.second, "unlisted", 10, 10);
    add_bf16(&sharded.second, "model.embed_tokens", 20, 20); /* a copy: the index says that the other counts */
    st_print(&sharded.index, "}}");
    st_end(&sharded.first);
    st_end(&sharded.second);
    return sharded;
}

static void free_shards(st_sharded *sharded)
{
    free(sharded->first.text.bytes);
    free(sharded->second.text.bytes);
    free(sharded->index.bytes);
    free(sharded->config.bytes);
}

#define SHARDED_FILES(s)                                                                                                              \
    {                                                                                                                                 \
        {"", (s).index.bytes, (s).index.length, 0}, {"a.safetensors", (s).first.text.bytes, (s).first.text.length, 0},                \
        {"b.safetensors", (s).second.text.bytes, (s).second.text.length, 0},                                                          \
        {"config.json", (s).config.bytes, (s).config.length, 0},                                                                      \
    }

static void test_shards(void **state)
{
    st_sharded sharded = shard();
    st_file files[] = SHARDED_FILES(sharded);
    edgeplan_open_options options = {.struct_size = sizeof options, .kind = EDGEPLAN_FILE_KIND_SAFETENSORS};
    (void)state;
    for (int round = 0; round < 3; round++) { /* by content, as told, and in full */
        options.complete = round == 2 ? EDGEPLAN_SWITCH_ON : EDGEPLAN_SWITCH_DEFAULT;
        files[1].zeros = round == 2 ? sharded.first.data_bytes : 0;
        files[2].zeros = round == 2 ? sharded.second.data_bytes : 0;
        st_opened opened = open_in(NULL, files, 4, round == 0 ? NULL : &options);
        assert_int_equal(opened.status, EDGEPLAN_OK);
        assert_count(opened.model->files, 2);
        assert_count(opened.model->file_bytes, st_file_bytes(&sharded.first) + st_file_bytes(&sharded.second));
        assert_count(opened.model->largest_file_bytes, st_file_bytes(&sharded.second));
        assert_count(opened.model->head.parameters, 1000 * 256 + 2 * 256 * 512 + 10 * 10); /* with what the index forgets */
        release(&opened);
    }
    files[2].zeros--;
    st_opened opened = open_in(NULL, files, 4, &options);
    assert_int_equal(opened.status, EDGEPLAN_ERROR_TRUNCATED);
    assert_string_equal(edgeplan_diagnostics_source(opened.diagnostics, 0), "b.safetensors");
    assert_count(edgeplan_diagnostics_offset(opened.diagnostics, 0), st_file_bytes(&sharded.second));
    release(&opened);
    files[2].zeros += 2;
    opened = open_in(NULL, files, 4, &options);
    assert_int_equal(opened.status, EDGEPLAN_ERROR_SCHEMA);
    release(&opened);
    free_shards(&sharded);
}

/* NVIDIA's checkpoints say in a file of their own how they are quantized; one with mistakes in it is told, one that is missing is not missed. */
static void test_quantization_beside(void **state)
{
    static const struct { const char *text; edgeplan_status status; const char *format; } rows[] = {
        {"{\"producer\":{\"name\":\"modelopt\"},\"quantization\":{\"quant_algo\":\"NVFP4\",\"group_size\":16}}", EDGEPLAN_OK, "nvfp4"},
        {"{\"quantization\":{\"quant_algo\":\"MIXED_PRECISION\"}}", EDGEPLAN_OK, ""},
        {"{\"quantization\":{\"group_size\":\"16\"}}", EDGEPLAN_ERROR_SCHEMA, NULL},
        {"{", EDGEPLAN_ERROR_SYNTAX, NULL},
    };
    st_header header = lay_out(&tiny, add_bf16, add_nvfp4, "BF16");
    st_text config = describe(&tiny, "");
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const st_file files[] = {{"", header.text.bytes, header.text.length, 0},
                                 {"config.json", config.bytes, config.length, 0},
                                 {"hf_quant_config.json", rows[i].text, strlen(rows[i].text), 0}};
        st_opened opened = open_in(NULL, files, 3, NULL);
        assert_int_equal(opened.status, rows[i].status);
        if (opened.status == EDGEPLAN_OK)
            assert_string_equal(edgeplan_model_format(opened.model), rows[i].format);
        else
            assert_string_equal(edgeplan_diagnostics_source(opened.diagnostics, 0), "hf_quant_config.json");
        release(&opened);
    }
    free(config.bytes);
    free(header.text.bytes);
}

/* A tensor that two shards hold and the index does not place. */
static void test_twice(void **state)
{
    st_sharded sharded = shard();
    (void)state;
    free(sharded.first.text.bytes);
    sharded.first = st_begin();
    add_bf16(&sharded.first, "model.embed_tokens", tiny.vocabulary, tiny.hidden);
    add_bf16(&sharded.first, "unlisted", 10, 10);
    st_end(&sharded.first);
    const st_file files[] = SHARDED_FILES(sharded);
    st_opened opened = open_in(NULL, files, 4, NULL);
    assert_int_equal(opened.status, EDGEPLAN_ERROR_REFERENCE);
    assert_diagnostic(opened.diagnostics, 0, EDGEPLAN_ERROR_REFERENCE, 1, 0, "unlisted.weight", "in two files");
    release(&opened);
    free_shards(&sharded);
}

static void write_beside(const char *folder, const char *name, const char *bytes, size_t length)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    test_write_file(path, bytes, length);
}

/* A folder, its index or its file is opened as what the tensors are, whichever of them is named. */
static void test_folder(void **state)
{
    st_sharded sharded = shard();
    st_header whole = lay_out(&tiny, add_bf16, add_bf16, "BF16");
    char folder[] = "/tmp/edgeplan-test-XXXXXX", path[128];
    static const char *const names[] = {"config.json", "a.safetensors", "b.safetensors", "model.safetensors",
                                        "model.safetensors.index.json", "model-00002-of-00002.safetensors"};
    const struct { const char *name; edgeplan_file_kind kind; uint64_t files; } rows[] = {
        {"", EDGEPLAN_FILE_KIND_AUTO, 2},
        {"/", EDGEPLAN_FILE_KIND_AUTO, 2},
        {"", EDGEPLAN_FILE_KIND_CONFIG, 0},
        {"/config.json", EDGEPLAN_FILE_KIND_AUTO, 0},
        {"/model.safetensors", EDGEPLAN_FILE_KIND_AUTO, 1},
        {"/model.safetensors.index.json", EDGEPLAN_FILE_KIND_AUTO, 2},
        {"/model-00002-of-00002.safetensors", EDGEPLAN_FILE_KIND_AUTO, 2}, /* by the index beside it */
    };
    (void)state;
    assert_non_null(mkdtemp(folder));
    write_beside(folder, names[0], sharded.config.bytes, sharded.config.length);
    write_beside(folder, names[1], sharded.first.text.bytes, sharded.first.text.length);
    write_beside(folder, names[2], sharded.second.text.bytes, sharded.second.text.length);
    write_beside(folder, names[3], whole.text.bytes, whole.text.length);
    write_beside(folder, names[4], sharded.index.bytes, sharded.index.length);
    write_beside(folder, names[5], sharded.second.text.bytes, sharded.second.text.length);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const edgeplan_open_options options = {.struct_size = sizeof options, .kind = (uint32_t)rows[i].kind};
        edgeplan_model *model = NULL;
        snprintf(path, sizeof path, "%s%s", folder, rows[i].name);
        assert_int_equal(edgeplan_model_open(NULL, path, &options, NULL, &model), EDGEPLAN_OK);
        assert_count(model->files, rows[i].files);
        if (i < 6)
            assert_string_equal(edgeplan_model_id(model), folder + strlen("/tmp/"));
        edgeplan_model_unref(model);
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
    free_shards(&sharded);
    free(whole.text.bytes);
}

static void test_bad_indices(void **state)
{
    static const struct { const char *index; edgeplan_status status; const char *path, *message; } rows[] = {
        {"{\"weight_map\":{}}", EDGEPLAN_ERROR_SCHEMA, "weight_map", "in which file"},
        {"{\"weight_map\":[]}", EDGEPLAN_ERROR_SCHEMA, "weight_map", "in which file"},
        {"{\"weight_map\":{\"w\":1}}", EDGEPLAN_ERROR_SCHEMA, "weight_map.w", "name of a file"},
        {"{\"weight_map\":{\"w\":\"\"}}", EDGEPLAN_ERROR_REFERENCE, "weight_map.w", "must name a file"},
        {"{\"weight_map\":{\"w\":\"a\\u0000b\"}}", EDGEPLAN_ERROR_REFERENCE, "weight_map.w", "must name a file"},
        {"{\"weight_map\":{\"w\":\"../a.safetensors\"}}", EDGEPLAN_ERROR_REFERENCE, "", "same folder"},
        {"{\"weight_map\":{\"w\":\"/etc/passwd\"}}", EDGEPLAN_ERROR_REFERENCE, "", "same folder"},
        {"{\"weight_map\":{\"w\":\"..\"}}", EDGEPLAN_ERROR_REFERENCE, "", "same folder"},
        {"{\"weight_map\":{\"w\":\"sub\\\\a\"}}", EDGEPLAN_ERROR_REFERENCE, "", "same folder"},
        {"{\"weight_map\":{\"w\":\"none.safetensors\"}}", EDGEPLAN_ERROR_IO, "", "reading failed"},
        {"{\"weight_map\":{\"w\":\"a.safetensors\"}}", EDGEPLAN_ERROR_REFERENCE, "weight_map.w", "not in 'a.safetensors'"},
        {"{\"weight_map\":{\"w\":\"index.json\"}}", EDGEPLAN_ERROR_LIMIT, "", "its header has"}, /* an index is no shard: no cycles */
        {"{\"weight_map\":{\"model.embed_tokens.weight\":\"a.safetensors\"}}", EDGEPLAN_ERROR_REFERENCE, "layers[0]",
         "one shard of several"},
    };
    st_sharded sharded = shard();
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const st_file files[] = {{"", rows[i].index, strlen(rows[i].index), 0},
                                 {"a.safetensors", sharded.first.text.bytes, sharded.first.text.length, 0},
                                 {"b.safetensors", sharded.second.text.bytes, sharded.second.text.length, 0},
                                 {"index.json", rows[i].index, strlen(rows[i].index), 0},
                                 {"config.json", sharded.config.bytes, sharded.config.length, 0}};
        st_opened opened = open_in(NULL, files, 5, NULL);
        if (opened.status != rows[i].status)
            fail_msg("%s: status %d: %s", rows[i].index, opened.status, edgeplan_diagnostics_message(opened.diagnostics, 0));
        assert_diagnostic(opened.diagnostics, 0, rows[i].status, 0, 0, rows[i].path, rows[i].message);
        release(&opened);
    }
    free_shards(&sharded);
}

/* ---- What may be wrong ---- */

static void test_bad_tensors(void **state)
{
    static const struct { const char *name, *dtype; uint64_t a, b; edgeplan_status status; const char *message; } rows[] = {
        {"model.layers.0.mlp.up_proj.qweight", "I32", 256, 64, EDGEPLAN_ERROR_SCHEMA, "no scales"},
        {"model.layers.0.mlp.down_proj.qweight", "I32", 256, 64, EDGEPLAN_ERROR_SCHEMA, "second matrix"},
        {"model.layers.0.mlp.up_proj_blocks", "U8", 256, 64, EDGEPLAN_ERROR_SCHEMA, "blocks of bytes"},
    };
    st_text config = describe(&tiny, "");
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        st_header header = st_begin();
        add_bf16(&header, "model.embed_tokens", tiny.vocabulary, tiny.hidden);
        add_bf16(&header, "model.layers.0.mlp.down_proj", tiny.hidden, tiny.ffn);
        add_bf16(&header, "model.layers.1.mlp.down_proj", tiny.hidden, tiny.ffn);
        st_add(&header, rows[i].name, rows[i].dtype, rows[i].a, rows[i].b, 0, 0);
        st_end(&header);
        st_opened opened = open_pair(&header, config.bytes);
        assert_int_equal(opened.status, rows[i].status);
        assert_diagnostic(opened.diagnostics, 0, rows[i].status, 1, 0, NULL, rows[i].message);
        assert_true(edgeplan_diagnostics_offset(opened.diagnostics, 0) > 8);
        release(&opened);
        free(header.text.bytes);
    }
    free(config.bytes);
}

static void test_embedding_must_be_there(void **state)
{
    st_header header = st_begin();
    st_text config = describe(&tiny, "");
    (void)state;
    add_bf16(&header, "model.layers.0.mlp.down_proj", tiny.hidden, tiny.ffn);
    st_end(&header);
    st_opened opened = open_pair(&header, config.bytes);
    assert_int_equal(opened.status, EDGEPLAN_ERROR_REFERENCE);
    assert_diagnostic(opened.diagnostics, 0, EDGEPLAN_ERROR_REFERENCE, 0, 0, "embed_tokens", "one shard of several");
    assert_diagnostic(opened.diagnostics, 1, EDGEPLAN_ERROR_REFERENCE, 0, 0, "layers[1]", "one shard of several");
    release(&opened);
    free(config.bytes);
    free(header.text.bytes);
}

/* A dimension of zero has killed readers; here it is a tensor without elements. */
static void test_zero_dimension(void **state)
{
    st_header header = st_begin();
    st_text config = describe(&tiny, "");
    (void)state;
    st_print(&header.text, "\"model.embed_tokens.weight\":{\"dtype\":\"BF16\",\"shape\":[0,256],\"data_offsets\":[0,0]}");
    st_end(&header);
    st_opened opened = open_pair(&header, config.bytes);
    assert_int_equal(opened.status, EDGEPLAN_ERROR_RANGE);
    assert_diagnostic(opened.diagnostics, 0, EDGEPLAN_ERROR_RANGE, 1, 0, "model.embed_tokens.weight", "has no elements");
    release(&opened);
    free(config.bytes);
    free(header.text.bytes);
}

static void test_config_must_be_there(void **state)
{
    st_header header = lay_out(&tiny, add_bf16, add_bf16, "BF16");
    const st_file files[] = {{"", header.text.bytes, header.text.length, 0}};
    edgeplan_model *model = NULL;
    (void)state;
    st_opened opened = open_in(NULL, files, 1, NULL);
    assert_int_equal(opened.status, EDGEPLAN_ERROR_IO);
    assert_string_equal(edgeplan_diagnostics_source(opened.diagnostics, 0), "config.json");
    release(&opened);
    assert_int_equal(edgeplan_model_open_memory(NULL, header.text.bytes, header.text.length, "m", NULL, NULL, &model), EDGEPLAN_ERROR_IO);
    assert_null(model);
    free(header.text.bytes);
}

static void test_every_beginning(void **state)
{
    st_header header = lay_out(&tiny, add_awq, add_awq, "F16");
    st_text config = describe(&tiny, Q("{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":128}"));
    const edgeplan_open_options options = {.struct_size = sizeof options, .kind = EDGEPLAN_FILE_KIND_SAFETENSORS};
    (void)state;
    for (size_t length = 0; length <= header.text.length; length++) {
        const st_file files[] = {{"", header.text.bytes, length, 0}, {"config.json", config.bytes, config.length, 0}};
        st_opened opened = open_in(NULL, files, 2, length > 4 ? NULL : &options); /* four bytes may be a text */
        if (length < header.text.length) {
            assert_int_equal(opened.status, EDGEPLAN_ERROR_TRUNCATED);
            assert_count(edgeplan_diagnostics_offset(opened.diagnostics, 0), length < 8 ? 8 : header.text.length);
        } else {
            assert_int_equal(opened.status, EDGEPLAN_OK);
        }
        release(&opened);
    }
    free(config.bytes);
    free(header.text.bytes);
}

static edgeplan_status run_shards(edgeplan_context *context, void *argument)
{
    const st_sharded *sharded = argument;
    const st_file files[] = SHARDED_FILES(*sharded);
    st_folder folder = {files, 4};
    edgeplan_model *model = NULL;
    const edgeplan_status status = edgeplan_model_open_reader(context, st_read, &folder, "m", NULL, NULL, &model);
    assert_int_equal(model != NULL, status == EDGEPLAN_OK);
    edgeplan_model_unref(model);
    return status;
}

static void test_memory_may_fail(void **state)
{
    st_sharded sharded = shard();
    (void)state;
    free(sharded.config.bytes);
    sharded.config = describe(&tiny, "\"quantization\":{\"bits\":4,\"group_size\":64,\"a\":{\"bits\":8,\"group_size\":64}}");
    assert_true(test_sweep_allocations(run_shards, &sharded) > 20);
    free_shards(&sharded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shards),
        cmocka_unit_test(test_quantization_beside),
        cmocka_unit_test(test_twice),
        cmocka_unit_test(test_folder),
        cmocka_unit_test(test_bad_indices),
        cmocka_unit_test(test_bad_tensors),
        cmocka_unit_test(test_embedding_must_be_there),
        cmocka_unit_test(test_zero_dimension),
        cmocka_unit_test(test_config_must_be_there),
        cmocka_unit_test(test_every_beginning),
        cmocka_unit_test(test_memory_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
