/* The way to what is shipped: every format a runtime loads on any target has one, or is listed with the reason (unmade.yaml), and every
   command is filled in for the model and the target. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <edgeplan/edgeplan.h>

#include "base/known.h"
#include "registry/registry.h"
#include "source/yaml.h"

enum { MOST_UNMADE = 64 };

typedef struct pair {
    const char *runtime, *format;
} pair;

static int open_registry(void **state)
{
    edgeplan_registry *registry;

    assert_int_equal(edgeplan_registry_new(NULL, NULL, &registry), EDGEPLAN_OK);
    *state = registry;
    return 0;
}

static int close_registry(void **state)
{
    edgeplan_registry_unref(*state);
    return 0;
}

static edgeplan_recommendation *pick(const edgeplan_registry *registry, const char *id, const char *target, uint32_t accelerators)
{
    const edgeplan_request request = {.struct_size = sizeof request, .context_tokens = 4096};
    const edgeplan_criteria criteria = {.struct_size = sizeof criteria, .accelerators = accelerators};
    edgeplan_recommendation *r;
    edgeplan_model *model;

    assert_int_equal(edgeplan_registry_model(registry, id, NULL, &model), EDGEPLAN_OK);
    const edgeplan_model *models[] = {model};
    assert_int_equal(edgeplan_recommendation_new(models, 1, edgeplan_target_find(registry, target), &request, &criteria, NULL, &r),
                     EDGEPLAN_OK);
    edgeplan_model_unref(model);
    return r;
}

/* ---- every format ---- */

static int has_pipeline(const edgeplan_runtime *runtime, const edgeplan_target *target, const char *accelerator, const char *format)
{
    for (uint32_t i = 0; i < runtime->pipeline_count; i++) {
        const ep_pipeline *p = &runtime->pipelines[i];
        if (ep_words_has(&p->formats, format) && (p->accelerators.count == 0 || ep_words_has(&p->accelerators, accelerator)) &&
            (p->platforms.count == 0 || ep_words_has(&p->platforms, target->platform->id)) && p->models.count == 0 && p->stored.count == 0)
            return 1;
    }
    return 0;
}

static void add(pair *pairs, uint32_t *count, const char *runtime, const char *format)
{
    for (uint32_t i = 0; i < *count; i++)
        if (strcmp(pairs[i].runtime, runtime) == 0 && strcmp(pairs[i].format, format) == 0)
            return;
    assert_true(*count < MOST_UNMADE);
    pairs[(*count)++] = (pair){runtime, format};
}

static void add_unmade(const edgeplan_registry *registry, const edgeplan_target *target, pair *pairs, uint32_t *count)
{
    for (uint32_t r = 0; r < target->runtime_count; r++)
        for (uint32_t a = EDGEPLAN_ACCELERATOR_CPU; a <= EDGEPLAN_ACCELERATOR_NPU; a++)
            for (uint32_t f = 0; f < edgeplan_registry_count(registry, EDGEPLAN_SECTION_FORMATS); f++) {
                const edgeplan_runtime *runtime = target->runtimes[r];
                const edgeplan_format *format = edgeplan_format_at(registry, f);
                const char *accelerator = edgeplan_accelerator_name((edgeplan_accelerator)a);
                if (edgeplan_runtime_takes(runtime, format, target, (edgeplan_accelerator)a) &&
                    !has_pipeline(runtime, target, accelerator, format->id))
                    add(pairs, count, runtime->id, format->id);
            }
}

/* The list of unmade.yaml may only get shorter: what it holds must be missing, and what is missing must be in it. */
static void test_unmade(void **state)
{
    const edgeplan_registry *registry = *state;
    pair pairs[MOST_UNMADE];
    uint32_t count = 0, wrong = 0;
    const ep_node *tree;
    ep_arena arena;
    size_t length;
    char *text = test_read_file("tests/pick/unmade.yaml", &length);

    for (uint32_t i = 0; i < registry->target_count; i++)
        add_unmade(registry, &registry->targets[i], pairs, &count);
    ep_arena_init(&arena, NULL);
    assert_int_equal(ep_yaml_parse(&arena, text, length, "tests/pick/unmade.yaml", NULL, &tree), EDGEPLAN_OK);
    const ep_node *listed = ep_node_get(tree, "unmade");
    assert_non_null(listed);
    for (uint32_t i = 0; i < count; i++) {
        int found = 0;
        for (uint32_t k = 0; k < listed->count; k++)
            found |= ep_node_is(ep_node_get(listed->entries[k].value, "runtime"), pairs[i].runtime) &&
                     ep_node_is(ep_node_get(listed->entries[k].value, "format"), pairs[i].format) &&
                     ep_node_get(listed->entries[k].value, "why") != NULL;
        if (!found)
            print_message("no pipeline for %s with %s\n", pairs[i].format, pairs[i].runtime);
        wrong += !found;
    }
    assert_int_equal(wrong, 0);
    assert_int_equal(listed->count, count);
    ep_arena_free(&arena);
    free(text);
}

/* ---- every command ---- */

/* What stands for what is not known: what no registry can know may, and the input says what it stands for. */
static void check_stands(const char *command, const char *input, const char *target)
{
    static const char *const stands[] = {"ARTEFACT", "CHECKPOINT", "FOLDER", "FORMAT_NAME", "MODEL_NAME", "CHIPSET"};
    enum { KNOWABLE = 4 };

    for (size_t i = 0; i < sizeof stands / sizeof *stands; i++) {
        if (!strstr(command, stands[i]))
            continue;
        if (i < KNOWABLE || !strstr(input, " stands for "))
            fail_msg("%s: %s is not filled in: %s", target, stands[i], command);
    }
}

static void check_commands(const edgeplan_plan *plan, const char *target)
{
    uint32_t steps = edgeplan_plan_count(plan, EDGEPLAN_LIST_PIPELINE);

    for (uint32_t i = 0; i < steps; i++) {
        const char *command = edgeplan_plan_text(plan, EDGEPLAN_LIST_PIPELINE, i, EDGEPLAN_TEXT_COMMAND);
        const char *input = edgeplan_plan_text(plan, EDGEPLAN_LIST_PIPELINE, i, EDGEPLAN_TEXT_INPUT);
        assert_true(*command != 0);
        assert_null(strpbrk(command, "{}"));
        assert_null(strpbrk(input, "{}"));
        assert_null(strpbrk(edgeplan_plan_text(plan, EDGEPLAN_LIST_PIPELINE, i, EDGEPLAN_TEXT_OUTPUT), "{}"));
        assert_true(*edgeplan_plan_text(plan, EDGEPLAN_LIST_PIPELINE, i, EDGEPLAN_TEXT_URL) != 0);
        assert_true(*edgeplan_plan_text(plan, EDGEPLAN_LIST_PIPELINE, i, EDGEPLAN_TEXT_PLACE) != 0);
        check_stands(command, input, target);
    }
}

static void test_commands(void **state)
{
    static const char *const models[] = {"qwen3-0.6b", "llama-3.2-3b", "llama-3.1-8b", "gpt-oss-20b"};
    const edgeplan_registry *registry = *state;

    for (size_t m = 0; m < sizeof models / sizeof *models; m++)
        for (uint32_t i = 0; i < edgeplan_registry_count(registry, EDGEPLAN_SECTION_TARGETS); i++) {
            const char *target = edgeplan_target_id(edgeplan_target_at(registry, i));
            edgeplan_recommendation *r = pick(registry, models[m], target, 0);
            for (uint32_t k = 0; k < edgeplan_recommendation_plan_count(r); k++)
                check_commands(edgeplan_recommendation_plan(r, k), target);
            edgeplan_recommendation_unref(r);
        }
}

/* The AI Hub module of the model, its name for the chip, the context asked for: the chip is this phone's, not another's. */
static void test_filled_in(void **state)
{
    static const struct {
        const char *target, *chipset;
    } phones[] = {{"galaxy-s25-ultra", "--chipset qualcomm-snapdragon-8-elite "},
                  {"android-8gb-8-gen-3", "--chipset qualcomm-snapdragon-8gen3 "}};

    for (size_t i = 0; i < sizeof phones / sizeof *phones; i++) {
        edgeplan_recommendation *r = pick(*state, "llama-3.2-3b", phones[i].target, 1u << EDGEPLAN_ACCELERATOR_NPU);
        const edgeplan_plan *best = edgeplan_recommendation_plan(r, 0);
        const char *command = edgeplan_plan_text(best, EDGEPLAN_LIST_PIPELINE, 1, EDGEPLAN_TEXT_COMMAND);
        assert_string_equal(edgeplan_format_id(edgeplan_deployment_format(edgeplan_plan_deployment(best))), "qnn-w4a16");
        assert_non_null(strstr(command, phones[i].chipset));
        assert_non_null(strstr(command, "llama_v3_2_3b_instruct.export "));
        assert_non_null(strstr(command, "--context-length 4096 "));
        edgeplan_recommendation_unref(r);
    }
}

/* Getting the checkpoint is what the documentation says; converting it was done on the day the registry names. */
static void test_run(void **state)
{
    edgeplan_recommendation *r = pick(*state, "mistral-7b", "raspberry-pi-5", 1u << EDGEPLAN_ACCELERATOR_CPU);
    const edgeplan_plan *best = edgeplan_recommendation_plan(r, 0);
    const uint32_t steps = edgeplan_plan_count(best, EDGEPLAN_LIST_PIPELINE);

    assert_string_equal(edgeplan_plan_text(best, EDGEPLAN_LIST_PIPELINE, 0, EDGEPLAN_TEXT_MESSAGE), "documented");
    assert_string_equal(edgeplan_plan_text(best, EDGEPLAN_LIST_PIPELINE, steps - 1, EDGEPLAN_TEXT_MESSAGE), "run");
    assert_string_equal(edgeplan_plan_text(best, EDGEPLAN_LIST_PIPELINE, steps - 1, EDGEPLAN_TEXT_PLACE), "2026-11-27");
    edgeplan_recommendation_unref(r);
}

/* What somebody has made comes first; what a step needs of the computer is counted for the model: 2 bytes a weight. */
static void test_published_and_needs(void **state)
{
    edgeplan_recommendation *r = pick(*state, "llama-3.2-3b", "chrome-macbook-pro-m3-max", 1u << EDGEPLAN_ACCELERATOR_GPU);
    const edgeplan_plan *best = edgeplan_recommendation_plan(r, 0);
    edgeplan_item item = {.struct_size = sizeof item};

    assert_int_equal(edgeplan_plan_item(best, EDGEPLAN_LIST_PIPELINE, 0, &item), EDGEPLAN_OK);
    assert_int_equal(item.code, EDGEPLAN_STEP_PUBLISHED);
    assert_non_null(strstr(edgeplan_plan_text(best, EDGEPLAN_LIST_PIPELINE, 0, EDGEPLAN_TEXT_COMMAND),
                           "hf download mlc-ai/Llama-3.2-3B-Instruct-q4f16_1-MLC"));
    assert_int_equal(edgeplan_plan_item(best, EDGEPLAN_LIST_PIPELINE, 1, &item), EDGEPLAN_OK);
    assert_int_equal(item.code, EDGEPLAN_STEP_MAKE);
    assert_true(item.low == 2.0 * 3212749824.0); /* as published: meta-llama/Llama-3.2-3B-Instruct */
    assert_string_equal(edgeplan_plan_text(best, EDGEPLAN_LIST_PIPELINE, 1, EDGEPLAN_TEXT_COMMAND),
                        "hf download meta-llama/Llama-3.2-3B-Instruct --exclude '*/*' --exclude 'consolidated*' --local-dir Llama-3.2-3B-Instruct");
    edgeplan_recommendation_unref(r);
}

/* gpt-oss is published in MXFP4 (model.safetensors.index.json: total_size): the converter keeps it, and llama-quantize takes what is
   quantized only if told to. */
static void test_published_in_four_bits(void **state)
{
    static const struct {
        const char *format;
        uint32_t first, count; /* of the steps to make it */
        double artefact_bytes; /* as published (formats-verify.csv); of q4_0, 18 bytes for each 32 of 20,914,757,184 weights at least */
        const char *last, *lacks;
    } cases[] = {
        {"mxfp4", 1, 2, 12109566624.0,
         "python3 convert_hf_to_gguf.py gpt-oss-20b --outtype q8_0 --outfile gpt-oss-20b-mxfp4.gguf", ""},
        {"q4_0", 0, 3, 18.0 / 32 * 20914757184.0,
         "llama-quantize --allow-requantize gpt-oss-20b-bf16.gguf gpt-oss-20b-q4_0.gguf q4_0", "disk"},
    };
    const edgeplan_request request = {.struct_size = sizeof request, .computer_disk_bytes = UINT64_C(27522529536)}; /* twice that */
    edgeplan_model *model;

    assert_int_equal(edgeplan_registry_model(*state, "gpt-oss-20b", NULL, &model), EDGEPLAN_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        edgeplan_item item = {.struct_size = sizeof item};
        edgeplan_deployment *path;
        edgeplan_plan *plan;
        assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(*state, "jetson-agx-orin-64gb"), EDGEPLAN_ACCELERATOR_GPU,
                                                 edgeplan_runtime_find(*state, "llama.cpp"),
                                                 edgeplan_format_find(*state, cases[i].format), NULL, &path), EDGEPLAN_OK);
        assert_int_equal(edgeplan_plan_new(path, &request, NULL, &plan), EDGEPLAN_OK);
        assert_int_equal(edgeplan_plan_count(plan, EDGEPLAN_LIST_PIPELINE), cases[i].first + cases[i].count);
        assert_int_equal(edgeplan_plan_item(plan, EDGEPLAN_LIST_PIPELINE, cases[i].first, &item), EDGEPLAN_OK);
        assert_true(item.low == 13761264768.0 && item.value == 1);
        assert_int_equal(edgeplan_plan_item(plan, EDGEPLAN_LIST_PIPELINE, cases[i].first + 1, &item), EDGEPLAN_OK);
        assert_int_equal(item.value, 1);
        const uint32_t last = cases[i].first + cases[i].count - 1;
        assert_string_equal(edgeplan_plan_text(plan, EDGEPLAN_LIST_PIPELINE, last, EDGEPLAN_TEXT_COMMAND), cases[i].last);
        assert_int_equal(edgeplan_plan_item(plan, EDGEPLAN_LIST_PIPELINE, last, &item), EDGEPLAN_OK);
        assert_true(item.low >= cases[i].artefact_bytes && item.low < 1.05 * cases[i].artefact_bytes);
        assert_true(item.known & EP_ITEM_KNOWN(value) && item.value == !*cases[i].lacks); /* beside what there is already */
        assert_string_equal(edgeplan_plan_text(plan, EDGEPLAN_LIST_PIPELINE, last, EDGEPLAN_TEXT_LACKS), cases[i].lacks);
        edgeplan_plan_unref(plan);
        edgeplan_deployment_unref(path);
    }
    edgeplan_model_unref(model);
}

/* The page of an artefact is its own, whoever else's it is listed with. */
static void test_page_of_published(void **state)
{
    edgeplan_deployment *path;
    edgeplan_model *model;
    edgeplan_plan *plan;

    assert_int_equal(edgeplan_registry_model(*state, "llama-3.2-3b", NULL, &model), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(*state, "pixel-9"), EDGEPLAN_ACCELERATOR_CPU,
                                             edgeplan_runtime_find(*state, "llama.cpp"), edgeplan_format_find(*state, "q4_0"), NULL,
                                             &path), EDGEPLAN_OK);
    assert_int_equal(edgeplan_plan_new(path, NULL, NULL, &plan), EDGEPLAN_OK);
    assert_string_equal(edgeplan_plan_text(plan, EDGEPLAN_LIST_PIPELINE, 0, EDGEPLAN_TEXT_URL),
                        "https://huggingface.co/unsloth/Llama-3.2-3B-Instruct-GGUF");
    edgeplan_plan_unref(plan);
    edgeplan_deployment_unref(path);
    edgeplan_model_unref(model);
}

/* A step whose weights are 2 bytes each (3,212,749,824 of them) and one on the board itself, for a computer told of or not. */
static void test_who_can_take_it(void **state)
{
    static const struct {
        edgeplan_request request;
        uint32_t step;
        int can; /* -1: not known */
        const char *lacks;
    } cases[] = {
        {{.computer_system = 0}, 0, -1, "disk"},
        {{.computer_disk_bytes = UINT64_C(6425499648)}, 0, 1, ""},
        {{.computer_disk_bytes = UINT64_C(6425499647)}, 0, 0, "disk"},
        {{.computer_system = EDGEPLAN_SYSTEM_LINUX}, 1, 1, ""},
        {{.computer_system = EDGEPLAN_SYSTEM_MACOS}, 1, 0, "system"},
        {{.computer_system = 0}, 1, -1, "system"},
        {{.computer_system = EDGEPLAN_SYSTEM_LINUX}, 3, -1, "target"},
        {{.computer_system = EDGEPLAN_SYSTEM_LINUX, .computer_is_target = EDGEPLAN_SWITCH_ON}, 3, -1, "disk"}, /* for the engine */
        {{.computer_system = EDGEPLAN_SYSTEM_LINUX, .computer_is_target = EDGEPLAN_SWITCH_OFF}, 3, 0, "target"},
    };
    edgeplan_deployment *path;
    edgeplan_model *model;

    assert_int_equal(edgeplan_registry_model(*state, "llama-3.2-3b", NULL, &model), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(*state, "jetson-agx-orin-64gb"), EDGEPLAN_ACCELERATOR_GPU,
                                             edgeplan_runtime_find(*state, "tensorrt-edge-llm"),
                                             edgeplan_format_find(*state, "trt-int4-awq"), NULL, &path), EDGEPLAN_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        edgeplan_request request = cases[i].request;
        edgeplan_item item = {.struct_size = sizeof item};
        edgeplan_plan *plan;
        request.struct_size = sizeof request;
        assert_int_equal(edgeplan_plan_new(path, &request, NULL, &plan), EDGEPLAN_OK);
        assert_int_equal(edgeplan_plan_item(plan, EDGEPLAN_LIST_PIPELINE, cases[i].step, &item), EDGEPLAN_OK);
        assert_int_equal((item.known & EP_ITEM_KNOWN(value)) != 0, cases[i].can >= 0);
        assert_true(cases[i].can < 0 || item.value == (double)cases[i].can);
        assert_string_equal(edgeplan_plan_text(plan, EDGEPLAN_LIST_PIPELINE, cases[i].step, EDGEPLAN_TEXT_LACKS), cases[i].lacks);
        edgeplan_plan_unref(plan);
    }
    edgeplan_deployment_unref(path);
    edgeplan_model_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_can_take_it),
        cmocka_unit_test(test_unmade),
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_filled_in),
        cmocka_unit_test(test_run),
        cmocka_unit_test(test_published_and_needs),
        cmocka_unit_test(test_published_in_four_bits),
        cmocka_unit_test(test_page_of_published),
    };
    return cmocka_run_group_tests(tests, open_registry, close_registry);
}
