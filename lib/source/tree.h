/* A parsed text: maps, lists and scalars with their places. Knows nothing of planning. Nodes are immutable once parsed, so trees can
   share them: laying one file over another copies only the maps on the way to a change. */
#ifndef EP_SOURCE_TREE_H
#define EP_SOURCE_TREE_H

#include <edgeplan/base.h>

#include "base/diagnostics.h"

typedef enum ep_node_kind {
    EP_NODE_NULL = 1, /* YAML plain `null`, `~` or nothing; JSON null */
    EP_NODE_PLAIN,    /* YAML plain scalar; JSON number, true, false */
    EP_NODE_QUOTED,   /* YAML quoted or block scalar; JSON string */
    EP_NODE_LIST,
    EP_NODE_MAP
} ep_node_kind;

typedef struct ep_node ep_node;

typedef struct ep_entry {
    const char *key; /* NULL in a list */
    uint32_t line, column; /* of the key */
    const ep_node *value;
} ep_entry;

struct ep_node {
    ep_node_kind kind;
    uint32_t line, column; /* from 1 */
    uint64_t offset;
    const char *source; /* name of the text it came from */
    const char *text;   /* scalars: NUL-terminated, may hold NULs inside; else NULL */
    size_t length;
    const ep_entry *entries; /* lists and maps, in order */
    uint32_t count;
};

ep_place ep_node_place(const ep_node *node);

const ep_node *ep_node_get(const ep_node *map, const char *key);        /* NULL if `map` is NULL, no map, or has no such key */
const ep_entry *ep_node_entry(const ep_node *map, const char *key);
int ep_node_is_scalar(const ep_node *node);                             /* plain or quoted */
int ep_node_is(const ep_node *node, const char *text);                  /* a scalar with exactly this text */

#endif
