/* Units: one table. Decimal prefixes go into the exponent that the number reader sees, so that they cost no second rounding. */
#include "registry/unit.h"

#include <string.h>

#include "base/number.h"

typedef struct ep_unit {
    const char *name;
    uint8_t dimension;
    int8_t exponent; /* power of ten */
    uint8_t shift;   /* power of two */
} ep_unit;

static const ep_unit units[] = {
    {"B", EP_UNIT_BYTES, 0, 0},
    {"kB", EP_UNIT_BYTES, 3, 0},
    {"MB", EP_UNIT_BYTES, 6, 0},
    {"GB", EP_UNIT_BYTES, 9, 0},
    {"TB", EP_UNIT_BYTES, 12, 0},
    {"KiB", EP_UNIT_BYTES, 0, 10},
    {"MiB", EP_UNIT_BYTES, 0, 20},
    {"GiB", EP_UNIT_BYTES, 0, 30},
    {"TiB", EP_UNIT_BYTES, 0, 40},
    {"MB/s", EP_UNIT_BYTES_PER_SECOND, 6, 0},
    {"GB/s", EP_UNIT_BYTES_PER_SECOND, 9, 0},
    {"TB/s", EP_UNIT_BYTES_PER_SECOND, 12, 0},
    {"Gflop/s", EP_UNIT_OPERATIONS_PER_SECOND, 9, 0},
    {"Tflop/s", EP_UNIT_OPERATIONS_PER_SECOND, 12, 0},
    {"Gop/s", EP_UNIT_OPERATIONS_PER_SECOND, 9, 0},
    {"Top/s", EP_UNIT_OPERATIONS_PER_SECOND, 12, 0},
    {"tok/s", EP_UNIT_TOKENS_PER_SECOND, 0, 0},
    {"us", EP_UNIT_SECONDS, -6, 0},
    {"ms", EP_UNIT_SECONDS, -3, 0},
    {"s", EP_UNIT_SECONDS, 0, 0},
    {"W", EP_UNIT_WATTS, 0, 0},
    {"MHz", EP_UNIT_HERTZ, 6, 0},
    {"GHz", EP_UNIT_HERTZ, 9, 0},
    {"bit", EP_UNIT_BITS, 0, 0},
    {"tokens", EP_UNIT_TOKENS, 0, 0},
    {"tokens", EP_UNIT_TOKEN_COUNT, 0, 0},
    {"bit", EP_UNIT_BIT_COUNT, 0, 0},
    {"nat", EP_UNIT_NATS, 0, 0},
};

enum { UNIT_COUNT = sizeof units / sizeof units[0], NUMBER_ROOM = 48 };

static int takes_bare(ep_unit_dimension dimension)
{
    return dimension <= EP_UNIT_NUMBER || dimension == EP_UNIT_TOKEN_COUNT || dimension == EP_UNIT_BIT_COUNT;
}

static const ep_unit *find_unit(const char *text, size_t length, ep_unit_dimension dimension)
{
    for (size_t i = 0; i < UNIT_COUNT; i++)
        if (units[i].dimension == (uint8_t)dimension && ep_equal_n(text, length, units[i].name))
            return &units[i];
    return NULL;
}

/* A number with the unit's power of ten in its exponent. A number that has an exponent of its own is scaled after it was read. */
static edgeplan_status read_scaled(const char *text, size_t length, int exponent, double *value)
{
    static const double powers[] = {1, 1e3, 1e6, 1e9, 1e12};
    char scaled[NUMBER_ROOM + 4];
    size_t used = length;

    if (exponent == 0)
        return ep_number_read(text, length, value);
    if (memchr(text, 'e', length) || memchr(text, 'E', length) || length > NUMBER_ROOM) {
        edgeplan_status status = ep_number_read(text, length, value);
        *value = exponent > 0 ? *value * powers[exponent / 3] : *value / powers[-exponent / 3];
        return status;
    }
    memcpy(scaled, text, length);
    scaled[used++] = 'e';
    if (exponent < 0)
        scaled[used++] = '-';
    if (exponent >= 10)
        scaled[used++] = '1';
    scaled[used++] = (char)('0' + (exponent < 0 ? -exponent : exponent) % 10);
    return ep_number_read(scaled, used, value);
}

static ep_quantity_fault number_fault(edgeplan_status status)
{
    return status == EDGEPLAN_OK ? EP_QUANTITY_FINE : status == EDGEPLAN_ERROR_RANGE ? EP_QUANTITY_DIGITS : EP_QUANTITY_NO_NUMBER;
}

/* `60 GB` splits at the first blank; `60GB` has none and is then no number at all, which is what the message should say. */
static size_t number_end(const char *text, size_t length)
{
    size_t end = 0;
    while (end < length && text[end] != ' ')
        end++;
    return end;
}

ep_quantity_fault ep_quantity_read(const char *text, size_t length, ep_unit_dimension dimension, double *value)
{
    size_t digits = number_end(text, length), start = digits;
    const ep_unit *unit;
    ep_quantity_fault fault;
    double factor = 1;

    *value = 0;
    fault = number_fault(ep_number_read(text, digits, value));
    if (fault == EP_QUANTITY_NO_NUMBER || (fault == EP_QUANTITY_DIGITS && digits == length)) {
        *value = 0;
        return fault;
    }
    if (digits == length) {
        if (takes_bare(dimension))
            return EP_QUANTITY_FINE;
        *value = 0;
        return EP_QUANTITY_UNIT_MISSING;
    }
    while (start < length && text[start] == ' ')
        start++;
    unit = find_unit(text + start, length - start, dimension);
    *value = 0;
    if (!unit)
        return takes_bare(dimension) ? EP_QUANTITY_UNIT_UNWANTED : EP_QUANTITY_UNIT_WRONG;
    fault = number_fault(read_scaled(text, digits, unit->exponent, value));
    if (fault != EP_QUANTITY_FINE) {
        *value = 0;
        return fault;
    }
    for (uint8_t i = 0; i < unit->shift; i++)
        factor *= 2;
    *value *= factor;
    return EP_QUANTITY_FINE;
}

void ep_unit_list(ep_unit_dimension dimension, ep_text *text)
{
    int first = 1;
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        if (units[i].dimension != (uint8_t)dimension)
            continue;
        if (!first)
            ep_text_add(text, ", ");
        ep_text_add(text, units[i].name);
        first = 0;
    }
}
