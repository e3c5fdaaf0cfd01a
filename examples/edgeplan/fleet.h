/* Many targets at once: tiers that are answered alike, the artefacts that serve them, and what each target loses by shipping those. */
#ifndef EDGEPLAN_PROGRAM_FLEET_H
#define EDGEPLAN_PROGRAM_FLEET_H

#include "pick.h"

/* What is shipped: one model in one format of one runtime, whichever its release. */
typedef struct artefact {
    const char *model, *format, *runtime;
    double share, ranks; /* of those it serves: their share, and their ranks weighed by it */
    uint32_t *rank_on;   /* of each answer: the first plan that it serves, from 1; 0: none */
} artefact;

typedef struct fleet {
    const answer *answers;
    const double *shares;   /* of each answer */
    uint32_t count;
    double outside;         /* share of devices that are not among the answers */
    double by_verdict[EDGEPLAN_VERDICT_DOES_NOT_FIT + 1];
    uint32_t *tier_of;      /* of each answer, from 0 in order of appearance */
    uint32_t tier_count;
    artefact *artefacts;    /* better ones first */
    uint32_t artefact_count;
    uint8_t *serves;        /* artefact by answer */
    uint32_t *ranks;        /* what the artefacts' `rank_on` lie in */
    uint32_t *chosen;       /* of the artefacts */
    uint32_t chosen_count, exact;
    double coverage, served;
} fleet;

/* Whether an artefact is what a plan runs. */
int artefact_is(const artefact *one, const edgeplan_plan *plan);

/* The verdict of an answer's best plan; of one without, why it has none. */
edgeplan_verdict verdict_of(const answer *one);

/* The best plan of an answer that runs on a chosen artefact: its rank from 1, 0 if there is none. */
uint32_t fleet_rank(const fleet *all, uint32_t index);

/* The answer of a tier that decides: the one that decodes slowest, unknown before known. */
const answer *fleet_decides(const fleet *all, uint32_t tier);

/* `answers` and `shares` outlive it. Returns an exit code. */
int fleet_make(const answer *answers, const double *shares, uint32_t count, double outside, double coverage, fleet *out);
void fleet_release(fleet *all);

/* For people: `who` are the targets. For machines: keys of the document that follow the others. */
void print_fleet(const session *now, const fleet *all, const char *who);
void print_fleet_json(const fleet *all, const char *const *strangers, uint32_t stranger_count, FILE *out);

#endif
