/* A baseline: the JSON of an earlier run, whose broken promises are accepted as long as they are no worse; and whether a promise
   broke for no other reason than that the registry changed. */
#include <string.h>

#include "document.h"
#include "findings.h"
#include "print.h"

/* What counts as the same figure. */
static const double CLOSE = 1e-3;

static const char *status_of(const json_value *check)
{
    return json_text(json_at(check, "status"));
}

static int was_broken(const json_value *check)
{
    return strcmp(status_of(check), "failed") == 0 || strcmp(status_of(check), "unknown") == 0 ||
           strcmp(status_of(check), "warned") == 0;
}

static const json_value *find_check(const json_value *checks, const finding *one)
{
    for (uint32_t i = 0; json_is(checks, JSON_LIST) && i < checks->count; i++) {
        const json_value *check = &checks->items[i];
        if (strcmp(json_text(json_at(check, "rule")), one->rule) == 0 &&
            strcmp(json_text(json_at(check, "model")), one->model) == 0 &&
            strcmp(json_text(json_at(check, "device")), one->device) == 0)
            return check;
    }
    return NULL;
}

/* A figure of a check as a number; words stand in their order. 0 if there is none. */
static int figure_of(const json_value *check, const char *key, double *out)
{
    static const char *const words[] = {"fits", "tight", "unknown", "does_not_fit", "measured", "cited", "derived", "assumed"};
    const json_value *value = json_at(check, key);
    if (json_is(value, JSON_NUMBER)) {
        *out = value->number;
        return 1;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(json_text(value), words[i]) == 0) {
            *out = (double)(i % 4 + 1);
            return 1;
        }
    return 0;
}

/* Of two verdicts in the same word, more bytes are worse. */
static int holds_more(const finding *one, const json_value *before)
{
    const json_value *bytes = json_at(before, "bytes");
    return strcmp(json_text(json_at(before, "unit")), "verdict") == 0 && json_is(bytes, JSON_NUMBER) &&
           (double)one->item.bytes > bytes->number * (1 + CLOSE);
}

static double distance(double a, double b)
{
    return a > b ? a - b : b - a;
}

/* Farther from the bound than it was; a check that can no longer be decided is worse too. */
static int is_worse(const finding *one, const json_value *before)
{
    double value, required;
    int known = (one->item.known & field_bit("edgeplan_item", offsetof(edgeplan_item, value))) != 0;
    int was_known = figure_of(before, "actual", &value) && figure_of(before, "required", &required);
    if (strcmp(status_of(before), "warned") == 0 && one->item.code != EDGEPLAN_CHECK_WARNED)
        return 1;
    if (holds_more(one, before))
        return 1;
    if (!known || !was_known)
        return known != was_known && one->item.code != EDGEPLAN_CHECK_WARNED;
    return distance(one->item.value, one->item.low) > distance(value, required) + CLOSE * one->item.low;
}

static json_value *document_of(const edgeplan_plan *plan)
{
    size_t needed = 0;
    unsigned line;
    json_value *document = NULL;
    if (plan == NULL || edgeplan_report_plans(&plan, 1, NULL, 0, &needed) != EDGEPLAN_OK)
        return NULL;
    char *text = allocate(needed, 1);
    if (edgeplan_report_plans(&plan, 1, text, needed, NULL) == EDGEPLAN_OK)
        document = json_read_text(text, &line);
    release(text);
    return document;
}

/* Whether all that was asked, and all that the model is, is what it was, and the library and the bound too. */
static int only_registry_changed(const finding *one, const json_value *before, const json_value *baseline)
{
    static const char *const keys[] = {"model", "target", "runtime", "accelerator", "format", "conditions", "request", "artefact"};
    const json_value *number = json_at(before, "plan"), *plans = json_at(baseline, "plans");
    const json_value *was = json_is(number, JSON_NUMBER) && json_is(plans, JSON_LIST) && number->number < plans->count
                                ? &plans->items[(uint32_t)number->number]
                                : NULL;
    json_value *document = document_of(one->plan);
    const json_value *now = json_at(document, "plans");
    const json_value *written = json_at(document, "edgeplan"), *wrote = json_at(baseline, "edgeplan");
    double required;
    int same = was != NULL && json_is(now, JSON_LIST) && now->count == 1 && figure_of(before, "required", &required) &&
               distance(required, one->item.low) <= 1e-12 * required &&
               json_equal(json_at(written, "version"), json_at(wrote, "version")) &&
               !json_equal(json_at(written, "registry_digest"), json_at(wrote, "registry_digest"));
    for (size_t i = 0; same && i < sizeof keys / sizeof *keys; i++)
        same = json_equal(json_at(was, keys[i]), json_at(&now->items[0], keys[i]));
    json_release(document);
    return same;
}

int findings_accept(findings *all, const char *path)
{
    json_value *baseline = json_read_file(path);
    const json_value *checks = json_at(baseline, "checks");
    if (baseline == NULL)
        return EXIT_UNDECIDED;
    if (!json_is(checks, JSON_LIST) || strncmp(json_text(json_at(baseline, "format_version")), "1.", 2) != 0) {
        json_release(baseline);
        return print_error("%s: is no document of `edgeplan check --json`", path);
    }
    for (uint32_t i = 0; i < all->count; i++) {
        finding *one = &all->items[i];
        const json_value *before = find_check(checks, one);
        if (finding_severity(one) == NULL || one->item.code == EDGEPLAN_CHECK_WAIVED || before == NULL)
            continue;
        one->accepted = was_broken(before) && !is_worse(one, before);
        one->registry_alone = !one->accepted && only_registry_changed(one, before, baseline);
        all->accepted += (uint32_t)one->accepted;
    }
    json_release(baseline);
    return EXIT_YES;
}
