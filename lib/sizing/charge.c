#include "sizing/charge.h"

uint64_t ep_uncharged_weights(const ep_charge_rule *rule, const ep_workload *workload, const ep_footprint *footprint)
{
    if (!workload->mapped || rule->weights == EP_CHARGE_ANONYMOUS || rule->weights == EP_CHARGE_MISSING)
        return 0;
    return footprint->part[EP_WEIGHTS].low;
}
