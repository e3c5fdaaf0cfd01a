/* Speed figures of a path: chip, engine, calibration. */
#ifndef EP_PLAN_FIGURES_H
#define EP_PLAN_FIGURES_H

#include "plan/deployment.h"

/* How specific a calibration is for this path; -1 if it does not apply. The target itself beats its chip, which beats an architecture,
   which beats what this engine was measured to draw, which beats a class; a format beats a group. */
int ep_calibration_score(const ep_calibration *calibration, const edgeplan_deployment *d);

/* What the engine has in the arithmetic that this back end multiplies the format's weights in; 0: nobody says. */
ep_fact_id ep_throughput_fact(const edgeplan_deployment *d);

/* Fills speed, calibration and speed_basis of a deployment whose target, runtime, backend and format are set. */
void ep_figures_choose(edgeplan_deployment *deployment);

#endif
