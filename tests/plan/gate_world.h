/* The gate, in a world small enough to count by hand: one chip of 60 GB/s, a model of 4-bit weights, a runtime that allocates only
   them and the cache. */
#ifndef TESTS_PLAN_GATE_WORLD_H
#define TESTS_PLAN_GATE_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <edgeplan/edgeplan.h>

#include "support.h"

static const char world_text[] =
    "edgeplan_registry: 1.0\n"
    "sources: [{id: s, title: A source}]\n"
    "chips:\n"
    "  - {id: c, name: Chip, vendor: V, source: s, confidence: cited,\n"
    "     memory: {kind: LPDDR5X, bus: 64 bit, peak_bandwidth: 60 GB/s},\n"
    "     engines: [{accelerator: cpu, architecture: arm64, features: [], throughput: [{type: f16, rate: 1 Tflop/s}]},\n"
    "               {accelerator: gpu, architecture: gpu-1, features: [], throughput: [{type: f16, rate: 2 Tflop/s}]}]}\n"
    "limits:\n"
    "  - {id: l, source: s, confidence: derived, visible: 1,\n"
    "     rules: [{id: all, kind: total, counts: charged, safe_share: 0.5, hard_share: 0.75}]}\n"
    "platforms: [{id: p, name: Platform}]\n"
    "formats:\n"
    "  - {id: q8_0, name: Q8_0, family: gguf, group: 8-bit, compute: f16, source: s, confidence: cited,\n"
    "     storage: {mechanism: llama-quantize, type: q8_0}, quality: {class: a, loss: 0.01 nat}}\n"
    "  - {id: q4_0, name: Q4_0, family: gguf, group: 4-bit, compute: f16, source: s, confidence: cited,\n"
    "     storage: {mechanism: llama-quantize, type: q4_0}, quality: {class: d, loss: 0.07 nat}}\n"
    "  - {id: other, name: Other, family: other, group: 4-bit, compute: f16, source: s, confidence: cited,\n"
    "     storage: {mechanism: llama-quantize, type: q4_0}}\n"
    "runtimes:\n"
    "  - id: r\n    name: Runtime\n    rules: v1\n    source: s\n    confidence: cited\n"
    "    formats: [q8_0, q4_0]\n    kv_types: [f16, q8_0, q4_0]\n    kv_quality: [{type: q8_0, loss: 0.0002 nat}]\n    default_preset: cli\n"
    "    presets: {cli: {chunk: 512, window_saves: yes, outputs: 1}}\n"
    "    context: {step: 256, split: sequences}\n    cache: {mechanism: cells, step: 256}\n    output: {type: f32}\n"
    "    compute: {mechanism: workspace, terms: [{bytes: 4 B, per: [chunk, hidden]}]}\n"
    "    placement: {tied_head: shared, embedding: host, mapped: no}\n    charge: {weights: anonymous}\n"
    "    overhead: {base: 8 MiB}\n"
    "    backends: [{id: cpu, accelerator: cpu, architectures: [arm64]}]\n"
    "    calibrations: [{accelerator: cpu, classes: [phone], eta: 0.5, low: 0.6, high: 1.2, layer_time: 0 us, step_time: 1 ms}]\n"
    "  - {id: r2, name: Second, rules: v1, source: s, confidence: cited, formats: [other], kv_types: [f16],\n"
    "     backends: [{id: gpu, accelerator: gpu, architectures: [gpu-1], os: {from: 2.0}}]}\n"
    "targets:\n"
    "  - {id: big, name: Big, platform: p, class: phone, chip: c, ram: [8 GiB], os: {name: x, from: 1.0, to: 2.0}, limits: l,\n"
    "     runtimes: [r, r2], identifiers: {model: [B1]}, source: s, confidence: cited}\n"
    "  - {id: small, name: Small, platform: p, class: phone, chip: c, ram: [384 MiB], os: {name: x, from: 1.0, to: 2.0},\n"
    "     limits: l, runtimes: [r], identifiers: {model: [S1]}, source: s, confidence: cited}\n"
    "  - {id: bare, name: Bare, platform: p, class: phone, chip: c, os: {name: x, from: 1.0, to: 2.0},\n"
    "     runtimes: [r], source: s, confidence: cited}\n"
    "models:\n"
    "  - id: m\n    name: Model\n    parameters: 1\n    source: s\n    confidence: cited\n"
    "    config: {model_type: llama, hidden_size: 1024, num_hidden_layers: 8, num_attention_heads: 16, num_key_value_heads: 8,\n"
    "             intermediate_size: 4096, vocab_size: 32000, max_position_embeddings: 8192, tie_word_embeddings: false}\n";

static edgeplan_registry *registry;

static inline int open_registry(void **state)
{
    edgeplan_registry *empty;
    (void)state;
    if (edgeplan_registry_new_empty(NULL, &empty) != EDGEPLAN_OK ||
        edgeplan_registry_with_memory(empty, world_text, sizeof world_text - 1, "world", NULL, &registry) != EDGEPLAN_OK)
        return 1;
    edgeplan_registry_unref(empty);
    return 0;
}

static inline int close_registry(void **state)
{
    (void)state;
    edgeplan_registry_unref(registry);
    return 0;
}

static inline edgeplan_gate *gate_of(const char *text, uint32_t today, uint32_t strict)
{
    edgeplan_gate_options options = {.struct_size = sizeof options, .today = today, .strict = strict};
    edgeplan_diagnostics *diagnostics;
    edgeplan_gate *gate;

    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    edgeplan_status status = edgeplan_gate_open_memory(registry, text, strlen(text), "b.yaml", &options, diagnostics, &gate);
    for (uint32_t i = 0; i < edgeplan_diagnostics_count(diagnostics); i++)
        print_error("%u: %s\n", (unsigned)edgeplan_diagnostics_line(diagnostics, i), edgeplan_diagnostics_message(diagnostics, i));
    assert_int_equal(status, EDGEPLAN_OK);
    edgeplan_diagnostics_unref(diagnostics);
    return gate;
}

static inline const char *text_of(const edgeplan_gate *gate, uint32_t check, edgeplan_text which)
{
    return edgeplan_gate_text(gate, EDGEPLAN_LIST_CHECKS, check, which);
}

/* The check of a rule for a model on a device; fails the test if there is none or more than one. */
static inline uint32_t find(const edgeplan_gate *gate, const char *rule, const char *model, const char *device)
{
    uint32_t found = UINT32_MAX;
    for (uint32_t i = 0; i < edgeplan_gate_count(gate, EDGEPLAN_LIST_CHECKS); i++)
        if (strcmp(text_of(gate, i, EDGEPLAN_TEXT_SUBJECT), rule) == 0 &&
            strcmp(text_of(gate, i, EDGEPLAN_TEXT_INPUT), model) == 0 &&
            strcmp(text_of(gate, i, EDGEPLAN_TEXT_OUTPUT), device) == 0) {
            assert_true(found == UINT32_MAX);
            found = i;
        }
    if (found == UINT32_MAX)
        fail_msg("no check %s for %s on %s", rule, model, device);
    return found;
}

static inline edgeplan_item item_of(const edgeplan_gate *gate, uint32_t check)
{
    edgeplan_item item = {.struct_size = sizeof item};
    assert_int_equal(edgeplan_gate_item(gate, EDGEPLAN_LIST_CHECKS, check, &item), EDGEPLAN_OK);
    return item;
}

static inline uint32_t status_of(const edgeplan_gate *gate, const char *rule, const char *model, const char *device)
{
    return item_of(gate, find(gate, rule, model, device)).code;
}

#define HEAD "edgeplan: 1\ndefaults: {runtime: r, context: 2048}\n"
#define BIG HEAD "devices:\n  - {id: d, target: big}\nmodels:\n  - {id: chat, model: m, format: q4_0}\n"

static inline uint64_t charged_bytes(void)
{
    const uint64_t matrices = 8 * (1024 * 1024 * 2 + 512 * 1024 * 2 + 3 * 4096 * 1024), embedding = 32000 * 1024;
    const uint64_t weights = (matrices + embedding) / 32 * 18 + embedding / 256 * 210 + 4 * (8 * 2 * 1024 + 1024);
    const uint64_t cache = 8 * 2048 * 2 * (8 * 64) * 2;
    return weights + cache + 4 * 512 * 1024 + 4 * 32000 + (8 << 20);
}

#endif
