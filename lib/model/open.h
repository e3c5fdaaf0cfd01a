/* Which reader a file is for. Its content decides, not its name. */
#ifndef EP_MODEL_OPEN_H
#define EP_MODEL_OPEN_H

#include "base/diagnostics.h"
#include "model/model.h"
#include "source/files.h"

/* `options` is today's struct, checked. *out is NULL on failure. */
edgeplan_status ep_model_open(const ep_files *files, const ep_model_names *names, const edgeplan_open_options *options,
                              edgeplan_diagnostics *diagnostics, edgeplan_model **out);

#endif
