/* edgeplan models: the models of the registry; one of them or a file in full; the lock file of one. */
#include <inttypes.h>

#include "model_text.h"
#include "session.h"

/* A model that is only known by its observations has neither family nor dimensions. */
static void add_sizes(table *lines, const edgeplan_model *model)
{
    edgeplan_head head;
    if (model == NULL || edgeplan_struct_init(&head, sizeof head) != EDGEPLAN_OK || edgeplan_model_head(model, &head) != EDGEPLAN_OK) {
        for (int i = 0; i < 5; i++)
            table_cell(lines, "%s", i > 0 ? "unknown" : "");
        return;
    }
    table_cell(lines, "%s", edgeplan_model_family(model));
    table_cell(lines, "%s B", number_text((double)head.parameters / 1e9).s);
    table_cell(lines, "%u", (unsigned)edgeplan_model_layer_count(model));
    if (KNOWN(edgeplan_head, head, trained_context_tokens))
        table_cell(lines, "%" PRIu64, head.trained_context_tokens);
    else
        table_cell(lines, "unknown");
    table_cell(lines, "%" PRIu64, kv_bytes_per_token(model));
}

static int list(session *now)
{
    table *lines = table_new("id|name|role|family|>parameters|>layers|>context|>KV bytes/token, f16");
    const char *id;
    for (uint32_t i = 0; (id = edgeplan_registry_id(now->registry, EDGEPLAN_SECTION_MODELS, i)) != NULL; i++) {
        edgeplan_model *model = NULL;
        if (edgeplan_registry_model(now->registry, id, NULL, &model) != EDGEPLAN_OK)
            model = NULL;
        entry_value role = session_value(now, EDGEPLAN_SECTION_MODELS, id, "role");
        table_cell(lines, "%s", id);
        table_cell(lines, "%s", session_value(now, EDGEPLAN_SECTION_MODELS, id, "name").s);
        table_cell(lines, "%s", role.s[0] != '\0' ? role.s : "llm");
        add_sizes(lines, model);
        edgeplan_model_unref(model);
    }
    table_print(lines, stdout);
    return EXIT_YES;
}

static int lock(session *now, const char *name)
{
    edgeplan_model *model = session_model(now, name);
    size_t needed = 0;
    if (model == NULL)
        return EXIT_UNDECIDED;
    edgeplan_status status = edgeplan_model_lock(model, NULL, 0, &needed);
    char *text = status == EDGEPLAN_OK ? allocate(needed, 1) : NULL;
    if (text != NULL)
        status = edgeplan_model_lock(model, text, needed, NULL);
    int code = status == EDGEPLAN_OK ? EXIT_YES : print_failure(name, status, NULL);
    if (code == EXIT_YES)
        puts(text);
    release(text);
    edgeplan_model_unref(model);
    return code;
}

static int show(session *now, const char *name)
{
    edgeplan_model *model = NULL;
    char *measured = session_describe(now, EDGEPLAN_SECTION_MODELS, name);
    int only_measured = measured != NULL && edgeplan_registry_model(now->registry, name, NULL, &model) == EDGEPLAN_ERROR_UNSUPPORTED;
    if (only_measured && !now->options->json)
        fputs(measured, stdout); /* it has no dimensions: its entry is all there is */
    release(measured);
    if (only_measured && !now->options->json)
        return EXIT_YES;
    if (model == NULL && (model = session_model(now, name)) == NULL)
        return EXIT_UNDECIDED;
    if (now->options->json) {
        print_model_json(model);
    } else {
        print_model(model);
        char *entry = session_describe(now, EDGEPLAN_SECTION_MODELS, edgeplan_model_id(model));
        if (entry != NULL)
            printf("\n%s", entry);
        release(entry);
    }
    edgeplan_model_unref(model);
    return EXIT_YES;
}

int command_models(session *now)
{
    int code = EXIT_YES;
    if (now->options->lock != NULL)
        return lock(now, now->options->lock);
    if (now->options->show != NULL)
        return show(now, now->options->show);
    if (now->options->json)
        return print_error("--json has a meaning for models only with --show");
    return session_answer(now, EDGEPLAN_SECTION_MODELS, &code) ? code : list(now);
}
