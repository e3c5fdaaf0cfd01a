/* The parts of what `edgeplan fit` prints. */
#ifndef EDGEPLAN_PROGRAM_FIT_H
#define EDGEPLAN_PROGRAM_FIT_H

#include "session.h"

/* An item of a plan's list; 0 where there is no such one. */
int fit_item(const edgeplan_plan *plan, edgeplan_list list, uint32_t index, edgeplan_item *item);

/* fit_memory.c */
void fit_print_memory(const edgeplan_memory *memory);
edgeplan_status fit_print_sides(const edgeplan_deployment *path, const edgeplan_request *request);
void fit_print_extra_models(const edgeplan_plan *plan);
void fit_print_limits(const edgeplan_plan *plan);
edgeplan_status fit_print_entitlements(const edgeplan_deployment *path, const edgeplan_request *asked);

/* fit_speed.c */
void fit_print_speed(const edgeplan_plan *plan, const edgeplan_verdict_result *verdict, const edgeplan_speed *speed);
void fit_print_gains(const edgeplan_plan *plan);

#endif
