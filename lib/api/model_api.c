/* Opening a model's description, and reading a model back. */
#include <edgeplan/model.h>

#include <string.h>

#include "api/border.h"
#include "base/known.h"
#include "base/text.h"
#include "model/open.h"

#define UNNAMED "model"

/* What a folder is opened by, the most telling first. */
static const char *const folder_files[] = { "model.safetensors.index.json", "model.safetensors", "config.json" };

#define FOLDER_FILES (sizeof folder_files / sizeof folder_files[0])
#define FOLDER_CONFIG (FOLDER_FILES - 1)

static int ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);

    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static int is_folder_file(const char *name, size_t length)
{
    for (size_t i = 0; i < FOLDER_FILES; i++)
        if (ep_equal_n(name, length, folder_files[i]))
            return 1;
    return 0;
}

/* Where the last part of a path that tells one model from another begins, and its length: a folder's name, or a file's. */
static const char *last_part(const char *path, size_t *length)
{
    size_t end = strlen(path), begin = 0;

    for (int again = 0; again < 2; again++) {
        while (end > 1 && ep_is_separator(path[end - 1]))
            end--;
        begin = end;
        while (begin > 0 && !ep_is_separator(path[begin - 1]))
            begin--;
        *length = end - begin;
        if (begin == 0 || !is_folder_file(path + begin, *length))
            break;
        end = begin;
    }
    return path + begin;
}

static char *join(ep_arena *arena, const char *folder, const char *name)
{
    size_t length = strlen(folder), name_length = strlen(name);
    int slash = length > 0 && !ep_is_separator(folder[length - 1]);
    char *path = ep_arena_alloc(arena, length + (size_t)slash + name_length + 1);

    if (path == NULL)
        return NULL;
    memcpy(path, folder, length);
    if (slash)
        path[length] = '/';
    memcpy(path + length + (size_t)slash, name, name_length + 1);
    return path;
}

/* Turns the path of a folder into that of the file to open it by. Without `stat` a folder is what has such a file in it. */
static edgeplan_status look_inside(ep_arena *arena, const edgeplan_open_options *options, const char **path)
{
    for (size_t i = options->kind == EDGEPLAN_FILE_KIND_CONFIG ? FOLDER_CONFIG : 0; i < FOLDER_FILES; i++) {
        const char *inside = join(arena, *path, folder_files[i]);
        ep_input probe;

        if (inside == NULL)
            return EDGEPLAN_ERROR_NO_MEMORY;
        if (ep_input_open(arena->context, inside, NULL, &probe) == EDGEPLAN_OK) {
            ep_input_close(&probe);
            *path = inside;
            break;
        }
    }
    return EDGEPLAN_OK;
}

static edgeplan_status open_path(ep_arena *arena, const char *path, const edgeplan_open_options *options,
                                 edgeplan_diagnostics *diagnostics, edgeplan_model **out)
{
    size_t id_length;
    const char *id = last_part(path, &id_length);
    const ep_model_names names = { id_length > 0 ? ep_arena_copy(arena, id, id_length) : UNNAMED, NULL, NULL };
    const char *given = path;
    ep_files files = { .context = arena->context };

    if (names.id == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    if (!ends_with(path, ".json") && look_inside(arena, options, &path) != EDGEPLAN_OK)
        return EDGEPLAN_ERROR_NO_MEMORY;
    files.name = files.path = path;
    edgeplan_status status = ep_model_open(&files, &names, options, diagnostics, out);
    if (status != EDGEPLAN_OK || path == given)
        return status;
    (*out)->folder = ep_arena_copy(&(*out)->arena, given, strlen(given));
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
