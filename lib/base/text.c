#include "base/text.h"

#include <string.h>

#include "base/number.h"

void ep_text_init(ep_text *text, char *buffer, size_t size)
{
    text->buffer = buffer;
    text->size = buffer != NULL ? size : 0;
    text->length = 0;
    if (text->size > 0)
        buffer[0] = '\0';
}

void ep_text_add_n(ep_text *text, const char *string, size_t length)
{
    if (length == 0)
        return;
    if (text->size > 0 && text->length < text->size - 1) {
        size_t room = text->size - 1 - text->length;
        size_t fitting = length < room ? length : room;

        memcpy(text->buffer + text->length, string, fitting);
        text->buffer[text->length + fitting] = '\0';
    }
    text->length = length <= SIZE_MAX - text->length ? text->length + length : SIZE_MAX;
}

void ep_text_add(ep_text *text, const char *string)
{
    if (string != NULL)
        ep_text_add_n(text, string, strlen(string));
}

void ep_text_add_char(ep_text *text, char character)
{
    ep_text_add_n(text, &character, 1);
}

void ep_text_add_count(ep_text *text, uint64_t value)
{
    char digits[EP_NUMBER_SIZE];

    ep_text_add_n(text, digits, ep_count_write(value, digits));
}

void ep_text_add_number(ep_text *text, double value)
{
    char digits[EP_NUMBER_SIZE];

    ep_text_add_n(text, digits, ep_number_write(value, digits));
}

static uint64_t divide_to_nearest(uint64_t value, uint64_t divisor)
{
    return value / divisor + (value % divisor >= divisor - value % divisor);
}

void ep_text_add_bytes(ep_text *text, uint64_t bytes)
{
    static const char *const units[] = { " B", " kB", " MB", " GB", " TB", " PB", " EB" };
    uint64_t unit_bytes = 1, digits;
    size_t unit = 0, decimals = 2;

    /* From 999.5 on, three digits are those of the next unit. */
    while (unit + 1 < sizeof units / sizeof units[0] &&
           (unit == 0 ? bytes >= 1000 : divide_to_nearest(bytes, unit_bytes) >= 1000)) {
        unit_bytes *= 1000;
        unit++;
    }
    if (unit == 0) {
        ep_text_add_count(text, bytes);
        ep_text_add(text, units[0]);
        return;
    }
    /* From here on unit_bytes is at least 1000, so hundredths of it are whole bytes. */
    digits = divide_to_nearest(bytes, unit_bytes / 100);
    if (digits >= 1000) {
        digits = divide_to_nearest(bytes, unit_bytes / 10);
        decimals = 1;
        if (digits >= 1000) {
            digits = divide_to_nearest(bytes, unit_bytes);
            decimals = 0;
        }
    }
    ep_text_add_count(text, digits / (decimals == 2 ? 100 : decimals == 1 ? 10 : 1));
    if (decimals > 0) {
        ep_text_add_char(text, '.');
        if (decimals == 2)
            ep_text_add_char(text, (char)('0' + digits / 10 % 10));
        ep_text_add_char(text, (char)('0' + digits % 10));
    }
    ep_text_add(text, units[unit]);
}

int ep_equal(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a, b) == 0;
}

int ep_equal_n(const char *a, size_t length, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strlen(b) == length && memcmp(a, b, length) == 0;
}
