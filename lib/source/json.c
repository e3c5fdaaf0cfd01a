#include "source/json.h"

#include <string.h>

#include "base/utf8.h"
#include "source/assemble.h"

typedef struct json_reader {
    ep_assembly assembly;
    const char *text;
    size_t length;
    size_t at;
    uint64_t offset; /* of the text in its file */
    /* Line and column of `placed_at`, which follows `at`: a text of one long line must not be counted again for each value. */
    size_t placed_at;
    uint32_t line, column;
} json_reader;

typedef enum expected { A_VALUE, A_VALUE_OR_END, A_KEY, A_KEY_OR_END, A_COMMA_OR_END } expected;

/* ---- Places and mistakes ---- */

static ep_place place_of(json_reader *reader, size_t at)
{
    ep_place place;

    for (; reader->placed_at < at; reader->placed_at++) {
        unsigned char byte = (unsigned char)reader->text[reader->placed_at];

        if (byte == '\n') {
            reader->line++;
            reader->column = 1;
        } else if ((byte & 0xc0) != 0x80) { /* columns are characters */
            reader->column++;
        }
    }
    place.source = reader->assembly.name;
    place.line = reader->line;
    place.column = reader->column;
    place.offset = reader->offset + at;
    return place;
}

static edgeplan_status fail(json_reader *reader, const char *message)
{
    const ep_place place = place_of(reader, reader->at);

    if (reader->at >= reader->length)
        message = "the text ends where more is expected";
    return ep_assembly_stop(&reader->assembly, EDGEPLAN_ERROR_SYNTAX, &place, message);
}

/* The byte at `at`, or 0 past the end; a 0 in the text fits nowhere either. */
static char next(const json_reader *reader)
{
    return reader->at < reader->length ? reader->text[reader->at] : '\0';
}

static void skip_space(json_reader *reader)
{
    while (next(reader) == ' ' || next(reader) == '\t' || next(reader) == '\n' || next(reader) == '\r')
        reader->at++;
}

/* ---- Texts ---- */

/* Reads `\uXXXX` at `at`; returns 0 if something else is there. */
static int read_unit(const json_reader *reader, size_t at, uint32_t *out)
{
    if (reader->length - at < 6 || reader->text[at] != '\\' || reader->text[at + 1] != 'u')
        return 0;
    *out = 0;
    for (size_t i = at + 2; i < at + 6; i++) {
        const char c = reader->text[i];
        const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;

        if (digit < 0)
            return 0;
        *out = *out << 4 | (uint32_t)digit;
    }
    return 1;
}

static edgeplan_status read_unicode_escape(json_reader *reader, char *to, size_t *written)
{
    uint32_t point, low;

    if (!read_unit(reader, reader->at, &point))
        return fail(reader, "four hexadecimal digits must follow '\\u'");
    if (point >= 0xdc00 && point <= 0xdfff)
        return fail(reader, "the second half of a surrogate pair stands alone");
    if (point >= 0xd800 && point <= 0xdbff) {
        if (!read_unit(reader, reader->at + 6, &low) || low < 0xdc00 || low > 0xdfff)
            return fail(reader, "the first half of a surrogate pair stands alone");
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        reader->at += 6;
    }
    reader->at += 6;
    *written += ep_utf8_write(point, to + *written);
    return EDGEPLAN_OK;
}

static edgeplan_status read_escape(json_reader *reader, char *to, size_t *written)
{
    static const char written_as[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
    const char letter = reader->text[reader->at + 1]; /* there is one: the closing quote follows */
    const char *found;

    if (letter == 'u')
        return read_unicode_escape(reader, to, written);
    found = memchr(written_as, letter, sizeof written_as - 1);
    if (found == NULL)
        return fail(reader, "unknown escape: after '\\' comes one of \" \\ / b f n r t u");
    to[(*written)++] = means[found - written_as];
    reader->at += 2;
    return EDGEPLAN_OK;
}

/* Position of the quote that closes the text beginning at `at`, or the end. */
static size_t find_close(const json_reader *reader, size_t at)
{
    while (at < reader->length && reader->text[at] != '"')
        at += reader->text[at] == '\\' && reader->length - at > 1 ? 2 : 1;
    return at;
}

/* Reads a quoted text into the arena. What escapes stand for is never longer than they are. */
static edgeplan_status read_string(json_reader *reader, const char **out, size_t *length)
{
    const size_t begin = reader->at + 1, close = find_close(reader, begin);
    char *to;
    size_t written = 0;

    if (close >= reader->length)
        return fail(reader, "the closing '\"' is missing");
    to = ep_arena_alloc(reader->assembly.arena, close - begin + 1);
    if (to == NULL)
        return ep_assembly_no_memory(&reader->assembly);
    for (reader->at = begin; reader->at < close;) {
        const unsigned char byte = (unsigned char)reader->text[reader->at];
        size_t size;

        if (byte == '\\') {
            edgeplan_status status = read_escape(reader, to, &written);

            if (status != EDGEPLAN_OK)
                return status;
            continue;
        }
        if (byte < 0x20)
            return fail(reader, "a control character stands in a text; write it as an escape such as \\n");
        size = ep_utf8_bytes(reader->text + reader->at, close - reader->at);
        if (size == 0)
            return fail(reader, "these bytes are not UTF-8 text");
        memcpy(to + written, reader->text + reader->at, size);
        written += size;
        reader->at += size;
    }
    reader->at = close + 1;
    *out = to;
    *length = written;
    return EDGEPLAN_OK;
}

/* ---- Numbers and words ---- */

static int skip_digits(json_reader *reader)
{
    const size_t begin = reader->at;

    while (next(reader) >= '0' && next(reader) <= '9')
        reader->at++;
    return reader->at > begin;
}

static edgeplan_status skip_number(json_reader *reader)
{
    if (next(reader) == '-')
        reader->at++;
    if (next(reader) == '0') {
        reader->at++;
        if (next(reader) >= '0' && next(reader) <= '9')
            return fail(reader, "a number must not begin with 0");
    } else if (!skip_digits(reader)) {
        return fail(reader, "digits must follow '-'");
    }
    if (next(reader) == '.') {
        reader->at++;
        if (!skip_digits(reader))
            return fail(reader, "digits must follow '.'");
    }
    if (next(reader) == 'e' || next(reader) == 'E') {
        reader->at++;
        if (next(reader) == '+' || next(reader) == '-')
            reader->at++;
        if (!skip_digits(reader))
            return fail(reader, "digits must follow the 'e' of an exponent");
    }
    return EDGEPLAN_OK;
}

/* Skips one of the words of JSON and of Python's writer; returns 0 if none stands here. */
static int skip_word(json_reader *reader)
{
    static const char *const words[] = { "null", "true", "false", "NaN", "Infinity", "-Infinity" };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t size = strlen(words[i]);

        if (reader->length - reader->at >= size && memcmp(reader->text + reader->at, words[i], size) == 0) {
            reader->at += size;
            return 1;
        }
    }
    return 0;
}

static edgeplan_status read_scalar(json_reader *reader)
{
    ep_assembly *assembly = &reader->assembly;
    const size_t begin = reader->at;
    const char first = next(reader), *text;
    const ep_place place = place_of(reader, begin);
    edgeplan_status status;
    size_t length;

    if (first == '"') {
        status = read_string(reader, &text, &length);
        return status != EDGEPLAN_OK ? status : ep_assembly_scalar(assembly, EP_NODE_QUOTED, text, length, &place);
    }
    if (!skip_word(reader)) {
        if (first != '-' && (first < '0' || first > '9'))
            return fail(reader, first == '/' || first == '#' ? "comments are not allowed in JSON"
                                : first == '\''              ? "a text must stand in double quotes"
                                                             : "a value is expected here");
        status = skip_number(reader);
        if (status != EDGEPLAN_OK)
            return status;
    }
    if (first == 'n')
        return ep_assembly_scalar(assembly, EP_NODE_NULL, NULL, 0, &place);
    text = ep_arena_copy(assembly->arena, reader->text + begin, reader->at - begin);
    if (text == NULL)
        return ep_assembly_no_memory(assembly);
    return ep_assembly_scalar(assembly, EP_NODE_PLAIN, text, reader->at - begin, &place);
}

/* ---- Structure ---- */

static edgeplan_status read_close(json_reader *reader, expected *expect)
{
    reader->at++;
    *expect = A_COMMA_OR_END;
    return ep_assembly_close(&reader->assembly);
}

static edgeplan_status read_value(json_reader *reader, expected *expect)
{
    const char first = next(reader);

    if (first == ']' && *expect == A_VALUE_OR_END)
        return read_close(reader, expect);
    if (first == '{' || first == '[') {
        const ep_place place = place_of(reader, reader->at);

        reader->at++;
        *expect = first == '{' ? A_KEY_OR_END : A_VALUE_OR_END;
        return ep_assembly_open(&reader->assembly, first == '{' ? EP_NODE_MAP : EP_NODE_LIST, &place);
    }
    if (first == ']' && ep_assembly_inside(&reader->assembly) == EP_NODE_LIST)
        return fail(reader, "a comma must not stand before ']'");
    *expect = A_COMMA_OR_END;
    return read_scalar(reader);
}

static edgeplan_status read_key(json_reader *reader, expected *expect)
{
    const ep_place place = place_of(reader, reader->at);
    edgeplan_status status;
    const char *key;
    size_t length;

    if (next(reader) == '}' && *expect == A_KEY_OR_END)
        return read_close(reader, expect);
    if (next(reader) != '"')
        return fail(reader, next(reader) == '}' ? "a comma must not stand before '}'" : "a key in double quotes is expected here");
    status = read_string(reader, &key, &length);
    if (status != EDGEPLAN_OK)
        return status;
    skip_space(reader);
    if (next(reader) != ':')
        return fail(reader, "':' is expected after a key");
    reader->at++;
    *expect = A_VALUE;
    return ep_assembly_key(&reader->assembly, key, length, &place);
}

static edgeplan_status read_comma(json_reader *reader, expected *expect)
{
    const int in_map = ep_assembly_inside(&reader->assembly) == EP_NODE_MAP;

    if (next(reader) == (in_map ? '}' : ']'))
        return read_close(reader, expect);
    if (next(reader) != ',')
        return fail(reader, in_map ? "',' or '}' is expected here" : "',' or ']' is expected here");
    reader->at++;
    *expect = in_map ? A_KEY : A_VALUE;
    return EDGEPLAN_OK;
}

static edgeplan_status read_text(json_reader *reader)
{
    edgeplan_status status = EDGEPLAN_OK;
    expected expect = A_VALUE;

    while (status == EDGEPLAN_OK && (expect != A_COMMA_OR_END || ep_assembly_inside(&reader->assembly) != EP_NODE_NULL)) {
        skip_space(reader);
        if (expect == A_COMMA_OR_END)
            status = read_comma(reader, &expect);
        else if (expect == A_KEY || expect == A_KEY_OR_END)
            status = read_key(reader, &expect);
        else
            status = read_value(reader, &expect);
    }
    if (status != EDGEPLAN_OK)
        return status;
    skip_space(reader);
    if (reader->at < reader->length)
        return fail(reader, "something follows the end of the JSON value");
    return reader->assembly.status;
}

edgeplan_status ep_json_parse(ep_arena *arena, const char *text, size_t length, const char *name, edgeplan_diagnostics *diagnostics,
                              const ep_node **out)
{
    return ep_json_parse_at(arena, text, length, 0, name, diagnostics, out);
}

edgeplan_status ep_json_parse_at(ep_arena *arena, const char *text, size_t length, uint64_t offset, const char *name,
                                 edgeplan_diagnostics *diagnostics, const ep_node **out)
{
    json_reader reader;
    edgeplan_status status;

    *out = NULL;
    memset(&reader, 0, sizeof reader);
    status = ep_assembly_start(&reader.assembly, arena, name, length, diagnostics);
    if (status != EDGEPLAN_OK)
        return status;
    reader.text = length > 0 ? text : "";
    reader.length = length;
    reader.offset = offset;
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        reader.at = 3;
    reader.placed_at = reader.at;
    reader.line = 1;
    reader.column = 1;
    status = read_text(&reader);
    if (status == EDGEPLAN_OK)
        *out = reader.assembly.root;
    return status;
}
