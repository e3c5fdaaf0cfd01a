/* Memory failing at every allocation in turn, through the whole house: nothing leaks, nothing is half done. */
#include <stdlib.h>
#include <string.h>

#include <edgeplan/edgeplan.h>

#include "support.h"

/* Small enough that failing each allocation takes a moment, and touching every section. */
static const char small_registry[] =
    "edgeplan_registry: 1.0\n"
    "sources: [{id: s, title: A source, url: https://example.org, seen: 2026-11-22}]\n"
    "chips:\n"
    "  - id: c\n    name: Chip\n    vendor: V\n    source: s\n    confidence: cited\n"
    "    memory: {kind: LPDDR5X, bus: 64 bit, peak_bandwidth: 60 GB/s}\n"
    "    engines:\n"
    "      - {accelerator: cpu, architecture: arm64, features: [dotprod], throughput: [{type: f16, rate: 1 Tflop/s}]}\n"
    "limits:\n"
    "  - id: l\n    source: s\n    confidence: derived\n    visible: 0.9\n"
    "    rules: [{id: all, kind: total, counts: charged, safe_share: 0.4, hard_share: 0.6}]\n"
    "platforms: [{id: p, name: Platform}]\n"
    "formats:\n"
    "  - id: q4_0\n    name: Q4_0\n    family: gguf\n    group: 4-bit\n    compute: f16\n    source: s\n    confidence: cited\n"
    "    storage: {mechanism: llama-quantize, type: q4_0}\n    quality: {class: d, loss: 0.07 nat}\n"
    "runtimes:\n"
    "  - id: r\n    name: Runtime\n    rules: v1\n    source: s\n    confidence: cited\n"
    "    formats: [q4_0]\n    kv_types: [f16, q8_0]\n    default_preset: cli\n"
    "    presets: {cli: {chunk: 512, window_saves: yes, outputs: 1}}\n"
    "    context: {step: 256, split: sequences}\n"
    "    cache: {mechanism: cells, step: 256}\n"
    "    output: {type: f32}\n"
    "    compute: {mechanism: workspace, terms: [{bytes: 4 B, per: [chunk, hidden]}]}\n"
    "    placement: {tied_head: shared, embedding: host, mapped: yes}\n"
    "    charge: {weights: mapped}\n    overhead: {base: 8 MiB}\n"
    "    backends: [{id: cpu, accelerator: cpu, architectures: [arm64]}]\n"
    "    calibrations: [{accelerator: cpu, classes: [phone], group: 4-bit, eta: 0.5, low: 0.6, high: 1.2,\n"
    "                    layer_time: 0 us, step_time: 1 ms}]\n"
    "    pipelines: [{formats: [q4_0], evidence: documented, date: 2026-08-22,\n"
    "                 steps: [{tool: t, version: v1, command: c, input: i, output: o, host: h}]}]\n"
    "targets:\n"
    "  - {id: t, name: Target, platform: p, class: phone, chip: c, ram: [8 GiB], os: {name: x, from: 1.0, to: 2.0}, limits: l,\n"
    "     runtimes: [r], source: s, confidence: cited}\n"
    "models:\n"
    "  - id: m\n    name: Model\n    parameters: 1\n    source: s\n    confidence: cited\n"
    "    config: {model_type: llama, hidden_size: 64, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2,\n"
    "             intermediate_size: 128, vocab_size: 256, max_position_embeddings: 2048, tie_word_embeddings: false}\n"
    "observations:\n"
    "  - {id: o, target: t, runtime: r, accelerator: cpu, model: m, format: q4_0, batch: 1, decode: 10 tok/s, grade: a,\n"
    "     date: 2026-08-22, source: s, confidence: measured}\n";

typedef struct handles {
    edgeplan_registry *empty, *registry;
    edgeplan_model *model;
    edgeplan_deployment *deployment;
    edgeplan_plan *plan;
    edgeplan_recommendation *recommendation;
} handles;

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
    edgeplan_plan_unref(h->plan);
    edgeplan_registry_unref(h->empty);
}

static edgeplan_status run(edgeplan_context *context, void *argument)
{
    handles h = {0};
    edgeplan_status status = make(context, &h);

    (void)argument;
    if (!status)
        assert_int_equal(edgeplan_recommendation_plan_count(h.recommendation), 1);
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
    assert_int_equal(edgeplan_deployment_memory(h.deployment, &request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_CHARGED, &m), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_speed(h.deployment, &request, &s), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_verdict(h.deployment, &request, &v), EDGEPLAN_OK);
    assert_int_equal(edgeplan_deployment_max_context(h.deployment, &request, &tokens, &limit), EDGEPLAN_OK);
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
