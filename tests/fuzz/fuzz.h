/* What the fuzz targets share. A target is one function over bytes; what it finds wrong ends the program, so that libFuzzer keeps the
   bytes. Everything a target promises about its input is written down in docs/security.md. */
#ifndef EP_TESTS_FUZZ_H
#define EP_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include <edgeplan/edgeplan.h>

/* The entry point libFuzzer calls, and replay.c. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program unless the condition holds: assert() would be gone in a release build. */
#define FUZZ_CHECK(condition) ((condition) ? (void)0 : fuzz_fail(#condition, __FILE__, __LINE__))
void fuzz_fail(const char *condition, const char *file, int line);

/* ---- Memory ---- */

/* An allocator that counts, and refuses to exceed what the input may cost. */
typedef struct fuzz_memory {
    uint64_t live_bytes, allowed_bytes, blocks;
    edgeplan_context *context;
} fuzz_memory;

/* Starts with a context that may hold `fixed_bytes` and as many as 128 for each byte of input; the end checks that nothing is left. */
void fuzz_begin(fuzz_memory *memory, size_t input_bytes, uint64_t fixed_bytes);
void fuzz_begin_limited(fuzz_memory *memory, size_t input_bytes, uint64_t fixed_bytes, const edgeplan_limits *limits);
void fuzz_end(fuzz_memory *memory);

/* ---- Input ---- */

/* Bytes are taken from the front; where they end, zeros follow. */
typedef struct fuzz_input {
    const uint8_t *at;
    size_t left;
} fuzz_input;

uint64_t fuzz_number(fuzz_input *input, unsigned bytes); /* little-endian */
void fuzz_bytes(fuzz_input *input, void *to, size_t length);
/* A struct of the caller in storage of exactly its size, so that AddressSanitizer sees a read beyond it. Its `struct_size` is `size`, or
   whatever the bytes say if the next one is odd. Released with free(). */
void *fuzz_struct(fuzz_input *input, size_t size);

/* ---- Outcomes ---- */

typedef enum fuzz_position {
    FUZZ_AT_OFFSET, /* mistakes lie at a byte of the file */
    FUZZ_AT_LINE,   /* at a line and column */
    FUZZ_ANYWHERE   /* of a caller's structs: at neither */
} fuzz_position;

/* A status is one that input may cause; what fails makes nothing and says what, where and in which file. */
void fuzz_check_outcome(edgeplan_status status, const void *made, const edgeplan_diagnostics *diagnostics, fuzz_position position);
/* A result as base.h promises it: unknown fields are 0, doubles finite, bytes below 2^53. `size` is the caller's. */
void fuzz_check_result(const char *name, const void *result, size_t size);

/* ---- What was read must also be usable ---- */

const edgeplan_registry *fuzz_registry(void); /* the built-in one, made once */
edgeplan_registry *fuzz_small_registry(edgeplan_context *context); /* an entry in every section; release it */
void fuzz_check_model(const edgeplan_model *model);
int fuzz_same_model(const edgeplan_model *a, const edgeplan_model *b);
/* Locks it and opens the lock; plans it: numbers, lists and report. Where a runtime takes the model; that it does not is an answer too. */
void fuzz_plan_model(const edgeplan_model *model);
/* `text` is JSON, a map with this key. */
void fuzz_check_json(const char *text, size_t length, const char *key);
void fuzz_plan_deployment(const edgeplan_deployment *deployment, const edgeplan_request *request);

#endif
