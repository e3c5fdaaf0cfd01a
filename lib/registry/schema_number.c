/* Numbers: figures with a source, conditions without one, versions. */
#include "registry/schema.h"

#include <string.h>

#include "base/checked.h"

enum { LIST_ROOM = 96 };

static void fault_quantity(ep_loader *loader, const ep_frame *frame, const ep_node *node, ep_unit_dimension dimension,
                           ep_quantity_fault fault)
{
    static const char *const first[] = {"", "no number:", "more digits than can be kept:", "a unit is due after", "no such unit:",
                                        "a bare number is due, not"};
    char rest[LIST_ROOM];
    ep_text text;

    ep_text_init(&text, rest, sizeof rest);
    if (fault == EP_QUANTITY_UNIT_MISSING || fault == EP_QUANTITY_UNIT_WRONG || fault == EP_QUANTITY_NO_NUMBER) {
        ep_text_add(&text, "; units: ");
        ep_unit_list(dimension, &text);
        if (text.length == strlen("; units: "))
            rest[0] = '\0';
    } else {
        rest[0] = '\0';
    }
    ep_fault(loader, fault == EP_QUANTITY_DIGITS ? EDGEPLAN_ERROR_RANGE : EDGEPLAN_ERROR_SCHEMA, frame, node,
             first[fault], node->text, rest[0] ? rest : NULL);
}

static int fault_range(ep_loader *loader, const ep_frame *frame, const ep_node *node, const char *message)
{
    ep_fault(loader, EDGEPLAN_ERROR_RANGE, frame, node, message, node->text, NULL);
    return 0;
}

static int is_whole(ep_unit_dimension dimension)
{
    return dimension == EP_UNIT_COUNT || dimension == EP_UNIT_TOKENS || dimension == EP_UNIT_TOKEN_COUNT || dimension == EP_UNIT_BITS ||
           dimension == EP_UNIT_BIT_COUNT;
}

/* Whole numbers are below 2^53, so the cast is exact. */
static int has_fraction(double value)
{
    return value != (double)(int64_t)value;
}

static int in_range(ep_loader *loader, const ep_frame *frame, const ep_node *node, ep_unit_dimension dimension, uint32_t flags,
                    double value)
{
    if (value < 0 && !(flags & EP_SIGNED))
        return fault_range(loader, frame, node, "must not be negative:");
    if (value == 0 && (flags & EP_POSITIVE))
        return fault_range(loader, frame, node, "must be above zero:");
    if (dimension == EP_UNIT_SHARE && value > 1)
        return fault_range(loader, frame, node, "a share is between 0 and 1, not");
    if (is_whole(dimension) || dimension == EP_UNIT_BYTES) {
        if (value > (double)EP_MAX_COUNT || value < -(double)EP_MAX_COUNT)
            return fault_range(loader, frame, node, "must be below 2^53:");
        if (is_whole(dimension) && has_fraction(value))
            return fault_range(loader, frame, node, "must be a whole number:");
    }
    return 1;
}

static int read_quantity(ep_loader *loader, const ep_frame *frame, const ep_node *node, ep_unit_dimension dimension, uint32_t flags,
                         double *value)
{
    ep_quantity_fault fault;

    if (!ep_node_is_scalar(node)) {
        ep_fault_schema(loader, frame, node, "a number is due here");
        return 0;
    }
    fault = ep_quantity_read(node->text, node->length, dimension, value);
    if (fault != EP_QUANTITY_FINE) {
        fault_quantity(loader, frame, node, dimension, fault);
        return 0;
    }
    return in_range(loader, frame, node, dimension, flags, *value);
}

/* `value` of a figure that is written as a map; its own source and confidence go into the frame. */
static const ep_node *figure_value(ep_loader *loader, ep_frame *frame, const ep_node *node)
{
    static const ep_key figure_key[] = {{.name = "value", .kind = EP_KEY_ELSEWHERE, .flags = EP_REQUIRED}};
    static const ep_keys figure_keys = EP_KEYS(figure_key);
    const ep_node *value;

    if (node->kind != EP_NODE_MAP)
        return node;
    ep_read_map(loader, frame, node, &figure_keys, frame); /* nothing is stored in it; NULL would have no offsets */
    value = ep_node_get(node, "value");
    return value && value->kind != EP_NODE_NULL ? value : NULL;
}

static ep_fact_id read_flagged(ep_loader *loader, ep_frame *frame, const ep_node *node, ep_unit_dimension dimension, uint32_t flags,
                               double *value)
{
    const ep_node *scalar = figure_value(loader, frame, node);

    *value = 0;
    if (!scalar || !read_quantity(loader, frame, scalar, dimension, flags, value)) {
        *value = 0;
        return 0;
    }
    return ep_fact_add(loader, frame, scalar, *value, dimension);
}

ep_fact_id ep_read_figure(ep_loader *loader, ep_frame *frame, const ep_node *node, ep_unit_dimension dimension, double *value)
{
    double ignored;
    return read_flagged(loader, frame, node, dimension, 0, value ? value : &ignored);
}

static int fits_store(ep_loader *loader, const ep_frame *frame, const ep_node *node, const ep_key *key, double value)
{
    if (key->store == EP_STORE_DOUBLE)
        return 1;
    if (value > (double)EP_MAX_COUNT || has_fraction(value))
        return fault_range(loader, frame, node, "must be a whole number below 2^53:");
    if (key->store == EP_STORE_U32 && value > (double)UINT32_MAX)
        return fault_range(loader, frame, node, "must be below 2^32:");
    return 1;
}

static void store(const ep_key *key, double value, void *field)
{
    uint64_t large;
    uint32_t small;
    int64_t with_sign;

    switch (key->store) {
    case EP_STORE_U64:
        large = (uint64_t)value;
        memcpy(field, &large, sizeof large);
        break;
    case EP_STORE_U32:
        small = (uint32_t)value;
        memcpy(field, &small, sizeof small);
        break;
    case EP_STORE_I64:
        with_sign = (int64_t)value;
        memcpy(field, &with_sign, sizeof with_sign);
        break;
    default:
        memcpy(field, &value, sizeof value);
        break;
    }
}

void ep_read_number(ep_loader *loader, ep_frame *frame, const ep_node *node, const ep_key *key, void *field)
{
    double value = 0;

    if (key->kind == EP_KEY_NUMBER) {
        if (!read_flagged(loader, frame, node, (ep_unit_dimension)key->unit, key->flags, &value))
            return;
    } else if (!read_quantity(loader, frame, node, (ep_unit_dimension)key->unit, key->flags, &value)) {
        return;
    }
    if (fits_store(loader, frame, node, key, value))
        store(key, value, field);
}

/* ---- versions ---- */

static int read_part(const char **text, uint32_t most, uint32_t *part)
{
    uint32_t value = 0;
    const char *at = *text;

    if (*at < '0' || *at > '9')
        return 0;
    for (; *at >= '0' && *at <= '9'; at++) {
        value = value * 10 + (uint32_t)(*at - '0');
        if (value > most)
            return 0;
    }
    *part = value;
    *text = at;
    return 1;
}

int ep_parse_version(const char *text, uint32_t *major, uint32_t *minor)
{
    *minor = 0;
    if (!read_part(&text, UINT16_MAX, major))
        return 0;
    if (*text == '.') {
        text++;
        if (!read_part(&text, UINT16_MAX, minor))
            return 0;
    }
    return *text == '\0';
}

void ep_read_version(ep_loader *loader, const ep_frame *frame, const ep_node *node, void *field)
{
    const char *text = ep_read_text(loader, frame, node);
    uint32_t major, minor, version;

    if (!text)
        return;
    if (!ep_parse_version(text, &major, &minor)) {
        ep_fault(loader, EDGEPLAN_ERROR_SCHEMA, frame, node, "a version is major.minor, not", text, NULL);
        return;
    }
    version = EP_OS_VERSION(major, minor);
    memcpy(field, &version, sizeof version);
}
