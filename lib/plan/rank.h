/* The order of candidates under a preference, and the Pareto front. */
#ifndef EP_PLAN_RANK_H
#define EP_PLAN_RANK_H

#include <edgeplan/recommend.h>

#include "plan/plan.h"

/* Sorts in place, best first; the order is total and does not depend on the order it came in. */
void ep_rank(edgeplan_plan **plans, uint32_t count, uint32_t prefer);

/* Marks the plans that no other beats in loss, speed and memory at once. */
void ep_rank_front(edgeplan_plan *const *plans, uint32_t count, uint32_t *on_front);

#endif
