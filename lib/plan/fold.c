#include "plan/fold.h"

#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "model/quantize.h"
#include "plan/fold_tensors.h"
#include "plan/order.h"

const ep_override *ep_override_find(const edgeplan_runtime *runtime, const edgeplan_model *model)
{
    for (uint32_t i = 0; i < runtime->override_count; i++)
        if (ep_equal(runtime->overrides[i].family, model->family))
            return &runtime->overrides[i];
    return NULL;
}

static edgeplan_layer seen_as(const edgeplan_layer *layer, const ep_override *override)
{
    edgeplan_layer seen = *layer;

    if (override && override->has_span && seen.span != EDGEPLAN_SPAN_ALL && seen.span != EDGEPLAN_SPAN_FIXED) {
        seen.span = override->span;
        seen.span_tokens = override->span == EDGEPLAN_SPAN_ALL ? 0
                           : override->span_tokens             ? override->span_tokens
                                                               : seen.span_tokens;
    }
    seen.kv_source = seen.kv_source != 0; /* which layer it reads does not matter to a sum */
    return seen;
}

/* Layers take the same if the runtime sees them alike, and their tensors are alike and get the same element types. */
static uint32_t first_same(const ep_folding *f, uint32_t layer)
{
    const uint32_t *begins = f->model->begins, *alike = f->model->alike;
    const size_t types_size = (begins[layer + 1] - begins[layer]) * sizeof *f->types;

    for (uint32_t i = layer; i-- > alike[layer];)
        if (alike[i] == alike[layer] && f->run_of[i] == f->run_of[layer] &&
            (!f->types || memcmp(&f->types[begins[i]], &f->types[begins[layer]], types_size) == 0))
            return f->same[i];
    return layer;
}

static edgeplan_status fold_layers(ep_folding *f, const ep_override *override)
{
    for (uint32_t i = 0; i < f->model->layer_count; i++) {
        edgeplan_layer layer = seen_as(&f->model->layers[i], override);
        uint32_t r = 0;
        while (r < f->shape->run_count && memcmp(&f->runs[r].layer, &layer, sizeof layer) != 0)
            r++;
        if (r == f->shape->run_count) {
            f->runs = ep_arena_grow(f->arena, f->runs, f->shape->run_count, &f->capacity, sizeof *f->runs);
            if (!f->runs)
                return EDGEPLAN_ERROR_NO_MEMORY;
            f->runs[r] = (ep_run){.layer = layer};
            f->shape->run_count++;
        }
        f->runs[r].count++;
        f->run_of[i] = r;
        f->same[i] = first_same(f, i);
    }
    f->shape->runs = f->runs;
    return EDGEPLAN_OK;
}

static void widest(ep_shape *shape)
{
    for (uint32_t i = 0; i < shape->run_count; i++) {
        const edgeplan_layer *layer = &shape->runs[i].layer;
        shape->layers += shape->runs[i].count;
        shape->max_ffn_width = ep_max(shape->max_ffn_width, layer->ffn_width);
        shape->max_query_heads = ep_max(shape->max_query_heads, layer->query_heads);
        shape->max_kv_heads = ep_max(shape->max_kv_heads, layer->kv_heads);
        shape->max_head_width = ep_max(shape->max_head_width, ep_max(layer->key_width, layer->value_width));
        shape->max_experts_used = ep_max(shape->max_experts_used, layer->experts_used);
        shape->has_window |= layer->span == EDGEPLAN_SPAN_WINDOW || layer->span == EDGEPLAN_SPAN_CHUNK;
        shape->has_state |= layer->recurrent != EDGEPLAN_RECURRENT_NONE;
        shape->state_layers += layer->state_elements ? shape->runs[i].count : 0;
    }
}

/* Exporters write the embedding first and what comes after the layers last. Checkpoints keep every expert as a tensor of its own, GGUF one
   tensor a layer. */
static void cut_files(const ep_folding *f, ep_artefact_files *files, uint64_t all_bytes)
{
    const int stacked = f->storage->mechanism == EP_STORAGE_LLAMA_QUANTIZE;

    if (files->shard_bytes == 0)
        ep_files_add(files, all_bytes, 1);
    for (uint32_t step = 0; step < 3 && files->shard_bytes != 0; step++) {
        for (uint32_t i = 0; i < f->model->tensor_count; i++) {
            const edgeplan_tensor *tensor = &f->model->tensors[i];
            const uint32_t turn = tensor->role == EDGEPLAN_ROLE_TOKEN_EMBEDDING ? 0 : tensor->layer != 0 ? 1 : 2;
            const uint64_t pieces = stacked ? 1 : ep_max(tensor->slices, 1);
            if (turn == step)
                ep_files_add(files, ep_ceil_div(f->bytes[i], pieces), pieces);
        }
    }
    ep_files_close(files);
}

/* Whether the model says of every tensor how it is stored. */
static int says_all_bytes(const edgeplan_model *model)
{
    for (uint32_t i = 0; i < model->tensor_count; i++)
        if (!model->tensors[i].stored_bytes)
            return 0;
    return model->tensor_count != 0;
}

edgeplan_status ep_fold(ep_arena *arena, const edgeplan_model *model, const edgeplan_format *format, int as_stored,
                        const ep_rules *rules, const ep_override *override, ep_artefact_files *files, ep_shape *out)
{
    ep_folding f = {.arena = arena, .model = model, .storage = &format->storage, .rules = rules, .as_stored = as_stored, .shape = out};
    int all_stored = as_stored && says_all_bytes(model);

    *out = (ep_shape){.hidden_width = model->head.hidden_width,
                      .vocabulary = model->head.vocabulary,
                      .trained_context_tokens = model->head.trained_context_tokens,
                      .parameters = model->head.parameters,
                      .tensors = model->tensor_count,
                      .tied_head = model->head.tied_head == EDGEPLAN_SWITCH_ON && (all_stored || format->storage.tied != EP_TIED_BOTH),
                      .head_read_twice = override && override->head_read_twice,
                      .stored_known = all_stored || format->storage.mechanism != EP_STORAGE_UNKNOWN};
    f.run_of = ep_arena_array(arena, model->layer_count, sizeof *f.run_of);
    f.bytes = ep_arena_array(arena, model->tensor_count, sizeof *f.bytes);
    f.first = ep_arena_array(arena, model->layer_count, sizeof *f.first);
    f.same = ep_arena_array(arena, model->layer_count, sizeof *f.same);
    if (!f.run_of || !f.bytes || !f.first || !f.same)
        return EDGEPLAN_ERROR_NO_MEMORY;
    out->run_of = f.run_of;
    out->first = f.first;
    edgeplan_status status = EDGEPLAN_OK;
    if (format->storage.mechanism == EP_STORAGE_LLAMA_QUANTIZE && !all_stored) {
        f.types = ep_arena_array(arena, model->tensor_count, sizeof *f.types);
        if (!f.types)
            return EDGEPLAN_ERROR_NO_MEMORY;
        status = ep_quantize_types(model, format->storage.file_type, format->storage.imatrix, f.types);
    }
    if (!status)
        status = fold_layers(&f, override);
    if (status)
        return status;
    widest(out);
    status = ep_order(arena, model, rules, f.run_of, f.runs, out);
    if (status)
        return status;
    ep_fold_tensors(&f);
    if (ep_overflowed(out->weights_bytes)) /* a part the format does not give, or absurd dimensions */
        out->stored_known = 0;
    else
        cut_files(&f, files, out->weights_bytes);
    return EDGEPLAN_OK;
}
