#include "sizing/footprint.h"

#include <math.h>

#include "base/checked.h"
#include "base/known.h"
#include "sizing/cells.h"
#include "sizing/charge.h"
#include "sizing/elements.h"
#include "sizing/output.h"
#include "sizing/pages.h"
#include "sizing/placement.h"
#include "sizing/products.h"
#include "sizing/sides.h"
#include "sizing/state.h"
#include "sizing/workspace.h"

static ep_amount amount(uint64_t bytes, uint32_t basis)
{
    return (ep_amount){bytes, bytes, bytes, basis};
}

static ep_amount missing(void)
{
    return (ep_amount){0, 0, 0, EDGEPLAN_MEMORY_BASIS_MISSING};
}

static int keeps_cache(const ep_shape *shape)
{
    for (uint32_t i = 0; i < shape->run_count; i++)
        if (shape->runs[i].layer.attention != EDGEPLAN_ATTENTION_NONE)
            return 1;
    return 0;
}

static ep_amount cache(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload, uint64_t *on_host)
{
    ep_cells cells;

    if (!keeps_cache(shape))
        return amount(0, EDGEPLAN_MEMORY_BASIS_EXACT);
    if (workload->kv_k == EDGEPLAN_ELEMENT_NONE || workload->kv_v == EDGEPLAN_ELEMENT_NONE)
        return missing();
    switch (rules->cache.mechanism) {
    case EP_CACHE_CELLS:
    case EP_CACHE_STATIC:
        cells = ep_cells_of(&rules->cache, shape, workload);
        *on_host = ep_add(*on_host, cells.host_bytes);
        return amount(cells.bytes, EDGEPLAN_MEMORY_BASIS_RULE);
    case EP_CACHE_PAGES:
        return amount(ep_pages_bytes(&rules->cache, shape, workload), EDGEPLAN_MEMORY_BASIS_RULE);
    case EP_CACHE_MISSING:
        break;
    }
    return missing();
}

static ep_amount state(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload, uint64_t *on_host)
{
    if (!shape->has_state)
        return amount(0, EDGEPLAN_MEMORY_BASIS_EXACT);
    if (!rules->state.known)
        return missing();
    *on_host = ep_add(*on_host, ep_state_bytes(&rules->state, shape, workload, workload->host_layers));
    return amount(ep_state_bytes(&rules->state, shape, workload, shape->layers), EDGEPLAN_MEMORY_BASIS_RULE);
}

/* By terms that know no sides: each takes as much. */
static ep_amount estimated(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload, const ep_workload *written,
                           ep_arena_size *arena)
{
    const uint64_t bytes = ep_workspace_bytes(rules, shape, workload);

    if (written)
        arena->written_bytes = ep_workspace_bytes(rules, shape, written);
    if (workload->host_layers == 0)
        return amount(bytes, EDGEPLAN_MEMORY_BASIS_APPROXIMATE);
    arena->host_bytes = bytes;
    return (ep_amount){bytes, ep_mul(bytes, 2), ep_mul(bytes, 2), EDGEPLAN_MEMORY_BASIS_APPROXIMATE};
}

/* Replayed where the order of operations is known, else estimated. `written` is what the request itself needs, or NULL. */
static ep_amount compute(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload, const ep_workload *written,
                         ep_arena_size *arena)
{
    int replays = rules->compute.mechanism == EP_COMPUTE_ARENA && shape->kind_count > 0;

    if (replays && workload->compute.bound == EP_COMPUTE_EXACT) {
        *arena = ep_compute_arena(rules, shape, workload, written);
        return amount(ep_max(arena->bytes, workload->compute.least_bytes),
                      rules->offloaded ? EDGEPLAN_MEMORY_BASIS_APPROXIMATE : EDGEPLAN_MEMORY_BASIS_RULE);
    }
    *arena = (ep_arena_size){.even_tokens = UINT64_MAX, .host_bytes = rules->offloaded ? 0 : UINT64_MAX};
    if (replays)
        return amount(workload->compute.bound == EP_COMPUTE_MOST ? ep_compute_arena_bound(rules, shape, workload) : 0,
                      EDGEPLAN_MEMORY_BASIS_RULE);
    if (shape->run_count == 0) { /* an encoder, all of whose scratch an image writes */
        const uint64_t *bytes = rules->compute.encoder[workload->flash_attention != 0].bytes;
        arena->written_bytes = bytes[0];
        return (ep_amount){bytes[0], bytes[1], bytes[2], EDGEPLAN_MEMORY_BASIS_APPROXIMATE};
    }
    if (!rules->compute.known)
        return missing();
    return estimated(rules, shape, workload, written, arena);
}

/* The compute buffer, and what the request writes of it. */
static void scratch(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload, ep_footprint *out)
{
    const ep_workload written = ep_written_workload(rules, workload);

    out->products = ep_products_bytes(rules, shape, workload);
    out->unwritten_products = out->products - ep_min(out->products, ep_products_bytes(rules, shape, &written));
    out->part[EP_COMPUTE] = compute(rules, shape, workload, workload->compute.unwritten ? NULL : &written, &out->arena);
    out->host[EP_COMPUTE] = out->arena.host_bytes;
    if (workload->host_layers > 0 && out->part[EP_COMPUTE].basis != EDGEPLAN_MEMORY_BASIS_MISSING)
        ep_sides_span(rules, shape, workload, out);
    out->written_compute = ep_min(out->arena.written_bytes, out->part[EP_COMPUTE].low);
}

static uint64_t rounded_down(double bytes)
{
    return bytes > (double)EP_MAX_COUNT ? UINT64_MAX : (uint64_t)floor(bytes);
}

/* The runtime itself, where its products get their inputs, its tokenizer, the server's prompt cache and the app. The prompt cache fills
   with use: low is empty. */
static ep_amount runtime(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload, uint64_t products)
{
    const ep_overhead_rule *rule = &rules->overhead;
    const double largest = (double)(shape->stored_known ? shape->largest_tensor_bytes : 0);
    const double sum = (double)rule->code_bytes + floor(rule->per_vocabulary_entry_bytes * (double)shape->vocabulary) +
                       floor(rule->per_parameter_bytes * (double)shape->parameters) +
                       floor(rule->per_weight_byte * (double)(shape->stored_known ? shape->weights_bytes : 0)) +
                       floor(rule->per_largest_tensor_byte * largest) + floor(rule->per_tensor_bytes * (double)shape->tensors);
    const uint64_t rest = ep_add(rounded_down(sum), ep_add(workload->app_bytes, products));
    const uint64_t high = ep_add(rule->base_high_bytes ? rule->base_high_bytes : rule->base_bytes,
                                 rounded_down(rule->loading_per_largest_tensor_byte * largest));

    if (!rule->known)
        return missing();
    return (ep_amount){ep_add(rest, rule->base_low_bytes ? rule->base_low_bytes : rule->base_bytes), ep_add(rest, rule->base_bytes),
                       ep_add(ep_add(rest, high), workload->prompt_cache_bytes), EDGEPLAN_MEMORY_BASIS_APPROXIMATE};
}

/* Of a cache the part of its widest layer. Layers of which some keep less than the context share it unevenly: all of it then. */
static uint64_t largest_cache(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload, uint64_t bytes)
{
    uint64_t widest = 0, sum = 0;

    if (shape->has_window && workload->window_saves)
        return bytes;
    for (uint32_t i = 0; i < shape->run_count; i++) {
        const ep_run *run = &shape->runs[i];
        const uint64_t row = ep_token_row_bytes(&rules->cache, &run->layer, workload->kv_k, workload->kv_v);
        if (run->layer.attention == EDGEPLAN_ATTENTION_NONE || run->layer.kv_source != 0)
            continue;
        widest = ep_max(widest, row);
        sum = ep_add(sum, ep_mul(row, run->count));
    }
    return sum ? ep_min(bytes, (uint64_t)ceil((double)bytes * ((double)widest / (double)sum))) : bytes;
}

/* Most runtimes take the cache and the scratch as one allocation each, and weights tensor by tensor, file by file or all at once. */
static void largest_buffers(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload, ep_footprint *f)
{
    const int apart = rules->placement.tensor_buffers != 0;
    const uint64_t on_device = ep_footprint_part(f, EP_KV, EDGEPLAN_PLACE_DEVICE).high, on_host = f->part[EP_KV].high - on_device;
    const uint64_t kv = apart ? largest_cache(rules, shape, workload, on_device) : on_device;
    const uint64_t term = apart ? ep_workspace_largest(rules, shape, workload) : UINT64_MAX;
    const uint64_t weights = ep_footprint_part(f, EP_WEIGHTS, EDGEPLAN_PLACE_DEVICE).high;
    const uint64_t compute = ep_min(term, ep_footprint_part(f, EP_COMPUTE, EDGEPLAN_PLACE_DEVICE).high);
    const uint64_t device = ep_max(ep_max(kv, compute), rules->placement.one_buffer ? weights : ep_min(weights, f->largest_tensor));

    f->largest_on_device = rules->offloaded ? device : 0;
    f->largest_buffer = ep_max(ep_max(f->largest_tensor, ep_min(term, f->part[EP_COMPUTE].high)), device);
    f->largest_buffer = ep_max(f->largest_buffer, apart ? largest_cache(rules, shape, workload, on_host) : on_host);
}

void ep_footprint_compute(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload, ep_footprint *out)
{
    *out = (ep_footprint){.offloaded = rules->offloaded, .code = rules->overhead.code_bytes,
                          .uncounted = shape->run_count == 0 && !rules->compute.known};
    out->host[EP_DUPLICATED] = out->host[EP_OUTPUT] = out->host[EP_RUNTIME] = UINT64_MAX;
    out->host[EP_KV] = out->host[EP_STATE] = rules->offloaded ? 0 : UINT64_MAX;
    ep_placement_apply(rules, shape, workload, out);
    out->part[EP_KV] = cache(rules, shape, workload, &out->host[EP_KV]);
    out->part[EP_STATE] = state(rules, shape, workload, &out->host[EP_STATE]);
    scratch(rules, shape, workload, out);
    out->part[EP_OUTPUT] = rules->output.known ? amount(ep_output_bytes(&rules->output, shape, workload),
                                                        EDGEPLAN_MEMORY_BASIS_RULE)
                                               : missing();
    out->part[EP_EXTRA] = amount(0, EDGEPLAN_MEMORY_BASIS_EXACT);
    out->part[EP_RUNTIME] = runtime(rules, shape, workload, out->products);
    out->uncharged_weights = ep_uncharged_weights(&rules->charge, shape, workload, out);
    out->uncharged_duplicates = ep_uncharged_duplicates(&rules->charge, workload, out);

    for (int i = 0; i < EP_COMPONENT_COUNT; i++)
        out->overflow |= (uint32_t)ep_overflowed(out->part[i].high);
    out->overflow |= (uint32_t)ep_overflowed(ep_footprint_sum(out, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED).high);
    largest_buffers(rules, shape, workload, out);
}

void ep_footprint_measured(uint64_t low, uint64_t high, ep_footprint *out)
{
    const uint64_t most = ep_max(low, high);

    *out = (ep_footprint){0};
    out->part[EP_RUNTIME] = (ep_amount){low, low + (most - low) / 2, most, EDGEPLAN_MEMORY_BASIS_APPROXIMATE};
    out->host[EP_RUNTIME] = UINT64_MAX;
}

/* What lies on the host, or all but that. */
static ep_amount part_at(ep_amount at, uint64_t host, int on_host)
{
    if (on_host) {
        at.low = ep_min(at.low, host);
        at.expected = ep_min(at.expected, host);
        at.high = ep_min(at.high, host);
    } else {
        at.low -= ep_min(at.low, host);
        at.expected -= ep_min(at.expected, host);
        at.high -= ep_min(at.high, host);
    }
    return at;
}

/* A model of its own may have a session of its own. */
static ep_amount extra_at(const ep_footprint *footprint, uint32_t place)
{
    ep_amount at = footprint->device_extra;

    if (place == EDGEPLAN_PLACE_SESSION)
        at.low = 0;
    if (place == EDGEPLAN_PLACE_HOST) {
        const ep_amount all = footprint->part[EP_EXTRA];
        at = (ep_amount){all.low - at.low, all.expected - at.expected, all.high - at.high, all.basis};
    }
    return at;
}

ep_amount ep_footprint_part(const ep_footprint *footprint, ep_component component, uint32_t place)
{
    const ep_amount none = {0, 0, 0, EDGEPLAN_MEMORY_BASIS_EXACT}, all = footprint->part[component];
    const uint64_t host = footprint->host[component];
    int device = place == EDGEPLAN_PLACE_DEVICE || place == EDGEPLAN_PLACE_SESSION;

    if (place == EDGEPLAN_PLACE_ALL)
        return all;
    if (place == EDGEPLAN_PLACE_STORAGE)
        return component == EP_WEIGHTS ? amount(footprint->stored_weights, all.basis) : none;
    if (component == EP_EXTRA)
        return extra_at(footprint, place);
    if (component == EP_WEIGHTS && all.basis == EDGEPLAN_MEMORY_BASIS_MISSING)
        return all;
    if (host == 0 || host == UINT64_MAX)
        return device == (host == 0) ? all : none;
    return part_at(all, host, !device);
}

/* Scratch counts as far as the request writes it, at least: no system counts pages that were never written. What is resident at the end
   of the request is what is expected of TOUCHED. Code is mapped from its file, and the system's to drop. */
static ep_amount measured(ep_amount part, ep_component component, uint32_t measure, const ep_footprint *footprint, uint32_t place)
{
    if (measure == EDGEPLAN_MEASURE_RESERVED || place == EDGEPLAN_PLACE_STORAGE)
        return part;
    if (component == EP_COMPUTE) {
        part.low = ep_min(part.low, footprint->written_compute);
        part.expected = measure == EDGEPLAN_MEASURE_TOUCHED ? part.low : part.expected;
    }
    if (component == EP_RUNTIME) {
        part.low -= ep_min(part.low, ep_add(footprint->code, footprint->unwritten_products));
        part.expected -= measure == EDGEPLAN_MEASURE_TOUCHED ? ep_min(part.expected, footprint->unwritten_products) : 0;
    }
    if (component == EP_WEIGHTS)
        part.low -= ep_min(part.low, footprint->uncharged_weights);
    if (component == EP_DUPLICATED)
        part.low -= ep_min(part.low, footprint->uncharged_duplicates);
    if (component == EP_EXTRA)
        part.low -= ep_min(part.low, footprint->uncharged_extra);
    return part;
}

static void add_amount(ep_amount *sum, ep_amount other)
{
    sum->low = ep_add(sum->low, other.low);
    sum->expected = ep_add(sum->expected, other.expected);
    sum->high = ep_add(sum->high, other.high);
    if (other.basis > sum->basis)
        sum->basis = other.basis;
}

ep_amount ep_footprint_sum(const ep_footprint *footprint, uint32_t place, uint32_t measure)
{
    ep_amount sum = {0, 0, 0, EDGEPLAN_MEMORY_BASIS_EXACT};

    for (int i = 0; i < EP_COMPONENT_COUNT; i++) {
        ep_amount part = measured(ep_footprint_part(footprint, (ep_component)i, place), (ep_component)i, measure, footprint, place);
        add_amount(&sum, part);
    }
    return sum;
}

void ep_footprint_add(ep_footprint *sum, const ep_footprint *other)
{
    if (sum->offloaded == other->offloaded) {
        for (int i = 0; i < EP_COMPONENT_COUNT; i++) {
            add_amount(&sum->part[i], other->part[i]);
            sum->host[i] = ep_add(sum->host[i], other->host[i]);
        }
        sum->uncharged_weights = ep_add(sum->uncharged_weights, other->uncharged_weights);
        sum->uncharged_extra = ep_add(sum->uncharged_extra, other->uncharged_extra);
        add_amount(&sum->device_extra, other->device_extra);
    } else {
        add_amount(&sum->part[EP_EXTRA], ep_footprint_sum(other, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_CHARGED));
    }
    sum->largest_buffer = ep_max(sum->largest_buffer, other->largest_buffer);
    sum->largest_on_device = ep_max(sum->largest_on_device, other->largest_on_device);
    sum->largest_tensor = ep_max(sum->largest_tensor, other->largest_tensor);
    sum->overflow |= other->overflow;
}

void ep_footprint_add_extra(ep_footprint *sum, const ep_footprint *other)
{
    const ep_amount reserved = ep_footprint_sum(other, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED);
    const ep_amount charged = ep_footprint_sum(other, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_CHARGED);

    add_amount(&sum->part[EP_EXTRA], reserved);
    add_amount(&sum->device_extra, ep_footprint_sum(other, EDGEPLAN_PLACE_DEVICE, EDGEPLAN_MEASURE_RESERVED));
    sum->uncharged_extra = ep_add(sum->uncharged_extra, reserved.low - ep_min(reserved.low, charged.low));
    sum->largest_buffer = ep_max(sum->largest_buffer, other->largest_buffer);
    sum->largest_on_device = ep_max(sum->largest_on_device, other->largest_on_device);
    sum->uncounted |= other->uncounted;
    sum->overflow |= other->overflow;
    sum->overflow |= (uint32_t)ep_overflowed(ep_footprint_sum(sum, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED).high);
}

static uint64_t missing_bits(const ep_footprint *footprint, uint32_t place)
{
    uint64_t bits = 0;

    for (int i = 0; i < EP_COMPONENT_COUNT; i++)
        if (ep_footprint_part(footprint, (ep_component)i, place).basis == EDGEPLAN_MEMORY_BASIS_MISSING)
            bits |= UINT64_C(1) << i;
    return bits;
}

/* What the runtime itself takes is fitted always, and so small that it tells nothing of how the rest was sized. */
static uint32_t basis_of_model(const ep_footprint *footprint, uint32_t place)
{
    uint32_t basis = EDGEPLAN_MEMORY_BASIS_EXACT;

    for (int i = 0; i < EP_COMPONENT_COUNT; i++) {
        const uint32_t own = ep_footprint_part(footprint, (ep_component)i, place).basis;
        if (own > basis && (i != EP_RUNTIME || own == EDGEPLAN_MEMORY_BASIS_MISSING))
            basis = own;
    }
    return basis;
}

void ep_footprint_memory(const ep_footprint *footprint, uint32_t place, uint32_t measure, edgeplan_memory *out)
{
    ep_amount total = ep_footprint_sum(footprint, place, measure);
    ep_amount charged = ep_footprint_sum(footprint, place, EDGEPLAN_MEASURE_CHARGED);
    uint64_t absent = missing_bits(footprint, place);
    uint64_t *component = &out->weights_bytes;

    for (int i = 0; i < EP_COMPONENT_COUNT; i++)
        component[i] = absent >> i & 1 ? 0 : ep_footprint_part(footprint, (ep_component)i, place).expected;
    out->total_low_bytes = total.low;
    out->total_bytes = total.expected;
    out->total_high_bytes = total.high;
    out->charged_low_bytes = charged.low;
    out->charged_bytes = charged.expected;
    out->charged_high_bytes = charged.high;
    out->largest_buffer_bytes = place == EDGEPLAN_PLACE_DEVICE ? footprint->largest_on_device : footprint->largest_buffer;
    out->basis = basis_of_model(footprint, place);
    out->missing = (uint32_t)absent;

    /* Components are the first fields, so their bits are the same in both masks. A total with a part missing is a lower bound only. */
    out->known = ((UINT64_C(1) << EP_COMPONENT_COUNT) - 1) & ~absent;
    out->known |= EP_MEMORY_KNOWN(total_low_bytes) | EP_MEMORY_KNOWN(charged_low_bytes) | EP_MEMORY_KNOWN(basis) |
                  EP_MEMORY_KNOWN(missing);
    if (absent == 0)
        out->known |= EP_MEMORY_KNOWN(total_bytes) | EP_MEMORY_KNOWN(total_high_bytes) | EP_MEMORY_KNOWN(charged_bytes) |
                      EP_MEMORY_KNOWN(charged_high_bytes);
    else
        out->total_bytes = out->total_high_bytes = out->charged_bytes = out->charged_high_bytes = 0;
    if (!(absent & (UINT64_C(1) << EP_WEIGHTS | UINT64_C(1) << EP_KV | UINT64_C(1) << EP_COMPUTE)))
        out->known |= EP_MEMORY_KNOWN(largest_buffer_bytes);
    else
        out->largest_buffer_bytes = 0;
}
