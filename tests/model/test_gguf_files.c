/* Where tensors lie, and models in several files. */
#define _DEFAULT_SOURCE /* mkdtemp */

#include "gguf_opening.h"

#include <stdlib.h>
#include <unistd.h>

/* ---- Layout ---- */

/* A model of one layer without feed-forward part, whose tensors the tests place. */
static void begin_tiny(gguf_writer *w)
{
    gguf_new(w);
    gguf_key_text(w, "general.architecture", "llama");
    gguf_key_u32(w, "llama.block_count", 1);
    gguf_key_u32(w, "llama.attention.head_count", 4);
}

static void add_tiny(gguf_writer *w)
{
    static const uint64_t table[] = {64, 10, 0}, square[] = {64, 64, 0}, vector[] = {64, 0};

    gguf_tensor(w, "token_embd.weight", 1, table);
    gguf_tensor(w, "output_norm.weight", 0, vector);
    gguf_tensor(w, "blk.0.attn_q.weight", 1, square);
    gguf_tensor(w, "blk.0.attn_k.weight", 1, square);
    gguf_tensor(w, "blk.0.attn_v.weight", 1, square);
    gguf_tensor(w, "blk.0.attn_output.weight", 1, square);
}

static void tensors_must_lie_where_they_can(void **state)
{
    static const uint64_t square[] = {64, 64}, odd[] = {65, 64}, wide[] = {UINT64_C(1) << 50};
    static const struct {
        uint32_t type, dims;
        const uint64_t *sizes;
        uint64_t offset;
        edgeplan_status status;
        const char *message;
    } wrong[] = {
        {31, 2, square, 1 << 20, EDGEPLAN_ERROR_UNSUPPORTED, "element type 31"},
        {43, 2, square, 1 << 20, EDGEPLAN_ERROR_UNSUPPORTED, "element type 43"},
        {100, 2, square, 1 << 20, EDGEPLAN_ERROR_UNSUPPORTED, "element type 100"}, /* ours, not ggml's */
        {UINT32_MAX, 2, square, 1 << 20, EDGEPLAN_ERROR_UNSUPPORTED, "4294967295"},
        {8, 2, odd, 1 << 20, EDGEPLAN_ERROR_RANGE, "block"},
        {12, 2, square, 1 << 20, EDGEPLAN_ERROR_RANGE, "block"},
        {1, 2, square, 1 << 20 | 1, EDGEPLAN_ERROR_RANGE, "alignment"},
        {1, 2, square, 0, EDGEPLAN_ERROR_RANGE, "overlaps with"},
        {1, 2, square, UINT64_C(1) << 53, EDGEPLAN_ERROR_RANGE, "2^53"},
        {1, 2, square, UINT64_MAX - 31, EDGEPLAN_ERROR_RANGE, "2^53"},
        {28, 1, wide, 1 << 20, EDGEPLAN_ERROR_RANGE, "2^53"},
    };
    gguf_writer w;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        begin_tiny(&w);
        add_tiny(&w);
        gguf_tensor_at(&w, "blk.0.extra.weight", wrong[i].type, wrong[i].dims, wrong[i].sizes, wrong[i].offset);
        check_written_is_refused(&w, wrong[i].status, NULL, wrong[i].message);
    }
}

static void holes_are_passed_with_a_warning(void **state)
{
    static const uint64_t square[] = {64, 64};
    edgeplan_diagnostics *diagnostics;
    edgeplan_model *model;
    edgeplan_artefact artefact;
    size_t length;
    gguf_writer w;

    (void)state;
    begin_tiny(&w);
    add_tiny(&w);
    gguf_tensor_at(&w, "blk.0.ffn_down.weight", 1, 2, square, 1 << 20);
    const unsigned char *bytes = gguf_end(&w, &length);
    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    assert_int_equal(open_bytes(NULL, bytes, length, "m", 0, diagnostics, &model), EDGEPLAN_OK);
    assert_diagnostic(diagnostics, 0, EDGEPLAN_ERROR_RANGE, 0, 0, "blk.0.ffn_down.weight", "hole");
    assert_int_equal(edgeplan_diagnostics_severity(diagnostics, 0), EDGEPLAN_SEVERITY_WARNING);
    assert_int_equal(edgeplan_struct_init(&artefact, sizeof artefact), EDGEPLAN_OK);
    assert_int_equal(edgeplan_model_artefact(model, &artefact), EDGEPLAN_OK);
    assert_count(artefact.file_bytes, (length + 31) / 32 * 32 + (1 << 20) + 64 * 64 * 2);
    edgeplan_model_unref(model);
    edgeplan_diagnostics_unref(diagnostics);
    gguf_free(&w);
}

/* Bytes of tensors beyond the end are a mistake only where the file is said to be complete. */
static void a_head_is_enough_unless_complete(void **state)
{
    edgeplan_diagnostics *diagnostics;
    edgeplan_model *model;
    unsigned char *whole;
    uint64_t end;
    size_t length;
    gguf_writer w;

    (void)state;
    begin_tiny(&w);
    add_tiny(&w);
    const unsigned char *bytes = gguf_end(&w, &length);
    end = (length + 31) / 32 * 32 + w.data_bytes;
    whole = calloc(1, (size_t)end);
    assert_non_null(whole);
    memcpy(whole, bytes, length);
    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    assert_int_equal(open_bytes(NULL, whole, length, "m", EDGEPLAN_SWITCH_OFF, diagnostics, &model), EDGEPLAN_OK);
    edgeplan_model_unref(model);
    assert_int_equal(open_bytes(NULL, whole, (size_t)end - 1, "m", EDGEPLAN_SWITCH_ON, diagnostics, &model), EDGEPLAN_ERROR_TRUNCATED);
    assert_count(edgeplan_diagnostics_offset(diagnostics, 0), end);
    assert_int_equal(open_bytes(NULL, whole, (size_t)end, "m", EDGEPLAN_SWITCH_ON, diagnostics, &model), EDGEPLAN_OK);
    edgeplan_model_unref(model);
    edgeplan_diagnostics_unref(diagnostics);
    free(whole);
    gguf_free(&w);
}

/* Every shorter head is too short, says so, and leaves nothing behind; a longer one opens. */
static void every_head_opens_or_says_how_much_it_needs(void **state)
{
    test_memory memory;
    edgeplan_context *context = test_context(&memory, NULL);
    edgeplan_model *model;
    size_t length;
    gguf_writer w;

    (void)state;
    begin_tiny(&w);
    gguf_key_texts(&w, "tokenizer.ggml.tokens", 10, 3);
    add_tiny(&w);
    const unsigned char *bytes = gguf_end(&w, &length);
    for (size_t cut = 1; cut < length; cut++) {
        unsigned char *head = malloc(cut);

        assert_non_null(head);
        memcpy(head, bytes, cut);
        assert_int_equal(open_bytes(context, head, cut, "m", 0, NULL, &model), EDGEPLAN_ERROR_TRUNCATED);
        assert_null(model);
        assert_count(memory.live_blocks, 1);
        free(head);
    }
    assert_int_equal(open_bytes(context, bytes, length, "m", 0, NULL, &model), EDGEPLAN_OK);
    edgeplan_model_unref(model);
    assert_count(memory.live_blocks, 1);
    edgeplan_context_unref(context);
    gguf_free(&w);
}

/* ---- Shards ---- */

#define SHARDS 3

typedef struct split {
    gguf_writer shards[SHARDS];
    const unsigned char *bytes[SHARDS];
    size_t lengths[SHARDS];
    uint32_t entry;    /* which one is the file named "" */
    uint32_t asked;    /* a bit for each that was read by its name */
    int missing;       /* this one cannot be read; -1: none */
} split;

typedef struct lies {
    uint32_t count, number_of_last, tensors; /* 0: the truth */
    const char *twice;                       /* a tensor that stands in the last shard too */
} lies;

static void write_split(split *s, const lies *l)
{
    static const uint64_t square[] = {64, 64, 0}, table[] = {64, 10, 0};
    static const char *const names[] = {"blk.0.attn_q.weight", "blk.0.attn_k.weight", "blk.0.attn_v.weight", "blk.0.attn_output.weight"};

    memset(s, 0, sizeof *s);
    s->missing = -1;
    for (uint32_t i = 0; i < SHARDS; i++) {
        gguf_writer *w = &s->shards[i];

        if (i == 0)
            begin_tiny(w);
        else
            gguf_new(w);
        gguf_key_u32(w, "split.no", i == SHARDS - 1 && l->number_of_last != 0 ? l->number_of_last : i);
        gguf_key_u32(w, "split.count", i == SHARDS - 1 && l->count != 0 ? l->count : SHARDS);
        gguf_key_u32(w, "split.tensors.count", l->tensors != 0 ? l->tensors : 5);
        if (i == 0)
            gguf_tensor(w, "token_embd.weight", 1, table);
        else
            for (uint32_t k = 0; k < 2; k++)
                gguf_tensor(w, names[2 * (i - 1) + k], 1, square);
        if (i == SHARDS - 1 && l->twice != NULL)
            gguf_tensor(w, l->twice, 1, square);
        s->bytes[i] = gguf_end(w, &s->lengths[i]);
    }
}

static void free_split(split *s)
{
    for (uint32_t i = 0; i < SHARDS; i++)
        gguf_free(&s->shards[i]);
}

static const char *shard_name(uint32_t i)
{
    static char name[64];

    snprintf(name, sizeof name, "tiny-%05u-of-%05u.gguf", (unsigned)i + 1, (unsigned)SHARDS);
    return name;
}

static int64_t read_shard(void *user, const char *name, uint64_t offset, void *buffer, uint64_t length)
{
    split *s = user;
    uint32_t i = s->entry;
    uint64_t left;

    if (name[0] != '\0') {
        for (i = 0; i < SHARDS && strcmp(name, shard_name(i)) != 0; i++)
            ;
        assert_true(i < SHARDS); /* only what the shards are called is ever asked for */
        s->asked |= 1u << i;
    }
    if ((int)i == s->missing)
        return -1;
    left = offset < s->lengths[i] ? s->lengths[i] - offset : 0;
    left = left < length ? left : length;
    memcpy(buffer, s->bytes[i] + (left != 0 ? offset : 0), (size_t)left);
    return (int64_t)left;
}

static edgeplan_status open_split(split *s, const char *name, edgeplan_diagnostics *diagnostics, edgeplan_model **model)
{
    return edgeplan_model_open_reader(NULL, read_shard, s, name, NULL, diagnostics, model);
}

static void any_shard_opens_the_model(void **state)
{
    const lies none = {0, 0, 0, NULL};

    (void)state;
    for (uint32_t entry = 0; entry < SHARDS; entry++) {
        edgeplan_artefact artefact;
        edgeplan_model *model;
        split s;

        write_split(&s, &none);
        s.entry = entry;
        assert_int_equal(open_split(&s, shard_name(entry), NULL, &model), EDGEPLAN_OK);
        assert_count(s.asked, 7u & ~(1u << entry));
        assert_count(model->head.parameters, 640 + 4 * 4096);
        assert_int_equal(edgeplan_struct_init(&artefact, sizeof artefact), EDGEPLAN_OK);
        assert_int_equal(edgeplan_model_artefact(model, &artefact), EDGEPLAN_OK);
        assert_count(artefact.files, SHARDS);
        assert_true(artefact.largest_file_bytes > 2 * 8192 && artefact.file_bytes > artefact.largest_file_bytes + 8192);
        edgeplan_model_unref(model);
        free_split(&s);
    }
}

static void shards_are_found_beside_each_other(void **state)
{
    const lies none = {0, 0, 0, NULL};
    char folder[] = "/tmp/edgeplan-test-XXXXXX", path[128];
    edgeplan_model *model;
    split s;

    (void)state;
    assert_non_null(mkdtemp(folder));
    write_split(&s, &none);
    for (uint32_t i = 0; i < SHARDS; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, shard_name(i));
        test_write_file(path, s.bytes[i], s.lengths[i]);
    }
    snprintf(path, sizeof path, "%s/%s", folder, shard_name(1));
    assert_int_equal(edgeplan_model_open(NULL, path, NULL, NULL, &model), EDGEPLAN_OK);
    assert_string_equal(edgeplan_model_id(model), shard_name(1));
    edgeplan_model_unref(model);
    for (uint32_t i = 0; i < SHARDS; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, shard_name(i));
        unlink(path);
    }
    rmdir(folder);
    free_split(&s);
}

static void wrong_shards_are_refused(void **state)
{
    static const struct {
        lies lies;
        const char *name; /* NULL: as it should be */
        int missing;
        edgeplan_status status;
        const char *key, *message;
    } wrong[] = {
        {{0, 0, 0, NULL}, NULL, 2, EDGEPLAN_ERROR_IO, "", "reading failed"},
        {{4, 0, 0, NULL}, NULL, -1, EDGEPLAN_ERROR_SCHEMA, "split.count", "other shards"},
        {{0, 1, 0, NULL}, NULL, -1, EDGEPLAN_ERROR_SCHEMA, "split.no", "name says"}, /* the second again: no cycle */
        {{0, 0, 6, NULL}, NULL, -1, EDGEPLAN_ERROR_SCHEMA, "split.tensors.count", "all shards"},
        {{0, 0, 6, "blk.0.attn_q.weight"}, NULL, -1, EDGEPLAN_ERROR_SCHEMA, "blk.0.attn_q.weight", "more than one shard"},
        {{0, 0, 0, NULL}, "renamed.gguf", -1, EDGEPLAN_ERROR_REFERENCE, "split.no", "renamed.gguf"},
        {{0, 0, 0, NULL}, "tiny-00002-of-00003.gguf", -1, EDGEPLAN_ERROR_REFERENCE, "split.no", NULL},
        {{0, 0, 0, NULL}, "-00001-of-00003.gguf", -1, EDGEPLAN_ERROR_REFERENCE, "split.no", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        edgeplan_diagnostics *diagnostics;
        edgeplan_model *model;
        split s;

        write_split(&s, &wrong[i].lies);
        s.missing = wrong[i].missing;
        assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
        assert_int_equal(open_split(&s, wrong[i].name != NULL ? wrong[i].name : shard_name(0), diagnostics, &model), wrong[i].status);
        assert_null(model);
        assert_diagnostic(diagnostics, 0, wrong[i].status, 0, 0, wrong[i].key, wrong[i].message);
        edgeplan_diagnostics_unref(diagnostics);
        free_split(&s);
    }
}

static void counts_of_shards_are_not_trusted(void **state)
{
    static const uint32_t counts[] = {100000, 0x7fffffff, UINT32_MAX};
    static const uint64_t table[] = {64, 10, 0};
    gguf_writer w;

    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        begin_tiny(&w);
        gguf_key_u32(&w, "split.count", counts[i]);
        gguf_tensor(&w, "token_embd.weight", 1, table);
        check_written_is_refused(&w, EDGEPLAN_ERROR_RANGE, "split.no", "99,999");
    }
}

/* No two of these belong together, and each was once held against all before it. */
static void single_experts_of_many_shapes_take_no_time(void **state)
{
    const double begin = test_seconds();
    gguf_writer w;

    (void)state;
    gguf_new(&w);
    gguf_key_text(&w, "general.architecture", "llama");
    gguf_key_u32(&w, "llama.block_count", 1);
    for (unsigned i = 0; i < 200000; i++) {
        const uint64_t sizes[] = {i % 500 + 1, i / 500 + 1, 0};
        char name[48];

        snprintf(name, sizeof name, "blk.0.ffn_up.%u.weight", i);
        gguf_tensor(&w, name, 0, sizes);
    }
    check_written_is_refused(&w, EDGEPLAN_ERROR_SCHEMA, "token_embd.weight", "missing");
    assert_true(test_seconds() - begin < 8); /* 0.2 s; by the square it was a minute */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tensors_must_lie_where_they_can),
        cmocka_unit_test(holes_are_passed_with_a_warning),
        cmocka_unit_test(a_head_is_enough_unless_complete),
        cmocka_unit_test(every_head_opens_or_says_how_much_it_needs),
        cmocka_unit_test(any_shard_opens_the_model),
        cmocka_unit_test(shards_are_found_beside_each_other),
        cmocka_unit_test(wrong_shards_are_refused),
        cmocka_unit_test(counts_of_shards_are_not_trusted),
        cmocka_unit_test(single_experts_of_many_shapes_take_no_time),
    };

    return cmocka_run_group_tests_name("model/gguf_files", tests, NULL, NULL);
}
