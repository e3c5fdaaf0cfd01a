/* What was measured of speech on a chip, and what a stage of a voice loop takes. */
#ifndef EDGEPLAN_PROGRAM_VOICE_H
#define EDGEPLAN_PROGRAM_VOICE_H

#include "session.h"

typedef struct span { /* seconds */
    double low, expected, high;
    int known;
    char basis[160];      /* what it rests on, or what is missing */
} span;

typedef struct measured {
    const edgeplan_observation *row; /* NULL: nobody measured it on this chip */
    edgeplan_observation_facts facts;
} measured;

/* The fastest pass of a speech model on the chip of a target; `format` NULL: in whichever format. Claims do not count. */
measured fastest_pass(const session *now, const edgeplan_target *target, const char *model, const char *format);
/* The shortest published time to the first token of a model there; NULLs: whatever. */
measured fastest_first_token(const session *now, const edgeplan_target *target, const char *model, const char *runtime,
                             const char *format);

/* The path of a measurement; NULL if the library cannot plan it. */
edgeplan_deployment *measured_path(const session *now, const edgeplan_target *target, const measured *found);

span hearing(const measured *found, uint64_t tokens); /* an encoder's pass, then its tokens */
span speaking(const measured *found);                 /* a clause, at best in proportion to the text that was measured */

/* The length of a first clause, in tokens: what is spoken while the rest is still being written. */
enum { CLAUSE_LOW = 8, CLAUSE = 10, CLAUSE_HIGH = 12 };

#endif
