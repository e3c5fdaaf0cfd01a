/* Targets: a chip with a device around it, or a browser on such a device. */
#include "registry/words.h"

#include <string.h>

enum { MOST_VARIANTS = 32 };

typedef struct ep_target_draft {
    edgeplan_target target;
    const ep_chip *chip;
} ep_target_draft;

#define TARGET(field) offsetof(ep_target_draft, target.field)

static const ep_key os_key[] = {
    {.name = "name", .kind = EP_KEY_ID, .flags = EP_REQUIRED, .offset = TARGET(os_name)},
    {.name = "from", .kind = EP_KEY_VERSION, .offset = TARGET(os_from)},
    {.name = "to", .kind = EP_KEY_VERSION, .offset = TARGET(os_to)},
};
static const ep_keys os_keys = EP_KEYS(os_key);

/* `scheme: [identifier, …]` for any scheme. */
static void read_identifiers(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    edgeplan_target *target = &((ep_target_draft *)object)->target;
    ep_identifier *items;
    size_t total = 0;

    if (node->kind != EP_NODE_MAP) {
        ep_fault_schema(loader, frame, node, "a map is due here");
        return;
    }
    for (uint32_t i = 0; i < node->count; i++)
        total += node->entries[i].value->count;
    items = ep_arena_array(&loader->registry->arena, total, sizeof *items);
    if (ep_stop_if_null(loader, items))
        return;
    target->identifiers = items;
    for (uint32_t i = 0; i < node->count && !loader->stopped; i++) {
        ep_frame key = ep_frame_of_key(frame, node->entries[i].key);
        ep_words words = {NULL, 0};
        if (node->entries[i].value->kind != EP_NODE_NULL)
            ep_read_texts(loader, &key, node->entries[i].value, &words);
        for (uint32_t k = 0; k < words.count; k++) {
            items[target->identifier_count].scheme = key.key;
            items[target->identifier_count++].value = words.items[k];
        }
    }
}

static const ep_key target_key[] = {
    {.name = "name", .kind = EP_KEY_TEXT, .flags = EP_REQUIRED, .offset = TARGET(name)},
    {.name = "platform", .kind = EP_KEY_REFERENCE, .flags = EP_REQUIRED, .section = EDGEPLAN_SECTION_PLATFORMS, .offset = TARGET(platform)},
    {.name = "class", .kind = EP_KEY_CHOICE, .flags = EP_REQUIRED, .words = ep_class_words, .offset = TARGET(class_name)},
    {.name = "chip", .kind = EP_KEY_REFERENCE, .section = EDGEPLAN_SECTION_CHIPS, .offset = offsetof(ep_target_draft, chip)},
    {.name = "host", .kind = EP_KEY_REFERENCE, .section = EDGEPLAN_SECTION_TARGETS, .offset = TARGET(host)},
    {.name = "memory", .kind = EP_KEY_ELSEWHERE},
    {.name = "engines", .kind = EP_KEY_ELSEWHERE},
    {.name = "ram", .kind = EP_KEY_ELSEWHERE},
    {.name = "os", .kind = EP_KEY_MAP, .keys = &os_keys},
    {.name = "aliases", .kind = EP_KEY_TEXTS, .offset = TARGET(aliases)},
    {.name = "identifiers", .kind = EP_KEY_CUSTOM, .read = read_identifiers},
    {.name = "features", .kind = EP_KEY_TEXTS, .offset = TARGET(features)},
    {.name = "limits", .kind = EP_KEY_REFERENCE, .section = EDGEPLAN_SECTION_LIMITS, .offset = TARGET(limits)},
    {.name = "thermal", .kind = EP_KEY_LIST, .keys = &ep_thermal_keys, .item_size = sizeof(ep_thermal), .offset = TARGET(thermals.items),
     .count_offset = TARGET(thermals.count)},
    {.name = "power", .kind = EP_KEY_LIST, .keys = &ep_power_keys, .item_size = sizeof(ep_power), .offset = TARGET(powers),
     .count_offset = TARGET(power_count)},
    {.name = "storage_read", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_BYTES_PER_SECOND, .offset = TARGET(storage_read)},
    {.name = "runtimes", .kind = EP_KEY_REFERENCES, .section = EDGEPLAN_SECTION_RUNTIMES, .offset = TARGET(runtimes),
     .count_offset = TARGET(runtime_count)},
};
static const ep_keys target_keys = EP_KEYS(target_key);

/* Variants ascend, whatever order they are written in; each is inserted where it belongs. */
static void read_ram(ep_loader *loader, ep_frame *frame, const ep_node *node, edgeplan_target *target)
{
    ep_fact_id *items;

    if (!ep_is_list_within(loader, frame, node, MOST_VARIANTS))
        return;
    items = ep_arena_array(&loader->registry->arena, node->count, sizeof *items);
    if (ep_stop_if_null(loader, items))
        return;
    target->ram = items;
    target->ram_count = 0;
    for (uint32_t i = 0; i < node->count && !loader->stopped; i++) {
        ep_frame item = ep_frame_of_item(frame, i, node->entries[i].value);
        double bytes;
        ep_fact_id fact = ep_read_figure(loader, &item, node->entries[i].value, EP_UNIT_BYTES, &bytes);
        uint32_t at = target->ram_count;
        if (!fact)
            continue;
        for (; at > 0 && loader->facts[items[at - 1]].value > bytes; at--)
            items[at] = items[at - 1];
        items[at] = fact;
        target->ram_count++;
    }
}

/* The target's own keys over those of its chip or host. */
static void read_hardware(ep_loader *loader, ep_frame *frame, const ep_node *node, edgeplan_target *target)
{
    static const char *const names[] = {"memory", "engines", "ram"};

    for (uint32_t i = 0; i < 3; i++) {
        const ep_node *value = ep_node_get(node, names[i]);
        ep_frame key = ep_frame_of_key(frame, names[i]);
        if (!value || value->kind == EP_NODE_NULL)
            continue;
        if (i == 0)
            ep_read_memory(loader, &key, value, &target->chip);
        else if (i == 1)
            ep_read_engines(loader, &key, value, &target->chip);
        else
            read_ram(loader, &key, value, target);
    }
}

static void check_target(ep_loader *loader, ep_frame *frame, const ep_node *node, const ep_target_draft *draft)
{
    const ep_node *host = ep_node_get(node, "host"), *chip = ep_node_get(node, "chip");

    if (!chip && !host)
        ep_fault(loader, EDGEPLAN_ERROR_SCHEMA, frame, node, "missing key", "chip", ", or 'host' for a browser");
    if (chip && host)
        ep_fault_schema(loader, frame, node, "a target has a chip or a host, not both");
    if (draft->target.os_to && draft->target.os_to < draft->target.os_from)
        ep_fault(loader, EDGEPLAN_ERROR_RANGE, frame, node, "os: 'to' is below 'from'", NULL, NULL);
}

static void read_target(ep_loader *loader, uint32_t index)
{
    edgeplan_target *target = (edgeplan_target *)loader->items[EDGEPLAN_SECTION_TARGETS].first + index;
    ep_target_draft draft;
    ep_frame frame;
    const ep_node *node = ep_entry_of(loader, EDGEPLAN_SECTION_TARGETS, index, &frame);

    memset(&draft, 0, sizeof draft);
    draft.target.registry = loader->registry;
    draft.target.id = frame.id;
    ep_read_keys(loader, &frame, node, &target_keys, &draft);
    check_target(loader, &frame, node, &draft);
    *target = draft.target;
    if (draft.chip)
        target->host = NULL; /* both are a mistake, told above */
    if (target->host)
        return; /* its hardware is read when the host's is known */
    if (draft.chip)
        target->chip = *draft.chip;
    read_hardware(loader, &frame, node, target);
}

static void read_browser(ep_loader *loader, uint32_t index)
{
    edgeplan_target *target = (edgeplan_target *)loader->items[EDGEPLAN_SECTION_TARGETS].first + index;
    ep_frame frame, key;
    const ep_node *node = ep_entry_of(loader, EDGEPLAN_SECTION_TARGETS, index, &frame);

    if (target->host->host) {
        key = ep_frame_of_key(&frame, "host");
        ep_fault(loader, EDGEPLAN_ERROR_REFERENCE, &key, ep_node_get(node, "host"), "a host is a device, not", target->host->id,
                 NULL);
        return;
    }
    target->chip = target->host->chip;
    target->ram = target->host->ram;
    target->ram_count = target->host->ram_count;
    if (target->thermals.count == 0)
        target->thermals = target->host->thermals;
    read_hardware(loader, &frame, node, target);
}

static void name_targets(ep_loader *loader, const edgeplan_target *targets, uint32_t count)
{
    ep_idmap *names = &loader->registry->target_names;
    size_t total = 2 * (size_t)count;
    uint32_t result = 0;

    for (uint32_t i = 0; i < count; i++)
        total += targets[i].aliases.count;
    if (!ep_idmap_init(&loader->registry->arena, names, total, 1)) {
        ep_stop(loader, EDGEPLAN_ERROR_NO_MEMORY);
        return;
    }
    for (uint32_t i = 0; i < count && result != EP_IDMAP_LIMIT; i++)
        result = ep_idmap_put(names, targets[i].id, i);
    for (uint32_t i = 0; i < count && result != EP_IDMAP_LIMIT; i++)
        result = targets[i].name ? ep_idmap_put(names, targets[i].name, i) : result;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < targets[i].aliases.count && result != EP_IDMAP_LIMIT; k++)
            result = ep_idmap_put(names, targets[i].aliases.items[k], i);
    if (result == EP_IDMAP_LIMIT)
        ep_stop(loader, EDGEPLAN_ERROR_LIMIT);
}

void ep_read_targets(ep_loader *loader)
{
    const edgeplan_target *targets = loader->registry->targets;
    uint32_t count = loader->registry->target_count;

    for (uint32_t i = 0; i < count && !loader->stopped; i++)
        read_target(loader, i);
    for (uint32_t i = 0; i < count && !loader->stopped; i++)
        if (targets[i].host)
            read_browser(loader, i);
    if (!loader->stopped)
        name_targets(loader, targets, count);
}
