/* A Hugging Face checkpoint: config.json tells its head and layers, safetensors hold its tensors. Where they differ, those count. */
#ifndef EP_MODEL_CHECKPOINT_H
#define EP_MODEL_CHECKPOINT_H

#include "model/model.h"
#include "source/stream.h"
#include "source/tree.h"

/* From a safetensors file, at whose beginning the stream is; other files lie beside it. `options` is today's struct,
   checked. *out is NULL on failure. */
edgeplan_status ep_checkpoint_read(ep_stream *stream, const ep_model_names *names, const edgeplan_open_options *options,
                                   edgeplan_diagnostics *diagnostics, edgeplan_model **out);

/* From the index of a checkpoint's shards, which is the first of the files. */
edgeplan_status ep_checkpoint_read_index(const ep_files *files, const ep_node *index, const ep_model_names *names,
                                         const edgeplan_open_options *options, edgeplan_diagnostics *diagnostics, edgeplan_model **out);

#endif
