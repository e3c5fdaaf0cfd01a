/* edgeplan constants: the memory figures that apps carry in their model lists, checked against a plan, and printed right.
   Lists: MLC's packages (mlc-ai/mlc-llm ios/MLCChat/mlc-package-config.json), WebLLM's model_list as JSON (mlc-ai/web-llm
   src/config.ts; its field is weights, intermediate buffers and KV cache, says mlc-ai/web-llm#490) and AI Edge Gallery's
   allow-lists (google-ai-edge/gallery model_allowlists/). */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "session.h"

typedef enum meaning { DEVICE_BYTES, BUFFER_BYTES, CHARGED_BYTES, RAM_TIER } meaning;

typedef struct constant {
    const char *key, *runtime;
    meaning means;
    double unit; /* bytes */
} constant;

static const constant constants[] = {
    {"estimated_vram_bytes", "mlc-llm", DEVICE_BYTES, 1},
    {"vram_required_MB", "webllm", DEVICE_BYTES, 1e6},
    {"buffer_size_required_bytes", "webllm", BUFFER_BYTES, 1},
    {"minDeviceMemoryInGb", "litert-lm", RAM_TIER, 1073741824},
    {"estimatedPeakMemoryInBytes", "litert-lm", CHARGED_BYTES, 1},
};

/* One of 5 % is no mistake: lists write MB where they mean MiB. */
static const double tolerance = 0.05;

typedef struct importer {
    session *now;
    const edgeplan_target *target;
    FILE *out;          /* NULL: nothing is told, only corrected */
    unsigned wrong, undecided, right;
} importer;

static const char *const name_keys[] = {"model_id", "modelId", "name"};

static const char *entry_name(const json_value *entry)
{
    for (size_t i = 0; i < sizeof name_keys / sizeof *name_keys; i++)
        if (json_text(json_at(entry, name_keys[i]))[0] != '\0')
            return json_text(json_at(entry, name_keys[i]));
    return "";
}

/* ---- which model, in which format ---- */

static int is_quantization(const char *part)
{
    return part[0] == 'q' && part[1] >= '0' && part[1] <= '9';
}

/* Parts at the end of a name that say how it is stored or trained, not which it is. */
static int says_no_size(const char *part)
{
    static const char *const parts[] = {"MLC", "Instruct", "it", "IT", "Chat", "int4", "int8", "litert", "lm", "preview", "1k"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strcmp(part, parts[i]) == 0)
            return 1;
    return is_quantization(part);
}

static edgeplan_model *find_model(const importer *in, const char *name, char *format, size_t size)
{
    const char *slash = strrchr(name, '/');
    char *left = copy_text(slash != NULL ? slash + 1 : name);
    edgeplan_model *model = NULL;
    format[0] = '\0';
    for (;;) {
        if (edgeplan_registry_model(in->now->registry, left, NULL, &model) != EDGEPLAN_OK)
            model = NULL;
        char *dash = strrchr(left, '-');
        if (dash == NULL || !says_no_size(dash + 1))
            break;
        if (is_quantization(dash + 1))
            snprintf(format, size, "mlc-%s", dash + 1);
        if (strcmp(dash + 1, "int4") == 0 || strcmp(dash + 1, "int8") == 0)
            snprintf(format, size, "litert-%s", dash + 1);
        edgeplan_model_unref(model);
        model = NULL;
        *dash = '\0';
    }
    release(left);
    return model;
}

/* ---- what is right ---- */

static edgeplan_request request_of(const importer *in, const json_value *entry)
{
    edgeplan_request request = in->now->options->request;
    const json_value *overrides = json_at(entry, "overrides");
    const json_value *window = json_at(overrides, "context_window_size"), *chunk = json_at(overrides, "prefill_chunk_size");
    if (window == NULL)
        window = json_at(json_at(entry, "defaultConfig"), "maxTokens");
    if (json_is(window, JSON_NUMBER) && window->number >= 1 && window->number < 1e9 && request.context_tokens == 0)
        request.context_tokens = (uint64_t)window->number;
    if (json_is(chunk, JSON_NUMBER) && chunk->number >= 1 && chunk->number < 1e9)
        request.chunk_tokens = (uint64_t)chunk->number;
    return request;
}

static int memory_of(const edgeplan_deployment *deployment, const edgeplan_request *request, edgeplan_memory *out)
{
    return edgeplan_struct_init(out, sizeof *out) == EDGEPLAN_OK &&
           edgeplan_deployment_memory(deployment, request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, out) == EDGEPLAN_OK;
}

/* The smallest RAM of those that are sold with which it is not killed for sure. */
static double ram_tier(const edgeplan_deployment *deployment, edgeplan_request request)
{
    static const unsigned tiers[] = {2, 3, 4, 6, 8, 12, 16, 24};
    for (size_t i = 0; i < sizeof tiers / sizeof *tiers; i++) {
        edgeplan_verdict_result verdict;
        request.ram_bytes = (uint64_t)tiers[i] << 30;
        if (edgeplan_struct_init(&verdict, sizeof verdict) != EDGEPLAN_OK ||
            edgeplan_deployment_verdict(deployment, &request, &verdict) != EDGEPLAN_OK ||
            verdict.verdict == EDGEPLAN_VERDICT_UNKNOWN)
            return 0;
        if (verdict.verdict != EDGEPLAN_VERDICT_DOES_NOT_FIT)
            return (double)request.ram_bytes;
    }
    return 0;
}

/* Bytes, 0 if they are not known. */
static double need(const constant *row, const edgeplan_deployment *deployment, const edgeplan_request *request)
{
    edgeplan_memory m;
    if (!memory_of(deployment, request, &m))
        return 0;
    switch (row->means) {
    case BUFFER_BYTES: return KNOWN(edgeplan_memory, m, largest_buffer_bytes) ? (double)m.largest_buffer_bytes : 0;
    case CHARGED_BYTES: return KNOWN(edgeplan_memory, m, charged_high_bytes) ? (double)m.charged_high_bytes : 0;
    case RAM_TIER: return ram_tier(deployment, *request);
    default: /* all but the runtime's own bytes */
        return KNOWN(edgeplan_memory, m, total_bytes) ? (double)(m.total_bytes - m.runtime_bytes) : 0;
    }
}

/* Rounded up: to a megabyte, or two digits of one. */
static double rounded_up(double value, double unit)
{
    double step = unit > 1e6 ? 1 : unit > 1 ? 0.01 : 1e6;
    double whole = (double)(uint64_t)(value / step);
    return (whole * step < value ? whole + 1 : whole) * step;
}

static void tell(const importer *in, const json_value *value, const char *severity, const char *name, const char *what)
{
    if (in->out != NULL)
        fprintf(in->out, "%s:%u: %s: %s: %s\n", in->now->options->arguments[0], value->line, severity, name, what);
}

static void judge(importer *in, const char *name, const constant *row, json_value *value, double bytes)
{
    char what[160];
    double said = value->number * row->unit;
    snprintf(what, sizeof what, "%s is %s, %s needed", row->key, bytes_text((uint64_t)said).s, bytes_text((uint64_t)bytes).s);
    if (said < bytes * (1 - tolerance)) {
        tell(in, value, "error", name, what);
        in->wrong++;
    } else if (said > bytes * (1 + tolerance)) {
        tell(in, value, "warning", name, what);
        in->wrong++;
    } else {
        in->right++;
        return;
    }
    value->number = rounded_up(bytes / row->unit, row->unit);
}

static void undecided(importer *in, const json_value *value, const char *name, const char *why)
{
    tell(in, value, "note", name, why);
    in->undecided++;
}

static void check_value(importer *in, const json_value *entry, const constant *row, json_value *value)
{
    const char *name = entry_name(entry);
    char format_id[64];
    edgeplan_deployment *deployment = NULL;
    edgeplan_model *model = find_model(in, name, format_id, sizeof format_id);
    const edgeplan_runtime *runtime = edgeplan_runtime_find(in->now->registry, row->runtime);
    const edgeplan_format *format = edgeplan_format_find(in->now->registry, format_id);
    const edgeplan_request request = request_of(in, entry);
    edgeplan_diagnostics_clear(in->now->diagnostics);
    if (model == NULL)
        undecided(in, value, name, "is no model of the registry");
    else if (format == NULL)
        undecided(in, value, name, "its name tells no format of the registry");
    else if (edgeplan_deployment_new(model, in->target, EDGEPLAN_ACCELERATOR_ANY, runtime, format, in->now->diagnostics,
                                     &deployment) != EDGEPLAN_OK)
        undecided(in, value, name, edgeplan_diagnostics_message(in->now->diagnostics, 0));
    else {
        double bytes = need(row, deployment, &request);
        if (bytes > 0)
            judge(in, name, row, value, bytes);
        else
            undecided(in, value, name, "what it needs is not known");
    }
    edgeplan_deployment_unref(deployment);
    edgeplan_model_unref(model);
}

static void check_entry(importer *in, json_value *entry)
{
    for (uint32_t i = 0; json_is(entry, JSON_MAP) && i < entry->count; i++)
        for (size_t k = 0; k < sizeof constants / sizeof *constants; k++)
            if (strcmp(entry->items[i].key, constants[k].key) == 0 && entry->items[i].kind == JSON_NUMBER)
                check_value(in, entry, &constants[k], &entry->items[i]);
}

/* ---- printing it again ---- */

static void print_value(const json_value *value, int depth, FILE *out)
{
    const char *open = value->kind == JSON_MAP ? "{" : "[", *close = value->kind == JSON_MAP ? "}" : "]";
    switch (value->kind) {
    case JSON_NULL: fputs("null", out); break;
    case JSON_BOOL: fputs(value->number > 0 ? "true" : "false", out); break;
    case JSON_NUMBER: fprintf(out, "%.15g", value->number); break;
    case JSON_TEXT: json_write_text(out, value->text); break;
    default:
        fputs(open, out);
        for (uint32_t i = 0; i < value->count; i++) {
            fprintf(out, "%s\n%*s", i > 0 ? "," : "", 2 * (depth + 1), "");
            if (value->kind == JSON_MAP) {
                json_write_text(out, value->items[i].key);
                fputs(": ", out);
            }
            print_value(&value->items[i], depth + 1, out);
        }
        if (value->count > 0)
            fprintf(out, "\n%*s", 2 * depth, "");
        fputs(close, out);
    }
}

static json_value *entries_of(json_value *root)
{
    for (uint32_t i = 0; root->kind == JSON_MAP && i < root->count; i++)
        if ((strcmp(root->items[i].key, "model_list") == 0 || strcmp(root->items[i].key, "models") == 0) &&
            root->items[i].kind == JSON_LIST)
            return &root->items[i];
    return root->kind == JSON_LIST ? root : NULL;
}

static int check_list(importer *in, json_value *root, FILE *out)
{
    const char *path = in->now->options->arguments[0];
    json_value *entries = entries_of(root);
    for (uint32_t i = 0; entries != NULL && i < entries->count; i++)
        check_entry(in, &entries->items[i]);
    if (in->right + in->wrong + in->undecided == 0)
        return print_error("%s: has no list of models with memory constants; see edgeplan(1)", path);
    if (in->now->options->emit) {
        print_value(root, 0, out);
        fputc('\n', out);
        return in->undecided > 0 ? EXIT_UNDECIDED : EXIT_YES;
    }
    fprintf(out, "%s: %u right, %u wrong, %u not known\n", path, in->right, in->wrong, in->undecided);
    return in->wrong > 0 ? EXIT_NO : in->undecided > 0 ? EXIT_UNDECIDED : EXIT_YES;
}

int command_constants(session *now)
{
    const options *given = now->options;
    if (given->target == NULL)
        return print_error("constants needs --target; see edgeplan targets");
    const edgeplan_target *target = session_target(now, given->target);
    json_value *root = target == NULL ? NULL : json_read_file(given->arguments[0]);
    if (root == NULL)
        return EXIT_UNDECIDED;
    FILE *out = given->output == NULL ? stdout : fopen(given->output, "w");
    int code = EXIT_UNDECIDED;
    if (out != NULL) {
        importer in = {now, target, given->emit ? stderr : out, 0, 0, 0};
        code = check_list(&in, root, out);
    }
    if (out == NULL || (out != stdout && (ferror(out) | fclose(out)) != 0))
        code = print_error("%s: could not be written", given->output);
    json_release(root);
    return code;
}
