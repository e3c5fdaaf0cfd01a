/* The order of candidates under a preference, and the Pareto front. */
#ifndef EP_PLAN_RANK_H
#define EP_PLAN_RANK_H

#include <edgeplan/recommend.h>

#include "plan/plan.h"

/* The decode rate that counts for a plan: the sustained one if the work lasts beyond the burst. 0: not known, as is what is left of a
   path whose sustained rate nobody measured on a device that slows down. */
double ep_rank_speed(const edgeplan_plan *plan, double workload_seconds);

/* Sorts in place, best first; the order is total and does not depend on the order it came in. */
void ep_rank(edgeplan_plan **plans, uint32_t count, const edgeplan_criteria *criteria);

/* Marks the plans that no other beats in loss, speed and memory at once. */
void ep_rank_front(edgeplan_plan *const *plans, uint32_t count, const edgeplan_criteria *criteria, uint32_t *on_front);

#endif
