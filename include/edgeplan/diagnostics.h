/** @file
 *  Mistakes in input: what, how bad, where. Made by the caller, filled by whatever reads or plans, never printed by the library.
 *  A loader goes on after a mistake and reports every one of schema, range and reference; at a syntax error, those before it and
 *  that one. At most 64 are kept, errors before warnings and notes, and of more than 64 errors the first 63 and the last; the rest is
 *  counted.
 */
#ifndef EDGEPLAN_DIAGNOSTICS_H
#define EDGEPLAN_DIAGNOSTICS_H

#include <edgeplan/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** List of mistakes and notes. The only handle that changes; one thread at a time. */
typedef struct edgeplan_diagnostics edgeplan_diagnostics;

/** How bad a diagnostic is. Since 0.1. */
typedef enum edgeplan_severity {
  EDGEPLAN_SEVERITY_NOTE = 1,            /**< Worth knowing, such as an entry that was merged. */
  EDGEPLAN_SEVERITY_WARNING = 2,         /**< Changes an answer, such as an unknown key of a newer file. */
  EDGEPLAN_SEVERITY_ERROR = 3,           /**< The call failed. */
  EDGEPLAN_SEVERITY_FORCE32 = 0x7fffffff /**< Not a severity. */
} edgeplan_severity;

/** Makes an empty list.
 *  @param[in]  context  allocator, or NULL
 *  @param[out] out      new list; release with edgeplan_diagnostics_unref(); NULL on failure
 *  @return status. Since 0.1. */
EDGEPLAN_API EDGEPLAN_MUST_USE edgeplan_status edgeplan_diagnostics_new(edgeplan_context *context, edgeplan_diagnostics **out);
/** Adds an owner. @param[in] diagnostics  or NULL @return `diagnostics`. Since 0.1. */
EDGEPLAN_API edgeplan_diagnostics *edgeplan_diagnostics_ref(edgeplan_diagnostics *diagnostics);
/** Drops an owner. @param[in] diagnostics  or NULL. Since 0.1. */
EDGEPLAN_API void edgeplan_diagnostics_unref(edgeplan_diagnostics *diagnostics);
/** Empties the list. @param[in,out] diagnostics  or NULL. Since 0.1. */
EDGEPLAN_API void edgeplan_diagnostics_clear(edgeplan_diagnostics *diagnostics);

/** Entries kept. @param[in] diagnostics  or NULL @return count, at most 64. Since 0.1. */
EDGEPLAN_API uint32_t edgeplan_diagnostics_count(const edgeplan_diagnostics *diagnostics);
/** Entries that found no room. @param[in] diagnostics  or NULL @return count. Since 0.1. */
EDGEPLAN_API uint32_t edgeplan_diagnostics_dropped(const edgeplan_diagnostics *diagnostics);
/** Status of an entry. @param[in] diagnostics  list @param[in] index  from 0 @return status; ::EDGEPLAN_OK past the end. Since 0.1. */
EDGEPLAN_API edgeplan_status edgeplan_diagnostics_status(const edgeplan_diagnostics *diagnostics, uint32_t index);
/** Severity of an entry. @param[in] diagnostics  list @param[in] index  from 0 @return severity; 0 past the end. Since 0.1. */
EDGEPLAN_API edgeplan_severity edgeplan_diagnostics_severity(const edgeplan_diagnostics *diagnostics, uint32_t index);
/** Where it was read. @param[in] diagnostics  list @param[in] index  from 0 @return file or source name, "" if none. Since 0.1. */
EDGEPLAN_API const char *edgeplan_diagnostics_source(const edgeplan_diagnostics *diagnostics, uint32_t index);
/** Line. @param[in] diagnostics  list @param[in] index  from 0 @return from 1; 0 = none. Since 0.1. */
EDGEPLAN_API uint32_t edgeplan_diagnostics_line(const edgeplan_diagnostics *diagnostics, uint32_t index);
/** Column. @param[in] diagnostics  list @param[in] index  from 0 @return from 1; 0 = none. Since 0.1. */
EDGEPLAN_API uint32_t edgeplan_diagnostics_column(const edgeplan_diagnostics *diagnostics, uint32_t index);
/** Byte offset. @param[in] diagnostics  list @param[in] index  from 0 @return from 0, bytes. Since 0.1. */
EDGEPLAN_API uint64_t edgeplan_diagnostics_offset(const edgeplan_diagnostics *diagnostics, uint32_t index);
/** Path of keys. @param[in] diagnostics  list @param[in] index  from 0 @return such as `targets[3].memory.bus`, "" if none. Since 0.1. */
EDGEPLAN_API const char *edgeplan_diagnostics_key_path(const edgeplan_diagnostics *diagnostics, uint32_t index);
/** What is wrong. @param[in] diagnostics  list @param[in] index  from 0 @return one sentence; "" past the end. Since 0.1. */
EDGEPLAN_API const char *edgeplan_diagnostics_message(const edgeplan_diagnostics *diagnostics, uint32_t index);

#ifdef __cplusplus
}
#endif
#endif
