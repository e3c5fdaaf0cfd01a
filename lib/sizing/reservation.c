#include "sizing/reservation.h"

#include "base/checked.h"

static uint64_t next_compiled(const ep_rules *rules, uint64_t needed)
{
    for (uint32_t i = 0; i < rules->context_count; i++)
        if (rules->contexts[i] >= needed)
            return rules->contexts[i];
    return needed; /* beyond the list: the context rule has said so */
}

uint64_t ep_reserved_tokens(const ep_rules *rules, uint64_t needed_tokens)
{
    switch (rules->reservation.mechanism) {
    case EP_RESERVE_STEP:
        return ep_round_up(needed_tokens, rules->reservation.tokens);
    case EP_RESERVE_COMPILED:
        return next_compiled(rules, needed_tokens);
    case EP_RESERVE_EXACT:
    case EP_RESERVE_POOL:
        break;
    }
    return needed_tokens;
}
