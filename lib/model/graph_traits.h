/* Which order of operations a runtime's graphs have for a family. Families that are not listed have none that we know. */
#ifndef EP_MODEL_GRAPH_TRAITS_H
#define EP_MODEL_GRAPH_TRAITS_H

#include "model/graph.h"

/* Whose graphs: the words of `graphs` in a runtime's rules. */
typedef enum ep_graphs { EP_GRAPHS_NONE = 0, EP_GRAPHS_LLAMA_CPP_0_5 } ep_graphs;

/* `known` is 0 for a family without an order. */
ep_graph ep_graph_find(uint32_t graphs, const char *family);

#endif
