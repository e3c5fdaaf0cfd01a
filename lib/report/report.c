/* Documents: what docs/json.md calls the top level. */
#include <edgeplan/report.h>

#include <string.h>

#include "base/checked.h"
#include "base/number.h"
#include "plan/rank.h"
#include "plan/recommend.h"
#include "registry/unit.h"
#include "report/gate_json.h"
#include "report/plan_json.h"

/* Up to the list of plans, which it leaves open. */
static void open_document(ep_json_writer *json, const edgeplan_registry *registry)
{
    ep_json_object(json);
    ep_json_key(json, "format_version");
    ep_json_string(json, "1.0");
    ep_json_object_at(json, "edgeplan");
    ep_json_key(json, "version");
    ep_json_string(json, edgeplan_version_text());
    ep_json_word_at(json, "registry_version", registry != NULL ? registry->version : NULL);
    ep_json_word_at(json, "registry_digest", registry != NULL ? registry->digest : NULL);
    ep_json_object_end(json);
    ep_json_array_at(json, "plans");
}

/* Only a gate has checks. */
static void close_document(ep_json_writer *json)
{
    ep_json_array_at(json, "checks");
    ep_json_array_end(json);
    ep_json_object_at(json, "summary");
    ep_json_object_end(json);
    ep_json_object_end(json);
}

/* A reject's subject is its path: runtime/accelerator/format. Takes one part and moves on. */
static void path_part(ep_json_writer *json, const char *key, const char **path)
{
    char part[128];
    ep_text text;
    size_t length = strcspn(*path, "/ ");

    ep_text_init(&text, part, sizeof part);
    ep_text_add_n(&text, *path, length);
    ep_json_word_at(json, key, part);
    *path += length;
    if (**path != '\0')
        *path += 1;
}

static void rejects(ep_json_writer *json, const edgeplan_recommendation *recommendation)
{
    const ep_item_list *list = &recommendation->rejected;

    for (size_t i = 0; i < list->count; i++) {
        const char *path = ep_listed_text(list, i, EDGEPLAN_TEXT_SUBJECT);

        if (path == NULL)
            path = "";
        ep_json_object(json);
        ep_json_word_at(json, "target", recommendation->target->id);
        ep_json_word_at(json, "model", ep_listed_text(list, i, EDGEPLAN_TEXT_INPUT));
        path_part(json, "runtime", &path);
        path_part(json, "accelerator", &path);
        path_part(json, "format", &path);
        ep_json_word_at(json, "reason", ep_listed_text(list, i, EDGEPLAN_TEXT_MESSAGE));
        ep_json_object_end(json);
    }
}

/* Targets where one plan decodes and another prefills much faster. */
static void winners(ep_json_writer *json, const edgeplan_recommendation *r)
{
    uint32_t decodes, prefills;

    if (!ep_rank_winners(r->plans, r->plan_count, r->workload_seconds, &decodes, &prefills))
        return;
    ep_json_object(json);
    ep_json_word_at(json, "target", r->target->id);
    ep_json_count_at(json, "decode_rank", decodes + 1, 1);
    ep_json_count_at(json, "prefill_rank", prefills + 1, 1);
    ep_json_object_end(json);
}

static void begin(ep_json_writer *json, ep_text *text, char *buffer, size_t size, size_t *needed)
{
    if (needed != NULL)
        *needed = 0;
    ep_text_init(text, buffer, size);
    ep_json_begin(json, text);
}

static edgeplan_status finish(const ep_text *text, size_t *needed)
{
    if (needed != NULL)
        *needed = text->length + 1;
    return EDGEPLAN_OK;
}

static int same_registry(const edgeplan_registry *a, const edgeplan_registry *b)
{
    return a == b || memcmp(a->digest, b->digest, sizeof a->digest) == 0;
}

edgeplan_status edgeplan_report_plans(const edgeplan_plan *const *plans, uint32_t count, char *buffer, size_t size, size_t *needed)
{
    const edgeplan_registry *registry = NULL;
    ep_json_writer json;
    ep_text text;

    begin(&json, &text, buffer, size, needed);
    if (plans == NULL && count != 0)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    for (uint32_t i = 0; i < count; i++) {
        if (plans[i] == NULL)
            return EDGEPLAN_ERROR_INVALID_ARGUMENT;
        if (registry == NULL)
            registry = plans[i]->deployment->registry;
        else if (!same_registry(registry, plans[i]->deployment->registry))
            return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    }
    open_document(&json, registry);
    for (uint32_t i = 0; i < count; i++)
        ep_plan_json(&json, plans[i], 0);
    ep_json_array_end(&json);
    close_document(&json);
    return finish(&text, needed);
}

edgeplan_status edgeplan_report_recommendations(const edgeplan_recommendation *const *recommendations, uint32_t count, char *buffer,
                                                size_t size, size_t *needed)
{
    ep_json_writer json;
    ep_text text;

    begin(&json, &text, buffer, size, needed);
    if (recommendations == NULL && count != 0)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    for (uint32_t i = 0; i < count; i++)
        if (recommendations[i] == NULL || !same_registry(recommendations[0]->registry, recommendations[i]->registry))
            return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    open_document(&json, count > 0 ? recommendations[0]->registry : NULL);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t j = 0; j < recommendations[i]->plan_count; j++)
            ep_plan_json(&json, recommendations[i]->plans[j], j + 1);
    ep_json_array_end(&json);
    ep_json_array_at(&json, "rejected");
    for (uint32_t i = 0; i < count; i++)
        rejects(&json, recommendations[i]);
    ep_json_array_end(&json);
    ep_json_array_at(&json, "winners");
    for (uint32_t i = 0; i < count; i++)
        winners(&json, recommendations[i]);
    ep_json_array_end(&json);
    close_document(&json);
    return finish(&text, needed);
}

edgeplan_status edgeplan_report_gate(const edgeplan_gate *gate, char *buffer, size_t size, size_t *needed)
{
    ep_json_writer json;
    ep_text text;

    begin(&json, &text, buffer, size, needed);
    if (gate == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    open_document(&json, gate->registry);
    for (uint32_t i = 0; i < gate->plan_count; i++)
        ep_plan_json(&json, gate->plans[i], 0);
    ep_json_array_end(&json);
    ep_gate_json(&json, gate);
    ep_json_object_end(&json);
    return finish(&text, needed);
}

size_t edgeplan_number_text(double value, char *buffer, size_t size)
{
    char digits[EP_NUMBER_SIZE];
    size_t length = ep_number_write(value, digits);

    if (buffer == NULL || size == 0)
        return 0;
    buffer[0] = '\0';
    if (length == 0 || length >= size)
        return 0;
    memcpy(buffer, digits, length);
    buffer[length] = '\0';
    return length;
}

edgeplan_status edgeplan_bytes_from_text(const char *text, uint64_t *out)
{
    edgeplan_status status;
    uint64_t count;
    double value;

    if (out == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    *out = 0;
    if (text == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    status = ep_count_read(text, strlen(text), &count); /* a bare integer is bytes */
    if (status == EDGEPLAN_OK && count <= EP_MAX_COUNT)
        *out = count;
    if (status != EDGEPLAN_ERROR_SYNTAX)
        return status == EDGEPLAN_OK && count <= EP_MAX_COUNT ? EDGEPLAN_OK : EDGEPLAN_ERROR_RANGE;
    switch (ep_quantity_read(text, strlen(text), EP_UNIT_BYTES, &value)) {
    case EP_QUANTITY_FINE: break;
    case EP_QUANTITY_DIGITS: return EDGEPLAN_ERROR_RANGE;
    default: return EDGEPLAN_ERROR_SYNTAX;
    }
    if (!(value >= 0 && value <= (double)EP_MAX_COUNT) || (double)(uint64_t)value != value)
        return EDGEPLAN_ERROR_RANGE;
    *out = (uint64_t)value;
    return EDGEPLAN_OK;
}
