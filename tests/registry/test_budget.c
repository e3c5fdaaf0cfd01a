/* Reading budgets: what they say, and every mistake with its place. */
#include "world.h"

#include "registry/budget.h"

static edgeplan_registry *registry;

static int open_registry(void **state)
{
    (void)state;
    registry = world();
    return 0;
}

static int close_registry(void **state)
{
    (void)state;
    edgeplan_registry_unref(registry);
    return 0;
}

#define PARTS \
    "devices:\n  - {id: a, target: phone}\n" /* lines 2 and 3 of most texts */ \
    "models:\n  - {id: m, model: model-1b, format: q4_0}\n"

static edgeplan_status read(ep_arena *arena, const char *text, edgeplan_diagnostics *diagnostics, ep_budget *budget)
{
    ep_arena_init(arena, NULL);
    return ep_budget_read(arena, registry, text, strlen(text), "b.yaml", diagnostics, budget);
}

static const char whole[] =
    "edgeplan: 1\n"
    "registry: {digest: \"0123456789abcdef\"}\n"
    "defaults: {runtime: runtime, context: 4096 tokens, prompt: 512, output: 128, kv: f32, preset: cli, mmap: no,"
    " app_bytes: 190 MB, image: 1024x768}\n"
    "devices:\n"
    "  - {id: one, target: phone, entitlements: [increased-memory], ram: 8 GiB, os: 18.1, firmware: 36.4, app_state: service,\n"
    "     accelerators: [gpu, cpu], available: 3.5 GB, largest_buffer: 1 GiB, required: no}\n"
    "  - {id: all, platform: phones}\n"
    "models:\n"
    "  - {id: chat, file: models/chat.gguf, devices: [all], kv: q8_0, limits: {decode: {min: 20 tok/s, level: off}}}\n"
    "  - {id: sum, config: sum/config.json, format: q4_0}\n"
    "  - {id: reg, model: model-1b, format: parts, chunk: 128, sequences: 2}\n"
    "groups:\n  - {id: voice, members: [chat, sum]}\n"
    "limits:\n"
    "  verdict: {at_least: tight, level: warn}\n"
    "  memory: {max: 3 GB, estimate: low}\n"
    "  largest_buffer: {max: 1 GiB}\n"
    "  largest_file: {max: 2 GB}\n"
    "  download: {max: 2.5 GB, level: warn}\n"
    "  decode: {min: 8 tok/s, estimate: ceiling, sustained: yes}\n"
    "  ttft: {max: 1500 ms, estimate: floor}\n"
    "  context: {min: 4096}\n"
    "  loss: {max: 0 nat}\n"
    "  basis: {min: cited}\n"
    "audience: [{identifier: X1, share: 0.25}, {target: \"Phone1,2\", share: 0.75}]\n"
    "coverage: {min: 0.9, verdict: tight, level: warn}\n"
    "waivers:\n  - {rule: EP-TTFT, model: voice, device: one, reason: streamed, until: 2028-02-29}\n";

static void test_everything_is_read(void **state)
{
    edgeplan_diagnostics *diagnostics = world_diagnostics();
    ep_budget b;
    ep_arena arena;
    edgeplan_status status = read(&arena, whole, diagnostics, &b);
    (void)state;

    world_print(diagnostics);
    assert_int_equal(status, EDGEPLAN_OK);
    assert_string_equal(b.name, "b.yaml");
    assert_string_equal(b.pinned_digest, "0123456789abcdef");
    assert_ptr_equal(b.defaults.runtime, edgeplan_runtime_find(registry, "runtime"));
    assert_count(b.defaults.context_tokens, 4096);
    assert_count(b.defaults.kv, EDGEPLAN_ELEMENT_F32); /* which is 0, and given all the same */
    assert_count(b.defaults.mmap, EDGEPLAN_SWITCH_OFF);
    assert_count(b.defaults.app_bytes, 190000000);
    assert_count(b.defaults.image_width_pixels, 1024);
    assert_count(b.defaults.image_height_pixels, 768);

    assert_count(b.device_count, 2);
    const ep_budget_device *one = &b.devices[0];
    assert_ptr_equal(one->target, edgeplan_target_find(registry, "phone"));
    assert_null(one->platform);
    assert_count(one->ram_bytes, UINT64_C(8) << 30);
    assert_count(one->available_bytes, 3500000000);
    assert_count(one->os, EP_OS_VERSION(18, 1));
    assert_count(one->firmware, EP_OS_VERSION(36, 4));
    assert_count(one->required, EDGEPLAN_SWITCH_OFF);
    assert_count(one->terms.entitlements, 1u << EP_ENTITLED);
    assert_count(one->terms.app_state, EDGEPLAN_APP_STATE_SERVICE);
    assert_count(one->terms.kv, EDGEPLAN_ELEMENT_NONE); /* not given here */
    assert_count(one->terms.accelerators.count, 2);
    assert_string_equal(one->terms.accelerators.items[0], "gpu");
    assert_ptr_equal(b.devices[1].platform, edgeplan_platform_find(registry, "phones"));
    assert_count(b.devices[1].required, EDGEPLAN_SWITCH_ON); /* unless the budget says no */

    assert_count(b.model_count, 3);
    assert_string_equal(b.models[0].file, "models/chat.gguf");
    assert_count(b.models[0].device_count, 1);
    assert_count(b.models[0].devices[0], 1);
    assert_count(b.models[0].promises.item[EP_PROMISE_DECODE].level, EDGEPLAN_LEVEL_OFF);
    assert_null(b.models[0].promises.item[EP_PROMISE_TTFT].node);
    assert_count(b.models[1].device_count, 2); /* all of them */
    assert_string_equal(b.models[2].entry->id, "model-1b");
    assert_count(b.models[2].terms.sequences, 2);
    assert_count(b.groups[0].member_count, 2);
    assert_count(b.groups[0].members[1], 1);

    static const struct {
        uint32_t kind;
        double bound;
        uint32_t word, level, estimate, sustained, line;
    } promises[] = {
        {EP_PROMISE_VERDICT, 0, EDGEPLAN_VERDICT_TIGHT, EDGEPLAN_LEVEL_WARN, 0, 0, 15},
        {EP_PROMISE_MEMORY, 3e9, 0, EDGEPLAN_LEVEL_ERROR, EP_ESTIMATE_LOW, 0, 16},
        {EP_PROMISE_BUFFER, 1073741824, 0, EDGEPLAN_LEVEL_ERROR, 0, 0, 17},
        {EP_PROMISE_FILE, 2e9, 0, EDGEPLAN_LEVEL_ERROR, 0, 0, 18},
        {EP_PROMISE_DOWNLOAD, 2.5e9, 0, EDGEPLAN_LEVEL_WARN, 0, 0, 19},
        {EP_PROMISE_DECODE, 8, 0, EDGEPLAN_LEVEL_ERROR, EP_ESTIMATE_BEST, 1, 20},
        {EP_PROMISE_TTFT, 1.5, 0, EDGEPLAN_LEVEL_ERROR, EP_ESTIMATE_BEST, 0, 21},
        {EP_PROMISE_CONTEXT, 4096, 0, EDGEPLAN_LEVEL_ERROR, 0, 0, 22},
        {EP_PROMISE_LOSS, 0, 0, EDGEPLAN_LEVEL_ERROR, 0, 0, 23},
        {EP_PROMISE_BASIS, 0, EDGEPLAN_CONFIDENCE_CITED, EDGEPLAN_LEVEL_ERROR, 0, 0, 24},
    };
    for (size_t i = 0; i < sizeof promises / sizeof *promises; i++) {
        const ep_promise *p = &b.promises.item[promises[i].kind];
        assert_near(p->bound, promises[i].bound, 0);
        assert_count(p->word, promises[i].word);
        assert_count(p->level, promises[i].level);
        assert_count(p->estimate, promises[i].estimate);
        assert_count(p->sustained, promises[i].sustained);
        assert_count(p->node->line, promises[i].line);
    }
    assert_count(b.audience_count, 2);
    assert_near(b.audience[0].share, 0.25, 0);
    assert_ptr_equal(b.audience[1].target, b.devices[0].target); /* by what it reports, and by its id */
    assert_near(b.coverage_share, 0.9, 0);
    assert_count(b.coverage_verdict, EDGEPLAN_VERDICT_TIGHT);
    assert_count(b.waivers[0].rule, EDGEPLAN_RULE_TTFT);
    assert_count(b.waivers[0].until, 20280229);
    ep_arena_free(&arena);
    edgeplan_diagnostics_unref(diagnostics);
}

static const struct {
    const char *text;
    edgeplan_status status;
    uint32_t line, column;
    const char *path, *message;
} mistakes[] = {
    {"edgeplan: [", EDGEPLAN_ERROR_SYNTAX, 0, 0, NULL, NULL},
    {"- a\n", EDGEPLAN_ERROR_SCHEMA, 1, 1, NULL, "a budget is a map"},
    {PARTS, EDGEPLAN_ERROR_SCHEMA, 1, 1, NULL, "missing key 'edgeplan'; a budget begins 'edgeplan: 1'"},
    {"edgeplan: 2\n" PARTS, EDGEPLAN_ERROR_SCHEMA, 1, 11, "edgeplan", "budgets of version 1, not '2'"},
    {"edgeplan: one\n" PARTS, EDGEPLAN_ERROR_SCHEMA, 1, 11, "edgeplan", "the version of a budget is a number"},
    {"edgeplan: 1\n" PARTS "limit: {}\n", EDGEPLAN_ERROR_SCHEMA, 6, 1, "limit", "unknown key 'limit'; did you mean 'limits'?"},
    {"edgeplan: 1\n" PARTS "defaults: {prompt_tokens: 5}\n", EDGEPLAN_ERROR_SCHEMA, 6, 12, "defaults.prompt_tokens",
     "did you mean 'prompt'?"},
    {"edgeplan: 1\n" PARTS "defaults: {kv_cache: f16}\n", EDGEPLAN_ERROR_SCHEMA, 6, 12, "defaults.kv_cache", "did you mean 'kv'?"},
    {"edgeplan: 1\n" PARTS "defaults: {app_baseline: 5 MB}\n", EDGEPLAN_ERROR_SCHEMA, 6, 12, "defaults.app_baseline",
     "did you mean 'app_bytes'?"},
    {"edgeplan: 1\n" PARTS "defaults: {image: 1024}\n", EDGEPLAN_ERROR_SCHEMA, 6, 19, "defaults.image",
     "must be pixels, width by height, such as 1024x768"},
    {"edgeplan: 1\n" PARTS "defaults: {image: 1024x0}\n", EDGEPLAN_ERROR_SCHEMA, 6, 19, "defaults.image",
     "must be pixels, width by height, such as 1024x768"},
    {"edgeplan: 1\n" PARTS "defaults: {image: 70000x5}\n", EDGEPLAN_ERROR_SCHEMA, 6, 19, "defaults.image",
     "must be pixels, width by height, such as 1024x768"},
    {"edgeplan: 1\n" PARTS "defaults: {mmap: true}\n", EDGEPLAN_ERROR_SCHEMA, 6, 18, "defaults.mmap",
     "did you mean 'yes'? One of: yes, no"},
    {"edgeplan: 1\n" PARTS "defaults: {entitlements: [increased-memory-limit]}\n", EDGEPLAN_ERROR_SCHEMA, 6, 27, "defaults.entitlements[0]",
     "did you mean 'increased-memory'? One of: none, increased-memory"},
    {"edgeplan: 1\n" PARTS "audience: [{target: fone, share: 1}]\n", EDGEPLAN_ERROR_REFERENCE, 6, 21, "audience[0].target",
     "'fone' is not in targets; did you mean 'phone'?"},
    {"edgeplan: 1\n" PARTS "limits: {decodes: {min: 8 tok/s}}\n", EDGEPLAN_ERROR_SCHEMA, 6, 10, "limits.decodes",
     "did you mean 'decode'?"},
    {"edgeplan: 1\n" PARTS "limits: {decode: {min: 8}}\n", EDGEPLAN_ERROR_SCHEMA, 6, 24, "limits.decode.min",
     "a unit is due after '8'; units: tok/s"},
    {"edgeplan: 1\n" PARTS "limits: {decode: {min: 8 tok/s, max: 9 tok/s}}\n", EDGEPLAN_ERROR_SCHEMA, 6, 33, "limits.decode.max",
     "unknown key 'max'"},
    {"edgeplan: 1\n" PARTS "limits: {memory: {level: warn}}\n", EDGEPLAN_ERROR_SCHEMA, 6, 18, "limits.memory", "missing key 'max'"},
    {"edgeplan: 1\n" PARTS "limits: {memory: {max: 0 GB}}\n", EDGEPLAN_ERROR_RANGE, 6, 24, "limits.memory.max",
     "must be above zero"},
    {"edgeplan: 1\n" PARTS "limits: {ttft: {max: 3 s, estimate: ceiling}}\n", EDGEPLAN_ERROR_SCHEMA, 6, 37, "limits.ttft.estimate",
     "unknown word 'ceiling'; one of: low, expected, high, floor"},
    {"edgeplan: 1\n" PARTS "limits: {verdict: {at_least: unknown}}\n", EDGEPLAN_ERROR_SCHEMA, 6, 30, "limits.verdict.at_least",
     "one of: fits, tight"},
    {"edgeplan: 1\n" PARTS "defaults: {runtime: runtim}\n", EDGEPLAN_ERROR_REFERENCE, 6, 21, "defaults.runtime",
     "'runtim' is not in runtimes; did you mean 'runtime'?"},
    {"edgeplan: 1\nmodels:\n  - {id: m, model: model-1b, format: q4_0}\n", EDGEPLAN_ERROR_SCHEMA, 1, 1, NULL, "without devices"},
    {"edgeplan: 1\ndevices:\n  - {id: a, target: phone}\n", EDGEPLAN_ERROR_SCHEMA, 1, 1, NULL, "without models"},
    {"edgeplan: 1\n" PARTS "groups: [{id: g, members: [m, mm]}]\n", EDGEPLAN_ERROR_REFERENCE, 6, 31, "groups[0].members[1]",
     "'mm' is not in models"},
    {"edgeplan: 1\n" PARTS "groups: [{id: g, members: [m]}]\n", EDGEPLAN_ERROR_SCHEMA, 6, 27, "groups[0].members",
     "no two members run on the same device"},
    {"edgeplan: 1\n" PARTS "groups: [{id: m, members: [m]}]\n", EDGEPLAN_ERROR_SCHEMA, 6, 15, "groups[0]",
     "the id is used twice: 'm'"},
    {"edgeplan: 1\n" PARTS "audience: [{share: 0.5}]\n", EDGEPLAN_ERROR_SCHEMA, 6, 12, "audience[0]", "'identifier' and 'target'"},
    {"edgeplan: 1\n" PARTS "audience: [{target: phone, share: 0.7}, {target: phone, share: 0.4}]\n", EDGEPLAN_ERROR_RANGE, 6, 41,
     "audience[1]", "more than 1"},
    {"edgeplan: 1\n" PARTS "coverage: {min: 0.9}\n", EDGEPLAN_ERROR_SCHEMA, 6, 11, "coverage", "coverage needs an audience"},
    {"edgeplan: 1\n" PARTS "waivers: [{rule: EP-SPEED, reason: x, until: 2027-01-01}]\n", EDGEPLAN_ERROR_SCHEMA, 6, 18,
     "waivers[0].rule", "unknown word 'EP-SPEED'"},
    {"edgeplan: 1\n" PARTS "waivers: [{rule: EP-FIT, until: 2027-01-01}]\n", EDGEPLAN_ERROR_SCHEMA, 6, 11, "waivers[0]",
     "missing key 'reason'"},
    {"edgeplan: 1\n" PARTS "waivers: [{rule: EP-FIT, reason: x}]\n", EDGEPLAN_ERROR_SCHEMA, 6, 11, "waivers[0]",
     "missing key 'until'"},
    {"edgeplan: 1\n" PARTS "waivers: [{rule: EP-FIT, reason: x, until: 2027-02-29}]\n", EDGEPLAN_ERROR_SCHEMA, 6, 44,
     "waivers[0].until", "a day is year-month-day"},
    {"edgeplan: 1\n" PARTS "waivers: [{rule: EP-FIT, reason: x, until: 2027-01-01, device: b}]\n", EDGEPLAN_ERROR_REFERENCE, 6, 64,
     "waivers[0].device", "'b' is not in devices"},
    {"edgeplan: 1\n" PARTS "  - {id: n, file: x, config: y}\n", EDGEPLAN_ERROR_SCHEMA, 6, 5, "models[1]",
     "one of the keys 'file', 'config' and 'model'"},
    {"edgeplan: 1\n" PARTS "  - {id: n, model: model-1b}\n", EDGEPLAN_ERROR_SCHEMA, 6, 5, "models[1]", "missing key 'format'"},
    {"edgeplan: 1\n" PARTS "  - {id: n, file: x, devices: [aa]}\n", EDGEPLAN_ERROR_REFERENCE, 6, 32, "models[1].devices[0]",
     "'aa' is not in devices"},
    {"edgeplan: 1\n" PARTS "  - {id: n, file: x, devices: []}\n", EDGEPLAN_ERROR_SCHEMA, 6, 31, "models[1].devices",
     "an empty list checks nothing"},
    {"edgeplan: 1\n" PARTS "  - {id: n, file: x, devices: [a, a]}\n", EDGEPLAN_ERROR_SCHEMA, 6, 35, "models[1].devices[1]",
     "stands twice"},
    {"edgeplan: 1\n" PARTS "  - {id: m, file: x}\n", EDGEPLAN_ERROR_SCHEMA, 6, 10, "models[1]", "the id is used twice: 'm'"},
    {"edgeplan: 1\n" PARTS "  - {id: n, file: x, context: 0}\n", EDGEPLAN_ERROR_RANGE, 6, 31, "models[1].context",
     "must be above zero"},
};

static void test_mistakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        edgeplan_diagnostics *diagnostics = world_diagnostics();
        ep_budget b;
        ep_arena arena;
        edgeplan_status status = read(&arena, mistakes[i].text, diagnostics, &b);
        if (status != mistakes[i].status || edgeplan_diagnostics_count(diagnostics) != 1) {
            print_error("%s\n%s, %u diagnostics\n", mistakes[i].text, edgeplan_status_name(status),
                        (unsigned)edgeplan_diagnostics_count(diagnostics));
            world_print(diagnostics);
        }
        assert_int_equal(status, mistakes[i].status);
        assert_count(edgeplan_diagnostics_count(diagnostics), 1);
        assert_string_equal(edgeplan_diagnostics_source(diagnostics, 0), "b.yaml");
        assert_diagnostic(diagnostics, 0, mistakes[i].status, mistakes[i].line, mistakes[i].column, mistakes[i].path,
                          mistakes[i].message);
        ep_arena_free(&arena);
        edgeplan_diagnostics_unref(diagnostics);
    }
}

/* All mistakes of a file are told, in the order of the file as far as its keys go. */
static void test_every_mistake(void **state)
{
    static const char text[] =
        "edgeplan: 1\n"
        "defaults: {contxt: 1, kv: q9}\n"
        "devices:\n  - {id: a, target: phon}\n  - {id: b}\n"
        "models:\n  - {id: m, model: model-1b}\n"
        "limits: {decode: {min: fast}}\n";
    static const uint32_t lines[] = {2, 2, 4, 8, 5, 7};
    edgeplan_diagnostics *diagnostics = world_diagnostics();
    ep_budget b;
    ep_arena arena;
    (void)state;

    assert_int_equal(read(&arena, text, diagnostics, &b), EDGEPLAN_ERROR_SCHEMA);
    assert_count(edgeplan_diagnostics_count(diagnostics), sizeof lines / sizeof *lines);
    for (uint32_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_count(edgeplan_diagnostics_line(diagnostics, i), lines[i]);
    ep_arena_free(&arena);
    edgeplan_diagnostics_unref(diagnostics);
}

/* A newer minor version may have keys that this library does not know. */
static void test_newer_minor(void **state)
{
    edgeplan_diagnostics *diagnostics = world_diagnostics();
    ep_budget b;
    ep_arena arena;
    (void)state;

    assert_int_equal(read(&arena, "edgeplan: 1.1\n" PARTS "energies: {}\n", diagnostics, &b), EDGEPLAN_OK);
    assert_count(edgeplan_diagnostics_count(diagnostics), 1);
    assert_int_equal(edgeplan_diagnostics_severity(diagnostics, 0), EDGEPLAN_SEVERITY_WARNING);
    ep_arena_free(&arena);
    edgeplan_diagnostics_unref(diagnostics);
}

/* Larger than any app's, in the time of reading it. */
static void test_too_many_parts(void **state)
{
    enum { PARTS_OF_IT = 300, ROOM = 64 };
    char *text = malloc(PARTS_OF_IT * ROOM), *at = text;
    edgeplan_diagnostics *diagnostics = world_diagnostics();
    ep_budget b;
    ep_arena arena;
    (void)state;

    assert_non_null(text);
    at += sprintf(at, "edgeplan: 1\nmodels: [{id: m, file: x}]\ndevices:\n");
    for (int i = 0; i < PARTS_OF_IT; i++)
        at += sprintf(at, "- {id: d%d, target: phone}\n", i);
    assert_int_equal(read(&arena, text, diagnostics, &b), EDGEPLAN_ERROR_LIMIT);
    ep_arena_free(&arena);
    edgeplan_diagnostics_unref(diagnostics);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_is_read), cmocka_unit_test(test_mistakes),       cmocka_unit_test(test_every_mistake),
        cmocka_unit_test(test_newer_minor),        cmocka_unit_test(test_too_many_parts),
    };
    return cmocka_run_group_tests_name("registry: budget", tests, open_registry, close_registry);
}
