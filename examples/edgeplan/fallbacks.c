/* Fallbacks of a browser: not every one has WebGPU, and a page cannot choose who opens it. */
#include <string.h>

#include "document.h"
#include "pick.h"

static const char SERVER[] = "prompts leave the device, needs a network";

static int is_browser(const answer *one)
{
    return strcmp(edgeplan_target_class(one->target), "browser") == 0;
}

/* The best plan that runs where there is no WebGPU, NULL if there is none or the best one does. */
static const edgeplan_plan *without_gpu(const answer *one)
{
    for (uint32_t i = 0; i < edgeplan_recommendation_plan_count(one->ranked); i++) {
        const edgeplan_plan *plan = edgeplan_recommendation_plan(one->ranked, i);
        if (edgeplan_deployment_accelerator(edgeplan_plan_deployment(plan)) == EDGEPLAN_ACCELERATOR_CPU)
            return i > 0 ? plan : NULL;
    }
    return NULL;
}

void print_fallbacks(const session *now, const answer *one)
{
    if (!is_browser(one))
        return;
    const edgeplan_plan *wasm = without_gpu(one);
    const char *smaller = one->largest;
    if (wasm == NULL && smaller[0] == '\0' && now->options->offline)
        return;
    printf("fallbacks\n");
    if (smaller[0] != '\0')
        printf("  a smaller model: %s\n", smaller);
    if (wasm != NULL)
        printf("  without WebGPU: %s\n", path_of(wasm).s);
    if (!now->options->offline)
        printf("  a server behind the same OpenAI-style API: %s\n", SERVER);
}

static void write_fallback(FILE *out, const char **before, const answer *one, const char *kind, const char *model,
                           const edgeplan_plan *plan, const char *note)
{
    const edgeplan_deployment *path = edgeplan_plan_deployment(plan);
    const char *const values[][2] = {{"target", edgeplan_target_id(one->target)}, {"kind", kind}, {"model", model},
                                     {"runtime", edgeplan_runtime_id(edgeplan_deployment_runtime(path))},
                                     {"format", edgeplan_format_id(edgeplan_deployment_format(path))}, {"note", note}};
    fputs(*before, out);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        fprintf(out, "%s\"%s\":", i > 0 ? "," : "{", values[i][0]);
        if (values[i][1][0] != '\0')
            json_write_text(out, values[i][1]);
        else
            fputs("null", out);
    }
    fputs("}", out);
    *before = ",";
}

void print_fallbacks_json(const session *now, const answer *all, uint32_t count, FILE *out)
{
    const char *before = "";
    fputs(",\"fallbacks\":[", out);
    for (uint32_t i = 0; i < count; i++) {
        if (!is_browser(&all[i]))
            continue;
        const edgeplan_plan *wasm = without_gpu(&all[i]);
        const char *smaller = all[i].largest;
        if (smaller[0] != '\0')
            write_fallback(out, &before, &all[i], "smaller_model", smaller, NULL, "");
        if (wasm != NULL)
            write_fallback(out, &before, &all[i], "wasm", edgeplan_model_id(edgeplan_deployment_model(edgeplan_plan_deployment(wasm))),
                           wasm, "for browsers without WebGPU");
        if (!now->options->offline)
            write_fallback(out, &before, &all[i], "server", "", NULL, SERVER);
    }
    fputs("]", out);
}
