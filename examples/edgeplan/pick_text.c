/* The answer for one target, for people. */
#include <string.h>

#include "fleet.h"
#include "pick.h"

enum { SHOWN_PLANS = 6, SHOWN_REJECTS = 8 };

/* Decoding and prefill are won by one path unless another is that much faster at either. */
static const double APART = 1.5;

int read_numbers(const edgeplan_plan *plan, plan_numbers *out)
{
    return edgeplan_struct_init(&out->request, sizeof out->request) == EDGEPLAN_OK &&
           edgeplan_plan_request(plan, &out->request) == EDGEPLAN_OK &&
           edgeplan_struct_init(&out->memory, sizeof out->memory) == EDGEPLAN_OK &&
           edgeplan_plan_memory(plan, &out->memory) == EDGEPLAN_OK &&
           edgeplan_struct_init(&out->verdict, sizeof out->verdict) == EDGEPLAN_OK &&
           edgeplan_plan_verdict(plan, &out->verdict) == EDGEPLAN_OK &&
           edgeplan_struct_init(&out->speed, sizeof out->speed) == EDGEPLAN_OK &&
           edgeplan_plan_speed(plan, &out->speed) == EDGEPLAN_OK;
}

path_text path_of(const edgeplan_plan *plan)
{
    const edgeplan_deployment *path = edgeplan_plan_deployment(plan);
    path_text out;
    snprintf(out.s, sizeof out.s, "%s %s with %s on the %s", edgeplan_model_id(edgeplan_deployment_model(path)),
             edgeplan_format_id(edgeplan_deployment_format(path)), edgeplan_runtime_id(edgeplan_deployment_runtime(path)),
             edgeplan_accelerator_name(edgeplan_deployment_accelerator(path)));
    return out;
}

static void print_plan_row(table *lines, uint32_t rank, const edgeplan_plan *plan, int on_front, int with_sustained)
{
    const edgeplan_deployment *path = edgeplan_plan_deployment(plan);
    plan_numbers n;
    if (!read_numbers(plan, &n))
        return;
    table_cell(lines, "%u%s", (unsigned)rank, on_front ? "*" : "");
    table_cell(lines, "%s", edgeplan_format_id(edgeplan_deployment_format(path)));
    table_cell(lines, "%s %s", edgeplan_runtime_id(edgeplan_deployment_runtime(path)),
               edgeplan_accelerator_name(edgeplan_deployment_accelerator(path)));
    table_cell(lines, "%s", edgeplan_element_type_name((edgeplan_element_type)n.request.kv_k));
    table_cell(lines, "%s", edgeplan_verdict_name((edgeplan_verdict)n.verdict.verdict));
    table_cell(lines, "%s", BYTES(edgeplan_memory, n.memory, charged_high_bytes));
    if (KNOWN(edgeplan_speed, n.speed, decode_tok_per_s))
        table_cell(lines, "%s", range_text(n.speed.decode_low_tok_per_s, n.speed.decode_high_tok_per_s).s);
    else
        table_cell(lines, "unknown");
    if (with_sustained && KNOWN(edgeplan_speed, n.speed, sustained_decode_tok_per_s))
        table_cell(lines, "%s", range_text(n.speed.sustained_decode_low_tok_per_s, n.speed.sustained_decode_high_tok_per_s).s);
    else if (with_sustained)
        table_cell(lines, "unknown");
    table_cell(lines, "%s", NUMBER(edgeplan_speed, n.speed, decode_ceiling_tok_per_s));
}

/* A device that throttles shows its burst and what is left of it side by side. */
static int any_sustained(const edgeplan_recommendation *ranked, uint32_t shown)
{
    plan_numbers n;
    for (uint32_t i = 0; i < shown; i++)
        if (read_numbers(edgeplan_recommendation_plan(ranked, i), &n) && KNOWN(edgeplan_speed, n.speed, sustained_decode_tok_per_s))
            return 1;
    return 0;
}

static void print_plans_of(const session *now, const edgeplan_recommendation *ranked)
{
    uint32_t count = edgeplan_recommendation_plan_count(ranked), shown = count;
    if (shown > SHOWN_PLANS && !now->options->all)
        shown = SHOWN_PLANS;
    int sustained = any_sustained(ranked, shown);
    table *lines = table_new(sustained ? ">rank|format|runtime|KV|verdict|>charged, high|decode tok/s|sustained|>ceiling"
                                       : ">rank|format|runtime|KV|verdict|>charged, high|decode tok/s|>ceiling");
    for (uint32_t i = 0; i < shown; i++)
        print_plan_row(lines, i + 1, edgeplan_recommendation_plan(ranked, i), edgeplan_recommendation_on_front(ranked, i), sustained);
    table_print(lines, stdout);
    if (shown < count)
        printf("  and %u more; --all lists them\n", (unsigned)(count - shown));
}

static double prefill_rate(const edgeplan_recommendation *ranked, uint32_t index)
{
    plan_numbers n;
    return read_numbers(edgeplan_recommendation_plan(ranked, index), &n) ? n.speed.prefill_tok_per_s : 0;
}

static uint32_t fastest(const edgeplan_recommendation *ranked, double (*rate)(const edgeplan_recommendation *, uint32_t))
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < edgeplan_recommendation_plan_count(ranked); i++)
        if (rate(ranked, i) > rate(ranked, best))
            best = i;
    return best;
}

static void print_winner(table *lines, const char *at, const edgeplan_recommendation *ranked, uint32_t index)
{
    double decode = edgeplan_recommendation_decode_tok_per_s(ranked, index), prefill = prefill_rate(ranked, index);
    table_cell(lines, "%s", at);
    table_cell(lines, "%s", path_of(edgeplan_recommendation_plan(ranked, index)).s);
    table_cell(lines, "%s", decode > 0 ? number_text(decode).s : "unknown");
    table_cell(lines, "%s", prefill > 0 ? number_text(prefill).s : "unknown");
}

/* The fastest of the ranked at decoding and at prefill, if they are two and clearly apart. */
static int find_winners(const edgeplan_recommendation *ranked, uint32_t *decodes, uint32_t *prefills)
{
    *decodes = fastest(ranked, edgeplan_recommendation_decode_tok_per_s);
    *prefills = fastest(ranked, prefill_rate);
    double decode = edgeplan_recommendation_decode_tok_per_s(ranked, *decodes), prefill = prefill_rate(ranked, *prefills);
    return *decodes != *prefills && decode > 0 && prefill > 0 &&
           (decode > APART * edgeplan_recommendation_decode_tok_per_s(ranked, *prefills) ||
            prefill > APART * prefill_rate(ranked, *decodes));
}

static void print_winners(const edgeplan_recommendation *ranked)
{
    uint32_t decodes, prefills;
    if (!find_winners(ranked, &decodes, &prefills))
        return;
    table *lines = table_new("|  expected, tok/s|>decode|>prefill");
    print_winner(lines, "  fastest to decode", ranked, decodes);
    print_winner(lines, "  fastest to prefill", ranked, prefills);
    table_print(lines, stdout);
}

void print_winners_json(const answer *all, uint32_t count, FILE *out)
{
    const char *before = "";
    uint32_t decodes, prefills;
    fputs(",\"winners\":[", out);
    for (uint32_t i = 0; i < count; i++) {
        if (!find_winners(all[i].ranked, &decodes, &prefills))
            continue;
        fprintf(out, "%s{\"target\":\"%s\",\"decode_rank\":%u,\"prefill_rank\":%u}", before, edgeplan_target_id(all[i].target),
                (unsigned)decodes + 1, (unsigned)prefills + 1);
        before = ",";
    }
    fputs("]", out);
}

static void print_warnings(const edgeplan_plan *plan)
{
    for (uint32_t i = 0; i < edgeplan_plan_count(plan, EDGEPLAN_LIST_WARNINGS); i++)
        printf("warning: %s (%s)\n", edgeplan_plan_text(plan, EDGEPLAN_LIST_WARNINGS, i, EDGEPLAN_TEXT_MESSAGE),
               edgeplan_plan_text(plan, EDGEPLAN_LIST_WARNINGS, i, EDGEPLAN_TEXT_SUBJECT));
}

static int names_several(const session *now)
{
    return strchr(now->options->arguments[0], ',') != NULL;
}

static void print_rejects(const session *now, const edgeplan_recommendation *ranked)
{
    uint32_t count = edgeplan_recommendation_count(ranked, EDGEPLAN_LIST_REJECTED);
    uint32_t shown = now->options->all || count < SHOWN_REJECTS ? count : SHOWN_REJECTS;
    if (count > 0)
        printf("out: %u of %u candidates\n", (unsigned)count, (unsigned)edgeplan_recommendation_candidate_count(ranked));
    int several = names_several(now); /* then each line names its model, too */
    table *lines = table_new("||");
    for (uint32_t i = 0; i < shown; i++) {
        table_cell(lines, "%s", "");
        table_cell(lines, "%s%s%s", several ? edgeplan_recommendation_text(ranked, EDGEPLAN_LIST_REJECTED, i, EDGEPLAN_TEXT_INPUT) : "",
                   several ? " " : "", edgeplan_recommendation_text(ranked, EDGEPLAN_LIST_REJECTED, i, EDGEPLAN_TEXT_SUBJECT));
        table_cell(lines, "%s", edgeplan_recommendation_text(ranked, EDGEPLAN_LIST_REJECTED, i, EDGEPLAN_TEXT_MESSAGE));
    }
    table_print(lines, stdout);
    if (shown < count)
        printf("  and %u more; --all lists them\n", (unsigned)(count - shown));
}

static void print_nothing(const answer *one)
{
    const char *largest = one->largest, *name = edgeplan_target_name(one->target);
    if (edgeplan_recommendation_candidate_count(one->ranked) == 0) {
        printf("%s: no runtime of the registry runs there\n", name);
        return;
    }
    int unknown = verdict_of(one) == EDGEPLAN_VERDICT_UNKNOWN;
    printf("%s: %s\n", name, unknown ? "cannot be decided" : "nothing fits");
    if (largest[0] != '\0')
        printf("  the largest model of the registry that %s: %s\n", unknown ? "surely fits" : "does", largest);
    else if (!unknown)
        printf("  no model of the registry does\n");
}

/* Where the time of the request decides and nobody knows how long its prompt takes. */
static void print_doubt(const session *now, const edgeplan_recommendation *ranked)
{
    const edgeplan_runtime *runtime = edgeplan_deployment_runtime(edgeplan_plan_deployment(edgeplan_recommendation_plan(ranked, 0)));
    if (now->options->criteria.prefer == EDGEPLAN_PREFER_SPEED && prefill_rate(ranked, 0) == 0)
        printf("  ranked by decoding and the least a prompt takes: nobody knows how fast %s reads one there\n", edgeplan_runtime_id(runtime));
}

void print_answer(const session *now, const answer *one)
{
    if (edgeplan_recommendation_plan_count(one->ranked) == 0) {
        print_nothing(one);
    } else {
        const edgeplan_plan *best = edgeplan_recommendation_plan(one->ranked, 0);
        printf("%s: ship %s\n", edgeplan_target_name(one->target), path_of(best).s);
        if (names_several(now))
            printf("  of the models in the order given the first that can run: formats are ranked, not models\n");
        print_plans_of(now, one->ranked);
        print_doubt(now, one->ranked);
        print_winners(one->ranked);
        print_warnings(best);
        print_pipeline(best);
    }
    print_fallbacks(now, one);
    print_rejects(now, one->ranked);
}
