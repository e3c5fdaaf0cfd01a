#include "report/numbers_json.h"

#include <string.h>

#include "base/known.h"
#include "report/names.h"

/* What a field holds: a number, or the code of a word. */
typedef enum field_kind { COUNT = 1, NUMBER, MEMORY_BASIS, LIMIT, CONFIDENCE, BOUND, SPEED_BASIS } field_kind;

typedef struct number_field {
    const char *key;
    field_kind kind;
    size_t offset;
} number_field;

typedef struct number_object {
    const number_field *fields;
    size_t count, pairs_begin, pairs_end; /* as in base/known.h */
} number_object;

static const char *word_of(field_kind kind, uint32_t code)
{
    switch (kind) {
    case MEMORY_BASIS: return edgeplan_memory_basis_name((edgeplan_memory_basis)code);
    case LIMIT: return edgeplan_limit_name((edgeplan_limit)code);
    case CONFIDENCE: return edgeplan_confidence_name((edgeplan_confidence)code);
    case BOUND: return edgeplan_bound_name((edgeplan_bound)code);
    case SPEED_BASIS: return edgeplan_speed_basis_name((edgeplan_speed_basis)code);
    default: return NULL;
    }
}

static void write_field(ep_json_writer *json, const number_field *field, const void *structure, uint64_t known)
{
    const unsigned char *at = (const unsigned char *)structure + field->offset;
    uint64_t count;
    double number;
    uint32_t code;

    if (field->kind == COUNT) {
        memcpy(&count, at, sizeof count);
        ep_json_count_at(json, field->key, count, known);
    } else if (field->kind == NUMBER) {
        memcpy(&number, at, sizeof number);
        ep_json_number_at(json, field->key, number, known);
    } else {
        memcpy(&code, at, sizeof code);
        ep_json_word_at(json, field->key, known != 0 ? word_of(field->kind, code) : NULL);
    }
}

static void write_object(ep_json_writer *json, const number_object *object, const void *structure, uint64_t known)
{
    ep_json_object(json);
    for (size_t i = 0; i < object->count; i++) {
        const number_field *field = &object->fields[i];
        write_field(json, field, structure, known & ep_known_bit(field->offset, object->pairs_begin, object->pairs_end));
    }
    ep_json_object_end(json);
}

static void switch_field(ep_json_writer *json, const char *key, uint32_t value)
{
    ep_json_key(json, key);
    if (value == EDGEPLAN_SWITCH_DEFAULT)
        ep_json_null(json);
    else
        ep_json_bool(json, value == EDGEPLAN_SWITCH_ON);
}

/* A plan's request has every default filled in: what is 0 without a bit has no default either. */
void ep_request_json(ep_json_writer *json, const edgeplan_request *request)
{
#define GIVEN(field) ((request->given & EP_REQUEST_KNOWN(field)) != 0 || request->field != 0)
#define COUNT(field) ep_json_count_at(json, #field, request->field, GIVEN(field))
#define TYPE(field) \
    ep_json_word_at(json, #field, GIVEN(field) ? edgeplan_element_type_name((edgeplan_element_type)request->field) : NULL)
    ep_json_object(json);
    COUNT(context_tokens);
    COUNT(prompt_tokens);
    ep_json_count_at(json, "cached_tokens", request->cached_tokens, 1); /* its default is 0 */
    COUNT(output_tokens);
    COUNT(sequences);
    COUNT(batch);
    COUNT(chunk_tokens);
    TYPE(kv_k);
    TYPE(kv_v);
    COUNT(gpu_layers);
    COUNT(image_width_pixels);
    COUNT(image_height_pixels);
    switch_field(json, "mmap", request->mmap);
    switch_field(json, "flash_attention", request->flash_attention);
    ep_json_word_at(json, "preset", ep_preset_name(request->preset));
    ep_json_object_end(json);
#undef GIVEN
#undef COUNT
#undef TYPE
}

#define OBJECT(list, begin, end) {list, sizeof(list) / sizeof((list)[0]), begin, end}

#define FIELD(kind, field) {#field, kind, offsetof(edgeplan_memory, field)}
static const number_field memory_fields[] = {
    FIELD(COUNT, weights_bytes),
    FIELD(COUNT, weights_duplicated_bytes),
    FIELD(COUNT, kv_bytes),
    FIELD(COUNT, state_bytes),
    FIELD(COUNT, compute_bytes),
    FIELD(COUNT, output_bytes),
    FIELD(COUNT, extra_models_bytes),
    FIELD(COUNT, runtime_bytes),
    FIELD(COUNT, total_low_bytes),
    FIELD(COUNT, total_bytes),
    FIELD(COUNT, total_high_bytes),
    FIELD(COUNT, charged_low_bytes),
    FIELD(COUNT, charged_bytes),
    FIELD(COUNT, charged_high_bytes),
    FIELD(COUNT, largest_buffer_bytes),
    FIELD(MEMORY_BASIS, basis),
};
#undef FIELD

static const number_object memory_object = OBJECT(memory_fields, offsetof(edgeplan_memory, basis), sizeof(edgeplan_memory));

void ep_memory_json(ep_json_writer *json, const edgeplan_memory *memory)
{
    write_object(json, &memory_object, memory, memory->known);
}

#define FIELD(kind, field) {#field, kind, offsetof(edgeplan_budget, field)}
static const number_field budget_fields[] = {
    FIELD(COUNT, safe_bytes),
    FIELD(COUNT, hard_bytes),
    FIELD(LIMIT, limit),
    FIELD(CONFIDENCE, basis),
};
#undef FIELD

static const number_object budget_object = OBJECT(budget_fields, offsetof(edgeplan_budget, limit), sizeof(edgeplan_budget));

void ep_budget_json(ep_json_writer *json, const edgeplan_budget *budget)
{
    write_object(json, &budget_object, budget, budget->known);
}

#define FIELD(kind, field) {#field, kind, offsetof(edgeplan_speed, field)}
static const number_field speed_fields[] = {
    FIELD(COUNT, least_traffic_bytes_per_step),
    FIELD(COUNT, traffic_bytes_per_step),
    FIELD(COUNT, routed_traffic_bytes_per_step),
    FIELD(COUNT, cache_traffic_bytes_per_step),
    FIELD(NUMBER, decode_ceiling_tok_per_s),
    FIELD(NUMBER, decode_low_tok_per_s),
    FIELD(NUMBER, decode_tok_per_s),
    FIELD(NUMBER, decode_high_tok_per_s),
    FIELD(NUMBER, sustained_decode_low_tok_per_s),
    FIELD(NUMBER, sustained_decode_tok_per_s),
    FIELD(NUMBER, sustained_decode_high_tok_per_s),
    FIELD(NUMBER, sustained_after_seconds),
    FIELD(NUMBER, prefill_ceiling_tok_per_s),
    FIELD(NUMBER, prefill_low_tok_per_s),
    FIELD(NUMBER, prefill_tok_per_s),
    FIELD(NUMBER, prefill_high_tok_per_s),
    FIELD(NUMBER, ttft_floor_seconds),
    FIELD(NUMBER, ttft_low_seconds),
    FIELD(NUMBER, ttft_seconds),
    FIELD(NUMBER, ttft_high_seconds),
    FIELD(NUMBER, first_load_seconds),
    FIELD(NUMBER, energy_joules_per_token),
    FIELD(BOUND, bound),
    FIELD(NUMBER, bandwidth_fraction),
    FIELD(NUMBER, compute_fraction),
    FIELD(NUMBER, overhead_fraction),
    FIELD(SPEED_BASIS, basis),
    FIELD(SPEED_BASIS, prefill_basis),
    FIELD(SPEED_BASIS, sustained_basis),
};
#undef FIELD

static const number_object speed_object = OBJECT(speed_fields, offsetof(edgeplan_speed, bound), sizeof(edgeplan_speed));

void ep_speed_json(ep_json_writer *json, const edgeplan_speed *speed)
{
    write_object(json, &speed_object, speed, speed->known);
}
