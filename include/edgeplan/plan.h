/** @file
 *  A plan: the numbers of a deployment and a request, plus the lists that explain them.
 */
#ifndef EDGEPLAN_PLAN_H
#define EDGEPLAN_PLAN_H

#include <edgeplan/base.h>
#include <edgeplan/deployment.h>
#include <edgeplan/diagnostics.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A finished plan. Immutable; keeps its deployment alive. */
typedef struct edgeplan_plan edgeplan_plan;

/** Lists of a plan, a recommendation and a gate. Since 0.1. */
typedef enum edgeplan_list {
  EDGEPLAN_LIST_ASSUMPTIONS = 1,  /**< Defaults taken: the subject says which, the message how; bytes of what a runtime's
                                       pool takes, or of what counts where a model silently falls back to another engine. */
  EDGEPLAN_LIST_SOURCES = 2,      /**< Figures the plan rests on: subject, value, source. */
  EDGEPLAN_LIST_MISSING = 3,      /**< Facts that would be needed: `code` 1 for speed, 2 for memory, 3 for quality. */
  EDGEPLAN_LIST_LIMITS = 4,       /**< Every limit that applies: `code` its kind, value hard, low safe, bytes the demand. */
  EDGEPLAN_LIST_FIXES = 5,        /**< Evaluated changes: subject kind, value from, high to, `code` verdict, bytes charged high; of a
                                       recommended plan neither format nor KV type, which were weighed. */
  EDGEPLAN_LIST_OBSERVATIONS = 6, /**< What was measured or claimed for this: value tok/s. */
  EDGEPLAN_LIST_PIPELINE = 7,     /**< Conversion steps, in order. */
  EDGEPLAN_LIST_REJECTED = 8,     /**< Of a recommendation: what is out and why; `code` the ::edgeplan_verdict if that decides, else 0. */
  EDGEPLAN_LIST_ARTEFACTS = 9,    /**< Files to ship: bytes each. */
  EDGEPLAN_LIST_CHECKS = 10,      /**< Of a gate: `code` the ::edgeplan_check_status, value the figure, low what is required, high the
                                       ::edgeplan_check_level, bytes what the system counts; subject the rule's id, input the model,
                                       output the device, source the unit of value and low, hint what would pass. */
  EDGEPLAN_LIST_WAIVERS = 11,     /**< Of a gate: `code` the ::edgeplan_waiver_state, value its last day as yyyymmdd; subject the rule's
                                       id, input the model, output the device, message the reason. */
  EDGEPLAN_LIST_SPECULATION = 12, /**< What speculative decoding was measured to do to the decode rate of one sequence on this path: value
                                       the factor, below 1 a loss, low and high its ends; subject the kind: draft, eagle-3, mtp. */
  EDGEPLAN_LIST_WARNINGS = 13,    /**< Why it may be worse than the figures tell: subject a stable id (docs/rules.md). */
  EDGEPLAN_LIST_EXTRA_MODELS = 14, /**< Models beside, as edgeplan_deployment_with() added them: `code` the ::edgeplan_companion, bytes what
                                        is allocated for it, low and high its ends; subject the model, message its path and the
                                        format it is stored in; without a high end where an encoder's scratch is not known; value the
                                        tokens of an image of the size asked for, where known. */
  EDGEPLAN_LIST_FORCE32 = 0x7fffffff /**< Not a list. */
} edgeplan_list;

/** Codes of ::EDGEPLAN_LIST_PIPELINE. Since 0.1. */
typedef enum edgeplan_step {
  EDGEPLAN_STEP_MAKE = 0,      /**< A step: tool, version, command, input, output; what it needs of the computer that takes it as host,
                                    systems, time, `bytes` of RAM, `low` of disk, `high` of GPU memory where stated; as hint what
                                    goes wrong. `value` is 1 if the computer of the request can take it, as far as it is stated in
                                    figures, 0 if it cannot, and not known if something needed is not; lacks says of what. */
  EDGEPLAN_STEP_PUBLISHED = 1, /**< An artefact made already: its name as subject, revision as source, command that fetches it, licence as
                                    input, contexts as output. */
  EDGEPLAN_STEP_FORCE32 = 0x7fffffff /**< Not a step. */
} edgeplan_step;

/** Numbers of an item of a list. Since 0.1. */
typedef struct edgeplan_item {
  uint32_t struct_size; /**< `sizeof(edgeplan_item)`. */
  uint32_t flags;       /**< 0. */
  uint64_t known;       /**< Which fields are known. */
  uint32_t code;        /**< Meaning depends on the list. */
  uint32_t confidence;  /**< ::edgeplan_confidence of what it says. */
  double value;         /**< Main figure. */
  double low;           /**< Low end. */
  double high;          /**< High end. */
  uint64_t bytes;       /**< Bytes it is about. */
} edgeplan_item;

/** Which text of an item. Since 0.1. */
typedef enum edgeplan_text {
  EDGEPLAN_TEXT_MESSAGE = 0, /**< One sentence. */
  EDGEPLAN_TEXT_SUBJECT = 1, /**< What it is about: id, key path, kind of fix, tool. */
  EDGEPLAN_TEXT_SOURCE = 2,  /**< Title of the source, or the version of a tool. */
  EDGEPLAN_TEXT_URL = 3,     /**< Address of the source. */
  EDGEPLAN_TEXT_COMMAND = 4, /**< Command of a pipeline step. */
  EDGEPLAN_TEXT_INPUT = 5,   /**< Its input; of a fix, from. */
  EDGEPLAN_TEXT_OUTPUT = 6,  /**< Its output; of a fix, to. */
  EDGEPLAN_TEXT_PLACE = 7,   /**< File and line of the figure; date of a pipeline. */
  EDGEPLAN_TEXT_HOST = 8,    /**< What a pipeline step needs of the computer it runs on. */
  EDGEPLAN_TEXT_HINT = 9,    /**< What would make it right. */
  EDGEPLAN_TEXT_SYSTEMS = 10, /**< Where a pipeline step runs, of `linux macos windows target`, a space between two; "": anywhere. */
  EDGEPLAN_TEXT_TIME = 11,   /**< How long a pipeline step takes. */
  EDGEPLAN_TEXT_LACKS = 12,  /**< Why the computer of the request cannot take a pipeline step, or may not: `system`, `target` (unless it is
                                  the target), `ram`, `disk` or `gpu`; "" if it can. */
  EDGEPLAN_TEXT_FORCE32 = 0x7fffffff /**< Not a text. */
} edgeplan_text;

/** Plans.
 *  @param[in]     deployment   deployment; kept alive
 *  @param[in]     request      what for, or NULL for all defaults
 *  @param[in,out] diagnostics  or NULL
 *  @param[out]    out          new plan; release with edgeplan_plan_unref(); NULL on failure
 *  @return status; ::EDGEPLAN_ERROR_REFUSED, with a diagnostic that says why, where the runtime does not load what
 *          the request wants; the calls on a deployment return it as well. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_plan_new(const edgeplan_deployment *deployment,
                                                                 const edgeplan_request *request,
                                                                 edgeplan_diagnostics *diagnostics, edgeplan_plan **out);
/** Adds an owner. @param[in] plan  or NULL @return `plan`. Since 0.1. */
EDGEPLAN_API edgeplan_plan *edgeplan_plan_ref(const edgeplan_plan *plan);
/** Drops an owner. @param[in] plan  or NULL. Since 0.1. */
EDGEPLAN_API void edgeplan_plan_unref(const edgeplan_plan *plan);
/** Its deployment. @param[in] plan  handle @return deployment, borrowed. Since 0.1. */
EDGEPLAN_API const edgeplan_deployment *edgeplan_plan_deployment(const edgeplan_plan *plan);
/** Request with every default filled in. @param[in] plan  handle @param[in,out] out  filled @return status. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_plan_request(const edgeplan_plan *plan, edgeplan_request *out);
/** Footprint, place all, measure reserved. @param[in] plan  handle @param[in,out] out  filled @return status. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_plan_memory(const edgeplan_plan *plan, edgeplan_memory *out);
/** The limit that decides. @param[in] plan  handle @param[in,out] out  filled @return status. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_plan_budget(const edgeplan_plan *plan, edgeplan_budget *out);
/** Verdict, with the longest context. @param[in] plan  handle @param[in,out] out  filled @return status. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_plan_verdict(const edgeplan_plan *plan, edgeplan_verdict_result *out);
/** Speed. @param[in] plan  handle @param[in,out] out  filled @return status. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_plan_speed(const edgeplan_plan *plan, edgeplan_speed *out);

/** Items of a list. @param[in] plan  handle @param[in] list  which @return count. Since 0.1. */
EDGEPLAN_API uint32_t edgeplan_plan_count(const edgeplan_plan *plan, edgeplan_list list);
/** An item. @param[in] plan  handle @param[in] list  which @param[in] index  from 0 @param[in,out] out  filled
 *  @return ::EDGEPLAN_ERROR_NOT_FOUND past the end. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_plan_item(const edgeplan_plan *plan, edgeplan_list list, uint32_t index, edgeplan_item *out);
/** A text of an item. @param[in] plan  handle @param[in] list  which list @param[in] index  from 0 @param[in] which  which text
 *  @return text, "" if none. Since 0.1. */
EDGEPLAN_API const char *edgeplan_plan_text(const edgeplan_plan *plan, edgeplan_list list, uint32_t index, edgeplan_text which);

/** Word for a verdict. @param[in] verdict  any number @return such as `does_not_fit`; "" for none. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_verdict_name(edgeplan_verdict verdict);
/** Word for a limit. @param[in] limit  any number @return such as `gpu_working_set`; "" for none. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_limit_name(edgeplan_limit limit);
/** Word for a bound. @param[in] bound  any number @return such as `bandwidth`; "" for none. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_bound_name(edgeplan_bound bound);
/** Sentence for a reason. @param[in] reason  any number @return one clause; "" for none. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_verdict_reason_text(edgeplan_verdict_reason reason);
/** Word for an accelerator. @param[in] accelerator  any number @return such as `npu`; "" for none. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_accelerator_name(edgeplan_accelerator accelerator);
/** Word for a speed basis. @param[in] basis  any number @return such as `class`; "" for none. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_speed_basis_name(edgeplan_speed_basis basis);
/** Word for a memory basis. @param[in] basis  any number @return such as `rule`; "" for none. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_memory_basis_name(edgeplan_memory_basis basis);
/** `draft`, `projector`, `stt`, `tts`, `other` or `mtp`. @param[in] role  value @return static text; "" if unknown. Since 0.1. */
EDGEPLAN_API const char *edgeplan_companion_name(edgeplan_companion role);
/** Word for a confidence. @param[in] confidence  any number @return such as `cited`; "" for none. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_confidence_name(edgeplan_confidence confidence);

#ifdef __cplusplus
}
#endif
#endif
