#include "registry/words.h"

static const ep_key ram_key[] = {
    {.name = "from", .kind = EP_KEY_QUANTITY, .unit = EP_UNIT_BYTES, .store = EP_STORE_U64,
     .offset = offsetof(ep_limit_rule, ram_from_bytes)},
    {.name = "to", .kind = EP_KEY_QUANTITY, .unit = EP_UNIT_BYTES, .store = EP_STORE_U64, .offset = offsetof(ep_limit_rule, ram_to_bytes)},
};
static const ep_keys ram_keys = EP_KEYS(ram_key);

static const ep_key os_key[] = {
    {.name = "from", .kind = EP_KEY_VERSION, .offset = offsetof(ep_limit_rule, os_from)},
    {.name = "below", .kind = EP_KEY_VERSION, .offset = offsetof(ep_limit_rule, os_below)},
};
static const ep_keys os_keys = EP_KEYS(os_key);

static const ep_key firmware_key[] = {
    {.name = "from", .kind = EP_KEY_VERSION, .offset = offsetof(ep_limit_rule, firmware_from)},
    {.name = "below", .kind = EP_KEY_VERSION, .offset = offsetof(ep_limit_rule, firmware_below)},
};
static const ep_keys firmware_keys = EP_KEYS(firmware_key);

static const ep_key rule_key[] = {
    {.name = "id", .kind = EP_KEY_ID, .flags = EP_REQUIRED, .offset = offsetof(ep_limit_rule, id)},
    {.name = "kind", .kind = EP_KEY_WORD, .flags = EP_REQUIRED, .words = ep_limit_words, .offset = offsetof(ep_limit_rule, kind)},
    {.name = "counts", .kind = EP_KEY_WORD, .words = ep_measure_words, .offset = offsetof(ep_limit_rule, counts)},
    {.name = "entitlement", .kind = EP_KEY_WORD, .words = ep_entitlement_words, .offset = offsetof(ep_limit_rule, entitlement)},
    {.name = "os", .kind = EP_KEY_MAP, .keys = &os_keys},
    {.name = "firmware", .kind = EP_KEY_MAP, .keys = &firmware_keys},
    {.name = "ram", .kind = EP_KEY_MAP, .keys = &ram_keys},
    {.name = "app_state", .kind = EP_KEY_WORD, .words = ep_app_state_words, .offset = offsetof(ep_limit_rule, app_state)},
    {.name = "accelerators", .kind = EP_KEY_BITS, .words = ep_accelerator_words, .offset = offsetof(ep_limit_rule, accelerators)},
    {.name = "targets", .kind = EP_KEY_IDS, .section = EDGEPLAN_SECTION_TARGETS, .offset = offsetof(ep_limit_rule, targets)},
    {.name = "runtimes", .kind = EP_KEY_IDS, .section = EDGEPLAN_SECTION_RUNTIMES, .offset = offsetof(ep_limit_rule, runtimes)},
    {.name = "soft", .kind = EP_KEY_FLAG, .offset = offsetof(ep_limit_rule, soft)},
    {.name = "safe", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_BYTES, .offset = offsetof(ep_limit_rule, safe)},
    {.name = "hard", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_BYTES, .offset = offsetof(ep_limit_rule, hard)},
    {.name = "safe_share", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_SHARE, .offset = offsetof(ep_limit_rule, safe_share)},
    {.name = "hard_share", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_SHARE, .offset = offsetof(ep_limit_rule, hard_share)},
    {.name = "safe_reserve", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_BYTES, .offset = offsetof(ep_limit_rule, safe_reserve)},
    {.name = "hard_reserve", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_BYTES, .offset = offsetof(ep_limit_rule, hard_reserve)},
};
static const ep_keys rule_keys = EP_KEYS(rule_key);

/* A rule that does not say what it counts, counts what is charged. */
static void prepare_rule(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    ep_limit_rule *rule = object;
    (void)loader;
    (void)frame;
    (void)node;
    rule->counts = EDGEPLAN_MEASURE_CHARGED;
}

static const ep_key set_key[] = {
    {.name = "visible", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_SHARE, .offset = offsetof(ep_limit_set, visible)},
    {.name = "rules", .kind = EP_KEY_LIST, .flags = EP_REQUIRED, .keys = &rule_keys, .item_size = sizeof(ep_limit_rule),
     .offset = offsetof(ep_limit_set, rules), .count_offset = offsetof(ep_limit_set, rule_count), .read = prepare_rule},
};
static const ep_keys set_keys = EP_KEYS(set_key);

static int given_twice(const ep_node *map, const char *a, const char *b, const char *c)
{
    return (ep_node_get(map, a) != NULL) + (ep_node_get(map, b) != NULL) + (ep_node_get(map, c) != NULL) > 1;
}

static void check_rule(ep_loader *loader, ep_frame *list, uint32_t index, const ep_node *node, const ep_limit_rule *rule)
{
    ep_frame frame = ep_frame_of_item(list, index, node);

    if (node->kind != EP_NODE_MAP)
        return;
    if (!ep_node_get(node, "hard") && !ep_node_get(node, "hard_share") && !ep_node_get(node, "hard_reserve") &&
        !ep_node_get(node, "safe") && !ep_node_get(node, "safe_share") && !ep_node_get(node, "safe_reserve"))
        ep_fault_schema(loader, &frame, node, "a limit needs a figure: safe, hard, or a share or reserve");
    if (given_twice(node, "hard", "hard_share", "hard_reserve") || given_twice(node, "safe", "safe_share", "safe_reserve"))
        ep_fault_schema(loader, &frame, node, "a limit is bytes, a share or a reserve, not two of them");
    if (rule->os_below && rule->os_below <= rule->os_from)
        ep_fault(loader, EDGEPLAN_ERROR_RANGE, &frame, node, "os: 'below' is not above 'from'", NULL, NULL);
    if (rule->firmware_below && rule->firmware_below <= rule->firmware_from)
        ep_fault(loader, EDGEPLAN_ERROR_RANGE, &frame, node, "firmware: 'below' is not above 'from'", NULL, NULL);
    if (rule->ram_to_bytes && rule->ram_to_bytes < rule->ram_from_bytes)
        ep_fault(loader, EDGEPLAN_ERROR_RANGE, &frame, node, "ram: 'to' is below 'from'", NULL, NULL);
}

void ep_read_limits(ep_loader *loader)
{
    ep_limit_set *sets = loader->items[EDGEPLAN_SECTION_LIMITS].first;

    for (uint32_t i = 0; i < loader->registry->limit_count && !loader->stopped; i++) {
        ep_frame frame, list;
        const ep_node *node = ep_entry_of(loader, EDGEPLAN_SECTION_LIMITS, i, &frame);
        const ep_node *rules = ep_node_get(node, "rules");
        sets[i].id = frame.id;
        ep_read_keys(loader, &frame, node, &set_keys, &sets[i]);
        list = ep_frame_of_key(&frame, "rules");
        for (uint32_t k = 0; k < sets[i].rule_count && rules; k++)
            check_rule(loader, &list, k, rules->entries[k].value, &sets[i].rules[k]);
    }
}
