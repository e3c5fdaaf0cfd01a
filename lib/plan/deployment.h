/* A deployment as it is held: names resolved, the runtime's view applied, layers folded. The calls on it are pure from here on. */
#ifndef EP_PLAN_DEPLOYMENT_H
#define EP_PLAN_DEPLOYMENT_H

#include <stdatomic.h>

#include "base/text.h"
#include "model/artefact.h"
#include "model/model.h"
#include "registry/registry.h"
#include "sizing/footprint.h"
#include "sizing/limits.h"
#include "speed/estimate.h"

struct edgeplan_deployment {
    atomic_uint owners;
    ep_arena arena;
    edgeplan_registry *registry; /* kept alive */
    edgeplan_model *model;       /* kept alive */
    const edgeplan_target *target;
    const edgeplan_runtime *runtime;
    const edgeplan_format *format;
    const ep_backend *backend;
    uint32_t accelerator;
    ep_rules rules;              /* the backend's, with what the engine's features decide */
    ep_shape shape;              /* the model in this format as this runtime sees it */
    ep_speed_figures speed;      /* of chip, engine and calibration */
    const ep_calibration *calibration, *prefill_calibration, *batch_calibration; /* NULL: none */
    const ep_calibration *ends_calibration; /* whose ends decoding has: its own, or those of other devices */
    const ep_thermal *thermal;   /* NULL: nobody says how it throttles */
    const ep_power *power;       /* NULL: nobody says what it draws */
    const ep_override *override; /* NULL: the author's view */
    uint64_t files, file_bytes, largest_file_bytes; /* of the artefact; 0 if the storage is not known */
    ep_header_bytes header;      /* that comes on top of the tensors in the first file; 0 where none is made or it is in them */
    edgeplan_deployment *base;   /* kept alive: one more model than that one's is beside this; NULL: none is */
    edgeplan_deployment *companion;   /* that model, kept alive */
    const ep_model_entry *measured;   /* or, if it is NULL, all that is known of it */
    uint32_t role;               /* edgeplan_companion of it */
    int own_files;               /* 1 if they are the model's own, as stored */
};

/* The same model and format on the back end that its own falls back to: there is one. Released with ep_deployment_free(). */
edgeplan_status ep_deployment_fallback(const edgeplan_deployment *deployment, edgeplan_deployment **out);

/* As what the weights are stored: the format's id, or of an encoder that the format leaves in 16 or 32 bits that type. */
const char *ep_deployment_stored_as(const edgeplan_deployment *deployment);

/* What a companion is asked for when the model is asked for this. */
edgeplan_request ep_companion_request(uint32_t role, const edgeplan_request *request);

#endif
