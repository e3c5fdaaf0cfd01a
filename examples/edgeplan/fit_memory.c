/* What fit prints of memory: parts, sides, models beside, limits and entitlements. */
#include <inttypes.h>
#include <string.h>

#include "fit.h"

int fit_item(const edgeplan_plan *plan, edgeplan_list list, uint32_t index, edgeplan_item *item)
{
    return edgeplan_struct_init(item, sizeof *item) == EDGEPLAN_OK && edgeplan_plan_item(plan, list, index, item) == EDGEPLAN_OK;
}

static void memory_row(table *lines, const char *part, int known, uint64_t bytes)
{
    table_cell(lines, "%s", part);
    table_cell(lines, "%s", known ? bytes_text(bytes).s : "unknown");
    table_cell(lines, "%s", "");
    table_cell(lines, "%s", "");
}

void fit_print_memory(const edgeplan_memory *memory)
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
edgeplan_status fit_print_sides(const edgeplan_deployment *path, const edgeplan_request *request)
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

void fit_print_extra_models(const edgeplan_plan *plan)
{
    table *lines = table_new("beside|model|path|>expected|>low|>high");
    edgeplan_item item;
    for (uint32_t i = 0; fit_item(plan, EDGEPLAN_LIST_EXTRA_MODELS, i, &item); i++) {
        table_cell(lines, "%s", edgeplan_companion_name((edgeplan_companion)item.code));
        table_cell(lines, "%s", edgeplan_plan_text(plan, EDGEPLAN_LIST_EXTRA_MODELS, i, EDGEPLAN_TEXT_SUBJECT));
        table_cell(lines, "%s", edgeplan_plan_text(plan, EDGEPLAN_LIST_EXTRA_MODELS, i, EDGEPLAN_TEXT_MESSAGE));
        table_cell(lines, "%s", BYTES(edgeplan_item, item, bytes));
        table_cell(lines, "%s", bytes_text((uint64_t)item.low).s);
        table_cell(lines, "%s", KNOWN(edgeplan_item, item, high) ? bytes_text((uint64_t)item.high).s : "unknown");
    }
    table_print(lines, stdout);
    for (uint32_t i = 0; fit_item(plan, EDGEPLAN_LIST_EXTRA_MODELS, i, &item); i++)
        if (KNOWN(edgeplan_item, item, value))
            printf("an image of that size takes %.0f tokens of the prompt\n", item.value);
    if (edgeplan_plan_count(plan, EDGEPLAN_LIST_EXTRA_MODELS) > 0)
        printf("\n");
}

void fit_print_limits(const edgeplan_plan *plan)
{
    table *lines = table_new("limit|rule|>safe|>hard|>demand, high|verdict|");
    edgeplan_item item;
    for (uint32_t i = 0; fit_item(plan, EDGEPLAN_LIST_LIMITS, i, &item); i++) {
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
edgeplan_status fit_print_entitlements(const edgeplan_deployment *path, const edgeplan_request *asked)
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
