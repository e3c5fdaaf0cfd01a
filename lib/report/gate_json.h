/* What a gate adds to the document of its plans. */
#ifndef EP_REPORT_GATE_JSON_H
#define EP_REPORT_GATE_JSON_H

#include "plan/gate.h"
#include "report/json_writer.h"

/* `checks`, `waivers` and `summary`, as keys of the object that is open. */
void ep_gate_json(ep_json_writer *json, const edgeplan_gate *gate);

#endif
