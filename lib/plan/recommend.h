/* A recommendation as it is held. */
#ifndef EP_PLAN_RECOMMEND_H
#define EP_PLAN_RECOMMEND_H

#include <edgeplan/recommend.h>

#include "plan/plan.h"

struct edgeplan_recommendation {
    atomic_uint owners;
    ep_arena arena;
    edgeplan_registry *registry; /* kept alive */
    const edgeplan_target *target;
    edgeplan_plan **plans;       /* ranked, best first; owned */
    double workload_seconds;
    uint32_t plan_count;
    uint32_t candidate_count;
    ep_item_list rejected;       /* subject = runtime/accelerator/format, message = rule and figure */
};

#endif
