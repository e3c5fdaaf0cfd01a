/* A file read forward through a small window, so that memory does not grow with what is read. Nothing is reported here: the first
   failure is kept, every later call fails too, and the reader, who knows the key, reports it once. */
#ifndef EP_SOURCE_STREAM_H
#define EP_SOURCE_STREAM_H

#include "source/files.h"

#define EP_STREAM_BYTES 65536u /* of the window: the most that can be taken at once */

typedef struct ep_stream {
    ep_file *file;
    unsigned char *buffer;      /* NULL for a text in memory, which is its own window */
    const unsigned char *next;  /* of the window: what comes next … */
    const unsigned char *end;   /* … and its end */
    uint64_t end_offset;        /* of `end` in the file */
    uint64_t reached;           /* how far the file has been seen to go */
    uint64_t needed;            /* with TRUNCATED: bytes the file must have at least */
    edgeplan_status status;
} ep_stream;

edgeplan_status ep_stream_init(ep_stream *stream, ep_file *file); /* borrows the file */
void ep_stream_free(ep_stream *stream);

static inline uint64_t ep_stream_offset(const ep_stream *stream)
{
    return stream->end_offset - (uint64_t)(stream->end - stream->next);
}

/* What comes next without going on: up to `wanted` bytes, fewer where the file ends. Fails only where reading does. */
const unsigned char *ep_stream_peek(ep_stream *stream, uint64_t wanted, uint64_t *got);
/* The next `length` bytes, valid until the next call. NULL on failure. */
const unsigned char *ep_stream_take(ep_stream *stream, uint64_t length);
/* Goes on by any length; whether the file reaches so far is found out by the next take, or ep_stream_settle. Returns 1 unless failed. */
int ep_stream_skip(ep_stream *stream, uint64_t length);
int ep_stream_settle(ep_stream *stream); /* 1 if the file reaches to where the stream is */

/* Little-endian numbers; 0 on failure. */
uint32_t ep_stream_u32(ep_stream *stream);
uint64_t ep_stream_u64(ep_stream *stream);

static inline uint32_t ep_load_u32(const unsigned char *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline uint64_t ep_load_u64(const unsigned char *at)
{
    return ep_load_u32(at) | (uint64_t)ep_load_u32(at + 4) << 32;
}

/* The whole file as text from where the stream is, as ep_input_reader() gives it. */
edgeplan_status ep_stream_text(ep_stream *stream, edgeplan_diagnostics *diagnostics, char **out, size_t *length);

/* Records what made the stream fail and returns its status. The offset of TRUNCATED is the number of bytes needed. */
edgeplan_status ep_stream_report(const ep_stream *stream, edgeplan_diagnostics *diagnostics, const char *key_path);

#endif
