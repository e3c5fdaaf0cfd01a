/* Conditions of a request, and the limits that hold under them. */
#ifndef EP_PLAN_CONDITIONS_H
#define EP_PLAN_CONDITIONS_H

#include "registry/registry.h"
#include "sizing/limits.h"

typedef struct ep_conditions {
    uint64_t ram_bytes;     /* 0: not known */
    uint64_t visible_bytes; /* of it, what the system reports; all where nobody published a share */
    uint32_t ram_variant;   /* index of the target's fact, UINT32_MAX if the caller gave the RAM */
    uint32_t os;            /* EP_OS_VERSION; 0: every version the target runs */
    uint32_t firmware;      /* likewise; 0: any */
    uint32_t app_state;     /* edgeplan_app_state */
    uint32_t entitled;      /* 1: increased memory */
    uint32_t accelerator;
    const char *runtime;    /* id */
} ep_conditions;

/* The system version a request names, EP_OS_VERSION; 0: none. */
uint32_t ep_request_os(const edgeplan_request *request);

/* A condition not given takes the worst the target ships with. Returns EP_ASSUMED_ bits. */
uint32_t ep_conditions_resolve(const edgeplan_target *target, uint32_t accelerator, const char *runtime,
                               const edgeplan_request *request, ep_conditions *out);

/* Limits that apply, the strictest of each kind; one of unknown size stands for a total nobody has published. `sessions`: NPU
   sessions the runtime may open. Returns how many. */
uint32_t ep_conditions_limits(const edgeplan_target *target, const ep_conditions *conditions, const edgeplan_request *request,
                              uint32_t sessions, ep_limit out[EP_MAX_LIMITS]);

/* The firmware from which a limit holds no longer; 0: none is known to end it. */
uint32_t ep_conditions_firmware_end(const edgeplan_target *target, const ep_limit *limit);

void ep_conditions_ask_firmware(edgeplan_request *request, uint32_t version);

#endif
