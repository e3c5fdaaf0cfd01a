/* Lock files: small, read back as they were written, and planned like the files they were made from. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <edgeplan/edgeplan.h>

#include "api/border.h"
#include "gguf_models.h"
#include "model/gguf_parts.h"
#include "model/lock_fields.h"

static char *lock_text(const edgeplan_model *model)
{
    size_t needed = 0;
    char *text;

    assert_int_equal(edgeplan_model_lock(model, NULL, 0, &needed), EDGEPLAN_OK);
    text = malloc(needed);
    assert_non_null(text);
    assert_int_equal(edgeplan_model_lock(model, text, needed, NULL), EDGEPLAN_OK);
    assert_count(strlen(text) + 1, needed);
    return text;
}

static edgeplan_model *open_text(const char *text)
{
    edgeplan_diagnostics *diagnostics;
    edgeplan_model *model;

    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    if (edgeplan_model_open_memory(NULL, text, strlen(text), "other", NULL, diagnostics, &model) != EDGEPLAN_OK)
        print_error("%s: %s\n", edgeplan_diagnostics_key_path(diagnostics, 0), edgeplan_diagnostics_message(diagnostics, 0));
    assert_non_null(model);
    edgeplan_diagnostics_unref(diagnostics);
    return model;
}

static edgeplan_model *open_preset(const char *name)
{
    edgeplan_model *model;
    size_t length;
    gguf_writer w;

    gguf_write_model(&w, gguf_model_find(name), 1000);
    const unsigned char *bytes = gguf_end(&w, &length);
    assert_int_equal(edgeplan_model_open_memory(NULL, bytes, length, "m.gguf", NULL, NULL, &model), EDGEPLAN_OK);
    gguf_free(&w);
    return model;
}

/* ---- As written, so read ---- */

static void locks_are_small_and_read_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < gguf_model_count; i++) {
        edgeplan_model *model = open_preset(gguf_models[i].name), *read;
        char *text = lock_text(model), *again;

        assert_true(strlen(text) < 16384); /* most are below 5,000; hybrids without a pattern take more */
        read = open_text(text);
        again = lock_text(read);
        assert_string_equal(edgeplan_model_id(read), "m.gguf");
        assert_string_equal(edgeplan_model_name(read), gguf_models[i].name);
        assert_string_equal(edgeplan_model_family(read), edgeplan_model_family(model));
        assert_count(edgeplan_model_layer_count(read), edgeplan_model_layer_count(model));
        assert_count(edgeplan_model_tensor_count(read), edgeplan_model_tensor_count(model));
        for (uint32_t k = 0; k < edgeplan_model_layer_count(model); k++) {
            edgeplan_layer one = {.struct_size = sizeof one}, other = {.struct_size = sizeof other};

            assert_int_equal(edgeplan_model_layer(model, k, &one), EDGEPLAN_OK);
            assert_int_equal(edgeplan_model_layer(read, k, &other), EDGEPLAN_OK);
            assert_memory_equal(&one, &other, sizeof one);
        }
        assert_string_equal(again, text); /* and so is the lock of a lock */
        free(again);
        free(text);
        edgeplan_model_unref(read);
        edgeplan_model_unref(model);
    }
}

static void registry_models_lock_too(void **state)
{
    edgeplan_registry *registry;
    edgeplan_model *model, *read;
    char *text, *again;

    (void)state;
    assert_int_equal(edgeplan_registry_new(NULL, NULL, &registry), EDGEPLAN_OK);
    assert_int_equal(edgeplan_registry_model(registry, "gemma-3-4b", NULL, &model), EDGEPLAN_OK);
    text = lock_text(model);
    read = open_text(text);
    again = lock_text(read);
    assert_string_equal(again, text);
    assert_string_equal(edgeplan_model_format(read), "");
    free(again);
    free(text);
    edgeplan_model_unref(read);
    edgeplan_model_unref(model);
    edgeplan_registry_unref(registry);
}

/* ---- The fields are those of the structs ---- */

static void check_fields(const char *structure, const ep_lock_field *fields, size_t count, const char *left_out)
{
    size_t next = 0;

    for (uint32_t i = 0; i < edgeplan_abi_field_count(); i++) {
        const char *name = edgeplan_abi_field_name(i);

        if (strcmp(edgeplan_abi_field_struct(i), structure) != 0 || edgeplan_abi_field_offset(i) < 16 || strcmp(name, left_out) == 0)
            continue;
        assert_true(next < count);
        assert_string_equal(fields[next].name, name);
        assert_count(fields[next].offset, edgeplan_abi_field_offset(i));
        next++;
    }
    assert_count(next, count);
}

static void fields_and_words_are_those_of_the_structs(void **state)
{
    (void)state;
    check_fields("edgeplan_head", ep_lock_head, ep_lock_head_count, "");
    check_fields("edgeplan_layer", ep_lock_layer, ep_lock_layer_count, "");
    check_fields("edgeplan_tensor", ep_lock_tensor, ep_lock_tensor_count, "layer");
    check_fields("edgeplan_artefact", ep_lock_artefact, ep_lock_artefact_count, "");
    for (uint32_t role = 0; role < 100; role++) {
        edgeplan_tensor tensor = {.role = role, .element_type = EDGEPLAN_ELEMENT_F32};
        uint64_t found = 0;

        assert_int_equal(ep_check_tensor(&tensor) == EDGEPLAN_OK, edgeplan_role_name((edgeplan_role)role)[0] != '\0');
        if (edgeplan_role_name((edgeplan_role)role)[0] != '\0') {
            assert_true(ep_lock_find(&ep_lock_tensor[0], edgeplan_role_name((edgeplan_role)role), &found));
            assert_count(found, role);
        }
    }
}

/* ---- Planned as the file ---- */

static char *plan_text(const edgeplan_registry *registry, const edgeplan_model *model)
{
    const edgeplan_target *target = edgeplan_target_find(registry, "iphone-16-pro");
    edgeplan_request request = {.struct_size = sizeof request, .context_tokens = 8192};
    edgeplan_deployment *deployment;
    edgeplan_plan *plan;
    size_t needed = 0;
    char *text;

    assert_int_equal(edgeplan_deployment_new(model, target, EDGEPLAN_ACCELERATOR_ANY, edgeplan_runtime_find(registry, "llama.cpp"), NULL,
                                             NULL, &deployment),
                     EDGEPLAN_OK);
    assert_string_equal(edgeplan_format_id(edgeplan_deployment_format(deployment)), "q8_0");
    assert_int_equal(edgeplan_plan_new(deployment, &request, NULL, &plan), EDGEPLAN_OK);
    assert_int_equal(edgeplan_report_plans((const edgeplan_plan *const *)&plan, 1, NULL, 0, &needed), EDGEPLAN_OK);
    text = malloc(needed);
    assert_non_null(text);
    assert_int_equal(edgeplan_report_plans((const edgeplan_plan *const *)&plan, 1, text, needed, NULL), EDGEPLAN_OK);
    edgeplan_plan_unref(plan);
    edgeplan_deployment_unref(deployment);
    return text;
}

/* What a file says it is stored as must be what the registry calls it. */
static void file_types_are_formats_of_the_registry(void **state)
{
    edgeplan_registry *registry;
    uint32_t found = 0;

    (void)state;
    assert_int_equal(edgeplan_registry_new(NULL, NULL, &registry), EDGEPLAN_OK);
    for (uint64_t number = 0; number < 100; number++) {
        const char *id = ep_gguf_format_of(number);

        if (id == NULL)
            continue;
        if (edgeplan_format_find(registry, id) == NULL)
            print_error("no format %s\n", id);
        assert_non_null(edgeplan_format_find(registry, id));
        found++;
    }
    assert_count(found, 36); /* enum llama_ftype of include/llama.h, without the retired ones */
    edgeplan_registry_unref(registry);
}

typedef struct whole { /* the header, then nothing but zeros */
    const unsigned char *header;
    size_t header_length;
    uint64_t length;
} whole;

static int64_t read_whole(void *user, const char *name, uint64_t offset, void *buffer, uint64_t length)
{
    const whole *file = user;
    const uint64_t left = offset < file->length ? file->length - offset : 0, count = length < left ? length : left;

    (void)name;
    memset(buffer, 0, (size_t)count);
    for (uint64_t i = 0; i < count && offset + i < file->header_length; i++)
        ((unsigned char *)buffer)[i] = file->header[offset + i];
    return (int64_t)count;
}

static void header_lock_and_whole_file_give_one_plan(void **state)
{
    static const char *const names[] = {"qwen3-0.6b", "llama-3.2-1b", "lfm2-1.2b"};
    edgeplan_open_options complete = {.struct_size = sizeof complete, .complete = EDGEPLAN_SWITCH_ON};
    edgeplan_registry *registry;

    (void)state;
    assert_int_equal(edgeplan_registry_new(NULL, NULL, &registry), EDGEPLAN_OK);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        gguf_model preset = *gguf_model_find(names[i]);
        edgeplan_model *head, *file, *lock;
        char *text, *plan, *other;
        gguf_writer w;
        whole all;

        preset.type = 8;
        gguf_write_model(&w, &preset, 1000);
        all.header = gguf_end(&w, &all.header_length);
        all.length = (all.header_length + 31) / 32 * 32 + w.data_bytes;
        assert_int_equal(edgeplan_model_open_memory(NULL, all.header, all.header_length, "m.gguf", NULL, NULL, &head), EDGEPLAN_OK);
        assert_int_equal(edgeplan_model_open_reader(NULL, read_whole, &all, "m.gguf", &complete, NULL, &file), EDGEPLAN_OK);
        text = lock_text(head);
        lock = open_text(text);
        plan = plan_text(registry, head);
        other = plan_text(registry, file);
        assert_string_equal(plan, other);
        free(other);
        other = plan_text(registry, lock);
        assert_string_equal(plan, other);
        free(other);
        free(plan);
        free(text);
        edgeplan_model_unref(head);
        edgeplan_model_unref(file);
        edgeplan_model_unref(lock);
        gguf_free(&w);
    }
    edgeplan_registry_unref(registry);
}

/* ---- Wrong locks ---- */

#define MODEL "\"model\":{\"id\":\"m\",\"name\":\"m\",\"family\":\"f\",\"format\":\"\"},\"artefact\":{},"
#define HEAD "\"head\":{\"hidden_width\":4,\"vocabulary\":10,\"parameters\":40,\"active_parameters\":40,\"tied_head\":\"on\"},"
#define LAYERS "\"layers\":[{\"repeat\":1,\"feed_forward\":\"dense\",\"ffn_width\":8}],"
#define TENSORS "\"tensors\":[{\"role\":\"token_embedding\",\"element_type\":\"none\",\"rows\":10,\"columns\":4}],"
#define LOCK(version, model, head, layers, tensors) \
    "{\"edgeplan_lock\":\"" version "\"," model head layers tensors "\"assumptions\":[]}"

static void wrong_locks_are_refused(void **state)
{
    static const struct {
        const char *text;
        edgeplan_status status;
        const char *key, *message;
    } wrong[] = {
        {LOCK("1.0", MODEL, HEAD, LAYERS, TENSORS), EDGEPLAN_OK, NULL, NULL},
        {LOCK("1.7", MODEL "\"new\":1,", HEAD, LAYERS, TENSORS), EDGEPLAN_OK, NULL, NULL},
        {LOCK("2.0", MODEL, HEAD, LAYERS, TENSORS), EDGEPLAN_ERROR_UNSUPPORTED, "edgeplan_lock", NULL},
        {LOCK("1.0", MODEL "\"new\":1,", HEAD, LAYERS, TENSORS), EDGEPLAN_ERROR_SCHEMA, "new", "no key"},
        {LOCK("1.0", "", HEAD, LAYERS, TENSORS), EDGEPLAN_ERROR_SCHEMA, "model", "missing"},
        {LOCK("1.0", MODEL, "\"head\":[],", LAYERS, TENSORS), EDGEPLAN_ERROR_SCHEMA, "head", "map"},
        {LOCK("1.0", MODEL, HEAD, "\"layers\":{},", TENSORS), EDGEPLAN_ERROR_SCHEMA, "layers", "list"},
        {LOCK("1.0", MODEL, HEAD, LAYERS, "\"tensors\":[],"), EDGEPLAN_ERROR_SCHEMA, "tensors", "empty"},
        {LOCK("1.0", MODEL, HEAD, "\"layers\":[{\"repeat\":4097,\"feed_forward\":\"dense\"}],", TENSORS), EDGEPLAN_ERROR_RANGE, "repeat",
         NULL},
        {LOCK("1.0", MODEL, HEAD,
              "\"layers\":[{\"repeat\":4096,\"feed_forward\":\"dense\"},{},{\"repeat\":9007199254740991,\"feed_forward\":\"dense\"}],",
              TENSORS),
         EDGEPLAN_ERROR_RANGE, "layers", "more than 4096"},
        {LOCK("1.0", "\"model\":{\"id\":\"m\"},\"artefact\":{\"file_bytes\":5},", HEAD, LAYERS, TENSORS), EDGEPLAN_ERROR_SCHEMA,
         "artefact", "contradicts"},
        {LOCK("1.0", MODEL, HEAD, "\"layers\":[{\"attention\":\"telepathy\"}],", TENSORS), EDGEPLAN_ERROR_SCHEMA, "attention", "no word"},
        {LOCK("1.0", MODEL, HEAD, LAYERS, "\"tensors\":[{\"role\":\"token_embedding\",\"rows\":-1,\"columns\":4}],"), EDGEPLAN_ERROR_SCHEMA,
         "rows", "whole number"},
        {LOCK("1.0", MODEL, HEAD, LAYERS, "\"tensors\":[{\"role\":\"norm\",\"rows\":1,\"columns\":4,\"layers\":[[0,4096]]}],"),
         EDGEPLAN_ERROR_RANGE, "layers", NULL},
        {LOCK("1.0", MODEL, HEAD, LAYERS, "\"tensors\":[{\"role\":\"norm\",\"rows\":1,\"columns\":4,\"layers\":[[1]]}],"),
         EDGEPLAN_ERROR_SCHEMA, "layers", "pairs"},
        {LOCK("1.0", MODEL, HEAD, LAYERS, "\"tensors\":[{\"role\":\"token_embedding\",\"rows\":11,\"columns\":4}],"), EDGEPLAN_ERROR_SCHEMA,
         "parameters", "sum"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        edgeplan_diagnostics *diagnostics;
        edgeplan_model *model;

        assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
        assert_int_equal(edgeplan_model_open_memory(NULL, wrong[i].text, strlen(wrong[i].text), "l", NULL, diagnostics, &model),
                         wrong[i].status);
        assert_true((model != NULL) == (wrong[i].status == EDGEPLAN_OK));
        if (wrong[i].status != EDGEPLAN_OK)
            assert_diagnostic(diagnostics, 0, wrong[i].status, 1, 0, wrong[i].key, wrong[i].message);
        edgeplan_model_unref(model);
        edgeplan_diagnostics_unref(diagnostics);
    }
}

/* A few bytes that claim a million tensors. */
static void claims_of_a_lock_are_bounded(void **state)
{
    char *text = malloc(100000);
    edgeplan_model *model;

    (void)state;
    assert_non_null(text);
    strcpy(text, "{\"edgeplan_lock\":\"1.0\"," MODEL HEAD "\"layers\":[{\"repeat\":4096,\"feed_forward\":\"dense\",\"ffn_width\":8}],\"tensors\":[");
    for (int i = 0; i < 250; i++)
        strcat(text, "{\"role\":\"norm\",\"rows\":1,\"columns\":4,\"layers\":[[0,4095]]},");
    strcat(text, "{\"role\":\"norm\",\"rows\":1,\"columns\":4}],\"assumptions\":[]}");
    assert_int_equal(edgeplan_model_open_memory(NULL, text, strlen(text), "l", NULL, NULL, &model), EDGEPLAN_ERROR_LIMIT);
    free(text);
}

static void writing_refuses_and_cuts(void **state)
{
    edgeplan_model *model = open_preset("llama-3.2-1b");
    char small[10];
    size_t needed = 1;

    (void)state;
    assert_int_equal(edgeplan_model_lock(NULL, NULL, 0, &needed), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_count(needed, 0);
    assert_int_equal(edgeplan_model_lock(model, NULL, 5, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_model_lock(model, small, sizeof small, &needed), EDGEPLAN_OK);
    assert_string_equal(small, "{\"edgepla");
    assert_true(needed > 1000);
    edgeplan_model_unref(model);
}

static edgeplan_status lock_and_read(edgeplan_context *context, void *argument)
{
    gguf_writer *w = argument;
    edgeplan_model *model, *read = NULL;
    size_t length, needed = 0;
    const unsigned char *bytes = gguf_end(w, &length);
    edgeplan_status status = edgeplan_model_open_memory(context, bytes, length, "m", NULL, NULL, &model);

    if (status != EDGEPLAN_OK)
        return status;
    status = edgeplan_model_lock(model, NULL, 0, &needed);
    if (status == EDGEPLAN_OK) {
        char *text = malloc(needed);

        assert_non_null(text);
        status = edgeplan_model_lock(model, text, needed, NULL);
        if (status == EDGEPLAN_OK)
            status = edgeplan_model_open_memory(context, text, strlen(text), "m", NULL, NULL, &read);
        free(text);
    }
    edgeplan_model_unref(read);
    edgeplan_model_unref(model);
    return status;
}

static void survives_no_memory(void **state)
{
    gguf_model preset = *gguf_model_find("gemma-3-1b");
    gguf_writer w;

    (void)state;
    preset.layers = 6;
    gguf_write_model(&w, &preset, 10);
    assert_true(test_sweep_allocations(lock_and_read, &w) >= 20);
    gguf_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(locks_are_small_and_read_back),
        cmocka_unit_test(registry_models_lock_too),
        cmocka_unit_test(fields_and_words_are_those_of_the_structs),
        cmocka_unit_test(file_types_are_formats_of_the_registry),
        cmocka_unit_test(header_lock_and_whole_file_give_one_plan),
        cmocka_unit_test(wrong_locks_are_refused),
        cmocka_unit_test(claims_of_a_lock_are_bounded),
        cmocka_unit_test(writing_refuses_and_cuts),
        cmocka_unit_test(survives_no_memory),
    };

    return cmocka_run_group_tests_name("report/lock", tests, NULL, NULL);
}
