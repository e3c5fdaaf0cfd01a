#include "plan/towers.h"

#include <string.h>

#include "base/checked.h"
#include "sizing/image.h"
#include "sizing/workspace.h"

/* That of the projector, or NULL. */
static const ep_tower_rule *rule_of(const ep_encoder_rule *rule, const ep_tower *tower)
{
    for (uint32_t i = 0; i < rule->tower_count && tower->ffn_width; i++)
        if (ep_words_has(&rule->towers[i].projectors, tower->projector))
            return rule->towers[i].patches || tower->patches ? &rule->towers[i] : NULL;
    return NULL;
}

uint64_t ep_towers_image_tokens(const edgeplan_deployment *encoder, const edgeplan_request *request)
{
    const ep_tower *sees = &encoder->model->towers[0];
    const ep_tower_rule *rule = rule_of(&encoder->backend->encoder, sees);

    return request->image_width_pixels && rule && rule->image.merge && sees->patch_pixels
               ? ep_image_tokens(&rule->image, sees->patch_pixels, request->image_width_pixels, request->image_height_pixels) : 0;
}

/* Its terms, as those of a model of one layer. */
static uint64_t terms_bytes(const ep_tower_rule *rule, const ep_tower *tower, uint64_t patches, uint32_t flash_attention)
{
    const ep_run run = {.layer = {.query_heads = tower->heads, .ffn_width = tower->ffn_width}};
    const ep_shape shape = {.runs = &run, .run_count = 1, .hidden_width = tower->width, .patches = patches};
    const ep_workload workload = {.flash_attention = flash_attention};
    ep_rules rules = {.compute = {.term_count = rule->term_count}};

    memcpy(rules.compute.terms, rule->terms, sizeof rule->terms);
    return ep_workspace_bytes(&rules, &shape, &workload);
}

static uint64_t scaled(uint64_t bytes, double factor)
{
    const double product = (double)bytes * factor;

    return product > (double)EP_MAX_COUNT ? UINT64_MAX : (uint64_t)product;
}

void ep_settle_towers(const edgeplan_deployment *encoder, const edgeplan_request *request, ep_compute_rule *out)
{
    const ep_tower *towers = encoder->model->towers;
    const uint64_t tokens = request ? ep_towers_image_tokens(encoder, request) : 0;

    *out = (ep_compute_rule){.mechanism = EP_COMPUTE_WORKSPACE, .known = towers[0].width || towers[1].width};
    for (int i = 0; i < EP_TOWERS; i++) {
        const ep_tower *tower = &towers[i];
        const ep_tower_rule *rule = rule_of(&encoder->backend->encoder, tower);
        uint64_t patches = !rule ? 0 : rule->patches ? rule->patches : tower->patches;
        if (i == 0 && tokens)
            patches = ep_max(patches, ep_mul(tokens, ep_mul(rule->image.merge, rule->image.merge)));
        for (uint32_t flash = 0; rule && flash < 2; flash++) {
            const uint64_t bytes = terms_bytes(rule, tower, patches, flash);
            const double ends[] = {rule->low, 1, rule->high};
            for (int e = 0; e < 3; e++)
                out->encoder[flash].bytes[e] = ep_add(out->encoder[flash].bytes[e], scaled(bytes, ends[e]));
        }
        if (tower->width && !rule)
            out->known = 0;
    }
}
