/* What becomes of single tensors when a model meets a runtime. Expected values are llama.cpp v0.5.0's own (tests/oracle). */
#include <string.h>

#include <edgeplan/edgeplan.h>

#include "base/known.h"
#include "plan/deployment.h"
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
        q4_0(EDGEPLAN_ROLE_EXPERT_DOWN, 1408, 2048, 64),
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

/* The model of latent attention on a CPU. Release what comes back, and the registry. */
static edgeplan_deployment *latent_on(const char *target, const char *runtime, const char *format, edgeplan_registry **registry,
                                      edgeplan_memory *memory)
{
    edgeplan_deployment *deployment;
    edgeplan_model *model = latent_model();

    assert_int_equal(edgeplan_registry_new(NULL, NULL, registry), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(*registry, target), EDGEPLAN_ACCELERATOR_CPU,
                                             edgeplan_runtime_find(*registry, runtime), edgeplan_format_find(*registry, format), NULL,
                                             &deployment),
                     EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_memory(deployment, NULL, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, memory), EDGEPLAN_OK);
    edgeplan_model_unref(model);
    return deployment;
}

/* 377487360 elements in blocks of 18 bytes for 32: the model says so itself, though nobody knows how the format stores it. */
static void test_own_bytes_need_no_rule(void **state)
{
    edgeplan_registry *registry;
    edgeplan_memory memory = {.struct_size = sizeof memory};
    edgeplan_deployment *deployment = latent_on("galaxy-s24-ultra", "litert-lm", "litert-int4", &registry, &memory);
    (void)state;

    assert_int_equal(deployment->format->storage.mechanism, EP_STORAGE_UNKNOWN);
    assert_true(memory.known & EP_MEMORY_KNOWN(weights_bytes));
    assert_count(memory.weights_bytes, 377487360 / Q4_0_ELEMENTS * Q4_0_BLOCK);
    edgeplan_deployment_unref(deployment);
    edgeplan_registry_unref(registry);
}

/* A CPU with dot products repacks matrices and experts; attn_k_b and attn_v_b, multiplied in batches, stay as they are. */
static void test_batched_products_are_not_repacked(void **state)
{
    edgeplan_registry *registry;
    edgeplan_memory memory = {.struct_size = sizeof memory};
    edgeplan_deployment *deployment = latent_on("iphone-16-pro", "llama.cpp", "q4_0", &registry, &memory);
    (void)state;

    assert_count(memory.weights_duplicated_bytes, 3538944 + 2 * 103809024);
    assert_count(deployment->shape.input_bytes, 6 * 1496); /* six experts, 44 blocks of 34 bytes */
    edgeplan_deployment_unref(deployment);
    edgeplan_registry_unref(registry);
}

#define BOARD(type)                                                                                                            \
    "edgeplan_registry: 1.0\n"                                                                                                 \
    "sources: [{id: t, title: T, url: https://example.org, seen: 2026-11-22}]\n"                                               \
    "chips:\n"                                                                                                                 \
    "  - {id: toy, name: Toy, vendor: t, source: t, confidence: cited, memory: {peak_bandwidth: 100 GB/s},\n"                  \
    "     engines: [{accelerator: cpu, architecture: arm64, clock: 10 GHz}]}\n"                                                \
    "targets: [{id: toy-board, name: Toy, platform: linux, class: board, chip: toy, ram: [8 GiB], runtimes: [llama.cpp],\n" \
    "           source: t, confidence: cited}]\n"                                                                              \
    "runtimes:\n"                                                                                                              \
    "  - id: llama.cpp\n"                                                                                                      \
    "    calibrations: [{accelerator: cpu, classes: [board], kernels: [{type: " type ", per_clock: 2 B}], cache_per_clock: 1 B,\n" \
    "                    layer_time: 1 ms, low: 0.5, high: 2, source: t, confidence: cited}]\n"

static edgeplan_speed speed_on_board(const char *overlay)
{
    edgeplan_registry *built_in, *registry;
    edgeplan_deployment *deployment;
    edgeplan_model *model = latent_model();
    edgeplan_speed speed = {.struct_size = sizeof speed};

    assert_int_equal(edgeplan_registry_new(NULL, NULL, &built_in), EDGEPLAN_OK);
    assert_int_equal(edgeplan_registry_with_memory(built_in, overlay, strlen(overlay), "board.yaml", NULL, &registry), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(registry, "toy-board"), EDGEPLAN_ACCELERATOR_CPU,
                                             edgeplan_runtime_find(registry, "llama.cpp"),
                                             edgeplan_format_find(registry, "q4_0"), NULL, &deployment),
                     EDGEPLAN_OK);
    /* The matrices by hand; six of 64 experts are in use. */
    assert_count(edgeplan_deployment_read_bytes(deployment, EDGEPLAN_ELEMENT_Q4_0),
                 (2048 * 3072 + 2 * 128 * 512 * 16 + 2 * 6 * 2048 * 1408) / Q4_0_ELEMENTS * Q4_0_BLOCK);
    assert_count(edgeplan_deployment_prompt_bytes(deployment, EDGEPLAN_ELEMENT_Q4_0),
                 edgeplan_deployment_read_bytes(deployment, EDGEPLAN_ELEMENT_Q4_0)); /* no output matrix among them */
    assert_count(edgeplan_deployment_read_bytes(deployment, EDGEPLAN_ELEMENT_Q8_0), 0);
    assert_int_equal(edgeplan_deployment_speed(deployment, NULL, &speed), EDGEPLAN_OK);
    edgeplan_deployment_unref(deployment);
    edgeplan_registry_unref(registry);
    edgeplan_registry_unref(built_in);
    edgeplan_model_unref(model);
    return speed;
}

/* A CPU reads its matrices at 2 bytes by clock, its cache at 1, of ten billion clocks a second. */
static void test_kernels_read_by_the_clock(void **state)
{
    edgeplan_speed s = speed_on_board(BOARD("q4_0"));
    double cache = (double)s.cache_traffic_bytes_per_step, matrices = (double)s.traffic_bytes_per_step - cache;
    (void)state;

    assert_near(1 / s.decode_tok_per_s, matrices / 20e9 + cache / 10e9 + 1e-3, 1e-9);
}

/* What no kernel was measured for has a ceiling and no estimate. */
static void test_types_without_a_kernel_have_no_estimate(void **state)
{
    edgeplan_speed s = speed_on_board(BOARD("q8_0"));
    (void)state;

    assert_true(s.known & EP_SPEED_KNOWN(decode_ceiling_tok_per_s));
    assert_false(s.known & EP_SPEED_KNOWN(decode_tok_per_s));
}

/* Five layers that mean the same, with a matrix of 64 or 128 rows: the sums are those of the tensors, in order. */
static void test_layers_that_repeat_add_up(void **state)
{
    const edgeplan_head head = {.struct_size = sizeof head, .hidden_width = 256, .vocabulary = 1000, .trained_context_tokens = 4096,
                                .tied_head = EDGEPLAN_SWITCH_ON};
    const edgeplan_layer layer = {.struct_size = sizeof layer, .attention = EDGEPLAN_ATTENTION_GROUPED, .query_heads = 4, .kv_heads = 4,
                                  .key_width = 64, .value_width = 64, .feed_forward = EDGEPLAN_FEED_FORWARD_DENSE, .ffn_width = 64};
    static const uint64_t rows[] = {64, 128, 64, 64, 128}, row_bytes = 256 / Q4_0_ELEMENTS * Q4_0_BLOCK;
    edgeplan_registry *registry;
    edgeplan_model_builder *builder;
    edgeplan_model *model;
    edgeplan_deployment *d;
    uint64_t sum = 0;
    (void)state;

    assert_int_equal(edgeplan_model_builder_new(NULL, "rows", "llama", &builder), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_builder_set_head(builder, &head), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_builder_add_layers(builder, &layer, 5), EDGEPLAN_OK);
    for (uint64_t i = 0; i < 5; i++) {
        edgeplan_tensor tensor = q4_0(EDGEPLAN_ROLE_FFN_UP, 256, rows[i], 1);
        tensor.layer = i + 1;
        assert_int_equal(edgeplan_model_builder_add_tensor(builder, &tensor), EDGEPLAN_OK);
    }
    assert_int_equal(edgeplan_model_builder_finish(builder, NULL, &model), EDGEPLAN_OK);
    edgeplan_model_builder_unref(builder);
    assert_int_equal(edgeplan_registry_new(NULL, NULL, &registry), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(registry, "raspberry-pi-5"), EDGEPLAN_ACCELERATOR_CPU,
                                             edgeplan_runtime_find(registry, "llama.cpp"), edgeplan_format_find(registry, "q4_0"), NULL,
                                             &d),
                     EDGEPLAN_OK);
    for (size_t i = 0; i < 5; i++) {
        sum += rows[i] * row_bytes;
        assert_count(d->shape.first[i].bytes, sum);
        assert_count(d->shape.first[i].largest_tensor_bytes, (i == 0 ? 64 : 128) * row_bytes);
    }
    assert_int_equal(d->shape.run_count, 1);
    assert_count(d->shape.runs[0].dense_bytes, sum);
    assert_count(d->shape.runs[0].dense_parameters, (2 * 128 + 3 * 64) * 256);
    assert_count(d->shape.runs[0].largest_bytes[EDGEPLAN_ROLE_FFN_UP], 128 * row_bytes);
    assert_count(d->shape.weights_bytes, sum);
    assert_count(edgeplan_deployment_read_bytes(d, EDGEPLAN_ELEMENT_Q4_0), sum);
    edgeplan_deployment_unref(d);
    edgeplan_registry_unref(registry);
    edgeplan_model_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_bytes_need_no_rule),
        cmocka_unit_test(test_batched_products_are_not_repacked),
        cmocka_unit_test(test_kernels_read_by_the_clock),
        cmocka_unit_test(test_types_without_a_kernel_have_no_estimate),
        cmocka_unit_test(test_layers_that_repeat_add_up),
    };
    return cmocka_run_group_tests_name("plan: fold", tests, NULL, NULL);
}
