#include "api/border.h"

#include <string.h>

#include "base/versioned.h"

/* Of every public struct: struct_size and flags of four bytes each, then known or given. */
#define FLAGS_OFFSET 4
#define KNOWN_OFFSET 8
#define HEAD_FIELDS 3

static uint32_t read_u32(const void *structure, size_t offset)
{
    uint32_t value;

    memcpy(&value, (const unsigned char *)structure + offset, sizeof value);
    return value;
}

static uint64_t read_known(const void *structure)
{
    uint64_t value;

    memcpy(&value, (const unsigned char *)structure + KNOWN_OFFSET, sizeof value);
    return value;
}

static void write_known(void *structure, uint64_t value)
{
    memcpy((unsigned char *)structure + KNOWN_OFFSET, &value, sizeof value);
}

static uint64_t low_bits(uint32_t count)
{
    return count >= 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1;
}

uint64_t ep_fields_within(ep_struct_id id, uint32_t size)
{
    const ep_struct_layout *layout = &ep_struct_layouts[id];
    uint32_t count = layout->count;

    while (count > HEAD_FIELDS) {
        const ep_field *last = &ep_field_table[layout->first + count - 1];

        if (last->offset + (last->type == EP_FIELD_U32 ? 4u : 8u) <= size)
            break;
        count--;
    }
    return low_bits(count - HEAD_FIELDS);
}

void ep_border_clear(ep_struct_id id, void *ours)
{
    const uint32_t size = ep_struct_layouts[id].size;

    memset(ours, 0, size);
    memcpy(ours, &size, sizeof size);
}

static edgeplan_status take(ep_struct_id id, void *ours, const void *callers)
{
    const ep_struct_layout *layout = &ep_struct_layouts[id];
    edgeplan_status status = ep_read_struct(ours, layout->size, layout->v1_size, callers);

    if (status == EDGEPLAN_OK && read_u32(ours, FLAGS_OFFSET) != 0)
        status = EDGEPLAN_ERROR_NEWER_FIELD;
    return status;
}

edgeplan_status ep_border_read(ep_struct_id id, void *ours, const void *callers)
{
    const ep_struct_layout *layout = &ep_struct_layouts[id];
    edgeplan_status status;

    if (callers == NULL) {
        ep_border_clear(id, ours);
        return EDGEPLAN_OK;
    }
    status = take(id, ours, callers);
    if (status != EDGEPLAN_OK)
        return status;
    if ((read_known(ours) & ~ep_fields_within(id, layout->size)) != 0)
        return EDGEPLAN_ERROR_NEWER_FIELD;
    write_known(ours, read_known(ours) & ep_fields_within(id, read_u32(ours, 0)));
    memcpy(ours, &layout->size, sizeof layout->size);
    return EDGEPLAN_OK;
}

edgeplan_status ep_border_read_known(ep_struct_id id, void *ours, const void *callers)
{
    const ep_struct_layout *layout = &ep_struct_layouts[id];
    edgeplan_status status = take(id, ours, callers);

    if (status != EDGEPLAN_OK)
        return status;
    write_known(ours, 0);
    memcpy(ours, &layout->size, sizeof layout->size);
    return EDGEPLAN_OK;
}

edgeplan_status ep_border_check(ep_struct_id id, const void *callers)
{
    uint32_t size;

    if (callers == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    size = read_u32(callers, 0);
    return size < ep_struct_layouts[id].v1_size || size > EP_STRUCT_SIZE_MAX ? EDGEPLAN_ERROR_STRUCT_SIZE : EDGEPLAN_OK;
}

edgeplan_status ep_border_write(ep_struct_id id, void *callers, const void *ours)
{
    const ep_struct_layout *layout = &ep_struct_layouts[id];
    edgeplan_status status = ep_border_check(id, callers);

    if (status == EDGEPLAN_OK)
        status = ep_write_struct(callers, layout->v1_size, ours, layout->size);
    if (status == EDGEPLAN_OK)
        write_known(callers, read_known(ours) & ep_fields_within(id, read_u32(callers, 0)));
    return status;
}
