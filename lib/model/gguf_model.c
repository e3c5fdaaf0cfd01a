#include "model/gguf_model.h"

#include <string.h>

#include "base/checked.h"
#include "base/utf8.h"
#include "model/build_check.h"
#include "model/gguf_parts.h"

#define MAX_PREFIX_BYTES 64

static edgeplan_status refuse(const ep_gguf_reading *reading, edgeplan_status status, const char *key, const char *first,
                              const char *quoted, const char *rest)
{
    const ep_gguf_value *value = ep_gguf_find(&reading->set->first, key);
    const ep_place place = { reading->set->first.shown, 0, 0, value != NULL ? value->offset : 0 };

    return ep_report_quoted(reading->diagnostics, EDGEPLAN_SEVERITY_ERROR, status, &place, key, first, quoted, rest);
}

/* An architecture nobody has told this library of. Most are a Llama with other numbers; the tensors show what is not. */
static const ep_gguf_architecture unknown = { .name = "" };

static edgeplan_status find_architecture(ep_gguf_reading *reading)
{
    static const char key[] = "general.architecture";
    const ep_gguf_value *value = ep_gguf_find(&reading->set->first, key);
    char rest[160];
    ep_text text;

    if (value == NULL)
        return refuse(reading, EDGEPLAN_ERROR_SCHEMA, key, "is missing", NULL, NULL);
    if (value->text == NULL || value->count == 0 || value->count > MAX_PREFIX_BYTES)
        return refuse(reading, EDGEPLAN_ERROR_SCHEMA, key, "must be a word of at most 64 bytes", NULL, NULL);
    reading->prefix = value->text;
    reading->draft.place = (ep_place){ reading->set->first.shown, 0, 0, value->offset };
    reading->architecture = ep_gguf_architecture_find(value->text);
    if (reading->architecture == NULL)
        reading->architecture = &unknown;
    if (reading->part == EDGEPLAN_PART_ENCODER && !reading->architecture->is_encoder)
        return refuse(reading, EDGEPLAN_ERROR_UNSUPPORTED, key, "no encoder: the architecture is", value->text, NULL);
    if (reading->part == EDGEPLAN_PART_ENCODER || reading->architecture->refusal == NULL)
        return EDGEPLAN_OK;
    ep_text_init(&text, rest, sizeof rest);
    ep_text_add_char(&text, ' ');
    ep_text_add(&text, reading->architecture->refusal);
    return refuse(reading, EDGEPLAN_ERROR_UNSUPPORTED, key, "the architecture", value->text, rest);
}

static void count_layers(ep_gguf_reading *reading)
{
    uint64_t blocks = 0, next_token = 0;

    if (!ep_gguf_get(reading, "block_count", &blocks) && reading->status == EDGEPLAN_OK)
        ep_gguf_fail(reading, EDGEPLAN_ERROR_SCHEMA, "block_count", "is missing");
    ep_gguf_get(reading, "nextn_predict_layers", &next_token);
    if (reading->status != EDGEPLAN_OK)
        return;
    if (blocks < 1 || blocks > EP_MAX_LAYERS)
        ep_gguf_fail(reading, EDGEPLAN_ERROR_RANGE, "block_count", "must be 1 to 4096");
    else if (next_token >= blocks)
        ep_gguf_fail(reading, EDGEPLAN_ERROR_RANGE, "nextn_predict_layers", "must be below block_count");
    else if (reading->part == EDGEPLAN_PART_MTP && next_token == 0)
        ep_gguf_fail(reading, EDGEPLAN_ERROR_UNSUPPORTED, "nextn_predict_layers", "is missing or 0: no layers predict further tokens");
    reading->trunk = blocks - next_token;
    reading->first = reading->part == EDGEPLAN_PART_MTP ? reading->trunk : 0;
    reading->layers = reading->part == EDGEPLAN_PART_MTP ? next_token : reading->trunk;
}

/* ---- Head ---- */

/* What the embedding table shows wins over its keys. */
static void check_head(ep_gguf_reading *reading)
{
    edgeplan_head *head = &reading->draft.head;
    uint64_t hidden = 0;

    ep_gguf_get(reading, "context_length", &head->trained_context_tokens);
    if (head->hidden_width == 0) {
        refuse(reading, EDGEPLAN_ERROR_SCHEMA, "token_embd.weight", "is missing: there is no embedding table", NULL, NULL);
        reading->status = reading->status == EDGEPLAN_OK ? EDGEPLAN_ERROR_SCHEMA : reading->status;
        return;
    }
    if (ep_gguf_get(reading, "embedding_length", &hidden) && hidden != head->hidden_width) {
        const uint64_t numbers[] = { hidden, head->hidden_width };

        ep_gguf_assume(reading, "`embedding_length` says #, the embedding table has # columns: these are taken.", numbers);
    }
}

static int is_utf8(const char *text)
{
    size_t left = strlen(text), bytes;

    for (; left > 0; text += bytes, left -= bytes)
        if ((bytes = ep_utf8_bytes(text, left)) == 0 || (unsigned char)*text < 0x20)
            return 0;
    return 1;
}

static const char *copy(ep_gguf_reading *reading, const char *text)
{
    const char *made = text != NULL ? ep_arena_copy(&reading->draft.arena, text, strlen(text)) : NULL;

    if (text != NULL && made == NULL && reading->status == EDGEPLAN_OK)
        reading->status = EDGEPLAN_ERROR_NO_MEMORY;
    return made;
}

static const char *family_of(const ep_gguf_reading *reading)
{
    const ep_gguf_architecture *architecture = reading->architecture;
    int experts = 0, window = 0;

    for (size_t i = 0; i < reading->draft.layer_count; i++) {
        experts |= reading->draft.layers[i].feed_forward == EDGEPLAN_FEED_FORWARD_EXPERTS;
        window |= reading->draft.layers[i].span == EDGEPLAN_SPAN_WINDOW;
    }
    if (experts && architecture->with_experts != NULL)
        return architecture->with_experts;
    if (window && architecture->with_window != NULL)
        return architecture->with_window;
    return architecture->family != NULL ? architecture->family : reading->prefix;
}

static void name_model(ep_gguf_reading *reading, const ep_model_names *names)
{
    const ep_gguf_value *name = ep_gguf_find(&reading->set->first, "general.name");
    const int usable = name != NULL && name->text != NULL && name->count != 0 && is_utf8(name->text);

    reading->draft.id = copy(reading, names != NULL ? names->id : NULL);
    reading->draft.name = copy(reading, names != NULL && names->name != NULL ? names->name : usable ? name->text : NULL);
    reading->draft.family = copy(reading, family_of(reading));
    reading->draft.format = ep_gguf_format(reading);
    reading->draft.files = reading->set->files;
    reading->draft.file_bytes = reading->set->file_bytes;
    reading->draft.largest_file_bytes = reading->set->largest_file_bytes;
}

static void read_text(ep_gguf_reading *reading, ep_arena *scratch)
{
    count_layers(reading);
    if (reading->status != EDGEPLAN_OK)
        return;
    reading->seen = ep_arena_array(scratch, (size_t)(reading->first + reading->layers), sizeof *reading->seen);
    if (reading->seen == NULL) {
        reading->status = EDGEPLAN_ERROR_NO_MEMORY;
        return;
    }
    if (reading->architecture == &unknown)
        ep_gguf_assume(reading, "This architecture is not known: it is planned as its tensors show, with full attention.", NULL);
    ep_gguf_add_tensors(reading);
    check_head(reading);
    if (reading->status == EDGEPLAN_OK)
        ep_gguf_add_layers(reading);
}

static edgeplan_status read_model(ep_gguf_reading *reading, ep_arena *scratch, const ep_model_names *names)
{
    edgeplan_status status = find_architecture(reading);

    if (status != EDGEPLAN_OK)
        return status;
    if (reading->set->part_count == 0)
        return refuse(reading, EDGEPLAN_ERROR_UNSUPPORTED, "general.architecture", "has no tensors, only a vocabulary for", reading->prefix,
                      NULL);
    if (reading->part == EDGEPLAN_PART_ENCODER)
        ep_gguf_add_encoder(reading);
    else
        read_text(reading, scratch);
    if (reading->status == EDGEPLAN_OK)
        name_model(reading, names);
    return reading->status;
}

edgeplan_status ep_gguf_model_read(ep_stream *stream, const ep_model_names *names, const edgeplan_open_options *options,
                                   edgeplan_diagnostics *diagnostics, edgeplan_model **out)
{
    edgeplan_context *context = stream->file->files->context;
    ep_gguf_set set;
    ep_gguf_reading reading = { .set = &set, .diagnostics = diagnostics, .status = EDGEPLAN_OK, .part = options->part };
    edgeplan_status status;
    ep_arena scratch;

    *out = NULL;
    ep_arena_init(&scratch, context);
    ep_draft_init(&reading.draft, context);
    status = ep_gguf_set_read(&scratch, stream, options->complete == EDGEPLAN_SWITCH_ON, diagnostics, &set);
    if (status == EDGEPLAN_OK)
        status = read_model(&reading, &scratch, names);
    if (status == EDGEPLAN_OK)
        status = ep_draft_finish(&reading.draft, diagnostics, out);
    else
        ep_draft_free(&reading.draft);
    ep_arena_free(&scratch);
    return status;
}
