/* What was measured of speech on a chip, what a stage of a voice loop takes, the loop made of them, and what would make it faster. */
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

/* The fastest pass of a speech model on the chip of a target, NULLs: whatever. Claims do not count. One that hears writes tokens at a
   rate; one that speaks does not. */
measured fastest_hearing(const session *now, const edgeplan_target *target, const char *model, const char *format);
measured fastest_speaking(const session *now, const edgeplan_target *target, const char *model);
/* The shortest published time to the first token of a model there. */
measured fastest_first_token(const session *now, const edgeplan_target *target, const char *model, const char *runtime,
                             const char *format);

/* The path of a measurement; NULL if the library cannot plan it. */
edgeplan_deployment *measured_path(const session *now, const edgeplan_target *target, const measured *found);

/* As low, middle and high as what was published: three runs by themselves, fewer as wide as all of their kind. */
span hearing(const session *now, const measured *found, uint64_t tokens);     /* a pass, then its tokens */
span speaking(const session *now, const measured *found, uint64_t tokens);    /* a clause of so many tokens */
span first_token(const session *now, const measured *found, uint64_t tokens); /* after a prompt of so many; there must be a row */

/* The length of a first clause, in tokens: what is spoken while the rest is still being written. It is 8 to 12 as a rule, and as much
   shorter and longer than expected at other lengths. */
enum { CLAUSE_LOW = 8, CLAUSE = 10, CLAUSE_HIGH = 12 };

enum { VAD, STT, PREFILL, CLAUSES, TTS, STAGES };

typedef struct loop {
    session *now;
    const edgeplan_target *target;
    edgeplan_model *llm;
    measured stt, tts;
    const char *stt_name, *tts_name; /* as given */
    edgeplan_deployment *path;       /* of the language model, with the speech models that can be planned beside it */
    edgeplan_request request;
    double limit_seconds;
    uint64_t heard_tokens, clause_tokens;
    span stages[STAGES], first_text, first_audio;
    edgeplan_memory memory;
    edgeplan_verdict_result verdict;
    char missing[2][128];
    uint32_t missing_count; /* of the memory */
} loop;

/* Chooses the path unless there is one, and measures: with another speech model too, its stage is to be filled by hearing() or
   speaking() before. The path holds what is beside it from then on. Says nothing. */
edgeplan_status loop_measure(loop *l);

/* Another loop, and what is different in it. */
typedef struct change {
    const char *kind; /* a stable word; "together": of several kinds at once */
    char to[256];
    loop made; /* without its path */
    int in_time; /* as far as expected */
} change;

/* Those that bring the loop in time; if there is none the nearest of each kind, and these together. The fastest first. Release them. */
change *loop_changes(const loop *base, uint32_t *count);
void loop_changes_release(change *changes, uint32_t count);

#endif
