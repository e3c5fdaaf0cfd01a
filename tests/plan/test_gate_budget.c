/* What a budget asks for beyond that: groups, audiences, pins, waivers; and its mistakes. */
#include "gate_world.h"

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

/* Mapped weights of an engine that may leave them to one where they are the app's own: 203 MB of Q8_0 beside 150 MB of the app, of which
   a device of 384 MiB grants 302. */
static void test_fallback(void **state)
{
    static const char engines[] =
        "edgeplan_registry: 1.0\nsources: [{id: s2, title: T}]\nruntimes:\n"
        "  - {id: r, backends: [{id: cpu, accelerator: cpu, architectures: [arm64]}, {id: gpu, accelerator: gpu,\n"
        "     architectures: [gpu-1], placement: {tied_head: shared, embedding: host, mapped: yes}, charge: {weights: mapped},\n"
        "     falls_back_to: cpu}]}\n";
    static const struct {
        const char *devices;
        uint32_t status;
        const char *says;
    } rows[] = {
        {"{id: d, target: small}", EDGEPLAN_CHECK_FAILED, "left to the cpu, as the gpu may without a word, does_not_fit (up to "},
        {"{id: d, target: small, required: no}", EDGEPLAN_CHECK_WARNED, " charged); on the gpu tight"},
        {"{id: d, target: small, ram: 512 MiB}", EDGEPLAN_CHECK_PASSED, "tight (up to "}, /* 403 MB of it: tight on either */
        {"{id: d, target: big}", EDGEPLAN_CHECK_PASSED, "fits (up to "},
        {"{id: d, platform: p}", EDGEPLAN_CHECK_FAILED, "chat on d (small decides): left to the cpu"},
    };
    edgeplan_registry *before = registry;
    (void)state;

    assert_int_equal(edgeplan_registry_with_memory(before, engines, sizeof engines - 1, "engines", NULL, &registry), EDGEPLAN_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[512];
        snprintf(text, sizeof text, "edgeplan: 1\ndefaults: {runtime: r, context: 2048, accelerators: [gpu], app_bytes: 150 MB}\n"
                 "devices: [%s]\nmodels: [{id: chat, model: m, format: q8_0}]\nlimits: {verdict: {at_least: tight}}\n", rows[i].devices);
        edgeplan_gate *gate = gate_of(text, 0, 0);
        uint32_t check = find(gate, "EP-FALLBACK", "chat", "d");
        assert_int_equal(item_of(gate, check).code, rows[i].status);
        assert_non_null(strstr(text_of(gate, check, EDGEPLAN_TEXT_MESSAGE), rows[i].says));
        edgeplan_gate_unref(gate);
    }
    edgeplan_gate *gate = gate_of(BIG, 0, 0); /* the cpu leaves nothing to others */
    for (uint32_t i = 0; i < edgeplan_gate_count(gate, EDGEPLAN_LIST_CHECKS); i++)
        assert_string_not_equal(text_of(gate, i, EDGEPLAN_TEXT_SUBJECT), "EP-FALLBACK");
    edgeplan_gate_unref(gate);
    edgeplan_registry_unref(registry);
    registry = before;
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
        cmocka_unit_test(test_group),
        cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_who_is_served),
        cmocka_unit_test(test_fallback),
        cmocka_unit_test(test_registry_pin),
        cmocka_unit_test(test_waivers),
        cmocka_unit_test(test_missing_model),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_every_allocation_fails_once),
    };
    return cmocka_run_group_tests_name("plan: gate, budgets", tests, open_registry, close_registry);
}
