#include "report/plan_json.h"

#include <string.h>

#include "base/known.h"
#include "base/number.h"
#include "registry/words.h"
#include "report/names.h"
#include "report/numbers_json.h"

const char *ep_listed_text(const ep_item_list *list, size_t index, edgeplan_text which)
{
    return list->items[index].text[which];
}

static void text_at(ep_json_writer *json, const char *key, const ep_item_list *list, size_t index, edgeplan_text which)
{
    ep_json_word_at(json, key, ep_listed_text(list, index, which));
}

static void value_at(ep_json_writer *json, const char *key, const edgeplan_item *item)
{
    ep_json_number_at(json, key, item->value, item->known & EP_ITEM_KNOWN(value));
}

static void identity(ep_json_writer *json, const edgeplan_deployment *deployment)
{
    ep_json_word_at(json, "model", edgeplan_model_id(deployment->model));
    ep_json_word_at(json, "licence", deployment->model->licence);
    ep_json_word_at(json, "target", deployment->target->id);
    ep_json_word_at(json, "runtime", deployment->runtime->id);
    ep_json_word_at(json, "runtime_release", deployment->runtime->release);
    ep_json_word_at(json, "accelerator", edgeplan_accelerator_name((edgeplan_accelerator)deployment->accelerator));
    ep_json_word_at(json, "format", ep_deployment_stored_as(deployment));
}

static void version_at(ep_json_writer *json, const char *key, uint32_t major, uint32_t minor)
{
    char buffer[2 * EP_NUMBER_SIZE];
    ep_text text;

    ep_json_key(json, key);
    if (major == 0) {
        ep_json_null(json);
        return;
    }
    ep_text_init(&text, buffer, sizeof buffer);
    ep_text_add_count(&text, major);
    ep_text_add_char(&text, '.');
    ep_text_add_count(&text, minor);
    ep_json_string(json, buffer);
}

static void conditions(ep_json_writer *json, const edgeplan_plan *plan)
{
    const edgeplan_request *request = &plan->request;
    const edgeplan_target *host = plan->deployment->target->host;

    ep_json_object(json);
    version_at(json, "os_version", request->os_major, request->os_minor);
    ep_json_array_at(json, "entitlements");
    for (uint32_t bit = 0; bit < 64; bit++)
        if (request->entitlements >> bit & 1)
            ep_json_string(json, ep_entitlement_name(UINT64_C(1) << bit));
    ep_json_array_end(json);
    ep_json_count_at(json, "ram_bytes", request->ram_bytes, request->ram_bytes != 0);
    ep_json_word_at(json, "app_state", ep_app_state_name(request->app_state));
    ep_json_word_at(json, "power_mode", NULL);
    version_at(json, "firmware", request->firmware_major, request->firmware_minor);
    ep_json_word_at(json, "host", host != NULL ? host->id : NULL);
    ep_json_object_end(json);
}

static void artefact(ep_json_writer *json, const edgeplan_plan *plan)
{
    ep_json_object(json);
    ep_json_count_at(json, "file_bytes", plan->file_bytes, plan->file_bytes != 0);
    ep_json_count_at(json, "header_low_bytes", plan->header.low, plan->header.high != 0);
    ep_json_count_at(json, "header_high_bytes", plan->header.high, plan->header.high != 0);
    ep_json_count_at(json, "files", plan->files, plan->files != 0);
    ep_json_count_at(json, "largest_file_bytes", plan->largest_file_bytes, plan->largest_file_bytes != 0);
    ep_json_object_end(json);
}

static void verdict(ep_json_writer *json, const edgeplan_plan *plan)
{
    const edgeplan_verdict_result *result = &plan->verdict;
    const ep_rules *rules = &plan->deployment->rules;
#define KNOWN(field) ((result->known & EP_VERDICT_KNOWN(field)) != 0)

    ep_json_word_at(json, "verdict", KNOWN(verdict) ? edgeplan_verdict_name((edgeplan_verdict)result->verdict) : NULL);
    ep_json_word_at(json, "binding", KNOWN(binding) ? edgeplan_limit_name((edgeplan_limit)result->binding) : NULL);
    ep_json_word_at(json, "verdict_reason",
            KNOWN(verdict_reason) ? edgeplan_verdict_reason_text((edgeplan_verdict_reason)result->verdict_reason) : NULL);
    ep_json_count_at(json, "max_context_tokens", result->max_context_tokens, KNOWN(max_context_tokens));
    ep_json_word_at(json, "max_context_limit",
            KNOWN(max_context_limit) ? edgeplan_limit_name((edgeplan_limit)result->max_context_limit) : NULL);
#undef KNOWN
    ep_json_array_at(json, "allowed_context_tokens");
    for (uint32_t i = 0; i < rules->context_count && i < EP_MAX_CONTEXTS; i++)
        ep_json_count(json, rules->contexts[i]);
    ep_json_array_end(json);
}

/* One end of a fix: the words of it if it has any, else its figure. */
static void fix_end(ep_json_writer *json, const char *key, const char *text, double value, uint64_t known)
{
    ep_json_key(json, key);
    if (text != NULL && text[0] != '\0')
        ep_json_string(json, text);
    else
        ep_json_number_or_null(json, value, known != 0);
}

static void fix(ep_json_writer *json, const ep_item_list *list, size_t i)
{
    const edgeplan_item *item = &list->items[i].item;
    const uint64_t known = item->known;

    ep_json_object(json);
    text_at(json, "kind", list, i, EDGEPLAN_TEXT_SUBJECT);
    fix_end(json, "from", ep_listed_text(list, i, EDGEPLAN_TEXT_INPUT), item->value, known & EP_ITEM_KNOWN(value));
    fix_end(json, "to", ep_listed_text(list, i, EDGEPLAN_TEXT_OUTPUT), item->high, known & EP_ITEM_KNOWN(high));
    ep_json_word_at(json, "verdict", known & EP_ITEM_KNOWN(code) ? edgeplan_verdict_name((edgeplan_verdict)item->code) : NULL);
    ep_json_count_at(json, "charged_high_bytes", item->bytes, known & EP_ITEM_KNOWN(bytes));
    ep_json_object_end(json);
}

/* Evidence of this very path only (code 1): claims, and measurements of other paths, are in the list but were not observed of this plan. */
static void observed(ep_json_writer *json, const ep_item_list *list, size_t i)
{
    if (list->items[i].item.code != 1)
        return;
    ep_json_object(json);
    value_at(json, "decode_tok_per_s", &list->items[i].item);
    text_at(json, "source", list, i, EDGEPLAN_TEXT_SOURCE);
    ep_json_object_end(json);
}

static void extra_model(ep_json_writer *json, const ep_item_list *list, size_t i)
{
    const edgeplan_item *item = &list->items[i].item;
    const edgeplan_deployment *other = list->items[i].other;

    ep_json_object(json);
    ep_json_word_at(json, "role", edgeplan_companion_name((edgeplan_companion)item->code));
    if (other != NULL)
        identity(json, other);
    else
        text_at(json, "model", list, i, EDGEPLAN_TEXT_SUBJECT);
    ep_json_count_at(json, "total_low_bytes", (uint64_t)item->low, item->known & EP_ITEM_KNOWN(low));
    ep_json_count_at(json, "total_bytes", item->bytes, item->known & EP_ITEM_KNOWN(bytes));
    ep_json_count_at(json, "total_high_bytes", (uint64_t)item->high, item->known & EP_ITEM_KNOWN(high));
    if (item->known & EP_ITEM_KNOWN(value))
        ep_json_count_at(json, "image_tokens", (uint64_t)item->value, 1);
    ep_json_object_end(json);
}

static void speculation(ep_json_writer *json, const ep_item_list *list, size_t i)
{
    const edgeplan_item *item = &list->items[i].item;

    ep_json_object(json);
    text_at(json, "kind", list, i, EDGEPLAN_TEXT_SUBJECT);
    ep_json_number_at(json, "decode_factor_low", item->low, item->known & EP_ITEM_KNOWN(low));
    value_at(json, "decode_factor", item);
    ep_json_number_at(json, "decode_factor_high", item->high, item->known & EP_ITEM_KNOWN(high));
    ep_json_number_at(json, "kept_tokens_per_round", list->items[i].kept_tokens, list->items[i].kept_tokens > 0);
    ep_json_number_at(json, "round_steps", list->items[i].round_steps, list->items[i].round_steps > 0);
    text_at(json, "source", list, i, EDGEPLAN_TEXT_SOURCE);
    ep_json_object_end(json);
}

static void quality(ep_json_writer *json, const edgeplan_plan *plan)
{
    const ep_quality *q = &plan->quality;
    const ep_format_quality *format = ep_quality_format(plan->deployment);
    const char *confidence = edgeplan_confidence_name((edgeplan_confidence)q->basis);

    ep_json_object(json);
    ep_json_word_at(json, "class", format->quality_class);
    ep_json_word_at(json, "calibration", format->calibration);
    ep_json_number_at(json, "loss_nats", q->loss_nats, q->known);
    ep_json_number_at(json, "format_nats", q->format_nats, q->format_known);
    ep_json_number_at(json, "kv_nats", q->kv_nats, q->kv_known);
    ep_json_word_at(json, "basis", !q->known ? NULL : q->from_class ? "class" : confidence);
    ep_json_object_end(json);
}

static void coded(ep_json_writer *json, const ep_item_list *list, size_t i)
{
    ep_json_object(json);
    text_at(json, "code", list, i, EDGEPLAN_TEXT_SUBJECT);
    text_at(json, "message", list, i, EDGEPLAN_TEXT_MESSAGE);
    if (list->items[i].item.known & EP_ITEM_KNOWN(bytes)) /* most are not about any */
        ep_json_count_at(json, "bytes", list->items[i].item.bytes, 1);
    ep_json_object_end(json);
}

static void missing(ep_json_writer *json, const ep_item_list *list, size_t i)
{
    const char *message = ep_listed_text(list, i, EDGEPLAN_TEXT_MESSAGE);

    ep_json_string(json, message != NULL ? message : "");
}

static void source(ep_json_writer *json, const ep_item_list *list, size_t i)
{
    const edgeplan_item *item = &list->items[i].item;
    const int known = (item->known & EP_ITEM_KNOWN(confidence)) != 0;

    ep_json_object(json);
    text_at(json, "fact", list, i, EDGEPLAN_TEXT_SUBJECT);
    value_at(json, "value", item);
    text_at(json, "source", list, i, EDGEPLAN_TEXT_SOURCE);
    text_at(json, "url", list, i, EDGEPLAN_TEXT_URL);
    ep_json_word_at(json, "confidence", known ? edgeplan_confidence_name((edgeplan_confidence)item->confidence) : NULL);
    text_at(json, "place", list, i, EDGEPLAN_TEXT_PLACE);
    ep_json_object_end(json);
}

/* What a step needs of the computer that takes it. */
static void step_needs(ep_json_writer *json, const ep_item_list *list, size_t i)
{
    const edgeplan_item *item = &list->items[i].item;
    const char *at = ep_listed_text(list, i, EDGEPLAN_TEXT_SYSTEMS);

    ep_json_array_at(json, "systems");
    while (at != NULL && *at != 0) {
        const size_t length = strcspn(at, " ");
        for (const ep_word *word = ep_system_words; word->text != NULL; word++)
            if (ep_equal_n(at, length, word->text))
                ep_json_string(json, word->text);
        at += length;
        at += *at == ' ';
    }
    ep_json_array_end(json);
    ep_json_count_at(json, "ram_bytes", item->bytes, item->known & EP_ITEM_KNOWN(bytes));
    ep_json_count_at(json, "disk_bytes", (uint64_t)item->low, item->known & EP_ITEM_KNOWN(low));
    ep_json_count_at(json, "gpu_bytes", (uint64_t)item->high, item->known & EP_ITEM_KNOWN(high));
    text_at(json, "host", list, i, EDGEPLAN_TEXT_HOST);
    text_at(json, "time", list, i, EDGEPLAN_TEXT_TIME);
    ep_json_key(json, "can_take");
    if (item->known & EP_ITEM_KNOWN(value))
        ep_json_bool(json, item->value > 0);
    else
        ep_json_null(json);
    text_at(json, "lacks", list, i, EDGEPLAN_TEXT_LACKS);
}

static void step(ep_json_writer *json, const ep_item_list *list, size_t i)
{
    ep_json_object(json);
    ep_json_key(json, "published");
    ep_json_bool(json, list->items[i].item.code == EDGEPLAN_STEP_PUBLISHED);
    text_at(json, "tool", list, i, EDGEPLAN_TEXT_SUBJECT);
    text_at(json, "version", list, i, EDGEPLAN_TEXT_SOURCE);
    text_at(json, "command", list, i, EDGEPLAN_TEXT_COMMAND);
    text_at(json, "input", list, i, EDGEPLAN_TEXT_INPUT);
    text_at(json, "output", list, i, EDGEPLAN_TEXT_OUTPUT);
    step_needs(json, list, i);
    text_at(json, "fails", list, i, EDGEPLAN_TEXT_HINT);
    text_at(json, "evidence", list, i, EDGEPLAN_TEXT_MESSAGE);
    text_at(json, "date", list, i, EDGEPLAN_TEXT_PLACE);
    text_at(json, "url", list, i, EDGEPLAN_TEXT_URL);
    ep_json_object_end(json);
}

static void list_at(ep_json_writer *json, const char *key, const edgeplan_plan *plan, edgeplan_list which,
                    void (*write_item)(ep_json_writer *json, const ep_item_list *list, size_t i))
{
    const ep_item_list *list = &plan->lists[which];

    ep_json_array_at(json, key);
    for (size_t i = 0; i < list->count; i++)
        write_item(json, list, i);
    ep_json_array_end(json);
}

static void lists(ep_json_writer *json, const edgeplan_plan *plan)
{
    list_at(json, "observed", plan, EDGEPLAN_LIST_OBSERVATIONS, observed);
    list_at(json, "speculation", plan, EDGEPLAN_LIST_SPECULATION, speculation);
    ep_json_key(json, "quality");
    quality(json, plan);
    list_at(json, "assumptions", plan, EDGEPLAN_LIST_ASSUMPTIONS, coded);
    list_at(json, "warnings", plan, EDGEPLAN_LIST_WARNINGS, coded);
    list_at(json, "missing", plan, EDGEPLAN_LIST_MISSING, missing);
    list_at(json, "sources", plan, EDGEPLAN_LIST_SOURCES, source);
}

void ep_plan_json(ep_json_writer *json, const edgeplan_plan *plan, uint32_t rank)
{
    ep_json_object(json);
    identity(json, plan->deployment);
    ep_json_key(json, "conditions");
    conditions(json, plan);
    ep_json_key(json, "request");
    ep_request_json(json, &plan->request);
    ep_json_key(json, "artefact");
    artefact(json, plan);
    ep_json_key(json, "memory");
    ep_memory_json(json, &plan->memory);
    if (plan->device.known) {
        ep_json_key(json, "memory_host");
        ep_memory_json(json, &plan->host);
        ep_json_key(json, "memory_device");
        ep_memory_json(json, &plan->device);
    }
    if (plan->lists[EDGEPLAN_LIST_EXTRA_MODELS].count != 0)
        list_at(json, "extra_models", plan, EDGEPLAN_LIST_EXTRA_MODELS, extra_model);
    ep_json_key(json, "budget");
    ep_budget_json(json, &plan->budget);
    verdict(json, plan);
    list_at(json, "fixes", plan, EDGEPLAN_LIST_FIXES, fix);
    ep_json_key(json, "speed");
    ep_speed_json(json, &plan->speed);
    lists(json, plan);
    if (rank != 0) {
        ep_json_count_at(json, "rank", rank, 1);
        ep_json_key(json, "on_front");
        ep_json_bool(json, (int)plan->standing.on_front);
        list_at(json, "pipeline", plan, EDGEPLAN_LIST_PIPELINE, step);
    }
    ep_json_object_end(json);
}
