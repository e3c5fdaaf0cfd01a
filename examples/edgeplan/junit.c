/* JUnit's XML, a case for each check; and GitHub's annotations. */
#include <string.h>

#include "findings.h"
#include "print.h"

/* ---- JUnit ---- */

/* Of the control characters XML allows three; an attribute would turn those into blanks. */
static void write_xml(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&': fputs("&amp;", out); break;
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '"': fputs("&quot;", out); break;
        default:
            if ((unsigned char)*text < 0x20)
                fprintf(out, *text == '\n' || *text == '\t' || *text == '\r' ? "&#%u;" : "?", (unsigned)(unsigned char)*text);
            else
                fputc(*text, out);
        }
    }
}

static void write_outcome(const finding *one, const char *element, FILE *out)
{
    char *breakdown = finding_breakdown(one);
    fprintf(out, ">\n    <%s message=\"", element);
    write_xml(out, one->message);
    fprintf(out, "\">");
    if (strcmp(element, "skipped") != 0) {
        fprintf(out, "%s:%u:%u\n", one->file, one->line, one->column);
        write_xml(out, breakdown);
        fprintf(out, "\n");
        write_xml(out, one->hint);
    }
    fprintf(out, "</%s>\n  </testcase>\n", element);
    release(breakdown);
}

static void write_case(const finding *one, FILE *out)
{
    const char *model = one->model[0] != '\0' ? one->model : "budget";
    fprintf(out, "  <testcase classname=\"%s%s%s\" name=\"%s\" file=\"", model, one->device[0] != '\0' ? "." : "", one->device,
            one->rule);
    write_xml(out, one->file);
    fprintf(out, "\" line=\"%u\"", one->line);
    if (is_failure(one))
        write_outcome(one, one->item.code == EDGEPLAN_CHECK_UNKNOWN ? "error" : "failure", out);
    else if (finding_severity(one) != NULL && one->item.code != EDGEPLAN_CHECK_WARNED)
        write_outcome(one, "skipped", out);
    else if (finding_severity(one) != NULL) {
        fprintf(out, ">\n    <system-out>");
        write_xml(out, one->message);
        fprintf(out, "</system-out>\n  </testcase>\n");
    } else
        fprintf(out, "/>\n");
}

void write_junit(const findings *all, FILE *out)
{
    unsigned failures = 0, errors = 0, skipped = 0;
    for (uint32_t i = 0; i < all->count; i++) {
        const finding *one = &all->items[i];
        failures += is_failure(one) && one->item.code == EDGEPLAN_CHECK_FAILED;
        errors += is_failure(one) && one->item.code == EDGEPLAN_CHECK_UNKNOWN;
        skipped += !is_failure(one) && finding_severity(one) != NULL && one->item.code != EDGEPLAN_CHECK_WARNED;
    }
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
            "<testsuite name=\"edgeplan\" tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\">\n",
            (unsigned)all->count, failures, errors, skipped);
    for (uint32_t i = 0; i < all->count; i++)
        write_case(&all->items[i], out);
    fprintf(out, "</testsuite>\n</testsuites>\n");
}

/* ---- GitHub ---- */

/* What a workflow command would take for its own is percent-encoded: in a property, colon and comma too. */
static void write_command(FILE *out, const char *text, int property)
{
    for (; *text != '\0'; text++) {
        if (*text == '%' || *text == '\r' || *text == '\n' || (property && (*text == ':' || *text == ',')))
            fprintf(out, "%%%02X", (unsigned)(unsigned char)*text);
        else
            fputc(*text, out);
    }
}

/* GitHub shows ten of a kind for each step: the line that counts them all comes first. */
void write_github(const findings *all, FILE *out)
{
    char *summary = findings_summary(all);
    fprintf(out, "%s: %s\n", all->name, summary);
    release(summary);
    for (uint32_t i = 0; i < all->count; i++) {
        const finding *one = &all->items[i];
        const char *severity = finding_severity(one);
        if (severity == NULL)
            continue;
        fprintf(out, "::%s file=", strcmp(severity, "note") == 0 ? "notice" : severity);
        write_command(out, one->file, 1);
        fprintf(out, ",line=%u,col=%u,title=%s::", one->line, one->column, one->rule);
        write_command(out, one->message, 0);
        if (one->hint[0] != '\0')
            fprintf(out, "%%0A");
        write_command(out, one->hint, 0);
        fprintf(out, "\n");
    }
}
