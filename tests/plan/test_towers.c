/* The working memory of what sees and hears, against buffers that llama.cpp v0.5.0 (tools/mtmd, clip_init with no_alloc) reserved on a CPU
   for headers without weights, with flash attention and without; the two of Gemma 3 are published in its pull request 16837. */
#include <edgeplan/edgeplan.h>

#include <stdio.h>
#include <string.h>

#include "built_in_registry.h"
#include "gguf_writer.h"
#include "support.h"

enum { FLASH_IS_EXACT = 1, PLAIN_IS_EXACT = 2 };

typedef struct measured {
    const char *projector, *sense;
    uint32_t width, ffn, heads, image, patch;
    uint64_t flash_bytes, plain_bytes;
    int exact;
} measured;

static const measured towers[] = {
    {"gemma3", "vision", 1152, 4304, 16, 896, 14, 127139840, 1186988032, FLASH_IS_EXACT},
    {"idefics3", "vision", 768, 3072, 12, 512, 16, 22020096, 62914560, FLASH_IS_EXACT},
    {"idefics3", "vision", 1152, 4304, 16, 384, 14, 22628160, 47449152, FLASH_IS_EXACT},
    {"internvl", "vision", 1024, 4096, 16, 448, 14, 29388800, 84033600, 0},
    {"internvl", "vision", 3200, 12800, 25, 448, 14, 91840000, 157542528, 0},
    {"qwen2vl_merger", "vision", 1280, 5120, 16, 560, 14, 280056832, 4821636096, 0},
    {"qwen2.5vl_merger", "vision", 1280, 3420, 16, 560, 14, 739025728, 5108210240, 0},
    {"qwen3vl_merger", "vision", 1024, 4096, 16, 768, 16, 338153728, 4957737216, 0},
    {"qwen3vl_merger", "vision", 1152, 4304, 16, 768, 16, 437825792, 5001072896, 0},
    {"qwen3vl_merger", "vision", 768, 3072, 12, 768, 16, 169144576, 3620831488, 0},
    {"pixtral", "vision", 1024, 4096, 16, 1540, 16, 68493312, 91561984, 0},
    {"mlp", "vision", 1024, 4096, 16, 336, 14, 22593056, 34479712, 0}, /* LLaVA 1.5 and 1.6, projected to 4096 */
    {"mlp", "vision", 1024, 4096, 16, 336, 14, 27311648, 34479712, 0}, /* to 5120 */
    {"mlp", "vision", 1024, 4096, 16, 336, 14, 36748832, 36748832, 0}, /* to 7168 */
    {"mlp", "vision", 1152, 4304, 16, 384, 14, 24403520, 49224512, 0}, /* LLaVA-OneVision, to 896 */
    {"mlp", "vision", 1152, 4304, 16, 384, 14, 45445376, 79457600, 0}, /* Granite Vision, of four layers, to 2048 */
    {"lfm2", "vision", 768, 3072, 12, 256, 16, 22020096, 62914560, FLASH_IS_EXACT | PLAIN_IS_EXACT},
    {"lfm2", "vision", 1152, 4304, 16, 256, 16, 31784960, 85983232, FLASH_IS_EXACT | PLAIN_IS_EXACT},
    {"gemma4v", "vision", 768, 3072, 12, 224, 16, 106186752, 290211840, 0},
    {"gemma4v", "vision", 1152, 4304, 16, 224, 16, 157943808, 399919104, 0},
    {"gemma4a", "audio", 1024, 4096, 8, 0, 0, 106109824, 106109824, 0},
    {"glm4v", "vision", 1536, 13696, 12, 336, 14, 540070912, 3822748672, FLASH_IS_EXACT | PLAIN_IS_EXACT}, /* GLM-4.1V */
    {"glm4v", "vision", 1024, 4096, 16, 336, 14, 505402368, 4847637504, FLASH_IS_EXACT | PLAIN_IS_EXACT}, /* GLM-OCR */
    {"qwen2a", "audio", 1280, 5120, 20, 0, 0, 53760000, 210720000, FLASH_IS_EXACT | PLAIN_IS_EXACT},
    {"ultravox", "audio", 1280, 5120, 20, 0, 0, 53760000, 210720000, FLASH_IS_EXACT | PLAIN_IS_EXACT},
    {"ultravox", "audio", 1024, 4096, 16, 0, 0, 43008000, 168576000, FLASH_IS_EXACT | PLAIN_IS_EXACT},
    {"voxtral", "audio", 1280, 5120, 20, 0, 0, 53760000, 210720000, FLASH_IS_EXACT | PLAIN_IS_EXACT},
    {"glma", "audio", 1280, 5120, 20, 0, 0, 53760000, 210720000, FLASH_IS_EXACT | PLAIN_IS_EXACT},
};

static const measured *tower(const char *projector)
{
    size_t i = 0;

    while (strcmp(towers[i].projector, projector) != 0)
        i++;
    return &towers[i];
}

static void number(gguf_writer *w, const char *sense, const char *name, uint32_t value)
{
    char key[64];

    snprintf(key, sizeof key, "clip.%s.%s", sense, name);
    gguf_key_u32(w, key, value);
}

static void describe(gguf_writer *w, const measured *one, const char *projector)
{
    char key[64];

    snprintf(key, sizeof key, "clip.%s.projector_type", one->sense);
    gguf_key_text(w, key, projector);
    number(w, one->sense, "embedding_length", one->width);
    number(w, one->sense, "feed_forward_length", one->ffn);
    number(w, one->sense, "attention.head_count", one->heads);
    if (one->patch) {
        number(w, one->sense, "image_size", one->image);
        number(w, one->sense, "patch_size", one->patch);
    }
}

/* A second tower may be in the same file; the first may be of another projector. */
static const unsigned char *write_towers(gguf_writer *w, const measured *first, const char *projector, const measured *second,
                                         size_t *length)
{
    const uint64_t matrix[] = {first->width, first->ffn, 0};

    gguf_new(w);
    gguf_key_text(w, "general.architecture", "clip");
    describe(w, first, projector);
    if (second)
        describe(w, second, second->projector);
    gguf_tensor(w, "v.blk.0.ffn_up.weight", 1, matrix);
    return gguf_end(w, length);
}

static edgeplan_deployment *open_tower(const unsigned char *bytes, size_t length, const char *format)
{
    const edgeplan_open_options options = {.struct_size = sizeof options, .part = EDGEPLAN_PART_ENCODER};
    edgeplan_deployment *path;
    edgeplan_model *model;

    assert_int_equal(edgeplan_model_open_memory(NULL, bytes, length, "m", &options, NULL, &model), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(registry, "macbook-pro-m3-max"), EDGEPLAN_ACCELERATOR_CPU,
                                             edgeplan_runtime_find(registry, "llama.cpp"),
                                             format ? edgeplan_format_find(registry, format) : NULL, NULL, &path),
                     EDGEPLAN_OK);
    edgeplan_model_unref(model);
    return path;
}

static edgeplan_memory memory_of(const edgeplan_deployment *path, uint32_t flash_attention)
{
    const edgeplan_request request = {.struct_size = sizeof request, .flash_attention = flash_attention};
    edgeplan_memory memory = {.struct_size = sizeof memory};

    assert_int_equal(edgeplan_deployment_memory(path, &request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory), EDGEPLAN_OK);
    return memory;
}

static void check(const char *what, const edgeplan_memory *memory, uint64_t bytes)
{
    const uint64_t rest = memory->total_bytes - memory->compute_bytes;

    if (memory->total_low_bytes - rest > bytes || memory->total_high_bytes - rest < bytes)
        fail_msg("%s: %llu, not within %llu and %llu", what, (unsigned long long)bytes,
                 (unsigned long long)(memory->total_low_bytes - rest), (unsigned long long)(memory->total_high_bytes - rest));
    assert_int_equal(memory->basis, EDGEPLAN_MEMORY_BASIS_APPROXIMATE);
    assert_int_equal(memory->kv_bytes, 0);
}

static void test_measured_buffers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof towers / sizeof towers[0]; i++) {
        gguf_writer w;
        size_t length;
        const unsigned char *bytes = write_towers(&w, &towers[i], towers[i].projector, NULL, &length);
        edgeplan_deployment *path = open_tower(bytes, length, NULL);
        const edgeplan_memory flash = memory_of(path, EDGEPLAN_SWITCH_ON), plain = memory_of(path, EDGEPLAN_SWITCH_OFF);
        if (towers[i].exact & FLASH_IS_EXACT)
            assert_int_equal(flash.compute_bytes, towers[i].flash_bytes);
        if (towers[i].exact & PLAIN_IS_EXACT)
            assert_int_equal(plain.compute_bytes, towers[i].plain_bytes);
        check(towers[i].projector, &flash, towers[i].flash_bytes);
        check(towers[i].projector, &plain, towers[i].plain_bytes);
        edgeplan_deployment_unref(path);
        gguf_free(&w);
    }
}

/* What sees and what hears in one file have a buffer each. */
static void test_two_in_a_file(void **state)
{
    const measured *sees = tower("gemma4v"), *hears = tower("gemma4a");
    gguf_writer w;
    size_t length;
    const unsigned char *bytes = write_towers(&w, sees, sees->projector, hears, &length);
    edgeplan_deployment *path = open_tower(bytes, length, NULL);
    const edgeplan_memory flash = memory_of(path, EDGEPLAN_SWITCH_ON);

    (void)state;
    check("both", &flash, sees->flash_bytes + hears->flash_bytes);
    edgeplan_deployment_unref(path);
    gguf_free(&w);
}

/* Beside a model, an image larger than what is held takes more, measured as above; tokens are those that img_tool of its
   tools/mtmd/mtmd-image.cpp makes of it. */
static const struct {
    const char *projector;
    uint32_t width, height, tokens;
    uint64_t flash_bytes, plain_bytes; /* 0: not measured */
} images[] = {
    {"qwen2vl_merger", 2352, 1316, 3948, 522525696, 16402455552},
    {"qwen2.5vl_merger", 2352, 1316, 3948, 1857170816, 17400036224},
    {"qwen2.5vl_merger", 4096, 4096, 4096, 1984987136, 18711871488},
    {"qwen3vl_merger", 2688, 1504, 3948, 630921984, 16656390912},
    {"qwen3vl_merger", 640, 480, 300, 338153728, 4957737216}, /* smaller than what is held */
    {"glm4v", 1792, 1792, 4096, 1045430272, 13628342272},
    {"gemma4v", 1920, 1296, 1080, 447975360, 4684340160},
    {"qwen2vl_merger", 1024, 768, 999, 0, 0},
    {"qwen2vl_merger", 8000, 500, 4096, 0, 0},
    {"qwen3vl_merger", 1920, 1080, 2040, 0, 0},
    {"qwen3vl_merger", 4000, 3000, 4015, 0, 0},
    {"qwen3vl_merger", 50, 40, 12, 0, 0},
    {"gemma4v", 4000, 3000, 1064, 0, 0},
    {"gemma4v", 50, 40, 80, 0, 0},
    {"gemma3", 4000, 3000, 0, 127139840, 1186988032}, /* of its own size, whatever the image's */
};

static edgeplan_deployment *beside_a_model(const edgeplan_deployment *tower)
{
    edgeplan_deployment *path, *both;
    edgeplan_model *model;

    assert_int_equal(edgeplan_registry_model(registry, "qwen3-4b", NULL, &model), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(registry, "macbook-pro-m3-max"), EDGEPLAN_ACCELERATOR_CPU,
                                             edgeplan_runtime_find(registry, "llama.cpp"), NULL, NULL, &path),
                     EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_with(path, EDGEPLAN_COMPANION_PROJECTOR, tower, &both), EDGEPLAN_OK);
    edgeplan_deployment_unref(path);
    edgeplan_model_unref(model);
    return both;
}

static edgeplan_item with_image(const edgeplan_deployment *both, uint32_t flash_attention, uint32_t width, uint32_t height)
{
    const edgeplan_request request = {.struct_size = sizeof request, .flash_attention = flash_attention, .image_width_pixels = width,
                                      .image_height_pixels = height};
    edgeplan_item item = {.struct_size = sizeof item};
    edgeplan_plan *plan;

    assert_int_equal(edgeplan_plan_new(both, &request, NULL, &plan), EDGEPLAN_OK);
    assert_int_equal(edgeplan_plan_item(plan, EDGEPLAN_LIST_EXTRA_MODELS, 0, &item), EDGEPLAN_OK);
    edgeplan_plan_unref(plan);
    return item;
}

static void test_images(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof images / sizeof images[0]; i++) {
        const measured *sees = tower(images[i].projector);
        gguf_writer w;
        size_t length;
        const unsigned char *bytes = write_towers(&w, sees, sees->projector, NULL, &length);
        edgeplan_deployment *path = open_tower(bytes, length, NULL), *both = beside_a_model(path);
        for (uint32_t flash = EDGEPLAN_SWITCH_OFF; flash <= EDGEPLAN_SWITCH_ON; flash++) {
            const uint64_t reserved = flash == EDGEPLAN_SWITCH_ON ? images[i].flash_bytes : images[i].plain_bytes;
            const edgeplan_item held = with_image(both, flash, 0, 0), now = with_image(both, flash, images[i].width, images[i].height);
            const uint64_t rest = held.bytes - memory_of(path, flash).compute_bytes; /* weights */
            assert_int_equal((uint64_t)now.value, images[i].tokens);
            if (reserved && (now.low - (double)rest > (double)reserved || now.high - (double)rest < (double)reserved))
                fail_msg("%s, %u x %u: %llu, not within %.0f and %.0f", images[i].projector, images[i].width, images[i].height,
                         (unsigned long long)reserved, now.low - (double)rest, now.high - (double)rest);
        }
        edgeplan_deployment_unref(both);
        edgeplan_deployment_unref(path);
        gguf_free(&w);
    }
}

static void test_an_image_has_two_sides(void **state)
{
    edgeplan_request request = {.struct_size = sizeof request, .image_width_pixels = 640};
    edgeplan_memory memory = {.struct_size = sizeof memory};
    gguf_writer w;
    size_t length;
    const unsigned char *bytes = write_towers(&w, tower("gemma3"), "gemma3", NULL, &length);
    edgeplan_deployment *path = open_tower(bytes, length, NULL);

    (void)state;
    assert_int_equal(edgeplan_deployment_memory(path, &request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory),
                     EDGEPLAN_ERROR_INVALID_ARGUMENT);
    request.image_height_pixels = 65536;
    assert_int_equal(edgeplan_deployment_memory(path, &request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory),
                     EDGEPLAN_ERROR_RANGE);
    edgeplan_deployment_unref(path);
    gguf_free(&w);
}

/* llama-quantize has no rule for its tensors: those of an mmproj stay in 16 bits. */
static void test_it_is_not_quantized(void **state)
{
    gguf_writer w;
    size_t length;
    const unsigned char *bytes = write_towers(&w, tower("gemma3"), "gemma3", NULL, &length);
    edgeplan_deployment *path = open_tower(bytes, length, "q4_k_m");

    (void)state;
    assert_int_equal(memory_of(path, EDGEPLAN_SWITCH_ON).weights_bytes, 2 * 1152 * 4304);
    edgeplan_deployment_unref(path);
    gguf_free(&w);
}

/* Nobody says what another takes: the plan names it, and nothing fits for sure. What is known beside it counts. */
static void test_another_is_not_known(void **state)
{
    const measured *hears[] = {NULL, tower("qwen2a")};
    const edgeplan_request request = {.struct_size = sizeof request};

    (void)state;
    for (int i = 0; i < 2; i++) {
        edgeplan_verdict_result verdict = {.struct_size = sizeof verdict};
        gguf_writer w;
        size_t length;
        const unsigned char *bytes = write_towers(&w, tower("gemma3"), "novelty", hears[i], &length);
        edgeplan_deployment *path = open_tower(bytes, length, NULL);
        assert_int_equal(memory_of(path, EDGEPLAN_SWITCH_ON).compute_bytes, hears[i] ? hears[i]->flash_bytes : 0);
        assert_int_equal(edgeplan_deployment_verdict(path, &request, &verdict), EDGEPLAN_OK);
        assert_int_equal(verdict.verdict, EDGEPLAN_VERDICT_TIGHT);
        assert_int_equal(verdict.verdict_reason, EDGEPLAN_REASON_MISSING_COMPONENT);
        edgeplan_deployment_unref(path);
        gguf_free(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_measured_buffers),
        cmocka_unit_test(test_two_in_a_file),
        cmocka_unit_test(test_images),
        cmocka_unit_test(test_an_image_has_two_sides),
        cmocka_unit_test(test_it_is_not_quantized),
        cmocka_unit_test(test_another_is_not_known),
    };
    return cmocka_run_group_tests(tests, open_registry, close_registry);
}
