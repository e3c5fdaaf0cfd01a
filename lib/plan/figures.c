#include "plan/figures.h"

#include "base/text.h"

static const double LEAST_KNOWN = 0.95; /* of the bytes a step reads */

typedef int (*ep_has_fn)(const ep_calibration *calibration);

static int tells_decode(const ep_calibration *calibration)
{
    return calibration->eta != 0 || calibration->kernel_count != 0;
}

static int tells_prefill(const ep_calibration *calibration)
{
    return calibration->utilisation != 0 || calibration->reached != 0 || calibration->attention_per_clock != 0 ||
           calibration->chunk_time != 0;
}

static int tells_batch(const ep_calibration *calibration)
{
    return calibration->batch_low != 0 && calibration->batch_high != 0;
}

static int admits(const ep_words *words, const char *word)
{
    return words->count == 0 || (word && ep_words_has(words, word));
}

/* ep_number_type */
static uint32_t products_of(const edgeplan_deployment *d)
{
    const char *architecture = d->target->chip.engines[d->accelerator].architecture;

    for (uint32_t i = 0; i < d->backend->product_count; i++) {
        const ep_products *products = &d->backend->products[i];
        if (admits(&products->architectures, architecture) && admits(&products->formats, d->format->id))
            return products->type;
    }
    return d->format->compute;
}

ep_fact_id ep_throughput_fact(const edgeplan_deployment *d)
{
    return d->target->chip.engines[d->accelerator].throughput[products_of(d)];
}

/* What one token, or one of a prompt, takes of the clock, as each element type takes its own time; 0 if more than a twentieth of the bytes
   has no kernel. */
typedef struct clocks {
    double bytes, clocks;
} clocks;

static clocks clocks_of(const ep_calibration *calibration, const edgeplan_deployment *d, int prompt)
{
    double bytes = 0, known = 0, taken = 0;

    for (uint32_t i = 0; i < d->shape.read_count; i++) {
        const ep_read *read = &d->shape.reads[i];
        double size = (double)(prompt ? read->prompt_bytes : read->bytes);
        bytes += size;
        for (uint32_t k = 0; k < calibration->kernel_count; k++) {
            const ep_kernel *kernel = &calibration->kernels[k];
            double per_clock = ep_fact_value(d->registry, prompt ? kernel->prompt_per_clock : kernel->per_clock);
            if (kernel->element_type == read->element_type && per_clock > 0) {
                known += size;
                taken += size / per_clock;
            }
        }
    }
    return taken > 0 && known >= LEAST_KNOWN * bytes ? (clocks){bytes, taken * bytes / known} : (clocks){0, 0};
}

int ep_calibration_score(const ep_calibration *calibration, const edgeplan_deployment *d)
{
    const ep_engine *engine = &d->target->chip.engines[d->accelerator];

    if (calibration->accelerator != d->accelerator || (calibration->backend && !ep_equal(calibration->backend, d->backend->id)) ||
        (calibration->group && !ep_equal(calibration->group, d->format->group)) ||
        (calibration->products && calibration->products != products_of(d)))
        return -1;
    if (!admits(&calibration->formats, d->format->id) || !admits(&calibration->targets, d->target->id) ||
        !admits(&calibration->chips, d->target->chip.id) || !admits(&calibration->classes, d->target->class_name) ||
        !admits(&calibration->architectures, engine->architecture) || !admits(&calibration->models, d->model->id))
        return -1;
    if ((calibration->of_stream && !engine->bandwidth) ||
        (calibration->kernel_count && (!engine->clock || clocks_of(calibration, d, 0).clocks <= 0)))
        return -1;
    return (calibration->targets.count > 0 ? 128 : 0) + (calibration->chips.count > 0 ? 64 : 0) +
           (calibration->architectures.count > 0 ? 32 : 0) + (calibration->of_stream || calibration->kernel_count ? 16 : 0) +
           (calibration->classes.count > 0 ? 8 : 0) + (calibration->formats.count > 0 ? 4 : 0) +
           (calibration->group ? 2 : 0) + (calibration->backend ? 1 : 0);
}

typedef struct choice {
    const ep_calibration *calibration;
    int points;
} choice;

static void consider(choice *chosen, const ep_calibration *calibrations, uint32_t count, const edgeplan_deployment *d, ep_has_fn has)
{
    for (uint32_t i = 0; i < count; i++) {
        int points = has(&calibrations[i]) ? ep_calibration_score(&calibrations[i], d) : -1;
        if (points > chosen->points)
            *chosen = (choice){&calibrations[i], points};
    }
}

/* Of equally specific ones a fitted one counts. An engine that leaves the products to the CPU has a pace of its own that nobody has
   fitted. */
static const ep_calibration *best(const edgeplan_deployment *d, ep_has_fn has)
{
    choice chosen = {NULL, -1};

    if (d->rules.placement.weights_on_host)
        return NULL;
    consider(&chosen, d->runtime->fitted, d->runtime->fitted_count, d, has);
    consider(&chosen, d->runtime->calibrations, d->runtime->calibration_count, d, has);
    return chosen.calibration;
}

/* Figures are fitted with one sequence, and only such a row shows that they hold. */
static int is_good(const edgeplan_observation *observation, const edgeplan_deployment *d)
{
    return observation->grade <= 2 && observation->batch == 1 && observation->claim != EDGEPLAN_SWITCH_ON &&
           observation->runtime == d->runtime &&
           observation->accelerator == d->accelerator && observation->format &&
           ep_equal(observation->format->group, d->format->group);
}

static int is_own(const ep_calibration *calibration)
{
    return calibration->targets.count > 0 || calibration->chips.count > 0;
}

/* Of a mixture where only dense models were measured. */
static int guesses_experts(const edgeplan_deployment *d, const ep_calibration *calibration)
{
    const ep_fact *share = ep_fact_get(d->registry, calibration->experts);
    return d->shape.max_experts_used > 0 && calibration->chips.count > 0 && tells_decode(calibration) &&
           (!share || share->confidence == EDGEPLAN_CONFIDENCE_ASSUMED);
}

static int tells_others(const ep_calibration *calibration)
{
    return tells_decode(calibration) && !is_own(calibration);
}

/* Other devices measured recurrent layers, if anybody did, where this one's figures do not tell their time. */
static uint32_t basis(const edgeplan_deployment *d, const ep_calibration *calibration, int lacks_layers)
{
    uint32_t rows = 0;

    if (!calibration)
        return EDGEPLAN_SPEED_BASIS_PHYSICS;
    if (!is_own(calibration) || lacks_layers)
        return EDGEPLAN_SPEED_BASIS_CLASS;
    for (uint32_t i = 0; i < d->target->observation_count; i++)
        rows += (uint32_t)is_good(d->target->observations[i], d);
    return rows >= 3 && !guesses_experts(d, calibration) ? EDGEPLAN_SPEED_BASIS_MEASURED : EDGEPLAN_SPEED_BASIS_DEVICE;
}

/* An engine cannot draw more than its own measured stream, whatever the memory could give; its own runs have the last word. */
static void choose_rate(edgeplan_deployment *d, const ep_calibration *calibration)
{
    const ep_engine *engine = &d->target->chip.engines[d->accelerator];
    double stream = ep_fact_value(d->registry, engine->bandwidth), clock = ep_fact_value(d->registry, engine->clock);
    ep_speed_figures *speed = &d->speed;

    speed->read_bytes_per_s =
        ep_fact_value(d->registry, calibration->eta) * (calibration->of_stream ? stream : speed->peak_bandwidth_bytes_per_s);
    speed->cache = ep_fact_value(d->registry, calibration->cache);
    if (calibration->kernel_count) {
        clocks token = clocks_of(calibration, d, 0);
        speed->read_bytes_per_s = token.bytes / token.clocks * clock;
        speed->cache = ep_fact_value(d->registry, calibration->cache_per_clock) * clock / speed->read_bytes_per_s;
    }
    if (stream > 0 && speed->read_bytes_per_s > stream && !is_own(calibration))
        speed->read_bytes_per_s = stream;
}

static void choose_prefill(edgeplan_deployment *d, const ep_calibration *calibration)
{
    const edgeplan_registry *registry = d->registry;
    double clock = ep_fact_value(registry, d->target->chip.engines[d->accelerator].clock);
    ep_speed_figures *speed = &d->speed;

    speed->utilisation = ep_fact_value(registry, calibration->utilisation);
    speed->prefill_flop_per_s = calibration->reached ? ep_fact_value(registry, calibration->reached)
                                                     : speed->utilisation * speed->throughput_flop_per_s;
    if (calibration->attention_per_clock && clock > 0) {
        speed->token_seconds = clocks_of(calibration, d, 1).clocks / clock;
        speed->attention_flop_per_s = ep_fact_value(registry, calibration->attention_per_clock) * clock;
    }
    speed->expert_rows = ep_fact_value(registry, calibration->expert_rows);
    speed->chunk_seconds = ep_fact_value(registry, calibration->chunk_time);
    speed->prefill_low = ep_fact_value(registry, calibration->prefill_low);
    speed->prefill_high = ep_fact_value(registry, calibration->prefill_high);
}

static const ep_thermal *hottest(const ep_thermals *thermals, const edgeplan_deployment *d)
{
    for (uint32_t i = 0; i < thermals->count; i++) {
        const ep_thermal *thermal = &thermals->items[i];
        if ((thermal->accelerators == 0 || thermal->accelerators & 1u << d->accelerator) &&
            admits(&thermal->classes, d->target->class_name) && admits(&thermal->runtimes, d->runtime->id))
            return thermal;
    }
    return NULL;
}

static void choose_thermal(edgeplan_deployment *d)
{
    const edgeplan_registry *registry = d->registry;
    const ep_thermal *thermal = hottest(&d->target->thermals, d);

    d->speed.sustained_basis = EDGEPLAN_SPEED_BASIS_DEVICE;
    if (!thermal && d->target->platform) {
        thermal = hottest(&d->target->platform->thermals, d);
        d->speed.sustained_basis = EDGEPLAN_SPEED_BASIS_CLASS;
    }
    d->thermal = thermal;
    if (!thermal)
        return;
    d->speed.sustained_low = ep_fact_value(registry, thermal->sustained_low);
    d->speed.sustained = ep_fact_value(registry, thermal->sustained);
    d->speed.sustained_high = ep_fact_value(registry, thermal->sustained_high);
    d->speed.sustained_after_seconds = ep_fact_value(registry, thermal->after);
}

static void choose_power(edgeplan_deployment *d)
{
    for (uint32_t i = 0; i < d->target->power_count && !d->power; i++) {
        const ep_power *power = &d->target->powers[i];
        if ((power->accelerators == 0 || power->accelerators & 1u << d->accelerator) && admits(&power->runtimes, d->runtime->id))
            d->power = power;
    }
    if (d->power)
        d->speed.power_watts = ep_fact_value(d->registry, d->power->watts);
}

static void choose_calibration(edgeplan_deployment *d)
{
    const edgeplan_registry *registry = d->registry;
    const ep_calibration *decode = d->calibration = best(d, tells_decode);
    const ep_calibration *prefill = d->prefill_calibration = best(d, tells_prefill);
    const ep_calibration *batch = d->batch_calibration = best(d, tells_batch);
    ep_speed_figures *speed = &d->speed;
    const int lacks_layers = decode && d->shape.state_layers > 0 && !decode->recurrent_time;

    const ep_calibration *others = decode && guesses_experts(d, decode) ? best(d, tells_others) : NULL;
    const ep_calibration *ends = d->ends_calibration = others ? others : decode;

    speed->basis = basis(d, decode, lacks_layers);
    speed->prefill_basis = basis(d, prefill, 0);
    if (decode) {
        choose_rate(d, decode);
        speed->experts = ep_fact_value(registry, decode->experts);
        speed->layer_seconds = ep_fact_value(registry, decode->layer_time);
        speed->recurrent_seconds = ep_fact_value(registry, decode->recurrent_time);
        speed->step_seconds = ep_fact_value(registry, decode->step_time);
        speed->low = ep_fact_value(registry, lacks_layers ? ends->recurrent_low : ends->low);
        speed->high = ep_fact_value(registry, lacks_layers ? ends->recurrent_high : ends->high);
    }
    if (batch) {
        speed->batch_low = ep_fact_value(registry, batch->batch_low);
        speed->batch_high = ep_fact_value(registry, batch->batch_high);
        speed->batch_utilisation = ep_fact_value(registry, batch->batch_utilisation);
    }
    if (prefill)
        choose_prefill(d, prefill);
}

void ep_figures_choose(edgeplan_deployment *deployment)
{
    const edgeplan_registry *registry = deployment->registry;
    const edgeplan_target *target = deployment->target;
    ep_speed_figures *speed = &deployment->speed;
    double storage = ep_fact_value(registry, target->storage_read);

    speed->peak_bandwidth_bytes_per_s = ep_fact_value(registry, target->chip.peak_bandwidth);
    speed->throughput_flop_per_s = ep_fact_value(registry, ep_throughput_fact(deployment));
    if (storage > 0)
        speed->first_load_seconds = (double)deployment->file_bytes / storage;
    choose_calibration(deployment);
    choose_thermal(deployment);
    choose_power(deployment);
}
