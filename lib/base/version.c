#include <string.h>

#include <edgeplan/base.h>

#include "base/versioned.h"

#define TEXT_OF(number) #number
#define VERSION_TEXT(major, minor, patch) TEXT_OF(major) "." TEXT_OF(minor) "." TEXT_OF(patch)

uint32_t edgeplan_version(void)
{
    return EDGEPLAN_VERSION_MAJOR * UINT32_C(1000000) + EDGEPLAN_VERSION_MINOR * UINT32_C(1000) + EDGEPLAN_VERSION_PATCH;
}

const char *edgeplan_version_text(void)
{
    return VERSION_TEXT(EDGEPLAN_VERSION_MAJOR, EDGEPLAN_VERSION_MINOR, EDGEPLAN_VERSION_PATCH);
}

edgeplan_status edgeplan_struct_init(void *structure, size_t size)
{
    uint32_t struct_size;

    if (structure == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    if (size < EP_STRUCT_SIZE_MIN || size > EP_STRUCT_SIZE_MAX)
        return EDGEPLAN_ERROR_STRUCT_SIZE;
    struct_size = (uint32_t)size;
    memset(structure, 0, size);
    memcpy(structure, &struct_size, sizeof struct_size);
    return EDGEPLAN_OK;
}
