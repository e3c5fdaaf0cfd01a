/* Comma-separated tables under tests/data: one header line, no quotes. */
#ifndef EP_TESTS_CSV_H
#define EP_TESTS_CSV_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

enum { CSV_COLUMNS = 48 };

typedef struct csv {
    char *text;                         /* cut into fields */
    char *next;                         /* line to read next */
    const char *names[CSV_COLUMNS], *fields[CSV_COLUMNS];
    uint32_t columns;
} csv;

static inline uint32_t csv_cut(char *line, const char **fields)
{
    uint32_t count = 0;

    for (char *at = line; at != NULL && count < CSV_COLUMNS; count++) {
        fields[count] = at;
        at = strchr(at, ',');
        if (at != NULL)
            *at++ = '\0';
    }
    return count;
}

/* 1 and the line's fields; 0 at the end. Empty lines and those that begin with # are passed over. */
static inline int csv_line(csv *table, const char **fields)
{
    while (*table->next != '\0') {
        char *line = table->next, *end = line + strcspn(line, "\n");
        table->next = *end != '\0' ? end + 1 : end;
        *end = '\0';
        if (*line == '\0' || *line == '#')
            continue;
        if (csv_cut(line, fields) > 1)
            return 1;
    }
    return 0;
}

/* Release with csv_close(). */
static inline csv csv_open(const char *path)
{
    csv table = {0};
    size_t length;

    table.text = table.next = test_read_file(path, &length);
    assert_true(csv_line(&table, table.names));
    while (table.columns < CSV_COLUMNS && table.names[table.columns] != NULL)
        table.columns++;
    return table;
}

static inline void csv_close(csv *table)
{
    free(table->text);
}

static inline const char *csv_text(const csv *table, const char *name)
{
    for (uint32_t i = 0; i < table->columns; i++)
        if (strcmp(table->names[i], name) == 0)
            return table->fields[i] != NULL ? table->fields[i] : "";
    fail_msg("no column %s", name);
    return "";
}

/* An empty field is 0. */
static inline uint64_t csv_count(const csv *table, const char *name)
{
    return strtoull(csv_text(table, name), NULL, 10);
}

#endif
