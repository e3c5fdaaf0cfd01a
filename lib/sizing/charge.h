/* What the system counts: an interval, because mapped and GPU-wired weights may or may not be charged to the app. */
#ifndef EP_SIZING_CHARGE_H
#define EP_SIZING_CHARGE_H

#include "sizing/footprint.h"

/* Bytes of the weights that some systems count and some do not; 0 if the app holds them as its own. */
uint64_t ep_uncharged_weights(const ep_charge_rule *rule, const ep_workload *workload, const ep_footprint *footprint);

#endif
