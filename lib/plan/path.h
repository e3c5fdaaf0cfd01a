/* Can this runtime run this model in this format on this engine of this target, and if not, why not? */
#ifndef EP_PLAN_PATH_H
#define EP_PLAN_PATH_H

#include "base/text.h"
#include "model/model.h"
#include "registry/registry.h"

typedef struct ep_path {
    const edgeplan_model *model;
    const edgeplan_target *target;
    const edgeplan_runtime *runtime;
    uint32_t accelerator; /* EDGEPLAN_ACCELERATOR_ANY: the first backend that works */
    const edgeplan_format *format;
    uint32_t os;          /* EP_OS_VERSION asked for; 0: any the target runs */
} ep_path;

/* Whether a refusal speaks of this model on this engine of this target, whatever format it is about; the path's own is not read. */
int ep_path_refusal_holds(const ep_path *path, const ep_refusal *refusal);

/* What the runtime says if the path works but is not finished, else NULL. */
const ep_refusal *ep_path_experiment(const ep_path *path);

/* The backend that runs it, or NULL with a sentence in `reason`. */
const ep_backend *ep_path_backend(const ep_path *path, ep_text *reason);

/* Whether a search among formats should try this one: no other stands in for it there, and the model has what it is made for. */
int ep_path_offers_format(const ep_backend *backend, const edgeplan_format *format, const edgeplan_model *model);

/* The backend that one runs on, and what else stands in the way of it: ` needs webgpu, from 113.0`. */
void ep_path_say_obstacle(const ep_backend *backend, const ep_obstacle *obstacle, ep_text *reason);

/* A version as people write it: `27.0`. */
void ep_say_version(ep_text *text, uint32_t version);

#endif
