/* What the program says: mistakes on stderr in the manner of a compiler, documents on stdout. And the memory it says it with. */
#ifndef EDGEPLAN_PROGRAM_PRINT_H
#define EDGEPLAN_PROGRAM_PRINT_H

#include <edgeplan/edgeplan.h>

#include "table.h"

/* What a shell sees. */
enum { EXIT_YES = 0, EXIT_NO = 1, EXIT_UNDECIDED = 2 };

void *allocate(size_t count, size_t size); /* zeroed; ends the program with EXIT_UNDECIDED when there is none */
char *copy_text(const char *text);
void release(void *allocated);

/* `edgeplan: error: …` on stderr. Always returns EXIT_UNDECIDED. */
int print_error(const char *format, ...) PRINTF_LIKE(1, 2);
/* `file:line:column: error: message [key path]` on stderr, one line each, from `least` upwards. Returns the errors printed. */
uint32_t print_diagnostics(const edgeplan_diagnostics *diagnostics, edgeplan_severity least);
/* The diagnostics of a call that failed, or `what: meaning of the status` if there are none. Always returns EXIT_UNDECIDED. */
int print_failure(const char *what, edgeplan_status status, const edgeplan_diagnostics *diagnostics);

/* JSON on stdout. `more`, if not NULL, writes keys that follow the library's: `,"key":value` each. Return an exit code, EXIT_YES if all is
   well. */
typedef void (*json_more)(const void *what, FILE *out);
int print_plans(const edgeplan_plan *const *plans, uint32_t count, json_more more, const void *what);
int print_recommendations(const edgeplan_recommendation *const *recommendations, uint32_t count, json_more more, const void *what);

/* The bit of the field at `offset` in the `known` or `given` of a struct, from the library's field table. */
uint64_t field_bit(const char *structure, size_t offset);

/* Whether a result counts: KNOWN(edgeplan_speed, speed, decode_tok_per_s). */
#define KNOWN(type, result, field) (((result).known & field_bit(#type, offsetof(type, field))) != 0)

/* A field as text, `unknown` if it is not known. */
#define BYTES(type, result, field) (KNOWN(type, result, field) ? bytes_text((result).field).s : "unknown")
#define NUMBER(type, result, field) (KNOWN(type, result, field) ? number_text((result).field).s : "unknown")

#endif
