/* Structs as they were released. From 1.0 on each release adds a copy here and none is ever changed; until then the one copy follows the
   headers, and a difference means that header, field table, pins, baseline and NEWS were not changed together. An appended field passes,
   a moved, removed or retyped one does not compile. */
#include <stddef.h>

#include <edgeplan/edgeplan.h>

#define SAME(now, then, field)                                                                        \
    _Static_assert(offsetof(now, field) == offsetof(then, field), #now "." #field " moved");          \
    _Static_assert(sizeof(((now *)0)->field) == sizeof(((then *)0)->field), #now "." #field " resized"); \
    _Static_assert(_Generic(((now *)0)->field, double: 1, default: 0) == _Generic(((then *)0)->field, double: 1, default: 0), \
                   #now "." #field " retyped")
#define GREW(now, then) _Static_assert(sizeof(now) >= sizeof(then), #now " shrank")

typedef struct released_0_1_limits {
    uint32_t struct_size;
    uint32_t flags;
    uint64_t given;
    uint64_t max_file_bytes;
    uint64_t max_depth;
    uint64_t max_nodes;
} released_0_1_limits;

typedef struct released_0_1_head {
    uint32_t struct_size;
    uint32_t flags;
    uint64_t known;
    uint64_t hidden_width;
    uint64_t vocabulary;
    uint64_t trained_context_tokens;
    uint64_t parameters;
    uint64_t active_parameters;
    uint64_t tied_head;
} released_0_1_head;

typedef struct released_0_1_layer {
    uint32_t struct_size;
    uint32_t flags;
    uint64_t known;
    uint32_t attention;
    uint32_t span;
    uint32_t recurrent;
    uint32_t feed_forward;
    uint64_t query_heads;
    uint64_t kv_heads;
    uint64_t key_width;
    uint64_t value_width;
    uint64_t latent_width;
    uint64_t rope_width;
    uint64_t span_tokens;
    uint64_t kv_source;
    uint64_t conv_elements;
    uint64_t state_elements;
    uint64_t ffn_width;
    uint64_t experts;
    uint64_t experts_used;
    uint64_t shared_width;
} released_0_1_layer;

typedef struct released_0_1_tensor {
    uint32_t struct_size;
    uint32_t flags;
    uint64_t known;
    uint32_t role;
    uint32_t element_type;
    uint64_t layer;
    uint64_t rows;
    uint64_t columns;
    uint64_t slices;
    uint64_t stored_bytes;
} released_0_1_tensor;

typedef struct released_0_1_open_options {
    uint32_t struct_size;
    uint32_t flags;
    uint64_t given;
    uint32_t kind;
    uint32_t complete;
    uint64_t part;
} released_0_1_open_options;

typedef struct released_0_1_artefact {
    uint32_t struct_size;
    uint32_t flags;
    uint64_t known;
    uint64_t files;
    uint64_t file_bytes;
    uint64_t largest_file_bytes;
} released_0_1_artefact;

typedef struct released_0_1_target_facts {
    uint32_t struct_size;
    uint32_t flags;
    uint64_t known;
    double peak_bandwidth_bytes_per_s;
    uint64_t ram_min_bytes;
    uint64_t ram_max_bytes;
    uint64_t accelerators;
    uint64_t runtimes;
} released_0_1_target_facts;

typedef struct released_0_1_observation_facts {
    uint32_t struct_size;
    uint32_t flags;
    uint64_t known;
    uint32_t accelerator;
    uint32_t grade;
    uint32_t claim;
    uint32_t batch;
    double decode_tok_per_s;
    double prefill_tok_per_s;
    double ttft_seconds;
    double encode_seconds;
    uint64_t context_tokens;
    uint64_t prompt_tokens;
    uint64_t memory_bytes;
    uint64_t chunk_tokens;
} released_0_1_observation_facts;

typedef struct released_0_1_request {
    uint32_t struct_size;
    uint32_t flags;
    uint64_t given;
    uint64_t context_tokens;
    uint64_t prompt_tokens;
    uint64_t cached_tokens;
    uint64_t output_tokens;
    uint64_t sequences;
    uint64_t batch;
    uint64_t chunk_tokens;
    uint32_t kv_k;
    uint32_t kv_v;
    uint32_t mmap;
    uint32_t flash_attention;
    uint32_t preset;
    uint32_t app_state;
    uint32_t os_major;
    uint32_t os_minor;
    uint32_t firmware_major;
    uint32_t firmware_minor;
    uint32_t computer_system;
    uint32_t computer_is_target;
    uint32_t image_width_pixels;
    uint32_t image_height_pixels;
    uint64_t entitlements;
    uint64_t ram_bytes;
    uint64_t app_bytes;
    uint64_t available_bytes;
    uint64_t largest_buffer_bytes;
    uint64_t gpu_layers;
    uint64_t computer_ram_bytes;
    uint64_t computer_disk_bytes;
    uint64_t computer_gpu_bytes;
} released_0_1_request;

typedef struct released_0_1_memory {
    uint32_t struct_size;
    uint32_t flags;
    uint64_t known;
    uint64_t weights_bytes;
    uint64_t weights_duplicated_bytes;
    uint64_t kv_bytes;
    uint64_t state_bytes;
    uint64_t compute_bytes;
    uint64_t output_bytes;
    uint64_t extra_models_bytes;
    uint64_t runtime_bytes;
    uint64_t total_low_bytes;
    uint64_t total_bytes;
    uint64_t total_high_bytes;
    uint64_t charged_low_bytes;
    uint64_t charged_bytes;
    uint64_t charged_high_bytes;
    uint64_t largest_buffer_bytes;
    uint32_t basis;
    uint32_t missing;
} released_0_1_memory;

typedef struct released_0_1_budget {
    uint32_t struct_size;
    uint32_t flags;
    uint64_t known;
    uint64_t safe_bytes;
    uint64_t hard_bytes;
    uint32_t limit;
    uint32_t basis;
} released_0_1_budget;

typedef struct released_0_1_verdict_result {
    uint32_t struct_size;
    uint32_t flags;
    uint64_t known;
    uint32_t verdict;
    uint32_t verdict_reason;
    uint32_t binding;
    uint32_t max_context_limit;
    uint64_t max_context_tokens;
    uint64_t safe_bytes;
    uint64_t hard_bytes;
    uint64_t demand_low_bytes;
    uint64_t demand_bytes;
    uint64_t demand_high_bytes;
} released_0_1_verdict_result;

typedef struct released_0_1_speed {
    uint32_t struct_size;
    uint32_t flags;
    uint64_t known;
    uint64_t least_traffic_bytes_per_step;
    uint64_t traffic_bytes_per_step;
    uint64_t routed_traffic_bytes_per_step;
    uint64_t cache_traffic_bytes_per_step;
    double decode_ceiling_tok_per_s;
    double decode_low_tok_per_s;
    double decode_tok_per_s;
    double decode_high_tok_per_s;
    double sustained_decode_low_tok_per_s;
    double sustained_decode_tok_per_s;
    double sustained_decode_high_tok_per_s;
    double sustained_after_seconds;
    double prefill_ceiling_tok_per_s;
    double prefill_low_tok_per_s;
    double prefill_tok_per_s;
    double prefill_high_tok_per_s;
    double ttft_floor_seconds;
    double ttft_low_seconds;
    double ttft_seconds;
    double ttft_high_seconds;
    double first_load_seconds;
    double energy_joules_per_token;
    double bandwidth_fraction;
    double compute_fraction;
    double overhead_fraction;
    uint32_t bound;
    uint32_t basis;
    uint32_t prefill_basis;
    uint32_t sustained_basis;
} released_0_1_speed;

typedef struct released_0_1_item {
    uint32_t struct_size;
    uint32_t flags;
    uint64_t known;
    uint32_t code;
    uint32_t confidence;
    double value;
    double low;
    double high;
    uint64_t bytes;
} released_0_1_item;

typedef struct released_0_1_criteria {
    uint32_t struct_size;
    uint32_t flags;
    uint64_t given;
    uint32_t prefer;
    uint32_t accelerators;
    uint64_t max_charged_bytes;
    uint64_t max_download_bytes;
    double min_decode_tok_per_s;
    double max_ttft_seconds;
    double max_loss_nats;
    uint64_t min_context_tokens;
    double max_first_load_seconds;
    double workload_seconds;
} released_0_1_criteria;

typedef struct released_0_1_gate_options {
    uint32_t struct_size;
    uint32_t flags;
    uint64_t given;
    uint32_t today;
    uint32_t strict;
} released_0_1_gate_options;

typedef struct released_0_1_summary {
    uint32_t struct_size;
    uint32_t flags;
    uint64_t known;
    uint64_t checks;
    uint64_t passed;
    uint64_t failed;
    uint64_t warned;
    uint64_t unknown;
    uint64_t waived;
    uint64_t plans;
} released_0_1_summary;

SAME(edgeplan_limits, released_0_1_limits, struct_size);
SAME(edgeplan_limits, released_0_1_limits, flags);
SAME(edgeplan_limits, released_0_1_limits, given);
SAME(edgeplan_limits, released_0_1_limits, max_file_bytes);
SAME(edgeplan_limits, released_0_1_limits, max_depth);
SAME(edgeplan_limits, released_0_1_limits, max_nodes);
GREW(edgeplan_limits, released_0_1_limits);

SAME(edgeplan_head, released_0_1_head, struct_size);
SAME(edgeplan_head, released_0_1_head, flags);
SAME(edgeplan_head, released_0_1_head, known);
SAME(edgeplan_head, released_0_1_head, hidden_width);
SAME(edgeplan_head, released_0_1_head, vocabulary);
SAME(edgeplan_head, released_0_1_head, trained_context_tokens);
SAME(edgeplan_head, released_0_1_head, parameters);
SAME(edgeplan_head, released_0_1_head, active_parameters);
SAME(edgeplan_head, released_0_1_head, tied_head);
GREW(edgeplan_head, released_0_1_head);

SAME(edgeplan_layer, released_0_1_layer, struct_size);
SAME(edgeplan_layer, released_0_1_layer, flags);
SAME(edgeplan_layer, released_0_1_layer, known);
SAME(edgeplan_layer, released_0_1_layer, attention);
SAME(edgeplan_layer, released_0_1_layer, span);
SAME(edgeplan_layer, released_0_1_layer, recurrent);
SAME(edgeplan_layer, released_0_1_layer, feed_forward);
SAME(edgeplan_layer, released_0_1_layer, query_heads);
SAME(edgeplan_layer, released_0_1_layer, kv_heads);
SAME(edgeplan_layer, released_0_1_layer, key_width);
SAME(edgeplan_layer, released_0_1_layer, value_width);
SAME(edgeplan_layer, released_0_1_layer, latent_width);
SAME(edgeplan_layer, released_0_1_layer, rope_width);
SAME(edgeplan_layer, released_0_1_layer, span_tokens);
SAME(edgeplan_layer, released_0_1_layer, kv_source);
SAME(edgeplan_layer, released_0_1_layer, conv_elements);
SAME(edgeplan_layer, released_0_1_layer, state_elements);
SAME(edgeplan_layer, released_0_1_layer, ffn_width);
SAME(edgeplan_layer, released_0_1_layer, experts);
SAME(edgeplan_layer, released_0_1_layer, experts_used);
SAME(edgeplan_layer, released_0_1_layer, shared_width);
GREW(edgeplan_layer, released_0_1_layer);

SAME(edgeplan_tensor, released_0_1_tensor, struct_size);
SAME(edgeplan_tensor, released_0_1_tensor, flags);
SAME(edgeplan_tensor, released_0_1_tensor, known);
SAME(edgeplan_tensor, released_0_1_tensor, role);
SAME(edgeplan_tensor, released_0_1_tensor, element_type);
SAME(edgeplan_tensor, released_0_1_tensor, layer);
SAME(edgeplan_tensor, released_0_1_tensor, rows);
SAME(edgeplan_tensor, released_0_1_tensor, columns);
SAME(edgeplan_tensor, released_0_1_tensor, slices);
SAME(edgeplan_tensor, released_0_1_tensor, stored_bytes);
GREW(edgeplan_tensor, released_0_1_tensor);

SAME(edgeplan_open_options, released_0_1_open_options, struct_size);
SAME(edgeplan_open_options, released_0_1_open_options, flags);
SAME(edgeplan_open_options, released_0_1_open_options, given);
SAME(edgeplan_open_options, released_0_1_open_options, kind);
SAME(edgeplan_open_options, released_0_1_open_options, complete);
SAME(edgeplan_open_options, released_0_1_open_options, part);
GREW(edgeplan_open_options, released_0_1_open_options);

SAME(edgeplan_artefact, released_0_1_artefact, struct_size);
SAME(edgeplan_artefact, released_0_1_artefact, flags);
SAME(edgeplan_artefact, released_0_1_artefact, known);
SAME(edgeplan_artefact, released_0_1_artefact, files);
SAME(edgeplan_artefact, released_0_1_artefact, file_bytes);
SAME(edgeplan_artefact, released_0_1_artefact, largest_file_bytes);
GREW(edgeplan_artefact, released_0_1_artefact);

SAME(edgeplan_target_facts, released_0_1_target_facts, struct_size);
SAME(edgeplan_target_facts, released_0_1_target_facts, flags);
SAME(edgeplan_target_facts, released_0_1_target_facts, known);
SAME(edgeplan_target_facts, released_0_1_target_facts, peak_bandwidth_bytes_per_s);
SAME(edgeplan_target_facts, released_0_1_target_facts, ram_min_bytes);
SAME(edgeplan_target_facts, released_0_1_target_facts, ram_max_bytes);
SAME(edgeplan_target_facts, released_0_1_target_facts, accelerators);
SAME(edgeplan_target_facts, released_0_1_target_facts, runtimes);
GREW(edgeplan_target_facts, released_0_1_target_facts);

SAME(edgeplan_observation_facts, released_0_1_observation_facts, struct_size);
SAME(edgeplan_observation_facts, released_0_1_observation_facts, flags);
SAME(edgeplan_observation_facts, released_0_1_observation_facts, known);
SAME(edgeplan_observation_facts, released_0_1_observation_facts, accelerator);
SAME(edgeplan_observation_facts, released_0_1_observation_facts, grade);
SAME(edgeplan_observation_facts, released_0_1_observation_facts, claim);
SAME(edgeplan_observation_facts, released_0_1_observation_facts, batch);
SAME(edgeplan_observation_facts, released_0_1_observation_facts, decode_tok_per_s);
SAME(edgeplan_observation_facts, released_0_1_observation_facts, prefill_tok_per_s);
SAME(edgeplan_observation_facts, released_0_1_observation_facts, ttft_seconds);
SAME(edgeplan_observation_facts, released_0_1_observation_facts, encode_seconds);
SAME(edgeplan_observation_facts, released_0_1_observation_facts, context_tokens);
SAME(edgeplan_observation_facts, released_0_1_observation_facts, prompt_tokens);
SAME(edgeplan_observation_facts, released_0_1_observation_facts, memory_bytes);
SAME(edgeplan_observation_facts, released_0_1_observation_facts, chunk_tokens);
GREW(edgeplan_observation_facts, released_0_1_observation_facts);

SAME(edgeplan_request, released_0_1_request, struct_size);
SAME(edgeplan_request, released_0_1_request, flags);
SAME(edgeplan_request, released_0_1_request, given);
SAME(edgeplan_request, released_0_1_request, context_tokens);
SAME(edgeplan_request, released_0_1_request, prompt_tokens);
SAME(edgeplan_request, released_0_1_request, cached_tokens);
SAME(edgeplan_request, released_0_1_request, output_tokens);
SAME(edgeplan_request, released_0_1_request, sequences);
SAME(edgeplan_request, released_0_1_request, batch);
SAME(edgeplan_request, released_0_1_request, chunk_tokens);
SAME(edgeplan_request, released_0_1_request, kv_k);
SAME(edgeplan_request, released_0_1_request, kv_v);
SAME(edgeplan_request, released_0_1_request, mmap);
SAME(edgeplan_request, released_0_1_request, flash_attention);
SAME(edgeplan_request, released_0_1_request, preset);
SAME(edgeplan_request, released_0_1_request, app_state);
SAME(edgeplan_request, released_0_1_request, os_major);
SAME(edgeplan_request, released_0_1_request, os_minor);
SAME(edgeplan_request, released_0_1_request, firmware_major);
SAME(edgeplan_request, released_0_1_request, firmware_minor);
SAME(edgeplan_request, released_0_1_request, computer_system);
SAME(edgeplan_request, released_0_1_request, computer_is_target);
SAME(edgeplan_request, released_0_1_request, image_width_pixels);
SAME(edgeplan_request, released_0_1_request, image_height_pixels);
SAME(edgeplan_request, released_0_1_request, entitlements);
SAME(edgeplan_request, released_0_1_request, ram_bytes);
SAME(edgeplan_request, released_0_1_request, app_bytes);
SAME(edgeplan_request, released_0_1_request, available_bytes);
SAME(edgeplan_request, released_0_1_request, largest_buffer_bytes);
SAME(edgeplan_request, released_0_1_request, gpu_layers);
SAME(edgeplan_request, released_0_1_request, computer_ram_bytes);
SAME(edgeplan_request, released_0_1_request, computer_disk_bytes);
SAME(edgeplan_request, released_0_1_request, computer_gpu_bytes);
GREW(edgeplan_request, released_0_1_request);

SAME(edgeplan_memory, released_0_1_memory, struct_size);
SAME(edgeplan_memory, released_0_1_memory, flags);
SAME(edgeplan_memory, released_0_1_memory, known);
SAME(edgeplan_memory, released_0_1_memory, weights_bytes);
SAME(edgeplan_memory, released_0_1_memory, weights_duplicated_bytes);
SAME(edgeplan_memory, released_0_1_memory, kv_bytes);
SAME(edgeplan_memory, released_0_1_memory, state_bytes);
SAME(edgeplan_memory, released_0_1_memory, compute_bytes);
SAME(edgeplan_memory, released_0_1_memory, output_bytes);
SAME(edgeplan_memory, released_0_1_memory, extra_models_bytes);
SAME(edgeplan_memory, released_0_1_memory, runtime_bytes);
SAME(edgeplan_memory, released_0_1_memory, total_low_bytes);
SAME(edgeplan_memory, released_0_1_memory, total_bytes);
SAME(edgeplan_memory, released_0_1_memory, total_high_bytes);
SAME(edgeplan_memory, released_0_1_memory, charged_low_bytes);
SAME(edgeplan_memory, released_0_1_memory, charged_bytes);
SAME(edgeplan_memory, released_0_1_memory, charged_high_bytes);
SAME(edgeplan_memory, released_0_1_memory, largest_buffer_bytes);
SAME(edgeplan_memory, released_0_1_memory, basis);
SAME(edgeplan_memory, released_0_1_memory, missing);
GREW(edgeplan_memory, released_0_1_memory);

SAME(edgeplan_budget, released_0_1_budget, struct_size);
SAME(edgeplan_budget, released_0_1_budget, flags);
SAME(edgeplan_budget, released_0_1_budget, known);
SAME(edgeplan_budget, released_0_1_budget, safe_bytes);
SAME(edgeplan_budget, released_0_1_budget, hard_bytes);
SAME(edgeplan_budget, released_0_1_budget, limit);
SAME(edgeplan_budget, released_0_1_budget, basis);
GREW(edgeplan_budget, released_0_1_budget);

SAME(edgeplan_verdict_result, released_0_1_verdict_result, struct_size);
SAME(edgeplan_verdict_result, released_0_1_verdict_result, flags);
SAME(edgeplan_verdict_result, released_0_1_verdict_result, known);
SAME(edgeplan_verdict_result, released_0_1_verdict_result, verdict);
SAME(edgeplan_verdict_result, released_0_1_verdict_result, verdict_reason);
SAME(edgeplan_verdict_result, released_0_1_verdict_result, binding);
SAME(edgeplan_verdict_result, released_0_1_verdict_result, max_context_limit);
SAME(edgeplan_verdict_result, released_0_1_verdict_result, max_context_tokens);
SAME(edgeplan_verdict_result, released_0_1_verdict_result, safe_bytes);
SAME(edgeplan_verdict_result, released_0_1_verdict_result, hard_bytes);
SAME(edgeplan_verdict_result, released_0_1_verdict_result, demand_low_bytes);
SAME(edgeplan_verdict_result, released_0_1_verdict_result, demand_bytes);
SAME(edgeplan_verdict_result, released_0_1_verdict_result, demand_high_bytes);
GREW(edgeplan_verdict_result, released_0_1_verdict_result);

SAME(edgeplan_speed, released_0_1_speed, struct_size);
SAME(edgeplan_speed, released_0_1_speed, flags);
SAME(edgeplan_speed, released_0_1_speed, known);
SAME(edgeplan_speed, released_0_1_speed, least_traffic_bytes_per_step);
SAME(edgeplan_speed, released_0_1_speed, traffic_bytes_per_step);
SAME(edgeplan_speed, released_0_1_speed, routed_traffic_bytes_per_step);
SAME(edgeplan_speed, released_0_1_speed, cache_traffic_bytes_per_step);
SAME(edgeplan_speed, released_0_1_speed, decode_ceiling_tok_per_s);
SAME(edgeplan_speed, released_0_1_speed, decode_low_tok_per_s);
SAME(edgeplan_speed, released_0_1_speed, decode_tok_per_s);
SAME(edgeplan_speed, released_0_1_speed, decode_high_tok_per_s);
SAME(edgeplan_speed, released_0_1_speed, sustained_decode_low_tok_per_s);
SAME(edgeplan_speed, released_0_1_speed, sustained_decode_tok_per_s);
SAME(edgeplan_speed, released_0_1_speed, sustained_decode_high_tok_per_s);
SAME(edgeplan_speed, released_0_1_speed, sustained_after_seconds);
SAME(edgeplan_speed, released_0_1_speed, prefill_ceiling_tok_per_s);
SAME(edgeplan_speed, released_0_1_speed, prefill_low_tok_per_s);
SAME(edgeplan_speed, released_0_1_speed, prefill_tok_per_s);
SAME(edgeplan_speed, released_0_1_speed, prefill_high_tok_per_s);
SAME(edgeplan_speed, released_0_1_speed, ttft_floor_seconds);
SAME(edgeplan_speed, released_0_1_speed, ttft_low_seconds);
SAME(edgeplan_speed, released_0_1_speed, ttft_seconds);
SAME(edgeplan_speed, released_0_1_speed, ttft_high_seconds);
SAME(edgeplan_speed, released_0_1_speed, first_load_seconds);
SAME(edgeplan_speed, released_0_1_speed, energy_joules_per_token);
SAME(edgeplan_speed, released_0_1_speed, bandwidth_fraction);
SAME(edgeplan_speed, released_0_1_speed, compute_fraction);
SAME(edgeplan_speed, released_0_1_speed, overhead_fraction);
SAME(edgeplan_speed, released_0_1_speed, bound);
SAME(edgeplan_speed, released_0_1_speed, basis);
SAME(edgeplan_speed, released_0_1_speed, prefill_basis);
SAME(edgeplan_speed, released_0_1_speed, sustained_basis);
GREW(edgeplan_speed, released_0_1_speed);

SAME(edgeplan_item, released_0_1_item, struct_size);
SAME(edgeplan_item, released_0_1_item, flags);
SAME(edgeplan_item, released_0_1_item, known);
SAME(edgeplan_item, released_0_1_item, code);
SAME(edgeplan_item, released_0_1_item, confidence);
SAME(edgeplan_item, released_0_1_item, value);
SAME(edgeplan_item, released_0_1_item, low);
SAME(edgeplan_item, released_0_1_item, high);
SAME(edgeplan_item, released_0_1_item, bytes);
GREW(edgeplan_item, released_0_1_item);

SAME(edgeplan_criteria, released_0_1_criteria, struct_size);
SAME(edgeplan_criteria, released_0_1_criteria, flags);
SAME(edgeplan_criteria, released_0_1_criteria, given);
SAME(edgeplan_criteria, released_0_1_criteria, prefer);
SAME(edgeplan_criteria, released_0_1_criteria, accelerators);
SAME(edgeplan_criteria, released_0_1_criteria, max_charged_bytes);
SAME(edgeplan_criteria, released_0_1_criteria, max_download_bytes);
SAME(edgeplan_criteria, released_0_1_criteria, min_decode_tok_per_s);
SAME(edgeplan_criteria, released_0_1_criteria, max_ttft_seconds);
SAME(edgeplan_criteria, released_0_1_criteria, max_loss_nats);
SAME(edgeplan_criteria, released_0_1_criteria, min_context_tokens);
SAME(edgeplan_criteria, released_0_1_criteria, max_first_load_seconds);
SAME(edgeplan_criteria, released_0_1_criteria, workload_seconds);
GREW(edgeplan_criteria, released_0_1_criteria);

SAME(edgeplan_gate_options, released_0_1_gate_options, struct_size);
SAME(edgeplan_gate_options, released_0_1_gate_options, flags);
SAME(edgeplan_gate_options, released_0_1_gate_options, given);
SAME(edgeplan_gate_options, released_0_1_gate_options, today);
SAME(edgeplan_gate_options, released_0_1_gate_options, strict);
GREW(edgeplan_gate_options, released_0_1_gate_options);

SAME(edgeplan_summary, released_0_1_summary, struct_size);
SAME(edgeplan_summary, released_0_1_summary, flags);
SAME(edgeplan_summary, released_0_1_summary, known);
SAME(edgeplan_summary, released_0_1_summary, checks);
SAME(edgeplan_summary, released_0_1_summary, passed);
SAME(edgeplan_summary, released_0_1_summary, failed);
SAME(edgeplan_summary, released_0_1_summary, warned);
SAME(edgeplan_summary, released_0_1_summary, unknown);
SAME(edgeplan_summary, released_0_1_summary, waived);
SAME(edgeplan_summary, released_0_1_summary, plans);
GREW(edgeplan_summary, released_0_1_summary);
