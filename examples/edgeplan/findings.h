/* The checks of a gate as the program's formats need them: with their place taken apart, and what a baseline accepts. */
#ifndef EDGEPLAN_PROGRAM_FINDINGS_H
#define EDGEPLAN_PROGRAM_FINDINGS_H

#include <stdio.h>

#include <edgeplan/edgeplan.h>

typedef struct finding {
    edgeplan_item item;
    const char *rule, *model, *device, *message, *hint; /* of the gate; "" for none */
    char *file;
    unsigned line, column;
    uint32_t rule_number;       /* edgeplan_rule */
    const edgeplan_plan *plan;  /* that decides, or NULL */
    int accepted;               /* 1: an earlier run had it as bad as this */
    int registry_alone;         /* 1: nothing but the registry changed since then */
} finding;

typedef struct findings {
    finding *items;
    uint32_t count, accepted;
    edgeplan_summary summary;
    const edgeplan_gate *gate;
    const char *name;           /* of the budget */
} findings;

/* Returns an exit code; EXIT_YES if all is well. */
int findings_open(findings *all, const edgeplan_gate *gate, const char *name);
void findings_close(findings *all);

/* Broken or undecided at level error, and not accepted. */
int is_failure(const finding *one);
/* `error`, `warning`, `note` for what is waived or accepted, NULL for what passed. */
const char *finding_severity(const finding *one);
/* What the check rests on, one line: the parts of the memory, the limit, the speed. "" without a plan. Release it. */
char *finding_breakdown(const finding *one);
/* `3 of 41 checks failed, 2 warnings`. Release it. */
char *findings_summary(const findings *all);

/* One format each. */
void write_text(const findings *all, FILE *out);
void write_sarif(const findings *all, FILE *out);
void write_junit(const findings *all, FILE *out);
void write_github(const findings *all, FILE *out);

/* Marks what an earlier run's JSON had already. Returns an exit code; EXIT_YES if all is well. */
int findings_accept(findings *all, const char *baseline);

#endif
