/* Recording mistakes. The list may be NULL everywhere: then nothing is recorded and the status alone tells. */
#ifndef EP_BASE_DIAGNOSTICS_H
#define EP_BASE_DIAGNOSTICS_H

#include <edgeplan/diagnostics.h>

#include "base/text.h"

typedef struct ep_place {
    const char *source; /* file or name; NULL for none. Copied when recorded. */
    uint32_t line;      /* from 1, 0 = none */
    uint32_t column;
    uint64_t offset;
} ep_place;

#define EP_DIAGNOSTIC_BYTES 1000u /* longest string kept, so that a hostile key makes no hostile message; longer ones are cut */

/* Records one entry and returns `status`, so that a caller can `return ep_report(…)`. Strings are copied. */
edgeplan_status ep_report(edgeplan_diagnostics *diagnostics, edgeplan_severity severity, edgeplan_status status,
                          const ep_place *place, const char *key_path, const char *message);

/* Composes a message of up to four parts: first, then 'quoted', then rest. NULL parts are left out.
   ep_report_quoted(d, …, "unknown key", key, "; did you mean 'ram'?") gives: unknown key 'foo'; did you mean 'ram'? */
edgeplan_status ep_report_quoted(edgeplan_diagnostics *diagnostics, edgeplan_severity severity, edgeplan_status status,
                                 const ep_place *place, const char *key_path, const char *first, const char *quoted,
                                 const char *rest);

#endif
