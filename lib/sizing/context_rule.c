#include "sizing/context_rule.h"

#include "base/checked.h"
#include "sizing/reservation.h"

/* Which bound a sequence's context breaks, the hardest first: beyond the compiled list there is nothing to run. */
static uint32_t beyond(const ep_rules *rules, uint64_t tokens, uint64_t trained)
{
    if (rules->context_count > 0 && tokens > rules->contexts[rules->context_count - 1])
        return EDGEPLAN_LIMIT_COMPILED_CONTEXT;
    if (rules->max_context_tokens > 0 && tokens > rules->max_context_tokens)
        return EDGEPLAN_LIMIT_RUNTIME_CONTEXT;
    if (trained > 0 && tokens > trained)
        return EDGEPLAN_LIMIT_TRAINED_CONTEXT;
    return EDGEPLAN_LIMIT_NONE;
}

static int is_split(const ep_rules *rules, int unified)
{
    return rules->context.per == EP_PER_TOTAL && rules->context.split == EP_SPLIT_SEQUENCES && !unified;
}

uint64_t ep_context_most(const ep_rules *rules, uint64_t sequence_tokens, uint64_t sequences, int unified)
{
    return is_split(rules, unified) ? ep_mul(sequence_tokens, sequences) : sequence_tokens;
}

ep_context ep_context_provide(const ep_rules *rules, uint64_t requested_tokens, uint64_t sequences, int unified,
                              uint64_t trained_context_tokens)
{
    ep_context out;
    uint64_t each = requested_tokens;

    if (rules->context.per == EP_PER_TOTAL && !unified)
        each = ep_ceil_div(requested_tokens, sequences);
    out.beyond = beyond(rules, each, trained_context_tokens);

    if (rules->context.per == EP_PER_SEQUENCE) {
        out.sequence_tokens = ep_round_up(requested_tokens, rules->context.step);
        out.context_tokens = ep_mul(out.sequence_tokens, sequences);
    } else {
        /* Rounded, divided, and each share rounded again: what is provided can exceed what was asked for. */
        out.context_tokens = ep_round_up(requested_tokens, rules->context.step);
        out.sequence_tokens = out.context_tokens;
        if (is_split(rules, unified)) {
            out.sequence_tokens = ep_round_up(out.context_tokens / sequences, rules->context.step);
            out.context_tokens = ep_mul(out.sequence_tokens, sequences);
        }
    }
    out.sequence_tokens = ep_reserved_tokens(rules, out.sequence_tokens);
    if (!unified)
        out.context_tokens = ep_mul(out.sequence_tokens, sequences);
    else
        out.context_tokens = out.sequence_tokens;
    return out;
}
