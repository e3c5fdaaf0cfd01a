/* Ranges of the structs that come in. What depends on several of them, or on a model, is checked where it is known. */
#include <float.h>

#include "api/border.h"
#include "base/checked.h"
#include "model/build_check.h"
#include "model/element.h"

int ep_is_finite(double value)
{
    return value >= -DBL_MAX && value <= DBL_MAX;
}

static edgeplan_status check_counts(const uint64_t *const *counts, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (*counts[i] > EP_MAX_COUNT)
            return EDGEPLAN_ERROR_RANGE;
    return EDGEPLAN_OK;
}

static edgeplan_status check_request(const edgeplan_request *request)
{
    const uint64_t *const counts[] = {
        &request->context_tokens, &request->prompt_tokens, &request->cached_tokens, &request->output_tokens,
        &request->sequences,      &request->batch,         &request->chunk_tokens,  &request->ram_bytes,
        &request->app_bytes,      &request->available_bytes, &request->largest_buffer_bytes,
        &request->computer_ram_bytes, &request->computer_disk_bytes, &request->computer_gpu_bytes,
    };

    if (!ep_element_is_known(request->kv_k) || !ep_element_is_known(request->kv_v) || request->mmap > EDGEPLAN_SWITCH_ON ||
        request->flash_attention > EDGEPLAN_SWITCH_ON || request->preset > EDGEPLAN_PRESET_SERVER ||
        request->app_state > EDGEPLAN_APP_STATE_EXTENSION || request->computer_system > EDGEPLAN_SYSTEM_WINDOWS ||
        request->computer_is_target > EDGEPLAN_SWITCH_ON || !request->image_width_pixels != !request->image_height_pixels ||
        (request->entitlements & ~(uint64_t)EDGEPLAN_ENTITLEMENT_INCREASED_MEMORY) != 0)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    if (request->os_major > UINT16_MAX || request->os_minor > UINT16_MAX || request->firmware_major > UINT16_MAX ||
        request->firmware_minor > UINT16_MAX || request->image_width_pixels > UINT16_MAX || request->image_height_pixels > UINT16_MAX)
        return EDGEPLAN_ERROR_RANGE;
    return check_counts(counts, sizeof counts / sizeof counts[0]);
}

edgeplan_status ep_check_open_options(const edgeplan_open_options *options)
{
    return options->kind > EDGEPLAN_FILE_KIND_LOCK || options->complete > EDGEPLAN_SWITCH_ON || options->part > EDGEPLAN_PART_MTP
               ? EDGEPLAN_ERROR_INVALID_ARGUMENT
               : EDGEPLAN_OK;
}

edgeplan_status ep_check_criteria(const edgeplan_criteria *criteria)
{
    const uint32_t engines = 1u << EDGEPLAN_ACCELERATOR_CPU | 1u << EDGEPLAN_ACCELERATOR_GPU | 1u << EDGEPLAN_ACCELERATOR_NPU;
    const uint64_t *const counts[] = { &criteria->max_charged_bytes, &criteria->max_download_bytes, &criteria->min_context_tokens };
    const double bounds[] = { criteria->min_decode_tok_per_s, criteria->max_ttft_seconds, criteria->max_loss_nats,
                              criteria->max_first_load_seconds, criteria->workload_seconds };

    if (criteria->prefer > EDGEPLAN_PREFER_MEMORY || (criteria->accelerators & ~engines) != 0)
        return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++)
        if (!ep_is_finite(bounds[i]))
            return EDGEPLAN_ERROR_INVALID_ARGUMENT;
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++)
        if (bounds[i] < 0)
            return EDGEPLAN_ERROR_RANGE;
    return check_counts(counts, sizeof counts / sizeof counts[0]);
}

edgeplan_status ep_check_gate_options(const edgeplan_gate_options *options)
{
    uint32_t month = options->today / 100 % 100, day = options->today % 100;
    int is_day = options->today == 0 || (options->today <= 99991231 && month >= 1 && month <= 12 && day >= 1 && day <= 31);

    return is_day && options->strict <= EDGEPLAN_SWITCH_ON ? EDGEPLAN_OK : EDGEPLAN_ERROR_INVALID_ARGUMENT;
}

edgeplan_status ep_check_layer(const edgeplan_layer *layer)
{
    return layer->attention > EDGEPLAN_ATTENTION_LATENT || layer->span > EDGEPLAN_SPAN_FIXED ||
                   layer->recurrent > EDGEPLAN_RECURRENT_CONVOLUTION || layer->feed_forward > EDGEPLAN_FEED_FORWARD_EXPERTS
               ? EDGEPLAN_ERROR_INVALID_ARGUMENT
               : EDGEPLAN_OK;
}

edgeplan_status ep_check_tensor(const edgeplan_tensor *tensor)
{
    return ep_role_is_known(tensor->role) && ep_element_is_known(tensor->element_type) ? EDGEPLAN_OK : EDGEPLAN_ERROR_INVALID_ARGUMENT;
}

edgeplan_status ep_take_request(edgeplan_request *ours, const edgeplan_request *callers)
{
    edgeplan_status status = ep_border_read(EP_STRUCT_edgeplan_request, ours, callers);

    return status == EDGEPLAN_OK ? check_request(ours) : status;
}
