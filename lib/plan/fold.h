/* A model in a format under a runtime's view, folded into the numbers the pure floors take. */
#ifndef EP_PLAN_FOLD_H
#define EP_PLAN_FOLD_H

#include "model/artefact.h"
#include "model/model.h"
#include "model/run.h"
#include "registry/registry.h"

/* The runtime's view of the model's family, or NULL for the author's. */
const ep_override *ep_override_find(const edgeplan_runtime *runtime, const edgeplan_model *model);

/* Runs live in the arena. `rules` tell what is repacked and expanded. With `as_stored` what the model's file holds is what counts, else
   only its shapes do, as if it were converted into the format. `files` says how they are cut and gets their sizes. */
edgeplan_status ep_fold(ep_arena *arena, const edgeplan_model *model, const edgeplan_format *format, int as_stored,
                        const ep_rules *rules, const ep_override *override, ep_artefact_files *files, ep_shape *out);

#endif
