/* What would make a broken promise good: single changes, each evaluated. */
#include <string.h>

#include "base/checked.h"
#include "base/known.h"
#include "model/element.h"
#include "plan/api.h"
#include "plan/evaluate.h"
#include "plan/gate_hints.h"
#include "plan/path.h"

enum { SHORTEST_CONTEXT = 256, SHORTEST_PROMPT = 32 };

/* What a hint may change; what cannot move the figure of a rule is not tried. */
enum { CONTEXT = 1, PROMPT = 2, KV = 4, GRANTED = 8 }; /* formats are always tried */

static uint32_t changes_for(uint32_t rule)
{
    switch (rule) {
    case EDGEPLAN_RULE_FIT: return CONTEXT | KV | GRANTED;
    case EDGEPLAN_RULE_CONTEXT: return KV | GRANTED;
    case EDGEPLAN_RULE_LOSS: return KV;
    case EDGEPLAN_RULE_FILE:
    case EDGEPLAN_RULE_DOWNLOAD: return 0;
    case EDGEPLAN_RULE_TTFT: return CONTEXT | PROMPT | KV;
    default: return CONTEXT | KV;
    }
}

static int evaluated(const edgeplan_deployment *d, const edgeplan_request *request, ep_compute_view compute, ep_outcome *out)
{
    ep_evaluation e;

    if (ep_evaluate_with(d, request, compute, &e))
        return 0;
    *out = (ep_outcome){.deployment = d, .request = request};
    ep_footprint_memory(&e.footprint, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &out->memory);
    ep_evaluation_budget(&e, &out->budget);
    ep_evaluation_verdict(&e, &out->verdict);
    ep_evaluation_speed(d, &e, &out->speed);
    return 1;
}

static int holds(const ep_hinter *h, const ep_outcome *outcome)
{
    ep_reading reading = ep_rule_read(h->row, h->promise, outcome);
    return ep_rule_judge(h->row, ep_rule_required(h->row, h->promise), &reading) == EDGEPLAN_CHECK_PASSED &&
           outcome->verdict.verdict <= h->cell->plan->verdict.verdict;
}

typedef enum answer { WITHIN_NO, WITHIN_YES, WITHIN_UNKNOWN } answer;

/* Whether the context required is offered, and its expected demand within each limit that can kill, with a bound of the compute buffer. */
static answer within(const ep_hinter *h, const edgeplan_deployment *d, const edgeplan_request *request, uint32_t bound)
{
    edgeplan_request r = *request;
    answer found = WITHIN_YES;
    ep_evaluation e;

    r.context_tokens = (uint64_t)ep_rule_required(h->row, h->promise);
    if (ep_evaluate_with(d, &r, (ep_compute_view){0, bound, 1}, &e) || e.reason == EDGEPLAN_REASON_CONTEXT)
        return WITHIN_NO;
    for (uint32_t i = 0; i < e.limit_count; i++) {
        uint64_t most = e.limits[i].hard_bytes ? e.limits[i].hard_bytes : e.limits[i].safe_bytes;
        if (e.limits[i].soft)
            continue;
        if (!most || e.rulings[i].demand.basis == EDGEPLAN_MEMORY_BASIS_MISSING)
            found = WITHIN_UNKNOWN;
        else if (e.rulings[i].demand.expected > most)
            return WITHIN_NO;
    }
    return found;
}

/* What does not pass with the least compute buffer there can be does not pass with its own, and that is a hundred times faster to tell. */
static int may_pass(const ep_hinter *h, const edgeplan_deployment *d, const edgeplan_request *request, ep_outcome *outcome)
{
    if (h->row->rule == EDGEPLAN_RULE_CONTEXT)
        return within(h, d, request, EP_COMPUTE_LEAST) != WITHIN_NO;
    return evaluated(d, request, (ep_compute_view){0, EP_COMPUTE_LEAST, 1}, outcome) && holds(h, outcome);
}

/* What fits with the most that a compute buffer can be, which only grows with the context, fits in every shorter one: no search needed. */
static void look_for_context(const ep_hinter *h, const edgeplan_deployment *d, const edgeplan_request *request, ep_outcome *outcome)
{
    edgeplan_verdict_result *v = &outcome->verdict;

    if (within(h, d, request, EP_COMPUTE_MOST) == WITHIN_YES)
        v->max_context_tokens = (uint64_t)ep_rule_required(h->row, h->promise);
    else if (ep_deployment_max_context(d, request, &v->max_context_tokens, &v->max_context_limit))
        return;
    v->known |= EP_VERDICT_KNOWN(max_context_tokens);
}

/* Whether the rule holds then, and the verdict is no worse than it was. */
static int passes(const ep_hinter *h, const edgeplan_deployment *d, const edgeplan_request *request, ep_outcome *outcome)
{
    if (!may_pass(h, d, request, outcome) || !evaluated(d, request, (ep_compute_view){0, EP_COMPUTE_EXACT, 0}, outcome))
        return 0;
    if (h->row->rule == EDGEPLAN_RULE_CONTEXT)
        look_for_context(h, d, request, outcome);
    return holds(h, outcome);
}

void ep_hint_say(ep_hinter *h, const char *kind, const char *what)
{
    ep_text_add(h->text, h->found++ ? ", " : "would pass: ");
    ep_text_add(h->text, kind);
    ep_text_add_char(h->text, ' ');
    ep_text_add(h->text, what);
}

static void say_count(ep_hinter *h, const char *kind, uint64_t count)
{
    ep_hint_say(h, kind, "");
    ep_text_add_count(h->text, count);
}

static void try_entitlement(ep_hinter *h)
{
    edgeplan_request r = h->cell->request;
    ep_outcome outcome;

    if (r.entitlements & EDGEPLAN_ENTITLEMENT_INCREASED_MEMORY)
        return;
    r.entitlements |= EDGEPLAN_ENTITLEMENT_INCREASED_MEMORY;
    if (passes(h, h->cell->plan->deployment, &r, &outcome))
        ep_hint_say(h, "entitlement", "increased-memory");
}

/* The release from which the limit that binds holds no longer. */
static void try_firmware(ep_hinter *h)
{
    const edgeplan_deployment *d = h->cell->plan->deployment;
    edgeplan_request r = h->cell->request;
    ep_evaluation now;
    ep_outcome outcome;

    if (ep_evaluate(d, &r, &now))
        return;
    const uint32_t end = ep_conditions_firmware_end(d->target, &now.limits[now.binding]);
    ep_conditions_ask_firmware(&r, end);
    if (end && passes(h, d, &r, &outcome)) {
        ep_hint_say(h, "firmware", "");
        ep_say_version(h->text, end);
    }
}

/* `tokens` is of the request, which is the cell's. */
static void try_halves(ep_hinter *h, const char *kind, edgeplan_request *request, uint64_t *tokens, uint64_t now, uint64_t fewest)
{
    ep_outcome outcome;

    for (*tokens = now / 2; *tokens >= fewest; *tokens /= 2) {
        if (passes(h, h->cell->plan->deployment, request, &outcome)) {
            say_count(h, kind, *tokens);
            return;
        }
    }
}

/* Of the types whose loss is known and that do it, the one that keeps the most of the cache. */
static void try_kv(ep_hinter *h)
{
    const edgeplan_deployment *d = h->cell->plan->deployment;
    edgeplan_request r = h->cell->request;
    uint32_t finest = EDGEPLAN_ELEMENT_NONE;
    uint64_t bytes = 0;
    ep_outcome outcome;

    for (uint32_t i = 0; i < d->backend->kv_type_count; i++) {
        r.kv_k = r.kv_v = d->backend->kv_types[i];
        r.given |= EP_REQUEST_KNOWN(kv_k) | EP_REQUEST_KNOWN(kv_v);
        const ep_quality quality = ep_quality_of(d, &r);
        if (r.kv_k == h->cell->plan->request.kv_k || !quality.kv_known || quality.kv_nats > EP_QUALITY_WORST_NATS)
            continue;
        if (!passes(h, d, &r, &outcome) || outcome.memory.kv_bytes <= bytes)
            continue;
        bytes = outcome.memory.kv_bytes;
        finest = r.kv_k;
    }
    if (bytes)
        ep_hint_say(h, "kv", edgeplan_element_type_name((edgeplan_element_type)finest));
}

static uint64_t distance(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

void ep_siblings_close(ep_siblings *siblings)
{
    for (uint32_t i = 0; i < siblings->count; i++)
        ep_deployment_free(siblings->items[i]);
    *siblings = (ep_siblings){0};
}

uint32_t ep_cell_model_index(const edgeplan_gate *gate, const ep_cell *cell)
{
    return (uint32_t)(cell->model - gate->budget.models);
}

static edgeplan_status open_siblings(edgeplan_gate *gate, const ep_cell *cell, ep_siblings *out)
{
    const edgeplan_deployment *d = cell->plan->deployment;

    if (out->opened && out->cell == cell)
        return EDGEPLAN_OK;
    ep_siblings_close(out); /* of another target of the platform */
    out->items = ep_arena_array(&gate->arena, d->backend->format_count, sizeof(edgeplan_deployment *));
    if (!out->items)
        return EDGEPLAN_ERROR_NO_MEMORY;
    out->cell = cell;
    out->opened = 1;
    for (uint32_t i = 0; i < d->backend->format_count; i++) {
        edgeplan_deployment *other;
        const edgeplan_format *format = d->backend->formats[i];
        if (format == d->format || !ep_path_offers_format(d->backend, format, d->model))
            continue;
        edgeplan_status status = ep_deployment_open(d->model, d->target, d->accelerator, d->runtime, format, cell->device->os, NULL,
                                                    &other);
        if (!status)
            status = ep_gate_add_beside(gate, ep_cell_model_index(gate, cell), cell->device->os, NULL, &other);
        if (status == EDGEPLAN_ERROR_NO_MEMORY)
            return status;
        if (!status)
            out->items[out->count++] = other;
    }
    return EDGEPLAN_OK;
}

/* Of the formats that do it, the one nearest in size to what is there. */
static edgeplan_status try_formats(ep_hinter *h, edgeplan_gate *gate, ep_siblings *siblings)
{
    const uint64_t now = h->cell->plan->deployment->file_bytes;
    const edgeplan_format *nearest = NULL;
    uint64_t how_near = UINT64_MAX;
    edgeplan_status status = open_siblings(gate, h->cell, siblings);

    for (uint32_t i = 0; i < siblings->count && !status; i++) {
        const edgeplan_deployment *other = siblings->items[i];
        uint64_t away = distance(other->file_bytes, now);
        ep_outcome outcome;
        if (other->file_bytes && away < how_near && passes(h, other, &h->cell->request, &outcome)) {
            how_near = away;
            nearest = other->format;
        }
    }
    if (nearest)
        ep_hint_say(h, "format", nearest->id);
    return status;
}

/* A better source is no change of the app, but what it measures itself is one. */
static void say_source(ep_hinter *h)
{
    const uint32_t limit = h->cell->plan->budget.limit;

    if (limit == EDGEPLAN_LIMIT_TOTAL || limit == EDGEPLAN_LIMIT_BUFFER)
        ep_hint_say(h, limit == EDGEPLAN_LIMIT_TOTAL ? "available" : "largest_buffer", "of the device, as the app measures it there");
    else
        ep_text_add(h->text, "would pass: a limit of that confidence, in a registry file of your own");
}

edgeplan_status ep_gate_hint(edgeplan_gate *gate, const ep_rule_row *row, const ep_promise *promise, const ep_cell *cell,
                             uint32_t judged, ep_siblings *siblings, const char **out)
{
    ep_sentence sentence;
    ep_hinter h = {.row = row, .promise = promise, .cell = cell, .text = ep_sentence_begin(&sentence)};

    if (row->rule == EDGEPLAN_RULE_BASIS) {
        say_source(&h);
        *out = ep_sentence_keep(&gate->arena, &sentence);
        return *out ? EDGEPLAN_OK : EDGEPLAN_ERROR_NO_MEMORY;
    }
    const edgeplan_request *asked = &cell->plan->request;
    const uint64_t tokens = ep_add(ep_add(asked->prompt_tokens, asked->cached_tokens), asked->output_tokens);
    const uint32_t changes = changes_for(row->rule);
    edgeplan_request r = cell->request;
    if (changes & CONTEXT)
        try_halves(&h, "context", &r, &r.context_tokens, asked->context_tokens, ep_max(tokens, SHORTEST_CONTEXT));
    r.context_tokens = cell->request.context_tokens;
    if (changes & PROMPT)
        try_halves(&h, "prompt", &r, &r.prompt_tokens, asked->prompt_tokens, SHORTEST_PROMPT);
    if (changes & KV)
        try_kv(&h);
    edgeplan_status status = try_formats(&h, gate, siblings);
    if (status)
        return status;
    if (changes & GRANTED) {
        try_entitlement(&h);
        try_firmware(&h);
    }
    if (!h.found)
        ep_text_add(h.text, judged == EDGEPLAN_CHECK_UNKNOWN
                                ? "no single change of context, KV type, format or entitlement would decide it; a measurement would"
                                : "no single change of context, KV type, format or entitlement would pass");
    *out = ep_sentence_keep(&gate->arena, &sentence);
    return *out ? EDGEPLAN_OK : EDGEPLAN_ERROR_NO_MEMORY;
}
