/* What a format costs a model in quality. */
#ifndef EP_PLAN_QUALITY_H
#define EP_PLAN_QUALITY_H

#include "plan/deployment.h"

typedef struct ep_quality {
    double loss_nats;    /* per token; counts if `known` */
    uint32_t known;
    uint32_t basis;      /* edgeplan_confidence */
} ep_quality;

/* How many times more a model of that many parameters loses than one of 8B. */
double ep_quality_ratio(uint64_t parameters);
/* The format's loss, which is given for 7-8B, at the size of this model. */
ep_quality ep_quality_of(const edgeplan_deployment *deployment);

#endif
