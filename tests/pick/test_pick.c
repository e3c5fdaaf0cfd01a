/* What to ship, against answers that were written down before the ranking was (expected.yaml) and pairs that runtimes rule out
   themselves (refused.yaml). The files say what is asked; nothing here knows a device or a runtime, but the one it invents. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <edgeplan/edgeplan.h>

#include "plan/quality.h"
#include "source/yaml.h"

typedef struct test_cases {
    edgeplan_registry *registry;
    ep_arena arena;
    const ep_node *expected, *refused;
} test_cases;

static const ep_node *parse(test_cases *t, const char *path, const char *list)
{
    size_t length;
    char *text = test_read_file(path, &length);
    const ep_node *tree;

    assert_int_equal(ep_yaml_parse(&t->arena, text, length, path, NULL, &tree), EDGEPLAN_OK);
    free(text);
    const ep_node *cases = ep_node_get(tree, list);
    assert_non_null(cases);
    return cases;
}

static int open_cases(void **state)
{
    static test_cases t;

    assert_int_equal(edgeplan_registry_new(NULL, NULL, &t.registry), EDGEPLAN_OK);
    ep_arena_init(&t.arena, NULL);
    t.expected = parse(&t, "tests/pick/expected.yaml", "cases");
    t.refused = parse(&t, "tests/pick/refused.yaml", "pairs");
    *state = &t;
    return 0;
}

static int close_cases(void **state)
{
    test_cases *t = *state;

    ep_arena_free(&t->arena);
    edgeplan_registry_unref(t->registry);
    return 0;
}

/* ---- asking ---- */

static const char *text_of(const ep_node *map, const char *key)
{
    const ep_node *node = ep_node_get(map, key);
    return node && ep_node_is_scalar(node) ? node->text : NULL;
}

static uint64_t count_of(const ep_node *map, const char *key) /* 0 if it is not given */
{
    const char *text = text_of(map, key);
    return text ? strtoull(text, NULL, 10) : 0;
}

static int lists(const ep_node *list, const char *word)
{
    for (uint32_t i = 0; list && i < list->count; i++)
        if (ep_node_is(list->entries[i].value, word))
            return 1;
    return 0;
}

static uint32_t accelerators_of(const ep_node *map)
{
    const char *name = text_of(map, "accelerator");

    for (uint32_t a = EDGEPLAN_ACCELERATOR_CPU; name && a <= EDGEPLAN_ACCELERATOR_NPU; a++)
        if (strcmp(name, edgeplan_accelerator_name((edgeplan_accelerator)a)) == 0)
            return 1u << a;
    return 0;
}

static edgeplan_recommendation *ask(edgeplan_registry *registry, const ep_node *question)
{
    edgeplan_criteria criteria = {.struct_size = sizeof criteria, .accelerators = accelerators_of(question)};
    edgeplan_request request = {.struct_size = sizeof request};
    const edgeplan_target *target = edgeplan_target_find(registry, text_of(question, "target"));
    edgeplan_recommendation *r;
    edgeplan_model *model;

    request.context_tokens = count_of(question, "context");
    request.prompt_tokens = count_of(question, "prompt");
    request.output_tokens = count_of(question, "output");
    criteria.max_charged_bytes = count_of(question, "max_charged_bytes");
    assert_non_null(target);
    assert_int_equal(edgeplan_registry_model(registry, text_of(question, "model"), NULL, &model), EDGEPLAN_OK);
    const edgeplan_model *models[] = {model};
    assert_int_equal(edgeplan_recommendation_new(models, 1, target, &request, &criteria, NULL, &r), EDGEPLAN_OK);
    edgeplan_model_unref(model);
    return r;
}

static const char *runtime_of(const edgeplan_plan *plan)
{
    return edgeplan_runtime_id(edgeplan_deployment_runtime(edgeplan_plan_deployment(plan)));
}

static const char *format_of(const edgeplan_plan *plan)
{
    return edgeplan_format_id(edgeplan_deployment_format(edgeplan_plan_deployment(plan)));
}

/* The first ranked plan of the runtimes asked about; an empty list asks about all. */
static const edgeplan_plan *first_of(const edgeplan_recommendation *r, const ep_node *runtimes)
{
    for (uint32_t i = 0; i < edgeplan_recommendation_plan_count(r); i++) {
        const edgeplan_plan *plan = edgeplan_recommendation_plan(r, i);
        if (!runtimes || lists(runtimes, runtime_of(plan)))
            return plan;
    }
    return NULL;
}

/* Whether something is rejected whose subject is "runtime … format" (any format if NULL), for a reason that says this. */
static int is_rejected(const edgeplan_recommendation *r, const char *runtime, const char *format, const char *says)
{
    for (uint32_t i = 0; i < edgeplan_recommendation_count(r, EDGEPLAN_LIST_REJECTED); i++) {
        const char *subject = edgeplan_recommendation_text(r, EDGEPLAN_LIST_REJECTED, i, EDGEPLAN_TEXT_SUBJECT);
        const char *reason = edgeplan_recommendation_text(r, EDGEPLAN_LIST_REJECTED, i, EDGEPLAN_TEXT_MESSAGE);
        const char *last = strrchr(subject, ' ');
        size_t length = strlen(runtime);
        if (strncmp(subject, runtime, length) == 0 && subject[length] == ' ' && last && (!format || strcmp(last + 1, format) == 0) &&
            strstr(reason, says))
            return 1;
    }
    return 0;
}

/* ---- the twenty cases ---- */

static int check_first(const ep_node *question, const edgeplan_recommendation *r)
{
    const edgeplan_plan *first = first_of(r, ep_node_get(question, "runtimes"));
    const ep_node *accept = ep_node_get(question, "accept");
    const char *kv = text_of(question, "kv");
    edgeplan_request request = {.struct_size = sizeof request};

    assert_non_null(accept);
    if (first ? !lists(accept, format_of(first)) : accept->count > 0) {
        print_error("%s: %s %s comes first\n", text_of(question, "id"), first ? runtime_of(first) : "nothing",
                    first ? format_of(first) : "");
        return 0;
    }
    if (!kv || !first)
        return 1;
    assert_int_equal(edgeplan_plan_request(first, &request), EDGEPLAN_OK);
    if (strcmp(kv, edgeplan_element_type_name((edgeplan_element_type)request.kv_k)) == 0)
        return 1;
    print_error("%s: the KV cache is %s\n", text_of(question, "id"), edgeplan_element_type_name((edgeplan_element_type)request.kv_k));
    return 0;
}

static int check_rejects(const ep_node *question, const edgeplan_recommendation *r)
{
    const ep_node *rejects = ep_node_get(question, "reject");
    int good = 1;

    for (uint32_t i = 0; rejects && i < rejects->count; i++) {
        const ep_node *reject = rejects->entries[i].value;
        if (is_rejected(r, text_of(reject, "runtime"), text_of(reject, "format"), text_of(reject, "says")))
            continue;
        print_error("%s: %s %s is not rejected with '%s'\n", text_of(question, "id"), text_of(reject, "runtime"), text_of(reject, "format"),
                    text_of(reject, "says"));
        good = 0;
    }
    return good;
}

static void test_expected(void **state)
{
    const test_cases *t = *state;
    uint32_t wrong = 0;

    assert_true(t->expected->count >= 20);
    for (uint32_t i = 0; i < t->expected->count; i++) {
        const ep_node *question = t->expected->entries[i].value;
        edgeplan_recommendation *r = ask(t->registry, question);
        assert_non_null(text_of(question, "source"));
        wrong += !(check_first(question, r) & check_rejects(question, r));
        edgeplan_recommendation_unref(r);
    }
    assert_int_equal(wrong, 0);
}

/* ---- the ten pairs ---- */

static void test_refused(void **state)
{
    const test_cases *t = *state;
    uint32_t wrong = 0;

    assert_true(t->refused->count >= 10);
    for (uint32_t i = 0; i < t->refused->count; i++) {
        const ep_node *pair = t->refused->entries[i].value;
        const char *runtime = text_of(pair, "runtime");
        edgeplan_recommendation *r = ask(t->registry, pair);
        int ranked = 0, said = is_rejected(r, runtime, NULL, text_of(pair, "says"));
        assert_non_null(text_of(pair, "source"));
        for (uint32_t k = 0; k < edgeplan_recommendation_plan_count(r); k++)
            ranked |= strcmp(runtime_of(edgeplan_recommendation_plan(r, k)), runtime) == 0;
        if (ranked || !said)
            print_error("%s with %s: %s\n", text_of(pair, "model"), runtime,
                        ranked ? "ranked" : "rejected for another reason, or not at all");
        wrong += ranked || !said;
        edgeplan_recommendation_unref(r);
    }
    assert_int_equal(wrong, 0);
}

/* ---- rules and data, not a table of answers ---- */

/* Runtimes that nobody has written, alike but for how near they come to the peaks of memory and arithmetic. */
#define RUNTIME(id, eta, share)                                                                                                \
    "  - id: " id "\n"                                                                                                         \
    "    name: " id "\n"                                                                                                       \
    "    rules: '1'\n"                                                                                                         \
    "    checked: published\n"                                                                                                 \
    "    url: https://example.org\n"                                                                                           \
    "    source: made-up\n"                                                                                                    \
    "    confidence: assumed\n"                                                                                                \
    "    formats: [q4_k_m]\n"                                                                                                  \
    "    kv_types: [f16]\n"                                                                                                    \
    "    default_preset: cli\n"                                                                                                \
    "    presets: {cli: {chunk: 512, window_saves: no, outputs: 1}}\n"                                                         \
    "    context: {step: 1, split: none}\n"                                                                                    \
    "    cache: {mechanism: cells, step: 1, window_plus: none}\n"                                                              \
    "    reservation: {mechanism: exact}\n"                                                                                    \
    "    output: {type: f32}\n"                                                                                                \
    "    compute: {mechanism: workspace, terms: [{bytes: 8 B, per: [chunk, hidden]}]}\n"                                       \
    "    placement: {tied_head: shared, embedding: host, mapped: no}\n"                                                        \
    "    charge: {weights: anonymous}\n"                                                                                       \
    "    overhead: {base: 8 MiB}\n"                                                                                            \
    "    reads: {cache: once, context: depth, embedding: rows}\n"                                                              \
    "    backends: [{id: cpu, accelerator: cpu}]\n"                                                                            \
    "    calibrations:\n"                                                                                                      \
    "      - {accelerator: cpu, eta: " eta ", low: 0.9, high: 1.05, layer_time: 0 us, step_time: 0 ms,\n"                          \
    "         utilisation: " share ", chunk_time: 0 ms, prefill_low: 0.9, prefill_high: 1.05}\n"

static const char invented[] =
    "edgeplan_registry: 1.0\n"
    "sources:\n"
    "  - {id: made-up, title: a runtime that does not exist, url: 'https://example.org', seen: 2026-11-27}\n"
    "runtimes:\n" RUNTIME("sprinter", "0.95", "0.1") RUNTIME("runner", "0.90", "0.5")
    "chips:\n"
    "  - id: bcm2712\n"
    "    engines:\n"
    "      - {accelerator: cpu, architecture: arm64, throughput: [{type: f16, rate: 1 Tflop/s}], source: made-up, confidence: assumed}\n"
    "targets:\n"
    "  - id: raspberry-pi-5\n"
    "    runtimes: [llama.cpp, runner, sprinter]\n"
    "    thermal:\n"
    "      - {runtimes: [sprinter], sustained_low: 0.3, sustained: 0.8, after: 120 s, source: made-up, confidence: assumed}\n"
    "      - {runtimes: [runner], sustained_low: 0.5, sustained: 0.6, after: 120 s, source: made-up, confidence: assumed}\n";

static edgeplan_registry *with_invented(const test_cases *t)
{
    edgeplan_diagnostics *diagnostics;
    edgeplan_registry *registry;

    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    if (edgeplan_registry_with_memory(t->registry, invented, sizeof invented - 1, "invented.yaml", diagnostics, &registry))
        fail_msg("%s", edgeplan_diagnostics_message(diagnostics, 0));
    edgeplan_diagnostics_unref(diagnostics);
    return registry;
}

/* The runtime that comes first on the invented target. */
static const char *winner(const test_cases *t, uint64_t prompt_tokens, const edgeplan_criteria *criteria)
{
    const edgeplan_request request = {.struct_size = sizeof request, .prompt_tokens = prompt_tokens};
    edgeplan_registry *registry = with_invented(t);
    edgeplan_recommendation *r;
    edgeplan_model *model;
    static char id[64];

    assert_int_equal(edgeplan_registry_model(registry, "llama-3.2-3b", NULL, &model), EDGEPLAN_OK);
    const edgeplan_model *models[] = {model};
    assert_int_equal(edgeplan_recommendation_new(models, 1, edgeplan_target_find(registry, "raspberry-pi-5"), &request, criteria, NULL, &r),
                     EDGEPLAN_OK);
    assert_true(edgeplan_recommendation_plan_count(r) > 1);
    snprintf(id, sizeof id, "%s", runtime_of(edgeplan_recommendation_plan(r, 0)));
    edgeplan_recommendation_unref(r);
    edgeplan_model_unref(model);
    edgeplan_registry_unref(registry);
    return id;
}

/* Nearer the memory's peak than any other, it competes, and wins. */
static void test_invented_runtime(void **state)
{
    assert_string_equal(winner(*state, 1, NULL), "sprinter");
}

/* A prompt that nobody gave is one of 512 tokens before an answer of 128: the one that reads five times as fast comes first then. */
static void test_prompt_counts(void **state)
{
    assert_string_equal(winner(*state, 0, NULL), "runner");
    assert_string_equal(winner(*state, 512, NULL), "runner");
}

/* Asked for speed as well: by the rate of decoding alone the sprinter would come first each time. */
static void test_prompt_counts_for_speed(void **state)
{
    const edgeplan_criteria criteria = {.struct_size = sizeof criteria, .prefer = EDGEPLAN_PREFER_SPEED};

    assert_string_equal(winner(*state, 1, &criteria), "sprinter");
    assert_string_equal(winner(*state, 512, &criteria), "runner");
}

/* Ten minutes of work are ranked by the least a hot device is left with: 0.5 of 0.90 against 0.3 of 0.95. Asked for speed, it is what
   is expected that counts, where the sprinter keeps 0.8 against 0.6. */
static void test_long_work_by_the_low_end(void **state)
{
    edgeplan_criteria criteria = {.struct_size = sizeof criteria, .workload_seconds = 600};

    assert_string_equal(winner(*state, 1, &criteria), "runner");
    criteria.prefer = EDGEPLAN_PREFER_SPEED;
    assert_string_equal(winner(*state, 1, &criteria), "sprinter");
    criteria = (edgeplan_criteria){.struct_size = sizeof criteria, .workload_seconds = 60};
    assert_string_equal(winner(*state, 1, &criteria), "sprinter");
}

/* Logarithms of the ratios of word perplexity with int4 to 16 bit, as apple/coreai-models publishes the perplexities: 12.90 of 12.19
   (Qwen3-8B), 18.33 of 16.41 (Qwen3-4B), 14.79 of 12.21 (Qwen2.5-1.5B). */
static void test_small_models_lose_more(void **state)
{
    const double loss_8b = 0.05661, loss_4b = 0.11064, loss_1_5b = 0.19170;
    (void)state;

    assert_near(ep_quality_ratio(UINT64_C(8190735360)), 1.0, 0);
    assert_near(ep_quality_ratio(UINT64_C(4022468096)), loss_4b / loss_8b, 0.01);
    assert_near(ep_quality_ratio(UINT64_C(1543714304)), loss_1_5b / loss_8b, 0.01);
    assert_true(ep_quality_ratio(0) >= ep_quality_ratio(UINT64_C(1543714304)));
    assert_near(ep_quality_ratio(UINT64_MAX), 1.0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_models_lose_more),
        cmocka_unit_test(test_expected),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_invented_runtime),
        cmocka_unit_test(test_prompt_counts),
        cmocka_unit_test(test_prompt_counts_for_speed),
        cmocka_unit_test(test_long_work_by_the_low_end),
    };
    return cmocka_run_group_tests(tests, open_cases, close_cases);
}
