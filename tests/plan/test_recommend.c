/* What to ship, on the built-in registry. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <edgeplan/edgeplan.h>

#include "built_in_registry.h"
#include "support.h"

static edgeplan_recommendation *pick(const char *model_id, const char *target, uint64_t context, const edgeplan_criteria *criteria)
{
    edgeplan_model *model;
    edgeplan_recommendation *recommendation;
    edgeplan_request request = {.struct_size = sizeof request, .context_tokens = context};

    assert_int_equal(edgeplan_registry_model(registry, model_id, NULL, &model), EDGEPLAN_OK);
    const edgeplan_model *models[] = {model};
    assert_int_equal(edgeplan_recommendation_new(models, 1, edgeplan_target_find(registry, target), &request, criteria, NULL,
                                                 &recommendation),
                     EDGEPLAN_OK);
    edgeplan_model_unref(model);
    return recommendation;
}

/* Tiers that can run a 3B at 4,096 tokens: an answer that does not fail, with a pipeline. */
static void test_3b_by_tier(void **state)
{
    static const char *const targets[] = {"iphone-16", "android-8gb-8-gen-3", "jetson-orin-nano-super", "chrome-macbook-pro-m3-max"};
    (void)state;

    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        edgeplan_recommendation *r = pick("llama-3.2-3b", targets[i], 4096, NULL);
        if (edgeplan_recommendation_plan_count(r) == 0)
            fail_msg("nothing for %s", targets[i]);
        const edgeplan_plan *best = edgeplan_recommendation_plan(r, 0);
        edgeplan_verdict_result verdict = {.struct_size = sizeof verdict};
        assert_int_equal(edgeplan_plan_verdict(best, &verdict), EDGEPLAN_OK);
        assert_true(verdict.verdict == EDGEPLAN_VERDICT_FITS || verdict.verdict == EDGEPLAN_VERDICT_TIGHT);
        if (edgeplan_plan_count(best, EDGEPLAN_LIST_PIPELINE) == 0)
            fail_msg("no pipeline for %s of %s on %s", edgeplan_format_id(edgeplan_deployment_format(edgeplan_plan_deployment(best))),
                     edgeplan_runtime_id(edgeplan_deployment_runtime(edgeplan_plan_deployment(best))), targets[i]);
        assert_true(*edgeplan_plan_text(best, EDGEPLAN_LIST_PIPELINE, 0, EDGEPLAN_TEXT_COMMAND) != 0);
        edgeplan_recommendation_unref(r);
    }
}

/* On an iPhone 16 the answer stays under 4 GB. */
static void test_iphone_under_4_gb(void **state)
{
    edgeplan_recommendation *r = pick("llama-3.2-3b", "iphone-16", 4096, NULL);
    edgeplan_memory memory = {.struct_size = sizeof memory};
    (void)state;

    assert_int_equal(edgeplan_plan_memory(edgeplan_recommendation_plan(r, 0), &memory), EDGEPLAN_OK);
    assert_true(memory.charged_high_bytes < UINT64_C(4000000000));
    edgeplan_recommendation_unref(r);
}

/* Safari on iOS refuses a 3B, and says by which limit. */
static void test_safari_refuses_3b(void **state)
{
    edgeplan_recommendation *r = pick("llama-3.2-3b", "safari-iphone-16", 4096, NULL);
    int limit = 0;
    (void)state;

    assert_int_equal(edgeplan_recommendation_plan_count(r), 0);
    for (uint32_t i = 0; i < edgeplan_recommendation_count(r, EDGEPLAN_LIST_REJECTED); i++)
        limit |= strstr(edgeplan_recommendation_text(r, EDGEPLAN_LIST_REJECTED, i, EDGEPLAN_TEXT_MESSAGE), "limit of 1.50 GB") != NULL;
    assert_true(limit);
    edgeplan_recommendation_unref(r);
}

/* Models are taken in the order they are given, so the first to fit of some given largest first is the largest that fits. */
static void test_largest_that_fits(void **state)
{
    static const char *const ids[] = {"llama-3.1-8b", "llama-3.2-3b", "llama-3.2-1b", "qwen3-0.6b"};
    edgeplan_model *models[4];
    edgeplan_recommendation *r;
    (void)state;

    for (int i = 0; i < 4; i++)
        assert_int_equal(edgeplan_registry_model(registry, ids[i], NULL, &models[i]), EDGEPLAN_OK);
    assert_int_equal(edgeplan_recommendation_new((const edgeplan_model *const *)models, 4,
                                                 edgeplan_target_find(registry, "safari-iphone-16"), NULL, NULL, NULL, &r), EDGEPLAN_OK);
    assert_true(edgeplan_recommendation_plan_count(r) > 0);
    for (uint32_t i = 0; i < edgeplan_recommendation_plan_count(r); i++)
        assert_ptr_equal(edgeplan_deployment_model(edgeplan_plan_deployment(edgeplan_recommendation_plan(r, i))), models[2]);
    edgeplan_recommendation_unref(r);
    for (int i = 0; i < 4; i++)
        edgeplan_model_unref(models[i]);
}

/* Every candidate is either ranked or rejected with a reason. */
static void test_nothing_is_dropped(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < edgeplan_registry_count(registry, EDGEPLAN_SECTION_TARGETS); i++) {
        const edgeplan_target *target = edgeplan_target_at(registry, i);
        edgeplan_recommendation *r = pick("llama-3.2-1b", edgeplan_target_id(target), 2048, NULL);
        uint32_t rejected = edgeplan_recommendation_count(r, EDGEPLAN_LIST_REJECTED);
        assert_int_equal(edgeplan_recommendation_candidate_count(r), edgeplan_recommendation_plan_count(r) + rejected);
        for (uint32_t k = 0; k < rejected; k++) {
            if (!*edgeplan_recommendation_text(r, EDGEPLAN_LIST_REJECTED, k, EDGEPLAN_TEXT_MESSAGE))
                fail_msg("%s: a reject without a reason", edgeplan_target_id(target));
            /* The caller's model is gone by now. */
            assert_string_equal(edgeplan_recommendation_text(r, EDGEPLAN_LIST_REJECTED, k, EDGEPLAN_TEXT_INPUT), "llama-3.2-1b");
        }
        edgeplan_recommendation_unref(r);
    }
}

/* A format with a stand-in is offered only where the stand-in is not taken, and can be planned by name all the same. */
static void test_stand_ins(void **state)
{
    const edgeplan_target *phone = edgeplan_target_find(registry, "galaxy-s24-ultra");
    edgeplan_recommendation *r = pick("llama-3.2-3b", "galaxy-s24-ultra", 4096, NULL);
    const edgeplan_format *q4_1 = edgeplan_format_find(registry, "q4_1");
    edgeplan_deployment *deployment;
    edgeplan_model *model;
    int on_npu = 0;
    (void)state;

    for (uint32_t i = 0; i < edgeplan_recommendation_plan_count(r); i++) {
        const edgeplan_deployment *path = edgeplan_plan_deployment(edgeplan_recommendation_plan(r, i));
        assert_string_not_equal(edgeplan_format_id(edgeplan_deployment_format(path)), "q4_k_s");
        if (edgeplan_deployment_format(path) == q4_1) {
            assert_int_equal(edgeplan_deployment_accelerator(path), EDGEPLAN_ACCELERATOR_NPU); /* which takes no K-quants */
            on_npu = 1;
        }
    }
    assert_true(on_npu);
    edgeplan_recommendation_unref(r);
    assert_int_equal(edgeplan_registry_model(registry, "llama-3.2-3b", NULL, &model), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(model, phone, EDGEPLAN_ACCELERATOR_GPU, edgeplan_runtime_find(registry, "llama.cpp"), q4_1,
                                             NULL, &deployment), EDGEPLAN_OK);
    edgeplan_deployment_unref(deployment);
    edgeplan_model_unref(model);
}

/* The order follows the preference; criteria rule out. */
static void test_preference_and_criteria(void **state)
{
    edgeplan_criteria criteria = {.struct_size = sizeof criteria, .prefer = EDGEPLAN_PREFER_MEMORY};
    edgeplan_recommendation *r = pick("llama-3.2-1b", "galaxy-s24-ultra", 2048, &criteria);
    uint64_t before = 0;
    uint32_t verdict_before = 0;
    (void)state;

    assert_true(edgeplan_recommendation_plan_count(r) >= 2);
    for (uint32_t i = 0; i < edgeplan_recommendation_plan_count(r); i++) {
        edgeplan_memory m = {.struct_size = sizeof m};
        edgeplan_verdict_result v = {.struct_size = sizeof v};
        assert_int_equal(edgeplan_plan_memory(edgeplan_recommendation_plan(r, i), &m), EDGEPLAN_OK);
        assert_int_equal(edgeplan_plan_verdict(edgeplan_recommendation_plan(r, i), &v), EDGEPLAN_OK);
        if (v.verdict != verdict_before)
            before = 0;
        assert_true(m.charged_high_bytes >= before && v.verdict >= verdict_before);
        before = m.charged_high_bytes;
        verdict_before = v.verdict;
    }
    edgeplan_recommendation_unref(r);

    criteria.min_decode_tok_per_s = 1e6; /* nobody decodes that fast */
    r = pick("llama-3.2-1b", "galaxy-s24-ultra", 2048, &criteria);
    assert_int_equal(edgeplan_recommendation_plan_count(r), 0);
    edgeplan_recommendation_unref(r);
}

/* The iPhone's registry tells what a hot phone has left, and after how many seconds. */
static double rate_of(const edgeplan_plan *plan, double workload_seconds)
{
    edgeplan_speed speed = {.struct_size = sizeof speed};

    assert_int_equal(edgeplan_plan_speed(plan, &speed), EDGEPLAN_OK);
    return workload_seconds > speed.sustained_after_seconds ? speed.sustained_decode_tok_per_s : speed.decode_tok_per_s;
}

/* Long work is ranked, and held against the slowest rate, by what a hot device is left with. */
static void test_long_work(void **state)
{
    edgeplan_criteria criteria = {.struct_size = sizeof criteria, .prefer = EDGEPLAN_PREFER_SPEED, .workload_seconds = 600};
    edgeplan_recommendation *r = pick("llama-3.2-3b", "iphone-16", 4096, &criteria);
    uint32_t count = edgeplan_recommendation_plan_count(r), verdict_before = 0, slower_hot = 0;
    double before = 0, best = rate_of(edgeplan_recommendation_plan(r, 0), 600);
    (void)state;

    for (uint32_t i = 0; i < count; i++) {
        const edgeplan_plan *plan = edgeplan_recommendation_plan(r, i);
        edgeplan_verdict_result v = {.struct_size = sizeof v};
        assert_int_equal(edgeplan_plan_verdict(plan, &v), EDGEPLAN_OK);
        assert_true(v.verdict != verdict_before || rate_of(plan, 600) <= before);
        assert_true(edgeplan_recommendation_decode_tok_per_s(r, i) <= rate_of(plan, 600) &&
                    edgeplan_recommendation_decode_tok_per_s(r, i) >= rate_of(plan, 600));
        slower_hot += rate_of(plan, 600) < rate_of(plan, 0);
        before = rate_of(plan, 600);
        verdict_before = v.verdict;
    }
    assert_true(slower_hot > 0);
    edgeplan_recommendation_unref(r);

    criteria.min_decode_tok_per_s = best;
    r = pick("llama-3.2-3b", "iphone-16", 4096, &criteria);
    for (uint32_t i = 0; i < edgeplan_recommendation_plan_count(r); i++)
        assert_true(rate_of(edgeplan_recommendation_plan(r, i), 600) >= best);
    assert_in_range(edgeplan_recommendation_plan_count(r), 1, count - 1);
    edgeplan_recommendation_unref(r);
}

/* What a conversation may grow to: every plan left can, with the KV type it is planned with, and rejects say what they can. */
static void test_growing_context(void **state)
{
    edgeplan_criteria criteria = {.struct_size = sizeof criteria, .min_context_tokens = 24576};
    edgeplan_recommendation *all = pick("llama-3.2-3b", "galaxy-s24-ultra", 4096, NULL);
    edgeplan_recommendation *r = pick("llama-3.2-3b", "galaxy-s24-ultra", 4096, &criteria);
    uint32_t count = edgeplan_recommendation_plan_count(r), told = 0;
    (void)state;

    assert_in_range(count, 1, edgeplan_recommendation_plan_count(all) - 1);
    for (uint32_t i = 0; i < count; i++) {
        edgeplan_verdict_result v = {.struct_size = sizeof v};
        edgeplan_request request = {.struct_size = sizeof request};
        assert_int_equal(edgeplan_plan_verdict(edgeplan_recommendation_plan(r, i), &v), EDGEPLAN_OK);
        assert_int_equal(edgeplan_plan_request(edgeplan_recommendation_plan(r, i), &request), EDGEPLAN_OK);
        assert_int_equal(request.context_tokens, 4096);
        assert_true(v.max_context_tokens >= criteria.min_context_tokens);
    }
    for (uint32_t i = 0; i < edgeplan_recommendation_count(r, EDGEPLAN_LIST_REJECTED); i++)
        told += strstr(edgeplan_recommendation_text(r, EDGEPLAN_LIST_REJECTED, i, EDGEPLAN_TEXT_MESSAGE), "tokens misses 24576") != NULL;
    assert_true(told > 0);
    edgeplan_recommendation_unref(r);
    edgeplan_recommendation_unref(all);
}

/* Of the rejects those that only want for a figure; each names it. */
static uint32_t undecided(const edgeplan_recommendation *r, const char *figure)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < edgeplan_recommendation_count(r, EDGEPLAN_LIST_REJECTED); i++) {
        const char *says = edgeplan_recommendation_text(r, EDGEPLAN_LIST_REJECTED, i, EDGEPLAN_TEXT_MESSAGE);
        edgeplan_item item = {.struct_size = sizeof item};
        assert_int_equal(edgeplan_recommendation_item(r, EDGEPLAN_LIST_REJECTED, i, &item), EDGEPLAN_OK);
        assert_int_equal(strncmp(says, "cannot be decided", 17) == 0, item.code == EDGEPLAN_VERDICT_UNKNOWN);
        count += item.code == EDGEPLAN_VERDICT_UNKNOWN && strstr(says, figure) != NULL;
    }
    return count;
}

/* A first load that nobody can tell meets no bound and misses none. */
static void test_first_load(void **state)
{
    static const char storage[] = "edgeplan_registry: 1.0\nsources: [{id: s, title: A sheet, url: \"https://example.com\", seen: 2026-11-27}]\n"
                                  "targets: [{id: galaxy-s23, storage_read: {value: 1 GB/s, source: s, confidence: cited}}]\n";
    edgeplan_criteria criteria = {.struct_size = sizeof criteria, .max_first_load_seconds = 1};
    edgeplan_registry *built_in = registry;
    edgeplan_recommendation *r = pick("llama-3.2-1b", "galaxy-s23", 2048, &criteria);
    uint32_t untold = undecided(r, "read rate of storage");
    (void)state;

    assert_int_equal(edgeplan_recommendation_plan_count(r), 0);
    assert_true(untold > 0);
    edgeplan_recommendation_unref(r);
    assert_int_equal(edgeplan_registry_with_memory(built_in, storage, sizeof storage - 1, "storage.yaml", NULL, &registry), EDGEPLAN_OK);
    r = pick("llama-3.2-1b", "galaxy-s23", 2048, &criteria);
    assert_in_range(edgeplan_recommendation_plan_count(r), 1, untold - 1); /* 16 bits are 2.5 GB */
    assert_int_equal(undecided(r, "read rate of storage"), 0);
    for (uint32_t i = 0; i < edgeplan_recommendation_plan_count(r); i++) {
        edgeplan_speed speed = {.struct_size = sizeof speed};
        assert_int_equal(edgeplan_plan_speed(edgeplan_recommendation_plan(r, i), &speed), EDGEPLAN_OK);
        assert_true(speed.first_load_seconds > 0 && speed.first_load_seconds <= 1);
    }
    edgeplan_recommendation_unref(r);
    edgeplan_registry_unref(registry);
    registry = built_in;
}

/* A floor may rule out and never satisfies. */
static void test_first_token(void **state)
{
    edgeplan_criteria criteria = {.struct_size = sizeof criteria, .max_ttft_seconds = 2};
    edgeplan_recommendation *r = pick("llama-3.2-3b", "iphone-16-pro", 4096, &criteria);
    (void)state;

    for (uint32_t i = 0; i < edgeplan_recommendation_plan_count(r); i++) {
        edgeplan_speed speed = {.struct_size = sizeof speed};
        assert_int_equal(edgeplan_plan_speed(edgeplan_recommendation_plan(r, i), &speed), EDGEPLAN_OK);
        assert_true(speed.ttft_seconds > 0 && speed.ttft_seconds <= 2);
    }
    uint32_t floored = undecided(r, "no time to the first token, only that it is at least 1.5");
    assert_true(floored > 0);
    edgeplan_recommendation_unref(r);
    criteria.max_ttft_seconds = 1;
    r = pick("llama-3.2-3b", "iphone-16-pro", 4096, &criteria);
    assert_int_equal(undecided(r, "only that it is at least"), 0);
    uint32_t out = 0;
    for (uint32_t i = 0; i < edgeplan_recommendation_count(r, EDGEPLAN_LIST_REJECTED); i++)
        out += strstr(edgeplan_recommendation_text(r, EDGEPLAN_LIST_REJECTED, i, EDGEPLAN_TEXT_MESSAGE), "of at least 1.5") != NULL;
    assert_int_equal(out, floored);
    edgeplan_recommendation_unref(r);
}

/* Who is fastest at what is told only where the two are known; handles may be NULL. */
static void test_winners(void **state)
{
    edgeplan_recommendation *r = pick("llama-3.1-8b", "rtx-4090", 4096, NULL);
    uint32_t decodes = UINT32_MAX, prefills = UINT32_MAX;
    edgeplan_speed speed[2] = {{.struct_size = sizeof speed[0]}, {.struct_size = sizeof speed[0]}};
    (void)state;

    assert_int_equal(edgeplan_recommendation_winners(r, &decodes, &prefills), 1);
    assert_int_equal(edgeplan_plan_speed(edgeplan_recommendation_plan(r, decodes), &speed[0]), EDGEPLAN_OK);
    assert_int_equal(edgeplan_plan_speed(edgeplan_recommendation_plan(r, prefills), &speed[1]), EDGEPLAN_OK);
    assert_true(speed[0].prefill_tok_per_s > 0 && speed[1].decode_tok_per_s > 0);
    assert_true(speed[0].decode_tok_per_s > 1.5 * speed[1].decode_tok_per_s ||
                speed[1].prefill_tok_per_s > 1.5 * speed[0].prefill_tok_per_s);
    assert_int_equal(edgeplan_recommendation_on_front(r, 0), 1);
    assert_int_equal(edgeplan_recommendation_winners(NULL, &decodes, &prefills), 0);
    assert_int_equal(edgeplan_recommendation_winners(r, NULL, &prefills), 0);
    edgeplan_recommendation_unref(r);
}

static void test_bad_criteria(void **state)
{
    const edgeplan_criteria bad[] = {{.struct_size = sizeof bad[0], .workload_seconds = -1},
                                     {.struct_size = sizeof bad[0], .max_first_load_seconds = -0.5},
                                     {.struct_size = sizeof bad[0], .min_context_tokens = UINT64_MAX}};
    edgeplan_recommendation *r;
    edgeplan_model *model;
    (void)state;

    assert_int_equal(edgeplan_registry_model(registry, "llama-3.2-1b", NULL, &model), EDGEPLAN_OK);
    const edgeplan_model *models[] = {model};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(edgeplan_recommendation_new(models, 1, edgeplan_target_find(registry, "iphone-16"), NULL, &bad[i], NULL, &r),
                         EDGEPLAN_ERROR_RANGE);
    assert_string_equal(edgeplan_model_licence(model), "Llama 3.2 Community");
    assert_string_equal(edgeplan_model_licence(NULL), "");
    edgeplan_model_unref(model);
}

/* Of 8B in 8-bit blocks somebody measured the loss, 0.0004 nat (llama.cpp's perplexity/README.md); of MLX's groups of 4 bits nobody: the
   middle of class c, from 0.02 to 0.045. */
static void test_loss(void **state)
{
    static const struct {
        const char *format;
        double nats;
        edgeplan_confidence basis;
    } rows[] = {{"q8_0", 0.0004, EDGEPLAN_CONFIDENCE_MEASURED}, {"mlx-4bit-g64", 0.0325, EDGEPLAN_CONFIDENCE_ASSUMED}};
    const edgeplan_criteria criteria = {.struct_size = sizeof criteria, .prefer = EDGEPLAN_PREFER_SPEED};
    edgeplan_recommendation *r = pick("llama-3.1-8b", "macbook-pro-m3-max", 4096, &criteria);
    edgeplan_confidence basis;
    size_t seen = 0;
    (void)state;

    for (uint32_t i = 0; i < edgeplan_recommendation_plan_count(r); i++)
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
            const edgeplan_deployment *path = edgeplan_plan_deployment(edgeplan_recommendation_plan(r, i));
            if (strcmp(edgeplan_format_id(edgeplan_deployment_format(path)), rows[k].format) != 0)
                continue;
            assert_float_equal(edgeplan_recommendation_loss_nats(r, i, &basis), rows[k].nats, 1e-12);
            assert_int_equal(basis, rows[k].basis);
            seen |= (size_t)1 << k;
        }
    assert_int_equal(seen, 3);
    assert_true(edgeplan_recommendation_loss_nats(r, UINT32_MAX, &basis) <= 0);
    assert_int_equal(basis, EDGEPLAN_CONFIDENCE_UNKNOWN);
    edgeplan_recommendation_unref(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loss),
        cmocka_unit_test(test_3b_by_tier),         cmocka_unit_test(test_iphone_under_4_gb),
        cmocka_unit_test(test_safari_refuses_3b),  cmocka_unit_test(test_largest_that_fits),
        cmocka_unit_test(test_nothing_is_dropped), cmocka_unit_test(test_stand_ins),
        cmocka_unit_test(test_preference_and_criteria), cmocka_unit_test(test_long_work), cmocka_unit_test(test_growing_context),
        cmocka_unit_test(test_first_load),         cmocka_unit_test(test_first_token),
        cmocka_unit_test(test_winners),            cmocka_unit_test(test_bad_criteria),
    };
    return cmocka_run_group_tests_name("plan: recommend", tests, open_registry, close_registry);
}
