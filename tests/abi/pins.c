/* Every number a binding may have written down, as a literal: enum values, offsets, sizes. Nothing here follows from the headers, so a
   renumbered constant or a moved field does not compile. Checked for nine targets by layouts.sh, which also finds what is not pinned. */
#include <stddef.h>

#include <edgeplan/edgeplan.h>

#define PIN(name, value) _Static_assert(name == value, #name)
#define SIZE(type, bytes) _Static_assert(sizeof(type) == bytes, #type)
#define OFFSET(type, field, bytes) _Static_assert(offsetof(type, field) == bytes, #type "." #field)

SIZE(edgeplan_status, 4);
PIN(EDGEPLAN_OK, 0);
PIN(EDGEPLAN_ERROR_INVALID_ARGUMENT, 1);
PIN(EDGEPLAN_ERROR_STRUCT_SIZE, 2);
PIN(EDGEPLAN_ERROR_NEWER_FIELD, 3);
PIN(EDGEPLAN_ERROR_NO_MEMORY, 10);
PIN(EDGEPLAN_ERROR_IO, 11);
PIN(EDGEPLAN_ERROR_LIMIT, 12);
PIN(EDGEPLAN_ERROR_SYNTAX, 20);
PIN(EDGEPLAN_ERROR_SCHEMA, 21);
PIN(EDGEPLAN_ERROR_RANGE, 22);
PIN(EDGEPLAN_ERROR_REFERENCE, 23);
PIN(EDGEPLAN_ERROR_UNSUPPORTED, 24);
PIN(EDGEPLAN_ERROR_TRUNCATED, 25);
PIN(EDGEPLAN_ERROR_NOT_FOUND, 30);
PIN(EDGEPLAN_ERROR_REFUSED, 31);
PIN(EDGEPLAN_STATUS_FORCE32, 0x7fffffff);

SIZE(edgeplan_switch, 4);
PIN(EDGEPLAN_SWITCH_DEFAULT, 0);
PIN(EDGEPLAN_SWITCH_OFF, 1);
PIN(EDGEPLAN_SWITCH_ON, 2);
PIN(EDGEPLAN_SWITCH_FORCE32, 0x7fffffff);

SIZE(edgeplan_severity, 4);
PIN(EDGEPLAN_SEVERITY_NOTE, 1);
PIN(EDGEPLAN_SEVERITY_WARNING, 2);
PIN(EDGEPLAN_SEVERITY_ERROR, 3);
PIN(EDGEPLAN_SEVERITY_FORCE32, 0x7fffffff);

SIZE(edgeplan_element_type, 4);
PIN(EDGEPLAN_ELEMENT_F32, 0);
PIN(EDGEPLAN_ELEMENT_F16, 1);
PIN(EDGEPLAN_ELEMENT_Q4_0, 2);
PIN(EDGEPLAN_ELEMENT_Q4_1, 3);
PIN(EDGEPLAN_ELEMENT_Q5_0, 6);
PIN(EDGEPLAN_ELEMENT_Q5_1, 7);
PIN(EDGEPLAN_ELEMENT_Q8_0, 8);
PIN(EDGEPLAN_ELEMENT_Q2_K, 10);
PIN(EDGEPLAN_ELEMENT_Q3_K, 11);
PIN(EDGEPLAN_ELEMENT_Q4_K, 12);
PIN(EDGEPLAN_ELEMENT_Q5_K, 13);
PIN(EDGEPLAN_ELEMENT_Q6_K, 14);
PIN(EDGEPLAN_ELEMENT_IQ2_XXS, 16);
PIN(EDGEPLAN_ELEMENT_IQ2_XS, 17);
PIN(EDGEPLAN_ELEMENT_IQ3_XXS, 18);
PIN(EDGEPLAN_ELEMENT_IQ1_S, 19);
PIN(EDGEPLAN_ELEMENT_IQ4_NL, 20);
PIN(EDGEPLAN_ELEMENT_IQ3_S, 21);
PIN(EDGEPLAN_ELEMENT_IQ2_S, 22);
PIN(EDGEPLAN_ELEMENT_IQ4_XS, 23);
PIN(EDGEPLAN_ELEMENT_IQ1_M, 29);
PIN(EDGEPLAN_ELEMENT_BF16, 30);
PIN(EDGEPLAN_ELEMENT_TQ1_0, 34);
PIN(EDGEPLAN_ELEMENT_TQ2_0, 35);
PIN(EDGEPLAN_ELEMENT_MXFP4, 39);
PIN(EDGEPLAN_ELEMENT_NVFP4, 40);
PIN(EDGEPLAN_ELEMENT_Q1_0, 41);
PIN(EDGEPLAN_ELEMENT_Q2_0, 42);
PIN(EDGEPLAN_ELEMENT_I8, 100);
PIN(EDGEPLAN_ELEMENT_U8, 101);
PIN(EDGEPLAN_ELEMENT_FP8, 102);
PIN(EDGEPLAN_ELEMENT_U4, 103);
PIN(EDGEPLAN_ELEMENT_GROUPED, 190);
PIN(EDGEPLAN_ELEMENT_NONE, 191);
PIN(EDGEPLAN_ELEMENT_FORCE32, 0x7fffffff);

SIZE(edgeplan_attention, 4);
PIN(EDGEPLAN_ATTENTION_NONE, 0);
PIN(EDGEPLAN_ATTENTION_GROUPED, 1);
PIN(EDGEPLAN_ATTENTION_LATENT, 2);
PIN(EDGEPLAN_ATTENTION_FORCE32, 0x7fffffff);

SIZE(edgeplan_span, 4);
PIN(EDGEPLAN_SPAN_ALL, 0);
PIN(EDGEPLAN_SPAN_WINDOW, 1);
PIN(EDGEPLAN_SPAN_CHUNK, 2);
PIN(EDGEPLAN_SPAN_FIXED, 3);
PIN(EDGEPLAN_SPAN_FORCE32, 0x7fffffff);

SIZE(edgeplan_recurrent, 4);
PIN(EDGEPLAN_RECURRENT_NONE, 0);
PIN(EDGEPLAN_RECURRENT_SSM, 1);
PIN(EDGEPLAN_RECURRENT_DELTA, 2);
PIN(EDGEPLAN_RECURRENT_RWKV, 3);
PIN(EDGEPLAN_RECURRENT_CONVOLUTION, 4);
PIN(EDGEPLAN_RECURRENT_FORCE32, 0x7fffffff);

SIZE(edgeplan_feed_forward, 4);
PIN(EDGEPLAN_FEED_FORWARD_NONE, 0);
PIN(EDGEPLAN_FEED_FORWARD_DENSE, 1);
PIN(EDGEPLAN_FEED_FORWARD_EXPERTS, 2);
PIN(EDGEPLAN_FEED_FORWARD_FORCE32, 0x7fffffff);

SIZE(edgeplan_role, 4);
PIN(EDGEPLAN_ROLE_OTHER, 0);
PIN(EDGEPLAN_ROLE_TOKEN_EMBEDDING, 1);
PIN(EDGEPLAN_ROLE_OUTPUT_HEAD, 2);
PIN(EDGEPLAN_ROLE_PER_LAYER_EMBEDDING, 3);
PIN(EDGEPLAN_ROLE_NORM, 4);
PIN(EDGEPLAN_ROLE_BIAS, 5);
PIN(EDGEPLAN_ROLE_ATTENTION_QUERY, 10);
PIN(EDGEPLAN_ROLE_ATTENTION_KEY, 11);
PIN(EDGEPLAN_ROLE_ATTENTION_VALUE, 12);
PIN(EDGEPLAN_ROLE_ATTENTION_QKV, 13);
PIN(EDGEPLAN_ROLE_ATTENTION_OUTPUT, 14);
PIN(EDGEPLAN_ROLE_ATTENTION_LATENT, 15);
PIN(EDGEPLAN_ROLE_FFN_GATE, 20);
PIN(EDGEPLAN_ROLE_FFN_UP, 21);
PIN(EDGEPLAN_ROLE_FFN_DOWN, 22);
PIN(EDGEPLAN_ROLE_ROUTER, 23);
PIN(EDGEPLAN_ROLE_EXPERT_GATE, 24);
PIN(EDGEPLAN_ROLE_EXPERT_UP, 25);
PIN(EDGEPLAN_ROLE_EXPERT_DOWN, 26);
PIN(EDGEPLAN_ROLE_SHARED_GATE, 27);
PIN(EDGEPLAN_ROLE_SHARED_UP, 28);
PIN(EDGEPLAN_ROLE_SHARED_DOWN, 29);
PIN(EDGEPLAN_ROLE_RECURRENT, 30);
PIN(EDGEPLAN_ROLE_CONVOLUTION, 31);
PIN(EDGEPLAN_ROLE_PER_LAYER_PROJECTION, 32);
PIN(EDGEPLAN_ROLE_CONSTANT, 33);
PIN(EDGEPLAN_ROLE_ENCODER, 34);
PIN(EDGEPLAN_ROLE_FORCE32, 0x7fffffff);

SIZE(edgeplan_file_kind, 4);
PIN(EDGEPLAN_FILE_KIND_AUTO, 0);
PIN(EDGEPLAN_FILE_KIND_CONFIG, 1);
PIN(EDGEPLAN_FILE_KIND_GGUF, 2);
PIN(EDGEPLAN_FILE_KIND_SAFETENSORS, 3);
PIN(EDGEPLAN_FILE_KIND_LOCK, 4);
PIN(EDGEPLAN_FILE_KIND_FORCE32, 0x7fffffff);

SIZE(edgeplan_part, 4);
PIN(EDGEPLAN_PART_TEXT, 0);
PIN(EDGEPLAN_PART_ENCODER, 1);
PIN(EDGEPLAN_PART_MTP, 2);
PIN(EDGEPLAN_PART_FORCE32, 0x7fffffff);

SIZE(edgeplan_accelerator, 4);
PIN(EDGEPLAN_ACCELERATOR_ANY, 0);
PIN(EDGEPLAN_ACCELERATOR_CPU, 1);
PIN(EDGEPLAN_ACCELERATOR_GPU, 2);
PIN(EDGEPLAN_ACCELERATOR_NPU, 3);
PIN(EDGEPLAN_ACCELERATOR_FORCE32, 0x7fffffff);

SIZE(edgeplan_confidence, 4);
PIN(EDGEPLAN_CONFIDENCE_UNKNOWN, 0);
PIN(EDGEPLAN_CONFIDENCE_MEASURED, 1);
PIN(EDGEPLAN_CONFIDENCE_CITED, 2);
PIN(EDGEPLAN_CONFIDENCE_DERIVED, 3);
PIN(EDGEPLAN_CONFIDENCE_ASSUMED, 4);
PIN(EDGEPLAN_CONFIDENCE_FORCE32, 0x7fffffff);

SIZE(edgeplan_section, 4);
PIN(EDGEPLAN_SECTION_SOURCES, 1);
PIN(EDGEPLAN_SECTION_CHIPS, 2);
PIN(EDGEPLAN_SECTION_LIMITS, 3);
PIN(EDGEPLAN_SECTION_TARGETS, 4);
PIN(EDGEPLAN_SECTION_PLATFORMS, 5);
PIN(EDGEPLAN_SECTION_RUNTIMES, 6);
PIN(EDGEPLAN_SECTION_FORMATS, 7);
PIN(EDGEPLAN_SECTION_MODELS, 8);
PIN(EDGEPLAN_SECTION_OBSERVATIONS, 9);
PIN(EDGEPLAN_SECTION_FORCE32, 0x7fffffff);

SIZE(edgeplan_observation_text_kind, 4);
PIN(EDGEPLAN_OBSERVATION_ID, 0);
PIN(EDGEPLAN_OBSERVATION_TARGET, 1);
PIN(EDGEPLAN_OBSERVATION_RUNTIME, 2);
PIN(EDGEPLAN_OBSERVATION_MODEL, 3);
PIN(EDGEPLAN_OBSERVATION_FORMAT, 4);
PIN(EDGEPLAN_OBSERVATION_SOURCE, 5);
PIN(EDGEPLAN_OBSERVATION_URL, 6);
PIN(EDGEPLAN_OBSERVATION_RELEASE, 7);
PIN(EDGEPLAN_OBSERVATION_DATE, 8);
PIN(EDGEPLAN_OBSERVATION_NOTE, 9);
PIN(EDGEPLAN_OBSERVATION_FORCE32, 0x7fffffff);

SIZE(edgeplan_preset, 4);
PIN(EDGEPLAN_PRESET_DEFAULT, 0);
PIN(EDGEPLAN_PRESET_LIBRARY, 1);
PIN(EDGEPLAN_PRESET_CLI, 2);
PIN(EDGEPLAN_PRESET_SERVER, 3);
PIN(EDGEPLAN_PRESET_FORCE32, 0x7fffffff);

SIZE(edgeplan_entitlement, 4);
PIN(EDGEPLAN_ENTITLEMENT_INCREASED_MEMORY, 1);
PIN(EDGEPLAN_ENTITLEMENT_FORCE32, 0x7fffffff);

SIZE(edgeplan_app_state, 4);
PIN(EDGEPLAN_APP_STATE_DEFAULT, 0);
PIN(EDGEPLAN_APP_STATE_FOREGROUND, 1);
PIN(EDGEPLAN_APP_STATE_SERVICE, 2);
PIN(EDGEPLAN_APP_STATE_BACKGROUND, 3);
PIN(EDGEPLAN_APP_STATE_EXTENSION, 4);
PIN(EDGEPLAN_APP_STATE_FORCE32, 0x7fffffff);

SIZE(edgeplan_place, 4);
PIN(EDGEPLAN_PLACE_ALL, 0);
PIN(EDGEPLAN_PLACE_HOST, 1);
PIN(EDGEPLAN_PLACE_DEVICE, 2);
PIN(EDGEPLAN_PLACE_SESSION, 3);
PIN(EDGEPLAN_PLACE_STORAGE, 4);
PIN(EDGEPLAN_PLACE_FORCE32, 0x7fffffff);

SIZE(edgeplan_measure, 4);
PIN(EDGEPLAN_MEASURE_RESERVED, 0);
PIN(EDGEPLAN_MEASURE_TOUCHED, 1);
PIN(EDGEPLAN_MEASURE_CHARGED, 2);
PIN(EDGEPLAN_MEASURE_FORCE32, 0x7fffffff);

SIZE(edgeplan_memory_basis, 4);
PIN(EDGEPLAN_MEMORY_BASIS_UNKNOWN, 0);
PIN(EDGEPLAN_MEMORY_BASIS_EXACT, 1);
PIN(EDGEPLAN_MEMORY_BASIS_RULE, 2);
PIN(EDGEPLAN_MEMORY_BASIS_APPROXIMATE, 3);
PIN(EDGEPLAN_MEMORY_BASIS_MISSING, 4);
PIN(EDGEPLAN_MEMORY_BASIS_FORCE32, 0x7fffffff);

SIZE(edgeplan_limit, 4);
PIN(EDGEPLAN_LIMIT_NONE, 0);
PIN(EDGEPLAN_LIMIT_TOTAL, 1);
PIN(EDGEPLAN_LIMIT_GPU_WORKING_SET, 2);
PIN(EDGEPLAN_LIMIT_BUFFER, 3);
PIN(EDGEPLAN_LIMIT_SESSION, 4);
PIN(EDGEPLAN_LIMIT_FILE, 5);
PIN(EDGEPLAN_LIMIT_COMPILED_CONTEXT, 6);
PIN(EDGEPLAN_LIMIT_AVAILABLE, 7);
PIN(EDGEPLAN_LIMIT_TRAINED_CONTEXT, 8);
PIN(EDGEPLAN_LIMIT_RUNTIME_CONTEXT, 9);
PIN(EDGEPLAN_LIMIT_FORCE32, 0x7fffffff);

SIZE(edgeplan_verdict, 4);
PIN(EDGEPLAN_VERDICT_NONE, 0);
PIN(EDGEPLAN_VERDICT_FITS, 1);
PIN(EDGEPLAN_VERDICT_TIGHT, 2);
PIN(EDGEPLAN_VERDICT_UNKNOWN, 3);
PIN(EDGEPLAN_VERDICT_DOES_NOT_FIT, 4);
PIN(EDGEPLAN_VERDICT_FORCE32, 0x7fffffff);

SIZE(edgeplan_verdict_reason, 4);
PIN(EDGEPLAN_REASON_NONE, 0);
PIN(EDGEPLAN_REASON_WITHIN_SAFE, 1);
PIN(EDGEPLAN_REASON_ABOVE_SAFE, 2);
PIN(EDGEPLAN_REASON_MAPPED_WEIGHTS, 3);
PIN(EDGEPLAN_REASON_HIGH_ABOVE_HARD, 4);
PIN(EDGEPLAN_REASON_ABOVE_HARD, 5);
PIN(EDGEPLAN_REASON_SOFT_LIMIT, 6);
PIN(EDGEPLAN_REASON_MISSING_LIMIT, 7);
PIN(EDGEPLAN_REASON_MISSING_COMPONENT, 8);
PIN(EDGEPLAN_REASON_CONTEXT, 9);
PIN(EDGEPLAN_REASON_FORCE32, 0x7fffffff);

SIZE(edgeplan_speed_basis, 4);
PIN(EDGEPLAN_SPEED_BASIS_UNKNOWN, 0);
PIN(EDGEPLAN_SPEED_BASIS_MEASURED, 1);
PIN(EDGEPLAN_SPEED_BASIS_DEVICE, 2);
PIN(EDGEPLAN_SPEED_BASIS_CLASS, 3);
PIN(EDGEPLAN_SPEED_BASIS_PHYSICS, 4);
PIN(EDGEPLAN_SPEED_BASIS_FORCE32, 0x7fffffff);

SIZE(edgeplan_bound, 4);
PIN(EDGEPLAN_BOUND_UNKNOWN, 0);
PIN(EDGEPLAN_BOUND_BANDWIDTH, 1);
PIN(EDGEPLAN_BOUND_COMPUTE, 2);
PIN(EDGEPLAN_BOUND_OVERHEAD, 3);
PIN(EDGEPLAN_BOUND_CAPACITY, 4);
PIN(EDGEPLAN_BOUND_FORCE32, 0x7fffffff);

SIZE(edgeplan_companion, 4);
PIN(EDGEPLAN_COMPANION_DRAFT, 1);
PIN(EDGEPLAN_COMPANION_PROJECTOR, 2);
PIN(EDGEPLAN_COMPANION_SPEECH_TO_TEXT, 3);
PIN(EDGEPLAN_COMPANION_TEXT_TO_SPEECH, 4);
PIN(EDGEPLAN_COMPANION_OTHER, 5);
PIN(EDGEPLAN_COMPANION_MTP, 6);
PIN(EDGEPLAN_COMPANION_FORCE32, 0x7fffffff);

SIZE(edgeplan_list, 4);
PIN(EDGEPLAN_LIST_ASSUMPTIONS, 1);
PIN(EDGEPLAN_LIST_SOURCES, 2);
PIN(EDGEPLAN_LIST_MISSING, 3);
PIN(EDGEPLAN_LIST_LIMITS, 4);
PIN(EDGEPLAN_LIST_FIXES, 5);
PIN(EDGEPLAN_LIST_OBSERVATIONS, 6);
PIN(EDGEPLAN_LIST_PIPELINE, 7);
PIN(EDGEPLAN_LIST_REJECTED, 8);
PIN(EDGEPLAN_LIST_ARTEFACTS, 9);
PIN(EDGEPLAN_LIST_CHECKS, 10);
PIN(EDGEPLAN_LIST_WAIVERS, 11);
PIN(EDGEPLAN_LIST_SPECULATION, 12);
PIN(EDGEPLAN_LIST_WARNINGS, 13);
PIN(EDGEPLAN_LIST_EXTRA_MODELS, 14);
PIN(EDGEPLAN_LIST_FORCE32, 0x7fffffff);

SIZE(edgeplan_step, 4);
PIN(EDGEPLAN_STEP_MAKE, 0);
PIN(EDGEPLAN_STEP_PUBLISHED, 1);
PIN(EDGEPLAN_STEP_FORCE32, 0x7fffffff);

SIZE(edgeplan_text, 4);
PIN(EDGEPLAN_TEXT_MESSAGE, 0);
PIN(EDGEPLAN_TEXT_SUBJECT, 1);
PIN(EDGEPLAN_TEXT_SOURCE, 2);
PIN(EDGEPLAN_TEXT_URL, 3);
PIN(EDGEPLAN_TEXT_COMMAND, 4);
PIN(EDGEPLAN_TEXT_INPUT, 5);
PIN(EDGEPLAN_TEXT_OUTPUT, 6);
PIN(EDGEPLAN_TEXT_PLACE, 7);
PIN(EDGEPLAN_TEXT_HOST, 8);
PIN(EDGEPLAN_TEXT_HINT, 9);
PIN(EDGEPLAN_TEXT_SYSTEMS, 10);
PIN(EDGEPLAN_TEXT_TIME, 11);
PIN(EDGEPLAN_TEXT_FORCE32, 0x7fffffff);

SIZE(edgeplan_prefer, 4);
PIN(EDGEPLAN_PREFER_BALANCED, 0);
PIN(EDGEPLAN_PREFER_QUALITY, 1);
PIN(EDGEPLAN_PREFER_SPEED, 2);
PIN(EDGEPLAN_PREFER_MEMORY, 3);
PIN(EDGEPLAN_PREFER_FORCE32, 0x7fffffff);

SIZE(edgeplan_rule, 4);
PIN(EDGEPLAN_RULE_PATH, 1);
PIN(EDGEPLAN_RULE_FIT, 2);
PIN(EDGEPLAN_RULE_MEMORY, 3);
PIN(EDGEPLAN_RULE_BUFFER, 4);
PIN(EDGEPLAN_RULE_FILE, 5);
PIN(EDGEPLAN_RULE_DOWNLOAD, 6);
PIN(EDGEPLAN_RULE_DECODE, 7);
PIN(EDGEPLAN_RULE_TTFT, 8);
PIN(EDGEPLAN_RULE_CONTEXT, 9);
PIN(EDGEPLAN_RULE_LOSS, 10);
PIN(EDGEPLAN_RULE_BASIS, 11);
PIN(EDGEPLAN_RULE_GROUP, 12);
PIN(EDGEPLAN_RULE_COVERAGE, 13);
PIN(EDGEPLAN_RULE_REGISTRY, 14);
PIN(EDGEPLAN_RULE_WAIVER, 15);
PIN(EDGEPLAN_RULE_FORCE32, 0x7fffffff);

SIZE(edgeplan_check_status, 4);
PIN(EDGEPLAN_CHECK_PASSED, 1);
PIN(EDGEPLAN_CHECK_FAILED, 2);
PIN(EDGEPLAN_CHECK_WARNED, 3);
PIN(EDGEPLAN_CHECK_UNKNOWN, 4);
PIN(EDGEPLAN_CHECK_WAIVED, 5);
PIN(EDGEPLAN_CHECK_FORCE32, 0x7fffffff);

SIZE(edgeplan_check_level, 4);
PIN(EDGEPLAN_LEVEL_OFF, 0);
PIN(EDGEPLAN_LEVEL_WARN, 1);
PIN(EDGEPLAN_LEVEL_ERROR, 2);
PIN(EDGEPLAN_LEVEL_FORCE32, 0x7fffffff);

SIZE(edgeplan_waiver_state, 4);
PIN(EDGEPLAN_WAIVER_USED, 1);
PIN(EDGEPLAN_WAIVER_UNUSED, 2);
PIN(EDGEPLAN_WAIVER_EXPIRED, 3);
PIN(EDGEPLAN_WAIVER_UNDECIDED, 4);
PIN(EDGEPLAN_WAIVER_FORCE32, 0x7fffffff);

OFFSET(edgeplan_limits, struct_size, 0);
OFFSET(edgeplan_limits, flags, 4);
OFFSET(edgeplan_limits, given, 8);
OFFSET(edgeplan_limits, max_file_bytes, 16);
OFFSET(edgeplan_limits, max_depth, 24);
OFFSET(edgeplan_limits, max_nodes, 32);
SIZE(edgeplan_limits, 40);

OFFSET(edgeplan_head, struct_size, 0);
OFFSET(edgeplan_head, flags, 4);
OFFSET(edgeplan_head, known, 8);
OFFSET(edgeplan_head, hidden_width, 16);
OFFSET(edgeplan_head, vocabulary, 24);
OFFSET(edgeplan_head, trained_context_tokens, 32);
OFFSET(edgeplan_head, parameters, 40);
OFFSET(edgeplan_head, active_parameters, 48);
OFFSET(edgeplan_head, tied_head, 56);
SIZE(edgeplan_head, 64);

OFFSET(edgeplan_layer, struct_size, 0);
OFFSET(edgeplan_layer, flags, 4);
OFFSET(edgeplan_layer, known, 8);
OFFSET(edgeplan_layer, attention, 16);
OFFSET(edgeplan_layer, span, 20);
OFFSET(edgeplan_layer, recurrent, 24);
OFFSET(edgeplan_layer, feed_forward, 28);
OFFSET(edgeplan_layer, query_heads, 32);
OFFSET(edgeplan_layer, kv_heads, 40);
OFFSET(edgeplan_layer, key_width, 48);
OFFSET(edgeplan_layer, value_width, 56);
OFFSET(edgeplan_layer, latent_width, 64);
OFFSET(edgeplan_layer, rope_width, 72);
OFFSET(edgeplan_layer, span_tokens, 80);
OFFSET(edgeplan_layer, kv_source, 88);
OFFSET(edgeplan_layer, conv_elements, 96);
OFFSET(edgeplan_layer, state_elements, 104);
OFFSET(edgeplan_layer, ffn_width, 112);
OFFSET(edgeplan_layer, experts, 120);
OFFSET(edgeplan_layer, experts_used, 128);
OFFSET(edgeplan_layer, shared_width, 136);
SIZE(edgeplan_layer, 144);

OFFSET(edgeplan_tensor, struct_size, 0);
OFFSET(edgeplan_tensor, flags, 4);
OFFSET(edgeplan_tensor, known, 8);
OFFSET(edgeplan_tensor, role, 16);
OFFSET(edgeplan_tensor, element_type, 20);
OFFSET(edgeplan_tensor, layer, 24);
OFFSET(edgeplan_tensor, rows, 32);
OFFSET(edgeplan_tensor, columns, 40);
OFFSET(edgeplan_tensor, slices, 48);
OFFSET(edgeplan_tensor, stored_bytes, 56);
SIZE(edgeplan_tensor, 64);

OFFSET(edgeplan_open_options, struct_size, 0);
OFFSET(edgeplan_open_options, flags, 4);
OFFSET(edgeplan_open_options, given, 8);
OFFSET(edgeplan_open_options, kind, 16);
OFFSET(edgeplan_open_options, complete, 20);
OFFSET(edgeplan_open_options, part, 24);
SIZE(edgeplan_open_options, 32);

OFFSET(edgeplan_artefact, struct_size, 0);
OFFSET(edgeplan_artefact, flags, 4);
OFFSET(edgeplan_artefact, known, 8);
OFFSET(edgeplan_artefact, files, 16);
OFFSET(edgeplan_artefact, file_bytes, 24);
OFFSET(edgeplan_artefact, largest_file_bytes, 32);
SIZE(edgeplan_artefact, 40);

OFFSET(edgeplan_target_facts, struct_size, 0);
OFFSET(edgeplan_target_facts, flags, 4);
OFFSET(edgeplan_target_facts, known, 8);
OFFSET(edgeplan_target_facts, peak_bandwidth_bytes_per_s, 16);
OFFSET(edgeplan_target_facts, ram_min_bytes, 24);
OFFSET(edgeplan_target_facts, ram_max_bytes, 32);
OFFSET(edgeplan_target_facts, accelerators, 40);
OFFSET(edgeplan_target_facts, runtimes, 48);
SIZE(edgeplan_target_facts, 56);

OFFSET(edgeplan_observation_facts, struct_size, 0);
OFFSET(edgeplan_observation_facts, flags, 4);
OFFSET(edgeplan_observation_facts, known, 8);
OFFSET(edgeplan_observation_facts, accelerator, 16);
OFFSET(edgeplan_observation_facts, grade, 20);
OFFSET(edgeplan_observation_facts, claim, 24);
OFFSET(edgeplan_observation_facts, batch, 28);
OFFSET(edgeplan_observation_facts, decode_tok_per_s, 32);
OFFSET(edgeplan_observation_facts, prefill_tok_per_s, 40);
OFFSET(edgeplan_observation_facts, ttft_seconds, 48);
OFFSET(edgeplan_observation_facts, encode_seconds, 56);
OFFSET(edgeplan_observation_facts, context_tokens, 64);
OFFSET(edgeplan_observation_facts, prompt_tokens, 72);
OFFSET(edgeplan_observation_facts, memory_bytes, 80);
SIZE(edgeplan_observation_facts, 88);

OFFSET(edgeplan_request, struct_size, 0);
OFFSET(edgeplan_request, flags, 4);
OFFSET(edgeplan_request, given, 8);
OFFSET(edgeplan_request, context_tokens, 16);
OFFSET(edgeplan_request, prompt_tokens, 24);
OFFSET(edgeplan_request, cached_tokens, 32);
OFFSET(edgeplan_request, output_tokens, 40);
OFFSET(edgeplan_request, sequences, 48);
OFFSET(edgeplan_request, batch, 56);
OFFSET(edgeplan_request, chunk_tokens, 64);
OFFSET(edgeplan_request, kv_k, 72);
OFFSET(edgeplan_request, kv_v, 76);
OFFSET(edgeplan_request, mmap, 80);
OFFSET(edgeplan_request, flash_attention, 84);
OFFSET(edgeplan_request, preset, 88);
OFFSET(edgeplan_request, app_state, 92);
OFFSET(edgeplan_request, os_major, 96);
OFFSET(edgeplan_request, os_minor, 100);
OFFSET(edgeplan_request, firmware_major, 104);
OFFSET(edgeplan_request, firmware_minor, 108);
OFFSET(edgeplan_request, entitlements, 112);
OFFSET(edgeplan_request, ram_bytes, 120);
OFFSET(edgeplan_request, app_bytes, 128);
OFFSET(edgeplan_request, available_bytes, 136);
OFFSET(edgeplan_request, largest_buffer_bytes, 144);
OFFSET(edgeplan_request, gpu_layers, 152);
SIZE(edgeplan_request, 160);

OFFSET(edgeplan_memory, struct_size, 0);
OFFSET(edgeplan_memory, flags, 4);
OFFSET(edgeplan_memory, known, 8);
OFFSET(edgeplan_memory, weights_bytes, 16);
OFFSET(edgeplan_memory, weights_duplicated_bytes, 24);
OFFSET(edgeplan_memory, kv_bytes, 32);
OFFSET(edgeplan_memory, state_bytes, 40);
OFFSET(edgeplan_memory, compute_bytes, 48);
OFFSET(edgeplan_memory, output_bytes, 56);
OFFSET(edgeplan_memory, extra_models_bytes, 64);
OFFSET(edgeplan_memory, runtime_bytes, 72);
OFFSET(edgeplan_memory, total_low_bytes, 80);
OFFSET(edgeplan_memory, total_bytes, 88);
OFFSET(edgeplan_memory, total_high_bytes, 96);
OFFSET(edgeplan_memory, charged_low_bytes, 104);
OFFSET(edgeplan_memory, charged_bytes, 112);
OFFSET(edgeplan_memory, charged_high_bytes, 120);
OFFSET(edgeplan_memory, largest_buffer_bytes, 128);
OFFSET(edgeplan_memory, basis, 136);
OFFSET(edgeplan_memory, missing, 140);
SIZE(edgeplan_memory, 144);

OFFSET(edgeplan_budget, struct_size, 0);
OFFSET(edgeplan_budget, flags, 4);
OFFSET(edgeplan_budget, known, 8);
OFFSET(edgeplan_budget, safe_bytes, 16);
OFFSET(edgeplan_budget, hard_bytes, 24);
OFFSET(edgeplan_budget, limit, 32);
OFFSET(edgeplan_budget, basis, 36);
SIZE(edgeplan_budget, 40);

OFFSET(edgeplan_verdict_result, struct_size, 0);
OFFSET(edgeplan_verdict_result, flags, 4);
OFFSET(edgeplan_verdict_result, known, 8);
OFFSET(edgeplan_verdict_result, verdict, 16);
OFFSET(edgeplan_verdict_result, verdict_reason, 20);
OFFSET(edgeplan_verdict_result, binding, 24);
OFFSET(edgeplan_verdict_result, max_context_limit, 28);
OFFSET(edgeplan_verdict_result, max_context_tokens, 32);
OFFSET(edgeplan_verdict_result, safe_bytes, 40);
OFFSET(edgeplan_verdict_result, hard_bytes, 48);
OFFSET(edgeplan_verdict_result, demand_low_bytes, 56);
OFFSET(edgeplan_verdict_result, demand_bytes, 64);
OFFSET(edgeplan_verdict_result, demand_high_bytes, 72);
SIZE(edgeplan_verdict_result, 80);

OFFSET(edgeplan_speed, struct_size, 0);
OFFSET(edgeplan_speed, flags, 4);
OFFSET(edgeplan_speed, known, 8);
OFFSET(edgeplan_speed, least_traffic_bytes_per_step, 16);
OFFSET(edgeplan_speed, traffic_bytes_per_step, 24);
OFFSET(edgeplan_speed, routed_traffic_bytes_per_step, 32);
OFFSET(edgeplan_speed, cache_traffic_bytes_per_step, 40);
OFFSET(edgeplan_speed, decode_ceiling_tok_per_s, 48);
OFFSET(edgeplan_speed, decode_low_tok_per_s, 56);
OFFSET(edgeplan_speed, decode_tok_per_s, 64);
OFFSET(edgeplan_speed, decode_high_tok_per_s, 72);
OFFSET(edgeplan_speed, sustained_decode_low_tok_per_s, 80);
OFFSET(edgeplan_speed, sustained_decode_tok_per_s, 88);
OFFSET(edgeplan_speed, sustained_decode_high_tok_per_s, 96);
OFFSET(edgeplan_speed, sustained_after_seconds, 104);
OFFSET(edgeplan_speed, prefill_ceiling_tok_per_s, 112);
OFFSET(edgeplan_speed, prefill_low_tok_per_s, 120);
OFFSET(edgeplan_speed, prefill_tok_per_s, 128);
OFFSET(edgeplan_speed, prefill_high_tok_per_s, 136);
OFFSET(edgeplan_speed, ttft_floor_seconds, 144);
OFFSET(edgeplan_speed, ttft_low_seconds, 152);
OFFSET(edgeplan_speed, ttft_seconds, 160);
OFFSET(edgeplan_speed, ttft_high_seconds, 168);
OFFSET(edgeplan_speed, first_load_seconds, 176);
OFFSET(edgeplan_speed, energy_joules_per_token, 184);
OFFSET(edgeplan_speed, bandwidth_fraction, 192);
OFFSET(edgeplan_speed, compute_fraction, 200);
OFFSET(edgeplan_speed, overhead_fraction, 208);
OFFSET(edgeplan_speed, bound, 216);
OFFSET(edgeplan_speed, basis, 220);
OFFSET(edgeplan_speed, prefill_basis, 224);
OFFSET(edgeplan_speed, sustained_basis, 228);
SIZE(edgeplan_speed, 232);

OFFSET(edgeplan_item, struct_size, 0);
OFFSET(edgeplan_item, flags, 4);
OFFSET(edgeplan_item, known, 8);
OFFSET(edgeplan_item, code, 16);
OFFSET(edgeplan_item, confidence, 20);
OFFSET(edgeplan_item, value, 24);
OFFSET(edgeplan_item, low, 32);
OFFSET(edgeplan_item, high, 40);
OFFSET(edgeplan_item, bytes, 48);
SIZE(edgeplan_item, 56);

OFFSET(edgeplan_criteria, struct_size, 0);
OFFSET(edgeplan_criteria, flags, 4);
OFFSET(edgeplan_criteria, given, 8);
OFFSET(edgeplan_criteria, prefer, 16);
OFFSET(edgeplan_criteria, accelerators, 20);
OFFSET(edgeplan_criteria, max_charged_bytes, 24);
OFFSET(edgeplan_criteria, max_download_bytes, 32);
OFFSET(edgeplan_criteria, min_decode_tok_per_s, 40);
OFFSET(edgeplan_criteria, max_ttft_seconds, 48);
OFFSET(edgeplan_criteria, max_loss_nats, 56);
OFFSET(edgeplan_criteria, min_context_tokens, 64);
OFFSET(edgeplan_criteria, max_first_load_seconds, 72);
OFFSET(edgeplan_criteria, workload_seconds, 80);
SIZE(edgeplan_criteria, 88);

OFFSET(edgeplan_gate_options, struct_size, 0);
OFFSET(edgeplan_gate_options, flags, 4);
OFFSET(edgeplan_gate_options, given, 8);
OFFSET(edgeplan_gate_options, today, 16);
OFFSET(edgeplan_gate_options, strict, 20);
SIZE(edgeplan_gate_options, 24);

OFFSET(edgeplan_summary, struct_size, 0);
OFFSET(edgeplan_summary, flags, 4);
OFFSET(edgeplan_summary, known, 8);
OFFSET(edgeplan_summary, checks, 16);
OFFSET(edgeplan_summary, passed, 24);
OFFSET(edgeplan_summary, failed, 32);
OFFSET(edgeplan_summary, warned, 40);
OFFSET(edgeplan_summary, unknown, 48);
OFFSET(edgeplan_summary, waived, 56);
OFFSET(edgeplan_summary, plans, 64);
SIZE(edgeplan_summary, 72);
