#include "model/hf_modules.h"

#include <string.h>

#include "base/checked.h"
#include "base/sort.h"
#include "model/hf_matrix.h"

/* A tensor by what its name says. */
typedef struct ep_hf_part_of {
    const ep_safetensor *tensor;
    size_t length; /* of the module's name */
    ep_hf_piece piece;
} ep_hf_part_of;

#define EP_STACKS 3 /* gate, up and down projections of experts */

typedef struct ep_hf_reader {
    ep_draft *draft;
    const ep_quant_config *quant;
    edgeplan_diagnostics *diagnostics;
    uint64_t part;           /* edgeplan_part wanted */
    edgeplan_status status;  /* of the first mistake */
    uint64_t stack_layer;    /* whose experts are being stacked */
    size_t stacks[EP_STACKS][2]; /* 1 + index of the tensor they and their biases go to; 0: none yet */
    ep_hf_summary *summary;
} ep_hf_reader;

/* ---- Modules in order ---- */

static int compare_parts(const void *a, const void *b)
{
    const ep_hf_part_of *left = a, *right = b;
    const size_t common = (size_t)ep_min(left->length, right->length);
    const int order = memcmp(left->tensor->name, right->tensor->name, common);
    if (order != 0)
        return order;
    if (left->length != right->length)
        return left->length < right->length ? -1 : 1;
    return strcmp(left->tensor->name, right->tensor->name);
}

static const void **sort_parts(ep_arena *arena, const ep_shards *shards)
{
    ep_hf_part_of *parts = ep_arena_array(arena, shards->count, sizeof *parts);
    const void **order = ep_arena_array(arena, shards->count, sizeof *order);
    if (parts == NULL || order == NULL)
        return NULL;
    for (size_t i = 0; i < shards->count; i++) {
        parts[i].tensor = shards->tensors[i];
        parts[i].piece = ep_hf_piece_of(parts[i].tensor->name, &parts[i].length);
        order[i] = &parts[i];
    }
    ep_sort(order, shards->count, compare_parts);
    return order;
}

static int is_same_module(const ep_hf_part_of *a, const ep_hf_part_of *b)
{
    return a->length == b->length && memcmp(a->tensor->name, b->tensor->name, a->length) == 0;
}

/* ---- One module ---- */

static edgeplan_status fail(ep_hf_reader *reader, edgeplan_status status, const ep_safetensor *tensor, const char *message)
{
    if (reader->status == EDGEPLAN_OK)
        reader->status = status;
    return ep_report(reader->diagnostics, EDGEPLAN_SEVERITY_ERROR, status, &tensor->place, tensor->name, message);
}

/* Experts of a layer that are tensors of their own become the slices of one. */
static edgeplan_status stack(ep_hf_reader *reader, const edgeplan_tensor *tensor, uint32_t stack_role, int is_bias)
{
    size_t *slot = &reader->stacks[stack_role - EDGEPLAN_ROLE_EXPERT_GATE][is_bias];
    if (*slot != 0) {
        edgeplan_tensor *into = &reader->draft->tensors[*slot - 1];
        if (into->rows == tensor->rows && into->columns == tensor->columns) {
            into->slices = ep_add(into->slices, tensor->slices);
            into->stored_bytes = ep_add(into->stored_bytes, tensor->stored_bytes);
            if (into->element_type != tensor->element_type)
                into->element_type = EDGEPLAN_ELEMENT_GROUPED;
            return EDGEPLAN_OK;
        }
    }
    *slot = reader->draft->tensor_count + 1;
    return ep_draft_add_tensor(reader->draft, tensor);
}

static edgeplan_status add(ep_hf_reader *reader, const ep_hf_module *module, const edgeplan_tensor *tensor, int is_bias)
{
    if (reader->stack_layer != module->layer) {
        memset(reader->stacks, 0, sizeof reader->stacks);
        reader->stack_layer = module->layer;
    }
    if (module->is_expert)
        return stack(reader, tensor, module->role, is_bias);
    return ep_draft_add_tensor(reader->draft, tensor);
}

/* A bias, or a piece without its matrix, such as the scale of a cache. Where the experts of a layer share a tensor, so do their
   biases. */
static edgeplan_status add_vector(ep_hf_reader *reader, const ep_hf_part_of *part, const ep_hf_module *module)
{
    const char *message = "";
    edgeplan_tensor out;
    const edgeplan_status status = ep_hf_take(part->tensor, module, 0, &out, &message);
    if (status != EDGEPLAN_OK)
        return fail(reader, status, part->tensor, message);
    if (ep_hf_is_stack(module->role) && !module->is_expert && part->tensor->dimensions == 2) {
        out.slices = out.rows;
        out.rows = 1;
    }
    if (part->piece != EP_HF_BIAS) {
        out.role = EDGEPLAN_ROLE_CONSTANT;
        return ep_draft_add_tensor(reader->draft, &out);
    }
    if (out.role != EDGEPLAN_ROLE_ENCODER)
        out.role = EDGEPLAN_ROLE_BIAS;
    return add(reader, module, &out, 1);
}

static int is_projection(uint32_t role)
{
    return role == EDGEPLAN_ROLE_TOKEN_EMBEDDING || role == EDGEPLAN_ROLE_OUTPUT_HEAD ||
           (role >= EDGEPLAN_ROLE_ATTENTION_QUERY && role != EDGEPLAN_ROLE_ROUTER && role != EDGEPLAN_ROLE_CONVOLUTION);
}

static void summarize(ep_hf_reader *reader, const ep_hf_matrix *matrix, ep_quant_scheme scheme, const edgeplan_tensor *tensor)
{
    const ep_quant_scheme usual = reader->quant->scheme;
    if (is_projection(tensor->role)) {
        if (scheme.bits != usual.bits || scheme.group != usual.group)
            reader->summary->is_mixed = 1;
        if (tensor->element_type != EDGEPLAN_ELEMENT_BF16)
            reader->summary->all_bf16 = 0;
    }
    if (!matrix->module.is_known && tensor->rows > 1)
        reader->summary->unknown_bytes = ep_add(reader->summary->unknown_bytes, tensor->stored_bytes);
}

static edgeplan_status add_matrix(ep_hf_reader *reader, const ep_hf_matrix *matrix)
{
    const ep_quant_scheme scheme = ep_quant_scheme_of(reader->quant, matrix->name, matrix->length);
    const char *message = "";
    edgeplan_tensor tensor;
    const edgeplan_status status = ep_hf_unpack(matrix, scheme, reader->draft->head.hidden_width, &tensor, &message);
    if (status != EDGEPLAN_OK)
        return fail(reader, status, matrix->weight, message);
    summarize(reader, matrix, scheme, &tensor);
    return add(reader, &matrix->module, &tensor, 0);
}

/* A decoder's layer that attends to an encoder as well is described as two: one that attends to itself, one with all the rest. */
static void settle_layer(const ep_draft *draft, ep_hf_module *module)
{
    const int is_pair = draft->layer_count > 1 && draft->layers[1].span == EDGEPLAN_SPAN_FIXED;
    if (is_pair && module->layer != 0)
        module->layer = 2 * module->layer - (module->is_self ? 1 : 0);
}

/* A shared network is a layer's only one where there are no experts to share with. */
static void settle_role(const ep_draft *draft, ep_hf_module *module)
{
    const int shared = module->role >= EDGEPLAN_ROLE_SHARED_GATE && module->role <= EDGEPLAN_ROLE_SHARED_DOWN;
    if (shared && module->layer != 0 && draft->layers[module->layer - 1].feed_forward != EDGEPLAN_FEED_FORWARD_EXPERTS)
        module->role = module->role - EDGEPLAN_ROLE_SHARED_GATE + EDGEPLAN_ROLE_FFN_GATE;
}

/* Puts every piece but the bias in its place. */
static edgeplan_status gather(ep_hf_reader *reader, const void *const *parts, size_t count, ep_hf_matrix *matrix)
{
    for (size_t i = 0; i < count; i++) {
        const ep_hf_part_of *part = parts[i];
        if (part->piece != EP_HF_BIAS)
            matrix->bytes = ep_add(matrix->bytes, part->tensor->end - part->tensor->begin);
        switch (part->piece) {
        case EP_HF_BIAS:
        case EP_HF_AUXILIARY: break;
        case EP_HF_SCALES: matrix->scales = part->tensor; break;
        case EP_HF_INDEX: matrix->index = part->tensor; break;
        case EP_HF_ABSMAX: matrix->absmax = part->tensor; break;
        case EP_HF_WEIGHT:
        case EP_HF_COLUMNS:
        case EP_HF_BLOCKS:
            if (matrix->weight != NULL)
                return fail(reader, EDGEPLAN_ERROR_SCHEMA, part->tensor, "is the second matrix of one module");
            matrix->weight = part->tensor;
            matrix->packing = part->piece;
        }
    }
    return EDGEPLAN_OK;
}

static edgeplan_status add_text_module(ep_hf_reader *reader, const void *const *parts, size_t count, ep_hf_matrix *matrix)
{
    settle_role(reader->draft, &matrix->module);
    edgeplan_status status = gather(reader, parts, count, matrix);
    if (status == EDGEPLAN_OK && matrix->weight != NULL)
        status = add_matrix(reader, matrix);
    for (size_t i = 0; i < count && status == EDGEPLAN_OK; i++) {
        const ep_hf_part_of *part = parts[i];
        if (part->piece == EP_HF_BIAS || matrix->weight == NULL)
            status = add_vector(reader, part, &matrix->module);
    }
    return status;
}

/* Layers that predict further tokens may be stored as if they were more of the usual ones. */
static void settle_part(const ep_draft *draft, ep_hf_module *module)
{
    const uint64_t trunk = draft->trunk_layers != 0 ? draft->trunk_layers : draft->layer_count;
    if (module->part != EP_HF_TEXT || module->layer <= trunk)
        return;
    module->part = EP_HF_NEXT_TOKEN;
    module->layer -= trunk;
}

static int is_wanted(const ep_hf_reader *reader, const ep_hf_module *module)
{
    if (reader->part != EDGEPLAN_PART_MTP)
        return module->part == EP_HF_TEXT;
    return module->role != EDGEPLAN_ROLE_TOKEN_EMBEDDING && module->role != EDGEPLAN_ROLE_OUTPUT_HEAD;
}

static edgeplan_status add_module(ep_hf_reader *reader, const void *const *parts, size_t count)
{
    const ep_hf_part_of *first = parts[0];
    ep_hf_matrix matrix = {.name = first->tensor->name, .length = first->length};
    matrix.module = ep_hf_module_of(matrix.name, matrix.length);
    if (reader->part == EDGEPLAN_PART_ENCODER) {
        const ep_hf_module encoder = {.role = EDGEPLAN_ROLE_ENCODER, .is_known = 1};
        if (matrix.module.part != EP_HF_TOWER && matrix.module.role != EDGEPLAN_ROLE_ENCODER)
            return EDGEPLAN_OK;
        matrix.module = encoder;
        return add_text_module(reader, parts, count, &matrix);
    }
    settle_layer(reader->draft, &matrix.module);
    settle_part(reader->draft, &matrix.module);
    if (reader->part == EDGEPLAN_PART_MTP && matrix.module.part != EP_HF_NEXT_TOKEN)
        return EDGEPLAN_OK;
    if (is_wanted(reader, &matrix.module))
        return matrix.module.layer <= reader->draft->layer_count
                   ? add_text_module(reader, parts, count, &matrix)
                   : fail(reader, EDGEPLAN_ERROR_REFERENCE, first->tensor, "is of a layer that the description does not count");
    uint64_t *left_out = matrix.module.part == EP_HF_TOWER ? &reader->summary->tower_bytes : &reader->summary->next_token_bytes;
    for (size_t i = 0; i < count; i++) {
        const ep_safetensor *tensor = ((const ep_hf_part_of *)parts[i])->tensor;
        *left_out = ep_add(*left_out, tensor->end - tensor->begin);
    }
    return EDGEPLAN_OK;
}

edgeplan_status ep_hf_add_tensors(ep_draft *draft, ep_arena *arena, const ep_shards *shards, const ep_quant_config *quant,
                                  uint64_t part, edgeplan_diagnostics *diagnostics, ep_hf_summary *out)
{
    ep_hf_reader reader = {.draft = draft, .quant = quant, .part = part, .diagnostics = diagnostics,
                           .summary = out};
    *out = (ep_hf_summary){.all_bf16 = 1};
    const void **parts = sort_parts(arena, shards);
    if (parts == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    for (size_t begin = 0, end; begin < shards->count; begin = end) {
        for (end = begin + 1; end < shards->count && is_same_module(parts[begin], parts[end]); end++)
            ;
        if (add_module(&reader, parts + begin, end - begin) == EDGEPLAN_ERROR_NO_MEMORY)
            return EDGEPLAN_ERROR_NO_MEMORY;
    }
    return reader.status;
}
