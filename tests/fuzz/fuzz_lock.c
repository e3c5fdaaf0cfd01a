/* A lock file. */
#include "fuzz_text.h"

#define FIXED_BYTES (UINT64_C(20) << 20) /* `repeat` and ranges make up to 4096 layers and 65,536 tensors */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_open_text(data, size, EDGEPLAN_FILE_KIND_LOCK, FIXED_BYTES);
}
