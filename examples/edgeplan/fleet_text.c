/* A fleet, for people and for machines. */
#include <string.h>

#include "document.h"
#include "fleet.h"

enum { SHOWN_TARGETS = 4, SHOWN_LOSSES = 12 };

static quantity rate_text(double rate)
{
    quantity unknown = {"unknown"};
    return rate > 0 ? number_text(rate) : unknown;
}

static double rate_of(const answer *one, uint32_t rank)
{
    return edgeplan_recommendation_decode_tok_per_s(one->ranked, rank - 1);
}

/* Whether an answer gets slower, or worse, by the set than by its own best. */
static int is_loser(const answer *one, uint32_t rank)
{
    return edgeplan_recommendation_plan_count(one->ranked) > 0 &&
           (rank == 0 || rate_of(one, 1) > rate_of(one, rank) ||
            edgeplan_recommendation_loss_nats(one->ranked, 0, NULL) < edgeplan_recommendation_loss_nats(one->ranked, rank - 1, NULL));
}

static void print_members(const session *now, const fleet *all, uint32_t tier)
{
    uint32_t shown = 0, count = 0;
    for (uint32_t i = 0; i < all->count; i++)
        count += all->tier_of[i] == tier;
    printf("     on %u:", (unsigned)count);
    for (uint32_t i = 0; i < all->count; i++) {
        if (all->tier_of[i] != tier || (shown == SHOWN_TARGETS && !now->options->all))
            continue;
        printf("%s %s", shown++ > 0 ? "," : "", edgeplan_target_id(all->answers[i].target));
    }
    printf("%s\n", shown < count ? ", …" : "");
}

static void print_tiers(const session *now, const fleet *all)
{
    for (uint32_t tier = 0; tier < all->tier_count; tier++) {
        const answer *decides = fleet_decides(all, tier);
        const edgeplan_plan *best = edgeplan_recommendation_plan(decides->ranked, 0);
        const char *largest = decides->largest;
        printf("  %u. ", (unsigned)tier + 1);
        if (best != NULL)
            printf("%s, %s; slowest on %s: %s%s\n", path_of(best).s, edgeplan_verdict_name(verdict_of(decides)),
                   edgeplan_target_id(decides->target), rate_text(rate_of(decides, 1)).s, rate_of(decides, 1) > 0 ? " tok/s" : "");
        else if (verdict_of(decides) == EDGEPLAN_VERDICT_UNKNOWN)
            printf("cannot be decided\n");
        else
            printf("nothing fits; the largest model of the registry that does on %s: %s\n", edgeplan_target_id(decides->target),
                   largest[0] != '\0' ? largest : "none");
        print_members(now, all, tier);
    }
}

static void print_artefacts(const fleet *all)
{
    printf("fewest artefacts for %s of them (%s): %u serve%s %s\n", percent_text(all->coverage).s, all->exact ? "exact" : "greedy",
           (unsigned)all->chosen_count, all->chosen_count == 1 ? "s" : "", percent_text(all->served).s);
    table *lines = table_new("  artefact|format|runtime|>share");
    for (uint32_t c = 0; c < all->chosen_count; c++) {
        const artefact *one = &all->artefacts[all->chosen[c]];
        table_cell(lines, "  %s", one->model);
        table_cell(lines, "%s", one->format);
        table_cell(lines, "%.*s", (int)strcspn(one->runtime, "@"), one->runtime);
        table_cell(lines, "%s", percent_text(one->share).s);
    }
    table_print(lines, stdout);
}

static int is_of(const edgeplan_plan *plan, const artefact *one)
{
    const edgeplan_deployment *path = edgeplan_plan_deployment(plan);
    return strcmp(edgeplan_model_id(edgeplan_deployment_model(path)), one->model) == 0 &&
           strcmp(edgeplan_runtime_id(edgeplan_deployment_runtime(path)), one->runtime) == 0 &&
           strcmp(edgeplan_format_id(edgeplan_deployment_format(path)), one->format) == 0;
}

/* One way an artefact: that of the first target it is chosen for. */
static void print_ways(const fleet *all)
{
    for (uint32_t c = 0; c < all->chosen_count; c++)
        for (uint32_t i = 0; i < all->count; i++) {
            const uint32_t rank = fleet_rank(all, i);
            const edgeplan_plan *plan = rank > 0 ? edgeplan_recommendation_plan(all->answers[i].ranked, rank - 1) : NULL;
            if (plan == NULL || !is_of(plan, &all->artefacts[all->chosen[c]]))
                continue;
            printf("%s, on %s: ", path_of(plan).s, edgeplan_target_id(all->answers[i].target));
            print_pipeline(plan);
            break;
        }
}

static void print_losses(const session *now, const fleet *all)
{
    uint32_t losers = 0, shown = 0;
    table *lines = table_new("  loses against its own best|with|>decode tok/s|>loss nat|best|>decode tok/s|>loss nat");
    for (uint32_t i = 0; i < all->count; i++) {
        const answer *one = &all->answers[i];
        uint32_t rank = fleet_rank(all, i);
        if (!is_loser(one, rank))
            continue;
        losers++;
        if (shown == SHOWN_LOSSES && !now->options->all)
            continue;
        shown++;
        table_cell(lines, "  %s", edgeplan_target_id(one->target));
        table_cell(lines, "%s", rank > 0 ? path_of(edgeplan_recommendation_plan(one->ranked, rank - 1)).s : "none of them");
        table_cell(lines, "%s", rank > 0 ? rate_text(rate_of(one, rank)).s : "");
        if (rank > 0)
            loss_cell(lines, one->ranked, rank - 1);
        else
            table_cell(lines, "%s", "");
        table_cell(lines, "%s", path_of(edgeplan_recommendation_plan(one->ranked, 0)).s);
        table_cell(lines, "%s", rate_text(rate_of(one, 1)).s);
        loss_cell(lines, one->ranked, 0);
    }
    table_print(lines, stdout);
    if (shown < losers)
        printf("  and %u more; --all lists them\n", (unsigned)(losers - shown));
}

void print_fleet(const session *now, const fleet *all, const char *who)
{
    if (now->options->audience == NULL) /* nobody's shares: entries of the registry, not people */
        printf("%s, each of its %u devices in the registry counting alike\n  ", who, (unsigned)all->count);
    else
        printf("%s: ", who);
    printf("%s fits, %s tight, %s does not fit, %s unknown\n", percent_text(all->by_verdict[EDGEPLAN_VERDICT_FITS]).s,
           percent_text(all->by_verdict[EDGEPLAN_VERDICT_TIGHT]).s, percent_text(all->by_verdict[EDGEPLAN_VERDICT_DOES_NOT_FIT]).s,
           percent_text(all->by_verdict[EDGEPLAN_VERDICT_UNKNOWN]).s);
    print_tiers(now, all);
    print_artefacts(all);
    print_losses(now, all);
    print_ways(all);
}

/* ---- JSON ---- */

static void write_path(FILE *out, const char *before, const edgeplan_plan *plan)
{
    const edgeplan_deployment *path = edgeplan_plan_deployment(plan);
    json_write_word(out, before, "model", edgeplan_model_id(edgeplan_deployment_model(path)));
    json_write_word(out, ",", "runtime", edgeplan_runtime_id(edgeplan_deployment_runtime(path)));
    json_write_word(out, ",", "accelerator", path != NULL ? edgeplan_accelerator_name(edgeplan_deployment_accelerator(path)) : "");
    json_write_word(out, ",", "format", edgeplan_format_id(edgeplan_deployment_format(path)));
}

static void write_tiers(FILE *out, const fleet *all)
{
    fputs(",\"tiers\":[", out);
    for (uint32_t tier = 0; tier < all->tier_count; tier++) {
        const answer *decides = fleet_decides(all, tier);
        const char *before = "";
        write_path(out, tier > 0 ? ",{" : "{", edgeplan_recommendation_plan(decides->ranked, 0));
        json_write_word(out, ",", "verdict", edgeplan_verdict_name(verdict_of(decides)));
        json_write_word(out, ",", "decides", edgeplan_target_id(decides->target));
        json_write_word(out, ",", "largest_model", decides->largest);
        fputs(",\"targets\":[", out);
        for (uint32_t i = 0; i < all->count; i++) {
            if (all->tier_of[i] != tier)
                continue;
            fputs(before, out);
            json_write_text(out, edgeplan_target_id(all->answers[i].target));
            before = ",";
        }
        fputs("]}", out);
    }
    fputs("]", out);
}

/* Null where nobody knows it, or no plan has the rank. */
static void write_loss(FILE *out, const char *key, const edgeplan_recommendation *ranked, uint32_t rank)
{
    edgeplan_confidence basis = EDGEPLAN_CONFIDENCE_UNKNOWN;
    const double nats = rank > 0 ? edgeplan_recommendation_loss_nats(ranked, rank - 1, &basis) : 0;
    json_write_number(out, key, nats, basis != EDGEPLAN_CONFIDENCE_UNKNOWN);
}

static void write_artefacts(FILE *out, const fleet *all)
{
    fprintf(out, ",\"artefact_set\":{\"exact\":%s", all->exact ? "true" : "false");
    json_write_number(out, "coverage_fraction", all->coverage, 1);
    json_write_number(out, "served_fraction", all->served, 1);
    fputs(",\"artefacts\":[", out);
    for (uint32_t c = 0; c < all->chosen_count; c++) {
        const artefact *one = &all->artefacts[all->chosen[c]];
        json_write_word(out, c > 0 ? ",{" : "{", "model", one->model);
        json_write_word(out, ",", "runtime", one->runtime);
        json_write_word(out, ",", "format", one->format);
        json_write_number(out, "served_fraction", one->share, 1);
        fputs("}", out);
    }
    fputs("],\"losses\":[", out);
    const char *before = "{";
    for (uint32_t i = 0; i < all->count; i++) {
        const answer *one = &all->answers[i];
        uint32_t rank = fleet_rank(all, i);
        if (!is_loser(one, rank))
            continue;
        json_write_word(out, before, "target", edgeplan_target_id(one->target));
        write_path(out, ",", rank > 0 ? edgeplan_recommendation_plan(one->ranked, rank - 1) : NULL);
        fprintf(out, rank > 0 ? ",\"rank\":%u" : ",\"rank\":null", (unsigned)rank);
        json_write_number(out, "decode_tok_per_s", rank > 0 ? rate_of(one, rank) : 0, rank > 0 && rate_of(one, rank) > 0);
        json_write_number(out, "best_decode_tok_per_s", rate_of(one, 1), rate_of(one, 1) > 0);
        write_loss(out, "loss_nats", one->ranked, rank);
        write_loss(out, "best_loss_nats", one->ranked, 1);
        fputs("}", out);
        before = ",{";
    }
    fputs("]}", out);
}

void print_fleet_json(const fleet *all, const char *const *strangers, uint32_t stranger_count, FILE *out)
{
    write_tiers(out, all);
    write_artefacts(out, all);
    fputs(",\"audience\":{\"devices\":", out);
    fprintf(out, "%u", (unsigned)all->count);
    json_write_number(out, "fits_fraction", all->by_verdict[EDGEPLAN_VERDICT_FITS], 1);
    json_write_number(out, "tight_fraction", all->by_verdict[EDGEPLAN_VERDICT_TIGHT], 1);
    json_write_number(out, "does_not_fit_fraction", all->by_verdict[EDGEPLAN_VERDICT_DOES_NOT_FIT], 1);
    json_write_number(out, "unknown_fraction", all->by_verdict[EDGEPLAN_VERDICT_UNKNOWN], 1);
    fputs(",\"not_in_registry\":[", out);
    for (uint32_t i = 0; i < stranger_count; i++) {
        fputs(i > 0 ? "," : "", out);
        json_write_text(out, strangers[i]);
    }
    fputs("]}", out);
}
