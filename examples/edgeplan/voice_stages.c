/* Speech is planned with what was measured of it on the same chip: nothing here guesses. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "voice.h"

static const char *text_of(const edgeplan_observation *row, edgeplan_observation_text_kind kind)
{
    return edgeplan_observation_text(row, kind);
}

static int same_chip(const session *now, const edgeplan_observation *row, const edgeplan_target *target)
{
    const edgeplan_target *other = edgeplan_target_find(now->registry, text_of(row, EDGEPLAN_OBSERVATION_TARGET));
    return other != NULL && strcmp(edgeplan_target_chip(other), edgeplan_target_chip(target)) == 0;
}

static int is(const char *wanted, const edgeplan_observation *row, edgeplan_observation_text_kind kind)
{
    return wanted == NULL || strcmp(wanted, text_of(row, kind)) == 0;
}

/* Seconds by what a row measured; 0: it did not. */
typedef double (*time_of)(const edgeplan_observation_facts *facts, uint64_t tokens);

static double heard_in(const edgeplan_observation_facts *facts, uint64_t tokens)
{
    return facts->encode_seconds > 0 && facts->decode_tok_per_s > 0 ? facts->encode_seconds + (double)tokens / facts->decode_tok_per_s : 0;
}

static double passed_in(const edgeplan_observation_facts *facts, uint64_t tokens)
{
    (void)tokens;
    return facts->encode_seconds;
}

static double spoken_in(const edgeplan_observation_facts *facts, uint64_t tokens)
{
    return facts->decode_tok_per_s > 0 ? 0 : passed_in(facts, tokens);
}

static double begun_in(const edgeplan_observation_facts *facts, uint64_t tokens)
{
    (void)tokens;
    return facts->prompt_tokens > 0 ? facts->ttft_seconds : 0;
}

/* Evidence with such a time. */
static measured row_at(const session *now, uint32_t i, time_of time, uint64_t tokens)
{
    measured out = {edgeplan_observation_at(now->registry, i), {0}};
    if (edgeplan_struct_init(&out.facts, sizeof out.facts) != EDGEPLAN_OK || edgeplan_observation_get(out.row, &out.facts) != EDGEPLAN_OK ||
        out.facts.claim == EDGEPLAN_SWITCH_ON || time(&out.facts, tokens) <= 0)
        out.row = NULL;
    return out;
}

static measured fastest(const session *now, const edgeplan_target *target, const char *model, const char *runtime, const char *format,
                        time_of time, uint64_t tokens)
{
    measured best = {NULL, {0}};
    uint32_t count = edgeplan_registry_count(now->registry, EDGEPLAN_SECTION_OBSERVATIONS);
    for (uint32_t i = 0; i < count; i++) {
        const edgeplan_observation *row = edgeplan_observation_at(now->registry, i);
        if (!is(model, row, EDGEPLAN_OBSERVATION_MODEL) || !is(runtime, row, EDGEPLAN_OBSERVATION_RUNTIME) ||
            !is(format, row, EDGEPLAN_OBSERVATION_FORMAT) || !same_chip(now, row, target))
            continue;
        measured next = row_at(now, i, time, tokens);
        if (next.row != NULL && (best.row == NULL || time(&next.facts, tokens) < time(&best.facts, tokens)))
            best = next;
    }
    return best;
}

measured fastest_hearing(const session *now, const edgeplan_target *target, const char *model, const char *format)
{
    return fastest(now, target, model, NULL, format, heard_in, 0);
}

measured fastest_speaking(const session *now, const edgeplan_target *target, const char *model)
{
    return fastest(now, target, model, NULL, NULL, spoken_in, 0);
}

measured fastest_first_token(const session *now, const edgeplan_target *target, const char *model, const char *runtime,
                             const char *format)
{
    return fastest(now, target, model, runtime, format, begun_in, 0);
}

edgeplan_deployment *measured_path(const session *now, const edgeplan_target *target, const measured *found)
{
    edgeplan_model *model = NULL;
    edgeplan_deployment *path = NULL;
    if (found->row == NULL ||
        edgeplan_registry_model(now->registry, text_of(found->row, EDGEPLAN_OBSERVATION_MODEL), NULL, &model) != EDGEPLAN_OK)
        return NULL;
    if (edgeplan_deployment_new(model, target, (edgeplan_accelerator)found->facts.accelerator,
                                edgeplan_runtime_find(now->registry, text_of(found->row, EDGEPLAN_OBSERVATION_RUNTIME)),
                                edgeplan_format_find(now->registry, text_of(found->row, EDGEPLAN_OBSERVATION_FORMAT)), NULL,
                                &path) != EDGEPLAN_OK)
        path = NULL;
    edgeplan_model_unref(model);
    return path;
}

/* ---- the spread of what was published ---- */

/* The same work on the same path of the same chip. */
static int is_repeat(const session *now, const measured *a, const measured *b)
{
    static const edgeplan_observation_text_kind path[] = {EDGEPLAN_OBSERVATION_MODEL, EDGEPLAN_OBSERVATION_RUNTIME,
                                                          EDGEPLAN_OBSERVATION_FORMAT};
    if (a->facts.accelerator != b->facts.accelerator || a->facts.prompt_tokens != b->facts.prompt_tokens ||
        a->facts.context_tokens != b->facts.context_tokens || a->facts.batch != b->facts.batch)
        return 0;
    for (size_t i = 0; i < sizeof path / sizeof path[0]; i++)
        if (!is(text_of(a->row, path[i]), b->row, path[i]))
            return 0;
    const edgeplan_target *target = edgeplan_target_find(now->registry, text_of(a->row, EDGEPLAN_OBSERVATION_TARGET));
    return target != NULL && same_chip(now, b->row, target);
}

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double at_share(const double *sorted, uint32_t count, double share)
{
    return sorted[(uint32_t)(share * (double)(count - 1) + 0.5)];
}

/* All evidence with such a time. Release it. */
static measured *evidence(const session *now, time_of time, uint64_t tokens, uint32_t *count)
{
    uint32_t all = edgeplan_registry_count(now->registry, EDGEPLAN_SECTION_OBSERVATIONS);
    measured *rows = allocate(all, sizeof *rows);
    *count = 0;
    for (uint32_t i = 0; i < all; i++) {
        rows[*count] = row_at(now, i, time, tokens);
        *count += rows[*count].row != NULL;
    }
    return rows;
}

/* The times of the runs that repeat one of them, the shortest first. */
static uint32_t runs_of(const session *now, const measured *rows, uint32_t count, const measured *one, time_of time, uint64_t tokens,
                        double *out)
{
    uint32_t runs = 0;
    for (uint32_t i = 0; i < count; i++)
        if (is_repeat(now, one, &rows[i]))
            out[runs++] = time(&rows[i].facts, tokens);
    qsort(out, runs, sizeof *out, by_size);
    return runs;
}

typedef struct spread { /* of a run over the middle of the runs that repeat it */
    double low, high;   /* four of five lie between */
    uint32_t runs;
} spread;

static spread usual_spread(const session *now, const measured *rows, uint32_t count, time_of time, uint64_t tokens)
{
    double *ratios = allocate(2 * (size_t)count, sizeof *ratios), *runs = ratios + count;
    spread out = {1, 1, 0};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t n = runs_of(now, rows, count, &rows[i], time, tokens, runs);
        if (n > 1)
            ratios[out.runs++] = time(&rows[i].facts, tokens) / at_share(runs, n, 0.5);
    }
    qsort(ratios, out.runs, sizeof *ratios, by_size);
    if (out.runs > 0) {
        out.low = at_share(ratios, out.runs, 0.1);
        out.high = at_share(ratios, out.runs, 0.9);
    }
    release(ratios);
    return out;
}

/* The middle run is the expected one, of two the slower. Three runs of one path speak for themselves; fewer are as wide as the runs of
   all speech, or of all first tokens. */
static span published(const session *now, const measured *found, time_of time, time_of usual, uint64_t tokens)
{
    uint32_t count;
    measured *rows = evidence(now, time, tokens, &count);
    double *runs = allocate(count, sizeof *runs);
    uint32_t n = runs_of(now, rows, count, found, time, tokens, runs);
    span out = {runs[0], at_share(runs, n, 0.5), runs[n - 1], 1, ""};
    const char *runtime = text_of(found->row, EDGEPLAN_OBSERVATION_RUNTIME);
    const char *engine = edgeplan_accelerator_name((edgeplan_accelerator)found->facts.accelerator);
    snprintf(out.basis, sizeof out.basis, "measured: %s %s, %" PRIu32 " runs", runtime, engine, n);
    release(runs);
    release(rows);
    if (n >= 3)
        return out;
    rows = evidence(now, usual, tokens, &count);
    spread all = usual_spread(now, rows, count, usual, tokens);
    release(rows);
    out.low = out.expected * all.low < out.low ? out.expected * all.low : out.low;
    out.high = out.expected * all.high > out.high ? out.expected * all.high : out.high;
    snprintf(out.basis, sizeof out.basis, "measured: %s %s, %s; as wide as %" PRIu32 " repeated runs", runtime, engine,
             n == 1 ? "one run" : "two runs", all.runs);
    return out;
}

static span not_measured(const char *what)
{
    span out = {0, 0, 0, 0, ""};
    snprintf(out.basis, sizeof out.basis, "no published pass of this %s model on this chip", what);
    return out;
}

span hearing(const session *now, const measured *found, uint64_t tokens)
{
    return found->row == NULL ? not_measured("speech-to-text") : published(now, found, heard_in, heard_in, tokens);
}

/* A pass over text takes at best its share of it; one over a window that does not depend on the text, all of it. */
span speaking(const session *now, const measured *found, uint64_t tokens)
{
    if (found->row == NULL)
        return not_measured("text-to-speech");
    span out = published(now, found, spoken_in, passed_in, tokens);
    if (found->facts.prompt_tokens > 0) {
        double share = (double)tokens / (double)found->facts.prompt_tokens;
        out.low *= share * CLAUSE_LOW / CLAUSE;
        out.expected *= share;
    }
    return out;
}

/* A shorter prompt takes as long at most, a longer one as many of them. */
span first_token(const session *now, const measured *found, uint64_t tokens)
{
    span out = published(now, found, begun_in, begun_in, tokens);
    double times = (double)((tokens + found->facts.prompt_tokens - 1) / found->facts.prompt_tokens);
    out.low *= times;
    out.expected *= times;
    out.high *= times;
    size_t used = strlen(out.basis);
    snprintf(out.basis + used, sizeof out.basis - used, "; %.0f x up to %" PRIu64 " tokens", times, found->facts.prompt_tokens);
    return out;
}
