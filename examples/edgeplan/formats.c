/* edgeplan formats: how weights are stored, and which runtimes take them. */
#include <string.h>

#include "session.h"

/* The runtimes that load a format on some engine of some target. */
static void print_takers(table *lines, const session *now, const edgeplan_format *format)
{
    char takers[256] = "";
    const char *id;
    for (uint32_t i = 0; (id = edgeplan_registry_id(now->registry, EDGEPLAN_SECTION_RUNTIMES, i)) != NULL; i++) {
        const edgeplan_runtime *runtime = edgeplan_runtime_find(now->registry, id);
        const edgeplan_target *target;
        int takes = 0;
        for (uint32_t t = 0; !takes && (target = edgeplan_target_at(now->registry, t)) != NULL; t++)
            for (uint32_t a = EDGEPLAN_ACCELERATOR_CPU; !takes && a <= EDGEPLAN_ACCELERATOR_NPU; a++)
                takes = edgeplan_runtime_takes(runtime, format, target, (edgeplan_accelerator)a);
        size_t used = strlen(takers);
        if (takes)
            snprintf(takers + used, sizeof takers - used, "%s%s", used > 0 ? ", " : "", id);
    }
    table_cell(lines, "%s", takers);
}

int command_formats(session *now)
{
    int code = EXIT_YES;
    if (session_answer(now, EDGEPLAN_SECTION_FORMATS, &code))
        return code;
    table *lines = table_new("id|name|family|group|runtimes");
    const edgeplan_format *format;
    for (uint32_t i = 0; (format = edgeplan_format_at(now->registry, i)) != NULL; i++) {
        const char *id = edgeplan_format_id(format);
        table_cell(lines, "%s", id);
        table_cell(lines, "%s", session_value(now, EDGEPLAN_SECTION_FORMATS, id, "name").s);
        table_cell(lines, "%s", session_value(now, EDGEPLAN_SECTION_FORMATS, id, "family").s);
        table_cell(lines, "%s", session_value(now, EDGEPLAN_SECTION_FORMATS, id, "group").s);
        print_takers(lines, now, format);
    }
    table_print(lines, stdout);
    return EXIT_YES;
}
