/* The inverse questions of memory: longest context, most sequences. */
#include "base/checked.h"
#include "plan/api.h"
#include "plan/evaluate.h"

enum { MOST_SEQUENCES = 1024 };

typedef enum answer { ANSWER_YES, ANSWER_NO, ANSWER_UNKNOWN } answer;

/* Whether the expected demand is within every limit that can kill; names the one that is not. */
static answer within(const edgeplan_deployment *d, const edgeplan_request *request, uint32_t *kind)
{
    ep_evaluation e;
    answer result = ANSWER_YES;

    if (ep_evaluate(d, request, &e))
        return ANSWER_NO;
    for (uint32_t i = 0; i < e.limit_count; i++) {
        uint64_t bound = e.limits[i].hard_bytes ? e.limits[i].hard_bytes : e.limits[i].safe_bytes;
        if (e.limits[i].soft)
            continue;
        if (bound && e.rulings[i].demand.low > bound) {
            *kind = e.limits[i].kind;
            return ANSWER_NO;
        }
        if (bound == 0 || e.rulings[i].demand.basis == EDGEPLAN_MEMORY_BASIS_MISSING) {
            result = ANSWER_UNKNOWN;
        } else if (e.rulings[i].demand.expected > bound) {
            *kind = e.limits[i].kind;
            return ANSWER_NO;
        }
    }
    return result;
}

typedef struct cap {
    uint64_t tokens;
    uint32_t kind;
} cap;

static cap lower(cap a, uint64_t tokens, uint32_t kind)
{
    if (tokens > 0 && tokens < a.tokens)
        return (cap){tokens, kind};
    return a;
}

/* The longest context there is, memory aside, for all sequences together. */
static cap bound_of(const edgeplan_deployment *d, const edgeplan_request *request)
{
    edgeplan_request one = *request;
    ep_evaluation e;
    const ep_rules *rules = &d->rules;
    cap c = {UINT64_C(1) << 24, EDGEPLAN_LIMIT_NONE};

    one.context_tokens = 1;
    c = lower(c, d->shape.trained_context_tokens, EDGEPLAN_LIMIT_TRAINED_CONTEXT);
    c = lower(c, rules->max_context_tokens, EDGEPLAN_LIMIT_RUNTIME_CONTEXT);
    if (rules->context_count > 0)
        c = lower(c, rules->contexts[rules->context_count - 1], EDGEPLAN_LIMIT_COMPILED_CONTEXT);
    if (!ep_evaluate(d, &one, &e) && rules->context.per == EP_PER_TOTAL && !e.workload.unified)
        c.tokens = ep_mul(c.tokens, e.workload.sequences);
    return c;
}

/* Every mechanism so far grows with the context, so the longest is found by halving. */
edgeplan_status ep_deployment_max_context(const edgeplan_deployment *deployment, const edgeplan_request *request, uint64_t *tokens,
                                          uint32_t *limit)
{
    cap c = bound_of(deployment, request);
    uint64_t step = ep_max(deployment->rules.context.step, 1);
    uint64_t good = 0, bad = ep_ceil_div(c.tokens, step) + 1;
    edgeplan_request r = *request;
    uint32_t kind = EDGEPLAN_LIMIT_NONE;

    while (bad - good > 1) {
        uint64_t middle = good + (bad - good) / 2;
        r.context_tokens = ep_min(middle * step, c.tokens);
        switch (within(deployment, &r, &kind)) {
        case ANSWER_YES: good = middle; break;
        case ANSWER_NO: bad = middle; break;
        case ANSWER_UNKNOWN: return EDGEPLAN_ERROR_NOT_FOUND;
        }
    }
    *tokens = ep_min(good * step, c.tokens);
    *limit = *tokens == c.tokens ? c.kind : kind;
    return EDGEPLAN_OK;
}

edgeplan_status ep_deployment_max_sequences(const edgeplan_deployment *deployment, const edgeplan_request *request,
                                            uint64_t *sequences)
{
    uint64_t good = 0, bad = MOST_SEQUENCES + 1;
    edgeplan_request r = *request;
    uint32_t kind;
    ep_evaluation e;
    edgeplan_status status = ep_evaluate(deployment, request, &e);

    if (status)
        return status;
    uint64_t each = e.workload.sequence_tokens;
    while (bad - good > 1) {
        r.sequences = good + (bad - good) / 2;
        r.context_tokens = deployment->rules.context.per == EP_PER_TOTAL ? ep_mul(each, r.sequences) : each;
        switch (within(deployment, &r, &kind)) {
        case ANSWER_YES: good = r.sequences; break;
        case ANSWER_NO: bad = r.sequences; break;
        case ANSWER_UNKNOWN: return EDGEPLAN_ERROR_NOT_FOUND;
        }
    }
    *sequences = good;
    return EDGEPLAN_OK;
}
