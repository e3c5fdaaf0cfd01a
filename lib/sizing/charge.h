/* What the system counts: an interval, because mapped and GPU-wired weights may or may not be charged to the app. */
#ifndef EP_SIZING_CHARGE_H
#define EP_SIZING_CHARGE_H

#include "sizing/footprint.h"

/* Bytes of the weights that some systems count and some do not; 0 if the app holds them as its own. */
uint64_t ep_uncharged_weights(const ep_charge_rule *rule, const ep_shape *shape, const ep_workload *workload,
                              const ep_footprint *footprint);

/* Of the weights held twice. A second view of the same mapped file is as clean as the first; a copy in another layout is the
   app's own. */
uint64_t ep_uncharged_duplicates(const ep_charge_rule *rule, const ep_workload *workload, const ep_footprint *footprint);

/* The workload as far as the request itself goes: scratch is reserved for a full chunk, a full context and every row of logits, and
   what is written of it is what this prompt at this depth needs. Source: llama_kv_cache::get_n_kv of llama.cpp v0.5.0; the cells read
   are rounded up as they are for a step. */
ep_workload ep_written_workload(const ep_rules *rules, const ep_workload *workload);

#endif
