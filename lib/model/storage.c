#include "model/storage.h"

#include "base/checked.h"
#include "model/element.h"

/* Bits packed on their own are rounded up to whole bytes once per tensor, as the packers do. */
static uint64_t packed_bytes(uint64_t count, uint32_t bits)
{
    return ep_ceil_div(ep_mul(count, bits), 8);
}

static uint64_t group_count(const ep_part *part, const edgeplan_tensor *tensor)
{
    if (part->group == EP_GROUP_TENSOR)
        return tensor->slices; /* a checkpoint keeps every expert as a tensor of its own */
    const uint64_t bands = ep_mul(ep_ceil_div(tensor->rows, ep_max(part->rows, 1)), tensor->slices);
    return part->group == EP_GROUP_ROW ? bands : ep_mul(bands, ep_ceil_div(tensor->columns, part->group));
}

static uint64_t grouped_bytes(const ep_part *part, const edgeplan_tensor *tensor)
{
    if (part->bits == 0 || part->group == 0)
        return UINT64_MAX;
    const uint64_t groups = group_count(part, tensor);
    const uint64_t elements = ep_mul(ep_mul(tensor->rows, tensor->slices), tensor->columns);
    const uint64_t codes = part->packed_bits ? packed_bytes(groups, part->packed_bits) : packed_bytes(elements, part->bits);
    const uint64_t scales = packed_bytes(groups, part->scale_bits);
    const uint64_t zeros = packed_bytes(groups, part->zero_bits);
    const uint64_t columns = packed_bytes(ep_mul(tensor->columns, tensor->slices), part->column_bits);
    return ep_add(ep_add(codes, columns), ep_add(scales, zeros));
}

uint64_t ep_part_bytes(const ep_part *part, const edgeplan_tensor *tensor)
{
    if (part == NULL || tensor == NULL || part->element_type == EDGEPLAN_ELEMENT_NONE)
        return UINT64_MAX;
    if (ep_overflowed(tensor->rows) || ep_overflowed(tensor->columns) || ep_overflowed(tensor->slices))
        return UINT64_MAX;
    if (part->element_type == EDGEPLAN_ELEMENT_GROUPED)
        return grouped_bytes(part, tensor);
    const uint64_t row = ep_element_row_bytes(part->element_type, tensor->columns);
    return ep_mul(ep_mul(tensor->rows, tensor->slices), row);
}

static int is_given(const ep_part *part)
{
    return part->element_type != EDGEPLAN_ELEMENT_NONE;
}

int ep_tensor_is_vector(const edgeplan_tensor *tensor)
{
    return tensor->rows <= 1 || tensor->columns <= 1 || tensor->role == EDGEPLAN_ROLE_NORM || tensor->role == EDGEPLAN_ROLE_BIAS;
}

static const ep_part *part_of_role(const ep_storage *storage, const edgeplan_tensor *tensor, int tied)
{
    const ep_part *embedding = is_given(&storage->embedding) ? &storage->embedding : &storage->other;
    const ep_part *head = is_given(&storage->head) ? &storage->head : embedding;

    switch (tensor->role) {
    case EDGEPLAN_ROLE_TOKEN_EMBEDDING: return tied && storage->tied == EP_TIED_HEAD ? head : embedding;
    case EDGEPLAN_ROLE_PER_LAYER_EMBEDDING: return embedding;
    case EDGEPLAN_ROLE_OUTPUT_HEAD: return head;
    case EDGEPLAN_ROLE_EXPERT_GATE:
    case EDGEPLAN_ROLE_EXPERT_UP:
    case EDGEPLAN_ROLE_EXPERT_DOWN:
        if (ep_tensor_is_vector(tensor))
            return &storage->other;
        return is_given(&storage->experts) ? &storage->experts : &storage->body;
    case EDGEPLAN_ROLE_ENCODER:
        return ep_tensor_is_vector(tensor) ? &storage->other : &storage->encoder;
    case EDGEPLAN_ROLE_ROUTER:
    case EDGEPLAN_ROLE_CONVOLUTION:
    case EDGEPLAN_ROLE_OTHER:
        return &storage->other;
    default:
        return ep_tensor_is_vector(tensor) ? &storage->other : &storage->body;
    }
}

const ep_part *ep_storage_part(const ep_storage *storage, const edgeplan_tensor *tensor, int tied)
{
    const ep_part *part = part_of_role(storage, tensor, tied);
    const int in_groups = part->element_type == EDGEPLAN_ELEMENT_GROUPED && part->group != 0 && part->group < EP_GROUP_TENSOR;
    return storage->whole_groups && in_groups && tensor->columns % part->group != 0 ? &storage->other : part;
}
