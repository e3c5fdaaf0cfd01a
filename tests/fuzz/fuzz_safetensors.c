/* A safetensors file with a config.json beside it. The input: two bytes of the config's length, the config, the file. */
#include "fuzz.h"

#include <string.h>

#define FIXED_BYTES (UINT64_C(20) << 20)

typedef struct pair {
    fuzz_input config, file;
} pair;

static int64_t read_pair(void *user, const char *name, uint64_t offset, void *buffer, uint64_t length)
{
    const pair *p = user;
    const fuzz_input *from = name[0] == '\0' ? &p->file : strcmp(name, "config.json") == 0 ? &p->config : NULL;
    uint64_t count;

    FUZZ_CHECK(length > 0);
    if (from == NULL)
        return -1;
    count = offset < from->left ? from->left - offset : 0;
    count = count < length ? count : length;
    if (count > 0)
        memcpy(buffer, from->at + offset, (size_t)count);
    return (int64_t)count;
}

static edgeplan_status open_pair(edgeplan_context *context, pair *p, uint32_t complete, edgeplan_model **model)
{
    const edgeplan_open_options options = { .struct_size = sizeof options, .kind = EDGEPLAN_FILE_KIND_SAFETENSORS, .complete = complete };
    edgeplan_diagnostics *diagnostics;
    edgeplan_status status;

    FUZZ_CHECK(edgeplan_diagnostics_new(context, &diagnostics) == EDGEPLAN_OK);
    status = edgeplan_model_open_reader(context, read_pair, p, "fuzz.safetensors", &options, diagnostics, model);
    fuzz_check_outcome(status, *model, diagnostics, FUZZ_AT_OFFSET);
    edgeplan_diagnostics_unref(diagnostics);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = { data, size };
    const size_t said = (size_t)fuzz_number(&input, 2);
    const size_t config_length = said < input.left ? said : input.left;
    pair p = { { input.at, config_length }, { input.at + config_length, input.left - config_length } };
    edgeplan_model *model, *complete;
    fuzz_memory counted;

    fuzz_begin(&counted, size, FIXED_BYTES);
    (void)open_pair(counted.context, &p, EDGEPLAN_SWITCH_DEFAULT, &model);
    (void)open_pair(counted.context, &p, EDGEPLAN_SWITCH_ON, &complete);
    FUZZ_CHECK(complete == NULL || (model != NULL && fuzz_same_model(model, complete)));
    if (model != NULL) {
        fuzz_check_model(model);
        fuzz_plan_model(model);
    }
    edgeplan_model_unref(complete);
    edgeplan_model_unref(model);
    fuzz_end(&counted);
    return 0;
}
