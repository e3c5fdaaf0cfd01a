/* The models of a budget, opened: files beside it, or of the registry. */
#include "plan/gate.h"

#include <string.h>

#include "model/locate.h"

static char *beside(ep_arena *arena, const char *budget, const char *path)
{
    size_t folder = ep_is_separator(path[0]) ? 0 : ep_folder_length(budget), length = strlen(path);
    char *joined = ep_arena_alloc(arena, folder + length + 1);

    if (!joined)
        return NULL;
    memcpy(joined, budget, folder);
    memcpy(joined + folder, path, length + 1);
    return joined;
}

static edgeplan_part part_of(uint32_t role)
{
    return role == EDGEPLAN_COMPANION_MTP         ? EDGEPLAN_PART_MTP
           : role == EDGEPLAN_COMPANION_PROJECTOR ? EDGEPLAN_PART_ENCODER
                                                  : EDGEPLAN_PART_TEXT;
}

static edgeplan_status open_file(edgeplan_gate *gate, const ep_budget_model *model, edgeplan_diagnostics *diagnostics,
                                 edgeplan_model **out)
{
    const edgeplan_open_options options = {
        .struct_size = sizeof options, .kind = model->config ? EDGEPLAN_FILE_KIND_CONFIG : EDGEPLAN_FILE_KIND_AUTO,
        .part = part_of(model->role)};
    const char *given = beside(&gate->arena, gate->budget.name, model->file ? model->file : model->config);
    ep_located path;

    if (!given || ep_model_locate(&gate->arena, given, &options, &path))
        return EDGEPLAN_ERROR_NO_MEMORY;
    const ep_model_names names = {model->config && model->named.id ? model->named.id : path.id, NULL, NULL};
    const ep_files files = {.context = gate->arena.context, .name = path.file, .path = path.file};
    return ep_model_open(&files, &names, &options, diagnostics, out);
}

static edgeplan_status cannot_open(const ep_budget_model *model, const char *list, uint32_t index, edgeplan_status status,
                                   edgeplan_diagnostics *diagnostics)
{
    const char *key = model->file ? "file" : model->config ? "config" : "model";
    const ep_node *node = ep_node_get(model->named.node, key);
    const ep_place place = ep_node_place(node);
    char buffer[64];
    ep_text path;

    ep_text_init(&path, buffer, sizeof buffer);
    ep_text_add(&path, list);
    ep_text_add_count(&path, index);
    ep_text_add(&path, "].");
    ep_text_add(&path, key);
    return ep_report_quoted(diagnostics, EDGEPLAN_SEVERITY_ERROR, status, &place, buffer, "the model cannot be opened:", node->text,
                            NULL);
}

/* A model beside another may be known by its measurements alone. */
static edgeplan_status open_one(edgeplan_gate *gate, const ep_budget_model *model, const char *list, uint32_t index,
                                edgeplan_diagnostics *diagnostics)
{
    edgeplan_model **out = &gate->models[gate->model_count++];

    *out = NULL;
    if (model->role && model->entry && !model->entry->config)
        return EDGEPLAN_OK;
    edgeplan_status status = model->entry ? edgeplan_registry_model_part(gate->registry, model->entry->id, part_of(model->role),
                                                                         diagnostics, out)
                                          : open_file(gate, model, diagnostics, out);
    if (status && status != EDGEPLAN_ERROR_NO_MEMORY)
        (void)cannot_open(model, list, index, status, diagnostics);
    return status;
}

uint32_t ep_gate_beside(const edgeplan_gate *gate, uint32_t model)
{
    uint32_t first = gate->budget.model_count;

    for (uint32_t i = 0; i < model; i++)
        first += gate->budget.models[i].with_count;
    return first;
}

edgeplan_status ep_gate_open_models(edgeplan_gate *gate, edgeplan_diagnostics *diagnostics)
{
    const ep_budget *budget = &gate->budget;
    edgeplan_status first = EDGEPLAN_OK;

    gate->models = ep_arena_array(&gate->arena, ep_gate_beside(gate, budget->model_count), sizeof *gate->models);
    if (!gate->models)
        return EDGEPLAN_ERROR_NO_MEMORY;
    for (uint32_t i = 0; i < budget->model_count && first != EDGEPLAN_ERROR_NO_MEMORY; i++) {
        edgeplan_status status = open_one(gate, &budget->models[i], "models[", i, diagnostics);
        if (!first || status == EDGEPLAN_ERROR_NO_MEMORY)
            first = status;
    }
    for (uint32_t i = 0; i < budget->model_count; i++) {
        char list[64];
        ep_text text;
        ep_text_init(&text, list, sizeof list);
        ep_text_add(&text, "models[");
        ep_text_add_count(&text, i);
        ep_text_add(&text, "].with[");
        for (uint32_t k = 0; k < budget->models[i].with_count && first != EDGEPLAN_ERROR_NO_MEMORY; k++) {
            edgeplan_status status = open_one(gate, &budget->models[i].with[k], list, k, diagnostics);
            if (!first || status == EDGEPLAN_ERROR_NO_MEMORY)
                first = status;
        }
    }
    return first;
}
