/* What a format and a KV type cost a model in quality. */
#ifndef EP_PLAN_QUALITY_H
#define EP_PLAN_QUALITY_H

#include "plan/deployment.h"

typedef struct ep_quality {
    double loss_nats, format_nats, kv_nats;      /* per token: of both together, of the format, of the cache; each counts if known */
    double priced_nats;                          /* what a ranking takes it for, known or not */
    uint32_t known, format_known, kv_known;
    uint32_t from_class;                         /* 1: that of the format is the middle of its class, nobody's figure */
    uint32_t basis;                              /* edgeplan_confidence of loss_nats */
} ep_quality;

/* Beyond it a loss is of the last class, f: what is left is not the model any more, and nothing is planned so unasked. */
#define EP_QUALITY_WORST_NATS 0.33

/* What the format costs this model: what its family was published in has figures of its own. */
const ep_format_quality *ep_quality_format(const edgeplan_deployment *deployment);
/* How many times more a model of that many parameters loses than one of 8B. */
double ep_quality_ratio(uint64_t parameters);
/* The figure for keys or values of a type in this deployment, NULL if there is none. */
const ep_kv_quality *ep_quality_kv(const edgeplan_deployment *deployment, uint32_t type);
/* Losses are given for 7-8B; these are at the size of this model. A request without KV types has the runtime's. */
ep_quality ep_quality_of(const edgeplan_deployment *deployment, const edgeplan_request *request);

#endif
