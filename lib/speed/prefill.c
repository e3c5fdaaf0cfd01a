#include "speed/prefill.h"

#include <math.h>

#include "base/checked.h"
#include "base/known.h"
#include "speed/traffic.h"

/* Sum over the new tokens of how many tokens each looks back on. */
static double attended(const edgeplan_layer *layer, double tokens, double depth)
{
    double all = tokens * depth + tokens * tokens / 2.0;
    double window = (double)layer->span_tokens;

    if (layer->span == EDGEPLAN_SPAN_FIXED)
        return tokens * window;
    if (layer->span == EDGEPLAN_SPAN_ALL || depth + tokens <= window)
        return all;
    if (depth >= window)
        return tokens * window;
    double growing = window - depth; /* tokens that still see everything */
    return growing * depth + growing * growing / 2.0 + (tokens - growing) * window;
}

static double body_parameters(const ep_shape *shape)
{
    double parameters = 0;

    for (uint32_t i = 0; i < shape->run_count; i++) {
        const ep_run *run = &shape->runs[i];
        parameters += (double)run->dense_parameters;
        if (run->layer.experts > 0)
            parameters += (double)run->routed_parameters * (double)run->layer.experts_used / (double)run->layer.experts;
    }
    return parameters;
}

static double attention_flop(const ep_shape *shape, double tokens, double depth)
{
    double flop = 0;

    for (uint32_t i = 0; i < shape->run_count; i++) {
        const edgeplan_layer *layer = &shape->runs[i].layer;
        if (layer->attention == EDGEPLAN_ATTENTION_NONE)
            continue;
        double widths = (double)(layer->key_width + layer->value_width);
        flop += 2.0 * (double)layer->query_heads * widths * attended(layer, tokens, depth) * (double)shape->runs[i].count;
    }
    return flop;
}

double ep_prefill_flop(const ep_shape *shape, uint64_t tokens, uint64_t depth)
{
    double new_tokens = (double)tokens;
    return 2.0 * body_parameters(shape) * new_tokens + attention_flop(shape, new_tokens, (double)depth) +
           2.0 * (double)shape->head_parameters;
}

/* Of the matrices, each of whose products has `more` tokens than ask for it. */
static double product_flop(const ep_shape *shape, uint64_t tokens, double more)
{
    double rows = (double)tokens + more, parameters = rows * (double)shape->head_parameters;

    for (uint32_t i = 0; i < shape->run_count; i++) {
        const ep_run *run = &shape->runs[i];
        double n = (double)run->layer.experts, used = (double)run->layer.experts_used;
        parameters += rows * (double)run->dense_parameters;
        if (n > 0)
            parameters += (double)run->routed_parameters / n * ((double)tokens * used + more * ep_distinct_experts(n, used, tokens));
    }
    return 2.0 * parameters;
}

ep_arithmetic ep_decode_arithmetic(const ep_shape *shape, const ep_workload *workload, double room)
{
    double depth = (double)(workload->cached_tokens + workload->prompt_tokens), batch = (double)workload->batch;
    return (ep_arithmetic){product_flop(shape, workload->batch, 0) + batch * attention_flop(shape, 1.0, depth),
                           workload->batch > 1 ? product_flop(shape, workload->batch, -1) : 0, product_flop(shape, workload->batch, room)};
}

/* Weights a chunk reads: every expert that its tokens reach. The head is read once, for the last token. */
static double chunk_bytes(const ep_shape *shape, uint64_t tokens)
{
    double bytes = (double)shape->outer_bytes;

    for (uint32_t i = 0; i < shape->run_count; i++) {
        const ep_run *run = &shape->runs[i];
        bytes += (double)run->dense_bytes;
        if (run->layer.experts > 0) {
            double n = (double)run->layer.experts;
            bytes += (double)run->routed_bytes * ep_distinct_experts(n, (double)run->layer.experts_used, tokens) / n;
        }
    }
    return bytes;
}

/* What a prompt may use of the machine: its peaks for a floor, what was reached of them to know what to expect. */
typedef struct machine {
    double flop_per_s;
    double token_seconds, attention_flop_per_s; /* instead, if not 0 */
    double expert_rows;
    double bytes_per_s, chunk_seconds;
    int alike; /* 1: all tokens may reach the same experts */
} machine;

/* Of the products, the logits left out. */
static double arithmetic_seconds(const machine *at, const ep_shape *shape, double tokens, double depth)
{
    if (at->token_seconds > 0)
        return tokens * at->token_seconds + attention_flop(shape, tokens, depth) / at->attention_flop_per_s;
    return (2.0 * body_parameters(shape) * tokens + attention_flop(shape, tokens, depth)) / at->flop_per_s;
}

/* The few tokens of a chunk that reach an expert are multiplied in a tile that others would have room in. */
static double padding_seconds(const machine *at, const ep_shape *shape, uint64_t tokens)
{
    double flop = 0;

    for (uint32_t i = 0; i < shape->run_count && at->expert_rows > 0 && at->flop_per_s > 0; i++) {
        const ep_run *run = &shape->runs[i];
        double n = (double)run->layer.experts;
        if (n > 0)
            flop += 2.0 * at->expert_rows * (double)run->routed_parameters * ep_distinct_experts(n, (double)run->layer.experts_used, tokens) / n;
    }
    return flop > 0 ? flop / at->flop_per_s : 0;
}

static double pass_seconds(const machine *at, double arithmetic, double bytes)
{
    double memory = at->bytes_per_s > 0 ? bytes / at->bytes_per_s : 0;
    return arithmetic > memory ? arithmetic : memory;
}

static double chunk_seconds(const machine *at, const ep_shape *shape, double token_seconds, uint64_t tokens)
{
    double arithmetic = token_seconds * (double)tokens + padding_seconds(at, shape, tokens);
    return pass_seconds(at, arithmetic, chunk_bytes(shape, at->alike ? 1 : tokens)) + at->chunk_seconds;
}

/* Chunk after chunk, each looking back on the ones before it; the logits of the last token come on top. */
static double prefill_seconds(const machine *at, const ep_shape *shape, const ep_workload *workload, uint64_t tokens)
{
    uint64_t chunk = ep_min(ep_max(workload->chunk_tokens, 1), tokens);
    double head = at->flop_per_s > 0 ? 2.0 * (double)shape->head_parameters / at->flop_per_s : 0;
    double seconds, per_token;

    if (tokens == 0)
        return 0;
    uint64_t whole = tokens / chunk, last = tokens % chunk;
    /* The floor of a sum is at least the sum of floors with the arithmetic spread evenly: good enough, and it cannot exceed the truth. */
    per_token = arithmetic_seconds(at, shape, (double)tokens, (double)workload->cached_tokens) / (double)tokens;
    seconds = (double)whole * chunk_seconds(at, shape, per_token, chunk);
    if (last > 0)
        seconds += chunk_seconds(at, shape, per_token, last);
    return seconds + pass_seconds(at, head, (double)shape->head_bytes);
}

/* What was compiled for a fixed number of tokens takes its time for every one of them, whatever is in it. */
static double fixed_seconds(const ep_speed_figures *figures, const ep_rules *rules, const ep_workload *workload)
{
    uint64_t step = ep_max(rules->reads.prompt_step ? rules->reads.prompt_step : workload->chunk_tokens, 1);
    return (double)(ep_round_up(workload->prompt_tokens, step) / step) * figures->chunk_seconds;
}

/* No longer for its tiles than one token after the other: few tokens are multiplied as those of several sequences are, without any. */
static double tiled_seconds(const machine *reached, const ep_shape *shape, const ep_workload *workload, uint64_t tokens,
                            const edgeplan_speed *out)
{
    double seconds = prefill_seconds(reached, shape, workload, tokens), by_steps;
    machine untiled = *reached;

    if (reached->expert_rows <= 0 || !(out->known & EP_SPEED_KNOWN(decode_tok_per_s)))
        return seconds;
    by_steps = (double)tokens * (double)workload->batch / out->decode_tok_per_s;
    if (seconds <= by_steps)
        return seconds;
    untiled.expert_rows = 0;
    seconds = prefill_seconds(&untiled, shape, workload, tokens);
    return seconds > by_steps ? seconds : by_steps;
}

static void expect(const ep_speed_figures *figures, const ep_rules *rules, const ep_shape *shape, const ep_workload *workload,
                   edgeplan_speed *out)
{
    const double tokens = (double)workload->prompt_tokens;
    const machine reached = {figures->prefill_flop_per_s, figures->token_seconds, figures->attention_flop_per_s, figures->expert_rows,
                             figures->read_bytes_per_s > 0 ? figures->read_bytes_per_s : figures->peak_bandwidth_bytes_per_s,
                             figures->chunk_seconds, 0};
    double seconds = reached.flop_per_s > 0 || reached.token_seconds > 0
                         ? tiled_seconds(&reached, shape, workload, ep_round_up(workload->prompt_tokens, rules->reads.prompt_step), out)
                         : fixed_seconds(figures, rules, workload);
    double floor_seconds = out->ttft_floor_seconds;

    out->ttft_seconds = seconds > floor_seconds ? seconds : floor_seconds;
    out->prefill_tok_per_s = tokens / out->ttft_seconds;
    out->prefill_basis = figures->prefill_basis;
    out->known |= EP_SPEED_KNOWN(ttft_seconds) | EP_SPEED_KNOWN(prefill_tok_per_s) | EP_SPEED_KNOWN(prefill_basis);
    if (figures->prefill_low <= 0 || figures->prefill_high <= 0)
        return;
    seconds = out->ttft_seconds / figures->prefill_high;
    out->ttft_low_seconds = seconds > floor_seconds ? seconds : floor_seconds;
    out->ttft_high_seconds = out->ttft_seconds / figures->prefill_low;
    out->prefill_low_tok_per_s = tokens / out->ttft_high_seconds;
    out->prefill_high_tok_per_s = tokens / out->ttft_low_seconds;
    out->known |= EP_SPEED_KNOWN(ttft_low_seconds) | EP_SPEED_KNOWN(ttft_high_seconds) | EP_SPEED_KNOWN(prefill_low_tok_per_s) |
                  EP_SPEED_KNOWN(prefill_high_tok_per_s);
}

void ep_prefill_compute(const ep_speed_figures *figures, const ep_rules *rules, const ep_shape *shape, const ep_workload *workload,
                        edgeplan_speed *out)
{
    const machine peaks = {.flop_per_s = figures->throughput_flop_per_s, .bytes_per_s = figures->peak_bandwidth_bytes_per_s, .alike = 1};

    if (workload->prompt_tokens == 0)
        return;
    /* A floor needs both peaks: with one missing it would be a floor of something else. */
    if (peaks.flop_per_s > 0 && peaks.bytes_per_s > 0) {
        out->ttft_floor_seconds = prefill_seconds(&peaks, shape, workload, workload->prompt_tokens);
        out->prefill_ceiling_tok_per_s = (double)workload->prompt_tokens / out->ttft_floor_seconds;
        out->known |= EP_SPEED_KNOWN(ttft_floor_seconds) | EP_SPEED_KNOWN(prefill_ceiling_tok_per_s);
    }
    if (figures->prefill_flop_per_s > 0 || figures->token_seconds > 0 || figures->chunk_seconds > 0)
        expect(figures, rules, shape, workload, out);
}
