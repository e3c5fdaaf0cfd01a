/* Lock files: what planning needs of a model file, as JSON of a few kilobytes. Equal layers and equal tensors are written once. */
#ifndef EP_MODEL_LOCK_H
#define EP_MODEL_LOCK_H

#include "base/diagnostics.h"
#include "model/model.h"
#include "source/tree.h"

#define EP_LOCK_KEY "edgeplan_lock" /* tells that a JSON text is one */

/* The model keeps the id it was locked with, so that it is planned as the file is. */
edgeplan_status ep_lock_read(edgeplan_context *context, const ep_node *tree, edgeplan_diagnostics *diagnostics,
                             edgeplan_model **out);

#endif
