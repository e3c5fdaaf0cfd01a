#include "model/checkpoint.h"

#include <string.h>

#include "base/context.h"
#include "base/text.h"
#include "model/checkpoint_settle.h"
#include "model/config.h"
#include "model/hf_modules.h"
#include "source/json.h"

#define CONFIG_NAME "config.json"
#define QUANTIZATION_NAME "hf_quant_config.json"
#define PLAIN_FORMAT "bf16"
#define SHARD_END "-00001-of-00001.safetensors" /* any digits */
#define INDEX_END ".safetensors.index.json"

typedef struct ep_checkpoint {
    ep_arena scratch; /* trees and tensors of the files */
    const ep_files *files;
    const ep_model_names *names;
    const edgeplan_open_options *options;
    edgeplan_diagnostics *diagnostics;
    ep_shards shards;
    ep_quant_config quant;
} ep_checkpoint;

/* ---- Descriptions beside the tensors ---- */

static edgeplan_status parse_file(ep_checkpoint *checkpoint, ep_file *file, edgeplan_diagnostics *diagnostics, const ep_node **out)
{
    ep_stream stream;
    char *text = NULL;
    size_t length = 0;
    edgeplan_status status = ep_stream_init(&stream, file);
    if (status == EDGEPLAN_OK)
        status = ep_stream_text(&stream, diagnostics, &text, &length);
    if (status == EDGEPLAN_OK)
        status = ep_json_parse(&checkpoint->scratch, text, length, file->shown, checkpoint->diagnostics, out);
    ep_stream_free(&stream);
    ep_release(checkpoint->files->context, text);
    return status;
}

/* `diagnostics`: NULL if it is no mistake that there is no such file. */
static edgeplan_status read_beside(ep_checkpoint *checkpoint, const char *name, edgeplan_diagnostics *diagnostics,
                                   const ep_node **out)
{
    ep_file file;
    edgeplan_status status = ep_file_open(checkpoint->files, name, diagnostics, &file);
    if (status != EDGEPLAN_OK)
        return status;
    status = parse_file(checkpoint, &file, diagnostics, out);
    ep_file_close(&file);
    return status;
}

static edgeplan_status read_quantization(ep_checkpoint *checkpoint, const ep_node *config)
{
    const ep_node *beside = NULL;
    edgeplan_status status = ep_quant_config_read(&checkpoint->scratch, config, NULL, checkpoint->diagnostics, &checkpoint->quant);
    if (status != EDGEPLAN_OK || checkpoint->quant.is_given)
        return status;
    status = read_beside(checkpoint, QUANTIZATION_NAME, NULL, &beside);
    if (status == EDGEPLAN_ERROR_IO)
        return EDGEPLAN_OK;
    if (status != EDGEPLAN_OK)
        return status;
    return ep_quant_config_read(&checkpoint->scratch, NULL, beside, checkpoint->diagnostics, &checkpoint->quant);
}

/* ---- The draft ---- */

static edgeplan_status copy_text(ep_draft *draft, const char *text, const char **out)
{
    *out = ep_arena_copy(&draft->arena, text, strlen(text));
    return *out != NULL ? EDGEPLAN_OK : EDGEPLAN_ERROR_NO_MEMORY;
}

/* All of the description but its tensors; of an encoder, whose it is. */
static edgeplan_status copy_description(ep_draft *draft, const edgeplan_model *described, uint64_t part)
{
    edgeplan_status status = copy_text(draft, described->id, &draft->id);
    if (status == EDGEPLAN_OK)
        status = copy_text(draft, described->name, &draft->name);
    if (status == EDGEPLAN_OK)
        status = copy_text(draft, described->family, &draft->family);
    if (part == EDGEPLAN_PART_ENCODER)
        return status;
    draft->head = described->head;
    draft->trunk_layers = described->trunk_layers;
    for (uint32_t i = 0; i < described->layer_count && status == EDGEPLAN_OK; i++)
        status = ep_draft_add_layer(draft, &described->layers[i]);
    for (uint32_t i = 0; i < described->assumption_count && status == EDGEPLAN_OK; i++)
        status = ep_draft_assume(draft, described->assumptions[i]);
    draft->further_assumption = described->further_assumption;
    return status;
}

static edgeplan_status assume_bytes(ep_draft *draft, const char *before, uint64_t bytes, const char *after)
{
    char sentence[192];
    ep_text text;
    if (bytes == 0)
        return EDGEPLAN_OK;
    ep_text_init(&text, sentence, sizeof sentence);
    ep_text_add(&text, before);
    ep_text_add_bytes(&text, bytes);
    ep_text_add(&text, after);
    return ep_draft_assume(draft, sentence);
}

static edgeplan_status note(ep_draft *draft, const ep_hf_summary *summary)
{
    edgeplan_status status = assume_bytes(draft, "What sees or hears (", summary->tower_bytes, " of tensors) is left out.");
    if (status == EDGEPLAN_OK)
        status = draft->trunk_layers != 0
                     ? assume_bytes(draft, "Copies of the embedding table and the output matrix (", summary->next_token_bytes,
                                    ") are left out: the language model has them.")
                     : assume_bytes(draft, "Layers that predict more than the next token (", summary->next_token_bytes,
                                    ") are left out.");
    if (status == EDGEPLAN_OK && summary->next_token_bytes != 0 && draft->trunk_layers == 0)
        ep_draft_leave_further(draft);
    if (status == EDGEPLAN_OK)
        status = assume_bytes(draft, "Matrices of unknown names (", summary->unknown_bytes,
                              ") are taken to be read at every step.");
    return status;
}

static void name_files(const ep_checkpoint *checkpoint, ep_draft *draft)
{
    draft->files = checkpoint->shards.files;
    draft->file_bytes = checkpoint->shards.file_bytes;
    draft->largest_file_bytes = checkpoint->shards.largest_file_bytes;
}

static edgeplan_status finish_encoder(const ep_checkpoint *checkpoint, ep_draft *draft)
{
    const ep_place place = {checkpoint->files->name, 0, 0, 0};
    if (draft->tensor_count == 0)
        return ep_report(checkpoint->diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_UNSUPPORTED, &place, NULL,
                         "has nothing that sees or hears");
    name_files(checkpoint, draft);
    return EDGEPLAN_OK;
}

static edgeplan_status fill(ep_checkpoint *checkpoint, ep_draft *draft, const edgeplan_model *described)
{
    ep_hf_summary summary;
    const uint64_t part = checkpoint->options->part;
    edgeplan_status status = copy_description(draft, described, part);
    if (status == EDGEPLAN_OK)
        status = ep_hf_add_tensors(draft, &checkpoint->scratch, &checkpoint->shards, &checkpoint->quant, part, checkpoint->diagnostics,
                                   &summary);
    if (part == EDGEPLAN_PART_ENCODER)
        return status == EDGEPLAN_OK ? finish_encoder(checkpoint, draft) : status;
    if (status == EDGEPLAN_OK)
        status = ep_checkpoint_check(draft, checkpoint->files->name, checkpoint->diagnostics);
    if (status == EDGEPLAN_OK)
        status = ep_checkpoint_settle(draft);
    if (status == EDGEPLAN_OK)
        status = note(draft, &summary);
    if (status != EDGEPLAN_OK)
        return status;
    if (checkpoint->quant.is_given)
        draft->format = summary.is_mixed ? "" : checkpoint->quant.format;
    else
        draft->format = summary.all_bf16 ? PLAIN_FORMAT : "";
    draft->published = checkpoint->quant.format;
    name_files(checkpoint, draft);
    return EDGEPLAN_OK;
}

/* Of an encoder only the name is taken from the description. */
static uint64_t described_part(const ep_checkpoint *checkpoint)
{
    const uint64_t part = checkpoint->options->part;
    return part == EDGEPLAN_PART_MTP ? part : (uint64_t)EDGEPLAN_PART_TEXT;
}

/* The tensors are read; now what they are for. */
static edgeplan_status make_model(ep_checkpoint *checkpoint, edgeplan_model **out)
{
    const ep_node *config = NULL;
    edgeplan_model *described = NULL;
    ep_draft draft;
    edgeplan_status status = read_beside(checkpoint, CONFIG_NAME, checkpoint->diagnostics, &config);
    if (status == EDGEPLAN_OK)
        status = ep_config_read(checkpoint->files->context, config, checkpoint->names, described_part(checkpoint), checkpoint->diagnostics,
                                &described);
    if (status == EDGEPLAN_OK)
        status = read_quantization(checkpoint, config);
    if (status != EDGEPLAN_OK) {
        edgeplan_model_unref(described);
        return status;
    }
    ep_draft_init(&draft, checkpoint->files->context);
    draft.place.source = checkpoint->files->name;
    status = fill(checkpoint, &draft, described);
    edgeplan_model_unref(described);
    if (status == EDGEPLAN_OK)
        return ep_draft_finish(&draft, checkpoint->diagnostics, out);
    ep_draft_free(&draft);
    return status;
}

/* ---- Files ---- */

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* How many characters of a shard's name, from *begin on, its index shares; 0 if it is no shard's. */
static size_t shared_name(const char *name, size_t *begin)
{
    const size_t end_length = sizeof SHARD_END - 1, length = strlen(name);
    if (length <= end_length)
        return 0;
    for (size_t i = 0; i < end_length; i++) {
        const char c = name[length - end_length + i];
        if (is_digit(SHARD_END[i]) ? !is_digit(c) : SHARD_END[i] != c)
            return 0;
    }
    for (*begin = length - end_length; *begin > 0 && strchr("/\\:", name[*begin - 1]) == NULL; --*begin)
        ;
    return length - end_length - *begin;
}

/* One shard stands for all of them where their index lies beside it; *index is NULL where it does not. */
static edgeplan_status find_index(ep_checkpoint *checkpoint, const ep_node **index)
{
    const char *first = checkpoint->files->path != NULL ? checkpoint->files->path : checkpoint->files->name;
    size_t begin = 0;
    const size_t shared = shared_name(first, &begin);
    *index = NULL;
    if (shared == 0)
        return EDGEPLAN_OK;
    char *name = ep_arena_alloc(&checkpoint->scratch, shared + sizeof INDEX_END);
    if (name == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    memcpy(name, first + begin, shared);
    memcpy(name + shared, INDEX_END, sizeof INDEX_END);
    const edgeplan_status status = read_beside(checkpoint, name, NULL, index);
    return status == EDGEPLAN_ERROR_IO || status == EDGEPLAN_ERROR_REFERENCE ? EDGEPLAN_OK : status;
}

static edgeplan_status read_index(ep_checkpoint *checkpoint, const ep_node *index)
{
    return ep_shards_read_index(&checkpoint->scratch, checkpoint->files, index, checkpoint->options->complete == EDGEPLAN_SWITCH_ON,
                                checkpoint->diagnostics, &checkpoint->shards);
}

static void begin(ep_checkpoint *checkpoint, const ep_files *files, const ep_model_names *names,
                  const edgeplan_open_options *options, edgeplan_diagnostics *diagnostics)
{
    *checkpoint = (ep_checkpoint){.files = files, .names = names, .options = options, .diagnostics = diagnostics};
    ep_arena_init(&checkpoint->scratch, files->context);
}

edgeplan_status ep_checkpoint_read(ep_stream *stream, const ep_model_names *names, const edgeplan_open_options *options,
                                   edgeplan_diagnostics *diagnostics, edgeplan_model **out)
{
    ep_checkpoint checkpoint;
    const ep_node *index = NULL;
    *out = NULL;
    begin(&checkpoint, stream->file->files, names, options, diagnostics);
    edgeplan_status status = find_index(&checkpoint, &index);
    if (status == EDGEPLAN_OK && index != NULL)
        status = read_index(&checkpoint, index);
    else if (status == EDGEPLAN_OK)
        status = ep_shards_read(&checkpoint.scratch, stream, options->complete == EDGEPLAN_SWITCH_ON, diagnostics, &checkpoint.shards);
    if (status == EDGEPLAN_OK)
        status = make_model(&checkpoint, out);
    ep_arena_free(&checkpoint.scratch);
    return status;
}

edgeplan_status ep_checkpoint_read_index(const ep_files *files, const ep_node *index, const ep_model_names *names,
                                         const edgeplan_open_options *options, edgeplan_diagnostics *diagnostics, edgeplan_model **out)
{
    ep_checkpoint checkpoint;
    *out = NULL;
    begin(&checkpoint, files, names, options, diagnostics);
    edgeplan_status status = read_index(&checkpoint, index);
    if (status == EDGEPLAN_OK)
        status = make_model(&checkpoint, out);
    ep_arena_free(&checkpoint.scratch);
    return status;
}
