/* What must hold of a budget once its keys are read. */
#ifndef EP_REGISTRY_BUDGET_CHECK_H
#define EP_REGISTRY_BUDGET_CHECK_H

#include "registry/budget.h"
#include "registry/loader.h"

/* Fills in the indices of devices and members, and faults what does not stand together. */
void ep_budget_check(ep_loader *loader, const ep_node *root, ep_budget *budget);

#endif
