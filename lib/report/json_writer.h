/* A small JSON writer over ep_text: commas and escapes are its business, indentation is not. Allocates nothing. */
#ifndef EP_REPORT_JSON_WRITER_H
#define EP_REPORT_JSON_WRITER_H

#include "base/text.h"

typedef struct ep_json_writer {
    ep_text *text;
    uint32_t comma; /* 1: the next key or element needs one before it */
} ep_json_writer;

void ep_json_begin(ep_json_writer *json, ep_text *text);

void ep_json_object(ep_json_writer *json);     /* { */
void ep_json_object_end(ep_json_writer *json); /* } */
void ep_json_array(ep_json_writer *json);      /* [ */
void ep_json_array_end(ep_json_writer *json);  /* ] */
void ep_json_key(ep_json_writer *json, const char *key);

void ep_json_null(ep_json_writer *json);
void ep_json_bool(ep_json_writer *json, int value);
void ep_json_count(ep_json_writer *json, uint64_t value);
void ep_json_number(ep_json_writer *json, double value);       /* null if it is not finite */
void ep_json_string(ep_json_writer *json, const char *string); /* null for NULL; bytes that are no UTF-8 become U+FFFD */
void ep_json_word(ep_json_writer *json, const char *word);     /* the same, and null for "" */
void ep_json_count_or_null(ep_json_writer *json, uint64_t value, int known);
void ep_json_number_or_null(ep_json_writer *json, double value, int known);

/* A key and what stands at it. `known`: any bit. */
void ep_json_object_at(ep_json_writer *json, const char *key);
void ep_json_array_at(ep_json_writer *json, const char *key);
void ep_json_word_at(ep_json_writer *json, const char *key, const char *word);
void ep_json_count_at(ep_json_writer *json, const char *key, uint64_t value, uint64_t known);
void ep_json_number_at(ep_json_writer *json, const char *key, double value, uint64_t known);

#endif
