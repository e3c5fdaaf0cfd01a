#include "fuzz.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_PER_BYTE 128u /* a list of one digit in a JSON text, four bytes, is two nodes and room for eight entries: 400 */
#define BLOCK_MARK UINT64_C(0x656467656d61726b)

void fuzz_fail(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, condition);
    abort();
}

/* ---- Memory ---- */

typedef struct block {
    uint64_t size, mark;
} block;

static void *take(void *user, size_t size)
{
    fuzz_memory *memory = user;
    block *made;

    FUZZ_CHECK(size > 0);
    memory->live_bytes += size;
    FUZZ_CHECK(memory->live_bytes <= memory->allowed_bytes);
    memory->blocks++;
    made = malloc(sizeof *made + size);
    FUZZ_CHECK(made != NULL);
    *made = (block){ size, BLOCK_MARK };
    return memset(made + 1, 0xa5, size); /* so that nothing relies on fresh memory being zero */
}

static void give(void *user, void *pointer)
{
    fuzz_memory *memory = user;
    block *made = (block *)pointer - 1;

    FUZZ_CHECK(made->mark == BLOCK_MARK && memory->blocks > 0);
    made->mark = 0;
    memory->live_bytes -= made->size;
    memory->blocks--;
    free(made);
}

void fuzz_begin_limited(fuzz_memory *memory, size_t input_bytes, uint64_t fixed_bytes, const edgeplan_limits *limits)
{
    *memory = (fuzz_memory){ .allowed_bytes = fixed_bytes + BYTES_PER_BYTE * (uint64_t)input_bytes };
    FUZZ_CHECK(edgeplan_context_new(take, give, memory, limits, &memory->context) == EDGEPLAN_OK);
}

void fuzz_begin(fuzz_memory *memory, size_t input_bytes, uint64_t fixed_bytes)
{
    fuzz_begin_limited(memory, input_bytes, fixed_bytes, NULL);
}

void fuzz_end(fuzz_memory *memory)
{
    edgeplan_context_unref(memory->context);
    FUZZ_CHECK(memory->blocks == 0 && memory->live_bytes == 0);
}

/* ---- Input ---- */

void fuzz_bytes(fuzz_input *input, void *to, size_t length)
{
    const size_t given = length < input->left ? length : input->left;

    memset(to, 0, length);
    if (given > 0)
        memcpy(to, input->at, given);
    input->at += given;
    input->left -= given;
}

uint64_t fuzz_number(fuzz_input *input, unsigned bytes)
{
    uint8_t raw[8] = { 0 };
    uint64_t number = 0;

    fuzz_bytes(input, raw, bytes);
    while (bytes-- > 0)
        number = number << 8 | raw[bytes];
    return number;
}

void *fuzz_struct(fuzz_input *input, size_t size)
{
    const int keeps_size = (fuzz_number(input, 1) & 1) == 0;
    uint32_t said = (uint32_t)fuzz_number(input, 4);
    size_t storage = said < sizeof said ? sizeof said : said > 4096 ? 4096 : said;
    uint8_t *made;

    if (keeps_size) {
        said = (uint32_t)size;
        storage = size;
    }
    made = malloc(storage);
    FUZZ_CHECK(made != NULL);
    memcpy(made, &said, sizeof said);
    fuzz_bytes(input, made + sizeof said, storage - sizeof said);
    return made;
}

/* ---- Outcomes ---- */

static int has_position(const edgeplan_diagnostics *diagnostics, uint32_t i, fuzz_position position)
{
    switch (position) {
    case FUZZ_AT_LINE:
        return edgeplan_diagnostics_line(diagnostics, i) > 0;
    case FUZZ_AT_OFFSET: /* 0 is one too: then the message or the key says what is there */
    case FUZZ_ANYWHERE:
        break;
    }
    return 1;
}

/* What is wrong with a file as a whole, or with the one that should lie beside it, is at no line. */
static int is_of_the_file(edgeplan_status status)
{
    return status == EDGEPLAN_ERROR_IO || status == EDGEPLAN_ERROR_LIMIT || status == EDGEPLAN_ERROR_UNSUPPORTED ||
           status == EDGEPLAN_ERROR_TRUNCATED || status == EDGEPLAN_ERROR_REFERENCE;
}

static void check_entry(const edgeplan_diagnostics *diagnostics, uint32_t i, fuzz_position position)
{
    const edgeplan_status status = edgeplan_diagnostics_status(diagnostics, i);
    const char *message = edgeplan_diagnostics_message(diagnostics, i);

    FUZZ_CHECK(message[0] != '\0');
    for (; *message != '\0'; message++)
        FUZZ_CHECK((unsigned char)*message >= 0x20 && *message != 0x7f);
    if (edgeplan_diagnostics_severity(diagnostics, i) != EDGEPLAN_SEVERITY_ERROR)
        return;
    FUZZ_CHECK(status != EDGEPLAN_OK);
    FUZZ_CHECK(position == FUZZ_ANYWHERE || edgeplan_diagnostics_source(diagnostics, i)[0] != '\0');
    FUZZ_CHECK(has_position(diagnostics, i, position) || is_of_the_file(status));
}

void fuzz_check_outcome(edgeplan_status status, const void *made, const edgeplan_diagnostics *diagnostics, fuzz_position position)
{
    int explained = status == EDGEPLAN_OK, errors = 0;

    FUZZ_CHECK(strcmp(edgeplan_status_name(status), "EDGEPLAN_STATUS_UNKNOWN") != 0);
    FUZZ_CHECK(status != EDGEPLAN_ERROR_NO_MEMORY && status != EDGEPLAN_ERROR_INVALID_ARGUMENT);
    FUZZ_CHECK((status == EDGEPLAN_OK) == (made != NULL));
    for (uint32_t i = 0; i < edgeplan_diagnostics_count(diagnostics); i++) {
        check_entry(diagnostics, i, position);
        errors += edgeplan_diagnostics_severity(diagnostics, i) == EDGEPLAN_SEVERITY_ERROR;
        explained |= edgeplan_diagnostics_status(diagnostics, i) == status;
    }
    FUZZ_CHECK(explained || edgeplan_diagnostics_dropped(diagnostics) > 0);
    FUZZ_CHECK((status == EDGEPLAN_OK) == (errors == 0));
}

static int ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text), end_length = strlen(end);

    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static void check_field(uint32_t field, const uint8_t *at, int is_known)
{
    const char *name = edgeplan_abi_field_name(field), *type = edgeplan_abi_field_type(field);
    uint64_t whole = 0;
    double real;

    memcpy(&whole, at, strcmp(type, "u32") == 0 ? 4 : 8);
    FUZZ_CHECK(is_known || whole == 0);
    if (strcmp(type, "f64") == 0) {
        memcpy(&real, at, sizeof real);
        FUZZ_CHECK(isfinite(real) && (real >= 0 || strcmp(name, "value") == 0 || strcmp(name, "low") == 0));
    } else if (ends_with(name, "_bytes") || ends_with(name, "_tokens"))
        FUZZ_CHECK(whole < UINT64_C(1) << 53);
}

void fuzz_check_result(const char *name, const void *result, size_t size)
{
    const uint8_t *bytes = result;
    uint64_t known;
    unsigned bit = 0;

    memcpy(&known, bytes + 8, sizeof known);
    for (uint32_t i = 0; i < edgeplan_abi_field_count(); i++) {
        const uint32_t offset = edgeplan_abi_field_offset(i);

        if (strcmp(edgeplan_abi_field_struct(i), name) != 0 || offset < 16)
            continue;
        if (offset + (strcmp(edgeplan_abi_field_type(i), "u32") == 0 ? 4u : 8u) <= size)
            check_field(i, bytes + offset, known >> bit & 1);
        bit++;
    }
    FUZZ_CHECK(bit > 0 && (bit >= 64 || known >> bit == 0));
}
