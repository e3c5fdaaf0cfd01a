/** @file
 *  Everything at once. Each header below can also be included alone and is the manual of its subject:
 *
 *  | header         | subject                                                            |
 *  |----------------|--------------------------------------------------------------------|
 *  | base.h         | status, version, context (allocator and limits), struct rules      |
 *  | diagnostics.h  | mistakes in input, with place and message                          |
 *  | formula.h      | the formulas alone: numbers in, number out, no registry            |
 *  | registry.h     | targets, runtimes, formats, models and observations from YAML      |
 *  | model.h        | a model: head, layers, tensors; from a file, the registry, by hand |
 *  | deployment.h   | a model in a format on a target: memory, budget, verdict, speed    |
 *  | plan.h         | the same with its lists: assumptions, sources, fixes, pipeline     |
 *  | recommend.h    | what to ship: ranked candidates, rejects                           |
 *  | gate.h         | an app's promises, checked: the gate of its build                    |
 *  | report.h       | plans and recommendations as JSON                                  |
 *  | abi.h          | the field table from which bindings build their structs            |
 */
#ifndef EDGEPLAN_EDGEPLAN_H
#define EDGEPLAN_EDGEPLAN_H

#include <edgeplan/abi.h>
#include <edgeplan/base.h>
#include <edgeplan/deployment.h>
#include <edgeplan/diagnostics.h>
#include <edgeplan/formula.h>
#include <edgeplan/gate.h>
#include <edgeplan/model.h>
#include <edgeplan/plan.h>
#include <edgeplan/recommend.h>
#include <edgeplan/registry.h>
#include <edgeplan/report.h>

#endif
