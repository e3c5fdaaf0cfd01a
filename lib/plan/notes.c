#include "plan/notes.h"

#include "base/known.h"
#include "plan/lists.h"

ep_text *ep_note_begin(ep_notes *w)
{
    ep_text_init(&w->text, w->buffer, sizeof w->buffer);
    return &w->text;
}

void ep_note_end(ep_notes *w, const char *subject, uint32_t confidence)
{
    ep_arena *arena = &w->plan->arena;
    size_t length = w->text.length < sizeof w->buffer ? w->text.length : sizeof w->buffer - 1;
    ep_listed *item = w->status ? NULL : ep_list_add(arena, &w->plan->lists[w->list]);
    const char *message = item ? ep_arena_copy(arena, w->buffer, length) : NULL;

    if (!message) {
        w->status = EDGEPLAN_ERROR_NO_MEMORY;
        return;
    }
    item->item.confidence = confidence;
    item->item.known = EP_ITEM_KNOWN(confidence);
    item->text[EDGEPLAN_TEXT_SUBJECT] = subject;
    item->text[EDGEPLAN_TEXT_MESSAGE] = message;
}

void ep_note(ep_notes *w, const char *subject, const char *message)
{
    ep_text_add(ep_note_begin(w), message);
    ep_note_end(w, subject, EDGEPLAN_CONFIDENCE_ASSUMED);
}

void ep_note_counted(ep_notes *w, const char *subject, const char *before, uint64_t value, const char *after)
{
    ep_text *text = ep_note_begin(w);

    ep_text_add(text, before);
    ep_text_add_count(text, value);
    ep_text_add(text, after);
    ep_note_end(w, subject, EDGEPLAN_CONFIDENCE_ASSUMED);
}
