/* edgeplan fit --context-sweep: memory and decode rate against context as CSV, one line a doubling, for a spreadsheet or a plot. */
#include <inttypes.h>

#include "session.h"

enum { SHORTEST = 256, LONGEST_IF_UNTRAINED = 131072 };

/* A count, or nothing where it is not known: an empty cell is no zero. */
static void cell(int known, uint64_t value)
{
    if (known)
        printf(",%" PRIu64, value);
    else
        printf(",");
}

static void rate(int known, double tok_per_s)
{
    printf(",%s", known ? number_text(tok_per_s).s : "");
}

/* Decoding the last token of a full context, where nothing else was asked. */
static edgeplan_status print_rates(const edgeplan_deployment *deployment, const edgeplan_request *asked)
{
    edgeplan_request request = *asked;
    edgeplan_speed speed;
    edgeplan_status status = edgeplan_struct_init(&speed, sizeof speed);

    if (request.prompt_tokens == 0 && request.cached_tokens == 0 && request.output_tokens == 0) {
        request.prompt_tokens = request.output_tokens = 1;
        request.cached_tokens = request.context_tokens > 2 ? request.context_tokens - 2 : 0;
    }
    if (status == EDGEPLAN_OK)
        status = edgeplan_deployment_speed(deployment, &request, &speed);
    if (status != EDGEPLAN_OK)
        return status;
    rate(KNOWN(edgeplan_speed, speed, decode_ceiling_tok_per_s), speed.decode_ceiling_tok_per_s);
    rate(KNOWN(edgeplan_speed, speed, decode_low_tok_per_s), speed.decode_low_tok_per_s);
    rate(KNOWN(edgeplan_speed, speed, decode_tok_per_s), speed.decode_tok_per_s);
    rate(KNOWN(edgeplan_speed, speed, decode_high_tok_per_s), speed.decode_high_tok_per_s);
    return EDGEPLAN_OK;
}

static edgeplan_status print_row(const edgeplan_deployment *deployment, const edgeplan_request *request)
{
    edgeplan_memory memory;
    edgeplan_verdict_result verdict;
    edgeplan_status status = edgeplan_struct_init(&memory, sizeof memory);

    if (status == EDGEPLAN_OK)
        status = edgeplan_struct_init(&verdict, sizeof verdict);
    if (status == EDGEPLAN_OK)
        status = edgeplan_deployment_memory(deployment, request, EDGEPLAN_PLACE_ALL, EDGEPLAN_MEASURE_RESERVED, &memory);
    if (status == EDGEPLAN_OK)
        status = edgeplan_deployment_verdict(deployment, request, &verdict);
    if (status != EDGEPLAN_OK)
        return status;
    printf("%" PRIu64, request->context_tokens);
    cell(KNOWN(edgeplan_memory, memory, total_bytes), memory.total_bytes);
    cell(KNOWN(edgeplan_memory, memory, charged_low_bytes), memory.charged_low_bytes);
    cell(KNOWN(edgeplan_memory, memory, charged_high_bytes), memory.charged_high_bytes);
    printf(",%s", edgeplan_verdict_name((edgeplan_verdict)verdict.verdict));
    status = print_rates(deployment, request);
    printf("\n");
    return status;
}

edgeplan_status print_context_sweep(const session *now, const edgeplan_deployment *deployment, const edgeplan_model *model)
{
    edgeplan_request request = now->options->request;
    edgeplan_head head;
    edgeplan_status status = edgeplan_struct_init(&head, sizeof head);

    if (status == EDGEPLAN_OK)
        status = edgeplan_model_head(model, &head);
    uint64_t longest = request.context_tokens             ? request.context_tokens
                       : head.trained_context_tokens != 0 ? head.trained_context_tokens
                                                          : LONGEST_IF_UNTRAINED;
    printf("context_tokens,total_bytes,charged_low_bytes,charged_high_bytes,verdict,decode_ceiling_tok_per_s,decode_low_tok_per_s,"
           "decode_tok_per_s,decode_high_tok_per_s\n");
    for (uint64_t context = SHORTEST; status == EDGEPLAN_OK; context *= 2) {
        request.context_tokens = context < longest ? context : longest;
        status = print_row(deployment, &request);
        if (request.context_tokens == longest)
            break;
    }
    return status;
}
