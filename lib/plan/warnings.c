/* What to be wary of. */
#include "model/element.h"
#include "plan/api.h"
#include "plan/lists.h"
#include "plan/path.h"
#include "plan/notes.h"

/* That engine may not hold what this one does. */
static void warn_of_fallback(ep_notes *w)
{
    const edgeplan_plan *plan = w->plan;
    const uint32_t verdict = plan->fallback.verdict;
    ep_text *text = ep_note_begin(w);

    if (!verdict || !ep_verdict_worse(verdict, plan->verdict.verdict))
        return;
    ep_text_add(text, "the ");
    ep_text_add(text, edgeplan_accelerator_name((edgeplan_accelerator)plan->deployment->accelerator));
    ep_text_add(text, " may leave this without a word to the ");
    ep_text_add(text, edgeplan_accelerator_name((edgeplan_accelerator)plan->fallback.accelerator));
    ep_text_add(text, verdict == EDGEPLAN_VERDICT_TIGHT     ? ", where it is tight"
                      : verdict == EDGEPLAN_VERDICT_UNKNOWN ? ", where nobody knows whether it fits"
                                                            : ", where it does not fit");
    ep_note_end(w, "EP-FALLBACK", EDGEPLAN_CONFIDENCE_ASSUMED);
}

/* Scales included: what is called 4 bits is 4 to 5. */
static int is_4_bit(uint32_t element_type)
{
    const ep_block_size block = ep_element_block(element_type);
    return block.bytes * 8 <= block.elements * 5 && block.elements > 0;
}

/* Losses are known down to 1.5B; docs/rules.md says what was seen below, and with 4-bit caches. */
edgeplan_status ep_list_warnings(edgeplan_plan *plan, const ep_evaluation *evaluation)
{
    ep_notes w = {.plan = plan, .evaluation = evaluation, .list = EDGEPLAN_LIST_WARNINGS};
    const ep_workload *workload = &evaluation->workload;
    const edgeplan_deployment *d = plan->deployment;
    const char *quality_class = ep_quality_format(d)->quality_class;
    const ep_path path = {d->model, d->target, d->runtime, d->accelerator, d->format, evaluation->conditions.os};
    const ep_refusal *experiment = ep_path_experiment(&path);

    if (experiment)
        ep_note(&w, "EP-EXPERIMENTAL", experiment->reason);
    if (d->model->head.parameters < 1000000000 && !(quality_class && *quality_class == 'a'))
        ep_note(&w, "EP-SMALL-MODEL", "below 1B a format may lose more than the figure, which is of larger models, tells");
    if (is_4_bit(workload->kv_k) || is_4_bit(workload->kv_v))
        ep_note(&w, "EP-KV-4-BIT", "keys or values in 4 bits have ruined models, small ones above all: try the answers");
    warn_of_fallback(&w);
    if (evaluation->verdict != EDGEPLAN_VERDICT_DOES_NOT_FIT && ep_evaluation_paged_bytes(evaluation))
        ep_note(&w, "EP-PAGING",
                 "this holds more than there is visible RAM: mapped weights are read from storage again and again, at no rate known");
    return w.status;
}
