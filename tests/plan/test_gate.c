/* The gate, in a world small enough to count by hand: one chip of 60 GB/s, a model of 4-bit weights, a runtime that allocates only
   them and the cache. */
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

static int open_registry(void **state)
{
    edgeplan_registry *empty;
    (void)state;
    if (edgeplan_registry_new_empty(NULL, &empty) != EDGEPLAN_OK ||
        edgeplan_registry_with_memory(empty, world_text, sizeof world_text - 1, "world", NULL, &registry) != EDGEPLAN_OK)
        return 1;
    edgeplan_registry_unref(empty);
    return 0;
}

static int close_registry(void **state)
{
    (void)state;
    edgeplan_registry_unref(registry);
    return 0;
}

static edgeplan_gate *gate_of(const char *text, uint32_t today, uint32_t strict)
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

static const char *text_of(const edgeplan_gate *gate, uint32_t check, edgeplan_text which)
{
    return edgeplan_gate_text(gate, EDGEPLAN_LIST_CHECKS, check, which);
}

/* The check of a rule for a model on a device; fails the test if there is none or more than one. */
static uint32_t find(const edgeplan_gate *gate, const char *rule, const char *model, const char *device)
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

static edgeplan_item item_of(const edgeplan_gate *gate, uint32_t check)
{
    edgeplan_item item = {.struct_size = sizeof item};
    assert_int_equal(edgeplan_gate_item(gate, EDGEPLAN_LIST_CHECKS, check, &item), EDGEPLAN_OK);
    return item;
}

static uint32_t status_of(const edgeplan_gate *gate, const char *rule, const char *model, const char *device)
{
    return item_of(gate, find(gate, rule, model, device)).code;
}

#define HEAD "edgeplan: 1\ndefaults: {runtime: r, context: 2048}\n"
#define BIG HEAD "devices:\n  - {id: d, target: big}\nmodels:\n  - {id: chat, model: m, format: q4_0}\n"

/* Figures of the model by arithmetic: weights are matrices of 32 elements in 18 bytes (norms stay f32), the cache is
   8 layers × 2048 tokens × 2 × 8 heads × 64 × 2 bytes, the scratch 4 × 512 × 1024, the logits 4 × 32000, the rest 8 MiB. The
   runtime keeps what llama-quantize does with the embedding and the head: q4_0 and q6_k (210 bytes for 256). */
static uint64_t charged_bytes(void)
{
    const uint64_t matrices = 8 * (1024 * 1024 * 2 + 512 * 1024 * 2 + 3 * 4096 * 1024), embedding = 32000 * 1024;
    const uint64_t weights = (matrices + embedding) / 32 * 18 + embedding / 256 * 210 + 4 * (8 * 2 * 1024 + 1024);
    const uint64_t cache = 8 * 2048 * 2 * (8 * 64) * 2;
    return weights + cache + 4 * 512 * 1024 + 4 * 32000 + (8 << 20);
}

/* Each bound holds at the figure and breaks a hair beyond it. */
static void test_bounds(void **state)
{
    static const struct {
        const char *rule, *before, *kept, *broken, *after;
    } rows[] = {
        {"EP-LOSS", "loss: {max: ", "0.2381", "0.2379", " nat}"},
        {"EP-CONTEXT", "context: {min: ", "8192", "8193", "}"}, /* as trained: there is room for more */
        {"EP-BASIS", "basis: {min: ", "derived", "cited", "}"},
        {"EP-FIT", "verdict: {at_least: ", "fits", NULL, "}"},
        {"EP-DECODE", "decode: {estimate: ceiling, min: ", "1", "1000", " tok/s}"},
        {"EP-DECODE", "decode: {min: ", "1", "1000", " tok/s}"},
        {"EP-TTFT", "ttft: {estimate: floor, max: ", "1000", "0.000001", " s}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int broken = 0; broken < 2; broken++) {
            char text[1024];
            const char *bound = broken ? rows[i].broken : rows[i].kept;
            if (!bound)
                continue;
            snprintf(text, sizeof text, BIG "limits: {%s%s%s}\n", rows[i].before, bound, rows[i].after);
            edgeplan_gate *gate = gate_of(text, 0, 0);
            uint32_t status = status_of(gate, rows[i].rule, "chat", "d");
            if (status != (broken ? EDGEPLAN_CHECK_FAILED : EDGEPLAN_CHECK_PASSED))
                fail_msg("%s%s: %s", rows[i].before, bound, edgeplan_check_status_name((edgeplan_check_status)status));
            edgeplan_gate_unref(gate);
        }
    }
}

static void test_bytes_to_the_byte(void **state)
{
    const uint64_t charged = charged_bytes();
    (void)state;
    for (uint64_t less = 0; less < 2; less++) {
        char text[1024];
        snprintf(text, sizeof text, BIG "limits: {memory: {max: %llu B}}\n", (unsigned long long)(charged - less));
        edgeplan_gate *gate = gate_of(text, 0, 0);
        edgeplan_item item = item_of(gate, find(gate, "EP-MEMORY", "chat", "d"));
        assert_count(item.bytes, charged);
        assert_near(item.value, (double)charged, 0);
        assert_int_equal(item.code, less ? EDGEPLAN_CHECK_FAILED : EDGEPLAN_CHECK_PASSED);
        edgeplan_gate_unref(gate);
    }
}

/* What would pass is told, and passes. */
static void test_hints_hold(void **state)
{
    (void)state;
    edgeplan_gate *gate = gate_of(BIG "limits: {memory: {max: 146 MB}}\n", 0, 0);
    uint32_t check = find(gate, "EP-MEMORY", "chat", "d");
    assert_int_equal(item_of(gate, check).code, EDGEPLAN_CHECK_FAILED);
    assert_string_equal(text_of(gate, check, EDGEPLAN_TEXT_HINT), "would pass: context 1024, kv q8_0");
    edgeplan_gate_unref(gate);
    static const char *const changed[] = {
        "edgeplan: 1\ndefaults: {runtime: r, context: 1024}\ndevices: [{id: d, target: big}]\n"
        "models: [{id: chat, model: m, format: q4_0}]\n"
        "limits: {memory: {max: 146 MB}}\n",
        "edgeplan: 1\ndefaults: {runtime: r, context: 2048, kv: q8_0}\ndevices: [{id: d, target: big}]\n"
        "models: [{id: chat, model: m, format: q4_0}]\nlimits: {memory: {max: 146 MB}}\n",
    };
    for (size_t i = 0; i < 2; i++) {
        gate = gate_of(changed[i], 0, 0);
        assert_int_equal(status_of(gate, "EP-MEMORY", "chat", "d"), EDGEPLAN_CHECK_PASSED);
        edgeplan_gate_unref(gate);
    }
    /* A finer format loses less; the smallest change is named. */
    gate = gate_of(BIG "limits: {loss: {max: 0.05 nat}}\n", 0, 0);
    assert_string_equal(text_of(gate, find(gate, "EP-LOSS", "chat", "d"), EDGEPLAN_TEXT_HINT), "would pass: format q8_0");
    edgeplan_gate_unref(gate);
}

/* A platform answers with the target that decides; unknown and impossible never pass. */
static void test_platform(void **state)
{
    (void)state;
    edgeplan_gate *gate =
        gate_of(HEAD "devices:\n  - {id: all, platform: p}\nmodels:\n  - {id: chat, model: m, format: q4_0}\n", 0, 0);
    uint32_t fit = find(gate, "EP-FIT", "chat", "all");
    /* small has 384 MiB, half of which is safe: 201,326,592 B. bare has no limit, so nobody knows. */
    assert_true(charged_bytes() < 201326592);
    assert_int_equal(item_of(gate, fit).code, EDGEPLAN_CHECK_UNKNOWN);
    assert_non_null(strstr(text_of(gate, fit, EDGEPLAN_TEXT_MESSAGE), "(bare decides): unknown, fits required"));
    assert_string_equal(text_of(gate, fit, EDGEPLAN_TEXT_PLACE), "b.yaml:6:5");
    edgeplan_gate_unref(gate);

    gate = gate_of("edgeplan: 1\ndefaults: {runtime: r, context: 8192}\ndevices: [{id: all, platform: p}]\n"
                   "models: [{id: chat, model: m, format: q4_0}]\n", 0, 0);
    fit = find(gate, "EP-FIT", "chat", "all"); /* now small is tight, which fails; unknown is not worse than failed */
    assert_int_equal(item_of(gate, fit).code, EDGEPLAN_CHECK_FAILED);
    assert_non_null(strstr(text_of(gate, fit, EDGEPLAN_TEXT_MESSAGE), "(small decides): tight"));
    edgeplan_gate_unref(gate);
}

static void test_levels(void **state)
{
    static const struct {
        const char *required, *level;
        uint32_t strict, status;
    } rows[] = {
        {"yes", "error", 0, EDGEPLAN_CHECK_FAILED}, {"no", "error", 0, EDGEPLAN_CHECK_WARNED},
        {"yes", "warn", 0, EDGEPLAN_CHECK_WARNED},  {"yes", "warn", EDGEPLAN_SWITCH_ON, EDGEPLAN_CHECK_FAILED},
        {"no", "error", EDGEPLAN_SWITCH_ON, EDGEPLAN_CHECK_FAILED},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 HEAD "devices: [{id: d, target: big, required: %s}]\nmodels: [{id: chat, model: m, format: q4_0}]\n"
                      "limits: {loss: {max: 0 nat, level: %s}}\n",
                 rows[i].required, rows[i].level);
        edgeplan_gate *gate = gate_of(text, 0, rows[i].strict);
        assert_int_equal(status_of(gate, "EP-LOSS", "chat", "d"), rows[i].status);
        edgeplan_gate_unref(gate);
    }
    edgeplan_gate *gate = gate_of(BIG "limits: {loss: {max: 0 nat, level: off}}\n", 0, 0);
    edgeplan_summary summary = {.struct_size = sizeof summary};
    assert_int_equal(edgeplan_gate_summary(gate, &summary), EDGEPLAN_OK);
    assert_count(summary.checks, 2); /* the path and the verdict */
    assert_count(summary.passed, 2);
    assert_count(summary.plans, 1);
    assert_count(edgeplan_gate_plan_count(gate), 1);
    edgeplan_gate_unref(gate);
}

/* A model's limits and terms lie over the budget's, and its device's over the defaults. */
static void test_what_lies_over_what(void **state)
{
    (void)state;
    edgeplan_gate *gate =
        gate_of("edgeplan: 1\ndefaults: {runtime: r, context: 1024, kv: q8_0}\n"
                "devices: [{id: d, target: big, context: 2048}, {id: e, target: big}]\n"
                "models:\n  - {id: a, model: m, format: q4_0}\n"
                "  - {id: b, model: m, format: q4_0, context: 4096, kv: f16, devices: [d], limits: {loss: {max: 0 nat}}}\n"
                "limits: {loss: {max: 1 nat}}\n",
                0, 0);
    static const struct {
        const char *model, *device;
        uint64_t context;
        uint32_t kv, loss;
    } rows[] = {{"a", "d", 2048, EDGEPLAN_ELEMENT_Q8_0, EDGEPLAN_CHECK_PASSED},
                {"a", "e", 1024, EDGEPLAN_ELEMENT_Q8_0, EDGEPLAN_CHECK_PASSED},
                {"b", "d", 4096, EDGEPLAN_ELEMENT_F16, EDGEPLAN_CHECK_FAILED}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        edgeplan_request request = {.struct_size = sizeof request};
        const edgeplan_plan *plan = edgeplan_gate_check_plan(gate, find(gate, "EP-FIT", rows[i].model, rows[i].device));
        assert_int_equal(edgeplan_plan_request(plan, &request), EDGEPLAN_OK);
        assert_count(request.context_tokens, rows[i].context);
        assert_int_equal(request.kv_k, rows[i].kv);
        assert_int_equal(status_of(gate, "EP-LOSS", rows[i].model, rows[i].device), rows[i].loss);
    }
    edgeplan_gate_unref(gate);
}

static void test_no_path(void **state)
{
    (void)state;
    edgeplan_gate *gate = gate_of(HEAD "devices:\n  - {id: d, target: big}\nmodels:\n  - {id: chat, model: m, format: other}\n"
                                  "limits: {memory: {max: 1 GB}}\n", 0, 0);
    uint32_t check = find(gate, "EP-PATH", "chat", "d");
    assert_int_equal(item_of(gate, check).code, EDGEPLAN_CHECK_FAILED);
    assert_non_null(strstr(text_of(gate, check, EDGEPLAN_TEXT_MESSAGE), "cannot run: Runtime (cpu) does not load other"));
    assert_string_equal(text_of(gate, check, EDGEPLAN_TEXT_HINT), "would pass: format q8_0 (cpu)"); /* what r2 needs, nobody knows */
    assert_null(edgeplan_gate_check_plan(gate, check));
    assert_count(edgeplan_gate_count(gate, EDGEPLAN_LIST_CHECKS), 1); /* nothing else can be said */
    edgeplan_gate_unref(gate);

    gate = gate_of("edgeplan: 1\ndefaults: {accelerators: [gpu, cpu]}\ndevices: [{id: d, target: big}]\n"
                   "models: [{id: chat, model: m, format: q4_0}]\n", 0, 0);
    check = find(gate, "EP-PATH", "chat", "d"); /* the first engine that can */
    assert_string_equal(text_of(gate, check, EDGEPLAN_TEXT_MESSAGE), "chat on d: runs with r on the cpu");
    edgeplan_gate_unref(gate);
}

/* The version asked for is the one that a path is judged by. */
static void test_os(void **state)
{
    static const struct {
        const char *os, *says;
        uint32_t status;
    } rows[] = {{"1.5", "cannot run: Second (gpu) needs a newer operating system, from 2.0", EDGEPLAN_CHECK_FAILED},
                {"2.0", "runs with r2 on the gpu", EDGEPLAN_CHECK_PASSED}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[256];
        snprintf(text, sizeof text, "edgeplan: 1\ndefaults: {runtime: r2}\ndevices: [{id: d, target: big, os: %s}]\n"
                 "models: [{id: chat, model: m, format: other}]\n", rows[i].os);
        edgeplan_gate *gate = gate_of(text, 0, 0);
        uint32_t check = find(gate, "EP-PATH", "chat", "d");
        assert_int_equal(item_of(gate, check).code, rows[i].status);
        assert_non_null(strstr(text_of(gate, check, EDGEPLAN_TEXT_MESSAGE), rows[i].says));
        edgeplan_gate_unref(gate);
    }
}

/* Two models together hold twice what one does, but one app and no more. */
static void test_group(void **state)
{
    const uint64_t app = 1000000, both = 2 * charged_bytes() + app;
    (void)state;
    for (uint64_t less = 0; less < 2; less++) {
        char text[1024];
        snprintf(text, sizeof text, "edgeplan: 1\ndefaults: {runtime: r, context: 2048, app_bytes: %llu B}\n"
                 "devices: [{id: d, target: bare, available: %llu B}, {id: e, target: bare, available: 8 GB}]\n"
                 "models:\n  - {id: a, model: m, format: q4_0}\n  - {id: b, model: m, format: q4_0, devices: [d]}\n"
                 "groups:\n  - {id: g, members: [a, b]}\n", (unsigned long long)app, (unsigned long long)(both - app - less));
        edgeplan_gate *gate = gate_of(text, 0, 0);
        uint32_t check = find(gate, "EP-GROUP", "g", "d"); /* on e there is only one of them */
        assert_int_equal(item_of(gate, check).code, less ? EDGEPLAN_CHECK_FAILED : EDGEPLAN_CHECK_PASSED);
        assert_count(item_of(gate, check).bytes, both);
        snprintf(text, sizeof text, "a %.0f MB + b %.0f MB together", (double)(both - charged_bytes()) / 1e6,
                 (double)(both - charged_bytes()) / 1e6); /* each as it is alone, the app with it */
        assert_non_null(strstr(text_of(gate, check, EDGEPLAN_TEXT_MESSAGE), text));
        assert_string_equal(text_of(gate, check, EDGEPLAN_TEXT_HINT),
                            less ? "would pass: contexts of at most 1024, without a, without b" : "");
        edgeplan_gate_unref(gate);
    }
}

static void test_coverage(void **state)
{
    static const struct {
        const char *min;
        uint32_t status;
    } rows[] = {{"0.6", EDGEPLAN_CHECK_PASSED},
                {"0.7", EDGEPLAN_CHECK_UNKNOWN},
                {"0.8", EDGEPLAN_CHECK_UNKNOWN},
                {"0.81", EDGEPLAN_CHECK_FAILED}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[1024];
        /* big serves 0.6; small is tight at 8192 tokens (0.2); nobody knows Z9 (0.1), and 0.1 is not listed */
        snprintf(text, sizeof text, "edgeplan: 1\ndefaults: {runtime: r, context: 8192}\ndevices: [{id: d, target: big}]\n"
                 "models: [{id: chat, model: m, format: q4_0}]\n"
                 "audience: [{identifier: B1, share: 0.6}, {target: small, share: 0.2}, {identifier: Z9, share: 0.1}]\n"
                 "coverage: {min: %s}\n", rows[i].min);
        edgeplan_gate *gate = gate_of(text, 0, 0);
        uint32_t check = find(gate, "EP-COVERAGE", "", "");
        edgeplan_item item = item_of(gate, check);
        if (item.code != rows[i].status)
            fail_msg("%s: %s", rows[i].min, text_of(gate, check, EDGEPLAN_TEXT_MESSAGE));
        assert_near(item.value, 0.6, 1e-12);
        assert_non_null(strstr(text_of(gate, check, EDGEPLAN_TEXT_MESSAGE), "0.2 is not known: Z9 0.1; not served: small 0.2"));
        edgeplan_gate_unref(gate);
    }
}

/* A device is served by the models meant for it, as well as the limits ask; no model serves nobody. */
static void test_who_is_served(void **state)
{
    static const struct {
        const char *limits, *says;
        uint32_t status;
    } rows[] = {
        {"models: [{id: chat, model: m, format: q4_0, devices: [d]}]\naudience: [{target: small, share: 1}]\ncoverage: {min: 0.5}\n",
         "a share of 0 of the audience is served, 0.5 required; not served: small 1", EDGEPLAN_CHECK_FAILED},
        {"models: [{id: chat, model: m, format: q4_0}]\naudience: [{target: small, share: 1}]\ncoverage: {min: 1}\n"
         "limits: {verdict: {at_least: tight}}\n",
         "a share of 1 of the audience is served, 1 required (tight is enough, as for the limits)", EDGEPLAN_CHECK_PASSED},
        {"models: [{id: chat, model: m, format: q4_0}]\naudience: [{target: small, share: 1}]\ncoverage: {min: 1, verdict: fits}\n"
         "limits: {verdict: {at_least: tight}}\n",
         "a share of 0 of the audience is served, 1 required; not served: small 1", EDGEPLAN_CHECK_FAILED}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[1024];
        snprintf(text, sizeof text, "edgeplan: 1\ndefaults: {runtime: r, context: 8192}\n"
                 "devices: [{id: d, target: big}, {id: e, target: small}]\n%s", rows[i].limits);
        edgeplan_gate *gate = gate_of(text, 0, 0);
        uint32_t check = find(gate, "EP-COVERAGE", "", "");
        assert_string_equal(text_of(gate, check, EDGEPLAN_TEXT_MESSAGE), rows[i].says);
        assert_int_equal(item_of(gate, check).code, rows[i].status);
        edgeplan_gate_unref(gate);
    }
}

static void test_registry_pin(void **state)
{
    char text[1024];
    (void)state;
    for (int other = 0; other < 2; other++) {
        snprintf(text, sizeof text, BIG "registry: {digest: \"%s\"}\n",
                 other ? "0123456789abcdef" : edgeplan_registry_digest(registry));
        edgeplan_gate *gate = gate_of(text, 0, 0);
        assert_int_equal(status_of(gate, "EP-REGISTRY", "", ""), other ? EDGEPLAN_CHECK_WARNED : EDGEPLAN_CHECK_PASSED);
        edgeplan_gate_unref(gate);
    }
}

static void test_waivers(void **state)
{
    static const struct {
        const char *waiver;
        uint32_t today, check, waiver_check, state;
    } rows[] = {
        {"rule: EP-LOSS, model: chat, device: d, until: 2027-03-01", 20270301, EDGEPLAN_CHECK_WAIVED, EDGEPLAN_CHECK_PASSED,
         EDGEPLAN_WAIVER_USED},
        {"rule: EP-LOSS, until: 2027-03-01", 20270301, EDGEPLAN_CHECK_WAIVED, EDGEPLAN_CHECK_PASSED, EDGEPLAN_WAIVER_USED},
        {"rule: EP-LOSS, until: 2027-03-01", 20270302, EDGEPLAN_CHECK_FAILED, EDGEPLAN_CHECK_WARNED, EDGEPLAN_WAIVER_EXPIRED},
        {"rule: EP-LOSS, until: 2027-03-01", 0, EDGEPLAN_CHECK_FAILED, EDGEPLAN_CHECK_UNKNOWN, EDGEPLAN_WAIVER_UNDECIDED},
        {"rule: EP-FIT, until: 2027-03-01", 20270101, EDGEPLAN_CHECK_FAILED, EDGEPLAN_CHECK_WARNED, EDGEPLAN_WAIVER_UNUSED},
        {"rule: EP-LOSS, model: other, until: 2027-03-01", 20270101, EDGEPLAN_CHECK_FAILED, EDGEPLAN_CHECK_WARNED,
         EDGEPLAN_WAIVER_UNUSED},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 BIG "  - {id: other, model: m, format: q8_0}\nlimits: {loss: {max: 0.05 nat}}\nwaivers: [{%s, reason: known}]\n",
                 rows[i].waiver);
        edgeplan_gate *gate = gate_of(text, rows[i].today, 0);
        edgeplan_item waiver = {.struct_size = sizeof waiver};
        uint32_t own = edgeplan_gate_count(gate, EDGEPLAN_LIST_CHECKS) - 1;
        assert_int_equal(status_of(gate, "EP-LOSS", "chat", "d"), rows[i].check);
        assert_string_equal(text_of(gate, own, EDGEPLAN_TEXT_SUBJECT), "EP-WAIVER");
        assert_int_equal(item_of(gate, own).code, rows[i].waiver_check);
        assert_count(edgeplan_gate_count(gate, EDGEPLAN_LIST_WAIVERS), 1);
        assert_int_equal(edgeplan_gate_item(gate, EDGEPLAN_LIST_WAIVERS, 0, &waiver), EDGEPLAN_OK);
        assert_int_equal(waiver.code, rows[i].state);
        assert_string_equal(edgeplan_gate_text(gate, EDGEPLAN_LIST_WAIVERS, 0, EDGEPLAN_TEXT_MESSAGE), "known");
        edgeplan_gate_unref(gate);
    }
}

/* A model that cannot be opened is no failed check: the checks could not be made. The budget's own place is told too. */
static void test_missing_model(void **state)
{
    static const char text[] = HEAD "devices: [{id: d, target: big}]\nmodels:\n  - {id: chat, file: no/such.gguf}\n";
    edgeplan_diagnostics *diagnostics;
    edgeplan_gate *gate = (edgeplan_gate *)1;
    (void)state;

    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    assert_int_equal(edgeplan_gate_open_memory(registry, text, sizeof text - 1, "folder/b.yaml", NULL, diagnostics, &gate),
                     EDGEPLAN_ERROR_IO);
    assert_null(gate);
    assert_count(edgeplan_diagnostics_count(diagnostics), 2);
    assert_string_equal(edgeplan_diagnostics_source(diagnostics, 0), "folder/no/such.gguf");
    assert_diagnostic(diagnostics, 1, EDGEPLAN_ERROR_IO, 5, 22, "models[0].file", "the model cannot be opened: 'no/such.gguf'");
    edgeplan_diagnostics_unref(diagnostics);
}

static void test_arguments(void **state)
{
    edgeplan_gate_options options = {.struct_size = sizeof options, .today = 20271301};
    edgeplan_gate *gate = (edgeplan_gate *)1;
    edgeplan_item item = {.struct_size = sizeof item};
    (void)state;

    assert_int_equal(edgeplan_gate_open(NULL, "x", NULL, NULL, &gate), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_null(gate);
    assert_int_equal(edgeplan_gate_open(registry, "", NULL, NULL, &gate), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_gate_open(registry, "no/such.yaml", NULL, NULL, &gate), EDGEPLAN_ERROR_IO);
    assert_int_equal(edgeplan_gate_open_memory(registry, BIG, sizeof BIG - 1, NULL, &options, NULL, &gate),
                     EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_gate_open_memory(registry, BIG, sizeof BIG - 1, NULL, NULL, NULL, NULL),
                     EDGEPLAN_ERROR_INVALID_ARGUMENT);
    gate = gate_of(BIG, 0, 0);
    assert_int_equal(edgeplan_gate_item(gate, EDGEPLAN_LIST_CHECKS, 2, &item), EDGEPLAN_ERROR_NOT_FOUND);
    assert_int_equal(edgeplan_gate_item(gate, (edgeplan_list)99, 0, &item), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_string_equal(edgeplan_gate_text(gate, EDGEPLAN_LIST_FIXES, 0, EDGEPLAN_TEXT_MESSAGE), "");
    assert_null(edgeplan_gate_plan(gate, 1));
    assert_null(edgeplan_gate_check_plan(gate, 2));
    edgeplan_gate *other = edgeplan_gate_ref(gate);
    edgeplan_gate_unref(gate);
    assert_count(edgeplan_gate_plan_count(other), 1);
    edgeplan_gate_unref(other);
    edgeplan_gate_unref(NULL);
}

static void test_rules(void **state)
{
    (void)state;
    for (uint32_t rule = 1; rule <= edgeplan_rule_count(); rule++) {
        assert_true(strncmp(edgeplan_rule_id((edgeplan_rule)rule), "EP-", 3) == 0);
        assert_true(strlen(edgeplan_rule_text((edgeplan_rule)rule)) > 20);
    }
    assert_string_equal(edgeplan_rule_id((edgeplan_rule)0), "");
    assert_string_equal(edgeplan_rule_text((edgeplan_rule)(edgeplan_rule_count() + 1)), "");
    assert_string_equal(edgeplan_check_status_name(EDGEPLAN_CHECK_WAIVED), "waived");
    assert_string_equal(edgeplan_check_level_name(EDGEPLAN_LEVEL_OFF), "off");
    assert_string_equal(edgeplan_waiver_state_name(EDGEPLAN_WAIVER_EXPIRED), "expired");
}

static edgeplan_status open_all(edgeplan_context *context, void *argument)
{
    static const char text[] =
        HEAD "devices: [{id: d, platform: p, available: 200 MB}, {id: e, target: small, required: no}]\n"
        "models: [{id: a, model: m, format: q4_0}, {id: b, model: m, format: other}]\n"
        "groups: [{id: g, members: [a, b]}]\n"
        "limits: {memory: {max: 100 MB}, decode: {min: 1000 tok/s}, loss: {max: 0.01 nat}}\n"
        "audience: [{identifier: B1, share: 0.6}, {identifier: S1, share: 0.2}]\ncoverage: {min: 0.5}\n"
        "waivers: [{rule: EP-LOSS, reason: x, until: 2027-01-01}]\n";
    edgeplan_gate_options options = {.struct_size = sizeof options, .today = 20270101};
    edgeplan_registry *empty = NULL, *own = NULL;
    edgeplan_gate *gate = NULL;
    size_t needed;
    edgeplan_status status = edgeplan_registry_new_empty(context, &empty);
    (void)argument;

    if (!status)
        status = edgeplan_registry_with_memory(empty, world_text, sizeof world_text - 1, "world", NULL, &own);
    if (!status)
        status = edgeplan_gate_open_memory(own, text, sizeof text - 1, "b.yaml", &options, NULL, &gate);
    assert_int_equal(gate != NULL, status == EDGEPLAN_OK);
    edgeplan_registry_unref(own); /* the gate keeps it */
    if (!status)
        assert_int_equal(edgeplan_report_gate(gate, NULL, 0, &needed), EDGEPLAN_OK);
    edgeplan_gate_unref(gate);
    edgeplan_registry_unref(empty);
    return status;
}

static void test_every_allocation_fails_once(void **state)
{
    (void)state;
    assert_true(test_sweep_allocations(open_all, NULL) > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_bytes_to_the_byte),
        cmocka_unit_test(test_hints_hold),
        cmocka_unit_test(test_platform),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_what_lies_over_what),
        cmocka_unit_test(test_no_path),
        cmocka_unit_test(test_os),
        cmocka_unit_test(test_group),
        cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_who_is_served),
        cmocka_unit_test(test_registry_pin),
        cmocka_unit_test(test_waivers),
        cmocka_unit_test(test_missing_model),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_every_allocation_fails_once),
    };
    return cmocka_run_group_tests_name("plan: gate", tests, open_registry, close_registry);
}
