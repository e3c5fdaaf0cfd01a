/* The structs of numbers as JSON objects: a key is the name of the struct field, a field that is not known is null. */
#ifndef EP_REPORT_NUMBERS_JSON_H
#define EP_REPORT_NUMBERS_JSON_H

#include <edgeplan/plan.h>

#include "report/json_writer.h"

void ep_request_json(ep_json_writer *json, const edgeplan_request *request);
void ep_memory_json(ep_json_writer *json, const edgeplan_memory *memory);
void ep_budget_json(ep_json_writer *json, const edgeplan_budget *budget);
void ep_speed_json(ep_json_writer *json, const edgeplan_speed *speed);

#endif
