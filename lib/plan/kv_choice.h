/* Which element type a candidate's cache gets where the caller leaves it open. */
#ifndef EP_PLAN_KV_CHOICE_H
#define EP_PLAN_KV_CHOICE_H

#include <edgeplan/recommend.h>

#include "plan/evaluate.h"

/* Fills in the type and evaluates the request with it. A conversation that has to grow beyond the request gets one for the whole of it. */
edgeplan_status ep_choose_kv(const edgeplan_deployment *deployment, const edgeplan_criteria *criteria, edgeplan_request *request,
                             ep_evaluation *best);

#endif
