/* A checkpoint's description against its tensors. */
#ifndef EP_MODEL_CHECKPOINT_SETTLE_H
#define EP_MODEL_CHECKPOINT_SETTLE_H

#include "model/build.h"

/* REFERENCE if the embedding table or a layer is missing, as in one shard of several. `name` is shown. */
edgeplan_status ep_checkpoint_check(ep_draft *draft, const char *name, edgeplan_diagnostics *diagnostics);

/* Where tensors are shaped otherwise than the description has it, theirs counts, and an assumption says so. */
edgeplan_status ep_checkpoint_settle(ep_draft *draft);

#endif
