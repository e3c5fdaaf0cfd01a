/* The answer for one target, for people. */
#include <string.h>

#include "fleet.h"
#include "pick.h"

enum { SHOWN_PLANS = 6, SHOWN_REJECTS = 8 };

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

int loss_cell(table *lines, const edgeplan_recommendation *ranked, uint32_t index)
{
    edgeplan_confidence basis;
    double nats = edgeplan_recommendation_loss_nats(ranked, index, &basis);
    int guessed = basis == EDGEPLAN_CONFIDENCE_ASSUMED;
    if (basis == EDGEPLAN_CONFIDENCE_UNKNOWN)
        table_cell(lines, "unknown");
    else
        table_cell(lines, "%s%.4f", guessed ? "~" : "", nats);
    return guessed;
}

/* Both ends, or what is expected where nobody knows the ends. */
static void rate_cell(table *lines, int ends_known, double low, int known, double expected, double high)
{
    table_cell(lines, "%s", ends_known ? range_text(low, high).s : known ? number_text(expected).s : "unknown");
}

static int print_plan_row(table *lines, const edgeplan_recommendation *ranked, uint32_t index, int with_sustained)
{
    const edgeplan_plan *plan = edgeplan_recommendation_plan(ranked, index);
    const edgeplan_deployment *path = edgeplan_plan_deployment(plan);
    plan_numbers n;
    if (!read_numbers(plan, &n))
        return 0;
    table_cell(lines, "%u%s", (unsigned)index + 1, edgeplan_recommendation_on_front(ranked, index) ? "*" : "");
    table_cell(lines, "%s", edgeplan_format_id(edgeplan_deployment_format(path)));
    table_cell(lines, "%s %s", edgeplan_runtime_id(edgeplan_deployment_runtime(path)),
               edgeplan_accelerator_name(edgeplan_deployment_accelerator(path)));
    table_cell(lines, "%s", edgeplan_element_type_name((edgeplan_element_type)n.request.kv_k));
    int guessed = loss_cell(lines, ranked, index);
    table_cell(lines, "%s", edgeplan_verdict_name((edgeplan_verdict)n.verdict.verdict));
    table_cell(lines, "%s", BYTES(edgeplan_memory, n.memory, charged_high_bytes));
    rate_cell(lines, KNOWN(edgeplan_speed, n.speed, decode_low_tok_per_s), n.speed.decode_low_tok_per_s,
              KNOWN(edgeplan_speed, n.speed, decode_tok_per_s), n.speed.decode_tok_per_s, n.speed.decode_high_tok_per_s);
    if (with_sustained)
        rate_cell(lines, KNOWN(edgeplan_speed, n.speed, sustained_decode_low_tok_per_s), n.speed.sustained_decode_low_tok_per_s,
                  KNOWN(edgeplan_speed, n.speed, sustained_decode_tok_per_s), n.speed.sustained_decode_tok_per_s,
                  n.speed.sustained_decode_high_tok_per_s);
    table_cell(lines, "%s", NUMBER(edgeplan_speed, n.speed, decode_ceiling_tok_per_s));
    return guessed;
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
    int sustained = any_sustained(ranked, shown), guessed = 0;
    table *lines = table_new(sustained ? ">rank|format|runtime|KV|>loss, nat|verdict|>charged, high|decode tok/s|sustained|>ceiling"
                                       : ">rank|format|runtime|KV|>loss, nat|verdict|>charged, high|decode tok/s|>ceiling");
    for (uint32_t i = 0; i < shown; i++)
        guessed |= print_plan_row(lines, ranked, i, sustained);
    table_print(lines, stdout);
    if (shown < count)
        printf("  and %u more; --all lists them\n", (unsigned)(count - shown));
    printf("  * no other is better in quality, time and memory at once\n");
    if (guessed)
        printf("  ~ nobody measured the format: the middle of its class\n");
}

static double prefill_rate(const edgeplan_recommendation *ranked, uint32_t index)
{
    plan_numbers n;
    return read_numbers(edgeplan_recommendation_plan(ranked, index), &n) ? n.speed.prefill_tok_per_s : 0;
}

static void print_winner(table *lines, const char *at, const edgeplan_recommendation *ranked, uint32_t index)
{
    table_cell(lines, "%s", at);
    table_cell(lines, "%s", path_of(edgeplan_recommendation_plan(ranked, index)).s);
    table_cell(lines, "%s", number_text(edgeplan_recommendation_decode_tok_per_s(ranked, index)).s);
    table_cell(lines, "%s", number_text(prefill_rate(ranked, index)).s);
}

static void print_winners(const edgeplan_recommendation *ranked)
{
    uint32_t decodes, prefills;
    if (!edgeplan_recommendation_winners(ranked, &decodes, &prefills))
        return;
    table *lines = table_new("|  of those with both rates known|>decode tok/s|>prefill tok/s");
    print_winner(lines, "  fastest to decode", ranked, decodes);
    print_winner(lines, "  fastest to prefill", ranked, prefills);
    table_print(lines, stdout);
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

/* Where there is no candidate, not even one that is out, the library says why the model is not deployed at all. */
static const char *refusal_of(const session *now, const answer *one)
{
    edgeplan_deployment *path = NULL;
    edgeplan_diagnostics_clear(now->diagnostics);
    edgeplan_status status = edgeplan_deployment_new_for(
        one->models->list[0], one->target, (edgeplan_accelerator)now->options->accelerator, one->models->runtime,
        one->models->format, &now->options->request, now->diagnostics, &path);
    edgeplan_deployment_unref(path);
    return status == EDGEPLAN_OK ? "nothing that runs there is recommended" : edgeplan_diagnostics_message(now->diagnostics, 0);
}

static void print_nothing(const session *now, const answer *one)
{
    const char *largest = one->largest, *name = edgeplan_target_name(one->target);
    if (edgeplan_recommendation_candidate_count(one->ranked) == 0) {
        printf("%s: %s\n", name, refusal_of(now, one));
        printf("  edgeplan targets --show %s lists what runs there; a file given with --registry adds to it\n",
               edgeplan_target_id(one->target));
        return;
    }
    int unknown = verdict_of(one) == EDGEPLAN_VERDICT_UNKNOWN;
    printf("%s: %s\n", name, unknown                                 ? "cannot be decided"
                             : now->options->criteria.given != 0 ? "nothing meets what is asked for"
                                                                 : "nothing fits");
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
        printf("  ranked by decoding and what others take for a prompt, or the least: nobody knows how fast %s reads one there\n",
               edgeplan_runtime_id(runtime));
}

/* The change of the device or the app alone that lets the plan fit: "" if none is known to. */
static const char *lifted_by(const edgeplan_plan *plan, const char *kind)
{
    for (uint32_t i = 0; i < edgeplan_plan_count(plan, EDGEPLAN_LIST_FIXES); i++) {
        edgeplan_item item;
        if (strcmp(edgeplan_plan_text(plan, EDGEPLAN_LIST_FIXES, i, EDGEPLAN_TEXT_SUBJECT), kind) == 0 &&
            edgeplan_struct_init(&item, sizeof item) == EDGEPLAN_OK &&
            edgeplan_plan_item(plan, EDGEPLAN_LIST_FIXES, i, &item) == EDGEPLAN_OK && item.code == EDGEPLAN_VERDICT_FITS)
            return edgeplan_plan_text(plan, EDGEPLAN_LIST_FIXES, i, EDGEPLAN_TEXT_OUTPUT);
    }
    return "";
}

/* What is shipped though it is tight: which limits make it so, and what lifts them. */
static void print_tight(const edgeplan_plan *plan)
{
    const char *firmware = lifted_by(plan, "firmware"), *entitlement = lifted_by(plan, "entitlement");
    for (uint32_t i = 0; i < edgeplan_plan_count(plan, EDGEPLAN_LIST_LIMITS); i++) {
        edgeplan_item item;
        if (edgeplan_struct_init(&item, sizeof item) != EDGEPLAN_OK ||
            edgeplan_plan_item(plan, EDGEPLAN_LIST_LIMITS, i, &item) != EDGEPLAN_OK || !KNOWN(edgeplan_item, item, high) ||
            item.high != (double)EDGEPLAN_VERDICT_TIGHT)
            continue;
        printf("  tight%s%s%s%s (%s): %s\n", firmware[0] != '\0' ? " until firmware " : "", firmware,
               entitlement[0] != '\0' ? " without entitlement " : "", entitlement,
               edgeplan_plan_text(plan, EDGEPLAN_LIST_LIMITS, i, EDGEPLAN_TEXT_SUBJECT),
               edgeplan_plan_text(plan, EDGEPLAN_LIST_LIMITS, i, EDGEPLAN_TEXT_MESSAGE));
    }
}

void print_answer(const session *now, const answer *one)
{
    if (edgeplan_recommendation_plan_count(one->ranked) == 0) {
        print_nothing(now, one);
        print_undecided(now, one);
    } else {
        const edgeplan_plan *best = edgeplan_recommendation_plan(one->ranked, 0);
        printf("%s: %s %s\n", edgeplan_target_name(one->target),
               now->options->strict && verdict_of(one) != EDGEPLAN_VERDICT_FITS ? "nothing surely fits; the best is" : "ship", path_of(best).s);
        if (names_several(now))
            printf("  of the models in the order given the first that can run: formats are ranked, not models\n");
        print_plans_of(now, one->ranked);
        print_tight(best);
        print_doubt(now, one->ranked);
        print_winners(one->ranked);
        print_warnings(best);
        print_pipeline(best);
        if (edgeplan_recommendation_plan_count(one->ranked) > 1)
            printf("  for another of them: --runtime and --format\n");
    }
    print_fallbacks(now, one);
    print_rejects(now, one->ranked);
}
