/* How an artefact is made: who has made one already, and the steps for everybody else. */
#include "registry/words.h"

#define STEP(field) .offset = offsetof(ep_step, field)
#define BYTES(word, field) \
    {.name = (word), .kind = EP_KEY_QUANTITY, .flags = EP_POSITIVE, .unit = EP_UNIT_BYTES, .store = EP_STORE_U64, STEP(field)}

static const ep_word as_checkpoint_word[] = {{"disk", 0}, {"ram", 0}, {NULL, 0}};
static const ep_word as_artefact_word[] = {{"disk", 0}, {NULL, 0}};

static const ep_key step_key[] = {
    {.name = "tool", .kind = EP_KEY_TEXT, .flags = EP_REQUIRED, STEP(tool)},
    {.name = "version", .kind = EP_KEY_TEXT, STEP(version)},
    {.name = "command", .kind = EP_KEY_TEXT, .flags = EP_REQUIRED, STEP(command)},
    {.name = "input", .kind = EP_KEY_TEXT, STEP(input)},
    {.name = "output", .kind = EP_KEY_TEXT, STEP(output)},
    {.name = "host", .kind = EP_KEY_TEXT, STEP(host)},
    BYTES("ram", ram_bytes),
    BYTES("ram_per_weight", ram_per_weight),
    BYTES("disk_per_weight", disk_per_weight),
    {.name = "as_checkpoint", .kind = EP_KEY_CHOICE, .words = as_checkpoint_word, STEP(as_checkpoint)},
    {.name = "as_artefact", .kind = EP_KEY_CHOICE, .words = as_artefact_word, STEP(as_artefact)},
    BYTES("gpu", gpu_bytes),
    {.name = "systems", .kind = EP_KEY_TEXTS, .words = ep_system_words, STEP(systems)},
    {.name = "time", .kind = EP_KEY_TEXT, STEP(time)},
    {.name = "fails", .kind = EP_KEY_TEXT, STEP(fails)},
    {.name = "run", .kind = EP_KEY_TEXT, STEP(run)},
};
static const ep_keys step_keys = EP_KEYS(step_key);

static void prepare_step(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    ep_step *step = object;
    (void)loader;
    (void)frame;
    (void)node;
    step->tool = step->version = step->command = step->input = step->output = step->host = step->time = step->fails = step->run = "";
}

#define PUBLISHED(field) .offset = offsetof(ep_published, field)

static const ep_key published_key[] = {
    {.name = "model", .kind = EP_KEY_ELSEWHERE, .flags = EP_REQUIRED},
    {.name = "formats", .kind = EP_KEY_IDS, .section = EDGEPLAN_SECTION_FORMATS, PUBLISHED(formats)},
    {.name = "name", .kind = EP_KEY_TEXT, .flags = EP_REQUIRED, PUBLISHED(name)},
    {.name = "revision", .kind = EP_KEY_TEXT, PUBLISHED(revision)},
    {.name = "licence", .kind = EP_KEY_TEXT, PUBLISHED(licence)},
    {.name = "contexts", .kind = EP_KEY_TEXT, PUBLISHED(contexts)},
    {.name = "source", .kind = EP_KEY_SOURCE, PUBLISHED(source)},
};
static const ep_keys published_keys = EP_KEYS(published_key);

static const char *id_of(ep_loader *loader, ep_frame *frame, const ep_node *node, const char *name, edgeplan_section section)
{
    const ep_node *id = ep_node_get(node, name);
    ep_frame key = ep_frame_of_key(frame, name);

    return id && ep_resolve(loader, &key, id, section) ? id->text : NULL;
}

static void prepare_published(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    ep_published *published = object;

    published->model = id_of(loader, frame, node, "model", EDGEPLAN_SECTION_MODELS);
    published->name = published->revision = published->licence = published->contexts = "";
}

static const ep_key name_key[] = {
    {.name = "model", .kind = EP_KEY_ELSEWHERE},
    {.name = "format", .kind = EP_KEY_ELSEWHERE},
    {.name = "name", .kind = EP_KEY_TEXT, .flags = EP_REQUIRED, .offset = offsetof(ep_tool_name, name)},
};
const ep_keys ep_name_keys = EP_KEYS(name_key);

void ep_prepare_name(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    ep_tool_name *name = object;

    name->model = id_of(loader, frame, node, "model", EDGEPLAN_SECTION_MODELS);
    name->format = id_of(loader, frame, node, "format", EDGEPLAN_SECTION_FORMATS);
    name->name = "";
}

#define PIPELINE(field) .offset = offsetof(ep_pipeline, field)
#define LIST(word, keys_of, type, items, number, prepare)                                                                      \
    .name = (word), .kind = EP_KEY_LIST, .keys = &(keys_of), .item_size = sizeof(type), PIPELINE(items),                       \
    .count_offset = offsetof(ep_pipeline, number), .read = (prepare)

static const ep_key pipeline_key[] = {
    {.name = "formats", .kind = EP_KEY_IDS, .flags = EP_REQUIRED, .section = EDGEPLAN_SECTION_FORMATS, PIPELINE(formats)},
    {.name = "accelerators", .kind = EP_KEY_TEXTS, .words = ep_accelerator_words, PIPELINE(accelerators)},
    {.name = "platforms", .kind = EP_KEY_IDS, .section = EDGEPLAN_SECTION_PLATFORMS, PIPELINE(platforms)},
    {.name = "models", .kind = EP_KEY_IDS, .section = EDGEPLAN_SECTION_MODELS, PIPELINE(models)},
    {.name = "stored", .kind = EP_KEY_IDS, .section = EDGEPLAN_SECTION_FORMATS, PIPELINE(stored)},
    {.name = "evidence", .kind = EP_KEY_CHOICE, .flags = EP_REQUIRED, .words = ep_evidence_words, PIPELINE(evidence)},
    {.name = "date", .kind = EP_KEY_TEXT, .flags = EP_REQUIRED, PIPELINE(date)},
    {.name = "fetch", .kind = EP_KEY_TEXT, PIPELINE(fetch)},
    {.name = "page", .kind = EP_KEY_TEXT, PIPELINE(page)},
    {.name = "source", .kind = EP_KEY_SOURCE, PIPELINE(source)},
    {LIST("published", published_keys, ep_published, published, published_count, prepare_published)},
    {LIST("steps", step_keys, ep_step, steps, step_count, prepare_step), .flags = EP_REQUIRED},
};
const ep_keys ep_pipeline_keys = EP_KEYS(pipeline_key);

void ep_prepare_pipeline(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    (void)loader;
    (void)frame;
    (void)node;
    ((ep_pipeline *)object)->fetch = "";
}
