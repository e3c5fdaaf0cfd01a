/* The header reader on its own: what it keeps, what it passes by, and that nothing hurts it. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "gguf_writer.h"
#include "source/gguf.h"

typedef struct outcome {
    ep_arena arena;
    ep_gguf gguf;
    edgeplan_diagnostics *diagnostics;
    edgeplan_status status;
} outcome;

static edgeplan_status read_bytes(edgeplan_context *context, const void *bytes, size_t length, ep_arena *arena,
                                  edgeplan_diagnostics *diagnostics, ep_gguf *gguf)
{
    const ep_files files = { .context = context, .name = "m.gguf", .bytes = bytes, .length = length };
    ep_stream stream;
    ep_file file;
    edgeplan_status status = ep_file_open(&files, "", diagnostics, &file);

    if (status != EDGEPLAN_OK)
        return status;
    status = ep_stream_init(&stream, &file);
    if (status == EDGEPLAN_OK)
        status = ep_gguf_read(arena, &stream, diagnostics, gguf);
    ep_stream_free(&stream);
    ep_file_close(&file);
    return status;
}

static void begin(outcome *o, const void *bytes, size_t length)
{
    ep_arena_init(&o->arena, NULL);
    assert_int_equal(edgeplan_diagnostics_new(NULL, &o->diagnostics), EDGEPLAN_OK);
    o->status = read_bytes(NULL, bytes, length, &o->arena, o->diagnostics, &o->gguf);
}

static void begin_written(outcome *o, gguf_writer *writer)
{
    size_t length;
    const unsigned char *bytes = gguf_end(writer, &length);

    begin(o, bytes, length);
}

static void end(outcome *o)
{
    ep_arena_free(&o->arena);
    edgeplan_diagnostics_unref(o->diagnostics);
}

/* ---- What is kept ---- */

/* One key of each type, a short and a long array, and two tensors. */
static void write_small(gguf_writer *w)
{
    static const uint32_t list[] = { 8, 0, 4, 0 };
    static const uint64_t matrix[] = { 256, 3, 0 }, vector[] = { 5, 0 };
    static const unsigned char wide[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    char *long_text = malloc(EP_GGUF_KEPT_TEXT + 2);

    gguf_new(w);
    gguf_key_text(w, "general.architecture", "llama");
    gguf_key(w, "u8", GGUF_U8);
    gguf_put(&w->key_bytes, "\xff", 1);
    gguf_key(w, "i8", GGUF_I8);
    gguf_put(&w->key_bytes, "\xff", 1);
    gguf_key(w, "u16", GGUF_U16);
    gguf_put(&w->key_bytes, "\xfe\xff", 2);
    gguf_key(w, "i16", GGUF_I16);
    gguf_put(&w->key_bytes, "\xfe\xff", 2);
    gguf_key_u32(w, "u32", 4000000000u);
    gguf_key(w, "i32", GGUF_I32);
    gguf_put_u32(&w->key_bytes, 0xffffffffu);
    gguf_key_f32(w, "f32", 1.5f);
    gguf_key(w, "bool", GGUF_BOOL);
    gguf_put(&w->key_bytes, "\1", 1);
    gguf_key(w, "u64", GGUF_U64);
    gguf_put(&w->key_bytes, wide, sizeof wide);
    gguf_key(w, "huge", GGUF_U64);
    gguf_put_u64(&w->key_bytes, UINT64_MAX);
    gguf_key(w, "i64", GGUF_I64);
    gguf_put_u64(&w->key_bytes, UINT64_MAX);
    gguf_key(w, "f64", GGUF_F64);
    gguf_put(&w->key_bytes, wide, sizeof wide);
    gguf_key_list(w, "list", GGUF_U32, list, 4);
    gguf_key_texts(w, "texts", 1000, 9);
    assert_non_null(long_text);
    memset(long_text, 'a', EP_GGUF_KEPT_TEXT + 1);
    long_text[EP_GGUF_KEPT_TEXT + 1] = '\0';
    gguf_key_text(w, "long", long_text);
    free(long_text);
    gguf_tensor(w, "b.weight", 12, matrix);
    gguf_tensor(w, "a.bias", 0, vector);
}

static int64_t number(const ep_gguf *gguf, const char *key)
{
    const ep_gguf_value *value = ep_gguf_find(gguf, key);

    assert_non_null(value);
    assert_non_null(value->numbers);
    assert_count(value->count, 1);
    return value->numbers[0];
}

static void keeps_what_is_short(void **state)
{
    gguf_writer w;
    outcome o;
    const ep_gguf_value *value;

    (void)state;
    write_small(&w);
    begin_written(&o, &w);
    assert_int_equal(o.status, EDGEPLAN_OK);
    assert_count(edgeplan_diagnostics_count(o.diagnostics), 0);
    assert_count(o.gguf.value_count, 16);
    assert_string_equal(ep_gguf_find(&o.gguf, "general.architecture")->text, "llama");
    assert_true(number(&o.gguf, "u8") == 255 && number(&o.gguf, "i8") == -1);
    assert_true(number(&o.gguf, "u16") == 65534 && number(&o.gguf, "i16") == -2);
    assert_true(number(&o.gguf, "u32") == 4000000000 && number(&o.gguf, "i32") == -1);
    assert_true(number(&o.gguf, "bool") == 1 && number(&o.gguf, "i64") == -1);
    assert_true(number(&o.gguf, "u64") == INT64_C(0x0807060504030201));
    assert_true(number(&o.gguf, "huge") == -1);
    assert_null(ep_gguf_find(&o.gguf, "f32")->numbers);
    assert_null(ep_gguf_find(&o.gguf, "f64")->numbers);
    value = ep_gguf_find(&o.gguf, "list");
    assert_true(value->is_array && value->count == 4 && value->numbers[0] == 8 && value->numbers[2] == 4);
    value = ep_gguf_find(&o.gguf, "texts");
    assert_true(value->is_array && value->count == 1000 && value->text == NULL && value->numbers == NULL);
    value = ep_gguf_find(&o.gguf, "long");
    assert_true(value->text == NULL && value->count == EP_GGUF_KEPT_TEXT + 1);
    assert_null(ep_gguf_find(&o.gguf, "no such key"));
    assert_count(o.gguf.tensor_count, 2);
    assert_string_equal(o.gguf.tensors[0].name, "b.weight");
    assert_true(o.gguf.tensors[0].dims == 2 && o.gguf.tensors[0].sizes[0] == 256 && o.gguf.tensors[0].sizes[1] == 3);
    assert_true(o.gguf.tensors[0].sizes[2] == 1 && o.gguf.tensors[0].elements == 768 && o.gguf.tensors[0].type == 12);
    assert_count(o.gguf.tensors[1].offset, 448); /* 3 blocks of 144 bytes, padded to 32 */
    assert_count(o.gguf.alignment, 32);
    assert_count(o.gguf.data_offset, (w.file.length + 31) / 32 * 32);
    end(&o);
    gguf_free(&w);
}

/* ---- Memory ---- */

typedef struct bounded {
    size_t now, most;
} bounded;

static void *allocate_bounded(void *user, size_t size)
{
    bounded *b = user;
    size_t *block = malloc(sizeof(max_align_t) + size);

    assert_non_null(block);
    *block = size;
    b->now += size;
    if (b->now > b->most)
        b->most = b->now;
    return (char *)block + sizeof(max_align_t);
}

static void release_bounded(void *user, void *pointer)
{
    bounded *b = user;
    size_t *block = (size_t *)((char *)pointer - sizeof(max_align_t));

    b->now -= *block;
    free(block);
}

static size_t most_memory(uint64_t tokens)
{
    bounded b = { 0, 0 };
    edgeplan_context *context;
    ep_arena arena;
    ep_gguf gguf;
    gguf_writer w;
    size_t length;
    const unsigned char *bytes;

    gguf_new(&w);
    gguf_key_text(&w, "general.architecture", "llama");
    gguf_key_texts(&w, "tokenizer.ggml.tokens", tokens, 6);
    gguf_key_texts(&w, "tokenizer.ggml.merges", 2 * tokens, 9);
    bytes = gguf_end(&w, &length);
    assert_int_equal(edgeplan_context_new(allocate_bounded, release_bounded, &b, NULL, &context), EDGEPLAN_OK);
    ep_arena_init(&arena, context);
    assert_int_equal(read_bytes(context, bytes, length, &arena, NULL, &gguf), EDGEPLAN_OK);
    assert_count(ep_gguf_find(&gguf, "tokenizer.ggml.tokens")->count, tokens);
    ep_arena_free(&arena);
    edgeplan_context_unref(context);
    assert_count(b.now, 0);
    gguf_free(&w);
    return b.most;
}

static void memory_does_not_grow_with_the_tokens(void **state)
{
    (void)state;
    assert_count(most_memory(100000), most_memory(10));
}

/* ---- Truncation ---- */

static void every_truncation_says_what_it_needs(void **state)
{
    gguf_writer w;
    size_t length;
    const unsigned char *bytes;
    uint64_t before = 0;

    (void)state;
    write_small(&w);
    bytes = gguf_end(&w, &length);
    for (size_t cut = 0; cut < length; cut++) {
        unsigned char *head = malloc(cut + 1); /* of its own, so that a read beyond it is found */
        uint64_t needed;
        outcome o;

        assert_non_null(head);
        memcpy(head, bytes, cut);
        begin(&o, head, cut);
        assert_int_equal(o.status, EDGEPLAN_ERROR_TRUNCATED);
        assert_count(edgeplan_diagnostics_count(o.diagnostics), 1);
        needed = edgeplan_diagnostics_offset(o.diagnostics, 0);
        assert_true(needed > cut && needed <= length && needed >= before);
        before = needed;
        end(&o);
        free(head);
    }
    gguf_free(&w);
}

/* ---- Hostile and wrong files ---- */

static void check_refused(gguf_writer *w, edgeplan_status status, const char *key, const char *message)
{
    outcome o;

    begin_written(&o, w);
    assert_int_equal(o.status, status);
    assert_diagnostic(o.diagnostics, 0, status, 0, 0, key, message);
    end(&o);
    gguf_free(w);
}

static void refuses_beginnings(void **state)
{
    static const struct {
        uint32_t version;
        const char *message;
    } versions[] = { { 0, "version 1" }, { 1, "version 1" }, { 4, "newer" }, { 0x03000000, "big-endian" }, { 0x02000000, "big-endian" } };
    static const unsigned char hostile[37] = "GGUF\3\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff" "abcd";
    gguf_writer w;
    outcome o;

    (void)state;
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        gguf_new(&w);
        w.version = versions[i].version;
        check_refused(&w, EDGEPLAN_ERROR_UNSUPPORTED, "version", versions[i].message);
    }
    gguf_new(&w);
    w.version = 2;
    begin_written(&o, &w);
    assert_int_equal(o.status, EDGEPLAN_OK);
    end(&o);
    gguf_free(&w);
    begin(&o, "ggml", 4);
    assert_int_equal(o.status, EDGEPLAN_ERROR_SYNTAX);
    end(&o);
    begin(&o, hostile, sizeof hostile); /* 37 bytes, and a key that claims 2^64 - 1 of them */
    assert_int_equal(o.status, EDGEPLAN_ERROR_RANGE);
    assert_count(edgeplan_diagnostics_offset(o.diagnostics, 0), 24);
    end(&o);
    gguf_new(&w);
    w.tensors = UINT64_C(1) << 63;
    w.keys = UINT64_MAX;
    begin_written(&o, &w);
    assert_int_equal(o.status, EDGEPLAN_ERROR_RANGE);
    assert_count(edgeplan_diagnostics_count(o.diagnostics), 2);
    end(&o);
    gguf_free(&w);
}

static void refuses_keys(void **state)
{
    static const struct {
        uint32_t type, element;
        uint64_t count;
        edgeplan_status status;
    } arrays[] = {
        { GGUF_TEXT, 0, UINT64_C(1) << 62, EDGEPLAN_ERROR_RANGE },
        { GGUF_TEXT, 0, UINT64_MAX, EDGEPLAN_ERROR_RANGE },
        { GGUF_ARRAY, GGUF_U32, UINT64_MAX / 4 + 2, EDGEPLAN_ERROR_RANGE }, /* × 4 is 4 again */
        { GGUF_ARRAY, GGUF_F64, UINT64_C(1) << 61, EDGEPLAN_ERROR_RANGE },
        { GGUF_ARRAY, GGUF_TEXT, UINT64_C(1) << 61, EDGEPLAN_ERROR_RANGE },
        { GGUF_ARRAY, GGUF_ARRAY, 1, EDGEPLAN_ERROR_UNSUPPORTED },
        { GGUF_ARRAY, 13, 1, EDGEPLAN_ERROR_SCHEMA },
        { 13, 0, 0, EDGEPLAN_ERROR_SCHEMA },
        { UINT32_MAX, 0, 0, EDGEPLAN_ERROR_SCHEMA },
    };
    gguf_writer w;

    (void)state;
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        gguf_new(&w);
        gguf_key(&w, "bad.key", arrays[i].type);
        if (arrays[i].type == GGUF_ARRAY)
            gguf_put_u32(&w.key_bytes, arrays[i].element);
        gguf_put_u64(&w.key_bytes, arrays[i].count);
        gguf_put(&w.key_bytes, "some bytes behind it", 20);
        check_refused(&w, arrays[i].status, "bad.key", NULL);
    }
    gguf_new(&w); /* a text in an array that claims nearly everything */
    gguf_key(&w, "bad.key", GGUF_ARRAY);
    gguf_put_u32(&w.key_bytes, GGUF_TEXT);
    gguf_put_u64(&w.key_bytes, 2);
    gguf_put_text(&w.key_bytes, "fine");
    gguf_put_u64(&w.key_bytes, UINT64_MAX - 20);
    check_refused(&w, EDGEPLAN_ERROR_RANGE, "bad.key", "256 MiB");
    gguf_new(&w);
    gguf_key_u32(&w, "", 1);
    check_refused(&w, EDGEPLAN_ERROR_RANGE, "key", "empty");
    gguf_new(&w);
    gguf_put_u64(&w.key_bytes, 3);
    gguf_put(&w.key_bytes, "a\0b", 3);
    w.keys = 1;
    check_refused(&w, EDGEPLAN_ERROR_SCHEMA, "key", "NUL");
    gguf_new(&w);
    gguf_key_u32(&w, "twice", 1);
    gguf_key_u32(&w, "once", 1);
    gguf_key_u32(&w, "twice", 1);
    check_refused(&w, EDGEPLAN_ERROR_SCHEMA, "twice", "more than once");
}

static void refuses_alignments(void **state)
{
    static const uint32_t bad[] = { 0, 3, 48, 1u << 21, UINT32_MAX };
    gguf_writer w;
    outcome o;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        gguf_new(&w);
        gguf_key_u32(&w, "general.alignment", bad[i]);
        check_refused(&w, EDGEPLAN_ERROR_RANGE, "general.alignment", "power of two");
    }
    gguf_new(&w);
    gguf_key_text(&w, "general.alignment", "32");
    check_refused(&w, EDGEPLAN_ERROR_SCHEMA, "general.alignment", NULL);
    gguf_new(&w);
    gguf_key_u32(&w, "general.alignment", 1u << 20);
    begin_written(&o, &w);
    assert_int_equal(o.status, EDGEPLAN_OK);
    assert_count(o.gguf.data_offset, 1u << 20);
    end(&o);
    gguf_free(&w);
}

static void refuses_tensors(void **state)
{
    static const uint64_t zero[] = { 4, 0 }, nine[] = { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, two[] = { 4, 2, 0 },
                          huge[] = { UINT64_C(1) << 32, UINT64_C(1) << 32 }, wrapping[] = { UINT64_C(1) << 63, 2, 1, 1 };
    char name[80];
    gguf_writer w;

    (void)state;
    gguf_new(&w);
    gguf_tensor_at(&w, "t", 0, 2, zero, 0);
    check_refused(&w, EDGEPLAN_ERROR_RANGE, "t", "dimension of 0");
    gguf_new(&w);
    gguf_tensor_at(&w, "t", 0, 9, nine, 0);
    check_refused(&w, EDGEPLAN_ERROR_RANGE, "t", "4 dimensions");
    gguf_new(&w);
    gguf_tensor_at(&w, "t", 0, 2, huge, 0);
    check_refused(&w, EDGEPLAN_ERROR_RANGE, "t", "2^53");
    gguf_new(&w);
    gguf_tensor_at(&w, "t", 0, 4, wrapping, 0);
    check_refused(&w, EDGEPLAN_ERROR_RANGE, "t", "2^53");
    gguf_new(&w);
    gguf_tensor(&w, "t", 0, two);
    gguf_tensor(&w, "u", 0, two);
    gguf_tensor(&w, "t", 0, two);
    check_refused(&w, EDGEPLAN_ERROR_SCHEMA, "t", "more than once");
    memset(name, 'n', sizeof name);
    name[64] = '\0';
    gguf_new(&w);
    gguf_tensor(&w, name, 0, two);
    check_refused(&w, EDGEPLAN_ERROR_RANGE, "tensor name", NULL);
    gguf_new(&w);
    gguf_tensor(&w, "", 0, two);
    check_refused(&w, EDGEPLAN_ERROR_RANGE, "tensor name", "empty");
    name[63] = '\0';
    gguf_new(&w);
    gguf_tensor(&w, name, 0, two);
    {
        outcome o;

        begin_written(&o, &w);
        assert_int_equal(o.status, EDGEPLAN_OK);
        end(&o);
    }
    gguf_free(&w);
}

static edgeplan_status read_small(edgeplan_context *context, void *argument)
{
    gguf_writer *w = argument;
    size_t length;
    const unsigned char *bytes = gguf_end(w, &length);
    ep_arena arena;
    ep_gguf gguf;
    edgeplan_status status;

    ep_arena_init(&arena, context);
    status = read_bytes(context, bytes, length, &arena, NULL, &gguf);
    ep_arena_free(&arena);
    return status;
}

static void survives_no_memory(void **state)
{
    gguf_writer w;

    (void)state;
    write_small(&w);
    assert_true(test_sweep_allocations(read_small, &w) >= 3);
    gguf_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_is_short), cmocka_unit_test(memory_does_not_grow_with_the_tokens),
        cmocka_unit_test(every_truncation_says_what_it_needs), cmocka_unit_test(refuses_beginnings),
        cmocka_unit_test(refuses_keys), cmocka_unit_test(refuses_alignments),
        cmocka_unit_test(refuses_tensors), cmocka_unit_test(survives_no_memory),
    };

    return cmocka_run_group_tests_name("source/gguf", tests, NULL, NULL);
}
