/* A voice loop: everything that must be resident for it, and how long each of its stages takes. */
#include <string.h>

#include "voice.h"

/* Silero VAD answers for a chunk of 30 ms in less than 1 ms on one CPU thread (github.com/snakers4/silero-vad README.md, 2026-11); the
   fastest published is 0.14 ms, on an M5 Max (github.com/Blaizzy/mlx-audio/pull/701). The silence after which speech counts as ended is
   the app's choice and lies before all this. */
static const span activity = {0.00014, 0.001, 0.001, 1, "published bound: under 1 ms a chunk"};

/* What is known of it is a bound: the low is the sum of the known lows even where a stage is missing. */
static span sum(const span *stages, int count)
{
    span out = {0, 0, 0, 1, ""};
    for (int i = 0; i < count; i++) {
        out.low += stages[i].low;
        out.expected += stages[i].expected;
        out.high += stages[i].high;
        out.known &= stages[i].known;
    }
    return out;
}

/* The path of the fastest published first token there, unless the caller names one. */
static edgeplan_status choose_path(loop *l)
{
    const options *given = l->now->options;
    if (l->path == NULL && given->runtime == NULL && given->format == NULL && given->accelerator == EDGEPLAN_ACCELERATOR_ANY) {
        measured best = fastest_first_token(l->now, l->target, edgeplan_model_id(l->llm), NULL, NULL);
        l->path = measured_path(l->now, l->target, &best);
    }
    return l->path != NULL ? EDGEPLAN_OK : session_deploy(l->now, l->llm, l->target, &l->path);
}

/* What no rate is planned for: it does not fit, or nobody has calibrated it. */
static span not_planned(const edgeplan_speed *speed, const char *what)
{
    span out = {0, 0, 0, 0, ""};
    if (speed->bound == EDGEPLAN_BOUND_CAPACITY)
        snprintf(out.basis, sizeof out.basis, "the language model does not fit");
    else
        snprintf(out.basis, sizeof out.basis, "no calibration of %s on this path", what);
    return out;
}

/* Where the library has no estimate, a published first token. */
static span prefill(const loop *l, const edgeplan_speed *speed)
{
    if (KNOWN(edgeplan_speed, *speed, ttft_low_seconds))
        return (span){speed->ttft_low_seconds, speed->ttft_seconds, speed->ttft_high_seconds, 1, "estimate"};
    measured best = fastest_first_token(l->now, l->target, edgeplan_model_id(l->llm),
                                        edgeplan_runtime_id(edgeplan_deployment_runtime(l->path)),
                                        edgeplan_format_id(edgeplan_deployment_format(l->path)));
    if (best.row == NULL || speed->bound == EDGEPLAN_BOUND_CAPACITY)
        return not_planned(speed, "prefill");
    return first_token(l->now, &best, l->request.prompt_tokens);
}

static span first_clause(const loop *l, const edgeplan_speed *speed)
{
    if (!KNOWN(edgeplan_speed, *speed, decode_low_tok_per_s))
        return not_planned(speed, "decoding");
    double low = (double)(l->clause_tokens * CLAUSE_LOW) / CLAUSE, high = (double)(l->clause_tokens * CLAUSE_HIGH) / CLAUSE;
    span out = {low / speed->decode_high_tok_per_s, (double)l->clause_tokens / speed->decode_tok_per_s,
                high / speed->decode_low_tok_per_s, 1, ""};
    snprintf(out.basis, sizeof out.basis, "estimate: %g to %g tokens", low, high);
    return out;
}

/* A speech model beside the language model: planned where it can be, else what was measured of it counts as the app's. */
static edgeplan_status keep_resident(loop *l, const measured *found, edgeplan_companion role, const char *name)
{
    edgeplan_deployment *other = measured_path(l->now, l->target, found), *both = NULL;
    edgeplan_status status = EDGEPLAN_OK;
    if (other != NULL) {
        status = edgeplan_deployment_with(l->path, role, other, &both);
        edgeplan_deployment_unref(other);
    } else if (found->row != NULL && found->facts.memory_bytes > 0) {
        l->request.app_bytes += found->facts.memory_bytes;
    } else if (edgeplan_deployment_with_measured(l->path, role, name, &both) != EDGEPLAN_OK) {
        snprintf(l->missing[l->missing_count++], sizeof l->missing[0], "memory of %s", name);
    }
    if (both != NULL) {
        edgeplan_deployment_unref(l->path);
        l->path = both;
    }
    return status;
}

edgeplan_status loop_measure(loop *l)
{
    edgeplan_speed speed;
    edgeplan_status status = choose_path(l);
    l->missing_count = 0;
    if (status == EDGEPLAN_OK)
        status = keep_resident(l, &l->stt, EDGEPLAN_COMPANION_SPEECH_TO_TEXT, l->stt_name);
    if (status == EDGEPLAN_OK)
        status = keep_resident(l, &l->tts, EDGEPLAN_COMPANION_TEXT_TO_SPEECH, l->tts_name);
    if (status != EDGEPLAN_OK || (status = edgeplan_struct_init(&speed, sizeof speed)) != EDGEPLAN_OK ||
        (status = edgeplan_struct_init(&l->memory, sizeof l->memory)) != EDGEPLAN_OK ||
        (status = edgeplan_struct_init(&l->verdict, sizeof l->verdict)) != EDGEPLAN_OK ||
        (status = edgeplan_deployment_memory(l->path, &l->request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &l->memory)) !=
            EDGEPLAN_OK ||
        (status = edgeplan_deployment_verdict(l->path, &l->request, &l->verdict)) != EDGEPLAN_OK ||
        (status = edgeplan_deployment_speed(l->path, &l->request, &speed)) != EDGEPLAN_OK)
        return status;
    if (l->missing_count > 0 && l->verdict.verdict != EDGEPLAN_VERDICT_DOES_NOT_FIT)
        l->verdict.verdict = EDGEPLAN_VERDICT_UNKNOWN;
    l->stages[VAD] = activity;
    l->stages[PREFILL] = prefill(l, &speed);
    l->stages[CLAUSES] = first_clause(l, &speed);
    l->first_text = sum(l->stages, PREFILL + 1); /* what a person could read by then */
    l->first_audio = sum(l->stages, STAGES);
    return EDGEPLAN_OK;
}
