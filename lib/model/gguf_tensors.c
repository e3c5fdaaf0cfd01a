/* The tensors of the files as the model's, and what they show of its layers. */
#include "model/gguf_parts.h"

#include "base/checked.h"
#include "base/text.h"
#include "model/gguf_names.h"

static void fail(ep_gguf_reading *reading, const ep_gguf_part *part, edgeplan_status status, const char *message)
{
    const ep_place place = { part->shown, 0, 0, part->tensor->place };

    if (reading->status == EDGEPLAN_OK)
        reading->status = status;
    ep_report(reading->diagnostics, EDGEPLAN_SEVERITY_ERROR, status, &place, part->tensor->name, message);
}

/* Experts are slices, and so are the heads of latent attention's products in batches; what else has a third dimension is rows. A bias for
   each expert has the experts in its second. */
static edgeplan_tensor shape_of(const ep_gguf_part *part, const ep_tensor_name *name)
{
    const uint64_t *sizes = part->tensor->sizes;
    edgeplan_tensor tensor = {
        .role = name->role,
        .element_type = part->element_type,
        .layer = name->layer,
        .columns = sizes[0],
        .rows = sizes[1],
        .slices = ep_mul(sizes[2], sizes[3]),
        .stored_bytes = part->bytes,
    };

    if (name->stacked && name->is_bias && tensor.slices == 1) {
        tensor.slices = tensor.rows;
        tensor.rows = 1;
    } else if (!name->stacked && name->role != EDGEPLAN_ROLE_ATTENTION_LATENT) {
        tensor.rows = ep_mul(tensor.rows, tensor.slices);
        tensor.slices = 1;
    }
    return tensor;
}

static void see(ep_gguf_reading *reading, const edgeplan_tensor *tensor, const ep_tensor_name *name)
{
    ep_gguf_seen *seen = &reading->seen[name->layer - 1];

    seen->is_seen = 1;
    seen->is_recurrent |= name->recurrent;
    switch (tensor->role) {
    case EDGEPLAN_ROLE_ATTENTION_KEY: seen->key_rows = tensor->rows; break;
    case EDGEPLAN_ROLE_ATTENTION_VALUE: seen->value_rows = tensor->rows; break;
    case EDGEPLAN_ROLE_ATTENTION_OUTPUT: seen->attends = 1; break;
    case EDGEPLAN_ROLE_FFN_DOWN: seen->ffn_width = tensor->columns; break;
    case EDGEPLAN_ROLE_SHARED_DOWN: seen->shared_width = tensor->columns; break;
    case EDGEPLAN_ROLE_EXPERT_DOWN:
        seen->expert_width = tensor->columns;
        seen->experts = name->single_expert ? seen->experts + 1 : ep_max(seen->experts, tensor->slices);
        break;
    case EDGEPLAN_ROLE_CONVOLUTION:
        seen->conv_elements = ep_add(seen->conv_elements, ep_mul(tensor->columns - 1, tensor->rows));
        break;
    default: break;
    }
}

static void see_head(ep_gguf_reading *reading, const edgeplan_tensor *tensor)
{
    if (tensor->role == EDGEPLAN_ROLE_TOKEN_EMBEDDING) {
        reading->draft.head.hidden_width = tensor->columns;
        reading->draft.head.vocabulary = tensor->rows;
    }
}

#define TENSORS_OF_A_LAYER 64 /* more than any has, single experts counted as one: how far back their first is looked for */

/* Single experts of files from before they were stacked become slices of one tensor, as llama.cpp makes of them. */
static int joins(ep_gguf_reading *reading, const edgeplan_tensor *tensor)
{
    ep_draft *draft = &reading->draft;
    const size_t first = draft->tensor_count > TENSORS_OF_A_LAYER ? draft->tensor_count - TENSORS_OF_A_LAYER : 0;

    for (size_t i = draft->tensor_count; i-- > first && draft->tensors[i].layer == tensor->layer;) {
        edgeplan_tensor *there = &draft->tensors[i];

        if (there->role == tensor->role && there->element_type == tensor->element_type && there->rows == tensor->rows &&
            there->columns == tensor->columns) {
            there->slices++;
            there->stored_bytes = ep_add(there->stored_bytes, tensor->stored_bytes);
            return 1;
        }
    }
    return 0;
}

static void add(ep_gguf_reading *reading, const ep_gguf_part *part)
{
    const ep_tensor_name name = ep_tensor_name_read(part->tensor->name);
    const int further = name.next_token || name.layer > reading->trunk, wanted = reading->part == EDGEPLAN_PART_MTP;
    edgeplan_tensor tensor = shape_of(part, &name);
    edgeplan_status status;

    if (further != wanted) {
        if (further)
            reading->next_token_bytes = ep_add(reading->next_token_bytes, part->bytes);
        else if (name.layer == 0)
            see_head(reading, &tensor); /* shared: its sizes count, its bytes do not */
        return;
    }
    if (further && name.layer <= reading->trunk) {
        fail(reading, part, EDGEPLAN_ERROR_REFERENCE, "predicts further tokens, yet is of a layer that does not");
        return;
    }
    tensor.layer -= reading->first;
    reading->unknown_names += !name.known && !name.is_bias && part->tensor->dims > 1;
    if (name.layer != 0)
        see(reading, &tensor, &name);
    else
        see_head(reading, &tensor);
    if (name.single_expert && joins(reading, &tensor))
        return;
    status = ep_draft_add_tensor(&reading->draft, &tensor);
    if (reading->status == EDGEPLAN_OK)
        reading->status = status;
}

/* Source: clip_model_loader::load_hparams of tools/mtmd/clip.cpp of llama.cpp v0.5.0. */
static const struct {
    const char *projector, *width, *ffn_width, *heads;
} tower_keys[EP_TOWERS] = {
    { "clip.vision.projector_type", "vision.embedding_length", "vision.feed_forward_length", "vision.attention.head_count" },
    { "clip.audio.projector_type", "audio.embedding_length", "audio.feed_forward_length", "audio.attention.head_count" },
};

static void see_towers(ep_gguf_reading *reading)
{
    ep_tower *towers = reading->draft.towers;
    uint64_t size = 0, patch = 0;

    for (int i = 0; i < EP_TOWERS; i++) {
        const ep_gguf_value *projector = ep_gguf_find(&reading->set->first, "clip.projector_type");
        if (projector == NULL)
            projector = ep_gguf_find(&reading->set->first, tower_keys[i].projector);
        if (!ep_gguf_get(reading, tower_keys[i].width, &towers[i].width) || projector == NULL || projector->text == NULL)
            continue;
        towers[i].projector = ep_arena_copy(&reading->draft.arena, projector->text, projector->count);
        if (towers[i].projector == NULL)
            reading->status = EDGEPLAN_ERROR_NO_MEMORY;
        ep_gguf_get(reading, tower_keys[i].ffn_width, &towers[i].ffn_width);
        ep_gguf_get(reading, tower_keys[i].heads, &towers[i].heads);
    }
    ep_gguf_get(reading, "vision.image_size", &size);
    ep_gguf_get(reading, "vision.patch_size", &patch);
    towers[0].patch_pixels = patch;
    if (patch != 0)
        towers[0].patches = ep_mul(size / patch, size / patch);
}

void ep_gguf_add_encoder(ep_gguf_reading *reading)
{
    see_towers(reading);
    for (size_t i = 0; i < reading->set->part_count && reading->status == EDGEPLAN_OK; i++) {
        const edgeplan_tensor tensor = shape_of(&reading->set->parts[i], &(ep_tensor_name){ .role = EDGEPLAN_ROLE_ENCODER });

        reading->status = ep_draft_add_tensor(&reading->draft, &tensor);
    }
}

void ep_gguf_add_tensors(ep_gguf_reading *reading)
{
    const ep_gguf_set *set = reading->set;
    uint64_t blocks = 0;

    ep_gguf_get(reading, "block_count", &blocks);
    for (size_t i = 0; i < set->part_count && reading->status != EDGEPLAN_ERROR_NO_MEMORY; i++) {
        if (ep_tensor_name_read(set->parts[i].tensor->name).layer > blocks)
            fail(reading, &set->parts[i], EDGEPLAN_ERROR_REFERENCE, "is of a layer beyond block_count");
        else
            add(reading, &set->parts[i]);
    }
    if (reading->next_token_bytes != 0) {
        ep_gguf_assume(reading, "Layers that predict the token after next (# bytes of the file) are left out of the model itself.",
                       &reading->next_token_bytes);
        ep_draft_leave_further(&reading->draft);
    }
    if (reading->unknown_names != 0)
        ep_gguf_assume(reading, "# tensors have names this library does not know: they are taken to be read at every step.",
                       &reading->unknown_names);
}
