/* Unsigned arithmetic that notices overflow. Byte and token counts stay below 2^53, so that JSON and doubles hold them exactly.
   Inline where the compiler likes; the one copy that is called elsewhere is in checked.c. */
#ifndef EP_BASE_CHECKED_H
#define EP_BASE_CHECKED_H

#include <stdint.h>

#define EP_MAX_COUNT ((UINT64_C(1) << 53) - 1)

/* Saturating: a sum or product above EP_MAX_COUNT becomes UINT64_MAX and stays there, so one test at the end is enough. */
inline uint64_t ep_add(uint64_t a, uint64_t b)
{
    return a > EP_MAX_COUNT || b > EP_MAX_COUNT || a + b > EP_MAX_COUNT ? UINT64_MAX : a + b;
}

inline uint64_t ep_mul(uint64_t a, uint64_t b)
{
    if ((a | b) < UINT64_C(1) << 26) /* the usual case, without a division */
        return a * b;
    if (a == 0 || b == 0)
        return 0;
    return a > EP_MAX_COUNT / b ? UINT64_MAX : a * b;
}

inline uint64_t ep_ceil_div(uint64_t a, uint64_t b)
{
    return b == 0 ? UINT64_MAX : a / b + (a % b != 0);
}

inline uint64_t ep_round_up(uint64_t a, uint64_t step)
{
    return step <= 1 ? a : ep_mul(ep_ceil_div(a, step), step);
}

inline int ep_overflowed(uint64_t a)
{
    return a > EP_MAX_COUNT;
}

inline uint64_t ep_min(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

inline uint64_t ep_max(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

#endif
