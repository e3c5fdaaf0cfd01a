/* edgeplan pick: what to ship. Per target the ranked candidates, the way to the best one, and why the rest is out. */
#include <inttypes.h>
#include <string.h>

#include "session.h"

enum { MOST_MODELS = 16, SHOWN_PLANS = 6, SHOWN_REJECTS = 8 };

typedef struct model_list {
    edgeplan_model *list[MOST_MODELS];
    uint32_t count;
} model_list;

/* MODEL[,MODEL…]: opens each; returns EXIT_YES, or EXIT_UNDECIDED after saying what is wrong. */
static int open_models(session *now, const char *names, model_list *out)
{
    char *copy = copy_text(names);
    int code = EXIT_YES;
    out->count = 0;
    for (char *name = copy; name != NULL && code == EXIT_YES;) {
        char *comma = strchr(name, ',');
        if (comma != NULL)
            *comma++ = '\0';
        if (out->count == MOST_MODELS)
            code = print_error("more than %d models", MOST_MODELS);
        else if ((out->list[out->count] = session_model(now, name)) == NULL)
            code = EXIT_UNDECIDED;
        else
            out->count++;
        name = comma;
    }
    release(copy);
    return code;
}

static void print_plan_row(table *lines, uint32_t rank, const edgeplan_plan *plan, int on_front)
{
    const edgeplan_deployment *path = edgeplan_plan_deployment(plan);
    edgeplan_request request;
    edgeplan_memory memory;
    edgeplan_verdict_result verdict;
    edgeplan_speed speed;
    if (edgeplan_struct_init(&request, sizeof request) != EDGEPLAN_OK || edgeplan_plan_request(plan, &request) != EDGEPLAN_OK ||
        edgeplan_struct_init(&memory, sizeof memory) != EDGEPLAN_OK || edgeplan_plan_memory(plan, &memory) != EDGEPLAN_OK ||
        edgeplan_struct_init(&verdict, sizeof verdict) != EDGEPLAN_OK || edgeplan_plan_verdict(plan, &verdict) != EDGEPLAN_OK ||
        edgeplan_struct_init(&speed, sizeof speed) != EDGEPLAN_OK || edgeplan_plan_speed(plan, &speed) != EDGEPLAN_OK)
        return;
    table_cell(lines, "%u%s", (unsigned)rank, on_front ? "*" : "");
    table_cell(lines, "%s", edgeplan_format_id(edgeplan_deployment_format(path)));
    table_cell(lines, "%s %s", edgeplan_runtime_id(edgeplan_deployment_runtime(path)),
               edgeplan_accelerator_name(edgeplan_deployment_accelerator(path)));
    table_cell(lines, "%s", edgeplan_element_type_name((edgeplan_element_type)request.kv_k));
    table_cell(lines, "%s", edgeplan_verdict_name((edgeplan_verdict)verdict.verdict));
    table_cell(lines, "%s", BYTES(edgeplan_memory, memory, charged_high_bytes));
    if (KNOWN(edgeplan_speed, speed, decode_tok_per_s))
        table_cell(lines, "%s", range_text(speed.decode_low_tok_per_s, speed.decode_high_tok_per_s).s);
    else
        table_cell(lines, "unknown");
    table_cell(lines, "%s", NUMBER(edgeplan_speed, speed, decode_ceiling_tok_per_s));
}

static void print_pipeline(const edgeplan_plan *plan)
{
    uint32_t count = edgeplan_plan_count(plan, EDGEPLAN_LIST_PIPELINE);
    printf("%s\n", count > 0 ? "how to make it" : "how to make it: no pipeline is on record");
    for (uint32_t i = 0; i < count; i++) {
        const char *command = edgeplan_plan_text(plan, EDGEPLAN_LIST_PIPELINE, i, EDGEPLAN_TEXT_COMMAND);
        const char *host = edgeplan_plan_text(plan, EDGEPLAN_LIST_PIPELINE, i, EDGEPLAN_TEXT_HOST);
        printf("  %u. %s %s: %s -> %s", (unsigned)i + 1, edgeplan_plan_text(plan, EDGEPLAN_LIST_PIPELINE, i, EDGEPLAN_TEXT_SUBJECT),
               edgeplan_plan_text(plan, EDGEPLAN_LIST_PIPELINE, i, EDGEPLAN_TEXT_SOURCE),
               edgeplan_plan_text(plan, EDGEPLAN_LIST_PIPELINE, i, EDGEPLAN_TEXT_INPUT),
               edgeplan_plan_text(plan, EDGEPLAN_LIST_PIPELINE, i, EDGEPLAN_TEXT_OUTPUT));
        if (host[0] != '\0')
            printf(" (on %s)", host);
        printf("\n");
        if (command[0] != '\0')
            printf("     %s\n", command);
    }
}

static void print_rejects(const session *now, const edgeplan_recommendation *ranked)
{
    uint32_t count = edgeplan_recommendation_count(ranked, EDGEPLAN_LIST_REJECTED);
    uint32_t shown = now->options->all || count < SHOWN_REJECTS ? count : SHOWN_REJECTS;
    if (count > 0)
        printf("out: %u of %u candidates\n", (unsigned)count, (unsigned)edgeplan_recommendation_candidate_count(ranked));
    int several = strchr(now->options->arguments[0], ',') != NULL; /* then each line names its model, too */
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

static void print_target(const session *now, const edgeplan_target *target, const edgeplan_recommendation *ranked)
{
    uint32_t count = edgeplan_recommendation_plan_count(ranked);
    if (count == 0) {
        const char *largest = edgeplan_recommendation_largest_model(ranked);
        printf("%s: nothing fits\n", edgeplan_target_name(target));
        if (largest[0] != '\0')
            printf("  the largest model of the registry that does: %s\n", largest);
        else
            printf("  no model of the registry does\n");
    } else {
        const edgeplan_deployment *best = edgeplan_plan_deployment(edgeplan_recommendation_plan(ranked, 0));
        char *model = plan_model(edgeplan_recommendation_plan(ranked, 0));
        printf("%s: ship %s %s with %s on the %s\n", edgeplan_target_name(target), model, edgeplan_format_id(edgeplan_deployment_format(best)),
               edgeplan_runtime_id(edgeplan_deployment_runtime(best)), edgeplan_accelerator_name(edgeplan_deployment_accelerator(best)));
        table *lines = table_new(">rank|format|runtime|KV|verdict|>charged, high|decode tok/s|>ceiling");
        for (uint32_t i = 0; i < count && (i < SHOWN_PLANS || now->options->all); i++)
            print_plan_row(lines, i + 1, edgeplan_recommendation_plan(ranked, i), edgeplan_recommendation_on_front(ranked, i));
        table_print(lines, stdout);
        if (count > SHOWN_PLANS && !now->options->all)
            printf("  and %u more; --all lists them\n", (unsigned)(count - SHOWN_PLANS));
        release(model);
        print_pipeline(edgeplan_recommendation_plan(ranked, 0));
    }
    print_rejects(now, ranked);
}

/* Whether something may be shipped; with --strict a winner that is only tight may not. */
static int answers(const session *now, const edgeplan_recommendation *ranked)
{
    edgeplan_verdict_result verdict;
    if (edgeplan_recommendation_plan_count(ranked) == 0)
        return 0;
    if (!now->options->strict)
        return 1;
    return edgeplan_struct_init(&verdict, sizeof verdict) == EDGEPLAN_OK &&
           edgeplan_plan_verdict(edgeplan_recommendation_plan(ranked, 0), &verdict) == EDGEPLAN_OK &&
           verdict.verdict == EDGEPLAN_VERDICT_FITS;
}

static int print_all(const session *now, const edgeplan_target **targets, edgeplan_recommendation *const *ranked, uint32_t count)
{
    int code = EXIT_YES;
    for (uint32_t i = 0; i < count; i++)
        if (!answers(now, ranked[i]))
            code = EXIT_NO;
    if (now->options->json) {
        int printed = print_recommendations((const edgeplan_recommendation *const *)ranked, count);
        return printed == EXIT_YES ? code : printed;
    }
    for (uint32_t i = 0; i < count; i++) {
        printf("%s", i > 0 ? "\n" : "");
        print_target(now, targets[i], ranked[i]);
    }
    return code;
}

int command_pick(session *now)
{
    model_list models = {{NULL}, 0};
    uint32_t count = 0, made = 0;
    if (now->options->target == NULL && now->options->platform == NULL)
        return print_error("pick needs --target or --platform; see edgeplan targets");
    edgeplan_criteria criteria = now->options->criteria;
    if (now->options->accelerator != EDGEPLAN_ACCELERATOR_ANY)
        criteria.accelerators = 1u << now->options->accelerator;
    const edgeplan_target **targets = session_targets(now, &count);
    int code = targets == NULL ? EXIT_UNDECIDED : open_models(now, now->options->arguments[0], &models);
    edgeplan_recommendation **ranked = allocate(count, sizeof *ranked);
    for (; made < count && code == EXIT_YES; made++) {
        edgeplan_status status = edgeplan_recommendation_new((const edgeplan_model *const *)models.list, models.count, targets[made],
                                                             &now->options->request, &criteria, now->diagnostics, &ranked[made]);
        if (status != EDGEPLAN_OK)
            code = print_failure(edgeplan_target_id(targets[made]), status, now->diagnostics);
    }
    if (code == EXIT_YES)
        code = print_all(now, targets, ranked, count);
    for (uint32_t i = 0; i < made; i++)
        edgeplan_recommendation_unref(ranked[i]);
    for (uint32_t i = 0; i < models.count; i++)
        edgeplan_model_unref(models.list[i]);
    release(ranked);
    release(targets);
    return code;
}
