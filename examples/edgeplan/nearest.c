/* The name that was probably meant: what to say of one that is not known. */
#include "nearest.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 64, MOST_EDITS = 2, TELLING = 3 };

static int letter_of(char c)
{
    return c == ' ' || c == '_' ? '-' : tolower((unsigned char)c);
}

static int same(char a, char b)
{
    return letter_of(a) == letter_of(b);
}

/* Levenshtein's distance, one row at a time. */
static size_t edits(const char *a, const char *b)
{
    size_t row[LONGEST + 1], length = strlen(b);
    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 1; *a != '\0'; a++, i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t above = row[j], change = diagonal + !same(*a, b[j - 1]);
            size_t insert = (row[j - 1] < above ? row[j - 1] : above) + 1;
            row[j] = change < insert ? change : insert;
            diagonal = above;
        }
    }
    return row[length];
}

static int begins_with(const char *text, const char *beginning)
{
    while (*beginning != '\0' && same(*text, *beginning))
        text++, beginning++;
    return *beginning == '\0';
}

int nearest_holds(const char *text, const char *part)
{
    const size_t places = strlen(part) >= TELLING ? strlen(text) : 0;
    for (size_t i = 0; i < places; i++)
        if (begins_with(text + i, part))
            return 1;
    return 0;
}

void nearest_try(nearest *found, const char *candidate)
{
    size_t length = strlen(candidate), cost;
    if (length > LONGEST || strlen(found->wrong) > LONGEST || found->wrong[0] == '\0')
        return;
    cost = length;
    if (!begins_with(candidate, found->wrong)) {
        size_t changed = edits(found->wrong, candidate);
        if (changed <= MOST_EDITS && 2 * changed < length)
            cost = LONGEST + changed;
        else if (nearest_holds(candidate, found->wrong))
            cost = LONGEST + MOST_EDITS + length;
        else
            return;
    }
    if (found->best != NULL && found->cost <= cost)
        return;
    found->best = candidate;
    found->cost = cost;
}

hint nearest_hint(const nearest *found, const char *otherwise)
{
    hint out;
    if (found->best != NULL)
        snprintf(out.s, sizeof out.s, "; did you mean `%s`?", found->best);
    else
        snprintf(out.s, sizeof out.s, "%s", otherwise);
    return out;
}

hint nearest_id(const edgeplan_registry *registry, edgeplan_section section, const char *wrong, const char *otherwise)
{
    nearest found = {wrong, NULL, 0};
    for (uint32_t i = 0; i < edgeplan_registry_count(registry, section); i++)
        nearest_try(&found, edgeplan_registry_id(registry, section, i));
    return nearest_hint(&found, otherwise);
}
