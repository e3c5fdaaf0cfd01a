#include "speed/estimate.h"

#include "base/checked.h"
#include "base/known.h"
#include "speed/prefill.h"

static double at_most(double value, double ceiling)
{
    return ceiling > 0 && value > ceiling ? ceiling : value;
}

/* What arithmetic takes beside reading. Kernels for few tokens hide what they multiply for the first sequence behind reading, and no more;
   from some number on those of prompts are faster. Without a figure only what takes longer than reading counts. No step multiplies faster
   than a prompt does. */
static double arithmetic_seconds(const ep_speed_figures *figures, ep_arithmetic arithmetic, double bandwidth_seconds)
{
    double reached = (figures->utilisation > 0 ? figures->utilisation : 1) * figures->throughput_flop_per_s;
    double beyond, repeated = 0;

    if (reached <= 0)
        return 0;
    beyond = arithmetic.flop / reached - bandwidth_seconds;
    if (figures->batch_utilisation > 0) {
        repeated = arithmetic.repeated_flop / (figures->batch_utilisation * figures->throughput_flop_per_s);
        repeated = at_most(repeated, figures->utilisation > 0 ? arithmetic.tiled_flop / reached : 0);
    }
    return beyond > repeated ? beyond : repeated;
}

ep_step_time ep_step_estimate(const ep_speed_figures *figures, ep_traffic traffic, ep_arithmetic arithmetic, uint64_t layers,
                              uint64_t recurrent_layers)
{
    ep_step_time time = {0, 0, 0, 0};
    double experts = figures->experts > 0 ? figures->experts : 1, cache = figures->cache > 0 ? figures->cache : 1;
    double bytes = (double)traffic.bytes + (double)traffic.routed_bytes * (1 / experts - 1) + (double)traffic.cache_bytes * (1 / cache - 1);

    if (figures->read_bytes_per_s <= 0)
        return time;
    time.bandwidth_seconds = bytes / figures->read_bytes_per_s;
    time.compute_seconds = arithmetic_seconds(figures, arithmetic, time.bandwidth_seconds);
    time.overhead_seconds = (double)layers * figures->layer_seconds + (double)recurrent_layers * figures->recurrent_seconds +
                            figures->step_seconds;
    time.total_seconds = time.bandwidth_seconds + time.compute_seconds + time.overhead_seconds;
    return time;
}

static void shares(const ep_step_time *time, edgeplan_speed *out)
{
    out->bandwidth_fraction = time->bandwidth_seconds / time->total_seconds;
    out->compute_fraction = time->compute_seconds / time->total_seconds;
    out->overhead_fraction = time->overhead_seconds / time->total_seconds;
    out->bound = EDGEPLAN_BOUND_BANDWIDTH;
    if (out->compute_fraction > out->bandwidth_fraction && out->compute_fraction >= out->overhead_fraction)
        out->bound = EDGEPLAN_BOUND_COMPUTE;
    else if (out->overhead_fraction > out->bandwidth_fraction)
        out->bound = EDGEPLAN_BOUND_OVERHEAD;
    out->known |= EP_SPEED_KNOWN(bandwidth_fraction) | EP_SPEED_KNOWN(compute_fraction) | EP_SPEED_KNOWN(overhead_fraction) |
                  EP_SPEED_KNOWN(bound);
}

static void ceiling(const ep_speed_figures *figures, const ep_workload *workload, edgeplan_speed *out)
{
    if (figures->peak_bandwidth_bytes_per_s <= 0 || out->least_traffic_bytes_per_step == 0)
        return;
    out->decode_ceiling_tok_per_s =
        (double)workload->batch * figures->peak_bandwidth_bytes_per_s / (double)out->least_traffic_bytes_per_step;
    out->bound = EDGEPLAN_BOUND_BANDWIDTH;
    out->known |= EP_SPEED_KNOWN(decode_ceiling_tok_per_s) | EP_SPEED_KNOWN(bound);
}

static void decode(const ep_speed_figures *figures, ep_traffic traffic, const ep_shape *shape, const ep_workload *workload,
                   edgeplan_speed *out)
{
    ep_arithmetic arithmetic = ep_decode_arithmetic(shape, workload, figures->expert_rows);
    ep_step_time time = ep_step_estimate(figures, traffic, arithmetic, shape->layers, shape->state_layers);
    double most = out->decode_ceiling_tok_per_s;

    if (time.total_seconds <= 0)
        return;
    out->decode_tok_per_s = at_most((double)workload->batch / time.total_seconds, most);
    out->known |= EP_SPEED_KNOWN(decode_tok_per_s);
    shares(&time, out);
    double low = figures->low, high = figures->high;
    if (workload->batch > 1) {
        low = figures->batch_low < low ? figures->batch_low : low;
        high = figures->batch_high > high ? figures->batch_high : high;
    }
    if (low > 0 && high > 0) {
        out->decode_low_tok_per_s = out->decode_tok_per_s * low;
        out->decode_high_tok_per_s = at_most(out->decode_tok_per_s * high, most);
        out->known |= EP_SPEED_KNOWN(decode_low_tok_per_s) | EP_SPEED_KNOWN(decode_high_tok_per_s);
    }
    if (figures->power_watts > 0) {
        out->energy_joules_per_token = figures->power_watts / out->decode_tok_per_s;
        out->known |= EP_SPEED_KNOWN(energy_joules_per_token);
    }
}

/* What was measured was one sequence. */
static uint32_t basis(const ep_speed_figures *figures, const ep_workload *workload)
{
    if (workload->host_layers > 0)
        return EDGEPLAN_SPEED_BASIS_PHYSICS;
    return figures->basis == EDGEPLAN_SPEED_BASIS_MEASURED && workload->batch > 1 ? EDGEPLAN_SPEED_BASIS_DEVICE : figures->basis;
}

/* Heat takes a share of whatever the burst rate is; the two spreads add up. */
static void sustained(const ep_speed_figures *figures, edgeplan_speed *out)
{
    if (figures->sustained <= 0 || !(out->known & EP_SPEED_KNOWN(decode_tok_per_s)))
        return;
    out->sustained_decode_tok_per_s = out->decode_tok_per_s * figures->sustained;
    out->sustained_basis = figures->sustained_basis;
    out->known |= EP_SPEED_KNOWN(sustained_decode_tok_per_s) | EP_SPEED_KNOWN(sustained_basis);
    if (out->known & EP_SPEED_KNOWN(decode_low_tok_per_s)) {
        double low = figures->sustained_low > 0 ? figures->sustained_low : figures->sustained;
        double high = figures->sustained_high > 0 ? figures->sustained_high : figures->sustained;
        out->sustained_decode_low_tok_per_s = out->decode_low_tok_per_s * low;
        out->sustained_decode_high_tok_per_s = out->decode_high_tok_per_s * high;
        out->known |= EP_SPEED_KNOWN(sustained_decode_low_tok_per_s) | EP_SPEED_KNOWN(sustained_decode_high_tok_per_s);
    }
    if (figures->sustained_after_seconds > 0) {
        out->sustained_after_seconds = figures->sustained_after_seconds;
        out->known |= EP_SPEED_KNOWN(sustained_after_seconds);
    }
}

void ep_speed_compute(const ep_speed_figures *figures, const ep_rules *rules, const ep_shape *shape, const ep_workload *workload,
                      edgeplan_speed *out)
{
    uint64_t least = ep_traffic_least(shape, workload);
    ep_traffic expected = ep_traffic_expected(rules, shape, workload);

    if (figures->first_load_seconds > 0) {
        out->first_load_seconds = figures->first_load_seconds;
        out->known |= EP_SPEED_KNOWN(first_load_seconds);
    }
    if (!shape->stored_known || ep_overflowed(least) || ep_overflowed(expected.bytes))
        return;
    out->least_traffic_bytes_per_step = least;
    out->traffic_bytes_per_step = expected.bytes;
    out->routed_traffic_bytes_per_step = expected.routed_bytes;
    out->cache_traffic_bytes_per_step = expected.cache_bytes;
    out->basis = basis(figures, workload);
    out->known |= EP_SPEED_KNOWN(least_traffic_bytes_per_step) | EP_SPEED_KNOWN(traffic_bytes_per_step) |
                  EP_SPEED_KNOWN(routed_traffic_bytes_per_step) | EP_SPEED_KNOWN(cache_traffic_bytes_per_step) | EP_SPEED_KNOWN(basis);
    ceiling(figures, workload, out);
    if (workload->host_layers > 0) /* what they reach in turn nobody has measured */
        return;
    decode(figures, expected, shape, workload, out);
    sustained(figures, out);
    ep_prefill_compute(figures, rules, shape, workload, out);
}
