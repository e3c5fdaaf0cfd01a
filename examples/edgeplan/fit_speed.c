/* What fit prints of speed, and of the context. */
#include <inttypes.h>
#include <string.h>

#include "fit.h"

/* `12.8 tok/s`, or `unknown` without a unit. */
static void rate_row(table *lines, const char *what, int known, double value, const char *unit)
{
    table_cell(lines, "%s", what);
    table_cell(lines, "%s%s", known ? number_text(value).s : "unknown", known ? unit : "");
}

static void print_sustained(table *lines, const edgeplan_speed *speed)
{
    if (!KNOWN(edgeplan_speed, *speed, sustained_decode_tok_per_s))
        return;
    table_cell(lines, "once it is hot");
    if (KNOWN(edgeplan_speed, *speed, sustained_decode_low_tok_per_s))
        table_cell(lines, "%s tok/s, %s expected (basis: %s)",
                   range_text(speed->sustained_decode_low_tok_per_s, speed->sustained_decode_high_tok_per_s).s,
                   number_text(speed->sustained_decode_tok_per_s).s,
                   edgeplan_speed_basis_name((edgeplan_speed_basis)speed->sustained_basis));
    else
        table_cell(lines, "%s tok/s expected (basis: %s)", number_text(speed->sustained_decode_tok_per_s).s,
                   edgeplan_speed_basis_name((edgeplan_speed_basis)speed->sustained_basis));
}

static void print_first_token(table *lines, const edgeplan_speed *speed)
{
    rate_row(lines, "prefill ceiling", KNOWN(edgeplan_speed, *speed, prefill_ceiling_tok_per_s), speed->prefill_ceiling_tok_per_s,
             " tok/s");
    if (!KNOWN(edgeplan_speed, *speed, ttft_seconds)) {
        rate_row(lines, "first token, at best", KNOWN(edgeplan_speed, *speed, ttft_floor_seconds), speed->ttft_floor_seconds, " s");
        return;
    }
    table_cell(lines, "first token");
    int floor_known = KNOWN(edgeplan_speed, *speed, ttft_floor_seconds), ends_known = KNOWN(edgeplan_speed, *speed, ttft_low_seconds);
    table_cell(lines, "%s%s%s%s expected%s%s%s (prefill at %s tok/s; basis: %s)",
               ends_known ? range_text(speed->ttft_low_seconds, speed->ttft_high_seconds).s : "", ends_known ? " s, " : "",
               number_text(speed->ttft_seconds).s, ends_known ? "" : " s", floor_known ? ", " : "",
               floor_known ? number_text(speed->ttft_floor_seconds).s : "", floor_known ? " at best" : "",
               number_text(speed->prefill_tok_per_s).s, edgeplan_speed_basis_name((edgeplan_speed_basis)speed->prefill_basis));
}

/* Runs of this very path; claims are none. */
static void print_observed(table *lines, const edgeplan_plan *plan)
{
    double least = 0, most = 0;
    uint32_t runs = 0;
    for (uint32_t i = 0; i < edgeplan_plan_count(plan, EDGEPLAN_LIST_OBSERVATIONS); i++) {
        edgeplan_item item;
        if (edgeplan_struct_init(&item, sizeof item) != EDGEPLAN_OK ||
            edgeplan_plan_item(plan, EDGEPLAN_LIST_OBSERVATIONS, i, &item) != EDGEPLAN_OK || item.code != 1)
            continue;
        least = runs == 0 || item.value < least ? item.value : least;
        most = item.value > most ? item.value : most;
        runs++;
    }
    if (runs == 0)
        return;
    table_cell(lines, "observed");
    if (runs == 1)
        table_cell(lines, "%s tok/s in one run", number_text(most).s);
    else
        table_cell(lines, "%s tok/s in %u runs", range_text(least, most).s, (unsigned)runs);
}

/* The longest context within a limit that is not known to kill, where that is shorter. */
static void print_soft_limit(table *lines, const edgeplan_plan *plan)
{
    edgeplan_item item;
    for (uint32_t i = 0; fit_item(plan, EDGEPLAN_LIST_ASSUMPTIONS, i, &item); i++)
        if (strcmp(edgeplan_plan_text(plan, EDGEPLAN_LIST_ASSUMPTIONS, i, EDGEPLAN_TEXT_SUBJECT), "soft_limit") == 0) {
            table_cell(lines, "within soft limits");
            table_cell(lines, "%.0f tokens, ended by %s", item.value,
                       edgeplan_plan_text(plan, EDGEPLAN_LIST_ASSUMPTIONS, i, EDGEPLAN_TEXT_INPUT));
        }
}

void fit_print_speed(const edgeplan_plan *plan, const edgeplan_verdict_result *verdict, const edgeplan_speed *speed)
{
    table *lines = table_new("|");
    table_cell(lines, "longest context");
    if (!KNOWN(edgeplan_verdict_result, *verdict, max_context_tokens))
        table_cell(lines, "unknown");
    else if (verdict->max_context_tokens == 0)
        table_cell(lines, "none: not even the shortest is expected to stay within %s",
                   edgeplan_limit_name((edgeplan_limit)verdict->max_context_limit));
    else if (verdict->max_context_limit == EDGEPLAN_LIMIT_NONE)
        table_cell(lines, "%" PRIu64 " tokens or more: no limit on record ends it", verdict->max_context_tokens);
    else
        table_cell(lines, "%" PRIu64 " tokens, ended by %s", verdict->max_context_tokens,
                   edgeplan_limit_name((edgeplan_limit)verdict->max_context_limit));
    print_soft_limit(lines, plan);
#define ROW(what, field, unit) rate_row(lines, what, KNOWN(edgeplan_speed, *speed, field), speed->field, unit)
    ROW("decode ceiling", decode_ceiling_tok_per_s, " tok/s");
    const char *bound = edgeplan_bound_name((edgeplan_bound)speed->bound); /* empty where it is not known */
    table_cell(lines, "decode estimate");
    int ends_known = KNOWN(edgeplan_speed, *speed, decode_low_tok_per_s);
    if (KNOWN(edgeplan_speed, *speed, decode_tok_per_s))
        table_cell(lines, "%s%s%s%s expected (basis: %s%s%s)",
                   ends_known ? range_text(speed->decode_low_tok_per_s, speed->decode_high_tok_per_s).s : "", ends_known ? " tok/s, " : "",
                   number_text(speed->decode_tok_per_s).s, ends_known ? "" : " tok/s",
                   edgeplan_speed_basis_name((edgeplan_speed_basis)speed->basis), *bound ? "; bound by " : "", bound);
    else
        table_cell(lines, "unknown%s%s%s", *bound ? " (bound by " : "", bound, *bound ? ")" : "");
    print_observed(lines, plan);
    print_sustained(lines, speed);
    print_first_token(lines, speed);
    if (KNOWN(edgeplan_speed, *speed, first_load_seconds))
        ROW("first load", first_load_seconds, " s");
    if (KNOWN(edgeplan_speed, *speed, energy_joules_per_token))
        ROW("energy", energy_joules_per_token, " J per token");
#undef ROW
    table_print(lines, stdout);
    printf("\n");
}

/* What speculation was measured to gain or lose on this path. */
void fit_print_gains(const edgeplan_plan *plan)
{
    table *lines = table_new("speculation|>times as fast|from|measured by");
    edgeplan_item item;
    for (uint32_t i = 0; fit_item(plan, EDGEPLAN_LIST_SPECULATION, i, &item); i++) {
        int known = KNOWN(edgeplan_item, item, value) != 0;
        table_cell(lines, "%s", edgeplan_plan_text(plan, EDGEPLAN_LIST_SPECULATION, i, EDGEPLAN_TEXT_SUBJECT));
        table_cell(lines, "%s", known ? number_text(item.value).s : "unknown");
        table_cell(lines, "%s", KNOWN(edgeplan_item, item, low) ? range_text(item.low, item.high).s : "");
        table_cell(lines, "%s", edgeplan_plan_text(plan, EDGEPLAN_LIST_SPECULATION, i, EDGEPLAN_TEXT_SOURCE));
    }
    table_print(lines, stdout);
    if (edgeplan_plan_count(plan, EDGEPLAN_LIST_SPECULATION) > 0)
        printf("\n");
}
