#include "source/files.h"

#include <string.h>

#include "base/checked.h"
#include "base/context.h"
#include "base/text.h"

int ep_is_separator(char c)
{
#if defined(_WIN32)
    return c == '/' || c == '\\';
#else
    return c == '/';
#endif
}

size_t ep_folder_length(const char *path)
{
    size_t length = strlen(path);

    while (length > 0 && !ep_is_separator(path[length - 1]))
        length--;
    return length;
}

/* Separators of any system, and what Windows gives a meaning: a file must mean the same wherever it is planned. */
static int stays_in_folder(const char *name)
{
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return 0;
    for (; *name != '\0'; name++)
        if ((unsigned char)*name < 0x20 || *name == '/' || *name == '\\' || *name == ':')
            return 0;
    return 1;
}

static char *join(const edgeplan_context *context, const char *folder, size_t folder_length, const char *name)
{
    const size_t length = strlen(name);
    char *joined = ep_allocate(context, folder_length + length + 1);

    if (joined == NULL)
        return NULL;
    memcpy(joined, folder, folder_length);
    memcpy(joined + folder_length, name, length + 1);
    return joined;
}

static edgeplan_status open_file(const ep_files *files, edgeplan_diagnostics *diagnostics, ep_file *file)
{
    const ep_place place = { file->shown, 0, 0, 0 };

    if (files->path != NULL)
        return ep_input_open(files->context, file->shown, diagnostics, &file->input);
    if (files->read == NULL && file->name[0] != '\0')
        return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_IO, &place, NULL,
                         "is another file, and only one is in memory; open the path, or give a read function");
    return EDGEPLAN_OK;
}

edgeplan_status ep_file_open(const ep_files *files, const char *name, edgeplan_diagnostics *diagnostics, ep_file *out)
{
    const ep_place place = { files->name, 0, 0, 0 };
    const int is_first = name[0] == '\0';
    const size_t folder = files->path != NULL && !is_first ? ep_folder_length(files->path) : 0;
    edgeplan_status status = EDGEPLAN_ERROR_NO_MEMORY;

    memset(out, 0, sizeof *out);
    if (!stays_in_folder(name))
        return ep_report_quoted(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_REFERENCE, &place, NULL,
                                "another file must lie in the same folder, not at", name, NULL);
    out->files = files;
    out->name = join(files->context, "", 0, name);
    if (is_first)
        out->shown = join(files->context, "", 0, files->path != NULL ? files->path : files->name);
    else
        out->shown = join(files->context, files->path != NULL ? files->path : "", folder, name);
    if (out->name != NULL && out->shown != NULL)
        status = open_file(files, diagnostics, out);
    if (status != EDGEPLAN_OK) {
        ep_release(files->context, out->name);
        ep_release(files->context, out->shown);
        memset(out, 0, sizeof *out);
    }
    return status;
}

static int64_t read_memory(const ep_files *files, uint64_t offset, void *buffer, uint64_t length)
{
    const uint64_t count = offset < files->length ? ep_min(length, files->length - offset) : 0;

    if (count > 0)
        memcpy(buffer, (const unsigned char *)files->bytes + (size_t)offset, (size_t)count);
    return (int64_t)count;
}

int64_t ep_file_read(ep_file *file, uint64_t offset, void *buffer, uint64_t length)
{
    const ep_files *files = file->files;

    if (files->path != NULL)
        return ep_input_read(&file->input, offset, buffer, length);
    if (files->read != NULL)
        return files->read(files->user, file->name, offset, buffer, length);
    return read_memory(files, offset, buffer, length);
}

int ep_file_reaches(ep_file *file, uint64_t end)
{
    unsigned char byte;

    return end == 0 || ep_file_read(file, end - 1, &byte, 1) == 1;
}

void ep_file_close(ep_file *file)
{
    if (file->files == NULL)
        return;
    if (file->files->path != NULL)
        ep_input_close(&file->input);
    ep_release(file->files->context, file->name);
    ep_release(file->files->context, file->shown);
    memset(file, 0, sizeof *file);
}
