#include "plan/towers.h"

#include <string.h>

#include "base/checked.h"
#include "sizing/workspace.h"

/* That of the projector, or NULL. */
static const ep_tower_rule *rule_of(const ep_encoder_rule *rule, const ep_tower *tower)
{
    for (uint32_t i = 0; i < rule->tower_count && tower->ffn_width; i++)
        if (ep_words_has(&rule->towers[i].projectors, tower->projector))
            return rule->towers[i].patches || tower->patches ? &rule->towers[i] : NULL;
    return NULL;
}

/* Its terms, as those of a model of one layer. */
static uint64_t terms_bytes(const ep_tower_rule *rule, const ep_tower *tower, uint32_t flash_attention)
{
    const ep_run run = {.layer = {.query_heads = tower->heads, .ffn_width = tower->ffn_width}};
    const ep_shape shape = {.runs = &run, .run_count = 1, .hidden_width = tower->width,
                            .patches = rule->patches ? rule->patches : tower->patches};
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

void ep_settle_towers(const ep_encoder_rule *rule, const edgeplan_model *model, ep_compute_rule *out)
{
    *out = (ep_compute_rule){.mechanism = EP_COMPUTE_WORKSPACE, .known = model->towers[0].width || model->towers[1].width};
    for (int i = 0; i < EP_TOWERS; i++) {
        const ep_tower *tower = &model->towers[i];
        const ep_tower_rule *its = rule_of(rule, tower);
        for (uint32_t flash = 0; its && flash < 2; flash++) {
            const uint64_t bytes = terms_bytes(its, tower, flash);
            ep_scratch *sum = &out->encoder[flash];
            sum->low_bytes = ep_add(sum->low_bytes, scaled(bytes, its->low));
            sum->bytes = ep_add(sum->bytes, bytes);
            sum->high_bytes = ep_add(sum->high_bytes, scaled(bytes, its->high));
        }
        if (tower->width && !its)
            out->known = 0;
    }
}
