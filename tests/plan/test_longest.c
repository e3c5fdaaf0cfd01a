/* The longest context against trying every step. Compute buffers have holes, so the demand is not monotone; budgets one byte below
   each local peak are where halving alone goes wrong. */
#include "built_in_registry.h"
#include "support.h"

#include <stdio.h>

#include <edgeplan/edgeplan.h>

enum { STEP = 256, MOST_STEPS = 1024 };

static uint64_t demand[MOST_STEPS + 1]; /* by steps */

typedef struct subject {
    const char *model, *format;
    uint32_t preset, flash_attention;
    uint64_t sequences, chunk_tokens, trained_tokens;
    const char *draft; /* NULL: none */
} subject;

static edgeplan_request request_of(const subject *s, uint64_t budget)
{
    edgeplan_request request;

    assert_count(edgeplan_struct_init(&request, sizeof request), EDGEPLAN_OK);
    request.preset = s->preset;
    request.flash_attention = s->flash_attention;
    request.sequences = s->sequences;
    request.chunk_tokens = s->chunk_tokens;
    request.available_bytes = budget;
    return request;
}

static edgeplan_deployment *open_path(const char *id, const char *format)
{
    edgeplan_model *model;
    edgeplan_deployment *deployment;

    assert_count(edgeplan_registry_model(registry, id, NULL, &model), EDGEPLAN_OK);
    assert_count(edgeplan_deployment_new(model, edgeplan_target_find(registry, "raspberry-pi-5"), EDGEPLAN_ACCELERATOR_CPU,
                                         edgeplan_runtime_find(registry, "llama.cpp"), edgeplan_format_find(registry, format),
                                         NULL, &deployment),
                 EDGEPLAN_OK);
    edgeplan_model_unref(model);
    return deployment;
}

static edgeplan_deployment *open_subject(const subject *s)
{
    edgeplan_deployment *both, *deployment = open_path(s->model, s->format);

    if (!s->draft)
        return deployment;
    edgeplan_deployment *draft = open_path(s->draft, s->format);
    assert_count(edgeplan_deployment_with(deployment, EDGEPLAN_COMPANION_DRAFT, draft, &both), EDGEPLAN_OK);
    edgeplan_deployment_unref(draft);
    edgeplan_deployment_unref(deployment);
    return both;
}

static uint32_t try_every_step(const edgeplan_deployment *deployment, const subject *s)
{
    edgeplan_request request = request_of(s, UINT64_C(1) << 50);
    uint32_t steps = (uint32_t)(s->trained_tokens * (s->preset == EDGEPLAN_PRESET_SERVER ? 1 : s->sequences) / STEP);

    assert_true(steps <= MOST_STEPS);
    for (uint32_t i = 1; i <= steps; i++) {
        edgeplan_verdict_result verdict = {.struct_size = sizeof verdict};
        request.context_tokens = (uint64_t)i * STEP;
        assert_count(edgeplan_deployment_verdict(deployment, &request, &verdict), EDGEPLAN_OK);
        demand[i] = verdict.demand_bytes;
    }
    return steps;
}

/* The largest step such that it and every smaller one need no more than the budget. */
static uint64_t longest_within(uint64_t budget, uint32_t steps)
{
    uint32_t fits = 0;

    while (fits < steps && demand[fits + 1] <= budget)
        fits++;
    return (uint64_t)fits * STEP;
}

static void check_budget(const edgeplan_deployment *deployment, const subject *s, uint64_t budget, uint32_t steps)
{
    edgeplan_request request = request_of(s, budget);
    uint64_t tokens = UINT64_MAX, expected = longest_within(budget, steps);
    edgeplan_limit limit;

    assert_count(edgeplan_deployment_max_context(deployment, &request, &tokens, &limit), EDGEPLAN_OK);
    if (tokens != expected)
        fail_msg("%s within %llu bytes: %llu tokens, not %llu", s->model, (unsigned long long)budget, (unsigned long long)tokens,
                 (unsigned long long)expected);
}

static void test_against_every_step(void **state)
{
    static const subject subjects[] = {
        {"gemma-3-4b", "q4_k_m", EDGEPLAN_PRESET_LIBRARY, EDGEPLAN_SWITCH_OFF, 1, 512, 131072, NULL},
        {"gpt-oss-20b", "mxfp4", EDGEPLAN_PRESET_LIBRARY, EDGEPLAN_SWITCH_ON, 1, 512, 131072, NULL},
        {"gpt-oss-20b", "mxfp4", EDGEPLAN_PRESET_CLI, EDGEPLAN_SWITCH_OFF, 1, 512, 131072, NULL},
        {"llama-3.1-8b", "q4_0", EDGEPLAN_PRESET_LIBRARY, EDGEPLAN_SWITCH_ON, 1, 512, 131072, NULL},
        {"llama-3.2-1b", "q4_0", EDGEPLAN_PRESET_LIBRARY, EDGEPLAN_SWITCH_OFF, 1, 2048, 131072, NULL},
        {"qwen3-4b", "q8_0", EDGEPLAN_PRESET_CLI, EDGEPLAN_SWITCH_ON, 3, 512, 40960, NULL},
        {"qwen2.5-1.5b", "q4_k_m", EDGEPLAN_PRESET_SERVER, EDGEPLAN_SWITCH_OFF, 4, 256, 32768, NULL},
        {"phi-3.5-mini", "q4_k_m", EDGEPLAN_PRESET_LIBRARY, EDGEPLAN_SWITCH_ON, 1, 512, 131072, NULL},
        {"qwen3-4b", "q4_0", EDGEPLAN_PRESET_CLI, EDGEPLAN_SWITCH_OFF, 1, 512, 40960, "qwen3-0.6b"},
        {"gemma-3-12b", "q4_0", EDGEPLAN_PRESET_LIBRARY, EDGEPLAN_SWITCH_ON, 1, 512, 32768, "gemma-3-1b"},
    };
    uint32_t peaks = 0;
    (void)state;

    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
        const subject *s = &subjects[i];
        edgeplan_deployment *deployment = open_subject(s);
        uint32_t steps = try_every_step(deployment, s);
        for (uint32_t k = 1; k < steps; k++) {
            if (demand[k] > demand[k + 1]) {
                check_budget(deployment, s, demand[k] - 1, steps);
                check_budget(deployment, s, demand[k], steps);
                peaks++;
            }
        }
        for (uint32_t k = 1; k <= steps; k += 1 + steps / 40)
            check_budget(deployment, s, demand[k], steps);
        check_budget(deployment, s, demand[1] - 1, steps);
        edgeplan_deployment_unref(deployment);
    }
    assert_true(peaks >= 3); /* else the test has lost its point */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_every_step)};

    return cmocka_run_group_tests(tests, open_registry, close_registry);
}
