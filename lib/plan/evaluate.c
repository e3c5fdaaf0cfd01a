#include "plan/evaluate.h"

#include "base/checked.h"
#include "base/known.h"
#include "plan/api.h"
#include "plan/towers.h"
#include "sizing/request_rule.h"

static uint32_t preset_of(const ep_backend *backend, const edgeplan_request *request)
{
    if (request->preset && request->preset < EP_PRESET_COUNT && backend->presets[request->preset].present)
        return request->preset;
    return backend->default_preset;
}

/* Which of two rulings decides: the worse, and of equals the one closer to its limit. */
static int decides(const ep_evaluation *e, uint32_t a, uint32_t b)
{
    const ep_ruling *x = &e->rulings[a], *y = &e->rulings[b];
    uint64_t limit_x = e->limits[a].hard_bytes ? e->limits[a].hard_bytes : e->limits[a].safe_bytes;
    uint64_t limit_y = e->limits[b].hard_bytes ? e->limits[b].hard_bytes : e->limits[b].safe_bytes;

    if (x->verdict != y->verdict)
        return ep_verdict_worse(x->verdict, y->verdict);
    return (double)x->demand.high * (double)limit_y > (double)y->demand.high * (double)limit_x;
}

/* The first file carries the header; it may be the largest. */
static ep_amount largest_file(const edgeplan_deployment *d)
{
    const uint64_t low = ep_add(d->largest_file_bytes, d->header.low), high = ep_add(d->largest_file_bytes, d->header.high);
    const ep_amount amount = {low, low + (high - low) / 2, high,
                              d->largest_file_bytes ? EDGEPLAN_MEMORY_BASIS_RULE : EDGEPLAN_MEMORY_BASIS_MISSING};
    return amount;
}

/* A runtime with a pool takes nothing beyond its share unless told to, so that more is not safe. */
static void keep_within_pool(const edgeplan_deployment *d, const ep_conditions *conditions, ep_limit *limit)
{
    const ep_reservation_rule *rule = &d->rules.reservation;
    const uint64_t pool = (uint64_t)((double)conditions->visible_bytes * rule->share);

    if (rule->mechanism == EP_RESERVE_POOL && pool && (limit->safe_bytes ? limit->safe_bytes : limit->hard_bytes) > pool &&
        (limit->kind == EDGEPLAN_LIMIT_TOTAL || limit->kind == EDGEPLAN_LIMIT_GPU_WORKING_SET))
        limit->safe_bytes = pool;
}

void ep_evaluation_judge(const edgeplan_deployment *d, const edgeplan_request *request, ep_evaluation *e)
{
    const ep_amount file = largest_file(d);

    e->assumed |= ep_conditions_resolve(d->target, d->accelerator, d->runtime->id, request, &e->conditions);
    e->limit_count = ep_conditions_limits(d->target, &e->conditions, request, d->rules.placement.sessions, e->limits);
    e->binding = 0;
    for (uint32_t i = 0; i < e->limit_count; i++) {
        keep_within_pool(d, &e->conditions, &e->limits[i]);
        e->rulings[i] = ep_limit_rule_on(&e->limits[i], &e->footprint, &file);
        if (i > 0 && decides(e, i, e->binding))
            e->binding = i;
    }
    e->verdict = e->rulings[e->binding].verdict;
    e->reason = e->rulings[e->binding].reason;
    e->binding_kind = e->limits[e->binding].kind;

    /* Beyond what was compiled or offered there is nothing to run; beyond training it runs and answers badly. */
    uint32_t beyond = e->workload.beyond;
    if (beyond == EDGEPLAN_LIMIT_COMPILED_CONTEXT || beyond == EDGEPLAN_LIMIT_RUNTIME_CONTEXT) {
        e->verdict = EDGEPLAN_VERDICT_DOES_NOT_FIT;
        e->reason = EDGEPLAN_REASON_CONTEXT;
        e->binding_kind = beyond;
    } else if (beyond == EDGEPLAN_LIMIT_TRAINED_CONTEXT && e->verdict == EDGEPLAN_VERDICT_FITS) {
        e->verdict = EDGEPLAN_VERDICT_TIGHT;
        e->reason = EDGEPLAN_REASON_CONTEXT;
        e->binding_kind = beyond;
    } else if (e->footprint.uncounted && e->verdict == EDGEPLAN_VERDICT_FITS) {
        e->verdict = EDGEPLAN_VERDICT_TIGHT;
        e->reason = EDGEPLAN_REASON_MISSING_COMPONENT;
    }
}

uint32_t ep_evaluate_workload(const edgeplan_deployment *d, const edgeplan_request *request, ep_workload *out)
{
    return ep_workload_resolve(&d->rules, &d->backend->presets[preset_of(d->backend, request)], &d->shape,
                               ep_backend_default_kv(d->backend), request, out);
}

edgeplan_status ep_evaluate(const edgeplan_deployment *deployment, const edgeplan_request *request, ep_evaluation *out)
{
    return ep_evaluate_with(deployment, request, (ep_compute_view){0, 0, 0}, out);
}

void ep_companion_footprint(const edgeplan_deployment *d, const edgeplan_request *request, ep_compute_view compute, ep_footprint *out)
{
    const edgeplan_deployment *other = d->companion;
    const edgeplan_request asked = ep_companion_request(d->role, request);
    ep_workload workload;
    ep_rules rules;

    if (!other) {
        ep_footprint_measured((uint64_t)ep_fact_value(d->registry, d->measured->memory_low),
                              (uint64_t)ep_fact_value(d->registry, d->measured->memory_high), out);
        return;
    }
    rules = other->rules;
    if (other->runtime == d->runtime) /* one program for both */
        rules.overhead.base_bytes = rules.overhead.base_low_bytes = rules.overhead.base_high_bytes = rules.overhead.code_bytes = 0;
    if (d->role == EDGEPLAN_COMPANION_MTP) /* of the same model, whose vocabulary is there */
        rules.overhead.per_vocabulary_entry_bytes = 0;
    if (other->model->layer_count == 0 && asked.image_width_pixels)
        ep_settle_towers(other, &asked, &rules.compute);
    (void)ep_evaluate_workload(other, &asked, &workload);
    workload.compute = (ep_compute_view){0, compute.bound, compute.unwritten};
    ep_footprint_compute(&rules, &other->shape, &workload, out);
}

/* Whether a back end does not load what is asked of the model, or of one beside it. */
static int is_refused(const edgeplan_deployment *d, const edgeplan_request *request, const ep_workload *workload)
{
    if (ep_request_fault(&d->rules.request, &d->shape, workload))
        return 1;
    for (; d->base; d = d->base) {
        const edgeplan_deployment *other = d->companion;
        const edgeplan_request asked = ep_companion_request(d->role, request);
        ep_workload its;
        if (!other)
            continue;
        (void)ep_evaluate_workload(other, &asked, &its);
        if (ep_request_fault(&other->rules.request, &other->shape, &its))
            return 1;
    }
    return 0;
}

/* The other models that stay loaded. */
static void add_companions(const edgeplan_deployment *deployment, const edgeplan_request *request, ep_compute_view compute,
                           ep_footprint *sum)
{
    for (const edgeplan_deployment *d = deployment; d->base; d = d->base) {
        ep_footprint footprint;

        ep_companion_footprint(d, request, compute, &footprint);
        ep_footprint_add_extra(sum, &footprint);
    }
}

edgeplan_status ep_evaluate_with(const edgeplan_deployment *deployment, const edgeplan_request *request, ep_compute_view compute,
                                 ep_evaluation *out)
{
    out->preset = preset_of(deployment->backend, request);
    out->assumed = ep_evaluate_workload(deployment, request, &out->workload);
    if (is_refused(deployment, request, &out->workload))
        return EDGEPLAN_ERROR_REFUSED;
    out->workload.compute = compute;
    ep_footprint_compute(&deployment->rules, &deployment->shape, &out->workload, &out->footprint);
    add_companions(deployment, request, compute, &out->footprint);
    if (out->footprint.overflow)
        return EDGEPLAN_ERROR_RANGE;
    ep_evaluation_judge(deployment, request, out);
    return EDGEPLAN_OK;
}

edgeplan_status ep_evaluate_instead(edgeplan_deployment *other, const edgeplan_deployment *of, const edgeplan_request *request,
                                    ep_evaluation *out)
{
    other->base = of->base; /* borrowed while it is looked at */
    other->companion = of->companion;
    other->measured = of->measured;
    other->role = of->role;
    edgeplan_status status = ep_evaluate(other, request, out);
    other->base = other->companion = NULL;
    return status;
}

edgeplan_status ep_evaluate_fallback(const edgeplan_deployment *d, const edgeplan_request *request, ep_evaluation *out)
{
    edgeplan_deployment *other;
    edgeplan_status status = d->backend->fallback ? ep_deployment_fallback(d, &other) : EDGEPLAN_ERROR_NOT_FOUND;

    if (status)
        return status;
    status = ep_evaluate_instead(other, d, request, out);
    ep_deployment_free(other);
    return status;
}

/* Within the library no limit is 0, which stands for one that is not known: a byte stands for nothing left. */
uint64_t ep_limit_told(uint64_t bytes)
{
    return bytes == 1 ? 0 : bytes;
}

void ep_evaluation_budget(const ep_evaluation *evaluation, edgeplan_budget *out)
{
    const ep_limit *limit = &evaluation->limits[evaluation->binding];

    out->known = EP_BUDGET_KNOWN(limit);
    out->limit = limit->kind;
    if (limit->confidence) {
        out->basis = limit->confidence;
        out->known |= EP_BUDGET_KNOWN(basis);
    }
    if (limit->safe_bytes) {
        out->safe_bytes = ep_limit_told(limit->safe_bytes);
        out->known |= EP_BUDGET_KNOWN(safe_bytes);
    }
    if (limit->hard_bytes) {
        out->hard_bytes = ep_limit_told(limit->hard_bytes);
        out->known |= EP_BUDGET_KNOWN(hard_bytes);
    }
}

void ep_evaluation_verdict(const ep_evaluation *evaluation, edgeplan_verdict_result *out)
{
    const ep_limit *limit = &evaluation->limits[evaluation->binding];
    const ep_ruling *ruling = &evaluation->rulings[evaluation->binding];

    out->verdict = evaluation->verdict;
    out->verdict_reason = evaluation->reason;
    out->binding = evaluation->binding_kind;
    out->safe_bytes = ep_limit_told(limit->safe_bytes);
    out->hard_bytes = ep_limit_told(limit->hard_bytes);
    out->demand_low_bytes = ruling->demand.low;
    out->known = EP_VERDICT_KNOWN(verdict) | EP_VERDICT_KNOWN(verdict_reason) | EP_VERDICT_KNOWN(binding) |
                 EP_VERDICT_KNOWN(demand_low_bytes);
    if (limit->safe_bytes)
        out->known |= EP_VERDICT_KNOWN(safe_bytes);
    if (limit->hard_bytes)
        out->known |= EP_VERDICT_KNOWN(hard_bytes);
    if (ruling->demand.basis != EDGEPLAN_MEMORY_BASIS_MISSING) {
        out->demand_bytes = ruling->demand.expected;
        out->demand_high_bytes = ruling->demand.high;
        out->known |= EP_VERDICT_KNOWN(demand_bytes) | EP_VERDICT_KNOWN(demand_high_bytes);
    }
}

/* The RAM of a graphics card is its own: where the GPU's memory decides, what lies on the host is left out. */
uint64_t ep_evaluation_paged_bytes(const ep_evaluation *e)
{
    uint32_t place = e->limits[e->binding].kind == EDGEPLAN_LIMIT_GPU_WORKING_SET ? EDGEPLAN_PLACE_DEVICE : EDGEPLAN_PLACE_ALL;
    uint64_t held_bytes = ep_footprint_sum(&e->footprint, place, EDGEPLAN_MEASURE_RESERVED).low;

    return e->conditions.visible_bytes && held_bytes > e->conditions.visible_bytes ? held_bytes : 0;
}

uint32_t ep_evaluation_worth(const ep_evaluation *e)
{
    return ep_evaluation_paged_bytes(e) ? EDGEPLAN_VERDICT_DOES_NOT_FIT : e->verdict;
}

/* Fields of a speed that need no run. */
#define PAPER                                                                                                              \
    (EP_SPEED_KNOWN(least_traffic_bytes_per_step) | EP_SPEED_KNOWN(traffic_bytes_per_step) |                               \
     EP_SPEED_KNOWN(routed_traffic_bytes_per_step) | EP_SPEED_KNOWN(cache_traffic_bytes_per_step) |                        \
     EP_SPEED_KNOWN(decode_ceiling_tok_per_s) | EP_SPEED_KNOWN(prefill_ceiling_tok_per_s) |                                \
     EP_SPEED_KNOWN(ttft_floor_seconds) | EP_SPEED_KNOWN(bound) | EP_SPEED_KNOWN(basis))

void ep_evaluation_speed(const edgeplan_deployment *deployment, const ep_evaluation *evaluation, edgeplan_speed *out)
{
    ep_speed_compute(&deployment->speed, &deployment->rules, &deployment->shape, &evaluation->workload, out);
    if (ep_evaluation_worth(evaluation) != EDGEPLAN_VERDICT_DOES_NOT_FIT)
        return;
    /* What does not fit, or not into RAM, has a ceiling on paper and no speed. */
    *out = (edgeplan_speed){.struct_size = out->struct_size,
                            .known = out->known & PAPER,
                            .least_traffic_bytes_per_step = out->least_traffic_bytes_per_step,
                            .traffic_bytes_per_step = out->traffic_bytes_per_step,
                            .routed_traffic_bytes_per_step = out->routed_traffic_bytes_per_step,
                            .cache_traffic_bytes_per_step = out->cache_traffic_bytes_per_step,
                            .decode_ceiling_tok_per_s = out->decode_ceiling_tok_per_s,
                            .prefill_ceiling_tok_per_s = out->prefill_ceiling_tok_per_s,
                            .ttft_floor_seconds = out->ttft_floor_seconds,
                            .bound = EDGEPLAN_BOUND_CAPACITY,
                            .basis = out->basis};
    out->known |= EP_SPEED_KNOWN(bound);
}

edgeplan_status ep_deployment_memory(const edgeplan_deployment *deployment, const edgeplan_request *request, uint32_t place,
                                     uint32_t measure, edgeplan_memory *out)
{
    ep_evaluation evaluation;
    edgeplan_status status = ep_evaluate(deployment, request, &evaluation);

    if (!status)
        ep_footprint_memory(&evaluation.footprint, place, measure, out);
    return status;
}

edgeplan_status ep_deployment_budget(const edgeplan_deployment *deployment, const edgeplan_request *request, edgeplan_budget *out)
{
    ep_evaluation evaluation;
    edgeplan_status status = ep_evaluate(deployment, request, &evaluation);

    if (!status)
        ep_evaluation_budget(&evaluation, out);
    return status;
}

edgeplan_status ep_deployment_verdict(const edgeplan_deployment *deployment, const edgeplan_request *request,
                                      edgeplan_verdict_result *out)
{
    ep_evaluation evaluation;
    edgeplan_status status = ep_evaluate(deployment, request, &evaluation);

    if (!status)
        ep_evaluation_verdict(&evaluation, out);
    return status;
}

edgeplan_status ep_deployment_speed(const edgeplan_deployment *deployment, const edgeplan_request *request, edgeplan_speed *out)
{
    ep_evaluation evaluation;
    edgeplan_status status = ep_evaluate(deployment, request, &evaluation);

    if (!status)
        ep_evaluation_speed(deployment, &evaluation, out);
    return status;
}
