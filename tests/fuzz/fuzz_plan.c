/* What was read must also be usable: models can be read back, planned and reported. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "small_registry.h"
#include "source/json.h"

#define STRUCT(type) { .struct_size = sizeof(type) }

const edgeplan_registry *fuzz_registry(void)
{
    static edgeplan_registry *registry; /* one thread; kept to the end */

    if (registry == NULL)
        FUZZ_CHECK(edgeplan_registry_new(NULL, NULL, &registry) == EDGEPLAN_OK);
    return registry;
}

edgeplan_registry *fuzz_small_registry(edgeplan_context *context)
{
    edgeplan_registry *empty, *small;

    FUZZ_CHECK(edgeplan_registry_new_empty(context, &empty) == EDGEPLAN_OK);
    FUZZ_CHECK(edgeplan_registry_with_memory(empty, small_registry, strlen(small_registry), "small", NULL, &small) == EDGEPLAN_OK);
    edgeplan_registry_unref(empty);
    return small;
}

/* ---- Models ---- */

void fuzz_check_model(const edgeplan_model *model)
{
    edgeplan_head head = STRUCT(edgeplan_head);
    edgeplan_artefact artefact = STRUCT(edgeplan_artefact);
    edgeplan_layer layer = STRUCT(edgeplan_layer);
    edgeplan_tensor tensor = STRUCT(edgeplan_tensor);
    const uint32_t layers = edgeplan_model_layer_count(model), tensors = edgeplan_model_tensor_count(model);

    FUZZ_CHECK(edgeplan_model_id(model) != NULL && edgeplan_model_name(model) != NULL && edgeplan_model_family(model) != NULL);
    FUZZ_CHECK(edgeplan_model_format(model) != NULL);
    FUZZ_CHECK(edgeplan_model_head(model, &head) == EDGEPLAN_OK);
    FUZZ_CHECK(head.hidden_width > 0 && head.active_parameters <= head.parameters);
    FUZZ_CHECK(edgeplan_model_artefact(model, &artefact) == EDGEPLAN_OK);
    fuzz_check_result("edgeplan_head", &head, sizeof head);
    fuzz_check_result("edgeplan_artefact", &artefact, sizeof artefact);
    for (uint32_t i = 0; i < layers; i++) {
        FUZZ_CHECK(edgeplan_model_layer(model, i, &layer) == EDGEPLAN_OK);
        FUZZ_CHECK(layer.kv_source <= i);
        FUZZ_CHECK(layer.feed_forward != EDGEPLAN_FEED_FORWARD_EXPERTS || layer.experts_used <= layer.experts);
    }
    for (uint32_t i = 0; i < tensors; i++) {
        FUZZ_CHECK(edgeplan_model_tensor(model, i, &tensor) == EDGEPLAN_OK);
        FUZZ_CHECK(tensor.layer <= layers && tensor.stored_bytes < UINT64_C(1) << 53);
        FUZZ_CHECK(edgeplan_element_type_name((edgeplan_element_type)tensor.element_type)[0] != '\0');
    }
}

int fuzz_same_model(const edgeplan_model *a, const edgeplan_model *b)
{
    edgeplan_head heads[2] = { STRUCT(edgeplan_head), STRUCT(edgeplan_head) };
    edgeplan_artefact artefacts[2] = { STRUCT(edgeplan_artefact), STRUCT(edgeplan_artefact) };
    edgeplan_layer layers[2] = { STRUCT(edgeplan_layer), STRUCT(edgeplan_layer) };
    edgeplan_tensor tensors[2] = { STRUCT(edgeplan_tensor), STRUCT(edgeplan_tensor) };
    int same = edgeplan_model_head(a, &heads[0]) == edgeplan_model_head(b, &heads[1]) &&
               edgeplan_model_artefact(a, &artefacts[0]) == edgeplan_model_artefact(b, &artefacts[1]) &&
               memcmp(&heads[0], &heads[1], sizeof heads[0]) == 0 && memcmp(&artefacts[0], &artefacts[1], sizeof artefacts[0]) == 0 &&
               edgeplan_model_layer_count(a) == edgeplan_model_layer_count(b) &&
               edgeplan_model_tensor_count(a) == edgeplan_model_tensor_count(b) &&
               strcmp(edgeplan_model_family(a), edgeplan_model_family(b)) == 0 &&
               strcmp(edgeplan_model_format(a), edgeplan_model_format(b)) == 0;

    for (uint32_t i = 0; same && i < edgeplan_model_layer_count(a); i++)
        same = edgeplan_model_layer(a, i, &layers[0]) == edgeplan_model_layer(b, i, &layers[1]) &&
               memcmp(&layers[0], &layers[1], sizeof layers[0]) == 0;
    for (uint32_t i = 0; same && i < edgeplan_model_tensor_count(a); i++)
        same = edgeplan_model_tensor(a, i, &tensors[0]) == edgeplan_model_tensor(b, i, &tensors[1]) &&
               memcmp(&tensors[0], &tensors[1], sizeof tensors[0]) == 0;
    return same;
}

/* ---- Plans ---- */

void fuzz_check_json(const char *text, size_t length, const char *key)
{
    const edgeplan_limits limits = { .struct_size = sizeof limits, .max_file_bytes = UINT32_MAX, .max_nodes = UINT32_MAX };
    const ep_node *tree = NULL;
    edgeplan_context *context;
    ep_arena arena;

    FUZZ_CHECK(edgeplan_context_new(NULL, NULL, NULL, &limits, &context) == EDGEPLAN_OK);
    ep_arena_init(&arena, context);
    edgeplan_context_unref(context);
    FUZZ_CHECK(ep_json_parse(&arena, text, length, "report", NULL, &tree) == EDGEPLAN_OK && ep_node_get(tree, key) != NULL);
    ep_arena_free(&arena);
}

/* Writes the report in both steps, and reads it back: whatever stands in a file, it is valid JSON. */
static void check_report(const edgeplan_plan *plan)
{
    size_t needed = 0, again = 0;
    char *text;

    FUZZ_CHECK(edgeplan_report_plans(&plan, 1, NULL, 0, &needed) == EDGEPLAN_OK && needed > 2);
    text = malloc(needed);
    FUZZ_CHECK(text != NULL);
    FUZZ_CHECK(edgeplan_report_plans(&plan, 1, text, needed, &again) == EDGEPLAN_OK && again == needed && text[needed - 1] == '\0');
    fuzz_check_json(text, needed - 1, "plans");
    free(text);
}

static void check_lists(const edgeplan_plan *plan)
{
    edgeplan_item item = STRUCT(edgeplan_item);

    for (uint32_t list = EDGEPLAN_LIST_ASSUMPTIONS; list <= EDGEPLAN_LIST_EXTRA_MODELS; list++)
        for (uint32_t i = 0; i < edgeplan_plan_count(plan, (edgeplan_list)list); i++) {
            FUZZ_CHECK(edgeplan_plan_item(plan, (edgeplan_list)list, i, &item) == EDGEPLAN_OK);
            fuzz_check_result("edgeplan_item", &item, sizeof item);
            for (uint32_t text = EDGEPLAN_TEXT_MESSAGE; text <= EDGEPLAN_TEXT_HOST; text++)
                FUZZ_CHECK(edgeplan_plan_text(plan, (edgeplan_list)list, i, (edgeplan_text)text) != NULL);
        }
}

#define TOTALS_KNOWN (UINT64_C(7) << 8) /* total_low_bytes, total_bytes, total_high_bytes: the fields 8 to 10 of edgeplan_memory */

/* Numbers too large to plan with are refused as such; nothing else may fail once a request is a good one. */
static int may(edgeplan_status status)
{
    FUZZ_CHECK(status == EDGEPLAN_OK || status == EDGEPLAN_ERROR_RANGE);
    return status == EDGEPLAN_OK;
}

void fuzz_plan_deployment(const edgeplan_deployment *deployment, const edgeplan_request *request)
{
    edgeplan_memory memory = STRUCT(edgeplan_memory);
    edgeplan_budget budget = STRUCT(edgeplan_budget);
    edgeplan_verdict_result verdict = STRUCT(edgeplan_verdict_result);
    edgeplan_speed speed = STRUCT(edgeplan_speed);
    edgeplan_plan *plan;

    for (uint32_t place = EDGEPLAN_PLACE_ALL; place <= EDGEPLAN_PLACE_STORAGE; place++)
        for (uint32_t measure = EDGEPLAN_MEASURE_RESERVED; measure <= EDGEPLAN_MEASURE_CHARGED; measure++)
            if (may(edgeplan_deployment_memory(deployment, request, (edgeplan_place)place, (edgeplan_measure)measure, &memory))) {
                fuzz_check_result("edgeplan_memory", &memory, sizeof memory);
                FUZZ_CHECK((memory.known & TOTALS_KNOWN) != TOTALS_KNOWN ||
                           (memory.total_low_bytes <= memory.total_bytes && memory.total_bytes <= memory.total_high_bytes));
            }
    if (may(edgeplan_deployment_budget(deployment, request, &budget)))
        fuzz_check_result("edgeplan_budget", &budget, sizeof budget);
    if (may(edgeplan_deployment_verdict(deployment, request, &verdict)))
        fuzz_check_result("edgeplan_verdict_result", &verdict, sizeof verdict);
    if (may(edgeplan_deployment_speed(deployment, request, &speed)))
        fuzz_check_result("edgeplan_speed", &speed, sizeof speed);
    edgeplan_status status = edgeplan_plan_new(deployment, request, NULL, &plan);
    if (status == EDGEPLAN_ERROR_REFUSED || !may(status)) /* refused: elements of a cache that the runtime does not keep */
        return;
    check_lists(plan);
    check_report(plan);
    edgeplan_plan_unref(plan);
}

/* A phone, and a board whose runtimes take checkpoints. NULL: no runtime there takes the model. */
static edgeplan_deployment *deploy(const edgeplan_model *model)
{
    static const char *const targets[] = { "iphone-16-pro", "jetson-agx-orin-64gb" };
    edgeplan_deployment *deployment = NULL;
    edgeplan_diagnostics *diagnostics;

    FUZZ_CHECK(edgeplan_diagnostics_new(NULL, &diagnostics) == EDGEPLAN_OK);
    for (size_t i = 0; i < sizeof targets / sizeof targets[0] && deployment == NULL; i++) {
        const edgeplan_target *target = edgeplan_target_find(fuzz_registry(), targets[i]);
        const edgeplan_status status =
            edgeplan_deployment_new(model, target, EDGEPLAN_ACCELERATOR_ANY, NULL, NULL, diagnostics, &deployment);

        FUZZ_CHECK(target != NULL);
        FUZZ_CHECK(status == EDGEPLAN_OK || status == EDGEPLAN_ERROR_REFUSED || status == EDGEPLAN_ERROR_RANGE);
        FUZZ_CHECK(status == EDGEPLAN_OK || edgeplan_diagnostics_count(diagnostics) > 0);
    }
    edgeplan_diagnostics_unref(diagnostics);
    return deployment;
}

#define MOST_LOCKED 2000u /* tensors: sorting more takes seconds where every comparison is counted */

static char *lock(const edgeplan_model *model, size_t *length)
{
    size_t needed = 0;
    char *text;

    FUZZ_CHECK(edgeplan_model_lock(model, NULL, 0, &needed) == EDGEPLAN_OK && needed > 2);
    text = malloc(needed);
    FUZZ_CHECK(text != NULL && edgeplan_model_lock(model, text, needed, NULL) == EDGEPLAN_OK);
    *length = needed - 1;
    return text;
}

static void check_same_numbers(const edgeplan_deployment *a, const edgeplan_deployment *b)
{
    edgeplan_memory memories[2] = { STRUCT(edgeplan_memory), STRUCT(edgeplan_memory) };
    edgeplan_speed speeds[2] = { STRUCT(edgeplan_speed), STRUCT(edgeplan_speed) };

    FUZZ_CHECK((a != NULL) == (b != NULL));
    if (a == NULL)
        return;
    FUZZ_CHECK(edgeplan_deployment_memory(a, NULL, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memories[0]) ==
               edgeplan_deployment_memory(b, NULL, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memories[1]));
    FUZZ_CHECK(edgeplan_deployment_speed(a, NULL, &speeds[0]) == edgeplan_deployment_speed(b, NULL, &speeds[1]));
    FUZZ_CHECK(memcmp(&memories[0], &memories[1], sizeof memories[0]) == 0);
    FUZZ_CHECK(memcmp(&speeds[0], &speeds[1], sizeof speeds[0]) == 0);
}

/* The lock of a model opens, to a model that plans the same and has the same lock. */
static void check_lock(const edgeplan_model *model, const edgeplan_deployment *deployment)
{
    const edgeplan_open_options options = { .struct_size = sizeof options, .kind = EDGEPLAN_FILE_KIND_LOCK };
    edgeplan_deployment *locked;
    edgeplan_model *again;
    size_t length = 0, length_again = 0;
    char *text, *text_again;

    if (edgeplan_model_tensor_count(model) > MOST_LOCKED)
        return;
    text = lock(model, &length);
    FUZZ_CHECK(edgeplan_model_open_memory(NULL, text, length, "lock", &options, NULL, &again) == EDGEPLAN_OK);
    text_again = lock(again, &length_again);
    FUZZ_CHECK(length == length_again && memcmp(text, text_again, length) == 0);
    locked = deploy(again);
    check_same_numbers(deployment, locked);
    edgeplan_deployment_unref(locked);
    edgeplan_model_unref(again);
    free(text_again);
    free(text);
}

void fuzz_plan_model(const edgeplan_model *model)
{
    edgeplan_deployment *deployment = deploy(model);

    check_lock(model, deployment);
    if (deployment != NULL)
        fuzz_plan_deployment(deployment, NULL);
    edgeplan_deployment_unref(deployment);
}
