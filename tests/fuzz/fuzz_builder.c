/* A model by hand from raw bytes: a head, layers and tensors in any order, finished more than once. */
#include "fuzz.h"

#include <stdlib.h>

#define FIXED_BYTES (UINT64_C(48) << 20) /* layers are added by the thousand with one call */
#define MOST_CALLS 64

typedef enum call {
    SET_HEAD,
    ADD_LAYERS,
    ADD_TENSOR,
    FINISH,
    CALLS
} call;

static void finish(const edgeplan_model_builder *builder, edgeplan_context *context)
{
    edgeplan_diagnostics *diagnostics;
    edgeplan_model *model;
    edgeplan_status status;

    FUZZ_CHECK(edgeplan_diagnostics_new(context, &diagnostics) == EDGEPLAN_OK);
    status = edgeplan_model_builder_finish(builder, diagnostics, &model);
    fuzz_check_outcome(status, model, diagnostics, FUZZ_ANYWHERE);
    if (model != NULL) {
        fuzz_check_model(model);
        fuzz_plan_model(model);
    }
    edgeplan_model_unref(model);
    edgeplan_diagnostics_unref(diagnostics);
}

static void build(edgeplan_model_builder *builder, edgeplan_context *context, fuzz_input *input)
{
    for (unsigned i = 0; i < MOST_CALLS && input->left > 0; i++) {
        void *given = NULL;

        switch ((call)(fuzz_number(input, 1) % CALLS)) {
        case SET_HEAD:
            given = fuzz_struct(input, sizeof(edgeplan_head));
            (void)edgeplan_model_builder_set_head(builder, given);
            break;
        case ADD_LAYERS:
            given = fuzz_struct(input, sizeof(edgeplan_layer));
            (void)edgeplan_model_builder_add_layers(builder, given, (uint32_t)fuzz_number(input, 2));
            break;
        case ADD_TENSOR:
            given = fuzz_struct(input, sizeof(edgeplan_tensor));
            (void)edgeplan_model_builder_add_tensor(builder, given);
            break;
        case FINISH:
        case CALLS:
            finish(builder, context);
            break;
        }
        free(given);
    }
    finish(builder, context);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const families[] = { "", "llama", "gemma3", "a family nobody knows" };
    fuzz_input input = { data, size };
    edgeplan_model_builder *builder;
    fuzz_memory counted;

    fuzz_begin(&counted, size, FIXED_BYTES);
    FUZZ_CHECK(edgeplan_model_builder_new(counted.context, "fuzz", families[fuzz_number(&input, 1) % 4], &builder) == EDGEPLAN_OK);
    build(builder, counted.context, &input);
    edgeplan_model_builder_unref(builder);
    fuzz_end(&counted);
    return 0;
}
