/* The order in which a runtime computes the layers of a model, for the mechanism that replays it. */
#ifndef EP_PLAN_ORDER_H
#define EP_PLAN_ORDER_H

#include "base/arena.h"
#include "model/model.h"
#include "model/run.h"
#include "registry/rules.h"

/* Fills kinds, order and graph of the shape, whose runs are folded; `runs` are these, to be told the inner dimensions that tensors
   show. Without a known order the shape is left without kinds. */
edgeplan_status ep_order(ep_arena *arena, const edgeplan_model *model, const ep_rules *rules, const uint32_t *run_of, ep_run *runs,
                         ep_shape *shape);

#endif
