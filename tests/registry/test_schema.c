#include "world.h"

static int errors_of(const edgeplan_diagnostics *diagnostics)
{
    int count = 0;
    for (uint32_t i = 0; i < edgeplan_diagnostics_count(diagnostics); i++)
        count += edgeplan_diagnostics_severity(diagnostics, i) == EDGEPLAN_SEVERITY_ERROR;
    return count;
}

static void ten_mistakes_are_ten_errors(void **state)
{
    static const struct {
        edgeplan_status status;
        uint32_t line, column;
        const char *path, *message;
    } expected[] = {
        {EDGEPLAN_ERROR_SCHEMA, 29, 9, "targets[1]", "the id is used twice in this file"},
        {EDGEPLAN_ERROR_SCHEMA, 9, 7, "chips[0].memory.peak_bandwith", "did you mean 'peak_bandwidth'?"},
        {EDGEPLAN_ERROR_SCHEMA, 10, 12, "chips[0].memory.bus", "a unit is due after '64'; units: bit"},
        {EDGEPLAN_ERROR_SCHEMA, 12, 23, "chips[0].engines[0].accelerator", "unknown word 'tpu'; one of: cpu, gpu, npu"},
        {EDGEPLAN_ERROR_SCHEMA, 15, 54, "limits[0].visible.confidence", "one of: measured, cited, derived, assumed"},
        {EDGEPLAN_ERROR_RANGE, 19, 42, "limits[0].rules[0].hard_share", "a share is between 0 and 1, not '1.5'"},
        {EDGEPLAN_ERROR_REFERENCE, 24, 11, "targets[0].chip", "'chipp' is not in chips; did you mean 'chip'?"},
        {EDGEPLAN_ERROR_SCHEMA, 26, 15, "targets[0].runtimes", "a list is due here"},
        {EDGEPLAN_ERROR_SCHEMA, 21, 5, "targets[0]", "missing key 'class'"},
        {EDGEPLAN_ERROR_SCHEMA, 25, 11, "targets[0].ram[0]", "units: B, kB, MB"},
    };
    edgeplan_diagnostics *diagnostics = world_diagnostics();
    edgeplan_registry *base = world(), *registry = base;

    (void)state;
    assert_int_equal(edgeplan_registry_with_file(base, test_data_path("registry/ten-mistakes.yaml"), diagnostics, &registry),
                     EDGEPLAN_ERROR_SCHEMA);
    assert_null(registry);
    world_print(diagnostics);
    assert_count(edgeplan_diagnostics_count(diagnostics), 10);
    for (uint32_t i = 0; i < 10; i++)
        assert_diagnostic(diagnostics, i, expected[i].status, expected[i].line, expected[i].column, expected[i].path, expected[i].message);
    edgeplan_registry_unref(base);
    edgeplan_diagnostics_unref(diagnostics);
}

/* One mistake each, laid over the world: status, key path, part of the message. */
static const struct {
    const char *text;
    edgeplan_status status;
    const char *path, *message;
} mistakes[] = {
    {"", EDGEPLAN_ERROR_SCHEMA, "", "begins 'edgeplan_registry: 1.0'"},
    {"[]", EDGEPLAN_ERROR_SCHEMA, "", "is a map"},
    {"chips: []", EDGEPLAN_ERROR_SCHEMA, "", "missing key 'edgeplan_registry'"},
    {"edgeplan_registry: one", EDGEPLAN_ERROR_SCHEMA, "edgeplan_registry", "major.minor"},
    {"edgeplan_registry: 2.0", EDGEPLAN_ERROR_SCHEMA, "edgeplan_registry", "version 1 of the schema, not '2.0'"},
    {HEAD "chip: []", EDGEPLAN_ERROR_SCHEMA, "chip", "did you mean 'chips'?"},
    {HEAD "chips: {}", EDGEPLAN_ERROR_SCHEMA, "chips", "a list is due"},
    {HEAD "chips: [5]", EDGEPLAN_ERROR_SCHEMA, "chips[0]", "an entry is a map with an id"},
    {HEAD "chips: [{name: x}]", EDGEPLAN_ERROR_SCHEMA, "chips[0]", "missing key 'id'"},
    {HEAD "platforms: [{id: [a], name: x}]", EDGEPLAN_ERROR_SCHEMA, "platforms[0].id", "a text is due"},
    {HEAD "platforms: [{id: Upper, name: x}]", EDGEPLAN_ERROR_SCHEMA, "platforms[0].id", "not 'Upper'"},
    {HEAD "platforms: [{id: a@b, name: x}]", EDGEPLAN_ERROR_SCHEMA, "platforms[0].id", "not 'a@b'"},
    {HEAD "platforms: [{id: a, name: x, replaced_by: b}]", EDGEPLAN_ERROR_REFERENCE, "platforms[0].replaced_by", "is not in platforms"},
    {HEAD "platforms: [{id: a, name: [x]}]", EDGEPLAN_ERROR_SCHEMA, "platforms[0].name", "a text is due"},
    {HEAD "platforms: [{id: a, name: \"x\\0y\"}]", EDGEPLAN_ERROR_SCHEMA, "platforms[0].name", "NUL"},
    {HEAD "platforms: [{id: a, name: x, note: [y]}]", EDGEPLAN_ERROR_SCHEMA, "platforms[0].note", "a text is due"},
    {HEAD "platforms: [{id: a, name: x, colour: y}]", EDGEPLAN_ERROR_SCHEMA, "platforms[0].colour", "unknown key 'colour'"},
    {HEAD "platforms: [{id: phones, colour: null}]", EDGEPLAN_ERROR_SCHEMA, "platforms[0].colour", "unknown key 'colour'"},
    {HEAD "platforms: [{id: a, name: null}]", EDGEPLAN_ERROR_SCHEMA, "platforms[0]", "missing key 'name'"},
    {HEAD "platforms: [{id: a, name: x, targets: [nobody]}]", EDGEPLAN_ERROR_REFERENCE, "platforms[0].targets[0]", "not in targets"},
    {HEAD "chips: [{id: chip, memory: 5}]", EDGEPLAN_ERROR_SCHEMA, "chips[0].memory", "a map is due"},
    {HEAD "chips: [{id: c2, name: x, engines: [], memory: {bus: 64 bit}}]", EDGEPLAN_ERROR_SCHEMA, "chips[0].memory.bus",
     "no source here or in an enclosing block"},
    {HEAD "chips: [{id: c2, name: x, engines: [], memory: {bus: {value: 64 bit, source: sheet}}}]", EDGEPLAN_ERROR_SCHEMA,
     "chips[0].memory.bus", "no confidence here or in an enclosing block"},
    {HEAD "chips: [{id: chip, source: shet}]", EDGEPLAN_ERROR_REFERENCE, "chips[0].source", "did you mean 'sheet'?"},
    {HEAD "chips: [{id: chip, memory: {bus: {value: 64 bit, sauce: sheet}}}]", EDGEPLAN_ERROR_SCHEMA, "chips[0].memory.bus.sauce",
     "unknown key"},
    {HEAD "chips: [{id: chip, memory: {bus: {source: sheet}}}]", EDGEPLAN_ERROR_SCHEMA, "chips[0].memory.bus", "missing key 'value'"},
    {HEAD "chips: [{id: chip, memory: {bus: [64 bit]}}]", EDGEPLAN_ERROR_SCHEMA, "chips[0].memory.bus", "a number is due"},
    {HEAD "chips: [{id: chip, memory: {bus: wide}}]", EDGEPLAN_ERROR_SCHEMA, "chips[0].memory.bus", "no number: 'wide'; units: bit"},
    {HEAD "chips: [{id: chip, memory: {bus: 64.5 bit}}]", EDGEPLAN_ERROR_RANGE, "chips[0].memory.bus", "whole number"},
    {HEAD "chips: [{id: chip, memory: {bus: -64 bit}}]", EDGEPLAN_ERROR_RANGE, "chips[0].memory.bus", "negative"},
    {HEAD "chips: [{id: chip, memory: {bus: 1234567890123456789 bit}}]", EDGEPLAN_ERROR_RANGE, "chips[0].memory.bus", "digits"},
    {HEAD "chips: [{id: chip, engines: [{accelerator: cpu}, {accelerator: cpu}]}]", EDGEPLAN_ERROR_SCHEMA,
     "chips[0].engines[1].accelerator", "a second engine"},
    {HEAD "chips: [{id: chip, engines: [{architecture: x}]}]", EDGEPLAN_ERROR_SCHEMA, "chips[0].engines[0]", "missing key 'accelerator'"},
    {HEAD "chips: [{id: chip, engines: [{accelerator: cpu, throughput: [{type: f64, rate: 1 Top/s}]}]}]", EDGEPLAN_ERROR_SCHEMA,
     "chips[0].engines[0].throughput[0].type", "one of: f32, f16"},
    {HEAD "limits: [{id: limits, rules: [{id: a, kind: total}]}]", EDGEPLAN_ERROR_SCHEMA, "limits[0].rules[0]", "needs a figure"},
    {HEAD "limits: [{id: limits, rules: [{id: a, kind: total, hard: 1 GB, hard_share: 0.5}]}]", EDGEPLAN_ERROR_SCHEMA,
     "limits[0].rules[0]", "not two of them"},
    {HEAD "limits: [{id: limits, rules: [{id: a, kind: total, hard: 1 GB, soft: true}]}]", EDGEPLAN_ERROR_SCHEMA,
     "limits[0].rules[0].soft", "did you mean 'yes'? One of: yes, no"},
    {HEAD "limits: [{id: limits, rules: [{id: a, kind: total, hard: 1 GB, os: {from: x}}]}]", EDGEPLAN_ERROR_SCHEMA,
     "limits[0].rules[0].os.from", "a version is major.minor"},
    {HEAD "limits: [{id: limits, rules: [{id: a, kind: total, hard: 1 GB, os: {from: 18.0, below: 17.5}}]}]", EDGEPLAN_ERROR_RANGE,
     "limits[0].rules[0]", "'below' is not above 'from'"},
    {HEAD "limits: [{id: limits, rules: [{id: a, kind: total, hard: 1 GB, accelerators: [gpu, tpu]}]}]", EDGEPLAN_ERROR_SCHEMA,
     "limits[0].rules[0].accelerators[1]", "unknown word 'tpu'"},
    {HEAD "formats: [{id: parts, storage: {mechanism: magic}}]", EDGEPLAN_ERROR_SCHEMA, "formats[0].storage.mechanism", "llama-quantize"},
    {HEAD "formats: [{id: q4_0, storage: {type: q9}}]", EDGEPLAN_ERROR_SCHEMA, "formats[0].storage.type", "no type 'q9'"},
    {HEAD "formats: [{id: parts, storage: {other: null}}]", EDGEPLAN_ERROR_SCHEMA, "formats[0].storage", "missing key 'other'"},
    {HEAD "formats: [{id: parts, storage: {body: f13}}]", EDGEPLAN_ERROR_SCHEMA, "formats[0].storage.body", "element type 'f13'"},
    {HEAD "formats: [{id: parts, storage: {body: {group: 0}}}]", EDGEPLAN_ERROR_RANGE, "formats[0].storage.body.group", "above zero"},
    {HEAD "models: [{id: m, name: M, config: 5}]", EDGEPLAN_ERROR_SCHEMA, "models[0].config", "a map is due"},
    {HEAD "targets: [{id: phone, host: page}]", EDGEPLAN_ERROR_SCHEMA, "targets[0]", "a chip or a host"},
    {HEAD "targets: [{id: phone, chip: null}]", EDGEPLAN_ERROR_SCHEMA, "targets[0]", "missing key 'chip'"},
    {HEAD "targets: [{id: p2, name: P, platform: web, class: browser, host: page}]", EDGEPLAN_ERROR_REFERENCE, "targets[0].host",
     "not 'page'"},
    {HEAD "targets: [{id: phone, os: {to: 14.0}}]", EDGEPLAN_ERROR_RANGE, "targets[0]", "'to' is below 'from'"},
    {HEAD "targets: [{id: phone, identifiers: [a]}]", EDGEPLAN_ERROR_SCHEMA, "targets[0].identifiers", "a map is due"},
    {HEAD "targets: [{id: phone, identifiers: {hw: a}}]", EDGEPLAN_ERROR_SCHEMA, "targets[0].identifiers.hw", "a list is due"},
    {HEAD "runtimes: [{id: runtime, kv_types: [f16, f17]}]", EDGEPLAN_ERROR_SCHEMA, "runtimes[0].kv_types[1]", "element type 'f17'"},
    {HEAD "runtimes: [{id: runtime, presets: {fast: {}}}]", EDGEPLAN_ERROR_SCHEMA, "runtimes[0].presets.fast", "unknown key"},
    {HEAD "runtimes: [{id: runtime, default_preset: library, backends: [{id: a, accelerator: cpu}]}]", EDGEPLAN_ERROR_REFERENCE,
     "runtimes[0].default_preset", "no such preset here: 'library'"},
    {HEAD "runtimes: [{id: runtime, cache: {mechanism: heap}}]", EDGEPLAN_ERROR_SCHEMA, "runtimes[0].cache.mechanism",
     "cells, pages, static"},
    {HEAD "runtimes: [{id: runtime, cache: {stride: 5}}]", EDGEPLAN_ERROR_SCHEMA, "runtimes[0].cache.stride", "unknown key 'stride'"},
    {HEAD "runtimes: [{id: runtime, compute: {terms: [{bytes: 4, per: [chunk]}]}}]", EDGEPLAN_ERROR_SCHEMA,
     "runtimes[0].compute.terms[0].bytes", "a unit is due after '4'"},
    {HEAD "runtimes: [{id: runtime, compute: {terms: [{bytes: 4 B, per: [chunks]}]}}]", EDGEPLAN_ERROR_SCHEMA,
     "runtimes[0].compute.terms[0].per[0]", "window_context"},
    {HEAD "runtimes: [{id: runtime, compute: {terms: [{bytes: 4 B, per: [one, one, one, one, one]}]}}]", EDGEPLAN_ERROR_RANGE,
     "runtimes[0].compute.terms[0].per", "too long"},
    {HEAD "runtimes: [{id: runtime, max_context: 4096}]", EDGEPLAN_ERROR_SCHEMA, "runtimes[0].max_context", "units: tokens"},
    {HEAD "runtimes: [{id: runtime, backends: [{id: a}]}]", EDGEPLAN_ERROR_SCHEMA, "runtimes[0].backends[0]", "missing key 'accelerator'"},
    {HEAD "runtimes: [{id: runtime, backends: [{id: a, accelerator: cpu}, {id: b, accelerator: npu, falls_back_to: c}]}]",
     EDGEPLAN_ERROR_REFERENCE, "runtimes[0].backends[1].falls_back_to", "no other such back end here: 'c'"},
    {HEAD "runtimes: [{id: runtime, backends: [{id: a, accelerator: cpu, falls_back_to: a}]}]", EDGEPLAN_ERROR_REFERENCE,
     "runtimes[0].backends[0].falls_back_to", "no other such back end here: 'a'"},
    {HEAD "runtimes: [{id: runtime, backends: [{id: a, accelerator: cpu, falls_back_to: [a]}]}]", EDGEPLAN_ERROR_SCHEMA,
     "runtimes[0].backends[0].falls_back_to", NULL},
    {HEAD "runtimes: [{id: runtime, backends: [{id: a, accelerator: cpu, cache: {stride: 5}}]}]", EDGEPLAN_ERROR_SCHEMA,
     "runtimes[0].backends[0].cache.stride", "unknown key"},
    {HEAD "runtimes: [{id: runtime, refuses: [{format: x, reason: y}]}]", EDGEPLAN_ERROR_REFERENCE, "runtimes[0].refuses[0].format",
     "not in formats"},
    {HEAD "runtimes: [{id: runtime, calibrations: [{accelerator: gpu, classes: [toaster], eta: 0, low: 0, high: 0}]}]",
     EDGEPLAN_ERROR_SCHEMA, "runtimes[0].calibrations[0].classes[0]", "phone, tablet"},
    {HEAD "runtimes: [{id: r2, name: R, backends: [], overrides: [{family: x, span: all}]}]", EDGEPLAN_ERROR_SCHEMA,
     "runtimes[0].overrides[0]", "missing key 'source'"},
    {HEAD "observations: [{id: run-1, grade: z}]", EDGEPLAN_ERROR_SCHEMA, "observations[0].grade", "one of: a, b, c"},
    {HEAD "observations: [{id: run-1, contradicts: run-9}]", EDGEPLAN_ERROR_REFERENCE, "observations[0].contradicts",
     "not in observations"},
    {HEAD "observations: [{id: run-1, source: null}]", EDGEPLAN_ERROR_SCHEMA, NULL, "no source here"},
    {HEAD "observations: [{id: run-1, batch: 0}]", EDGEPLAN_ERROR_RANGE, "observations[0].batch", "above zero"},
    {HEAD "observations: [{id: run-1, batch: 5000000000}]", EDGEPLAN_ERROR_RANGE, "observations[0].batch", "below 2^32"},
};

static void each_mistake_is_told(void **state)
{
    edgeplan_registry *base = world();

    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        edgeplan_diagnostics *diagnostics = world_diagnostics();
        uint32_t first = 0;
        world_over(base, mistakes[i].text, diagnostics, mistakes[i].status);
        if (errors_of(diagnostics) != 1 && mistakes[i].path) {
            print_error("%s\n", mistakes[i].text);
            world_print(diagnostics);
            fail();
        }
        while (edgeplan_diagnostics_severity(diagnostics, first) == EDGEPLAN_SEVERITY_NOTE)
            first++; /* that an entry was merged */
        assert_diagnostic(diagnostics, first, mistakes[i].status, 0, 0, mistakes[i].path, mistakes[i].message);
        edgeplan_diagnostics_unref(diagnostics);
        /* The same without a list to write into. */
        world_over(base, mistakes[i].text, NULL, mistakes[i].status);
    }
    edgeplan_registry_unref(base);
}

static void a_newer_file_only_warns(void **state)
{
    edgeplan_diagnostics *diagnostics = world_diagnostics();
    edgeplan_registry *base = world(), *registry, *over;

    (void)state;
    registry = world_over(base, "edgeplan_registry: 1.3\ntopics: []\nplatforms:\n  - {id: new, name: New, colour: blue}\n", diagnostics,
                          EDGEPLAN_OK);
    assert_count(edgeplan_diagnostics_count(diagnostics), 2);
    assert_diagnostic(diagnostics, 0, EDGEPLAN_ERROR_SCHEMA, 2, 1, "topics", "unknown key 'topics'");
    assert_diagnostic(diagnostics, 1, EDGEPLAN_ERROR_SCHEMA, 4, 26, "platforms[0].colour", "newer version");
    assert_int_equal(edgeplan_diagnostics_severity(diagnostics, 1), EDGEPLAN_SEVERITY_WARNING);
    assert_string_equal(edgeplan_registry_version(registry), "1.3");
    /* Told once: not again when a file is laid over it. */
    edgeplan_diagnostics_clear(diagnostics);
    over = world_over(registry, HEAD, diagnostics, EDGEPLAN_OK);
    assert_count(edgeplan_diagnostics_count(diagnostics), 0);
    assert_string_equal(edgeplan_registry_version(over), "1.3");
    edgeplan_registry_unref(over);
    edgeplan_registry_unref(registry);
    edgeplan_registry_unref(base);
    edgeplan_diagnostics_unref(diagnostics);
}

/* A mistake in a block that several back ends merge over is told once. */
static void a_shared_mistake_is_told_once(void **state)
{
    edgeplan_diagnostics *diagnostics = world_diagnostics();
    edgeplan_registry *base = world();

    (void)state;
    world_over(base, HEAD "runtimes:\n  - id: runtime\n    cache: {mechanism: heap}\n    backends:\n"
                          "      - {id: a, accelerator: cpu, cache: {step: 1}}\n      - {id: b, accelerator: gpu, cache: {step: 2}}\n",
               diagnostics, EDGEPLAN_ERROR_SCHEMA);
    assert_int_equal(errors_of(diagnostics), 1);
    edgeplan_registry_unref(base);
    edgeplan_diagnostics_unref(diagnostics);
}

static void mistakes_beyond_the_cap_are_counted(void **state)
{
    edgeplan_diagnostics *diagnostics = world_diagnostics();
    edgeplan_registry *base = world();
    char text[8000] = HEAD "platforms:\n";

    (void)state;
    for (int i = 0; i < 100; i++)
        sprintf(text + strlen(text), "  - {id: p%d, name: x, targets: [t%d]}\n", i, i);
    world_over(base, text, diagnostics, EDGEPLAN_ERROR_REFERENCE);
    assert_count(edgeplan_diagnostics_count(diagnostics), 64);
    assert_count(edgeplan_diagnostics_dropped(diagnostics), 36);
    edgeplan_registry_unref(base);
    edgeplan_diagnostics_unref(diagnostics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_mistakes_are_ten_errors),   cmocka_unit_test(each_mistake_is_told),
        cmocka_unit_test(a_newer_file_only_warns),       cmocka_unit_test(a_shared_mistake_is_told_once),
        cmocka_unit_test(mistakes_beyond_the_cap_are_counted),
    };
    return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
