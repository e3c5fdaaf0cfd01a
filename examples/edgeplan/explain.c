/* edgeplan explain: what the rules of the gate and of a plan's warnings say. */
#include <string.h>

#include "nearest.h"
#include "session.h"

typedef struct rule {
    const char *id, *text;
} rule;

/* docs/rules.md says what each rests on. */
static const rule warnings[] = {
    {"EP-EXPERIMENTAL", "The runtime takes the path and calls it unfinished, in its own words."},
    {"EP-SMALL-MODEL", "A model below 1B in a format that loses more than class a: losses are published for larger models, and small "
                       "ones lose more."},
    {"EP-PAGING", "Weights, cache and scratch together exceed the RAM that the system reports: each token reads all active weights, and "
                  "what is not in memory comes from storage."},
    {"EP-KV-4-BIT", "Keys or values in 4 bits, whatever the figure says: they have ruined models, small ones above all."},
};

enum { WARNINGS = sizeof warnings / sizeof *warnings };

/* Rules of the gate first; its id is "" past the last. */
static rule rule_at(uint32_t index)
{
    uint32_t gate = edgeplan_rule_count();
    if (index < gate)
        return (rule){edgeplan_rule_id((edgeplan_rule)(index + 1)), edgeplan_rule_text((edgeplan_rule)(index + 1))};
    return index - gate < WARNINGS ? warnings[index - gate] : (rule){"", ""};
}

static int is_capital_of(const char *id, const char *text)
{
    while (*text != '\0' && *id == (*text >= 'a' && *text <= 'z' ? *text - 'a' + 'A' : *text))
        id++, text++;
    return *id == '\0' && *text == '\0';
}

int command_explain(session *now)
{
    const char *id = now->options->arguments[0];
    nearest found = {id, NULL, 0};
    for (uint32_t i = 0; rule_at(i).id[0] != '\0'; i++) {
        rule one = rule_at(i);
        nearest_try(&found, one.id);
        if (!is_capital_of(one.id, id))
            continue;
        printf("%s\n%s\n", one.id, one.text);
        return EXIT_YES;
    }
    print_error("no rule `%s`%s", id, nearest_hint(&found, "; the rules are:").s);
    for (uint32_t i = 0; found.best == NULL && rule_at(i).id[0] != '\0'; i++)
        fprintf(stderr, "  %s\n", rule_at(i).id);
    return EXIT_UNDECIDED;
}
