/* The caller's constraints, held against a plan. */
#ifndef EP_PLAN_CRITERIA_H
#define EP_PLAN_CRITERIA_H

#include <edgeplan/recommend.h>

#include "base/text.h"
#include "plan/plan.h"

/* EDGEPLAN_VERDICT_FITS if the plan keeps all of them. Else says which one it misses (EDGEPLAN_VERDICT_NONE: it is out, but not for want
   of memory), or, if it misses none but a figure is not known, which figure (EDGEPLAN_VERDICT_UNKNOWN). */
uint32_t ep_criteria_judge(const edgeplan_criteria *criteria, const edgeplan_plan *plan, ep_text *text);

/* Whether a loss is known to be within what may be lost, if the caller says so. */
int ep_criteria_keeps_loss(const ep_quality *quality, const edgeplan_criteria *criteria);

#endif
