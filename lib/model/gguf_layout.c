/* Where the tensors of one file lie. Source of the rules: ggml-org/ggml src/gguf.cpp, which wants them packed in order; holes are passed
   here with a warning, since they hurt nobody. */
#include "model/gguf_files.h"

#include "base/checked.h"
#include "base/sort.h"
#include "base/text.h"

typedef struct layout {
    const ep_gguf *gguf;
    edgeplan_diagnostics *diagnostics;
    edgeplan_status status;
} layout;

/* Numbers of ggml/include/ggml.h that are no type of ours: whole numbers and doubles, which a few models keep tables in. */
static const struct {
    uint32_t number, element_type;
    ep_block_size block;
} others[] = {
    { 24, EDGEPLAN_ELEMENT_I8, { 1, 1 } },
    { 25, EDGEPLAN_ELEMENT_GROUPED, { 1, 2 } },
    { 26, EDGEPLAN_ELEMENT_GROUPED, { 1, 4 } },
    { 27, EDGEPLAN_ELEMENT_GROUPED, { 1, 8 } },
    { 28, EDGEPLAN_ELEMENT_GROUPED, { 1, 8 } },
};

/* Types of ours up to 99 have ggml's numbers. */
static ep_block_size block_of(uint32_t number, uint32_t *element_type)
{
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (others[i].number == number) {
            *element_type = others[i].element_type;
            return others[i].block;
        }
    }
    *element_type = number;
    return number < EDGEPLAN_ELEMENT_I8 ? ep_element_block(number) : (ep_block_size){ 0, 0 };
}

static void fail(layout *l, edgeplan_severity severity, edgeplan_status status, const ep_gguf_tensor *tensor, const char *message,
                 const char *quoted)
{
    const ep_place place = { l->gguf->shown, 0, 0, tensor->place };

    if (severity == EDGEPLAN_SEVERITY_ERROR && l->status == EDGEPLAN_OK)
        l->status = status;
    ep_report_quoted(l->diagnostics, severity, status, &place, tensor->name, message, quoted, NULL);
}

static void mistake(layout *l, edgeplan_status status, const ep_gguf_tensor *tensor, const char *message)
{
    fail(l, EDGEPLAN_SEVERITY_ERROR, status, tensor, message, NULL);
}

static void unknown_type(layout *l, const ep_gguf_tensor *tensor)
{
    char message[96];
    ep_text text;

    ep_text_init(&text, message, sizeof message);
    ep_text_add(&text, "has element type ");
    ep_text_add_count(&text, tensor->type);
    ep_text_add(&text, ", which is retired or newer than this library");
    mistake(l, EDGEPLAN_ERROR_UNSUPPORTED, tensor, message);
}

static void measure(layout *l, const ep_gguf_tensor *tensor, ep_gguf_part *part)
{
    const ep_block_size block = block_of(tensor->type, &part->element_type);

    part->tensor = tensor;
    part->shown = l->gguf->shown;
    if (block.elements == 0) {
        unknown_type(l, tensor);
        return;
    }
    if (tensor->sizes[0] % block.elements != 0)
        mistake(l, EDGEPLAN_ERROR_RANGE, tensor, "has rows that are no multiple of its element type's block");
    part->bytes = ep_mul(tensor->elements / block.elements, block.bytes);
    if (ep_overflowed(part->bytes))
        mistake(l, EDGEPLAN_ERROR_RANGE, tensor, "is larger than 2^53 bytes");
    else if (tensor->offset % l->gguf->alignment != 0)
        mistake(l, EDGEPLAN_ERROR_RANGE, tensor, "begins at an offset that is no multiple of the alignment");
    else if (ep_overflowed(ep_add(tensor->offset, part->bytes)))
        mistake(l, EDGEPLAN_ERROR_RANGE, tensor, "ends beyond 2^53 bytes");
}

static int by_offset(const void *a, const void *b)
{
    const ep_gguf_part *one = a, *other = b;

    if (one->tensor->offset != other->tensor->offset)
        return one->tensor->offset < other->tensor->offset ? -1 : 1;
    return 0;
}

/* Walks the data from its beginning. `end` is where the tensor before ends. */
static void check_order(layout *l, const ep_gguf_part *const *order, uint64_t *data_bytes)
{
    uint64_t end = 0;

    for (size_t i = 0; i < l->gguf->tensor_count; i++) {
        const ep_gguf_tensor *tensor = order[i]->tensor;

        if (tensor->offset < end)
            fail(l, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_RANGE, tensor, "overlaps with", order[i - 1]->tensor->name);
        else if (tensor->offset > ep_round_up(end, l->gguf->alignment))
            fail(l, EDGEPLAN_SEVERITY_WARNING, EDGEPLAN_ERROR_RANGE, tensor, "lies behind a hole in the data", NULL);
        end = ep_max(end, tensor->offset + order[i]->bytes);
    }
    *data_bytes = end;
}

edgeplan_status ep_gguf_layout(ep_arena *arena, const ep_gguf *gguf, edgeplan_diagnostics *diagnostics, ep_gguf_part *parts,
                               uint64_t *data_bytes, uint64_t *padded)
{
    layout l = { gguf, diagnostics, EDGEPLAN_OK };
    const void **order = ep_arena_array(arena, gguf->tensor_count, sizeof *order);

    *data_bytes = *padded = 0;
    if (order == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    for (size_t i = 0; i < gguf->tensor_count; i++) {
        measure(&l, &gguf->tensors[i], &parts[i]);
        order[i] = &parts[i];
    }
    if (l.status != EDGEPLAN_OK)
        return l.status;
    ep_sort(order, gguf->tensor_count, by_offset);
    check_order(&l, (const ep_gguf_part *const *)order, data_bytes);
    *padded = ep_round_up(*data_bytes, gguf->alignment);
    return l.status;
}
