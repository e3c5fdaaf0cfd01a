/* edgeplan fit: one model on one target. The verdict first, then what it rests on. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"

static const char *const loud[] = {"", "FITS", "TIGHT", "UNKNOWN", "DOES NOT FIT"};

static const char *loud_verdict(uint32_t verdict)
{
    return verdict < sizeof loud / sizeof *loud ? loud[verdict] : "";
}

static void print_verdict(const edgeplan_plan *plan, const edgeplan_target *target, const edgeplan_model *model,
                          const edgeplan_request *request, const edgeplan_verdict_result *verdict)
{
    const edgeplan_deployment *path = edgeplan_plan_deployment(plan);
    const edgeplan_runtime *runtime = edgeplan_deployment_runtime(path);
    printf("%s  %s %s on %s, %s %s %s, %" PRIu64 " tokens", loud_verdict(verdict->verdict), edgeplan_model_id(model),
           edgeplan_format_id(edgeplan_deployment_format(path)), edgeplan_target_name(target), edgeplan_runtime_id(runtime),
           edgeplan_runtime_release(runtime), edgeplan_accelerator_name(edgeplan_deployment_accelerator(path)),
           request->context_tokens);
    if (request->given & field_bit("edgeplan_request", offsetof(edgeplan_request, gpu_layers)))
        printf(", %" PRIu64 " layers on the %s", request->gpu_layers,
               edgeplan_accelerator_name(edgeplan_deployment_accelerator(path)));
    printf("\n");
    const char *binding = edgeplan_limit_name((edgeplan_limit)verdict->binding);
    const int context = verdict->verdict_reason == EDGEPLAN_REASON_CONTEXT; /* of tokens, whatever the bytes */
    if (KNOWN(edgeplan_verdict_result, *verdict, hard_bytes) && !context) {
        printf("  %s: needs %s", binding, BYTES(edgeplan_verdict_result, *verdict, demand_low_bytes));
        printf(" to %s;", BYTES(edgeplan_verdict_result, *verdict, demand_high_bytes));
        printf(" safe %s,", BYTES(edgeplan_verdict_result, *verdict, safe_bytes));
        printf(" hard %s\n", bytes_text(verdict->hard_bytes).s);
    }
    printf("  %s%s%s\n\n", context ? binding : "", context ? ": " : "",
           edgeplan_verdict_reason_text((edgeplan_verdict_reason)verdict->verdict_reason));
}

static void memory_row(table *lines, const char *part, int known, uint64_t bytes)
{
    table_cell(lines, "%s", part);
    table_cell(lines, "%s", known ? bytes_text(bytes).s : "unknown");
    table_cell(lines, "%s", "");
    table_cell(lines, "%s", "");
}

static void print_memory(const edgeplan_memory *memory)
{
    table *lines = table_new("memory|>expected|>low|>high");
#define ROW(part, field) memory_row(lines, part, KNOWN(edgeplan_memory, *memory, field), memory->field)
    ROW("weights", weights_bytes);
    if (memory->weights_duplicated_bytes > 0)
        ROW("weights held twice", weights_duplicated_bytes);
    ROW("KV cache", kv_bytes);
    if (memory->state_bytes > 0)
        ROW("recurrent state", state_bytes);
    ROW("compute", compute_bytes);
    ROW("output", output_bytes);
    if (memory->extra_models_bytes > 0)
        ROW("extra models", extra_models_bytes);
    ROW("runtime and app", runtime_bytes);
#undef ROW
    table_cell(lines, "total");
    table_cell(lines, "%s", BYTES(edgeplan_memory, *memory, total_bytes));
    table_cell(lines, "%s", BYTES(edgeplan_memory, *memory, total_low_bytes));
    table_cell(lines, "%s", BYTES(edgeplan_memory, *memory, total_high_bytes));
    table_cell(lines, "charged to the app");
    table_cell(lines, "%s", BYTES(edgeplan_memory, *memory, charged_bytes));
    table_cell(lines, "%s", BYTES(edgeplan_memory, *memory, charged_low_bytes));
    table_cell(lines, "%s", BYTES(edgeplan_memory, *memory, charged_high_bytes));
    table_print(lines, stdout);
    printf("largest buffer %s; basis: %s\n\n", BYTES(edgeplan_memory, *memory, largest_buffer_bytes),
           edgeplan_memory_basis_name((edgeplan_memory_basis)memory->basis));
}

/* Layers shared out: what lies where. */
static edgeplan_status print_sides(const edgeplan_deployment *path, const edgeplan_request *request)
{
    static const edgeplan_place places[] = {EDGEPLAN_PLACE_HOST, EDGEPLAN_PLACE_DEVICE};
    table *lines = table_new("of this|>weights|>held twice|>KV cache|>state|>compute|>total|>low|>high");
    edgeplan_status status = EDGEPLAN_OK;
    for (size_t i = 0; i < sizeof places / sizeof *places && status == EDGEPLAN_OK; i++) {
        edgeplan_memory memory;
        if (edgeplan_struct_init(&memory, sizeof memory) != EDGEPLAN_OK)
            return EDGEPLAN_ERROR_STRUCT_SIZE;
        status = edgeplan_deployment_memory(path, request, places[i], EDGEPLAN_MEASURE_RESERVED, &memory);
        table_cell(lines, "%s", i == 0 ? "on the host" : "on the accelerator");
        table_cell(lines, "%s", BYTES(edgeplan_memory, memory, weights_bytes));
        table_cell(lines, "%s", BYTES(edgeplan_memory, memory, weights_duplicated_bytes));
        table_cell(lines, "%s", BYTES(edgeplan_memory, memory, kv_bytes));
        table_cell(lines, "%s", BYTES(edgeplan_memory, memory, state_bytes));
        table_cell(lines, "%s", BYTES(edgeplan_memory, memory, compute_bytes));
        table_cell(lines, "%s", BYTES(edgeplan_memory, memory, total_bytes));
        table_cell(lines, "%s", BYTES(edgeplan_memory, memory, total_low_bytes));
        table_cell(lines, "%s", BYTES(edgeplan_memory, memory, total_high_bytes));
    }
    table_print(lines, stdout);
    printf("\n");
    return status;
}

static int item_of(const edgeplan_plan *plan, edgeplan_list list, uint32_t index, edgeplan_item *item)
{
    return edgeplan_struct_init(item, sizeof *item) == EDGEPLAN_OK && edgeplan_plan_item(plan, list, index, item) == EDGEPLAN_OK;
}

static void print_extra_models(const edgeplan_plan *plan)
{
    table *lines = table_new("beside|model|path|>expected|>low|>high");
    edgeplan_item item;
    for (uint32_t i = 0; item_of(plan, EDGEPLAN_LIST_EXTRA_MODELS, i, &item); i++) {
        table_cell(lines, "%s", edgeplan_companion_name((edgeplan_companion)item.code));
        table_cell(lines, "%s", edgeplan_plan_text(plan, EDGEPLAN_LIST_EXTRA_MODELS, i, EDGEPLAN_TEXT_SUBJECT));
        table_cell(lines, "%s", edgeplan_plan_text(plan, EDGEPLAN_LIST_EXTRA_MODELS, i, EDGEPLAN_TEXT_MESSAGE));
        table_cell(lines, "%s", BYTES(edgeplan_item, item, bytes));
        table_cell(lines, "%s", bytes_text((uint64_t)item.low).s);
        table_cell(lines, "%s", KNOWN(edgeplan_item, item, high) ? bytes_text((uint64_t)item.high).s : "unknown");
    }
    table_print(lines, stdout);
    if (edgeplan_plan_count(plan, EDGEPLAN_LIST_EXTRA_MODELS) > 0)
        printf("\n");
}

static void print_limits(const edgeplan_plan *plan)
{
    table *lines = table_new("limit|rule|>safe|>hard|>demand, high|verdict|");
    edgeplan_item item;
    for (uint32_t i = 0; item_of(plan, EDGEPLAN_LIST_LIMITS, i, &item); i++) {
        table_cell(lines, "%s", edgeplan_limit_name((edgeplan_limit)item.code));
        table_cell(lines, "%s", edgeplan_plan_text(plan, EDGEPLAN_LIST_LIMITS, i, EDGEPLAN_TEXT_SUBJECT));
        table_cell(lines, "%s", KNOWN(edgeplan_item, item, low) ? bytes_text((uint64_t)item.low).s : "unknown");
        table_cell(lines, "%s", KNOWN(edgeplan_item, item, value) ? bytes_text((uint64_t)item.value).s : "unknown");
        table_cell(lines, "%s", BYTES(edgeplan_item, item, bytes));
        table_cell(lines, "%s", KNOWN(edgeplan_item, item, high) ? edgeplan_verdict_name((edgeplan_verdict)item.high) : "unknown");
        table_cell(lines, "%s", edgeplan_plan_text(plan, EDGEPLAN_LIST_LIMITS, i, EDGEPLAN_TEXT_MESSAGE));
    }
    table_print(lines, stdout);
    printf("\n");
}

/* Whether the system grants more memory to some apps: then a plan that is told nothing assumes the app is none of them. */
static edgeplan_status has_entitlements(const edgeplan_deployment *path, const edgeplan_request *asked, int *has)
{
    edgeplan_plan *plan = NULL;
    edgeplan_request request = *asked;
    request.entitlements = 0;
    request.given &= ~field_bit("edgeplan_request", offsetof(edgeplan_request, entitlements));
    edgeplan_status status = edgeplan_plan_new(path, &request, NULL, &plan);
    for (uint32_t i = 0; i < edgeplan_plan_count(plan, EDGEPLAN_LIST_ASSUMPTIONS); i++)
        *has |= strcmp(edgeplan_plan_text(plan, EDGEPLAN_LIST_ASSUMPTIONS, i, EDGEPLAN_TEXT_SUBJECT), "entitlement") == 0;
    edgeplan_plan_unref(plan);
    return status;
}

/* The answer with and without an entitlement, where there is one. */
static edgeplan_status print_entitlements(const edgeplan_deployment *path, const edgeplan_request *asked)
{
    static const char *const names[] = {"none", "increased-memory"};
    int has = 0;
    edgeplan_status status = has_entitlements(path, asked, &has);
    if (status != EDGEPLAN_OK || !has)
        return status;
    table *lines = table_new("entitlement|verdict|limit|>safe|>hard|>longest context");
    for (uint32_t i = 0; i < 2 && status == EDGEPLAN_OK; i++) {
        edgeplan_verdict_result result;
        edgeplan_request request = *asked;
        edgeplan_limit limit = EDGEPLAN_LIMIT_NONE;
        uint64_t longest = 0;
        request.entitlements = i == 0 ? 0 : EDGEPLAN_ENTITLEMENT_INCREASED_MEMORY;
        if (edgeplan_struct_init(&result, sizeof result) != EDGEPLAN_OK)
            return EDGEPLAN_ERROR_STRUCT_SIZE;
        status = edgeplan_deployment_verdict(path, &request, &result);
        table_cell(lines, "%s", names[i]);
        table_cell(lines, "%s", edgeplan_verdict_name((edgeplan_verdict)result.verdict));
        table_cell(lines, "%s", edgeplan_limit_name((edgeplan_limit)result.binding));
        table_cell(lines, "%s", BYTES(edgeplan_verdict_result, result, safe_bytes));
        table_cell(lines, "%s", BYTES(edgeplan_verdict_result, result, hard_bytes));
        if (edgeplan_deployment_max_context(path, &request, &longest, &limit) == EDGEPLAN_OK)
            table_cell(lines, "%" PRIu64, longest);
        else
            table_cell(lines, "unknown");
    }
    table_print(lines, stdout);
    printf("\n");
    return status;
}

/* `12.8 tok/s`, or `unknown` without a unit. */
static void rate_row(table *lines, const char *what, int known, double value, const char *unit)
{
    table_cell(lines, "%s", what);
    table_cell(lines, "%s%s", known ? number_text(value).s : "unknown", known ? unit : "");
}

static void print_sustained(table *lines, const edgeplan_speed *speed)
{
    if (!KNOWN(edgeplan_speed, *speed, sustained_decode_tok_per_s))
        return;
    table_cell(lines, "once it is hot");
    if (KNOWN(edgeplan_speed, *speed, sustained_decode_low_tok_per_s))
        table_cell(lines, "%s tok/s, %s expected (basis: %s)",
                   range_text(speed->sustained_decode_low_tok_per_s, speed->sustained_decode_high_tok_per_s).s,
                   number_text(speed->sustained_decode_tok_per_s).s, edgeplan_speed_basis_name((edgeplan_speed_basis)speed->sustained_basis));
    else
        table_cell(lines, "%s tok/s expected (basis: %s)", number_text(speed->sustained_decode_tok_per_s).s,
                   edgeplan_speed_basis_name((edgeplan_speed_basis)speed->sustained_basis));
}

static void print_first_token(table *lines, const edgeplan_speed *speed)
{
    rate_row(lines, "prefill ceiling", KNOWN(edgeplan_speed, *speed, prefill_ceiling_tok_per_s), speed->prefill_ceiling_tok_per_s, " tok/s");
    if (!KNOWN(edgeplan_speed, *speed, ttft_seconds)) {
        rate_row(lines, "first token, at best", KNOWN(edgeplan_speed, *speed, ttft_floor_seconds), speed->ttft_floor_seconds, " s");
        return;
    }
    table_cell(lines, "first token");
    int floor_known = KNOWN(edgeplan_speed, *speed, ttft_floor_seconds), ends_known = KNOWN(edgeplan_speed, *speed, ttft_low_seconds);
    table_cell(lines, "%s%s%s%s expected%s%s%s (prefill at %s tok/s; basis: %s)",
               ends_known ? range_text(speed->ttft_low_seconds, speed->ttft_high_seconds).s : "", ends_known ? " s, " : "",
               number_text(speed->ttft_seconds).s, ends_known ? "" : " s", floor_known ? ", " : "", floor_known ? number_text(speed->ttft_floor_seconds).s : "", floor_known ? " at best" : "",
               number_text(speed->prefill_tok_per_s).s, edgeplan_speed_basis_name((edgeplan_speed_basis)speed->prefill_basis));
}

/* Runs of this very path; claims are none. */
static void print_observed(table *lines, const edgeplan_plan *plan)
{
    double least = 0, most = 0;
    uint32_t runs = 0;
    for (uint32_t i = 0; i < edgeplan_plan_count(plan, EDGEPLAN_LIST_OBSERVATIONS); i++) {
        edgeplan_item item;
        if (edgeplan_struct_init(&item, sizeof item) != EDGEPLAN_OK ||
            edgeplan_plan_item(plan, EDGEPLAN_LIST_OBSERVATIONS, i, &item) != EDGEPLAN_OK || item.code != 1)
            continue;
        least = runs == 0 || item.value < least ? item.value : least;
        most = item.value > most ? item.value : most;
        runs++;
    }
    if (runs == 0)
        return;
    table_cell(lines, "observed");
    if (runs == 1)
        table_cell(lines, "%s tok/s in one run", number_text(most).s);
    else
        table_cell(lines, "%s tok/s in %u runs", range_text(least, most).s, (unsigned)runs);
}

/* The longest context within a limit that is not known to kill, where that is shorter. */
static void print_soft_limit(table *lines, const edgeplan_plan *plan)
{
    edgeplan_item item;
    for (uint32_t i = 0; item_of(plan, EDGEPLAN_LIST_ASSUMPTIONS, i, &item); i++)
        if (strcmp(edgeplan_plan_text(plan, EDGEPLAN_LIST_ASSUMPTIONS, i, EDGEPLAN_TEXT_SUBJECT), "soft_limit") == 0) {
            table_cell(lines, "within soft limits");
            table_cell(lines, "%.0f tokens, ended by %s", item.value,
                       edgeplan_plan_text(plan, EDGEPLAN_LIST_ASSUMPTIONS, i, EDGEPLAN_TEXT_INPUT));
        }
}

static void print_speed(const edgeplan_plan *plan, const edgeplan_verdict_result *verdict, const edgeplan_speed *speed)
{
    table *lines = table_new("|");
    table_cell(lines, "longest context");
    if (!KNOWN(edgeplan_verdict_result, *verdict, max_context_tokens))
        table_cell(lines, "unknown");
    else if (verdict->max_context_tokens == 0)
        table_cell(lines, "none: not even the shortest is expected to stay within %s",
                   edgeplan_limit_name((edgeplan_limit)verdict->max_context_limit));
    else if (verdict->max_context_limit == EDGEPLAN_LIMIT_NONE)
        table_cell(lines, "%" PRIu64 " tokens or more: no limit on record ends it", verdict->max_context_tokens);
    else
        table_cell(lines, "%" PRIu64 " tokens, ended by %s", verdict->max_context_tokens,
                   edgeplan_limit_name((edgeplan_limit)verdict->max_context_limit));
    print_soft_limit(lines, plan);
#define ROW(what, field, unit) rate_row(lines, what, KNOWN(edgeplan_speed, *speed, field), speed->field, unit)
    ROW("decode ceiling", decode_ceiling_tok_per_s, " tok/s");
    const char *bound = edgeplan_bound_name((edgeplan_bound)speed->bound); /* empty where it is not known */
    table_cell(lines, "decode estimate");
    int ends_known = KNOWN(edgeplan_speed, *speed, decode_low_tok_per_s);
    if (KNOWN(edgeplan_speed, *speed, decode_tok_per_s))
        table_cell(lines, "%s%s%s%s expected (basis: %s%s%s)",
                   ends_known ? range_text(speed->decode_low_tok_per_s, speed->decode_high_tok_per_s).s : "", ends_known ? " tok/s, " : "",
                   number_text(speed->decode_tok_per_s).s, ends_known ? "" : " tok/s",
                   edgeplan_speed_basis_name((edgeplan_speed_basis)speed->basis), *bound ? "; bound by " : "", bound);
    else
        table_cell(lines, "unknown%s%s%s", *bound ? " (bound by " : "", bound, *bound ? ")" : "");
    print_observed(lines, plan);
    print_sustained(lines, speed);
    print_first_token(lines, speed);
    if (KNOWN(edgeplan_speed, *speed, first_load_seconds))
        ROW("first load", first_load_seconds, " s");
    if (KNOWN(edgeplan_speed, *speed, energy_joules_per_token))
        ROW("energy", energy_joules_per_token, " J per token");
#undef ROW
    table_print(lines, stdout);
    printf("\n");
}

/* What speculation was measured to gain or lose on this path. */
static void print_gains(const edgeplan_plan *plan)
{
    table *lines = table_new("speculation|>times as fast|from|measured by");
    edgeplan_item item;
    for (uint32_t i = 0; item_of(plan, EDGEPLAN_LIST_SPECULATION, i, &item); i++) {
        int known = KNOWN(edgeplan_item, item, value) != 0;
        table_cell(lines, "%s", edgeplan_plan_text(plan, EDGEPLAN_LIST_SPECULATION, i, EDGEPLAN_TEXT_SUBJECT));
        table_cell(lines, "%s", known ? number_text(item.value).s : "unknown");
        table_cell(lines, "%s", KNOWN(edgeplan_item, item, low) ? range_text(item.low, item.high).s : "");
        table_cell(lines, "%s", edgeplan_plan_text(plan, EDGEPLAN_LIST_SPECULATION, i, EDGEPLAN_TEXT_SOURCE));
    }
    table_print(lines, stdout);
    if (edgeplan_plan_count(plan, EDGEPLAN_LIST_SPECULATION) > 0)
        printf("\n");
}

static void print_fixes(const edgeplan_plan *plan)
{
    table *lines = table_new("fix|from|to|verdict|>charged in all, high");
    edgeplan_item item;
    for (uint32_t i = 0; item_of(plan, EDGEPLAN_LIST_FIXES, i, &item); i++) {
        table_cell(lines, "%s", edgeplan_plan_text(plan, EDGEPLAN_LIST_FIXES, i, EDGEPLAN_TEXT_SUBJECT));
        table_cell(lines, "%s", edgeplan_plan_text(plan, EDGEPLAN_LIST_FIXES, i, EDGEPLAN_TEXT_INPUT));
        table_cell(lines, "%s", edgeplan_plan_text(plan, EDGEPLAN_LIST_FIXES, i, EDGEPLAN_TEXT_OUTPUT));
        table_cell(lines, "%s", edgeplan_verdict_name((edgeplan_verdict)item.code));
        table_cell(lines, "%s", BYTES(edgeplan_item, item, bytes));
    }
    table_print(lines, stdout);
    if (edgeplan_plan_count(plan, EDGEPLAN_LIST_FIXES) > 0)
        printf("\n");
}

static void print_messages(const edgeplan_plan *plan, edgeplan_list list, const char *heading)
{
    uint32_t count = edgeplan_plan_count(plan, list);
    if (count > 0)
        printf("%s\n", heading);
    for (uint32_t i = 0; i < count; i++)
        printf("  %s\n", edgeplan_plan_text(plan, list, i, EDGEPLAN_TEXT_MESSAGE));
}

static void print_sources(const edgeplan_plan *plan, int in_full)
{
    uint32_t count = edgeplan_plan_count(plan, EDGEPLAN_LIST_SOURCES);
    if (!in_full) {
        printf("rests on %u figures; --sources lists them\n", (unsigned)count);
        return;
    }
    table *lines = table_new("figure|says|source|in");
    for (uint32_t i = 0; i < count; i++) {
        table_cell(lines, "%s", edgeplan_plan_text(plan, EDGEPLAN_LIST_SOURCES, i, EDGEPLAN_TEXT_SUBJECT));
        table_cell(lines, "%s", edgeplan_plan_text(plan, EDGEPLAN_LIST_SOURCES, i, EDGEPLAN_TEXT_MESSAGE));
        table_cell(lines, "%s", edgeplan_plan_text(plan, EDGEPLAN_LIST_SOURCES, i, EDGEPLAN_TEXT_SOURCE));
        table_cell(lines, "%s", edgeplan_plan_text(plan, EDGEPLAN_LIST_SOURCES, i, EDGEPLAN_TEXT_PLACE));
    }
    printf("\n");
    table_print(lines, stdout);
}

static int exit_code(const session *now, uint32_t verdict)
{
    switch (verdict) {
    case EDGEPLAN_VERDICT_FITS: return EXIT_YES;
    case EDGEPLAN_VERDICT_TIGHT: return now->options->strict ? EXIT_NO : EXIT_YES;
    case EDGEPLAN_VERDICT_DOES_NOT_FIT: return EXIT_NO;
    default: return EXIT_UNDECIDED;
    }
}

static int print_fit(const session *now, const edgeplan_plan *plan, const edgeplan_target *target, const edgeplan_model *model,
                     const drafting *gain)
{
    edgeplan_request request;
    edgeplan_memory memory;
    edgeplan_verdict_result verdict;
    edgeplan_speed speed;
    edgeplan_status status = EDGEPLAN_OK;
    if (edgeplan_struct_init(&request, sizeof request) != EDGEPLAN_OK || edgeplan_struct_init(&memory, sizeof memory) != EDGEPLAN_OK ||
        edgeplan_struct_init(&verdict, sizeof verdict) != EDGEPLAN_OK || edgeplan_struct_init(&speed, sizeof speed) != EDGEPLAN_OK)
        status = EDGEPLAN_ERROR_STRUCT_SIZE;
    if (status == EDGEPLAN_OK)
        status = edgeplan_plan_request(plan, &request);
    if (status == EDGEPLAN_OK)
        status = edgeplan_plan_memory(plan, &memory);
    if (status == EDGEPLAN_OK)
        status = edgeplan_plan_verdict(plan, &verdict);
    if (status == EDGEPLAN_OK)
        status = edgeplan_plan_speed(plan, &speed);
    if (status != EDGEPLAN_OK)
        return print_failure("plan", status, now->diagnostics);
    if (now->options->json) {
        int code = print_plans(&plan, 1, gain != NULL ? write_drafting : NULL, gain);
        return code == EXIT_YES ? exit_code(now, verdict.verdict) : code;
    }
    print_verdict(plan, target, model, &request, &verdict);
    print_memory(&memory);
    if (request.given & field_bit("edgeplan_request", offsetof(edgeplan_request, gpu_layers)))
        status = print_sides(edgeplan_plan_deployment(plan), &now->options->request);
    if (status != EDGEPLAN_OK)
        return print_failure("memory", status, now->diagnostics);
    print_extra_models(plan);
    print_limits(plan);
    status = print_entitlements(edgeplan_plan_deployment(plan), &now->options->request);
    if (status != EDGEPLAN_OK)
        return print_failure("entitlements", status, now->diagnostics);
    print_speed(plan, &verdict, &speed);
    print_gains(plan);
    print_fixes(plan);
    print_messages(plan, EDGEPLAN_LIST_MISSING, "missing");
    print_messages(plan, EDGEPLAN_LIST_WARNINGS, "warnings");
    print_messages(plan, EDGEPLAN_LIST_ASSUMPTIONS, "assumed");
    print_sources(plan, now->options->sources != 0);
    if (gain != NULL)
        print_drafting(gain);
    return exit_code(now, verdict.verdict);
}

/* As many layers as the fix that shares them out leaves on the accelerator, where it betters the verdict; else all. */
static edgeplan_status share_layers(const session *now, const edgeplan_deployment *path, edgeplan_request *request)
{
    edgeplan_verdict_result verdict = {.struct_size = sizeof verdict};
    edgeplan_plan *plan = NULL;
    edgeplan_item item;
    edgeplan_status status = edgeplan_plan_new(path, request, now->diagnostics, &plan);
    if (status == EDGEPLAN_OK)
        status = edgeplan_plan_verdict(plan, &verdict);
    request->gpu_layers = UINT32_MAX;
    request->given |= field_bit("edgeplan_request", offsetof(edgeplan_request, gpu_layers));
    for (uint32_t i = 0; status == EDGEPLAN_OK && item_of(plan, EDGEPLAN_LIST_FIXES, i, &item); i++)
        if (strcmp(edgeplan_plan_text(plan, EDGEPLAN_LIST_FIXES, i, EDGEPLAN_TEXT_SUBJECT), "gpu_layers") == 0 &&
            item.code < verdict.verdict) /* a better one has a smaller number */
            request->gpu_layers = strtoull(edgeplan_plan_text(plan, EDGEPLAN_LIST_FIXES, i, EDGEPLAN_TEXT_OUTPUT), NULL, 10);
    edgeplan_plan_unref(plan);
    return status;
}

int command_fit(session *now)
{
    edgeplan_deployment *deployment = NULL;
    edgeplan_deployment *draft = NULL;
    edgeplan_companion drafts = EDGEPLAN_COMPANION_DRAFT;
    drafting gain;
    edgeplan_plan *plan = NULL;
    const options *given = now->options;
    options settled = *given;
    if (now->options->target == NULL)
        return print_error("fit needs --target; see edgeplan targets");
    const edgeplan_target *target = session_target(now, now->options->target);
    edgeplan_model *model = target == NULL ? NULL : session_model(now, now->options->arguments[0]);
    if (model == NULL)
        return EXIT_UNDECIDED;
    edgeplan_status status = session_deploy(now, model, target, &deployment);
    int code = EXIT_UNDECIDED;
    for (uint32_t i = 0; i < now->options->companion_count && status == EDGEPLAN_OK; i++)
        status = session_add_companion(now, target, now->options->companions[i], &deployment, &draft, &drafts);
    if (status == EDGEPLAN_OK && given->auto_layers)
        status = share_layers(now, deployment, &settled.request);
    now->options = &settled;
    if (status == EDGEPLAN_OK && now->options->sweep)
        status = print_context_sweep(now, deployment, model);
    else if (status == EDGEPLAN_OK)
        status = edgeplan_plan_new(deployment, &now->options->request, now->diagnostics, &plan);
    if (status == EDGEPLAN_OK && draft != NULL && !now->options->sweep)
        status = measure_drafting(now, deployment, draft, drafts, &gain);
    if (status == EDGEPLAN_OK)
        code = now->options->sweep ? EXIT_YES : print_fit(now, plan, target, model, draft != NULL ? &gain : NULL);
    if (status != EDGEPLAN_OK && status != EDGEPLAN_ERROR_NOT_FOUND)
        print_failure(now->options->arguments[0], status, now->diagnostics);
    edgeplan_plan_unref(plan);
    edgeplan_deployment_unref(draft);
    edgeplan_deployment_unref(deployment);
    edgeplan_model_unref(model);
    now->options = given;
    return code;
}
