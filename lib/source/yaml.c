#include "source/yaml.h"

#include <string.h>

#include <yaml.h>

#include "base/text.h"
#include "source/assemble.h"

typedef struct yaml_reader {
    yaml_parser_t parser;
    ep_assembly assembly;
    const char *text; /* without the byte order mark */
    size_t length;
    size_t skipped_bytes; /* the byte order mark */
    /* libyaml counts characters, we give bytes: a pair that belongs together and moves with the events. */
    size_t at_character, at_byte;
} yaml_reader;

static int is_continuation(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* ---- Places ---- */

static uint64_t offset_of(yaml_reader *reader, size_t character)
{
    if (reader->at_character > character) { /* not seen so far, but libyaml promises nothing */
        reader->at_character = 0;
        reader->at_byte = 0;
    }
    while (reader->at_character < character && reader->at_byte < reader->length) {
        do
            reader->at_byte++;
        while (reader->at_byte < reader->length && is_continuation(reader->text[reader->at_byte]));
        reader->at_character++;
    }
    return (uint64_t)reader->at_byte + reader->skipped_bytes;
}

static ep_place place_of_mark(yaml_reader *reader, const yaml_mark_t *mark)
{
    ep_place place;

    place.source = reader->assembly.name;
    place.line = (uint32_t)mark->line + 1;
    place.column = (uint32_t)mark->column + 1;
    place.offset = offset_of(reader, mark->index);
    return place;
}

/* For what libyaml gives no mark of: bytes that are no UTF-8, and our own finds. */
static ep_place place_of_byte(const yaml_reader *reader, size_t byte)
{
    ep_place place = { reader->assembly.name, 1, 1, (uint64_t)byte + reader->skipped_bytes };

    for (size_t i = 0; i < byte && i < reader->length; i++) {
        if (reader->text[i] == '\n') {
            place.line++;
            place.column = 1;
        } else if (!is_continuation(reader->text[i])) {
            place.column++;
        }
    }
    return place;
}

/* ---- Mistakes found by libyaml ---- */

static void add_mark(ep_text *message, const char *before, const yaml_mark_t *mark)
{
    ep_text_add(message, before);
    ep_text_add_count(message, (uint64_t)mark->line + 1);
    ep_text_add(message, ", column ");
    ep_text_add_count(message, (uint64_t)mark->column + 1);
}

static edgeplan_status report_syntax(yaml_reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    char message[512];
    ep_text text;
    ep_place place;

    if (parser->error == YAML_MEMORY_ERROR)
        return ep_assembly_no_memory(&reader->assembly);
    ep_text_init(&text, message, sizeof message);
    if (parser->error == YAML_READER_ERROR) {
        place = place_of_byte(reader, parser->problem_offset);
        ep_text_add(&text, "not UTF-8 text: ");
        ep_text_add(&text, parser->problem);
        ep_text_add(&text, " at byte ");
        ep_text_add_count(&text, place.offset);
    } else {
        place = place_of_mark(reader, &parser->problem_mark);
        if (parser->context != NULL) {
            ep_text_add(&text, parser->context);
            add_mark(&text, " from line ", &parser->context_mark);
            ep_text_add(&text, ": ");
        }
        ep_text_add(&text, parser->problem);
        add_mark(&text, " at line ", &parser->problem_mark);
    }
    return ep_assembly_stop(&reader->assembly, EDGEPLAN_ERROR_SYNTAX, &place, message);
}

/* libyaml compares each %TAG line with all before it: a file of them would take hours. Only a directive begins a line with `%`, but
   for scalars at the top level, which nobody writes. Its line breaks are those of YAML 1.1, two of them beyond ASCII. */
static edgeplan_status refuse_directives(const yaml_reader *reader)
{
    const char *text = reader->text, *found = text;

    while ((found = memchr(found, '%', reader->length - (size_t)(found - text))) != NULL) {
        size_t at = (size_t)(found - text);

        if (at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r' || (at >= 2 && memcmp(found - 2, "\xc2\x85", 2) == 0) ||
            (at >= 3 && (memcmp(found - 3, "\xe2\x80\xa8", 3) == 0 || memcmp(found - 3, "\xe2\x80\xa9", 3) == 0))) {
            const ep_place place = place_of_byte(reader, at);

            return ep_assembly_stop(&reader->assembly, EDGEPLAN_ERROR_SYNTAX, &place,
                                    "a line that begins with '%' is a directive, and directives are not allowed");
        }
        found++;
    }
    return EDGEPLAN_OK;
}

/* ---- Events ---- */

static void refuse_properties(yaml_reader *reader, const ep_place *place, const yaml_char_t *anchor, const yaml_char_t *tag)
{
    if (anchor != NULL)
        ep_assembly_mistake(&reader->assembly, place, "anchor", (const char *)anchor, " is not allowed: write the value where it is used");
    if (tag != NULL)
        ep_assembly_mistake(&reader->assembly, place, "tag", (const char *)tag, " is not allowed");
}

static int is_null(const char *text, size_t length)
{
    return length == 0 || ep_equal_n(text, length, "~") || ep_equal_n(text, length, "null") || ep_equal_n(text, length, "Null") ||
           ep_equal_n(text, length, "NULL");
}

static edgeplan_status read_scalar(yaml_reader *reader, const yaml_event_t *event, const ep_place *place)
{
    ep_assembly *assembly = &reader->assembly;
    const char *text = (const char *)event->data.scalar.value;
    const size_t length = event->data.scalar.length;
    const int plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    char *copy;

    refuse_properties(reader, place, event->data.scalar.anchor, event->data.scalar.tag);
    if (!ep_assembly_wants_key(assembly) && plain && is_null(text, length))
        return ep_assembly_scalar(assembly, EP_NODE_NULL, NULL, 0, place);
    copy = ep_arena_copy(assembly->arena, text, length);
    if (copy == NULL)
        return ep_assembly_no_memory(assembly);
    if (!ep_assembly_wants_key(assembly))
        return ep_assembly_scalar(assembly, plain ? EP_NODE_PLAIN : EP_NODE_QUOTED, copy, length, place);
    if (plain && ep_equal_n(text, length, "<<")) {
        ep_assembly_mistake(assembly, place, "merge key '<<' is not allowed: write the keys out", NULL, NULL);
        copy = NULL;
    }
    return ep_assembly_key(assembly, copy, length, place);
}

static edgeplan_status read_alias(yaml_reader *reader, const yaml_event_t *event, const ep_place *place)
{
    ep_assembly *assembly = &reader->assembly;

    ep_assembly_mistake(assembly, place, "alias", (const char *)event->data.alias.anchor,
                        " is not allowed: write the value where it is used");
    if (ep_assembly_wants_key(assembly))
        return ep_assembly_key(assembly, NULL, 0, place);
    return ep_assembly_scalar(assembly, EP_NODE_NULL, NULL, 0, place);
}

static edgeplan_status read_event(yaml_reader *reader, const yaml_event_t *event)
{
    ep_assembly *assembly = &reader->assembly;
    const ep_place place = place_of_mark(reader, &event->start_mark);

    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return read_scalar(reader, event, &place);
    case YAML_ALIAS_EVENT:
        return read_alias(reader, event, &place);
    case YAML_SEQUENCE_START_EVENT:
        refuse_properties(reader, &place, event->data.sequence_start.anchor, event->data.sequence_start.tag);
        return ep_assembly_open(assembly, EP_NODE_LIST, &place);
    case YAML_MAPPING_START_EVENT:
        refuse_properties(reader, &place, event->data.mapping_start.anchor, event->data.mapping_start.tag);
        return ep_assembly_open(assembly, EP_NODE_MAP, &place);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return ep_assembly_close(assembly);
    case YAML_DOCUMENT_START_EVENT:
        if (assembly->root != NULL)
            return ep_assembly_stop(assembly, EDGEPLAN_ERROR_SYNTAX, &place, "a second document begins; one file holds one document");
        return EDGEPLAN_OK;
    default:
        return EDGEPLAN_OK;
    }
}

/* Depth is checked with every event, which is what keeps libyaml from its quadratic time on nested flow collections. */
static edgeplan_status read_events(yaml_reader *reader)
{
    edgeplan_status status = EDGEPLAN_OK;
    int at_end = 0;

    while (status == EDGEPLAN_OK && !at_end) {
        yaml_event_t event;

        if (!yaml_parser_parse(&reader->parser, &event))
            return report_syntax(reader);
        at_end = event.type == YAML_STREAM_END_EVENT;
        status = read_event(reader, &event);
        yaml_event_delete(&event);
    }
    return status;
}

static edgeplan_status read_text(yaml_reader *reader)
{
    static const ep_place beginning = { NULL, 1, 1, 0 };
    ep_assembly *assembly = &reader->assembly;
    edgeplan_status status = refuse_directives(reader);

    if (status != EDGEPLAN_OK)
        return status;
    if (!yaml_parser_initialize(&reader->parser))
        return ep_assembly_no_memory(assembly);
    yaml_parser_set_encoding(&reader->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader->parser, (const unsigned char *)reader->text, reader->length);
    status = read_events(reader);
    yaml_parser_delete(&reader->parser);
    if (status == EDGEPLAN_OK && assembly->root == NULL)
        status = ep_assembly_scalar(assembly, EP_NODE_NULL, NULL, 0, &beginning);
    return status != EDGEPLAN_OK ? status : assembly->status;
}

edgeplan_status ep_yaml_parse(ep_arena *arena, const char *text, size_t length, const char *name, edgeplan_diagnostics *diagnostics,
                              const ep_node **out)
{
    yaml_reader reader;
    edgeplan_status status;

    *out = NULL;
    memset(&reader, 0, sizeof reader);
    status = ep_assembly_start(&reader.assembly, arena, name, length, diagnostics);
    if (status != EDGEPLAN_OK)
        return status;
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        reader.skipped_bytes = 3;
    reader.text = length > 0 ? text + reader.skipped_bytes : "";
    reader.length = length - reader.skipped_bytes;
    status = read_text(&reader);
    if (status == EDGEPLAN_OK)
        *out = reader.assembly.root;
    return status;
}
