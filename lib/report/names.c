/* Numbers to words. A word is part of the JSON contract: never changed, only added. */
#include "report/names.h"

#include <edgeplan/plan.h>

/* Switches and not tables of pointers: they need no relocation when the library is loaded. */

const char *edgeplan_verdict_name(edgeplan_verdict verdict)
{
    switch ((uint32_t)verdict) {
    case EDGEPLAN_VERDICT_FITS: return "fits";
    case EDGEPLAN_VERDICT_TIGHT: return "tight";
    case EDGEPLAN_VERDICT_UNKNOWN: return "unknown";
    case EDGEPLAN_VERDICT_DOES_NOT_FIT: return "does_not_fit";
    default: return "";
    }
}

const char *edgeplan_limit_name(edgeplan_limit limit)
{
    switch ((uint32_t)limit) {
    case EDGEPLAN_LIMIT_TOTAL: return "total";
    case EDGEPLAN_LIMIT_GPU_WORKING_SET: return "gpu_working_set";
    case EDGEPLAN_LIMIT_BUFFER: return "buffer";
    case EDGEPLAN_LIMIT_SESSION: return "session";
    case EDGEPLAN_LIMIT_FILE: return "file";
    case EDGEPLAN_LIMIT_COMPILED_CONTEXT: return "compiled_context";
    case EDGEPLAN_LIMIT_AVAILABLE: return "available";
    case EDGEPLAN_LIMIT_TRAINED_CONTEXT: return "trained_context";
    case EDGEPLAN_LIMIT_RUNTIME_CONTEXT: return "runtime_context";
    default: return "";
    }
}

const char *edgeplan_bound_name(edgeplan_bound bound)
{
    switch ((uint32_t)bound) {
    case EDGEPLAN_BOUND_BANDWIDTH: return "bandwidth";
    case EDGEPLAN_BOUND_COMPUTE: return "compute";
    case EDGEPLAN_BOUND_OVERHEAD: return "overhead";
    case EDGEPLAN_BOUND_CAPACITY: return "capacity";
    default: return "";
    }
}

const char *edgeplan_verdict_reason_text(edgeplan_verdict_reason reason)
{
    switch ((uint32_t)reason) {
    case EDGEPLAN_REASON_WITHIN_SAFE: return "even the high estimate is within the safe budget";
    case EDGEPLAN_REASON_ABOVE_SAFE: return "within the hard limit, but above the safe budget";
    case EDGEPLAN_REASON_MAPPED_WEIGHTS: return "within the hard limit if mapped weights are not counted, beyond it if they are";
    case EDGEPLAN_REASON_HIGH_ABOVE_HARD: return "the low estimate is within the hard limit, the high one is not";
    case EDGEPLAN_REASON_ABOVE_HARD: return "even the low estimate exceeds the hard limit";
    case EDGEPLAN_REASON_SOFT_LIMIT: return "above a limit that is not known to kill";
    case EDGEPLAN_REASON_MISSING_LIMIT: return "no limit is known";
    case EDGEPLAN_REASON_MISSING_COMPONENT: return "a part of the footprint is not known";
    case EDGEPLAN_REASON_CONTEXT: return "the context is longer than the compiled ones, the runtime's or the trained one";
    default: return "";
    }
}

const char *edgeplan_accelerator_name(edgeplan_accelerator accelerator)
{
    switch ((uint32_t)accelerator) {
    case EDGEPLAN_ACCELERATOR_ANY: return "any";
    case EDGEPLAN_ACCELERATOR_CPU: return "cpu";
    case EDGEPLAN_ACCELERATOR_GPU: return "gpu";
    case EDGEPLAN_ACCELERATOR_NPU: return "npu";
    default: return "";
    }
}

const char *edgeplan_speed_basis_name(edgeplan_speed_basis basis)
{
    switch ((uint32_t)basis) {
    case EDGEPLAN_SPEED_BASIS_MEASURED: return "measured";
    case EDGEPLAN_SPEED_BASIS_DEVICE: return "device";
    case EDGEPLAN_SPEED_BASIS_CLASS: return "class";
    case EDGEPLAN_SPEED_BASIS_PHYSICS: return "physics";
    default: return "";
    }
}

const char *edgeplan_companion_name(edgeplan_companion role)
{
    switch ((uint32_t)role) {
    case EDGEPLAN_COMPANION_DRAFT: return "draft";
    case EDGEPLAN_COMPANION_PROJECTOR: return "projector";
    case EDGEPLAN_COMPANION_SPEECH_TO_TEXT: return "stt";
    case EDGEPLAN_COMPANION_TEXT_TO_SPEECH: return "tts";
    case EDGEPLAN_COMPANION_OTHER: return "other";
    case EDGEPLAN_COMPANION_MTP: return "mtp";
    default: return "";
    }
}

const char *edgeplan_memory_basis_name(edgeplan_memory_basis basis)
{
    switch ((uint32_t)basis) {
    case EDGEPLAN_MEMORY_BASIS_EXACT: return "exact";
    case EDGEPLAN_MEMORY_BASIS_RULE: return "rule";
    case EDGEPLAN_MEMORY_BASIS_APPROXIMATE: return "approximate";
    case EDGEPLAN_MEMORY_BASIS_MISSING: return "missing";
    default: return "";
    }
}

const char *edgeplan_confidence_name(edgeplan_confidence confidence)
{
    switch ((uint32_t)confidence) {
    case EDGEPLAN_CONFIDENCE_MEASURED: return "measured";
    case EDGEPLAN_CONFIDENCE_CITED: return "cited";
    case EDGEPLAN_CONFIDENCE_DERIVED: return "derived";
    case EDGEPLAN_CONFIDENCE_ASSUMED: return "assumed";
    default: return "";
    }
}

const char *ep_preset_name(uint32_t preset)
{
    switch (preset) {
    case EDGEPLAN_PRESET_LIBRARY: return "library";
    case EDGEPLAN_PRESET_CLI: return "cli";
    case EDGEPLAN_PRESET_SERVER: return "server";
    default: return "";
    }
}

const char *ep_app_state_name(uint32_t app_state)
{
    switch (app_state) {
    case EDGEPLAN_APP_STATE_FOREGROUND: return "foreground";
    case EDGEPLAN_APP_STATE_SERVICE: return "service";
    case EDGEPLAN_APP_STATE_BACKGROUND: return "background";
    case EDGEPLAN_APP_STATE_EXTENSION: return "extension";
    default: return "";
    }
}

const char *ep_entitlement_name(uint64_t bit)
{
    return bit == EDGEPLAN_ENTITLEMENT_INCREASED_MEMORY ? "increased-memory" : "";
}
