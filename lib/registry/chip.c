#include "registry/words.h"

#include <string.h>

typedef struct ep_rate { /* one of an engine's throughput list */
    uint32_t type;
    uint32_t sparse;
    ep_fact_id rate;
} ep_rate;

static const ep_key rate_key[] = {
    {.name = "type", .kind = EP_KEY_WORD, .flags = EP_REQUIRED, .words = ep_number_type_words, .offset = offsetof(ep_rate, type)},
    {.name = "rate", .kind = EP_KEY_FIGURE, .flags = EP_REQUIRED, .unit = EP_UNIT_OPERATIONS_PER_SECOND, .offset = offsetof(ep_rate, rate)},
    {.name = "sparse", .kind = EP_KEY_FLAG, .offset = offsetof(ep_rate, sparse)},
};
static const ep_keys rate_keys = EP_KEYS(rate_key);

/* A list replaces the one of the chip, so both rows are cleared first. */
static void read_throughput(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    ep_engine *engine = object;

    memset(engine->throughput, 0, sizeof engine->throughput);
    memset(engine->sparse_throughput, 0, sizeof engine->sparse_throughput);
    if (!ep_is_list(loader, frame, node))
        return;
    for (uint32_t i = 0; i < node->count && !loader->stopped; i++) {
        ep_frame item = ep_frame_of_item(frame, i, node->entries[i].value);
        ep_rate rate = {0, 0, 0};
        ep_read_map(loader, &item, node->entries[i].value, &rate_keys, &rate);
        if (rate.sparse)
            engine->sparse_throughput[rate.type] = rate.rate;
        else
            engine->throughput[rate.type] = rate.rate;
    }
    engine->throughput[EP_NUMBER_NONE] = engine->sparse_throughput[EP_NUMBER_NONE] = 0; /* of a type that was a mistake */
}

static const ep_key engine_key[] = {
    {.name = "accelerator", .kind = EP_KEY_ELSEWHERE, .flags = EP_REQUIRED},
    {.name = "architecture", .kind = EP_KEY_ID, .flags = EP_INHERITED, .offset = offsetof(ep_engine, architecture)},
    {.name = "features", .kind = EP_KEY_TEXTS, .flags = EP_INHERITED, .offset = offsetof(ep_engine, features)},
    {.name = "bandwidth", .kind = EP_KEY_FIGURE, .flags = EP_INHERITED, .unit = EP_UNIT_BYTES_PER_SECOND,
     .offset = offsetof(ep_engine, bandwidth)},
    {.name = "clock", .kind = EP_KEY_FIGURE, .flags = EP_INHERITED, .unit = EP_UNIT_HERTZ, .offset = offsetof(ep_engine, clock)},
    {.name = "throughput", .kind = EP_KEY_CUSTOM, .read = read_throughput},
};
static const ep_keys engine_keys = EP_KEYS(engine_key);

/* Which engine an item of the list is, 0 if it does not say or says it twice. */
static uint32_t item_accelerator(ep_loader *loader, ep_frame *frame, const ep_node *node, uint32_t *seen)
{
    const ep_node *word = ep_node_get(node, "accelerator");
    ep_frame key = ep_frame_of_key(frame, "accelerator");
    uint32_t accelerator = 0;

    if (!word || word->kind == EP_NODE_NULL || !ep_read_word(loader, &key, word, ep_accelerator_words, &accelerator))
        return 0;
    if (*seen >> accelerator & 1) {
        ep_fault(loader, EDGEPLAN_ERROR_SCHEMA, &key, word, "a second engine for accelerator", word->text, NULL);
        return 0;
    }
    *seen |= 1u << accelerator;
    return accelerator;
}

void ep_read_engines(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    ep_chip *chip = object;
    uint32_t seen = 0;

    if (!ep_is_list(loader, frame, node))
        return;
    for (uint32_t i = 0; i < node->count && !loader->stopped; i++) {
        const ep_node *item = node->entries[i].value;
        ep_frame here = ep_frame_of_item(frame, i, item);
        uint32_t accelerator = item_accelerator(loader, &here, item, &seen);
        ep_engine ignored;
        ep_engine *engine = accelerator ? &chip->engines[accelerator] : &ignored;
        memset(&ignored, 0, sizeof ignored);
        engine->present = 1;
        ep_read_map(loader, &here, item, &engine_keys, engine);
    }
}

static const ep_key memory_key[] = {
    {.name = "kind", .kind = EP_KEY_TEXT, .flags = EP_INHERITED, .offset = offsetof(ep_chip, memory_kind)},
    {.name = "bus", .kind = EP_KEY_FIGURE, .flags = EP_INHERITED, .unit = EP_UNIT_BITS, .offset = offsetof(ep_chip, bus)},
    {.name = "peak_bandwidth", .kind = EP_KEY_FIGURE, .flags = EP_INHERITED, .unit = EP_UNIT_BYTES_PER_SECOND,
     .offset = offsetof(ep_chip, peak_bandwidth)},
};
static const ep_keys memory_keys = EP_KEYS(memory_key);

void ep_read_memory(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    ep_read_map(loader, frame, node, &memory_keys, object);
}

static const ep_key chip_key[] = {
    {.name = "name", .kind = EP_KEY_TEXT, .flags = EP_REQUIRED, .offset = offsetof(ep_chip, name)},
    {.name = "vendor", .kind = EP_KEY_TEXT, .offset = offsetof(ep_chip, vendor)},
    {.name = "chipset", .kind = EP_KEY_TEXT, .offset = offsetof(ep_chip, chipset)},
    {.name = "aliases", .kind = EP_KEY_TEXTS, .offset = offsetof(ep_chip, aliases)},
    {.name = "memory", .kind = EP_KEY_CUSTOM, .read = ep_read_memory},
    {.name = "engines", .kind = EP_KEY_CUSTOM, .flags = EP_REQUIRED, .read = ep_read_engines},
};
static const ep_keys chip_keys = EP_KEYS(chip_key);

void ep_read_chips(ep_loader *loader)
{
    ep_chip *chips = loader->items[EDGEPLAN_SECTION_CHIPS].first;

    for (uint32_t i = 0; i < loader->registry->chip_count && !loader->stopped; i++) {
        ep_frame frame;
        const ep_node *node = ep_entry_of(loader, EDGEPLAN_SECTION_CHIPS, i, &frame);
        chips[i].id = frame.id;
        ep_read_keys(loader, &frame, node, &chip_keys, &chips[i]);
    }
}
