/* Layers left to the CPU: against llama.cpp itself (tests/data/llamacpp/layers.csv), and what must hold of any number of them. */
#include <stdlib.h>

#include <edgeplan/edgeplan.h>

#include "base/known.h"
#include "built_in_registry.h"
#include "csv.h"
#include "plan/deployment.h"
#include "plan/evaluate.h"

/* Of llama.cpp's back ends on these targets, one leaves the host's layers to the host, the other takes over long chunks of them. */
static const char *const targets[] = {"galaxy-s25", "rtx-4060-laptop"};

static edgeplan_deployment *open_on(const char *model_id, const char *target, const char *format)
{
    edgeplan_model *model;
    edgeplan_deployment *deployment;

    assert_count(edgeplan_registry_model(registry, model_id, NULL, &model), EDGEPLAN_OK);
    assert_count(edgeplan_deployment_new(model, edgeplan_target_find(registry, target), EDGEPLAN_ACCELERATOR_GPU,
                                         edgeplan_runtime_find(registry, "llama.cpp"), edgeplan_format_find(registry, format), NULL,
                                         &deployment),
                 EDGEPLAN_OK);
    edgeplan_model_unref(model);
    return deployment;
}

static edgeplan_request request_of(uint64_t context, uint64_t layers)
{
    edgeplan_request request;

    assert_count(edgeplan_struct_init(&request, sizeof request), EDGEPLAN_OK);
    request.context_tokens = context;
    request.gpu_layers = layers;
    request.given = EP_REQUEST_KNOWN(gpu_layers);
    request.mmap = EDGEPLAN_SWITCH_OFF;
    return request;
}

static ep_footprint footprint_of(const edgeplan_deployment *deployment, const edgeplan_request *request)
{
    ep_evaluation e;

    assert_count(ep_evaluate(deployment, request, &e), EDGEPLAN_OK);
    return e.footprint;
}

static void assert_same(const ep_footprint *a, const ep_footprint *b)
{
    for (int c = 0; c < EP_COMPONENT_COUNT; c++) {
        assert_count(a->part[c].low, b->part[c].low);
        assert_count(a->part[c].expected, b->part[c].expected);
        assert_count(a->part[c].high, b->part[c].high);
        assert_count(a->host[c], b->host[c]);
    }
    assert_count(a->written_compute, b->written_compute);
}

/* Of some parts of the footprint at a place. */
static uint64_t held(const ep_footprint *footprint, uint32_t place, ep_component a, ep_component b)
{
    return ep_footprint_part(footprint, a, place).expected + ep_footprint_part(footprint, b, place).expected;
}

/* Layers that only attend, each with a cache of its own: their operations are known on both sides to the byte, but for a sum of experts
   that is all there is on the device beside the output matrix. */
static int is_exact(const ep_shape *shape, uint64_t layers)
{
    for (uint32_t i = 0; i < shape->run_count; i++)
        if (shape->runs[i].layer.recurrent != EDGEPLAN_RECURRENT_NONE || shape->runs[i].layer.kv_source != 0)
            return 0;
    return layers != 1 || shape->max_experts_used == 0;
}

static uint64_t exact; /* rows whose compute buffers are */

static void check_row(const csv *row, const edgeplan_deployment *deployment)
{
    const int takes_over = csv_count(row, "takes_over") != 0;
    edgeplan_request request = request_of(csv_count(row, "context"), csv_count(row, "gpu_layers"));
    edgeplan_element_type kv;

    assert_count(edgeplan_element_type_find(csv_text(row, "kv"), &kv), EDGEPLAN_OK);
    request.kv_k = request.kv_v = kv;
    request.chunk_tokens = csv_count(row, "ubatch");
    request.preset = EDGEPLAN_PRESET_CLI;
    const ep_footprint f = footprint_of(deployment, &request);
    const uint64_t device = csv_count(row, "device_compute_bytes"), host = csv_count(row, "host_compute_bytes");

    assert_count(held(&f, EDGEPLAN_PLACE_DEVICE, EP_WEIGHTS, EP_DUPLICATED), csv_count(row, "device_weights_bytes"));
    assert_count(held(&f, EDGEPLAN_PLACE_HOST, EP_WEIGHTS, EP_DUPLICATED), csv_count(row, "host_weights_bytes"));
    assert_count(held(&f, EDGEPLAN_PLACE_DEVICE, EP_KV, EP_STATE), csv_count(row, "device_cache_bytes"));
    assert_count(held(&f, EDGEPLAN_PLACE_HOST, EP_KV, EP_STATE), csv_count(row, "host_cache_bytes"));
    assert_true(f.part[EP_COMPUTE].low <= device + host && device + host <= f.part[EP_COMPUTE].high);
    if (!takes_over && is_exact(&deployment->shape, request.gpu_layers)) {
        assert_count(ep_footprint_part(&f, EP_COMPUTE, EDGEPLAN_PLACE_DEVICE).expected, device);
        assert_count(ep_footprint_part(&f, EP_COMPUTE, EDGEPLAN_PLACE_HOST).expected, host);
        exact++;
    }
}

static void test_against_the_library(void **state)
{
    char open[64] = "";
    edgeplan_deployment *deployment[2] = {NULL, NULL};
    uint64_t rows = 0;
    (void)state;

    csv table = csv_open(test_data_path("llamacpp/layers.csv"));
    for (; csv_line(&table, table.fields); rows++) {
        if (strcmp(csv_text(&table, "model"), open) != 0) {
            snprintf(open, sizeof open, "%s", csv_text(&table, "model"));
            for (int i = 0; i < 2; i++) {
                edgeplan_deployment_unref(deployment[i]);
                deployment[i] = open_on(open, targets[i], "f16");
            }
        }
        check_row(&table, deployment[csv_count(&table, "takes_over")]);
    }
    csv_close(&table);
    edgeplan_deployment_unref(deployment[0]);
    edgeplan_deployment_unref(deployment[1]);
    assert_true(rows >= 250 && exact >= 70);
}

/* Every layer more takes weights and cache from the host to the device, and none away. */
static void test_layers_only_move(void **state)
{
    static const char *const models[] = {"llama-3.1-8b", "gemma-4-e2b", "lfm2-1.2b", "qwen3-30b-a3b"};
    (void)state;

    for (size_t m = 0; m < sizeof models / sizeof *models; m++) {
        edgeplan_deployment *d = open_on(models[m], targets[m % 2], "q4_k_m");
        const uint64_t layers = d->shape.layers;
        ep_footprint before;
        for (uint64_t n = 0; n <= layers + 1; n++) {
            edgeplan_request request = request_of(8192, n);
            const ep_footprint f = footprint_of(d, &request);
            for (int i = EP_WEIGHTS; i <= EP_STATE; i++) {
                const ep_component c = (ep_component)i;
                const uint64_t host = ep_footprint_part(&f, c, EDGEPLAN_PLACE_HOST).expected;
                const uint64_t device = ep_footprint_part(&f, c, EDGEPLAN_PLACE_DEVICE).expected;
                assert_count(host + device, f.part[c].expected);
                if (n == 0 || c == EP_DUPLICATED)
                    continue;
                assert_count(f.part[c].expected, before.part[c].expected);
                assert_true(device >= ep_footprint_part(&before, c, EDGEPLAN_PLACE_DEVICE).expected);
            }
            before = f;
        }
        edgeplan_request all = request_of(8192, 0);
        all.given = 0;
        const ep_footprint whole = footprint_of(d, &all);
        assert_same(&whole, &before);
        edgeplan_deployment_unref(d);
    }
}

static edgeplan_plan *plan_of(const edgeplan_deployment *deployment, const edgeplan_request *request)
{
    edgeplan_plan *plan;

    assert_count(edgeplan_plan_new(deployment, request, NULL, &plan), EDGEPLAN_OK);
    return plan;
}

/* Index + 1 of an item by its subject; 0 if there is none. */
static uint32_t listed(const edgeplan_plan *plan, edgeplan_list list, const char *subject)
{
    for (uint32_t i = 0; i < edgeplan_plan_count(plan, list); i++)
        if (strcmp(edgeplan_plan_text(plan, list, i, EDGEPLAN_TEXT_SUBJECT), subject) == 0)
            return i + 1;
    return 0;
}

/* What two engines reach in turn nobody has measured: the ceiling stays, the rest is unknown and says what is missing. */
static void test_speed_is_unknown(void **state)
{
    edgeplan_deployment *d = open_on("llama-3.1-8b", "rtx-4060-laptop", "q4_k_m");
    edgeplan_request whole = request_of(4096, 33), part = request_of(4096, 20);
    edgeplan_speed a = {.struct_size = sizeof a}, b = {.struct_size = sizeof b};
    edgeplan_plan *plan = plan_of(d, &part), *other = plan_of(d, &whole);
    (void)state;

    assert_count(edgeplan_plan_speed(other, &a), EDGEPLAN_OK);
    assert_count(edgeplan_plan_speed(plan, &b), EDGEPLAN_OK);
    assert_true(a.decode_tok_per_s > 0 && a.prefill_tok_per_s > 0);
    assert_true(b.decode_ceiling_tok_per_s == a.decode_ceiling_tok_per_s &&
                b.least_traffic_bytes_per_step == a.least_traffic_bytes_per_step);
    assert_true(b.decode_tok_per_s == 0 && b.decode_high_tok_per_s == 0 && b.prefill_tok_per_s == 0 && b.ttft_seconds == 0);
    assert_count(b.basis, EDGEPLAN_SPEED_BASIS_PHYSICS);
    assert_true(listed(plan, EDGEPLAN_LIST_MISSING, "gpu_layers") > 0 && listed(plan, EDGEPLAN_LIST_ASSUMPTIONS, "gpu_layers") > 0);
    assert_true(!listed(other, EDGEPLAN_LIST_MISSING, "gpu_layers") && !listed(other, EDGEPLAN_LIST_ASSUMPTIONS, "gpu_layers"));
    edgeplan_plan_unref(plan);
    edgeplan_plan_unref(other);
    edgeplan_deployment_unref(d);
}

/* The fix is the most layers with its verdict: one more is worse. */
static void test_most_layers_that_fit(void **state)
{
    edgeplan_deployment *d = open_on("qwen3-14b", "rtx-4060-laptop", "q4_k_m");
    edgeplan_request request = request_of(8192, 0);
    edgeplan_item item = {.struct_size = sizeof item};
    edgeplan_verdict_result verdict = {.struct_size = sizeof verdict};
    (void)state;

    request.given = 0;
    edgeplan_plan *plan = plan_of(d, &request);
    const uint32_t fix = listed(plan, EDGEPLAN_LIST_FIXES, "gpu_layers");
    assert_true(fix > 0);
    assert_count(edgeplan_plan_item(plan, EDGEPLAN_LIST_FIXES, fix - 1, &item), EDGEPLAN_OK);
    assert_count(item.code, EDGEPLAN_VERDICT_FITS);
    assert_string_equal(edgeplan_plan_text(plan, EDGEPLAN_LIST_FIXES, fix - 1, EDGEPLAN_TEXT_INPUT), "41");
    const uint64_t layers = strtoull(edgeplan_plan_text(plan, EDGEPLAN_LIST_FIXES, fix - 1, EDGEPLAN_TEXT_OUTPUT), NULL, 10);
    for (uint64_t n = 0; n <= 41; n++) {
        request = request_of(8192, n);
        request.mmap = EDGEPLAN_SWITCH_DEFAULT;
        assert_count(edgeplan_deployment_verdict(d, &request, &verdict), EDGEPLAN_OK);
        assert_true((verdict.verdict == EDGEPLAN_VERDICT_FITS) == (n <= layers));
    }
    edgeplan_plan_unref(plan);
    edgeplan_deployment_unref(d);
}

/* Who cannot share out layers says so, and plans as if nothing had been asked. */
static void test_all_or_nothing(void **state)
{
    static const struct {
        const char *target, *runtime, *format;
        uint32_t accelerator;
    } rows[] = {{"iphone-16", "mlx", "mlx-4bit-g64", EDGEPLAN_ACCELERATOR_GPU},
                {"iphone-16", "llama.cpp", "q4_k_m", EDGEPLAN_ACCELERATOR_CPU}};
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        edgeplan_request asked = request_of(4096, 3), plain = asked, resolved = {.struct_size = sizeof resolved};
        edgeplan_model *model;
        edgeplan_deployment *d;
        plain.gpu_layers = plain.given = 0;
        assert_count(edgeplan_registry_model(registry, "qwen3-0.6b", NULL, &model), EDGEPLAN_OK);
        assert_count(edgeplan_deployment_new(model, edgeplan_target_find(registry, rows[i].target), rows[i].accelerator,
                                             edgeplan_runtime_find(registry, rows[i].runtime),
                                             edgeplan_format_find(registry, rows[i].format), NULL, &d),
                     EDGEPLAN_OK);
        edgeplan_plan *a = plan_of(d, &asked), *b = plan_of(d, &plain);
        const ep_footprint x = footprint_of(d, &asked), y = footprint_of(d, &plain);
        assert_same(&x, &y);
        assert_true(listed(a, EDGEPLAN_LIST_ASSUMPTIONS, "gpu_layers") > 0 && !listed(b, EDGEPLAN_LIST_ASSUMPTIONS, "gpu_layers"));
        assert_count(edgeplan_plan_request(a, &resolved), EDGEPLAN_OK);
        assert_count(resolved.given & asked.given, 0);
        edgeplan_plan_unref(a);
        edgeplan_plan_unref(b);
        edgeplan_deployment_unref(d);
        edgeplan_model_unref(model);
    }
}

/* A family whose order of operations is not known, on two sides: its terms once for each, and copies of a tensor or a cache. */
static void test_estimated_on_both_sides(void **state)
{
    edgeplan_head head = {.struct_size = sizeof head, .hidden_width = 1024, .vocabulary = 32000};
    edgeplan_layer layer = {.struct_size = sizeof layer, .attention = EDGEPLAN_ATTENTION_GROUPED, .query_heads = 8, .kv_heads = 8,
                            .key_width = 128, .value_width = 128, .feed_forward = EDGEPLAN_FEED_FORWARD_DENSE, .ffn_width = 4096};
    const uint64_t cache = UINT64_C(4096) * 8 * (128 + 128) * 2, matrix = 1024 * 4096 * 2; /* of a layer */
    edgeplan_request whole = request_of(4096, 13), part = request_of(4096, 6);
    edgeplan_model_builder *builder;
    edgeplan_model *model;
    edgeplan_deployment *d;
    (void)state;

    assert_count(edgeplan_model_builder_new(NULL, "by-hand", "nobody", &builder), EDGEPLAN_OK);
    assert_count(edgeplan_model_builder_set_head(builder, &head), EDGEPLAN_OK);
    assert_count(edgeplan_model_builder_add_layers(builder, &layer, 12), EDGEPLAN_OK);
    assert_count(edgeplan_model_builder_finish(builder, NULL, &model), EDGEPLAN_OK);
    assert_count(edgeplan_deployment_new(model, edgeplan_target_find(registry, "rtx-4060-laptop"), EDGEPLAN_ACCELERATOR_GPU,
                                         edgeplan_runtime_find(registry, "llama.cpp"), edgeplan_format_find(registry, "f16"), NULL, &d),
                 EDGEPLAN_OK);
    const ep_footprint f = footprint_of(d, &whole), g = footprint_of(d, &part);
    const uint64_t one = f.part[EP_COMPUTE].expected;
    assert_true(one > 0 && f.part[EP_COMPUTE].high == one);
    assert_count(ep_footprint_part(&g, EP_COMPUTE, EDGEPLAN_PLACE_HOST).expected, one);
    assert_count(ep_footprint_part(&g, EP_COMPUTE, EDGEPLAN_PLACE_DEVICE).expected, one);
    assert_count(g.part[EP_COMPUTE].low, one - one / 8);
    assert_count(g.part[EP_COMPUTE].high, (2 * one + 2 * cache + matrix) * 9 / 8);
    edgeplan_deployment_unref(d);
    edgeplan_model_unref(model);
    edgeplan_model_builder_unref(builder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_the_library), cmocka_unit_test(test_layers_only_move), cmocka_unit_test(test_speed_is_unknown),
        cmocka_unit_test(test_most_layers_that_fit), cmocka_unit_test(test_all_or_nothing), cmocka_unit_test(test_estimated_on_both_sides),
    };
    return cmocka_run_group_tests(tests, open_registry, close_registry);
}
