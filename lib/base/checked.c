#include "base/checked.h"

extern inline uint64_t ep_add(uint64_t a, uint64_t b);
extern inline uint64_t ep_mul(uint64_t a, uint64_t b);
extern inline uint64_t ep_ceil_div(uint64_t a, uint64_t b);
extern inline uint64_t ep_round_up(uint64_t a, uint64_t step);
extern inline int ep_overflowed(uint64_t a);
extern inline uint64_t ep_min(uint64_t a, uint64_t b);
extern inline uint64_t ep_max(uint64_t a, uint64_t b);
