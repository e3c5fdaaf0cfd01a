/* Which weights are where, and which are held twice. */
#ifndef EP_SIZING_PLACEMENT_H
#define EP_SIZING_PLACEMENT_H

#include "sizing/footprint.h"

/* Fills the components WEIGHTS and DUPLICATED and what of the weights stays with the CPU. */
void ep_placement_apply(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload, ep_footprint *out);

#endif
