/* The share of an audience that is served, and whether the registry is the pinned one. */
#include <string.h>

#include "plan/api.h"
#include "plan/evaluate.h"
#include "plan/gate.h"

enum { REASON_ROOM = 512, MOST_NAMED = 3 };

typedef struct tally {
    double served, unknown;
    const ep_audience *left_out[MOST_NAMED]; /* the largest shares, largest first */
    uint32_t left_out_count;
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

/* The worst verdict of the models meant for the target; DOES_NOT_FIT where one has no path. Conditions of one device (its RAM, its
   system, what was measured there) are not those of another. */
static edgeplan_status verdict_on(const edgeplan_gate *gate, const edgeplan_target *target, uint32_t *worst)
{
    const ep_budget_device *like = device_like(&gate->budget, target);
    ep_budget_device usual = like ? *like : (ep_budget_device){.terms = {.kv = EDGEPLAN_ELEMENT_NONE}};

    if (usual.target != target)
        usual.ram_bytes = usual.available_bytes = usual.largest_buffer_bytes = usual.os = usual.firmware = 0;
    *worst = EDGEPLAN_VERDICT_FITS;
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
        if (e.verdict > *worst)
            *worst = e.verdict;
    }
    return EDGEPLAN_OK;
}

static void leave_out(tally *sum, const ep_audience *one)
{
    uint32_t at = sum->left_out_count < MOST_NAMED ? sum->left_out_count++ : MOST_NAMED - 1;

    if (sum->left_out[at] && sum->left_out[at]->share >= one->share)
        return;
    for (; at > 0 && sum->left_out[at - 1]->share < one->share; at--)
        sum->left_out[at] = sum->left_out[at - 1];
    sum->left_out[at] = one;
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
        if (verdict <= gate->budget.coverage_verdict)
            out->served += one->share;
        else if (verdict == EDGEPLAN_VERDICT_UNKNOWN)
            out->unknown += one->share;
        else
            leave_out(out, one);
    }
    out->unknown += listed < 1 ? 1 - listed : 0;
    return EDGEPLAN_OK;
}

static void say(ep_text *text, const ep_budget *budget, const tally *sum)
{
    ep_text_add(text, "a share of ");
    ep_say_figure(text, "fraction", sum->served);
    ep_text_add(text, " of the audience is served, ");
    ep_say_figure(text, "fraction", budget->coverage_share);
    ep_text_add(text, " required");
    if (sum->unknown > 1e-9) {
        ep_text_add(text, "; ");
        ep_say_figure(text, "fraction", sum->unknown);
        ep_text_add(text, " is not known");
    }
    for (uint32_t i = 0; i < sum->left_out_count; i++) {
        ep_text_add(text, i ? ", " : "; not served: ");
        ep_text_add(text, sum->left_out[i]->target ? sum->left_out[i]->target->id : sum->left_out[i]->identifier);
        ep_text_add_char(text, ' ');
        ep_say_figure(text, "fraction", sum->left_out[i]->share);
    }
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
    /* What is unknown might be served: the share is known if it makes no difference. A sum of shares has its error of rounding. */
    const double close = 1e-9;
    const ep_reading reading = {.known = all.served + close >= budget->coverage_share || all.unknown <= close, .bounded = 1,
                                .value = all.served + close, .best = all.served + all.unknown + close};
    check->rule = row.rule;
    check->node = budget->coverage;
    check->unit = row.unit;
    check->required = budget->coverage_share;
    check->value_known = 1;
    check->value = all.served;
    check->level = ep_gate_level(gate, NULL, budget->coverage_level);
    check->status = ep_check_status_at(ep_rule_judge(&row, check->required, &reading), check->level);
    say(ep_sentence_begin(&sentence), budget, &all);
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
