/* What the parts of the GGUF model reader share. */
#ifndef EP_MODEL_GGUF_PARTS_H
#define EP_MODEL_GGUF_PARTS_H

#include "model/build.h"
#include "model/gguf_architectures.h"
#include "model/gguf_files.h"

/* What the tensors of a layer show. Where keys say otherwise, these win. */
typedef struct ep_gguf_seen {
    uint64_t key_rows, value_rows;    /* of attention's projections; 0: none, or fused */
    uint64_t ffn_width;               /* inside the dense network */
    uint64_t expert_width, experts;
    uint64_t shared_width;            /* inside the shared expert */
    uint64_t conv_elements;           /* taps before the present one, over all channels */
    int attends, is_recurrent, is_seen;
} ep_gguf_seen;

typedef struct ep_gguf_reading {
    ep_draft draft;
    const ep_gguf_set *set;
    const ep_gguf_architecture *architecture;
    edgeplan_diagnostics *diagnostics;
    edgeplan_status status;           /* of the first mistake */
    uint64_t part;                    /* edgeplan_part */
    const char *prefix;               /* of its keys: general.architecture */
    uint64_t trunk;                   /* layers without those that predict the token after next */
    uint64_t first, layers;           /* that are read: the trunk's or the others */
    ep_gguf_seen *seen;               /* of each layer of the file */
    uint64_t next_token_bytes;        /* of tensors left out */
    uint64_t unknown_names;
    uint32_t said;                    /* assumptions already made: ep_gguf_said */
} ep_gguf_reading;

typedef enum ep_gguf_said {
    EP_GGUF_SAID_FFN = 1,
    EP_GGUF_SAID_HEADS = 2,
    EP_GGUF_SAID_EXPERTS = 4
} ep_gguf_said;

/* A key of the architecture: one number for all layers, or one for each. */
typedef struct ep_gguf_list {
    const ep_gguf_value *value; /* NULL: there is none */
} ep_gguf_list;

/* `name` stands after the architecture. Bad values are reported once and then count as missing. */
int ep_gguf_get(ep_gguf_reading *reading, const char *name, uint64_t *out); /* one number; 1 if there is one */
ep_gguf_list ep_gguf_list_get(ep_gguf_reading *reading, const char *name);
uint64_t ep_gguf_list_at(const ep_gguf_list *list, uint64_t layer, uint64_t otherwise);

/* Report a mistake of a key, whose first status is kept; and an assumption, with a number for each # in it. */
void ep_gguf_fail(ep_gguf_reading *reading, edgeplan_status status, const char *name, const char *message);
void ep_gguf_assume(ep_gguf_reading *reading, const char *sentence, const uint64_t *numbers);

/* Steps, in this order; all keep the first status in the reading. */
void ep_gguf_add_tensors(ep_gguf_reading *reading); /* gguf_tensors.c */
void ep_gguf_add_encoder(ep_gguf_reading *reading); /* instead, and no layers */
void ep_gguf_add_layers(ep_gguf_reading *reading);  /* gguf_layers.c; needs what the tensors show */
const char *ep_gguf_format(ep_gguf_reading *reading); /* gguf_format.c: id, NULL if it mixes formats */
const char *ep_gguf_format_of(uint64_t number);       /* of a general.file_type; NULL for a retired or unknown one */

#endif
