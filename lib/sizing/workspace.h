/* Activations and scratch as a sum of coefficients times named dimensions; phases compete. Approximate by nature. */
#ifndef EP_SIZING_WORKSPACE_H
#define EP_SIZING_WORKSPACE_H

#include "sizing/workload.h"

uint64_t ep_workspace_bytes(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload);

/* The largest of the terms, each of one layer: what one allocation may be, where each tensor is one. */
uint64_t ep_workspace_largest(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload);

#endif
