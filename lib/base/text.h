/* Building text without stdio: into a buffer of known size, or only counting what it would need. */
#ifndef EP_BASE_TEXT_H
#define EP_BASE_TEXT_H

#include <edgeplan/base.h>

typedef struct ep_text {
    char *buffer; /* may be NULL: only counts */
    size_t size;  /* of the buffer; it is always left NUL-terminated if size > 0 */
    size_t length; /* characters written or that would have been, without the NUL */
} ep_text;

void ep_text_init(ep_text *text, char *buffer, size_t size);
void ep_text_add(ep_text *text, const char *string);
void ep_text_add_n(ep_text *text, const char *string, size_t length);
void ep_text_add_char(ep_text *text, char character);
void ep_text_add_count(ep_text *text, uint64_t value);
void ep_text_add_number(ep_text *text, double value);
void ep_text_add_bytes(ep_text *text, uint64_t bytes); /* for people: `6.44 GB`, three digits */

int ep_equal(const char *a, const char *b);                               /* 1 if both are the same; NULL equals NULL */
int ep_equal_n(const char *a, size_t length, const char *b);              /* `a` need not end in NUL */

#endif
