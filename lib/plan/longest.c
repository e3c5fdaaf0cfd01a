/* The inverse questions of memory: longest context, most sequences. */
#include "base/checked.h"
#include "plan/api.h"
#include "plan/evaluate.h"
#include "sizing/context_rule.h"

enum {
    MOST_SEQUENCES = 1024,
    MOST_STRETCHES = 1024, /* that a walk looks at: with chunks as long as the context each step is a stretch of its own */
};

typedef enum answer { ANSWER_YES, ANSWER_NO, ANSWER_UNKNOWN } answer;

typedef struct probe {
    answer fits;
    uint32_t kind;        /* edgeplan_limit that is broken */
    uint32_t rule;        /* of the target's limits, from 1; 0: what a caller measured */
    uint64_t even_tokens; /* from the context asked about up to this one nothing shrinks, */
    uint64_t most_bytes;  /* and the compute buffer grows to this */
} probe;

/* Whether the expected demand is within every limit that can kill, and, if asked for, those that are not known to; names the one that
   is not. A file is as long whatever the context. */
static void judge(const ep_evaluation *e, int heeds_soft, probe *out)
{
    for (uint32_t i = 0; i < e->limit_count; i++) {
        uint64_t bound = e->limits[i].hard_bytes ? e->limits[i].hard_bytes : e->limits[i].safe_bytes;
        if (e->limits[i].soft && (!heeds_soft || e->limits[i].kind == EDGEPLAN_LIMIT_FILE))
            continue;
        int missing = bound == 0 || e->rulings[i].demand.basis == EDGEPLAN_MEMORY_BASIS_MISSING;
        if (bound && (missing ? e->rulings[i].demand.low : e->rulings[i].demand.expected) > bound) {
            out->fits = ANSWER_NO;
            out->kind = e->limits[i].kind;
            out->rule = e->limits[i].rule;
            return;
        }
        if (missing)
            out->fits = ANSWER_UNKNOWN;
    }
}

static probe ask(const edgeplan_deployment *d, const edgeplan_request *request, ep_compute_view compute, int heeds_soft)
{
    ep_evaluation e;
    probe out = {ANSWER_YES, EDGEPLAN_LIMIT_NONE, 0, request->context_tokens, 0};

    if (ep_evaluate_with(d, request, compute, &e)) {
        out.fits = ANSWER_NO;
        return out;
    }
    judge(&e, heeds_soft, &out);

    const ep_arena_size *arena = &e.footprint.arena;
    out.most_bytes = arena->bytes;
    if (d->companion) /* whose scratch shrinks elsewhere: each step is a stretch of its own */
        return out;
    if (arena->even_tokens == UINT64_MAX) {
        out.even_tokens = UINT64_MAX;
    } else if (e.workload.chunk_tokens < request->context_tokens) { /* a shorter context makes the chunk shorter too */
        uint64_t steps = (arena->even_tokens - e.workload.sequence_tokens) / ep_max(d->rules.context.step, 1);
        out.even_tokens = ep_max(out.even_tokens, ep_context_most(&d->rules, arena->even_tokens, e.workload.sequences,
                                                                  (int)e.workload.unified));
        out.most_bytes = ep_add(out.most_bytes, ep_mul(steps, arena->step_bytes));
    }
    return out;
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
static cap bound_of(const edgeplan_deployment *d, const ep_workload *workload)
{
    const ep_rules *rules = &d->rules;
    cap c = {UINT64_C(1) << 24, EDGEPLAN_LIMIT_NONE};

    c = lower(c, d->shape.trained_context_tokens, EDGEPLAN_LIMIT_TRAINED_CONTEXT);
    c = lower(c, rules->max_context_tokens, EDGEPLAN_LIMIT_RUNTIME_CONTEXT);
    if (rules->context_count > 0)
        c = lower(c, rules->contexts[rules->context_count - 1], EDGEPLAN_LIMIT_COMPILED_CONTEXT);
    if (rules->context.per == EP_PER_TOTAL && !workload->unified)
        c.tokens = ep_mul(c.tokens, workload->sequences);
    return c;
}

typedef struct search {
    const edgeplan_deployment *deployment;
    edgeplan_request request;
    cap cap;
    uint64_t step;          /* tokens */
    uint64_t good;          /* every context up to so many steps fits */
    uint32_t kind, rule;    /* limit that is broken further on */
    int heeds_soft;         /* 1: limits that are not known to kill count too */
    edgeplan_status status; /* NOT_FOUND: something is missing */
} search;

static probe ask_step(search *s, uint64_t steps, ep_compute_view compute)
{
    s->request.context_tokens = ep_min(steps * s->step, s->cap.tokens);
    probe p = ask(s->deployment, &s->request, compute, s->heeds_soft);
    if (p.fits == ANSWER_UNKNOWN)
        s->status = EDGEPLAN_ERROR_NOT_FOUND;
    if (p.fits == ANSWER_NO) {
        s->kind = p.kind;
        s->rule = p.rule;
    }
    return p;
}

/* Moves `good` to the last step that fits before `bad`, where nothing shrinks in between. */
static void halve(search *s, uint64_t bad, ep_compute_view compute)
{
    while (bad - s->good > 1 && !s->status) {
        uint64_t middle = s->good + (bad - s->good) / 2;
        if (ask_step(s, middle, compute).fits == ANSWER_YES)
            s->good = middle;
        else
            bad = middle;
    }
}

/* Moves `good` to the last step that fits with a bound: up to there no closer look is needed. From what is asked for it goes on in
   doubles, for the answer is rarely far away. */
static void approach(search *s, uint64_t asked_tokens, uint64_t steps)
{
    const ep_compute_view bounded = {0, EP_COMPUTE_MOST, 1};
    uint64_t next = ep_max(asked_tokens / s->step, 1), bad = steps + 1;

    while (next < bad && !s->status) {
        if (ask_step(s, next, bounded).fits == ANSWER_YES)
            s->good = next;
        else
            bad = next;
        next *= 2;
    }
    halve(s, bad, bounded);
}

/* A compute buffer has holes and shrinks where a longer context closes one. So the search goes from one stretch on which nothing
   shrinks to the next: what fits at the beginning of a stretch even with the compute buffer of the end of the one before, fits on
   all of that one. The stretch whose end does not fit is halved. A walk too long ends with what is known to fit. */
static void walk(search *s, uint64_t steps)
{
    ep_compute_view compute = {0, 0, 1};
    uint64_t end = s->good; /* of the stretch that begins at `good` */

    for (uint32_t stretches = 0; end < steps && !s->status; stretches++) {
        if (stretches == MOST_STRETCHES)
            return;
        probe p = ask_step(s, end + 1, compute);
        if (p.fits == ANSWER_YES) {
            s->good = end + 1;
            end = ep_max(p.even_tokens / s->step, s->good);
            compute.least_bytes = p.most_bytes;
            continue;
        }
        if (compute.least_bytes == 0)
            return;
        compute.least_bytes = 0;
        halve(s, end + 1, compute);
        if (s->good < end)
            return;
    }
    compute.least_bytes = 0;
    halve(s, steps + 1, compute);
}

static search find_longest(const edgeplan_deployment *deployment, const edgeplan_request *request, int heeds_soft)
{
    ep_workload asked;
    (void)ep_evaluate_workload(deployment, request, &asked);
    search s = {.deployment = deployment, .request = *request, .cap = bound_of(deployment, &asked), .heeds_soft = heeds_soft,
                .step = ep_max(deployment->rules.context.step, 1)};
    uint64_t steps = ep_ceil_div(s.cap.tokens, s.step);

    approach(&s, asked.context_tokens, steps);
    walk(&s, steps);
    return s;
}

edgeplan_status ep_deployment_max_context(const edgeplan_deployment *deployment, const edgeplan_request *request, uint64_t *tokens,
                                          uint32_t *limit)
{
    const search s = find_longest(deployment, request, 0);

    if (s.status)
        return s.status;
    *tokens = ep_min(s.good * s.step, s.cap.tokens);
    *limit = *tokens == s.cap.tokens ? s.cap.kind : s.kind;
    return EDGEPLAN_OK;
}

edgeplan_status ep_deployment_soft_context(const edgeplan_deployment *deployment, const edgeplan_request *request, uint64_t *tokens,
                                           const ep_limit_rule **rule)
{
    const search s = find_longest(deployment, request, 1);

    if (s.status)
        return s.status;
    *tokens = ep_min(s.good * s.step, s.cap.tokens);
    *rule = *tokens < s.cap.tokens && s.rule ? &deployment->target->limits->rules[s.rule - 1] : NULL;
    return EDGEPLAN_OK;
}

edgeplan_status ep_deployment_max_sequences(const edgeplan_deployment *deployment, const edgeplan_request *request,
                                            uint64_t *sequences)
{
    uint64_t good = 0, bad = MOST_SEQUENCES + 1;
    edgeplan_request r = *request;
    ep_evaluation e;
    edgeplan_status status = ep_evaluate(deployment, request, &e);

    if (status)
        return status;
    uint64_t each = e.workload.sequence_tokens;
    while (bad - good > 1) {
        r.sequences = good + (bad - good) / 2;
        r.context_tokens = deployment->rules.context.per == EP_PER_TOTAL ? ep_mul(each, r.sequences) : each;
        switch (ask(deployment, &r, (ep_compute_view){0, 0, 1}, 0).fits) {
        case ANSWER_YES: good = r.sequences; break;
        case ANSWER_NO: bad = r.sequences; break;
        case ANSWER_UNKNOWN: return EDGEPLAN_ERROR_NOT_FOUND;
        }
    }
    *sequences = good;
    return EDGEPLAN_OK;
}
