/* Reading a map into a struct by a table of its keys. A mistake is recorded and the field left as it was; the load goes on. */
#ifndef EP_REGISTRY_SCHEMA_H
#define EP_REGISTRY_SCHEMA_H

#include "registry/loader.h"

typedef struct ep_word { /* of a closed list; a NULL text ends it */
    const char *text;
    uint32_t value;
} ep_word;

typedef enum ep_key_kind {
    EP_KEY_TEXT = 1,   /* const char * */
    EP_KEY_ID,         /* const char *, [a-z0-9._-] */
    EP_KEY_CHOICE,     /* const char *, one of `words` */
    EP_KEY_WORD,       /* uint32_t, value of one of `words` */
    EP_KEY_SWITCH,     /* uint32_t, edgeplan_switch */
    EP_KEY_FLAG,       /* uint32_t, 1 for yes */
    EP_KEY_ELEMENT,    /* uint32_t, edgeplan_element_type */
    EP_KEY_VERSION,    /* uint32_t, EP_OS_VERSION */
    EP_KEY_FIGURE,     /* ep_fact_id */
    EP_KEY_NUMBER,     /* plain number as `store` says, registered as a fact too */
    EP_KEY_QUANTITY,   /* plain number that is a condition, no figure: needs no source */
    EP_KEY_TEXTS,      /* ep_words, each one of `words` if there are any */
    EP_KEY_IDS,        /* ep_words, each the id of an entry of `section` */
    EP_KEY_BITS,       /* uint32_t, bit 1 << value for each of a list of `words` */
    EP_KEY_REFERENCE,  /* pointer to an entity of `section` */
    EP_KEY_REFERENCES, /* array of such pointers and its uint32_t count */
    EP_KEY_SOURCE,     /* const ep_source *: not a key, but the nearest source; an entry must have one */
    EP_KEY_MAP,        /* map of `keys`; its fields are counted from the same struct plus `offset` */
    EP_KEY_LIST,       /* array of structs of `item_size`, each a map of `keys`, and its uint32_t count */
    EP_KEY_NODE,       /* const ep_node *, looked at later */
    EP_KEY_CUSTOM,     /* by `read` */
    EP_KEY_ELSEWHERE   /* read by other code */
} ep_key_kind;

typedef enum ep_store { EP_STORE_DOUBLE = 0, EP_STORE_U64, EP_STORE_U32, EP_STORE_I64 } ep_store;

enum {
    EP_REQUIRED = 1,
    EP_POSITIVE = 2,
    EP_SIGNED = 4,
    EP_INHERITED = 8 /* the struct holds what another block said: null takes it away */
};

typedef void (*ep_read_fn)(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object);

typedef struct ep_key {
    const char *name;
    uint8_t kind, flags, unit, store, section;
    uint16_t offset, count_offset, item_size;
    const ep_word *words;
    const struct ep_keys *keys;
    ep_read_fn read;
} ep_key;

typedef struct ep_keys {
    const ep_key *items;
    uint32_t count;
    uint32_t more_offset;
    const struct ep_keys *more; /* keys that are allowed too; their fields begin at `more_offset` */
} ep_keys;

#define EP_KEYS(array) {(array), sizeof(array) / sizeof((array)[0]), 0, NULL}
#define EP_KEYS_AND(array, more, offset) {(array), sizeof(array) / sizeof((array)[0]), (uint32_t)(offset), (more)}

void ep_read_keys(ep_loader *loader, ep_frame *frame, const ep_node *node, const ep_keys *keys, void *object);
/* The map's own source and confidence are taken into its frame before. */
void ep_read_map(ep_loader *loader, ep_frame *frame, const ep_node *node, const ep_keys *keys, void *object);

/* How a file of its kind begins, and what is said of one that does not. */
typedef struct ep_file_kind {
    const char *key; /* of its version */
    uint32_t major, minor; /* the newest known */
    const char *begins, *missing, *malformed, *unsupported;
} ep_file_kind;

/* The version of a file, NULL after a mistake; *newer: of a minor version above ours. */
const char *ep_read_file_version(ep_loader *loader, const ep_node *root, const ep_file_kind *kind, int *newer);

/* Entities of a section: an array as long as the section, to which references may point before it is filled. NULL when stopped. */
void *ep_make_items(ep_loader *loader, edgeplan_section section, size_t size, uint32_t *count);
/* The i-th entry, its frame entered. */
const ep_node *ep_entry_of(ep_loader *loader, edgeplan_section section, uint32_t index, ep_frame *frame);

/* ---- single values (schema_value.c) ---- */

void ep_read_value(ep_loader *loader, ep_frame *frame, const ep_node *node, const ep_key *key, void *object);
const char *ep_read_text(ep_loader *loader, const ep_frame *frame, const ep_node *node);                      /* NULL: none */
int ep_read_word(ep_loader *loader, const ep_frame *frame, const ep_node *node, const ep_word *words, uint32_t *value);
int ep_read_element(ep_loader *loader, const ep_frame *frame, const ep_node *node, uint32_t *value);
int ep_is_list(ep_loader *loader, const ep_frame *frame, const ep_node *node);                                /* else a mistake */
int ep_is_list_within(ep_loader *loader, const ep_frame *frame, const ep_node *node, uint32_t most);          /* and not too long */

/* ---- numbers (schema_number.c) ---- */

ep_fact_id ep_read_figure(ep_loader *loader, ep_frame *frame, const ep_node *node, ep_unit_dimension dimension, double *value);
void ep_read_number(ep_loader *loader, ep_frame *frame, const ep_node *node, const ep_key *key, void *field);
void ep_read_version(ep_loader *loader, const ep_frame *frame, const ep_node *node, void *field);
/* 1 and *minor, *major for `1.0`; digits and one dot, or digits alone. */
int ep_parse_version(const char *text, uint32_t *major, uint32_t *minor);

/* ---- lists and references (schema_list.c) ---- */

void ep_read_list(ep_loader *loader, ep_frame *frame, const ep_node *node, const ep_key *key, void *object);
const void *ep_resolve(ep_loader *loader, const ep_frame *frame, const ep_node *node, edgeplan_section section);
void ep_read_texts(ep_loader *loader, ep_frame *frame, const ep_node *node, ep_words *words);

/* ---- mistakes of spelling (spelling.c) ---- */

int ep_is_id(const char *id, size_t length, int release); /* release: `@` is allowed too */
/* The key closest to a wrong one: at most two edits, and fewer than half of its letters; NULL if none is. */
const char *ep_closest_key(const char *wrong, const ep_keys *keys);
const char *ep_closest_text(const char *wrong, const char *best, const char *candidate, uint32_t *distance);
void ep_fault_unknown_key(ep_loader *loader, ep_frame *frame, const ep_entry *entry, const char *closest);
void ep_fault_word(ep_loader *loader, const ep_frame *frame, const ep_node *node, const ep_word *words);

#endif
