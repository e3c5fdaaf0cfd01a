#include <edgeplan/formula.h>

#include <float.h>

#include "base/checked.h"
#include "model/element.h"

#define MAX_DRAFT_TOKENS 64

static int is_positive(double value)
{
    return value > 0 && value <= DBL_MAX;
}

/* a / b for positive finite numbers; 0 for anything else, also where the quotient leaves the range of a double. */
static double quotient(double a, double b)
{
    double result;

    if (!is_positive(a) || !is_positive(b))
        return 0;
    result = a / b;
    return is_positive(result) ? result : 0;
}

double edgeplan_decode_ceiling(double bytes_per_token, double bandwidth_bytes_per_s)
{
    return quotient(bandwidth_bytes_per_s, bytes_per_token);
}

edgeplan_status edgeplan_kv_bytes(uint64_t layers, uint64_t kv_heads, uint64_t key_width, uint64_t value_width, uint64_t tokens,
                                  edgeplan_element_type kv_k, edgeplan_element_type kv_v, uint64_t *out)
{
    uint64_t row, bytes;

    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = 0;
    if (ep_element_block((uint32_t)kv_k).elements == 0 || ep_element_block((uint32_t)kv_v).elements == 0)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    row = ep_add(ep_element_row_bytes((uint32_t)kv_k, ep_mul(kv_heads, key_width)),
                 ep_element_row_bytes((uint32_t)kv_v, ep_mul(kv_heads, value_width)));
    bytes = ep_mul(ep_mul(layers, tokens), row);
    if (ep_overflowed(bytes))
        return EDGEPLAN_ERROR_RANGE;
    *out = bytes;
    return EDGEPLAN_OK;
}

double edgeplan_prefill_floor(double flop, double throughput_flop_per_s)
{
    return quotient(flop, throughput_flop_per_s);
}

double edgeplan_speculative_speedup(double acceptance, uint32_t draft_tokens, double draft_cost, double verify_cost)
{
    double kept = 1, tokens = 1; /* 1 + a + a^2 + … + a^g: the closed form, without its hole at a = 1 */

    if (!(acceptance >= 0 && acceptance <= 1) || draft_tokens < 1 || draft_tokens > MAX_DRAFT_TOKENS ||
        !(draft_cost >= 0 && draft_cost <= DBL_MAX))
        return 0;
    for (uint32_t i = 0; i < draft_tokens; i++) {
        kept *= acceptance;
        tokens += kept;
    }
    if (!is_positive(verify_cost))
        return 0;
    return quotient(tokens, (double)draft_tokens * draft_cost + verify_cost);
}
