/* The rules on figures: where each looks, and how it judges. Plus the ids and texts of all rules. */
#include "plan/gate.h"

#include "base/checked.h"
#include "base/known.h"
#include "plan/quality.h"
#include "registry/words.h"

const ep_rule_row ep_rule_rows[] = {
    {EDGEPLAN_RULE_FIT, EP_PROMISE_VERDICT, 0, "verdict"},      {EDGEPLAN_RULE_MEMORY, EP_PROMISE_MEMORY, 0, "bytes"},
    {EDGEPLAN_RULE_BUFFER, EP_PROMISE_BUFFER, 0, "bytes"},      {EDGEPLAN_RULE_FILE, EP_PROMISE_FILE, 0, "bytes"},
    {EDGEPLAN_RULE_DOWNLOAD, EP_PROMISE_DOWNLOAD, 0, "bytes"},  {EDGEPLAN_RULE_DECODE, EP_PROMISE_DECODE, 1, "tok_per_s"},
    {EDGEPLAN_RULE_TTFT, EP_PROMISE_TTFT, 0, "seconds"},        {EDGEPLAN_RULE_CONTEXT, EP_PROMISE_CONTEXT, 1, "tokens"},
    {EDGEPLAN_RULE_LOSS, EP_PROMISE_LOSS, 0, "nats"},           {EDGEPLAN_RULE_BASIS, EP_PROMISE_BASIS, 0, "confidence"},
};
const uint32_t ep_rule_row_count = sizeof ep_rule_rows / sizeof ep_rule_rows[0];

/* ---- reading ---- */

ep_outcome ep_outcome_of_plan(const edgeplan_plan *plan)
{
    return (ep_outcome){plan->deployment, &plan->request, plan->memory, plan->budget, plan->verdict, plan->speed};
}

static ep_reading known_if(int known, double value)
{
    return (ep_reading){.known = known != 0, .value = known ? value : 0};
}

static void bound_by(ep_reading *reading, int known, double best)
{
    reading->bounded = known != 0;
    reading->best = known ? best : 0;
}

#define MEMORY(field) known_if((o->memory.known & EP_MEMORY_KNOWN(field)) != 0, (double)o->memory.field)
#define SPEED(field) known_if((o->speed.known & EP_SPEED_KNOWN(field)) != 0, o->speed.field)

/* Nobody's memory is below the sum of what is known of it. */
static ep_reading read_memory(const ep_promise *promise, const ep_outcome *o)
{
    ep_reading reading = promise->estimate == EP_ESTIMATE_LOW        ? MEMORY(charged_low_bytes)
                         : promise->estimate == EP_ESTIMATE_EXPECTED ? MEMORY(charged_bytes)
                                                                     : MEMORY(charged_high_bytes);
    bound_by(&reading, 1, (double)o->memory.charged_low_bytes);
    return reading;
}

/* The largest file, or all, of a model and those beside it. Layers that predict further tokens lie in its own files, if it has some. */
static ep_reading read_files(const edgeplan_deployment *d, int all)
{
    uint64_t largest = d->largest_file_bytes + d->header.high, sum = d->file_bytes + d->header.high;
    int known = d->file_bytes != 0;

    for (; d->base; d = d->base) {
        const edgeplan_deployment *other = d->companion;
        if (d->role == EDGEPLAN_COMPANION_MTP && d->own_files)
            continue;
        if (!other || !other->file_bytes) {
            known = 0;
            continue;
        }
        largest = ep_max(largest, other->largest_file_bytes + other->header.high);
        sum = ep_add(sum, other->file_bytes + other->header.high);
    }
    return known_if(known, (double)(all ? sum : largest));
}

static ep_reading read_decode(const ep_promise *promise, const ep_outcome *o)
{
    ep_reading reading;

    switch (promise->estimate) {
    case EP_ESTIMATE_LOW: reading = promise->sustained ? SPEED(sustained_decode_low_tok_per_s) : SPEED(decode_low_tok_per_s); break;
    case EP_ESTIMATE_HIGH:
        reading = promise->sustained ? SPEED(sustained_decode_high_tok_per_s) : SPEED(decode_high_tok_per_s);
        break;
    case EP_ESTIMATE_BEST: reading = SPEED(decode_ceiling_tok_per_s); break;
    default: reading = promise->sustained ? SPEED(sustained_decode_tok_per_s) : SPEED(decode_tok_per_s); break;
    }
    bound_by(&reading, (o->speed.known & EP_SPEED_KNOWN(decode_ceiling_tok_per_s)) != 0, o->speed.decode_ceiling_tok_per_s);
    return reading;
}

static ep_reading read_ttft(const ep_promise *promise, const ep_outcome *o)
{
    ep_reading reading;

    switch (promise->estimate) {
    case EP_ESTIMATE_LOW: reading = SPEED(ttft_low_seconds); break;
    case EP_ESTIMATE_HIGH: reading = SPEED(ttft_high_seconds); break;
    case EP_ESTIMATE_BEST: reading = SPEED(ttft_floor_seconds); break;
    default: reading = SPEED(ttft_seconds); break;
    }
    bound_by(&reading, (o->speed.known & EP_SPEED_KNOWN(ttft_floor_seconds)) != 0, o->speed.ttft_floor_seconds);
    return reading;
}

ep_reading ep_rule_read(const ep_rule_row *row, const ep_promise *promise, const ep_outcome *o)
{
    const edgeplan_deployment *d = o->deployment;
    ep_quality quality;

    switch (row->rule) {
    case EDGEPLAN_RULE_FIT: return known_if(o->verdict.verdict != EDGEPLAN_VERDICT_UNKNOWN, o->verdict.verdict);
    case EDGEPLAN_RULE_MEMORY: return read_memory(promise, o);
    case EDGEPLAN_RULE_BUFFER: return MEMORY(largest_buffer_bytes);
    /* The first file carries the header, and may be the largest. */
    case EDGEPLAN_RULE_FILE:
    case EDGEPLAN_RULE_DOWNLOAD: return read_files(d, row->rule == EDGEPLAN_RULE_DOWNLOAD);
    case EDGEPLAN_RULE_DECODE: return read_decode(promise, o);
    case EDGEPLAN_RULE_TTFT: return read_ttft(promise, o);
    case EDGEPLAN_RULE_CONTEXT:
        return known_if((o->verdict.known & EP_VERDICT_KNOWN(max_context_tokens)) != 0, (double)o->verdict.max_context_tokens);
    case EDGEPLAN_RULE_LOSS:
        quality = ep_quality_of(d, o->request);
        return known_if((int)quality.known, quality.loss_nats);
    default: return known_if((o->budget.known & EP_BUDGET_KNOWN(basis)) != 0, o->budget.basis);
    }
}

/* ---- judging ---- */

double ep_rule_required(const ep_rule_row *row, const ep_promise *promise)
{
    return row->rule == EDGEPLAN_RULE_FIT || row->rule == EDGEPLAN_RULE_BASIS ? promise->word : promise->bound;
}

uint32_t ep_rule_judge(const ep_rule_row *row, double required, const ep_reading *reading)
{
    double figure = reading->known ? reading->value : reading->best;

    if (!reading->known && !reading->bounded)
        return EDGEPLAN_CHECK_UNKNOWN;
    if (row->at_least ? figure < required : figure > required)
        return EDGEPLAN_CHECK_FAILED;
    return reading->known ? EDGEPLAN_CHECK_PASSED : EDGEPLAN_CHECK_UNKNOWN;
}

uint32_t ep_check_status_at(uint32_t judged, uint32_t level)
{
    return judged == EDGEPLAN_CHECK_PASSED || level == EDGEPLAN_LEVEL_ERROR ? judged : EDGEPLAN_CHECK_WARNED;
}

uint32_t ep_gate_level(const edgeplan_gate *gate, const ep_budget_device *device, uint32_t level)
{
    if (level == EDGEPLAN_LEVEL_ERROR && device && device->required == EDGEPLAN_SWITCH_OFF)
        level = EDGEPLAN_LEVEL_WARN;
    if (level == EDGEPLAN_LEVEL_WARN && gate->options.strict == EDGEPLAN_SWITCH_ON)
        level = EDGEPLAN_LEVEL_ERROR;
    return level;
}

/* ---- ids and texts ---- */

uint32_t edgeplan_rule_count(void)
{
    return EDGEPLAN_RULE_FALLBACK;
}

const char *edgeplan_rule_id(edgeplan_rule rule)
{
    for (const ep_word *word = ep_rule_words; word->text; word++)
        if (word->value == (uint32_t)rule)
            return word->text;
    return "";
}

/* The same sentences as in docs/gate.md; a test compares them. */
const char *edgeplan_rule_text(edgeplan_rule rule)
{
    switch ((uint32_t)rule) {
    case EDGEPLAN_RULE_PATH:
        return "The device can run the model: a runtime listed for it takes the family and the format on an accelerator that "
               "the budget allows. Where it cannot, no other rule is checked. Passes with another runtime, accelerator or "
               "format.";
    case EDGEPLAN_RULE_FIT:
        return "The verdict is at least what limits.verdict asks for; without it, fits. tight does not keep a promise of fits, "
               "and unknown keeps none. Passes with a shorter context, a smaller KV type or format, more memory granted or newer firmware.";
    case EDGEPLAN_RULE_MEMORY:
        return "The bytes that the system counts against the app are at most limits.memory.max; the high estimate unless "
               "another is asked for. Where a component is unknown, what is known of the rest can still break the promise.";
    case EDGEPLAN_RULE_BUFFER:
        return "The largest single allocation is at most limits.largest_buffer.max.";
    case EDGEPLAN_RULE_FILE:
        return "The largest file to ship is at most limits.largest_file.max.";
    case EDGEPLAN_RULE_DOWNLOAD:
        return "All files to ship are together at most limits.download.max.";
    case EDGEPLAN_RULE_DECODE:
        return "The decode rate is at least limits.decode.min: low, expected, high or ceiling, in a burst or sustained. A "
               "ceiling below the minimum breaks the promise whatever the estimate; without an estimate the check is "
               "undecided.";
    case EDGEPLAN_RULE_TTFT:
        return "The time to the first token is at most limits.ttft.max: low, expected, high or floor, the model being loaded. "
               "A floor above the maximum breaks the promise whatever the estimate; without an estimate the check is "
               "undecided.";
    case EDGEPLAN_RULE_CONTEXT:
        return "The longest context that fits, shorter ones included, is at least limits.context.min.";
    case EDGEPLAN_RULE_LOSS:
        return "The quality that the format and the KV type lose is at most limits.loss.max, in nats per token.";
    case EDGEPLAN_RULE_BASIS:
        return "The figure of the limit that decides has at least the confidence limits.basis.min: measured, cited, derived or "
               "assumed.";
    case EDGEPLAN_RULE_GROUP:
        return "Models of a group are resident together: their footprints are added, the app counted once, and the sum has the "
               "verdict that limits.verdict asks for.";
    case EDGEPLAN_RULE_COVERAGE:
        return "The share of the audience on which every model meant for the device has at least coverage.verdict, by default what "
               "limits.verdict asks for, is at least coverage.min. A device for which no model is meant is not served. Devices "
               "that are not known, and the share that is not listed, count neither for nor against it.";
    case EDGEPLAN_RULE_REGISTRY:
        return "The registry is the one whose digest the budget names. Another one is no mistake, but a promise that broke may "
               "have broken because of it.";
    case EDGEPLAN_RULE_WAIVER:
        return "A waiver is used and its last day is not over. Unless today's date is given, waivers waive nothing.";
    case EDGEPLAN_RULE_FALLBACK:
        return "Where an engine may leave the model to another one without a word, the verdict there is no worse. It is a "
               "warning, and an error where the model would not fit. Passes with a runtime or an engine that leaves nothing "
               "to others, or with what makes the model fit there as well.";
    default:
        return "";
    }
}

const char *edgeplan_check_status_name(edgeplan_check_status status)
{
    switch ((uint32_t)status) {
    case EDGEPLAN_CHECK_PASSED: return "passed";
    case EDGEPLAN_CHECK_FAILED: return "failed";
    case EDGEPLAN_CHECK_WARNED: return "warned";
    case EDGEPLAN_CHECK_UNKNOWN: return "unknown";
    case EDGEPLAN_CHECK_WAIVED: return "waived";
    default: return "";
    }
}

const char *edgeplan_check_level_name(edgeplan_check_level level)
{
    switch ((uint32_t)level) {
    case EDGEPLAN_LEVEL_OFF: return "off";
    case EDGEPLAN_LEVEL_WARN: return "warn";
    case EDGEPLAN_LEVEL_ERROR: return "error";
    default: return "";
    }
}

const char *edgeplan_waiver_state_name(edgeplan_waiver_state state)
{
    switch ((uint32_t)state) {
    case EDGEPLAN_WAIVER_USED: return "used";
    case EDGEPLAN_WAIVER_UNUSED: return "unused";
    case EDGEPLAN_WAIVER_EXPIRED: return "expired";
    case EDGEPLAN_WAIVER_UNDECIDED: return "undecided";
    default: return "";
    }
}
