#include "plan/deployment.h"

#include <stddef.h>
#include <string.h>

#include "base/context.h"
#include "base/known.h"
#include "base/text.h"
#include "plan/api.h"
#include "plan/evaluate.h"
#include "plan/figures.h"
#include "plan/fold.h"
#include "plan/refusals.h"
#include "plan/towers.h"

enum { REASON_SIZE = 512 };

static edgeplan_status refuse(edgeplan_diagnostics *diagnostics, const char *reason)
{
    return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_REFUSED, NULL, NULL, reason);
}

/* Rules of the backend, with what the CPU's features decide filled in: weights that stay there are repacked there. */
static void settle_rules(edgeplan_deployment *d)
{
    const ep_engine *engine = &d->target->chip.engines[EDGEPLAN_ACCELERATOR_CPU];
    ep_placement_rule *placement = &d->rules.placement;

    d->rules = d->backend->rules;
    d->rules.offloaded = d->accelerator != EDGEPLAN_ACCELERATOR_CPU;
    if (d->model->layer_count == 0)
        ep_settle_towers(d, NULL, &d->rules.compute);
    placement->repack_type_count = 0;
    for (uint32_t i = 0; i < d->backend->repack_count; i++) {
        const ep_repack *repack = &d->backend->repacks[i];
        if (!ep_words_has(&engine->features, repack->feature))
            continue;
        for (uint32_t t = 0; t < repack->type_count && placement->repack_type_count < EP_MAX_REPACK_TYPES; t++)
            placement->repack_types[placement->repack_type_count++] = repack->types[t];
    }
}

/* How the exporter or the runtime cuts the files: the runtime knows better. */
static ep_artefact_files cut_of(const edgeplan_deployment *d)
{
    const ep_file_rule *rule = d->backend->files.shard ? &d->backend->files : &d->format->files;
    const ep_artefact_files cut = {.shard_bytes = (uint64_t)ep_fact_value(d->registry, rule->shard),
                          .alone_bytes = (uint64_t)ep_fact_value(d->registry, rule->alone)};
    return cut;
}

/* The files are the model's own where it is planned as stored, else what an exporter makes of its tensors. */
static void settle_artefact(edgeplan_deployment *d, int as_stored, const ep_artefact_files *made)
{
    d->own_files = as_stored && d->model->files != 0;
    if (d->own_files) {
        d->files = d->model->files;
        d->file_bytes = d->model->file_bytes;
        d->largest_file_bytes = d->model->largest_file_bytes;
    } else if (d->shape.stored_known) {
        d->files = made->files;
        d->file_bytes = d->shape.weights_bytes;
        d->largest_file_bytes = made->largest_bytes;
        if (d->format->storage.mechanism == EP_STORAGE_LLAMA_QUANTIZE)
            d->header = ep_gguf_header_bytes(d->model->tensor_count, d->model->head.vocabulary);
    }
}

static edgeplan_status fill(edgeplan_deployment *d, const ep_path *path, const ep_backend *backend, int as_stored)
{
    d->registry = edgeplan_registry_ref(path->target->registry);
    d->model = edgeplan_model_ref(path->model);
    d->target = path->target;
    d->runtime = path->runtime;
    d->format = path->format;
    d->backend = backend;
    d->accelerator = backend->accelerator;
    d->override = ep_override_find(path->runtime, path->model);
    settle_rules(d);

    ep_artefact_files files = cut_of(d);
    edgeplan_status status = ep_fold(&d->arena, d->model, d->format, as_stored, &d->rules, d->override, &files, &d->shape);
    if (status)
        return status;
    settle_artefact(d, as_stored, &files);
    ep_figures_choose(d);
    return EDGEPLAN_OK;
}

/* A file is taken as it is, unless the caller names another format: into that it would be converted. */
static int is_as_stored(const edgeplan_model *model, const edgeplan_format *format)
{
    return format == NULL || model->format[0] == '\0' || ep_equal(model->format, format->id);
}

static edgeplan_status make(const ep_path *path, const ep_backend *backend, int as_stored, edgeplan_deployment **out)
{
    edgeplan_context *context = path->target->registry->arena.context;
    edgeplan_deployment *d = ep_allocate(context, sizeof *d);

    if (!d)
        return EDGEPLAN_ERROR_NO_MEMORY;
    memset(d, 0, sizeof *d);
    atomic_init(&d->owners, 1);
    ep_arena_init(&d->arena, context);
    edgeplan_status status = fill(d, path, backend, as_stored);
    if (status)
        ep_deployment_free(d);
    else
        *out = d;
    return status;
}

/* The best way found so far, and why one that was found could not be made. */
typedef struct choice {
    edgeplan_deployment *best;
    int judged;       /* 0: one runtime with one format, whose engines hold much the same bytes */
    uint32_t verdict; /* of a request that says nothing */
    edgeplan_status status;
} choice;

static int has_speed(const edgeplan_deployment *d)
{
    return d->speed.read_bytes_per_s > 0;
}

static int is_settled(const choice *c)
{
    return c->status == EDGEPLAN_ERROR_NO_MEMORY || (c->best && c->verdict == EDGEPLAN_VERDICT_FITS && has_speed(c->best));
}

/* The better verdict, then a speed that is known, then the order of the lists. */
static void consider(choice *c, const ep_path *path, const ep_backend *backend, int as_stored)
{
    const edgeplan_request request = {.struct_size = sizeof request};
    edgeplan_deployment *d;
    ep_evaluation e;
    edgeplan_status status = make(path, backend, as_stored, &d);

    if (status) {
        c->status = status;
        return;
    }
    uint32_t verdict = EDGEPLAN_VERDICT_FITS;
    if (c->judged)
        verdict = ep_evaluate(d, &request, &e) ? EDGEPLAN_VERDICT_UNKNOWN : ep_evaluation_worth(&e);
    if (c->best && !ep_verdict_worse(c->verdict, verdict) &&
        (ep_verdict_worse(verdict, c->verdict) || has_speed(d) <= has_speed(c->best))) {
        ep_deployment_free(d);
        return;
    }
    if (c->best)
        ep_deployment_free(c->best);
    c->best = d;
    c->verdict = verdict;
}

/* Each back end of a runtime in the one format asked for, else in the first it takes, until one leaves nothing to wish for. */
static void consider_runtime(choice *c, const ep_path *asked, const edgeplan_runtime *runtime, int as_stored)
{
    for (uint32_t b = 0; b < runtime->backend_count && !is_settled(c); b++) {
        const ep_backend *backend = &runtime->backends[b], *found = NULL;
        ep_path path = {asked->model, asked->target, runtime, backend->accelerator, asked->format, asked->os};
        if (asked->accelerator != EDGEPLAN_ACCELERATOR_ANY && asked->accelerator != backend->accelerator)
            continue;
        for (uint32_t i = 0; i < (asked->format ? 1 : backend->format_count) && found != backend; i++) {
            char scratch[REASON_SIZE];
            ep_text ignored;
            ep_text_init(&ignored, scratch, sizeof scratch);
            path.format = asked->format ? asked->format : backend->formats[i];
            found = ep_path_backend(&path, &ignored);
        }
        if (found == backend)
            consider(c, &path, backend, as_stored);
    }
}

edgeplan_status ep_deployment_open(const edgeplan_model *model, const edgeplan_target *target, uint32_t accelerator,
                                   const edgeplan_runtime *runtime, const edgeplan_format *format, uint32_t os,
                                   edgeplan_diagnostics *diagnostics, edgeplan_deployment **out)
{
    ep_path path = {model, target, runtime, accelerator,
                    format != NULL ? format : edgeplan_format_find(target->registry, model->format), os};
    const int as_stored = is_as_stored(model, format);
    choice c = {NULL, !runtime || !path.format, EDGEPLAN_VERDICT_NONE, EDGEPLAN_OK};
    char buffer[REASON_SIZE];
    ep_text reason;

    ep_text_init(&reason, buffer, sizeof buffer);
    if (runtime && path.format && accelerator != EDGEPLAN_ACCELERATOR_ANY) { /* nothing is left to choose */
        const ep_backend *backend = ep_path_backend(&path, &reason);
        if (backend)
            c.status = make(&path, backend, as_stored, &c.best);
    } else if (runtime) {
        consider_runtime(&c, &path, runtime, as_stored);
    }
    for (uint32_t i = 0; !runtime && i < target->runtime_count && !is_settled(&c); i++)
        consider_runtime(&c, &path, target->runtimes[i], as_stored);
    *out = c.best;
    if (c.best && c.status != EDGEPLAN_ERROR_NO_MEMORY)
        return EDGEPLAN_OK;
    if (c.best)
        ep_deployment_free(c.best);
    *out = NULL;
    if (c.status)
        return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, c.status, NULL, NULL,
                         c.status == EDGEPLAN_ERROR_NO_MEMORY ? "out of memory" : "the format has no type for a tensor of this model");
    ep_text_init(&reason, buffer, sizeof buffer);
    ep_explain_no_path(&path, &reason);
    return refuse(diagnostics, buffer);
}

/* Nobody asks for it, so what the back end takes and where it runs are not asked either: the files are there already. */
edgeplan_status ep_deployment_fallback(const edgeplan_deployment *d, edgeplan_deployment **out)
{
    const ep_path path = {d->model, d->target, d->runtime, d->backend->fallback->accelerator, d->format, 0};

    *out = NULL;
    return make(&path, d->backend->fallback, is_as_stored(d->model, d->format), out);
}

/* Everything of `base` but its owners and its memory, which `base` keeps. */
edgeplan_status ep_deployment_with(const edgeplan_deployment *base, uint32_t role, const edgeplan_deployment *companion,
                                   const ep_model_entry *measured, edgeplan_deployment **out)
{
    edgeplan_context *context = base->arena.context;
    const size_t owned = offsetof(edgeplan_deployment, registry);
    edgeplan_deployment *d = ep_allocate(context, sizeof *d);

    *out = d;
    if (!d)
        return EDGEPLAN_ERROR_NO_MEMORY;
    memset(d, 0, sizeof *d);
    memcpy((char *)d + owned, (const char *)base + owned, sizeof *d - owned);
    atomic_init(&d->owners, 1);
    ep_arena_init(&d->arena, context);
    d->registry = edgeplan_registry_ref(base->registry);
    d->model = edgeplan_model_ref(base->model);
    d->base = edgeplan_deployment_ref(base);
    d->companion = edgeplan_deployment_ref(companion);
    d->measured = measured;
    d->role = role;
    return EDGEPLAN_OK;
}

const char *ep_deployment_stored_as(const edgeplan_deployment *d)
{
    const uint32_t type = d->shape.largest_tensor_type;
    const int is_left = type == EDGEPLAN_ELEMENT_F16 || type == EDGEPLAN_ELEMENT_BF16 || type == EDGEPLAN_ELEMENT_F32;

    return d->model->layer_count == 0 && !d->own_files && d->shape.stored_known && is_left
               ? edgeplan_element_type_name((edgeplan_element_type)type) : d->format->id;
}

/* A projector's tensors are read into a buffer, never mapped. Source: llama.cpp, tools/mtmd/clip.cpp (clip_model_loader). */
edgeplan_request ep_companion_request(uint32_t role, const edgeplan_request *request)
{
    edgeplan_request own = *request;

    if (role != EDGEPLAN_COMPANION_DRAFT && role != EDGEPLAN_COMPANION_MTP)
        own = (edgeplan_request){.struct_size = request->struct_size, .mmap = request->mmap,
                                 .flash_attention = request->flash_attention};
    if (role == EDGEPLAN_COMPANION_PROJECTOR) {
        own.mmap = EDGEPLAN_SWITCH_OFF;
        own.image_width_pixels = request->image_width_pixels;
        own.image_height_pixels = request->image_height_pixels;
    }
    own.app_bytes = own.gpu_layers = 0;
    own.given &= ~EP_REQUEST_KNOWN(gpu_layers);
    return own;
}

void ep_deployment_free(edgeplan_deployment *deployment)
{
    edgeplan_deployment_unref(deployment->base);
    edgeplan_deployment_unref(deployment->companion);

    edgeplan_registry *registry = deployment->registry;
    edgeplan_context *context = edgeplan_context_ref(deployment->arena.context);

    edgeplan_model_unref(deployment->model);
    ep_arena_free(&deployment->arena);
    ep_release(context, deployment);
    edgeplan_registry_unref(registry);
    edgeplan_context_unref(context);
}
