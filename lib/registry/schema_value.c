/* Values: one case per kind of key. */
#include "registry/schema.h"

#include <string.h>

static const ep_word switch_words[] = {{"yes", EDGEPLAN_SWITCH_ON}, {"no", EDGEPLAN_SWITCH_OFF}, {NULL, 0}};

const char *ep_read_text(ep_loader *loader, const ep_frame *frame, const ep_node *node)
{
    if (!ep_node_is_scalar(node)) {
        ep_fault_schema(loader, frame, node, "a text is due here");
        return NULL;
    }
    if (node->kind == EP_NODE_QUOTED && memchr(node->text, 0, node->length)) {
        ep_fault_schema(loader, frame, node, "a text must not hold a NUL");
        return NULL;
    }
    return node->text;
}

static const ep_word *find_word(ep_loader *loader, const ep_frame *frame, const ep_node *node, const ep_word *words)
{
    const char *text = ep_read_text(loader, frame, node);

    if (!text)
        return NULL;
    for (const ep_word *word = words; word->text; word++)
        if (strcmp(word->text, text) == 0)
            return word;
    ep_fault_word(loader, frame, node, words);
    return NULL;
}

int ep_read_word(ep_loader *loader, const ep_frame *frame, const ep_node *node, const ep_word *words, uint32_t *value)
{
    const ep_word *word = find_word(loader, frame, node, words);
    if (word)
        *value = word->value;
    return word != NULL;
}

int ep_read_element(ep_loader *loader, const ep_frame *frame, const ep_node *node, uint32_t *value)
{
    const char *text = ep_read_text(loader, frame, node);
    edgeplan_element_type type;

    if (!text)
        return 0;
    if (edgeplan_element_type_find(text, &type) != EDGEPLAN_OK) {
        ep_fault(loader, EDGEPLAN_ERROR_SCHEMA, frame, node, "unknown element type", text,
                 "; such as f16, bf16, q8_0, q4_k or mxfp4");
        return 0;
    }
    *value = (uint32_t)type;
    return 1;
}

int ep_is_list(ep_loader *loader, const ep_frame *frame, const ep_node *node)
{
    if (node->kind == EP_NODE_LIST)
        return 1;
    ep_fault_schema(loader, frame, node, "a list is due here");
    return 0;
}

int ep_is_list_within(ep_loader *loader, const ep_frame *frame, const ep_node *node, uint32_t most)
{
    if (!ep_is_list(loader, frame, node))
        return 0;
    if (node->count > most)
        ep_fault(loader, EDGEPLAN_ERROR_RANGE, frame, node, "the list is too long", NULL, NULL);
    return node->count <= most;
}

static const char *read_id(ep_loader *loader, const ep_frame *frame, const ep_node *node)
{
    const char *text = ep_read_text(loader, frame, node);
    if (text && !ep_is_id(text, node->length, 0)) {
        ep_fault(loader, EDGEPLAN_ERROR_SCHEMA, frame, node, "an id is of a-z, 0-9, dot, dash and underscore, not", text,
                 NULL);
        return NULL;
    }
    return text;
}

static void read_bits(ep_loader *loader, ep_frame *frame, const ep_node *node, const ep_word *words, uint32_t *bits)
{
    *bits = 0;
    if (!ep_is_list(loader, frame, node) || !ep_count_read_items(loader, node->count))
        return;
    for (uint32_t i = 0; i < node->count; i++) {
        ep_frame item = ep_frame_of_item(frame, i, node->entries[i].value);
        uint32_t value;
        if (ep_read_word(loader, &item, node->entries[i].value, words, &value))
            *bits |= 1u << value;
    }
}

/* A key set to null counts as not given; only an inherited value has to be taken away. */
static void forget(const ep_node *node, const ep_key *key, char *field, char *count)
{
    static const char *const no_text = NULL;
    static const ep_words no_words = {NULL, 0};
    const uint32_t zero = 0;

    if (key->kind == EP_KEY_NODE)
        memcpy(field, &node, sizeof node);
    if (!(key->flags & EP_INHERITED))
        return;
    switch (key->kind) {
    case EP_KEY_TEXT: case EP_KEY_ID:
        memcpy(field, &no_text, sizeof no_text);
        break;
    case EP_KEY_TEXTS: case EP_KEY_IDS:
        memcpy(field, &no_words, sizeof no_words);
        break;
    case EP_KEY_FIGURE:
        memcpy(field, &zero, sizeof zero);
        break;
    case EP_KEY_REFERENCES:
        memcpy(field, &no_text, sizeof no_text);
        memcpy(count, &zero, sizeof zero);
        break;
    default:
        break;
    }
}

/* Fields of one machine word that a text or word fills. */
static void read_scalar(ep_loader *loader, ep_frame *frame, const ep_node *node, const ep_key *key, char *field)
{
    const char *text = NULL;
    const ep_word *word;
    uint32_t value = 0;
    int known = 0;

    switch (key->kind) {
    case EP_KEY_TEXT:
        text = ep_read_text(loader, frame, node);
        break;
    case EP_KEY_ID:
        text = read_id(loader, frame, node);
        break;
    case EP_KEY_CHOICE:
        word = find_word(loader, frame, node, key->words);
        text = word ? word->text : NULL;
        break;
    case EP_KEY_WORD:
        known = ep_read_word(loader, frame, node, key->words, &value);
        break;
    case EP_KEY_SWITCH: case EP_KEY_FLAG:
        known = ep_read_word(loader, frame, node, switch_words, &value);
        value = key->kind == EP_KEY_FLAG ? value == EDGEPLAN_SWITCH_ON : value;
        break;
    case EP_KEY_ELEMENT:
        known = ep_read_element(loader, frame, node, &value);
        break;
    default:
        known = 1;
        read_bits(loader, frame, node, key->words, &value);
        break;
    }
    if (text)
        memcpy(field, &text, sizeof text);
    else if (known)
        memcpy(field, &value, sizeof value);
}

static void read_reference(ep_loader *loader, ep_frame *frame, const ep_node *node, const ep_key *key, char *field)
{
    const void *entity = ep_resolve(loader, frame, node, (edgeplan_section)key->section);
    memcpy(field, &entity, sizeof entity);
}

void ep_read_value(ep_loader *loader, ep_frame *frame, const ep_node *node, const ep_key *key, void *object)
{
    char *field = (char *)object + key->offset;
    ep_fact_id fact;

    if (node->kind == EP_NODE_NULL) {
        forget(node, key, field, (char *)object + key->count_offset);
        return;
    }
    switch (key->kind) {
    case EP_KEY_FIGURE:
        fact = ep_read_figure(loader, frame, node, (ep_unit_dimension)key->unit, NULL);
        memcpy(field, &fact, sizeof fact);
        break;
    case EP_KEY_NUMBER: case EP_KEY_QUANTITY:
        ep_read_number(loader, frame, node, key, field);
        break;
    case EP_KEY_VERSION:
        ep_read_version(loader, frame, node, field);
        break;
    case EP_KEY_TEXTS: case EP_KEY_IDS: case EP_KEY_REFERENCES: case EP_KEY_LIST:
        ep_read_list(loader, frame, node, key, object);
        break;
    case EP_KEY_REFERENCE:
        read_reference(loader, frame, node, key, field);
        break;
    case EP_KEY_MAP:
        ep_read_map(loader, frame, node, key->keys, field);
        break;
    case EP_KEY_NODE:
        memcpy(field, &node, sizeof node);
        break;
    case EP_KEY_CUSTOM:
        key->read(loader, frame, node, object);
        break;
    case EP_KEY_ELSEWHERE: case EP_KEY_SOURCE:
        break;
    default:
        read_scalar(loader, frame, node, key, field);
        break;
    }
}
