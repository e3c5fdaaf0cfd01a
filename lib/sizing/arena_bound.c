/* A bound of the compute buffer without replaying it. */
#include "base/checked.h"
#include "sizing/arena_program.h"
#include "sizing/compute_arena.h"

/* Adds what a layer takes. What is kept after it counts for itself. */
static uint64_t taken(const ep_arena_action *actions, uint32_t count, uint64_t kept[EP_MIDDLE])
{
    uint64_t sum = 0;

    for (const ep_arena_action *a = actions; a < actions + count; a++) {
        sum = ep_add(sum, (uint64_t)a->size.bytes);
        if (a->makes >= EP_INPUT_COUNT && a->makes < EP_MIDDLE)
            kept[a->makes] = ep_max(kept[a->makes], ep_max((uint64_t)a->size.bytes, 1));
    }
    return sum;
}

/* Between two layers there are the inputs and n tensors that are kept, so at most n free blocks below the end that are not among
   the inputs or where lookups were copied to. A layer whose tensors sum to s moves the end only if none of these blocks holds s. So
   the end is never further than the inputs, the lookups, what is kept, and n + 1 times the largest s. */
static uint64_t side_bound(ep_arena_terms *terms, uint64_t layers)
{
    const ep_shape *shape = terms->shape;
    const ep_workload *workload = terms->workload;
    ep_arena_action actions[EP_MAX_LAYER_ACTIONS];
    uint64_t kept[EP_MIDDLE] = {0}, sum = taken(actions, ep_arena_inputs(terms, actions), kept);
    uint64_t blocks = terms->taken_over || (terms->offloaded && workload->cut > 0) ? EP_INPUT_COUNT : 1; /* inputs may lie between */
    uint64_t most = 0;

    sum = ep_add(sum, taken(actions, terms->offloaded ? ep_arena_copies(terms, 0, actions) : ep_arena_arrivals(terms, 0, actions), kept));
    if (layers == 0) {
        for (uint32_t k = 0; k < shape->kind_count && terms->taken_over; k++)
            most = ep_max(most, taken(actions, ep_arena_returned(terms, &shape->kinds[k], actions), kept));
        return ep_add(sum, most);
    }
    most = taken(actions, ep_arena_begin(terms, actions), kept);
    for (uint64_t i = terms->offloaded && workload->host_layers > 0 ? workload->host_layers : shape->layers; i < shape->layers; i++)
        sum = ep_add(sum, taken(actions, ep_arena_arriving(terms, i, workload->host_layers, 0, actions), kept));
    if (terms->offloaded && workload->cut > 0 && workload->cut <= shape->layers) {
        most = ep_max(most, taken(actions, ep_arena_begun(terms, actions), kept));
        most = ep_max(most, taken(actions, ep_arena_ahead(terms, workload->cut, actions), kept));
    }
    for (uint32_t k = 0; k < shape->kind_count; k++)
        most = ep_max(most, taken(actions, ep_arena_layer(terms, &shape->kinds[k], actions), kept));
    most = ep_max(most, taken(actions, ep_arena_finish(terms, actions), kept));
    for (uint32_t i = EP_INPUT_COUNT; i < EP_MIDDLE; i++) {
        sum = ep_add(sum, kept[i]);
        blocks += kept[i] > 0;
    }
    return terms->overflow ? UINT64_MAX : ep_add(sum, ep_mul(blocks, most));
}

uint64_t ep_compute_arena_bound(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload)
{
    ep_arena_terms terms = ep_arena_terms_of(rules, shape, workload);

    terms.offloaded = 0;
    terms.taken_over = workload->host_layers > 0 && workload->cut == 0;
    uint64_t host = side_bound(&terms, ep_host_layers(rules, shape, workload->cut));
    if (!rules->offloaded)
        return host;
    terms.offloaded = 1;
    return ep_add(host, side_bound(&terms, 1));
}
