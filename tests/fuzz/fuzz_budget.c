/* The budget of an app's gate, in a small world. Model files lie in a folder that is not there, so none is opened. */
#include "fuzz.h"

#include <stdlib.h>

#define FIXED_BYTES (UINT64_C(16) << 20)
#define MOST_PLANS 8u

static void check_lists(const edgeplan_gate *gate)
{
    static const edgeplan_list lists[] = { EDGEPLAN_LIST_CHECKS, EDGEPLAN_LIST_WAIVERS };
    edgeplan_item item = { .struct_size = sizeof item };

    for (size_t l = 0; l < sizeof lists / sizeof lists[0]; l++)
        for (uint32_t i = 0; i < edgeplan_gate_count(gate, lists[l]); i++) {
            FUZZ_CHECK(edgeplan_gate_item(gate, lists[l], i, &item) == EDGEPLAN_OK);
            fuzz_check_result("edgeplan_item", &item, sizeof item);
            for (uint32_t text = EDGEPLAN_TEXT_MESSAGE; text <= EDGEPLAN_TEXT_HINT; text++)
                FUZZ_CHECK(edgeplan_gate_text(gate, lists[l], i, (edgeplan_text)text) != NULL);
        }
    for (uint32_t i = 0; i < edgeplan_gate_plan_count(gate) && i < MOST_PLANS; i++)
        FUZZ_CHECK(edgeplan_gate_plan(gate, i) != NULL);
}

static void use(const edgeplan_gate *gate)
{
    edgeplan_summary summary = { .struct_size = sizeof summary };
    size_t needed = 0;
    char *text;

    FUZZ_CHECK(edgeplan_gate_summary(gate, &summary) == EDGEPLAN_OK);
    FUZZ_CHECK(summary.checks == summary.passed + summary.failed + summary.warned + summary.unknown + summary.waived);
    FUZZ_CHECK(summary.checks == edgeplan_gate_count(gate, EDGEPLAN_LIST_CHECKS));
    check_lists(gate);
    FUZZ_CHECK(edgeplan_report_gate(gate, NULL, 0, &needed) == EDGEPLAN_OK && needed > 2);
    text = malloc(needed);
    FUZZ_CHECK(text != NULL && edgeplan_report_gate(gate, text, needed, NULL) == EDGEPLAN_OK);
    fuzz_check_json(text, needed - 1, "checks");
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    edgeplan_gate_options options = { .struct_size = sizeof options, .today = size % 3 == 0 ? 0 : 20261122, .strict = size % 2 ? 2 : 0 };
    edgeplan_registry *small;
    edgeplan_diagnostics *diagnostics;
    edgeplan_gate *gate;
    edgeplan_status status;
    fuzz_memory counted;

    fuzz_begin(&counted, size, FIXED_BYTES);
    small = fuzz_small_registry(counted.context);
    FUZZ_CHECK(edgeplan_diagnostics_new(counted.context, &diagnostics) == EDGEPLAN_OK);
    status = edgeplan_gate_open_memory(small, data, size, "/there-is-no-such-folder/fuzz.yaml", &options, diagnostics, &gate);
    fuzz_check_outcome(status, gate, diagnostics, FUZZ_AT_LINE);
    if (gate != NULL)
        use(gate);
    edgeplan_gate_unref(gate);
    edgeplan_diagnostics_unref(diagnostics);
    edgeplan_registry_unref(small);
    fuzz_end(&counted);
    return 0;
}
