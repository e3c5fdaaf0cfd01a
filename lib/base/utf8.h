/* Characters in UTF-8, as strict as RFC 3629. */
#ifndef EP_BASE_UTF8_H
#define EP_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the character at `text`, which has `length` bytes, at least 1; 0 if it is none: cut off, overlong, a surrogate, or beyond
   U+10FFFF. */
size_t ep_utf8_bytes(const char *text, size_t length);

/* Writes up to four bytes and returns how many; `point` is at most 0x10ffff. */
size_t ep_utf8_write(uint32_t point, char *to);

#endif
