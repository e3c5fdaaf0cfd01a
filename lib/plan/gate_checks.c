/* The checks of one model on one device. Of a platform's targets the worst decides, rule by rule. */
#include "plan/gate.h"

#include "base/known.h"
#include "plan/evaluate.h"

ep_check *ep_gate_add_check(edgeplan_gate *gate)
{
    ep_check *checks = ep_arena_grow(&gate->arena, gate->checks, gate->check_count, &gate->check_capacity, sizeof *checks);

    if (!checks)
        return NULL;
    gate->checks = checks;
    checks[gate->check_count] = (ep_check){0};
    return &checks[gate->check_count++];
}

const ep_promise *ep_gate_promise(const edgeplan_gate *gate, const ep_budget_model *model, uint32_t kind)
{
    /* Even a budget without limits promises that its models run. */
    static const ep_promise fits = {.level = EDGEPLAN_LEVEL_ERROR, .word = EDGEPLAN_VERDICT_FITS};
    const ep_promise *promise = &model->promises.item[kind];

    if (!promise->node)
        promise = &gate->budget.promises.item[kind];
    if (promise->node)
        return promise;
    return kind == EP_PROMISE_VERDICT ? &fits : NULL;
}

typedef struct ep_group_of_cells { /* one model on one device */
    ep_cell *first;
    size_t count;
} ep_group_of_cells;

static ep_check *begin_check(edgeplan_gate *gate, uint32_t rule, ep_cell *cell, const ep_node *node)
{
    ep_check *check = ep_gate_add_check(gate);

    if (!check)
        return NULL;
    check->rule = rule;
    check->cell = cell;
    check->model = cell->model->named.id;
    check->device = cell->device->named.id;
    check->target = cell->target->id;
    check->node = node ? node : cell->model->named.node;
    if (cell->plan && cell->plan->memory.known & EP_MEMORY_KNOWN(charged_high_bytes))
        check->bytes = cell->plan->memory.charged_high_bytes;
    return check;
}

static edgeplan_status check_path(edgeplan_gate *gate, const ep_group_of_cells *cells)
{
    ep_sentence sentence;
    ep_cell *decides = cells->first;

    for (size_t i = 0; i < cells->count && decides->plan; i++)
        if (!cells->first[i].plan)
            decides = &cells->first[i];
    ep_check *check = begin_check(gate, EDGEPLAN_RULE_PATH, decides, NULL);
    if (!check)
        return EDGEPLAN_ERROR_NO_MEMORY;
    check->level = ep_gate_level(gate, decides->device, EDGEPLAN_LEVEL_ERROR);
    check->status = ep_check_status_at(decides->plan ? EDGEPLAN_CHECK_PASSED : EDGEPLAN_CHECK_FAILED, check->level);
    ep_text *text = ep_sentence_begin(&sentence);
    ep_say_subject(text, check, decides->device->target == NULL && !decides->plan);
    if (decides->plan) {
        ep_text_add(text, "runs with ");
        ep_text_add(text, decides->plan->deployment->runtime->id);
        ep_text_add(text, " on the ");
        ep_text_add(text, edgeplan_accelerator_name((edgeplan_accelerator)decides->plan->deployment->accelerator));
    } else {
        ep_text_add(text, "cannot run: ");
        ep_text_add(text, decides->refusal);
        edgeplan_status status = ep_gate_path_hint(gate, decides, &check->hint);
        if (status)
            return status;
    }
    check->message = ep_sentence_keep(&gate->arena, &sentence);
    return check->message ? EDGEPLAN_OK : EDGEPLAN_ERROR_NO_MEMORY;
}

static int loses_by_fallback(const edgeplan_plan *plan)
{
    return ep_verdict_worse(plan->fallback.verdict, plan->verdict.verdict);
}

/* Of targets that lose by it the one where the least is left. */
static ep_cell *worst_fallback(const ep_group_of_cells *cells)
{
    ep_cell *found = NULL;

    for (size_t i = 0; i < cells->count; i++) {
        ep_cell *cell = &cells->first[i];
        if (!cell->plan || !cell->plan->fallback.verdict)
            continue;
        const int loses = loses_by_fallback(cell->plan), is_first = !found || !loses_by_fallback(found->plan);
        if (!found || (loses && (is_first || ep_verdict_worse(cell->plan->fallback.verdict, found->plan->fallback.verdict))))
            found = cell;
    }
    return found;
}

/* An engine that takes over without a word keeps what the planned one promises. */
static edgeplan_status check_fallback(edgeplan_gate *gate, const ep_group_of_cells *cells)
{
    ep_cell *cell = worst_fallback(cells);
    ep_sentence sentence;

    if (!cell)
        return EDGEPLAN_OK;
    ep_check *check = begin_check(gate, EDGEPLAN_RULE_FALLBACK, cell, NULL);
    if (!check)
        return EDGEPLAN_ERROR_NO_MEMORY;
    const uint32_t after = cell->plan->fallback.verdict;
    check->unit = "verdict";
    check->value_known = 1;
    check->value = after;
    check->required = cell->plan->verdict.verdict;
    check->bytes = cell->plan->fallback.charged_bytes;
    check->level = ep_gate_level(gate, cell->device, after == EDGEPLAN_VERDICT_DOES_NOT_FIT ? EDGEPLAN_LEVEL_ERROR : EDGEPLAN_LEVEL_WARN);
    check->status = ep_check_status_at(loses_by_fallback(cell->plan) ? EDGEPLAN_CHECK_FAILED : EDGEPLAN_CHECK_PASSED, check->level);
    ep_text *text = ep_sentence_begin(&sentence);
    ep_say_subject(text, check, cell->device->target == NULL);
    ep_say_fallback(text, cell->plan);
    check->message = ep_sentence_keep(&gate->arena, &sentence);
    return check->message ? EDGEPLAN_OK : EDGEPLAN_ERROR_NO_MEMORY;
}

/* How bad: worse statuses first, then farther from the bound. */
static int severity(uint32_t judged)
{
    return judged == EDGEPLAN_CHECK_FAILED ? 2 : judged == EDGEPLAN_CHECK_UNKNOWN;
}

static int is_worse(const ep_rule_row *row, double required, const ep_reading *a, const ep_reading *b)
{
    int x = severity(ep_rule_judge(row, required, a)), y = severity(ep_rule_judge(row, required, b));
    double figure_a = a->known ? a->value : a->best, figure_b = b->known ? b->value : b->best;

    if (x != y)
        return x > y;
    return row->at_least ? figure_a < figure_b : figure_a > figure_b;
}

/* Two that fail alike: the one that asks for more of its limit. */
static double pressure(const edgeplan_plan *plan)
{
    const edgeplan_verdict_result *v = &plan->verdict;
    uint64_t limit = v->hard_bytes ? v->hard_bytes : v->safe_bytes;
    uint64_t demand = v->known & EP_VERDICT_KNOWN(demand_high_bytes) ? v->demand_high_bytes : v->demand_low_bytes;
    return limit ? (double)demand / (double)limit : 0;
}

static ep_cell *worst(const ep_group_of_cells *cells, const ep_rule_row *row, const ep_promise *promise)
{
    double required = ep_rule_required(row, promise);
    ep_cell *found = NULL;
    ep_reading its = {0};

    for (size_t i = 0; i < cells->count; i++) {
        ep_cell *cell = &cells->first[i];
        if (!cell->plan)
            continue;
        ep_outcome outcome = ep_outcome_of_plan(cell->plan);
        ep_reading reading = ep_rule_read(row, promise, &outcome);
        int tied = found && row->rule == EDGEPLAN_RULE_FIT && !is_worse(row, required, &its, &reading) &&
                   pressure(cell->plan) > pressure(found->plan);
        if (found && !tied && !is_worse(row, required, &reading, &its))
            continue;
        found = cell;
        its = reading;
    }
    return found;
}

static edgeplan_status check_rule(edgeplan_gate *gate, const ep_group_of_cells *cells, const ep_rule_row *row,
                                  ep_siblings *siblings)
{
    const ep_promise *promise = ep_gate_promise(gate, cells->first->model, row->promise);
    ep_sentence sentence;

    if (!promise || promise->level == EDGEPLAN_LEVEL_OFF)
        return EDGEPLAN_OK;
    ep_cell *cell = worst(cells, row, promise);
    if (!cell)
        return EDGEPLAN_OK; /* no path, which is a check of its own */
    ep_outcome outcome = ep_outcome_of_plan(cell->plan);
    ep_reading reading = ep_rule_read(row, promise, &outcome);
    ep_check *check = begin_check(gate, row->rule, cell, promise->node);
    if (!check)
        return EDGEPLAN_ERROR_NO_MEMORY;
    check->required = ep_rule_required(row, promise);
    check->unit = row->unit;
    check->value_known = reading.known;
    check->value = reading.value;
    check->level = ep_gate_level(gate, cell->device, promise->level);
    uint32_t judged = ep_rule_judge(row, check->required, &reading);
    check->status = ep_check_status_at(judged, check->level);
    ep_say_check(ep_sentence_begin(&sentence), row, promise, check, &outcome, &reading);
    check->message = ep_sentence_keep(&gate->arena, &sentence);
    if (!check->message)
        return EDGEPLAN_ERROR_NO_MEMORY;
    /* Of a speed that nobody can tell because the model does not fit, the check of the verdict has the hint. */
    int for_hint = judged == EDGEPLAN_CHECK_FAILED || (judged == EDGEPLAN_CHECK_UNKNOWN && outcome.speed.bound != EDGEPLAN_BOUND_CAPACITY);
    return for_hint ? ep_gate_hint(gate, row, promise, cell, judged, siblings, &check->hint) : EDGEPLAN_OK;
}

edgeplan_status ep_gate_check_cells(edgeplan_gate *gate)
{
    edgeplan_status status = EDGEPLAN_OK;

    for (size_t i = 0; i < gate->cell_count && !status;) {
        ep_group_of_cells cells = {&gate->cells[i], 0};
        ep_siblings siblings = {0};
        while (i < gate->cell_count && gate->cells[i].model == cells.first->model && gate->cells[i].device == cells.first->device) {
            cells.count++;
            i++;
        }
        status = check_path(gate, &cells);
        for (uint32_t r = 0; r < ep_rule_row_count && !status; r++)
            status = check_rule(gate, &cells, &ep_rule_rows[r], &siblings);
        if (!status)
            status = check_fallback(gate, &cells);
        ep_siblings_close(&siblings);
    }
    return status;
}
