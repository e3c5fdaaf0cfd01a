/* A request with every default filled in and every rounding of the runtime done: what the mechanisms take. Plain numbers. */
#ifndef EP_SIZING_WORKLOAD_H
#define EP_SIZING_WORKLOAD_H

#include "model/run.h"
#include "registry/rules.h"

/* What is taken for a compute buffer that would have to be replayed: a bound that only grows with the context, or nothing. */
typedef enum ep_compute_bound { EP_COMPUTE_EXACT = 0, EP_COMPUTE_MOST, EP_COMPUTE_LEAST } ep_compute_bound;

/* For a search that answers for shorter contexts too, where the compute buffer can be larger. */
typedef struct ep_compute_view {
    uint64_t least_bytes; /* it counts as no smaller */
    uint32_t bound;       /* ep_compute_bound */
    uint32_t unwritten;   /* 1: nothing of it need count as written, only the expected demand matters */
} ep_compute_view;

typedef struct ep_workload {
    uint64_t context_tokens;  /* provided for all sequences together, after rounding */
    uint64_t sequence_tokens; /* provided for each sequence */
    uint64_t sequences;
    uint64_t streams;         /* separate caches: 1 if unified */
    uint64_t batch;           /* sequences decoded at once */
    uint64_t chunk_tokens;
    uint64_t output_rows;
    uint64_t prompt_tokens, cached_tokens, output_tokens;
    uint32_t kv_k, kv_v;      /* edgeplan_element_type */
    uint32_t mapped;          /* 1: the file is mapped */
    uint32_t flash_attention; /* 1: no score matrix */
    uint32_t window_saves;    /* 1: windows keep fewer cells */
    uint32_t unified;
    uint64_t host_layers;     /* of an offloaded model, the first, left to the CPU; one more than there are: the output matrix as well */
    uint64_t cut;             /* of these, that the CPU computes even in long chunks: all, or none where a device takes them over */
    uint32_t by_layer;        /* 1: the request says how many are not left */
    uint64_t prompt_cache_bytes;
    uint64_t app_bytes;
    ep_compute_view compute;
    uint32_t beyond;          /* edgeplan_limit that the requested context exceeds, EDGEPLAN_LIMIT_NONE if none */
} ep_workload;

/* Tokens of a chunk worth a copy of the weights it is multiplied with. Source: llama.cpp v0.5.0, ggml-cuda.cu, ggml-metal.cpp,
   ggml-vulkan.cpp (GGML_OP_OFFLOAD_MIN_BATCH). */
enum { EP_LONG_CHUNK = 32 };

/* Fields of the request that were not given, as bits: what a plan lists as assumed. */
enum {
    EP_ASSUMED_CONTEXT = 1 << 0, EP_ASSUMED_PROMPT = 1 << 1, EP_ASSUMED_OUTPUT = 1 << 2, EP_ASSUMED_SEQUENCES = 1 << 3,
    EP_ASSUMED_CHUNK = 1 << 4, EP_ASSUMED_KV = 1 << 5, EP_ASSUMED_PRESET = 1 << 6, EP_ASSUMED_MMAP = 1 << 7,
    EP_ASSUMED_FLASH_ATTENTION = 1 << 8, EP_ASSUMED_APP_STATE = 1 << 9, EP_ASSUMED_OS = 1 << 10, EP_ASSUMED_RAM = 1 << 11,
    EP_ASSUMED_ENTITLEMENT = 1 << 12, EP_ASSUMED_APP_BYTES = 1 << 13,
    EP_ASSUMED_FIRMWARE = 1 << 14, EP_ASSUMED_CONTEXT_ASKED = 1 << 15 /* as many as the tokens that were given */
};

/* Fills `out` from the request (never NULL; `given` tells which zeros count), the preset and the rules. `kv_default` is the runtime's
   first KV type. Returns the assumed bits. Pure. */
uint32_t ep_workload_resolve(const ep_rules *rules, const ep_preset *preset, const ep_shape *shape, uint32_t kv_default,
                             const edgeplan_request *request, ep_workload *out);

/* The same of any model: one that is not offloaded leaves everything. */
static inline uint64_t ep_host_layers(const ep_rules *rules, const ep_shape *shape, uint64_t layers)
{
    return rules->offloaded ? layers : shape->layers + 1;
}

/* How many of the first layers are of a run. */
uint64_t ep_run_layers(const ep_shape *shape, uint32_t run, uint64_t layers);

/* Whether a field of a request counts. `offset` is that of the field. */
int ep_request_gives(const edgeplan_request *request, size_t offset);

#endif
