/* edgeplan voice: from the end of speech to the first sound of the answer, and everything that must be resident for it. */
#include "voice.h"

#include <string.h>

#include "document.h"
#include "nearest.h"

static const char *const stage_names[STAGES] = {"voice activity", "speech to text", "prefill", "first clause", "speech synthesis"};

static const double usual_first_audio_seconds = 0.5;
static const uint64_t usual_prompt_tokens = 128, usual_heard_tokens = 10;

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

static const struct {
    const char *kind, *name;
} change_names[] = {{"stt", "speech to text by"},   {"tts", "speech synthesis by"}, {"llm", "language model"},
                    {"format", "language model in"},
                    {"prompt", "shorter prompt:"}, {"cached_prefix", "cached prefix:"}, {"clause", "first clause of"},
                    {"together", "together:"}};

static void print_changes(const loop *l)
{
    uint32_t count;
    change *found = loop_changes(l, &count);
    table *lines = table_new(count > 0 && !found->in_time ? "nearest change|>first text|>first sound|"
                                                         : "change|>first text|>first sound|");
    for (uint32_t i = 0; i < count; i++) {
        size_t k = 0;
        while (strcmp(change_names[k].kind, found[i].kind) != 0)
            k++;
        table_cell(lines, "%s %s", change_names[k].name, found[i].to);
        table_cell(lines, "%s", found[i].made.first_text.known ? milliseconds(found[i].made.first_text.expected).s : "unknown");
        table_cell(lines, "%s", found[i].made.first_audio.known ? milliseconds(found[i].made.first_audio.expected).s : "unknown");
        table_cell(lines, "%s", edgeplan_verdict_name((edgeplan_verdict)found[i].made.verdict.verdict));
    }
    if (count > 0)
        printf("\n");
    table_print(lines, stdout);
    loop_changes_release(found, count);
}

static void print_loop(const loop *l)
{
    printf("%s  first sound on %s within %s: %s %s %s, %s, %s\n\n", answer(l), edgeplan_target_name(l->target),
           milliseconds(l->limit_seconds).s, edgeplan_model_id(l->llm), edgeplan_runtime_id(edgeplan_deployment_runtime(l->path)),
           edgeplan_format_id(edgeplan_deployment_format(l->path)), l->stt_name, l->tts_name);
    table *lines = table_new("stage|>low|>expected|>high|");
    for (int i = 0; i < STAGES; i++) {
        print_row(lines, stage_names[i], &l->stages[i]);
        if (i == PREFILL)
            print_row(lines, "= first text", &l->first_text);
    }
    print_row(lines, "= first sound", &l->first_audio);
    table_print(lines, stdout);
    printf("\nmemory, all resident: charged %s", BYTES(edgeplan_memory, l->memory, charged_low_bytes));
    printf(" to %s; %s\n", BYTES(edgeplan_memory, l->memory, charged_high_bytes),
           edgeplan_verdict_name((edgeplan_verdict)l->verdict.verdict));
    for (uint32_t i = 0; i < l->missing_count; i++)
        printf("missing: %s, so the sum is a lower bound\n", l->missing[i]);
    if (exit_code(l) != EXIT_YES)
        print_changes(l);
    if (l->stages[TTS].known && l->tts.facts.prompt_tokens > 0)
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

static void write_changes(const loop *l, FILE *out)
{
    uint32_t count;
    change *found = loop_changes(l, &count);
    for (uint32_t i = 0; i < count; i++) {
        json_write_word(out, i > 0 ? ",{" : "{", "kind", found[i].kind);
        json_write_word(out, ",", "to", found[i].to);
        json_write_number(out, "first_text_seconds", found[i].made.first_text.expected, found[i].made.first_text.known);
        json_write_number(out, "first_audio_seconds", found[i].made.first_audio.expected, found[i].made.first_audio.known);
        json_write_word(out, ",", "verdict", edgeplan_verdict_name((edgeplan_verdict)found[i].made.verdict.verdict));
        fprintf(out, ",\"in_time\":%s}", found[i].in_time ? "true" : "false");
    }
    loop_changes_release(found, count);
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
    fputs("],\"changes\":[", out);
    if (exit_code(l) != EXIT_YES)
        write_changes(l, out);
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

/* `MODEL@FORMAT` and `MODEL,MODEL` as their first part. Release it. */
static char *until(const char *text, const char *ends)
{
    char *out = copy_text(text);
    out[strcspn(out, ends)] = '\0';
    return out;
}

/* The id of a speech model, by which its measurements name it; "" after saying that there is none. */
static entry_value speech_model(const session *now, const char *option, const char *name)
{
    edgeplan_model *model = NULL;
    entry_value id = session_value(now, EDGEPLAN_SECTION_MODELS, name, "id");
    if (id.s[0] == '\0' && edgeplan_registry_model(now->registry, name, NULL, &model) == EDGEPLAN_OK)
        snprintf(id.s, sizeof id.s, "%s", edgeplan_model_id(model)); /* an alias */
    edgeplan_model_unref(model);
    if (id.s[0] == '\0')
        print_error("%s: no model `%s` in the registry%s", option, name,
                    nearest_id(now->registry, EDGEPLAN_SECTION_MODELS, name, "; see edgeplan models").s);
    return id;
}

/* 0 after saying what is wrong. */
static int take_given(loop *l, const options *given, const char *stt_given)
{
    const char *format = strchr(given->stt, '@');
    const entry_value stt = speech_model(l->now, "--stt", stt_given), tts = speech_model(l->now, "--tts", given->tts);
    if (stt.s[0] == '\0' || tts.s[0] == '\0')
        return 0;
    if (format != NULL && edgeplan_format_find(l->now->registry, format + 1) == NULL) {
        print_error("--stt: no format `%s`%s", format + 1,
                    nearest_id(l->now->registry, EDGEPLAN_SECTION_FORMATS, format + 1, "; see edgeplan formats").s);
        return 0;
    }
    l->request = given->request;
    if (l->request.prompt_tokens == 0)
        l->request.prompt_tokens = usual_prompt_tokens;
    l->limit_seconds = given->max_first_audio_seconds > 0 ? given->max_first_audio_seconds : usual_first_audio_seconds;
    l->heard_tokens = given->heard_tokens > 0 ? given->heard_tokens : usual_heard_tokens;
    l->clause_tokens = CLAUSE;
    l->stt_name = given->stt;
    l->tts_name = given->tts;
    l->stt = fastest_hearing(l->now, l->target, stt.s, format != NULL ? format + 1 : NULL);
    l->tts = fastest_speaking(l->now, l->target, tts.s);
    l->stages[STT] = hearing(l->now, &l->stt, l->heard_tokens);
    l->stages[TTS] = speaking(l->now, &l->tts, l->clause_tokens);
    return 1;
}

int command_voice(session *now)
{
    const options *given = now->options;
    if (given->target == NULL || given->llm == NULL || given->stt == NULL || given->tts == NULL)
        return print_error("voice needs --target, --llm, --stt and --tts");
    loop l = {.now = now, .target = session_target(now, given->target)};
    char *llm = until(given->llm, ","), *stt = until(given->stt, "@");
    l.llm = l.target == NULL ? NULL : session_model(now, llm);
    int code = EXIT_UNDECIDED;
    if (l.llm != NULL && take_given(&l, given, stt)) {
        edgeplan_status status = loop_measure(&l);
        code = status == EDGEPLAN_OK ? exit_code(&l) : print_failure(llm, status, now->diagnostics);
        if (status == EDGEPLAN_OK && !given->json)
            print_loop(&l);
        else if (status == EDGEPLAN_OK && print_json(&l) != EXIT_YES)
            code = EXIT_UNDECIDED;
    }
    edgeplan_deployment_unref(l.path);
    edgeplan_model_unref(l.llm);
    release(stt);
    release(llm);
    return code;
}
