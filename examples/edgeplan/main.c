/* edgeplan: plans LLM inference on edge devices. A thin program over libedgeplan: every figure it prints comes from there. */
#include <string.h>

#include "nearest.h"
#include "pick.h"

enum { ANY_NUMBER = -1 };

typedef struct subcommand {
    const char *name, *arguments, *does;
    unsigned bit;
    int argument_count;
    int (*run)(session *now);
} subcommand;

static const subcommand subcommands[] = {
    {"fit", "MODEL --target ID", "will it fit: footprint, limits, verdict, longest context, speed, fixes", FOR_FIT, 1, command_fit},
    {"pick", "MODEL[,MODEL...]|largest --target ID | --platform ID | --audience FILE",
     "what to ship: runtime, accelerator, format and the way there", FOR_PICK, 1, command_pick},
    {"ceilings", "[--model MODEL] [--format ID]", "how fast it can be: ceiling, estimate and observed, over all targets", FOR_CEILINGS, 0,
     command_ceilings},
    {"voice", "--target ID --llm MODEL --stt MODEL --tts MODEL",
     "from the end of speech to the first sound, stage by stage, all models resident", FOR_VOICE, 0, command_voice},
    {"targets", "[--show ID]", "devices and browsers", FOR_TARGETS, 0, command_targets},
    {"models", "[--show ID|FILE|--lock FILE]", "models", FOR_MODELS, 0, command_models},
    {"formats", "[--show ID]", "how weights are stored", FOR_FORMATS, 0, command_formats},
    {"runtimes", "[--show ID]", "the software that executes a model", FOR_RUNTIMES, 0, command_runtimes},
    {"backtest", "[--by device|runtime|class]", "the estimates against what was measured", FOR_BACKTEST, 0, command_backtest},
    {"probe", "", "this host's read bandwidth, as a target block for --registry", FOR_PROBE, 0, command_probe},
    {"check", "BUDGET.yaml", "the gate of an app's build: what it promises of its models on its devices", FOR_CHECK, 1, command_check},
    {"init", "MODEL... --target ID...", "a budget of what is there, with headroom", FOR_INIT, ANY_NUMBER, command_init},
    {"constants", "LIST.json --target ID", "memory figures in an app's own model list, checked", FOR_CONSTANTS, 1, command_constants},
    {"explain", "EP-RULE", "what a rule of the gate or of a warning says", FOR_EXPLAIN, 1, command_explain},
};

enum { SUBCOMMANDS = sizeof subcommands / sizeof *subcommands };

static const char examples[] =
    "  edgeplan fit llama-3.1-8b --target iphone-16-pro --runtime llama.cpp --format q4_k_m --context 8192\n"
    "  edgeplan pick llama-3.2-3b,llama-3.2-1b --target galaxy-s24-ultra\n"
    "  edgeplan ceilings --model llama-3.2-1b --platform android\n"
    "  edgeplan fit ./my-model/config.json --target jetson-orin-nano-super --json\n"
    "  edgeplan targets --validate my-device.yaml\n"
    "  edgeplan check edgeplan.yaml --github\n";

static const char endings[] =
    "Exit: 0 yes, 1 no (fit: does not fit; pick: nothing fits; check: a promise is broken;\n"
    "constants: one is wrong; backtest: a measurement above its ceiling), 2 could not decide (unknown, usage, bad input).\n"
    "Data goes to stdout, talk to stderr. SIZE takes units: 8GiB, 1.5GB, 4096; so does TIME: 500ms, 0.5s, 0.5. The manual is edgeplan(1).\n";

static int print_help(const subcommand *chosen)
{
    if (chosen != NULL) {
        printf("edgeplan %s %s\n    %s\n\nOptions:\n", chosen->name, chosen->arguments, chosen->does);
        options_help(chosen->bit, stdout);
        return EXIT_YES;
    }
    printf("Examples:\n%s\nSubcommands:\n", examples);
    table *lines = table_new("||");
    for (size_t i = 0; i < SUBCOMMANDS; i++) {
        table_cell(lines, "%s", "");
        table_cell(lines, "%s %s", subcommands[i].name, subcommands[i].arguments);
        table_cell(lines, "%s", subcommands[i].does);
    }
    table_print(lines, stdout);
    printf("\nOptions; `edgeplan SUBCOMMAND --help` lists those of one:\n");
    options_help(FOR_ALL, stdout);
    printf("\n%s", endings);
    return EXIT_YES;
}

static int print_version(const options *given)
{
    session now;
    int code = session_open(&now, given);
    if (code == EXIT_YES)
        printf("edgeplan %s, registry %s %s\n", edgeplan_version_text(), edgeplan_registry_version(now.registry),
               edgeplan_registry_digest(now.registry));
    session_close(&now);
    return code;
}

static const subcommand *find_subcommand(const char *name)
{
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        if (strcmp(subcommands[i].name, name) == 0)
            return &subcommands[i];
    return NULL;
}

static int no_subcommand(const char *name)
{
    nearest found = {name, NULL, 0};
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        nearest_try(&found, subcommands[i].name);
    return print_error("no subcommand `%s`%s", name, nearest_hint(&found, "; see edgeplan --help").s);
}

static int run(int argc, char **argv)
{
    const subcommand *chosen = argc > 1 ? find_subcommand(argv[1]) : NULL;
    if (argc > 1 && chosen == NULL && argv[1][0] != '-')
        return no_subcommand(argv[1]);
    options given;
    int skip = chosen != NULL;
    int code = options_parse(argc - skip, argv + skip, chosen != NULL ? chosen->bit : FOR_ALL, &given);
    if (code != EXIT_YES)
        return code;
    if (given.help)
        return print_help(chosen);
    if (given.version)
        return print_version(&given);
    if (chosen == NULL)
        return print_error("which subcommand? See edgeplan --help");
    if (chosen->bit == FOR_PICK)
        tell_computer(&given.request);
    if (chosen->argument_count != ANY_NUMBER && given.argument_count > chosen->argument_count)
        return print_error("usage: edgeplan %s %s; `%s` is too much", chosen->name, chosen->arguments,
                           given.arguments[chosen->argument_count]);
    if (chosen->argument_count != ANY_NUMBER && given.argument_count < chosen->argument_count)
        return print_error("usage: edgeplan %s %s", chosen->name, chosen->arguments);
    session now;
    code = session_open(&now, &given);
    if (code == EXIT_YES)
        code = chosen->run(&now);
    session_close(&now);
    return code;
}

int main(int argc, char **argv)
{
    int code = run(argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout))
        code = print_error("standard output could not be written");
    return code;
}
