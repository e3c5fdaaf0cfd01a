/* The command line: one table of options for every subcommand, from which parser and help are made. */
#ifndef EDGEPLAN_PROGRAM_OPTIONS_H
#define EDGEPLAN_PROGRAM_OPTIONS_H

#include <stdio.h>

#include <edgeplan/edgeplan.h>

/* Subcommands, as bits: each option says which of them it is for. */
enum {
    FOR_CEILINGS = 1,
    FOR_FIT = 2,
    FOR_PICK = 4,
    FOR_TARGETS = 8,
    FOR_MODELS = 16,
    FOR_FORMATS = 32,
    FOR_RUNTIMES = 64,
    FOR_BACKTEST = 128,
    FOR_PROBE = 256,
    FOR_CHECK = 512,
    FOR_INIT = 1024,
    FOR_EXPLAIN = 2048,
    FOR_CONSTANTS = 4096,
    FOR_VOICE = 8192,
    FOR_PLANS = FOR_CEILINGS | FOR_FIT | FOR_PICK,
    FOR_LISTS = FOR_TARGETS | FOR_MODELS | FOR_FORMATS | FOR_RUNTIMES,
    FOR_ALL = FOR_PLANS | FOR_LISTS | FOR_BACKTEST | FOR_PROBE | FOR_CHECK | FOR_INIT | FOR_EXPLAIN | FOR_CONSTANTS | FOR_VOICE
};

enum { MOST_REGISTRIES = 16, MOST_COMPANIONS = 8, MOST_TARGETS = 64 };

typedef struct options {
    const char *model, *target, *platform, *runtime, *format; /* NULL: not given */
    const char *show, *lock, *find, *validate, *by, *licence, *audience;
    const char *registries[MOST_REGISTRIES];
    uint32_t registry_count, last_registries; /* of which the last */
    const char *targets[MOST_TARGETS]; /* as often as it was given; `target` is the last */
    uint32_t target_count;
    const char *companions[MOST_COMPANIONS]; /* MODEL:role */
    uint32_t companion_count;
    const char *llm, *stt, *tts; /* of voice */
    double max_first_audio_seconds;
    uint64_t heard_tokens, draft_tokens;
    double acceptance;
    uint32_t auto_layers; /* --gpu-layers auto */
    uint32_t no_such_type; /* a type of keys or values that there is not: what there is depends on the runtime */
    const char *baseline, *stamp, *output;
    uint32_t today; /* year, month and day as one number */
    uint32_t sarif, junit, github, emit;
    uint32_t accelerator; /* edgeplan_accelerator */
    double coverage;
    uint32_t offline;
    uint32_t strict, json, all, sources, missing, sweep, help, version;
    edgeplan_request request;
    edgeplan_criteria criteria;
    char **arguments; /* what is left: MODEL */
    int argument_count;
} options;

/* Reads the words after the name of the program; `subcommand` is one of the bits, or FOR_ALL before one is known.
   Returns EXIT_YES, or EXIT_UNDECIDED after saying what is wrong. */
int options_parse(int argc, char **argv, unsigned subcommand, options *out);

/* The options of a subcommand, one line each. */
void options_help(unsigned subcommand, FILE *out);

#endif
