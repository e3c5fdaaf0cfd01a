/* Candidates of one model on one target: every runtime, accelerator and format, the KV type that serves each best, and why the rest
   is out. */
#ifndef EP_PLAN_CANDIDATES_H
#define EP_PLAN_CANDIDATES_H

#include <edgeplan/recommend.h>

#include "plan/plan.h"

/* What may stand against a deployment. Where it is only that no limit of the target is known, no smaller model can be decided either. */
enum { EP_OBSTACLE_NO_LIMIT = 1, EP_OBSTACLE_OTHER = 2 };

typedef struct ep_search {
    ep_arena *arena;             /* of the recommendation */
    const edgeplan_target *target;
    const edgeplan_request *request;
    const edgeplan_criteria *criteria;
    edgeplan_plan **plans;       /* owned by the caller; grows in the arena */
    size_t plan_count, plan_capacity;
    const char *model_id;        /* in the arena: a reject may outlive its model */
    ep_item_list *rejected;      /* NULL: do not say why, and stop at the first plan */
    uint32_t candidate_count;
    uint32_t obstacles;          /* EP_OBSTACLE_ bits of the deployments that were weighed */
} ep_search;

edgeplan_status ep_search_model(ep_search *search, const edgeplan_model *model);

/* Whether a model has any candidate at all; keeps nothing. */
edgeplan_status ep_search_has_any(const ep_search *like, const edgeplan_model *model, int *any);

#endif
