/* A gate as it is held: a budget, the plans its models have on its devices, and the checks made of them. */
#ifndef EP_PLAN_GATE_H
#define EP_PLAN_GATE_H

#include <edgeplan/gate.h>

#include "plan/plan.h"
#include "registry/budget.h"

typedef struct ep_cell { /* one model on one target of a device */
    const ep_budget_model *model;
    const ep_budget_device *device;
    const edgeplan_target *target;
    edgeplan_request request;
    edgeplan_plan *plan;     /* NULL: no path */
    const char *refusal;     /* then: why */
    uint32_t number;         /* 1 + index among the plans that are kept; 0: decides nothing */
} ep_cell;

typedef struct ep_check {
    uint32_t rule, status, level; /* edgeplan_rule, edgeplan_check_status, edgeplan_check_level */
    const char *model, *device;   /* ids of the budget, a group's for the model; NULL: none */
    const char *target;           /* the one that decides */
    const ep_node *node;          /* what the check points at */
    ep_cell *cell;                /* NULL: no single plan decides */
    uint32_t value_known;
    double value, required;
    const char *unit;             /* NULL: neither value nor required means anything */
    uint64_t bytes;               /* 0: unknown */
    const char *message, *hint;   /* hint: NULL for none */
} ep_check;

struct edgeplan_gate {
    atomic_uint owners;
    ep_arena arena;
    edgeplan_registry *registry;  /* kept alive */
    ep_budget budget;
    edgeplan_gate_options options;
    edgeplan_model **models;      /* of the budget's, in its order, then those beside them; NULL beside: only measured */
    uint32_t model_count;         /* of both */
    ep_cell *cells;               /* by model, device and target */
    size_t cell_count;
    edgeplan_plan **plans;        /* owned: those that decide a check */
    uint32_t plan_count;
    ep_check *checks;
    size_t check_count, check_capacity;
    uint32_t *waiver_states;      /* edgeplan_waiver_state by waiver */
    edgeplan_summary summary;
    ep_item_list check_list, waiver_list;
};

/* `text` is the budget's, `name` its path: the folder before its last separator is where model files are. */
edgeplan_status ep_gate_make(const edgeplan_registry *registry, const char *text, size_t length, const char *name,
                             const edgeplan_gate_options *options, edgeplan_diagnostics *diagnostics, edgeplan_gate **out);
void ep_gate_free(edgeplan_gate *gate);

/* ---- models on devices (gate_models.c, gate_cells.c) ---- */

edgeplan_status ep_gate_open_models(edgeplan_gate *gate, edgeplan_diagnostics *diagnostics);
edgeplan_status ep_gate_plan_cells(edgeplan_gate *gate, edgeplan_diagnostics *diagnostics);
/* Where among the models those beside the budget's `model`-th begin. */
uint32_t ep_gate_beside(const edgeplan_gate *gate, uint32_t model);
/* Adds them to a deployment of it, which is replaced, or freed on failure: in its runtime, else wherever they run. */
edgeplan_status ep_gate_add_beside(const edgeplan_gate *gate, uint32_t model, uint32_t os, edgeplan_diagnostics *said,
                                   edgeplan_deployment **deployment);
/* What a model of the budget is asked for on a device (NULL: only the defaults), and how it is opened there. REFUSED with a
   sentence in `reason` if there is no path. */
edgeplan_status ep_gate_deploy(const edgeplan_gate *gate, uint32_t model, const ep_budget_device *device,
                               const edgeplan_target *target, edgeplan_request *request, ep_text *reason,
                               edgeplan_deployment **out);

/* ---- a rule on numbers (gate_rules.c) ---- */

typedef struct ep_outcome { /* what the rules look at */
    const edgeplan_deployment *deployment;
    const edgeplan_request *request;
    edgeplan_memory memory;
    edgeplan_budget budget;
    edgeplan_verdict_result verdict;
    edgeplan_speed speed;
} ep_outcome;

typedef struct ep_reading {
    uint32_t known, bounded;
    double value; /* if known */
    double best;  /* if bounded: it is no better than this */
} ep_reading;

typedef struct ep_rule_row {
    uint32_t rule, promise; /* edgeplan_rule, ep_promise_kind */
    uint32_t at_least;      /* 1: the figure must not be below the bound; 0: not above */
    const char *unit;
} ep_rule_row;

extern const ep_rule_row ep_rule_rows[];
extern const uint32_t ep_rule_row_count;

ep_outcome ep_outcome_of_plan(const edgeplan_plan *plan);
ep_reading ep_rule_read(const ep_rule_row *row, const ep_promise *promise, const ep_outcome *outcome);
double ep_rule_required(const ep_rule_row *row, const ep_promise *promise);
/* PASSED, FAILED or UNKNOWN. */
uint32_t ep_rule_judge(const ep_rule_row *row, double required, const ep_reading *reading);
uint32_t ep_check_status_at(uint32_t judged, uint32_t level); /* of a level: FAILED, WARNED … */
uint32_t ep_gate_level(const edgeplan_gate *gate, const ep_budget_device *device, uint32_t level);

#define EP_MAX_TOGETHER 32 /* members of a group that are added up */

/* ---- making checks (gate_checks.c, gate_groups.c, gate_audience.c, gate_waivers.c) ---- */

ep_check *ep_gate_add_check(edgeplan_gate *gate); /* NULL when out of memory */
const ep_promise *ep_gate_promise(const edgeplan_gate *gate, const ep_budget_model *model, uint32_t kind);
edgeplan_status ep_gate_check_cells(edgeplan_gate *gate);
edgeplan_status ep_gate_check_groups(edgeplan_gate *gate);
edgeplan_status ep_gate_check_audience(edgeplan_gate *gate);
edgeplan_status ep_gate_check_registry(edgeplan_gate *gate);
edgeplan_status ep_gate_apply_waivers(edgeplan_gate *gate);

/* ---- words (gate_words.c, gate_hints.c, gate_paths.c) ---- */

typedef struct ep_sentence {
    char buffer[640];
    ep_text text;
} ep_sentence;

ep_text *ep_sentence_begin(ep_sentence *sentence);
const char *ep_sentence_keep(ep_arena *arena, const ep_sentence *sentence); /* NULL when out of memory */
void ep_say_figure(ep_text *text, const char *unit, double value);
/* `chat on phone: 6.1 tok/s expected, at least 8 tok/s required (ceiling 21.4 tok/s)` */
void ep_say_check(ep_text *text, const ep_rule_row *row, const ep_promise *promise, const ep_check *check,
                  const ep_outcome *outcome, const ep_reading *reading);
void ep_say_verdict(ep_text *text, const ep_outcome *outcome); /* ` (up to 4.1 GB of 5.9 GB for total; …)` */
/* `left to the gpu, as the npu may without a word, does_not_fit (up to 4.1 GB charged); on the npu tight` */
void ep_say_fallback(ep_text *text, const edgeplan_plan *plan);
void ep_say_subject(ep_text *text, const ep_check *check, int names_target);

/* The model of a cell in the other formats its back end takes: opened when a hint first asks, for all hints of the cell. */
typedef struct ep_siblings {
    edgeplan_deployment **items;
    uint32_t count, opened;
    const ep_cell *cell;
} ep_siblings;

void ep_siblings_close(ep_siblings *siblings);

/* What would pass where a check is judged FAILED or UNKNOWN, each change alone and nothing else the worse for it. */
edgeplan_status ep_gate_hint(edgeplan_gate *gate, const ep_rule_row *row, const ep_promise *promise, const ep_cell *cell,
                             uint32_t judged, ep_siblings *siblings, const char **out);
/* Where it has no path: what would give it one. */
edgeplan_status ep_gate_path_hint(edgeplan_gate *gate, const ep_cell *cell, const char **out);

#endif
