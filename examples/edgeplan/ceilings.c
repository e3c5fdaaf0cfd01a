/* edgeplan ceilings: the ladder. One row per target: what its memory allows, what to expect, what was observed. */
#include <stdlib.h>
#include <string.h>

#include "session.h"

typedef struct rung {
    const edgeplan_target *target;
    edgeplan_deployment *deployment; /* NULL: no path, and `why` says so */
    edgeplan_plan *plan;
    edgeplan_speed speed;
    char *why;
    double observed, claimed; /* tok/s on this path; 0: none */
    double ceiling;           /* of this path; 0: not known */
    int runs, estimated;      /* it does not fail for capacity; its rate is known */
} rung;

/* Observations of this model on this target by this runtime in this format: the best clean one, and the best claim. */
static void observe(const session *now, const edgeplan_model *model, const edgeplan_deployment *path, rung *row)
{
    row->observed = row->claimed = 0;
    for (uint32_t i = 0; i < edgeplan_registry_count(now->registry, EDGEPLAN_SECTION_OBSERVATIONS); i++) {
        const edgeplan_observation *seen = edgeplan_observation_at(now->registry, i);
        edgeplan_observation_facts facts;
        if (strcmp(edgeplan_observation_text(seen, EDGEPLAN_OBSERVATION_TARGET), edgeplan_target_id(row->target)) != 0 ||
            strcmp(edgeplan_observation_text(seen, EDGEPLAN_OBSERVATION_MODEL), edgeplan_model_id(model)) != 0 ||
            strcmp(edgeplan_observation_text(seen, EDGEPLAN_OBSERVATION_RUNTIME),
                   edgeplan_runtime_id(edgeplan_deployment_runtime(path))) != 0 ||
            strcmp(edgeplan_observation_text(seen, EDGEPLAN_OBSERVATION_FORMAT),
                   edgeplan_format_id(edgeplan_deployment_format(path))) != 0)
            continue;
        if (edgeplan_struct_init(&facts, sizeof facts) != EDGEPLAN_OK || edgeplan_observation_get(seen, &facts) != EDGEPLAN_OK)
            continue;
        int elsewhere = facts.accelerator != EDGEPLAN_ACCELERATOR_ANY &&
                        facts.accelerator != (uint32_t)edgeplan_deployment_accelerator(path);
        double *best = facts.claim == EDGEPLAN_SWITCH_ON ? &row->claimed : &row->observed;
        if (!elsewhere && facts.batch <= 1 && facts.decode_tok_per_s > *best)
            *best = facts.decode_tok_per_s;
    }
}

/* The better of two paths to show: with a known ceiling, one that fits, then observed, claimed, estimated; else the first stays. */
static int better(const rung *one, const rung *other)
{
    if ((one->ceiling > 0) != (other->ceiling > 0))
        return one->ceiling > 0;
    if (one->runs != other->runs)
        return one->runs;
    if (one->observed > other->observed || one->observed < other->observed)
        return one->observed > other->observed;
    if (one->claimed > other->claimed || one->claimed < other->claimed)
        return one->claimed > other->claimed;
    return one->estimated > other->estimated;
}

static void consider(const session *now, const edgeplan_model *model, const edgeplan_request *request, edgeplan_deployment *path,
                     rung *row)
{
    rung seen = *row;
    edgeplan_speed speed;
    observe(now, model, path, &seen);
    if (edgeplan_struct_init(&speed, sizeof speed) == EDGEPLAN_OK &&
        edgeplan_deployment_speed(path, request, &speed) == EDGEPLAN_OK) {
        seen.ceiling = speed.decode_ceiling_tok_per_s;
        seen.runs = speed.bound != EDGEPLAN_BOUND_CAPACITY;
        seen.estimated = KNOWN(edgeplan_speed, speed, decode_tok_per_s);
    }
    if (row->deployment != NULL && !better(&seen, row)) {
        edgeplan_deployment_unref(path);
        return;
    }
    edgeplan_deployment_unref(row->deployment);
    *row = seen;
    row->deployment = path;
}

/* The formats of group 4-bit, NULL at the end. */
static const edgeplan_format **four_bit_formats(const session *now)
{
    uint32_t count = edgeplan_registry_count(now->registry, EDGEPLAN_SECTION_FORMATS), kept = 0;
    const edgeplan_format **list = allocate(count + 1, sizeof *list);
    for (uint32_t i = 0; i < count; i++) {
        const edgeplan_format *format = edgeplan_format_at(now->registry, i);
        if (strcmp(session_value(now, EDGEPLAN_SECTION_FORMATS, edgeplan_format_id(format), "group").s, "4-bit") == 0)
            list[kept++] = format;
    }
    return list;
}

/* Without --format: the 4-bit paths of the target, in the order of its runtimes. */
static void choose_four_bit(const session *now, const edgeplan_model *model, const edgeplan_format *const *formats,
                            const edgeplan_request *request, rung *row)
{
    const char *only = now->options->runtime;
    const edgeplan_runtime *runtime;
    for (uint32_t r = 0; (runtime = edgeplan_target_runtime(row->target, r)) != NULL; r++) {
        if (only != NULL && strcmp(only, edgeplan_runtime_id(runtime)) != 0)
            continue;
        for (uint32_t f = 0; formats[f] != NULL; f++) {
            edgeplan_deployment *path = NULL;
            if (edgeplan_deployment_new_for(model, row->target, (edgeplan_accelerator)now->options->accelerator, runtime, formats[f],
                                            request, NULL, &path) == EDGEPLAN_OK)
                consider(now, model, request, path, row);
        }
    }
}

/* The ladder asks how fast, not whether it fits: a shallow cache and the largest variant sold, unless something else is asked. */
static edgeplan_request request_of(const session *now, const edgeplan_target *target)
{
    edgeplan_request request = now->options->request;
    edgeplan_target_facts facts;
    if (request.prompt_tokens == 0)
        request.prompt_tokens = 1;
    if (request.ram_bytes == 0 && edgeplan_struct_init(&facts, sizeof facts) == EDGEPLAN_OK &&
        edgeplan_target_get(target, &facts) == EDGEPLAN_OK)
        request.ram_bytes = facts.ram_max_bytes;
    return request;
}

static int climb(session *now, const edgeplan_model *model, const edgeplan_format *const *formats, rung *row)
{
    const edgeplan_request asked = request_of(now, row->target), *request = &asked;
    if (now->options->format == NULL)
        choose_four_bit(now, model, formats, request, row);
    if (row->deployment == NULL) {
        edgeplan_status status = session_deploy(now, model, row->target, &row->deployment);
        if (status == EDGEPLAN_OK)
            observe(now, model, row->deployment, row);
        else if (status == EDGEPLAN_ERROR_NOT_FOUND)
            return EXIT_UNDECIDED;
        else
            row->why = copy_text(edgeplan_diagnostics_count(now->diagnostics) > 0 ? edgeplan_diagnostics_message(now->diagnostics, 0)
                                                                                  : edgeplan_status_text(status));
    }
    edgeplan_diagnostics_clear(now->diagnostics);
    edgeplan_status status = edgeplan_struct_init(&row->speed, sizeof row->speed);
    if (row->deployment == NULL || status != EDGEPLAN_OK)
        return EXIT_YES;
    status = edgeplan_plan_new(row->deployment, request, now->diagnostics, &row->plan);
    if (status == EDGEPLAN_OK)
        status = edgeplan_plan_speed(row->plan, &row->speed);
    return status == EDGEPLAN_OK ? EXIT_YES : print_failure(edgeplan_target_id(row->target), status, now->diagnostics);
}

/* Highest ceiling first, then unknown ones, then targets without a path; by id among equals. */
static int compare(const void *left, const void *right)
{
    const rung *a = left, *b = right;
    if ((a->plan == NULL) != (b->plan == NULL))
        return a->plan == NULL ? 1 : -1;
    if (a->speed.decode_ceiling_tok_per_s < b->speed.decode_ceiling_tok_per_s)
        return 1;
    if (a->speed.decode_ceiling_tok_per_s > b->speed.decode_ceiling_tok_per_s)
        return -1;
    return strcmp(edgeplan_target_id(a->target), edgeplan_target_id(b->target));
}

static void print_observed(table *lines, const rung *row)
{
    double ceiling = row->speed.decode_ceiling_tok_per_s, shown = row->observed > 0 ? row->observed : row->claimed;
    if (shown > 0)
        table_cell(lines, "%s%s", number_text(shown).s, row->observed > 0 ? "" : " claim");
    else
        table_cell(lines, "%s", "–");
    table_cell(lines, "%s", shown > 0 && ceiling > 0 ? percent_text(shown / ceiling).s : "");
}

/* Below this bandwidth the path's ceiling is under the rate that is wanted. */
static void print_least_bandwidth(table *lines, const edgeplan_speed *speed, const options *given)
{
    double tokens_per_step = given->request.batch > 1 ? (double)given->request.batch : 1;
    double steps_per_s = given->criteria.min_decode_tok_per_s / tokens_per_step;
    if (steps_per_s <= 0)
        return;
    if (KNOWN(edgeplan_speed, *speed, least_traffic_bytes_per_step))
        table_cell(lines, "%s", number_text(steps_per_s * (double)speed->least_traffic_bytes_per_step / 1e9).s);
    else
        table_cell(lines, "unknown");
}

static void print_bandwidth(table *lines, const edgeplan_target *target)
{
    edgeplan_target_facts facts;
    if (edgeplan_struct_init(&facts, sizeof facts) == EDGEPLAN_OK && edgeplan_target_get(target, &facts) == EDGEPLAN_OK &&
        KNOWN(edgeplan_target_facts, facts, peak_bandwidth_bytes_per_s))
        table_cell(lines, "%s", number_text(facts.peak_bandwidth_bytes_per_s / 1e9).s);
    else
        table_cell(lines, "unknown");
}

/* Below the numbers the path they are of, and what the estimate rests on. */
static void print_path(table *lines, const rung *row, int estimated, uint32_t columns)
{
    table_cell(lines, " %s %s %s", edgeplan_runtime_id(edgeplan_deployment_runtime(row->deployment)),
               edgeplan_accelerator_name(edgeplan_deployment_accelerator(row->deployment)),
               edgeplan_format_id(edgeplan_deployment_format(row->deployment)));
    for (uint32_t i = 1; i < columns; i++)
        table_cell(lines, "%s", i == columns - 4 && estimated ? edgeplan_speed_basis_name((edgeplan_speed_basis)row->speed.basis) : "");
}

static void print_rung(table *lines, const rung *row, const options *given)
{
    const edgeplan_speed *speed = &row->speed;
    int estimated = KNOWN(edgeplan_speed, *speed, decode_low_tok_per_s) && KNOWN(edgeplan_speed, *speed, decode_high_tok_per_s);
    table_cell(lines, "%s", edgeplan_target_id(row->target));
    print_bandwidth(lines, row->target);
    print_least_bandwidth(lines, speed, given);
    table_cell(lines, "%s", NUMBER(edgeplan_speed, *speed, decode_ceiling_tok_per_s));
    if (estimated)
        table_cell(lines, "%s", range_text(speed->decode_low_tok_per_s, speed->decode_high_tok_per_s).s);
    else
        table_cell(lines, "unknown");
    print_observed(lines, row);
    table_cell(lines, "%s", edgeplan_bound_name((edgeplan_bound)speed->bound));
    print_path(lines, row, estimated, given->criteria.min_decode_tok_per_s > 0 ? 8 : 7);
}

/* Why a target has no path, or a path no ceiling. */
static void print_unknown(table *lines, const rung *row)
{
    if (row->plan != NULL && (KNOWN(edgeplan_speed, row->speed, decode_ceiling_tok_per_s) ||
                              edgeplan_plan_count(row->plan, EDGEPLAN_LIST_MISSING) == 0))
        return;
    table_cell(lines, "%s", edgeplan_target_id(row->target));
    if (row->plan == NULL)
        table_cell(lines, "%s", row->why);
    else
        table_cell(lines, "%s", edgeplan_plan_text(row->plan, EDGEPLAN_LIST_MISSING, 0, EDGEPLAN_TEXT_MESSAGE));
}

static int print_ladder(const session *now, const edgeplan_model *model, const rung *rungs, uint32_t count)
{
    if (now->options->json) {
        const edgeplan_plan **plans = allocate(count, sizeof *plans);
        uint32_t kept = 0;
        for (uint32_t i = 0; i < count; i++)
            if (rungs[i].plan != NULL)
                plans[kept++] = rungs[i].plan;
        int code = print_plans(plans, kept, NULL, NULL);
        release(plans);
        return code;
    }
    printf("%s: decode, tok/s\n", edgeplan_model_id(model));
    double wanted = now->options->criteria.min_decode_tok_per_s;
    if (wanted > 0)
        printf("for %s tok/s: the least peak bandwidth that allows it, in GB/s\n", number_text(wanted).s);
    table *lines = table_new(wanted > 0 ? "target|>GB/s|>needs|>ceiling|estimate|>observed|>share|bound by"
                                        : "target|>GB/s|>ceiling|estimate|>observed|>share|bound by");
    table *unknown = table_new("no path, or no ceiling for want of|");
    for (uint32_t i = 0; i < count; i++) {
        if (rungs[i].plan != NULL)
            print_rung(lines, &rungs[i], now->options);
        print_unknown(unknown, &rungs[i]);
    }
    table_print(lines, stdout);
    table_print(unknown, stdout);
    return EXIT_YES;
}

int command_ceilings(session *now)
{
    uint32_t count = 0;
    int code = EXIT_YES;
    const edgeplan_target **targets = session_targets(now, &count);
    edgeplan_model *model =
        targets == NULL ? NULL : session_model(now, now->options->model != NULL ? now->options->model : "llama-3.1-8b");
    const edgeplan_format **formats = four_bit_formats(now);
    rung *rungs = allocate(count, sizeof *rungs);
    for (uint32_t i = 0; i < count && model != NULL && code == EXIT_YES; i++) {
        rungs[i].target = targets[i];
        code = climb(now, model, formats, &rungs[i]);
    }
    if (model == NULL)
        code = EXIT_UNDECIDED;
    if (code == EXIT_YES) {
        qsort(rungs, count, sizeof *rungs, compare);
        code = print_ladder(now, model, rungs, count);
    }
    for (uint32_t i = 0; i < count; i++) {
        edgeplan_plan_unref(rungs[i].plan);
        edgeplan_deployment_unref(rungs[i].deployment);
        release(rungs[i].why);
    }
    release(rungs);
    release(formats);
    release(targets);
    edgeplan_model_unref(model);
    return code;
}
