#include "report/numbers_json.h"

#include "base/known.h"
#include "report/names.h"

static void count_field(ep_json_writer *json, const char *key, uint64_t value, uint64_t known)
{
    ep_json_key(json, key);
    ep_json_count_or_null(json, value, known != 0);
}

static void number_field(ep_json_writer *json, const char *key, double value, uint64_t known)
{
    ep_json_key(json, key);
    ep_json_number_or_null(json, value, known != 0);
}

static void word_field(ep_json_writer *json, const char *key, const char *word, uint64_t known)
{
    ep_json_key(json, key);
    ep_json_word(json, known != 0 ? word : NULL);
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
#define COUNT(field) count_field(json, #field, request->field, GIVEN(field))
#define TYPE(field) word_field(json, #field, edgeplan_element_type_name((edgeplan_element_type)request->field), GIVEN(field))
    ep_json_object(json);
    COUNT(context_tokens);
    COUNT(prompt_tokens);
    count_field(json, "cached_tokens", request->cached_tokens, 1); /* its default is 0 */
    COUNT(output_tokens);
    COUNT(sequences);
    COUNT(batch);
    COUNT(chunk_tokens);
    TYPE(kv_k);
    TYPE(kv_v);
    count_field(json, "gpu_layers", 0, 0); /* not a field yet: every layer goes to the accelerator */
    switch_field(json, "mmap", request->mmap);
    switch_field(json, "flash_attention", request->flash_attention);
    word_field(json, "preset", ep_preset_name(request->preset), 1);
    ep_json_object_end(json);
#undef GIVEN
#undef COUNT
#undef TYPE
}

void ep_memory_json(ep_json_writer *json, const edgeplan_memory *memory)
{
#define COUNT(field) count_field(json, #field, memory->field, memory->known & EP_MEMORY_KNOWN(field))
    ep_json_object(json);
    COUNT(weights_bytes);
    COUNT(weights_duplicated_bytes);
    COUNT(kv_bytes);
    COUNT(state_bytes);
    COUNT(compute_bytes);
    COUNT(output_bytes);
    COUNT(extra_models_bytes);
    COUNT(runtime_bytes);
    COUNT(total_low_bytes);
    COUNT(total_bytes);
    COUNT(total_high_bytes);
    COUNT(charged_low_bytes);
    COUNT(charged_bytes);
    COUNT(charged_high_bytes);
    COUNT(largest_buffer_bytes);
    word_field(json, "basis", edgeplan_memory_basis_name((edgeplan_memory_basis)memory->basis),
               memory->known & EP_MEMORY_KNOWN(basis));
    ep_json_object_end(json);
#undef COUNT
}

void ep_budget_json(ep_json_writer *json, const edgeplan_budget *budget)
{
    const uint64_t known = budget->known;

    ep_json_object(json);
    count_field(json, "safe_bytes", budget->safe_bytes, known & EP_BUDGET_KNOWN(safe_bytes));
    count_field(json, "hard_bytes", budget->hard_bytes, known & EP_BUDGET_KNOWN(hard_bytes));
    word_field(json, "limit", edgeplan_limit_name((edgeplan_limit)budget->limit), known & EP_BUDGET_KNOWN(limit));
    word_field(json, "basis", edgeplan_confidence_name((edgeplan_confidence)budget->basis), known & EP_BUDGET_KNOWN(basis));
    ep_json_object_end(json);
}

void ep_speed_json(ep_json_writer *json, const edgeplan_speed *speed)
{
#define COUNT(field) count_field(json, #field, speed->field, speed->known & EP_SPEED_KNOWN(field))
#define NUMBER(field) number_field(json, #field, speed->field, speed->known & EP_SPEED_KNOWN(field))
    ep_json_object(json);
    COUNT(least_traffic_bytes_per_step);
    COUNT(traffic_bytes_per_step);
    COUNT(routed_traffic_bytes_per_step);
    COUNT(cache_traffic_bytes_per_step);
    NUMBER(decode_ceiling_tok_per_s);
    NUMBER(decode_low_tok_per_s);
    NUMBER(decode_tok_per_s);
    NUMBER(decode_high_tok_per_s);
    NUMBER(sustained_decode_low_tok_per_s);
    NUMBER(sustained_decode_tok_per_s);
    NUMBER(sustained_decode_high_tok_per_s);
    NUMBER(sustained_after_seconds);
    NUMBER(prefill_ceiling_tok_per_s);
    NUMBER(prefill_low_tok_per_s);
    NUMBER(prefill_tok_per_s);
    NUMBER(prefill_high_tok_per_s);
    NUMBER(ttft_floor_seconds);
    NUMBER(ttft_low_seconds);
    NUMBER(ttft_seconds);
    NUMBER(ttft_high_seconds);
    NUMBER(first_load_seconds);
    NUMBER(energy_joules_per_token);
    word_field(json, "bound", edgeplan_bound_name((edgeplan_bound)speed->bound), speed->known & EP_SPEED_KNOWN(bound));
    NUMBER(bandwidth_fraction);
    NUMBER(compute_fraction);
    NUMBER(overhead_fraction);
#define BASIS(field) \
    word_field(json, #field, edgeplan_speed_basis_name((edgeplan_speed_basis)speed->field), speed->known & EP_SPEED_KNOWN(field))
    BASIS(basis);
    BASIS(prefill_basis);
    BASIS(sustained_basis);
#undef BASIS
    ep_json_object_end(json);
#undef COUNT
#undef NUMBER
}
