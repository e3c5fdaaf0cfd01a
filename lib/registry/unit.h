/* Quantities as YAML writes them: a number, a blank and a unit. Read without rounding twice: 67.2 GB/s is the double nearest to
   67200000000. */
#ifndef EP_REGISTRY_UNIT_H
#define EP_REGISTRY_UNIT_H

#include "base/text.h"

typedef enum ep_unit_dimension {
    EP_UNIT_COUNT = 0,     /* bare, whole */
    EP_UNIT_SHARE,         /* bare, of one */
    EP_UNIT_NUMBER,        /* bare */
    EP_UNIT_BYTES,
    EP_UNIT_BYTES_PER_SECOND,
    EP_UNIT_OPERATIONS_PER_SECOND,
    EP_UNIT_TOKENS_PER_SECOND,
    EP_UNIT_SECONDS,
    EP_UNIT_WATTS,
    EP_UNIT_HERTZ,
    EP_UNIT_BITS,
    EP_UNIT_TOKENS,
    EP_UNIT_NATS,
    EP_UNIT_TOKEN_COUNT,   /* tokens in a rule: bare, `tokens` allowed */
    EP_UNIT_BIT_COUNT,     /* bits in a rule: bare, `bit` allowed */
    EP_UNIT_DIMENSION_COUNT
} ep_unit_dimension;

typedef enum ep_quantity_fault {
    EP_QUANTITY_FINE = 0,
    EP_QUANTITY_NO_NUMBER,     /* what stands there is no number */
    EP_QUANTITY_DIGITS,        /* more digits than a double holds exactly */
    EP_QUANTITY_UNIT_MISSING,  /* a bare number where a unit is due */
    EP_QUANTITY_UNIT_WRONG,    /* no unit of this dimension */
    EP_QUANTITY_UNIT_UNWANTED  /* a unit where a bare number is due */
} ep_quantity_fault;

/* On anything but FINE *value is 0. The value is in the base unit of the dimension: B, B/s, flop/s, tok/s, s, W, Hz, bit, token, nat. */
ep_quantity_fault ep_quantity_read(const char *text, size_t length, ep_unit_dimension dimension, double *value);

/* Units of a dimension as a message lists them: `MB/s, GB/s, TB/s`. Nothing for a bare number. */
void ep_unit_list(ep_unit_dimension dimension, ep_text *text);

#endif
