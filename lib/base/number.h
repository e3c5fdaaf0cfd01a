/* Numbers and text, exact and the same under every locale. */
#ifndef EP_BASE_NUMBER_H
#define EP_BASE_NUMBER_H

#include <edgeplan/base.h>

/* Decimal: digits, one optional dot, optional exponent, optional leading minus. At most 15 significant digits and a decimal exponent
   within 22, so that one multiplication or division is exact. SYNTAX if it is no such number, RANGE if it has more. */
edgeplan_status ep_number_read(const char *text, size_t length, double *out);

/* Digits only, no sign. SYNTAX or RANGE (above 2^64 - 1). */
edgeplan_status ep_count_read(const char *text, size_t length, uint64_t *out);

#define EP_NUMBER_SIZE 32
/* Shortest of up to 15 digits that reads back; no exponent below 1e15 and from 1e-6 on. Returns characters, 0 if not finite. */
size_t ep_number_write(double value, char *buffer /* EP_NUMBER_SIZE */);
size_t ep_count_write(uint64_t value, char *buffer /* EP_NUMBER_SIZE */);

#endif
