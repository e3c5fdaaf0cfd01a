#include "registry/words.h"

typedef struct ep_platform_draft {
    const char *name;
    const edgeplan_target *const *extra;
    uint32_t extra_count;
    uint32_t app_states;
    ep_thermals thermals;
    const ep_feature_since *since;
    uint32_t since_count;
} ep_platform_draft;

#define SINCE(field) offsetof(ep_feature_since, field)
static const ep_key since_key[] = {
    {.name = "features", .kind = EP_KEY_TEXTS, .flags = EP_REQUIRED, .offset = SINCE(features)},
    {.name = "systems", .kind = EP_KEY_TEXTS, .flags = EP_REQUIRED, .offset = SINCE(systems)},
    {.name = "hosts", .kind = EP_KEY_IDS, .section = EDGEPLAN_SECTION_PLATFORMS, .offset = SINCE(hosts)},
    {.name = "from", .kind = EP_KEY_VERSION, .flags = EP_REQUIRED, .offset = SINCE(from)},
};
static const ep_keys since_keys = EP_KEYS(since_key);

static const ep_key platform_key[] = {
    {.name = "name", .kind = EP_KEY_TEXT, .flags = EP_REQUIRED, .offset = offsetof(ep_platform_draft, name)},
    {.name = "targets", .kind = EP_KEY_REFERENCES, .section = EDGEPLAN_SECTION_TARGETS, .offset = offsetof(ep_platform_draft, extra),
     .count_offset = offsetof(ep_platform_draft, extra_count)},
    {.name = "app_states", .kind = EP_KEY_BITS, .words = ep_app_state_words, .offset = offsetof(ep_platform_draft, app_states)},
    {.name = "thermal", .kind = EP_KEY_LIST, .keys = &ep_thermal_keys, .item_size = sizeof(ep_thermal),
     .offset = offsetof(ep_platform_draft, thermals.items), .count_offset = offsetof(ep_platform_draft, thermals.count)},
    {.name = "since", .kind = EP_KEY_LIST, .keys = &since_keys, .item_size = sizeof(ep_feature_since),
     .offset = offsetof(ep_platform_draft, since), .count_offset = offsetof(ep_platform_draft, since_count)},
};
static const ep_keys platform_keys = EP_KEYS(platform_key);

typedef struct ep_members {
    const edgeplan_target ***lists; /* by platform */
    uint32_t *own;                  /* targets that name it */
    uint32_t *filled;
    uint32_t *marks;                /* by target: 1 + the last platform it was added to */
} ep_members;

/* Targets that name the platform come first, in fill_members; then those it adds; each once. */
static void add_members(ep_loader *loader, uint32_t index, const ep_platform_draft *draft, ep_members *members)
{
    edgeplan_platform *platform = (edgeplan_platform *)loader->items[EDGEPLAN_SECTION_PLATFORMS].first + index;
    uint32_t count = members->own[index];
    const edgeplan_target **list =
        ep_arena_array(&loader->registry->arena, (size_t)count + draft->extra_count, sizeof *list);

    if (ep_stop_if_null(loader, list))
        return;
    for (uint32_t i = 0; i < draft->extra_count; i++) {
        size_t at = (size_t)(draft->extra[i] - loader->registry->targets);
        if (draft->extra[i]->platform != platform && members->marks[at] != index + 1) {
            members->marks[at] = index + 1;
            list[count++] = draft->extra[i];
        }
    }
    members->lists[index] = list;
    platform->targets = list;
    platform->target_count = count;
}

static void count_members(const edgeplan_registry *registry, ep_members *members)
{
    for (uint32_t i = 0; i < registry->target_count; i++)
        if (registry->targets[i].platform)
            members->own[registry->targets[i].platform - registry->platforms]++;
}

static void fill_members(const edgeplan_registry *registry, ep_members *members)
{
    for (uint32_t i = 0; i < registry->target_count; i++) {
        if (registry->targets[i].platform) {
            size_t platform = (size_t)(registry->targets[i].platform - registry->platforms);
            members->lists[platform][members->filled[platform]++] = &registry->targets[i];
        }
    }
}

static void read_platform(ep_loader *loader, uint32_t index, ep_members *members)
{
    edgeplan_platform *platform = (edgeplan_platform *)loader->items[EDGEPLAN_SECTION_PLATFORMS].first + index;
    ep_platform_draft draft = {NULL, NULL, 0, 0, {NULL, 0}, NULL, 0};
    ep_frame frame;
    const ep_node *node = ep_entry_of(loader, EDGEPLAN_SECTION_PLATFORMS, index, &frame);

    platform->registry = loader->registry;
    platform->id = frame.id;
    ep_read_keys(loader, &frame, node, &platform_keys, &draft);
    platform->name = draft.name ? draft.name : frame.id;
    platform->app_states = draft.app_states;
    platform->thermals = draft.thermals;
    platform->since = draft.since;
    platform->since_count = draft.since_count;
    if (!loader->stopped)
        add_members(loader, index, &draft, members);
}

void ep_read_platforms(ep_loader *loader)
{
    const edgeplan_registry *registry = loader->registry;
    ep_arena *arena = &loader->registry->arena;
    ep_members members;

    members.lists = ep_arena_array(arena, registry->platform_count, sizeof *members.lists);
    members.own = ep_arena_array(arena, registry->platform_count, sizeof *members.own);
    members.filled = ep_arena_array(arena, registry->platform_count, sizeof *members.filled);
    members.marks = ep_arena_array(arena, registry->target_count, sizeof *members.marks);
    if (ep_stop_if_null(loader, members.lists) || ep_stop_if_null(loader, members.own) || ep_stop_if_null(loader, members.filled) ||
        ep_stop_if_null(loader, members.marks))
        return;
    count_members(registry, &members);
    for (uint32_t i = 0; i < registry->platform_count && !loader->stopped; i++)
        read_platform(loader, i, &members);
    if (!loader->stopped)
        fill_members(registry, &members);
}
