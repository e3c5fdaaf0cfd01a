/* Every model of a budget on every target of the devices it is meant for. */
#include "plan/gate.h"

#include <string.h>

#include "base/context.h"
#include "base/known.h"
#include "plan/api.h"
#include "plan/refusals.h"
#include "registry/words.h"

enum { REASON_ROOM = 512, MOST_CELLS = 10000 };

#define FIRST_OF(field) (model->field ? model->field : device->field ? device->field : defaults->field)

static ep_terms join(const ep_terms *model, const ep_terms *device, const ep_terms *defaults)
{
    return (ep_terms){
        .runtime = FIRST_OF(runtime),
        .accelerators = model->accelerators.count    ? model->accelerators
                        : device->accelerators.count ? device->accelerators
                                                     : defaults->accelerators,
        .context_tokens = FIRST_OF(context_tokens),
        .prompt_tokens = FIRST_OF(prompt_tokens),
        .output_tokens = FIRST_OF(output_tokens),
        .sequences = FIRST_OF(sequences),
        .chunk_tokens = FIRST_OF(chunk_tokens),
        .app_bytes = FIRST_OF(app_bytes),
        .kv = model->kv != EDGEPLAN_ELEMENT_NONE ? model->kv : device->kv != EDGEPLAN_ELEMENT_NONE ? device->kv : defaults->kv,
        .mmap = FIRST_OF(mmap),
        .preset = FIRST_OF(preset),
        .app_state = FIRST_OF(app_state),
        .image_width_pixels = FIRST_OF(image_width_pixels),
        .image_height_pixels = FIRST_OF(image_height_pixels),
        .entitlements = FIRST_OF(entitlements),
    };
}

static edgeplan_request request_of(const ep_terms *terms, const ep_budget_device *device)
{
    edgeplan_request r = {.struct_size = sizeof r,
                          .context_tokens = terms->context_tokens,
                          .prompt_tokens = terms->prompt_tokens,
                          .output_tokens = terms->output_tokens,
                          .sequences = terms->sequences,
                          .chunk_tokens = terms->chunk_tokens,
                          .mmap = terms->mmap,
                          .preset = terms->preset,
                          .app_state = terms->app_state,
                          .image_width_pixels = terms->image_width_pixels,
                          .image_height_pixels = terms->image_height_pixels,
                          .app_bytes = terms->app_bytes};

    if (terms->kv != EDGEPLAN_ELEMENT_NONE) {
        r.kv_k = r.kv_v = terms->kv;
        r.given |= EP_REQUEST_KNOWN(kv_k) | EP_REQUEST_KNOWN(kv_v);
    }
    if (terms->entitlements) {
        r.given |= EP_REQUEST_KNOWN(entitlements);
        r.entitlements = terms->entitlements & 1u << EP_ENTITLED ? EDGEPLAN_ENTITLEMENT_INCREASED_MEMORY : 0;
    }
    if (device) {
        r.os_major = device->os >> 16;
        r.os_minor = device->os & 0xffff;
        r.firmware_major = device->firmware >> 16;
        r.firmware_minor = device->firmware & 0xffff;
        r.ram_bytes = device->ram_bytes;
        r.available_bytes = device->available_bytes;
        r.largest_buffer_bytes = device->largest_buffer_bytes;
    }
    return r;
}

static uint32_t accelerator_named(const char *name)
{
    for (const ep_word *word = ep_accelerator_words; word->text; word++)
        if (strcmp(word->text, name) == 0)
            return word->value;
    return EDGEPLAN_ACCELERATOR_ANY;
}

/* As it is stored, else in the format of the model it is beside. */
static edgeplan_status open_beside(const edgeplan_deployment *d, const edgeplan_model *model, const edgeplan_format *format, uint32_t os,
                                   edgeplan_diagnostics *said, edgeplan_deployment **out)
{
    const edgeplan_format *same = format || model->files ? format : d->format;
    edgeplan_status status = ep_deployment_open(model, d->target, d->accelerator, d->runtime, same, os, said, out);

    if (status == EDGEPLAN_ERROR_REFUSED)
        status = ep_deployment_open(model, d->target, EDGEPLAN_ACCELERATOR_ANY, NULL, format, os, said, out);
    return status;
}

edgeplan_status ep_gate_add_beside(const edgeplan_gate *gate, uint32_t model, uint32_t os, edgeplan_diagnostics *said,
                                   edgeplan_deployment **deployment)
{
    const ep_budget_model *asked = &gate->budget.models[model];
    edgeplan_status status = EDGEPLAN_OK;

    for (uint32_t i = 0; i < asked->with_count && !status; i++) {
        const ep_budget_model *one = &asked->with[i];
        const edgeplan_model *opened = gate->models[ep_gate_beside(gate, model) + i];
        edgeplan_deployment *other = NULL, *both = NULL;
        if (opened)
            status = open_beside(*deployment, opened, one->format, os, said, &other);
        if (!status)
            status = ep_deployment_with(*deployment, one->role, other, opened ? NULL : one->entry, &both);
        edgeplan_deployment_unref(other);
        edgeplan_deployment_unref(*deployment);
        *deployment = both;
    }
    return status;
}

edgeplan_status ep_gate_deploy(const edgeplan_gate *gate, uint32_t model, const ep_budget_device *device,
                               const edgeplan_target *target, edgeplan_request *request, ep_text *reason, edgeplan_deployment **out)
{
    static const ep_terms no_terms = {.kv = EDGEPLAN_ELEMENT_NONE};
    const ep_budget_model *asked = &gate->budget.models[model];
    const ep_terms terms = join(&asked->terms, device ? &device->terms : &no_terms, &gate->budget.defaults);
    edgeplan_diagnostics *said;
    edgeplan_status status = edgeplan_diagnostics_new(gate->arena.context, &said);

    *out = NULL;
    if (status)
        return status;
    *request = request_of(&terms, device);
    for (uint32_t i = 0; i == 0 || i < terms.accelerators.count; i++) {
        uint32_t accelerator = terms.accelerators.count ? accelerator_named(terms.accelerators.items[i]) : EDGEPLAN_ACCELERATOR_ANY;
        status = ep_deployment_open(gate->models[model], target, accelerator, terms.runtime, asked->format,
                                    device ? device->os : 0, said, out);
        if (!status)
            status = ep_gate_add_beside(gate, model, device ? device->os : 0, said, out);
        if (!status || status == EDGEPLAN_ERROR_NO_MEMORY)
            break;
    }
    if (status && status != EDGEPLAN_ERROR_NO_MEMORY) { /* of several engines the one wanted most says why */
        ep_text_add(reason, edgeplan_diagnostics_message(said, 0));
        status = EDGEPLAN_ERROR_REFUSED;
    }
    edgeplan_diagnostics_unref(said);
    return status;
}

/* ---- cells ---- */

static edgeplan_status plan_cell(edgeplan_gate *gate, uint32_t model, ep_cell *cell)
{
    char buffer[REASON_ROOM];
    ep_text reason;
    edgeplan_deployment *deployment;

    ep_text_init(&reason, buffer, sizeof buffer);
    edgeplan_status status = ep_gate_deploy(gate, model, cell->device, cell->target, &cell->request, &reason, &deployment);
    if (!status) {
        status = ep_deployment_refuses(deployment, &cell->request, &reason)
                     ? EDGEPLAN_ERROR_REFUSED
                     : ep_plan_make(deployment, &cell->request, NULL, EP_PLAN_RANKED, NULL, &cell->plan);
        if (ep_disown(&deployment->owners))
            ep_deployment_free(deployment);
        if (status == EDGEPLAN_ERROR_RANGE)
            ep_text_add(&reason, "a byte count overflows");
    }
    if (status != EDGEPLAN_ERROR_REFUSED && status != EDGEPLAN_ERROR_RANGE)
        return status;
    cell->refusal = ep_arena_copy(&gate->arena, buffer, reason.length < sizeof buffer ? reason.length : sizeof buffer - 1);
    return cell->refusal ? EDGEPLAN_OK : EDGEPLAN_ERROR_NO_MEMORY;
}

static uint32_t targets_of(const ep_budget_device *device)
{
    return device->target ? 1 : device->platform->target_count;
}

static edgeplan_status too_many(const edgeplan_gate *gate, edgeplan_diagnostics *diagnostics)
{
    const ep_place place = {gate->budget.name, 0, 0, 0};

    return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_LIMIT, &place, NULL,
                     "more models on more targets than can be checked");
}

edgeplan_status ep_gate_plan_cells(edgeplan_gate *gate, edgeplan_diagnostics *diagnostics)
{
    const ep_budget *budget = &gate->budget;
    size_t count = 0;

    for (uint32_t m = 0; m < budget->model_count; m++)
        for (uint32_t k = 0; k < budget->models[m].device_count; k++)
            count += targets_of(&budget->devices[budget->models[m].devices[k]]);
    if (count > MOST_CELLS)
        return too_many(gate, diagnostics);
    gate->cells = ep_arena_array(&gate->arena, count, sizeof *gate->cells);
    if (!gate->cells)
        return EDGEPLAN_ERROR_NO_MEMORY;
    for (uint32_t m = 0; m < budget->model_count; m++) {
        for (uint32_t k = 0; k < budget->models[m].device_count; k++) {
            const ep_budget_device *device = &budget->devices[budget->models[m].devices[k]];
            for (uint32_t t = 0; t < targets_of(device); t++) {
                ep_cell *cell = &gate->cells[gate->cell_count++];
                cell->model = &budget->models[m];
                cell->device = device;
                cell->target = device->target ? device->target : device->platform->targets[t];
                edgeplan_status status = plan_cell(gate, m, cell);
                if (status)
                    return status;
            }
        }
    }
    return EDGEPLAN_OK;
}
