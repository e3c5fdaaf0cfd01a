/** @file
 *  What to ship: every path and format of a target for the models given, constrained, ranked, and why the rest is out.
 */
#ifndef EDGEPLAN_RECOMMEND_H
#define EDGEPLAN_RECOMMEND_H

#include <edgeplan/base.h>
#include <edgeplan/deployment.h>
#include <edgeplan/diagnostics.h>
#include <edgeplan/plan.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A ranked recommendation. Immutable; keeps its plans and registry alive. */
typedef struct edgeplan_recommendation edgeplan_recommendation;

/** What to weigh most. Since 0.1. */
typedef enum edgeplan_prefer {
  EDGEPLAN_PREFER_BALANCED = 0, /**< Speed known, then the time of the request, prompt and answer, in which what the
                                     format loses is made up for (docs/formulas.md), then memory. */
  EDGEPLAN_PREFER_QUALITY = 1,  /**< Least quality loss, then speed, then memory. */
  EDGEPLAN_PREFER_SPEED = 2,    /**< Least time of the request, prompt and answer; then quality, then memory. Where
                                     nobody knows how fast a runtime reads prompts there, the slowest
                                     of others on that engine counts, or its bound if that is later. */
  EDGEPLAN_PREFER_MEMORY = 3,   /**< Least memory, then quality, then speed. */
  EDGEPLAN_PREFER_FORCE32 = 0x7fffffff /**< Not a preference. */
} edgeplan_prefer;

/** Hard constraints and preference. Zero means none. What is not known keeps no constraint, though its bound (a ceiling, a floor) may miss
 *  it: a candidate that misses none and lacks a figure is rejected with the code ::EDGEPLAN_VERDICT_UNKNOWN. Since 0.1. */
typedef struct edgeplan_criteria {
  uint32_t struct_size;         /**< `sizeof(edgeplan_criteria)`. */
  uint32_t flags;               /**< 0. */
  uint64_t given;               /**< Which fields count although they are 0. */
  uint32_t prefer;              /**< ::edgeplan_prefer. */
  uint32_t accelerators;        /**< Bits 1 << ::edgeplan_accelerator to allow; 0 = all. */
  uint64_t max_charged_bytes;   /**< Most the system may count, high estimate. */
  uint64_t max_download_bytes;  /**< Largest artefact. */
  double min_decode_tok_per_s;  /**< Slowest expected decode rate, over `workload_seconds` if they are given. */
  double max_ttft_seconds;      /**< Longest expected time to the first token. */
  double max_loss_nats;         /**< Largest quality loss, of format and KV type together; the KV type is chosen to keep it. */
  uint64_t min_context_tokens;  /**< Shortest longest context: what a conversation may grow to, whatever the request plans for. */
  double max_first_load_seconds; /**< Longest time to read the artefact from storage once. */
  double workload_seconds;      /**< How long the work keeps the device under full load. Beyond `sustained_after_seconds` of a plan's
                                     speed its decode rate is the sustained one, in the ranking and against `min_decode_tok_per_s`;
                                     not known where a device that slows down was not measured on that path. */
} edgeplan_criteria;

/** Ranks what can run on a target.
 *  @param[in]     models       models in the caller's order, for formats are ranked, not models: the first that has a candidate wins. Given
 *                              largest first, that is the largest model which can run there
 *  @param[in]     model_count  how many; 1 or more
 *  @param[in]     target       target
 *  @param[in]     request      what for, or NULL
 *  @param[in]     criteria     constraints, or NULL
 *  @param[in,out] diagnostics  or NULL
 *  @param[out]    out          new recommendation, also if nothing is left; NULL on failure
 *  @return status. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_recommendation_new(const edgeplan_model *const *models,
                                                                           uint32_t model_count, const edgeplan_target *target,
                                                                           const edgeplan_request *request,
                                                                           const edgeplan_criteria *criteria,
                                                                           edgeplan_diagnostics *diagnostics,
                                                                           edgeplan_recommendation **out);
/** Ranks what can run on a target with one runtime, in one format, or both.
 *  @param[in]     models       as above
 *  @param[in]     model_count  how many; 1 or more
 *  @param[in]     target       target
 *  @param[in]     runtime      of the target's registry, or NULL for any
 *  @param[in]     format       of the target's registry, or NULL for any; one for which the runtime has a stand-in is taken by name
 *  @param[in]     request      what for, or NULL
 *  @param[in]     criteria     constraints, or NULL
 *  @param[in,out] diagnostics  or NULL
 *  @param[out]    out          new recommendation, in which others are neither ranked nor rejected; NULL on failure
 *  @return status. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_recommendation_new_within(const edgeplan_model *const *models,
                                                                                  uint32_t model_count, const edgeplan_target *target,
                                                                                  const edgeplan_runtime *runtime,
                                                                                  const edgeplan_format *format,
                                                                                  const edgeplan_request *request,
                                                                                  const edgeplan_criteria *criteria,
                                                                                  edgeplan_diagnostics *diagnostics,
                                                                                  edgeplan_recommendation **out);
/** Adds an owner. @param[in] recommendation  or NULL @return `recommendation`. Since 0.1. */
EDGEPLAN_API edgeplan_recommendation *edgeplan_recommendation_ref(const edgeplan_recommendation *recommendation);
/** Drops an owner. @param[in] recommendation  or NULL. Since 0.1. */
EDGEPLAN_API void edgeplan_recommendation_unref(const edgeplan_recommendation *recommendation);
/** Ranked plans. @param[in] recommendation  handle @return count, 0 if nothing fits. Since 0.1. */
EDGEPLAN_API uint32_t edgeplan_recommendation_plan_count(const edgeplan_recommendation *recommendation);
/** A ranked plan. @param[in] recommendation  handle @param[in] index  0 = best @return plan, borrowed; NULL past the end. Since 0.1. */
EDGEPLAN_API const edgeplan_plan *edgeplan_recommendation_plan(const edgeplan_recommendation *recommendation, uint32_t index);
/** Whether a ranked plan is on the Pareto front: no other beats it in loss, time of the request and memory at once, each as the preference
 *  takes it, without being more in doubt. The best always is. @param[in] recommendation  handle @param[in] index  from 0
 *  @return 1 or 0. Since 0.1. */
EDGEPLAN_API int edgeplan_recommendation_on_front(const edgeplan_recommendation *recommendation, uint32_t index);
/** Of the ranked plans whose rates are both known, which decodes and which prefills fastest, if these are two and either leaves the other
 *  behind by more than 1.5 times.
 *  @param[in] recommendation  handle @param[out] decode_index  from 0 @param[out] prefill_index  from 0
 *  @return 1, or 0 if one is as good as the best at both: then the indices mean nothing. Since 0.1. */
EDGEPLAN_API int edgeplan_recommendation_winners(const edgeplan_recommendation *recommendation, uint32_t *decode_index,
                                                 uint32_t *prefill_index);
/** The decode rate by which a plan is ranked: expected, in a burst or sustained as edgeplan_criteria.workload_seconds asks.
 *  @param[in] recommendation  handle @param[in] index  from 0
 *  @return tokens per second; 0 if it is not known, or past the end. Since 0.1. */
EDGEPLAN_API double edgeplan_recommendation_decode_tok_per_s(const edgeplan_recommendation *recommendation, uint32_t index);
/** The loss of quality by which a plan is ranked, of format and KV type together.
 *  @param[in] recommendation  handle @param[in] index  from 0
 *  @param[out] basis  or NULL: confidence of the figure; ::EDGEPLAN_CONFIDENCE_ASSUMED if it is the middle of the format's class,
 *                     ::EDGEPLAN_CONFIDENCE_UNKNOWN if nobody measured the format or the KV type: then it is a guess
 *  @return nats per token; 0 past the end. Since 0.1. */
EDGEPLAN_API double edgeplan_recommendation_loss_nats(const edgeplan_recommendation *recommendation, uint32_t index,
                                                      edgeplan_confidence *basis);
/** Candidates weighed, with the rejected. @param[in] recommendation  handle @return count. Since 0.1. */
EDGEPLAN_API uint32_t edgeplan_recommendation_candidate_count(const edgeplan_recommendation *recommendation);
/** Items of a list: ::EDGEPLAN_LIST_REJECTED. @param[in] recommendation  handle @param[in] list  which @return count. Since 0.1. */
EDGEPLAN_API uint32_t edgeplan_recommendation_count(const edgeplan_recommendation *recommendation, edgeplan_list list);
/** An item. @param[in] recommendation  handle @param[in] list  which @param[in] index  from 0 @param[in,out] out  filled
 *  @return ::EDGEPLAN_ERROR_NOT_FOUND past the end. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_recommendation_item(const edgeplan_recommendation *recommendation, edgeplan_list list,
                                                          uint32_t index, edgeplan_item *out);
/** A text of an item. @param[in] recommendation  handle @param[in] list  which list @param[in] index  from 0 @param[in] which  which text
 *  @return text, "" if none. Since 0.1. */
EDGEPLAN_API const char *edgeplan_recommendation_text(const edgeplan_recommendation *recommendation, edgeplan_list list,
                                                      uint32_t index, edgeplan_text which);

/** The fewest artefacts that together serve a share of an audience: a set cover. Searched exactly while that is quick, else greedily.
 *  @param[in]  serves          `artefact_count` rows of `device_count` bytes: not 0 where the artefact serves the device
 *  @param[in]  artefact_count  how many there are to choose from, better ones first: of equals the first is taken; below 2^16
 *  @param[in]  shares          of each device in the audience, fraction; >= 0
 *  @param[in]  device_count    how many; below 2^16
 *  @param[in]  coverage        share to serve, fraction, 0 to 1; if that cannot be, as much as can be served
 *  @param[out] chosen          room for `artefact_count` indices, rising
 *  @param[out] chosen_count    how many were chosen
 *  @param[out] exact           1: no fewer serve it, and no other as few serve more; 0: the greedy choice
 *  @param[out] served          share that they serve, fraction
 *  @return status; ::EDGEPLAN_ERROR_RANGE for counts, shares or a coverage out of their ranges or not finite. Allocates nothing; any
 *          thread. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_fewest_artefacts(const uint8_t *serves, uint32_t artefact_count,
                                                                         const double *shares, uint32_t device_count,
                                                                         double coverage, uint32_t *chosen, uint32_t *chosen_count,
                                                                         uint32_t *exact, double *served);

#ifdef __cplusplus
}
#endif
#endif
