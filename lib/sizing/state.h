/* Recurrent state: constant in the context, paid for each sequence. */
#ifndef EP_SIZING_STATE_H
#define EP_SIZING_STATE_H

#include "sizing/workload.h"

/* Of the first `layers` layers. */
uint64_t ep_state_bytes(const ep_state_rule *rule, const ep_shape *shape, const ep_workload *workload, uint64_t layers);

#endif
