#include <edgeplan/gate.h>

#include "api/border.h"
#include "api/listed.h"
#include "base/context.h"
#include "plan/gate.h"
#include "source/input.h"

static edgeplan_status take_options(edgeplan_gate_options *ours, const edgeplan_gate_options *callers)
{
    edgeplan_status status = ep_border_read(EP_STRUCT_edgeplan_gate_options, ours, callers);

    return status == EDGEPLAN_OK ? ep_check_gate_options(ours) : status;
}

edgeplan_status edgeplan_gate_open_memory(const edgeplan_registry *registry, const void *bytes, size_t length, const char *name,
                                          const edgeplan_gate_options *options, edgeplan_diagnostics *diagnostics,
                                          edgeplan_gate **out)
{
    edgeplan_gate_options ours;
    edgeplan_status status;

    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    if (registry == NULL || (bytes == NULL && length != 0))
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    status = take_options(&ours, options);
    if (status != EDGEPLAN_OK)
        return status;
    return ep_gate_make(registry, bytes != NULL ? (const char *)bytes : "", length, name != NULL ? name : "", &ours, diagnostics,
                        out);
}

edgeplan_status edgeplan_gate_open(const edgeplan_registry *registry, const char *path, const edgeplan_gate_options *options,
                                   edgeplan_diagnostics *diagnostics, edgeplan_gate **out)
{
    edgeplan_status status;
    char *text = NULL;
    size_t length = 0;

    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    if (registry == NULL || path == NULL || path[0] == '\0')
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    status = ep_input_file(registry->arena.context, path, diagnostics, &text, &length);
    if (status != EDGEPLAN_OK)
        return status;
    status = edgeplan_gate_open_memory(registry, text, length, path, options, diagnostics, out);
    ep_release(registry->arena.context, text);
    return status;
}

edgeplan_gate *edgeplan_gate_ref(const edgeplan_gate *gate)
{
    if (gate != NULL)
        ep_own(&gate->owners);
    return (edgeplan_gate *)gate; /* immutable: only its count of owners ever changes */
}

void edgeplan_gate_unref(const edgeplan_gate *gate)
{
    if (gate != NULL && ep_disown(&gate->owners))
        ep_gate_free((edgeplan_gate *)gate);
}

edgeplan_status edgeplan_gate_summary(const edgeplan_gate *gate, edgeplan_summary *out)
{
    return gate != NULL ? ep_border_write(EP_STRUCT_edgeplan_summary, out, &gate->summary) : EDGEPLAN_ERROR_INVALID_ARGUMENT;
}

static const ep_item_list *find_list(const edgeplan_gate *gate, edgeplan_list list)
{
    if (gate == NULL)
        return NULL;
    return list == EDGEPLAN_LIST_CHECKS ? &gate->check_list : list == EDGEPLAN_LIST_WAIVERS ? &gate->waiver_list : NULL;
}

uint32_t edgeplan_gate_count(const edgeplan_gate *gate, edgeplan_list list)
{
    return ep_listed_count(find_list(gate, list));
}

edgeplan_status edgeplan_gate_item(const edgeplan_gate *gate, edgeplan_list list, uint32_t index, edgeplan_item *out)
{
    if (gate == NULL || (uint32_t)list == 0 || (uint32_t)list >= EP_LIST_COUNT)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    return ep_listed_item(find_list(gate, list), index, out);
}

const char *edgeplan_gate_text(const edgeplan_gate *gate, edgeplan_list list, uint32_t index, edgeplan_text which)
{
    return ep_listed_string(find_list(gate, list), index, which);
}

uint32_t edgeplan_gate_plan_count(const edgeplan_gate *gate)
{
    return gate != NULL ? gate->plan_count : 0;
}

const edgeplan_plan *edgeplan_gate_plan(const edgeplan_gate *gate, uint32_t index)
{
    return index < edgeplan_gate_plan_count(gate) ? gate->plans[index] : NULL;
}

const edgeplan_plan *edgeplan_gate_check_plan(const edgeplan_gate *gate, uint32_t check)
{
    const ep_cell *cell = check < edgeplan_gate_count(gate, EDGEPLAN_LIST_CHECKS) ? gate->checks[check].cell : NULL;

    return cell != NULL && cell->number != 0 ? gate->plans[cell->number - 1] : NULL;
}
