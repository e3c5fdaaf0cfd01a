/* Refusals, in one sentence each. */
#ifndef EP_PLAN_REFUSALS_H
#define EP_PLAN_REFUSALS_H

#include "plan/deployment.h"
#include "plan/path.h"

/* Why nothing works where no path does; of a runtime, why not its first format stands for all. Fills in the path it speaks of. */
void ep_explain_no_path(ep_path *path, ep_text *reason);

/* 1 with a sentence if the request is one that the back end does not load, on a system version on which it does not run, or in a state that
   no app is in there. */
int ep_deployment_refuses(const edgeplan_deployment *deployment, const edgeplan_request *request, ep_text *reason);

#endif
