/* fit with a draft, or with the model's own layers that predict further tokens: does speculative decoding help here? What verifying costs
   is bounded by its traffic; engines whose weights are unpacked for every token of a batch take longer, which the plan's own list tells
   where it was measured. */
#include "document.h"
#include "session.h"

static edgeplan_status speed_of(const edgeplan_deployment *path, const edgeplan_request *asked, uint64_t batch, edgeplan_speed *out)
{
    edgeplan_request request = *asked;
    edgeplan_status status = edgeplan_struct_init(out, sizeof *out);
    request.batch = request.sequences = batch;
    request.available_bytes = UINT64_C(1) << 50; /* whether it fits is another question, answered above */
    return status == EDGEPLAN_OK ? edgeplan_deployment_speed(path, &request, out) : status;
}

/* Layers that predict further tokens run through the model's own output matrix, which their step does not count: its share of a plain
   step by traffic. */
static double shared_head(const edgeplan_deployment *model, const edgeplan_speed *plain)
{
    uint64_t bytes = 0;
    for (uint32_t type = 0; type < EDGEPLAN_ELEMENT_NONE; type++)
        bytes += edgeplan_deployment_read_bytes(model, (edgeplan_element_type)type) -
                 edgeplan_deployment_prompt_bytes(model, (edgeplan_element_type)type);
    return (double)bytes / (double)plain->traffic_bytes_per_step;
}

/* Fills in the costs of a round. What has no estimate stays unknown. */
static edgeplan_status measure_round(const session *now, const edgeplan_deployment *model, const edgeplan_deployment *draft, drafting *out)
{
    edgeplan_speed plain, small, many;
    edgeplan_status status = speed_of(model, &now->options->request, 1, &plain);
    if (status == EDGEPLAN_OK)
        status = speed_of(draft, &now->options->request, 1, &small);
    if (status == EDGEPLAN_OK)
        status = speed_of(model, &now->options->request, out->drafted + 1, &many);
    if (status != EDGEPLAN_OK || !KNOWN(edgeplan_speed, plain, decode_tok_per_s) || !KNOWN(edgeplan_speed, small, decode_tok_per_s))
        return status;
    /* One sequence: the cache is read once however many tokens are verified, experts as far as they differ. */
    double cache = (double)many.cache_traffic_bytes_per_step, tokens = (double)(out->drafted + 1);
    out->known = 1;
    out->verify = ((double)many.traffic_bytes_per_step - cache + cache / tokens) / (double)plain.traffic_bytes_per_step;
    out->cost = plain.decode_tok_per_s / small.decode_tok_per_s + (out->role == EDGEPLAN_COMPANION_MTP ? shared_head(model, &plain) : 0);
    return status;
}

/* How far two vocabularies may differ in size to count as one: llama.cpp common/speculative.cpp, SPEC_VOCAB_MAX_SIZE_DIFFERENCE. */
static const uint64_t most_apart = 128;

static int same_vocabulary(const drafting *d)
{
    return d->vocabulary <= d->draft_vocabulary + most_apart && d->draft_vocabulary <= d->vocabulary + most_apart;
}

static uint64_t vocabulary_of(const edgeplan_deployment *path)
{
    edgeplan_head head;
    return edgeplan_struct_init(&head, sizeof head) == EDGEPLAN_OK &&
           edgeplan_model_head(edgeplan_deployment_model(path), &head) == EDGEPLAN_OK ? head.vocabulary : 0;
}

edgeplan_status measure_drafting(const session *now, const edgeplan_deployment *model, const edgeplan_deployment *draft,
                                 edgeplan_companion role, drafting *out)
{
    *out = (drafting){.role = role, .drafted = now->options->draft_tokens > 0 ? now->options->draft_tokens : 4,
                      .acceptance = now->options->acceptance, .vocabulary = vocabulary_of(model), .draft_vocabulary = vocabulary_of(draft),
                      .in_batch = now->options->request.batch > 1};
    edgeplan_status status = out->in_batch ? EDGEPLAN_OK : measure_round(now, model, draft, out);
    if (status != EDGEPLAN_OK || !out->known || out->acceptance <= 0)
        return status;
    out->kept = edgeplan_speculative_speedup(out->acceptance, (uint32_t)out->drafted, 0, 1);
    out->best = edgeplan_speculative_speedup(out->acceptance, (uint32_t)out->drafted, out->cost, out->verify);
    out->most_verify = out->kept - (double)out->drafted * out->cost;
    return status;
}

void print_drafting(const drafting *d)
{
    if (d->in_batch)
        printf("speculation: unknown with a batch; what it gains was published of one sequence\n");
    else if (!d->known)
        printf("speculation: unknown, no estimate for one of the two models\n");
    if (!d->known)
        return;
    printf("speculation: %u drafted at %s of a plain step each, verified in %s by traffic alone\n", (unsigned)d->drafted,
           number_text(d->cost).s, number_text(d->verify).s);
    if (!same_vocabulary(d))
        printf("  the vocabularies differ (%llu and %llu tokens): llama.cpp translates between them, and less may be kept\n",
               (unsigned long long)d->vocabulary, (unsigned long long)d->draft_vocabulary);
    if (d->acceptance <= 0) {
        printf("  --acceptance says how much of it is kept; without it there is no answer\n\n");
        return;
    }
    printf("  %s kept a round, %s at best: %s times as fast\n", number_text(d->kept).s, d->best < 1 ? "a loss even" : "a gain",
           number_text(d->best).s);
    if (d->most_verify > 0)
        printf("  it loses where verifying takes more than %s plain steps\n\n", number_text(d->most_verify).s);
    else
        printf("  it loses however fast verifying is: drafting alone takes as long as what is kept\n\n");
}

void write_drafting(const void *what, FILE *out)
{
    const drafting *d = what;
    int answered = d->known && d->acceptance > 0;
    json_write_word(out, ",\"drafting\":{", "role", edgeplan_companion_name(d->role));
    json_write_number(out, "draft_tokens", (double)d->drafted, 1);
    json_write_number(out, "acceptance_fraction", d->acceptance, d->acceptance > 0);
    json_write_number(out, "draft_steps", d->cost, d->known);
    json_write_number(out, "verify_low_steps", d->verify, d->known);
    json_write_number(out, "kept_tokens_per_round", d->kept, answered);
    json_write_number(out, "decode_factor_high", d->best, answered);
    json_write_number(out, "verify_most_steps", d->most_verify > 0 ? d->most_verify : 0, answered);
    fprintf(out, ",\"same_vocabulary\":%s}", same_vocabulary(d) ? "true" : "false");
}
