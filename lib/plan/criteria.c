#include "plan/criteria.h"

#include "base/known.h"
#include "plan/rank.h"

/* One constraint, and the figure of the plan. One that is not known meets nothing; its bound may miss. */
typedef struct ep_demand {
    double bound; /* 0: not asked for */
    const char *what, *lacks, *unit;
    int is_least, known, bounded;
    double have, best;
    const char *why;
} ep_demand;

enum { DEMANDS = 7 };

#define SPEED(field) (p->speed.known & EP_SPEED_KNOWN(field)) != 0
#define MEMORY(field) (p->memory.known & EP_MEMORY_KNOWN(field)) != 0
#define VERDICT(field) (p->verdict.known & EP_VERDICT_KNOWN(field)) != 0

static void list_demands(const edgeplan_criteria *c, const edgeplan_plan *p, ep_demand *out)
{
    const double decode = ep_rank_speed(p, c->workload_seconds);
    const ep_demand demands[DEMANDS] = {
        {(double)c->max_charged_bytes, "charged memory", "charged memory", NULL, 0, MEMORY(charged_high_bytes), MEMORY(charged_low_bytes),
         (double)p->memory.charged_high_bytes, (double)p->memory.charged_low_bytes, NULL},
        {(double)c->max_download_bytes, "download", "size of the artefact", NULL, 0, p->file_bytes != 0, 0,
         (double)(p->file_bytes + p->header.high), 0, NULL},
        {(double)c->min_context_tokens, "longest context", "longest context", " tokens", 1, VERDICT(max_context_tokens), 0,
         (double)p->verdict.max_context_tokens, 0, edgeplan_limit_name((edgeplan_limit)p->verdict.max_context_limit)},
        {c->min_decode_tok_per_s, "decode rate", "decode rate", " tok/s", 1, decode > 0, SPEED(decode_ceiling_tok_per_s), decode,
         p->speed.decode_ceiling_tok_per_s, NULL},
        {c->max_ttft_seconds, "time to the first token", "time to the first token", " s", 0, SPEED(ttft_seconds), SPEED(ttft_floor_seconds),
         p->speed.ttft_seconds, p->speed.ttft_floor_seconds, NULL},
        {c->max_first_load_seconds, "first load", "read rate of storage", " s", 0, SPEED(first_load_seconds), 0,
         p->speed.first_load_seconds, 0, NULL},
        {c->max_loss_nats, p->quality.from_class ? "quality loss, by its class," : "quality loss",
         p->quality.format_known ? "quality loss of its KV type" : "quality loss of the format", " nat", 0, (int)p->quality.known, 0,
         p->quality.loss_nats, 0, NULL},
    };
    for (uint32_t i = 0; i < DEMANDS; i++)
        out[i] = demands[i];
}

/* Two digits, four of what is below 1; what is too large to have any stays as it is. */
static double rounded(double figure)
{
    const double digits = figure < 1 ? 1e4 : 100;

    return figure < 1e13 ? (double)(int64_t)(figure * digits + 0.5) / digits : figure;
}

static void add_figure(ep_text *text, const ep_demand *demand, double figure)
{
    if (!demand->unit) {
        ep_text_add_bytes(text, (uint64_t)figure);
        return;
    }
    ep_text_add_number(text, rounded(figure));
    ep_text_add(text, demand->unit);
}

static void add_bounded(ep_text *text, const ep_demand *demand, const char *before)
{
    ep_text_add(text, before);
    ep_text_add(text, demand->is_least ? "at most " : "at least ");
    add_figure(text, demand, demand->best);
}

static void say_missed(ep_text *text, const ep_demand *demand)
{
    ep_text_add(text, demand->what);
    ep_text_add(text, " of ");
    if (demand->known)
        add_figure(text, demand, demand->have);
    else
        add_bounded(text, demand, "");
    ep_text_add(text, demand->is_least ? " misses " : " is above ");
    add_figure(text, demand, demand->bound);
    if (demand->why) {
        ep_text_add(text, ": ");
        ep_text_add(text, demand->why);
    }
}

static int is_missed(const ep_demand *demand)
{
    const double figure = demand->known ? demand->have : demand->best;

    return (demand->known || demand->bounded) && (demand->is_least ? figure < demand->bound : figure > demand->bound);
}

uint32_t ep_criteria_judge(const edgeplan_criteria *criteria, const edgeplan_plan *plan, ep_text *text)
{
    const ep_demand *unknown = NULL;
    ep_demand demands[DEMANDS];

    list_demands(criteria, plan, demands);
    for (uint32_t i = 0; i < DEMANDS; i++) {
        if (demands[i].bound <= 0)
            continue;
        if (is_missed(&demands[i])) {
            say_missed(text, &demands[i]);
            return EDGEPLAN_VERDICT_NONE;
        }
        if (!demands[i].known && !unknown)
            unknown = &demands[i];
    }
    if (!unknown)
        return EDGEPLAN_VERDICT_FITS;
    ep_text_add(text, "cannot be decided: no ");
    ep_text_add(text, unknown->lacks);
    if (unknown->bounded)
        add_bounded(text, unknown, ", only that it is ");
    return EDGEPLAN_VERDICT_UNKNOWN;
}

int ep_criteria_keeps_loss(const ep_quality *quality, const edgeplan_criteria *criteria)
{
    return criteria->max_loss_nats <= 0 || (quality->known && quality->loss_nats <= criteria->max_loss_nats);
}
