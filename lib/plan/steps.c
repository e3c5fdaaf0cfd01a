/* The way to an artefact, for this model and target: what is published first, then the steps, words in braces filled in.
   What is not known stays as it is written. */
#include <string.h>

#include "base/known.h"
#include "base/text.h"
#include "plan/lists.h"

enum { PUBLISHED = 0, BLANKS = 9 };

typedef struct ep_blank {
    const char *word, *value; /* NULL: not known */
} ep_blank;

typedef struct ep_filling {
    edgeplan_plan *plan;
    const ep_pipeline *pipeline;
    ep_blank blanks[BLANKS];
} ep_filling;

static const char *tool_name_of(const edgeplan_runtime *runtime, const char *model, const char *format)
{
    for (uint32_t i = 0; i < runtime->name_count; i++)
        if (ep_equal(runtime->names[i].model, model) && ep_equal(runtime->names[i].format, format))
            return runtime->names[i].name;
    return NULL;
}

static const char *value_of(const ep_filling *f, const char *word, size_t length)
{
    for (uint32_t i = 0; i < BLANKS; i++)
        if (ep_equal_n(word, length, f->blanks[i].word))
            return f->blanks[i].value;
    return NULL;
}

static void fill_all(const ep_filling *f, const char *template, ep_text *text)
{
    while (*template) {
        const char *end = *template == '{' ? strchr(template, '}') : NULL;
        const char *value = end ? value_of(f, template + 1, (size_t)(end - template) - 1) : NULL;
        if (value) {
            ep_text_add(text, value);
            template = end + 1;
        } else {
            ep_text_add_char(text, *template++);
        }
    }
}

/* In the plan's arena; NULL without memory. */
static const char *filled(const ep_filling *f, const char *template)
{
    ep_text text;

    if (!strchr(template, '{'))
        return template;
    ep_text_init(&text, NULL, 0);
    fill_all(f, template, &text);
    char *buffer = ep_arena_array(&f->plan->arena, text.length + 1, 1);
    if (!buffer)
        return NULL;
    ep_text_init(&text, buffer, text.length + 1);
    fill_all(f, template, &text);
    return buffer;
}

static const ep_pipeline *pipeline_of(const edgeplan_deployment *d)
{
    const char *accelerator = edgeplan_accelerator_name((edgeplan_accelerator)d->accelerator);

    for (uint32_t i = 0; i < d->runtime->pipeline_count; i++) {
        const ep_pipeline *p = &d->runtime->pipelines[i];
        if (ep_words_has(&p->formats, d->format->id) && (p->accelerators.count == 0 || ep_words_has(&p->accelerators, accelerator)) &&
            (p->platforms.count == 0 || ep_words_has(&p->platforms, d->target->platform->id)) &&
            (p->models.count == 0 || ep_words_has(&p->models, d->model->id)))
            return p;
    }
    return NULL;
}

/* A step that was run here speaks for itself; the others rest on the pipeline's evidence. */
static ep_listed *add_step(const ep_filling *f, uint32_t kind, const char *run)
{
    ep_listed *item = ep_list_add(&f->plan->arena, &f->plan->lists[EDGEPLAN_LIST_PIPELINE]);

    if (!item)
        return NULL;
    item->item.code = kind;
    item->item.known = EP_ITEM_KNOWN(code);
    item->text[EDGEPLAN_TEXT_MESSAGE] = *run ? "run" : f->pipeline->evidence;
    item->text[EDGEPLAN_TEXT_PLACE] = *run ? run : f->pipeline->date;
    item->text[EDGEPLAN_TEXT_URL] = f->pipeline->source->url;
    return item;
}

static edgeplan_status list_published(ep_filling *f)
{
    const edgeplan_deployment *d = f->plan->deployment;

    for (uint32_t i = 0; i < f->pipeline->published_count; i++) {
        const ep_published *published = &f->pipeline->published[i];
        if (!ep_equal(published->model, d->model->id) || (published->formats.count && !ep_words_has(&published->formats, d->format->id)))
            continue;
        f->blanks[PUBLISHED].value = published->name;
        ep_listed *item = add_step(f, EDGEPLAN_STEP_PUBLISHED, "");
        const char *command = item ? filled(f, f->pipeline->fetch) : NULL;
        if (!command)
            return EDGEPLAN_ERROR_NO_MEMORY;
        item->text[EDGEPLAN_TEXT_SUBJECT] = published->name;
        item->text[EDGEPLAN_TEXT_SOURCE] = published->revision;
        item->text[EDGEPLAN_TEXT_COMMAND] = command;
        item->text[EDGEPLAN_TEXT_INPUT] = published->licence;
        item->text[EDGEPLAN_TEXT_OUTPUT] = published->contexts;
        item->text[EDGEPLAN_TEXT_URL] = published->source->url;
    }
    return EDGEPLAN_OK;
}

/* "linux macos", in the plan's arena. */
static const char *systems_of(const ep_filling *f, const ep_words *systems)
{
    char buffer[64];
    ep_text text;

    ep_text_init(&text, buffer, sizeof buffer);
    for (uint32_t i = 0; i < systems->count; i++) {
        ep_text_add(&text, i ? " " : "");
        ep_text_add(&text, systems->items[i]);
    }
    return ep_arena_copy(&f->plan->arena, buffer, text.length < sizeof buffer ? text.length : sizeof buffer - 1);
}

/* What the step needs of the computer that takes it, in bytes. */
static void list_needs(const ep_filling *f, const ep_step *step, edgeplan_item *item)
{
    const uint64_t weights = f->plan->deployment->model->head.parameters;

    item->bytes = step->ram_bytes + step->ram_per_weight * weights;
    item->low = (double)(step->disk_per_weight * weights);
    item->high = (double)step->gpu_bytes;
    item->known |= item->bytes ? EP_ITEM_KNOWN(bytes) : 0;
    item->known |= item->low > 0 ? EP_ITEM_KNOWN(low) : 0;
    item->known |= item->high > 0 ? EP_ITEM_KNOWN(high) : 0;
}

static edgeplan_status list_step(const ep_filling *f, const ep_step *step)
{
    ep_listed *item = add_step(f, EDGEPLAN_STEP_MAKE, step->run);

    if (!item)
        return EDGEPLAN_ERROR_NO_MEMORY;
    item->text[EDGEPLAN_TEXT_SUBJECT] = step->tool;
    item->text[EDGEPLAN_TEXT_SOURCE] = step->version;
    item->text[EDGEPLAN_TEXT_COMMAND] = filled(f, step->command);
    item->text[EDGEPLAN_TEXT_INPUT] = filled(f, step->input);
    item->text[EDGEPLAN_TEXT_OUTPUT] = filled(f, step->output);
    item->text[EDGEPLAN_TEXT_HOST] = step->host;
    item->text[EDGEPLAN_TEXT_SYSTEMS] = systems_of(f, &step->systems);
    item->text[EDGEPLAN_TEXT_TIME] = step->time;
    item->text[EDGEPLAN_TEXT_HINT] = step->fails;
    list_needs(f, step, &item->item);
    return item->text[EDGEPLAN_TEXT_COMMAND] && item->text[EDGEPLAN_TEXT_INPUT] && item->text[EDGEPLAN_TEXT_OUTPUT] &&
                   item->text[EDGEPLAN_TEXT_SYSTEMS]
               ? EDGEPLAN_OK
               : EDGEPLAN_ERROR_NO_MEMORY;
}

edgeplan_status ep_list_pipeline(edgeplan_plan *plan)
{
    const edgeplan_deployment *d = plan->deployment;
    const ep_model_entry *entry = ep_model_entry_find(d->registry, d->model->id);
    const char *own = d->model->folder; /* what the caller has at hand is neither downloaded nor taken from others */
    const char *checkpoint = own ? own : entry ? entry->checkpoint : NULL, *slash = checkpoint ? strrchr(checkpoint, '/') : NULL;
    const char *folder = own ? own : slash ? slash + 1 : NULL;
    char context[24];
    ep_text text;

    ep_text_init(&text, context, sizeof context);
    ep_text_add_count(&text, plan->request.context_tokens);
    ep_filling f = {
        .plan = plan, .pipeline = pipeline_of(d),
        .blanks = {[PUBLISHED] = {"published", NULL},
                   {"model", *d->model->id ? d->model->id : NULL},
                   {"model_name", tool_name_of(d->runtime, d->model->id, NULL)},
                   {"format", d->format->id},
                   {"format_name", tool_name_of(d->runtime, NULL, d->format->id)},
                   {"checkpoint", checkpoint},
                   {"folder", folder},
                   {"chipset", d->target->chip.chipset},
                   {"context", context}},
    };
    edgeplan_status status = EDGEPLAN_OK;
    if (!f.pipeline || (d->model->files && ep_equal(d->model->format, d->format->id))) /* it is made already */
        return status;
    if (!own && !d->model->files)
        status = list_published(&f);
    for (uint32_t i = 0; i < f.pipeline->step_count && !status; i++)
        if (!own || !ep_equal(f.pipeline->steps[i].output, "{folder}"))
            status = list_step(&f, &f.pipeline->steps[i]);
    return status;
}
