#include "source/stream.h"

#include <string.h>

#include "base/checked.h"
#include "base/context.h"
#include "base/text.h"

edgeplan_status ep_stream_init(ep_stream *stream, ep_file *file)
{
    const ep_files *files = file->files;
    static const unsigned char nothing[1] = { 0 };

    memset(stream, 0, sizeof *stream);
    stream->file = file;
    stream->status = EDGEPLAN_OK;
    if (files->path == NULL && files->read == NULL) {
        stream->next = files->bytes != NULL ? files->bytes : nothing;
        stream->end = stream->next + (size_t)files->length;
        stream->end_offset = stream->reached = files->length;
        return EDGEPLAN_OK;
    }
    stream->buffer = ep_allocate(files->context, EP_STREAM_BYTES);
    if (stream->buffer == NULL)
        return stream->status = EDGEPLAN_ERROR_NO_MEMORY;
    stream->next = stream->end = stream->buffer;
    return EDGEPLAN_OK;
}

void ep_stream_free(ep_stream *stream)
{
    if (stream->file != NULL)
        ep_release(stream->file->files->context, stream->buffer);
    memset(stream, 0, sizeof *stream);
}

static void fail(ep_stream *stream, edgeplan_status status)
{
    if (stream->status == EDGEPLAN_OK)
        stream->status = status;
}

static uint64_t at_hand(const ep_stream *stream)
{
    return (uint64_t)(stream->end - stream->next);
}

/* Reads on until `wanted` bytes are at hand or there are no more. */
static void fill(ep_stream *stream, uint64_t wanted)
{
    size_t kept = (size_t)at_hand(stream);

    if (stream->buffer == NULL || stream->status != EDGEPLAN_OK)
        return;
    memmove(stream->buffer, stream->next, kept);
    stream->next = stream->buffer;
    while (kept < wanted && kept < EP_STREAM_BYTES) {
        const uint64_t room = EP_STREAM_BYTES - kept;
        const int64_t got = ep_file_read(stream->file, stream->end_offset, stream->buffer + kept, room);

        if (got < 0 || (uint64_t)got > room)
            fail(stream, EDGEPLAN_ERROR_IO);
        if (got <= 0 || stream->status != EDGEPLAN_OK)
            break;
        kept += (size_t)got;
        stream->end_offset += (uint64_t)got;
        stream->reached = stream->end_offset;
    }
    stream->end = stream->buffer + kept;
}

const unsigned char *ep_stream_peek(ep_stream *stream, uint64_t wanted, uint64_t *got)
{
    if (at_hand(stream) < wanted)
        fill(stream, wanted);
    *got = ep_min(at_hand(stream), wanted);
    return stream->next;
}

const unsigned char *ep_stream_take(ep_stream *stream, uint64_t length)
{
    const unsigned char *taken;

    if (stream->status != EDGEPLAN_OK)
        return NULL;
    if (at_hand(stream) < length)
        fill(stream, length);
    if (at_hand(stream) < length) {
        stream->needed = ep_add(ep_stream_offset(stream), length);
        fail(stream, EDGEPLAN_ERROR_TRUNCATED);
        return NULL;
    }
    taken = stream->next;
    stream->next += (size_t)length;
    return taken;
}

int ep_stream_skip(ep_stream *stream, uint64_t length)
{
    const uint64_t within = ep_min(at_hand(stream), length);

    if (stream->status != EDGEPLAN_OK)
        return 0;
    stream->next += (size_t)within;
    if (length == within)
        return 1;
    stream->end_offset = ep_add(stream->end_offset, length - within);
    if (!ep_overflowed(stream->end_offset))
        return 1;
    stream->needed = stream->end_offset;
    fail(stream, EDGEPLAN_ERROR_TRUNCATED);
    return 0;
}

int ep_stream_settle(ep_stream *stream)
{
    const uint64_t offset = ep_stream_offset(stream);

    if (stream->status == EDGEPLAN_OK && offset > stream->reached && !ep_file_reaches(stream->file, offset)) {
        stream->needed = offset;
        fail(stream, EDGEPLAN_ERROR_TRUNCATED);
    }
    return stream->status == EDGEPLAN_OK;
}

uint32_t ep_stream_u32(ep_stream *stream)
{
    const unsigned char *at = ep_stream_take(stream, 4);

    return at != NULL ? ep_load_u32(at) : 0;
}

uint64_t ep_stream_u64(ep_stream *stream)
{
    const unsigned char *at = ep_stream_take(stream, 8);

    return at != NULL ? ep_load_u64(at) : 0;
}

static int64_t read_on(void *user, const char *name, uint64_t offset, void *buffer, uint64_t length)
{
    ep_stream *stream = user;
    uint64_t got = 0;
    const unsigned char *from = ep_stream_peek(stream, 1, &got);

    (void)name;
    (void)offset; /* it only ever goes on */
    if (stream->status != EDGEPLAN_OK)
        return -1;
    got = ep_min(at_hand(stream), length);
    if (got > 0)
        memcpy(buffer, from, (size_t)got);
    stream->next += (size_t)got;
    return (int64_t)got;
}

edgeplan_status ep_stream_text(ep_stream *stream, edgeplan_diagnostics *diagnostics, char **out, size_t *length)
{
    return ep_input_reader(stream->file->files->context, read_on, stream, stream->file->shown, diagnostics, out, length);
}

edgeplan_status ep_stream_report(const ep_stream *stream, edgeplan_diagnostics *diagnostics, const char *key_path)
{
    const int truncated = stream->status == EDGEPLAN_ERROR_TRUNCATED;
    const ep_place place = { stream->file->shown, 0, 0, truncated ? stream->needed : ep_stream_offset(stream) };
    char message[160];
    ep_text text;

    if (stream->status == EDGEPLAN_OK)
        return EDGEPLAN_OK;
    ep_text_init(&text, message, sizeof message);
    if (truncated) {
        ep_text_add(&text, "ends before its description does: at least ");
        ep_text_add_count(&text, stream->needed);
        ep_text_add(&text, " bytes are needed");
    } else if (stream->status == EDGEPLAN_ERROR_IO) {
        ep_text_add(&text, "reading failed after ");
        ep_text_add_count(&text, ep_stream_offset(stream));
        ep_text_add(&text, " bytes");
    } else {
        ep_text_add(&text, edgeplan_status_text(stream->status));
    }
    return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, stream->status, &place, key_path, message);
}
