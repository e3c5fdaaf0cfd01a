/* What the unit tests share. Includes cmocka with all it needs first. */
#ifndef EP_TESTS_SUPPORT_H
#define EP_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <edgeplan/base.h>
#include <edgeplan/diagnostics.h>
#include <edgeplan/model.h>

/* An allocator that counts, and fails at the `fail_at`-th call; 0 = never. */
typedef struct test_memory {
    uint64_t calls;
    uint64_t fail_at;
    uint64_t live_blocks;
} test_memory;

void *test_allocate(void *memory, size_t size);
void test_release(void *memory, void *pointer);

/* A context over `memory`, which it zeroes; `limits` may be NULL. Never NULL. */
edgeplan_context *test_context(test_memory *memory, const edgeplan_limits *limits);

/* Calls `run` with the first, second, … allocation failing until it succeeds. After each failure the status must be NO_MEMORY and no
   block but the context may be left. `run` itself checks that its out-pointers are NULL and releases what it made.
   Returns how many allocations could fail. */
typedef edgeplan_status (*test_run_fn)(edgeplan_context *context, void *argument);
uint64_t test_sweep_allocations(test_run_fn run, void *argument);

/* Fails unless |actual - expected| <= relative × |expected|. cmocka 1.1.5 compares no doubles. */
#define assert_near(actual, expected, relative) test_near(actual, expected, relative, #actual, __FILE__, __LINE__)
void test_near(double actual, double expected, double relative, const char *what, const char *file, int line);

/* Fails unless equal; prints both as counts, whatever their width. */
#define assert_count(actual, expected) assert_int_equal((LargestIntegralType)(actual), (LargestIntegralType)(expected))

/* A file under tests/data; the path holds until the next call. */
const char *test_data_path(const char *name);

/* The whole file, NUL-terminated; release with free(). Fails the test if it cannot be read. */
char *test_read_file(const char *path, size_t *length);
/* Writes a file into the directory of the test run, for tests that need one. */
void test_write_file(const char *path, const void *bytes, size_t length);

/* Whether a sentence of what was assumed in reading a model has this part. */
int assumes(const edgeplan_model *model, const char *part);

/* Seconds of processor time spent so far: other load on the machine does not count. */
double test_seconds(void);

/* Fails unless exactly this diagnostic is at `index`; `message` is a part of its message. NULL and 0 are not compared. */
#define assert_diagnostic(diagnostics, index, status, line, column, path, message) \
    test_diagnostic(diagnostics, index, status, line, column, path, message, __FILE__, __LINE__)
void test_diagnostic(const edgeplan_diagnostics *diagnostics, uint32_t index, edgeplan_status status, uint32_t line, uint32_t column,
                     const char *key_path, const char *message, const char *file, int source_line);

#endif
