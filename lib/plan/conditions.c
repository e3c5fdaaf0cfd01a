#include "plan/conditions.h"

#include <math.h>

#include "base/checked.h"
#include "base/known.h"
#include "sizing/workload.h"

#define GIVES(field) ep_request_gives(request, offsetof(edgeplan_request, field))

uint32_t ep_request_os(const edgeplan_request *request)
{
    return EP_OS_VERSION(request->os_major, request->os_minor);
}

uint32_t ep_conditions_resolve(const edgeplan_target *target, uint32_t accelerator, const char *runtime,
                               const edgeplan_request *request, ep_conditions *out)
{
    const ep_limit_set *set = target->limits;
    uint32_t assumed = 0;

    *out = (ep_conditions){.ram_bytes = request->ram_bytes, .ram_variant = UINT32_MAX, .accelerator = accelerator, .runtime = runtime};
    if (request->ram_bytes == 0) {
        assumed |= EP_ASSUMED_RAM;
        if (target->ram_count > 0) {
            out->ram_variant = 0; /* variants ascend */
            out->ram_bytes = (uint64_t)ep_fact_value(target->registry, target->ram[0]);
        }
    }
    out->visible_bytes = out->ram_bytes;
    if (set && set->visible)
        out->visible_bytes = (uint64_t)((double)out->ram_bytes * ep_fact_value(target->registry, set->visible));
    out->os = ep_request_os(request);
    if (!GIVES(os_major))
        assumed |= EP_ASSUMED_OS;
    if (GIVES(firmware_major))
        out->firmware = EP_OS_VERSION(request->firmware_major, request->firmware_minor);
    else
        assumed |= EP_ASSUMED_FIRMWARE;
    out->app_state = request->app_state ? request->app_state : EDGEPLAN_APP_STATE_FOREGROUND;
    if (!request->app_state)
        assumed |= EP_ASSUMED_APP_STATE;
    out->entitled = (request->entitlements & EDGEPLAN_ENTITLEMENT_INCREASED_MEMORY) != 0;
    if (!GIVES(entitlements))
        assumed |= EP_ASSUMED_ENTITLEMENT;
    return assumed;
}

uint32_t ep_conditions_firmware_end(const edgeplan_target *target, const ep_limit *limit)
{
    return limit->rule ? target->limits->rules[limit->rule - 1].firmware_below : 0;
}

void ep_conditions_ask_firmware(edgeplan_request *request, uint32_t version)
{
    request->firmware_major = version >> 16;
    request->firmware_minor = version & 0xffff;
    request->given |= EP_REQUEST_KNOWN(firmware_major) | EP_REQUEST_KNOWN(firmware_minor);
}

/* Whether versions between `oldest` and `newest` (0: not known) can be in a rule's range (0: open). */
static int may_be_in(uint32_t oldest, uint32_t newest, uint32_t from, uint32_t below)
{
    return !(from && newest && newest < from) && !(below && oldest && oldest >= below);
}

static int holds(const ep_limit_rule *rule, const edgeplan_target *target, const ep_conditions *conditions)
{
    uint32_t oldest = conditions->os ? conditions->os : target->os_from;
    uint32_t newest = conditions->os ? conditions->os : target->os_to;

    if (rule->accelerators && !(rule->accelerators & 1u << conditions->accelerator))
        return 0;
    if ((rule->targets.count && !ep_words_has(&rule->targets, target->id)) ||
        (rule->runtimes.count && !ep_words_has(&rule->runtimes, conditions->runtime)))
        return 0;
    if (!may_be_in(oldest, newest, rule->os_from, rule->os_below) ||
        !may_be_in(conditions->firmware, conditions->firmware, rule->firmware_from, rule->firmware_below))
        return 0;
    if (conditions->ram_bytes) {
        if (rule->ram_from_bytes && conditions->ram_bytes < rule->ram_from_bytes)
            return 0;
        if (rule->ram_to_bytes && conditions->ram_bytes > rule->ram_to_bytes)
            return 0;
    } else if (rule->ram_from_bytes || rule->ram_to_bytes) {
        return 0; /* a class of an unknown size: nobody can say */
    }
    if (rule->entitlement && rule->entitlement != conditions->entitled + 1)
        return 0;
    return rule->app_state == 0 || rule->app_state == conditions->app_state;
}

/* A bound as bytes, as a share of the visible RAM, or as what the system keeps of it. */
static uint64_t bound(const edgeplan_registry *registry, uint64_t visible, ep_fact_id bytes, ep_fact_id share, ep_fact_id reserve)
{
    double system = (double)visible;

    if (bytes)
        return (uint64_t)ep_fact_value(registry, bytes);
    if (visible == 0 || (!share && !reserve))
        return 0;
    double value = share ? floor(system * ep_fact_value(registry, share)) : system - ep_fact_value(registry, reserve);
    return value > 0 ? (uint64_t)value : 1;
}

/* Nothing left is a limit as well: one byte, since 0 stands for a limit nobody knows. */
static ep_limit measured_by_app(uint32_t kind, uint64_t measured_bytes)
{
    uint64_t bytes = ep_min(ep_max(measured_bytes, 1), EP_MAX_COUNT);

    return (ep_limit){.kind = kind, .measure = EDGEPLAN_MEASURE_CHARGED, .confidence = EDGEPLAN_CONFIDENCE_MEASURED,
                      .safe_bytes = bytes, .hard_bytes = bytes};
}

static ep_limit limit_of(const edgeplan_target *target, const ep_conditions *conditions, uint32_t index)
{
    const ep_limit_rule *rule = &target->limits->rules[index];
    const edgeplan_registry *registry = target->registry;
    ep_fact_id first = rule->hard           ? rule->hard
                       : rule->hard_share   ? rule->hard_share
                       : rule->hard_reserve ? rule->hard_reserve
                       : rule->safe         ? rule->safe
                       : rule->safe_share   ? rule->safe_share
                                            : rule->safe_reserve;
    const ep_fact *fact = ep_fact_get(registry, first);

    return (ep_limit){.kind = rule->kind,
                      .measure = rule->counts,
                      .soft = rule->soft,
                      .confidence = fact ? fact->confidence : EDGEPLAN_CONFIDENCE_UNKNOWN,
                      .safe_bytes = bound(registry, conditions->visible_bytes, rule->safe, rule->safe_share, rule->safe_reserve),
                      .hard_bytes = bound(registry, conditions->visible_bytes, rule->hard, rule->hard_share, rule->hard_reserve),
                      .rule = index + 1};
}

static int stricter(const ep_limit *a, const ep_limit *b)
{
    uint64_t hard_a = a->hard_bytes ? a->hard_bytes : UINT64_MAX, hard_b = b->hard_bytes ? b->hard_bytes : UINT64_MAX;
    if (hard_a != hard_b)
        return hard_a < hard_b;
    return (a->safe_bytes ? a->safe_bytes : UINT64_MAX) < (b->safe_bytes ? b->safe_bytes : UINT64_MAX);
}

static uint32_t keep(ep_limit out[EP_MAX_LIMITS], uint32_t count, ep_limit limit)
{
    for (uint32_t i = 0; i < count; i++) {
        if (out[i].kind != limit.kind || out[i].measure != limit.measure || out[i].soft != limit.soft)
            continue;
        if (stricter(&limit, &out[i]))
            out[i] = limit;
        return count;
    }
    if (count < EP_MAX_LIMITS)
        out[count++] = limit;
    return count;
}

static int bounds_everything(uint32_t kind)
{
    return kind == EDGEPLAN_LIMIT_TOTAL || kind == EDGEPLAN_LIMIT_AVAILABLE || kind == EDGEPLAN_LIMIT_GPU_WORKING_SET;
}

uint32_t ep_conditions_limits(const edgeplan_target *target, const ep_conditions *conditions, const edgeplan_request *request,
                              uint32_t sessions, ep_limit out[EP_MAX_LIMITS])
{
    uint32_t count = 0;
    int total = 0;

    if (GIVES(available_bytes)) /* measured before loading, so without the app's own bytes */
        out[count++] = measured_by_app(EDGEPLAN_LIMIT_AVAILABLE, ep_add(request->available_bytes, request->app_bytes));
    if (GIVES(largest_buffer_bytes))
        out[count++] = measured_by_app(EDGEPLAN_LIMIT_BUFFER, request->largest_buffer_bytes);

    for (uint32_t i = 0; target->limits && i < target->limits->rule_count; i++) {
        const ep_limit_rule *rule = &target->limits->rules[i];
        int overridden = (rule->kind == EDGEPLAN_LIMIT_TOTAL && GIVES(available_bytes)) ||
                         (rule->kind == EDGEPLAN_LIMIT_BUFFER && GIVES(largest_buffer_bytes));
        if (!overridden && holds(rule, target, conditions))
            count = keep(out, count, limit_of(target, conditions, i));
    }
    for (uint32_t i = 0; i < count; i++) {
        out[i].sessions = sessions;
        total |= bounds_everything(out[i].kind) && !out[i].soft;
    }
    if (!total && count < EP_MAX_LIMITS)
        out[count++] = (ep_limit){.kind = EDGEPLAN_LIMIT_TOTAL, .measure = EDGEPLAN_MEASURE_CHARGED};
    return count;
}
