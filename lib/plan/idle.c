#include "plan/idle.h"

#include "base/known.h"

static int same_amount(ep_amount a, ep_amount b)
{
    return a.low == b.low && a.expected == b.expected && a.high == b.high;
}

/* Whether the figures are those of another request, which the runtime may refuse. */
static int same_without(const edgeplan_deployment *d, const edgeplan_request *usual, const ep_evaluation *now)
{
    ep_evaluation other;

    if (ep_evaluate(d, usual, &other) || other.limit_count != now->limit_count)
        return 0;
    for (uint32_t i = 0; i < now->limit_count; i++)
        if (other.limits[i].safe_bytes != now->limits[i].safe_bytes || other.limits[i].hard_bytes != now->limits[i].hard_bytes)
            return 0;
    for (uint32_t measure = EDGEPLAN_MEASURE_RESERVED; measure <= EDGEPLAN_MEASURE_CHARGED; measure++)
        if (!same_amount(ep_footprint_sum(&other.footprint, EDGEPLAN_PLACE_ALL, measure),
                         ep_footprint_sum(&now->footprint, EDGEPLAN_PLACE_ALL, measure)))
            return 0;
    return 1;
}

int ep_limits_tell_firmware(const ep_limit_set *set)
{
    for (uint32_t i = 0; set && i < set->rule_count; i++)
        if (set->rules[i].firmware_from || set->rules[i].firmware_below)
            return 1;
    return 0;
}

uint32_t ep_request_idles(const edgeplan_deployment *d, const edgeplan_request *request, const ep_evaluation *now)
{
    edgeplan_request usual = *request;
    uint32_t idle = 0;

    if (request->flash_attention == EDGEPLAN_SWITCH_OFF) {
        usual.flash_attention = EDGEPLAN_SWITCH_DEFAULT;
        idle |= same_without(d, &usual, now) ? EP_IDLE_FLASH_ATTENTION : 0;
        usual = *request;
    }
    if (request->mmap == EDGEPLAN_SWITCH_OFF) {
        usual.mmap = EDGEPLAN_SWITCH_DEFAULT;
        idle |= same_without(d, &usual, now) ? EP_IDLE_MMAP : 0;
        usual = *request;
    }
    if (request->entitlements) {
        usual.entitlements = 0;
        idle |= same_without(d, &usual, now) ? EP_IDLE_ENTITLEMENT : 0;
    }
    if (now->conditions.firmware && !ep_limits_tell_firmware(d->target->limits))
        idle |= EP_IDLE_FIRMWARE;
    return idle;
}
