/* The registry as it is held: entities with pointers between them, figures as indices into the facts. Strings live in its arena. */
#ifndef EP_REGISTRY_REGISTRY_H
#define EP_REGISTRY_REGISTRY_H

#include <stdatomic.h>

#include <edgeplan/registry.h>

#include "base/arena.h"
#include "model/storage.h"
#include "registry/fact.h"
#include "registry/idmap.h"
#include "registry/rules.h"
#include "source/tree.h"

typedef struct ep_words { /* list of ids or names */
    const char *const *items;
    uint32_t count;
} ep_words;

int ep_words_has(const ep_words *words, const char *word);

/* Versions as major << 16 | minor; 0 = not stated. */
#define EP_OS_VERSION(major, minor) ((uint32_t)(major) << 16 | ((uint32_t)(minor) & 0xffff))

typedef enum ep_number_type { /* words of `throughput.type` and of a format's `compute` */
    EP_NUMBER_NONE = 0, EP_NUMBER_F32, EP_NUMBER_F16, EP_NUMBER_BF16, EP_NUMBER_FP8, EP_NUMBER_FP4, EP_NUMBER_INT8, EP_NUMBER_INT4,
    EP_NUMBER_COUNT
} ep_number_type;

typedef struct ep_engine {
    uint32_t present;
    const char *architecture;
    ep_words features;
    ep_fact_id bandwidth;                       /* measured stream of this engine */
    ep_fact_id clock;                           /* of a CPU, the sum over its out-of-order cores */
    ep_fact_id throughput[EP_NUMBER_COUNT];     /* dense */
    ep_fact_id sparse_throughput[EP_NUMBER_COUNT];
} ep_engine;

typedef struct ep_chip { /* also what a target sees after its own keys were laid over it */
    const char *id, *name, *vendor;
    const char *chipset; /* what the vendor's tools call it; NULL: not known */
    ep_words aliases;
    const char *memory_kind;
    ep_fact_id bus;
    ep_fact_id peak_bandwidth;
    ep_engine engines[4]; /* by edgeplan_accelerator */
} ep_chip;

typedef struct ep_limit_rule {
    const char *id;
    uint32_t kind;        /* edgeplan_limit: TOTAL … FILE */
    uint32_t counts;      /* edgeplan_measure */
    uint32_t soft;        /* 1: never more than tight */
    uint32_t os_from, os_below; /* EP_OS_VERSION, 0 = open */
    uint32_t firmware_from, firmware_below; /* likewise */
    uint64_t ram_from_bytes, ram_to_bytes; /* 0 = open */
    uint32_t entitlement; /* 0: whatever; 1: only without; 2: only with increased memory */
    uint32_t app_state;   /* edgeplan_app_state; 0 = whatever */
    uint32_t accelerators; /* bits; 0 = all */
    ep_words targets;      /* ids; none = every target of the set */
    ep_words runtimes;     /* ids; none = whichever runs there */
    ep_fact_id safe, hard;             /* bytes */
    ep_fact_id safe_share, hard_share; /* of the visible RAM */
    ep_fact_id safe_reserve, hard_reserve; /* bytes taken off the visible RAM */
} ep_limit_rule;

typedef struct ep_limit_set {
    const char *id;
    ep_fact_id visible; /* share of the nominal RAM */
    const ep_limit_rule *rules;
    uint32_t rule_count;
} ep_limit_set;

typedef struct ep_thermal { /* what is left of the rate once the device is hot */
    uint32_t accelerators; /* bits; 0 = all */
    ep_words classes, runtimes; /* empty: whatever */
    ep_fact_id sustained_low, sustained, sustained_high;
    ep_fact_id after; /* seconds of full load */
} ep_thermal;

typedef struct ep_thermals {
    const ep_thermal *items;
    uint32_t count;
} ep_thermals;

typedef struct ep_power { /* what an engine draws while it decodes */
    uint32_t accelerators;
    ep_words runtimes;
    ep_fact_id watts;
} ep_power;

typedef struct ep_step {
    const char *tool, *version, *command, *input, *output, *host; /* templates: plan/steps.c */
    ep_words systems;                                             /* of the computer that takes the step; empty: any */
    uint64_t ram_bytes, gpu_bytes, ram_per_weight, disk_per_weight; /* of it; 0: not stated */
    const char *as_checkpoint; /* ram, disk: it takes as much of it as the published checkpoint has; NULL: neither */
    const char *as_artefact;   /* disk: its output is the artefact; NULL: it is not */
    const char *time, *fails; /* how long it takes; what goes wrong and why; "" if not stated */
    const char *run;          /* the day it was last run for this registry; "" if it was not */
} ep_step;

typedef struct ep_published { /* an artefact that somebody has made already */
    const char *model, *name, *revision, *licence, *contexts;
    ep_words formats; /* empty: all of the pipeline's */
    const ep_source *source;
} ep_published;

typedef struct ep_tool_name { /* what a runtime's tools call a model or a format */
    const char *model, *format, *name; /* one of the first two is NULL */
} ep_tool_name;

typedef struct ep_pipeline {
    ep_words formats, accelerators, platforms, models; /* empty: whatever */
    ep_words stored;             /* formats of the checkpoint as published; empty: whatever */
    const char *evidence, *date; /* run, reported, documented */
    const char *fetch;           /* command that gets a published artefact, a template; "" if there is none */
    const char *page;            /* where a published artefact is described, a template; NULL: where its source says */
    const ep_source *source;
    const ep_published *published;
    uint32_t published_count;
    const ep_step *steps;
    uint32_t step_count;
} ep_pipeline;

typedef struct ep_feature_since { /* when a system learnt what its targets have as a feature */
    ep_words features, systems;   /* systems: names in a target's `os` */
    ep_words hosts;               /* platforms of the device it runs on; empty: whatever */
    uint32_t from;                /* EP_OS_VERSION */
} ep_feature_since;

struct edgeplan_platform {
    const edgeplan_registry *registry;
    const char *id, *name;
    const edgeplan_target *const *targets;
    uint32_t target_count;
    uint32_t app_states;         /* bits of edgeplan_app_state: those apps are in there; 0 = all */
    ep_thermals thermals;        /* of its targets that state none */
    const ep_feature_since *since; /* the first that applies counts */
    uint32_t since_count;
};

typedef struct ep_identifier {
    const char *scheme, *value;
} ep_identifier;

struct edgeplan_target {
    const edgeplan_registry *registry;
    const char *id, *name, *class_name; /* class: phone, tablet, laptop … */
    const edgeplan_platform *platform;
    ep_words aliases, features;
    const ep_identifier *identifiers;
    uint32_t identifier_count;
    const char *os_name;
    uint32_t os_from, os_to;
    const edgeplan_target *host; /* of a browser; else NULL */
    ep_chip chip;                /* the host's for a browser */
    const ep_fact_id *ram;       /* variants, ascending; the host's for a browser */
    uint32_t ram_count;
    const ep_limit_set *limits;  /* NULL: none known */
    ep_thermals thermals;        /* the host's for a browser */
    const ep_power *powers;
    uint32_t power_count;
    ep_fact_id storage_read;     /* bytes per second */
    const edgeplan_runtime *const *runtimes;
    uint32_t runtime_count;
    const edgeplan_observation **observations; /* made on it, in file order */
    uint32_t observation_count;
};

typedef struct ep_file_rule { /* how an exporter cuts the artefact: model/artefact.h; none: one file */
    ep_fact_id shard, alone;
} ep_file_rule;

typedef struct ep_format_quality {
    const char *quality_class; /* "a" … "f" or NULL */
    const char *calibration;   /* what the rounding was fitted with: "none", "imatrix" …; NULL: not said */
    ep_fact_id loss;
} ep_format_quality;

struct edgeplan_format {
    const edgeplan_registry *registry;
    const char *id, *name, *family, *group;
    uint32_t compute;       /* ep_number_type */
    ep_storage storage;
    ep_fact_range storage_facts;
    ep_file_rule files;
    ep_format_quality quality, native;
    ep_words native_families; /* whose checkpoints were published in it: `native` holds for them */
    const edgeplan_format *instead; /* offered in its place where both are taken; NULL: none */
    int for_experts;                /* it is made for models with experts, and offered for no other */
};

/* Blocks of a runtime whose figures are recorded together. */
typedef enum ep_rule_block {
    EP_RULE_CONTEXT = 0, EP_RULE_CACHE, EP_RULE_RESERVATION, EP_RULE_STATE, EP_RULE_OUTPUT, EP_RULE_COMPUTE, EP_RULE_PLACEMENT,
    EP_RULE_CHARGE, EP_RULE_OVERHEAD, EP_RULE_READS, EP_RULE_REQUEST, EP_RULE_ENCODER,
    EP_RULE_CONTEXTS, EP_RULE_KV_TYPES, EP_RULE_BLOCK_COUNT
} ep_rule_block;

typedef struct ep_repack {
    const char *feature;
    uint32_t types[EP_MAX_REPACK_TYPES];
    uint32_t type_count;
} ep_repack;

typedef struct ep_tower_rule { /* the scratch of what sees or hears, by its projector */
    ep_words projectors;
    uint64_t patches;
    ep_image_rule image;
    double low, high;
    uint32_t term_count;
    ep_term terms[EP_MAX_TOWER_TERMS];
} ep_tower_rule;

typedef struct ep_encoder_rule {
    const ep_tower_rule *towers;
    uint32_t tower_count;
} ep_encoder_rule;

typedef struct ep_products { /* what a back end multiplies in, other than the format says */
    uint32_t type;                   /* ep_number_type */
    ep_words architectures, formats; /* empty: whatever */
} ep_products;

typedef struct ep_backend { /* a runtime on one accelerator: the runtime's keys with the backend's laid over them */
    const char *id;
    uint32_t accelerator;
    ep_words architectures, needs, platforms, families, models;
    uint32_t os_from, os_below;
    const edgeplan_format *const *formats;
    uint32_t format_count;
    const ep_products *products; /* the first that applies counts; else the format's `compute` */
    uint32_t product_count;
    const uint32_t *kv_types; /* edgeplan_element_type; the first is the default */
    uint32_t kv_type_count;
    ep_rules rules;
    const ep_repack *repacks;
    uint32_t repack_count;
    ep_encoder_rule encoder;
    ep_fact_range rule_facts[EP_RULE_BLOCK_COUNT];
    ep_preset presets[EP_PRESET_COUNT];
    ep_fact_range preset_facts[EP_PRESET_COUNT];
    uint32_t default_preset;
    ep_file_rule files;      /* in place of the format's, if it says one */
    const struct ep_backend *fallback; /* of the same runtime, that takes over without a word; NULL: none */
} ep_backend;

typedef struct ep_override { /* the runtime's view of a family */
    const char *family;
    uint32_t has_span, span;
    uint64_t span_tokens;    /* 0: keep */
    uint32_t head_read_twice; /* 1: a table that is also the output matrix is two tensors unless both are mapped from the file */
    ep_fact_range facts;     /* at least one: the source */
    const ep_source *source;
    const char *note;
} ep_override;

typedef struct ep_refusal {
    const char *format, *format_family, *family, *model; /* NULL: whatever */
    ep_words architectures, platforms, features_missing; /* empty: whatever */
    uint32_t accelerator; /* 0: whatever */
    const char *reason;
    const ep_source *source;
} ep_refusal;

typedef struct ep_kernel { /* a product with a matrix of an element type */
    uint32_t element_type;
    ep_fact_id per_clock;        /* bytes by clock of the engine, of one token */
    ep_fact_id prompt_per_clock; /* bytes times tokens by clock, of a prompt */
} ep_kernel;

typedef struct ep_calibration { /* how near its peaks a path comes, of decoding, of prefill, or both; or what a kind of speculation gains */
    uint32_t accelerator;
    uint32_t of_stream;   /* 1: `eta` is a share of the engine's measured stream, 0: of the memory's peak */
    const char *backend;  /* NULL: whatever */
    ep_words targets, chips, classes, architectures; /* empty: whatever */
    const char *group;    /* format group; NULL: whatever */
    ep_words formats, models; /* ids; empty: whatever */
    uint32_t products;    /* ep_number_type of what is multiplied; 0: whatever */
    const char *kind;     /* of speculation */
    ep_fact_id eta;                    /* share of the peak bandwidth */
    const ep_kernel *kernels;          /* instead of `eta`, which depends on the elements then */
    uint32_t kernel_count;
    ep_fact_id cache_per_clock;        /* instead of `cache`: bytes by clock */
    ep_fact_id experts, cache;         /* of that, what reading routed experts and the cache reaches */
    ep_fact_id layer_time, recurrent_time, step_time;
    ep_fact_id low, high;              /* ends of the decode rate over the expected one */
    ep_fact_id batch_low, batch_high;  /* at least, of several sequences */
    ep_fact_id batch_utilisation;      /* share of the engine's arithmetic in their products, beyond the first token of each */
    ep_fact_id recurrent_low, recurrent_high; /* instead, of models with recurrent layers, where nobody measured one: no `recurrent_time` */
    ep_fact_id utilisation;            /* share of the engine's arithmetic in prefill */
    ep_fact_id reached;                /* instead: arithmetic in prefill, of engines whose peak is not known */
    ep_fact_id expert_rows;            /* tokens that a product of few costs beside those it has, in prefill */
    ep_fact_id attention_per_clock;    /* with kernels: arithmetic of attention by clock */
    ep_fact_id chunk_time;             /* fixed work of a prefill step */
    ep_fact_id prefill_low, prefill_high;
    ep_fact_id gain;                   /* of speculation: factor on the decode rate; else `kept` over `round` */
    ep_fact_id kept, round;            /* tokens of a round, and its time in plain steps */
} ep_calibration;

typedef struct ep_kv_quality { /* what keys and values kept in a type cost */
    uint32_t type;             /* edgeplan_element_type */
    uint64_t below_parameters; /* of models smaller than that, as it is; 0: of any, given for 7-8B */
    ep_fact_id loss;
} ep_kv_quality;

struct edgeplan_runtime {
    const edgeplan_registry *registry;
    const char *id, *name, *release, *checked, *url;
    const ep_backend *backends;
    uint32_t backend_count;
    const ep_override *overrides;
    uint32_t override_count;
    const ep_refusal *refusals, *experiments; /* what it does not take; what it takes and calls unfinished */
    uint32_t refusal_count, experiment_count;
    const ep_calibration *calibrations, *fitted; /* by hand from what sources state; by tools/fit.py from the observations */
    const ep_calibration *speculation;
    uint32_t calibration_count, fitted_count, speculation_count;
    const ep_pipeline *pipelines;
    uint32_t pipeline_count;
    const ep_kv_quality *kv_qualities; /* the first that applies counts */
    uint32_t kv_quality_count;
    const ep_tool_name *names;
    uint32_t name_count;
};

typedef struct ep_model_entry {
    const char *id, *name, *licence, *checkpoint; /* checkpoint: its repository of weights; NULL: none named */
    const char *role;                             /* stt, tts; NULL: a language model */
    ep_words aliases;
    ep_fact_id parameters;
    ep_fact_id checkpoint_bytes; /* of the weights as published; 0: they are in 16 bits */
    ep_fact_id memory_low, memory_high; /* measured while it ran; 0: nobody did */
    const ep_node *config;
} ep_model_entry;

struct edgeplan_observation {
    const edgeplan_registry *registry;
    const char *id, *release, *date, *contradicts, *note;
    const edgeplan_target *target;
    const edgeplan_runtime *runtime;
    const ep_model_entry *model;
    const edgeplan_format *format;
    uint32_t accelerator, batch, grade, claim; /* grade 1 a, 2 b, 3 c */
    ep_fact_id context, prompt, chunk, decode, prefill, ttft, encode, memory;
    const ep_source *source;
};

#define EP_SECTION_COUNT 10 /* edgeplan_section; [0] is unused */

typedef struct ep_section { /* of the merged tree */
    const ep_node *list;    /* NULL: nothing in it */
    ep_idmap ids;           /* to positions in the list, which are those of the entities */
} ep_section;

struct edgeplan_registry {
    atomic_uint owners;
    ep_arena arena;
    edgeplan_registry *base; /* kept alive: its nodes are shared */
    const ep_node *tree;     /* merged */
    const char *version;
    char digest[17];
    uint64_t digest_state;
    const ep_fact *facts;    /* [0] is unused */
    uint32_t fact_count;     /* with [0] */
    const ep_source *sources;
    uint32_t source_count;
    const ep_chip *chips;
    uint32_t chip_count;
    const ep_limit_set *limits;
    uint32_t limit_count;
    const edgeplan_target *targets;
    uint32_t target_count;
    const edgeplan_platform *platforms;
    uint32_t platform_count;
    const edgeplan_runtime *runtimes;
    uint32_t runtime_count;
    const edgeplan_format *formats;
    uint32_t format_count;
    const ep_model_entry *models;
    uint32_t model_count;
    const edgeplan_observation *observations;
    uint32_t observation_count;
    ep_section sections[EP_SECTION_COUNT];
    ep_idmap target_names; /* ids, names and aliases to positions, letters of either case */
    ep_idmap model_names;
};

/* 0 or NULL fact gives 0. */
const ep_fact *ep_fact_get(const edgeplan_registry *registry, ep_fact_id id); /* NULL for 0 */
double ep_fact_value(const edgeplan_registry *registry, ep_fact_id id);

const ep_model_entry *ep_model_entry_find(const edgeplan_registry *registry, const char *id_or_alias);
/* The backend of a runtime that runs on this engine of this target, or NULL. */
const ep_backend *ep_backend_find(const edgeplan_runtime *runtime, const edgeplan_target *target, uint32_t accelerator);

/* Whether a version is one of those the target is stated to run; open ends count. */
int ep_target_runs_os(const edgeplan_target *target, uint32_t os);

typedef struct ep_obstacle { /* what a backend lacks to run somewhere */
    const char *what;     /* a need, an architecture …; NULL: nothing */
    uint32_t from, below; /* EP_OS_VERSION: the systems that would do; 0: that is not what it is about */
} ep_obstacle;

/* `os` is the version asked for, EP_OS_VERSION; 0: any that the target runs will do. */
ep_obstacle ep_backend_obstacle(const ep_backend *backend, const edgeplan_target *target, uint32_t os);
int ep_backend_takes_format(const ep_backend *backend, const edgeplan_format *format);
/* Where the runtime says nothing of its cache's types, it takes any, and the default is none. */
int ep_backend_takes_kv(const ep_backend *backend, uint32_t kv_type);
uint32_t ep_backend_default_kv(const ep_backend *backend);

#endif
