/** @file
 *  The field table: every struct of this library with its fields, types, offsets and sizes, so that a binding can build its
 *  structs when it loads the library and cannot drift from it.
 */
#ifndef EDGEPLAN_ABI_H
#define EDGEPLAN_ABI_H

#include <edgeplan/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Fields in the table, over all structs. @return count. Since 0.1. */
EDGEPLAN_API uint32_t edgeplan_abi_field_count(void);
/** Struct of a field. @param[in] index  from 0; fields of a struct are together, in order
 *  @return such as `edgeplan_request`; NULL past the end. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_abi_field_struct(uint32_t index);
/** Name of a field. @param[in] index  from 0 @return such as `context_tokens`; NULL past the end. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_abi_field_name(uint32_t index);
/** Type of a field. @param[in] index  from 0 @return `u32`, `u64` or `f64`; NULL past the end. Static. Since 0.1. */
EDGEPLAN_API const char *edgeplan_abi_field_type(uint32_t index);
/** Offset of a field. @param[in] index  from 0 @return bytes from the start of the struct. Since 0.1. */
EDGEPLAN_API uint32_t edgeplan_abi_field_offset(uint32_t index);
/** Size of a struct as this library knows it.
 *  @param[in] name  such as `edgeplan_request` @return bytes; 0 for an unknown name. Since 0.1. */
EDGEPLAN_API uint32_t edgeplan_abi_struct_size(const char *name);

#ifdef __cplusplus
}
#endif
#endif
