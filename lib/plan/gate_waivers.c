/* Waivers: what is known to be broken and let through until a day. */
#include "plan/gate.h"

static int is_open(const ep_check *check)
{
    return check->status != EDGEPLAN_CHECK_PASSED && check->status != EDGEPLAN_CHECK_WAIVED;
}

static int covers(const ep_budget_waiver *waiver, const ep_check *check)
{
    return waiver->rule == check->rule && (!waiver->model || ep_equal(waiver->model, check->model)) &&
           (!waiver->device || ep_equal(waiver->device, check->device));
}

static uint32_t apply(edgeplan_gate *gate, const ep_budget_waiver *waiver)
{
    uint32_t state = EDGEPLAN_WAIVER_UNUSED;

    if (gate->options.today == 0)
        return EDGEPLAN_WAIVER_UNDECIDED;
    if (gate->options.today > waiver->until)
        return EDGEPLAN_WAIVER_EXPIRED;
    for (size_t i = 0; i < gate->check_count; i++) {
        if (!covers(waiver, &gate->checks[i]) || !is_open(&gate->checks[i]))
            continue;
        gate->checks[i].status = EDGEPLAN_CHECK_WAIVED;
        state = EDGEPLAN_WAIVER_USED;
    }
    return state;
}

static void say(ep_text *text, const ep_budget_waiver *waiver, uint32_t state)
{
    ep_text_add(text, "the waiver of ");
    ep_text_add(text, edgeplan_rule_id((edgeplan_rule)waiver->rule));
    if (waiver->model) {
        ep_text_add(text, " for ");
        ep_text_add(text, waiver->model);
    }
    if (waiver->device) {
        ep_text_add(text, " on ");
        ep_text_add(text, waiver->device);
    }
    switch (state) {
    case EDGEPLAN_WAIVER_USED: ep_text_add(text, " is used"); break;
    case EDGEPLAN_WAIVER_UNUSED: ep_text_add(text, " is not needed: no check that it covers fails"); break;
    case EDGEPLAN_WAIVER_EXPIRED: ep_text_add(text, " has expired"); break;
    default: ep_text_add(text, " waives nothing, since today's date was not given"); break;
    }
}

static edgeplan_status add_check(edgeplan_gate *gate, const ep_budget_waiver *waiver, uint32_t state)
{
    ep_check *check = ep_gate_add_check(gate);
    ep_sentence sentence;

    if (!check)
        return EDGEPLAN_ERROR_NO_MEMORY;
    check->rule = EDGEPLAN_RULE_WAIVER;
    check->node = waiver->node;
    check->model = waiver->model;
    check->device = waiver->device;
    check->level = ep_gate_level(gate, NULL, state == EDGEPLAN_WAIVER_UNDECIDED ? EDGEPLAN_LEVEL_ERROR : EDGEPLAN_LEVEL_WARN);
    check->status = ep_check_status_at(state == EDGEPLAN_WAIVER_USED        ? EDGEPLAN_CHECK_PASSED
                                       : state == EDGEPLAN_WAIVER_UNDECIDED ? EDGEPLAN_CHECK_UNKNOWN
                                                                            : EDGEPLAN_CHECK_FAILED,
                                       check->level);
    say(ep_sentence_begin(&sentence), waiver, state);
    check->message = ep_sentence_keep(&gate->arena, &sentence);
    return check->message ? EDGEPLAN_OK : EDGEPLAN_ERROR_NO_MEMORY;
}

edgeplan_status ep_gate_apply_waivers(edgeplan_gate *gate)
{
    const ep_budget *budget = &gate->budget;
    edgeplan_status status = EDGEPLAN_OK;

    gate->waiver_states = ep_arena_array(&gate->arena, budget->waiver_count, sizeof *gate->waiver_states);
    if (!gate->waiver_states)
        return EDGEPLAN_ERROR_NO_MEMORY;
    for (uint32_t i = 0; i < budget->waiver_count; i++)
        gate->waiver_states[i] = apply(gate, &budget->waivers[i]);
    for (uint32_t i = 0; i < budget->waiver_count && !status; i++)
        status = add_check(gate, &budget->waivers[i], gate->waiver_states[i]);
    return status;
}
