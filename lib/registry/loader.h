/* Loading: what is shared between laying files over one another and reading the result. Everything made lives in the registry's arena. */
#ifndef EP_REGISTRY_LOADER_H
#define EP_REGISTRY_LOADER_H

#include "registry/merge.h"
#include "registry/registry.h"
#include "registry/unit.h"

/* Where the reader is: one frame per map, list or item, on the stack of the reader. A frame knows the nearest source and confidence. */
typedef struct ep_frame {
    struct ep_frame *parent;  /* NULL: a section */
    const char *key;          /* NULL: an item of a list */
    const char *id;           /* of an item that has one */
    const char *file;         /* where `index` was counted; a mistake from another file is shown by id */
    uint32_t index;           /* of an item */
    uint32_t section;         /* edgeplan_section of an entry, 0 for anything in one */
    uint32_t confidence;
    const ep_source *source;
    const char *path;         /* with ids; made when a fact first needs it */
    size_t path_length;
} ep_frame;

typedef struct ep_file { /* a text of this load */
    const char *name;    /* as the nodes name it: compared by address */
    int newer;           /* of a newer minor version: unknown keys are warnings */
} ep_file;

typedef struct ep_origin { /* the last text of this load that gave an entry */
    uint32_t file;         /* 1 + index into `files`; 0: the base */
    uint32_t index;        /* in its section there */
} ep_origin;

typedef struct ep_items { /* entities of a section, for references */
    void *first;
    size_t size;
} ep_items;

#define EP_KEPT_PLACES 64

typedef struct ep_loader {
    edgeplan_registry *registry;
    edgeplan_diagnostics *diagnostics;
    edgeplan_status status; /* of the first mistake; NO_MEMORY and LIMIT overrule it and end the load */
    int stopped;
    uint32_t mistakes;
    struct {
        ep_place place;
        const char *what, *quoted;
    } kept[EP_KEPT_PLACES]; /* a block shared by several back ends is read again; its mistakes are told once */
    ep_file *files;
    size_t file_count, file_capacity;
    ep_origin *origins[EP_SECTION_COUNT];
    ep_items items[EP_SECTION_COUNT];
    ep_frame sections[EP_SECTION_COUNT];
    ep_merger merger;
    uint64_t room; /* keys and items that may still be read: `extends` can make a short text a long registry */
    ep_fact *facts;
    size_t fact_count, fact_capacity; /* with the unused first */
} ep_loader;

void ep_loader_init(ep_loader *loader, edgeplan_registry *registry, edgeplan_diagnostics *diagnostics);

extern const char *const ep_section_names[EP_SECTION_COUNT]; /* [0] is unused */

/* Ends the load. */
void ep_stop(ep_loader *loader, edgeplan_status status);
int ep_stop_if_null(ep_loader *loader, const void *pointer); /* out of memory if NULL; 1 if it was */
void ep_stop_merging(ep_loader *loader);                     /* after a NULL from merging: out of room or memory */
int ep_count_read_items(ep_loader *loader, uint32_t count);  /* takes room; 0 and stopped when there is none */

/* A mistake at a node. `frame` is where, its keys become the key path. Parts of the message as for ep_report_quoted. */
void ep_fault(ep_loader *loader, edgeplan_status status, const ep_frame *frame, const ep_node *node, const char *first,
              const char *quoted, const char *rest);
void ep_fault_schema(ep_loader *loader, const ep_frame *frame, const ep_node *node, const char *message); /* that quotes nothing */
void ep_fault_at(ep_loader *loader, edgeplan_status status, const ep_frame *frame, const ep_place *place, const char *first,
                 const char *quoted, const char *rest);
void ep_remark(ep_loader *loader, edgeplan_severity severity, edgeplan_status status, const ep_frame *frame, const ep_place *place,
               const char *first, const char *quoted, const char *rest);

ep_place ep_key_place(const ep_entry *entry); /* of a key, also in a map merged from two files */

ep_frame ep_frame_of_key(ep_frame *parent, const char *key);
ep_frame ep_frame_of_item(ep_frame *parent, uint32_t index, const ep_node *item);

const ep_file *ep_loader_file(const ep_loader *loader, const char *name); /* NULL: not of this load */

/* Facts: the value's node is recorded as it was written. 0 if there is no source or confidence, which is then a recorded mistake. */
ep_fact_id ep_fact_add(ep_loader *loader, ep_frame *frame, const ep_node *node, double value, ep_unit_dimension dimension);

/* Everything registered since `first`, or one fact for the block itself, so that its source can be listed. */
ep_fact_range ep_fact_block(ep_loader *loader, ep_frame *frame, const ep_node *node, size_t first);

#endif
