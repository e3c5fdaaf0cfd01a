/* A model in several files behind a callback that may lie. The input: one byte of behaviour, one of when it begins, one of options, and
   then the files, each a byte of name length, the name, four bytes of length, the bytes. The first is the one opened. */
#include "fuzz.h"

#include <string.h>

#define FIXED_BYTES (UINT64_C(20) << 20)
#define MOST_FILES 8
#define MOST_READS 1000000u

typedef enum behaviour {
    HONEST,
    SHORT,      /* gives a byte at a time */
    TOO_MANY,   /* says it gave more than was asked for */
    FAILING,
    SHRINKING,  /* the files lose their second half */
    CHANGING,   /* other bytes at every read */
    STUTTERING, /* says that the end is reached, then goes on */
    ENDLESS,    /* zeros after the end, as from a device */
    BEHAVIOURS
} behaviour;

typedef struct file {
    char name[64];
    const uint8_t *data;
    size_t size;
} file;

typedef struct folder {
    file files[MOST_FILES];
    size_t count;
    unsigned behaviour, since, reads;
} folder;

static const file *find(const folder *f, const char *name)
{
    if (name[0] == '\0')
        return f->count > 0 ? &f->files[0] : NULL;
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->files[i].name, name) == 0)
            return &f->files[i];
    return NULL;
}

static int64_t give(const folder *f, const file *from, uint64_t offset, uint8_t *buffer, uint64_t length)
{
    const size_t size = f->behaviour == SHRINKING ? from->size / 2 : from->size;
    uint64_t count = offset < size ? size - offset : 0;

    count = count < length ? count : length;
    if (f->behaviour == SHORT && count > 1)
        count = 1;
    if (count > 0)
        memcpy(buffer, from->data + offset, (size_t)count);
    if (f->behaviour == CHANGING && count > 0)
        buffer[f->reads % count] ^= (uint8_t)f->reads;
    if (f->behaviour == ENDLESS && count == 0) {
        memset(buffer, 0, (size_t)length);
        return (int64_t)length;
    }
    return (int64_t)count;
}

static int64_t read_file(void *user, const char *name, uint64_t offset, void *buffer, uint64_t length)
{
    folder *f = user, honest = *f;
    const file *from = find(f, name);

    FUZZ_CHECK(length > 0 && ++f->reads < MOST_READS);
    for (const char *c = name; *c != '\0'; c++) /* what a caller would join to a folder's path stays in it */
        FUZZ_CHECK(*c != '/' && *c != '\\' && *c != ':' && (unsigned char)*c >= 0x20);
    FUZZ_CHECK(strcmp(name, "..") != 0 && strcmp(name, ".") != 0);
    honest.behaviour = HONEST;
    if (from == NULL)
        return -1;
    if (f->reads <= f->since)
        return give(&honest, from, offset, buffer, length);
    if (f->behaviour == TOO_MANY)
        return (int64_t)(length + 1 + f->since);
    if (f->behaviour == FAILING)
        return INT64_MIN + (int64_t)f->since;
    if (f->behaviour == STUTTERING && f->reads % 2 == 0)
        return 0;
    return give(f, from, offset, buffer, length);
}

static void take_files(fuzz_input *input, folder *f)
{
    while (input->left > 0 && f->count < MOST_FILES) {
        file *next = &f->files[f->count++];
        const size_t name_length = fuzz_number(input, 1) % sizeof next->name;
        size_t length;

        fuzz_bytes(input, next->name, name_length);
        length = (size_t)fuzz_number(input, 4);
        next->size = length < input->left ? length : input->left;
        next->data = input->at;
        input->at += next->size;
        input->left -= next->size;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = { data, size };
    folder f = { .count = 0 };
    edgeplan_open_options options = { .struct_size = sizeof options };
    const edgeplan_limits limits = { .struct_size = sizeof limits, .max_file_bytes = UINT64_C(1) << 20 };
    edgeplan_diagnostics *diagnostics;
    edgeplan_model *model;
    edgeplan_status status;
    const char *name;
    fuzz_memory counted;
    unsigned choice;

    f.behaviour = (unsigned)fuzz_number(&input, 1) % BEHAVIOURS;
    f.since = (unsigned)fuzz_number(&input, 1);
    choice = (unsigned)fuzz_number(&input, 1);
    options.kind = (choice >> 2) % (EDGEPLAN_FILE_KIND_LOCK + 1);
    options.complete = choice % 3;
    take_files(&input, &f);
    fuzz_begin_limited(&counted, size, FIXED_BYTES, &limits);
    FUZZ_CHECK(edgeplan_diagnostics_new(counted.context, &diagnostics) == EDGEPLAN_OK);
    name = f.files[0].name[0] != '\0' ? f.files[0].name : NULL;
    status = edgeplan_model_open_reader(counted.context, read_file, &f, name, &options, diagnostics, &model);
    fuzz_check_outcome(status, model, diagnostics, FUZZ_AT_OFFSET);
    if (model != NULL) {
        fuzz_check_model(model);
        fuzz_plan_model(model);
    }
    edgeplan_model_unref(model);
    edgeplan_diagnostics_unref(diagnostics);
    fuzz_end(&counted);
    return 0;
}
