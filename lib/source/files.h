/* Where the files of a model are: a folder on disk, one text in memory, or the caller's read function. Names are relative to the folder
   of the first file; "" is the first (or only) one. Nothing here asks for a size: no stat. */
#ifndef EP_SOURCE_FILES_H
#define EP_SOURCE_FILES_H

#include <edgeplan/base.h>

#include "source/input.h"

/* What a clone without Git LFS has in a file's place begins so (Git LFS, docs/spec.md). */
#define EP_LFS_POINTER "version https://git-lfs"
#define EP_LFS_REFUSAL "is a Git LFS pointer, not the file: `git lfs pull` fetches it"

/* Exactly one of `path`, `read` and `bytes` says where; empty text in memory is `bytes` of length 0. All is borrowed. */
typedef struct ep_files {
    edgeplan_context *context;
    const char *name;     /* what diagnostics call the first file */
    const char *path;     /* of the first file */
    edgeplan_read_fn read;
    void *user;
    const void *bytes;
    uint64_t length;
} ep_files;

typedef struct ep_file {
    const ep_files *files;
    char *name;           /* as asked for; owned */
    char *shown;          /* in diagnostics; owned */
    ep_input input;       /* of a path */
} ep_file;

int ep_is_separator(char c);                /* between the parts of a path, on this system */
size_t ep_folder_length(const char *path);  /* where the last part begins */

/* A name other than "" comes from a file's content, and must not leave the folder: REFERENCE for one with a separator, `..` or a control
   character. The caller has seen to it that no NUL hides in it. On failure nothing is left to close. */
edgeplan_status ep_file_open(const ep_files *files, const char *name, edgeplan_diagnostics *diagnostics, ep_file *out);
int64_t ep_file_read(ep_file *file, uint64_t offset, void *buffer, uint64_t length); /* as edgeplan_read_fn */
int ep_file_reaches(ep_file *file, uint64_t end);                                    /* 1 if the byte before `end` can be read */
void ep_file_close(ep_file *file);

#endif
