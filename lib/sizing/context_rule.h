/* The context a runtime really provides for the one asked for. */
#ifndef EP_SIZING_CONTEXT_RULE_H
#define EP_SIZING_CONTEXT_RULE_H

#include "sizing/workload.h"

typedef struct ep_context {
    uint64_t context_tokens;  /* for all sequences together */
    uint64_t sequence_tokens; /* for each */
    uint32_t beyond;          /* edgeplan_limit the request exceeds; EDGEPLAN_LIMIT_NONE if none */
} ep_context;

/* The longest context that can be asked for without a sequence getting more than so many tokens, a whole number of steps. */
uint64_t ep_context_most(const ep_rules *rules, uint64_t sequence_tokens, uint64_t sequences, int unified);

ep_context ep_context_provide(const ep_rules *rules, uint64_t requested_tokens, uint64_t sequences, int unified,
                              uint64_t trained_context_tokens);

#endif
