#include "findings.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "print.h"

/* `dir/edgeplan.yaml:35:17`, taken apart from its end: a path may hold colons. */
static void take_place(finding *one, const char *place)
{
    one->file = copy_text(place);
    for (int i = 0; i < 2; i++) {
        char *colon = strrchr(one->file, ':');
        if (colon == NULL)
            return;
        *(i == 0 ? &one->column : &one->line) = (unsigned)strtoul(colon + 1, NULL, 10);
        *colon = '\0';
    }
}

static uint32_t rule_number(const char *id)
{
    uint32_t number = edgeplan_rule_count();
    while (number > 0 && strcmp(edgeplan_rule_id((edgeplan_rule)number), id) != 0)
        number--;
    return number;
}

int findings_open(findings *all, const edgeplan_gate *gate, const char *name)
{
    memset(all, 0, sizeof *all);
    all->gate = gate;
    all->name = name;
    all->count = edgeplan_gate_count(gate, EDGEPLAN_LIST_CHECKS);
    all->items = allocate(all->count, sizeof *all->items);
    edgeplan_status status = edgeplan_struct_init(&all->summary, sizeof all->summary);
    if (status == EDGEPLAN_OK)
        status = edgeplan_gate_summary(gate, &all->summary);
    for (uint32_t i = 0; i < all->count && status == EDGEPLAN_OK; i++) {
        finding *one = &all->items[i];
        status = edgeplan_struct_init(&one->item, sizeof one->item);
        if (status == EDGEPLAN_OK)
            status = edgeplan_gate_item(gate, EDGEPLAN_LIST_CHECKS, i, &one->item);
        one->rule = edgeplan_gate_text(gate, EDGEPLAN_LIST_CHECKS, i, EDGEPLAN_TEXT_SUBJECT);
        one->model = edgeplan_gate_text(gate, EDGEPLAN_LIST_CHECKS, i, EDGEPLAN_TEXT_INPUT);
        one->device = edgeplan_gate_text(gate, EDGEPLAN_LIST_CHECKS, i, EDGEPLAN_TEXT_OUTPUT);
        one->message = edgeplan_gate_text(gate, EDGEPLAN_LIST_CHECKS, i, EDGEPLAN_TEXT_MESSAGE);
        one->hint = edgeplan_gate_text(gate, EDGEPLAN_LIST_CHECKS, i, EDGEPLAN_TEXT_HINT);
        one->plan = edgeplan_gate_check_plan(gate, i);
        one->rule_number = rule_number(one->rule);
        take_place(one, edgeplan_gate_text(gate, EDGEPLAN_LIST_CHECKS, i, EDGEPLAN_TEXT_PLACE));
    }
    return status == EDGEPLAN_OK ? EXIT_YES : print_failure(name, status, NULL);
}

void findings_close(findings *all)
{
    for (uint32_t i = 0; all->items != NULL && i < all->count; i++)
        release(all->items[i].file);
    release(all->items);
}

static int is_broken(const finding *one)
{
    return one->item.code == EDGEPLAN_CHECK_FAILED || one->item.code == EDGEPLAN_CHECK_UNKNOWN;
}

int is_failure(const finding *one)
{
    return is_broken(one) && !one->accepted;
}

const char *finding_severity(const finding *one)
{
    if (is_broken(one))
        return one->accepted ? "note" : "error";
    if (one->item.code == EDGEPLAN_CHECK_WARNED)
        return one->accepted ? "note" : "warning";
    return one->item.code == EDGEPLAN_CHECK_WAIVED ? "note" : NULL;
}

static char *formatted(const char *format, ...) PRINTF_LIKE(1, 2);

static char *formatted(const char *format, ...)
{
    char buffer[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(buffer, sizeof buffer, format, arguments);
    va_end(arguments);
    return copy_text(buffer);
}

/* What is not known is not said: the message names it. */
static void append(char *text, size_t size, const char *format, ...) PRINTF_LIKE(3, 4);

static void append(char *text, size_t size, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

static char *memory_breakdown(const edgeplan_plan *plan)
{
    edgeplan_memory m;
    if (edgeplan_struct_init(&m, sizeof m) != EDGEPLAN_OK || edgeplan_plan_memory(plan, &m) != EDGEPLAN_OK)
        return copy_text("");
    const char *beside = m.extra_models_bytes > 0 ? ", models beside " : "";
    return formatted("weights %s, KV %s, state %s, compute %s, output %s, runtime and app %s%s%s; charged %s to %s",
                     BYTES(edgeplan_memory, m, weights_bytes), BYTES(edgeplan_memory, m, kv_bytes),
                     BYTES(edgeplan_memory, m, state_bytes), BYTES(edgeplan_memory, m, compute_bytes),
                     BYTES(edgeplan_memory, m, output_bytes), BYTES(edgeplan_memory, m, runtime_bytes),
                     beside, *beside != '\0' ? BYTES(edgeplan_memory, m, extra_models_bytes) : "",
                     BYTES(edgeplan_memory, m, charged_low_bytes), BYTES(edgeplan_memory, m, charged_high_bytes));
}

static char *speed_breakdown(const edgeplan_plan *plan)
{
    edgeplan_speed s;
    if (edgeplan_struct_init(&s, sizeof s) != EDGEPLAN_OK || edgeplan_plan_speed(plan, &s) != EDGEPLAN_OK)
        return copy_text("");
    const char *bound = edgeplan_bound_name((edgeplan_bound)s.bound), *basis = edgeplan_speed_basis_name((edgeplan_speed_basis)s.basis);
    char text[512] = "";
    if (KNOWN(edgeplan_speed, s, decode_low_tok_per_s))
        append(text, sizeof text, "decode %s to %s tok/s, ", NUMBER(edgeplan_speed, s, decode_low_tok_per_s),
               NUMBER(edgeplan_speed, s, decode_high_tok_per_s));
    if (KNOWN(edgeplan_speed, s, decode_ceiling_tok_per_s))
        append(text, sizeof text, "ceiling %s tok/s, ", NUMBER(edgeplan_speed, s, decode_ceiling_tok_per_s));
    append(text, sizeof text, "%s read a step (bound by %s; basis: %s)", BYTES(edgeplan_speed, s, traffic_bytes_per_step),
           *bound ? bound : "unknown", *basis ? basis : "unknown");
    if (KNOWN(edgeplan_speed, s, ttft_seconds))
        append(text, sizeof text, "; first token %s s", NUMBER(edgeplan_speed, s, ttft_seconds));
    if (KNOWN(edgeplan_speed, s, ttft_floor_seconds))
        append(text, sizeof text, "; first token not before %s s", NUMBER(edgeplan_speed, s, ttft_floor_seconds));
    return copy_text(text);
}

char *finding_breakdown(const finding *one)
{
    if (one->plan == NULL)
        return copy_text("");
    switch (one->rule_number) {
    case EDGEPLAN_RULE_FIT:
    case EDGEPLAN_RULE_MEMORY:
    case EDGEPLAN_RULE_BUFFER:
    case EDGEPLAN_RULE_CONTEXT: return memory_breakdown(one->plan);
    case EDGEPLAN_RULE_DECODE:
    case EDGEPLAN_RULE_TTFT: return speed_breakdown(one->plan);
    default: return copy_text("");
    }
}

char *findings_summary(const findings *all)
{
    uint32_t broken = 0, warnings = 0;
    for (uint32_t i = 0; i < all->count; i++) {
        broken += (uint32_t)is_failure(&all->items[i]);
        warnings += all->items[i].item.code == EDGEPLAN_CHECK_WARNED && !all->items[i].accepted;
    }
    const char *s = warnings == 1 ? "" : "s";
    if (all->accepted > 0)
        return formatted("%u of %u checks failed, %u warning%s, %u waived, %u as in the baseline", (unsigned)broken,
                         (unsigned)all->count, (unsigned)warnings, s, (unsigned)all->summary.waived, (unsigned)all->accepted);
    return formatted("%u of %u checks failed, %u warning%s, %u waived", (unsigned)broken, (unsigned)all->count, (unsigned)warnings,
                     s, (unsigned)all->summary.waived);
}

/* ---- as a compiler says it ---- */

void write_text(const findings *all, FILE *out)
{
    for (uint32_t i = 0; i < all->count; i++) {
        const finding *one = &all->items[i];
        const char *severity = finding_severity(one);
        if (severity == NULL)
            continue;
        fprintf(out, "%s:%u:%u: %s: [%s] %s%s\n", one->file, one->line, one->column, severity, one->rule, one->message,
                one->item.code == EDGEPLAN_CHECK_WAIVED ? " (waived)" : one->accepted ? " (as in the baseline)" : "");
        if (one->item.code == EDGEPLAN_CHECK_WAIVED || one->accepted)
            continue; /* known: one line is enough */
        char *breakdown = finding_breakdown(one);
        if (breakdown[0] != '\0')
            fprintf(out, "    %s\n", breakdown);
        if (one->hint[0] != '\0')
            fprintf(out, "    %s\n", one->hint);
        if (one->registry_alone)
            fprintf(out, "    nothing but the registry changed since the baseline\n");
        release(breakdown);
    }
    char *summary = findings_summary(all);
    fprintf(out, "%s: %s\n", all->name, summary);
    release(summary);
}
