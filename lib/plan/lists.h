/* The lists of a plan: facts and numbers made into items with texts. All storage is the plan's arena. */
#ifndef EP_PLAN_LISTS_H
#define EP_PLAN_LISTS_H

#include "plan/evaluate.h"
#include "plan/plan.h"

/* Codes of the list MISSING: what a fact is needed for. */
enum { EP_MISSING_SPEED = 1, EP_MISSING_MEMORY = 2, EP_MISSING_QUALITY = 3 };

/* What the registry tells of speculation on this path from `*at` on, which moves past it; NULL when there is no more. */
const ep_calibration *ep_speculation_next(const edgeplan_plan *plan, uint32_t *at);

/* Adds an item, zeroed, to a list; NULL when out of memory. */
ep_listed *ep_list_add(ep_arena *arena, ep_item_list *list);

edgeplan_status ep_list_sources(edgeplan_plan *plan, const ep_evaluation *evaluation);      /* sources.c */
edgeplan_status ep_list_assumptions(edgeplan_plan *plan, const edgeplan_request *request, const ep_evaluation *evaluation,
                                    ep_plan_use use);                                       /* assumptions.c */
edgeplan_status ep_list_missing(edgeplan_plan *plan, const ep_evaluation *evaluation);      /* missing.c */
edgeplan_status ep_list_warnings(edgeplan_plan *plan, const ep_evaluation *evaluation);     /* warnings.c */
edgeplan_status ep_list_limits(edgeplan_plan *plan, const ep_evaluation *evaluation);       /* evidence.c */
edgeplan_status ep_list_observations(edgeplan_plan *plan);                                  /* evidence.c */
edgeplan_status ep_list_speculation(edgeplan_plan *plan);                                   /* evidence.c */
edgeplan_status ep_list_extra_models(edgeplan_plan *plan, const edgeplan_request *request); /* evidence.c */
edgeplan_status ep_list_pipeline(edgeplan_plan *plan);                                      /* steps.c */
edgeplan_status ep_list_artefacts(edgeplan_plan *plan);                                     /* evidence.c */
edgeplan_status ep_list_fixes(edgeplan_plan *plan, const edgeplan_request *request, const ep_evaluation *evaluation,
                              ep_plan_use use); /* fixes.c */

#endif
