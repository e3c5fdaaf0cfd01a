#include "model/model.h"

#include "base/context.h"

edgeplan_model *edgeplan_model_ref(const edgeplan_model *model)
{
    if (model != NULL)
        ep_own(&model->owners);
    return (edgeplan_model *)model; /* immutable: the handle is counted, never written */
}

void edgeplan_model_unref(const edgeplan_model *model)
{
    if (model == NULL || !ep_disown(&model->owners))
        return;
    ep_arena arena = model->arena; /* the model itself lies in it */
    ep_arena_free(&arena);
}

const char *edgeplan_model_id(const edgeplan_model *model)
{
    return model != NULL ? model->id : "";
}

const char *edgeplan_model_name(const edgeplan_model *model)
{
    return model != NULL ? model->name : "";
}

const char *edgeplan_model_family(const edgeplan_model *model)
{
    return model != NULL ? model->family : "";
}

const char *edgeplan_model_licence(const edgeplan_model *model)
{
    return model != NULL ? model->licence : "";
}

uint32_t edgeplan_model_layer_count(const edgeplan_model *model)
{
    return model != NULL ? model->layer_count : 0;
}

uint32_t edgeplan_model_tensor_count(const edgeplan_model *model)
{
    return model != NULL ? model->tensor_count : 0;
}

const char *edgeplan_model_format(const edgeplan_model *model)
{
    return model != NULL ? model->format : "";
}

uint32_t edgeplan_model_assumption_count(const edgeplan_model *model)
{
    return model != NULL ? model->assumption_count : 0;
}

const char *edgeplan_model_assumption(const edgeplan_model *model, uint32_t index)
{
    return model != NULL && index < model->assumption_count ? model->assumptions[index] : "";
}
