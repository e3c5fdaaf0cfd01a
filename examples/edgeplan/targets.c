/* edgeplan targets: devices and browsers; finding one by what a system reports; the facts that are most wanted. */
#include <stdlib.h>
#include <string.h>

#include "session.h"

static int find(const session *now, const char *text)
{
    const edgeplan_target *target = session_find_target(now, text);
    uint32_t i = 0;
    if (target == NULL && (target = session_next_holding(now, text, &i)) == NULL)
        return print_error("no target is called or reports itself as `%s`, and no name holds it", text);
    table *lines = table_new("|");
    for (; target != NULL; target = i > 0 ? session_next_holding(now, text, &i) : NULL) {
        table_cell(lines, "%s", edgeplan_target_id(target));
        table_cell(lines, "%s", edgeplan_target_name(target));
    }
    table_print(lines, stdout);
    return EXIT_YES;
}

static void print_target(table *lines, const edgeplan_target *target)
{
    edgeplan_target_facts facts;
    if (edgeplan_struct_init(&facts, sizeof facts) != EDGEPLAN_OK || edgeplan_target_get(target, &facts) != EDGEPLAN_OK)
        return;
    table_cell(lines, "%s", edgeplan_target_id(target));
    table_cell(lines, "%s", edgeplan_target_name(target));
    table_cell(lines, "%s", edgeplan_target_platform(target));
    if (!KNOWN(edgeplan_target_facts, facts, ram_min_bytes))
        table_cell(lines, "unknown");
    else if (facts.ram_min_bytes == facts.ram_max_bytes)
        table_cell(lines, "%s", size_text(facts.ram_min_bytes).s);
    else
        table_cell(lines, "%s – %s", size_text(facts.ram_min_bytes).s, size_text(facts.ram_max_bytes).s);
    if (KNOWN(edgeplan_target_facts, facts, peak_bandwidth_bytes_per_s))
        table_cell(lines, "%s", number_text(facts.peak_bandwidth_bytes_per_s / 1e9).s);
    else
        table_cell(lines, "unknown");
    table_cell(lines, "%s%s%s", facts.accelerators >> EDGEPLAN_ACCELERATOR_CPU & 1 ? "cpu " : "",
               facts.accelerators >> EDGEPLAN_ACCELERATOR_GPU & 1 ? "gpu " : "",
               facts.accelerators >> EDGEPLAN_ACCELERATOR_NPU & 1 ? "npu" : "");
    char runtimes[256] = "";
    const edgeplan_runtime *runtime;
    for (uint32_t i = 0; (runtime = edgeplan_target_runtime(target, i)) != NULL; i++) {
        size_t used = strlen(runtimes);
        snprintf(runtimes + used, sizeof runtimes - used, "%s%s", i > 0 ? ", " : "", edgeplan_runtime_id(runtime));
    }
    table_cell(lines, "%s", runtimes);
}

typedef struct wanted {
    char *fact;
    unsigned plans;
} wanted;

typedef struct tally {
    wanted *facts;
    size_t count, room;
    unsigned plans, decided, timed;
} tally;

static void count_fact(tally *all, const char *fact)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->facts[i].fact, fact) == 0) {
            all->facts[i].plans++;
            return;
        }
    if (all->count == all->room) {
        wanted *grown = allocate(all->room = 2 * all->room + 32, sizeof *grown);
        if (all->count > 0)
            memcpy(grown, all->facts, all->count * sizeof *grown);
        release(all->facts);
        all->facts = grown;
    }
    all->facts[all->count++] = (wanted){copy_text(fact), 1};
}

static void count_plan(session *now, const edgeplan_model *model, const edgeplan_target *target, tally *all)
{
    edgeplan_deployment *deployment = NULL;
    edgeplan_plan *plan = NULL;
    edgeplan_verdict_result verdict;
    edgeplan_speed speed;
    edgeplan_status status = session_deploy(now, model, target, &deployment);
    all->plans++;
    if (status == EDGEPLAN_OK)
        status = edgeplan_plan_new(deployment, NULL, NULL, &plan);
    if (status != EDGEPLAN_OK) {
        char reason[256];
        snprintf(reason, sizeof reason, "%s: no path takes the model", edgeplan_target_id(target));
        count_fact(all, reason);
    } else if (edgeplan_struct_init(&verdict, sizeof verdict) == EDGEPLAN_OK && edgeplan_plan_verdict(plan, &verdict) == EDGEPLAN_OK &&
               edgeplan_struct_init(&speed, sizeof speed) == EDGEPLAN_OK && edgeplan_plan_speed(plan, &speed) == EDGEPLAN_OK) {
        all->decided += verdict.verdict != EDGEPLAN_VERDICT_UNKNOWN;
        all->timed += speed.basis != EDGEPLAN_SPEED_BASIS_UNKNOWN && speed.basis != EDGEPLAN_SPEED_BASIS_PHYSICS;
        for (uint32_t i = 0; i < edgeplan_plan_count(plan, EDGEPLAN_LIST_MISSING); i++)
            count_fact(all, edgeplan_plan_text(plan, EDGEPLAN_LIST_MISSING, i, EDGEPLAN_TEXT_MESSAGE));
    }
    edgeplan_plan_unref(plan);
    edgeplan_deployment_unref(deployment);
}

static int most_wanted(const void *left, const void *right)
{
    const wanted *a = left, *b = right;
    return a->plans != b->plans ? (a->plans < b->plans ? 1 : -1) : strcmp(a->fact, b->fact);
}

static int missing(session *now)
{
    static const char *const names[] = {"llama-3.2-1b", "llama-3.2-3b", "llama-3.1-8b"};
    tally all = {NULL, 0, 0, 0, 0, 0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        edgeplan_model *model = session_model(now, names[i]);
        const edgeplan_target *target;
        for (uint32_t t = 0; model != NULL && (target = edgeplan_target_at(now->registry, t)) != NULL; t++)
            count_plan(now, model, target, &all);
        edgeplan_model_unref(model);
    }
    if (all.count > 0)
        qsort(all.facts, all.count, sizeof *all.facts, most_wanted);
    table *lines = table_new(">plans|fact");
    for (size_t i = 0; i < all.count; i++) {
        table_cell(lines, "%u", all.facts[i].plans);
        table_cell(lines, "%s", all.facts[i].fact);
        release(all.facts[i].fact);
    }
    table_print(lines, stdout);
    if (all.plans > 0) {
        printf("\nof %u plans, %s have a verdict", all.plans, percent_text((double)all.decided / all.plans).s);
        printf(" and %s an expected speed\n", percent_text((double)all.timed / all.plans).s);
    }
    release(all.facts);
    return all.plans > 0 ? EXIT_YES : EXIT_UNDECIDED;
}

static int list(const session *now)
{
    table *lines = table_new("id|name|platform|RAM|>peak GB/s|engines|runtimes");
    const edgeplan_target *target;
    for (uint32_t i = 0; (target = edgeplan_target_at(now->registry, i)) != NULL; i++)
        print_target(lines, target);
    table_print(lines, stdout);
    lines = table_new("platform|>targets|name");
    const char *id;
    for (uint32_t i = 0; (id = edgeplan_registry_id(now->registry, EDGEPLAN_SECTION_PLATFORMS, i)) != NULL; i++) {
        const edgeplan_platform *platform = edgeplan_platform_find(now->registry, id);
        table_cell(lines, "%s", id);
        table_cell(lines, "%u", platform == NULL ? 0 : (unsigned)edgeplan_platform_target_count(platform));
        table_cell(lines, "%s", platform == NULL ? "" : edgeplan_platform_name(platform));
    }
    printf("\n");
    table_print(lines, stdout);
    return EXIT_YES;
}

int command_targets(session *now)
{
    int code = EXIT_YES;
    if (session_answer(now, EDGEPLAN_SECTION_TARGETS, &code))
        return code;
    if (now->options->find != NULL)
        return find(now, now->options->find);
    return now->options->missing ? missing(now) : list(now);
}
