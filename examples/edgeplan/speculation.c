/* fit with a draft, or with the model's own layers that predict further tokens: does speculative decoding help here? What verifying costs is bounded by its traffic; engines whose weights are unpacked
   for every token of a batch take longer, which the plan's own list tells where it was measured. */
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

edgeplan_status print_speculation(const session *now, const edgeplan_deployment *model, const edgeplan_deployment *draft, int shares_head)
{
    const uint64_t drafted = now->options->draft_tokens > 0 ? now->options->draft_tokens : 4;
    const double acceptance = now->options->acceptance;
    edgeplan_speed plain, small, many;
    if (now->options->request.batch > 1) {
        printf("speculation: unknown with a batch; what it gains was published of one sequence\n");
        return EDGEPLAN_OK;
    }
    edgeplan_status status = speed_of(model, &now->options->request, 1, &plain);
    if (status == EDGEPLAN_OK)
        status = speed_of(draft, &now->options->request, 1, &small);
    if (status == EDGEPLAN_OK)
        status = speed_of(model, &now->options->request, drafted + 1, &many);
    if (status != EDGEPLAN_OK)
        return status;
    if (!KNOWN(edgeplan_speed, plain, decode_tok_per_s) || !KNOWN(edgeplan_speed, small, decode_tok_per_s)) {
        printf("speculation: unknown, no estimate for one of the two models\n");
        return EDGEPLAN_OK;
    }
    /* One sequence: the cache is read once however many tokens are verified, experts as far as they differ. */
    double cache = (double)many.cache_traffic_bytes_per_step, tokens = (double)(drafted + 1);
    double verify = ((double)many.traffic_bytes_per_step - cache + cache / tokens) / (double)plain.traffic_bytes_per_step;
    double cost = plain.decode_tok_per_s / small.decode_tok_per_s + (shares_head ? shared_head(model, &plain) : 0);
    printf("speculation: %u drafted at %s of a plain step each, verified in %s by traffic alone\n", (unsigned)drafted,
           number_text(cost).s, number_text(verify).s);
    if (acceptance <= 0) {
        printf("  --acceptance says how much of it is kept; without it there is no answer\n\n");
        return EDGEPLAN_OK;
    }
    double best = edgeplan_speculative_speedup(acceptance, (uint32_t)drafted, cost, verify);
    double kept = edgeplan_speculative_speedup(acceptance, (uint32_t)drafted, 0, 1);
    printf("  %s kept a round, %s at best: %s times as fast\n", number_text(kept).s, best < 1 ? "a loss even" : "a gain", number_text(best).s);
    double most = kept - (double)drafted * cost; /* plain steps that are left for verifying */
    if (most > 0)
        printf("  it loses where verifying takes more than %s plain steps\n\n", number_text(most).s);
    else
        printf("  it loses however fast verifying is: drafting alone takes as long as what is kept\n\n");
    return EDGEPLAN_OK;
}
