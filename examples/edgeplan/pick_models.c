/* The models that may be shipped: those that were named, and the registry's where none of these fits or the largest is asked for. */
#include <string.h>

#include "pick.h"

/* The next of a comma-separated list, without blanks around it; NULL after the last. */
static const char *next_of(const char **list, size_t *length)
{
    if (*list == NULL)
        return NULL;
    const char *word = *list + strspn(*list, " "), *comma = strchr(word, ',');
    *length = comma != NULL ? (size_t)(comma - word) : strlen(word);
    while (*length > 0 && word[*length - 1] == ' ')
        (*length)--;
    *list = comma != NULL ? comma + 1 : NULL;
    return word;
}

static int is_same_letter(char a, char b)
{
    return a == b || ((a ^ b) == ' ' && (a | ' ') >= 'a' && (a | ' ') <= 'z');
}

/* Whether a comma-separated list has the word, in whatever case. */
static int lists(const char *words, const char *word)
{
    size_t length, i;
    for (const char *one; word[0] != '\0' && (one = next_of(&words, &length)) != NULL;) {
        for (i = 0; i < length && word[i] != '\0' && is_same_letter(one[i], word[i]); i++)
            continue;
        if (i == length && word[i] == '\0')
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
    if (licence[0] == '\0')
        fprintf(stderr, "edgeplan: note: %s is out: its licence is not known\n", edgeplan_model_id(model));
    else
        fprintf(stderr, "edgeplan: note: %s is out: its licence %s is not among %s\n", edgeplan_model_id(model), licence,
                now->options->licence);
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

/* Whether it was trained for the context that is asked for, as far as that is known. */
static int reaches(const session *now, const edgeplan_model *model)
{
    edgeplan_head head = {.struct_size = sizeof head};
    return edgeplan_model_head(model, &head) != EDGEPLAN_OK || !KNOWN(edgeplan_head, head, trained_context_tokens) ||
           head.trained_context_tokens >= now->options->request.context_tokens;
}

/* The registry's models that may be shipped and reach the context, largest first. One that is only known by its observations cannot be opened. */
static void open_catalogue(const session *now, model_list *models)
{
    uint32_t count = edgeplan_registry_count(now->registry, EDGEPLAN_SECTION_MODELS);
    models->catalogue = allocate(count, sizeof(edgeplan_model *));
    for (uint32_t i = 0; i < count; i++) {
        edgeplan_model *model;
        const char *id = edgeplan_registry_id(now->registry, EDGEPLAN_SECTION_MODELS, i);
        if (edgeplan_registry_model(now->registry, id, NULL, &model) != EDGEPLAN_OK)
            continue;
        if (!may_ship(now, model) || !reaches(now, model)) {
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
    int code = EXIT_YES;
    size_t length;
    for (const char *one; code == EXIT_YES && (one = next_of(&names, &length)) != NULL;) {
        char *name = copy_text(one);
        name[length] = '\0';
        code = add_model(now, name, out);
        release(name);
    }
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
