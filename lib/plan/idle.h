/* What a request asks for in vain: the figures are the same without it. */
#ifndef EP_PLAN_IDLE_H
#define EP_PLAN_IDLE_H

#include "plan/evaluate.h"

enum { EP_IDLE_FLASH_ATTENTION = 1, EP_IDLE_MMAP = 2, EP_IDLE_ENTITLEMENT = 4, EP_IDLE_FIRMWARE = 8 };

/* Bits of what changes nothing. `evaluation` is that of the deployment and the request. */
uint32_t ep_request_idles(const edgeplan_deployment *deployment, const edgeplan_request *request, const ep_evaluation *evaluation);

/* Whether a limit is for some firmware only. `set` may be NULL. */
int ep_limits_tell_firmware(const ep_limit_set *set);

#endif
