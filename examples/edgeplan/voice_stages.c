/* Speech is planned with what was measured of it on the same chip: nothing here guesses. */
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

typedef double (*time_of)(const edgeplan_observation_facts *facts);

static double pass_of(const edgeplan_observation_facts *facts)
{
    return facts->encode_seconds;
}

static double first_token_of(const edgeplan_observation_facts *facts)
{
    return facts->prompt_tokens > 0 ? facts->ttft_seconds : 0;
}

static measured fastest(const session *now, const edgeplan_target *target, const char *model, const char *runtime, const char *format,
                        time_of time)
{
    measured best = {NULL, {0}};
    uint32_t count = edgeplan_registry_count(now->registry, EDGEPLAN_SECTION_OBSERVATIONS);
    for (uint32_t i = 0; i < count; i++) {
        measured next = {edgeplan_observation_at(now->registry, i), {0}};
        if (!is(model, next.row, EDGEPLAN_OBSERVATION_MODEL) || !is(runtime, next.row, EDGEPLAN_OBSERVATION_RUNTIME) ||
            !is(format, next.row, EDGEPLAN_OBSERVATION_FORMAT) || !same_chip(now, next.row, target) ||
            edgeplan_struct_init(&next.facts, sizeof next.facts) != EDGEPLAN_OK ||
            edgeplan_observation_get(next.row, &next.facts) != EDGEPLAN_OK || next.facts.claim == EDGEPLAN_SWITCH_ON)
            continue;
        if (time(&next.facts) > 0 && (best.row == NULL || time(&next.facts) < time(&best.facts)))
            best = next;
    }
    return best;
}

measured fastest_pass(const session *now, const edgeplan_target *target, const char *model, const char *format)
{
    return fastest(now, target, model, NULL, format, pass_of);
}

measured fastest_first_token(const session *now, const edgeplan_target *target, const char *model, const char *runtime,
                             const char *format)
{
    return fastest(now, target, model, runtime, format, first_token_of);
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

static span not_measured(const char *what)
{
    span out = {0, 0, 0, 0, ""};
    snprintf(out.basis, sizeof out.basis, "no published pass of this %s model on this chip", what);
    return out;
}

static span measured_span(const measured *found, double low, double expected, double high)
{
    span out = {low, expected, high, 1, ""};
    snprintf(out.basis, sizeof out.basis, "measured: %s %s", text_of(found->row, EDGEPLAN_OBSERVATION_RUNTIME),
             edgeplan_accelerator_name((edgeplan_accelerator)found->facts.accelerator));
    return out;
}

span hearing(const measured *found, uint64_t tokens)
{
    if (found->row == NULL || found->facts.decode_tok_per_s <= 0)
        return not_measured("speech-to-text");
    double seconds = found->facts.encode_seconds + (double)tokens / found->facts.decode_tok_per_s;
    return measured_span(found, seconds, seconds, seconds);
}

span speaking(const measured *found)
{
    if (found->row == NULL || found->facts.prompt_tokens == 0)
        return not_measured("text-to-speech");
    double whole = found->facts.encode_seconds, each = whole / (double)found->facts.prompt_tokens;
    return measured_span(found, each * CLAUSE_LOW, each * CLAUSE, whole);
}
