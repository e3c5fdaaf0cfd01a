/* One row per option: where its value goes, how it is written, who takes it. */
#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "nearest.h"
#include "print.h"
#include "values.h"

typedef struct word {
    const char *text;
    uint32_t value;
} word;

static const word accelerators[] = {
    {"cpu", EDGEPLAN_ACCELERATOR_CPU}, {"gpu", EDGEPLAN_ACCELERATOR_GPU}, {"npu", EDGEPLAN_ACCELERATOR_NPU}, {NULL, 0}};
static const word presets[] = {
    {"library", EDGEPLAN_PRESET_LIBRARY}, {"cli", EDGEPLAN_PRESET_CLI}, {"server", EDGEPLAN_PRESET_SERVER}, {NULL, 0}};
static const word app_states[] = {{"foreground", EDGEPLAN_APP_STATE_FOREGROUND},
                                  {"service", EDGEPLAN_APP_STATE_SERVICE},
                                  {"background", EDGEPLAN_APP_STATE_BACKGROUND},
                                  {"extension", EDGEPLAN_APP_STATE_EXTENSION},
                                  {NULL, 0}};
static const word entitlements[] = {{"none", 0}, {"increased-memory", EDGEPLAN_ENTITLEMENT_INCREASED_MEMORY}, {NULL, 0}};
static const word preferences[] = {
    {"quality", EDGEPLAN_PREFER_QUALITY}, {"speed", EDGEPLAN_PREFER_SPEED}, {"memory", EDGEPLAN_PREFER_MEMORY}, {NULL, 0}};

typedef enum kind {
    FLAG,      /* no value; u32 becomes 1 */
    OFF,       /* no value; u32 becomes EDGEPLAN_SWITCH_OFF */
    TEXT,      /* const char * */
    FILES,     /* const char *[], repeatable */
    LAST_FILES, /* the same, laid over those: rows of what they bring, whichever is given first */
    TARGETS,   /* the same */
    COMPANIONS, /* the same */
    DAY,       /* u32, year-month-day */
    COUNT,     /* u64 */
    LAYERS,    /* u64, or `auto` */
    SOME,      /* u64, not 0 */
    BYTES_OF,  /* u64, with a unit */
    FEW,       /* u64, 1 to 64 */
    DECIMAL,   /* double */
    SHARE_OF,  /* double, 0 to 1 */
    MINUTES,   /* double, in seconds */
    SECONDS,   /* double, `500ms`, `0.5s` or seconds */
    WORD,      /* u32, one of the words */
    BITS,      /* u64, one of the words */
    ELEMENT,   /* u32, an element type */
    BOTH,      /* two u32, an element type */
    VERSION,   /* two u32, major.minor */
    PIXELS     /* two u32, width and height */
} kind;

typedef struct option_row {
    const char *name, *value; /* value: as help names it, NULL if there is none */
    kind kind;
    unsigned subcommands;
    size_t place;
    const word *words;
    const char *help;
} option_row;

#define AT(field) offsetof(options, field)

static const option_row rows[] = {
    {"target", "ID", TARGETS, FOR_PLANS | FOR_INIT | FOR_CONSTANTS | FOR_VOICE, AT(targets), NULL,
     "device, by id, name, alias or what it reports; of init repeatable"},
    {"platform", "ID", TEXT, FOR_CEILINGS | FOR_PICK, AT(platform), NULL, "every device of a platform"},
    {"model", "MODEL", TEXT, FOR_CEILINGS, AT(model), NULL, "model of the ladder; default llama-3.1-8b"},
    {"runtime", "ID", TEXT, FOR_PLANS | FOR_INIT | FOR_VOICE, AT(runtime), NULL, "such as llama.cpp or llama.cpp@RELEASE"},
    {"accelerator", "cpu|gpu|npu", WORD, FOR_PLANS | FOR_VOICE, AT(accelerator), accelerators, "engine to run on"},
    {"format", "ID", TEXT, FOR_PLANS | FOR_INIT | FOR_VOICE, AT(format), NULL, "how the weights are stored, such as q4_k_m"},
    {"context", "N", SOME, FOR_PLANS | FOR_INIT | FOR_CONSTANTS | FOR_VOICE, AT(request.context_tokens), NULL,
     "tokens of prompt, cache and output"},
    {"prompt", "N", COUNT, FOR_PLANS | FOR_VOICE, AT(request.prompt_tokens), NULL, "new tokens to prefill"},
    {"cached", "N", COUNT, FOR_PLANS | FOR_VOICE, AT(request.cached_tokens), NULL, "tokens already in the cache"},
    {"output", "N", COUNT, FOR_PLANS | FOR_VOICE, AT(request.output_tokens), NULL, "tokens to decode"},
    {"sequences", "N", SOME, FOR_PLANS, AT(request.sequences), NULL, "sequences with a cache each"},
    {"batch", "N", SOME, FOR_PLANS, AT(request.batch), NULL, "of these, decoded at once"},
    {"chunk", "N", SOME, FOR_PLANS, AT(request.chunk_tokens), NULL, "tokens of a prefill step"},
    {"ubatch", "N", SOME, FOR_PLANS, AT(request.chunk_tokens), NULL, "the same as --chunk"},
    {"kv", "TYPE", BOTH, FOR_PLANS | FOR_VOICE, AT(request.kv_k), NULL, "element type of the KV cache, such as q8_0"},
    {"kv-k", "TYPE", ELEMENT, FOR_PLANS, AT(request.kv_k), NULL, "of the keys alone"},
    {"kv-v", "TYPE", ELEMENT, FOR_PLANS, AT(request.kv_v), NULL, "of the values alone"},
    {"preset", "library|cli|server", WORD, FOR_PLANS | FOR_VOICE, AT(request.preset), presets, "defaults of the runtime"},
    {"gpu-layers", "N", COUNT, FOR_CEILINGS | FOR_PICK, AT(request.gpu_layers), NULL,
     "layers on the accelerator, the last ones; default all"},
    {"gpu-layers", "N|auto", LAYERS, FOR_FIT, AT(request.gpu_layers), NULL,
     "layers on the accelerator, the last ones; default all; auto, of fit alone: as many as leave the best verdict"},
    {"image", "WIDTHxHEIGHT", PIXELS, FOR_FIT, AT(request.image_width_pixels), NULL,
     "the largest image, in pixels, that a projector beside is given"},
    {"no-mmap", NULL, OFF, FOR_PLANS, AT(request.mmap), NULL, "read the file instead of mapping it"},
    {"no-flash-attention", NULL, OFF, FOR_PLANS, AT(request.flash_attention), NULL, "keep the score matrix"},
    {"app-bytes", "SIZE", BYTES_OF, FOR_PLANS | FOR_VOICE, AT(request.app_bytes), NULL, "what the app holds besides the model"},
    {"available-bytes", "SIZE", BYTES_OF, FOR_PLANS | FOR_VOICE, AT(request.available_bytes), NULL, "what the app measured as available"},
    {"largest-buffer-bytes", "SIZE", BYTES_OF, FOR_PLANS, AT(request.largest_buffer_bytes), NULL, "the largest buffer it measured"},
    {"os", "VERSION", VERSION, FOR_PLANS | FOR_VOICE, AT(request.os_major), NULL,
     "operating system or browser, such as 18.4; 26 is 26.0, not all of 26"},
    {"firmware", "VERSION", VERSION, FOR_PLANS, AT(request.firmware_major), NULL,
     "of the board, such as 36.4 for Jetson Linux; 36 is 36.0"},
    {"entitlement", "none|increased-memory", BITS, FOR_PLANS | FOR_VOICE, AT(request.entitlements), entitlements, "what the app asked for"},
    {"ram", "SIZE", BYTES_OF, FOR_PLANS | FOR_VOICE, AT(request.ram_bytes), NULL, "RAM variant, such as 8GiB"},
    {"app-state", "foreground|service|background|extension", WORD, FOR_PLANS | FOR_VOICE, AT(request.app_state), app_states,
     "state of the app"},
    {"prefer", "quality|speed|memory", WORD, FOR_PICK, AT(criteria.prefer), preferences, "what to weigh most"},
    {"min-decode", "TOK_PER_S", DECIMAL, FOR_PICK | FOR_CEILINGS, AT(criteria.min_decode_tok_per_s), NULL,
     "slowest expected decode rate; of ceilings, show the least bandwidth that allows it"},
    {"max-ttft", "TIME", SECONDS, FOR_PICK, AT(criteria.max_ttft_seconds), NULL, "longest time to the first token"},
    {"max-charged-bytes", "SIZE", BYTES_OF, FOR_PICK, AT(criteria.max_charged_bytes), NULL, "most the system may count"},
    {"max-download-bytes", "SIZE", BYTES_OF, FOR_PICK, AT(criteria.max_download_bytes), NULL, "largest artefact"},
    {"min-context", "N", COUNT, FOR_PICK, AT(criteria.min_context_tokens), NULL, "tokens a conversation must be able to grow to"},
    {"max-first-load", "TIME", SECONDS, FOR_PICK, AT(criteria.max_first_load_seconds), NULL, "longest first load from storage"},
    {"minutes", "N", MINUTES, FOR_PICK, AT(criteria.workload_seconds), NULL, "how long the work lasts: a hot device is ranked as such"},
    {"licence", "NAME[,NAME...]", TEXT, FOR_PICK, AT(licence), NULL, "only models under one of these, such as Apache-2.0,MIT"},
    {"max-loss", "NATS", DECIMAL, FOR_PICK, AT(criteria.max_loss_nats), NULL, "largest quality loss"},
    {"with", "MODEL:ROLE", COMPANIONS, FOR_FIT, 0, NULL,
     "another model loaded beside it: draft, mtp, projector, stt, tts or other; repeatable"},
    {"draft-tokens", "1..64", FEW, FOR_FIT, AT(draft_tokens), NULL, "tokens a draft writes ahead; default 4"},
    {"acceptance", "SHARE", SHARE_OF, FOR_FIT, AT(acceptance), NULL, "chance that a drafted token is kept, such as 0.7"},
    {"llm", "MODEL", TEXT, FOR_VOICE, AT(llm), NULL, "the language model; after a comma others to change it for"},
    {"stt", "MODEL", TEXT, FOR_VOICE, AT(stt), NULL, "speech to text, or MODEL@FORMAT"},
    {"tts", "MODEL", TEXT, FOR_VOICE, AT(tts), NULL, "text to speech"},
    {"max-first-audio", "TIME", SECONDS, FOR_VOICE, AT(max_first_audio_seconds), NULL,
     "from the end of speech to the first sound; default 500ms"},
    {"heard", "N", COUNT, FOR_VOICE, AT(heard_tokens), NULL, "tokens of what was said; default 10"},
    {"context-sweep", NULL, FLAG, FOR_FIT, AT(sweep), NULL, "memory and decode rate against context as CSV, up to --context"},
    {"strict", NULL, FLAG, FOR_FIT | FOR_PICK | FOR_CHECK, AT(strict), NULL, "tight counts as not fitting; a warning as an error"},
    {"audience", "FILE", TEXT, FOR_PICK, AT(audience), NULL, "CSV of devices and their shares: who is served, and by how few artefacts"},
    {"coverage", "SHARE", SHARE_OF, FOR_PICK, AT(coverage), NULL, "of the audience to serve; default 0.9, of a platform 1"},
    {"offline", NULL, FLAG, FOR_PICK, AT(offline), NULL, "nothing that needs a network at run time"},
    {"all", NULL, FLAG, FOR_PICK, AT(all), NULL, "every candidate and every reject"},
    {"sources", NULL, FLAG, FOR_FIT, AT(sources), NULL, "list the figures the plan rests on"},
    {"show", "ID", TEXT, FOR_LISTS, AT(show), NULL, "one entry in full; of models also a file or folder"},
    {"lock", "FILE", TEXT, FOR_MODELS, AT(lock), NULL, "write the lock file of a model file to stdout"},
    {"find", "STRING", TEXT, FOR_TARGETS, AT(find), NULL, "by alias or by what the system reports, else by a part of the name"},
    {"validate", "FILE", TEXT, FOR_LISTS, AT(validate), NULL, "check a file laid over the built-in registry"},
    {"missing", NULL, FLAG, FOR_TARGETS, AT(missing), NULL, "the most wanted facts"},
    {"by", "device|runtime|class", TEXT, FOR_BACKTEST, AT(by), NULL, "how rows are grouped; default runtime"},
    {"observations", "FILE", LAST_FILES, FOR_BACKTEST, AT(registries), NULL, "observations of your own, laid over the built-in ones"},
    {"registry", "FILE", FILES, FOR_ALL, AT(registries), NULL, "lay a file over the built-in registry; repeatable"},
    {"today", "DAY", DAY, FOR_CHECK, AT(today), NULL, "year-month-day against which waivers expire; default: the clock's"},
    {"sarif", NULL, FLAG, FOR_CHECK, AT(sarif), NULL, "SARIF 2.1.0, for code scanning"},
    {"junit", NULL, FLAG, FOR_CHECK, AT(junit), NULL, "JUnit's XML"},
    {"github", NULL, FLAG, FOR_CHECK, AT(github), NULL, "GitHub's annotations"},
    {"baseline", "FILE", TEXT, FOR_CHECK, AT(baseline), NULL, "JSON of an earlier run: only what is new or worse fails"},
    {"stamp", "FILE", TEXT, FOR_CHECK, AT(stamp), NULL, "made when the gate is passed, for a build system"},
    {"output", "FILE", TEXT, FOR_CHECK | FOR_INIT | FOR_CONSTANTS, AT(output), NULL, "write there instead of to stdout"},
    {"emit", NULL, FLAG, FOR_CONSTANTS, AT(emit), NULL, "print the list with the right constants"},
    {"json", NULL, FLAG, FOR_PLANS | FOR_BACKTEST | FOR_CHECK | FOR_MODELS | FOR_VOICE, AT(json), NULL,
     "one JSON document on stdout; of models with --show"},
    {"help", NULL, FLAG, FOR_ALL, AT(help), NULL, "this text"},
    {"version", NULL, FLAG, FOR_ALL, AT(version), NULL, "library and registry"},
};

enum { ROWS = sizeof rows / sizeof *rows, FIRST_CODE = 256 };

static int read_word(const word *words, const char *text, uint32_t *out)
{
    while (words->text != NULL && strcmp(words->text, text) != 0)
        words++;
    *out = words->value;
    return words->text != NULL;
}

static int read_element(const char *text, uint32_t *out)
{
    edgeplan_element_type type = EDGEPLAN_ELEMENT_NONE;
    if (edgeplan_element_type_find(text, &type) != EDGEPLAN_OK)
        return 0;
    *out = (uint32_t)type;
    return 1;
}

/* Tells a request or criteria that a field counts even if it was set to 0. */
static void mark_given(options *out, size_t place)
{
    size_t request = AT(request), criteria = AT(criteria);
    if (place >= request && place < request + sizeof out->request)
        out->request.given |= field_bit("edgeplan_request", place - request);
    if (place >= criteria && place < criteria + sizeof out->criteria)
        out->criteria.given |= field_bit("edgeplan_criteria", place - criteria);
}

/* What a value looks like. */
static const char *described(kind what)
{
    switch (what) {
    case SOME: return ", a whole number from 1, such as 4096";
    case COUNT: return ", a whole number, such as 4096";
    case LAYERS: return ", a whole number, or auto";
    case BYTES_OF: return ", such as 8GiB, 1.5GB or 4096";
    case SHARE_OF: return ", from 0 to 1, such as 0.7";
    case SECONDS: return ", such as 500ms, 0.5s or 0.5";
    case VERSION: return ", such as 18.4";
    case PIXELS: return ", such as 1024x768";
    case DAY: return ", such as 2027-03-01";
    case FILES: case LAST_FILES: case TARGETS: case COMPANIONS: return ": there are too many";
    case DECIMAL: case MINUTES: return ", a number such as 0.5";
    default: return "";
    }
}

/* What may have been meant by a wrong word, if the value is one of some words. */
static hint near_word(const option_row *row, const char *text)
{
    nearest found = {text, NULL, 0};
    for (const word *w = row->words; w != NULL && w->text != NULL; w++)
        nearest_try(&found, w->text);
    for (uint32_t type = 0; (row->kind == ELEMENT || row->kind == BOTH) && type <= EDGEPLAN_ELEMENT_NONE; type++)
        nearest_try(&found, edgeplan_element_type_name((edgeplan_element_type)type));
    return nearest_hint(&found, "");
}

/* `behind`: so many of those given are laid over it. */
static int keep_registry(const char *text, uint32_t behind, options *out)
{
    const char **place = out->registries + (out->registry_count - behind);
    if (out->registry_count == MOST_REGISTRIES)
        return 0;
    memmove(place + 1, place, behind * sizeof *place);
    *place = text;
    out->registry_count++;
    return 1;
}

static int print_types(void)
{
    char names[512] = "";
    size_t length = 0;
    for (uint32_t type = 0; type < EDGEPLAN_ELEMENT_GROUPED && length < sizeof names; type++) {
        const char *name = edgeplan_element_type_name((edgeplan_element_type)type);
        if (*name != '\0')
            length += (size_t)snprintf(names + length, sizeof names - length, "%s%s", length > 0 ? ", " : "", name);
    }
    return print_error("types are %s; a runtime keeps its cache in some of them", names);
}

static int set_value(const option_row *row, const char *text, options *out)
{
    char *place = (char *)out + row->place;
    uint64_t big = 0;
    double real = 0;
    uint32_t pair[2] = {1, 0};
    int good = 1;
    switch (row->kind) {
    case FLAG: memcpy(place, pair, sizeof *pair); break;
    case OFF: pair[0] = EDGEPLAN_SWITCH_OFF; memcpy(place, pair, sizeof *pair); break;
    case TEXT: memcpy(place, &text, sizeof text); break;
    case FILES: good = keep_registry(text, out->last_registries, out); break;
    case LAST_FILES:
        good = keep_registry(text, 0, out);
        out->last_registries += (uint32_t)good;
        break;
    case TARGETS:
        good = out->target_count < MOST_TARGETS;
        if (good)
            out->targets[out->target_count++] = out->target = text;
        break;
    case COMPANIONS:
        good = out->companion_count < MOST_COMPANIONS;
        if (good)
            out->companions[out->companion_count++] = text;
        break;
    case SECONDS: good = read_seconds(text, &real); memcpy(place, &real, sizeof real); break;
    case DAY: good = read_day(text, pair); memcpy(place, pair, sizeof *pair); break;
    case LAYERS:
        out->auto_layers = strcmp(text, "auto") == 0;
        if (out->auto_layers)
            return EXIT_YES;
        good = read_count(text, &big);
        memcpy(place, &big, sizeof big);
        break;
    case SOME: good = read_count(text, &big) && big > 0; memcpy(place, &big, sizeof big); break;
    case COUNT: good = read_count(text, &big); memcpy(place, &big, sizeof big); break;
    case FEW: good = read_count(text, &big) && big > 0 && big <= 64; memcpy(place, &big, sizeof big); break;
    case BYTES_OF: good = read_bytes(text, &big); memcpy(place, &big, sizeof big); break;
    case DECIMAL: good = read_decimal(text, &real); memcpy(place, &real, sizeof real); break;
    case SHARE_OF: good = read_decimal(text, &real) && real <= 1; memcpy(place, &real, sizeof real); break;
    case MINUTES: good = read_decimal(text, &real); real *= 60; memcpy(place, &real, sizeof real); break;
    case WORD: good = read_word(row->words, text, pair); memcpy(place, pair, sizeof *pair); break;
    case BITS: good = read_word(row->words, text, pair); big = pair[0]; memcpy(place, &big, sizeof big); break;
    case ELEMENT: good = read_element(text, pair); memcpy(place, pair, sizeof *pair); break;
    case BOTH: good = read_element(text, pair); pair[1] = pair[0]; memcpy(place, pair, sizeof pair); break;
    case VERSION: good = read_version(text, pair); memcpy(place, pair, sizeof pair); break;
    case PIXELS: good = read_pixels(text, pair); memcpy(place, pair, sizeof pair); break;
    }
    if (!good) {
        print_error("--%s: `%s` is %s %s%s%s", row->name, text, row->words != NULL ? "none of" : "no", row->value, described(row->kind),
                    near_word(row, text).s);
        out->no_such_type = row->kind == ELEMENT || row->kind == BOTH;
        if (!out->no_such_type)
            return EXIT_UNDECIDED;
        pair[0] = pair[1] = EDGEPLAN_ELEMENT_NONE;
        memcpy(place, pair, row->kind == BOTH ? sizeof pair : sizeof *pair);
    }
    mark_given(out, row->place);
    if (row->kind == BOTH)
        mark_given(out, row->place + sizeof *pair);
    return EXIT_YES;
}

/* A name may mean one thing to one subcommand and another to the next: the row that is for this one, else as it was found. */
static const option_row *row_for(const option_row *found, unsigned subcommand)
{
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].name, found->name) == 0 && (rows[i].subcommands & subcommand) != 0)
            return &rows[i];
    return found;
}

/* Of the subcommand's own options the one that may have been meant. */
static int unknown_option(const char *text, unsigned subcommand)
{
    char name[64];
    nearest found = {name, NULL, 0};
    snprintf(name, sizeof name, "%.*s", (int)strcspn(text + strspn(text, "-"), "="), text + strspn(text, "-"));
    for (size_t i = 0; i < ROWS; i++)
        if ((rows[i].subcommands & subcommand) != 0)
            nearest_try(&found, rows[i].name);
    return found.best != NULL ? print_error("unknown option %s; did you mean --%s?", text, found.best)
                              : print_error("unknown option %s; see edgeplan --help", text);
}

int options_parse(int argc, char **argv, unsigned subcommand, options *out)
{
    struct option known[ROWS + 1];
    memset(known, 0, sizeof known);
    memset(out, 0, sizeof *out);
    if (edgeplan_struct_init(&out->request, sizeof out->request) != EDGEPLAN_OK ||
        edgeplan_struct_init(&out->criteria, sizeof out->criteria) != EDGEPLAN_OK)
        return print_error("the library does not know these structs");
    for (int i = 0; i < ROWS; i++) {
        known[i].name = rows[i].name;
        known[i].has_arg = rows[i].value == NULL ? no_argument : required_argument;
        known[i].val = FIRST_CODE + i;
    }
    opterr = 0;
    for (int code; (code = getopt_long(argc, argv, ":h", known, NULL)) != -1;) {
        if (code == ':')
            return print_error("%s needs a value; see edgeplan --help", argv[optind - 1]);
        if (code == 'h') {
            out->help = 1;
            continue;
        }
        if (code < FIRST_CODE)
            return unknown_option(argv[optind - 1], subcommand);
        const option_row *row = row_for(&rows[code - FIRST_CODE], subcommand);
        if ((row->subcommands & subcommand) == 0)
            return print_error("--%s has no meaning for %s; see edgeplan %s --help", row->name, argv[0], argv[0]);
        if (set_value(row, optarg, out) != EXIT_YES)
            return EXIT_UNDECIDED;
    }
    if (out->no_such_type && subcommand != FOR_FIT) /* where the runtime is open, it says which types it takes */
        return print_types();
    out->arguments = argv + optind;
    out->argument_count = argc - optind;
    if (out->request.sequences > 0 && out->request.batch > out->request.sequences)
        return print_error("--batch: %llu sequences cannot be decoded at once where --sequences has %llu",
                           (unsigned long long)out->request.batch, (unsigned long long)out->request.sequences);
    return EXIT_YES;
}

/* Of two rows for one name the last is told. */
static int is_told_later(size_t row, unsigned subcommand)
{
    for (size_t i = row + 1; i < ROWS; i++)
        if (strcmp(rows[i].name, rows[row].name) == 0 && (rows[i].subcommands & subcommand) != 0)
            return 1;
    return 0;
}

void options_help(unsigned subcommand, FILE *out)
{
    table *lines = table_new("||");
    for (size_t i = 0; i < ROWS; i++) {
        if ((rows[i].subcommands & subcommand) == 0 || is_told_later(i, subcommand))
            continue;
        table_cell(lines, "%s", "");
        table_cell(lines, "--%s%s%s", rows[i].name, rows[i].value != NULL ? " " : "", rows[i].value != NULL ? rows[i].value : "");
        table_cell(lines, "%s", rows[i].help);
    }
    table_print(lines, out);
}
