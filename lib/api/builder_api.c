/* A model by hand: the builder holds a draft, and finish checks and freezes a copy of it. */
#include <edgeplan/model.h>

#include <string.h>

#include "api/border.h"
#include "base/checked.h"
#include "base/context.h"
#include "model/build.h"
#include "model/build_check.h"

struct edgeplan_model_builder {
    edgeplan_context *context; /* owned by the draft's arena */
    ep_draft draft;
};

/* Only this file makes builders, so their storage is not in an arena: the draft's arena can then be emptied first. */
edgeplan_status edgeplan_model_builder_new(edgeplan_context *context, const char *id, const char *family,
                                           edgeplan_model_builder **out)
{
    edgeplan_model_builder *builder;

    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    if (id == NULL || family == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    builder = ep_allocate(context, sizeof *builder);
    if (builder == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    builder->context = edgeplan_context_ref(context);
    ep_draft_init(&builder->draft, context);
    builder->draft.id = ep_arena_copy(&builder->draft.arena, id, strlen(id));
    builder->draft.family = ep_arena_copy(&builder->draft.arena, family, strlen(family));
    if (builder->draft.id == NULL || builder->draft.family == NULL) {
        edgeplan_model_builder_unref(builder);
        return EDGEPLAN_ERROR_NO_MEMORY;
    }
    *out = builder;
    return EDGEPLAN_OK;
}

void edgeplan_model_builder_unref(edgeplan_model_builder *builder)
{
    edgeplan_context *context;

    if (builder == NULL)
        return;
    context = builder->context;
    ep_draft_free(&builder->draft);
    ep_release(context, builder);
    edgeplan_context_unref(context);
}

edgeplan_status edgeplan_model_builder_set_head(edgeplan_model_builder *builder, const edgeplan_head *head)
{
    edgeplan_head ours;
    edgeplan_status status;

    if (builder == NULL || head == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    status = ep_border_read_known(EP_STRUCT_edgeplan_head, &ours, head);
    if (status != EDGEPLAN_OK)
        return status;
    if (ours.tied_head > EDGEPLAN_SWITCH_ON)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    builder->draft.head = ours;
    return EDGEPLAN_OK;
}

edgeplan_status edgeplan_model_builder_add_layers(edgeplan_model_builder *builder, const edgeplan_layer *layer, uint32_t repeat)
{
    edgeplan_layer ours;
    edgeplan_status status;

    if (builder == NULL || layer == NULL || repeat == 0)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    status = ep_border_read_known(EP_STRUCT_edgeplan_layer, &ours, layer);
    if (status == EDGEPLAN_OK)
        status = ep_check_layer(&ours);
    if (status == EDGEPLAN_OK && repeat > EP_MAX_LAYERS - builder->draft.layer_count)
        status = EDGEPLAN_ERROR_RANGE;
    for (uint32_t i = 0; i < repeat && status == EDGEPLAN_OK; i++)
        status = ep_draft_add_layer(&builder->draft, &ours);
    return status;
}

edgeplan_status edgeplan_model_builder_add_tensor(edgeplan_model_builder *builder, const edgeplan_tensor *tensor)
{
    edgeplan_tensor ours;
    edgeplan_status status;

    if (builder == NULL || tensor == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    status = ep_border_read_known(EP_STRUCT_edgeplan_tensor, &ours, tensor);
    if (status == EDGEPLAN_OK)
        status = ep_check_tensor(&ours);
    if (status == EDGEPLAN_OK && builder->draft.tensor_count >= EP_MAX_TENSORS)
        status = EDGEPLAN_ERROR_RANGE;
    if (status == EDGEPLAN_OK)
        status = ep_draft_add_tensor(&builder->draft, &ours);
    return status;
}

static edgeplan_status copy_draft(ep_draft *to, const ep_draft *from)
{
    edgeplan_status status = EDGEPLAN_OK;

    to->head = from->head;
    to->id = ep_arena_copy(&to->arena, from->id, strlen(from->id));
    to->family = ep_arena_copy(&to->arena, from->family, strlen(from->family));
    if (to->id == NULL || to->family == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    to->name = to->id;
    for (size_t i = 0; i < from->layer_count && status == EDGEPLAN_OK; i++)
        status = ep_draft_add_layer(to, &from->layers[i]);
    for (size_t i = 0; i < from->tensor_count && status == EDGEPLAN_OK; i++)
        status = ep_draft_add_tensor(to, &from->tensors[i]);
    return status;
}

edgeplan_status edgeplan_model_builder_finish(const edgeplan_model_builder *builder, edgeplan_diagnostics *diagnostics,
                                              edgeplan_model **out)
{
    ep_draft draft;
    edgeplan_status status;

    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = NULL;
    if (builder == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    ep_draft_init(&draft, builder->context);
    status = copy_draft(&draft, &builder->draft);
    if (status != EDGEPLAN_OK) {
        ep_draft_free(&draft);
        return status;
    }
    return ep_draft_finish(&draft, diagnostics, out);
}
