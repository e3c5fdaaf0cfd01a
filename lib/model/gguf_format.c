/* The format a file is stored in: what `general.file_type` claims, held against its tensors. Source of the numbers: enum llama_ftype in
   include/llama.h of ggml-org/llama.cpp, tree of 2026-08-22. */
#include "model/gguf_parts.h"

#include "base/checked.h"
#include "base/text.h"
#include "model/quantize.h"
#include "model/quantize_table.h"

#define GUESSED 1024 /* added where the file's writer was not sure */
#define MOST_TYPES 200

static const char *const file_types[] = {
    [0] = "f32",      [1] = "f16",      [2] = "q4_0",     [3] = "q4_1",     [7] = "q8_0",     [8] = "q5_0",      [9] = "q5_1",
    [10] = "q2_k",    [11] = "q3_k_s",  [12] = "q3_k_m",  [13] = "q3_k_l",  [14] = "q4_k_s",  [15] = "q4_k_m",   [16] = "q5_k_s",
    [17] = "q5_k_m",  [18] = "q6_k",    [19] = "iq2_xxs", [20] = "iq2_xs",  [21] = "q2_k_s",  [22] = "iq3_xs",   [23] = "iq3_xxs",
    [24] = "iq1_s",   [25] = "iq4_nl",  [26] = "iq3_s",   [27] = "iq3_m",   [28] = "iq2_s",   [29] = "iq2_m",    [30] = "iq4_xs",
    [31] = "iq1_m",   [32] = "bf16",    [36] = "tq1_0",   [37] = "tq2_0",   [38] = "mxfp4_moe", [39] = "nvfp4",  [40] = "q1_0",
    [41] = "q2_0",
};

/* Where formats.yaml has another name: checkpoints of other kinds have these. */
static const struct {
    const char *file_type, *id;
} renamed[] = {
    {"bf16", "gguf-bf16"},
    {"mxfp4_moe", "mxfp4"},
    {"nvfp4", "gguf-nvfp4"},
};

static const char *id_of(const char *file_type)
{
    for (size_t i = 0; i < sizeof renamed / sizeof renamed[0]; i++)
        if (ep_equal(renamed[i].file_type, file_type))
            return renamed[i].id;
    return file_type;
}

const char *ep_gguf_format_of(uint64_t number)
{
    return number < sizeof file_types / sizeof file_types[0] && file_types[number] != NULL ? id_of(file_types[number]) : NULL;
}

static const char *claimed(ep_gguf_reading *reading)
{
    uint64_t number = 0;

    if (!ep_gguf_whole(&reading->set->first, "general.file_type", reading->diagnostics, &reading->status, &number))
        return NULL;
    number &= ~(uint64_t)GUESSED;
    return number < sizeof file_types / sizeof file_types[0] ? file_types[number] : NULL;
}

/* The element type most of the layers' matrices are stored in, by elements. */
static uint32_t main_type(const ep_draft *draft)
{
    uint64_t elements[MOST_TYPES] = { 0 };
    uint32_t most = EDGEPLAN_ELEMENT_NONE;

    for (size_t i = 0; i < draft->tensor_count; i++) {
        const edgeplan_tensor *tensor = &draft->tensors[i];

        if ((tensor->layer == 0 && draft->layer_count != 0) || tensor->element_type >= MOST_TYPES)
            continue;
        elements[tensor->element_type] =
            ep_add(elements[tensor->element_type], ep_mul(tensor->columns, ep_mul(tensor->rows, tensor->slices)));
    }
    for (uint32_t type = 0; type < MOST_TYPES; type++)
        if (elements[type] > (most == EDGEPLAN_ELEMENT_NONE ? 0 : elements[most]))
            most = type;
    return most;
}

/* Rows that are no multiple of a block of 256 are stored in other types than the file's. */
static int falls_back(const ep_draft *draft)
{
    return draft->head.hidden_width % 256 != 0;
}

static int is_true(const ep_draft *draft, const char *claim, uint32_t type)
{
    const uint32_t file_type = ep_quantize_file_type(claim);

    if (file_type == 0)
        return ep_equal(claim, edgeplan_element_type_name((edgeplan_element_type)type));
    return ep_mix_files[file_type].type == type || falls_back(draft);
}

const char *ep_gguf_format(ep_gguf_reading *reading)
{
    const uint32_t type = main_type(&reading->draft);
    const char *claim = claimed(reading), *name = edgeplan_element_type_name((edgeplan_element_type)type);

    if (claim != NULL && is_true(&reading->draft, claim, type))
        return id_of(claim);
    if (claim != NULL)
        ep_gguf_assume(reading, "`general.file_type` is not what most of the tensors are stored in: these are taken.", NULL);
    /* A type whose name is also a file type's: all but the mixtures of the K-quants. */
    return ep_quantize_file_type(name) != 0 ? id_of(name) : NULL;
}
