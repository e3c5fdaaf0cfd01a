/* edgeplan pick: what to ship. The models that may be, one recommendation a target, and who prints them. */
#include <string.h>

#include "audience.h"
#include "fleet.h"
#include "pick.h"

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

/* Yes if every target has an answer; no if one surely has none; of an audience, if the artefacts serve the coverage. */
static int verdict_on(const session *now, const answer *all, uint32_t count, const questions *asked, const fleet *together)
{
    const double close = 1e-9;
    if (now->options->audience != NULL && !now->options->strict)
        return together->served + close >= asked->coverage ? EXIT_YES : EXIT_NO;
    int code = EXIT_YES;
    for (uint32_t i = 0; i < count && code != EXIT_NO; i++)
        if (!answers(now, all[i].ranked))
            code = verdict_of(&all[i]) == EDGEPLAN_VERDICT_UNKNOWN ? EXIT_UNDECIDED : EXIT_NO;
    return code;
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

/* Whoever asks for the largest is told all about what fits; others its name. */
static edgeplan_status ask_smaller(session *now, model_list *models, const edgeplan_criteria *criteria, answer *out)
{
    const edgeplan_model *smaller;
    edgeplan_status status = largest_that_fits(now, models, out->target, criteria, &smaller);
    if (status != EDGEPLAN_OK || smaller == NULL)
        return status;
    out->largest = edgeplan_model_id(smaller);
    if (!models->largest)
        return status;
    edgeplan_recommendation_unref(out->ranked);
    return edgeplan_recommendation_new_within(&smaller, 1, out->target, models->runtime, models->format, &now->options->request, criteria,
                                              now->diagnostics, &out->ranked);
}

static int ask(session *now, model_list *models, const edgeplan_target *target, answer *out)
{
    edgeplan_criteria criteria = now->options->criteria;
    if (now->options->accelerator != EDGEPLAN_ACCELERATOR_ANY)
        criteria.accelerators = 1u << now->options->accelerator;
    edgeplan_diagnostics_clear(now->diagnostics);
    out->target = target;
    out->models = models;
    out->largest = "";
    edgeplan_status status =
        edgeplan_recommendation_new_within((const edgeplan_model *const *)models->list, models->count, target, models->runtime,
                                           models->format, &now->options->request, &criteria, now->diagnostics, &out->ranked);
    if (status == EDGEPLAN_OK && edgeplan_recommendation_plan_count(out->ranked) == 0)
        status = ask_smaller(now, models, &criteria, out);
    return status == EDGEPLAN_OK ? EXIT_YES : print_failure(edgeplan_target_id(target), status, now->diagnostics);
}

static int ask_all(session *now, model_list *models, const edgeplan_target *const *targets, uint32_t count, answer *all)
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
    model_list models = {{NULL}, 0, NULL, 0, 0, NULL, NULL};
    questions asked;
    const edgeplan_target **targets = NULL;
    double *shares = NULL;
    int code = ask_whom(now, &asked, &targets, &shares);
    if (code == EXIT_YES && session_path(now, &models.runtime, &models.format) != EDGEPLAN_OK)
        code = EXIT_UNDECIDED;
    if (code == EXIT_YES)
        code = models_open(now, now->options->arguments[0], &models);
    if (code == EXIT_YES && models.count == 0)
        code = EXIT_NO; /* every model is refused, and standard error says why */
    answer *all = allocate(asked.count, sizeof *all);
    if (code == EXIT_YES)
        code = ask_all(now, &models, asked.targets, asked.count, all);
    if (code == EXIT_YES)
        code = print_all(now, all, asked.count, &asked);
    for (uint32_t i = 0; i < asked.count; i++)
        edgeplan_recommendation_unref(all[i].ranked);
    models_release(&models);
    audience_release(&asked.read);
    release(all);
    release(shares);
    release(targets);
    return code;
}
