/* What the tables of a budget's keys cannot say: ids of its own parts, and what must or must not stand together. */
#include "registry/budget_check.h"

#include <string.h>

#include "registry/words.h"

/* More of anything is no app's budget; every model meets every device. */
enum { MESSAGE_ROOM = 120, MOST_PARTS = 256, MOST_GROUPS = 64, MOST_AUDIENCE = 10000 };

typedef struct checker {
    ep_loader *loader;
    ep_budget *budget;
    ep_idmap devices, models, names; /* names: models and groups */
} checker;

static ep_frame section_frame(const char *name)
{
    return (ep_frame){.key = name};
}

/* ---- ids of the budget's own parts ---- */

/* What an entry of a section is called; every kind of part begins with an ep_named. */
static const ep_named *named(const void *items, size_t size, uint32_t index)
{
    return (const ep_named *)((const char *)items + (size_t)index * size);
}

static void name_parts(checker *r, const char *section, const void *items, size_t size, uint32_t count, ep_idmap *map)
{
    ep_frame list = section_frame(section);

    if (!ep_idmap_reserve(&r->loader->registry->arena, map, count)) {
        ep_stop(r->loader, EDGEPLAN_ERROR_NO_MEMORY);
        return;
    }
    for (uint32_t i = 0; i < count && !r->loader->stopped; i++) {
        const ep_named *part = named(items, size, i);
        ep_frame frame = ep_frame_of_item(&list, i, part->node);
        uint32_t before = part->id ? ep_idmap_put(map, part->id, i) : EP_IDMAP_NONE;
        if (before == EP_IDMAP_LIMIT)
            ep_stop(r->loader, EDGEPLAN_ERROR_LIMIT);
        else if (before != EP_IDMAP_NONE)
            ep_fault(r->loader, EDGEPLAN_ERROR_SCHEMA, &frame, ep_node_get(part->node, "id"), "the id is used twice:", part->id,
                     NULL);
    }
}

static const char *closest_part(const char *wrong, const char *best, const void *items, size_t size, uint32_t count)
{
    uint32_t distance = 3;

    for (uint32_t i = 0; i < count && i < EP_KEPT_PLACES; i++)
        if (named(items, size, i)->id)
            best = ep_closest_text(wrong, best, named(items, size, i)->id, &distance);
    return best;
}

static void fault_part(checker *r, const ep_frame *frame, const ep_node *node, const char *what, const char *closest)
{
    char rest[MESSAGE_ROOM];
    ep_text text;

    ep_text_init(&text, rest, sizeof rest);
    ep_text_add(&text, " is not in ");
    ep_text_add(&text, what);
    if (closest) {
        ep_text_add(&text, "; did you mean '");
        ep_text_add(&text, closest);
        ep_text_add(&text, "'?");
    }
    ep_fault(r->loader, EDGEPLAN_ERROR_REFERENCE, frame, node, NULL, node->text, rest);
}

/* The index of the entry of a section that a node names. */
static uint32_t find_id(checker *r, const ep_frame *frame, const ep_node *node, const ep_idmap *map, const char *what,
                        const void *items, size_t size, uint32_t count)
{
    const char *id = ep_read_text(r->loader, frame, node);
    uint32_t at = id ? ep_idmap_get(map, id) : EP_IDMAP_NONE;

    if (id && at == EP_IDMAP_NONE)
        fault_part(r, frame, node, what, closest_part(id, NULL, items, size, count));
    return at;
}

static uint32_t find_device(checker *r, const ep_frame *frame, const ep_node *node)
{
    const ep_budget *b = r->budget;
    return find_id(r, frame, node, &r->devices, "devices", b->devices, sizeof *b->devices, b->device_count);
}

static uint32_t find_model(checker *r, const ep_frame *frame, const ep_node *node)
{
    const ep_budget *b = r->budget;
    return find_id(r, frame, node, &r->models, "models", b->models, sizeof *b->models, b->model_count);
}

typedef uint32_t (*find_part)(checker *r, const ep_frame *frame, const ep_node *node);

/* Indices of a list of ids, each once. */
static const uint32_t *read_indices(checker *r, ep_frame *frame, const ep_node *list, find_part find, uint32_t *count)
{
    uint32_t *indices;

    *count = 0;
    if (!ep_is_list(r->loader, frame, list) || !ep_count_read_items(r->loader, list->count))
        return NULL;
    if (list->count == 0)
        ep_fault_schema(r->loader, frame, list, "an empty list checks nothing");
    indices = ep_arena_array(&r->loader->registry->arena, list->count, sizeof *indices);
    if (ep_stop_if_null(r->loader, indices))
        return NULL;
    for (uint32_t i = 0; i < list->count; i++) {
        const ep_node *node = list->entries[i].value;
        ep_frame item = ep_frame_of_item(frame, i, node);
        uint32_t at = find(r, &item, node), k = 0;
        while (k < *count && indices[k] != at)
            k++;
        if (k < *count)
            ep_fault(r->loader, EDGEPLAN_ERROR_SCHEMA, &item, node, "stands twice in the list:", node->text, NULL);
        else if (at != EP_IDMAP_NONE)
            indices[(*count)++] = at;
    }
    return indices;
}

static const uint32_t *all_indices(checker *r, uint32_t count)
{
    uint32_t *indices = ep_arena_array(&r->loader->registry->arena, count, sizeof *indices);

    if (!ep_stop_if_null(r->loader, indices))
        for (uint32_t i = 0; i < count; i++)
            indices[i] = i;
    return indices;
}

/* ---- what must stand together ---- */

/* The limits and paths of that version are told all the same: it may be newer than what is known. */
static void warn_of_os(checker *r, ep_frame *frame, const ep_budget_device *device)
{
    const ep_node *node = ep_node_get(device->named.node, "os");
    const ep_frame key = ep_frame_of_key(frame, "os");
    const ep_place place = {node->source, node->line, node->column, 0};

    ep_remark(r->loader, EDGEPLAN_SEVERITY_WARNING, EDGEPLAN_ERROR_RANGE, &key, &place, "the figures are of other versions than",
              node->text, NULL);
}

static void check_devices(checker *r)
{
    ep_frame list = section_frame("devices");

    for (uint32_t i = 0; i < r->budget->device_count; i++) {
        const ep_budget_device *device = &r->budget->devices[i];
        const ep_node *node = device->named.node;
        ep_frame frame = ep_frame_of_item(&list, i, node);
        if (node->kind == EP_NODE_MAP && !ep_node_get(node, "target") == !ep_node_get(node, "platform"))
            ep_fault_schema(r->loader, &frame, node,
                            "a device is one target or a platform: one of the keys 'target' and 'platform'");
        if (device->target && device->os && !ep_target_runs_os(device->target, device->os))
            warn_of_os(r, &frame, device);
    }
}

/* 1 if it is said in one way what it is. */
static int check_way(checker *r, const ep_frame *frame, const ep_node *node)
{
    int ways = (ep_node_get(node, "file") != NULL) + (ep_node_get(node, "config") != NULL) + (ep_node_get(node, "model") != NULL);

    if (ways != 1)
        ep_fault_schema(r->loader, frame, node,
                        "a model is a file, a config or a model of the registry: one of the keys 'file', 'config' and 'model'");
    return ways == 1;
}

static void check_model(checker *r, ep_frame *frame, ep_budget_model *model)
{
    const ep_node *node = model->named.node;
    ep_frame devices = ep_frame_of_key(frame, "devices"), with = ep_frame_of_key(frame, "with");

    for (uint32_t i = 0; i < model->with_count; i++) {
        const ep_frame item = ep_frame_of_item(&with, i, model->with[i].named.node);
        (void)check_way(r, &item, model->with[i].named.node);
    }
    if (check_way(r, frame, node) && !ep_node_get(node, "file") && !ep_node_get(node, "format"))
        ep_fault(r->loader, EDGEPLAN_ERROR_SCHEMA, frame, node, "missing key", "format",
                 ": a model that is not stored has none of its own");
    if (model->device_ids && model->device_ids->kind != EP_NODE_NULL) {
        model->devices = read_indices(r, &devices, model->device_ids, find_device, &model->device_count);
    } else {
        model->devices = all_indices(r, r->budget->device_count);
        model->device_count = r->budget->device_count;
    }
}

static void check_models(checker *r)
{
    ep_frame list = section_frame("models");
    ep_budget_model *models = (ep_budget_model *)r->budget->models; /* still being made */

    for (uint32_t i = 0; i < r->budget->model_count && !r->loader->stopped; i++) {
        ep_frame frame = ep_frame_of_item(&list, i, models[i].named.node);
        if (models[i].named.node->kind == EP_NODE_MAP)
            check_model(r, &frame, &models[i]);
    }
}

static int runs_on(const ep_budget_model *model, uint32_t device)
{
    for (uint32_t i = 0; i < model->device_count; i++)
        if (model->devices[i] == device)
            return 1;
    return 0;
}

static int share_a_device(const ep_budget *budget, const ep_budget_group *group)
{
    for (uint32_t d = 0; d < budget->device_count; d++) {
        uint32_t together = 0;
        for (uint32_t m = 0; m < group->member_count; m++)
            together += (uint32_t)runs_on(&budget->models[group->members[m]], d);
        if (together >= 2)
            return 1;
    }
    return 0;
}

static void check_groups(checker *r)
{
    ep_frame list = section_frame("groups");
    ep_budget_group *groups = (ep_budget_group *)r->budget->groups; /* still being made */

    for (uint32_t i = 0; i < r->budget->group_count && !r->loader->stopped; i++) {
        ep_frame frame = ep_frame_of_item(&list, i, groups[i].named.node);
        ep_frame members = ep_frame_of_key(&frame, "members");
        if (!groups[i].member_ids || groups[i].member_ids->kind == EP_NODE_NULL)
            continue;
        groups[i].members = read_indices(r, &members, groups[i].member_ids, find_model, &groups[i].member_count);
        if (r->loader->status == EDGEPLAN_OK && !share_a_device(r->budget, &groups[i]))
            ep_fault_schema(r->loader, &members, groups[i].member_ids, "no two members run on the same device");
    }
}

static void check_audience(checker *r)
{
    const ep_budget *budget = r->budget;
    ep_frame list = section_frame("audience"), coverage = section_frame("coverage");
    double sum = 0;

    for (uint32_t i = 0; i < budget->audience_count; i++) {
        const ep_audience *one = &budget->audience[i];
        ep_frame frame = ep_frame_of_item(&list, i, one->node);
        if (one->node->kind == EP_NODE_MAP && !ep_node_get(one->node, "identifier") == !ep_node_get(one->node, "target"))
            ep_fault_schema(r->loader, &frame, one->node, "one of the keys 'identifier' and 'target' says which device");
        sum += one->share;
        if (sum > 1 + 1e-9) { /* shares are written with a few digits */
            ep_fault(r->loader, EDGEPLAN_ERROR_RANGE, &frame, one->node, "the shares of the audience add up to more than 1", NULL,
                     NULL);
            break;
        }
    }
    if (budget->coverage && budget->audience_count == 0)
        ep_fault_schema(r->loader, &coverage, budget->coverage, "coverage needs an audience");
}

static void check_waivers(checker *r)
{
    ep_frame list = section_frame("waivers");
    const ep_budget *b = r->budget;

    for (uint32_t i = 0; i < b->waiver_count; i++) {
        const ep_budget_waiver *waiver = &b->waivers[i];
        ep_frame frame = ep_frame_of_item(&list, i, waiver->node), key = ep_frame_of_key(&frame, "device");
        if (waiver->device)
            (void)find_device(r, &key, ep_node_get(waiver->node, "device"));
        key.key = "model";
        if (waiver->model && ep_idmap_get(&r->names, waiver->model) == EP_IDMAP_NONE)
            fault_part(r, &key, ep_node_get(waiver->node, "model"), "models or groups",
                       closest_part(waiver->model, NULL, b->models, sizeof *b->models, b->model_count));
    }
}

void ep_budget_check(ep_loader *loader, const ep_node *root, ep_budget *b)
{
    checker reader = {.loader = loader, .budget = b}, *r = &reader;

    if (b->device_count == 0)
        ep_fault_schema(r->loader, NULL, root, "a budget without devices checks nothing");
    if (b->model_count == 0)
        ep_fault_schema(r->loader, NULL, root, "a budget without models checks nothing");
    if (b->device_count > MOST_PARTS || b->model_count > MOST_PARTS || b->group_count > MOST_GROUPS ||
        b->audience_count > MOST_AUDIENCE) {
        ep_fault(r->loader, EDGEPLAN_ERROR_LIMIT, NULL, root, "more devices, models, groups or audience than a budget may have", NULL,
                 NULL);
        return;
    }
    name_parts(r, "devices", b->devices, sizeof *b->devices, b->device_count, &r->devices);
    name_parts(r, "models", b->models, sizeof *b->models, b->model_count, &r->models);
    name_parts(r, "models", b->models, sizeof *b->models, b->model_count, &r->names);
    name_parts(r, "groups", b->groups, sizeof *b->groups, b->group_count, &r->names);
    if (r->loader->stopped)
        return;
    check_devices(r);
    check_models(r);
    check_groups(r);
    check_audience(r);
    check_waivers(r);
}
