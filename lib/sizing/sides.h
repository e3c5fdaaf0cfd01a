/* The compute buffers of a model whose layers lie on two sides, host and device. */
#ifndef EP_SIZING_SIDES_H
#define EP_SIZING_SIDES_H

#include "sizing/footprint.h"

/* Adds what the device copies to a compute buffer as it is laid out, and spans its range. */
void ep_sides_span(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload, ep_footprint *out);

#endif
