/* Numbers, quantities and days of the command line. */
#ifndef EDGEPLAN_PROGRAM_VALUES_H
#define EDGEPLAN_PROGRAM_VALUES_H

#include <stdint.h>

int read_count(const char *text, uint64_t *out);
int read_decimal(const char *text, double *out);
int read_seconds(const char *text, double *out);     /* `500ms`, `0.5s`, or seconds */
int read_bytes(const char *text, uint64_t *out);     /* `8 GiB`; the space may be missing */
int read_version(const char *text, uint32_t out[2]); /* major and minor; without a dot the minor is 0 */
int read_pixels(const char *text, uint32_t out[2]);  /* `1024x768` */
int read_day(const char *text, uint32_t *out);       /* `2027-03-01` as 20270301 */

#endif
