/* What sees and what hears, held against the rules of a back end. */
#ifndef EP_PLAN_TOWERS_H
#define EP_PLAN_TOWERS_H

#include "model/model.h"
#include "registry/registry.h"

/* The scratch of an encoder's towers, each of which has its own: of those the back end tells; known if these are all. */
void ep_settle_towers(const ep_encoder_rule *rule, const edgeplan_model *model, ep_compute_rule *out);

#endif
