#include "support.h"

#include <edgeplan/plan.h>

#include "report/names.h"

typedef const char *(*name_fn)(uint32_t);

#define WRAP(function, type) \
    static const char *wrap_##type(uint32_t number) { return function((type)number); }
WRAP(edgeplan_verdict_name, edgeplan_verdict)
WRAP(edgeplan_limit_name, edgeplan_limit)
WRAP(edgeplan_bound_name, edgeplan_bound)
WRAP(edgeplan_verdict_reason_text, edgeplan_verdict_reason)
WRAP(edgeplan_accelerator_name, edgeplan_accelerator)
WRAP(edgeplan_speed_basis_name, edgeplan_speed_basis)
WRAP(edgeplan_memory_basis_name, edgeplan_memory_basis)
WRAP(edgeplan_companion_name, edgeplan_companion)
WRAP(edgeplan_confidence_name, edgeplan_confidence)

/* From `first` to `last` every number has a word of its own, all others have none. */
static const struct {
    const char *what;
    name_fn name;
    uint32_t first, last;
} rows[] = {
    { "verdict", wrap_edgeplan_verdict, EDGEPLAN_VERDICT_FITS, EDGEPLAN_VERDICT_DOES_NOT_FIT },
    { "limit", wrap_edgeplan_limit, EDGEPLAN_LIMIT_TOTAL, EDGEPLAN_LIMIT_RUNTIME_CONTEXT },
    { "bound", wrap_edgeplan_bound, EDGEPLAN_BOUND_BANDWIDTH, EDGEPLAN_BOUND_CAPACITY },
    { "reason", wrap_edgeplan_verdict_reason, EDGEPLAN_REASON_WITHIN_SAFE, EDGEPLAN_REASON_CONTEXT },
    { "accelerator", wrap_edgeplan_accelerator, EDGEPLAN_ACCELERATOR_ANY, EDGEPLAN_ACCELERATOR_NPU },
    { "speed basis", wrap_edgeplan_speed_basis, EDGEPLAN_SPEED_BASIS_MEASURED, EDGEPLAN_SPEED_BASIS_PHYSICS },
    { "memory basis", wrap_edgeplan_memory_basis, EDGEPLAN_MEMORY_BASIS_EXACT, EDGEPLAN_MEMORY_BASIS_MISSING },
    { "companion", wrap_edgeplan_companion, EDGEPLAN_COMPANION_DRAFT, EDGEPLAN_COMPANION_MTP },
    { "confidence", wrap_edgeplan_confidence, EDGEPLAN_CONFIDENCE_MEASURED, EDGEPLAN_CONFIDENCE_ASSUMED },
    { "preset", ep_preset_name, EDGEPLAN_PRESET_LIBRARY, EDGEPLAN_PRESET_SERVER },
    { "app state", ep_app_state_name, EDGEPLAN_APP_STATE_FOREGROUND, EDGEPLAN_APP_STATE_EXTENSION },
};

static void test_every_number_has_its_word(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (uint32_t number = 0; number < rows[i].last + 4; number++) {
            const int has = number >= rows[i].first && number <= rows[i].last;

            if ((rows[i].name(number)[0] != '\0') != has)
                fail_msg("%s %u is \"%s\"", rows[i].what, (unsigned)number, rows[i].name(number));
            for (uint32_t before = rows[i].first; has && before < number; before++)
                assert_string_not_equal(rows[i].name(number), rows[i].name(before));
        }
        assert_string_equal(rows[i].name(0x7fffffff), "");
    }
}

static void test_words_of_the_contract(void **state)
{
    (void)state;
    assert_string_equal(edgeplan_verdict_name(EDGEPLAN_VERDICT_DOES_NOT_FIT), "does_not_fit");
    assert_string_equal(edgeplan_verdict_name(EDGEPLAN_VERDICT_UNKNOWN), "unknown");
    assert_string_equal(edgeplan_limit_name(EDGEPLAN_LIMIT_GPU_WORKING_SET), "gpu_working_set");
    assert_string_equal(edgeplan_accelerator_name(EDGEPLAN_ACCELERATOR_NPU), "npu");
    assert_string_equal(edgeplan_speed_basis_name(EDGEPLAN_SPEED_BASIS_CLASS), "class");
    assert_string_equal(edgeplan_memory_basis_name(EDGEPLAN_MEMORY_BASIS_RULE), "rule");
    assert_string_equal(edgeplan_confidence_name(EDGEPLAN_CONFIDENCE_CITED), "cited");
    assert_string_equal(edgeplan_bound_name(EDGEPLAN_BOUND_BANDWIDTH), "bandwidth");
    assert_string_equal(ep_entitlement_name(EDGEPLAN_ENTITLEMENT_INCREASED_MEMORY), "increased-memory");
    assert_string_equal(edgeplan_companion_name(EDGEPLAN_COMPANION_SPEECH_TO_TEXT), "stt");
    assert_string_equal(ep_entitlement_name(2), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_number_has_its_word),
        cmocka_unit_test(test_words_of_the_contract),
    };

    return cmocka_run_group_tests_name("report/names", tests, NULL, NULL);
}
