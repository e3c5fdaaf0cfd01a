/* Small models lose more. Ratios to the loss of Qwen3-8B in one storage, int4 in groups of 32, as the logarithm of word perplexities on
   wikitext-2: Qwen3-8B 12.19 to 12.90 is 0.057 nat, Qwen3-4B 16.41 to 18.33 is 0.111, Qwen2.5-1.5B 12.21 to 14.79 is 0.192.
   Source: apple/coreai-models, models/qwen3/README.md and models/qwen2/README.md of 2026-08-21. Families differ by more than sizes do
   (Mistral-7B loses 0.014), so a scaled loss is derived, whatever the format's own rests on. */
#include "plan/quality.h"

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

ep_quality ep_quality_of(const edgeplan_deployment *deployment)
{
    const ep_fact *loss = ep_fact_get(deployment->registry, deployment->format->quality_loss);
    const double ratio = ep_quality_ratio(deployment->model->head.parameters);
    ep_quality quality = {0, 0, 0};

    if (!loss)
        return quality;
    quality.known = 1;
    quality.loss_nats = loss->value * ratio;
    quality.basis = ratio == 1.0 || loss->value == 0 ? loss->confidence : EDGEPLAN_CONFIDENCE_DERIVED;
    return quality;
}
