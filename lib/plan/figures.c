#include "plan/figures.h"

#include "base/text.h"

/* How specific a calibration is for this path; -1 if it does not apply. The target itself beats its class, a format beats a group. */
static int score(const ep_calibration *calibration, const edgeplan_deployment *d)
{
    int points = 0;

    if (calibration->accelerator != d->accelerator)
        return -1;
    if (calibration->backend && !ep_equal(calibration->backend, d->backend->id))
        return -1;
    if (calibration->group && !ep_equal(calibration->group, d->format->group))
        return -1;
    if (calibration->formats.count > 0 && !ep_words_has(&calibration->formats, d->format->id))
        return -1;
    if (calibration->targets.count > 0) {
        if (!ep_words_has(&calibration->targets, d->target->id))
            return -1;
        points += 8;
    } else if (calibration->classes.count > 0 && !ep_words_has(&calibration->classes, d->target->class_name)) {
        return -1;
    }
    return points + (calibration->formats.count > 0 ? 4 : 0) + (calibration->group ? 2 : 0) + (calibration->backend ? 1 : 0);
}

static const ep_calibration *best(const edgeplan_deployment *d)
{
    const ep_calibration *chosen = NULL;
    int most = -1;

    for (uint32_t i = 0; i < d->runtime->calibration_count; i++) {
        int points = score(&d->runtime->calibrations[i], d);
        if (points > most) {
            most = points;
            chosen = &d->runtime->calibrations[i];
        }
    }
    return chosen;
}

static int is_good(const edgeplan_observation *observation, const edgeplan_deployment *d)
{
    return observation->grade <= 2 && observation->claim != EDGEPLAN_SWITCH_ON && observation->target == d->target &&
           observation->runtime == d->runtime && observation->accelerator == d->accelerator &&
           ep_equal(observation->format->group, d->format->group);
}

static uint32_t basis(const edgeplan_deployment *d)
{
    uint32_t rows = 0;

    if (!d->calibration)
        return EDGEPLAN_SPEED_BASIS_PHYSICS;
    if (d->calibration->targets.count == 0)
        return EDGEPLAN_SPEED_BASIS_CLASS;
    for (uint32_t i = 0; i < d->registry->observation_count; i++)
        rows += (uint32_t)is_good(&d->registry->observations[i], d);
    return rows >= 3 ? EDGEPLAN_SPEED_BASIS_MEASURED : EDGEPLAN_SPEED_BASIS_DEVICE;
}

/* An engine cannot draw more than its own measured stream, whatever the memory could give. */
static double bounded(double eta, double stream, double peak)
{
    return stream > 0 && peak > 0 && eta * peak > stream ? stream / peak : eta;
}

void ep_figures_choose(edgeplan_deployment *deployment)
{
    const edgeplan_registry *registry = deployment->registry;
    const ep_engine *engine = &deployment->target->chip.engines[deployment->accelerator];
    ep_speed_figures *speed = &deployment->speed;
    const ep_calibration *calibration = deployment->calibration = best(deployment);
    double stream = ep_fact_value(registry, engine->bandwidth);

    speed->peak_bandwidth_bytes_per_s = ep_fact_value(registry, deployment->target->chip.peak_bandwidth);
    speed->throughput_flop_per_s = ep_fact_value(registry, engine->throughput[deployment->format->compute]);
    if (calibration) {
        double peak = speed->peak_bandwidth_bytes_per_s;
        speed->eta_low = bounded(ep_fact_value(registry, calibration->eta_low), stream, peak);
        speed->eta = bounded(ep_fact_value(registry, calibration->eta), stream, peak);
        speed->eta_high = bounded(ep_fact_value(registry, calibration->eta_high), stream, peak);
        speed->layer_seconds = ep_fact_value(registry, calibration->layer_time);
        speed->step_seconds = ep_fact_value(registry, calibration->step_time);
    }
    deployment->speed_basis = basis(deployment);
}
