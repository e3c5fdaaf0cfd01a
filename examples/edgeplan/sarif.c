/* SARIF 2.1.0, for code scanning: one run, a rule for each of the gate's, a result for each check that did not pass. */
#include <string.h>

#include "document.h"
#include "findings.h"
#include "print.h"

static void write_rules(FILE *out)
{
    for (uint32_t rule = 1; rule <= edgeplan_rule_count(); rule++) {
        fprintf(out, "%s\n          {\"id\": ", rule > 1 ? "," : "");
        json_write_text(out, edgeplan_rule_id((edgeplan_rule)rule));
        fprintf(out, ", \"fullDescription\": {\"text\": ");
        json_write_text(out, edgeplan_rule_text((edgeplan_rule)rule));
        fprintf(out, "}}");
    }
}

/* A path as the part of an address: what is no letter, digit or one of a few signs is percent-encoded. */
static void write_address(FILE *out, const char *path)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    fputc('"', out);
    for (; *path != '\0'; path++) {
        if (*path == '\\')
            fputc('/', out);
        else if (strchr(plain, *path) != NULL)
            fputc(*path, out);
        else
            fprintf(out, "%%%02X", (unsigned)(unsigned char)*path);
    }
    fputc('"', out);
}

static void write_message(const finding *one, FILE *out)
{
    char *breakdown = finding_breakdown(one);
    size_t size = strlen(one->message) + strlen(breakdown) + strlen(one->hint) + 8;
    char *text = allocate(size, 1);
    snprintf(text, size, "%s%s%s%s%s", one->message, breakdown[0] != '\0' ? "\n" : "", breakdown, one->hint[0] != '\0' ? "\n" : "",
             one->hint);
    fprintf(out, "\"message\": {\"text\": ");
    json_write_text(out, text);
    fprintf(out, "}");
    release(text);
    release(breakdown);
}

static void write_result(const finding *one, FILE *out)
{
    char print[256];
    snprintf(print, sizeof print, "%s/%s/%s", one->rule, one->model, one->device);
    fprintf(out, "        {\"ruleId\": \"%s\", \"ruleIndex\": %u, \"level\": \"%s\", ", one->rule, (unsigned)one->rule_number - 1,
            finding_severity(one));
    write_message(one, out);
    fprintf(out, ",\n         \"locations\": [{\"physicalLocation\": {\"artifactLocation\": {\"uri\": ");
    write_address(out, one->file);
    fprintf(out, "}, \"region\": {\"startLine\": %u, \"startColumn\": %u}}}],\n         \"partialFingerprints\": {\"check/v1\": ",
            one->line, one->column);
    json_write_text(out, print);
    fprintf(out, "}");
    if (one->item.code == EDGEPLAN_CHECK_WAIVED || one->accepted)
        fprintf(out, ", \"suppressions\": [{\"kind\": \"external\", \"status\": \"accepted\"}]");
    fprintf(out, "}");
}

void write_sarif(const findings *all, FILE *out)
{
    const char *between = "\n";
    fprintf(out,
            "{\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\", \"version\": \"2.1.0\",\n \"runs\": [\n"
            "  {\"tool\": {\"driver\": {\"name\": \"edgeplan\", \"version\": \"%s\", \"rules\": [",
            edgeplan_version_text());
    write_rules(out);
    fprintf(out, "]}},\n      \"results\": [");
    for (uint32_t i = 0; i < all->count; i++) {
        if (finding_severity(&all->items[i]) == NULL)
            continue;
        fputs(between, out);
        write_result(&all->items[i], out);
        between = ",\n";
    }
    fprintf(out, "]}]}\n");
}
