/* A config.json. */
#include "fuzz_text.h"

/* A claimed number of layers, at most 4096, is what memory may grow with: each is a layer and its tensors. */
#define FIXED_BYTES (UINT64_C(20) << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_open_text(data, size, EDGEPLAN_FILE_KIND_CONFIG, FIXED_BYTES);
}
