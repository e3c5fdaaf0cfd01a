#include "registry/words.h"

#include "model/quantize.h"

/* `row` and `tensor` are groups as well as numbers are. */
static void read_group(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    static const ep_key number = {.kind = EP_KEY_NUMBER, .unit = EP_UNIT_COUNT, .store = EP_STORE_U32, .flags = EP_POSITIVE};
    ep_part *part = object;

    if (ep_node_is(node, "row"))
        part->group = EP_GROUP_ROW;
    else if (ep_node_is(node, "tensor"))
        part->group = EP_GROUP_TENSOR;
    else
        ep_read_number(loader, frame, node, &number, &part->group);
}

#define BITS(word, field, given)                                                                                               \
    {.name = (word), .kind = EP_KEY_NUMBER, .unit = EP_UNIT_BITS, .store = EP_STORE_U32, .flags = (given),                     \
     .offset = offsetof(ep_part, field)}

static const ep_key part_key[] = {
    BITS("bits", bits, EP_REQUIRED | EP_POSITIVE),
    {.name = "group", .kind = EP_KEY_CUSTOM, .flags = EP_REQUIRED, .read = read_group},
    BITS("scale", scale_bits, 0),
    BITS("zero", zero_bits, 0),
    {.name = "rows", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_COUNT, .store = EP_STORE_U32, .flags = EP_POSITIVE,
     .offset = offsetof(ep_part, rows)},
    BITS("packed", packed_bits, EP_POSITIVE),
    BITS("column", column_bits, EP_POSITIVE),
};
static const ep_keys part_keys = EP_KEYS(part_key);

static void read_part(ep_loader *loader, ep_frame *frame, const ep_node *node, ep_part *part)
{
    if (node->kind == EP_NODE_MAP) {
        part->element_type = EDGEPLAN_ELEMENT_GROUPED;
        ep_read_map(loader, frame, node, &part_keys, part);
    } else {
        (void)ep_read_element(loader, frame, node, &part->element_type);
    }
}

#define PART(field)                                                                                                            \
    static void read_##field(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)                            \
    {                                                                                                                          \
        read_part(loader, frame, node, &((ep_storage *)object)->field);                                                        \
    }
PART(body)
PART(embedding)
PART(head)
PART(experts)
PART(encoder)
PART(other)

static void read_file_type(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    ep_storage *storage = object;
    const char *text = ep_read_text(loader, frame, node);

    if (!text)
        return;
    storage->file_type = ep_quantize_file_type(text);
    if (storage->file_type == 0)
        ep_fault(loader, EDGEPLAN_ERROR_SCHEMA, frame, node, "llama-quantize has no type", text, NULL);
}

static const ep_key storage_key[] = {
    {.name = "mechanism", .kind = EP_KEY_WORD, .flags = EP_REQUIRED, .words = ep_storage_words, .offset = offsetof(ep_storage, mechanism)},
    {.name = "type", .kind = EP_KEY_CUSTOM, .read = read_file_type},
    {.name = "imatrix", .kind = EP_KEY_FLAG, .offset = offsetof(ep_storage, imatrix)},
    {.name = "whole_groups", .kind = EP_KEY_FLAG, .offset = offsetof(ep_storage, whole_groups)},
    {.name = "tied", .kind = EP_KEY_WORD, .words = ep_tied_words, .offset = offsetof(ep_storage, tied)},
    {.name = "body", .kind = EP_KEY_CUSTOM, .read = read_body},
    {.name = "embedding", .kind = EP_KEY_CUSTOM, .read = read_embedding},
    {.name = "head", .kind = EP_KEY_CUSTOM, .read = read_head},
    {.name = "experts", .kind = EP_KEY_CUSTOM, .read = read_experts},
    {.name = "encoder", .kind = EP_KEY_CUSTOM, .read = read_encoder},
    {.name = "other", .kind = EP_KEY_CUSTOM, .read = read_other},
};
static const ep_keys storage_keys = EP_KEYS(storage_key);

/* Which parts a mechanism must have, and what stands for one that is not given. */
static void settle_storage(ep_loader *loader, ep_frame *frame, const ep_node *node, ep_storage *storage)
{
    static const char *const parts[] = {"body", "other"};

    if (storage->mechanism == EP_STORAGE_LLAMA_QUANTIZE && !ep_node_get(node, "type"))
        ep_fault(loader, EDGEPLAN_ERROR_SCHEMA, frame, node, "missing key", "type", NULL);
    for (uint32_t i = 0; storage->mechanism == EP_STORAGE_PARTS && i < 2; i++)
        if (!ep_node_get(node, parts[i]))
            ep_fault(loader, EDGEPLAN_ERROR_SCHEMA, frame, node, "missing key", parts[i], NULL);
    storage->imatrix |= ep_quantize_needs_imatrix(storage->file_type);
    if (storage->embedding.element_type == EDGEPLAN_ELEMENT_NONE)
        storage->embedding = storage->other;
    if (storage->head.element_type == EDGEPLAN_ELEMENT_NONE)
        storage->head = storage->embedding;
    if (storage->experts.element_type == EDGEPLAN_ELEMENT_NONE)
        storage->experts = storage->body;
    if (storage->encoder.element_type == EDGEPLAN_ELEMENT_NONE)
        storage->encoder = storage->body;
}

static void read_storage(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    edgeplan_format *format = object;
    size_t first = loader->fact_count;

    ep_read_map(loader, frame, node, &storage_keys, &format->storage);
    if (node->kind != EP_NODE_MAP)
        return;
    settle_storage(loader, frame, node, &format->storage);
    format->storage_facts = ep_fact_block(loader, frame, node, first);
}

static const ep_key loss_key[] = {
    {.name = "class", .kind = EP_KEY_CHOICE, .words = ep_quality_words, .offset = offsetof(ep_format_quality, quality_class)},
    {.name = "calibration", .kind = EP_KEY_CHOICE, .words = ep_rounding_words, .offset = offsetof(ep_format_quality, calibration)},
    {.name = "loss", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_NATS, .offset = offsetof(ep_format_quality, loss)},
};
static const ep_keys loss_keys = EP_KEYS(loss_key);

static const ep_key native_key[] = {
    {.name = "families", .kind = EP_KEY_TEXTS, .flags = EP_REQUIRED, .offset = offsetof(edgeplan_format, native_families)},
};
static const ep_keys native_keys = EP_KEYS_AND(native_key, &loss_keys, offsetof(edgeplan_format, native));

static const ep_key quality_key[] = {
    {.name = "native", .kind = EP_KEY_MAP, .keys = &native_keys},
};
static const ep_keys quality_keys = EP_KEYS_AND(quality_key, &loss_keys, offsetof(edgeplan_format, quality));

static const ep_key file_key[] = {
    {.name = "shard", .kind = EP_KEY_FIGURE, .flags = EP_REQUIRED | EP_POSITIVE, .unit = EP_UNIT_BYTES,
     .offset = offsetof(ep_file_rule, shard)},
    {.name = "alone", .kind = EP_KEY_FIGURE, .flags = EP_POSITIVE, .unit = EP_UNIT_BYTES, .offset = offsetof(ep_file_rule, alone)},
};
const ep_keys ep_file_keys = EP_KEYS(file_key);

static const ep_key format_key[] = {
    {.name = "name", .kind = EP_KEY_TEXT, .flags = EP_REQUIRED, .offset = offsetof(edgeplan_format, name)},
    {.name = "family", .kind = EP_KEY_ID, .flags = EP_REQUIRED, .offset = offsetof(edgeplan_format, family)},
    {.name = "group", .kind = EP_KEY_ID, .flags = EP_REQUIRED, .offset = offsetof(edgeplan_format, group)},
    {.name = "compute", .kind = EP_KEY_WORD, .words = ep_number_type_words, .offset = offsetof(edgeplan_format, compute)},
    {.name = "storage", .kind = EP_KEY_CUSTOM, .read = read_storage},
    {.name = "files", .kind = EP_KEY_MAP, .keys = &ep_file_keys, .offset = offsetof(edgeplan_format, files)},
    {.name = "quality", .kind = EP_KEY_MAP, .keys = &quality_keys},
    {.name = "instead", .kind = EP_KEY_REFERENCE, .section = EDGEPLAN_SECTION_FORMATS, .offset = offsetof(edgeplan_format, instead)},
    {.name = "for_experts", .kind = EP_KEY_FLAG, .offset = offsetof(edgeplan_format, for_experts)},
};
static const ep_keys format_keys = EP_KEYS(format_key);

void ep_read_formats(ep_loader *loader)
{
    static const ep_part ungiven = {.element_type = EDGEPLAN_ELEMENT_NONE};
    edgeplan_format *formats = loader->items[EDGEPLAN_SECTION_FORMATS].first;

    for (uint32_t i = 0; i < loader->registry->format_count && !loader->stopped; i++) {
        ep_frame frame;
        const ep_node *node = ep_entry_of(loader, EDGEPLAN_SECTION_FORMATS, i, &frame);
        ep_storage *storage = &formats[i].storage;
        formats[i].id = frame.id;
        formats[i].registry = loader->registry;
        storage->body = storage->embedding = storage->head = storage->experts = storage->encoder = storage->other = ungiven;
        ep_read_keys(loader, &frame, node, &format_keys, &formats[i]);
    }
}
