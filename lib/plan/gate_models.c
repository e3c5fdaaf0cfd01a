/* The models of a budget, opened: files beside it, or of the registry. */
#include "plan/gate.h"

#include <string.h>

#include "model/open.h"

#if defined(_WIN32)
#  define IS_SEPARATOR(c) ((c) == '/' || (c) == '\\')
#else
#  define IS_SEPARATOR(c) ((c) == '/')
#endif

/* Where the last part of a path begins. */
static size_t folder_length(const char *path)
{
    size_t end = strlen(path);

    while (end > 0 && !IS_SEPARATOR(path[end - 1]))
        end--;
    return end;
}

static char *beside(ep_arena *arena, const char *budget, const char *path)
{
    size_t folder = IS_SEPARATOR(path[0]) ? 0 : folder_length(budget), length = strlen(path);
    char *joined = ep_arena_alloc(arena, folder + length + 1);

    if (!joined)
        return NULL;
    memcpy(joined, budget, folder);
    memcpy(joined + folder, path, length + 1);
    return joined;
}

static edgeplan_status open_file(edgeplan_gate *gate, const ep_budget_model *model, edgeplan_diagnostics *diagnostics,
                                 edgeplan_model **out)
{
    const edgeplan_open_options options = {
        .struct_size = sizeof options, .kind = model->config ? EDGEPLAN_FILE_KIND_CONFIG : EDGEPLAN_FILE_KIND_AUTO};
    const char *path = beside(&gate->arena, gate->budget.name, model->file ? model->file : model->config);

    if (!path)
        return EDGEPLAN_ERROR_NO_MEMORY;
    const ep_model_names names = {model->config ? model->named.id : path + folder_length(path), NULL, NULL};
    const ep_files files = {.context = gate->arena.context, .name = path, .path = path};
    return ep_model_open(&files, &names, &options, diagnostics, out);
}

static edgeplan_status cannot_open(const edgeplan_gate *gate, uint32_t index, edgeplan_status status,
                                   edgeplan_diagnostics *diagnostics)
{
    const ep_budget_model *model = &gate->budget.models[index];
    const char *key = model->file ? "file" : model->config ? "config" : "model";
    const ep_node *node = ep_node_get(model->named.node, key);
    const ep_place place = ep_node_place(node);
    char buffer[64];
    ep_text path;

    ep_text_init(&path, buffer, sizeof buffer);
    ep_text_add(&path, "models[");
    ep_text_add_count(&path, index);
    ep_text_add(&path, "].");
    ep_text_add(&path, key);
    return ep_report_quoted(diagnostics, EDGEPLAN_SEVERITY_ERROR, status, &place, buffer, "the model cannot be opened:", node->text,
                            NULL);
}

edgeplan_status ep_gate_open_models(edgeplan_gate *gate, edgeplan_diagnostics *diagnostics)
{
    edgeplan_status first = EDGEPLAN_OK;

    gate->models = ep_arena_array(&gate->arena, gate->budget.model_count, sizeof *gate->models);
    if (!gate->models)
        return EDGEPLAN_ERROR_NO_MEMORY;
    for (uint32_t i = 0; i < gate->budget.model_count; i++) {
        const ep_budget_model *model = &gate->budget.models[i];
        edgeplan_status status = model->entry
                                     ? edgeplan_registry_model(gate->registry, model->entry->id, diagnostics, &gate->models[i])
                                     : open_file(gate, model, diagnostics, &gate->models[i]);
        if (status == EDGEPLAN_ERROR_NO_MEMORY)
            return status;
        if (status)
            (void)cannot_open(gate, i, status, diagnostics);
        if (!first)
            first = status;
    }
    return first;
}
