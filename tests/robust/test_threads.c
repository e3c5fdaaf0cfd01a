/* Eight threads on one registry and one deployment: handles are immutable, so nothing is shared that changes but the owner counts. */
#include <pthread.h>
#include <string.h>

#include <edgeplan/edgeplan.h>

#include "support.h"

enum { THREADS = 8, ROUNDS = 20 };

typedef struct shared {
    edgeplan_registry *registry;
    edgeplan_deployment *deployment;
    uint64_t charged; /* what every thread must see */
} shared;

static void *plan_on(void *argument)
{
    const shared *s = argument;

    for (int i = 0; i < ROUNDS; i++) {
        edgeplan_request request = {.struct_size = sizeof request, .context_tokens = 8192};
        edgeplan_memory memory = {.struct_size = sizeof memory};
        edgeplan_plan *plan;
        const edgeplan_target *target = edgeplan_target_ref(edgeplan_target_find(s->registry, "iphone-16-pro"));
        if (edgeplan_deployment_memory(s->deployment, &request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_CHARGED, &memory) ||
            memory.charged_bytes != s->charged || edgeplan_plan_new(s->deployment, &request, NULL, &plan))
            return (void *)1;
        edgeplan_plan_unref(plan);
        edgeplan_target_unref(target);
    }
    return NULL;
}

static void test_eight_threads(void **state)
{
    shared s;
    edgeplan_model *model;
    pthread_t threads[THREADS];
    edgeplan_request request = {.struct_size = sizeof request, .context_tokens = 8192};
    edgeplan_memory memory = {.struct_size = sizeof memory};
    (void)state;

    assert_int_equal(edgeplan_registry_new(NULL, NULL, &s.registry), EDGEPLAN_OK);
    assert_int_equal(edgeplan_registry_model(s.registry, "llama-3.1-8b", NULL, &model), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_new(model, edgeplan_target_find(s.registry, "iphone-16-pro"), EDGEPLAN_ACCELERATOR_ANY, NULL,
                                             edgeplan_format_find(s.registry, "q4_k_m"), NULL, &s.deployment),
                     EDGEPLAN_OK);
    edgeplan_model_unref(model);
    assert_int_equal(edgeplan_deployment_memory(s.deployment, &request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_CHARGED, &memory),
                     EDGEPLAN_OK);
    s.charged = memory.charged_bytes;
    assert_true(s.charged > 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, plan_on, &s), 0);
    for (int i = 0; i < THREADS; i++) {
        void *wrong;
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
    edgeplan_deployment_unref(s.deployment);
    edgeplan_registry_unref(s.registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_eight_threads)};
    return cmocka_run_group_tests_name("robust: threads", tests, NULL, NULL);
}
