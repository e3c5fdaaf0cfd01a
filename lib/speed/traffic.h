/* Bytes a decode step moves. Source of the terms: docs/formulas.md. Plain numbers. */
#ifndef EP_SPEED_TRAFFIC_H
#define EP_SPEED_TRAFFIC_H

#include "sizing/workload.h"

typedef struct ep_traffic {
    uint64_t bytes;        /* UINT64_MAX on overflow */
    uint64_t routed_bytes; /* of these, weights of routed experts */
    uint64_t cache_bytes;  /* of these, keys, values and recurrent state */
} ep_traffic;

/* Least: used experts once whatever the batch, windows and depth as read, no rounding, no overheads. UINT64_MAX on overflow. */
uint64_t ep_traffic_least(const ep_shape *shape, const ep_workload *workload);

/* Expected: distinct experts of the batch, reserved contexts where the runtime reads them whole, the cache once per query head where a
   kernel does so, recurrent state read and written, keys and values written. */
ep_traffic ep_traffic_expected(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload);

/* Distinct experts that `batch` tokens reach under uniform independent routing: n (1 - (1 - k/n)^batch). */
double ep_distinct_experts(double experts, double used, uint64_t batch);

#endif
