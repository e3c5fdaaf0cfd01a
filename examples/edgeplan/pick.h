/* What the parts of `pick` share: the models that may be shipped, and one recommendation a target. */
#ifndef EDGEPLAN_PROGRAM_PICK_H
#define EDGEPLAN_PROGRAM_PICK_H

#include "session.h"
#include "table.h"

enum { MOST_MODELS = 16 };

typedef struct model_list {
    edgeplan_model *list[MOST_MODELS]; /* named, in that order, less those under another licence */
    uint32_t count;
    edgeplan_model **catalogue;        /* of the registry; NULL until somebody asks */
    uint32_t catalogue_count;
    int largest;                       /* `largest` was named: of the catalogue, what fits */
    const edgeplan_runtime *runtime;   /* what may be shipped with, and in; NULL: whatever */
    const edgeplan_format *format;
} model_list;

/* MODEL[,MODEL…] or `largest`: opens each; returns EXIT_YES, or EXIT_UNDECIDED after saying what is wrong. */
int models_open(session *now, const char *names, model_list *out);
void models_release(model_list *models);

/* The largest model of the registry that may be shipped and has a plan on the target; NULL if there is none. Models are
   tried in the order they are given, so the largest comes first. */
edgeplan_status largest_that_fits(const session *now, model_list *models, const edgeplan_target *target,
                                  const edgeplan_criteria *criteria, const edgeplan_model **out);

/* One target's answer. */
typedef struct answer {
    const edgeplan_target *target;
    edgeplan_recommendation *ranked;
    const model_list *models;
    const char *largest; /* where nothing fits: the model of the registry that does; "" for none; the model list's */
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

/* The loss of a plan of an answer; what is guessed by the format's class is marked, and told by 1. */
int loss_cell(table *lines, const edgeplan_recommendation *ranked, uint32_t index);

/* What is left where the best answer does not run; a server is no answer under --offline. */
void print_fallbacks(const session *now, const answer *one);
void print_fallbacks_json(const session *now, const answer *all, uint32_t count, FILE *out);

/* What was asked for by --runtime or --format and cannot be decided has a way to make it all the same: the first's, with --all each. */
void print_undecided(const session *now, const answer *one);
/* What the steps are judged by: the system, the memory and the free disk of this computer. */
void tell_computer(edgeplan_request *request);
/* The steps from a published checkpoint to what the plan runs. */
void print_pipeline(const edgeplan_plan *plan);

/* One target in full: candidates, the way to the best, and why the rest is out. */
void print_answer(const session *now, const answer *one);

#endif
