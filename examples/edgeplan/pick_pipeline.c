/* How an artefact is made, for people, and whether this computer can take a step. */
#include <string.h>

#include "pick.h"
#include "probe_read.h"

#if defined(_WIN32)
enum { OWN_SYSTEM = EDGEPLAN_SYSTEM_WINDOWS };
static const char *const own_system = "windows";
#elif defined(__APPLE__)
enum { OWN_SYSTEM = EDGEPLAN_SYSTEM_MACOS };
static const char *const own_system = "macos";
#else
enum { OWN_SYSTEM = EDGEPLAN_SYSTEM_LINUX };
static const char *const own_system = "linux";
#endif

void tell_computer(edgeplan_request *request)
{
    request->computer_system = OWN_SYSTEM;
    request->computer_ram_bytes = probe_memory_bytes();
    request->computer_disk_bytes = probe_disk_bytes();
}

static const char *step_text(const edgeplan_plan *plan, uint32_t step, edgeplan_text which)
{
    return edgeplan_plan_text(plan, EDGEPLAN_LIST_PIPELINE, step, which);
}

static void print_published(const edgeplan_plan *plan, uint32_t step)
{
    const char *revision = step_text(plan, step, EDGEPLAN_TEXT_SOURCE), *contexts = step_text(plan, step, EDGEPLAN_TEXT_OUTPUT);
    const char *licence = step_text(plan, step, EDGEPLAN_TEXT_INPUT);
    printf("  ready: %s%s%s", step_text(plan, step, EDGEPLAN_TEXT_SUBJECT), revision[0] != '\0' ? " at " : "", revision);
    if (contexts[0] != '\0')
        printf(", compiled for %s tokens", contexts);
    if (licence[0] != '\0')
        printf(", %s", licence);
    printf("\n");
}

/* Whether it can take the step as far as figures say; anything else is for the reader to say. */
static void print_own(const edgeplan_plan *plan, uint32_t step, const edgeplan_item *item, double filled)
{
    const char *lacks = step_text(plan, step, EDGEPLAN_TEXT_LACKS);
    const int ram = strcmp(lacks, "ram") == 0, known = KNOWN(edgeplan_item, *item, value);
    if (known && item->value > 0)
        printf("; this computer: yes%s", step_text(plan, step, EDGEPLAN_TEXT_HOST)[0] != '\0' ? ", given the rest" : "");
    else if (strcmp(lacks, "target") == 0)
        printf("; this computer: only if it is the target");
    else if (strcmp(lacks, "system") == 0)
        printf("; this computer: no, it runs %s", own_system);
    else if (strcmp(lacks, "gpu") == 0)
        printf("; this computer: unknown: needs a GPU with %s", bytes_text((uint64_t)item->high).s);
    else if (known)
        printf("; this computer: no, it has %s of %s%s%s", bytes_text(ram ? probe_memory_bytes() : probe_disk_bytes()).s,
               ram ? "RAM" : "free disk", !ram && filled > 0 ? " and the steps before take " : "",
               !ram && filled > 0 ? bytes_text((uint64_t)filled).s : "");
    else
        printf("; this computer: unknown, its %s could not be read", ram ? "RAM" : "free disk");
}

static void print_needs(const edgeplan_plan *plan, uint32_t step, const edgeplan_item *item, double filled)
{
    const char *systems = step_text(plan, step, EDGEPLAN_TEXT_SYSTEMS), *host = step_text(plan, step, EDGEPLAN_TEXT_HOST);
    const char *time = step_text(plan, step, EDGEPLAN_TEXT_TIME);
    printf("     on %s", systems[0] == '\0' ? "any system" : strcmp(systems, "target") == 0 ? "the " : "");
    for (const char *s = systems; *s != '\0'; s++)
        printf("%s%.1s", *s == ' ' ? " or" : "", s);
    if (KNOWN(edgeplan_item, *item, bytes))
        printf(", %s of RAM", bytes_text(item->bytes).s);
    if (KNOWN(edgeplan_item, *item, low))
        printf(", %s of disk", bytes_text((uint64_t)item->low).s);
    if (KNOWN(edgeplan_item, *item, high))
        printf(", %s on its GPU", bytes_text((uint64_t)item->high).s);
    if (host[0] != '\0')
        printf(", %s", host);
    if (time[0] != '\0')
        printf(", %s", time);
    print_own(plan, step, item, filled);
    printf("\n");
}

static void print_step(const edgeplan_plan *plan, uint32_t step, unsigned number)
{
    const char *version = step_text(plan, step, EDGEPLAN_TEXT_SOURCE);
    const int run = strcmp(step_text(plan, step, EDGEPLAN_TEXT_MESSAGE), "run") == 0;
    printf("  %u. %s%s%s: %s -> %s%s%s\n", number, step_text(plan, step, EDGEPLAN_TEXT_SUBJECT), version[0] != '\0' ? " " : "", version,
           step_text(plan, step, EDGEPLAN_TEXT_INPUT), step_text(plan, step, EDGEPLAN_TEXT_OUTPUT), run ? ", run " : "",
           run ? step_text(plan, step, EDGEPLAN_TEXT_PLACE) : "");
}

void print_pipeline(const edgeplan_plan *plan)
{
    uint32_t count = edgeplan_plan_count(plan, EDGEPLAN_LIST_PIPELINE);
    const edgeplan_deployment *path = edgeplan_plan_deployment(plan);
    const char *stored = edgeplan_model_format(edgeplan_deployment_model(path));
    unsigned number = 0;
    double filled = 0; /* bytes of disk */
    if (stored[0] != '\0' && strcmp(stored, edgeplan_format_id(edgeplan_deployment_format(path))) == 0)
        printf("how to make it: nothing to convert, the file is in this format\n");
    else if (count > 0)
        printf("how to make it, %s %s, %s\n", step_text(plan, 0, EDGEPLAN_TEXT_MESSAGE), step_text(plan, 0, EDGEPLAN_TEXT_PLACE),
               step_text(plan, count - 1, EDGEPLAN_TEXT_URL));
    else
        printf("how to make it: no pipeline is on record\n");
    for (uint32_t i = 0; i < count; i++) {
        edgeplan_item item;
        if (edgeplan_struct_init(&item, sizeof item) != EDGEPLAN_OK ||
            edgeplan_plan_item(plan, EDGEPLAN_LIST_PIPELINE, i, &item) != EDGEPLAN_OK)
            return;
        if (item.code == EDGEPLAN_STEP_PUBLISHED)
            print_published(plan, i);
        else
            print_step(plan, i, ++number);
        printf("     %s\n", step_text(plan, i, EDGEPLAN_TEXT_COMMAND));
        if (item.code == EDGEPLAN_STEP_MAKE) {
            print_needs(plan, i, &item, filled);
            filled += KNOWN(edgeplan_item, item, low) ? item.low : 0;
        }
        if (step_text(plan, i, EDGEPLAN_TEXT_HINT)[0] != '\0')
            printf("     known to fail: %s\n", step_text(plan, i, EDGEPLAN_TEXT_HINT));
    }
}

/* The plan of a reject, whose subject is its path: `genie npu qnn-w4a16`. NULL if there is none. */
static edgeplan_plan *plan_of_reject(const session *now, const answer *one, uint32_t index)
{
    const char *subject = edgeplan_recommendation_text(one->ranked, EDGEPLAN_LIST_REJECTED, index, EDGEPLAN_TEXT_SUBJECT);
    const char *model = edgeplan_recommendation_text(one->ranked, EDGEPLAN_LIST_REJECTED, index, EDGEPLAN_TEXT_INPUT);
    char runtime[128], accelerator[16], format[128];
    uint32_t engine = EDGEPLAN_ACCELERATOR_CPU, m = 0;
    if (sscanf(subject, "%127s %15s %127s", runtime, accelerator, format) != 3)
        return NULL;
    while (engine < EDGEPLAN_ACCELERATOR_NPU && strcmp(accelerator, edgeplan_accelerator_name((edgeplan_accelerator)engine)) != 0)
        engine++;
    while (m < one->models->count && strcmp(model, edgeplan_model_id(one->models->list[m])) != 0)
        m++;
    edgeplan_deployment *path = NULL;
    edgeplan_plan *plan = NULL;
    if (m < one->models->count &&
        edgeplan_deployment_new(one->models->list[m], one->target, (edgeplan_accelerator)engine,
                                edgeplan_runtime_find(now->registry, runtime),
                                edgeplan_format_find(now->registry, format), NULL, &path) == EDGEPLAN_OK &&
        edgeplan_plan_new(path, &now->options->request, NULL, &plan) != EDGEPLAN_OK)
        plan = NULL;
    edgeplan_deployment_unref(path);
    return plan;
}

void print_undecided(const session *now, const answer *one)
{
    const uint32_t count = edgeplan_recommendation_count(one->ranked, EDGEPLAN_LIST_REJECTED);
    uint32_t shown = now->options->runtime != NULL || now->options->format != NULL ? (now->options->all ? count : 1) : 0;
    for (uint32_t i = 0; i < count && shown > 0; i++) {
        edgeplan_item item;
        if (edgeplan_struct_init(&item, sizeof item) != EDGEPLAN_OK ||
            edgeplan_recommendation_item(one->ranked, EDGEPLAN_LIST_REJECTED, i, &item) != EDGEPLAN_OK ||
            item.code != EDGEPLAN_VERDICT_UNKNOWN)
            continue;
        edgeplan_plan *plan = plan_of_reject(now, one, i);
        if (plan != NULL) {
            printf("%s: ", path_of(plan).s);
            print_pipeline(plan);
        }
        edgeplan_plan_unref(plan);
        shown--;
    }
}
