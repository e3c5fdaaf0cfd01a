/* Lists that repeat what the registry holds: limits, observations, speculation, models beside, files. */
#include <string.h>

#include "base/known.h"
#include "base/text.h"
#include "plan/figures.h"
#include "plan/lists.h"
#include "plan/towers.h"

ep_listed *ep_list_add(ep_arena *arena, ep_item_list *list)
{
    ep_listed *items = ep_arena_grow(arena, list->items, list->count, &list->capacity, sizeof *items);

    if (!items)
        return NULL;
    list->items = items;
    memset(&items[list->count], 0, sizeof *items);
    items[list->count].item.struct_size = sizeof(edgeplan_item);
    return &items[list->count++];
}

edgeplan_status ep_list_limits(edgeplan_plan *plan, const ep_evaluation *evaluation)
{
    const ep_limit_set *set = plan->deployment->target->limits;

    for (uint32_t i = 0; i < evaluation->limit_count; i++) {
        const ep_limit *limit = &evaluation->limits[i];
        const ep_ruling *ruling = &evaluation->rulings[i];
        ep_listed *item = ep_list_add(&plan->arena, &plan->lists[EDGEPLAN_LIST_LIMITS]);
        if (!item)
            return EDGEPLAN_ERROR_NO_MEMORY;
        item->item.code = limit->kind;
        item->item.confidence = limit->confidence;
        item->item.value = (double)ep_limit_told(limit->hard_bytes);
        item->item.low = (double)ep_limit_told(limit->safe_bytes);
        item->item.high = (double)ruling->verdict;
        item->item.known = EP_ITEM_KNOWN(code) | EP_ITEM_KNOWN(confidence) | EP_ITEM_KNOWN(high);
        if (limit->hard_bytes)
            item->item.known |= EP_ITEM_KNOWN(value);
        if (limit->safe_bytes)
            item->item.known |= EP_ITEM_KNOWN(low);
        if (ruling->demand.basis != EDGEPLAN_MEMORY_BASIS_MISSING) {
            item->item.bytes = ruling->demand.high;
            item->item.known |= EP_ITEM_KNOWN(bytes);
        }
        item->text[EDGEPLAN_TEXT_SUBJECT] = limit->rule ? set->rules[limit->rule - 1].id : edgeplan_limit_name((edgeplan_limit)limit->kind);
        item->text[EDGEPLAN_TEXT_MESSAGE] = edgeplan_verdict_reason_text((edgeplan_verdict_reason)ruling->reason);
    }
    return EDGEPLAN_OK;
}

/* 1: this very path and batch; 2: the same model on the same target another way. Plus 16 for a claim. */
static uint32_t relation(const edgeplan_observation *o, const edgeplan_deployment *d, uint64_t batch)
{
    if (!ep_equal(o->model->id, d->model->id))
        return 0;
    int same = o->runtime == d->runtime && o->batch == batch && o->format == d->format &&
               (o->accelerator == 0 || o->accelerator == d->accelerator);
    return (same ? 1u : 2u) + (o->claim == EDGEPLAN_SWITCH_ON ? 16u : 0u);
}

static const char *path_text(ep_arena *arena, const edgeplan_runtime *runtime, uint32_t accelerator, const char *stored_as)
{
    char buffer[160];
    ep_text text;

    ep_text_init(&text, buffer, sizeof buffer);
    ep_text_add(&text, runtime->id);
    if (accelerator) {
        ep_text_add_char(&text, ' ');
        ep_text_add(&text, edgeplan_accelerator_name((edgeplan_accelerator)accelerator));
    }
    if (stored_as) {
        ep_text_add_char(&text, ' ');
        ep_text_add(&text, stored_as);
    }
    return ep_arena_copy(arena, buffer, text.length < sizeof buffer ? text.length : sizeof buffer - 1);
}

edgeplan_status ep_list_observations(edgeplan_plan *plan)
{
    const edgeplan_deployment *d = plan->deployment;

    for (uint32_t i = 0; i < d->target->observation_count; i++) {
        const edgeplan_observation *o = d->target->observations[i];
        const ep_fact *decode = ep_fact_get(d->registry, o->decode);
        uint32_t code = relation(o, d, plan->request.batch);
        if (!code || !decode)
            continue;
        ep_listed *item = ep_list_add(&plan->arena, &plan->lists[EDGEPLAN_LIST_OBSERVATIONS]);
        const char *subject = item ? path_text(&plan->arena, o->runtime, o->accelerator, o->format ? o->format->id : NULL) : NULL;
        if (!subject)
            return EDGEPLAN_ERROR_NO_MEMORY;
        item->item.code = code;
        item->item.confidence = decode->confidence;
        item->item.value = decode->value;
        item->item.known = EP_ITEM_KNOWN(code) | EP_ITEM_KNOWN(confidence) | EP_ITEM_KNOWN(value);
        item->text[EDGEPLAN_TEXT_SUBJECT] = subject;
        item->text[EDGEPLAN_TEXT_MESSAGE] = o->note ? o->note : o->id;
        item->text[EDGEPLAN_TEXT_SOURCE] = o->source->title;
        item->text[EDGEPLAN_TEXT_URL] = o->source->url;
    }
    return EDGEPLAN_OK;
}

/* Measured of one sequence; a batch leaves less to gain, and nothing is told of it. */
const ep_calibration *ep_speculation_next(const edgeplan_plan *plan, uint32_t *at)
{
    const edgeplan_runtime *runtime = plan->deployment->runtime;

    while (plan->request.batch == 1 && *at < runtime->speculation_count) {
        const ep_calibration *found = &runtime->speculation[(*at)++];
        if (found->kind && ep_calibration_score(found, plan->deployment) >= 0)
            return found;
    }
    return NULL;
}

edgeplan_status ep_list_speculation(edgeplan_plan *plan)
{
    const edgeplan_registry *registry = plan->deployment->registry;
    const ep_calibration *s;

    for (uint32_t at = 0; (s = ep_speculation_next(plan, &at)) != NULL;) {
        const ep_fact *told = ep_fact_get(registry, s->gain ? s->gain : s->kept);
        double rounds = s->gain ? 1 : ep_fact_value(registry, s->round);
        ep_listed *item = ep_list_add(&plan->arena, &plan->lists[EDGEPLAN_LIST_SPECULATION]);
        if (!item)
            return EDGEPLAN_ERROR_NO_MEMORY;
        item->text[EDGEPLAN_TEXT_SUBJECT] = s->kind;
        item->kept_tokens = ep_fact_value(registry, s->kept);
        if (!told || rounds <= 0)
            continue;
        item->round_steps = s->gain ? item->kept_tokens / told->value : rounds;
        item->item.value = told->value / rounds;
        item->item.confidence = told->confidence;
        item->item.known = EP_ITEM_KNOWN(value) | EP_ITEM_KNOWN(confidence);
        if (s->low && s->high) {
            item->item.low = item->item.value * ep_fact_value(registry, s->low);
            item->item.high = item->item.value * ep_fact_value(registry, s->high);
            item->item.known |= EP_ITEM_KNOWN(low) | EP_ITEM_KNOWN(high);
        }
        item->text[EDGEPLAN_TEXT_SOURCE] = told->source->title;
        item->text[EDGEPLAN_TEXT_URL] = told->source->url;
    }
    return EDGEPLAN_OK;
}

/* In the order they were added. */
static edgeplan_status list_beside(edgeplan_plan *plan, const edgeplan_deployment *d, const edgeplan_request *request)
{
    edgeplan_status status = d->base ? list_beside(plan, d->base, request) : EDGEPLAN_OK;
    const edgeplan_deployment *other = d->companion;
    ep_footprint footprint;

    if (status || !d->base)
        return status;
    ep_companion_footprint(d, request, (ep_compute_view){0, 0, 0}, &footprint);
    const ep_amount amount = ep_footprint_sum(&footprint, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED);
    ep_listed *item = ep_list_add(&plan->arena, &plan->lists[EDGEPLAN_LIST_EXTRA_MODELS]);
    const char *path = !item   ? NULL
                       : other ? path_text(&plan->arena, other->runtime, other->accelerator, ep_deployment_stored_as(other))
                               : "as measured";
    if (!path)
        return EDGEPLAN_ERROR_NO_MEMORY;
    item->other = other;
    item->text[EDGEPLAN_TEXT_SUBJECT] = other ? other->model->id : d->measured->id;
    item->text[EDGEPLAN_TEXT_MESSAGE] = path;
    item->item.code = d->role;
    item->item.low = (double)amount.low;
    item->item.known = EP_ITEM_KNOWN(code) | EP_ITEM_KNOWN(low);
    item->item.value = other && d->role == EDGEPLAN_COMPANION_PROJECTOR ? (double)ep_towers_image_tokens(other, request) : 0;
    item->item.known |= item->item.value > 0 ? EP_ITEM_KNOWN(value) : 0;
    if (amount.basis == EDGEPLAN_MEMORY_BASIS_MISSING)
        return EDGEPLAN_OK;
    item->item.bytes = amount.expected;
    item->item.known |= EP_ITEM_KNOWN(bytes);
    if (footprint.uncounted) /* how much an encoder's scratch adds, nobody says */
        return EDGEPLAN_OK;
    item->item.high = (double)amount.high;
    item->item.known |= EP_ITEM_KNOWN(high);
    return EDGEPLAN_OK;
}

edgeplan_status ep_list_extra_models(edgeplan_plan *plan, const edgeplan_request *request)
{
    return list_beside(plan, plan->deployment, request);
}

edgeplan_status ep_list_artefacts(edgeplan_plan *plan)
{
    if (plan->file_bytes == 0)
        return EDGEPLAN_OK;
    ep_listed *item = ep_list_add(&plan->arena, &plan->lists[EDGEPLAN_LIST_ARTEFACTS]);
    if (!item)
        return EDGEPLAN_ERROR_NO_MEMORY;
    item->item.bytes = plan->file_bytes;
    item->item.known = EP_ITEM_KNOWN(bytes);
    item->text[EDGEPLAN_TEXT_SUBJECT] = plan->deployment->format->id;
    item->text[EDGEPLAN_TEXT_MESSAGE] = plan->deployment->own_files ? "the model's own files" : "tensors, without the header";
    return EDGEPLAN_OK;
}
