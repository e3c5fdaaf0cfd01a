/* The way to an artefact, for this model and target: what is published first, then the steps, words in braces filled in. */
#include <string.h>

#include "base/known.h"
#include "base/text.h"
#include "plan/fold.h"
#include "plan/lists.h"
#include "registry/words.h"

enum { PUBLISHED = 0, BLANKS = 9 };

typedef struct ep_blank {
    const char *word, *value;  /* NULL: not known */
    const char *stand, *means; /* what a command has in its place then, and what that stands for */
    int quoted;                /* it is the caller's, and may have blanks in it */
} ep_blank;

typedef struct ep_filling {
    edgeplan_plan *plan;
    const ep_pipeline *pipeline;
    uint64_t checkpoint_bytes; /* of the weights as published */
    double filled;             /* bytes of disk that the steps so far leave behind */
    ep_blank blanks[BLANKS];
} ep_filling;

static const char *tool_name_of(const edgeplan_runtime *runtime, const char *model, const char *format)
{
    for (uint32_t i = 0; i < runtime->name_count; i++)
        if (ep_equal(runtime->names[i].model, model) && ep_equal(runtime->names[i].format, format))
            return runtime->names[i].name;
    return NULL;
}

static const ep_blank *blank_of(const ep_filling *f, const char *word, size_t length)
{
    for (uint32_t i = 0; i < BLANKS; i++)
        if (ep_equal_n(word, length, f->blanks[i].word))
            return &f->blanks[i];
    return NULL;
}

/* As a shell takes it for one word. */
static void add_quoted(const char *value, ep_text *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/:@%+=,-";

    if (strspn(value, plain) == strlen(value)) {
        ep_text_add(text, value);
        return;
    }
    ep_text_add_char(text, '\'');
    for (; *value; value++)
        if (*value == '\'')
            ep_text_add(text, "'\\''");
        else
            ep_text_add_char(text, *value);
    ep_text_add_char(text, '\'');
}

static void fill_all(const ep_filling *f, const char *template, int in_command, ep_text *text)
{
    while (*template) {
        const char *end = *template == '{' ? strchr(template, '}') : NULL;
        const ep_blank *blank = end ? blank_of(f, template + 1, (size_t)(end - template) - 1) : NULL;
        if (!blank) {
            ep_text_add_char(text, *template++);
            continue;
        }
        if (blank->value && blank->quoted && in_command)
            add_quoted(blank->value, text);
        else
            ep_text_add(text, blank->value ? blank->value : blank->stand);
        template = end + 1;
    }
}

/* What stands in a command for what is not known. */
static void explain(const ep_filling *f, const char *command, ep_text *text)
{
    uint32_t told = 0;

    for (const char *at = strchr(command, '{'); at; at = strchr(at + 1, '{')) {
        const ep_blank *blank = blank_of(f, at + 1, strcspn(at + 1, "}"));
        if (!blank || blank->value || told >> (blank - f->blanks) & 1)
            continue;
        told |= 1u << (blank - f->blanks);
        ep_text_add(text, "; ");
        ep_text_add(text, blank->stand);
        ep_text_add(text, " stands for ");
        ep_text_add(text, blank->means);
    }
}

/* In the plan's arena; NULL without memory. `command`: that of the step whose input is filled in, NULL for other texts. */
static const char *filled(const ep_filling *f, const char *template, int in_command, const char *command)
{
    char *buffer = NULL;
    ep_text text;

    if (!strchr(template, '{') && !(command && strchr(command, '{')))
        return template;
    ep_text_init(&text, NULL, 0);
    for (int pass = 0; pass < 2; pass++) {
        fill_all(f, template, in_command, &text);
        if (command)
            explain(f, command, &text);
        if (pass == 0 && !(buffer = ep_arena_array(&f->plan->arena, text.length + 1, 1)))
            return NULL;
        if (pass == 0)
            ep_text_init(&text, buffer, text.length + 1);
    }
    return buffer;
}

static const ep_pipeline *pipeline_of(const edgeplan_deployment *d)
{
    const char *accelerator = edgeplan_accelerator_name((edgeplan_accelerator)d->accelerator);

    for (uint32_t i = 0; i < d->runtime->pipeline_count; i++) {
        const ep_pipeline *p = &d->runtime->pipelines[i];
        if (ep_words_has(&p->formats, d->format->id) && (p->accelerators.count == 0 || ep_words_has(&p->accelerators, accelerator)) &&
            (p->platforms.count == 0 || ep_words_has(&p->platforms, d->target->platform->id)) &&
            (p->models.count == 0 || ep_words_has(&p->models, d->model->id)) &&
            (p->stored.count == 0 || ep_words_has(&p->stored, d->model->published)))
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
        const char *command = item ? filled(f, f->pipeline->fetch, 1, NULL) : NULL;
        const char *page = f->pipeline->page ? filled(f, f->pipeline->page, 0, NULL) : published->source->url;
        if (!command || !page)
            return EDGEPLAN_ERROR_NO_MEMORY;
        item->text[EDGEPLAN_TEXT_SUBJECT] = published->name;
        item->text[EDGEPLAN_TEXT_SOURCE] = published->revision;
        item->text[EDGEPLAN_TEXT_COMMAND] = command;
        item->text[EDGEPLAN_TEXT_INPUT] = published->licence;
        item->text[EDGEPLAN_TEXT_OUTPUT] = published->contexts;
        item->text[EDGEPLAN_TEXT_URL] = page;
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

    item->bytes = step->ram_bytes + step->ram_per_weight * weights + (ep_equal(step->as_checkpoint, "ram") ? f->checkpoint_bytes : 0);
    item->low = (double)(step->disk_per_weight * weights + (ep_equal(step->as_checkpoint, "disk") ? f->checkpoint_bytes : 0) +
                         (step->as_artefact ? f->plan->file_bytes + f->plan->header.high : 0));
    item->high = (double)step->gpu_bytes;
    item->known |= item->bytes ? EP_ITEM_KNOWN(bytes) : 0;
    item->known |= item->low > 0 ? EP_ITEM_KNOWN(low) : 0;
    item->known |= item->high > 0 ? EP_ITEM_KNOWN(high) : 0;
}

typedef enum ep_can { CANNOT, CAN, UNSURE } ep_can;

static ep_can runs_on(const ep_words *systems, const edgeplan_request *request)
{
    const int at_target = ep_words_has(systems, "target");
    const char *own = NULL;

    for (const ep_word *w = ep_system_words; w->text; w++)
        if (request->computer_system && w->value == request->computer_system)
            own = w->text;
    if (systems->count == 0 || (own && ep_words_has(systems, own)) || (at_target && request->computer_is_target == EDGEPLAN_SWITCH_ON))
        return CAN;
    return !own || (at_target && request->computer_is_target == EDGEPLAN_SWITCH_DEFAULT) ? UNSURE : CANNOT;
}

static ep_can has(double needed, uint64_t bytes, uint64_t given)
{
    return needed <= (double)bytes ? CAN : bytes || given ? CANNOT : UNSURE;
}

/* Whether the computer of the request can take a step; what it surely lacks is said before what is not known. */
static void judge(const ep_filling *f, const ep_step *step, ep_listed *listed)
{
    const edgeplan_request *request = &f->plan->request;
    edgeplan_item *item = &listed->item;
    const double disk = item->low > 0 ? f->filled + item->low : 0; /* beside what the steps before it made */
    const struct {
        ep_can can;
        const char *lacks;
    } needs[] = {{runs_on(&step->systems, request), ep_words_has(&step->systems, "target") ? "target" : "system"},
                 {has((double)item->bytes, request->computer_ram_bytes, request->given & EP_REQUEST_KNOWN(computer_ram_bytes)), "ram"},
                 {has(disk, request->computer_disk_bytes, request->given & EP_REQUEST_KNOWN(computer_disk_bytes)), "disk"},
                 {has(item->high, request->computer_gpu_bytes, request->given & EP_REQUEST_KNOWN(computer_gpu_bytes)), "gpu"}};
    ep_can worst = CAN;

    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (needs[i].can != CAN && worst != CANNOT && needs[i].can != worst) {
            worst = needs[i].can;
            listed->text[EDGEPLAN_TEXT_LACKS] = needs[i].lacks;
        }
    item->value = worst == CAN;
    item->known |= worst != UNSURE ? EP_ITEM_KNOWN(value) : 0;
}

static edgeplan_status list_step(ep_filling *f, const ep_step *step)
{
    ep_listed *item = add_step(f, EDGEPLAN_STEP_MAKE, step->run);

    if (!item)
        return EDGEPLAN_ERROR_NO_MEMORY;
    item->text[EDGEPLAN_TEXT_SUBJECT] = step->tool;
    item->text[EDGEPLAN_TEXT_SOURCE] = step->version;
    item->text[EDGEPLAN_TEXT_COMMAND] = filled(f, step->command, 1, NULL);
    item->text[EDGEPLAN_TEXT_INPUT] = filled(f, step->input, 0, step->command);
    item->text[EDGEPLAN_TEXT_OUTPUT] = filled(f, step->output, 0, NULL);
    item->text[EDGEPLAN_TEXT_HOST] = step->host;
    item->text[EDGEPLAN_TEXT_SYSTEMS] = systems_of(f, &step->systems);
    item->text[EDGEPLAN_TEXT_TIME] = step->time;
    item->text[EDGEPLAN_TEXT_HINT] = step->fails;
    list_needs(f, step, &item->item);
    judge(f, step, item);
    f->filled += item->item.low;
    return item->text[EDGEPLAN_TEXT_COMMAND] && item->text[EDGEPLAN_TEXT_INPUT] && item->text[EDGEPLAN_TEXT_OUTPUT] &&
                   item->text[EDGEPLAN_TEXT_SYSTEMS]
               ? EDGEPLAN_OK
               : EDGEPLAN_ERROR_NO_MEMORY;
}

/* The registry says how large a checkpoint is, or the files at hand do, or the format that it is published in; all others have 16 bits. */
static edgeplan_status weigh_checkpoint(ep_filling *f, const ep_model_entry *entry)
{
    const edgeplan_deployment *d = f->plan->deployment;
    const edgeplan_format *format = edgeplan_format_find(d->registry, d->model->published);
    edgeplan_status status = EDGEPLAN_OK;
    ep_artefact_files files = {0};
    ep_shape shape = {0};

    if (entry && entry->checkpoint_bytes)
        f->checkpoint_bytes = (uint64_t)ep_fact_value(d->registry, entry->checkpoint_bytes);
    else if (d->model->folder && d->model->files)
        f->checkpoint_bytes = d->model->file_bytes;
    else if (format)
        status = ep_fold(&f->plan->arena, d->model, format, 0, &d->rules, NULL, &files, &shape);
    if (!f->checkpoint_bytes)
        f->checkpoint_bytes = shape.stored_known ? shape.weights_bytes : 2 * d->model->head.parameters;
    return status;
}

/* NULL for a model of the caller's, though it be called like one of the registry. */
static const ep_model_entry *entry_of(const edgeplan_deployment *d)
{
    const ep_model_entry *entry = ep_model_entry_find(d->registry, d->model->id);

    return entry && ep_equal(entry->name, d->model->name) ? entry : NULL;
}

edgeplan_status ep_list_pipeline(edgeplan_plan *plan)
{
    const edgeplan_deployment *d = plan->deployment;
    const ep_model_entry *entry = entry_of(d);
    const char *own = d->model->folder; /* what the caller has at hand is neither downloaded nor taken from others */
    const char *checkpoint = own ? own : entry ? entry->checkpoint : NULL, *slash = checkpoint ? strrchr(checkpoint, '/') : NULL;
    const char *folder = own ? own : slash ? slash + 1 : NULL;
    char context[24];
    ep_text text;

    ep_text_init(&text, context, sizeof context);
    ep_text_add_count(&text, plan->request.context_tokens);
    ep_filling f = {
        .plan = plan, .pipeline = pipeline_of(d),
        .blanks = {[PUBLISHED] = {"published", NULL, "ARTEFACT", "an artefact made already", 0},
                   {"model", *d->model->id ? d->model->id : NULL, "model", "a name of your own", 1},
                   {"model_name", tool_name_of(d->runtime, d->model->id, NULL), "MODEL_NAME", "what the tool calls the model", 0},
                   {"format", d->format->id, "", "", 0},
                   {"format_name", tool_name_of(d->runtime, NULL, d->format->id), "FORMAT_NAME", "what the tool calls the format", 0},
                   {"checkpoint", checkpoint, "CHECKPOINT", "the folder or repository of the model as published", 1},
                   {"folder", folder, "FOLDER", "the folder of the model as published", 1},
                   {"chipset", d->target->chip.chipset, "CHIPSET", "what the tool calls the chip", 0},
                   {"context", context, "", "", 0}},
    };
    edgeplan_status status = EDGEPLAN_OK;
    if (!f.pipeline || (d->model->files && ep_equal(d->model->format, d->format->id))) /* it is made already */
        return status;
    status = weigh_checkpoint(&f, entry);
    if (!status && !own && entry && !d->model->files)
        status = list_published(&f);
    for (uint32_t i = 0; i < f.pipeline->step_count && !status; i++)
        if (!own || !ep_equal(f.pipeline->steps[i].output, "{folder}"))
            status = list_step(&f, &f.pipeline->steps[i]);
    return status;
}
