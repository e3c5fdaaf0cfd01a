#include "plan/rank.h"

#include <string.h>

#include "base/known.h"

/* What is not known ranks behind everything that is. */
#define UNKNOWN_LOSS 1e9

static double loss(const edgeplan_plan *plan) /* of those not known, the better class comes first */
{
    return plan->quality.known ? plan->quality.loss_nats : UNKNOWN_LOSS + plan->quality.priced_nats;
}

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

static double memory(const edgeplan_plan *plan)
{
    return plan->memory.known & EP_MEMORY_KNOWN(charged_high_bytes) ? (double)plan->memory.charged_high_bytes : UNKNOWN_LOSS * 1e9;
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
   neighbours' stands for it, and where none is, the bound. 0: there is no bound either. */
static double first_of(edgeplan_plan *const *plans, uint32_t count, const edgeplan_plan *plan)
{
    double slowest = plan->speed.ttft_seconds;

    for (uint32_t i = 0; i < count && plan->speed.ttft_seconds == 0; i++)
        if (plans[i]->deployment->runtime == plan->deployment->runtime &&
            plans[i]->deployment->accelerator == plan->deployment->accelerator && plans[i]->speed.ttft_seconds > slowest)
            slowest = plans[i]->speed.ttft_seconds;
    return slowest > 0 ? slowest : plan->speed.ttft_floor_seconds;
}

/* Time of the request, prompt and answer in its own proportion. What nobody can tell gives way to its bound, which orders such plans
   among themselves; and that, where nobody knows the memory's bandwidth, to the bytes of a token, for the bandwidth is the same for all. */
static double seconds(const edgeplan_plan *plan, double tok_per_s)
{
    const edgeplan_speed *s = &plan->speed;
    double per_second = tok_per_s > 0 ? tok_per_s : s->decode_ceiling_tok_per_s;

    if (per_second == 0 && s->least_traffic_bytes_per_step > 0)
        per_second = 1 / (double)s->least_traffic_bytes_per_step;
    return per_second == 0 ? UNKNOWN_LOSS : (double)plan->request.output_tokens / per_second + plan->first_seconds;
}

/* That time with what the format loses. The low end of the decode rate is what can be promised: a wide band is no merit. */
static double price(const edgeplan_plan *plan, double workload_seconds)
{
    const rate decode = rate_of(plan, workload_seconds);

    return seconds(plan, decode.low > 0 ? decode.low : decode.expected) * exponential(E_FOLDS_A_NAT * plan->quality.priced_nats);
}

/* What is expected of the request; a path whose decode rate nobody can tell comes after all others. */
static double slowness(const edgeplan_plan *plan, double workload_seconds)
{
    double decode = ep_rank_speed(plan, workload_seconds);

    return decode > 0 ? seconds(plan, decode) : UNKNOWN_LOSS + seconds(plan, 0);
}

static int compare(double a, double b) /* -1: a first */
{
    return a < b ? -1 : a > b;
}

static int by_preference(const edgeplan_plan *a, const edgeplan_plan *b, const edgeplan_criteria *criteria)
{
    const double a_time = slowness(a, criteria->workload_seconds), b_time = slowness(b, criteria->workload_seconds);
    int quality = compare(loss(a), loss(b)), fast = compare(a_time, b_time), small = compare(memory(a), memory(b));

    switch (criteria->prefer) {
    case EDGEPLAN_PREFER_QUALITY: return quality ? quality : fast ? fast : small;
    case EDGEPLAN_PREFER_SPEED: return fast ? fast : quality ? quality : small;
    case EDGEPLAN_PREFER_MEMORY: return small ? small : quality ? quality : fast;
    default: break;
    }
    /* A path nobody has measured may be far slower than its ceiling: it comes after those whose speed can be told. */
    int told = compare(a_time >= UNKNOWN_LOSS, b_time >= UNKNOWN_LOSS);
    int cheap = compare(price(a, criteria->workload_seconds), price(b, criteria->workload_seconds));
    return told ? told : cheap ? cheap : small ? small : quality;
}

/* Of what may fit, what is in doubt by fewer limits. */
static uint32_t doubts(const edgeplan_plan *plan)
{
    const ep_item_list *limits = &plan->lists[EDGEPLAN_LIST_LIMITS];
    uint32_t count = 0;

    for (size_t i = 0; i < limits->count; i++)
        count += limits->items[i].item.high == (double)EDGEPLAN_VERDICT_TIGHT;
    return count;
}

static int before(const edgeplan_plan *a, const edgeplan_plan *b, const edgeplan_criteria *criteria)
{
    int order = compare(a->verdict.verdict, b->verdict.verdict); /* what surely fits comes before what may */

    if (!order && a->verdict.verdict == EDGEPLAN_VERDICT_TIGHT)
        order = compare(doubts(a), doubts(b));
    if (!order)
        order = by_preference(a, b, criteria);
    if (!order)
        order = strcmp(a->deployment->runtime->id, b->deployment->runtime->id);
    if (!order)
        order = strcmp(a->deployment->format->id, b->deployment->format->id);
    if (!order)
        order = compare(a->deployment->accelerator, b->deployment->accelerator);
    return order < 0;
}

void ep_rank(edgeplan_plan **plans, uint32_t count, const edgeplan_criteria *criteria)
{
    double slowest = 0;

    for (uint32_t i = 0; i < count; i++) {
        plans[i]->first_seconds = first_of(plans, count, plans[i]);
        slowest = plans[i]->first_seconds > slowest ? plans[i]->first_seconds : slowest;
    }
    for (uint32_t i = 0; i < count; i++) /* nobody wins by what is not known of it */
        if (plans[i]->first_seconds == 0)
            plans[i]->first_seconds = slowest;
    for (uint32_t i = 1; i < count; i++) { /* insertion: there are a few dozen */
        edgeplan_plan *plan = plans[i];
        uint32_t j = i;
        for (; j > 0 && before(plan, plans[j - 1], criteria); j--)
            plans[j] = plans[j - 1];
        plans[j] = plan;
    }
}

static int dominates(const edgeplan_plan *a, const edgeplan_plan *b, double workload_seconds)
{
    const double a_time = slowness(a, workload_seconds), b_time = slowness(b, workload_seconds);
    int no_worse = loss(a) <= loss(b) && a_time <= b_time && memory(a) <= memory(b);
    int better = loss(a) < loss(b) || a_time < b_time || memory(a) < memory(b);
    return no_worse && better;
}

void ep_rank_front(edgeplan_plan *const *plans, uint32_t count, const edgeplan_criteria *criteria, uint32_t *on_front)
{
    for (uint32_t i = 0; i < count; i++) {
        on_front[i] = 1;
        for (uint32_t j = 0; j < count; j++)
            if (dominates(plans[j], plans[i], criteria->workload_seconds))
                on_front[i] = 0;
    }
}
