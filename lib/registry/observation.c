#include "registry/words.h"

#define FIELD(field) .offset = offsetof(edgeplan_observation, field)

static const ep_key observation_key[] = {
    {.name = "target", .kind = EP_KEY_REFERENCE, .flags = EP_REQUIRED, .section = EDGEPLAN_SECTION_TARGETS, FIELD(target)},
    {.name = "runtime", .kind = EP_KEY_REFERENCE, .flags = EP_REQUIRED, .section = EDGEPLAN_SECTION_RUNTIMES, FIELD(runtime)},
    {.name = "release", .kind = EP_KEY_TEXT, FIELD(release)},
    {.name = "accelerator", .kind = EP_KEY_WORD, .words = ep_accelerator_words, FIELD(accelerator)},
    {.name = "model", .kind = EP_KEY_REFERENCE, .flags = EP_REQUIRED, .section = EDGEPLAN_SECTION_MODELS, FIELD(model)},
    {.name = "format", .kind = EP_KEY_REFERENCE, .section = EDGEPLAN_SECTION_FORMATS, FIELD(format)},
    {.name = "context", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_TOKENS, FIELD(context)},
    {.name = "prompt", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_TOKENS, FIELD(prompt)},
    {.name = "chunk", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_TOKENS, FIELD(chunk)},
    {.name = "batch", .kind = EP_KEY_QUANTITY, .unit = EP_UNIT_COUNT, .store = EP_STORE_U32, .flags = EP_POSITIVE, FIELD(batch)},
    {.name = "decode", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_TOKENS_PER_SECOND, FIELD(decode)},
    {.name = "prefill", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_TOKENS_PER_SECOND, FIELD(prefill)},
    {.name = "ttft", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_SECONDS, FIELD(ttft)},
    {.name = "encode", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_SECONDS, FIELD(encode)},
    {.name = "memory", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_BYTES, FIELD(memory)},
    {.name = "grade", .kind = EP_KEY_WORD, .flags = EP_REQUIRED, .words = ep_grade_words, FIELD(grade)},
    {.name = "claim", .kind = EP_KEY_SWITCH, FIELD(claim)},
    {.name = "date", .kind = EP_KEY_TEXT, FIELD(date)},
    {.name = "contradicts", .kind = EP_KEY_ELSEWHERE},
    {.name = "note", .kind = EP_KEY_TEXT, FIELD(note)},
    {.name = "source", .kind = EP_KEY_SOURCE, FIELD(source)},
};
static const ep_keys observation_keys = EP_KEYS(observation_key);

static void read_contradicts(ep_loader *loader, ep_frame *frame, const ep_node *node, edgeplan_observation *observation)
{
    const ep_node *id = ep_node_get(node, "contradicts");
    ep_frame key = ep_frame_of_key(frame, "contradicts");
    const edgeplan_observation *other;

    if (!id || id->kind == EP_NODE_NULL)
        return;
    other = ep_resolve(loader, &key, id, EDGEPLAN_SECTION_OBSERVATIONS);
    if (other)
        observation->contradicts = id->text;
}

/* Each target's own, so that a deployment need not look through everything that was ever measured. */
static void share_out(ep_loader *loader)
{
    edgeplan_registry *registry = loader->registry;
    edgeplan_target *targets = loader->items[EDGEPLAN_SECTION_TARGETS].first;
    const edgeplan_observation **shared = ep_arena_array(&registry->arena, registry->observation_count, sizeof *shared);

    if (ep_stop_if_null(loader, shared))
        return;
    for (uint32_t i = 0; i < registry->observation_count; i++)
        if (registry->observations[i].target)
            targets[registry->observations[i].target - registry->targets].observation_count++;
    for (uint32_t i = 0; i < registry->target_count; i++) {
        targets[i].observations = shared;
        shared += targets[i].observation_count;
        targets[i].observation_count = 0;
    }
    for (uint32_t i = 0; i < registry->observation_count; i++) {
        const edgeplan_observation *observation = &registry->observations[i];
        if (observation->target) {
            edgeplan_target *target = &targets[observation->target - registry->targets];
            target->observations[target->observation_count++] = observation;
        }
    }
}

void ep_read_observations(ep_loader *loader)
{
    edgeplan_observation *items = loader->items[EDGEPLAN_SECTION_OBSERVATIONS].first;

    /* What was observed was measured; a row need not say so. */
    loader->sections[EDGEPLAN_SECTION_OBSERVATIONS].confidence = EDGEPLAN_CONFIDENCE_MEASURED;
    for (uint32_t i = 0; i < loader->registry->observation_count && !loader->stopped; i++) {
        ep_frame frame;
        const ep_node *node = ep_entry_of(loader, EDGEPLAN_SECTION_OBSERVATIONS, i, &frame);
        items[i].registry = loader->registry;
        items[i].id = frame.id;
        items[i].release = items[i].date = items[i].contradicts = items[i].note = "";
        items[i].claim = EDGEPLAN_SWITCH_OFF;
        items[i].batch = 1;
        ep_read_keys(loader, &frame, node, &observation_keys, &items[i]);
        read_contradicts(loader, &frame, node, &items[i]);
    }
    if (!loader->stopped)
        share_out(loader);
}
