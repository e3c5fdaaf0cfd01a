/** @file
 *  Plans, recommendations and gates as JSON: the contract of docs/json.md, checked by docs/edgeplan.schema.json. A key is the name of the
 *  struct field it comes from. Bytes are integers, unknown is null, never NaN. The same inputs give the same bytes everywhere.
 */
#ifndef EDGEPLAN_REPORT_H
#define EDGEPLAN_REPORT_H

#include <edgeplan/base.h>
#include <edgeplan/gate.h>
#include <edgeplan/plan.h>
#include <edgeplan/recommend.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Writes plans as one JSON document.
 *  @param[in]  plans   plans of one registry
 *  @param[in]  count   how many; 0 gives a document without plans
 *  @param[out] buffer  receives the text, NUL-terminated, cut if it is too small; or NULL
 *  @param[in]  size    of it, bytes
 *  @param[out] needed  bytes with the NUL, or NULL
 *  @return status. Allocates nothing. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_report_plans(const edgeplan_plan *const *plans, uint32_t count, char *buffer, size_t size,
                                                   size_t *needed);
/** Writes recommendations as one JSON document: their plans with rank and pipeline, and what was rejected.
 *  @param[in]  recommendations  one for each target
 *  @param[in]  count            how many
 *  @param[out] buffer           receives the text, NUL-terminated, cut if it is too small; or NULL
 *  @param[in]  size             of it, bytes
 *  @param[out] needed           bytes with the NUL, or NULL
 *  @return status. Allocates nothing. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_report_recommendations(const edgeplan_recommendation *const *recommendations,
                                                             uint32_t count, char *buffer, size_t size, size_t *needed);
/** Writes a gate as one JSON document: the plans that decide, every check, the waivers and the summary.
 *  @param[in]  gate    gate
 *  @param[out] buffer  receives the text, NUL-terminated, cut if it is too small; or NULL
 *  @param[in]  size    of it, bytes
 *  @param[out] needed  bytes with the NUL, or NULL
 *  @return status. Allocates nothing. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_report_gate(const edgeplan_gate *gate, char *buffer, size_t size, size_t *needed);
/** Writes a number as the library does: the shortest of up to 15 digits that reads back, always with a dot where one is needed.
 *  @param[in]  value   finite number
 *  @param[out] buffer  receives the text, NUL-terminated
 *  @param[in]  size    of it, bytes; 32 is always enough
 *  @return characters without the NUL; 0 if `value` is not finite or `buffer` too small. Since 0.1. */
EDGEPLAN_API size_t edgeplan_number_text(double value, char *buffer, size_t size);
/** Reads a quantity as the registry does.
 *  @param[in]  text  such as `8 GiB`, `4096` or `1.5 GB`
 *  @param[out] out   bytes
 *  @return ::EDGEPLAN_OK, ::EDGEPLAN_ERROR_SYNTAX or ::EDGEPLAN_ERROR_RANGE. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_bytes_from_text(const char *text, uint64_t *out);

#ifdef __cplusplus
}
#endif
#endif
