/* Tokens taken from the system for the tokens needed. */
#ifndef EP_SIZING_RESERVATION_H
#define EP_SIZING_RESERVATION_H

#include "sizing/workload.h"

/* Of one sequence. A pool takes a share of free memory whatever is needed; its tokens are the needed ones. */
uint64_t ep_reserved_tokens(const ep_rules *rules, uint64_t needed_tokens);

#endif
