/* The order of candidates under a preference, the Pareto front, and who is fastest at what. */
#ifndef EP_PLAN_RANK_H
#define EP_PLAN_RANK_H

#include <edgeplan/recommend.h>

#include "plan/plan.h"

/* The decode rate that counts for a plan: the sustained one if the work lasts beyond the burst. 0: not known, as is what is left of a
   path whose sustained rate nobody measured on a device that slows down. */
double ep_rank_speed(const edgeplan_plan *plan, double workload_seconds);

/* Sorts in place, best first, and marks the Pareto front: the plans that no other beats in loss, time of the request and memory at once,
   as the preference takes them, without being more in doubt. The order is total and does not depend on the order it came in. */
void ep_rank(edgeplan_plan **plans, uint32_t count, const edgeplan_criteria *criteria);

/* Of those whose rates are both known the fastest to decode and the fastest to prefill; 0 if they are one, or not clearly apart. */
int ep_rank_winners(edgeplan_plan *const *plans, uint32_t count, double workload_seconds, uint32_t *decodes, uint32_t *prefills);

#endif
