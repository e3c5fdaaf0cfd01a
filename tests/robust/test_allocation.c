/* Memory failing at every allocation in turn, through the whole house: nothing leaks, nothing is half done. */
#include <stdlib.h>
#include <string.h>

#include <edgeplan/edgeplan.h>

#include "small_registry.h"
#include "support.h"

typedef struct handles {
    edgeplan_registry *empty, *registry;
    edgeplan_model *model;
    edgeplan_deployment *deployment, *beside; /* the second with a draft and one more */
    edgeplan_plan *plan, *plan_beside;
    edgeplan_recommendation *recommendation;
} handles;

/* Models that stay loaded, in a plan of their own: with the verdict it gets, what would help and a fallback are looked at too. */
static edgeplan_status make_beside(handles *h, const edgeplan_request *request)
{
    edgeplan_request much = *request;
    edgeplan_deployment *draft = NULL;
    edgeplan_status status = edgeplan_deployment_with(h->deployment, EDGEPLAN_COMPANION_DRAFT, h->deployment, &draft);

    much.available_bytes = 1;
    assert_int_equal(draft != NULL, status == EDGEPLAN_OK);
    if (!status)
        status = edgeplan_deployment_with(draft, EDGEPLAN_COMPANION_OTHER, h->deployment, &h->beside);
    edgeplan_deployment_unref(draft); /* kept alive by the one over it */
    assert_int_equal(h->beside != NULL, status == EDGEPLAN_OK);
    if (!status)
        status = edgeplan_plan_new(h->beside, &much, NULL, &h->plan_beside);
    assert_int_equal(h->plan_beside != NULL, status == EDGEPLAN_OK);
    return status;
}

static edgeplan_status make(edgeplan_context *context, handles *h)
{
    edgeplan_request request = {.struct_size = sizeof request, .context_tokens = 1024};
    edgeplan_status status = edgeplan_registry_new_empty(context, &h->empty);

    if (!status)
        status = edgeplan_registry_with_memory(h->empty, small_registry, sizeof small_registry - 1, "small", NULL, &h->registry);
    if (!status)
        status = edgeplan_registry_model(h->registry, "m", NULL, &h->model);
    const edgeplan_target *target = status ? NULL : edgeplan_target_find(h->registry, "t");
    if (!status)
        status = edgeplan_deployment_new(h->model, target, EDGEPLAN_ACCELERATOR_ANY, NULL, NULL, NULL, &h->deployment);
    if (!status)
        status = edgeplan_plan_new(h->deployment, &request, NULL, &h->plan);
    if (!status)
        status = make_beside(h, &request);
    if (!status) {
        const edgeplan_model *models[] = {h->model};
        status = edgeplan_recommendation_new(models, 1, target, &request, NULL, NULL, &h->recommendation);
    }
    return status;
}

/* Released in an order that keeps parents for last, first, or in the middle: it must not matter. */
static void drop(handles *h)
{
    edgeplan_registry_unref(h->registry);
    edgeplan_model_unref(h->model);
    edgeplan_recommendation_unref(h->recommendation);
    edgeplan_deployment_unref(h->deployment);
    edgeplan_deployment_unref(h->beside);
    edgeplan_plan_unref(h->plan);
    edgeplan_plan_unref(h->plan_beside);
    edgeplan_registry_unref(h->empty);
}

static edgeplan_status run(edgeplan_context *context, void *argument)
{
    handles h = {0};
    edgeplan_status status = make(context, &h);

    (void)argument;
    if (!status) {
        assert_int_equal(edgeplan_recommendation_plan_count(h.recommendation), 1);
        assert_true(edgeplan_plan_count(h.plan_beside, EDGEPLAN_LIST_FIXES) > 0);
    }
    drop(&h);
    return status;
}

static void test_every_allocation_fails_once(void **state)
{
    uint64_t points = test_sweep_allocations(run, NULL);
    (void)state;
    assert_true(points > 10);
}

/* On an open deployment nothing is allocated. */
static void test_numbers_allocate_nothing(void **state)
{
    test_memory memory;
    edgeplan_context *context = test_context(&memory, NULL);
    handles h = {0};
    edgeplan_request request = {.struct_size = sizeof request, .context_tokens = 1024};
    edgeplan_memory m = {.struct_size = sizeof m};
    edgeplan_speed s = {.struct_size = sizeof s};
    edgeplan_verdict_result v = {.struct_size = sizeof v};
    uint64_t tokens;
    edgeplan_limit limit;
    (void)state;

    assert_int_equal(make(context, &h), EDGEPLAN_OK);
    uint64_t before = memory.calls;
    for (int i = 0; i < 2; i++) {
        const edgeplan_deployment *d = i == 0 ? h.deployment : h.beside;
        assert_int_equal(edgeplan_deployment_memory(d, &request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_CHARGED, &m), EDGEPLAN_OK);
        assert_int_equal(edgeplan_deployment_speed(d, &request, &s), EDGEPLAN_OK);
        assert_int_equal(edgeplan_deployment_verdict(d, &request, &v), EDGEPLAN_OK);
        assert_int_equal(edgeplan_deployment_max_context(d, &request, &tokens, &limit), EDGEPLAN_OK);
    }
    assert_int_equal(memory.calls, before);
    drop(&h);
    edgeplan_context_unref(context);
    assert_int_equal(memory.live_blocks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_allocation_fails_once), cmocka_unit_test(test_numbers_allocate_nothing)};
    return cmocka_run_group_tests_name("robust: allocation", tests, NULL, NULL);
}
