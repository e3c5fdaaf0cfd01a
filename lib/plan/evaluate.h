/* One request on an open deployment, all numbers at once: the hot path. Allocates nothing. */
#ifndef EP_PLAN_EVALUATE_H
#define EP_PLAN_EVALUATE_H

#include "plan/conditions.h"
#include "plan/deployment.h"

typedef struct ep_evaluation {
    ep_workload workload;
    ep_conditions conditions;
    uint32_t preset;        /* edgeplan_preset that was used */
    uint32_t assumed;       /* EP_ASSUMED_ bits */
    ep_footprint footprint;
    ep_limit limits[EP_MAX_LIMITS];
    ep_ruling rulings[EP_MAX_LIMITS];
    uint32_t limit_count;
    uint32_t binding;       /* index of the limit that decides */
    uint32_t verdict;       /* edgeplan_verdict, context bounds included */
    uint32_t reason;
    uint32_t binding_kind;  /* edgeplan_limit */
} ep_evaluation;

/* The request with every default of the deployment filled in; returns the EP_ASSUMED_ bits. */
uint32_t ep_evaluate_workload(const edgeplan_deployment *deployment, const edgeplan_request *request, ep_workload *out);

/* RANGE if a product leaves the range, REFUSED if the runtime does not load the like. */
edgeplan_status ep_evaluate(const edgeplan_deployment *deployment, const edgeplan_request *request, ep_evaluation *out);
edgeplan_status ep_evaluate_with(const edgeplan_deployment *deployment, const edgeplan_request *request, ep_compute_view compute,
                                 ep_evaluation *out);

/* What the model takes that `deployment` has beside those of its base. */
void ep_companion_footprint(const edgeplan_deployment *deployment, const edgeplan_request *request, ep_compute_view compute,
                            ep_footprint *out);

/* One deployment in the place of another: the models beside that one stay. */
edgeplan_status ep_evaluate_instead(edgeplan_deployment *other, const edgeplan_deployment *of, const edgeplan_request *request,
                                    ep_evaluation *out);

/* On the engine that takes over without a word; NOT_FOUND if none does. Allocates while it looks. */
edgeplan_status ep_evaluate_fallback(const edgeplan_deployment *deployment, const edgeplan_request *request, ep_evaluation *out);

/* Rules on the footprint, again after it was changed or where a request asks the same of the model under other conditions. */
void ep_evaluation_judge(const edgeplan_deployment *deployment, const edgeplan_request *request, ep_evaluation *evaluation);

/* Bytes held if there is less visible RAM, else 0: mapped weights, within every limit, would be read from storage again and again. */
uint64_t ep_evaluation_paged_bytes(const ep_evaluation *evaluation);

/* The verdict to choose by: what would be so read is as good as what does not fit. */
uint32_t ep_evaluation_worth(const ep_evaluation *evaluation);

/* The bytes of a limit as a caller is told of them. */
uint64_t ep_limit_told(uint64_t bytes);

void ep_evaluation_budget(const ep_evaluation *evaluation, edgeplan_budget *out);
void ep_evaluation_verdict(const ep_evaluation *evaluation, edgeplan_verdict_result *out);
void ep_evaluation_speed(const edgeplan_deployment *deployment, const ep_evaluation *evaluation, edgeplan_speed *out);

#endif
