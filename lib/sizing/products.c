#include "sizing/products.h"

#include "base/checked.h"
#include "model/element.h"
#include "sizing/cells.h"

/* Without flash attention the scores are such an input, too: that of the product with the cached values. What each thread needs of its
   own is far less. Source: ggml_graph_plan in ggml/src/ggml-cpu/ggml-cpu.c of llama.cpp v0.5.0; the buffer is the back end's, not part
   of the graph's. */
uint64_t ep_products_bytes(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload)
{
    uint64_t most = shape->input_bytes;

    if (rules->offloaded || rules->compute.mechanism != EP_COMPUTE_ARENA)
        return 0;
    for (uint32_t i = 0; i < shape->run_count && !workload->flash_attention; i++) {
        const edgeplan_layer *layer = &shape->runs[i].layer;
        if (layer->attention == EDGEPLAN_ATTENTION_NONE)
            continue;
        uint64_t scores = ep_mul(ep_layer_cells(&rules->cache, layer, workload), layer->query_heads);
        most = ep_max(most, ep_element_input_bytes(workload->kv_v, scores));
    }
    return ep_mul(most, ep_round_up(workload->chunk_tokens, workload->sequences));
}
