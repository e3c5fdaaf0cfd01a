#include "base/number.h"

#include <float.h>
#include <string.h>

#include "base/decimal.h"

_Static_assert(DBL_MANT_DIG == 53 && DBL_MAX_EXP == 1024, "numbers are read and written as IEEE 754 doubles");
#if FLT_EVAL_METHOD < 0 || FLT_EVAL_METHOD == 2
#  error "doubles are evaluated in a wider type here: on 32-bit x86 compile with -msse2 -mfpmath=sse"
#endif
#if defined(__FAST_MATH__)
#  error "compile without -ffast-math: results must be the same everywhere"
#endif

#define DIGITS_KEPT 15      /* every decimal of so many digits survives the way through a double */
#define EXPONENT_SATURATED (INT64_C(1) << 56)

/* ---- Reading ---- */

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t skip_digits(const char *text, size_t length, size_t at)
{
    while (at < length && is_digit(text[at]))
        at++;
    return at;
}

/* Reads an exponent, if there is one, up to the end of the text; returns 0 if something else is there. */
static int read_exponent(const char *text, size_t length, size_t at, int64_t *out)
{
    int64_t value = 0;
    int negative;

    *out = 0;
    if (at == length)
        return 1;
    if (text[at] != 'e' && text[at] != 'E')
        return 0;
    at++;
    negative = at < length && text[at] == '-';
    if (at < length && (text[at] == '-' || text[at] == '+'))
        at++;
    if (at == length || skip_digits(text, length, at) != length)
        return 0;
    for (; at < length; at++)
        if (value < EXPONENT_SATURATED)
            value = value * 10 + (text[at] - '0');
    *out = negative ? -value : value;
    return 1;
}

/* Splits digits × 10^exponent, without zeros at either end; beyond DIGITS_KEPT only `count` goes on. Returns 0 if it is no number. */
static int read_decimal(const char *text, size_t length, uint64_t *digits, uint64_t *count, int64_t *exponent)
{
    size_t whole_end = skip_digits(text, length, 0), end = whole_end;
    uint64_t zeros = 0; /* not yet known whether they stand between other digits or at the end */

    if (whole_end == 0)
        return 0;
    if (end < length && text[end] == '.') {
        end = skip_digits(text, length, whole_end + 1);
        if (end == whole_end + 1)
            return 0;
    }
    if (!read_exponent(text, length, end, exponent))
        return 0;
    *digits = 0;
    *count = 0;
    for (size_t i = 0; i < end; i++) {
        if (i == whole_end)
            continue;
        *exponent -= i > whole_end;
        if (text[i] == '0') {
            zeros += *count > 0;
            continue;
        }
        *count += zeros + 1;
        for (; *count <= DIGITS_KEPT && zeros > 0; zeros--)
            *digits *= 10;
        if (*count <= DIGITS_KEPT)
            *digits = *digits * 10 + (uint64_t)(text[i] - '0');
        zeros = 0;
    }
    *exponent += (int64_t)zeros;
    return 1;
}

edgeplan_status ep_number_read(const char *text, size_t length, double *out)
{
    static const double powers[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                     1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
    const int largest = (int)(sizeof powers / sizeof powers[0]) - 1; /* 10^22 is the last power a double holds exactly */
    int negative;
    uint64_t digits, count;
    int64_t exponent;
    double value;

    *out = 0;
    if (length == 0)
        return EDGEPLAN_ERROR_SYNTAX;
    negative = text[0] == '-';
    if (!read_decimal(text + negative, length - (size_t)negative, &digits, &count, &exponent))
        return EDGEPLAN_ERROR_SYNTAX;
    if (count == 0)
        return EDGEPLAN_OK;
    if (count > DIGITS_KEPT || exponent > largest || exponent < -largest)
        return EDGEPLAN_ERROR_RANGE;
    /* Both operands are exact, so the one operation rounds once, and correctly. */
    value = exponent < 0 ? (double)digits / powers[-exponent] : (double)digits * powers[exponent];
    *out = negative ? -value : value;
    return EDGEPLAN_OK;
}

edgeplan_status ep_count_read(const char *text, size_t length, uint64_t *out)
{
    uint64_t value = 0;
    int too_large = 0;

    *out = 0;
    if (length == 0)
        return EDGEPLAN_ERROR_SYNTAX;
    for (size_t i = 0; i < length; i++) {
        uint64_t digit;

        if (!is_digit(text[i]))
            return EDGEPLAN_ERROR_SYNTAX;
        digit = (uint64_t)(text[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            too_large = 1; /* read on: what follows may make it no count at all */
        else
            value = value * 10 + digit;
    }
    if (too_large)
        return EDGEPLAN_ERROR_RANGE;
    *out = value;
    return EDGEPLAN_OK;
}

/* ---- Writing ---- */

/* Below 2^-1022 doubles are so far apart that fewer than 15 digits may do: tries whether they stay within half the distance. */
static void round_subnormal(uint64_t mantissa, ep_decimal *number)
{
    ep_decimal low, high, tried;

    ep_decimal_expand(2 * mantissa - 1, -1075, &low);
    ep_decimal_expand(2 * mantissa + 1, -1075, &high);
    for (int count = 1; count < DIGITS_KEPT; count++) {
        tried = *number;
        ep_decimal_round(&tried, count);
        if (ep_decimal_compare(&tried, &low) > 0 && ep_decimal_compare(&tried, &high) < 0) {
            *number = tried;
            return;
        }
    }
    ep_decimal_round(number, DIGITS_KEPT);
}

static size_t write_plain(const ep_decimal *number, char *to)
{
    size_t length = 0;

    if (number->point <= 0) {
        to[length++] = '0';
        to[length++] = '.';
        for (int i = number->point; i < 0; i++)
            to[length++] = '0';
    }
    for (int i = 0; i < number->count || i < number->point; i++) {
        if (i == number->point && i > 0)
            to[length++] = '.';
        to[length++] = (char)('0' + (i < number->count ? number->digits[i] : 0));
    }
    return length;
}

static size_t write_with_exponent(const ep_decimal *number, char *to)
{
    size_t length = 0;
    int power = number->point - 1, size = power < 0 ? -power : power;

    for (int i = 0; i < number->count; i++) {
        if (i == 1)
            to[length++] = '.';
        to[length++] = (char)('0' + number->digits[i]);
    }
    to[length++] = 'e';
    to[length++] = power < 0 ? '-' : '+';
    if (size >= 100)
        to[length++] = (char)('0' + size / 100);
    to[length++] = (char)('0' + size / 10 % 10);
    to[length++] = (char)('0' + size % 10);
    return length;
}

/* Why no search for the shortest: decimals of 15 digits are farther apart than doubles, so at most one of them reads back, and a
   shorter one that does is the same with zeros at the end. Rounding to 15 and dropping zeros is the shortest, and where none reads
   back it is the nearest. Only subnormals are sparser. */
size_t ep_number_write(double value, char *buffer)
{
    ep_decimal number;
    uint64_t bits, mantissa;
    size_t length = 0;
    int exponent, plain = (value >= 1e-6 && value < 1e15) || (value <= -1e-6 && value > -1e15);

    memcpy(&bits, &value, sizeof bits);
    mantissa = bits & ((UINT64_C(1) << 52) - 1);
    exponent = (int)(bits >> 52 & 0x7ff);
    buffer[0] = '\0';
    if (exponent == 0x7ff)
        return 0;
    if (exponent == 0 && mantissa == 0) {
        memcpy(buffer, "0", 2);
        return 1;
    }
    if (exponent == 0) {
        ep_decimal_expand(mantissa, -1074, &number);
        round_subnormal(mantissa, &number);
    } else {
        ep_decimal_expand(mantissa | UINT64_C(1) << 52, exponent - 1075, &number);
        ep_decimal_round(&number, DIGITS_KEPT);
    }
    if (bits >> 63 != 0)
        buffer[length++] = '-';
    length += plain ? write_plain(&number, buffer + length) : write_with_exponent(&number, buffer + length);
    buffer[length] = '\0';
    return length;
}

size_t ep_count_write(uint64_t value, char *buffer)
{
    char reversed[EP_NUMBER_SIZE];
    size_t length = 0;

    do {
        reversed[length++] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    for (size_t i = 0; i < length; i++)
        buffer[i] = reversed[length - 1 - i];
    buffer[length] = '\0';
    return length;
}
