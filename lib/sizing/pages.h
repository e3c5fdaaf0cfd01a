/* KV cache in pages shared by groups of layers (vLLM). Source: vllm-project/vllm vllm/v1/kv_cache_interface.py. */
#ifndef EP_SIZING_PAGES_H
#define EP_SIZING_PAGES_H

#include "sizing/workload.h"

/* Over all groups and sequences. UINT64_MAX on overflow. */
uint64_t ep_pages_bytes(const ep_cache_rule *rule, const ep_shape *shape, const ep_workload *workload);

#endif
