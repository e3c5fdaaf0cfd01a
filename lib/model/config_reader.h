/* What the parts of the config reader share: where keys are looked up, how mistakes and assumptions are kept, what has been
   read. */
#ifndef EP_MODEL_CONFIG_READER_H
#define EP_MODEL_CONFIG_READER_H

#include "model/build.h"
#include "model/config_keys.h"
#include "model/family.h"
#include "model/tensors.h"

typedef struct ep_config_reader {
    ep_draft draft;
    const ep_node *root;
    const ep_node *text;   /* the map the text model's keys stand in: the root or one below it */
    const char *path;      /* of it, "" for the root */
    const ep_family *family;
    ep_blueprint blueprint;
    edgeplan_layer base;   /* attention and recurrent part of the layers that have them */
    edgeplan_layer global; /* attention of the layers without a window, where they have heads of their own; else as `base` */
    uint64_t layers;       /* as the file counts them */
    edgeplan_diagnostics *diagnostics;
    edgeplan_status status; /* of the first mistake */
} ep_config_reader;

typedef enum ep_found {
    EP_FOUND_NOT = 0,
    EP_FOUND,
    EP_FOUND_BAD /* reported */
} ep_found;

/* Keeps the first status and reports at a node; `name` is a key of the text map, `quoted` may be NULL. */
void ep_config_fail(ep_config_reader *reader, edgeplan_status status, const ep_node *node, const char *name, const char *message,
                    const char *quoted);
/* The same at the entry of a key, or at the map if there is none. */
void ep_config_fail_key(ep_config_reader *reader, edgeplan_status status, ep_key key, const char *message);
/* Keeps a status that needs no report, such as NO_MEMORY. */
void ep_config_keep(ep_config_reader *reader, edgeplan_status status);

/* Keys are the usual ones; the family says which it reads instead. The file's value, else the default of the class, which is then
   recorded as an assumption. A key that is null has no default. */
ep_found ep_config_get(ep_config_reader *reader, ep_key key, uint64_t *out);
/* The same, but missing is a mistake. 0 if there is none or a bad one. */
uint64_t ep_config_need(ep_config_reader *reader, ep_key key);
/* The same, but missing is `otherwise`, which needs no word. */
uint64_t ep_config_or(ep_config_reader *reader, ep_key key, uint64_t otherwise);
/* The entry a key is read from, NULL if the file gives none. */
const ep_entry *ep_config_entry(const ep_config_reader *reader, ep_key key);

/* A list of the text map, NULL if there is none or it is no list (reported with `message`). */
const ep_node *ep_config_list(ep_config_reader *reader, const char *name, const char *message);
/* Writes `mark` at every layer that a list of numbers names; the first layer is number `first`. */
void ep_config_mark(ep_config_reader *reader, const ep_node *list, const char *name, uint64_t first, unsigned char mark,
                    unsigned char *layers);

/* Records "`key` is not given: <value>, <reason>." */
void ep_config_assume(ep_config_reader *reader, ep_key key, uint64_t value, const char *reason);
/* Records a sentence. */
void ep_config_note(ep_config_reader *reader, const char *sentence);

/* The parts, in the order they are read. Each reports every mistake of its own. */
void ep_config_tower(ep_config_reader *reader); /* of an encoder, and nothing else */
/* UNSUPPORTED for every key that tells of parts the usual transformer has not. */
void ep_config_unknown(ep_config_reader *reader);
void ep_config_attention(ep_config_reader *reader);
void ep_config_recurrent(ep_config_reader *reader);
void ep_config_extras(ep_config_reader *reader); /* inputs per layer and encoders */
void ep_config_layers(ep_config_reader *reader); /* fills the draft's layers */

/* Kinds of a layer, as bits. */
typedef enum ep_kind {
    EP_KIND_ATTENTION = 1,
    EP_KIND_RECURRENT = 2,
    EP_KIND_FEED_FORWARD = 4, /* dense or experts, as the widths say */
    EP_KIND_DENSE = 8,
    EP_KIND_EXPERTS = 16,
    EP_KIND_WINDOW = 32,      /* of attention */
    EP_KIND_CHUNK = 64,
    EP_KIND_LISTED = 128      /* the file says so: windows do not follow from the family's rule */
} ep_kind;

/* One byte a layer: which kinds it is, from the file's list or the family's rule. */
void ep_config_kinds(ep_config_reader *reader, unsigned char *kinds);

/* Which layers are made of experts, and how wide everything is. */
typedef struct ep_widths {
    uint64_t step, first, offset; /* of the layers with experts; step 0: none */
    unsigned char *dense;         /* one per layer: 1 if the file lists it as dense */
    const ep_node *list;          /* a width for every layer, or NULL */
    uint64_t ffn;                 /* 0: not read yet */
    uint64_t expert_ffn, experts, experts_used, shared;
} ep_widths;

void ep_config_widths(ep_config_reader *reader, ep_widths *widths);
void ep_config_feed_forward(ep_config_reader *reader, ep_widths *widths, uint64_t index, unsigned char kind, edgeplan_layer *layer);

#endif
