/* Opening a model's description, and reading a model back. */
#include <edgeplan/model.h>

#include <string.h>

#include "api/border.h"
#include "base/context.h"
#include "model/config.h"
#include "source/input.h"
#include "source/json.h"

#if defined(_WIN32)
#  define IS_SEPARATOR(c) ((c) == '/' || (c) == '\\')
#else
#  define IS_SEPARATOR(c) ((c) == '/')
#endif

#define CONFIG_NAME "config.json"
#define UNNAMED "model"

static int ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);

    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static edgeplan_status read_config(edgeplan_context *context, const char *text, size_t length, const char *shown, const char *id,
                                   edgeplan_diagnostics *diagnostics, edgeplan_model **out)
{
    const ep_model_names names = { id, NULL };
    const ep_node *tree = NULL;
    ep_arena arena;
    edgeplan_status status;

    ep_arena_init(&arena, context);
    status = ep_json_parse(&arena, text, length, shown, diagnostics, &tree);
    if (status == EDGEPLAN_OK)
        status = ep_config_read(context, tree, &names, diagnostics, out);
    ep_arena_free(&arena);
    return status;
}

/* Where the last part of a path that is not `config.json` begins, and its length: a folder's name, or a file's. */
static const char *last_part(const char *path, size_t *length)
{
    size_t end = strlen(path), begin = 0;

    for (int again = 0; again < 2; again++) {
        while (end > 1 && IS_SEPARATOR(path[end - 1]))
            end--;
        begin = end;
        while (begin > 0 && !IS_SEPARATOR(path[begin - 1]))
            begin--;
        *length = end - begin;
        if (begin == 0 || *length != strlen(CONFIG_NAME) || memcmp(path + begin, CONFIG_NAME, *length) != 0)
            break;
        end = begin;
    }
    return path + begin;
}

static char *join(ep_arena *arena, const char *folder, const char *name)
{
    size_t length = strlen(folder), name_length = strlen(name);
    int slash = length > 0 && !IS_SEPARATOR(folder[length - 1]);
    char *path = ep_arena_alloc(arena, length + (size_t)slash + name_length + 1);

    if (path == NULL)
        return NULL;
    memcpy(path, folder, length);
    if (slash)
        path[length] = '/';
    memcpy(path + length + (size_t)slash, name, name_length + 1);
    return path;
}

/* A path that does not end in .json is tried as a folder first: without `stat` that is one failed open for a file of another name. */
static edgeplan_status read_path(edgeplan_context *context, ep_arena *arena, const char **path, edgeplan_diagnostics *diagnostics,
                                 char **text, size_t *length)
{
    const char *inside;
    edgeplan_status status;

    if (ends_with(*path, ".json"))
        return ep_input_file(context, *path, diagnostics, text, length);
    inside = join(arena, *path, CONFIG_NAME);
    if (inside == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    status = ep_input_file(context, inside, NULL, text, length);
    if (status == EDGEPLAN_ERROR_IO)
        return ep_input_file(context, *path, diagnostics, text, length);
    *path = inside;
    if (status != EDGEPLAN_OK) /* once more, for the diagnostic */
        status = ep_input_file(context, inside, diagnostics, text, length);
    return status;
}

static edgeplan_status open_path(edgeplan_context *context, ep_arena *arena, const char *path, edgeplan_diagnostics *diagnostics,
                                 edgeplan_model **out)
{
    const char *shown = path, *part, *id;
    char *text = NULL;
    size_t length = 0, part_length;
    edgeplan_status status;

    part = last_part(path, &part_length);
    id = part_length > 0 ? ep_arena_copy(arena, part, part_length) : UNNAMED;
    if (id == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    status = read_path(context, arena, &shown, diagnostics, &text, &length);
    if (status != EDGEPLAN_OK)
        return status;
    status = read_config(context, text, length, shown, id, diagnostics, out);
    ep_release(context, text);
    return status;
}

edgeplan_status edgeplan_model_open(edgeplan_context *context, const char *path, edgeplan_diagnostics *diagnostics,
                                    edgeplan_model **out)
{
    ep_arena arena;
    edgeplan_status status;

    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    if (path == NULL || path[0] == '\0')
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    if (ends_with(path, ".gguf")) {
        const ep_place place = { path, 0, 0, 0 };

        return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_UNSUPPORTED, &place, NULL,
                         "GGUF files are not read by this version; give the model's config.json or its folder");
    }
    ep_arena_init(&arena, context);
    status = open_path(context, &arena, path, diagnostics, out);
    ep_arena_free(&arena);
    return status;
}

edgeplan_status edgeplan_model_open_memory(edgeplan_context *context, const void *bytes, size_t length, const char *name,
                                           edgeplan_diagnostics *diagnostics, edgeplan_model **out)
{
    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    if (bytes == NULL && length != 0)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    if (name == NULL)
        name = UNNAMED;
    if (length > ep_max_file_bytes(context)) {
        const ep_place place = { name, 0, 0, 0 };

        return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_LIMIT, &place, NULL,
                         "longer than the context's max_file_bytes");
    }
    return read_config(context, bytes != NULL ? bytes : "", length, name, name, diagnostics, out);
}

edgeplan_status edgeplan_model_open_reader(edgeplan_context *context, edgeplan_read_fn read, void *user, const char *name,
                                           edgeplan_diagnostics *diagnostics, edgeplan_model **out)
{
    char *text = NULL;
    size_t length = 0;
    edgeplan_status status;

    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    if (read == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    if (name == NULL)
        name = UNNAMED;
    status = ep_input_reader(context, read, user, "", diagnostics, &text, &length);
    if (status != EDGEPLAN_OK)
        return status;
    status = read_config(context, text, length, name, name, diagnostics, out);
    ep_release(context, text);
    return status;
}

edgeplan_status edgeplan_model_head(const edgeplan_model *model, edgeplan_head *out)
{
    edgeplan_head head;

    if (model == NULL || out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    head = model->head;
    return ep_border_write(EP_STRUCT_edgeplan_head, out, &head);
}

edgeplan_status edgeplan_model_layer(const edgeplan_model *model, uint32_t index, edgeplan_layer *out)
{
    edgeplan_layer layer;

    if (model == NULL || out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    if (index >= model->layer_count)
        return EDGEPLAN_ERROR_NOT_FOUND;
    layer = model->layers[index];
    return ep_border_write(EP_STRUCT_edgeplan_layer, out, &layer);
}

edgeplan_status edgeplan_model_tensor(const edgeplan_model *model, uint32_t index, edgeplan_tensor *out)
{
    edgeplan_tensor tensor;

    if (model == NULL || out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    if (index >= model->tensor_count)
        return EDGEPLAN_ERROR_NOT_FOUND;
    tensor = model->tensors[index];
    return ep_border_write(EP_STRUCT_edgeplan_tensor, out, &tensor);
}
