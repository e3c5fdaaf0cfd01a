/* A hint while it is made: what it is about, and what was found so far. */
#ifndef EP_PLAN_GATE_HINTS_H
#define EP_PLAN_GATE_HINTS_H

#include "plan/gate.h"

typedef struct ep_hinter {
    const ep_rule_row *row; /* NULL where there is no path to judge */
    const ep_promise *promise;
    const ep_cell *cell;
    ep_text *text;
    uint32_t found;
} ep_hinter;

/* `would pass: context 2048`, and then `, kv q8_0`. */
void ep_hint_say(ep_hinter *hinter, const char *kind, const char *what);

uint32_t ep_cell_model_index(const edgeplan_gate *gate, const ep_cell *cell); /* in the budget */

#endif
