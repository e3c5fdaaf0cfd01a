/* Models that are resident together: their footprints added, under the limits of each. */
#include "base/checked.h"
#include "base/known.h"
#include "plan/evaluate.h"
#include "plan/gate.h"

typedef struct together { /* members of a group on one target */
    const edgeplan_deployment *deployments[EP_MAX_TOGETHER];
    edgeplan_request requests[EP_MAX_TOGETHER];
    const ep_cell *cells[EP_MAX_TOGETHER];
    uint32_t count;
    uint64_t app_bytes; /* counted once: the largest that a member names */
} together;

/* Cells of a model on a device, one for each target; NULL if it is not meant for it. */
static ep_cell *cells_of(const edgeplan_gate *gate, const ep_budget_model *model, const ep_budget_device *device)
{
    for (size_t i = 0; i < gate->cell_count; i++)
        if (gate->cells[i].model == model && gate->cells[i].device == device)
            return &gate->cells[i];
    return NULL;
}

/* The members that have a path on the device's i-th target. */
static void gather(const edgeplan_gate *gate, const ep_budget_group *group, const ep_budget_device *device, uint32_t target,
                   together *out)
{
    *out = (together){.count = 0};
    for (uint32_t m = 0; m < group->member_count && out->count < EP_MAX_TOGETHER; m++) {
        const ep_cell *cell = cells_of(gate, &gate->budget.models[group->members[m]], device);
        if (!cell || !cell[target].plan)
            continue;
        out->cells[out->count] = &cell[target];
        out->deployments[out->count] = cell[target].plan->deployment;
        out->requests[out->count++] = cell[target].request;
        out->app_bytes = ep_max(out->app_bytes, cell[target].request.app_bytes);
    }
}

/* A model that offloads comes first: what is added to it may then be an extra model of the host. */
static edgeplan_status add_up(const together *all, ep_footprint *sum)
{
    int begun = 0;

    for (uint32_t offloaded = 2; offloaded-- > 0;) {
        for (uint32_t i = 0; i < all->count; i++) {
            edgeplan_request request = all->requests[i];
            ep_evaluation e;
            if (all->deployments[i]->rules.offloaded != offloaded)
                continue;
            request.app_bytes = begun ? 0 : all->app_bytes;
            edgeplan_status status = ep_evaluate(all->deployments[i], &request, &e);
            if (status)
                return status;
            if (begun)
                ep_footprint_add(sum, &e.footprint);
            else
                *sum = e.footprint;
            begun = 1;
        }
    }
    for (int i = 0; i < EP_COMPONENT_COUNT; i++)
        if (ep_overflowed(sum->part[i].high))
            return EDGEPLAN_ERROR_RANGE;
    return EDGEPLAN_OK;
}

/* The worst verdict that the sum has under the limits of any of them. */
static edgeplan_status judge(const together *all, edgeplan_verdict_result *worst)
{
    ep_footprint sum;
    edgeplan_status status = add_up(all, &sum);

    *worst = (edgeplan_verdict_result){0};
    for (uint32_t i = 0; i < all->count && !status; i++) {
        edgeplan_request request = all->requests[i];
        edgeplan_verdict_result verdict = {0};
        ep_evaluation e;
        request.app_bytes = all->app_bytes;
        status = ep_evaluate(all->deployments[i], &request, &e);
        if (status)
            return status;
        e.footprint = sum;
        ep_evaluation_judge(all->deployments[i], &request, &e);
        ep_evaluation_verdict(&e, &verdict);
        if (verdict.verdict > worst->verdict)
            *worst = verdict;
    }
    return status;
}

/* Each with what it is charged alone, on the side of the verdict that is told. */
static void say_members(ep_text *text, const together *all, const edgeplan_verdict_result *v)
{
    for (uint32_t i = 0; i < all->count; i++) {
        const edgeplan_memory *memory = &all->cells[i]->plan->memory;
        ep_text_add(text, i ? " + " : "");
        ep_text_add(text, all->cells[i]->model->named.id);
        ep_text_add_char(text, ' ');
        ep_text_add_bytes(text, v->verdict == EDGEPLAN_VERDICT_DOES_NOT_FIT ? memory->charged_low_bytes : memory->charged_high_bytes);
    }
}

static int keeps(const together *all, uint32_t wanted)
{
    edgeplan_verdict_result v;
    return !judge(all, &v) && v.verdict <= wanted;
}

static edgeplan_status hint(edgeplan_gate *gate, const together *all, uint32_t wanted, const char **out)
{
    enum { SHORTEST_CONTEXT = 256 };
    ep_sentence sentence;
    ep_text *text = ep_sentence_begin(&sentence);
    const char *before = "would pass: ";
    together other = *all;
    uint64_t longest = SHORTEST_CONTEXT;

    for (uint32_t i = 0; i < all->count; i++)
        longest = ep_max(longest, all->cells[i]->plan->request.context_tokens);
    for (uint64_t most = longest / 2; most >= SHORTEST_CONTEXT; most /= 2) {
        for (uint32_t i = 0; i < all->count; i++)
            other.requests[i].context_tokens = ep_min(most, all->cells[i]->plan->request.context_tokens);
        if (!keeps(&other, wanted))
            continue;
        ep_text_add(text, "would pass: contexts of at most ");
        ep_text_add_count(text, most);
        before = ", ";
        break;
    }
    for (uint32_t i = 0; i < all->count; i++) {
        other = *all;
        other.count--;
        other.deployments[i] = all->deployments[other.count];
        other.requests[i] = all->requests[other.count];
        if (!keeps(&other, wanted))
            continue;
        ep_text_add(text, before);
        ep_text_add(text, "without ");
        ep_text_add(text, all->cells[i]->model->named.id);
        before = ", ";
    }
    if (text->length == 0)
        ep_text_add(text, "neither shorter contexts nor one model less would pass");
    *out = ep_sentence_keep(&gate->arena, &sentence);
    return *out ? EDGEPLAN_OK : EDGEPLAN_ERROR_NO_MEMORY;
}

static void say_group(ep_text *text, const together *all, const ep_check *check, const edgeplan_verdict_result *v)
{
    const ep_outcome outcome = {.verdict = *v};

    ep_say_subject(text, check, check->target != NULL);
    say_members(text, all, v);
    ep_text_add(text, " together: ");
    ep_text_add(text, edgeplan_verdict_name((edgeplan_verdict)v->verdict));
    ep_text_add(text, ", ");
    ep_text_add(text, edgeplan_verdict_name((edgeplan_verdict)check->required));
    ep_text_add(text, " required");
    ep_say_verdict(text, &outcome);
}

static edgeplan_status add_check(edgeplan_gate *gate, const ep_budget_group *group, const together *all,
                                 const edgeplan_verdict_result *v)
{
    const ep_budget_device *device = all->cells[0]->device;
    const char *target = all->cells[0]->target->id;
    const ep_promise *promise = ep_gate_promise(gate, &gate->budget.models[group->members[0]], EP_PROMISE_VERDICT);
    const ep_reading reading = {.known = v->verdict != EDGEPLAN_VERDICT_UNKNOWN, .value = v->verdict};
    ep_sentence sentence;

    if (promise->level == EDGEPLAN_LEVEL_OFF)
        return EDGEPLAN_OK;
    ep_check *check = ep_gate_add_check(gate);
    if (!check)
        return EDGEPLAN_ERROR_NO_MEMORY;
    check->rule = EDGEPLAN_RULE_GROUP;
    check->model = group->named.id;
    check->device = device->named.id;
    check->target = target;
    check->node = group->named.node;
    check->unit = "verdict";
    check->required = promise->word;
    check->value_known = reading.known;
    check->value = v->verdict;
    check->bytes = v->known & EP_VERDICT_KNOWN(demand_high_bytes) ? v->demand_high_bytes : 0;
    check->level = ep_gate_level(gate, device, promise->level);
    uint32_t judged = ep_rule_judge(&ep_rule_rows[0], check->required, &reading);
    check->status = ep_check_status_at(judged, check->level);
    if (device->target)
        check->target = NULL; /* not said: it is the device */
    say_group(ep_sentence_begin(&sentence), all, check, v);
    check->target = target;
    check->message = ep_sentence_keep(&gate->arena, &sentence);
    if (!check->message)
        return EDGEPLAN_ERROR_NO_MEMORY;
    return judged == EDGEPLAN_CHECK_PASSED ? EDGEPLAN_OK : hint(gate, all, promise->word, &check->hint);
}

static edgeplan_status check_group(edgeplan_gate *gate, const ep_budget_group *group, const ep_budget_device *device)
{
    edgeplan_verdict_result worst = {0};
    together decides = {.count = 0};
    uint32_t targets = device->target ? 1 : device->platform->target_count;

    for (uint32_t t = 0; t < targets; t++) {
        edgeplan_verdict_result verdict;
        together all;
        gather(gate, group, device, t, &all);
        if (all.count < 2)
            continue; /* alone it has a check of its own */
        edgeplan_status status = judge(&all, &verdict);
        if (status == EDGEPLAN_ERROR_RANGE)
            verdict =
                (edgeplan_verdict_result){.verdict = EDGEPLAN_VERDICT_DOES_NOT_FIT, .verdict_reason = EDGEPLAN_REASON_ABOVE_HARD};
        if (!decides.count || verdict.verdict > worst.verdict) {
            worst = verdict;
            decides = all;
        }
    }
    return decides.count ? add_check(gate, group, &decides, &worst) : EDGEPLAN_OK;
}

edgeplan_status ep_gate_check_groups(edgeplan_gate *gate)
{
    edgeplan_status status = EDGEPLAN_OK;

    for (uint32_t g = 0; g < gate->budget.group_count; g++)
        for (uint32_t d = 0; d < gate->budget.device_count && !status; d++)
            status = check_group(gate, &gate->budget.groups[g], &gate->budget.devices[d]);
    return status;
}
