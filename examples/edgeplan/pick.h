/* What the parts of `pick` share: the models that may be shipped, and one recommendation a target. */
#ifndef EDGEPLAN_PROGRAM_PICK_H
#define EDGEPLAN_PROGRAM_PICK_H

#include "session.h"

/* One target's answer. */
typedef struct answer {
    const edgeplan_target *target;
    edgeplan_recommendation *ranked;
} answer;

/* Numbers of a plan, read at once. */
typedef struct plan_numbers {
    edgeplan_request request;
    edgeplan_memory memory;
    edgeplan_verdict_result verdict;
    edgeplan_speed speed;
} plan_numbers;

/* 0 if they could not be read. */
int read_numbers(const edgeplan_plan *plan, plan_numbers *out);

/* `llama-3.2-3b q4_k_m with llama.cpp on the gpu`. */
typedef struct path_text {
    char s[256];
} path_text;
path_text path_of(const edgeplan_plan *plan);

/* What is left where the best answer does not run; a server is no answer under --offline. */
void print_fallbacks(const session *now, const answer *one);
void print_fallbacks_json(const session *now, const answer *all, uint32_t count, FILE *out);

/* The steps from a published checkpoint to what the plan runs. */
void print_pipeline(const edgeplan_plan *plan);

/* One target in full: candidates, the way to the best, and why the rest is out. */
void print_answer(const session *now, const answer *one);

#endif
