#include "fleet.h"

#include <stdlib.h>
#include <string.h>

/* Releases of one runtime share their artefacts. */
static size_t family_length(const char *runtime)
{
    return strcspn(runtime, "@");
}

int artefact_is(const artefact *one, const edgeplan_plan *plan)
{
    const edgeplan_deployment *path = edgeplan_plan_deployment(plan);
    const char *runtime = edgeplan_runtime_id(edgeplan_deployment_runtime(path));
    size_t length = family_length(runtime);
    return strcmp(one->format, edgeplan_format_id(edgeplan_deployment_format(path))) == 0 &&
           strcmp(one->model, edgeplan_model_id(edgeplan_deployment_model(path))) == 0 && length == family_length(one->runtime) &&
           strncmp(runtime, one->runtime, length) == 0;
}

edgeplan_verdict verdict_of(const answer *one)
{
    plan_numbers best;
    edgeplan_item item;
    if (edgeplan_recommendation_plan_count(one->ranked) > 0)
        return read_numbers(edgeplan_recommendation_plan(one->ranked, 0), &best) ? (edgeplan_verdict)best.verdict.verdict
                                                                                 : EDGEPLAN_VERDICT_UNKNOWN;
    for (uint32_t i = 0; i < edgeplan_recommendation_count(one->ranked, EDGEPLAN_LIST_REJECTED); i++)
        if (edgeplan_struct_init(&item, sizeof item) == EDGEPLAN_OK &&
            edgeplan_recommendation_item(one->ranked, EDGEPLAN_LIST_REJECTED, i, &item) == EDGEPLAN_OK &&
            item.code == EDGEPLAN_VERDICT_UNKNOWN)
            return EDGEPLAN_VERDICT_UNKNOWN;
    return EDGEPLAN_VERDICT_DOES_NOT_FIT;
}

static int same_path(const answer *one, const answer *other)
{
    const edgeplan_plan *a = edgeplan_recommendation_plan(one->ranked, 0), *b = edgeplan_recommendation_plan(other->ranked, 0);
    if (a == NULL || b == NULL)
        return a == b && verdict_of(one) == verdict_of(other);
    const edgeplan_deployment *x = edgeplan_plan_deployment(a), *y = edgeplan_plan_deployment(b);
    return edgeplan_deployment_runtime(x) == edgeplan_deployment_runtime(y) &&
           edgeplan_deployment_format(x) == edgeplan_deployment_format(y) &&
           edgeplan_deployment_accelerator(x) == edgeplan_deployment_accelerator(y) &&
           edgeplan_deployment_model(x) == edgeplan_deployment_model(y);
}

static void find_tiers(fleet *all)
{
    all->tier_of = allocate(all->count, sizeof *all->tier_of);
    for (uint32_t i = 0; i < all->count; i++) {
        uint32_t k = 0;
        while (k < i && !same_path(&all->answers[k], &all->answers[i]))
            k++;
        all->tier_of[i] = k < i ? all->tier_of[k] : all->tier_count++;
    }
}

static uint32_t find_artefact(fleet *all, const edgeplan_plan *plan)
{
    const edgeplan_deployment *path = edgeplan_plan_deployment(plan);
    uint32_t i = 0;
    while (i < all->artefact_count && !artefact_is(&all->artefacts[i], plan))
        i++;
    if (i == all->artefact_count)
        all->artefacts[all->artefact_count++] = (artefact){.model = edgeplan_model_id(edgeplan_deployment_model(path)),
                                                           .format = edgeplan_format_id(edgeplan_deployment_format(path)),
                                                           .runtime = edgeplan_runtime_id(edgeplan_deployment_runtime(path))};
    return i;
}

static int by_mean_rank(const void *a, const void *b)
{
    const artefact *one = a, *other = b;
    double x = one->ranks * other->share, y = other->ranks * one->share;
    if (x < y || x > y)
        return x < y ? -1 : 1;
    int order = strcmp(one->format, other->format);
    order = order != 0 ? order : strcmp(one->runtime, other->runtime);
    return order != 0 ? order : strcmp(one->model, other->model);
}

/* The first plan of an answer that an artefact serves, from 1; 0: none. */
static uint32_t rank_with(const answer *one, const artefact *with)
{
    for (uint32_t p = 0; p < edgeplan_recommendation_plan_count(one->ranked); p++)
        if (artefact_is(with, edgeplan_recommendation_plan(one->ranked, p)))
            return p + 1;
    return 0;
}

static void list_artefacts(fleet *all)
{
    uint32_t plans = 0;
    for (uint32_t i = 0; i < all->count; i++)
        plans += edgeplan_recommendation_plan_count(all->answers[i].ranked);
    all->artefacts = allocate(plans, sizeof *all->artefacts);
    for (uint32_t i = 0; i < all->count; i++)
        for (uint32_t p = 0; p < edgeplan_recommendation_plan_count(all->answers[i].ranked); p++)
            (void)find_artefact(all, edgeplan_recommendation_plan(all->answers[i].ranked, p));
    all->ranks = allocate((size_t)all->artefact_count * all->count, sizeof *all->ranks);
    for (uint32_t a = 0; a < all->artefact_count; a++) {
        artefact *one = &all->artefacts[a];
        one->rank_on = all->ranks + (size_t)a * all->count;
        for (uint32_t i = 0; i < all->count; i++) {
            one->rank_on[i] = rank_with(&all->answers[i], one);
            one->share += one->rank_on[i] > 0 ? all->shares[i] : 0;
            one->ranks += one->rank_on[i] * all->shares[i];
        }
    }
    qsort(all->artefacts, all->artefact_count, sizeof *all->artefacts, by_mean_rank);
    all->serves = allocate((size_t)all->artefact_count * all->count, 1);
    for (uint32_t a = 0; a < all->artefact_count; a++)
        for (uint32_t i = 0; i < all->count; i++)
            all->serves[(size_t)a * all->count + i] = all->artefacts[a].rank_on[i] > 0;
}

uint32_t fleet_rank(const fleet *all, uint32_t index)
{
    uint32_t best = 0;
    for (uint32_t c = 0; c < all->chosen_count; c++) {
        uint32_t rank = all->artefacts[all->chosen[c]].rank_on[index];
        if (rank > 0 && (best == 0 || rank < best))
            best = rank;
    }
    return best;
}

/* What the chosen artefacts cost: the rank each device gets, weighed by its share; one that gets nothing counts more than any rank. */
static double cost_of(const fleet *all)
{
    const double nothing = 1e6;
    double sum = 0;
    for (uint32_t i = 0; i < all->count; i++) {
        uint32_t rank = fleet_rank(all, i);
        sum += all->shares[i] * (rank > 0 ? rank : nothing);
    }
    return sum;
}

/* Exchanges one of the chosen artefacts for another that costs less; 0: there is none. */
static int exchange_one(fleet *all)
{
    const double cost = cost_of(all), close = 1e-9;
    for (uint32_t c = 0; c < all->chosen_count; c++) {
        uint32_t before = all->chosen[c];
        for (uint32_t a = 0; a < all->artefact_count; a++) {
            all->chosen[c] = a;
            if (cost_of(all) < cost - close)
                return 1;
        }
        all->chosen[c] = before;
    }
    return 0;
}

const answer *fleet_decides(const fleet *all, uint32_t tier)
{
    const answer *slowest = NULL;
    for (uint32_t i = 0; i < all->count; i++)
        if (all->tier_of[i] == tier && (slowest == NULL || edgeplan_recommendation_decode_tok_per_s(all->answers[i].ranked, 0) <
                                                               edgeplan_recommendation_decode_tok_per_s(slowest->ranked, 0)))
            slowest = &all->answers[i];
    return slowest;
}

/* A sum of shares has its error of rounding. */
static double at_most_one(double share)
{
    return share > 1 ? 1 : share;
}

int fleet_make(const answer *answers, const double *shares, uint32_t count, double outside, double coverage, fleet *out)
{
    memset(out, 0, sizeof *out);
    out->answers = answers;
    out->shares = shares;
    out->count = count;
    out->outside = outside;
    out->coverage = coverage;
    out->by_verdict[EDGEPLAN_VERDICT_UNKNOWN] = outside;
    for (uint32_t i = 0; i < count; i++)
        out->by_verdict[verdict_of(&answers[i])] += shares[i];
    for (uint32_t i = 0; i <= EDGEPLAN_VERDICT_DOES_NOT_FIT; i++)
        out->by_verdict[i] = at_most_one(out->by_verdict[i]);
    find_tiers(out);
    list_artefacts(out);
    out->chosen = allocate(out->artefact_count, sizeof *out->chosen);
    edgeplan_status status = edgeplan_fewest_artefacts(out->serves, out->artefact_count, shares, count, coverage, out->chosen,
                                                       &out->chosen_count, &out->exact, &out->served);
    while (status == EDGEPLAN_OK && exchange_one(out)) /* as many may serve as many devices better */
        continue;
    out->served = at_most_one(out->served);
    for (uint32_t i = 0; i < out->artefact_count; i++)
        out->artefacts[i].share = at_most_one(out->artefacts[i].share);
    return status == EDGEPLAN_OK ? EXIT_YES : print_failure("fewest artefacts", status, NULL);
}

void fleet_release(fleet *all)
{
    release(all->chosen);
    release(all->serves);
    release(all->ranks);
    release(all->artefacts);
    release(all->tier_of);
}
