#include "plan/kv_choice.h"

#include "base/known.h"
#include "model/element.h"
#include "plan/criteria.h"

/* Whether the engine multiplies numbers of this cache type as they are: then a smaller cache costs nothing. */
static int is_native(const edgeplan_deployment *d, uint32_t kv_type)
{
    return kv_type == EDGEPLAN_ELEMENT_FP8 && d->target->chip.engines[d->accelerator].throughput[EP_NUMBER_FP8] != 0;
}

/* Of these types the one with the fewest bits. Types come as the runtime lists them; 0 is the default. */
static uint32_t smallest_kv(const ep_backend *backend)
{
    enum { TOKENS = 256 };
    uint32_t smallest = 0;

    for (uint32_t i = 1; i < backend->kv_type_count; i++)
        if (ep_element_row_bytes(backend->kv_types[i], TOKENS) < ep_element_row_bytes(backend->kv_types[smallest], TOKENS))
            smallest = i;
    return smallest;
}

static edgeplan_request with_kv(const edgeplan_deployment *d, const edgeplan_request *asked, uint32_t type)
{
    edgeplan_request r = *asked;

    r.kv_k = r.kv_v = d->backend->kv_types[type];
    return r;
}

/* No KV type gives a better verdict than the smallest, and mostly that helps not even without a compute buffer. */
static uint32_t best_verdict(const edgeplan_deployment *d, const edgeplan_request *asked, uint32_t now)
{
    edgeplan_request r = with_kv(d, asked, smallest_kv(d->backend));
    ep_evaluation e;

    if (now == EDGEPLAN_VERDICT_FITS || ep_evaluate_with(d, &r, (ep_compute_view){0, EP_COMPUTE_LEAST, 1}, &e) ||
        !ep_verdict_worse(now, ep_evaluation_worth(&e)))
        return now;
    return ep_evaluate(d, &r, &e) ? now : ep_evaluation_worth(&e);
}

/* The request with the KV type that loses no more than it may and gives the best verdict; of equal ones what somebody measured wins, then
   the runtime's default, unless the engine's own arithmetic takes a smaller one. A type the caller gave stays, unless nobody knows which
   the back end takes. */
static edgeplan_status best_kv(const edgeplan_deployment *d, const edgeplan_criteria *criteria, edgeplan_request *request,
                               ep_evaluation *best)
{
    if (d->backend->kv_type_count == 0) {
        request->kv_k = request->kv_v = 0;
        request->given &= ~(EP_REQUEST_KNOWN(kv_k) | EP_REQUEST_KNOWN(kv_v));
    }
    edgeplan_status status = ep_evaluate(d, request, best);
    int given = ep_request_gives(request, offsetof(edgeplan_request, kv_k)) || ep_request_gives(request, offsetof(edgeplan_request, kv_v));

    if (status || given || d->backend->kv_type_count == 0)
        return status;
    edgeplan_request asked = *request;
    ep_quality quality = ep_quality_of(d, request);
    int keeps = ep_criteria_keeps_loss(&quality, criteria);
    uint32_t known = quality.kv_known, worth = ep_evaluation_worth(best), wanted = best_verdict(d, &asked, worth);
    for (uint32_t i = 1; i < d->backend->kv_type_count; i++) {
        edgeplan_request r = with_kv(d, &asked, i);
        ep_evaluation e;
        quality = ep_quality_of(d, &r);
        int may = ep_criteria_keeps_loss(&quality, criteria), as_good = is_native(d, r.kv_k) || quality.kv_known > known;
        int helps = may > keeps || as_good || ep_verdict_worse(worth, wanted);
        if (!helps || may < keeps || quality.kv_nats > EP_QUALITY_WORST_NATS || ep_evaluate(d, &r, &e))
            continue;
        uint32_t its = ep_evaluation_worth(&e);
        if (may > keeps || ep_verdict_worse(worth, its) || (as_good && !ep_verdict_worse(its, worth))) {
            *best = e;
            worth = its;
            *request = r;
            keeps = may;
            known = quality.kv_known;
        }
    }
    return EDGEPLAN_OK;
}

edgeplan_status ep_choose_kv(const edgeplan_deployment *d, const edgeplan_criteria *criteria, edgeplan_request *request,
                             ep_evaluation *best)
{
    edgeplan_request longer = *request;
    edgeplan_status status = best_kv(d, criteria, request, best);
    ep_evaluation grown;

    if (status || criteria->min_context_tokens <= best->workload.context_tokens)
        return status;
    longer.context_tokens = criteria->min_context_tokens;
    if (best_kv(d, criteria, &longer, &grown))
        return EDGEPLAN_OK;
    longer.context_tokens = request->context_tokens;
    *request = longer;
    return ep_evaluate(d, request, best);
}
