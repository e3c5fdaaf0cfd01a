/* What would run where a model has no path: another runtime, a newer system, another format. */
#include "plan/api.h"
#include "plan/gate_hints.h"
#include "plan/path.h"

/* Whether the model runs that way and keeps its promise of a verdict; no use in a path that does not. */
static edgeplan_status opens(ep_hinter *h, const edgeplan_gate *gate, const edgeplan_runtime *runtime, const edgeplan_format *format,
                             uint32_t os, const char *kind)
{
    edgeplan_deployment *d;
    ep_evaluation e;
    edgeplan_request r = h->cell->request;
    const uint32_t model = ep_cell_model_index(gate, h->cell);
    edgeplan_status status =
        ep_deployment_open(gate->models[model], h->cell->target, EDGEPLAN_ACCELERATOR_ANY, runtime, format, os, NULL, &d);

    if (!status)
        status = ep_gate_add_beside(gate, model, os, NULL, &d);
    if (status)
        return status;
    r.os_major = os >> 16;
    r.os_minor = os & 0xffff;
    if (ep_evaluate(d, &r, &e) || e.verdict > h->promise->word) {
        status = EDGEPLAN_ERROR_REFUSED;
    } else {
        ep_hint_say(h, kind, ep_equal(kind, "runtime") ? d->runtime->id : ep_equal(kind, "format") ? d->format->id : "");
        if (ep_equal(kind, "os"))
            ep_say_version(h->text, os);
        ep_text_add(h->text, " (");
        ep_text_add(h->text, edgeplan_accelerator_name((edgeplan_accelerator)d->accelerator));
        ep_text_add_char(h->text, ')');
    }
    ep_deployment_free(d);
    return status;
}

static edgeplan_status other_runtime(ep_hinter *h, const edgeplan_gate *gate, const edgeplan_format *format)
{
    const edgeplan_target *target = h->cell->target;
    edgeplan_status status = EDGEPLAN_ERROR_REFUSED;

    for (uint32_t i = 0; i < target->runtime_count && status && status != EDGEPLAN_ERROR_NO_MEMORY; i++)
        status = opens(h, gate, target->runtimes[i], format, h->cell->device->os, "runtime");
    return status;
}

/* The system from which on an engine takes it, of those that the target runs. */
static edgeplan_status newer_system(ep_hinter *h, const edgeplan_gate *gate, const edgeplan_runtime *runtime, const edgeplan_format *format)
{
    const edgeplan_target *target = h->cell->target;
    edgeplan_status status = EDGEPLAN_ERROR_REFUSED;

    for (uint32_t b = 0; b < runtime->backend_count && status && status != EDGEPLAN_ERROR_NO_MEMORY; b++) {
        const uint32_t from = ep_backend_obstacle(&runtime->backends[b], target, h->cell->device->os).from;
        if (from && from <= target->os_to)
            status = opens(h, gate, runtime, format, from, "os");
    }
    return status;
}

static edgeplan_status other_format(ep_hinter *h, const edgeplan_gate *gate, const edgeplan_runtime *runtime)
{
    edgeplan_status status = EDGEPLAN_ERROR_REFUSED;

    for (uint32_t b = 0; b < runtime->backend_count; b++)
        for (uint32_t i = 0; i < runtime->backends[b].format_count && status && status != EDGEPLAN_ERROR_NO_MEMORY; i++)
            status = opens(h, gate, runtime, runtime->backends[b].formats[i], h->cell->device->os, "format");
    return status;
}

edgeplan_status ep_gate_path_hint(edgeplan_gate *gate, const ep_cell *cell, const char **out)
{
    const ep_budget_model *asked = cell->model;
    const edgeplan_runtime *runtime = asked->terms.runtime           ? asked->terms.runtime
                                      : cell->device->terms.runtime  ? cell->device->terms.runtime
                                                                     : gate->budget.defaults.runtime;
    ep_sentence sentence;
    ep_hinter h = {.cell = cell, .promise = ep_gate_promise(gate, asked, EP_PROMISE_VERDICT), .text = ep_sentence_begin(&sentence)};
    edgeplan_status status = runtime ? newer_system(&h, gate, runtime, asked->format) : EDGEPLAN_ERROR_REFUSED;

    if (status != EDGEPLAN_ERROR_NO_MEMORY)
        status = other_runtime(&h, gate, asked->format);
    if (status != EDGEPLAN_ERROR_NO_MEMORY && runtime)
        status = other_format(&h, gate, runtime);
    if (status == EDGEPLAN_ERROR_NO_MEMORY)
        return status;
    if (!h.found)
        ep_text_add(h.text, "no runtime of the device takes this model in this format and keeps the verdict promised");
    *out = ep_sentence_keep(&gate->arena, &sentence);
    return *out ? EDGEPLAN_OK : EDGEPLAN_ERROR_NO_MEMORY;
}
