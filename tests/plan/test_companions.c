/* A model beside another: what is added, where it lies, and whom it outlives. */
#include <string.h>

#include <edgeplan/edgeplan.h>

#include "built_in_registry.h"
#include "gguf_models.h"
#include "support.h"

static edgeplan_deployment *open_on(const char *model_id, const char *target, const char *runtime, const char *format)
{
    edgeplan_model *model;
    edgeplan_deployment *path;

    assert_int_equal(edgeplan_registry_model(registry, model_id, NULL, &model), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(registry, target), EDGEPLAN_ACCELERATOR_ANY,
                                             edgeplan_runtime_find(registry, runtime), edgeplan_format_find(registry, format), NULL, &path),
                     EDGEPLAN_OK);
    edgeplan_model_unref(model);
    return path;
}

static edgeplan_deployment *with(const edgeplan_deployment *path, edgeplan_companion role, const edgeplan_deployment *other)
{
    edgeplan_deployment *both;
    assert_int_equal(edgeplan_deployment_with(path, role, other, &both), EDGEPLAN_OK);
    return both;
}

static edgeplan_memory memory_at(const edgeplan_deployment *path, uint64_t context, edgeplan_place place)
{
    edgeplan_request request = {.struct_size = sizeof request, .context_tokens = context};
    edgeplan_memory memory = {.struct_size = sizeof memory};
    assert_int_equal(edgeplan_deployment_memory(path, &request, place, EDGEPLAN_MEASURE_RESERVED, &memory), EDGEPLAN_OK);
    return memory;
}

/* Both are charged at their own rules; what one program needs once is counted once. */
static void test_a_draft_adds_its_own_footprint(void **state)
{
    edgeplan_deployment *model = open_on("llama-3.1-8b", "macbook-pro-m3-max", "llama.cpp", "q4_k_m");
    edgeplan_deployment *draft = open_on("llama-3.2-1b", "macbook-pro-m3-max", "llama.cpp", "q4_k_m");
    edgeplan_deployment *both = with(model, EDGEPLAN_COMPANION_DRAFT, draft);

    (void)state;
    for (uint64_t context = 2048; context <= 8192; context *= 2) {
        edgeplan_memory one = memory_at(model, context, EDGEPLAN_PLACE_ALL), other = memory_at(draft, context, EDGEPLAN_PLACE_ALL);
        edgeplan_memory sum = memory_at(both, context, EDGEPLAN_PLACE_ALL);
        assert_int_equal(one.extra_models_bytes, 0);
        assert_int_equal(sum.weights_bytes, one.weights_bytes);
        assert_int_equal(sum.total_bytes, one.total_bytes + sum.extra_models_bytes);
        assert_true(sum.extra_models_bytes <= other.total_bytes);
        assert_true(sum.extra_models_bytes >= other.total_bytes - other.runtime_bytes);
        assert_true(sum.extra_models_bytes >= other.weights_bytes + other.kv_bytes + other.compute_bytes); /* the draft's cache follows */
        edgeplan_memory device = memory_at(both, context, EDGEPLAN_PLACE_DEVICE), host = memory_at(both, context, EDGEPLAN_PLACE_HOST);
        assert_int_equal(device.extra_models_bytes + host.extra_models_bytes, sum.extra_models_bytes);
        assert_true(device.extra_models_bytes >= other.kv_bytes);
    }
    edgeplan_deployment_unref(model); /* kept alive by the sum */
    edgeplan_deployment_unref(draft);
    assert_true(memory_at(both, 4096, EDGEPLAN_PLACE_ALL).extra_models_bytes > 0);
    edgeplan_deployment_unref(both);
}

/* In the order they were added, together what the memory counts. */
static void the_plan_lists_them(const edgeplan_deployment *path)
{
    const edgeplan_request request = {.struct_size = sizeof request, .context_tokens = 4096};
    edgeplan_item first = {.struct_size = sizeof first}, second = {.struct_size = sizeof second};
    edgeplan_plan *plan;

    assert_int_equal(edgeplan_plan_new(path, &request, NULL, &plan), EDGEPLAN_OK);
    assert_int_equal(edgeplan_plan_count(plan, EDGEPLAN_LIST_EXTRA_MODELS), 2);
    assert_int_equal(edgeplan_plan_item(plan, EDGEPLAN_LIST_EXTRA_MODELS, 0, &first), EDGEPLAN_OK);
    assert_int_equal(edgeplan_plan_item(plan, EDGEPLAN_LIST_EXTRA_MODELS, 1, &second), EDGEPLAN_OK);
    assert_int_equal(first.code, EDGEPLAN_COMPANION_SPEECH_TO_TEXT);
    assert_int_equal(second.code, EDGEPLAN_COMPANION_OTHER);
    assert_int_equal(first.bytes + second.bytes, memory_at(path, 4096, EDGEPLAN_PLACE_ALL).extra_models_bytes);
    assert_string_equal(edgeplan_plan_text(plan, EDGEPLAN_LIST_EXTRA_MODELS, 0, EDGEPLAN_TEXT_SUBJECT), "whisper-small");
    edgeplan_plan_unref(plan);
}

static void test_several_add_up_and_bound_the_context(void **state)
{
    edgeplan_deployment *model = open_on("llama-3.2-3b", "galaxy-s26", "llama.cpp", "q4_k_m");
    edgeplan_deployment *hears = open_on("whisper-small", "galaxy-s26", "qnn", "qnn-w8a16");
    edgeplan_deployment *one = with(model, EDGEPLAN_COMPANION_SPEECH_TO_TEXT, hears);
    edgeplan_deployment *two = with(one, EDGEPLAN_COMPANION_OTHER, hears);
    const edgeplan_request request = {.struct_size = sizeof request};
    edgeplan_limit limit;
    uint64_t alone = 0, beside = 0;

    (void)state;
    assert_int_equal(memory_at(two, 4096, EDGEPLAN_PLACE_ALL).extra_models_bytes,
                     2 * memory_at(one, 4096, EDGEPLAN_PLACE_ALL).extra_models_bytes);
    /* A speech model keeps its own context, whatever the language model is asked for. */
    assert_int_equal(memory_at(one, 2048, EDGEPLAN_PLACE_ALL).extra_models_bytes,
                     memory_at(one, 8192, EDGEPLAN_PLACE_ALL).extra_models_bytes);
    assert_int_equal(edgeplan_deployment_max_context(model, &request, &alone, &limit), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_max_context(two, &request, &beside, &limit), EDGEPLAN_OK);
    assert_true(beside < alone);
    the_plan_lists_them(two);
    edgeplan_deployment_unref(two);
    edgeplan_deployment_unref(one);
    edgeplan_deployment_unref(hears);
    edgeplan_deployment_unref(model);
}

/* React Native ExecuTorch's memory table: 820 MB the smaller variant, up to 1140 MB the larger one. */
static void test_what_was_only_measured_counts(void **state)
{
    edgeplan_deployment *model = open_on("llama-3.2-3b", "galaxy-s26", "llama.cpp", "q4_k_m"), *both = NULL, *out = model;
    const edgeplan_request request = {.struct_size = sizeof request, .context_tokens = 4096};
    edgeplan_item item = {.struct_size = sizeof item};
    edgeplan_plan *plan;

    (void)state;
    assert_int_equal(edgeplan_deployment_with_measured(model, EDGEPLAN_COMPANION_TEXT_TO_SPEECH, "kokoro", &both), EDGEPLAN_OK);
    edgeplan_memory one = memory_at(model, 4096, EDGEPLAN_PLACE_ALL), sum = memory_at(both, 4096, EDGEPLAN_PLACE_ALL);
    assert_int_equal(sum.total_low_bytes, one.total_low_bytes + 820000000);
    assert_int_equal(sum.total_high_bytes, one.total_high_bytes + 1140000000);
    assert_int_equal(sum.charged_low_bytes, one.charged_low_bytes + 820000000);
    assert_int_equal(memory_at(both, 4096, EDGEPLAN_PLACE_DEVICE).extra_models_bytes, 0);
    assert_int_equal(edgeplan_plan_new(both, &request, NULL, &plan), EDGEPLAN_OK);
    assert_int_equal(edgeplan_plan_item(plan, EDGEPLAN_LIST_EXTRA_MODELS, 0, &item), EDGEPLAN_OK);
    assert_int_equal(item.high, 1140000000);
    assert_string_equal(edgeplan_plan_text(plan, EDGEPLAN_LIST_EXTRA_MODELS, 0, EDGEPLAN_TEXT_SUBJECT), "kokoro-82m");
    assert_int_equal(edgeplan_deployment_with_measured(model, EDGEPLAN_COMPANION_OTHER, "llama-3.2-1b", &out), EDGEPLAN_ERROR_NOT_FOUND);
    assert_null(out);
    assert_int_equal(edgeplan_deployment_with_measured(model, EDGEPLAN_COMPANION_OTHER, "none", &out), EDGEPLAN_ERROR_NOT_FOUND);
    assert_int_equal(edgeplan_deployment_with_measured(model, (edgeplan_companion)0, "kokoro", &out), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_deployment_with_measured(model, EDGEPLAN_COMPANION_OTHER, NULL, &out), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    edgeplan_plan_unref(plan);
    edgeplan_deployment_unref(both);
    edgeplan_deployment_unref(model);
}

static edgeplan_deployment *open_part(const unsigned char *bytes, size_t length, edgeplan_part part)
{
    const edgeplan_open_options options = {.struct_size = sizeof options, .part = part};
    edgeplan_model *model;
    edgeplan_deployment *path;

    assert_int_equal(edgeplan_model_open_memory(NULL, bytes, length, "m", &options, NULL, &model), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(registry, "macbook-pro-m3-max"), EDGEPLAN_ACCELERATOR_CPU,
                                             edgeplan_runtime_find(registry, "llama.cpp"), NULL, NULL, &path),
                     EDGEPLAN_OK);
    edgeplan_model_unref(model);
    return path;
}

static int leaves_out_further_tokens(const edgeplan_deployment *path)
{
    const edgeplan_request request = {.struct_size = sizeof request};
    edgeplan_plan *plan;
    int found = 0;
    assert_int_equal(edgeplan_plan_new(path, &request, NULL, &plan), EDGEPLAN_OK);
    for (uint32_t i = 0; i < edgeplan_plan_count(plan, EDGEPLAN_LIST_ASSUMPTIONS); i++)
        found |= strncmp(edgeplan_plan_text(plan, EDGEPLAN_LIST_ASSUMPTIONS, i, EDGEPLAN_TEXT_MESSAGE), "Layers that predict", 19) == 0;
    edgeplan_plan_unref(plan);
    return found;
}

/* A hybrid's layer that predicts further tokens: its cache has 4 heads of 256 keys and 256 values of 2 bytes for each token, and no state;
   the trunk keeps what it had. */
static void test_further_tokens_have_a_cache_of_their_own(void **state)
{
    static const uint64_t matrix[] = {10240, 5120, 0};
    gguf_model m = *gguf_model_find("qwen3.5-27b");
    gguf_writer w;
    size_t length;

    (void)state;
    m.layers = 5;
    m.attends = "RRRFF";
    gguf_write_model(&w, &m, 0);
    gguf_key_u32(&w, "qwen35.nextn_predict_layers", 1);
    gguf_tensor(&w, "blk.4.nextn.eh_proj.weight", 1, matrix);
    const unsigned char *bytes = gguf_end(&w, &length);
    edgeplan_deployment *trunk = open_part(bytes, length, EDGEPLAN_PART_TEXT), *head = open_part(bytes, length, EDGEPLAN_PART_MTP);
    edgeplan_deployment *both = with(trunk, EDGEPLAN_COMPANION_MTP, head);
    const edgeplan_memory one = memory_at(trunk, 8192, EDGEPLAN_PLACE_ALL), other = memory_at(head, 8192, EDGEPLAN_PLACE_ALL);
    const edgeplan_memory sum = memory_at(both, 8192, EDGEPLAN_PLACE_ALL);
    assert_int_equal(other.kv_bytes, 8192 * 4 * (256 + 256) * 2);
    assert_int_equal(other.state_bytes, 0);
    assert_true(one.state_bytes > 0);
    assert_true(other.weights_bytes >= 2 * (5120 * (2 * 24 * 256 + 2 * 4 * 256 + 24 * 256 + 3 * 17408) + 10240 * 5120));
    assert_int_equal(other.basis, EDGEPLAN_MEMORY_BASIS_APPROXIMATE); /* nobody has replayed its graph */
    assert_int_equal(one.basis, EDGEPLAN_MEMORY_BASIS_RULE);
    assert_int_equal(sum.kv_bytes, one.kv_bytes);
    assert_true(sum.extra_models_bytes >= other.kv_bytes + other.weights_bytes);
    assert_true(leaves_out_further_tokens(trunk));
    assert_false(leaves_out_further_tokens(both));
    /* Neither the program nor the vocabulary of 248,320 entries, at more than 100 bytes each, is there twice. */
    assert_true(other.total_bytes > sum.extra_models_bytes + 248320 * 100);
    edgeplan_deployment_unref(both);
    edgeplan_deployment_unref(head);
    edgeplan_deployment_unref(trunk);
    gguf_free(&w);
}

/* Heads of 80 are no blocks of 32: what llama.cpp does not load of a draft (llama_init_from_model), it does not load beside a model either. */
static void test_a_draft_is_asked_too(void **state)
{
    static const char text[] = "{\"model_type\":\"llama\",\"hidden_size\":640,\"num_hidden_layers\":2,\"num_attention_heads\":8,"
                               "\"num_key_value_heads\":8,\"intermediate_size\":1280,\"vocab_size\":1000,"
                               "\"max_position_embeddings\":8192}";
    edgeplan_deployment *model = open_on("llama-3.1-8b", "macbook-pro-m3-max", "llama.cpp", "q4_k_m"), *draft, *both;
    const edgeplan_request plain = {.struct_size = sizeof plain}, cut = {.struct_size = sizeof cut, .kv_k = EDGEPLAN_ELEMENT_Q8_0};
    edgeplan_memory memory = {.struct_size = sizeof memory};
    edgeplan_diagnostics *diagnostics;
    edgeplan_model *small;
    edgeplan_plan *plan;

    (void)state;
    assert_int_equal(edgeplan_model_open_memory(NULL, text, sizeof text - 1, "small", NULL, NULL, &small), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(small, edgeplan_target_find(registry, "macbook-pro-m3-max"), EDGEPLAN_ACCELERATOR_ANY,
                                             edgeplan_runtime_find(registry, "llama.cpp"), edgeplan_format_find(registry, "q4_k_m"), NULL,
                                             &draft),
                     EDGEPLAN_OK);
    both = with(model, EDGEPLAN_COMPANION_DRAFT, draft);
    assert_int_equal(edgeplan_deployment_memory(model, &cut, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_memory(both, &plain, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_memory(both, &cut, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory),
                     EDGEPLAN_ERROR_REFUSED);
    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    assert_int_equal(edgeplan_plan_new(both, &cut, diagnostics, &plan), EDGEPLAN_ERROR_REFUSED);
    assert_string_equal(edgeplan_diagnostics_message(diagnostics, 0),
                        "llama.cpp cannot cut the heads of this model into blocks of keys as q8_0, asked of small beside it");
    edgeplan_deployment_unref(both);
    both = with(model, EDGEPLAN_COMPANION_OTHER, draft); /* at its own defaults */
    assert_int_equal(edgeplan_deployment_memory(both, &cut, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory), EDGEPLAN_OK);
    edgeplan_deployment_unref(both);
    edgeplan_deployment_unref(draft);
    edgeplan_deployment_unref(model);
    edgeplan_model_unref(small);
    edgeplan_diagnostics_unref(diagnostics);
}

static void test_refusals(void **state)
{
    edgeplan_deployment *model = open_on("llama-3.2-3b", "galaxy-s26", "llama.cpp", "q4_k_m");
    edgeplan_deployment *elsewhere = open_on("llama-3.2-1b", "macbook-pro-m3-max", "llama.cpp", "q4_k_m");
    edgeplan_deployment *both = with(model, EDGEPLAN_COMPANION_OTHER, model), *out = model;

    (void)state;
    assert_int_equal(edgeplan_deployment_with(model, EDGEPLAN_COMPANION_DRAFT, elsewhere, &out), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_null(out);
    assert_int_equal(edgeplan_deployment_with(model, EDGEPLAN_COMPANION_DRAFT, both, &out), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_deployment_with(model, (edgeplan_companion)0, model, &out), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_deployment_with(NULL, EDGEPLAN_COMPANION_DRAFT, model, &out), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_deployment_with(model, EDGEPLAN_COMPANION_DRAFT, NULL, &out), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_deployment_with(model, EDGEPLAN_COMPANION_DRAFT, model, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    edgeplan_deployment_unref(both);
    edgeplan_deployment_unref(elsewhere);
    edgeplan_deployment_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_draft_adds_its_own_footprint),
        cmocka_unit_test(test_several_add_up_and_bound_the_context),
        cmocka_unit_test(test_what_was_only_measured_counts),
        cmocka_unit_test(test_further_tokens_have_a_cache_of_their_own),
        cmocka_unit_test(test_a_draft_is_asked_too),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, open_registry, close_registry);
}
