/* Figures of the registry's children as structs. */
#include <edgeplan/registry.h>

#include "api/border.h"
#include "base/known.h"
#include "registry/registry.h"

static uint64_t fact_bytes(const edgeplan_registry *registry, ep_fact_id id)
{
    return (uint64_t)ep_fact_value(registry, id);
}

edgeplan_status edgeplan_target_get(const edgeplan_target *target, edgeplan_target_facts *out)
{
    edgeplan_target_facts facts;
    edgeplan_status status = ep_border_check(EP_STRUCT_edgeplan_target_facts, out);

    if (target == NULL || status != EDGEPLAN_OK)
        return target == NULL ? EDGEPLAN_ERROR_INVALID_ARGUMENT : status;
    ep_border_clear(EP_STRUCT_edgeplan_target_facts, &facts);
    if (target->chip.peak_bandwidth != 0) {
        facts.peak_bandwidth_bytes_per_s = ep_fact_value(target->registry, target->chip.peak_bandwidth);
        facts.known |= EP_TARGET_KNOWN(peak_bandwidth_bytes_per_s);
    }
    if (target->ram_count > 0) {
        facts.ram_min_bytes = fact_bytes(target->registry, target->ram[0]);
        facts.ram_max_bytes = fact_bytes(target->registry, target->ram[target->ram_count - 1]);
        facts.known |= EP_TARGET_KNOWN(ram_min_bytes) | EP_TARGET_KNOWN(ram_max_bytes);
    }
    for (uint32_t i = EDGEPLAN_ACCELERATOR_CPU; i <= EDGEPLAN_ACCELERATOR_NPU; i++)
        if (target->chip.engines[i].present)
            facts.accelerators |= UINT64_C(1) << i;
    facts.runtimes = target->runtime_count;
    facts.known |= EP_TARGET_KNOWN(accelerators) | EP_TARGET_KNOWN(runtimes);
    return ep_border_write(EP_STRUCT_edgeplan_target_facts, out, &facts);
}

edgeplan_status edgeplan_observation_get(const edgeplan_observation *observation, edgeplan_observation_facts *out)
{
    edgeplan_observation_facts facts;
    edgeplan_status status = ep_border_check(EP_STRUCT_edgeplan_observation_facts, out);

    if (observation == NULL || status != EDGEPLAN_OK)
        return observation == NULL ? EDGEPLAN_ERROR_INVALID_ARGUMENT : status;
    ep_border_clear(EP_STRUCT_edgeplan_observation_facts, &facts);
    facts.accelerator = observation->accelerator;
    facts.grade = observation->grade;
    facts.claim = observation->claim == EDGEPLAN_SWITCH_ON ? EDGEPLAN_SWITCH_ON : EDGEPLAN_SWITCH_OFF;
    facts.batch = observation->batch;
    facts.known = EP_OBSERVATION_KNOWN(accelerator) | EP_OBSERVATION_KNOWN(grade) | EP_OBSERVATION_KNOWN(claim) |
                  EP_OBSERVATION_KNOWN(batch);
#define NUMBER(field, fact)                                                             \
    if (observation->fact != 0) {                                                       \
        facts.field = ep_fact_value(observation->registry, observation->fact);          \
        facts.known |= EP_OBSERVATION_KNOWN(field);                                     \
    }
#define COUNT(field, fact)                                                              \
    if (observation->fact != 0) {                                                       \
        facts.field = (uint64_t)ep_fact_value(observation->registry, observation->fact); \
        facts.known |= EP_OBSERVATION_KNOWN(field);                                     \
    }
    NUMBER(decode_tok_per_s, decode)
    NUMBER(prefill_tok_per_s, prefill)
    NUMBER(ttft_seconds, ttft)
    NUMBER(encode_seconds, encode)
    COUNT(context_tokens, context)
    COUNT(prompt_tokens, prompt)
    COUNT(memory_bytes, memory)
    COUNT(chunk_tokens, chunk)
#undef NUMBER
#undef COUNT
    return ep_border_write(EP_STRUCT_edgeplan_observation_facts, out, &facts);
}
