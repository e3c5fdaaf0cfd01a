/* Change one cited figure in an overlay, and the plans that list it are the plans that change. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <edgeplan/edgeplan.h>

#include "base/known.h"
#include "support.h"

static const struct {
    const char *model, *target, *runtime, *format;
} paths[] = {
    {"llama-3.2-1b", "iphone-16-pro", "llama.cpp", "q4_k_m"}, {"llama-3.2-1b", "iphone-16", "llama.cpp", "q4_k_m"},
    {"llama-3.2-1b", "iphone-16-pro", "mlx", "mlx-4bit-g64"}, {"gemma-3-4b", "galaxy-s24-ultra", "llama.cpp", "q4_0"},
    {"llama-3.2-3b", "galaxy-s25-ultra", "genie", "qnn-w4a16"}, {"llama-3.2-1b", "dimensity-8400-phone", "llama.cpp", "q4_0"},
    {"llama-3.1-8b", "jetson-agx-orin-64gb", "tensorrt-edge-llm", "trt-int4-awq"},
};
enum { PATHS = sizeof paths / sizeof *paths };

/* One figure each, by the key path a plan lists it under, and an overlay that changes it. */
static const struct {
    const char *path, *overlay;
} changes[] = {
    {"chips[apple-a18-pro].memory.peak_bandwidth",
     "edgeplan_registry: 1.0\nsources: [{id: t, title: T, url: https://example.org, seen: 2026-11-22}]\n"
     "chips: [{id: apple-a18-pro, memory: {peak_bandwidth: {value: 61 GB/s, source: t, confidence: cited}}}]\n"},
    {"chips[snapdragon-8-gen-3].memory.peak_bandwidth",
     "edgeplan_registry: 1.0\nsources: [{id: t, title: T, url: https://example.org, seen: 2026-11-22}]\n"
     "chips: [{id: snapdragon-8-gen-3, memory: {peak_bandwidth: {value: 70 GB/s, source: t, confidence: cited}}}]\n"},
    {"chips[dimensity-8400].engines[0].clock",
     "edgeplan_registry: 1.0\nsources: [{id: t, title: T, url: https://example.org, seen: 2026-11-22}]\n"
     "chips: [{id: dimensity-8400, engines: [{accelerator: cpu, architecture: arm64, features: [dotprod, i8mm],\n"
     "         clock: {value: 21 GHz, source: t, confidence: cited}}]}]\n"},
    {"limits[android].visible",
     "edgeplan_registry: 1.0\nsources: [{id: t, title: T, url: https://example.org, seen: 2026-11-22}]\n"
     "limits: [{id: android, visible: {value: 0.5, source: t, confidence: cited}}]\n"},
    {"formats[q4_k_m].quality.loss",
     "edgeplan_registry: 1.0\nsources: [{id: t, title: T, url: https://example.org, seen: 2026-11-22}]\n"
     "formats: [{id: q4_k_m, quality: {loss: {value: 0.5 nat, source: t, confidence: cited}}}]\n"},
    {"runtimes[tensorrt-edge-llm].overhead.base",
     "edgeplan_registry: 1.0\nsources: [{id: t, title: T, url: https://example.org, seen: 2026-11-22}]\n"
     "runtimes: [{id: tensorrt-edge-llm, overhead: {base: {value: 1.5 GB, source: t, confidence: cited}}}]\n"},
};

static edgeplan_plan *plan_of(const edgeplan_registry *registry, size_t i)
{
    edgeplan_model *model;
    edgeplan_deployment *deployment;
    edgeplan_plan *plan;
    edgeplan_request request = {.struct_size = sizeof request, .context_tokens = 2048};

    assert_int_equal(edgeplan_registry_model(registry, paths[i].model, NULL, &model), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(registry, paths[i].target), EDGEPLAN_ACCELERATOR_ANY,
                                             edgeplan_runtime_find(registry, paths[i].runtime),
                                             edgeplan_format_find(registry, paths[i].format), NULL, &deployment),
                     EDGEPLAN_OK);
    assert_int_equal(edgeplan_plan_new(deployment, &request, NULL, &plan), EDGEPLAN_OK);
    edgeplan_deployment_unref(deployment);
    edgeplan_model_unref(model);
    return plan;
}

static int lists(const edgeplan_plan *plan, const char *path)
{
    for (uint32_t i = 0; i < edgeplan_plan_count(plan, EDGEPLAN_LIST_SOURCES); i++)
        if (strcmp(edgeplan_plan_text(plan, EDGEPLAN_LIST_SOURCES, i, EDGEPLAN_TEXT_SUBJECT), path) == 0)
            return 1;
    return 0;
}

/* The document up to its assumptions, missing facts and sources, with every limit, and without the digest that overlays change. */
static char *numbers_of(const edgeplan_plan *plan)
{
    size_t needed;
    assert_int_equal(edgeplan_report_plans(&plan, 1, NULL, 0, &needed), EDGEPLAN_OK);
    char *text = malloc(needed);
    assert_non_null(text);
    assert_int_equal(edgeplan_report_plans(&plan, 1, text, needed, NULL), EDGEPLAN_OK);
    char *begin = strstr(text, "\"plans\""), *end = strstr(text, "\"assumptions\"");
    assert_true(begin && end);
    *end = 0;
    memmove(text, begin, strlen(begin) + 1);
    for (uint32_t i = 0; i < edgeplan_plan_count(plan, EDGEPLAN_LIST_LIMITS); i++) {
        edgeplan_item item = {.struct_size = sizeof item};
        size_t length = strlen(text);
        assert_int_equal(edgeplan_plan_item(plan, EDGEPLAN_LIST_LIMITS, i, &item), EDGEPLAN_OK);
        text = realloc(text, length + 64);
        assert_non_null(text);
        snprintf(text + length, 64, " %.0f %.0f", item.low, item.value);
    }
    return text;
}

static void test_exactly_the_plans_that_list_it(void **state)
{
    edgeplan_registry *before;
    int listed = 0;
    (void)state;

    assert_int_equal(edgeplan_registry_new(NULL, NULL, &before), EDGEPLAN_OK);
    for (size_t c = 0; c < sizeof changes / sizeof *changes; c++) {
        edgeplan_registry *after;
        assert_int_equal(edgeplan_registry_with_memory(before, changes[c].overlay, strlen(changes[c].overlay), "overlay", NULL, &after),
                         EDGEPLAN_OK);
        int somewhere = 0;
        for (size_t i = 0; i < PATHS; i++) {
            edgeplan_plan *a = plan_of(before, i), *b = plan_of(after, i);
            char *old_text = numbers_of(a), *new_text = numbers_of(b);
            int changed = strcmp(old_text, new_text) != 0;
            if (changed != lists(a, changes[c].path))
                fail_msg("%s: %s %s on %s %s", changes[c].path, paths[i].model, paths[i].format, paths[i].target,
                         changed ? "changed without listing it" : "lists it and did not change");
            somewhere |= changed;
            free(old_text);
            free(new_text);
            edgeplan_plan_unref(a);
            edgeplan_plan_unref(b);
        }
        if (!somewhere)
            fail_msg("%s: no plan lists it", changes[c].path);
        listed++;
        edgeplan_registry_unref(after);
    }
    assert_int_equal(listed, sizeof changes / sizeof *changes);
    edgeplan_registry_unref(before);
}

/* Every source of every plan has a title, an address and a place. */
static void test_sources_are_complete(void **state)
{
    edgeplan_registry *registry;
    (void)state;

    assert_int_equal(edgeplan_registry_new(NULL, NULL, &registry), EDGEPLAN_OK);
    for (size_t i = 0; i < PATHS; i++) {
        edgeplan_plan *plan = plan_of(registry, i);
        uint32_t count = edgeplan_plan_count(plan, EDGEPLAN_LIST_SOURCES);
        assert_true(count >= 5);
        for (uint32_t s = 0; s < count; s++)
            for (int which = EDGEPLAN_TEXT_SUBJECT; which <= EDGEPLAN_TEXT_URL; which++)
                if (!*edgeplan_plan_text(plan, EDGEPLAN_LIST_SOURCES, s, (edgeplan_text)which))
                    fail_msg("source %u of plan %zu lacks text %d", s, i, which);
        edgeplan_plan_unref(plan);
    }
    edgeplan_registry_unref(registry);
}

/* By hand: 4 tokens of a round that takes two steps are twice the rate; 0.47 and 1 of it its ends. A batch and another model have none. */
static void test_speculation(void **state)
{
    static const char overlay[] =
        "edgeplan_registry: 1.0\nsources: [{id: t, title: T, url: https://example.org, seen: 2026-11-22}]\n"
        "runtimes: [{id: tensorrt-edge-llm, speculation: [\n"
        "  {kind: eagle-3, accelerator: gpu, formats: [trt-int4-awq], models: [llama-3.1-8b], kept: 4, round: 2, low: 0.47, high: 1,\n"
        "   source: t, confidence: measured},\n"
        "  {kind: mtp, accelerator: gpu, architectures: [nvidia-ampere], gain: 0.9, source: t, confidence: cited},\n"
        "  {kind: draft, accelerator: gpu, models: [qwen3-8b], gain: 3, source: t, confidence: cited}]}]\n";
    edgeplan_registry *before, *after;
    edgeplan_item item = {.struct_size = sizeof item};
    (void)state;

    assert_int_equal(edgeplan_registry_new(NULL, NULL, &before), EDGEPLAN_OK);
    assert_int_equal(edgeplan_registry_with_memory(before, overlay, strlen(overlay), "overlay", NULL, &after), EDGEPLAN_OK);
    edgeplan_plan *plan = plan_of(after, PATHS - 1);
    assert_int_equal(edgeplan_plan_count(plan, EDGEPLAN_LIST_SPECULATION), 2);
    assert_int_equal(edgeplan_plan_item(plan, EDGEPLAN_LIST_SPECULATION, 0, &item), EDGEPLAN_OK);
    assert_string_equal(edgeplan_plan_text(plan, EDGEPLAN_LIST_SPECULATION, 0, EDGEPLAN_TEXT_SUBJECT), "eagle-3");
    assert_true(item.value == 2 && item.low == 0.94 && item.high == 2 && item.confidence == EDGEPLAN_CONFIDENCE_MEASURED);
    assert_true(lists(plan, "runtimes[tensorrt-edge-llm].speculation[0].round"));
    assert_int_equal(edgeplan_plan_item(plan, EDGEPLAN_LIST_SPECULATION, 1, &item), EDGEPLAN_OK);
    assert_true(item.value == 0.9 && !(item.known & EP_ITEM_KNOWN(low)));
    edgeplan_request request = {.struct_size = sizeof request, .context_tokens = 2048, .batch = 2, .sequences = 2};
    edgeplan_plan *many;
    assert_int_equal(edgeplan_plan_new(edgeplan_plan_deployment(plan), &request, NULL, &many), EDGEPLAN_OK);
    assert_int_equal(edgeplan_plan_count(many, EDGEPLAN_LIST_SPECULATION), 0);
    edgeplan_plan_unref(many);
    edgeplan_plan_unref(plan);
    edgeplan_registry_unref(after);
    edgeplan_registry_unref(before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exactly_the_plans_that_list_it),
        cmocka_unit_test(test_sources_are_complete),
        cmocka_unit_test(test_speculation),
    };
    return cmocka_run_group_tests_name("plan: provenance", tests, NULL, NULL);
}
