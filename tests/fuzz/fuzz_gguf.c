/* A GGUF file in memory, and the same through a callback that gives it in small pieces: one answer. */
#include "fuzz.h"

#include <string.h>

#define FIXED_BYTES (UINT64_C(8) << 20) /* 4096 layers of a claimed count, in a growing array: see docs/security.md */

typedef struct source {
    const uint8_t *data;
    size_t size, piece;
} source;

static int64_t give_piece(void *user, const char *name, uint64_t offset, void *buffer, uint64_t length)
{
    const source *s = user;
    uint64_t count = offset < s->size ? s->size - offset : 0;

    FUZZ_CHECK(length > 0);
    if (name[0] != '\0')
        return -1;
    count = count < length ? count : length;
    count = count < s->piece ? count : s->piece;
    if (count > 0)
        memcpy(buffer, s->data + offset, (size_t)count);
    return (int64_t)count;
}

typedef struct outcome {
    edgeplan_status status;
    edgeplan_model *model;
    edgeplan_diagnostics *diagnostics;
} outcome;

static outcome open_as(edgeplan_context *context, source *s, int in_memory, uint32_t complete)
{
    const edgeplan_open_options options = { .struct_size = sizeof options, .kind = EDGEPLAN_FILE_KIND_GGUF, .complete = complete };
    outcome o = { EDGEPLAN_OK, NULL, NULL };

    FUZZ_CHECK(edgeplan_diagnostics_new(context, &o.diagnostics) == EDGEPLAN_OK);
    o.status = in_memory ? edgeplan_model_open_memory(context, s->data, s->size, "fuzz", &options, o.diagnostics, &o.model)
                         : edgeplan_model_open_reader(context, give_piece, s, "fuzz", &options, o.diagnostics, &o.model);
    fuzz_check_outcome(o.status, o.model, o.diagnostics, FUZZ_AT_OFFSET);
    return o;
}

static void check_needed(const outcome *o, size_t size)
{
    for (uint32_t i = 0; i < edgeplan_diagnostics_count(o->diagnostics); i++)
        if (edgeplan_diagnostics_status(o->diagnostics, i) == EDGEPLAN_ERROR_TRUNCATED)
            FUZZ_CHECK(edgeplan_diagnostics_offset(o->diagnostics, i) > size);
}

static void check_same(const outcome *a, const outcome *b)
{
    FUZZ_CHECK(a->status == b->status);
    FUZZ_CHECK(a->model == NULL || fuzz_same_model(a->model, b->model));
    FUZZ_CHECK(edgeplan_diagnostics_count(a->diagnostics) == edgeplan_diagnostics_count(b->diagnostics));
    for (uint32_t i = 0; i < edgeplan_diagnostics_count(a->diagnostics); i++) {
        FUZZ_CHECK(strcmp(edgeplan_diagnostics_message(a->diagnostics, i), edgeplan_diagnostics_message(b->diagnostics, i)) == 0);
        FUZZ_CHECK(edgeplan_diagnostics_offset(a->diagnostics, i) == edgeplan_diagnostics_offset(b->diagnostics, i));
    }
}

static void drop(outcome *o)
{
    edgeplan_model_unref(o->model);
    edgeplan_diagnostics_unref(o->diagnostics);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    source s = { data, size, size > 0 ? data[size - 1] % 37u + 1 : 1 };
    outcome memory, pieces, complete;
    fuzz_memory counted;

    fuzz_begin(&counted, size, FIXED_BYTES);
    memory = open_as(counted.context, &s, 1, EDGEPLAN_SWITCH_DEFAULT);
    check_needed(&memory, size);
    pieces = open_as(counted.context, &s, 0, EDGEPLAN_SWITCH_DEFAULT);
    check_same(&memory, &pieces);
    drop(&pieces);
    complete = open_as(counted.context, &s, 1, EDGEPLAN_SWITCH_ON);
    check_needed(&complete, size);
    FUZZ_CHECK(complete.model == NULL || (memory.model != NULL && fuzz_same_model(memory.model, complete.model)));
    drop(&complete);
    if (memory.model != NULL) {
        fuzz_check_model(memory.model);
        fuzz_plan_model(memory.model);
    }
    drop(&memory);
    fuzz_end(&counted);
    return 0;
}
