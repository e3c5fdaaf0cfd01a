#include "support.h"

#include <math.h>
#include <string.h>

#include <edgeplan/abi.h>
#include <edgeplan/report.h>

#include "../report/plan_by_hand.h"
#include "api/border.h"

#define ROOM 16384
#define HEAD_FIELDS 3 /* struct_size, flags, known */

static uint32_t first_field(const char *structure)
{
    for (uint32_t i = 0; i < edgeplan_abi_field_count(); i++)
        if (strcmp(edgeplan_abi_field_struct(i), structure) == 0)
            return i;
    fail_msg("no struct %s in the field table", structure);
    return 0;
}

static int has_field(const char *structure, const char *name)
{
    for (uint32_t i = first_field(structure); i < edgeplan_abi_field_count() && !strcmp(edgeplan_abi_field_struct(i), structure); i++)
        if (strcmp(edgeplan_abi_field_name(i), name) == 0)
            return 1;
    return 0;
}

static void test_offsets(void **state)
{
    uint32_t checked = 0;

    (void)state;
#define CHECK(s, t, f)                                                                  \
    for (uint32_t i = first_field(#s); i < edgeplan_abi_field_count(); i++)             \
        if (!strcmp(edgeplan_abi_field_struct(i), #s) && !strcmp(edgeplan_abi_field_name(i), #f)) { \
            assert_count(edgeplan_abi_field_offset(i), offsetof(s, f));                 \
            assert_int_equal(edgeplan_abi_field_type(i)[0], _Generic(((s *)0)->f, double: 'f', default: 'u')); \
            assert_int_equal(edgeplan_abi_field_type(i)[1], sizeof(((s *)0)->f) == 4 ? '3' : '6'); \
            checked++;                                                                  \
        }
#define CHECK_STRUCT(s, last)                              \
    EP_FIELDS_##s(CHECK) assert_count(edgeplan_abi_struct_size(#s), sizeof(s));
    EP_STRUCTS(CHECK_STRUCT)
    assert_count(checked, edgeplan_abi_field_count());
}

static void test_past_the_end(void **state)
{
    (void)state;
    assert_null(edgeplan_abi_field_struct(edgeplan_abi_field_count()));
    assert_null(edgeplan_abi_field_name(edgeplan_abi_field_count()));
    assert_null(edgeplan_abi_field_type(UINT32_MAX));
    assert_count(edgeplan_abi_field_offset(UINT32_MAX), 0);
    assert_count(edgeplan_abi_struct_size("edgeplan_nothing"), 0);
    assert_count(edgeplan_abi_struct_size(NULL), 0);
}

/* Every struct begins the same and has no gap: a binding may rely on both. */
static void test_structs_are_dense(void **state)
{
    const char *structure = "";
    uint32_t next = 0, pair = 0;

    (void)state;
    for (uint32_t i = 0; i < edgeplan_abi_field_count(); i++) {
        const uint32_t size = edgeplan_abi_field_type(i)[1] == '3' ? 4 : 8;

        if (strcmp(edgeplan_abi_field_struct(i), structure) != 0) {
            assert_count(next, edgeplan_abi_struct_size(structure));
            structure = edgeplan_abi_field_struct(i);
            next = pair = 0;
            assert_string_equal(edgeplan_abi_field_name(i), "struct_size");
            assert_string_equal(edgeplan_abi_field_name(i + 1), "flags");
            assert_true(!strcmp(edgeplan_abi_field_name(i + 2), "known") || !strcmp(edgeplan_abi_field_name(i + 2), "given"));
        }
        assert_count(edgeplan_abi_field_offset(i), next);
        next += size;
        pair = size == 4 ? !pair : pair;
        assert_true(size == 4 || !pair); /* 32-bit fields come in pairs */
    }
    assert_count(next, edgeplan_abi_struct_size(structure));
}

/* base/known.h computes a bit from offset and layout; the table counts fields. */
static void test_known_bits(void **state)
{
    (void)state;
#define BIT(s, f, bit)                                                                     \
    for (uint32_t i = first_field(#s); i < edgeplan_abi_field_count(); i++)                \
        if (!strcmp(edgeplan_abi_field_struct(i), #s) && !strcmp(edgeplan_abi_field_name(i), #f)) \
            assert_true((bit) == UINT64_C(1) << (i - first_field(#s) - HEAD_FIELDS));
#define SKIP_HEAD(s, f) (offsetof(s, f) >= 16)
#define MEMORY(s, t, f) if (SKIP_HEAD(s, f)) { BIT(s, f, EP_MEMORY_KNOWN(f)) }
#define BUDGET(s, t, f) if (SKIP_HEAD(s, f)) { BIT(s, f, EP_BUDGET_KNOWN(f)) }
#define SPEED(s, t, f) if (SKIP_HEAD(s, f)) { BIT(s, f, EP_SPEED_KNOWN(f)) }
#define VERDICT(s, t, f) if (SKIP_HEAD(s, f)) { BIT(s, f, EP_VERDICT_KNOWN(f)) }
#define REQUEST(s, t, f) if (SKIP_HEAD(s, f)) { BIT(s, f, EP_REQUEST_KNOWN(f)) }
#define CRITERIA(s, t, f) if (SKIP_HEAD(s, f)) { BIT(s, f, EP_CRITERIA_KNOWN(f)) }
#define ITEM(s, t, f) if (SKIP_HEAD(s, f)) { BIT(s, f, EP_ITEM_KNOWN(f)) }
#define HEADS(s, t, f) if (SKIP_HEAD(s, f)) { BIT(s, f, EP_HEAD_KNOWN(f)) }
#define TARGET(s, t, f) if (SKIP_HEAD(s, f)) { BIT(s, f, EP_TARGET_KNOWN(f)) }
#define OBSERVATION(s, t, f) if (SKIP_HEAD(s, f)) { BIT(s, f, EP_OBSERVATION_KNOWN(f)) }
    EP_FIELDS_edgeplan_memory(MEMORY)
    EP_FIELDS_edgeplan_budget(BUDGET)
    EP_FIELDS_edgeplan_speed(SPEED)
    EP_FIELDS_edgeplan_verdict_result(VERDICT)
    EP_FIELDS_edgeplan_request(REQUEST)
    EP_FIELDS_edgeplan_criteria(CRITERIA)
    EP_FIELDS_edgeplan_item(ITEM)
    EP_FIELDS_edgeplan_head(HEADS)
    EP_FIELDS_edgeplan_target_facts(TARGET)
    EP_FIELDS_edgeplan_observation_facts(OBSERVATION)
}

/* The keys of `"object":{…}` in the report, one call a key; the objects asked for hold no other. */
static int next_key(const char **at, char *key, size_t size)
{
    const char *begin = strchr(*at, '"'), *end = strchr(*at, '}'), *close;
    size_t length;

    if (begin == NULL || begin > end)
        return 0;
    close = strchr(begin + 1, '"');
    length = (size_t)(close - begin) - 1;
    assert_true(length < size);
    memcpy(key, begin + 1, length);
    key[length] = '\0';
    assert_int_equal(close[1], ':');
    *at = close + 2;
    if (**at == '"')
        *at = strchr(*at + 1, '"') + 1; /* past a word */
    return 1;
}

static const char *object_in(const char *text, const char *name)
{
    char head[64] = "\"";

    strcat(head, name);
    strcat(head, "\":{");
    text = strstr(text, head);
    assert_non_null(text);
    return text + strlen(head);
}

static int is_one_of(const char *word, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcmp(word, *words) == 0)
            return 1;
    return 0;
}

/* Keys that are no field are promised by the contract and not computed yet; fields that are no key stand elsewhere in a plan. */
static void compare_keys(const char *text, const char *object, const char *structure, const char *const *only_keys,
                         const char *const *only_fields)
{
    const char *at = object_in(text, object);
    char key[64];
    uint32_t keys = 0, fields = 0;

    while (next_key(&at, key, sizeof key)) {
        if (!has_field(structure, key) && !is_one_of(key, only_keys))
            fail_msg("%s has the key %s, and %s no such field", object, key, structure);
        keys += has_field(structure, key) ? 1 : 0;
    }
    for (uint32_t i = first_field(structure); i < edgeplan_abi_field_count() && !strcmp(edgeplan_abi_field_struct(i), structure); i++)
        fields += edgeplan_abi_field_offset(i) >= 16 && !is_one_of(edgeplan_abi_field_name(i), only_fields);
    assert_count(keys, fields);
}

static void test_keys_are_fields(void **state)
{
    static const char *const none[] = { NULL };
    static const char *const memory_fields[] = { "missing", NULL };
    static const char *const request_fields[] = { "app_state", "os_major", "os_minor", "firmware_major", "firmware_minor",
                                                  "entitlements", "ram_bytes", "app_bytes",
                                                  "available_bytes", "largest_buffer_bytes", "computer_system", "computer_is_target",
                                                  "computer_ram_bytes", "computer_disk_bytes", "computer_gpu_bytes", NULL };
    static char text[ROOM];
    plan_by_hand hand;
    const edgeplan_plan *plan = hand_plan(&hand);

    (void)state;
    assert_int_equal(edgeplan_report_plans(&plan, 1, text, sizeof text, NULL), EDGEPLAN_OK);
    compare_keys(text, "memory", "edgeplan_memory", none, memory_fields);
    compare_keys(text, "budget", "edgeplan_budget", none, none);
    compare_keys(text, "speed", "edgeplan_speed", none, none);
    compare_keys(text, "request", "edgeplan_request", none, request_fields);
    assert_true(has_field("edgeplan_verdict_result", "verdict") && has_field("edgeplan_verdict_result", "binding") &&
                has_field("edgeplan_verdict_result", "verdict_reason") && has_field("edgeplan_verdict_result", "max_context_tokens") &&
                has_field("edgeplan_verdict_result", "max_context_limit"));
    assert_true(has_field("edgeplan_request", "app_state") && has_field("edgeplan_request", "ram_bytes"));
}

typedef struct newer_request {
    edgeplan_request today;
    uint64_t tomorrow[2];
} newer_request;

static void test_newer_caller(void **state)
{
    newer_request newer;
    edgeplan_request ours;

    (void)state;
    memset(&newer, 0, sizeof newer);
    newer.today.struct_size = sizeof newer;
    newer.today.context_tokens = 77;
    assert_int_equal(ep_take_request(&ours, &newer.today), EDGEPLAN_OK);
    assert_count(ours.context_tokens, 77);
    assert_count(ours.struct_size, sizeof ours);
    newer.tomorrow[1] = 1;
    assert_int_equal(ep_take_request(&ours, &newer.today), EDGEPLAN_ERROR_NEWER_FIELD);
    newer.tomorrow[1] = 0;
    newer.today.given = UINT64_C(1) << 40;
    assert_int_equal(ep_take_request(&ours, &newer.today), EDGEPLAN_ERROR_NEWER_FIELD);
    newer.today.given = 1;
    newer.today.flags = 1;
    assert_int_equal(ep_take_request(&ours, &newer.today), EDGEPLAN_ERROR_NEWER_FIELD);
}

static void test_newer_result(void **state)
{
    struct {
        edgeplan_budget today;
        uint64_t tomorrow;
    } newer;
    edgeplan_budget ours;

    (void)state;
    memset(&newer, 0xff, sizeof newer);
    newer.today.struct_size = sizeof newer;
    ep_border_clear(EP_STRUCT_edgeplan_budget, &ours);
    ours.known = ~UINT64_C(0);
    ours.hard_bytes = 5;
    assert_int_equal(ep_border_write(EP_STRUCT_edgeplan_budget, &newer, &ours), EDGEPLAN_OK);
    assert_count(newer.today.struct_size, sizeof newer);
    assert_count(newer.today.flags, 0);
    assert_count(newer.today.known, 15);
    assert_count(newer.today.hard_bytes, 5);
    assert_count(newer.tomorrow, 0);
}

/* No released struct is shorter than today's yet, so the masks are tested by themselves. */
static void test_older_caller(void **state)
{
    (void)state;
    assert_count(ep_fields_within(EP_STRUCT_edgeplan_memory, sizeof(edgeplan_memory)), (1u << 17) - 1);
    assert_count(ep_fields_within(EP_STRUCT_edgeplan_memory, 4096), (1u << 17) - 1);
    assert_count(ep_fields_within(EP_STRUCT_edgeplan_memory, 40), 7);
    assert_count(ep_fields_within(EP_STRUCT_edgeplan_memory, 39), 3);
    assert_count(ep_fields_within(EP_STRUCT_edgeplan_memory, 16), 0);
    assert_count(ep_fields_within(EP_STRUCT_edgeplan_item, 20), 1);
    assert_count(ep_fields_within(EP_STRUCT_edgeplan_item, 24), 3);
}

static void test_sizes(void **state)
{
    static const uint32_t bad[] = { 0, 8, sizeof(edgeplan_request) - 1, 4097, UINT32_MAX };
    edgeplan_request request = { 0 }, ours;
    edgeplan_budget budget = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        request.struct_size = bad[i];
        assert_int_equal(ep_take_request(&ours, &request), EDGEPLAN_ERROR_STRUCT_SIZE);
    }
    assert_int_equal(ep_take_request(&ours, NULL), EDGEPLAN_OK); /* NULL is all defaults */
    assert_count(ours.struct_size, sizeof ours);
    assert_int_equal(ep_border_check(EP_STRUCT_edgeplan_budget, &budget), EDGEPLAN_ERROR_STRUCT_SIZE);
    assert_int_equal(ep_border_check(EP_STRUCT_edgeplan_budget, NULL), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    assert_int_equal(edgeplan_struct_init(&budget, sizeof budget), EDGEPLAN_OK);
    assert_int_equal(ep_border_check(EP_STRUCT_edgeplan_budget, &budget), EDGEPLAN_OK);
}

static edgeplan_status take(void (*change)(edgeplan_request *))
{
    edgeplan_request request = { 0 }, ours;

    request.struct_size = sizeof request;
    change(&request);
    return ep_take_request(&ours, &request);
}

#define CHANGE(name, statement) \
    static void name(edgeplan_request *r) { statement; }
CHANGE(bad_kv_k, r->kv_k = 9)
CHANGE(bad_kv_v, r->kv_v = 104)
CHANGE(bad_mmap, r->mmap = 3)
CHANGE(bad_flash, r->flash_attention = 3)
CHANGE(bad_preset, r->preset = 4)
CHANGE(bad_state, r->app_state = 5)
CHANGE(bad_entitlement, r->entitlements = 2)
CHANGE(large_context, r->context_tokens = UINT64_C(1) << 53)
CHANGE(large_app, r->app_bytes = UINT64_MAX)
CHANGE(large_os, r->os_major = 65536)
CHANGE(large_firmware, r->firmware_minor = 65536)
CHANGE(bad_computer, r->computer_system = 4)
CHANGE(bad_computer_is_target, r->computer_is_target = 3)
CHANGE(large_computer, r->computer_gpu_bytes = UINT64_MAX)
CHANGE(largest_context, r->context_tokens = (UINT64_C(1) << 53) - 1)
CHANGE(good, r->kv_k = r->kv_v = EDGEPLAN_ELEMENT_Q8_0; r->mmap = EDGEPLAN_SWITCH_ON; r->entitlements = 1)

static void test_request_ranges(void **state)
{
    void (*const invalid[])(edgeplan_request *) = { bad_kv_k, bad_kv_v, bad_mmap, bad_flash, bad_preset, bad_state, bad_entitlement,
                                                     bad_computer, bad_computer_is_target };
    void (*const range[])(edgeplan_request *) = { large_context, large_app, large_os, large_firmware, large_computer };

    (void)state;
    for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++)
        assert_int_equal(take(invalid[i]), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    for (size_t i = 0; i < sizeof range / sizeof range[0]; i++)
        assert_int_equal(take(range[i]), EDGEPLAN_ERROR_RANGE);
    assert_int_equal(take(good), EDGEPLAN_OK);
    assert_int_equal(take(largest_context), EDGEPLAN_OK);
}

static void test_criteria_ranges(void **state)
{
    edgeplan_criteria criteria = { .struct_size = sizeof criteria };

    (void)state;
    assert_int_equal(ep_check_criteria(&criteria), EDGEPLAN_OK);
    criteria.accelerators = 1u << EDGEPLAN_ACCELERATOR_GPU;
    criteria.prefer = EDGEPLAN_PREFER_MEMORY;
    assert_int_equal(ep_check_criteria(&criteria), EDGEPLAN_OK);
    criteria.prefer = EDGEPLAN_PREFER_MEMORY + 1;
    assert_int_equal(ep_check_criteria(&criteria), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    criteria.prefer = 0;
    criteria.accelerators = 1;
    assert_int_equal(ep_check_criteria(&criteria), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    criteria.accelerators = 0;
    criteria.max_loss_nats = NAN;
    assert_int_equal(ep_check_criteria(&criteria), EDGEPLAN_ERROR_INVALID_ARGUMENT);
    criteria.max_loss_nats = -1;
    assert_int_equal(ep_check_criteria(&criteria), EDGEPLAN_ERROR_RANGE);
    criteria.max_loss_nats = 0;
    criteria.max_download_bytes = UINT64_C(1) << 53;
    assert_int_equal(ep_check_criteria(&criteria), EDGEPLAN_ERROR_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_offsets),        cmocka_unit_test(test_past_the_end),    cmocka_unit_test(test_structs_are_dense),
        cmocka_unit_test(test_known_bits),     cmocka_unit_test(test_keys_are_fields), cmocka_unit_test(test_newer_caller),
        cmocka_unit_test(test_newer_result),   cmocka_unit_test(test_older_caller),    cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_request_ranges), cmocka_unit_test(test_criteria_ranges),
    };

    return cmocka_run_group_tests_name("api/abi", tests, NULL, NULL);
}
