/* The field table: what a binding needs to build its structs when it loads the library. */
#include <edgeplan/abi.h>

#include <string.h>

#include "api/border.h"

#define SIZE_U32 4
#define SIZE_U64 8
#define SIZE_F64 8
#define IS_DOUBLE_U32 0
#define IS_DOUBLE_U64 0
#define IS_DOUBLE_F64 1
#define MEMBER(s, f) (((s *)0)->f)

/* The list is right if each field has the type it says, and complete if the sizes add up without a gap. */
#define CHECK_FIELD(s, t, f)                                                                          \
    _Static_assert(sizeof MEMBER(s, f) == SIZE_##t, "size of " #s "." #f);                            \
    _Static_assert(_Generic(MEMBER(s, f), double : 1, default : 0) == IS_DOUBLE_##t, "type of " #s "." #f);
#define ADD_SIZE(s, t, f) +SIZE_##t
#define CHECK_STRUCT(s, last) \
    EP_FIELDS_##s(CHECK_FIELD) _Static_assert((0 EP_FIELDS_##s(ADD_SIZE)) == sizeof(s), "fields of " #s);
EP_STRUCTS(CHECK_STRUCT)

#define INDEX(s, t, f) EP_INDEX_##s##_##f,
#define INDEX_STRUCT(s, last) EP_FIELDS_##s(INDEX)
enum { EP_STRUCTS(INDEX_STRUCT) EP_INDEX_COUNT };

#define ROW(s, t, f) { #s, #f, EP_FIELD_##t, (uint32_t)offsetof(s, f) },
#define ROW_STRUCT(s, last) EP_FIELDS_##s(ROW)
const ep_field ep_field_table[EP_INDEX_COUNT] = { EP_STRUCTS(ROW_STRUCT) };

#define ADD_ONE(s, t, f) +1
#define LAYOUT(s, last)                                                                                            \
    { #s, (uint32_t)(offsetof(s, last) + sizeof MEMBER(s, last)), (uint32_t)sizeof(s), EP_INDEX_##s##_struct_size, \
      0 EP_FIELDS_##s(ADD_ONE) },
const ep_struct_layout ep_struct_layouts[EP_STRUCT_COUNT] = { EP_STRUCTS(LAYOUT) };

uint32_t edgeplan_abi_field_count(void)
{
    return EP_INDEX_COUNT;
}

const char *edgeplan_abi_field_struct(uint32_t index)
{
    return index < EP_INDEX_COUNT ? ep_field_table[index].structure : NULL;
}

const char *edgeplan_abi_field_name(uint32_t index)
{
    return index < EP_INDEX_COUNT ? ep_field_table[index].name : NULL;
}

const char *edgeplan_abi_field_type(uint32_t index)
{
    if (index >= EP_INDEX_COUNT)
        return NULL;
    switch (ep_field_table[index].type) {
    case EP_FIELD_U32: return "u32";
    case EP_FIELD_U64: return "u64";
    default: return "f64";
    }
}

uint32_t edgeplan_abi_field_offset(uint32_t index)
{
    return index < EP_INDEX_COUNT ? ep_field_table[index].offset : 0;
}

uint32_t edgeplan_abi_struct_size(const char *name)
{
    if (name == NULL)
        return 0;
    for (uint32_t i = 0; i < EP_STRUCT_COUNT; i++)
        if (strcmp(ep_struct_layouts[i].name, name) == 0)
            return ep_struct_layouts[i].size;
    return 0;
}
