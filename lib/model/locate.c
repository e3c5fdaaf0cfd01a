#include "model/locate.h"

#include <string.h>

#include "base/text.h"
#include "source/files.h"

#define UNNAMED "model"
#define CONFIG_END ".json"

/* What a folder is opened by, the most telling first. */
static const char *const folder_files[] = { "model.safetensors.index.json", "model.safetensors", "config.json" };

#define FOLDER_FILES (sizeof folder_files / sizeof folder_files[0])
#define FOLDER_CONFIG (FOLDER_FILES - 1)

static int is_folder_file(const char *name, size_t length)
{
    for (size_t i = 0; i < FOLDER_FILES; i++)
        if (ep_equal_n(name, length, folder_files[i]))
            return 1;
    return 0;
}

/* Where the last part of the first `*end` bytes of a path begins, without the separators behind it. */
static size_t last_part(const char *path, size_t *end)
{
    size_t begin;

    while (*end > 1 && ep_is_separator(path[*end - 1]))
        --*end;
    for (begin = *end; begin > 0 && !ep_is_separator(path[begin - 1]); begin--)
        ;
    return begin;
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
static edgeplan_status look_inside(ep_arena *arena, const edgeplan_open_options *options, ep_located *out)
{
    for (size_t i = options->kind == EDGEPLAN_FILE_KIND_CONFIG ? FOLDER_CONFIG : 0; i < FOLDER_FILES; i++) {
        const char *inside = join(arena, out->file, folder_files[i]);
        ep_input probe;

        if (inside == NULL)
            return EDGEPLAN_ERROR_NO_MEMORY;
        if (ep_input_open(arena->context, inside, NULL, &probe) == EDGEPLAN_OK) {
            ep_input_close(&probe);
            out->folder = out->file;
            out->file = inside;
            break;
        }
    }
    return EDGEPLAN_OK;
}

/* `.` and `..` are no names. */
static int is_name(const char *part, size_t length)
{
    return length > 0 && !ep_equal_n(part, length, ".") && !ep_equal_n(part, length, "..");
}

edgeplan_status ep_model_locate(ep_arena *arena, const char *given, const edgeplan_open_options *options, ep_located *out)
{
    const size_t json = sizeof CONFIG_END - 1;
    size_t end = strlen(given), begin = last_part(given, &end);

    *out = (ep_located){ UNNAMED, given, NULL };
    if (is_folder_file(given + begin, end - begin)) {
        end = begin;
        begin = last_part(given, &end);
        out->folder = end > 0 ? ep_arena_copy(arena, given, end) : ".";
        if (out->folder == NULL)
            return EDGEPLAN_ERROR_NO_MEMORY;
    } else if (end - begin > json && ep_equal_n(given + end - json, json, CONFIG_END)) {
        end -= json;
    } else if (look_inside(arena, options, out) != EDGEPLAN_OK) {
        return EDGEPLAN_ERROR_NO_MEMORY;
    }
    if (is_name(given + begin, end - begin))
        out->id = ep_arena_copy(arena, given + begin, end - begin);
    return out->id != NULL ? EDGEPLAN_OK : EDGEPLAN_ERROR_NO_MEMORY;
}
