/* A model as a lock file: docs/json.md. Equal layers that follow each other are written once, and so is a tensor that many layers
   have. */
#include <edgeplan/model.h>

#include "base/sort.h"
#include "model/lock.h"
#include "model/lock_fields.h"
#include "report/json_writer.h"

typedef struct item {
    const edgeplan_tensor *tensor;
    uint32_t ordinal; /* among the equal tensors of its layer */
} item;

typedef struct group { /* the same tensor in many layers */
    const item *const *items; /* by layer */
    size_t count;
} group;

static void write_fields(ep_json_writer *json, const ep_lock_field *fields, size_t count, const void *structure)
{
    for (size_t i = 0; i < count; i++) {
        const uint64_t value = ep_lock_get(&fields[i], structure);
        const char *word = fields[i].kind == EP_LOCK_COUNT ? "" : ep_lock_word(&fields[i], value);

        if (value == 0 && word[0] == '\0')
            continue;
        ep_json_key(json, fields[i].name);
        if (fields[i].kind == EP_LOCK_COUNT)
            ep_json_count(json, value);
        else
            ep_json_string(json, word);
    }
}

static void write_map(ep_json_writer *json, const char *key, const ep_lock_field *fields, size_t count, const void *structure)
{
    ep_json_object_at(json, key);
    write_fields(json, fields, count, structure);
    ep_json_object_end(json);
}

static void write_names(ep_json_writer *json, const edgeplan_model *model)
{
    const struct {
        const char *key, *text;
    } names[] = {{"id", model->id}, {"name", model->name}, {"family", model->family}, {"format", model->format},
                 {"published", model->published}};

    ep_json_object_at(json, "model");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ep_json_key(json, names[i].key);
        ep_json_string(json, names[i].text);
    }
    ep_json_object_end(json);
}

/* ---- Layers ---- */

static int same_fields(const ep_lock_field *fields, size_t count, const void *a, const void *b)
{
    for (size_t i = 0; i < count; i++)
        if (ep_lock_get(&fields[i], a) != ep_lock_get(&fields[i], b))
            return 0;
    return 1;
}

static void write_layers(ep_json_writer *json, const edgeplan_model *model)
{
    ep_json_array_at(json, "layers");
    for (uint32_t i = 0, end; i < model->layer_count; i = end) {
        for (end = i + 1; end < model->layer_count; end++)
            if (!same_fields(ep_lock_layer, ep_lock_layer_count, &model->layers[i], &model->layers[end]))
                break;
        ep_json_object(json);
        ep_json_count_at(json, "repeat", end - i, 1);
        write_fields(json, ep_lock_layer, ep_lock_layer_count, &model->layers[i]);
        ep_json_object_end(json);
    }
    ep_json_array_end(json);
}

/* ---- Tensors ---- */

static int compare_counts(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int by_shape(const item *one, const item *other)
{
    int order = 0;

    for (size_t i = 0; i < ep_lock_tensor_count && order == 0; i++)
        order = compare_counts(ep_lock_get(&ep_lock_tensor[i], one->tensor), ep_lock_get(&ep_lock_tensor[i], other->tensor));
    return order;
}

/* Tensors are sorted by layer, so their place orders them by layer too. */
static int by_shape_and_place(const void *a, const void *b)
{
    const item *one = a, *other = b;
    const int order = by_shape(one, other);

    return order != 0 ? order : (one->tensor > other->tensor) - (one->tensor < other->tensor);
}

static int by_group(const void *a, const void *b)
{
    const item *one = a, *other = b;
    int order = by_shape(one, other);

    if (order == 0)
        order = compare_counts(one->ordinal, other->ordinal);
    return order != 0 ? order : by_shape_and_place(a, b);
}

static int by_first(const void *a, const void *b)
{
    const edgeplan_tensor *one = ((const group *)a)->items[0]->tensor, *other = ((const group *)b)->items[0]->tensor;

    return (one > other) - (one < other);
}

static void number_equals(const item *const *sorted, item *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const item *before = sorted[i - 1], *now = sorted[i];

        if (by_shape(before, now) == 0 && before->tensor->layer == now->tensor->layer)
            items[now - items].ordinal = before->ordinal + 1;
    }
}

static size_t make_groups(const item *const *sorted, size_t count, group *groups)
{
    size_t made = 0;

    for (size_t i = 0; i < count; i++) {
        if (i == 0 || by_shape(sorted[i - 1], sorted[i]) != 0 || sorted[i - 1]->ordinal != sorted[i]->ordinal)
            groups[made++] = (group){&sorted[i], 0};
        groups[made - 1].count++;
    }
    return made;
}

/* First and last of each run of layers. A tensor outside of them has none. */
static void write_ranges(ep_json_writer *json, const group *g, size_t begin)
{
    ep_json_array_at(json, "layers");
    for (size_t i = begin, end; i < g->count; i = end) {
        for (end = i + 1; end < g->count; end++)
            if (g->items[end]->tensor->layer != g->items[end - 1]->tensor->layer + 1)
                break;
        ep_json_array(json);
        ep_json_count(json, g->items[i]->tensor->layer - 1);
        ep_json_count(json, g->items[end - 1]->tensor->layer - 1);
        ep_json_array_end(json);
    }
    ep_json_array_end(json);
}

static void write_group(ep_json_writer *json, const group *g)
{
    const int is_outside = g->items[0]->tensor->layer == 0;

    for (int part = is_outside ? 0 : 1; part < 2; part++) {
        if (part == 1 && is_outside && g->count == 1)
            break;
        ep_json_object(json);
        write_fields(json, ep_lock_tensor, ep_lock_tensor_count, g->items[0]->tensor);
        if (part == 1)
            write_ranges(json, g, (size_t)is_outside);
        ep_json_object_end(json);
    }
}

static edgeplan_status write_tensors(ep_json_writer *json, ep_arena *arena, const edgeplan_model *model)
{
    const size_t count = model->tensor_count;
    item *items = ep_arena_array(arena, count, sizeof *items);
    const void **sorted = ep_arena_array(arena, count, sizeof *sorted), **order;
    group *groups = ep_arena_array(arena, count, sizeof *groups);
    size_t group_count;

    if (items == NULL || sorted == NULL || groups == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        items[i].tensor = &model->tensors[i];
        sorted[i] = &items[i];
    }
    ep_sort(sorted, count, by_shape_and_place);
    number_equals((const item *const *)sorted, items, count);
    ep_sort(sorted, count, by_group);
    group_count = make_groups((const item *const *)sorted, count, groups);
    order = ep_arena_array(arena, group_count, sizeof *order);
    if (order == NULL)
        return EDGEPLAN_ERROR_NO_MEMORY;
    for (size_t i = 0; i < group_count; i++)
        order[i] = &groups[i];
    ep_sort(order, group_count, by_first);
    ep_json_array_at(json, "tensors");
    for (size_t i = 0; i < group_count; i++)
        write_group(json, order[i]);
    ep_json_array_end(json);
    return EDGEPLAN_OK;
}

/* ---- The document ---- */

static edgeplan_status write_lock(ep_json_writer *json, ep_arena *arena, const edgeplan_model *model)
{
    const edgeplan_artefact artefact = {
        .files = model->files, .file_bytes = model->file_bytes, .largest_file_bytes = model->largest_file_bytes};
    edgeplan_status status;

    ep_json_object(json);
    ep_json_key(json, EP_LOCK_KEY);
    ep_json_string(json, EP_LOCK_VERSION);
    write_names(json, model);
    write_map(json, "artefact", ep_lock_artefact, ep_lock_artefact_count, &artefact);
    write_map(json, "head", ep_lock_head, ep_lock_head_count, &model->head);
    write_layers(json, model);
    status = write_tensors(json, arena, model);
    ep_json_array_at(json, "assumptions");
    for (uint32_t i = 0; i < model->assumption_count; i++)
        ep_json_string(json, model->assumptions[i]);
    ep_json_array_end(json);
    ep_json_object_end(json);
    return status;
}

edgeplan_status edgeplan_model_lock(const edgeplan_model *model, char *buffer, size_t size, size_t *needed)
{
    ep_json_writer json;
    ep_arena arena;
    ep_text text;
    edgeplan_status status;

    if (needed != NULL)
        *needed = 0;
    if (model == NULL || (buffer == NULL && size != 0))
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    if (model->tensor_count > EP_LOCK_MAX_TENSORS)
        return EDGEPLAN_ERROR_LIMIT;
    ep_text_init(&text, buffer, size);
    ep_json_begin(&json, &text);
    ep_arena_init(&arena, model->arena.context);
    status = write_lock(&json, &arena, model);
    ep_arena_free(&arena);
    if (status == EDGEPLAN_OK && needed != NULL)
        *needed = text.length + 1;
    return status;
}
