#define _POSIX_C_SOURCE 200809L /* pread */
#define _FILE_OFFSET_BITS 64

#include "source/input.h"

#include <string.h>

#include "base/checked.h"
#include "base/context.h"
#include "base/text.h"

#if defined(_WIN32)
#  define WIN32_LEAN_AND_MEAN
#  include <windows.h>
#else
#  include <errno.h>
#  include <fcntl.h>
#  include <unistd.h>
#  if !defined(O_CLOEXEC)
#    define O_CLOEXEC 0
#  endif
#endif

#define FIRST_BUFFER_BYTES UINT64_C(16384)
#define LARGEST_READ_BYTES (UINT64_C(1) << 30) /* what every system takes in one call */

static edgeplan_status report(edgeplan_diagnostics *diagnostics, edgeplan_status status, const char *name, const char *first,
                              uint64_t number, const char *rest)
{
    const ep_place place = { name, 0, 0, 0 };
    char message[160];
    ep_text text;

    ep_text_init(&text, message, sizeof message);
    ep_text_add(&text, first);
    if (rest != NULL) {
        ep_text_add_count(&text, number);
        ep_text_add(&text, rest);
    }
    return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, status, &place, NULL, message);
}

/* ---- The whole of anything that can be read ---- */

typedef struct input_buffer {
    char *bytes;
    uint64_t size, length;
} input_buffer;

static int grow(const edgeplan_context *context, input_buffer *buffer)
{
    const uint64_t size = buffer->size == 0 ? FIRST_BUFFER_BYTES : buffer->size * 2;
    char *bytes = size <= SIZE_MAX / 2 ? ep_allocate(context, (size_t)size) : NULL;

    if (bytes == NULL)
        return 0;
    if (buffer->length > 0)
        memcpy(bytes, buffer->bytes, (size_t)buffer->length);
    ep_release(context, buffer->bytes);
    buffer->bytes = bytes;
    buffer->size = size;
    return 1;
}

/* Reads to the end, which only a read of 0 bytes tells: a size asked for beforehand may be wrong for what is no plain file. */
static edgeplan_status read_all(edgeplan_context *context, edgeplan_read_fn read_at, void *user, const char *name,
                                edgeplan_diagnostics *diagnostics, input_buffer *buffer)
{
    const uint64_t limit = ep_max_file_bytes(context);

    for (;;) {
        uint64_t wanted;
        int64_t got;

        if (buffer->size - buffer->length < 2 && !grow(context, buffer)) /* one of the two is the NUL's */
            return report(diagnostics, EDGEPLAN_ERROR_NO_MEMORY, name, "out of memory", 0, NULL);
        wanted = ep_min(buffer->size - buffer->length - 1, LARGEST_READ_BYTES);
        got = read_at(user, name, buffer->length, buffer->bytes + buffer->length, wanted);
        if (got < 0 || (uint64_t)got > wanted)
            return report(diagnostics, EDGEPLAN_ERROR_IO, name, "reading failed after ", buffer->length, " bytes");
        if (got == 0)
            break;
        buffer->length += (uint64_t)got;
        if (buffer->length > limit)
            return report(diagnostics, EDGEPLAN_ERROR_LIMIT, name, "larger than the limit of ", limit, " bytes (max_file_bytes)");
    }
    buffer->bytes[buffer->length] = '\0';
    return EDGEPLAN_OK;
}

edgeplan_status ep_input_reader(edgeplan_context *context, edgeplan_read_fn read, void *user, const char *name,
                                edgeplan_diagnostics *diagnostics, char **out, size_t *length)
{
    input_buffer buffer = { NULL, 0, 0 };
    edgeplan_status status;

    *out = NULL;
    *length = 0;
    if (read == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    status = read_all(context, read, user, name != NULL ? name : "", diagnostics, &buffer);
    if (status != EDGEPLAN_OK) {
        ep_release(context, buffer.bytes);
        return status;
    }
    *out = buffer.bytes;
    *length = (size_t)buffer.length;
    return EDGEPLAN_OK;
}

/* ---- Files ---- */

#if defined(_WIN32)

edgeplan_status ep_input_open(edgeplan_context *context, const char *path, edgeplan_diagnostics *diagnostics, ep_input *out)
{
    const int units = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, NULL, 0);
    WCHAR *wide;
    HANDLE handle;

    memset(out, 0, sizeof *out);
    if (units <= 0)
        return report(diagnostics, EDGEPLAN_ERROR_IO, path, "the path is not UTF-8 text", 0, NULL);
    wide = ep_allocate(context, (size_t)units * sizeof *wide);
    if (wide == NULL)
        return report(diagnostics, EDGEPLAN_ERROR_NO_MEMORY, path, "out of memory", 0, NULL);
    MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, units);
    handle = CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                         FILE_ATTRIBUTE_NORMAL, NULL);
    ep_release(context, wide);
    if (handle == INVALID_HANDLE_VALUE)
        return report(diagnostics, EDGEPLAN_ERROR_IO, path, "cannot be opened (system error ", GetLastError(), ")");
    out->handle = (intptr_t)handle;
    return EDGEPLAN_OK;
}

int64_t ep_input_read(ep_input *input, uint64_t offset, void *to, uint64_t length)
{
    OVERLAPPED where = { 0 };
    DWORD got = 0;

    where.Offset = (DWORD)(offset & 0xffffffff);
    where.OffsetHigh = (DWORD)(offset >> 32);
    if (!ReadFile((HANDLE)input->handle, to, (DWORD)ep_min(length, LARGEST_READ_BYTES), &got, &where))
        return GetLastError() == ERROR_HANDLE_EOF ? 0 : -1;
    return (int64_t)got;
}

void ep_input_close(ep_input *input)
{
    CloseHandle((HANDLE)input->handle);
}

#else

edgeplan_status ep_input_open(edgeplan_context *context, const char *path, edgeplan_diagnostics *diagnostics, ep_input *out)
{
    char nothing;
    int file;

    (void)context;
    memset(out, 0, sizeof *out);
    do
        file = open(path, O_RDONLY | O_CLOEXEC);
    while (file < 0 && errno == EINTR);
    out->handle = file;
    if (file >= 0 && read(file, &nothing, 0) < 0 && errno == EISDIR) {
        ep_input_close(out);
        return report(diagnostics, EDGEPLAN_ERROR_IO, path, "is a folder, not a file", 0, NULL);
    }
    if (file >= 0)
        return EDGEPLAN_OK;
    if (errno == ENOENT || errno == ENOTDIR)
        return report(diagnostics, EDGEPLAN_ERROR_IO, path, "there is no such file", 0, NULL);
    if (errno == EACCES || errno == EPERM)
        return report(diagnostics, EDGEPLAN_ERROR_IO, path, "may not be read by this user", 0, NULL);
    return report(diagnostics, EDGEPLAN_ERROR_IO, path, "cannot be opened (system error ", (uint64_t)errno, ")");
}

static int64_t read_next(ep_input *input, void *to, uint64_t length)
{
    int64_t got;

    do
        got = read((int)input->handle, to, (size_t)length);
    while (got < 0 && errno == EINTR);
    input->passed += got > 0 ? (uint64_t)got : 0;
    return got;
}

/* A pipe's bytes come once: those before `offset` are read and forgotten. */
static int64_t read_pipe(ep_input *input, uint64_t offset, void *to, uint64_t length)
{
    if (offset < input->passed)
        return -1;
    while (input->passed < offset) {
        const int64_t got = read_next(input, to, ep_min(length, offset - input->passed));

        if (got <= 0)
            return got;
    }
    return read_next(input, to, length);
}

int64_t ep_input_read(ep_input *input, uint64_t offset, void *to, uint64_t length)
{
    int64_t got;

    if (offset > (uint64_t)INT64_MAX - LARGEST_READ_BYTES)
        return 0; /* no file reaches so far */
    length = ep_min(length, LARGEST_READ_BYTES);
    if (!input->is_pipe) {
        do
            got = pread((int)input->handle, to, (size_t)length, (off_t)offset);
        while (got < 0 && errno == EINTR);
        if (got >= 0 || errno != ESPIPE)
            return got;
        input->is_pipe = 1;
    }
    return read_pipe(input, offset, to, length);
}

void ep_input_close(ep_input *input)
{
    close((int)input->handle); /* was only read: nothing to lose, and a second try could close another thread's file */
}

#endif

static int64_t read_named(void *user, const char *name, uint64_t offset, void *to, uint64_t length)
{
    (void)name;
    return ep_input_read(user, offset, to, length);
}

edgeplan_status ep_input_file(edgeplan_context *context, const char *path, edgeplan_diagnostics *diagnostics, char **out,
                              size_t *length)
{
    edgeplan_status status;
    ep_input input;

    *out = NULL;
    *length = 0;
    if (path == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    status = ep_input_open(context, path, diagnostics, &input);
    if (status != EDGEPLAN_OK)
        return status;
    status = ep_input_reader(context, read_named, &input, path, diagnostics, out, length);
    ep_input_close(&input);
    return status;
}
