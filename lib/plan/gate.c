#include "plan/gate.h"

#include <string.h>

#include "base/context.h"
#include "base/known.h"
#include "plan/api.h"
#include "plan/lists.h"

/* ---- lists: the checks as the public door shows them ---- */

static const char *place_text(edgeplan_gate *gate, const ep_node *node)
{
    ep_sentence sentence;
    ep_text *text = ep_sentence_begin(&sentence);

    ep_text_add(text, gate->budget.name);
    ep_text_add_char(text, ':');
    ep_text_add_count(text, node->line);
    ep_text_add_char(text, ':');
    ep_text_add_count(text, node->column);
    return ep_sentence_keep(&gate->arena, &sentence);
}

static edgeplan_status list_check(edgeplan_gate *gate, const ep_check *check)
{
    ep_listed *item = ep_list_add(&gate->arena, &gate->check_list);
    const char *place = item ? place_text(gate, check->node) : NULL;

    if (!place)
        return EDGEPLAN_ERROR_NO_MEMORY;
    item->item.code = check->status;
    item->item.high = check->level;
    item->item.known = EP_ITEM_KNOWN(code) | EP_ITEM_KNOWN(high);
    if (check->unit) {
        item->item.low = check->required;
        item->item.known |= EP_ITEM_KNOWN(low);
    }
    if (check->unit && check->value_known) {
        item->item.value = check->value;
        item->item.known |= EP_ITEM_KNOWN(value);
    }
    if (check->bytes) {
        item->item.bytes = check->bytes;
        item->item.known |= EP_ITEM_KNOWN(bytes);
    }
    item->text[EDGEPLAN_TEXT_SUBJECT] = edgeplan_rule_id((edgeplan_rule)check->rule);
    item->text[EDGEPLAN_TEXT_INPUT] = check->model;
    item->text[EDGEPLAN_TEXT_OUTPUT] = check->device;
    item->text[EDGEPLAN_TEXT_SOURCE] = check->unit;
    item->text[EDGEPLAN_TEXT_MESSAGE] = check->message;
    item->text[EDGEPLAN_TEXT_HINT] = check->hint;
    item->text[EDGEPLAN_TEXT_PLACE] = place;
    return EDGEPLAN_OK;
}

static edgeplan_status list_waiver(edgeplan_gate *gate, uint32_t index)
{
    const ep_budget_waiver *waiver = &gate->budget.waivers[index];
    ep_listed *item = ep_list_add(&gate->arena, &gate->waiver_list);
    const char *place = item ? place_text(gate, waiver->node) : NULL;

    if (!place)
        return EDGEPLAN_ERROR_NO_MEMORY;
    item->item.code = gate->waiver_states[index];
    item->item.value = waiver->until;
    item->item.known = EP_ITEM_KNOWN(code) | EP_ITEM_KNOWN(value);
    item->text[EDGEPLAN_TEXT_SUBJECT] = edgeplan_rule_id((edgeplan_rule)waiver->rule);
    item->text[EDGEPLAN_TEXT_INPUT] = waiver->model;
    item->text[EDGEPLAN_TEXT_OUTPUT] = waiver->device;
    item->text[EDGEPLAN_TEXT_MESSAGE] = waiver->reason;
    item->text[EDGEPLAN_TEXT_PLACE] = place;
    return EDGEPLAN_OK;
}

static edgeplan_status make_lists(edgeplan_gate *gate)
{
    edgeplan_status status = EDGEPLAN_OK;

    for (size_t i = 0; i < gate->check_count && !status; i++)
        status = list_check(gate, &gate->checks[i]);
    for (uint32_t i = 0; i < gate->budget.waiver_count && !status; i++)
        status = list_waiver(gate, i);
    return status;
}

/* ---- plans and the summary ---- */

/* Keeps the plans that decide a check, in the order of the cells; the rest of a platform's is released. */
static edgeplan_status keep_plans(edgeplan_gate *gate)
{
    gate->plans = ep_arena_array(&gate->arena, gate->cell_count, sizeof(edgeplan_plan *));
    if (!gate->plans)
        return EDGEPLAN_ERROR_NO_MEMORY;
    for (size_t i = 0; i < gate->check_count; i++)
        if (gate->checks[i].cell && gate->checks[i].cell->plan)
            gate->checks[i].cell->number = 1;
    for (size_t i = 0; i < gate->cell_count; i++) {
        ep_cell *cell = &gate->cells[i];
        if (cell->number) {
            gate->plans[gate->plan_count++] = cell->plan;
            cell->number = gate->plan_count;
        } else if (cell->plan) {
            ep_plan_free(cell->plan);
        }
        cell->plan = NULL; /* owned by `plans` from here on */
    }
    return EDGEPLAN_OK;
}

static void sum_up(edgeplan_gate *gate)
{
    edgeplan_summary *s = &gate->summary;

    s->struct_size = sizeof *s;
    for (size_t i = 0; i < gate->check_count; i++) {
        uint32_t status = gate->checks[i].status;
        s->passed += status == EDGEPLAN_CHECK_PASSED;
        s->failed += status == EDGEPLAN_CHECK_FAILED;
        s->warned += status == EDGEPLAN_CHECK_WARNED;
        s->unknown += status == EDGEPLAN_CHECK_UNKNOWN;
        s->waived += status == EDGEPLAN_CHECK_WAIVED;
    }
    s->checks = gate->check_count;
    s->plans = gate->plan_count;
    s->known = 2 * EP_SUMMARY_KNOWN(plans) - 1;
}

/* ---- making and releasing ---- */

static edgeplan_status fill(edgeplan_gate *gate, const char *text, size_t length, const char *name,
                            edgeplan_diagnostics *diagnostics)
{
    edgeplan_status status = ep_budget_read(&gate->arena, gate->registry, text, length, name, diagnostics, &gate->budget);

    if (!status)
        status = ep_gate_open_models(gate, diagnostics);
    if (!status)
        status = ep_gate_plan_cells(gate, diagnostics);
    if (!status)
        status = ep_gate_check_cells(gate);
    if (!status)
        status = ep_gate_check_groups(gate);
    if (!status)
        status = ep_gate_check_audience(gate);
    if (!status)
        status = ep_gate_check_registry(gate);
    if (!status)
        status = ep_gate_apply_waivers(gate);
    if (!status)
        status = keep_plans(gate);
    if (!status)
        status = make_lists(gate);
    return status;
}

edgeplan_status ep_gate_make(const edgeplan_registry *registry, const char *text, size_t length, const char *name,
                             const edgeplan_gate_options *options, edgeplan_diagnostics *diagnostics, edgeplan_gate **out)
{
    edgeplan_context *context = registry->arena.context;
    edgeplan_gate *gate = ep_allocate(context, sizeof *gate);

    *out = NULL;
    if (!gate)
        return EDGEPLAN_ERROR_NO_MEMORY;
    memset(gate, 0, sizeof *gate);
    atomic_init(&gate->owners, 1);
    ep_arena_init(&gate->arena, context);
    gate->registry = edgeplan_registry_ref(registry);
    gate->options = *options;
    edgeplan_status status = fill(gate, text, length, name, diagnostics);
    if (status) {
        ep_gate_free(gate);
        return status;
    }
    sum_up(gate);
    *out = gate;
    return EDGEPLAN_OK;
}

void ep_gate_free(edgeplan_gate *gate)
{
    edgeplan_registry *registry = gate->registry;
    edgeplan_context *context = edgeplan_context_ref(gate->arena.context);

    for (size_t i = 0; i < gate->cell_count; i++)
        if (gate->cells[i].plan)
            ep_plan_free(gate->cells[i].plan);
    for (uint32_t i = 0; i < gate->plan_count; i++)
        if (ep_disown(&gate->plans[i]->owners))
            ep_plan_free(gate->plans[i]);
    for (uint32_t i = 0; i < gate->model_count; i++)
        edgeplan_model_unref(gate->models[i]);
    ep_arena_free(&gate->arena);
    ep_release(context, gate);
    edgeplan_registry_unref(registry);
    edgeplan_context_unref(context);
}
