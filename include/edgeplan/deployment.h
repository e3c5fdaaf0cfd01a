/** @file
 *  A deployment: a model in a format on a target through a runtime, everything fixed before a request is made.
 *  Opening one allocates and resolves names; the calls on it fill a struct of the caller and allocate nothing.
 */
#ifndef EDGEPLAN_DEPLOYMENT_H
#define EDGEPLAN_DEPLOYMENT_H

#include <edgeplan/base.h>
#include <edgeplan/diagnostics.h>
#include <edgeplan/model.h>
#include <edgeplan/registry.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A deployment. Immutable; keeps its registry and model alive. */
typedef struct edgeplan_deployment edgeplan_deployment;

/** Named defaults of a runtime. Since 0.1. */
typedef enum edgeplan_preset {
  EDGEPLAN_PRESET_DEFAULT = 0, /**< The runtime's own choice. */
  EDGEPLAN_PRESET_LIBRARY = 1, /**< Its API, nothing set. */
  EDGEPLAN_PRESET_CLI = 2,     /**< Its command-line program. */
  EDGEPLAN_PRESET_SERVER = 3,  /**< Its server. */
  EDGEPLAN_PRESET_FORCE32 = 0x7fffffff /**< Not a preset. */
} edgeplan_preset;

/** What the app asked its system for; bits. Since 0.1. */
typedef enum edgeplan_entitlement {
  EDGEPLAN_ENTITLEMENT_INCREASED_MEMORY = 1, /**< `com.apple.developer.kernel.increased-memory-limit`. */
  EDGEPLAN_ENTITLEMENT_FORCE32 = 0x7fffffff  /**< Not a bit. */
} edgeplan_entitlement;

/** State of the app. Since 0.1. */
typedef enum edgeplan_app_state {
  EDGEPLAN_APP_STATE_DEFAULT = 0,    /**< Foreground, listed as an assumption. */
  EDGEPLAN_APP_STATE_FOREGROUND = 1, /**< In front. */
  EDGEPLAN_APP_STATE_SERVICE = 2,    /**< A foreground service. */
  EDGEPLAN_APP_STATE_BACKGROUND = 3, /**< In the background. */
  EDGEPLAN_APP_STATE_EXTENSION = 4,  /**< An app extension. */
  EDGEPLAN_APP_STATE_FORCE32 = 0x7fffffff /**< Not a state. */
} edgeplan_app_state;

/** System of the computer that takes the conversion steps. Since 0.1. */
typedef enum edgeplan_system {
  EDGEPLAN_SYSTEM_UNKNOWN = 0, /**< Not given. */
  EDGEPLAN_SYSTEM_LINUX = 1,   /**< `linux`. */
  EDGEPLAN_SYSTEM_MACOS = 2,   /**< `macos`. */
  EDGEPLAN_SYSTEM_WINDOWS = 3, /**< `windows`. */
  EDGEPLAN_SYSTEM_FORCE32 = 0x7fffffff /**< Not a system. */
} edgeplan_system;

/** What to plan for, and under which conditions. Zero in any field means the default. Since 0.1. */
typedef struct edgeplan_request {
  uint32_t struct_size;      /**< `sizeof(edgeplan_request)`. */
  uint32_t flags;            /**< 0. */
  uint64_t given;            /**< Which fields count although they are 0. */
  uint64_t context_tokens;   /**< Prompt, cache and output; default the smaller of 4096 and the trained context, or as many as
                                  the next three where they are given and more. */
  uint64_t prompt_tokens;    /**< New tokens to prefill; default the smaller of 512 and half the context. */
  uint64_t cached_tokens;    /**< Already in the cache before them; default 0. */
  uint64_t output_tokens;    /**< To decode; default 128. */
  uint64_t sequences;        /**< Sequences with a cache each; default the preset's, and no fewer than the batch. */
  uint64_t batch;            /**< Of these, decoded at once; default 1. */
  uint64_t chunk_tokens;     /**< Tokens of a prefill step (ubatch); default the preset's. */
  uint32_t kv_k;             /**< ::edgeplan_element_type of the keys; default the preset's (f32, which is 0, needs its bit in `given`). */
  uint32_t kv_v;             /**< ::edgeplan_element_type of the values; likewise. */
  uint32_t mmap;             /**< ::edgeplan_switch: map the file instead of reading it. */
  uint32_t flash_attention;  /**< ::edgeplan_switch: fused attention without a score matrix; default on. */
  uint32_t preset;           /**< ::edgeplan_preset. */
  uint32_t app_state;        /**< ::edgeplan_app_state. */
  uint32_t os_major;         /**< Operating system or browser version; 0 = every version the target runs. */
  uint32_t os_minor;         /**< Its second number: 26 and 0 is 26.0, not all of 26. */
  uint32_t firmware_major;   /**< Version of the board's firmware (Jetson Linux, such as 36); 0 = any. */
  uint32_t firmware_minor;   /**< Its second number: 36 and 0 is 36.0, not all of 36. */
  uint32_t computer_system;  /**< ::edgeplan_system of the computer that is to take the steps of ::EDGEPLAN_LIST_PIPELINE; what is given of
                                  it says whether it can, and nothing else. Since 0.1. */
  uint32_t computer_is_target; /**< ::edgeplan_switch: it is the target itself. Since 0.1. */
  uint32_t image_width_pixels;  /**< Of the largest image that a projector beside is given; default: none larger than it holds room for. A
                                     projector that takes images as they are works in more memory then, and ::EDGEPLAN_LIST_EXTRA_MODELS
                                     tells the tokens it makes of one, for which `prompt_tokens` has to have room. Since 0.1. */
  uint32_t image_height_pixels; /**< Given with its width, as up to 65535. Since 0.1. */
  uint64_t entitlements;     /**< Bits of ::edgeplan_entitlement. */
  uint64_t ram_bytes;        /**< RAM variant; default the smallest sold. */
  uint64_t app_bytes;        /**< What the app holds besides the model; default 0. */
  uint64_t available_bytes;  /**< What the app measured as available before loading: overrides the total limit. */
  uint64_t largest_buffer_bytes; /**< What the app measured as the largest buffer: overrides the buffer limit. */
  uint64_t gpu_layers;       /**< Layers on the accelerator, the last ones first: 1 is the output matrix, 2 the last layer too, and so on
                                  (`--gpu-layers` of llama.cpp); 0 with its bit in `given` is none; default all. With a runtime that does
                                  not offload by layer it changes nothing, and the plan says so. Since 0.1. */
  uint64_t computer_ram_bytes;  /**< RAM of the computer that is to take the steps. Since 0.1. */
  uint64_t computer_disk_bytes; /**< Its free storage. Since 0.1. */
  uint64_t computer_gpu_bytes;  /**< Its GPU's memory; 0 with its bit in `given` is none. Since 0.1. */
} edgeplan_request;

/** Part of the machine. Since 0.1. */
typedef enum edgeplan_place {
  EDGEPLAN_PLACE_ALL = 0,     /**< Everything. */
  EDGEPLAN_PLACE_HOST = 1,    /**< Held by the process for the CPU. */
  EDGEPLAN_PLACE_DEVICE = 2,  /**< Held for the GPU or NPU. */
  EDGEPLAN_PLACE_SESSION = 3, /**< Mapped by the NPU session. */
  EDGEPLAN_PLACE_STORAGE = 4, /**< The artefact as files. */
  EDGEPLAN_PLACE_FORCE32 = 0x7fffffff /**< Not a place. */
} edgeplan_place;

/** What is counted. Since 0.1. */
typedef enum edgeplan_measure {
  EDGEPLAN_MEASURE_RESERVED = 0, /**< Allocated. */
  EDGEPLAN_MEASURE_TOUCHED = 1,  /**< Resident. */
  EDGEPLAN_MEASURE_CHARGED = 2,  /**< Counted against the app by the system. */
  EDGEPLAN_MEASURE_FORCE32 = 0x7fffffff /**< Not a measure. */
} edgeplan_measure;

/** What a memory figure rests on, best first. Since 0.1. */
typedef enum edgeplan_memory_basis {
  EDGEPLAN_MEMORY_BASIS_UNKNOWN = 0,     /**< Nothing. */
  EDGEPLAN_MEMORY_BASIS_EXACT = 1,       /**< Sums of sizes. */
  EDGEPLAN_MEMORY_BASIS_RULE = 2,        /**< The allocation rule of the runtime. */
  EDGEPLAN_MEMORY_BASIS_APPROXIMATE = 3, /**< A formula near the truth. */
  EDGEPLAN_MEMORY_BASIS_MISSING = 4,     /**< A component has no figure: totals are lower bounds. */
  EDGEPLAN_MEMORY_BASIS_FORCE32 = 0x7fffffff /**< Not a basis. */
} edgeplan_memory_basis;

/** Footprint. `total_*` follow the measure asked for; `charged_*` are always what the system counts. Since 0.1. */
typedef struct edgeplan_memory {
  uint32_t struct_size;              /**< `sizeof(edgeplan_memory)`. */
  uint32_t flags;                    /**< 0. */
  uint64_t known;                    /**< Which fields are known. */
  uint64_t weights_bytes;            /**< Weights. */
  uint64_t weights_duplicated_bytes; /**< Weights held a second time: tied head, other layout. */
  uint64_t kv_bytes;                 /**< KV cache. */
  uint64_t state_bytes;              /**< Recurrent state. */
  uint64_t compute_bytes;            /**< Activations and scratch. */
  uint64_t output_bytes;             /**< Logits. */
  uint64_t extra_models_bytes;       /**< Models beside this one. */
  uint64_t runtime_bytes;            /**< Runtime, tokenizer, the app's own bytes, a server's prompt cache. */
  uint64_t total_low_bytes;          /**< Least the sum can be. */
  uint64_t total_bytes;              /**< Expected. */
  uint64_t total_high_bytes;         /**< Most it can be. */
  uint64_t charged_low_bytes;        /**< Anonymous and dirty bytes. */
  uint64_t charged_bytes;            /**< Expected. */
  uint64_t charged_high_bytes;       /**< The same plus every mapped or GPU-wired weight byte. */
  uint64_t largest_buffer_bytes;     /**< Largest single allocation; of DEVICE, the largest there. */
  uint32_t basis;                    /**< ::edgeplan_memory_basis, the weakest of the components, the runtime's own apart. */
  uint32_t missing;                  /**< Components without a figure, bit i = i-th of the fields from `weights_bytes`. */
} edgeplan_memory;

/** What a limit bounds. Since 0.1. */
typedef enum edgeplan_limit {
  EDGEPLAN_LIMIT_NONE = 0,             /**< None is known. */
  EDGEPLAN_LIMIT_TOTAL = 1,            /**< Everything the app is charged. */
  EDGEPLAN_LIMIT_GPU_WORKING_SET = 2,  /**< What the GPU may hold. */
  EDGEPLAN_LIMIT_BUFFER = 3,           /**< The largest single allocation. */
  EDGEPLAN_LIMIT_SESSION = 4,          /**< What one NPU session maps. */
  EDGEPLAN_LIMIT_FILE = 5,             /**< The largest file. */
  EDGEPLAN_LIMIT_COMPILED_CONTEXT = 6, /**< The longest context the artefact was compiled for. */
  EDGEPLAN_LIMIT_AVAILABLE = 7,        /**< What the app measured. */
  EDGEPLAN_LIMIT_TRAINED_CONTEXT = 8,  /**< The longest context the model was trained for. */
  EDGEPLAN_LIMIT_RUNTIME_CONTEXT = 9,  /**< The longest context the runtime offers. */
  EDGEPLAN_LIMIT_FORCE32 = 0x7fffffff  /**< Not a limit. */
} edgeplan_limit;

/** The limit that decides. Since 0.1. */
typedef struct edgeplan_budget {
  uint32_t struct_size; /**< `sizeof(edgeplan_budget)`. */
  uint32_t flags;       /**< 0. */
  uint64_t known;       /**< Which fields are known. */
  uint64_t safe_bytes;  /**< Staying within it is safe. */
  uint64_t hard_bytes;  /**< Beyond it the app dies or the load fails. */
  uint32_t limit;       /**< ::edgeplan_limit. */
  uint32_t basis;       /**< ::edgeplan_confidence of the figure. */
} edgeplan_budget;

/** Will it be killed? Worst first is does_not_fit, unknown, tight, fits. Since 0.1. */
typedef enum edgeplan_verdict {
  EDGEPLAN_VERDICT_NONE = 0,         /**< Not asked. */
  EDGEPLAN_VERDICT_FITS = 1,         /**< The highs are within the safe budget. */
  EDGEPLAN_VERDICT_TIGHT = 2,        /**< Neither surely in nor surely out. */
  EDGEPLAN_VERDICT_UNKNOWN = 3,      /**< A component or the limit is missing and nothing bounds it. */
  EDGEPLAN_VERDICT_DOES_NOT_FIT = 4, /**< The known lows exceed the hard limit. */
  EDGEPLAN_VERDICT_FORCE32 = 0x7fffffff /**< Not a verdict. */
} edgeplan_verdict;

/** Why. Since 0.1. */
typedef enum edgeplan_verdict_reason {
  EDGEPLAN_REASON_NONE = 0,            /**< No reason needed. */
  EDGEPLAN_REASON_WITHIN_SAFE = 1,     /**< Even the high estimate is within the safe budget. */
  EDGEPLAN_REASON_ABOVE_SAFE = 2,      /**< Within the hard limit, but above the safe budget. */
  EDGEPLAN_REASON_MAPPED_WEIGHTS = 3,  /**< In if mapped weights are not counted, out if they are. */
  EDGEPLAN_REASON_HIGH_ABOVE_HARD = 4, /**< The low figure is in, the high one is out, whatever mapped weights count. */
  EDGEPLAN_REASON_ABOVE_HARD = 5,      /**< Even the low estimate exceeds the hard limit. */
  EDGEPLAN_REASON_SOFT_LIMIT = 6,      /**< Above a limit that is not known to kill. */
  EDGEPLAN_REASON_MISSING_LIMIT = 7,   /**< No limit is known. */
  EDGEPLAN_REASON_MISSING_COMPONENT = 8, /**< A part of the footprint is not known. */
  EDGEPLAN_REASON_CONTEXT = 9,         /**< The context is longer than the compiled ones, the runtime's or the trained one. */
  EDGEPLAN_REASON_FORCE32 = 0x7fffffff /**< Not a reason. */
} edgeplan_verdict_reason;

/** A verdict. Since 0.1. */
typedef struct edgeplan_verdict_result {
  uint32_t struct_size;       /**< `sizeof(edgeplan_verdict_result)`. */
  uint32_t flags;             /**< 0. */
  uint64_t known;             /**< Which fields are known. */
  uint32_t verdict;           /**< ::edgeplan_verdict. */
  uint32_t verdict_reason;    /**< ::edgeplan_verdict_reason. */
  uint32_t binding;           /**< ::edgeplan_limit that decides. */
  uint32_t max_context_limit; /**< ::edgeplan_limit that ends `max_context_tokens`. */
  uint64_t max_context_tokens; /**< Longest context such that its expected demand, and that of every shorter step, is within every hard
                                    limit. See edgeplan_deployment_max_context(). */
  uint64_t safe_bytes;        /**< Safe budget of the binding limit. */
  uint64_t hard_bytes;        /**< Hard bytes of the binding limit. */
  uint64_t demand_low_bytes;  /**< Least that counts against it. */
  uint64_t demand_bytes;      /**< Expected. */
  uint64_t demand_high_bytes; /**< Most. */
} edgeplan_verdict_result;

/** What a speed figure rests on, best first. Since 0.1. */
typedef enum edgeplan_speed_basis {
  EDGEPLAN_SPEED_BASIS_UNKNOWN = 0,  /**< Nothing. */
  EDGEPLAN_SPEED_BASIS_MEASURED = 1, /**< Three or more good observations of this target, runtime, accelerator and format
                                          group, of one sequence each; of a batch nothing is. */
  EDGEPLAN_SPEED_BASIS_DEVICE = 2,   /**< Figures of this target. */
  EDGEPLAN_SPEED_BASIS_CLASS = 3,    /**< Figures of its class. */
  EDGEPLAN_SPEED_BASIS_PHYSICS = 4,  /**< Bandwidth alone: a ceiling, no expectation. */
  EDGEPLAN_SPEED_BASIS_FORCE32 = 0x7fffffff /**< Not a basis. */
} edgeplan_speed_basis;

/** What a decode step waits for. Since 0.1. */
typedef enum edgeplan_bound {
  EDGEPLAN_BOUND_UNKNOWN = 0,   /**< Not known. */
  EDGEPLAN_BOUND_BANDWIDTH = 1, /**< Memory traffic. */
  EDGEPLAN_BOUND_COMPUTE = 2,   /**< Arithmetic. */
  EDGEPLAN_BOUND_OVERHEAD = 3,  /**< Fixed work per step and layer. */
  EDGEPLAN_BOUND_CAPACITY = 4,  /**< It does not fit: no speed. */
  EDGEPLAN_BOUND_FORCE32 = 0x7fffffff /**< Not a bound. */
} edgeplan_bound;

/** Speed. Since 0.1. */
typedef struct edgeplan_speed {
  uint32_t struct_size;                /**< `sizeof(edgeplan_speed)`. */
  uint32_t flags;                      /**< 0. */
  uint64_t known;                      /**< Which fields are known. */
  uint64_t least_traffic_bytes_per_step; /**< Least a decode step must read at the request's depth. */
  uint64_t traffic_bytes_per_step;     /**< What it is expected to read and write. */
  uint64_t routed_traffic_bytes_per_step; /**< Of this, weights of routed experts. */
  uint64_t cache_traffic_bytes_per_step; /**< Of this, keys, values and recurrent state. */
  double decode_ceiling_tok_per_s;     /**< Peak bandwidth over least traffic: nothing may beat it. */
  double decode_low_tok_per_s;         /**< Low end of the estimate. */
  double decode_tok_per_s;             /**< Expected. */
  double decode_high_tok_per_s;        /**< High end, never above the ceiling. */
  double sustained_decode_low_tok_per_s;  /**< Low end once the device is hot. */
  double sustained_decode_tok_per_s;   /**< Expected once the device is hot: what work longer than `sustained_after_seconds` sees. */
  double sustained_decode_high_tok_per_s; /**< High end once the device is hot. */
  double sustained_after_seconds;      /**< Time of full load after which it slows down. */
  double prefill_ceiling_tok_per_s;    /**< Ceiling on the prefill rate from compute and bandwidth: nothing may beat it. */
  double prefill_low_tok_per_s;        /**< Low end of the prefill rate. */
  double prefill_tok_per_s;            /**< Expected prefill rate of the request's prompt. */
  double prefill_high_tok_per_s;       /**< High end, never above the ceiling. */
  double ttft_floor_seconds;           /**< Least time to the first token. */
  double ttft_low_seconds;             /**< Low end of the time to the first token. */
  double ttft_seconds;                 /**< Expected time to the first token, the model being loaded. */
  double ttft_high_seconds;            /**< High end. */
  double first_load_seconds;           /**< Time to read the artefact from storage once. */
  double energy_joules_per_token;      /**< Of decoding, at the power the engine was measured to draw. */
  double bandwidth_fraction;           /**< Share of an expected step spent on memory traffic. */
  double compute_fraction;             /**< Share spent on arithmetic beyond it. */
  double overhead_fraction;            /**< Share spent on fixed work. */
  uint32_t bound;                      /**< ::edgeplan_bound. */
  uint32_t basis;                      /**< ::edgeplan_speed_basis of the decode rate. */
  uint32_t prefill_basis;              /**< ::edgeplan_speed_basis of the prefill rate and the time to the first token. */
  uint32_t sustained_basis;            /**< ::edgeplan_speed_basis of the sustained rate: device or class. */
} edgeplan_speed;

/** Opens a deployment. What is left open is chosen among the target's runtimes, their engines, and on each the first format that it
 *  takes: the best verdict on a request that says nothing (not asked if only the engine is open), then a speed that is known, then
 *  the order of the lists.
 *  @param[in]     model        model; kept alive
 *  @param[in]     target       target; its registry is kept alive
 *  @param[in]     accelerator  engine, or ::EDGEPLAN_ACCELERATOR_ANY
 *  @param[in]     runtime      runtime of the same registry, or NULL
 *  @param[in]     format       format of the same registry, or NULL for the one the model is stored in, if it is; a stored model in
 *                              another format is planned as if converted
 *  @param[in,out] diagnostics  says why a path is refused, or NULL
 *  @param[out]    out          new deployment; release with edgeplan_deployment_unref(); NULL on failure
 *  @return status; ::EDGEPLAN_ERROR_REFUSED if no such path can work. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_deployment_new(const edgeplan_model *model, const edgeplan_target *target,
                                                                       edgeplan_accelerator accelerator,
                                                                       const edgeplan_runtime *runtime,
                                                                       const edgeplan_format *format,
                                                                       edgeplan_diagnostics *diagnostics,
                                                                       edgeplan_deployment **out);
/** The same for the conditions of a request: a path that needs another system version than the one it names is not taken. A plan asked
 *  of a path for a version on which it does not run is refused as well.
 *  @param[in]     model        as of edgeplan_deployment_new(), like the next four
 *  @param[in]     target       target
 *  @param[in]     accelerator  engine
 *  @param[in]     runtime      runtime or NULL
 *  @param[in]     format       format or NULL
 *  @param[in]     request      of which the version of the system counts, or NULL
 *  @param[in,out] diagnostics  says why a path is refused, or NULL
 *  @param[out]    out          new deployment; release with edgeplan_deployment_unref(); NULL on failure
 *  @return status; ::EDGEPLAN_ERROR_REFUSED if no such path can work. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_deployment_new_for(const edgeplan_model *model, const edgeplan_target *target,
                                                                           edgeplan_accelerator accelerator,
                                                                           const edgeplan_runtime *runtime,
                                                                           const edgeplan_format *format,
                                                                           const edgeplan_request *request,
                                                                           edgeplan_diagnostics *diagnostics,
                                                                           edgeplan_deployment **out);
/** What a model that is loaded beside another is for. Since 0.1. */
typedef enum edgeplan_companion {
  EDGEPLAN_COMPANION_DRAFT = 1,          /**< Drafts tokens: it follows the request, with a cache as long as the model's own. */
  EDGEPLAN_COMPANION_PROJECTOR = 2,      /**< Turns images or sound into the model's input; at its own defaults, like the following. */
  EDGEPLAN_COMPANION_SPEECH_TO_TEXT = 3, /**< Hears. */
  EDGEPLAN_COMPANION_TEXT_TO_SPEECH = 4, /**< Speaks. */
  EDGEPLAN_COMPANION_OTHER = 5,          /**< Anything else that stays loaded. */
  EDGEPLAN_COMPANION_MTP = 6,            /**< The model's own layers that predict further tokens, with a cache of their own as a draft's. */
  EDGEPLAN_COMPANION_FORCE32 = 0x7fffffff /**< Not one. */
} edgeplan_companion;
/** The same deployment with one more model resident: sized by the rules of its own path, counted as `extra_models_bytes` on the engine
 *  it runs on, and against the limits. What both share, because their runtime is the same, is counted once.
 *  @param[in]  deployment  of the model; unchanged and kept alive
 *  @param[in]  role        what the other model is for
 *  @param[in]  companion   of the other model, on the same target and with no companion of its own; kept alive
 *  @param[out] out         new deployment; release with edgeplan_deployment_unref(); NULL on failure
 *  @return status; ::EDGEPLAN_ERROR_INVALID_ARGUMENT if the targets differ. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_deployment_with(const edgeplan_deployment *deployment,
                                                                        edgeplan_companion role,
                                                                        const edgeplan_deployment *companion,
                                                                        edgeplan_deployment **out);
/** The same with a model of the registry of which no more is known than what it was measured to take: counted on the host.
 *  @param[in]  deployment  of the model; unchanged and kept alive
 *  @param[in]  role        what the other model is for
 *  @param[in]  model_id    id, name or alias of the other model
 *  @param[out] out         new deployment; release with edgeplan_deployment_unref(); NULL on failure
 *  @return status; ::EDGEPLAN_ERROR_NOT_FOUND if the registry has no such model, its dimensions, or no memory of it. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_deployment_with_measured(const edgeplan_deployment *deployment,
                                                                                 edgeplan_companion role, const char *model_id,
                                                                                 edgeplan_deployment **out);
/** Adds an owner. @param[in] deployment  or NULL @return `deployment`. Since 0.1. */
EDGEPLAN_API edgeplan_deployment *edgeplan_deployment_ref(const edgeplan_deployment *deployment);
/** Drops an owner. @param[in] deployment  or NULL. Since 0.1. */
EDGEPLAN_API void edgeplan_deployment_unref(const edgeplan_deployment *deployment);
/** Model. @param[in] deployment  handle @return model, borrowed. Since 0.1. */
EDGEPLAN_API const edgeplan_model *edgeplan_deployment_model(const edgeplan_deployment *deployment);
/** Runtime. @param[in] deployment  handle @return runtime, borrowed. Since 0.1. */
EDGEPLAN_API const edgeplan_runtime *edgeplan_deployment_runtime(const edgeplan_deployment *deployment);
/** Format. @param[in] deployment  handle @return format, borrowed. Since 0.1. */
EDGEPLAN_API const edgeplan_format *edgeplan_deployment_format(const edgeplan_deployment *deployment);
/** Accelerator. @param[in] deployment  handle @return engine. Since 0.1. */
EDGEPLAN_API edgeplan_accelerator edgeplan_deployment_accelerator(const edgeplan_deployment *deployment);

/** Footprint of a request.
 *  @param[in]     deployment  handle
 *  @param[in]     request     what for, or NULL for all defaults
 *  @param[in]     place       which part of the machine
 *  @param[in]     measure     what `total_*` counts
 *  @param[in,out] out         filled; its `struct_size` set
 *  @return status. Allocates nothing; any thread. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_deployment_memory(const edgeplan_deployment *deployment,
                                                                          const edgeplan_request *request, edgeplan_place place,
                                                                          edgeplan_measure measure, edgeplan_memory *out);
/** The limit that decides. @param[in] deployment  handle @param[in] request  or NULL @param[in,out] out  filled
 *  @return status. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_deployment_budget(const edgeplan_deployment *deployment,
                                                                          const edgeplan_request *request, edgeplan_budget *out);
/** Verdict without the longest context (its fields stay unknown).
 *  @param[in] deployment  handle @param[in] request  or NULL @param[in,out] out  filled @return status. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_deployment_verdict(const edgeplan_deployment *deployment,
                                                                           const edgeplan_request *request,
                                                                           edgeplan_verdict_result *out);
/** Speed. @param[in] deployment  handle @param[in] request  or NULL @param[in,out] out  filled @return status. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_deployment_speed(const edgeplan_deployment *deployment,
                                                                         const edgeplan_request *request, edgeplan_speed *out);
/** Bytes of matrices of one element type that a decode step of one sequence reads: of routed experts those in use, of a tied embedding the
 *  whole matrix.
 *  @param[in] deployment  handle
 *  @param[in] type        ::edgeplan_element_type
 *  @return bytes; 0 if there are none. Allocates nothing; any thread. Since 0.1. */
EDGEPLAN_API uint64_t edgeplan_deployment_read_bytes(const edgeplan_deployment *deployment, edgeplan_element_type type);
/** Of these, bytes that every token of a prompt is multiplied with: all but the output matrix, which only the last one needs.
 *  @param[in] deployment  handle
 *  @param[in] type        ::edgeplan_element_type
 *  @return bytes; 0 if there are none. Allocates nothing; any thread. Since 0.1. */
EDGEPLAN_API uint64_t edgeplan_deployment_prompt_bytes(const edgeplan_deployment *deployment, edgeplan_element_type type);
/** Longest context: the largest step such that the expected demand of it and of every smaller one is within every hard limit.
 *  Where chunks are as long as the context, each step needs a look of its own; after 1024 the answer is what is known to fit by then.
 *  @param[in]  deployment  handle
 *  @param[in]  request     everything but the context, or NULL
 *  @param[out] tokens      longest context, 0 if not even the shortest
 *  @param[out] limit       what ends it
 *  @return status; ::EDGEPLAN_ERROR_NOT_FOUND if a component or the limit is not known. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_deployment_max_context(const edgeplan_deployment *deployment,
                                                                               const edgeplan_request *request, uint64_t *tokens,
                                                                               edgeplan_limit *limit);
/** Most sequences, each with the request's context, whose expected demand is within every hard limit.
 *  @param[in]  deployment  handle @param[in] request  everything but the sequences, or NULL
 *  @param[out] sequences  most, 0 if not even one, at most 1024
 *  @return as edgeplan_deployment_max_context(). Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_deployment_max_sequences(const edgeplan_deployment *deployment,
                                                                                 const edgeplan_request *request,
                                                                                 uint64_t *sequences);

#ifdef __cplusplus
}
#endif
#endif
