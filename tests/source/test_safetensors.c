#include "safetensors_writer.h"

#include "base/arena.h"
#include "source/safetensors.h"

typedef struct read_header {
    ep_arena arena;
    edgeplan_diagnostics *diagnostics;
    ep_safetensors tensors;
    edgeplan_status status;
} read_header;

/* Reads a copy that ends where the bytes end, so that a sanitizer sees a read beyond them. */
static read_header read_in(edgeplan_context *context, const char *bytes, size_t length)
{
    char *copy = malloc(length > 0 ? length : 1);
    const ep_files files = { .context = context, .name = "m.safetensors", .bytes = copy, .length = length };
    ep_stream stream;
    ep_file file;
    read_header h;

    assert_non_null(copy);
    memcpy(copy, bytes, length);
    ep_arena_init(&h.arena, context);
    assert_int_equal(edgeplan_diagnostics_new(NULL, &h.diagnostics), EDGEPLAN_OK);
    h.status = ep_file_open(&files, "", h.diagnostics, &file);
    if (h.status == EDGEPLAN_OK) {
        assert_int_equal(ep_stream_init(&stream, &file), EDGEPLAN_OK);
        h.status = ep_safetensors_read(&h.arena, &stream, h.diagnostics, &h.tensors);
        ep_stream_free(&stream);
        ep_file_close(&file);
    }
    free(copy);
    return h;
}

static void release(read_header *h)
{
    ep_arena_free(&h->arena);
    edgeplan_diagnostics_unref(h->diagnostics);
}

/* The header of a text: its length in front. */
static read_header read_text(const char *text)
{
    st_text bytes = { NULL, 0, 0 };
    const size_t length = strlen(text);
    read_header h;

    for (unsigned i = 0; i < 8; i++)
        st_put(&bytes, &(char){ (char)(length >> (8 * i) & 0xff) }, 1);
    st_put(&bytes, text, length);
    h = read_in(NULL, bytes.bytes, bytes.length);
    free(bytes.bytes);
    return h;
}

/* ---- What is read ---- */

static void tensors_are_read_in_the_order_of_their_data(void **state)
{
    read_header h = read_text("{\"b\":{\"dtype\":\"BF16\",\"shape\":[2,3],\"data_offsets\":[4,16]},\"__metadata__\":{\"format\":\"pt\"},"
                         "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4],\"later\":1},"
                         "\"none\":{\"dtype\":\"I64\",\"shape\":[0,9],\"data_offsets\":[16,16]},"
                         "\"four\":{\"dtype\":\"F4\",\"shape\":[2,3],\"data_offsets\":[16,19]}}  ");

    (void)state;
    assert_int_equal(h.status, EDGEPLAN_OK);
    assert_int_equal(h.tensors.count, 4);
    assert_string_equal(h.tensors.tensors[0].name, "a");
    assert_int_equal(h.tensors.tensors[0].dimensions, 0);
    assert_string_equal(h.tensors.tensors[1].name, "b");
    assert_int_equal(h.tensors.tensors[1].dtype, EP_DTYPE_BF16);
    assert_int_equal(h.tensors.tensors[1].dimensions, 2);
    assert_count(h.tensors.tensors[1].shape[0], 2);
    assert_count(h.tensors.tensors[1].shape[1], 3);
    assert_count(h.tensors.tensors[1].begin, 4);
    assert_string_equal(h.tensors.tensors[2].name, "none");
    assert_string_equal(h.tensors.tensors[3].name, "four");
    assert_count(h.tensors.data_bytes, 19);
    assert_string_equal(h.tensors.tensors[1].place.source, "m.safetensors");
    assert_count(h.tensors.tensors[1].place.offset, 8 + strlen("{\"b\":"));
    release(&h);
}

/* Bits by type: safetensors/src/tensor.rs, Dtype::bitsize. */
static void every_type_has_its_size(void **state)
{
    static const struct { const char *name; unsigned elements, bytes; } rows[] = {
        { "BOOL", 1, 1 }, { "F4", 2, 1 }, { "F6_E2M3", 4, 3 }, { "F6_E3M2", 4, 3 }, { "U8", 1, 1 }, { "I8", 1, 1 }, { "F8_E5M2", 1, 1 },
        { "F8_E4M3", 1, 1 }, { "F8_E8M0", 1, 1 }, { "F8_E4M3FNUZ", 1, 1 }, { "F8_E5M2FNUZ", 1, 1 }, { "I16", 1, 2 }, { "U16", 1, 2 },
        { "F16", 1, 2 }, { "BF16", 1, 2 }, { "I32", 1, 4 }, { "U32", 1, 4 }, { "F32", 1, 4 }, { "C64", 1, 8 }, { "F64", 1, 8 },
        { "I64", 1, 8 }, { "U64", 1, 8 },
    };

    (void)state;
    assert_int_equal(sizeof rows / sizeof rows[0], EP_DTYPE_COUNT);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[128];
        read_header h;

        snprintf(text, sizeof text, "{\"x\":{\"dtype\":\"%s\",\"shape\":[%u],\"data_offsets\":[0,%u]}}", rows[i].name, rows[i].elements,
                 rows[i].bytes);
        h = read_text(text);
        if (h.status != EDGEPLAN_OK)
            fail_msg("%s: %s", rows[i].name, edgeplan_diagnostics_message(h.diagnostics, 0));
        assert_int_equal(ep_dtype_bits(h.tensors.tensors[0].dtype) * rows[i].elements, 8 * rows[i].bytes);
        release(&h);
    }
    assert_int_equal(ep_dtype_bits(EP_DTYPE_COUNT), 0);
}

/* ---- Mistakes ---- */

static const struct { const char *text; edgeplan_status status; const char *path, *message; } mistake_rows[] = {
    { "", EDGEPLAN_ERROR_SYNTAX, "", "must begin with '{'" },
    { " {}", EDGEPLAN_ERROR_SYNTAX, "", "must begin with '{'" },
    { "[]", EDGEPLAN_ERROR_SYNTAX, "", "must begin with '{'" },
    { "{", EDGEPLAN_ERROR_SYNTAX, "", "ends where more is expected" },
    { "{} x", EDGEPLAN_ERROR_SYNTAX, "", "follows the end" },
    { "{\"a\":1}", EDGEPLAN_ERROR_SCHEMA, "a", "must be a map of dtype" },
    { "{\"a\":{}}", EDGEPLAN_ERROR_SCHEMA, "a.dtype", "is missing" },
    { "{\"a\":{\"dtype\":1,\"shape\":[],\"data_offsets\":[0,4]}}", EDGEPLAN_ERROR_SCHEMA, "a.dtype", "must be a text" },
    { "{\"a\":{\"dtype\":\"Q4\",\"shape\":[],\"data_offsets\":[0,4]}}", EDGEPLAN_ERROR_UNSUPPORTED, "a.dtype", "has no type 'Q4'" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":4,\"data_offsets\":[0,4]}}", EDGEPLAN_ERROR_SCHEMA, "a.shape", "must be a list" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", EDGEPLAN_ERROR_SCHEMA, "a.shape", "whole number" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}}", EDGEPLAN_ERROR_SCHEMA, "a.shape", "whole number" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[\"1\"],\"data_offsets\":[0,4]}}", EDGEPLAN_ERROR_SCHEMA, "a.shape", "whole number" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]}}", EDGEPLAN_ERROR_LIMIT, "a.shape", "8 dimensions" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[9007199254740992],\"data_offsets\":[0,4]}}", EDGEPLAN_ERROR_RANGE, "a.shape", "2^53" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}", EDGEPLAN_ERROR_RANGE, "a.shape", "2^53" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}", EDGEPLAN_ERROR_RANGE, "a.shape", "any file" },
    { "{\"a\":{\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,2]}}", EDGEPLAN_ERROR_SCHEMA, "a.shape", "whole bytes" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", EDGEPLAN_ERROR_SCHEMA, "a.data_offsets", "two numbers" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}", EDGEPLAN_ERROR_SCHEMA, "a.data_offsets", "two numbers" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":{}}}", EDGEPLAN_ERROR_SCHEMA, "a.data_offsets", "two numbers" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", EDGEPLAN_ERROR_SCHEMA, "a.data_offsets", "is missing" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", EDGEPLAN_ERROR_RANGE, "a.data_offsets", "before they begin" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}", EDGEPLAN_ERROR_SCHEMA, "a.data_offsets",
      "as type and shape say" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}", EDGEPLAN_ERROR_SCHEMA, "a.data_offsets", "belong to no tensor" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[3,7]}}",
      EDGEPLAN_ERROR_SCHEMA, "b.data_offsets", "lie over those of 'a'" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[8,12]}}",
      EDGEPLAN_ERROR_SCHEMA, "b.data_offsets", "belong to no tensor" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}",
      EDGEPLAN_ERROR_SCHEMA, "a", "repeated" },
    { "{\"__metadata__\":[]}", EDGEPLAN_ERROR_SCHEMA, "__metadata__", "must be a map of texts" },
    { "{\"__metadata__\":{\"format\":1}}", EDGEPLAN_ERROR_SCHEMA, "__metadata__.format", "must be a text" },
};

static void mistakes_are_told_with_key_and_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistake_rows / sizeof mistake_rows[0]; i++) {
        read_header h = read_text(mistake_rows[i].text);

        if (h.status != mistake_rows[i].status || edgeplan_diagnostics_count(h.diagnostics) == 0)
            fail_msg("%s: status %d, not %d", mistake_rows[i].text, h.status, mistake_rows[i].status);
        assert_string_equal(edgeplan_diagnostics_key_path(h.diagnostics, 0), mistake_rows[i].path);
        if (strstr(edgeplan_diagnostics_message(h.diagnostics, 0), mistake_rows[i].message) == NULL)
            fail_msg("%s: %s", mistake_rows[i].text, edgeplan_diagnostics_message(h.diagnostics, 0));
        assert_in_range(edgeplan_diagnostics_offset(h.diagnostics, 0), 8, 8 + strlen(mistake_rows[i].text));
        assert_null(h.tensors.tensors);
        release(&h);
    }
}

static void every_mistake_is_told(void **state)
{
    read_header h = read_text("{\"a\":{\"dtype\":\"F3\",\"shape\":[-1],\"data_offsets\":[0]},\"b\":7,\"c\":{\"shape\":[],\"data_offsets\":[1,2]}}");

    (void)state;
    assert_int_equal(h.status, EDGEPLAN_ERROR_UNSUPPORTED);
    assert_int_equal(edgeplan_diagnostics_count(h.diagnostics), 5);
    assert_diagnostic(h.diagnostics, 0, EDGEPLAN_ERROR_UNSUPPORTED, 1, 15, "a.dtype", "'F3'");
    assert_diagnostic(h.diagnostics, 1, EDGEPLAN_ERROR_SCHEMA, 1, 29, "a.shape", NULL);
    assert_diagnostic(h.diagnostics, 3, EDGEPLAN_ERROR_SCHEMA, 1, 0, "b", NULL);
    assert_diagnostic(h.diagnostics, 4, EDGEPLAN_ERROR_SCHEMA, 1, 0, "c.dtype", "is missing");
    release(&h);
}

/* ---- Lengths ---- */

static void a_length_is_believed_no_further_than_the_bytes_go(void **state)
{
    static const struct { unsigned char prefix[8]; edgeplan_status status; uint64_t offset; } rows[] = {
        { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, EDGEPLAN_ERROR_LIMIT, 0 },
        { { 0x01, 0xe1, 0xf5, 0x05, 0, 0, 0, 0 }, EDGEPLAN_ERROR_LIMIT, 0 },                         /* 100,000,001 */
        { { 0x00, 0x00, 0x00, 0x01, 0, 0, 0, 0 }, EDGEPLAN_ERROR_TRUNCATED, 8 + (UINT64_C(1) << 24) }, /* 16 MiB */
        { { 0x03, 0, 0, 0, 0, 0, 0, 0 }, EDGEPLAN_ERROR_TRUNCATED, 11 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char bytes[10];
        test_memory memory;
        edgeplan_context *context = test_context(&memory, NULL);
        read_header h;

        memcpy(bytes, rows[i].prefix, 8);
        memcpy(bytes + 8, "{}", 2);
        h = read_in(context, bytes, sizeof bytes);
        assert_int_equal(h.status, rows[i].status);
        assert_int_equal(edgeplan_diagnostics_count(h.diagnostics), 1);
        assert_count(edgeplan_diagnostics_offset(h.diagnostics, 0), rows[i].offset);
        assert_in_range(memory.calls, 0, 10);
        release(&h);
        edgeplan_context_unref(context);
    }
}

static st_header small_header(void)
{
    st_header header = st_begin();

    st_add(&header, "model.embed_tokens.weight", "BF16", 16, 8, 0, 0);
    st_add(&header, "model.norm.weight", "F32", 8, 0, 0, 0);
    st_end(&header);
    return header;
}

static void every_beginning_says_how_much_is_needed(void **state)
{
    st_header whole = small_header();

    (void)state;
    for (size_t length = 0; length < whole.text.length; length++) {
        read_header h = read_in(NULL, whole.text.bytes, length);

        assert_int_equal(h.status, EDGEPLAN_ERROR_TRUNCATED);
        assert_count(edgeplan_diagnostics_offset(h.diagnostics, 0), length < 8 ? 8 : whole.text.length);
        release(&h);
    }
    free(whole.text.bytes);
}

/* No byte of a header may take the reader anywhere but to a status. */
static void any_byte_may_be_wrong(void **state)
{
    st_header whole = small_header();

    (void)state;
    for (size_t at = 0; at < whole.text.length; at++) {
        const char was = whole.text.bytes[at];

        for (unsigned byte = 0; byte < 256; byte += 5) {
            read_header h;

            whole.text.bytes[at] = (char)byte;
            h = read_in(NULL, whole.text.bytes, whole.text.length);
            assert_int_equal(edgeplan_diagnostics_count(h.diagnostics) != 0, h.status != EDGEPLAN_OK);
            release(&h);
        }
        whole.text.bytes[at] = was;
    }
    free(whole.text.bytes);
}

static edgeplan_status run_small(edgeplan_context *context, void *argument)
{
    const st_header *whole = argument;
    read_header h = read_in(context, whole->text.bytes, whole->text.length);
    const edgeplan_status status = h.status;

    assert_int_equal(h.tensors.tensors != NULL && status == EDGEPLAN_OK, status == EDGEPLAN_OK);
    release(&h);
    return status;
}

static void memory_may_fail_at_any_time(void **state)
{
    st_header whole = small_header();

    (void)state;
    assert_true(test_sweep_allocations(run_small, &whole) >= 5);
    free(whole.text.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tensors_are_read_in_the_order_of_their_data),
        cmocka_unit_test(every_type_has_its_size),
        cmocka_unit_test(mistakes_are_told_with_key_and_byte),
        cmocka_unit_test(every_mistake_is_told),
        cmocka_unit_test(a_length_is_believed_no_further_than_the_bytes_go),
        cmocka_unit_test(every_beginning_says_how_much_is_needed),
        cmocka_unit_test(any_byte_may_be_wrong),
        cmocka_unit_test(memory_may_fail_at_any_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
