#include "plan/rank.h"

#include <string.h>

#include "base/known.h"

/* What is not known ranks behind everything that is. */
#define UNKNOWN_LOSS 1e9

static double loss(const edgeplan_plan *plan)
{
    return plan->quality_loss_known ? plan->quality_loss_nats : UNKNOWN_LOSS;
}

/* Whether devices like this one are on record as slowing down, on whatever path. */
static int throttles(const edgeplan_target *target)
{
    const ep_thermals *of_platform = target->platform ? &target->platform->thermals : NULL;

    for (uint32_t i = 0; of_platform && i < of_platform->count; i++)
        if (of_platform->items[i].classes.count == 0 || ep_words_has(&of_platform->items[i].classes, target->class_name))
            return 1;
    return target->thermals.count > 0;
}

double ep_rank_speed(const edgeplan_plan *plan, double workload_seconds)
{
    const edgeplan_speed *speed = &plan->speed;
    int sustained = (speed->known & EP_SPEED_KNOWN(sustained_decode_tok_per_s)) != 0;
    int outlasts = workload_seconds > speed->sustained_after_seconds; /* one that is not known is 0: the worst is taken */

    if (sustained && outlasts)
        return speed->sustained_decode_tok_per_s;
    if (!sustained && workload_seconds > 0 && throttles(plan->deployment->target))
        return 0;
    return speed->known & EP_SPEED_KNOWN(decode_tok_per_s) ? speed->decode_tok_per_s : 0;
}

static double memory(const edgeplan_plan *plan)
{
    return plan->memory.known & EP_MEMORY_KNOWN(charged_high_bytes) ? (double)plan->memory.charged_high_bytes : UNKNOWN_LOSS * 1e9;
}

/* Classes a, b and c are hard to tell apart in use; d, e and f are not. No class counts as e. */
static int quality_step(const edgeplan_plan *plan)
{
    const char *name = plan->quality_class;

    if (!name)
        return 2;
    return *name <= 'c' ? 0 : *name - 'c';
}

static int compare(double a, double b) /* -1: a first */
{
    return a < b ? -1 : a > b;
}

static int by_preference(const edgeplan_plan *a, const edgeplan_plan *b, const edgeplan_criteria *criteria)
{
    const double a_speed = ep_rank_speed(a, criteria->workload_seconds), b_speed = ep_rank_speed(b, criteria->workload_seconds);
    int quality = compare(loss(a), loss(b)), fast = compare(b_speed, a_speed), small = compare(memory(a), memory(b));

    switch (criteria->prefer) {
    case EDGEPLAN_PREFER_QUALITY: return quality ? quality : fast ? fast : small;
    case EDGEPLAN_PREFER_SPEED: return fast ? fast : quality ? quality : small;
    case EDGEPLAN_PREFER_MEMORY: return small ? small : quality ? quality : fast;
    default: break;
    }
    /* A path nobody has measured may be far slower than its ceiling: it comes after those whose speed can be told. */
    int told = compare(a_speed == 0, b_speed == 0);
    int step = compare(quality_step(a), quality_step(b));
    return told ? told : step ? step : fast ? fast : small ? small : quality;
}

static int before(const edgeplan_plan *a, const edgeplan_plan *b, const edgeplan_criteria *criteria)
{
    int order = compare(a->verdict.verdict, b->verdict.verdict); /* what surely fits comes before what may */

    if (!order)
        order = by_preference(a, b, criteria);
    if (!order)
        order = strcmp(a->deployment->runtime->id, b->deployment->runtime->id);
    if (!order)
        order = strcmp(a->deployment->format->id, b->deployment->format->id);
    if (!order)
        order = compare(a->deployment->accelerator, b->deployment->accelerator);
    return order < 0;
}

void ep_rank(edgeplan_plan **plans, uint32_t count, const edgeplan_criteria *criteria)
{
    for (uint32_t i = 1; i < count; i++) { /* insertion: there are a few dozen */
        edgeplan_plan *plan = plans[i];
        uint32_t j = i;
        for (; j > 0 && before(plan, plans[j - 1], criteria); j--)
            plans[j] = plans[j - 1];
        plans[j] = plan;
    }
}

static int dominates(const edgeplan_plan *a, const edgeplan_plan *b, double workload_seconds)
{
    const double a_speed = ep_rank_speed(a, workload_seconds), b_speed = ep_rank_speed(b, workload_seconds);
    int no_worse = loss(a) <= loss(b) && a_speed >= b_speed && memory(a) <= memory(b);
    int better = loss(a) < loss(b) || a_speed > b_speed || memory(a) < memory(b);
    return no_worse && better;
}

void ep_rank_front(edgeplan_plan *const *plans, uint32_t count, const edgeplan_criteria *criteria, uint32_t *on_front)
{
    for (uint32_t i = 0; i < count; i++) {
        on_front[i] = 1;
        for (uint32_t j = 0; j < count; j++)
            if (dominates(plans[j], plans[i], criteria->workload_seconds))
                on_front[i] = 0;
    }
}
