#include "model/lock_fields.h"

#include <string.h>

#include "base/text.h"

#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))
#define COUNTED(type, field) {#field, offsetof(type, field), EP_LOCK_COUNT, NULL, 0}
#define WORDED(type, field, words) {#field, offsetof(type, field), EP_LOCK_WORD, words, COUNT_OF(words)}

static const char *const switches[] = {NULL, "off", "on"};
static const char *const attentions[] = {NULL, "grouped", "latent"};
static const char *const spans[] = {NULL, "window", "chunk", "fixed"};
static const char *const recurrences[] = {NULL, "ssm", "delta", "rwkv", "convolution"};
static const char *const feed_forwards[] = {NULL, "dense", "experts"};

static const char *const roles[] = {
    [EDGEPLAN_ROLE_OTHER] = "other",
    [EDGEPLAN_ROLE_TOKEN_EMBEDDING] = "token_embedding",
    [EDGEPLAN_ROLE_OUTPUT_HEAD] = "output_head",
    [EDGEPLAN_ROLE_PER_LAYER_EMBEDDING] = "per_layer_embedding",
    [EDGEPLAN_ROLE_NORM] = "norm",
    [EDGEPLAN_ROLE_BIAS] = "bias",
    [EDGEPLAN_ROLE_ATTENTION_QUERY] = "attention_query",
    [EDGEPLAN_ROLE_ATTENTION_KEY] = "attention_key",
    [EDGEPLAN_ROLE_ATTENTION_VALUE] = "attention_value",
    [EDGEPLAN_ROLE_ATTENTION_QKV] = "attention_qkv",
    [EDGEPLAN_ROLE_ATTENTION_OUTPUT] = "attention_output",
    [EDGEPLAN_ROLE_ATTENTION_LATENT] = "attention_latent",
    [EDGEPLAN_ROLE_FFN_GATE] = "ffn_gate",
    [EDGEPLAN_ROLE_FFN_UP] = "ffn_up",
    [EDGEPLAN_ROLE_FFN_DOWN] = "ffn_down",
    [EDGEPLAN_ROLE_ROUTER] = "router",
    [EDGEPLAN_ROLE_EXPERT_GATE] = "expert_gate",
    [EDGEPLAN_ROLE_EXPERT_UP] = "expert_up",
    [EDGEPLAN_ROLE_EXPERT_DOWN] = "expert_down",
    [EDGEPLAN_ROLE_SHARED_GATE] = "shared_gate",
    [EDGEPLAN_ROLE_SHARED_UP] = "shared_up",
    [EDGEPLAN_ROLE_SHARED_DOWN] = "shared_down",
    [EDGEPLAN_ROLE_RECURRENT] = "recurrent",
    [EDGEPLAN_ROLE_CONVOLUTION] = "convolution",
    [EDGEPLAN_ROLE_PER_LAYER_PROJECTION] = "per_layer_projection",
    [EDGEPLAN_ROLE_CONSTANT] = "constant",
    [EDGEPLAN_ROLE_ENCODER] = "encoder",
    [EDGEPLAN_ROLE_NEXT_TOKEN] = "next_token",
};

const ep_lock_field ep_lock_head[] = {
    COUNTED(edgeplan_head, hidden_width),
    COUNTED(edgeplan_head, vocabulary),
    COUNTED(edgeplan_head, trained_context_tokens),
    COUNTED(edgeplan_head, parameters),
    COUNTED(edgeplan_head, active_parameters),
    {"tied_head", offsetof(edgeplan_head, tied_head), EP_LOCK_SWITCH, switches, COUNT_OF(switches)},
};

const ep_lock_field ep_lock_layer[] = {
    WORDED(edgeplan_layer, attention, attentions),
    WORDED(edgeplan_layer, span, spans),
    WORDED(edgeplan_layer, recurrent, recurrences),
    WORDED(edgeplan_layer, feed_forward, feed_forwards),
    COUNTED(edgeplan_layer, query_heads),
    COUNTED(edgeplan_layer, kv_heads),
    COUNTED(edgeplan_layer, key_width),
    COUNTED(edgeplan_layer, value_width),
    COUNTED(edgeplan_layer, latent_width),
    COUNTED(edgeplan_layer, rope_width),
    COUNTED(edgeplan_layer, span_tokens),
    COUNTED(edgeplan_layer, kv_source),
    COUNTED(edgeplan_layer, conv_elements),
    COUNTED(edgeplan_layer, state_elements),
    COUNTED(edgeplan_layer, ffn_width),
    COUNTED(edgeplan_layer, experts),
    COUNTED(edgeplan_layer, experts_used),
    COUNTED(edgeplan_layer, shared_width),
};

const ep_lock_field ep_lock_tensor[] = {
    WORDED(edgeplan_tensor, role, roles),
    {"element_type", offsetof(edgeplan_tensor, element_type), EP_LOCK_ELEMENT, NULL, 0},
    COUNTED(edgeplan_tensor, rows),
    COUNTED(edgeplan_tensor, columns),
    COUNTED(edgeplan_tensor, slices),
    COUNTED(edgeplan_tensor, stored_bytes),
};

const ep_lock_field ep_lock_artefact[] = {
    COUNTED(edgeplan_artefact, files),
    COUNTED(edgeplan_artefact, file_bytes),
    COUNTED(edgeplan_artefact, largest_file_bytes),
};

const size_t ep_lock_head_count = COUNT_OF(ep_lock_head), ep_lock_layer_count = COUNT_OF(ep_lock_layer),
             ep_lock_tensor_count = COUNT_OF(ep_lock_tensor), ep_lock_artefact_count = COUNT_OF(ep_lock_artefact);

static int is_narrow(const ep_lock_field *field)
{
    return field->kind == EP_LOCK_WORD || field->kind == EP_LOCK_ELEMENT;
}

uint64_t ep_lock_get(const ep_lock_field *field, const void *structure)
{
    const unsigned char *at = (const unsigned char *)structure + field->offset;
    uint64_t wide;
    uint32_t narrow;

    if (is_narrow(field)) {
        memcpy(&narrow, at, sizeof narrow);
        return narrow;
    }
    memcpy(&wide, at, sizeof wide);
    return wide;
}

void ep_lock_set(const ep_lock_field *field, void *structure, uint64_t value)
{
    unsigned char *at = (unsigned char *)structure + field->offset;
    const uint32_t narrow = (uint32_t)value;

    if (is_narrow(field))
        memcpy(at, &narrow, sizeof narrow);
    else
        memcpy(at, &value, sizeof value);
}

const char *ep_lock_word(const ep_lock_field *field, uint64_t value)
{
    if (field->kind == EP_LOCK_ELEMENT)
        return edgeplan_element_type_name((edgeplan_element_type)value);
    return value < field->word_count && field->words[value] != NULL ? field->words[value] : "";
}

int ep_lock_find(const ep_lock_field *field, const char *word, uint64_t *out)
{
    if (field->kind == EP_LOCK_ELEMENT) {
        edgeplan_element_type type;

        if (edgeplan_element_type_find(word, &type) != EDGEPLAN_OK)
            return 0;
        *out = (uint64_t)type;
        return 1;
    }
    for (uint32_t i = 0; i < field->word_count; i++) {
        if (field->words[i] != NULL && ep_equal(field->words[i], word)) {
            *out = i;
            return 1;
        }
    }
    return 0;
}

const char *edgeplan_role_name(edgeplan_role role)
{
    return ep_lock_word(&ep_lock_tensor[0], (uint32_t)role);
}
