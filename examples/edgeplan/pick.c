/* edgeplan pick: what to ship. The models that may be, one recommendation a target, and who prints them. */
#include <string.h>

#include "pick.h"

enum { MOST_MODELS = 16 };

typedef struct model_list {
    edgeplan_model *list[MOST_MODELS];
    uint32_t count, refused; /* refused: by licence */
} model_list;

/* Whether a comma-separated list has the word. */
static int lists(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; length > 0 && at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, word, length) == 0 && (at[length] == ',' || at[length] == '\0'))
            return 1;
    }
    return 0;
}

/* A licence nobody stated is not among those that were named. */
static int may_ship(const session *now, const edgeplan_model *model)
{
    const char *licence = edgeplan_model_licence(model);
    if (now->options->licence == NULL || lists(now->options->licence, licence))
        return 1;
    fprintf(stderr, "edgeplan: note: %s is out: its licence %s%s is not among %s\n", edgeplan_model_id(model),
            licence[0] != '\0' ? "" : "is not known and", licence, now->options->licence);
    return 0;
}

static int add_model(session *now, const char *name, model_list *out)
{
    if (out->count == MOST_MODELS)
        return print_error("more than %d models", MOST_MODELS);
    edgeplan_model *model = session_model(now, name);
    if (model == NULL)
        return EXIT_UNDECIDED;
    if (may_ship(now, model)) {
        out->list[out->count++] = model;
    } else {
        out->refused++;
        edgeplan_model_unref(model);
    }
    return EXIT_YES;
}

/* MODEL[,MODEL…]: opens each; returns EXIT_YES, or EXIT_UNDECIDED after saying what is wrong. */
static int open_models(session *now, const char *names, model_list *out)
{
    char *copy = copy_text(names);
    int code = EXIT_YES;
    for (char *name = copy; name != NULL && code == EXIT_YES;) {
        char *comma = strchr(name, ',');
        if (comma != NULL)
            *comma++ = '\0';
        code = add_model(now, name, out);
        name = comma;
    }
    release(copy);
    return code;
}

/* Whether something may be shipped; with --strict a winner that is only tight may not. */
static int answers(const session *now, const edgeplan_recommendation *ranked)
{
    plan_numbers best;
    if (edgeplan_recommendation_plan_count(ranked) == 0)
        return 0;
    if (!now->options->strict)
        return 1;
    return read_numbers(edgeplan_recommendation_plan(ranked, 0), &best) && best.verdict.verdict == EDGEPLAN_VERDICT_FITS;
}

static int print_json(const answer *all, uint32_t count)
{
    const edgeplan_recommendation **ranked = allocate(count, sizeof *ranked);
    for (uint32_t i = 0; i < count; i++)
        ranked[i] = all[i].ranked;
    int code = print_recommendations(ranked, count);
    release(ranked);
    return code;
}

static int print_all(const session *now, const answer *all, uint32_t count)
{
    int code = EXIT_YES;
    for (uint32_t i = 0; i < count; i++)
        if (!answers(now, all[i].ranked))
            code = EXIT_NO;
    if (now->options->json) {
        int printed = print_json(all, count);
        return printed == EXIT_YES ? code : printed;
    }
    for (uint32_t i = 0; i < count; i++) {
        printf("%s", i > 0 ? "\n" : "");
        print_answer(now, &all[i]);
    }
    return code;
}

static int ask(session *now, const model_list *models, const edgeplan_target *target, answer *out)
{
    edgeplan_criteria criteria = now->options->criteria;
    if (now->options->accelerator != EDGEPLAN_ACCELERATOR_ANY)
        criteria.accelerators = 1u << now->options->accelerator;
    edgeplan_diagnostics_clear(now->diagnostics);
    edgeplan_status status =
        edgeplan_recommendation_new((const edgeplan_model *const *)models->list, models->count, target, &now->options->request,
                                    &criteria, now->diagnostics, &out->ranked);
    out->target = target;
    return status == EDGEPLAN_OK ? EXIT_YES : print_failure(edgeplan_target_id(target), status, now->diagnostics);
}

static int ask_all(session *now, const model_list *models, const edgeplan_target *const *targets, uint32_t count, answer *all)
{
    for (uint32_t i = 0; i < count; i++)
        if (ask(now, models, targets[i], &all[i]) != EXIT_YES)
            return EXIT_UNDECIDED;
    return EXIT_YES;
}

int command_pick(session *now)
{
    model_list models = {{NULL}, 0, 0};
    uint32_t count = 0;
    if (now->options->target == NULL && now->options->platform == NULL)
        return print_error("pick needs --target or --platform; see edgeplan targets");
    const edgeplan_target **targets = session_targets(now, &count);
    int code = targets == NULL ? EXIT_UNDECIDED : open_models(now, now->options->arguments[0], &models);
    if (code == EXIT_YES && models.count == 0)
        code = EXIT_NO; /* every model is refused, and standard error says why */
    answer *all = allocate(count, sizeof *all);
    if (code == EXIT_YES)
        code = ask_all(now, &models, targets, count, all);
    if (code == EXIT_YES)
        code = print_all(now, all, count);
    for (uint32_t i = 0; i < count; i++)
        edgeplan_recommendation_unref(all[i].ranked);
    for (uint32_t i = 0; i < models.count; i++)
        edgeplan_model_unref(models.list[i]);
    release(all);
    release(targets);
    return code;
}
