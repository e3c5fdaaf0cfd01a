#include "sizing/image.h"

#include <math.h>

static double at_least_one(double tokens)
{
    return tokens < 1 ? 1 : tokens;
}

/* Each side becomes whole tokens, the nearest number of them; an image of too many or too few is made smaller or larger first, to what is
   just within. Source: img_tool::calc_size_preserved_ratio of tools/mtmd/mtmd-image.cpp of llama.cpp v0.5.0. */
uint64_t ep_image_tokens(const ep_image_rule *rule, uint64_t patch_pixels, uint32_t width_pixels, uint32_t height_pixels)
{
    const double side = (double)patch_pixels * (double)rule->merge;
    const double columns = width_pixels / side, rows = height_pixels / side;
    const double tokens = at_least_one(floor(columns + 0.5)) * at_least_one(floor(rows + 0.5));
    const int many = tokens > (double)rule->most_tokens, few = tokens < (double)rule->least_tokens;
    const double by = sqrt(columns * rows / (double)(many ? rule->most_tokens : rule->least_tokens));

    return (uint64_t)(many  ? at_least_one(floor(columns / by)) * at_least_one(floor(rows / by))
                      : few ? ceil(columns / by) * ceil(rows / by)
                            : tokens);
}
