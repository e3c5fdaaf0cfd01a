/* What to say about a word that is not known: the allowed ones, or the one that was probably meant. */
#include "registry/schema.h"

#include <string.h>

enum { LONGEST = 40, WORD_ROOM = 400, LISTED = 16 };

int ep_is_id(const char *id, size_t length, int release)
{
    if (length == 0)
        return 0;
    for (size_t i = 0; i < length; i++) {
        char c = id[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || (release && c == '@')))
            return 0;
    }
    return 1;
}

/* Levenshtein's distance, one row at a time. */
static uint32_t edits(const char *a, size_t a_length, const char *b, size_t b_length)
{
    uint32_t row[LONGEST + 1];

    for (size_t j = 0; j <= b_length; j++)
        row[j] = (uint32_t)j;
    for (size_t i = 1; i <= a_length; i++) {
        uint32_t diagonal = row[0];
        row[0] = (uint32_t)i;
        for (size_t j = 1; j <= b_length; j++) {
            uint32_t above = row[j], change = diagonal + (a[i - 1] != b[j - 1]);
            uint32_t insert = (row[j - 1] < above ? row[j - 1] : above) + 1;
            row[j] = change < insert ? change : insert;
            diagonal = above;
        }
    }
    return row[b_length];
}

/* What other planners call it, and a word with more behind it: who writes prompt_tokens means prompt. */
static int means(const char *wrong, const char *candidate, size_t length)
{
    static const char *const names[][2] = {{"app_baseline", "app_bytes"}, {"true", "yes"}, {"false", "no"}};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(wrong, names[i][0]) == 0 && strcmp(candidate, names[i][1]) == 0)
            return 1;
    return length > 1 && strncmp(wrong, candidate, length) == 0 && (wrong[length] == '_' || wrong[length] == '-');
}

const char *ep_closest_text(const char *wrong, const char *best, const char *candidate, uint32_t *distance)
{
    size_t length = strlen(wrong), other = strlen(candidate);
    uint32_t found;

    if (means(wrong, candidate, other)) {
        *distance = 0;
        return candidate;
    }
    if (length > LONGEST || other > LONGEST || length + 2 < other || other + 2 < length)
        return best;
    found = edits(wrong, length, candidate, other);
    if (found >= *distance || found * 2 >= (length > other ? length : other))
        return best;
    *distance = found;
    return candidate;
}

const char *ep_closest_key(const char *wrong, const ep_keys *keys)
{
    static const char *const common[] = {"note", "source", "confidence"};
    uint32_t distance = 3;
    const char *best = NULL;

    for (; keys; keys = keys->more)
        for (uint32_t i = 0; i < keys->count; i++)
            best = ep_closest_text(wrong, best, keys->items[i].name, &distance);
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        best = ep_closest_text(wrong, best, common[i], &distance);
    return best;
}

void ep_fault_unknown_key(ep_loader *loader, ep_frame *frame, const ep_entry *entry, const char *closest)
{
    ep_frame here = {.parent = NULL, .key = entry->key};
    ep_place place = ep_key_place(entry);
    const ep_file *file = ep_loader_file(loader, entry->value->source);
    char rest[LONGEST + 24];
    ep_text text;

    if (!file)
        return; /* of the registry below: told when that was loaded */
    if (frame)
        here = ep_frame_of_key(frame, entry->key);
    ep_text_init(&text, rest, sizeof rest);
    if (closest) {
        ep_text_add(&text, "; did you mean '");
        ep_text_add(&text, closest);
        ep_text_add(&text, "'?");
    }
    if (file->newer)
        ep_remark(loader, EDGEPLAN_SEVERITY_WARNING, EDGEPLAN_ERROR_SCHEMA, &here, &place, "unknown key", entry->key,
                  closest ? rest : " of a newer version of the schema");
    else
        ep_fault_at(loader, EDGEPLAN_ERROR_SCHEMA, &here, &place, "unknown key", entry->key, closest ? rest : NULL);
}

void ep_fault_word(ep_loader *loader, const ep_frame *frame, const ep_node *node, const ep_word *words)
{
    char rest[WORD_ROOM];
    const char *meant = NULL; /* all being listed, one is named only if it is sure */
    ep_text text;

    ep_text_init(&text, rest, sizeof rest);
    for (uint32_t i = 0; words[i].text && !meant; i++)
        meant = means(node->text, words[i].text, strlen(words[i].text)) ? words[i].text : NULL;
    ep_text_add(&text, meant ? "; did you mean '" : "");
    ep_text_add(&text, meant ? meant : "");
    ep_text_add(&text, meant ? "'? One of: " : "; one of: ");
    for (uint32_t i = 0; words[i].text && i < LISTED; i++) {
        if (i)
            ep_text_add(&text, ", ");
        ep_text_add(&text, words[i].text);
    }
    ep_fault(loader, EDGEPLAN_ERROR_SCHEMA, frame, node, "unknown word", node->text, rest);
}
