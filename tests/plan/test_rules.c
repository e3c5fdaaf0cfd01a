/* What the built-in rules of each runtime give, against its published rule worked out by hand: the sources are those of
   lib/registry/runtimes.yaml, the dimensions those of each model's config.json. docs/rules.md has the rules in words. */
#include <inttypes.h>
#include <string.h>

#include <edgeplan/edgeplan.h>

#include "built_in_registry.h"
#include "support.h"

#define MISSING UINT64_MAX
#define K UINT64_C(1024)

/* Elements of keys and values a token, all layers: layers x KV heads x (key + value width). */
#define LLAMA_3_1_8B (UINT64_C(32) * 8 * 256)
#define LLAMA_3_2_3B (UINT64_C(28) * 8 * 256)
#define LLAMA_3_2_1B (UINT64_C(16) * 8 * 128)
#define QWEN_3_4B (UINT64_C(36) * 8 * 256)
#define QWEN_3_5_4B (UINT64_C(8) * 4 * 512)
#define GEMMA_2_2B (UINT64_C(26) * 4 * 512)
#define GEMMA_3_1B (UINT64_C(26) * 1 * 512)
#define GEMMA_3_4B_LAYER (UINT64_C(4) * 512)
#define NEMOTRON_9B (UINT64_C(4) * 8 * 256)

/* A recurrent layer's elements: 3 columns of a convolution over queries, keys and values, and a matrix of key by value for each head. */
#define QWEN_3_5_4B_CONVOLUTION (UINT64_C(24) * 3 * (2 * 16 * 128 + 32 * 128))
#define QWEN_3_5_4B_STATE (UINT64_C(24) * 32 * 128 * 128)
#define NEMOTRON_9B_CONVOLUTION (UINT64_C(27) * 3 * (128 * 80 + 2 * 8 * 128))
#define NEMOTRON_9B_STATE (UINT64_C(27) * 128 * 80 * 128)

typedef struct rule_case {
    const char *rule, *runtime, *target;
    edgeplan_accelerator accelerator;
    const char *model, *format;
    edgeplan_request request;
    uint64_t kv, state; /* bytes */
} rule_case;

#define CPU EDGEPLAN_ACCELERATOR_CPU
#define GPU EDGEPLAN_ACCELERATOR_GPU
#define NPU EDGEPLAN_ACCELERATOR_NPU
#define CONTEXT(tokens) {.struct_size = sizeof(edgeplan_request), .context_tokens = (tokens)}
#define CONTEXT_AND(tokens, ...) {.struct_size = sizeof(edgeplan_request), .context_tokens = (tokens), __VA_ARGS__}

static const rule_case cases[] = {
    /* Layers of Gemma 3 4B come in groups of 5: one sees all 8,192 tokens in 512 pages of 16, six a window of 1,024 and 2,047 more in 192
       pages and one. Each page holds a group. */
    {"vLLM pages in groups of layers", "vllm", "jetson-agx-thor-t5000", GPU, "gemma-3-4b", "bf16", CONTEXT(8192),
     (512 + 6 * 193) * 5 * 16 * GEMMA_3_4B_LAYER * 2, 0},
    {"vLLM: each sequence its own pages", "vllm", "jetson-agx-thor-t5000", GPU, "llama-3.1-8b", "bf16", CONTEXT_AND(1000, .sequences = 3),
     LLAMA_3_1_8B * 2 * 1008 * 3, 0},
    {"vLLM: the types of a recurrent state are not published", "vllm", "jetson-agx-thor-t5000", GPU, "qwen3.5-4b", "bf16", CONTEXT(4096),
     QWEN_3_5_4B * 2 * 4096, MISSING},
    /* WebLLM's own list: 131,074 bytes a token, two of them not the cache's. */
    {"WebLLM", "webllm", "chrome-macbook-pro-m3-max", GPU, "llama-3.1-8b", "mlc-q4f16_1", CONTEXT(4096), 131072 * 4 * K, 0},
    {"WebLLM: an f32 build keeps an fp32 cache", "webllm", "chrome-macbook-pro-m3-max", GPU, "llama-3.1-8b", "mlc-q4f32_1", CONTEXT(4096),
     2 * 131072 * 4 * K, 0},
    /* WebLLM's own list: 106,496 bytes a token, the 13 layers with a window too. */
    {"MLC: windows save nothing", "mlc-llm", "galaxy-s24-ultra", GPU, "gemma-2-2b", "mlc-q4f16_1", CONTEXT(8192), GEMMA_2_2B * 2 * 8 * K,
     0},
    {"MLC: an f32 build keeps an fp32 cache", "mlc-llm", "galaxy-s24-ultra", GPU, "llama-3.1-8b", "mlc-q4f32_1", CONTEXT(4096),
     LLAMA_3_1_8B * 4 * 4 * K, 0},
    {"MLC: mode `local`, four sequences of one pool", "mlc-llm", "galaxy-s24-ultra", GPU, "llama-3.1-8b", "mlc-q4f16_1",
     CONTEXT_AND(8192, .preset = EDGEPLAN_PRESET_SERVER), LLAMA_3_1_8B * 2 * 8 * K, 0},
    {"Edge-LLM: what the engine is built for, Qwen3.5's state in fp32", "tensorrt-edge-llm", "jetson-agx-thor-t5000", GPU, "qwen3.5-4b",
     "trt-int4-awq", CONTEXT(4096), QWEN_3_5_4B * 2 * 4096, QWEN_3_5_4B_CONVOLUTION * 2 + QWEN_3_5_4B_STATE * 4},
    {"Edge-LLM: other states in fp16", "tensorrt-edge-llm", "jetson-agx-thor-t5000", GPU, "nemotron-nano-9b-v2", "trt-nvfp4", CONTEXT(4096),
     NEMOTRON_9B * 2 * 4096, (NEMOTRON_9B_CONVOLUTION + NEMOTRON_9B_STATE) * 2},
    {"Edge-LLM: the builder's batch of four", "tensorrt-edge-llm", "jetson-agx-orin-64gb", GPU, "llama-3.1-8b", "trt-int4-awq",
     CONTEXT_AND(4096, .preset = EDGEPLAN_PRESET_CLI), LLAMA_3_1_8B * 2 * 4096 * 4, 0},
    {"Core ML: the next compiled context", "core-ml", "iphone-16-pro", NPU, "qwen3-4b", "coreml-palettized-4bit", CONTEXT(1500),
     QWEN_3_4B * 2 * 2048, 0},
    {"Core ML: states are fp16", "core-ml", "iphone-16-pro", NPU, "qwen3.5-4b", "coreml-palettized-4bit", CONTEXT(2048),
     QWEN_3_5_4B * 2 * 2048, (QWEN_3_5_4B_CONVOLUTION + QWEN_3_5_4B_STATE) * 2},
    {"Core AI on an iPhone: fixed", "core-ai", "iphone-17-pro", NPU, "qwen3-4b", "coreai-4bit-palettized", CONTEXT(1000),
     QWEN_3_4B * 2 * 4096, 0},
    {"Core AI on a Mac: grows, how is not published", "core-ai", "macbook-pro-m3-max", GPU, "qwen3-4b", "coreai-4bit", CONTEXT(1000),
     QWEN_3_4B * 2 * 1000, 0},
    /* Both graphs together: what comes in for all but the chunk, and the chunk that goes out, in int8. */
    {"Genie: the compiled context", "genie", "galaxy-s24-ultra", NPU, "llama-3.2-3b", "qnn-w4a16", CONTEXT(2000),
     LLAMA_3_2_3B * (4096 - 128) + LLAMA_3_2_3B * 128, 0},
    {"QNN: what is heard beside what is said", "qnn", "galaxy-s24-ultra", NPU, "whisper-base", "qnn-f16", CONTEXT(448),
     UINT64_C(6) * (1500 + 448) * 2 * 512 * 2, 0},
    {"OpenVINO on a CPU: u8, growing by 256", "openvino", "lunar-lake-laptop", CPU, "llama-3.1-8b", "ov-int4-sym", CONTEXT(1000),
     LLAMA_3_1_8B * 1024, 0},
    {"OpenVINO on a GPU: i8", "openvino", "lunar-lake-laptop", GPU, "llama-3.1-8b", "ov-int4-sym", CONTEXT(1025), LLAMA_3_1_8B * 1280, 0},
    {"OpenVINO on an NPU: 1024 of a prompt and 128 more", "openvino", "lunar-lake-laptop", NPU, "llama-3.1-8b", "ov-int4-sym",
     CONTEXT(1100), LLAMA_3_1_8B * 2 * (1024 + 128), 0},
    {"OpenVINO: the type of a recurrent state is not published", "openvino", "lunar-lake-laptop", CPU, "qwen3.5-4b", "ov-int4-sym",
     CONTEXT(1024), QWEN_3_5_4B * 1024, MISSING},
    {"Ryzen AI, full fusion: up to 4096", "ryzen-ai", "ryzen-ai-9-hx-370-laptop", NPU, "llama-3.2-3b", "ryzenai-uint4-awq-g128",
     CONTEXT(1000), LLAMA_3_2_3B * 2 * 4096, 0},
    {"Ryzen AI, token fusion: up to 16384", "ryzen-ai", "ryzen-ai-9-hx-370-laptop", NPU, "llama-3.2-3b", "ryzenai-uint4-awq-g128",
     CONTEXT(4097), LLAMA_3_2_3B * 2 * 16384, 0},
    {"ONNX Runtime GenAI below Ryzen AI: max_length as asked for", "ryzen-ai", "ryzen-ai-9-hx-370-laptop", GPU, "llama-3.2-3b",
     "ryzenai-uint4-awq-g128", CONTEXT(1000), LLAMA_3_2_3B * 2 * 1000, 0},
    /* A head and token: its 64 int8 elements, an fp32 scale and an int8 zero point, for keys and for values. */
    {"ExecuTorch: int8 with a scale", "executorch", "galaxy-s24-ultra", CPU, "llama-3.2-1b", "et-8da4w-g32", CONTEXT(1000),
     UINT64_C(16) * 8 * 2 * (64 + 5) * 1000, 0},
    {"ExecuTorch: no rule of a recurrent state published", "executorch", "galaxy-s24-ultra", CPU, "qwen3.5-4b", "et-8da4w-g32",
     CONTEXT(1000), UINT64_C(8) * 4 * 2 * (256 + 5) * 1000, MISSING},
    /* Model card of Gemma3-1B-IT: 982 MB at 1,280 tokens and 1,145 MB at 4,096, of which fp32 explains 150; windows save nothing. */
    {"LiteRT on a CPU: fp32, as converted", "litert-lm", "galaxy-s24-ultra", CPU, "gemma-3-1b", "litert-int4", CONTEXT(2049),
     GEMMA_3_1B * 4 * 4096, 0},
    {"LiteRT on a GPU: no type published", "litert-lm", "galaxy-s24-ultra", GPU, "gemma-3-1b", "litert-int4", CONTEXT(2049), MISSING, 0},
    {"MLX grows by 256", "mlx", "macbook-pro-m3-max", GPU, "llama-3.1-8b", "mlx-4bit-g64", CONTEXT(1000), LLAMA_3_1_8B * 2 * 1024, 0},
    /* 4 bits an element, a scale and a bias of 16 bits for 64: 0.5625 bytes. */
    {"MLX: a quantized cache", "mlx", "macbook-pro-m3-max", GPU, "llama-3.1-8b", "mlx-4bit-g64",
     CONTEXT_AND(4096, .kv_k = EDGEPLAN_ELEMENT_Q4_0, .kv_v = EDGEPLAN_ELEMENT_Q4_0), LLAMA_3_1_8B * 4096 / 16 * 9, 0},
    /* Five layers with all of it, 29 that rotate through a window and the 2,048 of a prefill step less one. */
    {"MLX: a rotating cache", "mlx", "macbook-pro-m3-max", GPU, "gemma-3-4b", "mlx-4bit-g64", CONTEXT(8192),
     (5 * 8192 + 29 * (1024 + 2048 - 1)) * GEMMA_3_4B_LAYER * 2, 0},
    {"MLX: a delta state is fp32, its convolution not", "mlx", "macbook-pro-m3-max", GPU, "qwen3.5-4b", "mlx-4bit-g64", CONTEXT(4096),
     QWEN_3_5_4B * 2 * 4096, QWEN_3_5_4B_CONVOLUTION * 2 + QWEN_3_5_4B_STATE * 4},
    {"Transformers.js: fp32 beside q4", "transformers.js", "chrome-macbook-pro-m3-max", CPU, "llama-3.2-1b", "tjs-q4", CONTEXT(1000),
     LLAMA_3_2_1B * 4 * 1000, 0},
    {"ONNX Runtime GenAI on a CPU: fp32, max_length as asked for", "onnxruntime-genai", "lunar-lake-laptop", CPU, "llama-3.2-1b",
     "ort-int4-b32-f32", CONTEXT(1000), LLAMA_3_2_1B * 4 * 1000, 0},
    {"wllama: llama.cpp's cells", "wllama", "chrome-macbook-pro-m3-max", CPU, "llama-3.2-1b", "q4_0", CONTEXT(1000),
     LLAMA_3_2_1B * 2 * 1024, 0},
    {"FastFlowLM: nothing published", "fastflowlm", "ryzen-ai-9-hx-370-laptop", NPU, "llama-3.2-1b", "flm-q4nx", CONTEXT(4096), MISSING, 0},
};

static edgeplan_deployment *open_path(const char *model_id, const char *target, const char *runtime, edgeplan_accelerator accelerator,
                                      const char *format)
{
    edgeplan_diagnostics *diagnostics;
    edgeplan_deployment *path;
    edgeplan_model *model;

    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    assert_int_equal(edgeplan_registry_model(registry, model_id, NULL, &model), EDGEPLAN_OK);
    if (edgeplan_deployment_new(model, edgeplan_target_find(registry, target), accelerator, edgeplan_runtime_find(registry, runtime),
                                edgeplan_format_find(registry, format), diagnostics, &path) != EDGEPLAN_OK)
        fail_msg("%s of %s on %s: %s", format, runtime, target, edgeplan_diagnostics_message(diagnostics, 0));
    edgeplan_diagnostics_unref(diagnostics);
    edgeplan_model_unref(model);
    return path;
}

static edgeplan_memory memory_of(const edgeplan_deployment *path, const edgeplan_request *request)
{
    edgeplan_memory memory = {.struct_size = sizeof memory};
    assert_int_equal(edgeplan_deployment_memory(path, request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory), EDGEPLAN_OK);
    return memory;
}

/* 1 if a figure, known by the bit of its place in the struct, is the expected one. */
static int is_bytes(const char *rule, const char *what, const edgeplan_memory *memory, const uint64_t *figure, uint64_t expected)
{
    const uint64_t bit = UINT64_C(1) << (figure - &memory->weights_bytes);
    const uint64_t got = memory->known & bit ? *figure : MISSING;

    if (got != expected)
        print_error("%s: %s of %" PRIu64 " bytes, %" PRIu64 " expected\n", rule, what, got, expected);
    return got == expected;
}

static void test_caches_and_states(void **state)
{
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rule_case *c = &cases[i];
        edgeplan_deployment *path = open_path(c->model, c->target, c->runtime, c->accelerator, c->format);
        const edgeplan_memory memory = memory_of(path, &c->request);

        wrong += !is_bytes(c->rule, "cache", &memory, &memory.kv_bytes, c->kv);
        wrong += !is_bytes(c->rule, "state", &memory, &memory.state_bytes, c->state);
        edgeplan_deployment_unref(path);
    }
    assert_int_equal(wrong, 0);
}

/* The estimate in cpp/serve/config.cc of MLC LLM for Qwen3 0.6B (16 query heads, 8 KV heads of 128, vocabulary 151,936), one sequence of
   4,096 tokens: WebLLM's libraries take 1,024 at once, MLC's own 8,192, and no more than there is context. FlashInfer's
   48 MiB are not taken by kernels that are compiled (apache/tvm paged_kv_cache.cc); on top come temporary buffers
   in f16, 5 times the 3,072 of the feed-forward part and once the 1,024 of the stream (tests/oracle/mlc_plans.py). */
static void test_mlc_workspace(void **state)
{
    static const struct {
        const char *runtime, *target;
        uint64_t chunk;
    } rows[] = {{"webllm", "chrome-macbook-pro-m3-max", 1024}, {"mlc-llm", "galaxy-s24-ultra", 4096}};
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const uint64_t chunk = rows[i].chunk;
        const uint64_t cache = 2 * 88 + chunk * 17 * 8 + chunk * 128 * (16 + 8) * 4 + 4096 * 5 / 4;
        const uint64_t model = chunk * 4 + 4 + (2 * chunk + 1) * 16 * 128 * 2, logits = 20 + 151936 * UINT64_C(129) / 8;
        const uint64_t temporary = chunk * (5 * 3072 + 1024) * 2;
        const edgeplan_request request = CONTEXT(4096);
        edgeplan_deployment *path = open_path("qwen3-0.6b", rows[i].target, rows[i].runtime, GPU, "mlc-q4f16_1");

        assert_int_equal(memory_of(path, &request).compute_bytes, cache + model + logits + temporary);
        edgeplan_deployment_unref(path);
    }
}

/* What cards of litert-community state as RSS on a Galaxy S24 Ultra's CPU, in MB: no less is planned, and a tenth more at most. */
static void test_litert_resident(void **state)
{
    static const struct {
        const char *model;
        uint64_t context, resident;
    } rows[] = {{"qwen2.5-1.5b", 1280, 1820}, {"qwen2.5-1.5b", 4096, 2042}, {"deepseek-r1-distill-qwen-1.5b", 1280, 1936}};
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const edgeplan_request request = CONTEXT(rows[i].context);
        edgeplan_deployment *path = open_path(rows[i].model, "galaxy-s24-ultra", "litert-lm", CPU, "litert-int8");
        const uint64_t planned = memory_of(path, &request).total_bytes, resident = rows[i].resident * 1000000;

        assert_true(planned >= resident - resident / 200 && planned <= resident + resident / 10);
        edgeplan_deployment_unref(path);
    }
}

/* Sources disagree whether the Neural Engine holds palettes or fp16: low is the one, high the other. Files are the former: of Qwen3 0.6B
   28 layers of 15,728,640 weights in 4 bits, 12,288 rows with 16 fp16 entries for each 16 rows, and a head of 151,936 rows of 1,024 in
   6 bits with 64 entries; norms in fp16. */
static void test_expanded_weights(void **state)
{
    const uint64_t parameters = 596049920, norms = 65536;
    const uint64_t packed = UINT64_C(28) * (15728640 / 2 + 12288 / 16 * 32) +
                            UINT64_C(151936) * (1024 * 6 / 8) + 151936 / 16 * 128 + norms * 2;
    const edgeplan_request request = CONTEXT(2048);
    edgeplan_deployment *engine = open_path("qwen3-0.6b", "iphone-16-pro", "core-ml", NPU, "coreml-palettized-4bit");
    const edgeplan_memory memory = memory_of(engine, &request);
    edgeplan_memory files = {.struct_size = sizeof files};
    (void)state;

    assert_int_equal(edgeplan_deployment_memory(engine, &request, EDGEPLAN_PLACE_STORAGE, EDGEPLAN_MEASURE_RESERVED, &files), EDGEPLAN_OK);
    assert_int_equal(memory.weights_bytes, 2 * parameters);
    assert_int_equal(memory.total_high_bytes - memory.total_low_bytes, 2 * parameters - packed);
    assert_int_equal(files.weights_bytes, packed);
    edgeplan_deployment_unref(engine);
}

/* Metal is given no cache beyond 32,768 tokens (config.cc); OpenCL is. */
static void test_mlc_on_metal(void **state)
{
    static const struct {
        const char *target;
        uint64_t context;
        int beyond;
    } rows[] = {{"iphone-15", 32768, 0}, {"iphone-15", 32784, 1}, {"galaxy-s24-ultra", 32784, 0}};
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const edgeplan_request request = CONTEXT(rows[i].context);
        edgeplan_deployment *path = open_path("llama-3.2-1b", rows[i].target, "mlc-llm", GPU, "mlc-q4f16_1");
        edgeplan_verdict_result verdict = {.struct_size = sizeof verdict};

        assert_int_equal(edgeplan_deployment_verdict(path, &request, &verdict), EDGEPLAN_OK);
        assert_int_equal(verdict.binding == EDGEPLAN_LIMIT_RUNTIME_CONTEXT, rows[i].beyond);
        edgeplan_deployment_unref(path);
    }
}

/* The only item of a plan's assumptions about `subject`: 1 if there is one. */
static int assumption(const edgeplan_plan *plan, const char *subject, edgeplan_item *item, const char **message)
{
    int found = 0;

    for (uint32_t i = 0; i < edgeplan_plan_count(plan, EDGEPLAN_LIST_ASSUMPTIONS); i++) {
        if (strcmp(edgeplan_plan_text(plan, EDGEPLAN_LIST_ASSUMPTIONS, i, EDGEPLAN_TEXT_SUBJECT), subject) != 0)
            continue;
        assert_int_equal(edgeplan_struct_init(item, sizeof *item), EDGEPLAN_OK);
        assert_int_equal(edgeplan_plan_item(plan, EDGEPLAN_LIST_ASSUMPTIONS, i, item), EDGEPLAN_OK);
        *message = edgeplan_plan_text(plan, EDGEPLAN_LIST_ASSUMPTIONS, i, EDGEPLAN_TEXT_MESSAGE);
        found++;
    }
    assert_true(found <= 1);
    return found;
}

/* A tied table in 16 bits for its Gather, and once more in 4 as the head: onnx-community/Llama-3.2-1B-Instruct-q4f16 is published as
   about 1.2 GB. Blocks of 32 with a scale of 16 bits take 18 bytes; 33 norms stay in 16 bits. */
static void test_table_twice(void **state)
{
    const uint64_t table = UINT64_C(128256) * 2048, layer = UINT64_C(2) * 2048 * 2048 + 2 * 2048 * 512 + 3 * 2048 * 8192;
    const edgeplan_request request = CONTEXT(4096);
    edgeplan_deployment *d = open_path("llama-3.2-1b", "lunar-lake-laptop", "onnxruntime-genai", GPU, "ort-int4-b32");
    (void)state;

    const edgeplan_memory memory = memory_of(d, &request);
    assert_int_equal(memory.weights_bytes, table * 2 + (table + 16 * layer) / 32 * 18 + 33 * 2048 * 2);
    assert_int_equal(memory.weights_duplicated_bytes, 0);
    edgeplan_deployment_unref(d);
}

static int warns_of_fallback(const edgeplan_plan *plan)
{
    for (uint32_t i = 0; i < edgeplan_plan_count(plan, EDGEPLAN_LIST_WARNINGS); i++)
        if (strcmp(edgeplan_plan_text(plan, EDGEPLAN_LIST_WARNINGS, i, EDGEPLAN_TEXT_SUBJECT), "EP-FALLBACK") == 0)
            return 1;
    return 0;
}

/* What a fallback costs is what the engine fallen back to costs where it is chosen: both take these formats. */
static void test_fallbacks(void **state)
{
    static const struct {
        const char *model, *target, *runtime, *format;
        edgeplan_accelerator from, to;
    } rows[] = {
        {"llama-3.2-1b", "macbook-pro-m3-max", "core-ml", "coreml-int8", NPU, GPU},
        {"llama-3.1-8b", "mac-m1", "core-ml", "coreml-int8", NPU, GPU},
        {"llama-3.2-3b", "galaxy-s26", "llama.cpp", "q4_0", NPU, CPU},
        {"llama-3.2-3b", "galaxy-s23", "llama.cpp", "q8_0", NPU, CPU},
        {"llama-3.2-1b", "chrome-macbook-pro-m3-max", "transformers.js", "tjs-q4", GPU, CPU}, /* seen with device: auto and no adapter */
    };
    int worse = 0;
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const edgeplan_request request = CONTEXT(4096);
        for (int beside = 0; beside < 2; beside++) { /* then with another model that stays loaded */
            edgeplan_deployment *from = open_path(rows[i].model, rows[i].target, rows[i].runtime, rows[i].from, rows[i].format);
            edgeplan_deployment *to = open_path(rows[i].model, rows[i].target, rows[i].runtime, rows[i].to, rows[i].format);
            edgeplan_deployment *other = open_path("llama-3.2-1b", rows[i].target, rows[i].runtime, rows[i].to, rows[i].format);
            if (beside) {
                edgeplan_deployment *alone_from = from, *alone_to = to;
                assert_int_equal(edgeplan_deployment_with(alone_from, EDGEPLAN_COMPANION_OTHER, other, &from), EDGEPLAN_OK);
                assert_int_equal(edgeplan_deployment_with(alone_to, EDGEPLAN_COMPANION_OTHER, other, &to), EDGEPLAN_OK);
                edgeplan_deployment_unref(alone_from);
                edgeplan_deployment_unref(alone_to);
            }
            edgeplan_verdict_result verdict = {.struct_size = sizeof verdict};
            edgeplan_plan *plan;
            edgeplan_item item;
            const char *message = NULL;
            assert_int_equal(edgeplan_deployment_verdict(to, &request, &verdict), EDGEPLAN_OK);
            assert_int_equal(edgeplan_plan_new(from, &request, NULL, &plan), EDGEPLAN_OK);
            assert_int_equal(assumption(plan, "fallback", &item, &message), 1);
            assert_int_equal(item.bytes, memory_of(to, &request).charged_high_bytes);
            assert_non_null(strstr(message, edgeplan_verdict_name((edgeplan_verdict)verdict.verdict)));
            const edgeplan_verdict after = (edgeplan_verdict)verdict.verdict;
            assert_int_equal(edgeplan_plan_verdict(plan, &verdict), EDGEPLAN_OK);
            assert_int_equal(warns_of_fallback(plan), after > (edgeplan_verdict)verdict.verdict); /* from fits to does_not_fit */
            worse += after > (edgeplan_verdict)verdict.verdict;
            edgeplan_plan_unref(plan);
            assert_int_equal(edgeplan_plan_new(to, &request, NULL, &plan), EDGEPLAN_OK);
            assert_int_equal(assumption(plan, "fallback", &item, &message), 0);
            edgeplan_plan_unref(plan);
            edgeplan_deployment_unref(other);
            edgeplan_deployment_unref(from);
            edgeplan_deployment_unref(to);
        }
    }
    assert_true(worse > 0);
}

/* Peaks as published, of contexts of 2,048 tokens: resident memory on a OnePlus 12 (pytorch/executorch examples/models/llama/README.md), and
   what an app grew by on an iPhone 17 Pro and a OnePlus 12 (software-mansion/react-native-executorch memory-usage.md). */
static void test_executorch_peaks(void **state)
{
    static const struct {
        const char *model, *format;
        double resident_mib[2], grown_gb[4]; /* of two 4-bit exports, SpinQuant and QLoRA; 0: only one */
    } rows[] = {
        {"llama-3.2-1b", "et-bf16", {3185, 0}, {3.1, 3.3, 0, 0}},
        {"llama-3.2-1b", "et-8da4w-g32", {1921, 2255}, {2.4, 1.9, 2.8, 2.7}},
        {"llama-3.2-3b", "et-bf16", {7419, 0}, {7.3, 7.1, 0, 0}},
        {"llama-3.2-3b", "et-8da4w-g32", {3726, 4060}, {3.8, 3.7, 4.0, 3.9}},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const edgeplan_request request = CONTEXT(2048);
        edgeplan_deployment *path = open_path(rows[i].model, "oneplus-12", "executorch", CPU, rows[i].format);
        const edgeplan_memory memory = memory_of(path, &request);
        for (size_t k = 0; k < 6; k++) {
            const double peak = k < 2 ? rows[i].resident_mib[k] * 1048576 : rows[i].grown_gb[k - 2] * 1e9;
            assert_true(peak == 0 || (peak >= (double)memory.charged_low_bytes && peak <= (double)memory.charged_high_bytes));
        }
        edgeplan_deployment_unref(path);
    }
}

static int is_recommended(const edgeplan_model *model, const char *target, edgeplan_accelerator accelerator, const edgeplan_format *format)
{
    edgeplan_criteria criteria = {.struct_size = sizeof criteria, .accelerators = 1u << accelerator};
    edgeplan_recommendation *found;
    uint32_t count;
    int is = 0;

    assert_int_equal(edgeplan_recommendation_new(&model, 1, edgeplan_target_find(registry, target), NULL, &criteria, NULL, &found),
                     EDGEPLAN_OK);
    count = edgeplan_recommendation_plan_count(found);
    assert_true(count > 0);
    for (uint32_t i = 0; i < count; i++)
        is |= edgeplan_deployment_format(edgeplan_plan_deployment(edgeplan_recommendation_plan(found, i))) == format;
    edgeplan_recommendation_unref(found);
    return is;
}

static void check_told(const edgeplan_deployment *path, int takes)
{
    edgeplan_plan *plan;
    edgeplan_item item;
    const char *message = "";

    assert_int_equal(edgeplan_plan_new(path, NULL, NULL, &plan), EDGEPLAN_OK);
    assert_true(assumption(plan, "fallback", &item, &message) || takes);
    assert_int_equal(strstr(message, "products with this format's weights are left") != NULL, !takes);
    edgeplan_plan_unref(plan);
}

/* Tensors of types that an engine does not take stay on the CPU, with their products: asked for it is planned, with no speed but the
   ceiling, and not recommended. A session of Hexagon then keeps five tensors of the width of Qwen2.5 1.5B for a chunk of 512, six sessions
   of them; published runs report 90 MiB in them with IQ2_M to Q6_K files (a-ghorbani/pocketpal-ai). */
static void test_left_to_the_cpu(void **state)
{
    static const struct {
        const char *target, *format;
        edgeplan_accelerator engine;
        int takes;
    } rows[] = {
        {"poco-myron", "q4_k_m", NPU, 0}, {"galaxy-s23", "q4_k_m", NPU, 0}, {"poco-myron", "q2_k", GPU, 0},
        {"poco-myron", "q4_0", NPU, 1},   {"poco-myron", "q4_k_m", GPU, 1},
    };
    const edgeplan_request request = CONTEXT(2048);
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        edgeplan_deployment *path = open_path("qwen2.5-1.5b", rows[i].target, "llama.cpp", rows[i].engine, rows[i].format);
        edgeplan_memory all = memory_of(path, &request), device = {.struct_size = sizeof device}, low = {.struct_size = sizeof low};
        edgeplan_speed speed = {.struct_size = sizeof speed};

        assert_int_equal(edgeplan_runtime_takes(edgeplan_runtime_find(registry, "llama.cpp"),
                                                edgeplan_format_find(registry, rows[i].format),
                                                edgeplan_target_find(registry, rows[i].target), rows[i].engine),
                         rows[i].takes);
        assert_int_equal(is_recommended(edgeplan_deployment_model(path), rows[i].target, rows[i].engine,
                                        edgeplan_format_find(registry, rows[i].format)),
                         rows[i].takes);
        assert_int_equal(edgeplan_deployment_memory(path, &request, EDGEPLAN_PLACE_DEVICE, EDGEPLAN_MEASURE_RESERVED, &device),
                         EDGEPLAN_OK);
        assert_int_equal(device.weights_bytes > 0, rows[i].takes);
        assert_true(device.kv_bytes == all.kv_bytes && device.kv_bytes > 0);
        assert_int_equal(edgeplan_deployment_speed(path, &request, &speed), EDGEPLAN_OK);
        assert_int_equal(speed.decode_tok_per_s > 0, rows[i].takes);
        assert_true(speed.decode_ceiling_tok_per_s > 0);
        check_told(path, rows[i].takes);
        if (i == 0) { /* what the CPU repacks is the app's own; the tied head, of 151,936 rows in Q6_K, is held twice */
            assert_int_equal(all.compute_bytes, 24 * 512 + 6 * 5 * 4 * 512 * 1536 + 8 * 512 * 1536 + 2 * 512 * 2048);
            assert_int_equal(edgeplan_deployment_memory(path, &request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_CHARGED, &low), EDGEPLAN_OK);
            assert_true(all.weights_duplicated_bytes > 151936 * 1536 / 256 * UINT64_C(210));
            assert_true(low.total_low_bytes > all.weights_duplicated_bytes);
        }
        edgeplan_deployment_unref(path);
    }
}

/* vLLM takes 0.9 of the memory (gpu_memory_utilization), whatever a request needs, and no more: the Jetson AGX Thor has 128 GiB, a GeForce
   RTX 5090 has 32, of which its driver leaves more than the share. */
static void test_pool(void **state)
{
    edgeplan_deployment *path = open_path("llama-3.1-8b", "jetson-agx-thor-t5000", "vllm", GPU, "bf16");
    edgeplan_deployment *card = open_path("llama-3.1-8b", "rtx-5090", "vllm", GPU, "bf16");
    edgeplan_budget budget = {.struct_size = sizeof budget};
    edgeplan_item item;
    edgeplan_plan *plan;
    const char *message = NULL;
    (void)state;

    assert_int_equal(edgeplan_plan_new(path, NULL, NULL, &plan), EDGEPLAN_OK);
    assert_int_equal(assumption(plan, "pool", &item, &message), 1);
    assert_int_equal(item.bytes, (UINT64_C(128) << 30) * 9 / 10);
    assert_int_equal(edgeplan_deployment_budget(card, NULL, &budget), EDGEPLAN_OK);
    assert_int_equal(budget.safe_bytes, (UINT64_C(32) << 30) * 9 / 10);
    assert_true(budget.hard_bytes > budget.safe_bytes);
    edgeplan_plan_unref(plan);
    edgeplan_deployment_unref(card);
    edgeplan_deployment_unref(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_caches_and_states),
        cmocka_unit_test(test_mlc_workspace),
        cmocka_unit_test(test_litert_resident),
        cmocka_unit_test(test_expanded_weights),
        cmocka_unit_test(test_mlc_on_metal),
        cmocka_unit_test(test_table_twice),
        cmocka_unit_test(test_fallbacks),
        cmocka_unit_test(test_executorch_peaks),
        cmocka_unit_test(test_left_to_the_cpu),
        cmocka_unit_test(test_pool),
    };
    return cmocka_run_group_tests_name("plan: rules of the runtimes", tests, open_registry, close_registry);
}
