#include "model/build.h"

#include <string.h>

#include "base/checked.h"
#include "base/known.h"
#include "model/build_check.h"
#include "model/element.h"
#include "model/tensors.h"

#define EP_HEAD_CONTEXT EP_HEAD_KNOWN(trained_context_tokens)
#define EP_TENSOR_STORED EP_KNOWN(edgeplan_tensor, stored_bytes, role, offsetof(edgeplan_tensor, layer))
/* Every field up to the last. */
#define EP_HEAD_ALL (2 * EP_HEAD_KNOWN(tied_head) - 1)
#define EP_LAYER_ALL (2 * EP_KNOWN(edgeplan_layer, shared_width, attention, offsetof(edgeplan_layer, query_heads)) - 1)
#define EP_TENSOR_ALL (2 * EP_TENSOR_STORED - 1)

void ep_draft_init(ep_draft *draft, edgeplan_context *context)
{
    memset(draft, 0, sizeof *draft);
    ep_arena_init(&draft->arena, context);
}

void ep_draft_free(ep_draft *draft)
{
    ep_arena_free(&draft->arena);
    memset(draft, 0, sizeof *draft);
}

edgeplan_status ep_draft_add_layer(ep_draft *draft, const edgeplan_layer *layer)
{
    edgeplan_layer *layers =
        ep_arena_grow(&draft->arena, draft->layers, draft->layer_count, &draft->layer_capacity, sizeof *draft->layers);
    if (layers == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    draft->layers = layers;
    layers[draft->layer_count++] = *layer;
    return EDGEPLAN_OK;
}

edgeplan_status ep_draft_add_tensor(ep_draft *draft, const edgeplan_tensor *tensor)
{
    edgeplan_tensor *tensors =
        ep_arena_grow(&draft->arena, draft->tensors, draft->tensor_count, &draft->tensor_capacity, sizeof *draft->tensors);
    if (tensors == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    draft->tensors = tensors;
    tensors[draft->tensor_count++] = *tensor;
    return EDGEPLAN_OK;
}

edgeplan_status ep_draft_assume(ep_draft *draft, const char *sentence)
{
    const char **assumptions = ep_arena_grow(&draft->arena, (void *)draft->assumptions, draft->assumption_count,
                                             &draft->assumption_capacity, sizeof *draft->assumptions);
    if (assumptions == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    draft->assumptions = assumptions;
    const char *copy = ep_arena_copy(&draft->arena, sentence, strlen(sentence));
    if (copy == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    assumptions[draft->assumption_count++] = copy;
    return EDGEPLAN_OK;
}

void ep_draft_leave_further(ep_draft *draft)
{
    if (draft->further_assumption == 0)
        draft->further_assumption = draft->assumption_count;
    else
        draft->assumptions[draft->further_assumption - 1] = draft->assumptions[--draft->assumption_count];
}

/* Elements one token is multiplied with: of stacked experts those it uses; none of lookup tables and of what no token runs
   through. */
static uint64_t active_elements(const ep_draft *draft, const edgeplan_tensor *tensor)
{
    const edgeplan_layer *layer = tensor->layer != 0 ? &draft->layers[tensor->layer - 1] : NULL;
    const int lookup = tensor->role == EDGEPLAN_ROLE_PER_LAYER_EMBEDDING ||
                       (tensor->role == EDGEPLAN_ROLE_TOKEN_EMBEDDING && draft->head.tied_head != EDGEPLAN_SWITCH_ON);
    if (lookup || !ep_tensor_is_read(tensor, layer))
        return 0;
    uint64_t slices = tensor->slices;
    if (layer != NULL && layer->feed_forward == EDGEPLAN_FEED_FORWARD_EXPERTS && slices > 1 && slices == layer->experts)
        slices = layer->experts_used;
    return ep_mul(slices, ep_mul(tensor->rows, tensor->columns));
}

static edgeplan_status sum_parameters(ep_draft *draft, edgeplan_diagnostics *diagnostics)
{
    uint64_t all = 0, active = 0, stored = 0;
    for (size_t i = 0; i < draft->tensor_count; i++) {
        const edgeplan_tensor *tensor = &draft->tensors[i];
        stored = ep_add(stored, tensor->stored_bytes);
        if (tensor->role == EDGEPLAN_ROLE_CONSTANT)
            continue;
        all = ep_add(all, ep_mul(tensor->slices, ep_mul(tensor->rows, tensor->columns)));
        active = ep_add(active, active_elements(draft, tensor));
    }
    if (ep_overflowed(all) || ep_overflowed(stored))
        return ep_report(diagnostics, EDGEPLAN_SEVERITY_ERROR, EDGEPLAN_ERROR_RANGE, &draft->place, "tensors",
                         "sum to more than 2^53 elements or bytes");
    draft->head.parameters = all;
    draft->head.active_parameters = active;
    return EDGEPLAN_OK;
}

static void finish_tensor(edgeplan_tensor *tensor)
{
    tensor->struct_size = sizeof *tensor;
    tensor->flags = 0;
    if (tensor->stored_bytes == 0 && ep_element_block(tensor->element_type).elements != 0)
        tensor->stored_bytes = ep_mul(ep_element_row_bytes(tensor->element_type, tensor->columns), ep_mul(tensor->rows, tensor->slices));
    tensor->known = EP_TENSOR_ALL;
    if (tensor->stored_bytes == 0)
        tensor->known &= ~EP_TENSOR_STORED;
}

/* Layers that mean the same are made the same, so that they fold into one run: of what a layer has not, it says nothing. */
static void finish_layer(edgeplan_layer *layer)
{
    layer->struct_size = sizeof *layer;
    layer->flags = 0;
    layer->known = EP_LAYER_ALL;
    if (layer->attention == EDGEPLAN_ATTENTION_NONE) {
        layer->span = EDGEPLAN_SPAN_ALL;
        layer->query_heads = layer->kv_heads = layer->kv_source = 0;
        layer->key_width = layer->value_width = layer->rope_width = 0;
    }
    if (layer->attention != EDGEPLAN_ATTENTION_LATENT)
        layer->latent_width = 0;
    if (layer->span == EDGEPLAN_SPAN_ALL)
        layer->span_tokens = 0;
    if (layer->recurrent == EDGEPLAN_RECURRENT_NONE)
        layer->conv_elements = layer->state_elements = 0;
    if (layer->feed_forward == EDGEPLAN_FEED_FORWARD_NONE)
        layer->ffn_width = layer->shared_width = 0;
    if (layer->feed_forward != EDGEPLAN_FEED_FORWARD_EXPERTS)
        layer->experts = layer->experts_used = 0;
}

static void finish_head(ep_draft *draft)
{
    edgeplan_head *head = &draft->head;
    head->struct_size = sizeof *head;
    head->flags = 0;
    head->known = EP_HEAD_ALL;
    if (head->trained_context_tokens == 0)
        head->known &= ~EP_HEAD_CONTEXT;
}

/* Tensors by layer, the head's first, otherwise in the order they came: files hold them in any order, rules walk them layer by layer. */
static edgeplan_status sort_tensors(ep_draft *draft)
{
    uint32_t *next = ep_arena_array(&draft->arena, draft->layer_count + 2, sizeof *next);
    int in_order = 1;
    if (next == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    for (size_t i = 0; i < draft->tensor_count; i++) {
        next[draft->tensors[i].layer + 1]++;
        in_order &= i == 0 || draft->tensors[i - 1].layer <= draft->tensors[i].layer;
    }
    for (size_t i = 1; i <= draft->layer_count + 1; i++)
        next[i] += next[i - 1];
    draft->begins = next + 1; /* the head's come first */
    if (in_order)
        return EDGEPLAN_OK;
    edgeplan_tensor *sorted = ep_arena_array(&draft->arena, draft->tensor_count, sizeof *sorted);
    if (sorted == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    for (size_t i = 0; i < draft->tensor_count; i++)
        sorted[next[draft->tensors[i].layer]++] = draft->tensors[i];
    draft->tensors = sorted;
    draft->tensor_capacity = draft->tensor_count;
    draft->begins = next; /* each has come to where the next one began */
    return EDGEPLAN_OK;
}

static int are_alike(const ep_draft *draft, size_t a, size_t b)
{
    const uint32_t *begins = draft->begins;

    if (begins[a + 1] - begins[a] != begins[b + 1] - begins[b])
        return 0;
    for (uint32_t i = 0; i < begins[a + 1] - begins[a]; i++) {
        edgeplan_tensor tensor = draft->tensors[begins[a] + i];
        tensor.layer = b + 1;
        if (memcmp(&tensor, &draft->tensors[begins[b] + i], sizeof tensor) != 0)
            return 0;
    }
    return 1;
}

/* NULL when out of memory. */
static uint32_t *find_alike(ep_draft *draft)
{
    enum { LOOKS_BACK = 16 }; /* no pattern of layers is known to be longer */
    uint32_t *alike = ep_arena_array(&draft->arena, draft->layer_count, sizeof *alike);

    for (size_t i = 0; i < draft->layer_count && alike != NULL; i++) {
        alike[i] = (uint32_t)i;
        for (size_t before = i; alike[i] == i && before-- > 0 && i - before <= LOOKS_BACK;)
            if (are_alike(draft, before, i))
                alike[i] = alike[before];
    }
    return alike;
}

/* A GGUF says that its head is tied by having no output matrix; so do tensors added by hand. */
static edgeplan_status settle_tensors(ep_draft *draft, edgeplan_diagnostics *diagnostics)
{
    edgeplan_status status = EDGEPLAN_OK;
    int has_head = 0;
    if (draft->tensor_count == 0) {
        if (draft->head.tied_head == EDGEPLAN_SWITCH_DEFAULT)
            status = ep_draft_assume(draft, "The output matrix is taken to be its own, not the embedding table.");
        if (status == EDGEPLAN_OK)
            status = ep_tensors_derive(draft, &(const ep_blueprint){.parts = &ep_parts_usual}, diagnostics);
    }
    if (status == EDGEPLAN_OK)
        status = ep_check_tensors(draft, diagnostics);
    if (status == EDGEPLAN_OK)
        status = sort_tensors(draft);
    for (size_t i = 0; i < draft->tensor_count && status == EDGEPLAN_OK; i++) {
        has_head |= draft->tensors[i].role == EDGEPLAN_ROLE_OUTPUT_HEAD;
        finish_tensor(&draft->tensors[i]);
    }
    draft->head.tied_head = has_head ? EDGEPLAN_SWITCH_OFF : EDGEPLAN_SWITCH_ON;
    return status;
}

static edgeplan_status freeze(ep_draft *draft, edgeplan_model **out)
{
    edgeplan_model *model = ep_arena_alloc(&draft->arena, sizeof *model);
    const uint32_t *alike = find_alike(draft);
    if (model == NULL || alike == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    finish_head(draft);
    for (size_t i = 0; i < draft->layer_count; i++)
        finish_layer(&draft->layers[i]);
    atomic_init(&model->owners, 1);
    model->id = draft->id != NULL ? draft->id : "";
    model->name = draft->name != NULL ? draft->name : model->id;
    model->family = draft->family != NULL ? draft->family : "";
    model->licence = draft->licence != NULL ? draft->licence : "";
    model->head = draft->head;
    model->layers = draft->layers;
    model->layer_count = (uint32_t)draft->layer_count;
    model->trunk_layers = draft->trunk_layers;
    memcpy(model->towers, draft->towers, sizeof model->towers);
    model->tensors = draft->tensors;
    model->tensor_count = (uint32_t)draft->tensor_count;
    model->begins = draft->begins;
    model->alike = alike;
    model->assumptions = draft->assumptions;
    model->assumption_count = (uint32_t)draft->assumption_count;
    model->further_assumption = (uint32_t)draft->further_assumption;
    model->format = draft->format != NULL ? draft->format : "";
    model->published = draft->published != NULL ? draft->published : "";
    model->files = draft->files;
    model->file_bytes = draft->file_bytes;
    model->largest_file_bytes = draft->largest_file_bytes;
    model->arena = draft->arena; /* last: the model now owns what it lies in */
    memset(draft, 0, sizeof *draft);
    *out = model;
    return EDGEPLAN_OK;
}

edgeplan_status ep_draft_finish(ep_draft *draft, edgeplan_diagnostics *diagnostics, edgeplan_model **out)
{
    *out = NULL;
    edgeplan_status status = ep_check_dimensions(draft, diagnostics);
    if (status == EDGEPLAN_OK)
        status = settle_tensors(draft, diagnostics);
    if (status == EDGEPLAN_OK)
        status = sum_parameters(draft, diagnostics);
    if (status == EDGEPLAN_OK)
        status = freeze(draft, out);
    if (status != EDGEPLAN_OK)
        ep_draft_free(draft);
    return status;
}
