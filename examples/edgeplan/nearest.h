/* The name that was probably meant by one that is not known. */
#ifndef EDGEPLAN_PROGRAM_NEAREST_H
#define EDGEPLAN_PROGRAM_NEAREST_H

#include <edgeplan/edgeplan.h>

typedef struct nearest {
    const char *wrong;
    const char *best; /* NULL: none is near */
    size_t cost;
} nearest;

typedef struct hint {
    char s[160];
} hint;

/* Keeps the candidate if it is nearer than what was found so far: the shortest that begins with the wrong one, or else the one of fewest
   edits, two at most and fewer than half of its letters, or else the shortest that holds it. Capitals do not count, and a blank, `_`
   and `-` are one. */
void nearest_try(nearest *found, const char *candidate);
/* Whether a text holds the part, in that sense; fewer than three letters may stand anywhere by chance. */
int nearest_holds(const char *text, const char *part);
/* `; did you mean `iphone-15`?`, or what to say where nothing is near. */
hint nearest_hint(const nearest *found, const char *otherwise);
/* The same for an id of a section. */
hint nearest_id(const edgeplan_registry *registry, edgeplan_section section, const char *wrong, const char *otherwise);

#endif
