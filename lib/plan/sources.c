/* Provenance: which figures a plan rests on. The only place that knows which facts went into which number. */
#include "base/known.h"
#include "base/text.h"
#include "plan/figures.h"
#include "plan/lists.h"

typedef struct collector {
    edgeplan_plan *plan;
    const edgeplan_registry *registry;
    edgeplan_status status;
} collector;

static const char *place_text(collector *c, const ep_fact *fact)
{
    char buffer[256];
    ep_text text;

    ep_text_init(&text, buffer, sizeof buffer);
    ep_text_add(&text, fact->file);
    ep_text_add_char(&text, ':');
    ep_text_add_count(&text, fact->line);
    return ep_arena_copy(&c->plan->arena, buffer, text.length < sizeof buffer ? text.length : sizeof buffer - 1);
}

static int is_listed(const ep_item_list *list, const ep_fact *fact)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].text[EDGEPLAN_TEXT_SUBJECT] == fact->path)
            return 1;
    return 0;
}

static void use(collector *c, ep_fact_id id)
{
    const ep_fact *fact = ep_fact_get(c->registry, id);
    ep_item_list *list = &c->plan->lists[EDGEPLAN_LIST_SOURCES];

    if (!fact || c->status || is_listed(list, fact))
        return;
    ep_listed *item = ep_list_add(&c->plan->arena, list);
    const char *place = item ? place_text(c, fact) : NULL;
    if (!place) {
        c->status = EDGEPLAN_ERROR_NO_MEMORY;
        return;
    }
    item->item.value = fact->value;
    item->item.confidence = fact->confidence;
    item->item.known = EP_ITEM_KNOWN(value) | EP_ITEM_KNOWN(confidence);
    item->text[EDGEPLAN_TEXT_MESSAGE] = fact->text;
    item->text[EDGEPLAN_TEXT_SUBJECT] = fact->path;
    item->text[EDGEPLAN_TEXT_SOURCE] = fact->source->title;
    item->text[EDGEPLAN_TEXT_URL] = fact->source->url;
    item->text[EDGEPLAN_TEXT_PLACE] = place;
}

static void use_range(collector *c, ep_fact_range range)
{
    for (ep_fact_id i = 0; i < range.count; i++)
        use(c, range.first + i);
}

static void use_kernels(collector *c, const edgeplan_deployment *d, const ep_calibration *calibration, int prompt)
{
    if (calibration->kernel_count)
        use(c, d->target->chip.engines[d->accelerator].clock);
    for (uint32_t k = 0; k < calibration->kernel_count; k++)
        for (uint32_t i = 0; i < d->shape.read_count; i++)
            if (calibration->kernels[k].element_type == d->shape.reads[i].element_type)
                use(c, prompt ? calibration->kernels[k].prompt_per_clock : calibration->kernels[k].per_clock);
    use(c, prompt ? calibration->attention_per_clock : calibration->cache_per_clock);
}

/* Of a calibration or of heat: where the figures lie in it. */
static const uint16_t decode_figures[] = {offsetof(ep_calibration, eta),        offsetof(ep_calibration, experts),
                                          offsetof(ep_calibration, cache),      offsetof(ep_calibration, layer_time),
                                          offsetof(ep_calibration, step_time)};
static const uint16_t decode_ends[] = {offsetof(ep_calibration, low), offsetof(ep_calibration, high)};
static const uint16_t recurrent_ends[] = {offsetof(ep_calibration, recurrent_low), offsetof(ep_calibration, recurrent_high)};
static const uint16_t batch_figures[] = {offsetof(ep_calibration, batch_low), offsetof(ep_calibration, batch_high),
                                         offsetof(ep_calibration, batch_utilisation)};
static const uint16_t prefill_figures[] = {offsetof(ep_calibration, reached), offsetof(ep_calibration, utilisation),
                                           offsetof(ep_calibration, chunk_time), offsetof(ep_calibration, prefill_low),
                                           offsetof(ep_calibration, prefill_high)};
static const uint16_t speculation_figures[] = {offsetof(ep_calibration, gain), offsetof(ep_calibration, kept),
                                               offsetof(ep_calibration, round), offsetof(ep_calibration, low),
                                               offsetof(ep_calibration, high)};
static const uint16_t thermal_figures[] = {offsetof(ep_thermal, sustained_low), offsetof(ep_thermal, sustained),
                                           offsetof(ep_thermal, sustained_high), offsetof(ep_thermal, after)};

#define USE_ALL(c, from, figures) use_all(c, from, figures, sizeof(figures) / sizeof *(figures))

static void use_all(collector *c, const void *from, const uint16_t *offsets, size_t count)
{
    for (size_t i = 0; i < count; i++)
        use(c, *(const ep_fact_id *)(const void *)((const char *)from + offsets[i]));
}

static void use_speed(collector *c, const edgeplan_deployment *d)
{
    const ep_engine *engine = &d->target->chip.engines[d->accelerator];

    use(c, d->target->chip.peak_bandwidth);
    use(c, ep_throughput_fact(d));
    if (d->calibration) {
        use(c, engine->bandwidth);
        use_kernels(c, d, d->calibration, 0);
        USE_ALL(c, d->calibration, decode_figures);
        USE_ALL(c, d->ends_calibration, decode_ends);
        if (d->shape.state_layers) {
            use(c, d->calibration->recurrent_time);
            USE_ALL(c, d->ends_calibration, recurrent_ends);
        }
    }
    if (d->batch_calibration && c->plan->request.batch > 1)
        USE_ALL(c, d->batch_calibration, batch_figures);
    if (d->prefill_calibration) {
        use_kernels(c, d, d->prefill_calibration, 1);
        USE_ALL(c, d->prefill_calibration, prefill_figures);
        if (d->shape.max_experts_used || (d->batch_calibration && c->plan->request.batch > 1))
            use(c, d->prefill_calibration->expert_rows);
    }
    if (d->thermal)
        USE_ALL(c, d->thermal, thermal_figures);
    if (d->power)
        use(c, d->power->watts);
    use(c, d->target->storage_read);
}

static void use_speculation(collector *c)
{
    const ep_calibration *s;

    for (uint32_t at = 0; (s = ep_speculation_next(c->plan, &at)) != NULL;)
        USE_ALL(c, s, speculation_figures);
}

/* Blocks whose rule had something to do for this model. */
static void use_rules(collector *c, const edgeplan_deployment *d, uint32_t preset)
{
    static const ep_rule_block always[] = {EP_RULE_CONTEXT, EP_RULE_CACHE, EP_RULE_RESERVATION, EP_RULE_OUTPUT, EP_RULE_COMPUTE,
                                           EP_RULE_PLACEMENT, EP_RULE_CHARGE, EP_RULE_OVERHEAD, EP_RULE_READS, EP_RULE_CONTEXTS};

    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        use_range(c, d->backend->rule_facts[always[i]]);
    if (d->shape.has_state)
        use_range(c, d->backend->rule_facts[EP_RULE_STATE]);
    if (d->model->layer_count == 0 && d->rules.compute.known)
        use_range(c, d->backend->rule_facts[EP_RULE_ENCODER]);
    use_range(c, d->backend->preset_facts[preset]);
    if (d->override)
        use_range(c, d->override->facts);
}

static void use_kv(collector *c, const edgeplan_deployment *d, uint32_t type)
{
    const ep_kv_quality *quality = ep_quality_kv(d, type);

    if (quality)
        use(c, quality->loss);
}

static void use_files(collector *c, const edgeplan_deployment *d)
{
    const ep_file_rule *rule = d->backend->files.shard ? &d->backend->files : &d->format->files;

    if (d->own_files)
        return;
    use(c, rule->shard);
    use(c, rule->alone);
}

static void use_ram(collector *c, const edgeplan_deployment *d, const ep_evaluation *e)
{
    if (d->target->limits)
        use(c, d->target->limits->visible);
    if (e->conditions.ram_variant != UINT32_MAX)
        use(c, d->target->ram[e->conditions.ram_variant]);
}

static void use_limits(collector *c, const edgeplan_deployment *d, const ep_evaluation *e)
{
    const ep_limit_set *set = d->target->limits;

    for (uint32_t i = 0; i < e->limit_count; i++) {
        if (e->limits[i].rule == 0)
            continue;
        const ep_limit_rule *rule = &set->rules[e->limits[i].rule - 1];
        use(c, rule->safe);
        use(c, rule->hard);
        use(c, rule->safe_share);
        use(c, rule->hard_share);
        use(c, rule->safe_reserve);
        use(c, rule->hard_reserve);
        if (rule->safe_share || rule->hard_share || rule->safe_reserve || rule->hard_reserve)
            use_ram(c, d, e);
    }
    if (ep_evaluation_paged_bytes(e))
        use_ram(c, d, e);
}

edgeplan_status ep_list_sources(edgeplan_plan *plan, const ep_evaluation *evaluation)
{
    const edgeplan_deployment *d = plan->deployment;
    collector c = {plan, d->registry, EDGEPLAN_OK};

    use_range(&c, d->format->storage_facts);
    use(&c, ep_quality_format(d)->loss);
    use_kv(&c, d, evaluation->workload.kv_k);
    use_kv(&c, d, evaluation->workload.kv_v);
    use_rules(&c, d, evaluation->preset);
    for (const edgeplan_deployment *with = d; with->base; with = with->base) {
        if (!with->companion) {
            use(&c, with->measured->memory_low);
            use(&c, with->measured->memory_high);
            continue;
        }
        use_range(&c, with->companion->format->storage_facts);
        use_rules(&c, with->companion, with->companion->backend->default_preset);
    }
    use_files(&c, d);
    use_limits(&c, d, evaluation);
    use_speed(&c, d);
    use_speculation(&c);
    return c.status;
}
