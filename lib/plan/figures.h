/* Speed figures of a path: chip, engine, calibration. */
#ifndef EP_PLAN_FIGURES_H
#define EP_PLAN_FIGURES_H

#include "plan/deployment.h"

/* Fills speed, calibration and speed_basis of a deployment whose target, runtime, backend and format are set. */
void ep_figures_choose(edgeplan_deployment *deployment);

#endif
