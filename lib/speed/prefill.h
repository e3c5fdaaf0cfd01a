/* Arithmetic of a prompt and the least time it takes. Plain numbers. */
#ifndef EP_SPEED_PREFILL_H
#define EP_SPEED_PREFILL_H

#include "speed/estimate.h"

/* Floating-point operations for `tokens` new tokens after `depth` cached ones; logits for the last one only. */
double ep_prefill_flop(const ep_shape *shape, uint64_t tokens, uint64_t depth);

/* Fills the prefill rate and the time to the first token: floors, and with what was reached what to expect. */
void ep_prefill_compute(const ep_speed_figures *figures, const ep_rules *rules, const ep_shape *shape, const ep_workload *workload,
                        edgeplan_speed *out);

/* Of one decode step, over the batch; `room` is that of a tile, in tokens. */
ep_arithmetic ep_decode_arithmetic(const ep_shape *shape, const ep_workload *workload, double room);

#endif
