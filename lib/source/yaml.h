/* Strict YAML: UTF-8, one document, no anchors, aliases, tags, merge keys or duplicate keys; bounded depth, size and nodes.
   libyaml's events, never its document tree: 100 KB of `[` cost it seconds without a bound (yaml/libyaml issues on nesting). */
#ifndef EP_SOURCE_YAML_H
#define EP_SOURCE_YAML_H

#include "base/arena.h"
#include "source/tree.h"

/* `name` is copied into the arena. On failure *out is NULL and the mistake is recorded. An empty text is a NULL node, not an error. */
edgeplan_status ep_yaml_parse(ep_arena *arena, const char *text, size_t length, const char *name, edgeplan_diagnostics *diagnostics,
                              const ep_node **out);

#endif
