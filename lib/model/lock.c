#include "model/lock.h"

#include <string.h>

#include "base/checked.h"
#include "base/number.h"
#include "base/text.h"
#include "model/build.h"
#include "model/build_check.h"
#include "model/lock_fields.h"

typedef struct lock_reader {
    ep_draft draft;
    edgeplan_diagnostics *diagnostics;
    edgeplan_status status; /* of the first mistake */
    int is_newer;           /* minor version above ours: unknown keys are passed by */
} lock_reader;

static void fail(lock_reader *r, edgeplan_status status, const ep_node *node, const char *key, const char *message)
{
    const ep_place place = ep_node_place(node);

    if (r->status == EDGEPLAN_OK)
        r->status = status;
    ep_report(r->diagnostics, EDGEPLAN_SEVERITY_ERROR, status, &place, key, message);
}

static int read_count(lock_reader *r, const ep_node *node, const char *key, uint64_t most, uint64_t *out)
{
    *out = 0;
    if (node->kind != EP_NODE_PLAIN || ep_count_read(node->text, node->length, out) != EDGEPLAN_OK)
        fail(r, EDGEPLAN_ERROR_SCHEMA, node, key, "must be a whole number");
    else if (*out > most)
        fail(r, EDGEPLAN_ERROR_RANGE, node, key, "is larger than it may be");
    else
        return 1;
    return 0;
}

/* Reads one of the fields from an entry of a map. Returns 0 if it is none of them. */
static int read_field(lock_reader *r, const ep_entry *entry, const ep_lock_field *fields, size_t count, void *structure)
{
    for (size_t i = 0; i < count; i++) {
        const ep_lock_field *field = &fields[i];
        uint64_t value = 0;

        if (!ep_equal(field->name, entry->key))
            continue;
        if (field->kind == EP_LOCK_COUNT)
            (void)read_count(r, entry->value, entry->key, EP_MAX_COUNT, &value);
        else if (entry->value->kind != EP_NODE_QUOTED || !ep_lock_find(field, entry->value->text, &value))
            fail(r, EDGEPLAN_ERROR_SCHEMA, entry->value, entry->key, "is no word of this field");
        ep_lock_set(field, structure, value);
        return 1;
    }
    return 0;
}

static void unknown_key(lock_reader *r, const ep_entry *entry)
{
    if (!r->is_newer)
        fail(r, EDGEPLAN_ERROR_SCHEMA, entry->value, entry->key, "is no key of a lock file");
}

/* A part that must be there and be of a kind. */
static const ep_node *part(lock_reader *r, const ep_node *map, const char *key, ep_node_kind kind)
{
    const ep_node *node = ep_node_get(map, key);

    if (node != NULL && node->kind == kind)
        return node;
    fail(r, EDGEPLAN_ERROR_SCHEMA, node != NULL ? node : map, key,
         node == NULL ? "is missing" : kind == EP_NODE_MAP ? "must be a map" : "must be a list");
    return NULL;
}

static void read_map(lock_reader *r, const ep_node *tree, const char *key, const ep_lock_field *fields, size_t count,
                     void *structure)
{
    const ep_node *map = part(r, tree, key, EP_NODE_MAP);

    for (uint32_t i = 0; map != NULL && i < map->count; i++)
        if (!read_field(r, &map->entries[i], fields, count, structure))
            unknown_key(r, &map->entries[i]);
}

static void keep(lock_reader *r, edgeplan_status status)
{
    if (r->status == EDGEPLAN_OK)
        r->status = status;
}

/* ---- Layers ---- */

static void read_layers_entry(lock_reader *r, const ep_node *map)
{
    edgeplan_layer layer = {0};
    uint64_t repeat = 1;

    if (map->kind != EP_NODE_MAP) {
        fail(r, EDGEPLAN_ERROR_SCHEMA, map, "layers", "must be a list of maps");
        return;
    }
    if (r->draft.layer_count >= EP_MAX_LAYERS) {
        fail(r, EDGEPLAN_ERROR_RANGE, map, "layers", "are more than 4096");
        return;
    }
    for (uint32_t i = 0; i < map->count; i++) {
        if (ep_equal(map->entries[i].key, "repeat"))
            (void)read_count(r, map->entries[i].value, "repeat", EP_MAX_LAYERS - r->draft.layer_count, &repeat);
        else if (!read_field(r, &map->entries[i], ep_lock_layer, ep_lock_layer_count, &layer))
            unknown_key(r, &map->entries[i]);
    }
    for (uint64_t i = 0; i < repeat && r->status == EDGEPLAN_OK; i++)
        keep(r, ep_draft_add_layer(&r->draft, &layer));
}

/* ---- Tensors ---- */

static void add_tensors(lock_reader *r, const ep_node *node, edgeplan_tensor *tensor, uint64_t first, uint64_t last)
{
    for (uint64_t layer = first; layer <= last && r->status == EDGEPLAN_OK; layer++) {
        if (r->draft.tensor_count >= EP_LOCK_MAX_TENSORS) {
            fail(r, EDGEPLAN_ERROR_LIMIT, node, "tensors", "are more than 65,536");
            return;
        }
        tensor->layer = layer;
        keep(r, ep_draft_add_tensor(&r->draft, tensor));
    }
}

/* `[[0, 31], [40, 40]]`: first and last of each run of layers, from 0. */
static void add_ranges(lock_reader *r, const ep_node *ranges, edgeplan_tensor *tensor)
{
    for (uint32_t i = 0; i < ranges->count && r->status == EDGEPLAN_OK; i++) {
        const ep_node *range = ranges->entries[i].value;
        uint64_t first = 0, last = 0;

        if (range->kind != EP_NODE_LIST || range->count != 2)
            fail(r, EDGEPLAN_ERROR_SCHEMA, range, "layers", "must be a list of pairs of layers");
        else if (read_count(r, range->entries[0].value, "layers", EP_MAX_LAYERS - 1, &first) &&
                 read_count(r, range->entries[1].value, "layers", EP_MAX_LAYERS - 1, &last))
            add_tensors(r, range, tensor, first + 1, last + 1);
    }
}

static void read_tensors_entry(lock_reader *r, const ep_node *map)
{
    edgeplan_tensor tensor = {.element_type = EDGEPLAN_ELEMENT_NONE, .slices = 1};
    const ep_node *ranges = NULL;

    if (map->kind != EP_NODE_MAP) {
        fail(r, EDGEPLAN_ERROR_SCHEMA, map, "tensors", "must be a list of maps");
        return;
    }
    for (uint32_t i = 0; i < map->count; i++) {
        if (ep_equal(map->entries[i].key, "layers"))
            ranges = map->entries[i].value;
        else if (!read_field(r, &map->entries[i], ep_lock_tensor, ep_lock_tensor_count, &tensor))
            unknown_key(r, &map->entries[i]);
    }
    if (ranges == NULL)
        add_tensors(r, map, &tensor, 0, 0);
    else if (ranges->kind != EP_NODE_LIST)
        fail(r, EDGEPLAN_ERROR_SCHEMA, ranges, "layers", "must be a list of pairs of layers");
    else
        add_ranges(r, ranges, &tensor);
}

/* ---- The rest ---- */

static void read_list(lock_reader *r, const ep_node *tree, const char *key, void (*read_entry)(lock_reader *, const ep_node *))
{
    const ep_node *list = part(r, tree, key, EP_NODE_LIST);

    for (uint32_t i = 0; list != NULL && i < list->count && r->status == EDGEPLAN_OK; i++)
        read_entry(r, list->entries[i].value);
}

static void read_assumption(lock_reader *r, const ep_node *node)
{
    if (node->kind != EP_NODE_QUOTED)
        fail(r, EDGEPLAN_ERROR_SCHEMA, node, "assumptions", "must be a list of sentences");
    else
        keep(r, ep_draft_assume(&r->draft, node->text));
}

static void read_names(lock_reader *r, const ep_node *tree)
{
    const struct {
        const char *key;
        const char **to;
    } names[] = {{"id", &r->draft.id}, {"name", &r->draft.name}, {"family", &r->draft.family}, {"format", &r->draft.format},
                 {"published", &r->draft.published}};
    const ep_node *map = part(r, tree, "model", EP_NODE_MAP);

    for (uint32_t i = 0; map != NULL && i < map->count; i++) {
        const ep_entry *entry = &map->entries[i];
        size_t n = 0;

        while (n < sizeof names / sizeof names[0] && !ep_equal(names[n].key, entry->key))
            n++;
        if (n == sizeof names / sizeof names[0]) {
            unknown_key(r, entry);
        } else if (entry->value->kind != EP_NODE_QUOTED) {
            fail(r, EDGEPLAN_ERROR_SCHEMA, entry->value, entry->key, "must be a text");
        } else {
            *names[n].to = ep_arena_copy(&r->draft.arena, entry->value->text, strlen(entry->value->text));
            keep(r, *names[n].to != NULL ? EDGEPLAN_OK : EDGEPLAN_ERROR_NO_MEMORY);
        }
    }
}

static void read_version(lock_reader *r, const ep_node *tree)
{
    const ep_node *version = ep_node_get(tree, EP_LOCK_KEY);

    if (ep_node_is(version, EP_LOCK_VERSION))
        return;
    r->is_newer = version != NULL && version->kind == EP_NODE_QUOTED && strncmp(version->text, "1.", 2) == 0;
    if (!r->is_newer)
        fail(r, EDGEPLAN_ERROR_UNSUPPORTED, version != NULL ? version : tree, EP_LOCK_KEY,
             "must be \"1.0\"; write the lock file again");
}

static void check_keys(lock_reader *r, const ep_node *tree)
{
    static const char *const keys[] = {EP_LOCK_KEY, "model", "artefact", "head", "layers", "tensors", "assumptions"};

    for (uint32_t i = 0; i < tree->count; i++) {
        size_t k = 0;

        while (k < sizeof keys / sizeof keys[0] && !ep_equal(keys[k], tree->entries[i].key))
            k++;
        if (k == sizeof keys / sizeof keys[0])
            unknown_key(r, &tree->entries[i]);
    }
}

static void read_artefact(lock_reader *r, const ep_node *tree)
{
    edgeplan_artefact artefact = {0};

    read_map(r, tree, "artefact", ep_lock_artefact, ep_lock_artefact_count, &artefact);
    if (artefact.largest_file_bytes > artefact.file_bytes || (artefact.files == 0) != (artefact.file_bytes == 0))
        fail(r, EDGEPLAN_ERROR_SCHEMA, ep_node_get(tree, "artefact"), "artefact", "contradicts itself");
    r->draft.files = artefact.files;
    r->draft.file_bytes = artefact.file_bytes;
    r->draft.largest_file_bytes = artefact.largest_file_bytes;
}

static void read_lock(lock_reader *r, const ep_node *tree)
{

    read_version(r, tree);
    if (r->status != EDGEPLAN_OK)
        return;
    check_keys(r, tree);
    read_names(r, tree);
    read_artefact(r, tree);
    read_map(r, tree, "head", ep_lock_head, ep_lock_head_count, &r->draft.head);
    read_list(r, tree, "layers", read_layers_entry);
    read_list(r, tree, "tensors", read_tensors_entry);
    read_list(r, tree, "assumptions", read_assumption);
}

/* The sums are written for people; a hand that changed one thing and not the other is noticed by them. */
static edgeplan_status check_sums(lock_reader *r, const ep_node *tree, const edgeplan_head *said, edgeplan_model **model)
{
    if (said->parameters != (*model)->head.parameters)
        fail(r, EDGEPLAN_ERROR_SCHEMA, tree, "parameters", "is not the sum over the tensors");
    if (said->active_parameters != (*model)->head.active_parameters)
        fail(r, EDGEPLAN_ERROR_SCHEMA, tree, "active_parameters", "is not the sum over the tensors");
    if (r->status == EDGEPLAN_OK)
        return EDGEPLAN_OK;
    edgeplan_model_unref(*model);
    *model = NULL;
    return r->status;
}

edgeplan_status ep_lock_read(edgeplan_context *context, const ep_node *tree, edgeplan_diagnostics *diagnostics,
                             edgeplan_model **out)
{
    lock_reader r = {.diagnostics = diagnostics, .status = EDGEPLAN_OK};

    *out = NULL;
    ep_draft_init(&r.draft, context);
    r.draft.place = ep_node_place(tree);
    if (tree->kind == EP_NODE_MAP)
        read_lock(&r, tree);
    else
        fail(&r, EDGEPLAN_ERROR_SCHEMA, tree, "", "a lock file must be a map");
    if (r.status == EDGEPLAN_OK && r.draft.tensor_count == 0)
        fail(&r, EDGEPLAN_ERROR_SCHEMA, tree, "tensors", "must not be empty");
    if (r.status != EDGEPLAN_OK) {
        ep_draft_free(&r.draft);
        return r.status;
    }
    const edgeplan_head said = r.draft.head;
    const edgeplan_status status = ep_draft_finish(&r.draft, diagnostics, out);
    return status == EDGEPLAN_OK ? check_sums(&r, tree, &said, out) : status;
}
