/* What to change in a voice loop: each thing alone is tried and measured like the loop itself. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "voice.h"

enum { CHANGES = 512 };

/* "Sure, I can": what is shorter is no clause. */
static const uint64_t shortest_clause_tokens = 3;

typedef struct trial {
    const loop *base;
    change *found;
    uint32_t count;
} trial;

/* A loop to change: of the base, without its path. */
static loop copy_of(const loop *base)
{
    loop out = *base;
    out.path = NULL;
    out.request.app_bytes = base->now->options->request.app_bytes; /* speech models are counted anew */
    return out;
}

/* In a path of the language model that is given up, or NULL for the best known. */
static int works(loop *l, edgeplan_deployment *path)
{
    l->path = path;
    edgeplan_status status = loop_measure(l);
    edgeplan_deployment_unref(l->path);
    l->path = NULL;
    return status == EDGEPLAN_OK;
}

static int in_time(const loop *l)
{
    return (l->verdict.verdict == EDGEPLAN_VERDICT_FITS || l->verdict.verdict == EDGEPLAN_VERDICT_TIGHT) && l->first_audio.known &&
           l->first_audio.expected <= l->limit_seconds;
}

static uint32_t known_stages(const loop *l)
{
    uint32_t known = 0;
    for (int i = 0; i < STAGES; i++)
        known += l->stages[i].known != 0;
    return known;
}

/* What becomes known comes first; between two of which as much is known, the faster one. */
static int is_better(const loop *a, const loop *b)
{
    if (known_stages(a) != known_stages(b))
        return known_stages(a) > known_stages(b);
    return a->first_audio.expected < b->first_audio.expected;
}

/* Keeps what fits and gains. */
static void keep(trial *of, const loop *l, const char *kind, const char *to)
{
    const loop *base = of->base;
    for (uint32_t i = 0; i < of->count; i++)
        if (strcmp(of->found[i].kind, kind) == 0 && strcmp(of->found[i].to, to) == 0)
            return;
    if (of->count == CHANGES || l->verdict.verdict == EDGEPLAN_VERDICT_DOES_NOT_FIT ||
        (base->verdict.verdict != EDGEPLAN_VERDICT_DOES_NOT_FIT && !is_better(l, base)))
        return;
    change *next = &of->found[of->count++];
    *next = (change){.kind = kind, .made = *l, .in_time = in_time(l)};
    (void)edgeplan_model_ref(l->llm);
    snprintf(next->to, sizeof next->to, "%s", to);
}

/* In a format, or NULL for rows that state none; 0: no such row. */
static int try_hearing_in(trial *of, const char *model, const char *format)
{
    loop l = copy_of(of->base);
    char to[128];
    l.stt = fastest_hearing(l.now, l.target, model, format);
    if (l.stt.row == NULL)
        return 0;
    l.stt_name = model;
    l.stages[STT] = hearing(l.now, &l.stt, l.heard_tokens);
    snprintf(to, sizeof to, "%s%s%s", model, format != NULL ? "@" : "", format != NULL ? format : "");
    if (works(&l, NULL))
        keep(of, &l, "stt", to);
    return 1;
}

static void try_hearing(trial *of, const char *model)
{
    const char *format;
    int stated = 0;
    for (uint32_t i = 0; (format = edgeplan_registry_id(of->base->now->registry, EDGEPLAN_SECTION_FORMATS, i)) != NULL; i++)
        stated |= try_hearing_in(of, model, format);
    if (!stated)
        (void)try_hearing_in(of, model, NULL);
}

static void try_speaking(trial *of, const char *model)
{
    loop l = copy_of(of->base);
    l.tts = fastest_speaking(l.now, l.target, model);
    if (l.tts.row == NULL)
        return;
    l.tts_name = model;
    l.stages[TTS] = speaking(l.now, &l.tts, l.clause_tokens);
    if (works(&l, NULL))
        keep(of, &l, "tts", model);
}

static void try_model(trial *of, edgeplan_model *model, const char *name)
{
    loop l = copy_of(of->base);
    l.llm = model;
    if (works(&l, NULL))
        keep(of, &l, "llm", name);
}

static uint64_t parameters_of(const edgeplan_model *model)
{
    edgeplan_head head;
    return edgeplan_struct_init(&head, sizeof head) == EDGEPLAN_OK && edgeplan_model_head(model, &head) == EDGEPLAN_OK
               ? head.parameters
               : 0;
}

/* A smaller model of the same family and publisher, whose name begins that of its repository. */
static void try_sibling(trial *of, const char *id)
{
    const session *now = of->base->now;
    const edgeplan_model *own = of->base->llm;
    const entry_value publisher = session_value(now, EDGEPLAN_SECTION_MODELS, edgeplan_model_id(own), "checkpoint");
    const entry_value other = session_value(now, EDGEPLAN_SECTION_MODELS, id, "checkpoint");
    size_t length = strcspn(publisher.s, "/");
    edgeplan_model *model = NULL;
    if (length > 0 && strncmp(publisher.s, other.s, length + 1) == 0 &&
        edgeplan_registry_model(now->registry, id, NULL, &model) == EDGEPLAN_OK &&
        strcmp(edgeplan_model_family(model), edgeplan_model_family(own)) == 0 && parameters_of(model) < parameters_of(own))
        try_model(of, model, id);
    edgeplan_model_unref(model);
}

/* The caller's other models, `--llm A,B,C`. */
static void try_given(trial *of)
{
    char *names = copy_text(of->base->now->options->llm), *name = strchr(names, ',');
    while (name != NULL) {
        char *next = strchr(++name, ',');
        if (next != NULL)
            *next = '\0';
        edgeplan_model *model = session_model(of->base->now, name);
        if (model != NULL)
            try_model(of, model, name);
        edgeplan_model_unref(model);
        name = next;
    }
    release(names);
}

/* Keeps a path of the same model if it is better than the best so far, whose name is in `to`. */
static void try_path(const trial *of, const char *runtime, const char *format, edgeplan_accelerator accelerator, loop *best, char to[128])
{
    const session *now = of->base->now;
    loop l = copy_of(of->base);
    edgeplan_deployment *path = NULL;
    if (edgeplan_deployment_new(l.llm, l.target, accelerator, edgeplan_runtime_find(now->registry, runtime),
                                edgeplan_format_find(now->registry, format), NULL, &path) != EDGEPLAN_OK || !works(&l, path) ||
        l.verdict.verdict == EDGEPLAN_VERDICT_DOES_NOT_FIT || (to[0] != '\0' && !is_better(&l, best)))
        return;
    *best = l;
    snprintf(to, 128, "%s %s %s", runtime, edgeplan_accelerator_name(accelerator), format);
}

/* The fastest other path of the same model; a runtime and an accelerator that the caller names are kept. */
static void try_formats(trial *of)
{
    static const edgeplan_accelerator engines[] = {EDGEPLAN_ACCELERATOR_CPU, EDGEPLAN_ACCELERATOR_GPU, EDGEPLAN_ACCELERATOR_NPU};
    const session *now = of->base->now;
    const options *given = now->options;
    const char *runtime, *format;
    loop best = copy_of(of->base);
    char to[128] = "";
    for (uint32_t i = 0; (runtime = edgeplan_registry_id(now->registry, EDGEPLAN_SECTION_RUNTIMES, i)) != NULL; i++) {
        if (given->runtime != NULL && strcmp(given->runtime, runtime) != 0)
            continue;
        for (uint32_t k = 0; (format = edgeplan_registry_id(now->registry, EDGEPLAN_SECTION_FORMATS, k)) != NULL; k++)
            for (size_t e = 0; e < sizeof engines / sizeof *engines; e++)
                if (given->accelerator == EDGEPLAN_ACCELERATOR_ANY || given->accelerator == (uint32_t)engines[e])
                    try_path(of, runtime, format, engines[e], &best, to);
    }
    if (to[0] != '\0')
        keep(of, &best, "format", to);
}

static int prompt_works(loop *l, uint64_t prompt_tokens)
{
    *l = copy_of(l); /* keeps the rest of the request */
    l->request.prompt_tokens = prompt_tokens;
    return works(l, NULL);
}

/* The longest shorter prompt that is in time, at the least what was heard; and all but that in the cache already. */
static void try_prompts(trial *of)
{
    uint64_t all = of->base->request.prompt_tokens, least = of->base->heard_tokens, most = all;
    char to[128];
    if (least >= all)
        return;
    loop l = copy_of(of->base);
    l.request.cached_tokens += all - least;
    if (prompt_works(&l, least)) {
        snprintf(to, sizeof to, "all but %" PRIu64 " tokens", least);
        keep(of, &l, "cached_prefix", to);
    }
    l = copy_of(of->base);
    for (uint64_t below = most; most - least > 1 && prompt_works(&l, below = least + (most - least) / 2);)
        *(in_time(&l) ? &least : &most) = below;
    if (prompt_works(&l, least)) {
        snprintf(to, sizeof to, "%" PRIu64 " tokens", least);
        keep(of, &l, "prompt", to);
    }
}

/* The longest shorter clause that is in time. */
static void try_clauses(trial *of)
{
    loop l = copy_of(of->base);
    uint64_t tokens = l.clause_tokens;
    int fits = 0;
    while (!fits && tokens-- > shortest_clause_tokens) {
        l = copy_of(of->base);
        l.clause_tokens = tokens;
        if (l.tts.row != NULL)
            l.stages[TTS] = speaking(l.now, &l.tts, tokens);
        if (!works(&l, NULL))
            return;
        fits = in_time(&l);
    }
    char to[128];
    snprintf(to, sizeof to, "%" PRIu64 " tokens", l.clause_tokens);
    keep(of, &l, "clause", to);
}

static int by_gain(const void *a, const void *b)
{
    const change *left = a, *right = b;
    if (left->in_time != right->in_time)
        return right->in_time - left->in_time;
    return is_better(&right->made, &left->made) - is_better(&left->made, &right->made);
}

/* Whether it is to be told: in time, or if nothing is the nearest of its kind. */
static int is_told(const change *told, uint32_t count, const change *next)
{
    for (uint32_t i = 0; i < count && !next->in_time; i++)
        if (told[i].in_time || strcmp(told[i].kind, next->kind) == 0)
            return 0;
    return 1;
}

/* What of a change can stand beside the others; a path is of one model, and a prefix in the cache leaves no prompt to shorten. */
static int take(loop *l, const change *one)
{
    const loop *made = &one->made;
    if (strcmp(one->kind, "stt") == 0) {
        l->stt = made->stt;
        l->stt_name = made->stt_name;
        l->stages[STT] = made->stages[STT];
    } else if (strcmp(one->kind, "tts") == 0) {
        l->tts = made->tts;
        l->tts_name = made->tts_name;
    } else if (strcmp(one->kind, "llm") == 0) {
        l->llm = made->llm;
    } else if (strcmp(one->kind, "cached_prefix") == 0) {
        l->request = made->request;
    } else if (strcmp(one->kind, "clause") == 0) {
        l->clause_tokens = made->clause_tokens;
    } else {
        return 0;
    }
    return 1;
}

/* The nearest of each kind at once. */
static void try_together(trial *of, uint32_t told)
{
    loop l = copy_of(of->base);
    char to[256] = "";
    uint32_t taken = 0;
    size_t used = 0; /* of the room for their names, which ends the list */
    for (uint32_t i = 0; i < told && used < sizeof to; i++)
        if (take(&l, &of->found[i]))
            used += (size_t)snprintf(to + used, sizeof to - used, "%s%s %s", taken++ > 0 ? ", " : "", of->found[i].kind, of->found[i].to);
    l.request.app_bytes = of->base->now->options->request.app_bytes;
    if (l.tts.row != NULL)
        l.stages[TTS] = speaking(l.now, &l.tts, l.clause_tokens);
    if (taken > 1 && works(&l, NULL))
        keep(of, &l, "together", to);
}

change *loop_changes(const loop *base, uint32_t *count)
{
    trial all = {base, allocate(CHANGES, sizeof(change)), 0};
    const char *id;
    for (uint32_t i = 0; (id = edgeplan_registry_id(base->now->registry, EDGEPLAN_SECTION_MODELS, i)) != NULL; i++) {
        try_hearing(&all, id);
        try_speaking(&all, id);
        try_sibling(&all, id);
    }
    try_given(&all);
    try_formats(&all);
    try_prompts(&all);
    try_clauses(&all);
    qsort(all.found, all.count, sizeof(change), by_gain);
    uint32_t told = 0;
    for (uint32_t i = 0; i < all.count; i++) {
        const change next = all.found[i];
        if (is_told(all.found, told, &next))
            all.found[told++] = next;
        else
            edgeplan_model_unref(next.made.llm);
    }
    all.count = told;
    if (told > 0 && !all.found[0].in_time)
        try_together(&all, told);
    *count = all.count;
    return all.found;
}

void loop_changes_release(change *changes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        edgeplan_model_unref(changes[i].made.llm);
    release(changes);
}
