/* Bytes of a token in the cache of one layer: rows of keys and values at their element types. */
#ifndef EP_SIZING_ELEMENTS_H
#define EP_SIZING_ELEMENTS_H

#include "sizing/workload.h"

/* A latent layer keeps one row and no values. UINT64_MAX if a type has no size or the sum overflows. */
uint64_t ep_token_row_bytes(const ep_cache_rule *rule, const edgeplan_layer *layer, uint32_t kv_k, uint32_t kv_v);

#endif
