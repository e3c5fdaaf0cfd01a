/* The fields of a lock file: those of the public structs, each kind of value once, for the reader and the writer alike. */
#ifndef EP_MODEL_LOCK_FIELDS_H
#define EP_MODEL_LOCK_FIELDS_H

#include <edgeplan/model.h>

#define EP_LOCK_VERSION "1.0"
#define EP_LOCK_MAX_TENSORS 65536 /* a lock file says "as in these layers"; what it may make of that is bounded */

typedef enum ep_lock_kind {
    EP_LOCK_COUNT = 0, /* uint64_t */
    EP_LOCK_WORD,      /* uint32_t, one of the words */
    EP_LOCK_SWITCH,    /* uint64_t, one of the words */
    EP_LOCK_ELEMENT    /* uint32_t, name of an element type */
} ep_lock_kind;

typedef struct ep_lock_field {
    const char *name; /* of the struct's field */
    size_t offset;
    ep_lock_kind kind;
    const char *const *words; /* by number; NULL is none */
    uint32_t word_count;
} ep_lock_field;

extern const ep_lock_field ep_lock_head[], ep_lock_layer[], ep_lock_tensor[], ep_lock_artefact[];
extern const size_t ep_lock_head_count, ep_lock_layer_count, ep_lock_tensor_count, ep_lock_artefact_count;

/* A field as a number, and its word where it has one ("" for a number without). */
uint64_t ep_lock_get(const ep_lock_field *field, const void *structure);
void ep_lock_set(const ep_lock_field *field, void *structure, uint64_t value);
const char *ep_lock_word(const ep_lock_field *field, uint64_t value);
int ep_lock_find(const ep_lock_field *field, const char *word, uint64_t *out); /* 1 if there is such a word */

#endif
