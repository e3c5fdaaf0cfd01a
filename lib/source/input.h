/* The only file that touches the system: open, pread (read for pipes), close; never stat, never mmap. */
#ifndef EP_SOURCE_INPUT_H
#define EP_SOURCE_INPUT_H

#include <edgeplan/base.h>

#include "base/diagnostics.h"

/* Whole texts of bounded size; *out is released with ep_release(context, …) and ends in a NUL that `length` does not count. */
edgeplan_status ep_input_file(edgeplan_context *context, const char *path, edgeplan_diagnostics *diagnostics, char **out,
                              size_t *length);
edgeplan_status ep_input_reader(edgeplan_context *context, edgeplan_read_fn read, void *user, const char *name,
                                edgeplan_diagnostics *diagnostics, char **out, size_t *length);

/* An open file, for reading. A pipe is read forward only: what lies before a place already reached is gone. */
typedef struct ep_input {
    intptr_t handle;
    int is_pipe;
    uint64_t passed; /* bytes of a pipe read so far */
} ep_input;

edgeplan_status ep_input_open(edgeplan_context *context, const char *path, edgeplan_diagnostics *diagnostics, ep_input *out);
int64_t ep_input_read(ep_input *input, uint64_t offset, void *to, uint64_t length); /* as edgeplan_read_fn */
void ep_input_close(ep_input *input);

#endif
