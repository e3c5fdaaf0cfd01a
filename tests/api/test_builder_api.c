/* Models by hand, and reading one back. */
#include "support.h"

#include <edgeplan/model.h>

/* A small llama: tied head, two layers. */
#define PARAMETERS (1000 * 64 + 2 * (2 * 64 * 64 + 2 * 64 * 32 + 3 * 64 * 256 + 2 * 64) + 64)

static void init_head(edgeplan_head *head)
{
    assert_int_equal(edgeplan_struct_init(head, sizeof *head), EDGEPLAN_OK);
    head->hidden_width = 64;
    head->vocabulary = 1000;
    head->trained_context_tokens = 2048;
    head->tied_head = EDGEPLAN_SWITCH_ON;
}

static void init_layer(edgeplan_layer *layer)
{
    assert_int_equal(edgeplan_struct_init(layer, sizeof *layer), EDGEPLAN_OK);
    layer->attention = EDGEPLAN_ATTENTION_GROUPED;
    layer->feed_forward = EDGEPLAN_FEED_FORWARD_DENSE;
    layer->query_heads = 4;
    layer->kv_heads = 2;
    layer->key_width = layer->value_width = 16;
    layer->ffn_width = 256;
}

static edgeplan_status build(edgeplan_context *context, edgeplan_model **out)
{
    edgeplan_model_builder *builder = NULL;
    edgeplan_head head;
    edgeplan_layer layer;
    edgeplan_status status = edgeplan_model_builder_new(context, "by-hand", "llama", &builder);

    *out = NULL;
    if (status != EDGEPLAN_OK) {
        assert_null(builder);
        return status;
    }
    init_head(&head);
    init_layer(&layer);
    status = edgeplan_model_builder_set_head(builder, &head);
    if (status == EDGEPLAN_OK)
        status = edgeplan_model_builder_add_layers(builder, &layer, 2);
    if (status == EDGEPLAN_OK)
        status = edgeplan_model_builder_finish(builder, NULL, out);
    edgeplan_model_builder_unref(builder);
    return status;
}

static void test_two_layers(void **state)
{
    edgeplan_model *model;
    edgeplan_head head;
    edgeplan_layer layer;
    edgeplan_tensor tensor;
    uint64_t elements = 0;

    (void)state;
    assert_int_equal(build(NULL, &model), EDGEPLAN_OK);
    assert_string_equal(edgeplan_model_id(model), "by-hand");
    assert_string_equal(edgeplan_model_name(model), "by-hand");
    assert_string_equal(edgeplan_model_family(model), "llama");
    assert_count(edgeplan_model_layer_count(model), 2);

    assert_int_equal(edgeplan_struct_init(&head, sizeof head), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_head(model, &head), EDGEPLAN_OK);
    assert_count(head.hidden_width, 64);
    assert_count(head.vocabulary, 1000);
    assert_count(head.trained_context_tokens, 2048);
    assert_count(head.tied_head, EDGEPLAN_SWITCH_ON);
    assert_count(head.known, 63);
    assert_count(head.parameters, PARAMETERS);

    assert_int_equal(edgeplan_struct_init(&layer, sizeof layer), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_layer(model, 1, &layer), EDGEPLAN_OK);
    assert_count(layer.kv_heads, 2);
    assert_count(layer.ffn_width, 256);
    assert_int_equal(edgeplan_model_layer(model, 2, &layer), EDGEPLAN_ERROR_NOT_FOUND);

    assert_int_equal(edgeplan_struct_init(&tensor, sizeof tensor), EDGEPLAN_OK);
    for (uint32_t i = 0; i < edgeplan_model_tensor_count(model); i++) {
        assert_int_equal(edgeplan_model_tensor(model, i, &tensor), EDGEPLAN_OK);
        elements += tensor.rows * tensor.columns * tensor.slices;
    }
    assert_count(elements, head.parameters);
    assert_int_equal(edgeplan_model_tensor(model, edgeplan_model_tensor_count(model), &tensor), EDGEPLAN_ERROR_NOT_FOUND);
    edgeplan_model_unref(model);
}

static edgeplan_status build_and_drop(edgeplan_context *context, void *argument)
{
    edgeplan_model *model;
    edgeplan_status status = build(context, &model);

    (void)argument;
    assert_true((status == EDGEPLAN_OK) == (model != NULL));
    edgeplan_model_unref(model);
    return status;
}

static void test_no_memory(void **state)
{
    (void)state;
    assert_true(test_sweep_allocations(build_and_drop, NULL) >= 3);
}

/* The builder stays: a model finished before does not change, and what is added later is in the next. */
static void test_builder_goes_on(void **state)
{
    edgeplan_model_builder *builder;
    edgeplan_model *first, *second, *none = (edgeplan_model *)1;
    edgeplan_diagnostics *diagnostics;
    edgeplan_head head;
    edgeplan_layer layer;

    (void)state;
    init_head(&head);
    init_layer(&layer);
    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_builder_new(NULL, "x", "", &builder), EDGEPLAN_OK);
    assert_int_not_equal(edgeplan_model_builder_finish(builder, diagnostics, &none), EDGEPLAN_OK); /* no head, no layers */
    assert_null(none);
    assert_true(edgeplan_diagnostics_count(diagnostics) >= 1);
    assert_int_equal(edgeplan_model_builder_set_head(builder, &head), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_builder_add_layers(builder, &layer, 2), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_builder_finish(builder, NULL, &first), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_builder_add_layers(builder, &layer, 3), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_builder_finish(builder, NULL, &second), EDGEPLAN_OK);
    edgeplan_model_builder_unref(builder);
    assert_count(edgeplan_model_layer_count(first), 2);
    assert_count(edgeplan_model_layer_count(second), 5);
    assert_string_equal(edgeplan_model_family(second), "");
    edgeplan_model_unref(first);
    edgeplan_model_unref(second);
    edgeplan_diagnostics_unref(diagnostics);
}

static void test_builder_refuses(void **state)
{
    edgeplan_model_builder *builder;
    edgeplan_model *model;
    edgeplan_head head;
    edgeplan_layer layer;
    edgeplan_tensor tensor;

    (void)state;
    init_head(&head);
    init_layer(&layer);
    assert_int_equal(edgeplan_struct_init(&tensor, sizeof tensor), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_builder_new(NULL, NULL, "", &builder), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_null(builder);
    assert_int_equal(edgeplan_model_builder_new(NULL, "x", NULL, &builder), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_model_builder_new(NULL, "x", "", NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_model_builder_new(NULL, "x", "", &builder), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_builder_set_head(builder, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_model_builder_add_layers(builder, NULL, 1), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_model_builder_add_layers(builder, &layer, 0), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_model_builder_add_layers(builder, &layer, 4097), EDGEPLAN_ERROR_RANGE);
    assert_int_equal(edgeplan_model_builder_add_layers(NULL, &layer, 1), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_model_builder_finish(NULL, NULL, &model), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_model_builder_finish(builder, NULL, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    head.tied_head = 3;
    assert_int_equal(edgeplan_model_builder_set_head(builder, &head), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    head.struct_size = 8;
    assert_int_equal(edgeplan_model_builder_set_head(builder, &head), EDGEPLAN_ERROR_STRUCT_SIZE);
    layer.attention = 3;
    assert_int_equal(edgeplan_model_builder_add_layers(builder, &layer, 1), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    layer.attention = 0;
    layer.flags = 1;
    assert_int_equal(edgeplan_model_builder_add_layers(builder, &layer, 1), EDGEPLAN_ERROR_NEWER_FIELD);
    tensor.role = 6; /* between two kinds */
    assert_int_equal(edgeplan_model_builder_add_tensor(builder, &tensor), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    tensor.role = EDGEPLAN_ROLE_OTHER;
    tensor.element_type = 9;
    assert_int_equal(edgeplan_model_builder_add_tensor(builder, &tensor), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    edgeplan_model_builder_unref(builder);
    edgeplan_model_builder_unref(NULL);
}

/* A width out of range is found by finish, with the place. */
static void test_finish_reports(void **state)
{
    edgeplan_model_builder *builder;
    edgeplan_model *model;
    edgeplan_diagnostics *diagnostics;
    edgeplan_head head;
    edgeplan_layer layer;

    (void)state;
    init_head(&head);
    init_layer(&layer);
    layer.kv_source = 2; /* of two layers, the second: neither earlier nor another */
    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_builder_new(NULL, "x", "", &builder), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_builder_set_head(builder, &head), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_builder_add_layers(builder, &layer, 2), EDGEPLAN_OK);
    assert_int_not_equal(edgeplan_model_builder_finish(builder, diagnostics, &model), EDGEPLAN_OK);
    assert_null(model);
    assert_true(edgeplan_diagnostics_count(diagnostics) >= 1);
    assert_int_equal(edgeplan_diagnostics_severity(diagnostics, 0), EDGEPLAN_SEVERITY_ERROR);
    edgeplan_model_builder_unref(builder);
    edgeplan_diagnostics_unref(diagnostics);
}

static void test_getters_refuse(void **state)
{
    edgeplan_model *model;
    edgeplan_head head = { 0 };

    (void)state;
    assert_int_equal(build(NULL, &model), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_head(model, &head), EDGEPLAN_ERROR_STRUCT_SIZE);
    assert_int_equal(edgeplan_model_head(model, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_model_head(NULL, &head), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_model_layer(NULL, 0, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_model_tensor(model, 0, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    edgeplan_model_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_layers),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_builder_goes_on),
        cmocka_unit_test(test_builder_refuses),
        cmocka_unit_test(test_finish_reports),
        cmocka_unit_test(test_getters_refuse),
    };

    return cmocka_run_group_tests_name("api/builder", tests, NULL, NULL);
}
