/* edgeplan init: a budget of what is there, with a quarter of headroom over today's figures. */
#include <ctype.h>
#include <string.h>

#include "session.h"

/* Of every kind the worst that any model has on any target. */
typedef struct extremes {
    double charged_bytes, download_bytes, ttft_seconds, decode_tok_per_s;
    uint32_t verdict;
    int charged, download, ttft, decode; /* 1: known everywhere */
} extremes;

static const double headroom = 1.25; /* what size-limit advises */

typedef struct planned {
    char *id;
    const char *argument, *key; /* model, file or config */
    char format[64];            /* "" as stored */
} planned;

/* The last part of a path as an id of the budget. */
static char *id_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *id = copy_text(slash != NULL && slash[1] != '\0' && strcmp(slash, "/config.json") != 0 ? slash + 1 : path);
    char *dot = strrchr(id, '.');
    if (dot != NULL && (strcmp(dot, ".gguf") == 0 || strcmp(dot, ".json") == 0))
        *dot = '\0';
    for (char *c = id; *c != '\0'; c++)
        *c = isalnum((unsigned char)*c) || strchr("._-", *c) != NULL ? (char)tolower((unsigned char)*c) : '-';
    return id;
}

static void take_most(double *most, double value)
{
    *most = value > *most ? value : *most;
}

static void take_plan(extremes *all, const edgeplan_plan *plan)
{
    edgeplan_memory m;
    edgeplan_speed s;
    edgeplan_verdict_result v;
    if (edgeplan_struct_init(&m, sizeof m) != EDGEPLAN_OK || edgeplan_struct_init(&s, sizeof s) != EDGEPLAN_OK ||
        edgeplan_struct_init(&v, sizeof v) != EDGEPLAN_OK || edgeplan_plan_memory(plan, &m) != EDGEPLAN_OK ||
        edgeplan_plan_speed(plan, &s) != EDGEPLAN_OK || edgeplan_plan_verdict(plan, &v) != EDGEPLAN_OK)
        return;
    all->verdict = v.verdict > all->verdict ? v.verdict : all->verdict;
    all->charged &= KNOWN(edgeplan_memory, m, charged_high_bytes);
    take_most(&all->charged_bytes, (double)m.charged_high_bytes);
    all->ttft &= KNOWN(edgeplan_speed, s, ttft_seconds);
    take_most(&all->ttft_seconds, s.ttft_seconds);
    all->decode &= KNOWN(edgeplan_speed, s, decode_tok_per_s);
    if (all->decode && (all->decode_tok_per_s <= 0 || s.decode_tok_per_s < all->decode_tok_per_s))
        all->decode_tok_per_s = s.decode_tok_per_s;
    edgeplan_item item;
    if (edgeplan_struct_init(&item, sizeof item) == EDGEPLAN_OK &&
        edgeplan_plan_item(plan, EDGEPLAN_LIST_ARTEFACTS, 0, &item) == EDGEPLAN_OK)
        take_most(&all->download_bytes, (double)item.bytes);
    else
        all->download = 0;
}

static int plan_on(session *now, const edgeplan_model *model, const edgeplan_target *target, planned *one, extremes *all)
{
    edgeplan_deployment *deployment = NULL;
    edgeplan_plan *plan = NULL;
    edgeplan_status status = session_deploy(now, model, target, &deployment);
    if (status == EDGEPLAN_OK)
        status = edgeplan_plan_new(deployment, &now->options->request, now->diagnostics, &plan);
    if (status == EDGEPLAN_ERROR_NOT_FOUND)
        return EXIT_UNDECIDED; /* said already */
    if (status != EDGEPLAN_OK)
        return print_failure(one->argument, status, now->diagnostics);
    if (one->format[0] == '\0' && (edgeplan_model_format(model)[0] == '\0' || now->options->format != NULL))
        snprintf(one->format, sizeof one->format, "%s", edgeplan_format_id(edgeplan_deployment_format(deployment)));
    take_plan(all, plan);
    edgeplan_plan_unref(plan);
    edgeplan_deployment_unref(deployment);
    return EXIT_YES;
}

/* The session with another format; `given` holds its options. */
static session with_format(const session *now, const char *format, options *given)
{
    session with = *now;
    *given = *now->options;
    given->format = format != NULL ? format : given->format;
    with.options = given;
    return with;
}

/* Whether every device has a path for the format. */
static int is_taken_by_all(const session *now, const edgeplan_model *model, const char *format)
{
    options given;
    session with = with_format(now, format, &given);
    int taken = 1;
    for (uint32_t i = 0; i < given.target_count && taken; i++) {
        edgeplan_deployment *path = NULL;
        const edgeplan_target *target = session_find_target(now, given.targets[i]);
        taken = target != NULL && session_deploy(&with, model, target, &path) == EDGEPLAN_OK;
        edgeplan_deployment_unref(path);
    }
    return taken;
}

/* Of what is recommended for one device the best format that all take; NULL: none. */
static const char *common_of(const session *now, const edgeplan_model *model, const char *target)
{
    edgeplan_recommendation *ranked = NULL;
    const edgeplan_target *one = session_find_target(now, target);
    const char *found = NULL;
    if (one == NULL || edgeplan_recommendation_new(&model, 1, one, &now->options->request, NULL, NULL, &ranked) != EDGEPLAN_OK)
        return NULL;
    for (uint32_t i = 0; i < edgeplan_recommendation_plan_count(ranked) && found == NULL; i++) {
        const edgeplan_deployment *path = edgeplan_plan_deployment(edgeplan_recommendation_plan(ranked, i));
        const char *format = edgeplan_format_id(edgeplan_deployment_format(path));
        found = is_taken_by_all(now, model, format) ? format : NULL;
    }
    edgeplan_recommendation_unref(ranked);
    return found;
}

/* One artefact for all devices, as the first that can run the model would have it; NULL: none, or none needed. */
static const char *common_format(const session *now, const edgeplan_model *model)
{
    const char *found = NULL;
    if (now->options->format != NULL || edgeplan_model_format(model)[0] != '\0')
        return NULL;
    for (uint32_t i = 0; i < now->options->target_count && found == NULL; i++)
        found = common_of(now, model, now->options->targets[i]);
    return found;
}

static int plan_model_on_all(session *now, planned *one, extremes *all)
{
    edgeplan_model *registered = NULL, *model = session_model(now, one->argument);
    int code = model == NULL ? EXIT_UNDECIDED : EXIT_YES;
    if (edgeplan_registry_model(now->registry, one->argument, NULL, &registered) != EDGEPLAN_OK)
        registered = NULL;
    one->key = registered != NULL ? "model" : code == EXIT_YES && edgeplan_model_format(model)[0] == '\0' ? "config" : "file";
    one->id = registered != NULL ? copy_text(edgeplan_model_id(registered)) : id_of(one->argument);
    options given;
    session with = with_format(now, code == EXIT_YES ? common_format(now, model) : NULL, &given);
    for (uint32_t i = 0; i < now->options->target_count && code == EXIT_YES; i++) {
        const edgeplan_target *target = session_target(now, now->options->targets[i]);
        code = target == NULL ? EXIT_UNDECIDED : plan_on(&with, model, target, one, all);
    }
    edgeplan_model_unref(registered);
    edgeplan_model_unref(model);
    return code;
}

/* Rounded so that the promise is a little weaker than the figure with its headroom. */
static void write_limits(const extremes *all, FILE *out)
{
    fprintf(out, "limits: # the worst of all models and devices, with a quarter of headroom\n  verdict: {at_least: %s}\n",
            all->verdict == EDGEPLAN_VERDICT_FITS ? "fits" : "tight");
    if (all->verdict > EDGEPLAN_VERDICT_TIGHT)
        fprintf(out, "  # today the worst verdict is %s: the check fails until that is mended\n",
                edgeplan_verdict_name((edgeplan_verdict)all->verdict));
    if (all->charged)
        fprintf(out, "  memory: {max: %.0f MB}\n", all->charged_bytes * headroom / 1e6 + 1);
    if (all->download)
        fprintf(out, "  download: {max: %.0f MB, level: warn}\n", all->download_bytes * headroom / 1e6 + 1);
    if (all->decode)
        fprintf(out, "  decode: {min: %.2f tok/s}\n", all->decode_tok_per_s / headroom - 0.005);
    if (all->ttft)
        fprintf(out, "  ttft: {max: %.2f s, level: warn}\n", all->ttft_seconds * headroom + 0.005);
}

static void write_budget(const session *now, const planned *models, int count, const extremes *all, FILE *out)
{
    const options *given = now->options;
    fprintf(out, "# Made by edgeplan init; docs/gate.md explains the keys.\nedgeplan: 1\nregistry: {digest: \"%s\"}\n",
            edgeplan_registry_digest(now->registry));
    if (given->runtime != NULL || given->request.context_tokens != 0) {
        fprintf(out, "defaults: {");
        if (given->runtime != NULL)
            fprintf(out, "runtime: %s%s", given->runtime, given->request.context_tokens != 0 ? ", " : "");
        if (given->request.context_tokens != 0)
            fprintf(out, "context: %llu", (unsigned long long)given->request.context_tokens);
        fprintf(out, "}\n");
    }
    fprintf(out, "devices:\n");
    for (uint32_t i = 0; i < given->target_count; i++) {
        const char *id = edgeplan_target_id(session_find_target(now, given->targets[i]));
        fprintf(out, "  - {id: %s, target: %s}\n", id, id);
    }
    fprintf(out, "models:\n");
    for (int i = 0; i < count; i++) {
        fprintf(out, "  - {id: %s, %s: ", models[i].id, models[i].key);
        if (strcmp(models[i].key, "model") == 0)
            fputs(models[i].id, out);
        else
            fprintf(out, "\"%s\"", models[i].argument);
        if (models[i].format[0] != '\0')
            fprintf(out, ", format: %s", models[i].format);
        fprintf(out, "}\n");
    }
    write_limits(all, out);
}

int command_init(session *now)
{
    const options *given = now->options;
    int count = given->argument_count, code = EXIT_YES;
    extremes all = {.verdict = EDGEPLAN_VERDICT_FITS, .charged = 1, .download = 1, .ttft = 1, .decode = 1};
    if (given->target_count == 0 || count == 0)
        return print_error("usage: edgeplan init MODEL... --target ID...");
    const edgeplan_runtime *runtime;
    const edgeplan_format *format;
    if (session_path(now, &runtime, &format) != EDGEPLAN_OK)
        return EXIT_UNDECIDED;
    planned *models = allocate((size_t)count, sizeof *models);
    for (int i = 0; i < count && code == EXIT_YES; i++) {
        models[i].argument = given->arguments[i];
        code = plan_model_on_all(now, &models[i], &all);
    }
    FILE *out = code != EXIT_YES ? NULL : given->output == NULL ? stdout : fopen(given->output, "wx");
    if (out != NULL)
        write_budget(now, models, count, &all, out);
    if (code == EXIT_YES && (out == NULL || (out != stdout && (ferror(out) | fclose(out)) != 0)))
        code = print_error("%s: could not be written; it must not be there yet", given->output);
    for (int i = 0; i < count; i++)
        release(models[i].id);
    release(models);
    return code;
}
