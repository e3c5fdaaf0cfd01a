#define _DEFAULT_SOURCE 1 /* mkdtemp */
#include "support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <edgeplan/model.h>

/* A small llama: tied head, two layers. Parameters: 1000 × 64 + 2 × (64 × 64 × 2 + 64 × 32 × 2 + 3 × 64 × 256 + 2 × 64) + 64. */
static const char config[] =
    "{\"model_type\": \"llama\", \"hidden_size\": 64, \"num_hidden_layers\": 2, \"num_attention_heads\": 4,\n"
    " \"num_key_value_heads\": 2, \"intermediate_size\": 256, \"vocab_size\": 1000, \"max_position_embeddings\": 2048,\n"
    " \"tie_word_embeddings\": true, \"head_dim\": 16}\n";
#define CONFIG_PARAMETERS (1000 * 64 + 2 * (2 * 64 * 64 + 2 * 64 * 32 + 3 * 64 * 256 + 2 * 64) + 64)

static void check_config_model(const edgeplan_model *model)
{
    edgeplan_head head;

    assert_int_equal(edgeplan_struct_init(&head, sizeof head), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_head(model, &head), EDGEPLAN_OK);
    assert_count(head.parameters, CONFIG_PARAMETERS);
    assert_count(edgeplan_model_layer_count(model), 2);
}

static void test_open_memory(void **state)
{
    edgeplan_limits limits;
    edgeplan_context *context;
    edgeplan_model *model;

    (void)state;
    assert_int_equal(edgeplan_model_open_memory(NULL, config, sizeof config - 1, "tiny", NULL, NULL, &model), EDGEPLAN_OK);
    assert_string_equal(edgeplan_model_id(model), "tiny");
    check_config_model(model);
    edgeplan_model_unref(model);
    assert_int_equal(edgeplan_model_open_memory(NULL, config, sizeof config - 1, NULL, NULL, NULL, &model), EDGEPLAN_OK);
    edgeplan_model_unref(model);
    assert_int_not_equal(edgeplan_model_open_memory(NULL, NULL, 0, "x", NULL, NULL, &model), EDGEPLAN_OK);
    assert_null(model);
    assert_int_equal(edgeplan_model_open_memory(NULL, NULL, 1, "x", NULL, NULL, &model), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_model_open_memory(NULL, config, 5, "x", NULL, NULL, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_struct_init(&limits, sizeof limits), EDGEPLAN_OK);
    limits.max_file_bytes = 64;
    assert_int_equal(edgeplan_context_new(NULL, NULL, NULL, &limits, &context), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_open_memory(context, config, sizeof config - 1, "x", NULL, NULL, &model), EDGEPLAN_ERROR_LIMIT);
    edgeplan_context_unref(context);
}

static void test_open_reports_the_place(void **state)
{
    static const char broken[] = "{\"model_type\": \"llama\",\n \"hidden_size\": }";
    edgeplan_diagnostics *diagnostics;
    edgeplan_model *model;

    (void)state;
    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_open_memory(NULL, broken, sizeof broken - 1, "tiny", NULL, diagnostics, &model), EDGEPLAN_ERROR_SYNTAX);
    assert_null(model);
    assert_diagnostic(diagnostics, 0, EDGEPLAN_ERROR_SYNTAX, 2, 0, NULL, NULL);
    assert_string_equal(edgeplan_diagnostics_source(diagnostics, 0), "tiny");
    edgeplan_diagnostics_unref(diagnostics);
}

typedef struct reading {
    const char *text;
    size_t length, most; /* given at once */
    uint64_t fail_at;
} reading;

static int64_t read_text(void *user, const char *name, uint64_t offset, void *buffer, uint64_t length)
{
    const reading *r = user;
    size_t left = offset < r->length ? r->length - (size_t)offset : 0, count = length < left ? (size_t)length : left;

    assert_string_equal(name, "");
    if (r->fail_at != 0 && offset >= r->fail_at)
        return -1;
    if (count > r->most)
        count = r->most;
    memcpy(buffer, r->text + offset, count);
    return (int64_t)count;
}

static void test_open_reader(void **state)
{
    reading r = { config, sizeof config - 1, 7, 0 };
    edgeplan_model *model;

    (void)state;
    assert_int_equal(edgeplan_model_open_reader(NULL, read_text, &r, "tiny", NULL, NULL, &model), EDGEPLAN_OK);
    assert_string_equal(edgeplan_model_id(model), "tiny");
    check_config_model(model);
    edgeplan_model_unref(model);
    r.fail_at = 20;
    assert_int_equal(edgeplan_model_open_reader(NULL, read_text, &r, "tiny", NULL, NULL, &model), EDGEPLAN_ERROR_IO);
    assert_null(model);
    assert_int_equal(edgeplan_model_open_reader(NULL, NULL, &r, "tiny", NULL, NULL, &model), EDGEPLAN_ERROR_INVALID_ARGUMENT);
}

static void check_open(const char *path, const char *id)
{
    edgeplan_model *model;

    assert_int_equal(edgeplan_model_open(NULL, path, NULL, NULL, &model), EDGEPLAN_OK);
    assert_string_equal(edgeplan_model_id(model), id);
    check_config_model(model);
    edgeplan_model_unref(model);
}

static void test_open_path(void **state)
{
    char folder[] = "/tmp/edgeplan-test-XXXXXX", path[128], file[128];
    edgeplan_diagnostics *diagnostics;
    edgeplan_model *model;

    (void)state;
    assert_non_null(mkdtemp(folder));
    strcat(strcpy(path, folder), "/Tiny-2L");
    assert_int_equal(mkdir(path, 0700), 0);
    strcat(strcpy(file, path), "/config.json");
    test_write_file(file, config, sizeof config - 1);
    check_open(path, "Tiny-2L");
    check_open(file, "Tiny-2L");
    strcat(path, "//");
    check_open(path, "Tiny-2L");
    strcat(path, ".");
    check_open(path, "model"); /* no name */
    strcat(strcpy(path, folder), "/Tiny-2L/other.json");
    test_write_file(path, config, sizeof config - 1);
    check_open(path, "other");
    unlink(path);
    strcat(strcpy(path, folder), "/Tiny-2L/other");
    test_write_file(path, config, sizeof config - 1);
    check_open(path, "other");
    unlink(path);
    unlink(file);

    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_open(NULL, file, NULL, diagnostics, &model), EDGEPLAN_ERROR_IO);
    assert_null(model);
    assert_string_equal(edgeplan_diagnostics_source(diagnostics, 0), file);
    strcat(strcpy(path, folder), "/Tiny-2L");
    assert_int_equal(edgeplan_model_open(NULL, path, NULL, diagnostics, &model), EDGEPLAN_ERROR_IO); /* an empty folder */
    assert_count(edgeplan_diagnostics_count(diagnostics), 2);
    rmdir(path);
    rmdir(folder);
    assert_int_equal(edgeplan_model_open(NULL, path, NULL, diagnostics, &model), EDGEPLAN_ERROR_IO); /* nothing */
    assert_int_equal(edgeplan_model_open(NULL, "", NULL, NULL, &model), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_model_open(NULL, NULL, NULL, NULL, &model), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_model_open(NULL, path, NULL, NULL, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    edgeplan_diagnostics_unref(diagnostics);
}

/* ---- Kinds of files ---- */

static void test_content_tells_the_kind(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *message;
    } kinds[] = {
        { "lmgg\1\0\0\0", 8, "before GGUF" },
        { "tjgg\3\0\0\0", 8, "before GGUF" },
        { "PK\3\4\24\0\0\0", 8, "ZIP archive" },
        { "\200\2}q\0", 5, "pickle" },
        { "GGUF\1\0\0\0", 8, "version 1" },
    };
    edgeplan_diagnostics *diagnostics;
    edgeplan_model *model;

    (void)state;
    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    for (uint32_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        assert_int_equal(edgeplan_model_open_memory(NULL, kinds[i].bytes, kinds[i].length, "x.json", NULL, diagnostics, &model),
                         EDGEPLAN_ERROR_UNSUPPORTED);
        assert_diagnostic(diagnostics, i, EDGEPLAN_ERROR_UNSUPPORTED, 0, 0, NULL, kinds[i].message);
    }
    /* The beginning of a file is taken for what it begins like. */
    assert_int_equal(edgeplan_model_open_memory(NULL, "GG", 2, "x", NULL, NULL, &model), EDGEPLAN_ERROR_TRUNCATED);
    edgeplan_diagnostics_unref(diagnostics);
}

static void test_options_are_checked(void **state)
{
    edgeplan_open_options options;
    edgeplan_model *model;

    (void)state;
    assert_int_equal(edgeplan_struct_init(&options, sizeof options), EDGEPLAN_OK);
    options.kind = EDGEPLAN_FILE_KIND_CONFIG;
    assert_int_equal(edgeplan_model_open_memory(NULL, config, sizeof config - 1, "x", &options, NULL, &model), EDGEPLAN_OK);
    edgeplan_model_unref(model);
    options.kind = EDGEPLAN_FILE_KIND_GGUF; /* said to be what it is not */
    assert_int_equal(edgeplan_model_open_memory(NULL, config, sizeof config - 1, "x", &options, NULL, &model), EDGEPLAN_ERROR_SYNTAX);
    options.kind = EDGEPLAN_FILE_KIND_LOCK;
    assert_int_equal(edgeplan_model_open_memory(NULL, config, sizeof config - 1, "x", &options, NULL, &model), EDGEPLAN_ERROR_UNSUPPORTED);
    options.kind = EDGEPLAN_FILE_KIND_LOCK + 1;
    assert_int_equal(edgeplan_model_open_memory(NULL, config, sizeof config - 1, "x", &options, NULL, &model),
                     EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_null(model);
    options.kind = 0;
    options.complete = EDGEPLAN_SWITCH_ON + 1;
    assert_int_equal(edgeplan_model_open(NULL, "x", &options, NULL, &model), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    options.complete = 0;
    options.flags = 1;
    assert_int_equal(edgeplan_model_open(NULL, "x", &options, NULL, &model), EDGEPLAN_ERROR_NEWER_FIELD);
    options.flags = 0;
    options.struct_size = 8;
    assert_int_equal(edgeplan_model_open(NULL, "x", &options, NULL, &model), EDGEPLAN_ERROR_STRUCT_SIZE);
}

static void test_described_models_have_no_files(void **state)
{
    edgeplan_artefact artefact;
    edgeplan_model *model;

    (void)state;
    assert_int_equal(edgeplan_model_open_memory(NULL, config, sizeof config - 1, "x", NULL, NULL, &model), EDGEPLAN_OK);
    assert_int_equal(edgeplan_struct_init(&artefact, sizeof artefact), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_artefact(model, &artefact), EDGEPLAN_OK);
    assert_true(artefact.known == 0 && artefact.files == 0 && artefact.file_bytes == 0);
    assert_string_equal(edgeplan_model_format(model), "");
    assert_string_equal(edgeplan_model_assumption(model, edgeplan_model_assumption_count(model)), "");
    assert_count(edgeplan_model_assumption_count(NULL), 0);
    edgeplan_model_unref(model);
    assert_string_equal(edgeplan_role_name(EDGEPLAN_ROLE_FFN_DOWN), "ffn_down");
    assert_string_equal(edgeplan_role_name((edgeplan_role)9), "");
    assert_string_equal(edgeplan_role_name(EDGEPLAN_ROLE_FORCE32), "");
}

static edgeplan_status open_and_drop(edgeplan_context *context, void *argument)
{
    edgeplan_model *model = (edgeplan_model *)argument;
    edgeplan_status status = edgeplan_model_open_memory(context, config, sizeof config - 1, "tiny", NULL, NULL, &model);

    assert_true((status == EDGEPLAN_OK) == (model != NULL));
    edgeplan_model_unref(model);
    return status;
}

static void test_open_no_memory(void **state)
{
    (void)state;
    assert_true(test_sweep_allocations(open_and_drop, NULL) >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_memory),
        cmocka_unit_test(test_open_reports_the_place),
        cmocka_unit_test(test_open_reader),
        cmocka_unit_test(test_open_path),
        cmocka_unit_test(test_open_no_memory),
        cmocka_unit_test(test_content_tells_the_kind),
        cmocka_unit_test(test_options_are_checked),
        cmocka_unit_test(test_described_models_have_no_files),
    };

    return cmocka_run_group_tests_name("api/model", tests, NULL, NULL);
}
