/* A plan filled by hand, so that the report is tested without the planner. Everything in it is known unless a test takes it away. */
#ifndef EP_TESTS_REPORT_PLAN_BY_HAND_H
#define EP_TESTS_REPORT_PLAN_BY_HAND_H

#include <string.h>

#include "base/known.h"
#include "plan/recommend.h"

typedef struct plan_by_hand {
    edgeplan_registry registry;
    edgeplan_target host, target;
    edgeplan_runtime runtime;
    edgeplan_format format;
    edgeplan_model model;
    edgeplan_deployment deployment;
    edgeplan_plan plan;
    ep_listed items[EP_LIST_COUNT][2];
} plan_by_hand;

static inline ep_listed *hand_item(plan_by_hand *hand, edgeplan_list list)
{
    ep_item_list *items = &hand->plan.lists[list];
    ep_listed *item;

    items->items = hand->items[list];
    item = &items->items[items->count++];
    item->item.known = ~UINT64_C(0);
    return item;
}

static inline void hand_numbers(edgeplan_plan *plan)
{
    uint64_t count = 1000;

    memset(&plan->request, 0, sizeof plan->request);
    plan->request.given = ~UINT64_C(0);
    plan->request.context_tokens = 4096;
    plan->request.kv_k = EDGEPLAN_ELEMENT_Q8_0;
    plan->request.mmap = EDGEPLAN_SWITCH_ON;
    plan->request.flash_attention = EDGEPLAN_SWITCH_OFF;
    plan->request.preset = EDGEPLAN_PRESET_CLI;
    plan->request.app_state = EDGEPLAN_APP_STATE_FOREGROUND;
    plan->request.os_major = 18;
    plan->request.entitlements = EDGEPLAN_ENTITLEMENT_INCREASED_MEMORY;
    plan->request.ram_bytes = UINT64_C(8) << 30;
    plan->memory.known = ~UINT64_C(0);
    for (uint64_t *field = &plan->memory.weights_bytes; field <= &plan->memory.largest_buffer_bytes; field++)
        *field = count++;
    plan->memory.basis = EDGEPLAN_MEMORY_BASIS_RULE;
    plan->request.gpu_layers = 12;
    plan->request.image_width_pixels = 1024;
    plan->request.image_height_pixels = 768;
    plan->host.known = plan->device.known = EP_MEMORY_KNOWN(weights_bytes) | EP_MEMORY_KNOWN(basis);
    plan->host.weights_bytes = 400;
    plan->device.weights_bytes = 600;
    plan->host.basis = plan->device.basis = EDGEPLAN_MEMORY_BASIS_EXACT;
    plan->budget.known = ~UINT64_C(0);
    plan->budget.safe_bytes = 2000;
    plan->budget.hard_bytes = 3000;
    plan->budget.limit = EDGEPLAN_LIMIT_GPU_WORKING_SET;
    plan->budget.basis = EDGEPLAN_CONFIDENCE_CITED;
    plan->verdict.known = ~UINT64_C(0);
    plan->verdict.verdict = EDGEPLAN_VERDICT_TIGHT;
    plan->verdict.verdict_reason = EDGEPLAN_REASON_ABOVE_SAFE;
    plan->verdict.binding = EDGEPLAN_LIMIT_TOTAL;
    plan->verdict.max_context_limit = EDGEPLAN_LIMIT_TRAINED_CONTEXT;
    plan->verdict.max_context_tokens = 131072;
    plan->speed.known = ~UINT64_C(0);
    plan->speed.least_traffic_bytes_per_step = 4000000000;
    plan->speed.traffic_bytes_per_step = 4100000000;
    plan->speed.decode_ceiling_tok_per_s = 12.5;
    plan->speed.decode_tok_per_s = 10;
    plan->speed.bound = EDGEPLAN_BOUND_BANDWIDTH;
    plan->speed.basis = EDGEPLAN_SPEED_BASIS_CLASS;
    plan->speed.prefill_basis = plan->speed.sustained_basis = EDGEPLAN_SPEED_BASIS_DEVICE;
}

static inline void hand_lists(plan_by_hand *hand)
{
    ep_listed *item = hand_item(hand, EDGEPLAN_LIST_ASSUMPTIONS);

    item->text[EDGEPLAN_TEXT_SUBJECT] = "context";
    item->text[EDGEPLAN_TEXT_MESSAGE] = "context of 4096 tokens";
    item->item.known = EP_ITEM_KNOWN(confidence);
    item = hand_item(hand, EDGEPLAN_LIST_ASSUMPTIONS);
    item->text[EDGEPLAN_TEXT_SUBJECT] = "fallback";
    item->text[EDGEPLAN_TEXT_MESSAGE] = "all of it stays on the npu";
    item->item.bytes = 4321;
    item = hand_item(hand, EDGEPLAN_LIST_WARNINGS);
    item->text[EDGEPLAN_TEXT_SUBJECT] = "EP-KV-4-BIT";
    item->text[EDGEPLAN_TEXT_MESSAGE] = "4 bits";
    item->item.known = EP_ITEM_KNOWN(confidence);
    item = hand_item(hand, EDGEPLAN_LIST_SOURCES);
    item->text[EDGEPLAN_TEXT_SUBJECT] = "chips[a].memory.peak_bandwidth";
    item->text[EDGEPLAN_TEXT_SOURCE] = "Data \"sheet\"";
    item->text[EDGEPLAN_TEXT_PLACE] = "edge-targets.yaml:12";
    item->item.value = 60e9;
    item->item.confidence = EDGEPLAN_CONFIDENCE_MEASURED;
    hand_item(hand, EDGEPLAN_LIST_MISSING)->text[EDGEPLAN_TEXT_MESSAGE] = "calibration";
    item = hand_item(hand, EDGEPLAN_LIST_FIXES);
    item->text[EDGEPLAN_TEXT_SUBJECT] = "kv_type";
    item->text[EDGEPLAN_TEXT_INPUT] = "f16";
    item->text[EDGEPLAN_TEXT_OUTPUT] = "q8_0";
    item->item.code = EDGEPLAN_VERDICT_FITS;
    item->item.bytes = 1234;
    item = hand_item(hand, EDGEPLAN_LIST_FIXES);
    item->text[EDGEPLAN_TEXT_SUBJECT] = "context_tokens";
    item->item.value = 4096;
    item->item.high = 2048;
    item->item.known = EP_ITEM_KNOWN(value) | EP_ITEM_KNOWN(high);
    item = hand_item(hand, EDGEPLAN_LIST_OBSERVATIONS);
    item->item.code = 1;
    item->item.value = 9.5;
    item->text[EDGEPLAN_TEXT_SOURCE] = "A run";
    item = hand_item(hand, EDGEPLAN_LIST_OBSERVATIONS);
    item->item.code = 17; /* a claim */
    item->item.value = 99;
    item = hand_item(hand, EDGEPLAN_LIST_SPECULATION);
    item->item.low = 0.5;
    item->item.value = 0.9;
    item->item.high = 1.1;
    item->kept_tokens = 1.8;
    item->round_steps = 2;
    item->text[EDGEPLAN_TEXT_SUBJECT] = "mtp";
    item->text[EDGEPLAN_TEXT_SOURCE] = "A table";
    item = hand_item(hand, EDGEPLAN_LIST_PIPELINE);
    item->text[EDGEPLAN_TEXT_SUBJECT] = "llama-quantize";
    item->text[EDGEPLAN_TEXT_COMMAND] = "llama-quantize in out q4_k_m";
    item->text[EDGEPLAN_TEXT_SYSTEMS] = "linux macos";
    item->item.bytes = UINT64_C(16000000000);
    item->item.known = EP_ITEM_KNOWN(code) | EP_ITEM_KNOWN(bytes);
}

/* `hand` must stay where it is. */
static inline edgeplan_plan *hand_plan(plan_by_hand *hand)
{
    memset(hand, 0, sizeof *hand);
    hand->registry.version = "1.0";
    memcpy(hand->registry.digest, "0123456789abcdef", sizeof hand->registry.digest);
    hand->host.id = "a-phone";
    hand->target.id = "chrome-a-phone";
    hand->target.host = &hand->host;
    hand->runtime.id = "a-runtime";
    hand->runtime.release = "v1";
    hand->format.id = "q4_k_m";
    hand->model.id = "a-model";
    hand->model.licence = "MIT";
    hand->deployment.registry = &hand->registry;
    hand->deployment.model = &hand->model;
    hand->deployment.target = &hand->target;
    hand->deployment.runtime = &hand->runtime;
    hand->deployment.format = &hand->format;
    hand->deployment.accelerator = EDGEPLAN_ACCELERATOR_GPU;
    hand->deployment.rules.contexts[0] = 512;
    hand->deployment.rules.contexts[1] = 4096;
    hand->deployment.rules.context_count = 2;
    hand->plan.deployment = &hand->deployment;
    hand->plan.file_bytes = hand->plan.largest_file_bytes = 5000;
    hand->plan.files = 1;
    hand->format.quality.quality_class = "b";
    hand->format.quality.calibration = "imatrix";
    hand->plan.quality.loss_nats = 0.025;
    hand->plan.quality.format_nats = 0.024;
    hand->plan.quality.kv_nats = 0.001;
    hand->plan.quality.known = hand->plan.quality.format_known = hand->plan.quality.kv_known = 1;
    hand->plan.quality.basis = EDGEPLAN_CONFIDENCE_MEASURED;
    hand_numbers(&hand->plan);
    hand_lists(hand);
    return &hand->plan;
}

#endif
