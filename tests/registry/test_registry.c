/* What is read of a registry, and how it is found. */
#include "world.h"

static double value(const edgeplan_registry *registry, ep_fact_id fact)
{
    return ep_fact_value(registry, fact);
}

static void chips_and_targets(void **state)
{
    edgeplan_registry *r = world();
    const edgeplan_target *phone = edgeplan_target_find(r, "phone"), *page = edgeplan_target_find(r, "page"),
                          *fast = edgeplan_target_find(r, "overclocked");
    const ep_engine *gpu = &phone->chip.engines[EDGEPLAN_ACCELERATOR_GPU];

    (void)state;
    assert_string_equal(phone->chip.memory_kind, "LPDDR5X-8533");
    assert_near(value(r, phone->chip.bus), 64, 0);
    assert_near(value(r, phone->chip.peak_bandwidth), 68.3e9, 0);
    assert_int_equal(phone->chip.engines[EDGEPLAN_ACCELERATOR_NPU].present, 0);
    assert_string_equal(gpu->architecture, "gpu-1");
    assert_near(value(r, gpu->bandwidth), 55e9, 0);
    assert_near(value(r, gpu->throughput[EP_NUMBER_F16]), 1.9e12, 0);
    assert_near(value(r, gpu->sparse_throughput[EP_NUMBER_INT8]), 8e12, 0);
    assert_count(gpu->throughput[EP_NUMBER_INT8], 0);
    assert_true(ep_words_has(&phone->chip.engines[EDGEPLAN_ACCELERATOR_CPU].features, "i8mm"));
    assert_count(phone->ram_count, 2);
    assert_near(value(r, phone->ram[0]), 8589934592.0, 0); /* ascending */
    assert_near(value(r, phone->ram[1]), 12884901888.0, 0);
    assert_count(phone->os_from, EP_OS_VERSION(15, 1));
    assert_string_equal(phone->limits->id, "limits");
    assert_string_equal(edgeplan_runtime_id(edgeplan_target_runtime(phone, 0)), "runtime");
    assert_null(edgeplan_target_runtime(phone, 1));
    /* A browser has its host's hardware. */
    assert_ptr_equal(page->host, phone);
    assert_count(page->chip.peak_bandwidth, phone->chip.peak_bandwidth);
    assert_count(page->ram_count, 2);
    assert_null(page->limits);
    /* A target's own keys lie over its chip's: the same facts, but for what it says itself. */
    assert_near(value(r, fast->chip.peak_bandwidth), 80e9, 0);
    assert_string_equal(ep_fact_get(r, fast->chip.peak_bandwidth)->source->id, "bench");
    assert_string_equal(ep_fact_get(r, fast->chip.peak_bandwidth)->path, "targets[overclocked].memory.peak_bandwidth");
    assert_count(fast->chip.bus, 0);
    assert_string_equal(fast->chip.memory_kind, "LPDDR5X-8533");
    assert_count(fast->chip.engines[EDGEPLAN_ACCELERATOR_GPU].bandwidth, gpu->bandwidth);
    assert_count(fast->chip.engines[EDGEPLAN_ACCELERATOR_GPU].throughput[EP_NUMBER_F16], 0); /* a list is replaced */
    assert_near(value(r, fast->chip.engines[EDGEPLAN_ACCELERATOR_GPU].throughput[EP_NUMBER_F32]), 2e12, 0);
    edgeplan_registry_unref(r);
}

static void limits_and_formats(void **state)
{
    edgeplan_registry *r = world();
    const ep_limit_rule *rules = r->limits[0].rules;
    const edgeplan_format *parts = edgeplan_format_find(r, "parts"), *q4 = edgeplan_format_at(r, 0);

    (void)state;
    assert_near(value(r, r->limits[0].visible), 0.9, 0);
    assert_count(r->limits[0].rule_count, 3);
    assert_count(rules[0].counts, EDGEPLAN_MEASURE_CHARGED); /* unless it says otherwise */
    assert_near(value(r, rules[0].hard_share), 0.6, 0);
    assert_count(rules[1].entitlement, 2);
    assert_count(rules[1].os_from, EP_OS_VERSION(15, 0));
    assert_count(rules[1].os_below, EP_OS_VERSION(26, 4));
    assert_count(rules[1].ram_from_bytes, UINT64_C(8589934592));
    assert_count(rules[1].app_state, EDGEPLAN_APP_STATE_FOREGROUND);
    assert_count(rules[1].accelerators, 1u << EDGEPLAN_ACCELERATOR_GPU | 1u << EDGEPLAN_ACCELERATOR_NPU);
    assert_count(rules[1].soft, 1);
    assert_near(value(r, rules[1].hard), 6.44e9, 0);
    assert_count(rules[2].kind, EDGEPLAN_LIMIT_BUFFER);
    assert_count(rules[2].counts, EDGEPLAN_MEASURE_RESERVED);
    assert_near(value(r, rules[2].hard_reserve), 536870912, 0);

    assert_string_equal(q4->id, "q4_0");
    assert_int_equal(q4->storage.mechanism, EP_STORAGE_LLAMA_QUANTIZE);
    assert_true(q4->storage.file_type != 0 && q4->storage.imatrix == 1);
    assert_count(q4->storage_facts.count, 1); /* no numbers: the block itself */
    assert_string_equal(ep_fact_get(r, q4->storage_facts.first)->path, "formats[q4_0].storage");
    assert_near(value(r, q4->files.shard), 5e9, 0);
    assert_near(value(r, q4->files.alone), 16777216, 0);
    assert_string_equal(q4->quality.quality_class, "d");
    assert_near(value(r, q4->quality.loss), 0.0725, 0);
    assert_count(parts->storage.body.element_type, EDGEPLAN_ELEMENT_GROUPED);
    assert_count(parts->storage.body.group, 64);
    assert_count(parts->storage.body.zero_bits, 16);
    assert_count(parts->storage.head.group, EP_GROUP_ROW);
    assert_count(parts->storage.head.rows, 16);
    assert_count(parts->storage.head.packed_bits, 128);
    assert_count(parts->storage.head.column_bits, 32);
    assert_count(parts->storage.whole_groups, 1);
    assert_ptr_equal(parts->instead, q4);
    assert_count(parts->storage.other.element_type, EDGEPLAN_ELEMENT_BF16);
    assert_count(parts->storage.embedding.element_type, EDGEPLAN_ELEMENT_BF16); /* missing: as other */
    assert_count(parts->storage.experts.bits, 4);                              /* missing: as body */
    assert_count(parts->storage.encoder.element_type, EDGEPLAN_ELEMENT_F16);
    assert_count(parts->storage_facts.count, 9);
    edgeplan_registry_unref(r);
}

static void runtime_rules(void **state)
{
    edgeplan_registry *r = world();
    const ep_backend *cpu = &edgeplan_runtime_find(r, "runtime")->backends[0];
    const ep_rules *rules = &cpu->rules;
    ep_fact_range range = cpu->rule_facts[EP_RULE_COMPUTE];

    (void)state;
    assert_count(rules->offloaded, 0);
    assert_count(rules->context.step, 256);
    assert_int_equal(rules->context.split, EP_SPLIT_SEQUENCES);
    assert_int_equal(rules->context.per, EP_PER_SEQUENCE);
    assert_int_equal(rules->cache.mechanism, EP_CACHE_CELLS);
    assert_int_equal(rules->cache.window_times, EP_TIMES_SEQUENCES_IF_UNIFIED);
    assert_true(rules->cache.window_add == -1);
    assert_count(rules->cache.scale_bits_per_head, 40);
    assert_int_equal(rules->reservation.mechanism, EP_RESERVE_STEP);
    assert_count(rules->reservation.tokens, 256);
    assert_count(rules->state.conv_type, EDGEPLAN_ELEMENT_F32); /* missing: as type */
    assert_int_equal(rules->state.rows, EP_ROWS_SEQUENCES);
    assert_count(rules->output.type, EDGEPLAN_ELEMENT_F16);
    assert_count(rules->compute.term_count, 2);
    assert_near(rules->compute.terms[1].bytes, 2.5, 0);
    assert_count(rules->compute.terms[1].dimension_count, 3);
    assert_int_equal(rules->compute.terms[1].dimensions[1], EP_DIM_WINDOW_CONTEXT);
    assert_count(rules->compute.terms[1].phase, 2);
    assert_int_equal(rules->compute.terms[1].when, EP_WHEN_NO_FLASH_ATTENTION);
    assert_count(rules->placement.tied_head_duplicated, 1);
    assert_count(rules->placement.mapped, EDGEPLAN_SWITCH_ON);
    assert_count(rules->placement.expands, EDGEPLAN_ELEMENT_NONE);
    assert_count(rules->placement.may_expand, EDGEPLAN_ELEMENT_F16);
    assert_count(cpu->repack_count, 1);
    assert_count(cpu->repacks[0].types[1], EDGEPLAN_ELEMENT_Q8_0);
    assert_count(rules->overhead.base_bytes, 8388608);
    assert_near(rules->overhead.per_vocabulary_entry_bytes, 400, 0);
    assert_count(rules->reads.cache_per_query_head, 1);
    assert_count(rules->context_count, 3);
    assert_count(rules->contexts[0], 1024); /* ascending */
    assert_count(rules->contexts[2], 4096);
    assert_count(rules->max_context_tokens, 8192);
    assert_count(cpu->rule_facts[EP_RULE_CONTEXTS].count, 4);
    assert_count(cpu->kv_type_count, 2);
    assert_count(cpu->kv_types[1], EDGEPLAN_ELEMENT_Q8_0);
    /* The figures of a block follow each other. */
    assert_count(range.count, 2);
    assert_string_equal(ep_fact_get(r, range.first)->path, "runtimes[runtime].compute.terms[0].bytes");
    assert_string_equal(ep_fact_get(r, range.first + 1)->path, "runtimes[runtime].compute.terms[1].bytes");
    assert_count(cpu->rule_facts[EP_RULE_CHARGE].count, 1); /* no number in it: the block itself */
    assert_string_equal(ep_fact_get(r, cpu->rule_facts[EP_RULE_CHARGE].first)->path, "runtimes[runtime].charge");
    assert_string_equal(ep_fact_get(r, cpu->rule_facts[EP_RULE_OUTPUT].first)->source->id, "bench");
    assert_count(ep_fact_get(r, cpu->rule_facts[EP_RULE_OUTPUT].first)->confidence, EDGEPLAN_CONFIDENCE_ASSUMED);
    assert_count(cpu->default_preset, EDGEPLAN_PRESET_SERVER);
    assert_count(cpu->presets[EDGEPLAN_PRESET_CLI].outputs, EP_ROWS_COUNT);
    assert_count(cpu->presets[EDGEPLAN_PRESET_CLI].output_rows, 1);
    assert_count(cpu->presets[EDGEPLAN_PRESET_SERVER].outputs, EP_ROWS_SEQUENCES);
    assert_count(cpu->presets[EDGEPLAN_PRESET_SERVER].prompt_cache_bytes, UINT64_C(8589934592));
    assert_count(cpu->presets[EDGEPLAN_PRESET_SERVER].unified, EDGEPLAN_SWITCH_ON);
    assert_count(cpu->presets[EDGEPLAN_PRESET_LIBRARY].present, 0);
    edgeplan_registry_unref(r);
}

static void back_ends_inherit(void **state)
{
    edgeplan_registry *r = world();
    const ep_backend *cpu = &r->runtimes[0].backends[0], *gpu = &r->runtimes[0].backends[1], *web = &r->runtimes[0].backends[2];

    (void)state;
    assert_count(gpu->rules.offloaded, 1);
    assert_count(gpu->format_count, 2);
    assert_count(web->format_count, 1);
    /* Merged key by key; null takes a key away; what is not mentioned is the runtime's, the same facts. */
    assert_count(gpu->rules.cache.step, 32);
    assert_true(gpu->rules.cache.window_add == 0);
    assert_int_equal(gpu->rules.cache.window_plus, EP_PLUS_CHUNK);
    assert_count(gpu->rules.cache.scale_bits_per_head, 40);
    assert_string_equal(ep_fact_get(r, gpu->rule_facts[EP_RULE_CACHE].first)->path, "runtimes[runtime].backends[gpu].cache.step");
    assert_int_equal(gpu->rules.charge.weights, EP_CHARGE_WIRED);
    assert_string_equal(ep_fact_get(r, gpu->rule_facts[EP_RULE_CHARGE].first)->source->id, "bench");
    assert_count(gpu->rule_facts[EP_RULE_COMPUTE].first, cpu->rule_facts[EP_RULE_COMPUTE].first);
    assert_count(gpu->rules.max_context_tokens, 0);
    assert_count(gpu->rules.context_count, 3);
    assert_count(gpu->rule_facts[EP_RULE_CONTEXTS].count, 3);
    assert_count(gpu->presets[EDGEPLAN_PRESET_CLI].chunk_tokens, 128);
    assert_count(gpu->presets[EDGEPLAN_PRESET_CLI].window_saves, EDGEPLAN_SWITCH_ON);
    assert_count(gpu->presets[EDGEPLAN_PRESET_SERVER].present, 0);
    assert_count(gpu->default_preset, EDGEPLAN_PRESET_CLI);
    assert_count(web->rules.overhead.known, 0);
    assert_count(web->rule_facts[EP_RULE_OVERHEAD].count, 0);
    assert_count(cpu->rules.overhead.known, 1);
    edgeplan_registry_unref(r);
}

static void other_parts_of_a_runtime(void **state)
{
    edgeplan_registry *r = world();
    const edgeplan_runtime *runtime = &r->runtimes[0];
    const ep_calibration *calibration = &runtime->calibrations[0];

    (void)state;
    assert_string_equal(edgeplan_runtime_release(runtime), "v0.5.0");
    assert_count(runtime->override_count, 2);
    assert_count(runtime->overrides[0].span, EDGEPLAN_SPAN_WINDOW);
    assert_count(runtime->overrides[0].span_tokens, 4096);
    assert_string_equal(runtime->overrides[0].source->id, "bench");
    assert_count(runtime->overrides[1].has_span, 1);
    assert_count(runtime->overrides[1].facts.count, 1);
    assert_string_equal(runtime->refusals[0].format, "parts");
    assert_count(runtime->refusals[0].accelerator, EDGEPLAN_ACCELERATOR_GPU);
    assert_string_equal(runtime->refusals[0].features_missing.items[0], "parts-kernel");
    assert_string_equal(runtime->refusals[1].model, "model-1b");
    assert_string_equal(runtime->refusals[1].source->id, "sheet");
    assert_string_equal(calibration->backend, "gpu");
    assert_string_equal(calibration->targets.items[0], "phone");
    assert_near(value(r, calibration->high), 1.2, 0);
    assert_near(value(r, calibration->layer_time), 0.0001, 0);
    assert_near(value(r, calibration->step_time), 0.0015, 0);
    assert_string_equal(runtime->pipelines[0].accelerators.items[0], "gpu");
    assert_string_equal(runtime->pipelines[0].steps[0].command, "convert {checkpoint}");
    assert_string_equal(runtime->pipelines[0].source->title, "A data sheet");
    edgeplan_registry_unref(r);
}

static void observations_and_models(void **state)
{
    edgeplan_registry *r = world();
    const edgeplan_observation *run = edgeplan_observation_at(r, 0), *claim = edgeplan_observation_at(r, 1);
    edgeplan_model *model;

    (void)state;
    assert_string_equal(edgeplan_observation_text(run, EDGEPLAN_OBSERVATION_TARGET), "phone");
    assert_string_equal(edgeplan_observation_text(run, EDGEPLAN_OBSERVATION_URL), "");
    assert_string_equal(edgeplan_observation_text(run, EDGEPLAN_OBSERVATION_RELEASE), "v0.4");
    assert_string_equal(edgeplan_observation_text(run, EDGEPLAN_OBSERVATION_DATE), "2024-05-01");
    assert_string_equal(edgeplan_observation_text(run, EDGEPLAN_OBSERVATION_NOTE), "a note");
    assert_string_equal(run->contradicts, "claim-1");
    assert_count(run->grade, 1);
    assert_count(run->batch, 2);
    assert_count(run->claim, 1);
    assert_near(value(r, run->decode), 48.97, 0);
    assert_near(value(r, run->ttft), 0.7, 0);
    assert_near(value(r, run->memory), 1.5e9, 0);
    assert_near(value(r, run->context), 512, 0);
    assert_count(ep_fact_get(r, run->decode)->confidence, EDGEPLAN_CONFIDENCE_MEASURED);
    assert_count(claim->claim, 2);
    assert_string_equal(claim->release, "");
    assert_count(claim->prefill, 0);
    assert_null(edgeplan_observation_at(r, 2));

    assert_near(value(r, ep_model_entry_find(r, "model-1b")->parameters), 1235814400, 0);
    assert_int_equal(edgeplan_registry_model(r, "org/model-1B", NULL, &model), EDGEPLAN_OK); /* an alias, in either case */
    assert_string_equal(edgeplan_model_id(model), "model-1b");
    assert_string_equal(edgeplan_model_name(model), "Model 1B");
    edgeplan_registry_unref(r);
    edgeplan_model_unref(model);
}

static void things_are_found(void **state)
{
    edgeplan_registry *r = world();
    const edgeplan_target *phone = edgeplan_target_at(r, 0);
    const edgeplan_platform *audience = edgeplan_platform_find(r, "audience");
    edgeplan_model *model = (edgeplan_model *)1;

    (void)state;
    assert_ptr_equal(edgeplan_target_find(r, "phone"), phone);
    assert_ptr_equal(edgeplan_target_find(r, "THE phone"), phone);
    assert_ptr_equal(edgeplan_target_find(r, "Phone1"), phone);
    assert_null(edgeplan_target_find(r, "phon"));
    assert_ptr_equal(edgeplan_target_find_by(r, "hw_machine", "Phone1,2"), phone);
    assert_null(edgeplan_target_find_by(r, "soc", "Phone1,2"));
    assert_null(edgeplan_target_at(r, 3));
    assert_string_equal(edgeplan_target_platform(phone), "phones");
    assert_string_equal(edgeplan_target_class(phone), "phone");
    assert_string_equal(edgeplan_target_chip(phone), "chip");
    assert_string_equal(edgeplan_target_architecture(phone, EDGEPLAN_ACCELERATOR_GPU), "gpu-1");
    assert_string_equal(edgeplan_target_architecture(phone, EDGEPLAN_ACCELERATOR_ANY), "");
    assert_string_equal(edgeplan_target_chip(NULL), "");
    assert_count(edgeplan_platform_target_count(edgeplan_platform_find(r, "phones")), 2);
    assert_count(edgeplan_platform_target_count(audience), 2);
    assert_string_equal(edgeplan_target_id(edgeplan_platform_target(audience, 1)), "page");
    assert_null(edgeplan_platform_find(r, "Phones"));
    assert_null(edgeplan_format_find(r, "f32"));
    assert_count(edgeplan_registry_count(r, EDGEPLAN_SECTION_TARGETS), 3);
    assert_string_equal(edgeplan_registry_id(r, EDGEPLAN_SECTION_SOURCES, 1), "bench");
    assert_null(edgeplan_registry_id(r, EDGEPLAN_SECTION_SOURCES, 2));
    assert_null(edgeplan_registry_id(r, (edgeplan_section)77, 0));
    assert_int_equal(edgeplan_registry_model(r, "nothing", NULL, &model), EDGEPLAN_ERROR_NOT_FOUND);
    assert_null(model);
    assert_null(edgeplan_target_find(NULL, "phone"));
    assert_null(edgeplan_runtime_find(r, NULL));
    assert_count(edgeplan_registry_count(NULL, EDGEPLAN_SECTION_TARGETS), 0);
    edgeplan_registry_unref(r);
}

static void paths_that_work(void **state)
{
    edgeplan_registry *r = world();
    const edgeplan_runtime *runtime = edgeplan_runtime_find(r, "runtime");
    const edgeplan_target *phone = edgeplan_target_find(r, "phone"), *page = edgeplan_target_find(r, "page");
    const edgeplan_format *q4 = edgeplan_format_find(r, "q4_0"), *parts = edgeplan_format_find(r, "parts");

    (void)state;
    assert_string_equal(ep_backend_find(runtime, phone, EDGEPLAN_ACCELERATOR_GPU)->id, "gpu");
    assert_string_equal(ep_backend_find(runtime, page, EDGEPLAN_ACCELERATOR_GPU)->id, "web");
    assert_string_equal(ep_backend_find(runtime, phone, EDGEPLAN_ACCELERATOR_ANY)->id, "cpu");
    assert_true(edgeplan_runtime_runs_on(runtime, phone, EDGEPLAN_ACCELERATOR_CPU));
    assert_false(edgeplan_runtime_runs_on(runtime, phone, EDGEPLAN_ACCELERATOR_NPU));
    assert_string_equal(ep_backend_obstacle(&runtime->backends[2], phone, 0).what, "webgpu");
    assert_string_equal(ep_backend_obstacle(&runtime->backends[1], page, 0).what, "phones");
    assert_true(edgeplan_runtime_takes(runtime, q4, phone, EDGEPLAN_ACCELERATOR_GPU));
    assert_false(edgeplan_runtime_takes(runtime, parts, phone, EDGEPLAN_ACCELERATOR_CPU)); /* not in its formats */
    assert_false(edgeplan_runtime_takes(runtime, parts, phone, EDGEPLAN_ACCELERATOR_GPU)); /* refused: no such kernel */
    edgeplan_registry_unref(r);
}

/* A version asked for has what its system had by then, on the host it runs on; without one, what the target has by now. */
static void systems_that_work(void **state)
{
    static const char overlay[] =
        "edgeplan_registry: 1.0\n"
        "targets:\n  - {id: page, os: {name: browser, from: 10.0, to: 30.0}}\n"
        "platforms:\n  - id: web\n    since:\n"
        "      - {features: [webgpu], systems: [browser], hosts: [web], from: 5.0}\n"
        "      - {features: [other, webgpu], systems: [browser], hosts: [phones], from: 20.1}\n";
    edgeplan_registry *base = world(), *r;
    (void)state;

    assert_int_equal(edgeplan_registry_with_memory(base, overlay, sizeof overlay - 1, "over", NULL, &r), EDGEPLAN_OK);
    const ep_backend *web = &edgeplan_runtime_find(r, "runtime")->backends[2];
    const edgeplan_target *page = edgeplan_target_find(r, "page");
    assert_null(ep_backend_obstacle(web, page, 0).what);
    assert_null(ep_backend_obstacle(web, page, EP_OS_VERSION(20, 1)).what);
    ep_obstacle early = ep_backend_obstacle(web, page, EP_OS_VERSION(20, 0));
    assert_string_equal(early.what, "webgpu");
    assert_count(early.from, EP_OS_VERSION(20, 1));
    assert_true(ep_target_runs_os(page, EP_OS_VERSION(30, 0)));
    assert_false(ep_target_runs_os(page, EP_OS_VERSION(30, 1)));
    assert_false(ep_target_runs_os(page, EP_OS_VERSION(9, 9)));
    edgeplan_registry_unref(r);
    edgeplan_registry_unref(base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chips_and_targets),
        cmocka_unit_test(limits_and_formats),
        cmocka_unit_test(runtime_rules),
        cmocka_unit_test(back_ends_inherit),
        cmocka_unit_test(other_parts_of_a_runtime),
        cmocka_unit_test(observations_and_models),
        cmocka_unit_test(things_are_found),
        cmocka_unit_test(paths_that_work),
        cmocka_unit_test(systems_that_work),
    };
    return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
