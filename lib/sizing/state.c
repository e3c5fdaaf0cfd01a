#include "sizing/state.h"

#include "base/checked.h"
#include "model/element.h"

uint64_t ep_state_bytes(const ep_state_rule *rule, const ep_shape *shape, const ep_workload *workload, uint64_t layers)
{
    uint64_t bytes = 0;
    uint64_t rows = rule->rows == EP_ROWS_SEQUENCES ? workload->sequences : 1;

    for (uint32_t i = 0; i < shape->run_count; i++) {
        const edgeplan_layer *layer = &shape->runs[i].layer;
        if (layer->recurrent == EDGEPLAN_RECURRENT_NONE)
            continue;
        uint64_t row = ep_add(ep_element_row_bytes(rule->conv_type, layer->conv_elements),
                              ep_element_row_bytes(rule->type, layer->state_elements));
        bytes = ep_add(bytes, ep_mul(ep_mul(row, rows), ep_run_layers(shape, i, layers)));
    }
    return bytes;
}
