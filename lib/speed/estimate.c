#include "speed/estimate.h"

#include "base/checked.h"
#include "base/known.h"
#include "speed/prefill.h"

ep_step_time ep_step_estimate(const ep_speed_figures *figures, double eta, double traffic_bytes, double flop, uint64_t layers)
{
    ep_step_time time = {0, 0, 0, 0};

    if (eta <= 0 || figures->peak_bandwidth_bytes_per_s <= 0)
        return time;
    time.bandwidth_seconds = traffic_bytes / (eta * figures->peak_bandwidth_bytes_per_s);
    if (figures->throughput_flop_per_s > 0) {
        double arithmetic = flop / figures->throughput_flop_per_s;
        if (arithmetic > time.bandwidth_seconds)
            time.compute_seconds = arithmetic - time.bandwidth_seconds;
    }
    time.overhead_seconds = (double)layers * figures->layer_seconds + figures->step_seconds;
    time.total_seconds = time.bandwidth_seconds + time.compute_seconds + time.overhead_seconds;
    return time;
}

static double rate(const ep_speed_figures *figures, double eta, double traffic, double flop, const ep_shape *shape, uint64_t batch,
                   double ceiling)
{
    ep_step_time time = ep_step_estimate(figures, eta, traffic, flop, shape->layers);
    double tokens = time.total_seconds > 0 ? (double)batch / time.total_seconds : 0;
    return ceiling > 0 && tokens > ceiling ? ceiling : tokens;
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

static void decode(const ep_speed_figures *figures, const ep_shape *shape, const ep_workload *workload, edgeplan_speed *out)
{
    double least = (double)out->least_traffic_bytes_per_step, traffic = (double)out->traffic_bytes_per_step;
    double flop = ep_decode_flop(shape, workload);
    double ceiling = figures->peak_bandwidth_bytes_per_s > 0 && least > 0
                         ? (double)workload->batch * figures->peak_bandwidth_bytes_per_s / least
                         : 0;

    if (ceiling > 0) {
        out->decode_ceiling_tok_per_s = ceiling;
        out->bound = EDGEPLAN_BOUND_BANDWIDTH;
        out->known |= EP_SPEED_KNOWN(decode_ceiling_tok_per_s) | EP_SPEED_KNOWN(bound);
    }
    out->decode_low_tok_per_s = rate(figures, figures->eta_low, traffic, flop, shape, workload->batch, ceiling);
    out->decode_tok_per_s = rate(figures, figures->eta, traffic, flop, shape, workload->batch, ceiling);
    out->decode_high_tok_per_s = rate(figures, figures->eta_high, traffic, flop, shape, workload->batch, ceiling);
    if (out->decode_low_tok_per_s > 0)
        out->known |= EP_SPEED_KNOWN(decode_low_tok_per_s);
    if (out->decode_high_tok_per_s > 0)
        out->known |= EP_SPEED_KNOWN(decode_high_tok_per_s);
    if (out->decode_tok_per_s > 0) {
        ep_step_time time = ep_step_estimate(figures, figures->eta, traffic, flop, shape->layers);
        out->known |= EP_SPEED_KNOWN(decode_tok_per_s);
        shares(&time, out);
    }
}

void ep_speed_compute(const ep_speed_figures *figures, const ep_rules *rules, const ep_shape *shape, const ep_workload *workload,
                      uint32_t basis, edgeplan_speed *out)
{
    uint64_t least = ep_traffic_least(shape, workload);
    uint64_t expected = ep_traffic_expected(rules, shape, workload);

    if (!shape->stored_known || ep_overflowed(least) || ep_overflowed(expected))
        return;
    out->least_traffic_bytes_per_step = least;
    out->traffic_bytes_per_step = expected;
    out->basis = basis;
    out->known |= EP_SPEED_KNOWN(least_traffic_bytes_per_step) | EP_SPEED_KNOWN(traffic_bytes_per_step) | EP_SPEED_KNOWN(basis);
    decode(figures, shape, workload, out);

    /* A floor needs both peaks: with one missing it would be a floor of something else. */
    if (workload->prompt_tokens > 0 && figures->throughput_flop_per_s > 0 && figures->peak_bandwidth_bytes_per_s > 0) {
        out->ttft_seconds = ep_prefill_seconds(figures, shape, workload);
        out->prefill_tok_per_s = (double)workload->prompt_tokens / out->ttft_seconds;
        out->known |= EP_SPEED_KNOWN(ttft_seconds) | EP_SPEED_KNOWN(prefill_tok_per_s);
    }
}
