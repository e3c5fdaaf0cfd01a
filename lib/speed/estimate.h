/* From traffic and figures to the time of a step. Plain numbers. */
#ifndef EP_SPEED_ESTIMATE_H
#define EP_SPEED_ESTIMATE_H

#include "speed/traffic.h"

typedef struct ep_speed_figures { /* 0: not known */
    double peak_bandwidth_bytes_per_s;
    double throughput_flop_per_s;       /* of the engine, for the number type that the format's weights are multiplied in */
    double read_bytes_per_s;            /* what decoding reaches */
    double experts, cache;              /* shares of it that reading routed experts and the cache reaches */
    double layer_seconds, step_seconds; /* fixed work of a decode step */
    double recurrent_seconds;           /* and of a layer with a recurrent state, beyond that of any layer */
    double low, high;                   /* ends of the decode rate over the expected one, */
    double batch_low, batch_high;       /* and at least of that of several sequences; without, theirs are not known */
    double batch_utilisation;           /* share of the throughput that products of few tokens reach, beyond the first of each */
    double utilisation;                 /* share of it that prefill reaches */
    double prefill_flop_per_s;          /* what it reaches */
    double expert_rows;                 /* tokens that a product of few costs beside those it has, in prefill */
    double token_seconds;               /* instead: matrix products of a token of a prompt, */
    double attention_flop_per_s;        /* and what its attention reaches */
    double chunk_seconds;               /* fixed work of a prefill step; all of it if nothing else is known */
    double prefill_low, prefill_high;   /* ends of the prefill rate over the expected one */
    double sustained_low, sustained, sustained_high; /* of the rate, once the device is hot */
    double sustained_after_seconds;
    double power_watts;                 /* while decoding */
    double first_load_seconds;
    uint32_t basis, prefill_basis, sustained_basis; /* edgeplan_speed_basis */
} ep_speed_figures;

typedef struct ep_step_time {
    double bandwidth_seconds, compute_seconds, overhead_seconds, total_seconds;
} ep_step_time;

typedef struct ep_arithmetic { /* operations of a step */
    double flop;          /* all of them, */
    double repeated_flop; /* of these, products with weights that were read for another sequence, */
    double tiled_flop;    /* and products in tiles, with room for more sequences */
} ep_arithmetic;

/* t = bytes/rate + what arithmetic takes beyond that + layers x t_layer + recurrent layers x t_recurrent + t_step, where routed experts and
   the cache are read at shares of the rate; 0 everywhere if the rate is not known. */
ep_step_time ep_step_estimate(const ep_speed_figures *figures, ep_traffic traffic, ep_arithmetic arithmetic, uint64_t layers,
                              uint64_t recurrent_layers);

/* Fills everything after `known`. */
void ep_speed_compute(const ep_speed_figures *figures, const ep_rules *rules, const ep_shape *shape, const ep_workload *workload,
                      edgeplan_speed *out);

#endif
