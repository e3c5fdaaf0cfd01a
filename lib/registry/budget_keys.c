/* The keys of a budget file: docs/gate.md says what each means; a new key is a line there and one here. */
#include <string.h>

#include "base/number.h"
#include "registry/budget.h"
#include "registry/words.h"

/* ---- words ---- */

const ep_word ep_rule_words[] = {
    {"EP-PATH", EDGEPLAN_RULE_PATH},         {"EP-FIT", EDGEPLAN_RULE_FIT},           {"EP-MEMORY", EDGEPLAN_RULE_MEMORY},
    {"EP-BUFFER", EDGEPLAN_RULE_BUFFER},     {"EP-FILE", EDGEPLAN_RULE_FILE},         {"EP-DOWNLOAD", EDGEPLAN_RULE_DOWNLOAD},
    {"EP-DECODE", EDGEPLAN_RULE_DECODE},     {"EP-TTFT", EDGEPLAN_RULE_TTFT},         {"EP-CONTEXT", EDGEPLAN_RULE_CONTEXT},
    {"EP-LOSS", EDGEPLAN_RULE_LOSS},         {"EP-BASIS", EDGEPLAN_RULE_BASIS},       {"EP-GROUP", EDGEPLAN_RULE_GROUP},
    {"EP-COVERAGE", EDGEPLAN_RULE_COVERAGE}, {"EP-REGISTRY", EDGEPLAN_RULE_REGISTRY}, {"EP-WAIVER", EDGEPLAN_RULE_WAIVER},
    {"EP-FALLBACK", EDGEPLAN_RULE_FALLBACK}, {NULL, 0},
};

static const ep_word level_words[] = {
    {"off", EDGEPLAN_LEVEL_OFF}, {"warn", EDGEPLAN_LEVEL_WARN}, {"error", EDGEPLAN_LEVEL_ERROR}, {NULL, 0},
};
static const ep_word verdict_words[] = {{"fits", EDGEPLAN_VERDICT_FITS}, {"tight", EDGEPLAN_VERDICT_TIGHT}, {NULL, 0}};
static const ep_word range_words[] = {
    {"low", EP_ESTIMATE_LOW}, {"expected", EP_ESTIMATE_EXPECTED}, {"high", EP_ESTIMATE_HIGH}, {NULL, 0},
};
static const ep_word rate_words[] = {
    {"low", EP_ESTIMATE_LOW},
    {"expected", EP_ESTIMATE_EXPECTED},
    {"high", EP_ESTIMATE_HIGH},
    {"ceiling", EP_ESTIMATE_BEST},
    {NULL, 0},
};
static const ep_word time_words[] = {
    {"low", EP_ESTIMATE_LOW},
    {"expected", EP_ESTIMATE_EXPECTED},
    {"high", EP_ESTIMATE_HIGH},
    {"floor", EP_ESTIMATE_BEST},
    {NULL, 0},
};

static const ep_word role_words[] = {
    {"draft", EDGEPLAN_COMPANION_DRAFT},      {"projector", EDGEPLAN_COMPANION_PROJECTOR}, {"stt", EDGEPLAN_COMPANION_SPEECH_TO_TEXT},
    {"tts", EDGEPLAN_COMPANION_TEXT_TO_SPEECH}, {"other", EDGEPLAN_COMPANION_OTHER},        {"mtp", EDGEPLAN_COMPANION_MTP},
    {NULL, 0},
};

/* ---- limits ---- */

#define PROMISE(field) offsetof(ep_promise, field)
#define LEVEL {.name = "level", .kind = EP_KEY_WORD, .words = level_words, .offset = PROMISE(level)}
#define BOUND(text, dimension, more) \
    {.name = (text), .kind = EP_KEY_QUANTITY, .flags = EP_REQUIRED | (more), .unit = (dimension), .offset = PROMISE(bound)}
#define NEEDS(text, list) {.name = (text), .kind = EP_KEY_WORD, .flags = EP_REQUIRED, .words = (list), .offset = PROMISE(word)}
#define ESTIMATE(list) {.name = "estimate", .kind = EP_KEY_WORD, .words = (list), .offset = PROMISE(estimate)}

static const ep_key verdict_key[] = {NEEDS("at_least", verdict_words), LEVEL};
static const ep_key memory_key[] = {BOUND("max", EP_UNIT_BYTES, EP_POSITIVE), ESTIMATE(range_words), LEVEL};
static const ep_key bytes_key[] = {BOUND("max", EP_UNIT_BYTES, EP_POSITIVE), LEVEL};
static const ep_key decode_key[] = {
    BOUND("min", EP_UNIT_TOKENS_PER_SECOND, EP_POSITIVE), ESTIMATE(rate_words),
    {.name = "sustained", .kind = EP_KEY_FLAG, .offset = PROMISE(sustained)}, LEVEL,
};
static const ep_key ttft_key[] = {BOUND("max", EP_UNIT_SECONDS, EP_POSITIVE), ESTIMATE(time_words), LEVEL};
static const ep_key context_key[] = {BOUND("min", EP_UNIT_TOKEN_COUNT, EP_POSITIVE), LEVEL};
static const ep_key loss_key[] = {BOUND("max", EP_UNIT_NATS, 0), LEVEL};
static const ep_key basis_key[] = {NEEDS("min", ep_confidence_words), LEVEL};

static const ep_keys promise_keys[EP_PROMISE_COUNT] = {
    [EP_PROMISE_VERDICT] = EP_KEYS(verdict_key), [EP_PROMISE_MEMORY] = EP_KEYS(memory_key),
    [EP_PROMISE_BUFFER] = EP_KEYS(bytes_key),    [EP_PROMISE_FILE] = EP_KEYS(bytes_key),
    [EP_PROMISE_DOWNLOAD] = EP_KEYS(bytes_key),  [EP_PROMISE_DECODE] = EP_KEYS(decode_key),
    [EP_PROMISE_TTFT] = EP_KEYS(ttft_key),       [EP_PROMISE_CONTEXT] = EP_KEYS(context_key),
    [EP_PROMISE_LOSS] = EP_KEYS(loss_key),       [EP_PROMISE_BASIS] = EP_KEYS(basis_key),
};

static const char *const promise_names[EP_PROMISE_COUNT] = {
    "verdict", "memory", "largest_buffer", "largest_file", "download", "decode", "ttft", "context", "loss", "basis",
};

static void read_promise(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    ep_promises *promises = object;
    uint32_t kind = 0;

    while (kind + 1 < EP_PROMISE_COUNT && strcmp(promise_names[kind], frame->key) != 0)
        kind++;
    promises->item[kind] = (ep_promise){.node = node, .level = EDGEPLAN_LEVEL_ERROR};
    ep_read_map(loader, frame, node, &promise_keys[kind], &promises->item[kind]);
}

#define LIMIT(text) {.name = (text), .kind = EP_KEY_CUSTOM, .read = read_promise}
static const ep_key limits_key[] = {
    LIMIT("verdict"), LIMIT("memory"), LIMIT("largest_buffer"), LIMIT("largest_file"), LIMIT("download"),
    LIMIT("decode"),  LIMIT("ttft"),   LIMIT("context"),        LIMIT("loss"),         LIMIT("basis"),
};
static const ep_keys limits_keys = EP_KEYS(limits_key);

/* ---- terms: of the defaults, a device, a model ---- */

#define TERM(field) offsetof(ep_terms, field)
#define TOKENS(text, field) \
    {.name = (text), .kind = EP_KEY_QUANTITY, .flags = EP_POSITIVE, .unit = EP_UNIT_TOKEN_COUNT, .store = EP_STORE_U64, \
     .offset = TERM(field)}

static void read_image(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    const char *text = ep_read_text(loader, frame, node), *by = text ? strchr(text, 'x') : NULL;
    uint64_t width = 0, height = 0;

    if (!text)
        return;
    if (!by || ep_count_read(text, (size_t)(by - text), &width) || ep_count_read(by + 1, strlen(by + 1), &height) || !width || !height ||
        width > UINT16_MAX || height > UINT16_MAX) {
        ep_fault(loader, EDGEPLAN_ERROR_SCHEMA, frame, node, "must be pixels, width by height, such as 1024x768", NULL, NULL);
        return;
    }
    ((ep_terms *)object)->image_width_pixels = (uint32_t)width;
    ((ep_terms *)object)->image_height_pixels = (uint32_t)height;
}

static const ep_key terms_key[] = {
    {.name = "runtime", .kind = EP_KEY_REFERENCE, .section = EDGEPLAN_SECTION_RUNTIMES, .offset = TERM(runtime)},
    {.name = "accelerators", .kind = EP_KEY_TEXTS, .words = ep_accelerator_words, .offset = TERM(accelerators)},
    TOKENS("context", context_tokens),
    TOKENS("prompt", prompt_tokens),
    TOKENS("output", output_tokens),
    {.name = "sequences", .kind = EP_KEY_QUANTITY, .flags = EP_POSITIVE, .unit = EP_UNIT_COUNT, .store = EP_STORE_U64,
     .offset = TERM(sequences)},
    TOKENS("chunk", chunk_tokens),
    {.name = "kv", .kind = EP_KEY_ELEMENT, .offset = TERM(kv)},
    {.name = "preset", .kind = EP_KEY_WORD, .words = ep_preset_words, .offset = TERM(preset)},
    {.name = "mmap", .kind = EP_KEY_SWITCH, .offset = TERM(mmap)},
    {.name = "image", .kind = EP_KEY_CUSTOM, .read = read_image},
    {.name = "app_bytes", .kind = EP_KEY_QUANTITY, .unit = EP_UNIT_BYTES, .store = EP_STORE_U64, .offset = TERM(app_bytes)},
    {.name = "app_state", .kind = EP_KEY_WORD, .words = ep_app_state_words, .offset = TERM(app_state)},
    {.name = "entitlements", .kind = EP_KEY_BITS, .words = ep_entitlement_words, .offset = TERM(entitlements)},
};
static const ep_keys terms_keys = EP_KEYS(terms_key);

/* ---- parts ---- */

#define DEVICE(field) offsetof(ep_budget_device, field)

/* A target by id, name, alias or what its system reports; as a reference to an id it is told what is wrong with it. */
static void read_target(ep_loader *loader, ep_frame *frame, const ep_node *node, const edgeplan_target **out)
{
    const edgeplan_registry *base = loader->registry->base;
    const char *text = ep_read_text(loader, frame, node);

    *out = text ? edgeplan_target_find(base, text) : NULL;
    if (text && !*out)
        *out = edgeplan_target_find_by(base, NULL, text);
    if (text && !*out)
        (void)ep_resolve(loader, frame, node, EDGEPLAN_SECTION_TARGETS);
}

static void read_device_target(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    read_target(loader, frame, node, &((ep_budget_device *)object)->target);
}

#define BYTES(text, field) \
    {.name = (text), .kind = EP_KEY_QUANTITY, .flags = EP_POSITIVE, .unit = EP_UNIT_BYTES, .store = EP_STORE_U64, .offset = (field)}

static const ep_key device_key[] = {
    {.name = "id", .kind = EP_KEY_ID, .flags = EP_REQUIRED, .offset = DEVICE(named.id)},
    {.name = "target", .kind = EP_KEY_CUSTOM, .read = read_device_target},
    {.name = "platform", .kind = EP_KEY_REFERENCE, .section = EDGEPLAN_SECTION_PLATFORMS, .offset = DEVICE(platform)},
    BYTES("ram", DEVICE(ram_bytes)),
    BYTES("available", DEVICE(available_bytes)),
    BYTES("largest_buffer", DEVICE(largest_buffer_bytes)),
    {.name = "os", .kind = EP_KEY_VERSION, .offset = DEVICE(os)},
    {.name = "firmware", .kind = EP_KEY_VERSION, .offset = DEVICE(firmware)},
    {.name = "required", .kind = EP_KEY_SWITCH, .offset = DEVICE(required)},
};
static const ep_keys device_keys = EP_KEYS_AND(device_key, &terms_keys, DEVICE(terms));

static void prepare_device(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    ep_budget_device *device = object;
    (void)loader;
    (void)frame;
    device->named.node = node;
    device->required = EDGEPLAN_SWITCH_ON;
    device->terms.kv = EDGEPLAN_ELEMENT_NONE;
}

#define MODEL(field) offsetof(ep_budget_model, field)
#define OF_A_MODEL                                                                                            \
    {.name = "file", .kind = EP_KEY_TEXT, .offset = MODEL(file)},                                             \
    {.name = "config", .kind = EP_KEY_TEXT, .offset = MODEL(config)},                                         \
    {.name = "model", .kind = EP_KEY_REFERENCE, .section = EDGEPLAN_SECTION_MODELS, .offset = MODEL(entry)},  \
    {.name = "format", .kind = EP_KEY_REFERENCE, .section = EDGEPLAN_SECTION_FORMATS, .offset = MODEL(format)}

static const ep_key with_key[] = {
    {.name = "role", .kind = EP_KEY_WORD, .flags = EP_REQUIRED, .words = role_words, .offset = MODEL(role)},
    OF_A_MODEL,
};
static const ep_keys with_keys = EP_KEYS(with_key);

static void prepare_model(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    ep_budget_model *model = object;
    (void)loader;
    (void)frame;
    model->named.node = node;
    model->terms.kv = EDGEPLAN_ELEMENT_NONE;
}

static const ep_key model_key[] = {
    {.name = "id", .kind = EP_KEY_ID, .flags = EP_REQUIRED, .offset = MODEL(named.id)},
    OF_A_MODEL,
    {.name = "with", .kind = EP_KEY_LIST, .keys = &with_keys, .item_size = sizeof(ep_budget_model), .offset = MODEL(with),
     .count_offset = MODEL(with_count), .read = prepare_model},
    {.name = "devices", .kind = EP_KEY_NODE, .offset = MODEL(device_ids)},
    {.name = "limits", .kind = EP_KEY_MAP, .keys = &limits_keys, .offset = MODEL(promises)},
};
static const ep_keys model_keys = EP_KEYS_AND(model_key, &terms_keys, MODEL(terms));

#define GROUP(field) offsetof(ep_budget_group, field)
static const ep_key group_key[] = {
    {.name = "id", .kind = EP_KEY_ID, .flags = EP_REQUIRED, .offset = GROUP(named.id)},
    {.name = "members", .kind = EP_KEY_NODE, .flags = EP_REQUIRED, .offset = GROUP(member_ids)},
};
static const ep_keys group_keys = EP_KEYS(group_key);

static void prepare_group(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    (void)loader;
    (void)frame;
    ((ep_budget_group *)object)->named.node = node;
}

#define AUDIENCE(field) offsetof(ep_audience, field)

static void read_audience_target(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    read_target(loader, frame, node, &((ep_audience *)object)->target);
}

static const ep_key audience_key[] = {
    {.name = "identifier", .kind = EP_KEY_TEXT, .offset = AUDIENCE(identifier)},
    {.name = "target", .kind = EP_KEY_CUSTOM, .read = read_audience_target},
    {.name = "share", .kind = EP_KEY_QUANTITY, .flags = EP_REQUIRED, .unit = EP_UNIT_SHARE, .offset = AUDIENCE(share)},
};
static const ep_keys audience_keys = EP_KEYS(audience_key);

static void prepare_audience(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    (void)loader;
    (void)frame;
    ((ep_audience *)object)->node = node;
}

/* Days of a month; February's of a leap year. */
static uint32_t days_of(uint32_t year, uint32_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

/* `2027-03-01` as 20270301; 0 if it is no day. */
static uint32_t parse_date(const char *text)
{
    uint32_t digits = 0;

    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
        return 0;
    for (int i = 0; i < 10; i++) {
        if (i == 4 || i == 7)
            continue;
        if (text[i] < '0' || text[i] > '9')
            return 0;
        digits = digits * 10 + (uint32_t)(text[i] - '0');
    }
    uint32_t year = digits / 10000, month = digits / 100 % 100, day = digits % 100;
    return month >= 1 && month <= 12 && day >= 1 && day <= days_of(year, month) ? digits : 0;
}

static void read_until(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    ep_budget_waiver *waiver = object;
    const char *text = ep_read_text(loader, frame, node);

    if (text && (waiver->until = parse_date(text)) == 0)
        ep_fault(loader, EDGEPLAN_ERROR_SCHEMA, frame, node, "a day is year-month-day, such as 2027-03-01, not",
                 text, NULL);
}

#define WAIVER(field) offsetof(ep_budget_waiver, field)
static const ep_key waiver_key[] = {
    {.name = "rule", .kind = EP_KEY_WORD, .flags = EP_REQUIRED, .words = ep_rule_words, .offset = WAIVER(rule)},
    {.name = "model", .kind = EP_KEY_ID, .offset = WAIVER(model)},
    {.name = "device", .kind = EP_KEY_ID, .offset = WAIVER(device)},
    {.name = "reason", .kind = EP_KEY_TEXT, .flags = EP_REQUIRED, .offset = WAIVER(reason)},
    {.name = "until", .kind = EP_KEY_CUSTOM, .flags = EP_REQUIRED, .read = read_until},
};
static const ep_keys waiver_keys = EP_KEYS(waiver_key);

static void prepare_waiver(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    (void)loader;
    (void)frame;
    ((ep_budget_waiver *)object)->node = node;
}

/* ---- the file ---- */

#define BUDGET(field) offsetof(ep_budget, field)

static const ep_key pin_key[] = {
    {.name = "digest", .kind = EP_KEY_TEXT, .flags = EP_REQUIRED, .offset = BUDGET(pinned_digest)},
};
static const ep_keys pin_keys = EP_KEYS(pin_key);

static void read_pin(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    ((ep_budget *)object)->pin = node;
    ep_read_map(loader, frame, node, &pin_keys, object);
}

static const ep_key coverage_key[] = {
    {.name = "min", .kind = EP_KEY_QUANTITY, .flags = EP_REQUIRED, .unit = EP_UNIT_SHARE, .offset = BUDGET(coverage_share)},
    {.name = "verdict", .kind = EP_KEY_WORD, .words = verdict_words, .offset = BUDGET(coverage_verdict)},
    {.name = "level", .kind = EP_KEY_WORD, .words = level_words, .offset = BUDGET(coverage_level)},
};
static const ep_keys coverage_keys = EP_KEYS(coverage_key);

static void read_coverage(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object)
{
    ep_budget *budget = object;

    budget->coverage = node;
    ep_read_map(loader, frame, node, &coverage_keys, budget);
}

#define PARTS(text, keys_, type, field, number, prepare) \
    {.name = (text), .kind = EP_KEY_LIST, .keys = &(keys_), .item_size = sizeof(type), .offset = BUDGET(field), \
     .count_offset = BUDGET(number), .read = (prepare)}

static const ep_key budget_key[] = {
    {.name = "edgeplan", .kind = EP_KEY_ELSEWHERE},
    {.name = "registry", .kind = EP_KEY_CUSTOM, .read = read_pin},
    {.name = "defaults", .kind = EP_KEY_MAP, .keys = &terms_keys, .offset = BUDGET(defaults)},
    PARTS("devices", device_keys, ep_budget_device, devices, device_count, prepare_device),
    PARTS("models", model_keys, ep_budget_model, models, model_count, prepare_model),
    PARTS("groups", group_keys, ep_budget_group, groups, group_count, prepare_group),
    {.name = "limits", .kind = EP_KEY_MAP, .keys = &limits_keys, .offset = BUDGET(promises)},
    PARTS("audience", audience_keys, ep_audience, audience, audience_count, prepare_audience),
    {.name = "coverage", .kind = EP_KEY_CUSTOM, .read = read_coverage},
    PARTS("waivers", waiver_keys, ep_budget_waiver, waivers, waiver_count, prepare_waiver),
};
const ep_keys ep_budget_keys = EP_KEYS(budget_key);
