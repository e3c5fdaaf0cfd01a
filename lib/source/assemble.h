/* What the YAML and the JSON reader share: nodes put together in order, without recursion, within the limits of the context; repeated
   keys found; every mistake reported with the path of keys that leads to it. */
#ifndef EP_SOURCE_ASSEMBLE_H
#define EP_SOURCE_ASSEMBLE_H

#include "base/arena.h"
#include "base/context.h"
#include "source/tree.h"

typedef struct ep_open_node { /* a list or map that is not closed yet */
    ep_node *node;
    ep_entry *entries;
    size_t count, capacity;
    const char *key; /* whose value comes next; NULL if it was refused: then the value is read and forgotten */
    uint32_t key_line, key_column;
    int has_key;
    int is_key; /* stands where a key is due: refused, read and forgotten */
} ep_open_node;

typedef struct ep_assembly {
    ep_arena *arena;
    edgeplan_diagnostics *diagnostics;
    const char *name;
    uint64_t max_depth, max_nodes, nodes;
    ep_open_node open[EP_DEEPEST];
    size_t depth;
    const ep_node *root;
    edgeplan_status status; /* of the first mistake after which reading goes on */
} ep_assembly;

/* All return OK, or a status after which there is no going on; that mistake has been recorded. */
edgeplan_status ep_assembly_start(ep_assembly *assembly, ep_arena *arena, const char *name, size_t length_bytes,
                                  edgeplan_diagnostics *diagnostics);
edgeplan_status ep_assembly_open(ep_assembly *assembly, ep_node_kind kind, const ep_place *place);
edgeplan_status ep_assembly_close(ep_assembly *assembly);
edgeplan_status ep_assembly_key(ep_assembly *assembly, const char *key, size_t length, const ep_place *place);
edgeplan_status ep_assembly_scalar(ep_assembly *assembly, ep_node_kind kind, const char *text, size_t length,
                                   const ep_place *place);

/* `key` and scalar `text` must live as long as the arena. A NULL key is one that was refused. */
int ep_assembly_wants_key(const ep_assembly *assembly);
ep_node_kind ep_assembly_inside(const ep_assembly *assembly); /* EP_NODE_LIST, EP_NODE_MAP, or EP_NODE_NULL at the top */

/* Records a mistake at the present path. `_stop` returns its status; `_mistake` remembers it and reading goes on. */
edgeplan_status ep_assembly_stop(const ep_assembly *assembly, edgeplan_status status, const ep_place *place, const char *message);
void ep_assembly_mistake(ep_assembly *assembly, const ep_place *place, const char *first, const char *quoted, const char *rest);
edgeplan_status ep_assembly_no_memory(const ep_assembly *assembly);

#endif
