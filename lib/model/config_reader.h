/* What the parts of the config reader share: where keys are looked up, and how mistakes and assumptions are kept. */
#ifndef EP_MODEL_CONFIG_READER_H
#define EP_MODEL_CONFIG_READER_H

#include "model/build.h"
#include "model/config_keys.h"
#include "model/family.h"

typedef struct ep_config_reader {
    ep_draft draft;
    const ep_node *root;
    const ep_node *text;   /* the map the text model's keys stand in: the root or one below it */
    const char *path;      /* of it, "" for the root */
    const ep_family *family;
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

/* The file's value, else the default of the class, which is then recorded as an assumption. A key that is null has no default. */
ep_found ep_config_get(ep_config_reader *reader, ep_key key, uint64_t *out);
/* The same, but missing is a mistake. 0 if there is none or a bad one. */
uint64_t ep_config_need(ep_config_reader *reader, ep_key key);

/* Records "`key` is not given: <value>, <reason>." */
void ep_config_assume(ep_config_reader *reader, ep_key key, uint64_t value, const char *reason);

/* Fills the draft's layers with copies of `base`, each with its own span and feed-forward part. */
void ep_config_layers(ep_config_reader *reader, const edgeplan_layer *base, uint64_t layers, uint64_t context);

#endif
