/* What must hold of a draft before it becomes a model, whoever filled it. Every mistake is reported. */
#ifndef EP_MODEL_BUILD_CHECK_H
#define EP_MODEL_BUILD_CHECK_H

#include "model/build.h"

#define EP_MAX_LAYERS 4096
#define EP_MAX_TENSORS 1000000
#define EP_MAX_WIDTH (UINT64_C(1) << 24)      /* hidden, heads × width, feed-forward */
#define EP_MAX_HEADS (UINT64_C(1) << 16)
#define EP_MAX_EXPERTS (UINT64_C(1) << 16)
#define EP_MAX_VOCABULARY (UINT64_C(1) << 30)
#define EP_MAX_CONTEXT (UINT64_C(1) << 40)

int ep_role_is_known(uint32_t role);

/* Head and layers; the first mistake's status. */
edgeplan_status ep_check_dimensions(const ep_draft *draft, edgeplan_diagnostics *diagnostics);

/* Tensors: roles, layers, shapes, bytes. Needs checked dimensions. */
edgeplan_status ep_check_tensors(const ep_draft *draft, edgeplan_diagnostics *diagnostics);

#endif
