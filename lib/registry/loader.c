#include "registry/loader.h"

#include <string.h>

#include "base/context.h"

enum { PATH_ROOM = 512, NESTING = 24, FIRST_FACTS = 64 };

/* `extends` and repeated back ends may make the tree larger than its text; a few times the most one text may hold is enough for any. */
#define GROWTH 4u

const char *const ep_section_names[EP_SECTION_COUNT] = {
    NULL, "sources", "chips", "limits", "targets", "platforms", "runtimes", "formats", "models", "observations",
};

void ep_loader_init(ep_loader *loader, edgeplan_registry *registry, edgeplan_diagnostics *diagnostics)
{
    memset(loader, 0, sizeof *loader);
    loader->registry = registry;
    loader->diagnostics = diagnostics;
    loader->merger.arena = &registry->arena;
    loader->merger.room = GROWTH * ep_max_nodes(registry->arena.context);
    loader->room = GROWTH * loader->merger.room;
    loader->fact_count = 1;
    for (uint32_t i = 1; i < EP_SECTION_COUNT; i++)
        loader->sections[i].key = ep_section_names[i];
}

void ep_stop(ep_loader *loader, edgeplan_status status)
{
    if (loader->stopped)
        return;
    loader->stopped = 1;
    loader->status = status;
    if (status == EDGEPLAN_ERROR_LIMIT)
        ep_report(loader->diagnostics, EDGEPLAN_SEVERITY_ERROR, status, NULL, NULL, "the merged registry is larger than the limits");
}

int ep_stop_if_null(ep_loader *loader, const void *pointer)
{
    if (pointer)
        return 0;
    ep_stop(loader, EDGEPLAN_ERROR_NO_MEMORY);
    return 1;
}

void ep_stop_merging(ep_loader *loader)
{
    ep_stop(loader, loader->merger.room == 0 ? EDGEPLAN_ERROR_LIMIT : EDGEPLAN_ERROR_NO_MEMORY);
}

int ep_count_read_items(ep_loader *loader, uint32_t count)
{
    if (loader->stopped)
        return 0;
    if (loader->room < count) {
        ep_stop(loader, EDGEPLAN_ERROR_LIMIT);
        return 0;
    }
    loader->room -= count;
    return 1;
}

const ep_file *ep_loader_file(const ep_loader *loader, const char *name)
{
    for (size_t i = 0; i < loader->file_count; i++)
        if (loader->files[i].name == name)
            return &loader->files[i];
    return NULL;
}

ep_place ep_key_place(const ep_entry *entry)
{
    /* A merged map holds keys of two files; the value still knows its own. */
    ep_place place = ep_node_place(entry->value);
    if (entry->line == place.line && entry->column <= place.column)
        place.offset -= place.column - entry->column;
    place.line = entry->line;
    place.column = entry->column;
    return place;
}

/* ---- frames and paths ---- */

ep_frame ep_frame_of_key(ep_frame *parent, const char *key)
{
    ep_frame frame = {.parent = parent, .key = key, .confidence = parent->confidence, .source = parent->source};
    return frame;
}

ep_frame ep_frame_of_item(ep_frame *parent, uint32_t index, const ep_node *item)
{
    ep_frame frame = {.parent = parent, .index = index, .confidence = parent->confidence, .source = parent->source};
    const ep_node *id = ep_node_get(item, "id");
    frame.file = item->source;
    frame.id = id && ep_node_is_scalar(id) ? id->text : NULL;
    return frame;
}

/* One step of a path. In a message the items are counted as in the file at fault; a fact names them. */
static void add_step(ep_text *text, const ep_frame *frame, const char *file)
{
    if (frame->key) {
        if (frame->parent)
            ep_text_add_char(text, '.');
        ep_text_add(text, frame->key);
        return;
    }
    ep_text_add_char(text, '[');
    if (frame->id && (!file || frame->file != file))
        ep_text_add(text, frame->id);
    else
        ep_text_add_count(text, frame->index);
    ep_text_add_char(text, ']');
}

static void add_path(ep_text *text, const ep_frame *frame, const char *file)
{
    const ep_frame *steps[NESTING];
    size_t count = 0;

    for (; frame && count < NESTING; frame = frame->parent)
        steps[count++] = frame;
    while (count > 0)
        add_step(text, steps[--count], file);
}

/* The path of the frame that holds a figure is made once and kept: most figures stand beside others. */
static const char *fact_path(ep_loader *loader, ep_frame *frame)
{
    char buffer[PATH_ROOM];
    ep_text text;

    ep_text_init(&text, buffer, sizeof buffer);
    if (frame->parent && !frame->parent->path) {
        add_path(&text, frame->parent, NULL);
        frame->parent->path_length = text.length < sizeof buffer ? text.length : sizeof buffer - 1;
        frame->parent->path = ep_arena_copy(&loader->registry->arena, buffer, frame->parent->path_length);
        if (ep_stop_if_null(loader, frame->parent->path))
            return NULL;
    } else if (frame->parent) {
        ep_text_add_n(&text, frame->parent->path, frame->parent->path_length);
    }
    add_step(&text, frame, NULL);
    return ep_arena_copy(&loader->registry->arena, buffer, text.length < sizeof buffer ? text.length : sizeof buffer - 1);
}

/* ---- mistakes ---- */

void ep_remark(ep_loader *loader, edgeplan_severity severity, edgeplan_status status, const ep_frame *frame, const ep_place *place,
               const char *first, const char *quoted, const char *rest)
{
    char buffer[PATH_ROOM];
    ep_text text;

    ep_text_init(&text, buffer, sizeof buffer);
    if (frame)
        add_path(&text, frame, place->source ? place->source : "");
    ep_report_quoted(loader->diagnostics, severity, status, place, buffer, first, quoted, rest);
}

static int told_before(ep_loader *loader, const ep_place *place, const char *what, const char *quoted)
{
    uint32_t count = loader->mistakes < EP_KEPT_PLACES ? loader->mistakes : EP_KEPT_PLACES;
    for (uint32_t i = 0; i < count; i++)
        if (loader->kept[i].what == what && loader->kept[i].place.source == place->source && loader->kept[i].place.line == place->line &&
            loader->kept[i].place.column == place->column && ep_equal(loader->kept[i].quoted, quoted))
            return 1;
    if (count < EP_KEPT_PLACES) {
        loader->kept[count].place = *place;
        loader->kept[count].what = what;
        loader->kept[count].quoted = quoted;
    }
    return 0;
}

void ep_fault_at(ep_loader *loader, edgeplan_status status, const ep_frame *frame, const ep_place *place, const char *first,
                 const char *quoted, const char *rest)
{
    if (loader->stopped || told_before(loader, place, first, quoted))
        return;
    loader->mistakes++;
    if (loader->status == EDGEPLAN_OK)
        loader->status = status;
    ep_remark(loader, EDGEPLAN_SEVERITY_ERROR, status, frame, place, first, quoted, rest);
}

void ep_fault(ep_loader *loader, edgeplan_status status, const ep_frame *frame, const ep_node *node, const char *first,
              const char *quoted, const char *rest)
{
    const ep_place place = ep_node_place(node);

    ep_fault_at(loader, status, frame, &place, first, quoted, rest);
}

void ep_fault_schema(ep_loader *loader, const ep_frame *frame, const ep_node *node, const char *message)
{
    ep_fault(loader, EDGEPLAN_ERROR_SCHEMA, frame, node, message, NULL, NULL);
}

/* ---- facts ---- */

static int has_provenance(ep_loader *loader, const ep_frame *frame, const ep_node *node)
{
    if (!frame->source) {
        ep_fault_schema(loader, frame, node, "no source here or in an enclosing block");
        return 0;
    }
    if (frame->confidence == EDGEPLAN_CONFIDENCE_UNKNOWN) {
        ep_fault_schema(loader, frame, node, "no confidence here or in an enclosing block");
        return 0;
    }
    return 1;
}

ep_fact_id ep_fact_add(ep_loader *loader, ep_frame *frame, const ep_node *node, double value, ep_unit_dimension dimension)
{
    ep_fact *fact;
    ep_fact *facts;

    if (loader->stopped || !has_provenance(loader, frame, node))
        return 0;
    facts = loader->facts ? ep_arena_grow(&loader->registry->arena, loader->facts, loader->fact_count, &loader->fact_capacity,
                                          sizeof *facts)
                          : ep_arena_array(&loader->registry->arena, FIRST_FACTS, sizeof *facts);
    if (ep_stop_if_null(loader, facts))
        return 0;
    if (!loader->facts)
        loader->fact_capacity = FIRST_FACTS;
    loader->facts = facts;
    fact = &facts[loader->fact_count];
    memset(fact, 0, sizeof *fact);
    fact->value = value;
    fact->dimension = (uint32_t)dimension;
    fact->confidence = frame->confidence;
    fact->source = frame->source;
    fact->file = node->source ? node->source : "";
    fact->line = node->line;
    fact->column = node->column;
    fact->text = node->text ? node->text : "";
    fact->path = fact_path(loader, frame);
    if (ep_stop_if_null(loader, fact->path))
        return 0;
    return (ep_fact_id)loader->fact_count++;
}

ep_fact_range ep_fact_block(ep_loader *loader, ep_frame *frame, const ep_node *node, size_t first)
{
    ep_fact_range range = {(ep_fact_id)first, 0};

    if (loader->fact_count == first)
        (void)ep_fact_add(loader, frame, node, 0, EP_UNIT_NUMBER);
    range.count = (uint32_t)(loader->fact_count - first);
    if (range.count == 0)
        range.first = 0;
    return range;
}
