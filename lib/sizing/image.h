/* An image as what sees takes it. */
#ifndef EP_SIZING_IMAGE_H
#define EP_SIZING_IMAGE_H

#include "registry/rules.h"

/* Tokens made of one that keeps its shape; both sides are at least 1. */
uint64_t ep_image_tokens(const ep_image_rule *rule, uint64_t patch_pixels, uint32_t width_pixels, uint32_t height_pixels);

#endif
