/* What the C border calls: the same questions as the public headers, with today's structs and checked arguments.
   Requests and results have struct_size and known set by the border; nothing here looks at them. */
#ifndef EP_PLAN_API_H
#define EP_PLAN_API_H

#include "plan/evaluate.h"
#include "plan/plan.h"
#include "plan/recommend.h"

/* `os`: the version of the system it is for, EP_OS_VERSION; 0: any that the target runs. */
edgeplan_status ep_deployment_open(const edgeplan_model *model, const edgeplan_target *target, uint32_t accelerator,
                                   const edgeplan_runtime *runtime, const edgeplan_format *format, uint32_t os,
                                   edgeplan_diagnostics *diagnostics, edgeplan_deployment **out);
/* One of `companion` and `measured` is NULL. */
edgeplan_status ep_deployment_with(const edgeplan_deployment *base, uint32_t role, const edgeplan_deployment *companion,
                                   const ep_model_entry *measured, edgeplan_deployment **out);
void ep_deployment_free(edgeplan_deployment *deployment); /* the last owner is gone */

edgeplan_status ep_deployment_memory(const edgeplan_deployment *deployment, const edgeplan_request *request, uint32_t place,
                                     uint32_t measure, edgeplan_memory *out);
edgeplan_status ep_deployment_budget(const edgeplan_deployment *deployment, const edgeplan_request *request, edgeplan_budget *out);
edgeplan_status ep_deployment_verdict(const edgeplan_deployment *deployment, const edgeplan_request *request,
                                      edgeplan_verdict_result *out);
edgeplan_status ep_deployment_speed(const edgeplan_deployment *deployment, const edgeplan_request *request, edgeplan_speed *out);
edgeplan_status ep_deployment_max_context(const edgeplan_deployment *deployment, const edgeplan_request *request, uint64_t *tokens,
                                          uint32_t *limit);
/* Within the limits that are not known to kill as well; `rule` is the one that ends it, NULL: no rule of the target's does. */
edgeplan_status ep_deployment_soft_context(const edgeplan_deployment *deployment, const edgeplan_request *request, uint64_t *tokens,
                                           const ep_limit_rule **rule);
edgeplan_status ep_deployment_max_sequences(const edgeplan_deployment *deployment, const edgeplan_request *request,
                                            uint64_t *sequences);

/* `evaluation` is that of the deployment and the request; NULL: not made yet. */
edgeplan_status ep_plan_make(const edgeplan_deployment *deployment, const edgeplan_request *request,
                             const ep_evaluation *evaluation, ep_plan_use use, edgeplan_diagnostics *diagnostics,
                             edgeplan_plan **out);
void ep_plan_free(edgeplan_plan *plan);

edgeplan_status ep_recommend(const edgeplan_model *const *models, uint32_t model_count, const edgeplan_target *target,
                             const edgeplan_runtime *runtime, const edgeplan_format *format, const edgeplan_request *request,
                             const edgeplan_criteria *criteria, edgeplan_diagnostics *diagnostics, edgeplan_recommendation **out);
void ep_recommendation_free(edgeplan_recommendation *recommendation);

#endif
