/* Diagnostics, documents and memory. */
#include "print.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void *allocate(size_t count, size_t size)
{
    void *made = calloc(count > 0 ? count : 1, size);
    if (made == NULL) {
        print_error("out of memory");
        exit(EXIT_UNDECIDED);
    }
    return made;
}

char *copy_text(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(allocate(size, 1), text, size);
}

void release(void *allocated)
{
    free(allocated);
}

int print_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("edgeplan: error: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return EXIT_UNDECIDED;
}

static const char *severity_name(edgeplan_severity severity)
{
    return severity == EDGEPLAN_SEVERITY_ERROR ? "error" : severity == EDGEPLAN_SEVERITY_WARNING ? "warning" : "note";
}

uint32_t print_diagnostics(const edgeplan_diagnostics *diagnostics, edgeplan_severity least)
{
    uint32_t errors = 0;
    for (uint32_t i = 0; i < edgeplan_diagnostics_count(diagnostics); i++) {
        edgeplan_severity severity = edgeplan_diagnostics_severity(diagnostics, i);
        if (severity < least)
            continue;
        const char *source = edgeplan_diagnostics_source(diagnostics, i);
        const char *path = edgeplan_diagnostics_key_path(diagnostics, i);
        uint32_t line = edgeplan_diagnostics_line(diagnostics, i);
        uint64_t offset = edgeplan_diagnostics_offset(diagnostics, i);
        errors += severity == EDGEPLAN_SEVERITY_ERROR;
        fputs(source[0] != '\0' ? source : "edgeplan", stderr);
        if (line > 0)
            fprintf(stderr, ":%u:%u", (unsigned)line, (unsigned)edgeplan_diagnostics_column(diagnostics, i));
        fprintf(stderr, ": %s: %s", severity_name(severity), edgeplan_diagnostics_message(diagnostics, i));
        if (path[0] != '\0')
            fprintf(stderr, " [%s]", path);
        if (line == 0 && offset != 0 && edgeplan_diagnostics_status(diagnostics, i) != EDGEPLAN_ERROR_TRUNCATED)
            fprintf(stderr, " at byte %" PRIu64, offset);
        fputc('\n', stderr);
    }
    if (edgeplan_diagnostics_dropped(diagnostics) > 0)
        fprintf(stderr, "edgeplan: note: %u more are not shown\n", (unsigned)edgeplan_diagnostics_dropped(diagnostics));
    return errors;
}

int print_failure(const char *what, edgeplan_status status, const edgeplan_diagnostics *diagnostics)
{
    if (print_diagnostics(diagnostics, EDGEPLAN_SEVERITY_WARNING) == 0)
        print_error("%s: %s", what, edgeplan_status_text(status));
    return EXIT_UNDECIDED;
}

static int print_document(edgeplan_status status, char *text, json_more more, const void *what)
{
    if (status == EDGEPLAN_OK) {
        char *last = strrchr(text, '}');
        if (last != NULL)
            *last = '\0';
        fputs(text, stdout);
        if (more != NULL)
            more(what, stdout);
        fputs(last != NULL ? "}\n" : "\n", stdout);
    }
    release(text);
    return status == EDGEPLAN_OK ? EXIT_YES : print_failure("report", status, NULL);
}

int print_plans(const edgeplan_plan *const *plans, uint32_t count, json_more more, const void *what)
{
    size_t needed = 0;
    edgeplan_status status = edgeplan_report_plans(plans, count, NULL, 0, &needed);
    char *text = allocate(needed, 1);
    if (status == EDGEPLAN_OK)
        status = edgeplan_report_plans(plans, count, text, needed, NULL);
    return print_document(status, text, more, what);
}

int print_recommendations(const edgeplan_recommendation *const *recommendations, uint32_t count, json_more more, const void *what)
{
    size_t needed = 0;
    edgeplan_status status = edgeplan_report_recommendations(recommendations, count, NULL, 0, &needed);
    char *text = allocate(needed, 1);
    if (status == EDGEPLAN_OK)
        status = edgeplan_report_recommendations(recommendations, count, text, needed, NULL);
    return print_document(status, text, more, what);
}

uint64_t field_bit(const char *structure, size_t offset)
{
    enum { FIRST = 16 }; /* struct_size, flags and the bits themselves */
    unsigned bit = 0;
    for (uint32_t i = 0; i < edgeplan_abi_field_count(); i++) {
        if (strcmp(edgeplan_abi_field_struct(i), structure) != 0 || edgeplan_abi_field_offset(i) < FIRST)
            continue;
        if (edgeplan_abi_field_offset(i) == offset)
            return UINT64_C(1) << bit;
        bit++;
    }
    return 0;
}
