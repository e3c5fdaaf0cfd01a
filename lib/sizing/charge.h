/* What the system counts: an interval, because mapped and GPU-wired weights may or may not be charged to the app. */
#ifndef EP_SIZING_CHARGE_H
#define EP_SIZING_CHARGE_H

#include "sizing/footprint.h"

/* Bytes of the weights that some systems count and some do not; 0 if the app holds them as its own. */
uint64_t ep_uncharged_weights(const ep_charge_rule *rule, const ep_shape *shape, const ep_workload *workload,
                              const ep_footprint *footprint);

/* Of the weights held twice. A second view of the same mapped file is as clean as the first; a copy in another layout is the
   app's own. */
uint64_t ep_uncharged_duplicates(const ep_charge_rule *rule, const ep_workload *workload, const ep_footprint *footprint);

/* Of the scratch, which is reserved for a whole chunk: a shorter prompt writes its share. */
uint64_t ep_written_compute(const ep_workload *workload, const ep_footprint *footprint);

#endif
