#include "model/config_reader.h"

#include "base/text.h"

void ep_config_fail(ep_config_reader *reader, edgeplan_status status, const ep_node *node, const char *name, const char *message,
                    const char *quoted)
{
    char path[128];
    ep_text text;
    const ep_place place = ep_node_place(node);
    ep_text_init(&text, path, sizeof path);
    ep_text_add(&text, reader->path);
    if (text.length != 0)
        ep_text_add_char(&text, '.');
    ep_text_add(&text, name);
    if (reader->status == EDGEPLAN_OK)
        reader->status = status;
    ep_report_quoted(reader->diagnostics, EDGEPLAN_SEVERITY_ERROR, status, &place, path, message, quoted, NULL);
}

void ep_config_fail_key(ep_config_reader *reader, edgeplan_status status, ep_key key, const char *message)
{
    const ep_entry *entry = ep_config_entry(reader, key);
    if (entry != NULL)
        ep_config_fail(reader, status, entry->value, entry->key, message, NULL);
    else
        ep_config_fail(reader, status, reader->text, ep_key_rules[ep_family_key(reader->family, key)].names[0], message, NULL);
}

void ep_config_keep(ep_config_reader *reader, edgeplan_status status)
{
    if (reader->status == EDGEPLAN_OK)
        reader->status = status;
}

void ep_config_note(ep_config_reader *reader, const char *sentence)
{
    ep_config_keep(reader, ep_draft_assume(&reader->draft, sentence));
}

void ep_config_assume(ep_config_reader *reader, ep_key key, uint64_t value, const char *reason)
{
    char sentence[192];
    ep_text text;
    ep_text_init(&text, sentence, sizeof sentence);
    ep_text_add(&text, "`");
    ep_text_add(&text, ep_key_rules[ep_family_key(reader->family, key)].names[0]);
    ep_text_add(&text, "` is not given: ");
    if (ep_key_is_switch(key))
        ep_text_add(&text, value != 0 ? "true" : "false");
    else
        ep_text_add_count(&text, value);
    ep_text_add(&text, ", ");
    ep_text_add(&text, reason);
    ep_text_add(&text, ".");
    ep_config_note(reader, sentence);
}

static int is_mentioned(const ep_node *map, ep_key key)
{
    const ep_key_rule *rule = &ep_key_rules[key];
    for (size_t i = 0; i < sizeof rule->names / sizeof rule->names[0] && rule->names[i] != NULL; i++)
        if (ep_node_entry(map, rule->names[i]) != NULL)
            return 1;
    return 0;
}

static ep_found read_entry(ep_config_reader *reader, const ep_entry *entry, ep_key key, uint64_t *out)
{
    const char *message = NULL;
    const edgeplan_status status = ep_key_read(entry->value, key, out, &message);
    if (status == EDGEPLAN_OK)
        return EP_FOUND;
    ep_config_fail(reader, status, entry->value, entry->key, message, NULL);
    *out = 0;
    return EP_FOUND_BAD;
}

const ep_entry *ep_config_entry(const ep_config_reader *reader, ep_key key)
{
    return ep_key_find(reader->text, ep_family_key(reader->family, key));
}

ep_found ep_config_get(ep_config_reader *reader, ep_key key, uint64_t *out)
{
    const ep_key own = ep_family_key(reader->family, key);
    const ep_entry *entry = ep_key_find(reader->text, own);
    *out = 0;
    if (entry != NULL)
        return read_entry(reader, entry, own, out);
    if (is_mentioned(reader->text, own) || !ep_family_default_of(reader->family, own, out))
        return EP_FOUND_NOT;
    ep_config_assume(reader, key, *out, (reader->family->quirks & EP_QUIRK_UNKNOWN) != 0 ? "as is usual" : "as its class has it");
    return EP_FOUND;
}

uint64_t ep_config_need(ep_config_reader *reader, ep_key key)
{
    uint64_t value = 0;
    if (ep_config_get(reader, key, &value) == EP_FOUND_NOT)
        ep_config_fail_key(reader, EDGEPLAN_ERROR_SCHEMA, key, "is missing");
    return value;
}

uint64_t ep_config_or(ep_config_reader *reader, ep_key key, uint64_t otherwise)
{
    uint64_t value = 0;
    return ep_config_get(reader, key, &value) == EP_FOUND ? value : otherwise;
}

const ep_node *ep_config_list(ep_config_reader *reader, const char *name, const char *message)
{
    const ep_node *list = ep_node_get(reader->text, name);
    if (list == NULL || list->kind == EP_NODE_NULL || list->kind == EP_NODE_LIST)
        return list != NULL && list->kind == EP_NODE_LIST ? list : NULL;
    ep_config_fail(reader, EDGEPLAN_ERROR_SCHEMA, list, name, message, NULL);
    return NULL;
}

void ep_config_mark(ep_config_reader *reader, const ep_node *list, const char *name, uint64_t first, unsigned char mark,
                    unsigned char *layers)
{
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        const char *message = NULL;
        uint64_t layer = 0;
        /* Read as a key that counts layers from 0. */
        edgeplan_status status = ep_key_read(list->entries[i].value, EP_KEY_WINDOW_FIRST, &layer, &message);
        if (status == EDGEPLAN_OK && (layer < first || layer - first >= reader->layers)) {
            status = EDGEPLAN_ERROR_RANGE;
            message = "names no layer";
        }
        if (status == EDGEPLAN_OK)
            layers[layer - first] = mark;
        else
            ep_config_fail(reader, status, list->entries[i].value, name, message, NULL);
    }
}
