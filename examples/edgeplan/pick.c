/* edgeplan pick: what to ship. The models that may be, one recommendation a target, and who prints them. */
#include <stdlib.h>
#include <string.h>

#include "audience.h"
#include "fleet.h"
#include "pick.h"

typedef struct model_list {
    edgeplan_model **list;
    uint32_t count;
    int largest; /* the registry's, largest first: each target gets the largest that it can run */
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
    return now->options->licence == NULL || lists(now->options->licence, edgeplan_model_licence(model));
}

static void say_licence(const session *now, const edgeplan_model *model)
{
    const char *licence = edgeplan_model_licence(model);
    fprintf(stderr, "edgeplan: note: %s is out: its licence %s%s is not among %s\n", edgeplan_model_id(model),
            licence[0] != '\0' ? "" : "is not known and", licence, now->options->licence);
}

static int by_parameters(const void *left, const void *right)
{
    edgeplan_head one, other;
    if (edgeplan_struct_init(&one, sizeof one) != EDGEPLAN_OK || edgeplan_struct_init(&other, sizeof other) != EDGEPLAN_OK ||
        edgeplan_model_head(*(edgeplan_model *const *)left, &one) != EDGEPLAN_OK ||
        edgeplan_model_head(*(edgeplan_model *const *)right, &other) != EDGEPLAN_OK)
        return 0;
    return (one.parameters < other.parameters) - (one.parameters > other.parameters);
}

/* Of some only measurements are known: those cannot be planned. */
static int open_registry_models(session *now, model_list *out)
{
    uint32_t count = edgeplan_registry_count(now->registry, EDGEPLAN_SECTION_MODELS);
    out->largest = 1;
    out->list = allocate(count, sizeof *out->list);
    for (uint32_t i = 0; i < count; i++) {
        const char *id = edgeplan_registry_id(now->registry, EDGEPLAN_SECTION_MODELS, i);
        edgeplan_model *model;
        edgeplan_status status = edgeplan_registry_model(now->registry, id, NULL, &model);
        if (status == EDGEPLAN_ERROR_NO_MEMORY)
            return print_failure(id, status, NULL);
        if (status == EDGEPLAN_OK && may_ship(now, model))
            out->list[out->count++] = model;
        else
            edgeplan_model_unref(model);
    }
    qsort(out->list, out->count, sizeof *out->list, by_parameters);
    return EXIT_YES;
}

/* MODEL[,MODEL…], or `largest`: opens each; returns EXIT_YES, or EXIT_UNDECIDED after saying what is wrong. */
static int open_models(session *now, const char *names, model_list *out)
{
    if (strcmp(names, "largest") == 0)
        return open_registry_models(now, out);
    char *copy = copy_text(names);
    out->list = allocate(strlen(names) + 1, sizeof *out->list); /* more than there are commas */
    int code = EXIT_YES;
    for (char *name = copy; name != NULL && code == EXIT_YES;) {
        char *comma = strchr(name, ',');
        if (comma != NULL)
            *comma++ = '\0';
        edgeplan_model *model = session_model(now, name);
        if (model == NULL) {
            code = EXIT_UNDECIDED;
        } else if (may_ship(now, model)) {
            out->list[out->count++] = model;
        } else {
            say_licence(now, model);
            edgeplan_model_unref(model);
        }
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

/* Those that are asked: a target, a platform, or an audience. */
typedef struct questions {
    const edgeplan_target *const *targets;
    const double *shares;
    uint32_t count;
    double outside, coverage; /* outside: share of devices that no target stands for */
    const char *who;
    audience read;            /* of --audience */
} questions;

typedef struct extras {
    const session *now;
    const answer *answers;
    uint32_t count;
    const questions *asked;
    const fleet *all; /* NULL: one target */
} extras;

static void write_extras(const void *what, FILE *out)
{
    const extras *more = what;
    if (more->all != NULL)
        print_fleet_json(more->all, (const char *const *)more->asked->read.strangers, more->asked->read.stranger_count, out);
    print_fallbacks_json(more->now, more->answers, more->count, out);
}

static int print_json(const session *now, const answer *all, uint32_t count, const questions *asked, const fleet *together)
{
    const extras more = {now, all, count, asked, together};
    const edgeplan_recommendation **ranked = allocate(count, sizeof *ranked);
    for (uint32_t i = 0; i < count; i++)
        ranked[i] = all[i].ranked;
    int code = print_recommendations(ranked, count, write_extras, &more);
    release(ranked);
    return code;
}

static void print_text(const session *now, const answer *all, uint32_t count, const questions *asked, const fleet *together)
{
    if (together != NULL)
        print_fleet(now, together, asked->who);
    for (uint32_t i = 0; i < asked->read.stranger_count; i++)
        printf("%s%s%s", i == 0 ? "not in the registry: " : ", ", asked->read.strangers[i],
               i + 1 == asked->read.stranger_count ? "\n" : "");
    for (uint32_t i = 0; i < count && (together == NULL || now->options->all); i++) {
        printf("%s", together != NULL || i > 0 ? "\n" : "");
        print_answer(now, &all[i]);
    }
}

/* Yes if every target has an answer; of an audience, if the artefacts serve the coverage. */
static int verdict_on(const session *now, const answer *all, uint32_t count, const questions *asked, const fleet *together)
{
    const double close = 1e-9;
    if (now->options->audience != NULL && !now->options->strict)
        return together->served + close >= asked->coverage ? EXIT_YES : EXIT_NO;
    for (uint32_t i = 0; i < count; i++)
        if (!answers(now, all[i].ranked))
            return EXIT_NO;
    return EXIT_YES;
}

static int print_all(const session *now, const answer *all, uint32_t count, const questions *asked)
{
    fleet together;
    int several = now->options->target == NULL, code = EXIT_YES;
    if (several)
        code = fleet_make(all, asked->shares, count, asked->outside, asked->coverage, &together);
    if (code == EXIT_YES && now->options->json)
        code = print_json(now, all, count, asked, several ? &together : NULL);
    else if (code == EXIT_YES)
        print_text(now, all, count, asked, several ? &together : NULL);
    if (code == EXIT_YES)
        code = verdict_on(now, all, count, asked, several ? &together : NULL);
    if (several)
        fleet_release(&together);
    return code;
}

/* The model that a refusal of the largest names; NULL if there is nothing to ask again. */
static const edgeplan_model *largest_that_fits(const model_list *models, const edgeplan_recommendation *refusal)
{
    const char *id = edgeplan_recommendation_plan_count(refusal) == 0 ? edgeplan_recommendation_largest_model(refusal) : "";
    for (uint32_t i = 0; i < models->count; i++)
        if (strcmp(edgeplan_model_id(models->list[i]), id) == 0)
            return models->list[i];
    return NULL;
}

static int ask(session *now, const model_list *models, const edgeplan_target *target, answer *out)
{
    edgeplan_criteria criteria = now->options->criteria;
    if (now->options->accelerator != EDGEPLAN_ACCELERATOR_ANY)
        criteria.accelerators = 1u << now->options->accelerator;
    edgeplan_diagnostics_clear(now->diagnostics);
    const edgeplan_model *const *list = (const edgeplan_model *const *)models->list;
    edgeplan_status status = edgeplan_recommendation_new(list, models->largest ? 1 : models->count, target, &now->options->request, &criteria,
                                                         now->diagnostics, &out->ranked);
    const edgeplan_model *smaller = status == EDGEPLAN_OK && models->largest ? largest_that_fits(models, out->ranked) : NULL;
    if (smaller != NULL) {
        edgeplan_recommendation_unref(out->ranked);
        status = edgeplan_recommendation_new(&smaller, 1, target, &now->options->request, &criteria, now->diagnostics, &out->ranked);
    }
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

/* Shares of a platform's targets are equal. */
static int ask_whom(session *now, questions *out, const edgeplan_target ***targets, double **shares)
{
    const options *given = now->options;
    memset(out, 0, sizeof *out);
    if ((given->target != NULL) + (given->platform != NULL) + (given->audience != NULL) != 1)
        return print_error("pick needs one of --target, --platform and --audience; see edgeplan targets");
    if (given->coverage > 1)
        return print_error("--coverage: a share is not above 1");
    if (given->audience != NULL) {
        int code = audience_read(now, given->audience, &out->read);
        out->targets = out->read.targets;
        out->shares = out->read.shares;
        out->count = out->read.count;
        out->outside = out->read.unknown;
        out->coverage = given->coverage > 0 ? given->coverage : 0.9;
        out->who = given->audience;
        return code;
    }
    *targets = session_targets(now, &out->count);
    if (*targets == NULL)
        return EXIT_UNDECIDED;
    *shares = allocate(out->count, sizeof **shares);
    for (uint32_t i = 0; i < out->count; i++)
        (*shares)[i] = 1.0 / out->count;
    out->targets = *targets;
    out->shares = *shares;
    out->coverage = given->coverage > 0 ? given->coverage : 1;
    out->who = given->platform;
    return EXIT_YES;
}

int command_pick(session *now)
{
    model_list models = {NULL, 0, 0};
    questions asked;
    const edgeplan_target **targets = NULL;
    double *shares = NULL;
    int code = ask_whom(now, &asked, &targets, &shares);
    if (code == EXIT_YES)
        code = open_models(now, now->options->arguments[0], &models);
    if (code == EXIT_YES && models.count == 0)
        code = EXIT_NO; /* every model is refused, and standard error says why */
    answer *all = allocate(asked.count, sizeof *all);
    if (code == EXIT_YES)
        code = ask_all(now, &models, asked.targets, asked.count, all);
    if (code == EXIT_YES)
        code = print_all(now, all, asked.count, &asked);
    for (uint32_t i = 0; i < asked.count; i++)
        edgeplan_recommendation_unref(all[i].ranked);
    for (uint32_t i = 0; i < models.count; i++)
        edgeplan_model_unref(models.list[i]);
    audience_release(&asked.read);
    release(models.list);
    release(all);
    release(shares);
    release(targets);
    return code;
}
