/* Bits of `known` and `given`: bit i is the i-th field after it, a pair of uint32_t being two fields. All public structs begin with
   16 bytes (struct_size, flags, known) and hold their pairs of uint32_t in one run, so the bit follows from offset and layout; each
   struct names its own first and last pair here and tests/abi checks them against the field table. */
#ifndef EP_BASE_KNOWN_H
#define EP_BASE_KNOWN_H

#include <stddef.h>
#include <stdint.h>

/* Bit of the field at `offset` where 4-byte fields lie in [pairs_begin, pairs_end). */
static inline uint64_t ep_known_bit(size_t offset, size_t pairs_begin, size_t pairs_end)
{
    size_t index;
    if (offset < pairs_begin)
        index = (offset - 16) / 8;
    else if (offset < pairs_end)
        index = (pairs_begin - 16) / 8 + (offset - pairs_begin) / 4;
    else
        index = (pairs_begin - 16) / 8 + (pairs_end - pairs_begin) / 4 + (offset - pairs_end) / 8;
    return UINT64_C(1) << index;
}

#define EP_KNOWN(type, field, first_pair, after_pairs) \
    ep_known_bit(offsetof(type, field), offsetof(type, first_pair), after_pairs)

#define EP_MEMORY_KNOWN(field) EP_KNOWN(edgeplan_memory, field, basis, sizeof(edgeplan_memory))
#define EP_BUDGET_KNOWN(field) EP_KNOWN(edgeplan_budget, field, limit, sizeof(edgeplan_budget))
#define EP_SPEED_KNOWN(field) EP_KNOWN(edgeplan_speed, field, bound, sizeof(edgeplan_speed))
#define EP_VERDICT_KNOWN(field) EP_KNOWN(edgeplan_verdict_result, field, verdict, offsetof(edgeplan_verdict_result, max_context_tokens))
#define EP_REQUEST_KNOWN(field) EP_KNOWN(edgeplan_request, field, kv_k, offsetof(edgeplan_request, entitlements))
#define EP_CRITERIA_KNOWN(field) EP_KNOWN(edgeplan_criteria, field, prefer, offsetof(edgeplan_criteria, max_charged_bytes))
#define EP_ITEM_KNOWN(field) EP_KNOWN(edgeplan_item, field, code, offsetof(edgeplan_item, value))
#define EP_HEAD_KNOWN(field) EP_KNOWN(edgeplan_head, field, hidden_width, offsetof(edgeplan_head, hidden_width))
#define EP_ARTEFACT_KNOWN(field) EP_KNOWN(edgeplan_artefact, field, files, offsetof(edgeplan_artefact, files))
#define EP_SUMMARY_KNOWN(field) EP_KNOWN(edgeplan_summary, field, checks, offsetof(edgeplan_summary, checks))
#define EP_TARGET_KNOWN(field) \
    EP_KNOWN(edgeplan_target_facts, field, peak_bandwidth_bytes_per_s, offsetof(edgeplan_target_facts, peak_bandwidth_bytes_per_s))
#define EP_OBSERVATION_KNOWN(field) \
    EP_KNOWN(edgeplan_observation_facts, field, accelerator, offsetof(edgeplan_observation_facts, decode_tok_per_s))

#endif
