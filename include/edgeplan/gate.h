/** @file
 *  The gate of an app's build: a budget file says which models run on which devices and what is promised of them; the gate checks every
 *  promise and says which is broken, why, and what would keep it. docs/gate.md is the manual of the file and of the rules.
 */
#ifndef EDGEPLAN_GATE_H
#define EDGEPLAN_GATE_H

#include <edgeplan/base.h>
#include <edgeplan/diagnostics.h>
#include <edgeplan/plan.h>
#include <edgeplan/registry.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A budget that was checked. Immutable; keeps its plans and registry alive. */
typedef struct edgeplan_gate edgeplan_gate;

/** What is checked. A rule keeps its number and its id for ever. Since 0.1. */
typedef enum edgeplan_rule {
  EDGEPLAN_RULE_PATH = 1,      /**< `EP-PATH`: the device can run the model at all. */
  EDGEPLAN_RULE_FIT = 2,       /**< `EP-FIT`: the verdict. */
  EDGEPLAN_RULE_MEMORY = 3,    /**< `EP-MEMORY`: bytes the system counts. */
  EDGEPLAN_RULE_BUFFER = 4,    /**< `EP-BUFFER`: the largest single allocation. */
  EDGEPLAN_RULE_FILE = 5,      /**< `EP-FILE`: the largest file. */
  EDGEPLAN_RULE_DOWNLOAD = 6,  /**< `EP-DOWNLOAD`: all files together. */
  EDGEPLAN_RULE_DECODE = 7,    /**< `EP-DECODE`: the decode rate. */
  EDGEPLAN_RULE_TTFT = 8,      /**< `EP-TTFT`: the time to the first token. */
  EDGEPLAN_RULE_CONTEXT = 9,   /**< `EP-CONTEXT`: the longest context. */
  EDGEPLAN_RULE_LOSS = 10,     /**< `EP-LOSS`: the quality loss of the format. */
  EDGEPLAN_RULE_BASIS = 11,    /**< `EP-BASIS`: the confidence of the limit that decides. */
  EDGEPLAN_RULE_GROUP = 12,    /**< `EP-GROUP`: models resident together. */
  EDGEPLAN_RULE_COVERAGE = 13, /**< `EP-COVERAGE`: the share of the audience that is served. */
  EDGEPLAN_RULE_REGISTRY = 14, /**< `EP-REGISTRY`: the registry is the pinned one. */
  EDGEPLAN_RULE_WAIVER = 15,   /**< `EP-WAIVER`: waivers are used and have not expired. */
  EDGEPLAN_RULE_FALLBACK = 16, /**< `EP-FALLBACK`: an engine that takes over without a word has the same verdict. */
  EDGEPLAN_RULE_FORCE32 = 0x7fffffff /**< Not a rule. */
} edgeplan_rule;

/** How a check ended. Since 0.1. */
typedef enum edgeplan_check_status {
  EDGEPLAN_CHECK_PASSED = 1,  /**< The promise is kept. */
  EDGEPLAN_CHECK_FAILED = 2,  /**< It is broken, at level error: stops the build. */
  EDGEPLAN_CHECK_WARNED = 3,  /**< It is broken or cannot be decided, at level warn. */
  EDGEPLAN_CHECK_UNKNOWN = 4, /**< It cannot be decided, at level error: stops the build as well. */
  EDGEPLAN_CHECK_WAIVED = 5,  /**< It is not kept, and a waiver says that this is known. */
  EDGEPLAN_CHECK_FORCE32 = 0x7fffffff /**< Not a status. */
} edgeplan_check_status;

/** What a broken promise does. Since 0.1. */
typedef enum edgeplan_check_level {
  EDGEPLAN_LEVEL_OFF = 0,   /**< It is not checked. */
  EDGEPLAN_LEVEL_WARN = 1,  /**< It is told. */
  EDGEPLAN_LEVEL_ERROR = 2, /**< It stops the build. */
  EDGEPLAN_LEVEL_FORCE32 = 0x7fffffff /**< Not a level. */
} edgeplan_check_level;

/** What became of a waiver. Since 0.1. */
typedef enum edgeplan_waiver_state {
  EDGEPLAN_WAIVER_USED = 1,      /**< It waives a check. */
  EDGEPLAN_WAIVER_UNUSED = 2,    /**< No check needs it. */
  EDGEPLAN_WAIVER_EXPIRED = 3,   /**< Its last day is over. */
  EDGEPLAN_WAIVER_UNDECIDED = 4, /**< Today's date was not given, so it waives nothing. */
  EDGEPLAN_WAIVER_FORCE32 = 0x7fffffff /**< Not a state. */
} edgeplan_waiver_state;

/** How to check. Since 0.1. */
typedef struct edgeplan_gate_options {
  uint32_t struct_size; /**< `sizeof(edgeplan_gate_options)`. */
  uint32_t flags;       /**< 0. */
  uint64_t given;       /**< Which fields count although they are 0. */
  uint32_t today;       /**< Year × 10,000 + month × 100 + day, against which waivers expire: the library has no clock. */
  uint32_t strict;      /**< ::edgeplan_switch: on if every warning is an error. */
} edgeplan_gate_options;

/** The checks, counted. The gate is passed if `failed` and `unknown` are 0. Since 0.1. */
typedef struct edgeplan_summary {
  uint32_t struct_size; /**< `sizeof(edgeplan_summary)`. */
  uint32_t flags;       /**< 0. */
  uint64_t known;       /**< Which fields are known: all. */
  uint64_t checks;      /**< All. */
  uint64_t passed;      /**< Kept. */
  uint64_t failed;      /**< Broken, at level error. */
  uint64_t warned;      /**< Broken or undecided, at level warn. */
  uint64_t unknown;     /**< Undecided, at level error. */
  uint64_t waived;      /**< Waived. */
  uint64_t plans;       /**< Plans that decide a check. */
} edgeplan_summary;

/** Reads a budget and checks it. Model files are opened relative to its folder; only their headers are read.
 *  @param[in]     registry     whose ids the budget names; kept alive
 *  @param[in]     path         YAML file, UTF-8
 *  @param[in]     options      NULL: the defaults
 *  @param[in,out] diagnostics  every mistake of the budget and of the models it names, or NULL
 *  @param[out]    out          the gate, also if it is not passed; release with edgeplan_gate_unref(); NULL on failure
 *  @return status; failure means that the checks could not be made. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_gate_open(const edgeplan_registry *registry, const char *path,
                                                                  const edgeplan_gate_options *options,
                                                                  edgeplan_diagnostics *diagnostics, edgeplan_gate **out);
/** The same from memory.
 *  @param[in]     registry     whose ids the budget names; kept alive
 *  @param[in]     bytes        the text; not kept
 *  @param[in]     length       of it, bytes
 *  @param[in]     name         of the file as places show it, with the folder to which model files are relative; or NULL
 *  @param[in]     options      NULL: the defaults
 *  @param[in,out] diagnostics  every mistake of the budget and of the models it names, or NULL
 *  @param[out]    out          the gate; NULL on failure
 *  @return as edgeplan_gate_open(). Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_gate_open_memory(const edgeplan_registry *registry, const void *bytes,
                                                                         size_t length, const char *name,
                                                                         const edgeplan_gate_options *options,
                                                                         edgeplan_diagnostics *diagnostics, edgeplan_gate **out);
/** Adds an owner. @param[in] gate  or NULL @return `gate`. Since 0.1. */
EDGEPLAN_API edgeplan_gate *edgeplan_gate_ref(const edgeplan_gate *gate);
/** Drops an owner. @param[in] gate  or NULL. Since 0.1. */
EDGEPLAN_API void edgeplan_gate_unref(const edgeplan_gate *gate);

/** The checks, counted. @param[in] gate  handle @param[in,out] out  filled; its `struct_size` set @return status. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_gate_summary(const edgeplan_gate *gate, edgeplan_summary *out);
/** Items of ::EDGEPLAN_LIST_CHECKS or ::EDGEPLAN_LIST_WAIVERS. @param[in] gate  handle @param[in] list  which @return count. Since 0.1. */
EDGEPLAN_API uint32_t edgeplan_gate_count(const edgeplan_gate *gate, edgeplan_list list);
/** An item. @param[in] gate  handle @param[in] list  which @param[in] index  from 0 @param[in,out] out  filled
 *  @return ::EDGEPLAN_ERROR_NOT_FOUND past the end. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_gate_item(const edgeplan_gate *gate, edgeplan_list list, uint32_t index, edgeplan_item *out);
/** A text of an item. @param[in] gate  handle @param[in] list  which list @param[in] index  from 0 @param[in] which  which text
 *  @return text, "" if none. Since 0.1. */
EDGEPLAN_API const char *edgeplan_gate_text(const edgeplan_gate *gate, edgeplan_list list, uint32_t index, edgeplan_text which);
/** Plans that decide a check. @param[in] gate  handle @return count. Since 0.1. */
EDGEPLAN_API uint32_t edgeplan_gate_plan_count(const edgeplan_gate *gate);
/** A plan. @param[in] gate  handle @param[in] index  from 0 @return plan, borrowed; NULL past the end. Since 0.1. */
EDGEPLAN_API const edgeplan_plan *edgeplan_gate_plan(const edgeplan_gate *gate, uint32_t index);
/** The plan that decides a check. @param[in] gate  handle @param[in] check  index in ::EDGEPLAN_LIST_CHECKS
 *  @return plan, borrowed; NULL if none does. Since 0.1. */
EDGEPLAN_API const edgeplan_plan *edgeplan_gate_check_plan(const edgeplan_gate *gate, uint32_t check);

/** Rules, numbered from 1. @return the highest number. Since 0.1. */
EDGEPLAN_API uint32_t edgeplan_rule_count(void);
/** Id of a rule. @param[in] rule  any number @return such as `EP-FIT`; "" for none. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_rule_id(edgeplan_rule rule);
/** What a rule checks. @param[in] rule  any number @return a few sentences; "" for none. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_rule_text(edgeplan_rule rule);
/** Word for a status. @param[in] status  any number @return such as `failed`; "" for none. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_check_status_name(edgeplan_check_status status);
/** Word for a level. @param[in] level  any number @return `off`, `warn` or `error`; "" for none. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_check_level_name(edgeplan_check_level level);
/** Word for a waiver's state. @param[in] state  any number @return such as `expired`; "" for none. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_waiver_state_name(edgeplan_waiver_state state);

#ifdef __cplusplus
}
#endif
#endif
