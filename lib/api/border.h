/* What every function of the C border does with its structs: in with checks, out with masks. */
#ifndef EP_API_BORDER_H
#define EP_API_BORDER_H

#include "api/fields.h"

/* EP_STRUCT_edgeplan_request and so on. */
#define EP_STRUCT_ID(name, last) EP_STRUCT_##name,
typedef enum ep_struct_id { EP_STRUCTS(EP_STRUCT_ID) EP_STRUCT_COUNT } ep_struct_id;
#undef EP_STRUCT_ID

typedef struct ep_struct_layout {
    const char *name;
    uint32_t v1_size; /* offset of the last field of version 1 plus its size */
    uint32_t size;    /* today's */
    uint32_t first;   /* of the field table */
    uint32_t count;   /* of fields, with struct_size, flags and known */
} ep_struct_layout;

typedef struct ep_field {
    const char *structure, *name;
    uint32_t type; /* ep_field_type */
    uint32_t offset;
} ep_field;

typedef enum ep_field_type { EP_FIELD_U32 = 0, EP_FIELD_U64, EP_FIELD_F64 } ep_field_type;

extern const ep_struct_layout ep_struct_layouts[EP_STRUCT_COUNT];
extern const ep_field ep_field_table[];

/* Bits of `known` or `given` for the fields that lie within `size` bytes. */
uint64_t ep_fields_within(ep_struct_id id, uint32_t size);

/* Reads a request-like struct of a caller: NULL is all defaults. NEWER_FIELD for flags, or bits of `given`, that are not ours. */
edgeplan_status ep_border_read(ep_struct_id id, void *ours, const void *callers);

/* The same for a struct whose `known` is ignored on input; NULL is INVALID_ARGUMENT. */
edgeplan_status ep_border_read_known(ep_struct_id id, void *ours, const void *callers);

/* Zeroes a struct of ours and sets its size. */
void ep_border_clear(ep_struct_id id, void *ours);

/* Whether a result can be given to this caller: asked before anything is computed. */
edgeplan_status ep_border_check(ep_struct_id id, const void *callers);

/* Writes a result to a caller's struct. Bits of `known` for fields the caller does not have are dropped. */
edgeplan_status ep_border_write(ep_struct_id id, void *callers, const void *ours);

int ep_is_finite(double value);

/* Ranges of the fields: numbers below 2^53, known enum values. */
edgeplan_status ep_check_open_options(const edgeplan_open_options *options);
edgeplan_status ep_check_criteria(const edgeplan_criteria *criteria);
edgeplan_status ep_check_gate_options(const edgeplan_gate_options *options);
edgeplan_status ep_check_layer(const edgeplan_layer *layer);
edgeplan_status ep_check_tensor(const edgeplan_tensor *tensor);

/* Reads and checks a request. */
edgeplan_status ep_take_request(edgeplan_request *ours, const edgeplan_request *callers);

#endif
