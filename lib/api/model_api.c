/* Opening a model's description, and reading a model back. */
#include <edgeplan/model.h>

#include <string.h>

#include "api/border.h"
#include "base/known.h"
#include "model/locate.h"

#define UNNAMED "model"

static edgeplan_status open_path(ep_arena *arena, const char *given, const edgeplan_open_options *options,
                                 edgeplan_diagnostics *diagnostics, edgeplan_model **out)
{
    ep_located path;
    edgeplan_status status = ep_model_locate(arena, given, options, &path);

    if (status != EDGEPLAN_OK)
        return status;
    const ep_model_names names = { path.id, NULL, NULL };
    const ep_files files = { .context = arena->context, .name = path.file, .path = path.file };
    status = ep_model_open(&files, &names, options, diagnostics, out);
    if (status != EDGEPLAN_OK || path.folder == NULL)
        return status;
    (*out)->folder = ep_arena_copy(&(*out)->arena, path.folder, strlen(path.folder));
    if ((*out)->folder != NULL)
        return status;
    edgeplan_model_unref(*out);
    *out = NULL;
    return EDGEPLAN_ERROR_NO_MEMORY;
}

static edgeplan_status take_options(edgeplan_open_options *ours, const edgeplan_open_options *callers)
{
    edgeplan_status status = ep_border_read(EP_STRUCT_edgeplan_open_options, ours, callers);

    return status == EDGEPLAN_OK ? ep_check_open_options(ours) : status;
}

edgeplan_status edgeplan_model_open(edgeplan_context *context, const char *path, const edgeplan_open_options *options,
                                    edgeplan_diagnostics *diagnostics, edgeplan_model **out)
{
    edgeplan_open_options ours;
    edgeplan_status status;
    ep_arena arena;

    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    if (path == NULL || path[0] == '\0')
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    status = take_options(&ours, options);
    if (status != EDGEPLAN_OK)
        return status;
    ep_arena_init(&arena, context);
    status = open_path(&arena, path, &ours, diagnostics, out);
    ep_arena_free(&arena);
    return status;
}

/* What is at no path: the name serves as id and in diagnostics. */
static edgeplan_status open_elsewhere(ep_files *files, const edgeplan_open_options *options, edgeplan_diagnostics *diagnostics,
                                      edgeplan_model **out)
{
    const ep_model_names names = { files->name != NULL ? files->name : UNNAMED, NULL, NULL };
    edgeplan_open_options ours;
    edgeplan_status status = take_options(&ours, options);

    files->name = names.id;
    return status == EDGEPLAN_OK ? ep_model_open(files, &names, &ours, diagnostics, out) : status;
}

edgeplan_status edgeplan_model_open_memory(edgeplan_context *context, const void *bytes, size_t length, const char *name,
                                           const edgeplan_open_options *options, edgeplan_diagnostics *diagnostics,
                                           edgeplan_model **out)
{
    ep_files files = { .context = context, .name = name, .bytes = bytes, .length = length };

    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    if (bytes == NULL && length != 0)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    return open_elsewhere(&files, options, diagnostics, out);
}

edgeplan_status edgeplan_model_open_reader(edgeplan_context *context, edgeplan_read_fn read, void *user, const char *name,
                                           const edgeplan_open_options *options, edgeplan_diagnostics *diagnostics,
                                           edgeplan_model **out)
{
    ep_files files = { .context = context, .name = name, .read = read, .user = user };

    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    if (read == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    return open_elsewhere(&files, options, diagnostics, out);
}

edgeplan_status edgeplan_model_head(const edgeplan_model *model, edgeplan_head *out)
{
    if (model == NULL || out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    return ep_border_write(EP_STRUCT_edgeplan_head, out, &model->head);
}

edgeplan_status edgeplan_model_layer(const edgeplan_model *model, uint32_t index, edgeplan_layer *out)
{
    if (model == NULL || out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    if (index >= model->layer_count)
        return EDGEPLAN_ERROR_NOT_FOUND;
    return ep_border_write(EP_STRUCT_edgeplan_layer, out, &model->layers[index]);
}

edgeplan_status edgeplan_model_tensor(const edgeplan_model *model, uint32_t index, edgeplan_tensor *out)
{
    if (model == NULL || out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    if (index >= model->tensor_count)
        return EDGEPLAN_ERROR_NOT_FOUND;
    return ep_border_write(EP_STRUCT_edgeplan_tensor, out, &model->tensors[index]);
}

edgeplan_status edgeplan_model_artefact(const edgeplan_model *model, edgeplan_artefact *out)
{
    edgeplan_artefact artefact;

    if (model == NULL || out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    ep_border_clear(EP_STRUCT_edgeplan_artefact, &artefact);
    artefact.files = model->files;
    artefact.file_bytes = model->file_bytes;
    artefact.largest_file_bytes = model->largest_file_bytes;
    if (model->files != 0)
        artefact.known = 2 * EP_ARTEFACT_KNOWN(largest_file_bytes) - 1; /* every field up to the last */
    return ep_border_write(EP_STRUCT_edgeplan_artefact, out, &artefact);
}
