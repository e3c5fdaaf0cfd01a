#include "sizing/output.h"

#include "base/checked.h"
#include "model/element.h"

/* At creation a runtime keeps one row for each sequence; a whole chunk of outputs lives in the compute buffer until it is asked for.
   Source: src/llama-context.cpp of llama.cpp v0.5.0 (output_reserve). */
uint64_t ep_output_bytes(const ep_output_rule *rule, const ep_shape *shape, const ep_workload *workload)
{
    return ep_mul(ep_element_row_bytes(rule->type, shape->vocabulary), workload->sequences);
}
