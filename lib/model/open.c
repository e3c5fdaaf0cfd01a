#include "model/open.h"

#include <string.h>

#include "base/checked.h"
#include "base/context.h"
#include "model/checkpoint.h"
#include "model/config.h"
#include "model/gguf_model.h"
#include "model/lock.h"
#include "source/json.h"
#include "source/stream.h"

/* What every reader gets. */
typedef struct ep_opening {
    ep_stream *stream;
    const ep_model_names *names;
    const edgeplan_open_options *options;
    edgeplan_diagnostics *diagnostics;
} ep_opening;

#define SNIFFED_BYTES 64

/* Files that begin with these bytes. Sources: ggml docs/gguf.md; llama.cpp's file magics before GGUF (`ggml`, `ggmf`, `ggjt`, `ggla`
   as little-endian words; whisper.cpp still writes the first); the ZIP and pickle formats, in which PyTorch and Core ML ship. */
static const struct {
    const char *bytes;
    uint32_t length, kind;
    const char *refusal;
} magics[] = {
    { "GGUF", 4, EDGEPLAN_FILE_KIND_GGUF, NULL },
    { "lmgg", 4, 0, "is a GGML file from before GGUF, or Whisper's: only GGUF is read" },
    { "fmgg", 4, 0, "is a GGML file from before GGUF: only GGUF is read" },
    { "tjgg", 4, 0, "is a GGML file from before GGUF: only GGUF is read" },
    { "algg", 4, 0, "is a LoRA adapter from before GGUF, not a model" },
    { "PK\003\004", 4, 0, "is a ZIP archive, such as PyTorch writes: give its config.json, or the model as safetensors or GGUF" },
    { EP_LFS_POINTER, sizeof EP_LFS_POINTER - 1, 0, EP_LFS_REFUSAL },
    { "\200\002", 2, 0, "is a Python pickle: give its config.json, or the model as safetensors or GGUF" },
};

static edgeplan_status refuse(const ep_opening *opening, const char *message)
{
    const ep_place place = { opening->stream->file->shown, 0, 0, 0 };

    return ep_report(opening->diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_UNSUPPORTED, &place, NULL, message);
}

/* safetensors begin with the length of a JSON text, below 2^32, and that text. No text has a NUL. */
static int looks_like_safetensors(const unsigned char *bytes, uint64_t length)
{
    static const unsigned char high_half[4] = { 0, 0, 0, 0 };

    return length > 4 && memcmp(bytes + 4, high_half, (size_t)ep_min(length - 4, 4)) == 0 && (length < 9 || bytes[8] == '{');
}

/* The kind by the first bytes; AUTO if it is a text, whose keys will tell. */
static edgeplan_status sniff(const ep_opening *opening, uint32_t *kind)
{
    uint64_t length = 0;
    const unsigned char *bytes = ep_stream_peek(opening->stream, SNIFFED_BYTES, &length);

    if (opening->stream->status != EDGEPLAN_OK)
        return ep_stream_report(opening->stream, opening->diagnostics, NULL);
    *kind = looks_like_safetensors(bytes, length) ? EDGEPLAN_FILE_KIND_SAFETENSORS : EDGEPLAN_FILE_KIND_AUTO;
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        if (length == 0 || memcmp(bytes, magics[i].bytes, (size_t)ep_min(length, magics[i].length)) != 0)
            continue; /* a head shorter than the magic is taken for what it begins like */
        if (magics[i].refusal != NULL)
            return refuse(opening, magics[i].refusal);
        *kind = magics[i].kind;
    }
    if (*kind == EDGEPLAN_FILE_KIND_AUTO && (length == 0 || !strchr("{ \t\r\n\357", bytes[0]))) /* 357: of a byte order mark */
        return refuse(opening, length == 0 ? "is empty" : "is neither GGUF nor safetensors, and no JSON text, which begins with {");
    return EDGEPLAN_OK;
}

static edgeplan_status read_tree(const ep_opening *opening, uint32_t kind, const ep_node *tree, edgeplan_model **out)
{
    edgeplan_context *context = opening->stream->file->files->context;

    if (kind == EDGEPLAN_FILE_KIND_AUTO && ep_node_get(tree, "weight_map") != NULL)
        kind = EDGEPLAN_FILE_KIND_SAFETENSORS;
    if (kind == EDGEPLAN_FILE_KIND_SAFETENSORS)
        return ep_checkpoint_read_index(opening->stream->file->files, tree, opening->names, opening->options, opening->diagnostics, out);
    const int is_lock = kind == EDGEPLAN_FILE_KIND_LOCK || (kind == EDGEPLAN_FILE_KIND_AUTO && ep_node_get(tree, EP_LOCK_KEY) != NULL);
    if (is_lock && opening->options->part != EDGEPLAN_PART_TEXT)
        return refuse(opening, "is a lock file, which keeps nothing but the language model");
    if (is_lock)
        return ep_lock_read(context, tree, opening->diagnostics, out);
    return ep_config_read(context, tree, opening->names, opening->options->part, opening->diagnostics, out);
}

static edgeplan_status too_long(const ep_opening *opening)
{
    const ep_place place = { opening->stream->file->shown, 0, 0, 0 };

    return ep_report(opening->diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_LIMIT, &place, NULL,
                     "longer than the context's max_file_bytes");
}

/* A text already in memory is parsed where it lies. */
static edgeplan_status read_text(const ep_opening *opening, uint32_t kind, edgeplan_model **out)
{
    const ep_files *files = opening->stream->file->files;
    const int in_memory = files->path == NULL && files->read == NULL;
    const ep_node *tree = NULL;
    edgeplan_status status = EDGEPLAN_OK;
    size_t length = (size_t)files->length;
    char *text = NULL;
    ep_arena arena;

    if (in_memory && files->length > ep_max_file_bytes(files->context))
        return too_long(opening);
    if (!in_memory)
        status = ep_stream_text(opening->stream, opening->diagnostics, &text, &length);
    if (status != EDGEPLAN_OK)
        return status;
    ep_arena_init(&arena, files->context);
    status = ep_json_parse(&arena, in_memory ? (const char *)opening->stream->next : text, length, opening->stream->file->shown,
                           opening->diagnostics, &tree);
    if (status == EDGEPLAN_OK)
        status = read_tree(opening, kind, tree, out);
    ep_arena_free(&arena);
    ep_release(files->context, text);
    return status;
}

/* What is said to be safetensors may be an index of them. */
static int is_index(ep_stream *stream)
{
    uint64_t length = 0;
    const unsigned char *bytes = ep_stream_peek(stream, SNIFFED_BYTES, &length);

    return length > 0 && bytes[0] == '{' && !looks_like_safetensors(bytes, length);
}

static edgeplan_status read_kind(const ep_opening *opening, edgeplan_model **out)
{
    edgeplan_status status = EDGEPLAN_OK;
    uint32_t kind = opening->options->kind;

    if (kind == EDGEPLAN_FILE_KIND_AUTO)
        status = sniff(opening, &kind);
    if (status != EDGEPLAN_OK)
        return status;
    if (kind == EDGEPLAN_FILE_KIND_GGUF)
        return ep_gguf_model_read(opening->stream, opening->names, opening->options, opening->diagnostics, out);
    if (kind == EDGEPLAN_FILE_KIND_SAFETENSORS && !is_index(opening->stream))
        return ep_checkpoint_read(opening->stream, opening->names, opening->options, opening->diagnostics, out);
    return read_text(opening, kind, out);
}

edgeplan_status ep_model_open(const ep_files *files, const ep_model_names *names, const edgeplan_open_options *options,
                              edgeplan_diagnostics *diagnostics, edgeplan_model **out)
{
    ep_stream stream;
    ep_file file;
    const ep_opening opening = { &stream, names, options, diagnostics };
    edgeplan_status status;

    *out = NULL;
    status = ep_file_open(files, "", diagnostics, &file);
    if (status != EDGEPLAN_OK)
        return status;
    status = ep_stream_init(&stream, &file);
    if (status == EDGEPLAN_OK)
        status = read_kind(&opening, out);
    ep_stream_free(&stream);
    ep_file_close(&file);
    return status;
}
