/* edgeplan check: the gate of an app's build. */
#include <string.h>
#include <time.h>

#include "findings.h"
#include "session.h"

/* The library has no clock: this is the one place that asks it. */
static uint32_t today_of_clock(void)
{
    time_t now = time(NULL);
    const struct tm *day = now == (time_t)-1 ? NULL : gmtime(&now);
    return day == NULL ? 0 : (uint32_t)(day->tm_year + 1900) * 10000 + (uint32_t)(day->tm_mon + 1) * 100 + (uint32_t)day->tm_mday;
}

static int write_json(const edgeplan_gate *gate, FILE *out)
{
    size_t needed = 0;
    edgeplan_status status = edgeplan_report_gate(gate, NULL, 0, &needed);
    char *text = allocate(needed, 1);
    if (status == EDGEPLAN_OK)
        status = edgeplan_report_gate(gate, text, needed, NULL);
    if (status == EDGEPLAN_OK)
        fprintf(out, "%s\n", text);
    release(text);
    return status == EDGEPLAN_OK ? EXIT_YES : print_failure("report", status, NULL);
}

static int write_all(const options *given, const findings *all, FILE *out)
{
    if (given->json)
        return write_json(all->gate, out);
    if (given->sarif)
        write_sarif(all, out);
    else if (given->junit)
        write_junit(all, out);
    else if (given->github)
        write_github(all, out);
    else
        write_text(all, out);
    return EXIT_YES;
}

/* What goes to a file also leaves its summary on stderr: a build's log should not be silent about its gate. */
static int write_to(const options *given, const findings *all)
{
    if (given->output == NULL)
        return write_all(given, all, stdout);
    FILE *out = fopen(given->output, "w");
    if (out == NULL)
        return print_error("%s: could not be written", given->output);
    int code = write_all(given, all, out);
    int failed = ferror(out) != 0;
    if ((fclose(out) != 0 || failed) && code == EXIT_YES)
        code = print_error("%s: could not be written", given->output);
    char *summary = findings_summary(all);
    fprintf(stderr, "%s: %s\n", all->name, summary);
    release(summary);
    return code;
}

/* An empty file that a build system takes for the sign that the gate was passed. */
static int touch(const char *stamp)
{
    FILE *out = fopen(stamp, "w");
    return out != NULL && fclose(out) == 0 ? EXIT_YES : print_error("%s: could not be written", stamp);
}

static int judge(const options *given, findings *all)
{
    int code = given->baseline != NULL ? findings_accept(all, given->baseline) : EXIT_YES;
    if (code == EXIT_YES)
        code = write_to(given, all);
    for (uint32_t i = 0; i < all->count && code == EXIT_YES; i++)
        if (is_failure(&all->items[i]))
            code = EXIT_NO;
    if (code == EXIT_YES && given->stamp != NULL)
        code = touch(given->stamp);
    return code;
}

int command_check(session *now)
{
    const options *given = now->options;
    const char *name = given->arguments[0];
    edgeplan_gate_options how;
    edgeplan_gate *gate = NULL;
    if (given->json + given->sarif + given->junit + given->github > 1)
        return print_error("one of --json, --sarif, --junit and --github");
    edgeplan_status status = edgeplan_struct_init(&how, sizeof how);
    how.today = given->today != 0 ? given->today : today_of_clock();
    how.strict = given->strict ? EDGEPLAN_SWITCH_ON : EDGEPLAN_SWITCH_DEFAULT;
    if (status == EDGEPLAN_OK)
        status = edgeplan_gate_open(now->registry, name, &how, now->diagnostics, &gate);
    if (status != EDGEPLAN_OK)
        return print_failure(name, status, now->diagnostics);
    print_diagnostics(now->diagnostics, EDGEPLAN_SEVERITY_WARNING);
    findings all;
    int code = findings_open(&all, gate, name);
    if (code == EXIT_YES)
        code = judge(given, &all);
    findings_close(&all);
    edgeplan_gate_unref(gate);
    return code;
}
