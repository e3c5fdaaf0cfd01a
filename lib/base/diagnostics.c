#include "base/diagnostics.h"

#include <string.h>

#include "base/context.h"

#define ENTRIES_KEPT 64u
#define QUOTED_BYTES 200u

typedef struct diagnostic {
    edgeplan_status status;
    edgeplan_severity severity;
    uint32_t line, column;
    uint64_t offset;
    char *storage; /* holds the three strings; NULL if there was no memory for them */
    const char *source, *key_path, *message;
} diagnostic;

/* All entries are part of the list, so that a mistake can be recorded when there is no memory left. Only its strings are lost then. */
struct edgeplan_diagnostics {
    atomic_uint owners;
    edgeplan_context *context;
    uint32_t count;
    uint32_t dropped;
    diagnostic entries[ENTRIES_KEPT];
};

edgeplan_status edgeplan_diagnostics_new(edgeplan_context *context, edgeplan_diagnostics **out)
{
    edgeplan_diagnostics *diagnostics;

    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    diagnostics = ep_allocate(context, sizeof *diagnostics);
    if (diagnostics == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    memset(diagnostics, 0, sizeof *diagnostics);
    atomic_init(&diagnostics->owners, 1);
    diagnostics->context = edgeplan_context_ref(context);
    *out = diagnostics;
    return EDGEPLAN_OK;
}

edgeplan_diagnostics *edgeplan_diagnostics_ref(edgeplan_diagnostics *diagnostics)
{
    if (diagnostics != NULL)
        ep_own(&diagnostics->owners);
    return diagnostics;
}

void edgeplan_diagnostics_unref(edgeplan_diagnostics *diagnostics)
{
    edgeplan_context *context;

    if (diagnostics == NULL || !ep_disown(&diagnostics->owners))
        return;
    edgeplan_diagnostics_clear(diagnostics);
    context = diagnostics->context;
    ep_release(context, diagnostics);
    edgeplan_context_unref(context);
}

void edgeplan_diagnostics_clear(edgeplan_diagnostics *diagnostics)
{
    if (diagnostics == NULL)
        return;
    for (uint32_t i = 0; i < diagnostics->count; i++)
        ep_release(diagnostics->context, diagnostics->entries[i].storage);
    diagnostics->count = 0;
    diagnostics->dropped = 0;
}

/* Finds room for an entry: at the end, or in place of the last of the least severe ones, unless those are more severe: what ends a
   reading comes last and is shown. The entry comes last, so that the list stays in the order of recording. NULL if there is none. */
static diagnostic *make_room(edgeplan_diagnostics *diagnostics, edgeplan_severity severity)
{
    diagnostic *entries = diagnostics->entries;
    uint32_t least = 0;

    if (diagnostics->count < ENTRIES_KEPT)
        return &entries[diagnostics->count++];
    diagnostics->dropped += diagnostics->dropped < UINT32_MAX;
    for (uint32_t i = 1; i < ENTRIES_KEPT; i++)
        if (entries[i].severity <= entries[least].severity)
            least = i;
    if (entries[least].severity > severity)
        return NULL;
    ep_release(diagnostics->context, entries[least].storage);
    memmove(&entries[least], &entries[least + 1], (ENTRIES_KEPT - 1 - least) * sizeof *entries);
    return &entries[ENTRIES_KEPT - 1];
}

/* Length of the longest beginning of at most `most` bytes that does not end within a UTF-8 character. */
static size_t cut(const char *text, size_t length, size_t most)
{
    if (length <= most)
        return length;
    while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
        most--;
    return most;
}

/* Control characters come from the input and would reach the terminal of whoever prints the message. */
static void hide_controls(char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            text[i] = '?';
}

static const char *take(ep_text *storage, const char *string)
{
    size_t length = strlen(string), kept = cut(string, length, EP_DIAGNOSTIC_BYTES), at = storage->length;

    ep_text_add_n(storage, string, kept);
    hide_controls(storage->buffer + at, kept);
    ep_text_add_char(storage, '\0');
    return storage->buffer + at;
}

static void keep_strings(const edgeplan_context *context, diagnostic *entry, const char *source, const char *key_path,
                         const char *message)
{
    size_t size = 3 * (EP_DIAGNOSTIC_BYTES + 1), needed;
    ep_text storage;

    needed = strlen(source) + strlen(key_path) + strlen(message) + 3;
    if (needed < size)
        size = needed;
    entry->storage = ep_allocate(context, size + 1);
    if (entry->storage == NULL) {
        entry->source = "";
        entry->key_path = "";
        entry->message = edgeplan_status_text(entry->status);
        return;
    }
    ep_text_init(&storage, entry->storage, size + 1);
    entry->source = take(&storage, source);
    entry->key_path = take(&storage, key_path);
    entry->message = take(&storage, message);
}

edgeplan_status ep_report(edgeplan_diagnostics *diagnostics, edgeplan_severity severity, edgeplan_status status,
                          const ep_place *place, const char *key_path, const char *message)
{
    static const ep_place nowhere = { NULL, 0, 0, 0 };
    diagnostic *entry;

    if (diagnostics == NULL)
        return status;
    if (place == NULL)
        place = &nowhere;
    entry = make_room(diagnostics, severity);
    if (entry == NULL)
        return status;
    entry->status = status;
    entry->severity = severity;
    entry->line = place->line;
    entry->column = place->column;
    entry->offset = place->offset;
    keep_strings(diagnostics->context, entry, place->source != NULL ? place->source : "", key_path != NULL ? key_path : "",
                 message != NULL ? message : "");
    return status;
}

edgeplan_status ep_report_quoted(edgeplan_diagnostics *diagnostics, edgeplan_severity severity, edgeplan_status status,
                                 const ep_place *place, const char *key_path, const char *first, const char *quoted,
                                 const char *rest)
{
    char message[EP_DIAGNOSTIC_BYTES + 8];
    ep_text text;

    if (diagnostics == NULL)
        return status;
    ep_text_init(&text, message, sizeof message);
    ep_text_add(&text, first);
    if (quoted != NULL) {
        size_t length = strlen(quoted), kept = cut(quoted, length, QUOTED_BYTES);

        ep_text_add(&text, first != NULL ? " '" : "'");
        ep_text_add_n(&text, quoted, kept);
        ep_text_add(&text, kept < length ? "…'" : "'");
    }
    ep_text_add(&text, rest);
    return ep_report(diagnostics, severity, status, place, key_path, message);
}

uint32_t edgeplan_diagnostics_count(const edgeplan_diagnostics *diagnostics)
{
    return diagnostics != NULL ? diagnostics->count : 0;
}

uint32_t edgeplan_diagnostics_dropped(const edgeplan_diagnostics *diagnostics)
{
    return diagnostics != NULL ? diagnostics->dropped : 0;
}

static const diagnostic *at(const edgeplan_diagnostics *diagnostics, uint32_t index)
{
    static const diagnostic none = { .source = "", .key_path = "", .message = "" };

    return diagnostics != NULL && index < diagnostics->count ? &diagnostics->entries[index] : &none;
}

edgeplan_status edgeplan_diagnostics_status(const edgeplan_diagnostics *diagnostics, uint32_t index)
{
    return at(diagnostics, index)->status;
}

edgeplan_severity edgeplan_diagnostics_severity(const edgeplan_diagnostics *diagnostics, uint32_t index)
{
    return at(diagnostics, index)->severity;
}

const char *edgeplan_diagnostics_source(const edgeplan_diagnostics *diagnostics, uint32_t index)
{
    return at(diagnostics, index)->source;
}

uint32_t edgeplan_diagnostics_line(const edgeplan_diagnostics *diagnostics, uint32_t index)
{
    return at(diagnostics, index)->line;
}

uint32_t edgeplan_diagnostics_column(const edgeplan_diagnostics *diagnostics, uint32_t index)
{
    return at(diagnostics, index)->column;
}

uint64_t edgeplan_diagnostics_offset(const edgeplan_diagnostics *diagnostics, uint32_t index)
{
    return at(diagnostics, index)->offset;
}

const char *edgeplan_diagnostics_key_path(const edgeplan_diagnostics *diagnostics, uint32_t index)
{
    return at(diagnostics, index)->key_path;
}

const char *edgeplan_diagnostics_message(const edgeplan_diagnostics *diagnostics, uint32_t index)
{
    return at(diagnostics, index)->message;
}
