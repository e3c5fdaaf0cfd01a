/* The working memory of what sees, against buffers that llama.cpp v0.5.0 (tools/mtmd, clip_init with no_alloc) reserved on a CPU for
   headers without weights, with flash attention and without; the two of Gemma 3 are published in its pull request 16837. */
#include <edgeplan/edgeplan.h>

#include "built_in_registry.h"
#include "gguf_writer.h"
#include "support.h"

static const struct {
    const char *projector;
    uint32_t width, ffn, heads, image, patch;
    uint64_t flash_bytes, plain_bytes;
    int exact; /* with flash attention */
} towers[] = {
    {"gemma3", 1152, 4304, 16, 896, 14, 127139840, 1186988032, 1},
    {"idefics3", 768, 3072, 12, 512, 16, 22020096, 62914560, 1},
    {"idefics3", 1152, 4304, 16, 384, 14, 22628160, 47449152, 1},
    {"internvl", 1024, 4096, 16, 448, 14, 29388800, 84033600, 0},
    {"internvl", 3200, 12800, 25, 448, 14, 91840000, 157542528, 0},
    {"qwen2vl_merger", 1280, 5120, 16, 560, 14, 280056832, 4821636096, 0},
    {"qwen2.5vl_merger", 1280, 3420, 16, 560, 14, 739025728, 5108210240, 0},
    {"qwen3vl_merger", 1024, 4096, 16, 768, 16, 338153728, 4957737216, 0},
    {"qwen3vl_merger", 1152, 4304, 16, 768, 16, 437825792, 5001072896, 0},
    {"qwen3vl_merger", 768, 3072, 12, 768, 16, 169144576, 3620831488, 0},
    {"pixtral", 1024, 4096, 16, 1540, 16, 68493312, 91561984, 0},
};

static const unsigned char *write_tower(gguf_writer *w, size_t i, const char *projector, size_t *length)
{
    const uint64_t matrix[] = {towers[i].width, towers[i].ffn, 0};

    gguf_new(w);
    gguf_key_text(w, "general.architecture", "clip");
    gguf_key_text(w, "clip.projector_type", projector);
    gguf_key_u32(w, "clip.vision.embedding_length", towers[i].width);
    gguf_key_u32(w, "clip.vision.feed_forward_length", towers[i].ffn);
    gguf_key_u32(w, "clip.vision.attention.head_count", towers[i].heads);
    gguf_key_u32(w, "clip.vision.image_size", towers[i].image);
    gguf_key_u32(w, "clip.vision.patch_size", towers[i].patch);
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

static void check(size_t i, const edgeplan_memory *memory, uint64_t measured)
{
    const uint64_t rest = memory->total_bytes - memory->compute_bytes;

    if (memory->total_low_bytes - rest > measured || memory->total_high_bytes - rest < measured)
        fail_msg("row %u, %s: %llu, not within %llu and %llu", (unsigned)i, towers[i].projector, (unsigned long long)measured,
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
        const unsigned char *bytes = write_tower(&w, i, towers[i].projector, &length);
        edgeplan_deployment *path = open_tower(bytes, length, NULL);
        const edgeplan_memory flash = memory_of(path, EDGEPLAN_SWITCH_ON), plain = memory_of(path, EDGEPLAN_SWITCH_OFF);
        if (towers[i].exact)
            assert_int_equal(flash.compute_bytes, towers[i].flash_bytes);
        check(i, &flash, towers[i].flash_bytes);
        check(i, &plain, towers[i].plain_bytes);
        edgeplan_deployment_unref(path);
        gguf_free(&w);
    }
}

/* llama-quantize has no rule for its tensors: those of an mmproj stay in 16 bits. */
static void test_it_is_not_quantized(void **state)
{
    gguf_writer w;
    size_t length;
    const unsigned char *bytes = write_tower(&w, 0, "gemma3", &length);
    edgeplan_deployment *path = open_tower(bytes, length, "q4_k_m");

    (void)state;
    assert_int_equal(memory_of(path, EDGEPLAN_SWITCH_ON).weights_bytes, 2 * 1152 * 4304);
    edgeplan_deployment_unref(path);
    gguf_free(&w);
}

/* Nobody says what another takes: the plan names it, and nothing fits for sure. */
static void test_another_is_not_known(void **state)
{
    const edgeplan_request request = {.struct_size = sizeof request};
    edgeplan_verdict_result verdict = {.struct_size = sizeof verdict};
    gguf_writer w;
    size_t length;
    const unsigned char *bytes = write_tower(&w, 0, "novelty", &length);
    edgeplan_deployment *path = open_tower(bytes, length, NULL);

    (void)state;
    assert_int_equal(memory_of(path, EDGEPLAN_SWITCH_ON).compute_bytes, 0);
    assert_int_equal(edgeplan_deployment_verdict(path, &request, &verdict), EDGEPLAN_OK);
    assert_int_equal(verdict.verdict, EDGEPLAN_VERDICT_TIGHT);
    assert_int_equal(verdict.verdict_reason, EDGEPLAN_REASON_MISSING_COMPONENT);
    edgeplan_deployment_unref(path);
    gguf_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_measured_buffers),
        cmocka_unit_test(test_it_is_not_quantized),
        cmocka_unit_test(test_another_is_not_known),
    };
    return cmocka_run_group_tests(tests, open_registry, close_registry);
}
