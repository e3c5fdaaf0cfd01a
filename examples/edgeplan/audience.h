/* An audience as a file: CSV of what a system reports, or a target's id, and the share of the people who have it. */
#ifndef EDGEPLAN_PROGRAM_AUDIENCE_H
#define EDGEPLAN_PROGRAM_AUDIENCE_H

#include "session.h"

typedef struct audience {
    const edgeplan_target **targets; /* each once */
    double *shares;                  /* of each target */
    uint32_t count;
    char **strangers;                /* devices that the registry does not know */
    uint32_t stranger_count;
    double unknown;                  /* their share, and what no line speaks of */
} audience;

/* Returns EXIT_YES, or EXIT_UNDECIDED after saying what is wrong, with its line. */
int audience_read(session *now, const char *path, audience *out);
void audience_release(audience *all);

#endif
