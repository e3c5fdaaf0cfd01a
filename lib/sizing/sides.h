/* The compute buffers of a model whose layers lie on two sides, host and device. */
#ifndef EP_SIZING_SIDES_H
#define EP_SIZING_SIDES_H

#include "sizing/footprint.h"

/* Spans the range of a compute buffer as it is laid out. */
void ep_sides_span(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload, ep_footprint *out);

#endif
