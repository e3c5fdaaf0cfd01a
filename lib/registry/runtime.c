#include "registry/words.h"

#include <string.h>

#include "base/text.h"

/* A back end holds its rules by value; a runtime has a handful. */
enum { MOST_BACKENDS = 32 };

typedef struct ep_runtime_draft {
    edgeplan_runtime runtime;
    ep_rule_draft rules;
    const ep_node *backends;
} ep_runtime_draft;

#define RUNTIME(field) .offset = offsetof(ep_runtime_draft, runtime.field)

/* ---- overrides ---- */

static const ep_key override_key[] = {
    {.name = "family", .kind = EP_KEY_TEXT, .flags = EP_REQUIRED, .offset = offsetof(ep_override, family)},
    {.name = "span", .kind = EP_KEY_WORD, .words = ep_span_words, .offset = offsetof(ep_override, span)},
    {.name = "span_tokens", .kind = EP_KEY_NUMBER, .unit = EP_UNIT_TOKEN_COUNT, .store = EP_STORE_U64, .flags = EP_POSITIVE,
     .offset = offsetof(ep_override, span_tokens)},
    {.name = "tied_head", .kind = EP_KEY_WORD, .words = ep_override_head_words, .offset = offsetof(ep_override, head_read_twice)},
    {.name = "note", .kind = EP_KEY_TEXT, .offset = offsetof(ep_override, note)},
    {.name = "source", .kind = EP_KEY_SOURCE, .offset = offsetof(ep_override, source)},
};
static const ep_keys override_keys = EP_KEYS(override_key);

static void read_overrides(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    edgeplan_runtime *runtime = &((ep_runtime_draft *)object)->runtime;
    ep_override *items;

    if (!ep_is_list(loader, frame, node))
        return;
    items = ep_arena_array(&loader->registry->arena, node->count, sizeof *items);
    if (ep_stop_if_null(loader, items))
        return;
    for (uint32_t i = 0; i < node->count && !loader->stopped; i++) {
        const ep_node *item = node->entries[i].value;
        ep_frame here = ep_frame_of_item(frame, i, item);
        size_t first = loader->fact_count;
        ep_read_map(loader, &here, item, &override_keys, &items[i]);
        items[i].has_span = ep_node_get(item, "span") != NULL;
        if (here.source)
            items[i].facts = ep_fact_block(loader, &here, item, first);
    }
    runtime->overrides = items;
    runtime->override_count = node->count;
}

/* ---- refuses, calibrations, qualities ---- */

static const ep_key refusal_key[] = {
    {.name = "format", .kind = EP_KEY_ELSEWHERE},
    {.name = "format_family", .kind = EP_KEY_ID, .offset = offsetof(ep_refusal, format_family)},
    {.name = "family", .kind = EP_KEY_TEXT, .offset = offsetof(ep_refusal, family)},
    {.name = "model", .kind = EP_KEY_ELSEWHERE},
    {.name = "architectures", .kind = EP_KEY_TEXTS, .offset = offsetof(ep_refusal, architectures)},
    {.name = "platforms", .kind = EP_KEY_IDS, .section = EDGEPLAN_SECTION_PLATFORMS, .offset = offsetof(ep_refusal, platforms)},
    {.name = "needs", .kind = EP_KEY_TEXTS, .offset = offsetof(ep_refusal, features_missing)},
    {.name = "accelerator", .kind = EP_KEY_WORD, .words = ep_accelerator_words, .offset = offsetof(ep_refusal, accelerator)},
    {.name = "reason", .kind = EP_KEY_TEXT, .flags = EP_REQUIRED, .offset = offsetof(ep_refusal, reason)},
    {.name = "source", .kind = EP_KEY_SOURCE, .offset = offsetof(ep_refusal, source)},
};
static const ep_keys refusal_keys = EP_KEYS(refusal_key);

static const char *checked_id(ep_loader *loader, ep_frame *frame, const ep_node *map, const char *name, edgeplan_section section)
{
    const ep_node *id = ep_node_get(map, name);
    ep_frame key = ep_frame_of_key(frame, name);

    if (!id || id->kind == EP_NODE_NULL)
        return NULL;
    return ep_resolve(loader, &key, id, section) ? id->text : NULL;
}

static void prepare_refusal(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    ep_refusal *refusal = object;
    refusal->format = checked_id(loader, frame, node, "format", EDGEPLAN_SECTION_FORMATS);
    refusal->model = checked_id(loader, frame, node, "model", EDGEPLAN_SECTION_MODELS);
}

#define SHARE(field) {.name = #field, .kind = EP_KEY_FIGURE, .unit = EP_UNIT_SHARE, .offset = offsetof(ep_calibration, field)}
#define RATIO(field) {.name = #field, .kind = EP_KEY_FIGURE, .unit = EP_UNIT_NUMBER, .offset = offsetof(ep_calibration, field)}
#define TIME(field) {.name = #field, .kind = EP_KEY_FIGURE, .unit = EP_UNIT_SECONDS, .offset = offsetof(ep_calibration, field)}

static const ep_key kernel_key[] = {
    {.name = "type", .kind = EP_KEY_ELEMENT, .flags = EP_REQUIRED, .offset = offsetof(ep_kernel, element_type)},
    {.name = "per_clock", .kind = EP_KEY_FIGURE, .flags = EP_POSITIVE, .unit = EP_UNIT_BYTES, .offset = offsetof(ep_kernel, per_clock)},
    {.name = "prompt_per_clock", .kind = EP_KEY_FIGURE, .flags = EP_POSITIVE, .unit = EP_UNIT_BYTES,
     .offset = offsetof(ep_kernel, prompt_per_clock)},
};
static const ep_keys kernel_keys = EP_KEYS(kernel_key);

static const ep_key calibration_key[] = {
    {.name = "accelerator", .kind = EP_KEY_WORD, .flags = EP_REQUIRED, .words = ep_accelerator_words,
     .offset = offsetof(ep_calibration, accelerator)},
    {.name = "of", .kind = EP_KEY_WORD, .words = ep_bandwidth_words, .offset = offsetof(ep_calibration, of_stream)},
    {.name = "backend", .kind = EP_KEY_ID, .offset = offsetof(ep_calibration, backend)},
    {.name = "targets", .kind = EP_KEY_IDS, .section = EDGEPLAN_SECTION_TARGETS, .offset = offsetof(ep_calibration, targets)},
    {.name = "chips", .kind = EP_KEY_IDS, .section = EDGEPLAN_SECTION_CHIPS, .offset = offsetof(ep_calibration, chips)},
    {.name = "classes", .kind = EP_KEY_TEXTS, .words = ep_class_words, .offset = offsetof(ep_calibration, classes)},
    {.name = "architectures", .kind = EP_KEY_TEXTS, .offset = offsetof(ep_calibration, architectures)},
    {.name = "group", .kind = EP_KEY_ID, .offset = offsetof(ep_calibration, group)},
    {.name = "formats", .kind = EP_KEY_IDS, .section = EDGEPLAN_SECTION_FORMATS, .offset = offsetof(ep_calibration, formats)},
    {.name = "models", .kind = EP_KEY_IDS, .section = EDGEPLAN_SECTION_MODELS, .offset = offsetof(ep_calibration, models)},
    {.name = "products", .kind = EP_KEY_WORD, .words = ep_number_type_words, .offset = offsetof(ep_calibration, products)},
    {.name = "kind", .kind = EP_KEY_CHOICE, .words = ep_speculation_words, .offset = offsetof(ep_calibration, kind)},
    SHARE(eta),
    {.name = "kernels", .kind = EP_KEY_LIST, .keys = &kernel_keys, .item_size = sizeof(ep_kernel),
     .offset = offsetof(ep_calibration, kernels), .count_offset = offsetof(ep_calibration, kernel_count)},
    {.name = "cache_per_clock", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_BYTES, .offset = offsetof(ep_calibration, cache_per_clock)},
    RATIO(experts),
    RATIO(cache),
    TIME(layer_time),
    TIME(recurrent_time),
    TIME(step_time),
    RATIO(low),
    RATIO(high),
    RATIO(batch_low),
    RATIO(batch_high),
    SHARE(batch_utilisation),
    RATIO(recurrent_low),
    RATIO(recurrent_high),
    SHARE(utilisation),
    {.name = "reached", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_OPERATIONS_PER_SECOND, .offset = offsetof(ep_calibration, reached)},
    {.name = "expert_rows", .kind = EP_KEY_FIGURE, .unit = EP_UNIT_TOKENS, .offset = offsetof(ep_calibration, expert_rows)},
    RATIO(attention_per_clock),
    TIME(chunk_time),
    RATIO(prefill_low),
    RATIO(prefill_high),
    RATIO(gain),
    RATIO(kept),
    RATIO(round),
};
static const ep_keys calibration_keys = EP_KEYS(calibration_key);

static const ep_key kv_quality_key[] = {
    {.name = "type", .kind = EP_KEY_ELEMENT, .flags = EP_REQUIRED, .offset = offsetof(ep_kv_quality, type)},
    {.name = "below", .kind = EP_KEY_QUANTITY, .flags = EP_POSITIVE, .unit = EP_UNIT_COUNT, .store = EP_STORE_U64,
     .offset = offsetof(ep_kv_quality, below_parameters)},
    {.name = "loss", .kind = EP_KEY_FIGURE, .flags = EP_REQUIRED, .unit = EP_UNIT_NATS, .offset = offsetof(ep_kv_quality, loss)},
};
static const ep_keys kv_quality_keys = EP_KEYS(kv_quality_key);

/* ---- back ends ---- */

static const ep_key os_key[] = {
    {.name = "from", .kind = EP_KEY_VERSION, .offset = offsetof(ep_rule_draft, backend.os_from)},
    {.name = "below", .kind = EP_KEY_VERSION, .offset = offsetof(ep_rule_draft, backend.os_below)},
};
static const ep_keys os_keys = EP_KEYS(os_key);

static const ep_key products_key[] = {
    {.name = "type", .kind = EP_KEY_WORD, .flags = EP_REQUIRED, .words = ep_number_type_words, .offset = offsetof(ep_products, type)},
    {.name = "architectures", .kind = EP_KEY_TEXTS, .offset = offsetof(ep_products, architectures)},
    {.name = "formats", .kind = EP_KEY_IDS, .section = EDGEPLAN_SECTION_FORMATS, .offset = offsetof(ep_products, formats)},
};
static const ep_keys products_keys = EP_KEYS(products_key);

#define BACKEND(field) .offset = offsetof(ep_rule_draft, backend.field)

static const ep_key backend_key[] = {
    {.name = "id", .kind = EP_KEY_ID, .flags = EP_REQUIRED, BACKEND(id)},
    {.name = "accelerator", .kind = EP_KEY_WORD, .flags = EP_REQUIRED, .words = ep_accelerator_words, BACKEND(accelerator)},
    {.name = "architectures", .kind = EP_KEY_TEXTS, BACKEND(architectures)},
    {.name = "needs", .kind = EP_KEY_TEXTS, BACKEND(needs)},
    {.name = "platforms", .kind = EP_KEY_IDS, .section = EDGEPLAN_SECTION_PLATFORMS, BACKEND(platforms)},
    {.name = "os", .kind = EP_KEY_MAP, .keys = &os_keys},
    {.name = "products", .kind = EP_KEY_LIST, .keys = &products_keys, .item_size = sizeof(ep_products), BACKEND(products),
     .count_offset = offsetof(ep_rule_draft, backend.product_count)},
    {.name = "falls_back_to", .kind = EP_KEY_ELSEWHERE},
};
static const ep_keys backend_keys = EP_KEYS_AND(backend_key, &ep_rule_keys, 0);

/* The other back end of that name. */
static void settle_fallback(ep_loader *loader, ep_frame *frame, const ep_node *node, ep_backend *items, uint32_t count, uint32_t at)
{
    const ep_node *name = ep_node_get(node, "falls_back_to");
    ep_frame item = ep_frame_of_item(frame, at, node), here = ep_frame_of_key(&item, "falls_back_to");

    if (!name || name->kind == EP_NODE_NULL || !ep_read_text(loader, &here, name))
        return;
    for (uint32_t i = 0; i < count; i++)
        if (i != at && ep_equal(items[i].id, name->text))
            items[at].fallback = &items[i];
    if (!items[at].fallback)
        ep_fault(loader, EDGEPLAN_ERROR_REFERENCE, &here, name, "no other such back end here:", name->text, NULL);
}

static void read_backends(ep_loader *loader, ep_frame *frame, const ep_runtime_draft *draft, edgeplan_runtime *runtime)
{
    const ep_node *list = draft->backends;
    ep_backend *items;

    if (!ep_is_list_within(loader, frame, list, MOST_BACKENDS))
        return;
    items = ep_arena_array(&loader->registry->arena, list->count, sizeof *items);
    if (ep_stop_if_null(loader, items))
        return;
    for (uint32_t i = 0; i < list->count && !loader->stopped; i++) {
        const ep_node *node = list->entries[i].value;
        ep_frame here = ep_frame_of_item(frame, i, node);
        ep_rule_draft own = draft->rules;
        memset(&own.nodes, 0, sizeof own.nodes);
        ep_read_map(loader, &here, node, &backend_keys, &own);
        ep_read_rules(loader, &here, &own, &draft->rules.nodes);
        own.backend.rules.offloaded = own.backend.accelerator != EDGEPLAN_ACCELERATOR_CPU;
        items[i] = own.backend;
    }
    for (uint32_t i = 0; i < list->count && !loader->stopped; i++)
        settle_fallback(loader, frame, list->entries[i].value, items, list->count, i);
    runtime->backends = items;
    runtime->backend_count = list->count;
}

/* ---- runtimes ---- */

#define LIST(word, field, number, type, table, prepare)                                                                        \
    {.name = (word), .kind = EP_KEY_LIST, .keys = &(table), .item_size = sizeof(type), RUNTIME(field),                         \
     .count_offset = offsetof(ep_runtime_draft, runtime.number), .read = (prepare)}

static const ep_key runtime_key[] = {
    {.name = "name", .kind = EP_KEY_TEXT, .flags = EP_REQUIRED, RUNTIME(name)},
    {.name = "rules", .kind = EP_KEY_TEXT, RUNTIME(release)},
    {.name = "checked", .kind = EP_KEY_CHOICE, .words = ep_checked_words, RUNTIME(checked)},
    {.name = "url", .kind = EP_KEY_TEXT, RUNTIME(url)},
    {.name = "backends", .kind = EP_KEY_NODE, .flags = EP_REQUIRED, .offset = offsetof(ep_runtime_draft, backends)},
    {.name = "overrides", .kind = EP_KEY_CUSTOM, .read = read_overrides},
    LIST("refuses", refusals, refusal_count, ep_refusal, refusal_keys, prepare_refusal),
    LIST("experimental", experiments, experiment_count, ep_refusal, refusal_keys, prepare_refusal),
    LIST("calibrations", calibrations, calibration_count, ep_calibration, calibration_keys, NULL),
    LIST("fitted", fitted, fitted_count, ep_calibration, calibration_keys, NULL),
    LIST("speculation", speculation, speculation_count, ep_calibration, calibration_keys, NULL),
    LIST("kv_quality", kv_qualities, kv_quality_count, ep_kv_quality, kv_quality_keys, NULL),
    LIST("pipelines", pipelines, pipeline_count, ep_pipeline, ep_pipeline_keys, ep_prepare_pipeline),
    LIST("names", names, name_count, ep_tool_name, ep_name_keys, ep_prepare_name),
};
static const ep_keys runtime_keys = EP_KEYS_AND(runtime_key, &ep_rule_keys, offsetof(ep_runtime_draft, rules));

static void read_runtime(ep_loader *loader, uint32_t index)
{
    edgeplan_runtime *runtime = (edgeplan_runtime *)loader->items[EDGEPLAN_SECTION_RUNTIMES].first + index;
    ep_runtime_draft draft;
    ep_frame frame, backends;
    const ep_node *node = ep_entry_of(loader, EDGEPLAN_SECTION_RUNTIMES, index, &frame);

    memset(&draft, 0, sizeof draft);
    draft.runtime.registry = loader->registry;
    draft.runtime.id = frame.id;
    draft.runtime.release = draft.runtime.checked = draft.runtime.url = "";
    ep_rules_default(&draft.rules.backend);
    ep_read_keys(loader, &frame, node, &runtime_keys, &draft);
    ep_read_rules(loader, &frame, &draft.rules, NULL);
    backends = ep_frame_of_key(&frame, "backends");
    if (draft.backends && draft.backends->kind != EP_NODE_NULL && !loader->stopped)
        read_backends(loader, &backends, &draft, &draft.runtime);
    *runtime = draft.runtime;
}

void ep_read_runtimes(ep_loader *loader)
{
    for (uint32_t i = 0; i < loader->registry->runtime_count && !loader->stopped; i++)
        read_runtime(loader, i);
}
