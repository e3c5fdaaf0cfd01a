/* The models that may be shipped: those that were named, and the registry's where none of these fits or the largest is asked for. */
#include <string.h>

#include "pick.h"

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

static int add_model(session *now, const char *name, model_list *out)
{
    if (out->count == MOST_MODELS)
        return print_error("more than %d models", MOST_MODELS);
    edgeplan_model *model = session_model(now, name);
    if (model == NULL)
        return EXIT_UNDECIDED;
    if (may_ship(now, model)) {
        out->list[out->count++] = model;
        return EXIT_YES;
    }
    const char *licence = edgeplan_model_licence(model);
    fprintf(stderr, "edgeplan: note: %s is out: its licence %s%s is not among %s\n", edgeplan_model_id(model),
            licence[0] != '\0' ? "" : "is not known and", licence, now->options->licence);
    edgeplan_model_unref(model);
    return EXIT_YES;
}

static uint64_t parameters_of(const edgeplan_model *model)
{
    edgeplan_head head;
    if (edgeplan_struct_init(&head, sizeof head) != EDGEPLAN_OK || edgeplan_model_head(model, &head) != EDGEPLAN_OK)
        return 0;
    return head.parameters;
}

/* The registry's models that may be shipped, largest first. One that is only known by its observations cannot be opened. */
static void open_catalogue(const session *now, model_list *models)
{
    uint32_t count = edgeplan_registry_count(now->registry, EDGEPLAN_SECTION_MODELS);
    models->catalogue = allocate(count, sizeof(edgeplan_model *));
    for (uint32_t i = 0; i < count; i++) {
        edgeplan_model *model;
        const char *id = edgeplan_registry_id(now->registry, EDGEPLAN_SECTION_MODELS, i);
        if (edgeplan_registry_model(now->registry, id, NULL, &model) != EDGEPLAN_OK)
            continue;
        if (!may_ship(now, model)) {
            edgeplan_model_unref(model);
            continue;
        }
        uint32_t at = models->catalogue_count++;
        for (; at > 0 && parameters_of(model) > parameters_of(models->catalogue[at - 1]); at--)
            models->catalogue[at] = models->catalogue[at - 1];
        models->catalogue[at] = model;
    }
}

/* The largest of all stands for the rest until it is asked what fits. */
static int open_largest(session *now, model_list *out)
{
    out->largest = 1;
    open_catalogue(now, out);
    if (out->catalogue_count > 0)
        out->list[out->count++] = edgeplan_model_ref(out->catalogue[0]);
    return EXIT_YES;
}

int models_open(session *now, const char *names, model_list *out)
{
    if (strcmp(names, "largest") == 0)
        return open_largest(now, out);
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

void models_release(model_list *models)
{
    for (uint32_t i = 0; i < models->count; i++)
        edgeplan_model_unref(models->list[i]);
    for (uint32_t i = 0; i < models->catalogue_count; i++)
        edgeplan_model_unref(models->catalogue[i]);
    release(models->catalogue);
}

edgeplan_status largest_that_fits(const session *now, model_list *models, const edgeplan_target *target,
                                  const edgeplan_criteria *criteria, const edgeplan_model **out)
{
    edgeplan_recommendation *ranked;
    *out = NULL;
    if (models->catalogue == NULL)
        open_catalogue(now, models);
    if (models->catalogue_count == 0)
        return EDGEPLAN_OK;
    edgeplan_status status =
        edgeplan_recommendation_new_within((const edgeplan_model *const *)models->catalogue, models->catalogue_count, target,
                                           models->runtime, models->format, &now->options->request, criteria, now->diagnostics, &ranked);
    if (status == EDGEPLAN_OK && edgeplan_recommendation_plan_count(ranked) > 0)
        *out = edgeplan_deployment_model(edgeplan_plan_deployment(edgeplan_recommendation_plan(ranked, 0)));
    edgeplan_recommendation_unref(ranked);
    return status;
}
