#include "sizing/limits.h"

#include "base/checked.h"

/* One session holds everything, or an even part of it if the runtime opens as many as it may. */
static ep_amount session_demand(const ep_footprint *footprint, uint32_t sessions)
{
    ep_amount one = ep_footprint_sum(footprint, EDGEPLAN_PLACE_SESSION, EDGEPLAN_MEASURE_RESERVED);

    if (sessions > 1) {
        one.low = ep_ceil_div(one.low, sessions);
        one.expected = ep_ceil_div(one.expected, sessions);
    }
    return one;
}

ep_amount ep_limit_demand(const ep_limit *limit, const ep_footprint *footprint, const ep_amount *largest_file)
{
    ep_amount one = {0, 0, 0, EDGEPLAN_MEMORY_BASIS_RULE};

    switch (limit->kind) {
    case EDGEPLAN_LIMIT_GPU_WORKING_SET:
        return ep_footprint_sum(footprint, EDGEPLAN_PLACE_DEVICE, EDGEPLAN_MEASURE_RESERVED);
    case EDGEPLAN_LIMIT_SESSION:
        return session_demand(footprint, limit->sessions);
    case EDGEPLAN_LIMIT_BUFFER:
        one.low = one.expected = one.high = footprint->offloaded ? footprint->largest_on_device : footprint->largest_buffer;
        if (footprint->part[EP_WEIGHTS].basis == EDGEPLAN_MEMORY_BASIS_MISSING ||
            footprint->part[EP_KV].basis == EDGEPLAN_MEMORY_BASIS_MISSING)
            one.basis = EDGEPLAN_MEMORY_BASIS_MISSING;
        return one;
    case EDGEPLAN_LIMIT_FILE:
        return *largest_file;
    default:
        return ep_footprint_sum(footprint, EDGEPLAN_PLACE_ALL, limit->measure);
    }
}

static int bounds_total(uint32_t kind)
{
    return kind == EDGEPLAN_LIMIT_TOTAL || kind == EDGEPLAN_LIMIT_AVAILABLE;
}

/* File pages of which it is not known whether the system counts them. */
static uint64_t mapped_bytes(const ep_limit *limit, const ep_footprint *footprint)
{
    if (limit->measure != EDGEPLAN_MEASURE_CHARGED || !bounds_total(limit->kind))
        return 0;
    return ep_add(ep_add(footprint->uncharged_weights, footprint->uncharged_duplicates), footprint->uncharged_extra);
}

/* Why a demand is neither surely in nor surely out. */
static uint32_t tight_reason(const ep_limit *limit, const ep_footprint *footprint, ep_amount demand)
{
    const uint64_t hard = limit->hard_bytes, mapped = mapped_bytes(limit, footprint);

    if (limit->soft)
        return EDGEPLAN_REASON_SOFT_LIMIT;
    if (hard == 0 || demand.high <= hard)
        return EDGEPLAN_REASON_ABOVE_SAFE;
    if (demand.high - ep_min(mapped, demand.high) <= hard)
        return EDGEPLAN_REASON_MAPPED_WEIGHTS;
    return EDGEPLAN_REASON_HIGH_ABOVE_HARD;
}

ep_ruling ep_limit_rule_on(const ep_limit *limit, const ep_footprint *footprint, const ep_amount *largest_file)
{
    ep_ruling ruling = {EDGEPLAN_VERDICT_TIGHT, EDGEPLAN_REASON_NONE, ep_limit_demand(limit, footprint, largest_file)};
    uint64_t safe = limit->safe_bytes ? limit->safe_bytes : limit->hard_bytes;

    if (limit->hard_bytes && !limit->soft && ruling.demand.low > limit->hard_bytes) {
        ruling.verdict = EDGEPLAN_VERDICT_DOES_NOT_FIT;
        ruling.reason = EDGEPLAN_REASON_ABOVE_HARD;
    } else if (limit->hard_bytes == 0 && limit->safe_bytes == 0) {
        ruling.verdict = EDGEPLAN_VERDICT_UNKNOWN;
        ruling.reason = EDGEPLAN_REASON_MISSING_LIMIT;
    } else if (ruling.demand.basis == EDGEPLAN_MEMORY_BASIS_MISSING) {
        ruling.verdict = EDGEPLAN_VERDICT_UNKNOWN;
        ruling.reason = EDGEPLAN_REASON_MISSING_COMPONENT;
    } else if (ruling.demand.high <= safe) {
        ruling.verdict = EDGEPLAN_VERDICT_FITS;
        ruling.reason = EDGEPLAN_REASON_WITHIN_SAFE;
    } else {
        ruling.reason = tight_reason(limit, footprint, ruling.demand);
    }
    return ruling;
}

int ep_verdict_worse(uint32_t a, uint32_t b)
{
    return a > b; /* the enumerators are in this order */
}
