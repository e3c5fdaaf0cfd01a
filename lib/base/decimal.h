/* All digits of a binary fraction, exactly. */
#ifndef EP_BASE_DECIMAL_H
#define EP_BASE_DECIMAL_H

#include <stdint.h>

#define EP_DECIMAL_DIGITS 774 /* a double has up to 767, what lies halfway between two of them 768; rounded up to chunks of nine */

typedef struct ep_decimal { /* 0.d1 d2 d3 … × 10^point; d1 is not 0 */
    char digits[EP_DECIMAL_DIGITS]; /* 0 to 9, not characters */
    int count;
    int point;
} ep_decimal;

/* mantissa × 2^exponent in full; mantissa from 1 to 2^54, exponent from -1075 to 971. */
void ep_decimal_expand(uint64_t mantissa, int exponent, ep_decimal *out);
/* Keeps `count` digits, to nearest, ties to even, and drops zeros at the end. */
void ep_decimal_round(ep_decimal *number, int count);
/* Negative, 0 or positive, as a is below, equal to or above b. */
int ep_decimal_compare(const ep_decimal *a, const ep_decimal *b);

#endif
