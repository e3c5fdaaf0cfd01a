#include "base/decimal.h"

#define LIMBS 84 /* of 32 bits: 2^54 × 5^1075 takes 2,551 bits, 2^1024 takes 1,025 */
#define NINE_DIGITS UINT32_C(1000000000)

typedef struct big {
    uint32_t limbs[LIMBS]; /* least significant first */
    int count;
} big;

static void big_multiply(big *number, uint32_t factor)
{
    uint64_t carry = 0;

    for (int i = 0; i < number->count; i++) {
        carry += (uint64_t)number->limbs[i] * factor;
        number->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry != 0)
        number->limbs[number->count++] = (uint32_t)carry;
}

/* Divides and returns the remainder. */
static uint32_t big_divide(big *number, uint32_t divisor)
{
    uint64_t remainder = 0;

    for (int i = number->count - 1; i >= 0; i--) {
        remainder = remainder << 32 | number->limbs[i];
        number->limbs[i] = (uint32_t)(remainder / divisor);
        remainder %= divisor;
    }
    while (number->count > 0 && number->limbs[number->count - 1] == 0)
        number->count--;
    return (uint32_t)remainder;
}

/* m × 2^-k is m × 5^k shifted by k decimal places. */
void ep_decimal_expand(uint64_t mantissa, int exponent, ep_decimal *out)
{
    char reversed[EP_DECIMAL_DIGITS];
    big number;
    int places = 0, length = 0;

    while (exponent < 0 && (mantissa & 1) == 0) {
        mantissa >>= 1;
        exponent++;
    }
    number.limbs[0] = (uint32_t)mantissa;
    number.limbs[1] = (uint32_t)(mantissa >> 32);
    number.count = number.limbs[1] != 0 ? 2 : 1;
    for (; exponent <= -13; exponent += 13, places += 13)
        big_multiply(&number, UINT32_C(1220703125)); /* 5^13 */
    for (; exponent < 0; exponent++, places++)
        big_multiply(&number, 5);
    for (; exponent >= 31; exponent -= 31)
        big_multiply(&number, UINT32_C(1) << 31);
    big_multiply(&number, UINT32_C(1) << exponent);

    while (number.count > 0) {
        uint32_t chunk = big_divide(&number, NINE_DIGITS);

        for (int i = 0; i < 9; i++, chunk /= 10)
            reversed[length++] = (char)(chunk % 10);
    }
    while (reversed[length - 1] == 0)
        length--;
    out->point = length - places;
    out->count = length;
    for (int i = 0; i < length; i++)
        out->digits[i] = reversed[length - 1 - i];
}

void ep_decimal_round(ep_decimal *number, int count)
{
    if (number->count > count) {
        int next = number->digits[count], beyond = 0, up;

        for (int i = count + 1; i < number->count && !beyond; i++)
            beyond = number->digits[i] != 0;
        up = next > 5 || (next == 5 && (beyond || number->digits[count - 1] % 2 != 0));
        number->count = count;
        for (int i = count - 1; up && i >= 0; i--) {
            up = number->digits[i] == 9;
            number->digits[i] = (char)(up ? 0 : number->digits[i] + 1);
        }
        if (up) { /* 999 became 1000 */
            number->digits[0] = 1;
            number->count = 1;
            number->point++;
        }
    }
    while (number->count > 1 && number->digits[number->count - 1] == 0)
        number->count--;
}

int ep_decimal_compare(const ep_decimal *a, const ep_decimal *b)
{
    int longest = a->count > b->count ? a->count : b->count;

    if (a->point != b->point)
        return a->point - b->point;
    for (int i = 0; i < longest; i++) {
        int difference = (i < a->count ? a->digits[i] : 0) - (i < b->count ? b->digits[i] : 0);

        if (difference != 0)
            return difference;
    }
    return 0;
}
