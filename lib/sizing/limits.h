/* A limit against a demand. Plain numbers. */
#ifndef EP_SIZING_LIMITS_H
#define EP_SIZING_LIMITS_H

#include "sizing/footprint.h"

#define EP_MAX_LIMITS 16

typedef struct ep_limit {
    uint32_t kind;    /* edgeplan_limit */
    uint32_t measure; /* edgeplan_measure of a total or working set */
    uint32_t soft;    /* 1: never worse than tight */
    uint32_t confidence; /* edgeplan_confidence of the figure */
    uint64_t safe_bytes; /* 0: only the hard one is known */
    uint64_t hard_bytes; /* 0: only the safe one is known */
    uint32_t rule;    /* index + 1 of the rule it came from; 0: measured by the app */
    uint32_t sessions; /* of a session limit: sessions the runtime may spread over; 0 = 1 */
} ep_limit;

typedef struct ep_ruling {
    uint32_t verdict; /* edgeplan_verdict */
    uint32_t reason;  /* edgeplan_verdict_reason */
    ep_amount demand;
} ep_ruling;

/* What of a footprint counts against a limit. */
ep_amount ep_limit_demand(const ep_limit *limit, const ep_footprint *footprint, const ep_amount *largest_file);

ep_ruling ep_limit_rule_on(const ep_limit *limit, const ep_footprint *footprint, const ep_amount *largest_file);

/* Worse of two verdicts, in the order does_not_fit, unknown, tight, fits. */
int ep_verdict_worse(uint32_t a, uint32_t b);

#endif
