/* edgeplan voice: from the end of speech to the first sound of the answer, and everything that must be resident for it. */
#include "voice.h"

#include <inttypes.h>
#include <string.h>

#include "document.h"

enum { VAD, STT, PREFILL, CLAUSES, TTS, STAGES };
static const char *const stage_names[STAGES] = {"voice activity", "speech to text", "prefill", "first clause", "speech synthesis"};

/* Silero VAD answers for a chunk of 30 ms in less than 1 ms on one CPU thread. Source: github.com/snakers4/silero-vad README.md, 2026-11.
   The silence after which speech counts as ended is the app's choice and lies before all this. */
static const span activity = {0, 0.001, 0.001, 1, "published bound: under 1 ms a chunk"};

static const double usual_first_audio_seconds = 0.5;
static const uint64_t usual_prompt_tokens = 128, usual_heard_tokens = 10;

typedef struct loop {
    session *now;
    const edgeplan_target *target;
    edgeplan_model *llm;
    measured stt, tts;
    edgeplan_deployment *path; /* of the language model, with the speech models that can be planned beside it */
    edgeplan_request request;
    double limit_seconds;
    uint64_t heard_tokens;
    span stages[STAGES], first_text, first_audio;
    edgeplan_memory memory;
    edgeplan_verdict_result verdict;
    char missing[2][128];
    uint32_t missing_count;    /* of the memory */
    char stt_model[64], stt_format[64];
} loop;

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
static int choose_path(loop *l)
{
    const options *given = l->now->options;
    if (given->runtime == NULL && given->format == NULL && given->accelerator == EDGEPLAN_ACCELERATOR_ANY) {
        measured best = fastest_first_token(l->now, l->target, edgeplan_model_id(l->llm), NULL, NULL);
        l->path = measured_path(l->now, l->target, &best);
    }
    if (l->path != NULL)
        return EXIT_YES;
    edgeplan_status status = session_deploy(l->now, l->llm, l->target, &l->path);
    return status == EDGEPLAN_OK ? EXIT_YES : print_failure(given->llm, status, l->now->diagnostics);
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

/* Where the library has no estimate, a published first token: a shorter prompt takes as long at most, a longer one as many of them. */
static span prefill(const loop *l, const edgeplan_speed *speed)
{
    if (KNOWN(edgeplan_speed, *speed, ttft_low_seconds))
        return (span){speed->ttft_low_seconds, speed->ttft_seconds, speed->ttft_high_seconds, 1, "estimate"};
    measured best = fastest_first_token(l->now, l->target, edgeplan_model_id(l->llm),
                                        edgeplan_runtime_id(edgeplan_deployment_runtime(l->path)),
                                        edgeplan_format_id(edgeplan_deployment_format(l->path)));
    if (best.row == NULL || speed->bound == EDGEPLAN_BOUND_CAPACITY)
        return not_planned(speed, "prefill");
    uint64_t whole = best.facts.prompt_tokens, times = (l->request.prompt_tokens + whole - 1) / whole;
    double seconds = best.facts.ttft_seconds * (double)times;
    span out = {seconds, seconds, seconds, 1, ""};
    snprintf(out.basis, sizeof out.basis, "measured: %" PRIu64 " x up to %" PRIu64 " tokens", times, whole);
    return out;
}

static span first_clause(const edgeplan_speed *speed)
{
    if (!KNOWN(edgeplan_speed, *speed, decode_low_tok_per_s))
        return not_planned(speed, "decoding");
    return (span){CLAUSE_LOW / speed->decode_high_tok_per_s, CLAUSE / speed->decode_tok_per_s,
                  CLAUSE_HIGH / speed->decode_low_tok_per_s, 1, "estimate: 8 to 12 tokens"};
}

/* A speech model beside the language model: planned where it can be, else what was measured of it counts as the app's. */
static edgeplan_status keep_resident(loop *l, const measured *found, edgeplan_companion role, const char *name)
{
    edgeplan_deployment *other = measured_path(l->now, l->target, found), *both = NULL;
    edgeplan_status status = EDGEPLAN_OK;
    if (other != NULL) {
        status = edgeplan_deployment_with(l->path, role, other, &both);
        edgeplan_deployment_unref(other);
        if (status == EDGEPLAN_OK) {
            edgeplan_deployment_unref(l->path);
            l->path = both;
        }
    } else if (found->row != NULL && found->facts.memory_bytes > 0) {
        l->request.app_bytes += found->facts.memory_bytes;
    } else if (edgeplan_deployment_with_measured(l->path, role, name, &both) == EDGEPLAN_OK) {
        edgeplan_deployment_unref(l->path);
        l->path = both;
    } else {
        snprintf(l->missing[l->missing_count++], sizeof l->missing[0], "memory of %s", name);
    }
    return status;
}

static edgeplan_status measure(loop *l)
{
    edgeplan_speed speed;
    const options *given = l->now->options;
    edgeplan_status status = keep_resident(l, &l->stt, EDGEPLAN_COMPANION_SPEECH_TO_TEXT, given->stt);
    if (status == EDGEPLAN_OK)
        status = keep_resident(l, &l->tts, EDGEPLAN_COMPANION_TEXT_TO_SPEECH, given->tts);
    if (status != EDGEPLAN_OK || (status = edgeplan_struct_init(&speed, sizeof speed)) != EDGEPLAN_OK ||
        (status = edgeplan_struct_init(&l->memory, sizeof l->memory)) != EDGEPLAN_OK ||
        (status = edgeplan_struct_init(&l->verdict, sizeof l->verdict)) != EDGEPLAN_OK ||
        (status = edgeplan_deployment_memory(l->path, &l->request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &l->memory)) != EDGEPLAN_OK ||
        (status = edgeplan_deployment_verdict(l->path, &l->request, &l->verdict)) != EDGEPLAN_OK ||
        (status = edgeplan_deployment_speed(l->path, &l->request, &speed)) != EDGEPLAN_OK)
        return status;
    if (l->missing_count > 0 && l->verdict.verdict != EDGEPLAN_VERDICT_DOES_NOT_FIT)
        l->verdict.verdict = EDGEPLAN_VERDICT_UNKNOWN;
    l->stages[VAD] = activity;
    l->stages[STT] = hearing(&l->stt, l->heard_tokens);
    l->stages[PREFILL] = prefill(l, &speed);
    l->stages[CLAUSES] = first_clause(&speed);
    l->stages[TTS] = speaking(&l->tts);
    l->first_text = sum(l->stages, PREFILL + 1); /* what a person could read by then */
    l->first_audio = sum(l->stages, STAGES);
    return EDGEPLAN_OK;
}

static int exit_code(const loop *l)
{
    if (l->verdict.verdict == EDGEPLAN_VERDICT_DOES_NOT_FIT || l->first_audio.low > l->limit_seconds)
        return EXIT_NO;
    if (!l->first_audio.known || l->verdict.verdict == EDGEPLAN_VERDICT_UNKNOWN)
        return EXIT_UNDECIDED;
    return l->first_audio.expected <= l->limit_seconds ? EXIT_YES : EXIT_NO;
}

static const char *answer(const loop *l)
{
    if (l->verdict.verdict == EDGEPLAN_VERDICT_DOES_NOT_FIT)
        return "DOES NOT FIT";
    if (l->first_audio.low > l->limit_seconds)
        return "TOO SLOW";
    if (!l->first_audio.known)
        return "UNKNOWN";
    if (l->first_audio.high <= l->limit_seconds)
        return "IN TIME";
    return l->first_audio.expected <= l->limit_seconds ? "EXPECTED IN TIME" : "EXPECTED TOO SLOW";
}

static quantity milliseconds(double seconds)
{
    quantity out;
    snprintf(out.s, sizeof out.s, "%.0f ms", seconds * 1e3);
    return out;
}

static void print_row(table *lines, const char *name, const span *stage)
{
    table_cell(lines, "%s", name);
    table_cell(lines, "%s", stage->known ? milliseconds(stage->low).s : stage->low > 0 ? milliseconds(stage->low).s : "unknown");
    table_cell(lines, "%s", stage->known ? milliseconds(stage->expected).s : "unknown");
    table_cell(lines, "%s", stage->known ? milliseconds(stage->high).s : "unknown");
    table_cell(lines, "%s", stage->basis);
}

/* Other models and formats that hear faster here, each with the time to the first text it would give. */
static uint32_t changes(const loop *l, table *lines)
{
    uint32_t found = 0;
    const char *id;
    for (uint32_t i = 0; (id = edgeplan_registry_id(l->now->registry, EDGEPLAN_SECTION_MODELS, i)) != NULL; i++) {
        measured other = fastest_pass(l->now, l->target, id, NULL);
        span heard = hearing(&other, l->heard_tokens);
        if (!heard.known || (l->stages[STT].known && heard.expected >= l->stages[STT].expected))
            continue;
        found++;
        table_cell(lines, "speech to text by %s %s", id, edgeplan_observation_text(other.row, EDGEPLAN_OBSERVATION_FORMAT));
        table_cell(lines, "%s", l->stages[PREFILL].known
                                    ? milliseconds(activity.expected + heard.expected + l->stages[PREFILL].expected).s
                                    : "unknown");
    }
    return found;
}

static void print_loop(const loop *l)
{
    printf("%s  first sound on %s within %s: %s %s %s, %s, %s\n\n", answer(l), edgeplan_target_name(l->target),
           milliseconds(l->limit_seconds).s, edgeplan_model_id(l->llm), edgeplan_runtime_id(edgeplan_deployment_runtime(l->path)),
           edgeplan_format_id(edgeplan_deployment_format(l->path)), l->now->options->stt, l->now->options->tts);
    table *lines = table_new("stage|>low|>expected|>high|");
    for (int i = 0; i < STAGES; i++) {
        print_row(lines, stage_names[i], &l->stages[i]);
        if (i == PREFILL)
            print_row(lines, "= first text", &l->first_text);
    }
    print_row(lines, "= first sound", &l->first_audio);
    table_print(lines, stdout);
    printf("\nmemory, all resident: charged %s", BYTES(edgeplan_memory, l->memory, charged_low_bytes));
    printf(" to %s; %s\n", BYTES(edgeplan_memory, l->memory, charged_high_bytes), edgeplan_verdict_name((edgeplan_verdict)l->verdict.verdict));
    for (uint32_t i = 0; i < l->missing_count; i++)
        printf("missing: %s, so the sum is a lower bound\n", l->missing[i]);
    lines = table_new("change|>first text, expected");
    if (changes(l, lines) > 0)
        printf("\n");
    table_print(lines, stdout);
    if (l->stages[TTS].known && l->stages[TTS].high > l->stages[TTS].low)
        printf("\na voice that streams its first clause ends at the low of speech synthesis, one that waits for the sentence at the high\n");
}

static void write_span(FILE *out, const char *before, const char *name, const span *stage)
{
    json_write_word(out, before, "stage", name);
    json_write_number(out, "low_seconds", stage->low, stage->known || stage->low > 0);
    json_write_number(out, "seconds", stage->expected, stage->known);
    json_write_number(out, "high_seconds", stage->high, stage->known);
    json_write_word(out, ",", "basis", stage->basis);
    fputs("}", out);
}

/* What a voice loop adds to the plan of its language model, which counts the speech models that can be planned beside it. */
static void write_loop(const void *what, FILE *out)
{
    const loop *l = what;
    fputs(",\"voice\":{\"stages\":[", out);
    for (int i = 0; i < STAGES; i++)
        write_span(out, i > 0 ? ",{" : "{", stage_names[i], &l->stages[i]);
    write_span(out, "],\"first_text\":{", "first text", &l->first_text);
    write_span(out, ",\"first_audio\":{", "first sound", &l->first_audio);
    json_write_number(out, "charged_low_bytes", (double)l->memory.charged_low_bytes, 1);
    json_write_number(out, "charged_high_bytes", (double)l->memory.charged_high_bytes,
                      l->missing_count == 0 && KNOWN(edgeplan_memory, l->memory, charged_high_bytes));
    json_write_word(out, ",", "verdict", edgeplan_verdict_name((edgeplan_verdict)l->verdict.verdict));
    fputs(",\"missing\":[", out);
    for (uint32_t i = 0; i < l->missing_count; i++) {
        fputs(i > 0 ? "," : "", out);
        json_write_text(out, l->missing[i]);
    }
    fputs("]}", out);
}

/* The exit code, EXIT_YES if all is well. */
static int print_json(const loop *l)
{
    edgeplan_plan *plan;
    edgeplan_status status = edgeplan_plan_new(l->path, &l->request, l->now->diagnostics, &plan);
    if (status != EDGEPLAN_OK)
        return print_failure("voice", status, l->now->diagnostics);
    int code = print_plans((const edgeplan_plan *const *)&plan, 1, write_loop, l);
    edgeplan_plan_unref(plan);
    return code;
}

static void take_given(loop *l, const options *given)
{
    const char *at = strchr(given->stt, '@');
    l->request = given->request;
    if (l->request.prompt_tokens == 0)
        l->request.prompt_tokens = usual_prompt_tokens;
    l->limit_seconds = given->max_first_audio_seconds > 0 ? given->max_first_audio_seconds : usual_first_audio_seconds;
    l->heard_tokens = given->heard_tokens > 0 ? given->heard_tokens : usual_heard_tokens;
    snprintf(l->stt_model, sizeof l->stt_model, "%.*s", at != NULL ? (int)(at - given->stt) : (int)strlen(given->stt), given->stt);
    snprintf(l->stt_format, sizeof l->stt_format, "%s", at != NULL ? at + 1 : "");
}

int command_voice(session *now)
{
    const options *given = now->options;
    if (given->target == NULL || given->llm == NULL || given->stt == NULL || given->tts == NULL)
        return print_error("voice needs --target, --llm, --stt and --tts");
    loop l = {.now = now, .target = session_target(now, given->target)};
    l.llm = l.target == NULL ? NULL : session_model(now, given->llm);
    if (l.llm == NULL)
        return EXIT_UNDECIDED;
    take_given(&l, given);
    l.stt = fastest_pass(now, l.target, l.stt_model, l.stt_format[0] != '\0' ? l.stt_format : NULL);
    l.tts = fastest_pass(now, l.target, given->tts, NULL);
    int code = choose_path(&l);
    if (code == EXIT_YES) {
        edgeplan_status status = measure(&l);
        code = status == EDGEPLAN_OK ? exit_code(&l) : print_failure("voice", status, now->diagnostics);
        if (status == EDGEPLAN_OK && !given->json)
            print_loop(&l);
        else if (status == EDGEPLAN_OK && print_json(&l) != EXIT_YES)
            code = EXIT_UNDECIDED;
    }
    edgeplan_deployment_unref(l.path);
    edgeplan_model_unref(l.llm);
    return code;
}
