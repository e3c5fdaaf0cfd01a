/* The checks of a gate as JSON: `checks`, `waivers` and `summary` of docs/json.md. */
#include "report/gate_json.h"

#include <string.h>

static void location(ep_json_writer *json, const edgeplan_gate *gate, const ep_node *node)
{
    ep_json_object_at(json, "location");
    ep_json_word_at(json, "file", gate->budget.name);
    ep_json_count_at(json, "line", node->line, 1);
    ep_json_count_at(json, "column", node->column, 1);
    ep_json_object_end(json);
}

/* A figure in the unit of its check: a word where it is one. */
static void figure(ep_json_writer *json, const char *key, const char *unit, double value, int known)
{
    ep_json_key(json, key);
    if (unit == NULL || !known)
        ep_json_null(json);
    else if (strcmp(unit, "verdict") == 0)
        ep_json_word(json, edgeplan_verdict_name((edgeplan_verdict)value));
    else if (strcmp(unit, "confidence") == 0)
        ep_json_word(json, edgeplan_confidence_name((edgeplan_confidence)value));
    else
        ep_json_number(json, value);
}

static void one_check(ep_json_writer *json, const edgeplan_gate *gate, const ep_check *check)
{
    ep_json_object(json);
    ep_json_word_at(json, "rule", edgeplan_rule_id((edgeplan_rule)check->rule));
    ep_json_word_at(json, "status", edgeplan_check_status_name((edgeplan_check_status)check->status));
    ep_json_word_at(json, "level", edgeplan_check_level_name((edgeplan_check_level)check->level));
    ep_json_word_at(json, "model", check->model);
    ep_json_word_at(json, "device", check->device);
    ep_json_word_at(json, "target", check->target);
    figure(json, "actual", check->unit, check->value, check->value_known != 0);
    figure(json, "required", check->unit, check->required, 1);
    ep_json_word_at(json, "unit", check->unit);
    ep_json_count_at(json, "bytes", check->bytes, check->bytes != 0);
    ep_json_word_at(json, "message", check->message);
    ep_json_word_at(json, "hint", check->hint);
    location(json, gate, check->node);
    ep_json_count_at(json, "plan", check->cell ? check->cell->number - 1 : 0, check->cell && check->cell->number);
    ep_json_object_end(json);
}

static void until(ep_json_writer *json, uint32_t day)
{
    char buffer[16];
    ep_text text;

    ep_text_init(&text, buffer, sizeof buffer);
    for (uint32_t scale = 10000000; scale > 0; scale /= 10) {
        if (scale == 1000 || scale == 10)
            ep_text_add_char(&text, '-');
        ep_text_add_char(&text, (char)('0' + day / scale % 10));
    }
    ep_json_word_at(json, "until", buffer);
}

static void one_waiver(ep_json_writer *json, const edgeplan_gate *gate, uint32_t index)
{
    const ep_budget_waiver *waiver = &gate->budget.waivers[index];

    ep_json_object(json);
    ep_json_word_at(json, "rule", edgeplan_rule_id((edgeplan_rule)waiver->rule));
    ep_json_word_at(json, "model", waiver->model);
    ep_json_word_at(json, "device", waiver->device);
    ep_json_word_at(json, "reason", waiver->reason);
    until(json, waiver->until);
    ep_json_word_at(json, "state", edgeplan_waiver_state_name((edgeplan_waiver_state)gate->waiver_states[index]));
    location(json, gate, waiver->node);
    ep_json_object_end(json);
}

void ep_gate_json(ep_json_writer *json, const edgeplan_gate *gate)
{
    const edgeplan_summary *summary = &gate->summary;

    ep_json_array_at(json, "checks");
    for (size_t i = 0; i < gate->check_count; i++)
        one_check(json, gate, &gate->checks[i]);
    ep_json_array_end(json);
    ep_json_array_at(json, "waivers");
    for (uint32_t i = 0; i < gate->budget.waiver_count; i++)
        one_waiver(json, gate, i);
    ep_json_array_end(json);
    ep_json_object_at(json, "summary");
    ep_json_count_at(json, "checks", summary->checks, 1);
    ep_json_count_at(json, "passed", summary->passed, 1);
    ep_json_count_at(json, "failed", summary->failed, 1);
    ep_json_count_at(json, "warned", summary->warned, 1);
    ep_json_count_at(json, "unknown", summary->unknown, 1);
    ep_json_count_at(json, "waived", summary->waived, 1);
    ep_json_count_at(json, "plans", summary->plans, 1);
    ep_json_object_end(json);
}
