/* JSON as people and Python write it: RFC 8259 plus the literals NaN, Infinity and -Infinity that Python emits (kept as plain text).
   Repeated keys are an error. See docs/design/json-reader.md for why it is ours. */
#ifndef EP_SOURCE_JSON_H
#define EP_SOURCE_JSON_H

#include "base/arena.h"
#include "source/tree.h"

edgeplan_status ep_json_parse(ep_arena *arena, const char *text, size_t length, const char *name, edgeplan_diagnostics *diagnostics,
                              const ep_node **out);

/* The same for a text that begins at `offset` of its file: places count from the file's first byte. */
edgeplan_status ep_json_parse_at(ep_arena *arena, const char *text, size_t length, uint64_t offset, const char *name,
                                 edgeplan_diagnostics *diagnostics, const ep_node **out);

#endif
