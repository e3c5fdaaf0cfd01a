#include "report/json_writer.h"

#include <string.h>

#include "base/utf8.h"

void ep_json_begin(ep_json_writer *json, ep_text *text)
{
    json->text = text;
    json->comma = 0;
}

static void before_value(ep_json_writer *json)
{
    if (json->comma)
        ep_text_add_char(json->text, ',');
    json->comma = 1;
}

static void open_with(ep_json_writer *json, char bracket)
{
    before_value(json);
    ep_text_add_char(json->text, bracket);
    json->comma = 0;
}

static void close_with(ep_json_writer *json, char bracket)
{
    ep_text_add_char(json->text, bracket);
    json->comma = 1;
}

void ep_json_object(ep_json_writer *json)
{
    open_with(json, '{');
}

void ep_json_object_end(ep_json_writer *json)
{
    close_with(json, '}');
}

void ep_json_array(ep_json_writer *json)
{
    open_with(json, '[');
}

void ep_json_array_end(ep_json_writer *json)
{
    close_with(json, ']');
}

static void escape(ep_text *text, unsigned char byte)
{
    static const char hex[] = "0123456789abcdef";
    static const char plain[] = "\"\\\b\f\n\r\t";
    static const char letter[] = "\"\\bfnrt";
    const char *found = memchr(plain, byte, sizeof plain - 1);

    ep_text_add_char(text, '\\');
    if (found != NULL) {
        ep_text_add_char(text, letter[found - plain]);
        return;
    }
    ep_text_add(text, "u00");
    ep_text_add_char(text, hex[byte >> 4]);
    ep_text_add_char(text, hex[byte & 15]);
}

static void quote(ep_text *text, const char *string)
{
    const char *p = string, *end = string + strlen(string);

    ep_text_add_char(text, '"');
    while (p < end) {
        unsigned char byte = (unsigned char)*p;
        size_t length = ep_utf8_bytes(p, (size_t)(end - p));

        if (length == 0) {
            ep_text_add(text, "\xef\xbf\xbd");
            length = 1;
        } else if (byte < 0x20 || byte == '"' || byte == '\\') {
            escape(text, byte);
        } else {
            ep_text_add_n(text, p, length);
        }
        p += length;
    }
    ep_text_add_char(text, '"');
}

void ep_json_key(ep_json_writer *json, const char *key)
{
    before_value(json);
    quote(json->text, key);
    ep_text_add_char(json->text, ':');
    json->comma = 0;
}

void ep_json_null(ep_json_writer *json)
{
    before_value(json);
    ep_text_add(json->text, "null");
}

void ep_json_bool(ep_json_writer *json, int value)
{
    before_value(json);
    ep_text_add(json->text, value ? "true" : "false");
}

void ep_json_count(ep_json_writer *json, uint64_t value)
{
    before_value(json);
    ep_text_add_count(json->text, value);
}

void ep_json_number(ep_json_writer *json, double value)
{
    if (value - value != 0.0) {
        ep_json_null(json);
        return;
    }
    before_value(json);
    ep_text_add_number(json->text, value);
}

void ep_json_string(ep_json_writer *json, const char *string)
{
    if (string == NULL) {
        ep_json_null(json);
        return;
    }
    before_value(json);
    quote(json->text, string);
}

void ep_json_word(ep_json_writer *json, const char *word)
{
    ep_json_string(json, word != NULL && word[0] != '\0' ? word : NULL);
}

void ep_json_count_or_null(ep_json_writer *json, uint64_t value, int known)
{
    if (known)
        ep_json_count(json, value);
    else
        ep_json_null(json);
}

void ep_json_number_or_null(ep_json_writer *json, double value, int known)
{
    if (known)
        ep_json_number(json, value);
    else
        ep_json_null(json);
}

void ep_json_object_at(ep_json_writer *json, const char *key)
{
    ep_json_key(json, key);
    ep_json_object(json);
}

void ep_json_array_at(ep_json_writer *json, const char *key)
{
    ep_json_key(json, key);
    ep_json_array(json);
}

void ep_json_word_at(ep_json_writer *json, const char *key, const char *word)
{
    ep_json_key(json, key);
    ep_json_word(json, word);
}

void ep_json_count_at(ep_json_writer *json, const char *key, uint64_t value, uint64_t known)
{
    ep_json_key(json, key);
    ep_json_count_or_null(json, value, known != 0);
}

void ep_json_number_at(ep_json_writer *json, const char *key, double value, uint64_t known)
{
    ep_json_key(json, key);
    ep_json_number_or_null(json, value, known != 0);
}
