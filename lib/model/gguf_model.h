/* GGUF to a model: the keys and tensors of its architecture. */
#ifndef EP_MODEL_GGUF_MODEL_H
#define EP_MODEL_GGUF_MODEL_H

#include "model/model.h"
#include "source/stream.h"

/* Reads the model whose first (or only) file, or any shard, the stream stands at the beginning of. `options` is today's struct, checked. */
edgeplan_status ep_gguf_model_read(ep_stream *stream, const ep_model_names *names, const edgeplan_open_options *options,
                                   edgeplan_diagnostics *diagnostics, edgeplan_model **out);

#endif
