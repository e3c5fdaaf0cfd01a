/* Layouts, `n` being bits of an element, sources as in hf_names.c:
     qweight I32          [columns × n / 32, rows] (GPTQ) or [columns, rows × n / 32] (AWQ), scales [groups, rows], g_idx [columns]
     weight_packed I32    [rows, columns × n / 32], weight_scale [rows, groups]     (compressed-tensors)
     weight U32           [rows, columns × n / 32], scales [rows, groups]           (MLX; a stack of experts has one dimension more)
     weight U8            [rows, columns / 2], weight_scale [rows, columns / 16]    (NVFP4, MXFP4)
     blocks U8            [experts, rows, columns / 32, 16], scales [experts, rows, columns / 32] (gpt-oss)
     weight U8            [rows × columns / 2, 1], absmax                           (bitsandbytes)
     weight F8 or I8      [rows, columns], scales of any shape */
#include "model/hf_matrix.h"

#include "base/checked.h"

#define EP_MOST_BITS 8 /* of a packed element */

static uint64_t element_count(const ep_safetensor *tensor)
{
    uint64_t count = 1;
    for (uint32_t i = 0; i < tensor->dimensions; i++)
        count = ep_mul(count, tensor->shape[i]);
    return count;
}

static uint64_t stored_bytes(const ep_safetensor *tensor)
{
    return tensor->end - tensor->begin;
}

static uint32_t element_type(uint32_t dtype)
{
    switch (dtype) {
    case EP_DTYPE_F32: return EDGEPLAN_ELEMENT_F32;
    case EP_DTYPE_F16: return EDGEPLAN_ELEMENT_F16;
    case EP_DTYPE_BF16: return EDGEPLAN_ELEMENT_BF16;
    case EP_DTYPE_I8: return EDGEPLAN_ELEMENT_I8;
    case EP_DTYPE_U8: return EDGEPLAN_ELEMENT_U8;
    case EP_DTYPE_F8_E4M3:
    case EP_DTYPE_F8_E5M2:
    case EP_DTYPE_F8_E4M3FNUZ:
    case EP_DTYPE_F8_E5M2FNUZ: return EDGEPLAN_ELEMENT_FP8;
    default: return EDGEPLAN_ELEMENT_GROUPED;
    }
}

/* Matrices that read the residual stream have its width as columns, those that write it as rows. */
static int reads_stream(uint32_t role)
{
    return role != EDGEPLAN_ROLE_ATTENTION_OUTPUT && role != EDGEPLAN_ROLE_FFN_DOWN && role != EDGEPLAN_ROLE_EXPERT_DOWN &&
           role != EDGEPLAN_ROLE_SHARED_DOWN;
}

/* Splits what is in front of the last dimension into rows and, for experts, slices. */
static void set_shape(edgeplan_tensor *out, const ep_safetensor *tensor, uint32_t leading, uint64_t columns)
{
    out->slices = 1;
    out->rows = 1;
    out->columns = columns;
    for (uint32_t i = 0; i < leading; i++) {
        if (i == 0 && leading > 1 && ep_hf_is_stack(out->role))
            out->slices = tensor->shape[0];
        else
            out->rows = ep_mul(out->rows, tensor->shape[i]);
    }
}

static void begin(edgeplan_tensor *out, const ep_hf_module *module, uint32_t type, uint64_t bytes)
{
    *out = (edgeplan_tensor){.role = module->role, .element_type = type, .layer = module->layer, .stored_bytes = bytes};
}

static edgeplan_status end(const edgeplan_tensor *out, const char **message)
{
    const uint64_t elements = ep_mul(out->slices, ep_mul(out->rows, out->columns));
    if (elements != 0 && !ep_overflowed(elements))
        return EDGEPLAN_OK;
    *message = elements == 0 ? "has no elements" : "has more than 2^53 elements";
    return EDGEPLAN_ERROR_RANGE;
}

/* Some classes keep their experts transposed. */
static void turn(edgeplan_tensor *out, uint64_t hidden)
{
    const uint64_t rows = out->rows;
    const uint64_t side = reads_stream(out->role) ? out->columns : rows, other = reads_stream(out->role) ? rows : out->columns;
    if (!ep_hf_is_stack(out->role) || side == hidden || other != hidden)
        return;
    out->rows = out->columns;
    out->columns = rows;
}

edgeplan_status ep_hf_take(const ep_safetensor *tensor, const ep_hf_module *module, uint64_t hidden, edgeplan_tensor *out,
                           const char **message)
{
    const uint32_t last = tensor->dimensions > 0 ? tensor->dimensions - 1 : 0;
    begin(out, module, element_type(tensor->dtype), stored_bytes(tensor));
    set_shape(out, tensor, last, tensor->dimensions > 0 ? tensor->shape[last] : 1);
    turn(out, hidden);
    return end(out, message);
}

/* Columns of a row of packed words. Where the scales say how many groups a row has, that is exact also for a row that ends within a
   word; the number of bits then follows, and differs between matrices in some checkpoints. */
static uint64_t row_columns(const ep_hf_matrix *matrix, ep_quant_scheme scheme)
{
    const ep_safetensor *weight = matrix->weight, *scales = matrix->scales;
    const uint64_t word_bits = ep_dtype_bits(weight->dtype);
    const uint64_t row_bits = ep_mul(weight->shape[weight->dimensions - 1], word_bits);
    const uint64_t groups = scales != NULL && scales->dimensions == weight->dimensions ? scales->shape[scales->dimensions - 1] : 0;
    const uint64_t columns = groups > 1 ? ep_mul(groups, scheme.group) : 0;
    if (weight->dtype == EP_DTYPE_U8)
        return ep_mul(weight->shape[weight->dimensions - 1], 2);
    if (columns != 0) {
        const uint64_t bits = row_bits / columns;
        if (bits > 1 && bits <= EP_MOST_BITS && row_bits - bits * columns < word_bits)
            return columns;
    }
    return scheme.bits > 0 && row_bits % scheme.bits < word_bits ? row_bits / scheme.bits : 0;
}

static edgeplan_status unpack_rows(const ep_hf_matrix *matrix, ep_quant_scheme scheme, edgeplan_tensor *out, const char **message)
{
    const ep_safetensor *weight = matrix->weight;
    if (weight->dimensions < 2) {
        *message = "is packed, yet has no rows";
        return EDGEPLAN_ERROR_SCHEMA;
    }
    set_shape(out, weight, weight->dimensions - 1, row_columns(matrix, scheme));
    if (out->columns != 0 || weight->shape[weight->dimensions - 1] == 0)
        return end(out, message);
    *message = "is packed, and neither its scales nor config.json tell into how many bits";
    return EDGEPLAN_ERROR_SCHEMA;
}

static edgeplan_status unpack_columns(const ep_hf_matrix *matrix, ep_quant_scheme scheme, edgeplan_tensor *out,
                                      const char **message)
{
    const ep_safetensor *weight = matrix->weight, *scales = matrix->scales;
    const uint64_t bits = ep_mul(element_count(weight), ep_dtype_bits(weight->dtype));
    if (weight->dimensions != 2 || scales == NULL || scales->dimensions != 2 || scales->shape[1] == 0) {
        *message = "is packed, yet has no scales that tell its rows";
        return EDGEPLAN_ERROR_SCHEMA;
    }
    out->slices = 1;
    out->rows = scales->shape[1];
    if (matrix->index != NULL && matrix->index->dimensions == 1 && matrix->index->shape[0] > 0)
        out->columns = matrix->index->shape[0];
    else if (scheme.bits > 0)
        out->columns = bits / scheme.bits / out->rows;
    else
        out->columns = ep_mul(scales->shape[0], scheme.group);
    if (out->columns != 0)
        return end(out, message);
    *message = "is packed, and neither its scales nor config.json tell into how many bits";
    return EDGEPLAN_ERROR_SCHEMA;
}

static edgeplan_status unpack_blocks(const ep_hf_matrix *matrix, edgeplan_tensor *out, const char **message)
{
    const ep_safetensor *weight = matrix->weight;
    const uint32_t last = weight->dimensions - 1;
    if (weight->dimensions < 3 || weight->dtype != EP_DTYPE_U8) {
        *message = "is no matrix of blocks of bytes";
        return EDGEPLAN_ERROR_SCHEMA;
    }
    set_shape(out, weight, last - 1, ep_mul(2, ep_mul(weight->shape[last - 1], weight->shape[last])));
    return end(out, message);
}

/* Packed without regard to rows: the width of the stream is one side. */
static edgeplan_status unpack_flat(const ep_hf_matrix *matrix, uint64_t hidden, edgeplan_tensor *out, const char **message)
{
    const uint64_t elements = ep_mul(2, element_count(matrix->weight));
    const uint64_t side = elements % hidden == 0 ? hidden : 1;
    out->slices = 1;
    out->rows = reads_stream(out->role) ? elements / side : side;
    out->columns = reads_stream(out->role) ? side : elements / side;
    return end(out, message);
}

edgeplan_status ep_hf_unpack(const ep_hf_matrix *matrix, ep_quant_scheme scheme, uint64_t hidden, edgeplan_tensor *out,
                             const char **message)
{
    const uint32_t dtype = matrix->weight->dtype;
    const int is_packed = dtype == EP_DTYPE_U8 || dtype == EP_DTYPE_I32 || dtype == EP_DTYPE_U32;
    begin(out, &matrix->module, EDGEPLAN_ELEMENT_GROUPED, matrix->bytes);
    if (matrix->packing == EP_HF_BLOCKS)
        return unpack_blocks(matrix, out, message);
    if (matrix->packing == EP_HF_COLUMNS)
        return unpack_columns(matrix, scheme, out, message);
    if (is_packed && matrix->absmax != NULL)
        return unpack_flat(matrix, hidden, out, message);
    if (is_packed && matrix->scales != NULL)
        return unpack_rows(matrix, scheme, out, message);
    const edgeplan_status status = ep_hf_take(matrix->weight, &matrix->module, hidden, out, message);
    out->stored_bytes = matrix->bytes;
    return status;
}
