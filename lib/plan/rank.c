#include "plan/rank.h"

#include <string.h>

#include "base/known.h"

/* What is not known ranks behind everything that is. */
#define UNKNOWN 1e9

/* Whether devices like this one are on record as slowing down, on whatever path. */
static int throttles(const edgeplan_target *target)
{
    const ep_thermals *of_platform = target->platform ? &target->platform->thermals : NULL;

    for (uint32_t i = 0; of_platform && i < of_platform->count; i++)
        if (of_platform->items[i].classes.count == 0 || ep_words_has(&of_platform->items[i].classes, target->class_name))
            return 1;
    return target->thermals.count > 0;
}

typedef struct rate {
    double low, expected; /* tok/s; 0: not known */
} rate;

static rate rate_of(const edgeplan_plan *plan, double workload_seconds)
{
    const edgeplan_speed *speed = &plan->speed;
    int sustained = (speed->known & EP_SPEED_KNOWN(sustained_decode_tok_per_s)) != 0;
    int outlasts = workload_seconds > speed->sustained_after_seconds; /* one that is not known is 0: the worst is taken */

    if (sustained && outlasts)
        return (rate){speed->sustained_decode_low_tok_per_s, speed->sustained_decode_tok_per_s};
    if (!sustained && workload_seconds > 0 && throttles(plan->deployment->target))
        return (rate){0, 0};
    return (rate){speed->decode_low_tok_per_s, speed->decode_tok_per_s};
}

double ep_rank_speed(const edgeplan_plan *plan, double workload_seconds)
{
    return rate_of(plan, workload_seconds).expected;
}

/* What a nat is worth in time. The other way to a faster answer is a smaller model, and what that loses is measured: LLaMA 2 7B has a
   perplexity of 5.7985 on wikitext-2 and 70B one of 3.4313, 0.5247 nat for 10.24 times the parameters, thus ln 10.24 / 0.5247 = 4.43
   e-folds of time a nat. A format is worth what it loses if no smaller model loses less. Tool and text are those of the formats' losses.
   Source: ggml-org/llama.cpp, examples/perplexity/README.md at aa0296e (7B, q8_0) and README.md at ffe88a3 (70B, fp16). */
#define E_FOLDS_A_NAT 4.43

static double exponential(double x) /* of what is not negative; of libm the library takes no more than sqrt */
{
    double power = 1 + x / 1048576;

    for (int i = 0; i < 20; i++)
        power *= power;
    return power;
}

/* How fast a prompt is read is a matter of the runtime and the engine, hardly of the format: MLX reads one of Qwen3-4B at 1607, 1577 and
   1622 tok/s in 8, 6 and 4 bits (ml-explore/mlx-lm, BENCHMARKS.md at d78bf58). So where a format's is not known, the slowest of its
   neighbours' stands for it, and where none is, that of the engine under other runtimes, if the bound allows: what nobody measured is no
   merit. Else the bound. 0: there is no bound either. */
static double first_of(edgeplan_plan *const *plans, uint32_t count, const edgeplan_plan *plan)
{
    double slowest = plan->speed.ttft_seconds, elsewhere = plan->speed.ttft_floor_seconds;

    for (uint32_t i = 0; i < count && plan->speed.ttft_seconds == 0; i++) {
        const double other = plans[i]->speed.ttft_seconds;
        if (plans[i]->deployment->accelerator != plan->deployment->accelerator)
            continue;
        if (plans[i]->deployment->runtime == plan->deployment->runtime)
            slowest = other > slowest ? other : slowest;
        else
            elsewhere = other > elsewhere ? other : elsewhere;
    }
    return slowest > 0 ? slowest : elsewhere;
}

/* Time of the request, prompt and answer in its own proportion. What nobody can tell gives way to its bound, which orders such plans
   among themselves; and that, where nobody knows the memory's bandwidth, to the bytes of a token, for the bandwidth is the same for all. */
static double seconds(const edgeplan_plan *plan, double tok_per_s)
{
    const edgeplan_speed *s = &plan->speed;
    double per_second = tok_per_s > 0 ? tok_per_s : s->decode_ceiling_tok_per_s;

    if (per_second == 0 && s->least_traffic_bytes_per_step > 0)
        per_second = 1 / (double)s->least_traffic_bytes_per_step;
    return per_second == 0 ? UNKNOWN : (double)plan->request.output_tokens / per_second + plan->standing.first_seconds;
}

/* Whether the limit is a fault of some firmware, and nobody said which is on the board: newer firmware is the cure, not another path. */
static int is_cured_by_firmware(const edgeplan_plan *plan, const char *rule)
{
    const ep_limit_set *set = plan->deployment->target->limits;

    for (uint32_t i = 0; set && i < set->rule_count && !plan->request.firmware_major; i++)
        if (set->rules[i].id == rule)
            return set->rules[i].firmware_below != 0;
    return 0;
}

/* Of what may fit, what is in doubt by fewer limits. */
static uint32_t doubtful_limits(const edgeplan_plan *plan)
{
    const ep_item_list *limits = &plan->lists[EDGEPLAN_LIST_LIMITS];
    uint32_t count = 0;

    for (size_t i = 0; i < limits->count; i++)
        count += limits->items[i].item.high == (double)EDGEPLAN_VERDICT_TIGHT &&
                 !is_cured_by_firmware(plan, limits->items[i].text[EDGEPLAN_TEXT_SUBJECT]);
    return count;
}

/* Asked for one thing, a path is taken for what is expected of it. Without a preference time and loss are weighed against each other: then
   the low end of the decode rate counts, which is what can be promised, for a wide band is no merit, and a loss nobody knows is guessed by
   its class. A path whose rate nobody can tell may be far slower than its ceiling: it comes after all others. */
static void take_standing(edgeplan_plan *plan, const edgeplan_criteria *criteria)
{
    const rate decode = rate_of(plan, criteria->workload_seconds);
    const int weighs = criteria->prefer == EDGEPLAN_PREFER_BALANCED;
    const double time = seconds(plan, weighs && decode.low > 0 ? decode.low : decode.expected), untold = decode.expected > 0 ? 0 : UNKNOWN;
    const ep_quality *quality = &plan->quality;
    ep_standing *s = &plan->standing;

    if (plan->verdict.verdict == EDGEPLAN_VERDICT_TIGHT) {
        const uint32_t limits = doubtful_limits(plan);
        s->doubts = (limits ? EDGEPLAN_VERDICT_TIGHT : EDGEPLAN_VERDICT_FITS) * UNKNOWN + limits;
    } else {
        s->doubts = plan->verdict.verdict * UNKNOWN;
    }
    s->seconds = time + untold;
    s->loss_nats = weighs ? quality->priced_nats : quality->known ? quality->loss_nats : UNKNOWN + quality->priced_nats;
    s->bytes = plan->memory.known & EP_MEMORY_KNOWN(charged_high_bytes) ? (double)plan->memory.charged_high_bytes : UNKNOWN * UNKNOWN;
    s->price = weighs ? time * exponential(E_FOLDS_A_NAT * quality->priced_nats) + untold : 0;
}

static int compare(double a, double b) /* -1: a first */
{
    return a < b ? -1 : a > b;
}

static int by_preference(const ep_standing *a, const ep_standing *b, uint32_t prefer)
{
    int quality = compare(a->loss_nats, b->loss_nats), fast = compare(a->seconds, b->seconds), small = compare(a->bytes, b->bytes);
    int cheap = compare(a->price, b->price);

    switch (prefer) {
    case EDGEPLAN_PREFER_QUALITY: return quality ? quality : fast ? fast : small;
    case EDGEPLAN_PREFER_SPEED: return fast ? fast : quality ? quality : small;
    case EDGEPLAN_PREFER_MEMORY: return small ? small : quality ? quality : fast;
    default: return cheap ? cheap : small ? small : quality;
    }
}

static int before(const edgeplan_plan *a, const edgeplan_plan *b, uint32_t prefer)
{
    int order = compare(a->standing.doubts, b->standing.doubts); /* what surely fits comes before what may */

    if (!order)
        order = by_preference(&a->standing, &b->standing, prefer);
    if (!order)
        order = strcmp(a->deployment->runtime->id, b->deployment->runtime->id);
    if (!order)
        order = strcmp(a->deployment->format->id, b->deployment->format->id);
    if (!order)
        order = compare(a->deployment->accelerator, b->deployment->accelerator);
    return order < 0;
}

static int dominates(const ep_standing *a, const ep_standing *b)
{
    return a->doubts <= b->doubts && a->loss_nats <= b->loss_nats && a->seconds <= b->seconds && a->bytes <= b->bytes &&
           (a->doubts < b->doubts || a->loss_nats < b->loss_nats || a->seconds < b->seconds || a->bytes < b->bytes);
}

/* What beats a plan in all comes before it in the order. */
static void mark_front(edgeplan_plan *const *plans, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        plans[i]->standing.on_front = 1;
        for (uint32_t j = 0; j < i && plans[i]->standing.on_front; j++)
            if (dominates(&plans[j]->standing, &plans[i]->standing))
                plans[i]->standing.on_front = 0;
    }
}

void ep_rank(edgeplan_plan **plans, uint32_t count, const edgeplan_criteria *criteria)
{
    double slowest = 0;

    for (uint32_t i = 0; i < count; i++) {
        plans[i]->standing.first_seconds = first_of(plans, count, plans[i]);
        slowest = plans[i]->standing.first_seconds > slowest ? plans[i]->standing.first_seconds : slowest;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (plans[i]->standing.first_seconds == 0) /* nobody wins by what is not known of it */
            plans[i]->standing.first_seconds = slowest;
        take_standing(plans[i], criteria);
    }
    for (uint32_t i = 1; i < count; i++) { /* insertion: there are a few dozen */
        edgeplan_plan *plan = plans[i];
        uint32_t j = i;
        for (; j > 0 && before(plan, plans[j - 1], criteria->prefer); j--)
            plans[j] = plans[j - 1];
        plans[j] = plan;
    }
    mark_front(plans, count);
}

int ep_rank_winners(edgeplan_plan *const *plans, uint32_t count, double workload_seconds, uint32_t *decodes, uint32_t *prefills)
{
    const double apart = 1.5; /* less is within what estimates are off by */
    double decode = 0, prefill = 0, other_decode = 0, other_prefill = 0;

    for (uint32_t i = 0; i < count; i++) {
        const double writes = ep_rank_speed(plans[i], workload_seconds), reads = plans[i]->speed.prefill_tok_per_s;
        if (writes <= 0 || reads <= 0)
            continue;
        if (writes > decode) {
            *decodes = i;
            decode = writes;
            other_prefill = reads;
        }
        if (reads > prefill) {
            *prefills = i;
            prefill = reads;
            other_decode = writes;
        }
    }
    return decode > apart * other_decode || prefill > apart * other_prefill;
}
