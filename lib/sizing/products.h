/* Where a CPU converts the inputs of its products to the type they are done in: one buffer, as large as the largest needs it. */
#ifndef EP_SIZING_PRODUCTS_H
#define EP_SIZING_PRODUCTS_H

#include "sizing/workload.h"

/* 0 where the products are an accelerator's, or the runtime's way is not known. UINT64_MAX on overflow. */
uint64_t ep_products_bytes(const ep_rules *rules, const ep_shape *shape, const ep_workload *workload);

#endif
