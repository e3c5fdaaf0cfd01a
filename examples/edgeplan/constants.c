/* edgeplan constants: the memory figures that apps carry in their model lists, checked against a plan, and printed right.
   Lists: MLC's packages (mlc-ai/mlc-llm ios/MLCChat/mlc-package-config.json), WebLLM's model_list as JSON (mlc-ai/web-llm
   src/config.ts; its field is weights, intermediate buffers and KV cache in MiB, says utils/vram_requirements there) and AI Edge
   Gallery's allow-lists (google-ai-edge/gallery model_allowlists/). */
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
    {"vram_required_MB", "webllm", DEVICE_BYTES, 1048576},
    {"buffer_size_required_bytes", "webllm", BUFFER_BYTES, 1},
    {"minDeviceMemoryInGb", "litert-lm", RAM_TIER, 1073741824},
    {"estimatedPeakMemoryInBytes", "litert-lm", CHARGED_BYTES, 1},
};

/* One of 5 % is no mistake: a list may write MB where it means MiB. */
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
    static const char *const parts[] = {"MLC", "Instruct", "instruct", "it", "IT", "Chat", "int4", "int8", "litert", "lm", "preview", "1k"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strcmp(part, parts[i]) == 0)
            return 1;
    return is_quantization(part);
}

static edgeplan_model *named_model(const importer *in, const char *name)
{
    edgeplan_model *model = NULL;
    return edgeplan_registry_model(in->now->registry, name, NULL, &model) == EDGEPLAN_OK ? model : NULL;
}

/* By the whole name, owner included, then by what is left of its last part without the words of its end. */
static edgeplan_model *find_model(const importer *in, const char *name, char *format, size_t size)
{
    const char *slash = strrchr(name, '/');
    char *left = copy_text(slash != NULL ? slash + 1 : name);
    edgeplan_model *model = named_model(in, name);
    for (char *dash = left; dash != NULL;) {
        if (model == NULL)
            model = named_model(in, left);
        dash = strrchr(left, '-');
        if (dash == NULL || !says_no_size(dash + 1))
            break;
        if (is_quantization(dash + 1))
            snprintf(format, size, "mlc-%s", dash + 1);
        *dash = '\0';
    }
    release(left);
    return model;
}

/* `gemma3-1b-it-int4.litertlm`, `Qwen2.5-1.5B-Instruct_multi-prefill-seq_q8_ekv4096.litertlm`. */
static void find_file_format(const char *file, char *format, size_t size)
{
    static const char *const words[][2] = {{"int4", "litert-int4"}, {"_q4", "litert-int4"},
                                            {"int8", "litert-int8"}, {"_q8", "litert-int8"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(file, words[i][0]) != NULL)
            snprintf(format, size, "%s", words[i][1]);
}

/* `model` as it is stored in a file of that size: its tensors share the bytes as they share the elements. */
static edgeplan_model *stored_model(const edgeplan_model *model, double bytes)
{
    edgeplan_model_builder *builder = NULL;
    edgeplan_model *stored = NULL;
    edgeplan_head head;
    double elements = 0;
    int good = edgeplan_struct_init(&head, sizeof head) == EDGEPLAN_OK && edgeplan_model_head(model, &head) == EDGEPLAN_OK &&
               edgeplan_model_builder_new(NULL, edgeplan_model_id(model), edgeplan_model_family(model), &builder) == EDGEPLAN_OK &&
               edgeplan_model_builder_set_head(builder, &head) == EDGEPLAN_OK;
    for (uint32_t i = 0; good && i < edgeplan_model_layer_count(model); i++) {
        edgeplan_layer layer;
        good = edgeplan_struct_init(&layer, sizeof layer) == EDGEPLAN_OK && edgeplan_model_layer(model, i, &layer) == EDGEPLAN_OK &&
               edgeplan_model_builder_add_layers(builder, &layer, 1) == EDGEPLAN_OK;
    }
    for (uint32_t i = 0, last = edgeplan_model_tensor_count(model); good && i < 2 * last; i++) { /* once to count, once to add */
        edgeplan_tensor tensor;
        good = edgeplan_struct_init(&tensor, sizeof tensor) == EDGEPLAN_OK &&
               edgeplan_model_tensor(model, i % last, &tensor) == EDGEPLAN_OK;
        const double own = (double)tensor.rows * (double)tensor.columns * (double)tensor.slices;
        if (i < last) {
            elements += own;
            continue;
        }
        tensor.element_type = EDGEPLAN_ELEMENT_GROUPED;
        tensor.stored_bytes = 1 + (uint64_t)(bytes * own / elements);
        good = good && edgeplan_model_builder_add_tensor(builder, &tensor) == EDGEPLAN_OK;
    }
    if (!good || edgeplan_model_builder_finish(builder, NULL, &stored) != EDGEPLAN_OK)
        stored = NULL;
    edgeplan_model_builder_unref(builder);
    return stored;
}

/* ---- what is right ---- */

/* A number of a list, 0 if there is none that could be a count. */
static uint64_t count_of(const json_value *value)
{
    return json_is(value, JSON_NUMBER) && value->number >= 1 && value->number < 1e15 ? (uint64_t)value->number : 0;
}

/* The cache is as long as the file says it was compiled for, or else as the list asks for; a sliding window is all it holds. */
static edgeplan_request request_of(const importer *in, const json_value *entry)
{
    edgeplan_request request = in->now->options->request;
    const json_value *overrides = json_at(entry, "overrides"), *defaults = json_at(entry, "defaultConfig");
    const char *compiled = strstr(json_text(json_at(entry, "modelFile")), "_ekv");
    const uint64_t lengths[] = {compiled != NULL ? strtoul(compiled + 4, NULL, 10) : 0,
                                count_of(json_at(overrides, "sliding_window_size")), count_of(json_at(overrides, "context_window_size")),
                                count_of(json_at(defaults, "maxTokens")), count_of(json_at(defaults, "maxContextLength"))};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths && request.context_tokens == 0; i++)
        request.context_tokens = lengths[i];
    if (count_of(json_at(overrides, "prefill_chunk_size")) != 0)
        request.chunk_tokens = count_of(json_at(overrides, "prefill_chunk_size"));
    return request;
}

/* Lists name several; what the GPU's cache takes is not published, so the CPU's is asked for where it is one of them. */
static edgeplan_accelerator accelerator_of(const json_value *entry)
{
    const char *words = json_text(json_at(json_at(entry, "defaultConfig"), "accelerators"));
    if (words[0] == '\0')
        return EDGEPLAN_ACCELERATOR_ANY;
    if (strstr(words, "cpu") != NULL)
        return EDGEPLAN_ACCELERATOR_CPU;
    return strstr(words, "gpu") != NULL ? EDGEPLAN_ACCELERATOR_GPU : EDGEPLAN_ACCELERATOR_NPU;
}

static int memory_of(const edgeplan_deployment *deployment, const edgeplan_request *request, edgeplan_memory *out)
{
    return edgeplan_struct_init(out, sizeof *out) == EDGEPLAN_OK &&
           edgeplan_deployment_memory(deployment, request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, out) == EDGEPLAN_OK;
}

/* What a figure may be: below `low` it is too small for sure, above `high` it is more than needed. Both 0: not known. */
typedef struct range {
    double low, high;
} range;

/* From the smallest RAM that is sold with which the app is not killed for sure, to the smallest with which the model fits. */
static range ram_tier(const edgeplan_deployment *deployment, edgeplan_request request)
{
    static const unsigned tiers[] = {2, 3, 4, 6, 8, 12, 16, 24};
    range right = {0, 0};
    for (size_t i = 0; i < sizeof tiers / sizeof *tiers; i++) {
        edgeplan_verdict_result verdict;
        request.ram_bytes = (uint64_t)tiers[i] << 30;
        if (edgeplan_struct_init(&verdict, sizeof verdict) != EDGEPLAN_OK ||
            edgeplan_deployment_verdict(deployment, &request, &verdict) != EDGEPLAN_OK ||
            verdict.verdict == EDGEPLAN_VERDICT_UNKNOWN)
            break;
        if (verdict.verdict != EDGEPLAN_VERDICT_DOES_NOT_FIT && right.low <= 0)
            right.low = (double)request.ram_bytes;
        if (verdict.verdict == EDGEPLAN_VERDICT_FITS)
            return (range){right.low, (double)request.ram_bytes};
    }
    return (range){0, 0};
}

static range need(const constant *row, const edgeplan_deployment *deployment, const edgeplan_request *request)
{
    edgeplan_memory m;
    double bytes = 0;
    if (row->means == RAM_TIER)
        return ram_tier(deployment, *request);
    if (!memory_of(deployment, request, &m))
        return (range){0, 0};
    if (row->means == BUFFER_BYTES && KNOWN(edgeplan_memory, m, largest_buffer_bytes))
        bytes = (double)m.largest_buffer_bytes;
    if (row->means == CHARGED_BYTES && KNOWN(edgeplan_memory, m, charged_high_bytes))
        bytes = (double)m.charged_high_bytes;
    if (row->means == DEVICE_BYTES && KNOWN(edgeplan_memory, m, total_bytes)) /* all but the runtime's own bytes */
        bytes = (double)(m.total_bytes - m.runtime_bytes);
    return (range){bytes, bytes};
}

/* Rounded up: to a megabyte, or two digits of one. */
static double rounded_up(double value, double unit)
{
    double step = unit > 1e9 ? 1 : unit > 1 ? 0.01 : 1e6;
    double whole = (double)(uint64_t)(value / step);
    return (whole * step < value ? whole + 1 : whole) * step;
}

static void tell(const importer *in, const json_value *value, const char *severity, const char *name, const char *what)
{
    if (in->out != NULL)
        fprintf(in->out, "%s:%u: %s: %s: %s\n", in->now->options->arguments[0], value->line, severity, name, what);
}

static void judge(importer *in, const char *name, const constant *row, json_value *value, range right)
{
    char what[160];
    double said = value->number * row->unit;
    int low = said < right.low * (1 - tolerance), high = said > right.high * (1 + tolerance);
    if (!low && !high) {
        in->right++;
        return;
    }
    if (row->means == RAM_TIER)
        snprintf(what, sizeof what, "%s is %g, %g GiB needed", row->key, value->number, right.high / row->unit);
    else
        snprintf(what, sizeof what, "%s is %s, %s needed", row->key, bytes_text((uint64_t)said).s, bytes_text((uint64_t)right.high).s);
    tell(in, value, low ? "error" : "warning", name, what);
    in->wrong++;
    value->number = rounded_up(right.high / row->unit, row->unit);
}

static void undecided(importer *in, const json_value *value, const char *name, const char *why)
{
    tell(in, value, "note", name, why);
    in->undecided++;
}

/* The model of an entry, as its file holds it where the list says how large that is; its name may be the file's or the publisher's. */
static edgeplan_model *model_of(const importer *in, const json_value *entry, char *format, size_t size)
{
    const double bytes = (double)count_of(json_at(entry, "sizeInBytes"));
    edgeplan_model *model = NULL;
    for (size_t i = 0; i < sizeof name_keys / sizeof *name_keys && model == NULL; i++)
        model = find_model(in, json_text(json_at(entry, name_keys[i])), format, size);
    find_file_format(json_text(json_at(entry, "modelFile")), format, size);
    edgeplan_model *stored = model != NULL && bytes > 0 ? stored_model(model, bytes) : NULL;
    if (stored == NULL)
        return model;
    edgeplan_model_unref(model);
    return stored;
}

static void check_value(importer *in, const json_value *entry, const constant *row, json_value *value)
{
    const char *name = entry_name(entry);
    char format_id[64] = "";
    edgeplan_deployment *deployment = NULL;
    edgeplan_model *model = model_of(in, entry, format_id, sizeof format_id);
    const edgeplan_runtime *runtime = edgeplan_runtime_find(in->now->registry, row->runtime);
    const edgeplan_format *format = edgeplan_format_find(in->now->registry, format_id);
    const int sized = count_of(json_at(entry, "sizeInBytes")) != 0; /* then the format need not be known */
    const edgeplan_request request = request_of(in, entry);
    edgeplan_diagnostics_clear(in->now->diagnostics);
    if (model == NULL)
        undecided(in, value, name, "is no model of the registry");
    else if (format == NULL && (format_id[0] != '\0' || !sized))
        undecided(in, value, name, "its name tells no format of the registry");
    else if (edgeplan_deployment_new(model, in->target, accelerator_of(entry), runtime, format, in->now->diagnostics, &deployment) !=
             EDGEPLAN_OK)
        undecided(in, value, name, edgeplan_diagnostics_message(in->now->diagnostics, 0));
    else {
        const range right = need(row, deployment, &request);
        if (right.low > 0)
            judge(in, name, row, value, right);
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
