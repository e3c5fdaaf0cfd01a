#include "model/element.h"

#include "base/checked.h"
#include "base/text.h"

typedef struct ep_element {
    ep_block_size block;
    const char *name; /* NULL: no type has this number */
} ep_element;

/* By number: every tensor of every candidate asks. */
static const ep_element elements[] = {
    [EDGEPLAN_ELEMENT_F32] = {{1, 4}, "f32"},
    [EDGEPLAN_ELEMENT_F16] = {{1, 2}, "f16"},
    [EDGEPLAN_ELEMENT_Q4_0] = {{32, 18}, "q4_0"},
    [EDGEPLAN_ELEMENT_Q4_1] = {{32, 20}, "q4_1"},
    [EDGEPLAN_ELEMENT_Q5_0] = {{32, 22}, "q5_0"},
    [EDGEPLAN_ELEMENT_Q5_1] = {{32, 24}, "q5_1"},
    [EDGEPLAN_ELEMENT_Q8_0] = {{32, 34}, "q8_0"},
    [EDGEPLAN_ELEMENT_Q2_K] = {{256, 84}, "q2_k"},
    [EDGEPLAN_ELEMENT_Q3_K] = {{256, 110}, "q3_k"},
    [EDGEPLAN_ELEMENT_Q4_K] = {{256, 144}, "q4_k"},
    [EDGEPLAN_ELEMENT_Q5_K] = {{256, 176}, "q5_k"},
    [EDGEPLAN_ELEMENT_Q6_K] = {{256, 210}, "q6_k"},
    [EDGEPLAN_ELEMENT_IQ2_XXS] = {{256, 66}, "iq2_xxs"},
    [EDGEPLAN_ELEMENT_IQ2_XS] = {{256, 74}, "iq2_xs"},
    [EDGEPLAN_ELEMENT_IQ3_XXS] = {{256, 98}, "iq3_xxs"},
    [EDGEPLAN_ELEMENT_IQ1_S] = {{256, 50}, "iq1_s"},
    [EDGEPLAN_ELEMENT_IQ4_NL] = {{32, 18}, "iq4_nl"},
    [EDGEPLAN_ELEMENT_IQ3_S] = {{256, 110}, "iq3_s"},
    [EDGEPLAN_ELEMENT_IQ2_S] = {{256, 82}, "iq2_s"},
    [EDGEPLAN_ELEMENT_IQ4_XS] = {{256, 136}, "iq4_xs"},
    [EDGEPLAN_ELEMENT_IQ1_M] = {{256, 56}, "iq1_m"},
    [EDGEPLAN_ELEMENT_BF16] = {{1, 2}, "bf16"},
    [EDGEPLAN_ELEMENT_TQ1_0] = {{256, 54}, "tq1_0"},
    [EDGEPLAN_ELEMENT_TQ2_0] = {{256, 66}, "tq2_0"},
    [EDGEPLAN_ELEMENT_MXFP4] = {{32, 17}, "mxfp4"},
    [EDGEPLAN_ELEMENT_NVFP4] = {{64, 36}, "nvfp4"},
    [EDGEPLAN_ELEMENT_Q1_0] = {{128, 18}, "q1_0"},
    [EDGEPLAN_ELEMENT_Q2_0] = {{64, 18}, "q2_0"},
    [EDGEPLAN_ELEMENT_I8] = {{1, 1}, "i8"},
    [EDGEPLAN_ELEMENT_U8] = {{1, 1}, "u8"},
    [EDGEPLAN_ELEMENT_FP8] = {{1, 1}, "fp8"},
    [EDGEPLAN_ELEMENT_U4] = {{2, 1}, "u4"},
    [EDGEPLAN_ELEMENT_GROUPED] = {{0, 0}, "grouped"},
    [EDGEPLAN_ELEMENT_NONE] = {{0, 0}, "none"},
};

static const ep_element *find(uint32_t type)
{
    return type < sizeof elements / sizeof elements[0] && elements[type].name != NULL ? &elements[type] : NULL;
}

const char *edgeplan_element_type_name(edgeplan_element_type type)
{
    const ep_element *element = find((uint32_t)type);
    return element != NULL ? element->name : "";
}

edgeplan_status edgeplan_element_type_find(const char *name, edgeplan_element_type *out)
{
    if (name == NULL || out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++) {
        if (elements[i].name != NULL && ep_equal(elements[i].name, name)) {
            *out = (edgeplan_element_type)i;
            return EDGEPLAN_OK;
        }
    }
    return EDGEPLAN_ERROR_NOT_FOUND;
}

ep_block_size ep_element_block(uint32_t element_type)
{
    const ep_element *element = find(element_type);
    const ep_block_size none = {0, 0};
    return element != NULL ? element->block : none;
}

uint64_t ep_element_row_bytes(uint32_t element_type, uint64_t count)
{
    const ep_block_size block = ep_element_block(element_type);
    if (block.elements == 0 || ep_overflowed(count))
        return UINT64_MAX;
    return ep_mul(ep_ceil_div(count, block.elements), block.bytes);
}

uint64_t ep_element_input_bytes(uint32_t weights_type, uint64_t count)
{
    static const ep_block_size q8_k = {256, 292}, q8_1 = {32, 36}; /* of products only: no file has them */
    ep_block_size block = ep_element_block(weights_type);

    if (weights_type == EDGEPLAN_ELEMENT_F32)
        return 0;
    if (weights_type == EDGEPLAN_ELEMENT_Q4_1 || weights_type == EDGEPLAN_ELEMENT_Q5_1)
        block = q8_1;
    else if (block.elements == q8_k.elements)
        block = q8_k;
    else if (block.elements != 1) /* 16-bit weights take 16-bit inputs */
        block = ep_element_block(EDGEPLAN_ELEMENT_Q8_0);
    return ep_mul(ep_ceil_div(count, block.elements), block.bytes);
}

int ep_element_is_known(uint32_t element_type)
{
    return find(element_type) != NULL;
}
