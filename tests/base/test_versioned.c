#include "support.h"

#include <string.h>

#include "base/versioned.h"

/* A struct in three versions, as callers of three ages would have compiled it. */
typedef struct first { uint32_t struct_size, flags; uint64_t known, a_bytes; } first;
typedef struct second { uint32_t struct_size, flags; uint64_t known, a_bytes, b_bytes; } second;
typedef struct third { uint32_t struct_size, flags; uint64_t known, a_bytes, b_bytes, c_bytes; } third;

#define V1 (offsetof(first, a_bytes) + sizeof(uint64_t))

static void reads_older_same_and_newer(void **state)
{
    const first older = { sizeof older, 0, 1, 11 };
    const second same = { sizeof same, 7, 3, 11, 12 };
    const third newer = { sizeof newer, 0, 3, 11, 12, 0 };
    second read;

    (void)state;
    memset(&read, 0xff, sizeof read);
    assert_int_equal(ep_read_struct(&read, sizeof read, V1, &older), EDGEPLAN_OK);
    assert_count(read.known, 1);
    assert_count(read.a_bytes, 11);
    assert_count(read.b_bytes, 0);

    assert_int_equal(ep_read_struct(&read, sizeof read, V1, &same), EDGEPLAN_OK);
    assert_memory_equal(&read, &same, sizeof same);

    assert_int_equal(ep_read_struct(&read, sizeof read, V1, &newer), EDGEPLAN_OK);
    assert_count(read.a_bytes, 11);
    assert_count(read.b_bytes, 12);
}

static void refuses_on_reading(void **state)
{
    third newer = { sizeof newer, 0, 7, 1, 2, UINT64_C(1) << 63 };
    second read = { 0 };
    uint32_t sizes[] = { 0, 16, V1 - 1, 4097, UINT32_MAX };

    (void)state;
    assert_int_equal(ep_read_struct(&read, sizeof read, V1, &newer), EDGEPLAN_ERROR_NEWER_FIELD);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        newer.struct_size = sizes[i];
        assert_int_equal(ep_read_struct(&read, sizeof read, V1, &newer), EDGEPLAN_ERROR_STRUCT_SIZE);
    }
    assert_int_equal(ep_read_struct(&read, sizeof read, V1, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ep_read_struct(NULL, sizeof read, V1, &newer), EDGEPLAN_ERROR_INVALID_ARGUMENT);
}

static void largest_struct_is_read(void **state)
{
    static uint64_t bytes[4096 / sizeof(uint64_t)];
    const uint32_t size = 4096;
    first read;

    (void)state;
    memcpy(bytes, &size, sizeof size);
    assert_int_equal(ep_read_struct(&read, sizeof read, V1, bytes), EDGEPLAN_OK);
    bytes[4096 / sizeof(uint64_t) - 1] = 1;
    assert_int_equal(ep_read_struct(&read, sizeof read, V1, bytes), EDGEPLAN_ERROR_NEWER_FIELD);
}

static void writes_older_same_and_newer(void **state)
{
    const second result = { 0, 0, 3, 21, 22 };
    struct { first given; unsigned char guard[16]; } older;
    third newer;
    second same;

    (void)state;
    memset(&older, 0xee, sizeof older);
    older.given.struct_size = sizeof older.given;
    assert_int_equal(ep_write_struct(&older.given, V1, &result, sizeof result), EDGEPLAN_OK);
    assert_count(older.given.struct_size, sizeof older.given);
    assert_count(older.given.a_bytes, 21);
    for (size_t i = 0; i < sizeof older.guard; i++)
        assert_int_equal(older.guard[i], 0xee);

    memset(&same, 0xee, sizeof same);
    same.struct_size = sizeof same;
    assert_int_equal(ep_write_struct(&same, V1, &result, sizeof result), EDGEPLAN_OK);
    assert_count(same.struct_size, sizeof same);
    assert_count(same.flags, 0);
    assert_count(same.b_bytes, 22);

    memset(&newer, 0xee, sizeof newer);
    newer.struct_size = sizeof newer;
    assert_int_equal(ep_write_struct(&newer, V1, &result, sizeof result), EDGEPLAN_OK);
    assert_count(newer.struct_size, sizeof newer);
    assert_count(newer.b_bytes, 22);
    assert_count(newer.c_bytes, 0);
}

static void refuses_on_writing(void **state)
{
    const second result = { 0, 0, 3, 21, 22 };
    second given, before;

    (void)state;
    memset(&given, 0xee, sizeof given);
    given.struct_size = V1 - 1;
    before = given;
    assert_int_equal(ep_write_struct(&given, V1, &result, sizeof result), EDGEPLAN_ERROR_STRUCT_SIZE);
    assert_memory_equal(&given, &before, sizeof given);
    given.struct_size = 4097;
    assert_int_equal(ep_write_struct(&given, V1, &result, sizeof result), EDGEPLAN_ERROR_STRUCT_SIZE);
    assert_int_equal(ep_write_struct(NULL, V1, &result, sizeof result), EDGEPLAN_ERROR_INVALID_ARGUMENT);
}

static void struct_init_zeroes_exactly_the_callers_size(void **state)
{
    struct { first given; unsigned char guard[8]; } s;
    const first zero = { sizeof zero, 0, 0, 0 };

    (void)state;
    memset(&s, 0xee, sizeof s);
    assert_int_equal(edgeplan_struct_init(&s.given, sizeof s.given), EDGEPLAN_OK);
    assert_memory_equal(&s.given, &zero, sizeof zero);
    assert_int_equal(s.guard[0], 0xee);
    assert_int_equal(edgeplan_struct_init(NULL, sizeof s.given), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_struct_init(&s, 15), EDGEPLAN_ERROR_STRUCT_SIZE);
    assert_int_equal(edgeplan_struct_init(&s, 16), EDGEPLAN_OK);
    assert_int_equal(edgeplan_struct_init(&s, 4097), EDGEPLAN_ERROR_STRUCT_SIZE);
}

static void version_is_that_of_the_headers(void **state)
{
    (void)state;
    assert_count(edgeplan_version(), EDGEPLAN_VERSION_MAJOR * 1000000 + EDGEPLAN_VERSION_MINOR * 1000 + EDGEPLAN_VERSION_PATCH);
    assert_string_equal(edgeplan_version_text(), "0.1.0");
}

/* Numbers of the status enum are pinned: this table is the second place where they stand. */
static const struct { int number; const char *name; } statuses[] = {
    { 0, "EDGEPLAN_OK" }, { 1, "EDGEPLAN_ERROR_INVALID_ARGUMENT" }, { 2, "EDGEPLAN_ERROR_STRUCT_SIZE" },
    { 3, "EDGEPLAN_ERROR_NEWER_FIELD" }, { 10, "EDGEPLAN_ERROR_NO_MEMORY" }, { 11, "EDGEPLAN_ERROR_IO" },
    { 12, "EDGEPLAN_ERROR_LIMIT" }, { 20, "EDGEPLAN_ERROR_SYNTAX" }, { 21, "EDGEPLAN_ERROR_SCHEMA" }, { 22, "EDGEPLAN_ERROR_RANGE" },
    { 23, "EDGEPLAN_ERROR_REFERENCE" }, { 24, "EDGEPLAN_ERROR_UNSUPPORTED" }, { 25, "EDGEPLAN_ERROR_TRUNCATED" },
    { 30, "EDGEPLAN_ERROR_NOT_FOUND" }, { 31, "EDGEPLAN_ERROR_REFUSED" },
};

static void every_status_has_a_name_and_a_sentence(void **state)
{
    size_t next = 0;

    (void)state;
    for (int number = -1; number < 100; number++) {
        const char *name = edgeplan_status_name((edgeplan_status)number);
        const char *text = edgeplan_status_text((edgeplan_status)number);

        assert_true(strlen(text) > 4 && text[strlen(text) - 1] == '.');
        if (next < sizeof statuses / sizeof statuses[0] && statuses[next].number == number)
            assert_string_equal(name, statuses[next++].name);
        else
            assert_string_equal(name, "EDGEPLAN_STATUS_UNKNOWN");
    }
    assert_count(next, sizeof statuses / sizeof statuses[0]);
    assert_string_equal(edgeplan_status_name(EDGEPLAN_STATUS_FORCE32), "EDGEPLAN_STATUS_UNKNOWN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_older_same_and_newer),
        cmocka_unit_test(refuses_on_reading),
        cmocka_unit_test(largest_struct_is_read),
        cmocka_unit_test(writes_older_same_and_newer),
        cmocka_unit_test(refuses_on_writing),
        cmocka_unit_test(struct_init_zeroes_exactly_the_callers_size),
        cmocka_unit_test(version_is_that_of_the_headers),
        cmocka_unit_test(every_status_has_a_name_and_a_sentence),
    };

    return cmocka_run_group_tests_name("versioned", tests, NULL, NULL);
}
