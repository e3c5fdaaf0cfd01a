/* What becomes of single tensors when a model meets a runtime. Expected values are llama.cpp v0.5.0's own (tests/oracle). */
#include <edgeplan/edgeplan.h>

#include "support.h"

enum { Q4_0_BLOCK = 18, Q4_0_ELEMENTS = 32 };

static edgeplan_tensor q4_0(uint32_t role, uint64_t columns, uint64_t rows, uint64_t slices)
{
    return (edgeplan_tensor){.struct_size = sizeof(edgeplan_tensor), .role = role, .element_type = EDGEPLAN_ELEMENT_Q4_0,
                             .layer = 1, .rows = rows, .columns = columns, .slices = slices,
                             .stored_bytes = columns * rows * slices / Q4_0_ELEMENTS * Q4_0_BLOCK};
}

/* Of a layer of DeepSeek-V2-Lite: a plain matrix, the two of latent attention that are multiplied in batches, experts. */
static edgeplan_model *latent_model(void)
{
    const edgeplan_head head = {.struct_size = sizeof head, .hidden_width = 2048, .vocabulary = 102400,
                                .trained_context_tokens = 163840, .tied_head = EDGEPLAN_SWITCH_ON};
    const edgeplan_layer layer = {.struct_size = sizeof layer, .attention = EDGEPLAN_ATTENTION_LATENT, .query_heads = 16,
                                  .key_width = 192, .value_width = 128, .latent_width = 512, .rope_width = 64,
                                  .feed_forward = EDGEPLAN_FEED_FORWARD_EXPERTS, .ffn_width = 1408, .experts = 64,
                                  .experts_used = 6};
    const edgeplan_tensor tensors[] = {
        q4_0(EDGEPLAN_ROLE_ATTENTION_QUERY, 2048, 3072, 1),
        q4_0(EDGEPLAN_ROLE_ATTENTION_LATENT, 128, 512, 16),
        q4_0(EDGEPLAN_ROLE_ATTENTION_LATENT, 512, 128, 16),
        q4_0(EDGEPLAN_ROLE_EXPERT_UP, 2048, 1408, 64),
    };
    edgeplan_model_builder *builder;
    edgeplan_model *model;

    assert_int_equal(edgeplan_model_builder_new(NULL, "latent", "deepseek2", &builder), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_builder_set_head(builder, &head), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_builder_add_layers(builder, &layer, 1), EDGEPLAN_OK);
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        assert_int_equal(edgeplan_model_builder_add_tensor(builder, &tensors[i]), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_builder_finish(builder, NULL, &model), EDGEPLAN_OK);
    edgeplan_model_builder_unref(builder);
    return model;
}

/* A CPU with dot products repacks matrices and experts; attn_k_b and attn_v_b, multiplied in batches, stay as they are. */
static void test_batched_products_are_not_repacked(void **state)
{
    edgeplan_registry *registry;
    edgeplan_deployment *deployment;
    edgeplan_model *model = latent_model();
    edgeplan_memory memory = {.struct_size = sizeof memory};
    (void)state;

    assert_int_equal(edgeplan_registry_new(NULL, NULL, &registry), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(registry, "iphone-16-pro"), EDGEPLAN_ACCELERATOR_CPU,
                                             edgeplan_runtime_find(registry, "llama.cpp"),
                                             edgeplan_format_find(registry, "q4_0"), NULL, &deployment),
                     EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_memory(deployment, NULL, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory),
                     EDGEPLAN_OK);
    assert_count(memory.weights_duplicated_bytes, 3538944 + 103809024);
    edgeplan_deployment_unref(deployment);
    edgeplan_registry_unref(registry);
    edgeplan_model_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_batched_products_are_not_repacked)};
    return cmocka_run_group_tests_name("plan: fold", tests, NULL, NULL);
}
