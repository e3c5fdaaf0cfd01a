/* What would be needed to say more. */
#include "base/known.h"
#include "plan/figures.h"
#include "plan/lists.h"
#include "plan/notes.h"

static void absent_in(ep_notes *w, uint32_t needed_for, const char *subject, const char *what, const char *of, const char *state)
{
    ep_item_list *list = &w->plan->lists[w->list];
    ep_text *text = ep_note_begin(w);

    ep_text_add(text, what);
    ep_text_add(text, " of ");
    ep_text_add(text, of);
    ep_text_add(text, state);
    ep_note_end(w, subject, EDGEPLAN_CONFIDENCE_UNKNOWN);
    if (!w->status) {
        list->items[list->count - 1].item.code = needed_for;
        list->items[list->count - 1].item.known |= EP_ITEM_KNOWN(code);
    }
}

static void absent(ep_notes *w, uint32_t needed_for, const char *subject, const char *what, const char *of)
{
    absent_in(w, needed_for, subject, what, of, "");
}

static void missing_components(ep_notes *w)
{
    static const char *const names[EP_COMPONENT_COUNT] = {"storage", "storage", "size of the KV cache", "size of the state",
                                                          "size of the scratch", "size of the logits", "", "own memory"};
    const edgeplan_deployment *d = w->plan->deployment;

    for (int i = 0; i < EP_COMPONENT_COUNT; i++) {
        if (w->evaluation->footprint.part[i].basis != EDGEPLAN_MEMORY_BASIS_MISSING || i == EP_DUPLICATED)
            continue;
        absent(w, EP_MISSING_MEMORY, names[i], names[i], i == EP_WEIGHTS ? d->format->name : d->runtime->name);
    }
}

edgeplan_status ep_list_missing(edgeplan_plan *plan, const ep_evaluation *evaluation)
{
    static const char *const states[] = {"", "", " in a foreground service", " in the background", " in an extension"};
    ep_notes w = {.plan = plan, .evaluation = evaluation, .list = EDGEPLAN_LIST_MISSING};
    const edgeplan_deployment *d = plan->deployment;
    const ep_chip *chip = &d->target->chip;

    if (!chip->peak_bandwidth)
        absent(&w, EP_MISSING_SPEED, "peak_bandwidth", "peak_bandwidth", chip->name);
    if (!ep_throughput_fact(d))
        absent(&w, EP_MISSING_SPEED, "throughput", "throughput for this format's arithmetic", chip->name);
    if (!d->calibration)
        absent(&w, EP_MISSING_SPEED, "calibration", "calibration on this accelerator", d->runtime->name);
    if (evaluation->workload.host_layers)
        absent(&w, EP_MISSING_SPEED, "gpu_layers", "speed with layers on two engines", d->runtime->name);
    for (uint32_t i = 0; i < evaluation->limit_count; i++)
        if (!evaluation->limits[i].safe_bytes && !evaluation->limits[i].hard_bytes)
            absent_in(&w, EP_MISSING_MEMORY, "limit", "memory limit", d->target->name, states[evaluation->conditions.app_state]);
    if (!evaluation->conditions.ram_bytes)
        absent(&w, EP_MISSING_MEMORY, "ram", "ram", d->target->name);
    missing_components(&w);
    if (evaluation->footprint.uncounted)
        absent(&w, EP_MISSING_MEMORY, "encoder", "working memory of an encoder", d->runtime->name);
    if (!plan->quality.kv_known)
        absent(&w, EP_MISSING_QUALITY, "kv_quality", "quality loss of this KV type", d->runtime->name);
    return w.status;
}
