/* What a runtime's YAML says, as plain numbers: docs/rules.md names each word. The pure floors read nothing else of the registry. */
#ifndef EP_REGISTRY_RULES_H
#define EP_REGISTRY_RULES_H

#include <edgeplan/deployment.h>

#define EP_MAX_TERMS 24
#define EP_MAX_TERM_DIMENSIONS 4
#define EP_MAX_PHASES 6
#define EP_MAX_TOWER_TERMS 6
#define EP_MAX_CONTEXTS 16
#define EP_MAX_REPACK_TYPES 12

/* Mechanisms of the cache. */
typedef enum ep_cache_mechanism { EP_CACHE_MISSING = 0, EP_CACHE_CELLS, EP_CACHE_PAGES, EP_CACHE_STATIC } ep_cache_mechanism;
typedef enum ep_window_plus { EP_PLUS_NONE = 0, EP_PLUS_CHUNK } ep_window_plus;
typedef enum ep_window_times { EP_TIMES_ONE = 0, EP_TIMES_SEQUENCES_IF_UNIFIED } ep_window_times;
typedef enum ep_value_rows { EP_VALUES_OWN = 0, EP_VALUES_WIDEST_WITHOUT_FLASH_ATTENTION } ep_value_rows;
typedef enum ep_page_group { EP_GROUP_NONE = 0, EP_GROUP_SMALLEST_CLASS } ep_page_group;

typedef struct ep_cache_rule {
    ep_cache_mechanism mechanism;
    uint32_t window_saves; /* edgeplan_switch; a preset may say otherwise */
    uint64_t step;         /* tokens; 0 = 1 */
    ep_window_plus window_plus;
    ep_window_times window_times;
    int64_t window_add;    /* tokens, may be negative */
    ep_value_rows value_rows;
    uint64_t extra_pages;
    ep_page_group group;
    uint32_t scale_bits_per_head; /* per token, for key and for value */
} ep_cache_rule;

typedef enum ep_reservation_mechanism {
    EP_RESERVE_EXACT = 0,
    EP_RESERVE_STEP,
    EP_RESERVE_POOL,
    EP_RESERVE_COMPILED
} ep_reservation_mechanism;

typedef struct ep_reservation_rule {
    ep_reservation_mechanism mechanism;
    uint64_t tokens;        /* of a step */
    double share;           /* of a pool */
} ep_reservation_rule;

typedef enum ep_context_split { EP_SPLIT_NONE = 0, EP_SPLIT_SEQUENCES } ep_context_split;
typedef enum ep_context_per { EP_PER_TOTAL = 0, EP_PER_SEQUENCE } ep_context_per;

typedef struct ep_context_rule {
    uint64_t step; /* tokens; 0 = 1 */
    ep_context_split split;
    ep_context_per per;
} ep_context_rule;

/* What it refuses to load, and what it makes smaller without a word. */
typedef struct ep_request_rule {
    uint64_t max_sequences;               /* 0 = none stated */
    uint64_t max_chunk_tokens;            /* longer ones become this; 0 = none stated */
    uint32_t whole_prompt;                /* 1: a prompt is one chunk, however long, unless the request says otherwise */
    uint32_t values_need_flash_attention; /* 1: where their type is quantized */
    uint32_t equal_latent_types;          /* 1: of a latent cache, types of keys and values must be one */
    uint32_t blocks_divide_heads;         /* 1: of quantized keys and values; without flash attention, rows of all heads */
} ep_request_rule;

typedef enum ep_rows { EP_ROWS_ONE = 0, EP_ROWS_SEQUENCES, EP_ROWS_CHUNK, EP_ROWS_COUNT } ep_rows;

typedef struct ep_state_rule {
    uint32_t known;          /* 0: no rule is published */
    uint32_t type, conv_type; /* edgeplan_element_type */
    ep_rows rows;
} ep_state_rule;

typedef struct ep_output_rule {
    uint32_t known;
    uint32_t type;
} ep_output_rule;

/* Named dimensions of a workspace term, in the order of the words in schema_words.c. */
typedef enum ep_dimension {
    EP_DIM_ONE = 0,
    EP_DIM_CHUNK,
    EP_DIM_CONTEXT,
    EP_DIM_HIDDEN,
    EP_DIM_FFN,
    EP_DIM_EXPERTS_USED,
    EP_DIM_VOCABULARY,
    EP_DIM_QUERY_HEADS,
    EP_DIM_KV_HEADS,
    EP_DIM_HEAD_WIDTH,
    EP_DIM_LAYERS,
    EP_DIM_SEQUENCES,
    EP_DIM_OUTPUTS,
    EP_DIM_WINDOW_CONTEXT, /* cells of a window layer, 0 without windows */
    EP_DIM_CONVOLVED,      /* elements that a recurrent layer's convolution keeps, 0 without one */
    EP_DIM_PATCHES,        /* of the image that an encoder holds room for */
    EP_DIM_WEIGHTS,        /* bytes of all weights as stored */
    EP_DIM_COUNT
} ep_dimension;

typedef enum ep_compute_mechanism { EP_COMPUTE_MISSING = 0, EP_COMPUTE_WORKSPACE, EP_COMPUTE_ARENA } ep_compute_mechanism;

typedef enum ep_term_when {
    EP_WHEN_ALWAYS = 0, EP_WHEN_FLASH_ATTENTION, EP_WHEN_NO_FLASH_ATTENTION, EP_WHEN_F16_CACHE, EP_WHEN_F32_CACHE
} ep_term_when;

typedef struct ep_term {
    double bytes;
    ep_dimension dimensions[EP_MAX_TERM_DIMENSIONS];
    uint32_t dimension_count;
    uint32_t phase; /* 0: always there; others compete */
    ep_term_when when;
} ep_term;

/* How a tower takes an image that keeps its shape. All 0: it cuts it, or makes it one of its own size. */
typedef struct ep_image_rule {
    uint64_t merge; /* patches along each side of a token */
    uint64_t least_tokens, most_tokens;
} ep_image_rule;

typedef struct ep_scratch {
    uint64_t bytes[3]; /* low, expected, high */
} ep_scratch;

/* What is replayed where the order of operations of a family is known; the terms where it is not. */
typedef struct ep_compute_rule {
    uint32_t known;     /* 1: there are terms */
    uint32_t mechanism; /* ep_compute_mechanism */
    uint32_t graphs;    /* whose orders of operations: ep_graphs */
    uint32_t term_count;
    ep_term terms[EP_MAX_TERMS];
    ep_scratch encoder[2]; /* of an encoder, which has no terms: without flash attention, with it */
} ep_compute_rule;

/* What a request may leave to the CPU of an offloaded model. */
typedef enum ep_offload { EP_OFFLOAD_ALL = 0, EP_OFFLOAD_LAYERS, EP_OFFLOAD_LAYERS_AND_CHUNKS } ep_offload;

typedef struct ep_placement_rule {
    uint32_t tied_head_duplicated; /* 1: an embedding table that is also the output matrix is held twice */
    uint32_t embedding_on_host;    /* 1: the embedding table stays with the CPU although the rest is offloaded */
    uint32_t weights_on_host;      /* 1: all weights do, and with them their products: the accelerator does not take the formats */
    uint32_t offload;              /* ep_offload */
    uint32_t mapped;               /* edgeplan_switch: maps the file by default */
    uint32_t repack_type_count;    /* of the engine's features; resolved when the deployment opens */
    uint32_t repack_types[EP_MAX_REPACK_TYPES];
    uint32_t expands;              /* element type the weights become at load; EDGEPLAN_ELEMENT_NONE: stay as stored */
    uint32_t may_expand;           /* the same where sources disagree */
    uint32_t sessions;             /* NPU sessions it may spread a model over; 0 = 1 */
    uint32_t tensor_buffers;       /* 1: the cache is one allocation a layer and the scratch one a tensor; 0: one each */
    uint32_t one_buffer;           /* 1: all that is offloaded of the weights is one allocation; 0: one a tensor or a file */
} ep_placement_rule;

typedef enum ep_charge_weights { EP_CHARGE_MISSING = 0, EP_CHARGE_MAPPED, EP_CHARGE_WIRED, EP_CHARGE_ANONYMOUS } ep_charge_weights;

typedef struct ep_charge_rule {
    ep_charge_weights weights;
    ep_charge_weights embedding; /* of a table that only rows are read from; MISSING: as the weights */
} ep_charge_rule;

typedef struct ep_overhead_rule {
    uint32_t known;
    uint64_t base_bytes;
    uint64_t base_low_bytes, base_high_bytes; /* 0: as the base */
    uint64_t code_bytes; /* file pages of programs and libraries */
    double per_vocabulary_entry_bytes;
    double per_parameter_bytes;
    double per_weight_byte;  /* bytes for each of the weights as stored: copies that stay with the CPU */
    double per_largest_tensor_byte;         /* of a heap that held copies of it and does not shrink */
    double loading_per_largest_tensor_byte; /* and more of these while it loads: the high end */
    double per_tensor_bytes; /* of graphs, which have so many operations for each */
} ep_overhead_rule;

typedef struct ep_reads_rule {
    uint32_t cache_per_query_head; /* 1: a CPU kernel reads the cache once per query head */
    uint32_t context_reserved;     /* 1: the whole reserved context is read at each step */
    uint64_t step;                 /* reads are rounded up to this many tokens; 0 = 1 */
    uint64_t prompt_step;          /* prompts are padded to a multiple of this many tokens; 0 = 1 */
} ep_reads_rule;

typedef struct ep_rules {
    ep_context_rule context;
    ep_cache_rule cache;
    ep_reservation_rule reservation;
    ep_state_rule state;
    ep_output_rule output;
    ep_compute_rule compute;
    ep_placement_rule placement;
    ep_charge_rule charge;
    ep_overhead_rule overhead;
    ep_reads_rule reads;
    ep_request_rule request;
    uint64_t contexts[EP_MAX_CONTEXTS]; /* compiled ones, ascending; 0 ends */
    uint32_t context_count;
    uint32_t offloaded;                 /* 1: the accelerator is not the CPU */
    uint64_t max_context_tokens;        /* of the runtime; 0 = none stated */
} ep_rules;

/* A preset: defaults of a request. 0 = not stated, EDGEPLAN_SWITCH_DEFAULT likewise. */
typedef struct ep_preset {
    uint32_t present;
    uint32_t window_saves;  /* edgeplan_switch */
    uint32_t unified;       /* edgeplan_switch */
    uint64_t chunk_tokens;
    uint64_t sequences;
    ep_rows outputs;        /* EP_ROWS_COUNT: output_rows */
    uint64_t output_rows;
    uint64_t prompt_cache_bytes;
} ep_preset;

#define EP_PRESET_COUNT 4 /* edgeplan_preset: default is unused */

#endif
