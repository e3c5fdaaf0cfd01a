/* One plan as a JSON object: the keys and order of docs/json.md. */
#ifndef EP_REPORT_PLAN_JSON_H
#define EP_REPORT_PLAN_JSON_H

#include "plan/plan.h"
#include "report/json_writer.h"

/* `rank` from 1 adds "rank" and "pipeline"; 0 is a plan by itself. */
void ep_plan_json(ep_json_writer *json, const edgeplan_plan *plan, uint32_t rank);

/* A text of a list's item, NULL if it has none. */
const char *ep_listed_text(const ep_item_list *list, size_t index, edgeplan_text which);

#endif
