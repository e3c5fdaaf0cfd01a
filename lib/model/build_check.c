#include "model/build_check.h"

#include "base/checked.h"
#include "base/text.h"
#include "model/element.h"

typedef struct ep_check {
    const ep_draft *draft;
    edgeplan_diagnostics *diagnostics;
    const char *list; /* "layers" or "tensors"; NULL for the head */
    size_t index;
    edgeplan_status status; /* of the first mistake */
} ep_check;

static void fail(ep_check *check, edgeplan_status status, const char *field, const char *message)
{
    char path[64];
    ep_text text;
    ep_text_init(&text, path, sizeof path);
    if (check->list != NULL) {
        ep_text_add(&text, check->list);
        ep_text_add_char(&text, '[');
        ep_text_add_count(&text, check->index);
        ep_text_add_char(&text, ']');
        if (field != NULL)
            ep_text_add_char(&text, '.');
    }
    if (field != NULL)
        ep_text_add(&text, field);
    ep_report(check->diagnostics, EDGEPLAN_SEVERITY_ERROR, status, &check->draft->place, path, message);
    if (check->status == EDGEPLAN_OK)
        check->status = status;
}

static void want(ep_check *check, uint64_t value, uint64_t low, uint64_t high, const char *field)
{
    if (value < low)
        fail(check, EDGEPLAN_ERROR_RANGE, field, low == 1 ? "must be 1 or more" : "is too small");
    else if (value > high)
        fail(check, EDGEPLAN_ERROR_RANGE, field, "is larger than any model");
}

/* Tensors without layers: what runs once per input, and keeps nothing. */
static int is_encoder(const ep_draft *draft)
{
    return draft->layer_count == 0 && draft->tensor_count != 0;
}

static void check_head(ep_check *check)
{
    const edgeplan_head *head = &check->draft->head;
    if (is_encoder(check->draft))
        return;
    want(check, head->hidden_width, 1, EP_MAX_WIDTH, "hidden_width");
    want(check, head->vocabulary, 1, EP_MAX_VOCABULARY, "vocabulary");
    want(check, head->trained_context_tokens, 0, EP_MAX_CONTEXT, "trained_context_tokens");
    if (head->tied_head > EDGEPLAN_SWITCH_ON)
        fail(check, EDGEPLAN_ERROR_INVALID_ARGUMENT, "tied_head", "is no switch");
    if (check->draft->layer_count < 1 || check->draft->layer_count > EP_MAX_LAYERS)
        fail(check, EDGEPLAN_ERROR_RANGE, "layers", "must be 1 to 4096");
}

static void check_kinds(ep_check *check, const edgeplan_layer *layer)
{
    if (layer->attention > EDGEPLAN_ATTENTION_LATENT)
        fail(check, EDGEPLAN_ERROR_INVALID_ARGUMENT, "attention", "is no kind of attention");
    if (layer->span > EDGEPLAN_SPAN_FIXED)
        fail(check, EDGEPLAN_ERROR_INVALID_ARGUMENT, "span", "is no span");
    if (layer->recurrent > EDGEPLAN_RECURRENT_CONVOLUTION)
        fail(check, EDGEPLAN_ERROR_INVALID_ARGUMENT, "recurrent", "is no kind of recurrence");
    if (layer->feed_forward > EDGEPLAN_FEED_FORWARD_EXPERTS)
        fail(check, EDGEPLAN_ERROR_INVALID_ARGUMENT, "feed_forward", "is no kind of feed-forward part");
    if (layer->attention == EDGEPLAN_ATTENTION_NONE && layer->recurrent == EDGEPLAN_RECURRENT_NONE &&
        layer->feed_forward == EDGEPLAN_FEED_FORWARD_NONE)
        fail(check, EDGEPLAN_ERROR_SCHEMA, NULL, "a layer needs attention, recurrence or a feed-forward part");
}

static void check_source(ep_check *check, const edgeplan_layer *layer)
{
    if (layer->kv_source == 0)
        return;
    if (layer->kv_source > check->index) {
        fail(check, EDGEPLAN_ERROR_REFERENCE, "kv_source", "must name an earlier layer");
        return;
    }
    const edgeplan_layer *source = &check->draft->layers[layer->kv_source - 1];
    if (source->attention != layer->attention || source->kv_source != 0)
        fail(check, EDGEPLAN_ERROR_REFERENCE, "kv_source", "must name a layer of the same kind of attention with a cache of its own");
}

static void check_attention(ep_check *check, const edgeplan_layer *layer)
{
    if (layer->attention == EDGEPLAN_ATTENTION_NONE)
        return;
    want(check, layer->query_heads, 1, EP_MAX_HEADS, "query_heads");
    want(check, layer->key_width, 1, EP_MAX_WIDTH, "key_width");
    want(check, layer->value_width, 1, EP_MAX_WIDTH, "value_width");
    want(check, layer->rope_width, 0, EP_MAX_WIDTH, "rope_width");
    if (layer->attention == EDGEPLAN_ATTENTION_LATENT) {
        want(check, layer->latent_width, 1, EP_MAX_WIDTH, "latent_width");
        want(check, layer->kv_heads, 0, EP_MAX_HEADS, "kv_heads");
    } else {
        want(check, layer->kv_heads, 1, EP_MAX_HEADS, "kv_heads");
        if (layer->kv_heads != 0 && layer->query_heads % layer->kv_heads != 0)
            fail(check, EDGEPLAN_ERROR_RANGE, "kv_heads", "must divide query_heads");
    }
    if (layer->span != EDGEPLAN_SPAN_ALL)
        want(check, layer->span_tokens, 1, EP_MAX_CONTEXT, "span_tokens");
    check_source(check, layer);
}

static void check_rest(ep_check *check, const edgeplan_layer *layer)
{
    if (layer->recurrent != EDGEPLAN_RECURRENT_NONE) {
        want(check, layer->conv_elements, 0, EP_MAX_CONTEXT, "conv_elements");
        want(check, layer->state_elements, layer->conv_elements == 0 ? 1 : 0, EP_MAX_CONTEXT, "state_elements");
    }
    if (layer->feed_forward == EDGEPLAN_FEED_FORWARD_NONE)
        return;
    want(check, layer->ffn_width, 1, EP_MAX_WIDTH, "ffn_width");
    want(check, layer->shared_width, 0, EP_MAX_WIDTH, "shared_width");
    if (layer->feed_forward != EDGEPLAN_FEED_FORWARD_EXPERTS)
        return;
    want(check, layer->experts, 1, EP_MAX_EXPERTS, "experts");
    want(check, layer->experts_used, 1, EP_MAX_EXPERTS, "experts_used");
    if (layer->experts_used > layer->experts)
        fail(check, EDGEPLAN_ERROR_RANGE, "experts_used", "must not exceed experts");
}

edgeplan_status ep_check_dimensions(const ep_draft *draft, edgeplan_diagnostics *diagnostics)
{
    ep_check check = {draft, diagnostics, NULL, 0, EDGEPLAN_OK};
    check_head(&check);
    check.list = "layers";
    for (size_t i = 0; i < draft->layer_count && i < EP_MAX_LAYERS; i++) {
        check.index = i;
        check_kinds(&check, &draft->layers[i]);
        check_attention(&check, &draft->layers[i]);
        check_rest(&check, &draft->layers[i]);
    }
    return check.status;
}

int ep_role_is_known(uint32_t role)
{
    return role <= EDGEPLAN_ROLE_BIAS || (role >= EDGEPLAN_ROLE_ATTENTION_QUERY && role <= EDGEPLAN_ROLE_ATTENTION_LATENT) ||
           (role >= EDGEPLAN_ROLE_FFN_GATE && role <= EDGEPLAN_ROLE_NEXT_TOKEN);
}

/* ggml's types say how many bytes a tensor takes; others may carry scales the type does not know. */
static void check_bytes(ep_check *check, const edgeplan_tensor *tensor, uint64_t elements)
{
    if (tensor->element_type == EDGEPLAN_ELEMENT_NONE) {
        if (tensor->stored_bytes != 0)
            fail(check, EDGEPLAN_ERROR_SCHEMA, "stored_bytes", "needs an element type");
        return;
    }
    if (tensor->element_type == EDGEPLAN_ELEMENT_GROUPED) {
        want(check, tensor->stored_bytes, 1, EP_MAX_COUNT, "stored_bytes");
        return;
    }
    const uint64_t row = ep_element_row_bytes(tensor->element_type, tensor->columns);
    const uint64_t bytes = ep_mul(row, ep_mul(tensor->rows, tensor->slices));
    if (ep_overflowed(bytes) && !ep_overflowed(elements))
        fail(check, EDGEPLAN_ERROR_RANGE, NULL, "is larger than 2^53 bytes");
    else if (tensor->stored_bytes != 0 && tensor->stored_bytes < bytes)
        fail(check, EDGEPLAN_ERROR_RANGE, "stored_bytes", "is less than the elements take");
    want(check, tensor->stored_bytes, 0, EP_MAX_COUNT, "stored_bytes");
}

static void check_tensor(ep_check *check, const edgeplan_tensor *tensor)
{
    if (!ep_role_is_known(tensor->role))
        fail(check, EDGEPLAN_ERROR_INVALID_ARGUMENT, "role", "is no role");
    if (is_encoder(check->draft) && tensor->role != EDGEPLAN_ROLE_ENCODER)
        fail(check, EDGEPLAN_ERROR_SCHEMA, "role", "is none of an encoder, yet there are no layers");
    if (tensor->layer > check->draft->layer_count)
        fail(check, EDGEPLAN_ERROR_REFERENCE, "layer", "names no layer");
    want(check, tensor->rows, 1, EP_MAX_COUNT, "rows");
    want(check, tensor->columns, 1, EP_MAX_COUNT, "columns");
    want(check, tensor->slices, 1, EP_MAX_COUNT, "slices");
    const uint64_t elements = ep_mul(tensor->columns, ep_mul(tensor->rows, tensor->slices));
    if (ep_overflowed(elements))
        fail(check, EDGEPLAN_ERROR_RANGE, NULL, "has more than 2^53 elements");
    if (!ep_element_is_known(tensor->element_type))
        fail(check, EDGEPLAN_ERROR_INVALID_ARGUMENT, "element_type", "is no element type");
    else
        check_bytes(check, tensor, elements);
}

edgeplan_status ep_check_tensors(const ep_draft *draft, edgeplan_diagnostics *diagnostics)
{
    ep_check check = {draft, diagnostics, NULL, 0, EDGEPLAN_OK};
    int has_head = 0;
    if (draft->tensor_count > EP_MAX_TENSORS)
        fail(&check, EDGEPLAN_ERROR_RANGE, "tensors", "are more than 1,000,000");
    check.list = "tensors";
    for (size_t i = 0; i < draft->tensor_count && i < EP_MAX_TENSORS; i++) {
        check.index = i;
        check_tensor(&check, &draft->tensors[i]);
        has_head |= draft->tensors[i].role == EDGEPLAN_ROLE_OUTPUT_HEAD;
    }
    check.list = NULL;
    if ((has_head && draft->head.tied_head == EDGEPLAN_SWITCH_ON) || (!has_head && draft->head.tied_head == EDGEPLAN_SWITCH_OFF))
        fail(&check, EDGEPLAN_ERROR_SCHEMA, "tied_head",
             has_head ? "is on, yet there is an output matrix" : "is off, yet there is no output matrix");
    return check.status;
}
