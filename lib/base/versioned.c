#include "base/versioned.h"

#include <string.h>

/* The caller's struct may be newer than any type we have, so it is read as bytes. */
static edgeplan_status check_size(const void *structure, size_t v1, uint32_t *out)
{
    memcpy(out, structure, sizeof *out);
    return *out < v1 || *out > EP_STRUCT_SIZE_MAX ? EDGEPLAN_ERROR_STRUCT_SIZE : EDGEPLAN_OK;
}

edgeplan_status ep_read_struct(void *dst, size_t known, size_t v1, const void *src)
{
    const unsigned char *bytes = src;
    uint32_t given;
    edgeplan_status status;

    if (dst == NULL || src == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    status = check_size(src, v1, &given);
    if (status != EDGEPLAN_OK)
        return status;
    for (size_t i = known; i < given; i++)
        if (bytes[i] != 0)
            return EDGEPLAN_ERROR_NEWER_FIELD;
    memset(dst, 0, known);
    memcpy(dst, src, given < known ? given : known);
    return EDGEPLAN_OK;
}

edgeplan_status ep_write_struct(void *dst, size_t v1, const void *src, size_t known)
{
    const size_t skip = sizeof(uint32_t); /* struct_size stays the caller's */
    unsigned char *bytes = dst;
    uint32_t given;
    size_t copied;
    edgeplan_status status;

    if (dst == NULL || src == NULL)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    status = check_size(dst, v1, &given);
    if (status != EDGEPLAN_OK)
        return status;
    copied = given < known ? given : known;
    memset(bytes + skip, 0, given - skip);
    memcpy(bytes + skip, (const unsigned char *)src + skip, copied - skip);
    return EDGEPLAN_OK;
}
