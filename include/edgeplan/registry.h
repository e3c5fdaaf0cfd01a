/** @file
 *  The registry: chips, targets, platforms, limits, runtimes, formats, models and observations from YAML.
 *  The schema is in docs/registry.md. Children are borrowed: they live as long as their registry; a `_ref` on a child keeps it.
 */
#ifndef EDGEPLAN_REGISTRY_H
#define EDGEPLAN_REGISTRY_H

#include <edgeplan/base.h>
#include <edgeplan/diagnostics.h>
#include <edgeplan/model.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edgeplan_registry edgeplan_registry;       /**< A checked registry. Immutable. */
typedef struct edgeplan_target edgeplan_target;           /**< A device, or a browser on one. */
typedef struct edgeplan_platform edgeplan_platform;       /**< A named list of targets. */
typedef struct edgeplan_runtime edgeplan_runtime;         /**< A runtime at a release. */
typedef struct edgeplan_format edgeplan_format;           /**< How weights are stored. */
typedef struct edgeplan_observation edgeplan_observation; /**< A published measurement. */

/** An engine that executes a model. Since 0.1. */
typedef enum edgeplan_accelerator {
  EDGEPLAN_ACCELERATOR_ANY = 0, /**< Where one is asked for: whichever is best there, as edgeplan_deployment_new() chooses. */
  EDGEPLAN_ACCELERATOR_CPU = 1, /**< CPU cores. */
  EDGEPLAN_ACCELERATOR_GPU = 2, /**< GPU. */
  EDGEPLAN_ACCELERATOR_NPU = 3, /**< Neural engine. */
  EDGEPLAN_ACCELERATOR_FORCE32 = 0x7fffffff /**< Not one. */
} edgeplan_accelerator;

/** How well a figure is known. Since 0.1. */
typedef enum edgeplan_confidence {
  EDGEPLAN_CONFIDENCE_UNKNOWN = 0,  /**< No figure. */
  EDGEPLAN_CONFIDENCE_MEASURED = 1, /**< Somebody ran it and published the figure. */
  EDGEPLAN_CONFIDENCE_CITED = 2,    /**< A vendor or document states it. */
  EDGEPLAN_CONFIDENCE_DERIVED = 3,  /**< Arithmetic over such figures. */
  EDGEPLAN_CONFIDENCE_ASSUMED = 4,  /**< A default taken because nothing was given. */
  EDGEPLAN_CONFIDENCE_FORCE32 = 0x7fffffff /**< Not one. */
} edgeplan_confidence;

/** A section of the registry. Since 0.1. */
typedef enum edgeplan_section {
  EDGEPLAN_SECTION_SOURCES = 1,      /**< `sources`. */
  EDGEPLAN_SECTION_CHIPS = 2,        /**< `chips`. */
  EDGEPLAN_SECTION_LIMITS = 3,       /**< `limits`. */
  EDGEPLAN_SECTION_TARGETS = 4,      /**< `targets`. */
  EDGEPLAN_SECTION_PLATFORMS = 5,    /**< `platforms`. */
  EDGEPLAN_SECTION_RUNTIMES = 6,     /**< `runtimes`. */
  EDGEPLAN_SECTION_FORMATS = 7,      /**< `formats`. */
  EDGEPLAN_SECTION_MODELS = 8,       /**< `models`. */
  EDGEPLAN_SECTION_OBSERVATIONS = 9, /**< `observations`. */
  EDGEPLAN_SECTION_FORCE32 = 0x7fffffff /**< Not a section. */
} edgeplan_section;

/** The built-in registry: facts, and unless left out at link time evidence (observations, pipelines).
 *  @param[in]     context      allocator and limits, or NULL
 *  @param[in,out] diagnostics  or NULL
 *  @param[out]    out          new registry; release with edgeplan_registry_unref(); NULL on failure
 *  @return status. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_registry_new(edgeplan_context *context,
                                                                     edgeplan_diagnostics *diagnostics,
                                                                     edgeplan_registry **out);
/** A registry with nothing in it, to lay files over.
 *  @param[in] context  or NULL @param[out] out  new registry @return status. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_registry_new_empty(edgeplan_context *context, edgeplan_registry **out);
/** A registry with a file laid over it; entries of known id merge. The base is unchanged and kept alive.
 *  @param[in]     base         registry under it
 *  @param[in]     path         YAML file, UTF-8
 *  @param[in,out] diagnostics  receives every mistake and a note for each merge, or NULL
 *  @param[out]    out          new registry; NULL on failure
 *  @return status. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_registry_with_file(const edgeplan_registry *base, const char *path,
                                                                           edgeplan_diagnostics *diagnostics,
                                                                           edgeplan_registry **out);
/** The same from memory.
 *  @param[in]     base         registry under it
 *  @param[in]     text         YAML, not kept
 *  @param[in]     length       of it, bytes
 *  @param[in]     name         shown in diagnostics, or NULL
 *  @param[in,out] diagnostics  receives every mistake and a note for each merge, or NULL
 *  @param[out]    out          new registry; NULL on failure
 *  @return status. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_registry_with_memory(const edgeplan_registry *base, const char *text,
                                                                             size_t length, const char *name,
                                                                             edgeplan_diagnostics *diagnostics,
                                                                             edgeplan_registry **out);
/** Adds an owner. @param[in] registry  or NULL @return `registry`. Since 0.1. */
EDGEPLAN_API edgeplan_registry *edgeplan_registry_ref(const edgeplan_registry *registry);
/** Drops an owner. @param[in] registry  or NULL. Since 0.1. */
EDGEPLAN_API void edgeplan_registry_unref(const edgeplan_registry *registry);

/** Schema version of the newest file in it. @param[in] registry  handle @return such as `1.0`. Since 0.1. */
EDGEPLAN_API const char *edgeplan_registry_version(const edgeplan_registry *registry);
/** Digest of the bytes it was read from (FNV-1a, 64 bits, hexadecimal): equal digests, equal registries.
 *  @param[in] registry  handle @return 16 characters. Since 0.1. */
EDGEPLAN_API const char *edgeplan_registry_digest(const edgeplan_registry *registry);

/** Entries of a section. @param[in] registry  handle @param[in] section  which @return count. Since 0.1. */
EDGEPLAN_API uint32_t edgeplan_registry_count(const edgeplan_registry *registry, edgeplan_section section);
/** Id of an entry. @param[in] registry  handle @param[in] section  which @param[in] index  from 0, file order
 *  @return id; NULL past the end. Since 0.1. */
EDGEPLAN_API const char *edgeplan_registry_id(const edgeplan_registry *registry, edgeplan_section section, uint32_t index);
/** An entry as YAML, after merging.
 *  @param[in]  registry  handle
 *  @param[in]  section   which
 *  @param[in]  id        of the entry
 *  @param[out] buffer    receives the text, NUL-terminated, cut if it is too small; or NULL
 *  @param[in]  size      of it, bytes
 *  @param[out] needed    bytes with the NUL, or NULL
 *  @return ::EDGEPLAN_OK or ::EDGEPLAN_ERROR_NOT_FOUND. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_registry_describe(const edgeplan_registry *registry, edgeplan_section section,
                                                        const char *id, char *buffer, size_t size, size_t *needed);

/** A model of the registry. @param[in] registry  handle @param[in] id  id or alias @param[in,out] diagnostics  or NULL
 *  @param[out] out  new model @return status. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_registry_model(const edgeplan_registry *registry, const char *id,
                                                                       edgeplan_diagnostics *diagnostics, edgeplan_model **out);
/** A part of it, as its description tells.
 *  @param[in] registry  handle @param[in] id  id or alias @param[in] part  which @param[in,out] diagnostics  or NULL
 *  @param[out] out  new model @return status; ::EDGEPLAN_ERROR_UNSUPPORTED if it has none. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_registry_model_part(const edgeplan_registry *registry, const char *id,
                                                                            edgeplan_part part, edgeplan_diagnostics *diagnostics,
                                                                            edgeplan_model **out);

/** Target by id, name or alias. @param[in] registry  handle @param[in] id  what a person types @return target or NULL. Since 0.1. */
EDGEPLAN_API const edgeplan_target *edgeplan_target_find(const edgeplan_registry *registry, const char *id);
/** Target by an identifier. @param[in] registry  handle @param[in] scheme  `hw_machine`, `android_model`, `android_soc` …, NULL for any
 *  @param[in] identifier  what the system reports @return the first match or NULL. Since 0.1. */
EDGEPLAN_API const edgeplan_target *edgeplan_target_find_by(const edgeplan_registry *registry, const char *scheme,
                                                            const char *identifier);
/** Target by index. @param[in] registry  handle @param[in] index  from 0 @return target or NULL. Since 0.1. */
EDGEPLAN_API const edgeplan_target *edgeplan_target_at(const edgeplan_registry *registry, uint32_t index);
/** Keeps the registry of a child. @param[in] target  or NULL @return `target`. Since 0.1. */
EDGEPLAN_API const edgeplan_target *edgeplan_target_ref(const edgeplan_target *target);
/** Undoes edgeplan_target_ref(). @param[in] target  or NULL. Since 0.1. */
EDGEPLAN_API void edgeplan_target_unref(const edgeplan_target *target);
/** Id. @param[in] target  child @return id. Since 0.1. */
EDGEPLAN_API const char *edgeplan_target_id(const edgeplan_target *target);
/** Name. @param[in] target  child @return name for people. Since 0.1. */
EDGEPLAN_API const char *edgeplan_target_name(const edgeplan_target *target);
/** Platform. @param[in] target  child @return id of its platform. Since 0.1. */
EDGEPLAN_API const char *edgeplan_target_platform(const edgeplan_target *target);
/** Class. @param[in] target  child @return such as `phone`, `laptop` or `browser`. Since 0.1. */
EDGEPLAN_API const char *edgeplan_target_class(const edgeplan_target *target);
/** Chip. @param[in] target  child @return id of its chip, the host's for a browser. Since 0.1. */
EDGEPLAN_API const char *edgeplan_target_chip(const edgeplan_target *target);
/** Architecture of an engine. @param[in] target  child @param[in] accelerator  which
 *  @return id as runtimes name it, "" if there is no such engine. Since 0.1. */
EDGEPLAN_API const char *edgeplan_target_architecture(const edgeplan_target *target, edgeplan_accelerator accelerator);

/** Figures of a target. Since 0.1. */
typedef struct edgeplan_target_facts {
  uint32_t struct_size;                  /**< `sizeof(edgeplan_target_facts)`. */
  uint32_t flags;                        /**< 0. */
  uint64_t known;                        /**< Which fields are known. */
  double peak_bandwidth_bytes_per_s;     /**< Of the memory. */
  uint64_t ram_min_bytes;                /**< Smallest variant sold. */
  uint64_t ram_max_bytes;                /**< Largest variant sold. */
  uint64_t accelerators;                 /**< Bit 1 << ::edgeplan_accelerator for each it has. */
  uint64_t runtimes;                     /**< Runtimes it names. */
} edgeplan_target_facts;
/** Figures. @param[in] target  child @param[in,out] out  filled @return status. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_target_get(const edgeplan_target *target, edgeplan_target_facts *out);
/** A runtime the target names. @param[in] target  child @param[in] index  from 0 @return runtime or NULL past the end. Since 0.1. */
EDGEPLAN_API const edgeplan_runtime *edgeplan_target_runtime(const edgeplan_target *target, uint32_t index);

/** Platform by id. @param[in] registry  handle @param[in] id  id @return platform or NULL. Since 0.1. */
EDGEPLAN_API const edgeplan_platform *edgeplan_platform_find(const edgeplan_registry *registry, const char *id);
/** Name. @param[in] platform  child @return name for people. Since 0.1. */
EDGEPLAN_API const char *edgeplan_platform_name(const edgeplan_platform *platform);
/** Targets of a platform. @param[in] platform  child @return count. Since 0.1. */
EDGEPLAN_API uint32_t edgeplan_platform_target_count(const edgeplan_platform *platform);
/** A target of a platform. @param[in] platform  child @param[in] index  from 0 @return target or NULL past the end. Since 0.1. */
EDGEPLAN_API const edgeplan_target *edgeplan_platform_target(const edgeplan_platform *platform, uint32_t index);

/** Runtime by id. @param[in] registry  handle @param[in] id  `llama.cpp`, or `llama.cpp@v0.4.0` @return runtime or NULL. Since 0.1. */
EDGEPLAN_API const edgeplan_runtime *edgeplan_runtime_find(const edgeplan_registry *registry, const char *id);
/** Id. @param[in] runtime  child @return id. Since 0.1. */
EDGEPLAN_API const char *edgeplan_runtime_id(const edgeplan_runtime *runtime);
/** Release its rules were checked against. @param[in] runtime  child @return release, "" if none is stated. Since 0.1. */
EDGEPLAN_API const char *edgeplan_runtime_release(const edgeplan_runtime *runtime);
/** Whether it can run on an engine of a target, whatever the model.
 *  @param[in] runtime  child @param[in] target  child @param[in] accelerator  which @return 1 or 0. Since 0.1. */
EDGEPLAN_API int edgeplan_runtime_runs_on(const edgeplan_runtime *runtime, const edgeplan_target *target,
                                          edgeplan_accelerator accelerator);
/** Whether it loads a format on an engine of a target.
 *  @param[in] runtime  child @param[in] format  child @param[in] target  child @param[in] accelerator  which @return 1 or 0. Since 0.1. */
EDGEPLAN_API int edgeplan_runtime_takes(const edgeplan_runtime *runtime, const edgeplan_format *format,
                                        const edgeplan_target *target, edgeplan_accelerator accelerator);

/** Format by id. @param[in] registry  handle @param[in] id  id @return format or NULL. Since 0.1. */
EDGEPLAN_API const edgeplan_format *edgeplan_format_find(const edgeplan_registry *registry, const char *id);
/** Format by index. @param[in] registry  handle @param[in] index  from 0 @return format or NULL. Since 0.1. */
EDGEPLAN_API const edgeplan_format *edgeplan_format_at(const edgeplan_registry *registry, uint32_t index);
/** Id. @param[in] format  child @return id. Since 0.1. */
EDGEPLAN_API const char *edgeplan_format_id(const edgeplan_format *format);

/** Observation by index. @param[in] registry  handle @param[in] index  from 0 @return observation or NULL. Since 0.1. */
EDGEPLAN_API const edgeplan_observation *edgeplan_observation_at(const edgeplan_registry *registry, uint32_t index);
/** What part of an observation's text is asked for. Since 0.1. */
typedef enum edgeplan_observation_text_kind {
  EDGEPLAN_OBSERVATION_ID = 0,      /**< Its id. */
  EDGEPLAN_OBSERVATION_TARGET = 1,  /**< Id of the target. */
  EDGEPLAN_OBSERVATION_RUNTIME = 2, /**< Id of the runtime. */
  EDGEPLAN_OBSERVATION_MODEL = 3,   /**< Id of the model. */
  EDGEPLAN_OBSERVATION_FORMAT = 4,  /**< Id of the format. */
  EDGEPLAN_OBSERVATION_SOURCE = 5,  /**< Title of the source. */
  EDGEPLAN_OBSERVATION_URL = 6,     /**< Address of the source. */
  EDGEPLAN_OBSERVATION_RELEASE = 7, /**< Release of the runtime, as stated. */
  EDGEPLAN_OBSERVATION_DATE = 8,    /**< When it was made or published. */
  EDGEPLAN_OBSERVATION_NOTE = 9,    /**< What else there is to know. */
  EDGEPLAN_OBSERVATION_FORCE32 = 0x7fffffff /**< Not a kind. */
} edgeplan_observation_text_kind;
/** Text of an observation. @param[in] observation  child @param[in] kind  which @return text, "" if none. Since 0.1. */
EDGEPLAN_API const char *edgeplan_observation_text(const edgeplan_observation *observation, edgeplan_observation_text_kind kind);
/** Numbers of an observation. Since 0.1. */
typedef struct edgeplan_observation_facts {
  uint32_t struct_size;       /**< `sizeof(edgeplan_observation_facts)`. */
  uint32_t flags;             /**< 0. */
  uint64_t known;             /**< Which fields are known. */
  uint32_t accelerator;       /**< ::edgeplan_accelerator. */
  uint32_t grade;             /**< 1 = a, 2 = b, 3 = c. */
  uint32_t claim;             /**< 2: a claim to hold against the rest; 1: evidence. */
  uint32_t batch;             /**< Sequences at once. */
  double decode_tok_per_s;    /**< Decode rate. */
  double prefill_tok_per_s;   /**< Prefill rate. */
  double ttft_seconds;        /**< Time to the first token. */
  double encode_seconds;      /**< Of speech: the pass over a window of sound, or over `prompt_tokens` of text to be spoken. */
  uint64_t context_tokens;    /**< Depth while decoding. */
  uint64_t prompt_tokens;     /**< New tokens of the prefill. */
  uint64_t memory_bytes;      /**< Peak memory, as the source counts it. */
  uint64_t chunk_tokens;      /**< Tokens of a prefill step, where the source says that they were not the preset's. Since 0.1. */
} edgeplan_observation_facts;
/** Numbers. @param[in] observation  child @param[in,out] out  filled @return status. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_observation_get(const edgeplan_observation *observation, edgeplan_observation_facts *out);

#ifdef __cplusplus
}
#endif
#endif
