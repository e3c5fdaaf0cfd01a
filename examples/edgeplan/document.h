/* JSON documents that the program reads back: a baseline, and the model lists that apps carry. */
#ifndef EDGEPLAN_PROGRAM_DOCUMENT_H
#define EDGEPLAN_PROGRAM_DOCUMENT_H

#include <stdint.h>
#include <stdio.h>

typedef enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_TEXT, JSON_LIST, JSON_MAP } json_kind;

typedef struct json_value json_value;
struct json_value {
    json_kind kind;
    double number;       /* of a bool: 1 is true */
    char *text;          /* UTF-8 */
    char *key;           /* in a map */
    unsigned line;       /* from 1 */
    json_value *items;   /* lists and maps, in order */
    uint32_t count;
};

/* NULL after saying what is wrong. */
json_value *json_read_file(const char *path);
/* NULL and the line of the mistake. */
json_value *json_read_text(const char *text, unsigned *line);
void json_release(json_value *value);

/* All take NULL: what is not there has nothing in it. */
const json_value *json_at(const json_value *map, const char *key);
const char *json_text(const json_value *value); /* "" if it is no text */
int json_is(const json_value *value, json_kind kind);
int json_equal(const json_value *a, const json_value *b); /* maps in the same order */

/* A string, quoted and escaped. */
void json_write_text(FILE *out, const char *text);
/* `,"key":` and a number as the library writes it, or null. */
void json_write_number(FILE *out, const char *key, double value, int known);
/* `before`, `"key":` and a word, null for "". */
void json_write_word(FILE *out, const char *before, const char *key, const char *word);

#endif
