/* What a runtime refuses to load, whatever the memory. Pure. */
#ifndef EP_SIZING_REQUEST_RULE_H
#define EP_SIZING_REQUEST_RULE_H

#include "sizing/workload.h"

typedef enum ep_load_fault {
    EP_FAULT_NONE = 0,
    EP_FAULT_SEQUENCES,        /* more than it takes */
    EP_FAULT_QUANTIZED_VALUES, /* without flash attention */
    EP_FAULT_LATENT_TYPES,     /* of keys and values differ */
    EP_FAULT_KEY_BLOCKS,       /* do not divide a head */
    EP_FAULT_VALUE_BLOCKS
} ep_load_fault;

ep_load_fault ep_request_fault(const ep_request_rule *rule, const ep_shape *shape, const ep_workload *workload);

#endif
