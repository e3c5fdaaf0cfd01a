/* The share of an audience that is served, and whether the registry is the pinned one. */
#include <string.h>

#include "plan/api.h"
#include "plan/evaluate.h"
#include "plan/gate.h"

enum { REASON_ROOM = 512, MOST_NAMED = 3 };

/* A sum of shares has its error of rounding. */
static const double CLOSE = 1e-9;

typedef struct ranking { /* the largest shares, largest first */
    const ep_audience *items[MOST_NAMED];
    uint32_t count;
} ranking;

typedef struct tally {
    double served, unknown;
    ranking left_out, not_known;
} tally;

/* A device of an audience is used like the budget's device of that target, else the first of its platform. */
static const ep_budget_device *device_like(const ep_budget *budget, const edgeplan_target *target)
{
    const ep_budget_device *like = NULL;

    for (uint32_t i = 0; i < budget->device_count; i++) {
        const ep_budget_device *device = &budget->devices[i];
        const edgeplan_platform *platform = device->target ? device->target->platform : device->platform;
        if (device->target == target)
            return device;
        if (!like && platform == target->platform)
            like = device;
    }
    return like;
}

static int is_for(const ep_budget *budget, const ep_budget_model *model, const ep_budget_device *device)
{
    for (uint32_t i = 0; device && i < model->device_count; i++)
        if (&budget->devices[model->devices[i]] == device)
            return 1;
    return device == NULL;
}

/* What the coverage asks, else what the limits ask of the model on every device. */
static uint32_t verdict_wanted(const edgeplan_gate *gate, const ep_budget_model *model)
{
    return gate->budget.coverage_verdict ? gate->budget.coverage_verdict : ep_gate_promise(gate, model, EP_PROMISE_VERDICT)->word;
}

/* The worst verdict of the models meant for the target, FITS where it is as good as wanted; DOES_NOT_FIT where one has no path or none is
   meant for it. Conditions of one device (its RAM, its system, what was measured there) are not those of another. */
static edgeplan_status verdict_on(const edgeplan_gate *gate, const edgeplan_target *target, uint32_t *worst)
{
    const ep_budget_device *like = device_like(&gate->budget, target);
    ep_budget_device usual = like ? *like : (ep_budget_device){.terms = {.kv = EDGEPLAN_ELEMENT_NONE}};

    if (usual.target != target)
        usual.ram_bytes = usual.available_bytes = usual.largest_buffer_bytes = usual.os = usual.firmware = 0;
    *worst = EDGEPLAN_VERDICT_NONE;
    for (uint32_t m = 0; m < gate->budget.model_count; m++) {
        char buffer[REASON_ROOM];
        edgeplan_request request;
        edgeplan_deployment *deployment;
        ep_evaluation e = {.verdict = EDGEPLAN_VERDICT_DOES_NOT_FIT};
        ep_text reason;
        if (!is_for(&gate->budget, &gate->budget.models[m], like))
            continue;
        ep_text_init(&reason, buffer, sizeof buffer);
        edgeplan_status status = ep_gate_deploy(gate, m, &usual, target, &request, &reason, &deployment);
        if (status == EDGEPLAN_ERROR_NO_MEMORY)
            return status;
        if (!status) {
            if (ep_evaluate(deployment, &request, &e))
                e.verdict = EDGEPLAN_VERDICT_DOES_NOT_FIT;
            ep_deployment_free(deployment);
        }
        if (e.verdict <= verdict_wanted(gate, &gate->budget.models[m]))
            e.verdict = EDGEPLAN_VERDICT_FITS;
        if (e.verdict > *worst)
            *worst = e.verdict;
    }
    if (*worst == EDGEPLAN_VERDICT_NONE)
        *worst = EDGEPLAN_VERDICT_DOES_NOT_FIT;
    return EDGEPLAN_OK;
}

static void enter(ranking *list, const ep_audience *one)
{
    uint32_t at = list->count < MOST_NAMED ? list->count++ : MOST_NAMED - 1;

    if (list->items[at] && list->items[at]->share >= one->share)
        return;
    for (; at > 0 && list->items[at - 1]->share < one->share; at--)
        list->items[at] = list->items[at - 1];
    list->items[at] = one;
}

static edgeplan_status count(const edgeplan_gate *gate, tally *out)
{
    double listed = 0;

    *out = (tally){0};
    for (uint32_t i = 0; i < gate->budget.audience_count; i++) {
        const ep_audience *one = &gate->budget.audience[i];
        const edgeplan_target *target = one->target ? one->target : edgeplan_target_find_by(gate->registry, NULL, one->identifier);
        uint32_t verdict = EDGEPLAN_VERDICT_UNKNOWN;
        edgeplan_status status = target ? verdict_on(gate, target, &verdict) : EDGEPLAN_OK;
        if (status)
            return status;
        listed += one->share;
        if (verdict == EDGEPLAN_VERDICT_FITS) {
            out->served += one->share;
        } else if (verdict == EDGEPLAN_VERDICT_UNKNOWN) {
            out->unknown += one->share;
            enter(&out->not_known, one);
        } else {
            enter(&out->left_out, one);
        }
    }
    out->unknown += listed < 1 ? 1 - listed : 0;
    return EDGEPLAN_OK;
}

static void name(ep_text *text, const char *what, const ranking *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const ep_audience *one = list->items[i];
        ep_text_add(text, i ? ", " : what);
        ep_text_add(text, one->target ? one->target->id : one->identifier);
        ep_text_add_char(text, ' ');
        ep_say_figure(text, "fraction", one->share);
    }
}

static void say(ep_text *text, const edgeplan_gate *gate, const tally *sum)
{
    const ep_budget *budget = &gate->budget;
    int tight = 0;

    for (uint32_t m = 0; m < budget->model_count; m++)
        tight |= verdict_wanted(gate, &budget->models[m]) == EDGEPLAN_VERDICT_TIGHT;
    ep_text_add(text, "a share of ");
    ep_say_figure(text, "fraction", sum->served);
    ep_text_add(text, " of the audience is served, ");
    ep_say_figure(text, "fraction", budget->coverage_share);
    ep_text_add(text, " required");
    if (tight)
        ep_text_add(text, budget->coverage_verdict ? " (tight is enough)" : " (tight is enough, as for the limits)");
    if (sum->unknown > CLOSE) {
        ep_text_add(text, "; ");
        ep_say_figure(text, "fraction", sum->unknown);
        ep_text_add(text, " is not known");
        name(text, ": ", &sum->not_known);
    }
    name(text, "; not served: ", &sum->left_out);
}

/* Whom to serve as well, the largest shares first. */
static edgeplan_status hint(edgeplan_gate *gate, const tally *sum, const char **out)
{
    ep_sentence sentence;
    ep_text *text = ep_sentence_begin(&sentence);
    double served = sum->served;
    uint32_t count = 0;

    while (count < sum->left_out.count && served + CLOSE < gate->budget.coverage_share)
        served += sum->left_out.items[count++]->share;
    if (served + CLOSE >= gate->budget.coverage_share)
        for (uint32_t i = 0; i < count; i++) {
            const ep_audience *one = sum->left_out.items[i];
            ep_text_add(text, i ? " and " : "would pass: also serving ");
            ep_text_add(text, one->target ? one->target->id : one->identifier);
        }
    else if (sum->unknown > CLOSE)
        ep_text_add(text, "the share that is not known would have to be named by devices of the registry, and served");
    else
        ep_text_add(text, "no three devices more would be enough");
    *out = ep_sentence_keep(&gate->arena, &sentence);
    return *out ? EDGEPLAN_OK : EDGEPLAN_ERROR_NO_MEMORY;
}

edgeplan_status ep_gate_check_audience(edgeplan_gate *gate)
{
    const ep_budget *budget = &gate->budget;
    const ep_rule_row row = {EDGEPLAN_RULE_COVERAGE, 0, 1, "fraction"};
    ep_sentence sentence;
    tally all;

    if (!budget->coverage || budget->coverage_level == EDGEPLAN_LEVEL_OFF)
        return EDGEPLAN_OK;
    edgeplan_status status = count(gate, &all);
    ep_check *check = status ? NULL : ep_gate_add_check(gate);
    if (!check)
        return EDGEPLAN_ERROR_NO_MEMORY;
    /* What is unknown might be served: the share is known if it makes no difference. */
    const ep_reading reading = {.known = all.served + CLOSE >= budget->coverage_share || all.unknown <= CLOSE, .bounded = 1,
                                .value = all.served + CLOSE, .best = all.served + all.unknown + CLOSE};
    check->rule = row.rule;
    check->node = budget->coverage;
    check->unit = row.unit;
    check->required = budget->coverage_share;
    check->value_known = 1;
    check->value = all.served;
    check->level = ep_gate_level(gate, NULL, budget->coverage_level);
    uint32_t judged = ep_rule_judge(&row, check->required, &reading);
    check->status = ep_check_status_at(judged, check->level);
    if (judged != EDGEPLAN_CHECK_PASSED && (status = hint(gate, &all, &check->hint)) != EDGEPLAN_OK)
        return status;
    say(ep_sentence_begin(&sentence), gate, &all);
    check->message = ep_sentence_keep(&gate->arena, &sentence);
    return check->message ? EDGEPLAN_OK : EDGEPLAN_ERROR_NO_MEMORY;
}

edgeplan_status ep_gate_check_registry(edgeplan_gate *gate)
{
    const ep_budget *budget = &gate->budget;
    ep_sentence sentence;

    if (!budget->pinned_digest)
        return EDGEPLAN_OK;
    int same = strcmp(budget->pinned_digest, gate->registry->digest) == 0;
    ep_check *check = ep_gate_add_check(gate);
    if (!check)
        return EDGEPLAN_ERROR_NO_MEMORY;
    check->rule = EDGEPLAN_RULE_REGISTRY;
    check->node = budget->pin;
    check->level = ep_gate_level(gate, NULL, EDGEPLAN_LEVEL_WARN);
    check->status = ep_check_status_at(same ? EDGEPLAN_CHECK_PASSED : EDGEPLAN_CHECK_FAILED, check->level);
    ep_text *text = ep_sentence_begin(&sentence);
    ep_text_add(text, "the registry is ");
    ep_text_add(text, gate->registry->digest);
    ep_text_add(text, same ? ", as pinned" : ", pinned is ");
    ep_text_add(text, same ? "" : budget->pinned_digest);
    ep_text_add(text, same ? "" : ": a promise that broke since may have broken because of that alone");
    check->message = ep_sentence_keep(&gate->arena, &sentence);
    return check->message ? EDGEPLAN_OK : EDGEPLAN_ERROR_NO_MEMORY;
}
