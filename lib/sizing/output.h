/* Logits: a row of the vocabulary for each output asked for. */
#ifndef EP_SIZING_OUTPUT_H
#define EP_SIZING_OUTPUT_H

#include "sizing/workload.h"

uint64_t ep_output_bytes(const ep_output_rule *rule, const ep_shape *shape, const ep_workload *workload);

#endif
