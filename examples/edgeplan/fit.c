/* edgeplan fit: one model on one target. The verdict first, then what it rests on. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fit.h"

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

static void print_fixes(const edgeplan_plan *plan)
{
    table *lines = table_new("fix|from|to|verdict|>charged in all, high");
    edgeplan_item item;
    for (uint32_t i = 0; fit_item(plan, EDGEPLAN_LIST_FIXES, i, &item); i++) {
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
    fit_print_memory(&memory);
    if (request.given & field_bit("edgeplan_request", offsetof(edgeplan_request, gpu_layers)))
        status = fit_print_sides(edgeplan_plan_deployment(plan), &now->options->request);
    if (status != EDGEPLAN_OK)
        return print_failure("memory", status, now->diagnostics);
    fit_print_extra_models(plan);
    fit_print_limits(plan);
    status = fit_print_entitlements(edgeplan_plan_deployment(plan), &now->options->request);
    if (status != EDGEPLAN_OK)
        return print_failure("entitlements", status, now->diagnostics);
    fit_print_speed(plan, &verdict, &speed);
    fit_print_gains(plan);
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
    for (uint32_t i = 0; status == EDGEPLAN_OK && fit_item(plan, EDGEPLAN_LIST_FIXES, i, &item); i++)
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
    if (given->target == NULL)
        return print_error("fit needs --target; see edgeplan targets");
    if (given->sweep && given->json)
        return print_error("--context-sweep prints CSV, --json one document: give one of them");
    const edgeplan_target *target = session_target(now, now->options->target);
    edgeplan_model *model = target == NULL ? NULL : session_model(now, now->options->arguments[0]);
    if (model == NULL)
        return EXIT_UNDECIDED;
    edgeplan_status status = session_deploy(now, model, target, &deployment);
    int code = EXIT_UNDECIDED;
    for (uint32_t i = 0; i < now->options->companion_count && status == EDGEPLAN_OK; i++)
        status = session_add_companion(now, target, now->options->companions[i], &deployment, &draft, &drafts);
    if (status == EDGEPLAN_OK && draft == NULL && (given->draft_tokens > 0 || given->acceptance > 0)) {
        print_error("--draft-tokens and --acceptance need a draft: --with MODEL:draft, or :mtp");
        status = EDGEPLAN_ERROR_NOT_FOUND; /* said already */
    }
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
