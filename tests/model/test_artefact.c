#include <string.h>

#include "support.h"

#include "base/checked.h"
#include "model/artefact.h"

static const struct {
    uint64_t shard, alone;
    uint64_t tensors[6], pieces;
    uint64_t files, largest, bytes;
} cuts[] = {
    {0, 0, {40, 30, 50}, 1, 1, 120, 120},
    {100, 0, {40, 30, 50}, 1, 2, 70, 120},         /* 50 would make it 120 */
    {100, 0, {40, 60, 1}, 1, 2, 100, 101},         /* a full file is no larger than it may be */
    {100, 0, {40, 250, 40}, 1, 3, 250, 330},       /* what is larger has a file of its own */
    {100, 0, {30}, 7, 3, 90, 210},                 /* experts are cut between */
    {100, 50, {40, 50, 20}, 1, 2, 60, 110},        /* 50 stands alone, and 40 and 20 share */
    {100, 0, {0, 0}, 1, 0, 0, 0},
};

static void test_cuts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        ep_artefact_files files = {.shard_bytes = cuts[i].shard, .alone_bytes = cuts[i].alone};
        for (size_t t = 0; t < 6; t++)
            ep_files_add(&files, cuts[i].tensors[t], cuts[i].pieces);
        ep_files_close(&files);
        assert_count(files.files, cuts[i].files);
        assert_count(files.largest_bytes, cuts[i].largest);
        assert_count(files.bytes, cuts[i].bytes);
    }
}

static void test_overflow(void **state)
{
    (void)state;
    ep_artefact_files files = {.shard_bytes = 100};
    ep_files_add(&files, EP_MAX_COUNT, UINT64_MAX); /* ends, and says so */
    ep_files_close(&files);
    assert_true(ep_overflowed(files.bytes));
}

/* Published files minus their tensors (tests/data/formats-verify.csv): tensors, entries of the vocabulary, bytes. */
static const struct {
    uint64_t tensors, vocabulary, bytes;
} headers[] = {
    {291, 32000, 741056}, {195, 32064, 737504}, {218, 49152, 1782752}, {339, 152064, 5953536}, {398, 151936, 5956352},
    {292, 128256, 7840928}, {459, 201088, 13008288},
};

static void test_gguf_headers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        const ep_header_bytes header = ep_gguf_header_bytes(headers[i].tensors, headers[i].vocabulary);
        assert_true(header.low <= headers[i].bytes && headers[i].bytes <= header.high);
        assert_true(header.high < 4 * header.low); /* a range that says something */
    }
    assert_true(ep_overflowed(ep_gguf_header_bytes(1, UINT64_MAX).high));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_overflow),
        cmocka_unit_test(test_gguf_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
