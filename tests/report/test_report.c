#include "support.h"

#include <math.h>
#include <stdlib.h>

#include <edgeplan/report.h>

#include "plan_by_hand.h"

static char *report(const edgeplan_plan *const *plans, uint32_t count)
{
    size_t needed = 0, again = 0;
    char *text;

    assert_int_equal(edgeplan_report_plans(plans, count, NULL, 0, &needed), EDGEPLAN_OK);
    text = malloc(needed);
    assert_non_null(text);
    assert_int_equal(edgeplan_report_plans(plans, count, text, needed, &again), EDGEPLAN_OK);
    assert_count(again, needed);
    assert_count(strlen(text) + 1, needed);
    return text;
}

#define HEAD                                                                                              \
    "{\"format_version\":\"1.0\",\"edgeplan\":{\"version\":\"0.1.0\",\"registry_version\":\"1.0\","       \
    "\"registry_digest\":\"0123456789abcdef\"},\"plans\":[{\"model\":\"a-model\",\"licence\":\"MIT\",\"target\":\"chrome-a-phone\"," \
    "\"runtime\":\"a-runtime\",\"runtime_release\":\"v1\",\"accelerator\":\"gpu\",\"format\":\"q4_k_m\","

#define WEIGHTS_ONLY(bytes)                                                                                                   \
    "{\"weights_bytes\":" bytes ",\"weights_duplicated_bytes\":null,\"kv_bytes\":null,\"state_bytes\":null,\"compute_bytes\":null," \
    "\"output_bytes\":null,\"extra_models_bytes\":null,\"runtime_bytes\":null,\"total_low_bytes\":null,\"total_bytes\":null,"     \
    "\"total_high_bytes\":null,\"charged_low_bytes\":null,\"charged_bytes\":null,\"charged_high_bytes\":null,"                    \
    "\"largest_buffer_bytes\":null,\"basis\":\"exact\"}"

static const char whole[] =
    HEAD
    "\"conditions\":{\"os_version\":\"18.0\",\"entitlements\":[\"increased-memory\"],\"ram_bytes\":8589934592,"
    "\"app_state\":\"foreground\",\"power_mode\":null,\"firmware\":null,\"host\":\"a-phone\"},"
    "\"request\":{\"context_tokens\":4096,\"prompt_tokens\":0,\"cached_tokens\":0,\"output_tokens\":0,\"sequences\":0,\"batch\":0,"
    "\"chunk_tokens\":0,\"kv_k\":\"q8_0\",\"kv_v\":\"f32\",\"gpu_layers\":12,\"image_width_pixels\":1024,\"image_height_pixels\":768,"
    "\"mmap\":true,\"flash_attention\":false,\"preset\":\"cli\"},"
    "\"artefact\":{\"file_bytes\":5000,\"header_low_bytes\":null,\"header_high_bytes\":null,\"files\":1,\"largest_file_bytes\":5000},"
    "\"memory\":{\"weights_bytes\":1000,\"weights_duplicated_bytes\":1001,\"kv_bytes\":1002,\"state_bytes\":1003,"
    "\"compute_bytes\":1004,\"output_bytes\":1005,\"extra_models_bytes\":1006,\"runtime_bytes\":1007,\"total_low_bytes\":1008,"
    "\"total_bytes\":1009,\"total_high_bytes\":1010,\"charged_low_bytes\":1011,\"charged_bytes\":1012,"
    "\"charged_high_bytes\":1013,\"largest_buffer_bytes\":1014,\"basis\":\"rule\"},"
    "\"memory_host\":" WEIGHTS_ONLY("400") ",\"memory_device\":" WEIGHTS_ONLY("600") ","
    "\"budget\":{\"safe_bytes\":2000,\"hard_bytes\":3000,\"limit\":\"gpu_working_set\",\"basis\":\"cited\"},"
    "\"verdict\":\"tight\",\"binding\":\"total\",\"verdict_reason\":\"within the hard limit, but above the safe budget\","
    "\"max_context_tokens\":131072,\"max_context_limit\":\"trained_context\",\"allowed_context_tokens\":[512,4096],"
    "\"fixes\":[{\"kind\":\"kv_type\",\"from\":\"f16\",\"to\":\"q8_0\",\"verdict\":\"fits\",\"charged_high_bytes\":1234},"
    "{\"kind\":\"context_tokens\",\"from\":4096,\"to\":2048,\"verdict\":null,\"charged_high_bytes\":null}],"
    "\"speed\":{\"least_traffic_bytes_per_step\":4000000000,\"traffic_bytes_per_step\":4100000000,\"routed_traffic_bytes_per_step\":0,\"cache_traffic_bytes_per_step\":0,"
    "\"decode_ceiling_tok_per_s\":12.5,\"decode_low_tok_per_s\":0,\"decode_tok_per_s\":10,\"decode_high_tok_per_s\":0,"
    "\"sustained_decode_low_tok_per_s\":0,\"sustained_decode_tok_per_s\":0,\"sustained_decode_high_tok_per_s\":0,\"sustained_after_seconds\":0,"
    "\"prefill_ceiling_tok_per_s\":0,\"prefill_low_tok_per_s\":0,\"prefill_tok_per_s\":0,\"prefill_high_tok_per_s\":0,"
    "\"ttft_floor_seconds\":0,\"ttft_low_seconds\":0,\"ttft_seconds\":0,\"ttft_high_seconds\":0,"
    "\"first_load_seconds\":0,\"energy_joules_per_token\":0,"
    "\"bound\":\"bandwidth\",\"bandwidth_fraction\":0,\"compute_fraction\":0,"
    "\"overhead_fraction\":0,\"basis\":\"class\",\"prefill_basis\":\"device\",\"sustained_basis\":\"device\"},"
    "\"observed\":[{\"decode_tok_per_s\":9.5,\"source\":\"A run\"}],"
    "\"speculation\":[{\"kind\":\"mtp\",\"decode_factor_low\":0.5,\"decode_factor\":0.9,\"decode_factor_high\":1.1,"
    "\"kept_tokens_per_round\":1.8,\"round_steps\":2,\"source\":\"A table\"}],"
    "\"quality\":{\"class\":\"b\",\"calibration\":\"imatrix\",\"loss_nats\":0.025,\"format_nats\":0.024,\"kv_nats\":0.001,\"basis\":\"measured\"},"
    "\"assumptions\":[{\"code\":\"context\",\"message\":\"context of 4096 tokens\"},"
    "{\"code\":\"fallback\",\"message\":\"all of it stays on the npu\",\"bytes\":4321}],"
    "\"warnings\":[{\"code\":\"EP-KV-4-BIT\",\"message\":\"4 bits\"}],\"missing\":[\"calibration\"],"
    "\"sources\":[{\"fact\":\"chips[a].memory.peak_bandwidth\",\"value\":60000000000,\"source\":\"Data \\\"sheet\\\"\",\"url\":null,"
    "\"confidence\":\"measured\",\"place\":\"edge-targets.yaml:12\"}]}],"
    "\"checks\":[],\"summary\":{}}";

static void test_whole_plan(void **state)
{
    plan_by_hand hand;
    const edgeplan_plan *plan = hand_plan(&hand);
    char *text = report(&plan, 1);

    (void)state;
    assert_string_equal(text, whole);
    free(text);
}

/* Without a known bit a number does not count, whatever stands in the field. */
static void test_unknown_is_null(void **state)
{
    plan_by_hand hand;
    edgeplan_plan *plan = hand_plan(&hand);
    const edgeplan_plan *plans[] = { plan };
    char *text;

    (void)state;
    plan->memory.known = EP_MEMORY_KNOWN(kv_bytes);
    plan->budget.known = 0;
    plan->verdict.known = 0;
    plan->speed.known = EP_SPEED_KNOWN(basis);
    plan->request.os_major = 0;
    plan->request.entitlements = 0;
    plan->file_bytes = 0;
    hand.format.quality.quality_class = NULL;
    plan->quality.known = plan->quality.kv_known = 0;
    hand.target.host = NULL;
    hand.runtime.release = "";
    text = report(plans, 1);
    assert_non_null(strstr(text, "\"memory\":{\"weights_bytes\":null,\"weights_duplicated_bytes\":null,\"kv_bytes\":1002,"));
    assert_non_null(strstr(text, "\"largest_buffer_bytes\":null,\"basis\":null}"));
    assert_non_null(strstr(text, "\"budget\":{\"safe_bytes\":null,\"hard_bytes\":null,\"limit\":null,\"basis\":null}"));
    assert_non_null(strstr(text, "\"verdict\":null,\"binding\":null,\"verdict_reason\":null,\"max_context_tokens\":null"));
    assert_non_null(strstr(text, "\"overhead_fraction\":null,\"basis\":\"class\",\"prefill_basis\":null,\"sustained_basis\":null}"));
    assert_non_null(strstr(text, "\"conditions\":{\"os_version\":null,\"entitlements\":[],"));
    assert_non_null(strstr(text, "\"artefact\":{\"file_bytes\":null,"));
    assert_non_null(strstr(text, "\"quality\":{\"class\":null,\"calibration\":\"imatrix\",\"loss_nats\":null,\"format_nats\":0.024,\"kv_nats\":null,\"basis\":null}"));
    assert_non_null(strstr(text, "\"runtime_release\":null"));
    assert_non_null(strstr(text, "\"host\":null"));
    free(text);
}

static void test_not_a_number_is_null(void **state)
{
    plan_by_hand hand;
    edgeplan_plan *plan = hand_plan(&hand);
    const edgeplan_plan *plans[] = { plan };
    char *text;

    (void)state;
    plan->speed.decode_tok_per_s = NAN;
    plan->speed.decode_ceiling_tok_per_s = INFINITY;
    text = report(plans, 1);
    assert_non_null(strstr(text, "\"decode_ceiling_tok_per_s\":null"));
    assert_null(strstr(text, "nan"));
    assert_null(strstr(text, "inf"));
    free(text);
}

static void test_none_and_two(void **state)
{
    plan_by_hand hand;
    const edgeplan_plan *plan = hand_plan(&hand);
    const edgeplan_plan *plans[] = { plan, plan };
    char *text = report(NULL, 0);

    (void)state;
    assert_string_equal(text, "{\"format_version\":\"1.0\",\"edgeplan\":{\"version\":\"0.1.0\",\"registry_version\":null,"
                              "\"registry_digest\":null},\"plans\":[],\"checks\":[],\"summary\":{}}");
    free(text);
    text = report(plans, 2);
    assert_non_null(strstr(text, "]},{\"model\":\"a-model\""));
    free(text);
}

static void test_small_buffer(void **state)
{
    plan_by_hand hand;
    const edgeplan_plan *plan = hand_plan(&hand);
    char small[24];
    size_t needed = 0;

    (void)state;
    memset(small, 'x', sizeof small);
    assert_int_equal(edgeplan_report_plans(&plan, 1, small, 20, &needed), EDGEPLAN_OK);
    assert_count(needed, sizeof whole);
    assert_string_equal(small, "{\"format_version\":\"");
    assert_int_equal(small[20], 'x');
    assert_int_equal(edgeplan_report_plans(&plan, 1, small, sizeof small, NULL), EDGEPLAN_OK);
}

static void test_arguments(void **state)
{
    plan_by_hand hand, other;
    const edgeplan_plan *plans[] = { hand_plan(&hand), NULL };
    const edgeplan_plan *foreign[] = { &hand.plan, hand_plan(&other) };
    char buffer[8] = "x";
    size_t needed = 7;

    (void)state;
    assert_int_equal(edgeplan_report_plans(NULL, 1, buffer, sizeof buffer, &needed), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_count(needed, 0);
    assert_string_equal(buffer, "");
    assert_int_equal(edgeplan_report_plans(plans, 2, NULL, 0, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_report_plans(foreign, 2, NULL, 0, NULL), EDGEPLAN_OK); /* equal digests, equal registries */
    other.registry.digest[0] = 'f';
    assert_int_equal(edgeplan_report_plans(foreign, 2, NULL, 0, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_report_recommendations(NULL, 1, NULL, 0, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
}

static void test_recommendation(void **state)
{
    plan_by_hand hand;
    edgeplan_plan *plans[] = { hand_plan(&hand), &hand.plan };
    edgeplan_recommendation recommendation = { .registry = &hand.registry, .target = &hand.target, .plans = plans, .plan_count = 2 };
    const edgeplan_recommendation *one[] = { &recommendation };
    ep_listed rejected[2] = { 0 };
    size_t needed = 0;
    static char text[16384];

    (void)state;
    rejected[0].text[EDGEPLAN_TEXT_SUBJECT] = "a-runtime npu q8_0";
    rejected[0].text[EDGEPLAN_TEXT_INPUT] = "a-model";
    rejected[0].text[EDGEPLAN_TEXT_MESSAGE] = "needs at least 9 GB of a total limit of 6 GB";
    rejected[1].text[EDGEPLAN_TEXT_SUBJECT] = "a-runtime";
    recommendation.rejected.items = rejected;
    recommendation.rejected.count = 2;
    hand.plan.standing.on_front = 1;
    assert_int_equal(edgeplan_report_recommendations(one, 1, text, sizeof text, &needed), EDGEPLAN_OK);
    assert_count(needed, strlen(text) + 1);
    assert_non_null(strstr(text, "\"place\":\"edge-targets.yaml:12\"}],\"rank\":1,\"on_front\":true,\"pipeline\":[{\"published\":false,\"tool\":\"llama-quantize\",\"version\":null,"
                                 "\"command\":\"llama-quantize in out q4_k_m\",\"input\":null,\"output\":null,\"systems\":[\"linux\",\"macos\"],\"ram_bytes\":16000000000,"
                                 "\"disk_bytes\":null,\"gpu_bytes\":null,\"host\":null,\"time\":null,\"can_take\":null,\"lacks\":null,\"fails\":null,\"evidence\":null,\"date\":null,\"url\":null}]},{\"model\""));
    assert_non_null(strstr(text, "\"rank\":2,"));
    assert_non_null(strstr(text, "\"rejected\":[{\"target\":\"chrome-a-phone\",\"model\":\"a-model\",\"runtime\":\"a-runtime\","
                                 "\"accelerator\":\"npu\",\"format\":\"q8_0\","
                                 "\"reason\":\"needs at least 9 GB of a total limit of 6 GB\"},"
                                 "{\"target\":\"chrome-a-phone\",\"model\":null,\"runtime\":\"a-runtime\",\"accelerator\":null,"
                                 "\"format\":null,\"reason\":null}],\"winners\":[],\"checks\":[],\"summary\":{}}"));
}

static void test_number_text(void **state)
{
    char buffer[32];

    (void)state;
    assert_count(edgeplan_number_text(14.25, buffer, sizeof buffer), 5);
    assert_string_equal(buffer, "14.25");
    assert_count(edgeplan_number_text(14.25, buffer, 6), 5);
    assert_count(edgeplan_number_text(14.25, buffer, 5), 0);
    assert_string_equal(buffer, "");
    assert_count(edgeplan_number_text(NAN, buffer, sizeof buffer), 0);
    assert_count(edgeplan_number_text(INFINITY, buffer, sizeof buffer), 0);
    assert_count(edgeplan_number_text(1, NULL, 0), 0);
}

static void test_bytes_from_text(void **state)
{
    static const struct {
        const char *text;
        edgeplan_status status;
        uint64_t bytes;
    } rows[] = {
        { "4096", EDGEPLAN_OK, 4096 },
        { "0", EDGEPLAN_OK, 0 },
        { "8 GiB", EDGEPLAN_OK, UINT64_C(8) << 30 },
        { "1.5 GB", EDGEPLAN_OK, 1500000000 },
        { "9007199254740991", EDGEPLAN_OK, 9007199254740991 },
        { "9007199254740992", EDGEPLAN_ERROR_RANGE, 0 },
        { "99999999999999999999999", EDGEPLAN_ERROR_RANGE, 0 },
        { "9999999 TB", EDGEPLAN_ERROR_RANGE, 0 },
        { "0.5 B", EDGEPLAN_ERROR_RANGE, 0 },
        { "-1 GB", EDGEPLAN_ERROR_RANGE, 0 },
        { "", EDGEPLAN_ERROR_SYNTAX, 0 },
        { "GB", EDGEPLAN_ERROR_SYNTAX, 0 },
        { "8 GB/s", EDGEPLAN_ERROR_SYNTAX, 0 },
        { "8 tokens", EDGEPLAN_ERROR_SYNTAX, 0 },
        { "0.5", EDGEPLAN_ERROR_SYNTAX, 0 },
        { "-1", EDGEPLAN_ERROR_SYNTAX, 0 },
    };
    uint64_t bytes;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        edgeplan_status status = edgeplan_bytes_from_text(rows[i].text, &bytes);

        if (status != rows[i].status)
            fail_msg("\"%s\" gives %s", rows[i].text, edgeplan_status_name(status));
        assert_count(bytes, rows[i].bytes);
    }
    assert_int_equal(edgeplan_bytes_from_text(NULL, &bytes), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_bytes_from_text("1", NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_plan),     cmocka_unit_test(test_unknown_is_null), cmocka_unit_test(test_not_a_number_is_null),
        cmocka_unit_test(test_none_and_two),   cmocka_unit_test(test_small_buffer),    cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_recommendation), cmocka_unit_test(test_number_text),     cmocka_unit_test(test_bytes_from_text),
    };

    return cmocka_run_group_tests_name("report/report", tests, NULL, NULL);
}
