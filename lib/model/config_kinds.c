/* Which layer attends, which recurs, which is only a feed-forward part. */
#include "base/checked.h"
#include "base/text.h"
#include "model/config_reader.h"

#define EP_KIND_ATTENDS (EP_KIND_ATTENTION | EP_KIND_FEED_FORWARD)
#define EP_KIND_RECURS (EP_KIND_RECURRENT | EP_KIND_FEED_FORWARD)

static const struct {
    const char *word;
    unsigned char kind;
} words[] = {
    {"full_attention", EP_KIND_ATTENDS},
    {"attention", EP_KIND_ATTENDS},
    {"sliding_attention", EP_KIND_ATTENDS | EP_KIND_WINDOW},
    {"chunked_attention", EP_KIND_ATTENDS | EP_KIND_CHUNK},
    {"linear_attention", EP_KIND_RECURS},
    {"mamba", EP_KIND_RECURS},
    {"conv", EP_KIND_RECURS},
    {"hybrid", EP_KIND_ATTENDS | EP_KIND_RECURRENT},
    {"mlp", EP_KIND_DENSE},
    {"moe", EP_KIND_EXPERTS},
};

static const struct {
    char letter;
    unsigned char kind;
} letters[] = {{'M', EP_KIND_RECURRENT}, {'*', EP_KIND_ATTENTION}, {'-', EP_KIND_DENSE}, {'E', EP_KIND_EXPERTS}};

/* 1 if the family has what the kind needs. */
static int is_possible(const ep_config_reader *reader, unsigned char kind)
{
    const ep_parts *parts = reader->family->parts;
    return ((kind & EP_KIND_ATTENTION) == 0 || parts->grouped != NULL || parts->latent != NULL) &&
           ((kind & EP_KIND_RECURRENT) == 0 || parts->recurrent != NULL) &&
           ((kind & EP_KIND_EXPERTS) == 0 || parts->experts != NULL);
}

static void read_word(ep_config_reader *reader, const ep_node *word, const char *name, unsigned char *kind)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (ep_node_is(word, words[i].word) && is_possible(reader, words[i].kind)) {
            *kind = (unsigned char)(words[i].kind | EP_KIND_LISTED);
            return;
        }
    }
    if (ep_node_is_scalar(word))
        ep_config_fail(reader, EDGEPLAN_ERROR_UNSUPPORTED, word, name, "this kind of layer cannot be planned:", word->text);
    else
        ep_config_fail(reader, EDGEPLAN_ERROR_SCHEMA, word, name, "must be a list of words", NULL);
}

/* May be longer than the model: some files keep the list of a larger sibling. */
static int read_words(ep_config_reader *reader, unsigned char *kinds)
{
    static const char *const names[] = {"layer_types", "layers_block_type"};
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        const ep_node *list = ep_config_list(reader, names[n], "must be a list of words");
        if (list != NULL && list->count < reader->layers) {
            ep_config_fail(reader, EDGEPLAN_ERROR_SCHEMA, list, names[n], "lists fewer layers than the model has", NULL);
            return 1;
        }
        for (uint64_t i = 0; list != NULL && i < reader->layers; i++)
            read_word(reader, list->entries[i].value, names[n], &kinds[i]);
        if (list != NULL)
            return 1;
    }
    return 0;
}

static void fill(const ep_config_reader *reader, unsigned char *kinds, unsigned char kind)
{
    for (uint64_t i = 0; i < reader->layers; i++)
        kinds[i] = kind;
}

static void fill_attention(ep_config_reader *reader, unsigned char *kinds)
{
    fill(reader, kinds, EP_KIND_ATTENDS);
}

static void fill_recurrent(ep_config_reader *reader, unsigned char *kinds)
{
    fill(reader, kinds, EP_KIND_RECURS);
}

static void fill_both(ep_config_reader *reader, unsigned char *kinds)
{
    fill(reader, kinds, EP_KIND_ATTENDS | EP_KIND_RECURRENT);
}

/* One of every `period` attends. */
static void fill_every(ep_config_reader *reader, unsigned char *kinds, uint64_t period, uint64_t offset)
{
    for (uint64_t i = 0; i < reader->layers; i++)
        kinds[i] = i % ep_max(period, 1) == offset ? EP_KIND_ATTENDS : EP_KIND_RECURS;
}

static void fill_interval(ep_config_reader *reader, unsigned char *kinds)
{
    const uint64_t interval = ep_max(ep_config_need(reader, EP_KEY_FULL_INTERVAL), 1);
    fill_every(reader, kinds, interval, interval - 1);
}

static void fill_period(ep_config_reader *reader, unsigned char *kinds)
{
    const uint64_t period = ep_config_need(reader, EP_KEY_ATTENTION_PERIOD);
    const uint64_t offset = ep_config_need(reader, EP_KEY_ATTENTION_OFFSET);
    if (period != 0 && offset >= period)
        ep_config_fail_key(reader, EDGEPLAN_ERROR_RANGE, EP_KEY_ATTENTION_OFFSET, "must be less than the period");
    fill_every(reader, kinds, period, offset);
}

static void fill_indices(ep_config_reader *reader, unsigned char *kinds)
{
    const ep_node *list = ep_config_list(reader, "full_attn_idxs", "must be a list of layers");
    fill(reader, kinds, list != NULL ? EP_KIND_RECURS : EP_KIND_ATTENDS);
    ep_config_mark(reader, list, "full_attn_idxs", 0, EP_KIND_ATTENDS, kinds);
}

static void fill_linear_config(ep_config_reader *reader, unsigned char *kinds)
{
    const ep_node *text = reader->text;
    const char *path = reader->path;
    fill(reader, kinds, EP_KIND_RECURS);
    reader->text = ep_node_get(text, "linear_attn_config");
    reader->path = "linear_attn_config";
    if (reader->text != NULL && reader->text->kind == EP_NODE_MAP) { /* else reported by whoever read its heads */
        const ep_node *list = ep_config_list(reader, "full_attn_layers", "must be a list of layers");
        ep_config_mark(reader, list, "full_attn_layers", 1, EP_KIND_ATTENDS, kinds);
    }
    reader->text = text;
    reader->path = path;
}

static void fill_pattern(ep_config_reader *reader, unsigned char *kinds)
{
    static const char name[] = "hybrid_override_pattern";
    const ep_node *pattern = ep_node_get(reader->text, name);
    if (pattern == NULL || !ep_node_is_scalar(pattern) || pattern->length < reader->layers) {
        ep_config_fail(reader, EDGEPLAN_ERROR_SCHEMA, pattern != NULL ? pattern : reader->text, name,
                       pattern == NULL                 ? "is missing"
                       : !ep_node_is_scalar(pattern) ? "must be one letter a layer"
                                                       : "has fewer letters than the model has layers",
                       NULL);
        return;
    }
    for (uint64_t i = 0; i < reader->layers; i++) {
        for (size_t j = 0; j < sizeof letters / sizeof letters[0]; j++)
            if (letters[j].letter == pattern->text[i])
                kinds[i] = letters[j].kind;
        if (kinds[i] != 0)
            continue;
        ep_config_fail(reader, EDGEPLAN_ERROR_UNSUPPORTED, pattern, name, "has a letter that is none of M, *, - and E", NULL);
        return;
    }
}

void ep_config_kinds(ep_config_reader *reader, unsigned char *kinds)
{
    static void (*const fillers[])(ep_config_reader *, unsigned char *) = {
        [EP_LAYOUT_ATTENTION] = fill_attention, [EP_LAYOUT_RECURRENT] = fill_recurrent,
        [EP_LAYOUT_BOTH] = fill_both,           [EP_LAYOUT_INTERVAL] = fill_interval,
        [EP_LAYOUT_PERIOD] = fill_period,       [EP_LAYOUT_INDICES] = fill_indices,
        [EP_LAYOUT_LINEAR_CONFIG] = fill_linear_config, [EP_LAYOUT_PATTERN] = fill_pattern,
        [EP_LAYOUT_CROSS] = fill_attention,
    };
    const ep_parts *parts = reader->family->parts;
    if (!read_words(reader, kinds))
        fillers[reader->family->layout](reader, kinds);
    /* Some families have no feed-forward part at all, in others it is a layer of its own. */
    if ((parts->dense != NULL || parts->experts != NULL) && reader->family->layout != EP_LAYOUT_PATTERN)
        return;
    for (uint64_t i = 0; i < reader->layers; i++)
        kinds[i] &= (unsigned char)~EP_KIND_FEED_FORWARD;
}
