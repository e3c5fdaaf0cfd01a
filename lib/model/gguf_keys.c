/* Keys of the architecture. */
#include "model/gguf_parts.h"

#include "base/text.h"

#define KEY_BYTES 192

static const char *key_of(const ep_gguf_reading *reading, const char *name, char *buffer)
{
    ep_text text;

    ep_text_init(&text, buffer, KEY_BYTES);
    ep_text_add(&text, reading->prefix);
    ep_text_add_char(&text, '.');
    ep_text_add(&text, name);
    return buffer;
}

static void keep_status(ep_gguf_reading *reading, edgeplan_status status)
{
    if (reading->status == EDGEPLAN_OK)
        reading->status = status;
}

void ep_gguf_fail(ep_gguf_reading *reading, edgeplan_status status, const char *name, const char *message)
{
    char buffer[KEY_BYTES];
    const char *key = key_of(reading, name, buffer);
    const ep_gguf_value *value = ep_gguf_find(&reading->set->first, key);
    const ep_place place = { reading->set->first.shown, 0, 0, value != NULL ? value->offset : 0 };

    keep_status(reading, ep_report(reading->diagnostics, EDGEPLAN_SEVERITY_ERROR, status, &place, key, message));
}

void ep_gguf_assume(ep_gguf_reading *reading, const char *sentence, const uint64_t *numbers)
{
    char buffer[256];
    ep_text text;

    ep_text_init(&text, buffer, sizeof buffer);
    for (; *sentence != '\0'; sentence++) {
        if (*sentence == '#')
            ep_text_add_count(&text, *numbers++);
        else
            ep_text_add_char(&text, *sentence);
    }
    keep_status(reading, ep_draft_assume(&reading->draft, buffer));
}

int ep_gguf_get(ep_gguf_reading *reading, const char *name, uint64_t *out)
{
    char buffer[KEY_BYTES];

    *out = 0;
    return ep_gguf_whole(&reading->set->first, key_of(reading, name, buffer), reading->diagnostics, &reading->status, out);
}

ep_gguf_list ep_gguf_list_get(ep_gguf_reading *reading, const char *name)
{
    char buffer[KEY_BYTES];
    const ep_gguf_value *value = ep_gguf_find(&reading->set->first, key_of(reading, name, buffer));
    const ep_gguf_list none = { NULL };

    if (value == NULL)
        return none;
    if (value->numbers == NULL) {
        ep_gguf_fail(reading, EDGEPLAN_ERROR_SCHEMA, name, "must be a whole number, or one for each layer");
        return none;
    }
    if (value->is_array && value->count < reading->layers) {
        ep_gguf_fail(reading, EDGEPLAN_ERROR_SCHEMA, name, "lists fewer layers than the model has");
        return none;
    }
    for (uint64_t i = 0; i < value->count; i++) {
        if (value->numbers[i] < 0) {
            ep_gguf_fail(reading, EDGEPLAN_ERROR_RANGE, name, "has a number that is negative or far too large");
            return none;
        }
    }
    return (ep_gguf_list){ value };
}

uint64_t ep_gguf_list_at(const ep_gguf_list *list, uint64_t layer, uint64_t otherwise)
{
    if (list->value == NULL)
        return otherwise;
    return (uint64_t)list->value->numbers[list->value->is_array ? layer : 0];
}
