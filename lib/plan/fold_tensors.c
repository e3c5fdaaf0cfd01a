#include "plan/fold_tensors.h"

#include <string.h>

#include "base/checked.h"
#include "model/element.h"
#include "model/tensors.h"

/* GGUF pads every tensor to this many bytes, on disk and in the buffers of its runtimes. Source: ggml docs/gguf.md (alignment). */
enum { GGUF_ALIGNMENT = 32, ROLES = 64 };

/* What a tensor takes, and all that repeat it in other layers. */
typedef struct taken {
    uint64_t count, each_bytes, bytes, elements;
    uint32_t element_type;
    int repacked;
} taken;

static uint64_t stored_bytes(const ep_folding *f, uint32_t i, uint32_t *element_type)
{
    const edgeplan_tensor *tensor = &f->model->tensors[i];
    uint64_t rows = ep_mul(tensor->rows, tensor->slices);

    *element_type = tensor->element_type;
    if (f->as_stored && tensor->stored_bytes)
        return f->storage->mechanism == EP_STORAGE_LLAMA_QUANTIZE ? ep_round_up(tensor->stored_bytes, GGUF_ALIGNMENT)
                                                                  : tensor->stored_bytes;
    if (f->types) {
        *element_type = f->types[i];
        return ep_round_up(ep_mul(ep_element_row_bytes(f->types[i], tensor->columns), rows), GGUF_ALIGNMENT);
    }
    const ep_part *part = ep_storage_part(f->storage, tensor, (int)f->shape->tied_head);
    *element_type = part->element_type;
    return ep_part_bytes(part, tensor);
}

static int is_routed(const edgeplan_tensor *tensor)
{
    return tensor->role == EDGEPLAN_ROLE_EXPERT_GATE || tensor->role == EDGEPLAN_ROLE_EXPERT_UP ||
           tensor->role == EDGEPLAN_ROLE_EXPERT_DOWN;
}

static int is_repacked(const ep_folding *f, const edgeplan_tensor *tensor, uint32_t element_type)
{
    if (ep_tensor_is_vector(tensor) || tensor->rows % 8 != 0) /* kernels take eight rows at a time */
        return 0;
    if (tensor->slices > 1 && !is_routed(tensor)) /* products in batches have no such kernel */
        return 0;
    for (uint32_t i = 0; i < f->rules->placement.repack_type_count; i++)
        if (f->rules->placement.repack_types[i] == element_type)
            return 1;
    return 0;
}

/* Outside the layers, but counted to the first: the matrix that projects embeddings for all layers, the norm of what it yields, and a
   norm of the embeddings, beside an equal one after the layers. Source: llama.cpp v0.5.0, src/llama-arch.cpp
   (LLM_TENSOR_LAYER_REPEATING). */
static int is_of_first_layer(ep_folding *f, const edgeplan_tensor *tensor)
{
    const uint64_t role = UINT64_C(1) << tensor->role % ROLES;

    if (tensor->role != EDGEPLAN_ROLE_NORM && tensor->role != EDGEPLAN_ROLE_BIAS)
        return tensor->rows == ep_mul(f->shape->per_layer_width, f->shape->layers);
    if (tensor->columns != f->shape->hidden_width)
        return tensor->role == EDGEPLAN_ROLE_NORM;
    const int again = (f->outer_roles & role) != 0;
    f->outer_roles |= role;
    return again;
}

static void add_to_layer(ep_first_layers *layer, uint64_t bytes)
{
    layer->bytes = ep_add(layer->bytes, bytes);
    layer->largest_tensor_bytes = ep_max(layer->largest_tensor_bytes, bytes);
}

/* Matrices that become 16-bit at load take that instead of what is stored. */
static uint64_t expanded(const edgeplan_tensor *tensor, uint64_t bytes, uint32_t to)
{
    if (to == EDGEPLAN_ELEMENT_NONE || ep_tensor_is_vector(tensor))
        return bytes;
    uint64_t wide = ep_mul(ep_element_row_bytes(to, tensor->columns), ep_mul(tensor->rows, tensor->slices));
    return ep_max(bytes, wide);
}

/* Of the input of a product with a tensor: a row for each expert, where they come one after the other. */
static uint64_t input_bytes(const ep_folding *f, const edgeplan_tensor *tensor, uint32_t element_type)
{
    if (tensor->layer == 0 || ep_tensor_is_vector(tensor) || tensor->role == EDGEPLAN_ROLE_PER_LAYER_EMBEDDING)
        return 0;
    const uint64_t rows = tensor->role == EDGEPLAN_ROLE_EXPERT_DOWN ? f->model->layers[tensor->layer - 1].experts_used : 1;
    return ep_mul(ep_element_input_bytes(element_type, tensor->columns), rows);
}

/* By element type, what a decode step reads of matrices. */
static void add_read(ep_shape *shape, const edgeplan_tensor *tensor, uint32_t element_type, uint64_t bytes)
{
    uint32_t i = 0;

    while (i < shape->read_count && shape->reads[i].element_type != element_type)
        i++;
    if (i == EP_MAX_READ_TYPES || ep_tensor_is_vector(tensor))
        return;
    if (i == shape->read_count)
        shape->reads[shape->read_count++] = (ep_read){element_type, 0, 0};
    shape->reads[i].bytes = ep_add(shape->reads[i].bytes, bytes);
    if (tensor->role != EDGEPLAN_ROLE_TOKEN_EMBEDDING && tensor->role != EDGEPLAN_ROLE_OUTPUT_HEAD)
        shape->reads[i].prompt_bytes = ep_add(shape->reads[i].prompt_bytes, bytes);
}

static void fold_outer(ep_folding *f, const edgeplan_tensor *tensor, const taken *t)
{
    ep_shape *shape = f->shape;

    switch (tensor->role) {
    case EDGEPLAN_ROLE_TOKEN_EMBEDDING:
        shape->embedding_bytes = ep_add(shape->embedding_bytes, t->bytes);
        shape->embedding_row_bytes = t->bytes / ep_max(ep_mul(tensor->rows, tensor->slices), 1);
        if (shape->tied_head) {
            shape->head_bytes = ep_add(shape->head_bytes, t->bytes);
            shape->head_parameters = ep_add(shape->head_parameters, t->elements);
            shape->head_repacked |= (uint32_t)t->repacked;
            add_read(shape, tensor, t->element_type, t->bytes);
        }
        break;
    case EDGEPLAN_ROLE_PER_LAYER_EMBEDDING:
        shape->lookup_bytes = ep_add(shape->lookup_bytes, t->bytes);
        break;
    case EDGEPLAN_ROLE_OUTPUT_HEAD:
        shape->head_bytes = ep_add(shape->head_bytes, t->bytes);
        shape->head_parameters = ep_add(shape->head_parameters, t->elements);
        shape->repacked_bytes = ep_add(shape->repacked_bytes, t->repacked ? t->bytes : 0);
        add_read(shape, tensor, t->element_type, t->bytes);
        break;
    default:
        if (ep_tensor_is_read(tensor, NULL)) {
            shape->outer_bytes = ep_add(shape->outer_bytes, t->bytes);
            add_read(shape, tensor, t->element_type, t->bytes);
        }
        if (tensor->role == EDGEPLAN_ROLE_CONSTANT)
            shape->constant_bytes = ep_add(shape->constant_bytes, t->bytes);
        if (is_of_first_layer(f, tensor))
            add_to_layer(&f->outer, t->bytes);
        shape->repacked_bytes = ep_add(shape->repacked_bytes, t->repacked ? t->bytes : 0);
    }
}

/* The table once more, as the format stores an output matrix. */
static void fold_second_table(ep_folding *f, uint32_t i)
{
    edgeplan_tensor head = f->model->tensors[i];

    head.role = EDGEPLAN_ROLE_OUTPUT_HEAD;
    const ep_part *part = ep_storage_part(f->storage, &head, 0);
    const uint64_t bytes = ep_part_bytes(part, &head);
    const taken t = {.count = 1, .each_bytes = bytes, .bytes = bytes, .element_type = part->element_type,
                     .elements = ep_mul(ep_mul(head.rows, head.slices), head.columns)};
    f->bytes[i] = ep_add(f->bytes[i], t.bytes);
    f->shape->weights_bytes = ep_add(f->shape->weights_bytes, t.bytes);
    f->shape->expanded_low_bytes = ep_add(f->shape->expanded_low_bytes, t.bytes);
    f->shape->expanded_high_bytes = ep_add(f->shape->expanded_high_bytes, t.bytes);
    fold_outer(f, &head, &t);
}

static void fold_inner(ep_folding *f, const edgeplan_tensor *tensor, const taken *t)
{
    ep_run *run = &f->runs[f->run_of[tensor->layer - 1]];

    f->shape->repacked_bytes = ep_add(f->shape->repacked_bytes, t->repacked ? t->bytes : 0);
    if (tensor->role == EDGEPLAN_ROLE_PER_LAYER_EMBEDDING) {
        f->shape->lookup_bytes = ep_add(f->shape->lookup_bytes, t->bytes);
        return;
    }
    add_to_layer(&f->first[tensor->layer - 1], t->each_bytes);
    uint64_t *largest = &run->largest_bytes[tensor->role % EP_LAYER_ROLES];
    *largest = ep_max(*largest, t->each_bytes);
    if (tensor->role == EDGEPLAN_ROLE_NORM && tensor->columns == run->layer.key_width)
        run->head_norm_bytes = (uint32_t)t->each_bytes;
    if (is_routed(tensor)) {
        const uint64_t used_bytes = ep_mul(t->each_bytes / ep_max(run->layer.experts, 1), run->layer.experts_used);
        run->routed_bytes = ep_add(run->routed_bytes, t->bytes);
        run->routed_parameters = ep_add(run->routed_parameters, t->elements);
        add_read(f->shape, tensor, t->element_type, ep_mul(used_bytes, t->count));
    } else if (ep_tensor_is_read(tensor, &run->layer)) {
        run->dense_bytes = ep_add(run->dense_bytes, t->bytes);
        run->dense_parameters = ep_add(run->dense_parameters, t->elements);
        add_read(f->shape, tensor, t->element_type, t->bytes);
    }
}

static void fold_tensor(ep_folding *f, uint32_t i, uint64_t count)
{
    const edgeplan_tensor *tensor = &f->model->tensors[i];
    const ep_placement_rule *placement = &f->rules->placement;
    ep_shape *shape = f->shape;
    taken t = {.count = count};

    t.each_bytes = f->bytes[i] = stored_bytes(f, i, &t.element_type);
    t.bytes = ep_mul(t.each_bytes, count);
    t.elements = ep_mul(ep_mul(ep_mul(tensor->rows, tensor->slices), tensor->columns), count);
    t.repacked = is_repacked(f, tensor, t.element_type);
    const uint64_t low = expanded(tensor, t.each_bytes, placement->expands), high = expanded(tensor, low, placement->may_expand);
    shape->weights_bytes = ep_add(shape->weights_bytes, t.bytes);
    shape->expanded_low_bytes = ep_add(shape->expanded_low_bytes, ep_mul(low, count));
    shape->expanded_high_bytes = ep_add(shape->expanded_high_bytes, ep_mul(high, count));
    if (t.each_bytes > shape->largest_tensor_bytes) {
        shape->largest_tensor_bytes = t.each_bytes;
        shape->largest_tensor_type = t.element_type;
    }
    shape->input_bytes = ep_max(shape->input_bytes, input_bytes(f, tensor, t.element_type));
    if (tensor->layer > 0) {
        fold_inner(f, tensor, &t);
        return;
    }
    fold_outer(f, tensor, &t);
    if (tensor->role == EDGEPLAN_ROLE_TOKEN_EMBEDDING && f->model->head.tied_head == EDGEPLAN_SWITCH_ON && !shape->tied_head)
        fold_second_table(f, i);
}

/* Layers repeat: what one takes is worked out once for all that take the same. */
static void fold_layer(ep_folding *f, uint32_t layer)
{
    const uint32_t *begins = f->model->begins, same = f->same[layer];
    uint64_t count = 0;

    if (same != layer) {
        memcpy(&f->bytes[begins[layer]], &f->bytes[begins[same]], (begins[layer + 1] - begins[layer]) * sizeof *f->bytes);
        f->first[layer] = f->first[same];
        return;
    }
    for (uint32_t i = layer; i < f->model->layer_count; i++)
        count += f->same[i] == layer;
    for (uint32_t i = begins[layer]; i < begins[layer + 1]; i++)
        fold_tensor(f, i, count);
}

void ep_fold_tensors(ep_folding *f)
{
    for (uint32_t i = 0; i < f->model->begins[0]; i++)
        fold_tensor(f, i, 1);
    for (uint32_t i = 0; i < f->model->layer_count; i++)
        fold_layer(f, i);

    ep_first_layers sum = f->outer;
    for (uint32_t i = 0; i < f->model->layer_count; i++) {
        sum.bytes = ep_add(sum.bytes, f->first[i].bytes);
        sum.largest_tensor_bytes = ep_max(sum.largest_tensor_bytes, f->first[i].largest_tensor_bytes);
        f->first[i] = sum;
    }
}
