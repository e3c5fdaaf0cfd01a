/* Layers folded: all layers that are equal under a runtime's view, with the sums over their tensors. Plain numbers for the pure
   floors. */
#ifndef EP_MODEL_RUN_H
#define EP_MODEL_RUN_H

#include <edgeplan/model.h>

#include "model/graph.h"

/* Inner dimensions of a recurrent part, read off its matrices. */
typedef struct ep_recurrence {
    uint64_t projected;  /* rows of the widest matrix that reads the residual */
    uint64_t convolved;  /* channels of the convolution */
    uint64_t inner;      /* columns of the matrix that yields the residual */
    uint64_t parts;      /* rows of a further matrix that reads the inner vector */
    uint64_t ranks[4];   /* of the narrow vectors, in the order of their matrices */
} ep_recurrence;

enum { EP_LAYER_ROLES = EDGEPLAN_ROLE_PER_LAYER_PROJECTION + 1 }; /* those of products come before */

typedef struct ep_run {
    edgeplan_layer layer;
    ep_recurrence recurrence;
    uint64_t query_rank;      /* of queries that are projected in two steps, read off their matrices; else 0 */
    uint64_t latent_width, rope_width; /* as the layer's, or read off the matrix that expands a latent vector before it is cached */
    uint32_t key_is_value;    /* 1: the layer has no matrix for values, they are its keys */
    uint32_t head_norm_bytes;     /* bytes of such a norm, if each head has a norm of its own */
    uint64_t count;           /* layers */
    uint64_t dense_bytes;     /* stored bytes read at every step, over all layers of the run */
    uint64_t routed_bytes;    /* of routed experts, over all layers and experts */
    uint64_t dense_parameters;
    uint64_t routed_parameters;
    uint64_t largest_bytes[EP_LAYER_ROLES]; /* of one tensor, by role */
} ep_run;

#define EP_NO_RUN UINT32_MAX


enum { EP_MAX_READ_TYPES = 16 };

typedef struct ep_read { /* matrices of one element type */
    uint32_t element_type;
    uint64_t bytes;        /* that a decode step of one sequence reads */
    uint64_t prompt_bytes; /* that every token of a prompt is multiplied with: without the output matrix */
} ep_read;

enum { EP_LAYER_FIRST = 1, EP_LAYER_LAST = 2, EP_LAYER_SPARSE = 4, EP_LAYER_PLAIN_HEADS = 8, EP_LAYER_UNSTACKS = 16,
       EP_LAYER_WARMED = 32, EP_LAYER_STACKED = 64 };

/* Layers that a runtime computes alike: of one run, fetching for the same run, reading and releasing the same inputs of its graph. */
typedef struct ep_layer_kind {
    uint32_t run, next_run; /* the run whose rows it fetches ahead, or EP_NO_RUN */
    uint32_t place;         /* set of EP_LAYER_ */
    uint32_t reads, ends;   /* sets of inputs: those it reads, and of these those nobody reads later */
} ep_layer_kind;

/* Weights of the first layers, looked-up tables left out. */
typedef struct ep_first_layers {
    uint64_t bytes, largest_tensor_bytes;
} ep_first_layers;

typedef struct ep_shape {
    const ep_run *runs;
    uint32_t run_count;
    uint32_t kind_count;
    const ep_layer_kind *kinds; /* in the order in which they first occur; none if the order of operations is not known */
    const uint16_t *order;      /* kind of each layer */
    ep_graph graph;
    uint64_t per_layer_width;   /* of per-layer embeddings, for one layer */
    uint32_t stored_known; /* 0: the format's storage is not known and every byte figure is 0 */
    uint64_t layers;
    const uint32_t *run_of;        /* run of each layer */
    const ep_first_layers *first;  /* for each layer, of those up to it */
    uint64_t constant_bytes;       /* tables that layers share, such as rope factors: held on each side that has layers */
    uint64_t hidden_width, vocabulary, trained_context_tokens;
    uint64_t patches;              /* of the image or sound that a tower holds room for */
    uint64_t parameters, tensors;
    uint64_t embedding_bytes;      /* table of which rows are read */
    uint64_t embedding_row_bytes;
    uint64_t lookup_bytes;         /* per-layer tables, likewise */
    uint64_t head_bytes;           /* matrix read whole at every step; the table itself if tied */
    uint64_t head_parameters;
    uint64_t outer_bytes;          /* norms and anything else outside the layers, read at every step */
    uint32_t read_count;           /* by element type; one beyond the sixteenth is left out */
    ep_read reads[EP_MAX_READ_TYPES];
    uint64_t weights_bytes;        /* everything, once */
    uint64_t largest_tensor_bytes;
    uint64_t input_bytes;          /* most that a token's input of a layer's product takes in the type the product is done in */
    uint64_t repacked_bytes;       /* weights a CPU runtime copies into another layout, the tied head left out */
    uint64_t expanded_low_bytes;   /* weights as held at run time, where a runtime expands them; else weights_bytes */
    uint64_t expanded_high_bytes;
    uint32_t largest_tensor_type;  /* edgeplan_element_type of the largest */
    uint32_t tied_head;            /* 1 if the output matrix is the embedding table */
    uint32_t head_repacked;        /* 1 if a tied head is copied by repacking */
    uint32_t head_read_twice;      /* 1 if a tied head is a tensor of its own unless the file is mapped */
    uint64_t max_ffn_width, max_query_heads, max_kv_heads, max_head_width, max_experts_used;
    uint32_t has_window;           /* some layer has a window or chunk */
    uint32_t has_state;            /* some layer is recurrent */
    uint64_t state_layers;         /* those with more state than a convolution */
} ep_shape;

#endif
