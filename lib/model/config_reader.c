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

void ep_config_assume(ep_config_reader *reader, ep_key key, uint64_t value, const char *reason)
{
    char sentence[192];
    ep_text text;
    ep_text_init(&text, sentence, sizeof sentence);
    ep_text_add(&text, "`");
    ep_text_add(&text, ep_key_rules[key].names[0]);
    ep_text_add(&text, "` is not given: ");
    if (ep_key_rules[key].is_switch)
        ep_text_add(&text, value != 0 ? "true" : "false");
    else
        ep_text_add_count(&text, value);
    ep_text_add(&text, ", ");
    ep_text_add(&text, reason);
    ep_text_add(&text, ".");
    const edgeplan_status status = ep_draft_assume(&reader->draft, sentence);
    if (reader->status == EDGEPLAN_OK)
        reader->status = status;
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

ep_found ep_config_get(ep_config_reader *reader, ep_key key, uint64_t *out)
{
    *out = 0;
    const ep_entry *entry = ep_key_find(reader->text, key);
    if (entry != NULL)
        return read_entry(reader, entry, key, out);
    if (is_mentioned(reader->text, key) || !ep_family_default_of(reader->family, key, out))
        return EP_FOUND_NOT;
    ep_config_assume(reader, key, *out, "as its class has it");
    return EP_FOUND;
}

uint64_t ep_config_need(ep_config_reader *reader, ep_key key)
{
    uint64_t value = 0;
    if (ep_config_get(reader, key, &value) == EP_FOUND_NOT)
        ep_config_fail(reader, EDGEPLAN_ERROR_SCHEMA, reader->text, ep_key_rules[key].names[0], "is missing", NULL);
    return value;
}
