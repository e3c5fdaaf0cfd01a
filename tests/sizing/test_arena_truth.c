/* The compute buffer against llama.cpp itself: tests/data/llamacpp/compute.csv, figures of release v0.5.0, which sizes a graph with
   its own allocator without loading weights (npm node-llama-cpp and @node-llama-cpp/linux-x64 3.22.1). Not a byte may be off.
   Usage: test_arena_truth [another table with the same columns]. */
#include "llamacpp_models.h"

#include <edgeplan/edgeplan.h>

#include "plan/evaluate.h"
#include "sizing/compute_arena.h"

enum { MODELS = 80 };

typedef struct subject {
    edgeplan_model *model;
    edgeplan_deployment *deployment;
    uint64_t rows, right;
    double worst;
} subject;

static subject subjects[MODELS];
static uint32_t subject_count;

static edgeplan_deployment *open_on_cpu(const edgeplan_registry *registry, const edgeplan_model *model)
{
    edgeplan_deployment *deployment;

    assert_count(edgeplan_deployment_new(model, edgeplan_target_find(registry, "raspberry-pi-5"), EDGEPLAN_ACCELERATOR_CPU,
                                         edgeplan_runtime_find(registry, "llama.cpp"), edgeplan_format_find(registry, "f16"), NULL,
                                         &deployment),
                 EDGEPLAN_OK);
    return deployment;
}

static void open_models(const edgeplan_registry *registry)
{
    csv table = csv_open(test_data_path("llamacpp/models.csv"));

    while (csv_line(&table, table.fields)) {
        subject *s = &subjects[subject_count++];
        assert_true(subject_count < MODELS);
        s->model = build_model(&table);
        s->deployment = open_on_cpu(registry, s->model);
    }
    csv_close(&table);
}

static subject *subject_of(const char *name)
{
    for (uint32_t i = 0; i < subject_count; i++)
        if (strcmp(edgeplan_model_id(subjects[i].model), name) == 0)
            return &subjects[i];
    fail_msg("no model %s", name);
    return NULL;
}

static uint32_t element(const csv *table, const char *column)
{
    edgeplan_element_type type;

    assert_count(edgeplan_element_type_find(csv_text(table, column), &type), EDGEPLAN_OK);
    return type;
}

static ep_workload workload_of(const csv *table, const edgeplan_deployment *deployment)
{
    uint64_t outputs = csv_count(table, "outputs");
    ep_preset preset = {.present = 1,
                        .chunk_tokens = csv_count(table, "ubatch"),
                        .window_saves = csv_count(table, "swa_full") ? EDGEPLAN_SWITCH_OFF : EDGEPLAN_SWITCH_ON,
                        .unified = csv_count(table, "unified") ? EDGEPLAN_SWITCH_ON : EDGEPLAN_SWITCH_OFF,
                        .outputs = outputs ? EP_ROWS_COUNT : EP_ROWS_CHUNK,
                        .output_rows = outputs};
    edgeplan_request request = {.struct_size = sizeof request,
                                .given = ~UINT64_C(0),
                                .context_tokens = csv_count(table, "context"),
                                .sequences = csv_count(table, "sequences"),
                                .kv_k = element(table, "kv_k"),
                                .kv_v = element(table, "kv_v"),
                                .flash_attention = csv_count(table, "flash") ? EDGEPLAN_SWITCH_ON : EDGEPLAN_SWITCH_OFF};
    ep_rules rules = deployment->rules;
    ep_workload workload;

    rules.request.max_chunk_tokens = 0; /* the batch was raised with the chunk */
    (void)ep_workload_resolve(&rules, &preset, &deployment->shape, EDGEPLAN_ELEMENT_F16, &request, &workload);
    return workload;
}

/* Shorter contexts from which the buffer grows evenly as far as this one. */
static uint64_t stretches;

static void check_stretches(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload, uint64_t expected)
{
    const uint64_t step = rules->context.step, tokens = workload->sequence_tokens;
    ep_workload shorter = *workload;

    for (shorter.sequence_tokens = step; shorter.sequence_tokens < tokens; shorter.sequence_tokens *= 2) {
        const ep_arena_size arena = ep_compute_arena(rules, shape, &shorter, NULL);
        if (arena.even_tokens < tokens)
            continue;
        assert_count(arena.bytes + (tokens - shorter.sequence_tokens) / step * arena.step_bytes, expected);
        stretches++;
    }
}

static void check(const csv *table, subject *s)
{
    const ep_rules *rules = &s->deployment->rules;
    const ep_shape *shape = &s->deployment->shape;
    ep_workload workload = workload_of(table, s->deployment);
    uint64_t expected = csv_count(table, "compute_bytes");
    uint64_t bytes = shape->kind_count ? ep_compute_arena(rules, shape, &workload, NULL).bytes : 0;
    double off = ((double)bytes - (double)expected) / (double)expected;

    assert_true(bytes == 0 || ep_compute_arena_bound(rules, shape, &workload) >= bytes);
    s->rows++;
    s->right += bytes == expected;
    if (shape->kind_count)
        check_stretches(rules, shape, &workload, expected);
    if (bytes != expected && s->rows - s->right <= 3 && shape->kind_count)
        print_message("%s, context %s x %s, %s/%s, flash %s, chunk %s, unified %s, full windows %s, outputs %s: %llu, not %llu\n",
                      csv_text(table, "model"), csv_text(table, "context"), csv_text(table, "sequences"), csv_text(table, "kv_k"),
                      csv_text(table, "kv_v"), csv_text(table, "flash"), csv_text(table, "ubatch"), csv_text(table, "unified"),
                      csv_text(table, "swa_full"), csv_text(table, "outputs"), (unsigned long long)bytes,
                      (unsigned long long)expected);
    off = off < 0 ? -off : off;
    s->worst = off > s->worst ? off : s->worst;
}

/* Of the buffer, what is resident: whole pages, and some at the ends of what is apart. */
static void check_written(void)
{
    enum { PAGES_BYTES = 1 << 16 };
    csv table = csv_open(test_data_path("llamacpp/written.csv"));

    while (csv_line(&table, table.fields)) {
        const subject *s = subject_of(csv_text(&table, "model"));
        const edgeplan_request request = {
            .given = ~UINT64_C(0), .context_tokens = 4096, .prompt_tokens = 512, .kv_k = EDGEPLAN_ELEMENT_F16, .kv_v = EDGEPLAN_ELEMENT_F16,
            .flash_attention = csv_count(&table, "flash") ? EDGEPLAN_SWITCH_ON : EDGEPLAN_SWITCH_OFF,
            .preset = csv_count(&table, "outputs") ? EDGEPLAN_PRESET_CLI : EDGEPLAN_PRESET_LIBRARY};
        const uint64_t expected = csv_count(&table, "written_kib") << 10;
        ep_evaluation e;
        assert_count(ep_evaluate(s->deployment, &request, &e), EDGEPLAN_OK);
        assert_in_range(e.footprint.written_compute, expected - PAGES_BYTES, expected + PAGES_BYTES);
    }
    csv_close(&table);
}

static void test_against_the_library(void **state)
{
    const char *path = *state;
    edgeplan_registry *registry;
    uint64_t wrong = 0, rows = 0;

    assert_count(edgeplan_registry_new(NULL, NULL, &registry), EDGEPLAN_OK);
    open_models(registry);

    csv table = csv_open(path ? path : test_data_path("llamacpp/compute.csv"));
    while (csv_line(&table, table.fields))
        check(&table, subject_of(csv_text(&table, "model")));
    csv_close(&table);
    check_written();

    for (uint32_t i = 0; i < subject_count; i++) {
        subject *s = &subjects[i];
        print_message("%-22s %5llu rows, %5llu exact, worst %.4f%%\n", edgeplan_model_id(s->model), (unsigned long long)s->rows,
                      (unsigned long long)s->right, 100 * s->worst);
        wrong += s->rows - s->right;
        rows += s->rows;
        edgeplan_deployment_unref(s->deployment);
        edgeplan_model_unref(s->model);
    }
    edgeplan_registry_unref(registry);
    assert_true(rows >= 600);
    assert_true(stretches >= 600);
    assert_count(wrong, 0);
}

/* Where no order of operations is known the rule's terms stand in, and say so. */
static void test_other_families_are_estimated(void **state)
{
    edgeplan_head head = {.struct_size = sizeof head, .hidden_width = 1024, .vocabulary = 32000};
    edgeplan_layer layer = {.struct_size = sizeof layer, .attention = EDGEPLAN_ATTENTION_GROUPED, .query_heads = 8, .kv_heads = 8,
                            .key_width = 128, .value_width = 128, .feed_forward = EDGEPLAN_FEED_FORWARD_DENSE, .ffn_width = 4096};
    static const struct {
        const char *family;
        uint32_t basis;
    } rows[] = {{"llama", EDGEPLAN_MEMORY_BASIS_RULE}, {"nobody", EDGEPLAN_MEMORY_BASIS_APPROXIMATE}};
    edgeplan_registry *registry;
    (void)state;

    assert_count(edgeplan_registry_new(NULL, NULL, &registry), EDGEPLAN_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        edgeplan_model_builder *builder;
        edgeplan_request request;
        edgeplan_deployment *deployment;
        edgeplan_model *model;
        ep_evaluation e;
        assert_count(edgeplan_model_builder_new(NULL, "by-hand", rows[i].family, &builder), EDGEPLAN_OK);
        assert_count(edgeplan_model_builder_set_head(builder, &head), EDGEPLAN_OK);
        assert_count(edgeplan_model_builder_add_layers(builder, &layer, 12), EDGEPLAN_OK);
        assert_count(edgeplan_model_builder_finish(builder, NULL, &model), EDGEPLAN_OK);
        deployment = open_on_cpu(registry, model);
        assert_count(edgeplan_struct_init(&request, sizeof request), EDGEPLAN_OK);
        assert_count(ep_evaluate(deployment, &request, &e), EDGEPLAN_OK);
        assert_count(e.footprint.part[EP_COMPUTE].basis, rows[i].basis);
        assert_true(e.footprint.part[EP_COMPUTE].expected > 0);
        request.context_tokens = UINT64_C(1) << 50; /* absurd: noticed, not wrapped around */
        request.chunk_tokens = UINT64_C(1) << 50;
        assert_count(ep_evaluate(deployment, &request, &e), EDGEPLAN_ERROR_RANGE);
        edgeplan_deployment_unref(deployment);
        edgeplan_model_unref(model);
        edgeplan_model_builder_unref(builder);
    }
    edgeplan_registry_unref(registry);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(test_against_the_library, argc > 1 ? argv[1] : NULL),
        cmocka_unit_test(test_other_families_are_estimated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
