/* Tables and quantities. Fractions are written with integers, so no locale can put a comma into them. */
#include "table.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "print.h"

enum { MOST_COLUMNS = 16, LONGEST_CELL = 512 };

struct table {
    char *headings;
    char *heading[MOST_COLUMNS];
    int right[MOST_COLUMNS];
    size_t width[MOST_COLUMNS];
    size_t columns;
    char **cells;
    size_t count, room;
};

static uint32_t next_code_point(const char **text)
{
    const unsigned char *byte = (const unsigned char *)*text;
    unsigned tail = *byte < 0xC0 ? 0 : *byte < 0xE0 ? 1 : *byte < 0xF0 ? 2 : 3;
    uint32_t code = tail == 0 ? *byte : *byte & (0x3Fu >> tail);
    for (byte++; tail > 0 && (*byte & 0xC0) == 0x80; byte++, tail--)
        code = code << 6 | (*byte & 0x3Fu);
    *text = (const char *)byte;
    return code;
}

/* Columns a terminal uses: combining marks none, East Asian wide characters two. */
static size_t text_width(const char *text)
{
    size_t width = 0;
    while (*text != '\0') {
        uint32_t code = next_code_point(&text);
        if ((code >= 0x300 && code <= 0x36F) || (code >= 0x200B && code <= 0x200F))
            continue;
        int wide = (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
                   (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
                   (code >= 0xFF00 && code <= 0xFF60) || (code >= 0x1F300 && code <= 0x1FAFF);
        width += wide ? 2 : 1;
    }
    return width;
}

table *table_new(const char *headings)
{
    table *made = allocate(1, sizeof *made);
    made->headings = copy_text(headings);
    for (char *rest = made->headings; rest != NULL && made->columns < MOST_COLUMNS; made->columns++) {
        char *end = strchr(rest, '|');
        made->right[made->columns] = *rest == '>';
        made->heading[made->columns] = rest + (*rest == '>');
        if (end != NULL)
            *end++ = '\0';
        made->width[made->columns] = text_width(made->heading[made->columns]);
        rest = end;
    }
    return made;
}

void table_cell(table *filled, const char *format, ...)
{
    char text[LONGEST_CELL];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);

    if (filled->count == filled->room) {
        filled->room = filled->room == 0 ? 64 : 2 * filled->room;
        char **grown = allocate(filled->room, sizeof *grown);
        if (filled->count > 0)
            memcpy(grown, filled->cells, filled->count * sizeof *grown);
        release(filled->cells);
        filled->cells = grown;
    }
    size_t column = filled->count % filled->columns;
    size_t width = text_width(text);
    if (width > filled->width[column])
        filled->width[column] = width;
    filled->cells[filled->count++] = copy_text(text);
}

static void print_row(const table *filled, char *const *cells, FILE *out)
{
    size_t last = filled->columns;
    while (last > 0 && cells[last - 1][0] == '\0')
        last--;
    for (size_t i = 0; i < last; i++) {
        size_t gap = filled->width[i] - text_width(cells[i]);
        if (filled->right[i])
            fprintf(out, "%*s", (int)gap, "");
        fputs(cells[i], out);
        if (i + 1 < last)
            fprintf(out, "%*s", (int)(filled->right[i] ? 2 : gap + 2), "");
    }
    fputc('\n', out);
}

void table_print(table *filled, FILE *out)
{
    int headed = 0;
    for (size_t i = 0; i < filled->columns; i++)
        headed |= filled->heading[i][0] != '\0';
    if (filled->count > 0 && headed)
        print_row(filled, filled->heading, out);
    for (size_t row = 0; row + filled->columns <= filled->count; row += filled->columns)
        print_row(filled, filled->cells + row, out);
    for (size_t i = 0; i < filled->count; i++)
        release(filled->cells[i]);
    release(filled->cells);
    release(filled->headings);
    release(filled);
}

quantity number_text(double value)
{
    quantity out = {"0"};
    if (!isfinite(value) || fabs(value) < 1e-9)
        return out;
    if (fabs(value) >= 1e15) {
        edgeplan_number_text(value, out.s, sizeof out.s);
        return out;
    }
    const char *sign = value < 0 ? "-" : "";
    double size = fabs(value);
    unsigned decimals = 0;
    uint64_t power = 1;
    while (size * (double)power < 99.95 && decimals < 9) {
        power *= 10;
        decimals++;
    }
    if (decimals == 0) { /* whole, three digits and zeros */
        uint64_t step = 1;
        while (size / (double)step >= 999.5)
            step *= 10;
        snprintf(out.s, sizeof out.s, "%s%" PRIu64, sign, (uint64_t)(size / (double)step + 0.5) * step);
        return out;
    }
    uint64_t scaled = (uint64_t)(size * (double)power + 0.5);
    snprintf(out.s, sizeof out.s, "%s%" PRIu64 ".%0*" PRIu64, sign, scaled / power, (int)decimals, scaled % power);
    return out;
}

quantity bytes_text(uint64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    quantity out;
    size_t unit = 0;
    double value = (double)bytes;
    for (; value >= 999.5 && unit + 1 < sizeof units / sizeof *units; unit++)
        value /= 1000;
    if (unit == 0)
        snprintf(out.s, sizeof out.s, "%" PRIu64 " B", bytes);
    else
        snprintf(out.s, sizeof out.s, "%.20s %s", number_text(value).s, units[unit]);
    return out;
}

quantity size_text(uint64_t bytes)
{
    quantity out;
    if (bytes == 0 || bytes % (UINT64_C(1) << 30) != 0)
        return bytes_text(bytes);
    snprintf(out.s, sizeof out.s, "%" PRIu64 " GiB", bytes >> 30);
    return out;
}

quantity range_text(double low, double high)
{
    quantity out;
    snprintf(out.s, sizeof out.s, "%.20s – %.20s", number_text(low).s, number_text(high).s);
    return out;
}

quantity percent_text(double fraction)
{
    quantity out = {""};
    if (isfinite(fraction) && fraction >= 0 && fraction < 1e6)
        snprintf(out.s, sizeof out.s, "%" PRIu64 " %%", (uint64_t)(100 * fraction + 0.5));
    return out;
}
