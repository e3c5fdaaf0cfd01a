/* What a check says. Figures for people have three digits; the numbers of the item have them all. */
#include "plan/gate.h"

#include <string.h>

#include "base/known.h"
#include "plan/lists.h"
#include "plan/quality.h"

ep_text *ep_sentence_begin(ep_sentence *sentence)
{
    ep_text_init(&sentence->text, sentence->buffer, sizeof sentence->buffer);
    return &sentence->text;
}

const char *ep_sentence_keep(ep_arena *arena, const ep_sentence *sentence)
{
    size_t length = sentence->text.length;
    return ep_arena_copy(arena, sentence->buffer, length < sizeof sentence->buffer ? length : sizeof sentence->buffer - 1);
}

/* Three significant digits, no more after the dot than the number needs. */
static double rounded(double value)
{
    double scale = 1;

    if (value <= 0 || value >= 1e12)
        return value;
    while (value * scale < 100 && scale < 1e9)
        scale *= 10;
    double whole = (double)(uint64_t)(value * scale + 0.5);
    return whole / scale;
}

static const char *unit_sign(const char *unit)
{
    if (ep_equal(unit, "tok_per_s"))
        return " tok/s";
    if (ep_equal(unit, "seconds"))
        return " s";
    return ep_equal(unit, "nats") ? " nat" : "";
}

void ep_say_figure(ep_text *text, const char *unit, double value)
{
    if (ep_equal(unit, "verdict")) {
        ep_text_add(text, edgeplan_verdict_name((edgeplan_verdict)value));
    } else if (ep_equal(unit, "confidence")) {
        ep_text_add(text, edgeplan_confidence_name((edgeplan_confidence)value));
    } else if (ep_equal(unit, "bytes")) {
        ep_text_add_bytes(text, (uint64_t)value);
    } else if (ep_equal(unit, "tokens")) {
        ep_text_add_count(text, (uint64_t)value);
        ep_text_add(text, " tokens");
    } else {
        ep_text_add_number(text, rounded(value));
        ep_text_add(text, unit_sign(unit));
    }
}

void ep_say_subject(ep_text *text, const ep_check *check, int names_target)
{
    if (check->model)
        ep_text_add(text, check->model);
    if (check->device) {
        ep_text_add(text, " on ");
        ep_text_add(text, check->device);
    }
    if (names_target && check->target) {
        ep_text_add(text, " (");
        ep_text_add(text, check->target);
        ep_text_add(text, " decides)");
    }
    ep_text_add(text, ": ");
}

static const char *estimate_word(uint32_t estimate, uint32_t usual, int rate)
{
    switch (estimate ? estimate : usual) {
    case EP_ESTIMATE_LOW: return " low";
    case EP_ESTIMATE_HIGH: return " high";
    case EP_ESTIMATE_BEST: return rate ? " ceiling" : " floor";
    default: return " expected";
    }
}

static const char *what_of(uint32_t rule)
{
    switch (rule) {
    case EDGEPLAN_RULE_MEMORY: return "charged memory of ";
    case EDGEPLAN_RULE_BUFFER: return "a single buffer of ";
    case EDGEPLAN_RULE_FILE: return "a file of ";
    case EDGEPLAN_RULE_DOWNLOAD: return "a download of ";
    case EDGEPLAN_RULE_CONTEXT: return "longest context of ";
    case EDGEPLAN_RULE_LOSS: return "quality loss of ";
    case EDGEPLAN_RULE_BASIS: return "the limit that decides is ";
    default: return "";
    }
}

/* Which sort of figure it is, and what nobody can beat. */
static void say_kind(ep_text *text, const ep_rule_row *row, const ep_promise *promise, const ep_reading *reading)
{
    int rate = row->rule == EDGEPLAN_RULE_DECODE;

    if (row->rule == EDGEPLAN_RULE_MEMORY)
        ep_text_add(text, reading->known ? estimate_word(promise->estimate, EP_ESTIMATE_HIGH, 0) : " at least");
    if (rate || row->rule == EDGEPLAN_RULE_TTFT)
        ep_text_add(text, reading->known ? estimate_word(promise->estimate, EP_ESTIMATE_EXPECTED, rate) : " at best");
    if (rate && promise->sustained && reading->known)
        ep_text_add(text, " once hot");
}

/* The best there can be, where it is not what was said already. */
static void say_best(ep_text *text, const ep_rule_row *row, const ep_promise *promise, const ep_reading *reading)
{
    if (!reading->known || !reading->bounded || promise->estimate == EP_ESTIMATE_BEST || row->rule == EDGEPLAN_RULE_MEMORY)
        return;
    ep_text_add(text, row->at_least ? " (ceiling " : " (floor ");
    ep_say_figure(text, row->unit, reading->best);
    ep_text_add_char(text, ')');
}

/* What the verdict rests on: demand against the limit that binds. */
void ep_say_verdict(ep_text *text, const ep_outcome *o)
{
    const edgeplan_verdict_result *v = &o->verdict;
    uint64_t limit = v->hard_bytes ? v->hard_bytes : v->safe_bytes;
    int high = v->verdict != EDGEPLAN_VERDICT_DOES_NOT_FIT && (v->known & EP_VERDICT_KNOWN(demand_high_bytes)) != 0;

    ep_text_add(text, " (");
    if (v->verdict_reason != EDGEPLAN_REASON_CONTEXT) {
        ep_text_add(text, high ? "up to " : "at least ");
        ep_text_add_bytes(text, high ? v->demand_high_bytes : v->demand_low_bytes);
        if (limit) {
            ep_text_add(text, " of ");
            ep_text_add_bytes(text, limit);
        }
        ep_text_add(text, " for ");
        ep_text_add(text, edgeplan_limit_name((edgeplan_limit)v->binding));
        ep_text_add(text, "; ");
    }
    ep_text_add(text, edgeplan_verdict_reason_text((edgeplan_verdict_reason)v->verdict_reason));
    ep_text_add_char(text, ')');
}

void ep_say_fallback(ep_text *text, const edgeplan_plan *plan)
{
    const ep_fallback *other = &plan->fallback;
    const char *own = edgeplan_accelerator_name((edgeplan_accelerator)plan->deployment->accelerator);

    ep_text_add(text, "left to the ");
    ep_text_add(text, edgeplan_accelerator_name((edgeplan_accelerator)other->accelerator));
    ep_text_add(text, ", as the ");
    ep_text_add(text, own);
    ep_text_add(text, " may without a word, ");
    ep_text_add(text, edgeplan_verdict_name((edgeplan_verdict)other->verdict));
    ep_text_add(text, other->is_known ? " (up to " : " (at least ");
    ep_text_add_bytes(text, other->charged_bytes);
    ep_text_add(text, " charged); on the ");
    ep_text_add(text, own);
    ep_text_add_char(text, ' ');
    ep_text_add(text, edgeplan_verdict_name((edgeplan_verdict)plan->verdict.verdict));
}

/* The first figure of a speed that nobody has, as the plan lists it. */
static const char *missing_for_speed(const edgeplan_plan *plan)
{
    const ep_item_list *list = &plan->lists[EDGEPLAN_LIST_MISSING];

    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].item.code == EP_MISSING_SPEED)
            return list->items[i].text[EDGEPLAN_TEXT_MESSAGE];
    return NULL;
}

static void say_unknown(ep_text *text, const ep_rule_row *row, const ep_promise *promise, const ep_outcome *o, const edgeplan_plan *plan)
{
    const edgeplan_deployment *d = plan->deployment;
    const char *missing = missing_for_speed(plan);
    const uint64_t expected = promise->sustained ? EP_SPEED_KNOWN(sustained_decode_tok_per_s) : EP_SPEED_KNOWN(decode_tok_per_s);

    if (row->rule != EDGEPLAN_RULE_DECODE && row->rule != EDGEPLAN_RULE_TTFT) {
        ep_text_add(text, "unknown");
    } else if (o->verdict.verdict == EDGEPLAN_VERDICT_DOES_NOT_FIT) {
        ep_text_add(text, "no speed, since it does not fit");
    } else if (o->speed.bound == EDGEPLAN_BOUND_CAPACITY) {
        ep_text_add(text, "unknown, since it holds more than there is RAM");
    } else if (row->rule == EDGEPLAN_RULE_DECODE && o->speed.known & expected) { /* but not how far it may be from that */
        ep_text_add(text, "unknown beyond the ");
        ep_say_figure(text, row->unit, promise->sustained ? o->speed.sustained_decode_tok_per_s : o->speed.decode_tok_per_s);
        ep_text_add(text, " expected");
    } else if (promise->sustained && o->speed.known & EP_SPEED_KNOWN(decode_tok_per_s)) {
        ep_text_add(text, "unknown once hot (no thermal figure of ");
        ep_text_add(text, d->target->name);
        ep_text_add_char(text, ')');
    } else {
        ep_text_add(text, "unknown (no ");
        ep_text_add(text, missing ? missing : row->rule == EDGEPLAN_RULE_TTFT ? "estimate of prefill for " : "estimate for ");
        ep_text_add(text, missing ? "" : d->runtime->name);
        ep_text_add_char(text, ')');
    }
}

void ep_say_check(ep_text *text, const ep_rule_row *row, const ep_promise *promise, const ep_check *check,
                  const ep_outcome *outcome, const ep_reading *reading)
{
    int words = row->rule == EDGEPLAN_RULE_FIT || row->rule == EDGEPLAN_RULE_BASIS;

    ep_say_subject(text, check, check->cell->device->target == NULL);
    ep_text_add(text, what_of(row->rule));
    if (row->rule == EDGEPLAN_RULE_FIT) {
        ep_text_add(text, edgeplan_verdict_name((edgeplan_verdict)outcome->verdict.verdict));
    } else if (reading->known || check->status == EDGEPLAN_CHECK_FAILED ||
               (reading->bounded && ep_rule_judge(row, check->required, reading) == EDGEPLAN_CHECK_FAILED)) {
        ep_say_figure(text, row->unit, reading->known ? reading->value : reading->best);
        say_kind(text, row, promise, reading);
        if (row->rule == EDGEPLAN_RULE_LOSS && ep_quality_of(outcome->deployment, outcome->request).from_class)
            ep_text_add(text, " by its class");
    } else {
        say_unknown(text, row, promise, outcome, check->cell->plan);
    }
    ep_text_add(text, words || row->at_least ? ", " : ", at most ");
    ep_say_figure(text, row->unit, check->required);
    ep_text_add(text, words || row->at_least ? " required" : " allowed");
    say_best(text, row, promise, reading);
    if (row->rule == EDGEPLAN_RULE_FIT)
        ep_say_verdict(text, outcome);
}
