#include "sizing/charge.h"

#include "base/checked.h"

static int is_counted(ep_charge_weights rule)
{
    return rule == EP_CHARGE_ANONYMOUS || rule == EP_CHARGE_MISSING;
}

uint64_t ep_uncharged_weights(const ep_charge_rule *rule, const ep_shape *shape, const ep_workload *workload,
                              const ep_footprint *footprint)
{
    /* A table that is the output matrix as well is read whole and goes where the other weights go. */
    uint64_t weights = footprint->part[EP_WEIGHTS].low;
    uint64_t table = rule->embedding && !shape->tied_head ? ep_min(shape->embedding_bytes, weights) : 0;
    uint64_t uncounted = 0;

    if (!workload->mapped)
        return 0;
    if (!is_counted(rule->weights))
        uncounted = weights - table;
    if (table && !is_counted(rule->embedding))
        uncounted = ep_add(uncounted, table);
    return uncounted;
}

uint64_t ep_uncharged_duplicates(const ep_charge_rule *rule, const ep_workload *workload, const ep_footprint *footprint)
{
    if (!workload->mapped || is_counted(rule->weights) || footprint->host[EP_WEIGHTS] >= footprint->part[EP_WEIGHTS].high)
        return 0; /* the CPU holds weights twice only to repack them */
    return footprint->part[EP_DUPLICATED].low;
}

ep_workload ep_written_workload(const ep_rules *rules, const ep_workload *workload)
{
    uint64_t depth = ep_add(ep_add(workload->cached_tokens, workload->prompt_tokens), workload->output_tokens);
    ep_workload written = *workload;

    written.chunk_tokens = ep_min(workload->chunk_tokens, ep_max(workload->prompt_tokens, 1));
    written.output_rows = ep_min(workload->output_rows, workload->sequences);
    if (!rules->reads.context_reserved)
        written.sequence_tokens = ep_min(workload->sequence_tokens, ep_round_up(depth, rules->reads.step));
    return written;
}
