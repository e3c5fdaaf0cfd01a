/* What sees and what hears, held against the rules of a back end. */
#ifndef EP_PLAN_TOWERS_H
#define EP_PLAN_TOWERS_H

#include "plan/deployment.h"

/* The scratch of an encoder's towers, each of which has its own: of those the back end tells; known if these are all. What holds room for
   an image of some size takes more for a larger one that the request has, if there is one. */
void ep_settle_towers(const edgeplan_deployment *encoder, const edgeplan_request *request, ep_compute_rule *out);

/* Of the image that the request has; 0 if it has none, or nobody says. */
uint64_t ep_towers_image_tokens(const edgeplan_deployment *encoder, const edgeplan_request *request);

#endif
