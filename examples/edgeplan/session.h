/* What every subcommand starts from: the registry with its overlays, and the things named on the command line. */
#ifndef EDGEPLAN_PROGRAM_SESSION_H
#define EDGEPLAN_PROGRAM_SESSION_H

#include <edgeplan/edgeplan.h>

#include "options.h"
#include "print.h"

typedef struct session {
    const options *options;
    edgeplan_diagnostics *diagnostics;
    edgeplan_registry *registry;
} session;

/* The subcommands. Each returns an exit code. */
int command_ceilings(session *now);
int command_fit(session *now);
int command_pick(session *now);
int command_targets(session *now);
int command_models(session *now);
int command_formats(session *now);
int command_runtimes(session *now);
int command_backtest(session *now);
int command_probe(session *now);
int command_check(session *now);
int command_constants(session *now);
int command_explain(session *now);
int command_init(session *now);
int command_voice(session *now);

/* Opens and closes. `_open` returns EXIT_YES, or EXIT_UNDECIDED after saying why. */
int session_open(session *now, const options *given);
void session_close(session *now);

/* Things by what a person types. NULL after saying what is wrong. */
edgeplan_model *session_model(session *now, const char *name); /* a registry id or alias, else a path */
const edgeplan_target *session_target(session *now, const char *name);
const edgeplan_target *session_find_target(const session *now, const char *name); /* also by what it reports; NULL: none */
/* The next whose id or name has the text in it. */
const edgeplan_target *session_next_holding(const session *now, const char *text, uint32_t *index);

/* The targets of --target or --platform, all of the registry without either. Release the array; NULL after saying what is wrong. */
const edgeplan_target **session_targets(session *now, uint32_t *count);

/* What --runtime and --format name, NULL what is not named. Not found after saying what is wrong. */
edgeplan_status session_path(session *now, const edgeplan_runtime **runtime, const edgeplan_format **format);

/* A deployment on the path that --accelerator, --runtime and --format name; what is not named is the library's choice.
   The reason of a refusal is left in the diagnostics. */
edgeplan_status session_deploy(session *now, const edgeplan_model *model, const edgeplan_target *target, edgeplan_deployment **out);

/* The same with a model beside it, `MODEL:role`; `*deployment` is replaced. Its path is the model's where that takes it, else the
   library's choice. The first that drafts, a draft or layers that predict further tokens, is handed out with its role; release it. */
edgeplan_status session_add_companion(session *now, const edgeplan_target *target, const char *named, edgeplan_deployment **deployment,
                                      edgeplan_deployment **draft, edgeplan_companion *drafts);

/* A registry entry as YAML; release it. NULL if there is none of that id. */
char *session_describe(const session *now, edgeplan_section section, const char *id);
/* The scalar of a key of an entry, "" if it has none; by value, like a quantity. */
typedef struct entry_value {
    char s[160];
} entry_value;
entry_value session_value(const session *now, edgeplan_section section, const char *id, const char *key);

/* Whether a draft, or the model's own layers that predict further tokens, makes decoding faster. Times are in plain steps. */
typedef struct drafting {
    edgeplan_companion role;
    uint64_t drafted;  /* tokens of a round */
    double acceptance; /* 0: not told */
    uint64_t vocabulary, draft_vocabulary;
    int in_batch;      /* nothing was published of several sequences */
    int known;         /* the costs of a round: both models have an estimate */
    double cost;       /* of one drafted token */
    double verify;     /* of a round, by traffic alone */
    double kept, best; /* tokens of a round, and the factor on the decode rate where verifying takes no longer; with an acceptance */
    double most_verify; /* more than that and it loses; not above 0: it always does */
} drafting;

edgeplan_status measure_drafting(const session *now, const edgeplan_deployment *model, const edgeplan_deployment *draft,
                                 edgeplan_companion role, drafting *out);
void print_drafting(const drafting *d);
void write_drafting(const void *d, FILE *out); /* as `drafting` of a document */

/* Memory by context, as CSV: every doubling up to --context, the trained context without it. */
edgeplan_status print_context_sweep(const session *now, const edgeplan_deployment *deployment, const edgeplan_model *model);

/* --show and --validate, which all lists have. Returns 0 if neither was given, else 1 and the exit code. */
int session_answer(session *now, edgeplan_section section, int *code);

#endif
