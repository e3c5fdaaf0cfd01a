#include "fuzz_text.h"

int fuzz_open_text(const uint8_t *data, size_t size, edgeplan_file_kind kind, uint64_t fixed_bytes)
{
    const edgeplan_open_options options = { .struct_size = sizeof options, .kind = (uint32_t)kind };
    edgeplan_diagnostics *diagnostics;
    edgeplan_model *model;
    edgeplan_status status;
    fuzz_memory counted;

    fuzz_begin(&counted, size, fixed_bytes);
    FUZZ_CHECK(edgeplan_diagnostics_new(counted.context, &diagnostics) == EDGEPLAN_OK);
    status = edgeplan_model_open_memory(counted.context, data, size, "fuzz.json", &options, diagnostics, &model);
    fuzz_check_outcome(status, model, diagnostics, FUZZ_AT_LINE);
    if (model != NULL) {
        fuzz_check_model(model);
        fuzz_plan_model(model);
    }
    edgeplan_model_unref(model);
    edgeplan_diagnostics_unref(diagnostics);
    fuzz_end(&counted);
    return 0;
}
