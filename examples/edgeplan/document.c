#include "document.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "print.h"

enum { DEEPEST = 64, MOST_BYTES = 64 << 20 };

typedef struct reader {
    const char *at;
    unsigned line;
    int failed;
} reader;

static void fail(reader *r)
{
    r->failed = 1;
}

static void skip_blanks(reader *r)
{
    while (*r->at == ' ' || *r->at == '\t' || *r->at == '\r' || *r->at == '\n') {
        r->line += *r->at == '\n';
        r->at++;
    }
}

static int take(reader *r, char wanted)
{
    skip_blanks(r);
    if (*r->at != wanted)
        return 0;
    r->at++;
    return 1;
}

static unsigned read_hex(reader *r)
{
    unsigned value = 0;
    for (int i = 0; i < 4; i++) {
        char c = *r->at;
        if (!isxdigit((unsigned char)c)) {
            fail(r);
            return 0;
        }
        value = value * 16 + (unsigned)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
        r->at++;
    }
    return value;
}

static char *add_utf8(char *out, unsigned point)
{
    if (point < 0x80) {
        *out++ = (char)point;
    } else if (point < 0x800) {
        *out++ = (char)(0xc0 | point >> 6);
        *out++ = (char)(0x80 | (point & 63));
    } else if (point < 0x10000) {
        *out++ = (char)(0xe0 | point >> 12);
        *out++ = (char)(0x80 | (point >> 6 & 63));
        *out++ = (char)(0x80 | (point & 63));
    } else {
        *out++ = (char)(0xf0 | point >> 18);
        *out++ = (char)(0x80 | (point >> 12 & 63));
        *out++ = (char)(0x80 | (point >> 6 & 63));
        *out++ = (char)(0x80 | (point & 63));
    }
    return out;
}

/* A pair of surrogates is one character; half a pair, or a NUL, is none. */
static unsigned read_point(reader *r)
{
    unsigned point = read_hex(r);
    if (point >= 0xd800 && point < 0xdc00 && r->at[0] == '\\' && r->at[1] == 'u') {
        r->at += 2;
        unsigned low = read_hex(r);
        if (low >= 0xdc00 && low < 0xe000)
            return 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        fail(r);
    }
    if (point == 0 || (point >= 0xd800 && point < 0xe000))
        fail(r);
    return point;
}

static char *read_escape(reader *r, char *out)
{
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char *found = *r->at != '\0' ? strchr(letters, *r->at) : NULL;
    if (*r->at == 'u') {
        r->at++;
        return add_utf8(out, read_point(r));
    }
    if (found == NULL)
        fail(r);
    else
        *out++ = meant[found - letters];
    r->at += found != NULL;
    return out;
}

/* What is read is never longer than what was written. */
static char *read_string(reader *r)
{
    size_t length = 0;
    if (!take(r, '"')) {
        fail(r);
        return NULL;
    }
    while (r->at[length] != '"' && r->at[length] != '\0')
        length += r->at[length] == '\\' && r->at[length + 1] != '\0' ? 2 : 1;
    char *text = allocate(length + 1, 1), *out = text;
    while (!r->failed && *r->at != '"') {
        if ((unsigned char)*r->at < 0x20)
            fail(r);
        else if (*r->at != '\\')
            *out++ = *r->at++;
        else {
            r->at++;
            out = read_escape(r, out);
        }
    }
    r->at += *r->at == '"';
    return text;
}

static void read_number(reader *r, json_value *out)
{
    const char *end = r->at + (*r->at == '-');
    char *stopped = NULL;
    if (!isdigit((unsigned char)*end)) {
        fail(r);
        return;
    }
    out->kind = JSON_NUMBER;
    out->number = strtod(r->at, &stopped); /* the program keeps the C locale */
    r->at = stopped;
}

static void read_word(reader *r, json_value *out)
{
    static const struct {
        const char *word;
        json_kind kind;
        double number;
    } words[] = {{"true", JSON_BOOL, 1}, {"false", JSON_BOOL, 0}, {"null", JSON_NULL, 0}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i].word);
        if (strncmp(r->at, words[i].word, length) != 0)
            continue;
        out->kind = words[i].kind;
        out->number = words[i].number;
        r->at += length;
        return;
    }
    fail(r);
}

static void read_value(reader *r, json_value *out, int depth);

static json_value *add_item(json_value *to, uint32_t *room)
{
    if (to->count == *room) {
        *room = *room ? 2 * *room : 8;
        json_value *more = allocate(*room, sizeof *more);
        if (to->count > 0)
            memcpy(more, to->items, to->count * sizeof *more);
        release(to->items);
        to->items = more;
    }
    return &to->items[to->count++];
}

static void read_items(reader *r, json_value *out, char close, int depth)
{
    uint32_t room = 0;
    out->kind = close == '}' ? JSON_MAP : JSON_LIST;
    if (take(r, close))
        return;
    do {
        json_value *item = add_item(out, &room);
        if (close == '}') {
            item->key = read_string(r);
            if (!take(r, ':'))
                fail(r);
        }
        if (!r->failed)
            read_value(r, item, depth);
    } while (!r->failed && take(r, ','));
    if (!r->failed && !take(r, close))
        fail(r);
}

static void read_value(reader *r, json_value *out, int depth)
{
    skip_blanks(r);
    out->line = r->line;
    if (depth > DEEPEST)
        fail(r);
    else if (take(r, '{'))
        read_items(r, out, '}', depth + 1);
    else if (take(r, '['))
        read_items(r, out, ']', depth + 1);
    else if (*r->at == '"') {
        out->kind = JSON_TEXT;
        out->text = read_string(r);
    } else if (*r->at == '-' || isdigit((unsigned char)*r->at))
        read_number(r, out);
    else
        read_word(r, out);
}

static void clear(json_value *value)
{
    for (uint32_t i = 0; i < value->count; i++)
        clear(&value->items[i]);
    release(value->items);
    release(value->text);
    release(value->key);
}

void json_release(json_value *value)
{
    if (value != NULL)
        clear(value);
    release(value);
}

json_value *json_read_text(const char *text, unsigned *line)
{
    reader r = {text, 1, 0};
    json_value *root = allocate(1, sizeof *root);
    read_value(&r, root, 0);
    skip_blanks(&r);
    *line = r.line;
    if (!r.failed && *r.at == '\0')
        return root;
    json_release(root);
    return NULL;
}

static char *read_bytes(FILE *in)
{
    size_t size = 1 << 16, length = 0;
    char *text = allocate(size, 1);
    for (;;) {
        length += fread(text + length, 1, size - 1 - length, in);
        if (length + 1 < size || size >= MOST_BYTES)
            break;
        char *more = allocate(2 * size, 1);
        memcpy(more, text, length);
        release(text);
        text = more;
        size *= 2;
    }
    text[length] = '\0';
    return text;
}

json_value *json_read_file(const char *path)
{
    FILE *in = fopen(path, "rb");
    unsigned line = 0;
    if (in == NULL) {
        print_error("%s: could not be read", path);
        return NULL;
    }
    char *text = read_bytes(in);
    int failed = ferror(in);
    fclose(in);
    json_value *root = failed ? NULL : json_read_text(text, &line);
    release(text);
    if (root == NULL && failed)
        print_error("%s: could not be read", path);
    else if (root == NULL)
        fprintf(stderr, "%s:%u: error: not well-formed JSON\n", path, line);
    return root;
}

const json_value *json_at(const json_value *map, const char *key)
{
    for (uint32_t i = 0; json_is(map, JSON_MAP) && i < map->count; i++)
        if (strcmp(map->items[i].key, key) == 0)
            return &map->items[i];
    return NULL;
}

const char *json_text(const json_value *value)
{
    return json_is(value, JSON_TEXT) ? value->text : "";
}

int json_is(const json_value *value, json_kind kind)
{
    return value != NULL && value->kind == kind;
}

int json_equal(const json_value *a, const json_value *b)
{
    if (a == NULL || b == NULL || a->kind != b->kind || a->count != b->count)
        return a == b;
    for (uint32_t i = 0; i < a->count; i++)
        if (!json_equal(&a->items[i], &b->items[i]) || (a->kind == JSON_MAP && strcmp(a->items[i].key, b->items[i].key) != 0))
            return 0;
    return a->kind == JSON_TEXT ? strcmp(a->text, b->text) == 0 : a->number <= b->number && a->number >= b->number;
}

void json_write_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else if ((unsigned char)*text < 0x20)
            fprintf(out, "\\u%04x", (unsigned)(unsigned char)*text);
        else
            fputc(*text, out);
    }
    fputc('"', out);
}

void json_write_number(FILE *out, const char *key, double value, int known)
{
    char digits[64];
    fprintf(out, ",\"%s\":%s", key, known && edgeplan_number_text(value, digits, sizeof digits) > 0 ? digits : "null");
}

void json_write_word(FILE *out, const char *before, const char *key, const char *word)
{
    fprintf(out, "%s\"%s\":", before, key);
    if (word[0] != '\0')
        json_write_text(out, word);
    else
        fputs("null", out);
}
