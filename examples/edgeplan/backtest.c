/* edgeplan backtest: the estimates against what was measured, row by row, grouped by device, runtime or class. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"

enum {
    USUAL_DEPTH = 256, /* where a source does not say how deep the cache was: half of a prompt of 512 */
    USUAL_CONTEXT = 4096,
    NAME_BYTES = 64
};

typedef struct tested { /* one observation beside the estimate of its path */
    const edgeplan_observation *observation;
    char group[NAME_BYTES];
    char device[NAME_BYTES];
    double measured, low, expected, high, ceiling; /* tok/s; 0: not known */
    uint32_t basis;
} tested;

typedef struct results {
    tested *rows;
    uint32_t count, without_estimate, left_out;
} results;

static const char *text_of(const edgeplan_observation *observation, edgeplan_observation_text_kind kind)
{
    return edgeplan_observation_text(observation, kind);
}

static void name_group(const session *now, const edgeplan_target *target, const edgeplan_observation_facts *facts, tested *row)
{
    const char *by = now->options->by != NULL ? now->options->by : "runtime";
    snprintf(row->device, sizeof row->device, "%s", edgeplan_target_chip(target));
    if (strcmp(by, "device") == 0)
        snprintf(row->group, sizeof row->group, "%s", edgeplan_target_id(target));
    else if (strcmp(by, "class") == 0)
        snprintf(row->group, sizeof row->group, "%s %s", edgeplan_target_class(target),
                 edgeplan_accelerator_name((edgeplan_accelerator)facts->accelerator));
    else
        snprintf(row->group, sizeof row->group, "%s %s", text_of(row->observation, EDGEPLAN_OBSERVATION_RUNTIME),
                 edgeplan_accelerator_name((edgeplan_accelerator)facts->accelerator));
}

static uint64_t most_ram(const edgeplan_target *target)
{
    edgeplan_target_facts facts;

    if (edgeplan_struct_init(&facts, sizeof facts) != EDGEPLAN_OK || edgeplan_target_get(target, &facts) != EDGEPLAN_OK)
        return 0;
    return facts.ram_max_bytes;
}

/* The estimate for the depth and batch of the observation. 0 if there is no such path. */
static int estimate(const session *now, edgeplan_model *model, const edgeplan_target *target, const edgeplan_observation_facts *facts,
                    tested *row)
{
    edgeplan_deployment *path = NULL;
    edgeplan_request request;
    edgeplan_speed speed;
    uint64_t depth = facts->context_tokens > 0 ? facts->context_tokens : USUAL_DEPTH;
    edgeplan_status status = edgeplan_struct_init(&request, sizeof request);

    if (status == EDGEPLAN_OK)
        status = edgeplan_struct_init(&speed, sizeof speed);
    if (status == EDGEPLAN_OK)
        status = edgeplan_deployment_new(
            model, target, (edgeplan_accelerator)facts->accelerator,
            edgeplan_runtime_find(now->registry, text_of(row->observation, EDGEPLAN_OBSERVATION_RUNTIME)),
            edgeplan_format_find(now->registry, text_of(row->observation, EDGEPLAN_OBSERVATION_FORMAT)), NULL, &path);
    request.output_tokens = 2;
    request.context_tokens = depth > USUAL_CONTEXT ? depth : USUAL_CONTEXT;
    request.prompt_tokens = depth < request.context_tokens - 2 ? depth : request.context_tokens - 2;
    request.batch = request.sequences = facts->batch;
    request.available_bytes = UINT64_C(1) << 50; /* it ran, so it fitted, */
    request.ram_bytes = most_ram(target);        /* and did not page */
    if (status == EDGEPLAN_OK)
        status = edgeplan_deployment_speed(path, &request, &speed);
    edgeplan_deployment_unref(path);
    if (status != EDGEPLAN_OK)
        return 0;
    row->low = speed.decode_low_tok_per_s;
    row->expected = speed.decode_tok_per_s;
    row->high = speed.decode_high_tok_per_s;
    row->ceiling = speed.decode_ceiling_tok_per_s;
    row->basis = speed.basis;
    return 1;
}

static edgeplan_model *cached_model(const session *now, const char *id)
{
    static edgeplan_model *last; /* rows of one model mostly stand together */
    if (last != NULL && strcmp(edgeplan_model_id(last), id) == 0)
        return last;
    edgeplan_model_unref(last);
    last = NULL;
    return id != NULL && edgeplan_registry_model(now->registry, id, NULL, &last) == EDGEPLAN_OK ? last : NULL;
}

static void test_all(const session *now, results *out)
{
    uint32_t count = edgeplan_registry_count(now->registry, EDGEPLAN_SECTION_OBSERVATIONS);
    out->rows = allocate(count, sizeof *out->rows);
    for (uint32_t i = 0; i < count; i++) {
        tested row = {.observation = edgeplan_observation_at(now->registry, i)};
        edgeplan_observation_facts facts;
        const edgeplan_target *target = edgeplan_target_find(now->registry, text_of(row.observation, EDGEPLAN_OBSERVATION_TARGET));
        if (edgeplan_struct_init(&facts, sizeof facts) != EDGEPLAN_OK ||
            edgeplan_observation_get(row.observation, &facts) != EDGEPLAN_OK)
            continue;
        edgeplan_model *model = cached_model(now, text_of(row.observation, EDGEPLAN_OBSERVATION_MODEL));
        int clean = facts.claim != EDGEPLAN_SWITCH_ON && facts.decode_tok_per_s > 0 && facts.accelerator != EDGEPLAN_ACCELERATOR_ANY;
        row.measured = facts.decode_tok_per_s;
        if (!clean || model == NULL || !estimate(now, model, target, &facts, &row)) {
            out->left_out++;
        } else if (row.expected <= 0) {
            out->without_estimate++;
        } else {
            name_group(now, target, &facts, &row);
            out->rows[out->count++] = row;
        }
    }
    cached_model(now, "");
}

static int by_group(const void *left, const void *right)
{
    const tested *a = left, *b = right;
    int order = strcmp(a->group, b->group);
    return order != 0 ? order : strcmp(text_of(a->observation, EDGEPLAN_OBSERVATION_ID), text_of(b->observation, EDGEPLAN_OBSERVATION_ID));
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static int is_above(const tested *row)
{
    return row->ceiling > 0 && row->measured > row->ceiling;
}

static double error_of(const tested *row)
{
    return row->expected / row->measured - 1;
}

static double median(double *values, uint32_t count)
{
    qsort(values, count, sizeof *values, by_size);
    return count == 0 ? 0 : count % 2 != 0 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static uint32_t devices_of(const tested *rows, uint32_t count)
{
    uint32_t devices = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t k = 0;
        while (k < i && strcmp(rows[k].device, rows[i].device) != 0)
            k++;
        devices += k == i;
    }
    return devices;
}

/* One line of the table, or one object: rows that stand together. */
static void print_group(const session *now, table *lines, const char *name, const tested *rows, uint32_t count, int first)
{
    double *size = allocate(count, sizeof *size), *error = allocate(count, sizeof *error);
    uint32_t inside = 0, above = 0;
    for (uint32_t i = 0; i < count; i++) {
        error[i] = error_of(&rows[i]);
        size[i] = error[i] < 0 ? -error[i] : error[i];
        inside += rows[i].low > 0 && rows[i].measured >= rows[i].low && rows[i].measured <= rows[i].high;
        above += is_above(&rows[i]) ? 1u : 0u;
    }
    double middle = median(size, count), bias = median(error, count);
    if (now->options->json) {
        char number[2][32];
        edgeplan_number_text(middle, number[0], sizeof number[0]);
        edgeplan_number_text(bias, number[1], sizeof number[1]);
        printf("%s{\"group\":\"%s\",\"rows\":%u,\"devices\":%u,\"median_error_fraction\":%s,\"median_bias_fraction\":%s,"
               "\"inside_rows\":%u,\"above_ceiling_rows\":%u}",
               first ? "" : ",", name, (unsigned)count, (unsigned)devices_of(rows, count), number[0], number[1], (unsigned)inside,
               (unsigned)above);
    } else {
        table_cell(lines, "%s", name);
        table_cell(lines, "%u", (unsigned)count);
        table_cell(lines, "%u", (unsigned)devices_of(rows, count));
        table_cell(lines, "%s", percent_text(middle).s);
        table_cell(lines, "%s%s", bias < 0 ? "-" : "+", percent_text(bias < 0 ? -bias : bias).s);
        table_cell(lines, "%s", percent_text((double)inside / count).s);
        table_cell(lines, "%u", (unsigned)above);
    }
    release(size);
    release(error);
}

/* By name, so that somebody can look: the bandwidth, the bytes or the measurement is wrong. */
static void name_rows_above(const results *all, const char *quote)
{
    const char *between = "";
    for (uint32_t i = 0; i < all->count; i++) {
        if (!is_above(&all->rows[i]))
            continue;
        printf("%s%s%s%s", between, quote, text_of(all->rows[i].observation, EDGEPLAN_OBSERVATION_ID), quote);
        between = *quote ? "," : ", ";
    }
}

static int above_any_ceiling(const results *all)
{
    for (uint32_t i = 0; i < all->count; i++)
        if (is_above(&all->rows[i]))
            return 1;
    return 0;
}

static void print_results(const session *now, const results *all)
{
    table *lines = table_new("group|>rows|>devices|>median error|>bias|>inside low–high|>above ceiling");
    if (now->options->json)
        printf("{\"groups\":[");
    for (uint32_t begin = 0, end; begin < all->count; begin = end) {
        for (end = begin; end < all->count && strcmp(all->rows[end].group, all->rows[begin].group) == 0;)
            end++;
        print_group(now, lines, all->rows[begin].group, &all->rows[begin], end - begin, begin == 0);
    }
    if (now->options->json) {
        printf("],\"above_ceiling\":[");
        name_rows_above(all, "\"");
        printf("],\"rows\":%u,\"without_estimate\":%u,\"left_out\":%u}\n", (unsigned)all->count, (unsigned)all->without_estimate,
               (unsigned)all->left_out);
        table_print(lines, stdout);
        return;
    }
    if (all->count > 0)
        print_group(now, lines, "all", all->rows, all->count, 0);
    table_print(lines, stdout);
    if (above_any_ceiling(all)) {
        printf("above the ceiling: ");
        name_rows_above(all, "");
        printf("\n");
    }
    printf("%u rows; no estimate for %u; left out %u (claims, no engine stated, paths the registry does not know)\n",
           (unsigned)all->count, (unsigned)all->without_estimate, (unsigned)all->left_out);
}

int command_backtest(session *now)
{
    results all = {0};
    const char *by = now->options->by;
    if (by != NULL && strcmp(by, "device") != 0 && strcmp(by, "runtime") != 0 && strcmp(by, "class") != 0)
        return print_error("--by: `%s` is none of device, runtime, class", by);
    test_all(now, &all);
    qsort(all.rows, all.count, sizeof *all.rows, by_group);
    print_results(now, &all);
    int code = above_any_ceiling(&all) ? EXIT_NO : all.count > 0 ? EXIT_YES : EXIT_UNDECIDED;
    release(all.rows);
    return code;
}
