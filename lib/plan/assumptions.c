/* What was taken because nothing was given. */
#include "base/known.h"
#include "plan/api.h"
#include "plan/idle.h"
#include "plan/lists.h"
#include "plan/path.h"
#include "plan/notes.h"
#include "plan/towers.h"

static void assume_request(ep_notes *w)
{
    const ep_evaluation *e = w->evaluation;
    const ep_workload *workload = &e->workload;
    const ep_context_rule *context = &w->plan->deployment->rules.context;
    const int is_each = context->per == EP_PER_SEQUENCE || context->split != EP_SPLIT_SEQUENCES;
    const uint64_t asked = workload->cached_tokens + workload->prompt_tokens + workload->output_tokens;
    uint32_t assumed = e->assumed;

    if (assumed & EP_ASSUMED_CONTEXT)
        ep_note_counted(w, "context", "context of ", workload->context_tokens,
                is_each && workload->context_tokens > workload->sequence_tokens
                    ? " tokens over all sequences: for each the smaller of 4096 and the trained one, rounded as the runtime does"
                    : " tokens: the smaller of 4096 and the trained one, rounded as the runtime does");
    if (assumed & EP_ASSUMED_CONTEXT_ASKED)
        ep_note_counted(w, "context", "context of ", workload->context_tokens, " tokens: as many as were asked for, rounded as the runtime does");
    if (asked > workload->sequence_tokens)
        ep_note_counted(w, "context", "cached, prompt and output are ", asked, " tokens together, more than the context of a sequence holds");
    if (assumed & EP_ASSUMED_PROMPT)
        ep_note_counted(w, "prompt", "prompt of ", e->workload.prompt_tokens, " new tokens");
    if (assumed & EP_ASSUMED_OUTPUT)
        ep_note_counted(w, "output", "output of ", e->workload.output_tokens, " tokens");
    if (assumed & EP_ASSUMED_SEQUENCES)
        ep_note_counted(w, "sequences", "", e->workload.sequences,
                e->workload.sequences == 1                    ? " sequence"
                : e->workload.sequences == e->workload.batch ? " sequences, those of the batch"
                                                             : " sequences, as the preset has them");
    if (assumed & EP_ASSUMED_CHUNK)
        ep_note_counted(w, "chunk", "prefill in chunks of ", e->workload.chunk_tokens, " tokens");
    if (assumed & EP_ASSUMED_KV && e->workload.kv_k != EDGEPLAN_ELEMENT_NONE) {
        ep_text *text = ep_note_begin(w);
        ep_text_add(text, "keys and values as ");
        ep_text_add(text, edgeplan_element_type_name((edgeplan_element_type)e->workload.kv_k));
        ep_text_add(text, ", the runtime's default");
        ep_note_end(w, "kv_type", EDGEPLAN_CONFIDENCE_ASSUMED);
    }
}

static void assume_os(ep_notes *w, const edgeplan_target *target, uint32_t os)
{
    ep_text *text = ep_note_begin(w);

    ep_text_add(text, "version ");
    ep_say_version(text, os);
    ep_text_add(text, ", though the figures are those of ");
    ep_say_version(text, target->os_from);
    ep_text_add(text, target->os_to ? " to " : " and later");
    if (target->os_to)
        ep_say_version(text, target->os_to);
    ep_note_end(w, "os", EDGEPLAN_CONFIDENCE_ASSUMED);
}

static int is_sold_with(const edgeplan_target *target, uint64_t ram_bytes)
{
    for (uint32_t i = 0; i < target->ram_count; i++)
        if ((uint64_t)ep_fact_value(target->registry, target->ram[i]) == ram_bytes)
            return 1;
    return target->ram_count == 0;
}

static void assume_conditions(ep_notes *w)
{
    const ep_evaluation *e = w->evaluation;
    const edgeplan_target *target = w->plan->deployment->target;

    if (e->assumed & EP_ASSUMED_RAM && e->conditions.ram_bytes) {
        ep_text *text = ep_note_begin(w);
        ep_text_add(text, "memory of ");
        ep_text_add_count(text, e->conditions.ram_bytes >> 20);
        ep_text_add(text, target->ram_count > 1 ? " MiB, the smallest variant sold" : " MiB");
        ep_note_end(w, "ram", EDGEPLAN_CONFIDENCE_ASSUMED);
    } else if (!is_sold_with(target, e->conditions.ram_bytes)) {
        ep_note_counted(w, "ram", "memory of ", e->conditions.ram_bytes >> 20, " MiB, though the target is not sold with so much");
    }
    if (e->assumed & EP_ASSUMED_OS)
        ep_note(w, "os", "the strictest limits of every system version the target runs");
    else if (!ep_target_runs_os(target, e->conditions.os))
        assume_os(w, target, e->conditions.os);
    if (e->assumed & EP_ASSUMED_FIRMWARE && ep_limits_tell_firmware(target->limits))
        ep_note(w, "firmware", "the strictest limits of every firmware");
    if (e->assumed & EP_ASSUMED_APP_STATE)
        ep_note(w, "app_state", "the app is in the foreground");
    if (e->assumed & EP_ASSUMED_ENTITLEMENT && target->limits) {
        for (uint32_t i = 0; i < target->limits->rule_count; i++)
            if (target->limits->rules[i].entitlement == 2) {
                ep_note(w, "entitlement", "without the increased-memory entitlement");
                break;
            }
    }
    if (e->assumed & EP_ASSUMED_APP_BYTES)
        ep_note(w, "app_bytes", "the app holds nothing besides the model");
    if (e->assumed & EP_ASSUMED_MMAP && e->workload.mapped)
        ep_note(w, "mmap", "the file is mapped, as the runtime does by default");
}

static void assume_quality(ep_notes *w)
{
    ep_text *text;

    if (!w->plan->quality.from_class)
        return;
    text = ep_note_begin(w);
    ep_text_add(text, w->plan->deployment->format->name);
    ep_text_add(text, " loses the middle of its class of quality");
    ep_note_end(w, "quality_class", EDGEPLAN_CONFIDENCE_ASSUMED);
}

static void weigh(ep_notes *w, uint64_t bytes)
{
    ep_item_list *list = &w->plan->lists[w->list];

    if (w->status)
        return;
    list->items[list->count - 1].item.bytes = bytes;
    list->items[list->count - 1].item.known |= EP_ITEM_KNOWN(bytes);
}

/* Layers may be left to a computer of which nobody has said how much memory it has. */
static void assume_host(ep_notes *w)
{
    const ep_evaluation *e = w->evaluation;
    const ep_amount host = ep_footprint_sum(&e->footprint, EDGEPLAN_PLACE_HOST, EDGEPLAN_MEASURE_RESERVED);

    for (uint32_t i = 0; i < e->limit_count; i++)
        if (e->limits[i].kind == EDGEPLAN_LIMIT_TOTAL || e->limits[i].kind == EDGEPLAN_LIMIT_AVAILABLE)
            return;
    if (e->workload.by_layer && e->workload.host_layers > 0)
        ep_note_counted(w, "host", "what stays with the host, ", host.high >> 20, " MiB, is counted against no limit");
}

/* Figures are fitted with one sequence. */
static void assume_batch(ep_notes *w)
{
    if (w->evaluation->workload.batch > 1 && (w->plan->speed.known & EP_SPEED_KNOWN(decode_tok_per_s)))
        ep_note(w, "batch", w->plan->speed.known & EP_SPEED_KNOWN(decode_low_tok_per_s)
                                 ? "figures are of one sequence; low and high are what published batches were off by"
                                 : "figures are of one sequence; low and high are unknown: no batch was published of this runtime and engine");
}

/* What the figures leave out of a model. */
static void assume_unmeasured(ep_notes *w)
{
    const edgeplan_deployment *d = w->plan->deployment;

    if (!d->calibration || !(w->plan->speed.known & EP_SPEED_KNOWN(decode_tok_per_s)))
        return;
    if (d->shape.state_layers > 0 && !d->calibration->recurrent_time)
        ep_note(w, "recurrent", "nobody measured a layer with a recurrent state on this path: its time is left out");
    if (d->ends_calibration != d->calibration)
        ep_note(w, "experts", "only dense models were measured on this chip and path: low and high are those of other devices");
}

/* As the page of accuracies has it: runs of grade a or b, a single sequence each. */
enum { LEAST_RUNS = 5, LEAST_DEVICES = 2 };

static int checks(const edgeplan_observation *o, const edgeplan_deployment *d)
{
    return o->accelerator == d->accelerator && o->decode && o->grade <= 2 && o->batch <= 1 && o->claim != EDGEPLAN_SWITCH_ON;
}

/* Figures of a class reach devices on which nobody has tried them. */
static void assume_class(ep_notes *w)
{
    const edgeplan_deployment *d = w->plan->deployment;
    const edgeplan_registry *registry = d->registry;
    uint32_t runs = 0, devices = 0;

    if (w->plan->speed.basis != EDGEPLAN_SPEED_BASIS_CLASS || !(w->plan->speed.known & EP_SPEED_KNOWN(decode_tok_per_s)))
        return;
    for (uint32_t i = 0; i < registry->target_count && (runs < LEAST_RUNS || devices < LEAST_DEVICES); i++) {
        const edgeplan_target *target = &registry->targets[i];
        const uint32_t before = runs;
        if (target->observation_count == 0 || !ep_equal(target->class_name, d->target->class_name))
            continue;
        for (uint32_t n = 0; n < target->observation_count; n++)
            runs += (uint32_t)checks(target->observations[n], d);
        devices += runs > before;
    }
    if (runs < LEAST_RUNS || devices < LEAST_DEVICES)
        ep_note(w, "class", "too few runs on this kind of device to check the estimate: fewer than 5, or on a single device");
}

/* A pool takes its share whatever is needed of it. */
static void assume_pool(ep_notes *w)
{
    const ep_reservation_rule *rule = &w->plan->deployment->rules.reservation;
    const uint64_t bytes = (uint64_t)((double)w->evaluation->conditions.ram_bytes * rule->share);

    if (rule->mechanism != EP_RESERVE_POOL || bytes == 0)
        return;
    ep_note_counted(w, "pool", "what the request needs is counted; unless told otherwise the runtime takes up to ", bytes >> 20, " MiB");
    weigh(w, bytes);
}

/* That the model stays where it was put; else the rules of the engine it silently falls back to apply. */
static void assume_engine(ep_notes *w)
{
    const edgeplan_deployment *d = w->plan->deployment;
    const ep_fallback *other = &w->plan->fallback;
    const uint32_t left = d->rules.placement.weights_on_host;
    ep_text *text = ep_note_begin(w);

    if (!other->verdict)
        return;
    ep_text_add(text, left ? "products with this format's weights are left by the " : "all of it stays on the ");
    ep_text_add(text, edgeplan_accelerator_name((edgeplan_accelerator)d->accelerator));
    ep_text_add(text, left ? " to the " : "; what it refuses falls silently to the ");
    ep_text_add(text, edgeplan_accelerator_name((edgeplan_accelerator)other->accelerator));
    ep_text_add(text, other->is_known ? ", where up to " : ", where at least ");
    ep_text_add_count(text, other->charged_bytes >> 20);
    ep_text_add(text, " MiB are charged: ");
    ep_text_add(text, edgeplan_verdict_name((edgeplan_verdict)other->verdict));
    ep_note_end(w, "fallback", EDGEPLAN_CONFIDENCE_ASSUMED);
    weigh(w, other->charged_bytes);
}

/* Limits that are not known to kill end no context. */
static void assume_soft_limits(ep_notes *w, const edgeplan_request *request)
{
    const edgeplan_plan *plan = w->plan;
    const ep_limit_rule *rule;
    uint64_t tokens;
    int is_soft = 0;

    for (uint32_t i = 0; i < w->evaluation->limit_count; i++)
        is_soft |= w->evaluation->limits[i].soft != 0;
    if (!is_soft || ep_deployment_soft_context(plan->deployment, request, &tokens, &rule) || !rule || !rule->soft ||
        tokens >= plan->verdict.max_context_tokens)
        return;
    ep_text *text = ep_note_begin(w);
    ep_text_add(text, "the longest context heeds no limit that is not known to kill: ");
    ep_text_add(text, rule->id);
    ep_text_add(text, " allows ");
    ep_text_add_count(text, tokens);
    ep_text_add(text, " tokens");
    ep_note_end(w, "soft_limit", EDGEPLAN_CONFIDENCE_ASSUMED);
    if (w->status)
        return;
    ep_listed *item = &w->plan->lists[w->list].items[w->plan->lists[w->list].count - 1];
    item->item.value = (double)tokens;
    item->item.known |= EP_ITEM_KNOWN(value);
    item->text[EDGEPLAN_TEXT_INPUT] = rule->id;
}

static uint64_t image_tokens(const edgeplan_deployment *d, const edgeplan_request *request)
{
    uint64_t tokens = 0;

    for (; d->base && tokens == 0; d = d->base)
        if (d->companion && d->role == EDGEPLAN_COMPANION_PROJECTOR)
            tokens = ep_towers_image_tokens(d->companion, request);
    return tokens;
}

static void assume_image(ep_notes *w, const edgeplan_request *request)
{
    const uint64_t tokens = image_tokens(w->plan->deployment, request);

    if (request->image_width_pixels && tokens == 0)
        ep_note(w, "image", "no projector beside is known to take images of any size: that of the largest changes nothing");
    else if (tokens > w->evaluation->workload.prompt_tokens)
        ep_note_counted(w, "image", "the prompt has no room for the ", tokens, " tokens of an image of that size");
}

/* What was asked for in vain. */
static void assume_idle(ep_notes *w, const edgeplan_request *request)
{
    static const struct {
        uint32_t bit;
        const char *subject, *message;
    } rows[] = {
        {EP_IDLE_FLASH_ATTENTION, "flash_attention", "no rule of the runtime depends on flash attention: that it is off changes nothing"},
        {EP_IDLE_MMAP, "mmap", "no figure here depends on whether the file is mapped: that it is not changes nothing"},
        {EP_IDLE_ENTITLEMENT, "entitlement", "no limit here depends on the entitlement: that the app has it changes nothing"},
        {EP_IDLE_FIRMWARE, "firmware", "no limit here depends on the firmware: which one it is changes nothing"},
    };
    const uint32_t idle = ep_request_idles(w->plan->deployment, request, w->evaluation);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (idle & rows[i].bit)
            ep_note(w, rows[i].subject, rows[i].message);
    assume_image(w, request);
}

/* A ceiling takes all memory to be as fast as the accelerator's. */
static void assume_layers(ep_notes *w, const edgeplan_request *request)
{
    const ep_workload *workload = &w->evaluation->workload;

    if (workload->by_layer ? workload->host_layers > 0 : ep_request_gives(request, offsetof(edgeplan_request, gpu_layers)))
        ep_note(w, "gpu_layers", workload->by_layer ? "the layers left to the CPU are in memory no faster than the accelerator's"
                                                     : "layers cannot be shared out here: how many were asked for changes nothing");
    if (request->preset && w->evaluation->preset != request->preset)
        ep_note(w, "preset", "the runtime has no such preset: what was asked for changes nothing");
}

/* Figures of confidence `assumed` that the numbers rest on: the registry's own guesses are said aloud. */
static void assume_facts(ep_notes *w)
{
    const ep_item_list *sources = &w->plan->lists[EDGEPLAN_LIST_SOURCES];

    for (size_t i = 0; i < sources->count; i++) {
        const ep_listed *source = &sources->items[i];
        if (source->item.confidence != EDGEPLAN_CONFIDENCE_ASSUMED)
            continue;
        ep_text *text = ep_note_begin(w);
        ep_text_add(text, source->text[EDGEPLAN_TEXT_SUBJECT]);
        ep_text_add(text, *source->text[EDGEPLAN_TEXT_MESSAGE] ? " is assumed: " : " is assumed");
        ep_text_add(text, source->text[EDGEPLAN_TEXT_MESSAGE]);
        ep_note_end(w, "fact", EDGEPLAN_CONFIDENCE_ASSUMED);
    }
}

/* In reading the model; what is beside it is not left out. */
static void assume_model(ep_notes *w)
{
    const edgeplan_model *model = w->plan->deployment->model;
    uint32_t beside = 0;

    for (const edgeplan_deployment *d = w->plan->deployment; d->base; d = d->base)
        if (d->role == EDGEPLAN_COMPANION_MTP)
            beside = model->further_assumption;
    for (uint32_t i = 0; i < model->assumption_count; i++)
        if (i + 1 != beside)
            ep_note(w, "model", model->assumptions[i]);
}

edgeplan_status ep_list_assumptions(edgeplan_plan *plan, const edgeplan_request *request, const ep_evaluation *evaluation,
                                    ep_plan_use use)
{
    ep_notes w = {.plan = plan, .evaluation = evaluation, .list = EDGEPLAN_LIST_ASSUMPTIONS};
    const edgeplan_deployment *d = plan->deployment;

    assume_request(&w);
    assume_conditions(&w);
    assume_quality(&w);
    assume_host(&w);
    assume_batch(&w);
    assume_unmeasured(&w);
    assume_class(&w);
    assume_pool(&w);
    assume_engine(&w);
    assume_layers(&w, request);
    assume_idle(&w, request);
    if (use == EP_PLAN_ALONE) /* a search of its own, which a ranking has no time for */
        assume_soft_limits(&w, request);
    assume_model(&w);
    if (d->override) {
        ep_text *text = ep_note_begin(&w);
        ep_text_add(text, d->runtime->name);
        ep_text_add(text, " sees this family otherwise than its author");
        if (d->override->note) {
            ep_text_add(text, ": ");
            ep_text_add(text, d->override->note);
        }
        ep_note_end(&w, "view", EDGEPLAN_CONFIDENCE_CITED);
    }
    assume_facts(&w);
    return w.status;
}
