/* Every public struct, field by field: the one list from which the field table, the sizes of version 1 and the masks of `known` come.
   A new field is appended here and in the header, in one commit; the last field of version 1 in EP_STRUCTS never changes from 1.0 on.
   F(struct, type, field): type is U32, U64 or F64. */
#ifndef EP_API_FIELDS_H
#define EP_API_FIELDS_H

#include <edgeplan/edgeplan.h>

#define EP_FIELDS_edgeplan_limits(F) \
    F(edgeplan_limits, U32, struct_size) \
    F(edgeplan_limits, U32, flags) \
    F(edgeplan_limits, U64, given) \
    F(edgeplan_limits, U64, max_file_bytes) \
    F(edgeplan_limits, U64, max_depth) \
    F(edgeplan_limits, U64, max_nodes)

#define EP_FIELDS_edgeplan_head(F) \
    F(edgeplan_head, U32, struct_size) \
    F(edgeplan_head, U32, flags) \
    F(edgeplan_head, U64, known) \
    F(edgeplan_head, U64, hidden_width) \
    F(edgeplan_head, U64, vocabulary) \
    F(edgeplan_head, U64, trained_context_tokens) \
    F(edgeplan_head, U64, parameters) \
    F(edgeplan_head, U64, active_parameters) \
    F(edgeplan_head, U64, tied_head)

#define EP_FIELDS_edgeplan_layer(F) \
    F(edgeplan_layer, U32, struct_size) \
    F(edgeplan_layer, U32, flags) \
    F(edgeplan_layer, U64, known) \
    F(edgeplan_layer, U32, attention) \
    F(edgeplan_layer, U32, span) \
    F(edgeplan_layer, U32, recurrent) \
    F(edgeplan_layer, U32, feed_forward) \
    F(edgeplan_layer, U64, query_heads) \
    F(edgeplan_layer, U64, kv_heads) \
    F(edgeplan_layer, U64, key_width) \
    F(edgeplan_layer, U64, value_width) \
    F(edgeplan_layer, U64, latent_width) \
    F(edgeplan_layer, U64, rope_width) \
    F(edgeplan_layer, U64, span_tokens) \
    F(edgeplan_layer, U64, kv_source) \
    F(edgeplan_layer, U64, conv_elements) \
    F(edgeplan_layer, U64, state_elements) \
    F(edgeplan_layer, U64, ffn_width) \
    F(edgeplan_layer, U64, experts) \
    F(edgeplan_layer, U64, experts_used) \
    F(edgeplan_layer, U64, shared_width)

#define EP_FIELDS_edgeplan_tensor(F) \
    F(edgeplan_tensor, U32, struct_size) \
    F(edgeplan_tensor, U32, flags) \
    F(edgeplan_tensor, U64, known) \
    F(edgeplan_tensor, U32, role) \
    F(edgeplan_tensor, U32, element_type) \
    F(edgeplan_tensor, U64, layer) \
    F(edgeplan_tensor, U64, rows) \
    F(edgeplan_tensor, U64, columns) \
    F(edgeplan_tensor, U64, slices) \
    F(edgeplan_tensor, U64, stored_bytes)

#define EP_FIELDS_edgeplan_open_options(F) \
    F(edgeplan_open_options, U32, struct_size) \
    F(edgeplan_open_options, U32, flags) \
    F(edgeplan_open_options, U64, given) \
    F(edgeplan_open_options, U32, kind) \
    F(edgeplan_open_options, U32, complete) \
    F(edgeplan_open_options, U64, part)

#define EP_FIELDS_edgeplan_artefact(F) \
    F(edgeplan_artefact, U32, struct_size) \
    F(edgeplan_artefact, U32, flags) \
    F(edgeplan_artefact, U64, known) \
    F(edgeplan_artefact, U64, files) \
    F(edgeplan_artefact, U64, file_bytes) \
    F(edgeplan_artefact, U64, largest_file_bytes)

#define EP_FIELDS_edgeplan_target_facts(F) \
    F(edgeplan_target_facts, U32, struct_size) \
    F(edgeplan_target_facts, U32, flags) \
    F(edgeplan_target_facts, U64, known) \
    F(edgeplan_target_facts, F64, peak_bandwidth_bytes_per_s) \
    F(edgeplan_target_facts, U64, ram_min_bytes) \
    F(edgeplan_target_facts, U64, ram_max_bytes) \
    F(edgeplan_target_facts, U64, accelerators) \
    F(edgeplan_target_facts, U64, runtimes)

#define EP_FIELDS_edgeplan_observation_facts(F) \
    F(edgeplan_observation_facts, U32, struct_size) \
    F(edgeplan_observation_facts, U32, flags) \
    F(edgeplan_observation_facts, U64, known) \
    F(edgeplan_observation_facts, U32, accelerator) \
    F(edgeplan_observation_facts, U32, grade) \
    F(edgeplan_observation_facts, U32, claim) \
    F(edgeplan_observation_facts, U32, batch) \
    F(edgeplan_observation_facts, F64, decode_tok_per_s) \
    F(edgeplan_observation_facts, F64, prefill_tok_per_s) \
    F(edgeplan_observation_facts, F64, ttft_seconds) \
    F(edgeplan_observation_facts, F64, encode_seconds) \
    F(edgeplan_observation_facts, U64, context_tokens) \
    F(edgeplan_observation_facts, U64, prompt_tokens) \
    F(edgeplan_observation_facts, U64, memory_bytes) \
    F(edgeplan_observation_facts, U64, chunk_tokens)

#define EP_FIELDS_edgeplan_request(F) \
    F(edgeplan_request, U32, struct_size) \
    F(edgeplan_request, U32, flags) \
    F(edgeplan_request, U64, given) \
    F(edgeplan_request, U64, context_tokens) \
    F(edgeplan_request, U64, prompt_tokens) \
    F(edgeplan_request, U64, cached_tokens) \
    F(edgeplan_request, U64, output_tokens) \
    F(edgeplan_request, U64, sequences) \
    F(edgeplan_request, U64, batch) \
    F(edgeplan_request, U64, chunk_tokens) \
    F(edgeplan_request, U32, kv_k) \
    F(edgeplan_request, U32, kv_v) \
    F(edgeplan_request, U32, mmap) \
    F(edgeplan_request, U32, flash_attention) \
    F(edgeplan_request, U32, preset) \
    F(edgeplan_request, U32, app_state) \
    F(edgeplan_request, U32, os_major) \
    F(edgeplan_request, U32, os_minor) \
    F(edgeplan_request, U32, firmware_major) \
    F(edgeplan_request, U32, firmware_minor) \
    F(edgeplan_request, U32, computer_system) \
    F(edgeplan_request, U32, computer_is_target) \
    F(edgeplan_request, U32, image_width_pixels) \
    F(edgeplan_request, U32, image_height_pixels) \
    F(edgeplan_request, U64, entitlements) \
    F(edgeplan_request, U64, ram_bytes) \
    F(edgeplan_request, U64, app_bytes) \
    F(edgeplan_request, U64, available_bytes) \
    F(edgeplan_request, U64, largest_buffer_bytes) \
    F(edgeplan_request, U64, gpu_layers) \
    F(edgeplan_request, U64, computer_ram_bytes) \
    F(edgeplan_request, U64, computer_disk_bytes) \
    F(edgeplan_request, U64, computer_gpu_bytes)

#define EP_FIELDS_edgeplan_memory(F) \
    F(edgeplan_memory, U32, struct_size) \
    F(edgeplan_memory, U32, flags) \
    F(edgeplan_memory, U64, known) \
    F(edgeplan_memory, U64, weights_bytes) \
    F(edgeplan_memory, U64, weights_duplicated_bytes) \
    F(edgeplan_memory, U64, kv_bytes) \
    F(edgeplan_memory, U64, state_bytes) \
    F(edgeplan_memory, U64, compute_bytes) \
    F(edgeplan_memory, U64, output_bytes) \
    F(edgeplan_memory, U64, extra_models_bytes) \
    F(edgeplan_memory, U64, runtime_bytes) \
    F(edgeplan_memory, U64, total_low_bytes) \
    F(edgeplan_memory, U64, total_bytes) \
    F(edgeplan_memory, U64, total_high_bytes) \
    F(edgeplan_memory, U64, charged_low_bytes) \
    F(edgeplan_memory, U64, charged_bytes) \
    F(edgeplan_memory, U64, charged_high_bytes) \
    F(edgeplan_memory, U64, largest_buffer_bytes) \
    F(edgeplan_memory, U32, basis) \
    F(edgeplan_memory, U32, missing)

#define EP_FIELDS_edgeplan_budget(F) \
    F(edgeplan_budget, U32, struct_size) \
    F(edgeplan_budget, U32, flags) \
    F(edgeplan_budget, U64, known) \
    F(edgeplan_budget, U64, safe_bytes) \
    F(edgeplan_budget, U64, hard_bytes) \
    F(edgeplan_budget, U32, limit) \
    F(edgeplan_budget, U32, basis)

#define EP_FIELDS_edgeplan_verdict_result(F) \
    F(edgeplan_verdict_result, U32, struct_size) \
    F(edgeplan_verdict_result, U32, flags) \
    F(edgeplan_verdict_result, U64, known) \
    F(edgeplan_verdict_result, U32, verdict) \
    F(edgeplan_verdict_result, U32, verdict_reason) \
    F(edgeplan_verdict_result, U32, binding) \
    F(edgeplan_verdict_result, U32, max_context_limit) \
    F(edgeplan_verdict_result, U64, max_context_tokens) \
    F(edgeplan_verdict_result, U64, safe_bytes) \
    F(edgeplan_verdict_result, U64, hard_bytes) \
    F(edgeplan_verdict_result, U64, demand_low_bytes) \
    F(edgeplan_verdict_result, U64, demand_bytes) \
    F(edgeplan_verdict_result, U64, demand_high_bytes)

#define EP_FIELDS_edgeplan_speed(F) \
    F(edgeplan_speed, U32, struct_size) \
    F(edgeplan_speed, U32, flags) \
    F(edgeplan_speed, U64, known) \
    F(edgeplan_speed, U64, least_traffic_bytes_per_step) \
    F(edgeplan_speed, U64, traffic_bytes_per_step) \
    F(edgeplan_speed, U64, routed_traffic_bytes_per_step) \
    F(edgeplan_speed, U64, cache_traffic_bytes_per_step) \
    F(edgeplan_speed, F64, decode_ceiling_tok_per_s) \
    F(edgeplan_speed, F64, decode_low_tok_per_s) \
    F(edgeplan_speed, F64, decode_tok_per_s) \
    F(edgeplan_speed, F64, decode_high_tok_per_s) \
    F(edgeplan_speed, F64, sustained_decode_low_tok_per_s) \
    F(edgeplan_speed, F64, sustained_decode_tok_per_s) \
    F(edgeplan_speed, F64, sustained_decode_high_tok_per_s) \
    F(edgeplan_speed, F64, sustained_after_seconds) \
    F(edgeplan_speed, F64, prefill_ceiling_tok_per_s) \
    F(edgeplan_speed, F64, prefill_low_tok_per_s) \
    F(edgeplan_speed, F64, prefill_tok_per_s) \
    F(edgeplan_speed, F64, prefill_high_tok_per_s) \
    F(edgeplan_speed, F64, ttft_floor_seconds) \
    F(edgeplan_speed, F64, ttft_low_seconds) \
    F(edgeplan_speed, F64, ttft_seconds) \
    F(edgeplan_speed, F64, ttft_high_seconds) \
    F(edgeplan_speed, F64, first_load_seconds) \
    F(edgeplan_speed, F64, energy_joules_per_token) \
    F(edgeplan_speed, F64, bandwidth_fraction) \
    F(edgeplan_speed, F64, compute_fraction) \
    F(edgeplan_speed, F64, overhead_fraction) \
    F(edgeplan_speed, U32, bound) \
    F(edgeplan_speed, U32, basis) \
    F(edgeplan_speed, U32, prefill_basis) \
    F(edgeplan_speed, U32, sustained_basis)

#define EP_FIELDS_edgeplan_item(F) \
    F(edgeplan_item, U32, struct_size) \
    F(edgeplan_item, U32, flags) \
    F(edgeplan_item, U64, known) \
    F(edgeplan_item, U32, code) \
    F(edgeplan_item, U32, confidence) \
    F(edgeplan_item, F64, value) \
    F(edgeplan_item, F64, low) \
    F(edgeplan_item, F64, high) \
    F(edgeplan_item, U64, bytes)

#define EP_FIELDS_edgeplan_criteria(F) \
    F(edgeplan_criteria, U32, struct_size) \
    F(edgeplan_criteria, U32, flags) \
    F(edgeplan_criteria, U64, given) \
    F(edgeplan_criteria, U32, prefer) \
    F(edgeplan_criteria, U32, accelerators) \
    F(edgeplan_criteria, U64, max_charged_bytes) \
    F(edgeplan_criteria, U64, max_download_bytes) \
    F(edgeplan_criteria, F64, min_decode_tok_per_s) \
    F(edgeplan_criteria, F64, max_ttft_seconds) \
    F(edgeplan_criteria, F64, max_loss_nats) \
    F(edgeplan_criteria, U64, min_context_tokens) \
    F(edgeplan_criteria, F64, max_first_load_seconds) \
    F(edgeplan_criteria, F64, workload_seconds)

#define EP_FIELDS_edgeplan_gate_options(F) \
    F(edgeplan_gate_options, U32, struct_size) \
    F(edgeplan_gate_options, U32, flags) \
    F(edgeplan_gate_options, U64, given) \
    F(edgeplan_gate_options, U32, today) \
    F(edgeplan_gate_options, U32, strict)

#define EP_FIELDS_edgeplan_summary(F) \
    F(edgeplan_summary, U32, struct_size) \
    F(edgeplan_summary, U32, flags) \
    F(edgeplan_summary, U64, known) \
    F(edgeplan_summary, U64, checks) \
    F(edgeplan_summary, U64, passed) \
    F(edgeplan_summary, U64, failed) \
    F(edgeplan_summary, U64, warned) \
    F(edgeplan_summary, U64, unknown) \
    F(edgeplan_summary, U64, waived) \
    F(edgeplan_summary, U64, plans)

/* S(struct, last field of version 1), in the order of the field table. */
#define EP_STRUCTS(S) \
    S(edgeplan_limits, max_nodes) \
    S(edgeplan_head, tied_head) \
    S(edgeplan_layer, shared_width) \
    S(edgeplan_tensor, stored_bytes) \
    S(edgeplan_open_options, part) \
    S(edgeplan_artefact, largest_file_bytes) \
    S(edgeplan_target_facts, runtimes) \
    S(edgeplan_observation_facts, chunk_tokens) \
    S(edgeplan_request, computer_gpu_bytes) \
    S(edgeplan_memory, missing) \
    S(edgeplan_budget, basis) \
    S(edgeplan_verdict_result, demand_high_bytes) \
    S(edgeplan_speed, sustained_basis) \
    S(edgeplan_item, bytes) \
    S(edgeplan_criteria, workload_seconds) \
    S(edgeplan_gate_options, strict) \
    S(edgeplan_summary, plans)

#endif
