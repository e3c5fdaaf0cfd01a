/* From traffic and figures to the time of a step. Plain numbers. */
#ifndef EP_SPEED_ESTIMATE_H
#define EP_SPEED_ESTIMATE_H

#include "speed/traffic.h"

typedef struct ep_speed_figures { /* 0: not known */
    double peak_bandwidth_bytes_per_s;
    double throughput_flop_per_s;       /* of the engine, for the number type the format computes in */
    double eta_low, eta, eta_high;      /* share of the peak that is reached */
    double layer_seconds, step_seconds;
} ep_speed_figures;

typedef struct ep_step_time {
    double bandwidth_seconds, compute_seconds, overhead_seconds, total_seconds;
} ep_step_time;

/* t = bytes/(eta x peak) + what arithmetic takes beyond that + layers x t_layer + t_step; 0 everywhere if eta or peak is not known. */
ep_step_time ep_step_estimate(const ep_speed_figures *figures, double eta, double traffic_bytes, double flop, uint64_t layers);

/* Fills everything after `known`. `basis` is edgeplan_speed_basis; `fits` 0 makes the bound capacity. */
void ep_speed_compute(const ep_speed_figures *figures, const ep_rules *rules, const ep_shape *shape, const ep_workload *workload,
                      uint32_t basis, edgeplan_speed *out);

#endif
