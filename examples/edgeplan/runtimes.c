/* edgeplan runtimes: the software that executes a model, at the release its rules were checked against. */
#include "session.h"

/* Targets that name it, and the engines it runs on there. */
static void print_reach(table *lines, const session *now, const edgeplan_runtime *runtime)
{
    const edgeplan_target *target;
    unsigned targets = 0, engines = 0;
    for (uint32_t t = 0; (target = edgeplan_target_at(now->registry, t)) != NULL; t++) {
        const edgeplan_runtime *named;
        unsigned here = 0;
        uint32_t r = 0;
        while ((named = edgeplan_target_runtime(target, r)) != NULL && named != runtime)
            r++;
        if (named == NULL)
            continue;
        for (unsigned a = EDGEPLAN_ACCELERATOR_CPU; a <= EDGEPLAN_ACCELERATOR_NPU; a++)
            if (edgeplan_runtime_runs_on(runtime, target, (edgeplan_accelerator)a))
                here |= 1u << a;
        targets += here != 0;
        engines |= here;
    }
    table_cell(lines, "%s%s%s", engines >> EDGEPLAN_ACCELERATOR_CPU & 1 ? "cpu " : "",
               engines >> EDGEPLAN_ACCELERATOR_GPU & 1 ? "gpu " : "", engines >> EDGEPLAN_ACCELERATOR_NPU & 1 ? "npu" : "");
    table_cell(lines, "%u", targets);
}

int command_runtimes(session *now)
{
    int code = EXIT_YES;
    if (session_answer(now, EDGEPLAN_SECTION_RUNTIMES, &code))
        return code;
    table *lines = table_new("id|name|release|checked by|engines|>targets");
    const char *id;
    for (uint32_t i = 0; (id = edgeplan_registry_id(now->registry, EDGEPLAN_SECTION_RUNTIMES, i)) != NULL; i++) {
        const edgeplan_runtime *runtime = edgeplan_runtime_find(now->registry, id);
        if (runtime == NULL)
            continue;
        table_cell(lines, "%s", id);
        table_cell(lines, "%s", session_value(now, EDGEPLAN_SECTION_RUNTIMES, id, "name").s);
        table_cell(lines, "%s", edgeplan_runtime_release(runtime));
        table_cell(lines, "%s", session_value(now, EDGEPLAN_SECTION_RUNTIMES, id, "checked").s);
        print_reach(lines, now, runtime);
    }
    table_print(lines, stdout);
    return EXIT_YES;
}
