/* Changes that would help, each evaluated: entitlement, firmware, context, KV type, format, engine, runtime, chunk, layers on the CPU. */
#include <string.h>

#include "base/checked.h"
#include "base/known.h"
#include "base/number.h"
#include "base/text.h"
#include "model/element.h"
#include "plan/api.h"
#include "plan/lists.h"
#include "plan/path.h"

typedef struct fixer {
    edgeplan_plan *plan;
    const edgeplan_request *request; /* as asked */
    const ep_evaluation *now;
    edgeplan_status status;
} fixer;

/* How much of the limit that binds is asked for; the verdict comes first. */
static double pressure(const ep_evaluation *e)
{
    const ep_limit *limit = &e->limits[e->binding];
    uint64_t bound = limit->hard_bytes ? limit->hard_bytes : limit->safe_bytes;
    return bound ? (double)e->rulings[e->binding].demand.high / (double)bound : 0;
}

/* Fewer bytes make no context shorter. */
static int helps(const ep_evaluation *before, const ep_evaluation *after)
{
    if (after->verdict != before->verdict)
        return ep_verdict_worse(before->verdict, after->verdict);
    return before->reason != EDGEPLAN_REASON_CONTEXT && pressure(after) < pressure(before);
}

static void record(fixer *f, const char *kind, const char *from, const char *to, const ep_evaluation *after)
{
    ep_arena *arena = &f->plan->arena;
    ep_amount charged = ep_footprint_sum(&after->footprint, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_CHARGED);

    if (f->status || !helps(f->now, after))
        return;
    ep_listed *item = ep_list_add(arena, &f->plan->lists[EDGEPLAN_LIST_FIXES]);
    const char *from_copy = item ? ep_arena_copy(arena, from, strlen(from)) : NULL;
    const char *to_copy = from_copy ? ep_arena_copy(arena, to, strlen(to)) : NULL;
    if (!to_copy) {
        f->status = EDGEPLAN_ERROR_NO_MEMORY;
        return;
    }
    item->item.code = after->verdict;
    item->item.known = EP_ITEM_KNOWN(code);
    if (charged.basis != EDGEPLAN_MEMORY_BASIS_MISSING) {
        item->item.bytes = charged.high;
        item->item.known |= EP_ITEM_KNOWN(bytes);
    }
    item->text[EDGEPLAN_TEXT_SUBJECT] = kind;
    item->text[EDGEPLAN_TEXT_INPUT] = from_copy;
    item->text[EDGEPLAN_TEXT_OUTPUT] = to_copy;
}

static void try_entitlement(fixer *f)
{
    edgeplan_request r = *f->request;
    ep_evaluation after = *f->now;

    if (f->now->conditions.entitled)
        return;
    r.entitlements |= EDGEPLAN_ENTITLEMENT_INCREASED_MEMORY;
    ep_evaluation_judge(f->plan->deployment, &r, &after);
    record(f, "entitlement", "none", "increased-memory", &after);
}

/* The release from which the limit that binds holds no longer. */
static void try_firmware(fixer *f)
{
    enum { VERSION_SIZE = 24 };
    const uint32_t now = f->now->conditions.firmware;
    const uint32_t end = ep_conditions_firmware_end(f->plan->deployment->target, &f->now->limits[f->now->binding]);
    edgeplan_request r = *f->request;
    ep_evaluation after;
    char from[VERSION_SIZE] = "any", to[VERSION_SIZE];
    ep_text text;

    if (!end)
        return;
    ep_conditions_ask_firmware(&r, end);
    ep_text_init(&text, to, sizeof to);
    ep_say_version(&text, end);
    if (now) {
        ep_text_init(&text, from, sizeof from);
        ep_say_version(&text, now);
    }
    if (!ep_evaluate(f->plan->deployment, &r, &after))
        record(f, "firmware", from, to, &after);
}

/* The mildest type that gives the best verdict; where none changes it, the smallest. Types come as the runtime lists them. */
static void try_kv_types(fixer *f)
{
    const ep_backend *backend = f->plan->deployment->backend;
    uint32_t from = f->now->workload.kv_k, chosen = from;
    ep_evaluation best = *f->now;

    for (uint32_t i = 0; i < backend->kv_type_count; i++) {
        edgeplan_request r = *f->request;
        ep_evaluation after;
        r.kv_k = r.kv_v = backend->kv_types[i];
        r.given |= EP_REQUEST_KNOWN(kv_k) | EP_REQUEST_KNOWN(kv_v);
        if (ep_quality_of(f->plan->deployment, &r).kv_nats > EP_QUALITY_WORST_NATS || ep_evaluate(f->plan->deployment, &r, &after))
            continue;
        int milder = after.verdict == best.verdict && best.verdict != f->now->verdict && pressure(&after) > pressure(&best);
        int smaller = best.verdict == f->now->verdict && helps(&best, &after);
        if (milder || smaller || ep_verdict_worse(best.verdict, after.verdict)) {
            best = after;
            chosen = backend->kv_types[i];
        }
    }
    if (chosen != from)
        record(f, "kv_type", edgeplan_element_type_name((edgeplan_element_type)from),
               edgeplan_element_type_name((edgeplan_element_type)chosen), &best);
}

static void try_count(fixer *f, const char *kind, uint64_t from, uint64_t to, const edgeplan_request *r)
{
    char a[EP_NUMBER_SIZE], b[EP_NUMBER_SIZE];
    ep_evaluation after;

    ep_count_write(from, a);
    ep_count_write(to, b);
    if (!ep_evaluate(f->plan->deployment, r, &after))
        record(f, kind, a, b, &after);
}

/* No context too short for what is asked of it. */
static void try_context(fixer *f)
{
    const edgeplan_verdict_result *verdict = &f->plan->verdict;
    const ep_workload *w = &f->now->workload;
    const uint64_t fewest = ep_add(ep_add(w->cached_tokens, w->prompt_tokens), w->output_tokens);
    edgeplan_request r = *f->request;

    if (!(verdict->known & EP_VERDICT_KNOWN(max_context_tokens)))
        return;
    r.context_tokens = verdict->max_context_tokens;
    if (r.context_tokens >= ep_max(fewest, 1) && r.context_tokens < w->context_tokens)
        try_count(f, "context_tokens", w->context_tokens, r.context_tokens, &r);
}

static void try_chunk(fixer *f)
{
    edgeplan_request r = *f->request;
    uint64_t now = f->now->workload.chunk_tokens;

    r.chunk_tokens = now / 4;
    if (r.chunk_tokens >= 64) /* smaller chunks make every runtime re-read its weights too often */
        try_count(f, "chunk_tokens", now, r.chunk_tokens, &r);
}

/* The most layers on the accelerator with the best verdict that fewer of them give. Mostly not even none helps without a compute buffer. */
static void try_layers(fixer *f)
{
    const edgeplan_deployment *d = f->plan->deployment;
    edgeplan_request r = *f->request;
    const uint64_t now = d->shape.layers + 1 - f->now->workload.host_layers;
    uint64_t good = 0, bad = now;
    ep_evaluation e;

    r.gpu_layers = 0;
    r.given |= EP_REQUEST_KNOWN(gpu_layers);
    if (!d->rules.offloaded || d->rules.placement.offload == EP_OFFLOAD_ALL ||
        ep_evaluate_with(d, &r, (ep_compute_view){0, EP_COMPUTE_LEAST, 1}, &e) || !helps(f->now, &e) ||
        ep_evaluate(d, &r, &e) || !helps(f->now, &e))
        return;
    const uint32_t best = e.verdict;
    while (bad - good > 1) {
        r.gpu_layers = good + (bad - good) / 2;
        if (!ep_evaluate(d, &r, &e) && !ep_verdict_worse(e.verdict, best))
            good = r.gpu_layers;
        else
            bad = r.gpu_layers;
    }
    r.gpu_layers = good;
    try_count(f, "gpu_layers", now, good, &r);
}

/* Another way to run the model, NULL if there is none. */
static edgeplan_deployment *open_other(fixer *f, uint32_t accelerator, const edgeplan_runtime *runtime, const edgeplan_format *format)
{
    const edgeplan_deployment *d = f->plan->deployment;
    edgeplan_deployment *other;
    edgeplan_status status = ep_deployment_open(d->model, d->target, accelerator, runtime, format, ep_request_os(f->request), NULL, &other);

    if (status == EDGEPLAN_ERROR_NO_MEMORY)
        f->status = status;
    return status ? NULL : other;
}

/* Other formats of the same backend, smaller ones first come as the registry lists them. */
static void try_formats(fixer *f)
{
    const edgeplan_deployment *d = f->plan->deployment;

    for (uint32_t i = 0; i < d->backend->format_count && !f->status; i++) {
        const edgeplan_format *format = d->backend->formats[i];
        ep_evaluation after;
        if (format == d->format || !ep_path_offers_format(d->backend, format, d->model))
            continue;
        edgeplan_deployment *other = open_other(f, d->accelerator, d->runtime, format);
        if (!other)
            continue;
        if (other->file_bytes && other->file_bytes < d->file_bytes && !ep_evaluate_instead(other, d, f->request, &after))
            record(f, "format", d->format->id, format->id, &after);
        ep_deployment_free(other);
    }
}

static void add_path(ep_text *text, const edgeplan_deployment *d)
{
    ep_text_add(text, d->runtime->id);
    ep_text_add(text, " ");
    ep_text_add(text, edgeplan_accelerator_name((edgeplan_accelerator)d->accelerator));
    ep_text_add(text, " ");
    ep_text_add(text, d->format->id);
}

static void try_path(fixer *f, edgeplan_deployment *other)
{
    enum { PATH_SIZE = 256 };
    const edgeplan_deployment *d = f->plan->deployment;
    char from[PATH_SIZE], to[PATH_SIZE];
    ep_evaluation after;
    ep_text text;

    if (!other)
        return;
    if (!ep_evaluate_instead(other, d, f->request, &after) && after.verdict != EDGEPLAN_VERDICT_UNKNOWN) {
        ep_text_init(&text, from, sizeof from);
        add_path(&text, d);
        ep_text_init(&text, to, sizeof to);
        add_path(&text, other);
        record(f, "runtime", from, to, &after);
    }
    ep_deployment_free(other);
}

/* The runtime's other engines, in the format there is if they take it. */
static void try_engines(fixer *f)
{
    const edgeplan_deployment *d = f->plan->deployment;

    for (uint32_t a = EDGEPLAN_ACCELERATOR_CPU; a <= EDGEPLAN_ACCELERATOR_NPU && !f->status; a++) {
        if (a == d->accelerator)
            continue;
        edgeplan_deployment *other = open_other(f, a, d->runtime, d->format);
        try_path(f, other || f->status ? other : open_other(f, a, d->runtime, NULL));
    }
}

/* The target's other runtimes, each on the engine and in the format that it would be given unasked. */
static void try_runtimes(fixer *f)
{
    const edgeplan_deployment *d = f->plan->deployment;

    for (uint32_t i = 0; i < d->target->runtime_count && !f->status; i++)
        if (d->target->runtimes[i] != d->runtime)
            try_path(f, open_other(f, EDGEPLAN_ACCELERATOR_ANY, d->target->runtimes[i], NULL));
}

edgeplan_status ep_list_fixes(edgeplan_plan *plan, const edgeplan_request *request, const ep_evaluation *evaluation, ep_plan_use use)
{
    fixer f = {plan, request, evaluation, EDGEPLAN_OK};

    if (evaluation->verdict == EDGEPLAN_VERDICT_FITS || evaluation->verdict == EDGEPLAN_VERDICT_UNKNOWN)
        return EDGEPLAN_OK;
    try_entitlement(&f);
    try_firmware(&f);
    try_context(&f);
    if (use == EP_PLAN_ALONE) { /* who ranks plans has tried these */
        try_kv_types(&f);
        try_formats(&f);
        try_engines(&f);
        try_runtimes(&f);
    }
    try_chunk(&f);
    try_layers(&f);
    return f.status;
}
