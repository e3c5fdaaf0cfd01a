/* config.json of Hugging Face, or the same keys from the registry's YAML: tree to model by the family table (family.c). */
#ifndef EP_MODEL_CONFIG_H
#define EP_MODEL_CONFIG_H

#include "base/diagnostics.h"
#include "model/model.h"
#include "source/tree.h"

/* `part`: edgeplan_part. UNSUPPORTED if the model has none. */
edgeplan_status ep_config_read(edgeplan_context *context, const ep_node *tree, const ep_model_names *names, uint64_t part,
                               edgeplan_diagnostics *diagnostics, edgeplan_model **out);

#endif
