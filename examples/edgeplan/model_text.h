/* A model for people and as JSON. */
#ifndef EDGEPLAN_PROGRAM_MODEL_TEXT_H
#define EDGEPLAN_PROGRAM_MODEL_TEXT_H

#include <edgeplan/edgeplan.h>

uint64_t kv_bytes_per_token(const edgeplan_model *model); /* of all layers' own caches, in f16, before windows are full */

void print_model(const edgeplan_model *model);
void print_model_json(const edgeplan_model *model);

#endif
