/* What callgrind counts: one call of each kind on an open deployment, and opening things. Usage: bench WHAT, bench time, or
   bench write-gguf FILE for the header that gguf_header opens. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <edgeplan/edgeplan.h>

#include "gguf_models.h"

static edgeplan_registry *registry;
static edgeplan_model *model;
static edgeplan_deployment *deployment;
static edgeplan_request request;

static void need(edgeplan_status status)
{
    if (status != EDGEPLAN_OK) {
        fprintf(stderr, "%s\n", edgeplan_status_name(status));
        exit(2);
    }
}

/* The same request where the compute buffer is replayed, and the search over it. */
static edgeplan_deployment *replayed;

static void open_registry(void)
{
    edgeplan_registry_unref(registry);
    need(edgeplan_registry_new(NULL, NULL, &registry));
}

static void open_deployment(void)
{
    edgeplan_deployment_unref(deployment);
    deployment = NULL;
    need(edgeplan_deployment_new(model, edgeplan_target_find(registry, "iphone-16-pro"), EDGEPLAN_ACCELERATOR_ANY,
                                 edgeplan_runtime_find(registry, "llama.cpp"), edgeplan_format_find(registry, "q4_k_m"), NULL,
                                 &deployment));
}

static edgeplan_deployment *deployment_of(const char *id, const char *target, const char *format)
{
    edgeplan_deployment *out;
    edgeplan_model *other;
    need(edgeplan_registry_model(registry, id, NULL, &other));
    need(edgeplan_deployment_new(other, edgeplan_target_find(registry, target), EDGEPLAN_ACCELERATOR_CPU,
                                 edgeplan_runtime_find(registry, "llama.cpp"), edgeplan_format_find(registry, format), NULL, &out));
    edgeplan_model_unref(other);
    return out;
}

/* Memory, budget, verdict and speed of one request: a whole fit without its lists. */
static void fit_of(const edgeplan_deployment *d)
{
    edgeplan_memory memory = {.struct_size = sizeof memory};
    edgeplan_budget budget = {.struct_size = sizeof budget};
    edgeplan_verdict_result verdict = {.struct_size = sizeof verdict};
    edgeplan_speed speed = {.struct_size = sizeof speed};
    need(edgeplan_deployment_memory(d, &request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory));
    need(edgeplan_deployment_budget(d, &request, &budget));
    need(edgeplan_deployment_verdict(d, &request, &verdict));
    need(edgeplan_deployment_speed(d, &request, &speed));
}

static void fit(void)
{
    fit_of(deployment);
}

static void fit_replayed(void)
{
    fit_of(replayed);
}

static void longest_context(void)
{
    uint64_t tokens;
    edgeplan_limit limit;
    need(edgeplan_deployment_max_context(deployment, &request, &tokens, &limit));
}

static void longest_replayed(void)
{
    uint64_t tokens;
    edgeplan_limit limit;
    need(edgeplan_deployment_max_context(replayed, &request, &tokens, &limit));
}

static void recommend(void)
{
    const edgeplan_model *models[] = {model};
    edgeplan_recommendation *recommendation;
    need(edgeplan_recommendation_new(models, 1, edgeplan_target_find(registry, "iphone-16-pro"), &request, NULL, NULL, &recommendation));
    edgeplan_recommendation_unref(recommendation);
}

/* ---- A GGUF header like Llama 3.1 8B's: 292 tensors, and 5.6 MB of tokens, their kinds and merges ---- */

enum { TOKENS = 128256, MERGES = 280147, TOKEN_BYTES = 6, MERGE_BYTES = 4 };

static char header_path[] = "/tmp/edgeplan-bench-XXXXXX";

static void write_header(const char *path)
{
    uint32_t *kinds = calloc(TOKENS, sizeof *kinds);
    gguf_writer writer;
    size_t length;
    FILE *file = fopen(path, "wb");

    gguf_write_model(&writer, gguf_model_find("llama-3.1-8b"), 0);
    gguf_key_texts(&writer, "tokenizer.ggml.tokens", TOKENS, TOKEN_BYTES);
    gguf_key_list(&writer, "tokenizer.ggml.token_type", GGUF_I32, kinds, TOKENS);
    gguf_key_texts(&writer, "tokenizer.ggml.merges", MERGES, MERGE_BYTES);
    const unsigned char *bytes = gguf_end(&writer, &length);
    if (kinds == NULL || file == NULL || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
        exit(2);
    free(kinds);
    gguf_free(&writer);
}

static void open_header(void)
{
    edgeplan_model *opened;
    need(edgeplan_model_open(NULL, header_path, NULL, NULL, &opened));
    edgeplan_model_unref(opened);
}

/* What reading costs anyway. */
static void read_header(void)
{
    static char buffer[1 << 16];
    FILE *file = fopen(header_path, "rb");
    if (file == NULL)
        exit(2);
    setvbuf(file, NULL, _IONBF, 0);
    while (fread(buffer, 1, sizeof buffer, file) > 0)
        ;
    fclose(file);
}

/* Ten models on twenty devices. */
static char *budget, *broken;

/* The second breaks most of what it promises, so that each check looks for what would keep it. */
static char *write_budget(const char *limits)
{
    static const char *const models[] = {"llama-3.2-1b", "llama-3.2-3b", "llama-3.1-8b", "qwen3-0.6b", "qwen3-1.7b",
                                         "qwen3-4b",     "qwen3-8b",     "gemma-2-2b",   "gemma-3-1b", "gemma-3-4b"};
    enum { DEVICES = 20, ROOM = 1 << 14 };
    size_t length;

    char *text = calloc(1, ROOM);
    if (!text)
        exit(2);
    length = (size_t)snprintf(text, ROOM, "edgeplan: 1\ndefaults: {runtime: llama.cpp, context: 4096}\nlimits: {%s}\nmodels:\n", limits);
    for (size_t i = 0; i < sizeof models / sizeof *models; i++)
        length += (size_t)snprintf(text + length, ROOM - length, "- {id: m%u, model: %s, format: q4_k_m}\n", (unsigned)i, models[i]);
    length += (size_t)snprintf(text + length, ROOM - length, "devices:\n");
    for (uint32_t i = 0, devices = 0; devices < DEVICES; i++) {
        const edgeplan_target *target = edgeplan_target_at(registry, i);
        if (!target)
            exit(2);
        if (edgeplan_target_runtime(target, 0) && strcmp(edgeplan_target_class(target), "browser") != 0)
            length += (size_t)snprintf(text + length, ROOM - length, "- {id: d%u, target: %s}\n", (unsigned)devices++,
                                       edgeplan_target_id(target));
    }
    return text;
}

static void open_gate(const char *text)
{
    edgeplan_gate *made;
    need(edgeplan_gate_open_memory(registry, text, strlen(text), "budget", NULL, NULL, &made));
    edgeplan_gate_unref(made);
}

static void gate(void)
{
    open_gate(budget);
}

static void broken_gate(void)
{
    open_gate(broken);
}

static const struct {
    const char *name;
    void (*run)(void);
    int times; /* in one measurement of time */
} kinds[] = {{"registry", open_registry, 5}, {"deployment", open_deployment, 200}, {"fit", fit, 20000},
             {"longest_context", longest_context, 5000}, {"recommend", recommend, 20},
             {"fit_replayed", fit_replayed, 5000}, {"longest_replayed", longest_replayed, 1000},
             {"gguf_header", open_header, 10}, {"gguf_read", read_header, 10}, {"gate", gate, 2}, {"broken_gate", broken_gate, 1}};

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void print_times(void)
{
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        double best = 1e9;
        for (int round = 0; round < 10; round++) {
            double begin = seconds();
            for (int i = 0; i < kinds[k].times; i++)
                kinds[k].run();
            double each = (seconds() - begin) / kinds[k].times;
            best = each < best ? each : best;
        }
        printf("%-16s %12.3f us\n", kinds[k].name, best * 1e6);
    }
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "time";

    if (strcmp(what, "write-gguf") == 0 && argc > 2) {
        write_header(argv[2]);
        return 0;
    }
    int made = mkstemp(header_path);
    if (made < 0 || close(made) != 0)
        exit(2);
    write_header(header_path);
    open_registry();
    need(edgeplan_registry_model(registry, "llama-3.1-8b", NULL, &model));
    need(edgeplan_struct_init(&request, sizeof request));
    request.context_tokens = 8192;
    open_deployment();
    budget = write_budget("memory: {max: 6 GB}, decode: {min: 5 tok/s}, loss: {max: 0.2 nat}");
    broken = write_budget("verdict: {at_least: fits}, memory: {max: 0.5 GB}, download: {max: 0.1 GB}, decode: {min: 100 tok/s}, "
                          "ttft: {max: 0.1 s}, context: {min: 32768}, loss: {max: 0.001 nat}, basis: {min: measured}");
    replayed = deployment_of("gemma-3-4b", "raspberry-pi-5", "q4_k_m");
    if (strcmp(what, "time") == 0)
        print_times();
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (strcmp(what, kinds[k].name) == 0)
            kinds[k].run();
    unlink(header_path);
    free(broken);
    free(budget);
    edgeplan_deployment_unref(replayed);
    edgeplan_deployment_unref(deployment);
    edgeplan_model_unref(model);
    edgeplan_registry_unref(registry);
    return 0;
}
