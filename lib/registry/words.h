/* Closed lists of words and the readers of the sections. */
#ifndef EP_REGISTRY_WORDS_H
#define EP_REGISTRY_WORDS_H

#include "registry/schema.h"

/* schema_words.c */
extern const ep_word ep_accelerator_words[];
extern const ep_word ep_class_words[];
extern const ep_word ep_number_type_words[];
extern const ep_word ep_preset_words[];
extern const ep_word ep_limit_words[];
extern const ep_word ep_measure_words[];
extern const ep_word ep_entitlement_words[];
extern const ep_word ep_app_state_words[];
extern const ep_word ep_span_words[];
extern const ep_word ep_confidence_words[];
extern const ep_word ep_checked_words[];
extern const ep_word ep_evidence_words[];
extern const ep_word ep_system_words[];
extern const ep_word ep_speculation_words[];
extern const ep_word ep_quality_words[];
extern const ep_word ep_rounding_words[];
extern const ep_word ep_grade_words[];
extern const ep_word ep_cache_words[];
extern const ep_word ep_window_plus_words[];
extern const ep_word ep_window_times_words[];
extern const ep_word ep_value_rows_words[];
extern const ep_word ep_group_words[];
extern const ep_word ep_reservation_words[];
extern const ep_word ep_split_words[];
extern const ep_word ep_per_words[];
extern const ep_word ep_rows_words[];
extern const ep_word ep_prompt_words[];
extern const ep_word ep_dimension_words[];
extern const ep_word ep_when_words[];
extern const ep_word ep_tied_head_words[];
extern const ep_word ep_override_head_words[];
extern const ep_word ep_embedding_words[];
extern const ep_word ep_offload_words[];
extern const ep_word ep_charge_words[];
extern const ep_word ep_reads_cache_words[];
extern const ep_word ep_reads_context_words[];
extern const ep_word ep_reads_embedding_words[];
extern const ep_word ep_quantized_values_words[];
extern const ep_word ep_latent_types_words[];
extern const ep_word ep_blocks_words[];
extern const ep_word ep_compute_words[];
extern const ep_word ep_graphs_words[];
extern const ep_word ep_storage_words[];
extern const ep_word ep_tied_words[];
extern const ep_word ep_bandwidth_words[];


/* A budget (budget_keys.c): ids of the rules by edgeplan_rule; keys of the file, fields of an ep_budget. */
extern const ep_word ep_rule_words[];
extern const ep_keys ep_budget_keys;

/* Pipelines of a runtime and its tools' names (pipeline.c). */
extern const ep_keys ep_pipeline_keys, ep_name_keys;
void ep_prepare_pipeline(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object);
void ep_prepare_name(ep_loader *loader, ep_frame *frame, const ep_node *node, void *object);

/* Sections, in the order they are read. */
void ep_make_entities(ep_loader *loader); /* arrays for every section, before any reference is resolved */
void ep_read_sources(ep_loader *loader);
void ep_read_chips(ep_loader *loader);
void ep_read_limits(ep_loader *loader);
void ep_read_formats(ep_loader *loader);
void ep_read_models(ep_loader *loader);
void ep_read_targets(ep_loader *loader);
void ep_read_platforms(ep_loader *loader); /* after the targets, which say where they belong */
void ep_read_runtimes(ep_loader *loader);
void ep_read_observations(ep_loader *loader);

/* Lists that a target and its platform may have (thermal.c): ep_thermal, ep_power. */
extern const ep_keys ep_thermal_keys;
extern const ep_keys ep_power_keys;

extern const ep_keys ep_file_keys; /* format.c; of an ep_file_rule: a format's and a back end's `files` */

/* Keys of a target that lie over its chip's. */
void ep_read_memory(ep_loader *loader, ep_frame *frame, const ep_node *node, void *chip);
void ep_read_engines(ep_loader *loader, ep_frame *frame, const ep_node *node, void *chip);

/* A runtime's rules: what a back end inherits (runtime_rules.c, runtime_inherit.c). */
typedef struct ep_rule_nodes { /* as written, for merging with a back end's */
    const ep_node *blocks[EP_RULE_BLOCK_COUNT];
    const ep_node *max_context;
    const ep_node *presets, *default_preset;
} ep_rule_nodes;

typedef struct ep_rule_draft {
    ep_rule_nodes nodes;
    ep_backend backend;
} ep_rule_draft;

extern const ep_keys ep_rule_keys; /* runtime_inherit.c; fields of an ep_rule_draft */
void ep_rules_default(ep_backend *backend);
/* One of the first blocks, up to EP_RULE_ENCODER; NULL clears it. */
void ep_read_block(ep_loader *loader, ep_frame *frame, const ep_node *node, uint32_t block, ep_backend *backend);
/* Reads the blocks that `draft` has nodes of, each merged over the one in `base` (or NULL), into draft->backend. */
void ep_read_rules(ep_loader *loader, ep_frame *frame, ep_rule_draft *draft, const ep_rule_nodes *base);

#endif
