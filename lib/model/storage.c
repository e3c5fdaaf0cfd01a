#include "model/storage.h"

#include "base/checked.h"
#include "model/element.h"

/* Bits packed on their own are rounded up to whole bytes once per tensor, as every packer of `reference/formats.md` §1 does. */
static uint64_t packed_bytes(uint64_t count, uint32_t bits)
{
    return ep_ceil_div(ep_mul(count, bits), 8);
}

static uint64_t group_count(const ep_part *part, const edgeplan_tensor *tensor, uint64_t rows)
{
    if (part->group == EP_GROUP_TENSOR)
        return tensor->slices; /* a checkpoint keeps every expert as a tensor of its own */
    if (part->group == EP_GROUP_ROW)
        return rows;
    return ep_mul(rows, ep_ceil_div(tensor->columns, part->group));
}

static uint64_t grouped_bytes(const ep_part *part, const edgeplan_tensor *tensor)
{
    if (part->bits == 0 || part->group == 0)
        return UINT64_MAX;
    const uint64_t rows = ep_mul(tensor->rows, tensor->slices);
    const uint64_t groups = group_count(part, tensor, rows);
    const uint64_t codes = packed_bytes(ep_mul(rows, tensor->columns), part->bits);
    const uint64_t scales = packed_bytes(groups, part->scale_bits);
    const uint64_t zeros = packed_bytes(groups, part->zero_bits);
    return ep_add(codes, ep_add(scales, zeros));
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
