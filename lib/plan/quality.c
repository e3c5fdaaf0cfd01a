/* Small models lose more. Ratios to the loss of Qwen3-8B in one storage, int4 in groups of 32, as the logarithm of word perplexities on
   wikitext-2: Qwen3-8B 12.19 to 12.90 is 0.057 nat, Qwen3-4B 16.41 to 18.33 is 0.111, Qwen2.5-1.5B 12.21 to 14.79 is 0.192.
   Source: apple/coreai-models, models/qwen3/README.md and models/qwen2/README.md of 2026-08-21. Families differ by more than sizes do
   (Mistral-7B loses 0.014), so a scaled loss is derived, whatever the format's own rests on. */
#include "plan/quality.h"

#include "model/element.h"
#include "sizing/workload.h"

typedef struct ep_size_step {
    uint64_t below_parameters;
    double ratio;
} ep_size_step;

static const ep_size_step steps[] = {
    {UINT64_C(3000000000), 3.4},
    {UINT64_C(6000000000), 1.95},
    {UINT64_MAX, 1.0},
};

double ep_quality_ratio(uint64_t parameters)
{
    uint32_t i = 0;

    while (parameters >= steps[i].below_parameters && steps[i].below_parameters != UINT64_MAX)
        i++;
    return steps[i].ratio;
}

const ep_kv_quality *ep_quality_kv(const edgeplan_deployment *deployment, uint32_t type)
{
    const edgeplan_runtime *runtime = deployment->runtime;

    for (uint32_t i = 0; i < runtime->kv_quality_count; i++) {
        const ep_kv_quality *quality = &runtime->kv_qualities[i];
        if (quality->type == type &&
            (!quality->below_parameters || deployment->model->head.parameters < quality->below_parameters))
            return quality;
    }
    return NULL;
}

const ep_format_quality *ep_quality_format(const edgeplan_deployment *deployment)
{
    const edgeplan_format *format = deployment->format;
    return ep_words_has(&format->native_families, deployment->model->family) ? &format->native : &format->quality;
}

typedef struct loss {
    double nats;
    uint32_t known, basis; /* edgeplan_confidence */
} loss;

static loss loss_of(const edgeplan_registry *registry, ep_fact_id figure, double ratio)
{
    const ep_fact *fact = ep_fact_get(registry, figure);

    if (!fact)
        return (loss){0, 0, 0};
    return (loss){fact->value * ratio, 1, ratio == 1.0 || fact->value == 0 ? fact->confidence : EDGEPLAN_CONFIDENCE_DERIVED};
}

/* 16 bits and more are what every loss is measured against. */
static loss kv_loss(const edgeplan_deployment *deployment, uint32_t type, double ratio)
{
    const ep_block_size block = ep_element_block(type);
    const ep_kv_quality *quality = ep_quality_kv(deployment, type);

    if (block.bytes >= 2 * block.elements)
        return (loss){0, 1, EDGEPLAN_CONFIDENCE_MEASURED};
    return loss_of(deployment->registry, quality ? quality->loss : 0, quality && quality->below_parameters ? 1 : ratio);
}

/* Where keys and values differ, the worse of them stands for both: no more can be lost. */
static loss worse_of(loss a, loss b)
{
    return !a.known || (b.known && a.nats >= b.nats) ? a : b;
}

/* The middle of what a class stands for: a up to 0.005, b 0.02, c 0.045, d 0.12, e 0.33 nat. */
static double middle_of(char quality_class)
{
    static const double middle[] = {0.0025, 0.0125, 0.0325, 0.0825, 0.225, 0.5};
    return middle[quality_class - 'a'];
}

/* The figure, or the middle of the class where nobody measured more. */
static loss format_loss(const edgeplan_deployment *deployment, double ratio)
{
    const ep_format_quality *figures = ep_quality_format(deployment);

    if (figures->loss || !figures->quality_class)
        return loss_of(deployment->registry, figures->loss, ratio);
    return (loss){ratio * middle_of(*figures->quality_class), 1, EDGEPLAN_CONFIDENCE_ASSUMED};
}

/* What nobody measured is no better for that: it counts as class e. */
static double priced(loss one, double ratio)
{
    return one.known ? one.nats : ratio * middle_of('e');
}

ep_quality ep_quality_of(const edgeplan_deployment *deployment, const edgeplan_request *request)
{
    const double ratio = ep_quality_ratio(deployment->model->head.parameters);
    const uint32_t usual = ep_backend_default_kv(deployment->backend);
    const uint32_t key = ep_request_gives(request, offsetof(edgeplan_request, kv_k)) ? request->kv_k : usual;
    const uint32_t value = ep_request_gives(request, offsetof(edgeplan_request, kv_v)) ? request->kv_v : key;
    const ep_format_quality *figures = ep_quality_format(deployment);
    const loss format = format_loss(deployment, ratio);
    const loss kv = worse_of(kv_loss(deployment, key, ratio), kv_loss(deployment, value, ratio));
    ep_quality quality = {.format_nats = format.nats, .kv_nats = kv.nats, .format_known = format.known, .kv_known = kv.known};

    quality.from_class = format.known && !figures->loss;
    quality.priced_nats = priced(format, ratio) + priced(kv, ratio);
    if (format.known && kv.known) {
        quality.known = 1;
        quality.loss_nats = format.nats + kv.nats;
        quality.basis = kv.basis > format.basis ? kv.basis : format.basis;
    }
    return quality;
}
