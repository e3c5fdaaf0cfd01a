/* An entry of the merged tree as YAML text. Deterministic: what is read again gives the same text. */
#include "registry/registry.h"

#include <string.h>

enum { DEEPEST = 72, STEP = 2 };

/* Characters that end or begin something else in a plain scalar, in a flow list or at its start. */
static const char begins_other[] = "!&*-?|>@`\"'%#{}[],:";

static int is_word(const char *text)
{
    static const char *const words[] = {"null", "Null", "NULL", "~", "true", "True", "TRUE", "false", "False", "FALSE",
                                        "yes",  "Yes",  "YES",  "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF",
                                        "y",    "n",    "Y",    "N"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(text, words[i]) == 0)
            return 1;
    return 0;
}

static int is_control(unsigned char c)
{
    return c < 0x20 || c == 0x7f;
}

/* Whether a text reads back as the same plain scalar, also within a flow list. */
static int stands_plain(const char *text, size_t length)
{
    if (length == 0 || text[length - 1] == ' ' || text[length - 1] == ':' || text[0] == ' ')
        return 0;
    if (strchr(begins_other, text[0]) && !(text[0] == '-' && length > 1 && text[1] >= '0' && text[1] <= '9'))
        return 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (is_control(c) || c >= 0x80 || strchr(",[]{}", text[i]))
            return 0;
        if ((c == ':' && text[i + 1] == ' ') || (c == '#' && i > 0 && text[i - 1] == ' '))
            return 0;
    }
    return strcmp(text, "---") != 0 && strcmp(text, "...") != 0;
}

/* A quoted text must not become a number or a word of YAML when it loses its quotes. */
static int may_lose_quotes(const ep_node *node)
{
    char first = node->length ? node->text[0] : '0';
    int letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
    return letter && !is_word(node->text) && stands_plain(node->text, node->length);
}

static void add_escape(ep_text *out, unsigned char c)
{
    static const char digits[] = "0123456789abcdef";

    ep_text_add_char(out, '\\');
    if (c == '\n' || c == '\t') {
        ep_text_add_char(out, c == '\n' ? 'n' : 't');
    } else if (is_control(c)) {
        ep_text_add_char(out, 'x');
        ep_text_add_char(out, digits[c >> 4]);
        ep_text_add_char(out, digits[c & 15]);
    } else {
        ep_text_add_char(out, (char)c);
    }
}

static void add_quoted(ep_text *out, const char *text, size_t length)
{
    ep_text_add_char(out, '"');
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"' || text[i] == '\\' || is_control((unsigned char)text[i]))
            add_escape(out, (unsigned char)text[i]);
        else
            ep_text_add_char(out, text[i]);
    }
    ep_text_add_char(out, '"');
}

static void add_scalar(ep_text *out, const ep_node *node)
{
    if (node->kind == EP_NODE_NULL)
        ep_text_add(out, "null");
    else if (node->kind == EP_NODE_PLAIN ? stands_plain(node->text, node->length) : may_lose_quotes(node))
        ep_text_add_n(out, node->text, node->length);
    else
        add_quoted(out, node->text, node->length);
}

static void add_key(ep_text *out, const char *key)
{
    size_t length = strlen(key);
    if (stands_plain(key, length))
        ep_text_add_n(out, key, length);
    else
        add_quoted(out, key, length);
    ep_text_add_char(out, ':');
}

static int all_scalars(const ep_node *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->entries[i].value->kind == EP_NODE_LIST || list->entries[i].value->kind == EP_NODE_MAP)
            return 0;
    return 1;
}

static void indent(ep_text *out, uint32_t depth)
{
    ep_text_add_char(out, '\n');
    for (uint32_t i = 0; i < depth * STEP; i++)
        ep_text_add_char(out, ' ');
}

static void add_map(ep_text *out, const ep_node *map, uint32_t depth, int on_line);

static void add_flow_list(ep_text *out, const ep_node *list)
{
    ep_text_add_char(out, '[');
    for (uint32_t i = 0; i < list->count; i++) {
        if (i)
            ep_text_add(out, ", ");
        add_scalar(out, list->entries[i].value);
    }
    ep_text_add_char(out, ']');
}

static void add_node(ep_text *out, const ep_node *node, uint32_t depth, int on_line);

static void add_list(ep_text *out, const ep_node *list, uint32_t depth)
{
    for (uint32_t i = 0; i < list->count; i++) {
        indent(out, depth);
        ep_text_add(out, "- ");
        add_node(out, list->entries[i].value, depth + 1, 1);
    }
}

/* `on_line`: the text goes on behind a dash; else behind a key. Recursion is as deep as the parser let the text be. */
static void add_node(ep_text *out, const ep_node *node, uint32_t depth, int on_line)
{
    const char *gap = on_line ? "" : " ";

    if (depth > DEEPEST)
        return;
    if (node->kind == EP_NODE_MAP && node->count) {
        add_map(out, node, depth, on_line);
        return;
    }
    if (node->kind == EP_NODE_LIST && !all_scalars(node) && !on_line) {
        add_list(out, node, depth);
        return;
    }
    ep_text_add(out, gap);
    if (node->kind == EP_NODE_MAP)
        ep_text_add(out, "{}");
    else if (node->kind == EP_NODE_LIST && all_scalars(node))
        add_flow_list(out, node);
    else if (node->kind == EP_NODE_LIST)
        add_list(out, node, depth);
    else
        add_scalar(out, node);
}

static void add_map(ep_text *out, const ep_node *map, uint32_t depth, int on_line)
{
    for (uint32_t i = 0; i < map->count; i++) {
        if (i || !on_line)
            indent(out, depth);
        add_key(out, map->entries[i].key);
        add_node(out, map->entries[i].value, depth + 1, 0);
    }
}

edgeplan_status edgeplan_registry_describe(const edgeplan_registry *registry, edgeplan_section section, const char *id, char *buffer,
                                           size_t size, size_t *needed)
{
    uint32_t index;
    ep_text out;

    if (needed)
        *needed = 0;
    if (buffer && size)
        buffer[0] = '\0';
    if (!registry || !id || section < EDGEPLAN_SECTION_SOURCES || section > EDGEPLAN_SECTION_OBSERVATIONS)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    index = ep_idmap_get(&registry->sections[section].ids, id);
    if (index == EP_IDMAP_NONE)
        return EDGEPLAN_ERROR_NOT_FOUND;
    ep_text_init(&out, buffer, size);
    add_map(&out, registry->sections[section].list->entries[index].value, 0, 1);
    ep_text_add_char(&out, '\n');
    if (needed)
        *needed = out.length + 1;
    return EDGEPLAN_OK;
}
