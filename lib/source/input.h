/* The only file that touches the system: open, pread, close; never stat, never mmap. */
#ifndef EP_SOURCE_INPUT_H
#define EP_SOURCE_INPUT_H

#include <edgeplan/base.h>

#include "base/diagnostics.h"

/* Whole texts of bounded size; *out is released with ep_release(context, …) and ends in a NUL that `length` does not count. */
edgeplan_status ep_input_file(edgeplan_context *context, const char *path, edgeplan_diagnostics *diagnostics, char **out,
                              size_t *length);
edgeplan_status ep_input_reader(edgeplan_context *context, edgeplan_read_fn read, void *user, const char *name,
                                edgeplan_diagnostics *diagnostics, char **out, size_t *length);

#endif
