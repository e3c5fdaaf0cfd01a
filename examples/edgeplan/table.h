/* Text for people: tables whose columns are as wide as they need to be, and quantities with three significant digits. */
#ifndef EDGEPLAN_PROGRAM_TABLE_H
#define EDGEPLAN_PROGRAM_TABLE_H

#include <stdint.h>
#include <stdio.h>

#if defined(__GNUC__)
#  define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#else
#  define PRINTF_LIKE(text, first)
#endif

/* Cells are added in reading order; a row is full when it has as many cells as there are headings. */
typedef struct table table;

table *table_new(const char *headings); /* separated by `|`; a leading `>` aligns a column to the right */
void table_cell(table *filled, const char *format, ...) PRINTF_LIKE(2, 3);
void table_print(table *filled, FILE *out); /* prints it, headings included, and releases it; nothing if it has no rows */

/* A quantity as text, returned by value: `bytes_text(n).s` lives until the end of the full expression. */
typedef struct quantity {
    char s[48];
} quantity;

quantity number_text(double value);                 /* `12.3`, `0.0431`, `1230` */
quantity bytes_text(uint64_t bytes);                /* `6.21 GB`; GB is 1e9 */
quantity size_text(uint64_t bytes);                 /* `8 GiB` where it is a whole number of them, else as bytes_text() */
quantity range_text(double low, double high);       /* `5.10 – 7.90` */
quantity percent_text(double fraction);             /* `64 %` */

#endif
