/* What holds for every model and every request, on random ones: more never needs less, less room never helps, and no input, however
   large, leaves the range of a count. The seeds are fixed; a failing round prints its own. */
#include <stdio.h>
#include <string.h>

#include "built_in_registry.h"
#include "support.h"

#include <edgeplan/edgeplan.h>

enum { ROUNDS = 600, KINDS = 2, MOST_LAYERS = 12 };

static const uint64_t most_count = (UINT64_C(1) << 53) - 1;
/* Ways to run one: every runtime that takes any Llama, so every rule of the cache: cells, cells that grow in steps, pages of a layer and of
   a group of layers, the whole context at once, the next compiled one. */
static const struct path {
    const char *runtime, *target, *format;
    edgeplan_accelerator accelerator;
    int grouped; /* 1: a page holds as many layers as the smallest kind has; one more layer of it can leave fewer places empty */
} paths[] = {
    {"llama.cpp", "galaxy-s23", "f16", EDGEPLAN_ACCELERATOR_CPU, 0},
    {"llama.cpp", "macbook-pro-m3-max", "q4_0", EDGEPLAN_ACCELERATOR_GPU, 0},
    {"llama.cpp", "galaxy-s26", "q8_0", EDGEPLAN_ACCELERATOR_NPU, 0},
    {"wllama", "chrome-macbook-pro-m3-max", "q4_0", EDGEPLAN_ACCELERATOR_CPU, 0},
    {"mlx", "iphone-16-pro", "mlx-4bit-g64", EDGEPLAN_ACCELERATOR_GPU, 0},
    {"core-ml", "iphone-16-pro", "coreml-palettized-4bit", EDGEPLAN_ACCELERATOR_NPU, 0},
    {"core-ml", "macbook-pro-m3-max", "coreml-int4-block32", EDGEPLAN_ACCELERATOR_GPU, 0},
    {"mlc-llm", "galaxy-s24-ultra", "mlc-q4f16_1", EDGEPLAN_ACCELERATOR_GPU, 0},
    {"webllm", "chrome-macbook-pro-m3-max", "mlc-q4f32_1", EDGEPLAN_ACCELERATOR_GPU, 0},
    {"executorch", "galaxy-s24-ultra", "et-8da4w-g32", EDGEPLAN_ACCELERATOR_CPU, 0},
    {"litert-lm", "galaxy-s24-ultra", "litert-int4", EDGEPLAN_ACCELERATOR_CPU, 0},
    {"openvino", "lunar-lake-laptop", "ov-int4-sym", EDGEPLAN_ACCELERATOR_GPU, 0},
    {"openvino", "lunar-lake-laptop", "ov-int4-sym", EDGEPLAN_ACCELERATOR_NPU, 0},
    {"vllm", "jetson-agx-thor-t5000", "bf16", EDGEPLAN_ACCELERATOR_GPU, 1},
    {"tensorrt-edge-llm", "jetson-agx-thor-t5000", "trt-int4-awq", EDGEPLAN_ACCELERATOR_GPU, 0},
};

enum { PATHS = sizeof paths / sizeof *paths };

/* A step of Steele and others' splitmix64: every seed is as good as another. */
static uint64_t next(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static uint64_t below(uint64_t *seed, uint64_t bound)
{
    return next(seed) % bound;
}

typedef struct shape {
    edgeplan_head head;
    edgeplan_layer layers[KINDS];
    uint32_t repeats[KINDS];
} shape;

/* Widths are whole blocks of every format, so that no tensor changes its type as it grows. */
static shape random_shape(uint64_t *seed)
{
    shape s;

    memset(&s, 0, sizeof s);
    assert_int_equal(edgeplan_struct_init(&s.head, sizeof s.head), EDGEPLAN_OK);
    s.head.hidden_width = 256 * (1 + below(seed, 16));
    s.head.vocabulary = 256 * (1 + below(seed, 1000));
    s.head.trained_context_tokens = 1 << 20;
    s.head.tied_head = below(seed, 2) ? EDGEPLAN_SWITCH_ON : EDGEPLAN_SWITCH_OFF;
    for (int i = 0; i < KINDS; i++) {
        edgeplan_layer *layer = &s.layers[i];
        assert_int_equal(edgeplan_struct_init(layer, sizeof *layer), EDGEPLAN_OK);
        layer->feed_forward = EDGEPLAN_FEED_FORWARD_DENSE;
        layer->ffn_width = 256 * (1 + below(seed, 32));
        s.repeats[i] = 1 + (uint32_t)below(seed, MOST_LAYERS);
        layer->attention = EDGEPLAN_ATTENTION_GROUPED;
        layer->kv_heads = 1 + below(seed, 8);
        layer->query_heads = layer->kv_heads * (1 + below(seed, 4));
        layer->key_width = layer->value_width = UINT64_C(64) << below(seed, 3);
        layer->span = i == 1 ? EDGEPLAN_SPAN_WINDOW : EDGEPLAN_SPAN_ALL;
        layer->span_tokens = i == 1 ? 128 * (1 + below(seed, 16)) : 0;
    }
    return s;
}

static edgeplan_model *build(const shape *s)
{
    edgeplan_model_builder *builder;
    edgeplan_model *model = NULL;

    assert_int_equal(edgeplan_model_builder_new(NULL, "random", "llama", &builder), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_builder_set_head(builder, &s->head), EDGEPLAN_OK);
    for (int i = 0; i < KINDS; i++)
        assert_int_equal(edgeplan_model_builder_add_layers(builder, &s->layers[i], s->repeats[i]), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_builder_finish(builder, NULL, &model), EDGEPLAN_OK);
    edgeplan_model_builder_unref(builder);
    return model;
}

static edgeplan_deployment *deploy_model(edgeplan_model *model, const struct path *path)
{
    edgeplan_deployment *deployment = NULL;

    assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(registry, path->target), path->accelerator,
                                             edgeplan_runtime_find(registry, path->runtime),
                                             edgeplan_format_find(registry, path->format), NULL, &deployment),
                     EDGEPLAN_OK);
    edgeplan_model_unref(model);
    return deployment;
}

static edgeplan_deployment *deploy(const shape *s, const struct path *path)
{
    return deploy_model(build(s), path);
}

static edgeplan_request random_request(uint64_t *seed)
{
    edgeplan_request request;

    assert_int_equal(edgeplan_struct_init(&request, sizeof request), EDGEPLAN_OK);
    request.context_tokens = 1 + below(seed, below(seed, 2) ? 4000 : 40000); /* within a compiled one, and beyond */
    request.sequences = 1; /* a preset may have more */
    request.chunk_tokens = 1 + below(seed, 1024);
    request.mmap = (uint32_t)below(seed, 3);
    return request;
}

/* Some runtimes hold one sequence only. */
static int takes(const edgeplan_deployment *deployment, const edgeplan_request *request)
{
    edgeplan_memory memory = {.struct_size = sizeof memory};

    return edgeplan_deployment_memory(deployment, request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory) !=
           EDGEPLAN_ERROR_REFUSED;
}

static edgeplan_memory memory_of(const edgeplan_deployment *deployment, const edgeplan_request *request)
{
    edgeplan_memory memory;

    assert_int_equal(edgeplan_struct_init(&memory, sizeof memory), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_memory(deployment, request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory), EDGEPLAN_OK);
    return memory;
}

static void expect_no_less(const edgeplan_memory *before, const edgeplan_memory *after, const char *grown, uint64_t seed, size_t path)
{
    if (after->weights_bytes < before->weights_bytes || after->kv_bytes < before->kv_bytes || after->state_bytes < before->state_bytes)
        fail_msg("seed %llu, path %zu: %s grew and weights, cache or state fell: %llu %llu %llu to %llu %llu %llu",
                 (unsigned long long)seed, path, grown, (unsigned long long)before->weights_bytes, (unsigned long long)before->kv_bytes,
                 (unsigned long long)before->state_bytes, (unsigned long long)after->weights_bytes, (unsigned long long)after->kv_bytes,
                 (unsigned long long)after->state_bytes);
}

enum { WHOLE_LAYERS, WINDOW_LAYERS };

/* Makes one thing of a model larger; says which, NULL when there is nothing more. */
static const char *grow(shape *s, int which)
{
    switch (which) {
    case WHOLE_LAYERS: s->repeats[0]++; return "whole layers";
    case WINDOW_LAYERS: s->repeats[1]++; return "window layers";
    case 2: s->head.hidden_width += 256; return "hidden width";
    case 3: s->head.vocabulary += 256; return "vocabulary";
    case 4: s->layers[0].ffn_width += 256; return "feed-forward width";
    case 5: s->layers[0].query_heads += s->layers[0].query_heads; s->layers[0].kv_heads *= 2; return "heads";
    case 6: s->layers[0].key_width *= 2; s->layers[0].value_width *= 2; return "head width";
    case 7: s->layers[1].span_tokens += 128; return "window";
    default: return NULL;
    }
}

static void test_more_never_needs_less(void **state)
{
    (void)state;
    for (uint64_t first = 1; first <= ROUNDS; first++) {
        uint64_t seed = first;
        shape small = random_shape(&seed);
        edgeplan_request request = random_request(&seed);
        size_t at = first % PATHS;
        edgeplan_deployment *d = deploy(&small, &paths[at]);
        edgeplan_memory before = memory_of(d, &request), after;

        edgeplan_request more = request;
        more.context_tokens += 1 + below(&seed, 5000);
        after = memory_of(d, &more);
        expect_no_less(&before, &after, "context", first, at);
        more = request; /* each sequence keeps its context: some runtimes share one among them, in whole steps */
        more.sequences = 2 + below(&seed, 4);
        more.context_tokens *= more.sequences;
        if (takes(d, &more)) {
            after = memory_of(d, &more);
            expect_no_less(&before, &after, "sequences", first, at);
        }
        edgeplan_deployment_unref(d);

        for (int which = 0;; which++) {
            shape large = small;
            const char *grown = grow(&large, which);
            if (!grown)
                break;
            if (paths[at].grouped && (which == WHOLE_LAYERS || which == WINDOW_LAYERS))
                continue;
            d = deploy(&large, &paths[at]);
            after = memory_of(d, &request);
            expect_no_less(&before, &after, grown, first, at);
            edgeplan_deployment_unref(d);
        }
    }
    print_message("seeds 1 to %d\n", ROUNDS);
}

/* Layers of a delta rule between those of attention, as Qwen3.5 has them: they keep a state. */
static const struct path recurrent_paths[] = {
    {"llama.cpp", "galaxy-s23", "f16", EDGEPLAN_ACCELERATOR_CPU, 0},
    {"llama.cpp", "macbook-pro-m3-max", "q4_0", EDGEPLAN_ACCELERATOR_GPU, 0},
    {"wllama", "chrome-macbook-pro-m3-max", "q4_0", EDGEPLAN_ACCELERATOR_CPU, 0},
    {"mlx", "iphone-16-pro", "mlx-4bit-g64", EDGEPLAN_ACCELERATOR_GPU, 0},
    {"core-ml", "iphone-16-pro", "coreml-palettized-4bit", EDGEPLAN_ACCELERATOR_NPU, 0},
    {"tensorrt-edge-llm", "jetson-agx-thor-t5000", "trt-int4-awq", EDGEPLAN_ACCELERATOR_GPU, 0},
};

enum { RECURRENT_PATHS = sizeof recurrent_paths / sizeof *recurrent_paths };

/* Its dimensions, and by how much each may grow: what stays a multiple of what it must be. */
static const struct dimension {
    const char *key;
    uint32_t unit;
} dimensions[] = {
    {"hidden_size", 256}, {"num_hidden_layers", 4}, {"intermediate_size", 256}, {"vocab_size", 256}, {"head_dim", 64},
    {"linear_num_key_heads", 1}, {"linear_num_value_heads", 4}, {"linear_key_head_dim", 64}, {"linear_value_head_dim", 64},
};

enum { DIMENSIONS = sizeof dimensions / sizeof *dimensions };

static edgeplan_deployment *deploy_recurrent(const uint32_t units[DIMENSIONS], const struct path *path)
{
    edgeplan_model *model = NULL;
    char text[1024];
    int length = snprintf(text, sizeof text, "{\"model_type\":\"qwen3_5_text\",\"num_attention_heads\":8,\"num_key_value_heads\":4,"
                          "\"max_position_embeddings\":1048576,\"full_attention_interval\":4,\"linear_conv_kernel_dim\":4,"
                          "\"tie_word_embeddings\":true");

    for (size_t i = 0; i < DIMENSIONS; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, ",\"%s\":%u", dimensions[i].key, units[i] * dimensions[i].unit);
    length += snprintf(text + length, sizeof text - (size_t)length, "}");
    assert_int_equal(edgeplan_model_open_memory(NULL, text, (size_t)length, "config.json", NULL, NULL, &model), EDGEPLAN_OK);
    return deploy_model(model, path);
}

static void test_states_never_need_less(void **state)
{
    (void)state;
    for (uint64_t first = 1; first <= ROUNDS; first++) {
        uint64_t seed = first;
        const size_t at = first % RECURRENT_PATHS;
        edgeplan_request request = random_request(&seed);
        uint32_t units[DIMENSIONS];

        for (size_t i = 0; i < DIMENSIONS; i++)
            units[i] = 1 + (uint32_t)below(&seed, 4);
        edgeplan_deployment *d = deploy_recurrent(units, &recurrent_paths[at]);
        edgeplan_memory before = memory_of(d, &request), after;
        assert_true(before.state_bytes > 0);
        edgeplan_request more = request;
        more.sequences = 2;
        more.context_tokens *= 2;
        if (takes(d, &more)) {
            after = memory_of(d, &more);
            expect_no_less(&before, &after, "sequences", first, at);
        }
        edgeplan_deployment_unref(d);
        for (size_t i = 0; i < DIMENSIONS; i++) {
            units[i]++;
            d = deploy_recurrent(units, &recurrent_paths[at]);
            units[i]--;
            after = memory_of(d, &request);
            expect_no_less(&before, &after, dimensions[i].key, first, at);
            edgeplan_deployment_unref(d);
        }
    }
    print_message("seeds 1 to %d\n", ROUNDS);
}

static void test_less_room_never_helps(void **state)
{
    (void)state;
    for (uint64_t first = 1; first <= ROUNDS; first++) {
        uint64_t seed = first;
        shape s = random_shape(&seed);
        edgeplan_request request = random_request(&seed);
        edgeplan_deployment *d = deploy(&s, &paths[first % PATHS]);
        uint32_t worst = EDGEPLAN_VERDICT_NONE;

        for (request.available_bytes = UINT64_C(1) << 40; request.available_bytes > 1; request.available_bytes -= request.available_bytes / 3) {
            edgeplan_verdict_result verdict;
            assert_int_equal(edgeplan_struct_init(&verdict, sizeof verdict), EDGEPLAN_OK);
            assert_int_equal(edgeplan_deployment_verdict(d, &request, &verdict), EDGEPLAN_OK);
            if (verdict.verdict < worst) /* the enumerators go from fits to does_not_fit */
                fail_msg("seed %llu: %u at %llu bytes, after %u with more", (unsigned long long)first, verdict.verdict,
                         (unsigned long long)request.available_bytes, worst);
            worst = verdict.verdict;
            if (request.available_bytes < 3)
                break;
        }
        assert_int_equal(worst, EDGEPLAN_VERDICT_DOES_NOT_FIT);
        edgeplan_deployment_unref(d);
    }
    print_message("seeds 1 to %d\n", ROUNDS);
}

/* A count of any size up to the largest legal one. */
static uint64_t any_count(uint64_t *seed)
{
    return below(seed, 8) == 0 ? most_count : next(seed) >> (11 + below(seed, 53));
}

static void expect_counts(const uint64_t *values, size_t count, uint64_t seed)
{
    for (size_t i = 0; i < count; i++)
        if (values[i] > most_count)
            fail_msg("seed %llu: figure %zu is %llu", (unsigned long long)seed, i, (unsigned long long)values[i]);
}

static void test_no_input_leaves_the_range(void **state)
{
    uint32_t answered = 0, refused = 0;

    (void)state;
    for (uint64_t first = 1; first <= 20 * ROUNDS; first++) {
        uint64_t seed = first;
        shape s = random_shape(&seed);
        edgeplan_deployment *d = deploy(&s, &paths[first % PATHS]);
        edgeplan_request request = random_request(&seed);
        uint64_t *const counts[] = {&request.context_tokens, &request.prompt_tokens, &request.cached_tokens, &request.output_tokens,
                                    &request.sequences, &request.batch, &request.chunk_tokens, &request.ram_bytes, &request.app_bytes,
                                    &request.available_bytes, &request.largest_buffer_bytes};
        edgeplan_memory memory;
        edgeplan_verdict_result verdict;

        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
            if (below(&seed, 3) == 0)
                *counts[i] = any_count(&seed);
        assert_int_equal(edgeplan_struct_init(&memory, sizeof memory), EDGEPLAN_OK);
        assert_int_equal(edgeplan_struct_init(&verdict, sizeof verdict), EDGEPLAN_OK);
        edgeplan_status status = edgeplan_deployment_memory(d, &request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory);
        assert_int_equal(edgeplan_deployment_verdict(d, &request, &verdict), status);
        if (status == EDGEPLAN_OK) {
            answered++;
            expect_counts(&memory.weights_bytes, (offsetof(edgeplan_memory, basis) - offsetof(edgeplan_memory, weights_bytes)) / 8, first);
            expect_counts(&verdict.max_context_tokens, (sizeof verdict - offsetof(edgeplan_verdict_result, max_context_tokens)) / 8, first);
        } else if (status == EDGEPLAN_ERROR_RANGE || status == EDGEPLAN_ERROR_REFUSED) {
            refused++;
        } else {
            fail_msg("seed %llu: status %u", (unsigned long long)first, (unsigned)status);
        }
        edgeplan_deployment_unref(d);
    }
    print_message("seeds 1 to %d: %u answered, %u out of range\n", 20 * ROUNDS, answered, refused);
    assert_true(answered > 0 && refused > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_more_never_needs_less),
        cmocka_unit_test(test_states_never_need_less),
        cmocka_unit_test(test_less_room_never_helps),
        cmocka_unit_test(test_no_input_leaves_the_range),
    };
    return cmocka_run_group_tests_name("plan: properties", tests, open_registry, close_registry);
}
