/* Candidates of one model on one target: every runtime, accelerator and format, the KV type that serves each best, and why the rest
   is out. */
#ifndef EP_PLAN_CANDIDATES_H
#define EP_PLAN_CANDIDATES_H

#include <edgeplan/recommend.h>

#include "plan/plan.h"

typedef struct ep_search {
    ep_arena *arena;             /* of the recommendation */
    const edgeplan_target *target;
    const edgeplan_runtime *runtime; /* NULL: all of the target */
    const edgeplan_format *format;   /* NULL: all of the runtime that no other stands in for */
    const edgeplan_request *request;
    const edgeplan_criteria *criteria;
    edgeplan_plan **plans;       /* owned by the caller; grows in the arena */
    size_t plan_count, plan_capacity;
    const char *model_id;        /* in the arena: a reject may outlive its model */
    ep_item_list *rejected;
    uint32_t candidate_count;
} ep_search;

edgeplan_status ep_search_model(ep_search *search, const edgeplan_model *model);

#endif
