#include "model/artefact.h"

#include "base/checked.h"

/* A description is a name (length of 8, about 10 to 40 letters), the count of dimensions (4), 1 to 3 of them (8 each), the type (4) and the
   offset (8): docs/gguf.md of ggml-org/ggml. Metadata besides the tokenizer is a few kilobytes. */
enum { DESCRIPTION_LOW = 40, DESCRIPTION_HIGH = 90, METADATA_LOW = 1024, METADATA_HIGH = 16384 };

/* Bytes of a tokenizer for each entry, merges and chat template included: what published files have beyond their tensors. Llama 2, Phi-3
   and Gemma 2 (no merges) have 23 to 24, SmolLM2 36, Qwen2.5 and Qwen3 39, Mistral's Tekken 60, Llama 3 61, gpt-oss 65.
   Source: the files of tests/data/formats-verify.csv. */
enum { ENTRY_LOW = 22, ENTRY_HIGH = 65 };

static void finish_files(ep_artefact_files *files, uint64_t count, uint64_t bytes_each)
{
    if (count == 0 || bytes_each == 0)
        return;
    files->files = ep_add(files->files, count);
    files->bytes = ep_add(files->bytes, ep_mul(count, bytes_each));
    files->largest_bytes = ep_max(files->largest_bytes, bytes_each);
}

void ep_files_close(ep_artefact_files *files)
{
    finish_files(files, 1, files->open_bytes);
    files->open_bytes = 0;
}

void ep_files_add(ep_artefact_files *files, uint64_t bytes, uint64_t pieces)
{
    if (bytes == 0 || pieces == 0)
        return;
    if (files->alone_bytes != 0 && bytes >= files->alone_bytes) {
        finish_files(files, pieces, bytes);
        return;
    }
    const uint64_t shard = files->shard_bytes ? files->shard_bytes : UINT64_MAX;
    const uint64_t room = files->open_bytes < shard ? (shard - files->open_bytes) / bytes : 0;
    const uint64_t first = ep_min(pieces, room), rest = pieces - first;
    files->open_bytes = ep_add(files->open_bytes, ep_mul(first, bytes));
    if (rest == 0)
        return;
    /* Then files that are as full as they can be, and what is left in the last. */
    ep_files_close(files);
    const uint64_t each = ep_max(shard / bytes, 1), full = (rest - 1) / each;
    finish_files(files, full, ep_mul(each, bytes));
    files->open_bytes = ep_mul(rest - full * each, bytes);
}

ep_header_bytes ep_gguf_header_bytes(uint64_t tensors, uint64_t vocabulary)
{
    const ep_header_bytes header = {
        ep_add(METADATA_LOW, ep_add(ep_mul(tensors, DESCRIPTION_LOW), ep_mul(vocabulary, ENTRY_LOW))),
        ep_add(METADATA_HIGH, ep_add(ep_mul(tensors, DESCRIPTION_HIGH), ep_mul(vocabulary, ENTRY_HIGH))),
    };
    return header;
}
