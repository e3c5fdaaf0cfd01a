#define _DEFAULT_SOURCE /* mkdtemp, mkfifo */

#include "support.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/context.h"
#include "source/stream.h"

#define LENGTH 200000u /* more than three windows */

static unsigned char content[LENGTH];

static void fill_content(void)
{
    for (size_t i = 0; i < LENGTH; i++)
        content[i] = (unsigned char)(i * 31 + i / 251);
}

/* ---- The same bytes from everywhere ---- */

typedef struct served {
    uint64_t piece, fail_from;
    char asked[16];
} served;

static int64_t serve(void *user, const char *name, uint64_t offset, void *buffer, uint64_t length)
{
    served *s = user;
    uint64_t count = offset < LENGTH ? LENGTH - offset : 0;

    snprintf(s->asked, sizeof s->asked, "%s", name);
    if (s->fail_from != 0 && offset + length > s->fail_from)
        return -1;
    count = count < length ? count : length;
    count = count < s->piece ? count : s->piece;
    memcpy(buffer, content + (count > 0 ? offset : 0), (size_t)count);
    return (int64_t)count;
}

typedef struct place {
    char folder[64], path[128];
} place;

static void make_place(place *p)
{
    strcpy(p->folder, "/tmp/edgeplan-test-XXXXXX");
    assert_non_null(mkdtemp(p->folder));
    strcat(strcpy(p->path, p->folder), "/first");
    test_write_file(p->path, content, LENGTH);
}

static void drop_place(const place *p)
{
    unlink(p->path);
    rmdir(p->folder);
}

typedef void (*walk_fn)(ep_stream *stream);

static void walk_over(const ep_files *files, walk_fn walk)
{
    ep_file file;
    ep_stream stream;

    assert_int_equal(ep_file_open(files, "", NULL, &file), EDGEPLAN_OK);
    assert_int_equal(ep_stream_init(&stream, &file), EDGEPLAN_OK);
    walk(&stream);
    ep_stream_free(&stream);
    ep_file_close(&file);
}

static void walk_everywhere(walk_fn walk)
{
    static const uint64_t pieces[] = { 1, 7, 4096, LENGTH };
    test_memory memory;
    edgeplan_context *context = test_context(&memory, NULL);
    ep_files files = { .context = context, .name = "m", .bytes = content, .length = LENGTH };
    place p;

    walk_over(&files, walk);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        served s = { pieces[i], 0, "" };

        files = (ep_files){ .context = context, .name = "r", .read = serve, .user = &s };
        walk_over(&files, walk);
    }
    make_place(&p);
    files = (ep_files){ .context = context, .name = p.path, .path = p.path };
    walk_over(&files, walk);
    drop_place(&p);
    assert_count(memory.live_blocks, 1);
    edgeplan_context_unref(context);
}

static void takes_and_skips(ep_stream *stream)
{
    uint64_t at = 0, step = 1;

    while (at + step + 12 <= LENGTH) {
        const unsigned char *taken;

        assert_count(ep_stream_offset(stream), at);
        taken = ep_stream_take(stream, step);
        assert_non_null(taken);
        assert_memory_equal(taken, content + at, step);
        at += step;
        assert_count(ep_stream_u32(stream), ep_load_u32(content + at));
        assert_count(ep_stream_u64(stream), ep_load_u64(content + at + 4));
        at += 12;
        if (step % 3 == 0 && at + 70000 < LENGTH) {
            assert_true(ep_stream_skip(stream, 70000));
            at += 70000;
        }
        step = step < EP_STREAM_BYTES / 2 ? step * 3 : 5;
    }
    assert_true(ep_stream_skip(stream, LENGTH - at));
    assert_true(ep_stream_settle(stream));
    assert_int_equal(stream->status, EDGEPLAN_OK);
    assert_null(ep_stream_take(stream, 3));
    assert_int_equal(stream->status, EDGEPLAN_ERROR_TRUNCATED);
    assert_count(stream->needed, LENGTH + 3);
    assert_null(ep_stream_take(stream, 0)); /* once failed, always failed */
    assert_false(ep_stream_skip(stream, 0));
}

static void skips_beyond_the_end(ep_stream *stream)
{
    assert_true(ep_stream_skip(stream, LENGTH + 1));
    assert_count(ep_stream_offset(stream), LENGTH + 1);
    assert_false(ep_stream_settle(stream));
    assert_int_equal(stream->status, EDGEPLAN_ERROR_TRUNCATED);
    assert_count(stream->needed, LENGTH + 1);
}

static void skips_absurdly_far(ep_stream *stream)
{
    assert_true(ep_stream_skip(stream, UINT64_C(1) << 52));
    assert_false(ep_stream_skip(stream, UINT64_MAX - 5));
    assert_int_equal(stream->status, EDGEPLAN_ERROR_TRUNCATED);
}

static void peeks(ep_stream *stream)
{
    uint64_t got = 0;
    const unsigned char *seen = ep_stream_peek(stream, 100, &got);

    assert_count(got, 100);
    assert_memory_equal(seen, content, 100);
    assert_count(ep_stream_offset(stream), 0);
    assert_true(ep_stream_skip(stream, LENGTH - 10));
    seen = ep_stream_peek(stream, 100, &got);
    assert_count(got, 10);
    assert_memory_equal(seen, content + LENGTH - 10, 10);
    assert_int_equal(stream->status, EDGEPLAN_OK);
    assert_true(ep_stream_skip(stream, 10));
    (void)ep_stream_peek(stream, 1, &got);
    assert_count(got, 0);
}

static void reads_text(ep_stream *stream)
{
    uint64_t got;
    char *text = NULL;
    size_t length = 0;

    (void)ep_stream_peek(stream, 64, &got);
    assert_int_equal(ep_stream_text(stream, NULL, &text, &length), EDGEPLAN_OK);
    assert_count(length, LENGTH);
    assert_memory_equal(text, content, LENGTH);
    ep_release(stream->file->files->context, text);
}

static void same_from_everywhere(void **state)
{
    (void)state;
    walk_everywhere(takes_and_skips);
    walk_everywhere(skips_beyond_the_end);
    walk_everywhere(skips_absurdly_far);
    walk_everywhere(peeks);
    walk_everywhere(reads_text);
}

/* ---- What fails ---- */

static void reports_why(void **state)
{
    served s = { 100, 150, "" };
    const ep_files failing = { .name = "bad", .read = serve, .user = &s };
    const ep_files nothing = { .name = "empty", .bytes = "", .length = 0 };
    edgeplan_diagnostics *diagnostics;
    ep_stream stream;
    ep_file file;

    (void)state;
    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    assert_int_equal(ep_file_open(&failing, "", NULL, &file), EDGEPLAN_OK);
    assert_int_equal(ep_stream_init(&stream, &file), EDGEPLAN_OK);
    assert_null(ep_stream_take(&stream, 10));
    assert_int_equal(ep_stream_report(&stream, diagnostics, "a.b"), EDGEPLAN_ERROR_IO);
    assert_diagnostic(diagnostics, 0, EDGEPLAN_ERROR_IO, 0, 0, "a.b", "reading failed after 0 bytes");
    ep_stream_free(&stream);
    ep_file_close(&file);

    assert_int_equal(ep_file_open(&nothing, "", NULL, &file), EDGEPLAN_OK);
    assert_int_equal(ep_stream_init(&stream, &file), EDGEPLAN_OK);
    assert_int_equal(ep_stream_report(&stream, diagnostics, NULL), EDGEPLAN_OK);
    assert_count(ep_stream_u64(&stream), 0);
    assert_int_equal(ep_stream_report(&stream, diagnostics, NULL), EDGEPLAN_ERROR_TRUNCATED);
    assert_diagnostic(diagnostics, 1, EDGEPLAN_ERROR_TRUNCATED, 0, 0, "", "at least 8 bytes are needed");
    assert_count(edgeplan_diagnostics_offset(diagnostics, 1), 8);
    assert_string_equal(edgeplan_diagnostics_source(diagnostics, 1), "empty");
    ep_stream_free(&stream);
    ep_file_close(&file);
    edgeplan_diagnostics_unref(diagnostics);
}

static void other_files_stay_in_the_folder(void **state)
{
    static const char *const outside[] = { "..", ".", "../a", "a/b", "/etc/passwd", "a\\b", "C:a", "a\nb", "\x7f/.." };
    served s = { LENGTH, 0, "" };
    const ep_files anywhere = { .name = "r", .read = serve, .user = &s };
    const ep_files memory = { .name = "m", .bytes = content, .length = LENGTH };
    edgeplan_diagnostics *diagnostics;
    ep_files path;
    ep_file file;
    char second[160];
    place p;

    (void)state;
    assert_int_equal(edgeplan_diagnostics_new(NULL, &diagnostics), EDGEPLAN_OK);
    for (uint32_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        assert_int_equal(ep_file_open(&anywhere, outside[i], diagnostics, &file), EDGEPLAN_ERROR_REFERENCE);
        assert_diagnostic(diagnostics, i, EDGEPLAN_ERROR_REFERENCE, 0, 0, "", "same folder");
        ep_file_close(&file); /* nothing is open: does nothing */
    }
    assert_int_equal(ep_file_open(&memory, "b", NULL, &file), EDGEPLAN_ERROR_IO);
    assert_int_equal(ep_file_open(&anywhere, "b..gguf", NULL, &file), EDGEPLAN_OK);
    assert_true(ep_file_reaches(&file, LENGTH));
    assert_false(ep_file_reaches(&file, LENGTH + 1));
    assert_string_equal(s.asked, "b..gguf");
    ep_file_close(&file);

    make_place(&p);
    strcat(strcpy(second, p.folder), "/second");
    test_write_file(second, "xyz", 3);
    path = (ep_files){ .name = p.path, .path = p.path };
    assert_int_equal(ep_file_open(&path, "second", NULL, &file), EDGEPLAN_OK);
    assert_string_equal(file.shown, second);
    assert_true(ep_file_reaches(&file, 3));
    assert_false(ep_file_reaches(&file, 4));
    ep_file_close(&file);
    unlink(second);
    assert_int_equal(ep_file_open(&path, "second", NULL, &file), EDGEPLAN_ERROR_IO);
    drop_place(&p);
    edgeplan_diagnostics_unref(diagnostics);
}

/* ---- No plain file ---- */

static void *write_pipe(void *path)
{
    const int pipe = open(path, O_WRONLY);
    size_t at = 0;

    while (pipe >= 0 && at < LENGTH) {
        const ssize_t wrote = write(pipe, content + at, LENGTH - at);

        if (wrote <= 0)
            break;
        at += (size_t)wrote;
    }
    close(pipe);
    return NULL;
}

static void walk_pipe(walk_fn walk)
{
    char folder[] = "/tmp/edgeplan-test-XXXXXX", path[64];
    ep_files files = { .name = path, .path = path };
    pthread_t writer;

    assert_non_null(mkdtemp(folder));
    strcat(strcpy(path, folder), "/pipe");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(pthread_create(&writer, NULL, write_pipe, path), 0);
    walk_over(&files, walk);
    assert_int_equal(pthread_join(writer, NULL), 0);
    unlink(path);
    rmdir(folder);
}

static void pipes_are_read_forward(void **state)
{
    (void)state;
    walk_pipe(takes_and_skips);
    walk_pipe(skips_beyond_the_end);
    walk_pipe(peeks);
    walk_pipe(reads_text);
}

static void devices_behave(void **state)
{
    ep_files files = { .name = "/dev/null", .path = "/dev/null" };
    ep_stream stream;
    ep_file file;

    (void)state;
    assert_int_equal(ep_file_open(&files, "", NULL, &file), EDGEPLAN_OK);
    assert_int_equal(ep_stream_init(&stream, &file), EDGEPLAN_OK);
    assert_true(ep_stream_settle(&stream));
    assert_null(ep_stream_take(&stream, 1));
    assert_int_equal(stream.status, EDGEPLAN_ERROR_TRUNCATED);
    ep_stream_free(&stream);
    ep_file_close(&file);

    files.path = files.name = "/tmp"; /* a folder is no file */
    assert_int_equal(ep_file_open(&files, "", NULL, &file), EDGEPLAN_ERROR_IO);
}

static edgeplan_status open_once(edgeplan_context *context, void *argument)
{
    const ep_files files = { .context = context, .name = "r", .read = serve, .user = argument };
    ep_stream stream;
    ep_file file;
    edgeplan_status status = ep_file_open(&files, "shard", NULL, &file);

    if (status != EDGEPLAN_OK)
        return status;
    status = ep_stream_init(&stream, &file);
    ep_stream_free(&stream);
    ep_file_close(&file);
    return status;
}

static void survives_no_memory(void **state)
{
    served s = { LENGTH, 0, "" };

    (void)state;
    assert_count(test_sweep_allocations(open_once, &s), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_from_everywhere),   cmocka_unit_test(reports_why),
        cmocka_unit_test(other_files_stay_in_the_folder), cmocka_unit_test(pipes_are_read_forward),
        cmocka_unit_test(devices_behave),         cmocka_unit_test(survives_no_memory),
    };

    fill_content();
    return cmocka_run_group_tests_name("source/stream", tests, NULL, NULL);
}
