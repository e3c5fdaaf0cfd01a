/* Values as people type them: each reader takes the whole text, or returns 0. */
#include "values.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <edgeplan/edgeplan.h>

int read_count(const char *text, uint64_t *out)
{
    char *end = NULL;
    errno = 0;
    *out = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
}

/* Digits, a dot, digits: what strtod() reads depends on the locale. */
int read_decimal(const char *text, double *out)
{
    double value = 0, scale = 1;
    int digits = 0, dot = 0;
    for (; *text != '\0'; text++) {
        if (*text == '.' && !dot) {
            dot = 1;
        } else if (*text >= '0' && *text <= '9' && digits < 18) {
            value = 10 * value + (*text - '0');
            scale *= dot ? 10 : 1;
            digits++;
        } else {
            return 0;
        }
    }
    *out = value / scale;
    return digits > 0;
}

int read_seconds(const char *text, double *out)
{
    static const struct unit {
        const char *name;
        double seconds;
    } units[] = {{"ms", 1e-3}, {"s", 1}, {"", 1}};
    char digits[32];
    size_t length = strspn(text, "0123456789.");
    if (length >= sizeof digits)
        return 0;
    memcpy(digits, text, length);
    digits[length] = '\0';
    text += length + (text[length] == ' ');
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(text, units[i].name) == 0 && read_decimal(digits, out)) {
            *out *= units[i].seconds;
            return 1;
        }
    return 0;
}

int read_version(const char *text, uint32_t out[2])
{
    double checked;
    char *end = NULL;
    if (!read_decimal(text, &checked) || checked >= 1e6)
        return 0;
    out[0] = (uint32_t)strtoul(text, &end, 10);
    out[1] = *end == '.' && end[1] != '\0' ? (uint32_t)strtoul(end + 1, NULL, 10) : 0;
    return 1;
}

int read_pixels(const char *text, uint32_t out[2])
{
    unsigned width, height;
    int length = 0;
    if (sscanf(text, "%5ux%5u%n", &width, &height, &length) != 2 || text[length] != '\0' || width - 1 >= UINT16_MAX ||
        height - 1 >= UINT16_MAX)
        return 0;
    out[0] = width;
    out[1] = height;
    return 1;
}

int read_day(const char *text, uint32_t *out)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    unsigned year, month, day;
    int length = 0;
    if (strlen(text) != 10 || sscanf(text, "%4u-%2u-%2u%n", &year, &month, &day, &length) != 3 || length != 10)
        return 0;
    *out = year * 10000 + month * 100 + day;
    if (month < 1 || month > 12 || day < 1)
        return 0;
    unsigned leap = month == 2 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0);
    return day <= days[month - 1] + leap;
}

int read_bytes(const char *text, uint64_t *out)
{
    char spaced[64];
    int number = (int)strspn(text, "0123456789."), gap = text[number] == ' ' || text[number] == '\0';
    int length = snprintf(spaced, sizeof spaced, "%.*s%s%s", number, text, gap ? "" : " ", text + number);
    return length > 0 && (size_t)length < sizeof spaced && edgeplan_bytes_from_text(spaced, out) == EDGEPLAN_OK;
}
