/* Notes in a plan's lists: assumptions, what is missing, warnings. */
#ifndef EP_PLAN_NOTES_H
#define EP_PLAN_NOTES_H

#include "base/text.h"
#include "plan/evaluate.h"
#include "plan/plan.h"

enum { EP_NOTE_SIZE = 320 };

typedef struct ep_notes {
    edgeplan_plan *plan;
    const ep_evaluation *evaluation;
    edgeplan_list list; /* where they go */
    char buffer[EP_NOTE_SIZE];
    ep_text text;
    edgeplan_status status; /* after an error nothing is added */
} ep_notes;

/* The text of the next one, empty; it is in the list once it is ended. */
ep_text *ep_note_begin(ep_notes *w);
void ep_note_end(ep_notes *w, const char *subject, uint32_t confidence);

/* One of confidence `assumed`, and one with a number in it. */
void ep_note(ep_notes *w, const char *subject, const char *message);
void ep_note_counted(ep_notes *w, const char *subject, const char *before, uint64_t value, const char *after);

#endif
